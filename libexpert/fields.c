/**
 * @file fields.c  Values of several parts, and values that the program checks
 *
 *   field-collected, checking --> on_validate --> validate-result
 *                                 └ later, from any thread ┘
 *
 * A value in doubt is the field's only while on_validate looks at it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "priv.h"

/* ---- parts ---------------------------------------------------------------
 */

/* The value with the lock held, or NULL without it. */
static const json_t *lock_value(struct expert_call *call, const char *key)
{
	const struct value *v = key ? value_lock(call, key) : NULL;

	if (v && !v->parsed) {
		handle_unlock();
		return NULL;
	}
	return v ? v->parsed : NULL;
}

const char *expert_field_part(struct expert_call *call, const char *key,
			      const char *part)
{
	const json_t *v = part ? lock_value(call, key) : NULL;
	const char *text;

	if (!v)
		return "";

	text = json_string_value(json_object_get(v, part));
	handle_unlock();
	return text ? text : "";
}

/* "12.50", "12": in hundredths. */
static int64_t cents_of(const char *s, int64_t fallback)
{
	int64_t n = 0, digits = 0, part = -1;

	for (; s && *s; s++) {
		if (*s == '.' && part < 0 && digits > 0) {
			part = 0;
			continue;
		}
		if (*s < '0' || *s > '9' || ++digits > 15)
			return fallback;
		if (part >= 0 && ++part > 2)
			return fallback;
		n = n * 10 + (*s - '0');
	}
	if (!s || digits == 0 || (part >= 0 && part != 2))
		return fallback;
	return part < 0 ? n * 100 : n;
}

int64_t expert_field_cents(struct expert_call *call, const char *key,
			   int64_t fallback)
{
	const json_t *v = lock_value(call, key);
	int64_t n;

	if (!v)
		return fallback;

	n = cents_of(json_string_value(json_object_get(v, "amount")),
		     fallback);
	handle_unlock();
	return n;
}

const char *expert_field_choice(struct expert_call *call, const char *key,
				size_t i)
{
	const json_t *v = lock_value(call, key);
	const char *choice;

	if (!v)
		return NULL;

	choice = json_string_value(json_array_get(v, i));
	handle_unlock();
	return choice;
}

int expert_field_has(struct expert_call *call, const char *key,
		     const char *choice)
{
	const json_t *v = choice ? lock_value(call, key) : NULL;
	int has = 0;

	if (!v)
		return 0;

	for (size_t i = 0; i < json_array_size(v); i++) {
		const char *one = json_string_value(json_array_get(v, i));

		has |= one && !strcmp(one, choice);
	}
	handle_unlock();
	return has;
}

/* ---- checking ------------------------------------------------------------
 */

const char *expert_validation_id(struct expert_call *call)
{
	struct call *c = handle_lock(call, HANDLE_CALL);
	const char *id = c && c->validation_id ? c->validation_id : "";

	if (c)
		handle_unlock();
	return id;
}

int expert_validate_later(struct expert_call *call)
{
	struct call *c = handle_lock(call, HANDLE_CALL);
	int rc = c && c->validation_id ? EXPERT_OK : EXPERT_EINVAL;

	if (c) {
		c->validate_later = 1;
		handle_unlock();
	}
	return rc;
}

int expert_validated(struct expert_call *call, const char *id,
		     const char *problem)
{
	const struct xp_command cmd = {
		.kind = XP_VALIDATE_RESULT,
		.id = id,
		.valid = !problem,
		.text = problem ? problem : "",
	};

	return id && id[0] ? call_send(call, &cmd) : EXPERT_EINVAL;
}

int expert_validated_as(struct expert_call *call, const char *id,
			const char *json)
{
	const struct xp_command cmd = {
		.kind = XP_VALIDATE_RESULT,
		.id = id,
		.valid = 1,
		.text = "",
		.value_json = json,
	};
	char *text = id && id[0] && json
			     ? xp_command_encode_for(&cmd, XP_EXT_FIELDS)
			     : NULL;

	if (!text)
		return EXPERT_EINVAL;
	free(text);
	return call_send(call, &cmd);
}

/* What on_validate says to the value, which is the field's meanwhile.
 * @return NULL: it is fine, or comes later */
static const char *look(struct call *c, const struct xp_event *e)
{
	const struct expert_handlers *h = call_handlers(c);
	const char *problem = NULL;
	char *old = NULL, *task;

	handle_lock_only();
	task = strdup(c->task ? c->task : "");
	(void)value_swap(&c->fields, e->key, e->value_json, &old);
	handle_unlock();

	c->validation_id = e->id;
	c->validate_later = 0;
	if (task)
		problem = h->on_validate(c->handle, task, e->key, call_arg(c));
	c->validation_id = NULL;

	handle_lock_only();
	(void)value_swap(&c->fields, e->key, old, NULL);
	handle_unlock();
	free(old);
	free(task);
	return problem;
}

void fields_collected(struct call *c, const struct xp_event *e)
{
	const struct expert_handlers *h = call_handlers(c);

	if (e->validity == XP_INVALID && h->on_invalid)
		h->on_invalid(c->handle, e->key, e->value_json,
			      e->reason ? e->reason : "", call_arg(c));
	if (e->validity != XP_CHECKING || !e->id)
		return;
	c->validate_later = 0;

	const char *problem = h->on_validate ? look(c, e) : NULL;

	if (!c->validate_later)
		(void)expert_validated(c->handle, e->id, problem);
}
