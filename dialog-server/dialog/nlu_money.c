/**
 * @file nlu_money.c  Amounts of money
 *
 *   "twelve dollars and fifty cents"   12.50 USD
 *   "a dollar fifty"                    1.50 USD
 *   "twelve fifty"                     12.50
 *   "two grand"                      2000.00
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/strbuf.h"
#include "dialog/nlu_parts.h"
#include "dialog/shapes.h"

#define CENTS_MAX INT64_C(99999999999999) /* what shape_cents() reads */

static const struct {
	const char *pattern, *sign, *code;
	const char *one, *many, *part;
} units[] = {
	{"canadian dollars|dollar|bucks", NULL, "CAD", "Canadian dollar",
	 "Canadian dollars", "cent"},
	{"australian dollars|dollar|bucks", NULL, "AUD", "Australian dollar",
	 "Australian dollars", "cent"},
	{"us|american|u? s? dollars|dollar|bucks|buck", "$", "USD", "dollar",
	 "dollars", "cent"},
	{"usd", NULL, "USD", "dollar", "dollars", "cent"},
	{"dollars|dollar|bucks|buck", NULL, "USD", "dollar", "dollars",
	 "cent"},
	{"euros|euro|eur|\xe2\x82\xac", "\xe2\x82\xac", "EUR", "euro", "euros",
	 "cent"},
	{"pounds|pound|quid|gbp|sterling|\xc2\xa3", "\xc2\xa3", "GBP", "pound",
	 "pounds", "penny"},
	{"swiss? francs|franc|chf", NULL, "CHF", "franc", "francs", "centime"},
	{"yen|jpy", NULL, "JPY", "yen", "yen", "sen"},
	{"rupees|rupee|inr", NULL, "INR", "rupee", "rupees", "paisa"},
	{"mexican? pesos|peso|mxn", NULL, "MXN", "peso", "pesos", "centavo"},
};

enum { UNITS = sizeof(units) / sizeof(units[0]) };

/** @return words, 0 for none */
static uint32_t unit_at(const struct words *ws, uint32_t i, int *ret)
{
	for (int k = 0; k < UNITS; k++) {
		uint32_t n = words_match(ws, i, units[k].pattern);

		if (n > 0) {
			*ret = k;
			return n;
		}
	}
	return 0;
}

/** The sign that was typed before the number at word i. */
static int sign_before(const struct words *ws, uint32_t i)
{
	const char *at = ws->text + ws->w[i].at;
	size_t back = ws->w[i].at;

	while (back > 0 && at[-1] == ' ') {
		at--;
		back--;
	}
	for (int k = 0; k < UNITS; k++) {
		const size_t len = units[k].sign ? strlen(units[k].sign) : 0;

		if (len > 0 && back >= len &&
		    memcmp(at - len, units[k].sign, len) == 0)
			return k;
	}
	return -1;
}

struct sum {
	int64_t cents;
	int unit;       /* -1: not said          */
	uint32_t words; /* consumed              */
};

/** "hundred", "thousand", "k" behind a number that has a fraction. */
static int64_t scale_at(const struct words *ws, uint32_t i)
{
	return words_in(ws, i, "hundred")            ? 100
	       : words_in(ws, i, "thousand|grand|k") ? 1000
	       : words_in(ws, i, "million")          ? 1000000
						     : 1;
}

/** ".50", "point five", "and a half". @return words, 0 for none */
static uint32_t fraction(const struct words *ws, uint32_t i, int64_t *ret)
{
	const char *s = i < ws->n ? ws->w[i].s : "";
	int d1, d2;

	if (i < ws->n && ws->w[i].digits &&
	    (ws->w[i].sep == '.' || ws->w[i].sep == ',') && strlen(s) <= 2) {
		*ret = (s[0] - '0') * 10 + (s[1] ? s[1] - '0' : 0);
		return 1;
	}
	if (words_match(ws, i, "and a half") > 0) {
		*ret = 50;
		return 3;
	}
	if (!words_in(ws, i, "point") || i + 1 >= ws->n)
		return 0;
	d1 = num_digit(ws->w[i + 1].s, NUM_HOMOPHONES);
	d2 = i + 2 < ws->n ? num_digit(ws->w[i + 2].s, 0) : -1;
	if (d1 < 0) {
		struct num num;

		if (num_at(ws, i + 1, NUM_NO_SCALE, &num) < 0 ||
		    num.value > 99)
			return 0;
		*ret = num.value;
		return 1 + num.words;
	}
	*ret = d1 * 10 + (d2 >= 0 ? d2 : 0);
	return d2 >= 0 ? 3 : 2;
}

/** Cents behind dollars: "and fifty cents", "fifty". @return words */
static uint32_t cents_at(const struct words *ws, uint32_t i, int64_t *ret)
{
	const uint32_t skip = words_in(ws, i, "and");
	struct num num;
	uint32_t named;

	if (num_at(ws, i + skip, NUM_NO_SCALE, &num) < 0 || num.ordinal ||
	    num.value > 99)
		return 0;
	named = words_match(ws, i + skip + num.words,
			    "cents|cent|c|pence|penny|p|pennies");
	if (named == 0 && (skip || num.value < 10))
		return 0;
	*ret = num.value;
	return skip + num.words + named;
}

/** "twelve fifty", "nineteen oh five". @return words, 0 for none */
static uint32_t price_tail(const struct words *ws, uint32_t i,
			   const struct num *first, int64_t *ret)
{
	struct num num;

	if (first->value < 1 || first->value > 99 || first->typed ||
	    i >= ws->n || ws->w[i].brk)
		return 0;
	if (words_in(ws, i, "oh") && i + 1 < ws->n &&
	    num_digit(ws->w[i + 1].s, 0) > 0) {
		*ret = num_digit(ws->w[i + 1].s, 0);
		return 2;
	}
	if (num_at(ws, i, NUM_NO_SCALE, &num) < 0 || num.ordinal ||
	    num.typed || num.value < 10 || num.value > 99)
		return 0;
	*ret = num.value;
	return num.words;
}

/** "a dollar", "a buck fifty". */
static int one_unit(const struct words *ws, uint32_t i, struct sum *ret)
{
	uint32_t n;
	int unit;

	if (!words_in(ws, i, "a|an"))
		return -ENOENT;
	n = unit_at(ws, i + 1, &unit);
	if (n == 0)
		return -ENOENT;
	*ret = (struct sum){100, unit, 1 + n};
	return 0;
}

/** Something else is counted there. */
static int is_other(const struct words *ws, uint32_t i)
{
	return words_in(ws, i,
			"people|person|percent|am|pm|oclock|days|day|weeks|"
			"week|hours|hour|minutes|months|years|times|of");
}

/** The amount that begins at word i. @return 0, -ENOENT */
static int sum_at(const struct words *ws, uint32_t i, struct sum *ret)
{
	int64_t part = 0, scale;
	struct num num;
	uint32_t at, n;

	if (one_unit(ws, i, ret) == 0) {
		n = cents_at(ws, i + ret->words, &part);
		ret->cents += part;
		ret->words += n;
		return 0;
	}
	if (num_at(ws, i, 0, &num) < 0 || num.ordinal || num.homophone ||
	    num.value > CENTS_MAX / 100)
		return -ENOENT;
	at = i + num.words;
	ret->unit = sign_before(ws, i);
	ret->cents = num.value * 100;
	if (words_match(ws, at, "cents|cent|pence|pennies") > 0) {
		ret->cents = num.value;
		ret->words = num.words + 1;
		ret->unit = words_in(ws, at, "pence") ? 6 : -1;
		return num.value < 1000 ? 0 : -ENOENT;
	}
	n = fraction(ws, at, &part);
	at += n;
	scale = scale_at(ws, at);
	if (scale > 1) {
		if (ret->cents > CENTS_MAX / scale)
			return -ENOENT;
		at++;
	}
	ret->cents = (ret->cents + part) * scale;
	if (n == 0 && scale == 1) {
		n = price_tail(ws, at, &num, &part);
		ret->cents += n > 0 ? part : 0;
		at += n;
	}

	int unit = -1;
	const uint32_t named = unit_at(ws, at, &unit);

	if (named > 0) {
		ret->unit = unit;
		at += named;
		if (n == 0) {
			part = 0;
			at += cents_at(ws, at, &part);
			ret->cents += part;
		}
	} else if (is_other(ws, at)) {
		return -ENOENT;
	}
	ret->words = at - i;
	return ret->cents <= CENTS_MAX ? 0 : -ENOENT;
}

static int says_nothing(const struct words *ws)
{
	const uint32_t f = words_fillers(ws, 0);

	return words_match(ws, f, "nothing|none|zero|free") > 0 &&
	       f + 1 + words_fillers(ws, f + 1) >= ws->n;
}

static int put(struct nlu_value *ret, const struct sum *s)
{
	struct strbuf b;

	strbuf_over(&b, ret->json, sizeof(ret->json));
	strbuf_addf(&b, "{\"amount\":\"%lld.%02d\",\"currency\":",
		    (long long)(s->cents / 100), (int)(s->cents % 100));
	if (s->unit >= 0)
		strbuf_addf(&b, "\"%s\"}", units[s->unit].code);
	else
		strbuf_add(&b, "null}");
	ret->strong = s->unit >= 0;
	ret->partial = 0;
	return nlu_speak(ret->spoken, sizeof(ret->spoken), "currency",
			 ASK_INTEGER, ret->json);
}

int value_money(struct nlu_value *ret, const struct words *ws)
{
	struct sum best = {0, -1, 0};
	int found = 0;

	for (uint32_t i = 0; i < ws->n;) {
		struct sum s;

		if (sum_at(ws, i, &s) < 0) {
			i++;
			continue;
		}
		/* The last one, and rather one with its unit. */
		if (!found || s.unit >= 0 || best.unit < 0)
			best = s;
		found = 1;
		i += s.words > 0 ? s.words : 1;
	}
	if (!found && !says_nothing(ws))
		return -ENOENT;
	return put(ret, &best);
}

/* ---- saying ------------------------------------------------------------- */

static void say_part(struct strbuf *b, int cents, int unit)
{
	static const struct {
		const char *one, *many;
	} plurals[] = {{"penny", "pence"}, {"cent", "cents"}};
	const char *name = units[unit].part;

	num_say(b, cents);
	for (size_t i = 0; i < 2 && cents != 1; i++) {
		if (strcmp(name, plurals[i].one) == 0)
			name = plurals[i].many;
	}
	strbuf_addf(b, " %s", name);
}

static int unit_of(const char *code)
{
	for (int k = 0; k < UNITS; k++) {
		if (strcmp(units[k].code, code) == 0)
			return k;
	}
	return -1;
}

int speak_money(struct strbuf *b, const char *json)
{
	char code[8] = "";
	int64_t cents;
	int unit, part;

	if (shape_cents(json, &cents) < 0)
		return -EBADMSG;
	(void)json_member_text(json, "currency", code, sizeof(code));
	unit = unit_of(code);
	part = (int)(cents % 100);
	cents /= 100;
	if (unit >= 0 && cents == 0 && part > 0) {
		say_part(b, part, unit);
		return 0;
	}
	num_say(b, cents);
	if (unit >= 0) {
		strbuf_addf(b, " %s",
			    cents == 1 ? units[unit].one : units[unit].many);
		if (part > 0) {
			strbuf_add(b, " and ");
			say_part(b, part, unit);
		}
		return 0;
	}
	if (part > 0) {
		strbuf_add(b, " point ");
		num_say(b, part / 10);
		strbuf_addc(b, ' ');
		num_say(b, part % 10);
	}
	for (const char *c = code; *c != '\0'; c++)
		strbuf_addf(b, " %c", *c);
	return 0;
}
