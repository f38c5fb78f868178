/**
 * @file nlu_phone.c  Telephone numbers as E.164
 *
 *   "five five five, five five five oh one hundred"   +15555550100
 *   "plus four four twenty, seven nine four six ..."  +4420 7946...
 *
 * Ten digits, or eleven that begin with one, are of North America; what comes
 * with a plus, or is longer, has its country code. Seven lack the area code.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/strbuf.h"
#include "dialog/nlu_parts.h"

enum {
	LOCAL_DIGITS = 7,
	NATIONAL_DIGITS = 10,
	E164_DIGITS = 15,
	ABROAD_DIGITS = 8, /* the fewest with a country code */
};

/** Is a country code said or typed as one? */
static int has_plus(const struct words *ws)
{
	for (uint32_t i = 0; i < ws->n; i++) {
		const uint16_t at = ws->w[i].at;
		struct num num;

		if (ws->w[i].digits && at > 0 && ws->text[at - 1] == '+')
			return 1;
		if (words_match(ws, i, "country code") > 0)
			return 1;
		if (words_in(ws, i, "plus") &&
		    num_at(ws, i + 1, NUM_NO_SCALE, &num) == 0)
			return 1;
	}
	return 0;
}

/** @return 0, -EAGAIN (more digits are needed), -ENOENT (no such number) */
static int e164(char *ret, size_t cap, const char *d, int plus)
{
	size_t n = strlen(d);
	struct strbuf b;

	strbuf_over(&b, ret, cap);
	strbuf_addc(&b, '+');
	if (!plus && strncmp(d, "011", 3) == 0) {
		d += 3;
		n -= 3;
		plus = 1;
	}
	if (plus) {
		if (*d == '0' || n > E164_DIGITS)
			return -ENOENT;
		if (n < ABROAD_DIGITS)
			return -EAGAIN;
	} else if (n < NATIONAL_DIGITS) {
		return -EAGAIN;
	} else if (n == NATIONAL_DIGITS) {
		if (*d < '2')
			return -ENOENT;
		strbuf_addc(&b, '1');
	} else if (*d == '0' || n > E164_DIGITS) {
		return -ENOENT;
	}
	strbuf_add(&b, d);
	return strbuf_ok(&b) ? 0 : -ENOENT;
}

int value_phone(struct nlu_value *ret, const struct ask *ask,
		const struct words *ws)
{
	struct ask any = *ask;
	char digits[NLU_TEXT_MAX], number[NLU_TEXT_MAX];
	int err;

	any.min_digits = LOCAL_DIGITS;
	any.max_digits = E164_DIGITS + 3; /* and 0 1 1 before it */
	any.have_digits = 0;
	if (value_digits(ret, &any, ws, 0) < 0 ||
	    json_unquote(digits, sizeof(digits), ret->json) < 0)
		return -ENOENT;
	err = e164(number, sizeof(number), digits, has_plus(ws));
	if (err == -ENOENT)
		return -ENOENT;
	ret->partial = err < 0;
	ret->strong = ret->strong || strlen(digits) >= NATIONAL_DIGITS;
	if (ret->partial)
		return 0;
	if (json_quote(ret->json, sizeof(ret->json), number) < 0)
		return -ENOENT;
	return nlu_speak(ret->spoken, sizeof(ret->spoken), "phone", ASK_DIGITS,
			 ret->json);
}

int speak_phone(struct strbuf *b, const char *json)
{
	char number[NLU_TEXT_MAX], digits[NLU_TEXT_MAX];
	char spoken[NLU_TEXT_MAX];
	const char *d = number;

	if (json_unquote(number, sizeof(number), json) < 0)
		return -EBADMSG;
	if (*d == '+') {
		d++;
		if (*d == '1' && strlen(d) == NATIONAL_DIGITS + 1)
			d++;
		else
			strbuf_add(b, "plus ");
	}
	if (json_quote(digits, sizeof(digits), d) < 0 ||
	    nlu_speak(spoken, sizeof(spoken), "digit_sequence", ASK_DIGITS,
		      digits) < 0)
		return -EBADMSG;
	strbuf_add(b, spoken);
	return 0;
}
