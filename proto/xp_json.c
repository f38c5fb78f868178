/**
 * @file xp_json.c  Limits, parsing and typed access
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/xp_json.h"

struct block {
	struct block *next;
	max_align_t data[];
};

struct xp_doc {
	json_t *root;
	struct block *blocks;
	const char *text; /* borrowed; only while decoding */
	size_t len;
};

static void explain(struct xp_error *err, const char *path, const char *key,
		    const char *what)
{
	size_t i = 0;

	if (!err)
		return;

	(void)snprintf(err->where, sizeof(err->where), "%s%s", path, key);

	/* The parser quotes the peer's bytes; what is cut must stay text. */
	for (; what[i] && i < sizeof(err->what) - 1; i++)
		err->what[i] = what[i] < ' ' || what[i] > '~' ? '?' : what[i];
	err->what[i] = 0;
}

/* One pass over the bytes, before jansson builds anything: how deep, how many.
 * Text that is not JSON may pass; it is refused later. */
static int check_limits(const char *s, size_t len, int max_depth,
			struct xp_error *err)
{
	size_t values = 1;
	int depth = 0, quoted = 0;

	if (len > XP_MESSAGE_BYTES_MAX) {
		explain(err, "", "", "message too large");
		return -EMSGSIZE;
	}
	if (memchr(s, 0, len)) { /* the parser would skip some of them */
		explain(err, "", "", "NUL byte in text");
		return -EBADMSG;
	}

	for (size_t i = 0; i < len; i++) {
		if (quoted) {
			if (s[i] == '\\')
				i++;
			else if (s[i] == '"')
				quoted = 0;
			continue;
		}

		if (s[i] == '"')
			quoted = 1;
		else if (s[i] == '{' || s[i] == '[')
			depth++;
		else if (s[i] == '}' || s[i] == ']')
			depth--;
		else if (s[i] == ',')
			values++;

		if (depth > max_depth) {
			explain(err, "", "", "nested too deeply");
			return -EMSGSIZE;
		}
		if (values > XP_VALUES_MAX) {
			explain(err, "", "", "too many values");
			return -EMSGSIZE;
		}
	}

	return 0;
}

int xp_doc_new(struct xp_doc **ret, const char *s, size_t len, int depth,
	       struct xp_error *err)
{
	struct xp_doc *doc;
	json_error_t why = {0};
	int rc;

	rc = check_limits(s, len, depth, err);
	if (rc < 0)
		return rc;

	doc = calloc(1, sizeof(*doc));
	if (!doc)
		return -ENOMEM;

	doc->text = s;
	doc->len = len;
	doc->root = json_loadb(s, len, JSON_REJECT_DUPLICATES, &why);
	if (!json_is_object(doc->root)) {
		rc = -EBADMSG;
		if (doc->root)
			explain(err, "", "", "must be a JSON object");
		else if (!why.text[0]) /* no memory is not always told */
			rc = -ENOMEM;
		else
			explain(err, "", "", why.text);
		xp_doc_free(doc);
		return rc;
	}

	*ret = doc;
	return 0;
}

void xp_doc_free(struct xp_doc *doc)
{
	if (!doc)
		return;

	while (doc->blocks) {
		struct block *b = doc->blocks;

		doc->blocks = b->next;
		free(b);
	}
	json_decref(doc->root);
	free(doc);
}

struct xp_reader xp_doc_reader(struct xp_doc *doc, struct xp_error *err)
{
	struct xp_reader r = {
		.doc = doc, .obj = doc->root, .path = "", .err = err};

	return r;
}

int xp_fail(struct xp_reader *r, int rc, const char *key, const char *what)
{
	if (r->rc)
		return r->rc;

	explain(r->err, r->path, key, what);
	r->rc = rc;
	return rc;
}

void *xp_doc_alloc(struct xp_reader *r, size_t bytes)
{
	struct block *b = calloc(1, sizeof(*b) + bytes);

	if (!b) {
		r->rc = r->rc ? r->rc : -ENOMEM;
		return NULL;
	}

	b->next = r->doc->blocks;
	r->doc->blocks = b;
	return b->data;
}

/* The member, or NULL when absent, null, or the reader has failed. */
static const json_t *member(const struct xp_reader *r, const char *key)
{
	const json_t *v = r->rc ? NULL : json_object_get(r->obj, key);

	return json_is_null(v) ? NULL : v;
}

static void take_string(struct xp_reader *r, const char *key, const json_t *v,
			const char **ret, size_t max)
{
	if (!json_is_string(v))
		(void)xp_fail(r, -EBADMSG, key, "must be a string");
	else if (json_string_length(v) > max)
		(void)xp_fail(r, -EMSGSIZE, key, "too long");
	else
		*ret = json_string_value(v);
}

void xp_get_text(struct xp_reader *r, const char *key, const char **ret)
{
	if (!r->rc)
		take_string(r, key, json_object_get(r->obj, key), ret,
			    XP_TEXT_BYTES_MAX);
}

void xp_get_text_or(struct xp_reader *r, const char *key, const char **ret,
		    size_t max, const char *dflt)
{
	const json_t *v = member(r, key);

	if (r->rc)
		return;

	if (v)
		take_string(r, key, v, ret, max);
	else
		*ret = dflt;
}

void xp_get_key(struct xp_reader *r, const char *key, const char **ret)
{
	const json_t *v = member(r, key);

	if (r->rc)
		return;

	if (json_is_string(v) && !json_string_length(v))
		(void)xp_fail(r, -EBADMSG, key, "must not be empty");
	else
		take_string(r, key, v, ret, XP_KEY_BYTES_MAX);
}

void xp_get_flag(struct xp_reader *r, const char *key, int *ret, int dflt)
{
	const json_t *v = member(r, key);

	if (r->rc)
		return;

	if (v && !json_is_boolean(v))
		(void)xp_fail(r, -EBADMSG, key, "must be true or false");
	else
		*ret = v ? json_is_true(v) : dflt;
}

void xp_get_int(struct xp_reader *r, const char *key, int64_t *ret,
		int64_t min)
{
	const json_t *v = member(r, key);

	if (r->rc)
		return;

	if (!json_is_integer(v))
		(void)xp_fail(r, -EBADMSG, key, "must be an integer");
	else if (json_integer_value(v) < min ||
		 json_integer_value(v) > XP_INTEGER_MAX)
		(void)xp_fail(r, -EBADMSG, key, "out of range");
	else
		*ret = json_integer_value(v);
}

void xp_get_int_or(struct xp_reader *r, const char *key, int64_t *ret,
		   int64_t min, int64_t max, int64_t dflt)
{
	const json_t *v = member(r, key);
	int64_t n = dflt;

	if (r->rc)
		return;

	if (v)
		xp_get_int(r, key, &n, min);
	if (!r->rc && v && n > max)
		(void)xp_fail(r, -EBADMSG, key, "out of range");
	if (!r->rc)
		*ret = n;
}

void xp_get_word(struct xp_reader *r, const char *key,
		 const struct xp_word *words, int *ret, int dflt)
{
	const json_t *v = member(r, key);

	if (r->rc)
		return;

	if (!v && dflt >= 0) {
		*ret = dflt;
		return;
	}
	if (!json_is_string(v)) {
		(void)xp_fail(r, -EBADMSG, key, "must be a string");
		return;
	}
	for (; words->name; words++) {
		if (!strcmp(words->name, json_string_value(v))) {
			*ret = words->value;
			return;
		}
	}
	(void)xp_fail(r, -EBADMSG, key, "is not one of its words");
}

const char *xp_word_of(const struct xp_word *words, int value)
{
	for (; words->name; words++)
		if (words->value == value)
			return words->name;
	return NULL;
}

void xp_get_stamp(struct xp_reader *r, const char *key, int64_t *ret,
		  int64_t dflt)
{
	const json_t *v = member(r, key);
	double n = v ? json_number_value(v) : 0.0;

	if (r->rc)
		return;

	if (v && !json_is_number(v))
		(void)xp_fail(r, -EBADMSG, key, "must be a number");
	else if (n < 0.0 || n > (double)XP_INTEGER_MAX)
		(void)xp_fail(r, -EBADMSG, key, "out of range");
	else if (!v)
		*ret = dflt;
	else
		*ret = json_is_integer(v) ? json_integer_value(v) : (int64_t)n;
}

static void keep_raw(struct xp_reader *r, const char *raw, size_t len,
		     const char **ret)
{
	char *copy = xp_doc_alloc(r, len + 1);

	if (!copy)
		return;

	memcpy(copy, raw, len);
	*ret = copy;
}

static void keep_printed(struct xp_reader *r, const json_t *v,
			 const char **ret)
{
	char *text = json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY);

	if (!text) {
		r->rc = -ENOMEM;
		return;
	}

	keep_raw(r, text, strlen(text), ret);
	free(text);
}

void xp_get_json(struct xp_reader *r, const char *key, const char **ret)
{
	const json_t *v = r->rc ? NULL : json_object_get(r->obj, key);
	const char *raw;
	size_t len = 0;

	if (r->rc)
		return;

	if (!v) {
		(void)xp_fail(r, -EBADMSG, key, "is missing");
		return;
	}

	raw = r->obj == r->doc->root
		      ? xp_raw_member(r->doc->text, r->doc->len, key, &len)
		      : NULL;
	if (raw)
		keep_raw(r, raw, len, ret);
	else
		keep_printed(r, v, ret);
}

void xp_get_object(struct xp_reader *r, const char *key, const char **ret)
{
	const json_t *v = member(r, key);

	if (r->rc)
		return;

	if (!v)
		*ret = NULL;
	else if (!json_is_object(v))
		(void)xp_fail(r, -EBADMSG, key, "must be an object");
	else
		xp_get_json(r, key, ret);
}

const json_t *xp_get_array(struct xp_reader *r, const char *key,
			   uint32_t *ret_n, uint32_t max)
{
	const json_t *v = member(r, key);

	if (r->rc)
		return NULL;

	if (v && !json_is_array(v)) {
		(void)xp_fail(r, -EBADMSG, key, "must be an array");
		return NULL;
	}
	if (json_array_size(v) > max) {
		(void)xp_fail(r, -EMSGSIZE, key, "too many");
		return NULL;
	}

	*ret_n = (uint32_t)json_array_size(v);
	return v;
}

void xp_get_texts(struct xp_reader *r, const char *key,
		  const char *const **ret, uint32_t *ret_n, uint32_t max)
{
	uint32_t n = 0;
	const json_t *v = xp_get_array(r, key, &n, max);
	const char **texts;

	if (r->rc)
		return;

	texts = xp_doc_alloc(r, (n + 1) * sizeof(*texts));
	if (!texts)
		return;

	for (uint32_t i = 0; i < n && !r->rc; i++)
		take_string(r, key, json_array_get(v, i), &texts[i],
			    XP_TEXT_BYTES_MAX);
	if (r->rc)
		return;

	*ret = texts;
	*ret_n = n;
}

struct xp_reader xp_reader_at(const struct xp_reader *parent,
			      const json_t *array, const char *key, uint32_t i,
			      char path[XP_PATH_BYTES])
{
	struct xp_reader r = *parent;

	(void)snprintf(path, XP_PATH_BYTES, "%.40s%.40s[%u].", parent->path,
		       key, (unsigned)i);
	r.path = path;
	r.obj = json_array_get(array, i);
	if (!json_is_object(r.obj))
		(void)xp_fail(&r, -EBADMSG, "", "must be an object");
	return r;
}

struct xp_reader xp_reader_in(const struct xp_reader *parent, const char *key,
			      char path[XP_PATH_BYTES])
{
	struct xp_reader r = *parent;

	(void)snprintf(path, XP_PATH_BYTES, "%.40s%.40s.", parent->path, key);
	r.obj = r.rc ? NULL : json_object_get(parent->obj, key);
	if (!json_is_object(r.obj))
		(void)xp_fail(&r, -EBADMSG, key, "must be an object");
	r.path = path;
	return r;
}
