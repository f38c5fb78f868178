/**
 * @file test_ws.c  WebSocket: messages, limits, closing, dead peers, dialling
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "kit_cert.h"
#include "net/loop.h"
#include "net/server.h"
#include "net_peer.h"
#include "tempdir.h"

enum { MESSAGE_MAX = 1000, QUEUE_MAX = 64 * 1024 };

/* ---- what is served: echo, and a record of the end ------------------- */

static atomic_int opened, closed, last_code, drained;
static char last_why[128];
static int send_refused;

static void on_open(struct ws *ws, void *arg)
{
	(void)arg;
	(void)ws;
	atomic_fetch_add(&opened, 1);
}

static void on_text(struct ws *ws, void *arg, const char *s, size_t len)
{
	(void)arg;
	ck_assert_int_eq(s[len], '\0');
	if (!strcmp(s, "bye")) {
		ck_assert_int_eq(ws_send_text(ws, "last words", 10), 0);
		ws_close(ws, 4001, "as you wish");
		ck_assert_int_eq(ws_send_text(ws, "too late", 8), -EPIPE);
		return;
	}
	if (!strcmp(s, "flood")) {
		char big[1024];

		memset(big, 'x', sizeof(big));
		while ((send_refused = ws_send_text(ws, big, sizeof(big))) ==
		       0)
			;
		ck_assert_uint_le(ws_queued_bytes(ws), QUEUE_MAX);
		return;
	}
	if (!strcmp(s, "forget")) {
		ck_assert_int_eq(ws_send_text(ws, "never", 5), 0);
		ck_assert_int_eq(ws_send_text(ws, "sent", 4), 0);
		ws_forget_queue(ws);
		ck_assert_int_eq(ws_send_text(ws, "only this", 9), 0);
		return;
	}
	ck_assert_int_eq(ws_send_text(ws, s, len), 0);
}

static void on_binary(struct ws *ws, void *arg, const void *data, size_t len)
{
	(void)arg;
	ck_assert_int_eq(ws_send_binary(ws, data, len), 0);
}

static void on_drained(struct ws *ws, void *arg)
{
	(void)ws;
	(void)arg;
	atomic_fetch_add(&drained, 1);
}

static void on_close(struct ws *ws, void *arg, int code, const char *why)
{
	(void)ws;
	(void)arg;
	atomic_store(&last_code, code);
	(void)snprintf(last_why, sizeof(last_why), "%s", why);
	atomic_fetch_add(&closed, 1);
}

static const struct ws_handlers echo = {
	.on_open = on_open,
	.on_text = on_text,
	.on_binary = on_binary,
	.on_drained = on_drained,
	.on_close = on_close,
	.max_message_bytes = MESSAGE_MAX,
	.max_queue_bytes = QUEUE_MAX,
};

static const struct ws_handlers only_text = {
	.on_open = on_open, .on_text = on_text, .on_close = on_close};

static const struct ws_handlers only_binary = {
	.on_open = on_open, .on_binary = on_binary, .on_close = on_close};

static const struct ws_handlers impatient = {
	.on_open = on_open,
	.on_text = on_text,
	.on_close = on_close,
	.ping_us = 300000,
};

static int accept_some(struct http_req *r, void *arg, void **ret_arg)
{
	const char *token = http_query(r, "token");

	(void)arg;
	*ret_arg = &opened;
	return token && !strcmp(token, "good") ? 0 : 403;
}

static void on_open_arg(struct ws *ws, void *arg)
{
	ck_assert_ptr_eq(arg, &opened);
	ck_assert_ptr_eq(ws_arg(ws), &opened);
	ck_assert_str_eq(ws_peer(ws), "127.0.0.1");
	ck_assert_int_eq(ws_send_text(ws, "hello", 5), 0);
}

static const struct ws_handlers greeter = {
	.on_open = on_open_arg, .on_text = on_text, .on_close = on_close};

static const struct route routes[] = {
	{"WS", "/echo", AUTH_PUBLIC, NULL, NULL, &echo},
	{"WS", "/text", AUTH_PUBLIC, NULL, NULL, &only_text},
	{"WS", "/binary", AUTH_PUBLIC, NULL, NULL, &only_binary},
	{"WS", "/impatient", AUTH_PUBLIC, NULL, NULL, &impatient},
	{"WS", "/some", AUTH_SELF, NULL, accept_some, &greeter},
	{"WS", "/key", AUTH_KEY, NULL, NULL, &echo},
	{NULL, NULL, AUTH_PUBLIC, NULL, NULL, NULL},
};

static int64_t check_key(void *arg, const char *key)
{
	(void)arg;
	return !strcmp(key, "good");
}

static struct loop *loop;
static struct server *server;
static pthread_t thread;
static int port, descriptors;
static struct server_stats stats;

static void *serve(void *arg)
{
	(void)arg;
	loop_run(loop);
	server_stats(server, &stats);
	server_close(server);
	loop_free(loop);
	return NULL;
}

static void start_with(const char *cert, const char *key)
{
	struct server_options o = {
		.address = "127.0.0.1",
		.routes = routes,
		.check_key = check_key,
		.tls_cert = cert,
		.tls_key = key,
	};

	ck_assert_int_eq(loop_new(&loop, "server"), 0);
	ck_assert_int_eq(server_open(&server, loop, &o), 0);
	port = server_port(server);
	ck_assert_int_eq(pthread_create(&thread, NULL, serve, NULL), 0);
}

static void finish(void)
{
	loop_stop(loop);
	pthread_join(thread, NULL);
}

static void setup(void)
{
	struct loop *first = NULL;

	ck_assert_int_eq(loop_new(&first, "first"), 0);
	loop_free(first);
	descriptors = open_descriptors();
	start_with(NULL, NULL);
}

static void teardown(void)
{
	finish();
	ck_assert_int_eq(open_descriptors(), descriptors);
	ck_assert_int_eq(atomic_load(&opened) >= 0, 1);
}

static void wait_for(atomic_int *n, int at_least)
{
	int64_t until_us = clock_now_us() + 10 * US_PER_S;

	while (atomic_load(n) < at_least) {
		ck_assert_int_lt(clock_now_us(), until_us);
		sched_yield();
	}
}

/* ---- messages -------------------------------------------------------- */

static char got[1024 * 1024];

static void expect(int fd, int opcode, const void *s, size_t len)
{
	size_t n;

	ck_assert_int_eq(peer_next_frame(fd, got, sizeof(got), &n), opcode);
	ck_assert_uint_eq(n, len);
	ck_assert_int_eq(memcmp(got, s, len), 0);
}

START_TEST(echoes_messages_of_every_size_up_to_the_limit)
{
	static const size_t sizes[] = {0, 1, 125, 126, 127, 999, MESSAGE_MAX};
	static unsigned char data[MESSAGE_MAX];
	int fd = peer_upgrade(port, "/echo", "");

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(i * 7);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		peer_frame(fd, FRAME_BINARY, 1, data, sizes[i]);
		expect(fd, FRAME_BINARY, data, sizes[i]);
	}
	peer_frame(fd, FRAME_TEXT, 1, "gr\xc3\xbc\xc3\x9f", 6);
	expect(fd, FRAME_TEXT, "gr\xc3\xbc\xc3\x9f", 6);
	peer_frame(fd, FRAME_CLOSE, 1, "\x03\xe8", 2);
	ck_assert_int_eq(peer_close_code(fd), 1000);
	peer_expect_end(fd);
	wait_for(&closed, 1);
	ck_assert_int_eq(atomic_load(&last_code), 1000);
	ck_assert_int_gt(atomic_load(&drained), 0);
}
END_TEST

START_TEST(joins_fragments_with_pings_between_them)
{
	int fd = peer_upgrade(port, "/echo", "");

	peer_frame(fd, FRAME_TEXT, 0, "one ", 4);
	peer_frame(fd, FRAME_PING, 1, "beat", 4);
	peer_frame(fd, FRAME_CONTINUED, 0, "", 0);
	/* a character cut in two */
	peer_frame(fd, FRAME_CONTINUED, 0, "gr\xc3", 3);
	peer_frame(fd, FRAME_CONTINUED, 1, "\xbc", 1);
	expect(fd, FRAME_PONG, "beat", 4);
	expect(fd, FRAME_TEXT, "one gr\xc3\xbc", 8);
	(void)close(fd);
}
END_TEST

START_TEST(takes_frames_that_come_byte_by_byte_or_many_at_once)
{
	struct frame f = {.len = 3,
			  .fin = 1,
			  .opcode = FRAME_TEXT,
			  .masked = 1,
			  .mask = {1, 2, 3, 4}};
	unsigned char s[64];
	size_t n = frame_write(s, &f);
	int fd = peer_upgrade(port, "/echo", "");

	memcpy(s + n, "abc", 3);
	frame_mask(s + n, 3, f.mask);
	n += 3;
	for (size_t i = 0; i < n; i++)
		peer_send(fd, s + i, 1);
	expect(fd, FRAME_TEXT, "abc", 3);
	memcpy(s + n, s, n);
	memcpy(s + 2 * n, s, n);
	peer_send(fd, s, 3 * n);
	for (int i = 0; i < 3; i++)
		expect(fd, FRAME_TEXT, "abc", 3);
	(void)close(fd);
}
END_TEST

START_TEST(takes_frames_that_come_with_the_handshake)
{
	struct frame f = {
		.len = 2, .fin = 1, .opcode = FRAME_TEXT, .masked = 1};
	unsigned char s[512];
	size_t n;
	int fd = peer_connect(port);

	n = (size_t)snprintf((char *)s, sizeof(s),
			     "GET /echo HTTP/1.1\r\nHost: t\r\n"
			     "Upgrade: websocket\r\nConnection: Upgrade\r\n"
			     "Sec-WebSocket-Version: 13\r\n"
			     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
			     "\r\n\r\n");
	n += frame_write(s + n, &f);
	memcpy(s + n, "hi", 2);
	peer_send(fd, s, n + 2);
	while (!strstr(got, "\r\n\r\n")) {
		size_t at = strlen(got);

		peer_take(fd, got + at, 1);
		got[at + 1] = '\0';
	}
	expect(fd, FRAME_TEXT, "hi", 2);
	(void)close(fd);
}
END_TEST

/* ---- what is refused ------------------------------------------------- */

static const struct {
	const char *path;
	int opcode, fin;
	const char *s;
	size_t len;
	int code;
} bad[] = {
	{"/echo", FRAME_TEXT, 1, "\xff\xfe", 2, 1007},
	{"/echo", FRAME_TEXT, 1, "cut \xc3", 5, 1007},
	{"/text", FRAME_BINARY, 1, "x", 1, 1003},
	{"/binary", FRAME_TEXT, 1, "x", 1, 1003},
	{"/echo", FRAME_CONTINUED, 1, "x", 1, 1002},
	{"/echo", 3, 1, "x", 1, 1002},
	{"/echo", 11, 1, "x", 1, 1002},
	{"/echo", FRAME_PING, 0, "x", 1, 1002},
	{"/echo", FRAME_CLOSE, 1, "\x03\xed", 2, 1002}, /* 1005 */
	{"/echo", FRAME_CLOSE, 1, "\x07\xd0", 2, 1002}, /* 2000 */
	{"/echo", FRAME_CLOSE, 1, "\x0f\xa1", 2, 4001},
	{"/echo", FRAME_CLOSE, 1, "", 0, 1005},
};

START_TEST(closes_bad_frames_with_the_code_that_says_why)
{
	int fd = peer_upgrade(port, bad[_i].path, "");

	peer_frame(fd, bad[_i].opcode, bad[_i].fin, bad[_i].s, bad[_i].len);
	ck_assert_int_eq(peer_close_code(fd), bad[_i].code);
	(void)close(fd);
	wait_for(&closed, 1);
	/* What lws refuses by itself is a lost connection to us. */
	if (bad[_i].code != 1002)
		ck_assert_int_eq(atomic_load(&last_code), bad[_i].code);
}
END_TEST

START_TEST(refuses_an_oversized_message_by_its_beginning)
{
	static unsigned char part[4096];
	struct frame f = {
		.len = 1 << 30, .fin = 1, .masked = 1, .opcode = FRAME_BINARY};
	unsigned char head[FRAME_HEAD_MAX];
	int fd = peer_upgrade(port, "/echo", "");

	/* A gigabyte is announced; the rest of it is never sent. */
	peer_send(fd, head, frame_write(head, &f));
	peer_send(fd, part, sizeof(part));
	ck_assert_int_eq(peer_close_code(fd), 1009);
	(void)close(fd);
	wait_for(&closed, 1);
	ck_assert_int_eq(atomic_load(&last_code), 1009);
}
END_TEST

START_TEST(refuses_fragments_that_add_up_to_too_much)
{
	static char s[MESSAGE_MAX];
	int fd = peer_upgrade(port, "/echo", "");

	memset(s, 'x', sizeof(s));
	peer_frame(fd, FRAME_TEXT, 0, s, MESSAGE_MAX);
	peer_frame(fd, FRAME_CONTINUED, 1, "y", 1);
	ck_assert_int_eq(peer_close_code(fd), 1009);
	(void)close(fd);
}
END_TEST

/* ---- the handshake --------------------------------------------------- */

static const struct {
	const char *path, *fields;
	int status;
} handshakes[] = {
	{"/some", "", 403},    {"/some?token=bad", "", 403},
	{"/key", "", 401},     {"/key", "Authorization: Bearer bad\r\n", 401},
	{"/nothing", "", 404},
};

START_TEST(refuses_an_upgrade_with_a_status)
{
	char text[1024];
	int fd = peer_connect(port);

	(void)snprintf(text, sizeof(text),
		       "GET %s HTTP/1.1\r\nHost: t\r\nUpgrade: websocket\r\n"
		       "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
		       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s"
		       "\r\n",
		       handshakes[_i].path, handshakes[_i].fields);
	peer_say(fd, text);
	ck_assert_int_eq(peer_answer(fd, got, sizeof(got)),
			 handshakes[_i].status);
	(void)close(fd);
	ck_assert_int_eq(atomic_load(&opened), 0);
}
END_TEST

static const struct {
	const char *fields;
	int status;
} broken[] = {
	{"Connection: Upgrade\r\nUpgrade: websocket\r\n"
	 "Sec-WebSocket-Version: 13\r\n",
	 400},
	{"Connection: Upgrade\r\nUpgrade: websocket\r\n"
	 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n",
	 400},
	{"Connection: Upgrade\r\nUpgrade: websocket\r\n"
	 "Sec-WebSocket-Version: 8\r\n"
	 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
	 426},
	{"Connection: Upgrade\r\nUpgrade: websocket\r\n"
	 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: unknown\r\n"
	 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
	 400},
	{"", 426},
};

START_TEST(refuses_a_broken_handshake)
{
	char text[1024];
	int fd = peer_connect(port);

	(void)snprintf(text, sizeof(text),
		       "GET /echo HTTP/1.1\r\nHost: t\r\n%s\r\n",
		       broken[_i].fields);
	peer_say(fd, text);
	ck_assert_int_eq(peer_answer(fd, got, sizeof(got)), broken[_i].status);
	(void)close(fd);
}
END_TEST

START_TEST(opens_with_the_argument_of_accept_and_greets)
{
	int fd = peer_upgrade(port, "/some?token=good", "");

	expect(fd, FRAME_TEXT, "hello", 5);
	(void)close(fd);
	fd = peer_upgrade(port, "/key", "Authorization: Bearer good\r\n");
	(void)close(fd);
	/* A client that offers subprotocols gets the one that is known. */
	fd = peer_upgrade(port, "/echo",
			  "Sec-WebSocket-Protocol: x, audio.jambonz.org\r\n");
	peer_frame(fd, FRAME_TEXT, 1, "x", 1);
	expect(fd, FRAME_TEXT, "x", 1);
	(void)close(fd);
}
END_TEST

/* ---- closing and dying ----------------------------------------------- */

START_TEST(sends_what_is_queued_before_it_closes)
{
	int fd = peer_upgrade(port, "/echo", "");
	size_t n;

	peer_frame(fd, FRAME_TEXT, 1, "bye", 3);
	expect(fd, FRAME_TEXT, "last words", 10);
	ck_assert_int_eq(peer_next_frame(fd, got, sizeof(got), &n),
			 FRAME_CLOSE);
	ck_assert_uint_eq(n, 13);
	ck_assert_int_eq(memcmp(got,
				"\x0f\xa1"
				"as you wish",
				13),
			 0);
	/* What comes after our goodbye is not heard. */
	peer_frame(fd, FRAME_TEXT, 1, "hello?", 6);
	peer_frame(fd, FRAME_CLOSE, 1, "\x03\xe8", 2);
	peer_expect_end(fd);
	wait_for(&closed, 1);
	ck_assert_int_eq(atomic_load(&last_code), 4001);
	ck_assert_str_eq(last_why, "as you wish");
}
END_TEST

START_TEST(a_socket_that_dies_is_1006)
{
	struct linger hard = {1, 0};
	int fd = peer_upgrade(port, "/echo", "");

	(void)close(fd);
	wait_for(&closed, 1);
	ck_assert_int_eq(atomic_load(&last_code), 1006);
	fd = peer_upgrade(port, "/echo", "");
	peer_frame(fd, FRAME_TEXT, 0, "half a mess", 11);
	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	(void)close(fd);
	wait_for(&closed, 2);
	ck_assert_int_eq(atomic_load(&last_code), 1006);
}
END_TEST

START_TEST(a_peer_that_does_not_read_fills_its_queue_and_nothing_else)
{
	int fd = peer_upgrade(port, "/echo", "");
	int other = peer_upgrade(port, "/echo", "");

	peer_frame(fd, FRAME_TEXT, 1, "flood", 5);
	/* The other is served as ever. */
	peer_frame(other, FRAME_TEXT, 1, "x", 1);
	expect(other, FRAME_TEXT, "x", 1);
	ck_assert_int_eq(send_refused, -EAGAIN);
	(void)close(fd);
	(void)close(other);
}
END_TEST

START_TEST(forgets_only_what_has_not_begun)
{
	int fd = peer_upgrade(port, "/echo", "");

	peer_frame(fd, FRAME_TEXT, 1, "forget", 6);
	expect(fd, FRAME_TEXT, "only this", 9);
	(void)close(fd);
}
END_TEST

START_TEST(pings_a_silent_peer_and_gives_up_on_a_dead_one)
{
	int fd = peer_upgrade(port, "/impatient", "");
	size_t n;

	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(peer_next_frame(fd, got, sizeof(got), &n),
				 FRAME_PING);
		peer_frame(fd, FRAME_PONG, 1, got, n);
	}
	ck_assert_int_eq(atomic_load(&closed), 0);
	/* From here on it reads but does not answer. */
	while (recv(fd, got, sizeof(got), 0) > 0)
		;
	(void)close(fd);
	wait_for(&closed, 1);
	ck_assert_int_eq(atomic_load(&last_code), 1006);
	ck_assert_str_eq(last_why, "peer does not answer");
}
END_TEST

START_TEST(a_server_that_stops_says_1001)
{
	int fd = peer_upgrade(port, "/echo", "");

	peer_frame(fd, FRAME_TEXT, 1, "x", 1);
	expect(fd, FRAME_TEXT, "x", 1);
	finish();
	ck_assert_int_eq(peer_close_code(fd), 1001);
	peer_expect_end(fd);
	ck_assert_int_eq(atomic_load(&last_code), 1001);
	start_with(NULL, NULL);
}
END_TEST

/* ---- dialling -------------------------------------------------------- */

struct dialled {
	struct loop *loop;
	struct ws *ws;
	int opens, code;
	char text[64], why[128];
	const char *say;
};

static void dial_open(struct ws *ws, void *arg)
{
	struct dialled *d = arg;

	d->opens++;
	ck_assert_int_eq(ws_send_text(ws, d->say, strlen(d->say)), 0);
}

static void dial_text(struct ws *ws, void *arg, const char *s, size_t len)
{
	struct dialled *d = arg;

	ck_assert_uint_lt(len, sizeof(d->text));
	memcpy(d->text, s, len + 1);
	ws_close(ws, 1000, "done");
}

static void dial_close(struct ws *ws, void *arg, int code, const char *why)
{
	struct dialled *d = arg;

	ck_assert_ptr_eq(ws, d->ws);
	d->code = code;
	(void)snprintf(d->why, sizeof(d->why), "%s", why);
	loop_stop(d->loop);
}

static const struct ws_handlers dial_handlers = {
	.on_open = dial_open, .on_text = dial_text, .on_close = dial_close};

static void dial(struct dialled *d, const char *scheme, const char *path,
		 const char *authorization, int64_t deadline_us)
{
	struct ws_header headers[] = {{"Authorization", authorization},
				      {NULL, NULL}};
	char url[128];

	memset(d, 0, sizeof(*d));
	d->say = "hello";
	(void)snprintf(url, sizeof(url), "%s://localhost:%d%s", scheme, port,
		       path);
	ck_assert_int_eq(loop_new(&d->loop, "client"), 0);
	ck_assert_int_eq(ws_dial(&d->ws, d->loop, url,
				 authorization ? headers : NULL, deadline_us,
				 &dial_handlers, d),
			 0);
	loop_run(d->loop);
	loop_free(d->loop);
}

START_TEST(dials_speaks_and_closes)
{
	struct dialled d;

	dial(&d, "ws", "/echo?x=1", NULL, US_PER_S * 5);
	ck_assert_int_eq(d.opens, 1);
	ck_assert_str_eq(d.text, "hello");
	ck_assert_int_eq(d.code, 1000);
	wait_for(&closed, 1);
	ck_assert_int_eq(atomic_load(&last_code), 1000);
	ck_assert_str_eq(last_why, "done");
	dial(&d, "ws", "/key", "Bearer good", US_PER_S * 5);
	ck_assert_str_eq(d.text, "hello");
}
END_TEST

START_TEST(a_dial_that_fails_says_why_with_code_0)
{
	struct dialled d;
	struct ws *ws = NULL;
	struct loop *l = NULL;
	int silent = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in sa = {.sin_family = AF_INET};
	socklen_t len = sizeof(sa);

	dial(&d, "ws", "/key", "Bearer bad", US_PER_S * 5);
	ck_assert_int_eq(d.opens + d.code, 0);
	ck_assert_str_eq(d.why, "refused with status 401");

	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_int_eq(bind(silent, (struct sockaddr *)&sa, len), 0);
	ck_assert_int_eq(getsockname(silent, (struct sockaddr *)&sa, &len), 0);
	port = ntohs(sa.sin_port);
	dial(&d, "ws", "/", NULL, US_PER_S * 5);
	ck_assert_int_eq(d.opens + d.code, 0);
	ck_assert_int_eq(strncmp(d.why, "cannot connect: ", 16), 0);

	ck_assert_int_eq(listen(silent, 1), 0);
	dial(&d, "ws", "/", NULL, 50000);
	ck_assert_int_eq(d.opens + d.code, 0);
	ck_assert_str_eq(d.why, "timed out");
	(void)close(silent);

	static const char *urls[] = {
		"http://a/", "ws://",      "ws://a:0/", "ws://a:99999/",
		"ws://u@a/", "ws://[::1/", "ws://a b/"};

	ck_assert_int_eq(loop_new(&l, "client"), 0);
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
		ck_assert_int_eq(ws_dial(&ws, l, urls[i], NULL, US_PER_S,
					 &dial_handlers, NULL),
				 -EINVAL);
	loop_free(l);
}
END_TEST

static void cancel(void *arg)
{
	struct dialled *d = arg;

	ws_close(d->ws, 1000, "");
}

START_TEST(a_dial_can_be_cancelled)
{
	struct dialled d = {.say = "hello"};
	struct timer *t = NULL;
	char url[64];

	(void)snprintf(url, sizeof(url), "ws://127.0.0.1:%d/echo", port);
	ck_assert_int_eq(loop_new(&d.loop, "client"), 0);
	ck_assert_int_eq(ws_dial(&d.ws, d.loop, url, NULL, US_PER_S,
				 &dial_handlers, &d),
			 0);
	ck_assert_int_eq(ws_send_text(d.ws, "x", 1), -EPIPE);
	ck_assert_int_eq(timer_new(&t, d.loop, cancel, &d), 0);
	timer_start(t, 0);
	loop_run(d.loop);
	timer_free(t);
	loop_free(d.loop);
	ck_assert_int_eq(d.opens, 0);
	ck_assert_int_eq(d.code, 0);
}
END_TEST

START_TEST(speaks_tls_both_ways_and_trusts_only_whom_it_knows)
{
	const char *cert = tempdir_path("cert.pem");
	const char *key = tempdir_path("key.pem");
	struct dialled d;

	finish();
	kit_cert_write(cert, key);
	start_with(cert, key);
	/* Which certificates to trust is read once a process: a test has a
	 * process of its own. */
	ck_assert_int_eq(
		setenv("SSL_CERT_FILE", _i ? cert : "/etc/hostname", 1), 0);
	dial(&d, "wss", "/echo", NULL, US_PER_S * 5);
	ck_assert_int_eq(d.opens, _i);
	if (_i)
		ck_assert_str_eq(d.text, "hello");
	else
		ck_assert_int_eq(strncmp(d.why, "cannot connect", 14), 0);
	ck_assert_int_eq(d.code, _i ? 1000 : 0);
	/* Plain words to a TLS port get no answer and do no harm. */
	int fd = peer_connect(port);

	peer_say(fd, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	peer_rest(fd, got, sizeof(got));
	ck_assert_ptr_null(strstr(got, "HTTP/1.1 200"));
	(void)close(fd);
	dial(&d, "wss", "/echo", NULL, US_PER_S * 5);
	ck_assert_int_eq(d.opens, _i);
	if (!_i) /* its list of descriptors is as it was */
		ck_assert_int_eq(atomic_load(&opened), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ws");
	TCase *t = tcase_create("ws");
	SRunner *r = srunner_create(s);

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, echoes_messages_of_every_size_up_to_the_limit);
	tcase_add_test(t, joins_fragments_with_pings_between_them);
	tcase_add_test(t, takes_frames_that_come_byte_by_byte_or_many_at_once);
	tcase_add_test(t, takes_frames_that_come_with_the_handshake);
	tcase_add_loop_test(t, closes_bad_frames_with_the_code_that_says_why,
			    0, (int)(sizeof(bad) / sizeof(bad[0])));
	tcase_add_test(t, refuses_an_oversized_message_by_its_beginning);
	tcase_add_test(t, refuses_fragments_that_add_up_to_too_much);
	tcase_add_loop_test(t, refuses_an_upgrade_with_a_status, 0,
			    (int)(sizeof(handshakes) / sizeof(handshakes[0])));
	tcase_add_loop_test(t, refuses_a_broken_handshake, 0,
			    (int)(sizeof(broken) / sizeof(broken[0])));
	tcase_add_test(t, opens_with_the_argument_of_accept_and_greets);
	tcase_add_test(t, sends_what_is_queued_before_it_closes);
	tcase_add_test(t, a_socket_that_dies_is_1006);
	tcase_add_test(
		t, a_peer_that_does_not_read_fills_its_queue_and_nothing_else);
	tcase_add_test(t, forgets_only_what_has_not_begun);
	tcase_add_test(t, pings_a_silent_peer_and_gives_up_on_a_dead_one);
	tcase_add_test(t, a_server_that_stops_says_1001);
	tcase_add_test(t, dials_speaks_and_closes);
	tcase_add_test(t, a_dial_that_fails_says_why_with_code_0);
	tcase_add_test(t, a_dial_can_be_cancelled);
	tcase_add_loop_test(
		t, speaks_tls_both_ways_and_trusts_only_whom_it_knows, 0, 2);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);

	int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
