/**
 * @file kit_expert.h  A scripted server for the tests of libexpert
 *
 * Real sockets on a thread of its own. It offers the calls that it is told to,
 * writes down every command and lets the test's script react.
 *
 *   test thread: expert_run() <== sockets ==> server thread: script
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_KIT_EXPERT_H
#define TESTS_KIT_EXPERT_H

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "expert.h"
#include "net/loop.h"
#include "net/server.h"
#include "net/ws.h"
#include "proto/xp.h"
#include "proto/xp_link.h"

enum { KIT_PEERS = 32, KIT_COMMANDS = 4096, KIT_TEXT = 160 };

#define KIT_NUMBER "+15555550100"

/* The server's side of one numbered link. */
struct kit_peer {
	struct xp_link *link;
	struct ws *ws;
	int is_call, opens;
	char id[KIT_TEXT]; /* the call's, or the query of a listener */
	char connection_id[KIT_TEXT];
};

/* What a test does on the server's thread; all may be NULL. */
struct kit_script {
	int status;          /* refuse every socket with it           */
	const char *calls;   /* offered at first: "a b c"; NULL: "c1" */
	uint32_t extensions; /* XP_EXT_* that the server knows       */
	int taken_over;      /* the calls had an Expert before       */
	void (*listening)(struct kit_peer *p, int again);
	void (*says)(struct kit_peer *p, const struct xp_listen *m);
	void (*assigned)(struct kit_peer *p, const char *call);
	void (*answered)(struct kit_peer *p, const char *call);
	void (*declined)(struct kit_peer *p, const char *call);
	void (*opened)(struct kit_peer *p, int again);
	void (*command)(struct kit_peer *p, const struct xp_command *c);
	void (*listen_gone)(void);
	void (*place)(struct http_req *req); /* POST create-outbound      */
};

static struct {
	const struct kit_script *script;
	struct loop *loop;
	struct server *server;
	pthread_t thread;
	struct kit_peer peers[KIT_PEERS];
	int n_peers, n_answers, n_declines, n_offers;
	char *commands[KIT_COMMANDS];
	int n_commands;
	char authorization[KIT_TEXT], uri[KIT_TEXT * 2];
	char url[KIT_TEXT];
} kit;

/* ---- sending, on the server's thread ---- */

static inline void kit_send(struct kit_peer *p, char *text)
{
	ck_assert_ptr_nonnull(text);
	ck_assert_int_eq(xp_link_send(p->link, text, strlen(text)), 0);
	free(text);
}

static inline void kit_event(struct kit_peer *p, const struct xp_event *e)
{
	kit_send(p, xp_event_encode_for(e, xp_link_extensions(p->link)));
}

static inline void kit_end(struct kit_peer *p, const char *reason)
{
	const struct xp_event e = {.kind = XP_SESSION_ENDED, .text = reason};

	kit_event(p, &e);
}

static inline void kit_raw(struct kit_peer *p, const char *text)
{
	ck_assert_int_eq(ws_send_text(p->ws, text, strlen(text)), 0);
}

static inline void kit_offer(struct kit_peer *p, enum xp_listen_kind kind,
			     const char *call)
{
	const struct xp_listen m = {
		.kind = kind,
		.call_id = call,
		.info = {.type = XP_CALL_PSTN,
			 .from_number = "+15555550199",
			 .to_number = KIT_NUMBER,
			 .caller_id = "Ada"},
		.taken_over = kit.script->taken_over,
	};

	kit_send(p, xp_listen_encode_for(&m, xp_link_extensions(p->link)));
}

/* Cut the socket; what is not acknowledged stays so. */
static inline void kit_cut(struct kit_peer *p)
{
	ws_close(p->ws, 1011, "cut");
}

/* ---- the link's events ----------------------------------------------------
 */

static inline int kit_on_send(void *arg, const char *text, size_t len)
{
	struct kit_peer *p = arg;

	return p->ws ? ws_send_text(p->ws, text, len) : -1;
}

static inline void kit_listen_message(struct kit_peer *p, const char *text,
				      size_t len)
{
	struct xp_listen m;

	ck_assert_int_eq(xp_listen_decode_for(&m, text, len,
					      xp_link_extensions(p->link),
					      NULL),
			 0);
	if (m.kind == XP_LISTENER_STATUS) {
		if (kit.script->says)
			kit.script->says(p, &m);
	} else if (m.kind == XP_CLAIM_CALL) {
		kit_offer(p, XP_ASSIGN_CALL, m.call_id);
		if (kit.script->assigned)
			kit.script->assigned(p, m.call_id);
	} else if (m.kind == XP_ANSWER_CALL) {
		kit.n_answers++;
		if (kit.script->answered)
			kit.script->answered(p, m.call_id);
	} else if (m.kind == XP_DECLINE_CALL) {
		kit.n_declines++;
		if (kit.script->declined)
			kit.script->declined(p, m.call_id);
	}
	xp_listen_done(&m);
}

static inline void kit_on_payload(void *arg, const char *text, size_t len)
{
	struct kit_peer *p = arg;
	struct xp_command c;

	if (!p->is_call) {
		kit_listen_message(p, text, len);
		return;
	}
	ck_assert_int_eq(xp_command_decode_for(&c, text, len,
					       xp_link_extensions(p->link),
					       NULL),
			 0);
	ck_assert_int_lt(kit.n_commands, KIT_COMMANDS);
	kit.commands[kit.n_commands++] = strndup(text, len);
	if (kit.script->command)
		kit.script->command(p, &c);
	xp_command_done(&c);
}

static inline void kit_first_listen(struct kit_peer *p)
{
	const char *s = kit.script->calls ? kit.script->calls : "c1";

	kit_send(p, strdup("{\"message_type\":\"listen-started\",\"other_"
			   "listeners\":0}"));
	while (*s) {
		size_t n = strcspn(s, " ");
		char call[KIT_TEXT];

		(void)snprintf(call, sizeof(call), "%.*s", (int)n, s);
		kit_offer(p, XP_INCOMING_CALL, call);
		kit.n_offers++;
		s += n + (s[n] == ' ');
	}
}

static inline void kit_on_opened(void *arg, int reopen)
{
	struct kit_peer *p = arg;

	p->opens++;
	if (p->is_call && kit.script->opened)
		kit.script->opened(p, reopen);
	if (!p->is_call && kit.script->listening)
		kit.script->listening(p, reopen);
	else if (!p->is_call && !reopen)
		kit_first_listen(p);
}

static inline void kit_on_drop(void *arg, const char *why)
{
	(void)why;
	kit_cut(arg);
}

static inline void kit_on_closed(void *arg, const char *reason,
				 const char *description)
{
	(void)arg;
	ck_abort_msg("link closed: %s %s", reason, description);
}

static const struct xp_link_events kit_link_events = {
	.send = kit_on_send,
	.payload = kit_on_payload,
	.opened = kit_on_opened,
	.drop = kit_on_drop,
	.closed = kit_on_closed,
};

/* ---- sockets ---------------------------------------------------------------
 */

/* Before open tells which link it belongs to. */
struct kit_socket {
	struct kit_peer *p;
	int is_call;
	char id[KIT_TEXT];
};

static inline int kit_accept(struct http_req *req, void *arg, void **ret_arg)
{
	struct kit_socket *s = calloc(1, sizeof(*s));
	const char *auth = http_header(req, "authorization");
	const char *tail = http_tail(req);

	(void)arg;
	(void)snprintf(kit.authorization, sizeof(kit.authorization), "%s",
		       auth ? auth : "");
	(void)snprintf(kit.uri, sizeof(kit.uri), "%s", http_uri(req));
	if (kit.script->status) {
		free(s);
		return kit.script->status;
	}
	s->is_call = !strstr(http_path(req), "listen-inbound");
	(void)snprintf(s->id, sizeof(s->id), "%s",
		       s->is_call ? tail : http_uri(req));
	*ret_arg = s;
	return 0;
}

static inline struct kit_peer *kit_find(struct kit_socket *s, const char *id)
{
	const struct xp_link_options o = {
		.server = 1, .extensions = kit.script->extensions};
	struct kit_peer *p;

	for (int i = 0; i < kit.n_peers; i++)
		if (!strcmp(kit.peers[i].connection_id, id) &&
		    !xp_link_is_closed(kit.peers[i].link))
			return &kit.peers[i];

	ck_assert_int_lt(kit.n_peers, KIT_PEERS);
	p = &kit.peers[kit.n_peers++];
	p->is_call = s->is_call;
	(void)snprintf(p->id, sizeof(p->id), "%s", s->id);
	(void)snprintf(p->connection_id, sizeof(p->connection_id), "%s", id);
	ck_assert_int_eq(xp_link_new(&p->link, &o, &kit_link_events, p), 0);
	return p;
}

static inline void kit_on_text(struct ws *ws, void *arg, const char *text,
			       size_t len)
{
	struct kit_socket *s = arg;
	struct xp_frame f;

	if (!s->p) {
		ck_assert_int_eq(xp_frame_decode(&f, text, len, NULL), 0);
		ck_assert_int_eq(f.kind, XP_OPEN);
		s->p = kit_find(s, f.connection_id);
		xp_frame_done(&f);
		s->p->ws = ws;
		xp_link_connected(s->p->link, clock_now_us());
	}
	(void)xp_link_input(s->p->link, text, len, clock_now_us());
}

static inline void kit_on_close(struct ws *ws, void *arg, int code,
				const char *why)
{
	struct kit_socket *s = arg;
	int is_call = s->is_call;

	(void)code;
	(void)why;
	if (s->p && s->p->ws == ws) {
		s->p->ws = NULL;
		xp_link_disconnected(s->p->link);
	}
	free(s);
	if (!is_call && kit.script->listen_gone)
		kit.script->listen_gone();
}

static const struct ws_handlers kit_ws_handlers = {
	.on_text = kit_on_text,
	.on_close = kit_on_close,
	.max_message_bytes = XP_MESSAGE_BYTES_MAX,
};

static inline void kit_on_place(struct http_req *req, void *arg)
{
	const char *auth = http_header(req, "authorization");

	(void)arg;
	(void)snprintf(kit.authorization, sizeof(kit.authorization), "%s",
		       auth ? auth : "");
	(void)snprintf(kit.uri, sizeof(kit.uri), "%s", http_uri(req));
	if (kit.script->place)
		kit.script->place(req);
	else
		http_error(req, 501, "no way");
}

static const struct route kit_routes[] = {
	{.method = "POST",
	 .path = "/v2/create-outbound",
	 .auth = AUTH_SELF,
	 .handle = kit_on_place},
	{.method = "WS",
	 .path = "/v2/listen-inbound",
	 .auth = AUTH_SELF,
	 .accept = kit_accept,
	 .ws = &kit_ws_handlers},
	{.method = "WS",
	 .path = "/v2/connect-call/*",
	 .auth = AUTH_SELF,
	 .accept = kit_accept,
	 .ws = &kit_ws_handlers},
	{0},
};

/* ---- life
 * ------------------------------------------------------------------- */

static inline void *kit_thread(void *arg)
{
	(void)arg;
	loop_run(kit.loop);
	return NULL;
}

static inline void kit_start(const struct kit_script *script)
{
	const struct server_options o = {
		.address = "127.0.0.1",
		.routes = kit_routes,
		.max_body_bytes = 1024,
		.max_connections = 100,
	};

	kit.script = script;
	ck_assert_int_eq(loop_new(&kit.loop, "kit"), 0);
	ck_assert_int_eq(server_open(&kit.server, kit.loop, &o), 0);
	(void)snprintf(kit.url, sizeof(kit.url), "ws://127.0.0.1:%d",
		       server_port(kit.server));
	ck_assert_int_eq(pthread_create(&kit.thread, NULL, kit_thread, NULL),
			 0);
}

/* After this the test's own thread may look at everything. */
static inline void kit_stop(void)
{
	loop_stop(kit.loop);
	ck_assert_int_eq(pthread_join(kit.thread, NULL), 0);
}

static inline void kit_free(void)
{
	server_close(kit.server);
	for (int i = 0; i < kit.n_peers; i++)
		xp_link_free(kit.peers[i].link);
	for (int i = 0; i < kit.n_commands; i++)
		free(kit.commands[i]);
	loop_free(kit.loop);
}

/* A client of the scripted server, without signals. */
static inline struct expert *kit_client(void)
{
	struct expert_options *o = expert_options_new();
	struct expert *e;

	ck_assert_int_eq(expert_options_url(o, kit.url), EXPERT_OK);
	ck_assert_int_eq(expert_options_api_key(o, "k-1"), EXPERT_OK);
	ck_assert_int_eq(expert_options_signals(o, 0), EXPERT_OK);
	e = expert_new(o);
	expert_options_free(o);
	ck_assert_ptr_nonnull(e);
	return e;
}

/* The program under test; its handlers end by expert_stop(kit_expert). */
static struct expert *kit_expert;

static inline void kit_run(const struct kit_script *script,
			   const struct expert_handlers *handlers)
{
	kit_start(script);
	kit_expert = kit_client();
	ck_assert_int_eq(expert_persona(kit_expert, "Nova", "Acme", "help"),
			 EXPERT_OK);
	ck_assert_int_eq(
		expert_listen_phone(kit_expert, KIT_NUMBER, handlers, NULL),
		EXPERT_OK);
	ck_assert_int_eq(expert_run(kit_expert), EXPERT_OK);
	kit_stop();
}

static inline void kit_done(void)
{
	expert_free(kit_expert);
	kit_free();
}

/* on_session_end of most tests. */
static inline void kit_on_end(struct expert_call *call,
			      const struct expert_end *end, void *arg)
{
	(void)call;
	(void)end;
	(void)arg;
	expert_stop(kit_expert);
}

#endif /* TESTS_KIT_EXPERT_H */
