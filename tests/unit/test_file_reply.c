/**
 * @file test_file_reply.c  Files as answers: whole, a piece at a time
 *
 * SPDX-License-Identifier: MIT
 */
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>

#include "net/loop.h"
#include "net/server.h"
#include "net_peer.h"
#include "unit/tempdir.h"
#include "unit/unit.h"

enum { BIG_BYTES = 3 * 1000 * 1000 + 1 };

static struct loop *loop;
static struct server *server;
static pthread_t thread;
static char big_path[256], empty_path[256], missing_path[256];

/* /file/NAME: the path is what http_reply_file() is told. */
static void give(struct http_req *r, void *arg)
{
	const char *name = http_tail(r);

	(void)arg;
	http_reply_file(r, "audio/wav",
			!strcmp(name, "big")      ? big_path
			: !strcmp(name, "empty")  ? empty_path
			: !strcmp(name, "folder") ? "/tmp"
						  : missing_path);
}

static const struct route routes[] = {
	{"GET", "/file/*", AUTH_PUBLIC, give, NULL, NULL},
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

static unsigned char *make_files(void)
{
	unsigned char *data = malloc(BIG_BYTES);

	for (size_t i = 0; i < BIG_BYTES; i++)
		data[i] = (unsigned char)(i * 31 + i / 251);
	tempdir_write("big", data, BIG_BYTES);
	tempdir_write("empty", "", 0);
	(void)snprintf(big_path, sizeof(big_path), "%s", tempdir_path("big"));
	(void)snprintf(empty_path, sizeof(empty_path), "%s",
		       tempdir_path("empty"));
	(void)snprintf(missing_path, sizeof(missing_path), "%s",
		       tempdir_path("missing"));
	return data;
}

static int start(void)
{
	const struct server_options o = {.address = "127.0.0.1",
					 .routes = routes,
					 .max_connections = 10};

	ck_assert_int_eq(loop_new(&loop, "server"), 0);
	ck_assert_int_eq(server_open(&server, loop, &o), 0);
	ck_assert_int_eq(pthread_create(&thread, NULL, serve, NULL), 0);
	return server_port(server);
}

static void finish(void)
{
	loop_stop(loop);
	pthread_join(thread, NULL);
}

static int ask(int port, const char *method, const char *name)
{
	char text[128];
	int fd = peer_connect(port);

	(void)snprintf(text, sizeof(text),
		       "%s /file/%s HTTP/1.1\r\nHost: a\r\n\r\n", method,
		       name);
	peer_say(fd, text);
	return fd;
}

START_TEST(a_large_file_comes_whole_also_to_a_slow_reader)
{
	unsigned char *data = make_files();
	char *body = malloc(BIG_BYTES + 1);
	int port = start(), fd = ask(port, "GET", "big");
	struct pollfd p = {.fd = fd, .events = POLLIN};

	/* The socket is full before the first byte is taken. */
	ck_assert_int_eq(poll(&p, 1, PEER_DEADLINE_S * 1000), 1);
	(void)poll(NULL, 0, 50);
	ck_assert_int_eq(peer_answer(fd, body, BIG_BYTES + 1), 200);
	ck_assert_int_eq(memcmp(body, data, BIG_BYTES), 0);
	peer_expect_end(fd);
	(void)close(fd);
	finish();
	free(body);
	free(data);
}
END_TEST

START_TEST(nothing_of_a_file_comes_where_none_is_wanted)
{
	char body[4096];
	int port, fd;

	free(make_files());
	port = start();
	fd = ask(port, "HEAD", "big");
	ck_assert_uint_lt(peer_rest(fd, body, sizeof(body)), 1000);
	ck_assert_ptr_nonnull(strstr(body, "Content-Length: 3000001\r\n"));
	ck_assert_ptr_nonnull(strstr(body, "Content-Type: audio/wav\r\n"));
	(void)close(fd);
	fd = ask(port, "GET", "empty");
	ck_assert_int_eq(peer_answer(fd, body, sizeof(body)), 200);
	ck_assert_str_eq(body, "");
	peer_expect_end(fd);
	(void)close(fd);
	fd = ask(port, "GET", "missing");
	ck_assert_int_eq(peer_answer(fd, body, sizeof(body)), 404);
	(void)close(fd);
	fd = ask(port, "GET", "folder");
	ck_assert_int_eq(peer_answer(fd, body, sizeof(body)), 404);
	(void)close(fd);
	finish();
}
END_TEST

START_TEST(who_hangs_up_in_the_middle_leaves_nothing_open)
{
	char body[100];
	int before, port;

	free(make_files());
	port = start();
	before = -1;
	for (int i = 0; i < 40; i++) {
		int fd = ask(port, "GET", "big");

		if (i % 2)
			peer_take(fd, body, sizeof(body));
		(void)close(fd);
		/* Behind a whole answer, those before are over as well. */
		fd = ask(port, "GET", "missing");
		ck_assert_int_eq(peer_answer(fd, body, sizeof(body)), 404);
		peer_expect_end(fd);
		(void)close(fd);
		if (i == 5)
			before = open_descriptors();
	}
	/* One may still be on its way out. */
	ck_assert_int_le(open_descriptors(), before + 2);
	finish();
}
END_TEST

UNIT_MAIN("file_reply", a_large_file_comes_whole_also_to_a_slow_reader,
	  nothing_of_a_file_comes_where_none_is_wanted,
	  who_hangs_up_in_the_middle_leaves_nothing_open)
