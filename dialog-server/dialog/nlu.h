/**
 * @file nlu.h  What a caller's words mean, as values: pure tables and rules
 *
 * Input is what a recognizer prints (lower case, no punctuation: "it's for
 * five people", "five five five oh one four two") or what a person types
 * ("5 people", "555-0142"). English; a language is one more table.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DIALOG_NLU_H
#define DIALOG_NLU_H

#include <stddef.h>
#include <stdint.h>

#include "dialog/ask.h"

/** The caller's calendar, for "tomorrow" and "next friday". */
struct nlu_today {
	int year, month, day;        /**< 1..12, 1..31 */
	int hour, minute;
};

enum { NLU_TEXT_MAX = 512 };

/** What one utterance does besides carrying values. Several may be set. */
struct nlu_acts {
	int yes, no;                 /**< "that's right" / "no, that's wrong"     */
	int correction;              /**< "no i said five", "actually", "i meant" */
	int repeat;                  /**< "sorry?", "what did you say"            */
	int wait;                    /**< "one moment", "hold on"                 */
	int question;                /**< asks something ("do you have parking")  */
	int request;                 /**< wants something done                    */
	int human;                   /**< wants a person                          */
	int goodbye;                 /**< "that's all, bye"                       */
	int dont_know;               /**< "i don't know", "rather not say"        */
	int thanks, greeting;
	int backchannel;             /**< nothing but "uh-huh", "okay"            */
	/** The clause that is the question or the request, without leading
	 *  answers or politeness; "" when there is none. */
	char query[NLU_TEXT_MAX];
	/** The rest, where values are to be looked for. */
	char rest[NLU_TEXT_MAX];
};

/** Split and classify. @param ask  what was asked, or NULL */
void nlu_acts(struct nlu_acts *ret, const char *text, const struct ask *ask);

/** A value found in words. */
struct nlu_value {
	char json[NLU_TEXT_MAX];     /**< as the wire wants it: "\"Bob\"", "4",
					  {"year":2026,"month":11,"day":21} */
	char spoken[NLU_TEXT_MAX];   /**< to read back: "four", "5 5 5, 0 1 4 2" */
	int strong;                  /**< marked as this value by its words
					  ("party of four", "my name is") rather
					  than merely of the right type        */
	int partial;                 /**< incomplete: too few digits, no year  */
};

/**
 * Find a value for a field.
 *
 * @param type     the wire's field_type: text, integer, date, datetime,
 *                 multiple_choice, calendar_slot, digit_sequence
 * @param ask      key, description and choices of the field; kind may refine
 *                 text (ASK_NAME)
 * @return 0, -ENOENT (nothing of that type in the words)
 */
int nlu_value(struct nlu_value *ret, const char *type, const struct ask *ask,
	      const char *text, const struct nlu_today *today);

/** Which kind of question a field is, from type, key and description. */
enum ask_kind nlu_ask_kind(const char *type, const char *key,
			   const char *description);

/** Say a value: 14 -> "fourteen", phone digits in groups, dates in words.
 *  @return 0, -EMSGSIZE, -EBADMSG (not a value of that type) */
int nlu_speak(char *ret, size_t cap, const char *type, enum ask_kind kind,
	      const char *value_json);

#endif /* DIALOG_NLU_H */
