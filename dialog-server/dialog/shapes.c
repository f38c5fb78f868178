/**
 * @file shapes.c  What values of the further field types look like
 *
 * SPDX-License-Identifier: MIT
 */
#include "dialog/shapes.h"

#include <errno.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "dialog/nlu.h"
#include "dialog/nlu_words.h"
#include "dialog/values.h"
#include "proto/xp.h"

enum {
	PHONE_DIGITS_MIN = 7,
	PHONE_DIGITS_MAX = 15, /* of E.164 */
	EMAIL_BYTES_MAX = 254,
	AMOUNT_DIGITS_MAX = 12,
};

#define DURATION_MAX_S INT64_C(3155760000) /* a hundred years */

static int is_phone(const char *json)
{
	char s[PHONE_DIGITS_MAX + 2];
	size_t n;

	if (json_unquote(s, sizeof(s), json) < 0 || s[0] != '+' || s[1] == '0')
		return 0;
	n = strspn(s + 1, "0123456789");
	return n >= PHONE_DIGITS_MIN && s[n + 1] == '\0';
}

static int is_email(const char *json)
{
	char s[EMAIL_BYTES_MAX + 1];
	const char *at, *dot;

	if (json_unquote(s, sizeof(s), json) < 0 || strpbrk(s, " \t\r\n,;<>"))
		return 0;
	at = strchr(s, '@');
	if (!at || at == s || strchr(at + 1, '@') || strstr(s, ".."))
		return 0;
	dot = strrchr(at, '.');
	return dot && dot > at + 1 && strlen(dot) > 2;
}

/* An object of texts: `text` is there, only known ones are. */
static int is_texts(const char *json, const char *const *names)
{
	struct json_member m;
	int rc, has_text = 0;

	while ((rc = json_next(&json, '{', &m)) == 1) {
		const int is_null =
			m.value_len == 4 && !memcmp(m.value, "null", 4);
		int known = 0;

		for (size_t i = 0; names[i]; i++)
			known |= strlen(names[i]) == m.key_len &&
				 !memcmp(names[i], m.key, m.key_len);
		if (!known || (*m.value != '"' && !is_null))
			return 0;
		if (m.key_len == 4 && !memcmp(m.key, "text", 4))
			has_text = !is_null && m.value_len > 2;
	}
	return rc == 0 && has_text;
}

int shape_cents(const char *json, int64_t *ret)
{
	char s[AMOUNT_DIGITS_MAX + 4];
	int64_t whole = 0, part = 0;
	size_t n;

	if (json_member_text(json, "amount", s, sizeof(s)) < 0)
		return -EBADMSG;
	n = strspn(s, "0123456789");
	if (n == 0 || n > AMOUNT_DIGITS_MAX)
		return -EBADMSG;
	for (size_t i = 0; i < n; i++)
		whole = whole * 10 + (s[i] - '0');
	if (s[n] == '.') {
		if (strspn(s + n + 1, "0123456789") != 2 || s[n + 3])
			return -EBADMSG;
		part = (s[n + 1] - '0') * 10 + (s[n + 2] - '0');
	} else if (s[n]) {
		return -EBADMSG;
	}
	*ret = whole * 100 + part;
	return 0;
}

static int is_currency(const char *json)
{
	char code[8] = "USD";
	struct json_member m;
	const char *at = json;
	int64_t cents;
	int rc;

	while ((rc = json_next(&at, '{', &m)) == 1) {
		if ((m.key_len == 6 && !memcmp(m.key, "amount", 6)) ||
		    (m.key_len == 8 && !memcmp(m.key, "currency", 8)))
			continue;
		return 0;
	}
	(void)json_member_text(json, "currency", code, sizeof(code));
	return rc == 0 && shape_cents(json, &cents) == 0 &&
	       strlen(code) == 3 &&
	       strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3;
}

static int is_duration(const char *json)
{
	int64_t s;

	return text_to_int(json, 0, DURATION_MAX_S, &s) == 0;
}

int shape_count(const char *json)
{
	struct json_member m;
	int rc, n = 0;

	while ((rc = json_next(&json, '[', &m)) == 1)
		n++;
	return rc < 0 ? -EBADMSG : n;
}

static int is_selection(const struct xp_item *f, const char *json)
{
	uint8_t taken[LIMIT_FIELD_CHOICES] = {0};
	struct json_member m;
	int rc;

	while ((rc = json_next(&json, '[', &m)) == 1) {
		char one[LIMIT_TEXT_BYTES + 1];
		uint32_t i = 0;

		if (json_unquote(one, sizeof(one), m.value) < 0)
			return 0;
		if (!f->n_choices)
			continue;
		while (i < f->n_choices && strcmp(f->choices[i], one) != 0)
			i++;
		if (i >= f->n_choices || i >= LIMIT_FIELD_CHOICES || taken[i])
			return 0;
		taken[i] = 1;
	}
	return rc == 0;
}

int shape_fits(const struct xp_item *f, const char *json)
{
	static const char *const name[] = {"text", "given", "family", NULL};
	static const char *const address[] = {
		"text",        "street",  "city", "region",
		"postal_code", "country", NULL};
	const char *type = f->field_type ? f->field_type : "text";

	json += strspn(json, " \t\r\n");
	if (!strcmp(type, "phone"))
		return is_phone(json);
	if (!strcmp(type, "email"))
		return is_email(json);
	if (!strcmp(type, "name"))
		return is_texts(json, name);
	if (!strcmp(type, "address"))
		return is_texts(json, address);
	if (!strcmp(type, "currency"))
		return is_currency(json);
	if (!strcmp(type, "duration"))
		return is_duration(json);
	if (!strcmp(type, "multi_select"))
		return is_selection(f, json);
	return -ENOENT;
}
