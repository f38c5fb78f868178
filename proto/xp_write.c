/**
 * @file xp_write.c  Building the text of a message
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/xp_json.h"

static void fail(struct xp_writer *w)
{
	json_decref(w->obj);
	w->obj = NULL;
}

struct xp_writer xp_writer_of(const char *type_key, const char *type)
{
	struct xp_writer w = {.obj = json_object()};

	xp_put_text(&w, type_key, type);
	return w;
}

void xp_put(struct xp_writer *w, const char *key, json_t *taken)
{
	if (!w->obj)
		json_decref(taken);
	else if (json_object_set_new(w->obj, key, taken) < 0)
		fail(w);
}

/* json_string() gives NULL for NULL and for what is not UTF-8; setting NULL
 * fails the writer. */
void xp_put_text(struct xp_writer *w, const char *key, const char *s)
{
	xp_put(w, key, json_string(s));
}

void xp_put_text_or_null(struct xp_writer *w, const char *key, const char *s)
{
	xp_put(w, key, s ? json_string(s) : json_null());
}

void xp_put_flag(struct xp_writer *w, const char *key, int flag)
{
	xp_put(w, key, json_boolean(flag));
}

void xp_put_int(struct xp_writer *w, const char *key, int64_t n)
{
	xp_put(w, key, json_integer(n));
}

void xp_put_texts(struct xp_writer *w, const char *key, const char *const *v,
		  uint32_t n)
{
	json_t *array = n && !v ? NULL : json_array();

	for (uint32_t i = 0; i < n && array; i++) {
		if (json_array_append_new(array, json_string(v[i])) < 0) {
			json_decref(array);
			array = NULL;
		}
	}
	xp_put(w, key, array);
}

char *xp_text(struct xp_writer *w)
{
	char *text = w->obj ? json_dumps(w->obj, JSON_COMPACT) : NULL;

	fail(w);
	return text;
}

static int is_json(const char *raw, size_t len)
{
	json_t *v = memchr(raw, 0, len)
			    ? NULL
			    : json_loadb(raw, len, JSON_DECODE_ANY, NULL);

	json_decref(v);
	return v != NULL;
}

/* Printing a parsed value again would rewrite its numbers (0.1 becomes
 * 0.10000000000000001), so the text itself is put in. */
char *xp_text_with(struct xp_writer *w, const char *key, const char *raw,
		   size_t len)
{
	char *head, *text;
	size_t n;

	if (!raw || !is_json(raw, len)) {
		fail(w);
		return NULL;
	}

	head = xp_text(w);
	if (!head)
		return NULL;

	head[strlen(head) - 1] = 0; /* the closing brace */
	n = strlen(head) + strlen(key) + len + sizeof(",\"\":}");
	text = malloc(n);
	if (text)
		(void)snprintf(text, n, "%s,\"%s\":%.*s}", head, key, (int)len,
			       raw);
	free(head);
	return text;
}
