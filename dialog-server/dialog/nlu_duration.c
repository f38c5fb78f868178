/**
 * @file nlu_duration.c  How long: in seconds
 *
 *   "an hour and a half"   5400       "two and a half hours"   9000
 *   "one hour twenty"      4800       "a week"               604800
 *
 * A month is thirty days and a year three hundred and sixty-five.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "dialog/nlu_parts.h"

enum { HOUR = 3600, DAY = 24 * HOUR };

/* From the longest on. */
static const struct {
	const char *words, *name;
	int64_t seconds;
} units[] = {
	{"years|year|yr|yrs", NULL, 365 * DAY},
	{"months|month", NULL, 30 * DAY},
	{"fortnights|fortnight", NULL, 14 * DAY},
	{"weeks|week|wk|wks", "week", 7 * DAY},
	{"days|day|nights|night", "day", DAY},
	{"hours|hour|hr|hrs|h", "hour", HOUR},
	{"minutes|minute|mins|min", "minute", 60},
	{"seconds|second|secs|sec", "second", 1},
};

enum { UNITS = sizeof(units) / sizeof(units[0]) };

static const int64_t most_s = INT64_C(100) * 365 * DAY;

static int64_t unit_at(const struct words *ws, uint32_t i)
{
	for (size_t k = 0; k < UNITS; k++) {
		if (words_in(ws, i, units[k].words))
			return units[k].seconds;
	}
	return 0;
}

/** "half an hour", "three quarters of an hour". @return words, 0: none */
static uint32_t part_at(const struct words *ws, uint32_t i, int64_t *ret)
{
	static const struct {
		const char *pattern;
		int quarters;
	} parts[] = {
		{"half a|an|of?", 2},
		{"a half", 2},
		{"three quarters of a|an", 3},
		{"a? quarter of a|an", 1},
		{"a? quarter", 1},
	};

	for (size_t k = 0; k < sizeof(parts) / sizeof(*parts); k++) {
		uint32_t n = words_match(ws, i, parts[k].pattern);
		int64_t unit = n > 0 ? unit_at(ws, i + n) : 0;

		if (unit == 0)
			continue;
		*ret = unit * parts[k].quarters / 4;
		return n + 1;
	}
	return 0;
}

/** "and a half", "and a quarter". @return words, 0: none */
static uint32_t more_at(const struct words *ws, uint32_t i, int *ret_quarters)
{
	if (words_match(ws, i, "and a half") > 0) {
		*ret_quarters = 2;
		return 3;
	}
	if (words_match(ws, i, "and a quarter") > 0) {
		*ret_quarters = 1;
		return 3;
	}
	if (words_match(ws, i, "point five") > 0 ||
	    (i < ws->n && ws->w[i].sep == '.' && !strcmp(ws->w[i].s, "5"))) {
		*ret_quarters = 2;
		return words_in(ws, i, "point") ? 2 : 1;
	}
	return 0;
}

/** "20" behind "one hour", "30" behind "1:". @return words, 0: none */
static uint32_t minutes_at(const struct words *ws, uint32_t i, int64_t *ret)
{
	const uint32_t skip = words_in(ws, i, "and");
	struct num num;

	if (num_at(ws, i + skip, NUM_NO_SCALE, &num) < 0 || num.ordinal ||
	    num.value > 59 || unit_at(ws, i + skip + num.words) > 0 ||
	    words_in(ws, i + skip + num.words, "people|dollars|am|pm|of"))
		return 0;
	*ret = num.value * 60;
	return skip + num.words;
}

/** One number with its unit, from word i on. @return words, 0: none */
static uint32_t piece_at(const struct words *ws, uint32_t i, int64_t *ret)
{
	struct num num = {.value = 1, .words = 1};
	int quarters = 0;
	int64_t unit, minutes = 0;
	uint32_t n = part_at(ws, i, ret), at;

	if (n > 0)
		return n;
	if (!words_in(ws, i, "a|an") || unit_at(ws, i + 1) == 0) {
		if (num_at(ws, i, 0, &num) < 0 || num.ordinal ||
		    num.homophone || num.value > 1000000)
			return 0;
	}
	at = i + num.words;
	if (at < ws->n && ws->w[at].digits && ws->w[at].sep == ':') {
		n = minutes_at(ws, at, &minutes);
		*ret = num.value * HOUR + minutes;
		return n > 0 ? num.words + n : 0;
	}
	at += more_at(ws, at, &quarters);
	/* "Two full weeks" */
	at += words_in(ws, at, "full|whole|entire|more|of|calendar|business");
	unit = unit_at(ws, at);
	if (unit == 0)
		return 0;
	at++;
	if (quarters == 0)
		at += more_at(ws, at, &quarters);
	if (quarters == 0 && unit == HOUR)
		at += minutes_at(ws, at, &minutes);
	*ret = num.value * unit + unit * quarters / 4 + minutes;
	return at - i;
}

/** "All day", "the whole week". */
static uint32_t whole_at(const struct words *ws, uint32_t i, int64_t *ret)
{
	uint32_t n = words_match(ws, i, "all|the? whole|entire|full?");

	if (n == 0 || !words_in(ws, i, "all|the|whole"))
		return 0;
	*ret = unit_at(ws, i + n);
	return *ret > 0 ? n + 1 : 0;
}

/** A number alone, where the field says in what: "Duration in minutes". */
static int bare(const struct ask *ask, const struct words *ws, int64_t *ret)
{
	uint32_t f = words_fillers(ws, 0);
	struct num num;

	f += words_in(ws, f, "about|around|roughly|maybe|for|just");
	if (num_at(ws, f, 0, &num) < 0 || num.ordinal ||
	    f + num.words + words_fillers(ws, f + num.words) < ws->n ||
	    num.value > 1000000)
		return -ENOENT;
	for (size_t k = 0; k < UNITS; k++) {
		if (!text_has_word(ask->description, units[k].words) &&
		    !text_has_word(ask->field_key, units[k].words))
			continue;
		*ret = num.value * units[k].seconds;
		return 0;
	}
	return -ENOENT;
}

int value_duration(struct nlu_value *ret, const struct ask *ask,
		   const struct words *ws)
{
	int64_t total = 0;
	int found = 0;
	uint32_t end = 0; /* of the piece before */

	for (uint32_t i = 0; i < ws->n;) {
		int64_t s = 0;
		uint32_t n = whole_at(ws, i, &s);

		if (n == 0)
			n = piece_at(ws, i, &s);
		if (n == 0) {
			i++;
			continue;
		}
		/* "One day and two hours" are both; "two or three hours", and
		 * whatever else stands apart, the last one. */
		if (found && (end == i ||
			      (end + 1 == i && words_in(ws, end, "and|plus"))))
			total += s;
		else
			total = s;
		found = 1;
		i += n;
		end = i;
	}
	if (!found && bare(ask, ws, &total) < 0)
		return -ENOENT;
	if (total > most_s)
		return -ENOENT;

	struct strbuf b;

	strbuf_over(&b, ret->json, sizeof(ret->json));
	strbuf_addf(&b, "%lld", (long long)total);
	ret->strong = found;
	ret->partial = 0;
	return nlu_speak(ret->spoken, sizeof(ret->spoken), "duration",
			 ASK_INTEGER, ret->json);
}

/** The one unit of time that a field counts. @return its index, -1 */
static int counted(const struct ask *ask)
{
	int found = -1;

	for (size_t k = 0; k < UNITS; k++) {
		if (!text_has_word(ask->description, units[k].words) &&
		    !text_has_word(ask->field_key, units[k].words))
			continue;
		if (found >= 0)
			return -1;
		found = (int)k;
	}
	return found;
}

int duration_count(const struct ask *ask, const struct words *ws, int64_t *ret)
{
	const int unit = counted(ask);
	struct nlu_value v;
	int64_t s;

	/* "In two weeks" is a day. */
	if (unit < 0 || words_find(ws, 0, units[unit].words) >= 0 ||
	    words_find(ws, 0, "ago|from|in|after|before|until|next|last") >=
		    0 ||
	    value_duration(&v, ask, ws) < 0 || !v.strong ||
	    text_to_int(v.json, 1, most_s, &s) < 0 ||
	    s % units[unit].seconds != 0)
		return -ENOENT;
	*ret = s / units[unit].seconds;
	return 0;
}

int speak_duration(struct strbuf *b, const char *json)
{
	int64_t left;
	int parts = 0, total = 0;

	if (text_to_int(json, 0, most_s, &left) < 0)
		return -EBADMSG;
	/* Weeks only where they are whole: "ten days". */
	for (int64_t s = left, k = 3; k < UNITS; k++) {
		if (units[k].seconds == 7 * DAY && left % (7 * DAY) != 0)
			continue;
		total += s / units[k].seconds > 0;
		s %= units[k].seconds;
	}
	for (size_t k = 3; k < UNITS; k++) {
		const int64_t n = left / units[k].seconds;

		if (n == 0 ||
		    (units[k].seconds == 7 * DAY && left % (7 * DAY) != 0))
			continue;
		left %= units[k].seconds;
		parts++;
		if (parts > 1)
			strbuf_add(b, parts == total ? " and " : ", ");
		num_say(b, n);
		strbuf_addf(b, " %s%s", units[k].name, n == 1 ? "" : "s");
	}
	if (parts == 0)
		strbuf_add(b, "no time");
	return 0;
}
