/**
 * @file test_expert_model.c  libexpert: what a language model is asked for
 *
 *   the test's thread: expert_generate() <== HTTP ==> server thread: script
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expert.h"
#include "net/loop.h"
#include "net/server.h"
#include "unit.h"

/* What the server says next, and what it was asked. */
static struct {
	struct loop *loop;
	struct server *server;
	pthread_t thread;
	int status;
	const char *text; /* NULL: no answer at all */
	struct http_req *unanswered;
	char *asked;
	char key[32];
} fake;

static void on_generate(struct http_req *r, void *arg)
{
	size_t len;
	const char *body = http_body(r, &len);
	const char *auth = http_header(r, "authorization");
	json_t *o = json_pack("{s:s}", "text", fake.text ? fake.text : "");
	char *answer = json_dumps(o, 0);

	(void)arg;
	free(fake.asked);
	fake.asked = strndup(body, len);
	(void)snprintf(fake.key, sizeof(fake.key), "%s", auth ? auth : "");
	if (fake.text)
		http_reply(r, fake.status, "application/json", "", answer,
			   strlen(answer));
	else
		fake.unanswered = r;
	free(answer);
	json_decref(o);
}

static const struct route routes[] = {
	{.method = "POST",
	 .path = "/v1/llm/generate",
	 .auth = AUTH_SELF,
	 .handle = on_generate},
	{0},
};

static void *serve(void *arg)
{
	loop_run(arg);
	return NULL;
}

/* A client of that server; it does not run. */
static struct expert *begin(int status, const char *text)
{
	const struct server_options so = {.address = "127.0.0.1",
					  .routes = routes,
					  .max_body_bytes = 256 * 1024,
					  .max_connections = 10};
	struct expert_options *o = expert_options_new();
	struct expert *e;
	char url[64];

	fake.status = status;
	fake.text = text;
	ck_assert_int_eq(loop_new(&fake.loop, "fake"), 0);
	ck_assert_int_eq(server_open(&fake.server, fake.loop, &so), 0);
	ck_assert_int_eq(pthread_create(&fake.thread, NULL, serve, fake.loop),
			 0);
	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%d",
		       server_port(fake.server));
	ck_assert_int_eq(expert_options_url(o, url), EXPERT_OK);
	ck_assert_int_eq(expert_options_api_key(o, "k-1"), EXPERT_OK);
	e = expert_new(o);
	expert_options_free(o);
	return e;
}

static void end(struct expert *e)
{
	expert_free(e);
	loop_stop(fake.loop);
	ck_assert_int_eq(pthread_join(fake.thread, NULL), 0);
	if (fake.unanswered)
		http_reply(fake.unanswered, 503, "text/plain", "", "", 0);
	server_close(fake.server);
	loop_free(fake.loop);
	free(fake.asked);
}

/* ---- texts --------------------------------------------------------------
 */

START_TEST(a_text_of_the_model_comes_back)
{
	struct expert *e = begin(200, "Dear caller, \xc3\xa9t\xc3\xa9.");
	json_t *asked;
	char *text = NULL;

	ck_assert_int_eq(expert_generate(e, "Write \"to\" the caller.",
					 "{\"type\":\"object\"}", 20000,
					 &text),
			 EXPERT_OK);
	ck_assert_str_eq(text, "Dear caller, \xc3\xa9t\xc3\xa9.");
	free(text);
	ck_assert_str_eq(fake.key, "Bearer k-1");
	asked = json_loads(fake.asked, 0, NULL);
	ck_assert_str_eq(json_string_value(json_object_get(asked, "prompt")),
			 "Write \"to\" the caller.");
	ck_assert_str_eq(
		json_string_value(json_object_get(
			json_object_get(asked, "json_schema"), "type")),
		"object");
	json_decref(asked);
	end(e);
}
END_TEST

START_TEST(a_long_prompt_arrives_whole)
{
	struct expert *e = begin(200, "ok");
	size_t n = 240 * 1024;
	char *prompt = malloc(n + 2), *text = NULL;

	memset(prompt, 'x', n);
	prompt[n] = 0;
	ck_assert_int_eq(expert_generate(e, prompt, NULL, 20000, &text),
			 EXPERT_OK);
	free(text);
	ck_assert_uint_eq(strlen(fake.asked), n + strlen("{\"prompt\":\"\"}"));
	prompt[n] = 'x';
	prompt[n + 1] = 0;
	ck_assert_int_eq(expert_generate(e, prompt, NULL, 20000, &text),
			 EXPERT_ETOOBIG);
	free(prompt);
	end(e);
}
END_TEST

static const struct {
	int status, result;
} failures[] = {
	{400, EXPERT_EINVAL}, {401, EXPERT_EAUTH},   {403, EXPERT_EAUTH},
	{404, EXPERT_EPROTO}, {413, EXPERT_ETOOBIG}, {429, EXPERT_EAGAIN},
	{500, EXPERT_EPROTO}, {501, EXPERT_ENOENT},  {502, EXPERT_EPROTO},
	{503, EXPERT_EAGAIN}, {504, EXPERT_EAGAIN},
};

START_TEST(what_the_server_refuses_has_a_code)
{
	struct expert *e = begin(200, "no");
	char *text = NULL;

	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		fake.status = failures[i].status;
		ck_assert_int_eq(expert_generate(e, "x", NULL, 20000, &text),
				 failures[i].result);
		ck_assert_ptr_null(text);
	}
	end(e);
}
END_TEST

START_TEST(a_server_that_is_late_or_not_there_is_not_waited_for)
{
	struct expert *e = begin(200, NULL);
	char *text = NULL;

	ck_assert_int_eq(expert_generate(e, "x", NULL, 100, &text),
			 EXPERT_EAGAIN);
	ck_assert_int_eq(expert_generate(e, "x", "[1]", 100, &text),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_generate(e, "x", "nonsense", 100, &text),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_generate(e, "", NULL, 100, &text),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_generate(e, "x", NULL, 0, &text),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_generate(e, "x", NULL, 600001, &text),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_generate(NULL, "x", NULL, 100, &text),
			 EXPERT_EINVAL);
	end(e);

	(void)setenv("EXPERT_URL", "ws://127.0.0.1:1", 1);
	e = expert_new(NULL);
	ck_assert_int_eq(expert_generate(e, "x", NULL, 20000, &text),
			 EXPERT_ECONNECT);
	ck_assert_ptr_null(text);
	expert_free(e);
}
END_TEST

/* ---- what somebody means ------------------------------------------------
 */

static const char *const desks[] = {
	"sales: buy, order, price",
	"support: broken, does not work, repair",
	"people: talk to a human",
	NULL,
};

START_TEST(the_model_ranks_and_what_it_makes_up_does_not_count)
{
	struct expert *e = begin(
		200,
		"{\"ranking\":[{\"choice\":2,\"score\":40},"
		"{\"choice\":1,\"score\":900},{\"choice\":2,\"score\":90},"
		"{\"choice\":7,\"score\":80},{\"choice\":-1,\"score\":80},"
		"{\"choice\":0,\"score\":0}]}");
	int index[3] = {0}, score[3] = {0};

	ck_assert_int_eq(expert_rank(e, "nothing of these words", desks, 20000,
				     index, score, 3),
			 2);
	ck_assert_int_eq(index[0], 1);
	ck_assert_int_eq(score[0], 100);
	ck_assert_int_eq(index[1], 2);
	ck_assert_int_eq(score[1], 40);
	ck_assert_ptr_nonnull(strstr(fake.asked, "2: people: talk"));
	ck_assert_int_eq(expert_rank(e, "x", desks, 20000, index, NULL, 1), 1);

	fake.text = "{\"ranking\":[]}";
	ck_assert_int_eq(expert_rank(e, "my lamp is broken", desks, 20000,
				     index, score, 3),
			 0);
	end(e);
}
END_TEST

START_TEST(without_a_model_words_decide)
{
	struct expert *e = begin(501, "none");
	int index[3] = {0}, score[3] = {0};

	ck_assert_int_eq(expert_rank(e, "my lamp is broken", desks, 20000,
				     index, score, 3),
			 1);
	ck_assert_int_eq(index[0], 1);
	ck_assert_int_eq(score[0], 100);
	ck_assert_int_eq(expert_rank(NULL, "the price of a repair", desks, 0,
				     index, score, 3),
			 2);
	ck_assert_int_eq(score[0] + score[1] <= 102, 1);
	ck_assert_int_ge(score[0], score[1]);
	ck_assert_int_eq(expert_rank(NULL, "hello", desks, 0, index, NULL, 3),
			 0);
	ck_assert_int_eq(expert_rank(NULL, "x", NULL, 0, index, NULL, 3),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_rank(NULL, "x", desks, 0, index, NULL, 0),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_rank(e, "x", desks, 0, index, NULL, 1),
			 EXPERT_EINVAL);
	end(e);
}
END_TEST

/* ---- documents ----------------------------------------------------------
 */

START_TEST(documents_are_answered_from_in_the_models_words)
{
	struct expert *e =
		begin(200, "{\"known\":true,\"answer\":\"In two days.\"}");
	struct expert_docs *d = expert_docs_new();
	char *text = NULL;

	ck_assert_int_eq(expert_docs_answer(d, e, "When?", 20000, &text),
			 EXPERT_ENOENT);
	ck_assert_int_eq(expert_docs_add(d, "faq",
					 "Parcels reach you in two days.\n\n"
					 "We are closed on Sundays."),
			 EXPERT_OK);
	ck_assert_int_eq(expert_docs_answer(d, e, "How long must I wait?",
					    20000, &text),
			 EXPERT_OK);
	ck_assert_str_eq(text, "In two days.");
	free(text);
	text = NULL;
	/* Small documents are given whole, whatever the words are. */
	ck_assert_ptr_nonnull(strstr(fake.asked, "[faq] Parcels reach"));
	ck_assert_ptr_nonnull(strstr(fake.asked, "closed on Sundays"));

	fake.text = "{\"known\":false,\"answer\":\"I do not know.\"}";
	ck_assert_int_eq(
		expert_docs_answer(d, e, "Do parcels fly?", 20000, &text),
		EXPERT_ENOENT);
	ck_assert_ptr_null(text);

	fake.status = 502;
	ck_assert_int_eq(expert_docs_answer(d, e, "When do parcels come?",
					    20000, &text),
			 EXPERT_OK);
	ck_assert_str_eq(text, "Parcels reach you in two days.");
	free(text);
	ck_assert_int_eq(expert_docs_answer(d, NULL, "music?", 0, &text),
			 EXPERT_ENOENT);
	ck_assert_int_eq(expert_docs_answer(NULL, NULL, "x", 0, &text),
			 EXPERT_EINVAL);
	expert_docs_free(d);
	end(e);
}
END_TEST

START_TEST(of_large_documents_the_model_gets_what_fits_best)
{
	struct expert *e = begin(200, "{\"known\":true,\"answer\":\"Yes.\"}");
	struct expert_docs *d = expert_docs_new();
	char text[600], *answer = NULL;

	for (int i = 0; i < 60; i++) {
		memset(text, 0, sizeof(text));
		(void)snprintf(text, sizeof(text), "Number %d %0500d.", i, i);
		ck_assert_int_eq(expert_docs_add(d, "n", text), EXPERT_OK);
	}
	ck_assert_int_eq(expert_docs_add(d, "z", "Zebras have stripes."),
			 EXPERT_OK);
	ck_assert_int_eq(
		expert_docs_answer(d, e, "stripes number 3", 20000, &answer),
		EXPERT_OK);
	free(answer);
	ck_assert_ptr_nonnull(strstr(fake.asked, "Zebras have stripes."));
	ck_assert_uint_lt(strlen(fake.asked), 13 * 600);
	expert_docs_free(d);
	end(e);
}
END_TEST

UNIT_MAIN("expert_model", a_text_of_the_model_comes_back,
	  a_long_prompt_arrives_whole, what_the_server_refuses_has_a_code,
	  a_server_that_is_late_or_not_there_is_not_waited_for,
	  the_model_ranks_and_what_it_makes_up_does_not_count,
	  without_a_model_words_decide,
	  documents_are_answered_from_in_the_models_words,
	  of_large_documents_the_model_gets_what_fits_best)
