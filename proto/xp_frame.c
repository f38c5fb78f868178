/**
 * @file xp_frame.c  Frames of the numbered layer
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "proto/xp_json.h"

static const struct {
	const char *type;
	enum xp_frame_kind kind;
} kinds[] = {
	{"open", XP_OPEN},       {"open-ack", XP_OPEN_ACK},
	{"message", XP_MESSAGE}, {"ack", XP_ACK},
	{"ping", XP_PING},       {"pong", XP_PONG},
	{"close", XP_CLOSE},
};

static enum xp_frame_kind kind_of(const char *type)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].type, type))
			return kinds[i].kind;
	return XP_FRAME_UNKNOWN;
}

static const char *type_of(enum xp_frame_kind kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].kind == kind)
			return kinds[i].type;
	return NULL;
}

/* Names that are not known are skipped: the peer may be newer. */
static void read_extensions(struct xp_reader *r, struct xp_frame *f)
{
	const char *const *names = NULL;
	uint32_t n = 0;

	xp_get_texts(r, "extensions", &names, &n, XP_EXTENSIONS_MAX);
	for (uint32_t i = 0; i < n; i++)
		f->extensions |= xp_extension_named(names[i]);
}

static void put_extensions(struct xp_writer *w, uint32_t extensions)
{
	json_t *array = json_array();

	for (uint32_t one = 1; one < XP_EXT_ALL && array; one <<= 1) {
		if (!(extensions & one))
			continue;
		if (json_array_append_new(
			    array, json_string(xp_extension_name(one))) < 0) {
			json_decref(array);
			array = NULL;
		}
	}
	xp_put(w, "extensions", array);
}

static void read_payload(struct xp_reader *r, struct xp_frame *f)
{
	xp_get_object(r, "payload", &f->payload);
	if (r->rc)
		return;

	if (f->payload)
		f->payload_len = strlen(f->payload);
	else
		(void)xp_fail(r, -EBADMSG, "payload", "must be an object");
}

static void read_frame(struct xp_reader *r, struct xp_frame *f)
{
	switch (f->kind) {
	case XP_FRAME_UNKNOWN:
		break;
	case XP_OPEN:
		xp_get_text_or(r, "name", &f->name, XP_KEY_BYTES_MAX, "");
		xp_get_key(r, "connection_id", &f->connection_id);
		/* fall through */
	case XP_OPEN_ACK:
		xp_get_flag(r, "is_reopen", &f->is_reopen, 0);
		read_extensions(r, f);
		/* fall through */
	case XP_ACK:
		xp_get_int(r, "last_seen_sequence", &f->last_seen, 0);
		break;
	case XP_MESSAGE:
		xp_get_int(r, "sequence", &f->sequence, 1);
		read_payload(r, f);
		break;
	case XP_PONG:
		xp_get_stamp(r, "pong_timestamp", &f->pong_ms, 0);
		/* fall through */
	case XP_PING:
		xp_get_stamp(r, "ping_timestamp", &f->ping_ms, 0);
		break;
	case XP_CLOSE:
		xp_get_text_or(r, "reason", &f->reason, XP_KEY_BYTES_MAX,
			       "unknown");
		xp_get_text_or(r, "description", &f->description,
			       XP_TEXT_BYTES_MAX, "");
		break;
	}
}

int xp_frame_decode(struct xp_frame *ret, const char *s, size_t len,
		    struct xp_error *reterr)
{
	struct xp_frame f = {0};
	struct xp_reader r;
	struct xp_doc *doc;
	int rc;

	/* One level more than a payload may have by itself. */
	rc = xp_doc_new(&doc, s, len, XP_DEPTH_MAX + 1, reterr);
	if (rc < 0)
		return rc;

	r = xp_doc_reader(doc, reterr);
	xp_get_key(&r, "message_type", &f.type);
	if (!r.rc) {
		f.kind = kind_of(f.type);
		read_frame(&r, &f);
	}
	if (r.rc) {
		xp_doc_free(doc);
		return r.rc;
	}

	f.root = doc;
	*ret = f;
	return 0;
}

void xp_frame_done(struct xp_frame *f)
{
	xp_doc_free(f->root);
	f->root = NULL;
}

char *xp_frame_encode(const struct xp_frame *f)
{
	const char *type = type_of(f->kind);
	struct xp_writer w = xp_writer_of("message_type", type);

	switch (f->kind) {
	case XP_FRAME_UNKNOWN:
		break;
	case XP_OPEN:
		xp_put_text(&w, "name", f->name ? f->name : "");
		xp_put_text(&w, "connection_id", f->connection_id);
		/* fall through */
	case XP_OPEN_ACK:
		xp_put_flag(&w, "is_reopen", f->is_reopen);
		if (f->extensions & XP_EXT_ALL)
			put_extensions(&w, f->extensions);
		/* fall through */
	case XP_ACK:
		xp_put_int(&w, "last_seen_sequence", f->last_seen);
		break;
	case XP_MESSAGE:
		xp_put_int(&w, "sequence", f->sequence);
		return xp_text_with(&w, "payload", f->payload,
				    f->payload_len ? f->payload_len
				    : f->payload   ? strlen(f->payload)
						   : 0);
	case XP_PING:
	case XP_PONG:
		xp_put_int(&w, "ping_timestamp", f->ping_ms);
		if (f->kind == XP_PONG)
			xp_put_int(&w, "pong_timestamp", f->pong_ms);
		break;
	case XP_CLOSE:
		xp_put_text(&w, "reason", f->reason);
		xp_put_text(&w, "description",
			    f->description ? f->description : "");
		break;
	}

	return xp_text(&w);
}
