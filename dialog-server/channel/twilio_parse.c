/**
 * @file twilio_parse.c  Messages of Twilio Media Streams to structs
 *
 * SPDX-License-Identifier: MIT
 */
#include "channel/twilio_parse.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

enum { SID_CHARS_MAX = 64, MS_DIGITS_MAX = 15 };

#define MS_END INT64_C(1000000000000000) /* has a digit too many */

static const struct twilio_text no_text = {"", 0};

static const struct twilio_msg no_msg = {
	.stream_sid = {"", 0},
	.payload = {"", 0},
	.timestamp_ms = -1,
	.name = {"", 0},
	.call_sid = {"", 0},
	.account_sid = {"", 0},
	.token = {"", 0},
	.encoding = {"", 0},
	.sample_rate = -1,
	.channels = -1,
};

static int equals(struct twilio_text t, const char *s)
{
	return t.len == strlen(s) && memcmp(t.s, s, t.len) == 0;
}

/* Digits to a number. @return -1 when it is none */
static int64_t number_of(struct twilio_text t)
{
	int64_t v = 0;

	if (t.len == 0 || t.len > MS_DIGITS_MAX)
		return -1;
	for (size_t i = 0; i < t.len; i++) {
		if (t.s[i] < '0' || t.s[i] > '9')
			return -1;
		v = v * 10 + (t.s[i] - '0');
	}
	return v;
}

int twilio_is_sid(struct twilio_text t)
{
	if (t.len == 0 || t.len > SID_CHARS_MAX)
		return 0;
	for (size_t i = 0; i < t.len; i++) {
		char c = t.s[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		      (c >= 'A' && c <= 'Z') || c == '-' || c == '_'))
			return 0;
	}
	return 1;
}

/* ---- the scanner -------------------------------------------------------- */

struct cursor {
	const char *p, *end;
};

static void skip_space(struct cursor *c)
{
	while (c->p < c->end && (*c->p == ' ' || *c->p == '\t' ||
				 *c->p == '\n' || *c->p == '\r'))
		c->p++;
}

/* Is this the next character? Then go past it. */
static int take(struct cursor *c, char want)
{
	skip_space(c);
	if (c->p == c->end || *c->p != want)
		return 0;
	c->p++;
	return 1;
}

/* A string without escapes, plain ASCII: what base64 and ids are. */
static int scan_string(struct cursor *c, struct twilio_text *ret)
{
	const char *from;

	if (!take(c, '"'))
		return 0;
	for (from = c->p; c->p < c->end && *c->p != '"'; c->p++)
		if (*c->p == '\\' || *c->p < 0x20 || *c->p > 0x7e)
			return 0;
	if (c->p == c->end)
		return 0;
	*ret = (struct twilio_text){from, (size_t)(c->p - from)};
	c->p++;
	return 1;
}

/* A string, or a whole number of up to 15 digits. */
static int scan_scalar(struct cursor *c, struct twilio_text *ret,
		       int *ret_string)
{
	const char *from;

	skip_space(c);
	*ret_string = c->p < c->end && *c->p == '"';
	if (*ret_string)
		return scan_string(c, ret);
	for (from = c->p; c->p < c->end && *c->p >= '0' && *c->p <= '9';)
		c->p++;
	*ret = (struct twilio_text){from, (size_t)(c->p - from)};
	if (ret->len == 0 || ret->len > MS_DIGITS_MAX ||
	    (ret->len > 1 && *from == '0'))
		return 0;
	/* Not 1.5 nor 1e3: what follows must end a value. */
	return c->p < c->end && strchr(" \t\r\n,}", *c->p) && *c->p;
}

enum { SEEN_EVENT = 1, SEEN_SID = 2, SEEN_MEDIA = 4 };
enum { SEEN_PAYLOAD = 1, SEEN_TRACK = 2, SEEN_TIME = 4 };

/* Note a member that counts; the second of a name is unusual. */
static int first_time(unsigned *seen, unsigned bit)
{
	int first = !(*seen & bit);

	*seen |= bit;
	return first;
}

static int scan_media_member(struct cursor *c, struct twilio_msg *m,
			     unsigned *seen)
{
	struct twilio_text key, value;
	int string;

	if (!scan_string(c, &key) || !take(c, ':') ||
	    !scan_scalar(c, &value, &string))
		return 0;
	if (equals(key, "payload")) {
		m->payload = value;
		return string && first_time(seen, SEEN_PAYLOAD);
	}
	if (equals(key, "track")) {
		m->other_track = !equals(value, "inbound");
		return string && first_time(seen, SEEN_TRACK);
	}
	if (equals(key, "timestamp")) {
		m->timestamp_ms = number_of(value);
		return first_time(seen, SEEN_TIME);
	}
	return 1;
}

static int scan_media_object(struct cursor *c, struct twilio_msg *m)
{
	unsigned seen = 0;

	if (!take(c, '{'))
		return 0;
	do {
		if (!scan_media_member(c, m, &seen))
			return 0;
	} while (take(c, ','));
	return take(c, '}') && (seen & SEEN_PAYLOAD);
}

static int scan_member(struct cursor *c, struct twilio_msg *m, unsigned *seen)
{
	struct twilio_text key, value;
	int string;

	if (!scan_string(c, &key) || !take(c, ':'))
		return 0;
	if (equals(key, "media"))
		return scan_media_object(c, m) && first_time(seen, SEEN_MEDIA);
	if (!scan_scalar(c, &value, &string))
		return 0;
	if (equals(key, "event"))
		return string && equals(value, "media") &&
		       first_time(seen, SEEN_EVENT);
	if (equals(key, "streamSid")) {
		m->stream_sid = value;
		return string && first_time(seen, SEEN_SID);
	}
	return 1;
}

int twilio_scan_media(struct twilio_msg *ret, const char *s, size_t len)
{
	struct cursor c = {s, s + len};
	struct twilio_msg m = no_msg;
	unsigned seen = 0;

	if (!take(&c, '{'))
		return 0;
	do {
		if (!scan_member(&c, &m, &seen))
			return 0;
	} while (take(&c, ','));
	if (!take(&c, '}'))
		return 0;
	skip_space(&c);
	if (c.p != c.end || !(seen & SEEN_EVENT) || !(seen & SEEN_MEDIA))
		return 0;
	m.event = TWILIO_MEDIA;
	*ret = m;
	return 1;
}

/* ---- the parser --------------------------------------------------------- */

static struct twilio_text text_of(const json_t *v)
{
	if (!json_is_string(v))
		return no_text;
	return (struct twilio_text){json_string_value(v),
				    json_string_length(v)};
}

static struct twilio_text member(const json_t *object, const char *key)
{
	return text_of(json_object_get(object, key));
}

static int64_t number_member(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	if (json_is_integer(v))
		return json_integer_value(v) >= 0 &&
				       json_integer_value(v) < MS_END
			       ? json_integer_value(v)
			       : -1;
	return number_of(text_of(v));
}

static int parse_start(struct twilio_msg *m, const json_t *start)
{
	const json_t *format = json_object_get(start, "mediaFormat");
	const json_t *params = json_object_get(start, "customParameters");

	if (!json_is_object(start))
		return -EBADMSG;
	if (m->stream_sid.len == 0)
		m->stream_sid = member(start, "streamSid");
	m->call_sid = member(start, "callSid");
	m->account_sid = member(start, "accountSid");
	m->token = member(params, "tok");
	m->encoding = member(format, "encoding");
	m->sample_rate = number_member(format, "sampleRate");
	m->channels = number_member(format, "channels");
	return 0;
}

static int parse_media(struct twilio_msg *m, const json_t *media)
{
	const json_t *payload = json_object_get(media, "payload");
	const json_t *track = json_object_get(media, "track");

	if (!json_is_string(payload))
		return -EBADMSG;
	m->payload = text_of(payload);
	m->other_track = track && !equals(text_of(track), "inbound");
	m->timestamp_ms = number_member(media, "timestamp");
	return 0;
}

static int parse_dtmf(struct twilio_msg *m, const json_t *dtmf)
{
	struct twilio_text digit = member(dtmf, "digit");

	if (digit.len != 1 || !strchr("0123456789ABCD*#", digit.s[0]) ||
	    !digit.s[0])
		return -EBADMSG;
	m->digit = digit.s[0];
	return 0;
}

static int parse_mark(struct twilio_msg *m, const json_t *mark)
{
	if (!json_is_string(json_object_get(mark, "name")))
		return -EBADMSG;
	m->name = member(mark, "name");
	return 0;
}

static const struct {
	const char *name;
	enum twilio_event event;
	int (*parse)(struct twilio_msg *m, const json_t *body);
} events[] = {
	{"media", TWILIO_MEDIA, parse_media},
	{"mark", TWILIO_MARK, parse_mark},
	{"dtmf", TWILIO_DTMF, parse_dtmf},
	{"start", TWILIO_START, parse_start},
	{"stop", TWILIO_STOP, NULL},
	{"connected", TWILIO_CONNECTED, NULL},
};

int twilio_parse(struct twilio_msg *ret, const char *s, size_t len)
{
	json_t *root = json_loadb(s, len, 0, NULL);
	struct twilio_msg m = no_msg;
	struct twilio_text event = member(root, "event");
	int err = 0;

	if (!json_is_object(root) || event.len == 0) {
		json_decref(root);
		return -EBADMSG;
	}
	m.root = root;
	m.stream_sid = member(root, "streamSid");
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		if (!equals(event, events[i].name))
			continue;
		m.event = events[i].event;
		if (events[i].parse)
			err = events[i].parse(
				&m, json_object_get(root, events[i].name));
		break;
	}
	if (err < 0) {
		json_decref(root);
		return err;
	}
	*ret = m;
	return 0;
}

void twilio_msg_done(struct twilio_msg *m)
{
	json_decref(m->root);
	m->root = NULL;
}
