/**
 * @file test_dialog_turns.c  Who speaks when, as an Expert is told and wants
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <stdlib.h>

#include "unit/dialog_script.h"

#define LIVE "attach: turns", "hooks: question", "start", "wait: 2300"

#define TASK(field)                                                  \
	"command: {\"command_type\":\"set-task\",\"task_id\":\"t\"," \
	"\"objective\":\"Take the account.\",\"action_items\":[" field "]}"

#define FIELD(key, type, listening)                                       \
	"{\"item_type\":\"field\",\"key\":\"" key "\",\"description\":\"" \
	"Account number\",\"question\":\"\",\"field_type\":\"" type "\"," \
	"\"required\":true,\"choices\":[],\"is_search_field\":false"      \
	",\"listening\":" listening "}"

#define ASKED(type, listening)                                              \
	"attach: turns", "hooks:", TASK(FIELD("account", type, listening)), \
		"start", "a: account number"

START_TEST(the_end_of_the_callers_turn_is_told)
{
	SIM_RUN(LIVE, "partial: do you have", "!j: caller-turn-ended",
		"wait: 900", "c: do you have parking",
		"j: \"event_type\":\"caller-turn-ended\","
		"\"utterance_id\":\"u1\",\"start_ms\":2300,\"end_ms\":3200");
}
END_TEST

START_TEST(a_turn_without_words_has_no_utterance)
{
	SIM_RUN(LIVE, "c:", "j: \"caller-turn-ended\",\"utterance_id\":null");
}
END_TEST

START_TEST(silence_is_counted_from_the_last_word)
{
	SIM_RUN("attach: turns",
		"hooks:", "task: t|x|integer party_size! Guests", "start",
		"wait: 9900", "!j: caller-silent", "wait: 200",
		"j: \"caller-silent\",\"silence_ms\":10000,\"prompts\":0",
		"wait: 10100",
		"j: \"caller-silent\",\"silence_ms\":10000,\"prompts\":1",
		"c: hello", "!j: caller-silent", "wait: 10100",
		"j: \"prompts\":0");
}
END_TEST

START_TEST(an_interruption_is_told_once)
{
	SIM_RUN(LIVE, "slow", "script: We open at nine and close at five.",
		"wait: 1000", "barge: We open",
		"j: \"barge-in\",\"at_ms\":3300,\"outcome\":\"cut\"", "fast",
		"c: do you have parking", "!j: \"barge-in\"");
}
END_TEST

START_TEST(what_was_nothing_is_told_once_a_turn)
{
	SIM_RUN(LIVE, "slow", "script: We open at nine and close at five.",
		"wait: 1000", "speaking", "wait: 200", "not-cut",
		"j: \"barge-in\",\"at_ms\":3300,\"outcome\":\"resumed\"",
		"nod: uh-huh", "!j: \"barge-in\"", "!j: caller-turn-ended",
		"nod: uh-huh", "j: \"outcome\":\"resumed\"", "not-cut",
		"j: \"outcome\":\"resumed\"", "not-cut",
		"j: \"outcome\":\"resumed\"", "fast", "not-cut",
		"!j: \"barge-in\"");
}
END_TEST

START_TEST(a_nod_may_become_an_interruption)
{
	SIM_RUN(LIVE, "slow", "script: We open at nine and close at five.",
		"speaking", "not-cut", "j: \"resumed\"", "barge: We open",
		"j: \"outcome\":\"cut\"");
}
END_TEST

START_TEST(a_field_says_how_it_is_listened_to)
{
	SIM_RUN(ASKED("digit_sequence",
		      "{\"end_silence_ms\":1800,\"barge_in\":\"words\"}"),
		"end-silence: 1800", "barge-in: words");
	SIM_RUN(ASKED("digit_sequence", "{\"barge_in\":\"off\"}"),
		"end-silence: 0", "barge-in: off");
	SIM_RUN(ASKED("digit_sequence", "null"), "end-silence: 0",
		"barge-in: usual");
}
END_TEST

START_TEST(it_says_so_only_until_it_has_its_value)
{
	SIM_RUN(ASKED("integer",
		      "{\"end_silence_ms\":1800,\"barge_in\":\"any\"}"),
		"barge-in: any", "c: four", "f: account=4", "end-silence: 0",
		"barge-in: usual");
}
END_TEST

START_TEST(patience_is_the_fields)
{
	SIM_RUN(ASKED("integer", "{\"patience_ms\":20000}"), "wait: 19900",
		"silent", "wait: 200", "j: \"silence_ms\":20000", "c: four",
		"f: account=4");
	SIM_RUN(ASKED("integer", "{\"patience_ms\":3000}"), "wait: 3100",
		"j: \"silence_ms\":3000,\"prompts\":0");
}
END_TEST

START_TEST(keys_are_an_answer_when_the_field_says_so)
{
	SIM_RUN(ASKED("integer", "{\"keypad\":true}"), "key: 42#",
		"f: account=42");
	SIM_RUN("attach: turns", "hooks: keys",
		TASK(FIELD("account", "integer", "{\"keypad\":false}")),
		"start", "key: 42#", "e: dtmf", "wait: 4000", "!f: account");
	SIM_RUN(ASKED("integer", "null"), "key: 42#", "wait: 4000",
		"!f: account");
}
END_TEST

START_TEST(the_next_expert_may_want_it_listened_to_otherwise)
{
	SIM_RUN(ASKED("integer", "{\"end_silence_ms\":1800}"), "lost",
		"wait: 16000", "attach: turns", "hooks:",
		TASK(FIELD("account", "integer", "{\"end_silence_ms\":1800}")),
		"silent", "end-silence: 1800",
		TASK(FIELD("account", "integer", "{\"end_silence_ms\":900}")),
		"end-silence: 900");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dialog_turns");
	TCase *t = tcase_create("turns");
	SRunner *r;
	int failed;

	tcase_add_test(t, the_end_of_the_callers_turn_is_told);
	tcase_add_test(t, a_turn_without_words_has_no_utterance);
	tcase_add_test(t, silence_is_counted_from_the_last_word);
	tcase_add_test(t, an_interruption_is_told_once);
	tcase_add_test(t, what_was_nothing_is_told_once_a_turn);
	tcase_add_test(t, a_nod_may_become_an_interruption);
	tcase_add_test(t, a_field_says_how_it_is_listened_to);
	tcase_add_test(t, it_says_so_only_until_it_has_its_value);
	tcase_add_test(t, patience_is_the_fields);
	tcase_add_test(t, keys_are_an_answer_when_the_field_says_so);
	tcase_add_test(t, the_next_expert_may_want_it_listened_to_otherwise);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
