/**
 * @file nlu_parts.h  The readers behind nlu_value(), one file a subject
 *
 *   nlu.c --> nlu_count.c   integers          uses nlu_number.c
 *         --> nlu_digits.c  digit sequences
 *         --> nlu_when.c    date, datetime    uses nlu_date.c nlu_time.c
 *         --> nlu_slot.c    calendar slots
 *         --> nlu_half.c    a day and a time that come one by one
 *         --> nlu_name.c    names             uses nlu_spell.c
 *         --> nlu_choice.c  one of several    uses nlu_sound.c
 *         --> nlu_text.c    free text         uses nlu_email.c
 *         --> nlu_phone.c   E.164             uses nlu_digits.c
 *         --> nlu_money.c nlu_duration.c nlu_select.c nlu_address.c
 *
 * Inside dialog/nlu*.c only.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DIALOG_NLU_PARTS_H
#define DIALOG_NLU_PARTS_H

#include "dialog/nlu.h"
#include "dialog/nlu_words.h"

struct strbuf;

/* ---- numbers ------------------------------------------------------------ */

enum {
	NUM_HOMOPHONES = 1 << 0, /* "for", "to", "ate" are digits too     */
	NUM_NO_SCALE = 1 << 1,   /* stop before hundred and thousand      */
};

struct num {
	int64_t value;
	uint32_t words;  /* consumed, > 0                         */
	uint8_t ordinal; /* "third", "3rd"                        */
	uint8_t typed;   /* digits, not words                     */
	uint8_t homophone;
	uint8_t width; /* digits typed: "07" has 2              */
};

/** The number that begins at word `at`. @return 0, -ENOENT */
int num_at(const struct words *ws, uint32_t at, int flags, struct num *ret);

/** One spoken digit, 0..9; homophones only with the flag. @return it or -1 */
int num_digit(const char *s, int flags);

/** "fourteen", "minus two hundred and five". */
void num_say(struct strbuf *b, int64_t n);

/** "twenty-seventh"; 1..99. */
void num_say_ordinal(struct strbuf *b, int n);

/** "twenty twenty-six", "nineteen oh five", "two thousand four". */
void num_say_year(struct strbuf *b, int year);

/* ---- calendar ----------------------------------------------------------- */

int cal_weekday(int year, int month, int day); /* 0 = Sunday  */
int cal_month_days(int year, int month);
int cal_valid(int year, int month, int day);
int64_t cal_days(int year, int month, int day); /* since 1970  */
void cal_from_days(int64_t days, int *year, int *month, int *day);

extern const char *const cal_months[12];  /* "january"   */
extern const char *const cal_weekdays[7]; /* "sunday"    */

/** Which words a reader has used up, so that the next one leaves them. */
struct used {
	uint8_t word[WORDS_MAX];
};

enum when_sense { WHEN_FUTURE, WHEN_PAST };

/** A date found in words; parts that were said. */
struct date_found {
	int year, month, day; /* complete and valid                    */
	int said_year, said_month, said_day, said_weekday;
	int relative; /* "tomorrow", "in two weeks"            */
	int weak;     /* two bare numbers, a lone ordinal      */
};

/** @return 0, -ENOENT */
int date_find(const struct words *ws, struct used *used,
	      const struct nlu_today *today, enum when_sense sense,
	      struct date_found *ret);

struct time_found {
	int hour, minute; /* 24 h, am or pm guessed when not said  */
	int said_half;    /* am, pm, evening, 24 h clock           */
	int weak;         /* a bare number                         */
};

/** @param bare     a bare number may be an hour
 *  @param evening  an unmarked hour is pm ("dinner") @return 0, -ENOENT */
int time_find(const struct words *ws, struct used *used, int bare, int evening,
	      struct time_found *ret);

/** Where the words go on behind a refused date or time, "not friday
 *  saturday"; 0 when none is refused. */
uint32_t when_refused(const struct words *ws, uint32_t from,
		      const struct nlu_today *today);

/** The part of the day that the words name, as in nlu_half.part. */
int when_part(const struct words *ws);

/** Is the hour in that part of the day? */
int when_in_part(int hour, int part);

/** A time of today that has passed and may as well be of the other half of
 *  the day is. */
void when_settle(const struct ask *ask, struct nlu_half *h,
		 const struct nlu_today *today);

/** The object of nlu_value.json: only what is known. */
void half_json(char *ret, size_t cap, const struct nlu_half *h);

/** What was said, as a partial value. @return 0, -EMSGSIZE */
int when_partial(struct nlu_value *ret, const struct nlu_half *h,
		 const struct nlu_today *today);

/** A calendar slot; hour -1 when it is a whole day. */
struct slot {
	int year, month, day, hour, minute;
};

/** "2026-11-27T15:00", seconds and zone ignored. @return 0, -EBADMSG */
int slot_parse(const char *iso, struct slot *ret);

/* ---- sound -------------------------------------------------------------- */

/** 0 (unlike) .. 100 (the same): edit distance and how it sounds. */
int sound_like(const char *a, const char *b);

/* ---- values ------------------------------------------------------------- */

/* The value that the words have for what is asked, one function a kind.
 * They return as nlu_value() does; on failure *ret is undefined. */

int value_integer(struct nlu_value *ret, const struct ask *ask,
		  const struct words *ws);
int value_digits(struct nlu_value *ret, const struct ask *ask,
		 const struct words *ws, int as_text);
int value_date(struct nlu_value *ret, const struct ask *ask,
	       const struct words *ws, const struct nlu_today *today);
int value_datetime(struct nlu_value *ret, const struct ask *ask,
		   const struct words *ws, const struct nlu_today *today);
int value_slot(struct nlu_value *ret, const struct ask *ask,
	       const struct words *all, const struct nlu_today *today);
int value_choice(struct nlu_value *ret, const struct ask *ask,
		 const struct words *ws);
int value_name(struct nlu_value *ret, const struct ask *ask,
	       const struct words *all);
int value_text(struct nlu_value *ret, const struct ask *ask,
	       const struct words *ws);
int value_phone(struct nlu_value *ret, const struct ask *ask,
		const struct words *ws);
int value_email(struct nlu_value *ret, const struct words *ws);
int value_person(struct nlu_value *ret, const struct ask *ask,
		 const struct words *ws);
int value_money(struct nlu_value *ret, const struct words *ws);
int value_duration(struct nlu_value *ret, const struct ask *ask,
		   const struct words *ws);
int value_selection(struct nlu_value *ret, const struct ask *ask,
		    const struct words *ws);
int value_address(struct nlu_value *ret, const struct words *ws);

/** "For a week", where the field counts days: 7. @return 0, -ENOENT (it counts
 *  no time, or the words have its own unit, or none) */
int duration_count(const struct ask *ask, const struct words *ws,
		   int64_t *ret);

/** The address of e-mail in the words. @return 0, -ENOENT */
int email_find(const struct words *ws, char *ret, size_t cap);

/** Which choices are said, each for itself. @param taken  taken[n_choices]:
 *  1 said, 2 refused ("not the red one"), 0 neither */
void choices_said(const struct ask *ask, const struct words *ws,
		  uint8_t *taken);

/* A value in words. @return 0, -EBADMSG: then what was added is undefined */

int speak_phone(struct strbuf *b, const char *json);
int speak_money(struct strbuf *b, const char *json);
int speak_duration(struct strbuf *b, const char *json);
int speak_selection(struct strbuf *b, const char *json);

/** An order word: "the second one" 2, "number three" 3, "the last one" -1.
 *  @return 0, -ENOENT */
int order_find(const struct words *ws, int *ret);

/** Letters spelled at word `at`: "b o b", "double l", "b as in boy".
 *  @return words consumed, 0 when fewer than two letters are spelled */
uint32_t spell_at(const struct words *ws, uint32_t at, char *ret, size_t cap);

#endif /* DIALOG_NLU_PARTS_H */
