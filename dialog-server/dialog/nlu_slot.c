/**
 * @file nlu_slot.c  Which of the offered times is meant; words of order
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "dialog/nlu_parts.h"

int order_find(const struct words *ws, int *ret)
{
	static const char things[] = "one|option|choice|slot|time|of|thing|"
				     "item|please|is|works|would|sounds|"
				     "appointment";

	for (uint32_t i = 0; i < ws->n; i++) {
		struct num num;
		uint32_t n = words_match(
			ws, i, "number|option|choice|selection|answer");

		if (i > 0 && words_in(ws, i - 1, "not"))
			continue;
		if (n > 0 && num_at(ws, i + n, NUM_HOMOPHONES, &num) == 0 &&
		    num.value >= 1 && num.value <= ASK_CHOICES_MAX) {
			*ret = (int)num.value;
			return 0;
		}
		int the = i > 0 && words_in(ws, i - 1, "the|your|that");

		if (words_in(ws, i, "last|latter|final") &&
		    (the || words_in(ws, i + 1, things))) {
			*ret = -1;
			return 0;
		}
		if (words_in(ws, i, "former|top") && the) {
			*ret = 1;
			return 0;
		}
		if (num_at(ws, i, NUM_NO_SCALE, &num) < 0 || !num.ordinal ||
		    num.value > ASK_CHOICES_MAX || num.value < 1)
			continue;
		if (words_in(ws, i + num.words, things) ||
		    (the && i + num.words == ws->n) || ws->n == num.words) {
			*ret = (int)num.value;
			return 0;
		}
	}
	return -ENOENT;
}

/** Which choices are still possible. */
struct slots {
	struct slot s[ASK_CHOICES_MAX];
	uint8_t possible[ASK_CHOICES_MAX];
	uint32_t n;
};

static uint32_t count(const struct slots *t)
{
	uint32_t c = 0;

	for (uint32_t i = 0; i < t->n; i++)
		c += t->possible[i];
	return c;
}

static int same_date(const struct slot *s, const struct date_found *d)
{
	return s->year == d->year && s->month == d->month && s->day == d->day;
}

static int on_date(const struct slots *t, const struct date_found *d, int how,
		   uint32_t i)
{
	const struct slot *s = &t->s[i];

	if (!t->possible[i])
		return 0;
	switch (how) {
	case 0:
		return same_date(s, d);
	case 1: /* "friday": the one friday that is offered */
		return d->said_weekday &&
		       cal_weekday(s->year, s->month, s->day) ==
			       cal_weekday(d->year, d->month, d->day);
	default: /* "the fifth" */
		return d->said_day && !d->said_month && s->day == d->day;
	}
}

/** Keep the choices on that day. @return 0, -ENOENT (none is) */
static int keep_date(struct slots *t, const struct date_found *d)
{
	for (int how = 0; how < 3; how++) {
		uint32_t hits = 0;

		for (uint32_t i = 0; i < t->n; i++)
			hits += (uint32_t)on_date(t, d, how, i);
		if (hits == 0)
			continue;
		for (uint32_t i = 0; i < t->n; i++)
			t->possible[i] &= (uint8_t)on_date(t, d, how, i);
		return 0;
	}
	return -ENOENT;
}

static int at_time(const struct slot *s, const struct time_found *f, int exact)
{
	if (s->hour < 0 || s->minute != f->minute)
		return 0;
	return exact ? s->hour == f->hour : s->hour % 12 == f->hour % 12;
}

static int keep_time(struct slots *t, const struct time_found *f)
{
	for (int exact = 1; exact >= f->said_half; exact--) {
		uint32_t hits = 0;

		for (uint32_t i = 0; i < t->n; i++)
			hits += t->possible[i] && at_time(&t->s[i], f, exact);
		if (hits == 0)
			continue;
		for (uint32_t i = 0; i < t->n; i++)
			t->possible[i] &= (uint8_t)at_time(&t->s[i], f, exact);
		return 0;
	}
	return -ENOENT;
}

/** "in the morning": a part of the day without an hour. */
static void keep_part(struct slots *t, int part)
{
	for (uint32_t i = 0; part && i < t->n; i++) {
		if (!when_in_part(t->s[i].hour, part))
			t->possible[i] = 0;
	}
}

static int64_t minutes_of(const struct slot *s)
{
	return cal_days(s->year, s->month, s->day) * 1440 +
	       (s->hour < 0 ? 0 : s->hour * 60 + s->minute);
}

/** "the earliest", "the later one". @return index or -1 */
static int extreme(const struct slots *t, const struct words *ws)
{
	int early = words_find(ws, 0,
			       "earliest|earlier|early|soonest|sooner|asap") >=
			    0 ||
		    words_find(ws, 0, "soon as possible") >= 0;
	int late = words_find(ws, 0, "latest|later|late") >= 0;
	int best = -1;

	if (early == late)
		return -1;
	for (uint32_t i = 0; i < t->n; i++) {
		if (!t->possible[i])
			continue;
		int64_t at = minutes_of(&t->s[i]);

		if (best < 0 || (early ? at < minutes_of(&t->s[best])
				       : at > minutes_of(&t->s[best])))
			best = (int)i;
	}
	return best;
}

static int accept(struct nlu_value *ret, const struct ask *ask, uint32_t i,
		  int strong, const struct nlu_today *today)
{
	if (json_quote(ret->json, sizeof(ret->json), ask->choices[i]) < 0)
		return -ENOENT;
	ret->strong = strong;
	ret->partial = 0;
	return nlu_speak_near(ret->spoken, sizeof(ret->spoken),
			      "calendar_slot", ask->kind, ret->json, today);
}

/** No list: any day and time will do. */
static int free_slot(struct nlu_value *ret, const struct ask *ask,
		     const struct words *ws, const struct nlu_today *today)
{
	struct nlu_half h;
	int strong;

	if (value_datetime(ret, ask, ws, today) < 0)
		return -ENOENT;
	if (ret->partial)
		return 0;
	strong = ret->strong;
	if (nlu_half_read(&h, ret->json) < 0 ||
	    nlu_half_value(ret, "calendar_slot", ask, &h, today) < 0)
		return -ENOENT;
	ret->strong = strong;
	return 0;
}

/** "the four thirty one": the last word is no minute. */
static void drop_one(struct words *ws)
{
	if (ws->n > 2 && words_in(ws, ws->n - 1, "one") &&
	    words_in(ws, ws->n - 2, "twenty|thirty|forty|fifty"))
		ws->n--;
}

/** The day and the time in the words. */
struct said {
	struct date_found d;
	struct time_found f;
	int date, time, part;
	int order; /* "the second one", 0: none, -1: the last */
};

static void read_said(struct said *ret, const struct words *ws,
		      const struct nlu_today *today)
{
	struct used used = {{0}};

	memset(ret, 0, sizeof(*ret));
	ret->date = date_find(ws, &used, today, WHEN_FUTURE, &ret->d) == 0;
	ret->time = time_find(ws, &used, 1, 0, &ret->f) == 0;
	if (order_find(ws, &ret->order) < 0)
		ret->order = 0;
	if (ret->date && ret->d.weak) {
		/* "the first" is an order, "four thirty" a time. */
		memset(&used, 0, sizeof(used));
		ret->date = !ret->time && ret->order == 0;
		if (!ret->time)
			ret->time = time_find(ws, &used, 1, 0, &ret->f) == 0;
		ret->date = ret->date && !ret->time;
	}
	ret->part = when_part(ws);
}

/** "On friday at two, sorry, at three": the half that stands. */
static void add_stood(struct said *s, const struct words *all, uint32_t upto,
		      const struct nlu_today *today)
{
	struct words before;
	struct said old;

	if ((s->date != 0) == (s->time != 0))
		return;
	words_slice(&before, all, 0, upto);
	read_said(&old, &before, today);
	if (!s->date && old.date && !old.d.weak) {
		s->d = old.d;
		s->date = 1;
	} else if (!s->time && old.time && !old.f.weak) {
		s->f = old.f;
		s->time = 1;
	}
}

/** Nothing on offer is meant by the words alone: what they say of a day and
 *  a time. @return 0, -ENOENT (nothing) */
static int half_slot(struct nlu_value *ret, const struct said *s,
		     const struct nlu_today *today)
{
	struct nlu_half h = {.has_day = s->date && !s->d.weak,
			     .has_time = s->time != 0,
			     .part = s->time ? 0 : (uint8_t)s->part};

	if (!h.has_day && !h.has_time && !h.part)
		return -ENOENT;
	if (h.has_day) {
		h.year = s->d.year;
		h.month = s->d.month;
		h.day = s->d.day;
	}
	if (h.has_time) {
		h.hour = s->f.hour;
		h.minute = s->f.minute;
	}
	ret->strong = h.has_day;
	return when_partial(ret, &h, today);
}

/** Strike out what the words exclude. @return 0, -ENOENT (all of it) */
static int keep_said(struct slots *t, struct said *s)
{
	if (s->date && keep_date(t, &s->d) < 0) {
		if (!s->d.weak)
			return -ENOENT;
		s->date = 0;
	}
	if (s->time && keep_time(t, &s->f) < 0) {
		/* "the monday one" */
		if (!s->f.weak || (s->date && s->f.hour % 12 != 1))
			return -ENOENT;
		s->time = 0;
	}
	keep_part(t, s->time ? 0 : s->part);
	return 0;
}

static int only_one(const struct slots *t)
{
	for (uint32_t i = 0; i < t->n; i++) {
		if (t->possible[i])
			return (int)i;
	}
	return -1;
}

int value_slot(struct nlu_value *ret, const struct ask *ask,
	       const struct words *all, const struct nlu_today *today)
{
	uint32_t from = words_after_correction(all), refused;
	struct slots t;
	struct words ws;
	struct said s;
	int end;

	if (ask->n_choices == 0)
		return free_slot(ret, ask, all, today);
	refused = when_refused(all, from, today);
	words_slice(&ws, all, refused > 0 ? refused : from, all->n);
	drop_one(&ws);
	t.n = ask->n_choices < ASK_CHOICES_MAX ? ask->n_choices
					       : ASK_CHOICES_MAX;
	for (uint32_t i = 0; i < t.n; i++) {
		t.s[i] = (struct slot){1, 1, 1, -1, 0};
		t.possible[i] = slot_parse(ask->choices[i], &t.s[i]) == 0;
	}
	read_said(&s, &ws, today);
	if (from > 0)
		add_stood(&s, all, from, today);
	if (keep_said(&t, &s) < 0)
		return half_slot(ret, &s, today);
	end = extreme(&t, &ws);
	if (end >= 0)
		return accept(ret, ask, (uint32_t)end, 1, today);
	if ((s.date || s.time || count(&t) < t.n) && count(&t) == 1)
		return accept(ret, ask, (uint32_t)only_one(&t), s.date, today);
	if (!s.time && s.order != 0) {
		uint32_t i = s.order < 0 ? t.n - 1 : (uint32_t)s.order - 1;

		if (i < t.n)
			return accept(ret, ask, i, 0, today);
	}
	return half_slot(ret, &s, today);
}
