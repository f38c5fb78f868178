/**
 * @file values.c  Is this text a value of that field?
 *
 * A brain is not trusted: what it records is checked against the type that the
 * Expert gave the field, because the Expert's program relies on it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dialog/values.h"

#include <ctype.h>
#include <string.h>

#include "dialog/shapes.h"
#include "proto/xp.h"

static const char *skip_space(const char *s)
{
	while (*s == ' ' || *s == '\t' || *s == '\n' || *s == '\r')
		s++;
	return s;
}

/* @return after the string, or NULL when it is not one */
static const char *skip_string(const char *s)
{
	if (*s++ != '"')
		return NULL;
	for (; *s && *s != '"'; s++) {
		if ((unsigned char)*s < 0x20)
			return NULL;
		if (*s == '\\' && !*++s)
			return NULL;
	}
	return *s == '"' ? s + 1 : NULL;
}

/* @return after the integer, or NULL; at most 18 digits fit 64 bits */
static const char *skip_integer(const char *s)
{
	int n = 0;

	if (*s == '-')
		s++;
	while (isdigit((unsigned char)s[n]))
		n++;
	if (n < 1 || n > 18 || (n > 1 && *s == '0'))
		return NULL;
	return s + n;
}

/* {"year": 2026, "month": 11, ...}: only integers, the first n_keys needed */
static int is_calendar(const char *s, const char *const *keys, int n_keys)
{
	int seen = 0;

	if (*s != '{')
		return 0;
	s = skip_space(s + 1);
	for (;;) {
		const char *key = s;

		s = skip_string(s);
		if (!s)
			return 0;
		for (int i = 0; i < n_keys; i++) {
			size_t len = strlen(keys[i]);

			if ((size_t)(s - key) == len + 2 &&
			    !memcmp(key + 1, keys[i], len))
				seen |= 1 << i;
		}
		s = skip_space(s);
		if (*s != ':')
			return 0;
		s = skip_integer(skip_space(s + 1));
		if (!s)
			return 0;
		s = skip_space(s);
		if (*s == '}')
			break;
		if (*s != ',')
			return 0;
		s = skip_space(s + 1);
	}
	return seen == (1 << n_keys) - 1 && !*skip_space(s + 1);
}

int value_is_string(const char *json, const char *text)
{
	json = skip_space(json);
	if (*json++ != '"')
		return 0;
	for (; *json && *json != '"'; json++, text++) {
		if (*json == '\\')
			json++;
		if (*json != *text)
			return 0;
	}
	return *json == '"' && !*text;
}

static int is_string(const char *json)
{
	const char *end = skip_string(skip_space(json));

	return end && !*skip_space(end);
}

static int is_integer(const char *json)
{
	const char *end = skip_integer(skip_space(json));

	return end && !*skip_space(end);
}

static int is_digits(const char *json)
{
	const char *s = skip_space(json);

	if (!is_string(json) || s[1] == '"')
		return 0;
	for (s++; *s != '"'; s++) {
		if (!isdigit((unsigned char)*s) && *s != '+')
			return 0;
	}
	return 1;
}

static int is_choice(const struct xp_item *f, const char *json)
{
	if (!is_string(json))
		return 0;
	for (uint32_t i = 0; i < f->n_choices; i++) {
		if (value_is_string(json, f->choices[i]))
			return 1;
	}
	return f->n_choices == 0 && !f->searchable;
}

int value_fits(const struct xp_item *f, const char *json)
{
	static const char *const day[] = {"year", "month", "day", "hour",
					  "minute"};
	const char *type = f->field_type ? f->field_type : "text";
	const int shaped = shape_fits(f, json);

	if (shaped >= 0)
		return shaped;
	if (!strcmp(type, "integer"))
		return is_integer(json);
	if (!strcmp(type, "date"))
		return is_calendar(skip_space(json), day, 3);
	if (!strcmp(type, "datetime"))
		return is_calendar(skip_space(json), day, 5);
	if (!strcmp(type, "multiple_choice") || !strcmp(type, "calendar_slot"))
		return is_choice(f, json);
	if (!strcmp(type, "digit_sequence") || !strcmp(type, "cvv") ||
	    !strcmp(type, "credit_card_number"))
		return is_digits(json);
	return is_string(json);
}
