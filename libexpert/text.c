/**
 * @file text.c  Looking for words in what people say
 *
 * SPDX-License-Identifier: MIT
 */
#include "expert.h"

static int lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

/* Letters, digits, and every byte of a letter beyond ASCII. */
static int is_word(char c)
{
	int l = lower(c);

	return (l >= 'a' && l <= 'z') || (l >= '0' && l <= '9') || l >= 0x80;
}

static const char *skip_gap(const char *s)
{
	while (*s && !is_word(*s))
		s++;
	return s;
}

/* Whether the words stand at the start of text; a gap matches any gap. */
static int starts_with(const char *text, const char *words)
{
	while (*words) {
		if (!is_word(*words)) {
			words = skip_gap(words);
			if (!*words)
				return 1;
			if (is_word(*text))
				return 0;
			text = skip_gap(text);
			continue;
		}
		if (lower(*text) != lower(*words))
			return 0;
		text++;
		words++;
	}

	return 1;
}

int expert_text_has(const char *text, const char *words)
{
	if (!text || !words)
		return 0;

	words = skip_gap(words);
	if (!*words)
		return 0;

	for (text = skip_gap(text); *text; text = skip_gap(text)) {
		if (starts_with(text, words))
			return 1;
		while (is_word(*text))
			text++;
	}

	return 0;
}
