/**
 * @file llm_openai_stream.c  Chunks of a chat completion
 *
 * Every member of a chunk may be missing or null. Fragments of a call belong
 * together by index, by id where a service gives all the same index, and by
 * order where it gives neither. Whether there are calls is decided by having
 * seen any, not by finish_reason.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "provider/llm_openai.h"

void openai_answer_init(struct openai_answer *a,
			void (*on_text)(void *arg, const char *delta),
			void *arg)
{
	memset(a, 0, sizeof(*a));
	a->on_text = on_text;
	a->arg = arg;
}

void openai_answer_done(struct openai_answer *a)
{
	for (uint32_t i = 0; i < a->n_calls; i++)
		strbuf_done(&a->calls[i].args);
	a->n_calls = 0;
}

static const char *string_at(const json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

static void give_text(struct openai_answer *a, const char *s)
{
	if (s == NULL || s[0] == '\0')
		return;
	a->begun = 1;
	a->on_text(a->arg, s);
}

/** A string, or (some services) a list of {"type":"text","text":...}. */
static void add_content(struct openai_answer *a, const json_t *content)
{
	const json_t *part;
	size_t i;

	if (json_is_string(content)) {
		give_text(a, json_string_value(content));
		return;
	}
	json_array_foreach (content, i, part) {
		const char *type = string_at(part, "type");

		if (type == NULL || strcmp(type, "text") == 0)
			give_text(a, string_at(part, "text"));
	}
}

/* ---- calls -------------------------------------------------------------- */

static struct openai_call *call_new(struct openai_answer *a)
{
	struct openai_call *c;

	if (a->n_calls == OPENAI_CALLS_MAX)
		return NULL;
	c = &a->calls[a->n_calls++];
	memset(c, 0, sizeof(*c));
	c->index = -1;
	strbuf_init(&c->args, OPENAI_ARGS_BYTES);
	a->begun = 1;
	return c;
}

/** Which call a fragment goes on, or a new one. */
static struct openai_call *call_of(struct openai_answer *a, const json_t *f)
{
	const json_t *index = json_object_get(f, "index");
	const char *id = string_at(f, "id");
	const char *name = string_at(json_object_get(f, "function"), "name");
	struct openai_call *c = NULL;

	for (uint32_t i = a->n_calls; i > 0 && c == NULL; i--) {
		struct openai_call *it = &a->calls[i - 1];

		if (json_is_integer(index)
			    ? it->index == json_integer_value(index)
			    : id != NULL && strcmp(it->id, id) == 0)
			c = it;
	}
	/* Without index and id: the last one, unless a name begins another. */
	if (c == NULL && !json_is_integer(index) && id == NULL &&
	    name == NULL && a->n_calls > 0)
		c = &a->calls[a->n_calls - 1];
	/* One index for all: a new id is a new call. */
	if (c != NULL && id != NULL && id[0] != '\0' && c->id[0] != '\0' &&
	    strcmp(c->id, id) != 0)
		c = NULL;
	if (c == NULL) {
		c = call_new(a);
		if (c != NULL && json_is_integer(index))
			c->index = json_integer_value(index);
	}
	return c;
}

static int add_args(struct openai_call *c, const json_t *args)
{
	char *text;

	if (json_is_string(args)) {
		strbuf_addn(&c->args, json_string_value(args),
			    json_string_length(args));
	} else if (json_is_object(args)) {
		text = json_dumps(args, JSON_COMPACT);
		if (text == NULL)
			return -ENOMEM;
		strbuf_add(&c->args, text);
		free(text);
	}
	return strbuf_ok(&c->args) ? 0 : -EMSGSIZE;
}

static int add_calls(struct openai_answer *a, const json_t *list)
{
	const json_t *f;
	size_t i;

	json_array_foreach (list, i, f) {
		const json_t *fn = json_object_get(f, "function");
		struct openai_call *c = call_of(a, f);
		const char *id = string_at(f, "id");
		const char *name = string_at(fn, "name");

		if (c == NULL)
			return -EMSGSIZE;
		if (id != NULL && c->id[0] == '\0')
			(void)text_copy(c->id, sizeof(c->id), id);
		if (name != NULL && c->name[0] == '\0')
			(void)text_copy(c->name, sizeof(c->name), name);
		/* The next round must name the call. */
		if (c->id[0] == '\0' && c->name[0] != '\0')
			(void)snprintf(c->id, sizeof(c->id), "call_%u",
				       (unsigned)(c - a->calls));
		int err = add_args(c, json_object_get(fn, "arguments"));

		if (err < 0)
			return err;
	}
	return 0;
}

/* ---- chunks ------------------------------------------------------------- */

static int add_choice(struct openai_answer *a, const json_t *choice)
{
	const json_t *delta = json_object_get(choice, "delta");
	const char *finish = string_at(choice, "finish_reason");
	int err;

	if (delta == NULL)
		delta = json_object_get(choice, "message");
	add_content(a, json_object_get(delta, "content"));
	add_content(a, json_object_get(delta, "refusal"));
	err = add_calls(a, json_object_get(delta, "tool_calls"));
	if (finish != NULL)
		(void)text_copy(a->finish, sizeof(a->finish), finish);
	return err;
}

static void add_usage(struct openai_answer *a, const json_t *root)
{
	const json_t *u = json_object_get(root, "usage");

	if (!json_is_object(u))
		u = json_object_get(json_object_get(root, "x_groq"), "usage");
	if (!json_is_object(u))
		return;
	a->prompt_tokens =
		json_integer_value(json_object_get(u, "prompt_tokens"));
	a->completion_tokens =
		json_integer_value(json_object_get(u, "completion_tokens"));
}

/** {"error":...} in mid-stream, or {"object":"error",...}. */
static int is_error(const json_t *root)
{
	const json_t *e = json_object_get(root, "error");
	const char *object = string_at(root, "object");

	return (e != NULL && !json_is_null(e)) ||
	       (object != NULL && strcmp(object, "error") == 0);
}

int openai_answer_add(struct openai_answer *a, const char *data, size_t len)
{
	json_t *root, *first;
	int err = 0, final;

	if (len >= 6 && memcmp(data, "[DONE]", 6) == 0) {
		a->done = 1;
		return 0;
	}
	root = json_loadb(data, len, 0, NULL);
	if (!json_is_object(root)) {
		json_decref(root);
		return -EBADMSG;
	}
	if (is_error(root)) {
		(void)openai_error(200, data, len, a->why, sizeof(a->why),
				   &final);
		err = -EPROTO;
		goto out;
	}
	first = json_array_get(json_object_get(root, "choices"), 0);
	if (json_is_object(first))
		err = add_choice(a, first);
	add_usage(a, root);
	if (err == -EMSGSIZE)
		(void)text_copy(a->why, sizeof(a->why),
				"too many or too long tool calls");
out:
	json_decref(root);
	return err;
}
