/**
 * @file nlu_half.c  A day and a time that come one after the other
 *
 *   "tomorrow"                day   --put--> day, time --value--> datetime
 *   "at nine in the evening"  time                                or slot
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "dialog/nlu_parts.h"

enum { NOON = 12, DAY_HOURS = 24 };

/* When a part of the day is, by its number in nlu_half.part. */
static const struct {
	const char *words;
	int from, to; /* hours, both included */
} parts[] = {
	{"", 0, 23},
	{"morning", 0, 11},
	{"afternoon", 12, 17},
	{"evening|tonight|night", 17, 23},
};

enum { PARTS = sizeof(parts) / sizeof(parts[0]) };

int when_part(const struct words *ws)
{
	for (int p = 1; p < PARTS; p++) {
		int at = words_find(ws, 0, parts[p].words);

		if (at < 0 || (at > 0 && words_in(ws, (uint32_t)at - 1,
						  "good|nice|great")))
			continue;
		return p;
	}
	return 0;
}

int when_in_part(int hour, int part)
{
	return hour >= parts[part].from && hour <= parts[part].to;
}

static int read_object(struct nlu_half *ret, const char *json)
{
	struct nlu_half h = {0};
	int part;

	h.has_day = json_member_int(json, "year", &h.year) == 0 &&
		    json_member_int(json, "month", &h.month) == 0 &&
		    json_member_int(json, "day", &h.day) == 0 &&
		    cal_valid(h.year, h.month, h.day);
	h.has_time = json_member_int(json, "hour", &h.hour) == 0 &&
		     json_member_int(json, "minute", &h.minute) == 0 &&
		     h.hour >= 0 && h.hour < DAY_HOURS && h.minute >= 0 &&
		     h.minute < 60;
	if (json_member_int(json, "part", &part) == 0 && part > 0 &&
	    part < PARTS)
		h.part = (uint8_t)part;
	if (!h.has_day && !h.has_time && !h.part)
		return -EBADMSG;
	*ret = h;
	return 0;
}

int nlu_half_read(struct nlu_half *ret, const char *json)
{
	char iso[NLU_TEXT_MAX];
	struct slot s;

	if (*json == '{')
		return read_object(ret, json);
	if (json_unquote(iso, sizeof(iso), json) || slot_parse(iso, &s))
		return -EBADMSG;
	*ret = (struct nlu_half){.year = s.year,
				 .month = s.month,
				 .day = s.day,
				 .hour = s.hour < 0 ? 0 : s.hour,
				 .minute = s.minute,
				 .has_day = 1,
				 .has_time = s.hour >= 0};
	return 0;
}

/* "At nine" and "in the evening" are one time. */
static void fit_part(struct nlu_half *h)
{
	if (!h->part || !h->has_time || when_in_part(h->hour, h->part))
		return;

	int other = (h->hour + NOON) % DAY_HOURS;

	if (when_in_part(other, h->part))
		h->hour = other;
}

void nlu_half_put(struct nlu_half *to, const struct nlu_half *newer)
{
	if (newer->has_day) {
		to->year = newer->year;
		to->month = newer->month;
		to->day = newer->day;
		to->has_day = 1;
	}
	if (newer->part)
		to->part = newer->part;
	if (newer->has_time) {
		to->hour = newer->hour;
		to->minute = newer->minute;
		to->has_time = 1;
		fit_part(to);
		to->part = 0;
	} else if (newer->part && to->has_time) {
		fit_part(to);
		to->part = 0;
	}
}

void half_json(char *ret, size_t cap, const struct nlu_half *h)
{
	struct strbuf b;

	strbuf_over(&b, ret, cap);
	strbuf_addc(&b, '{');
	if (h->has_day)
		strbuf_addf(&b, "\"year\":%d,\"month\":%d,\"day\":%d", h->year,
			    h->month, h->day);
	if (h->has_time)
		strbuf_addf(&b, "%s\"hour\":%d,\"minute\":%d",
			    h->has_day ? "," : "", h->hour, h->minute);
	if (h->part)
		strbuf_addf(&b, "%s\"part\":%d",
			    h->has_day || h->has_time ? "," : "", h->part);
	strbuf_addc(&b, '}');
}

int when_partial(struct nlu_value *ret, const struct nlu_half *h,
		 const struct nlu_today *today)
{
	half_json(ret->json, sizeof(ret->json), h);
	ret->partial = 1;
	return nlu_half_speak(ret->spoken, sizeof(ret->spoken), h, today);
}

int nlu_half_speak(char *ret, size_t cap, const struct nlu_half *h,
		   const struct nlu_today *today)
{
	char json[NLU_TEXT_MAX];

	half_json(json, sizeof(json), h);
	return nlu_speak_near(ret, cap, "datetime", ASK_DATETIME, json, today);
}

/* ---- slots ---------------------------------------------------------------
 */

/** @param turned  nonzero: nine may be nine in the evening */
static int fits(const char *choice, const struct nlu_half *h, int turned)
{
	struct slot s;

	if (slot_parse(choice, &s) < 0)
		return 0;
	if (h->has_day &&
	    (s.year != h->year || s.month != h->month || s.day != h->day))
		return 0;
	if (s.hour < 0)
		return !h->has_time;
	if (h->has_time &&
	    (s.minute != h->minute ||
	     s.hour != (turned ? (h->hour + NOON) % DAY_HOURS : h->hour)))
		return 0;
	return h->has_time || when_in_part(s.hour, h->part);
}

uint32_t nlu_half_slots(const char **ret, const struct ask *ask,
			const struct nlu_half *h)
{
	uint32_t n = 0;

	for (int turned = 0; turned <= h->has_time && n == 0; turned++) {
		for (uint32_t i = 0; i < ask->n_choices && n < ASK_CHOICES_MAX;
		     i++) {
			if (fits(ask->choices[i], h, turned))
				ret[n++] = ask->choices[i];
		}
	}
	return n;
}

static int offered_slot(struct nlu_value *ret, const struct ask *ask,
			const struct nlu_half *h)
{
	const char *left[ASK_CHOICES_MAX];
	uint32_t n = nlu_half_slots(left, ask, h);

	if (n == 0)
		return -ENOENT;
	if (n > 1)
		return -EAGAIN;
	return json_quote(ret->json, sizeof(ret->json), left[0]) < 0 ? -ENOENT
								     : 0;
}

/* ---- a year ---------------------------------------------------------------
 */

int nlu_half_year(struct nlu_value *ret, const struct ask *ask,
		  const struct nlu_half *day, const char *text,
		  const struct nlu_today *today)
{
	enum { TRIED = 8 };
	struct words ws;

	words_split(&ws, text);
	if (!day->has_day)
		return -ENOENT;
	for (uint32_t i = 0; i < ws.n && i < TRIED; i++) {
		char rest[NLU_TEXT_MAX], all[NLU_TEXT_MAX + 32];
		struct nlu_value v;

		(void)words_text(&ws, i, ws.n, rest, sizeof(rest));
		(void)snprintf(all, sizeof(all), "%s %d %s",
			       cal_months[day->month - 1], day->day, rest);
		if (nlu_value(&v, "date", ask, all, today) || v.partial)
			continue;
		*ret = v;
		return 0;
	}
	return -ENOENT;
}

/* ---- whole ---------------------------------------------------------------
 */

int nlu_half_value(struct nlu_value *ret, const char *type,
		   const struct ask *ask, const struct nlu_half *half,
		   const struct nlu_today *today)
{
	struct nlu_value v = {.strong = 1};
	struct nlu_half h = *half;
	const int is_slot = strcmp(type, "calendar_slot") == 0;
	char iso[32];
	int err = 0;

	if (is_slot && ask->n_choices > 0) {
		err = offered_slot(&v, ask, &h);
	} else if (!h.has_day || !h.has_time) {
		err = -EAGAIN;
	} else {
		when_settle(ask, &h, today);
		h.part = 0;
		if (is_slot) {
			(void)snprintf(iso, sizeof(iso),
				       "%04d-%02d-%02dT%02d:%02d", h.year,
				       h.month, h.day, h.hour, h.minute);
			err = json_quote(v.json, sizeof(v.json), iso);
		} else {
			half_json(v.json, sizeof(v.json), &h);
		}
	}
	if (err == 0)
		err = nlu_speak_near(v.spoken, sizeof(v.spoken), type,
				     ASK_DATETIME, v.json, today);
	if (err == 0)
		*ret = v;
	return err;
}
