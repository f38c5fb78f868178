/**
 * @file xp_link.h  The numbered layer: every payload once, in order
 *
 *   xp_link_send --> [ number, keep until acknowledged ] --> events.send
 *   socket text --> xp_link_input --> [ drop duplicates, acknowledge ]
 *                                              --> events.payload
 *
 * One state machine for both sides. It outlives the socket: after a new one
 * both sides say what they have seen and the rest is sent again. No I/O, no
 * clock: the caller passes now_us and carries out what the events say.
 *
 *        xp_link_connected          open / open-ack
 *   DOWN ----------------> OPENING ----------------> OPEN
 *     ^----- drop, xp_link_disconnected -----'---------'
 *   any state -- close frame, state lost, xp_link_close --> CLOSED
 *
 * Owned by one thread. Events other than send may call every function of their
 * own link but xp_link_free().
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROTO_XP_LINK_H
#define PROTO_XP_LINK_H

#include <stddef.h>
#include <stdint.h>

#include "proto/xp.h"

/* Why a link was closed; published values of the wire. */
#define XP_CLOSE_AUTHENTICATION "authentication-failure"
#define XP_CLOSE_STATE_LOST     "state-lost"
#define XP_CLOSE_DONE           "done"
#define XP_CLOSE_OTHER          "other"
#define XP_CLOSE_SERVER_ERROR   "server-error"
#define XP_CLOSE_RECONNECTION   "reconnection-failed"
#define XP_CLOSE_UNKNOWN        "unknown"

enum {
	XP_LINK_UNACKED_MAX = 1024,              /**< [messages] default */
	XP_LINK_UNACKED_BYTES_MAX = 1024 * 1024, /**< [bytes] default */
	XP_LINK_REOPENS_MAX = 15,                /**< within a minute */
};

/* @source the published client: 10 s to open, ping after 10 s of silence. It
 * waits for no pong; here a peer is gone after three times the silence. */
#define XP_LINK_OPEN_US INT64_C(10000000)
#define XP_LINK_PING_US INT64_C(10000000)

struct xp_link;

struct xp_link_events {
	/** Put one text message on the socket; borrowed until return. Must
	 *  not call xp_link_input() from inside.
	 *  @return 0, or negative: no room, call xp_link_writable() later */
	int (*send)(void *arg, const char *text, size_t len);
	/** A payload (JSON object), once and in order; borrowed until
	 *  return; NUL after the last byte. */
	void (*payload)(void *arg, const char *text, size_t len);
	/** Both sides agreed. @param reopen  nonzero when it was open before
	 */
	void (*opened)(void *arg, int reopen);
	/** Close this socket, the link lives on: the peer is silent or the
	 *  handshake took too long. */
	void (*drop)(void *arg, const char *why);
	/** Over for good: the peer's close frame, or a fault that was told to
	 *  the peer. Not called for xp_link_close(). */
	void (*closed)(void *arg, const char *reason, const char *description);
	/** Something odd that was dealt with; may be NULL. */
	void (*warn)(void *arg, const char *what);
};

struct xp_link_options {
	int server;                /**< nonzero: waits for open */
	const char *name;          /**< client: label for people */
	const char *connection_id; /**< client: the same for its whole life */
	uint32_t extensions;       /**< XP_EXT_* that this side knows */
	uint32_t max_unacked;      /**< [messages] 0: XP_LINK_UNACKED_MAX */
	size_t max_unacked_bytes;  /**< [bytes] 0: ..._BYTES_MAX */
	int64_t ping_us; /**< [us] of silence before a ping; after three times
			      that the peer is gone; 0: XP_LINK_PING_US */
};

/**
 * @param o    strings are copied
 * @param ev   borrowed for the life of the link; send, payload, opened, drop
 *             and closed must be there
 * @return 0, -EINVAL (a client without connection_id), -ENOMEM
 */
int xp_link_new(struct xp_link **ret, const struct xp_link_options *o,
		const struct xp_link_events *ev, void *arg);

/** NULL is fine; calls no event. @return NULL */
struct xp_link *xp_link_free(struct xp_link *l);

/** A new socket is there (an old one is forgotten). A client says open. */
void xp_link_connected(struct xp_link *l, int64_t now_us);

/** The socket is gone; what is not acknowledged is kept. */
void xp_link_disconnected(struct xp_link *l);

/**
 * One text message from the socket.
 *
 * A server decodes the first frame of a socket itself to find the link of its
 * connection_id, then gives the same text here.
 *
 * @return 0, -EBADMSG or -EMSGSIZE (refused; the peer was told and closed was
 *         called), -EPROTO (valid but wrong now; same), -EPIPE (closed
 *         before), -ENOMEM (drop was called: the peer will send it again)
 */
int xp_link_input(struct xp_link *l, const char *text, size_t len,
		  int64_t now_us);

/**
 * Number a payload, keep it until acknowledged, send it when open.
 *
 * @param payload  text of a JSON object; copied
 * @return 0, -EAGAIN (too much is not acknowledged), -EMSGSIZE (message would
 *         be over XP_MESSAGE_BYTES_MAX), -EINVAL (not a JSON object),
 *         -EPIPE (closed), -ENOMEM
 */
int xp_link_send(struct xp_link *l, const char *payload, size_t len);

/** The socket has room again. */
void xp_link_writable(struct xp_link *l);

/** Pings, deadlines. @return [us] when to call again, INT64_MAX for never */
int64_t xp_link_tick(struct xp_link *l, int64_t now_us);

/** Ask for a sign of life at once; nothing unless it is open. */
void xp_link_ping(struct xp_link *l, int64_t now_us);

/** End it: a server sends a close frame (a client just closes its socket
 *  after this, as the protocol has it). No event follows. */
void xp_link_close(struct xp_link *l, const char *reason,
		   const char *description);

/** @return [messages] sent or queued that the peer has not acknowledged */
uint32_t xp_link_unacked(const struct xp_link *l);

/** @return nonzero between open-ack and the loss of the socket */
int xp_link_is_open(const struct xp_link *l);

/** @return nonzero when over for good */
int xp_link_is_closed(const struct xp_link *l);

/** @return "" before a server's link was first opened; borrowed */
const char *xp_link_connection_id(const struct xp_link *l);

/** @return the peer's label from open, "" when it gave none; borrowed */
const char *xp_link_name(const struct xp_link *l);

/** @return XP_EXT_* that are agreed; none before the link was first opened */
uint32_t xp_link_extensions(const struct xp_link *l);

struct xp_link_stats {
	uint64_t sent;       /**< [messages] first transmissions */
	uint64_t resent;     /**< [messages] again after a new socket */
	uint64_t received;   /**< [messages] delivered */
	uint64_t duplicates; /**< [messages] dropped, seen before */
	uint64_t gaps;       /**< [messages] numbers that never came */
	uint64_t opens;      /**< handshakes completed */
	uint64_t refused;    /**< sends refused because of the bound */
	int64_t rtt_us;      /**< [us] of the last ping; 0 before one */
	int64_t heard_us;    /**< [us] when the peer was last heard */
};
void xp_link_stats(const struct xp_link *l, struct xp_link_stats *ret);

#endif /* PROTO_XP_LINK_H */
