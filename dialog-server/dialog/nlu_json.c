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
