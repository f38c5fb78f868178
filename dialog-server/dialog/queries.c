/**
 * @file queries.c  What only the Expert knows or can do
 *
 *   ask --> open --+--> answered    in time, by its id, first one counts
 *                  +--> timed out   answer_us went by      --+
 *                  +--> gone        no Expert any more     --+--> answered
 *                                                      a question, once, late
 *
 * Each query leaves `open` exactly once and the brain is shown the outcome.
 * An answer that comes after that is still worth saying; a suggestion or
 * choices are not: the conversation has moved on from where they fit. While
 * one is open and it is quiet, a holding line is due after hold_us and again
 * every hold_again_us.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "dialog/lines.h"
#include "dialog/state.h"
#include "dialog/values.h"

static int is_open(const struct query *q)
{
	return q->used && q->q.state == BRAIN_QUERY_OPEN;
}

uint32_t query_open_count(const struct dialog *d)
{
	uint32_t n = (d->escalated ? 1 : 0) + (doubt_blocks(d) ? 1 : 0);

	for (uint32_t i = 0; i < d->n_places; i++)
		n += is_open(&d->queries[i]) ? 1 : 0;
	return n;
}

void query_arm(struct dialog *d)
{
	int64_t first = doubt_first_us(d);

	if (d->escalated && d->escalated_us < first)
		first = d->escalated_us;
	for (uint32_t i = 0; i < d->n_places; i++) {
		const struct query *q = &d->queries[i];

		if (is_open(q) && q->asked_us < first)
			first = q->asked_us;
	}
	if (first == INT64_MAX) {
		step_disarm(d, DIALOG_TIMER_ANSWER);
		step_disarm(d, DIALOG_TIMER_HOLD);
		d->hold_us = 0;
		return;
	}

	int64_t left = first + d->conf.answer_us - d->now_us;

	step_arm(d, DIALOG_TIMER_ANSWER, left > 1000 ? left : 1000);
	if (!d->hold_us) {
		d->hold_us = d->now_us + d->conf.hold_us;
		step_arm(d, DIALOG_TIMER_HOLD, d->conf.hold_us);
	}
}

static void clear(struct dialog *d, struct query *q)
{
	keep_free(&d->keep, q->q.id);
	keep_free(&d->keep, q->q.text);
	keep_free(&d->keep, q->q.answer);
	keep_free(&d->keep, q->q.field_key);
	keep_free(&d->keep, q->block);
	*q = (struct query){0};
}

/* Many calls ask nothing: the places come with the first question. */
static void make_places(struct dialog *d)
{
	if (d->queries)
		return;
	d->queries =
		arena_alloc(d->keep.arena, QUERIES_MAX * sizeof(*d->queries));
	if (d->queries)
		d->n_places = QUERIES_MAX;
	else
		d->keep.failed = 1;
}

/* A free place, else the oldest whose outcome was shown; NULL when all are
 * open or unread. */
static struct query *place(struct dialog *d)
{
	struct query *best = NULL;
	uint32_t open = 0;

	make_places(d);
	for (uint32_t i = 0; i < d->n_places; i++) {
		struct query *q = &d->queries[i];

		if (is_open(q))
			open++;
		else if (!q->used ||
			 (q->shown &&
			  (!best || (best->used && q->order < best->order))))
			best = q;
	}
	if (!best || open >= LIMIT_OPEN_QUESTIONS)
		return NULL;
	clear(d, best);
	return best;
}

static void send(struct dialog *d, const struct query *q)
{
	enum xp_event_kind kind = q->q.is_action   ? XP_ACTION_REQUEST
				  : q->q.is_search ? XP_CHOICE_QUERY
						   : XP_AGENT_QUESTION;
	struct xp_event *e = step_tell(d, kind);

	e->id = scratch_str(&d->keep, q->q.id);
	e->text = scratch_str(&d->keep, q->q.text);
	e->key = q->q.field_key ? scratch_str(&d->keep, q->q.field_key) : NULL;
}

static int can_ask(const struct dialog *d, enum query_kind kind)
{
	switch (kind) {
	case QUERY_QUESTION:
		return d->has_questions;
	case QUERY_ACTION:
		return d->has_actions;
	case QUERY_SEARCH:
		return d->hooks_known;
	}
	return 0;
}

static int same(const struct query *q, enum query_kind kind, const char *key,
		const char *text)
{
	return is_open(q) && q->q.is_action == (kind == QUERY_ACTION) &&
	       q->q.is_search == (kind == QUERY_SEARCH) &&
	       !strcasecmp(q->q.text, text) &&
	       (!key || (q->q.field_key && !strcmp(q->q.field_key, key)));
}

void query_ask(struct dialog *d, enum query_kind kind, const char *key,
	       const char *text)
{
	for (uint32_t i = 0; i < d->n_places; i++) {
		if (same(&d->queries[i], kind, key, text))
			return;
	}

	struct query *q = place(d);

	if (!q) {
		d->stats.refused++;
		step_note(d, "too many open questions, one was not asked");
		return;
	}
	d->query_count++;
	q->used = 1;
	q->order = d->query_count;
	q->asked_us = d->now_us;
	q->q.is_action = kind == QUERY_ACTION;
	q->q.is_search = kind == QUERY_SEARCH;
	q->q.id = keep_str(&d->keep, scratch_printf(&d->keep, "%s-q%u", d->id,
						    d->query_count));
	q->q.text = keep_str(&d->keep, text);
	q->q.field_key = keep_str(&d->keep, key);
	if (d->keep.failed)
		return;
	if (!can_ask(d, kind)) {
		q->q.state = BRAIN_QUERY_GONE;
		think_want(d, BRAIN_CUE_ANSWER);
		return;
	}
	send(d, q);
	query_arm(d);
}

static void close_query(struct dialog *d, struct query *q,
			enum brain_query_state state)
{
	q->q.state = state;
	think_want(d, BRAIN_CUE_ANSWER);
}

/* ---- answers ----------------------------------------------------------- */

static struct query *find(struct dialog *d, const char *id)
{
	for (uint32_t i = 0; id && i < d->n_places; i++) {
		struct query *q = &d->queries[i];

		if (q->used && !strcmp(q->q.id, id))
			return q;
	}
	return NULL;
}

static size_t text_bytes(const char *s)
{
	return (s ? strlen(s) : 0) + 1;
}

static char *put_text(char **at, const char *s)
{
	size_t len = text_bytes(s) - 1;
	char *to = *at;

	if (len)
		memcpy(to, s, len);
	to[len] = '\0';
	*at += len + 1;
	return to;
}

static void take_actions(struct dialog *d, struct query *q,
			 const struct xp_command *c)
{
	uint32_t n =
		c->n_actions < XP_ACTIONS_MAX ? c->n_actions : XP_ACTIONS_MAX;
	size_t bytes = n * sizeof(struct xp_action);

	for (uint32_t i = 0; i < n; i++)
		bytes += text_bytes(c->actions[i].key) +
			 text_bytes(c->actions[i].description);

	struct xp_action *v = keep_alloc(&d->keep, bytes);

	if (!v)
		return;

	char *at = (char *)(v + n);

	for (uint32_t i = 0; i < n; i++) {
		v[i].key = put_text(&at, c->actions[i].key);
		v[i].description = put_text(&at, c->actions[i].description);
	}
	q->block = v;
	q->q.actions = v;
	q->q.n_actions = n;
}

static void take_choices(struct dialog *d, struct query *q,
			 const struct xp_command *c)
{
	uint32_t n = c->n_choices < LIMIT_FIELD_CHOICES ? c->n_choices
							: LIMIT_FIELD_CHOICES;
	uint32_t m = c->n_others < LIMIT_FIELD_CHOICES ? c->n_others
						       : LIMIT_FIELD_CHOICES;
	size_t bytes = (n + m) * sizeof(char *);

	for (uint32_t i = 0; i < n; i++)
		bytes += text_bytes(c->choices[i]);
	for (uint32_t i = 0; i < m; i++)
		bytes += text_bytes(c->others[i]);

	const char **v = keep_alloc(&d->keep, bytes + 1);

	if (!v)
		return;

	char *at = (char *)(v + n + m);

	for (uint32_t i = 0; i < n; i++)
		v[i] = put_text(&at, c->choices[i]);
	for (uint32_t i = 0; i < m; i++)
		v[n + i] = put_text(&at, c->others[i]);
	q->block = v;
	q->q.choices = v;
	q->q.n_choices = n;
	q->q.others = v + n;
	q->q.n_others = m;
}

/* In time, or a question of which the caller was told that nobody knows. */
static int wants_answer(const struct query *q)
{
	if (is_open(q))
		return 1;
	return !q->q.is_action && !q->q.is_search &&
	       q->q.state != BRAIN_QUERY_ANSWERED;
}

int query_answer(struct dialog *d, const struct xp_command *c)
{
	struct query *q = find(d, c->id);

	if (!q || q->q.is_action != (c->kind == XP_ACTION_SUGGESTION) ||
	    q->q.is_search != (c->kind == XP_CHOICE_QUERY_RESULT)) {
		d->stats.late++;
		return -EINVAL;
	}
	if (!wants_answer(q)) {
		d->stats.late++;
		return q->q.state == BRAIN_QUERY_ANSWERED ? -EALREADY : -ETIME;
	}
	if (c->kind == XP_ACTION_SUGGESTION)
		take_actions(d, q, c);
	else if (c->kind == XP_CHOICE_QUERY_RESULT)
		take_choices(d, q, c);
	else
		q->q.answer = keep_str(&d->keep, c->text ? c->text : "");
	q->q.is_late = !is_open(q) && q->viewed;
	q->shown = 0;
	q->viewed = 0;
	close_query(d, q, BRAIN_QUERY_ANSWERED);
	query_arm(d);
	return 0;
}

int query_execute(struct dialog *d, const char *id, const char *key)
{
	struct query *q = find(d, id);

	if (!q || !key || !q->q.is_action || q->executed)
		return -EINVAL;
	for (uint32_t i = 0; i < q->q.n_actions; i++) {
		if (strcmp(q->q.actions[i].key, key))
			continue;
		q->executed = 1;
		d->expert_due = 1;
		resume_execute(d, q->q.id, key);
		return 0;
	}
	return -EINVAL;
}

int query_offered(const struct dialog *d, const char *key, const char *json)
{
	for (uint32_t i = 0; i < d->n_places; i++) {
		const struct brain_query *q = &d->queries[i].q;

		if (!q->is_search || !q->field_key ||
		    strcmp(q->field_key, key))
			continue;
		for (uint32_t c = 0; c < q->n_choices + q->n_others; c++) {
			if (value_is_string(json, q->choices[c]))
				return 1;
		}
	}
	return 0;
}

/* ---- a person is wanted ------------------------------------------------ */

/* Say so, and take the conversation up where it was. */
static void nobody_came(struct dialog *d)
{
	if (d->phase != PHASE_TALKING)
		return;
	speak_text(d, SAID_LINE, step_line(d, LINE_NOBODY), 1);
	think_want(d, BRAIN_CUE_TASK);
}

void query_escalate(struct dialog *d, int by_agent)
{
	if (d->escalated)
		return;
	if (d->has_escalate) {
		step_tell(d, XP_ESCALATE)->text = by_agent ? "agent" : "human";
		d->escalated = 1;
		d->escalated_us = d->now_us;
		query_arm(d);
	} else if (by_agent) {
		end_hangup(d, step_line(d, LINE_GIVE_UP), 0, "bot-hangup");
	} else if (d->has_actions) {
		query_ask(d, QUERY_ACTION, NULL,
			  "The caller wants to speak to a person.");
	} else {
		nobody_came(d);
	}
}

void query_escalation_over(struct dialog *d)
{
	if (!d->escalated)
		return;
	d->escalated = 0;
	query_arm(d);
}

void query_escalation_failed(struct dialog *d)
{
	if (!d->escalated)
		return;
	query_escalation_over(d);
	nobody_came(d);
}

/* ---- time and loss ----------------------------------------------------- */

static void answers_overdue(struct dialog *d)
{
	for (uint32_t i = 0; i < d->n_places; i++) {
		struct query *q = &d->queries[i];

		if (!is_open(q) || d->now_us - q->asked_us < d->conf.answer_us)
			continue;
		d->stats.overdue += !q->q.is_action && !q->q.is_search;
		close_query(d, q, BRAIN_QUERY_TIMED_OUT);
	}
	if (d->escalated && d->now_us - d->escalated_us >= d->conf.answer_us) {
		d->escalated = 0;
		nobody_came(d);
	}
	doubt_overdue(d);
	query_arm(d);
}

static void holding_line(struct dialog *d)
{
	if (!query_open_count(d) && doubt_first_us(d) == INT64_MAX) {
		d->hold_us = 0;
		return;
	}

	int64_t again = d->conf.hold_again_us;

	if (!query_open_count(d) || speak_busy(d) || d->speaking ||
	    d->thinking)
		again = d->conf.hold_us;
	else
		think_want(d, BRAIN_CUE_HOLD);
	d->hold_us = d->now_us + again;
	step_arm(d, DIALOG_TIMER_HOLD, again);
}

void query_timer(struct dialog *d, enum dialog_timer timer)
{
	if (timer == DIALOG_TIMER_ANSWER)
		answers_overdue(d);
	else
		holding_line(d);
}

void query_all_gone(struct dialog *d)
{
	for (uint32_t i = 0; i < d->n_places; i++) {
		if (is_open(&d->queries[i]))
			close_query(d, &d->queries[i], BRAIN_QUERY_GONE);
	}
	if (d->escalated)
		nobody_came(d);
	d->escalated = 0;
	doubt_take_all(d);
	query_arm(d);
}

void query_fail_searches(struct dialog *d)
{
	for (uint32_t i = 0; i < d->n_places; i++) {
		struct query *q = &d->queries[i];

		if (is_open(q) && q->q.is_search)
			close_query(d, q, BRAIN_QUERY_GONE);
	}
	query_arm(d);
}

void query_ask_again(struct dialog *d)
{
	for (uint32_t i = 0; i < d->n_places; i++) {
		if (is_open(&d->queries[i]))
			send(d, &d->queries[i]);
	}
	if (d->escalated)
		step_tell(d, XP_ESCALATE)->text = "human";
}

void query_list(struct dialog *d, struct xp_snapshot *s)
{
	struct xp_asked *all[3] = {0};
	uint32_t n[3] = {0};

	for (size_t i = 0; i < 3; i++)
		all[i] =
			scratch_alloc(&d->keep, d->n_places * sizeof(*all[i]));
	for (uint32_t i = 0; i < d->n_places; i++) {
		const struct brain_query *q = &d->queries[i].q;
		int kind = q->is_action ? 1 : q->is_search ? 2 : 0;

		if (!is_open(&d->queries[i]) || !all[kind])
			continue;
		all[kind][n[kind]++] = (struct xp_asked){
			.id = q->id, .key = q->field_key, .text = q->text};
	}
	s->questions = all[0];
	s->n_questions = n[0];
	s->requests = all[1];
	s->n_requests = n[1];
	s->queries = all[2];
	s->n_queries = n[2];
}

/* ---- what the brain sees ----------------------------------------------- */

static int visible(const struct query *q)
{
	if (!q->used)
		return 0;
	if (q->q.state == BRAIN_QUERY_OPEN || !q->shown)
		return 1;
	return q->q.is_search || (q->q.is_action && !q->executed);
}

/* How many visible ones were asked before. */
static uint32_t asked_before(const struct dialog *d, uint32_t order)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < d->n_places; i++) {
		if (visible(&d->queries[i]) && d->queries[i].order < order)
			n++;
	}
	return n;
}

void query_view(struct dialog *d)
{
	const uint32_t n = asked_before(d, UINT32_MAX);
	struct brain_query *v = scratch_alloc(&d->keep, n * sizeof(*v));

	for (uint32_t i = 0; v && i < d->n_places; i++) {
		struct query *q = &d->queries[i];

		if (!visible(q))
			continue;

		struct brain_query *to = &v[asked_before(d, q->order)];

		*to = q->q;
		to->is_new = q->q.state != BRAIN_QUERY_OPEN && !q->shown;
		if (to->is_new)
			q->viewed = d->brain_turn;
	}
	d->view.queries = v;
	d->view.n_queries = v ? n : 0;
}

void query_seen(struct dialog *d)
{
	for (uint32_t i = 0; i < d->n_places; i++) {
		struct query *q = &d->queries[i];

		if (q->used && q->viewed && q->viewed == d->brain_turn)
			q->shown = 1;
	}
}
