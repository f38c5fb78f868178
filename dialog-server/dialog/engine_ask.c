/**
 * @file engine_ask.c  Asking, asking again in other words, giving up
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "dialog/engine_state.h"
#include "dialog/nlu_words.h"
#include "dialog/phrase.h"
#include "dialog/wording.h"

/* ---- what the recognizer may expect ------------------------------------ */

void engine_ask_of(const struct engine *e, struct ask *ret,
		   const struct xp_item *f)
{
	*ret = (struct ask){.field_key = f->key,
			    .description =
				    f->description ? f->description : ""};
	ret->kind = engine_kind_of(e, f);
	ret->n_choices = f->n_choices;
	ret->choices = f->choices;
	if (ret->kind == ASK_DIGITS)
		engine_digit_bounds(e, f, &ret->min_digits, &ret->max_digits);
	for (uint32_t i = 0; f->searchable && i < e->v->n_queries; i++) {
		const struct brain_query *q = &e->v->queries[i];

		if (!q->is_search || !q->field_key ||
		    strcmp(q->field_key, f->key))
			continue;
		ret->kind = ASK_CHOICE;
		ret->n_choices = q->n_choices ? q->n_choices : q->n_others;
		ret->choices = q->n_choices ? q->choices : q->others;
	}
}

/* 2026-11-24T09:00 */
static int is_slot(const char *s)
{
	return strlen(s) >= 16 && s[4] == '-' && s[7] == '-' && s[10] == 'T' &&
	       s[13] == ':';
}

static void emit_ask(struct engine *e, const struct ask *ask)
{
	struct brain_output o = {.kind = BRAIN_ASK, .ask = ask};
	struct ask when = *ask;

	/* Slots are written as no one says them: any date and time may come.
	 */
	if (ask->n_choices && is_slot(ask->choices[0])) {
		when.kind = ASK_DATETIME;
		when.n_choices = 0;
		o.ask = &when;
	}

	e->out(e->arg, &o);
}

static void emit_kind(struct engine *e, enum ask_kind kind, const char *key)
{
	struct ask ask = {.kind = kind, .field_key = key, .description = ""};

	emit_ask(e, &ask);
}

static void emit_which(struct engine *e)
{
	const char *choices[XP_ACTIONS_MAX];
	struct ask ask = {.kind = ASK_CHOICE,
			  .field_key = "",
			  .description = "",
			  .choices = choices};

	for (uint32_t i = 0; i < e->v->n_queries; i++) {
		const struct brain_query *q = &e->v->queries[i];

		if (strcmp(q->id, e->m->query_id))
			continue;
		for (uint32_t k = 0;
		     k < q->n_actions && ask.n_choices < XP_ACTIONS_MAX; k++)
			choices[ask.n_choices++] = q->actions[k].description;
	}
	emit_ask(e, &ask);
}

/* The ask that belongs to what is being waited for. */
static void emit_present(struct engine *e)
{
	const struct xp_item *f = engine_field(e, e->m->key);
	struct ask ask;

	switch ((enum waiting)e->m->waiting) {
	case WAIT_FIELD:
		if (!f)
			break;
		engine_ask_of(e, &ask, f);
		ask.have_digits = (uint32_t)strlen(e->m->part);
		emit_ask(e, &ask);
		return;
	case WAIT_CHECK:
		emit_kind(e, ASK_YES_NO, e->m->key);
		return;
	case WAIT_ACTION:
		emit_kind(e, ASK_YES_NO, "");
		return;
	case WAIT_WHICH:
		emit_which(e);
		return;
	default:
		break;
	}
	emit_kind(e, ASK_OPEN, "");
}

/* ---- asking ------------------------------------------------------------ */

static void remember(struct engine *e, const char *question)
{
	(void)text_copy(e->m->question, sizeof(e->m->question), question);
}

void engine_spoken(const struct engine *e, struct engine_spoken *ret,
		   const char *type, const char *const *choices, uint32_t n)
{
	for (uint32_t i = 0; i < n && i < ASK_CHOICES_MAX; i++) {
		char json[96];

		ret->names[i] = choices[i];
		if (i >= ENGINE_SPOKEN || !is_slot(choices[i]))
			continue;
		phrase_put(json, sizeof(json), "\"%s\"", choices[i]);
		if (nlu_speak_near(ret->store[i], sizeof(ret->store[i]), type,
				   ASK_DATETIME, json, &e->today) == 0)
			ret->names[i] = ret->store[i];
	}
}

/** "So, what name ...": behind a comma a question goes on in small letters.
 *  @param question  changed */
static void say_after(struct engine *e, const char *lead, char *question)
{
	lead = engine_line(e, lead);
	if (*lead && lead[strlen(lead) - 1] == ',' && question[0] &&
	    question[1] != ' ' && question[1] != '\'' && *question >= 'A' &&
	    *question <= 'Z')
		*question = (char)(*question + ('a' - 'A'));
	engine_say(e, "%s%s%s", lead, *lead ? " " : "", question);
}

/* Why it is asked again, once. @return 1 told */
static int tell_problem(struct engine *e, int item)
{
	const char *problem = e->v->items[item].problem;
	const uint64_t bit = UINT64_C(1) << item;
	char line[ENGINE_LINE];

	if (!problem || e->m->told & bit)
		return 0;
	e->m->told |= bit;
	e->m->attempts[item] = e->m->checked[item] = 0;
	if (!*problem) {
		engine_say(e, "I'm sorry, that is not right.");
		return 1;
	}
	wording_address(line, sizeof(line), problem, 0);
	wording_capital(line);
	engine_say(e, "I'm sorry. %s%s", line,
		   strchr(".!?", line[strlen(line) - 1]) ? "" : ".");
	return 1;
}

void engine_ask_field(struct engine *e, int item, const char *lead)
{
	const struct xp_item *f = e->v->items[item].item;
	struct engine_memory *m = e->m;
	char question[ENGINE_LINE];
	struct engine_spoken spoken;
	struct xp_item as_said;

	if (tell_problem(e, item))
		lead = "";
	(void)text_copy(m->key, sizeof(m->key), f->key);
	m->waiting = WAIT_FIELD;
	m->unsure = 0;
	m->part[0] = '\0';
	if (engine_half_kept(e, item)) {
		engine_half_question(e, item, question, sizeof(question));
		goto ask;
	}
	engine_spoken(e, &spoken, f->field_type, f->choices, f->n_choices);
	as_said = *f;
	as_said.choices = spoken.names;
	if (e->today.language)
		language_question(e->today.language, question,
				  sizeof(question), &as_said,
				  engine_kind_of(e, f), m->attempts[item],
				  e->v->accept_dtmf);
	else
		wording_question(question, sizeof(question), &as_said,
				 engine_kind_of(e, f), m->attempts[item],
				 e->v->accept_dtmf);
ask:
	remember(e, question);
	say_after(e, lead, question);
	emit_present(e);
}

void engine_ask_open(struct engine *e, enum waiting waiting,
		     const char *question)
{
	e->m->waiting = (uint8_t)waiting;
	e->m->key[0] = '\0';
	if (question) {
		question = engine_line(e, question);
		remember(e, question);
		engine_say(e, "%s", question);
	}
	emit_present(e);
}

void engine_ask_yes_no(struct engine *e, enum waiting waiting, const char *key)
{
	(void)text_copy(e->m->key, sizeof(e->m->key), key);
	e->m->waiting = (uint8_t)waiting;
	engine_say(e, "%s", e->m->question);
	emit_present(e);
}

void engine_ask_again(struct engine *e, const char *lead)
{
	char question[ENGINE_LINE];

	(void)text_copy(question, sizeof(question), e->m->question);
	say_after(e, lead, question);
	emit_present(e);
}

int engine_options(const struct engine *e, char *ret, size_t cap)
{
	return wording_options(ret, cap, e->v->objective) == 0 ||
			       wording_options(ret, cap, e->v->purpose) == 0
		       ? 0
		       : -ENOENT;
}

void engine_open_again(struct engine *e, const char *lead)
{
	struct engine_memory *m = e->m;
	char options[ENGINE_LINE];

	if (*lead)
		engine_say(e, "%s", engine_line(e, lead));
	if (m->open_asked && engine_options(e, options, sizeof(options)) == 0)
		engine_ask_open(e, WAIT_OPEN, options);
	else
		engine_ask_open(e, WAIT_OPEN, "How can I help you?");
	m->open_asked = 1;
}

/* ---- not understood ---------------------------------------------------- */

/* Who was called and did not come is not called again. */
static int may_call(const struct engine *e)
{
	return e->v->has_escalate && !e->m->called;
}

static void call_somebody(struct engine *e)
{
	struct brain_output o = {.kind = BRAIN_ESCALATE, .by_agent = 1};

	e->m->called = 1;
	engine_say(e, "I'm sorry, I have trouble understanding. Let me get "
		      "somebody who can help you. One moment, please.");
	e->out(e->arg, &o);
	engine_ask_open(e, WAIT_EXPERT, NULL);
}

static void give_up_call(struct engine *e)
{
	if (may_call(e)) {
		call_somebody(e);
		return;
	}
	engine_say(e, "I'm sorry, I %s. Please call again later. Goodbye.",
		   engine_line(e, e->refused
					  ? "can't go on without that"
					  : "have trouble understanding you"));
	engine_hangup(e);
}

int engine_leave(struct engine *e, int item)
{
	const struct xp_item *f = e->v->items[item].item;
	const char *json = e->v->items[item].value_json;
	char was[NLU_TEXT_MAX];

	if (e->m->again_item != item + 1)
		return 0;
	e->m->again_item = 0;
	e->state[item] = (uint8_t)e->v->items[item].state;
	if (!f->sensitive && json &&
	    nlu_speak_near(was, sizeof(was), f->field_type,
			   engine_kind(e, item), json, &e->today) == 0)
		engine_say(e, "I'll leave it at %s.", was);
	engine_next(e);
	return 1;
}

static void give_up_field(struct engine *e, int item)
{
	if (engine_leave(e, item))
		return;
	if (!e->v->items[item].item->required) {
		engine_say(e, "I'm sorry, let's leave that out.");
		engine_skip(e, item);
		engine_next(e);
	} else if (may_call(e)) {
		call_somebody(e);
	} else {
		engine_skip(e, item);
		give_up_call(e);
	}
}

static void lost_field(struct engine *e, const char *lead)
{
	int item = engine_item(e, e->m->key);

	if (item < 0) {
		engine_next(e);
		return;
	}
	/* Digits are hard to hear, and each try is read back. */
	int digits = !strcmp(e->v->items[item].item->field_type,
			     "digit_sequence") ||
		     !strcmp(e->v->items[item].item->field_type, "phone");

	if (++e->m->attempts[item] >= ENGINE_ATTEMPTS + digits)
		give_up_field(e, item);
	else
		engine_ask_field(e, item, lead);
}

int engine_off_list(struct engine *e)
{
	enum { SHOWN = 5 };
	const int item = engine_item(e, e->m->key);
	const struct xp_item *f = engine_field(e, e->m->key);
	struct engine_spoken spoken;
	char list[ENGINE_LINE], json[NLU_TEXT_MAX];
	struct brain_output o = {
		.kind = BRAIN_RECORD, .key = e->m->key, .value_json = json};

	if (e->m->waiting != WAIT_FIELD || !f || f->searchable ||
	    f->n_choices < 2 || f->n_choices > SHOWN || wording_is_yes_no(f) ||
	    strcmp(f->field_type, "multiple_choice") != 0)
		return 0;
	if (e->m->attempts[item] + 1 >= ENGINE_ATTEMPTS)
		return 0;
	e->m->attempts[item]++;
	/* The core takes it no more than we do, but tells the Expert. */
	if (json_quote(json, sizeof(json), e->raw->heard[0].text) == 0)
		e->out(e->arg, &o);
	engine_spoken(e, &spoken, f->field_type, f->choices, f->n_choices);
	wording_list(list, sizeof(list), spoken.names, f->n_choices, SHOWN,
		     e->today.language);
	phrase_put(e->m->question, sizeof(e->m->question),
		   engine_line(e, "I didn't find that, but I have %s. Which "
				  "one would you like?"),
		   list);
	engine_ask_again(e, "");
	return 1;
}

void engine_lost(struct engine *e, const char *lead)
{
	struct engine_memory *m = e->m;

	switch ((enum waiting)m->waiting) {
	case WAIT_FIELD:
		lost_field(e, lead);
		return;
	case WAIT_CHECK:
		if (++m->unsure >= ENGINE_ATTEMPTS) {
			m->waiting = WAIT_FIELD;
			lost_field(e, lead);
			return;
		}
		engine_ask_again(e, m->unsure > 1 ? "Please say yes or no."
						  : lead);
		return;
	case WAIT_ACTION:
	case WAIT_WHICH:
		if (++m->unsure >= ENGINE_ATTEMPTS) {
			engine_say(e, "I'm sorry, let's leave that.");
			m->waiting = WAIT_NOTHING;
			engine_next(e);
			return;
		}
		engine_ask_again(e, lead);
		return;
	case WAIT_EXPERT:
	case WAIT_SEARCH:
	case WAIT_CHECKED:
		engine_say(e, "One moment, please.");
		return;
	case WAIT_OPEN:
	case WAIT_ELSE:
	case WAIT_TODO:
	case WAIT_NOTHING:
		break;
	}
	if (++m->lost_open >= ENGINE_ATTEMPTS)
		give_up_call(e);
	else if (m->waiting == WAIT_OPEN)
		engine_open_again(e, lead);
	else if (m->waiting == WAIT_NOTHING || !*m->question)
		engine_say(e, "%s", engine_line(e, lead));
	else
		engine_ask_again(e, lead);
}
