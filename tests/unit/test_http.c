/**
 * @file test_http.c  HTTP client: whole and streamed, deadlines, limits
 *
 * Against our own server where it can answer so, else against a peer that
 * says exactly what it is told.
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "net/http.h"
#include "net/loop.h"
#include "net/server.h"
#include "net_peer.h"

/* ---- a server -------------------------------------------------------- */

static void describe(struct http_req *r, void *arg)
{
	char text[512];
	size_t len;
	const char *body = http_body(r, &len);
	const char *key = http_header(r, "x-key");

	(void)arg;
	(void)snprintf(text, sizeof(text), "%s %s %s [%s]", http_method(r),
		       http_uri(r), key ? key : "-", body);
	http_reply(r, 200, "text/test", NULL, text, strlen(text));
}

static void missing(struct http_req *r, void *arg)
{
	(void)arg;
	http_error(r, 422, "not like this");
}

static char big[300 * 1024];

static void much(struct http_req *r, void *arg)
{
	(void)arg;
	memset(big, 'x', sizeof(big));
	http_reply(r, 200, "text/plain", NULL, big, sizeof(big));
}

static const struct route routes[] = {
	{"GET", "/thing", AUTH_PUBLIC, describe, NULL, NULL},
	{"POST", "/thing", AUTH_PUBLIC, describe, NULL, NULL},
	{"DELETE", "/thing", AUTH_PUBLIC, describe, NULL, NULL},
	{"GET", "/missing", AUTH_PUBLIC, missing, NULL, NULL},
	{"GET", "/much", AUTH_PUBLIC, much, NULL, NULL},
	{NULL, NULL, AUTH_PUBLIC, NULL, NULL, NULL},
};

static struct loop *server_loop, *loop;
static struct server *server;
static pthread_t thread;
static int port, descriptors;

static void *serve(void *arg)
{
	(void)arg;
	loop_run(server_loop);
	server_close(server);
	loop_free(server_loop);
	return NULL;
}

static void setup(void)
{
	struct server_options o = {.address = "127.0.0.1", .routes = routes};

	ck_assert_int_eq(loop_new(&loop, "first"), 0);
	loop_free(loop);
	descriptors = open_descriptors();
	ck_assert_int_eq(loop_new(&server_loop, "server"), 0);
	ck_assert_int_eq(server_open(&server, server_loop, &o), 0);
	port = server_port(server);
	ck_assert_int_eq(pthread_create(&thread, NULL, serve, NULL), 0);
	ck_assert_int_eq(loop_new(&loop, "client"), 0);
}

static void teardown(void)
{
	loop_free(loop);
	loop_stop(server_loop);
	pthread_join(thread, NULL);
	ck_assert_int_eq(open_descriptors(), descriptors);
}

/* ---- a call and what came of it -------------------------------------- */

struct got {
	struct http_call *call;
	int statuses, dones, err, status, told_status;
	char type[64], why[256];
	char body[512 * 1024];
	size_t len;
	int pieces, close_at; /* close after so many pieces */
};

static struct got got;

static void on_status(void *arg, int status, const char *type)
{
	struct got *g = arg;

	ck_assert_int_eq(g->pieces, 0);
	g->statuses++;
	g->told_status = status;
	(void)snprintf(g->type, sizeof(g->type), "%s", type);
}

static void on_data(void *arg, const char *data, size_t len)
{
	struct got *g = arg;

	ck_assert_int_eq(g->statuses, 1);
	ck_assert_uint_lt(g->len + len, sizeof(g->body));
	memcpy(g->body + g->len, data, len);
	g->len += len;
	g->body[g->len] = '\0';
	if (++g->pieces == g->close_at) {
		g->call = http_call_close(g->call);
		loop_stop(loop);
	}
}

static void on_done(void *arg, int err, int status, const char *why)
{
	struct got *g = arg;

	g->dones++;
	g->err = err;
	g->status = status;
	(void)snprintf(g->why, sizeof(g->why), "%s", why);
	loop_stop(loop);
}

static const struct http_call_handlers handlers = {
	.on_status = on_status, .on_data = on_data, .on_done = on_done};

static void start(const char *path, struct http_call_options o)
{
	static char url[256];

	memset(&got, 0, sizeof(got));
	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", port, path);
	o.url = url;
	ck_assert_int_eq(http_call_open(&got.call, loop, &o, &handlers, &got),
			 0);
	ck_assert_int_eq(got.statuses + got.dones, 0);
}

static void ask(const char *path, struct http_call_options o)
{
	start(path, o);
	loop_run(loop);
}

/* ---- whole answers
 * ------------------------------------------------------------ */

START_TEST(asks_and_is_answered)
{
	const struct ws_header headers[] = {{"X-Key", "secret"}, {NULL, NULL}};

	ask("/thing?a=b", (struct http_call_options){.headers = headers});
	ck_assert_int_eq(got.err, 0);
	ck_assert_int_eq(got.status, 200);
	ck_assert_int_eq(got.statuses, 1);
	ck_assert_int_eq(got.dones, 1);
	ck_assert_str_eq(got.type, "text/test");
	ck_assert_str_eq(got.body, "GET /thing?a=b secret []");

	char body[] = "{\"a\":1}";

	start("/thing",
	      (struct http_call_options){.body = body, .body_len = 7});
	memset(body, 'x', 7); /* it was copied */
	loop_run(loop);
	ck_assert_str_eq(got.body, "POST /thing - [{\"a\":1}]");
	ask("/thing", (struct http_call_options){.method = "DELETE"});
	ck_assert_str_eq(got.body, "DELETE /thing - []");
	ask("/missing", (struct http_call_options){0});
	ck_assert_int_eq(got.err, 0);
	ck_assert_int_eq(got.status, 422);
	ck_assert_ptr_nonnull(strstr(got.body, "not like this"));
}
END_TEST

START_TEST(takes_no_more_than_it_was_told_to)
{
	ask("/much", (struct http_call_options){.max_bytes = sizeof(big)});
	ck_assert_int_eq(got.err, 0);
	ck_assert_uint_eq(got.len, sizeof(big));
	ck_assert_int_gt(got.pieces, 1);
	ask("/much", (struct http_call_options){.max_bytes = sizeof(big) - 1});
	ck_assert_int_eq(got.err, -EMSGSIZE);
	ck_assert_uint_lt(got.len, sizeof(big));
	ck_assert_int_eq(got.dones, 1);
}
END_TEST

START_TEST(refuses_what_is_no_request)
{
	struct http_call *c = NULL;
	const struct ws_header split[] = {{"X", "a\r\nY: b"}, {NULL, NULL}};
	const struct http_call_options bad[] = {
		{.url = NULL},
		{.url = "file:///etc/passwd"},
		{.url = "gopher://127.0.0.1/"},
		{.url = "http://127.0.0.1/", .headers = split},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_int_eq(
			http_call_open(&c, loop, &bad[i], &handlers, &got),
			-EINVAL);
	ck_assert_ptr_null(c);
}
END_TEST

START_TEST(many_at_once_all_end)
{
	enum { N = 20 };
	static struct got many[N];
	struct http_call_options o = {0};
	char url[128];

	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%d/thing", port);
	o.url = url;
	for (int i = 0; i < N; i++)
		ck_assert_int_eq(http_call_open(&many[i].call, loop, &o,
						&handlers, &many[i]),
				 0);
	for (int i = 0; i < N; i++)
		while (!many[i].dones)
			loop_run(loop);
	for (int i = 0; i < N; i++) {
		ck_assert_int_eq(many[i].err, 0);
		ck_assert_str_eq(many[i].body, "GET /thing - []");
	}
}
END_TEST

/* ---- a peer that is told what to say
 * -------------------------------------------- */

static int script_fd;

struct script {
	const char *say[5]; /* ended by NULL; then it waits */
	int then_close;
};

/* Takes one connection, reads the head, says its lines, waits for the end. */
static void *act(void *arg)
{
	const struct script *s = arg;
	char c, last[4] = "";
	int fd = accept(script_fd, NULL, NULL);

	ck_assert_int_ge(fd, 0);
	while (memcmp(last, "\r\n\r\n", 4) && recv(fd, &c, 1, 0) == 1) {
		memmove(last, last + 1, 3);
		last[3] = c;
	}
	for (int i = 0; s->say[i]; i++)
		(void)send(fd, s->say[i], strlen(s->say[i]), MSG_NOSIGNAL);
	if (s->then_close)
		(void)shutdown(fd, SHUT_RDWR);
	while (recv(fd, &c, 1, 0) > 0)
		;
	(void)close(fd);
	return NULL;
}

static void play(const struct script *s, struct http_call_options o,
		 int close_at)
{
	struct sockaddr_in sa = {.sin_family = AF_INET};
	socklen_t len = sizeof(sa);
	int real_port = port;
	pthread_t t;

	script_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_int_eq(bind(script_fd, (struct sockaddr *)&sa, len), 0);
	ck_assert_int_eq(listen(script_fd, 1), 0);
	ck_assert_int_eq(getsockname(script_fd, (struct sockaddr *)&sa, &len),
			 0);
	port = ntohs(sa.sin_port);
	ck_assert_int_eq(pthread_create(&t, NULL, act, (void *)s), 0);
	start("/", o);
	got.close_at = close_at;
	loop_run(loop);
	/* The end of the call closes its connection, which ends the actor. */
	loop_free(loop);
	pthread_join(t, NULL);
	ck_assert_int_eq(loop_new(&loop, "client"), 0);
	(void)close(script_fd);
	port = real_port;
}

static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\n"
			   "Transfer-Encoding: chunked\r\n\r\n";

START_TEST(a_stream_is_given_out_as_it_comes)
{
	const struct script s = {.say = {head, "5\r\nhello\r\n",
					 "6\r\n world\r\n", "0\r\n\r\n"}};

	play(&s, (struct http_call_options){0}, 0);
	ck_assert_int_eq(got.err, 0);
	ck_assert_str_eq(got.type, "a/b");
	ck_assert_str_eq(got.body, "hello world");
}
END_TEST

START_TEST(the_status_is_told_before_any_data)
{
	const struct script s = {.say = {head}};

	/* No byte of the body ever comes: silence ends it. */
	play(&s, (struct http_call_options){.idle_us = 50000}, 0);
	ck_assert_int_eq(got.statuses, 1);
	ck_assert_int_eq(got.told_status, 200);
	ck_assert_int_eq(got.pieces, 0);
	ck_assert_int_eq(got.err, -ETIMEDOUT);
	ck_assert_int_eq(got.status, 200);
}
END_TEST

START_TEST(silence_in_the_middle_is_a_timeout)
{
	const struct script s = {.say = {head, "5\r\nhello\r\n"}};
	int64_t begin_us = clock_now_us();

	play(&s, (struct http_call_options){.idle_us = 50000}, 0);
	ck_assert_int_eq(got.err, -ETIMEDOUT);
	ck_assert_str_eq(got.body, "hello");
	ck_assert_int_ge(clock_now_us() - begin_us, 50000);
	play(&s, (struct http_call_options){.total_us = 50000}, 0);
	ck_assert_int_eq(got.err, -ETIMEDOUT);
	ck_assert_int_eq(got.dones, 1);
}
END_TEST

START_TEST(a_stream_that_breaks_is_an_error)
{
	const struct script cut = {.say = {head, "5\r\nhel"}, .then_close = 1};
	const struct script nothing = {.say = {NULL}, .then_close = 1};

	play(&cut, (struct http_call_options){0}, 0);
	ck_assert_int_eq(got.err, -EPIPE);
	ck_assert_uint_gt(strlen(got.why), 0);
	play(&nothing, (struct http_call_options){0}, 0);
	ck_assert_int_eq(got.err, -EPIPE);
	ck_assert_int_eq(got.status, 0);
	ck_assert_int_eq(got.statuses, 0);
}
END_TEST

START_TEST(a_closed_call_is_silent_from_then_on)
{
	const struct script s = {
		.say = {head, "5\r\nhello\r\n", "6\r\n world\r\n"}};

	/* From inside of its own callback, which is where barge-in is. */
	play(&s, (struct http_call_options){.idle_us = 10000000}, 1);
	ck_assert_int_eq(got.pieces, 1);
	ck_assert_int_eq(got.dones, 0);
	ck_assert_ptr_null(got.call);
	ck_assert_ptr_null(http_call_close(NULL));
}
END_TEST

static void stop(void *arg)
{
	(void)arg;
	loop_stop(loop);
}

START_TEST(a_call_closed_at_once_never_calls_back)
{
	struct timer *t = NULL;

	start("/thing", (struct http_call_options){0});
	http_call_close(got.call);
	ck_assert_int_eq(timer_new(&t, loop, stop, NULL), 0);
	timer_start(t, 50000);
	loop_run(loop);
	timer_free(t);
	ck_assert_int_eq(got.dones + got.statuses, 0);
}
END_TEST

START_TEST(nobody_there_is_unreachable)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in sa = {.sin_family = AF_INET};
	socklen_t len = sizeof(sa);

	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sa, len), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&sa, &len), 0);
	port = ntohs(sa.sin_port);
	ask("/", (struct http_call_options){.connect_us = US_PER_S});
	ck_assert_int_eq(got.err, -EHOSTUNREACH);
	ck_assert_int_eq(got.status, 0);
	(void)close(fd);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("http");
	TCase *t = tcase_create("http");
	SRunner *r = srunner_create(s);

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, asks_and_is_answered);
	tcase_add_test(t, takes_no_more_than_it_was_told_to);
	tcase_add_test(t, refuses_what_is_no_request);
	tcase_add_test(t, many_at_once_all_end);
	tcase_add_test(t, a_stream_is_given_out_as_it_comes);
	tcase_add_test(t, the_status_is_told_before_any_data);
	tcase_add_test(t, silence_in_the_middle_is_a_timeout);
	tcase_add_test(t, a_stream_that_breaks_is_an_error);
	tcase_add_test(t, a_closed_call_is_silent_from_then_on);
	tcase_add_test(t, a_call_closed_at_once_never_calls_back);
	tcase_add_test(t, nobody_there_is_unreachable);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);

	int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
