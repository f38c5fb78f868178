/**
 * @file resume.c  What the Expert that has the call from now on has to know
 *
 * An Expert that has agreed on `resume` gets the whole state as the first
 * event of its link; then comes again, by its own event, what is open:
 *
 *   call-snapshot, task-done (nothing came of it), execute-action (again),
 *   questions, requests, queries, values to be checked
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "dialog/state.h"

/* ---- executions ---------------------------------------------------------
 *
 * Told under an id, and open until the Expert says that it took effect. */

void resume_execute(struct dialog *d, const char *id, const char *key)
{
	struct xp_event *e = step_tell(d, XP_EXECUTE_ACTION);
	struct execution *x;

	e->key = scratch_str(&d->keep, key);
	e->id = scratch_str(&d->keep, id);
	/* Who cannot say that it is done is not told twice. */
	if (!(d->extensions & XP_EXT_RESUME))
		return;
	if (d->n_executions == EXECUTIONS_MAX) {
		step_note(d, "an action was never reported as done");
		keep_free(&d->keep, d->executions[0].id);
		keep_free(&d->keep, d->executions[0].key);
		memmove(&d->executions[0], &d->executions[1],
			(EXECUTIONS_MAX - 1) * sizeof(*x));
		d->n_executions--;
	}
	x = &d->executions[d->n_executions++];
	x->id = keep_str(&d->keep, id);
	x->key = keep_str(&d->keep, key);
}

int resume_action_done(struct dialog *d, const char *id)
{
	for (uint32_t i = 0; i < d->n_executions; i++) {
		struct execution *x = &d->executions[i];

		if (!x->id || strcmp(x->id, id) != 0)
			continue;
		keep_free(&d->keep, x->id);
		keep_free(&d->keep, x->key);
		d->n_executions--;
		memmove(x, x + 1, (d->n_executions - i) * sizeof(*x));
		return 0;
	}
	return -EALREADY;
}

/* The Expert that was told may have gone before it could go on. */
static void done_again(struct dialog *d)
{
	if (d->task.set && d->task.reported && !d->task.heeded &&
	    !dialog_ending(d))
		step_tell(d, XP_TASK_DONE)->id =
			scratch_str(&d->keep, d->task.id);
}

static void execute_again(struct dialog *d)
{
	for (uint32_t i = 0; i < d->n_executions; i++) {
		struct xp_event *e = step_tell(d, XP_EXECUTE_ACTION);

		e->key = scratch_str(&d->keep, d->executions[i].key);
		e->id = scratch_str(&d->keep, d->executions[i].id);
		e->again = 1;
	}
}

/* ---- the snapshot ------------------------------------------------------- */

static enum xp_progress progress_of(const struct dialog *d,
				    const struct brain_item *item)
{
	switch (item->state) {
	case BRAIN_ITEM_DONE:
		return XP_PROGRESS_DONE;
	case BRAIN_ITEM_SKIPPED:
		return XP_PROGRESS_SKIPPED;
	case BRAIN_ITEM_CHECKING:
		return XP_PROGRESS_CHECKING;
	case BRAIN_ITEM_OPEN:
		break;
	}
	return !strcmp(d->ask.field_key, item->item->key)
		       ? XP_PROGRESS_ASKING
		       : XP_PROGRESS_PENDING;
}

static void add_task(struct dialog *d, struct xp_snapshot *s)
{
	const struct task *t = &d->task;
	struct xp_snapshot_item *v;

	if (!t->set)
		return;
	s->task_id = t->id;
	s->objective = t->objective;
	s->criteria = *t->criteria ? t->criteria : NULL;
	s->reported = t->reported;
	v = scratch_alloc(&d->keep, t->n_items * sizeof(*v));
	for (uint32_t i = 0; v && i < t->n_items; i++) {
		v[i].key = t->xp[i].key;
		v[i].kind = t->xp[i].kind;
		v[i].progress = progress_of(d, &t->items[i]);
	}
	s->items = v;
	s->n_items = v ? t->n_items : 0;
}

/* An Expert may be there before the line is open. */
static int64_t since_start_ms(const struct dialog *d, int64_t at_us)
{
	return d->opened && at_us > d->start_us ? (at_us - d->start_us) / 1000
						: 0;
}

static void add_lines(struct dialog *d, struct xp_snapshot *s)
{
	static const enum xp_role roles[] = {
		[BRAIN_CALLER] = XP_ROLE_CALLER,
		[BRAIN_AGENT] = XP_ROLE_AGENT,
		[BRAIN_SYSTEM] = XP_ROLE_SYSTEM,
	};
	struct xp_snapshot_line *v =
		scratch_alloc(&d->keep, d->n_lines * sizeof(*v));

	for (const struct kept_line *l = d->line_first; v && l; l = l->next) {
		struct xp_snapshot_line *to = &v[s->n_lines++];

		to->role = roles[l->line.role];
		to->text = l->line.text;
		to->at_ms = since_start_ms(d, l->line.at_us);
	}
	s->lines = v;
}

static void add_executions(struct dialog *d, struct xp_snapshot *s)
{
	struct xp_asked *v =
		scratch_alloc(&d->keep, d->n_executions * sizeof(*v));

	for (uint32_t i = 0; v && i < d->n_executions; i++) {
		v[i].id = d->executions[i].id;
		v[i].key = d->executions[i].key;
	}
	s->executions = v;
	s->n_executions = v ? d->n_executions : 0;
}

/** Before anything else is told. */
static void tell_snapshot(struct dialog *d, const char *note)
{
	struct xp_snapshot *s = scratch_alloc(&d->keep, sizeof(*s));

	if (!s)
		return;
	s->cause = note         ? XP_CAUSE_HAND_OVER
		   : d->steered ? XP_CAUSE_LOST
				: XP_CAUSE_START;
	s->note = note;
	s->last_sequence = d->sequence;
	s->elapsed_ms = since_start_ms(d, d->now_us);
	s->variables_json = named_object(&d->variables, &d->keep);
	s->fields_json = named_object(&d->fields, &d->keep);
	s->state_json = d->saved_state;
	add_task(d, s);
	add_lines(d, s);
	query_list(d, s);
	transfer_show(d, s);
	add_executions(d, s);
	step_tell(d, XP_CALL_SNAPSHOT)->snapshot = s;
}

void resume_begin(struct dialog *d, int is_first, const char *note)
{
	if (d->extensions & XP_EXT_RESUME)
		tell_snapshot(d, note);
	else if (d->extensions & XP_EXT_STATE && d->saved_state)
		step_tell(d, XP_SAVED_STATE)->value_json = d->saved_state;
	if (is_first)
		return;
	if (d->extensions & XP_EXT_RESUME) {
		done_again(d);
		execute_again(d);
	}
	query_ask_again(d);
	doubt_again(d);
}

int resume_save(struct dialog *d, const char *json)
{
	char *copy = strcmp(json, "null") ? keep_str(&d->keep, json) : NULL;

	keep_free(&d->keep, d->saved_state);
	d->saved_state = copy;
	return 0;
}
