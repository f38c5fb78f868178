/**
 * @file test_expert_events.c  libexpert: events, questions and their outcomes
 *
 * SPDX-License-Identifier: MIT
 */
#include <jansson.h>

#include "kit_expert.h"
#include "unit.h"

static void event(struct kit_peer *p, const char *json)
{
	kit_send(p, strdup(json));
}

/* Compare the commands that came after set-persona and registered-hooks. */
static void check_commands(const char *const *want, int n)
{
	for (int i = 0; i < n; i++) {
		json_t *x, *y = json_loads(want[i], 0, NULL);

		ck_assert_msg(i + 2 < kit.n_commands, "%s is missing",
			      want[i]);
		x = json_loads(kit.commands[i + 2], 0, NULL);
		ck_assert_msg(json_equal(x, y), "%d: got %s, want %s", i,
			      kit.commands[i + 2], want[i]);
		json_decref(x);
		json_decref(y);
	}
	ck_assert_int_eq(kit.n_commands, n + 2);
}

#define CHECK_COMMANDS(...)                                           \
	do {                                                          \
		static const char *const want[] = {__VA_ARGS__};      \
		check_commands(want, sizeof(want) / sizeof(want[0])); \
	} while (0)

/* ---- questions ------------------------------------------------------------
 */

static struct expert_question *kept;

static void on_question(struct expert_call *call, struct expert_question *q,
			void *arg)
{
	const char *text = expert_question_text(q);

	(void)call;
	(void)arg;
	if (expert_text_has(text, "parking")) {
		ck_assert_int_eq(expert_answer(q, NULL), EXPERT_EINVAL);
		ck_assert_int_eq(expert_answer(q, "\xff"), EXPERT_EINVAL);
		ck_assert_int_eq(expert_answer(q, "Yes."), EXPERT_OK);
		ck_assert_int_eq(expert_answer(q, "No."), EXPERT_EALREADY);
		ck_assert_int_eq(expert_decline(q), EXPERT_EALREADY);
		ck_assert_int_eq(expert_answer_later(q), EXPERT_EALREADY);
	} else if (expert_text_has(text, "price")) {
		ck_assert_int_eq(expert_decline(q), EXPERT_OK);
	} else if (expert_text_has(text, "later")) {
		ck_assert_int_eq(expert_answer_later(q), EXPERT_OK);
		kept = q;
	}
	/* Any other is left open. */
}

static void ask_three(struct kit_peer *p, int again)
{
	(void)again;
	event(p, "{\"event_type\":\"agent-question\",\"question_id\":\"q1\","
		 "\"question\":\"Is there parking?\"}");
	event(p, "{\"event_type\":\"agent-question\",\"question_id\":\"q2\","
		 "\"question\":\"What is the price?\"}");
	event(p, "{\"event_type\":\"agent-question\",\"question_id\":\"q3\","
		 "\"question\":\"Who are you?\"}");
}

static void end_after_three(struct kit_peer *p, const struct xp_command *c)
{
	(void)c;
	if (kit.n_commands == 5)
		kit_end(p, "user-hangup");
}

static const char q1[] = "{\"command_type\":\"answer-question\","
			 "\"question_id\":\"q1\",\"answer\":\"Yes.\"}";
static const char q2[] =
	"{\"command_type\":\"answer-question\",\"question_id\":\"q2\","
	"\"answer\":\"There is no answer to that question.\"}";
static const char q3[] =
	"{\"command_type\":\"answer-question\",\"question_id\":\"q3\","
	"\"answer\":\"There is no answer to that question.\"}";

START_TEST(every_question_gets_exactly_one_outcome)
{
	static const struct kit_script script = {.opened = ask_three,
						 .command = end_after_three};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_question = on_question,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(kit.n_commands, 5);
	ck_assert_str_eq(kit.commands[2], q1);
	ck_assert_str_eq(kit.commands[3], q2);
	ck_assert_str_eq(kit.commands[4], q3);
	kit_done();
}
END_TEST

START_TEST(a_program_without_handlers_leaves_nothing_open)
{
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers), .on_session_end = kit_on_end};
	static const struct kit_script script = {.opened = ask_three,
						 .command = end_after_three};

	kit_run(&script, &handlers);
	ck_assert_int_eq(kit.n_commands, 5);
	ck_assert_str_eq(kit.commands[3], q2);
	ck_assert_str_eq(kit.commands[4], q3);
	kit_done();
}
END_TEST

static struct expert_call *kept_call;

static void note_call(struct expert_call *call, void *arg)
{
	(void)arg;
	kept_call = call;
}

static void end_on_text(struct kit_peer *p, const struct xp_command *c)
{
	if (c->kind == XP_SEND_CALLER_TEXT)
		kit_end(p, "user-hangup");
}

static pthread_t helper;
static int helper_runs;

static void *answer_from_a_thread(void *arg)
{
	ck_assert_int_eq(expert_answer(arg, "Soon."), EXPERT_OK);
	ck_assert_int_eq(expert_answer(arg, "Now."), EXPERT_EALREADY);
	ck_assert_int_eq(expert_caller_text(kept_call, "end"), EXPERT_OK);
	return NULL;
}

static void hand_to_thread(struct expert_call *call, struct expert_question *q,
			   void *arg)
{
	on_question(call, q, arg);
	ck_assert_int_eq(
		pthread_create(&helper, NULL, answer_from_a_thread, kept), 0);
	helper_runs = 1;
}

static void ask_later(struct kit_peer *p, int again)
{
	(void)again;
	event(p, "{\"event_type\":\"agent-question\",\"question_id\":\"q\","
		 "\"question\":\"Answer later, please.\"}");
}

static void end_on_answer(struct kit_peer *p, const struct xp_command *c)
{
	if (c->kind == XP_ANSWER_QUESTION)
		kit_end(p, "user-hangup");
}

START_TEST(a_question_may_be_answered_later_by_another_thread)
{
	static const struct kit_script script = {.opened = ask_later,
						 .command = end_on_text};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = note_call,
		.on_question = hand_to_thread,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(helper_runs, 1);
	ck_assert_int_eq(pthread_join(helper, NULL), 0);
	CHECK_COMMANDS("{\"command_type\":\"answer-question\",\"question_id\":"
		       "\"q\",\"answer\":\"Soon.\"}",
		       "{\"command_type\":\"send-caller-text\",\"text\":"
		       "\"end\"}");
	ck_assert_int_eq(expert_answer(kept, "Late."), EXPERT_EGONE);
	ck_assert_int_eq(expert_decline(kept), EXPERT_EGONE);
	ck_assert_int_eq(expert_answer_later(kept), EXPERT_EGONE);
	ck_assert_str_eq(expert_question_text(kept), "");
	kit_done();
}
END_TEST

static void keep_then_end(struct kit_peer *p, int again)
{
	ask_later(p, again);
	kit_end(p, "user-hangup");
}

static void answer_after_the_end(struct expert_call *call,
				 const struct expert_end *end, void *arg)
{
	ck_assert_int_eq(expert_answer(kept, "Late."), EXPERT_EGONE);
	ck_assert_int_eq(expert_instruct(call, "x"), EXPERT_EGONE);
	kit_on_end(call, end, arg);
}

START_TEST(an_answer_after_the_end_of_the_call_is_harmless)
{
	static const struct kit_script script = {.opened = keep_then_end};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = note_call,
		.on_question = on_question,
		.on_session_end = answer_after_the_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(expert_answer(kept, "Late."), EXPERT_EGONE);
	ck_assert_int_eq(expert_hangup(kept_call, NULL), EXPERT_EGONE);
	ck_assert_int_eq(expert_set_variable(kept_call, "k", "1"),
			 EXPERT_EGONE);
	ck_assert_str_eq(expert_call_id(kept_call), "");
	ck_assert_str_eq(expert_field_text(kept_call, "k"), "");
	ck_assert_ptr_null(expert_call_data(kept_call));
	kit_done();
	ck_assert_int_eq(expert_answer(kept, "Later."), EXPERT_EGONE);
}
END_TEST

static int n_asked;

static void keep_all(struct expert_call *call, struct expert_question *q,
		     void *arg)
{
	(void)call;
	(void)arg;
	n_asked++;
	ck_assert_int_eq(expert_answer_later(q), EXPERT_OK);
}

static void ask_65(struct kit_peer *p, int again)
{
	(void)again;
	for (int i = 0; i < 65; i++) {
		char text[128];

		(void)snprintf(text, sizeof(text),
			       "{\"event_type\":\"agent-question\","
			       "\"question_id\":\"q%d\",\"question\":\"?\"}",
			       i);
		event(p, text);
	}
}

START_TEST(declines_more_open_questions_than_it_keeps)
{
	static const struct kit_script script = {.opened = ask_65,
						 .command = end_on_answer};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_question = keep_all,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(n_asked, 64);
	CHECK_COMMANDS("{\"command_type\":\"answer-question\",\"question_id\":"
		       "\"q64\",\"answer\":\"There is no answer to that "
		       "question.\"}");
	kit_done();
}
END_TEST

/* ---- actions --------------------------------------------------------------
 */

static struct expert_request *kept_request;
static char acted[64];

static void on_request(struct expert_call *call, struct expert_request *r,
		       void *arg)
{
	const char *text = expert_request_text(r);

	(void)call;
	(void)arg;
	if (expert_text_has(text, "later")) {
		kept_request = r;
		ck_assert_int_eq(expert_suggest_later(r), EXPERT_OK);
		return;
	}
	if (expert_text_has(text, "buy"))
		ck_assert_int_eq(expert_suggest(r, "sales", "buy something"),
				 EXPERT_OK);
	if (expert_text_has(text, "pay"))
		ck_assert_int_eq(expert_suggest(r, "billing", NULL),
				 EXPERT_OK);
	ck_assert_int_eq(expert_suggest(r, "", "x"), EXPERT_EINVAL);
	ck_assert_int_eq(expert_suggest(NULL, "k", "x"), EXPERT_EINVAL);
}

static void on_action(struct expert_call *call, const char *key, void *arg)
{
	(void)arg;
	(void)snprintf(acted, sizeof(acted), "%s", key);
	ck_assert_int_eq(expert_suggest(kept_request, "late", ""), EXPERT_OK);
	ck_assert_int_eq(expert_suggest_done(kept_request), EXPERT_OK);
	ck_assert_int_eq(expert_suggest(kept_request, "k", ""),
			 EXPERT_EALREADY);
	ck_assert_int_eq(expert_suggest_done(kept_request), EXPERT_EALREADY);
	ck_assert_int_eq(expert_transfer(call, "+15555550111", NULL),
			 EXPERT_OK);
}

static void request_three(struct kit_peer *p, int again)
{
	(void)again;
	event(p, "{\"event_type\":\"action-request\",\"intent_id\":\"i1\","
		 "\"intent_summary\":\"asks about the weather\"}");
	event(p, "{\"event_type\":\"action-request\",\"intent_id\":\"i2\","
		 "\"intent_summary\":\"wants to buy a saw\"}");
	event(p, "{\"event_type\":\"action-request\",\"intent_id\":\"i3\","
		 "\"intent_summary\":\"wants to buy, and to pay a bill\"}");
	event(p, "{\"event_type\":\"action-request\",\"intent_id\":\"i4\","
		 "\"intent_summary\":\"wants something later\"}");
	event(p, "{\"event_type\":\"execute-action\",\"action_key\":"
		 "\"sales\"}");
}

static void end_on_transfer(struct kit_peer *p, const struct xp_command *c)
{
	if (c->kind == XP_TRANSFER_CALL)
		kit_end(p, "bot-transfer");
}

START_TEST(suggests_none_one_or_several_actions_and_carries_one_out)
{
	static const struct kit_script script = {.opened = request_three,
						 .command = end_on_transfer};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_action_request = on_request,
		.on_action = on_action,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_str_eq(acted, "sales");
	CHECK_COMMANDS(
		"{\"command_type\":\"action-suggestion\",\"intent_id\":\"i1\","
		"\"action_key\":null,\"action_description\":\"\","
		"\"actions\":[]}",
		"{\"command_type\":\"action-suggestion\",\"intent_id\":\"i2\","
		"\"action_key\":\"sales\",\"action_description\":"
		"\"buy something\",\"actions\":[{\"key\":\"sales\","
		"\"description\":\"buy something\"}]}",
		"{\"command_type\":\"action-suggestion\",\"intent_id\":\"i3\","
		"\"action_key\":null,\"action_description\":\"\",\"actions\":"
		"[{\"key\":\"sales\",\"description\":\"buy something\"},"
		"{\"key\":\"billing\",\"description\":\"\"}]}",
		"{\"command_type\":\"action-suggestion\",\"intent_id\":\"i4\","
		"\"action_key\":\"late\",\"action_description\":\"\","
		"\"actions\":[{\"key\":\"late\",\"description\":\"\"}]}",
		"{\"command_type\":\"transfer-call\",\"transfer_message\":"
		"\"I'm putting you through "
		"now.\",\"to_number\":\"+15555550111\",\"soft_transfer\":"
		"true}");
	kit_done();
}
END_TEST

/* ---- searches
 * --------------------------------------------------------------- */

static void on_search(struct expert_call *call, struct expert_search *s,
		      void *arg)
{
	(void)call;
	(void)arg;
	ck_assert_str_eq(expert_search_field(s), "slot");
	if (expert_text_has(expert_search_text(s), "morning"))
		ck_assert_int_eq(expert_search_match(s, "09:00"), EXPERT_OK);
	ck_assert_int_eq(expert_search_other(s, "14:00"), EXPERT_OK);
	ck_assert_int_eq(expert_search_other(s, ""), EXPERT_EINVAL);
	ck_assert_int_eq(expert_search_match(NULL, "x"), EXPERT_EINVAL);
}

static void search_twice(struct kit_peer *p, int again)
{
	(void)again;
	event(p, "{\"event_type\":\"choice-query\",\"field_key\":\"slot\","
		 "\"query\":\"in the morning\",\"query_id\":\"s1\"}");
	event(p, "{\"event_type\":\"choice-query\",\"field_key\":\"slot\","
		 "\"query\":\"at night\",\"query_id\":\"s2\"}");
}

static void end_on_second_search(struct kit_peer *p,
				 const struct xp_command *c)
{
	if (c->kind == XP_CHOICE_QUERY_RESULT && !strcmp(c->id, "s2"))
		kit_end(p, "user-hangup");
}

START_TEST(gives_choices_that_match_and_others)
{
	static const struct kit_script script = {
		.opened = search_twice, .command = end_on_second_search};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_search_query = on_search,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	CHECK_COMMANDS(
		"{\"command_type\":\"choice-query-result\",\"field_key\":"
		"\"slot\",\"query_id\":\"s1\",\"matched_choices\":[\"09:00\"],"
		"\"other_choices\":[\"14:00\"]}",
		"{\"command_type\":\"choice-query-result\",\"field_key\":"
		"\"slot\",\"query_id\":\"s2\",\"matched_choices\":[],"
		"\"other_choices\":[\"14:00\"]}");
	kit_done();
}
END_TEST

/* ---- fields and tasks
 * ------------------------------------------------------- */

static int n_fields, n_complete;

static void set_task(struct expert_call *call, void *arg)
{
	struct expert_task *t = expert_task_new("book");

	(void)arg;
	expert_task_field(t, EXPERT_FIELD(.key = "name"));
	expert_task_field(t, EXPERT_FIELD(.key = "party", .type = "integer"));
	expert_task_field(
		t, EXPERT_FIELD(.key = "day", .type = "date", .optional = 1));
	expert_task_todo(t, "Read it back.");
	ck_assert_int_eq(expert_set_task(call, t), EXPERT_OK);
	ck_assert_int_eq(expert_has_field(call, "name"), 0);
	ck_assert_str_eq(expert_field_text(call, "name"), "");
	ck_assert_ptr_null(expert_field_json(call, "name"));
	ck_assert_ptr_null(expert_field_dup(call, "name"));
}

static void collect(struct kit_peer *p, const struct xp_command *c)
{
	if (c->kind == XP_SET_TASK) {
		event(p, "{\"event_type\":\"action-item-done\",\"key\":"
			 "\"name\",\"payload\":\"Jos\\u00e9\"}");
		event(p, "{\"event_type\":\"action-item-done\",\"key\":"
			 "\"party\",\"payload\":12}");
		event(p, "{\"event_type\":\"action-item-done\",\"key\":"
			 "\"day\",\"payload\":{\"year\":2026,\"month\":12,"
			 "\"day\":24}}");
		event(p, "{\"event_type\":\"action-item-done\",\"key\":"
			 "\"todo.4\",\"payload\":null}");
		event(p, "{\"event_type\":\"task-done\",\"task_id\":"
			 "\"book\"}");
	} else if (c->kind == XP_RETRY_TASK) {
		event(p, "{\"event_type\":\"action-item-done\",\"key\":"
			 "\"party\",\"payload\":\"8\"}");
		event(p, "{\"event_type\":\"task-done\",\"task_id\":"
			 "\"book\"}");
	} else if (c->kind == XP_SEND_INSTRUCTION) {
		kit_end(p, "bot-hangup");
	}
}

static void on_field(struct expert_call *call, const char *key, void *arg)
{
	(void)arg;
	n_fields++;
	ck_assert_str_ne(key, "todo.4");
	ck_assert_int_ne(expert_has_field(call, key), 0);
}

static const char *validate(struct expert_call *call, const char *task,
			    const char *key, void *arg)
{
	(void)arg;
	ck_assert_str_eq(task, "book");
	if (!strcmp(key, "party") &&
	    expert_field_integer(call, "party", 0) > 10)
		return "We seat ten at most.";
	if (!strcmp(key, "day") && expert_field_integer(call, "party", 0) > 10)
		return "Closed on that day.";
	return NULL;
}

static void on_complete(struct expert_call *call, const char *task, void *arg)
{
	char *copy = expert_field_dup(call, "name");

	(void)arg;
	n_complete++;
	ck_assert_str_eq(task, "book");
	ck_assert_str_eq(expert_field_text(call, "name"), "José");
	ck_assert_str_eq(expert_field_json(call, "name"), "\"Jos\\u00e9\"");
	ck_assert_str_eq(copy, "José");
	free(copy);
	ck_assert_int_eq(expert_field_integer(call, "party", -1), 8);
	ck_assert_int_eq(expert_field_integer(call, "name", -1), -1);
	ck_assert_int_eq(expert_field_integer(call, "none", -1), -1);
	ck_assert_str_eq(expert_field_text(call, "day"),
			 "{\"year\":2026,\"month\":12,\"day\":24}");
	ck_assert_int_eq(expert_hangup(call, NULL), EXPERT_OK);
}

START_TEST(collects_fields_validates_them_and_completes_the_task)
{
	static const struct kit_script script = {.command = collect};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = set_task,
		.on_field = on_field,
		.on_validate = validate,
		.on_task_complete = on_complete,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(n_fields, 4);
	ck_assert_int_eq(n_complete, 1);
	ck_assert_int_eq(kit.n_commands, 5);
	ck_assert_str_eq(kit.commands[3],
			 "{\"command_type\":\"retry-task\",\"reason\":\"We "
			 "seat ten at most. Closed on that day.\"}");
	kit_done();
}
END_TEST

/* Longer than what is kept, and of characters of two bytes. */
static const char *complain(struct expert_call *call, const char *task,
			    const char *key, void *arg)
{
	static char text[4001];

	(void)task;
	(void)arg;
	if (strcmp(key, "party") != 0 ||
	    expert_field_integer(call, "party", 0) <= 10)
		return NULL;
	for (size_t i = 0; i + 1 < sizeof(text); i += 2)
		memcpy(text + i, "\xc3\xa9", 2);
	return text;
}

START_TEST(a_complaint_that_is_too_long_is_cut_between_characters)
{
	static const struct kit_script script = {.command = collect};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = set_task,
		.on_validate = complain,
		.on_task_complete = on_complete,
		.on_session_end = kit_on_end,
	};
	const char *reason;

	kit_run(&script, &handlers);
	ck_assert_int_eq(n_complete, 1);
	reason = strstr(kit.commands[3], "\"reason\":\"");
	ck_assert_ptr_nonnull(reason);
	/* An even number: 2046 of the 2047 bytes that there is room for. */
	ck_assert_uint_eq(strcspn(reason + 10, "\""), 2046);
	kit_done();
}
END_TEST

/* ---- everything else
 * ---------------------------------------------------------- */

static char heard[1024];

static void hear(const char *what, const char *a, const char *b, int n)
{
	size_t len = strlen(heard);

	(void)snprintf(heard + len, sizeof(heard) - len, "%s(%s,%s,%d) ", what,
		       a, b, n);
}

static void on_caller(struct expert_call *call, const struct expert_speech *s,
		      void *arg)
{
	(void)call;
	ck_assert_str_eq(arg, "my arg");
	hear("caller", expert_speech_text(s), expert_speech_id(s),
	     expert_speech_interrupted(s));
}

static void on_agent(struct expert_call *call, const struct expert_speech *s,
		     void *arg)
{
	(void)call;
	(void)arg;
	hear("agent", expert_speech_text(s), expert_speech_id(s),
	     expert_speech_interrupted(s));
}

static void on_dtmf(struct expert_call *call, const char *digit,
		    const char *recent, void *arg)
{
	(void)call;
	(void)arg;
	hear("dtmf", digit, recent, 0);
}

static void on_escalate(struct expert_call *call, const char *by, void *arg)
{
	(void)call;
	(void)arg;
	hear("escalate", by, "", 0);
}

static void on_error(struct expert_call *call, const char *text, void *arg)
{
	(void)call;
	(void)arg;
	hear("error", text, "", 0);
}

static void on_warning(struct expert_call *call, const char *text, void *arg)
{
	(void)call;
	(void)arg;
	hear("warning", text, "", 0);
}

static void on_end(struct expert_call *call, const struct expert_end *end,
		   void *arg)
{
	hear("end", expert_end_reason(end), "", expert_end_dnc(end));
	kit_on_end(call, end, arg);
}

static void say_everything(struct kit_peer *p, int again)
{
	static const char *const events[] = {
		"{\"event_type\":\"caller-speech\",\"utterance\":\"hi\","
		"\"utterance_id\":\"u1\"}",
		"{\"event_type\":\"caller-speech\",\"utterance\":\"hm\","
		"\"utterance_id\":null}",
		"{\"event_type\":\"agent-speech\",\"utterance\":\"yes\","
		"\"interrupted\":true}",
		"{\"event_type\":\"dtmf\",\"digit\":\"5\","
		"\"recent_digits\":\"12\"}",
		"{\"event_type\":\"something-new\",\"x\":1}",
		"{\"event_type\":\"agent-question\"}",
		"{\"no\":\"type\"}",
		"{\"event_type\":\"escalate\",\"requested_by\":\"agent\"}",
		"{\"event_type\":\"execute-action\",\"action_key\":\"k\"}",
		"{\"event_type\":\"error\",\"content\":\"bad\"}",
		"{\"event_type\":\"warning\",\"content\":\"odd\"}",
		"{\"event_type\":\"bot-session-ended\","
		"\"termination_reason\":\"voicemail\",\"dnc\":true}",
	};

	(void)again;
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		event(p, events[i]);
}

START_TEST(hands_every_event_to_its_handler_and_skips_what_it_cannot_read)
{
	static const struct kit_script script = {.opened = say_everything};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_caller_speech = on_caller,
		.on_agent_speech = on_agent,
		.on_dtmf = on_dtmf,
		.on_escalate = on_escalate,
		.on_error = on_error,
		.on_warning = on_warning,
		.on_session_end = on_end,
	};

	kit_start(&script);
	kit_expert = kit_client();
	ck_assert_int_eq(expert_listen_phone(kit_expert, KIT_NUMBER, &handlers,
					     (void *)(uintptr_t) "my arg"),
			 EXPERT_OK);
	ck_assert_int_eq(expert_run(kit_expert), EXPERT_OK);
	kit_stop();
	ck_assert_str_eq(heard, "caller(hi,u1,0) caller(hm,,0) "
				"agent(yes,,1) dtmf(5,12,0) "
				"escalate(agent,,0) error(bad,,0) "
				"warning(odd,,0) end(voicemail,,1) ");
	kit_done();
}
END_TEST

static void on_caller_stop(struct expert_call *call,
			   const struct expert_speech *s, void *arg)
{
	(void)call;
	(void)arg;
	if (!heard[0])
		expert_stop(kit_expert);
	hear("caller", expert_speech_text(s), "", 0);
}

START_TEST(a_table_of_an_older_program_is_read_as_far_as_it_goes)
{
	static const struct kit_script script = {.opened = say_everything};
	static const struct expert_handlers handlers = {
		.size = offsetof(struct expert_handlers, on_agent_speech),
		.on_caller_speech = on_caller_stop,
		.on_agent_speech = on_agent,
		.on_dtmf = on_dtmf,
	};

	/* The first word asks to stop, the end of the call does. */
	kit_run(&script, &handlers);
	ck_assert_str_eq(heard, "caller(hi,,0) caller(hm,,0) ");
	kit_done();
}
END_TEST

UNIT_MAIN("expert_events", every_question_gets_exactly_one_outcome,
	  a_program_without_handlers_leaves_nothing_open,
	  a_question_may_be_answered_later_by_another_thread,
	  an_answer_after_the_end_of_the_call_is_harmless,
	  declines_more_open_questions_than_it_keeps,
	  suggests_none_one_or_several_actions_and_carries_one_out,
	  gives_choices_that_match_and_others,
	  collects_fields_validates_them_and_completes_the_task,
	  a_complaint_that_is_too_long_is_cut_between_characters,
	  hands_every_event_to_its_handler_and_skips_what_it_cannot_read,
	  a_table_of_an_older_program_is_read_as_far_as_it_goes)
