/**
 * @file nlu_date.c  The day that is meant: names, numbers, "next friday"
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "dialog/nlu_parts.h"

/* Most certain first; a reader fills what it finds and marks the words. */
struct finder {
	const struct words *ws;
	struct used *used;
	const struct nlu_today *today;
	enum when_sense sense;
	struct date_found *d;
};

static void mark(struct finder *f, uint32_t at, uint32_t n)
{
	for (uint32_t i = at; i < at + n && i < WORDS_MAX; i++)
		f->used->word[i] = 1;
}

static int is_used(const struct finder *f, uint32_t at, uint32_t n)
{
	for (uint32_t i = at; i < at + n && i < WORDS_MAX; i++) {
		if (f->used->word[i])
			return 1;
	}
	return 0;
}

static int64_t today_days(const struct finder *f)
{
	return cal_days(f->today->year, f->today->month, f->today->day);
}

static void set_days(struct finder *f, int64_t days)
{
	cal_from_days(days, &f->d->year, &f->d->month, &f->d->day);
	f->d->relative = 1;
}

/** A long name that was mistyped: "wensday", "febuary". */
static int misspelled(const char *s, const char *name)
{
	return s[0] == name[0] && strlen(s) >= 6 && sound_like(s, name) >= 78;
}

static int month_named(const char *s)
{
	static const char *const shorts[12] = {
		"jan", "feb", "mar",      "apr", "may", "jun",
		"jul", "aug", "sep|sept", "oct", "nov", "dec",
	};

	for (int m = 0; m < 12; m++) {
		if (strcmp(s, cal_months[m]) == 0 || word_in(s, shorts[m]))
			return m + 1;
	}
	for (int m = 0; m < 12; m++) {
		if (misspelled(s, cal_months[m]))
			return m + 1;
	}
	return 0;
}

static int weekday_named(const char *s)
{
	static const char *const other[7] = {
		"sun|sundays",
		"mon|mondays",
		"tue|tues|tuesdays",
		"wed|weds|wednesdays",
		"thu|thur|thurs|thursdays",
		"fri|fridays",
		"sat|saturdays",
	};

	for (int d = 0; d < 7; d++) {
		if (strcmp(s, cal_weekdays[d]) == 0 || word_in(s, other[d]))
			return d;
	}
	for (int d = 0; d < 7; d++) {
		if (misspelled(s, cal_weekdays[d]))
			return d;
	}
	return -1;
}

/** A day of a month, 1..31: "twenty seventh", "27", "27th". */
static int day_at(const struct words *ws, uint32_t at, uint32_t *ret_n)
{
	struct num num;

	if (num_at(ws, at, NUM_NO_SCALE, &num) < 0 || num.value < 1 ||
	    num.value > 31)
		return 0;
	*ret_n = num.words;
	return (int)num.value;
}

/** Two digits of a year to four: nearest to today on the meant side. */
static int full_year(const struct finder *f, int two)
{
	int century = f->today->year / 100 * 100;
	int year = century + two;

	if (f->sense == WHEN_PAST)
		return year > f->today->year ? year - 100 : year;
	return year < f->today->year - 50 ? year + 100 : year;
}

/** A year at word `at`: "2026", "twenty twenty six", "nineteen oh five",
 *  "two thousand four", "'84". */
static int year_at(const struct finder *f, uint32_t at, uint32_t *ret_n)
{
	const struct words *ws = f->ws;
	struct num a, b;

	if (at >= ws->n)
		return 0;
	/* "january first oh five" */
	if (f->sense == WHEN_PAST && words_match(ws, at, "oh|o *") > 0 &&
	    num_at(ws, at + 1, NUM_NO_SCALE, &a) == 0 && a.value < 10) {
		*ret_n = 1 + a.words;
		return full_year(f, (int)a.value);
	}
	if (num_at(ws, at, 0, &a) < 0 || a.ordinal)
		return 0;
	*ret_n = a.words;
	if (a.value >= 1900 && a.value <= 2100)
		return (int)a.value;
	if (a.typed && a.width == 2)
		return full_year(f, (int)a.value);
	if (a.value == 19 || a.value == 20) {
		uint32_t next = at + a.words;
		uint32_t oh = words_match(ws, next, "oh|o|zero");

		if (num_at(ws, next + oh, NUM_NO_SCALE, &b) == 0 &&
		    !b.ordinal && b.value < 100 &&
		    (oh ? b.value < 10 : b.value >= 10)) {
			*ret_n = a.words + oh + b.words;
			return (int)(a.value * 100 + b.value);
		}
		return 0;
	}
	/* "november seven thirty" is a time; "born june fifth eighty" is not.
	 */
	if (f->sense == WHEN_PAST && a.value >= 10 && a.value < 100)
		return full_year(f, (int)a.value);
	return 0;
}

/** An optional year behind a day and month. */
static void take_year(struct finder *f, uint32_t at)
{
	uint32_t skip = words_match(f->ws, at, "in|of|the");
	uint32_t n = 0;
	int year;

	year = year_at(f, at + skip, &n);
	if (year == 0 || is_used(f, at + skip, n))
		return;
	f->d->year = year;
	f->d->said_year = 1;
	mark(f, at, skip + n);
}

/** "twenty seventh of november", "27 november" with the month at word i.
 *  @param plain  nonzero: only an ordinal or an "of" will do */
static int day_before_month(struct finder *f, uint32_t i, int month, int plain)
{
	const struct words *ws = f->ws;

	for (uint32_t back = i < 4 ? i : 4; back > 0; back--) {
		uint32_t n = 0, of;
		int day = day_at(ws, i - back, &n);
		struct num num;

		of = words_match(ws, i - back + n, "day? of?");
		if (day == 0 || n + of != back)
			continue;
		if (plain && of == 0 &&
		    (num_at(ws, i - back, NUM_NO_SCALE, &num) < 0 ||
		     !num.ordinal))
			continue;
		f->d->month = month;
		f->d->day = day;
		f->d->said_month = f->d->said_day = 1;
		mark(f, i - back, back + 1);
		take_year(f, i + 1);
		return 1;
	}
	return 0;
}

/** "november twenty seventh", "twenty seventh of november". */
static int find_named_month(struct finder *f)
{
	const struct words *ws = f->ws;

	for (uint32_t i = 0; i < ws->n; i++) {
		int m = month_named(ws->w[i].s), day;
		uint32_t the, n = 0;

		if (m == 0 || is_used(f, i, 1))
			continue;
		if (day_before_month(f, i, m, 1))
			return 1;
		the = words_match(ws, i + 1, "the");
		day = day_at(ws, i + 1 + the, &n);
		if (day > 0) {
			f->d->month = m;
			f->d->day = day;
			f->d->said_month = f->d->said_day = 1;
			mark(f, i, 1 + the + n);
			take_year(f, i + 1 + the + n);
			return 1;
		}
		if (day_before_month(f, i, m, 0))
			return 1;
	}
	return 0;
}

/** "12/24", "12-24-2026", "2026-11-27", "24.12.2026". */
static int find_typed(struct finder *f)
{
	const struct words *ws = f->ws;

	for (uint32_t i = 0; i + 1 < ws->n; i++) {
		const struct word *a = &ws->w[i], *b = &ws->w[i + 1];
		const struct word *c = i + 2 < ws->n ? &ws->w[i + 2] : NULL;
		struct num x, y, z = {0};
		char sep = b->sep;

		if (!a->digits || !b->digits || sep == 0 ||
		    strchr("/-.", sep) == NULL)
			continue;
		if (c != NULL && (!c->digits || c->sep != sep))
			c = NULL;
		if (c == NULL && sep != '/')
			continue;
		if (num_at(ws, i, NUM_NO_SCALE, &x) < 0 ||
		    num_at(ws, i + 1, NUM_NO_SCALE, &y) < 0 ||
		    (c != NULL && num_at(ws, i + 2, NUM_NO_SCALE, &z) < 0))
			continue;
		if (x.value > 9999 || y.value > 99 || z.value > 9999)
			continue;
		if (c != NULL && x.width == 4) {
			f->d->year = (int)x.value;
			f->d->month = (int)y.value;
			f->d->day = (int)z.value;
		} else {
			int swap = x.value > 12 || sep == '.';

			f->d->month = (int)(swap ? y.value : x.value);
			f->d->day = (int)(swap ? x.value : y.value);
			if (c != NULL)
				f->d->year =
					z.width == 4
						? (int)z.value
						: full_year(f, (int)z.value %
								       100);
		}
		f->d->said_year = c != NULL;
		f->d->said_month = f->d->said_day = 1;
		mark(f, i, c != NULL ? 3 : 2);
		return 1;
	}
	return 0;
}

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
static void set_feast(struct finder *f, const struct feast *at)
{
	int year = f->today->year, month, day;

	feast_of(at, year, &month, &day);
	if (at->day == 0) {
		if (cal_days(year, month, day) < today_days(f))
			feast_of(at, ++year, &month, &day);
		f->d->year = year;
		f->d->said_year = 1;
	}
	f->d->month = month;
	f->d->day = day;
	f->d->said_month = f->d->said_day = 1;
}

/** Fixed and moving feasts that people name instead of a date. */
static int find_feast(struct finder *f)
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
			mark(f, i, n);
			return 1;
		}
	}
	return 0;
}

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
static int64_t moved(const struct finder *f, int64_t from, int n,
		     const char *unit)
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
	(void)f;
	return cal_days(y, m, d);
}

/** "today", "tomorrow", "the day after tomorrow", "yesterday". */
static int anchor_at(const struct finder *f, uint32_t at, int64_t *ret,
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
		*ret = today_days(f) + table[k].days;
		*ret_n = n;
		return 1;
	}
	return 0;
}

/** "friday", "next friday", "friday week", "last friday". */
static int weekday_at(const struct finder *f, uint32_t at, int64_t *ret,
		      uint32_t *ret_n)
{
	const struct words *ws = f->ws;
	int64_t now = today_days(f);
	int wd_now =
		cal_weekday(f->today->year, f->today->month, f->today->day);
	uint32_t i = at, week;
	int next = 0, last = 0, this_one = 0, wd, ahead;

	if (words_match(ws, i, "next week|weeks|week's on?") > 0) {
		next = 1;
		i += words_match(ws, i, "next week|weeks|week's on?");
	} else if (words_match(ws, i, "a week from|on") > 0) {
		next = 2;
		i += 3;
	}
	if (words_in(ws, i, "next")) {
		next = 1;
		i++;
	} else if (words_in(ws, i, "last")) {
		last = 1;
		i++;
	} else if (words_in(ws, i, "this")) {
		this_one = 1;
		i++;
		i += words_match(ws, i, "coming|past|next");
	} else if (words_in(ws, i, "coming")) {
		i++;
	}
	if (i >= ws->n)
		return 0;
	wd = weekday_named(ws->w[i].s);
	if (wd < 0 || (strlen(ws->w[i].s) == 3 &&
		       word_in(ws->w[i].s, "sat|sun|mon|wed") && i > at &&
		       words_in(ws, i - 1, "i|we|the|a")))
		return 0;
	i++;
	ahead = (wd - wd_now + 7) % 7;
	if (words_match(ws, i, "after next") > 0) {
		next = 2;
		i += 2;
	}
	week = words_match(ws, i, "next week");
	if (week == 0)
		week = words_match(ws, i, "of? next week");
	if (week == 0 && words_match(ws, i, "week") > 0)
		week = 1;
	if (week > 0) {
		next = words_in(ws, i, "week") ? 2 : 1;
		i += week;
	}
	if (last) {
		ahead = ahead == 0 ? -7 : ahead - 7;
	} else if (next == 1) {
		/* Of the week that begins next Monday. */
		int to_monday = (8 - wd_now) % 7;

		to_monday = to_monday == 0 ? 7 : to_monday;
		ahead = to_monday + (wd + 6) % 7;
	} else {
		if (ahead == 0 && !this_one)
			ahead = 7;
		if (next == 2)
			ahead += 7;
		if (f->sense == WHEN_PAST)
			ahead -= 7;
	}
	*ret = now + ahead;
	*ret_n = i - at;
	return 1;
}

static int find_relative(struct finder *f)
{
	const struct words *ws = f->ws;

	for (uint32_t i = 0; i < ws->n; i++) {
		uint32_t in = words_match(ws, i, "in|within"), n = 0, k;
		int count = count_at(ws, i + in, &n);
		uint32_t unit = i + in + n;
		int64_t base, from = today_days(f);

		if (count > 0 &&
		    words_in(ws, unit,
			     "day|days|week|weeks|month|months|year|years")) {
			const char *u = ws->w[unit].s;

			k = words_match(ws, unit + 1, "ago|back");
			if (k > 0) {
				set_days(f, moved(f, from, -count, u));
				mark(f, i, in + n + 1 + k);
				return 1;
			}
			k = words_match(ws, unit + 1, "from|after|on");
			if (k > 0) {
				uint32_t m = 0;

				if (anchor_at(f, unit + 2, &base, &m) ||
				    weekday_at(f, unit + 2, &base, &m)) {
					set_days(f, moved(f, base, count, u));
					mark(f, i, in + n + 2 + m);
					return 1;
				}
			}
			if (in > 0) {
				set_days(f, moved(f, from, count, u));
				mark(f, i, in + n + 1);
				return 1;
			}
		}
		if (anchor_at(f, i, &base, &n)) {
			set_days(f, base);
			/* "tonight", "this evening": the time wants them. */
			if (!words_in(ws, i, "tonight|this|last"))
				mark(f, i, n);
			return 1;
		}
	}
	return 0;
}

/** "the last day of november", "end of the month". */
static int find_month_end(struct finder *f)
{
	const struct words *ws = f->ws;

	for (uint32_t i = 0; i < ws->n; i++) {
		uint32_t n = words_match(ws, i, "last day of the|this?");
		int month;

		if (n == 0)
			n = words_match(ws, i, "end of the|this?");
		if (n == 0 || i + n >= ws->n)
			continue;
		month = words_in(ws, i + n, "month")
				? f->today->month
				: month_named(ws->w[i + n].s);
		if (month == 0)
			continue;
		f->d->month = month;
		f->d->year = f->today->year;
		if (month < f->today->month && f->sense == WHEN_FUTURE)
			f->d->year++;
		f->d->day = cal_month_days(f->d->year, month);
		f->d->said_month = f->d->said_day = f->d->said_year = 1;
		mark(f, i, n + 1);
		return 1;
	}
	return 0;
}

/** "the day before christmas", "the day after thanksgiving". */
static void shift(struct finder *f)
{
	struct date_found *d = f->d;
	int64_t days = 0;

	for (uint32_t i = 2; i < f->ws->n; i++) {
		if (!f->used->word[i] || f->used->word[i - 1])
			continue;
		if (words_match(f->ws, i - 2, "day|night before") == 2)
			days = -1;
		else if (words_match(f->ws, i - 2, "day after") == 2)
			days = 1;
		if (days == 0)
			return;
		mark(f, i - 2, 2);
		cal_from_days(cal_days(d->year, d->month, d->day) + days,
			      &d->year, &d->month, &d->day);
		return;
	}
}

/** A lone day of the month: "the fifth", "on the 27th". */
static int find_ordinal(struct finder *f)
{
	const struct words *ws = f->ws;

	for (uint32_t i = 0; i < ws->n; i++) {
		struct num num;

		if (num_at(ws, i, NUM_NO_SCALE, &num) < 0 || !num.ordinal ||
		    num.value < 1 || num.value > 31 ||
		    is_used(f, i, num.words))
			continue;
		if (words_in(ws, i + num.words, "one|option|choice|time|of"))
			continue;
		/* "just a second" */
		if (i > 0 && words_in(ws, i, "second") &&
		    words_in(ws, i - 1, "a|one|just|per"))
			continue;
		f->d->day = (int)num.value;
		f->d->said_day = 1;
		f->d->weak = !(i > 0 && words_in(ws, i - 1, "the|on")) ||
			     num.value < 4;
		mark(f, i, num.words);
		return 1;
	}
	return 0;
}

/** "ten fifteen nineteen eighty four", "twelve twenty four". */
static int find_spoken_numbers(struct finder *f)
{
	const struct words *ws = f->ws;

	for (uint32_t i = 0; i < ws->n; i++) {
		uint32_t oh = words_match(ws, i, "oh|o|zero"), oh2, n = 0;
		struct num m, d;
		uint32_t at = i + oh;

		if (num_at(ws, at, NUM_NO_SCALE, &m) < 0 || m.value < 1 ||
		    m.value > 12 || m.ordinal)
			continue;
		at += m.words;
		oh2 = words_match(ws, at, "oh|o|zero");
		at += oh2;
		if (num_at(ws, at, NUM_NO_SCALE, &d) < 0 || d.value < 1 ||
		    d.value > 31 || (oh2 && d.value > 9))
			continue;
		at += d.words;
		if (words_in(ws, at, "am|pm|a|p|oclock"))
			continue;
		f->d->year = year_at(f, at, &n);
		f->d->said_year = f->d->year > 0;
		f->d->month = (int)m.value;
		f->d->day = (int)d.value;
		f->d->said_month = f->d->said_day = 1;
		f->d->weak = !f->d->said_year;
		mark(f, i, at + n - i);
		return 1;
	}
	return 0;
}

/** Put a year, a month to what was said, on the meant side of today. */
static int complete(struct finder *f)
{
	struct date_found *d = f->d;
	int64_t now = today_days(f);
	int step = f->sense == WHEN_PAST ? -1 : 1;

	if (d->relative)
		return 0;
	if (!d->said_month) {
		int y = f->today->year, m = f->today->month;

		for (int i = 0; i < 24; i++) {
			if (cal_valid(y, m, d->day)) {
				int64_t at = cal_days(y, m, d->day);

				if (step > 0 ? at >= now : at <= now) {
					d->year = y;
					d->month = m;
					return 0;
				}
			}
			m += step;
			if (m > 12 || m < 1) {
				y += step;
				m = m < 1 ? 12 : 1;
			}
		}
		return -ENOENT;
	}
	if (d->said_year)
		return cal_valid(d->year, d->month, d->day) ? 0 : -ENOENT;
	/* Eight years reach the next 29th of February. */
	for (int i = 0; i <= 8; i++) {
		int y = f->today->year + i * step;

		if (!cal_valid(y, d->month, d->day))
			continue;
		int64_t at = cal_days(y, d->month, d->day);

		if (step > 0 ? at >= now : at <= now) {
			d->year = y;
			return 0;
		}
	}
	return -ENOENT;
}

/** A birthday whose year was said first. */
static void find_year(struct finder *f)
{
	if (f->sense != WHEN_PAST || f->d->said_year || !f->d->said_month)
		return;
	for (uint32_t i = 0; i < f->ws->n; i++) {
		uint32_t n = 0;
		int year = year_at(f, i, &n);

		if (year < 1900 || is_used(f, i, n) || n < 2)
			continue;
		f->d->year = year;
		f->d->said_year = 1;
		mark(f, i, n);
		return;
	}
}

int date_find(const struct words *ws, struct used *used,
	      const struct nlu_today *today, enum when_sense sense,
	      struct date_found *ret)
{
	struct date_found d = {0};
	struct finder f = {.ws = ws,
			   .used = used,
			   .today = today,
			   .sense = sense,
			   .d = &d};
	int64_t days;
	uint32_t n;

	if (find_typed(&f) || find_month_end(&f) || find_named_month(&f) ||
	    find_feast(&f) || find_relative(&f))
		goto found;
	for (uint32_t i = 0; i < ws->n; i++) {
		if (!weekday_at(&f, i, &days, &n))
			continue;
		mark(&f, i, n);
		d.said_weekday = 1;
		/* "friday the twenty seventh": the day rules. */
		if (find_ordinal(&f)) {
			d.weak = 0;
			goto found;
		}
		set_days(&f, days);
		goto found;
	}
	if (find_ordinal(&f) || find_spoken_numbers(&f))
		goto found;
	return -ENOENT;
found:
	find_year(&f);
	if (complete(&f) < 0 || !cal_valid(d.year, d.month, d.day))
		return -ENOENT;
	shift(&f);
	*ret = d;
	return 0;
}
