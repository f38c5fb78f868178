/**
 * @file check_stage.c  The server that an Expert under test dials
 *
 *   listen socket <-- offers --> claim, assign, answer
 *   call socket   <-- events --> commands
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
#include "net/cert.h"
#include "net/loop.h"
#include "net/server.h"

enum {
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
	struct check_call *call = s->is_call ? check_call_of(c, s->id) : NULL;
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
	p->payload = s->is_call ? check_call_message : check_listen_message;
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
				   .tls_cert = c->tls_cert,
				   .tls_key = c->tls_key,
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
	(void)snprintf(c->url, sizeof(c->url), "%s:%d",
		       c->tls_cert && !where ? "localhost" : host,
		       server_port(c->server));
	(void)text_random_hex(c->prefix, sizeof(c->prefix), 4);

	return CTL_OK;
}

void check_stage_close(struct check *c)
{
	c->server = server_close(c->server);
}

int check_stage_cert(struct check *c, int trusted)
{
	struct cert_error why = {""};
	struct ssl_ctx_st *cert;
	int err = trusted ? cert_read(&cert, c->tls_cert, c->tls_key, &why)
			  : cert_untrusted(&cert);

	if (err)
		return check_fail(c, "there is no certificate: %s",
				  trusted ? why.text : "out of memory");
	server_use_cert(c->server, cert);
	cert_unref(cert);

	return 0;
}
