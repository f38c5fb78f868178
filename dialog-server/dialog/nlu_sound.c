/**
 * @file nlu_sound.c  How alike two words are, to the eye and to the ear
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "dialog/nlu_parts.h"

enum { KEY_MAX = 24 };

static int is_vowel(char c)
{
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' ||
	       c == 'y';
}

/** Letters that stand for one class of sounds. */
static char class_of(const char *s, size_t i)
{
	char next = s[i + 1];

	switch (s[i]) {
	case 'b':
	case 'p':
		return s[i] == 'p' && next == 'h' ? 'f' : 'p';
	case 'f':
	case 'v':
		return 'f';
	case 'c':
		if (next == 'h')
			return 'j';
		return next == 'e' || next == 'i' || next == 'y' ? 's' : 'k';
	case 'k':
	case 'q':
		return 'k';
	case 'g':
		if (next == 'h')
			return 0;
		return next == 'e' || next == 'i' || next == 'y' ? 'j' : 'k';
	case 'j':
		return 'j';
	case 's':
		return next == 'h' ? 'j' : 's';
	case 'z':
	case 'x':
		return 's';
	case 'd':
	case 't':
		return 't';
	case 'm':
	case 'n':
		return 'n';
	case 'l':
		return 'l';
	case 'r':
		return 'r';
	default:
		return 0;
	}
}

/** The consonants as heard, doubled ones once; a vowel only in front. */
static void sound_key(const char *s, char *ret)
{
	size_t n = 0;
	char last = 0;

	if (s[0] == 'k' && s[1] == 'n')
		s++;
	else if (s[0] == 'w' && s[1] == 'r')
		s++;
	else if (s[0] == 'p' && s[1] == 's')
		s++;
	if (is_vowel(s[0]))
		ret[n++] = 'a';
	for (size_t i = 0; s[i] != '\0' && n + 1 < KEY_MAX; i++) {
		char c = class_of(s, i);

		if (c != 0 && c != last)
			ret[n++] = c;
		/* "w" and "h" do not part two like sounds; vowels do. */
		if (c != 0 || is_vowel(s[i]))
			last = c;
	}
	ret[n] = '\0';
}

/** Edit distance of short words. */
static unsigned distance(const char *a, size_t na, const char *b, size_t nb)
{
	unsigned row[KEY_MAX + 1];

	if (na > KEY_MAX || nb > KEY_MAX)
		return KEY_MAX;
	for (size_t j = 0; j <= nb; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++) {
		unsigned diagonal = row[0];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= nb; j++) {
			unsigned up = row[j];
			unsigned v = diagonal + (a[i - 1] != b[j - 1]);

			if (up + 1 < v)
				v = up + 1;
			if (row[j - 1] + 1 < v)
				v = row[j - 1] + 1;
			diagonal = up;
			row[j] = v;
		}
	}
	return row[nb];
}

int sound_like(const char *a, const char *b)
{
	char ka[KEY_MAX] = "", kb[KEY_MAX] = "";
	size_t na = strlen(a), nb = strlen(b), longer = na > nb ? na : nb;
	unsigned d;
	int by_eye, by_ear;

	if (strcmp(a, b) == 0)
		return 100;
	if (longer == 0 || longer > KEY_MAX)
		return 0;
	d = distance(a, na, b, nb);
	by_eye = 100 - (int)(100 * d / longer);
	sound_key(a, ka);
	sound_key(b, kb);
	na = strlen(ka);
	nb = strlen(kb);
	longer = na > nb ? na : nb;
	if (longer < 2)
		return by_eye;
	d = distance(ka, na, kb, nb);
	by_ear = 100 - (int)(100 * d / longer);
	/* Sounding the same counts for most of being the same. */
	by_ear = by_ear * 85 / 100;
	return by_eye > by_ear ? by_eye : (by_eye + 3 * by_ear) / 4;
}
