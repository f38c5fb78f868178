/**
 * @file llm_snapshot.c  The part of a view that outlives think()
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "provider/llm_snapshot.h"

enum { EXPERT_TEXT_MAX = 64 * 1024 };

/** NULL becomes "". */
static const char *keep(struct arena *a, const char *s, int *err)
{
	const char *c = arena_strdup(a, s != NULL ? s : "");

	if (c == NULL)
		*err = -ENOMEM;
	return c;
}

static const char *keep_or_null(struct arena *a, const char *s, int *err)
{
	return s != NULL ? keep(a, s, err) : NULL;
}

static void take_bounds(struct llm_item *ret, struct arena *a,
			const struct xp_item *x, int *err)
{
	ret->bounds = *x;
	ret->bounds.key = ret->key;
	ret->bounds.field_type = ret->type;
	ret->bounds.description = ret->description;
	ret->bounds.question = ret->question;
	ret->bounds.statement = "";
	ret->bounds.choices = ret->choices;
	ret->bounds.n_choices = ret->n_choices;
	ret->bounds.pattern = keep_or_null(a, x->pattern, err);
	ret->bounds.earliest = keep_or_null(a, x->earliest, err);
	ret->bounds.latest = keep_or_null(a, x->latest, err);
}

static int take_item(struct llm_item *ret, struct arena *a,
		     const struct brain_item *from)
{
	const struct xp_item *x = from->item;
	const char **choices = NULL;
	int err = 0;

	ret->kind = x->kind;
	ret->state = from->state;
	ret->required = x->required;
	ret->searchable = x->searchable;
	ret->key = keep(a, x->key, &err);
	ret->type = keep(a, x->field_type, &err);
	ret->description = keep(a, x->description, &err);
	ret->question = keep(a, x->question, &err);
	ret->n_choices = x->n_choices < ASK_CHOICES_MAX ? x->n_choices
							: ASK_CHOICES_MAX;
	if (ret->n_choices > 0) {
		choices = arena_alloc(a, ret->n_choices * sizeof(*choices));
		if (choices == NULL)
			return -ENOMEM;
	}
	for (uint32_t i = 0; i < ret->n_choices; i++)
		choices[i] = keep(a, x->choices[i], &err);
	ret->choices = choices;
	take_bounds(ret, a, x, &err);
	return err;
}

static int take_actions(struct llm_snapshot *ret, struct arena *a,
			const struct brain_view *v)
{
	int err = 0;

	for (uint32_t i = 0; i < v->n_queries; i++) {
		const struct brain_query *q = &v->queries[i];

		if (!q->is_action || q->state != BRAIN_QUERY_ANSWERED)
			continue;
		for (uint32_t k = 0; k < q->n_actions; k++) {
			struct llm_action *to;

			if (ret->n_actions == XP_ACTIONS_MAX)
				return err;
			to = &ret->actions[ret->n_actions++];
			to->query_id = keep(a, q->id, &err);
			to->key = keep(a, q->actions[k].key, &err);
			to->description =
				keep(a, q->actions[k].description, &err);
		}
	}
	return err;
}

/** Texts in which an Expert may name a destination. */
static int take_expert_text(struct llm_snapshot *ret, struct arena *a,
			    const struct brain_view *v)
{
	struct strbuf b;
	int err = 0;

	strbuf_init(&b, EXPERT_TEXT_MAX);
	strbuf_addf(&b, "%s\n%s\n%s\n", v->purpose, v->objective,
		    v->completion_criteria);
	for (uint32_t i = 0; i < v->n_instructions; i++)
		strbuf_addf(&b, "%s\n", v->instructions[i]);
	for (uint32_t i = 0; i < v->n_queries; i++) {
		if (v->queries[i].answer != NULL)
			strbuf_addf(&b, "%s\n", v->queries[i].answer);
	}
	for (uint32_t i = 0; i < v->n_items; i++) {
		if (v->items[i].item->kind == XP_ITEM_TODO &&
		    v->items[i].item->description != NULL)
			strbuf_addf(&b, "%s\n", v->items[i].item->description);
	}
	ret->expert_text = keep(a, b.s, &err);
	strbuf_done(&b);
	return err;
}

static void take_today(struct nlu_today *ret, const struct brain_view *v)
{
	int64_t y, m, d;
	char part[5];

	*ret = (struct nlu_today){.year = 2000,
				  .month = 1,
				  .day = 1,
				  .hour = v->hour,
				  .minute = v->minute};
	if (v->today == NULL || strlen(v->today) != 10)
		return;
	(void)snprintf(part, sizeof(part), "%.4s", v->today);
	if (text_to_int(part, 1, 9999, &y) < 0)
		return;
	(void)snprintf(part, sizeof(part), "%.2s", v->today + 5);
	if (text_to_int(part, 1, 12, &m) < 0)
		return;
	(void)snprintf(part, sizeof(part), "%.2s", v->today + 8);
	if (text_to_int(part, 1, 31, &d) < 0)
		return;
	ret->year = (int)y;
	ret->month = (int)m;
	ret->day = (int)d;
}

int llm_snapshot_take(struct llm_snapshot *ret, struct arena *a,
		      const struct brain_view *v)
{
	int err = 0;

	memset(ret, 0, sizeof(*ret));
	ret->cue = v->cue;
	take_today(&ret->today, v);
	ret->has_task = v->task_id != NULL && v->task_id[0] != '\0';
	ret->task_reported = v->task_reported;
	ret->checks_values = v->checks_values;
	ret->has_questions = v->has_questions;
	ret->has_actions = v->has_actions;
	for (uint32_t i = 0; i < v->n_items && err == 0; i++) {
		if (ret->n_items == LIMIT_TASK_ITEMS)
			break;
		err = take_item(&ret->items[ret->n_items++], a, &v->items[i]);
		ret->has_search |= v->items[i].item->searchable;
	}
	if (err == 0)
		err = take_actions(ret, a, v);
	if (err == 0)
		err = take_expert_text(ret, a, v);
	return err;
}
