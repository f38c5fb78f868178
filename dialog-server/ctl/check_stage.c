/**
 * @file check_stage.c  The server that an Expert under test dials
 *
 *   listen socket <-- offers --> claim, assign, answer
 *   call socket   <-- events --> commands
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "ctl/check.h"
#include "ctl/interrupt.h"
#include "net/loop.h"
#include "net/server.h"

enum {
	OFFERS_MOST = 5,
	QUEUE_BYTES = 2 * 1024 * 1024,
	BODY_BYTES = 64 * 1024,
	CONNECTIONS = 64,
};

/* Before open tells which link it belongs to. */
struct check_socket {
	struct check *check;
	struct check_peer *peer;
	int is_call, elsewhere;
	char id[CHECK_ID_BYTES];
};

/* ---- calls ---------------------------------------------------------------
 */

static struct check_call *call_of(struct check *c, const char *id)
{
	for (unsigned i = 0; i < c->n_calls; i++)
		if (strcmp(c->calls[i].id, id) == 0)
			return &c->calls[i];

	return NULL;
}

static void listen_tell(struct check_peer *p, enum xp_listen_kind kind,
			const char *call_id)
{
	const char *address = p->check->address;
	struct xp_listen m = {.kind = kind, .call_id = call_id};

	if (strncmp(address, "web:", 4) == 0) {
		m.info.type = XP_CALL_WEBRTC;
		m.info.webrtc_code = address + 4;
	} else if (strncmp(address, "sip:", 4) == 0) {
		m.info.type = XP_CALL_SIP;
		m.info.sip_code = address + 4;
		m.info.from_aor = "sip:caller@example.org";
		m.info.sip_headers_json = "{}";
	} else {
		m.info.type = XP_CALL_PSTN;
		m.info.to_number = address;
		m.info.from_number = "+15555550199";
		m.info.caller_id = "Ada";
	}
	check_peer_tell(p,
			xp_listen_encode_for(&m, xp_link_extensions(p->link)));
}

static void listen_message(struct check_peer *p, const char *text, size_t len)
{
	struct check *c = p->check;
	struct check_call *call;
	struct xp_error why;
	struct xp_listen m;

	if (xp_listen_decode_for(&m, text, len, xp_link_extensions(p->link),
				 &why) < 0) {
		check_fault(c,
			    "a message of section 3 was expected, in what "
			    "came %s %s: %.160s",
			    why.where, why.what, text);
		return;
	}
	call = m.call_id ? call_of(c, m.call_id) : NULL;
	if (m.kind == XP_LISTEN_UNKNOWN)
		check_fault(c,
			    "a message that exists and is agreed was "
			    "expected, not \"%s\"",
			    m.type);
	else if (m.call_id && (!call || !call->offered))
		check_fault(c,
			    "%s of a call that was offered was expected, "
			    "not of \"%s\"",
			    m.type, m.call_id);
	else if (m.kind == XP_CLAIM_CALL && !call->claimed++ &&
		 !call->never_assign) {
		listen_tell(p, XP_ASSIGN_CALL, call->id);
		call->assigned = 1;
	} else if (m.kind == XP_DECLINE_CALL) {
		call->declined = 1;
	} else if (m.kind == XP_ANSWER_CALL && !call->assigned) {
		check_fault(c, "answer-call was expected after assign-call, "
			       "not before");
	} else if (m.kind == XP_ANSWER_CALL) {
		call->answered++;
	}
	xp_listen_done(&m);
}

/* Which question an answer is to: those asked are q-1, q-2, ... of a call. */
static void check_answer(struct check *c, struct check_call *call,
			 const char *id)
{
	int64_t n = 0;

	if (strncmp(id, "q-", 2) != 0 ||
	    text_to_int(id + 2, 1, call->asked, &n) < 0)
		check_fault(c,
			    "an answer to a question that was asked was "
			    "expected, not to \"%s\"",
			    id);
	else if (++call->answers > call->asked)
		check_fault(c,
			    "one answer a question was expected, the "
			    "second to %s came",
			    id);
}

static void call_message(struct check_peer *p, const char *text, size_t len)
{
	struct check *c = p->check;
	struct check_call *call = call_of(c, p->id);
	struct xp_error why;
	struct xp_command m;

	if (!call)
		return;
	if (xp_command_decode_for(&m, text, len, xp_link_extensions(p->link),
				  &why) < 0) {
		check_fault(c,
			    "a command of section 4 was expected, in what "
			    "came %s %s: %.160s",
			    why.where, why.what, text);
		return;
	}
	if (m.kind == XP_CMD_UNKNOWN)
		check_fault(c,
			    "a command that exists and is agreed was "
			    "expected, not \"%s\"",
			    m.type);
	if (m.kind == XP_REGISTERED_HOOKS) {
		call->hooks++;
		call->has_question = m.has_on_question;
		call->has_action = m.has_on_action || m.has_on_intent;
	}
	if (m.kind == XP_ANSWER_QUESTION)
		check_answer(c, call, m.id);
	xp_command_done(&m);
}

/* ---- sockets -------------------------------------------------------------
 */

/* Does the query name the address that is under test? */
static int is_ours(const struct check *c, struct http_req *req)
{
	const char *number = http_query(req, "phone_number");
	const char *web = http_query(req, "webrtc_code");
	const char *sip = http_query(req, "sip_code");

	if (web)
		return strncmp(c->address, "web:", 4) == 0 &&
		       strcmp(c->address + 4, web) == 0;
	if (sip)
		return strncmp(c->address, "sip:", 4) == 0 &&
		       strcmp(c->address + 4, sip) == 0;

	return number && strcmp(c->address, number) == 0;
}

static int on_accept(struct http_req *req, void *arg, void **ret_arg)
{
	struct check *c = arg;
	const char *auth = http_header(req, "authorization");
	int is_call = strstr(http_path(req), "connect-call") != NULL;
	struct check_socket *s;

	if (!auth || strncmp(auth, "Bearer ", 7) != 0 ||
	    strcmp(auth + 7, c->key) != 0) {
		c->wrong_keys++;
		return 401;
	}
	if (!is_call && !http_query(req, "phone_number") &&
	    !http_query(req, "webrtc_code") && !http_query(req, "sip_code")) {
		check_fault(c, "an address in the query of the listen socket "
			       "was expected");
		return 400;
	}
	if (!is_call && c->listen_status) {
		c->refused++;
		return c->listen_status;
	}
	s = mem_zalloc(sizeof(*s));
	if (!s)
		return 503;
	s->check = c;
	s->is_call = is_call;
	s->elsewhere = !is_call && !is_ours(c, req);
	(void)text_copy(s->id, sizeof(s->id), is_call ? http_tail(req) : "");
	*ret_arg = s;

	return 0;
}

static void refuse(struct ws *ws, const char *reason)
{
	struct xp_frame f = {.kind = XP_CLOSE,
			     .reason = reason,
			     .description = "nothing is known of this"};
	char *text = xp_frame_encode(&f);

	if (text)
		(void)ws_send_text(ws, text, strlen(text));
	free(text);
	ws_close(ws, 1000, "");
}

static struct check_peer *known(struct check_socket *s, const char *id)
{
	for (unsigned i = s->check->n_peers; i-- > 0;) {
		struct check_peer *p = s->check->peers[i];

		if (p->is_call == s->is_call &&
		    strcmp(p->connection_id, id) == 0 &&
		    strcmp(p->id, s->id) == 0)
			return p;
	}

	return NULL;
}

/* A link that was not there before. @return NULL when it is refused */
static struct check_peer *begin(struct check_socket *s,
				const struct xp_frame *f)
{
	struct check *c = s->check;
	struct check_call *call = s->is_call ? call_of(c, s->id) : NULL;
	uint32_t extensions = call ? call->extensions : 0;
	struct check_peer *p;

	if (s->is_call && (!call || !call->assigned)) {
		check_fault(c,
			    "the socket of a call that was assigned was "
			    "expected, not of \"%s\"",
			    s->id);
		return NULL;
	}
	if (s->is_call && call->peer) {
		if (!call->peer->over)
			check_fault(c, "the same connection_id was expected "
				       "for all sockets of a call");
		call->peer->late_opens++;
		return NULL;
	}
	if (f->is_reopen)
		return NULL; /* of a server that was here before us */
	if (f->last_seen)
		check_fault(c,
			    "last_seen_sequence 0 was expected in the "
			    "first open of a link, not %lld",
			    (long long)f->last_seen);
	p = check_peer_new(c, 1, f->connection_id, extensions);
	if (!p)
		return NULL;
	p->is_call = s->is_call;
	p->payload = s->is_call ? call_message : listen_message;
	p->elsewhere = s->elsewhere;
	(void)text_copy(p->id, sizeof(p->id), s->id);
	if (call) {
		call->peer = p;
		p->deaf = call->deaf;
	}

	return p;
}

/* @return NULL when it is refused: the socket is being closed */
static struct check_peer *find_link(struct check_socket *s, struct ws *ws,
				    const struct xp_frame *f)
{
	struct check_peer *p = known(s, f->connection_id);

	if (p && (p->over || p->forgotten)) {
		p->late_opens++;
		p->over = 1;
		refuse(ws, XP_CLOSE_STATE_LOST);
		return NULL;
	}
	if (p && p->opens && !f->is_reopen) {
		check_fault(s->check, "is_reopen true was expected of a link "
				      "that was open before");
		refuse(ws, XP_CLOSE_STATE_LOST);
		return NULL;
	}
	if (!p)
		p = begin(s, f);
	if (!p) {
		refuse(ws, XP_CLOSE_STATE_LOST);
		return NULL;
	}
	if (p->ws)
		check_peer_cut(p, 1000, "another socket");

	return p;
}

static void on_first(struct check_socket *s, struct ws *ws, const char *text,
		     size_t len)
{
	struct check *c = s->check;
	struct xp_error why;
	struct xp_frame f;
	int fresh;

	if (xp_frame_decode(&f, text, len, &why) < 0) {
		check_fault(c,
			    "open was expected as the first frame, in what "
			    "came %s %s: %.120s",
			    why.where, why.what, text);
		ws_close(ws, 1008, "open was expected");
		return;
	}
	if (f.kind != XP_OPEN) {
		check_fault(c, "open was expected as the first frame, not %s",
			    f.type);
		ws_close(ws, 1008, "open was expected");
		goto out;
	}
	s->peer = find_link(s, ws, &f);
	if (!s->peer)
		goto out;
	fresh = !s->peer->opens;
	s->peer->ws = ws;
	xp_link_connected(s->peer->link, clock_now_us());
	check_peer_input(s->peer, text, len);
	if (fresh && !s->is_call && s->peer->opens)
		check_peer_tell_text(s->peer,
				     "{\"message_type\":\"listen-started\","
				     "\"other_listeners\":0}");
out:
	xp_frame_done(&f);
}

static void on_text(struct ws *ws, void *arg, const char *text, size_t len)
{
	struct check_socket *s = arg;

	if (!s->peer)
		on_first(s, ws, text, len);
	else if (s->peer->ws == ws)
		check_peer_input(s->peer, text, len);
	loop_stop(s->check->loop);
}

static void on_binary(struct ws *ws, void *arg, const void *data, size_t len)
{
	struct check_socket *s = arg;

	(void)data;
	check_fault(s->check,
		    "text messages were expected, not %zu bytes of "
		    "a binary one",
		    len);
	ws_close(ws, 1003, "text was expected");
}

static void on_close(struct ws *ws, void *arg, int code, const char *why)
{
	struct check_socket *s = arg;

	if (s->peer && s->peer->ws == ws)
		check_peer_gone(s->peer, code, why);
	mem_free(s);
}

static const struct ws_handlers socket_handlers = {
	.on_text = on_text,
	.on_binary = on_binary,
	.on_close = on_close,
	.max_message_bytes = XP_MESSAGE_BYTES_MAX,
	.max_queue_bytes = QUEUE_BYTES,
};

/* What a published client asks for before it dials. */
static void on_supported(struct http_req *req, void *arg)
{
	static const char yes[] = "{\"deprecation_status\":\"supported\","
				  "\"status\":\"supported\"}";

	(void)arg;
	http_reply(req, 200, "application/json", NULL, yes, sizeof(yes) - 1);
}

static void on_code(struct http_req *req, void *arg)
{
	const struct check *c = arg;
	int sip = strstr(http_path(req), "sip-agents") != NULL;
	const char *kind = sip ? "sip" : "web";
	char body[256];

	if (strncmp(c->address, kind, 3) != 0 || c->address[3] != ':') {
		http_error(req, 404, "another kind of address is tested");
		return;
	}
	(void)snprintf(body, sizeof(body), "{\"%s_code\":\"%s\"}",
		       sip ? "sip" : "webrtc", c->address + 4);
	http_reply(req, 200, "application/json", NULL, body, strlen(body));
}

static const struct route routes[] = {
	{.method = "WS",
	 .path = "/v2/listen-inbound",
	 .auth = AUTH_SELF,
	 .accept = on_accept,
	 .ws = &socket_handlers},
	{.method = "WS",
	 .path = "/v2/connect-call/*",
	 .auth = AUTH_SELF,
	 .accept = on_accept,
	 .ws = &socket_handlers},
	{.method = "POST",
	 .path = "/v1/check-sdk-deprecation",
	 .auth = AUTH_PUBLIC,
	 .handle = on_supported},
	{.method = "GET",
	 .path = "/v1/deprecation-status",
	 .auth = AUTH_PUBLIC,
	 .handle = on_supported},
	{.method = "POST",
	 .path = "/v1/webrtc-agents",
	 .auth = AUTH_PUBLIC,
	 .handle = on_code},
	{.method = "POST",
	 .path = "/v1/sip-agents",
	 .auth = AUTH_PUBLIC,
	 .handle = on_code},
	{0},
};

int check_stage_open(struct check *c, const char *where)
{
	const char *colon = where ? strrchr(where, ':') : NULL;
	char host[128] = "127.0.0.1", why[128];
	struct server_options o = {.address = host,
				   .routes = routes,
				   .max_body_bytes = BODY_BYTES,
				   .max_connections = CONNECTIONS,
				   .arg = c};
	int64_t port = 0;
	int err;

	if (where && (!colon || colon == where ||
		      (size_t)(colon - where) >= sizeof(host) ||
		      text_to_int(colon + 1, 0, 65535, &port) < 0)) {
		(void)fprintf(stderr,
			      "dialogctl: --listen wants HOST:PORT, "
			      "not \"%s\"\n",
			      where);
		return CTL_USAGE;
	}
	if (where)
		(void)snprintf(host, sizeof(host), "%.*s",
			       (int)(colon - where), where);
	o.port = (int)port;
	err = server_open(&c->server, c->loop, &o);
	if (err) {
		(void)fprintf(stderr,
			      "dialogctl: cannot listen on %s:%lld: "
			      "%s\n",
			      host, (long long)port,
			      strerror_r(-err, why, sizeof(why)));
		return CTL_FAILED;
	}
	(void)snprintf(c->url, sizeof(c->url), "%s:%d", host,
		       server_port(c->server));
	(void)text_random_hex(c->prefix, sizeof(c->prefix), 4);

	return CTL_OK;
}

void check_stage_close(struct check *c)
{
	c->server = server_close(c->server);
}

/* ---- what scenarios are made of ------------------------------------------
 */

struct check_peer *check_listener(const struct check *c)
{
	for (unsigned i = c->n_peers; i-- > 0;) {
		struct check_peer *p = c->peers[i];

		if (!p->is_call && !p->elsewhere && !p->over &&
		    check_peer_is_open(p))
			return p;
	}

	return NULL;
}

struct check_call *check_offer(struct check *c)
{
	struct check_call *call;
	struct check_peer *p;

	check_begin(c, CHECK_REDIAL_US);
	while (!check_listener(c) && check_turn(c))
		;
	p = check_listener(c);
	if (!p || c->n_calls == CHECK_CALLS_MAX) {
		(void)check_fail(c, "an Expert that listens was expected, "
				    "nobody did");
		return NULL;
	}
	call = &c->calls[c->n_calls++];
	(void)snprintf(call->id, sizeof(call->id), "check-%s-%u", c->prefix,
		       c->n_calls);
	call->offered = 1;
	listen_tell(p, XP_INCOMING_CALL, call->id);

	return call;
}

int check_follow(struct check *c, struct check_call *call)
{
	EXPECT(c, CHECK_CLAIM_US, call->claimed || call->declined,
	       "claim-call or decline-call was expected within 2 s of "
	       "incoming-call, neither came");
	if (call->declined)
		return 1;
	EXPECT(c, CHECK_ANSWER_US, call->answered || call->declined,
	       "answer-call or decline-call was expected within 10 s of "
	       "assign-call, neither came");
	if (call->declined)
		return 1;
	EXPECT(c, CHECK_ANSWER_US, call->peer && call->peer->opens,
	       "the socket of the call was expected within 10 s of "
	       "answer-call, with open as its first frame; none came");

	return 0;
}

int check_take(struct check *c, const struct check_call *like,
	       struct check_call **ret)
{
	for (int i = 0; i < OFFERS_MOST; i++) {
		struct check_call *call = check_offer(c);
		int err;

		if (!call)
			return -EPROTO;
		if (like) {
			call->deaf = like->deaf;
			call->extensions = like->extensions;
		}
		err = check_follow(c, call);
		if (err < 0)
			return err;
		if (!err) {
			*ret = call;
			return 0;
		}
	}

	return check_fail(c,
			  "that one of %d calls is taken was expected, all "
			  "were declined",
			  OFFERS_MOST);
}

void check_event(struct check_call *call, const struct xp_event *e)
{
	check_peer_tell(
		call->peer,
		xp_event_encode_for(e, xp_link_extensions(call->peer->link)));
}

int check_end(struct check *c, struct check_call *call)
{
	const struct xp_event e = {.kind = XP_SESSION_ENDED,
				   .text = "user-hangup"};
	struct check_peer *p = call->peer;
	struct ws *had = p->ws;

	check_event(call, &e);
	/* The link is over with it: who has it may close the socket at once,
	 * and so take its own acknowledgement away. */
	EXPECT(c, CHECK_REDIAL_US,
	       xp_link_unacked(p->link) == 0 || p->over ||
		       (had && p->ws != had),
	       "an acknowledgement of bot-session-ended was expected on a "
	       "link that was opened %d times, it did not come",
	       p->opens);
	p->over = 1;
	check_peer_cut(p, 1000, "");

	return 0;
}

int check_lives(struct check *c, struct check_peer *p, const char *after)
{
	static int64_t last = 1000;
	int64_t ping_ms = ++last;

	check_peer_ping(p, ping_ms);
	EXPECT(c, CHECK_PROMPT_US, p->pong_ms == ping_ms,
	       "a pong with the time of its ping was expected %s, %s", after,
	       p->ws                ? "none came"
	       : p->close_code == 0 ? "the socket was gone"
				    : "the Expert closed the socket");

	return 0;
}

void check_stage_clear(struct check *c)
{
	c->listen_status = 0;
	for (unsigned i = 0; i < c->n_calls; i++) {
		struct check_call *call = &c->calls[i];
		struct check_peer *p = call->peer;

		call->never_assign = 0;
		if (!p || p->over)
			continue;
		check_peer_release(p);
		p->deaf = 0;
		if (!p->ws || check_end(c, call) < 0) {
			p->over = 1;
			check_peer_cut(p, 1000, "");
		}
	}
}

/* ---- waiting -------------------------------------------------------------
 */

int check_fail(struct check *c, const char *fmt, ...)
{
	va_list ap;

	if (!c->why[0]) {
		va_start(ap, fmt);
		(void)vsnprintf(c->why, sizeof(c->why), fmt, ap);
		va_end(ap);
	}

	return -EPROTO;
}

void check_fault(struct check *c, const char *fmt, ...)
{
	va_list ap;

	if (!c->fault[0]) {
		va_start(ap, fmt);
		(void)vsnprintf(c->fault, sizeof(c->fault), fmt, ap);
		va_end(ap);
	}
}

void check_begin(struct check *c, int64_t us)
{
	c->until_us = clock_now_us() + us * c->slow;
}

int check_turn(struct check *c)
{
	int64_t now_us = clock_now_us();

	if (c->fault[0] || interrupt_came() || now_us >= c->until_us)
		return 0;
	check_child_poll(c);
	if (c->child_gone) {
		check_fault(c,
			    "an Expert that runs was expected, it ended "
			    "with status %d",
			    c->child_status);
		return 0;
	}
	for (unsigned i = 0; i < c->n_peers; i++)
		if (c->peers[i]->ws && !c->peers[i]->holding)
			(void)xp_link_tick(c->peers[i]->link, now_us);
	loop_run(c->loop);

	return 1;
}

int check_pause(struct check *c, int64_t us)
{
	c->until_us = clock_now_us() + us;
	while (check_turn(c))
		;

	return c->fault[0] ? -EPROTO : 0;
}
