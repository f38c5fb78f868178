/**
 * @file test_report.c  What came of a call, and whether expectations hold
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>

#include "ctl/expect.h"
#include "ctl/report.h"
#include "unit/unit.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const char record_text[] =
	"{\"id\":\"c1\",\"reason\":\"bot-hangup\",\"recording\":\"d/c1.wav\","
	"\"journal\":\"d/c1.journal\",\"fields\":{\"name\":\"Robert\","
	"\"size\":4,\"visit\":{\"day\":25,\"month\":12,"
	"\"year\":2026}},\"transcript\":["
	"{\"who\":\"agent\",\"text\":\"Hello.\",\"at_ms\":100},"
	"{\"who\":\"caller\",\"text\":\"hi\",\"at_ms\":3000},"
	"{\"who\":\"caller\",\"text\":\"robert here\",\"at_ms\":3500},"
	"{\"who\":\"agent\",\"text\":\"Thanks, how\",\"at_ms\":4200,"
	"\"interrupted\":true},"
	"{\"who\":\"caller\",\"text\":\"four\",\"at_ms\":6000},"
	"{\"who\":\"agent\",\"text\":\"Good.\",\"at_ms\":7000},"
	"{\"who\":\"agent\",\"text\":\"Bye.\",\"at_ms\":8000}],"
	"\"turns\":[{\"turn\":1,\"heard\":\"hi\",\"endpoint_ms\":-1,"
	"\"stt_ms\":10,\"llm_ms\":1,\"tts_ms\":20,\"total_ms\":700},"
	"{\"turn\":2,\"heard\":\"four\",\"endpoint_ms\":600,\"stt_ms\":11,"
	"\"llm_ms\":1,\"tts_ms\":21,\"total_ms\":900}],"
	"\"events\":[{\"type\":\"expert-attached\",\"at_ms\":3}]}";

static struct script s;
static struct report_call call;
static json_t *record;

static void begin(const char *yaml)
{
	char why[SCRIPT_WHY_BYTES] = "";

	script_init(&s);
	ck_assert_msg(script_parse(&s, yaml, strlen(yaml), "s", why) == 0,
		      "%s", why);
	memset(&call, 0, sizeof(call));
	call.external_id = "CA1";
	call.end = PHONE_END_AGENT;
	call.detail = "";
	call.duration_ms = 9000;
	call.n_said = 3;
	call.said[0] = (struct report_said){"Hi, Robert here.", 1500, 850};
	call.said[1] = (struct report_said){"Four.", 5000, -1};
	call.said[2] = (struct report_said){"Bye.", 8900, -1};
	record = json_loads(record_text, 0, NULL);
	ck_assert_ptr_nonnull(record);
}

START_TEST(puts_said_heard_and_answered_together)
{
	static const char want[] =
		"[{\"said\":\"\",\"heard\":\"\",\"agent\":\"Hello.\","
		"\"latency_ms\":{}},"
		"{\"said\":\"Hi, Robert here.\",\"heard\":\"hi robert "
		"here\",\"agent\":\"Thanks, how\",\"latency_ms\":{"
		"\"by_ear\":850,\"stt\":10,\"llm\":1,\"tts\":20,"
		"\"total\":700}},"
		"{\"said\":\"Four.\",\"heard\":\"four\",\"agent\":\"Good. "
		"Bye.\",\"latency_ms\":{\"endpoint\":600,\"stt\":11,"
		"\"llm\":1,\"tts\":21,\"total\":900}},"
		"{\"said\":\"Bye.\",\"heard\":\"\",\"agent\":\"\","
		"\"latency_ms\":{}}]";
	json_t *result;
	char *turns;

	begin("to: x\n");
	result = report_make(&call, &s, record);
	turns = json_dumps(json_object_get(result, "turns"), JSON_COMPACT);
	ck_assert_str_eq(turns, want);
	ck_assert(json_is_true(json_object_get(result, "ok")));
	ck_assert_str_eq(json_string_value(json_object_get(result, "call_id")),
			 "c1");
	ck_assert_str_eq(
		json_string_value(json_object_get(result, "ended_by")),
		"bot-hangup");
	free(turns);
	json_decref(result);
	json_decref(record);
}
END_TEST

START_TEST(checks_every_kind_of_expectation)
{
	static const struct {
		const char *yaml;
		int ok;
		const char *detail;
	} cases[] = {
		{"field: {name: Robert}", 1, NULL},
		{"field: {name: robert}", 0, "Robert"},
		{"field: {size: 4}", 1, NULL},
		{"field: {size: 5}", 0, "4"},
		{"field: {phone: 5}", 0, "it was not collected"},
		{"field: {visit: 2026-12-25}", 1, NULL},
		{"field: {visit: {year: 2026, month: 12, day: 25}}", 1, NULL},
		{"field: {visit: {day: 25, month: 12, year: 2026}}", 1, NULL},
		{"field: {visit: {day: 26, month: 12, year: 2026}}", 0,
		 "2026-12-25"},
		{"field: {visit: {day: 25, month: 12}}", 0, "2026-12-25"},
		{"no_field: phone", 1, NULL},
		{"no_field: size", 0, "4"},
		{"agent_said: thanks how", 1, NULL},
		{"agent_said: sorry", 0,
		 "it was: \"Hello.\" \"Thanks, how\" \"Good.\" \"Bye.\""},
		{"agent_not_said: sorry", 1, NULL},
		{"agent_not_said: bye", 0, "\"Bye.\""},
		{"heard: robert", 1, NULL},
		{"heard: hello", 0, "it was: \"hi\" \"robert here\" \"four\""},
		{"ended_by: bot-hangup", 1, NULL},
		{"ended_by: declined", 0, "bot-hangup"},
		{"transfer_to: \"+1\"", 0, ""},
		{"max_latency_ms: 900", 1, NULL},
		{"max_latency_ms: 899", 0, "the slowest took 900 ms"},
		{"min_turns: 2", 1, NULL},
		{"min_turns: 3", 0, "in 2"},
		{"interrupted: true", 1, NULL},
		{"interrupted: false", 0, "after \"Thanks, how\""},
		{"expert: true", 1, NULL},
		{"expert: false", 0, "one did"},
	};

	for (size_t i = 0; i < N(cases); i++) {
		json_t *result, *e;
		char yaml[128];

		(void)snprintf(yaml, sizeof(yaml), "expect:\n- %s\n",
			       cases[i].yaml);
		begin(yaml);
		result = report_make(&call, &s, record);
		e = json_array_get(json_object_get(result, "expectations"), 0);
		ck_assert_msg(json_is_true(json_object_get(e, "ok")) ==
				      cases[i].ok,
			      "%s", yaml);
		ck_assert_int_eq(json_is_true(json_object_get(result, "ok")),
				 cases[i].ok);
		if (cases[i].detail)
			ck_assert_str_eq(json_string_value(
						 json_object_get(e, "detail")),
					 cases[i].detail);
		json_decref(result);
		json_decref(record);
	}
}
END_TEST

START_TEST(an_unrecorded_call_ends_by_what_the_caller_saw)
{
	static const struct {
		enum phone_end end;
		const char *ended_by;
		int ok;
	} cases[] = {{PHONE_END_CALLER, "user-hangup", 1},
		     {PHONE_END_AGENT, "bot-hangup", 1},
		     {PHONE_END_TRANSFER, "bot-transfer", 1},
		     {PHONE_END_DECLINED, "declined", 0},
		     {PHONE_END_FAILED, "bot-failure", 0}};

	for (size_t i = 0; i < N(cases); i++) {
		json_t *result;

		begin("to: x\n");
		call.end = cases[i].end;
		call.detail = "+1999";
		result = report_make(&call, &s, NULL);
		ck_assert_str_eq(
			json_string_value(json_object_get(result, "ended_by")),
			cases[i].ended_by);
		ck_assert_int_eq(json_is_true(json_object_get(result, "ok")),
				 cases[i].ok);
		json_decref(result);
		json_decref(record);
	}
}
END_TEST

START_TEST(fails_when_nobody_takes_it_unless_that_is_expected)
{
	static const struct {
		const char *yaml, *events, *reason;
		const char *problem;
	} cases[] = {
		{"to: x\n", "[]", "bot-hangup", "no Expert took the call"},
		{"to: x\n", "[{\"type\":\"no-expert\"}]", "user-hangup",
		 "no Expert took the call"},
		{"to: x\n", "[{\"type\":\"declined\"}]", "declined",
		 "the Expert declined the call"},
		{"to: x\n", "[{\"type\":\"expert-attached\"}]", "bot-hangup",
		 ""},
		{"expect:\n  - expert: false\n", "[]", "bot-hangup", ""},
		{"expect:\n  - ended_by: declined\n", "[]", "declined", ""},
		{"expect:\n  - ended_by: bot-hangup\n", "[]", "bot-hangup",
		 "no Expert took the call"},
	};

	for (size_t i = 0; i < N(cases); i++) {
		json_t *result;

		begin(cases[i].yaml);
		(void)json_object_set_new(
			record, "events",
			json_loads(cases[i].events, 0, NULL));
		(void)json_object_set_new(record, "reason",
					  json_string(cases[i].reason));
		result = report_make(&call, &s, record);
		ck_assert_str_eq(
			json_string_value(json_object_get(result, "problem")),
			cases[i].problem);
		ck_assert_int_eq(json_is_true(json_object_get(result, "ok")),
				 !cases[i].problem[0]);
		json_decref(result);
		json_decref(record);
	}
}
END_TEST

START_TEST(fails_when_the_one_line_is_not_answered)
{
	json_t *result;

	begin("to: x\n");
	call.wants_reply = 1;
	result = report_make(&call, &s, record);
	ck_assert(json_is_true(json_object_get(result, "ok")));
	json_decref(result);

	call.said[0].reply_ms = -1;
	result = report_make(&call, &s, record);
	ck_assert(json_is_false(json_object_get(result, "ok")));
	json_decref(result);
	json_decref(record);
}
END_TEST

START_TEST(fails_when_time_ran_out_or_a_carrier_would_warn)
{
	json_t *result;

	begin("to: x\n");
	call.timed_out = 1;
	result = report_make(&call, &s, record);
	ck_assert(json_is_false(json_object_get(result, "ok")));
	json_decref(result);

	call.timed_out = 0;
	call.stats.bad = 1;
	result = report_make(&call, &s, record);
	ck_assert(json_is_false(json_object_get(result, "ok")));
	json_decref(result);
	json_decref(record);
}
END_TEST

UNIT_MAIN("report", puts_said_heard_and_answered_together,
	  checks_every_kind_of_expectation,
	  an_unrecorded_call_ends_by_what_the_caller_saw,
	  fails_when_nobody_takes_it_unless_that_is_expected,
	  fails_when_the_one_line_is_not_answered,
	  fails_when_time_ran_out_or_a_carrier_would_warn)
