/**
 * @file nlu_when.c  Fields of type date and datetime
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/strbuf.h"
#include "dialog/nlu_parts.h"

static int about(const struct ask *ask, const char *set)
{
	return text_has_word(ask->field_key, set) ||
	       text_has_word(ask->description, set);
}

static int is_birth(const struct ask *ask)
{
	return about(ask, "birth|birthday|birthdate|born|dob");
}

static enum when_sense sense_of(const struct ask *ask)
{
	if (is_birth(ask) ||
	    about(ask, "incident|accident|happened|occurred|purchase|"
		       "purchased|bought|since|issued|started|previous|past|"
		       "ordered|loss|visited|graduated|hired"))
		return WHEN_PAST;
	return WHEN_FUTURE;
}

static int is_evening(const struct ask *ask)
{
	return about(ask, "dinner|evening|reservation|table|restaurant|party|"
			  "supper|show|concert|bar|drinks|party_size");
}

static void put_date(struct strbuf *b, const struct date_found *d)
{
	strbuf_addf(b, "\"year\":%d,\"month\":%d,\"day\":%d", d->year,
		    d->month, d->day);
}

/** The words behind a correction if they hold a date or time, else all. */
static int find_both(const struct ask *ask, const struct words *ws,
		     const struct nlu_today *today, int want_time,
		     struct date_found *d, struct time_found *t, int *ret_date,
		     int *ret_time)
{
	uint32_t from = words_after_correction(ws);

	for (;;) {
		struct words part;
		struct used used = {{0}};

		words_slice(&part, ws, from, ws->n);
		*ret_date =
			date_find(&part, &used, today, sense_of(ask), d) == 0;
		*ret_time = want_time && time_find(&part, &used, 1,
						   is_evening(ask), t) == 0;
		if (*ret_date && want_time && !*ret_time && d->weak) {
			/* "seven thirty" is a time before it is July 30. */
			memset(&used, 0, sizeof(used));
			*ret_time = time_find(&part, &used, 1, is_evening(ask),
					      t) == 0;
			if (*ret_time)
				*ret_date = 0;
		}
		if (*ret_date || *ret_time)
			return 0;
		if (from == 0)
			return -ENOENT;
		from = 0;
	}
}

int value_date(struct nlu_value *ret, const struct ask *ask,
	       const struct words *ws, const struct nlu_today *today)
{
	struct date_found d;
	struct time_found t;
	struct strbuf b;
	int date, time;

	if (find_both(ask, ws, today, 0, &d, &t, &date, &time) < 0)
		return -ENOENT;
	ret->strong = !d.weak && (!is_birth(ask) || d.said_year);
	if (is_birth(ask) && d.relative)
		return -ENOENT;
	ret->partial = is_birth(ask) && !d.said_year;
	strbuf_over(&b, ret->json, sizeof(ret->json));
	strbuf_addc(&b, '{');
	put_date(&b, &d);
	strbuf_addc(&b, '}');
	return nlu_speak_near(ret->spoken, sizeof(ret->spoken), "date",
			      ASK_DATE, ret->json, today);
}

/** A time of today that has passed and whose half was a guess is meant for
 *  the other half, or for tomorrow when no day was said. */
static void settle(struct date_found *d, struct time_found *t, int date,
		   const struct nlu_today *today)
{
	int same_day = d->year == today->year && d->month == today->month &&
		       d->day == today->day;
	int now = today->hour * 60 + today->minute;

	if (!same_day || t->hour * 60 + t->minute > now)
		return;
	if (!t->said_half && t->hour < 12 &&
	    (t->hour + 12) * 60 + t->minute > now) {
		t->hour += 12;
	} else if (!date) {
		cal_from_days(cal_days(d->year, d->month, d->day) + 1,
			      &d->year, &d->month, &d->day);
	}
}

int value_datetime(struct nlu_value *ret, const struct ask *ask,
		   const struct words *ws, const struct nlu_today *today)
{
	struct date_found d = {0};
	struct time_found t = {0};
	struct strbuf b;
	int date, time;

	if (find_both(ask, ws, today, 1, &d, &t, &date, &time) < 0)
		return -ENOENT;
	if (date && time && sense_of(ask) == WHEN_FUTURE)
		settle(&d, &t, date, today);
	ret->strong = (date && !d.weak) || (time && !t.weak && t.said_half);
	ret->partial = !date || !time;
	strbuf_over(&b, ret->json, sizeof(ret->json));
	strbuf_addc(&b, '{');
	if (date)
		put_date(&b, &d);
	if (time)
		strbuf_addf(&b, "%s\"hour\":%d,\"minute\":%d", date ? "," : "",
			    t.hour, t.minute);
	strbuf_addc(&b, '}');
	return nlu_speak_near(ret->spoken, sizeof(ret->spoken), "datetime",
			      ASK_DATETIME, ret->json, today);
}
