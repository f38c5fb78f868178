/**
 * @file engine.c  The built-in brain: from a cue to words
 *
 * SPDX-License-Identifier: MIT
 */
#include "dialog/engine.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "dialog/engine_state.h"
#include "dialog/wording.h"

_Static_assert(sizeof(struct engine_memory) <= ENGINE_MEMORY_BYTES,
	       "the engine's memory fits what the core gives");

/* ---- outputs ----------------------------------------------------------- */

void engine_emit(struct engine *e, enum brain_output_kind kind,
		 const char *key, const char *text)
{
	struct brain_output o = {.kind = kind, .key = key, .text = text};

	e->out(e->arg, &o);
}

void engine_say(struct engine *e, const char *english, ...)
{
	char text[LIMIT_TEXT_BYTES + 2];
	va_list ap;

	va_start(ap, english);
	int n = vsnprintf(text, LIMIT_TEXT_BYTES, engine_line(e, english), ap);
	va_end(ap);
	if (n <= 0 || !text[strspn(text, " ")])
		return;
	/* Clauses of one thought are told apart by this space. */
	size_t len = strlen(text);

	text[len] = ' ';
	text[len + 1] = '\0';
	engine_emit(e, BRAIN_SAY, NULL, text);
	e->said = 1;
}

void engine_hangup(struct engine *e)
{
	e->m->waiting = WAIT_NOTHING;
	engine_emit(e, BRAIN_HANGUP, NULL, NULL);
}

void engine_goodbye(struct engine *e)
{
	if (*e->v->organization)
		engine_say(e, "Thank you for calling %s. Goodbye.",
			   e->v->organization);
	else
		engine_say(e, "Thank you for calling. Goodbye.");
	engine_hangup(e);
}

/* ---- the checklist ----------------------------------------------------- */

int engine_item(const struct engine *e, const char *key)
{
	for (uint32_t i = 0; *key && i < e->v->n_items; i++) {
		if (!strcmp(e->v->items[i].item->key, key))
			return (int)i;
	}
	return -1;
}

const struct xp_item *engine_field(const struct engine *e, const char *key)
{
	int i = engine_item(e, key);

	return i >= 0 ? e->v->items[i].item : NULL;
}

const char *engine_value(const struct engine *e, int item)
{
	if (e->fresh[item])
		return e->fresh[item];
	return e->v->items[item].state == BRAIN_ITEM_DONE ||
			       e->v->items[item].state == BRAIN_ITEM_CHECKING
		       ? e->v->items[item].value_json
		       : NULL;
}

int engine_is_known(const struct engine *e, int item)
{
	return e->v->items[item].item->kind == XP_ITEM_FIELD &&
	       (e->state[item] == BRAIN_ITEM_DONE ||
		e->state[item] == BRAIN_ITEM_CHECKING);
}

void engine_record(struct engine *e, int item, const struct nlu_value *v)
{
	const char *key = e->v->items[item].item->key;
	struct brain_output o = {
		.kind = BRAIN_RECORD, .key = key, .value_json = v->json};
	size_t len = strlen(v->json) + 1;

	e->out(e->arg, &o);
	e->state[item] =
		e->v->checks_values && e->v->items[item].item->validate
			? BRAIN_ITEM_CHECKING
			: BRAIN_ITEM_DONE;
	e->m->attempts[item] = 0;
	e->m->called = 0;
	if (e->m->again_item == item + 1)
		e->m->again_item = 0;
	e->m->told &= ~(UINT64_C(1) << item);
	if (engine_half_kept(e, item))
		engine_half_drop(e);
	(void)text_copy(e->m->last_key, sizeof(e->m->last_key), key);
	if (e->store_used + len <= sizeof(e->store)) {
		e->fresh[item] =
			memcpy(e->store + e->store_used, v->json, len);
		e->store_used += len;
	}
}

void engine_skip(struct engine *e, int item)
{
	engine_emit(e, BRAIN_SKIP, e->v->items[item].item->key, NULL);
	e->state[item] = BRAIN_ITEM_SKIPPED;
}

void engine_item_done(struct engine *e, int item)
{
	engine_emit(e, BRAIN_DONE, e->v->items[item].item->key, NULL);
	e->state[item] = BRAIN_ITEM_DONE;
}

static int has_fields(const struct engine *e)
{
	for (uint32_t i = 0; i < e->v->n_items; i++) {
		if (e->v->items[i].item->kind == XP_ITEM_FIELD)
			return 1;
	}
	return 0;
}

static void all_done(struct engine *e)
{
	struct engine_memory *m = e->m;

	if (!e->v->task_reported && !m->said_done) {
		if (has_fields(e))
			engine_say(e, "Great, that's everything I need.");
		engine_emit(e, BRAIN_TASK_DONE, NULL, NULL);
		m->said_done = 1;
		m->waiting = WAIT_NOTHING;
		(void)text_copy(m->question, sizeof(m->question),
				"Is there anything else I can help you with?");
		engine_ask_open(e, WAIT_NOTHING, NULL);
		return;
	}
	engine_ask_open(e, WAIT_ELSE,
			"Is there anything else I can help you with?");
}

static int is_checking(const struct engine *e)
{
	for (uint32_t i = 0; i < e->v->n_items; i++) {
		if (e->state[i] == BRAIN_ITEM_CHECKING)
			return 1;
	}
	return 0;
}

void engine_next(struct engine *e)
{
	const struct brain_view *v = e->v;

	for (uint32_t i = 0; i < v->n_items; i++) {
		const struct xp_item *x = v->items[i].item;

		if (e->state[i] != BRAIN_ITEM_OPEN)
			continue;
		switch (x->kind) {
		case XP_ITEM_SAY:
			/* Perhaps it is just being heard. */
			if (e->m->attempts[i] && v->agent_speaking)
				break;
			e->m->attempts[i] = 1;
			engine_say(e, "%s", x->statement);
			engine_item_done(e, (int)i);
			break;
		case XP_ITEM_TODO:
			engine_todo(e, (int)i);
			if (e->m->waiting == WAIT_TODO)
				return;
			break;
		case XP_ITEM_FIELD:
			engine_ask_field(e, (int)i, e->lead ? e->lead : "");
			return;
		}
	}
	if (is_checking(e))
		engine_ask_open(e, WAIT_CHECKED, NULL);
	else if (v->n_items)
		all_done(e);
	else if (v->cue == BRAIN_CUE_START && !*v->task_id)
		/* The task may be on its way; a short pause asks. */
		e->m->waiting = WAIT_NOTHING;
	else if (!*v->task_id || !e->m->said_done)
		engine_ask_open(e, WAIT_OPEN, "How can I help you?");
	else
		all_done(e);
}

/* What was being asked has been answered on the way. */
static int is_settled(const struct engine *e)
{
	int item = engine_item(e, e->m->key);

	return e->m->waiting == WAIT_FIELD &&
	       (item < 0 || e->state[item] != BRAIN_ITEM_OPEN);
}

/* A request has led away from the task, which is not over. */
static int has_open_item(const struct engine *e)
{
	for (uint32_t i = 0; i < e->v->n_items; i++) {
		if (e->state[i] == BRAIN_ITEM_OPEN)
			return 1;
	}
	return 0;
}

void engine_return(struct engine *e)
{
	if (engine_close(e))
		return;
	if (is_settled(e)) {
		engine_next(e);
		return;
	}
	switch ((enum waiting)e->m->waiting) {
	case WAIT_FIELD:
	case WAIT_CHECK:
	case WAIT_ACTION:
	case WAIT_WHICH:
	case WAIT_TODO:
		engine_ask_again(e, "So,");
		return;
	case WAIT_EXPERT:
	case WAIT_SEARCH:
	case WAIT_CHECKED:
		return;
	case WAIT_NOTHING:
	case WAIT_OPEN:
	case WAIT_ELSE:
		break;
	}
	if (has_open_item(e)) {
		e->lead = "So,";
		engine_next(e);
		return;
	}
	engine_ask_open(e, WAIT_ELSE,
			"Is there anything else I can help you with?");
}

/* ---- cues -------------------------------------------------------------- */

static int agent_spoke(const struct brain_view *v)
{
	for (uint32_t i = 0; i < v->n_lines; i++) {
		if (v->lines[i].role == BRAIN_AGENT)
			return 1;
	}
	return 0;
}

static void greet(struct engine *e)
{
	const struct brain_view *v = e->v;
	char line[512];

	e->m->greeted = 1;
	/* A script was read: it has opened the conversation. */
	if (agent_spoke(v))
		return;
	if (*v->agent_name && *v->organization)
		engine_say(e, "Hello, this is %s from %s.", v->agent_name,
			   v->organization);
	else if (*v->agent_name)
		engine_say(e, "Hello, this is %s.", v->agent_name);
	else if (*v->organization)
		engine_say(e, "Hello, thank you for calling %s.",
			   v->organization);
	else
		engine_say(e, "Hello.");
	if (e->today.language ||
	    (v->n_items && v->items[0].item->kind == XP_ITEM_SAY))
		return;
	if (wording_objective(line, sizeof(line), v->objective,
			      v->organization) == 0 ||
	    wording_objective(line, sizeof(line), v->purpose,
			      v->organization) == 0)
		engine_say(e, "%s", line);
}

static void start(struct engine *e)
{
	const struct brain_view *v = e->v;

	if (!v->expert_present && !*v->task_id) {
		greet(e);
		engine_say(e, "I'm sorry, nobody is available to take your "
			      "call right now. Please call again later. "
			      "Goodbye.");
		engine_hangup(e);
		return;
	}
	greet(e);
	if (engine_orders(e))
		return;
	if (v->n_heard)
		engine_hear_first(e);
	else
		engine_next(e);
}

/* What makes it this task and no other. */
static uint64_t task_sum(const struct brain_view *v)
{
	uint64_t sum = text_sum(TEXT_SUM, v->task_id);

	for (uint32_t i = 0; i < v->n_items; i++)
		sum = text_sum(sum, v->items[i].item->key);
	return sum;
}

/* Another task: what was tried and asked before is of no interest. */
static void new_task(struct engine *e)
{
	struct engine_memory *m = e->m;

	memset(m->attempts, 0, sizeof(m->attempts));
	memset(m->checked, 0, sizeof(m->checked));
	/* What another has asked is of the task as it is. */
	if (!m->taken_over)
		m->waiting = WAIT_NOTHING;
	m->said_done = 0;
	m->again_item = m->called = 0;
	m->told = 0;
	m->part[0] = '\0';
	m->last_key[0] = '\0';
	engine_half_drop(e);
}

static void task(struct engine *e)
{
	const struct brain_view *v = e->v;
	const char *problem = NULL;

	e->m->said_done = 0;
	for (uint32_t i = 0; i < v->n_items; i++) {
		if (v->items[i].state == BRAIN_ITEM_OPEN &&
		    v->items[i].problem) {
			problem = v->items[i].problem;
			e->m->attempts[i] = 0;
			e->m->checked[i] = 0;
			e->m->told |= UINT64_C(1) << i;
		}
	}
	if (problem && *problem) {
		char line[512];

		wording_address(line, sizeof(line), problem, 0);
		wording_capital(line);
		engine_say(e, "I'm sorry, there is something to correct. %s%s",
			   line,
			   strchr(".!?", line[strlen(line) - 1]) ? "" : ".");
	}
	if (engine_orders(e))
		return;
	engine_next(e);
}

/* The first item that is asked next, or -1. */
static int first_open(const struct engine *e)
{
	for (uint32_t i = 0; i < e->v->n_items; i++) {
		if (e->state[i] == BRAIN_ITEM_OPEN)
			return (int)i;
	}
	return -1;
}

/* A value was checked. What is wrong with it is said when it is asked again,
 * which may be at once; what is being asked is not asked twice. */
static void checked(struct engine *e)
{
	const int next = first_open(e);

	switch ((enum waiting)e->m->waiting) {
	case WAIT_CHECK:
	case WAIT_ACTION:
	case WAIT_WHICH:
	case WAIT_TODO:
	case WAIT_EXPERT:
	case WAIT_SEARCH:
		return;
	case WAIT_FIELD:
		if (next >= 0 && next == engine_item(e, e->m->key))
			return;
		break;
	default:
		break;
	}
	engine_next(e);
}

static void silence(struct engine *e)
{
	switch ((enum waiting)e->m->waiting) {
	case WAIT_FIELD:
	case WAIT_CHECK:
	case WAIT_ACTION:
	case WAIT_WHICH:
	case WAIT_TODO:
	case WAIT_OPEN:
		engine_ask_again(e, "Are you still there?");
		return;
	case WAIT_EXPERT:
	case WAIT_SEARCH:
	case WAIT_CHECKED:
		engine_say(e, "One moment, please.");
		return;
	case WAIT_ELSE:
		engine_say(e, "Are you still there? Can I help you with "
			      "anything else?");
		return;
	case WAIT_NOTHING:
		break;
	}
	if (has_open_item(e))
		engine_next(e);
	else if (!*e->v->task_id && !e->m->helped)
		engine_ask_open(e, WAIT_OPEN, "How can I help you?");
	else
		engine_ask_open(e, WAIT_ELSE,
				"Is there anything else I can help you with?");
}

static void instruction(struct engine *e)
{
	int was = e->said;

	if (engine_orders(e))
		return;
	if (e->said != was)
		engine_return(e);
}

/* The order to end came while the caller was speaking: a question is answered
 * first. */
static int has_more_to_say(struct engine *e)
{
	struct nlu_acts a;

	if (!e->v->n_heard)
		return 0;
	nlu_acts(&a, e->v->heard[0].text, NULL);
	return (a.question || a.request) && *a.query && !a.goodbye;
}

static void caller(struct engine *e)
{
	uint32_t n = e->v->n_new_instructions;

	if (n && engine_tells_hangup(e) && has_more_to_say(e))
		e->m->closing = 1;
	else if (n && engine_orders(e))
		return;
	engine_hear(e);
}

static void prepare(struct engine *e)
{
	const struct brain_view *v = e->v;
	int year = 0, month = 0, day = 0;
	uint64_t sum = task_sum(v);

	if (strlen(v->today) == 10) {
		for (int i = 0; i < 4; i++)
			year = year * 10 + (v->today[i] - '0');
		month = (v->today[5] - '0') * 10 + (v->today[6] - '0');
		day = (v->today[8] - '0') * 10 + (v->today[9] - '0');
	}
	e->today = (struct nlu_today){.year = year,
				      .month = month,
				      .day = day,
				      .hour = v->hour,
				      .minute = v->minute,
				      .language = e->today.language};
	e->check_item = -1;
	e->search_item = -1;
	e->wrong_item = -1;
	for (uint32_t i = 0; i < v->n_items && i < LIMIT_TASK_ITEMS; i++)
		e->state[i] = (uint8_t)v->items[i].state;
	if (sum != e->m->task_sum) {
		new_task(e);
		e->m->task_sum = sum;
	}
	if (e->m->again_item && e->m->again_item <= v->n_items)
		e->state[e->m->again_item - 1] = BRAIN_ITEM_OPEN;
}

void engine_take_over(void *memory, const struct ask *ask, const char *said)
{
	struct engine_memory *m = memory;
	/* A question for yes or no is about something that we do not know. */
	int is_field =
		ask->kind != ASK_YES_NO && ask->field_key && *ask->field_key;

	m->taken_over = m->greeted = 1;
	m->waiting = is_field ? WAIT_FIELD : WAIT_NOTHING;
	m->unsure = m->empties = m->n_guesses = 0;
	m->part[0] = m->last_key[0] = m->todo_key[0] = '\0';
	m->half_item = 0;
	m->query_id[0] = m->action_key[0] = '\0';
	m->pending_json[0] = m->pending_spoken[0] = '\0';
	(void)text_copy(m->key, sizeof(m->key),
			is_field ? ask->field_key : "");
	(void)text_copy(m->question, sizeof(m->question), said ? said : "");
}

void engine_think(const struct brain_view *v,
		  void (*out)(void *arg, const struct brain_output *o),
		  void *arg)
{
	const struct language *l = language_find(v->language);
	struct engine_translated t;
	struct engine e = {.v = engine_translate(&t, v, l),
			   .raw = v,
			   .m = v->memory,
			   .out = out,
			   .arg = arg,
			   .today.language = l};

	prepare(&e);
	if (v->cue != BRAIN_CUE_HOLD)
		e.m->holds = 0;
	switch (v->cue) {
	case BRAIN_CUE_START:
		start(&e);
		break;
	case BRAIN_CUE_CALLER:
		caller(&e);
		break;
	case BRAIN_CUE_DTMF:
		engine_keys(&e);
		break;
	case BRAIN_CUE_TASK:
		task(&e);
		break;
	case BRAIN_CUE_ANSWER:
		engine_answers(&e);
		break;
	case BRAIN_CUE_INSTRUCTION:
		instruction(&e);
		break;
	case BRAIN_CUE_SILENCE:
		silence(&e);
		break;
	case BRAIN_CUE_HOLD:
		engine_hold(&e);
		break;
	case BRAIN_CUE_CHECKED:
		checked(&e);
		break;
	}
	if (v->cue != BRAIN_CUE_HOLD)
		e.m->taken_over = 0;
}
