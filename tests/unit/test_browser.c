/**
 * @file test_browser.c  Browser and text lines over real sockets
 *
 * The host is a fake that writes down what it is told; everything below it is
 * the real thing.
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/limits.h"
#include "channel/browser.h"
#include "channel/codes.h"
#include "channel/text.h"
#include "conf/settings.h"
#include "journal/metrics.h"
#include "media/channel_host.h"
#include "net/loop.h"
#include "net_peer.h"

/* ---- a host that takes notes ----------------------------------------- */

static struct {
	const struct channel_ops *ops;
	void *ch;
	uint32_t hz;
	int full, busy;
	atomic_int opened, frames, marked, closed;
	atomic_int how;
	int64_t sum; /* of all samples */
	char address[128], code[80], to[128], external_id[80];
	char heard[256]; /* texts and digits */
} host;

static void on_frame(void *arg, const struct aframe *f)
{
	ck_assert_ptr_eq(arg, &host);
	ck_assert_uint_eq(f->hz, 16000);
	ck_assert_uint_eq(f->samples, 320);
	ck_assert_int_gt(f->at_us, 0);
	for (uint32_t i = 0; i < f->samples; i++)
		host.sum += f->s[i];
	atomic_fetch_add(&host.frames, 1);
}

static void note(const char *s)
{
	size_t n = strlen(host.heard);

	ck_assert_uint_lt(n + strlen(s) + 1, sizeof(host.heard));
	(void)snprintf(host.heard + n, sizeof(host.heard) - n, "%s|", s);
}

static void on_text(void *arg, const char *text)
{
	(void)arg;
	if (!strcmp(text, "say something")) {
		struct aframe f = {.hz = 16000, .samples = 320};

		f.s[0] = 0x1234;
		ck_assert_int_eq(host.ops->send(host.ch, &f), 0);
		ck_assert_int_eq(host.ops->mark(host.ch, 7), 0);
		ck_assert_int_eq(host.ops->clear(host.ch), 0);
	} else if (!strcmp(text, "write something")) {
		ck_assert_int_eq(host.ops->text(host.ch, "agent",
						"a \"b\" \xc3\xbc", 1),
				 0);
		ck_assert_int_eq(host.ops->text(host.ch, "caller", "par", 0),
				 0);
		ck_assert_int_eq(host.ops->text(host.ch, "note", "n", 1), 0);
	} else if (!strcmp(text, "hang up")) {
		host.ops->hangup(host.ch);
		host.ops->hangup(host.ch);
	} else {
		note(text);
	}
}

static void on_dtmf(void *arg, char digit)
{
	char s[2] = {digit, '\0'};

	(void)arg;
	note(s);
}

static void on_marked(void *arg, uint32_t id)
{
	(void)arg;
	ck_assert_uint_eq(id, 7);
	atomic_fetch_add(&host.marked, 1);
}

static void on_closed(void *arg, enum channel_end how, const char *why)
{
	(void)arg;
	ck_assert_ptr_nonnull(why);
	atomic_store(&host.how, (int)how);
	atomic_fetch_add(&host.closed, 1);
}

static const struct channel_events events = {
	.frame = on_frame,
	.text = on_text,
	.dtmf = on_dtmf,
	.marked = on_marked,
	.closed = on_closed,
};

static void copy(char *dst, size_t cap, const char *s)
{
	(void)snprintf(dst, cap, "%s", s ? s : "-");
}

static int host_open(void *arg, const struct channel_offer *o,
		     const struct channel_events **ret_events, void **ret_arg)
{
	ck_assert_ptr_eq(arg, &host);
	if (host.full)
		return -EAGAIN;
	host.ops = o->ops;
	host.ch = o->ch;
	host.hz = o->hz;
	copy(host.address, sizeof(host.address), o->address);
	copy(host.code, sizeof(host.code), o->info.webrtc_code);
	copy(host.to, sizeof(host.to), o->info.to_number);
	copy(host.external_id, sizeof(host.external_id), o->external_id);
	*ret_events = &events;
	*ret_arg = &host;
	atomic_fetch_add(&host.opened, 1);
	return 0;
}

static int host_can_accept(void *arg, const char *address)
{
	(void)arg;
	ck_assert_uint_gt(strlen(address), 0);
	return !host.busy;
}

/* ---- the server ------------------------------------------------------ */

static struct settings conf;
static struct channel_host channel_host = {
	.conf = &conf,
	.open = host_open,
	.can_accept = host_can_accept,
	.arg = &host,
};

static int accept_browser(struct http_req *r, void *arg, void **ret_arg)
{
	return browser_accept(r, arg, ret_arg);
}

static int accept_text(struct http_req *r, void *arg, void **ret_arg)
{
	return text_accept(r, arg, ret_arg);
}

static const struct route routes[] = {
	{"WS", "/browser", AUTH_SELF, NULL, accept_browser, &browser_handlers},
	{"WS", "/text", AUTH_PUBLIC, NULL, accept_text, &text_handlers},
	{NULL, NULL, AUTH_PUBLIC, NULL, NULL, NULL},
};

static struct loop *loop;
static struct server *server;
static pthread_t thread;
static int port, descriptors;

static void *serve(void *arg)
{
	(void)arg;
	loop_run(loop);
	server_close(server);
	loop_free(loop);
	return NULL;
}

static void setup(void)
{
	struct server_options o = {.address = "127.0.0.1",
				   .routes = routes,
				   .arg = &channel_host};

	ck_assert_int_eq(loop_new(&loop, "first"), 0);
	loop_free(loop);
	descriptors = open_descriptors();
	copy(conf.web_codes, sizeof(conf.web_codes),
	     "demo=+15555550100, shop,x=sip:a@b");
	ck_assert_int_eq(loop_new(&loop, "server"), 0);
	channel_host.loop = loop;
	ck_assert_int_eq(server_open(&server, loop, &o), 0);
	port = server_port(server);
	ck_assert_int_eq(pthread_create(&thread, NULL, serve, NULL), 0);
}

static void teardown(void)
{
	loop_stop(loop);
	pthread_join(thread, NULL);
	ck_assert_int_eq(open_descriptors(), descriptors);
	ck_assert_int_eq(atomic_load(&host.opened), atomic_load(&host.closed));
}

static void wait_for(atomic_int *n, int at_least)
{
	int64_t until_us = clock_now_us() + 10 * US_PER_S;

	while (atomic_load(n) < at_least) {
		ck_assert_int_lt(clock_now_us(), until_us);
		sched_yield();
	}
}

static char got[16 * 1024];

static void say(int fd, const char *json)
{
	peer_frame(fd, FRAME_TEXT, 1, json, strlen(json));
}

static void expect(int fd, const char *json)
{
	ck_assert_int_eq(peer_next_frame(fd, got, sizeof(got), NULL),
			 FRAME_TEXT);
	ck_assert_str_eq(got, json);
}

static int open_browser(const char *query)
{
	int fd = peer_upgrade(port, query, "");

	expect(fd, "{\"type\":\"ready\",\"hz\":16000}");
	wait_for(&host.opened, 1);
	return fd;
}

/* An upgrade that is refused. @return status */
static int refused(const char *path, const char *fields)
{
	char text[1024];
	int fd = peer_connect(port), status;

	(void)snprintf(text, sizeof(text),
		       "GET %s HTTP/1.1\r\nHost: here:1\r\n"
		       "Upgrade: websocket\r\nConnection: Upgrade\r\n"
		       "Sec-WebSocket-Version: 13\r\n"
		       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s"
		       "\r\n",
		       path, fields);
	peer_say(fd, text);
	status = peer_answer(fd, got, sizeof(got));
	(void)close(fd);
	return status;
}

/* ---- the browser ----------------------------------------------------- */

START_TEST(a_code_leads_to_its_address)
{
	int fd = open_browser("/browser?code=demo&external_id=me");

	ck_assert_str_eq(host.address, "+15555550100");
	ck_assert_str_eq(host.code, "demo");
	ck_assert_str_eq(host.external_id, "me");
	ck_assert_uint_eq(host.hz, 16000);
	ck_assert_int_eq(host.ops->has_audio, 1);
	peer_frame(fd, FRAME_CLOSE, 1, "\x03\xe9", 2);
	ck_assert_int_eq(peer_close_code(fd), 1001);
	(void)close(fd);
	wait_for(&host.closed, 1);
	ck_assert_int_eq(atomic_load(&host.how), CHANNEL_END_CALLER);
}
END_TEST

START_TEST(refuses_unknown_codes_foreign_pages_and_crowds)
{
	ck_assert_int_eq(refused("/browser", ""), 403);
	ck_assert_int_eq(refused("/browser?code=", ""), 403);
	ck_assert_int_eq(refused("/browser?code=dem", ""), 403);
	ck_assert_int_eq(refused("/browser?code=demo%3d%2b1", ""), 403);
	ck_assert_int_eq(refused("/browser?code=%2b15555550100", ""), 403);
	ck_assert_int_eq(refused("/browser?code=demo",
				 "Origin: http://evil.example\r\n"),
			 403);
	ck_assert_int_eq(refused("/browser?code=demo", "Origin: null\r\n"),
			 403);
	host.busy = 1;
	ck_assert_int_eq(
		refused("/browser?code=demo", "Origin: http://HERE:1\r\n"),
		503);
	ck_assert_int_eq(atomic_load(&host.opened), 0);
}
END_TEST

START_TEST(a_call_that_cannot_open_is_told_busy)
{
	int fd;

	host.full = 1;
	fd = peer_upgrade(port, "/browser?code=shop", "");
	expect(fd, "{\"type\":\"ready\",\"hz\":16000}");
	expect(fd, "{\"type\":\"ended\",\"reason\":\"busy\"}");
	ck_assert_int_eq(peer_close_code(fd), 1000);
	(void)close(fd);
}
END_TEST

START_TEST(sound_of_any_even_size_becomes_frames)
{
	static int16_t s[4000];
	int fd = open_browser("/browser?code=shop");
	size_t at = 0;

	ck_assert_str_eq(host.address, "web:shop");
	for (size_t i = 0; i < 4000; i++)
		s[i] = (int16_t)i;
	/* 3200 samples in pieces: ten frames */
	static const size_t pieces[] = {320, 1, 319, 640, 7, 0, 1913};

	for (size_t i = 0; i < 7; at += pieces[i++])
		peer_frame(fd, FRAME_BINARY, 1, s + at, pieces[i] * 2);
	ck_assert_uint_eq(at, 3200);
	wait_for(&host.frames, 10);
	ck_assert_int_eq(host.sum, 3199 * 3200 / 2);

	int64_t bad = metric_get(METRIC_MEDIA_BAD_MESSAGES);

	peer_frame(fd, FRAME_BINARY, 1, s, 641);
	expect(fd, "{\"type\":\"error\",\"message\":"
		   "\"audio must be whole 16-bit samples\"}");
	ck_assert_int_eq(metric_get(METRIC_MEDIA_BAD_MESSAGES), bad + 1);
	(void)close(fd);
	wait_for(&host.closed, 1);
	ck_assert_int_eq(atomic_load(&host.how), CHANNEL_END_BROKEN);
	ck_assert_int_eq(atomic_load(&host.frames), 10);
}
END_TEST

START_TEST(frames_marks_and_clear_reach_the_page_in_order)
{
	int fd = open_browser("/browser?code=demo");
	size_t n;

	say(fd, "{\"type\":\"text\",\"text\":\"say something\"}");
	ck_assert_int_eq(peer_next_frame(fd, got, sizeof(got), &n),
			 FRAME_BINARY);
	ck_assert_uint_eq(n, 640);
	ck_assert_int_eq(got[0], 0x34);
	ck_assert_int_eq(got[1], 0x12);
	expect(fd, "{\"type\":\"mark\",\"id\":7}");
	expect(fd, "{\"type\":\"clear\"}");
	say(fd, "{\"type\":\"marked\",\"id\":7}");
	wait_for(&host.marked, 1);
	say(fd, "{\"type\":\"text\",\"text\":\"write something\"}");
	expect(fd, "{\"type\":\"text\",\"who\":\"agent\",\"text\":"
		   "\"a \\\"b\\\" \xc3\xbc\",\"final\":true}");
	expect(fd, "{\"type\":\"text\",\"who\":\"caller\",\"text\":\"par\","
		   "\"final\":false}");
	expect(fd, "{\"type\":\"text\",\"who\":\"note\",\"text\":\"n\","
		   "\"final\":true}");
	say(fd, "{\"type\":\"text\",\"text\":\"hang up\"}");
	expect(fd, "{\"type\":\"ended\",\"reason\":\"agent\"}");
	ck_assert_int_eq(peer_close_code(fd), 1000);
	peer_frame(fd, FRAME_CLOSE, 1, "\x03\xe8", 2);
	peer_expect_end(fd);
	wait_for(&host.closed, 1);
	ck_assert_int_eq(atomic_load(&host.how), CHANNEL_END_US);
}
END_TEST

START_TEST(typed_words_keys_and_hanging_up_arrive)
{
	int fd = open_browser("/browser?code=demo");

	say(fd, "{\"type\":\"text\",\"text\":\"hello\"}");
	say(fd, "{\"type\":\"text\",\"text\":\"  \"}"); /* nothing said */
	say(fd, "{\"type\":\"dtmf\",\"digit\":\"#\"}");
	say(fd, "{\"type\":\"hangup\"}");
	expect(fd, "{\"type\":\"ended\",\"reason\":\"caller\"}");
	ck_assert_int_eq(peer_close_code(fd), 1000);
	(void)close(fd);
	wait_for(&host.closed, 1);
	ck_assert_int_eq(atomic_load(&host.how), CHANNEL_END_CALLER);
	ck_assert_str_eq(host.heard, "hello|#|");
}
END_TEST

static const struct {
	const char *message, *answer;
} nonsense[] = {
	{"{", "not JSON"},
	{"[]", "\\\"type\\\" must be a string"},
	{"{\"type\":1}", "\\\"type\\\" must be a string"},
	{"{\"type\":\"start\"}", "unknown \\\"type\\\""},
	{"{\"type\":\"text\"}", "\\\"text\\\" must be a string"},
	{"{\"type\":\"text\",\"text\":\"a\",\"text\":\"b\"}", "not JSON"},
	{"{\"type\":\"text\",\"text\":\"a\\u0000b\"}", "not JSON"},
	{"{\"type\":\"dtmf\",\"digit\":\"12\"}",
	 "\\\"digit\\\" must be one of 0-9 * # A-D"},
	{"{\"type\":\"dtmf\",\"digit\":\"\"}",
	 "\\\"digit\\\" must be one of 0-9 * # A-D"},
	{"{\"type\":\"dtmf\",\"digit\":\"x\"}",
	 "\\\"digit\\\" must be one of 0-9 * # A-D"},
	{"{\"type\":\"marked\",\"id\":\"7\"}",
	 "\\\"id\\\" must be the number of a mark"},
	{"{\"type\":\"marked\",\"id\":-1}",
	 "\\\"id\\\" must be the number of a mark"},
	{"{\"type\":\"marked\",\"id\":4294967296}",
	 "\\\"id\\\" must be the number of a mark"},
};

START_TEST(nonsense_is_answered_and_at_last_closed)
{
	int fd = open_browser("/browser?code=demo");
	char want[256];

	(void)snprintf(want, sizeof(want),
		       "{\"type\":\"error\",\"message\":\"%s\"}",
		       nonsense[_i].answer);
	for (int i = 0; i < 5; i++) {
		say(fd, nonsense[_i].message);
		expect(fd, want);
		if (i == 3) { /* still alive */
			say(fd, "{\"type\":\"dtmf\",\"digit\":\"1\"}");
		}
	}
	ck_assert_int_eq(peer_close_code(fd), 1008);
	(void)close(fd);
	wait_for(&host.closed, 1);
	ck_assert_int_eq(atomic_load(&host.how), CHANNEL_END_PROTOCOL);
	ck_assert_str_eq(host.heard, "1|");
}
END_TEST

START_TEST(text_at_the_limit_is_taken_and_one_more_refused)
{
	static char message[LIMIT_TEXT_BYTES + 64];
	int fd = open_browser("/browser?code=demo");
	int n = snprintf(message, sizeof(message),
			 "{\"type\":\"text\",\"text\":\"");

	/* Blank, so that the notes stay short: it is taken in silence. */
	memset(message + n, ' ', LIMIT_TEXT_BYTES + 1);
	memcpy(message + n + LIMIT_TEXT_BYTES, "\"}", 3);
	say(fd, message);
	memcpy(message + n + LIMIT_TEXT_BYTES, " \"}", 4);
	say(fd, message);
	expect(fd, "{\"type\":\"error\",\"message\":"
		   "\"\\\"text\\\" is too long\"}");
	(void)close(fd);
}
END_TEST

/* ---- text ------------------------------------------------------------ */

START_TEST(a_text_line_has_the_same_dialog_without_sound)
{
	int fd = peer_upgrade(port, "/text?to=%2B15555550123&external_id=e",
			      "");

	say(fd, "{\"type\":\"say\",\"text\":\"hello\"}");
	say(fd, "{\"type\":\"dtmf\",\"digit\":\"5\"}");
	say(fd, "{\"type\":\"say\",\"text\":\"write something\"}");
	expect(fd, "{\"type\":\"say\",\"text\":\"a \\\"b\\\" \xc3\xbc\","
		   "\"final\":true}");
	expect(fd, "{\"type\":\"caller\",\"text\":\"par\",\"final\":false}");
	expect(fd, "{\"type\":\"note\",\"text\":\"n\",\"final\":true}");
	ck_assert_str_eq(host.address, "+15555550123");
	ck_assert_str_eq(host.to, "+15555550123");
	ck_assert_str_eq(host.code, "-");
	ck_assert_str_eq(host.external_id, "e");
	ck_assert_str_eq(host.heard, "hello|5|");
	ck_assert_uint_eq(host.hz, 0);
	ck_assert_int_eq(host.ops->has_audio, 0);
	say(fd, "{\"type\":\"say\",\"text\":\"hang up\"}");
	expect(fd, "{\"type\":\"ended\",\"reason\":\"agent\"}");
	ck_assert_int_eq(peer_close_code(fd), 1000);
	(void)close(fd);
	wait_for(&host.closed, 1);
	ck_assert_int_eq(atomic_load(&host.how), CHANNEL_END_US);
}
END_TEST

START_TEST(a_text_line_takes_a_code_or_a_number_and_no_sound)
{
	int fd = peer_upgrade(port, "/text?code=x", "");

	wait_for(&host.opened, 1);
	ck_assert_str_eq(host.address, "sip:a@b");
	peer_frame(fd, FRAME_BINARY, 1, "ab", 2);
	ck_assert_int_eq(peer_close_code(fd), 1003);
	(void)close(fd);
	wait_for(&host.closed, 1);
	ck_assert_int_eq(atomic_load(&host.how), CHANNEL_END_PROTOCOL);
	ck_assert_int_eq(refused("/text", ""), 400);
	ck_assert_int_eq(refused("/text?to=", ""), 400);
	ck_assert_int_eq(refused("/text?to=a&code=x", ""), 400);
	ck_assert_int_eq(refused("/text?code=y", ""), 403);
}
END_TEST

/* ---- codes
 * -------------------------------------------------------------------- */

START_TEST(minted_codes_end_by_themselves)
{
	char code[WEB_CODE_BYTES], address[WEB_ADDRESS_BYTES];
	char want[WEB_ADDRESS_BYTES];

	ck_assert_int_eq(web_code_mint(code, sizeof(code), 100, 1000), 0);
	ck_assert_int_eq(
		web_code_find(address, sizeof(address), "", code, 1099), 0);
	(void)snprintf(want, sizeof(want), "web:%s", code);
	ck_assert_str_eq(address, want);
	ck_assert_int_eq(
		web_code_find(address, sizeof(address), "", code, 1100),
		-ENOENT);
	for (int i = 0; i < WEB_CODES_MINTED_MAX; i++)
		ck_assert_int_eq(web_code_mint(code, sizeof(code), 100, 2000),
				 0);
	ck_assert_int_eq(web_code_mint(code, sizeof(code), 100, 2000),
			 -EAGAIN);
	ck_assert_int_eq(web_code_mint(code, sizeof(code), 100, 2100), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("browser");
	TCase *t = tcase_create("lines");
	SRunner *r = srunner_create(s);

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, a_code_leads_to_its_address);
	tcase_add_test(t, refuses_unknown_codes_foreign_pages_and_crowds);
	tcase_add_test(t, a_call_that_cannot_open_is_told_busy);
	tcase_add_test(t, sound_of_any_even_size_becomes_frames);
	tcase_add_test(t, frames_marks_and_clear_reach_the_page_in_order);
	tcase_add_test(t, typed_words_keys_and_hanging_up_arrive);
	tcase_add_loop_test(t, nonsense_is_answered_and_at_last_closed, 0,
			    (int)(sizeof(nonsense) / sizeof(nonsense[0])));
	tcase_add_test(t, text_at_the_limit_is_taken_and_one_more_refused);
	tcase_add_test(t, a_text_line_has_the_same_dialog_without_sound);
	tcase_add_test(t, a_text_line_takes_a_code_or_a_number_and_no_sound);
	tcase_add_test(t, minted_codes_end_by_themselves);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);

	int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
