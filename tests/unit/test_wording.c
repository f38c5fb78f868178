/**
 * @file test_wording.c  Descriptions that an Expert wrote, as questions that a
 * person would ask: first, again, and read back
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/alloc.h"
#include "dialog/nlu.h"
#include "dialog/phrase.h"
#include "dialog/wording.h"
#include "dialog/wording_field.h"
#include "proto/xp.h"
#include "unit/unit.h"

static const char *const yes_no[] = {"yes", "no"};

static void ask(char *ret, size_t cap, struct xp_item *f, unsigned attempt)
{
	if (!strcmp(f->field_type, "multiple_choice")) {
		f->choices = yes_no;
		f->n_choices = 2;
	}
	f->question = "";
	wording_question(ret, cap, f,
			 nlu_ask_kind(f->field_type, f->key, f->description),
			 attempt, 0);
}

static const struct {
	const char *type, *key, *description, *question;
} first[] = {
	{"text", "notes", "Anything the doctor should know",
	 "Is there anything the doctor should know?"},
	{"text", "notes", "anything else we should know",
	 "Is there anything else we should know?"},
	{"text", "notes", "Anyone else coming along",
	 "Is there anyone else coming along?"},
	{"text", "notes", "Something about yourself",
	 "Could you tell me something about yourself?"},
	{"text", "notes", "Whether the caller needs a wheelchair",
	 "Do you need a wheelchair?"},
	{"text", "notes", "Whether parking is needed", "Is parking needed?"},
	{"text", "notes", "Whether it is urgent", "Is it urgent?"},
	{"text", "notes", "Whether someone has the key",
	 "Does someone have the key?"},
	{"text", "notes", "Whether anybody else is coming",
	 "Is anybody else coming?"},
	{"text", "notes", "Whether the car has been moved",
	 "Has the car been moved?"},
	{"text", "notes", "whether they have tried restarting it",
	 "Have you tried restarting it?"},
	{"text", "notes", "Whether the caller smokes", "Do you smoke?"},
	{"text", "notes", "whether their insurance covers it",
	 "Could you tell me whether your insurance covers it?"},
	{"text", "notes", "If the caller has been here before",
	 "Have you been here before?"},
	{"text", "notes", "If they own a car", "Do you own a car?"},
	{"text", "notes", "If anybody else is coming",
	 "Is anybody else coming?"},
	{"text", "notes", "If there is anything else",
	 "Is there anything else?"},
	{"text", "notes", "If applicable, the gate code",
	 "What is the gate code?"},
	{"integer", "n", "How many people are coming",
	 "How many people are coming?"},
	{"integer", "n", "how many nights the guest will stay",
	 "How many nights will you stay?"},
	{"integer", "n", "How many bags they have",
	 "How many bags do you have?"},
	{"integer", "n", "how many times they have called",
	 "How many times have you called?"},
	{"integer", "n", "How much they weigh", "How much do you weigh?"},
	{"integer", "n", "Number of children", "How many children?"},
	{"integer", "n", "Children", "How many children?"},
	{"integer", "n", "Guests", "How many guests?"},
	{"integer", "n", "Years of experience",
	 "How many years of experience do you have?"},
	{"integer", "n", "Total amount in dollars",
	 "What is the total amount in dollars?"},
	{"text", "n", "The model of the car", "What is the model of the car?"},
	{"text", "n", "the reason they are calling",
	 "What is the reason you are calling?"},
	{"text", "n", "Your full address", "What is your full address?"},
	{"text", "n", "your dog's name", "What is your dog's name?"},
	{"text", "n", "A short description of the problem",
	 "Could you give me a short description of the problem?"},
	{"text", "n", "a message for the team",
	 "Could you give me a message for the team?"},
	{"text", "n", "A good time to call back",
	 "What is a good time to call back?"},
	{"text", "n", "Describe the symptoms",
	 "Could you describe the symptoms?"},
	{"text", "n", "Additional comments",
	 "Do you have any additional comments?"},
	{"text", "n", "Allergies", "Do you have any allergies?"},
	{"text", "n", "Feedback", "Do you have any feedback?"},
	{"text", "n", "Details", "Could you give me the details?"},
	{"text", "n", "The name of the caller",
	 "May I have your name, please?"},
	{"text", "name", "Who is calling", "May I ask who is calling?"},
	{"date", "dob", "When the patient was born", "When were you born?"},
	{"date", "d", "Arrival date", "What is your arrival date?"},
	{"datetime", "t", "Time of pickup",
	 "What is the day and time of pickup?"},
	{"calendar_slot", "t", "The slot",
	 "What day and time would suit you?"},
	{"digit_sequence", "p", "Last four digits of the card",
	 "What are the last four digits of the card?"},
	{"digit_sequence", "p", "Number to reach you",
	 "What is the best number to reach you?"},
	{"multiple_choice", "c", "Whether the caller has insurance",
	 "Do you have insurance?"},
	{"multiple_choice", "c", "New patient", "Are you a new patient?"},
	{"multiple_choice", "c", "Parking", "Parking, yes or no?"},
};

START_TEST(a_description_becomes_what_a_person_would_ask)
{
	struct xp_item f = {.field_type = first[_i].type,
			    .key = first[_i].key,
			    .description = first[_i].description};
	char text[400];

	ask(text, sizeof(text), &f, 0);
	ck_assert_str_eq(text, first[_i].question);
}
END_TEST

static const struct {
	const char *type, *description, *question;
} again[] = {
	{"text", "Anything the doctor should know",
	 "Is there anything the doctor should know? Please say yes or no, or "
	 "a few words."},
	{"text", "Describe the symptoms",
	 "Could you describe the symptoms? Please say it in a few words."},
	{"integer", "How many people are coming",
	 "How many people are coming? Please say just the number."},
	{"date", "Date of birth",
	 "What is your date of birth? Please say the month, the day, and the "
	 "year."},
	{"date", "Arrival date",
	 "What is your arrival date? Please say the month and the day, for "
	 "example, May third."},
	{"multiple_choice", "Whether the caller has insurance",
	 "Do you have insurance? You can say yes or no."},
	{"multiple_choice", "Parking", "Parking, yes or no?"},
};

START_TEST(the_second_question_says_how_to_answer)
{
	struct xp_item f = {.field_type = again[_i].type,
			    .key = "k",
			    .description = again[_i].description};
	char text[400];

	ask(text, sizeof(text), &f, 1);
	ck_assert_str_eq(text, again[_i].question);
}
END_TEST

static const struct {
	const char *key, *description, *thing;
} things[] = {
	{"notes", "Anything the doctor should know", "your notes"},
	{"wheelchair", "Whether the caller needs one", "your wheelchair"},
	{"size", "How many people are coming", "your size"},
	{"address", "Your full address", "your full address"},
	{"model", "The model of the car", "the model of the car"},
	{"phone", "Phone number", "your phone number"},
	{"name", "The name of the caller", "your name"},
	{"dob", "Date of birth", "your date of birth"},
};

START_TEST(a_read_back_names_the_thing)
{
	struct xp_item f = {.field_type = "text",
			    .key = things[_i].key,
			    .description = things[_i].description,
			    .question = ""};
	char text[400];

	wording_thing(text, sizeof(text), &f);
	ck_assert_str_eq(text, things[_i].thing);
}
END_TEST

START_TEST(any_clause_stays_in_its_room)
{
	static const char *const v[] = {"you own a car",
					"parking is needed",
					"someone has the key",
					"you have been here",
					"",
					"you",
					"you ",
					"x has"};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		for (size_t cap = 1; cap < 40; cap++) {
			char *s = mem_must(mem_alloc(cap), "text");

			phrase_put(s, cap, "%s", v[i]);
			(void)wording_inverted(s, cap);
			ck_assert_uint_lt(strlen(s), cap);
			mem_free(s);
		}
	}
}
END_TEST

int main(void)
{
#define COUNT(v) (int)(sizeof(v) / sizeof((v)[0]))
	Suite *s = suite_create("wording");
	TCase *t = tcase_create("questions");

	tcase_add_loop_test(t, a_description_becomes_what_a_person_would_ask,
			    0, COUNT(first));
	tcase_add_loop_test(t, the_second_question_says_how_to_answer, 0,
			    COUNT(again));
	tcase_add_loop_test(t, a_read_back_names_the_thing, 0, COUNT(things));
	tcase_add_test(t, any_clause_stays_in_its_room);
	suite_add_tcase(s, t);

	SRunner *r = srunner_create(s);

	srunner_run_all(r, CK_NORMAL);

	int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed != 0;
}
