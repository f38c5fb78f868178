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
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/limits.h"
#include "dialog/dialog.h"
#include "dialog/engine.h"
#include "dialog/values.h"

enum {
	RUNS = 400,
	STEPS = 300,
	UTTS = 64,
	QUERIES = 256,
	OUTPUTS = 64,
	TEXT = 300,
	ANSWER_US = 30000000, /* the default of the core             */
};

struct said {
	uint32_t utt;
	int last, stopped, script;
};

struct asked {
	char id[64];
	int answered; /* by us                              */
	int is_action, is_search;
	int executed;
	enum brain_query_state state; /* as the last view showed it        */
	int seen_closed;
	int64_t at_us;
};

struct output {
	struct brain_output o;
	struct ask ask;
	char text[TEXT], key[64], value[TEXT], id[64];
};

struct model {
	uint64_t seed, random;
	struct arena arena;
	struct dialog *d;
	struct dialog_actions actions;
	int64_t now_us;
	int64_t due_us[DIALOG_TIMER_N];
	struct said said[UTTS];
	int n_said;
	uint32_t last_utt, turn;
	struct asked asked[QUERIES];
	int n_asked;
	struct output out[OUTPUTS];
	int n_out;
	int thinking, mad, speaking, scripts;
	uint32_t brain_turn, thought;
	int started, over, closed, hangups, session_ends;
	int tasks, dones; /* set or reopened; reported           */
	int transferring;
	char heard[TEXT]; /* text of the SAID under way          */
	int expect_heard;
	int oom; /* the arena is small on purpose       */
};

static uint32_t rnd(struct model *m, uint32_t n)
{
	m->random ^= m->random << 13;
	m->random ^= m->random >> 7;
	m->random ^= m->random << 17;
	return (uint32_t)(m->random >> 33) % n;
}

#define HOLDS(m, expr, ...)                                                   \
	do {                                                                  \
		if (!(expr)) {                                                \
			printf("seed %llu: ", (unsigned long long)(m)->seed); \
			printf(__VA_ARGS__);                                  \
			printf("\n");                                         \
			fflush(stdout);                                       \
		}                                                             \
		ck_assert_msg((expr), "%s", #expr);                           \
	} while (0)

/* ---- words to throw about
 * ---------------------------------------------------- */

static const char *const lines[] = {
	"robert",
	"my name is laura",
	"five",
	"a party of nine",
	"five five five oh one four two",
	"yes",
	"no",
	"no i said six",
	"actually it's seven",
	"do you have parking",
	"can i speak to a human",
	"sorry",
	"what did you say",
	"hold on",
	"goodbye",
	"that's all thanks",
	"i don't know",
	"uh-huh",
	"okay",
	"hello",
	"i want to cancel my order",
	"change the name to ann",
	"medium",
	"the second one",
	"",
	"tomorrow",
	"\xff\xfe broken",
	"five and when do you open",
	"no thanks",
};

static const char *const orders[] = {
	"Hang up the call.",
	"Tell the caller that we close at nine.",
	"Ask the caller whether they have been here before.",
	"The doctor is out.",
	"Thank them and say goodbye.",
	"; ; .",
	"Apologize for the delay, then hang up.",
};

static const char *const keys[] = {"name",  "size", "phone",   "note", "say1",
				   "todo1", "when", "nothing", ""};

static const char *const values[] = {
	"\"Ann\"",
	"5",
	"\"5550142\"",
	"null",
	"{}",
	"\"medium\"",
	"\"",
	"{\"year\":2026,\"month\":11,\"day\":24}",
	"",
	"-0",
	"\"a\\u0041\"",
};

#define PICK(m, v) ((v)[rnd((m), (uint32_t)(sizeof(v) / sizeof((v)[0])))])

/* ---- what must hold for each action
 * -------------------------------------------- */

static struct said *find_said(struct model *m, uint32_t utt)
{
	for (int i = 0; i < m->n_said; i++) {
		if (m->said[i].utt == utt)
			return &m->said[i];
	}
	return NULL;
}

static void on_say(struct model *m, const struct dialog_action *a)
{
	struct said *s = find_said(m, a->utt);

	HOLDS(m, !m->over, "says something after the end");
	HOLDS(m, m->started, "says something before the line is open");
	HOLDS(m, a->text && *a->text, "says nothing");
	HOLDS(m, strlen(a->text) <= LIMIT_TEXT_BYTES, "says too much");
	for (const char *c = a->text; *c; c++)
		HOLDS(m, (unsigned char)*c >= 0x20,
		      "says a control character");
	if (!s) {
		HOLDS(m, a->utt > m->last_utt, "an utterance comes back");
		HOLDS(m, m->n_said < UTTS, "too many utterances");
		m->last_utt = a->utt;
		s = &m->said[m->n_said++];
		*s = (struct said){.utt = a->utt};
	}
	HOLDS(m, a->utt == m->last_utt, "clauses of two utterances mix");
	HOLDS(m, !s->last, "a clause after the last one");
	HOLDS(m, !s->stopped, "a clause of what was stopped");
	s->last = a->last;
}

static struct asked *find_asked(struct model *m, const char *id)
{
	for (int i = 0; i < m->n_asked; i++) {
		if (!strcmp(m->asked[i].id, id))
			return &m->asked[i];
	}
	return NULL;
}

static void on_view(struct model *m, const struct brain_view *v)
{
	HOLDS(m, v->n_queries == 0 || v->queries, "no queries");
	for (uint32_t i = 0; i < v->n_queries; i++) {
		const struct brain_query *q = &v->queries[i];
		struct asked *a = find_asked(m, q->id);

		if (!a)
			continue; /* refused at once: no Expert hook     */
		HOLDS(m, !a->seen_closed || a->state == q->state,
		      "query %s has two outcomes", q->id);
		HOLDS(m, q->state != BRAIN_QUERY_ANSWERED || a->answered,
		      "query %s was answered by nobody", q->id);
		HOLDS(m,
		      q->state != BRAIN_QUERY_OPEN ||
			      m->now_us - a->at_us <= ANSWER_US,
		      "query %s is open for ever", q->id);
		a->state = q->state;
		a->seen_closed = q->state != BRAIN_QUERY_OPEN;
	}
	for (uint32_t i = 0; i < v->n_items; i++) {
		const struct brain_item *it = &v->items[i];

		if (it->state == BRAIN_ITEM_DONE &&
		    it->item->kind == XP_ITEM_FIELD)
			HOLDS(m, it->value_json, "done without a value");
	}
	HOLDS(m, v->n_lines <= LIMIT_TRANSCRIPT_ITEMS, "history grows");
}

static void on_think(struct model *m, const struct dialog_action *a)
{
	HOLDS(m, !m->thinking, "two thoughts at once");
	HOLDS(m, a->brain_turn > m->brain_turn, "an old thought");
	HOLDS(m, !m->speaking, "thinks while the caller speaks");
	HOLDS(m, !m->over, "thinks after the end");
	for (int i = 0; i < m->n_said; i++)
		HOLDS(m, !m->said[i].script || m->said[i].stopped,
		      "thinks before the script was heard");
	m->thinking = 1;
	m->brain_turn = a->brain_turn;
	on_view(m, a->view);
}

static void on_question(struct model *m, const struct xp_event *e)
{
	struct asked *a = find_asked(m, e->id);

	HOLDS(m, e->id && *e->id && e->text, "a query without id or text");
	if (a) {
		HOLDS(m, !a->answered, "asks again what was answered");
		return;
	}
	if (m->n_asked == QUERIES)
		return;
	a = &m->asked[m->n_asked++];
	memset(a, 0, sizeof(*a));
	(void)snprintf(a->id, sizeof(a->id), "%s", e->id);
	a->is_action = e->kind == XP_ACTION_REQUEST;
	a->is_search = e->kind == XP_CHOICE_QUERY;
	a->at_us = m->now_us;
}

static void on_expert(struct model *m, const struct xp_event *e)
{
	static const struct xp_item any = {.field_type = "integer"};

	HOLDS(m, m->session_ends == 0, "an event after the end of session");
	switch (e->kind) {
	case XP_AGENT_QUESTION:
	case XP_ACTION_REQUEST:
	case XP_CHOICE_QUERY:
		on_question(m, e);
		break;
	case XP_AGENT_SPEECH:
		HOLDS(m, m->expect_heard && !strcmp(e->text, m->heard),
		      "agent-speech that was not heard: %s", e->text);
		break;
	case XP_ACTION_ITEM_DONE:
		HOLDS(m, e->key && e->value_json, "done without value");
		if (!strcmp(e->key, "size"))
			HOLDS(m, value_fits(&any, e->value_json),
			      "size is no integer: %s", e->value_json);
		break;
	case XP_EXECUTE_ACTION:
		HOLDS(m, !strncmp(e->key, "act", 3),
		      "executes what nobody "
		      "offered: %s",
		      e->key);
		break;
	case XP_TASK_DONE:
		m->dones++;
		HOLDS(m, m->dones <= m->tasks, "a task is done twice");
		break;
	case XP_SESSION_ENDED:
		m->session_ends++;
		break;
	default:
		break;
	}
}

static void on_action(struct model *m, const struct dialog_action *a)
{
	switch (a->kind) {
	case DIALOG_SAY:
		on_say(m, a);
		break;
	case DIALOG_STOP_SAYING:
		for (int i = 0; i < m->n_said; i++) {
			if (m->said[i].utt <= a->utt)
				m->said[i].stopped = 1;
		}
		break;
	case DIALOG_THINK:
		on_think(m, a);
		break;
	case DIALOG_CANCEL_THINK:
		HOLDS(m, a->brain_turn == m->brain_turn, "cancels another");
		m->thinking = 0;
		m->n_out = 0;
		break;
	case DIALOG_LISTEN:
		HOLDS(m, a->ask && a->ask->field_key && a->ask->description,
		      "listens for nothing");
		break;
	case DIALOG_EXPERT_EVENT:
		on_expert(m, a->event);
		break;
	case DIALOG_ARM:
		HOLDS(m, a->delay_us > 0, "a timer without a delay");
		m->due_us[a->timer] = m->now_us + a->delay_us;
		break;
	case DIALOG_DISARM:
		m->due_us[a->timer] = 0;
		break;
	case DIALOG_HANGUP:
		m->hangups++;
		m->over = 1;
		HOLDS(m, m->hangups == 1, "hangs up twice");
		HOLDS(m, m->session_ends == 1, "hangs up without a word");
		break;
	case DIALOG_TRANSFER:
		HOLDS(m, a->text && *a->text, "transfers to nowhere");
		m->transferring = 1;
		break;
	case DIALOG_FIELD:
		HOLDS(m, a->key && a->value_json, "a field without value");
		break;
	default:
		break;
	}
}

static void collect(void *arg, const struct brain_output *o)
{
	struct model *m = arg;

	if (m->n_out == OUTPUTS)
		return;

	struct output *to = &m->out[m->n_out++];

	to->o = *o;
	(void)snprintf(to->text, TEXT, "%s", o->text ? o->text : "");
	(void)snprintf(to->key, sizeof(to->key), "%s", o->key ? o->key : "");
	(void)snprintf(to->value, TEXT, "%s",
		       o->value_json ? o->value_json : "");
	(void)snprintf(to->id, sizeof(to->id), "%s", o->id ? o->id : "");
	to->o.text = o->text ? to->text : NULL;
	to->o.key = o->key ? to->key : NULL;
	to->o.value_json = o->value_json ? to->value : NULL;
	to->o.id = o->id ? to->id : NULL;
	if (o->ask) {
		to->ask = (struct ask){.kind = o->ask->kind,
				       .field_key = "",
				       .description = ""};
		to->o.ask = &to->ask;
	}
}

static void step(struct model *m, struct dialog_event e)
{
	if (m->closed)
		return;

	int was_over = m->over;
	int err = dialog_step(m->d, &e, m->now_us, &m->actions);

	HOLDS(m, err == 0 || err == -EINVAL || (m->oom && err == -ENOMEM),
	      "step returns %d", err);
	if (was_over && e.kind != DIALOG_CLOSED)
		HOLDS(m, m->actions.n == 0, "acts after the end");
	for (uint32_t i = 0; i < m->actions.n; i++) {
		const struct dialog_action *a = &m->actions.v[i];

		on_action(m, a);
		/* As a call does: the view is valid only now. */
		if (a->kind == DIALOG_THINK && !m->mad) {
			m->n_out = 0;
			engine_think(a->view, collect, m);
		}
	}
	if (err == -ENOMEM)
		HOLDS(m, m->over, "out of memory and goes on");
}

/* ---- events
 * ---------------------------------------------------------------------- */

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

static void caller(struct model *m)
{
	struct dialog_event e = {.kind = DIALOG_CALLER_TURN};

	switch (rnd(m, 8)) {
	case 0:
		e.kind = DIALOG_CALLER_SPEAKING;
		e.turn = m->turn + 1;
		if (m->started && !m->over)
			m->speaking = 1;
		break;
	case 1:
		e.kind = DIALOG_CALLER_PARTIAL;
		e.turn = m->turn + 1;
		e.n_heard = 1;
		e.heard[0].text = PICK(m, lines);
		if (m->started && !m->over)
			m->speaking = 1;
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

static void any_event(struct model *m)
{
	switch (rnd(m, 20)) {
	case 0:
		step(m, (struct dialog_event){.kind = DIALOG_BARGE_IN});
		break;
	case 1:
		step(m, (struct dialog_event){
				.kind = DIALOG_DTMF,
				.digit = "0123456789*#Ax"[rnd(m, 14)]});
		break;
	case 2:
		step(m, (struct dialog_event){
				.kind = rnd(m, 3) ? DIALOG_EXPERT_ATTACHED
						  : DIALOG_EXPERT_LOST,
				.resumed = (int)rnd(m, 2)});
		break;
	case 3:
		m->started = 1;
		step(m, (struct dialog_event){.kind = DIALOG_STARTED});
		break;
	case 4:
		if (m->transferring) {
			m->transferring = 0;
			step(m, (struct dialog_event){
					.kind = DIALOG_TRANSFER_FAILED,
					.text = "busy"});
		}
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
