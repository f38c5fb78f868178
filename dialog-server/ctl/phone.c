/**
 * @file phone.c  A simulated telephone behind Twilio Media Streams
 *
 *   PLACING --TwiML--> DIALLING --open--> TALKING --close--> ASKING --> over
 *
 * ASKING is the request for the TwiML that follows the stream, which a carrier
 * makes when the server has closed it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "ctl/phone.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "audio/codec.h"
#include "audio/level.h"
#include "audio/tone.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "channel/twilio_sign.h"
#include "ctl/ear.h"
#include "ctl/twiml.h"
#include "ctl/webhook.h"
#include "net/http.h"
#include "net/loop.h"
#include "net/ws.h"

enum {
	SID_CHARS = 34,
	URL_BYTES = 512,
	KEY_FRAMES = 12, /* 240 ms a key */
	KEY_TONE_MS = 100,
	DIAL_US = 10000000,
	PAYLOAD_CHARS = (EAR_FRAME + 2) / 3 * 4 + 1,
	MEDIA_BYTES_MAX = 64 * 1024,
};

enum phone_state { PLACING, DIALLING, TALKING, STOPPING, ASKING, OVER };

struct phone {
	struct loop *loop;
	const struct phone_events *ev;
	void *arg;
	enum phone_state state;
	char base[URL_BYTES], from[128], to[128], token[128];
	char call_sid[SID_CHARS + 1], stream_sid[SID_CHARS + 1];
	char account_sid[SID_CHARS + 1];
	char dialled[16]; /* what becomes of a transfer */
	int answered;     /* the first stream has run   */
	struct twiml twiml;
	int told;           /* the TwiML is there from the beginning */
	struct strbuf body; /* of the TwiML request */
	struct http_call *http;
	struct ws *ws;
	struct timer *timer;
	struct ear *ear;
	const struct codec_ops *mulaw;
	int64_t start_us;
	uint64_t frame, sequence, chunk;
	int voice;
	const int16_t *say;
	size_t say_left;
	const char *keys;
	unsigned key_wait;
	enum phone_keys how_keys;
	char key[2];           /* sounding */
	struct tone_dtmf tone; /* of it */
	int has_noise;
	float noise_dbfs;
	struct level_noise noise;
	struct phone_stats stats;
	int16_t *kept; /* kept[kept_cap], of what was heard */
	size_t kept_n, kept_cap;
	enum phone_end end;
	char detail[256];
};

static int64_t at_us(const struct phone *p)
{
	return (int64_t)p->frame * EAR_FRAME * US_PER_S / EAR_HZ;
}

/* ---- the end ------------------------------------------------------------ */

/* Tell the owner from a turn of the loop of its own. */
static void over(struct phone *p, enum phone_end how, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void over(struct phone *p, enum phone_end how, const char *fmt, ...)
{
	va_list ap;

	if (p->state == OVER)
		return;
	p->state = OVER;
	p->end = how;
	va_start(ap, fmt);
	(void)vsnprintf(p->detail, sizeof(p->detail), fmt, ap);
	va_end(ap);
	timer_start(p->timer, 0);
}

/* A message that a carrier would warn about (31950, 31951). */
__attribute__((format(printf, 2, 3))) static void
bad_message(struct phone *p, const char *fmt, ...)
{
	va_list ap;

	if (p->stats.bad++)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(p->stats.bad_first, sizeof(p->stats.bad_first), fmt,
			ap);
	va_end(ap);
}

/* ---- webhooks ------------------------------------------------------------
 */

static void on_body(void *arg, const char *data, size_t len)
{
	struct phone *p = arg;

	strbuf_addn(&p->body, data, len);
}

/* POST the parameters of the call, in this status.
 * @param dialled  DialCallStatus, or NULL */
static int webhook(struct phone *p, const char *url, const char *status,
		   const char *dialled, const struct http_call_handlers *h)
{
	const char *direction = p->told ? "outbound-api" : "inbound";
	const struct twilio_param params[] = {
		{"CallSid", p->call_sid},   {"AccountSid", p->account_sid},
		{"From", p->from},          {"To", p->to},
		{"Caller", p->from},        {"Called", p->to},
		{"CallStatus", status},     {"Direction", direction},
		{"DialCallStatus", dialled}};
	const size_t n = sizeof(params) / sizeof(params[0]);

	strbuf_clear(&p->body);
	return webhook_post(&p->http, p->loop, url, p->token, params,
			    dialled ? n : n - 1, h, p);
}

/* Read the TwiML that has come. @return 0, or over() was called */
static int read_twiml(struct phone *p, int err, int status, const char *why)
{
	p->http = NULL;
	if (err) {
		over(p, PHONE_END_FAILED, "no answer from %s: %s", p->base,
		     why ? why : "");
		return err;
	}
	if (status >= 400) {
		/* The first line of what the server says. */
		over(p, PHONE_END_FAILED, "the webhook answered %d: %.*s",
		     status, (int)strcspn(p->body.s, "\r\n"), p->body.s);
		return -EPROTO;
	}
	err = strbuf_ok(&p->body)
		      ? twiml_parse(&p->twiml, p->body.s, p->body.len)
		      : -EMSGSIZE;
	if (err)
		over(p, PHONE_END_FAILED, "the answer is not TwiML: %.100s",
		     p->body.s);

	return err;
}

/* ---- messages out --------------------------------------------------------
 */

/* Takes the message. */
static void send_json(struct phone *p, json_t *m)
{
	char *text = m ? json_dumps(m, JSON_COMPACT) : NULL;

	json_decref(m);
	if (!text || !p->ws || ws_send_text(p->ws, text, strlen(text)) < 0)
		bad_message(p, "the server does not read: a message of ours "
			       "did not fit its socket");
	free(text);
}

/* Every message carries its number as text. */
static const char *next_sequence(struct phone *p, char buf[24])
{
	(void)snprintf(buf, 24, "%llu", (unsigned long long)++p->sequence);

	return buf;
}

static void send_start(struct phone *p)
{
	json_t *params = json_object();
	char seq[24];

	send_json(p, json_pack("{s:s, s:s, s:s}", "event", "connected",
			       "protocol", "Call", "version", "1.0.0"));
	for (unsigned i = 0; i < p->twiml.n_params; i++)
		(void)json_object_set_new(
			params, p->twiml.params[i].name,
			json_string(p->twiml.params[i].value));
	send_json(p,
		  json_pack("{s:s, s:s, s:s, s:{s:s, s:s, s:s, s:[s], "
			    "s:{s:s, s:i, s:i}, s:o}}",
			    "event", "start", "sequenceNumber",
			    next_sequence(p, seq), "streamSid", p->stream_sid,
			    "start", "accountSid", p->account_sid, "streamSid",
			    p->stream_sid, "callSid", p->call_sid, "tracks",
			    "inbound", "mediaFormat", "encoding",
			    "audio/x-mulaw", "sampleRate", EAR_HZ, "channels",
			    1, "customParameters", params));
}

static void send_media(struct phone *p, const int16_t *s)
{
	char seq[24], chunk[24], stamp[24], payload[PAYLOAD_CHARS];
	uint8_t coded[EAR_FRAME];

	(void)p->mulaw->encode(NULL, s, EAR_FRAME, coded, sizeof(coded));
	(void)text_base64_encode(payload, sizeof(payload), coded,
				 sizeof(coded));
	(void)snprintf(chunk, sizeof(chunk), "%llu",
		       (unsigned long long)++p->chunk);
	(void)snprintf(stamp, sizeof(stamp), "%lld",
		       (long long)(at_us(p) / US_PER_MS));
	send_json(p,
		  json_pack("{s:s, s:s, s:s, s:{s:s, s:s, s:s, s:s}}", "event",
			    "media", "sequenceNumber", next_sequence(p, seq),
			    "streamSid", p->stream_sid, "media", "track",
			    "inbound", "chunk", chunk, "timestamp", stamp,
			    "payload", payload));
	++p->stats.frames_out;
}

static void send_key_event(struct phone *p, char key)
{
	char seq[24], digit[2] = {key, '\0'};

	send_json(p, json_pack("{s:s, s:s, s:s, s:{s:s, s:s}}", "event",
			       "dtmf", "sequenceNumber", next_sequence(p, seq),
			       "streamSid", p->stream_sid, "dtmf", "track",
			       "inbound_track", "digit", digit));
}

static void on_mark(void *arg, const char *name)
{
	struct phone *p = arg;
	char seq[24];

	++p->stats.marks;
	if (p->state == TALKING)
		send_json(p, json_pack("{s:s, s:s, s:s, s:{s:s}}", "event",
				       "mark", "sequenceNumber",
				       next_sequence(p, seq), "streamSid",
				       p->stream_sid, "mark", "name", name));
}

static void send_stop(struct phone *p)
{
	char seq[24];

	send_json(p,
		  json_pack("{s:s, s:s, s:s, s:{s:s, s:s}}", "event", "stop",
			    "sequenceNumber", next_sequence(p, seq),
			    "streamSid", p->stream_sid, "stop", "accountSid",
			    p->account_sid, "callSid", p->call_sid));
}

/* ---- messages in ---------------------------------------------------------
 */

static void on_media(struct phone *p, const json_t *m)
{
	const char *payload = json_string_value(
		json_object_get(json_object_get(m, "media"), "payload"));
	static uint8_t coded[MEDIA_BYTES_MAX];
	static int16_t s[MEDIA_BYTES_MAX];
	int n;

	if (!payload) {
		bad_message(p, "media without a payload");
		return;
	}
	n = text_base64_decode(coded, sizeof(coded), payload, strlen(payload));
	if (n < 0) {
		bad_message(p, "media payload: %s",
			    n == -EMSGSIZE ? "too long" : "not base64");
		return;
	}
	if (p->stats.first_sound_us < 0)
		p->stats.first_sound_us = clock_now_us() - p->start_us;
	n = p->mulaw->decode(NULL, coded, (size_t)n, s, MEDIA_BYTES_MAX);
	if (n < 0 || ear_push(p->ear, s, (size_t)n) < 0)
		bad_message(p, "over %d s of audio queued",
			    EAR_QUEUE / EAR_HZ);
	++p->stats.frames_in;
}

static void on_mark_message(struct phone *p, const json_t *m)
{
	const char *name = json_string_value(
		json_object_get(json_object_get(m, "mark"), "name"));

	if (!name || ear_mark(p->ear, name) < 0)
		bad_message(p, "mark without a good name, or too many");
}

static void on_text(struct ws *ws, void *arg, const char *s, size_t len)
{
	struct phone *p = arg;
	json_t *m = json_loadb(s, len, JSON_REJECT_DUPLICATES, NULL);
	const char *event = json_string_value(json_object_get(m, "event"));
	const char *sid = json_string_value(json_object_get(m, "streamSid"));

	(void)ws;
	if (p->state != TALKING)
		goto out;
	if (!event || !sid || strcmp(sid, p->stream_sid) != 0) {
		bad_message(p, "not JSON with event and our streamSid: %.80s",
			    s);
	} else if (strcmp(event, "media") == 0) {
		on_media(p, m);
	} else if (strcmp(event, "mark") == 0) {
		on_mark_message(p, m);
	} else if (strcmp(event, "clear") == 0) {
		++p->stats.clears;
		ear_clear(p->ear);
	} else {
		bad_message(p, "unknown event \"%.40s\"", event);
	}

out:
	json_decref(m);
}

static void on_binary(struct ws *ws, void *arg, const void *data, size_t len)
{
	(void)ws;
	(void)data;
	bad_message(arg, "a binary message of %zu bytes", len);
}

/* ---- 20 ms ----------------------------------------------------------------
 */

static void send_key(struct phone *p, char key)
{
	if (p->how_keys != PHONE_KEYS_TONES)
		send_key_event(p, key);
	if (p->how_keys == PHONE_KEYS_EVENTS)
		return;
	p->key[0] = key;
	(void)tone_dtmf_init(&p->tone, p->key, EAR_HZ, KEY_TONE_MS, 0);
}

static void add_tone(struct phone *p, int16_t out[EAR_FRAME])
{
	int16_t tone[EAR_FRAME];

	if (!p->tone.keys || !tone_dtmf_run(&p->tone, tone, EAR_FRAME))
		return;
	for (int i = 0; i < EAR_FRAME; i++)
		out[i] = level_add(out[i], tone[i]);
}

/* What the microphone gives: speech, keys, or nothing, and the line's noise.
 */
static void microphone(struct phone *p, int16_t out[EAR_FRAME])
{
	size_t n = p->say_left < EAR_FRAME ? p->say_left : EAR_FRAME;

	memset(out, 0, EAR_FRAME * sizeof(*out));
	if (p->say && n) {
		memcpy(out, p->say, n * sizeof(*out));
		p->say += n;
		p->say_left -= n;
	}
	add_tone(p, out);
	if (p->has_noise)
		level_noise_add(&p->noise, out, EAR_FRAME, p->noise_dbfs);
}

/* Press the next key when the last has been held. @return 1 at the end */
static int press(struct phone *p)
{
	if (p->key_wait) {
		--p->key_wait;
		return 0;
	}
	if (!*p->keys)
		return 1;
	send_key(p, *p->keys++);
	p->key_wait = KEY_FRAMES;

	return 0;
}

static void one_frame(struct phone *p)
{
	int16_t frame[EAR_FRAME];
	int done = 0, speaking = p->say != NULL;

	microphone(p, frame);
	send_media(p, frame);
	++p->frame;
	ear_tick(p->ear, frame);
	if (p->kept_cap - p->kept_n >= EAR_FRAME) {
		memcpy(p->kept + p->kept_n, frame, sizeof(frame));
		p->kept_n += EAR_FRAME;
	}
	if (ear_hears_voice(p->ear) != p->voice) {
		p->voice = !p->voice;
		p->ev->voice(p->arg, p->voice, at_us(p));
	}
	if (speaking && !p->say_left) {
		p->say = NULL;
		done = 1;
	}
	if (p->keys && press(p)) {
		p->keys = NULL;
		done = 1;
	}
	if (done)
		p->ev->said(p->arg, at_us(p));
	p->ev->tick(p->arg, at_us(p));
}

/* All frames that are due by the clock: a late timer loses none. */
static void frames_due(struct phone *p)
{
	int64_t now_us = clock_now_us() - p->start_us;

	while (p->state == TALKING && at_us(p) <= now_us) {
		if (now_us - at_us(p) > 20000)
			++p->stats.late;
		one_frame(p);
	}
	if (p->state == TALKING)
		timer_start(p->timer,
			    at_us(p) - (clock_now_us() - p->start_us));
}

/* ---- the course of a call --------------------------------------------------
 */

static void dial_stream(struct phone *p);

/* ---- the number of a transfer --------------------------------------------
 */

static void on_dialed_done(void *arg, int err, int status, const char *why)
{
	struct phone *p = arg;

	if (read_twiml(p, err, status, why))
		return;
	if (p->twiml.stream_url[0])
		dial_stream(p);
	else
		over(p, PHONE_END_AGENT, "%s", "");
}

/* The other side's part is over, or never began. */
static void end_dial(struct phone *p, const char *status)
{
	static const struct http_call_handlers h = {.on_data = on_body,
						    .on_done = on_dialed_done};
	char url[TWIML_TEXT_MAX];

	(void)text_copy(url, sizeof(url), p->twiml.dialed_url);
	if (webhook(p, url, "in-progress", status, &h))
		over(p, PHONE_END_FAILED, "cannot ask \"%.200s\"", url);
}

static void on_leg_done(void *arg, int err, int status, const char *why)
{
	struct phone *p = arg;

	(void)status;
	(void)why;
	p->http = NULL;
	if (err || strcmp(p->dialled, "returns") != 0)
		over(p, PHONE_END_TRANSFER, "%s", p->twiml.dial);
	else
		end_dial(p, "completed");
}

static void dial_number(struct phone *p)
{
	static const struct http_call_handlers h = {.on_data = on_body,
						    .on_done = on_leg_done};
	const int answers = strcmp(p->dialled, "answers") == 0 ||
			    strcmp(p->dialled, "returns") == 0;
	char url[TWIML_TEXT_MAX];

	p->state = ASKING;
	(void)text_copy(url, sizeof(url), p->twiml.leg_url);
	if (!answers)
		end_dial(p, p->dialled);
	else if (!url[0] || webhook(p, url, "in-progress", NULL, &h))
		over(p, PHONE_END_TRANSFER, "%s", p->twiml.dial);
}

static void on_after_done(void *arg, int err, int status, const char *why)
{
	struct phone *p = arg;

	if (read_twiml(p, err, status, why))
		return;
	if (p->twiml.dial[0])
		dial_number(p);
	else
		over(p, PHONE_END_AGENT, "%s", "");
}

static void on_ws_close(struct ws *ws, void *arg, int code, const char *why)
{
	static const struct http_call_handlers h = {.on_data = on_body,
						    .on_done = on_after_done};
	struct phone *p = arg;
	char url[URL_BYTES];

	(void)ws;
	p->ws = NULL;
	if (p->state == STOPPING) {
		over(p, PHONE_END_CALLER, "%s", "");
	} else if (p->state == DIALLING) {
		over(p, PHONE_END_FAILED, "the media socket did not open: %s",
		     why ? why : "");
	} else if (p->state == TALKING && code != 1000 && code != 1001) {
		over(p, PHONE_END_FAILED, "the media socket broke: %d %s",
		     code, why ? why : "");
	} else if (p->state == OVER) {
		timer_start(p->timer, 0);
	} else if (p->state == TALKING) {
		(void)text_copy(url, sizeof(url), p->twiml.after_url);
		timer_stop(p->timer);
		p->state = ASKING;
		if (!url[0])
			over(p, PHONE_END_AGENT, "%s", "");
		else if (webhook(p, url, "in-progress", NULL, &h))
			over(p, PHONE_END_FAILED, "cannot ask %.200s", url);
	}
}

static void on_ws_open(struct ws *ws, void *arg)
{
	struct phone *p = arg;

	(void)ws;
	if (p->state != DIALLING)
		return;
	p->state = TALKING;
	send_start(p);
	/* The second stream of a call goes on with its time. */
	p->start_us = clock_now_us() - at_us(p);
	if (!p->answered)
		p->ev->answered(p->arg);
	p->answered = 1;
	frames_due(p);
}

static void dial_stream(struct phone *p)
{
	static const struct ws_handlers h = {.on_open = on_ws_open,
					     .on_text = on_text,
					     .on_binary = on_binary,
					     .on_close = on_ws_close};
	char signature[TWILIO_SIGNATURE_BYTES] = "";
	struct ws_header headers[] = {
		{p->token[0] ? "X-Twilio-Signature" : NULL, signature},
		{NULL, NULL}};

	p->state = DIALLING;
	if (p->token[0])
		(void)twilio_sign(signature, p->token, p->twiml.stream_url,
				  NULL, 0);
	if (ws_dial(&p->ws, p->loop, p->twiml.stream_url, headers, DIAL_US, &h,
		    p) < 0)
		over(p, PHONE_END_FAILED, "cannot dial <Stream url=\"%s\">",
		     p->twiml.stream_url);
}

/* Do what the TwiML says. */
static void begin(struct phone *p)
{
	if (p->twiml.rejected)
		over(p, PHONE_END_DECLINED, "%s", "");
	else if (p->twiml.stream_url[0])
		dial_stream(p);
	else if (p->twiml.dial[0])
		dial_number(p);
	else
		over(p, PHONE_END_AGENT, "%s", "");
}

static void on_voice_done(void *arg, int err, int status, const char *why)
{
	struct phone *p = arg;

	if (read_twiml(p, err, status, why) == 0)
		begin(p);
}

static void on_timer(void *arg)
{
	struct phone *p = arg;

	switch (p->state) {
	case TALKING:
		frames_due(p);
		break;
	case OVER:
		/* Not before the socket is gone: on_ws_close() comes back. */
		if (p->ws)
			ws_close(p->ws, 1000, "");
		else
			p->ev->ended(p->arg, p->end, p->detail);
		break;
	case PLACING:
		if (p->told)
			begin(p);
		break;
	case DIALLING:
	case STOPPING:
	case ASKING:
	default:
		break;
	}
}

/* ---- public ----------------------------------------------------------------
 */

static int make_sid(char dst[SID_CHARS + 1], const char *prefix)
{
	(void)text_copy(dst, SID_CHARS + 1, prefix);

	return text_random_hex(dst + 2, SID_CHARS - 1, 16);
}

int phone_new(struct phone **ret, struct loop *l,
	      const struct phone_options *o, const struct phone_events *ev,
	      void *arg)
{
	struct phone *p = mem_zalloc(sizeof(*p));
	int err = -ENOMEM;

	if (!p)
		return -ENOMEM;

	p->loop = l;
	p->ev = ev;
	p->arg = arg;
	p->mulaw = codec_find("pcmu");
	p->stats.first_sound_us = -1;
	p->how_keys = o->keys;
	(void)text_copy(p->dialled, sizeof(p->dialled),
			o->dialled ? o->dialled : "answers");
	p->has_noise = o->has_noise;
	p->noise_dbfs = o->noise_dbfs;
	level_noise_init(&p->noise, o->seed);
	strbuf_init(&p->body, TWIML_BYTES_MAX);
	if (ear_new(&p->ear, on_mark, p) ||
	    timer_new(&p->timer, l, on_timer, p))
		goto out;

	err = -EINVAL;
	if (text_copy(p->base, sizeof(p->base), o->base_url) < 0 ||
	    text_copy(p->from, sizeof(p->from), o->from) < 0 ||
	    text_copy(p->to, sizeof(p->to), o->to) < 0 ||
	    text_copy(p->token, sizeof(p->token), o->auth_token) < 0)
		goto out;
	p->told = o->twiml != NULL;
	if (p->told && twiml_parse(&p->twiml, o->twiml, strlen(o->twiml)) < 0)
		goto out;
	err = o->call_sid ? text_copy(p->call_sid, sizeof(p->call_sid),
				      o->call_sid)
			  : make_sid(p->call_sid, "CA");
	if (!err)
		err = make_sid(p->stream_sid, "MZ");
	if (!err)
		err = make_sid(p->account_sid, "AC");
	if (!err)
		*ret = p;

out:
	if (err)
		phone_free(p);

	return err;
}

int phone_dial(struct phone *p)
{
	static const struct http_call_handlers h = {.on_data = on_body,
						    .on_done = on_voice_done};
	char url[URL_BYTES + 32];

	if (p->told) {
		timer_start(p->timer, 0);
		return 0;
	}
	(void)snprintf(url, sizeof(url), "%s/twilio/voice", p->base);

	return webhook(p, url, "ringing", NULL, &h);
}

const char *phone_call_sid(const struct phone *p)
{
	return p->call_sid;
}

void phone_say(struct phone *p, const int16_t *s, size_t n)
{
	p->say = s;
	p->say_left = n;
}

void phone_press(struct phone *p, const char *keys)
{
	p->keys = keys;
	p->key_wait = 0;
}

int phone_keep(struct phone *p, size_t n)
{
	int16_t *kept = mem_alloc(n * sizeof(*kept));

	if (!kept)
		return -ENOMEM;
	mem_free(p->kept);
	p->kept = kept;
	p->kept_cap = n;
	p->kept_n = 0;

	return 0;
}

const int16_t *phone_kept(const struct phone *p, size_t *ret_n)
{
	*ret_n = p->kept_n;

	return p->kept;
}

void phone_hangup(struct phone *p)
{
	switch (p->state) {
	case TALKING:
		send_stop(p);
		p->state = STOPPING;
		timer_stop(p->timer);
		ws_close(p->ws, 1000, "");
		break;
	case PLACING:
	case DIALLING:
	case ASKING:
		over(p, PHONE_END_CALLER, "%s", "");
		break;
	case STOPPING:
	case OVER:
	default:
		break;
	}
}

void phone_stats(const struct phone *p, struct phone_stats *ret)
{
	*ret = p->stats;
	ear_flow(p->ear, &ret->flow);
}

struct phone *phone_free(struct phone *p)
{
	if (!p)
		return NULL;

	p->state = OVER;
	http_call_close(p->http);
	timer_free(p->timer);
	ear_free(p->ear);
	mem_free(p->kept);
	strbuf_done(&p->body);

	return mem_free(p);
}
