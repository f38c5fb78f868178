/**
 * @file wording.h  English from what an Expert wrote: questions, instructions
 *
 * An Expert describes fields and gives instructions in free text meant for a
 * thinking agent ("Number of people", "Let Ann know her table is ready"). This
 * makes sentences of them that can be said to a caller. Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DIALOG_WORDING_H
#define DIALOG_WORDING_H

#include <stddef.h>

#include "dialog/ask.h"

struct language;
struct xp_item;

/** What is asked of the caller, as a noun: "your phone number". */
void wording_thing(char *ret, size_t cap, const struct xp_item *field);

/**
 * The question for a field; its own `question` when it has one.
 *
 * @param attempt  0 first; more: with help how to answer
 * @param keys     nonzero when digits may be keyed
 */
void wording_question(char *ret, size_t cap, const struct xp_item *field,
		      enum ask_kind kind, unsigned attempt, int keys);

/** Are its choices a yes and a no? */
int wording_is_yes_no(const struct xp_item *field);

/** "a, b, or c" of at most `most` choices, in the caller's language. */
void wording_list(char *ret, size_t cap, const char *const *v, unsigned n,
		  unsigned most, const struct language *language);

/** An objective or a purpose in the first person: "I can add you to the
 *  waiting list." @return 0, -ENOENT (it can't be said so) */
int wording_objective(char *ret, size_t cap, const char *text,
		      const char *organization);

/**
 * What an objective lets the caller choose from, as a question: "Find out what
 * they want: to buy a tool or to talk about a bill." gives "Do you want to buy
 * a tool or to talk about a bill?". @return 0, -ENOENT (it lists nothing)
 */
int wording_options(char *ret, size_t cap, const char *objective);

/** What an instruction asks the agent to do. */
struct wording_plan {
	char say[2048]; /**< to be said now, or ""             */
	char ask[512];  /**< to be asked, or ""                */
	int hangup;     /**< the call is to end after it       */
	int verbs;      /**< parts that were understood        */
};

/** @param ret  always written; verbs 0: nothing was understood */
void wording_instruction(struct wording_plan *ret, const char *text);

/** What to say before a transfer. @return 0, -ENOENT (nothing special) */
int wording_transfer(char *ret, size_t cap, const char *message);

/** From talking about the caller to talking to them: "their name" -> "your
 *  name". @param agent  nonzero: "you" means the agent and becomes "I" */
void wording_address(char *ret, size_t cap, const char *text, int agent);

/** Does the text begin with a verb, as "talk about a bill" does? */
int wording_is_deed(const char *text);

/** Do the two texts share a word that means something? */
int wording_related(const char *a, const char *b);

/** Are a[n] and b[m] the same word, but for its ending? */
int wording_same_word(const char *a, size_t n, const char *b, size_t m);

/** Upper-case the first letter in place. */
void wording_capital(char *s);

/** Lower-case the first letter in place, unless the word is an acronym. */
void wording_small(char *s);

#endif /* DIALOG_WORDING_H */
