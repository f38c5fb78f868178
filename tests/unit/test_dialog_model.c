/**
 * @file test_dialog_model.c  Random calls against what must always hold
 *
 *   seed --> events in any order, a sane or a mad brain --> dialog_step()
 *                                      every action is checked --> invariants
 *
 * MODEL_SEED=n repeats one run, MODEL_RUNS=n makes more of them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "unit/dialog_model.h"

/* ---- events ------------------------------------------------------------ */

static void command(struct model *m, const struct xp_command *c)
{
	step(m, (struct dialog_event){.kind = DIALOG_EXPERT_COMMAND,
				      .command = c});
}

static void set_task(struct model *m)
{
	static const char *const sizes[] = {"small", "medium", "large"};
	static const struct xp_item all[] = {
		{.kind = XP_ITEM_FIELD,
		 .key = "name",
		 .field_type = "text",
		 .description = "Name for the list",
		 .required = 1},
		{.kind = XP_ITEM_FIELD,
		 .key = "size",
		 .field_type = "integer",
		 .description = "Number of people",
		 .required = 1},
		{.kind = XP_ITEM_SAY,
		 .key = "say1",
		 .statement = "This call is recorded. Thank you."},
		{.kind = XP_ITEM_FIELD,
		 .key = "phone",
		 .field_type = "digit_sequence",
		 .description = "Phone number",
		 .required = 1},
		{.kind = XP_ITEM_FIELD,
		 .key = "note",
		 .field_type = "multiple_choice",
		 .description = "Size",
		 .n_choices = 3,
		 .choices = sizes},
		{.kind = XP_ITEM_TODO,
		 .key = "todo1",
		 .description = "Read the phone number back."},
		{.kind = XP_ITEM_FIELD,
		 .key = "when",
		 .field_type = "calendar_slot",
		 .searchable = 1,
		 .description = "Appointment time"},
	};
	struct xp_command c = {.kind = XP_SET_TASK,
			       .key = "task",
			       .objective = "Help the caller.",
			       .items = all};

	c.n_items = rnd(m, (uint32_t)(sizeof(all) / sizeof(*all)) + 1);
	m->tasks++;
	command(m, &c);
}

static void answer(struct model *m)
{
	static const struct xp_action acts[] = {{"act1", "Cancel an order"},
						{"act2", "Talk to sales"}};
	static const char *const found[] = {"2026-11-24T09:00",
					    "2026-11-25T10:00"};
	struct xp_command c = {.kind = XP_ANSWER_QUESTION, .text = "Yes."};
	struct asked *a;

	if (!m->n_asked)
		return;
	a = &m->asked[rnd(m, (uint32_t)m->n_asked)];
	c.id = a->id;
	if (a->is_action) {
		c.kind = XP_ACTION_SUGGESTION;
		c.actions = acts;
		c.n_actions = rnd(m, 3);
	} else if (a->is_search) {
		c.kind = XP_CHOICE_QUERY_RESULT;
		c.choices = found;
		c.n_choices = rnd(m, 3);
		c.others = found;
		c.n_others = rnd(m, 2);
	}
	a->answered = 1;
	command(m, &c);
}

static void any_command(struct model *m)
{
	struct xp_command c = {.kind = XP_SEND_INSTRUCTION};

	switch (rnd(m, 12)) {
	case 0:
	case 1:
		set_task(m);
		return;
	case 2:
		c.kind = XP_RETRY_TASK;
		c.text = rnd(m, 2) ? "The name is wrong." : "";
		m->tasks++;
		break;
	case 3:
	case 4:
	case 5:
		answer(m);
		return;
	case 6:
		c.kind = XP_READ_SCRIPT;
		c.text = "Please listen carefully. This is important.";
		break;
	case 7:
		c.kind = XP_TRANSFER_CALL;
		c.to = rnd(m, 4) ? "+15550001" : "";
		c.text = rnd(m, 2) ? "One moment." : "";
		c.soft = (int)rnd(m, 2);
		c.on_failure = (enum xp_then)rnd(m, 3);
		c.on_end = (enum xp_then)rnd(m, 3);
		if (rnd(m, 3))
			return;
		break;
	case 8:
		c.kind = XP_EXPERT_ERROR;
		c.text = "boom";
		break;
	case 9:
		c.kind = XP_SET_PERSONA;
		c.agent_name = "Nova";
		c.voice = "slt";
		break;
	case 10:
		c.kind = XP_REGISTERED_HOOKS;
		c.has_on_question = (int)rnd(m, 4) > 0;
		c.has_on_action = (int)rnd(m, 2);
		c.has_on_escalate = (int)rnd(m, 2);
		c.accept_dtmf = (int)rnd(m, 2);
		break;
	default:
		c.text = PICK(m, orders);
		if (rnd(m, 2))
			return;
		break;
	}
	command(m, &c);
}

/* The first utterance that was given completely, or cut, is over. */
static void report_heard(struct model *m)
{
	struct dialog_event e = {.kind = DIALOG_SAID};

	if (!m->n_said || (!m->said[0].last && !m->said[0].stopped))
		return;
	e.utt = m->said[0].utt;
	e.interrupted = m->said[0].stopped;
	(void)snprintf(m->heard, sizeof(m->heard), "%s%u",
		       m->said[0].stopped ? "" : "words of ", e.utt);
	if (m->said[0].stopped && rnd(m, 2))
		m->heard[0] = '\0';
	e.text = m->heard;
	m->n_said--;
	memmove(m->said, m->said + 1, (size_t)m->n_said * sizeof(*m->said));
	m->expect_heard = 1;
	step(m, e);
	m->expect_heard = 0;
}

/* Are we saying something that was not cut? Then it may be a nod. */
static int sounds(const struct model *m)
{
	for (int i = 0; i < m->n_said; i++) {
		if (!m->said[i].stopped)
			return 1;
	}
	return 0;
}

static void caller(struct model *m)
{
	struct dialog_event e = {.kind = DIALOG_CALLER_TURN};

	switch (rnd(m, 8)) {
	case 0:
		e.kind = DIALOG_CALLER_SPEAKING;
		e.turn = m->turn + 1;
		m->speaking |= m->started && !m->over && !sounds(m);
		break;
	case 1:
		e.kind = DIALOG_CALLER_PARTIAL;
		e.turn = m->turn + 1;
		e.n_heard = 1;
		e.heard[0].text = PICK(m, lines);
		m->speaking |= m->started && !m->over && !sounds(m);
		break;
	case 2:
		e.turn = m->turn; /* stale */
		e.n_heard = 1;
		e.heard[0].text = "again";
		break;
	default:
		if (m->started)
			m->turn++;
		e.turn = m->turn ? m->turn : 1;
		e.n_heard = rnd(m, 4);
		for (uint32_t i = 0; i < e.n_heard; i++) {
			e.heard[i].text = PICK(m, lines);
			e.heard[i].confidence = (int)rnd(m, 101);
		}
		m->speaking = 0;
		break;
	}
	step(m, e);
}

/* A brain that says anything at all. */
static void mad_output(struct model *m)
{
	struct ask ask = {.kind = (enum ask_kind)rnd(m, ASK_TEXT + 1),
			  .field_key = PICK(m, keys),
			  .description = ""};
	struct brain_output o = {
		.kind = (enum brain_output_kind)rnd(m, BRAIN_LANGUAGE + 1),
		.text = PICK(m, lines),
		.key = rnd(m, 8) ? PICK(m, keys) : NULL,
		.value_json = rnd(m, 8) ? PICK(m, values) : NULL,
		.id = m->n_asked ? m->asked[rnd(m, (uint32_t)m->n_asked)].id
				 : "none",
		.by_agent = (int)rnd(m, 2),
		.ask = rnd(m, 8) ? &ask : NULL,
	};

	if (o.kind == BRAIN_EXECUTE && rnd(m, 2))
		o.key = rnd(m, 2) ? "act1" : "act2";
	if (o.kind == BRAIN_HANGUP && rnd(m, 8))
		o.kind = BRAIN_SAY;
	if (o.kind == BRAIN_TRANSFER && rnd(m, 8))
		o.text = NULL;
	step(m, (struct dialog_event){.kind = DIALOG_BRAIN_OUTPUT,
				      .brain_turn =
					      rnd(m, 16) ? m->brain_turn
							 : m->brain_turn + 1,
				      .output = &o});
}

static void brain_ends(struct model *m, enum dialog_event_kind how)
{
	int was = m->thinking;

	m->thinking = 0;
	if (was || rnd(m, 8) == 0)
		step(m, (struct dialog_event){.kind = how,
					      .brain_turn = m->brain_turn});
}

static void brain(struct model *m)
{
	if (m->mad) {
		if (rnd(m, 3))
			mad_output(m);
		else
			brain_ends(m, rnd(m, 6) ? DIALOG_BRAIN_DONE
						: DIALOG_BRAIN_FAILED);
		return;
	}
	if (!m->thinking)
		return;
	if (m->n_out) {
		struct output o = m->out[0];

		/* Pointers into the copy. */
		o.o.text = o.o.text ? o.text : NULL;
		o.o.key = o.o.key ? o.key : NULL;
		o.o.value_json = o.o.value_json ? o.value : NULL;
		o.o.id = o.o.id ? o.id : NULL;
		o.o.ask = o.o.ask ? &o.ask : NULL;
		m->n_out--;
		memmove(m->out, m->out + 1,
			(size_t)m->n_out * sizeof(*m->out));
		for (int i = 0; i < m->n_out; i++) {
			struct output *p = &m->out[i];

			p->o.text = p->o.text ? p->text : NULL;
			p->o.key = p->o.key ? p->key : NULL;
			p->o.value_json = p->o.value_json ? p->value : NULL;
			p->o.id = p->o.id ? p->id : NULL;
			p->o.ask = p->o.ask ? &p->ask : NULL;
		}
		step(m, (struct dialog_event){.kind = DIALOG_BRAIN_OUTPUT,
					      .brain_turn = m->brain_turn,
					      .output = &o.o});
		return;
	}
	brain_ends(m, DIALOG_BRAIN_DONE);
}

static void pass_time(struct model *m, int64_t us)
{
	int64_t end = m->now_us + us;

	for (;;) {
		int best = -1;

		for (int i = 0; i < DIALOG_TIMER_N; i++) {
			if (m->due_us[i] && m->due_us[i] <= end &&
			    (best < 0 || m->due_us[i] < m->due_us[best]))
				best = i;
		}
		if (best < 0)
			break;
		if (m->due_us[best] > m->now_us)
			m->now_us = m->due_us[best];
		m->due_us[best] = 0;
		/* The watchdogs end what we believe to go on. */
		if (best == DIALOG_TIMER_SILENCE) {
			m->speaking = 0;
			m->thinking = 0;
		}
		step(m,
		     (struct dialog_event){.kind = DIALOG_TIMER,
					   .timer = (enum dialog_timer)best});
	}
	m->now_us = end;
}

/* What a line may say of a transfer, in any order. */
static void moved(struct model *m)
{
	static const enum xp_transfer all[] = {XP_TRANSFER_RINGING,
					       XP_TRANSFER_ANSWERED,
					       XP_TRANSFER_RETURNED};
	const uint32_t i = rnd(m, 4);

	if (i < 3)
		step(m, (struct dialog_event){.kind = DIALOG_TRANSFER_STATUS,
					      .transfer = all[i]});
	else
		step(m, (struct dialog_event){.kind = DIALOG_TRANSFER_FAILED,
					      .cause = XP_CAUSE_BUSY});
}

static void any_event(struct model *m)
{
	static const enum dialog_event_kind coming_and_going[] = {
		DIALOG_EXPERT_ATTACHED,
		DIALOG_EXPERT_ATTACHED,
		DIALOG_EXPERT_LOST,
		DIALOG_EXPERT_NOBODY,
	};

	switch (rnd(m, 20)) {
	case 0:
		if (rnd(m, 20) == 0)
			step(m,
			     (struct dialog_event){.kind = DIALOG_STOPPING});
		step(m, (struct dialog_event){.kind = DIALOG_BARGE_IN});
		break;
	case 1:
		step(m, (struct dialog_event){
				.kind = DIALOG_DTMF,
				.digit = "0123456789*#Ax"[rnd(m, 14)]});
		break;
	case 2:
		step(m,
		     (struct dialog_event){.kind = coming_and_going[rnd(m, 4)],
					   .resumed = (int)rnd(m, 2)});
		break;
	case 3:
		m->started = 1;
		step(m, (struct dialog_event){.kind = DIALOG_STARTED});
		break;
	case 4:
		if (m->transferring)
			moved(m);
		break;
	case 5:
		pass_time(m, (int64_t)rnd(m, 20000000));
		break;
	case 6:
	case 7:
	case 8:
		any_command(m);
		break;
	case 9:
	case 10:
	case 11:
		caller(m);
		break;
	case 12:
	case 13:
	case 14:
		report_heard(m);
		break;
	case 15:
		/* A report of what was never said. */
		step(m, (struct dialog_event){.kind = DIALOG_SAID,
					      .utt = m->last_utt + 100000,
					      .text = "never"});
		break;
	default:
		brain(m);
		break;
	}
}

/* Whatever happened: with patience everything comes to an end. */
static void settle(struct model *m)
{
	m->mad = 0;
	m->speaking = 0;
	m->n_out = 0;
	step(m, (struct dialog_event){.kind = DIALOG_CALLER_TURN,
				      .turn = ++m->turn});
	for (int i = 0; i < 200 && !m->over; i++) {
		report_heard(m);
		for (int k = 0; k < 40 && m->thinking; k++)
			brain(m);
		pass_time(m, 5000000);
		if (m->transferring) {
			m->transferring = 0;
			step(m, (struct dialog_event){
					.kind = DIALOG_TRANSFER_FAILED});
			step(m, (struct dialog_event){
					.kind = DIALOG_TRANSFER_STATUS,
					.transfer = XP_TRANSFER_RETURNED});
		}
	}
	if (m->started)
		HOLDS(m, m->over,
		      "silence for a quarter of an hour and no end");
	step(m, (struct dialog_event){.kind = DIALOG_CLOSED});
	m->closed = 1;
	HOLDS(m, m->session_ends == 1, "%d ends of session", m->session_ends);
	HOLDS(m, dialog_ending(m->d), "closed and not ending");
}

static void run(uint64_t seed, size_t arena_bytes)
{
	struct model *m = mem_must(mem_zalloc(sizeof(*m)), "model");
	static const char *const policies[] = {"continue", "hangup",
					       "transfer:+15559999"};
	struct dialog_config conf = {.silence_prompts = 2,
				     .wall_us = 1795255200000000};
	struct dialog_stats st;

	m->seed = seed;
	m->random = seed * 2654435761u + 88172645463325252ull;
	m->mad = (int)rnd(m, 2);
	m->oom = arena_bytes < 1024 * 1024;
	conf.expert_lost = policies[rnd(m, 3)];
	conf.has_spare = (int)rnd(m, 2);
	arena_init(&m->arena, 4096, arena_bytes);
	m->now_us = 1;
	if (dialog_new(&m->d, &m->arena, &conf, "c1") < 0) {
		HOLDS(m, m->oom, "no memory");
		goto out;
	}
	if (rnd(m, 8)) {
		step(m, (struct dialog_event){.kind = DIALOG_EXPERT_ATTACHED});
		m->started = 1;
		step(m, (struct dialog_event){.kind = DIALOG_STARTED});
	}
	for (int i = 0; i < STEPS && !m->over; i++)
		any_event(m);
	settle(m);
	dialog_stats_get(m->d, &st);
	HOLDS(m, st.dropped == 0, "an action found no room");
out:
	arena_done(&m->arena);
	mem_free(m);
}

static uint64_t setting(const char *name, uint64_t other)
{
	const char *s = getenv(name);

	return s ? strtoull(s, NULL, 10) : other;
}

START_TEST(random_calls_keep_every_promise)
{
	uint64_t seed = setting("MODEL_SEED", 0);
	uint64_t runs = setting("MODEL_RUNS", RUNS);

	if (seed) {
		run(seed, LIMIT_CALL_ARENA_BYTES);
		return;
	}
	for (seed = 1; seed <= runs; seed++)
		run(seed, LIMIT_CALL_ARENA_BYTES);
}
END_TEST

START_TEST(a_call_out_of_memory_ends_with_a_reason)
{
	uint64_t runs = setting("MODEL_RUNS", RUNS);

	for (uint64_t seed = 1; seed <= runs; seed++)
		run(seed, 8192 + (size_t)(seed * 1237 % 40000));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dialog_model");
	TCase *t = tcase_create("random");

	tcase_set_timeout(t, 120);
	tcase_add_test(t, random_calls_keep_every_promise);
	tcase_add_test(t, a_call_out_of_memory_ends_with_a_reason);
	suite_add_tcase(s, t);

	SRunner *r = srunner_create(s);

	srunner_run_all(r, CK_NORMAL);

	int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed != 0;
}
