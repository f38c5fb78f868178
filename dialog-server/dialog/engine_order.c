/**
 * @file engine_order.c  What the Expert tells the agent to do
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/text.h"
#include "dialog/engine_state.h"
#include "dialog/phrase.h"
#include "dialog/wording.h"

int engine_orders(struct engine *e)
{
	const struct brain_view *v = e->v;
	uint32_t first = v->n_instructions - v->n_new_instructions;
	int hangup = 0;

	for (uint32_t i = first; i < v->n_instructions; i++) {
		struct wording_plan p;

		wording_instruction(&p, v->instructions[i]);
		engine_say(e, "%s", p.say);
		if (*p.ask && !p.hangup) {
			(void)text_copy(e->m->question, sizeof(e->m->question),
					p.ask);
			e->m->todo_key[0] = '\0';
			engine_ask_open(e, WAIT_TODO, p.ask);
		}
		hangup |= p.hangup;
	}
	if (!hangup)
		return 0;
	if (!e->said) {
		engine_goodbye(e);
		return 1;
	}
	engine_say(e, "Goodbye.");
	engine_hangup(e);
	return 1;
}

int engine_tells_hangup(const struct engine *e)
{
	const struct brain_view *v = e->v;

	for (uint32_t i = v->n_instructions - v->n_new_instructions;
	     i < v->n_instructions; i++) {
		struct wording_plan p;

		wording_instruction(&p, v->instructions[i]);
		if (p.hangup)
			return 1;
	}
	return 0;
}

int engine_close(struct engine *e)
{
	if (!e->m->closing)
		return 0;
	e->m->closing = 0;
	for (uint32_t i = e->v->n_instructions; i > 0; i--) {
		struct wording_plan p;

		wording_instruction(&p, e->v->instructions[i - 1]);
		if (!p.hangup)
			continue;
		engine_say(e, "%s", p.say);
		break;
	}
	engine_say(e, "Goodbye.");
	engine_hangup(e);
	return 1;
}

/* ---- todo items -------------------------------------------------------- */

/* The known field that a read-back is about, or -1. */
static int field_meant(const struct engine *e, const char *text)
{
	int only = -1, known = 0;

	for (uint32_t i = 0; i < e->v->n_items; i++) {
		const struct xp_item *x = e->v->items[i].item;

		if (x->kind != XP_ITEM_FIELD || !engine_value(e, (int)i))
			continue;
		known++;
		only = (int)i;
		if (x->description && *x->description &&
		    phrase_in(text, x->description))
			return (int)i;
		if (wording_related(text,
				    x->description ? x->description : "") ||
		    wording_related(text, x->key))
			return (int)i;
	}
	return known == 1 ? only : -1;
}

static int is_read_back(const char *text)
{
	return ((phrase_in(text, "read") || phrase_in(text, "repeat") ||
		 phrase_in(text, "say")) &&
		phrase_in(text, "back")) ||
	       phrase_in(text, "confirm ") || phrase_in(text, "verify ") ||
	       phrase_in(text, "repeat ");
}

static void read_back(struct engine *e, int item)
{
	const struct xp_item *f = e->v->items[item].item;
	char spoken[NLU_TEXT_MAX], thing[256];

	/* Said and confirmed when it was taken. */
	if (e->m->checked[item] || f->sensitive)
		return;
	if (nlu_speak_near(spoken, sizeof(spoken), f->field_type,
			   engine_kind_of(e, f), engine_value(e, item),
			   &e->today) < 0)
		return;
	wording_thing(thing, sizeof(thing), f);
	engine_say(e, "I have %s for %s.", spoken, thing);
}

void engine_todo(struct engine *e, int item)
{
	const struct xp_item *x = e->v->items[item].item;
	const char *text = x->description ? x->description : "";
	struct wording_plan p;

	if (e->m->attempts[item] && e->v->agent_speaking)
		return;
	e->m->attempts[item] = 1;
	if (is_read_back(text)) {
		int field = field_meant(e, text);

		if (field >= 0)
			read_back(e, field);
		engine_item_done(e, item);
		return;
	}
	wording_instruction(&p, text);
	engine_say(e, "%s", p.say);
	if (*p.ask) {
		(void)text_copy(e->m->todo_key, sizeof(e->m->todo_key),
				x->key);
		engine_ask_open(e, WAIT_TODO, p.ask);
		return;
	}
	engine_item_done(e, item);
}
