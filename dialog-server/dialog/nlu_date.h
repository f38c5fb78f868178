/**
 * @file nlu_date.h  What the readers of a date share
 *
 *   nlu_date.c       names of months and days, numbers; puts them together
 *   nlu_feast.c      "thanksgiving"
 *   nlu_relative.c   "in two weeks", "next friday"
 *
 * Pure: no clock, no heap. Days are counted as by cal_days().
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DIALOG_NLU_DATE_H
#define DIALOG_NLU_DATE_H

#include <stdint.h>

#include "dialog/nlu_parts.h"

/** A reader fills what it finds and marks the words; the most certain one is
 *  asked first. All borrowed until date_find() returns. */
struct date_finder {
	const struct words *ws;
	struct used *used;
	const struct nlu_today *today;
	enum when_sense sense;
	struct date_found *d;
};

/** n words from word `at` on belong to the date. */
void date_mark(struct date_finder *f, uint32_t at, uint32_t n);
/** @return [days] today */
int64_t date_today(const struct date_finder *f);
/** The date is this day, told in relation to today. */
void date_set(struct date_finder *f, int64_t days);
/** @return 0 (Sunday)..6, negative: no weekday */
int date_weekday_named(const char *s);

/** Fixed and moving feasts that people name instead of a date.
 *  @return 1 found, 0 not */
int date_find_feast(struct date_finder *f);

/** "in two weeks", "three days ago", "tomorrow". @return 1 found, 0 not */
int date_find_relative(struct date_finder *f);
/** "friday", "next friday", "friday week", "last friday" at word `at`.
 *  @param ret    [days]
 *  @param ret_n  [words] that it took
 *  @return 1 found, 0 not: outputs untouched */
int date_weekday_at(const struct date_finder *f, uint32_t at, int64_t *ret,
		    uint32_t *ret_n);

#endif /* DIALOG_NLU_DATE_H */
