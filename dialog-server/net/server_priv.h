/**
 * @file server_priv.h  Listener, HTTP connections and requests
 *
 *   server --accept--> conn --head, body--> http_req --> route --> handler
 *                       \--upgrade--> ws (leaves the conn behind)
 *
 * A request outlives its connection when the handler answers late: it is
 * freed by http_reply().
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef NET_SERVER_PRIV_H
#define NET_SERVER_PRIV_H

#include "base/list.h"
#include "net/head.h"
#include "net/loop_priv.h"
#include "net/server.h"
#include "net/ws_priv.h"

enum {
	HTTP_HEAD_BYTES = 16 * 1024,
	HTTP_QUERY_MAX = 32,
	HTTP_PATH_BYTES = 2048,
};

struct conn;
struct ssl_ctx_st;
struct strbuf;
struct stream;

struct server {
	struct loop *loop;
	struct server_options o;
	struct ssl_ctx_st *tls;
	struct uv_poll_s *listener; /* NULL when paused */
	struct timer *retry;        /* after running out of descriptors */
	int fd;
	int port;
	struct list conns;    /* struct conn.node */
	struct list sockets;  /* struct ws.node, ours */
	struct list requests; /* struct http_req.node, unanswered */
	struct server_stats stats;
};

struct http_req {
	struct list node;
	struct conn *conn;     /* NULL: the peer has gone */
	struct server *server; /* NULL: the server has gone too */
	struct head head;
	char *text;  /* head bytes, owned */
	char *uri;   /* as it came, owned */
	char *path;  /* decoded, owned */
	char *query; /* cut up by form_next(), owned */
	struct {
		const char *name, *value;
	} param[HTTP_QUERY_MAX];
	size_t n_params;
	const char *tail;   /* into path */
	const char *method; /* GET for a HEAD */
	int is_head;
	int keep_alive;
	unsigned char *body; /* owned, NUL behind it */
	size_t body_len;
	char peer[WS_PEER_BYTES];
};

enum conn_state {
	CONN_HEAD, /* reading a request head, or idle             */
	CONN_BODY,
	CONN_WAIT,   /* the handler has it                          */
	CONN_WRITE,  /* the answer goes out                         */
	CONN_LINGER, /* answered; reading what still comes, unread  */
};

struct conn {
	struct list node;
	struct server *server;
	struct stream *stream;
	struct timer *timer;
	struct http_req *req; /* from head to answer */
	enum conn_state state;
	int close_after; /* this answer is the last */
	int dead;        /* waits for its job, which frees it */
	struct loop_job job;
	const struct route *route; /* of req */
	size_t body_at;            /* bytes of the body so far */
	char *in;                  /* HTTP_HEAD_BYTES, when in use */
	size_t in_len;
	char *out; /* the answer */
	size_t out_len, out_at;
	char peer[WS_PEER_BYTES];
};

/* conn.c */
int conn_open(struct server *s, int fd, const char *peer);
void conn_close(struct conn *c);
/** Also freed at once; not from inside its own callbacks. */
void conn_close_now(struct conn *c);
/** The connection goes on as something else; the rest of c is freed. */
struct stream *conn_take_stream(struct conn *c);
/** Answer r (taken) with an error of ours, and close. */
void conn_refuse(struct conn *c, struct http_req *r, int status);
/** Send s (taken) and go on with the next request, or close. */
void conn_send(struct conn *c, char *s, size_t len, int close_after);

/* request.c */
/** @param text  taken @return 0, or the HTTP status to refuse with */
int request_make(struct http_req **ret, struct server *s, char *text,
		 size_t len);
void request_free(struct http_req *r);
/** @return 0, or the status to refuse with */
int request_body_length(const struct http_req *r, size_t max, size_t *ret);
int request_is_upgrade(const struct http_req *r);

/* route.c */
/** Find the route and check who asks. @return 0, or the status */
int route_find(struct server *s, struct http_req *r, const struct route **ret);
/** Append the methods that the path of r knows, for an Allow field. */
void route_methods(const struct server *s, const struct http_req *r,
		   struct strbuf *b);

/* upgrade.c */
/** Turn the connection into a WebSocket, or answer with an error.
 *  @param r  taken */
void upgrade(struct conn *c, struct http_req *r, const struct route *route);

/* reply.c */
/** An answer that says what was wrong. @param extra  header lines
 *  @return mem_free(); NULL without memory */
char *reply_refusal(int status, const char *extra, int keep_alive, int is_head,
		    size_t *ret_len);
const char *status_text(int status);

#endif /* NET_SERVER_PRIV_H */
