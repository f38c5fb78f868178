/**
 * @file nlu_date.c  The day that is meant: names, numbers, "next friday"
 *
 * SPDX-License-Identifier: MIT
 */
#include "dialog/nlu_date.h"

#include <errno.h>
#include <string.h>

void date_mark(struct date_finder *f, uint32_t at, uint32_t n)
{
	for (uint32_t i = at; i < at + n && i < WORDS_MAX; i++)
		f->used->word[i] = 1;
}

static int is_used(const struct date_finder *f, uint32_t at, uint32_t n)
{
	for (uint32_t i = at; i < at + n && i < WORDS_MAX; i++) {
		if (f->used->word[i])
			return 1;
	}
	return 0;
}

int64_t date_today(const struct date_finder *f)
{
	return cal_days(f->today->year, f->today->month, f->today->day);
}

void date_set(struct date_finder *f, int64_t days)
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

int date_weekday_named(const char *s)
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
static int full_year(const struct date_finder *f, int two)
{
	int century = f->today->year / 100 * 100;
	int year = century + two;

	if (f->sense == WHEN_PAST)
		return year > f->today->year ? year - 100 : year;
	return year < f->today->year - 50 ? year + 100 : year;
}

/** A year at word `at`: "2026", "twenty twenty six", "nineteen oh five",
 *  "two thousand four", "'84". */
static int year_at(const struct date_finder *f, uint32_t at, uint32_t *ret_n)
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
static void take_year(struct date_finder *f, uint32_t at)
{
	uint32_t skip = words_match(f->ws, at, "in|of|the");
	uint32_t n = 0;
	int year;

	year = year_at(f, at + skip, &n);
	if (year == 0 || is_used(f, at + skip, n))
		return;
	f->d->year = year;
	f->d->said_year = 1;
	date_mark(f, at, skip + n);
}

/** "twenty seventh of november", "27 november" with the month at word i.
 *  @param plain  nonzero: only an ordinal or an "of" will do */
static int day_before_month(struct date_finder *f, uint32_t i, int month,
			    int plain)
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
		date_mark(f, i - back, back + 1);
		take_year(f, i + 1);
		return 1;
	}
	return 0;
}

/** "november twenty seventh", "twenty seventh of november". */
static int find_named_month(struct date_finder *f)
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
			date_mark(f, i, 1 + the + n);
			take_year(f, i + 1 + the + n);
			return 1;
		}
		if (day_before_month(f, i, m, 0))
			return 1;
	}
	return 0;
}

/** "28.11.": a day that can be neither a month nor a time. */
static int is_dotted_day(const struct words *ws, uint32_t i)
{
	struct num day, month;

	return ws->w[i + 1].sep == '.' &&
	       num_at(ws, i, NUM_NO_SCALE, &day) == 0 && day.value > 23 &&
	       day.value <= 31 &&
	       num_at(ws, i + 1, NUM_NO_SCALE, &month) == 0 &&
	       month.value >= 1 && month.value <= 12;
}

/** "12/24", "12-24-2026", "2026-11-27", "24.12.2026". */
static int find_typed(struct date_finder *f)
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
		if (c == NULL && sep != '/' && !is_dotted_day(ws, i))
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
		date_mark(f, i, c != NULL ? 3 : 2);
		return 1;
	}
	return 0;
}

/** "the last day of november", "end of the month". */
static int find_month_end(struct date_finder *f)
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
		date_mark(f, i, n + 1);
		return 1;
	}
	return 0;
}

/** "the day before christmas", "the day after thanksgiving". */
static void shift(struct date_finder *f)
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
		date_mark(f, i - 2, 2);
		cal_from_days(cal_days(d->year, d->month, d->day) + days,
			      &d->year, &d->month, &d->day);
		return;
	}
}

/** A lone day of the month: "the fifth", "on the 27th". */
static int find_ordinal(struct date_finder *f)
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
		date_mark(f, i, num.words);
		return 1;
	}
	return 0;
}

/** "ten fifteen nineteen eighty four", "twelve twenty four". */
static int find_spoken_numbers(struct date_finder *f)
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
		date_mark(f, i, at + n - i);
		return 1;
	}
	return 0;
}

/** Is there such a day, and on the meant side of today? */
static int is_meant(const struct date_finder *f, int y, int m, int day)
{
	int64_t ahead;

	if (!cal_valid(y, m, day))
		return 0;
	ahead = cal_days(y, m, day) - date_today(f);
	return f->sense == WHEN_PAST ? ahead <= 0 : ahead >= 0;
}

/** Put a year, a month to what was said, on the meant side of today. */
static int complete(struct date_finder *f)
{
	struct date_found *d = f->d;
	int step = f->sense == WHEN_PAST ? -1 : 1;

	if (d->relative)
		return 0;
	if (!d->said_month) {
		int y = f->today->year, m = f->today->month;

		for (int i = 0; i < 24; i++) {
			if (is_meant(f, y, m, d->day)) {
				d->year = y;
				d->month = m;
				return 0;
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

		if (is_meant(f, y, d->month, d->day)) {
			d->year = y;
			return 0;
		}
	}
	return -ENOENT;
}

/** A birthday whose year was said first. */
static void find_year(struct date_finder *f)
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
		date_mark(f, i, n);
		return;
	}
}

int date_find(const struct words *ws, struct used *used,
	      const struct nlu_today *today, enum when_sense sense,
	      struct date_found *ret)
{
	struct date_found d = {0};
	struct date_finder f = {.ws = ws,
				.used = used,
				.today = today,
				.sense = sense,
				.d = &d};
	int64_t days;
	uint32_t n;

	if (find_typed(&f) || find_month_end(&f) || find_named_month(&f) ||
	    date_find_feast(&f) || date_find_relative(&f))
		goto found;
	for (uint32_t i = 0; i < ws->n; i++) {
		if (!date_weekday_at(&f, i, &days, &n))
			continue;
		date_mark(&f, i, n);
		d.said_weekday = 1;
		/* "friday the twenty seventh": the day rules. */
		if (find_ordinal(&f)) {
			d.weak = 0;
			goto found;
		}
		date_set(&f, days);
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
