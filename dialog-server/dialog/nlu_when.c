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

struct both {
	struct date_found d;
	struct time_found t;
	int date, time; /* which were found */
};

/** Date and time in some of the words. @return nonzero when either is */
static int look(const struct ask *ask, const struct words *ws, uint32_t from,
		const struct nlu_today *today, int want_time, struct both *ret,
		struct used *used)
{
	struct words part;

	memset(used, 0, sizeof(*used));
	words_slice(&part, ws, from, ws->n);
	ret->date = date_find(&part, used, today, sense_of(ask), &ret->d) == 0;
	ret->time = want_time &&
		    time_find(&part, used, 1, is_evening(ask), &ret->t) == 0;
	if (ret->date && want_time && !ret->time && ret->d.weak) {
		/* "seven thirty" is a time before it is July 30. */
		memset(used, 0, sizeof(*used));
		ret->time = time_find(&part, used, 1, is_evening(ask),
				      &ret->t) == 0;
		ret->date = !ret->time;
	}
	return ret->date || ret->time;
}

uint32_t when_refused(const struct words *ws, uint32_t from,
		      const struct nlu_today *today)
{
	for (uint32_t i = from; i < ws->n; i++) {
		struct words part;
		struct used used = {{0}};
		struct date_found d;
		struct time_found t;
		uint32_t k, at;

		if (!words_in(ws, i, "not"))
			continue;
		at = i + 1 + words_match(ws, i + 1, "on|at|the");
		words_slice(&part, ws, at, ws->n);
		(void)date_find(&part, &used, today, WHEN_FUTURE, &d);
		(void)time_find(&part, &used, 1, 0, &t);
		for (k = 0; k < part.n && used.word[k]; k++)
			;
		if (k > 0 && at + k < ws->n)
			return at + k;
	}
	return 0;
}

/** Words before a correction may still hold the half that stands. */
static void add_missing(const struct ask *ask, const struct words *ws,
			uint32_t upto, const struct nlu_today *today,
			struct both *v)
{
	struct words before;
	struct used used;
	struct both old;

	words_slice(&before, ws, 0, upto);
	if (v->date == v->time ||
	    !look(ask, &before, 0, today, 1, &old, &used))
		return;
	if (!v->date && old.date) {
		v->d = old.d;
		v->date = 1;
	} else if (!v->time && old.time) {
		v->t = old.t;
		v->time = 1;
	}
}

/** The words behind a correction if they hold a date or time, else all. */
static int find_both(const struct ask *ask, const struct words *ws,
		     const struct nlu_today *today, int want_time,
		     struct both *ret)
{
	uint32_t from = words_after_correction(ws);
	uint32_t refused = when_refused(ws, from, today);
	struct used used;

	if (refused > 0 &&
	    look(ask, ws, refused, today, want_time, ret, &used))
		return 0;
	if (look(ask, ws, from, today, want_time, ret, &used)) {
		if (want_time && from > 0)
			add_missing(ask, ws, from, today, ret);
		return 0;
	}
	if (from > 0 && look(ask, ws, 0, today, want_time, ret, &used))
		return 0;
	return -ENOENT;
}

/** "right now": the words say nothing else. */
static int is_now(const struct words *ws)
{
	uint32_t at = words_fillers(ws, 0);
	uint32_t n = words_match(ws, at, "right? now|immediately|away");

	return n > 0 && at + n + words_fillers(ws, at + n) == ws->n;
}

/** "in two hours", "in half an hour": from now. */
static int find_from_now(const struct words *ws, const struct nlu_today *today,
			 struct both *ret)
{
	int64_t minutes = 0, now;
	struct num num;

	for (uint32_t i = 0; i < ws->n && minutes == 0; i++) {
		if (!words_in(ws, i, "in|within"))
			continue;
		if (words_match(ws, i + 1, "half an hour") > 0)
			minutes = 30;
		else if (words_match(ws, i + 1, "a|an hour") > 0)
			minutes = 60;
		else if (num_at(ws, i + 1, 0, &num) == 0 && num.value > 0 &&
			 num.value <= 1000)
			minutes = words_in(ws, i + 1 + num.words, "hours|hour")
					  ? num.value * 60
				  : words_in(ws, i + 1 + num.words,
					     "minutes|minute")
					  ? num.value
					  : 0;
	}
	if (minutes == 0 && !is_now(ws))
		return -ENOENT;
	now = cal_days(today->year, today->month, today->day) * 1440 +
	      today->hour * 60 + today->minute + minutes;
	memset(ret, 0, sizeof(*ret));
	cal_from_days(now / 1440, &ret->d.year, &ret->d.month, &ret->d.day);
	ret->t.hour = (int)(now % 1440 / 60);
	ret->t.minute = (int)(now % 60);
	ret->t.said_half = 1;
	ret->date = ret->time = 1;
	return 0;
}

/** "twenty seven" and nothing else: a day of the month. */
static int bare_day(const struct words *ws, const struct nlu_today *today,
		    struct date_found *ret)
{
	uint32_t at = words_fillers(ws, 0);
	struct num num;
	int y = today->year, m = today->month;

	if (num_at(ws, at, NUM_NO_SCALE, &num) < 0 || num.value < 1 ||
	    num.value > 31)
		return -ENOENT;
	at += num.words;
	if (at + words_fillers(ws, at) < ws->n)
		return -ENOENT;
	if (num.value < today->day)
		m = m == 12 ? 1 : m + 1;
	if (num.value < today->day && m == 1)
		y++;
	if (!cal_valid(y, m, (int)num.value))
		return -ENOENT;
	*ret = (struct date_found){.year = y,
				   .month = m,
				   .day = (int)num.value,
				   .said_day = 1,
				   .weak = 1};
	return 0;
}

int value_date(struct nlu_value *ret, const struct ask *ask,
	       const struct words *ws, const struct nlu_today *today)
{
	struct both both;
	struct date_found d;
	struct strbuf b;

	if (find_both(ask, ws, today, 0, &both) == 0)
		d = both.d;
	else if (is_birth(ask) || bare_day(ws, today, &d) < 0)
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

void when_settle(const struct ask *ask, struct nlu_half *h,
		 const struct nlu_today *today)
{
	int same_day = h->year == today->year && h->month == today->month &&
		       h->day == today->day;
	int now = today->hour * 60 + today->minute;

	if (sense_of(ask) == WHEN_FUTURE && same_day && h->hour < 12 &&
	    h->hour * 60 + h->minute <= now &&
	    (h->hour + 12) * 60 + h->minute > now)
		h->hour += 12;
}

static void half_of(struct nlu_half *ret, const struct both *v)
{
	memset(ret, 0, sizeof(*ret));
	if (v->date) {
		ret->has_day = 1;
		ret->year = v->d.year;
		ret->month = v->d.month;
		ret->day = v->d.day;
	}
	if (v->time) {
		ret->has_time = 1;
		ret->hour = v->t.hour;
		ret->minute = v->t.minute;
	}
}

int value_datetime(struct nlu_value *ret, const struct ask *ask,
		   const struct words *ws, const struct nlu_today *today)
{
	struct both v = {.date = 0};
	struct nlu_half h;
	const int part = when_part(ws);

	if (find_from_now(ws, today, &v) < 0 &&
	    find_both(ask, ws, today, 1, &v) < 0 && part == 0)
		return -ENOENT;
	half_of(&h, &v);
	if (!v.time)
		h.part = (uint8_t)part;
	ret->strong = (v.date && !v.d.weak) ||
		      (v.time && !v.t.weak && v.t.said_half);
	if (!v.date || !v.time)
		return when_partial(ret, &h, today);
	if (!v.t.said_half)
		when_settle(ask, &h, today);
	ret->partial = 0;
	half_json(ret->json, sizeof(ret->json), &h);
	return nlu_speak_near(ret->spoken, sizeof(ret->spoken), "datetime",
			      ASK_DATETIME, ret->json, today);
}

int nlu_complete(struct nlu_value *v, const char *type, const char *known,
		 const struct nlu_today *today)
{
	static const char *const names[] = {"year", "month", "day", "hour",
					    "minute"};
	const int is_date = !strcmp(type, "date");
	struct nlu_value all = *v;
	struct strbuf b;
	int n[5], has_day, has_time;

	if (!v->partial || !known || (!is_date && strcmp(type, "datetime")))
		return -ENOENT;
	/* A date's year is a guess as long as it is partial. */
	has_day = json_member_int(v->json, "day", &n[2]) == 0;
	has_time = json_member_int(v->json, "hour", &n[3]) == 0;
	for (int i = 0; i < (is_date ? 3 : 5); i++) {
		const int said =
			i < 3 ? has_day && !(is_date && i == 0) : has_time;

		if (json_member_int(said ? v->json : known, names[i], &n[i]))
			return -ENOENT;
	}
	if (!cal_valid(n[0], n[1], n[2]))
		return -ENOENT;
	strbuf_over(&b, all.json, sizeof(all.json));
	strbuf_addf(&b, "{\"year\":%d,\"month\":%d,\"day\":%d", n[0], n[1],
		    n[2]);
	if (!is_date)
		strbuf_addf(&b, ",\"hour\":%d,\"minute\":%d", n[3], n[4]);
	strbuf_addc(&b, '}');
	if (nlu_speak_near(all.spoken, sizeof(all.spoken), type,
			   is_date ? ASK_DATE : ASK_DATETIME, all.json, today))
		return -ENOENT;
	all.partial = 0;
	*v = all;
	return 0;
}
