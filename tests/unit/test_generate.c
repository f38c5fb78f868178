/**
 * @file test_generate.c  Texts of the model, from a fake service
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>

#include "base/clock.h"
#include "conf/settings.h"
#include "fake/openai_fake.h"
#include "net/loop.h"
#include "provider/generate.h"
#include "provider/provider.h"
#include "unit/unit.h"

enum { WATCHDOG_US = 10 * 1000 * 1000 };

static struct fake fake;
static struct settings conf;
static struct provider_env env;
static struct loop *loop;
static struct timer *watchdog;
static int called, error;
static char got[500];

static void on_watchdog(void *arg)
{
	(void)arg;
	ck_abort_msg("nothing happened in time");
}

static void on_text(void *arg, int err, const char *text)
{
	(void)arg;
	called++;
	error = err;
	(void)snprintf(got, sizeof(got), "%s", text);
	loop_stop(loop);
}

static void setup(void)
{
	ck_assert_int_eq(fake_start(&fake, 0), 0);
	memset(&conf, 0, sizeof(conf));
	(void)snprintf(conf.llm_provider, sizeof(conf.llm_provider), "openai");
	(void)snprintf(conf.llm_model, sizeof(conf.llm_model), "m");
	(void)snprintf(conf.llm_key, sizeof(conf.llm_key), FAKE_KEY);
	(void)snprintf(conf.llm_url, sizeof(conf.llm_url),
		       "http://127.0.0.1:%d/v1//", fake.port);
	ck_assert_int_eq(loop_new(&loop, "test"), 0);
	ck_assert_int_eq(timer_new(&watchdog, loop, on_watchdog, NULL), 0);
	env.loop = loop;
	env.conf = &conf;
	called = 0;
}

static void teardown(void)
{
	timer_free(watchdog);
	loop_free(loop);
	fake_stop(&fake);
}

static void ask(const char *prompt, const char *system, const char *schema)
{
	json_t *o = schema ? json_loads(schema, 0, NULL) : NULL;
	const struct generate_request q = {
		.prompt = prompt, .system = system, .schema = o};
	struct generate *g = NULL;

	ck_assert_int_eq(generate_open(&g, &env, &q, on_text, NULL), 0);
	json_decref(o);
	ck_assert_int_eq(called, 0);
	timer_start(watchdog, WATCHDOG_US);
	loop_run(loop);
	timer_stop(watchdog);
	ck_assert_int_eq(called, 1);
}

static unsigned requests(void)
{
	unsigned n;

	pthread_mutex_lock(&fake.lock);
	n = fake.requests;
	pthread_mutex_unlock(&fake.lock);
	return n;
}

/* What was asked: part `path` of the n-th request as JSON. */
static void assert_asked(unsigned n, const char *name, const char *expected)
{
	json_t *want = json_loads(expected, JSON_DECODE_ANY, NULL);
	json_t *is;

	pthread_mutex_lock(&fake.lock);
	ck_assert_uint_lt(n, fake.requests);
	is = json_deep_copy(json_object_get(fake.bodies[n], name));
	pthread_mutex_unlock(&fake.lock);
	ck_assert_ptr_nonnull(want);
	if (!json_equal(is, want))
		ck_abort_msg("%s", is ? json_dumps(is, JSON_ENCODE_ANY) : "-");
	json_decref(want);
	json_decref(is);
}

#define SAID(text)                                                         \
	"[{\"steps\":[{\"delta\":{\"content\":\"" text "\"}},{\"finish\":" \
	"\"stop\"},{\"done\":1}]}]"
#define COLOR                                                                \
	"{\"type\":\"object\",\"properties\":{\"color\":{\"enum\":[\"red\"," \
	"\"blue\"]}},\"required\":[\"color\"],\"additionalProperties\":"     \
	"false}"

START_TEST(gives_the_text_of_an_answer)
{
	setup();
	fake_add(&fake, "m",
		 "[{\"mode\":\"byte\",\"steps\":[{\"delta\":{\"content\":"
		 "\"Hel\"}},{\"delta\":{\"content\":\"lo\"}},{\"finish\":"
		 "\"stop\"},{\"done\":1}]}]");
	ask("say hello", "be kind", NULL);
	ck_assert_int_eq(error, 0);
	ck_assert_str_eq(got, "Hello");
	assert_asked(0, "messages",
		     "[{\"role\":\"system\",\"content\":\"be kind\"},"
		     "{\"role\":\"user\",\"content\":\"say hello\"}]");
	assert_asked(0, "model", "\"m\"");
	teardown();
}
END_TEST

START_TEST(takes_an_answer_that_is_no_stream)
{
	setup();
	fake_add(&fake, "m",
		 "[{\"steps\":[{\"status\":200,\"body\":\"{\\\"choices\\\":[{"
		 "\\\"message\\\":{\\\"content\\\":\\\"whole\\\"},"
		 "\\\"finish_reason\\\":\\\"stop\\\"}]}\"}]}]");
	ask("x", NULL, NULL);
	ck_assert_int_eq(error, 0);
	ck_assert_str_eq(got, "whole");
	teardown();
}
END_TEST

START_TEST(json_is_asked_for_checked_and_freed_of_its_fence)
{
	setup();
	fake_add(&fake, "m",
		 SAID("```json\\n{ \\\"color\\\": \\\"red\\\" }\\n```"));
	ask("x", NULL, COLOR);
	ck_assert_int_eq(error, 0);
	ck_assert_str_eq(got, "{\"color\":\"red\"}");
	assert_asked(0, "response_format",
		     "{\"type\":\"json_schema\",\"json_schema\":{\"name\":"
		     "\"answer\",\"schema\":" COLOR ",\"strict\":true}}");
	teardown();
}
END_TEST

START_TEST(what_does_not_fit_is_asked_for_again_with_the_reason)
{
	setup();
	fake_add(&fake, "m",
		 "[{\"when\":\"does not fit the schema: /color is none\","
		 "\"steps\":[{\"delta\":{\"content\":\"{\\\"color\\\":"
		 "\\\"blue\\\"}\"}},{\"finish\":\"stop\"},{\"done\":1}]},"
		 "{\"steps\":[{\"delta\":{\"content\":\"{\\\"color\\\":"
		 "\\\"green\\\"}\"}},{\"finish\":\"stop\"},{\"done\":1}]}]");
	ask("x", NULL, COLOR);
	ck_assert_int_eq(error, 0);
	ck_assert_str_eq(got, "{\"color\":\"blue\"}");
	ck_assert_uint_eq(requests(), 2);
	teardown();
}
END_TEST

START_TEST(gives_up_on_a_model_that_never_fits)
{
	setup();
	fake_add(&fake, "m", SAID("I like green"));
	ask("x", NULL, COLOR);
	ck_assert_int_eq(error, -EBADMSG);
	ck_assert_ptr_nonnull(strstr(got, "does not fit the schema: it is no "
					  "JSON"));
	ck_assert_uint_eq(requests(), 3);
	teardown();
}
END_TEST

START_TEST(a_service_without_schemas_has_it_in_the_prompt)
{
	setup();
	fake_add(&fake, "m",
		 "[{\"steps\":[{\"status\":400,\"body\":\"{\\\"error\\\":{"
		 "\\\"message\\\":\\\"unknown response_format\\\"}}\"}]},"
		 "{\"steps\":[{\"delta\":{\"content\":\"{\\\"color\\\":"
		 "\\\"red\\\"}\"}},{\"finish\":\"stop\"},{\"done\":1}]}]");
	ask("x", NULL, COLOR);
	ck_assert_int_eq(error, 0);
	ck_assert_str_eq(got, "{\"color\":\"red\"}");
	pthread_mutex_lock(&fake.lock);
	ck_assert_ptr_null(json_object_get(fake.bodies[1], "response_format"));
	pthread_mutex_unlock(&fake.lock);
	teardown();
}
END_TEST

static const struct {
	const char *answers;
	int err;
	const char *why;
	unsigned requests;
} failures[] = {
	{"[{\"steps\":[{\"status\":401,\"body\":\"{\\\"error\\\":{"
	 "\\\"message\\\":\\\"bad key\\\"}}\"}]}]",
	 -EACCES, "bad key", 1},
	{"[{\"steps\":[{\"status\":400,\"body\":\"{}\"}]}]", -EPROTO, "400",
	 1},
	{"[{\"steps\":[{\"status\":500,\"body\":\"oops\"}]}]", -EHOSTUNREACH,
	 "500", 3},
	{"[{\"steps\":[{\"drop\":1}]}]", -EPIPE, "", 3},
	{"[{\"steps\":[{\"delta\":{\"content\":\"half\"}}]}]", -EPIPE,
	 "in the middle", 1},
	{"[{\"steps\":[{\"finish\":\"stop\"},{\"done\":1}]}]", -EBADMSG,
	 "nothing", 1},
	{"[{\"steps\":[{\"data\":\"{\\\"error\\\":{\\\"message\\\":"
	 "\\\"overloaded\\\"}}\"}]}]",
	 -EPROTO, "overloaded", 1},
};

START_TEST(a_failure_is_told_with_its_reason)
{
	for (size_t i = 0; i < sizeof(failures) / sizeof(*failures); i++) {
		setup();
		fake_add(&fake, "m", failures[i].answers);
		ask("x", NULL, NULL);
		ck_assert_msg(error == failures[i].err, "%zu: %d %s", i, error,
			      got);
		ck_assert_msg(strstr(got, failures[i].why) != NULL, "%s", got);
		ck_assert_uint_eq(requests(), failures[i].requests);
		teardown();
	}
}
END_TEST

START_TEST(says_when_there_is_no_service_or_no_schema)
{
	json_t *loops = json_loads("{\"$ref\":\"#\"}", 0, NULL);
	struct generate_request q = {.prompt = "x"};
	struct generate *g = NULL;

	setup();
	q.schema = loops;
	ck_assert_int_eq(generate_open(&g, &env, &q, on_text, NULL), -EINVAL);
	q.schema = NULL;
	conf.llm_model[0] = '\0';
	ck_assert_int_eq(generate_open(&g, &env, &q, on_text, NULL), -ENOENT);
	(void)snprintf(conf.llm_provider, sizeof(conf.llm_provider),
		       "builtin");
	ck_assert_int_eq(generate_open(&g, &env, &q, on_text, NULL), -ENOENT);
	ck_assert_ptr_null(g);
	json_decref(loops);
	teardown();
}
END_TEST

static void close_it(void *arg)
{
	generate_close(arg);
	loop_stop(loop);
}

START_TEST(closed_at_any_moment_it_says_nothing_more)
{
	static const int64_t at_us[] = {0, 1000, 20000};

	for (size_t i = 0; i < 3; i++) {
		const struct generate_request q = {.prompt = "x"};
		struct generate *g = NULL;
		struct timer *t = NULL;

		setup();
		fake_add(&fake, "m",
			 "[{\"steps\":[{\"delta\":{\"content\":\"a\"}},"
			 "{\"stall\":1}]}]");
		ck_assert_int_eq(generate_open(&g, &env, &q, on_text, NULL),
				 0);
		ck_assert_int_eq(timer_new(&t, loop, close_it, g), 0);
		timer_start(t, at_us[i]);
		loop_run(loop);
		ck_assert_int_eq(called, 0);
		timer_free(t);
		teardown();
	}
	ck_assert_ptr_null(generate_close(NULL));
}
END_TEST

UNIT_MAIN("generate", gives_the_text_of_an_answer,
	  takes_an_answer_that_is_no_stream,
	  json_is_asked_for_checked_and_freed_of_its_fence,
	  what_does_not_fit_is_asked_for_again_with_the_reason,
	  gives_up_on_a_model_that_never_fits,
	  a_service_without_schemas_has_it_in_the_prompt,
	  a_failure_is_told_with_its_reason,
	  says_when_there_is_no_service_or_no_schema,
	  closed_at_any_moment_it_says_nothing_more)
