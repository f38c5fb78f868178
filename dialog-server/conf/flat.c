/**
 * @file flat.c  YAML read as a list of dotted paths with their lines
 *
 * libyaml gives events; a stack of open mappings and sequences turns them into
 * paths.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <yaml.h>

#include "base/alloc.h"
#include "base/text.h"
#include "conf/flat.h"

/* One open mapping or sequence. The path up to its own key ends at `base`. */
struct level {
	int sequence;
	int has_key;    /**< mapping: the key is read, the value is due */
	unsigned index; /**< sequence: of the next element              */
	size_t base;    /**< [bytes] of path in front of its children   */
	size_t seen;    /**< [bytes] of f->seen before its own keys     */
};

struct flat {
	const char *name;
	flat_item_fn *fn;
	void *arg;
	char *reterr;
	size_t cap;
	struct level level[FLAT_DEPTH_MAX + 1];
	unsigned depth; /**< open levels          */
	char path[FLAT_PATH_MAX];
	unsigned items;
	unsigned documents;
	char *seen; /**< keys of the open mappings, each
			 with its path, ended by NUL */
	size_t seen_bytes, seen_cap;
};

__attribute__((format(printf, 4, 5))) static int
fail(struct flat *f, int err, size_t line, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	(void)snprintf(f->reterr, f->cap, "%s:%zu: %s", f->name, line + 1,
		       text);

	return err;
}

/* Put the part behind the first `base` bytes of the path. */
static int path_set(struct flat *f, size_t base, const char *part, size_t line)
{
	int n = snprintf(f->path + base, sizeof(f->path) - base, "%s%s",
			 base ? "." : "", part);

	if (n < 0 || (size_t)n >= sizeof(f->path) - base)
		return fail(f, -EMSGSIZE, line, "key is too long");

	return 0;
}

/* The path of the value that comes now, in a sequence: its index. */
static int path_next(struct flat *f, size_t line)
{
	struct level *l = &f->level[f->depth - 1];
	char index[16];

	if (!l->sequence)
		return 0;

	(void)snprintf(index, sizeof(index), "%u", l->index++);

	return path_set(f, l->base, index, line);
}

static void value_done(struct flat *f)
{
	f->level[f->depth - 1].has_key = 0;
}

/* Refuse a key that this mapping has had already. */
static int seen_add(struct flat *f, size_t line)
{
	size_t len = strlen(f->path) + 1;

	for (size_t i = f->level[f->depth - 1].seen; i < f->seen_bytes;
	     i += strlen(f->seen + i) + 1)
		if (strcmp(f->seen + i, f->path) == 0)
			return fail(f, -EBADMSG, line, "%s is given twice",
				    f->path);

	if (f->seen_bytes + len > f->seen_cap) {
		size_t cap = f->seen_cap ? f->seen_cap * 2 : 1024;
		char *p = mem_realloc(f->seen, cap);

		if (!p)
			return fail(f, -ENOMEM, line, "out of memory");
		f->seen = p;
		f->seen_cap = cap;
	}
	memcpy(f->seen + f->seen_bytes, f->path, len);
	f->seen_bytes += len;

	return 0;
}

static int on_key(struct flat *f, const yaml_event_t *e)
{
	struct level *l = &f->level[f->depth - 1];
	const char *key = (const char *)e->data.scalar.value;
	size_t line = e->start_mark.line;
	int err;

	if (!key[0])
		return fail(f, -EBADMSG, line, "a key is empty");

	err = path_set(f, l->base, key, line);
	if (!err)
		err = seen_add(f, line);
	l->has_key = 1;

	return err;
}

static int on_value(struct flat *f, const yaml_event_t *e)
{
	size_t line = e->start_mark.line;
	struct flat_item item = {.path = f->path, .line = (unsigned)line + 1};
	char parts[FLAT_PATH_MAX];
	char *p = parts;
	int err = path_next(f, line);

	if (err)
		return err;
	if (++f->items > FLAT_ITEMS_MAX)
		return fail(f, -EMSGSIZE, line, "more than %d values",
			    FLAT_ITEMS_MAX);

	(void)text_copy(parts, sizeof(parts), f->path);
	for (unsigned i = 0; i < f->depth; i++) {
		/* A key may have dots of its own: levels say where it ends. */
		size_t end = i + 1 < f->depth ? f->level[i + 1].base
					      : strlen(f->path);

		item.part[i] = p;
		parts[end] = '\0';
		p = parts + end + 1;
	}
	item.n_parts = f->depth;
	item.value = (const char *)e->data.scalar.value;
	item.plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	if (item.plain &&
	    (strcmp(item.value, "~") == 0 || strcmp(item.value, "null") == 0))
		item.value = "";
	value_done(f);

	return f->fn(f->arg, &item);
}

static int on_scalar(struct flat *f, const yaml_event_t *e)
{
	size_t line = e->start_mark.line;
	const struct level *l;

	if (!f->depth) {
		/* Nothing but comments reads as one empty scalar. */
		if (!e->data.scalar.length)
			return 0;
		return fail(f, -EBADMSG, line, "expected \"key: value\"");
	}
	if (e->data.scalar.anchor)
		return fail(f, -EBADMSG, line, "anchors are not supported");
	if (e->data.scalar.tag)
		return fail(f, -EBADMSG, line, "tags are not supported");
	if (e->data.scalar.length >= FLAT_VALUE_MAX)
		return fail(f, -EMSGSIZE, line,
			    "value is longer than %d bytes",
			    FLAT_VALUE_MAX - 1);
	if (memchr(e->data.scalar.value, 0, e->data.scalar.length))
		return fail(f, -EBADMSG, line, "text holds a zero byte");

	l = &f->level[f->depth - 1];

	return l->sequence || l->has_key ? on_value(f, e) : on_key(f, e);
}

static int on_open(struct flat *f, const yaml_event_t *e, int sequence,
		   int named)
{
	size_t line = e->start_mark.line;
	struct level *l;
	int err;

	if (named)
		return fail(f, -EBADMSG, line,
			    "anchors and tags are not supported");
	if (!f->depth && sequence)
		return fail(f, -EBADMSG, line,
			    "expected \"key: value\", not a list");
	if (f->depth >= FLAT_DEPTH_MAX)
		return fail(f, -EMSGSIZE, line, "nested deeper than %d",
			    FLAT_DEPTH_MAX);

	if (f->depth) {
		l = &f->level[f->depth - 1];
		if (!l->sequence && !l->has_key)
			return fail(f, -EBADMSG, line, "a key must be text");
		err = path_next(f, line);
		if (err)
			return err;
		if (l->sequence && ++f->items > FLAT_ITEMS_MAX)
			return fail(f, -EMSGSIZE, line, "more than %d values",
				    FLAT_ITEMS_MAX);
	}
	f->level[f->depth] = (struct level){
		.sequence = sequence,
		.base = f->depth ? strlen(f->path) : 0,
		.seen = f->seen_bytes,
	};
	++f->depth;

	return 0;
}

static void on_close(struct flat *f)
{
	--f->depth;
	f->seen_bytes = f->level[f->depth].seen;
	if (f->depth) {
		/* Cut our children off the path. */
		f->path[f->level[f->depth].base] = '\0';
		value_done(f);
	}
}

static int on_event(struct flat *f, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (++f->documents > 1)
			return fail(f, -EBADMSG, e->start_mark.line,
				    "a second document");
		return 0;
	case YAML_ALIAS_EVENT:
		return fail(f, -EBADMSG, e->start_mark.line,
			    "aliases are not supported");
	case YAML_SCALAR_EVENT:
		return on_scalar(f, e);
	case YAML_MAPPING_START_EVENT:
		return on_open(f, e, 0,
			       e->data.mapping_start.anchor ||
				       e->data.mapping_start.tag);
	case YAML_SEQUENCE_START_EVENT:
		return on_open(f, e, 1,
			       e->data.sequence_start.anchor ||
				       e->data.sequence_start.tag);
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		on_close(f);
		return 0;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_END_EVENT:
	default:
		return 0;
	}
}

int flat_text(const char *text, size_t len, const char *name, flat_item_fn *fn,
	      void *arg, char *reterr, size_t cap)
{
	struct flat f = {.name = name,
			 .fn = fn,
			 .arg = arg,
			 .reterr = reterr,
			 .cap = cap};
	yaml_parser_t parser;
	int err = 0, end = 0;

	if (len > FLAT_BYTES_MAX)
		return fail(&f, -EMSGSIZE, 0, "longer than %d bytes",
			    FLAT_BYTES_MAX);
	if (!yaml_parser_initialize(&parser))
		return fail(&f, -ENOMEM, 0, "out of memory");

	yaml_parser_set_input_string(&parser, (const unsigned char *)text,
				     len);
	while (!err && !end) {
		yaml_event_t e;

		if (!yaml_parser_parse(&parser, &e)) {
			err = fail(
				&f, -EBADMSG, parser.problem_mark.line, "%s",
				parser.problem ? parser.problem : "not YAML");
			break;
		}
		end = e.type == YAML_STREAM_END_EVENT;
		err = on_event(&f, &e);
		yaml_event_delete(&e);
	}
	yaml_parser_delete(&parser);
	mem_free(f.seen);

	return err;
}

int flat_slurp(char **ret, size_t *ret_len, const char *path, size_t max_bytes)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = 0;
	size_t len = 0;
	char *s = NULL;

	if (fd < 0)
		return -errno;

	s = mem_alloc(max_bytes + 2);
	if (!s) {
		err = -ENOMEM;
		goto out;
	}
	while (len <= max_bytes) {
		ssize_t n = read(fd, s + len, max_bytes + 1 - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			err = -errno;
			goto out;
		}
		if (n == 0)
			break;
		len += (size_t)n;
	}
	if (len > max_bytes) {
		err = -EMSGSIZE;
		goto out;
	}
	s[len] = '\0';
	*ret = s;
	*ret_len = len;
	s = NULL;

out:
	mem_free(s);
	(void)close(fd);

	return err;
}

int flat_file(const char *path, flat_item_fn *fn, void *arg, char *reterr,
	      size_t cap)
{
	char *text = NULL;
	size_t len = 0;
	int err = flat_slurp(&text, &len, path, FLAT_BYTES_MAX);

	if (err) {
		char why[128];

		(void)snprintf(reterr, cap, "%s: %s", path,
			       err == -EMSGSIZE
				       ? "too long"
				       : strerror_r(-err, why, sizeof(why)));
		return err;
	}

	err = flat_text(text, len, path, fn, arg, reterr, cap);
	mem_free(text);

	return err;
}
