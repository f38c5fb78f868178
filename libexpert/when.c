/**
 * @file when.c  What people say about days and hours, as a filter of dates
 *
 *   "Tuesday or Thursday after three" --> weekdays, days from/to, minutes
 *                                         from/to --> does 2026-11-24T15:30
 * fit
 *
 * Days are counted from 1970-01-01, minutes from midnight. English.
 *
 * SPDX-License-Identifier: MIT
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "expert.h"

enum { WORDS_MAX = 64, WORD_BYTES = 16, DAY_MIN = 24 * 60, WEEK = 7 };

struct expert_when {
	int today;
	int from, to;           /* days; INT_MIN, INT_MAX: open */
	unsigned int on, never; /* bits of weekdays, 0 is Monday; 0: any */
	int from_min, to_min;   /* to: exclusive */
	int part_from, part_to; /* of parts of a day, all together */
	int has_days, has_hours;
	char first[11], last[11];
};

/* What is being read. */
struct reader {
	struct expert_when *w;
	char words[WORDS_MAX][WORD_BYTES];
	int n;
};

/* ---- the calendar ---------------------------------------------------------
 */

/* @source H. Hinnant, "chrono-Compatible Low-Level Date Algorithms" */
static int day_of(int year, int month, int day)
{
	int y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400;
	int yoe = y - era * 400;
	int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

static void date_of(int at, int *year, int *month, int *day)
{
	int z = at + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
	int doe = z - era * 146097;
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (5 * doy + 2) / 153;

	*day = doy - (153 * mp + 2) / 5 + 1;
	*month = mp + (mp < 10 ? 3 : -9);
	*year = yoe + era * 400 + (*month <= 2);
}

static int weekday_of(int at)
{
	return ((at + 3) % WEEK + WEEK) % WEEK;
}

static int month_days(int year, int month)
{
	return month == 12
		       ? 31
		       : day_of(year, month + 1, 1) - day_of(year, month, 1);
}

/* ---- words ----------------------------------------------------------------
 */

static const char *const weekdays[] = {"monday",   "tuesday", "wednesday",
				       "thursday", "friday",  "saturday",
				       "sunday"};
static const char *const months[] = {
	"january", "february", "march",     "april",   "may",      "june",
	"july",    "august",   "september", "october", "november", "december"};
static const char *const numbers[] = {
	"zero",  "one",   "two",  "three", "four",   "five",  "six",
	"seven", "eight", "nine", "ten",   "eleven", "twelve"};

static void split(struct reader *r, const char *text)
{
	while (*text && r->n < WORDS_MAX) {
		char *word = r->words[r->n];
		size_t n = 0;

		for (; *text; text++) {
			char c = *text;

			c = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
			if (!((c >= 'a' && c <= 'z') ||
			      (c >= '0' && c <= '9') || (n && c == ':')))
				break;
			if (n < WORD_BYTES - 1)
				word[n++] = c;
		}
		word[n] = 0;
		r->n += n > 0;
		text += *text != 0;
	}
}

static const char *word(const struct reader *r, int i)
{
	return i >= 0 && i < r->n ? r->words[i] : "";
}

static int is(const struct reader *r, int i, const char *list)
{
	const char *w = word(r, i), *at = list;
	size_t n = strlen(w);

	while (n && (at = strstr(at, w))) {
		if ((at == list || at[-1] == ' ') && (!at[n] || at[n] == ' '))
			return 1;
		at += n;
	}
	return 0;
}

static int has_word(const struct reader *r, const char *list)
{
	int found = 0;

	for (int i = 0; i < r->n; i++)
		found |= is(r, i, list);
	return found;
}

/* "mondays" is "monday", "tue" as well. @return -1: none of them */
static int index_of(const char *const *list, int n, const char *w)
{
	size_t len = strlen(w);

	for (int i = 0; i < n && len >= 3; i++) {
		size_t full = strlen(list[i]);

		if (!strncmp(list[i], w, full) &&
		    (len == full || (len == full + 1 && w[full] == 's')))
			return i;
		if (len < full && len <= 4 && !strncmp(list[i], w, len))
			return i;
	}
	return -1;
}

static int weekday(const struct reader *r, int i)
{
	return index_of(weekdays, WEEK, word(r, i));
}

static int month(const struct reader *r, int i)
{
	/* "may I come", "march in": only with a day beside it. */
	return index_of(months, 12, word(r, i));
}

/* "24", "24th", "two". @return -1: no number */
static int number(const struct reader *r, int i, int *ret_ordinal)
{
	const char *w = word(r, i);
	char *end;
	long n;

	*ret_ordinal = 0;
	for (int k = 0; k <= 12; k++)
		if (!strcmp(numbers[k], w))
			return k;
	if (*w < '0' || *w > '9')
		return -1;
	n = strtol(w, &end, 10);
	*ret_ordinal = !strcmp(end, "th") || !strcmp(end, "st") ||
		       !strcmp(end, "nd") || !strcmp(end, "rd");
	return (*end && !*ret_ordinal) || n > 9999 ? -1 : (int)n;
}

/* ---- days -----------------------------------------------------------------
 */

/* What stands before a day says how it is meant. */
static void add_days(struct reader *r, int at, int from, int to)
{
	struct expert_when *w = r->w;

	while (is(r, at - 1, "the on of day"))
		at--;
	if (is(r, at - 1, "after") && !is(r, at - 2, "day")) {
		w->from = to + 1;
	} else if (is(r, at - 1, "from since")) {
		w->from = from;
	} else if (is(r, at - 1, "before")) {
		w->to = from - 1;
	} else if (is(r, at - 1, "until till by")) {
		w->to = to;
		if (w->from == INT_MIN)
			w->from = w->today;
	} else if (!w->has_days || w->from == INT_MIN) {
		w->from = from;
		w->to = to;
	} else {
		/* "the 24th or the 26th", "from the 24th to the 26th" */
		w->from = from < w->from ? from : w->from;
		w->to = w->to == INT_MAX || to > w->to ? to : w->to;
	}
	w->has_days = 1;
}

/* @return the words that were taken */
static int read_weekday(struct reader *r, int i)
{
	int day = weekday(r, i), last = weekday(r, i + 2), at;
	struct expert_when *w = r->w;

	if (day < 0 || is(r, i, "sun sat wed"))
		return 0; /* "sat" is no day, mostly */

	at = w->today + 1 + (day - weekday_of(w->today + 1) + WEEK) % WEEK;
	w->has_days = 1;
	if (is(r, i - 1, "not except no")) {
		w->never |= 1U << day;
	} else if (is(r, i - 1, "next this after before until till by")) {
		add_days(r, i, at, at);
	} else if (last >= 0 && is(r, i + 1, "to through till until")) {
		for (; day != last; day = (day + 1) % WEEK)
			w->on |= 1U << day;
		w->on |= 1U << last;
		return 3;
	} else {
		w->on |= 1U << day;
	}
	return 1;
}

/* The next time that this day of the year comes. */
static int date_ahead(const struct expert_when *w, int m, int day)
{
	int year, this_month, this_day;

	date_of(w->today, &year, &this_month, &this_day);
	if (m < this_month || (m == this_month && day < this_day))
		year++;
	return day_of(year, m, day);
}

static int add_month(struct reader *r, int i, int m)
{
	int first, year, this_month, day;

	date_of(r->w->today, &year, &this_month, &day);
	year += m < this_month;
	first = day_of(year, m, 1);
	add_days(r, i, first, first + month_days(year, m) - 1);
	return 1;
}

/* "November 24", "24th of November", "in November" */
static int read_month(struct reader *r, int i)
{
	int ordinal, n = number(r, i, &ordinal), m = month(r, i), at;

	if (m >= 0) {
		n = number(r, i + 1, &ordinal);
		if (n >= 1 && n <= 31 && !strchr(word(r, i + 1), ':')) {
			at = date_ahead(r->w, m + 1, n);
			add_days(r, i, at, at);
			return 2;
		}
		return is(r, i - 1, "in of during next this")
			       ? add_month(r, i, m + 1)
			       : 0;
	}
	if (n < 1 || n > 31)
		return 0;
	m = month(r, i + 1 + is(r, i + 1, "of"));
	if (m < 0)
		return 0;
	at = date_ahead(r->w, m + 1, n);
	add_days(r, i, at, at);
	return 2 + is(r, i + 1, "of");
}

/* "the 24th": this month, or the next that has it */
static int read_ordinal(struct reader *r, int i)
{
	int ordinal, n = number(r, i, &ordinal), year, m, day, at;

	if (!ordinal || n < 1 || n > 31)
		return 0;

	date_of(r->w->today, &year, &m, &day);
	if (n < day && ++m > 12) {
		m = 1;
		year++;
	}
	while (n > month_days(year, m))
		m++; /* no two short months follow each other */
	at = day_of(year, m, n);
	add_days(r, i, at, at);
	return 1;
}

/* 2026-11-24 */
static int read_iso(struct reader *r, int i)
{
	int o, year = number(r, i, &o), m = number(r, i + 1, &o);
	int day = number(r, i + 2, &o), at;

	if (year < 1970 || m < 1 || m > 12 || day < 1 ||
	    day > month_days(year, m))
		return 0;
	at = day_of(year, m, day);
	add_days(r, i, at, at);
	return 3;
}

/* "today", "next week", "in two weeks" */
static int read_relative(struct reader *r, int i)
{
	struct expert_when *w = r->w;
	int monday = w->today - weekday_of(w->today), ordinal, n;

	if (is(r, i, "today tonight")) {
		add_days(r, i, w->today, w->today);
		return 1;
	}
	if (is(r, i, "tomorrow")) {
		n = is(r, i - 1, "after") && is(r, i - 2, "day") ? 2 : 1;
		add_days(r, i, w->today + n, w->today + n);
		return 1;
	}
	if (is(r, i, "this next") && is(r, i + 1, "week")) {
		n = is(r, i, "next") ? WEEK : 0;
		add_days(r, i, n ? monday + n : w->today,
			 monday + n + WEEK - 1);
		return 2;
	}
	if (is(r, i, "week") && is(r, i + 1, "after") &&
	    is(r, i + 2, "next")) {
		add_days(r, i, monday + 2 * WEEK, monday + 3 * WEEK - 1);
		return 3;
	}
	n = number(r, i + 1, &ordinal);
	if (is(r, i, "in") && n >= 0 && is(r, i + 2, "day days week weeks")) {
		int weeks = word(r, i + 2)[0] == 'w';

		n = w->today + n * (weeks ? WEEK : 1);
		add_days(r, i, n, n + (weeks ? WEEK - 1 : 0));
		return 3;
	}
	if (is(r, i, "weekend weekends weekday weekdays")) {
		w->on |= strstr(word(r, i), "end") ? 0x60U : 0x1fU;
		w->has_days = 1;
		return 1;
	}
	return 0;
}

/* ---- hours ----------------------------------------------------------------
 */

static void narrow(struct expert_when *w, int from, int to)
{
	w->from_min = from > w->from_min ? from : w->from_min;
	w->to_min = to < w->to_min ? to : w->to_min;
	w->has_hours = 1;
}

/* "in the morning or the evening" */
static void widen(struct expert_when *w, int from, int to)
{
	if (w->part_to == DAY_MIN + 1) {
		w->part_from = from;
		w->part_to = to;
	}
	w->part_from = from < w->part_from ? from : w->part_from;
	w->part_to = to > w->part_to ? to : w->part_to;
	w->has_hours = 1;
}

/* "not before three"; "no, after three" is another matter. */
static int is_not(const struct reader *r, int i)
{
	return is(r, i - 1, "not never");
}

/* "not in the morning", "not mornings" */
static int is_other_part(const struct reader *r, int i)
{
	return is_not(r, i) ||
	       (is(r, i - 1, "the") && is(r, i - 2, "in") && is_not(r, i - 2));
}

static int read_part(struct reader *r, int i)
{
	static const struct {
		const char *words;
		int from, to;
	} parts[] = {
		{"morning mornings", 0, 12 * 60},
		{"noon midday lunchtime", 11 * 60 + 30, 13 * 60 + 30},
		{"afternoon afternoons", 12 * 60, 18 * 60},
		{"evening evenings tonight", 17 * 60, DAY_MIN},
	};

	for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++) {
		if (!is(r, i, parts[k].words))
			continue;
		if (k == 1 &&
		    is(r, i - 1,
		       is_not(r, i - 1) ? "before until till" : "after"))
			narrow(r->w, 12 * 60, DAY_MIN);
		else if (k == 1 && is(r, i - 1, "before after"))
			narrow(r->w, 0, 12 * 60);
		else if (k != 1 && is_other_part(r, i))
			narrow(r->w, k ? 0 : parts[k].to,
			       k ? parts[k].from : DAY_MIN);
		else
			widen(r->w, parts[k].from, parts[k].to);
		return 1;
	}
	return 0;
}

/* "3", "three", "3pm", "3:30 p m". Hours that are not said to be of the
 * morning are those of a working day.
 * @return minutes, or -1; how many words they are */
static int clock_at(const struct reader *r, int i, int *ret_words)
{
	const char *w = word(r, i), *half = word(r, i + 1);
	int ordinal, hour = number(r, i, &ordinal), min = 0, n = 1;
	char *end;

	if (hour < 0 && *w >= '0' && *w <= '9') {
		hour = (int)strtol(w, &end, 10);
		if (*end == ':')
			min = (int)strtol(end + 1, &end, 10);
		half = end;
		if (*half && strcmp(half, "am") != 0 &&
		    strcmp(half, "pm") != 0)
			return -1;
		if (!*half)
			half = word(r, i + 1);
		else
			n = 0;
	}
	if (hour < 0 || hour > 23 || min < 0 || min > 59 || ordinal)
		return -1;

	if (is(r, i + 1, "a p") && is(r, i + 2, "m"))
		n = 3;
	else if (n && is(r, i + 1, "am pm o oclock"))
		n = 2;
	else
		n = 1;
	if (half[0] == 'p' && (half[1] == 'm' || n == 3))
		hour += hour < 12 ? 12 : 0;
	else if (half[0] == 'a' && (half[1] == 'm' || n == 3))
		hour -= hour == 12 ? 12 : 0;
	else if ((hour >= 1 && hour <= 7 && !has_word(r, "morning")) ||
		 (hour >= 5 && hour <= 11 && has_word(r, "evening tonight")))
		hour += 12;
	*ret_words = n;
	return hour * 60 + min;
}

static int is_clock(const struct reader *r, int i)
{
	const char *w = word(r, i);

	return strchr(w, ':') || is(r, i + 1, "am pm o oclock") ||
	       (*w >= '0' && *w <= '9' && strlen(w) > 2 &&
		strchr("ap", w[strlen(w) - 2]) && w[strlen(w) - 1] == 'm') ||
	       (is(r, i + 1, "a p") && is(r, i + 2, "m"));
}

/* "after three", "between 2 and 4", "at 10:30", "3 pm" */
static int read_clock(struct reader *r, int i)
{
	int n, more = 0, at = clock_at(r, i, &n), end;
	int told = is(r, i - 1,
		      "after before between from at around about "
		      "until till by past");

	if (at < 0 || (!told && !is_clock(r, i)) ||
	    is(r, i + n, "day days week weeks people") || month(r, i + n) >= 0)
		return 0;

	if (is(r, i - 1, "between from")) {
		end = is(r, i + n, "and to till until")
			      ? clock_at(r, i + n + 1, &more)
			      : -1;
		narrow(r->w, at, end > at ? end + 1 : DAY_MIN);
		return end > at ? n + 1 + more : n;
	}
	if (is(r, i - 1,
	       is_not(r, i - 1) ? "before until till" : "after past"))
		narrow(r->w, at, DAY_MIN);
	else if (is(r, i - 1, "after past"))
		narrow(r->w, 0, at + 1);
	else if (is(r, i - 1, "before until till by"))
		narrow(r->w, 0, is(r, i - 1, "before") ? at : at + 1);
	else if (is(r, i - 1, "around about"))
		narrow(r->w, at - 60, at + 61);
	else
		narrow(r->w, at, at + 1);
	return n;
}

/* ---- public ---------------------------------------------------------------
 */

/* "2026-11-24" or "2026-11-24T15:30:00"; minutes -1: without a time.
 * @return 0, EXPERT_EINVAL */
static int parse_iso(const char *s, int *ret_day, int *ret_min)
{
	static const char form[] = "dddd-dd-ddTdd:dd";
	int v[5] = {0}, k = 0;

	*ret_min = -1;
	for (int i = 0; form[i]; i++) {
		if (i == 10 && !s[i])
			break;
		if (form[i] == 'd') {
			if (s[i] < '0' || s[i] > '9')
				return EXPERT_EINVAL;
			v[k] = v[k] * 10 + (s[i] - '0');
		} else {
			if (s[i] != form[i] && !(i == 10 && s[i] == ' '))
				return EXPERT_EINVAL;
			k++;
		}
	}
	if (v[0] < 1970 || v[1] < 1 || v[1] > 12 || v[2] < 1 ||
	    v[2] > month_days(v[0], v[1]) || v[3] > 23 || v[4] > 59)
		return EXPERT_EINVAL;

	*ret_day = day_of(v[0], v[1], v[2]);
	if (s[10])
		*ret_min = v[3] * 60 + v[4];
	return EXPERT_OK;
}

static int today_here(void)
{
	time_t now = time(NULL); /* lint: of the user's wall clock */
	struct tm tm;

	return localtime_r(&now, &tm)
		       ? day_of(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday)
		       : 0;
}

static void print_day(char to[11], int day, int open)
{
	int year, m, d;

	to[0] = 0;
	if (day == open)
		return;
	date_of(day, &year, &m, &d);
	(void)snprintf(to, 11, "%04u-%02u-%02u", (unsigned int)year % 10000,
		       (unsigned int)m % 100, (unsigned int)d % 100);
}

static void read_all(struct reader *r)
{
	static int (*const readers[])(struct reader *, int) = {
		read_iso,      read_month, read_ordinal, read_weekday,
		read_relative, read_clock, read_part,
	};

	for (int i = 0; i < r->n;) {
		int taken = 0;

		for (size_t k = 0; k < 7 && taken <= 0; k++)
			taken = readers[k](r, i);
		if (is(r, i, "tonight"))
			(void)read_part(r, i);
		i += taken > 0 ? taken : 1;
	}
}

struct expert_when *expert_when_new(const char *text, const char *today)
{
	struct expert_when *w = text ? malloc(sizeof(*w)) : NULL;
	struct reader *r = w ? calloc(1, sizeof(*r)) : NULL;
	int unused;

	if (w)
		*w = (struct expert_when){.today = today_here(),
					  .from = INT_MIN,
					  .to = INT_MAX,
					  .to_min = DAY_MIN,
					  .part_to = DAY_MIN + 1};
	if (!r || (today && parse_iso(today, &w->today, &unused) < 0)) {
		free(r);
		free(w);
		return NULL;
	}

	r->w = w;
	split(r, text);
	read_all(r);
	print_day(w->first, w->from, INT_MIN);
	print_day(w->last, w->to, INT_MAX);
	free(r);
	return w;
}

void expert_when_free(struct expert_when *w)
{
	free(w);
}

int expert_when_is_any(const struct expert_when *w)
{
	return w ? !w->has_days && !w->has_hours : 0;
}

const char *expert_when_first(const struct expert_when *w)
{
	return w ? w->first : "";
}

const char *expert_when_last(const struct expert_when *w)
{
	return w ? w->last : "";
}

int expert_when_has(const struct expert_when *w, const char *iso)
{
	unsigned int bit;
	int day, min;

	if (!w || !iso || parse_iso(iso, &day, &min) < 0)
		return 0;

	bit = 1U << weekday_of(day);
	return day >= w->from && day <= w->to && (!w->on || w->on & bit) &&
	       !(w->never & bit) &&
	       (min < 0 || (min >= w->from_min && min < w->to_min &&
			    min >= w->part_from && min < w->part_to));
}
