/**
 * @file line.c  What the lines that speak JSON over our own WebSocket share
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log_limit.h"
#include "base/text.h"
#include "channel/line.h"
#include "conf/settings.h"
#include "journal/metrics.h"
#include "net/loop.h"
#include "net/server.h"
#include "net/ws.h"

enum {
	BAD_MESSAGES_MAX = 5, /* a confused peer may recover, a hostile
				 one gets no more of our time */
	JSON_FLAGS = JSON_REJECT_DUPLICATES,
};

/* ---- who it is for --------------------------------------------------- */

int line_find_code(struct line *l, const char *code)
{
	if (!code || text_copy(l->code, sizeof(l->code), code) ||
	    web_code_find(l->address, sizeof(l->address),
			  l->host->conf->web_codes, code,
			  loop_now_us(l->host->loop))) {
		metric_add(METRIC_MEDIA_BAD_TOKEN, 1);
		return 403;
	}
	return 0;
}

int line_take_external_id(struct line *l, const struct http_req *r)
{
	const char *id = http_query(r, "external_id");

	return text_copy(l->external_id, sizeof(l->external_id), id ? id : "")
		       ? 400
		       : 0;
}

/* ---- to the peer ----------------------------------------------------- */

static int send_json(struct line *l, json_t *o)
{
	char *s = o ? json_dumps(o, JSON_COMPACT) : NULL;
	int err = s ? ws_send_text(l->ws, s, strlen(s)) : -ENOMEM;

	if (err == -EAGAIN)
		metric_add(METRIC_MEDIA_SEND_DROPPED, 1);
	free(s);
	json_decref(o);
	return err;
}

int line_text(struct line *l, const char *type, const char *who,
	      const char *text, int final)
{
	return send_json(l,
			 json_pack("{s:s, s:s*, s:s, s:b}", "type", type,
				   "who", who, "text", text, "final", final));
}

void line_end(struct line *l, enum channel_end how, const char *reason)
{
	if (l->over)
		return;
	l->over = 1;
	l->how = how;
	(void)send_json(
		l, json_pack("{s:s, s:s}", "type", "ended", "reason", reason));
	ws_close(l->ws, 1000, reason);
}

void line_error(struct line *l, const char *message)
{
	metric_add(METRIC_MEDIA_BAD_MESSAGES, 1);
	(void)send_json(l, json_pack("{s:s, s:s}", "type", "error", "message",
				     message));
	if (++l->bad < BAD_MESSAGES_MAX || l->over)
		return;
	l->over = 1;
	l->how = CHANNEL_END_PROTOCOL;
	ws_close(l->ws, 1008, "too many bad messages");
}

/* ---- from the peer --------------------------------------------------- */

static const char *member(const void *json, const char *name)
{
	return json_string_value(json_object_get(json, name));
}

static void on_text(struct line *l, const void *json)
{
	const char *text = member(json, "text");

	if (!text)
		line_error(l, "\"text\" must be a string");
	else if (strlen(text) > LIMIT_TEXT_BYTES)
		line_error(l, "\"text\" is too long");
	else if (l->ev && l->ev->text && text[strspn(text, " \t\r\n")])
		l->ev->text(l->ev_arg, text);
}

static void on_dtmf(struct line *l, const void *json)
{
	const char *digit = member(json, "digit");

	if (!digit || strlen(digit) != 1 ||
	    !strchr("0123456789*#ABCD", *digit))
		line_error(l, "\"digit\" must be one of 0-9 * # A-D");
	else if (l->ev && l->ev->dtmf)
		l->ev->dtmf(l->ev_arg, *digit);
}

static void on_hangup(struct line *l, const void *json)
{
	(void)json;
	line_end(l, CHANNEL_END_CALLER, "caller");
}

static const struct line_message *find(const struct line_message *m,
				       const char *type)
{
	for (; m && m->type; m++)
		if (!strcmp(m->type, type))
			return m;
	return NULL;
}

void line_message(struct line *l, const char *s, size_t len,
		  const struct line_message *more)
{
	static const struct line_message common[] = {
		{"text", on_text},     {"say", on_text}, {"dtmf", on_dtmf},
		{"hangup", on_hangup}, {NULL, NULL},
	};
	json_t *json = json_loadb(s, len, JSON_FLAGS, NULL);
	const char *type = member(json, "type");
	const struct line_message *m = NULL;

	if (type) {
		m = find(common, type);
		if (!m)
			m = find(more, type);
	}
	if (m)
		m->run(l, json);
	else
		line_error(l, !json   ? "not JSON"
			      : !type ? "\"type\" must be a string"
				      : "unknown \"type\"");
	json_decref(json);
}

/* ---- life ------------------------------------------------------------ */

void line_open(struct line *l, struct ws *ws, const struct channel_ops *ops,
	       unsigned hz)
{
	struct channel_offer offer = {
		.ops = ops,
		.ch = l,
		.hz = hz,
		.address = l->address,
		.external_id = l->external_id,
	};

	l->ws = ws;
	l->how = CHANNEL_END_BROKEN;
	if (*l->placed) {
		offer.placed = l->placed;
		offer.info.type = XP_CALL_PSTN;
		offer.info.from_number = l->address;
		offer.info.to_number = l->dialled;
	} else if (*l->code) {
		offer.info.type = XP_CALL_WEBRTC;
		offer.info.webrtc_code = l->code;
	} else {
		offer.info.type = XP_CALL_PSTN;
		offer.info.to_number = l->address;
	}

	int err = l->host->open(l->host->arg, &offer, &l->ev, &l->ev_arg);

	if (!err)
		return;
	l->ev = NULL;
	log_info_limited(ops->name, "line refused err=%d", err);
	line_end(l, CHANNEL_END_US, "busy");
}

void line_closed(struct line *l, int code, const char *why)
{
	const struct channel_events *ev = l->ev;

	l->ev = NULL;
	/* Leaving a page is hanging up; so is the end of a terminal. */
	if (l->how == CHANNEL_END_BROKEN && (code == 1000 || code == 1001))
		l->how = CHANNEL_END_CALLER;
	else if (l->how == CHANNEL_END_BROKEN &&
		 (code == 1002 || code == 1003 || code == 1007 ||
		  code == 1009))
		l->how = CHANNEL_END_PROTOCOL;
	if (l->how == CHANNEL_END_PROTOCOL)
		metric_add(METRIC_MEDIA_BAD_MESSAGES, 1);
	if (ev)
		ev->closed(l->ev_arg, l->how, why);
}
