/**
 * @file language_words.c  Words of any language, and the numbers among them
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/text.h"
#include "dialog/language_table.h"

enum { FUSED = 8 }; /* numbers in one word: "zweihundertfünfzig" has 3 */

/* U+00C0 to U+00FF without their accents; NULL: kept. */
static const char *const latin[64] = {
	"a", "a", "a", "a",  "a",  "a",  "ae", "c", "e", "e",  "e",  "e", "i",
	"i", "i", "i", NULL, "n",  "o",  "o",  "o", "o", "o",  NULL, "o", "u",
	"u", "u", "u", "y",  NULL, "ss", "a",  "a", "a", "a",  "a",  "a", "ae",
	"c", "e", "e", "e",  "e",  "i",  "i",  "i", "i", NULL, "n",  "o", "o",
	"o", "o", "o", NULL, "o",  "u",  "u",  "u", "u", "y",  NULL, "y",
};

/** One character at s. @return its bytes; *ret_n of them are at out */
static size_t fold_one(const unsigned char *s, size_t len, char out[4],
		       size_t *ret_n)
{
	const char *plain = NULL;
	size_t n = 1;

	if (len > 1 && s[0] == 0xc3 && (s[1] & 0xc0) == 0x80) {
		plain = latin[s[1] & 0x3f];
		n = 2;
	} else if (len > 1 && s[0] == 0xc5 && (s[1] == 0x92 || s[1] == 0x93)) {
		plain = "oe";
		n = 2;
	} else if (len > 2 && s[0] == 0xe2 && s[1] == 0x80 && s[2] == 0x99) {
		plain = "'";
		n = 3;
	}
	if (plain) {
		*ret_n = strlen(plain);
		memcpy(out, plain, *ret_n);
		return n;
	}
	memcpy(out, s, n);
	*ret_n = n;
	if (n == 1 && out[0] >= 'A' && out[0] <= 'Z')
		out[0] = (char)(out[0] + 32);
	return n;
}

size_t language_fold(char *ret, size_t cap, const char *s, size_t len)
{
	size_t used = 0, n;
	char out[4];

	for (size_t i = 0; i < len;) {
		i += fold_one((const unsigned char *)s + i, len - i, out, &n);
		if (used + n >= cap)
			break;
		memcpy(ret + used, out, n);
		used += n;
	}
	ret[used] = '\0';
	return used;
}

/* ---- splitting --------------------------------------------------------- */

static int is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

/* Signs beyond ASCII, "¿" and "»" and the long dashes, are in two blocks. */
static int is_letter(const char *s)
{
	const unsigned char c = (unsigned char)*s;

	if (c == 0xc2 || (c == 0xe2 && (unsigned char)s[1] == 0x80))
		return 0;
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

static size_t char_bytes(const char *s)
{
	size_t n = 1;

	while (((unsigned char)s[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* An apostrophe between letters belongs to the word: "d'accord". */
static size_t apostrophe(const char *s)
{
	size_t n = *s == '\'' ? 1 : strncmp(s, "\xe2\x80\x99", 3) == 0 ? 3 : 0;

	return n && is_letter(s + n) ? n : 0;
}

static size_t word_end(const char *s, size_t i)
{
	if (is_digit((unsigned char)s[i])) {
		while (is_digit((unsigned char)s[i]))
			i++;
		return i;
	}
	while (s[i]) {
		size_t n = apostrophe(s + i);

		if (n)
			i += n;
		else if (is_letter(s + i))
			i += char_bytes(s + i);
		else
			break;
	}
	return i;
}

static int is_clause_end(const char *s, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		if (strchr("?!;,", s[i]) || (s[i] == '.' && i + 1 < to))
			return 1;
	}
	return 0;
}

void language_split(struct language_words *ret, const char *text)
{
	size_t used = 0, i = 0, end = 0;

	ret->text = text;
	ret->n = 0;
	while (text[i] && i < UINT16_MAX && ret->n < LANGUAGE_TOKENS) {
		const size_t at = i;

		i = word_end(text, i);
		if (i == at) {
			i += char_bytes(text + i);
			continue;
		}
		if (used + 2 * (i - at) + 1 > sizeof(ret->buf))
			return;
		ret->t[ret->n++] = (struct language_token){
			.s = ret->buf + used,
			.at = (uint16_t)at,
			.end = (uint16_t)i,
			.digits = text[at] >= '0' && text[at] <= '9',
			.brk = ret->n > 1 && is_clause_end(text, end, at),
		};
		used += language_fold(ret->buf + used, sizeof(ret->buf) - used,
				      text + at, i - at) +
			1;
		end = i;
	}
}

/* ---- numbers ----------------------------------------------------------- */

/** The longest entry of the table at token i. @return tokens, 0: none */
static uint32_t listed_at(const struct language *l,
			  const struct language_words *w, uint32_t i,
			  const struct language_number **ret)
{
	uint32_t best = 0;

	for (unsigned k = 0; k < l->n_numbers; k++) {
		const char *p = l->numbers[k].words;
		uint32_t n = 0;

		while (*p && i + n < w->n && !(n && w->t[i + n].brk)) {
			const size_t len = strcspn(p, " ");
			const char *s = w->t[i + n].s;

			if (strncmp(s, p, len) != 0 || s[len])
				break;
			n++;
			p += len + (p[len] == ' ');
		}
		if (!*p && n > best) {
			best = n;
			*ret = &l->numbers[k];
		}
	}
	return best;
}

static const struct language_number *
longest_head(const struct language *l, const char *s, size_t *ret_len)
{
	const struct language_number *best = NULL;

	*ret_len = 0;
	for (unsigned k = 0; k < l->n_numbers; k++) {
		const size_t len = strlen(l->numbers[k].words);

		if (len > *ret_len &&
		    strncmp(s, l->numbers[k].words, len) == 0) {
			best = &l->numbers[k];
			*ret_len = len;
		}
	}
	return best;
}

/** "zweihundertfünf" as 2, 100, 5. @return how many, 0: not made of them */
static unsigned fused_at(const struct language *l, const char *s,
			 const struct language_number **ret)
{
	unsigned n = 0;

	while (*s && n < FUSED) {
		size_t len;

		ret[n] = longest_head(l, s, &len);
		if (!ret[n])
			return 0;
		s += len;
		n++;
	}
	return *s || n < 2 ? 0 : n;
}

/** A number while its parts come. */
struct sum {
	int64_t total, group;
	int last; /* the value before: a unit, 100, 1000; -1: none */
	int ordinal;
};

/** @return 0, -1: this part does not go on with the number */
static int sum_add(struct sum *s, const struct language_number *part)
{
	const int v = part->value;

	if (s->ordinal)
		return -1;
	if (v == LANGUAGE_THOUSAND) {
		if (s->total || (s->last >= 0 && !s->group))
			return -1;
		s->total = (s->group ? s->group : 1) * 1000;
		s->group = 0;
	} else if (v == LANGUAGE_HUNDRED) {
		if (s->group >= 100 || s->last == 0)
			return -1;
		s->group = (s->group ? s->group : 1) * 100;
	} else {
		if (s->last >= 0 && s->last < LANGUAGE_HUNDRED)
			return -1;
		if (v > LANGUAGE_HUNDRED && s->group)
			return -1;
		s->group += v;
	}
	s->last = v;
	s->ordinal = part->ordinal;
	return 0;
}

static int64_t digits_of(const char *s)
{
	int64_t v = 0;

	for (unsigned i = 0; s[i] && i < 15; i++)
		v = v * 10 + (s[i] - '0');
	return v;
}

/** One part or one word of several. @return tokens, 0: none that goes on */
static uint32_t part_at(const struct language *l,
			const struct language_words *w, uint32_t i,
			struct sum *s)
{
	const struct language_number *v[FUSED];
	uint32_t n = listed_at(l, w, i, &v[0]);
	struct sum after = *s;
	unsigned parts = 1;

	if (!n) {
		parts = fused_at(l, w->t[i].s, v);
		n = parts > 0;
	}
	for (unsigned k = 0; k < parts && n; k++) {
		if (sum_add(&after, v[k]) < 0)
			return 0;
	}
	if (n)
		*s = after;
	return n;
}

uint32_t language_number_at(const struct language *l,
			    const struct language_words *w, uint32_t i,
			    int64_t *ret, int *ret_ordinal)
{
	struct sum s = {.last = -1};
	uint32_t n = 0, part;

	if (i >= w->n)
		return 0;
	*ret_ordinal = 0;
	if (w->t[i].digits) {
		*ret = digits_of(w->t[i].s);
		return 1;
	}
	while (i + n < w->n && !(n && w->t[i + n].brk)) {
		part = part_at(l, w, i + n, &s);
		if (!part)
			break;
		n += part;
	}
	*ret = s.total + s.group;
	*ret_ordinal = s.ordinal;
	return n;
}
