/**
 * @file nlu_number.c  Numbers in words: reading and saying them
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/strbuf.h"
#include "dialog/nlu_parts.h"

static const char *const units[20] = {
	"zero",    "one",     "two",       "three",    "four",
	"five",    "six",     "seven",     "eight",    "nine",
	"ten",     "eleven",  "twelve",    "thirteen", "fourteen",
	"fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
};

static const char *const unit_ordinals[20] = {
	"zeroth",    "first",     "second",      "third",      "fourth",
	"fifth",     "sixth",     "seventh",     "eighth",     "ninth",
	"tenth",     "eleventh",  "twelfth",     "thirteenth", "fourteenth",
	"fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
};

static const char *const tens[10] = {
	"",      "",      "twenty",  "thirty", "forty",
	"fifty", "sixty", "seventy", "eighty", "ninety",
};

static const char *const tens_ordinals[10] = {
	"",         "",         "twentieth",  "thirtieth", "fortieth",
	"fiftieth", "sixtieth", "seventieth", "eightieth", "ninetieth",
};

/* What a recognizer prints when a digit was said alone. */
static const struct {
	const char *s;
	int digit;
} homophones[] = {
	{"for", 4},    {"fore", 4},   {"to", 2},    {"too", 2},  {"tu", 2},
	{"ate", 8},    {"won", 1},    {"wan", 1},   {"oh", 0},   {"o", 0},
	{"owe", 0},    {"tree", 3},   {"free", 3},  {"fife", 5}, {"sicks", 6},
	{"sex", 6},    {"nein", 9},   {"niner", 9}, {"ait", 8},  {"hate", 8},
	{"nought", 0}, {"naught", 0}, {"nil", 0},   {"faux", 4},
};

static int index_of(const char *s, const char *const *table, int from, int n)
{
	for (int i = from; i < n; i++) {
		if (strcmp(s, table[i]) == 0)
			return i;
	}
	return -1;
}

int num_digit(const char *s, int flags)
{
	int d;

	if (s[0] >= '0' && s[0] <= '9' && s[1] == '\0')
		return s[0] - '0';
	d = index_of(s, units, 0, 10);
	if (d >= 0 || !(flags & NUM_HOMOPHONES))
		return d;
	for (size_t i = 0; i < sizeof(homophones) / sizeof(*homophones); i++) {
		if (strcmp(s, homophones[i].s) == 0)
			return homophones[i].digit;
	}
	return -1;
}

/** Digits typed, with thousands separators: "1,200", "27th". */
static int typed_at(const struct words *ws, uint32_t at, struct num *ret)
{
	const struct word *w = &ws->w[at];
	int64_t v = 0;
	uint32_t n = 1;
	size_t len = strspn(w->s, "0123456789");

	if (len == 0 || len > 15)
		return -ENOENT;
	for (size_t i = 0; i < len; i++)
		v = v * 10 + (w->s[i] - '0');
	if (w->digits && len <= 3) {
		while (at + n < ws->n && ws->w[at + n].sep == ',' &&
		       ws->w[at + n].digits && strlen(ws->w[at + n].s) == 3 &&
		       v < 1000000000000) {
			for (int i = 0; i < 3; i++)
				v = v * 10 + (ws->w[at + n].s[i] - '0');
			n++;
		}
	}
	*ret = (struct num){.value = v,
			    .words = n,
			    .typed = 1,
			    .width = (uint8_t)len,
			    .ordinal = !w->digits};
	return 0;
}

/** 0..99, or "a", at word i. @return words consumed, 0 for none */
static uint32_t below_hundred(const struct words *ws, uint32_t i, int flags,
			      struct num *ret)
{
	const char *s = ws->w[i].s;
	int v = index_of(s, units, 0, 20);

	if (v >= 0) {
		ret->value = v;
		return 1;
	}
	v = index_of(s, unit_ordinals, 0, 20);
	if (v >= 0) {
		ret->value = v;
		ret->ordinal = 1;
		return 1;
	}
	v = index_of(s, tens_ordinals, 2, 10);
	if (v >= 0) {
		ret->value = v * 10;
		ret->ordinal = 1;
		return 1;
	}
	v = index_of(s, tens, 2, 10);
	if (v < 0 && strcmp(s, "fourty") == 0)
		v = 4;
	if (v >= 0) {
		ret->value = v * 10;
		if (i + 1 >= ws->n || ws->w[i + 1].brk)
			return 1;
		int u = index_of(ws->w[i + 1].s, units, 1, 10);

		if (u < 0) {
			u = index_of(ws->w[i + 1].s, unit_ordinals, 1, 10);
			ret->ordinal = u > 0;
		}
		ret->value += u > 0 ? u : 0;
		return u > 0 ? 2 : 1;
	}
	v = flags & NUM_HOMOPHONES ? num_digit(s, flags) : -1;
	if (v < 0)
		return 0;
	ret->value = v;
	ret->homophone = 1;
	return 1;
}

static int64_t scale_of(const char *s)
{
	if (word_in(s, "hundred|hundredth"))
		return 100;
	if (word_in(s, "thousand|thousandth|grand"))
		return 1000;
	return strcmp(s, "million") == 0 ? 1000000 : 0;
}

static const struct {
	const char *pattern;
	int value;
} phrases[] = {
	{"half a|of? dozen", 6}, {"a|one dozen of?", 12}, {"a couple of?", 2},
	{"couple of?", 2},       {"dozen of?", 12},       {"a pair of?", 2},
	{"pair of?", 2},         {"two dozen", 24},       {"three dozen", 36},
	{"a single", 1},         {"a half dozen", 6},
};

static int phrase_at(const struct words *ws, uint32_t at, struct num *ret)
{
	for (size_t i = 0; i < sizeof(phrases) / sizeof(*phrases); i++) {
		uint32_t n = words_match(ws, at, phrases[i].pattern);

		if (n == 0)
			continue;
		*ret = (struct num){.value = phrases[i].value, .words = n};
		return 0;
	}
	return -ENOENT;
}

/** "two hundred and five thousand ..." from a first group of words. */
static uint32_t scales(const struct words *ws, uint32_t i, int flags,
		       struct num *ret)
{
	int64_t total = 0, group = ret->value;

	while (i < ws->n && !ret->ordinal && !ws->w[i].brk) {
		int64_t scale = scale_of(ws->w[i].s);
		struct num part = {0};
		uint32_t skip = 0, n;

		if (scale == 0 || (scale == 100 && group > 99) ||
		    (scale >= 1000 && group > 999) ||
		    (scale == 1000000 && total > 0))
			break;
		i++;
		if (scale == 100) {
			group *= 100;
		} else {
			total += group * scale;
			group = 0;
		}
		if (i < ws->n && strcmp(ws->w[i].s, "and") == 0)
			skip = 1;
		if (i + skip >= ws->n || ws->w[i + skip].brk)
			break;
		n = below_hundred(ws, i + skip, flags & ~NUM_HOMOPHONES,
				  &part);
		if (n == 0 || part.value == 0)
			continue;
		group += part.value;
		ret->ordinal = part.ordinal;
		i += skip + n;
	}
	ret->value = total + group;
	return i;
}

int num_at(const struct words *ws, uint32_t at, int flags, struct num *ret)
{
	struct num num = {0};
	uint32_t i = at, n;

	if (at >= ws->n)
		return -ENOENT;
	if (typed_at(ws, at, ret) == 0)
		return 0;
	if (!(flags & NUM_NO_SCALE) && phrase_at(ws, at, ret) == 0)
		return 0;
	if (words_in(ws, at, "a") && at + 1 < ws->n &&
	    scale_of(ws->w[at + 1].s) > 0) {
		num.value = 1;
		i++;
	} else {
		n = below_hundred(ws, at, flags, &num);
		if (n == 0)
			return -ENOENT;
		i += n;
	}
	if (!(flags & NUM_NO_SCALE) && num.value > 0)
		i = scales(ws, i, flags, &num);
	num.words = i - at;
	*ret = num;
	return 0;
}

static void say_below_thousand(struct strbuf *b, int n)
{
	if (n >= 100) {
		strbuf_addf(b, "%s hundred", units[n / 100]);
		n %= 100;
		if (n > 0)
			strbuf_addc(b, ' ');
		else
			return;
	}
	if (n < 20) {
		strbuf_add(b, units[n]);
		return;
	}
	strbuf_add(b, tens[n / 10]);
	if (n % 10 > 0)
		strbuf_addf(b, "-%s", units[n % 10]);
}

void num_say(struct strbuf *b, int64_t n)
{
	static const struct {
		int64_t value;
		const char *name;
	} scale[] = {{1000000000, "billion"},
		     {1000000, "million"},
		     {1000, "thousand"}};

	if (n < 0) {
		strbuf_add(b, "minus ");
		n = n == INT64_MIN ? INT64_MAX : -n;
	}
	if (n >= 1000000000000) {
		strbuf_addf(b, "%lld", (long long)n);
		return;
	}
	for (int i = 0; i < 3; i++) {
		if (n < scale[i].value)
			continue;
		say_below_thousand(b, (int)(n / scale[i].value));
		strbuf_addf(b, " %s", scale[i].name);
		n %= scale[i].value;
		if (n == 0)
			return;
		strbuf_addc(b, ' ');
	}
	say_below_thousand(b, (int)n);
}

void num_say_ordinal(struct strbuf *b, int n)
{
	if (n < 0 || n > 99) {
		strbuf_addf(b, "%d", n);
	} else if (n < 20) {
		strbuf_add(b, unit_ordinals[n]);
	} else if (n % 10 == 0) {
		strbuf_add(b, tens_ordinals[n / 10]);
	} else {
		strbuf_addf(b, "%s-%s", tens[n / 10], unit_ordinals[n % 10]);
	}
}

void num_say_year(struct strbuf *b, int year)
{
	int high = year / 100, low = year % 100;

	if (year < 1000 || year > 9999 || (year >= 2000 && year < 2010) ||
	    year % 1000 == 0) {
		num_say(b, year);
		return;
	}
	num_say(b, high);
	if (low == 0)
		strbuf_add(b, " hundred");
	else if (low < 10)
		strbuf_addf(b, " oh %s", units[low]);
	else {
		strbuf_addc(b, ' ');
		num_say(b, low);
	}
}
