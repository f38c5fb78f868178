/**
 * @file kit_twilio.h  A real server with the Twilio routes and a pretended
 * call
 *
 * The server runs on a thread of its own; the test is the carrier, on raw
 * sockets. The call only records what the channel tells it. Carrier's REST is
 * a route of the same server.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef UNIT_KIT_TWILIO_H
#define UNIT_KIT_TWILIO_H

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "audio/codec.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "channel/twilio.h"
#include "conf/settings.h"
#include "journal/metrics.h"
#include "net/loop.h"
#include "net/server.h"
#include "unit/net_peer.h"

enum { KIT_SAMPLES = 400000, KIT_WAIT_S = 10 };

/* What the call has been told; under the lock, which `changed` goes with. */
static struct kit {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct loop *loop;
	struct server *server;
	pthread_t thread;
	int port;
	struct settings conf;
	struct channel_host host;

	int accept, open_error; /* what the host answers */
	int opened, closed;     /* counts */
	enum channel_end how;
	char why[128];
	char address[160], external_id[160], from[160], to[160];
	const struct channel_ops *ops;
	void *ch;
	int16_t pcm[KIT_SAMPLES];
	size_t samples;
	char digits[32];
	char moved[256]; /* "answered failed/busy ..." */
	uint32_t marks[64];
	size_t n_marks;

	int rest_status; /* what the carrier's REST answers */
	int rest_calls;
	const char *rest_answer; /* NULL: an error */
	char rest_path[128], rest_body[4096], rest_auth[256];

	char placed[64]; /* the id of the call that was answered */
	char news[512];  /* "id 1: why; ..." of dialled() */
} kit = {.lock = PTHREAD_MUTEX_INITIALIZER,
	 .changed = PTHREAD_COND_INITIALIZER};

/** Wait until the expression holds, with a deadline. */
#define KIT_WAIT(expression)                                               \
	do {                                                               \
		struct timespec until;                                     \
                                                                           \
		(void)timespec_get(&until, TIME_UTC);                      \
		until.tv_sec += KIT_WAIT_S;                                \
		pthread_mutex_lock(&kit.lock);                             \
		while (!(expression))                                      \
			ck_assert_msg(pthread_cond_timedwait(&kit.changed, \
							     &kit.lock,    \
							     &until) == 0, \
				      "never: " #expression);              \
		pthread_mutex_unlock(&kit.lock);                           \
	} while (0)

static inline void kit_changed(void)
{
	pthread_cond_broadcast(&kit.changed);
	pthread_mutex_unlock(&kit.lock);
}

/* ---- the call ----------------------------------------------------------- */

static inline void kit_frame(void *arg, const struct aframe *f)
{
	(void)arg;
	pthread_mutex_lock(&kit.lock);
	if (f->hz == 8000 && f->samples == 160 &&
	    kit.samples + 160 <= KIT_SAMPLES) {
		memcpy(kit.pcm + kit.samples, f->s, 160 * sizeof(f->s[0]));
		kit.samples += 160;
	}
	kit_changed();
}

static inline void kit_dtmf(void *arg, char digit)
{
	size_t n = strlen(kit.digits);

	(void)arg;
	pthread_mutex_lock(&kit.lock);
	if (n + 1 < sizeof(kit.digits))
		kit.digits[n] = digit;
	kit_changed();
}

static inline void kit_marked(void *arg, uint32_t id)
{
	(void)arg;
	pthread_mutex_lock(&kit.lock);
	if (kit.n_marks < 64)
		kit.marks[kit.n_marks++] = id;
	kit_changed();
}

static inline void kit_moved(void *arg, enum xp_transfer status,
			     const char *cause, const char *detail)
{
	static const char *const names[] = {
		[XP_TRANSFER_RINGING] = "ringing",
		[XP_TRANSFER_ANSWERED] = "answered",
		[XP_TRANSFER_FAILED] = "failed",
		[XP_TRANSFER_RETURNED] = "returned",
	};
	size_t n = strlen(kit.moved);

	(void)arg;
	(void)detail;
	pthread_mutex_lock(&kit.lock);
	(void)snprintf(kit.moved + n, sizeof(kit.moved) - n, "%s%s%s ",
		       names[status], cause ? "/" : "", cause ? cause : "");
	kit_changed();
}

static inline void kit_closed(void *arg, enum channel_end how, const char *why)
{
	(void)arg;
	pthread_mutex_lock(&kit.lock);
	kit.closed++;
	kit.how = how;
	(void)text_copy(kit.why, sizeof(kit.why), why);
	kit_changed();
}

static inline int kit_open(void *arg, const struct channel_offer *o,
			   const struct channel_events **ret_events,
			   void **ret_arg)
{
	static const struct channel_events events = {
		.frame = kit_frame,
		.dtmf = kit_dtmf,
		.marked = kit_marked,
		.moved = kit_moved,
		.closed = kit_closed,
	};

	(void)arg;
	if (kit.open_error)
		return kit.open_error;
	pthread_mutex_lock(&kit.lock);
	kit.opened++;
	kit.ops = o->ops;
	kit.ch = o->ch;
	(void)text_copy(kit.address, sizeof(kit.address), o->address);
	(void)text_copy(kit.external_id, sizeof(kit.external_id),
			o->external_id);
	(void)text_copy(kit.placed, sizeof(kit.placed),
			o->placed ? o->placed : "");
	(void)text_copy(kit.from, sizeof(kit.from), o->info.from_number);
	(void)text_copy(kit.to, sizeof(kit.to), o->info.to_number);
	kit_changed();
	*ret_events = &events;
	*ret_arg = &kit;
	return 0;
}

static inline void kit_dialled(void *arg, const char *call_id,
			       enum dial_news news, const char *why)
{
	size_t n = strlen(kit.news);

	(void)arg;
	pthread_mutex_lock(&kit.lock);
	(void)snprintf(kit.news + n, sizeof(kit.news) - n, "%s %d: %s;",
		       call_id, (int)news, why);
	kit_changed();
}

static inline int kit_can_accept(void *arg, const char *address)
{
	(void)arg;
	(void)address;
	return kit.accept;
}

/* ---- the server --------------------------------------------------------- */

static inline void kit_voice(struct http_req *r, void *arg)
{
	(void)arg;
	twilio_voice(r, &kit.host);
}

static inline void kit_after(struct http_req *r, void *arg)
{
	(void)arg;
	twilio_after(r, &kit.host);
}

static inline void kit_dialed(struct http_req *r, void *arg)
{
	(void)arg;
	twilio_dialed(r, &kit.host);
}

static inline void kit_leg(struct http_req *r, void *arg)
{
	(void)arg;
	twilio_leg(r, &kit.host);
}

static inline void kit_status(struct http_req *r, void *arg)
{
	(void)arg;
	twilio_status(r, &kit.host);
}

static inline int kit_media(struct http_req *r, void *arg, void **ret_arg)
{
	(void)arg;
	return twilio_accept_media(r, &kit.host, ret_arg);
}

static inline void kit_rest(struct http_req *r, void *arg)
{
	const char *answer =
		kit.rest_answer ? kit.rest_answer : "{\"code\": 20003}";
	const char *auth = http_header(r, "authorization");

	(void)arg;
	pthread_mutex_lock(&kit.lock);
	kit.rest_calls++;
	(void)text_copy(kit.rest_body, sizeof(kit.rest_body),
			http_body(r, NULL));
	(void)text_copy(kit.rest_auth, sizeof(kit.rest_auth),
			auth ? auth : "");
	(void)text_copy(kit.rest_path, sizeof(kit.rest_path), http_path(r));
	kit_changed();
	http_reply(r, kit.rest_status, "application/json", NULL, answer,
		   strlen(answer));
}

static const struct route kit_routes[] = {
	{"GET", "/twilio/voice", AUTH_SELF, kit_voice, NULL, NULL},
	{"POST", "/twilio/voice", AUTH_SELF, kit_voice, NULL, NULL},
	{"POST", "/twilio/after", AUTH_SELF, kit_after, NULL, NULL},
	{"POST", "/twilio/status", AUTH_SELF, kit_status, NULL, NULL},
	{"POST", "/twilio/dialed", AUTH_SELF, kit_dialed, NULL, NULL},
	{"POST", "/twilio/leg", AUTH_SELF, kit_leg, NULL, NULL},
	{"WS", "/twilio/media", AUTH_SELF, NULL, kit_media,
	 &twilio_media_handlers},
	{"POST", "/2010-04-01/Accounts/AC1/Calls/CA1.json", AUTH_PUBLIC,
	 kit_rest, NULL, NULL},
	{"POST", "/2010-04-01/Accounts/AC1/Calls.json", AUTH_PUBLIC, kit_rest,
	 NULL, NULL},
	{NULL, NULL, AUTH_PUBLIC, NULL, NULL, NULL},
};

static inline void *kit_serve(void *arg)
{
	(void)arg;
	loop_run(kit.loop);
	kit.server = server_close(kit.server);
	kit.loop = loop_free(kit.loop);
	return NULL;
}

static inline void kit_start(void)
{
	const struct server_options o = {
		.address = "127.0.0.1",
		.routes = kit_routes,
		.max_body_bytes = LIMIT_HTTP_BODY_BYTES,
		.max_connections = 500,
	};

	ck_assert_int_eq(loop_new(&kit.loop, "shard0"), 0);
	kit.host = (struct channel_host){.loop = kit.loop,
					 .conf = &kit.conf,
					 .open = kit_open,
					 .can_accept = kit_can_accept,
					 .dialled = kit_dialled};
	kit.accept = 1;
	kit.rest_status = 200;
	kit.conf.twilio_token_ms = 60000;
	ck_assert_int_eq(server_open(&kit.server, kit.loop, &o), 0);
	kit.port = server_port(kit.server);
	ck_assert_int_eq(pthread_create(&kit.thread, NULL, kit_serve, NULL),
			 0);
}

static inline void kit_stop(void)
{
	loop_stop(kit.loop);
	ck_assert_int_eq(pthread_join(kit.thread, NULL), 0);
	ck_assert_int_eq(kit.opened, kit.closed);
}

/** Let the carrier's REST work. */
static inline void kit_use_rest(void)
{
	(void)text_copy(kit.conf.twilio_account_sid,
			sizeof(kit.conf.twilio_account_sid), "AC1");
	(void)text_copy(kit.conf.twilio_auth_token,
			sizeof(kit.conf.twilio_auth_token), "12345");
	(void)snprintf(kit.conf.twilio_api_url,
		       sizeof(kit.conf.twilio_api_url), "http://127.0.0.1:%d",
		       kit.port);
}

/* Run fn on the loop and wait for it. */
struct kit_job {
	struct loop_msg msg;
	void (*fn)(void);
	int done;
};

static inline void kit_run_job(struct loop_msg *m)
{
	struct kit_job *j = (struct kit_job *)(void *)m;

	j->fn();
	pthread_mutex_lock(&kit.lock);
	j->done = 1;
	kit_changed();
}

static inline void kit_on_loop(void (*fn)(void))
{
	struct kit_job j = {.msg.run = kit_run_job, .fn = fn};

	ck_assert_int_eq(loop_post(kit.loop, &j.msg), 0);
	KIT_WAIT(j.done);
}

/* ---- the carrier -------------------------------------------------------- */

/** One request. @return status; the body in out */
static inline int kit_request(const char *method, const char *uri,
			      const char *fields, const char *body, char *out,
			      size_t cap)
{
	char text[4096];
	int fd = peer_connect(kit.port), status;

	(void)snprintf(text, sizeof(text),
		       "%s %s HTTP/1.1\r\nHost: test.example\r\n"
		       "Content-Type: application/x-www-form-urlencoded\r\n"
		       "Content-Length: %zu\r\n%s\r\n%s",
		       method, uri, strlen(body), fields, body);
	peer_say(fd, text);
	status = peer_answer(fd, out, cap);
	(void)close(fd);
	return status;
}

/** A call comes. @param token  token[33] of the TwiML */
static inline void kit_ring(char *token)
{
	char body[4096];
	const char *at;

	ck_assert_int_eq(kit_request("POST", "/twilio/voice", "",
				     "CallSid=CA1&From=%2B15550001&"
				     "To=%2B15550100",
				     body, sizeof(body)),
			 200);
	at = strstr(body, "name=\"tok\" value=\"");
	ck_assert_msg(at != NULL, "%s", body);
	(void)snprintf(token, 33, "%s", at + strlen("name=\"tok\" value=\""));
}

static inline void kit_say(int fd, const char *text)
{
	peer_frame(fd, 1, 1, text, strlen(text));
}

static inline void kit_say_start(int fd, const char *token)
{
	char text[1024];

	(void)snprintf(
		text, sizeof(text),
		"{\"event\":\"start\",\"sequenceNumber\":\"1\",\"streamSid\":"
		"\"MZ1\",\"start\":{\"accountSid\":\"AC1\",\"streamSid\":"
		"\"MZ1\",\"callSid\":\"CA1\",\"tracks\":[\"inbound\"],"
		"\"mediaFormat\":{\"encoding\":\"audio/x-mulaw\","
		"\"sampleRate\":8000,\"channels\":1},"
		"\"customParameters\":{\"tok\":\"%s\"}}}",
		token);
	kit_say(fd, text);
}

/** Media of n mu-law bytes. @param at_ms  -1: without a timestamp */
static inline void kit_say_media(int fd, const unsigned char *mulaw, size_t n,
				 int64_t at_ms)
{
	static char text[64 * 1024], base64[60 * 1024], when[48];

	ck_assert_int_ge(text_base64_encode(base64, sizeof(base64), mulaw, n),
			 0);
	when[0] = '\0';
	if (at_ms >= 0)
		(void)snprintf(when, sizeof(when), "\"timestamp\":\"%lld\",",
			       (long long)at_ms);
	(void)snprintf(text, sizeof(text),
		       "{\"event\":\"media\",\"sequenceNumber\":\"4\","
		       "\"media\":{\"track\":\"inbound\",\"chunk\":\"1\",%s"
		       "\"payload\":\"%s\"},\"streamSid\":\"MZ1\"}",
		       when, base64);
	kit_say(fd, text);
}

/** A media socket that has said nothing. */
static inline int kit_dial(void)
{
	return peer_upgrade(kit.port, "/twilio/media", "");
}

/** A call that is open. @return its media socket */
static inline int kit_call(void)
{
	char token[33];
	int fd, before;

	pthread_mutex_lock(&kit.lock);
	before = kit.opened;
	pthread_mutex_unlock(&kit.lock);
	kit_ring(token);
	fd = kit_dial();
	kit_say(fd, "{\"event\":\"connected\",\"protocol\":\"Call\","
		    "\"version\":\"1.0.0\"}");
	kit_say_start(fd, token);
	KIT_WAIT(kit.opened > before);
	return fd;
}

static unsigned char kit_mulaw[8000];

/* Bytes that tell their place, and how they sound. */
static inline void kit_make_mulaw(void)
{
	for (size_t i = 0; i < sizeof(kit_mulaw); i++)
		kit_mulaw[i] = (unsigned char)(i * 31 % 255);
}

static inline int16_t kit_sound_of(size_t i)
{
	int16_t v;

	ck_assert_int_eq(
		codec_find("pcmu")->decode(NULL, &kit_mulaw[i], 1, &v, 1), 1);
	return v;
}

static inline void kit_stop_call(int fd)
{
	kit_say(fd, "{\"event\":\"stop\",\"streamSid\":\"MZ1\",\"stop\":"
		    "{\"accountSid\":\"AC1\",\"callSid\":\"CA1\"}}");
	ck_assert_int_eq(peer_close_code(fd), 1000);
	(void)close(fd);
}

/* The server closes its side a moment after it has told the call. */
static inline void kit_wait_descriptors(int n)
{
	int64_t until_us = clock_now_us() + KIT_WAIT_S * US_PER_S;

	while (open_descriptors() > n) {
		ck_assert_int_lt(clock_now_us(), until_us);
		(void)sched_yield();
	}
}

#endif /* UNIT_KIT_TWILIO_H */
