/**
 * @file doubt.c  Values that the Expert is to check before they are taken
 *
 *   value --field-collected, checking--> validate-result --valid--> taken
 *     ^                                        │ not: asked again
 *     └── a new one: the old question is void ─┘ no answer in time: taken
 *
 * A value in doubt is the item's, not yet the call's: it is told as collected
 * only once it is taken. Questions are numbered within the call, so that a
 * late answer is known as one.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "dialog/bounds.h"
#include "dialog/state.h"
#include "dialog/values.h"

struct doubt {
	const char *key, *json; /* kept; key NULL: free            */
	uint32_t number;
	int64_t asked_us;
};

enum { ANSWERS_KNOWN = 64 };

int doubt_can(const struct dialog *d)
{
	return d->extensions & XP_EXT_FIELDS && !d->expert_gone;
}

static struct doubt *find(const struct dialog *d, const char *key)
{
	for (uint32_t i = 0; d->n_doubts && i < LIMIT_TASK_ITEMS; i++) {
		struct doubt *c = &d->doubts[i];

		if (c->key && !strcmp(c->key, key))
			return c;
	}
	return NULL;
}

static const char *id_of(struct dialog *d, uint32_t number)
{
	return scratch_printf(&d->keep, "%s-v%u", d->id, number);
}

void doubt_tell(struct dialog *d, const char *key, const char *json,
		const char *problem)
{
	struct xp_event *e;

	if (!(d->extensions & XP_EXT_FIELDS))
		return;
	e = step_tell(d, XP_FIELD_COLLECTED);
	e->key = scratch_str(&d->keep, key);
	e->value_json = scratch_str(&d->keep, json);
	e->validity = problem ? XP_INVALID : XP_VALID;
	e->reason = problem;
}

static void ask(struct dialog *d, const struct doubt *c)
{
	struct xp_event *e = step_tell(d, XP_FIELD_COLLECTED);

	e->key = scratch_str(&d->keep, c->key);
	e->value_json = scratch_str(&d->keep, c->json);
	e->validity = XP_CHECKING;
	e->id = id_of(d, c->number);
}

static void drop(struct dialog *d, struct doubt *c)
{
	keep_free(&d->keep, c->key);
	keep_free(&d->keep, c->json);
	*c = (struct doubt){0};
	d->n_doubts--;
}

void doubt_void(struct dialog *d, const char *key)
{
	struct doubt *c = find(d, key);

	if (!c)
		return;
	drop(d, c);
	query_arm(d);
}

/* There is one a key, and no task has more fields than there are places. */
static struct doubt *place(struct dialog *d)
{
	if (!d->doubts)
		d->doubts = keep_alloc(&d->keep,
				       LIMIT_TASK_ITEMS * sizeof(*d->doubts));
	for (uint32_t i = 0; d->doubts && i < LIMIT_TASK_ITEMS; i++) {
		if (!d->doubts[i].key)
			return &d->doubts[i];
	}
	return NULL;
}

void doubt_begin(struct dialog *d, struct brain_item *item, const char *json)
{
	struct doubt *c;

	doubt_void(d, item->item->key);
	c = place(d);
	if (!c)
		return;
	c->key = keep_str(&d->keep, item->item->key);
	c->json = keep_str(&d->keep, json);
	c->number = ++d->doubt_count;
	c->asked_us = d->now_us;
	d->n_doubts++;
	if (!c->key || !c->json)
		return;
	d->doubt_answered &= ~(UINT64_C(1) << c->number % ANSWERS_KNOWN);
	item->state = BRAIN_ITEM_CHECKING;
	item->value_json = c->json;
	think_listen_as_usual(d, item->item->key);
	ask(d, c);
	query_arm(d);
}

const char *doubt_value(const struct dialog *d, const char *key)
{
	const struct doubt *c = find(d, key);

	return c ? c->json : NULL;
}

void doubt_tidy(struct dialog *d)
{
	if (!d->n_doubts)
		return;
	for (uint32_t i = 0; d->n_doubts && i < LIMIT_TASK_ITEMS; i++) {
		struct doubt *c = &d->doubts[i];
		struct brain_item *item = c->key ? task_item(d, c->key) : NULL;

		if (c->key && (!item || item->state != BRAIN_ITEM_CHECKING))
			drop(d, c);
	}
	query_arm(d);
}

/* Whoever waits for it may go on. */
static void go_on(struct dialog *d)
{
	if (!task_has_open(d) && !d->n_doubts)
		think_want(d, BRAIN_CUE_CHECKED);
}

/* The value may live in what is dropped. */
static void take(struct dialog *d, const struct doubt *c, const char *json)
{
	struct brain_item *item = task_item(d, c->key);

	if (item)
		task_accept(d, item, scratch_str(&d->keep, json));
	go_on(d);
}

/* ---- the answer --------------------------------------------------------- */

/** @return the number of one of our ids, 0: it is none */
static uint32_t number_of(const struct dialog *d, const char *id)
{
	const size_t len = strlen(d->id);
	int64_t n;

	if (!id || strncmp(id, d->id, len) != 0 ||
	    strncmp(id + len, "-v", 2) != 0 || id[len + 2] == '0' ||
	    text_to_int(id + len + 2, 1, d->doubt_count, &n) < 0)
		return 0;
	return (uint32_t)n;
}

static struct doubt *numbered(const struct dialog *d, uint32_t number)
{
	for (uint32_t i = 0; d->n_doubts && i < LIMIT_TASK_ITEMS; i++) {
		if (d->doubts[i].key && d->doubts[i].number == number)
			return &d->doubts[i];
	}
	return NULL;
}

/* Of one that is not open: answered before, void, or taken meanwhile. */
static int over(struct dialog *d, uint32_t number)
{
	d->stats.late++;
	return d->doubt_count - number < ANSWERS_KNOWN &&
			       d->doubt_answered >> number % ANSWERS_KNOWN & 1
		       ? -EALREADY
		       : -ETIME;
}

static void refuse(struct dialog *d, struct doubt *c, const char *message)
{
	struct brain_item *item = task_item(d, c->key);

	if (item)
		task_reopen(d, item, message);
	drop(d, c);
	query_arm(d);
	think_want(d, BRAIN_CUE_CHECKED);
}

int doubt_result(struct dialog *d, const struct xp_command *r)
{
	const uint32_t number = number_of(d, r->id);
	struct doubt *c = numbered(d, number);
	const char *other = r->value_json;
	struct brain_item *item;

	if (!number)
		return -EINVAL;
	if (!c)
		return over(d, number);
	if (other && !strcmp(other, "null"))
		other = NULL;
	item = task_item(d, c->key);
	if (r->valid && other && item && !value_fits(item->item, other))
		return -EINVAL;
	d->doubt_answered |= UINT64_C(1) << number % ANSWERS_KNOWN;
	if (r->valid)
		take(d, c, other ? other : c->json);
	else
		refuse(d, c, r->text ? r->text : "");
	return 0;
}

/* ---- time and loss ------------------------------------------------------ */

static void take_from(struct dialog *d, int64_t asked_until_us)
{
	for (uint32_t i = 0; d->n_doubts && i < LIMIT_TASK_ITEMS; i++) {
		struct doubt *c = &d->doubts[i];

		if (c->key && c->asked_us <= asked_until_us)
			take(d, c, c->json);
	}
}

void doubt_overdue(struct dialog *d)
{
	take_from(d, d->now_us - d->conf.answer_us);
}

void doubt_take_all(struct dialog *d)
{
	take_from(d, INT64_MAX);
}

void doubt_again(struct dialog *d)
{
	if (!doubt_can(d)) {
		doubt_take_all(d);
		return;
	}
	for (uint32_t i = 0; d->n_doubts && i < LIMIT_TASK_ITEMS; i++) {
		if (!d->doubts[i].key)
			continue;
		/* Who has just come has as long as the one before had. */
		d->doubts[i].asked_us = d->now_us;
		ask(d, &d->doubts[i]);
	}
	query_arm(d);
}

int doubt_blocks(const struct dialog *d)
{
	return d->n_doubts && !task_has_open(d);
}

int64_t doubt_first_us(const struct dialog *d)
{
	int64_t first = INT64_MAX;

	for (uint32_t i = 0; d->n_doubts && i < LIMIT_TASK_ITEMS; i++) {
		if (d->doubts[i].key && d->doubts[i].asked_us < first)
			first = d->doubts[i].asked_us;
	}
	return first;
}
