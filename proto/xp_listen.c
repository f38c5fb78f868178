/**
 * @file xp_listen.c  What travels on a listen socket
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "proto/xp_json.h"

static const struct kind {
	const char *type;
	enum xp_listen_kind kind;
	uint32_t extension;
} kinds[] = {
	{"listen-started", XP_LISTEN_STARTED, 0},
	{"incoming-call", XP_INCOMING_CALL, 0},
	{"assign-call", XP_ASSIGN_CALL, 0},
	{"claim-call", XP_CLAIM_CALL, 0},
	{"answer-call", XP_ANSWER_CALL, 0},
	{"decline-call", XP_DECLINE_CALL, 0},
	{"listener-status", XP_LISTENER_STATUS, XP_EXT_CAPACITY},
	{"server-draining", XP_LISTEN_DRAINING, XP_EXT_CAPACITY},
	{"withdraw-call", XP_WITHDRAW_CALL, XP_EXT_CAPACITY},
};

static enum xp_listen_kind kind_of(const char *type, uint32_t extensions)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].type, type) &&
		    !(kinds[i].extension & ~extensions))
			return kinds[i].kind;
	return XP_LISTEN_UNKNOWN;
}

static const struct kind *kind_at(enum xp_listen_kind kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].kind == kind)
			return &kinds[i];
	return NULL;
}

uint32_t xp_listen_extension(enum xp_listen_kind kind)
{
	const struct kind *k = kind_at(kind);

	return k ? k->extension : 0;
}

static void read_fields(struct xp_reader *r, struct xp_call_info *info,
			const char *type)
{
	if (!strcmp(type, "pstn")) {
		info->type = XP_CALL_PSTN;
		xp_get_text_or(r, "from_number", &info->from_number,
			       XP_KEY_BYTES_MAX, NULL);
		xp_get_text_or(r, "to_number", &info->to_number,
			       XP_KEY_BYTES_MAX, NULL);
		xp_get_text_or(r, "caller_id", &info->caller_id,
			       XP_TEXT_BYTES_MAX, NULL);
	} else if (!strcmp(type, "webrtc")) {
		info->type = XP_CALL_WEBRTC;
		xp_get_text_or(r, "webrtc_code", &info->webrtc_code,
			       XP_KEY_BYTES_MAX, NULL);
	} else if (!strcmp(type, "sip")) {
		info->type = XP_CALL_SIP;
		xp_get_text_or(r, "from_aor", &info->from_aor,
			       XP_TEXT_BYTES_MAX, NULL);
		xp_get_text_or(r, "sip_code", &info->sip_code,
			       XP_KEY_BYTES_MAX, NULL);
		xp_get_object(r, "sip_headers", &info->sip_headers_json);
	} else {
		(void)xp_fail(r, -EBADMSG, "call_type",
			      "must be pstn, webrtc or sip");
	}
}

static void read_info(struct xp_reader *r, struct xp_call_info *info)
{
	struct xp_reader sub = *r;
	const char *type = NULL;

	if (r->rc)
		return;

	sub.path = "call_info.";
	sub.obj = json_object_get(r->obj, "call_info");
	if (!json_is_object(sub.obj)) {
		(void)xp_fail(r, -EBADMSG, "call_info", "must be an object");
		return;
	}

	xp_get_key(&sub, "call_type", &type);
	if (!sub.rc)
		read_fields(&sub, info, type);
	r->rc = sub.rc;
}

/* An object of a few short texts. */
static void read_labels(struct xp_reader *r, struct xp_listen *l)
{
	const json_t *all = json_object_get(r->obj, "labels"), *v;
	const char *name;

	xp_get_object(r, "labels", &l->labels_json);
	if (r->rc || !l->labels_json)
		return;

	if (json_object_size(all) > XP_LABELS_MAX) {
		(void)xp_fail(r, -EMSGSIZE, "labels", "too many");
		return;
	}
	json_object_foreach ((json_t *)all, name, v) {
		if (!json_is_string(v))
			(void)xp_fail(r, -EBADMSG, "labels",
				      "must be an object of strings");
		else if (!name[0])
			(void)xp_fail(r, -EBADMSG, "labels",
				      "must not have an empty name");
		else if (strlen(name) > XP_KEY_BYTES_MAX ||
			 json_string_length(v) > XP_KEY_BYTES_MAX)
			(void)xp_fail(r, -EMSGSIZE, "labels", "too long");
	}
}

static void read_message(struct xp_reader *r, struct xp_listen *l,
			 uint32_t extensions)
{
	switch (l->kind) {
	case XP_LISTEN_UNKNOWN:
		break;
	case XP_LISTEN_STARTED:
		xp_get_int(r, "other_listeners", &l->other_listeners, 0);
		break;
	case XP_LISTENER_STATUS:
		xp_get_int_or(r, "max_calls", &l->max_calls, 0,
			      XP_MAX_CALLS_MAX, -1);
		read_labels(r, l);
		xp_get_flag(r, "draining", &l->draining, 0);
		break;
	case XP_LISTEN_DRAINING:
		xp_get_int(r, "deadline_ms", &l->deadline_ms, 0);
		break;
	case XP_ASSIGN_CALL:
		if (extensions & XP_EXT_RESUME)
			xp_get_flag(r, "taken_over", &l->taken_over, 0);
		read_info(r, &l->info);
		/* fall through */
	case XP_INCOMING_CALL:
	case XP_CLAIM_CALL:
	case XP_ANSWER_CALL:
	case XP_DECLINE_CALL:
	case XP_WITHDRAW_CALL:
		xp_get_key(r, "call_id", &l->call_id);
		break;
	}
}

int xp_listen_decode_for(struct xp_listen *ret, const char *s, size_t len,
			 uint32_t extensions, struct xp_error *reterr)
{
	struct xp_listen l = {0};
	struct xp_reader r;
	struct xp_doc *doc;
	int rc;

	rc = xp_doc_new(&doc, s, len, XP_DEPTH_MAX, reterr);
	if (rc < 0)
		return rc;

	r = xp_doc_reader(doc, reterr);
	xp_get_key(&r, "message_type", &l.type);
	if (!r.rc) {
		l.kind = kind_of(l.type, extensions);
		read_message(&r, &l, extensions);
	}
	if (r.rc) {
		xp_doc_free(doc);
		return r.rc;
	}

	l.root = doc;
	*ret = l;
	return 0;
}

int xp_listen_decode(struct xp_listen *ret, const char *s, size_t len,
		     struct xp_error *reterr)
{
	return xp_listen_decode_for(ret, s, len, 0, reterr);
}

void xp_listen_done(struct xp_listen *l)
{
	xp_doc_free(l->root);
	l->root = NULL;
}

static json_t *info_json(const struct xp_call_info *info)
{
	static const char *const types[] = {
		[XP_CALL_PSTN] = "pstn",
		[XP_CALL_WEBRTC] = "webrtc",
		[XP_CALL_SIP] = "sip",
	};
	struct xp_writer w = xp_writer_of("call_type", types[info->type]);
	const char *headers = info->sip_headers_json;

	switch (info->type) {
	case XP_CALL_PSTN:
		xp_put_text_or_null(&w, "from_number", info->from_number);
		xp_put_text_or_null(&w, "to_number", info->to_number);
		xp_put_text_or_null(&w, "caller_id", info->caller_id);
		break;
	case XP_CALL_WEBRTC:
		xp_put_text_or_null(&w, "webrtc_code", info->webrtc_code);
		break;
	case XP_CALL_SIP:
		xp_put_text_or_null(&w, "from_aor", info->from_aor);
		xp_put_text_or_null(&w, "sip_code", info->sip_code);
		xp_put(&w, "sip_headers",
		       json_loads(headers ? headers : "{}", 0, NULL));
		break;
	}

	return w.obj;
}

char *xp_listen_encode_for(const struct xp_listen *l, uint32_t extensions)
{
	const struct kind *k = kind_at(l->kind);
	struct xp_writer w;

	if (!k || k->extension & ~extensions)
		return NULL;

	w = xp_writer_of("message_type", k->type);
	switch (l->kind) {
	case XP_LISTEN_STARTED:
		xp_put_int(&w, "other_listeners", l->other_listeners);
		break;
	case XP_LISTENER_STATUS:
		xp_put(&w, "max_calls",
		       l->max_calls < 0 ? json_null()
					: json_integer(l->max_calls));
		xp_put_flag(&w, "draining", l->draining);
		if (l->labels_json)
			xp_put_raw(&w, "labels", l->labels_json,
				   strlen(l->labels_json));
		break;
	case XP_LISTEN_DRAINING:
		xp_put_int(&w, "deadline_ms", l->deadline_ms);
		break;
	default:
		xp_put_text(&w, "call_id", l->call_id);
		break;
	}
	if (l->kind == XP_ASSIGN_CALL) {
		xp_put(&w, "call_info", info_json(&l->info));
		if (extensions & XP_EXT_RESUME)
			xp_put_flag(&w, "taken_over", l->taken_over);
	}

	return xp_text(&w);
}

char *xp_listen_encode(const struct xp_listen *l)
{
	return xp_listen_encode_for(l, 0);
}
