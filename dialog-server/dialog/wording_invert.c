/**
 * @file wording_invert.c  From a clause to a question: the verb goes first
 *
 *   "parking is needed"              Is parking needed
 *   "you own a car"                  Do you own a car
 *   "how many nights you will stay"  How many nights will you stay
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <strings.h>

#include "dialog/phrase.h"
#include "dialog/wording.h"
#include "dialog/wording_field.h"

enum { WORD_MAX = 32, SUBJECT_WORDS = 4 };

static size_t word_at(char *ret, const char *s)
{
	size_t n = strcspn(s, " ");

	phrase_put(ret, WORD_MAX, "%.*s", (int)n, s);
	return n + strspn(s + n, " ");
}

static int is_any(const char *w, const char *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcasecmp(w, v[i]))
			return 1;
	}
	return 0;
}

#define IS(w, v) is_any((w), (v), sizeof(v) / sizeof((v)[0]))

static const char *const helpers[] = {"is",     "are",   "was", "were",
				      "will",   "would", "can", "could",
				      "should", "shall", "may", "had"};

static int ends(const char *w, const char *tail)
{
	size_t n = strlen(w), m = strlen(tail);

	return n > m && !strcasecmp(w + n - m, tail);
}

/* "tried", "seen": behind it "have" is no verb of its own. */
static int is_participle(const char *w)
{
	static const char *const odd[] = {
		"been", "had",  "done", "seen",   "gone",    "made", "taken",
		"paid", "met",  "read", "got",    "gotten",  "lost", "left",
		"sent", "said", "told", "bought", "brought", "felt", "found"};

	return IS(w, odd) || (ends(w, "ed") && strcasecmp(w, "need") != 0);
}

/* The question of "you ..." at s. @return 1 done, 0 not */
static int ask_you(char *ret, size_t cap, const char *s)
{
	char verb[WORD_MAX], next[WORD_MAX];
	size_t n = word_at(verb, s);
	const char *rest = s + n;

	(void)word_at(next, rest);
	if (!*verb || (ends(verb, "ed") && strcasecmp(verb, "need") != 0) ||
	    !strcasecmp(verb, "heard") || !strcasecmp(verb, "found"))
		return 0;
	if (IS(verb, helpers) ||
	    (!strcasecmp(verb, "have") && is_participle(next)))
		phrase_put(ret, cap, "%s you%s%s", verb, *rest ? " " : "",
			   rest);
	else
		phrase_put(ret, cap, "do you %s", s);
	return 1;
}

/* "someone has the key": the verb of a third person. */
static int ask_others(char *ret, size_t cap, const char *s)
{
	const char *at = s;
	char w[WORD_MAX], next[WORD_MAX];

	for (int i = 0; i < SUBJECT_WORDS && *at; i++) {
		size_t n = word_at(w, at);
		const char *rest = at + n;

		(void)word_at(next, rest);
		if (i > 0 && *rest &&
		    (IS(w, helpers) ||
		     ((!strcasecmp(w, "has") || !strcasecmp(w, "have")) &&
		      is_participle(next)))) {
			phrase_put(ret, cap, "%s %.*s%s", w, (int)(at - s), s,
				   rest);
			return 1;
		}
		if (i > 0 && *rest && !strcasecmp(w, "has")) {
			phrase_put(ret, cap, "does %.*shave %s", (int)(at - s),
				   s, rest);
			return 1;
		}
		at = rest;
	}
	return 0;
}

int wording_inverted(char *s, size_t cap)
{
	char copy[WORDING_FIELD_MAX];
	const char *rest = phrase_after(s, "you ");

	if (rest ? !ask_you(copy, sizeof(copy), rest)
		 : !ask_others(copy, sizeof(copy), s))
		return 0;
	wording_capital(copy);
	phrase_put(s, cap, "%s", copy);
	return 1;
}

int wording_how_many(char *ret, size_t cap, const char *s)
{
	char rest[WORDING_FIELD_MAX];
	const char *you = phrase_in(s, " you ");

	if (!you ||
	    (!phrase_after(s, "how many ") && !phrase_after(s, "how much ")))
		return 0;

	char before[WORD_MAX];
	const char *at = you;

	/* "how many nights are you staying" is one already */
	while (at > s && at[-1] != ' ')
		at--;
	phrase_put(before, sizeof(before), "%.*s", (int)(you - at), at);
	if (IS(before, helpers) || !strcasecmp(before, "do") ||
	    !strcasecmp(before, "did") || !strcasecmp(before, "have") ||
	    !ask_you(rest, sizeof(rest), you + strlen(" you ")))
		return 0;
	phrase_put(ret, cap, "%.*s %s", (int)(you - s), s, rest);
	return 1;
}
