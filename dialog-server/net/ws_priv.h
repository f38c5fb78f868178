/**
 * @file ws_priv.h  How the server and the dialler make WebSockets
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef NET_WS_PRIV_H
#define NET_WS_PRIV_H

#include "base/list.h"
#include "net/lws_priv.h"
#include "net/sendq.h"
#include "net/ws.h"

struct ws_dial;

enum {
	WS_PEER_BYTES = 64,
	WS_WHY_BYTES = 124, /* a close frame holds 125 with code */
};

enum ws_state {
	WS_WAITING, /* on_open has not been called            */
	WS_OPEN,
	WS_CLOSING, /* we said, or shall say, goodbye         */
	WS_OVER,    /* on_close has been called               */
};

struct ws {
	struct peer peer; /* first: what lws knows       */
	struct list node; /* in the owner's list, if any */
	const struct ws_handlers *h;
	void *arg;
	struct timer *timer;
	struct sendq out;
	uint64_t *bad_messages; /* counter of the owner, or NULL */
	uint32_t *live;         /* the owner's count of open ones */
	struct ws_dial *dial;   /* while dialling */
	enum ws_state state;
	int client;
	int drain_due;  /* on_drained is owed     */
	int said_close; /* a close frame has gone out, or shall */
	int pinged;     /* and nothing heard since */
	int held;       /* not read, ws_hold()    */
	int close_code;
	char close_why[WS_WHY_BYTES];
	int64_t heard_us; /* last byte from the peer */
	int64_t moved_us; /* last time the queue moved */
	int64_t ping_us;
	int64_t key_id; /* that opened it, 0: none */
	/* the message that is coming in */
	unsigned char *msg;
	size_t msg_len, msg_cap, msg_max;
	int msg_begun, msg_binary;
	char peer_text[WS_PEER_BYTES];
};

/** Everything that can fail, before the handshake. @return 0, -ENOMEM */
int ws_make(struct ws **ret, struct loop *l, const struct ws_handlers *h,
	    int client);

/** Undo ws_make() when nobody has seen the connection; NULL is fine. */
void ws_unmake(struct ws *ws);

/** The end as nobody said it: on_close(), then it is gone.
 *  @param code  0 for one that never opened */
void ws_finish(struct ws *ws, int code, const char *why);

/** For the owner's own end: a close frame if there is room, on_close(1001). */
void ws_finish_now(struct ws *ws, const char *why);

/** Events that client and server share, also for the dialler. */
int ws_on_event(struct peer *p, struct lws *wsi, enum lws_callback_reasons why,
		void *in, size_t len);

/** Drop what belongs to the dial (dial.c). */
void ws_dial_drop(struct ws *ws);

/** The dial took too long (dial.c). */
void ws_dial_overdue(struct ws *ws);

#endif /* NET_WS_PRIV_H */
