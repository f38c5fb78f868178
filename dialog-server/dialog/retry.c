/**
 * @file retry.c  Which fields does a complaint mean?
 *
 *   "We seat at most eight people. That name is too short."
 *        └─ party_size: Number of people     └─ caller_name: Name for the list
 *
 * retry-task names no field: its reason is what the Expert's own checks said,
 * one sentence after the other. A field is meant by a sentence that shares a
 * word with its key, description or question, or holds its value; one whose
 * words are all shared by another field that shares more is not. When no
 * sentence means any, all are.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "dialog/state.h"
#include "dialog/wording.h"

enum {
	SENTENCE_MAX = 512,
	WORDS_MAX = 64, /* of a sentence, one bit each */
};

struct complaint {
	char words[SENTENCE_MAX]; /* each ended by a NUL             */
	const char *word[WORDS_MAX];
	uint32_t n;
};

/* Words that tell no field from another. */
static int is_small(const char *w, size_t n)
{
	static const char *const small[] = {
		"the",   "and",  "for",   "you",  "your",   "with", "what",
		"which", "can",  "would", "like", "want",   "have", "has",
		"that",  "this", "from",  "need", "caller", "are",  "how",
		"they",  "not",  "must",  "may",  "should", "will", "more",
		"than",  "too",  "is",    "be",   "at",     "to",   "in",
		"on",    "or",   "an",    "it",   "as",     "does", "please",
		"of",    "we",   "no",    "our",  "their",  "any",  "customer",
		"value",
	};

	for (size_t i = 0; i < sizeof(small) / sizeof(small[0]); i++) {
		if (strlen(small[i]) == n && !strncasecmp(small[i], w, n))
			return 1;
	}
	return n < 2;
}

static size_t word_len(const char *s)
{
	size_t n = 0;

	/* Letters of other languages are letters, too. */
	while (isalnum((unsigned char)s[n]) || (s[n] & 0x80))
		n++;
	return n;
}

static int is_end(const char *s)
{
	return *s == '\n' ||
	       (strchr(".!?;", *s) && (!s[1] || isspace((unsigned char)s[1])));
}

/** The next sentence of *at, in words. @return 0 at the end */
static int next_complaint(struct complaint *c, const char **at)
{
	const char *s = *at;
	size_t len = 0;

	c->n = 0;
	while (*s && !is_end(s)) {
		size_t n = word_len(s);

		if (n && c->n < WORDS_MAX && len + n + 1 < SENTENCE_MAX) {
			c->word[c->n++] = memcpy(c->words + len, s, n);
			len += n;
			c->words[len++] = '\0';
		}
		s += n ? n : 1;
	}
	*at = *s ? s + 1 : s;
	return s != *at || c->n;
}

/** Which words of the complaint are in the text? */
static uint64_t shared(const struct complaint *c, const char *text)
{
	uint64_t bits = 0;

	while (*text) {
		size_t n = word_len(text);
		int counts = n && !is_small(text, n) &&
			     strncasecmp(text, "number of ", 10);

		for (uint32_t i = 0; counts && i < c->n; i++) {
			if (wording_same_word(text, n, c->word[i],
					      strlen(c->word[i])))
				bits |= UINT64_C(1) << i;
		}
		text += n ? n : 1;
	}
	return bits;
}

/** "12 is too many": the value itself, word for word. */
static uint64_t quoted(const struct complaint *c, const char *json)
{
	uint64_t bits = 0;

	if (!json || *json == '{')
		return 0;
	for (const char *s = json; *s;) {
		size_t n = word_len(s);

		for (uint32_t i = 0; n && i < c->n; i++) {
			if (strlen(c->word[i]) == n &&
			    !strncasecmp(c->word[i], s, n))
				bits |= UINT64_C(1) << i;
		}
		s += n ? n : 1;
	}
	return bits;
}

static uint64_t meant(const struct complaint *c, const struct brain_item *it)
{
	const struct xp_item *x = it->item;
	uint64_t bits = 0;

	if (x->kind != XP_ITEM_FIELD)
		return 0;
	bits |= shared(c, x->key);
	bits |= shared(c, x->description ? x->description : "");
	bits |= shared(c, x->question ? x->question : "");
	return bits | quoted(c, it->value_json);
}

/** Mark what this sentence means. @return how many fields */
static uint32_t mark(const struct task *t, const struct complaint *c,
		     uint8_t *ret)
{
	uint64_t bits[LIMIT_TASK_ITEMS];
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->n_items; i++)
		bits[i] = meant(c, &t->items[i]);
	for (uint32_t i = 0; i < t->n_items; i++) {
		int better = 0;

		for (uint32_t k = 0; k < t->n_items; k++)
			better |= bits[k] != bits[i] && !(bits[i] & ~bits[k]);
		if (bits[i] && !better) {
			ret[i] = 1;
			n++;
		}
	}
	return n;
}

void retry_fields(const struct task *t, const char *reason, uint8_t *ret)
{
	struct complaint c;
	uint32_t named = 0;

	memset(ret, 0, t->n_items);
	while (next_complaint(&c, &reason))
		named += mark(t, &c, ret);
	for (uint32_t i = 0; !named && i < t->n_items; i++)
		ret[i] = t->items[i].item->kind == XP_ITEM_FIELD;
}
