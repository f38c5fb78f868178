/**
 * @file task.c  The checklist: what is to be collected, said and done
 *
 *   set-task --> items, all open unless a value is known for their key
 *   record / skip / done --> item resolved --> action-item-done
 *   everything required resolved and the brain says so --> task-done, once
 *
 * Values belong to the call, not to the task: a new task (or a new Expert that
 * sets its task again) does not ask twice.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "dialog/bounds.h"
#include "dialog/state.h"
#include "dialog/values.h"

/* ---- copying a task ---------------------------------------------------- */

/** Where the next piece of a block goes. */
struct packer {
	char *at; /* NULL while only measuring           */
	size_t bytes;
};

static void *pack(struct packer *p, size_t bytes)
{
	void *at = p->at ? p->at + p->bytes : NULL;

	p->bytes += (bytes + 15) & ~(size_t)15;
	return at;
}

static const char *pack_str(struct packer *p, const char *s)
{
	if (!s)
		s = "";

	size_t len = strlen(s);
	char *to = p->at ? p->at + p->bytes : NULL;

	if (to)
		memcpy(to, s, len + 1);
	p->bytes += len + 1;
	return to ? to : "";
}

static void pack_align(struct packer *p)
{
	p->bytes = (p->bytes + 15) & ~(size_t)15;
}

static const char *pack_str_or_null(struct packer *p, const char *s)
{
	return s ? pack_str(p, s) : NULL;
}

static void pack_item(struct packer *p, struct xp_item *to,
		      const struct xp_item *from)
{
	struct xp_item i = *from;

	i.key = pack_str(p, from->key);
	i.description = pack_str(p, from->description);
	i.question = pack_str(p, from->question);
	i.field_type = pack_str(p, from->field_type && *from->field_type
					   ? from->field_type
					   : "text");
	i.statement = pack_str(p, from->statement);
	i.pattern = pack_str_or_null(p, from->pattern);
	i.earliest = pack_str_or_null(p, from->earliest);
	i.latest = pack_str_or_null(p, from->latest);
	pack_align(p);
	if (i.n_choices > LIMIT_FIELD_CHOICES)
		i.n_choices = LIMIT_FIELD_CHOICES;

	const char **choices = pack(p, i.n_choices * sizeof(*choices));

	for (uint32_t c = 0; c < i.n_choices; c++) {
		const char *s = pack_str(p, from->choices[c]);

		if (choices)
			choices[c] = s;
	}
	pack_align(p);
	i.choices = choices;
	if (to)
		*to = i;
}

static void pack_task(struct packer *p, struct task *t,
		      const struct xp_command *c)
{
	uint32_t n =
		c->n_items < LIMIT_TASK_ITEMS ? c->n_items : LIMIT_TASK_ITEMS;

	t->n_items = n;
	t->xp = pack(p, n * sizeof(*t->xp));
	t->items = pack(p, n * sizeof(*t->items));
	t->problems = pack(p, n * sizeof(*t->problems));
	t->refused = pack(p, n * sizeof(*t->refused));
	t->id = pack_str(p, c->key);
	t->objective = pack_str(p, c->objective);
	t->criteria = pack_str(p, c->criteria);
	pack_align(p);
	for (uint32_t i = 0; i < n; i++)
		pack_item(p, t->xp ? &t->xp[i] : NULL, &c->items[i]);
}

static void task_drop(struct dialog *d)
{
	uint32_t dones = d->task.dones;

	for (uint32_t i = 0; i < d->task.n_items; i++)
		keep_free(&d->keep, d->task.problems[i]);
	keep_free(&d->keep, d->task.block);
	d->task = (struct task){.dones = dones};
}

/* ---- items ------------------------------------------------------------- */

static void tell_item(struct dialog *d, const char *key, const char *json)
{
	struct xp_event *e = step_tell(d, XP_ACTION_ITEM_DONE);

	e->key = scratch_str(&d->keep, key);
	e->value_json = scratch_str(&d->keep, json ? json : "null");
}

static void set_state(struct brain_item *item, enum brain_item_state state,
		      const char *value_json)
{
	item->state = state;
	item->value_json = value_json;
}

static int all_resolved(const struct task *t)
{
	for (uint32_t i = 0; i < t->n_items; i++) {
		const struct brain_item *it = &t->items[i];

		if (it->state == BRAIN_ITEM_CHECKING)
			return 0;
		if (it->state != BRAIN_ITEM_OPEN)
			continue;
		if (it->item->kind != XP_ITEM_FIELD || it->item->required)
			return 0;
	}
	return 1;
}

/* What the next Expert has to know of the task that it finds. */
static void tell_again(struct dialog *d)
{
	const struct task *t = &d->task;

	for (uint32_t i = 0; i < t->n_items; i++) {
		if (t->items[i].state == BRAIN_ITEM_DONE)
			tell_item(d, t->xp[i].key, t->items[i].value_json);
	}
	if (t->reported)
		step_tell(d, XP_TASK_DONE)->id = scratch_str(&d->keep, t->id);
}

/* All of it was done for the Expert before: nothing is said or asked again. */
static void done_before(struct task *t)
{
	for (uint32_t i = 0; i < t->n_items; i++) {
		struct brain_item *item = &t->items[i];

		if (item->state != BRAIN_ITEM_OPEN)
			continue;
		if (item->item->kind != XP_ITEM_FIELD)
			item->state = BRAIN_ITEM_DONE;
		else if (!item->item->required)
			item->state = BRAIN_ITEM_SKIPPED;
	}
	t->wants_done = 1;
}

static int is_good(const struct xp_item *field, const char *json)
{
	return value_fits(field, json) && !bounds_problem(field, json);
}

static void take_known_values(struct dialog *d)
{
	for (uint32_t i = 0; i < d->task.n_items; i++) {
		struct brain_item *item = &d->task.items[i];

		item->item = &d->task.xp[i];
		if (item->item->kind != XP_ITEM_FIELD)
			continue;

		const char *json = doubt_value(d, item->item->key);

		/* It goes on being checked, or nobody wants that any more. */
		if (json && is_good(item->item, json)) {
			if (item->item->validate && doubt_can(d))
				set_state(item, BRAIN_ITEM_CHECKING, json);
			else
				task_accept(d, item, json);
			continue;
		}
		json = named_get(&d->fields, item->item->key);
		if (json && is_good(item->item, json)) {
			set_state(item, BRAIN_ITEM_DONE, json);
			/* An Expert that took the call over has not heard of
			 * it; for the one that has, it is the same again. */
			tell_item(d, item->item->key, json);
		}
	}
}

int task_set(struct dialog *d, const struct xp_command *c)
{
	struct task t = {.dones = d->task.dones, .sum = takeover_task_sum(c)};
	struct packer p = {0};

	if (takeover_is(d) && d->task.set && d->task.sum == t.sum) {
		tell_again(d);
		return 1;
	}
	pack_task(&p, &t, c);
	t.block = keep_alloc(&d->keep, p.bytes);
	if (!t.block)
		return 0;
	p = (struct packer){.at = t.block};
	pack_task(&p, &t, c);
	task_drop(d);
	d->task = t;
	d->task.set = 1;
	take_known_values(d);
	doubt_tidy(d);
	if (!takeover_is(d) || !takeover_was_done(d, t.sum))
		return 0;
	done_before(&d->task);
	return all_resolved(&d->task);
}

struct brain_item *task_item(struct dialog *d, const char *key)
{
	struct brain_item *found = NULL;

	for (uint32_t i = 0; key && i < d->task.n_items; i++) {
		struct brain_item *it = &d->task.items[i];

		if (strcmp(it->item->key, key))
			continue;
		if (it->state == BRAIN_ITEM_OPEN)
			return it;
		if (!found)
			found = it;
	}
	return found;
}

static void forget_problem(struct dialog *d, struct brain_item *item)
{
	const char **p = &d->task.problems[item - d->task.items];

	*p = keep_free(&d->keep, *p);
	item->problem = NULL;
}

void task_accept(struct dialog *d, struct brain_item *item, const char *json)
{
	const char *key = item->item->key;
	const char *kept = named_put(&d->fields, &d->keep, key, json);

	if (!kept)
		return;
	set_state(item, BRAIN_ITEM_DONE, kept);
	forget_problem(d, item);

	struct dialog_action *a = step_act(d, DIALOG_FIELD);

	a->key = key;
	a->value_json = scratch_str(&d->keep, kept);
	tell_item(d, key, kept);
	doubt_void(d, key);
	think_listen_as_usual(d, key);
}

/* Of a list, and not on it. @return 0 told, -EINVAL: it is none */
static int outside_of_list(struct dialog *d, const struct xp_item *field,
			   const char *json)
{
	static const struct xp_item text = {.field_type = "text"};

	if (!(d->extensions & XP_EXT_FIELDS) || !field->n_choices ||
	    !value_fits(&text, json))
		return -EINVAL;
	doubt_tell(d, field->key, json, XP_PROBLEM_CHOICE);
	return 0;
}

int task_record(struct dialog *d, const char *key, const char *json)
{
	struct brain_item *item = task_item(d, key);

	if (!item || item->item->kind != XP_ITEM_FIELD || !json ||
	    strlen(json) > LIMIT_TEXT_BYTES)
		return -EINVAL;
	if (!value_fits(item->item, json) && !query_offered(d, key, json))
		return outside_of_list(d, item->item, json);
	if ((item->state == BRAIN_ITEM_DONE ||
	     item->state == BRAIN_ITEM_CHECKING) &&
	    item->value_json && !strcmp(item->value_json, json))
		return 0;

	const char *problem = bounds_problem(item->item, json);

	if (problem) {
		doubt_tell(d, key, json, problem);
	} else if (item->item->validate && doubt_can(d)) {
		doubt_begin(d, item, json);
	} else {
		doubt_tell(d, key, json, NULL);
		task_accept(d, item, json);
	}
	return 0;
}

int task_skip(struct dialog *d, const char *key)
{
	struct brain_item *item = task_item(d, key);

	if (!item || item->state == BRAIN_ITEM_DONE ||
	    item->state == BRAIN_ITEM_CHECKING)
		return -EINVAL;
	item->state = BRAIN_ITEM_SKIPPED;
	think_listen_as_usual(d, item->item->key);
	return 0;
}

int task_item_done(struct dialog *d, const char *key)
{
	struct brain_item *item = task_item(d, key);

	if (!item || item->item->kind == XP_ITEM_FIELD)
		return -EINVAL;
	if (item->state != BRAIN_ITEM_OPEN)
		return 0;
	item->state = BRAIN_ITEM_DONE;
	tell_item(d, key, NULL);
	return 0;
}

/* ---- reopening and completion ------------------------------------------ */

void task_reopen(struct dialog *d, struct brain_item *item, const char *reason)
{
	const ptrdiff_t i = item - d->task.items;

	forget_problem(d, item);
	d->task.problems[i] = keep_str(&d->keep, reason);
	item->problem = d->task.problems[i];
	item->state = BRAIN_ITEM_OPEN;
	d->task.reported = d->task.wants_done = 0;
}

int task_has_open(const struct dialog *d)
{
	for (uint32_t i = 0; i < d->task.n_items; i++) {
		if (d->task.items[i].state == BRAIN_ITEM_OPEN)
			return 1;
	}
	return 0;
}

void task_retry(struct dialog *d, const char *reason)
{
	uint8_t meant[LIMIT_TASK_ITEMS];

	retry_fields(&d->task, reason, meant);
	for (uint32_t i = 0; i < d->task.n_items; i++) {
		if (!meant[i])
			continue;
		doubt_void(d, d->task.xp[i].key);
		task_reopen(d, &d->task.items[i], reason);
	}
	d->task.reported = d->task.wants_done = 0;
}

int task_done(struct dialog *d)
{
	if (!d->task.set || d->task.reported)
		return -EINVAL;
	d->task.wants_done = 1;
	return 0;
}

/* Items that are spoken become done when they were heard, which may be after
 * the brain has said that the task is done. */
void task_settle(struct dialog *d)
{
	struct task *t = &d->task;

	if (!t->wants_done || t->reported || !all_resolved(t))
		return;
	if (t->dones >= DONES_WITHOUT_CALLER_MAX)
		return;
	t->wants_done = 0;
	t->reported = 1;
	t->heeded = 0;
	d->expert_due = 1;
	d->paused = 0;
	t->dones++;
	takeover_note_done(d);
	step_tell(d, XP_TASK_DONE)->id = scratch_str(&d->keep, t->id);
}
