/**
 * @file upgrade.c  From an HTTP request to a WebSocket
 *
 * SPDX-License-Identifier: MIT
 */
#include <openssl/sha.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "net/server_priv.h"

enum { HELLO_BYTES = 512, PROTOCOL_BYTES = 128 };

void ws_accept_key(char ret[], const char *key)
{
	static const char salt[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	unsigned char hash[SHA_DIGEST_LENGTH];
	char text[WS_KEY_CHARS + sizeof(salt)];

	memcpy(text, key, WS_KEY_CHARS);
	memcpy(text + WS_KEY_CHARS, salt, sizeof(salt));
	(void)SHA1((unsigned char *)text, sizeof(text) - 1, hash);
	(void)text_base64_encode(ret, WS_ACCEPT_BYTES, hash, sizeof(hash));
}

/* @return 0, or the status to refuse with */
static int check_handshake(const struct http_req *r)
{
	const char *version = head_get(&r->head, "sec-websocket-version");
	const char *key = head_get(&r->head, "sec-websocket-key");
	unsigned char nonce[16];

	if (!version || strcmp(version, "13"))
		return 426;
	if (strcmp(r->head.part[0], "GET") ||
	    strcmp(r->head.part[2], "HTTP/1.1") || !key ||
	    strlen(key) != WS_KEY_CHARS ||
	    text_base64_decode(nonce, sizeof(nonce), key, WS_KEY_CHARS) != 16)
		return 400;
	return 0;
}

/* Subprotocols say nothing to us; a client that offers some closes when none
 * is chosen, so the first is. */
static void add_protocol(struct strbuf *b, const struct http_req *r)
{
	const char *offer = head_get(&r->head, "sec-websocket-protocol");
	size_t n = offer ? strcspn(offer, ", \t") : 0;

	if (n && n < PROTOCOL_BYTES)
		strbuf_addf(b, "Sec-WebSocket-Protocol: %.*s\r\n", (int)n,
			    offer);
}

static void hello(struct strbuf *b, const struct http_req *r)
{
	char accept[WS_ACCEPT_BYTES];

	ws_accept_key(accept, head_get(&r->head, "sec-websocket-key"));
	strbuf_addf(b,
		    "HTTP/1.1 101 Switching Protocols\r\n"
		    "Upgrade: websocket\r\n"
		    "Connection: Upgrade\r\n"
		    "Sec-WebSocket-Accept: %s\r\n",
		    accept);
	add_protocol(b, r);
	strbuf_add(b, "\r\n");
}

void upgrade(struct conn *c, struct http_req *r, const struct route *route)
{
	struct server *s = c->server;
	char memory[HELLO_BYTES];
	struct strbuf b;
	struct ws *ws = NULL;
	void *arg = s->o.arg;
	int status = check_handshake(r);

	/* Whatever can fail comes before accept(), which may take something
	 * that only on_close() gives back. */
	if (!status && ws_make(&ws, s->loop, route->ws, 0))
		status = 503;
	if (!status && route->accept)
		status = route->accept(r, s->o.arg, &arg);
	if (status) {
		ws_unmake(ws);
		conn_refuse(c, r, status);
		return;
	}
	strbuf_over(&b, memory, sizeof(memory));
	hello(&b, r);
	ws->arg = arg;
	ws->bad_messages = &s->stats.bad_messages;
	ws->live = &s->stats.connections;
	(void)text_copy(ws->peer, sizeof(ws->peer), c->peer);
	list_append(&s->sockets, &ws->node);
	s->stats.ws_opened++;
	s->stats.connections++;
	request_free(r);

	size_t early = c->in_len;

	memcpy(s->loop->scratch, c->in, early);
	ws_begin(ws, conn_take_stream(c), b.s, early);
}
