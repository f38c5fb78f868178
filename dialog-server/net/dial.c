/**
 * @file dial.c  A WebSocket from our side
 *
 *   worker: look the name up --> connect, next address on failure --> TLS
 *   --> GET with our headers --> 101 and the right hash --> open
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "net/head.h"
#include "net/stream.h"
#include "net/tls.h"
#include "net/ws_priv.h"

enum {
	HOST_BYTES = 256,
	PORT_BYTES = 6,
	ANSWER_BYTES = 16 * 1024,
	REQUEST_BYTES = 16 * 1024,
};

struct ws_dial {
	uv_work_t work;
	struct ws *ws; /* NULL: given up while looking up */
	struct addrinfo *found, *next;
	int lookup_err;
	int looking; /* the worker has it */
	int connected;
	int tls;
	char host[HOST_BYTES], port[PORT_BYTES];
	char accept[WS_ACCEPT_BYTES];
	char *request;
	size_t request_len, request_at;
	char *answer;
	size_t answer_len;
};

/* Reading the system's certificates takes many milliseconds: once, and on a
 * worker. */
static pthread_once_t trust_once = PTHREAD_ONCE_INIT;
static struct ssl_ctx_st *trust;

static void load_trust(void)
{
	if (tls_client_new(&trust))
		trust = NULL;
}

static void try_next(struct ws_dial *d);

static void dial_free(struct ws_dial *d)
{
	if (d->found)
		freeaddrinfo(d->found);
	mem_free(d->request);
	mem_free(d->answer);
	mem_free(d);
}

void ws_dial_drop(struct ws *ws)
{
	struct ws_dial *d = ws->dial;

	if (!d)
		return;
	ws->dial = NULL;
	d->ws = NULL;
	if (!d->looking)
		dial_free(d);
}

/* ---- the handshake --------------------------------------------------- */

static void check_answer(struct ws_dial *d, size_t head_len)
{
	struct ws *ws = d->ws;
	struct head h;
	char why[64];

	if (head_parse_answer(&h, d->answer, head_len)) {
		ws_end(ws, 0, "the answer is not HTTP");
		return;
	}
	if (strcmp(h.part[1], "101")) {
		int64_t status = 0;

		(void)text_to_int(h.part[1], 100, 999, &status);
		ws->refused_status = (int)status;
		(void)snprintf(why, sizeof(why), "refused with status %s",
			       h.part[1]);
		ws_end(ws, 0, why);
		return;
	}

	const char *accept = head_get(&h, "sec-websocket-accept");

	if (!head_has_token(&h, "upgrade", "websocket") ||
	    !head_has_token(&h, "connection", "upgrade") || !accept ||
	    strcmp(accept, d->accept)) {
		ws_end(ws, 0, "the answer is not a WebSocket handshake");
		return;
	}

	size_t early = d->answer_len - head_len;
	struct stream *s = ws->stream;

	memcpy(ws->loop->scratch, d->answer + head_len, early);
	ws_dial_drop(ws);
	ws_begin(ws, s, NULL, early);
}

static void read_answer(struct ws_dial *d)
{
	for (;;) {
		ssize_t n =
			stream_read(d->ws->stream, d->answer + d->answer_len,
				    ANSWER_BYTES - d->answer_len);

		if (n == -EAGAIN)
			return;
		if (n <= 0) {
			ws_end(d->ws, 0,
			       n == -EPROTO ? "TLS failed"
					    : "connection lost");
			return;
		}
		d->answer_len += (size_t)n;

		size_t head_len = head_end(d->answer, d->answer_len);

		if (head_len) {
			check_answer(d, head_len);
			return;
		}
		if (d->answer_len == ANSWER_BYTES) {
			ws_end(d->ws, 0, "the answer is too long");
			return;
		}
	}
}

static void on_io(void *arg)
{
	struct ws_dial *d = arg;
	struct stream *s = d->ws->stream;

	if (!d->connected && stream_connected(s)) {
		try_next(d);
		return;
	}
	d->connected = 1;
	while (d->request_at < d->request_len) {
		ssize_t n = stream_write(s, d->request + d->request_at,
					 d->request_len - d->request_at);

		if (n == -EAGAIN) {
			stream_want(s, 0, !stream_is_tls(s));
			return;
		}
		if (n < 0) {
			ws_end(d->ws, 0,
			       n == -EPROTO ? "TLS failed"
					    : "connection lost");
			return;
		}
		d->request_at += (size_t)n;
	}
	stream_want(s, 1, 0);
	read_answer(d);
}

/* ---- connecting ------------------------------------------------------ */

static int connect_to(struct ws_dial *d, const struct addrinfo *ai)
{
	struct ws *ws = d->ws;
	int fd = socket(ai->ai_family,
			SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int on = 1;

	if (fd < 0)
		return -errno;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(fd, ai->ai_addr, ai->ai_addrlen) && errno != EINPROGRESS) {
		int err = -errno;

		(void)close(fd);
		return err;
	}

	int err = stream_new(&ws->stream, ws->loop, fd, d->tls ? trust : NULL,
			     d->host, on_io, d);

	if (!err)
		stream_want(ws->stream, 0, 1);
	return err;
}

static void try_next(struct ws_dial *d)
{
	struct ws *ws = d->ws;

	ws->stream = stream_free(ws->stream);
	while (d->next) {
		const struct addrinfo *ai = d->next;

		d->next = ai->ai_next;
		if (!connect_to(d, ai)) {
			(void)getnameinfo(ai->ai_addr, ai->ai_addrlen,
					  ws->peer, sizeof(ws->peer), NULL, 0,
					  NI_NUMERICHOST);
			return;
		}
	}
	ws_end(ws, 0, "cannot connect");
}

static void look_up(uv_work_t *w)
{
	struct ws_dial *d = w->data;
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
				 .ai_flags = AI_ADDRCONFIG};

	if (d->tls)
		(void)pthread_once(&trust_once, load_trust);
	d->lookup_err = getaddrinfo(d->host, d->port, &hints, &d->found);
	if (d->lookup_err) {
		/* Without a network only numbers can be looked up. */
		hints.ai_flags = AI_NUMERICHOST;
		d->lookup_err =
			getaddrinfo(d->host, d->port, &hints, &d->found);
	}
}

static void looked_up(uv_work_t *w, int status)
{
	struct ws_dial *d = w->data;

	d->looking = 0;
	if (!d->ws) {
		dial_free(d);
		return;
	}
	d->next = d->found;
	if (status || d->lookup_err)
		ws_end(d->ws, 0, "the name is not known");
	else if (d->tls && !trust)
		ws_end(d->ws, 0, "no certificates to trust");
	else
		try_next(d);
}

/* ---- what to ask for ------------------------------------------------- */

/* @return the path and query in url, NULL when it is no ws:// or wss:// */
static const char *parse_url(struct ws_dial *d, const char *url)
{
	const char *host, *path;

	if (!strncasecmp(url, "ws://", 5)) {
		host = url + 5;
	} else if (!strncasecmp(url, "wss://", 6)) {
		host = url + 6;
		d->tls = 1;
	} else {
		return NULL;
	}
	path = host + strcspn(host, "/?#");

	size_t n = (size_t)(path - host);
	const char *colon;

	if (memchr(host, '@', n) || strpbrk(url, " \t\r\n"))
		return NULL;
	if (*host == '[') {
		const char *close = memchr(host, ']', n);

		if (!close)
			return NULL;
		colon = close + 1;
		host++;
		n = (size_t)(close - host);
		if (colon < path && *colon != ':')
			return NULL;
	} else {
		colon = memchr(host, ':', n);
		n = colon ? (size_t)(colon - host) : n;
		colon = colon ? colon : path;
	}
	if (!n || n >= sizeof(d->host))
		return NULL;
	memcpy(d->host, host, n);
	(void)snprintf(d->port, sizeof(d->port), "%s", d->tls ? "443" : "80");
	if (colon < path) {
		size_t digits = (size_t)(path - colon - 1);
		int64_t port;

		if (!digits || digits >= sizeof(d->port))
			return NULL;
		memcpy(d->port, colon + 1, digits);
		d->port[digits] = '\0';
		if (text_to_int(d->port, 1, 65535, &port))
			return NULL;
	}
	return path;
}

static int header_ok(const struct ws_header *h)
{
	return *h->name && !strpbrk(h->name, " \t\r\n:") &&
	       !strpbrk(h->value, "\r\n");
}

static int compose_request(struct ws_dial *d, const char *path,
			   const struct ws_header *headers)
{
	const char *usual = d->tls ? "443" : "80";
	int v6 = strchr(d->host, ':') != NULL;
	int plain = !strcmp(d->port, usual);
	unsigned char nonce[16];
	char key[WS_KEY_CHARS + 1];
	struct strbuf b;

	if (text_random(nonce, sizeof(nonce)))
		return -ENOMEM;
	(void)text_base64_encode(key, sizeof(key), nonce, sizeof(nonce));
	ws_accept_key(d->accept, key);
	strbuf_init(&b, REQUEST_BYTES);
	strbuf_addf(&b, "GET %s%.*s HTTP/1.1\r\n", *path == '/' ? "" : "/",
		    (int)strcspn(path, "#"), path);
	strbuf_addf(&b, "Host: %s%s%s%s%s\r\n", v6 ? "[" : "", d->host,
		    v6 ? "]" : "", plain ? "" : ":", plain ? "" : d->port);
	strbuf_addf(&b,
		    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
		    "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n",
		    key);
	for (; headers && headers->name; headers++) {
		if (!header_ok(headers)) {
			strbuf_done(&b);
			return -EINVAL;
		}
		strbuf_addf(&b, "%s: %s\r\n", headers->name, headers->value);
	}
	strbuf_add(&b, "\r\n");
	d->request_len = b.len;
	d->request = strbuf_take(&b);
	if (!d->request)
		strbuf_done(&b);
	return d->request ? 0 : -ENOMEM;
}

int ws_dial(struct ws **ret, struct loop *l, const char *url,
	    const struct ws_header *headers, int64_t deadline_us,
	    const struct ws_handlers *h, void *arg)
{
	struct ws_dial *d = mem_zalloc(sizeof(*d));
	struct ws *ws = NULL;
	int err = -ENOMEM;

	if (!d)
		return err;

	const char *path = parse_url(d, url);

	if (!path) {
		err = -EINVAL;
		goto fail;
	}
	err = compose_request(d, path, headers);
	if (err)
		goto fail;
	d->answer = mem_alloc(ANSWER_BYTES);
	err = d->answer ? ws_make(&ws, l, h, 1) : -ENOMEM;
	if (err)
		goto fail;
	d->work.data = d;
	err = uv_queue_work(&l->uv, &d->work, look_up, looked_up);
	if (err)
		goto fail;
	d->looking = 1;
	d->ws = ws;
	ws->dial = d;
	ws->arg = arg;
	timer_start(ws->timer, deadline_us);
	*ret = ws;
	return 0;
fail:
	ws_unmake(ws);
	dial_free(d);
	return err;
}
