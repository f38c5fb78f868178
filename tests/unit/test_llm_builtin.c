/**
 * @file test_llm_builtin.c  The engine's answers come later, in order
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "dialog/engine.h"
#include "net/loop.h"
#include "provider/provider.h"
#include "unit/unit.h"

static struct loop *loop;
static const struct llm_ops *ops;
static void *session;
static char memory[ENGINE_MEMORY_BYTES];
static uint32_t outputs, dones, failures, last_turn;
static char said[2000];
static int think_again, close_early;

static struct brain_view view_of(enum brain_cue cue)
{
	struct brain_view v = {.cue = cue,
			       .agent_name = "Nova",
			       .organization = "Thai Palace",
			       .purpose = "",
			       .language = "english",
			       .today = "2026-11-21",
			       .task_id = "",
			       .objective = "",
			       .completion_criteria = "",
			       .memory = memory,
			       .memory_bytes = sizeof(memory)};

	return v;
}

static void on_output(void *arg, uint32_t turn, const struct brain_output *o)
{
	(void)arg;
	outputs++;
	last_turn = turn;
	if (o->kind == BRAIN_SAY)
		strncat(said, o->text, sizeof(said) - strlen(said) - 1);
	if (think_again) {
		struct brain_view v = view_of(BRAIN_CUE_SILENCE);

		think_again = 0;
		v.silence_count = 1;
		ck_assert_int_eq(ops->think(session, turn + 1, &v), 0);
	}
	if (close_early)
		ops->cancel(session, turn);
}

static void on_done(void *arg, uint32_t turn)
{
	(void)arg;
	dones++;
	last_turn = turn;
}

static void on_failed(void *arg, uint32_t turn, int err, const char *why)
{
	(void)arg;
	(void)turn;
	(void)err;
	(void)why;
	failures++;
}

static void stop(void *arg)
{
	loop_stop(arg);
}

static void run_for(int64_t us)
{
	struct timer *t = NULL;

	ck_assert_int_eq(timer_new(&t, loop, stop, loop), 0);
	timer_start(t, us);
	loop_run(loop);
	timer_free(t);
}

static void begin(void)
{
	static const struct llm_events ev = {on_output, on_done, on_failed};
	struct provider_env env = {0};

	outputs = dones = failures = last_turn = 0;
	said[0] = '\0';
	memset(memory, 0, sizeof(memory));
	ck_assert_int_eq(loop_new(&loop, "test"), 0);
	env.loop = loop;
	ops = llm_find("builtin");
	ck_assert_ptr_nonnull(ops);
	session = malloc(ops->session_size);
	ck_assert_int_eq(ops->open(session, &env, &ev, NULL), 0);
}

static void end(void)
{
	ops->close(session);
	free(session);
	loop = loop_free(loop);
}

START_TEST(answers_after_think_has_returned)
{
	struct brain_view v = view_of(BRAIN_CUE_START);

	begin();
	ck_assert_int_eq(ops->think(session, 7, &v), 0);
	ck_assert_uint_eq(outputs, 0);
	run_for(20000);
	ck_assert_uint_gt(outputs, 0);
	ck_assert_uint_eq(dones, 1);
	ck_assert_uint_eq(last_turn, 7);
	ck_assert_ptr_nonnull(strstr(said, "Nova"));
	end();
}
END_TEST

START_TEST(is_silent_once_cancelled)
{
	struct brain_view v = view_of(BRAIN_CUE_START);

	begin();
	ck_assert_int_eq(ops->think(session, 1, &v), 0);
	ops->cancel(session, 1);
	run_for(20000);
	ck_assert_uint_eq(outputs + dones + failures, 0);
	end();
}
END_TEST

START_TEST(may_be_cancelled_from_an_output)
{
	struct brain_view v = view_of(BRAIN_CUE_START);

	begin();
	close_early = 1;
	ck_assert_int_eq(ops->think(session, 1, &v), 0);
	run_for(20000);
	ck_assert_uint_eq(outputs, 1);
	ck_assert_uint_eq(dones, 0);
	end();
}
END_TEST

START_TEST(may_think_anew_from_an_output)
{
	struct brain_view v = view_of(BRAIN_CUE_START);

	begin();
	think_again = 1;
	ck_assert_int_eq(ops->think(session, 1, &v), 0);
	run_for(20000);
	ck_assert_uint_eq(dones, 1);
	ck_assert_uint_eq(last_turn, 2);
	end();
}
END_TEST

START_TEST(unknown_drivers_are_not_found)
{
	ck_assert_ptr_null(llm_find("nobody"));
	ck_assert_ptr_null(llm_find(""));
}
END_TEST

UNIT_MAIN("llm_builtin", answers_after_think_has_returned,
	  is_silent_once_cancelled, may_be_cancelled_from_an_output,
	  may_think_anew_from_an_output, unknown_drivers_are_not_found)
