/**
 * @file nlu_phrases.h  Tables: what people say besides values
 *
 * Inside dialog/nlu*.c only.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DIALOG_NLU_PHRASES_H
#define DIALOG_NLU_PHRASES_H

#include "dialog/nlu_words.h"

/** What a phrase does; several may be set. */
enum {
	ACT_YES = 1 << 0,
	ACT_NO = 1 << 1,
	ACT_REPEAT = 1 << 2,
	ACT_WAIT = 1 << 3,
	ACT_BYE = 1 << 4,
	ACT_DONT_KNOW = 1 << 5,
	ACT_THANKS = 1 << 6,
	ACT_GREETING = 1 << 7,
	ACT_CORRECTION = 1 << 8, /* when words follow                       */
	ACT_BACK = 1 << 9,       /* may be mere "I am listening"            */
	ACT_CONTENT = 1 << 10,   /* looks like an act but is content        */
	ACT_FILLER = 1 << 11,
	ACT_WHOLE = 1 << 12,      /* counts only when nothing else was said  */
	ACT_ANYWHERE = 1 << 13,   /* also in the middle of content           */
	ACT_YES_NO = 1 << 14,     /* counts only when a yes or no was asked  */
	ACT_NOT_YES_NO = 1 << 15, /* counts only when it was not             */
};

/** The longest phrase at word `at`. @return words, 0 for none */
uint32_t phrase_at(const struct words *ws, uint32_t at, unsigned *ret_acts);

/** How a clause begins that wants something of us. */
enum opener {
	OPENER_NONE,
	OPENER_QUESTION,
	OPENER_REQUEST,
	OPENER_WISH,     /* "i'd like", "can i have": may carry a value    */
	OPENER_PROPOSAL, /* "how about", "is friday okay": the same        */
};

/** @param middle  nonzero: not at the beginning of a clause; only openers
 *  that are plain there count */
enum opener opener_at(const struct words *ws, uint32_t at, int middle);

/** Does the clause from..to-1 ask for a person? */
int asks_for_human(const struct words *ws, uint32_t from, uint32_t to);

/** Does an answer begin here ("my name is", "it's for", "five people")? */
int answer_at(const struct words *ws, uint32_t at);

#endif /* DIALOG_NLU_PHRASES_H */
