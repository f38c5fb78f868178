/**
 * @file txq.h  Frames that wait to be sent, in one block of memory
 *
 *   push --> [ ...sent | begun frame | frame | frame ] --> peek, consume
 *
 * Pure. Grows only when told that it may: a push from the media tick finds
 * room or is refused.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef NET_TXQ_H
#define NET_TXQ_H

#include <stddef.h>

struct frame;

struct txq {
	unsigned char *s;
	size_t cap;   /**< [bytes] of s                           */
	size_t head;  /**< [bytes] where the next to send is      */
	size_t len;   /**< [bytes] queued                         */
	size_t begun; /**< [bytes] left of what has begun to go   */
	size_t max;   /**< [bytes] most that may be queued        */
};

/** @return 0, -ENOMEM */
int txq_init(struct txq *q, size_t first_bytes, size_t max_bytes);

/** Queue bytes that are no frame; only while nothing is queued.
 *  @return 0, -EAGAIN (no room) */
int txq_push_raw(struct txq *q, const void *s, size_t len);

/** Queue one frame; a masked one is masked in the queue. Control frames may
 *  go a little over the limit.
 *  @param may_grow  0: only into room that is there
 *  @return 0, -EAGAIN (no room, nothing queued) @realtime unless may_grow */
int txq_push(struct txq *q, const struct frame *f, const void *payload,
	     int may_grow);

/** Make room ahead of need: at least as much free as is used. */
void txq_reserve(struct txq *q);

/** @return the bytes to send next, *ret_len of them */
const unsigned char *txq_peek(const struct txq *q, size_t *ret_len);

/** The first n bytes are sent. */
void txq_consume(struct txq *q, size_t n);

/** Throw away the frames that have not begun. @param pinned  [bytes] at the
 *  front that must be sent in any case */
void txq_forget(struct txq *q, size_t pinned);

void txq_done(struct txq *q);

#endif /* NET_TXQ_H */
