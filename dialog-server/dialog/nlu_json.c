/**
 * @file nlu_json.c  The little JSON that values need: strings, flat objects
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "dialog/nlu_words.h"

/** A multi-byte character as it is, or '?' for what is not UTF-8.
 *  @return bytes read, > 0 */
static size_t add_sequence(struct strbuf *b, const char *s)
{
	for (size_t n = 2; n <= 4 && s[n - 1] != '\0'; n++) {
		if (text_is_utf8(s, n)) {
			strbuf_addn(b, s, n);
			return n;
		}
	}
	strbuf_addc(b, '?');
	return 1;
}

int json_quote(char *ret, size_t cap, const char *s)
{
	struct strbuf b;

	strbuf_over(&b, ret, cap);
	strbuf_addc(&b, '"');
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			strbuf_addf(&b, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			strbuf_addf(&b, "\\u%04x", c);
		else if (c < 0x80)
			strbuf_addc(&b, (char)c);
		else
			s += add_sequence(&b, s) - 1;
	}
	strbuf_addc(&b, '"');
	return strbuf_ok(&b) ? 0 : -EMSGSIZE;
}

static int hex4(const char *s, unsigned *ret)
{
	unsigned v = 0;

	for (int i = 0; i < 4; i++) {
		char c = s[i];

		if (c >= '0' && c <= '9')
			v = v * 16 + (unsigned)(c - '0');
		else if (c >= 'a' && c <= 'f')
			v = v * 16 + (unsigned)(c - 'a') + 10;
		else if (c >= 'A' && c <= 'F')
			v = v * 16 + (unsigned)(c - 'A') + 10;
		else
			return -EBADMSG;
	}
	*ret = v;
	return 0;
}

static void add_utf8(struct strbuf *b, unsigned c)
{
	if (c < 0x80) {
		strbuf_addc(b, (char)c);
	} else if (c < 0x800) {
		strbuf_addc(b, (char)(0xc0 | c >> 6));
		strbuf_addc(b, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		strbuf_addc(b, (char)(0xe0 | c >> 12));
		strbuf_addc(b, (char)(0x80 | (c >> 6 & 0x3f)));
		strbuf_addc(b, (char)(0x80 | (c & 0x3f)));
	} else {
		strbuf_addc(b, (char)(0xf0 | c >> 18));
		strbuf_addc(b, (char)(0x80 | (c >> 12 & 0x3f)));
		strbuf_addc(b, (char)(0x80 | (c >> 6 & 0x3f)));
		strbuf_addc(b, (char)(0x80 | (c & 0x3f)));
	}
}

/** One \-escape at s (behind the backslash). @return bytes read, -EBADMSG */
static int unescape(struct strbuf *b, const char *s)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *p;
	unsigned c, low;

	if (*s == '\0')
		return -EBADMSG;
	p = strchr(from, *s);
	if (p != NULL) {
		strbuf_addc(b, to[p - from]);
		return 1;
	}
	if (*s != 'u' || hex4(s + 1, &c) < 0 || c == 0)
		return -EBADMSG;
	if (c < 0xd800 || c > 0xdfff) {
		add_utf8(b, c);
		return 5;
	}
	if (c > 0xdbff || s[5] != '\\' || s[6] != 'u' ||
	    hex4(s + 7, &low) < 0 || low < 0xdc00 || low > 0xdfff)
		return -EBADMSG;
	add_utf8(b, 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00));
	return 11;
}

int json_unquote(char *ret, size_t cap, const char *json)
{
	struct strbuf b;

	if (*json++ != '"')
		return -EBADMSG;
	strbuf_over(&b, ret, cap);
	while (*json != '"') {
		if (*json == '\0')
			return -EBADMSG;
		if (*json != '\\') {
			strbuf_addc(&b, *json++);
			continue;
		}
		int n = unescape(&b, json + 1);

		if (n < 0)
			return n;
		json += 1 + n;
	}
	return strbuf_ok(&b) ? 0 : -EMSGSIZE;
}

int json_member_int(const char *json, const char *name, int *ret)
{
	size_t len = strlen(name);
	const char *p = json;

	while ((p = strstr(p, name)) != NULL) {
		const char *v = p + len;

		p++;
		if (p < json + 2 || p[-2] != '"' || *v != '"')
			continue;
		v++;
		v += strspn(v, " \t\n\r");
		if (*v != ':')
			continue;
		v++;
		v += strspn(v, " \t\n\r");
		char *end;
		long n = strtol(v, &end, 10);

		if (end == v || n < -100000 || n > 100000)
			return -ENOENT;
		*ret = (int)n;
		return 0;
	}
	return -ENOENT;
}

/* ---- flat objects and arrays -------------------------------------------- */

static const char *skip_blank(const char *s)
{
	return s + strspn(s, " \t\n\r");
}

/** @return behind a string or a plain value, NULL: it is neither */
static const char *value_end(const char *s)
{
	if (*s != '"') {
		size_t n = strcspn(s, "\"{}[],: \t\n\r");

		return n > 0 ? s + n : NULL;
	}
	for (s++; *s != '"'; s++) {
		if ((unsigned char)*s < 0x20 || (*s == '\\' && *++s == '\0'))
			return NULL;
	}
	return s + 1;
}

/** The name and the colon behind it. @return 0, -EBADMSG */
static int member_key(const char **at, struct json_member *ret)
{
	const char *end = **at == '"' ? value_end(*at) : NULL;

	if (end == NULL)
		return -EBADMSG;
	ret->key = *at + 1;
	ret->key_len = (size_t)(end - *at) - 2;
	end = skip_blank(end);
	if (*end != ':')
		return -EBADMSG;
	*at = skip_blank(end + 1);
	return 0;
}

int json_next(const char **at, char open, struct json_member *ret)
{
	const char close = open == '{' ? '}' : ']';
	const char *s = skip_blank(*at), *end;
	const int first = *s == open;

	if (!first && *s != ',' && *s != close)
		return -EBADMSG;
	if (*s != close)
		s = skip_blank(s + 1);
	if (*s == close && (first || s == skip_blank(*at)))
		return *skip_blank(s + 1) == '\0' ? 0 : -EBADMSG;
	ret->key = NULL;
	ret->key_len = 0;
	if (open == '{' && member_key(&s, ret) < 0)
		return -EBADMSG;
	end = value_end(s);
	if (end == NULL)
		return -EBADMSG;
	ret->value = s;
	ret->value_len = (size_t)(end - s);
	*at = skip_blank(end);
	return 1;
}

int json_member_text(const char *json, const char *name, char *ret, size_t cap)
{
	struct json_member m;

	while (json_next(&json, '{', &m) == 1) {
		if (m.key_len == strlen(name) &&
		    memcmp(m.key, name, m.key_len) == 0)
			return json_unquote(ret, cap, m.value) == 0 ? 0
								    : -ENOENT;
	}
	return -ENOENT;
}
