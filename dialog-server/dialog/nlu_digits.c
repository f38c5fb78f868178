/**
 * @file nlu_digits.c  Phone numbers, codes, ids: digits as people say them
 *
 *   "it's five five five oh one four two"      5550142
 *   "double five five, triple zero"            555000
 *   "five fifty five, one eight hundred"       5551800
 *   "five five six no five five five"          555
 *
 * Words become runs of digits; what stands between two runs decides whether
 * they belong together, or the second takes back (a part of) the first.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/strbuf.h"
#include "dialog/nlu_parts.h"

enum { RUN_DIGITS_MAX = 64 };

/** Digits collected so far. */
struct run {
	char d[RUN_DIGITS_MAX + 1];
	size_t n;
	int marked; /* "my number is" stood before              */
	int overflow;
};

static void run_put(struct run *r, int64_t value, int width)
{
	char tmp[24];
	int n = 0;

	do {
		tmp[n++] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	while (n < width)
		tmp[n++] = '0';
	while (n > 0) {
		if (r->n >= RUN_DIGITS_MAX) {
			r->overflow = 1;
			return;
		}
		r->d[r->n++] = tmp[--n];
	}
	r->d[r->n] = '\0';
}

/** Is there a certain digit (no homophone) at word i? */
static int certain(const struct words *ws, uint32_t i)
{
	struct num num;

	if (i >= ws->n)
		return 0;
	if (words_match(ws, i, "double|triple|oh|o *") > 0 && i + 1 < ws->n &&
	    num_digit(ws->w[i + 1].s, NUM_HOMOPHONES) >= 0)
		return 1;
	return num_at(ws, i, NUM_NO_SCALE, &num) == 0 && !num.ordinal;
}

/** "for" and "to" are digits only beside digits. */
static int homophone_fits(const struct words *ws, uint32_t i)
{
	const char *s = ws->w[i].s;
	int before = i > 0 && (certain(ws, i - 1) ||
			       num_digit(ws->w[i - 1].s, NUM_HOMOPHONES) >= 0);
	int after = i + 1 < ws->n &&
		    (certain(ws, i + 1) ||
		     num_digit(ws->w[i + 1].s, NUM_HOMOPHONES) >= 0);

	if (ws->n == 1)
		return 1;
	if (word_in(s, "to|for|free|tree|hate"))
		return (before && after) || (before && i + 1 == ws->n) ||
		       (after && (i == 0 || words_in(ws, i - 1, "is|um|uh")));
	return before || after;
}

/** "double five", "triple oh". @return words, 0 for none */
static uint32_t repeated(const struct words *ws, uint32_t i, struct run *r)
{
	int times, d;

	if (i + 1 >= ws->n)
		return 0;
	if (words_in(ws, i, "double"))
		times = 2;
	else if (words_in(ws, i, "triple|treble"))
		times = 3;
	else if (words_in(ws, i, "quadruple"))
		times = 4;
	else
		return 0;
	d = num_digit(ws->w[i + 1].s, NUM_HOMOPHONES);
	if (d < 0)
		return 0;
	for (int k = 0; k < times; k++)
		run_put(r, d, 1);
	return 2;
}

/** "hundred", "thousand" behind a small number: 8 -> 800, 2 -> 2000; with
 *  "and five", "and twenty six" added in. @return words */
static uint32_t scaled(const struct words *ws, uint32_t i, int64_t *value)
{
	struct num num;
	uint32_t n = 0, skip;
	int64_t scale = words_in(ws, i, "hundred")    ? 100
			: words_in(ws, i, "thousand") ? 1000
						      : 0;

	if (scale == 0 || *value == 0 || *value > 99)
		return 0;
	*value *= scale;
	n = 1;
	skip = words_in(ws, i + 1, "and");
	/* "eight hundred five five five" is 800-555; "two thousand six",
	 * "ninety four thousand one hundred three" and "eight hundred and
	 * five" are one number. */
	if (num_at(ws, i + 1 + skip, scale == 1000 ? 0 : NUM_NO_SCALE, &num) <
		    0 ||
	    num.typed || num.ordinal || num.value >= scale)
		return n;
	if (num.value < 10 && !skip &&
	    (scale == 100 || certain(ws, i + 1 + num.words)))
		return n;
	*value += num.value;
	return n + skip + num.words;
}

/** Digits at word i. @return words consumed, 0 for none */
static uint32_t digits_at(const struct words *ws, uint32_t i, struct run *r)
{
	uint32_t n = repeated(ws, i, r);
	struct num num;
	int d;

	if (n > 0)
		return n;
	/* Who says "zero" does not say "oh" next: it is a breath. */
	if (i > 0 && words_in(ws, i, "oh|o") && words_in(ws, i - 1, "zero"))
		return 0;
	if (ws->w[i].digits) {
		for (const char *s = ws->w[i].s; *s != '\0'; s++)
			run_put(r, *s - '0', 1);
		return 1;
	}
	if (num_at(ws, i, NUM_NO_SCALE, &num) == 0 && !num.ordinal) {
		n = num.words;
		/* "twenty five five" may be 25 5 or 20 55: the first. */
		n += scaled(ws, i + n, &num.value);
		run_put(r, num.value, 1);
		return n;
	}
	d = num_digit(ws->w[i].s, NUM_HOMOPHONES);
	if (d >= 0 && homophone_fits(ws, i)) {
		run_put(r, d, 1);
		return 1;
	}
	return 0;
}

/* Between two runs of one number. */
static const char *const joints[] = {
	"um|uh|hm|and|then|dash|hyphen|dot|space|pause|comma|plus|minus|oh|"
	"so|okay|yeah|the|is|it|area|code|number|phone|my|that|"
	"parenthesis|point|slash|please|next|followed|by|of|well|again",
	NULL,
};

static const char *const leads[] = {
	"number is",
	"phone is",
	"number it is",
	"code is",
	"pin is",
	"id is",
	"reach me at|on",
	"call me at|on",
	"me at|on",
	"phone number",
	"number",
	"account|zip|order|card|member number|code? is?",
	NULL,
};

static const char *const take_backs[] = {
	"no wait|sorry|actually?",
	"sorry|wait|actually|correction",
	"no sorry|wait|actually? i? meant|mean|said?",
	"i mean|meant|said",
	"sorry i mean|meant|said",
	"sorry|wait no",
	"scratch|strike|forget that|it",
	"make that",
	"let me start over|again",
	"start over|again",
	"not that",
	"or rather",
	NULL,
};

/** Is that how many digits such a number has? */
static int right_length(const struct ask *ask, size_t was, size_t n)
{
	if (ask->min_digits == 0)
		return n == was;
	if (n < ask->min_digits ||
	    (ask->max_digits > 0 && n > ask->max_digits))
		return 0;
	/* Telephone numbers: seven, or ten and a country code. */
	return ask->min_digits != 7 || n == 7 || n >= 10;
}

/**
 * How many digits at the end of the first run the second takes back.
 *
 * Who corrects himself begins where he went wrong or at the group before it:
 * so the length comes right, and what is said again is mostly the same.
 */
static size_t taken_back(const struct run *a, const struct run *b,
			 const struct ask *ask)
{
	size_t best = 0;
	int best_score = -1;

	for (size_t k = 1; k <= a->n; k++) {
		size_t same = 0, len = k < b->n ? k : b->n;
		int score;

		if (k > b->n && k < a->n)
			continue;
		if (!right_length(ask, a->n, a->n - k + b->n))
			continue;
		for (size_t i = 0; i < len; i++)
			same += a->d[a->n - k + i] == b->d[i];
		score = (int)(100 * same / len);
		/* A number that was long enough stays as long. */
		score += b->n == k ? 30 : 0;
		if (score > best_score) {
			best_score = score;
			best = k;
		}
	}
	if (best > 0)
		return best;
	return a->n < b->n ? a->n : b->n;
}

static void amend(struct run *a, const struct run *b, const struct ask *ask)
{
	a->n -= taken_back(a, b, ask);
	for (size_t i = 0; i < b->n; i++) {
		if (a->n >= RUN_DIGITS_MAX) {
			a->overflow = 1;
			break;
		}
		a->d[a->n++] = b->d[i];
	}
	a->d[a->n] = '\0';
	a->marked |= b->marked;
}

/** Collect digits from word *at on, over joints. */
static void collect(const struct words *ws, uint32_t *at, struct run *r)
{
	uint32_t i = *at, end = i;

	r->n = 0;
	r->d[0] = '\0';
	r->overflow = 0;
	r->marked = 0;
	while (i < ws->n) {
		uint32_t n = digits_at(ws, i, r);

		if (n > 0) {
			i += n;
			end = i;
			continue;
		}
		if (r->n > 0 && words_match_any(ws, i, take_backs) > 0)
			break;
		/* "a party of six and my number is ...": another matter */
		if (r->n > 0 && r->n <= 2 && words_match_any(ws, i, leads) > 0)
			break;
		n = words_match_any(ws, i, joints);
		if (n == 0 || r->n == 0)
			break;
		i += n;
	}
	*at = end > *at ? end : *at;
}

/** One or two digits that count something: "two people", "at seven", "I
 *  don't have one". */
static int is_count(const struct words *ws, uint32_t from, uint32_t to,
		    const struct run *r)
{
	if (r->n > 2)
		return 0;
	if (words_match(ws, to, "of us|you|them") > 0 ||
	    words_match(ws, to, "a|p m") > 0 ||
	    words_in(ws, to,
		     "people|persons|person|guests|adults|kids|friends|am|pm|"
		     "oclock|minutes|hours|days|weeks|years|dollars|percent|"
		     "times|more|tickets"))
		return 1;
	return from > 0 &&
	       (words_in(ws, from - 1, "at|party") ||
		(words_in(ws, from, "one") &&
		 words_in(ws, from - 1,
			  "have|got|the|this|that|no|another|which|any")));
}

/** "a party of five, 555 0142": the five is no digit.
 *  @return its words, 0: none such at i */
static uint32_t party_at(const struct words *ws, uint32_t i)
{
	struct num num;

	if (i < 2 || words_match(ws, i - 2, "party|group|table of|for") != 2 ||
	    num_at(ws, i, NUM_NO_SCALE, &num) < 0 || num.ordinal ||
	    num.value > 99)
		return 0;
	return num.words;
}

/** Longest number in the words, with take-backs applied. */
static int best_run(const struct words *ws, const struct ask *ask,
		    struct run *ret)
{
	struct run cur, best = {.n = 0};
	int marked = 0, back = 0;
	uint32_t i = 0;

	while (i < ws->n) {
		uint32_t at = i, n;

		n = words_match_any(ws, i, take_backs);
		if (n > 0) {
			back = best.n > 0;
			i += n;
			continue;
		}
		n = words_match_any(ws, i, leads);
		if (n > 0) {
			marked = 1;
			if (back)
				best.n = 0;
			i += n;
			continue;
		}
		n = party_at(ws, i);
		if (n > 0) {
			i += n;
			continue;
		}
		collect(ws, &at, &cur);
		if (cur.n == 0) {
			i++;
			continue;
		}
		if (is_count(ws, i, at, &cur)) {
			i = at;
			continue;
		}
		cur.marked = marked;
		if (back)
			amend(&best, &cur, ask);
		else if (cur.n > best.n)
			best = cur;
		back = 0;
		i = at;
	}
	if (best.n == 0)
		return -ENOENT;
	*ret = best;
	return 0;
}

/** Bring a number that is too long into bounds, if that is plainly right. */
static int fit(struct run *r, const struct ask *ask)
{
	size_t max = ask->max_digits, have = ask->have_digits;

	if (r->overflow)
		return -ENOENT;
	if (max == 0 || r->n + have <= max || r->n <= max)
		return 0;
	/* The country code of North America before ten digits. */
	if (r->n == max + 1 && max == 10 && r->d[0] == '1') {
		memmove(r->d, r->d + 1, r->n);
		r->n--;
		return 0;
	}
	return -ENOENT;
}

int value_digits(struct nlu_value *ret, const struct ask *ask,
		 const struct words *ws, int as_text)
{
	struct run r;
	int phone;
	size_t total;

	if (best_run(ws, ask, &r) < 0 || fit(&r, ask) < 0)
		return -ENOENT;
	phone = text_has_word(ask->field_key, "phone|telephone|cell|mobile|"
					      "callback|contact") ||
		text_has_word(ask->description,
			      "phone|telephone|cell|mobile|callback");
	total = r.n + ask->have_digits;
	if (as_text && r.n < 3)
		return -ENOENT;
	ret->partial = ask->min_digits > 0 && total < ask->min_digits;
	ret->strong =
		!ret->partial && r.n >= 4 && (r.marked || (phone && r.n >= 7));
	if (json_quote(ret->json, sizeof(ret->json), r.d) < 0)
		return -ENOENT;
	return nlu_speak(ret->spoken, sizeof(ret->spoken), "digit_sequence",
			 ASK_DIGITS, ret->json);
}

/** Whether the word before "digit" names a length. */
static int said_length(const struct words *d, uint32_t *ret)
{
	for (uint32_t i = 0; i < d->n; i++) {
		struct num num;

		if (num_at(d, i, 0, &num) < 0 || num.value < 1 ||
		    num.value > 32)
			continue;
		if (words_in(d, i + num.words,
			     "digit|digits|number|numbers|"
			     "character|characters")) {
			*ret = (uint32_t)num.value;
			return 0;
		}
		if (i > 0 && words_in(d, i - 1, "last|first")) {
			*ret = (uint32_t)num.value;
			return 0;
		}
	}
	return -ENOENT;
}

void nlu_digit_bounds(const char *type, const char *key,
		      const char *description, uint32_t *ret_min,
		      uint32_t *ret_max)
{
	static const struct {
		const char *words;
		uint32_t min, max;
	} table[] = {
		{"cvv|cvc|csc", 3, 4},
		{"phone|telephone|cell|mobile|callback", 7, 15},
		{"zip|zipcode|postcode", 5, 9},
		{"ssn", 9, 9},
		{"pin", 4, 6},
	};
	struct words d;
	uint32_t n;

	*ret_min = *ret_max = 0;
	words_split(&d, description);
	if ((type == NULL || strcmp(type, "phone") != 0) &&
	    said_length(&d, &n) == 0) {
		*ret_min = *ret_max = n;
		return;
	}
	if (type != NULL && strcmp(type, "cvv") == 0) {
		*ret_min = 3;
		*ret_max = 4;
		return;
	}
	if (type != NULL && strcmp(type, "phone") == 0) {
		*ret_min = 10;
		*ret_max = 15;
		return;
	}
	if (type != NULL && strcmp(type, "credit_card_number") == 0) {
		*ret_min = 13;
		*ret_max = 19;
		return;
	}
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		if (!text_has_word(key, table[i].words) &&
		    !text_has_word(description, table[i].words))
			continue;
		*ret_min = table[i].min;
		*ret_max = table[i].max;
		return;
	}
}
