/**
 * @file llm_ask.c  What the words just said ask for
 *
 * A model only writes words; recognizer and end-of-turn rule want to know
 * whether a name, a number or a yes is likely next. The question names the
 * field it is about, more or less.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "provider/llm_snapshot.h"

enum {
	ABOUT_ENOUGH = 34, /* of 100: a third of the field's words */
	ABOUT_OPEN = 15,   /* an open field is likelier than a closed one */
};

static int score_of(const struct llm_item *it, const char *said)
{
	int score = nlu_about(said, it->key, it->description, it->question);

	if (score < ABOUT_ENOUGH)
		return 0;
	return it->state == BRAIN_ITEM_OPEN ? score + ABOUT_OPEN : score;
}

static const struct llm_item *field_of(const struct llm_snapshot *s,
				       const char *said)
{
	const struct llm_item *best = NULL;
	int best_score = 0;

	for (uint32_t i = 0; i < s->n_items; i++) {
		const struct llm_item *it = &s->items[i];
		int score;

		if (it->kind != XP_ITEM_FIELD)
			continue;
		score = score_of(it, said);
		if (score > best_score) {
			best = it;
			best_score = score;
		}
	}
	return best;
}

void llm_ask_guess(const struct llm_snapshot *s, const char *said,
		   const struct llm_sink *sink)
{
	struct ask ask = {
		.kind = ASK_OPEN, .field_key = "", .description = ""};
	struct brain_output o = {.kind = BRAIN_ASK, .ask = &ask};
	const struct llm_item *it;

	if (strchr(said, '?') == NULL) {
		sink->output(sink->arg, &o);
		return;
	}
	it = field_of(s, said);
	if (nlu_asks_yes_no(said)) {
		ask.kind = ASK_YES_NO;
	} else if (it != NULL) {
		ask.kind = nlu_ask_kind(it->type, it->key, it->description);
		ask.field_key = it->key;
		ask.description = it->description;
		ask.n_choices = it->n_choices;
		ask.choices = it->choices;
		if (ask.kind == ASK_DIGITS)
			nlu_digit_bounds(it->type, it->key, it->description,
					 &ask.min_digits, &ask.max_digits);
	}
	sink->output(sink->arg, &o);
}
