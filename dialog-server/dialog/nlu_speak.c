/**
 * @file nlu_speak.c  Saying a value so that it can be checked by ear
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "dialog/language.h"
#include "dialog/nlu_parts.h"

static void say_digit(struct strbuf *b, char c)
{
	num_say(b, c - '0');
}

/** Sizes of the groups that people use for that many digits; ended by 0. */
static const uint8_t *groups_of(size_t n)
{
	static const uint8_t table[][6] = {
		{0},          {1},          {2},       {3},       {4},
		{5},          {3, 3},       {3, 4},    {4, 4},    {3, 3, 3},
		{3, 3, 4},    {1, 3, 3, 4}, {4, 4, 4}, {4, 4, 5}, {4, 4, 3, 3},
		{4, 4, 4, 3}, {4, 4, 4, 4},
	};
	static const uint8_t fours[] = {4, 4, 4, 4, 4, 4, 4, 4, 4,
					4, 4, 4, 4, 4, 4, 4, 0};

	return n < sizeof(table) / sizeof(*table) ? table[n] : fours;
}

static int speak_digits(struct strbuf *b, const char *json)
{
	char d[NLU_TEXT_MAX];
	const uint8_t *group;
	size_t n, i = 0;

	if (json_unquote(d, sizeof(d), json) < 0)
		return -EBADMSG;
	n = strlen(d);
	if (n == 0 || n > 64 || strspn(d, "0123456789") != n)
		return -EBADMSG;
	for (group = groups_of(n); i<n; group += *group> 0) {
		size_t len = *group > 0 ? *group : n - i;

		for (size_t k = 0; k < len && i < n; k++, i++) {
			if (i > 0)
				strbuf_add(b, k == 0 ? ", " : " ");
			say_digit(b, d[i]);
		}
	}
	return 0;
}

static int speak_integer(struct strbuf *b, const char *json)
{
	int64_t n;

	if (text_to_int(json, INT64_MIN, INT64_MAX, &n) < 0)
		return -EBADMSG;
	num_say(b, n);
	return 0;
}

static void say_capital(struct strbuf *b, const char *s)
{
	strbuf_addc(b, (char)(s[0] - 32));
	strbuf_add(b, s + 1);
}

static void say_date(struct strbuf *b, int year, int month, int day,
		     const struct nlu_today *today)
{
	int64_t ahead = INT64_MAX;

	if (today != NULL)
		ahead = cal_days(year, month, day) -
			cal_days(today->year, today->month, today->day);
	/* Ten months each way the year is plain; a weekday helps to check a
	 * day to come, and says nothing about a birthday. */
	int near_by = ahead > -60 && ahead < 300;

	if (near_by || today == NULL) {
		say_capital(b, cal_weekdays[cal_weekday(year, month, day)]);
		strbuf_add(b, ", ");
	}
	say_capital(b, cal_months[month - 1]);
	strbuf_add(b, " the ");
	num_say_ordinal(b, day);
	if (!near_by) {
		strbuf_add(b, ", ");
		num_say_year(b, year);
	}
}

static void say_time(struct strbuf *b, int hour, int minute)
{
	static const char *const halves[2] = {"a m", "p m"};
	int h = hour % 12 == 0 ? 12 : hour % 12;

	if (minute == 0 && hour % 12 == 0) {
		strbuf_add(b, hour == 12 ? "noon" : "midnight");
		return;
	}
	num_say(b, h);
	strbuf_addc(b, ' ');
	if (minute > 0) {
		if (minute < 10)
			strbuf_add(b, "oh ");
		num_say(b, minute);
		strbuf_addc(b, ' ');
	}
	strbuf_add(b, halves[hour >= 12]);
}

static int speak_when(struct strbuf *b, const char *json,
		      const struct nlu_today *today)
{
	static const char *const parts[] = {"morning", "afternoon", "evening"};
	int y, m, d, hour, minute = 0, part = 0;
	int date = json_member_int(json, "year", &y) == 0 &&
		   json_member_int(json, "month", &m) == 0 &&
		   json_member_int(json, "day", &d) == 0;
	int time = json_member_int(json, "hour", &hour) == 0;

	if (time)
		(void)json_member_int(json, "minute", &minute);
	if (!time && json_member_int(json, "part", &part) == 0 &&
	    (part < 1 || part > 3))
		return -EBADMSG;
	if (!date && !time && !part)
		return -EBADMSG;
	if (date && !cal_valid(y, m, d))
		return -EBADMSG;
	if (time && (hour < 0 || hour > 23 || minute < 0 || minute > 59))
		return -EBADMSG;
	if (date)
		say_date(b, y, m, d, today);
	if (date && time)
		strbuf_add(b, " at ");
	if (time)
		say_time(b, hour, minute);
	if (part)
		strbuf_addf(b, "%sin the %s", date ? " " : "",
			    parts[part - 1]);
	return 0;
}

static int two_digits(const char *s)
{
	if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
		return -1;
	return (s[0] - '0') * 10 + (s[1] - '0');
}

int slot_parse(const char *iso, struct slot *ret)
{
	int y1 = two_digits(iso), y2, m, d, h, min;

	if (y1 < 0)
		return -EBADMSG;
	y2 = two_digits(iso + 2);
	if (y2 < 0 || iso[4] != '-')
		return -EBADMSG;
	m = two_digits(iso + 5);
	if (m < 0 || iso[7] != '-')
		return -EBADMSG;
	d = two_digits(iso + 8);
	if (d < 0 || !cal_valid(y1 * 100 + y2, m, d))
		return -EBADMSG;
	*ret = (struct slot){y1 * 100 + y2, m, d, -1, 0};
	if (iso[10] != 'T' && iso[10] != 't' && iso[10] != ' ')
		return iso[10] == '\0' ? 0 : -EBADMSG;
	h = two_digits(iso + 11);
	if (h < 0 || h > 23 || iso[13] != ':')
		return -EBADMSG;
	min = two_digits(iso + 14);
	if (min < 0 || min > 59)
		return -EBADMSG;
	ret->hour = h;
	ret->minute = min;
	return 0;
}

static int speak_slot(struct strbuf *b, const char *json,
		      const struct nlu_today *today)
{
	char iso[NLU_TEXT_MAX];
	struct slot s;

	/* What is known of one that was said in part. */
	if (*json == '{')
		return speak_when(b, json, today);
	if (json_unquote(iso, sizeof(iso), json) < 0 ||
	    slot_parse(iso, &s) < 0)
		return -EBADMSG;
	say_date(b, s.year, s.month, s.day, today);
	if (s.hour >= 0) {
		strbuf_add(b, " at ");
		say_time(b, s.hour, s.minute);
	}
	return 0;
}

/** The text of an object that has one. */
static int speak_parts(struct strbuf *b, const char *json)
{
	char s[NLU_TEXT_MAX];

	if (json_member_text(json, "text", s, sizeof(s)) < 0)
		return -EBADMSG;
	strbuf_add(b, s);
	return 0;
}

/** Types that only an extension has. @return as speak_text(), -EINVAL:
 *  another type */
static int speak_more(struct strbuf *b, const char *type, const char *json)
{
	if (strcmp(type, "phone") == 0)
		return speak_phone(b, json);
	if (word_in(type, "name|address"))
		return speak_parts(b, json);
	if (strcmp(type, "currency") == 0)
		return speak_money(b, json);
	if (strcmp(type, "duration") == 0)
		return speak_duration(b, json);
	if (strcmp(type, "multi_select") == 0)
		return speak_selection(b, json);
	return -EINVAL;
}

/** Free text: as it is; an address of e-mail with its signs in words. */
static int speak_text(struct strbuf *b, const char *json)
{
	char s[NLU_TEXT_MAX];
	const char *at;

	if (json_unquote(s, sizeof(s), json) < 0)
		return -EBADMSG;
	at = strchr(s, '@');
	if (at == NULL || strchr(s, ' ') != NULL) {
		strbuf_add(b, s);
		return 0;
	}
	for (const char *p = s; *p != '\0'; p++) {
		if (*p == '@')
			strbuf_add(b, " at ");
		else if (*p == '.')
			strbuf_add(b, " dot ");
		else if (*p == '_')
			strbuf_add(b, " underscore ");
		else if (*p == '-')
			strbuf_add(b, " dash ");
		else
			strbuf_addc(b, *p);
	}
	return 0;
}

int nlu_speak_near(char *ret, size_t cap, const char *type, enum ask_kind kind,
		   const char *value_json, const struct nlu_today *today)
{
	char out[2 * NLU_TEXT_MAX];
	struct strbuf b;
	int err;

	if (today != NULL && today->language != NULL) {
		err = language_speak(today->language, ret, cap, type, kind,
				     value_json, today);
		if (err != -ENOENT)
			return err;
	}
	strbuf_over(&b, out, sizeof(out));
	err = speak_more(&b, type, value_json);
	if (err != -EINVAL)
		goto said;
	if (word_in(type, "digit_sequence|cvv|credit_card_number"))
		err = speak_digits(&b, value_json);
	else if (strcmp(type, "integer") == 0)
		err = speak_integer(&b, value_json);
	else if (word_in(type, "date|datetime"))
		err = speak_when(&b, value_json, today);
	else if (strcmp(type, "calendar_slot") == 0)
		err = speak_slot(&b, value_json, today);
	else if (kind == ASK_DIGITS && speak_digits(&b, value_json) == 0)
		err = 0;
	else
		err = speak_text(&b, value_json);
said:
	if (err < 0)
		return err;
	if (!strbuf_ok(&b) || b.len >= cap)
		return -EMSGSIZE;
	memcpy(ret, out, b.len + 1);
	return 0;
}

int nlu_speak(char *ret, size_t cap, const char *type, enum ask_kind kind,
	      const char *value_json)
{
	return nlu_speak_near(ret, cap, type, kind, value_json, NULL);
}
