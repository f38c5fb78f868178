/**
 * @file nlu_time.c  The time of day that is meant
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>

#include "dialog/nlu_parts.h"

enum half { HALF_UNKNOWN, HALF_AM, HALF_PM };

struct clock_words {
	int hour, minute;
	enum half half;
	uint32_t words;
	int weak;
	int soft; /* "for two": an hour at most, or a number of people */
};

/** "am", "p m", "in the evening", "at night" at word `at`. */
static uint32_t half_at(const struct words *ws, uint32_t at, int hour,
			enum half *ret)
{
	static const struct {
		const char *pattern;
		enum half half;
	} table[] = {
		{"am", HALF_AM},
		{"a m", HALF_AM},
		{"pm", HALF_PM},
		{"p m", HALF_PM},
		{"in? the? morning", HALF_AM},
		{"in? the? afternoon", HALF_PM},
		{"in? the? evening", HALF_PM},
		{"at? night", HALF_PM},
		{"tonight", HALF_PM},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		uint32_t n = words_match(ws, at, table[i].pattern);

		if (n == 0)
			continue;
		*ret = table[i].half;
		/* "two at night" is before dawn. */
		if (words_in(ws, at + n - 1, "night") && hour >= 1 &&
		    hour <= 4)
			*ret = HALF_AM;
		return n;
	}
	return 0;
}

/** Is a half of the day named anywhere? */
static enum half half_anywhere(const struct words *ws, int hour)
{
	static const char pm[] =
		"tonight|evening|afternoon|dinner|supper|night";
	static const char am[] = "morning|breakfast";

	for (uint32_t i = 0; i < ws->n; i++) {
		if (words_in(ws, i, am) &&
		    !words_match(ws, i > 0 ? i - 1 : i, "good morning"))
			return HALF_AM;
		if (words_in(ws, i, pm) &&
		    !words_match(ws, i > 0 ? i - 1 : i,
				 "good evening|afternoon|night"))
			return words_in(ws, i, "afternoon") && hour > 7 &&
					       hour < 12
				       ? HALF_UNKNOWN
				       : HALF_PM;
	}
	return HALF_UNKNOWN;
}

/** Minutes behind an hour: "thirty", "oh five", "forty five", ":30". */
static int minute_at(const struct words *ws, uint32_t at, uint32_t *ret_n)
{
	uint32_t oh = words_match(ws, at, "oh|o|zero");
	struct num num;

	if (at >= ws->n || ws->w[at].brk)
		return -1;
	if (num_at(ws, at + oh, NUM_NO_SCALE, &num) < 0 || num.ordinal ||
	    num.value > 59)
		return -1;
	if (oh ? num.value > 9 : num.typed ? num.width != 2 : num.value < 10)
		return -1;
	if (num.typed && ws->w[at].sep != ':' && ws->w[at].sep != '.')
		return -1;
	*ret_n = oh + num.words;
	return (int)num.value;
}

static int hour_at(const struct words *ws, uint32_t at, int flags, int max,
		   uint32_t *ret_n)
{
	struct num num;

	if (num_at(ws, at, NUM_NO_SCALE | flags, &num) < 0 || num.ordinal ||
	    num.value < (max > 12 ? 0 : 1) || num.value > max)
		return -1;
	*ret_n = num.words;
	return (int)num.value;
}

/** "half past seven", "quarter to eight", "ten past six". */
static int relative_at(const struct words *ws, uint32_t at,
		       struct clock_words *ret)
{
	uint32_t n = words_match(ws, at, "half past?"), k = 0, h = 0;
	int minutes = 30, to = 0, hour;
	struct num num;

	if (n == 0) {
		n = words_match(ws, at, "a? quarter");
		minutes = 15;
		if (n == 0 && num_at(ws, at, NUM_NO_SCALE, &num) == 0 &&
		    num.value >= 1 && num.value <= 29 && !num.ordinal) {
			n = num.words;
			n += words_match(ws, at + n, "minutes|minute");
			minutes = (int)num.value;
		}
		if (n == 0)
			return -ENOENT;
		k = words_match(ws, at + n, "past|after");
		if (k == 0) {
			k = words_match(ws, at + n, "to|till|til|before|of");
			to = k > 0;
		}
		if (k == 0)
			return -ENOENT;
	}
	hour = hour_at(ws, at + n + k, NUM_HOMOPHONES, 12, &h);
	if (hour < 0)
		return -ENOENT;
	*ret = (struct clock_words){
		.hour = to ? (hour == 1 ? 12 : hour - 1) : hour,
		.minute = to ? 60 - minutes : minutes,
		.words = n + k + h,
	};
	return 0;
}

static int named_at(const struct words *ws, uint32_t at,
		    struct clock_words *ret)
{
	uint32_t n = words_match(ws, at, "noon|midday|noontime");
	int hour = 12;

	if (n == 0) {
		n = words_match(ws, at, "midnight");
		hour = 0;
	}
	if (n == 0)
		return -ENOENT;
	*ret = (struct clock_words){
		.hour = hour, .half = hour ? HALF_PM : HALF_AM, .words = n};
	return 0;
}

/** "seven", "seven thirty p m", "7:30", "19:30", "eight o'clock". */
static int plain_at(const struct words *ws, uint32_t at, int bare,
		    struct clock_words *ret)
{
	uint32_t n = 0, m = 0, k;
	int after_at = at > 0 && words_in(ws, at - 1,
					  "at|around|by|about|after|before|"
					  "until|till|from|for");
	int certain_at = at > 0 && words_in(ws, at - 1, "at|around|by");
	/* "oh eight hundred" */
	uint32_t oh = words_match(ws, at, "oh|zero *") ? 1 : 0;
	int hour =
		hour_at(ws, at + oh, certain_at ? NUM_HOMOPHONES : 0, 23, &n);
	int minute;

	if (hour < 0)
		return -ENOENT;
	n += oh;
	minute = minute_at(ws, at + n, &m);
	k = words_match(ws, at + n + (minute < 0 ? 0 : m), "oclock|ish");
	if (k == 0 && minute < 0)
		k = words_match(ws, at + n, "o|oh clock");
	if (k == 0 && minute < 0)
		k = words_match(ws, at + n, "hundred hours?");
	*ret = (struct clock_words){.hour = hour,
				    .minute = minute < 0 ? 0 : minute,
				    .words = n + (minute < 0 ? 0 : m) + k};
	ret->words += half_at(ws, at + ret->words, hour, &ret->half);
	if (minute >= 0 || k > 0 || ret->half != HALF_UNKNOWN)
		return 0;
	if (hour == 0 || (hour > 12 && !after_at))
		return -ENOENT;
	if (!after_at && !bare)
		return -ENOENT;
	ret->weak = !after_at;
	ret->soft = at > 0 && words_in(ws, at - 1, "for|from|about");
	return 0;
}

static int free_of_use(const struct used *used, uint32_t at, uint32_t n)
{
	for (uint32_t i = at; i < at + n && i < WORDS_MAX; i++) {
		if (used->word[i])
			return 0;
	}
	return 1;
}

static void to_24h(struct clock_words *c, const struct words *ws, int evening,
		   struct time_found *ret)
{
	enum half half = c->half;
	int said = half != HALF_UNKNOWN || c->hour > 12 || c->hour == 0;

	if (!said) {
		half = half_anywhere(ws, c->hour);
		said = half != HALF_UNKNOWN;
	}
	if (!said) {
		/* Office hours: eight to eleven in the morning, the rest
		 * after noon; for dinner all of it after noon. */
		half = c->hour == 12                               ? HALF_PM
		       : c->hour >= 8 && c->hour <= 11 && !evening ? HALF_AM
								   : HALF_PM;
	}
	ret->hour = c->hour;
	if (half == HALF_PM && c->hour < 12)
		ret->hour += c->hour == 0 ? 0 : 12;
	if (half == HALF_AM && c->hour == 12)
		ret->hour = 0;
	ret->minute = c->minute;
	ret->said_half = said;
	ret->weak = c->weak;
}

int time_find(const struct words *ws, struct used *used, int bare, int evening,
	      struct time_found *ret)
{
	struct clock_words best = {.words = 0};
	uint32_t best_at = 0;

	for (uint32_t i = 0; i < ws->n; i++) {
		struct clock_words c;

		if (relative_at(ws, i, &c) == 0)
			c.words += half_at(ws, i + c.words, c.hour, &c.half);
		else if (named_at(ws, i, &c) < 0 &&
			 plain_at(ws, i, bare, &c) < 0)
			continue;
		if (!free_of_use(used, i, c.words))
			continue;
		if (best.words == 0 || (best.weak && !c.weak) ||
		    (best.soft && !c.soft && !c.weak)) {
			best = c;
			best_at = i;
		}
		i += c.words - 1;
	}
	if (best.words == 0)
		return -ENOENT;
	for (uint32_t i = best_at; i < best_at + best.words; i++)
		used->word[i] = 1;
	to_24h(&best, ws, evening, ret);
	return 0;
}
