/**
 * @file test_phone.c  The simulated telephone against a small server
 *
 * The server here is a few routes on the same loop: it checks every message
 * as the documentation of Media Streams has it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <jansson.h>
#include <math.h>
#include <stdio.h>

#include "audio/codec.h"
#include "base/text.h"
#include "channel/twilio_sign.h"
#include "ctl/phone.h"
#include "net/loop.h"
#include "net/server.h"
#include "unit/unit.h"

#define TOKEN "12345"

enum { FRAME = 160, TEST_US = 20000000 };

static struct loop *loop;
static struct server *server;
static struct phone *phone;
static struct timer *guard;
static char base[64];

/* What the server does, and what it has seen. */
static struct {
	const char *twiml; /* NULL: our stream, then /after */
	const char *after; /* TwiML after the stream          */
	struct ws *ws;
	char sid[64], params[256], keys[32], marks[64], form[512];
	int connected, started, stopped, media, loud, bad;
	long sequence;
	int asked_after;
} srv;

/* What the phone has told. */
static struct {
	int answered, ticks, voices, said, ended;
	int64_t began_us, stopped_us, said_us;
	enum phone_end how;
	char detail[300];
} got;

static void (*on_start)(void);
static void (*at_tick)(int64_t at_us);
static void (*at_voice)(int speaking);

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

/* ---- the server ----------------------------------------------------------
 */

static void handle_voice(struct http_req *req, void *arg)
{
	const char *sent = http_header(req, "x-twilio-signature");
	char url[128], twiml[1024], body[512], want[TWILIO_SIGNATURE_BYTES];
	struct twilio_param p[16];
	char *cursor = body;
	size_t n = 0, len;
	const char *form = http_body(req, &len);

	(void)arg;
	ck_assert_uint_lt(len, sizeof(body));
	memcpy(body, form, len);
	body[len] = '\0';
	memcpy(srv.form, body, len + 1);
	while (n < 16) {
		char *name, *value;

		if (form_next(&cursor, &name, &value))
			break;
		p[n++] = (struct twilio_param){name, value};
	}
	(void)snprintf(url, sizeof(url), "%s/twilio/voice", base);
	ck_assert_int_eq(twilio_sign(want, TOKEN, url, p, n), 0);
	if (!sent || strcmp(sent, want) != 0) {
		http_error(req, 403, "bad signature");
		return;
	}
	(void)snprintf(url, sizeof(url), "ws%s/media", base + 4);
	(void)snprintf(twiml, sizeof(twiml),
		       "<Response><Connect><Stream url=\"%s\"><Parameter "
		       "name=\"tok\" value=\"a&amp;b\"/></Stream></Connect>"
		       "<Redirect>%s/after</Redirect></Response>",
		       url, base);
	if (srv.twiml)
		(void)text_copy(twiml, sizeof(twiml), srv.twiml);
	http_reply(req, 200, "text/xml", NULL, twiml, strlen(twiml));
}

static void handle_after(struct http_req *req, void *arg)
{
	(void)arg;
	++srv.asked_after;
	http_reply(req, 200, "text/xml", NULL, srv.after, strlen(srv.after));
}

static void on_server_open(struct ws *ws, void *arg)
{
	(void)arg;
	srv.ws = ws;
}

static void see_media(const json_t *m)
{
	const json_t *media = json_object_get(m, "media");
	uint8_t coded[FRAME + 1];
	int16_t s[FRAME];
	char chunk[16], stamp[16];
	const char *payload = text_of(media, "payload");
	int peak = 0;

	(void)snprintf(chunk, sizeof(chunk), "%d", srv.media + 1);
	(void)snprintf(stamp, sizeof(stamp), "%d", srv.media * 20);
	srv.bad += strcmp(text_of(media, "chunk"), chunk) != 0;
	srv.bad += strcmp(text_of(media, "timestamp"), stamp) != 0;
	srv.bad += strcmp(text_of(media, "track"), "inbound") != 0;
	srv.bad += text_base64_decode(coded, sizeof(coded), payload,
				      strlen(payload)) != FRAME;
	(void)codec_find("pcmu")->decode(NULL, coded, FRAME, s, FRAME);
	for (int i = 0; i < FRAME; i++)
		if (abs(s[i]) > peak)
			peak = abs(s[i]);
	srv.loud += peak > 1000;
	++srv.media;
}

static void see_start(const json_t *m)
{
	const json_t *start = json_object_get(m, "start");
	const json_t *format = json_object_get(start, "mediaFormat");
	char *params = json_dumps(json_object_get(start, "customParameters"),
				  JSON_COMPACT | JSON_SORT_KEYS);

	++srv.started;
	(void)snprintf(srv.sid, sizeof(srv.sid), "%s",
		       text_of(m, "streamSid"));
	(void)snprintf(srv.params, sizeof(srv.params), "%s", params);
	free(params);
	srv.bad += strcmp(text_of(start, "callSid"), phone_call_sid(phone));
	srv.bad += strcmp(text_of(format, "encoding"), "audio/x-mulaw") != 0;
	srv.bad += json_integer_value(json_object_get(format, "sampleRate")) !=
		   8000;
	if (on_start)
		on_start();
}

static void on_server_text(struct ws *ws, void *arg, const char *s, size_t len)
{
	json_t *m = json_loadb(s, len, 0, NULL);
	const char *event = text_of(m, "event");
	char sequence[24];

	(void)ws;
	(void)arg;
	if (strcmp(event, "connected") == 0) {
		++srv.connected;
		json_decref(m);
		return;
	}
	(void)snprintf(sequence, sizeof(sequence), "%ld", ++srv.sequence);
	srv.bad += strcmp(text_of(m, "sequenceNumber"), sequence) != 0;
	if (strcmp(event, "start") == 0)
		see_start(m);
	srv.bad += strcmp(text_of(m, "streamSid"), srv.sid) != 0;
	if (strcmp(event, "media") == 0)
		see_media(m);
	else if (strcmp(event, "dtmf") == 0)
		strncat(srv.keys, text_of(json_object_get(m, "dtmf"), "digit"),
			1);
	else if (strcmp(event, "mark") == 0)
		strncat(srv.marks, text_of(json_object_get(m, "mark"), "name"),
			8);
	else if (strcmp(event, "stop") == 0)
		++srv.stopped;
	json_decref(m);
}

static void on_server_close(struct ws *ws, void *arg, int code,
			    const char *why)
{
	(void)ws;
	(void)arg;
	(void)code;
	(void)why;
	srv.ws = NULL;
}

static const struct ws_handlers media_handlers = {
	.on_open = on_server_open,
	.on_text = on_server_text,
	.on_close = on_server_close,
};

static int accept_media(struct http_req *req, void *arg, void **ret_arg)
{
	(void)req;
	(void)arg;
	*ret_arg = &srv;

	return 0;
}

static void server_send(const char *event, const char *member, const char *key,
			const char *value)
{
	json_t *m =
		json_pack("{s:s, s:s}", "event", event, "streamSid", srv.sid);
	char *text;

	if (member)
		(void)json_object_set_new(m, member,
					  json_pack("{s:s}", key, value));
	text = json_dumps(m, JSON_COMPACT);
	ck_assert_int_eq(ws_send_text(srv.ws, text, strlen(text)), 0);
	free(text);
	json_decref(m);
}

/* So many milliseconds of a tone. */
static void server_speaks(int ms)
{
	int16_t s[8000];
	uint8_t coded[8000];
	char payload[12000];
	size_t n = (size_t)ms * 8;

	for (size_t i = 0; i < n; i++)
		s[i] = (int16_t)(8000 * sin((double)i * 0.4));
	(void)codec_find("pcmu")->encode(NULL, s, n, coded, sizeof(coded));
	(void)text_base64_encode(payload, sizeof(payload), coded, n);
	server_send("media", "media", "payload", payload);
}

/* ---- the phone
 * -------------------------------------------------------------- */

static void on_answered(void *arg)
{
	(void)arg;
	++got.answered;
}

static void on_tick(void *arg, int64_t at_us)
{
	(void)arg;
	++got.ticks;
	if (at_tick)
		at_tick(at_us);
}

static void on_voice(void *arg, int speaking, int64_t at_us)
{
	(void)arg;
	++got.voices;
	if (speaking)
		got.began_us = at_us;
	else
		got.stopped_us = at_us;
	if (at_voice)
		at_voice(speaking);
}

static void on_said(void *arg, int64_t at_us)
{
	(void)arg;
	++got.said;
	got.said_us = at_us;
}

static void on_ended(void *arg, enum phone_end how, const char *detail)
{
	(void)arg;
	++got.ended;
	got.how = how;
	(void)snprintf(got.detail, sizeof(got.detail), "%s", detail);
	loop_stop(loop);
}

static const struct phone_events events = {.answered = on_answered,
					   .tick = on_tick,
					   .voice = on_voice,
					   .said = on_said,
					   .ended = on_ended};

static void too_long(void *arg)
{
	(void)arg;
	ck_abort_msg("the call does not end");
}

static void call_with(const char *token)
{
	static const struct route routes[] = {
		{"POST", "/twilio/voice", AUTH_PUBLIC, handle_voice, NULL,
		 NULL},
		{"POST", "/after", AUTH_PUBLIC, handle_after, NULL, NULL},
		{"WS", "/media", AUTH_PUBLIC, NULL, accept_media,
		 &media_handlers},
		{NULL, NULL, AUTH_PUBLIC, NULL, NULL, NULL}};
	struct server_options so = {.address = "127.0.0.1",
				    .routes = routes,
				    .max_body_bytes = 4096,
				    .max_connections = 16};
	struct phone_options po = {.base_url = base,
				   .from = "+15550111",
				   .to = "+1 555&0100",
				   .auth_token = token};

	ck_assert_int_eq(loop_new(&loop, "test"), 0);
	ck_assert_int_eq(server_open(&server, loop, &so), 0);
	(void)snprintf(base, sizeof(base), "http://127.0.0.1:%d",
		       server_port(server));
	ck_assert_int_eq(timer_new(&guard, loop, too_long, NULL), 0);
	timer_start(guard, TEST_US);
	ck_assert_int_eq(phone_new(&phone, loop, &po, &events, NULL), 0);
	ck_assert_int_eq(phone_dial(phone), 0);
	loop_run(loop);
	ck_assert_int_eq(got.ended, 1);
}

static void clean_up(void)
{
	phone = phone_free(phone);
	timer_free(guard);
	server_close(server);
	loop_free(loop);
}

/* ---- the tests -------------------------------------------------------------
 */

static void hang_up_at_1s(int64_t at_us)
{
	if (at_us == 1000000)
		phone_hangup(phone);
}

START_TEST(sends_what_a_carrier_sends_and_hangs_up)
{
	struct phone_stats stats;

	at_tick = hang_up_at_1s;
	call_with(TOKEN);
	ck_assert_int_eq(got.how, PHONE_END_CALLER);
	ck_assert_int_eq(srv.connected, 1);
	ck_assert_int_eq(srv.started, 1);
	ck_assert_int_eq(srv.stopped, 1);
	ck_assert_int_eq(srv.bad, 0);
	ck_assert_int_eq(srv.media, 50);
	ck_assert_int_eq(srv.loud, 0);
	ck_assert_str_eq(srv.params, "{\"tok\":\"a&b\"}");
	ck_assert_uint_eq(strlen(phone_call_sid(phone)), 34);
	phone_stats(phone, &stats);
	ck_assert_uint_eq(stats.bad, 0);
	ck_assert_uint_eq(stats.frames_out, 50);
	clean_up();
}
END_TEST

static void speak_and_mark(void)
{
	server_speaks(600);
	server_send("mark", "mark", "name", "one");
}

static void hang_up_after_voice(int speaking)
{
	if (!speaking)
		phone_hangup(phone);
}

START_TEST(hears_the_agent_and_returns_its_mark_when_played)
{
	on_start = speak_and_mark;
	at_voice = hang_up_after_voice;
	call_with(TOKEN);
	ck_assert_int_eq(got.voices, 2);
	ck_assert_int_ge(got.stopped_us - got.began_us, 600000);
	ck_assert_int_le(got.stopped_us - got.began_us, 900000);
	ck_assert_str_eq(srv.marks, "one");
	clean_up();
}
END_TEST

static void speak_long(void)
{
	server_speaks(900);
	server_send("mark", "mark", "name", "cut");
}

static void clear_when_heard(int speaking)
{
	if (speaking)
		server_send("clear", NULL, NULL, NULL);
	else
		phone_hangup(phone);
}

START_TEST(forgets_what_is_queued_on_clear)
{
	struct phone_stats stats;

	on_start = speak_long;
	at_voice = clear_when_heard;
	call_with(TOKEN);
	ck_assert_int_lt(got.stopped_us - got.began_us, 500000);
	ck_assert_str_eq(srv.marks, "cut");
	phone_stats(phone, &stats);
	ck_assert_uint_eq(stats.clears, 1);
	clean_up();
}
END_TEST

static int16_t speech[4000];

static void speak_then_press(int64_t at_us)
{
	static int pressed;

	for (int i = 0; i < 4000; i++)
		speech[i] = (int16_t)(i % 2 ? 9000 : -9000);
	if (at_us == 200000)
		phone_say(phone, speech, 4000);
	if (got.said == 1 && !pressed++)
		phone_press(phone, "1#9");
	if (got.said == 2)
		phone_hangup(phone);
}

START_TEST(speaks_and_presses_keys)
{
	at_tick = speak_then_press;
	call_with(TOKEN);
	ck_assert_int_eq(srv.loud, 25);
	ck_assert_str_eq(srv.keys, "1#9");
	ck_assert_int_eq(srv.bad, 0);
	clean_up();
}
END_TEST

static void close_at_start(void)
{
	ws_close(srv.ws, 1000, "");
}

START_TEST(asks_what_comes_after_the_stream)
{
	srv.after = "<Response><Dial>+15550199</Dial></Response>";
	on_start = close_at_start;
	call_with(TOKEN);
	ck_assert_int_eq(srv.asked_after, 1);
	ck_assert_int_eq(got.how, PHONE_END_TRANSFER);
	ck_assert_str_eq(got.detail, "+15550199");
	clean_up();
}
END_TEST

START_TEST(ends_when_the_agent_hangs_up)
{
	srv.after = "<Response><Hangup/></Response>";
	on_start = close_at_start;
	call_with(TOKEN);
	ck_assert_int_eq(got.how, PHONE_END_AGENT);
	clean_up();
}
END_TEST

START_TEST(is_declined_before_anything_is_said)
{
	srv.twiml = "<Response><Reject/></Response>";
	call_with(TOKEN);
	ck_assert_int_eq(got.how, PHONE_END_DECLINED);
	ck_assert_int_eq(got.answered, 0);
	clean_up();
}
END_TEST

START_TEST(says_what_failed)
{
	call_with("wrong");
	ck_assert_int_eq(got.how, PHONE_END_FAILED);
	ck_assert_ptr_nonnull(strstr(got.detail, "403"));
	ck_assert_ptr_nonnull(strstr(got.detail, "bad signature"));
	clean_up();
}
END_TEST

static void break_rules(void)
{
	server_send("bogus", NULL, NULL, NULL);
	server_send("media", "media", "payload", "!!");
	ck_assert_int_eq(ws_send_binary(srv.ws, "x", 1), 0);
	ck_assert_int_eq(ws_send_text(srv.ws, "{", 1), 0);
}

START_TEST(counts_what_a_carrier_would_warn_of)
{
	struct phone_stats stats;

	on_start = break_rules;
	at_tick = hang_up_at_1s;
	call_with(TOKEN);
	phone_stats(phone, &stats);
	ck_assert_uint_eq(stats.bad, 4);
	ck_assert_str_eq(stats.bad_first, "unknown event \"bogus\"");
	clean_up();
}
END_TEST

UNIT_MAIN("phone", sends_what_a_carrier_sends_and_hangs_up,
	  hears_the_agent_and_returns_its_mark_when_played,
	  forgets_what_is_queued_on_clear, speaks_and_presses_keys,
	  asks_what_comes_after_the_stream, ends_when_the_agent_hangs_up,
	  is_declined_before_anything_is_said, says_what_failed,
	  counts_what_a_carrier_would_warn_of)
