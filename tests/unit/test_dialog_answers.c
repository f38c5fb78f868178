/**
 * @file test_dialog_answers.c  Answers as people give them: in halves, as
 * none, taken back, several at once
 *
 * SIM_SHOW=1 CK_FORK=no prints what was said.
 *
 * SPDX-License-Identifier: MIT
 */
#include "unit/dialog_script.h"
#include "unit/unit.h"

#define WHEN_TASK \
	"task: t|Book|datetime when! Appointment time; text name! Name"
#define SLOT_TASK                                                            \
	"task: t|Book|calendar_slot when! Appointment [2026-11-24T09:00, "   \
	"2026-11-24T14:00, 2026-11-25T10:00, 2026-11-25T09:00]; text name! " \
	"Name"
#define BORN_TASK "task: t|x|date dob! Date of birth; text name! Name"

/* ---- halves ------------------------------------------------------------ */

START_TEST(a_day_is_kept_and_only_the_time_is_asked)
{
	SIM_RUN("attach", "hooks:", WHEN_TASK, "start", "c: tomorrow",
		"a: Okay, Sunday, November the twenty-second. At what time?",
		"ask: datetime", "!f: when=", "c: blue",
		"a: At what time on Sunday, November the twenty-second?",
		"c: at nine",
		"f: when={\"year\":2026,\"month\":11,\"day\":22,\"hour\":9,"
		"\"minute\":0}",
		"a: name");
}
END_TEST

START_TEST(a_time_is_kept_and_only_the_day_is_asked)
{
	SIM_RUN("attach", "hooks:", WHEN_TASK, "start", "c: at nine",
		"a: Okay, nine a m. On what day?", "c: tomorrow",
		"f: when={\"year\":2026,\"month\":11,\"day\":22,\"hour\":9,"
		"\"minute\":0}");
}
END_TEST

START_TEST(a_correction_of_a_half_keeps_the_other)
{
	SIM_RUN("attach", "hooks:", WHEN_TASK, "start", "c: next friday",
		"c: no wait, saturday",
		"a: Okay, Saturday, November the twenty-eighth. At what time?",
		"c: at three", "f: \"day\":28,\"hour\":15", "c: no, at four",
		"f: \"day\":28,\"hour\":16", "a: name",
		"c: actually, on sunday", "f: \"day\":22,\"hour\":16",
		"c: ann", "f: name=\"Ann\"");
}
END_TEST

START_TEST(the_part_of_the_day_says_which_nine_it_is)
{
	SIM_RUN("attach", "hooks:", WHEN_TASK, "start", "c: in the evening",
		"a: On what day", "c: nine", "a: nine p m. On what day?",
		"c: on friday", "f: \"day\":27,\"hour\":21");
	SIM_RUN("attach", "hooks:", WHEN_TASK, "start", "c: friday evening",
		"a: At what time?", "c: nine", "f: \"day\":27,\"hour\":21");
}
END_TEST

START_TEST(a_day_said_before_it_was_asked_is_kept)
{
	SIM_RUN("attach", "hooks:",
		"task: t|Book|text name! Name; datetime when! Appointment "
		"time",
		"start", "c: i'm bob and i'd like to come on friday",
		"f: name=\"Bob\"",
		"a: At what time on Friday, November the twenty-seventh?",
		"c: half past ten", "f: \"day\":27,\"hour\":10,\"minute\":30");
}
END_TEST

START_TEST(a_question_in_between_loses_no_half)
{
	SIM_RUN("attach", "hooks: question", WHEN_TASK, "start",
		"c: on friday", "c: do you have parking", "e: agent-question",
		"answer: Yes.", "a: Yes. So, at what time?", "c: at noon",
		"f: \"day\":27,\"hour\":12");
}
END_TEST

START_TEST(halves_that_were_heard_badly_are_asked_back)
{
	SIM_RUN("attach", "hooks:", WHEN_TASK, "start", "c60: tomorrow",
		"a: At what time?", "c: at nine", "!f: when=",
		"a: Did you say Sunday, November the twenty-second at nine a "
		"m?",
		"c: no, at ten", "a: at ten a m", "c: yes",
		"f: \"day\":22,\"hour\":10");
}
END_TEST

START_TEST(a_birthday_without_its_year_is_asked_for_the_year)
{
	SIM_RUN("attach", "hooks:", BORN_TASK, "start", "c: may fifth",
		"a: And in what year?", "c: blue",
		"a: For example, nineteen eighty-four.", "c: in eighty four",
		"f: dob={\"year\":1984,\"month\":5,\"day\":5}");
}
END_TEST

/* ---- slots ------------------------------------------------------------- */

START_TEST(of_several_slots_of_a_day_the_times_are_told)
{
	SIM_RUN("attach", "hooks:", SLOT_TASK, "start", "c: tuesday",
		"a: On Tuesday, November the twenty-fourth I have nine a m or "
		"two p m. Which one",
		"c: the later one", "f: when=\"2026-11-24T14:00\"",
		"c: no, at nine", "f: when=\"2026-11-24T09:00\"");
	SIM_RUN("attach", "hooks:", SLOT_TASK, "start", "c: at nine",
		"a: I have Tuesday, November the twenty-fourth at nine a m or "
		"Wednesday",
		"!a: at ten", "c: wednesday", "f: when=\"2026-11-25T09:00\"");
	SIM_RUN("attach", "hooks:", SLOT_TASK, "start", "c: in the morning",
		"a: Wednesday", "!a: two p m", "c: tuesday",
		"f: when=\"2026-11-24T09:00\"");
}
END_TEST

START_TEST(a_slot_that_is_not_offered_is_said_to_be_taken)
{
	SIM_RUN("attach", "hooks:", SLOT_TASK, "start", "c: friday at nine",
		"a: Friday, November the twenty-seventh at nine a m is not "
		"available.",
		"a: You can say Tuesday", "!f: when=", "c: tuesday",
		"c: at ten", "a: Tuesday, November the twenty-fourth at ten a",
		"a: is not available", "!f: when=", "c: wednesday at ten",
		"f: when=\"2026-11-25T10:00\"");
}
END_TEST

START_TEST(a_slot_without_a_list_comes_in_halves_too)
{
	SIM_RUN("attach",
		"hooks:", "task: t|Book|calendar_slot when! Appointment",
		"start", "c: tomorrow", "a: At what time?", "c: nine thirty",
		"f: when=\"2026-11-22T09:30\"");
}
END_TEST

/* ---- none -------------------------------------------------------------- */

static const struct {
	const char *description, *answer, *value; /* NULL: skipped */
} counts[] = {
	{"Number of children", "none", "0"},
	{"Number of children", "no", "0"},
	{"Number of children", "nope", "0"},
	{"Number of children", "zero", "0"},
	{"Number of children", "nobody", "0"},
	{"Number of children", "no, none", "0"},
	{"Number of children", "none at all", "0"},
	{"Number of children", "no children", "0"},
	{"Number of children", "no kids", "0"},
	{"Number of children", "there are no children", "0"},
	{"Number of children", "i don't have any", "0"},
	{"Number of children", "i do not have children", "0"},
	{"Number of children", "just adults", "0"},
	{"Number of children", "no, two", "2"},
	{"Number of children", "one", "1"},
	{"How many pets are coming", "no pets", "0"},
	{"How many pets are coming", "none", "0"},
	{"Extra towels", "no thanks", "0"},
	{"Number of children", "skip that", NULL},
	{"Number of children", "i'd rather not say", NULL},
	{"Number of children", "i don't know", NULL},
	{"Number of children", "pass", NULL},
	{"Age", "no", NULL},
	{"Age", "none of your business", NULL},
	{"Budget in dollars", "i don't have one", NULL},
};

START_TEST(none_is_a_number_where_a_number_is_asked)
{
	char task[200], field[40];
	const char *script[] = {"attach", "hooks:", task,      "start",
				NULL,     field,    "a: name", NULL};
	char said[100];

	(void)snprintf(task, sizeof(task),
		       "task: t|x|integer k? %s; text name! Your name",
		       counts[_i].description);
	(void)snprintf(said, sizeof(said), "c: %s", counts[_i].answer);
	script[4] = said;
	if (counts[_i].value)
		(void)snprintf(field, sizeof(field), "f: k=%s",
			       counts[_i].value);
	else
		(void)snprintf(field, sizeof(field), "!f: k=");
	sim_free(sim_run_keep(script));
}
END_TEST

/* ---- names ------------------------------------------------------------- */

static const char *const no_names[] = {
	"blah",       "blah blah blah", "what",      "hmm",     "stuff",
	"some stuff", "test",           "lol",       "wow",     "oops",
	"n/a",        "asdf",           "friday",    "monday",  "seriously",
	"noise",      "customer",       "the usual", "dinner",  "pizza",
	"anonymous",  "spanish please", "whatever",  "it's me",
};

START_TEST(what_is_no_name_is_asked_again)
{
	char said[60];
	const char *script[] = {
		"attach",  "hooks:",       "task: t|x|text name! Your name",
		"start",   said,           "!f: name=",
		"a: name", "c: anna berg", "f: name=\"Anna Berg\"",
		NULL};

	(void)snprintf(said, sizeof(said), "c: %s", no_names[_i]);
	sim_free(sim_run_keep(script));
}
END_TEST

static const struct {
	const char *said, *name;
} names[] = {
	{"Ng", "Ng"},
	{"Bo", "Bo"},
	{"Su Li", "Su Li"},
	{"My Linh", "My Linh"},
	{"Do Kwon", "Do Kwon"},
	{"So Young", "So Young"},
	{"Young", "Young"},
	{"Moon", "Moon"},
	{"chance", "Chance"},
	{"Abcde", "Abcde"},
	{"summer", "Summer"},
	{"Wednesday Addams", "Wednesday Addams"},
	{"january jones", "January Jones"},
	{"rudy test", "Rudy Test"},
	{"guy fawkes", "Guy Fawkes"},
	{"Siobhan", "Siobhan"},
	{"van der Berg", "van der Berg"},
	{"sting", "Sting"},
	{"north west", "North West"},
	{"my name is stuff", "Stuff"},
	{"call me friday", "Friday"},
	{"cash", "Cash"},
	{"true", "True"},
	{"Hang Nguyen", "Hang Nguyen"},
};

START_TEST(an_unusual_name_is_a_name)
{
	char said[60], field[60];
	const char *script[] = {
		"attach", "hooks:", "task: t|x|text name! Your name",
		"start",  said,     field,
		NULL};

	(void)snprintf(said, sizeof(said), "c: %s", names[_i].said);
	(void)snprintf(field, sizeof(field), "f: name=\"%s\"", names[_i].name);
	sim_free(sim_run_keep(script));
}
END_TEST

/* ---- taking back ------------------------------------------------------- */

static const char *const fives[] = {
	"no, five",
	"sorry, five",
	"actually five",
	"wait, five",
	"oops, five",
	"i mean five",
	"make that five",
	"no, we're five",
	"five people actually",
	"it's five, not four",
	"not four, five",
	"four was wrong, it's five",
	"let's say five",
	"five, sorry",
	"can you make that five",
	"no no, five",
	"correction, five",
	"hold on, five people",
	"we are five people",
	"change it to five",
	"hang on, make it five",
};

START_TEST(a_number_taken_back_is_no_digit_of_the_next_answer)
{
	char said[60];
	const char *script[] = {OPEN_THAI,
				"start",
				"c: anna",
				"c: four",
				"f: party_size=4",
				said,
				"f: party_size=5",
				"a: phone number",
				"c: 555 0142",
				"a: five five five, zero one four two",
				"c: yes",
				"f: phone=\"5550142\"",
				NULL};

	(void)snprintf(said, sizeof(said), "c: %s", fives[_i]);
	sim_free(sim_run_keep(script));
}
END_TEST

static const char *const digits[] = {
	"no, 555 0142",        "sorry, 555 0142",
	"actually, 555 0142",  "sorry, my number is 555 0142",
	"wait, it's 555 0142", "no five five five oh one four two",
};

START_TEST(a_whole_answer_behind_a_no_is_the_answer)
{
	char said[60];
	const char *script[] = {
		OPEN_THAI, "start",
		"c: anna", "c: four",
		said,      "a: five five five, zero one four two",
		"c: yes",  "f: phone=\"5550142\"",
		NULL};

	(void)snprintf(said, sizeof(said), "c: %s", digits[_i]);

	struct sim *s = sim_run_keep(script);

	ck_assert_ptr_nonnull(strstr(s->fields_mem, "party_size=4"));
	sim_free(s);
}
END_TEST

START_TEST(digits_without_a_word_of_taking_back_are_digits)
{
	SIM_RUN(OPEN_THAI, "start", "c: anna", "c: four", "c: five five five",
		"a: Go on", "c: oh one four two",
		"a: five five five, zero one four two", "!f: party_size=5");
}
END_TEST

START_TEST(a_name_is_taken_back_while_digits_are_asked)
{
	SIM_RUN(OPEN_THAI, "start", "c: anna", "c: four", "c: no, hanna",
		"f: caller_name=\"Hanna\"", "a: phone number",
		"c: the name is wrong, it's johanna",
		"f: caller_name=\"Johanna\"", "c: my name is actually joan",
		"f: caller_name=\"Joan\"", "!f: party_size=1");
}
END_TEST

int main(void)
{
#define COUNT(v) (int)(sizeof(v) / sizeof((v)[0]))
	Suite *s = suite_create("answers");
	TCase *t = tcase_create("halves");

	tcase_add_test(t, a_day_is_kept_and_only_the_time_is_asked);
	tcase_add_test(t, a_time_is_kept_and_only_the_day_is_asked);
	tcase_add_test(t, a_correction_of_a_half_keeps_the_other);
	tcase_add_test(t, the_part_of_the_day_says_which_nine_it_is);
	tcase_add_test(t, a_day_said_before_it_was_asked_is_kept);
	tcase_add_test(t, a_question_in_between_loses_no_half);
	tcase_add_test(t, halves_that_were_heard_badly_are_asked_back);
	tcase_add_test(t, a_birthday_without_its_year_is_asked_for_the_year);
	tcase_add_test(t, of_several_slots_of_a_day_the_times_are_told);
	tcase_add_test(t, a_slot_that_is_not_offered_is_said_to_be_taken);
	tcase_add_test(t, a_slot_without_a_list_comes_in_halves_too);
	suite_add_tcase(s, t);
	t = tcase_create("none");
	tcase_add_loop_test(t, none_is_a_number_where_a_number_is_asked, 0,
			    COUNT(counts));
	suite_add_tcase(s, t);

	t = tcase_create("names");
	tcase_add_loop_test(t, what_is_no_name_is_asked_again, 0,
			    COUNT(no_names));
	tcase_add_loop_test(t, an_unusual_name_is_a_name, 0, COUNT(names));
	suite_add_tcase(s, t);
	t = tcase_create("taking back");
	tcase_add_loop_test(t,
			    a_number_taken_back_is_no_digit_of_the_next_answer,
			    0, COUNT(fives));
	tcase_add_loop_test(t, a_whole_answer_behind_a_no_is_the_answer, 0,
			    COUNT(digits));
	tcase_add_test(t, digits_without_a_word_of_taking_back_are_digits);
	tcase_add_test(t, a_name_is_taken_back_while_digits_are_asked);
	suite_add_tcase(s, t);

	SRunner *r = srunner_create(s);

	srunner_run_all(r, CK_NORMAL);

	int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed != 0;
}
