/**
 * @file engine_query.c  The Expert's answers, actions and choices
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/text.h"
#include "dialog/engine_state.h"
#include "dialog/nlu_words.h"
#include "dialog/phrase.h"
#include "dialog/wording.h"

/* ---- asking the Expert ------------------------------------------------- */

/* As a person would write it: capital letter, question mark. */
static void as_sentence(char *ret, size_t cap, const char *text,
			const char *mark)
{
	size_t n;

	phrase_put(ret, cap, "%s", text);
	wording_capital(ret);
	n = strlen(ret);
	if (n && n + 1 < cap && !strchr(".!?", ret[n - 1]))
		(void)text_copy(ret + n, cap - n, mark);
}

void engine_question(struct engine *e)
{
	char text[NLU_TEXT_MAX];

	/* What is to be asked back waits until the answer was given. */
	if (e->check_item >= 0)
		engine_check_put(e, e->check_item, &e->check);
	if (!e->v->has_questions && e->v->has_actions) {
		engine_request(e, e->acts.query);
		return;
	}
	if (!e->v->has_questions) {
		engine_say(e, "I'm sorry, I don't know that.");
		engine_return(e);
		return;
	}
	as_sentence(text, sizeof(text), engine_as_said(e, e->acts.query), "?");
	engine_emit(e, BRAIN_QUESTION, NULL, text);
}

void engine_request(struct engine *e, const char *text)
{
	char line[NLU_TEXT_MAX];

	text = engine_as_said(e, text);
	if (e->v->has_actions) {
		as_sentence(line, sizeof(line), text, ".");
		engine_emit(e, BRAIN_ACTION, NULL, line);
	} else if (e->v->has_questions) {
		as_sentence(line, sizeof(line), text, "");
		engine_emit(e, BRAIN_QUESTION, NULL, line);
	} else {
		engine_say(e, "I'm sorry, I can't do that.");
		engine_return(e);
	}
}

void engine_person(struct engine *e)
{
	if (e->v->has_escalate) {
		engine_say(e, "Of course. Let me get somebody for you. One "
			      "moment, please.");
		engine_emit(e, BRAIN_ESCALATE, NULL, NULL);
		engine_ask_open(e, WAIT_EXPERT, NULL);
		return;
	}
	if (e->v->has_actions) {
		engine_emit(e, BRAIN_ACTION, NULL,
			    "The caller wants to speak to a person.");
		return;
	}
	engine_say(e, "I'm sorry, nobody is available right now. We can go on "
		      "together, or you can call again later.");
	engine_return(e);
}

void engine_search(struct engine *e, int item, const char *text)
{
	if (item < 0)
		return;
	engine_emit(e, BRAIN_SEARCH, e->v->items[item].item->key,
		    engine_as_said(e, text));
	/* What is found replaces what is known. */
	if (engine_is_known(e, item))
		e->m->again_item = (uint8_t)(item + 1);
	e->m->waiting = WAIT_SEARCH;
}

/* ---- holding lines ----------------------------------------------------- */

void engine_hold(struct engine *e)
{
	static const char *const lines[] = {
		"One moment, please, I'm checking that.",
		"I'm still checking. Thank you for your patience.",
		"This takes a little longer. Please stay with me.",
	};
	static const char *const waits[] = {
		"One moment, please.",
		"Please stay on the line, it will not be long.",
		"I'm still trying. Thank you for waiting.",
	};
	uint8_t n = e->m->holds;

	if (n < 255)
		e->m->holds++;
	if (e->m->waiting == WAIT_EXPERT)
		engine_say(e, "%s",
			   engine_line(e, waits[n < 3 ? n : 2 - n % 2]));
	else
		engine_say(e, "%s",
			   engine_line(e, lines[n < 3 ? n : 2 - n % 2]));
}

/* ---- answers ----------------------------------------------------------- */

/* Libraries answer for a handler that has none, or that failed; that text is
 * for a thinking agent, not for the caller. */
static int is_plain_answer(const struct brain_query *q)
{
	static const char *const none[] = {
		"no answer to that",    "could not be answered",
		"couldn't be answered", "error occurred",
		"don't have an answer", "do not have an answer",
	};

	if (q->state != BRAIN_QUERY_ANSWERED || !q->answer || !*q->answer)
		return 0;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		if (phrase_in(q->answer, none[i]))
			return 0;
	}
	return 1;
}

static const char *name_of(const struct xp_action *a)
{
	return *a->description ? a->description : a->key;
}

static void execute(struct engine *e, const char *id, const char *key)
{
	struct brain_output o = {.kind = BRAIN_EXECUTE, .key = key, .id = id};

	engine_say(e, "Okay, one moment.");
	e->out(e->arg, &o);
	engine_ask_open(e, WAIT_NOTHING, NULL);
}

static void confirm_action(struct engine *e, const struct brain_query *q)
{
	struct engine_memory *m = e->m;
	char what[NLU_TEXT_MAX];
	const char *d = q->actions[0].description;

	(void)text_copy(m->query_id, sizeof(m->query_id), q->id);
	(void)text_copy(m->action_key, sizeof(m->action_key),
			q->actions[0].key);
	wording_address(what, sizeof(what), d, 0);
	wording_small(what);
	phrase_put(m->question, sizeof(m->question),
		   engine_line(e, wording_is_deed(what) ? "Do you want to %s?"
							: "Do you mean: %s?"),
		   what);
	m->unsure = 0;
	engine_ask_yes_no(e, WAIT_ACTION, "");
}

static void which_action(struct engine *e, const struct brain_query *q)
{
	const char *names[XP_ACTIONS_MAX];
	char store[XP_ACTIONS_MAX][80];
	uint32_t deeds = 0;
	struct engine_memory *m = e->m;
	char list[400];

	(void)text_copy(m->query_id, sizeof(m->query_id), q->id);
	for (uint32_t i = 0; i < q->n_actions; i++) {
		names[i] = store[i];
		wording_address(store[i], sizeof(store[i]),
				name_of(&q->actions[i]), 0);
		wording_small(store[i]);
		deeds += wording_is_deed(store[i]) ? 1 : 0;
	}
	wording_list(list, sizeof(list), names, q->n_actions, 6,
		     e->today.language);
	phrase_put(m->question, sizeof(m->question),
		   engine_line(e, deeds == q->n_actions
					  ? "Do you want to %s?"
					  : "Which one do you mean: %s?"),
		   list);
	m->unsure = 0;
	engine_ask_yes_no(e, WAIT_WHICH, "");
}

/* @return nonzero when something is asked now */
static int action_answered(struct engine *e, const struct brain_query *q)
{
	if (q->state != BRAIN_QUERY_ANSWERED) {
		engine_say(e, "I'm sorry, I can't do that right now.");
		return 0;
	}
	if (q->n_actions == 0) {
		char options[NLU_TEXT_MAX];

		engine_say(e, "I'm sorry, I can't do that for you.");
		if (!e->m->open_asked || !engine_is_open(e) ||
		    engine_options(e, options, sizeof(options)) < 0) {
			e->m->open_asked = 1;
			return 0;
		}
		engine_ask_open(e, WAIT_OPEN, options);
		return 1;
	}
	if (q->n_actions > 1) {
		which_action(e, q);
		return 1;
	}
	if (!*q->actions[0].description ||
	    wording_related(q->text, q->actions[0].description)) {
		execute(e, q->id, q->actions[0].key);
		return 1;
	}
	confirm_action(e, q);
	return 1;
}

/* There is nothing to choose from: yes or no. @return 0 when it is too long
 * to be kept */
static int only_one(struct engine *e, int item, const struct brain_query *q,
		    const char *spoken)
{
	const char *choice = q->n_choices ? q->choices[0] : q->others[0];
	struct nlu_value v = {0};

	if (json_quote(v.json, sizeof(v.json), choice))
		return 0;
	phrase_put(v.spoken, sizeof(v.spoken), "%s", spoken);
	engine_check_put(e, item, &v);
	phrase_put(
		e->m->question, sizeof(e->m->question),
		engine_line(
			e,
			q->n_choices
				? "I have %s. Is that right?"
				: "I didn't find that, but I have %s. Would "
				  "you like that?"),
		spoken);
	engine_ask_yes_no(e, WAIT_CHECK, q->field_key);
	return 1;
}

static int search_answered(struct engine *e, const struct brain_query *q)
{
	int item = engine_item(e, q->field_key ? q->field_key : "");
	uint32_t n = q->n_choices ? q->n_choices : q->n_others;
	struct engine_spoken spoken;
	char list[400];

	if (item < 0 || e->state[item] != BRAIN_ITEM_OPEN)
		return 0;
	(void)text_copy(e->m->key, sizeof(e->m->key), q->field_key);
	e->m->waiting = WAIT_FIELD;
	if (!q->n_choices && !q->n_others) {
		engine_lost(e, "I'm sorry, I found nothing for that.");
		return 1;
	}
	engine_spoken(e, &spoken, e->v->items[item].item->field_type,
		      q->n_choices ? q->choices : q->others, n);
	if (n == 1 && only_one(e, item, q, spoken.names[0]))
		return 1;
	wording_list(list, sizeof(list), spoken.names, n, 4,
		     e->today.language);
	phrase_put(
		e->m->question, sizeof(e->m->question),
		engine_line(
			e,
			q->n_choices
				? "I have %s. Which one would you like?"
				: "I didn't find that, but I have %s. Which "
				  "one would you like?"),
		list);
	engine_ask_again(e, "");
	return 1;
}

void engine_answers(struct engine *e)
{
	int asked = 0;

	for (uint32_t i = 0; i < e->v->n_queries; i++) {
		const struct brain_query *q = &e->v->queries[i];

		if (!q->is_new)
			continue;
		if (q->is_action) {
			asked |= action_answered(e, q);
		} else if (q->is_search) {
			asked |= search_answered(e, q);
		} else if (is_plain_answer(q)) {
			engine_say(
				e, "%s%s",
				engine_line(
					e,
					q->is_late
						? "About your question from "
						  "before: "
						: ""),
				q->answer);
		} else if (!q->is_late) {
			engine_say(e, "I'm sorry, I could not find that out.");
		}
	}
	if (!asked && e->said)
		engine_return(e);
}

/* ---- which action? ----------------------------------------------------- */

static const struct brain_query *present_query(const struct engine *e)
{
	for (uint32_t i = 0; i < e->v->n_queries; i++) {
		if (!strcmp(e->v->queries[i].id, e->m->query_id))
			return &e->v->queries[i];
	}
	return NULL;
}

static int choose(struct engine *e, const struct brain_query *q)
{
	const char *names[XP_ACTIONS_MAX];
	struct ask ask = {.kind = ASK_CHOICE,
			  .field_key = "",
			  .description = "",
			  .choices = names};
	struct nlu_value v;

	for (uint32_t i = 0; i < q->n_actions; i++)
		names[i] = name_of(&q->actions[i]);
	ask.n_choices = q->n_actions;
	for (uint32_t h = 0; h < e->v->n_heard; h++) {
		if (nlu_value(&v, "multiple_choice", &ask, e->v->heard[h].text,
			      &e->today) < 0)
			continue;
		for (uint32_t i = 0; i < q->n_actions; i++) {
			size_t n = strlen(names[i]);

			if (!strncmp(v.json + 1, names[i], n) &&
			    v.json[n + 1] == '"') {
				execute(e, q->id, q->actions[i].key);
				return 1;
			}
		}
	}
	/* "the second one about billing": a word that only one has */
	int found = -1;

	for (uint32_t i = 0; i < q->n_actions; i++) {
		if (!wording_related(e->v->heard[0].text, names[i]))
			continue;
		if (found >= 0)
			return 0;
		found = (int)i;
	}
	if (found < 0)
		return 0;
	execute(e, q->id, q->actions[found].key);
	return 1;
}

int engine_action_hear(struct engine *e)
{
	const struct nlu_acts *a = &e->acts;
	const struct brain_query *q = present_query(e);

	if (!q) {
		e->m->waiting = WAIT_NOTHING;
		return 0;
	}
	if (e->m->waiting == WAIT_ACTION && a->yes && !a->no) {
		execute(e, q->id, e->m->action_key);
		return 1;
	}
	if (e->m->waiting == WAIT_WHICH && choose(e, q))
		return 1;
	if (a->repeat || a->wait || a->human || a->goodbye || a->question)
		return 0;
	if (a->no || a->dont_know) {
		engine_say(e, "All right.");
		e->m->waiting = WAIT_NOTHING;
		engine_next(e);
		return 1;
	}
	engine_lost(e, "Sorry, I didn't catch that.");
	return 1;
}
