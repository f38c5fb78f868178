/**
 * @file test_expert_test.c  libexpert: calls without a server
 *
 * SPDX-License-Identifier: MIT
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expert.h"
#include "unit.h"

static int n_start, n_end, n_field, n_escalate, n_speech;
static char digits[16], recents[64], ended[32], acted[32];
static struct expert_question *kept;

static int on_received(struct expert_call *call, void *arg)
{
	(void)arg;
	return expert_call_from(call)[0] ? EXPERT_ACCEPT : EXPERT_DECLINE;
}

static void on_start(struct expert_call *call, void *arg)
{
	struct expert_task *task = expert_task_new("order");

	n_start += *(int *)arg;
	expert_task_field(task, EXPERT_FIELD(.key = "n", .type = "integer",
					     .description = "How many"));
	expert_set_task(call, task);
	expert_read_script(call, "Welcome.");
}

static void on_question(struct expert_call *call, struct expert_question *q,
			void *arg)
{
	(void)call;
	(void)arg;
	if (expert_text_has(expert_question_text(q), "open"))
		expert_answer(q, "At nine.");
	else if (expert_text_has(expert_question_text(q), "later")) {
		expert_answer_later(q);
		kept = q;
	}
}

static void on_request(struct expert_call *call, struct expert_request *r,
		       void *arg)
{
	(void)call;
	(void)arg;
	if (expert_text_has(expert_request_text(r), "cancel")) {
		expert_suggest(r, "cancel", "cancel the order");
		expert_suggest(r, "change", NULL);
	}
}

static void on_action(struct expert_call *call, const char *key, void *arg)
{
	(void)arg;
	(void)snprintf(acted, sizeof(acted), "%s", key);
	expert_transfer(call, "+15555550111", NULL);
}

static void on_search(struct expert_call *call, struct expert_search *s,
		      void *arg)
{
	(void)call;
	(void)arg;
	expert_search_match(s, expert_search_field(s));
	expert_search_match(s, expert_search_text(s));
	expert_search_other(s, "no match");
}

static void on_field(struct expert_call *call, const char *key, void *arg)
{
	(void)arg;
	n_field += (int)expert_field_integer(call, key, -100);
}

static const char *on_validate(struct expert_call *call, const char *task,
			       const char *key, void *arg)
{
	(void)task;
	(void)arg;
	return expert_field_integer(call, key, 0) > 9 ? "At most nine." : NULL;
}

static void on_complete(struct expert_call *call, const char *task, void *arg)
{
	(void)task;
	(void)arg;
	expert_hangup(call, "Thank the caller.");
}

static void on_dtmf(struct expert_call *call, const char *digit,
		    const char *recent, void *arg)
{
	(void)call;
	(void)arg;
	(void)strncat(digits, digit, 1);
	(void)snprintf(recents, sizeof(recents), "%s", recent);
}

static void on_escalate(struct expert_call *call, const char *by, void *arg)
{
	(void)call;
	(void)arg;
	n_escalate += !strcmp(by, "human");
}

static void on_speech(struct expert_call *call, const struct expert_speech *s,
		      void *arg)
{
	(void)call;
	(void)arg;
	n_speech += !strcmp(expert_speech_text(s), "Hello?");
}

static void on_end(struct expert_call *call, const struct expert_end *end,
		   void *arg)
{
	(void)arg;
	n_end++;
	(void)snprintf(ended, sizeof(ended), "%s", expert_end_reason(end));
	ck_assert_int_eq(expert_instruct(call, "late"), EXPERT_EGONE);
}

static const struct expert_handlers handlers = {
	.size = sizeof(handlers),
	.on_call_received = on_received,
	.on_call_start = on_start,
	.on_caller_speech = on_speech,
	.on_question = on_question,
	.on_action_request = on_request,
	.on_action = on_action,
	.on_field = on_field,
	.on_validate = on_validate,
	.on_task_complete = on_complete,
	.on_search_query = on_search,
	.on_dtmf = on_dtmf,
	.on_escalate = on_escalate,
	.on_session_end = on_end,
};

static int one = 1;

static struct expert_test *begin(void)
{
	struct expert_test *t = expert_test_new(&handlers, &one);

	ck_assert_ptr_nonnull(t);
	ck_assert_ptr_nonnull(expert_test_call(t, "+15555550123"));
	return t;
}

START_TEST(a_call_runs_from_its_start_to_its_end)
{
	struct expert_test *t = expert_test_new(&handlers, &one);
	struct expert_call *call = expert_test_call(t, "+15555550123");

	ck_assert_str_eq(expert_call_from(call), "+15555550123");
	ck_assert_str_eq(expert_call_to(call), "+15555550100");
	ck_assert_int_eq(n_start, 1);
	ck_assert_str_eq(expert_test_task(t), "order");
	ck_assert_str_eq(expert_test_sent(t, "read-script", "script"),
			 "Welcome.");
	ck_assert_ptr_null(expert_test_sent(t, "read-script", "nothing"));
	ck_assert_ptr_null(expert_test_call(t, "+1"));
	ck_assert_int_eq(expert_test_speech(t, "Hello?"), EXPERT_OK);
	ck_assert_int_eq(n_speech, 1);
	/* What was sent before an event is history. */
	ck_assert_ptr_null(expert_test_sent(t, "read-script", "script"));
	ck_assert_int_eq(expert_test_end(t, "voicemail"), EXPERT_OK);
	ck_assert_str_eq(ended, "voicemail");
	ck_assert_int_eq(expert_test_speech(t, "Hello?"), EXPERT_EGONE);
	ck_assert_ptr_nonnull(expert_test_call(t, "+1"));
	expert_test_free(t);
	ck_assert_str_eq(ended, "user-hangup");
	ck_assert_int_eq(n_start, 2);
	ck_assert_int_eq(n_end, 2);
}
END_TEST

START_TEST(a_call_may_be_declined)
{
	struct expert_test *t = expert_test_new(&handlers, &one);

	ck_assert_ptr_null(expert_test_call(t, NULL));
	ck_assert_int_eq(n_start, 0);
	ck_assert_int_eq(expert_test_escalate(t), EXPERT_EGONE);
	ck_assert_ptr_nonnull(expert_test_call(t, "+1"));
	expert_test_free(t);
	ck_assert_int_eq(n_end, 1);
}
END_TEST

START_TEST(questions_are_answered_declined_or_open)
{
	struct expert_test *t = begin();

	ck_assert_int_eq(expert_test_question(t, "When do you open?"),
			 EXPERT_OK);
	ck_assert_str_eq(expert_test_answer(t), "At nine.");
	ck_assert_int_eq(expert_test_question(t, "Why?"), EXPERT_OK);
	ck_assert_str_eq(expert_test_answer(t), "");
	ck_assert_int_eq(expert_test_question(t, "And later?"), EXPERT_OK);
	ck_assert_ptr_null(expert_test_answer(t));
	ck_assert_int_eq(expert_test_wait_ms(t, 0), EXPERT_EAGAIN);
	ck_assert_int_eq(expert_answer(kept, "Now."), EXPERT_OK);
	ck_assert_str_eq(expert_test_answer(t), "Now.");
	ck_assert_int_eq(expert_answer(kept, "Again."), EXPERT_EALREADY);
	ck_assert_int_eq(expert_test_advance_ms(t, 60000), 0);
	expert_test_free(t);
}
END_TEST

START_TEST(an_answer_that_does_not_come_in_time_is_counted)
{
	struct expert_test *t = begin();

	ck_assert_int_eq(expert_test_question(t, "later"), EXPERT_OK);
	ck_assert_int_eq(expert_test_advance_ms(t, 29999), 0);
	ck_assert_int_eq(expert_test_advance_ms(t, 1), 1);
	ck_assert_int_eq(expert_test_advance_ms(t, 60000), 1);
	/* Late, but still said by the agent. */
	ck_assert_int_eq(expert_answer(kept, "Now."), EXPERT_OK);
	ck_assert_str_eq(expert_test_answer(t), "Now.");
	expert_test_free(t);
}
END_TEST

static void *answer_soon(void *arg)
{
	expert_answer(arg, "From a thread.");
	return NULL;
}

START_TEST(waits_for_an_answer_of_another_thread)
{
	struct expert_test *t = begin();
	pthread_t thread;

	ck_assert_int_eq(expert_test_question(t, "later"), EXPERT_OK);
	ck_assert_int_eq(pthread_create(&thread, NULL, answer_soon, kept), 0);
	ck_assert_int_eq(expert_test_wait_ms(t, 30000), EXPERT_OK);
	ck_assert_str_eq(expert_test_answer(t), "From a thread.");
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	expert_test_free(t);
}
END_TEST

START_TEST(requests_and_searches_have_choices)
{
	struct expert_test *t = begin();

	ck_assert_int_eq(expert_test_request(t, "cancel it"), EXPERT_OK);
	ck_assert_str_eq(expert_test_choice(t, 0), "cancel");
	ck_assert_str_eq(expert_test_choice(t, 1), "change");
	ck_assert_ptr_null(expert_test_choice(t, 2));
	ck_assert_int_eq(expert_test_request(t, "dance"), EXPERT_OK);
	ck_assert_ptr_null(expert_test_choice(t, 0));
	ck_assert_int_eq(expert_test_search(t, "slot", "on Monday"),
			 EXPERT_OK);
	ck_assert_str_eq(expert_test_choice(t, 0), "slot");
	ck_assert_str_eq(expert_test_choice(t, 1), "on Monday");
	ck_assert_ptr_null(expert_test_choice(t, 2));
	ck_assert_int_eq(expert_test_action(t, "cancel"), EXPERT_OK);
	ck_assert_str_eq(acted, "cancel");
	ck_assert_str_eq(expert_test_sent(t, "transfer-call", "to_number"),
			 "+15555550111");
	expert_test_free(t);
}
END_TEST

START_TEST(a_task_is_filled_validated_and_completed)
{
	struct expert_test *t = begin();

	ck_assert_int_eq(expert_test_field(t, "n", "12"), EXPERT_OK);
	ck_assert_int_eq(n_field, 12);
	ck_assert_int_eq(expert_test_complete(t), EXPERT_OK);
	ck_assert_str_eq(expert_test_sent(t, "retry-task", "reason"),
			 "At most nine.");
	ck_assert_int_eq(expert_test_hung_up(t), 0);
	ck_assert_int_eq(expert_test_field(t, "n", "4"), EXPERT_OK);
	ck_assert_int_eq(expert_test_complete(t), EXPERT_OK);
	ck_assert_int_ne(expert_test_hung_up(t), 0);
	expert_test_free(t);
}
END_TEST

START_TEST(keys_and_persons_are_told)
{
	struct expert_test *t = begin();

	ck_assert_int_eq(expert_test_dtmf(t, "12#"), EXPERT_OK);
	ck_assert_str_eq(digits, "12#");
	ck_assert_str_eq(recents, "12");
	ck_assert_int_eq(expert_test_dtmf(t, "x"), EXPERT_EINVAL);
	ck_assert_int_eq(expert_test_escalate(t), EXPERT_OK);
	ck_assert_int_eq(n_escalate, 1);
	expert_test_free(t);
}
END_TEST

START_TEST(what_makes_no_sense_is_refused)
{
	static const struct expert_handlers no_size = {0};
	struct expert_test *t = begin();

	ck_assert_ptr_null(expert_test_new(NULL, NULL));
	ck_assert_ptr_null(expert_test_new(&no_size, NULL));
	ck_assert_ptr_null(expert_test_call(NULL, "+1"));
	ck_assert_int_eq(expert_test_event(t, "no JSON"), EXPERT_EINVAL);
	ck_assert_int_eq(expert_test_event(t, "{}"), EXPERT_EINVAL);
	ck_assert_int_eq(expert_test_event(t, NULL), EXPERT_EINVAL);
	ck_assert_int_eq(expert_test_question(t, NULL), EXPERT_EINVAL);
	ck_assert_int_eq(expert_test_question(NULL, "a"), EXPERT_EINVAL);
	ck_assert_int_eq(expert_test_request(NULL, "a"), EXPERT_EINVAL);
	ck_assert_int_eq(expert_test_search(t, NULL, "a"), EXPERT_EINVAL);
	ck_assert_int_eq(expert_test_speech(t, NULL), EXPERT_EINVAL);
	ck_assert_int_eq(expert_test_action(t, NULL), EXPERT_EINVAL);
	ck_assert_int_eq(expert_test_field(t, "n", "no JSON"), EXPERT_EINVAL);
	ck_assert_int_eq(expert_test_field(t, NULL, "1"), EXPERT_EINVAL);
	ck_assert_int_eq(expert_test_complete(NULL), EXPERT_EINVAL);
	ck_assert_int_eq(expert_test_dtmf(t, NULL), EXPERT_EINVAL);
	ck_assert_int_eq(expert_test_end(t, NULL), EXPERT_EINVAL);
	ck_assert_int_eq(expert_test_escalate(NULL), EXPERT_EINVAL);
	ck_assert_int_eq(expert_test_advance_ms(t, -1), EXPERT_EINVAL);
	ck_assert_int_eq(expert_test_wait_ms(NULL, 1), EXPERT_EINVAL);
	ck_assert_ptr_null(expert_test_answer(NULL));
	ck_assert_ptr_null(expert_test_choice(NULL, 0));
	ck_assert_ptr_null(expert_test_sent(t, NULL, NULL));
	ck_assert_str_eq(expert_test_task(NULL), "");
	ck_assert_int_eq(expert_test_hung_up(NULL), 0);
	expert_test_free(NULL);
	expert_test_free(t);
}
END_TEST

START_TEST(more_open_questions_than_there_is_room_for_are_refused)
{
	struct expert_test *t = begin();

	for (int i = 0; i < 64; i++)
		ck_assert_int_eq(expert_test_question(t, "later"), EXPERT_OK);
	ck_assert_int_eq(expert_test_question(t, "later"), EXPERT_EAGAIN);
	ck_assert_int_eq(expert_test_advance_ms(t, 30000), 64);
	expert_test_free(t);
}
END_TEST

/* ---- servers that do more ------------------------------------------------
 */

static char heard[128];
static int n_refused, n_turns, n_taken, n_drains;

static void say_it(struct expert_call *call, void *arg)
{
	(void)arg;
	ck_assert_int_eq(expert_call_can(call, "say"), 1);
	ck_assert_int_eq(expert_say(call, "s1", "Welcome.", 0), EXPERT_OK);
	ck_assert_int_eq(expert_retry_task(call, "why not"), EXPERT_OK);
	ck_assert_int_eq(expert_save(call, "{\"step\":1}"), EXPERT_OK);
}

static void on_said(struct expert_call *call, const char *id, const char *text,
		    int interrupted, void *arg)
{
	(void)call;
	(void)arg;
	(void)snprintf(heard, sizeof(heard), "%s %s %d", id, text,
		       interrupted);
}

static void on_refused(struct expert_call *call, const char *command,
		       const char *reason, void *arg)
{
	(void)call;
	(void)arg;
	ck_assert_str_eq(command, n_refused ? "hand-over" : "retry-task");
	ck_assert_str_eq(reason, n_refused ? "nobody" : "not-now");
	n_refused++;
}

static void on_turn_ended(struct expert_call *call, const char *id,
			  int64_t start_ms, int64_t end_ms, void *arg)
{
	(void)call;
	(void)arg;
	ck_assert_str_eq(id, "u1");
	ck_assert_int_eq(end_ms - start_ms, 1500);
	n_turns++;
}

static void on_draining(struct expert_call *call, int64_t deadline_ms,
			void *arg)
{
	(void)call;
	(void)arg;
	ck_assert_int_eq(deadline_ms, 5000);
	n_drains++;
}

static void on_takeover(struct expert_call *call,
			const struct expert_takeover *to, void *arg)
{
	(void)arg;
	n_taken++;
	ck_assert_str_eq(expert_takeover_cause(to), "hand-over");
	ck_assert_str_eq(expert_takeover_note(to), "A refund.");
	ck_assert_int_eq(expert_field_integer(call, "n", 0), 7);
	ck_assert_str_eq(expert_saved(call), "{\"step\":3}");
}

static const struct expert_handlers more = {
	.size = sizeof(more),
	.on_call_start = say_it,
	.on_said = on_said,
	.on_refused = on_refused,
	.on_turn_ended = on_turn_ended,
	.on_server_draining = on_draining,
	.on_takeover = on_takeover,
};

START_TEST(events_of_servers_that_do_more_come_to_their_handlers)
{
	static const char turn[] =
		"{\"event_type\":\"caller-turn-ended\",\"sequence\":null,"
		"\"utterance_id\":\"u1\",\"start_ms\":500,\"end_ms\":2000}";
	static const char drain[] =
		"{\"event_type\":\"server-draining\",\"sequence\":null,"
		"\"deadline_ms\":5000}";
	static const char nobody[] =
		"{\"event_type\":\"hand-over-failed\",\"sequence\":null,"
		"\"cause\":\"nobody\"}";
	struct expert_test *t = expert_test_new(&more, NULL);

	ck_assert_int_eq(expert_test_extension(t, "nothing"), EXPERT_EINVAL);
	ck_assert_int_eq(expert_test_extension(t, NULL), EXPERT_OK);
	ck_assert_ptr_nonnull(expert_test_call(t, "+1555"));
	ck_assert_int_eq(expert_test_extension(t, "say"), EXPERT_EALREADY);
	ck_assert_str_eq(expert_test_sent(t, "say", "text"), "Welcome.");
	ck_assert_ptr_nonnull(expert_test_sent(t, "set-state", "state"));
	ck_assert_int_eq(expert_test_refuse(t, "hang-up", "not-now"),
			 EXPERT_ENOENT);
	ck_assert_int_eq(expert_test_refuse(t, "retry-task", "not-now"),
			 EXPERT_OK);
	ck_assert_int_eq(n_refused, 1);
	ck_assert_int_eq(expert_test_said(t, "s1", "Welc", 1), EXPERT_OK);
	ck_assert_str_eq(heard, "s1 Welc 1");
	ck_assert_int_eq(expert_test_event(t, turn), EXPERT_OK);
	ck_assert_int_eq(expert_test_event(t, drain), EXPERT_OK);
	ck_assert_int_eq(expert_test_event(t, nobody), EXPERT_OK);
	ck_assert_int_eq(n_turns, 1);
	ck_assert_int_eq(n_drains, 1);
	ck_assert_int_eq(n_refused, 2);
	expert_test_free(t);
}
END_TEST

START_TEST(a_call_that_had_an_expert_comes_with_what_is_known)
{
	struct expert_test *t = expert_test_new(&more, NULL);

	ck_assert_ptr_null(expert_test_takeover(t, NULL, "[1]"));
	ck_assert_ptr_null(expert_test_takeover(t, NULL, "{\"cause\":1}"));
	ck_assert_ptr_nonnull(expert_test_takeover(
		t, NULL,
		"{\"cause\":\"hand-over\",\"note\":\"A refund.\","
		"\"fields\":{\"n\":7},\"state\":{\"step\":3}}"));
	ck_assert_int_eq(n_taken, 1);
	ck_assert_int_eq(expert_test_speech(t, "hello"), EXPERT_OK);
	expert_test_free(t);
}
END_TEST

static void say_plainly(struct expert_call *call, void *arg)
{
	(void)arg;
	ck_assert_int_eq(expert_call_can(call, "say"), 0);
	ck_assert_int_eq(expert_say(call, "s1", "Welcome.", 0), EXPERT_OK);
}

START_TEST(without_a_word_the_published_protocol_is_spoken)
{
	static const struct expert_handlers plain = {
		.size = sizeof(plain), .on_call_start = say_plainly};
	struct expert_test *t = expert_test_new(&plain, NULL);

	ck_assert_ptr_nonnull(expert_test_call(t, NULL));
	ck_assert_str_eq(expert_test_sent(t, "read-script", "script"),
			 "Welcome.");
	ck_assert_int_eq(expert_test_said(t, "s1", "Welcome.", 0),
			 EXPERT_EINVAL);
	expert_test_free(t);
}
END_TEST

START_TEST(a_test_with_a_server_that_is_not_there_says_so)
{
	struct expert_test *t;

	(void)setenv("EXPERT_TEST_URL", "ws://127.0.0.1:1", 1);
	t = expert_test_new(&more, NULL);
	ck_assert_ptr_nonnull(t);
	ck_assert_ptr_null(expert_test_call(t, NULL));
	ck_assert_ptr_nonnull(strstr(expert_test_error(t), "127.0.0.1:1"));
	ck_assert_int_eq(expert_test_speech(t, "hello"), EXPERT_EGONE);
	ck_assert_int_eq(expert_test_event(t, "{}"), EXPERT_EPROTO);
	ck_assert_int_eq(expert_test_dtmf(t, "1"), EXPERT_EPROTO);
	ck_assert_int_eq(expert_test_complete(t), EXPERT_EGONE);
	ck_assert_int_eq(expert_test_field(t, "n", "1"), EXPERT_EGONE);
	ck_assert_int_eq(expert_test_end(t, "user-hangup"), EXPERT_EGONE);
	expert_test_free(t);

	(void)setenv("EXPERT_TEST_URL", "nonsense", 1);
	t = expert_test_new(&more, NULL);
	ck_assert_ptr_null(expert_test_call(t, NULL));
	ck_assert_ptr_nonnull(strstr(expert_test_error(t), "nonsense"));
	expert_test_free(t);
}
END_TEST

static char moved[100];

static void on_transfer_status(struct expert_call *call, const char *status,
			       const char *id, const char *cause, void *arg)
{
	(void)call;
	(void)arg;
	(void)snprintf(moved, sizeof(moved), "%s/%s/%s", status, id, cause);
}

static void put_through(struct expert_call *call, void *arg)
{
	(void)arg;
	expert_transfer_with(call,
			     EXPERT_TRANSFER(.to = "+15555550111", .id = "t1",
					     .come_back = 1));
}

START_TEST(a_transfer_goes_as_the_test_says)
{
	static const struct expert_handlers moves = {
		.size = sizeof(moves),
		.on_call_start = put_through,
		.on_transfer_status = on_transfer_status,
	};
	struct expert_test *t = expert_test_new(&moves, NULL);

	ck_assert_int_eq(expert_test_extension(t, "transfer"), EXPERT_OK);
	ck_assert_int_eq(expert_test_transfer(t, "trying", NULL),
			 EXPERT_ENOENT);
	ck_assert_ptr_nonnull(expert_test_call(t, "+1555"));
	ck_assert_str_eq(expert_test_sent(t, "transfer-call", "on_end"),
			 "return");
	ck_assert_int_eq(expert_test_transfer(t, "ringing", NULL), EXPERT_OK);
	ck_assert_str_eq(moved, "ringing/t1/");
	ck_assert_int_eq(expert_test_transfer(t, "failed", "busy"), EXPERT_OK);
	ck_assert_str_eq(moved, "failed/t1/busy");
	ck_assert_int_eq(expert_test_transfer(t, "failed", NULL),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_test_transfer(t, "answered", "busy"),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_test_transfer(t, "mislaid", NULL),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_test_transfer(NULL, "trying", NULL),
			 EXPERT_EINVAL);
	expert_test_free(t);
}
END_TEST

UNIT_MAIN("expert_test", a_call_runs_from_its_start_to_its_end,
	  a_call_may_be_declined, questions_are_answered_declined_or_open,
	  an_answer_that_does_not_come_in_time_is_counted,
	  waits_for_an_answer_of_another_thread,
	  requests_and_searches_have_choices,
	  a_task_is_filled_validated_and_completed, keys_and_persons_are_told,
	  what_makes_no_sense_is_refused,
	  more_open_questions_than_there_is_room_for_are_refused,
	  events_of_servers_that_do_more_come_to_their_handlers,
	  a_call_that_had_an_expert_comes_with_what_is_known,
	  without_a_word_the_published_protocol_is_spoken,
	  a_transfer_goes_as_the_test_says,
	  a_test_with_a_server_that_is_not_there_says_so)
