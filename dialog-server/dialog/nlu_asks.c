/**
 * @file nlu_asks.c  What a sentence of ours asks the caller for
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "dialog/nlu_parts.h"

static const char empty_words[] =
	"a|an|the|of|for|in|on|to|and|or|my|your|is|are|with|at|i|it|you|me|"
	"we|us|be|do|does|did|can|could|would|will|may|please|what|which|how|"
	"who|when|where|have|has|get|caller|their|they|that|this|like|many|"
	"much|field|value|if|not|user|customer|any|so|as|should|there|was";

/** Where the last sentence of a text begins. */
static uint32_t last_sentence(const struct words *ws)
{
	uint32_t from = 0;

	for (uint32_t i = 1; i < ws->n; i++) {
		const char *p = ws->text + ws->w[i - 1].end;

		while (*p == '"' || *p == ')' || *p == '\'')
			p++;
		if (*p == '.' || *p == '!' || *p == '?')
			from = ws->w[i].brk ? i : from;
	}
	return from;
}

/** How much of what a text says is in the question. @return 0..100 */
static int overlap(const struct words *question, uint32_t from,
		   const char *text)
{
	struct words ws;
	int n = 0, hits = 0;

	words_split(&ws, text);
	for (uint32_t i = 0; i < ws.n; i++) {
		if (words_in(&ws, i, empty_words))
			continue;
		n++;
		for (uint32_t k = from; k < question->n; k++) {
			if (words_same_stem(question->w[k].s, ws.w[i].s)) {
				hits++;
				break;
			}
		}
	}
	return n > 0 ? 100 * hits / n : 0;
}

int nlu_about(const char *text, const char *key, const char *description,
	      const char *question)
{
	struct words ws;
	uint32_t from;
	int best = 0;

	words_split(&ws, text);
	from = last_sentence(&ws);
	const char *const all[] = {key, description, question};

	for (int i = 0; i < 3; i++) {
		int score = overlap(&ws, from, all[i]);

		best = score > best ? score : best;
	}
	/* "How many people": a count by its question word. */
	if (words_find(&ws, from, "how many") >= 0 &&
	    text_has_word(description, "number|count|many|size"))
		best = best < 60 ? 60 : best;
	return best;
}

int nlu_asks_yes_no(const char *text)
{
	static const char *const for_value[] = {
		"can|could|may|might i|we please? have|get|ask|take|know",
		"can|could|would|will you please? "
		"tell|give|spell|say|repeat|provide|share|let|state",
		"do|would you have|like|prefer a|an|any|to?",
		NULL,
	};
	struct words ws;
	uint32_t from, n;

	words_split(&ws, text);
	if (ws.n == 0)
		return 0;
	from = last_sentence(&ws);
	n = ws.n - from;
	if (words_in(&ws, ws.n - 1, "right|correct|okay|yes|no|so") && n > 1)
		return 1;
	from += words_match(&ws, from,
			    "so|and|okay|great|thanks|alright|then");
	if (words_match_any(&ws, from, for_value) > 0)
		return 0;
	for (uint32_t i = from; i < ws.n; i++) {
		if (words_in(&ws, i, "or") && i + 1 < ws.n)
			return 0;
	}
	return words_in(&ws, from,
			"is|are|was|were|do|does|did|can|could|would|will|"
			"shall|should|have|has|am|may");
}
