/**
 * @file test_actor.c  When a simulated caller does what
 *
 * Time is driven by hand, in steps of 20 ms.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>

#include "base/clock.h"
#include "ctl/actor.h"
#include "unit/unit.h"

static struct script s;
static struct actor a;
static int64_t now_us;

static void begin(const char *yaml)
{
	char why[SCRIPT_WHY_BYTES] = "";
	int err;

	script_init(&s);
	err = script_parse(&s, yaml, strlen(yaml), "s.yaml", why);
	ck_assert_msg(err == 0, "%s", why);
	now_us = 0;
	actor_init(&a, &s, 1, now_us);
}

/* Ask for so long. @return the first act, or NULL */
static const struct script_act *wait_ms(int64_t ms)
{
	int64_t end_us = now_us + ms * US_PER_MS;
	const struct script_act *act = NULL;

	while (!act && now_us < end_us) {
		now_us += 20 * US_PER_MS;
		act = actor_next(&a, now_us);
	}

	return act;
}

/* The agent says something for a second; nothing may happen meanwhile. */
static void agent_says(const char *text)
{
	actor_on_voice(&a, 1, now_us);
	ck_assert_ptr_null(wait_ms(1000));
	actor_on_voice(&a, 0, now_us);
	actor_on_words(&a, text);
}

/* The caller speaks for half a second. */
static void expect_says(const char *text, int64_t within_ms)
{
	const struct script_act *act = wait_ms(within_ms);

	ck_assert_ptr_nonnull(act);
	ck_assert_int_eq(act->kind, ACT_SAY);
	ck_assert_str_eq(act->text, text);
	now_us += 500 * US_PER_MS;
	actor_on_done(&a, now_us);
}

START_TEST(speaks_after_the_agent_with_a_pause)
{
	begin("steps: [{say: one}, {say: two}]\n");
	ck_assert_ptr_null(wait_ms(5000));
	agent_says("hello");
	/* reply_ms is 450, a third more or less */
	ck_assert_ptr_null(wait_ms(290));
	expect_says("one", 350);
	ck_assert_ptr_null(wait_ms(3000));
	agent_says("and");
	expect_says("two", 700);
	ck_assert_int_eq(actor_has_more(&a), 0);
}
END_TEST

START_TEST(speaks_into_the_agent)
{
	begin("steps:\n- say: stop\n  when: {into_agent_ms: 800}\n");
	ck_assert_ptr_null(wait_ms(2000));
	actor_on_voice(&a, 1, now_us);
	ck_assert_ptr_null(wait_ms(780));
	expect_says("stop", 40);
}
END_TEST

START_TEST(waits_for_an_agent_that_begins_after_the_step_before)
{
	begin("steps:\n- say: one\n- say: stop\n"
	      "  when: {into_agent_ms: 100}\n");
	agent_says("hello");
	expect_says("one", 700);
	ck_assert_ptr_null(wait_ms(1000));
	actor_on_voice(&a, 1, now_us);
	expect_says("stop", 140);
}
END_TEST

START_TEST(answers_by_rule_when_the_words_come)
{
	begin("rules:\n- {when: how many, say: four}\n"
	      "- {when: name, say: robert, times: 1}\n");
	agent_says("what is your name");
	expect_says("robert", 700);
	agent_says("how many people");
	expect_says("four", 700);
	agent_says("your name again?");
	ck_assert_ptr_null(wait_ms(3000));
	agent_says("and how many");
	expect_says("four", 700);
}
END_TEST

START_TEST(answers_words_that_come_late_and_in_parts)
{
	begin("rules:\n- {when: how * people, say: four}\n");
	actor_on_voice(&a, 1, now_us);
	actor_on_words(&a, "so how many");
	ck_assert_ptr_null(wait_ms(1000));
	actor_on_voice(&a, 0, now_us);
	ck_assert_ptr_null(wait_ms(1000));
	actor_on_words(&a, "people");
	expect_says("four", 40);
}
END_TEST

START_TEST(forgets_words_that_came_while_it_spoke)
{
	const struct script_act *act;

	begin("rules:\n- {when: how many, say: four}\n");
	agent_says("how many");
	act = wait_ms(700);
	ck_assert_ptr_nonnull(act);
	actor_on_words(&a, "how many");
	actor_on_done(&a, now_us);
	agent_says("thanks");
	ck_assert_ptr_null(wait_ms(3000));
}
END_TEST

START_TEST(a_step_that_is_due_goes_before_a_rule)
{
	begin("steps:\n- say: is there parking\n"
	      "  when: {after_text: how many}\n"
	      "rules:\n- {when: how many, say: four}\n"
	      "- {when: name, say: robert}\n");
	agent_says("your name please");
	expect_says("robert", 700);
	agent_says("how many");
	expect_says("is there parking", 700);
	agent_says("yes. how many");
	expect_says("four", 700);
}
END_TEST

START_TEST(waits_and_keeps_silent)
{
	begin("steps:\n- wait_ms: 1000\n- say: one\n  when: at_once\n"
	      "- silence_ms: 5000\n- say: two\n");
	ck_assert_ptr_null(wait_ms(1000));
	expect_says("one", 60);
	agent_says("hello");
	/* the silence begins when the agent has stopped, and outlasts what
	 * it says next */
	ck_assert_ptr_null(wait_ms(3000));
	agent_says("are you there");
	ck_assert_ptr_null(wait_ms(1000));
	expect_says("two", 700);
}
END_TEST

START_TEST(hangs_up_when_told_and_only_once)
{
	const struct script_act *act;

	begin("steps: [{hangup: true}]\n");
	agent_says("hello");
	act = wait_ms(700);
	ck_assert_ptr_nonnull(act);
	ck_assert_int_eq(act->kind, ACT_HANGUP);
	ck_assert_ptr_null(wait_ms(60000));
}
END_TEST

START_TEST(loses_patience_when_nobody_speaks)
{
	const struct script_act *act;

	begin("patience_ms: 3000\nsteps: [{say: one}]\n");
	agent_says("hello");
	expect_says("one", 700);
	ck_assert_ptr_null(wait_ms(2900));
	act = wait_ms(200);
	ck_assert_ptr_nonnull(act);
	ck_assert_int_eq(act->kind, ACT_HANGUP);
}
END_TEST

START_TEST(pauses_differ_by_seed_and_repeat_with_it)
{
	int64_t pauses[3];
	static const uint64_t seeds[] = {1, 2, 1};

	for (int i = 0; i < 3; i++) {
		begin("steps: [{say: one}]\n");
		actor_init(&a, &s, seeds[i], now_us);
		pauses[i] = a.reply_us;
		ck_assert_int_ge(a.reply_us, 300000);
		ck_assert_int_le(a.reply_us, 600000);
	}
	ck_assert_int_eq(pauses[0], pauses[2]);
	ck_assert_int_ne(pauses[0], pauses[1]);
}
END_TEST

START_TEST(keeps_the_latest_words_when_there_are_too_many)
{
	begin("rules:\n- {when: how many, say: four}\n");
	for (int i = 0; i < 2000; i++)
		actor_on_words(&a, "filling");
	agent_says("how many");
	expect_says("four", 700);
}
END_TEST

UNIT_MAIN("actor", speaks_after_the_agent_with_a_pause, speaks_into_the_agent,
	  waits_for_an_agent_that_begins_after_the_step_before,
	  answers_by_rule_when_the_words_come,
	  answers_words_that_come_late_and_in_parts,
	  forgets_words_that_came_while_it_spoke,
	  a_step_that_is_due_goes_before_a_rule, waits_and_keeps_silent,
	  hangs_up_when_told_and_only_once, loses_patience_when_nobody_speaks,
	  pauses_differ_by_seed_and_repeat_with_it,
	  keeps_the_latest_words_when_there_are_too_many)
