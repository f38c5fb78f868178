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

void xp_put_speech(struct xp_writer *w, const char *key, const char *s)
{
	size_t len = s ? strlen(s) : 0;

	if (len > XP_TEXT_BYTES_MAX) {
		len = XP_TEXT_BYTES_MAX;
		while (len > 0 && ((unsigned char)s[len] & 0xc0) == 0x80)
			len--;
	}
	xp_put(w, key, s ? json_stringn(s, len) : NULL);
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

void xp_put_word(struct xp_writer *w, const char *key,
		 const struct xp_word *words, int value)
{
	xp_put_text(w, key, xp_word_of(words, value));
}

json_t *xp_append(json_t *array, struct xp_writer *obj)
{
	if (!array) {
		fail(obj);
		return NULL;
	}
	if (json_array_append_new(array, obj->obj) < 0) {
		json_decref(array);
		return NULL;
	}
	return array;
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
void xp_put_raw(struct xp_writer *w, const char *key, const char *raw,
		size_t len)
{
	if (!w->obj)
		return;
	if (!raw || w->n_raw == XP_RAW_MAX || !is_json(raw, len)) {
		fail(w);
		return;
	}

	w->raw[w->n_raw].key = key;
	w->raw[w->n_raw].text = raw;
	w->raw[w->n_raw++].len = len;
}

/* The text of the object with the raw members before its closing brace. */
static char *join(const struct xp_writer *w, char *head)
{
	size_t at = strlen(head) - 1, room = at + sizeof("}");
	const char *comma = at > 1 ? "," : "";
	char *text;

	for (uint32_t i = 0; i < w->n_raw; i++)
		room += strlen(w->raw[i].key) + w->raw[i].len +
			sizeof(",\"\":");
	text = malloc(room);
	if (!text)
		return NULL;

	memcpy(text, head, at);
	for (uint32_t i = 0; i < w->n_raw; i++) {
		at += (size_t)snprintf(text + at, room - at, "%s\"%s\":%.*s",
				       comma, w->raw[i].key,
				       (int)w->raw[i].len, w->raw[i].text);
		comma = ",";
	}
	text[at] = '}';
	text[at + 1] = 0;
	return text;
}

char *xp_text(struct xp_writer *w)
{
	char *head = w->obj ? json_dumps(w->obj, JSON_COMPACT) : NULL;
	char *text = head;

	if (head && w->n_raw) {
		text = join(w, head);
		free(head);
	}

	fail(w);
	return text;
}

char *xp_text_with(struct xp_writer *w, const char *key, const char *raw,
		   size_t len)
{
	xp_put_raw(w, key, raw, len);
	return xp_text(w);
}
