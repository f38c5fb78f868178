/**
 * @file test_dialog_lost.c  Conversations that lose their Expert, or the
 * server
 *
 * SIM_SHOW=1 CK_FORK=no prints what was said.
 *
 * SPDX-License-Identifier: MIT
 */
#include "unit/dialog_script.h"

#include "unit/unit.h"

START_TEST(an_expert_lost_and_back_is_not_noticed)
{
	SIM_RUN(OPEN_THAI, "start", "lost", "c: robert",
		"f: caller_name=\"Robert\"", "wait: 5000", "resume",
		"wait: 15000", "alive", "c: do you have parking",
		"e: agent-question", "answer: Yes.", "a: Yes.");
}
END_TEST

START_TEST(an_expert_lost_leaves_a_question_open_until_grace_ends)
{
	SIM_RUN(OPEN_THAI, "start", "c: do you have parking", "lost",
		"wait: 1000", "a: One moment", "wait: 15000",
		"a: could not find that out", "a: what name", "c: robert",
		"f: caller_name=\"Robert\"", "c: when do you close",
		"!e: agent-question", "a: don't know");
}
END_TEST

START_TEST(a_new_expert_is_asked_again_by_the_same_id)
{
	SIM_RUN(OPEN_THAI, "start", "c: do you have parking", "lost",
		"wait: 2000", "attach",
		"e: agent-question||Do you have parking?||c1-q1",
		"answer: Yes.", "a: Yes.");
}
END_TEST

START_TEST(a_lost_call_is_offered_once_grace_ends_and_policy_waits)
{
	SIM_RUN("conf: lost=hangup", OPEN_THAI, "others", "start",
		"c: do you have parking", "lost", "wait: 14000", "offers: 0",
		"wait: 2000", "offers: 1", "alive", "wait: 5000", "attach",
		"e: agent-question||Do you have parking?||c1-q1",
		"answer: Yes.", "a: Yes.", "nobody", "alive", "wait: 15000",
		"offers: 1", "alive");
}
END_TEST

START_TEST(a_call_that_ends_is_not_offered_unless_its_transfer_fails)
{
	SIM_RUN("conf: lost=hangup", OPEN_THAI, "start", "hard: +15559999|",
		"transferred: +15559999", "lost", "wait: 16000", "offers: 0",
		"transfer-failed: busy", "wait: 16000", "offers: 1",
		"ended: bot-failure");
}
END_TEST

START_TEST(nobody_for_a_lost_call_is_what_policy_is_for)
{
	SIM_RUN("conf: lost=hangup", OPEN_THAI, "others", "start", "lost",
		"nobody", "wait: 2000", "alive", "wait: 14000", "alive",
		"nobody", "a: technical problem", "ended: bot-failure");
	SIM_RUN(OPEN_THAI, "others", "start", "lost", "wait: 16000", "nobody",
		"alive", "c: robert", "f: caller_name=\"Robert\"", "attach",
		"c: do you have parking", "e: agent-question", "lost",
		"wait: 16000", "offers: 2", "alive");
}
END_TEST

START_TEST(the_next_expert_finds_the_task_where_it_was)
{
	SIM_RUN("attach", "hooks: question",
		"task: t|x|say This call is recorded.;text name! Your "
		"name;integer party_size! Guests",
		"start", "a: This call is recorded.", "c: robert", "a: guests",
		"lost", "wait: 16000", "attach", "hooks: question",
		"task: t|x|say This call is recorded.;text name! Your "
		"name;integer party_size! Guests",
		"e: action-item-done|i0",
		"e: action-item-done|name||\"Robert\"", "!a: recorded",
		"!a: guests", "c: four", "e: action-item-done|party_size||4",
		"e: task-done");
}
END_TEST

START_TEST(the_next_expert_is_told_that_the_task_is_done)
{
	SIM_RUN("attach", "hooks:", "task: t|x|integer party_size! Guests",
		"start", "c: four", "e: task-done", "lost", "wait: 16000",
		"attach", "hooks:", "task: t|x|integer party_size! Guests",
		"e: action-item-done|party_size||4", "e: task-done",
		"!a: everything");
}
END_TEST

START_TEST(a_task_that_was_done_is_done_for_the_next_expert)
{
	SIM_RUN("attach", "hooks:",
		"task: t|x|say This call is recorded.;integer party_size! "
		"Guests",
		"start", "c: four", "e: task-done",
		"task: u|x|text name! Your name", "a: name", "lost",
		"wait: 16000", "attach", "hooks:",
		"task: t|x|say This call is recorded.;integer party_size! "
		"Guests",
		"e: task-done", "!a: recorded", "!a: everything",
		"task: u|x|text name! Your name", "a: name", "c: robert",
		"e: task-done||||u");
}
END_TEST

START_TEST(the_next_expert_does_not_read_the_script_again)
{
	SIM_RUN("attach", "hooks:", "script: Our lines are recorded.",
		"task: t|x|integer party_size! Guests", "start",
		"a: Our lines are recorded.", "lost", "wait: 16000", "attach",
		"hooks:", "script: Our lines are recorded.", "wait: 1000",
		"!a: recorded", "wait: 6000",
		"script: Our lines are recorded.", "a: recorded");
}
END_TEST

START_TEST(an_expert_lost_may_mean_the_end)
{
	SIM_RUN("conf: lost=hangup", OPEN_THAI, "start", "lost", "wait: 14000",
		"alive", "wait: 2000", "a: technical problem",
		"ended: bot-failure");
}
END_TEST

START_TEST(a_server_that_stops_says_goodbye)
{
	SIM_RUN(OPEN_THAI, "start", "slow", "stopping", "ending",
		"c: one more thing", "ending", "fast",
		"a: I have to end the call now", "ended: bot-hangup");
	/* Nobody has heard anything yet. */
	SIM_RUN(OPEN_THAI, "stopping", "ended: bot-hangup", "silent");
	/* A goodbye of its own is not said twice. */
	SIM_RUN("conf: lost=hangup", OPEN_THAI, "start", "lost", "wait: 16000",
		"stopping", "!a: I have to end", "ended: bot-failure");
}
END_TEST

START_TEST(an_expert_lost_may_mean_another_number)
{
	SIM_RUN("conf: lost=transfer:+15559999", OPEN_THAI, "start", "lost",
		"wait: 16000", "a: technical problem",
		"transferred: +15559999");
}
END_TEST

UNIT_MAIN("dialog_lost", an_expert_lost_and_back_is_not_noticed,
	  an_expert_lost_leaves_a_question_open_until_grace_ends,
	  a_new_expert_is_asked_again_by_the_same_id,
	  a_lost_call_is_offered_once_grace_ends_and_policy_waits,
	  a_call_that_ends_is_not_offered_unless_its_transfer_fails,
	  nobody_for_a_lost_call_is_what_policy_is_for,
	  the_next_expert_finds_the_task_where_it_was,
	  the_next_expert_is_told_that_the_task_is_done,
	  a_task_that_was_done_is_done_for_the_next_expert,
	  the_next_expert_does_not_read_the_script_again,
	  an_expert_lost_may_mean_the_end, a_server_that_stops_says_goodbye,
	  an_expert_lost_may_mean_another_number)
