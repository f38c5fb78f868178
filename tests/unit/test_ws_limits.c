/**
 * @file test_ws_limits.c  What handlers get that name no bounds of their own
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/limits.h"
#include "net/loop.h"
#include "net/server.h"
#include "net_peer.h"
#include "unit/unit.h"

static atomic_size_t queued, heard_bytes;
static atomic_int refused;

/** Answers with how much it was, after as much as the peer will not read. */
static void on_text(struct ws *ws, void *arg, const char *s, size_t len)
{
	static char big[1000];

	int err;

	(void)arg;
	heard_bytes = len;
	if (strcmp(s, "flood") != 0) {
		ck_assert_int_eq(ws_send_text(ws, "ok", 2), 0);
		return;
	}
	memset(big, 'x', sizeof(big));
	do {
		err = ws_send_text(ws, big, sizeof(big));
	} while (err == 0);
	refused = err;
	queued = ws_queued_bytes(ws);
}

static void on_close(struct ws *ws, void *arg, int code, const char *why)
{
	(void)ws;
	(void)arg;
	(void)code;
	(void)why;
}

static const struct ws_handlers plain = {.on_text = on_text,
					 .on_close = on_close};
static const struct route routes[] = {
	{"WS", "/plain", AUTH_PUBLIC, NULL, NULL, &plain},
	{NULL, NULL, AUTH_PUBLIC, NULL, NULL, NULL},
};

static struct loop *loop;
static struct server *server;
static pthread_t thread;

static void *serve(void *arg)
{
	(void)arg;
	loop_run(loop);
	server_close(server);
	loop_free(loop);
	return NULL;
}

static int start(void)
{
	const struct server_options o = {.address = "127.0.0.1",
					 .routes = routes};
	int port;

	ck_assert_int_eq(loop_new(&loop, "server"), 0);
	ck_assert_int_eq(server_open(&server, loop, &o), 0);
	port = server_port(server);
	ck_assert_int_eq(pthread_create(&thread, NULL, serve, NULL), 0);
	return peer_upgrade(port, "/plain", "");
}

static void finish(int fd)
{
	(void)close(fd);
	loop_stop(loop);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
}

START_TEST(a_message_of_the_limit_is_taken_and_no_more)
{
	static char s[LIMIT_WS_CONTROL_MESSAGE_BYTES + 1];
	char got[128];
	size_t len;
	int fd = start();

	memset(s, 'x', sizeof(s));
	peer_frame(fd, FRAME_TEXT, 1, s, sizeof(s) - 1);
	ck_assert_int_eq(peer_next_frame(fd, got, sizeof(got), &len),
			 FRAME_TEXT);
	ck_assert_uint_eq(heard_bytes, LIMIT_WS_CONTROL_MESSAGE_BYTES);
	peer_frame(fd, FRAME_TEXT, 1, s, sizeof(s));
	ck_assert_int_eq(peer_close_code(fd), 1009);
	ck_assert_uint_eq(heard_bytes, LIMIT_WS_CONTROL_MESSAGE_BYTES);
	finish(fd);
}
END_TEST

START_TEST(what_a_peer_does_not_read_is_queued_to_the_limit)
{
	int fd = start();

	peer_frame(fd, FRAME_TEXT, 1, "flood", 5);
	peer_frame(fd, FRAME_CLOSE, 1, "\x03\xe8", 2);
	(void)peer_close_code(fd);
	finish(fd);
	ck_assert_int_eq(refused, -EAGAIN);
	ck_assert_uint_le(queued, LIMIT_WS_SEND_QUEUE_BYTES);
	ck_assert_uint_gt(queued + 1100, LIMIT_WS_SEND_QUEUE_BYTES);
}
END_TEST

UNIT_MAIN("ws_limits", a_message_of_the_limit_is_taken_and_no_more,
	  what_a_peer_does_not_read_is_queued_to_the_limit)
