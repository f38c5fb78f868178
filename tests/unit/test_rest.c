/**
 * @file test_rest.c  What clients of the published protocol ask by HTTP
 *
 * A real server, store and gateway, and a fake model where one is needed.
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>

#include "api/api.h"
#include "api/params.h"
#include "api/routes.h"
#include "base/clock.h"
#include "base/limits.h"
#include "call/shard.h"
#include "conf/settings.h"
#include "expert/gateway.h"
#include "fake/openai_fake.h"
#include "journal/metrics.h"
#include "net/loop.h"
#include "net_peer.h"
#include "store/store.h"
#include "unit/tempdir.h"

static struct shard shard;
static struct settings conf;
static struct fake fake;
static pthread_t thread;
static char key[64], other_key[64];
static int port;

static void *serve(void *arg)
{
	(void)arg;
	loop_run(shard.loop);
	server_close(shard.server);
	api_end(&shard);
	return NULL;
}

static void setup(void)
{
	const char *why;
	struct server_options o = {.address = "127.0.0.1",
				   .routes = routes_table(),
				   .max_body_bytes = LIMIT_HTTP_BODY_BYTES,
				   .max_connections = 100,
				   .check_key = routes_check_key,
				   .key_holds = routes_key_holds,
				   .arg = &shard};

	ck_assert_int_eq(fake_start(&fake, 0), 0);
	(void)snprintf(conf.web_codes, sizeof(conf.web_codes),
		       "demo=+15555550100,shop=+15555550101,web=web:x");
	shard.conf = &conf;
	ck_assert_int_eq(loop_new(&shard.loop, "server"), 0);
	ck_assert_int_eq(store_open(&shard.store, ":memory:", &why), 0);
	ck_assert_int_eq(gateway_new(&shard.gateway, &conf), 0);
	list_init(&shard.texts);
	shard.env.loop = shard.loop;
	shard.env.conf = &conf;
	ck_assert_int_eq(
		store_key_create(shard.store, "test", key, sizeof(key)), 0);
	ck_assert_int_eq(store_key_create(shard.store, "other", other_key,
					  sizeof(other_key)),
			 0);
	ck_assert_int_eq(server_open(&shard.server, shard.loop, &o), 0);
	port = server_port(shard.server);
	ck_assert_int_eq(pthread_create(&thread, NULL, serve, NULL), 0);
}

static void teardown(void)
{
	loop_stop(shard.loop);
	pthread_join(thread, NULL);
	store_close(shard.store);
	loop_free(shard.loop);
	gateway_free(shard.gateway);
	fake_stop(&fake);
}

/* A model that gives these answers; before anything is asked. */
static void use_model(const char *answers)
{
	(void)snprintf(conf.llm_provider, sizeof(conf.llm_provider), "openai");
	(void)snprintf(conf.llm_model, sizeof(conf.llm_model), "m");
	(void)snprintf(conf.llm_key, sizeof(conf.llm_key), FAKE_KEY);
	(void)snprintf(conf.llm_url, sizeof(conf.llm_url),
		       "http://127.0.0.1:%d/v1", fake.port);
	ck_assert_int_eq(fake_add(&fake, "m", answers), 0);
}

#define SAID(text)                                                         \
	"[{\"steps\":[{\"delta\":{\"content\":\"" text "\"}},{\"finish\":" \
	"\"stop\"},{\"done\":1}]}]"

/* ---- asking ---------------------------------------------------------- */

static char answer[512 * 1024];

static int ask_begin(const char *as, const char *method, const char *path,
		     const char *fields, const char *body)
{
	size_t len = strlen(body);
	char *text = malloc(len + 4096);
	int fd = peer_connect(port);

	(void)snprintf(text, len + 4096,
		       "%s %s HTTP/1.1\r\nHost: here\r\n%s"
		       "Authorization: Bearer %s\r\n"
		       "Content-Length: %zu\r\n\r\n%s",
		       method, path, fields, as, len, body);
	peer_say(fd, text);
	free(text);
	return fd;
}

static int ask_as(const char *as, const char *method, const char *path,
		  const char *body)
{
	int fd = ask_begin(as, method, path, "", body);
	int status = peer_answer(fd, answer, sizeof(answer));

	(void)close(fd);
	return status;
}

static int ask(const char *method, const char *path, const char *body)
{
	return ask_as(key, method, path, body);
}

static int says(const char *part)
{
	return strstr(answer, part) != NULL;
}

/* ---- bodies ---------------------------------------------------------- */

static const struct {
	const char *path, *body;
	int status;
	const char *why;
} refused[] = {
	{"/v1/llm/generate", "", 400, "must be a JSON object"},
	{"/v1/llm/generate", "[1]", 400, "must be a JSON object"},
	{"/v1/llm/generate", "{\"prompt\":\"a\"", 400, "JSON object"},
	{"/v1/llm/generate", "{\"prompt\":\"a\",\"prompt\":\"b\"}", 400,
	 "twice"},
	{"/v1/llm/generate", "{}", 400, "\\\"prompt\\\""},
	{"/v1/llm/generate", "{\"prompt\":\"\"}", 400, "\\\"prompt\\\""},
	{"/v1/llm/generate", "{\"prompt\":5}", 400, "\\\"prompt\\\""},
	{"/v1/llm/generate", "{\"prompt\":\"a\\u0000b\"}", 400, "JSON"},
	{"/v1/llm/generate", "{\"prompt\":\"a\",\"json_schema\":[]}", 400,
	 "\\\"json_schema\\\""},
	{"/v1/llm/generate", "{\"prompt\":\"a\"}", 501, "llm.provider=openai"},
	{"/v1/rag/documents", "{\"text\":\"a\"}", 400, "\\\"key\\\""},
	{"/v1/rag/documents", "{\"key\":\"\",\"text\":\"a\"}", 400,
	 "\\\"key\\\""},
	{"/v1/rag/documents", "{\"key\":\"a\\nb\",\"text\":\"a\"}", 400,
	 "control"},
	{"/v1/rag/documents", "{\"key\":\"a\"}", 400, "\\\"text\\\""},
	{"/v1/rag/documents", "{\"key\":\"a\",\"text\":\" \\n\"}", 400,
	 "\\\"text\\\""},
	{"/v1/rag/ask", "{}", 400, "\\\"question\\\""},
	{"/v1/rag/ask", "{\"question\":\" \"}", 400, "\\\"question\\\""},
	{"/v1/rag/ask", "{\"question\":\"a\",\"document_keys\":\"b\"}", 400,
	 "\\\"document_keys\\\""},
	{"/v1/rag/ask", "{\"question\":\"a\",\"document_keys\":[1]}", 400,
	 "\\\"document_keys\\\""},
	{"/v1/rag/ask", "{\"question\":\"a\",\"instructions\":{}}", 400,
	 "\\\"instructions\\\""},
	{"/v1/sms/send", "{\"from_number\":\"1\"}", 400, "from_number"},
	{"/v1/sms/send",
	 "{\"from_number\":\"+15550001\",\"to_number\":\"+0555\"}", 400,
	 "to_number"},
	{"/v1/sms/send",
	 "{\"from_number\":\"+15550001\",\"to_number\":\"+15550002\","
	 "\"message\":\"\"}",
	 400, "\\\"message\\\""},
};

START_TEST(a_bad_body_is_refused_with_what_is_wrong)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		int status = ask("POST", refused[i].path, refused[i].body);

		ck_assert_msg(status == refused[i].status, "%s %s: %d %s",
			      refused[i].path, refused[i].body, status,
			      answer);
		ck_assert_msg(says(refused[i].why), "%s: %s", refused[i].body,
			      answer);
	}
}
END_TEST

START_TEST(a_body_that_is_declared_as_something_else_is_415)
{
	static const struct {
		const char *field;
		int status;
	} v[] = {
		{"Content-Type: text/xml\r\n", 415},
		{"Content-Type: application/jsonp\r\n", 415},
		{"Content-Type: application/json\r\n", 501},
		{"Content-Type: Application/JSON; charset=utf-8\r\n", 501},
		{"", 501},
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		int fd = ask_begin(key, "POST", "/v1/llm/generate", v[i].field,
				   "{\"prompt\":\"a\"}");

		ck_assert_int_eq(peer_answer(fd, answer, sizeof(answer)),
				 v[i].status);
		(void)close(fd);
	}
}
END_TEST

/* A document of this many bytes, as a body. */
static char *big_body(size_t len)
{
	char *body = malloc(len + 64);
	size_t n = (size_t)snprintf(body, 64, "{\"key\":\"big\",\"text\":\"");

	memset(body + n, 'a', len);
	memcpy(body + n + len, "\"}", 3);
	return body;
}

START_TEST(the_largest_document_is_taken_and_no_larger_one)
{
	char *fits = big_body(LIMIT_DOCUMENT_BYTES);
	char *over = big_body(LIMIT_DOCUMENT_BYTES + 1);
	char *more = big_body(LIMIT_HTTP_BODY_BYTES);

	ck_assert_int_eq(ask("POST", "/v1/rag/documents", over), 413);
	ck_assert(says("240 KiB"));
	ck_assert_int_eq(ask("POST", "/v1/rag/documents", more), 413);
	ck_assert_int_eq(ask("POST", "/v1/rag/documents", fits), 200);
	ck_assert(says("\"bytes\":245760"));
	free(fits);
	free(over);
	free(more);
}
END_TEST

START_TEST(the_longest_message_and_prompt_are_taken_and_no_longer_ones)
{
	static const struct {
		const char *path, *head;
		size_t most;
		int taken, refused;
	} cases[] = {
		/* Both are read, and then there is nobody to have them. */
		{"/v1/sms/send",
		 "{\"from_number\":\"+15550001\",\"to_number\":\"+15550002\","
		 "\"message\":\"",
		 LIMIT_MESSAGE_BYTES, 501, 400},
		{"/v1/llm/generate", "{\"prompt\":\"", LIMIT_PROMPT_BYTES, 501,
		 413},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t over = 0; over < 2; over++) {
			size_t len = cases[i].most + over;
			size_t head = strlen(cases[i].head);
			char *body = malloc(head + len + 3);

			memcpy(body, cases[i].head, head);
			memset(body + head, 'a', len);
			memcpy(body + head + len, "\"}", 3);
			ck_assert_int_eq(ask("POST", cases[i].path, body),
					 over ? cases[i].refused
					      : cases[i].taken);
			free(body);
		}
	}
}
END_TEST

/* ---- numbers, telemetry ---------------------------------------- */

START_TEST(numbers_are_configured_or_have_been_called)
{
	struct store_call c = {.id = "c1",
			       .external_id = "",
			       .channel = "twilio",
			       .address = "",
			       .from = "+15550001",
			       .to = "+15550199",
			       .recording_path = "",
			       .journal_path = ""};

	ck_assert_int_eq(store_call_started(shard.store, &c), 0);
	ck_assert_int_eq(ask("GET", "/v1/phone-numbers", ""), 200);
	ck_assert_str_eq(answer, "[{\"phone_number\":\"+15550199\"},"
				 "{\"phone_number\":\"+15555550100\"},"
				 "{\"phone_number\":\"+15555550101\"}]");
}
END_TEST

START_TEST(usage_data_is_thrown_away_and_counted)
{
	int64_t before = metric_get(METRIC_TELEMETRY_DROPPED);

	ck_assert_int_eq(
		ask("POST", "/v1/upload-telemetry", "{\"events\":[{}]}"), 200);
	ck_assert(says("dropped"));
	ck_assert_int_eq(metric_get(METRIC_TELEMETRY_DROPPED), before + 1);
}
END_TEST

/* ---- messages --------------------------------------------------------- */

START_TEST(a_message_that_nobody_sends_says_so_and_is_listed)
{
	static const char body[] =
		"{\"from_number\":\"+15555550100\",\"to_number\":"
		"\"+15555550109\",\"message\":\"Your table is ready\"}";

	ck_assert_int_eq(ask("POST", "/v1/sms/send", body), 501);
	ck_assert(says("was not sent"));
	ck_assert_int_eq(ask("POST", "/v1/send-sms", body), 501);
	ck_assert_int_eq(ask("GET",
			     "/v1/messages?to_number=%2B15555550109&limit=1",
			     ""),
			 200);
	ck_assert(says("\"status\":\"failed\""));
	ck_assert(says("\"has_more\":true"));
	ck_assert_int_eq(ask_as(other_key, "GET",
				"/v1/messages?to_number=%2B15555550109", ""),
			 200);
	ck_assert_str_eq(answer, "{\"messages\":[],\"has_more\":false}");
	ck_assert_int_eq(ask("GET", "/v1/messages", ""), 400);
	ck_assert_int_eq(ask("GET",
			     "/v1/messages?to_number=%2B15555550109&start=x",
			     ""),
			 400);
	ck_assert_int_eq(ask("GET",
			     "/v1/messages?to_number=%2B15555550109&limit=101",
			     ""),
			 400);
}
END_TEST

/* ---- conversations ---------------------------------------------------- */

static void store_calls(int n)
{
	for (int i = 0; i < n; i++) {
		char id[16];
		struct store_call c = {.id = id,
				       .external_id = "",
				       .channel = "text",
				       .address = "+1",
				       .from = "+15550001",
				       .to = "+15550002",
				       .started_wall_us = i * US_PER_S,
				       .recording_path = tempdir_path("wav"),
				       .journal_path = ""};

		(void)snprintf(id, sizeof(id), "c%d", i);
		ck_assert_int_eq(store_call_started(shard.store, &c), 0);
		ck_assert_int_eq(store_transcript(shard.store, id, "caller",
						  "Hi", 5, 0),
				 0);
		if (i)
			ck_assert_int_eq(
				store_call_ended(shard.store, id, "bot-hangup",
						 (i + 9) * US_PER_S, NULL),
				0);
	}
}

START_TEST(conversations_are_paged_shown_and_deleted)
{
	char path[128], seen[64] = "";
	const char *next = "";
	json_t *page = NULL;

	tempdir_write("wav", "RIFF and so on", 14);
	store_calls(5);
	for (int i = 0; i < 3; i++) {
		const json_t *one;
		size_t k;

		(void)snprintf(path, sizeof(path),
			       "/v1/conversations?limit=2&after=%s", next);
		ck_assert_int_eq(ask("GET", path, ""), 200);
		json_decref(page);
		page = json_loads(answer, 0, NULL);
		json_array_foreach (json_object_get(page, "conversations"), k,
				    one)
			(void)snprintf(
				seen + strlen(seen),
				sizeof(seen) - strlen(seen), "%s",
				json_string_value(json_object_get(one, "id")));
		next = json_string_value(json_object_get(page, "next_cursor"));
		ck_assert_int_eq(next != NULL, i < 2);
	}
	json_decref(page);
	ck_assert_str_eq(seen, "c4c3c2c1c0");
	ck_assert_int_eq(ask("GET", "/v1/conversations/c1", ""), 200);
	ck_assert(says("\"duration_sec\":9"));
	ck_assert_int_eq(ask("GET", "/v1/conversations/c1/transcript", ""),
			 200);
	ck_assert_str_eq(answer, "[{\"speaker\":\"HUMAN\",\"text\":\"Hi\","
				 "\"offset_ms\":5}]");
	ck_assert_int_eq(ask("GET", "/v1/conversations/c1/recording", ""),
			 200);
	ck_assert_str_eq(answer, "RIFF and so on");
	ck_assert_int_eq(ask("DELETE", "/v1/conversations/c0", ""), 409);
	ck_assert_int_eq(ask("DELETE", "/v1/conversations/c1", ""), 204);
	ck_assert_int_eq(ask("DELETE", "/v1/conversations/c1", ""), 404);
	ck_assert_int_eq(ask("GET", "/v1/conversations/c1", ""), 404);
	ck_assert_int_eq(ask("GET", "/v1/conversations/c1/transcript", ""),
			 404);
	ck_assert_int_eq(ask("GET", "/v1/conversations/c2/recording", ""),
			 404);
}
END_TEST

START_TEST(conversations_that_cannot_be_are_refused)
{
	static const struct {
		const char *path;
		int status;
	} v[] = {
		{"?limit=0", 400},
		{"?limit=101", 400},
		{"?after=x", 400},
		{"?after=12", 400},
		{"?after=12-", 400},
		{"?date_from=yesterday", 400},
		{"?date_to=2026-02-30", 400},
		{"?direction=up", 400},
		{"?date_from=2026-01-31&date_to=2026-01-31T09:30:00Z", 200},
		{"?campaign_id=x", 200},
		{"/", 404},
		{"/none", 404},
		{"/none/", 404},
		{"/none/other", 404},
		{"/none/transcript", 404},
	};
	char path[128];

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		(void)snprintf(path, sizeof(path), "/v1/conversations%s",
			       v[i].path);
		ck_assert_msg(ask("GET", path, "") == v[i].status, "%s %s",
			      path, answer);
	}
	ck_assert_int_eq(ask("DELETE", "/v1/conversations/c1/transcript", ""),
			 404);
}
END_TEST

START_TEST(instants_are_read_as_rfc_3339_writes_them)
{
	static const struct {
		const char *text;
		int64_t begin_us, end_us; /* -1: refused */
	} v[] = {
		{"1970-01-01", 0, 86400 * US_PER_S - 1},
		{"1970-01-01T00:01", 60 * US_PER_S, 120 * US_PER_S - 1},
		{"1970-01-01T00:00:01Z", US_PER_S, 2 * US_PER_S - 1},
		{"1970-01-01 01:00:00+01:00", 0, US_PER_S - 1},
		{"1970-01-01t00:00:00.5-00:01", 60500000, 60599999},
		{"1970-01-01T00:00:00.1234567Z", 123456, 123456},
		{"2024-02-29", 1709164800 * US_PER_S,
		 1709251200 * US_PER_S - 1},
		{"2023-02-29", -1, -1},
		{"1970-13-01", -1, -1},
		{"1970-01-01T24:00", -1, -1},
		{"1970-01-01T00:00:00.", -1, -1},
		{"1970-01-01T00:00:00Zx", -1, -1},
		{"1970-01-01T00:00:00+0100", -1, -1},
		{"1969-12-31", -1, -1},
		{"", -1, -1},
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		int64_t begin = -1, end = -1;
		int err = param_time(v[i].text, 0, &begin);

		ck_assert_int_eq(err, v[i].begin_us < 0 ? -EINVAL : 0);
		ck_assert_int_eq(param_time(v[i].text, 1, &end), err);
		ck_assert_int_eq(begin, v[i].begin_us);
		ck_assert_int_eq(end, v[i].end_us);
	}
}
END_TEST

/* ---- texts ------------------------------------------------------------ */

START_TEST(the_model_gives_texts_that_fit)
{
	use_model(SAID("{\\\"a\\\": 1}"));
	ck_assert_int_eq(ask("POST", "/v1/llm/generate",
			     "{\"prompt\":\"x\",\"json_schema\":null}"),
			 200);
	ck_assert_str_eq(answer, "{\"text\":\"{\\\"a\\\": 1}\"}");
	ck_assert_int_eq(ask("POST", "/v1/llm/generate",
			     "{\"prompt\":\"x\",\"json_schema\":{\"type\":"
			     "\"object\",\"required\":[\"a\"]}}"),
			 200);
	ck_assert_str_eq(answer, "{\"text\":\"{\\\"a\\\":1}\"}");
	ck_assert_int_eq(ask("POST", "/v1/llm/generate",
			     "{\"prompt\":\"x\",\"json_schema\":{\"type\":"
			     "\"array\"}}"),
			 502);
	ck_assert(says("must be of type array"));
	ck_assert_int_eq(ask("POST", "/v1/llm/generate",
			     "{\"prompt\":\"x\",\"json_schema\":{\"$ref\":"
			     "\"#/none\"}}"),
			 400);
}
END_TEST

START_TEST(so_many_texts_at_once_and_no_more)
{
	int fds[LIMIT_GENERATIONS], status;

	use_model("[{\"steps\":[{\"stall\":1}]}]");
	for (int i = 0; i < LIMIT_GENERATIONS; i++)
		fds[i] = ask_begin(key, "POST", "/v1/llm/generate", "",
				   "{\"prompt\":\"x\"}");
	pthread_mutex_lock(&fake.lock);
	while (fake.requests < LIMIT_GENERATIONS)
		pthread_cond_wait(&fake.changed, &fake.lock);
	pthread_mutex_unlock(&fake.lock);
	status = ask("POST", "/v1/llm/generate", "{\"prompt\":\"x\"}");
	ck_assert_int_eq(status, 429);
	/* Those are given up when the server ends. */
	for (int i = 0; i < LIMIT_GENERATIONS; i++)
		(void)close(fds[i]);
}
END_TEST

/* ---- documents -------------------------------------------------------- */

static const char house[] =
	"{\"key\":\"ns.house\",\"text\":\"Parking\\n\\nThere is parking "
	"behind the house. It is free.\\n\\nHours\\n\\nWe open at nine.\"}";

START_TEST(without_a_model_the_best_passage_is_the_answer)
{
	ck_assert_int_eq(
		ask("POST", "/v1/rag/ask", "{\"question\":\"parking?\"}"),
		200);
	ck_assert(says("there are no such documents"));
	ck_assert_int_eq(ask("POST", "/v1/rag/documents", house), 200);
	ck_assert_int_eq(ask("POST", "/v1/rag/ask",
			     "{\"question\":\"Do you have parking?\","
			     "\"document_keys\":[\"ns.house\"]}"),
			 200);
	ck_assert(says("{\"answer\":\"Parking\\nThere is parking behind the "
		       "house. It is free."));
	ck_assert(says("no language model is configured"));
	ck_assert_int_eq(ask("POST", "/v1/rag/ask",
			     "{\"question\":\"Do you sell helicopters?\"}"),
			 200);
	ck_assert(says("The documents do not say."));
	/* One word in common is not what it is about. */
	ck_assert_int_eq(ask("POST", "/v1/rag/ask",
			     "{\"question\":\"Do helicopters land behind "
			     "Saturn?\"}"),
			 200);
	ck_assert(says("The documents do not say."));
}
END_TEST

START_TEST(a_model_answers_from_the_documents)
{
	json_t *messages;
	char *text;

	use_model(SAID("Yes, behind the house."));
	ck_assert_int_eq(ask("POST", "/v1/rag/documents", house), 200);
	ck_assert_int_eq(ask("POST", "/v1/rag/ask",
			     "{\"question\":\"Do you have parking?\","
			     "\"instructions\":\"Answer as a pirate.\"}"),
			 200);
	ck_assert_str_eq(answer, "{\"answer\":\"Yes, behind the house.\","
				 "\"warning\":null}");
	pthread_mutex_lock(&fake.lock);
	messages = json_object_get(fake.bodies[0], "messages");
	text = json_dumps(messages, 0);
	pthread_mutex_unlock(&fake.lock);
	ck_assert_ptr_nonnull(strstr(text, "Answer as a pirate."));
	ck_assert_ptr_nonnull(strstr(text, "[ns.house]\\nParking\\nThere is"));
	ck_assert_ptr_nonnull(strstr(text, "Question: Do you have parking?"));
	free(text);
}
END_TEST

START_TEST(a_model_that_fails_leaves_the_passage)
{
	use_model("[{\"steps\":[{\"status\":401,\"body\":\"{}\"}]}]");
	ck_assert_int_eq(ask("POST", "/v1/rag/documents", house), 200);
	ck_assert_int_eq(
		ask("POST", "/v1/rag/ask", "{\"question\":\"parking?\"}"),
		200);
	ck_assert(says("There is parking behind"));
	ck_assert(says("the language model did not answer"));
}
END_TEST

START_TEST(documents_are_their_keys_own)
{
	ck_assert_int_eq(ask("POST", "/v1/rag/documents", house), 200);
	ck_assert_int_eq(ask("GET", "/v1/rag/documents", ""), 200);
	ck_assert(says("\"key\":\"ns.house\""));
	ck_assert_int_eq(ask_as(other_key, "GET", "/v1/rag/documents", ""),
			 200);
	ck_assert_str_eq(answer, "[]");
	ck_assert_int_eq(
		ask_as(other_key, "DELETE", "/v1/rag/documents/ns.house", ""),
		404);

	char *theirs = strdup(answer);

	ck_assert_int_eq(
		ask_as(other_key, "DELETE", "/v1/rag/documents/ns.none", ""),
		404);
	ck_assert_str_eq(answer, theirs);
	free(theirs);
	ck_assert_int_eq(ask_as(other_key, "POST", "/v1/rag/ask",
				"{\"question\":\"parking\",\"document_keys\":"
				"[\"ns.house\"]}"),
			 200);
	ck_assert(says("there are no such documents"));
	ck_assert_int_eq(ask("DELETE", "/v1/rag/documents/ns.house", ""), 204);
	ck_assert_int_eq(ask("DELETE", "/v1/rag/documents/ns.house", ""), 404);
}
END_TEST

static void take_all_places(struct loop_msg *m)
{
	shard.n_document_work = LIMIT_DOCUMENT_WORK;
	free(m);
}

static void take_one_place_less(struct loop_msg *m)
{
	shard.n_document_work = LIMIT_DOCUMENT_WORK - 1;
	free(m);
}

static void on_loop(void (*run)(struct loop_msg *m))
{
	struct loop_msg *m = malloc(sizeof(*m));

	m->run = run;
	ck_assert_int_eq(loop_post(shard.loop, m), 0);
}

START_TEST(documents_wait_for_a_place_and_give_it_back)
{
	static const char question[] = "{\"question\":\"parking?\"}";

	on_loop(take_all_places);
	ck_assert_int_eq(ask("POST", "/v1/rag/documents", house), 429);
	ck_assert_int_eq(ask("POST", "/v1/rag/ask", question), 429);
	on_loop(take_one_place_less);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(ask("POST", "/v1/rag/documents", house), 200);
		ck_assert_int_eq(ask("POST", "/v1/rag/ask", question), 200);
		ck_assert_int_eq(ask("POST", "/v1/rag/ask", "{}"), 400);
	}
}
END_TEST

static TCase *cases(void)
{
	TCase *t = tcase_create("rest");

	tcase_add_test(t, a_bad_body_is_refused_with_what_is_wrong);
	tcase_add_test(t, a_body_that_is_declared_as_something_else_is_415);
	tcase_add_test(t, the_largest_document_is_taken_and_no_larger_one);
	tcase_add_test(
		t,
		the_longest_message_and_prompt_are_taken_and_no_longer_ones);
	tcase_add_test(t, numbers_are_configured_or_have_been_called);
	tcase_add_test(t, usage_data_is_thrown_away_and_counted);
	tcase_add_test(t, a_message_that_nobody_sends_says_so_and_is_listed);
	tcase_add_test(t, conversations_are_paged_shown_and_deleted);
	tcase_add_test(t, conversations_that_cannot_be_are_refused);
	tcase_add_test(t, instants_are_read_as_rfc_3339_writes_them);
	tcase_add_test(t, the_model_gives_texts_that_fit);
	tcase_add_test(t, so_many_texts_at_once_and_no_more);
	tcase_add_test(t, without_a_model_the_best_passage_is_the_answer);
	tcase_add_test(t, a_model_answers_from_the_documents);
	tcase_add_test(t, a_model_that_fails_leaves_the_passage);
	tcase_add_test(t, documents_are_their_keys_own);
	tcase_add_test(t, documents_wait_for_a_place_and_give_it_back);
	return t;
}

int main(void)
{
	Suite *s = suite_create("rest");
	TCase *t = cases();
	SRunner *r = srunner_create(s);

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);

	int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
