/**
 * @file check_peer.c  One numbered link, with a tap on its frames
 *
 *   socket --> [ tap: count, hold, lose ] --> xp_link --> inbox
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "ctl/check.h"
#include "net/ws.h"

/* ---- events of the link --------------------------------------------------
 */

static int on_send(void *arg, const char *text, size_t len)
{
	struct check_peer *p = arg;

	if (strstr(text, "\"message_type\":\"message\"")) {
		mem_free(p->last_message);
		p->last_message = mem_strndup(text, len);
	}

	return p->ws ? ws_send_text(p->ws, text, len) : -EPIPE;
}

static void on_payload(void *arg, const char *text, size_t len)
{
	struct check_peer *p = arg;
	json_t *payload = json_loadb(text, len, 0, NULL);

	if (payload && json_array_size(p->inbox) < CHECK_FRAMES_MAX)
		(void)json_array_append_new(p->inbox, payload);
	else
		json_decref(payload);
	if (p->payload)
		p->payload(p, text, len);
}

static void on_opened(void *arg, int reopen)
{
	struct check_peer *p = arg;

	(void)reopen;
	p->opens++;
}

static void on_drop(void *arg, const char *why)
{
	struct check_peer *p = arg;

	if (!p->over)
		check_fault(p->check, "%s: a ping was expected to be answered",
			    why);
	check_peer_cut(p, 1001, why);
}

static void on_closed(void *arg, const char *reason, const char *description)
{
	struct check_peer *p = arg;

	if (!p->over)
		check_fault(p->check,
			    "a link that lives on was expected, what came "
			    "ended it: %s (%s)",
			    description && description[0] ? description
							  : "no word why",
			    reason);
	p->over = 1;
}

static const struct xp_link_events link_events = {
	.send = on_send,
	.payload = on_payload,
	.opened = on_opened,
	.drop = on_drop,
	.closed = on_closed,
};

/* ---- life ----------------------------------------------------------------
 */

struct check_peer *check_peer_new(struct check *c, int server,
				  const char *connection_id,
				  uint32_t extensions)
{
	struct xp_link_options o = {.server = server,
				    .name = "expert-check",
				    .connection_id = connection_id,
				    .extensions = extensions};
	struct check_peer *p;

	if (c->n_peers == CHECK_PEERS_MAX) {
		check_fault(c, "fewer than %d links were expected",
			    CHECK_PEERS_MAX);
		return NULL;
	}
	p = mem_must(mem_zalloc(sizeof(*p)), "link");
	p->check = c;
	p->taken = json_array();
	p->lost = json_array();
	p->inbox = json_array();
	(void)text_copy(p->connection_id, sizeof(p->connection_id),
			connection_id);
	if (xp_link_new(&p->link, &o, &link_events, p) < 0)
		return check_peer_free(p);
	c->peers[c->n_peers++] = p;

	return p;
}

struct check_peer *check_peer_free(struct check_peer *p)
{
	if (!p)
		return NULL;
	xp_link_free(p->link);
	for (unsigned i = 0; i < p->n_held; i++)
		mem_free(p->held[i]);
	json_decref(p->taken);
	json_decref(p->lost);
	json_decref(p->inbox);
	mem_free(p->last_message);

	return mem_free(p);
}

int check_peer_is_open(const struct check_peer *p)
{
	return p && p->ws && xp_link_is_open(p->link);
}

/* ---- what comes ----------------------------------------------------------
 */

static void keep(struct check_peer *p, json_t *list, const struct xp_frame *f)
{
	json_t *payload = json_loadb(f->payload, f->payload_len, 0, NULL);

	if (json_array_size(list) >= CHECK_FRAMES_MAX) {
		check_fault(p->check, "fewer than %d messages were expected",
			    CHECK_FRAMES_MAX);
		json_decref(payload);
		return;
	}
	(void)json_array_append_new(list, json_pack("{s:I, s:o}", "sequence",
						    (json_int_t)f->sequence,
						    "payload", payload));
}

/* @return nonzero when the frame is lost on its way to the link */
static int tap(struct check_peer *p, const struct xp_frame *f)
{
	if ((unsigned)f->kind < CHECK_FRAME_KINDS)
		p->frames[f->kind]++;

	switch (f->kind) {
	case XP_PONG:
		p->pong_ms = f->ping_ms;
		break;
	case XP_ACK:
		if (f->last_seen > p->acked)
			p->acked = f->last_seen;
		break;
	case XP_OPEN_ACK:
		p->agreed = f->extensions;
		break;
	case XP_CLOSE:
		(void)text_copy(p->reason, sizeof(p->reason), f->reason);
		break;
	case XP_MESSAGE:
		keep(p, p->deaf ? p->lost : p->taken, f);
		return p->deaf;
	default:
		break;
	}

	return 0;
}

static void deliver(struct check_peer *p, const char *text, size_t len)
{
	struct xp_error why;
	struct xp_frame f;
	int lost = 0;

	if (xp_frame_decode(&f, text, len, &why) < 0) {
		check_fault(p->check,
			    "a frame of the numbered layer was expected, in "
			    "what came %s %s: %.120s",
			    why.where, why.what, text);
	} else {
		lost = tap(p, &f);
		xp_frame_done(&f);
	}
	if (!lost)
		(void)xp_link_input(p->link, text, len, clock_now_us());
}

void check_peer_input(struct check_peer *p, const char *text, size_t len)
{
	if (p->holding && p->n_held < CHECK_HELD_MAX) {
		p->held[p->n_held++] =
			mem_must(mem_strndup(text, len), "message");
		return;
	}
	deliver(p, text, len);
}

void check_peer_release(struct check_peer *p)
{
	p->holding = 0;
	for (unsigned i = 0; i < p->n_held; i++) {
		deliver(p, p->held[i], strlen(p->held[i]));
		mem_free(p->held[i]);
	}
	p->n_held = 0;
}

void check_peer_gone(struct check_peer *p, int code, const char *why)
{
	p->ws = NULL;
	p->close_code = code ? code : -1;
	(void)text_copy(p->close_why, sizeof(p->close_why), why ? why : "");
	xp_link_disconnected(p->link);
}

/* ---- what goes -----------------------------------------------------------
 */

void check_peer_tell(struct check_peer *p, char *text)
{
	if (!text || xp_link_send(p->link, text, strlen(text)) < 0)
		check_fault(p->check,
			    "room for a message was expected: %u "
			    "are not acknowledged",
			    xp_link_unacked(p->link));
	free(text);
}

void check_peer_tell_text(struct check_peer *p, const char *text)
{
	if (xp_link_send(p->link, text, strlen(text)) < 0)
		check_fault(p->check,
			    "room for a message was expected: %u "
			    "are not acknowledged",
			    xp_link_unacked(p->link));
}

void check_peer_raw(struct check_peer *p, const char *text)
{
	if (p->ws)
		(void)ws_send_text(p->ws, text, strlen(text));
}

void check_peer_ping(struct check_peer *p, int64_t ping_ms)
{
	struct xp_frame f = {.kind = XP_PING, .ping_ms = ping_ms};
	char *text = xp_frame_encode(&f);

	if (text)
		check_peer_raw(p, text);
	free(text);
}

void check_peer_cut(struct check_peer *p, int code, const char *why)
{
	struct ws *ws = p->ws;

	if (!ws)
		return;
	/* What is still on its way is of a socket that is gone. */
	check_peer_gone(p, code, why);
	ws_close(ws, code, why);
}

/* ---- what came -----------------------------------------------------------
 */

const json_t *check_peer_find(const struct check_peer *p, const char *type,
			      size_t *at)
{
	for (; *at < json_array_size(p->inbox); ++*at) {
		const json_t *one = json_array_get(p->inbox, *at);
		const char *is = json_string_value(
			json_object_get(one, "command_type"));

		if (!is)
			is = json_string_value(
				json_object_get(one, "event_type"));
		if (!is)
			is = json_string_value(
				json_object_get(one, "message_type"));
		if (is && strcmp(is, type) == 0) {
			++*at;
			return one;
		}
	}

	return NULL;
}

int check_peer_made_up(const struct check_peer *p)
{
	for (size_t i = 0; i < json_array_size(p->lost); i++) {
		const json_t *one = json_array_get(p->lost, i);
		size_t k = 0;

		while (k < json_array_size(p->taken) &&
		       !json_equal(one, json_array_get(p->taken, k)))
			k++;
		if (k == json_array_size(p->taken))
			return 0;
	}

	return 1;
}
