/**
 * @file test_dialog_spare.c  A model that fails, and the engine that stands in
 *
 * The model is this file; thoughts for the engine are thought by the engine.
 *
 * SPDX-License-Identifier: MIT
 */
#include "unit/dialog_script.h"

/* A call that begins with a thought of the model under way. */
static struct sim *talking(void)
{
	static const char *const script[] = {
		"attach", "persona: Nova|Thai Palace|", "hooks: question",
		"task: t|x|text name! Your name; integer size! Number of bags",
		NULL};
	struct sim *s = sim_new();

	s->conf.has_spare = 1;
	for (int i = 0; script[i]; i++)
		sim_line(s, i, script[i]);
	s->no_brain = 1;
	sim_line(s, 9, "start");
	ck_assert_int_eq(s->thoughts, 1);
	ck_assert_int_eq(s->spare, 0);
	return s;
}

static void output(struct sim *s, struct brain_output o)
{
	(void)sim_event(s, (struct dialog_event){.kind = DIALOG_BRAIN_OUTPUT,
						 .brain_turn = s->brain_turn,
						 .output = &o});
}

static void say(struct sim *s, const char *text)
{
	output(s, (struct brain_output){.kind = BRAIN_SAY, .text = text});
}

static void done(struct sim *s)
{
	(void)sim_event(s, (struct dialog_event){.kind = DIALOG_BRAIN_DONE,
						 .brain_turn = s->brain_turn});
}

static void break_it(struct sim *s)
{
	(void)sim_event(s, (struct dialog_event){.kind = DIALOG_BRAIN_FAILED,
						 .brain_turn = s->brain_turn});
}

static void caller(struct sim *s, const char *text)
{
	char copy[100];

	(void)snprintf(copy, sizeof(copy), "%s", text);
	sim_caller(s, copy, 100);
}

/* The model asks for the name. */
static void ask_name(struct sim *s)
{
	const struct ask ask = {.kind = ASK_NAME,
				.field_key = "name",
				.description = "Your name"};

	say(s, "Welcome. Who is speaking?");
	output(s, (struct brain_output){.kind = BRAIN_ASK, .ask = &ask});
	done(s);
}

START_TEST(a_failed_start_is_greeted_by_the_engine)
{
	struct sim *s = talking();

	break_it(s);
	ck_assert_int_eq(s->spare, 1);
	ck_assert(sim_has(&s->said, "Hello, this is Nova from Thai Palace."));
	ck_assert(sim_has(&s->said, "name"));
	ck_assert(!sim_has(&s->said, "say that again"));
	/* The next turn is the model's, which knows what was said. */
	caller(s, "my name is bob");
	ck_assert_int_eq(s->spare, 0);
	say(s, "Thanks, Bob.");
	done(s);
	sim_free(s);
}
END_TEST

START_TEST(a_failed_turn_is_answered_by_the_engine_from_where_it_is)
{
	struct sim *s = talking();

	ask_name(s);
	caller(s, "bob");
	ck_assert_int_eq(s->spare, 0);
	break_it(s);
	ck_assert_int_eq(s->spare, 1);
	ck_assert(sim_has(&s->fields, "name=\"Bob\""));
	ck_assert(sim_has(&s->said, "bags"));
	ck_assert(!sim_has(&s->said, "Hello"));
	caller(s, "five");
	ck_assert_int_eq(s->spare, 0);
	sim_free(s);
}
END_TEST

START_TEST(a_yes_to_what_the_model_asked_leads_on)
{
	const struct ask ask = {
		.kind = ASK_YES_NO, .field_key = "", .description = ""};
	struct sim *s = talking();

	say(s, "Is this about a table?");
	output(s, (struct brain_output){.kind = BRAIN_ASK, .ask = &ask});
	done(s);
	caller(s, "yes");
	break_it(s);
	ck_assert(sim_has(&s->said, "All right. "));
	ck_assert(sim_has(&s->said, "name"));
	sim_free(s);
}
END_TEST

/* What was said by then, and what the engine adds. */
static const struct {
	const char *said, *added;
} cuts[] = {
	{"Welcome to Thai Palace. Let me", "name"},
	{"Welcome to Thai Palace. What is your name?", ""},
};

START_TEST(words_cut_short_stand_and_the_engine_asks_on)
{
	struct sim *s = talking();
	char expected[200];

	say(s, cuts[_i].said);
	break_it(s);
	(void)snprintf(expected, sizeof(expected), "%s\n", cuts[_i].said);
	ck_assert_ptr_eq(strstr(s->said_mem, expected), s->said_mem);
	ck_assert_int_eq(s->spare, *cuts[_i].added != '\0');
	ck_assert(strstr(s->said_mem + strlen(expected), cuts[_i].added));
	ck_assert(!sim_has(&s->said, "Hello"));
	ck_assert(!sim_has(&s->said, "say that again"));
	sim_free(s);
}
END_TEST

START_TEST(what_a_tool_did_before_the_failure_stands)
{
	struct sim *s = talking();

	ask_name(s);
	caller(s, "five bags, bob");
	output(s, (struct brain_output){.kind = BRAIN_RECORD,
					.key = "name",
					.value_json = "\"Bob\""});
	break_it(s);
	ck_assert_int_eq(s->spare, 1);
	ck_assert_int_eq((int)s->cue, BRAIN_CUE_TASK);
	ck_assert(sim_has(&s->said, "bags"));
	sim_free(s);
}
END_TEST

START_TEST(an_open_question_is_not_talked_over_after_a_failure)
{
	struct sim *s = talking();

	ask_name(s);
	caller(s, "do you have parking");
	output(s, (struct brain_output){.kind = BRAIN_QUESTION,
					.text = "Is there parking?"});
	break_it(s);
	ck_assert_int_eq(s->spare, 0);
	sim_free(s);
}
END_TEST

/* @return thoughts of the engine until the model is asked again */
static int stood_in(struct sim *s)
{
	int n = 0;

	break_it(s);
	while (s->spare && n < 100) {
		n++;
		caller(s, "hold on please");
		ck_assert_str_eq(s->ended, "");
	}
	return n;
}

START_TEST(a_model_that_is_down_is_asked_ever_more_rarely)
{
	static const int expected[] = {1, 2, 4, 8, 8, 8};
	struct sim *s = talking();

	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++)
		ck_assert_int_eq(stood_in(s), expected[i]);
	/* One answer, and it is trusted again. */
	say(s, "Here I am.");
	done(s);
	caller(s, "hold on please");
	ck_assert_int_eq(stood_in(s), 1);
	ck_assert_str_eq(s->ended, "");
	sim_free(s);
}
END_TEST

START_TEST(a_model_known_to_be_down_is_first_asked_after_the_greeting)
{
	struct sim *s = sim_new();

	s->conf.has_spare = s->conf.spare_first = 1;
	s->no_brain = 1;
	sim_line(s, 0, "attach");
	sim_line(s, 1, "task: t|x|text name! Your name");
	sim_line(s, 2, "start");
	ck_assert_int_eq(s->spare, 1);
	ck_assert(sim_has(&s->said, "Hello"));
	caller(s, "bob");
	ck_assert_int_eq(s->spare, 0);
	break_it(s);
	ck_assert(sim_has(&s->fields, "name=\"Bob\""));
	sim_free(s);
}
END_TEST

START_TEST(a_model_that_hangs_is_cancelled_and_stood_in_for)
{
	struct sim *s = talking();

	sim_wait(s, 31000000);
	ck_assert_int_eq(s->spare, 1);
	ck_assert(sim_has(&s->said, "Hello, this is Nova"));
	ck_assert(!sim_has(&s->said, "say that again"));
	sim_free(s);
}
END_TEST

START_TEST(a_caller_who_interrupts_the_engine_is_still_answered_by_it)
{
	struct sim *s = talking();

	s->slow = 1;
	break_it(s);
	caller(s, "bob");
	ck_assert_int_eq((int)s->cue, BRAIN_CUE_CALLER);
	break_it(s);
	ck_assert_int_eq(s->spare, 1);
	ck_assert(sim_has(&s->fields, "name=\"Bob\""));
	sim_free(s);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dialog_spare");
	TCase *t = tcase_create("spare");
	SRunner *r;
	int failed;

	tcase_add_test(t, a_failed_start_is_greeted_by_the_engine);
	tcase_add_test(
		t, a_failed_turn_is_answered_by_the_engine_from_where_it_is);
	tcase_add_test(t, a_yes_to_what_the_model_asked_leads_on);
	tcase_add_loop_test(t, words_cut_short_stand_and_the_engine_asks_on, 0,
			    sizeof(cuts) / sizeof(*cuts));
	tcase_add_test(t, what_a_tool_did_before_the_failure_stands);
	tcase_add_test(t, an_open_question_is_not_talked_over_after_a_failure);
	tcase_add_test(t, a_model_that_is_down_is_asked_ever_more_rarely);
	tcase_add_test(
		t, a_model_known_to_be_down_is_first_asked_after_the_greeting);
	tcase_add_test(t, a_model_that_hangs_is_cancelled_and_stood_in_for);
	tcase_add_test(
		t, a_caller_who_interrupts_the_engine_is_still_answered_by_it);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
