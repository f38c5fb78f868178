/**
 * @file xp_event.c  Events of a call, server to client
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "proto/xp_event.h"

/* What is left for a payload beside the frame around it. */
enum { SNAPSHOT_BYTES_MAX = XP_MESSAGE_BYTES_MAX - 128 };

static void *at(struct xp_event *e, const struct xp_member *m)
{
	return (char *)e + m->at;
}

static const void *of(const struct xp_event *e, const struct xp_member *m)
{
	return (const char *)e + m->at;
}

static const char *text_of(const struct xp_event *e, const struct xp_member *m)
{
	return *(const char *const *)of(e, m);
}

static int64_t count_of(const struct xp_event *e, const struct xp_member *m)
{
	return *(const int64_t *)of(e, m);
}

/* An enum of ours takes the room of an int. */
static int word_of(const struct xp_event *e, const struct xp_member *m)
{
	int value;

	memcpy(&value, of(e, m), sizeof(value));
	return value;
}

static void read_word(struct xp_reader *r, struct xp_event *e,
		      const struct xp_member *m)
{
	int value = 0;

	xp_get_word(r, m->name, m->words, &value,
		    m->how == XP_HOW_WORD ? -1 : 0);
	memcpy(at(e, m), &value, sizeof(value));
}

static void read_id(struct xp_reader *r, struct xp_event *e,
		    const struct xp_member *m)
{
	xp_get_text_or(r, m->name, at(e, m), XP_KEY_BYTES_MAX, NULL);
}

static void read_member(struct xp_reader *r, struct xp_event *e,
			const struct xp_member *m)
{
	switch (m->how) {
	case XP_HOW_NONE:
		break;
	case XP_HOW_KEY:
		xp_get_key(r, m->name, at(e, m));
		break;
	case XP_HOW_TEXT:
		xp_get_text(r, m->name, at(e, m));
		break;
	case XP_HOW_TEXT_OR:
		xp_get_text_or(r, m->name, at(e, m), XP_TEXT_BYTES_MAX,
			       m->dflt);
		break;
	case XP_HOW_ID_OR:
		read_id(r, e, m);
		break;
	case XP_HOW_FLAG:
		xp_get_flag(r, m->name, at(e, m), 0);
		break;
	case XP_HOW_CODE:
		xp_get_int(r, m->name, at(e, m), -XP_INTEGER_MAX);
		break;
	case XP_HOW_COUNT:
		xp_get_int(r, m->name, at(e, m), 0);
		break;
	case XP_HOW_COUNT_OR:
		xp_get_int_or(r, m->name, at(e, m), 0,
			      m->most ? m->most : XP_INTEGER_MAX, 0);
		break;
	case XP_HOW_WORD:
	case XP_HOW_WORD_OR:
		read_word(r, e, m);
		break;
	case XP_HOW_JSON:
		xp_get_json(r, m->name, at(e, m));
		break;
	case XP_HOW_SNAPSHOT:
		xp_get_snapshot(r, at(e, m));
		break;
	case XP_HOW_MOVING:
		/* The codec's own, a moment ago. */
		xp_get_moving(r, (struct xp_snapshot *)(uintptr_t)e->snapshot);
		break;
	}
}

static const struct xp_event_type *type_named(const char *name,
					      uint32_t extensions)
{
	for (const struct xp_event_type *t = xp_event_types; t->type; t++)
		if (!strcmp(t->type, name) && !(t->extension & ~extensions))
			return t;
	return NULL;
}

static const struct xp_event_type *type_at(enum xp_event_kind kind)
{
	for (const struct xp_event_type *t = xp_event_types; t->type; t++)
		if (t->kind == kind)
			return t;
	return NULL;
}

const char *xp_event_name(enum xp_event_kind kind)
{
	const struct xp_event_type *t = type_at(kind);

	return t ? t->type : NULL;
}

uint32_t xp_event_extension(enum xp_event_kind kind)
{
	const struct xp_event_type *t = type_at(kind);

	return t ? t->extension : 0;
}

static void read_event(struct xp_reader *r, struct xp_event *e,
		       uint32_t extensions)
{
	int has_sequence =
		json_is_integer(json_object_get(r->obj, "sequence"));
	const struct xp_event_type *t;

	xp_get_key(r, "event_type", &e->type);
	if (has_sequence)
		xp_get_int(r, "sequence", &e->sequence, 0);
	t = r->rc ? NULL : type_named(e->type, extensions);
	if (!t)
		return;

	e->kind = t->kind;
	for (int i = 0; i < XP_MEMBERS_MAX; i++)
		if (!(t->m[i].extension & ~extensions))
			read_member(r, e, &t->m[i]);
}

int xp_event_decode_for(struct xp_event *ret, const char *s, size_t len,
			uint32_t extensions, struct xp_error *reterr)
{
	struct xp_event e = {0};
	struct xp_reader r;
	struct xp_doc *doc;
	int rc;

	rc = xp_doc_new(&doc, s, len, XP_DEPTH_MAX, reterr);
	if (rc < 0)
		return rc;

	r = xp_doc_reader(doc, reterr);
	read_event(&r, &e, extensions);
	if (r.rc) {
		xp_doc_free(doc);
		return r.rc;
	}

	e.root = doc;
	*ret = e;
	return 0;
}

int xp_event_decode(struct xp_event *ret, const char *s, size_t len,
		    struct xp_error *reterr)
{
	return xp_event_decode_for(ret, s, len, 0, reterr);
}

void xp_event_done(struct xp_event *e)
{
	xp_doc_free(e->root);
	e->root = NULL;
}

/* ---- encoding ----------------------------------------------------------- */

static void put_json(struct xp_writer *w, const struct xp_event *e,
		     const struct xp_member *m)
{
	const char *json = text_of(e, m);

	xp_put_raw(w, m->name, json, json ? strlen(json) : 0);
}

static void put_word(struct xp_writer *w, const struct xp_event *e,
		     const struct xp_member *m)
{
	const char *word = xp_word_of(m->words, word_of(e, m));

	if (m->how == XP_HOW_WORD)
		xp_put_text(w, m->name, word);
	else
		xp_put_text_or_null(w, m->name, word);
}

static void put_member(struct xp_writer *w, const struct xp_event *e,
		       const struct xp_member *m, uint32_t cut)
{
	const char *s;
	int flag;

	switch (m->how) {
	case XP_HOW_NONE:
		break;
	case XP_HOW_KEY:
		xp_put_text(w, m->name, text_of(e, m));
		break;
	case XP_HOW_TEXT:
		xp_put_speech(w, m->name, text_of(e, m));
		break;
	case XP_HOW_TEXT_OR:
		s = text_of(e, m) ? text_of(e, m) : m->dflt;
		if (s)
			xp_put_speech(w, m->name, s);
		else
			xp_put(w, m->name, json_null());
		break;
	case XP_HOW_ID_OR:
		xp_put_text_or_null(w, m->name, text_of(e, m));
		break;
	case XP_HOW_FLAG:
		memcpy(&flag, of(e, m), sizeof(flag));
		xp_put_flag(w, m->name, flag);
		break;
	case XP_HOW_CODE:
	case XP_HOW_COUNT:
		xp_put_int(w, m->name, count_of(e, m));
		break;
	case XP_HOW_COUNT_OR:
		xp_put(w, m->name,
		       count_of(e, m) ? json_integer(count_of(e, m))
				      : json_null());
		break;
	case XP_HOW_WORD:
	case XP_HOW_WORD_OR:
		put_word(w, e, m);
		break;
	case XP_HOW_JSON:
		put_json(w, e, m);
		break;
	case XP_HOW_SNAPSHOT:
		xp_put_snapshot(w, e->snapshot, cut);
		break;
	case XP_HOW_MOVING:
		xp_put_moving(w, e->snapshot);
		break;
	}
}

static char *encode(const struct xp_event *e, const struct xp_event_type *t,
		    uint32_t extensions, uint32_t cut)
{
	struct xp_writer w = {.obj = json_object()};

	xp_put(&w, "sequence",
	       e->sequence ? json_integer(e->sequence) : json_null());
	xp_put_text(&w, "event_type", t->type);
	for (int i = 0; i < XP_MEMBERS_MAX; i++)
		if (!(t->m[i].extension & ~extensions))
			put_member(&w, e, &t->m[i], cut);
	return xp_text(&w);
}

/* What is told elsewhere, too, goes first: the transcript is in the store, the
 * open questions come again. */
static char *encode_snapshot(const struct xp_event *e,
			     const struct xp_event_type *t,
			     uint32_t extensions)
{
	static const uint32_t order[] = {
		0,
		XP_CUT_TRANSCRIPT,
		XP_CUT_TRANSCRIPT | XP_CUT_VARIABLES,
		XP_CUT_TRANSCRIPT | XP_CUT_VARIABLES | XP_CUT_FIELDS,
		XP_CUT_TRANSCRIPT | XP_CUT_VARIABLES | XP_CUT_FIELDS |
			XP_CUT_OPEN,
	};
	char *text = NULL;

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		text = encode(e, t, extensions, order[i]);
		if (!text || strlen(text) <= SNAPSHOT_BYTES_MAX)
			return text;
		free(text);
	}

	return NULL;
}

char *xp_event_encode_for(const struct xp_event *e, uint32_t extensions)
{
	const struct xp_event_type *t = type_at(e->kind);

	if (!t || t->extension & ~extensions)
		return NULL;
	if (e->kind == XP_CALL_SNAPSHOT)
		return encode_snapshot(e, t, extensions);
	return encode(e, t, extensions, 0);
}

char *xp_event_encode(const struct xp_event *e)
{
	return xp_event_encode_for(e, 0);
}
