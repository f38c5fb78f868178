/**
 * @file dialog_sim.h  A call without sound: scripts of conversations
 *
 *   script line --> event --> dialog_step() --> actions --> engine_think(),
 *                                               virtual timers, "heard" -->
 * ...
 *
 * One line of a script is "verb: text". What the agent says is heard at once,
 * unless the script says "slow". See sim_line() for the verbs.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef UNIT_DIALOG_SIM_H
#define UNIT_DIALOG_SIM_H

#include <check.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/strbuf.h"
#include "dialog/dialog.h"
#include "dialog/engine.h"
#include "dialog/phrase.h"
#include "dialog/wording.h"
#include "proto/xp.h"

enum { SIM_QUEUE = 512, SIM_TEXT = 64 * 1024, SIM_ITEMS = 64 };

struct sim_utt {
	uint32_t utt;
	char text[9000];
	int last, interruptible;
};

struct sim_event {
	struct dialog_event e;
	struct brain_output o;
	struct ask ask;
	char *strings[8 + ASK_CHOICES_MAX];
	int n_strings;
};

struct sim {
	struct arena arena;
	struct dialog *d;
	struct dialog_config conf;
	int64_t now_us;
	int64_t due_us[DIALOG_TIMER_N];
	struct sim_event *queue[SIM_QUEUE];
	int first, n;
	struct sim_utt utts[16];
	int n_utts;
	int slow;            /* heard only by "said" or "barge"     */
	const char *barge;   /* heard of what is cut next           */
	int no_brain;        /* thoughts are only counted           */
	uint32_t brain_turn; /* of the last thought                 */
	enum brain_cue cue;
	int thoughts, spare; /* the last one is the engine's, for a model */
	uint32_t turn;
	char question[200], action[200], search[200]; /* last ids          */
	char search_key[200];
	enum ask_kind ask;
	uint32_t max_digits, have_digits;
	int64_t end_silence_us;
	enum ask_barge_in barge_in;
	char ended[40], transferred[100];
	int hangups, session_ends, task_dones;
	int others, offers; /* other Experts listen; calls offered them    */
	struct strbuf said, events, fields, all;
	struct strbuf wire; /* events as JSON, with all extensions         */
	char said_mem[SIM_TEXT], events_mem[SIM_TEXT], fields_mem[SIM_TEXT],
		all_mem[SIM_TEXT], wire_mem[SIM_TEXT];
	struct dialog_actions actions;
};

static struct sim_event *sim_new_event(enum dialog_event_kind kind)
{
	struct sim_event *ev = mem_must(mem_zalloc(sizeof(*ev)), "event");

	ev->e.kind = kind;
	return ev;
}

static char *sim_keep(struct sim_event *ev, const char *s)
{
	if (!s)
		return NULL;
	ck_assert_int_lt(ev->n_strings,
			 (int)(sizeof(ev->strings) / sizeof(*ev->strings)));
	return ev->strings[ev->n_strings++] = mem_must(mem_strdup(s), "text");
}

static void sim_put(struct sim *s, struct sim_event *ev)
{
	ck_assert_int_lt(s->n, SIM_QUEUE);
	s->queue[(s->first + s->n++) % SIM_QUEUE] = ev;
}

static void sim_free_event(struct sim_event *ev)
{
	for (int i = 0; i < ev->n_strings; i++)
		mem_free(ev->strings[i]);
	mem_free((void *)(uintptr_t)ev->ask.choices);
	mem_free(ev);
}

/* ---- brain ------------------------------------------------------------- */

static void sim_output(void *arg, const struct brain_output *o)
{
	struct sim *s = arg;
	struct sim_event *ev = sim_new_event(DIALOG_BRAIN_OUTPUT);

	ev->o = *o;
	ev->o.text = sim_keep(ev, o->text);
	ev->o.key = sim_keep(ev, o->key);
	ev->o.value_json = sim_keep(ev, o->value_json);
	ev->o.id = sim_keep(ev, o->id);
	if (o->ask) {
		ev->ask = *o->ask;
		ev->ask.field_key = sim_keep(ev, o->ask->field_key);
		ev->ask.description = sim_keep(ev, o->ask->description);

		char **v = mem_must(
			mem_zalloc((o->ask->n_choices + 1) * sizeof(*v)),
			"choices");

		for (uint32_t i = 0; i < o->ask->n_choices; i++)
			v[i] = sim_keep(ev, o->ask->choices[i]);
		ev->ask.choices = (const char *const *)v;
		ev->o.ask = &ev->ask;
	}
	ev->e.output = &ev->o;
	ev->e.brain_turn = s->brain_turn;
	sim_put(s, ev);
}

static void sim_think(struct sim *s, const struct dialog_action *a)
{
	s->brain_turn = a->brain_turn;
	s->cue = a->view->cue;
	s->thoughts++;
	s->spare = a->spare;
	if (s->no_brain && !a->spare)
		return;
	engine_think(a->view, sim_output, s);

	struct sim_event *ev = sim_new_event(DIALOG_BRAIN_DONE);

	ev->e.brain_turn = a->brain_turn;
	sim_put(s, ev);
}

/* ---- speech ------------------------------------------------------------ */

static struct sim_utt *sim_utt(struct sim *s, uint32_t utt)
{
	for (int i = 0; i < s->n_utts; i++) {
		if (s->utts[i].utt == utt)
			return &s->utts[i];
	}
	ck_assert_int_lt(s->n_utts, 16);

	struct sim_utt *u = &s->utts[s->n_utts++];

	memset(u, 0, sizeof(*u));
	u->utt = utt;
	return u;
}

/* The first utterance is over. */
static void sim_heard(struct sim *s, const char *text, int interrupted)
{
	struct sim_event *ev = sim_new_event(DIALOG_SAID);

	ck_assert_int_gt(s->n_utts, 0);
	ev->e.utt = s->utts[0].utt;
	ev->e.text = sim_keep(ev, text ? text : s->utts[0].text);
	ev->e.interrupted = interrupted;
	if (*ev->e.text) {
		strbuf_addf(&s->said, "%s\n", ev->e.text);
		strbuf_addf(&s->all, "  agent:  %s%s\n", ev->e.text,
			    interrupted ? " --" : "");
	}
	s->n_utts--;
	memmove(s->utts, s->utts + 1, (size_t)s->n_utts * sizeof(*s->utts));
	sim_put(s, ev);
}

static void sim_say(struct sim *s, const struct dialog_action *a)
{
	struct sim_utt *u = sim_utt(s, a->utt);

	ck_assert_msg(!*s->ended, "speaks after the end: %s", a->text);
	ck_assert_msg(*a->text, "an empty clause");
	ck_assert_msg(!u->last, "a clause after the last one: %s", a->text);
	if (*u->text)
		strncat(u->text, " ", sizeof(u->text) - strlen(u->text) - 1);
	strncat(u->text, a->text, sizeof(u->text) - strlen(u->text) - 1);
	u->last = a->last;
	u->interruptible = a->interruptible;
	if (u->last && !s->slow)
		sim_heard(s, NULL, 0);
}

static void sim_stop(struct sim *s, uint32_t upto)
{
	while (s->n_utts && s->utts[0].utt <= upto) {
		sim_heard(s, s->barge ? s->barge : "", 1);
		s->barge = NULL;
	}
}

/* ---- events to the Expert ---------------------------------------------- */

static void sim_expert(struct sim *s, const struct xp_event *e)
{
	char *json = xp_event_encode_for(e, XP_EXT_ALL);
	const char *name = xp_event_name(e->kind);

	/* What the codec refuses, nobody would get. */
	ck_assert_ptr_nonnull(json);
	strbuf_addf(&s->wire, "%s\n", json);
	free(json);
	strbuf_addf(&s->events, "%s|%s|%s|%s|%s\n", name, e->key ? e->key : "",
		    e->text ? e->text : "", e->value_json ? e->value_json : "",
		    e->id       ? e->id
		    : e->recent ? e->recent
				: "");
	if (e->kind != XP_CALLER_SPEECH && e->kind != XP_AGENT_SPEECH)
		strbuf_addf(&s->all, "            -> %s %s %s %s\n", name,
			    e->key ? e->key : "", e->text ? e->text : "",
			    e->value_json ? e->value_json : "");
	if (e->kind == XP_AGENT_QUESTION)
		(void)snprintf(s->question, sizeof(s->question), "%s", e->id);
	if (e->kind == XP_ACTION_REQUEST)
		(void)snprintf(s->action, sizeof(s->action), "%s", e->id);
	if (e->kind == XP_CHOICE_QUERY) {
		(void)snprintf(s->search, sizeof(s->search), "%s", e->id);
		(void)snprintf(s->search_key, sizeof(s->search_key), "%s",
			       e->key);
	}
	if (e->kind == XP_TASK_DONE)
		s->task_dones++;
	if (e->kind == XP_SESSION_ENDED) {
		s->session_ends++;
		if (!*s->ended)
			(void)snprintf(s->ended, sizeof(s->ended), "%s",
				       e->text);
	}
}

static void sim_hangup(struct sim *s, const char *reason)
{
	(void)snprintf(s->ended, sizeof(s->ended), "%s", reason);
	s->hangups++;
	sim_put(s, sim_new_event(DIALOG_CLOSED));
}

static void sim_pressed(struct sim *s, const char *digits)
{
	struct sim_event *ev = sim_new_event(DIALOG_PRESSED);

	ev->e.text = sim_keep(ev, digits);
	sim_put(s, ev);
}

static void sim_act(struct sim *s, const struct dialog_action *a)
{
	switch (a->kind) {
	case DIALOG_SAY:
		sim_say(s, a);
		break;
	case DIALOG_STOP_SAYING:
		sim_stop(s, a->utt);
		break;
	case DIALOG_THINK:
		sim_think(s, a);
		break;
	case DIALOG_LISTEN:
		s->ask = a->ask->kind;
		s->max_digits = a->ask->max_digits;
		s->have_digits = a->ask->have_digits;
		s->end_silence_us = a->ask->end_silence_us;
		s->barge_in = a->ask->barge_in;
		break;
	case DIALOG_EXPERT_EVENT:
		sim_expert(s, a->event);
		break;
	case DIALOG_EXPERT_OFFER:
		s->offers++;
		if (!s->others)
			sim_put(s, sim_new_event(DIALOG_EXPERT_NOBODY));
		break;
	case DIALOG_ARM:
		s->due_us[a->timer] = s->now_us + a->delay_us;
		break;
	case DIALOG_DISARM:
		s->due_us[a->timer] = 0;
		break;
	case DIALOG_TRANSFER:
		(void)snprintf(s->transferred, sizeof(s->transferred), "%s",
			       a->text);
		break;
	case DIALOG_HANGUP:
		sim_hangup(s, a->text);
		break;
	case DIALOG_FIELD:
		strbuf_addf(&s->fields, "%s=%s\n", a->key, a->value_json);
		break;
	case DIALOG_NOTE:
		strbuf_addf(&s->all, "            (%s)\n", a->text);
		break;
	case DIALOG_SEND_DTMF:
		strbuf_addf(&s->events, "send-dtmf||%s||\n", a->text);
		sim_pressed(s, a->text);
		break;
	case DIALOG_CALLER_TEXT:
		strbuf_addf(&s->events, "caller-text||%s||\n", a->text);
		break;
	case DIALOG_VOICE:
		strbuf_addf(&s->events, "voice||%s||\n", a->text);
		break;
	case DIALOG_RECORDING:
		strbuf_addf(&s->events, "recording|%s|||\n",
			    a->refused  ? "refused"
			    : a->paused ? "paused"
					: "on");
		break;
	case DIALOG_CANCEL_THINK:
		break;
	}
}

static int sim_step(struct sim *s, const struct dialog_event *e)
{
	int err = dialog_step(s->d, e, s->now_us, &s->actions);
	/* Copies of what is borrowed are made while walking. */
	struct dialog_actions now = s->actions;

	for (uint32_t i = 0; i < now.n; i++)
		sim_act(s, &now.v[i]);
	return err;
}

static void sim_drain(struct sim *s)
{
	while (s->n) {
		struct sim_event *ev = s->queue[s->first];

		s->first = (s->first + 1) % SIM_QUEUE;
		s->n--;
		(void)sim_step(s, &ev->e);
		sim_free_event(ev);
	}
}

static int sim_event(struct sim *s, struct dialog_event e)
{
	int err = sim_step(s, &e);

	sim_drain(s);
	return err;
}

static void sim_wait(struct sim *s, int64_t us)
{
	int64_t end = s->now_us + us;

	for (;;) {
		int best = -1;

		for (int i = 0; i < DIALOG_TIMER_N; i++) {
			if (s->due_us[i] && s->due_us[i] <= end &&
			    (best < 0 || s->due_us[i] < s->due_us[best]))
				best = i;
		}
		if (best < 0)
			break;
		s->now_us = s->due_us[best];
		s->due_us[best] = 0;
		(void)sim_event(s, (struct dialog_event){
					   .kind = DIALOG_TIMER,
					   .timer = (enum dialog_timer)best});
	}
	s->now_us = end;
}

/* ---- life -------------------------------------------------------------- */

static struct sim *sim_new(void)
{
	struct sim *s = mem_must(mem_zalloc(sizeof(*s)), "sim");

	arena_init(&s->arena, 16 * 1024, 4 * 1024 * 1024);
	s->now_us = 1000000;
	s->conf = (struct dialog_config){
		.silence_prompts = 2,
		.wall_us = 1795255200000000, /* Saturday 2026-11-21 10:00 */
		.fallback_name = "the assistant",
	};
	strbuf_over(&s->said, s->said_mem, SIM_TEXT);
	strbuf_over(&s->events, s->events_mem, SIM_TEXT);
	strbuf_over(&s->fields, s->fields_mem, SIM_TEXT);
	strbuf_over(&s->all, s->all_mem, SIM_TEXT);
	strbuf_over(&s->wire, s->wire_mem, SIM_TEXT);
	return s;
}

static void sim_open(struct sim *s)
{
	if (!s->d)
		ck_assert_int_eq(dialog_new(&s->d, &s->arena, &s->conf, "c1"),
				 0);
}

static void sim_free(struct sim *s)
{
	while (s->n) {
		sim_free_event(s->queue[s->first]);
		s->first = (s->first + 1) % SIM_QUEUE;
		s->n--;
	}
	arena_done(&s->arena);
	mem_free(s);
}

#endif /* UNIT_DIALOG_SIM_H */
