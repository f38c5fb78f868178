/**
 * @file pattern.c  Does what was said contain these words?
 *
 * SPDX-License-Identifier: MIT
 */
#include "ctl/pattern.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

/* A word in place: of a text (letters, digits, inner apostrophes, any byte
 * of UTF-8), or of a pattern (up to white space). */
struct word {
	const char *s;
	size_t len;
};

static int is_letter(const char *s, size_t at)
{
	unsigned char c = (unsigned char)s[at];

	if (isalnum(c) || c >= 0x80)
		return 1;

	return c == '\'' && at && isalnum((unsigned char)s[at - 1]) &&
	       isalnum((unsigned char)s[at + 1]);
}

/* The next word of a text, or an empty one. Moves *text behind it. */
static struct word text_word(const char **text)
{
	struct word w = {*text, 0};
	size_t at = 0;

	while (w.s[at] && !is_letter(w.s, at))
		at++;
	w.s += at;
	/* An apostrophe looks one letter back, so not from a word's start. */
	while (w.s[w.len] && is_letter(w.s, w.len))
		w.len++;
	*text = w.s + w.len;

	return w;
}

static struct word pattern_word(const char **pattern)
{
	struct word w = {*pattern + strspn(*pattern, " \t\n"), 0};

	w.len = strcspn(w.s, " \t\n");
	*pattern = w.s + w.len;

	return w;
}

static int is(struct word w, char c)
{
	return w.len == 1 && w.s[0] == c;
}

/* One alternative, without "|": letters, perhaps "*" at its end. */
static int fits_one(struct word alt, struct word w)
{
	int prefix = alt.len > 1 && alt.s[alt.len - 1] == '*';
	size_t n = alt.len - (size_t)prefix;

	if (prefix ? w.len < n : w.len != n)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (tolower((unsigned char)alt.s[i]) !=
		    tolower((unsigned char)w.s[i]))
			return 0;

	return 1;
}

static int fits(struct word p, struct word w)
{
	for (;;) {
		const char *bar = memchr(p.s, '|', p.len);
		struct word alt = {p.s, bar ? (size_t)(bar - p.s) : p.len};

		if (fits_one(alt, w))
			return 1;
		if (!bar)
			return 0;
		p.len -= alt.len + 1;
		p.s = bar + 1;
	}
}

/* Does the phrase p[n] begin exactly here? A "*" skips words, and there is
 * nothing to gain from trying other lengths for one that is not the last. */
static int matches_here(const struct word *p, size_t n, const char *text)
{
	const struct word *star = NULL;
	const char *star_text = NULL;
	size_t i = 0;

	while (i < n) {
		const char *rest = text;
		struct word w;

		if (is(p[i], '*')) {
			star = &p[i++];
			star_text = text;
			continue;
		}
		w = text_word(&rest);
		if (!w.len)
			return 0;
		if (fits(p[i], w)) {
			i++;
			text = rest;
			continue;
		}
		if (!star)
			return 0;
		/* Let the last "*" take one word more. */
		(void)text_word(&star_text);
		text = star_text;
		i = (size_t)(star - p) + 1;
	}

	return 1;
}

static int phrase_in(const struct word *p, size_t n, const char *text)
{
	while (n) {
		if (matches_here(p, n, text))
			return 1;
		if (!text_word(&text).len)
			return 0;
	}

	return 0;
}

/* A "*" that is neither a word nor the end of an alternative. */
static int has_inner_star(struct word w)
{
	for (size_t i = 0; i + 1 < w.len; i++)
		if (w.s[i] == '*' && w.s[i + 1] != '|')
			return 1;

	return 0;
}

/* "|a", "a|", "a||b" */
static int has_empty(struct word w)
{
	if (w.s[0] == '|' || w.s[w.len - 1] == '|')
		return 1;
	for (size_t i = 1; i < w.len; i++)
		if (w.s[i] == '|' && w.s[i - 1] == '|')
			return 1;

	return 0;
}

int pattern_in(const char *pattern, const char *text)
{
	struct word p[PATTERN_WORDS];

	if (pattern_check(pattern))
		return 0;

	for (;;) {
		struct word w;
		size_t n = 0;

		for (w = pattern_word(&pattern); w.len && !is(w, '|');
		     w = pattern_word(&pattern))
			p[n++] = w;
		if (phrase_in(p, n, text))
			return 1;
		if (!w.len)
			return 0;
	}
}

const char *pattern_check(const char *pattern)
{
	size_t words = 0, phrase = 0;
	struct word w;

	if (strlen(pattern) >= PATTERN_BYTES)
		return "is too long";

	for (w = pattern_word(&pattern); w.len; w = pattern_word(&pattern)) {
		if (++words > PATTERN_WORDS)
			return "has too many words";
		if (is(w, '|')) {
			if (!phrase)
				return "has no words before a |";
			phrase = 0;
			continue;
		}
		if (has_empty(w))
			return "has an empty alternative";
		if (has_inner_star(w))
			return "has a * inside of a word";
		phrase += !is(w, '*');
	}

	return phrase ? NULL : "has no words";
}
