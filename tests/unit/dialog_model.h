/**
 * @file dialog_model.h  What must hold for every action of a dialog
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef UNIT_DIALOG_MODEL_H
#define UNIT_DIALOG_MODEL_H

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
#include "dialog/state.h"
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

/* ---- words to throw about ---------------------------------------------- */

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

/* ---- what must hold for each action ------------------------------------ */

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
		HOLDS(m,
		      !a->seen_closed || a->state == q->state ||
			      (a->state != BRAIN_QUERY_ANSWERED && q->is_late),
		      "query %s has two outcomes", q->id);
		HOLDS(m, !q->is_late || (!q->is_action && !q->is_search),
		      "a request %s is answered late", q->id);
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
	HOLDS(m, v->n_lines <= LINES_MAX, "history grows");
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
	if (err == -EINVAL)
		HOLDS(m, m->actions.n == 0, "acts on what it ignores");
	if (err == -ENOMEM)
		HOLDS(m, m->over, "out of memory and goes on");
}

#endif /* UNIT_DIALOG_MODEL_H */
