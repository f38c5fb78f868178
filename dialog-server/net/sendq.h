/**
 * @file sendq.h  Messages that wait to be sent, in one block of memory
 *
 *   push --> [ message | message | message ] --> first, pop
 *
 * Pure. Each message lies behind the room that lws_write() wants in front of
 * it. Grows only when told that it may: a push from the media tick finds room
 * or is refused.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef NET_SENDQ_H
#define NET_SENDQ_H

#include <stddef.h>

struct sendq {
	unsigned char *s;
	size_t cap;     /**< [bytes] of s                            */
	size_t head;    /**< [bytes] where the first message is      */
	size_t used;    /**< [bytes] of s in use                     */
	size_t payload; /**< [bytes] queued, messages alone          */
	size_t max;     /**< [bytes] most payload that may be queued */
};

/** @return 0, -ENOMEM */
int sendq_init(struct sendq *q, size_t first_bytes, size_t max_bytes);

/** Queue a copy. @param type  the queue's owner knows
 *  @param may_grow  0: only into room that is there
 *  @return 0, -EAGAIN (no room, nothing queued) @realtime unless may_grow */
int sendq_push(struct sendq *q, int type, const void *s, size_t len,
	       int may_grow);

/** Make room ahead of need: at least as much free as is used. */
void sendq_reserve(struct sendq *q);

/** @return the first message, to be changed or sent; NULL when empty */
unsigned char *sendq_first(struct sendq *q, int *ret_type, size_t *ret_len);

/** The first message has gone. */
void sendq_pop(struct sendq *q);

/** Throw everything away; memory is kept. */
void sendq_clear(struct sendq *q);

/** Free the memory, and the messages that wait. */
void sendq_done(struct sendq *q);

#endif /* NET_SENDQ_H */
