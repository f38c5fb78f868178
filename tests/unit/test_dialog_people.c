/**
 * @file test_dialog_people.c  Conversations as different people hold them:
 * chatty, terse, refusing, hesitating, out of order
 *
 * SIM_SHOW=1 CK_FORK=no prints what was said.
 *
 * SPDX-License-Identifier: MIT
 */
#include "unit/dialog_script.h"
#include "unit/unit.h"

#define CLINIC                                                                \
	"attach", "persona: Nova|Green Clinic|", "hooks: question",           \
		"task: t|Book|text name! Patient name; integer n! Number of " \
		"people coming; calendar_slot when! Appointment slot "        \
		"[2026-12-24T09:00, 2026-12-25T14:00, 2026-12-25T09:00]; "    \
		"multiple_choice kind! Kind of visit [checkup, cleaning, "    \
		"emergency]; digit_sequence phone! Phone number; text "       \
		"notes? Anything the doctor should know",                     \
		"start"

/* ---- several at once --------------------------------------------------- */

START_TEST(one_sentence_fills_the_whole_list)
{
	SIM_RUN(CLINIC, "a: May I have your name, please?",
		"c: this is anna berg we are four on december twenty fifth at "
		"nine for a cleaning my number is five five five oh one four "
		"two",
		"f: name=\"Anna Berg\"", "f: n=4",
		"f: when=\"2026-12-25T09:00\"", "f: kind=\"cleaning\"",
		"a: five five five, zero one four two. Is that right?",
		"c: yes", "f: phone=\"5550142\"",
		"a: Is there anything the doctor should know?");
}
END_TEST

START_TEST(each_correction_is_of_what_stands_before_it)
{
	SIM_RUN(CLINIC,
		"c: hi there, this is Anna Berg, we are four, no, five "
		"people, "
		"um on december 25th at two, sorry, at nine, for a cleaning, "
		"no wait, a checkup, my number is 555 0142, no, 555 0143",
		"f: name=\"Anna Berg\"", "f: n=5",
		"f: when=\"2026-12-25T09:00\"", "f: kind=\"checkup\"",
		"a: five five five, zero one four three. Is that right?");
}
END_TEST

START_TEST(a_telephone_number_is_no_number_of_people)
{
	SIM_RUN("attach", "hooks:",
		"task: t|x|text name! Your name; integer n! Number of people; "
		"digit_sequence phone! Phone number",
		"start",
		"c: can I give you my phone number first? it's 555 0142",
		"!f: n=", "a: I have five five five, zero one four two.",
		"!a: sorry", "c: yes", "a: name");
}
END_TEST

START_TEST(a_table_for_two_at_eight_is_at_eight)
{
	SIM_RUN("attach", "hooks:",
		"task: t|x|text name! Your name; integer n! Number of people; "
		"datetime when! Reservation time",
		"start", "c: table for two at eight tomorrow under miller",
		"f: name=\"Miller\"", "f: n=2", "f: \"day\":22,\"hour\":20");
}
END_TEST

START_TEST(one_day_is_the_value_of_one_field)
{
	SIM_RUN("attach", "hooks:",
		"task: t|x|text name! Your name; date in! Check-in date; date "
		"out! Check-out date",
		"start", "c: I'm Bob, arriving on december 1st",
		"f: in={\"year\":2026,\"month\":12,\"day\":1}",
		"!f: out=", "a: check-out date", "c: december 5th",
		"f: out={\"year\":2026,\"month\":12,\"day\":5}");
	SIM_RUN("attach", "hooks:",
		"task: t|x|text name! Your name; date out! Departure date; "
		"date in! Arrival date",
		"start", "c: I'm Bob, my arrival is on december 1st",
		"f: in={\"year\":2026,\"month\":12,\"day\":1}", "!f: out=");
}
END_TEST

/* ---- terse, asking back, refusing -------------------------------------- */

START_TEST(a_terse_caller_is_understood)
{
	SIM_RUN(CLINIC, "c: anna", "c: 4", "f: n=4", "c: the 24th",
		"f: when=\"2026-12-24T09:00\"", "c: cleaning", "c: 5550142",
		"c: y", "f: phone=\"5550142\"", "c: no", "a: No problem.",
		"e: task-done");
}
END_TEST

START_TEST(anything_is_answered_with_yes_and_then_told)
{
	SIM_RUN("attach", "hooks:",
		"task: t|x|text notes? Anything the doctor should know; text "
		"name! Name",
		"start", "c: yes", "a: Please go ahead.",
		"!f: notes=", "c: I'm allergic to nuts",
		"f: notes=\"I'm allergic to nuts\"", "a: name");
	SIM_RUN("attach", "hooks:",
		"task: t|x|text notes? Anything the doctor should know; text "
		"name! Name",
		"start", "c: not that I know of", "a: No problem.",
		"!f: notes=", "a: name");
	SIM_RUN("attach", "hooks:",
		"task: t|x|text park! Whether the caller needs parking",
		"start", "a: Do you need parking?", "c: yes please",
		"f: park=\"yes\"");
}
END_TEST

START_TEST(who_refuses_is_not_told_that_they_were_not_understood)
{
	SIM_RUN("attach", "hooks:", "task: t|x|text name! Your name", "start",
		"c: I don't want to tell you my name",
		"a: I'm afraid I need that to go on.", "c: no",
		"a: I'm afraid I need that to go on.",
		"c: none of your business", "a: I can't go on without that.",
		"ended: bot-hangup");
	SIM_RUN("attach", "hooks:", "task: t|x|text name! Your name", "start",
		"c40: no", "a: I didn't catch that.", "!a: afraid");
}
END_TEST

START_TEST(a_question_about_the_slots_is_answered_with_them)
{
	SIM_RUN(CLINIC, "c: anna", "c: two",
		"c: do you have anything on friday",
		"a: Friday, November the twenty-seventh is not available.",
		"!e: agent-question",
		"c: do you have anything in the "
		"afternoon?",
		"f: when=\"2026-12-25T14:00\"", "!e: agent-question");
}
END_TEST

START_TEST(what_did_you_hear_is_answered_with_the_read_back)
{
	SIM_RUN(OPEN_THAI, "start", "c: anna", "c: how many what?",
		"a: How many people", "c: four", "c: 555 0142",
		"c: what did you hear?",
		"a: I have five five five, zero one four two.",
		"!e: agent-question");
}
END_TEST

/* ---- hesitating, out of order, afterwards ------------------------------ */

START_TEST(a_number_said_again_is_no_digit)
{
	SIM_RUN(OPEN_THAI, "start", "c: um... it's... Robert",
		"c: well, maybe four", "c: four I guess", "a: Okay.",
		"a: phone number", "!a: Go on", "c: 555", "a: Go on",
		"c: 0142", "a: I have five five five, zero one four two.");
}
END_TEST

START_TEST(half_a_number_taken_back_begins_anew)
{
	SIM_RUN(OPEN_THAI, "start", "c: anna", "c: four", "c: 555", "a: Go on",
		"c: no wait, 556 0142",
		"a: I have five five six, zero one four two.");
}
END_TEST

START_TEST(after_the_end_of_the_list_all_can_still_be_changed)
{
	SIM_RUN(OPEN_THAI, "start", "c: anna", "c: four", "c: 555 0142",
		"c: yes", "e: task-done", "c: actually we're five",
		"f: party_size=5", "c: and my name is Hannah",
		"f: caller_name=\"Hannah\"", "c: the number is 555 0143",
		"a: zero one four three. Is that right?", "c: yes",
		"f: phone=\"5550143\"");
}
END_TEST

START_TEST(an_address_said_again_gives_nobody_a_name)
{
	SIM_RUN("attach", "hooks:",
		"task: t|x|text email! Email address; text name! Name",
		"start", "c: bob dot smith at example dot com",
		"c: no it's bob dot smyth at example dot com",
		"f: email=\"bob.smyth@example.com\"", "!f: name=", "a: name");
}
END_TEST

/* ---- old, foreign, in business ----------------------------------------- */

START_TEST(sorry_is_also_said_out_of_politeness)
{
	SIM_RUN("attach", "hooks:",
		"task: t|x|text reason! Reason for the visit; digit_sequence "
		"phone? Phone number",
		"start", "c: my back hurts", "f: reason=\"my back hurts\"",
		"c: I don't remember my number, sorry dear", "a: No problem.",
		"!f: reason=\"I don't");
}
END_TEST

START_TEST(a_dotted_day_is_a_day)
{
	SIM_RUN("attach",
		"hooks:", "task: t|x|datetime when! Reservation time", "start",
		"c: 19:30 on 28.11.",
		"f: \"day\":28,\"hour\":19,\"minute\":30");
}
END_TEST

START_TEST(a_number_behind_its_name_is_its_value)
{
	SIM_RUN("attach", "hooks:",
		"task: t|x|digit_sequence order! Order number; integer qty! "
		"Quantity; multiple_choice ship! Shipping [standard, express]",
		"start",
		"c: order number 4 4 7 8 1 9, quantity fifty, express please",
		"f: qty=50", "f: ship=\"express\"",
		"a: four four seven, eight one nine");
	SIM_RUN("attach", "hooks:",
		"task: t|x|integer qty! Quantity; multiple_choice size! Size "
		"[small, medium, large]",
		"start", "c: two large ones", "f: qty=2", "f: size=\"large\"");
}
END_TEST

START_TEST(kinds_of_people_add_up_unless_one_kind_is_asked)
{
	SIM_RUN("attach", "hooks:", "task: t|x|integer n! Number of tickets",
		"start", "c: two adults and three kids", "f: n=5");
	SIM_RUN("attach", "hooks:", "task: t|x|integer n! Number of children",
		"start", "c: two adults and three kids", "f: n=3");
	SIM_RUN("attach", "hooks:", "task: t|x|integer n? Number of children",
		"start", "c: just the one", "f: n=1");
}
END_TEST

START_TEST(each_kind_of_people_goes_to_its_field)
{
	SIM_RUN("attach", "hooks:",
		"task: t|x|integer a! Number of adults; integer c! Number of "
		"children; text name! Your name",
		"start", "c: two adults and three kids", "f: a=2", "f: c=3",
		"a: name");
	SIM_RUN("attach", "hooks:",
		"task: t|x|integer a! Number of adults; integer c! Number of "
		"children; text name! Your name",
		"start", "c: just two adults, no kids", "f: a=2", "f: c=0",
		"a: name");
}
END_TEST

START_TEST(half_typed_digits_are_a_telephone_number)
{
	SIM_RUN(OPEN_THAI, "start", "c: smith", "c: two", "f: party_size=2",
		"c: it's 555 oh one four two", "!f: party_size=555",
		"a: I have five five five, zero one four two.");
}
END_TEST

START_TEST(an_address_taken_back_is_recorded_without_the_no)
{
	SIM_RUN("attach", "hooks:",
		"task: t|x|text address! Delivery address; text name! Name",
		"start", "c: 12 Main Street", "c: no, 14 Main Street",
		"f: address=\"14 Main Street\"", "a: name");
}
END_TEST

START_TEST(either_or_is_no_choice)
{
	SIM_RUN("attach", "hooks:",
		"task: t|x|multiple_choice size! Size [small, medium, large]",
		"start", "c: either small or medium",
		"!f: size=", "c: small, no, medium", "f: size=\"medium\"");
}
END_TEST

START_TEST(a_name_said_again_is_put_right)
{
	SIM_RUN("attach", "hooks:",
		"task: t|x|text name! Your name; integer n! Number of people",
		"start", "c: John", "c: it's Jon without h", "f: name=\"Jon\"",
		"a: How many", "c: it's three", "f: n=3");
}
END_TEST

START_TEST(a_picture_is_no_name)
{
	SIM_RUN("attach", "hooks:", "task: t|x|text name! Your name", "start",
		"c: \xf0\x9f\x91\x8b", "!f: name=", "c: Zo\xc3\xab",
		"f: name=\"Zo\xc3\xab\"");
}
END_TEST

START_TEST(a_time_taken_back_gives_nobody_a_name)
{
	SIM_RUN("attach", "hooks:",
		"task: t|x|datetime when! Appointment time; text name! Name",
		"start", "c: day after tomorrow, noon",
		"f: \"day\":23,\"hour\":12,\"minute\":0",
		"c: sorry, quarter past twelve",
		"f: \"day\":23,\"hour\":12,\"minute\":15", "!f: name=");
}
END_TEST

START_TEST(a_title_alone_is_no_name)
{
	SIM_RUN("attach", "hooks:", "task: t|x|text name! Your name", "start",
		"c: its Dr. Hans-Peter van der Berg", "!f: name=\"Dr\"",
		"f: Berg\"");
}
END_TEST

UNIT_MAIN("dialog_people", a_title_alone_is_no_name,
	  one_sentence_fills_the_whole_list,
	  each_correction_is_of_what_stands_before_it,
	  a_telephone_number_is_no_number_of_people,
	  a_table_for_two_at_eight_is_at_eight,
	  one_day_is_the_value_of_one_field, a_terse_caller_is_understood,
	  anything_is_answered_with_yes_and_then_told,
	  who_refuses_is_not_told_that_they_were_not_understood,
	  a_question_about_the_slots_is_answered_with_them,
	  what_did_you_hear_is_answered_with_the_read_back,
	  a_number_said_again_is_no_digit,
	  half_a_number_taken_back_begins_anew,
	  after_the_end_of_the_list_all_can_still_be_changed,
	  an_address_said_again_gives_nobody_a_name,
	  sorry_is_also_said_out_of_politeness, a_dotted_day_is_a_day,
	  a_number_behind_its_name_is_its_value,
	  kinds_of_people_add_up_unless_one_kind_is_asked,
	  each_kind_of_people_goes_to_its_field,
	  half_typed_digits_are_a_telephone_number,
	  an_address_taken_back_is_recorded_without_the_no,
	  either_or_is_no_choice, a_name_said_again_is_put_right,
	  a_picture_is_no_name, a_time_taken_back_gives_nobody_a_name)
