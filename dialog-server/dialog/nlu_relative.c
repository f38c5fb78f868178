/**
 * @file nlu_relative.c  The day that is meant, counted from today or by
 * weekday
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "dialog/nlu_date.h"

/** A count before "days": also "a", "a couple of". */
static int count_at(const struct words *ws, uint32_t at, uint32_t *ret_n)
{
	struct num num;

	if (words_in(ws, at, "a|an|one")) {
		if (words_match(ws, at, "a couple|pair|dozen") == 0) {
			*ret_n = 1;
			return 1;
		}
	}
	if (num_at(ws, at, 0, &num) < 0 || num.value < 1 || num.value > 366)
		return 0;
	*ret_n = num.words;
	return (int)num.value;
}

/** Move by n units from a day. */
static int64_t moved(int64_t from, int n, const char *unit)
{
	int y, m, d;

	if (word_in(unit, "day|days"))
		return from + n;
	if (word_in(unit, "week|weeks"))
		return from + 7LL * n;
	cal_from_days(from, &y, &m, &d);
	if (word_in(unit, "year|years"))
		n *= 12;
	m += n - 1;
	y += m / 12;
	m %= 12;
	if (m < 0) {
		m += 12;
		y--;
	}
	m++;
	if (d > cal_month_days(y, m))
		d = cal_month_days(y, m);
	return cal_days(y, m, d);
}

/** "today", "tomorrow", "the day after tomorrow", "yesterday". */
static int anchor_at(const struct date_finder *f, uint32_t at, int64_t *ret,
		     uint32_t *ret_n)
{
	static const struct {
		const char *pattern;
		int days;
	} table[] = {
		{"the? day after tomorrow", 2},
		{"the? day before yesterday", -2},
		{"today|tonight", 0},
		{"this morning|afternoon|evening", 0},
		{"right? now", 0},
		{"tomorrow", 1},
		{"yesterday", -1},
		{"last night", -1},
	};

	for (size_t k = 0; k < sizeof(table) / sizeof(*table); k++) {
		uint32_t n = words_match(f->ws, at, table[k].pattern);

		if (n == 0)
			continue;
		*ret = date_today(f) + table[k].days;
		*ret_n = n;
		return 1;
	}
	return 0;
}

/** What was said around the name of a weekday. */
struct weekday_words {
	int next; /* 1: of next week; 2: a week after the next one */
	int last, this_one;
};

/** @return [days] from today to the weekday that is meant */
static int days_to(const struct date_finder *f, int weekday,
		   const struct weekday_words *how)
{
	int now = cal_weekday(f->today->year, f->today->month, f->today->day);
	int ahead = (weekday - now + 7) % 7;

	if (how->last)
		return ahead - 7;
	if (how->next == 1) {
		/* Of the week that begins next Monday. */
		int to_monday = (8 - now) % 7;

		return (to_monday ? to_monday : 7) + (weekday + 6) % 7;
	}
	if (ahead == 0 && !how->this_one)
		ahead = 7;
	if (how->next == 2)
		ahead += 7;
	return f->sense == WHEN_PAST ? ahead - 7 : ahead;
}

int date_weekday_at(const struct date_finder *f, uint32_t at, int64_t *ret,
		    uint32_t *ret_n)
{
	const struct words *ws = f->ws;
	struct weekday_words how = {0};
	uint32_t i = at, week;
	int wd;

	if (words_match(ws, i, "next week|weeks|week's on?") > 0) {
		how.next = 1;
		i += words_match(ws, i, "next week|weeks|week's on?");
	} else if (words_match(ws, i, "a week from|on") > 0) {
		how.next = 2;
		i += 3;
	}
	if (words_in(ws, i, "next")) {
		how.next = 1;
		i++;
	} else if (words_in(ws, i, "last")) {
		how.last = 1;
		i++;
	} else if (words_in(ws, i, "this")) {
		how.this_one = 1;
		i++;
		i += words_match(ws, i, "coming|past|next");
	} else if (words_in(ws, i, "coming")) {
		i++;
	}
	if (i >= ws->n)
		return 0;
	wd = date_weekday_named(ws->w[i].s);
	if (wd < 0 || (strlen(ws->w[i].s) == 3 &&
		       word_in(ws->w[i].s, "sat|sun|mon|wed") && i > at &&
		       words_in(ws, i - 1, "i|we|the|a")))
		return 0;
	i++;
	if (words_match(ws, i, "after next") > 0) {
		how.next = 2;
		i += 2;
	}
	week = words_match(ws, i, "next week");
	if (week == 0)
		week = words_match(ws, i, "of? next week");
	if (week == 0 && words_match(ws, i, "week") > 0)
		week = 1;
	if (week > 0) {
		how.next = words_in(ws, i, "week") ? 2 : 1;
		i += week;
	}
	*ret = date_today(f) + days_to(f, wd, &how);
	*ret_n = i - at;
	return 1;
}

int date_find_relative(struct date_finder *f)
{
	const struct words *ws = f->ws;

	for (uint32_t i = 0; i < ws->n; i++) {
		uint32_t in = words_match(ws, i, "in|within"), n = 0, k;
		int count = count_at(ws, i + in, &n);
		uint32_t unit = i + in + n;
		int64_t base, from = date_today(f);

		if (count > 0 &&
		    words_in(ws, unit,
			     "day|days|week|weeks|month|months|year|years")) {
			const char *u = ws->w[unit].s;
			uint32_t m = 0;

			k = words_match(ws, unit + 1, "ago|back");
			if (k > 0) {
				date_set(f, moved(from, -count, u));
				date_mark(f, i, in + n + 1 + k);
				return 1;
			}
			k = words_match(ws, unit + 1, "from|after|on");
			if (k > 0 &&
			    (anchor_at(f, unit + 2, &base, &m) ||
			     date_weekday_at(f, unit + 2, &base, &m))) {
				date_set(f, moved(base, count, u));
				date_mark(f, i, in + n + 2 + m);
				return 1;
			}
			if (in > 0) {
				date_set(f, moved(from, count, u));
				date_mark(f, i, in + n + 1);
				return 1;
			}
		}
		/* "not today" */
		if (i > 0 && words_in(ws, i - 1, "not"))
			continue;
		if (anchor_at(f, i, &base, &n)) {
			date_set(f, base);
			/* "tonight", "this evening": the time wants them. */
			if (!words_in(ws, i, "tonight|this|last"))
				date_mark(f, i, n);
			return 1;
		}
	}
	return 0;
}
