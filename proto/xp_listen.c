/**
 * @file xp_listen.c  What travels on a listen socket
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "proto/xp_json.h"

static const struct {
	const char *type;
	enum xp_listen_kind kind;
} kinds[] = {
	{"listen-started", XP_LISTEN_STARTED},
	{"incoming-call", XP_INCOMING_CALL},
	{"assign-call", XP_ASSIGN_CALL},
	{"claim-call", XP_CLAIM_CALL},
	{"answer-call", XP_ANSWER_CALL},
	{"decline-call", XP_DECLINE_CALL},
};

static enum xp_listen_kind kind_of(const char *type)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].type, type))
			return kinds[i].kind;
	return XP_LISTEN_UNKNOWN;
}

static const char *type_of(enum xp_listen_kind kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].kind == kind)
			return kinds[i].type;
	return NULL;
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

int xp_listen_decode(struct xp_listen *ret, const char *s, size_t len,
		     struct xp_error *reterr)
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
	if (!r.rc)
		l.kind = kind_of(l.type);
	if (l.kind == XP_LISTEN_STARTED)
		xp_get_int(&r, "other_listeners", &l.other_listeners, 0);
	else if (l.kind != XP_LISTEN_UNKNOWN)
		xp_get_key(&r, "call_id", &l.call_id);
	if (l.kind == XP_ASSIGN_CALL)
		read_info(&r, &l.info);
	if (r.rc) {
		xp_doc_free(doc);
		return r.rc;
	}

	l.root = doc;
	*ret = l;
	return 0;
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

char *xp_listen_encode(const struct xp_listen *l)
{
	struct xp_writer w = xp_writer_of("message_type", type_of(l->kind));

	if (l->kind == XP_LISTEN_STARTED)
		xp_put_int(&w, "other_listeners", l->other_listeners);
	else
		xp_put_text(&w, "call_id", l->call_id);
	if (l->kind == XP_ASSIGN_CALL)
		xp_put(&w, "call_info", info_json(&l->info));

	return xp_text(&w);
}
