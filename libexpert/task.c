/**
 * @file task.c  Building a task
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "priv.h"
#include "proto/xp_pattern.h"

#define NUMBER_MAX INT64_C(9007199254740991) /* of JSON, 2^53 - 1 */

struct expert_task *expert_task_new(const char *id)
{
	struct expert_task *task = calloc(1, sizeof(*task));

	if (!task)
		return NULL;

	task->id = strdup(id ? id : "");
	if (!task->id) {
		free(task);
		return NULL;
	}
	if (!task->id[0])
		task->err = EXPERT_EINVAL;
	if (strlen(task->id) > XP_KEY_BYTES_MAX)
		task->err = EXPERT_ETOOBIG;
	return task;
}

/* The codec's structs point to const; these were all made here. */
static void drop(const char *s)
{
	free((char *)s);
}

static void item_done(struct xp_item *item)
{
	drop(item->key);
	drop(item->description);
	drop(item->question);
	drop(item->field_type);
	drop(item->statement);
	drop(item->pattern);
	drop(item->earliest);
	drop(item->latest);
	for (uint32_t i = 0; i < item->n_choices; i++)
		drop(item->choices[i]);
	free((void *)item->choices);
}

void expert_task_free(struct expert_task *task)
{
	if (!task)
		return;

	for (uint32_t i = 0; i < task->n_items; i++)
		item_done(&task->items[i]);
	free(task->id);
	free(task->objective);
	free(task->criteria);
	free(task);
}

static int fail(struct expert_task *task, int err)
{
	if (!task->err)
		task->err = err;
	return err;
}

static int set_text(struct expert_task *task, char **to, const char *text)
{
	char *copy;

	if (!text)
		return fail(task, EXPERT_EINVAL);
	if (strlen(text) > XP_TEXT_BYTES_MAX)
		return fail(task, EXPERT_ETOOBIG);
	copy = strdup(text);
	if (!copy)
		return fail(task, EXPERT_ENOMEM);

	free(*to);
	*to = copy;
	return EXPERT_OK;
}

int expert_task_objective(struct expert_task *task, const char *text)
{
	return task ? set_text(task, &task->objective, text) : EXPERT_EINVAL;
}

int expert_task_criteria(struct expert_task *task, const char *text)
{
	return task ? set_text(task, &task->criteria, text) : EXPERT_EINVAL;
}

static int has_key(const struct expert_task *task, const char *key)
{
	for (uint32_t i = 0; i < task->n_items; i++)
		if (!strcmp(task->items[i].key, key))
			return 1;
	return 0;
}

/* Take the item into the task. */
static int add(struct expert_task *task, struct xp_item *item)
{
	int err = EXPERT_OK;

	if (!item->key)
		err = EXPERT_ENOMEM;
	else if (has_key(task, item->key))
		err = EXPERT_EINVAL;
	else if (task->n_items == XP_ITEMS_MAX)
		err = EXPERT_ETOOBIG;
	if (err) {
		item_done(item);
		return fail(task, err);
	}

	task->items[task->n_items++] = *item;
	return EXPERT_OK;
}

static int copy_choices(struct xp_item *item, const char *const *choices)
{
	const char **v;
	uint32_t n = 0;

	while (choices[n])
		if (++n > XP_CHOICES_MAX)
			return EXPERT_ETOOBIG;

	v = calloc(n + 1, sizeof(*v));
	if (!v)
		return EXPERT_ENOMEM;
	item->choices = v;
	item->n_choices = n;
	for (uint32_t i = 0; i < n; i++) {
		v[i] = strdup(choices[i]);
		if (!v[i])
			return EXPERT_ENOMEM;
	}
	return EXPERT_OK;
}

static int in_range(int64_t ms, int64_t least, int64_t most)
{
	return !ms || (ms >= least && ms <= most);
}

/* The members of the wire have the same values. */
static int copy_listening(struct xp_listening *to,
			  const struct expert_field *f)
{
	if (!in_range(f->end_silence_ms, XP_END_SILENCE_MS_MIN,
		      XP_END_SILENCE_MS_MAX) ||
	    !in_range(f->patience_ms, XP_PATIENCE_MS_MIN,
		      XP_PATIENCE_MS_MAX) ||
	    f->barge_in < 0 || f->barge_in > EXPERT_BARGE_IN_OFF ||
	    f->keypad < 0 || f->keypad > EXPERT_KEYPAD_YES)
		return EXPERT_EINVAL;
	to->end_silence_ms = f->end_silence_ms;
	to->patience_ms = f->patience_ms;
	to->barge_in = (enum xp_barge_in)f->barge_in;
	to->keypad = (enum xp_yes)f->keypad;
	return EXPERT_OK;
}

static int copy_text(const char **to, const char *text)
{
	if (!text)
		return EXPERT_OK;
	*to = strdup(text);
	return *to ? EXPERT_OK : EXPERT_ENOMEM;
}

static int is_day(const char *s)
{
	return !s || (strlen(s) == 10 && s[4] == '-' && s[7] == '-' &&
		      strspn(s, "0123456789") == 4 &&
		      strspn(s + 5, "0123456789") == 2 &&
		      strspn(s + 8, "0123456789") == 2);
}

/* What 0 means to the program is said by EXPERT_ZERO. */
static int copy_number(int64_t n, int *to_has, int64_t *to)
{
	*to_has = n != 0;
	*to = n == EXPERT_ZERO ? 0 : n;
	return *to >= -NUMBER_MAX && *to <= NUMBER_MAX ? EXPERT_OK
						       : EXPERT_EINVAL;
}

static int copy_bounds(struct xp_item *to, const struct expert_field *f)
{
	const char *why;
	int err = EXPERT_OK;

	if (!is_day(f->earliest) || !is_day(f->latest) ||
	    copy_number(f->minimum, &to->has_minimum, &to->minimum) ||
	    copy_number(f->maximum, &to->has_maximum, &to->maximum))
		return EXPERT_EINVAL;
	if (f->pattern && strlen(f->pattern) > XP_PATTERN_BYTES_MAX)
		return EXPERT_ETOOBIG;
	if (f->pattern && xp_pattern_check(f->pattern, &why))
		return EXPERT_EINVAL;
	to->validate = f->validate != 0;
	err = copy_text(&to->pattern, f->pattern);
	if (!err)
		err = copy_text(&to->earliest, f->earliest);
	return err ? err : copy_text(&to->latest, f->latest);
}

_Static_assert((int)XP_BARGE_IN_ANY == EXPERT_BARGE_IN_ANY &&
		       (int)XP_BARGE_IN_WORDS == EXPERT_BARGE_IN_WORDS &&
		       (int)XP_BARGE_IN_OFF == EXPERT_BARGE_IN_OFF &&
		       (int)XP_NO == EXPERT_KEYPAD_NO &&
		       (int)XP_YES == EXPERT_KEYPAD_YES,
	       "as on the wire");

int expert_task_field(struct expert_task *task,
		      const struct expert_field *field)
{
	struct xp_item item = {.kind = XP_ITEM_FIELD};
	struct expert_field f = {0};
	int err = EXPERT_OK;

	if (!task)
		return EXPERT_EINVAL;
	if (!field || field->size < offsetof(struct expert_field, type))
		return fail(task, EXPERT_EINVAL);
	memcpy(&f, field, field->size < sizeof(f) ? field->size : sizeof(f));
	if (!f.key || !f.key[0])
		return fail(task, EXPERT_EINVAL);

	item.required = !f.optional;
	item.searchable = f.searchable != 0;
	item.sensitive = f.sensitive != 0;
	item.description = strdup(f.description ? f.description : "");
	item.question = strdup(f.question ? f.question : "");
	item.field_type = strdup(f.type ? f.type : "text");
	if (!item.description || !item.question || !item.field_type)
		err = EXPERT_ENOMEM;
	if (!err)
		err = copy_listening(&item.listening, &f);
	if (!err)
		err = copy_bounds(&item, &f);
	if (!err && f.choices)
		err = copy_choices(&item, f.choices);
	/* What no answer could fit would be asked for ever. */
	if (!err &&
	    ((item.has_minimum && item.has_maximum &&
	      item.minimum > item.maximum) ||
	     (!strcmp(item.field_type, "multi_select") && !item.n_choices)))
		err = EXPERT_EINVAL;
	if (err) {
		item_done(&item);
		return fail(task, err);
	}

	item.key = strdup(f.key);
	return add(task, &item);
}

/* A key that no field of a sane program has. */
static char *made_up_key(const struct expert_task *task, const char *kind)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%s.%u", kind,
		       (unsigned)task->n_items + 1);
	return strdup(text);
}

int expert_task_say(struct expert_task *task, const char *text)
{
	struct xp_item item = {.kind = XP_ITEM_SAY};

	if (!task)
		return EXPERT_EINVAL;
	if (!text || !text[0])
		return fail(task, EXPERT_EINVAL);

	item.statement = strdup(text);
	if (item.statement)
		item.key = made_up_key(task, "say");
	return add(task, &item);
}

int expert_task_todo(struct expert_task *task, const char *text)
{
	struct xp_item item = {.kind = XP_ITEM_TODO};

	if (!task)
		return EXPERT_EINVAL;
	if (!text || !text[0])
		return fail(task, EXPERT_EINVAL);

	item.description = strdup(text);
	if (item.description)
		item.key = made_up_key(task, "todo");
	return add(task, &item);
}
