/**
 * @file test_dialog.c  Conversations: what is asked, heard and recorded
 *
 * SIM_SHOW=1 CK_FORK=no prints what was said.
 *
 * SPDX-License-Identifier: MIT
 */
#include "unit/dialog_script.h"

START_TEST(several_values_in_one_sentence_are_taken_at_once)
{
	SIM_RUN(OPEN_THAI, "start", "c: this is robert for a party of four",
		"f: caller_name=\"Robert\"", "f: party_size=4",
		"a: best phone number", "!a: How many people");
}
END_TEST

START_TEST(a_value_volunteered_early_is_not_asked_for_later)
{
	SIM_RUN(OPEN_THAI, "start", "c: a party of four please",
		"f: party_size=4", "a: What name", "c: robert",
		"f: caller_name=\"Robert\"", "a: phone number",
		"!a: How many people");
}
END_TEST

START_TEST(a_correction_changes_what_was_recorded)
{
	SIM_RUN(OPEN_THAI, "start", "c: robert", "c: five", "f: party_size=5",
		"c: no i said nine", "f: party_size=9", "a: nine",
		"a: phone number", "e: action-item-done|party_size||9");
}
END_TEST

START_TEST(actually_it_is_six_changes_the_last_value)
{
	SIM_RUN(OPEN_THAI, "start", "c: robert", "c: five",
		"c: actually it's six", "f: party_size=6", "a: phone number");
}
END_TEST

START_TEST(a_name_can_be_changed_later)
{
	SIM_RUN(OPEN_THAI, "start", "c: robert", "c: five",
		"c: change the name to laura please",
		"f: caller_name=\"Laura\"", "a: phone number");
}
END_TEST

START_TEST(a_number_read_back_wrong_is_corrected)
{
	SIM_RUN(OPEN_THAI, "start", "c: robert", "c: five",
		"c: five five five oh one four two", "a: zero one four two",
		"c: no it's five five five oh one four three",
		"a: zero one four three", "!f: phone", "c: that's right",
		"f: phone=\"5550143\"");
}
END_TEST

START_TEST(a_number_denied_is_asked_again)
{
	SIM_RUN(OPEN_THAI, "start", "c: robert", "c: five",
		"c: five five five oh one four two", "c: no",
		"a: phone number", "!f: phone", "ask: digits",
		"c: five five five oh one four nine", "c: yes",
		"f: phone=\"5550149\"");
}
END_TEST

START_TEST(a_number_in_two_breaths_is_one_number)
{
	SIM_RUN(OPEN_THAI, "start", "c: robert", "c: five",
		"c: five five five", "a: Go on", "c: oh one four two",
		"a: five five five, zero one four two", "c: yes",
		"f: phone=\"5550142\"");
}
END_TEST

START_TEST(what_was_heard_badly_is_asked_back)
{
	SIM_RUN(OPEN_THAI, "start", "c20: robert", "a: Did you say Robert?",
		"ask: yesno", "!f: caller_name", "c: yes",
		"f: caller_name=\"Robert\"", "c20: five",
		"a: Did you say five?", "c: no nine", "a: Did you say nine?",
		"c: yes", "f: party_size=9");
}
END_TEST

START_TEST(words_that_do_not_answer_three_times_are_given_up_politely)
{
	SIM_RUN("attach", "hooks:", "task: t|x|integer n! Number of bags",
		"start", "c: blue skies", "a: didn't catch that",
		"a: Please say just the number.", "c: blue skies", "alive",
		"c: blue skies", "a: sorry", "a: Goodbye",
		"ended: bot-hangup");
}
END_TEST

START_TEST(part_of_a_number_is_put_right)
{
	SIM_RUN(OPEN_THAI, "start", "c: robert", "c: five",
		"c: five five five oh one four two",
		"c: no the last digit is three",
		"a: five five five, zero one four three. Is that right?",
		"c: yes", "f: phone=\"5550143\"");
}
END_TEST

START_TEST(a_correction_finds_the_field_it_fits)
{
	SIM_RUN(OPEN_THAI, "start",
		"c: my name is john and we're a party of eight",
		"c: actually make that nine", "f: party_size=9",
		"a: phone number");
}
END_TEST

START_TEST(it_says_what_it_is)
{
	SIM_RUN(OPEN_THAI, "start", "c: are you a robot",
		"a: I'm an automated assistant. So, what name",
		"!e: agent-question", "c: who is this",
		"a: This is Nova from Thai Palace, an automated assistant.");
}
END_TEST

START_TEST(noise_is_borne_longer_than_wrong_words)
{
	SIM_RUN(OPEN_THAI, "start", "c:", "a: didn't catch that",
		"a: What name", "!a: slowly", "c:", "a: slowly",
		"c:", "c:", "c:", "alive", "c:", "a: Goodbye",
		"ended: bot-hangup");
}
END_TEST

START_TEST(an_optional_yes_or_no_takes_no_for_an_answer)
{
	SIM_RUN("attach", "hooks:",
		"task: t|x|multiple_choice pet? Whether the guest brings a "
		"pet "
		"[yes, no]; integer n! Number of bags",
		"start", "a: bring a pet", "c: no", "f: pet=\"no\"",
		"a: How many bags");
}
END_TEST

START_TEST(a_question_while_text_is_asked_is_no_text)
{
	SIM_RUN("attach", "hooks: question",
		"task: t|x|text why! Reason for the call", "start",
		"c: do you have parking", "e: agent-question", "!f: why",
		"answer: Yes.", "c: my sink is leaking",
		"f: why=\"my sink is leaking\"");
}
END_TEST

START_TEST(a_wish_may_be_the_text_that_is_asked)
{
	SIM_RUN("attach", "hooks: action",
		"task: t|x|text why! Reason for the call", "start",
		"c: i want to cancel my order", "!e: action-request",
		"f: why=");
}
END_TEST

START_TEST(an_alternative_hearing_is_used_but_asked_back)
{
	SIM_RUN(OPEN_THAI, "start", "c: robert", "c: fire|five",
		"a: Did you say five?", "c: yes", "f: party_size=5");
}
END_TEST

START_TEST(a_yes_among_the_hypotheses_answers_a_check)
{
	SIM_RUN(OPEN_THAI, "start", "c: robert", "c: fire|five",
		"a: Did you say five?", "c: us|yes|weiss", "f: party_size=5");
}
END_TEST

START_TEST(a_corrected_birthday_keeps_its_year)
{
	SIM_RUN("task: t|Register|date birth! Date of birth of the patient; "
		"text reason! Reason of the visit",
		"start", "c: may fourth 1982", "f: 1982",
		"c: no i said may fifth", "f: \"day\":5", "f: \"year\":1982");
	SIM_RUN("task: t|Register|date birth! Date of birth of the patient",
		"start", "a: date of birth?", "c30: may fourth 1982",
		"a: May the fourth", "c: no may fifth",
		"a: May the fifth, nineteen eighty-two", "c: yes", "f: 1982");
}
END_TEST

START_TEST(a_question_is_not_searched_for_an_answer)
{
	SIM_RUN(OPEN_THAI, "start", "c: robert",
		"c: do you have parking|do you have two|to you of parking",
		"answer: Behind the house.", "a: Behind the house.",
		"!a: Did you say");
}
END_TEST

START_TEST(after_a_no_the_next_hypothesis_is_offered)
{
	SIM_RUN(OPEN_THAI, "start",
		"c20: my name is aurora|my name is laura|my name is robert",
		"a: Did you say Aurora?", "c: nope|nova",
		"a: Did you say Laura?", "c: no", "a: Did you say Robert?",
		"c: yes", "f: caller_name=\"Robert\"");
}
END_TEST

START_TEST(sorry_repeats_the_question)
{
	SIM_RUN(OPEN_THAI, "start", "c: sorry what did you say",
		"a: What name should I put on the list?");
}
END_TEST

START_TEST(hold_on_is_granted)
{
	SIM_RUN(OPEN_THAI, "start", "c: hold on one second",
		"a: take your time", "c: robert", "f: caller_name=\"Robert\"");
}
END_TEST

START_TEST(a_value_and_a_question_in_one_breath)
{
	SIM_RUN(OPEN_THAI, "start", "c: robert",
		"c: five and do you have parking", "f: party_size=5",
		"e: agent-question", "answer: Yes.", "a: Yes.",
		"a: phone number");
}
END_TEST

START_TEST(keys_fill_a_number)
{
	SIM_RUN(OPEN_THAI, "start", "c: robert", "c: five", "key: 5550142#",
		"e: dtmf||5||5", "e: dtmf||2||5550142", "f: phone=\"5550142\"",
		"a: I have five five five, zero one four two",
		"a: everything I need");
}
END_TEST

START_TEST(a_keyed_number_of_known_length_needs_no_end)
{
	SIM_RUN("attach", "hooks: keys",
		"task: t|x|digit_sequence pin! 4-digit code", "start",
		"key: 1234", "f: pin=\"1234\"");
}
END_TEST

START_TEST(a_keyed_number_from_abroad_is_not_cut)
{
	SIM_RUN("attach", "hooks: keys",
		"task: t|x|digit_sequence phone! Phone number", "start",
		"key: 447911123456#", "f: phone=\"447911123456\"");
	SIM_RUN("attach",
		"hooks:", "task: t|x|digit_sequence phone! Phone number",
		"start",
		"c: four four seven nine one one one two three four five six",
		"a: Is that right?", "c: yes", "f: phone=\"447911123456\"");
}
END_TEST

START_TEST(keys_end_with_a_pause_too)
{
	SIM_RUN(OPEN_THAI, "start", "c: robert", "c: five", "key: 5550142",
		"!f: phone", "wait: 2100", "f: phone=\"5550142\"");
}
END_TEST

START_TEST(keys_correct_what_is_being_asked_back)
{
	SIM_RUN(OPEN_THAI, "start", "c: robert", "c: five",
		"c: five five five oh one four two", "a: Is that right",
		"key: 5550143#", "f: phone=\"5550143\"");
}
END_TEST

START_TEST(an_optional_field_may_be_declined)
{
	SIM_RUN("attach", "persona: Nova|Acme|", "hooks:",
		"task: t|x|text email? Email address; integer count! Number "
		"of bags",
		"start", "a: What is your email address?",
		"c: i'd rather not say", "a: No problem", "a: How many bags?",
		"c: two", "e: task-done", "!f: email");
}
END_TEST

START_TEST(an_optional_field_is_skipped_by_no)
{
	SIM_RUN("attach", "hooks:",
		"task: t|x|text wishes? Special requests; integer count! "
		"Number of bags",
		"start", "a: special requests?", "c: no", "a: No problem.",
		"a: How many bags?", "!f: wishes");
}
END_TEST

START_TEST(a_required_field_is_insisted_on)
{
	SIM_RUN("attach", "hooks:", "task: t|x|integer count! Number of bags",
		"start", "c: i don't know", "a: need that",
		"a: How many bags?");
}
END_TEST

START_TEST(a_choice_is_offered_and_taken)
{
	SIM_RUN("attach", "hooks:",
		"task: t|x|multiple_choice size! Size [small, medium, large]",
		"start",
		"a: What is your size? You can say small, medium, or large.",
		"ask: choice", "c: medium please", "f: size=\"medium\"",
		"e: task-done");
}
END_TEST

START_TEST(say_items_are_said_word_for_word)
{
	SIM_RUN("attach", "persona: Nova|Acme|", "hooks:",
		"task: t|x|say This call may be recorded.; text name! Your "
		"name",
		"start",
		"a: Hello, this is Nova from Acme. This call may be recorded. "
		"May I have your name, please?",
		"e: action-item-done|i0||null");
}
END_TEST

START_TEST(a_disclosure_cut_short_is_said_again)
{
	SIM_RUN("attach", "hooks:",
		"task: t|x|say This call may be recorded for quality.; text "
		"name! Your name",
		"slow", "start", "barge: Hello. This call may", "c: robert",
		"fast", "a: This call may be recorded for quality.");
}
END_TEST

START_TEST(a_todo_that_tells_is_spoken)
{
	SIM_RUN("attach", "hooks:",
		"task: t|x|text name! Your name; todo Tell the caller that "
		"the kitchen closes at nine.",
		"start", "c: robert", "a: The kitchen closes at nine.",
		"e: action-item-done|i1", "e: task-done");
}
END_TEST

START_TEST(a_todo_question_is_asked)
{
	SIM_RUN("attach", "hooks:",
		"task: t|x|text name! Your name; todo Ask the caller whether "
		"they have been here before.",
		"start", "c: robert",
		"a: May I ask whether you have been here before?",
		"c: no never", "a: Thank you", "e: action-item-done|i1",
		"e: task-done");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dialog");
	TCase *t = tcase_create("fields");

	tcase_add_test(t, several_values_in_one_sentence_are_taken_at_once);
	tcase_add_test(t, a_value_volunteered_early_is_not_asked_for_later);
	tcase_add_test(t, a_correction_changes_what_was_recorded);
	tcase_add_test(t, actually_it_is_six_changes_the_last_value);
	tcase_add_test(t, a_name_can_be_changed_later);
	tcase_add_test(t, a_number_read_back_wrong_is_corrected);
	tcase_add_test(t, a_number_denied_is_asked_again);
	tcase_add_test(t, a_number_in_two_breaths_is_one_number);
	tcase_add_test(t, what_was_heard_badly_is_asked_back);
	tcase_add_test(
		t, words_that_do_not_answer_three_times_are_given_up_politely);
	tcase_add_test(t, part_of_a_number_is_put_right);
	tcase_add_test(t, a_correction_finds_the_field_it_fits);
	tcase_add_test(t, it_says_what_it_is);
	tcase_add_test(t, noise_is_borne_longer_than_wrong_words);
	tcase_add_test(t, an_optional_yes_or_no_takes_no_for_an_answer);
	tcase_add_test(t, a_question_while_text_is_asked_is_no_text);
	tcase_add_test(t, a_wish_may_be_the_text_that_is_asked);
	tcase_add_test(t, an_alternative_hearing_is_used_but_asked_back);
	tcase_add_test(t, a_yes_among_the_hypotheses_answers_a_check);
	tcase_add_test(t, a_corrected_birthday_keeps_its_year);
	tcase_add_test(t, a_question_is_not_searched_for_an_answer);
	tcase_add_test(t, after_a_no_the_next_hypothesis_is_offered);
	tcase_add_test(t, sorry_repeats_the_question);
	tcase_add_test(t, hold_on_is_granted);
	tcase_add_test(t, a_value_and_a_question_in_one_breath);
	tcase_add_test(t, keys_fill_a_number);
	tcase_add_test(t, a_keyed_number_of_known_length_needs_no_end);
	tcase_add_test(t, a_keyed_number_from_abroad_is_not_cut);
	tcase_add_test(t, keys_end_with_a_pause_too);
	tcase_add_test(t, keys_correct_what_is_being_asked_back);
	tcase_add_test(t, an_optional_field_may_be_declined);
	tcase_add_test(t, an_optional_field_is_skipped_by_no);
	tcase_add_test(t, a_required_field_is_insisted_on);
	tcase_add_test(t, a_choice_is_offered_and_taken);
	tcase_add_test(t, say_items_are_said_word_for_word);
	tcase_add_test(t, a_disclosure_cut_short_is_said_again);
	tcase_add_test(t, a_todo_that_tells_is_spoken);
	tcase_add_test(t, a_todo_question_is_asked);
	suite_add_tcase(s, t);

	SRunner *r = srunner_create(s);

	srunner_run_all(r, CK_NORMAL);

	int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed != 0;
}
