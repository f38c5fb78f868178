/**
 * @file test_test_agent.c  Test sessions over real sockets, with a fake call
 *
 * What a client types drives the fake: "think" and "finish" change whose turn
 * it is, "speak" says a line, "hang up" ends the call.
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "channel/test_agent.h"
#include "channel/test_agent_msg.h"
#include "media/channel_host.h"
#include "net/loop.h"
#include "net_peer.h"

enum { KEY = 7 };

/* ---- a call that does as it is told ------------------------------------ */

static struct {
	const struct channel_ops *ops;
	void *ch;
	int full, busy;
	int64_t key;
	atomic_int opened, closed, how;
	char heard[LIMIT_TEXT_BYTES + 1];
} host;

static void on_text(void *arg, const char *text)
{
	(void)arg;
	if (!strcmp(text, "finish")) {
		host.ops->turn(host.ch, CHANNEL_TURN_CALLER);
	} else if (!strcmp(text, "finish and go on")) {
		host.ops->turn(host.ch, CHANNEL_TURN_CALLER);
		host.ops->turn(host.ch, CHANNEL_TURN_AGENT);
	} else if (!strcmp(text, "speak")) {
		ck_assert_int_eq(host.ops->text(host.ch, "agent", "no", 0), 0);
		ck_assert_int_eq(host.ops->text(host.ch, "note", "no", 1), 0);
		ck_assert_int_eq(
			host.ops->text(host.ch, "agent", "a \"b\"", 1), 0);
	} else if (!strcmp(text, "put through")) {
		ck_assert_int_eq(
			host.ops->transfer(host.ch,
					   &(struct channel_transfer){
						   .to = "+15555550199"}),
			0);
	} else if (!strcmp(text, "hang up")) {
		host.ops->hangup(host.ch);
		host.ops->hangup(host.ch);
	} else {
		(void)snprintf(host.heard, sizeof(host.heard), "%s", text);
	}
}

static void on_closed(void *arg, enum channel_end how, const char *why)
{
	(void)arg;
	ck_assert_ptr_nonnull(why);
	atomic_store(&host.how, (int)how);
	atomic_fetch_add(&host.closed, 1);
}

static int host_open(void *arg, const struct channel_offer *o,
		     const struct channel_events **ret_events, void **ret_arg)
{
	static const struct channel_events events = {
		.text = on_text,
		.closed = on_closed,
	};

	(void)arg;
	if (host.full)
		return -EAGAIN;
	host.ops = o->ops;
	host.ch = o->ch;
	host.key = o->expert_key;
	ck_assert_uint_eq(o->hz, 0);
	(void)snprintf(o->ret_id, CHANNEL_CALL_ID_BYTES, "c0123456789");
	*ret_events = &events;
	*ret_arg = &host;
	atomic_fetch_add(&host.opened, 1);
	return 0;
}

static int host_can_accept(void *arg, const char *address)
{
	(void)arg;
	ck_assert_ptr_null(address);
	return !host.busy;
}

/* ---- the server -------------------------------------------------------- */

static struct channel_host channel_host = {
	.open = host_open,
	.can_accept = host_can_accept,
};
static struct loop *loop;
static struct server *server;
static pthread_t thread;
static int port, descriptors;

static int accept_test(struct http_req *r, void *arg, void **ret_arg)
{
	return test_agent_accept(r, arg, ret_arg);
}

static int64_t check_key(void *arg, const char *key)
{
	(void)arg;
	return strcmp(key, "k") ? 0 : KEY;
}

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
	static const struct route routes[] = {
		{"WS", "/t", AUTH_KEY, NULL, accept_test,
		 &test_agent_handlers},
		{NULL, NULL, AUTH_PUBLIC, NULL, NULL, NULL},
	};
	const struct server_options o = {
		.address = "127.0.0.1",
		.routes = routes,
		.check_key = check_key,
		.arg = &channel_host,
	};

	ck_assert_int_eq(loop_new(&loop, "first"), 0);
	loop_free(loop);
	descriptors = open_descriptors();
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

static void say(int fd, const char *text)
{
	peer_frame(fd, FRAME_TEXT, 1, text, strlen(text));
}

static void type(int fd, const char *text)
{
	char s[LIMIT_TEXT_BYTES + 100];

	(void)snprintf(
		s, sizeof(s),
		"{\"message_type\":\"inject-asr\",\"utterance\":\"%s\"}",
		text);
	say(fd, s);
}

static void expect(int fd, const char *want)
{
	static char got[4096];

	ck_assert_int_eq(peer_next_frame(fd, got, sizeof(got), NULL),
			 FRAME_TEXT);
	ck_assert_str_eq(got, want);
}

static int begin(void)
{
	int fd = peer_upgrade(port, "/t", "Authorization: Bearer k\r\n");

	expect(fd, "{\"message_type\":\"session-started\",\"session_id\":"
		   "\"c0123456789\"}");
	return fd;
}

static void ended(int fd, enum channel_end how)
{
	(void)close(fd);
	while (!atomic_load(&host.closed))
		(void)sched_yield();
	ck_assert_int_eq(atomic_load(&host.how), (int)how);
}

#define WAIT(id) \
	"{\"message_type\":\"wait-for-caller-turn\",\"request_id\":\"" id "\"}"
#define STARTED(id)                                                           \
	"{\"message_type\":\"caller-turn-started\",\"request_id\":\"" id "\"" \
	"}"
#define PING "{\"message_type\":\"ping\"}"
#define PONG "{\"message_type\":\"pong\"}"

START_TEST(opens_a_call_for_the_key_that_asks)
{
	int fd = begin();

	ck_assert_int_eq(host.key, KEY);
	ck_assert_str_eq(host.ops->name, "test");
	ck_assert_int_eq(host.ops->has_audio, 0);
	type(fd, "hello");
	say(fd, PING);
	expect(fd, PONG);
	ck_assert_str_eq(host.heard, "hello");
	type(fd, "speak");
	expect(fd, "{\"message_type\":\"bot-tts\",\"transcript\":"
		   "\"a \\\"b\\\"\"}");
	type(fd, "hang up");
	ck_assert_int_eq(peer_close_code(fd), 1000);
	ended(fd, CHANNEL_END_US);
}
END_TEST

START_TEST(putting_through_ends_the_session)
{
	int fd = begin();

	type(fd, "put through");
	ck_assert_int_eq(peer_close_code(fd), 1000);
	ended(fd, CHANNEL_END_US);
}
END_TEST

START_TEST(says_when_it_is_the_callers_turn)
{
	int fd = begin();

	say(fd, WAIT("a"));
	say(fd, WAIT("b"));
	say(fd, PING);
	expect(fd, PONG);
	/* The Expert may have more to do: not the caller's turn after all. */
	type(fd, "finish and go on");
	type(fd, "finish");
	expect(fd, STARTED("a"));
	expect(fd, STARTED("b"));
	/* It is, until something is said. */
	say(fd, WAIT("c"));
	expect(fd, STARTED("c"));
	type(fd, "something else");
	say(fd, WAIT("d"));
	say(fd, PING);
	expect(fd, PONG);
	type(fd, "finish");
	expect(fd, STARTED("d"));
	peer_frame(fd, FRAME_CLOSE, 1, "\x03\xe8", 2);
	ck_assert_int_eq(peer_close_code(fd), 1000);
	ended(fd, CHANNEL_END_CALLER);
}
END_TEST

START_TEST(refuses_who_has_no_key_and_crowds)
{
	static const char *const keys[] = {"", "Authorization: Bearer x\r\n",
					   "Authorization: Bearer k\r\n"};
	char text[512], body[1024];

	host.busy = 1;
	for (size_t i = 0; i < 3; i++) {
		int fd = peer_connect(port);

		(void)snprintf(
			text, sizeof(text),
			"GET /t HTTP/1.1\r\nHost: here\r\n"
			"Upgrade: websocket\r\nConnection: Upgrade\r\n"
			"Sec-WebSocket-Version: 13\r\n"
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
			"%s\r\n",
			keys[i]);
		peer_say(fd, text);
		ck_assert_int_eq(peer_answer(fd, body, sizeof(body)),
				 i == 2 ? 503 : 401);
		(void)close(fd);
	}
	ck_assert_int_eq(atomic_load(&host.opened), 0);
}
END_TEST

START_TEST(a_call_that_cannot_open_is_refused)
{
	host.full = 1;

	int fd = peer_upgrade(port, "/t", "Authorization: Bearer k\r\n");

	ck_assert_int_eq(peer_close_code(fd), 1013);
	(void)close(fd);
}
END_TEST

static const char *const nonsense[] = {
	"",
	"[]",
	"{}",
	"{\"message_type\":1}",
	"{\"message_type\":\"inject-asr\"}",
	"{\"message_type\":\"inject-asr\",\"utterance\":null}",
	"{\"message_type\":\"inject-asr\",\"utterance\":\"a\","
	"\"utterance\":\"b\"}",
	"{\"message_type\":\"wait-for-caller-turn\"}",
	WAIT("0123456789012345678901234567890123456789012345678901234567890"
	     "1234"),
};

START_TEST(nonsense_is_counted_and_at_last_closed)
{
	int fd = begin();

	for (int i = 0; i < 4; i++) {
		say(fd, nonsense[_i]);
		say(fd, PING);
		expect(fd, PONG);
	}
	say(fd, nonsense[_i]);
	ck_assert_int_eq(peer_close_code(fd), 1008);
	ended(fd, CHANNEL_END_PROTOCOL);
}
END_TEST

START_TEST(a_message_of_a_newer_client_is_ignored)
{
	int fd = begin();

	for (int i = 0; i < 20; i++)
		say(fd, "{\"message_type\":\"inject-noise\",\"db\":3}");
	say(fd, PING);
	expect(fd, PONG);
	peer_frame(fd, FRAME_CLOSE, 1, "\x03\xe8", 2);
	ck_assert_int_eq(peer_close_code(fd), 1000);
	ended(fd, CHANNEL_END_CALLER);
}
END_TEST

START_TEST(text_at_the_limit_is_taken_and_one_more_refused)
{
	static char message[LIMIT_TEXT_BYTES + 100];
	struct test_agent_msg m;
	const char *why = NULL;
	int n = snprintf(message, sizeof(message),
			 "{\"message_type\":\"inject-asr\",\"utterance\":\"");

	memset(message + n, 'a', LIMIT_TEXT_BYTES + 1);
	memcpy(message + n + LIMIT_TEXT_BYTES, "\"}", 3);
	ck_assert_int_eq(test_agent_decode(&m, message, strlen(message), &why),
			 0);
	ck_assert_uint_eq(strlen(m.text), LIMIT_TEXT_BYTES);
	test_agent_done(&m);
	memcpy(message + n + LIMIT_TEXT_BYTES, "a\"}", 4);
	ck_assert_int_eq(test_agent_decode(&m, message, strlen(message), &why),
			 -EMSGSIZE);
	ck_assert_str_eq(why, "\"utterance\" is too long");
}
END_TEST

START_TEST(no_more_requests_wait_than_there_is_room_for)
{
	int fd = begin();

	for (int i = 0; i < 12; i++)
		say(fd, WAIT("a"));
	/* 8 wait, 4 were refused; the fifth ends it. */
	say(fd, PING);
	expect(fd, PONG);
	say(fd, WAIT("a"));
	ck_assert_int_eq(peer_close_code(fd), 1008);
	ended(fd, CHANNEL_END_PROTOCOL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("test_agent");
	TCase *t = tcase_create("sessions");
	SRunner *r = srunner_create(s);

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, opens_a_call_for_the_key_that_asks);
	tcase_add_test(t, says_when_it_is_the_callers_turn);
	tcase_add_test(t, putting_through_ends_the_session);
	tcase_add_test(t, refuses_who_has_no_key_and_crowds);
	tcase_add_test(t, a_call_that_cannot_open_is_refused);
	tcase_add_loop_test(t, nonsense_is_counted_and_at_last_closed, 0,
			    (int)(sizeof(nonsense) / sizeof(nonsense[0])));
	tcase_add_test(t, a_message_of_a_newer_client_is_ignored);
	tcase_add_test(t, text_at_the_limit_is_taken_and_one_more_refused);
	tcase_add_test(t, no_more_requests_wait_than_there_is_room_for);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);

	int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
