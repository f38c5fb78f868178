/**
 * @file nlu_feast.c  The day that is meant: feasts, fixed and moving
 *
 * SPDX-License-Identifier: MIT
 */
#include "dialog/nlu_date.h"

/** @source Anonymous Gregorian algorithm (Nature, 1876) */
static void easter(int year, int *month, int *day)
{
	int a = year % 19, b = year / 100, c = year % 100;
	int d = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
	int e = (32 + 2 * (b % 4) + 2 * (c / 4) - d - c % 4) % 7;
	int f = d + e - 7 * ((a + 11 * d + 22 * e) / 451) + 114;

	*month = f / 31;
	*day = f % 31 + 1;
}

/** The n-th such weekday of a month; -1: the last. */
static int nth_weekday(int year, int month, int weekday, int n)
{
	int first = cal_weekday(year, month, 1);

	if (n < 0) {
		int last = cal_month_days(year, month);

		return last -
		       (cal_weekday(year, month, last) - weekday + 7) % 7;
	}
	return 1 + (weekday - first + 7) % 7 + (n - 1) * 7;
}

struct feast {
	int month, day, weekday, nth;
};

static void feast_of(const struct feast *at, int year, int *month, int *day)
{
	*month = at->month;
	*day = at->day;
	if (at->month == 0)
		easter(year, month, day);
	else if (at->day == 0)
		*day = nth_weekday(year, at->month, at->weekday, at->nth);
}

/** Moving ones know their year at once: the next one from today. */
static void set_feast(struct date_finder *f, const struct feast *at)
{
	int year = f->today->year, month, day;

	feast_of(at, year, &month, &day);
	if (at->day == 0) {
		if (cal_days(year, month, day) < date_today(f))
			feast_of(at, ++year, &month, &day);
		f->d->year = year;
		f->d->said_year = 1;
	}
	f->d->month = month;
	f->d->day = day;
	f->d->said_month = f->d->said_day = 1;
}

int date_find_feast(struct date_finder *f)
{
	static const struct {
		const char *pattern;
		int month, day; /* day 0: n-th weekday      */
		int weekday, nth;
	} table[] = {
		{"christmas eve", 12, 24, 0, 0},
		{"christmas|xmas day?", 12, 25, 0, 0},
		{"boxing day", 12, 26, 0, 0},
		{"new years|year's|year eve", 12, 31, 0, 0},
		{"new years|year's|year day?", 1, 1, 0, 0},
		{"valentine's|valentines|valentine day?", 2, 14, 0, 0},
		{"saint|st patrick's|patricks day", 3, 17, 0, 0},
		{"independence day", 7, 4, 0, 0},
		{"halloween", 10, 31, 0, 0},
		{"veterans|veteran's day", 11, 11, 0, 0},
		{"juneteenth", 6, 19, 0, 0},
		{"mother's|mothers day", 5, 0, 0, 2},
		{"father's|fathers day", 6, 0, 0, 3},
		{"thanksgiving day?", 11, 0, 4, 4},
		{"labor|labour day", 9, 0, 1, 1},
		{"columbus day", 10, 0, 1, 2},
		{"martin luther king day?", 1, 0, 1, 3},
		{"presidents|president's day", 2, 0, 1, 3},
		{"memorial day", 5, 0, 1, -1},
		{"easter sunday?", 0, 0, 0, 0},
	};

	for (uint32_t i = 0; i < f->ws->n; i++) {
		for (size_t k = 0; k < sizeof(table) / sizeof(*table); k++) {
			uint32_t n = words_match(f->ws, i, table[k].pattern);
			struct feast at = {table[k].month, table[k].day,
					   table[k].weekday, table[k].nth};

			if (n == 0)
				continue;
			set_feast(f, &at);
			date_mark(f, i, n);
			return 1;
		}
	}
	return 0;
}
