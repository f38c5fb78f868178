/**
 * @file language_table.h  A language in memory
 *
 *   german | deutsch | de            first line: its names
 *   [numbers]   21 = einundzwanzig | ...      cardinals, and 1. = erste | ...
 *   [months]    mai | ...            twelve lines; the first word is spoken
 *   [weekdays]  sonntag              seven lines, from Sunday
 *   [hear]      halb {h} = {h-1}:30  phrase = English; the longest wins
 *   [say]       Hello. = Guten Tag.  English line = own line
 *   [values]    date = {weekday}, {day}. {month}
 *
 * A phrase is words with alternatives "a|b", "c?" for one that may be missing,
 * and slots: {n} any number, {h} an hour, {m} minutes, {d} a day of the month,
 * {k} a month by its number, {o} an ordinal, {y} a year, {month}. "^" before
 * and "$" behind: the whole of what was said. In the English: the slots, and
 * {h-1}, {60-m}.
 *
 * Words are compared in small letters and without accents.
 *
 * Inside dialog/language*.c only.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DIALOG_LANGUAGE_TABLE_H
#define DIALOG_LANGUAGE_TABLE_H

#include <stdint.h>

#include "dialog/language.h"

enum {
	LANGUAGE_NUMBERS = 640,
	LANGUAGE_PHRASES = 1024,
	LANGUAGE_LINES = 256,
	LANGUAGE_TOKENS = 160,   /* of one utterance; the rest is not read */
	LANGUAGE_BYTES = 1536,   /* of one utterance, folded               */
	LANGUAGE_HUNDRED = 100,  /* values in numbers[] with a rule of     */
	LANGUAGE_THOUSAND = 1000 /* their own                              */
};

struct language_number {
	const char *words; /* folded, a space between */
	int value;
	int ordinal;
};

struct language_pair {
	const char *from, *to;
};

/** How values are said; each with its {slots}. */
struct language_values {
	const char *date;      /* {weekday} {day} {month}        */
	const char *date_year; /* {day} {month} {year}           */
	const char *time;      /* {hour}, on the hour            */
	const char *minutes;   /* {hour} {minute}                */
	const char *at;        /* between a date and a time      */
	const char *part[3];   /* "in the morning" and so on     */
};

struct language {
	char name[24];     /* the first of them */
	const char *names; /* "german | deutsch | de" */
	char *text;        /* the file, cut to strings */
	char *folded;      /* numbers and phrases, folded */
	size_t folded_bytes;
	struct language_number numbers[LANGUAGE_NUMBERS];
	struct language_pair phrases[LANGUAGE_PHRASES];
	struct language_pair lines[LANGUAGE_LINES];
	unsigned n_numbers, n_phrases, n_lines;
	const char *months[12], *weekdays[7]; /* alternatives by '|' */
	struct language_values values;
};

struct language_token {
	const char *s;     /* folded                       */
	uint16_t at, end;  /* where it stands in the text  */
	uint8_t digits;    /* nothing but digits           */
	uint8_t brk;       /* a clause ended before it     */
	uint8_t is_number; /* the last word of a number   */
};

struct language_words {
	const char *text;
	uint32_t n;
	struct language_token t[LANGUAGE_TOKENS];
	char buf[LANGUAGE_BYTES];
};

/** Small letters without accents. @return bytes written without the NUL; what
 *  does not fit is cut */
size_t language_fold(char *ret, size_t cap, const char *s, size_t len);

void language_split(struct language_words *ret, const char *text);

/** The number at token i, in words or digits. @return tokens, 0: none */
uint32_t language_number_at(const struct language *l,
			    const struct language_words *w, uint32_t i,
			    int64_t *ret, int *ret_ordinal);

/** Put a value for each {slot} of a format. @param slots  name, value, ...,
 *  NULL @return 0, -EMSGSIZE */
int language_fill(char *ret, size_t cap, const char *format,
		  const char *const *slots);

/** The first of the alternatives, as it is spoken. */
void language_first(char *ret, size_t cap, const char *alternatives);

/** Read a file. @return NULL: out of memory, or not in the form above */
struct language *language_read(const unsigned char *data, size_t len);

void language_free(struct language *l);

#endif /* DIALOG_LANGUAGE_TABLE_H */
