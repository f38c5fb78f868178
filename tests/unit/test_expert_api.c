/**
 * @file test_expert_api.c  What programs were compiled against stays as it is
 *
 * Numbers and places are pinned: a change here breaks programs that exist.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <unistd.h>

#include "expert.h"
#include "unit.h"

/* ---- pinned ---- */

START_TEST(enumerators_keep_their_values)
{
	static const struct {
		int is, was;
	} pinned[] = {
		{EXPERT_OK, 0},        {EXPERT_EINVAL, -1},
		{EXPERT_ENOMEM, -2},   {EXPERT_EAGAIN, -3},
		{EXPERT_ETOOBIG, -4},  {EXPERT_EALREADY, -5},
		{EXPERT_EGONE, -6},    {EXPERT_EAUTH, -7},
		{EXPERT_ECONNECT, -8}, {EXPERT_EPROTO, -9},
		{EXPERT_ENOENT, -10},  {EXPERT_ECLOSED, -11},
		{EXPERT_CONNECTED, 0}, {EXPERT_RETRYING, 1},
		{EXPERT_CLOSED, 2},    {EXPERT_LOG_ERROR, 0},
		{EXPERT_LOG_WARN, 1},  {EXPERT_LOG_INFO, 2},
		{EXPERT_LOG_DEBUG, 3}, {EXPERT_ACCEPT, 0},
		{EXPERT_DECLINE, 1},
	};

	for (size_t i = 0; i < sizeof(pinned) / sizeof(pinned[0]); i++)
		ck_assert_msg(pinned[i].is == pinned[i].was, "line %zu", i);
}
END_TEST

#define AT(struct_name, member) offsetof(struct struct_name, member)

START_TEST(members_keep_their_places)
{
	const size_t p = sizeof(void *);
	const size_t handlers[] = {
		AT(expert_handlers, size),
		AT(expert_handlers, on_call_received),
		AT(expert_handlers, on_call_start),
		AT(expert_handlers, on_caller_speech),
		AT(expert_handlers, on_agent_speech),
		AT(expert_handlers, on_question),
		AT(expert_handlers, on_action_request),
		AT(expert_handlers, on_action),
		AT(expert_handlers, on_field),
		AT(expert_handlers, on_validate),
		AT(expert_handlers, on_task_complete),
		AT(expert_handlers, on_search_query),
		AT(expert_handlers, on_dtmf),
		AT(expert_handlers, on_escalate),
		AT(expert_handlers, on_session_end),
		AT(expert_handlers, on_error),
		AT(expert_handlers, on_warning),
	};
	const size_t field[] = {
		AT(expert_field, size),     AT(expert_field, key),
		AT(expert_field, type),     AT(expert_field, description),
		AT(expert_field, question), AT(expert_field, choices),
		AT(expert_field, optional),
	};

	for (size_t i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++)
		ck_assert_uint_eq(handlers[i], i * p);
	for (size_t i = 0; i < sizeof(field) / sizeof(field[0]); i++)
		ck_assert_uint_eq(field[i], i * p);
	ck_assert_uint_eq(AT(expert_field, searchable),
			  AT(expert_field, optional) + sizeof(int));
	ck_assert_uint_eq(AT(expert_field, sensitive),
			  AT(expert_field, optional) + 2 * sizeof(int));
}
END_TEST

START_TEST(the_version_of_header_and_library_agree)
{
	ck_assert_str_eq(expert_version(), EXPERT_VERSION);
}
END_TEST

START_TEST(every_result_has_words)
{
	for (int i = -1000; i < 1000; i++) {
		const char *text = expert_strerror(i);

		ck_assert_ptr_nonnull(text);
		ck_assert_uint_gt(strlen(text), 3);
	}
	ck_assert_str_ne(expert_strerror(EXPERT_EAUTH),
			 expert_strerror(EXPERT_ECONNECT));
	ck_assert_str_eq(expert_strerror(7), "unknown result");
}
END_TEST

/* ---- wrong arguments ---- */

static void nothing(int state, const char *a, const char *b, void *arg)
{
	(void)state;
	(void)a;
	(void)b;
	(void)arg;
}

START_TEST(null_for_an_object_is_an_error_and_no_crash)
{
	struct expert_task *task = expert_task_new("t");

	expert_task_objective(task, "o");
	const int results[] = {
		expert_options_url(NULL, "ws://h"),
		expert_options_api_key(NULL, "k"),
		expert_options_ca_file(NULL, "f"),
		expert_options_signals(NULL, 1),
		expert_options_retries(NULL, 1),
		expert_options_drain_ms(NULL, 1),
		expert_options_log(NULL, 0, NULL, NULL),
		expert_options_state(NULL, nothing, NULL),
		expert_persona(NULL, "n", "o", "p"),
		expert_voice(NULL, "v"),
		expert_accept_dtmf(NULL, 1),
		expert_listen_phone(NULL, "+1", NULL, NULL),
		expert_listen_web(NULL, "w", NULL, NULL),
		expert_listen_sip(NULL, "s", NULL, NULL),
		expert_run(NULL),
		expert_task_objective(NULL, "o"),
		expert_task_criteria(NULL, "c"),
		expert_task_field(NULL, EXPERT_FIELD(.key = "k")),
		expert_task_say(NULL, "s"),
		expert_task_todo(NULL, "t"),
		expert_set_task(NULL, task),
		expert_retry_task(NULL, "r"),
		expert_instruct(NULL, "i"),
		expert_add_info(NULL, "l", "i"),
		expert_read_script(NULL, "s"),
		expert_set_persona(NULL, NULL, NULL, NULL, NULL),
		expert_set_language(NULL, "english", NULL),
		expert_set_variable(NULL, "k", "1"),
		expert_transfer(NULL, "+1", NULL),
		expert_transfer_now(NULL, "+1", NULL),
		expert_hangup(NULL, NULL),
		expert_agent_dtmf(NULL, 1),
		expert_send_dtmf(NULL, "1"),
		expert_caller_text(NULL, "t"),
		expert_report_error(NULL, "e"),
		expert_answer(NULL, "a"),
		expert_decline(NULL),
		expert_answer_later(NULL),
		expert_suggest(NULL, "k", "d"),
		expert_suggest_later(NULL),
		expert_suggest_done(NULL),
		expert_search_match(NULL, "c"),
		expert_search_other(NULL, "c"),
		expert_search_later(NULL),
		expert_search_done(NULL),
	};

	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++)
		ck_assert_msg(results[i] == EXPERT_EINVAL, "line %zu gave %d",
			      i, results[i]);
	ck_assert_str_eq(expert_call_id(NULL), "");
	ck_assert_str_eq(expert_field_text(NULL, "k"), "");
	ck_assert_ptr_null(expert_field_dup(NULL, "k"));
	ck_assert_int_eq(expert_field_integer(NULL, "k", 7), 7);
	ck_assert_str_eq(expert_question_text(NULL), "");
	ck_assert_str_eq(expert_speech_text(NULL), "");
	ck_assert_str_eq(expert_end_reason(NULL), "");
	ck_assert_str_eq(expert_error(NULL), "out of memory");
	expert_stop(NULL);
	expert_free(NULL);
	expert_task_free(NULL);
	expert_options_free(NULL);
}
END_TEST

START_TEST(a_pointer_that_is_no_handle_is_gone)
{
	int something[4] = {0};
	struct expert_call *no_call = (struct expert_call *)(void *)something;

	ck_assert_int_eq(expert_hangup(no_call, NULL), EXPERT_EGONE);
	ck_assert_str_eq(expert_call_id(no_call), "");
}
END_TEST

START_TEST(wrong_options_are_refused_one_by_one)
{
	static const struct expert_handlers none = {.size = sizeof(none)};
	static const struct expert_handlers sizeless = {.size = 0};
	struct expert_options *o = expert_options_new();
	struct expert *e;

	ck_assert_int_eq(expert_options_url(o, ""), EXPERT_EINVAL);
	ck_assert_int_eq(expert_options_url(o, NULL), EXPERT_EINVAL);
	ck_assert_int_eq(expert_options_retries(o, -2), EXPERT_EINVAL);
	ck_assert_int_eq(expert_options_drain_ms(o, -1), EXPERT_EINVAL);
	ck_assert_int_eq(expert_options_log(o, 4, NULL, NULL), EXPERT_EINVAL);
	e = expert_new(o);
	expert_options_free(o);
	ck_assert_int_eq(expert_listen_phone(e, "", &none, NULL),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_listen_phone(e, NULL, &none, NULL),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_listen_phone(e, "+1", NULL, NULL),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_listen_phone(e, "+1", &sizeless, NULL),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_run(e), EXPERT_EINVAL);
	ck_assert_ptr_nonnull(strstr(expert_error(e), "no address"));
	expert_free(e);
}
END_TEST

/* ---- configuration ---- */

static void check_run_says(const char *words)
{
	static const struct expert_handlers none = {.size = sizeof(none)};
	struct expert *e = expert_new(NULL);

	ck_assert_int_eq(expert_listen_phone(e, "+1", &none, NULL), EXPERT_OK);
	ck_assert_int_eq(expert_run(e), EXPERT_EINVAL);
	ck_assert_msg(strstr(expert_error(e), words) != NULL, "%s",
		      expert_error(e));
	expert_free(e);
}

START_TEST(refuses_a_url_that_it_cannot_use)
{
	static const char *const bad[] = {
		"example.com", "ftp://h",   "ws://",        "ws://:80",
		"ws://h:",     "ws://h:0",  "ws://h:65536", "ws://h:8x",
		"ws://u@h",    "ws://[::1", "ws://[::1]x",  "ws://h h",
		"ws://h/a?b",  "ws://h#a",  "WS",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		(void)setenv("EXPERT_URL", bad[i], 1);
		check_run_says("cannot use the URL");
	}
}
END_TEST

START_TEST(refuses_a_key_file_that_it_cannot_read)
{
	(void)setenv("EXPERT_API_KEY_FILE", "/nonexistent/key", 1);
	check_run_says("EXPERT_API_KEY_FILE /nonexistent/key: No such file");
	(void)setenv("EXPERT_API_KEY_FILE", "/dev/null", 1);
	check_run_says("holds no key");
	(void)setenv("EXPERT_API_KEY", "two words", 1);
	check_run_says("white space");
}
END_TEST

START_TEST(refuses_a_number_of_retries_that_is_none)
{
	(void)setenv("EXPERT_RETRIES", "often", 1);
	check_run_says("EXPERT_RETRIES");
}
END_TEST

/* ---- words ---- */

START_TEST(finds_words_in_what_people_say)
{
	static const struct {
		const char *text, *words;
		int has;
	} t[] = {
		{"Is there parking?", "parking", 1},
		{"Is there PARKING?", "Park", 1},
		{"parking", "parking", 1},
		{"a spark", "park", 0},
		{"is there park-ing", "parking", 0},
		{"What are your opening hours?", "opening hours", 1},
		{"What are your opening, er, hours?", "opening hours", 0},
		{"opening\n  hours", "opening hours", 1},
		{"openinghours", "opening hours", 0},
		{"opening hour", "opening hours", 0},
		{"it doesn't work", "doesn't work", 1},
		{"it does not work", "not work", 1},
		{"pay my bill", " bill. ", 1},
		{"", "x", 0},
		{"x", "", 0},
		{"x", "?!", 0},
		{"Öffnungszeiten bitte", "Öffnungszeiten", 1},
		{"the Öffnung", "ffnung", 0},
		{"number 42", "42", 1},
		{"aab ab", "ab", 1},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		ck_assert_msg(expert_text_has(t[i].text, t[i].words) ==
				      t[i].has,
			      "\"%s\" has \"%s\"", t[i].text, t[i].words);
	ck_assert_int_eq(expert_text_has(NULL, "x"), 0);
	ck_assert_int_eq(expert_text_has("x", NULL), 0);
}
END_TEST

UNIT_MAIN("expert_api", enumerators_keep_their_values,
	  members_keep_their_places, the_version_of_header_and_library_agree,
	  every_result_has_words, null_for_an_object_is_an_error_and_no_crash,
	  a_pointer_that_is_no_handle_is_gone,
	  wrong_options_are_refused_one_by_one,
	  refuses_a_url_that_it_cannot_use,
	  refuses_a_key_file_that_it_cannot_read,
	  refuses_a_number_of_retries_that_is_none,
	  finds_words_in_what_people_say)
