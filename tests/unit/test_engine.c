/**
 * @file test_engine.c  The built-in brain: its English, and its manners
 *
 * SPDX-License-Identifier: MIT
 */
#include "dialog/nlu.h"
#include "proto/xp.h"
#include "unit/dialog_script.h"

/* ---- questions --------------------------------------------------------- */

static const struct {
	const char *type, *key, *description, *question;
} questions[] = {
	{"text", "caller_name", "Name for the list",
	 "What name should I put on the list?"},
	{"text", "name", "Your name", "May I have your name, please?"},
	{"text", "full_name", "Ask the caller for their full name.",
	 "May I have your full name, please?"},
	{"text", "res_name", "Name for the reservation",
	 "What name should I put the reservation under?"},
	{"integer", "party_size", "Number of people",
	 "How many people will it be?"},
	{"integer", "party_size", "Party size",
	 "How many people are in your party?"},
	{"integer", "bags", "Number of bags", "How many bags?"},
	{"integer", "age", "The caller's age", "How old are you?"},
	{"digit_sequence", "phone", "Phone number",
	 "What is the best phone number to reach you?"},
	{"digit_sequence", "phone", "",
	 "What is the best phone number to "
	 "reach you?"},
	{"digit_sequence", "phone",
	 "Phone number to text when the table is ready",
	 "What is the best phone number to text when the table is ready?"},
	{"digit_sequence", "order_number", "Order number",
	 "What is your order number?"},
	{"digit_sequence", "order",
	 "Ask for the order number. It has six digits.",
	 "What is the order number?"},
	{"date", "dob", "Date of birth", "What is your date of birth?"},
	{"date", "day", "Date for the appointment",
	 "What date would you like for the appointment?"},
	{"datetime", "when", "Appointment time",
	 "What day and time would you like?"},
	{"text", "reason", "Reason for the call",
	 "What is the reason for the call?"},
	{"text", "reason", "The customer's reason for calling",
	 "What is your reason for calling?"},
	{"text", "allergies", "Any allergies", "Do you have any allergies?"},
	{"text", "wishes", "Special requests",
	 "Do you have any special requests?"},
	{"text", "email", "", "What is your email?"},
	{"text", "customer_company", "", "What is your company?"},
	{"text", "issue", "Ask them to describe the problem in detail.",
	 "Could you describe the problem in detail?"},
	{"text", "why", "Ask why they are sending it back.",
	 "Could you tell me why you are sending it back?"},
	{"text", "why", "If they cancel, ask why they changed their mind.",
	 "Could you tell me why you changed your mind?"},
	{"text", "park", "Whether the guest needs parking",
	 "Do you need parking?"},
	{"text", "been", "Ask if they have been here before.",
	 "Have you been here before?"},
	{"text", "pet", "Does the guest travel with a pet?",
	 "Do you travel with a pet?"},
	{"text", "more",
	 "Ask: 'Is there anything else we should know?' "
	 "Accept silence.",
	 "Is there anything else we should know?"},
	{"text", "about", "Ask about their plans for the garden.",
	 "Could you tell me about your plans for the garden?"},
	{"text", "summary", "A brief summary of the problem",
	 "Could you give me a brief summary of the problem?"},
	{"text", "zone", "What time zone are you in?",
	 "What time zone are you in?"},
};

START_TEST(a_description_becomes_a_question)
{
	struct xp_item f = {.field_type = questions[_i].type,
			    .key = questions[_i].key,
			    .description = questions[_i].description,
			    .question = ""};
	char text[400];

	wording_question(text, sizeof(text), &f,
			 nlu_ask_kind(f.field_type, f.key, f.description), 0,
			 0);
	ck_assert_str_eq(text, questions[_i].question);
}
END_TEST

START_TEST(a_question_of_the_expert_is_asked_as_it_stands)
{
	struct xp_item f = {.field_type = "text",
			    .key = "k",
			    .description = "Whatever",
			    .question = "Aisle or window?"};
	char text[400];

	wording_question(text, sizeof(text), &f, ASK_TEXT, 0, 0);
	ck_assert_str_eq(text, "Aisle or window?");
	wording_question(text, sizeof(text), &f, ASK_TEXT, 2, 0);
	ck_assert_str_eq(text,
			 "Aisle or window? Please say it in a few words.");
}
END_TEST

START_TEST(a_question_is_cut_to_the_room_there_is)
{
	struct xp_item f = {.field_type = "text",
			    .key = "k",
			    .description = "The caller's reason for calling",
			    .question = ""};

	for (size_t cap = 1; cap < 64; cap++) {
		char *text = mem_must(mem_alloc(cap), "text");

		wording_question(text, cap, &f, ASK_TEXT, 2, 1);
		ck_assert_uint_lt(strlen(text), cap);
		mem_free(text);
	}
}
END_TEST

START_TEST(choices_are_listed_as_people_do)
{
	static const char *const v[] = {"red", "green", "blue"};
	char text[100];

	wording_list(text, sizeof(text), v, 1, 5, NULL);
	ck_assert_str_eq(text, "red");
	wording_list(text, sizeof(text), v, 2, 5, NULL);
	ck_assert_str_eq(text, "red or green");
	wording_list(text, sizeof(text), v, 3, 5, NULL);
	ck_assert_str_eq(text, "red, green, or blue");
}
END_TEST

/* ---- instructions ------------------------------------------------------ */

static const struct {
	const char *text, *say, *ask;
	int hangup;
} orders[] = {
	{"Naturally end the conversation and hang up the call.", "", "", 1},
	{"Say goodbye.", "", "", 1},
	{"Do not hang up yet.", "", "", 0},
	{"Start ending the conversation. Here are your final instructions: "
	 "Thank the caller; we text when the table is ready. Once you've "
	 "completed the final instructions, naturally end the conversation "
	 "and hang up the call.",
	 "Thank you. We text when the table is ready.", "", 1},
	{"End the conversation. Final instructions: Thank the caller. Tell "
	 "the caller that we text when the table is ready.\nThen say goodbye "
	 "and hang up.",
	 "Thank you. We text when the table is ready.", "", 1},
	{"Say goodbye and hang up.", "", "", 1},
	{"Thank them for their patience and hang up.",
	 "Thank you for your patience.", "", 1},
	{"Let Ann know their table is ready, then say goodbye.",
	 "Your table is ready.", "", 1},
	{"Tell the caller that you will transfer them.",
	 "I will transfer you.", "", 0},
	{"Let them know you couldn't find the order.",
	 "I couldn't find the order.", "", 0},
	{"Tell the caller: Your car is ready.", "Your car is ready.", "", 0},
	{"Say \"The office opens at nine.\"", "The office opens at nine.", "",
	 0},
	{"Ask the caller whether they have been here before.", "",
	 "May I ask whether you have been here before?", 0},
	{"Ask for their zip code.", "", "Could you tell me your zip code?", 0},
	{"Ask them to hold.", "Please hold.", "", 0},
	{"Remind them to bring their card.",
	 "Please remember to bring your card.", "", 0},
	{"Suggest they try again tomorrow.",
	 "You may want to try again tomorrow.", "", 0},
	{"Apologize for the delay.", "I'm sorry for the delay.", "", 0},
	{"Wish them a lovely evening and end the call.",
	 "Have a lovely evening.", "", 1},
	{"Be polite and do not mention prices.", "", "", 0},
	{"The doctor is out today.", "", "", 0},
	{"{\n  \"hours\": \"nine to five\"\n}", "", "", 0},
	{"If they ask, tell them it is free.", "", "", 0},
	{"Thank them for calling St. Mary's. Hang up.",
	 "Thank you for calling St. Mary's.", "", 1},
	{"", "", "", 0},
};

START_TEST(an_instruction_becomes_words_or_nothing)
{
	struct wording_plan p;

	wording_instruction(&p, orders[_i].text);
	ck_assert_str_eq(p.say, orders[_i].say);
	ck_assert_str_eq(p.ask, orders[_i].ask);
	ck_assert_int_eq(p.hangup, orders[_i].hangup);
}
END_TEST

START_TEST(an_instruction_of_any_length_fits)
{
	static char text[9000];
	struct wording_plan p;

	for (size_t i = 0; i + 40 < sizeof(text); i += 38)
		memcpy(text + i, "Tell the caller that nothing is wrong. ",
		       39);
	wording_instruction(&p, text);
	ck_assert_uint_lt(strlen(p.say), sizeof(p.say));
	memset(text, 'a', sizeof(text) - 1);
	memcpy(text, "tell them that ", 15);
	wording_instruction(&p, text);
	ck_assert_uint_lt(strlen(p.say), sizeof(p.say));
}
END_TEST

static const struct {
	const char *text, *organization, *line;
} objectives[] = {
	{"Add callers to the waiting list of Thai Palace.", "Thai Palace",
	 "I can add you to the waiting list."},
	{"Help the caller book an appointment", "",
	 "I can help you book an "
	 "appointment."},
	{"take names for the waiting list", "X",
	 "I can take names for the waiting list."},
	{"The caller wants to return an item.", "", NULL},
	{"You are a friendly agent.", "", NULL},
	{"", "", NULL},
};

START_TEST(an_objective_is_told_in_the_first_person)
{
	char text[300];
	int err = wording_objective(text, sizeof(text), objectives[_i].text,
				    objectives[_i].organization);

	if (objectives[_i].line) {
		ck_assert_int_eq(err, 0);
		ck_assert_str_eq(text, objectives[_i].line);
	} else {
		ck_assert_int_lt(err, 0);
	}
}
END_TEST

static const struct {
	const char *message, *line;
} transfers[] = {
	{"", NULL},
	{"Be quick.", NULL},
	{"Notify the caller that you will be transferring them, and then "
	 "transfer.",
	 "I will be transferring you."},
	{"I'll connect you with billing.", "I'll connect you with billing."},
	{"Tell them that a nurse will help.",
	 "A nurse will help. I'll put you through now."},
};

START_TEST(a_transfer_is_announced_in_the_words_given)
{
	char text[300];
	int err = wording_transfer(text, sizeof(text), transfers[_i].message);

	if (transfers[_i].line) {
		ck_assert_int_eq(err, 0);
		ck_assert_str_eq(text, transfers[_i].line);
	} else {
		ck_assert_int_lt(err, 0);
	}
}
END_TEST

/* ---- manners ----------------------------------------------------------- */

START_TEST(the_same_views_give_the_same_outputs)
{
	static const char *const script[] = {
		"attach",
		"persona: Nova|Acme|",
		"hooks: question",
		"task: t|Help|text name! Your name; integer n! Number of bags",
		"start",
		"c: robert",
		"c: three",
		NULL};
	struct sim *a = sim_run_keep(script);
	struct sim *b = sim_run_keep(script);

	ck_assert_str_eq(a->all.s, b->all.s);
	sim_free(a);
	sim_free(b);
}
END_TEST

START_TEST(it_gives_the_recognizer_what_it_asks_for)
{
	static const char *const script[] = {
		"attach",
		"hooks: keys",
		"task: t|x|digit_sequence phone! Phone number",
		"start",
		"key: 55",
		NULL};
	struct sim *s = sim_run_keep(script);

	ck_assert_int_eq(s->ask, ASK_DIGITS);
	ck_assert_uint_ge(s->max_digits, 11);
	ck_assert_uint_eq(s->have_digits, 2);
	sim_free(s);
}
END_TEST

START_TEST(a_secret_is_not_read_back)
{
	SIM_RUN("attach", "hooks:",
		"task: t|x|digit_sequence card$! Card number; todo Read the "
		"card number back.",
		"start",
		"c: four one one one two two two two three three "
		"three three four four four five",
		"!a: one one one", "a: ending in four five. Is", "c: yes",
		"f: card=", "!a: one one one");
	SIM_RUN("attach",
		"hooks:", "task: t|x|digit_sequence code$! Secret code",
		"start", "c: eight seven six five", "!a: six", "!a: five",
		"a: Did I get that right?", "c: yes", "f: code=\"8765\"");
}
END_TEST

int main(void)
{
#define COUNT(v) (int)(sizeof(v) / sizeof((v)[0]))
	Suite *s = suite_create("engine");
	TCase *t = tcase_create("wording");

	tcase_add_loop_test(t, a_description_becomes_a_question, 0,
			    COUNT(questions));
	tcase_add_test(t, a_question_of_the_expert_is_asked_as_it_stands);
	tcase_add_test(t, a_question_is_cut_to_the_room_there_is);
	tcase_add_test(t, choices_are_listed_as_people_do);
	tcase_add_loop_test(t, an_instruction_becomes_words_or_nothing, 0,
			    COUNT(orders));
	tcase_add_test(t, an_instruction_of_any_length_fits);
	tcase_add_loop_test(t, an_objective_is_told_in_the_first_person, 0,
			    COUNT(objectives));
	tcase_add_loop_test(t, a_transfer_is_announced_in_the_words_given, 0,
			    COUNT(transfers));
	suite_add_tcase(s, t);
	t = tcase_create("manners");
	tcase_add_test(t, the_same_views_give_the_same_outputs);
	tcase_add_test(t, it_gives_the_recognizer_what_it_asks_for);
	tcase_add_test(t, a_secret_is_not_read_back);
	suite_add_tcase(s, t);

	SRunner *r = srunner_create(s);

	srunner_run_all(r, CK_NORMAL);

	int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed != 0;
}
