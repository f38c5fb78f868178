/**
 * @file server.h  HTTP and WebSocket on one port, by a table of routes
 *
 *   listener (SO_REUSEPORT, one a loop) --adopt--> [ lws ] --> route table
 *
 * Deny by default: a path with no route is 404, and each route names its
 * class of authentication, which the server checks before the handler runs.
 * A connection serves one request. docs/network.md says why, and what else is
 * kept away from the library below.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef NET_SERVER_H
#define NET_SERVER_H

#include <stddef.h>
#include <stdint.h>

#include "net/ws.h"

struct loop;
struct server;
struct http_req;
struct ssl_ctx_st;

/** Who may use a route. */
enum auth_class {
	AUTH_PUBLIC, /**< anyone: health, static pages               */
	AUTH_KEY,    /**< Authorization: Bearer with a valid API key */
	AUTH_SELF,   /**< the handler itself checks: carrier signature
			  or single-use token; say which in the table */
};

/** One line of the table. A path that ends in "*" matches as a prefix. */
struct route {
	const char *method; /**< "GET", "POST", ...; "WS" for sockets */
	const char *path;   /**< "/v1/calls", "/v1/calls/" "*"        */
	enum auth_class auth;
	/** Answer with http_reply(), now or later (before the deadline). */
	void (*handle)(struct http_req *req, void *arg);
	/** WS: decide before the upgrade. Set *ret_arg for the handlers.
	 *  @return 0, or the HTTP status to refuse with (401, 403, 404, 503)
	 */
	int (*accept)(struct http_req *req, void *arg, void **ret_arg);
	const struct ws_handlers *ws;
};

struct server_options {
	const char *address;  /**< "127.0.0.1", "0.0.0.0", "::"     */
	int port;             /**< 0: any free one, see server_port() */
	const char *tls_cert; /**< PEM file or NULL: plain            */
	const char *tls_key;
	const struct route *routes; /**< ended by a NULL method; borrowed   */
	size_t max_body_bytes;      /**< [bytes] of a request               */
	size_t max_connections;     /**< beyond: refused and counted        */
	/** @return the id of this bearer key, 0 when it is not valid */
	int64_t (*check_key)(void *arg, const char *key);
	/** @return nonzero while the key with this id is valid */
	int (*key_holds)(void *arg, int64_t id);
	void *arg; /**< given to every handler             */
};

/** Listen on this loop. Several loops may share one port: the first is made
 *  with port 0 or the wanted one, the others with server_port() of the first.
 *  @return 0, -EINVAL, -EADDRINUSE, -EACCES, -ENOMEM, -EBADMSG (TLS files) */
int server_open(struct server **ret, struct loop *l,
		const struct server_options *o);

/** @return the port that it listens on */
int server_port(const struct server *s);

/** Stop accepting; open connections stay. For draining. */
void server_pause(struct server *s);

/** Connections made from now on get this one (cert.h); the others live on.
 *  @param cert  counted */
void server_use_cert(struct server *s, struct ssl_ctx_st *cert);

/** Keys have changed: close the sockets whose key does not hold any more, by
 *  their on_revoked(). @return how many */
unsigned server_check_keys(struct server *s);

/** Close the listener and every connection (1001), then free. Not from inside
 *  a handler. A request that is still unanswered may be answered later, to
 *  nobody. @return NULL */
struct server *server_close(struct server *s);

/** Counters since server_open(); read on the server's loop. */
struct server_stats {
	uint64_t accepted, refused, http_requests, ws_opened;
	uint64_t bad_messages; /**< oversized, not UTF-8, protocol errors */
	uint64_t bad_requests; /**< not HTTP, or a header over the limit  */
	uint64_t unauthorized; /**< refused for want of a valid key       */
	uint32_t connections;  /**< open now                              */
};
void server_stats(const struct server *s, struct server_stats *ret);

/* ---- requests -------------------------------------------------------- */

const char *http_method(const struct http_req *r); /* as sent     */
const char *http_path(const struct http_req *r);   /* no query    */
const char *http_body(const struct http_req *r, size_t *ret_len);
const char *http_peer(const struct http_req *r);

/** @param name  lower case, without colon @return borrowed, or NULL */
const char *http_header(const struct http_req *r, const char *name);

/** Decoded query parameter. @return borrowed, or NULL */
const char *http_query(const struct http_req *r, const char *name);

/** The part of the path behind a route's "*". */
const char *http_tail(const struct http_req *r);

/** Path and query, as carriers sign them: put together again from what was
 *  decoded, with escapes (%20, never +) where RFC 3986 wants them. */
const char *http_uri(const struct http_req *r);

/** @return the id of the API key that was shown, 0 when none was wanted */
int64_t http_key_id(const struct http_req *r);

/** The answer may take this long from now, where the handler waits for others,
 *  instead of 15 s in all. Nothing when nobody waits any more. */
void http_wait(struct http_req *r, int64_t us);

/** @return the loop that the request is on */
struct loop *http_loop(const struct http_req *r);

/** Answer; body is copied. @param extra  header lines "Name: value\r\n" or
 *  NULL. The request is gone afterwards. */
void http_reply(struct http_req *r, int status, const char *type,
		const char *extra, const void *body, size_t len);

/** Answer with a file as it is now; 404 when it cannot be opened. The disk is
 *  waited for on a worker thread, a piece at a time, and no more of it is in
 *  memory than one. @param path  copied */
void http_reply_file(struct http_req *r, const char *type, const char *path);

/** Answer with {"error":{"code":...,"message":...}}. */
void http_error(struct http_req *r, int status, const char *message);

/** Walk a urlencoded form or query string in place; pairs are decoded.
 *  @return 0 and advances *cursor, -ENOENT at the end, -EBADMSG */
int form_next(char **cursor, char **ret_name, char **ret_value);

#endif /* NET_SERVER_H */
