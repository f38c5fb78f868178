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
	int no_brain;        /* thoughts are only counted           */
	uint32_t brain_turn; /* of the last thought                 */
	enum brain_cue cue;
	int thoughts;
	uint32_t turn;
	char question[200], action[200], search[200]; /* last ids          */
	char search_key[200];
	enum ask_kind ask;
	uint32_t max_digits, have_digits;
	char ended[40], transferred[100];
	int hangups, session_ends, task_dones;
	struct strbuf said, events, fields, all;
	char said_mem[SIM_TEXT], events_mem[SIM_TEXT], fields_mem[SIM_TEXT],
		all_mem[SIM_TEXT];
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

/* ---- brain
 * ------------------------------------------------------------------ */

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
	if (s->no_brain)
		return;
	engine_think(a->view, sim_output, s);

	struct sim_event *ev = sim_new_event(DIALOG_BRAIN_DONE);

	ev->e.brain_turn = a->brain_turn;
	sim_put(s, ev);
}

/* ---- speech
 * ------------------------------------------------------------------ */

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
	while (s->n_utts && s->utts[0].utt <= upto)
		sim_heard(s, "", 1);
}

/* ---- events to the Expert
 * ------------------------------------------------------ */

static void sim_expert(struct sim *s, const struct xp_event *e)
{
	static const char *const names[] = {"unknown",
					    "caller-speech",
					    "agent-speech",
					    "agent-question",
					    "action-request",
					    "execute-action",
					    "action-item-done",
					    "task-done",
					    "choice-query",
					    "escalate",
					    "dtmf",
					    "connected",
					    "failed",
					    "bot-session-ended",
					    "error",
					    "warning"};

	strbuf_addf(&s->events, "%s|%s|%s|%s|%s\n", names[e->kind],
		    e->key ? e->key : "", e->text ? e->text : "",
		    e->value_json ? e->value_json : "",
		    e->id       ? e->id
		    : e->recent ? e->recent
				: "");
	if (e->kind != XP_CALLER_SPEECH && e->kind != XP_AGENT_SPEECH)
		strbuf_addf(&s->all, "            -> %s %s %s %s\n",
			    names[e->kind], e->key ? e->key : "",
			    e->text ? e->text : "",
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
		break;
	case DIALOG_EXPERT_EVENT:
		sim_expert(s, a->event);
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
		break;
	case DIALOG_CALLER_TEXT:
		strbuf_addf(&s->events, "caller-text||%s||\n", a->text);
		break;
	case DIALOG_VOICE:
		strbuf_addf(&s->events, "voice||%s||\n", a->text);
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

/* ---- life
 * ---------------------------------------------------------------------- */

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

/* ---- commands from text
 * ---------------------------------------------------------- */

static char *sim_trim(char *s)
{
	while (*s == ' ')
		s++;
	for (size_t n = strlen(s); n && s[n - 1] == ' ';)
		s[--n] = '\0';
	return s;
}

static char *sim_cut(char **at, const char *sep)
{
	char *s = *at;

	if (!s)
		return NULL;

	char *end = strstr(s, sep);

	*at = end ? end + strlen(sep) : NULL;
	if (end)
		*end = '\0';
	return sim_trim(s);
}

static int sim_command(struct sim *s, const struct xp_command *c)
{
	return sim_event(s,
			 (struct dialog_event){.kind = DIALOG_EXPERT_COMMAND,
					       .command = c});
}

/* "text name! Description [a, b]" (! required, ? optional, ~ searchable),
 * "say Statement", "todo What", separated by ";" */
static void sim_task(struct sim *s, char *text)
{
	static struct xp_item items[SIM_ITEMS];
	static const char *choices[SIM_ITEMS][16];
	static char keys[SIM_ITEMS][16];
	struct xp_command c = {.kind = XP_SET_TASK, .items = items};
	char *item;

	memset(items, 0, sizeof(items));
	c.key = sim_cut(&text, "|");
	c.objective = text ? sim_cut(&text, "|") : "";
	while (text && (item = sim_cut(&text, ";")) != NULL) {
		struct xp_item *x = &items[c.n_items];
		char *type = sim_cut(&item, " ");
		char *choice;

		if (!*type)
			continue;
		(void)snprintf(keys[c.n_items], 16, "i%u", c.n_items);
		x->key = keys[c.n_items];
		x->field_type = type;
		x->question = "";
		x->description = "";
		if (!strcmp(type, "say")) {
			x->kind = XP_ITEM_SAY;
			x->statement = item;
		} else if (!strcmp(type, "todo")) {
			x->kind = XP_ITEM_TODO;
			x->description = item;
		} else {
			char *key = sim_cut(&item, " ");
			char *list = item ? strchr(item, '[') : NULL;

			x->required = !strchr(key, '?');
			x->searchable = strchr(key, '~') != NULL;
			x->sensitive = strchr(key, '$') != NULL;
			key[strcspn(key, "!?~$")] = '\0';
			x->key = key;
			if (list) {
				*list++ = '\0';
				list[strcspn(list, "]")] = '\0';
				x->choices = choices[c.n_items];
				while ((choice = sim_cut(&list, ",")) != NULL)
					choices[c.n_items][x->n_choices++] =
						choice;
			}
			x->description = item ? sim_trim(item) : "";
		}
		c.n_items++;
	}
	(void)sim_command(s, &c);
}

static void sim_caller(struct sim *s, char *text, int confidence)
{
	struct dialog_event e = {.kind = DIALOG_CALLER_TURN,
				 .turn = ++s->turn};
	char *alt;

	strbuf_addf(&s->all, "  caller: %s\n", text);
	while ((alt = sim_cut(&text, "|")) != NULL && e.n_heard < 5) {
		if (!*alt)
			continue;
		e.heard[e.n_heard].text = alt;
		e.heard[e.n_heard++].confidence = confidence;
	}
	(void)sim_event(s, e);
}

static void sim_suggest(struct sim *s, char *text, const char *id)
{
	struct xp_action actions[8];
	struct xp_command c = {
		.kind = XP_ACTION_SUGGESTION, .id = id, .actions = actions};
	char *one;

	while ((one = sim_cut(&text, ";")) != NULL) {
		char *key = sim_cut(&one, "=");

		if (!*key)
			continue;
		actions[c.n_actions].key = key;
		actions[c.n_actions++].description = one ? one : "";
	}
	(void)sim_command(s, &c);
}

static uint32_t sim_words(char *text, const char **v)
{
	uint32_t n = 0;
	char *one;

	while ((one = sim_cut(&text, ",")) != NULL) {
		if (*one)
			v[n++] = one;
	}
	return n;
}

static void sim_choices(struct sim *s, char *text)
{
	const char *a[16], *b[16];
	struct xp_command c = {.kind = XP_CHOICE_QUERY_RESULT,
			       .id = s->search,
			       .key = s->search_key,
			       .choices = a,
			       .others = b};
	char *first = sim_cut(&text, "|");

	c.n_choices = sim_words(first, a);
	c.n_others = text ? sim_words(text, b) : 0;
	(void)sim_command(s, &c);
}

static void sim_persona(struct sim *s, char *text)
{
	struct xp_command c = {.kind = XP_SET_PERSONA};

	c.agent_name = sim_cut(&text, "|");
	c.organization = sim_cut(&text, "|");
	c.purpose = sim_cut(&text, "|");
	(void)sim_command(s, &c);
}

static void sim_hooks(struct sim *s, const char *text)
{
	struct xp_command c = {.kind = XP_REGISTERED_HOOKS};

	c.has_on_question = strstr(text, "question") != NULL;
	c.has_on_action = strstr(text, "action") != NULL;
	c.has_on_escalate = strstr(text, "escalate") != NULL;
	c.accept_dtmf = strstr(text, "keys") != NULL;
	(void)sim_command(s, &c);
}

static void sim_simple(struct sim *s, enum xp_command_kind kind,
		       const char *text)
{
	struct xp_command c = {.kind = kind, .text = text};

	(void)sim_command(s, &c);
}

static void sim_transfer(struct sim *s, char *text, int soft)
{
	struct xp_command c = {.kind = XP_TRANSFER_CALL, .soft = soft};

	c.to = sim_cut(&text, "|");
	c.text = text ? text : "";
	(void)sim_command(s, &c);
}

static int sim_has(const struct strbuf *b, const char *part)
{
	return phrase_in(b->s, part) != NULL;
}

/* ---- scripts
 * ------------------------------------------------------------------------ */

static void sim_fresh(struct sim *s)
{
	strbuf_clear(&s->said);
	strbuf_clear(&s->events);
}

/* Verbs that change something. @return 0 when it is none of them */
static int sim_do(struct sim *s, const char *verb, char *text)
{
	struct dialog_event e = {0};

	if (!strcmp(verb, "conf")) {
		if (!strncmp(text, "lost=", 5))
			s->conf.expert_lost = text + 5;
		return 1;
	}
	sim_open(s);
	if (!strcmp(verb, "start"))
		e.kind = DIALOG_STARTED;
	else if (!strcmp(verb, "attach"))
		e.kind = DIALOG_EXPERT_ATTACHED;
	else if (!strcmp(verb, "lost"))
		e.kind = DIALOG_EXPERT_LOST;
	else if (!strcmp(verb, "closed"))
		e.kind = DIALOG_CLOSED;
	else if (!strcmp(verb, "speaking")) {
		e.kind = DIALOG_CALLER_SPEAKING;
		e.turn = s->turn + 1;
	} else if (!strcmp(verb, "transfer-failed")) {
		e.kind = DIALOG_TRANSFER_FAILED;
		e.text = text;
	} else {
		if (!strcmp(verb, "persona"))
			sim_persona(s, text);
		else if (!strcmp(verb, "hooks"))
			sim_hooks(s, text);
		else if (!strcmp(verb, "task"))
			sim_task(s, text);
		else if (!strcmp(verb, "retry"))
			sim_simple(s, XP_RETRY_TASK, text);
		else if (!strcmp(verb, "script"))
			sim_simple(s, XP_READ_SCRIPT, text);
		else if (!strcmp(verb, "instruct"))
			sim_simple(s, XP_SEND_INSTRUCTION, text);
		else if (!strcmp(verb, "expert-error"))
			sim_simple(s, XP_EXPERT_ERROR, text);
		else if (!strcmp(verb, "answer")) {
			struct xp_command c = {.kind = XP_ANSWER_QUESTION,
					       .id = s->question,
					       .text = text};

			(void)sim_command(s, &c);
		} else if (!strcmp(verb, "suggest"))
			sim_suggest(s, text, s->action);
		else if (!strcmp(verb, "choices"))
			sim_choices(s, text);
		else if (!strcmp(verb, "soft"))
			sim_transfer(s, text, 1);
		else if (!strcmp(verb, "hard"))
			sim_transfer(s, text, 0);
		else if (!strcmp(verb, "resume")) {
			(void)sim_event(s,
					(struct dialog_event){
						.kind = DIALOG_EXPERT_ATTACHED,
						.resumed = 1});
		} else if (verb[0] == 'c' && (!verb[1] || isdigit(verb[1])))
			sim_caller(s, text,
				   verb[1] ? (int)strtol(verb + 1, NULL, 10)
					   : 90);
		else if (!strcmp(verb, "partial")) {
			e.kind = DIALOG_CALLER_PARTIAL;
			e.turn = s->turn + 1;
			e.n_heard = 1;
			e.heard[0].text = text;
			(void)sim_event(s, e);
		} else if (!strcmp(verb, "key")) {
			for (; *text; text++)
				(void)sim_event(s, (struct dialog_event){
							   .kind = DIALOG_DTMF,
							   .digit = *text});
		} else if (!strcmp(verb, "wait"))
			sim_wait(s, strtoll(text, NULL, 10) * 1000);
		else if (!strcmp(verb, "slow"))
			s->slow = 1;
		else if (!strcmp(verb, "fast")) {
			s->slow = 0;
			while (s->n_utts && s->utts[0].last)
				sim_heard(s, NULL, 0);
			sim_drain(s);
		} else if (!strcmp(verb, "said")) {
			sim_heard(s, NULL, 0);
			sim_drain(s);
		} else if (!strcmp(verb, "barge")) {
			/* Cut by the call: what was heard, then the event. */
			(void)sim_event(s,
					(struct dialog_event){
						.kind = DIALOG_CALLER_SPEAKING,
						.turn = s->turn + 1});
			sim_heard(s, text, 1);
			sim_drain(s);
			(void)sim_event(s, (struct dialog_event){
						   .kind = DIALOG_BARGE_IN});
		} else
			return 0;
		return 1;
	}
	(void)sim_event(s, e);
	return 1;
}

/* Verbs that look. @return 0 right, else *why */
static int sim_look(struct sim *s, const char *verb, const char *text,
		    const char **why)
{
	static const char *const kinds[] = {"open",     "yesno",  "name",
					    "integer",  "digits", "date",
					    "datetime", "choice", "text"};

	*why = "not so";
	if (!strcmp(verb, "a")) /* the agent has said */
		return !sim_has(&s->said, text);
	if (!strcmp(verb, "!a"))
		return sim_has(&s->said, text);
	if (!strcmp(verb, "silent"))
		return s->said.len != 0;
	if (!strcmp(verb, "e")) /* the Expert was told */
		return !sim_has(&s->events, text);
	if (!strcmp(verb, "!e"))
		return sim_has(&s->events, text);
	if (!strcmp(verb, "f")) /* a field was recorded */
		return !sim_has(&s->fields, text);
	if (!strcmp(verb, "!f"))
		return sim_has(&s->fields, text);
	if (!strcmp(verb, "ended"))
		return strcmp(s->ended, text) != 0;
	if (!strcmp(verb, "alive"))
		return *s->ended != 0 || dialog_ending(s->d);
	if (!strcmp(verb, "ending"))
		return !dialog_ending(s->d) || *s->ended;
	if (!strcmp(verb, "transferred"))
		return strcmp(s->transferred, text) != 0;
	if (!strcmp(verb, "ask"))
		return strcmp(kinds[s->ask], text) != 0;
	if (!strcmp(verb, "all"))
		return strcmp(dialog_fields_json(s->d), text) != 0;
	*why = "an unknown verb";
	return 1;
}

static void sim_line(struct sim *s, int i, const char *line)
{
	char copy[2048];
	char *text = copy;
	const char *why = "";

	ck_assert_uint_lt(strlen(line), sizeof(copy));
	memcpy(copy, line, strlen(line) + 1);

	char *verb = sim_cut(&text, ":");

	text = text ? sim_trim(text) : verb + strlen(verb);

	static const char *const lookers[] = {
		"a",     "!a",    "silent", "e",           "!e",  "f",  "!f",
		"ended", "alive", "ending", "transferred", "ask", "all"};

	for (size_t k = 0; k < sizeof(lookers) / sizeof(*lookers); k++) {
		if (strcmp(verb, lookers[k]))
			continue;
		if (sim_look(s, verb, text, &why))
			ck_abort_msg("line %d \"%s\": %s\n%s\nfields:\n%s\n"
				     "events:\n%s",
				     i, line, why, s->all.s, s->fields.s,
				     s->events.s);
		return;
	}
	sim_fresh(s);
	if (!sim_do(s, verb, text))
		ck_abort_msg("line %d: unknown verb \"%s\"", i, verb);
}

static struct sim *sim_run_keep(const char *const *script)
{
	struct sim *s = sim_new();

	for (int i = 0; script[i]; i++)
		sim_line(s, i, script[i]);
	ck_assert_int_le(s->session_ends, 1);
	ck_assert_int_le(s->hangups, 1);

	struct dialog_stats st;

	dialog_stats_get(s->d, &st);
	ck_assert_uint_eq(st.dropped, 0);
	return s;
}

#define SIM_RUN(...)                                                      \
	do {                                                              \
		static const char *const script_[] = {__VA_ARGS__, NULL}; \
		struct sim *sim_ = sim_run_keep(script_);                 \
		if (getenv("SIM_SHOW"))                                   \
			printf("---- %s\n%s\n", __func__, sim_->all.s);   \
		sim_free(sim_);                                           \
	} while (0)

#endif /* UNIT_DIALOG_SIM_H */
