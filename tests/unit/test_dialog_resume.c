/**
 * @file test_dialog_resume.c  Experts that have agreed on more
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>

#include "unit/dialog_script.h"

#define LIVE "hooks: question", "start", "wait: 2300"

#define TASK                                                       \
	"task: t|Take the order.|say This call is recorded.;text " \
	"caller_name! Your name;integer party_size! Number of people"

START_TEST(the_first_expert_gets_an_empty_snapshot)
{
	SIM_RUN("attach: resume", "j: \"event_type\":\"call-snapshot\"",
		"j: \"cause\":\"start\"", "hooks:", "lost", "attach: resume",
		"j: \"cause\":\"start\"", "script: Hello.", "lost",
		"attach: resume", "j: \"cause\":\"lost\"");
}
END_TEST

START_TEST(who_did_not_ask_gets_none)
{
	SIM_RUN("attach", "!j: call-snapshot", "hooks: question", "start",
		"lost", "wait: 16000", "attach: state", "!j: call-snapshot",
		"!j: saved-state");
}
END_TEST

START_TEST(the_next_expert_gets_the_whole_state)
{
	SIM_RUN("attach: resume, state", "hooks: question", TASK, "start",
		"command: {\"command_type\":\"set-variable\","
		"\"key\":\"tier\",\"value\":{\"gold\":1}}",
		"command: {\"command_type\":\"set-state\","
		"\"state\":{\"step\":3}}",
		"c: robert", "others", "c: do you have parking", "lost",
		"wait: 16000", "attach: resume, state",
		"j: \"cause\":\"lost\"",
		"j: \"variables\":{\"tier\":{\"gold\":1}}",
		"j: \"fields\":{\"caller_name\":\"Robert\"}",
		"j: \"state\":{\"step\":3}", "j: \"task_id\":\"t\"",
		"j: "
		"{\"key\":\"i0\",\"item_type\":\"say\",\"status\":\"done\"}",
		"j: \"key\":\"caller_name\",\"item_type\":\"field\","
		"\"status\":\"done\"",
		"j: \"key\":\"party_size\",\"item_type\":\"field\","
		"\"status\":\"asking\"",
		"j: \"question\":\"Do you have parking?\"}]",
		"j: \"role\":\"caller\",\"text\":\"robert\"",
		"e: agent-question");
}
END_TEST

START_TEST(notes_are_handed_over_without_a_snapshot_too)
{
	SIM_RUN("attach: state", "hooks:", "start",
		"command: {\"command_type\":\"set-state\",\"state\":[7]}",
		"lost", "wait: 16000", "attach: state",
		"j: \"event_type\":\"saved-state\"", "j: \"state\":[7]",
		"command: {\"command_type\":\"set-state\",\"state\":null}",
		"lost", "wait: 16000", "attach: state", "!j: saved-state");
}
END_TEST

#define WISH                                                                  \
	"hooks: action", "start", "wait: 2300", "c: i want to talk to sales", \
		"suggest: sales=Transfer to the sales team"

START_TEST(an_action_is_told_again_until_it_is_done)
{
	SIM_RUN("attach: resume", WISH, "j: \"action_key\":\"sales\"",
		"j: \"execution_id\":\"c1-q1\"", "j: \"again\":false", "lost",
		"wait: 16000", "attach: resume",
		"j: \"executions\":[{\"execution_id\":\"c1-q1\","
		"\"action_key\":\"sales\"}]",
		"e: execute-action|sales", "j: \"again\":true",
		"command: {\"command_type\":\"action-done\","
		"\"execution_id\":\"c1-q1\"}",
		"c: hello", "lost", "wait: 16000", "attach: resume",
		"j: \"executions\":[]", "!e: execute-action");
}
END_TEST

#define WISH_AGAIN                    \
	"c: i want to talk to sales", \
		"suggest: sales=Transfer to the sales team"

/* EXECUTIONS_MAX of them: of one more the oldest is told no more. */
START_TEST(so_many_actions_wait_to_be_done_and_no_more)
{
	SIM_RUN("attach: resume", WISH, WISH_AGAIN, WISH_AGAIN, WISH_AGAIN,
		WISH_AGAIN, WISH_AGAIN, WISH_AGAIN, WISH_AGAIN, "lost",
		"wait: 16000", "attach: resume",
		"j: \"executions\":[{\"execution_id\":\"c1-q1\"",
		"j: \"execution_id\":\"c1-q8\"", WISH_AGAIN, "lost",
		"wait: 16000", "attach: resume",
		"j: \"executions\":[{\"execution_id\":\"c1-q2\"",
		"j: \"execution_id\":\"c1-q9\"");
}
END_TEST

START_TEST(an_action_that_cannot_be_confirmed_is_told_once)
{
	SIM_RUN("attach", WISH, "e: execute-action|sales", "lost",
		"wait: 16000", "attach: resume", "j: \"executions\":[]",
		"!e: execute-action");
	SIM_RUN("attach: resume", WISH, "e: execute-action|sales", "lost",
		"wait: 16000", "attach", "!e: execute-action");
}
END_TEST

START_TEST(a_task_that_was_done_is_told_until_something_comes_of_it)
{
	SIM_RUN("attach: resume",
		"hooks:", "task: t|x|integer party_size! Guests", "start",
		"c: four", "e: task-done", "lost", "wait: 16000",
		"attach: resume", "j: \"reported\":true", "e: task-done",
		"instruct: Be brief.", "lost", "wait: 16000", "attach: resume",
		"!e: task-done");
}
END_TEST

START_TEST(a_script_of_one_that_knows_is_meant)
{
	SIM_RUN("attach: resume", "hooks:", "script: Welcome.", "start",
		"a: Welcome.", "lost", "wait: 16000", "attach: resume",
		"script: Welcome.", "a: Welcome.");
}
END_TEST

/* ---- results ------------------------------------------------------------ */

#define ID(type, rest)                                                    \
	"command: {\"command_type\":\"" type "\"," rest "\"command_id\":" \
	"\"7\"}"

START_TEST(a_command_with_an_id_has_a_result)
{
	SIM_RUN("attach: results", "hooks:", "start",
		ID("set-variable", "\"key\":\"k\",\"value\":1,"),
		"j: \"command_id\":\"7\",\"status\":\"done\",\"reason\":null");
	SIM_RUN("attach: results", "hooks:", "start",
		ID("retry-task", "\"reason\":\"again\","),
		"j: \"status\":\"refused\",\"reason\":\"not-now\"");
	SIM_RUN("attach: results", "hooks: question", "start", "c: robert",
		ID("answer-question",
		   "\"question_id\":\"nobody\",\"answer\":\"yes\","),
		"j: \"status\":\"refused\",\"reason\":\"not-now\"");
}
END_TEST

START_TEST(a_second_answer_is_ignored_and_says_so)
{
	SIM_RUN("attach: results", OPEN_THAI, "start",
		"c: do you have parking", "answer: Yes.",
		ID("answer-question", "\"question_id\":\"c1-q1\","
				      "\"answer\":\"no\","),
		"j: \"status\":\"ignored\","
		"\"reason\":\"already-answered\"",
		"!a: no");
}
END_TEST

START_TEST(a_command_is_executed_once_whoever_repeats_it)
{
	SIM_RUN("attach: results", "hooks:", "start",
		ID("read-script", "\"script\":\"One two.\","), "a: One two.",
		ID("read-script", "\"script\":\"One two.\","), "silent",
		"j: \"status\":\"done\"", "lost", "wait: 16000",
		"attach: results",
		ID("read-script", "\"script\":\"One two.\","), "silent",
		"j: \"status\":\"done\"");
}
END_TEST

/* ---- say ---------------------------------------------------------------- */

#define SAY(more)                                                    \
	"command: {\"command_type\":\"say\",\"say_id\":\"s1\"," more \
	"\"text\":\"One moment, I am looking that up.\"}"

START_TEST(words_of_the_expert_are_said_at_once_and_reported)
{
	SIM_RUN("attach: say", LIVE, SAY(""),
		"a: One moment, I am looking that up.", "j: {\"sequence\":",
		"j: \"event_type\":\"said\",\"say_id\":\"s1\","
		"\"heard_text\":\"One moment, I am looking that up.\"",
		"j: \"interrupted\":false", SAY(""), "silent", "!j: said");
}
END_TEST

START_TEST(what_was_heard_of_a_say_that_was_cut)
{
	SIM_RUN("attach: say", LIVE, "slow", SAY(""), "barge: One moment",
		"j: \"heard_text\":\"One moment\"", "j: \"interrupted\":true");
}
END_TEST

START_TEST(a_say_that_nobody_heard_has_its_end_too)
{
	SIM_RUN("attach: say", LIVE, "slow", SAY(""), "closed",
		"j: \"say_id\":\"s1\",\"heard_text\":\"\"",
		"e: bot-session-ended");
}
END_TEST

START_TEST(a_say_comes_too_early_or_too_late)
{
	SIM_RUN("attach: say, results", "hooks:", SAY("\"command_id\":\"7\","),
		"j: \"refused\",\"reason\":\"not-now\"", "start", "wait: 2300",
		"slow", "instruct: hang up", "ending",
		SAY("\"command_id\":\"8\","),
		"j: \"ignored\",\"reason\":\"ending\"");
}
END_TEST

START_TEST(now_means_over_what_is_being_said)
{
	SIM_RUN("attach: say", LIVE, "slow", "script: A long text.",
		SAY("\"when\":\"now\","), "!a: A long text", "said",
		"a: One moment");
}
END_TEST

/* ---- hang-up ------------------------------------------------------------ */

START_TEST(the_expert_hangs_up_after_its_words_were_heard)
{
	SIM_RUN("attach: hangup", LIVE, "slow",
		"command: {\"command_type\":\"hang-up\","
		"\"text\":\"Your table is booked. Goodbye!\"}",
		"j: \"event_type\":\"call-ending\",\"state\":\"decided\","
		"\"by\":\"expert\",\"reason\":\"bot-hangup\"",
		"ending", "said", "ended: bot-hangup");
}
END_TEST

START_TEST(a_hang_up_of_the_expert_is_not_talked_out_of)
{
	SIM_RUN("attach: hangup", LIVE, "slow",
		"command: {\"command_type\":\"hang-up\",\"text\":\"Bye.\"}",
		"c: wait do you have parking", "!j: cancelled", "ending");
	SIM_RUN("attach: hangup", LIVE, "slow",
		"command: {\"command_type\":\"hang-up\",\"text\":\"Bye.\","
		"\"cancellable\":true}",
		"c: wait do you have parking", "j: \"state\":\"cancelled\"",
		"alive");
}
END_TEST

START_TEST(now_cuts_a_goodbye_short_and_waits_for_nobody)
{
	SIM_RUN("attach: hangup", LIVE, "slow",
		"command: {\"command_type\":\"hang-up\",\"text\":\"Bye.\"}",
		"ending", "speaking",
		"command: {\"command_type\":\"hang-up\",\"when\":\"now\"}",
		"ended: bot-hangup");
}
END_TEST

START_TEST(the_agents_own_hang_up_is_told_too)
{
	SIM_RUN("attach: hangup", LIVE, "instruct: Say goodbye and hang up.",
		"j: \"by\":\"agent\",\"reason\":\"bot-hangup\"");
}
END_TEST

/* ---- heard -------------------------------------------------------------- */

START_TEST(what_was_to_be_said_and_what_was_heard)
{
	SIM_RUN("attach: heard", LIVE, "slow",
		"script: We open at nine and close at five.",
		"barge: We open at nine",
		"j: \"utterance\":\"We open at nine and close at five.\"",
		"j: \"heard_text\":\"We open at nine\"", "fast",
		"c87: and on sunday", "j: \"utterance\":\"and on sunday\"",
		"j: \"final\":true", "j: \"confidence\":87");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dialog_resume");
	TCase *t = tcase_create("resume");
	SRunner *r;
	int failed;

	tcase_add_test(t, the_first_expert_gets_an_empty_snapshot);
	tcase_add_test(t, who_did_not_ask_gets_none);
	tcase_add_test(t, the_next_expert_gets_the_whole_state);
	tcase_add_test(t, notes_are_handed_over_without_a_snapshot_too);
	tcase_add_test(t, an_action_is_told_again_until_it_is_done);
	tcase_add_test(t, so_many_actions_wait_to_be_done_and_no_more);
	tcase_add_test(t, an_action_that_cannot_be_confirmed_is_told_once);
	tcase_add_test(
		t, a_task_that_was_done_is_told_until_something_comes_of_it);
	tcase_add_test(t, a_script_of_one_that_knows_is_meant);
	tcase_add_test(t, a_command_with_an_id_has_a_result);
	tcase_add_test(t, a_second_answer_is_ignored_and_says_so);
	tcase_add_test(t, a_command_is_executed_once_whoever_repeats_it);
	tcase_add_test(t, words_of_the_expert_are_said_at_once_and_reported);
	tcase_add_test(t, what_was_heard_of_a_say_that_was_cut);
	tcase_add_test(t, a_say_that_nobody_heard_has_its_end_too);
	tcase_add_test(t, a_say_comes_too_early_or_too_late);
	tcase_add_test(t, now_means_over_what_is_being_said);
	tcase_add_test(t, the_expert_hangs_up_after_its_words_were_heard);
	tcase_add_test(t, a_hang_up_of_the_expert_is_not_talked_out_of);
	tcase_add_test(t, now_cuts_a_goodbye_short_and_waits_for_nobody);
	tcase_add_test(t, the_agents_own_hang_up_is_told_too);
	tcase_add_test(t, what_was_to_be_said_and_what_was_heard);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
