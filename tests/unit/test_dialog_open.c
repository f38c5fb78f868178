/**
 * @file test_dialog_open.c  The caller greets, wonders, hesitates: what is
 * said before there is a request
 *
 * SIM_SHOW=1 CK_FORK=no prints what was said.
 *
 * SPDX-License-Identifier: MIT
 */
#include "unit/dialog_script.h"
#include "unit/unit.h"

#define OPEN_DESKS                                                           \
	"attach",                                                            \
		"persona: Max|Example Tools|find out whom the caller needs", \
		"hooks: action",                                             \
		"task: reception|Find out what the caller wants: to buy "    \
		"something, to get help with a product, or to talk about a " \
		"bill.|",                                                    \
		"start"

#define OPTIONS                                                            \
	"a: Do you want to buy something, to get help with a product, or " \
	"to talk about a bill?"

START_TEST(a_greeting_is_returned_and_then_the_choices_are_told)
{
	SIM_RUN(OPEN_DESKS, "a: How can I help you?", "c: hello",
		"a: Hello. How can I help you?", "!e: action-request",
		"c: hi there", OPTIONS, "!e: action-request",
		"c: how are you?", "a: I'm well, thank you.", OPTIONS,
		"!a: sorry", "c: my drill is broken",
		"e: action-request||My drill is broken.");
}
END_TEST

START_TEST(what_can_you_do_is_answered_with_the_choices)
{
	SIM_RUN(OPEN_DESKS, "c: what can you do?", OPTIONS, "!a: sorry",
		"!e: action-request", "c: who is this?",
		"a: This is Max from Example Tools, an automated assistant.",
		OPTIONS, "!a: anything else", "c: are you a robot",
		"a: I'm an automated assistant.", OPTIONS);
}
END_TEST

START_TEST(a_cry_for_help_is_asked_what_for)
{
	SIM_RUN(OPEN_DESKS, "c: I need help", "a: Of course.", OPTIONS,
		"!e: action-request", "c: help with my drill",
		"e: action-request");
}
END_TEST

START_TEST(what_nobody_can_do_is_still_refused)
{
	SIM_RUN(OPEN_DESKS, "c: i want a unicorn", "e: action-request",
		"suggest:", "a: I'm sorry, I can't do that for you.",
		"a: Is there anything else", "c: i want a dragon",
		"suggest:", "a: I'm sorry, I can't do that for you.", OPTIONS);
}
END_TEST

START_TEST(departments_are_told_as_they_are_listed)
{
	SIM_RUN("attach", "persona: Max|Acme|", "hooks: action",
		"task: r|Find the right department: sales, support or "
		"billing.|",
		"start", "c: hello", "c: hello",
		"a: Is it sales, support or billing?", "c: billing",
		"e: action-request||Billing.");
}
END_TEST

START_TEST(with_nothing_to_choose_from_the_question_is_the_same)
{
	SIM_RUN("attach", "persona: Max|Acme|", "hooks: question", "start",
		"wait: 2300", "c: hello", "c: hello", "a: How can I help you?",
		"c: what can you do?", "a: Tell me what you need",
		"!e: agent-question");
}
END_TEST

START_TEST(with_a_list_to_fill_the_answer_says_what_for)
{
	SIM_RUN(OPEN_THAI, "start", "c: what can you do?",
		"a: I can add you to the waiting list. So, what name",
		"c: who are you", "a: This is Nova from Thai Palace",
		"a: So, what name", "c: how are you", "a: I'm well, thank you",
		"c: anna", "f: caller_name=\"Anna\"");
}
END_TEST

START_TEST(a_hesitation_costs_no_attempt)
{
	SIM_RUN(OPEN_THAI, "start", "c: um", "a: Take your time.", "c: uh",
		"c: well", "c: hmm", "!a: sorry", "c: anna",
		"f: caller_name=\"Anna\"");
	SIM_RUN(OPEN_DESKS, "c: um", "a: Take your time.",
		"!e: action-request");
	SIM_RUN(OPEN_THAI, "start", "c: anna", "c: four", "c: 555 0142",
		"a: Is that right?", "c: um", "a: Take your time.", "c: yes",
		"f: phone=\"5550142\"");
}
END_TEST

UNIT_MAIN("dialog_open", a_greeting_is_returned_and_then_the_choices_are_told,
	  what_can_you_do_is_answered_with_the_choices,
	  a_cry_for_help_is_asked_what_for,
	  what_nobody_can_do_is_still_refused,
	  departments_are_told_as_they_are_listed,
	  with_nothing_to_choose_from_the_question_is_the_same,
	  with_a_list_to_fill_the_answer_says_what_for,
	  a_hesitation_costs_no_attempt)
