/**
 * @file test_dialog_resume.c  Experts that have agreed on more
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <stdlib.h>

#include "unit/dialog_script.h"

#define TASK                                                       \
	"task: t|Take the order.|say This call is recorded.;text " \
	"caller_name! Your name;integer party_size! Number of people"

START_TEST(the_first_expert_gets_an_empty_snapshot)
{
	SIM_RUN("attach: resume", "j: \"event_type\":\"call-snapshot\"",
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

START_TEST(an_action_that_cannot_be_confirmed_is_told_once)
{
	SIM_RUN("attach", WISH, "e: execute-action|sales", "lost",
		"wait: 16000", "attach: resume", "j: \"executions\":[]",
		"!e: execute-action");
	SIM_RUN("attach: resume", WISH, "e: execute-action|sales", "lost",
		"wait: 16000", "attach", "!e: execute-action");
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
	tcase_add_test(t, an_action_that_cannot_be_confirmed_is_told_once);
	tcase_add_test(t, a_script_of_one_that_knows_is_meant);
	tcase_add_test(t, a_command_with_an_id_has_a_result);
	tcase_add_test(t, a_second_answer_is_ignored_and_says_so);
	tcase_add_test(t, a_command_is_executed_once_whoever_repeats_it);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
