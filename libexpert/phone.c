/**
 * @file phone.c  Telephone numbers as people write them, and as networks do
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "expert.h"

/* @source ITU-T E.164: 15 digits at most; Niue has 7 with its code */
enum { DIGITS_MIN = 7, DIGITS_MAX = 15 };

/* Digits of text, "" when there is anything that no number has in it. */
static void digits_of(const char *text, char ret[32])
{
	size_t n = 0;

	for (; *text; text++) {
		if (*text >= '0' && *text <= '9' && n < 31)
			ret[n++] = *text;
		else if (!strchr(" ()-./\t\r\n", *text) || n == 31)
			break;
	}
	ret[*text ? 0 : n] = 0;
}

/* @source ITU-T E.164 annex: the country codes of one and of two digits; all
 * others have three */
static size_t country_length(const char *digits)
{
	static const char two[] =
		"20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 "
		"53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 "
		"93 94 95 98";
	char code[3] = {digits[0], digits[0] ? digits[1] : 0, 0};

	if (digits[0] == '1' || digits[0] == '7')
		return 1;
	return code[1] && strstr(two, code) ? 2 : 3;
}

/* Those of North America are NXX NXX XXXX, N from 2 to 9. */
static int is_valid(const char *digits)
{
	size_t n = strlen(digits);

	if (n < DIGITS_MIN || n > DIGITS_MAX || digits[0] == '0')
		return 0;
	return digits[0] != '1' ||
	       (n == 11 && digits[1] >= '2' && digits[4] >= '2');
}

int expert_phone_e164(const char *text, const char *country,
		      char ret[EXPERT_PHONE_BYTES])
{
	char digits[32], full[40], code[32];
	const char *own = digits, *prefix = "";

	if (!text || !country || !ret)
		return EXPERT_EINVAL;
	digits_of(country + (country[0] == '+'), code);
	if (!code[0] || strlen(code) > 3)
		return EXPERT_EINVAL;

	text += strspn(text, " \t");
	digits_of(text + (text[0] == '+'), digits);
	if (text[0] != '+' && !strncmp(digits, "00", 2)) {
		own += 2;
	} else if (text[0] != '+' && !strcmp(code, "1")) {
		/* 011 leads abroad; a 1 before the area code is there. */
		if (!strncmp(digits, "011", 3))
			own += 3;
		else if (strlen(digits) != 11)
			prefix = "1";
	} else if (text[0] != '+') {
		/* The 0 before the area code; Italy's belongs to it. */
		own += digits[0] == '0' && strcmp(code, "39") != 0;
		prefix = code;
	}
	(void)snprintf(full, sizeof(full), "%.3s%s", prefix, own);
	if (!is_valid(full))
		return EXPERT_EINVAL;

	ret[0] = '+';
	memcpy(ret + 1, full, strlen(full) + 1);
	return EXPERT_OK;
}

/* In groups of three, the last of two to four. @return past the end */
static char *group(char *to, const char *digits)
{
	size_t n = strlen(digits);

	while (n > 4) {
		memcpy(to, digits, 3);
		to[3] = ' ';
		to += 4;
		digits += 3;
		n -= 3;
	}
	memcpy(to, digits, n + 1);
	return to + n;
}

int expert_phone_format(const char *e164, char ret[EXPERT_PHONE_BYTES])
{
	char digits[32] = "", *at = ret;
	size_t n;

	if (!e164 || !ret || e164[0] != '+')
		return EXPERT_EINVAL;
	digits_of(e164 + 1, digits);
	if (!is_valid(digits))
		return EXPERT_EINVAL;

	n = country_length(digits);
	*at++ = '+';
	memcpy(at, digits, n);
	at += n;
	*at++ = ' ';
	(void)group(at, digits + n);
	return EXPERT_OK;
}
