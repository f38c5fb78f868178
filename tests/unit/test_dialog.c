/**
 * @file test_dialog.c  Conversations, from the ringing to the goodbye
 *
 * SIM_SHOW=1 CK_FORK=no prints what was said.
 *
 * SPDX-License-Identifier: MIT
 */
#include "unit/dialog_sim.h"

#define OPEN_THAI                                                            \
	"attach",                                                            \
		"persona: Nova|Thai Palace|take names for the waiting list", \
		"hooks: question keys",                                      \
		"task: waitlist|Add callers to the waiting list of Thai "    \
		"Palace.|text caller_name! Name for the list; integer "      \
		"party_size! Number of people; digit_sequence phone! Phone " \
		"number; todo Read the phone number back to the caller."

START_TEST(a_waiting_list_from_hello_to_goodbye)
{
	SIM_RUN(OPEN_THAI, "start", "a: Hello, this is Nova from Thai Palace.",
		"a: I can add you to the waiting list.",
		"a: What name should I put on the list?", "ask: name",
		"c: my name is robert", "f: caller_name=\"Robert\"",
		"e: action-item-done|caller_name||\"Robert\"",
		"a: Thanks, Robert.", "a: How many people will it be?",
		"ask: integer", "c: five", "f: party_size=5", "a: five",
		"a: What is the best phone number to reach you?",
		"ask: digits", "c: five five five oh one four two",
		"a: Is that right?", "ask: yesno", "!f: phone=", "c: yes",
		"f: phone=\"5550142\"", "a: Great, that's everything I need.",
		"e: task-done",
		"instruct: Start ending the conversation. Here are your final "
		"instructions: Thank the caller; we text when the table is "
		"ready. Once you've completed the final instructions, "
		"naturally end the conversation and hang up the call.",
		"a: Thank you.", "a: We text when the table is ready.",
		"a: Goodbye.", "e: bot-session-ended||bot-hangup",
		"ended: bot-hangup");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dialog");
	TCase *t = tcase_create("conversations");

	tcase_add_test(t, a_waiting_list_from_hello_to_goodbye);
	suite_add_tcase(s, t);

	SRunner *r = srunner_create(s);

	srunner_run_all(r, CK_NORMAL);

	int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed != 0;
}
