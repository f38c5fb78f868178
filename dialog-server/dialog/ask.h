/**
 * @file ask.h  What the agent is asking just now
 *
 * The one thing that the recognizer (which words are likely), the end-of-turn
 * rule (how long a pause is normal) and the engine (how to read the answer)
 * all need to know.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DIALOG_ASK_H
#define DIALOG_ASK_H

#include <stddef.h>
#include <stdint.h>

enum ask_kind {
	ASK_OPEN,    /**< anything: "how can I help?"               */
	ASK_YES_NO,  /**< a confirmation                            */
	ASK_NAME,    /**< a person's name                           */
	ASK_INTEGER, /**< a number: party size, quantity            */
	ASK_DIGITS,  /**< a digit sequence: phone number, id        */
	ASK_DATE,
	ASK_DATETIME,
	ASK_CHOICE, /**< one of choices                            */
	ASK_TEXT,   /**< free text with a purpose                  */
};

/** How the caller may interrupt while this is asked. */
enum ask_barge_in {
	ASK_BARGE_IN_USUAL, /**< as the operator has set it */
	ASK_BARGE_IN_ANY,   /**< a sound that lasts         */
	ASK_BARGE_IN_WORDS, /**< only words                 */
	ASK_BARGE_IN_OFF,
};

enum { ASK_CHOICES_MAX = 128, ASK_TEXT_MAX = 160 };

struct language;

/** Strings are borrowed from the dialog until the next action batch. */
struct ask {
	enum ask_kind kind;
	const char *field_key;   /**< "" when no field is meant    */
	const char *description; /**< the field's, or ""           */
	uint32_t n_choices;
	const char *const *choices;      /**< choices[n_choices] as spoken */
	uint32_t min_digits, max_digits; /**< 0: unknown                   */
	uint32_t have_digits;            /**< already keyed or said        */
	/* as the Expert wants it for this field; set by the dialog */
	int64_t end_silence_us; /**< [us] that ends the turn; 0: usual */
	enum ask_barge_in barge_in;
	const struct language *language; /**< of the call; NULL: English */
};

#endif /* DIALOG_ASK_H */
