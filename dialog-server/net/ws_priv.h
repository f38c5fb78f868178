/**
 * @file ws_priv.h  How the server and the dialler make WebSockets
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef NET_WS_PRIV_H
#define NET_WS_PRIV_H

#include "base/list.h"
#include "net/frame.h"
#include "net/loop_priv.h"
#include "net/server.h"
#include "net/txq.h"
#include "net/ws.h"

struct stream;
struct ws_dial;

enum { WS_KEY_CHARS = 24, WS_ACCEPT_BYTES = 29 };
enum { WS_PEER_BYTES = 64, WS_WHY_BYTES = FRAME_CONTROL_MAX - 1 };

enum ws_state {
	WS_DIALLING, /* on_open has not been called                */
	WS_OPEN,
	WS_CLOSING, /* a close frame is queued or sent            */
	WS_DEAD,    /* waits for its job, which calls on_close()  */
};

struct ws {
	struct list node; /* in the owner's list, if any     */
	struct loop *loop;
	struct stream *stream;
	const struct ws_handlers *h;
	void *arg;
	struct timer *timer;
	struct loop_job job;
	struct txq out;
	uint64_t *bad_messages; /* counter of the owner, or NULL   */
	uint32_t *live;         /* the owner's count of open ones  */
	struct ws_dial *dial;   /* while dialling                  */
	enum ws_state state;
	int client;
	int drain_due;   /* on_drained is owed              */
	int pinged;      /* and nothing heard since         */
	int deaf;        /* framing is lost: ignore input   */
	int peer_closed; /* its close frame has come        */
	int close_code;
	int refused_status; /* of the answer to a dial         */
	char close_why[WS_WHY_BYTES];
	int64_t heard_us; /* last byte from the peer         */
	int64_t moved_us; /* last time the queue moved       */
	int64_t ping_us;
	/* the frame that is coming in */
	unsigned char head[FRAME_HEAD_MAX];
	size_t head_len;
	struct frame frame;
	uint64_t frame_at; /* bytes of its payload so far     */
	int in_frame;
	unsigned char control[FRAME_CONTROL_MAX];
	/* the message that is coming in */
	unsigned char *msg;
	size_t msg_len, msg_cap, msg_max;
	unsigned char msg_opcode; /* 0: between messages             */
	char peer[WS_PEER_BYTES];
};

/** Everything that can fail, before the handshake. @return 0, -ENOMEM */
int ws_make(struct ws **ret, struct loop *l, const struct ws_handlers *h,
	    int client);

/** Undo ws_make() when nobody has seen the connection. */
void ws_unmake(struct ws *ws);

/** Begin: queue `hello` (the answer to an upgrade), call on_open(), take in
 *  what came with the handshake.
 *  @param stream  taken @param hello  NULL: none
 *  @param early  bytes in the loop's scratch that are already here */
void ws_begin(struct ws *ws, struct stream *stream, const char *hello,
	      size_t early);

/** Base64 of the hash that proves a handshake. @param key  WS_KEY_CHARS */
void ws_accept_key(char ret[], const char *key);

/** The end: the socket goes now, on_close() follows at the end of the turn. */
void ws_end(struct ws *ws, int code, const char *why);

/** End and free at once, for the owner's own end: on_close(1001). */
void ws_end_now(struct ws *ws, const char *why);

/** Drop what belongs to the dial (dial.c). */
void ws_dial_drop(struct ws *ws);

/** Feed bytes of the peer (also for the fuzzer). @param s  changed; has room
 *  for one byte more */
void ws_feed(struct ws *ws, unsigned char *s, size_t len);

/* ws_in.c and ws.c */
void ws_fail(struct ws *ws, int code, const char *why);
void ws_answer_close(struct ws *ws, int code, const char *why);
int ws_push(struct ws *ws, int opcode, const void *data, size_t len);

#endif /* NET_WS_PRIV_H */
