/**
 * @file ws.h  A WebSocket connection, accepted or dialled
 *
 * Messages arrive whole: fragments are joined up to the limit of the route,
 * beyond it the connection is closed with 1009. Sending copies into a bounded
 * queue; a full queue is -EAGAIN and the caller's policy. A struct ws is valid
 * from on_open (or ws_dial) until on_close returns. Text that is not UTF-8 is
 * closed with 1007.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef NET_WS_H
#define NET_WS_H

#include <stddef.h>
#include <stdint.h>

struct loop;
struct ws;

/** How a connection ends whose API key was revoked. */
#define WS_REVOKED_CODE 1008
#define WS_REVOKED_WHY  "the API key was revoked"

struct ws;

/** @return id of the API key that opened it, 0 when none was wanted */
int64_t ws_key_id(const struct ws *ws);

/** What can happen on a connection. Missing members are ignored. */
struct ws_handlers {
	/** Ready to send. For accepted connections arg is what the route's
	 *  accept function returned. */
	void (*on_open)(struct ws *ws, void *arg);
	/** One whole message, borrowed until return, NUL after the last byte.
	 */
	void (*on_text)(struct ws *ws, void *arg, const char *s, size_t len);
	void (*on_binary)(struct ws *ws, void *arg, const void *data,
			  size_t len);
	/** The send queue became empty after it was not. */
	void (*on_drained)(struct ws *ws, void *arg);
	/** The key that opened an accepted connection is not valid any more:
	 *  say so and ws_close(). Missing: closed with WS_REVOKED_CODE. */
	void (*on_revoked)(struct ws *ws, void *arg);
	/** Last call for this connection, whoever closed it.
	 *  @param code  RFC 6455 7.4; 1006 when it just broke; for a dialled
	 *               one that never opened 0, err says why */
	void (*on_close)(struct ws *ws, void *arg, int code, const char *why);
	/** [bytes] 0: LIMIT_WS_CONTROL_MESSAGE_BYTES */
	size_t max_message_bytes;
	/** [bytes] 0: LIMIT_WS_SEND_QUEUE_BYTES */
	size_t max_queue_bytes;
	size_t ready_queue_bytes; /**< [bytes] of the queue there from the
				       start, for sending on the tick     */
	int64_t ping_us;          /**< [us] of silence before a ping, and half
				       of it again before we hang up with
				       1006; 0: 20 s */
};

/** Copy into the queue, which goes out when the socket can take it.
 *  @return 0, -EAGAIN (queue full, nothing queued), -EPIPE (closing)
 *  @realtime  on the media tick only into memory that is there: the queue is
 *  grown ahead of need outside of it */
int ws_send_text(struct ws *ws, const char *s, size_t len);
int ws_send_binary(struct ws *ws, const void *data, size_t len);

/** Read nothing more for now, or again: what the peer sends waits in its own
 *  kernel, and then with the peer. Messages whose bytes were read already may
 *  be held back, too. For a short while: a peer that goes meanwhile is noticed
 *  afterwards. */
void ws_hold(struct ws *ws, int hold);

/** Throw away queued messages that have not begun to go out. */
void ws_forget_queue(struct ws *ws);

/** @return [bytes] queued and not yet given to the kernel */
size_t ws_queued_bytes(const struct ws *ws);

/** Send what is queued, then a close frame; on_close follows, later.
 *  @param code  1000..4999  @param why  at most 120 bytes, copied */
void ws_close(struct ws *ws, int code, const char *why);

/** @return arg as handlers get it */
void *ws_arg(const struct ws *ws);

/** @return "203.0.113.9" or "" when unknown; borrowed */
const char *ws_peer(const struct ws *ws);

/** A header for the client's request; NULL-terminated arrays end with name
 *  NULL. */
struct ws_header {
	const char *name; /**< "Authorization"                          */
	const char *value;
};

/**
 * Dial ws:// or wss://.
 *
 * @param h        borrowed for the life of the connection
 * @param headers  array ended by a NULL name, or NULL; copied
 * @param deadline_us  [us] to be open within, else on_close(0)
 * @return 0, -EINVAL (bad URL), -ENOMEM. Never calls back before returning.
 * @thread the loop's
 */
int ws_dial(struct ws **ret, struct loop *l, const char *url,
	    const struct ws_header *headers, int64_t deadline_us,
	    const struct ws_handlers *h, void *arg);

#endif /* NET_WS_H */
