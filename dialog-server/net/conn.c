/**
 * @file conn.c  One HTTP connection: one request, its answer, the end
 *
 *   HEAD --> BODY --> WAIT (handler) --> WRITE --> closed, or LINGER
 *
 * Every state has a deadline. Nothing of a body is kept before the route is
 * known and the peer may use it.
 *
 * A connection is not kept for another request: when requests of a kept one
 * arrive together and the second has a body, lws 4.1.6 reads the same bytes
 * over and over inside lws_http_action() and never comes back.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "net/server_priv.h"

enum {
	HEAD_US = 5 * 1000 * 1000,  /* for the first head              */
	IDLE_US = 30 * 1000 * 1000, /* for the next                    */
	BODY_US = 15 * 1000 * 1000,
	ANSWER_US = 15 * 1000 * 1000, /* for the handler                 */
	WRITE_US = 10 * 1000 * 1000,  /* without any progress            */
	LINGER_US = 2 * 1000 * 1000,
	WRITE_BYTES = 32 * 1024,
};

/* ---- end ------------------------------------------------------------- */

/* The handler answers later, to nobody. */
static void forget_request(struct conn *c)
{
	if (c->req)
		request_orphan(c->req);
	c->req = NULL;
}

static void conn_free(struct conn *c)
{
	if (c->req && c->state == CONN_BODY)
		request_free(c->req); /* no handler has seen it */
	else
		forget_request(c);
	list_unlink(&c->node);
	c->server->stats.connections--;
	timer_free(c->timer);
	file_body_close(c->file);
	mem_free(c->out);
	mem_free(c);
}

void conn_cut(struct conn *c)
{
	peer_cut(&c->peer);
	conn_free(c);
}

void conn_wait(struct conn *c, int64_t us)
{
	if (c->state == CONN_WAIT)
		timer_start(c->timer, us);
}

/* ---- answering ------------------------------------------------------- */

void conn_send(struct conn *c, char *s, size_t len)
{
	mem_free(c->out);
	c->out = s; /* NULL: no memory, the connection ends when writable */
	c->out_len = len;
	c->out_at = 0;
	if (c->state == CONN_WAIT && !c->handling)
		lws_rx_flow_control(c->peer.wsi, 1);
	c->state = CONN_WRITE;
	timer_start(c->timer, WRITE_US);
	lws_callback_on_writable(c->peer.wsi);
}

void conn_more(struct conn *c, char *s, size_t len)
{
	mem_free(c->out);
	c->out = s;
	c->out_len = len;
	c->out_at = 0;
	timer_start(c->timer, WRITE_US);
	lws_callback_on_writable(c->peer.wsi);
}

/* @return nonzero when all was written, and more is on its way */
static int has_more(struct conn *c)
{
	if (!c->file || file_body_at_end(c->file))
		return 0;
	/* Without memory the connection ends by its timer. */
	(void)file_body_next(c->file);
	return 1;
}

/* @return as lws wants it for a finished transaction */
static int answered(struct conn *c, struct lws *wsi)
{
	if (!c->body_left)
		return -1;
	/* Closing with bytes unread would reset the connection, and the peer
	 * might never see the answer: let them pass. */
	c->state = CONN_LINGER;
	timer_start(c->timer, LINGER_US);
	return lws_http_transaction_completed(wsi) ? -1 : 0;
}

static int on_writable(struct conn *c, struct lws *wsi)
{
	if (c->state != CONN_WRITE)
		return 0;
	if (!c->out)
		return -1;
	while (c->out_at < c->out_len) {
		size_t n = c->out_len - c->out_at;
		enum lws_write_protocol how = LWS_WRITE_HTTP_FINAL;

		if (n > WRITE_BYTES)
			n = WRITE_BYTES;
		if (n < c->out_len - c->out_at ||
		    (c->file && !file_body_at_end(c->file)))
			how = LWS_WRITE_HTTP;
		if (lws_write(wsi, (unsigned char *)c->out + c->out_at, n,
			      how) < 0)
			return -1;
		c->out_at += n;
		timer_start(c->timer, WRITE_US);
		if (lws_partial_buffered(wsi)) {
			lws_callback_on_writable(wsi);
			return 0;
		}
	}
	return has_more(c) ? 0 : answered(c, wsi);
}

void refusal_fields(struct strbuf *b, int status, const struct server *s,
		    const struct http_req *r)
{
	if (status == 401)
		strbuf_add(b, "WWW-Authenticate: Bearer\r\n");
	if (status == 426)
		strbuf_add(b, "Upgrade: websocket\r\n"
			      "Sec-WebSocket-Version: 13\r\n");
	if (status == 405 && r) {
		strbuf_add(b, "Allow: ");
		route_methods(s, r, b);
		strbuf_add(b, "\r\n");
	}
}

/* Answer with an error of ours; takes r, which may be NULL. */
static void refuse(struct conn *c, struct http_req *r, int status)
{
	char memory[256];
	struct strbuf extra;
	size_t len = 0;

	strbuf_over(&extra, memory, sizeof(memory));
	refusal_fields(&extra, status, c->server, r);

	char *s = reply_refusal(status, extra.s, r && r->is_head, &len);

	request_free(r);
	conn_send(c, s, len);
}

/* ---- requests
 * --------------------------------------------------------------- */

static void call_handler(struct conn *c)
{
	struct http_req *r = c->req;
	struct server *s = c->server;

	c->state = CONN_WAIT;
	list_append(&s->requests, &r->node);
	s->stats.http_requests++;
	timer_start(c->timer, ANSWER_US);
	c->handling = 1;
	c->route->handle(r, s->o.arg);
	c->handling = 0;
	/* lws would turn in circles over what comes meanwhile. */
	if (c->state == CONN_WAIT)
		lws_rx_flow_control(c->peer.wsi, 0);
}

/* lws waits for a body of any length when none was declared. */
static int no_length(const struct http_req *r)
{
	return !http_header(r, "content-length") &&
	       (!strcmp(r->name, "POST") || !strcmp(r->name, "PUT") ||
		!strcmp(r->name, "PATCH"));
}

static void on_request(struct conn *c, struct lws *wsi)
{
	struct server *s = c->server;
	struct http_req *r = NULL;
	size_t len = 0;
	int status = request_make(&r, s, wsi);

	c->body_left = status != 0;
	if (!status) {
		(void)text_copy(r->peer, sizeof(r->peer), c->peer_text);
		r->conn = c;
		status = request_body_length(r, s->o.max_body_bytes, &len);
		c->body_left = status || len || no_length(r);
	}
	if (status) {
		s->stats.bad_requests++;
		refuse(c, r, status);
		return;
	}
	status = route_find(s, r, r->method, &c->route);
	if (!status && len) {
		r->body = mem_zalloc(len + 1);
		status = r->body ? 0 : 503;
	}
	if (status) {
		refuse(c, r, status);
		return;
	}
	c->req = r;
	c->body_at = 0;
	c->body_len = len;
	if (!len) {
		call_handler(c);
		return;
	}
	c->state = CONN_BODY;
	timer_start(c->timer, BODY_US);
	if (request_has_token(r, "expect", "100-continue")) {
		static unsigned char go_on[LWS_PRE + 32] = "";
		static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";

		memcpy(go_on + LWS_PRE, text, sizeof(text) - 1);
		(void)lws_write(wsi, go_on + LWS_PRE, sizeof(text) - 1,
				LWS_WRITE_HTTP_HEADERS);
	}
}

static void on_body(struct conn *c, const void *s, size_t len)
{
	if (c->state != CONN_BODY)
		return; /* of a request that was refused */
	if (len > c->body_len - c->body_at)
		len = c->body_len - c->body_at;
	memcpy(c->req->body + c->body_at, s, len);
	c->body_at += len;
}

static void on_body_end(struct conn *c)
{
	c->body_left = 0;
	if (c->state != CONN_BODY)
		return;
	c->req->body_len = c->body_at;
	call_handler(c);
}

/* ---- events
 * --------------------------------------------------------------------- */

static void on_timer(void *arg)
{
	struct conn *c = arg;
	struct http_req *r = c->req;

	switch (c->state) {
	case CONN_BODY:
		c->req = NULL;
		refuse(c, r, 408);
		break;
	case CONN_WAIT:
		forget_request(c);
		refuse(c, NULL, 503);
		break;
	case CONN_HEAD:
	case CONN_WRITE:
	case CONN_LINGER:
		conn_cut(c);
		break;
	}
}

static void on_gone(struct conn *c, struct lws *wsi)
{
	lws_set_opaque_user_data(wsi, NULL);
	c->peer.wsi = NULL;
	if (c->adopting)
		c->gone = 1;
	else
		conn_free(c);
}

static int on_event(struct peer *p, struct lws *wsi,
		    enum lws_callback_reasons why, void *in, size_t len)
{
	struct conn *c = (struct conn *)p;

	switch (why) {
	case LWS_CALLBACK_HTTP:
		if (c->state != CONN_HEAD)
			return -1; /* one is all */
		lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0);
		c->peer.wsi = wsi;
		on_request(c, wsi);
		break;
	case LWS_CALLBACK_HTTP_BODY:
		on_body(c, in, len);
		break;
	case LWS_CALLBACK_HTTP_BODY_COMPLETION:
		on_body_end(c);
		break;
	case LWS_CALLBACK_HTTP_WRITEABLE:
		return on_writable(c, wsi);
	case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
		c->peer.wsi = wsi;
		return upgrade(c, wsi);
	case LWS_CALLBACK_CLOSED_HTTP:
	case LWS_CALLBACK_WSI_DESTROY:
		on_gone(c, wsi);
		break;
	default:
		break;
	}
	return 0;
}

void conn_open(struct server *s, int fd, const char *peer_text)
{
	struct conn *c = mem_zalloc(sizeof(*c));
	lws_adopt_desc_t d = {
		.vh = s->vhost,
		.type = LWS_ADOPT_SOCKET | LWS_ADOPT_HTTP |
			LWS_ADOPT_ALLOW_SSL,
		.fd = {.sockfd = fd},
		.opaque = c ? &c->peer : NULL,
	};

	if (!c || timer_new(&c->timer, s->loop, on_timer, c)) {
		s->stats.refused++;
		mem_free(c);
		(void)close(fd);
		return;
	}
	c->peer.loop = s->loop;
	c->peer.on = on_event;
	c->server = s;
	(void)text_copy(c->peer_text, sizeof(c->peer_text), peer_text);
	list_init(&c->node);
	list_append(&s->conns, &c->node);
	s->stats.connections++;
	s->stats.accepted++;
	timer_start(c->timer, HEAD_US);
	/* Adopting reads: everything up to the end may happen inside. */
	c->adopting = 1;

	struct lws *wsi = lws_adopt_descriptor_vhost_via_info(&d);

	c->adopting = 0;
	if (!wsi || c->gone)
		conn_free(c);
	else
		c->peer.wsi = wsi;
}
