/**
 * @file test_api.c  The route table, REST, the live feed and the page
 *
 * A real server, store, gateway and feed; the shard has no calls.
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "api/assets.h"
#include "api/routes.h"
#include "call/shard.h"
#include "conf/settings.h"
#include "expert/gateway.h"
#include "journal/feed.h"
#include "journal/writer.h"
#include "net/loop.h"
#include "net_peer.h"
#include "store/store.h"

static struct shard shard;
static struct settings conf;
static pthread_t thread;
static char key[64];
static int port;

static void *serve(void *arg)
{
	(void)arg;
	loop_run(shard.loop);
	server_close(shard.server);
	return NULL;
}

static void setup(void)
{
	const char *why;
	struct server_options o = {.address = "127.0.0.1",
				   .routes = routes_table(),
				   .check_key = routes_check_key,
				   .key_holds = routes_key_holds,
				   .arg = &shard};

	shard.conf = &conf;
	ck_assert_int_eq(loop_new(&shard.loop, "server"), 0);
	ck_assert_int_eq(store_open(&shard.store, ":memory:", &why), 0);
	ck_assert_int_eq(writer_new(&shard.writer), 0);
	ck_assert_int_eq(gateway_new(&shard.gateway, &conf), 0);
	ck_assert_int_eq(feed_new(&shard.feed), 0);
	ck_assert_int_eq(feed_attach(shard.feed, shard.loop), 0);
	shard.host.loop = shard.loop;
	shard.host.conf = &conf;
	ck_assert_int_eq(
		store_key_create(shard.store, "test", key, sizeof(key)), 0);
	ck_assert_int_eq(server_open(&shard.server, shard.loop, &o), 0);
	port = server_port(shard.server);
	ck_assert_int_eq(pthread_create(&thread, NULL, serve, NULL), 0);
}

static void teardown(void)
{
	loop_stop(shard.loop);
	pthread_join(thread, NULL);
	writer_free(shard.writer);
	store_close(shard.store);
	loop_free(shard.loop);
	gateway_free(shard.gateway);
	feed_free(shard.feed);
}

/* ---- asking ---------------------------------------------------------- */

static char answer[512 * 1024];

static int ask(const char *method, const char *path, const char *body)
{
	static char text[4096];
	int fd = peer_connect(port);

	(void)snprintf(text, sizeof(text),
		       "%s %s HTTP/1.1\r\nHost: here\r\n"
		       "Authorization: Bearer %s\r\n"
		       "Content-Length: %zu\r\n\r\n%s",
		       method, path, key, strlen(body), body);
	peer_say(fd, text);

	int status = peer_answer(fd, answer, sizeof(answer));

	(void)close(fd);
	return status;
}

/* ---- the table ------------------------------------------------------- */

/* Anyone may ask for these and for nothing else. */
static const char *const public_paths[] = {
	"GET /",
	"GET /app.js",
	"GET /worklet.js",
	"GET /style.css",
	"GET /healthz",
	"GET /readyz",
	"GET /metrics",
	"GET /v1/deprecation-status",
	"GET /debug-webrtc",
};

START_TEST(every_route_says_who_may_use_it)
{
	size_t n = 0, open = 0;

	for (const struct route *t = routes_table(); t->method; t++, n++) {
		char name[256];
		size_t i = 0, most = sizeof(public_paths) / sizeof(char *);

		(void)snprintf(name, sizeof(name), "%s %s", t->method,
			       t->path);
		while (i < most && strcmp(public_paths[i], name))
			i++;
		if ((t->auth == AUTH_PUBLIC) != (i < most))
			ck_abort_msg("%s: public?", name);
		open += i < most;
		/* A class that the server does not know would be refused. */
		ck_assert_int_ge(t->auth, AUTH_PUBLIC);
		ck_assert_int_le(t->auth, AUTH_SELF);
		/* What checks for itself must be able to. */
		if (!strcmp(t->method, "WS")) {
			ck_assert_ptr_nonnull(t->ws);
			ck_assert_ptr_nonnull(t->accept);
			ck_assert_ptr_nonnull(t->ws->on_close);
		} else {
			ck_assert_ptr_nonnull(t->handle);
			ck_assert_ptr_null(t->ws);
		}
		/* No line twice. */
		for (const struct route *u = routes_table(); u != t; u++)
			ck_assert(strcmp(u->method, t->method) ||
				  strcmp(u->path, t->path));
	}
	ck_assert_uint_eq(open, sizeof(public_paths) / sizeof(char *));
	ck_assert_uint_gt(n, 20);
}
END_TEST

START_TEST(nothing_with_a_key_answers_without_one)
{
	(void)snprintf(key, sizeof(key), "dk_wrong");
	for (const struct route *t = routes_table(); t->method; t++)
		if (t->auth == AUTH_KEY && strcmp(t->method, "WS"))
			ck_assert_int_eq(ask(t->method, t->path, ""), 401);
}
END_TEST

/* ---- health ---------------------------------------------------------- */

static void break_a_file(void)
{
	struct wfile *f = NULL;

	ck_assert_int_eq(wfile_open(&f, shard.writer, "/dev/full", 4096), 0);
	ck_assert_int_eq(wfile_put(f, "x", 1), 0);
	wfile_close(f);
}

START_TEST(is_alive_always_and_ready_unless_it_drains)
{
	ck_assert_int_eq(ask("GET", "/healthz", ""), 200);
	ck_assert_str_eq(answer, "ok\n");
	ck_assert_int_eq(ask("GET", "/readyz", ""), 200);
	ck_assert_str_eq(answer, "ready\n");
	break_a_file();
	while (strstr(answer, "being lost") == NULL)
		ck_assert_int_eq(ask("GET", "/readyz", ""), 200);
	shard.draining = 1;
	ck_assert_int_eq(ask("GET", "/readyz", ""), 503);
	ck_assert_str_eq(answer, "draining\n");
	ck_assert_int_eq(ask("GET", "/healthz", ""), 200);
}
END_TEST

START_TEST(metrics_are_prometheus_text)
{
	ck_assert_int_eq(ask("GET", "/metrics", ""), 200);
	ck_assert_ptr_nonnull(strstr(answer, "# TYPE dialog_calls_active "
					     "gauge\ndialog_calls_active "));
	ck_assert_ptr_nonnull(strstr(answer, "dialog_feed_dropped_total 0"));
}
END_TEST

/* ---- calls ----------------------------------------------------------- */

static void store_two_calls(void)
{
	struct store_call a = {.id = "c1",
			       .external_id = "CA1",
			       .channel = "text",
			       .address = "+1",
			       .from = "",
			       .to = "+1",
			       .recording_path = "",
			       .journal_path = ""};
	struct store_call b = a;

	b.id = "c2";
	b.external_id = "CA2";
	b.started_wall_us = 1;
	ck_assert_int_eq(store_call_started(shard.store, &a), 0);
	ck_assert_int_eq(store_call_started(shard.store, &b), 0);
}

static size_t listed(const char *path)
{
	json_t *o, *calls;
	size_t n;

	ck_assert_int_eq(ask("GET", path, ""), 200);
	o = json_loads(answer, 0, NULL);
	calls = json_object_get(o, "calls");
	ck_assert(json_is_array(calls));
	n = json_array_size(calls);
	json_decref(o);
	return n;
}

START_TEST(calls_are_listed_and_shown)
{
	ck_assert_uint_eq(listed("/v1/calls"), 0);
	store_two_calls();
	ck_assert_uint_eq(listed("/v1/calls"), 2);
	ck_assert_uint_eq(listed("/v1/calls?limit=1"), 1);
	ck_assert_uint_eq(listed("/v1/calls?external_id=CA2"), 1);
	ck_assert_ptr_nonnull(strstr(answer, "\"c2\""));
	ck_assert_uint_eq(listed("/v1/calls?external_id=CA3"), 0);
	ck_assert_int_eq(ask("GET", "/v1/calls/c1", ""), 200);
	ck_assert_ptr_nonnull(strstr(answer, "\"CA1\""));
	ck_assert_int_eq(ask("GET", "/v1/calls/c3", ""), 404);
	ck_assert_int_eq(ask("GET", "/v1/calls/", ""), 404);
	ck_assert_int_eq(ask("GET", "/v1/calls?limit=0", ""), 400);
	ck_assert_int_eq(ask("GET", "/v1/calls?limit=501", ""), 400);
	ck_assert_int_eq(ask("GET", "/v1/calls?limit=x", ""), 400);
	ck_assert_int_eq(ask("GET", "/v1/experts", ""), 200);
	ck_assert_int_eq(answer[0], '[');
}
END_TEST

/* ---- keys ------------------------------------------------------------ */

START_TEST(keys_are_made_listed_and_revoked)
{
	char first[sizeof(key)], made[128] = "";

	memcpy(first, key, sizeof(key));
	ck_assert_int_eq(ask("POST", "/v1/keys", "{\"name\":\"new one\"}"),
			 201);

	json_t *o = json_loads(answer, 0, NULL);

	ck_assert_str_eq(json_string_value(json_object_get(o, "name")),
			 "new one");
	(void)snprintf(made, sizeof(made), "%s",
		       json_string_value(json_object_get(o, "key")));
	json_decref(o);
	ck_assert_int_eq(strncmp(made, "dk_", 3), 0);
	ck_assert_int_eq(ask("POST", "/v1/keys", "{\"name\":\"new one\"}"),
			 409);
	ck_assert_int_eq(ask("POST", "/v1/keys", "{\"name\":\"\"}"), 400);
	ck_assert_int_eq(ask("POST", "/v1/keys", "{\"name\":\"a/b\"}"), 400);
	ck_assert_ptr_nonnull(strstr(answer, "letters, digits, spaces"));
	ck_assert_int_eq(ask("POST", "/v1/keys", "{\"name\":\"a\\n\"}"), 400);
	ck_assert_int_eq(ask("POST", "/v1/keys", "{\"name\":\"a\\u001b\"}"),
			 400);
	ck_assert_int_eq(ask("POST", "/v1/keys", "{\"name\":1}"), 400);
	ck_assert_int_eq(ask("POST", "/v1/keys", "name"), 400);
	/* It works at once, is listed without its text, and can go. */
	(void)snprintf(key, sizeof(key), "%s", made);
	ck_assert_int_eq(ask("GET", "/v1/keys", ""), 200);
	ck_assert_ptr_nonnull(strstr(answer, "new one"));
	ck_assert_ptr_null(strstr(answer, made));
	ck_assert_int_eq(ask("DELETE", "/v1/keys/new%20one", ""), 204);
	ck_assert_int_eq(ask("GET", "/v1/keys", ""), 401);
	memcpy(key, first, sizeof(key));
	ck_assert_int_eq(ask("DELETE", "/v1/keys/nobody", ""), 404);
}
END_TEST

/* ---- clients of the published protocol ------------------------------- */

START_TEST(a_stock_client_is_told_that_it_is_supported)
{
	ck_assert_int_eq(ask("POST",
			     "/v1/check-sdk-deprecation?sdk_name=python-sdk&"
			     "sdk_version=0.35.0",
			     ""),
			 200);
	ck_assert_ptr_nonnull(
		strstr(answer, "\"deprecation_status\":\"supported\""));
	ck_assert_int_eq(ask("GET",
			     "/v1/deprecation-status?component=python-sdk&"
			     "version=0.49.0",
			     ""),
			 200);
	ck_assert_ptr_nonnull(
		strstr(answer, "\"deprecation_status\":\"supported\""));
}
END_TEST

/* Times come as whole numbers and with a fraction. */
START_TEST(a_code_lives_as_long_as_the_client_says)
{
	static const struct {
		const char *ttl;
		int status;
	} t[] = {
		{"3600", 200},
		{"3600.0", 200},
		{"1.5", 200},
		{"0.5", 400},
		{"-1.0", 400},
		{"2592001.0", 400},
		{"3600.x", 400},
		{"1e3", 400},
		{".", 400},
		{"", 400},
		{"00000000000000000000000000000000001", 400},
	};
	char path[128];

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		(void)snprintf(path, sizeof(path),
			       "/v1/webrtc-agents?ttl_sec=%s", t[i].ttl);
		ck_assert_msg(ask("POST", path, "") == t[i].status, "%s",
			      t[i].ttl);
	}
}
END_TEST

START_TEST(a_person_with_a_web_code_is_sent_to_the_page)
{
	static const char *const wrong[] = {
		"",
		"?webrtc_code=",
		"?webrtc_code=a%0d%0aSet-Cookie:%20b",
		"?webrtc_code=a%26b",
		"?webrtc_code="
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	};
	char path[256];

	ck_assert_int_eq(ask("GET", "/debug-webrtc?webrtc_code=ab-1", ""),
			 302);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		(void)snprintf(path, sizeof(path), "/debug-webrtc%s",
			       wrong[i]);
		ck_assert_msg(ask("GET", path, "") == 400, "%s", path);
	}
}
END_TEST

START_TEST(every_sip_code_is_another_one)
{
	char first[sizeof(answer)];

	ck_assert_int_eq(ask("POST", "/v1/sip-agents", ""), 200);
	ck_assert_ptr_nonnull(strstr(answer, "{\"sip_code\":\"sip-"));
	(void)snprintf(first, sizeof(first), "%s", strstr(answer, "{"));
	ck_assert_int_eq(ask("POST", "/v1/sip-agents", ""), 200);
	ck_assert_ptr_null(strstr(answer, first));
}
END_TEST

START_TEST(says_why_it_places_no_call)
{
	static const struct {
		const char *query;
		int status;
		const char *why;
	} t[] = {
		{"from_number=%2B15555550100&to_number=%2B15555550123", 501,
		 "twilio.account_sid"},
		{"to_number=%2B15555550123", 501, "dialogctl phone"},
		{"from_number=%2B15555550166&to_number=%2B15555550123", 403,
		 "outbound.numbers"},
		{"from_number=%2B15555550100", 400, "to_number must"},
		{"from_number=%2B15555550100&to_number=5550123", 400,
		 "to_number must"},
		{"from_number=me&to_number=%2B15555550123", 400,
		 "from_number must"},
	};
	char path[256];

	conf.outbound_max_calls = conf.outbound_per_minute = 100;
	conf.max_calls = 100;
	(void)snprintf(conf.outbound_numbers, sizeof(conf.outbound_numbers),
		       "+15555550100");
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		(void)snprintf(path, sizeof(path), "/v2/create-outbound?%s",
			       t[i].query);
		ck_assert_msg(ask("POST", path, "") == t[i].status, "%s",
			      t[i].query);
		ck_assert_ptr_nonnull(strstr(answer, t[i].why));
	}
}
END_TEST

/* ---- the feed -------------------------------------------------------- */

static int watch(const char *path)
{
	char fields[128];
	int fd;

	(void)snprintf(fields, sizeof(fields), "Authorization: Bearer %s\r\n",
		       key);
	fd = peer_upgrade(port, path, fields);
	ck_assert_int_eq(peer_next_frame(fd, answer, sizeof(answer), NULL),
			 FRAME_TEXT);
	ck_assert_str_eq(answer, "{\"type\":\"ready\"}");
	return fd;
}

START_TEST(watchers_see_the_calls_they_asked_for)
{
	int all = watch("/v1/events"), one = watch("/v1/events?call_id=c2");

	feed_publish(shard.feed, "c1", "CA1", "{\"n\":1}");
	feed_publish(shard.feed, "c2", "CA2", "{\"n\":2}");
	peer_next_frame(all, answer, sizeof(answer), NULL);
	ck_assert_str_eq(answer, "{\"n\":1}");
	peer_next_frame(all, answer, sizeof(answer), NULL);
	ck_assert_str_eq(answer, "{\"n\":2}");
	peer_next_frame(one, answer, sizeof(answer), NULL);
	ck_assert_str_eq(answer, "{\"n\":2}");
	/* Nothing is to be said on it. */
	peer_frame(one, FRAME_TEXT, 1, "{}", 2);
	ck_assert_int_eq(peer_close_code(one), 1003);
	(void)close(one);
	(void)close(all);
}
END_TEST

START_TEST(a_watcher_that_does_not_read_is_dropped_and_counted)
{
	static char big[8 * 1024];
	int fd = watch("/v1/events");

	memset(big, ' ', sizeof(big) - 1);
	/* Until socket buffers and queue are full; other threads publish. */
	for (int i = 0; i < 100000; i++) {
		feed_publish(shard.feed, "c1", "", big);
		if (i % 100 == 0) {
			ck_assert_int_eq(ask("GET", "/metrics", ""), 200);
			if (!strstr(answer, "dialog_feed_dropped_total 0\n"))
				break;
		}
	}
	ck_assert_ptr_null(strstr(answer, "dialog_feed_dropped_total 0\n"));
	ck_assert_int_eq(peer_close_code(fd), 1013);
	(void)close(fd);
}
END_TEST

/* ---- the page -------------------------------------------------------- */

START_TEST(the_page_is_served_with_its_parts_and_a_strict_policy)
{
	int files = 0;

	ck_assert_int_eq(ask("GET", "/", ""), 200);
	for (const struct asset *a = assets; a->name; a++, files++) {
		char path[64];

		(void)snprintf(path, sizeof(path), "/%s",
			       strcmp(a->name, "index.html") ? a->name : "");
		ck_assert_int_eq(ask("GET", path, ""), 200);
		ck_assert_uint_eq(strlen(answer), a->len);
		ck_assert_int_eq(memcmp(answer, a->data, a->len), 0);
		/* Without internet: nothing is fetched from elsewhere. */
		const char *s = strstr(answer, "http");

		for (; s; s = strstr(s + 1, "http"))
			ck_assert(!strncmp(s, "http://www.w3.org/", 18) ||
				  (strncmp(s, "http:", 5) &&
				   strncmp(s, "https:", 6)));
	}
	ck_assert_int_eq(files, 4);

	int fd = peer_connect(port);

	peer_say(fd, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
		     "\r\n");
	peer_rest(fd, answer, sizeof(answer));
	(void)close(fd);
	ck_assert_ptr_nonnull(
		strcasestr(answer, "content-security-policy: default-src "
				   "'none'; script-src 'self'; "));
	ck_assert_ptr_null(strstr(answer, "unsafe"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("api");
	TCase *t = tcase_create("api");
	SRunner *r = srunner_create(s);

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, every_route_says_who_may_use_it);
	tcase_add_test(t, nothing_with_a_key_answers_without_one);
	tcase_add_test(t, is_alive_always_and_ready_unless_it_drains);
	tcase_add_test(t, metrics_are_prometheus_text);
	tcase_add_test(t, calls_are_listed_and_shown);
	tcase_add_test(t, keys_are_made_listed_and_revoked);
	tcase_add_test(t, a_stock_client_is_told_that_it_is_supported);
	tcase_add_test(t, a_code_lives_as_long_as_the_client_says);
	tcase_add_test(t, every_sip_code_is_another_one);
	tcase_add_test(t, a_person_with_a_web_code_is_sent_to_the_page);
	tcase_add_test(t, says_why_it_places_no_call);
	tcase_add_test(t, watchers_see_the_calls_they_asked_for);
	tcase_add_test(t, a_watcher_that_does_not_read_is_dropped_and_counted);
	tcase_add_test(t,
		       the_page_is_served_with_its_parts_and_a_strict_policy);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);

	int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
