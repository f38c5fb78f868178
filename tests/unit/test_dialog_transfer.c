/**
 * @file test_dialog_transfer.c  Putting the caller through, step by step
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>

#include "unit/dialog_script.h"

#define LIVE     "hooks: question", "start", "wait: 2300"
#define ATTACHED "attach: results, hangup, transfer, resume", LIVE

#define TRANSFER(more)                                     \
	"command: {\"command_type\":\"transfer-call\","    \
	"\"to_number\":\"+15550001\",\"transfer_id\":"     \
	"\"t1\",\"transfer_message\":\"Connecting you.\"," \
	"\"soft_transfer\":false" more "}"

#define STATUS(id, status, cause)                                           \
	"j: \"status\":\"" status "\",\"transfer_id\":" id ",\"to_number\"" \
	":\"+15550001\",\"cause\":" cause

#define HANG_UP                                                    \
	"command: {\"command_type\":\"hang-up\",\"when\":\"now\"," \
	"\"command_id\":\"9\"}"

START_TEST(it_is_told_from_the_first_try_to_the_answer)
{
	SIM_RUN(ATTACHED, "slow", TRANSFER(""), "!j: transfer-status",
		"transferred:", "fast", "transferred: +15550001",
		STATUS("\"t1\"", "trying", "null"), "moved: ringing",
		STATUS("\"t1\"", "ringing", "null"), "moved: answered",
		STATUS("\"t1\"", "answered", "null"), "!e: bot-session-ended",
		"closed: bot-transfer", "e: bot-session-ended||bot-transfer",
		"!j: transfer-status");
}
END_TEST

START_TEST(a_line_that_learns_nothing_says_answered_when_it_ends)
{
	SIM_RUN(ATTACHED, TRANSFER(""), STATUS("\"t1\"", "trying", "null"),
		"closed", STATUS("\"t1\"", "answered", "null"),
		"e: bot-session-ended||bot-transfer");
}
END_TEST

START_TEST(what_nobody_commanded_has_no_id)
{
	SIM_RUN("conf: lost=transfer:+15550001", "attach: transfer", LIVE,
		"lost", "wait: 16000", STATUS("null", "trying", "null"));
}
END_TEST

START_TEST(an_expert_that_agreed_is_told_the_cause_in_place_of_a_warning)
{
	SIM_RUN(ATTACHED, TRANSFER(""), "moved: busy",
		STATUS("\"t1\"", "failed", "\"busy\""), "!e: warning",
		"a: could not put you through", "alive", "c: hello", "alive");
	SIM_RUN("attach: results", LIVE, TRANSFER(""), "moved: busy",
		"e: warning||the transfer to +15550001 failed: busy",
		"a: could not put you through", "alive");
}
END_TEST

START_TEST(a_line_that_cannot_says_so_and_the_agent_goes_on)
{
	SIM_RUN(ATTACHED, TRANSFER(""), "moved: not-supported",
		STATUS("\"t1\"", "failed", "\"not-supported\""), "alive",
		"c: hello", "alive");
}
END_TEST

START_TEST(who_is_not_reached_may_be_hung_up_on)
{
	SIM_RUN(ATTACHED, TRANSFER(",\"on_failure\":\"hang-up\""),
		"moved: no-answer",
		STATUS("\"t1\"", "failed", "\"no-answer\""),
		"!a: could not put you through",
		"j: \"state\":\"decided\",\"by\":\"server\"",
		"e: bot-session-ended||bot-hangup", "ended: bot-hangup");
}
END_TEST

START_TEST(the_caller_may_come_back_afterwards)
{
	SIM_RUN(ATTACHED, TRANSFER(",\"on_end\":\"return\""),
		"moved: answered", STATUS("\"t1\"", "answered", "null"),
		"wait: 900000", "ending", "moved: returned",
		STATUS("\"t1\"", "returned", "null"),
		"a: You are back with me", "alive", "c: no thank you goodbye",
		"!j: transfer-status");
}
END_TEST

START_TEST(nothing_is_said_or_told_while_the_caller_is_away)
{
	SIM_RUN(ATTACHED, TRANSFER(",\"on_end\":\"return\""),
		"moved: answered", "wait: 60000", "silent", "!j: event_type",
		"instruct: Ask for the order number.", "silent", "c: hello",
		"silent", "script: Hello.", "silent", "moved: returned",
		"a: You are back with me");
}
END_TEST

START_TEST(who_hangs_up_before_the_answer_has_cancelled_it)
{
	SIM_RUN(ATTACHED, TRANSFER(""), "moved: ringing",
		"closed: user-hangup",
		STATUS("\"t1\"", "failed", "\"cancelled\""),
		"e: bot-session-ended||user-hangup");
	/* After the answer it is no more ours. */
	SIM_RUN(ATTACHED, TRANSFER(",\"on_end\":\"return\""),
		"moved: answered", "closed: user-hangup",
		"!j: transfer-status", "e: bot-session-ended||bot-transfer");
	/* And one that was still to be announced. */
	SIM_RUN(ATTACHED, "slow", TRANSFER(""), "closed: user-hangup",
		STATUS("\"t1\"", "failed", "\"cancelled\""),
		"e: bot-session-ended||user-hangup");
}
END_TEST

#define OTHER                                                             \
	"command: {\"command_type\":\"transfer-call\",\"to_number\":"     \
	"\"+15550002\",\"transfer_id\":\"t2\",\"transfer_message\":\"\"," \
	"\"soft_transfer\":false,\"command_id\":\"8\"}"

START_TEST(another_transfer_takes_the_place_of_one_that_waits)
{
	SIM_RUN(ATTACHED, "slow", TRANSFER(""), OTHER,
		STATUS("\"t1\"", "failed", "\"cancelled\""),
		"j: \"status\":\"trying\",\"transfer_id\":\"t2\"",
		"transferred: +15550002");
	/* Soft ones, while the caller speaks. */
	SIM_RUN(ATTACHED, "speaking", "soft: +15550001|", "soft: +15550002|",
		STATUS("null", "failed", "\"cancelled\""),
		"transferred:", "c: yes", "transferred: +15550002");
}
END_TEST

START_TEST(one_that_is_tried_is_not_replaced)
{
	SIM_RUN(ATTACHED, TRANSFER(""), OTHER,
		"j: \"status\":\"failed\",\"transfer_id\":\"t2\","
		"\"to_number\":\"+15550002\",\"cause\":\"error\"",
		"j: \"command_id\":\"8\",\"status\":\"refused\",\"reason\":"
		"\"not-now\"",
		"transferred: +15550001", "moved: answered",
		STATUS("\"t1\"", "answered", "null"));
}
END_TEST

START_TEST(a_hang_up_takes_the_place_of_a_transfer)
{
	SIM_RUN(ATTACHED, "slow", TRANSFER(""), HANG_UP,
		STATUS("\"t1\"", "failed", "\"cancelled\""),
		"j: \"command_id\":\"9\",\"status\":\"done\"",
		"transferred:", "ended: bot-hangup");
	SIM_RUN(ATTACHED, TRANSFER(""), "moved: ringing", HANG_UP,
		STATUS("\"t1\"", "failed", "\"cancelled\""),
		"j: \"command_id\":\"9\",\"status\":\"done\"",
		"ended: bot-hangup");
	/* The two talk on, but nobody comes back. */
	SIM_RUN(ATTACHED, TRANSFER(",\"on_end\":\"return\""),
		"moved: answered", HANG_UP, "!j: transfer-status",
		"ended: bot-transfer");
}
END_TEST

START_TEST(a_server_that_stops_lets_those_go_who_talk)
{
	SIM_RUN(ATTACHED, TRANSFER(",\"on_end\":\"return\""),
		"moved: answered", "stopping", "silent",
		"ended: bot-transfer");
}
END_TEST

START_TEST(the_next_expert_learns_of_it)
{
	SIM_RUN(ATTACHED, TRANSFER(",\"on_end\":\"return\""),
		"moved: answered", "others", "lost", "wait: 16000",
		"offers: 1", "attach: resume, transfer",
		"j: \"transfer\":{\"to_number\":\"+15550001\",\"status\":"
		"\"answered\",\"transfer_id\":\"t1\"}",
		"moved: returned", STATUS("\"t1\"", "returned", "null"),
		"lost", "attach: resume, transfer", "j: \"transfer\":null");
	SIM_RUN(ATTACHED, "speaking", "soft: +15550001|", "lost",
		"attach: resume, transfer",
		"j: \"transfer\":{\"to_number\":\"+15550001\",\"status\":"
		"\"waiting\",\"transfer_id\":null}");
}
END_TEST

START_TEST(steps_that_come_twice_or_late_are_told_once)
{
	SIM_RUN(ATTACHED, "moved: ringing", "!j: transfer-status",
		TRANSFER(",\"on_end\":\"return\""), "moved: ringing",
		"moved: ringing", "!j: transfer-status", "moved: answered",
		"moved: ringing", "!j: transfer-status", "moved: busy",
		"!j: transfer-status", "moved: returned",
		STATUS("\"t1\"", "returned", "null"), "moved: returned",
		"!j: transfer-status");
}
END_TEST

START_TEST(one_that_never_ends_fails)
{
	SIM_RUN(ATTACHED, TRANSFER(",\"ring_ms\":5000"), "wait: 180000",
		"!j: transfer-status", "wait: 6000",
		STATUS("\"t1\"", "failed", "\"error\""), "alive");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dialog_transfer");
	TCase *t = tcase_create("transfer");
	SRunner *r = srunner_create(s);

	tcase_add_test(t, it_is_told_from_the_first_try_to_the_answer);
	tcase_add_test(t,
		       a_line_that_learns_nothing_says_answered_when_it_ends);
	tcase_add_test(t, what_nobody_commanded_has_no_id);
	tcase_add_test(
		t,
		an_expert_that_agreed_is_told_the_cause_in_place_of_a_warning);
	tcase_add_test(t, a_line_that_cannot_says_so_and_the_agent_goes_on);
	tcase_add_test(t, who_is_not_reached_may_be_hung_up_on);
	tcase_add_test(t, the_caller_may_come_back_afterwards);
	tcase_add_test(t, nothing_is_said_or_told_while_the_caller_is_away);
	tcase_add_test(t, who_hangs_up_before_the_answer_has_cancelled_it);
	tcase_add_test(t, another_transfer_takes_the_place_of_one_that_waits);
	tcase_add_test(t, one_that_is_tried_is_not_replaced);
	tcase_add_test(t, a_hang_up_takes_the_place_of_a_transfer);
	tcase_add_test(t, a_server_that_stops_lets_those_go_who_talk);
	tcase_add_test(t, the_next_expert_learns_of_it);
	tcase_add_test(t, steps_that_come_twice_or_late_are_told_once);
	tcase_add_test(t, one_that_never_ends_fails);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);

	int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed != 0;
}
