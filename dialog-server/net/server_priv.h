/**
 * @file server_priv.h  Listener, HTTP connections and requests
 *
 *   server --adopt--> conn --head, body--> http_req --> route --> handler
 *                       \--upgrade--> ws (takes the connection over)
 *
 * A request outlives its connection when the handler answers late: it is
 * freed by http_reply().
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef NET_SERVER_PRIV_H
#define NET_SERVER_PRIV_H

#include "base/list.h"
#include "net/loop_priv.h"
#include "net/lws_priv.h"
#include "net/server.h"
#include "net/ws_priv.h"

enum {
	HTTP_QUERY_MAX = 32,
	HTTP_FIELDS_MAX = 24, /* that one handler asks for */
};

struct conn;
struct strbuf;

struct server {
	struct loop *loop;
	struct server_options o;
	struct lws_vhost *vhost;
	struct ssl_ctx_st *cert;    /* newer than the vhost's, or NULL */
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
	struct lws *wsi;       /* NULL with conn */
	const char *name;      /* of the method as sent */
	const char *method;    /* GET for a HEAD */
	char *uri;             /* owned, as are the next three */
	char *path;
	struct {
		char *name; /* owned; value points into it */
		const char *value;
	} param[HTTP_QUERY_MAX];
	size_t n_params;
	struct {
		char *name, *value; /* owned; value NULL: not there */
	} field[HTTP_FIELDS_MAX];
	size_t n_fields;
	const char *tail; /* into path */
	int64_t key_id;   /* of who asks, 0: no key was wanted */
	int is_head;
	unsigned char *body; /* owned, NUL behind it */
	size_t body_len;
	char peer[WS_PEER_BYTES];
};

enum conn_state {
	CONN_HEAD, /* reading the head                          */
	CONN_BODY,
	CONN_WAIT,   /* the handler has it                        */
	CONN_WRITE,  /* the answer goes out                       */
	CONN_LINGER, /* answered; a body that nobody wants passes */
};

struct conn {
	struct peer peer; /* first: what lws knows */
	struct list node;
	struct server *server;
	struct timer *timer;
	struct http_req *req;      /* from head to answer */
	const struct route *route; /* of req */
	enum conn_state state;
	int adopting;             /* inside of conn_open() */
	int gone;                 /* went while adopting */
	int handling;             /* inside of the handler */
	int body_left;            /* lws still reads a body */
	size_t body_at, body_len; /* so far; in all */
	char *out;                /* the answer */
	size_t out_len, out_at;
	struct file_body *file; /* what comes behind `out`, or NULL */
	char peer_text[WS_PEER_BYTES];
};

/* conn.c */
void conn_open(struct server *s, int fd, const char *peer_text);
/** Close and free; not from inside its own events. */
void conn_cut(struct conn *c);
/** The handler has this long from now. */
void conn_wait(struct conn *c, int64_t us);
/** Send s (taken), then close. */
void conn_send(struct conn *c, char *s, size_t len);
/** The next piece of the body (taken) is there; NULL: it will not come. */
void conn_more(struct conn *c, char *s, size_t len);
/** What to say besides a refusal of ours: Allow and the like. */
void refusal_fields(struct strbuf *b, int status, const struct server *s,
		    const struct http_req *r);

/* request.c */
/** From what lws has parsed. @return 0, or the HTTP status to refuse with */
int request_make(struct http_req **ret, struct server *s, struct lws *wsi);
void request_free(struct http_req *r);
/** The connection has gone: what lws knew of the head goes with it. */
void request_orphan(struct http_req *r);
/** @return 0, or the status to refuse with */
int request_body_length(struct http_req *r, size_t max, size_t *ret);
/** Is `token` in the comma-separated value of the field `name`? Case is
 *  ignored. */
int request_has_token(struct http_req *r, const char *name, const char *token);

/* route.c */
/** Find the route and check who asks.
 *  @param method  "WS" for an upgrade @return 0, or the status */
int route_find(struct server *s, struct http_req *r, const char *method,
	       const struct route **ret);
/** Append the methods that the path of r knows, for an Allow field. */
void route_methods(const struct server *s, const struct http_req *r,
		   struct strbuf *b);

/* upgrade.c */
/** Decide about an upgrade, as LWS_CALLBACK_HTTP_CONFIRM_UPGRADE wants it:
 *  the connection becomes a WebSocket, or an error was answered. */
int upgrade(struct conn *c, struct lws *wsi);

/* file.c */
struct file_body;
/** Read the next piece for the connection. @return 0, -ENOMEM */
int file_body_next(struct file_body *f);
/** Has all been handed over? */
int file_body_at_end(const struct file_body *f);
/** The connection needs no more of it. NULL is fine. @return NULL */
struct file_body *file_body_close(struct file_body *f);

/* reply.c */
/** The head of an answer whose body comes by itself.
 *  @return mem_free(); NULL without memory */
char *reply_head(int status, const char *type, size_t body_len,
		 size_t *ret_len);
/** An answer that says what was wrong. @param extra  header lines
 *  @return mem_free(); NULL without memory */
char *reply_refusal(int status, const char *extra, int is_head,
		    size_t *ret_len);

#endif /* NET_SERVER_PRIV_H */
