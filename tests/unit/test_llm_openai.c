/**
 * @file test_llm_openai.c  The chat-completions driver against a fake service
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <time.h>

#include "base/clock.h"
#include "conf/settings.h"
#include "fake/openai_fake.h"
#include "net/loop.h"
#include "provider/provider.h"
#include "unit/llm_kit.h"
#include "unit/unit.h"

enum { WATCHDOG_US = 10 * 1000 * 1000 };

static struct fake fake;
static struct settings conf;
static struct loop *loop;
static const struct llm_ops *ops;
static void *session;
static char heard[8000], why_text[300];
static int done, failed, error, outputs, cancel_at, think_at;
static struct timer *watchdog;

static void on_output(void *arg, uint32_t turn, const struct brain_output *o)
{
	(void)arg;
	outputs++;
	kit_note(heard, sizeof(heard), o);
	if (outputs == cancel_at) {
		ops->cancel(session, turn);
		loop_stop(loop);
	}
	if (outputs == think_at) {
		struct brain_view v = kit_view(BRAIN_CUE_CALLER);

		heard[0] = '\0';
		ck_assert_int_eq(ops->think(session, turn + 1, &v), 0);
	}
}

static void on_done(void *arg, uint32_t turn)
{
	(void)arg;
	(void)turn;
	done++;
	loop_stop(loop);
}

static void on_failed(void *arg, uint32_t turn, int err, const char *why)
{
	(void)arg;
	(void)turn;
	failed++;
	error = err;
	(void)snprintf(why_text, sizeof(why_text), "%s", why);
	loop_stop(loop);
}

static void on_watchdog(void *arg)
{
	(void)arg;
	ck_abort_msg("nothing happened in time");
}

static const struct llm_events events = {on_output, on_done, on_failed};

static void setup(void)
{
	struct provider_env env = {0};

	ck_assert_int_eq(fake_start(&fake, 0), 0);
	ck_assert_int_eq(fake_load(&fake, "tests/fake/openai_scenarios.json"),
			 0);
	memset(&conf, 0, sizeof(conf));
	(void)snprintf(conf.llm_url, sizeof(conf.llm_url),
		       "http://127.0.0.1:%d/v1/", fake.port);
	(void)snprintf(conf.llm_key, sizeof(conf.llm_key), FAKE_KEY);
	conf.llm_first_token_ms = 2000;
	conf.llm_idle_ms = 2000;
	ck_assert_int_eq(loop_new(&loop, "test"), 0);
	ck_assert_int_eq(timer_new(&watchdog, loop, on_watchdog, NULL), 0);
	env.loop = loop;
	env.conf = &conf;
	ops = llm_find("openai");
	session = malloc(ops->session_size);
	ck_assert_int_eq(ops->open(session, &env, &events, NULL), 0);
	heard[0] = why_text[0] = '\0';
	done = failed = error = outputs = cancel_at = think_at = 0;
}

static void teardown(void)
{
	ops->close(session);
	free(session);
	timer_free(watchdog);
	loop = loop_free(loop);
	fake_stop(&fake);
}

static void stop(void *arg)
{
	loop_stop(arg);
}

static void run(void)
{
	timer_start(watchdog, WATCHDOG_US);
	loop_run(loop);
	timer_stop(watchdog);
}

static void run_for(int64_t us)
{
	struct timer *t = NULL;

	ck_assert_int_eq(timer_new(&t, loop, stop, loop), 0);
	timer_start(t, us);
	loop_run(loop);
	timer_free(t);
}

/** Ask a scenario and run until it has ended. */
static void ask_as(const char *scenario, enum brain_cue cue)
{
	struct brain_view v = kit_view(cue);

	(void)snprintf(conf.llm_model, sizeof(conf.llm_model), "%s", scenario);
	ck_assert_int_eq(ops->think(session, 1, &v), 0);
	ck_assert_int_eq(outputs, 0);
	run();
	ck_assert_int_eq(done + failed, 1);
}

static void ask(const char *scenario)
{
	ask_as(scenario, BRAIN_CUE_CALLER);
}

static void ask_with(const char *answers)
{
	ck_assert_int_eq(fake_add(&fake, "here", answers), 0);
	ask("here");
}

#define SAY(t)       "{\"delta\":{\"content\":\"" t "\"}}"
#define CALL(args)   "{\"delta\":{\"tool_calls\":[" args "]}}"
#define END(why)     "{\"finish\":\"" why "\"},{\"usage\":[5,7]},{\"done\":1}"
#define STEPS(steps) "{\"steps\":[" steps "]}"

/* ---- words -------------------------------------------------------------- */

START_TEST(speaks_what_is_streamed)
{
	setup();
	ask("text");
	ck_assert_int_eq(done, 1);
	ck_assert_str_eq(heard, "Hello. How many people? |ask 3 party_size");
	ck_assert_int_gt(outputs, 2);
	teardown();
}
END_TEST

START_TEST(reads_a_stream_however_it_is_cut)
{
	setup();
	ask("text-bytes");
	ck_assert_str_eq(heard,
			 "Caf\xc3\xa9 \xf0\x9f\x98\x80 is open. |ask 0 ");
	teardown();
	setup();
	ask("text-crlf");
	ck_assert_str_eq(heard, "One two three. |ask 0 ");
	teardown();
	setup();
	ask("text-cr");
	ck_assert_str_eq(heard, "One two three. |ask 0 ");
	teardown();
}
END_TEST

START_TEST(reads_answers_of_other_servers)
{
	static const struct {
		const char *answers, *out;
	} rows[] = {
		/* no [DONE]; no empty line at the end */
		{"[" STEPS(SAY("Hi.") ",{\"finish\":\"stop\"}") "]",
		 "Hi. |ask 0 "},
		{"[" STEPS(SAY("Hi.") ",{\"raw\":\"data: "
				      "{\\\"choices\\\":[{\\\"finish_"
				      "reason\\\":\\\"stop\\\"}]}\"}") "]",
		 "Hi. |ask 0 "},
		/* data: without a space, comments, unknown events, a BOM */
		{"[" STEPS(
			 "{\"raw\":\"\\ufeff: hello\\nevent: x\\nid: 1\\n"
			 "data:{\\\"choices\\\":[{\\\"delta\\\":{"
			 "\\\"content\\\":\\\"Hi.\\\"},\\\"finish_reason\\\":"
			 "\\\"stop\\\"}]}\\n\\ndata: \\n\\ndata:[DONE]\\n\\n"
			 "\"}") "]",
		 "Hi. |ask 0 "},
		/* thoughts are not spoken, wherever they stand */
		{"[" STEPS("{\"delta\":{\"reasoning_content\":\"hm\"}}"
			   "," SAY("<think>five</th") "," SAY(
				   "ink>Five.") "," END("stop")) "]",
		 "Five. |ask 0 "},
		/* a whole completion although a stream was asked for */
		{"[{\"steps\":[{\"status\":200,\"body\":\"{\\\"choices\\\":[{"
		 "\\\"message\\\":{\\\"content\\\":\\\"Hi there.\\\"},"
		 "\\\"finish_reason\\\":\\\"stop\\\"}]}\"}]}]",
		 "Hi there. |ask 0 "},
		/* a list of parts as content */
		{"[" STEPS("{\"delta\":{\"content\":[{\"type\":\"text\","
			   "\"text\":\"Hi.\"}]}}," END("stop")) "]",
		 "Hi. |ask 0 "},
		/* empty choices first, a missing delta, a refusal */
		{"[" STEPS("{\"data\":\"{\\\"choices\\\":[],"
			   "\\\"prompt_filter_results\\\":[]}\"},{\"data\":"
			   "\"{\\\"choices\\\":[{\\\"index\\\":0}]}\"},{"
			   "\"delta\":{\"refusal\":\"I cannot.\"}}," END(
				   "stop")) "]",
		 "I cannot. |ask 0 "},
		/* rubbish between events */
		{"[" STEPS("{\"data\":\"not json\"}," SAY("Hi.") "," END(
			 "stop")) "]",
		 "Hi. |ask 0 "},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		setup();
		ask_with(rows[i].answers);
		ck_assert_msg(strcmp(heard, rows[i].out) == 0,
			      "row %zu: \"%s\" (%s)", i, heard, why_text);
		ck_assert_int_eq(done, 1);
		teardown();
	}
}
END_TEST

/* ---- tools -------------------------------------------------------------- */

START_TEST(records_and_speaks_in_one_round)
{
	setup();
	ask("tool");
	ck_assert_str_eq(heard, "Five, got it. And your name? "
				"|record party_size 5|ask 2 caller_name");
	ck_assert_uint_eq(fake.requests, 1);
	teardown();
	setup();
	ask("parallel");
	ck_assert_str_eq(heard, "Thank you, Bob. |record party_size 5"
				"|record caller_name \"Bob\"|ask 0 ");
	ck_assert_uint_eq(fake.requests, 1);
	teardown();
}
END_TEST

START_TEST(joins_arguments_that_are_cut_anywhere)
{
	static const char args[] = "{\"key\":\"caller_name\",\"value\":"
				   "\"Ren\\u00e9e \\ud83d\\ude00\"}";

	setup();
	for (size_t cut = 0; cut <= sizeof(args) - 1; cut++) {
		json_t *answer = json_pack(
			"[{s:[{s:{s:[{s:i,s:s,s:{s:s,s:s%}}]}},"
			"{s:{s:[{s:i,s:{s:s}}],s:s}},{s:s},{s:i}]}]",
			"steps", "delta", "tool_calls", "index", 0, "id", "c1",
			"function", "name", "record_field", "arguments", args,
			cut, "delta", "tool_calls", "index", 0, "function",
			"arguments", args + cut, "content", "Thanks.",
			"finish", "tool_calls", "done", 1);
		char *text = json_dumps(answer, 0);

		heard[0] = '\0';
		done = failed = outputs = 0;
		ask_with(text);
		ck_assert_str_eq(heard, "Thanks. |record caller_name "
					"\"Ren\xc3\xa9"
					"e \xf0\x9f\x98\x80\"|ask 0 ");
		free(text);
		json_decref(answer);
	}
	teardown();
}
END_TEST

START_TEST(tells_calls_apart_as_servers_mark_them)
{
	static const char *const rows[] = {
		/* whole calls, one index for all, new ids */
		"[" STEPS(SAY("Ok.") "," CALL(
			"{\"index\":0,\"id\":\"a\",\"function\":{"
			"\"name\":"
			"\"record_field\",\"arguments\":\"{"
			"\\\"key\\\":"
			"\\\"party_size\\\",\\\"value\\\":\\\"5\\\"}"
			"\"}}") "," CALL("{\"index\":0,\"id\":\"b\","
					 "\"function\":{"
					 "\"name\":\"record_field\","
					 "\"arguments\":"
					 "\"{\\\"key\\\":\\\"caller_"
					 "name\\\","
					 "\\\"value\\\":\\\"Bob\\\"}"
					 "\"}}") "," END("stop")) "]",
		/* no index, no id, arguments as an object, both at once */
		"[" STEPS(SAY("Ok.") "," CALL(
			"{\"function\":{\"name\":\"record_field\","
			"\"arguments\":{\"key\":\"party_size\",\"value\":5}}},"
			"{\"function\":{\"name\":\"record_field\","
			"\"arguments\":{\"key\":\"caller_name\",\"value\":"
			"\"Bob\"}}}") "," END("tool_calls")) "]",
		/* by id only, fragments without */
		"[" STEPS(SAY("Ok.") "," CALL(
			"{\"id\":\"a\",\"function\":{\"name\":"
			"\"record_field\",\"arguments\":\"{"
			"\\\"key\\\":\"}}") "," CALL("{\"function\":{"
						     "\"arguments\":"
						     "\"\\\"party_"
						     "size\\\","
						     "\\\"value\\\":5}"
						     "\"}}") "," CALL("{\"id\""
								      ":\"b\","
								      "\"funct"
								      "ion\":{"
								      "\"name"
								      "\":"
								      "\"recor"
								      "d_"
								      "field\""
								      ",\"argu"
								      "ments\""
								      ":\"{"
								      "\\\"key"
								      "\\\":"
								      "\\\"cal"
								      "ler_"
								      "name\\"
								      "\","
								      "\\\"val"
								      "ue\\\":"
								      "\\\"Bob"
								      "\\\"}"
								      "\"}}") "," END("tool_calls")) "]",
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		setup();
		ask_with(rows[i]);
		ck_assert_msg(strcmp(heard, "Ok. |record party_size 5|record "
					    "caller_name \"Bob\"|ask 0 ") == 0,
			      "row %zu: %s", i, heard);
		teardown();
	}
}
END_TEST

static const char record_only[] = STEPS(CALL(
	"{\"index\":0,\"id\":\"a\",\"function\":{\"name\":"
	"\"record_field\",\"arguments\":\"{\\\"key\\\":"
	"\\\"party_size\\\",\\\"value\\\":\\\"5\\\"}\"}}") "," END("tool_"
								   "calls"));

START_TEST(goes_on_when_tools_alone_would_leave_silence)
{
	char answers[2000];
	const json_t *messages, *last;

	setup();
	(void)snprintf(answers, sizeof(answers), "[%s,%s]", record_only,
		       STEPS(SAY("And your name?") "," END("stop")));
	ask_with(answers);
	ck_assert_str_eq(heard, "|record party_size 5And your name? "
				"|ask 2 caller_name");
	ck_assert_uint_eq(fake.requests, 2);
	/* The second request has the call and its result. */
	messages = json_object_get(fake.bodies[1], "messages");
	last = json_array_get(messages, json_array_size(messages) - 1);
	ck_assert_str_eq(json_string_value(json_object_get(last, "role")),
			 "tool");
	ck_assert_str_eq(
		json_string_value(json_object_get(last, "tool_call_id")), "a");
	ck_assert_str_eq(json_string_value(json_object_get(last, "content")),
			 "ok");
	teardown();
}
END_TEST

START_TEST(does_not_go_on_when_something_else_will_speak)
{
	setup();
	ask_with("[" STEPS(CALL(
		"{\"index\":0,\"id\":\"a\",\"function\":{"
		"\"name\":\"ask_expert\",\"arguments\":\"{"
		"\\\"question\\\":\\\"Parking?\\\"}\"}}") "," END("tool_"
								  "calls")) "]");
	ck_assert_str_eq(heard, "|question Parking?");
	ck_assert_int_eq(done, 1);
	ck_assert_uint_eq(fake.requests, 1);
	teardown();
}
END_TEST

START_TEST(gives_up_on_a_model_that_only_calls_tools)
{
	char answers[2000];

	setup();
	(void)snprintf(answers, sizeof(answers), "[%s]", record_only);
	ask_with(answers);
	ck_assert_int_eq(failed, 1);
	ck_assert_int_eq(error, -EPROTO);
	ck_assert_uint_eq(fake.requests, 3);
	teardown();
}
END_TEST

START_TEST(half_a_call_is_no_call)
{
	setup();
	ask_with("[" STEPS(SAY("Ok.") "," CALL(
		"{\"index\":0,\"id\":\"a\",\"function\":{\"name\":"
		"\"hang_up\",\"arguments\":\"\"}}") "," END("length")) "]");
	ck_assert_str_eq(heard, "Ok. |ask 0 ");
	teardown();
}
END_TEST

/* ---- failures ----------------------------------------------------------- */

START_TEST(tries_once_more_when_refused_in_passing)
{
	setup();
	ask("rate-then-text");
	ck_assert_str_eq(heard, "Here I am. |ask 0 ");
	ck_assert_uint_eq(fake.requests, 2);
	teardown();
	setup();
	ask("broken-then-text");
	ck_assert_str_eq(heard, "Back again. |ask 0 ");
	teardown();
	setup();
	ask_with("[{\"steps\":[{\"drop\":1}]}," STEPS(
		SAY("Hi.") "," END("stop")) "]");
	ck_assert_str_eq(heard, "Hi. |ask 0 ");
	teardown();
}
END_TEST

START_TEST(fails_at_once_when_trying_again_is_of_no_use)
{
	static const struct {
		const char *scenario;
		int err;
		unsigned requests;
	} rows[] = {
		{"rate-long", -EAGAIN, 1},     {"quota", -EAGAIN, 1},
		{"no such model", -ENOENT, 1}, {"broken", -EHOSTUNREACH, 2},
		{"error-in-mid", -EPROTO, 1},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		setup();
		ask(rows[i].scenario);
		ck_assert_int_eq(failed, 1);
		ck_assert_int_eq(error, rows[i].err);
		ck_assert_uint_eq(fake.requests, rows[i].requests);
		teardown();
	}
}
END_TEST

START_TEST(says_why_a_key_is_refused_and_never_the_key)
{
	setup();
	(void)snprintf(conf.llm_key, sizeof(conf.llm_key), "sk-secret");
	ask("text");
	ck_assert_int_eq(error, -EACCES);
	ck_assert_ptr_nonnull(strstr(why_text, "401 invalid_api_key"));
	ck_assert_ptr_null(strstr(why_text, "sk-secret"));
	teardown();
}
END_TEST

START_TEST(sends_no_header_without_a_key)
{
	setup();
	conf.llm_key[0] = '\0';
	ask("text");
	ck_assert_int_eq(error, -EACCES);
	teardown();
}
END_TEST

START_TEST(fails_when_no_word_comes_in_time)
{
	int64_t begin_us;

	setup();
	conf.llm_first_token_ms = 200;
	begin_us = clock_now_us();
	ask_with("[{\"steps\":[{\"silence\":1}]}]");
	ck_assert_int_eq(error, -ETIMEDOUT);
	ck_assert_int_lt(clock_now_us() - begin_us, 1500000);
	teardown();
	/* A status and comments are no words. */
	setup();
	conf.llm_first_token_ms = 200;
	ask_with("[" STEPS("{\"raw\":\": wait\\n\\n\"},{\"delta\":{\"role\":"
			   "\"assistant\"}},{\"stall\":1}") "]");
	ck_assert_int_eq(error, -ETIMEDOUT);
	teardown();
}
END_TEST

START_TEST(fails_when_an_answer_stops_in_the_middle)
{
	static const struct {
		const char *answers;
		int err;
	} rows[] = {
		{"[" STEPS(SAY("Let me see ") ",{\"stall\":1}") "]",
		 -ETIMEDOUT},
		{"[" STEPS(SAY("Let me see ") ",{\"drop\":1}") "]", -EPIPE},
		{"[" STEPS(SAY("Let me see ")) "]", -EPIPE},
		{"[" STEPS("{\"data\":\"{\\\"object\\\":\\\"error\\\","
			   "\\\"message\\\":\\\"no\\\",\\\"code\\\":"
			   "500}\"}") "]",
		 -EPROTO},
		{"[" STEPS(END("stop")) "]", -EBADMSG},
		{"[{\"steps\":[{\"status\":200,\"type\":\"text/html\","
		 "\"body\":\"<html>\"}]}]",
		 -EBADMSG},
		{"[{\"steps\":[{\"status\":302,\"headers\":\"Location:"
		 " "
		 "/x\\r\\n\"}]}]",
		 -EPROTO},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		setup();
		conf.llm_idle_ms = 200;
		ask_with(rows[i].answers);
		ck_assert_msg(failed == 1 && error == rows[i].err,
			      "row %zu: %d %s", i, error, why_text);
		teardown();
	}
}
END_TEST

START_TEST(fails_when_nobody_listens)
{
	setup();
	(void)snprintf(conf.llm_url, sizeof(conf.llm_url),
		       "http://127.0.0.1:1");
	ask("text");
	ck_assert_int_eq(error, -EHOSTUNREACH);
	teardown();
}
END_TEST

START_TEST(stops_a_model_that_talks_without_end)
{
	char *answers = malloc(200000);
	size_t len = (size_t)snprintf(answers, 100, "[{\"steps\":[");

	setup();
	for (int i = 0; i < 2000; i++)
		len += (size_t)snprintf(answers + len, 100, "%s,",
					SAY("more and more "));
	(void)snprintf(answers + len, 100, "{\"stall\":1}]}]");
	ask_with(answers);
	ck_assert_int_eq(done, 1);
	ck_assert_uint_lt(strlen(heard), 3000);
	free(answers);
	teardown();
}
END_TEST

START_TEST(an_event_over_the_limit_ends_the_turn)
{
	size_t n = 1200000;
	char *raw = malloc(n + 1), *text;
	json_t *answers;

	setup();
	memset(raw, 'x', n);
	raw[n] = '\0';
	answers = json_pack("[{s:[{s:s}]}]", "steps", "data", raw);
	text = json_dumps(answers, 0);
	ask_with(text);
	ck_assert_int_eq(error, -EMSGSIZE);
	free(text);
	free(raw);
	json_decref(answers);
	teardown();
}
END_TEST

/* ---- cancelling --------------------------------------------------------- */

static void await_aborted(unsigned n)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 5;
	pthread_mutex_lock(&fake.lock);
	while (fake.aborted < n)
		ck_assert_int_eq(pthread_cond_timedwait(&fake.changed,
							&fake.lock, &until),
				 0);
	pthread_mutex_unlock(&fake.lock);
}

START_TEST(cancelling_hangs_up_and_is_silent)
{
	struct brain_view v = kit_view(BRAIN_CUE_CALLER);

	setup();
	ck_assert_int_eq(
		fake_add(&fake, "here",
			 "[" STEPS(SAY("One two ") ",{\"stall\":1}") "]"),
		0);
	(void)snprintf(conf.llm_model, sizeof(conf.llm_model), "here");
	cancel_at = 1;
	ck_assert_int_eq(ops->think(session, 1, &v), 0);
	run();
	ck_assert_int_eq(outputs, 1);
	run_for(50000);
	await_aborted(1);
	ck_assert_int_eq(outputs + done + failed, 1);
	ck_assert_uint_eq(fake.requests, 1);
	teardown();
}
END_TEST

START_TEST(a_new_thought_replaces_the_old)
{
	struct brain_view v = kit_view(BRAIN_CUE_CALLER);

	setup();
	ck_assert_int_eq(
		fake_add(&fake, "here",
			 "[" STEPS(SAY("Old one ") ",{\"stall\":1}") "," STEPS(
				 SAY("New.") "," END("stop")) "]"),
		0);
	(void)snprintf(conf.llm_model, sizeof(conf.llm_model), "here");
	think_at = 1;
	ck_assert_int_eq(ops->think(session, 1, &v), 0);
	run();
	ck_assert_str_eq(heard, "New. |ask 0 ");
	ck_assert_int_eq(done, 1);
	teardown();
}
END_TEST

START_TEST(closing_with_a_thought_under_way_is_fine)
{
	struct brain_view v = kit_view(BRAIN_CUE_CALLER);

	setup();
	(void)snprintf(conf.llm_model, sizeof(conf.llm_model), "text");
	ck_assert_int_eq(ops->think(session, 1, &v), 0);
	teardown();
	setup();
	ck_assert_int_eq(ops->think(session, 1, &v), 0);
	run_for(3000);
	teardown();
}
END_TEST

START_TEST(connections_are_used_again)
{
	setup();
	for (int i = 0; i < 5; i++) {
		done = failed = outputs = 0;
		ask("text");
		ck_assert_int_eq(done, 1);
	}
	ck_assert_uint_eq(fake.requests, 5);
	ck_assert_uint_eq(fake.connections, 1);
	teardown();
}
END_TEST

/* ---- requests ----------------------------------------------------------- */

START_TEST(asks_in_the_documented_form)
{
	const json_t *body, *messages, *m;
	const char *last = NULL;
	size_t i;

	setup();
	ask("text");
	body = fake.bodies[0];
	ck_assert(json_is_true(json_object_get(body, "stream")));
	ck_assert(json_is_true(json_object_get(
		json_object_get(body, "stream_options"), "include_usage")));
	ck_assert_uint_gt(json_array_size(json_object_get(body, "tools")), 5);
	messages = json_object_get(body, "messages");
	/* system, then user and assistant in turn, a user's last */
	json_array_foreach (messages, i, m) {
		const char *role =
			json_string_value(json_object_get(m, "role"));

		ck_assert_str_eq(role, i == 0       ? "system"
				       : i % 2 == 1 ? "user"
						    : "assistant");
		last = json_string_value(json_object_get(m, "content"));
	}
	ck_assert_uint_ge(json_array_size(messages), 4);
	ck_assert_str_eq(last, "five people (hang up now)");
	teardown();
}
END_TEST

START_TEST(silence_needs_no_words_from_the_caller)
{
	struct brain_view v = kit_view(BRAIN_CUE_START);
	const json_t *messages;

	setup();
	v.n_lines = 0;
	(void)snprintf(conf.llm_model, sizeof(conf.llm_model), "text");
	ck_assert_int_eq(ops->think(session, 1, &v), 0);
	run();
	ck_assert_int_eq(done, 1);
	messages = json_object_get(fake.bodies[0], "messages");
	ck_assert_uint_eq(json_array_size(messages), 2);
	teardown();
}
END_TEST

UNIT_MAIN("llm_openai", speaks_what_is_streamed,
	  reads_a_stream_however_it_is_cut, reads_answers_of_other_servers,
	  records_and_speaks_in_one_round,
	  joins_arguments_that_are_cut_anywhere,
	  tells_calls_apart_as_servers_mark_them,
	  goes_on_when_tools_alone_would_leave_silence,
	  does_not_go_on_when_something_else_will_speak,
	  gives_up_on_a_model_that_only_calls_tools, half_a_call_is_no_call,
	  tries_once_more_when_refused_in_passing,
	  fails_at_once_when_trying_again_is_of_no_use,
	  says_why_a_key_is_refused_and_never_the_key,
	  sends_no_header_without_a_key, fails_when_no_word_comes_in_time,
	  fails_when_an_answer_stops_in_the_middle, fails_when_nobody_listens,
	  stops_a_model_that_talks_without_end,
	  an_event_over_the_limit_ends_the_turn,
	  cancelling_hangs_up_and_is_silent, a_new_thought_replaces_the_old,
	  closing_with_a_thought_under_way_is_fine, connections_are_used_again,
	  asks_in_the_documented_form, silence_needs_no_words_from_the_caller)
