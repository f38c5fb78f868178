/**
 * @file test_expert.c  libexpert against a scripted server: calls and commands
 *
 * SPDX-License-Identifier: MIT
 */
#include <jansson.h>

#include "kit_expert.h"
#include "unit.h"

static int is_json(const char *a, const char *b)
{
	json_t *x = json_loads(a, 0, NULL), *y = json_loads(b, 0, NULL);
	int same = x && json_equal(x, y);

	json_decref(x);
	json_decref(y);
	return same;
}

static void check_command(int i, const char *want)
{
	ck_assert_int_lt(i, kit.n_commands);
	ck_assert_msg(is_json(kit.commands[i], want), "%d: got %s, want %s", i,
		      kit.commands[i], want);
}

/* Most scripts end the call when the program says so. */
static void end_on_caller_text(struct kit_peer *p, const struct xp_command *c)
{
	if (c->kind == XP_SEND_CALLER_TEXT)
		kit_end(p, "user-hangup");
}

/* ---- the beginning -------------------------------------------------------
 */

static int n_received, n_started;
static char seen[256];

static int check_offer(struct expert_call *call, void *arg)
{
	(void)arg;
	n_received++;
	ck_assert_str_eq(expert_call_id(call), "c1");
	ck_assert_str_eq(expert_call_type(call), "pstn");
	ck_assert_str_eq(expert_call_from(call), "+15555550199");
	ck_assert_str_eq(expert_call_to(call), KIT_NUMBER);
	ck_assert_str_eq(expert_call_name(call), "Ada");
	ck_assert_str_eq(expert_call_header(call, "X-A"), "");
	return EXPERT_ACCEPT;
}

static void set_a_task(struct expert_call *call, void *arg)
{
	static const char *const slots[] = {"2026-12-01T09:00",
					    "2026-12-01T10:00", NULL};
	struct expert_task *task = expert_task_new("waitlist");

	(void)arg;
	n_started++;
	expert_task_objective(task, "Add callers.");
	expert_task_criteria(task, "all known");
	expert_task_field(
		task, EXPERT_FIELD(.key = "name", .description = "the name"));
	expert_task_field(task,
			  EXPERT_FIELD(.key = "when", .type = "calendar_slot",
				       .choices = slots, .question = "When?",
				       .optional = 1, .searchable = 1,
				       .sensitive = 1));
	expert_task_say(task, "Calls are recorded.");
	expert_task_todo(task, "Read it back.");
	ck_assert_int_eq(expert_set_task(call, task), EXPERT_OK);
	ck_assert_int_eq(expert_caller_text(call, "hello"), EXPERT_OK);
}

static void on_question_unused(struct expert_call *call,
			       struct expert_question *q, void *arg)
{
	(void)call;
	(void)q;
	(void)arg;
}

START_TEST(introduces_itself_then_sends_the_task)
{
	static const struct kit_script script = {.command =
							 end_on_caller_text};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_received = check_offer,
		.on_call_start = set_a_task,
		.on_question = on_question_unused,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_str_eq(kit.authorization, "Bearer k-1");
	ck_assert_int_eq(n_received, 1);
	ck_assert_int_eq(n_started, 1);
	ck_assert_int_eq(kit.n_answers, 1);
	ck_assert_int_eq(kit.n_commands, 4);
	check_command(0, "{\"command_type\":\"set-persona\",\"agent_name\":"
			 "\"Nova\",\"organization_name\":\"Acme\","
			 "\"agent_purpose\":\"help\",\"voice\":null}");
	check_command(1,
		      "{\"command_type\":\"registered-hooks\","
		      "\"has_on_question\":true,\"has_on_intent\":false,"
		      "\"has_on_action_requested\":false,\"has_on_escalate\":"
		      "false,\"accept_dtmf_for_numbers\":true}");
	check_command(
		2,
		"{\"command_type\":\"set-task\",\"task_id\":\"waitlist\","
		"\"objective\":\"Add callers.\",\"completion_criteria\":"
		"\"all known\",\"action_items\":["
		"{\"item_type\":\"field\",\"key\":\"name\",\"description\":"
		"\"the name\",\"question\":\"\",\"field_type\":\"text\","
		"\"required\":true,\"choices\":[],\"is_search_field\":false,"
		"\"sensitive\":false},"
		"{\"item_type\":\"field\",\"key\":\"when\",\"description\":"
		"\"\",\"question\":\"When?\",\"field_type\":\"calendar_slot\","
		"\"required\":false,\"choices\":[\"2026-12-01T09:00\","
		"\"2026-12-01T10:00\"],\"is_search_field\":true,"
		"\"sensitive\":true},"
		"{\"item_type\":\"say\",\"key\":\"say.3\",\"statement\":"
		"\"Calls are recorded.\"},"
		"{\"item_type\":\"todo\",\"key\":\"todo.4\",\"description\":"
		"\"Read it back.\"}]}");
	kit_done();
}
END_TEST

static int decline_first(struct expert_call *call, void *arg)
{
	(void)arg;
	n_received++;
	return strcmp(expert_call_id(call), "c1") ? EXPERT_ACCEPT
						  : EXPERT_DECLINE;
}

static void note_start(struct expert_call *call, void *arg)
{
	(void)arg;
	n_started++;
	(void)snprintf(seen, sizeof(seen), "%s", expert_call_id(call));
	expert_caller_text(call, "end");
}

START_TEST(declines_one_call_and_takes_the_next)
{
	static const struct kit_script script = {
		.calls = "c1 c2", .command = end_on_caller_text};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_received = decline_first,
		.on_call_start = note_start,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(n_received, 2);
	ck_assert_int_eq(kit.n_declines, 1);
	ck_assert_int_eq(kit.n_answers, 1);
	ck_assert_int_eq(n_started, 1);
	ck_assert_str_eq(seen, "c2");
	kit_done();
}
END_TEST

#define TEN_UMLAUTS \
	"\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4"

/* The name of its link would end in half a character. */
START_TEST(takes_a_call_whose_id_is_long_and_not_ascii)
{
	static const struct kit_script script = {
		.calls = TEN_UMLAUTS TEN_UMLAUTS TEN_UMLAUTS TEN_UMLAUTS
			TEN_UMLAUTS TEN_UMLAUTS "\u00e4\u00e4",
		.command = end_on_caller_text};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = note_start,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(n_started, 1);
	ck_assert_str_eq(seen, script.calls);
	kit_done();
}
END_TEST

static void answer_again(struct kit_peer *p, const char *call)
{
	/* The same call is assigned once more. */
	if (kit.n_answers == 1)
		kit_offer(p, XP_ASSIGN_CALL, call);
	for (int i = 0; i < kit.n_peers && kit.n_answers == 2; i++)
		if (kit.peers[i].is_call)
			kit_end(&kit.peers[i], "user-hangup");
}

static void only_start(struct expert_call *call, void *arg)
{
	(void)call;
	(void)arg;
	n_started++;
}

static void end_when_offered_twice(struct kit_peer *p, int again)
{
	(void)again;
	if (kit.n_answers == 2)
		kit_end(p, "user-hangup");
}

START_TEST(answers_a_call_that_is_offered_again_without_starting_it_again)
{
	static const struct kit_script script = {
		.answered = answer_again, .opened = end_when_offered_twice};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = only_start,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(kit.n_answers, 2);
	ck_assert_int_eq(n_started, 1);
	kit_done();
}
END_TEST

static int n_live, most_live;

static void count_live(struct expert_call *call, void *arg)
{
	(void)arg;
	if (++n_live > most_live)
		most_live = n_live;
	expert_call_set_data(call, &n_live);
	if (n_live == 3)
		expert_instruct(call, "all here");
}

static void count_dead(struct expert_call *call, const struct expert_end *end,
		       void *arg)
{
	(void)arg;
	ck_assert_str_eq(expert_end_reason(end), "bot-hangup");
	ck_assert_ptr_eq(expert_call_data(call), &n_live);
	if (--n_live == 0)
		expert_stop(kit_expert);
}

static void end_all_of_them(struct kit_peer *p, const struct xp_command *c)
{
	(void)p;
	if (c->kind != XP_SEND_INSTRUCTION)
		return;
	for (int i = 0; i < kit.n_peers; i++)
		if (kit.peers[i].is_call)
			kit_end(&kit.peers[i], "bot-hangup");
}

START_TEST(serves_several_calls_at_a_time)
{
	static const struct kit_script script = {.calls = "a b c",
						 .command = end_all_of_them};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = count_live,
		.on_session_end = count_dead,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(most_live, 3);
	ck_assert_int_eq(n_live, 0);
	kit_done();
}
END_TEST

/* ---- every command ---------------------------------------------------------
 */

static int cmd_retry(struct expert_call *c)
{
	return expert_retry_task(c, "too many people");
}

static int cmd_instruct(struct expert_call *c)
{
	return expert_instruct(c, "be brief");
}

static int cmd_info(struct expert_call *c)
{
	return expert_add_info(c, "menu", "[\"soup\"]");
}

static int cmd_script(struct expert_call *c)
{
	return expert_read_script(c, "Welcome.");
}

static int cmd_persona(struct expert_call *c)
{
	return expert_set_persona(c, "Max", NULL, NULL, "kate");
}

static int cmd_language(struct expert_call *c)
{
	static const char *const more[] = {"spanish", "french", NULL};

	return expert_set_language(c, "english", more);
}

static int cmd_language_alone(struct expert_call *c)
{
	return expert_set_language(c, "german", NULL);
}

static int cmd_variable(struct expert_call *c)
{
	int rc = expert_set_variable(c, "vip", "{\"rate\": 0.1}");

	ck_assert_str_eq(expert_variable(c, "vip"), "{\"rate\": 0.1}");
	ck_assert_ptr_null(expert_variable(c, "vi"));
	return rc;
}

static int cmd_transfer(struct expert_call *c)
{
	return expert_transfer(c, "+15555550111", "Say that Ann takes over.");
}

static int cmd_transfer_plain(struct expert_call *c)
{
	return expert_transfer(c, "sip:a@b", NULL);
}

static int cmd_transfer_now(struct expert_call *c)
{
	return expert_transfer_now(c, "+15555550111", NULL);
}

static int cmd_hangup(struct expert_call *c)
{
	return expert_hangup(c, "Thank the caller.");
}

static int cmd_hangup_plain(struct expert_call *c)
{
	return expert_hangup(c, NULL);
}

static int cmd_dtmf_on(struct expert_call *c)
{
	return expert_agent_dtmf(c, 7);
}

static int cmd_dtmf(struct expert_call *c)
{
	return expert_send_dtmf(c, "1*#D");
}

static int cmd_error(struct expert_call *c)
{
	return expert_report_error(c, "the database is down");
}

static int cmd_text(struct expert_call *c)
{
	return expert_caller_text(c, "bye");
}

static const struct {
	int (*send)(struct expert_call *call);
	const char *json;
} commands[] = {
	{cmd_retry,
	 "{\"command_type\":\"retry-task\",\"reason\":\"too many people\"}"},
	{cmd_instruct, "{\"command_type\":\"send-instruction\","
		       "\"instruction\":\"be brief\"}"},
	{cmd_info, "{\"command_type\":\"send-instruction\",\"instruction\":"
		   "\"Here is information about menu:\\n[\\\"soup\\\"]\"}"},
	{cmd_script,
	 "{\"command_type\":\"read-script\",\"script\":\"Welcome.\"}"},
	{cmd_persona,
	 "{\"command_type\":\"set-persona\",\"agent_name\":\"Max\","
	 "\"organization_name\":null,\"agent_purpose\":null,\"voice\":"
	 "\"kate\"}"},
	{cmd_language,
	 "{\"command_type\":\"set-language-mode\",\"primary\":\"english\","
	 "\"secondary\":[\"spanish\",\"french\"]}"},
	{cmd_language_alone,
	 "{\"command_type\":\"set-language-mode\",\"primary\":\"german\","
	 "\"secondary\":[]}"},
	{cmd_variable, "{\"command_type\":\"set-variable\",\"key\":\"vip\","
		       "\"value\":{\"rate\":0.1}}"},
	{cmd_transfer,
	 "{\"command_type\":\"transfer-call\",\"transfer_message\":\"Say that "
	 "Ann takes over.\",\"to_number\":\"+15555550111\","
	 "\"soft_transfer\":true}"},
	{cmd_transfer_plain,
	 "{\"command_type\":\"transfer-call\",\"transfer_message\":\"I'm "
	 "putting you through now.\","
	 "\"to_number\":\"sip:a@b\",\"soft_transfer\":true}"},
	{cmd_transfer_now,
	 "{\"command_type\":\"transfer-call\",\"transfer_message\":\"\","
	 "\"to_number\":\"+15555550111\",\"soft_transfer\":false}"},
	{cmd_hangup,
	 "{\"command_type\":\"send-instruction\",\"instruction\":\"End the "
	 "conversation. Final instructions: Thank the caller.\\nThen say "
	 "goodbye and hang up.\"}"},
	{cmd_hangup_plain, "{\"command_type\":\"send-instruction\","
			   "\"instruction\":\"Say goodbye and hang up.\"}"},
	{cmd_dtmf_on,
	 "{\"command_type\":\"set-agent-dtmf\",\"enabled\":true}"},
	{cmd_dtmf, "{\"command_type\":\"send-agent-dtmf\",\"digits\":[\"1\","
		   "\"*\",\"#\",\"D\"]}"},
	{cmd_error, "{\"command_type\":\"expert-error\",\"message\":\"the "
		    "database is down\"}"},
	{cmd_text, "{\"command_type\":\"send-caller-text\",\"text\":\"bye\"}"},
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static void send_all(struct expert_call *call, void *arg)
{
	(void)arg;
	for (int i = 0; i < COMMANDS; i++)
		ck_assert_int_eq(commands[i].send(call), EXPERT_OK);
}

START_TEST(sends_every_command_as_the_protocol_has_it)
{
	static const struct kit_script script = {.command =
							 end_on_caller_text};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = send_all,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(kit.n_commands, COMMANDS + 2);
	for (int i = 0; i < COMMANDS; i++)
		check_command(i + 2, commands[i].json);
	kit_done();
}
END_TEST

/* ---- what is refused here and not at the server
 * ------------------------------ */

static char *text_of(size_t n)
{
	char *text = malloc(n + 1);

	memset(text, 'a', n);
	text[n] = 0;
	return text;
}

static void send_too_much(struct expert_call *call, void *arg)
{
	char *text = text_of(XP_TEXT_BYTES_MAX);
	char *long_text = text_of(XP_TEXT_BYTES_MAX + 1);
	char *knowledge = text_of(XP_INSTRUCTION_BYTES_MAX);
	char *too_long = text_of(XP_INSTRUCTION_BYTES_MAX + 1);
	char *key = text_of(XP_KEY_BYTES_MAX + 1);

	(void)arg;
	ck_assert_int_eq(expert_read_script(call, text), EXPERT_OK);
	ck_assert_int_eq(expert_read_script(call, long_text), EXPERT_ETOOBIG);
	ck_assert_int_eq(expert_instruct(call, knowledge), EXPERT_OK);
	ck_assert_int_eq(expert_instruct(call, too_long), EXPERT_ETOOBIG);
	ck_assert_int_eq(expert_set_variable(call, key, "1"), EXPERT_ETOOBIG);
	ck_assert_int_eq(expert_transfer(call, key, NULL), EXPERT_ETOOBIG);
	ck_assert_int_eq(expert_read_script(call, "\xff"), EXPERT_EINVAL);
	ck_assert_int_eq(expert_set_variable(call, "k", "{"), EXPERT_EINVAL);
	ck_assert_int_eq(expert_set_variable(call, "k", "nul"), EXPERT_EINVAL);
	ck_assert_int_eq(expert_send_dtmf(call, "12x"), EXPERT_EINVAL);
	ck_assert_int_eq(expert_send_dtmf(call, ""), EXPERT_EINVAL);
	ck_assert_ptr_null(expert_variable(call, "k"));
	free(text);
	free(long_text);
	free(knowledge);
	free(too_long);
	free(key);
	ck_assert_int_eq(expert_caller_text(call, "end"), EXPERT_OK);
}

START_TEST(refuses_commands_that_the_server_would_refuse)
{
	static const struct kit_script script = {.command =
							 end_on_caller_text};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = send_too_much,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(kit.n_commands, 2 + 3);
	kit_done();
}
END_TEST

static void set_bad_tasks(struct expert_call *call, void *arg)
{
	char *key = text_of(XP_KEY_BYTES_MAX + 1);
	struct expert_task *t;

	(void)arg;
	ck_assert_int_eq(expert_set_task(call, NULL), EXPERT_EINVAL);
	ck_assert_int_eq(expert_set_task(call, expert_task_new("empty")),
			 EXPERT_EINVAL);
	t = expert_task_new("");
	expert_task_objective(t, "o");
	ck_assert_int_eq(expert_set_task(call, t), EXPERT_EINVAL);
	t = expert_task_new(key);
	expert_task_objective(t, "o");
	ck_assert_int_eq(expert_set_task(call, t), EXPERT_ETOOBIG);
	t = expert_task_new("twice");
	ck_assert_int_eq(expert_task_field(t, EXPERT_FIELD(.key = "k")),
			 EXPERT_OK);
	ck_assert_int_eq(expert_task_field(t, EXPERT_FIELD(.key = "k")),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_set_task(call, t), EXPERT_EINVAL);
	t = expert_task_new("many");
	for (int i = 0; i < XP_ITEMS_MAX; i++)
		ck_assert_int_eq(expert_task_todo(t, "x"), EXPERT_OK);
	ck_assert_int_eq(expert_task_todo(t, "x"), EXPERT_ETOOBIG);
	ck_assert_int_eq(expert_set_task(call, t), EXPERT_ETOOBIG);
	t = expert_task_new("long key");
	expert_task_field(t, EXPERT_FIELD(.key = key));
	ck_assert_int_eq(expert_set_task(call, t), EXPERT_ETOOBIG);
	free(key);
	ck_assert_int_eq(expert_caller_text(call, "end"), EXPERT_OK);
}

START_TEST(refuses_tasks_that_make_no_sense)
{
	static const struct kit_script script = {.command =
							 end_on_caller_text};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = set_bad_tasks,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(kit.n_commands, 3);
	kit_done();
}
END_TEST

static int n_accepted;

static void flood(struct expert_call *call, void *arg)
{
	int rc;

	(void)arg;
	while ((rc = expert_instruct(call, "x")) == EXPERT_OK)
		n_accepted++;
	ck_assert_int_eq(rc, EXPERT_EAGAIN);
}

static void end_on_last(struct kit_peer *p, const struct xp_command *c)
{
	(void)c;
	if (kit.n_commands == 2 + 256)
		kit_end(p, "user-hangup");
}

START_TEST(says_try_later_when_too_much_is_waiting)
{
	static const struct kit_script script = {.command = end_on_last};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = flood,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(n_accepted, 256);
	ck_assert_int_eq(kit.n_commands, 2 + 256);
	kit_done();
}
END_TEST

UNIT_MAIN("expert", introduces_itself_then_sends_the_task,
	  declines_one_call_and_takes_the_next,
	  takes_a_call_whose_id_is_long_and_not_ascii,
	  answers_a_call_that_is_offered_again_without_starting_it_again,
	  serves_several_calls_at_a_time,
	  sends_every_command_as_the_protocol_has_it,
	  refuses_commands_that_the_server_would_refuse,
	  refuses_tasks_that_make_no_sense,
	  says_try_later_when_too_much_is_waiting)
