/**
 * @file test_expert_more.c  Servers that speak more, and those that do not
 *
 * SPDX-License-Identifier: MIT
 */
#include "unit/kit_expert.h"

static int n_started, n_taken, n_actions, n_said, n_endings, n_refused;

static void not_started(struct expert_call *call, void *arg)
{
	(void)call;
	(void)arg;
	n_started++;
}

static void end(struct kit_peer *p, const struct xp_command *c)
{
	if (c->kind == XP_HANG_UP || c->kind == XP_SEND_INSTRUCTION)
		kit_end(p, "bot-hangup");
}

/* ---- takeover ------------------------------------------------------------
 */

static void tell_state(struct kit_peer *p, int again)
{
	static const struct xp_snapshot_item items[] = {
		{.key = "caller_name",
		 .kind = XP_ITEM_FIELD,
		 .progress = XP_PROGRESS_DONE}};
	static const struct xp_snapshot_line lines[] = {
		{.role = XP_ROLE_AGENT, .text = "Your name?", .at_ms = 10},
		{.role = XP_ROLE_CALLER, .text = "Ann", .at_ms = 2000}};
	static const struct xp_snapshot s = {
		.cause = XP_CAUSE_LOST,
		.last_sequence = 7,
		.elapsed_ms = 48210,
		.variables_json = "{\"tier\":{\"gold\":1}}",
		.fields_json = "{\"caller_name\":\"Ann\",\"n\":4}",
		.task_id = "order",
		.n_items = 1,
		.items = items,
		.n_lines = 2,
		.lines = lines,
		.state_json = "{\"step\":3}",
	};
	const struct xp_event e = {.kind = XP_CALL_SNAPSHOT, .snapshot = &s};

	if (p->is_call && !again)
		kit_event(p, &e);
}

static void take_over(struct expert_call *call,
		      const struct expert_takeover *t, void *arg)
{
	const char *who = NULL, *text = NULL;

	(void)arg;
	n_taken++;
	ck_assert_str_eq(expert_takeover_cause(t), "lost");
	ck_assert_str_eq(expert_takeover_note(t), "");
	ck_assert_str_eq(expert_takeover_task(t), "order");
	ck_assert_int_eq(expert_takeover_elapsed_ms(t), 48210);
	ck_assert_int_eq(expert_takeover_line(t, 1, &who, &text), 1);
	ck_assert_str_eq(who, "caller");
	ck_assert_str_eq(text, "Ann");
	ck_assert_int_eq(expert_takeover_line(t, 2, &who, &text), 0);
	ck_assert_int_eq(expert_takeover_line(t, -1, NULL, NULL), 0);
	ck_assert_str_eq(expert_field_text(call, "caller_name"), "Ann");
	ck_assert_int_eq(expert_field_integer(call, "n", 0), 4);
	ck_assert_str_eq(expert_variable(call, "tier"), "{\"gold\":1}");
	ck_assert_str_eq(expert_saved(call), "{\"step\":3}");
	ck_assert_int_eq(expert_hangup_now(call), EXPERT_OK);
}

START_TEST(a_call_that_had_an_expert_is_taken_over)
{
	static const struct kit_script script = {
		.extensions = XP_EXT_ALL,
		.taken_over = 1,
		.opened = tell_state,
		.command = end,
	};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = not_started,
		.on_takeover = take_over,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(n_taken, 1);
	ck_assert_int_eq(n_started, 0);
	kit_done();
}
END_TEST

static void start_and_look(struct expert_call *call, void *arg)
{
	(void)arg;
	n_started++;
	ck_assert_int_eq(expert_call_can(call, "resume"), 1);
	ck_assert_int_eq(expert_call_can(call, "teleport"), 0);
	ck_assert_int_eq(expert_call_can(call, NULL), 0);
	ck_assert_int_eq(expert_hangup_with(call, "Bye."), EXPERT_OK);
}

START_TEST(who_knows_no_takeover_starts_the_call)
{
	static const struct kit_script script = {
		.extensions = XP_EXT_ALL,
		.taken_over = 1,
		.opened = tell_state,
		.command = end,
	};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = start_and_look,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(n_started, 1);
	kit_done();
}
END_TEST

/* ---- actions -------------------------------------------------------------
 */

static void tell_action(struct kit_peer *p, int again)
{
	const struct xp_event e = {.kind = XP_EXECUTE_ACTION,
				   .key = "refund",
				   .id = "x1",
				   .again = 1};

	if (p->is_call && !again)
		kit_event(p, &e);
}

static void end_when_done(struct kit_peer *p, const struct xp_command *c)
{
	if (c->kind != XP_ACTION_DONE)
		return;
	ck_assert_str_eq(c->id, "x1");
	kit_end(p, "bot-hangup");
}

static void act(struct expert_call *call, const char *key, void *arg)
{
	(void)arg;
	n_actions++;
	ck_assert_str_eq(key, "refund");
	ck_assert_str_eq(expert_action_id(call), "x1");
	ck_assert_int_eq(expert_action_again(call), 1);
}

static void act_later(struct expert_call *call, const char *key, void *arg)
{
	act(call, key, arg);
	ck_assert_int_eq(expert_action_later(call), EXPERT_OK);
	ck_assert_int_eq(expert_instruct(call, "on it"), EXPERT_OK);
	ck_assert_int_eq(expert_action_done(call, "x1"), EXPERT_OK);
}

static void run_action(void (*on_action)(struct expert_call *call,
					 const char *key, void *arg))
{
	static const struct kit_script script = {
		.extensions = XP_EXT_ALL,
		.opened = tell_action,
		.command = end_when_done,
	};
	const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_action = on_action,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(n_actions, 1);
}

static int count_commands(const char *type)
{
	int n = 0;

	for (int i = 0; i < kit.n_commands; i++)
		n += strstr(kit.commands[i], type) != NULL;
	return n;
}

START_TEST(an_action_is_reported_done_when_its_handler_returns)
{
	run_action(act);
	ck_assert_int_eq(count_commands("\"action-done\""), 1);
	kit_done();
}
END_TEST

START_TEST(an_action_may_be_done_later_and_is_reported_once)
{
	run_action(act_later);
	ck_assert_int_eq(count_commands("\"action-done\""), 1);
	kit_done();
}
END_TEST

/* ---- words, notes, results -----------------------------------------------
 */

static void talk(struct expert_call *call, void *arg)
{
	(void)arg;
	ck_assert_ptr_null(expert_saved(call));
	ck_assert_int_eq(expert_save(call, "[7]"), EXPERT_OK);
	ck_assert_str_eq(expert_saved(call), "[7]");
	ck_assert_int_eq(expert_save(call, "{"), EXPERT_EINVAL);
	ck_assert_int_eq(expert_say(call, "s1", "One moment.", 0), EXPERT_OK);
	ck_assert_int_eq(expert_say(call, "", "One moment.", 0),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_say(call, "s1", "", 0), EXPERT_EINVAL);
	ck_assert_int_eq(expert_say(call, "s1", "x", 64), EXPERT_EINVAL);
	ck_assert_int_eq(expert_retry_task(call, "why"), EXPERT_OK);
}

static void on_said(struct expert_call *call, const char *id,
		    const char *heard, int interrupted, void *arg)
{
	(void)arg;
	n_said++;
	ck_assert_str_eq(id, "s1");
	ck_assert_str_eq(heard, "One");
	ck_assert_int_eq(interrupted, 1);
	ck_assert_int_eq(expert_hangup_with(call, "Bye."), EXPERT_OK);
}

static void on_ending(struct expert_call *call, int decided, void *arg)
{
	(void)call;
	(void)arg;
	n_endings++;
	ck_assert_int_eq(decided, 1);
}

static void on_refused(struct expert_call *call, const char *command,
		       const char *reason, void *arg)
{
	(void)call;
	(void)arg;
	n_refused++;
	ck_assert_str_eq(command, "retry-task");
	ck_assert_str_eq(reason, "not-now");
}

static void react(struct kit_peer *p, const struct xp_command *c)
{
	const struct xp_event said = {.kind = XP_SAID,
				      .id = "s1",
				      .heard_text = "One",
				      .interrupted = 1};
	const struct xp_event ending = {.kind = XP_CALL_ENDING,
					.by = XP_BY_EXPERT};
	struct xp_event result = {.kind = XP_COMMAND_RESULT,
				  .id = c->command_id,
				  .result = XP_RESULT_REFUSED,
				  .reason = "not-now",
				  .detail = "there is no task"};

	if (c->kind == XP_RETRY_TASK) {
		kit_event(p, &result);
		kit_event(p, &said);
	}
	if (c->kind != XP_HANG_UP)
		return;
	ck_assert_str_eq(c->text, "Bye.");
	kit_event(p, &ending);
	kit_end(p, "bot-hangup");
}

START_TEST(words_notes_and_results_go_both_ways)
{
	static const struct kit_script script = {.extensions = XP_EXT_ALL,
						 .command = react};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = talk,
		.on_said = on_said,
		.on_call_ending = on_ending,
		.on_refused = on_refused,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(n_said, 1);
	ck_assert_int_eq(n_endings, 1);
	ck_assert_int_eq(n_refused, 1);
	ck_assert_int_eq(count_commands("\"set-state\""), 1);
	ck_assert_int_eq(count_commands("\"say\""), 1);
	kit_done();
}
END_TEST

/* ---- transfer and recording ---------------------------------------------
 */

static char moved[200], recorded[100];

static void on_transfer_status(struct expert_call *call, const char *status,
			       const char *id, const char *cause, void *arg)
{
	size_t n = strlen(moved);

	(void)call;
	(void)arg;
	(void)snprintf(moved + n, sizeof(moved) - n, "%s/%s/%s ", status, id,
		       cause);
}

static void on_recording(struct expert_call *call, const char *state,
			 const char *consent, void *arg)
{
	size_t n = strlen(recorded);

	(void)arg;
	(void)snprintf(recorded + n, sizeof(recorded) - n, "%s/%s ", state,
		       consent);
	if (!strcmp(consent, "given"))
		ck_assert_int_eq(expert_hangup_now(call), EXPERT_OK);
}

static void move_and_record(struct expert_call *call, void *arg)
{
	(void)arg;
	ck_assert_int_eq(expert_transfer_with(call, NULL), EXPERT_EINVAL);
	ck_assert_int_eq(expert_transfer_with(call, EXPERT_TRANSFER(.now = 1)),
			 EXPERT_EINVAL);
	ck_assert_int_eq(
		expert_transfer_with(
			call, EXPERT_TRANSFER(.to = "+1555", .ring_ms = 4999)),
		EXPERT_EINVAL);
	ck_assert_int_eq(
		expert_transfer_with(call,
				     EXPERT_TRANSFER(.to = "+1555", .id = "")),
		EXPERT_EINVAL);
	ck_assert_int_eq(
		expert_transfer_with(call,
				     EXPERT_TRANSFER(.to = "+1555", .id = "t1",
						     .now = 1, .hang_up = 1,
						     .ring_ms = 5000,
						     .come_back = 1)),
		EXPERT_OK);
	ck_assert_int_eq(expert_recording_pause(call), EXPERT_OK);
	ck_assert_int_eq(expert_recording_resume(call), EXPERT_OK);
	ck_assert_int_eq(expert_recording_consent(call, 1), EXPERT_OK);
}

static void tell_moves(struct kit_peer *p, const struct xp_command *c)
{
	const struct xp_event told[] = {
		{.kind = XP_TRANSFER_STATUS,
		 .transfer = XP_TRANSFER_TRYING,
		 .id = "t1",
		 .to = "+1555",
		 .detail = ""},
		{.kind = XP_TRANSFER_STATUS,
		 .transfer = XP_TRANSFER_FAILED,
		 .to = "+1555",
		 .reason = "busy",
		 .detail = ""},
	};
	const struct xp_event state = {
		.kind = XP_RECORDING_STATE,
		.recording = c->recording ? c->recording : XP_RECORDING_ON,
		.consent = c->consent};

	if (c->kind == XP_TRANSFER_CALL) {
		ck_assert_str_eq(c->id, "t1");
		ck_assert_str_eq(c->text, "");
		ck_assert_int_eq(c->soft, 0);
		ck_assert_int_eq(c->ring_ms, 5000);
		ck_assert_int_eq(c->on_failure, XP_THEN_HANG_UP);
		ck_assert_int_eq(c->on_end, XP_THEN_RETURN);
		kit_event(p, &told[0]);
		kit_event(p, &told[1]);
	} else if (c->kind == XP_SET_RECORDING) {
		kit_event(p, &state);
	}
	end(p, c);
}

START_TEST(a_transfer_and_the_recording_are_told_of)
{
	static const struct kit_script script = {.extensions = XP_EXT_ALL,
						 .command = tell_moves};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = move_and_record,
		.on_transfer_status = on_transfer_status,
		.on_recording = on_recording,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_str_eq(moved, "trying/t1/ failed//busy ");
	ck_assert_str_eq(recorded, "paused/unknown on/unknown on/given ");
	kit_done();
}
END_TEST

static void move_plainly(struct expert_call *call, void *arg)
{
	(void)arg;
	ck_assert_int_eq(
		expert_transfer_with(call,
				     EXPERT_TRANSFER(.to = "+1555", .id = "t1",
						     .text = "Tell them.")),
		EXPERT_OK);
	ck_assert_int_eq(expert_recording_pause(call), EXPERT_EPROTO);
	ck_assert_int_eq(expert_recording_consent(NULL, 0), EXPERT_EINVAL);
	ck_assert_int_eq(expert_hangup(call, NULL), EXPERT_OK);
}

START_TEST(a_server_without_them_is_asked_for_what_it_knows)
{
	static const struct kit_script script = {.command = end};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = move_plainly,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(count_commands("\"transfer_message\":\"Tell "
					"them.\",\"to_number\":\"+1555\","
					"\"soft_transfer\":true}"),
			 1);
	kit_done();
}
END_TEST

/* ---- turns ---------------------------------------------------------------
 */

static int n_turns, n_silences, n_cuts, n_nods;

static void set_fields(struct expert_call *call, void *arg)
{
	struct expert_task *task = expert_task_new("t");

	(void)arg;
	ck_assert_int_eq(
		expert_task_field(
			task,
			EXPERT_FIELD(.key = "iban", .end_silence_ms = 1800,
				     .patience_ms = 20000,
				     .barge_in = EXPERT_BARGE_IN_WORDS,
				     .keypad = EXPERT_KEYPAD_NO)),
		EXPERT_OK);
	ck_assert_int_eq(expert_set_task(call, task), EXPERT_OK);
}

static void on_turn_ended(struct expert_call *call, const char *id,
			  int64_t start_ms, int64_t end_ms, void *arg)
{
	(void)call;
	(void)arg;
	ck_assert_str_eq(id, n_turns++ ? "" : "u4");
	ck_assert_int_eq(start_ms, 18250);
	ck_assert_int_eq(end_ms, 19040);
}

static void on_silent(struct expert_call *call, int64_t silence_ms,
		      int prompts, void *arg)
{
	(void)call;
	(void)arg;
	n_silences++;
	ck_assert_int_eq(silence_ms, 10000);
	ck_assert_int_eq(prompts, 1);
}

static void on_barge_in(struct expert_call *call, int64_t at_ms, int cut,
			void *arg)
{
	(void)call;
	(void)arg;
	ck_assert_int_eq(at_ms, 700);
	if (cut)
		n_cuts++;
	else
		n_nods++;
}

static void tell_turns(struct kit_peer *p, const struct xp_command *c)
{
	const struct xp_event told[] = {
		{.kind = XP_CALLER_TURN_ENDED,
		 .id = "u4",
		 .start_ms = 18250,
		 .end_ms = 19040},
		{.kind = XP_CALLER_TURN_ENDED,
		 .start_ms = 18250,
		 .end_ms = 19040},
		{.kind = XP_CALLER_SILENT, .silence_ms = 10000, .prompts = 1},
		{.kind = XP_BARGE_IN,
		 .at_ms = 700,
		 .outcome = XP_OUTCOME_RESUMED},
		{.kind = XP_BARGE_IN, .at_ms = 700, .outcome = XP_OUTCOME_CUT},
	};

	if (c->kind != XP_SET_TASK)
		return;
	ck_assert_int_eq(c->items[0].listening.end_silence_ms, 1800);
	ck_assert_int_eq(c->items[0].listening.patience_ms, 20000);
	ck_assert_int_eq(c->items[0].listening.barge_in, XP_BARGE_IN_WORDS);
	ck_assert_int_eq(c->items[0].listening.keypad, XP_NO);
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		kit_event(p, &told[i]);
	kit_end(p, "user-hangup");
}

START_TEST(who_speaks_when_is_told_and_how_to_listen_is_asked)
{
	static const struct kit_script script = {.extensions = XP_EXT_ALL,
						 .command = tell_turns};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = set_fields,
		.on_turn_ended = on_turn_ended,
		.on_caller_silent = on_silent,
		.on_barge_in = on_barge_in,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(n_turns, 2);
	ck_assert_int_eq(n_silences, 1);
	ck_assert_int_eq(n_cuts, 1);
	ck_assert_int_eq(n_nods, 1);
	kit_done();
}
END_TEST

START_TEST(how_to_listen_has_bounds)
{
	static const struct expert_field wrong[] = {
		{.end_silence_ms = 199}, {.end_silence_ms = 5001},
		{.end_silence_ms = -1},  {.patience_ms = 999},
		{.patience_ms = 60001},  {.barge_in = 4},
		{.barge_in = -1},        {.keypad = 3},
	};
	struct expert_field f = wrong[_i];
	struct expert_task *task = expert_task_new("t");

	f.size = sizeof(f);
	f.key = "k";
	ck_assert_int_eq(expert_task_field(task, &f), EXPERT_EINVAL);
	expert_task_free(task);
}
END_TEST

/* ---- hand-over -----------------------------------------------------------
 */

static const char *reason;

static void give_away(struct expert_call *call, void *arg)
{
	(void)arg;
	ck_assert_int_eq(expert_hand_over(call, "web:", NULL), EXPERT_EINVAL);
	ck_assert_int_eq(expert_hand_over(call, "web:desk", "A refund."),
			 EXPERT_OK);
}

static void try_again(struct expert_call *call, const char *command,
		      const char *why, void *arg)
{
	(void)arg;
	n_refused++;
	ck_assert_str_eq(command, "hand-over");
	ck_assert_str_eq(why, "nobody");
	ck_assert_int_eq(expert_hand_over(call, NULL, NULL), EXPERT_OK);
}

static void take_it(struct kit_peer *p, const struct xp_command *c)
{
	const struct xp_event failed = {
		.kind = XP_HAND_OVER_FAILED, .reason = "nobody", .detail = ""};

	if (c->kind != XP_HAND_OVER)
		return;
	if (c->to_kind == XP_ADDRESS_SAME) {
		xp_link_close(p->link, XP_CLOSE_DONE, "handed over");
		return;
	}
	ck_assert_int_eq(c->to_kind, XP_ADDRESS_WEB);
	ck_assert_str_eq(c->to, "desk");
	ck_assert_str_eq(c->text, "A refund.");
	kit_event(p, &failed);
}

static void note_end(struct expert_call *call, const struct expert_end *e,
		     void *arg)
{
	(void)call;
	(void)arg;
	reason = strcmp(expert_end_reason(e), "handed-over") ? "other" : "ok";
	expert_stop(kit_expert);
}

START_TEST(a_call_is_handed_over_when_somebody_takes_it)
{
	static const struct kit_script script = {.extensions = XP_EXT_ALL,
						 .command = take_it};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = give_away,
		.on_refused = try_again,
		.on_session_end = note_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(n_refused, 1);
	ck_assert_str_eq(reason, "ok");
	kit_done();
}
END_TEST

static void talk_plainly(struct expert_call *call, void *arg)
{
	(void)arg;
	ck_assert_int_eq(expert_call_can(call, "say"), 0);
	ck_assert_int_eq(expert_say(call, "s1", "One moment.", 0), EXPERT_OK);
	ck_assert_int_eq(expert_save(call, "[7]"), EXPERT_OK);
	ck_assert_int_eq(expert_save(call, "[7"), EXPERT_EINVAL);
	ck_assert_str_eq(expert_saved(call), "[7]");
	ck_assert_int_eq(expert_action_later(call), EXPERT_EINVAL);
	ck_assert_int_eq(expert_hand_over(call, NULL, NULL), EXPERT_EPROTO);
	ck_assert_int_eq(expert_action_done(call, "x1"), EXPERT_OK);
	ck_assert_int_eq(expert_hangup_with(call, "Bye."), EXPERT_OK);
}

START_TEST(a_server_of_the_published_protocol_hears_nothing_else)
{
	static const struct kit_script script = {.command = end};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = talk_plainly,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(count_commands("\"read-script\""), 1);
	ck_assert_int_eq(count_commands("\"send-instruction\""), 1);
	ck_assert_int_eq(count_commands("command_id"), 0);
	ck_assert_int_eq(count_commands("\"say\""), 0);
	ck_assert_int_eq(count_commands("set-state"), 0);
	ck_assert_int_eq(count_commands("action-done"), 0);
	kit_done();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("expert_more");
	TCase *t = tcase_create("more");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, 20);
	tcase_add_test(t, a_call_that_had_an_expert_is_taken_over);
	tcase_add_test(t, who_knows_no_takeover_starts_the_call);
	tcase_add_test(t, an_action_is_reported_done_when_its_handler_returns);
	tcase_add_test(t, an_action_may_be_done_later_and_is_reported_once);
	tcase_add_test(t, a_call_is_handed_over_when_somebody_takes_it);
	tcase_add_test(t, words_notes_and_results_go_both_ways);
	tcase_add_test(t, who_speaks_when_is_told_and_how_to_listen_is_asked);
	tcase_add_loop_test(t, how_to_listen_has_bounds, 0, 8);
	tcase_add_test(t, a_transfer_and_the_recording_are_told_of);
	tcase_add_test(t, a_server_without_them_is_asked_for_what_it_knows);
	tcase_add_test(t,
		       a_server_of_the_published_protocol_hears_nothing_else);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
