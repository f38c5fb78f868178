/**
 * @file kit_peer.h  An Expert's side of the numbered layer, on real sockets
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_UNIT_KIT_PEER_H
#define TESTS_UNIT_KIT_PEER_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "net/loop.h"
#include "net/server.h"
#include "net/ws.h"
#include "proto/xp.h"
#include "proto/xp_link.h"

enum { DEADLINE_US = 5 * 1000 * 1000 };

/* The test's own. */
static struct loop *loop;
static struct server *server;

struct peer {
	struct ws *ws;
	struct xp_link *link;
	int open, closed, claims, declines, answers, deaf, rehearses;
	int other_key;
	int offers, assigned, events, code;
	uint32_t extensions; /* that it knows */
	char call_id[40];
	char last[256];
};

static inline int peer_send(void *arg, const char *text, size_t len)
{
	struct peer *p = arg;

	if (p->rehearses)
		return 0;
	return p->ws ? ws_send_text(p->ws, text, len) : -1;
}

static inline void reply(struct peer *p, enum xp_listen_kind kind,
			 const char *call)
{
	const struct xp_listen m = {.kind = kind, .call_id = call};
	char *text = xp_listen_encode(&m);

	ck_assert_int_eq(xp_link_send(p->link, text, strlen(text)), 0);
	free(text);
}

static inline void peer_payload(void *arg, const char *text, size_t len)
{
	struct peer *p = arg;
	struct xp_listen m;

	(void)snprintf(p->last, sizeof(p->last), "%.*s", (int)len, text);
	if (strstr(text, "event_type")) {
		p->events++;
		return;
	}
	ck_assert_int_eq(xp_listen_decode(&m, text, len, NULL), 0);
	if (m.kind == XP_INCOMING_CALL) {
		p->offers++;
		if (p->claims)
			reply(p, XP_CLAIM_CALL, m.call_id);
	} else if (m.kind == XP_ASSIGN_CALL) {
		p->assigned++;
		(void)snprintf(p->call_id, sizeof(p->call_id), "%s",
			       m.call_id);
		if (p->answers)
			reply(p, XP_ANSWER_CALL, m.call_id);
		if (p->declines)
			reply(p, XP_DECLINE_CALL, m.call_id);
	}
	xp_listen_done(&m);
}

static inline void peer_opened(void *arg, int again)
{
	struct peer *p = arg;

	(void)again;
	p->open++;
}

static inline void peer_drop(void *arg, const char *why)
{
	(void)arg;
	(void)why;
}

static inline void peer_over(void *arg, const char *reason,
			     const char *description)
{
	struct peer *p = arg;

	(void)description;
	p->closed = 1;
	(void)snprintf(p->last, sizeof(p->last), "%s", reason);
}

static const struct xp_link_events peer_events = {
	.send = peer_send,
	.payload = peer_payload,
	.opened = peer_opened,
	.drop = peer_drop,
	.closed = peer_over,
};

static inline void ws_opened(struct ws *ws, void *arg)
{
	struct peer *p = arg;

	p->ws = ws;
	xp_link_connected(p->link, clock_now_us());
}

static inline void ws_text(struct ws *ws, void *arg, const char *s, size_t len)
{
	struct peer *p = arg;

	(void)ws;
	if (p->deaf)
		return;
	(void)xp_link_input(p->link, s, len, clock_now_us());
}

static inline void ws_gone(struct ws *ws, void *arg, int code, const char *why)
{
	struct peer *p = arg;

	(void)ws;
	(void)why;
	p->ws = NULL;
	p->code = code;
	xp_link_disconnected(p->link);
}

static const struct ws_handlers peer_handlers = {
	.on_open = ws_opened,
	.on_text = ws_text,
	.on_close = ws_gone,
};

static inline void dial(struct peer *p, const char *path)
{
	const struct ws_header headers[] = {
		{"Authorization", p->other_key ? "Bearer 2" : "Bearer 1"},
		{NULL, NULL},
	};
	struct ws *ws;
	char url[320];

	(void)snprintf(url, sizeof(url), "ws://127.0.0.1:%d%s",
		       server_port(server), path);
	ck_assert_int_eq(ws_dial(&ws, loop, url, headers, DEADLINE_US,
				 &peer_handlers, p),
			 0);
}

static inline void peer_new(struct peer *p, const char *id, const char *path)
{
	const struct xp_link_options o = {.name = "test",
					  .connection_id = id,
					  .extensions = p->extensions};

	ck_assert_int_eq(xp_link_new(&p->link, &o, &peer_events, p), 0);
	dial(p, path);
}

/* A link that was open before, as the server may have forgotten it. */
static inline void peer_reopen(struct peer *p, const char *id,
			       const char *path)
{
	static const char ack[] =
		"{\"message_type\":\"open-ack\",\"is_reopen\":false,"
		"\"last_seen_sequence\":0}";
	const struct xp_link_options o = {.name = "test", .connection_id = id};

	ck_assert_int_eq(xp_link_new(&p->link, &o, &peer_events, p), 0);
	p->rehearses = 1;
	xp_link_connected(p->link, clock_now_us());
	(void)xp_link_input(p->link, ack, sizeof(ack) - 1, clock_now_us());
	xp_link_disconnected(p->link);
	p->rehearses = 0;
	dial(p, path);
}

static inline void peer_done(struct peer *p)
{
	xp_link_free(p->link);
}

#endif /* TESTS_UNIT_KIT_PEER_H */
