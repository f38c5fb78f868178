/**
 * @file lws_priv.h  How the files of net stand on libwebsockets
 *
 *   loop --> one lws_context (made when first needed) --> vhosts
 *   wsi --opaque--> struct peer --on()--> conn (HTTP), ws, dial
 *
 * One protocol callback for everything: it finds whose connection it is and
 * hands the event over. A peer that lets go of its wsi sets the opaque pointer
 * to NULL: whatever lws still has to say about that wsi goes nowhere.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef NET_LWS_PRIV_H
#define NET_LWS_PRIV_H

#include <libwebsockets.h>
#include <stddef.h>

struct loop;

enum {
	LWS_RX_BYTES = 1024,        /* of a message at once; a media frame */
	LWS_HEAD_BYTES = 16 * 1024, /* of one request or answer           */
};

/** First member of whatever owns a connection. */
struct peer {
	struct loop *loop;
	struct lws *wsi; /* NULL: gone or not there yet */
	/** @return as lws wants it for the reason */
	int (*on)(struct peer *p, struct lws *wsi,
		  enum lws_callback_reasons why, void *in, size_t len);
};

/** The context of this loop. @return NULL without memory or descriptors */
struct lws_context *lws_of_loop(struct loop *l);

/** A vhost that only takes adopted sockets.
 *  @param cert  with key: TLS; NULL: plain
 *  @param newer  when *newer is not NULL, handshakes use that (cert.h)
 *  @return 0, -EBADMSG (not a certificate and its key), -ENOMEM */
int lws_server_vhost(struct lws_vhost **ret, struct loop *l, const char *cert,
		     const char *key, struct ssl_ctx_st **newer);

/** The vhost for dialling. @param trust  SSL_CTX for wss, NULL: ws
 *  @return NULL without memory */
struct lws_vhost *lws_client_vhost(struct loop *l, struct ssl_ctx_st *trust);

/** Is this subprotocol one that a client may offer us? */
int lws_knows_protocol(const char *name, size_t len);

/** Close p's connection now; p hears no more of it. */
void peer_cut(struct peer *p);

/** Two steps of the end of a loop: close everything; and, when libuv has let
 *  go of the last handle, free. */
void lws_close_loop(struct loop *l);
void lws_free_loop(struct loop *l);

#endif /* NET_LWS_PRIV_H */
