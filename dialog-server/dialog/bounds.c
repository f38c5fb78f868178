/**
 * @file bounds.c  The bounds that an Expert gives a field
 *
 * Pattern, minimum and maximum, earliest and latest: what is outside of them
 * is asked again by the agent itself, in words that say what would be right.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dialog/bounds.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "dialog/nlu.h"
#include "dialog/nlu_words.h"
#include "dialog/phrase.h"
#include "dialog/shapes.h"
#include "dialog/wording.h"
#include "proto/xp.h"
#include "proto/xp_pattern.h"

enum { DAY = 11, WORDS = 160 }; /* "2026-11-21" and its end */

static int is_type(const struct xp_item *f, const char *types)
{
	return word_in(f->field_type ? f->field_type : "text", types);
}

/* ---- what is wrong ------------------------------------------------------ */

static int matches(const struct xp_item *f, const char *json)
{
	char text[NLU_TEXT_MAX + 1];

	if (json_unquote(text, sizeof(text), json) < 0)
		return 0;
	return xp_pattern_match(f->pattern, text);
}

/** What minimum and maximum count. @return 0, negative: nothing */
static int measure(const struct xp_item *f, const char *json, int64_t *ret,
		   int64_t *ret_unit)
{
	*ret_unit = 1;
	if (is_type(f, "integer|duration"))
		return text_to_int(json, INT64_MIN, INT64_MAX, ret);
	if (is_type(f, "currency")) {
		*ret_unit = 100;
		return shape_cents(json, ret);
	}
	if (is_type(f, "multi_select")) {
		*ret = shape_count(json);
		return *ret < 0 ? -1 : 0;
	}
	return -1;
}

/* A bound of the wire is within 2^53, so that a hundred times it fits. */
static int in_range(const struct xp_item *f, const char *json)
{
	int64_t n, unit;

	if ((!f->has_minimum && !f->has_maximum) ||
	    measure(f, json, &n, &unit) < 0)
		return 1;
	return (!f->has_minimum || n >= f->minimum * unit) &&
	       (!f->has_maximum || n <= f->maximum * unit);
}

/** The day of a value as the bounds are written. @return 0, negative */
static int day_of(const struct xp_item *f, const char *json, char ret[DAY])
{
	char slot[64];
	int y, m, d;

	if (is_type(f, "calendar_slot")) {
		if (json_unquote(slot, sizeof(slot), json) < 0 ||
		    strlen(slot) < DAY - 1)
			return -1;
		phrase_put(ret, DAY, "%.10s", slot);
		return 0;
	}
	if (!is_type(f, "date|datetime") ||
	    json_member_int(json, "year", &y) < 0 ||
	    json_member_int(json, "month", &m) < 0 ||
	    json_member_int(json, "day", &d) < 0)
		return -1;
	phrase_put(ret, DAY, "%04d-%02d-%02d", y, m, d);
	return 0;
}

static int in_time(const struct xp_item *f, const char *json)
{
	char day[DAY];

	if ((!f->earliest && !f->latest) || day_of(f, json, day) < 0)
		return 1;
	return (!f->earliest || strcmp(day, f->earliest) >= 0) &&
	       (!f->latest || strcmp(day, f->latest) <= 0);
}

const char *bounds_problem(const struct xp_item *f, const char *json)
{
	if (f->pattern &&
	    is_type(f, "text|digit_sequence|credit_card_number|cvv|phone|"
		       "email") &&
	    !matches(f, json))
		return XP_PROBLEM_PATTERN;
	return in_range(f, json) && in_time(f, json) ? NULL : XP_PROBLEM_RANGE;
}

/* ---- in words ----------------------------------------------------------- */

static void say_bound(char *ret, size_t cap, const struct xp_item *f,
		      int64_t n)
{
	const char *type = is_type(f, "duration") ? "duration" : "integer";
	char json[24];

	phrase_put(json, sizeof(json), "%lld", (long long)n);
	if (nlu_speak(ret, cap, type, ASK_INTEGER, json) < 0)
		phrase_put(ret, cap, "%s", json);
}

static void range_words(char *ret, size_t cap, const struct xp_item *f)
{
	char least[WORDS], most[WORDS];

	say_bound(least, sizeof(least), f, f->minimum);
	say_bound(most, sizeof(most), f, f->maximum);
	if (is_type(f, "multi_select")) {
		if (f->has_minimum && f->has_maximum &&
		    f->minimum == f->maximum)
			phrase_put(ret, cap, "please choose just %s", most);
		else if (f->has_minimum && f->has_maximum)
			phrase_put(ret, cap,
				   "please choose from %s to %s of them",
				   least, most);
		else
			phrase_put(ret, cap, "please choose at %s %s",
				   f->has_minimum ? "least" : "most",
				   f->has_minimum ? least : most);
		return;
	}
	if (f->has_minimum && f->has_maximum && f->minimum == f->maximum)
		phrase_put(ret, cap, "it has to be %s", least);
	else if (f->has_minimum && f->has_maximum)
		phrase_put(ret, cap, "it has to be from %s to %s", least,
			   most);
	else if (f->has_minimum)
		phrase_put(ret, cap, "it has to be %s or more", least);
	else
		phrase_put(ret, cap, "it can be %s at most", most);
}

static void say_day(char *ret, size_t cap, const char *day,
		    const struct nlu_today *today)
{
	char json[80];

	/* Numbers of JSON do not begin with a zero. */
	phrase_put(json, sizeof(json), "{\"year\":%d,\"month\":%d,\"day\":%d}",
		   (int)strtol(day, NULL, 10), (int)strtol(day + 5, NULL, 10),
		   (int)strtol(day + 8, NULL, 10));
	if (nlu_speak_near(ret, cap, "date", ASK_DATE, json, today) < 0)
		phrase_put(ret, cap, "%s", day);
}

static void day_words(char *ret, size_t cap, const struct xp_item *f,
		      const struct nlu_today *today)
{
	char first[WORDS], last[WORDS];

	if (f->earliest)
		say_day(first, sizeof(first), f->earliest, today);
	if (f->latest)
		say_day(last, sizeof(last), f->latest, today);
	if (f->earliest && f->latest)
		phrase_put(ret, cap, "it has to be from %s to %s", first,
			   last);
	else if (f->earliest)
		phrase_put(ret, cap, "it has to be %s or later", first);
	else
		phrase_put(ret, cap, "it has to be %s or earlier", last);
}

/** "[0-9]{4}" is told as "four digits". @return 0, negative: not so plain */
static int digits_wanted(const char *s, int *least, int *most)
{
	static const char *const digit[] = {"[0-9]", "\\d", "[[:digit:]]"};
	const char *rest = NULL;
	char *end;

	s += *s == '^';
	for (size_t i = 0; i < sizeof(digit) / sizeof(digit[0]) && !rest; i++)
		rest = !strncmp(s, digit[i], strlen(digit[i]))
			       ? s + strlen(digit[i])
			       : NULL;
	if (!rest || *rest != '{')
		return -1;
	*least = *most = (int)strtol(rest + 1, &end, 10);
	if (*end == ',' && end[1] != '}')
		*most = (int)strtol(end + 1, &end, 10);
	if (*end != '}' || *least < 1)
		return -1;
	end++;
	end += *end == '$';
	return *end ? -1 : 0;
}

static void pattern_words(char *ret, size_t cap, const struct xp_item *f)
{
	char thing[WORDS], a[WORDS], b[WORDS];
	int least, most;

	wording_thing(thing, sizeof(thing), f);
	if (digits_wanted(f->pattern ? f->pattern : "", &least, &most) < 0) {
		phrase_put(ret, cap, "that doesn't look right for %s", thing);
		return;
	}
	say_bound(a, sizeof(a), f, least);
	say_bound(b, sizeof(b), f, most);
	if (least == most)
		phrase_put(ret, cap, "%s should have %s digit%s", thing, a,
			   least == 1 ? "" : "s");
	else
		phrase_put(ret, cap, "%s should have %s to %s digits", thing,
			   a, b);
}

void bounds_words(char *ret, size_t cap, const struct xp_item *f,
		  const char *problem, const struct nlu_today *today)
{
	if (!strcmp(problem, XP_PROBLEM_PATTERN))
		pattern_words(ret, cap, f);
	else if (is_type(f, "date|datetime|calendar_slot"))
		day_words(ret, cap, f, today);
	else
		range_words(ret, cap, f);
}
