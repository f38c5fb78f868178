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
#include "dialog/language.h"

/** The caller's calendar, for "tomorrow" and "next friday". */
struct nlu_today {
	int year, month, day; /**< 1..12, 1..31 */
	int hour, minute;
	const struct language *language; /**< to speak in; NULL: English */
};

enum { NLU_TEXT_MAX = 512 };

/** What one utterance does besides carrying values. Several may be set. */
struct nlu_acts {
	int yes, no;    /**< "that's right" / "no, that's wrong"     */
	int correction; /**< "no i said five", "actually", "i meant" */
	int repeat;     /**< "sorry?", "what did you say"            */
	int wait;       /**< "one moment", "hold on"                 */
	int question;   /**< asks something ("do you have parking")  */
	int request;    /**< wants something done                    */
	int human;      /**< wants a person                          */
	int goodbye;    /**< "that's all, bye"                       */
	int dont_know;  /**< "i don't know", "rather not say"        */
	int thanks, greeting;
	int backchannel; /**< nothing but "uh-huh", "okay"            */
	int bare;        /**< nothing but such phrases: no content    */
	int hesitation;  /**< nothing but "um", "well"                */
	/** The clause that is the question or the request, without leading
	 *  answers or politeness; "" when there is none. */
	char query[NLU_TEXT_MAX];
	/** The rest, where values are to be looked for. */
	char rest[NLU_TEXT_MAX];
};

/**
 * Split and classify.
 *
 * A question is taken out of `rest`; a wish that may carry values ("i'd like
 * a table for five") stays in both. When what was asked is known, a wish or a
 * proposal that holds a value for it is an answer and neither question nor
 * request: "can you put me down for five", "how about friday". A plea for a
 * person sets `human` only; `query` then has its words.
 *
 * @param ask  what was asked, or NULL
 */
void nlu_acts(struct nlu_acts *ret, const char *text, const struct ask *ask);

/** A value found in words. */
struct nlu_value {
	char json[NLU_TEXT_MAX];   /**< as the wire wants it: "\"Bob\"", "4",
					{"year":2026,"month":11,"day":21} */
	char spoken[NLU_TEXT_MAX]; /**< to read back: "four", "5 5 5, 0 1 4 2"
				    */
	int strong;                /**< marked as this value by its words
					("party of four", "my name is") rather
					than merely of the right type        */
	int partial;               /**< incomplete: too few digits, a
					birthday without year; a datetime or
					a slot of which json has, as an object,
					only what was said: nlu_half_read() */
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

/**
 * Letters and digits that are said one by one, as they are written: "it's a b
 * dash four seven one one" is "AB-4711", "order four seven" is "47".
 *
 * @return 0, -ENOENT (none in the words, or too many)
 */
int nlu_code(char *ret, size_t cap, const char *text);

/**
 * Fill what a date or datetime lacks (nlu_value.partial) from one that is
 * known: "no, May fifth" keeps the year, "no, at nine" keeps the day.
 *
 * @param type   the wire's field_type
 * @param known  the value so far, as the wire has it; NULL: none
 * @param today  as of nlu_speak_near()
 * @return 0, -ENOENT (nothing to fill it from, or of another type); v is then
 *         as it was
 */
int nlu_complete(struct nlu_value *v, const char *type, const char *known,
		 const struct nlu_today *today);

/** A day and a time as far as they were said; zeroed: nothing yet. */
struct nlu_half {
	int year, month, day;
	int hour, minute;
	uint8_t has_day, has_time;
	uint8_t part; /**< without a time: 1 morning, 2 afternoon, 3 evening */
};

/**
 * What a datetime or a slot says, also a partial one.
 *
 * @param json  as in nlu_value.json
 * @return 0, -EBADMSG
 */
int nlu_half_read(struct nlu_half *ret, const char *json);

/** What was said now over what was said before, half by half. */
void nlu_half_put(struct nlu_half *to, const struct nlu_half *newer);

/** "Sunday, November the twenty-second in the morning".
 *  @param today  as of nlu_speak_near() @return 0, -EMSGSIZE, -EBADMSG */
int nlu_half_speak(char *ret, size_t cap, const struct nlu_half *h,
		   const struct nlu_today *today);

/** The slots on offer that agree. @param ret  ret[ASK_CHOICES_MAX], borrowed
 *  from ask @return how many */
uint32_t nlu_half_slots(const char **ret, const struct ask *ask,
			const struct nlu_half *h);

/**
 * The value of both halves.
 *
 * @param type  datetime or calendar_slot
 * @return 0, -EAGAIN (a half is missing, or several slots agree), -ENOENT (no
 *         slot agrees); *ret is then as it was
 */
int nlu_half_value(struct nlu_value *ret, const char *type,
		   const struct ask *ask, const struct nlu_half *half,
		   const struct nlu_today *today);

/**
 * The date of a day whose year was missing: "May fifth", then "eighty four".
 *
 * @return 0, -ENOENT (no year in the text); *ret is then as it was
 */
int nlu_half_year(struct nlu_value *ret, const struct ask *ask,
		  const struct nlu_half *day, const char *text,
		  const struct nlu_today *today);

/** Is an integer field a count, of which there may be none: "Number of
 *  children", but neither "Age" nor "Party size"? @return 0, 1 */
int nlu_may_be_none(const char *key, const char *description);

/** Which kind of question a field is, from type, key and description. */
enum ask_kind nlu_ask_kind(const char *type, const char *key,
			   const char *description);

/** Say a value: 14 -> "fourteen", phone digits in groups, dates in words.
 *  @return 0, -EMSGSIZE, -EBADMSG (not a value of that type) */
int nlu_speak(char *ret, size_t cap, const char *type, enum ask_kind kind,
	      const char *value_json);

/**
 * The same, knowing the caller's day: a date within the coming ten months is
 * said with its weekday, any other with its year. nlu_speak() says both.
 *
 * @param today  NULL: not known
 * @return 0, -EMSGSIZE, -EBADMSG
 */
int nlu_speak_near(char *ret, size_t cap, const char *type, enum ask_kind kind,
		   const char *value_json, const struct nlu_today *today);

/**
 * How many digits a field wants, from its words: "4-digit PIN" 4 to 4, "phone
 * number" 7 to 15; both 0 when nothing tells.
 */
void nlu_digit_bounds(const char *type, const char *key,
		      const char *description, uint32_t *ret_min,
		      uint32_t *ret_max);

/**
 * How much the last sentence of a text of ours is about a field.
 *
 * @param question  the field's own wording, or "" @return 0..100
 */
int nlu_about(const char *text, const char *key, const char *description,
	      const char *question);

/** Does the last sentence of a text of ours want a yes or no? @return 0, 1 */
int nlu_asks_yes_no(const char *text);

#endif /* DIALOG_NLU_H */
