/**
 * @file values.c  Fields and variables of a call
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "priv.h"

static void value_free(struct value *v)
{
	free(v->key);
	free(v->json);
	free(v->text);
	json_decref(v->parsed);
	free(v);
}

void value_free_all(struct value **list)
{
	while (*list) {
		struct value *v = *list;

		*list = v->next;
		value_free(v);
	}
}

static struct value *value_make(const char *key, const char *json)
{
	struct value *v = calloc(1, sizeof(*v));
	json_t *parsed = json_loads(json, JSON_DECODE_ANY, NULL);

	if (v) {
		v->key = strdup(key);
		v->json = strdup(json);
		v->text = strdup(json_is_string(parsed)
					 ? json_string_value(parsed)
					 : json);
		if (json_is_object(parsed) || json_is_array(parsed))
			v->parsed = json_incref(parsed);
	}
	json_decref(parsed);
	if (v && (!v->key || !v->json || !v->text)) {
		value_free(v);
		v = NULL;
	}
	return v;
}

int value_set(struct value **list, const char *key, const char *json)
{
	struct value *v = value_make(key, json), **at = list;
	uint32_t n = 0;

	if (!v)
		return EXPERT_ENOMEM;

	while (*at && strcmp((*at)->key, key) != 0) {
		at = &(*at)->next;
		n++;
	}
	if (*at) {
		struct value *old = *at;

		v->next = old->next;
		*at = v;
		value_free(old);
		return EXPERT_OK;
	}
	if (n >= VALUES_MAX) {
		value_free(v);
		return EXPERT_EAGAIN;
	}
	*at = v;
	return EXPERT_OK;
}

int value_swap(struct value **list, const char *key, const char *json,
	       char **ret_old)
{
	struct value **at = list, *v;

	while (*at && strcmp((*at)->key, key) != 0)
		at = &(*at)->next;
	v = *at;
	if (ret_old)
		*ret_old = v ? strdup(v->json) : NULL;
	if (json)
		return value_set(list, key, json);
	if (v) {
		*at = v->next;
		value_free(v);
	}
	return EXPERT_OK;
}

static const struct value *value_find(const struct value *v, const char *key)
{
	while (v && strcmp(v->key, key) != 0)
		v = v->next;
	return v;
}

const struct value *value_lock(struct expert_call *call, const char *key)
{
	struct call *c = key ? handle_lock(call, HANDLE_CALL) : NULL;
	const struct value *v = c ? value_find(c->fields, key) : NULL;

	if (c && !v)
		handle_unlock();
	return v;
}

int expert_has_field(struct expert_call *call, const char *key)
{
	const struct value *v = value_lock(call, key);
	int has;

	if (!v)
		return 0;

	has = strcmp(v->json, "null") != 0;
	handle_unlock();
	return has;
}

const char *expert_field_text(struct expert_call *call, const char *key)
{
	const struct value *v = value_lock(call, key);
	const char *text;

	if (!v)
		return "";

	text = strcmp(v->json, "null") ? v->text : "";
	handle_unlock();
	return text;
}

const char *expert_field_json(struct expert_call *call, const char *key)
{
	const struct value *v = value_lock(call, key);
	const char *json;

	if (!v)
		return NULL;

	json = v->json;
	handle_unlock();
	return json;
}

int64_t expert_field_integer(struct expert_call *call, const char *key,
			     int64_t fallback)
{
	const struct value *v = value_lock(call, key);
	int64_t n;
	char *end;

	if (!v)
		return fallback;

	errno = 0;
	n = strtoll(v->text, &end, 10);
	if (*end == '.') /* 4.0 is whole, too */
		end += 1 + strspn(end + 1, "0");
	if (errno || end == v->text || *end)
		n = fallback;
	handle_unlock();
	return n;
}

char *expert_field_dup(struct expert_call *call, const char *key)
{
	const struct value *v = value_lock(call, key);
	char *copy;

	if (!v)
		return NULL;

	copy = strcmp(v->json, "null") ? strdup(v->text) : NULL;
	handle_unlock();
	return copy;
}

const char *expert_variable(struct expert_call *call, const char *key)
{
	struct call *c = key ? handle_lock(call, HANDLE_CALL) : NULL;
	const struct value *v;

	if (!c)
		return NULL;

	v = value_find(c->variables, key);
	handle_unlock();
	return v ? v->json : NULL;
}

char *expert_variable_dup(struct expert_call *call, const char *key)
{
	struct call *c = key ? handle_lock(call, HANDLE_CALL) : NULL;
	const struct value *v;
	char *copy;

	if (!c)
		return NULL;

	v = value_find(c->variables, key);
	copy = v ? strdup(v->json) : NULL;
	handle_unlock();
	return copy;
}
