/**
 * @file twiml.c  What a carrier is told to do with a call
 *
 * A scanner of tags, attributes and text: enough XML for TwiML, which has no
 * DTD, no namespaces and no mixed content that matters.
 *
 * SPDX-License-Identifier: MIT
 */
#include "ctl/twiml.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"

/* A tag in place: <name attributes> or </name>. */
struct tag {
	const char *name, *attributes;
	size_t name_len, attributes_len;
	int closing;
};

static int tag_is(const struct tag *t, const char *name)
{
	return strlen(name) == t->name_len &&
	       memcmp(name, t->name, t->name_len) == 0;
}

/* ---- text ----------------------------------------------------------------
 */

/* One "&...;" at s. @return its length, 0 when it is none */
static size_t entity(const char *s, size_t len, struct strbuf *out)
{
	static const struct {
		const char *name, *text;
	} known[] = {{"&amp;", "&"},   {"&lt;", "<"},   {"&gt;", ">"},
		     {"&quot;", "\""}, {"&apos;", "'"}, {"&#39;", "'"},
		     {"&#34;", "\""}};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		size_t n = strlen(known[i].name);

		if (n <= len && memcmp(s, known[i].name, n) == 0) {
			strbuf_add(out, known[i].text);
			return n;
		}
	}

	return 0;
}

static int decode(char *dst, const char *s, size_t len)
{
	struct strbuf b;

	strbuf_over(&b, dst, TWIML_TEXT_MAX);
	for (size_t i = 0; i < len;) {
		size_t n = s[i] == '&' ? entity(s + i, len - i, &b) : 0;

		if (s[i] == '&' && !n)
			return -EBADMSG;
		if (!n) {
			strbuf_addc(&b, s[i]);
			n = 1;
		}
		i += n;
	}

	return strbuf_ok(&b) ? 0 : -EMSGSIZE;
}

/* The attribute's value, decoded. @return 0, -ENOENT, -EBADMSG, -EMSGSIZE */
static int attribute(const struct tag *t, const char *name, char *dst)
{
	const char *s = t->attributes, *end = s + t->attributes_len;

	for (;;) {
		const char *key, *value;
		size_t key_len;
		char quote;

		while (s < end && isspace((unsigned char)*s))
			s++;
		key = s;
		while (s < end && *s != '=' && !isspace((unsigned char)*s))
			s++;
		key_len = (size_t)(s - key);
		if (!key_len)
			return -ENOENT;
		while (s < end && (*s == '=' || isspace((unsigned char)*s)))
			s++;
		if (s >= end || (*s != '"' && *s != '\''))
			return -EBADMSG;
		quote = *s++;
		value = s;
		while (s < end && *s != quote)
			s++;
		if (s >= end)
			return -EBADMSG;
		if (strlen(name) == key_len && memcmp(name, key, key_len) == 0)
			return decode(dst, value, (size_t)(s - value));
		s++;
	}
}

/* ---- tags ----------------------------------------------------------------
 */

/* The tag at s ("<" is there). @return bytes of it, 0 when it does not end */
static size_t tag_read(struct tag *t, const char *s, size_t len)
{
	size_t i = 1, end;
	char quote = 0;

	*t = (struct tag){.closing = len > 1 && s[1] == '/'};
	i += (size_t)t->closing;
	t->name = s + i;
	while (i < len && isalnum((unsigned char)s[i]))
		i++;
	t->name_len = (size_t)(s + i - t->name);
	t->attributes = s + i;
	for (; i < len && (quote || s[i] != '>'); i++) {
		if (quote && s[i] == quote)
			quote = 0;
		else if (!quote && (s[i] == '"' || s[i] == '\''))
			quote = s[i];
	}
	if (i >= len)
		return 0;
	end = s[i - 1] == '/' ? i - 1 : i;
	if (s + end > t->attributes)
		t->attributes_len = (size_t)(s + end - t->attributes);

	return i + 1;
}

/* Text up to the next tag, without white space around it. */
static int text_until_tag(char *dst, const char *s, size_t len)
{
	const char *end = memchr(s, '<', len);

	if (!end)
		return -EBADMSG;
	while (s < end && isspace((unsigned char)*s))
		s++;
	while (end > s && isspace((unsigned char)end[-1]))
		end--;

	return decode(dst, s, (size_t)(end - s));
}

static int optional(int err)
{
	return err == -ENOENT ? 0 : err;
}

static int on_parameter(struct twiml *w, const struct tag *t)
{
	int err;

	if (w->n_params >= TWIML_PARAMS_MAX)
		return -EMSGSIZE;
	err = attribute(t, "name", w->params[w->n_params].name);
	if (!err)
		err = attribute(t, "value", w->params[w->n_params].value);
	if (!err)
		++w->n_params;

	return err == -ENOENT ? -EBADMSG : err;
}

/* <Dial>, or what stands in it; the first number counts. */
static int on_dial(struct twiml *w, const struct tag *t, const char *name,
		   char *url, const char *rest, size_t len)
{
	int err = optional(attribute(t, name, url));

	if (err || w->dial[0])
		return err;
	return text_until_tag(w->dial, rest, len);
}

/* A tag, and what stands behind it. */
static int on_tag(struct twiml *w, const struct tag *t, const char *rest,
		  size_t len)
{
	if (t->closing)
		return 0;
	if (tag_is(t, "Reject"))
		w->rejected = 1;
	else if (tag_is(t, "Hangup"))
		w->hung_up = 1;
	else if (tag_is(t, "Connect"))
		return optional(attribute(t, "action", w->after_url));
	else if (tag_is(t, "Stream"))
		return attribute(t, "url", w->stream_url) ? -EBADMSG : 0;
	else if (tag_is(t, "Parameter"))
		return on_parameter(w, t);
	else if (tag_is(t, "Redirect") && !w->after_url[0])
		return text_until_tag(w->after_url, rest, len);
	else if (tag_is(t, "Dial"))
		return on_dial(w, t, "action", w->dialed_url, rest, len);
	else if (tag_is(t, "Number") || tag_is(t, "Sip") ||
		 tag_is(t, "Client"))
		return on_dial(w, t, "statusCallback", w->leg_url, rest, len);

	return 0;
}

int twiml_parse(struct twiml *ret, const char *xml, size_t len)
{
	int response = 0, err = 0;

	memset(ret, 0, sizeof(*ret));
	if (len > TWIML_BYTES_MAX)
		return -EMSGSIZE;

	while (!err && len) {
		const char *open = memchr(xml, '<', len);
		struct tag t;
		size_t n;

		if (!open)
			break;
		len -= (size_t)(open - xml);
		n = tag_read(&t, open, len);
		if (!n)
			return -EBADMSG;
		xml = open + n;
		len -= n;
		response |= tag_is(&t, "Response");
		err = on_tag(ret, &t, xml, len);
	}
	if (!err && !response)
		err = -EBADMSG;

	return err;
}
