/**
 * @file conn.c  One HTTP connection: read a request, answer it, again
 *
 *   HEAD --> BODY --> WAIT (handler) --> WRITE --> HEAD ... or LINGER
 *
 * Every state has a deadline. Nothing of a body is read before the route is
 * known and the peer may use it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "net/server_priv.h"
#include "net/stream.h"

enum {
	HEAD_US = 5 * 1000 * 1000,  /* from the first byte to the last */
	IDLE_US = 30 * 1000 * 1000, /* between requests                */
	BODY_US = 15 * 1000 * 1000,
	ANSWER_US = 15 * 1000 * 1000, /* for the handler                 */
	WRITE_US = 30 * 1000 * 1000,  /* without any progress            */
	LINGER_US = 1000 * 1000,
};

/* ---- end ------------------------------------------------------------- */

static void on_job(struct loop_job *j)
{
	struct conn *c = LIST_ENTRY(j, struct conn, job);

	list_unlink(&c->node);
	c->server->stats.connections--;
	stream_free(c->stream);
	timer_free(c->timer);
	mem_free(c->in);
	mem_free(c->out);
	mem_free(c);
}

/* The handler answers later, to nobody. */
static void forget_request(struct conn *c)
{
	if (c->req)
		c->req->conn = NULL;
	c->req = NULL;
}

void conn_close(struct conn *c)
{
	if (c->dead)
		return;
	c->dead = 1;
	forget_request(c);
	timer_stop(c->timer);
	c->stream = stream_free(c->stream);
	loop_later(c->server->loop, &c->job);
}

void conn_close_now(struct conn *c)
{
	conn_close(c);
	loop_job_cancel(&c->job);
	on_job(&c->job);
}

struct stream *conn_take_stream(struct conn *c)
{
	struct stream *s = c->stream;

	c->stream = NULL;
	c->dead = 1;
	timer_stop(c->timer);
	loop_later(c->server->loop, &c->job);
	return s;
}

/* ---- answering ------------------------------------------------------- */

static void next_request(struct conn *c)
{
	c->state = CONN_HEAD;
	c->out = mem_free(c->out);
	if (!c->in_len)
		c->in = mem_free(c->in);
	timer_start(c->timer, c->in_len ? HEAD_US : IDLE_US);
	stream_want(c->stream, 1, 0);
	/* The next request may be here already, in our buffer or in TLS'. */
	if (c->in_len || stream_is_tls(c->stream))
		stream_kick(c->stream);
}

static void write_out(struct conn *c)
{
	while (c->out_at < c->out_len) {
		ssize_t n = stream_write(c->stream, c->out + c->out_at,
					 c->out_len - c->out_at);

		if (n == -EAGAIN) {
			stream_want(c->stream, 0, 1);
			return;
		}
		if (n < 0) {
			conn_close(c);
			return;
		}
		c->out_at += (size_t)n;
		timer_start(c->timer, WRITE_US);
	}
	if (!c->close_after) {
		next_request(c);
		return;
	}
	/* Closing with bytes unread would reset the connection, and the peer
	 * might never see the answer. */
	c->state = CONN_LINGER;
	stream_shutdown(c->stream);
	timer_start(c->timer, LINGER_US);
	stream_want(c->stream, 1, 0);
}

void conn_send(struct conn *c, char *s, size_t len, int close_after)
{
	if (c->dead) {
		mem_free(s);
		return;
	}
	mem_free(c->out);
	c->out = s;
	c->out_len = len;
	c->out_at = 0;
	c->close_after = close_after || c->close_after;
	c->state = CONN_WRITE;
	timer_start(c->timer, WRITE_US);
	write_out(c);
}

static void allow_fields(struct strbuf *b, const struct conn *c,
			 const struct http_req *r)
{
	strbuf_add(b, "Allow: ");
	route_methods(c->server, r, b);
	strbuf_add(b, "\r\n");
}

/* Answer with an error of ours; takes r, which may be NULL. */
static void refuse(struct conn *c, struct http_req *r, int status, int close)
{
	char memory[256];
	struct strbuf extra;
	size_t len = 0;

	strbuf_over(&extra, memory, sizeof(memory));
	if (status == 401)
		strbuf_add(&extra, "WWW-Authenticate: Bearer\r\n");
	if (status == 426)
		strbuf_add(&extra, "Upgrade: websocket\r\n"
				   "Sec-WebSocket-Version: 13\r\n");
	if (status == 405 && r)
		allow_fields(&extra, c, r);

	int keep = !close && r && r->keep_alive;
	char *s = reply_refusal(status, extra.s, keep, r && r->is_head, &len);

	request_free(r);
	if (s)
		conn_send(c, s, len, !keep);
	else
		conn_close(c);
}

void conn_refuse(struct conn *c, struct http_req *r, int status)
{
	refuse(c, r, status, 1);
}

/* ---- handing to the handler ------------------------------------------ */

static void call_handler(struct conn *c)
{
	struct http_req *r = c->req;
	struct server *s = c->server;

	c->state = CONN_WAIT;
	list_append(&s->requests, &r->node);
	s->stats.http_requests++;
	timer_start(c->timer, ANSWER_US);
	stream_want(c->stream, 0, 0);
	c->route->handle(r, s->o.arg);
}

static void read_body(struct conn *c)
{
	struct http_req *r = c->req;

	while (c->body_at < r->body_len) {
		ssize_t n = stream_read(c->stream, r->body + c->body_at,
					r->body_len - c->body_at);

		if (n == -EAGAIN)
			return;
		if (n <= 0) {
			c->req = NULL;
			request_free(r);
			conn_close(c);
			return;
		}
		c->body_at += (size_t)n;
	}
	call_handler(c);
}

static void start_body(struct conn *c, size_t len)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
	struct http_req *r = c->req;
	size_t early = c->in_len < len ? c->in_len : len;

	memcpy(r->body, c->in, early);
	memmove(c->in, c->in + early, c->in_len - early);
	c->in_len -= early;
	c->body_at = early;
	r->body_len = len;
	c->state = CONN_BODY;
	timer_start(c->timer, BODY_US);
	if (!early && head_has_token(&r->head, "expect", "100-continue"))
		(void)stream_write(c->stream, go_on, sizeof(go_on) - 1);
	read_body(c);
}

static void dispatch(struct conn *c, size_t head_len)
{
	struct server *s = c->server;
	struct http_req *r = NULL;
	size_t body_len = 0;
	char *text = mem_strndup(c->in, head_len);
	int status;

	memmove(c->in, c->in + head_len, c->in_len - head_len);
	c->in_len -= head_len;
	status = text ? request_make(&r, s, text, head_len) : 503;
	if (status) {
		s->stats.bad_requests++;
		refuse(c, NULL, status, 1);
		return;
	}
	(void)text_copy(r->peer, sizeof(r->peer), c->peer);
	r->conn = c;
	status = request_body_length(r, s->o.max_body_bytes, &body_len);
	if (status) {
		refuse(c, r, status, 1);
		return;
	}
	status = route_find(s, r, &c->route);
	if (status) {
		refuse(c, r, status, body_len > 0);
		return;
	}
	if (c->route->ws) {
		upgrade(c, r, c->route);
		return;
	}
	if (body_len)
		r->body = mem_zalloc(body_len + 1);
	if (body_len && !r->body) {
		refuse(c, r, 503, 1);
		return;
	}
	c->req = r;
	if (body_len)
		start_body(c, body_len);
	else
		call_handler(c);
}

/* ---- reading --------------------------------------------------------- */

static void read_head(struct conn *c)
{
	int was_idle = !c->in_len;

	if (!c->in)
		c->in = mem_alloc(HTTP_HEAD_BYTES);
	if (!c->in) {
		conn_close(c);
		return;
	}
	for (;;) {
		size_t n = head_end(c->in, c->in_len);

		if (n) {
			dispatch(c, n);
			return;
		}
		if (c->in_len == HTTP_HEAD_BYTES) {
			c->server->stats.bad_requests++;
			refuse(c, NULL, 431, 1);
			return;
		}

		ssize_t got = stream_read(c->stream, c->in + c->in_len,
					  HTTP_HEAD_BYTES - c->in_len);

		if (got == -EAGAIN)
			break;
		if (got <= 0) {
			conn_close(c);
			return;
		}
		c->in_len += (size_t)got;
	}
	if (was_idle && c->in_len)
		timer_start(c->timer, HEAD_US);
	if (!c->in_len)
		c->in = mem_free(c->in);
}

static void discard(struct conn *c)
{
	/* A peer that floods us gets one buffer a turn; the timer ends it. */
	ssize_t n = stream_read(c->stream, c->server->loop->scratch,
				LOOP_SCRATCH_BYTES);

	if (n <= 0 && n != -EAGAIN)
		conn_close(c);
}

static void on_io(void *arg)
{
	struct conn *c = arg;

	switch (c->state) {
	case CONN_HEAD:
		read_head(c);
		break;
	case CONN_BODY:
		read_body(c);
		break;
	case CONN_WAIT:
		break;
	case CONN_WRITE:
		write_out(c);
		break;
	case CONN_LINGER:
		discard(c);
		break;
	}
}

static void on_timer(void *arg)
{
	struct conn *c = arg;
	struct http_req *r = c->req;

	switch (c->state) {
	case CONN_HEAD:
		if (c->in_len)
			refuse(c, NULL, 408, 1);
		else
			conn_close(c);
		break;
	case CONN_BODY:
		c->req = NULL;
		refuse(c, r, 408, 1);
		break;
	case CONN_WAIT:
		forget_request(c);
		refuse(c, NULL, 503, 1);
		break;
	case CONN_WRITE:
	case CONN_LINGER:
		conn_close(c);
		break;
	}
}

int conn_open(struct server *s, int fd, const char *peer)
{
	struct conn *c = mem_zalloc(sizeof(*c));
	int err;

	if (!c) {
		(void)close(fd);
		return -ENOMEM;
	}
	err = stream_new(&c->stream, s->loop, fd, s->tls, NULL, on_io, c);
	if (!err)
		err = timer_new(&c->timer, s->loop, on_timer, c);
	if (err) {
		stream_free(c->stream);
		mem_free(c);
		return err;
	}
	c->server = s;
	(void)text_copy(c->peer, sizeof(c->peer), peer);
	loop_job_init(&c->job, on_job);
	list_init(&c->node);
	list_append(&s->conns, &c->node);
	s->stats.connections++;
	timer_start(c->timer, HEAD_US);
	stream_want(c->stream, 1, 0);
	return 0;
}
