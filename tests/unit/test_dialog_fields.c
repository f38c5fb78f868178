/**
 * @file test_dialog_fields.c  Fields that are checked on the spot
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>

#include "unit/dialog_script.h"
#include "unit/unit.h"

/* A task of fields, as an Expert writes it; items are JSON. */
#define TASK(items)                                                  \
	"command: {\"command_type\":\"set-task\",\"task_id\":\"t\"," \
	"\"action_items\":[" items "]}"
#define FIELD(key, type, description, more)                                   \
	"{\"item_type\":\"field\",\"key\":\"" key "\",\"field_type\":\"" type \
	"\",\"description\":\"" description "\"" more "}"

#define ORDER FIELD("order", "text", "Order number", ",\"validate\":true")
#define NAME  FIELD("caller", "text", "Your name", "")

#define RESULT(id, valid, more)                           \
	"command: {\"command_type\":\"validate-result\"," \
	"\"validation_id\":\"" id "\",\"valid\":" valid more "}"

#define OPEN(items) "attach: fields, resume", "hooks:", TASK(items), "start"

START_TEST(a_value_to_be_checked_is_told_and_not_yet_done)
{
	SIM_RUN(OPEN(ORDER "," NAME), "c: 4711",
		"j: \"event_type\":\"field-collected\",\"key\":\"order\","
		"\"status\":\"checking\",\"problem\":null,"
		"\"validation_id\":\"c1-v1\",\"value\":\"4711\"",
		"!e: action-item-done", "!f: order", "a: name", "all: {}",
		RESULT("c1-v1", "true", ""),
		"e: action-item-done|order||\"4711\"", "f: order", "silent",
		"c: robert", "e: task-done");
}
END_TEST

START_TEST(a_value_that_is_not_right_is_asked_again_in_the_experts_words)
{
	SIM_RUN(OPEN(ORDER "," NAME), "c: 4711",
		RESULT("c1-v1", "false",
		       ",\"message\":\"There is no such order.\""),
		"a: I'm sorry. There is no such order.", "a: order number",
		"!e: action-item-done", "c: 4712", "a: name",
		"j: \"validation_id\":\"c1-v2\"", RESULT("c1-v2", "true", ""),
		"e: action-item-done|order||\"4712\"", "!a: no such order");
}
END_TEST

START_TEST(the_task_is_done_only_when_all_is_checked)
{
	SIM_RUN(OPEN(NAME "," ORDER), "c: robert", "c: 4711",
		"!a: everything I need", "!e: task-done", "wait: 1200",
		"a: checking", RESULT("c1-v1", "true", ""),
		"a: everything I need", "e: task-done");
}
END_TEST

START_TEST(while_it_is_checked_the_caller_may_change_it)
{
	SIM_RUN("attach: fields, results", "hooks:", TASK(ORDER "," NAME),
		"start", "c: 4711", "c: actually the order number is 4712",
		"j: \"validation_id\":\"c1-v2\",\"value\":\"4712\"",
		RESULT("c1-v1", "true", ",\"command_id\":\"9\""),
		"j: \"ignored\",\"reason\":\"too-late\"",
		"!e: action-item-done",
		RESULT("c1-v2", "true", ",\"command_id\":\"10\""),
		"j: \"status\":\"done\"",
		"e: action-item-done|order||\"4712\"",
		RESULT("c1-v2", "false", ",\"command_id\":\"11\""),
		"j: \"ignored\",\"reason\":\"already-answered\"",
		RESULT("c1-v3", "true", ",\"command_id\":\"12\""),
		"j: \"refused\",\"reason\":\"not-now\"",
		RESULT("nobody", "true", ",\"command_id\":\"13\""),
		"j: \"refused\",\"reason\":\"not-now\"");
}
END_TEST

START_TEST(the_expert_may_put_another_value_in_its_place)
{
	SIM_RUN(OPEN(ORDER "," NAME), "c: 4711",
		RESULT("c1-v1", "true", ",\"value\":7"),
		"!e: action-item-done",
		RESULT("c1-v1", "true", ",\"value\":\"A-4711\""),
		"e: action-item-done|order||\"A-4711\"", "f: A-4711");
}
END_TEST

START_TEST(without_an_answer_in_time_the_value_is_taken)
{
	SIM_RUN("attach: fields, results", "hooks:", TASK(ORDER), "start",
		"c: 4711", "wait: 29000", "!e: action-item-done", "wait: 1500",
		"e: action-item-done|order", "e: task-done",
		RESULT("c1-v1", "false", ",\"command_id\":\"9\""),
		"j: \"ignored\",\"reason\":\"too-late\"");
}
END_TEST

START_TEST(the_next_expert_is_asked_again)
{
	SIM_RUN(OPEN(ORDER "," NAME), "others", "c: 4711", "lost",
		"wait: 16000", "attach: fields, resume",
		"j: {\"key\":\"order\",\"item_type\":\"field\","
		"\"status\":\"checking\"}",
		"j: \"fields\":{}",
		"j: \"event_type\":\"field-collected\",\"key\":\"order\","
		"\"status\":\"checking\",\"problem\":null,"
		"\"validation_id\":\"c1-v1\",\"value\":\"4711\"",
		/* It has its own thirty seconds. */
		"wait: 8000", "c: one moment please", "wait: 8000",
		"c: one moment please", "!e: action-item-done",
		RESULT("c1-v1", "true", ""),
		"e: action-item-done|order||\"4711\"");
}
END_TEST

START_TEST(one_that_cannot_check_takes_the_value)
{
	SIM_RUN(OPEN(ORDER "," NAME), "others", "c: 4711", "lost",
		"wait: 16000", "attach", "e: action-item-done|order||\"4711\"",
		"!j: \"event_type\":\"field-collected\"");
}
END_TEST

START_TEST(with_nobody_left_the_value_is_taken)
{
	SIM_RUN(OPEN(ORDER), "c: 4711", "lost", "wait: 16000",
		"e: action-item-done|order", "e: task-done");
}
END_TEST

START_TEST(a_new_task_with_the_same_field_goes_on_checking)
{
	SIM_RUN(OPEN(ORDER "," NAME), "c: 4711",
		"command: {\"command_type\":\"set-task\",\"task_id\":\"u\","
		"\"action_items\":[" ORDER "]}",
		"!a: order number", RESULT("c1-v1", "true", ""),
		"e: action-item-done|order||\"4711\"", "e: task-done||||u");
	SIM_RUN(OPEN(ORDER "," NAME), "c: 4711",
		"command: {\"command_type\":\"set-task\",\"task_id\":\"u\","
		"\"action_items\":[" NAME "]}",
		"a: name", RESULT("c1-v1", "true", ""), "!e: action-item-done",
		"c: robert", "e: task-done||||u");
}
END_TEST

START_TEST(whoever_did_not_ask_for_it_hears_nothing_of_it)
{
	SIM_RUN("attach", "hooks:", "task: t|x|integer size! Number of people",
		"start", "c: four", "!e: field-collected",
		"e: action-item-done|size||4");
	SIM_RUN("attach: fields",
		"hooks:", "task: t|x|integer size! Number of people", "start",
		"c: four",
		"j: \"event_type\":\"field-collected\",\"key\":\"size\","
		"\"status\":\"valid\",\"problem\":null,"
		"\"validation_id\":null,\"value\":4",
		"e: action-item-done|size||4");
}
END_TEST

/* ---- bounds ------------------------------------------------------------- */

START_TEST(what_is_out_of_range_is_asked_again_with_the_range)
{
	SIM_RUN(OPEN(FIELD("size", "integer", "Number of people",
			   ",\"minimum\":2,\"maximum\":8")),
		"c: twelve",
		"j: \"status\":\"invalid\",\"problem\":\"range\","
		"\"validation_id\":null,\"value\":12",
		"a: it has to be from two to eight", "a: How many",
		"!e: action-item-done", "c: one", "a: from two to eight",
		"c: eight", "e: action-item-done|size||8");
	SIM_RUN(OPEN(FIELD("size", "integer", "Number of people",
			   ",\"maximum\":8") "," NAME),
		"c: four", "c: sorry make it twelve people",
		"a: it can be eight at most", "a: leave it at four", "a: name",
		"!e: action-item-done", "all: {\"size\":4}");
}
END_TEST

START_TEST(the_reading_that_fits_is_taken)
{
	SIM_RUN(OPEN(FIELD("size", "integer", "Number of people",
			   ",\"maximum\":8")),
		"c: forty|four", "a: four", "!a: eight at most");
}
END_TEST

START_TEST(a_day_out_of_bounds_is_asked_again_with_the_day)
{
	SIM_RUN(OPEN(FIELD("day", "date", "Preferred date",
			   ",\"earliest\":\"2026-12-01\"")),
		"c: november twenty fifth",
		"j: \"status\":\"invalid\",\"problem\":\"range\"",
		"a: December the first or later", "c: december second",
		"e: action-item-done|day");
	SIM_RUN(OPEN(FIELD("day", "date", "Preferred date",
			   ",\"latest\":\"2026-12-01\"")),
		"c: december second", "a: December the first or earlier");
}
END_TEST

START_TEST(a_pattern_is_told_in_words)
{
	SIM_RUN(OPEN(FIELD("pin", "digit_sequence", "Customer code",
			   ",\"pattern\":\"[0-9]{4}\"")),
		"c: 12345",
		"j: \"status\":\"invalid\",\"problem\":\"pattern\","
		"\"validation_id\":null,\"value\":\"12345\"",
		"a: should have four digits", "!a: [0-9]", "c: 1234", "c: yes",
		"e: action-item-done|pin||\"1234\"");
	SIM_RUN(OPEN(FIELD("plate", "text", "Number plate",
			   ",\"pattern\":\"[A-Z]{2}-[0-9]+\"")),
		"c: whatever", "a: doesn't look right for your number plate");
}
END_TEST

START_TEST(what_is_spelled_is_written_as_the_pattern_wants_it)
{
	SIM_RUN(OPEN(FIELD("plate", "text", "Number plate",
			   ",\"pattern\":\"[A-Z]{2}-[0-9]{4}\"")),
		"c: it's a b dash four seven one one",
		"e: action-item-done|plate||\"AB-4711\"");
	SIM_RUN(OPEN(FIELD("plate", "text", "Number plate",
			   ",\"pattern\":\"[A-Z]{2}-[0-9]{4}\"")),
		"c: a b four seven one one",
		"e: action-item-done|plate||\"AB-4711\"");
	SIM_RUN(OPEN(FIELD("order", "text", "Order number",
			   ",\"pattern\":\"[0-9]{4}\"")),
		"c: my order number is four seven oh one",
		"e: action-item-done|order||\"4701\"");
	SIM_RUN(OPEN(FIELD("code", "text", "Code",
			   ",\"pattern\":\"[a-z]{3}[0-9]\"")),
		"c: x y z nine please", "e: action-item-done|code||\"xyz9\"");
	SIM_RUN(OPEN(FIELD("order", "text", "Order number",
			   ",\"pattern\":\"[0-9]{4}\"")),
		"c: i don't know it by heart", "!e: action-item-done");
}
END_TEST

START_TEST(a_value_known_before_must_fit_the_new_bounds)
{
	SIM_RUN(OPEN(FIELD("size", "integer", "Number of people", "")),
		"c: twelve", "e: task-done",
		"command: {\"command_type\":\"set-task\",\"task_id\":\"u\","
		"\"action_items\":[" FIELD("size", "integer",
					   "Number of people",
					   ",\"maximum\":8") "]}",
		"!e: action-item-done", "a: How many");
}
END_TEST

START_TEST(keys_are_held_to_the_bounds_too)
{
	SIM_RUN("attach: fields", "hooks: keys",
		TASK(FIELD("size", "integer", "Number of people",
			   ",\"maximum\":8")),
		"start", "key: 9#", "a: eight at most", "key: 7#",
		"e: action-item-done|size||7");
}
END_TEST

/* ---- types -------------------------------------------------------------- */

#define DONE(key, json) "e: action-item-done|" key "||" json

START_TEST(a_telephone_number_is_read_back_and_whole)
{
	SIM_RUN(OPEN(FIELD("phone", "phone", "Phone number", "")),
		"a: phone number", "ask: digits",
		"c: five five five five five five oh one four two",
		"a: I have five five five, five five five, zero one four two",
		"c: no the last digit is three", "a: zero one four three",
		"c: yes", DONE("phone", "\"+15555550143\""));
	SIM_RUN(OPEN(FIELD("phone", "phone", "Phone number", "")),
		"c: five five five oh one four two", "a: area code",
		"c: five five five",
		"a: five five five, five five five, zero one four two",
		"c: yes", DONE("phone", "\"+15555550142\""));
	SIM_RUN(OPEN(FIELD("phone", "phone", "Phone number", "")),
		"c: five five five five five five oh one four two",
		"c: no the first digits are four one five",
		"a: four one five, five five five", "c: yes",
		DONE("phone", "\"+14155550142\""));
}
END_TEST

START_TEST(a_telephone_number_may_be_keyed)
{
	SIM_RUN("attach: fields", "hooks: keys",
		TASK(FIELD("phone", "phone", "Phone number", "")), "start",
		"key: 5555550142#", DONE("phone", "\"+15555550142\""));
}
END_TEST

START_TEST(an_address_of_email_is_read_back)
{
	SIM_RUN(OPEN(FIELD("email", "email", "Email address", "")),
		"c: anna dot berg at example dot com",
		"a: I have anna dot berg at example dot com. Is that right?",
		"!e: action-item-done", "c: yes",
		DONE("email", "\"anna.berg@example.com\""));
	SIM_RUN(OPEN(FIELD("email", "email", "Email address", "")),
		"c: anna berg", "a: Please spell it");
}
END_TEST

START_TEST(the_other_types_are_asked_and_taken)
{
	SIM_RUN(OPEN(FIELD("who", "name", "Your name", "")), "a: your name",
		"c: robert smith", "a: Thanks, Robert Smith",
		DONE("who", "{\"text\":\"Robert Smith\",\"given\":\"Robert\","
			    "\"family\":\"Smith\"}"));
	SIM_RUN(OPEN(FIELD("budget", "currency", "Your budget", "")),
		"a: What is your budget?", "c: five hundred dollars",
		"a: five hundred dollars",
		DONE("budget",
		     "{\"amount\":\"500.00\",\"currency\":\"USD\"}"));
	SIM_RUN(OPEN(FIELD("stay", "duration", "Length of your stay", "")),
		"a: What is the length of your stay?", "c: whatever",
		"a: for example, two hours", "c: a week",
		DONE("stay", "604800"));
	SIM_RUN(OPEN(FIELD("top", "multi_select", "Toppings",
			   ",\"choices\":[\"cheese\",\"ham\",\"onions\"]")),
		"a: Which toppings would you like?",
		"a: one or more of cheese, ham, or onions",
		"c: cheese and onions", "a: cheese and onions",
		DONE("top", "[\"cheese\",\"onions\"]"));
	SIM_RUN(OPEN(FIELD("home", "address", "Home address", "")),
		"c: fourteen main street springfield illinois",
		DONE("home", "{\"text\":\"14 Main Street, Springfield, "
			     "Illinois\",\"street\":\"14 Main Street\""));
}
END_TEST

START_TEST(the_other_types_have_bounds_too)
{
	SIM_RUN(OPEN(FIELD("budget", "currency", "Your budget",
			   ",\"maximum\":100")),
		"c: a hundred dollars and fifty cents",
		"a: it can be one hundred at most", "c: a hundred dollars",
		DONE("budget", "{\"amount\":\"100.00\""));
	SIM_RUN(OPEN(FIELD("stay", "duration", "Length of your stay",
			   ",\"minimum\":3600")),
		"c: half an hour", "a: it has to be one hour or more",
		"c: an hour", DONE("stay", "3600"));
	SIM_RUN(OPEN(FIELD("top", "multi_select", "Toppings",
			   ",\"choices\":[\"cheese\",\"ham\",\"onions\"],"
			   "\"minimum\":1,\"maximum\":2")),
		"c: none of them", "a: please choose from one to two of them",
		"c: all of them", "a: from one to two", "c: just ham",
		DONE("top", "[\"ham\"]"));
	SIM_RUN(OPEN(FIELD("mail", "email", "Email address",
			   ",\"pattern\":\".*@example\\\\.com\"")),
		"c: anna at gmail dot com",
		"a: that doesn't look right for your email address");
}
END_TEST

START_TEST(a_value_of_a_type_is_in_the_snapshot)
{
	SIM_RUN(OPEN(FIELD("stay", "duration", "Length of your stay",
			   "") "," NAME),
		"others", "c: two hours", "lost", "wait: 16000",
		"attach: fields, resume", "j: \"fields\":{\"stay\":7200}");
}
END_TEST

/* To a client of the published protocol such a type is text. */
START_TEST(a_type_that_was_not_agreed_is_text)
{
	struct xp_error why = {0};
	struct xp_command c;
	static const char task[] =
		"{\"command_type\":\"set-task\",\"task_id\":\"t\","
		"\"action_items\":[{\"item_type\":\"field\",\"key\":\"k\","
		"\"field_type\":\"duration\",\"pattern\":\"(\","
		"\"validate\":true}]}";

	ck_assert_int_eq(
		xp_command_decode_for(&c, task, sizeof(task) - 1, 0, &why), 0);
	ck_assert_str_eq(c.items[0].field_type, "text");
	ck_assert_ptr_null(c.items[0].pattern);
	ck_assert_int_eq(c.items[0].validate, 0);
	xp_command_done(&c);
}
END_TEST

/* ---- second thoughts ---------------------------------------------------- */

#define SLOTS "2026-11-24T09:00, 2026-11-24T14:00"

START_TEST(a_slot_that_was_found_is_searched_again_when_corrected)
{
	SIM_RUN("attach", "hooks:",
		"task: t|Book.|calendar_slot slot~! Appointment slot; text "
		"caller_name! Your name",
		"start", "c: tuesday", "e: choice-query|slot",
		"choices: " SLOTS, "c: nine", "e: action-item-done|slot",
		"a: name", "c: actually thursday at nine",
		"e: choice-query|slot", "choices: 2026-11-26T09:00",
		"a: Thursday", "c: yes",
		"e: action-item-done|slot||\"2026-11-26T09:00\"", "a: name",
		"c: robert", "e: task-done");
	/* What is known already is not searched for. */
	SIM_RUN("attach", "hooks:",
		"task: t|Book.|calendar_slot slot~! Appointment slot; text "
		"caller_name! Your name",
		"start", "c: tuesday", "choices: " SLOTS, "c: nine",
		"c: actually at two", "!e: choice-query",
		"e: action-item-done|slot||\"2026-11-24T14:00\"");
}
END_TEST

START_TEST(another_value_is_corrected_while_a_number_is_read_back)
{
	SIM_RUN("attach", "hooks:",
		"task: t|x|integer size! Number of people; digit_sequence "
		"phone! Phone number",
		"start", "c: five", "c: five five five oh one four two",
		"a: Is that right?", "c: no i said six",
		"e: action-item-done|size||6", "a: I have five five five",
		"c: yes", "e: action-item-done|phone||\"5550142\"");
	SIM_RUN("attach", "hooks:",
		"task: t|x|text who! Your name; digit_sequence phone! Phone "
		"number",
		"start", "c: robert", "c: five five five oh one four two",
		"c: no", "a: phone number", "!e: action-item-done|phone");
}
END_TEST

START_TEST(a_span_of_time_fills_a_number_of_days)
{
	SIM_RUN("attach", "hooks:", "task: t|x|integer days! Number of days",
		"start", "c: for a week", "e: action-item-done|days||7");
	SIM_RUN("attach", "hooks:", "task: t|x|integer n! Number of nights",
		"start", "c: two weeks", "e: action-item-done|n||14");
	SIM_RUN("attach", "hooks:", "task: t|x|integer n! Number of nights",
		"start", "c: three nights", "e: action-item-done|n||3");
	SIM_RUN("attach", "hooks:", "task: t|x|integer n! Number of weeks",
		"start", "c: ten days", "!e: action-item-done");
}
END_TEST

START_TEST(what_is_not_on_the_list_is_told_with_the_list)
{
	SIM_RUN("attach: fields", "hooks:",
		"task: t|x|multiple_choice colour! Colour [red, green, blue]",
		"start", "c: purple please", "a: I have red, green, or blue",
		"!a: didn't catch",
		"j: \"status\":\"invalid\",\"problem\":\"choice\","
		"\"validation_id\":null,\"value\":\"purple please\"",
		"c: blue", "e: action-item-done|colour||\"blue\"");
	SIM_RUN("attach", "hooks: question",
		"task: t|x|multiple_choice colour! Colour [red, green, blue]",
		"start", "c: do you have purple", "e: agent-question");
	SIM_RUN("attach", "hooks:",
		"task: t|x|multiple_choice colour! Colour [red, green, blue]",
		"start", "c30: purple", "a: Sorry, I didn't catch that.");
}
END_TEST

START_TEST(gibberish_does_not_call_for_a_person_again_and_again)
{
	SIM_RUN("attach", "hooks: escalate",
		"task: t|x|integer size! Number of people", "start", "c: blah",
		"c: blah", "c: blah", "e: escalate||agent", "wait: 31000",
		"a: nobody is available", "alive", "c: blah", "c: blah",
		"c: blah", "!e: escalate", "ended: bot-hangup");
	SIM_RUN("attach", "hooks: escalate",
		"task: t|x|integer size! Number of people", "start", "c: blah",
		"c: blah", "c: blah", "e: escalate", "wait: 31000", "c: four",
		"e: task-done", "alive");
}
END_TEST

START_TEST(a_day_that_has_passed_is_asked_about_only_where_it_may_not)
{
	SIM_RUN(OPEN(FIELD("day", "date", "Date of the accident", "")),
		"c: yesterday",
		"e: action-item-done|day||{\"year\":2026,\"month\":11,"
		"\"day\":20}");
	SIM_RUN(OPEN(FIELD("day", "date", "Preferred date",
			   ",\"earliest\":\"2026-11-21\"")),
		"c: yesterday", "a: it has to be", "a: or later",
		"!e: action-item-done", "c: tomorrow",
		"e: action-item-done|day");
}
END_TEST

UNIT_MAIN("dialog_fields", a_value_to_be_checked_is_told_and_not_yet_done,
	  a_value_that_is_not_right_is_asked_again_in_the_experts_words,
	  the_task_is_done_only_when_all_is_checked,
	  while_it_is_checked_the_caller_may_change_it,
	  the_expert_may_put_another_value_in_its_place,
	  without_an_answer_in_time_the_value_is_taken,
	  the_next_expert_is_asked_again,
	  one_that_cannot_check_takes_the_value,
	  with_nobody_left_the_value_is_taken,
	  a_new_task_with_the_same_field_goes_on_checking,
	  whoever_did_not_ask_for_it_hears_nothing_of_it,
	  what_is_out_of_range_is_asked_again_with_the_range,
	  the_reading_that_fits_is_taken,
	  a_day_out_of_bounds_is_asked_again_with_the_day,
	  a_pattern_is_told_in_words,
	  what_is_spelled_is_written_as_the_pattern_wants_it,
	  a_value_known_before_must_fit_the_new_bounds,
	  keys_are_held_to_the_bounds_too,
	  a_telephone_number_is_read_back_and_whole,
	  a_telephone_number_may_be_keyed, an_address_of_email_is_read_back,
	  the_other_types_are_asked_and_taken, the_other_types_have_bounds_too,
	  a_value_of_a_type_is_in_the_snapshot,
	  a_type_that_was_not_agreed_is_text,
	  a_slot_that_was_found_is_searched_again_when_corrected,
	  another_value_is_corrected_while_a_number_is_read_back,
	  a_span_of_time_fills_a_number_of_days,
	  what_is_not_on_the_list_is_told_with_the_list,
	  gibberish_does_not_call_for_a_person_again_and_again,
	  a_day_that_has_passed_is_asked_about_only_where_it_may_not)
