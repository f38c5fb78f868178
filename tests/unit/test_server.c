/**
 * @file test_server.c  HTTP: routes, keys, bodies, bad peers, two loops
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "base/strbuf.h"
#include "net/loop.h"
#include "net/server_priv.h"
#include "net_peer.h"

enum { BODY_MAX = 4096 };

/* ---- what is served -------------------------------------------------- */

static void hello(struct http_req *r, void *arg)
{
	(void)arg;
	http_reply(r, 200, "text/plain", "X-Extra: yes\r\n", "hello", 5);
}

static void echo(struct http_req *r, void *arg)
{
	size_t len;
	const char *body = http_body(r, &len);

	(void)arg;
	http_reply(r, 200, "text/plain", NULL, body, len);
}

static void describe(struct http_req *r, void *arg)
{
	char text[512];
	const char *q = http_query(r, "q");

	(void)arg;
	(void)snprintf(
		text, sizeof(text), "%s|%s|%s|%s|%s|%s|%s", http_method(r),
		http_path(r), http_tail(r), http_uri(r), q ? q : "-",
		http_header(r, "x-thing") ? http_header(r, "x-thing") : "-",
		http_peer(r));
	http_reply(r, 200, "text/plain", NULL, text, strlen(text));
}

static struct http_req *parked;
static struct timer *later;
static atomic_int parked_count;

static void unpark(void *arg)
{
	(void)arg;
	http_reply(parked, 202, "text/plain", NULL, "late", 4);
	parked = NULL;
}

static void park(struct http_req *r, void *arg)
{
	(void)arg;
	parked = r;
	atomic_fetch_add(&parked_count, 1);
	if (!later)
		ck_assert_int_eq(timer_new(&later, http_loop(r), unpark, NULL),
				 0);
	timer_start(later, 20000);
}

static void refuse(struct http_req *r, void *arg)
{
	(void)arg;
	http_error(r, 422, "a \"quoted\" reason");
}

static const struct route routes[] = {
	{"GET", "/hello", AUTH_PUBLIC, hello, NULL, NULL},
	{"POST", "/echo", AUTH_PUBLIC, echo, NULL, NULL},
	{"GET", "/thing/*", AUTH_PUBLIC, describe, NULL, NULL},
	{"GET", "/thing/special", AUTH_PUBLIC, hello, NULL, NULL},
	{"DELETE", "/thing/*", AUTH_PUBLIC, describe, NULL, NULL},
	{"GET", "/secret", AUTH_KEY, hello, NULL, NULL},
	{"POST", "/secret", AUTH_KEY, echo, NULL, NULL},
	{"GET", "/late", AUTH_PUBLIC, park, NULL, NULL},
	{"GET", "/refuse", AUTH_PUBLIC, refuse, NULL, NULL},
	{NULL, NULL, AUTH_PUBLIC, NULL, NULL, NULL},
};

static int64_t check_key(void *arg, const char *key)
{
	(void)arg;
	return !strcmp(key, "good");
}

/* ---- a server on a thread of its own --------------------------------- */

struct running {
	struct loop *loop;
	struct server *server;
	pthread_t thread;
	struct server_stats stats; /* as it ended */
};

static struct running run;
static int port;
static int descriptors;

static struct server_options options = {
	.address = "127.0.0.1",
	.routes = routes,
	.max_body_bytes = BODY_MAX,
	.max_connections = 100,
	.check_key = check_key,
};

static void *serve(void *arg)
{
	struct running *r = arg;

	loop_run(r->loop);
	server_stats(r->server, &r->stats);
	later = timer_free(later);
	server_close(r->server);
	if (parked)
		http_reply(parked, 200, NULL, NULL, NULL, 0);
	loop_free(r->loop);
	return NULL;
}

static void start(struct running *r, int want_port)
{
	options.port = want_port;
	ck_assert_int_eq(loop_new(&r->loop, "server"), 0);
	ck_assert_int_eq(server_open(&r->server, r->loop, &options), 0);
	port = server_port(r->server);
	ck_assert_int_eq(pthread_create(&r->thread, NULL, serve, r), 0);
}

static void finish(struct running *r)
{
	loop_stop(r->loop);
	pthread_join(r->thread, NULL);
}

static void setup(void)
{
	struct loop *first = NULL;

	/* libuv keeps a pipe for signals from the first loop on. */
	ck_assert_int_eq(loop_new(&first, "first"), 0);
	loop_free(first);
	descriptors = open_descriptors();
	start(&run, 0);
}

static void teardown(void)
{
	finish(&run);
	ck_assert_int_eq(open_descriptors(), descriptors);
}

/* One request on a connection of its own; the answer's status. */
static char answer[64 * 1024];

static int ask(const char *text)
{
	int fd = peer_connect(port);

	peer_say(fd, text);

	int status = peer_answer(fd, answer, sizeof(answer));

	(void)close(fd);
	return status;
}

/* ---- tests ----------------------------------------------------------- */

static const struct {
	const char *request;
	int status;
	const char *body; /* part of it */
} asked[] = {
	{"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n", 200, "hello"},
	{"GET /hello HTTP/1.0\r\n\r\n", 200, "hello"},
	{"GET /hello HTTP/1.1\nHost: a\n\n", 200, "hello"},
	{"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 200,
	 "abc"},
	{"POST /echo HTTP/1.1\r\nHost: a\r\n\r\n", 200, ""},
	{"GET /thing/a%20b?q=1%2B1+x&r HTTP/1.1\r\nHost: a\r\n"
	 "X-Thing:  v \r\n\r\n",
	 200,
	 "GET|/thing/a b|a b|/thing/a%20b?q=1%2B1%20x&r|1+1 x|v|127.0.0.1"},
	{"GET /thing/special HTTP/1.1\r\nHost: a\r\n\r\n", 200, "hello"},
	{"DELETE /thing/x HTTP/1.1\r\nHost: a\r\n\r\n", 200, "DELETE|"},
	{"GET /refuse HTTP/1.1\r\nHost: a\r\n\r\n", 422,
	 "{\"error\":{\"code\":422,\"message\":\"a \\\"quoted\\\" reason\"}}"},
	{"GET /late HTTP/1.1\r\nHost: a\r\n\r\n", 202, "late"},
	/* keys */
	{"GET /secret HTTP/1.1\r\nHost: a\r\n\r\n", 401, "API key"},
	{"GET /secret HTTP/1.1\r\nHost: a\r\nAuthorization: Basic good\r\n"
	 "\r\n",
	 401, "API key"},
	{"GET /secret HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer bad\r\n"
	 "\r\n",
	 401, "API key"},
	{"GET /secret HTTP/1.1\r\nHost: a\r\nAuthorization: bearer  good\r\n"
	 "\r\n",
	 200, "hello"},
	/* refused unread: the body never comes */
	{"POST /secret HTTP/1.1\r\nHost: a\r\nContent-Length: 4000\r\n\r\n",
	 401, "API key"},
	/* deny by default */
	{"GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n", 404, "\"code\":404"},
	{"GET /hello/ HTTP/1.1\r\nHost: a\r\n\r\n", 404, "nothing"},
	{"PUT /hello HTTP/1.1\r\nHost: a\r\n\r\n", 405, "method"},
	{"BREW /hello HTTP/1.1\r\nHost: a\r\n\r\n", 403, ""},
	/* sizes */
	{"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4097\r\n\r\n", 413,
	 "too large"},
	{"POST /echo HTTP/1.1\r\nHost: a\r\n"
	 "Content-Length: 99999999999999999999\r\n\r\n",
	 413, "too large"},
	{"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
	 "\r\n3\r\nabc\r\n0\r\n\r\n",
	 411, "Content-Length"},
	/* not HTTP; what lws refuses by itself is 403 */
	{"HELO me\r\n\r\n", 403, ""},
	{"GET /hello HTTP/2.0\r\nHost: a\r\n\r\n", 400, "well-formed"},
	{"GET /hello HTTP/1.1\r\n\r\n", 400, "well-formed"},
	{"GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, ""},
	{"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 403, ""},
	{"GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 404, ""},
	{"GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n", 400, ""},
	{"GET http://a/hello HTTP/1.1\r\nHost: a\r\n\r\n", 403, ""},
	{"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400,
	 ""},
	{"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
	 "Content-Length: 2\r\n\r\n",
	 400, ""},
	{"\x16\x03\x01\x02\r\n\r\n", 403, ""},
};

START_TEST(answers_each_request_as_it_deserves)
{
	ck_assert_int_eq(ask(asked[_i].request), asked[_i].status);
	if (!strstr(answer, asked[_i].body))
		ck_abort_msg("no \"%s\" in \"%s\"", asked[_i].body, answer);
}
END_TEST

START_TEST(says_what_else_would_do)
{
	int fd = peer_connect(port);

	peer_say(fd, "PUT /thing/x HTTP/1.1\r\nHost: a\r\n"
		     "Connection: close\r\n\r\n");
	peer_rest(fd, answer, sizeof(answer));
	ck_assert_ptr_nonnull(strstr(answer, "Allow: GET, DELETE\r\n"));
	(void)close(fd);

	fd = peer_connect(port);
	peer_say(fd, "GET /secret HTTP/1.1\r\nHost: a\r\n"
		     "Connection: close\r\n\r\n");
	peer_rest(fd, answer, sizeof(answer));
	ck_assert_ptr_nonnull(strstr(answer, "WWW-Authenticate: Bearer\r\n"));
	(void)close(fd);
}
END_TEST

START_TEST(a_head_answer_has_the_length_but_no_body)
{
	int fd = peer_connect(port);

	peer_say(fd, "HEAD /hello HTTP/1.1\r\nHost: a\r\n"
		     "Connection: close\r\n\r\n");
	peer_rest(fd, answer, sizeof(answer));
	ck_assert_ptr_nonnull(strstr(answer, "Content-Length: 5\r\n"));
	ck_assert_ptr_nonnull(strstr(answer, "X-Extra: yes\r\n"));
	ck_assert_ptr_null(strstr(answer, "hello"));
	(void)close(fd);
}
END_TEST

START_TEST(a_connection_is_for_one_request)
{
	int fd = peer_connect(port);

	peer_say(fd, "GET /hello HTTP/1.1\r\nHost: a\r\n"
		     "Connection: keep-alive\r\n\r\n");
	ck_assert_int_eq(peer_answer(fd, answer, sizeof(answer)), 200);
	peer_expect_end(fd);
}
END_TEST

/* Requests that arrive together would make lws turn in circles for ever. */
START_TEST(what_comes_behind_a_request_is_left_alone)
{
	static const char post[] = "POST /echo HTTP/1.1\r\nHost: a\r\n"
				   "Content-Length: 3\r\n\r\nabc";
	static const char get[] = "GET /late HTTP/1.1\r\nHost: a\r\n\r\n";
	char text[1024];

	for (int i = 0; i < 4; i++) {
		int fd = peer_connect(port);

		(void)snprintf(text, sizeof(text), "%s%s%s",
			       i & 1 ? get : post, i & 2 ? get : post, post);
		peer_say(fd, text);
		ck_assert_int_eq(peer_answer(fd, answer, sizeof(answer)),
				 i & 1 ? 202 : 200);
		peer_expect_end(fd);
		/* The loop still turns. */
		ck_assert_int_eq(ask("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
				 200);
	}
}
END_TEST

START_TEST(takes_a_request_that_comes_byte_by_byte)
{
	const char *s = "POST /echo HTTP/1.1\r\nHost: a\r\n"
			"Content-Length: 5\r\n\r\nhello";
	int fd = peer_connect(port);

	for (; *s; s++)
		peer_send(fd, s, 1);
	ck_assert_int_eq(peer_answer(fd, answer, sizeof(answer)), 200);
	ck_assert_str_eq(answer, "hello");
	(void)close(fd);
}
END_TEST

START_TEST(takes_a_body_at_the_limit)
{
	static char text[BODY_MAX + 1];
	int fd = peer_connect(port);

	memset(text, 'x', BODY_MAX);
	peer_say(fd, "POST /echo HTTP/1.1\r\nHost: a\r\n"
		     "Content-Length: 4096\r\nExpect: 100-continue\r\n\r\n");
	peer_take(fd, answer, 25);
	ck_assert_int_eq(memcmp(answer, "HTTP/1.1 100 Continue\r\n\r\n", 25),
			 0);
	peer_say(fd, text);
	ck_assert_int_eq(peer_answer(fd, answer, sizeof(answer)), 200);
	ck_assert_str_eq(answer, text);
	(void)close(fd);
}
END_TEST

START_TEST(hangs_up_on_a_header_over_the_limit)
{
	static char text[32 * 1024];
	int fd = peer_connect(port);

	memset(text, 'x', sizeof(text) - 1);
	peer_say(fd, "GET /hello HTTP/1.1\r\nHost: a\r\nX-Long: ");
	(void)send(fd, text, sizeof(text) - 1, MSG_NOSIGNAL);
	peer_rest(fd, answer, sizeof(answer));
	ck_assert_ptr_null(strstr(answer, " 200 "));
	(void)close(fd);

	/* Half of it is fine. */
	text[8 * 1024] = '\0';
	fd = peer_connect(port);
	peer_say(fd, "GET /hello HTTP/1.1\r\nHost: a\r\nX-Long: ");
	peer_say(fd, text);
	peer_say(fd, "\r\n\r\n");
	ck_assert_int_eq(peer_answer(fd, answer, sizeof(answer)), 200);
	(void)close(fd);
}
END_TEST

START_TEST(ends_with_a_peer_that_never_finishes_its_head)
{
	int fd = peer_connect(port);

	peer_say(fd, "GET /hello HTTP/1.1\r\nHost: a\r\nNo-Colon");
	/* Within its deadline of five seconds, not the ten of ours. */
	peer_expect_end(fd);
}
END_TEST

START_TEST(refuses_a_long_path)
{
	static char text[16 * 1024];
	char path[LIMIT_HTTP_PATH_BYTES + 1];

	memset(path, 'x', LIMIT_HTTP_PATH_BYTES);
	path[LIMIT_HTTP_PATH_BYTES] = '\0';
	/* "/" and 2048 more is one over the limit; one less is only unknown */
	(void)snprintf(text, sizeof(text),
		       "GET /%s HTTP/1.1\r\nHost: a\r\n\r\n", path);
	ck_assert_int_eq(ask(text), 414);
	(void)snprintf(text, sizeof(text),
		       "GET /%s HTTP/1.1\r\nHost: a\r\n\r\n", path + 1);
	ck_assert_int_eq(ask(text), 404);
}
END_TEST

START_TEST(takes_thirty_two_parameters_and_no_more)
{
	char text[1024];
	struct strbuf b;

	for (int n = HTTP_QUERY_MAX; n <= HTTP_QUERY_MAX + 1; n++) {
		strbuf_over(&b, text, sizeof(text));
		strbuf_addf(&b, "GET /hello?");
		for (int i = 0; i < n; i++)
			strbuf_addf(&b, "%sa%d=1", i ? "&" : "", i);
		strbuf_addf(&b, " HTTP/1.1\r\nHost: a\r\n\r\n");
		ck_assert(strbuf_ok(&b));
		ck_assert_int_eq(ask(text), n > HTTP_QUERY_MAX ? 400 : 200);
	}
}
END_TEST

START_TEST(drops_nothing_when_the_peer_leaves_before_the_late_answer)
{
	int fd = peer_connect(port);

	peer_say(fd, "GET /late HTTP/1.1\r\nHost: a\r\n\r\n");
	while (!atomic_load(&parked_count))
		sched_yield();
	(void)close(fd);
	/* The loop lives on and answers the next. */
	ck_assert_int_eq(ask("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"), 200);
}
END_TEST

START_TEST(half_closed_peers_get_their_answer)
{
	int fd = peer_connect(port);

	peer_say(fd, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
	(void)shutdown(fd, SHUT_WR);
	ck_assert_int_eq(peer_answer(fd, answer, sizeof(answer)), 200);
	peer_expect_end(fd);
}
END_TEST

START_TEST(refuses_connections_over_the_limit_and_takes_them_again)
{
	enum { MOST = 3 };
	int fd[MOST];

	finish(&run);
	options.max_connections = MOST;
	start(&run, 0);
	for (int i = 0; i < MOST; i++)
		fd[i] = peer_connect(port);

	int extra = peer_connect(port);

	ck_assert_int_eq(peer_answer(extra, answer, sizeof(answer)), 503);
	peer_expect_end(extra);
	for (int i = 0; i < MOST; i++)
		(void)close(fd[i]);
	/* Their end reaches the server in its own time: ask until it has. */
	while (ask("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n") != 200)
		sched_yield();
	finish(&run);
	ck_assert_uint_ge(run.stats.refused, 1);
	options.max_connections = 100;
	start(&run, 0);
}
END_TEST

START_TEST(two_loops_share_a_port)
{
	struct running second = {0};
	int first_port = port;
	uint64_t n = 0;

	start(&second, first_port);
	ck_assert_int_eq(port, first_port);
	/* The kernel spreads by address: in 200 both get some. */
	for (int i = 0; i < 200; i++)
		ck_assert_int_eq(ask("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
				 200);
	finish(&second);
	n = second.stats.http_requests;
	ck_assert_uint_gt(n, 20);
	ck_assert_uint_lt(n, 180);
	/* The first still has the port. */
	ck_assert_int_eq(ask("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"), 200);
}
END_TEST

START_TEST(a_port_of_another_process_is_in_use)
{
	struct sockaddr_in sa = {.sin_family = AF_INET};
	socklen_t len = sizeof(sa);
	struct server *s = NULL;
	struct loop *l = NULL;
	int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	/* Even one that would share. */
	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sa, len), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&sa, &len), 0);

	struct server_options o = options;

	o.port = ntohs(sa.sin_port);
	ck_assert_int_eq(loop_new(&l, "other"), 0);
	ck_assert_int_eq(server_open(&s, l, &o), -EADDRINUSE);
	o.port = 0;
	o.address = "nonsense";
	ck_assert_int_eq(server_open(&s, l, &o), -EINVAL);
	o.address = "127.0.0.1";
	o.tls_cert = o.tls_key = "/nonexistent";
	ck_assert_int_eq(server_open(&s, l, &o), -EBADMSG);
	ck_assert_ptr_null(s);
	loop_free(l);
	(void)close(fd);
}
END_TEST

static void pause_server(struct loop_msg *m)
{
	(void)m;
	server_pause(run.server);
}

START_TEST(a_paused_server_finishes_what_it_has)
{
	struct loop_msg m = {pause_server};
	struct sockaddr_in sa = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)port)};
	int fd = peer_connect(port);

	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	/* Accepted in turn: when this is answered, fd is in. */
	ck_assert_int_eq(ask("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"), 200);
	ck_assert_int_eq(loop_post(run.loop, &m), 0);
	peer_say(fd, "GET /late HTTP/1.1\r\nHost: a\r\n\r\n");
	ck_assert_int_eq(peer_answer(fd, answer, sizeof(answer)), 202);
	peer_expect_end(fd);

	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&sa, sizeof(sa)), -1);
	ck_assert_int_eq(errno, ECONNREFUSED);
	(void)close(fd);
}
END_TEST

START_TEST(answers_after_the_server_has_gone_reach_nobody)
{
	int fd = peer_connect(port);

	peer_say(fd, "GET /late HTTP/1.1\r\nHost: a\r\n\r\n");
	while (!atomic_load(&parked_count))
		sched_yield();
	finish(&run); /* serve() answers after server_close() */
	peer_rest(fd, answer, sizeof(answer));
	(void)close(fd);
	parked = NULL;
	start(&run, 0);
}
END_TEST

/* ---- forms ----------------------------------------------------------- */

START_TEST(forms_are_decoded_pair_by_pair)
{
	char text[] = "a=1&&b=x+y%26z&c&=d&e=";
	char *cursor = text, *name, *value;
	static const char *want[][2] = {
		{"a", "1"}, {"b", "x y&z"}, {"c", ""}, {"", "d"}, {"e", ""}};

	for (size_t i = 0; i < 5; i++) {
		ck_assert_int_eq(form_next(&cursor, &name, &value), 0);
		ck_assert_str_eq(name, want[i][0]);
		ck_assert_str_eq(value, want[i][1]);
	}
	ck_assert_int_eq(form_next(&cursor, &name, &value), -ENOENT);

	char bad[] = "a=%4";

	cursor = bad;
	ck_assert_int_eq(form_next(&cursor, &name, &value), -EBADMSG);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("server");
	TCase *t = tcase_create("server");
	SRunner *r = srunner_create(s);

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, answers_each_request_as_it_deserves, 0,
			    (int)(sizeof(asked) / sizeof(asked[0])));
	tcase_add_test(t, says_what_else_would_do);
	tcase_add_test(t, a_head_answer_has_the_length_but_no_body);
	tcase_add_test(t, a_connection_is_for_one_request);
	tcase_add_test(t, what_comes_behind_a_request_is_left_alone);
	tcase_add_test(t, takes_a_request_that_comes_byte_by_byte);
	tcase_add_test(t, takes_a_body_at_the_limit);
	tcase_add_test(t, hangs_up_on_a_header_over_the_limit);
	tcase_add_test(t, ends_with_a_peer_that_never_finishes_its_head);
	tcase_add_test(t, refuses_a_long_path);
	tcase_add_test(t, takes_thirty_two_parameters_and_no_more);
	tcase_add_test(
		t, drops_nothing_when_the_peer_leaves_before_the_late_answer);
	tcase_add_test(t, half_closed_peers_get_their_answer);
	tcase_add_test(
		t, refuses_connections_over_the_limit_and_takes_them_again);
	tcase_add_test(t, two_loops_share_a_port);
	tcase_add_test(t, a_port_of_another_process_is_in_use);
	tcase_add_test(t, a_paused_server_finishes_what_it_has);
	tcase_add_test(t, answers_after_the_server_has_gone_reach_nobody);
	tcase_add_test(t, forms_are_decoded_pair_by_pair);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);

	int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
