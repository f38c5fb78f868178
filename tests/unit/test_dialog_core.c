/**
 * @file test_dialog_core.c  The core alone: clauses, limits, numbers, times
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>

#include "unit/dialog_script.h"

#include "base/limits.h"

/* A call that talks, with a brain that we are. */
static struct sim *talking(void)
{
	static const char *const script[] = {
		"attach", "hooks: question action escalate keys",
		"task: t|x|text name! Your name; integer size! Number of bags",
		NULL};
	struct sim *s = sim_new();

	for (int i = 0; script[i]; i++)
		sim_line(s, i, script[i]);
	s->no_brain = 1;
	sim_line(s, 9, "start");
	return s;
}

static int output(struct sim *s, struct brain_output o)
{
	return sim_event(s, (struct dialog_event){.kind = DIALOG_BRAIN_OUTPUT,
						  .brain_turn = s->brain_turn,
						  .output = &o});
}

static void say(struct sim *s, const char *text)
{
	(void)output(s,
		     (struct brain_output){.kind = BRAIN_SAY, .text = text});
}

static void done(struct sim *s)
{
	(void)sim_event(s, (struct dialog_event){.kind = DIALOG_BRAIN_DONE,
						 .brain_turn = s->brain_turn});
}

static struct dialog_stats stats(const struct sim *s)
{
	struct dialog_stats st;

	dialog_stats_get(s->d, &st);
	return st;
}

/* ---- clauses ----------------------------------------------------------- */

static const struct {
	const char *deltas, *clauses; /* parted by "|" */
} splits[] = {
	{"Hello.", "Hello.*"},
	{"Hello. How are you?", "Hello.|How are you?*"},
	{"Hel|lo. H|ow are |you?", "Hello.|How are you?*"},
	{"One! Two? Three.", "One!|Two?|Three.*"},
	{"Ask Dr. Lee at 3.5 p.m. today.", "Ask Dr. Lee at 3.5 p.m. today.*"},
	{"It is \"fine.\" Go on.", "It is \"fine.\"|Go on.*"},
	{"  spaced\n\nout \t text  ", "spaced out text*"},
	{"no end", "no end*"},
	{"**Bold** and `code`.", "Bold and code.*"},
	{"Bad \x01\x02 bytes.", "Bad bytes.*"},
	{"I am. You are.", "I am.|You are.*"},
};

struct clauses {
	struct strbuf b;
	char mem[4096];
};

static void collect_clauses(struct sim *s, struct clauses *c)
{
	for (uint32_t i = 0; i < s->actions.n; i++) {
		const struct dialog_action *a = &s->actions.v[i];

		if (a->kind == DIALOG_SAY)
			strbuf_addf(&c->b, "%s%s%s", c->b.len ? "|" : "",
				    a->text, a->last ? "*" : "");
	}
}

START_TEST(text_is_given_out_clause_by_clause)
{
	struct sim *s = talking();
	struct clauses c;
	char copy[200];
	char *at = copy;
	char *delta;

	strbuf_over(&c.b, c.mem, sizeof(c.mem));
	(void)snprintf(copy, sizeof(copy), "%s", splits[_i].deltas);
	while (at) {
		char *bar = strchr(at, '|');

		delta = at;
		at = bar ? bar + 1 : NULL;
		if (bar)
			*bar = '\0';

		struct brain_output o = {.kind = BRAIN_SAY, .text = delta};
		struct dialog_event e = {.kind = DIALOG_BRAIN_OUTPUT,
					 .brain_turn = s->brain_turn,
					 .output = &o};

		(void)sim_step(s, &e);
		collect_clauses(s, &c);
	}

	struct dialog_event e = {.kind = DIALOG_BRAIN_DONE,
				 .brain_turn = s->brain_turn};

	(void)sim_step(s, &e);
	collect_clauses(s, &c);
	ck_assert_str_eq(c.b.s, splits[_i].clauses);
	sim_free(s);
}
END_TEST

START_TEST(a_text_of_the_limit_is_said_and_no_more)
{
	static char text[LIMIT_TEXT_BYTES + 2];
	struct sim *s = talking();

	for (size_t i = 0; i < LIMIT_TEXT_BYTES; i++)
		text[i] = i % 40 == 39 ? ' ' : i % 40 == 38 ? '.' : 'a';
	text[LIMIT_TEXT_BYTES - 1] = 'z';
	say(s, text);
	done(s);
	ck_assert_uint_eq(stats(s).refused, 0);
	ck_assert(sim_has(&s->said, "z"));
	sim_free(s);

	s = talking();
	text[LIMIT_TEXT_BYTES - 1] = 'y';
	text[LIMIT_TEXT_BYTES] = 'z';
	say(s, text);
	done(s);
	ck_assert_uint_eq(stats(s).refused, 1);
	ck_assert(!sim_has(&s->said, "z"));
	sim_free(s);
}
END_TEST

START_TEST(a_word_without_end_is_cut_between_characters)
{
	char text[4096];
	struct sim *s = talking();

	for (size_t i = 0; i + 2 < sizeof(text); i += 2)
		memcpy(text + i, "\xc3\xa9", 3); /* e acute */
	say(s, text);
	done(s);
	ck_assert(!sim_has(&s->said, "?"));
	ck_assert_uint_gt(s->said.len, 4000);
	sim_free(s);
}
END_TEST

START_TEST(broken_utf8_is_not_passed_on)
{
	struct sim *s = talking();

	say(s, "caf\xe9 ol\xe9.");
	done(s);
	ck_assert_str_eq(s->said.s, "caf? ol?.\n");
	sim_free(s);
}
END_TEST

/* ---- limits ------------------------------------------------------------ */

START_TEST(eight_questions_may_be_open_and_a_ninth_is_refused)
{
	struct sim *s = talking();
	char text[32];

	for (int i = 0; i < LIMIT_OPEN_QUESTIONS; i++) {
		(void)snprintf(text, sizeof(text), "Question %d?", i);
		(void)output(s, (struct brain_output){.kind = BRAIN_QUESTION,
						      .text = text});
	}
	ck_assert_uint_eq(stats(s).refused, 0);
	ck_assert(sim_has(&s->events, "Question 7?"));
	(void)output(s, (struct brain_output){.kind = BRAIN_QUESTION,
					      .text = "Question 9?"});
	ck_assert_uint_eq(stats(s).refused, 1);
	ck_assert(!sim_has(&s->events, "Question 9?"));
	sim_free(s);
}
END_TEST

START_TEST(the_same_question_is_asked_once_while_open)
{
	struct sim *s = talking();

	for (int i = 0; i < 3; i++)
		(void)output(s, (struct brain_output){.kind = BRAIN_QUESTION,
						      .text = "Open today?"});
	ck_assert_str_eq(s->question, "c1-q1");
	ck_assert_ptr_null(strstr(s->events.s, "c1-q2"));
	sim_free(s);
}
END_TEST

START_TEST(a_question_without_an_answer_is_counted_once)
{
	struct sim *s = talking();

	(void)output(s, (struct brain_output){.kind = BRAIN_QUESTION,
					      .text = "Open today?"});
	ck_assert_uint_eq(stats(s).overdue, 0);
	sim_wait(s, 5 * 60 * 1000000LL);
	ck_assert_uint_eq(stats(s).overdue, 1);
	sim_free(s);
}
END_TEST

static void set_items(struct sim *s, uint32_t n)
{
	static struct xp_item items[LIMIT_TASK_ITEMS + 1];
	static char keys[LIMIT_TASK_ITEMS + 1][8];
	struct xp_command c = {.kind = XP_SET_TASK,
			       .key = "big",
			       .objective = "x",
			       .n_items = n,
			       .items = items};

	for (uint32_t i = 0; i < n; i++) {
		(void)snprintf(keys[i], sizeof(keys[i]), "k%u", i);
		items[i] = (struct xp_item){.kind = XP_ITEM_FIELD,
					    .key = keys[i],
					    .field_type = "integer",
					    .required = 1};
	}
	(void)sim_command(s, &c);
}

START_TEST(a_task_holds_sixty_four_items)
{
	struct sim *s = talking();
	char key[8];

	set_items(s, LIMIT_TASK_ITEMS + 1);
	for (uint32_t i = 0; i <= LIMIT_TASK_ITEMS; i++) {
		(void)snprintf(key, sizeof(key), "k%u", i);
		(void)output(s, (struct brain_output){.kind = BRAIN_RECORD,
						      .key = key,
						      .value_json = "1"});
	}
	ck_assert_uint_eq(stats(s).refused, 1);
	(void)output(s, (struct brain_output){.kind = BRAIN_TASK_DONE});
	ck_assert_int_eq(s->task_dones, 1);
	/* The same keys again: all known, all told, nothing dropped. */
	sim_fresh(s);
	set_items(s, LIMIT_TASK_ITEMS);
	ck_assert(sim_has(&s->events, "action-item-done|k63||1"));
	ck_assert_uint_eq(stats(s).dropped, 0);
	sim_free(s);
}
END_TEST

START_TEST(an_hour_of_talk_stays_in_the_same_memory)
{
	struct sim *s = talking();
	size_t before = 0;

	for (int i = 0; i < 3000; i++) {
		char text[120];

		say(s, "A sentence that is as long as sentences are, or so.");
		done(s);
		(void)snprintf(text, sizeof(text), "caller says thing %d", i);
		sim_caller(s, text, 90);
		strbuf_clear(&s->said);
		strbuf_clear(&s->events);
		strbuf_clear(&s->all);
		if (i % 100 == 0)
			sim_simple(s, XP_SEND_INSTRUCTION, "Remember this.");
		if (i % 150 == 0)
			set_items(s, 20);
		if (i == 600)
			before = s->arena.used_bytes;
	}
	ck_assert_uint_eq(s->arena.used_bytes, before);
	ck_assert_uint_lt(s->arena.used_bytes, 256 * 1024);
	sim_free(s);
}
END_TEST

START_TEST(an_idle_dialog_is_small)
{
	struct sim *s = sim_new();

	sim_line(s, 0, "attach");
	sim_line(s, 1, "hooks: question");
	sim_line(s, 2, "task: t|x|text name! Your name; integer n! Bags");
	sim_line(s, 3, "start");
	ck_assert_uint_le(s->arena.used_bytes, 48 * 1024);
	sim_free(s);
}
END_TEST

/* ---- values that a brain may record ------------------------------------ */

static const struct {
	const char *type, *json;
	int fits;
} recorded[] = {
	{"text", "\"Ann\"", 1},
	{"text", "Ann", 0},
	{"text", "\"a\\\"b\"", 1},
	{"text", "\"", 0},
	{"text", "\"a\" x", 0},
	{"text", "5", 0},
	{"integer", "5", 1},
	{"integer", "-12", 1},
	{"integer", "05", 0},
	{"integer", "5.0", 0},
	{"integer", "\"5\"", 0},
	{"integer", "", 0},
	{"integer", "1234567890123456789", 0},
	{"date", "{\"year\":2026,\"month\":11,\"day\":24}", 1},
	{"date", "{ \"day\": 1, \"month\": 2, \"year\": 2027 }", 1},
	{"date", "{\"year\":2026,\"month\":11}", 0},
	{"date", "\"2026-11-24\"", 0},
	{"date", "{", 0},
	{"datetime",
	 "{\"year\":2026,\"month\":11,\"day\":24,\"hour\":9,\"minute\":0}", 1},
	{"datetime", "{\"year\":2026,\"month\":11,\"day\":24}", 0},
	{"digit_sequence", "\"0042\"", 1},
	{"digit_sequence", "\"\"", 0},
	{"digit_sequence", "\"4 2\"", 0},
	{"digit_sequence", "42", 0},
	{"multiple_choice", "\"red\"", 1},
	{"multiple_choice", "\"blue\"", 0},
	{"multiple_choice", "\"re\"", 0},
};

START_TEST(only_values_of_the_type_are_recorded)
{
	static const char *const colours[] = {"red", "green"};
	struct xp_item x = {.kind = XP_ITEM_FIELD,
			    .key = "v",
			    .field_type = recorded[_i].type,
			    .required = 1};
	struct xp_command c = {.kind = XP_SET_TASK,
			       .key = "t",
			       .objective = "",
			       .n_items = 1,
			       .items = &x};
	struct sim *s = talking();

	if (!strcmp(x.field_type, "multiple_choice")) {
		x.n_choices = 2;
		x.choices = colours;
	}
	(void)sim_command(s, &c);
	(void)output(s,
		     (struct brain_output){.kind = BRAIN_RECORD,
					   .key = "v",
					   .value_json = recorded[_i].json});
	ck_assert_int_eq(s->fields.len > 0, recorded[_i].fits);
	ck_assert_uint_eq(stats(s).refused, !recorded[_i].fits);
	sim_free(s);
}
END_TEST

START_TEST(all_fields_are_one_json_object)
{
	struct sim *s = talking();

	ck_assert_str_eq(dialog_fields_json(s->d), "{}");
	(void)output(s, (struct brain_output){.kind = BRAIN_RECORD,
					      .key = "name",
					      .value_json = "\"Ann\""});
	(void)output(s, (struct brain_output){.kind = BRAIN_RECORD,
					      .key = "size",
					      .value_json = "3"});
	ck_assert_str_eq(dialog_fields_json(s->d),
			 "{\"name\":\"Ann\",\"size\":3}");
	sim_free(s);
}
END_TEST

/* ---- numbers and times ------------------------------------------------- */

START_TEST(what_comes_too_late_is_counted_and_dropped)
{
	struct sim *s = talking();
	uint32_t old = s->brain_turn;

	sim_caller(s, (char[]){"robert"}, 90);
	ck_assert_uint_gt(s->brain_turn, old);

	struct brain_output o = {.kind = BRAIN_SAY, .text = "Late."};
	struct dialog_event e = {
		.kind = DIALOG_BRAIN_OUTPUT, .brain_turn = old, .output = &o};

	(void)sim_event(s, e);
	e.kind = DIALOG_BRAIN_DONE;
	(void)sim_event(s, e);
	ck_assert_uint_eq(stats(s).late, 2);
	ck_assert_uint_eq(s->said.len, 0);
	sim_free(s);
}
END_TEST

START_TEST(a_task_is_not_done_before_its_items_are)
{
	struct sim *s = talking();

	(void)output(s, (struct brain_output){.kind = BRAIN_RECORD,
					      .key = "name",
					      .value_json = "\"Ann\""});
	(void)output(s, (struct brain_output){.kind = BRAIN_TASK_DONE});
	ck_assert_int_eq(s->task_dones, 0);
	(void)output(s, (struct brain_output){.kind = BRAIN_RECORD,
					      .key = "size",
					      .value_json = "1"});
	ck_assert_int_eq(s->task_dones, 1);
	(void)output(s, (struct brain_output){.kind = BRAIN_TASK_DONE});
	ck_assert_int_eq(s->task_dones, 1);
	sim_free(s);
}
END_TEST

START_TEST(a_brain_that_fails_three_times_ends_the_call)
{
	struct sim *s = talking();

	for (int i = 0; i < 3; i++) {
		ck_assert_str_eq(s->ended, "");
		(void)sim_event(
			s, (struct dialog_event){.kind = DIALOG_BRAIN_FAILED,
						 .brain_turn = s->brain_turn});
		if (i < 2)
			sim_caller(s, (char[]){"hello"}, 90);
	}
	ck_assert_str_eq(s->ended, "bot-failure");
	sim_free(s);
}
END_TEST

START_TEST(a_brain_that_never_answers_counts_as_failed)
{
	struct sim *s = talking();

	sim_wait(s, 31000000);
	ck_assert(sim_has(&s->said, "say that again"));
	sim_free(s);
}
END_TEST

START_TEST(an_action_is_executed_once_and_only_if_offered)
{
	struct sim *s = talking();
	struct brain_output o = {.kind = BRAIN_EXECUTE, .id = "c1-q1"};

	(void)output(s, (struct brain_output){.kind = BRAIN_ACTION,
					      .text = "Cancel it."});
	o.key = "cancel";
	(void)output(s, o);
	ck_assert(!sim_has(&s->events, "execute-action"));
	sim_suggest(s, (char[]){"cancel=Cancel; keep=Keep"}, "c1-q1");
	o.key = "burn";
	(void)output(s, o);
	ck_assert(!sim_has(&s->events, "execute-action"));
	o.key = "cancel";
	(void)output(s, o);
	ck_assert(sim_has(&s->events, "execute-action|cancel"));
	sim_fresh(s);
	(void)output(s, o);
	ck_assert(!sim_has(&s->events, "execute-action"));
	sim_free(s);
}
END_TEST

START_TEST(partial_and_final_speech_share_their_id)
{
	SIM_RUN("attach", "hooks:", "task: t|x|text name! Your name", "start",
		"partial: rob", "e: caller-speech||rob||u1", "partial: rob",
		"!e: caller-speech", "c: robert",
		"e: caller-speech||robert||u1", "c: three",
		"e: caller-speech||three||u2");
}
END_TEST

START_TEST(the_days_are_counted_right)
{
	static const struct {
		int64_t wall_us;
		int32_t offset_s;
		const char *today;
		int weekday, hour;
	} days[] = {
		{0, 0, "1970-01-01", 4, 0},
		{0, -3600, "1969-12-31", 3, 23},
		{951782400000000, 0, "2000-02-29", 2, 0},
		{1795255200000000, 0, "2026-11-21", 6, 10},
		{1795255200000000, 14 * 3600, "2026-11-22", 0, 0},
	};

	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		struct sim *s = sim_new();

		s->conf.wall_us = days[i].wall_us;
		s->conf.utc_offset_s = days[i].offset_s;
		s->no_brain = 1;
		sim_line(s, 0, "attach");
		sim_line(s, 1, "task: t|x|text name! Your name");
		sim_line(s, 2, "start");
		for (uint32_t k = 0; k < s->actions.n; k++) {
			const struct dialog_action *a = &s->actions.v[k];

			if (a->kind != DIALOG_THINK)
				continue;
			ck_assert_str_eq(a->view->today, days[i].today);
			ck_assert_int_eq(a->view->weekday, days[i].weekday);
			ck_assert_int_eq(a->view->hour, days[i].hour);
		}
		ck_assert_int_eq(s->thoughts, 1);
		sim_free(s);
	}
}
END_TEST

START_TEST(a_nod_ends_its_turn_and_changes_nothing)
{
	struct sim *s = talking();
	struct dialog_event nod = {.kind = DIALOG_CALLER_NODDED,
				   .turn = 1,
				   .n_heard = _i ? 1 : 0,
				   .heard = {{"uh huh", 80}}};
	int64_t *watch_us = &s->due_us[DIALOG_TIMER_SILENCE];

	/* begun in silence, so that we wait for its end; then we speak */
	ck_assert_int_eq(
		sim_event(s,
			  (struct dialog_event){.kind = DIALOG_CALLER_SPEAKING,
						.turn = 1}),
		0);
	say(s, "Hello there.");
	done(s);
	ck_assert_int_eq(*watch_us - s->now_us, 60 * 1000 * 1000);

	ck_assert_int_eq(sim_event(s, nod), 0);
	ck_assert_int_lt(*watch_us - s->now_us, 30 * 1000 * 1000);
	for (uint32_t k = 0; k < s->actions.n; k++) {
		ck_assert_int_ne(s->actions.v[k].kind, DIALOG_STOP_SAYING);
		ck_assert_int_ne(s->actions.v[k].kind, DIALOG_CANCEL_THINK);
		ck_assert_int_ne(s->actions.v[k].kind, DIALOG_THINK);
	}
	ck_assert_int_eq(sim_event(s, nod), -EINVAL);
	sim_free(s);
}
END_TEST

#define COUNT(v) (int)(sizeof(v) / sizeof((v)[0]))

int main(void)
{
	Suite *s = suite_create("dialog_core");
	TCase *t = tcase_create("speech");

	tcase_add_loop_test(t, text_is_given_out_clause_by_clause, 0,
			    COUNT(splits));
	tcase_add_test(t, a_text_of_the_limit_is_said_and_no_more);
	tcase_add_test(t, a_word_without_end_is_cut_between_characters);
	tcase_add_test(t, broken_utf8_is_not_passed_on);
	suite_add_tcase(s, t);
	t = tcase_create("limits");
	tcase_add_test(t, eight_questions_may_be_open_and_a_ninth_is_refused);
	tcase_add_test(t, the_same_question_is_asked_once_while_open);
	tcase_add_test(t, a_question_without_an_answer_is_counted_once);
	tcase_add_test(t, a_task_holds_sixty_four_items);
	tcase_add_test(t, an_hour_of_talk_stays_in_the_same_memory);
	tcase_add_test(t, an_idle_dialog_is_small);
	suite_add_tcase(s, t);
	t = tcase_create("promises");
	tcase_add_loop_test(t, only_values_of_the_type_are_recorded, 0,
			    COUNT(recorded));
	tcase_add_test(t, all_fields_are_one_json_object);
	tcase_add_test(t, what_comes_too_late_is_counted_and_dropped);
	tcase_add_test(t, a_task_is_not_done_before_its_items_are);
	tcase_add_test(t, a_brain_that_fails_three_times_ends_the_call);
	tcase_add_test(t, a_brain_that_never_answers_counts_as_failed);
	tcase_add_test(t, an_action_is_executed_once_and_only_if_offered);
	tcase_add_test(t, partial_and_final_speech_share_their_id);
	tcase_add_test(t, the_days_are_counted_right);
	tcase_add_loop_test(t, a_nod_ends_its_turn_and_changes_nothing, 0, 2);
	suite_add_tcase(s, t);

	SRunner *r = srunner_create(s);

	srunner_run_all(r, CK_NORMAL);

	int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed != 0;
}
