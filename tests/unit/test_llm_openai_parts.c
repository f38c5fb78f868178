/**
 * @file test_llm_openai_parts.c  Refusals, retries and bounds of the stream
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdlib.h>

#include "provider/llm_openai.h"
#include "unit/unit.h"

START_TEST(reads_what_a_refusal_says)
{
	static const struct {
		int status;
		const char *body, *why;
		int err, final;
	} rows[] = {
		{401,
		 "{\"error\":{\"message\":\"bad key\",\"type\":\"t\","
		 "\"code\":\"invalid_api_key\"}}",
		 "401 invalid_api_key: bad key", -EACCES, 0},
		{429,
		 "{\"error\":{\"message\":\"no money\",\"type\":"
		 "\"insufficient_quota\",\"code\":null}}",
		 "429 insufficient_quota: no money", -EAGAIN, 1},
		{503,
		 "{\"error\":{\"code\":503,\"message\":\"Loading\","
		 "\"type\":\"unavailable_error\"}}",
		 "503 unavailable_error: Loading", -EHOSTUNREACH, 0},
		{400, "[{\"error\":{\"message\":\"m\",\"code\":400}}]",
		 "400: m", -EPROTO, 0},
		{500, "{\"object\":\"error\",\"message\":\"m\"}", "500: m",
		 -EHOSTUNREACH, 0},
		{404, "{\"error\":\"model not found\"}",
		 "404: model not found", -ENOENT, 0},
		{502, "<html>\nBad gateway", "502", -EHOSTUNREACH, 0},
		{408, "", "408", -ETIMEDOUT, 0},
		{413, "{}", "413", -EMSGSIZE, 0},
		{400, "{\"error\":{\"message\":\"a\\nb\"}}", "400: a b",
		 -EPROTO, 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char why[OPENAI_WHY_BYTES];
		int final = -1;

		ck_assert_int_eq(openai_error(rows[i].status, rows[i].body,
					      strlen(rows[i].body), why,
					      sizeof(why), &final),
				 rows[i].err);
		ck_assert_str_eq(why, rows[i].why);
		ck_assert_int_eq(final, rows[i].final);
	}
}
END_TEST

START_TEST(retries_once_and_soon_or_not_at_all)
{
	static const struct {
		int status, final;
		const char *should, *after_ms, *after;
		int64_t from_us, to_us;
	} rows[] = {
		{500, 0, NULL, NULL, NULL, 300000, 400000},
		{0, 0, NULL, NULL, NULL, 300000, 400000},
		{408, 0, NULL, NULL, NULL, 300000, 400000},
		{409, 0, NULL, NULL, NULL, 300000, 400000},
		{429, 0, NULL, NULL, NULL, 300000, 400000},
		{498, 0, NULL, NULL, NULL, 300000, 400000},
		{429, 1, NULL, NULL, NULL, -1, -1},
		{429, 0, NULL, "50", NULL, 50000, 50000},
		{429, 0, NULL, "50.5", "30", 50500, 50500},
		{429, 0, NULL, NULL, "1", 1000000, 1000000},
		{429, 0, NULL, NULL, "0.2", 200000, 200000},
		{429, 0, NULL, NULL, "2", -1, -1},
		{429, 0, NULL, NULL, "300", -1, -1},
		{429, 0, NULL, NULL, "Sat, 21 Nov 2026 10:00:00 GMT", -1, -1},
		{429, 0, NULL, "nan", NULL, 300000, 400000},
		{429, 0, NULL, "-5", NULL, 300000, 400000},
		{500, 0, "false", NULL, NULL, -1, -1},
		{400, 0, "true", NULL, NULL, 300000, 400000},
		{400, 0, NULL, NULL, NULL, -1, -1},
		{401, 0, NULL, NULL, NULL, -1, -1},
		{200, 0, NULL, NULL, NULL, -1, -1},
		{302, 0, NULL, NULL, NULL, -1, -1},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		for (unsigned dice = 0; dice < 256; dice += 255) {
			int64_t us = openai_retry_us(
				rows[i].status, rows[i].final, rows[i].should,
				rows[i].after_ms, rows[i].after, dice);

			ck_assert_msg(us >= rows[i].from_us &&
					      us <= rows[i].to_us,
				      "row %zu: %lld", i, (long long)us);
		}
	}
}
END_TEST

static void ignore(void *arg, const char *delta)
{
	(void)arg;
	(void)delta;
}

static int add(struct openai_answer *a, const char *s)
{
	return openai_answer_add(a, s, strlen(s));
}

START_TEST(bounds_the_calls_of_an_answer)
{
	struct openai_answer a;
	char chunk[200];

	openai_answer_init(&a, ignore, NULL);
	for (int i = 0; i <= OPENAI_CALLS_MAX; i++) {
		(void)snprintf(chunk, sizeof(chunk),
			       "{\"choices\":[{\"delta\":{\"tool_calls\":[{"
			       "\"index\":%d,\"function\":{\"name\":\"x\"}}]}}"
			       "]}",
			       i);
		ck_assert_int_eq(add(&a, chunk),
				 i < OPENAI_CALLS_MAX ? 0 : -EMSGSIZE);
	}
	ck_assert_uint_eq(a.n_calls, OPENAI_CALLS_MAX);
	openai_answer_done(&a);
}
END_TEST

START_TEST(bounds_the_arguments_of_a_call)
{
	static const char format[] =
		"{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,"
		"\"function\":{\"arguments\":\"%.*s\"}}]}}]}";
	size_t room = OPENAI_ARGS_BYTES + 200;
	char *xs = malloc(room), *chunk = malloc(room);
	struct openai_answer a;

	/* The buffer's last byte is its NUL. */
	memset(xs, 'x', room);
	for (int more = 0; more < 2; more++) {
		openai_answer_init(&a, ignore, NULL);
		(void)snprintf(chunk, room, format,
			       OPENAI_ARGS_BYTES - 1 + more, xs);
		ck_assert_int_eq(add(&a, chunk), more ? -EMSGSIZE : 0);
		openai_answer_done(&a);
	}
	free(xs);
	free(chunk);
}
END_TEST

START_TEST(counts_tokens_wherever_they_are_told)
{
	struct openai_answer a;

	openai_answer_init(&a, ignore, NULL);
	ck_assert_int_eq(add(&a, "{\"choices\":[],\"usage\":{\"prompt_tokens\""
				 ":5,\"completion_tokens\":7}}"),
			 0);
	ck_assert_int_eq(a.prompt_tokens, 5);
	ck_assert_int_eq(a.completion_tokens, 7);
	ck_assert_int_eq(add(&a, "{\"x_groq\":{\"usage\":{\"prompt_tokens\":6,"
				 "\"completion_tokens\":8}}}"),
			 0);
	ck_assert_int_eq(a.prompt_tokens, 6);
	ck_assert_int_eq(add(&a, "{\"usage\":null}"), 0);
	ck_assert_int_eq(a.completion_tokens, 8);
	openai_answer_done(&a);
}
END_TEST

UNIT_MAIN("llm_openai_parts", reads_what_a_refusal_says,
	  retries_once_and_soon_or_not_at_all, bounds_the_calls_of_an_answer,
	  bounds_the_arguments_of_a_call, counts_tokens_wherever_they_are_told)
