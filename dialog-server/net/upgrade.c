/**
 * @file upgrade.c  From an HTTP request to a WebSocket
 *
 * lws asks by LWS_CALLBACK_HTTP_CONFIRM_UPGRADE. In this version the pointer
 * that comes with it may be stale (CVE-2025-11677: an upgrade to something
 * unknown on a connection that was kept), so it is never looked at: the field
 * is read from the header table, and what is not a WebSocket is hung up on.
 * That also shuts out HTTP/2 by upgrade.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "net/server_priv.h"

enum { KEY_CHARS = 24, FIELD_BYTES = 512 };

/* Is one of the offered subprotocols known, or none offered? */
static int protocol_ok(struct http_req *r)
{
	const char *s = http_header(r, "sec-websocket-protocol");

	if (!s)
		return 1;
	while (*s) {
		s += strspn(s, ", \t");

		size_t n = strcspn(s, ", \t");

		if (n && lws_knows_protocol(s, n))
			return 1;
		s += n;
	}
	return 0;
}

/* @return 0, or the status to refuse with: lws would only hang up */
static int check_handshake(struct http_req *r)
{
	const char *version = http_header(r, "sec-websocket-version");
	const char *key = http_header(r, "sec-websocket-key");
	unsigned char nonce[16];

	if (!version || strcmp(version, "13"))
		return 426;
	if (strcmp(r->name, "GET") || !key || strlen(key) != KEY_CHARS ||
	    text_base64_decode(nonce, sizeof(nonce), key, KEY_CHARS) != 16 ||
	    !request_has_token(r, "connection", "upgrade") || !protocol_ok(r))
		return 400;
	return 0;
}

/* At once: lws takes the transaction as finished when we return. */
static void refuse(struct conn *c, struct lws *wsi, struct http_req *r,
		   int status)
{
	char memory[FIELD_BYTES];
	struct strbuf extra;
	size_t len = 0;

	strbuf_over(&extra, memory, sizeof(memory));
	refusal_fields(&extra, status, c->server, r);

	char *s = reply_refusal(status, extra.s, 0, &len);

	if (s)
		(void)lws_write(wsi, (unsigned char *)s, len,
				LWS_WRITE_HTTP_FINAL);
	mem_free(s);
	c->state = CONN_LINGER;
}

/* Whatever can fail comes before accept(), which may take something that only
 * on_close() gives back. @return 0, or the status to refuse with */
static int decide(struct conn *c, struct http_req *r, struct ws **ret)
{
	struct server *s = c->server;
	const struct route *route = NULL;
	void *arg = s->o.arg;
	struct ws *ws = NULL;
	int status = route_find(s, r, "WS", &route);

	if (!status) {
		status = check_handshake(r);
		s->stats.bad_requests += status != 0;
	}
	if (!status && ws_make(&ws, s->loop, route->ws, 0))
		status = 503;
	if (!status && route->accept)
		status = route->accept(r, s->o.arg, &arg);
	if (status) {
		ws_unmake(ws);
		return status;
	}
	ws->arg = arg;
	ws->key_id = r->key_id;
	*ret = ws;
	return 0;
}

int upgrade(struct conn *c, struct lws *wsi)
{
	struct server *s = c->server;
	struct http_req *r = NULL;
	struct ws *ws = NULL;
	char to[16];
	int status;

	if (lws_hdr_copy(wsi, to, sizeof(to), WSI_TOKEN_UPGRADE) <= 0 ||
	    strcasecmp(to, "websocket"))
		return -1;
	status = request_make(&r, s, wsi);
	if (!status) {
		(void)text_copy(r->peer, sizeof(r->peer), c->peer_text);
		status = decide(c, r, &ws);
	}
	if (status) {
		refuse(c, wsi, r, status);
		request_free(r);
		return 1;
	}
	request_free(r);
	(void)text_copy(ws->peer_text, sizeof(ws->peer_text), c->peer_text);
	ws->bad_messages = &s->stats.bad_messages;
	ws->live = &s->stats.connections;
	list_append(&s->sockets, &ws->node);
	s->stats.ws_opened++;
	s->stats.connections++;
	/* From here on the connection is the WebSocket's. */
	ws->peer.wsi = wsi;
	lws_set_opaque_user_data(wsi, &ws->peer);
	c->peer.wsi = NULL;
	if (c->adopting)
		c->gone = 1;
	else
		conn_cut(c);
	return 0;
}
