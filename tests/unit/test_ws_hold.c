/**
 * @file test_ws_hold.c  A socket that is left unread for a while
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <pthread.h>
#include <stdlib.h>

#include "net/loop.h"
#include "net/server.h"
#include "net_peer.h"
#include "unit/unit.h"

enum { HOLD_US = 100 * 1000 };

static struct loop *loop;
static struct server *server;
static struct ws *held; /* on its loop */
static struct timer *timer;

static void let_go(void *arg)
{
	struct ws *ws = held;

	(void)arg;
	timer = timer_free(timer);
	held = NULL;
	ws_hold(ws, 0);
	ck_assert_int_eq(ws_send_text(ws, "go on", 5), 0);
}

/** Echoes, but for "hold": nothing may come while it is held. */
static void on_text(struct ws *ws, void *arg, const char *s, size_t len)
{
	(void)arg;
	ck_assert_ptr_null(held);
	if (strcmp(s, "hold") != 0) {
		ck_assert_int_eq(ws_send_text(ws, s, len), 0);
		return;
	}
	held = ws;
	ws_hold(ws, 1);
	ck_assert_int_eq(timer_new(&timer, loop, let_go, NULL), 0);
	timer_start(timer, HOLD_US);
}

static const struct ws_handlers echo = {.on_text = on_text};
static const struct route routes[] = {
	{"WS", "/echo", AUTH_PUBLIC, NULL, NULL, &echo},
	{NULL, NULL, AUTH_PUBLIC, NULL, NULL, NULL},
};

static void *serve(void *arg)
{
	(void)arg;
	loop_run(loop);
	server_close(server);
	loop_free(loop);
	return NULL;
}

static void expect(int fd, const char *s)
{
	char got[64];
	size_t n;

	ck_assert_int_eq(peer_next_frame(fd, got, sizeof(got), &n),
			 FRAME_TEXT);
	ck_assert_uint_eq(n, strlen(s));
	ck_assert_int_eq(memcmp(got, s, n), 0);
}

/** In one piece, so that the server reads them at once. */
static void send_together(int fd)
{
	static const char *const texts[] = {"hold", "one", "two", "hold",
					    "three"};
	struct frame f = {.fin = 1, .opcode = FRAME_TEXT, .masked = 1};
	unsigned char s[128];
	size_t n = 0;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		f.len = strlen(texts[i]);
		n += frame_write(s + n, &f);
		memcpy(s + n, texts[i], f.len); /* a mask of zeros */
		n += f.len;
	}
	peer_send(fd, s, n);
}

START_TEST(nothing_of_a_held_socket_is_read_and_then_all_of_it)
{
	const struct server_options o = {.address = "127.0.0.1",
					 .routes = routes};
	pthread_t thread;
	int fd;

	ck_assert_int_eq(loop_new(&loop, "server"), 0);
	ck_assert_int_eq(server_open(&server, loop, &o), 0);
	fd = server_port(server);
	ck_assert_int_eq(pthread_create(&thread, NULL, serve, NULL), 0);
	fd = peer_upgrade(fd, "/echo", "");
	send_together(fd);
	peer_frame(fd, FRAME_TEXT, 1, "four", 4);
	expect(fd, "go on");
	expect(fd, "one");
	expect(fd, "two");
	expect(fd, "go on");
	expect(fd, "three");
	expect(fd, "four");
	peer_frame(fd, FRAME_CLOSE, 1, "\x03\xe8", 2);
	ck_assert_int_eq(peer_close_code(fd), 1000);
	(void)close(fd);
	loop_stop(loop);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
END_TEST

UNIT_MAIN("ws_hold", nothing_of_a_held_socket_is_read_and_then_all_of_it)
