/**
 * @file language_speak.c  Values and questions in other languages
 *
 * Numbers are written in figures: a voice of the language reads them out, and
 * who reads them needs no words.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "dialog/language_table.h"
#include "dialog/nlu_parts.h"
#include "dialog/phrase.h"
#include "dialog/shapes.h"
#include "dialog/wording.h"
#include "proto/xp.h"

void language_first(char *ret, size_t cap, const char *alternatives)
{
	const size_t n = strcspn(alternatives, "|");

	phrase_put(ret, cap, "%.*s", (int)n, alternatives);
}

static const char *slot_of(const char *const *slots, const char *name,
			   size_t len)
{
	for (; *slots; slots += 2) {
		if (strlen(slots[0]) == len &&
		    memcmp(slots[0], name, len) == 0)
			return slots[1];
	}
	return "";
}

int language_fill(char *ret, size_t cap, const char *format,
		  const char *const *slots)
{
	struct strbuf b;

	strbuf_over(&b, ret, cap);
	while (*format) {
		const size_t n = strcspn(format, "{");

		strbuf_addn(&b, format, n);
		format += n;
		if (!*format)
			break;
		const size_t len = strcspn(format, "}");

		strbuf_add(&b, slot_of(slots, format + 1, len - 1));
		format += len + (format[len] == '}');
	}
	return strbuf_ok(&b) ? 0 : -EMSGSIZE;
}

/* ---- values ------------------------------------------------------------ */

static int say_date(const struct language *l, char *ret, size_t cap, int year,
		    int month, int day, const struct nlu_today *today)
{
	const int64_t ahead = cal_days(year, month, day) -
			      cal_days(today->year, today->month, today->day);
	const int near = ahead > -60 && ahead < 300;
	char weekday[32], name[32], d[16], y[16];
	const char *const slots[] = {"weekday", weekday, "month", name, "day",
				     d,         "year",  y,       NULL};

	language_first(weekday, sizeof(weekday),
		       l->weekdays[cal_weekday(year, month, day)]);
	language_first(name, sizeof(name), l->months[month - 1]);
	phrase_put(d, sizeof(d), "%d", day);
	phrase_put(y, sizeof(y), "%d", year);
	return language_fill(
		ret, cap, near ? l->values.date : l->values.date_year, slots);
}

static int say_time(const struct language *l, char *ret, size_t cap, int hour,
		    int minute)
{
	char h[16], m[16];
	const char *const slots[] = {"hour", h, "minute", m, NULL};

	phrase_put(h, sizeof(h), "%d", hour);
	phrase_put(m, sizeof(m), "%02d", minute);
	return language_fill(
		ret, cap, minute ? l->values.minutes : l->values.time, slots);
}

/** What is known of a day and a time; hour -1: no time. */
static int say_when(const struct language *l, char *ret, size_t cap,
		    const struct slot *s, int part,
		    const struct nlu_today *today)
{
	const int date = s->year > 0, time = s->hour >= 0;
	char day[96] = "", clock[64] = "";

	if (date && say_date(l, day, sizeof(day), s->year, s->month, s->day,
			     today) < 0)
		return -EMSGSIZE;
	if (time && say_time(l, clock, sizeof(clock), s->hour, s->minute) < 0)
		return -EMSGSIZE;
	if (part)
		phrase_put(clock, sizeof(clock), "%s",
			   l->values.part[part - 1]);
	phrase_put(ret, cap, "%s%s%s%s%s", day, date && *clock ? " " : "",
		   date && time ? l->values.at : "", date && time ? " " : "",
		   clock);
	return 0;
}

static int speak_when(const struct language *l, char *ret, size_t cap,
		      const char *json, const struct nlu_today *today)
{
	struct slot s = {.hour = -1};
	int part = 0;

	if (json_member_int(json, "year", &s.year) == 0 &&
	    (json_member_int(json, "month", &s.month) < 0 ||
	     json_member_int(json, "day", &s.day) < 0 ||
	     !cal_valid(s.year, s.month, s.day)))
		return -EBADMSG;
	if (json_member_int(json, "hour", &s.hour) == 0)
		(void)json_member_int(json, "minute", &s.minute);
	else if (json_member_int(json, "part", &part) == 0 &&
		 (part < 1 || part > 3))
		return -EBADMSG;
	if ((!s.year && s.hour < 0 && !part) || s.hour > 23 || s.minute < 0 ||
	    s.minute > 59)
		return -EBADMSG;
	return say_when(l, ret, cap, &s, part, today);
}

static int speak_slot(const struct language *l, char *ret, size_t cap,
		      const char *json, const struct nlu_today *today)
{
	char iso[NLU_TEXT_MAX];
	struct slot s;

	if (*json == '{')
		return speak_when(l, ret, cap, json, today);
	if (json_unquote(iso, sizeof(iso), json) < 0 ||
	    slot_parse(iso, &s) < 0)
		return -EBADMSG;
	return say_when(l, ret, cap, &s, 0, today);
}

/** "12.50 EUR": the code is known wherever the money is. */
static int say_money(char *ret, size_t cap, const char *json)
{
	char code[8] = "";
	int64_t cents;
	json_t *o;

	if (shape_cents(json, &cents) < 0)
		return -EBADMSG;
	o = json_loads(json, 0, NULL);
	if (json_is_string(json_object_get(o, "currency")))
		(void)text_copy(
			code, sizeof(code),
			json_string_value(json_object_get(o, "currency")));
	json_decref(o);
	phrase_put(ret, cap, "%lld.%02d%s%s", (long long)(cents / 100),
		   (int)(cents % 100), *code ? " " : "", code);
	return 0;
}

/** "1 h 30 min": signs of the international system, alike everywhere. */
static int say_duration(char *ret, size_t cap, const char *json)
{
	int64_t s;
	struct strbuf b;

	if (text_to_int(json, 0, INT32_MAX, &s) < 0)
		return -EBADMSG;
	strbuf_over(&b, ret, cap);
	if (s >= 3600)
		strbuf_addf(&b, "%d h", (int)(s / 3600));
	if (s / 60 % 60)
		strbuf_addf(&b, "%s%d min", b.len ? " " : "",
			    (int)(s / 60 % 60));
	if (s % 60 || !s)
		strbuf_addf(&b, "%s%d s", b.len ? " " : "", (int)(s % 60));
	return strbuf_ok(&b) ? 0 : -EMSGSIZE;
}

/** In groups, as in English, but in figures. */
static int speak_digits(char *ret, size_t cap, const char *json)
{
	char d[NLU_TEXT_MAX];
	struct strbuf b;
	size_t n;

	if (json_unquote(d, sizeof(d), json) < 0)
		return -EBADMSG;
	n = strlen(d);
	if (!n || strspn(d, "+0123456789") != n)
		return -EBADMSG;
	strbuf_over(&b, ret, cap);
	for (size_t i = 0; i < n; i++) {
		if (i)
			strbuf_add(&b, i % 3 == 0 && n - i > 1 ? ", " : " ");
		strbuf_addc(&b, d[i]);
	}
	return strbuf_ok(&b) ? 0 : -EMSGSIZE;
}

int language_speak(const struct language *l, char *ret, size_t cap,
		   const char *type, enum ask_kind kind, const char *json,
		   const struct nlu_today *today)
{
	if (word_in(type, "date|datetime"))
		return speak_when(l, ret, cap, json, today);
	if (strcmp(type, "calendar_slot") == 0)
		return speak_slot(l, ret, cap, json, today);
	if (strcmp(type, "integer") == 0) {
		phrase_put(ret, cap, "%s", json);
		return 0;
	}
	if (strcmp(type, "currency") == 0)
		return say_money(ret, cap, json);
	if (strcmp(type, "duration") == 0)
		return say_duration(ret, cap, json);
	if (word_in(type, "digit_sequence|cvv|credit_card_number|phone") ||
	    kind == ASK_DIGITS)
		return speak_digits(ret, cap, json);
	return -ENOENT;
}

/* ---- questions --------------------------------------------------------- */

static const char *help(enum ask_kind kind, int keys)
{
	switch (kind) {
	case ASK_INTEGER:
		return "Please say a number.";
	case ASK_DIGITS:
		return keys ? "You can also enter it with the keys of your "
			      "telephone."
			    : "Please say it digit by digit.";
	case ASK_DATE:
		return "Please say the day and the month.";
	case ASK_DATETIME:
		return "Please say a day and a time.";
	default:
		return NULL;
	}
}

/** The question that English has for what is described, where the language has
 *  a line for it. @return 0, -ENOENT */
static int as_in_english(const struct language *l, char *ret, size_t cap,
			 const struct xp_item *f, enum ask_kind kind,
			 const char *description)
{
	char noun[NLU_TEXT_MAX], question[NLU_TEXT_MAX];
	struct xp_item english = *f;
	const char *own;

	language_hear(l, noun, sizeof(noun), description);
	english.description = noun;
	english.question = NULL;
	english.n_choices = 0;
	wording_question(question, sizeof(question), &english, kind, 0, 0);
	own = language_line(l, question);
	if (own == question)
		return -ENOENT;
	phrase_put(ret, cap, "%s", own);
	return 0;
}

static void ask(const struct language *l, char *ret, size_t cap,
		const struct xp_item *f, enum ask_kind kind)
{
	const char *d =
		f->description && *f->description ? f->description : f->key;

	if (f->question && *f->question)
		phrase_put(ret, cap, "%s", f->question);
	else if (strchr(d, '?'))
		phrase_put(ret, cap, "%s", d);
	else if (as_in_english(l, ret, cap, f, kind, d) < 0)
		phrase_put(ret, cap, language_line(l, "Please tell me: %s."),
			   d);
}

void language_question(const struct language *l, char *ret, size_t cap,
		       const struct xp_item *f, enum ask_kind kind,
		       unsigned attempt, int keys)
{
	const char *more = attempt ? help(kind, keys) : NULL;
	char list[NLU_TEXT_MAX];
	size_t len;

	ask(l, ret, cap, f, kind);
	len = strlen(ret);
	if (f->n_choices && (attempt || !f->question || !*f->question)) {
		wording_list(list, sizeof(list), f->choices, f->n_choices, 6,
			     l);
		phrase_put(ret + len, cap - len,
			   language_line(l, " I have %s."), list);
		len = strlen(ret);
	}
	if (more)
		phrase_put(ret + len, cap - len, " %s",
			   language_line(l, more));
}
