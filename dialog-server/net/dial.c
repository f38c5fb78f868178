/**
 * @file dial.c  A WebSocket from our side
 *
 *   worker: look the name up --> lws connects, next address on failure
 *   --> TLS --> handshake with our headers --> open
 *
 * lws would look names up itself, and stop the loop meanwhile.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <netdb.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "net/loop.h"
#include "net/ws_priv.h"

enum {
	HOST_BYTES = 256,
	PORT_BYTES = 6,
	HEADERS_BYTES = 8 * 1024,
};

struct ws_dial {
	struct ws *ws; /* NULL: given up while looking up */
	struct loop *loop;
	struct addrinfo *found, *next;
	int lookup_err;
	int looking; /* the worker has it */
	int tls;
	char host[HOST_BYTES], port[PORT_BYTES];
	char *host_field; /* for Host and for the certificate */
	char *path;
	struct strbuf headers; /* lines to add to the handshake */
};

/* Reading the system's certificates takes many milliseconds: once, and on a
 * worker. */
static pthread_once_t trust_once = PTHREAD_ONCE_INIT;
static SSL_CTX *trust;

static void load_trust(void)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

	if (!ctx)
		return;
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	(void)SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	if (SSL_CTX_set_default_verify_paths(ctx) == 1)
		trust = ctx;
	else
		SSL_CTX_free(ctx);
}

static void dial_free(struct ws_dial *d)
{
	if (d->found)
		freeaddrinfo(d->found);
	strbuf_done(&d->headers);
	mem_free(d->host_field);
	mem_free(d->path);
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

void ws_dial_overdue(struct ws *ws)
{
	ws_finish(ws, 0, "timed out");
}

/* ---- connecting ------------------------------------------------------ */

static int try_next(struct ws_dial *d);

static int append_headers(struct ws_dial *d, unsigned char **p, size_t room)
{
	if (d->headers.len >= room)
		return -1;
	memcpy(*p, d->headers.s, d->headers.len);
	*p += d->headers.len;
	return 0;
}

static void on_error(struct ws *ws, struct lws *wsi, const char *why)
{
	char text[WS_WHY_BYTES];
	int status = (int)lws_http_client_http_response(wsi);

	lws_set_opaque_user_data(wsi, NULL);
	ws->peer.wsi = NULL;
	if (status) {
		(void)snprintf(text, sizeof(text), "refused with status %d",
			       status);
	} else {
		if (ws->dial && try_next(ws->dial))
			return;
		(void)snprintf(text, sizeof(text), "cannot connect: %s",
			       why ? why : "no answer");
	}
	ws_finish(ws, 0, text);
}

static int on_event(struct peer *p, struct lws *wsi,
		    enum lws_callback_reasons why, void *in, size_t len)
{
	struct ws *ws = (struct ws *)p;

	switch (why) {
	case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
		return ws->dial ? append_headers(ws->dial, in, len) : 0;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		on_error(ws, wsi, in);
		return 0;
	case LWS_CALLBACK_WSI_DESTROY:
		if (ws->state == WS_WAITING) {
			on_error(ws, wsi, NULL);
			return 0;
		}
		break;
	default:
		break;
	}
	return ws_on_event(p, wsi, why, in, len);
}

static void connect_to(struct ws_dial *d, struct lws_vhost *vh,
		       const char *address)
{
	struct ws *ws = d->ws;
	struct lws_client_connect_info i = {
		.context = lws_of_loop(d->loop),
		.vhost = vh,
		.address = address,
		.ssl_connection = d->tls ? LCCSCF_USE_SSL : 0,
		.path = d->path,
		.host = d->host_field,
		.ietf_version_or_minus_one = -1,
		.local_protocol_name = "dialog",
		.alpn = "http/1.1",
		.opaque_user_data = &ws->peer,
	};
	struct peer *peer = &ws->peer;
	int64_t port = 0;

	(void)text_to_int(d->port, 1, 65535, &port);
	i.port = (int)port;

	struct lws *wsi = lws_client_connect_via_info(&i);

	/* It may have failed already, and ws may be gone with it. */
	if (wsi && lws_get_opaque_user_data(wsi) == peer)
		peer->wsi = wsi;
}

/* Begin with the next address. @return nonzero when ws goes on, or is over;
 * 0: there is none left */
static int try_next(struct ws_dial *d)
{
	struct ws *ws = d->ws;
	struct lws_vhost *vh =
		lws_client_vhost(d->loop, d->tls ? trust : NULL);

	while (vh && d->next) {
		const struct addrinfo *ai = d->next;

		d->next = ai->ai_next;
		if (getnameinfo(ai->ai_addr, ai->ai_addrlen, ws->peer_text,
				sizeof(ws->peer_text), NULL, 0,
				NI_NUMERICHOST))
			continue;
		/* An error on the way comes as an event, and that goes on
		 * with the next address or ends ws. */
		connect_to(d, vh, ws->peer_text);
		return 1;
	}
	return 0;
}

static void look_up(void *arg)
{
	struct ws_dial *d = arg;
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

static void looked_up(void *arg)
{
	struct ws_dial *d = arg;
	struct ws *ws = d->ws;

	d->looking = 0;
	if (!ws) {
		dial_free(d);
		return;
	}
	d->next = d->found;
	if (d->lookup_err)
		ws_finish(ws, 0, "the name is not known");
	else if (d->tls && !trust)
		ws_finish(ws, 0, "no certificates to trust");
	else if (!try_next(d))
		ws_finish(ws, 0, "cannot connect: no address");
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

static int copy_request(struct ws_dial *d, const char *path,
			const struct ws_header *headers)
{
	int usual = !strcmp(d->port, d->tls ? "443" : "80");
	const char *open = strchr(d->host, ':') ? "[" : "";
	struct strbuf b;

	strbuf_init(&b, HOST_BYTES + 16);
	strbuf_addf(&b, "%s%s%s%s%s", open, d->host, *open ? "]" : "",
		    usual ? "" : ":", usual ? "" : d->port);
	d->host_field = strbuf_take(&b);
	strbuf_init(&b, strlen(path) + 2);
	strbuf_addf(&b, "%s%.*s", *path == '/' ? "" : "/",
		    (int)strcspn(path, "#"), path);
	d->path = strbuf_take(&b);
	for (; headers && headers->name; headers++) {
		if (!header_ok(headers))
			return -EINVAL;
		strbuf_addf(&d->headers, "%s: %s\r\n", headers->name,
			    headers->value);
	}
	return d->host_field && d->path && strbuf_ok(&d->headers) ? 0
								  : -ENOMEM;
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
	strbuf_init(&d->headers, HEADERS_BYTES);

	const char *path = parse_url(d, url);

	err = path ? copy_request(d, path, headers) : -EINVAL;
	if (!err)
		err = ws_make(&ws, l, h, 1);
	if (!err)
		err = loop_work(l, look_up, looked_up, d);
	if (err) {
		ws_unmake(ws);
		dial_free(d);
		return err;
	}
	d->looking = 1;
	d->loop = l;
	d->ws = ws;
	ws->dial = d;
	ws->arg = arg;
	ws->peer.on = on_event;
	timer_start(ws->timer, deadline_us);
	*ret = ws;
	return 0;
}
