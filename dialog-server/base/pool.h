/**
 * @file pool.h  A fixed number of equal blocks: no heap, no search
 *
 * One owner, no locks. Made at start, so that the media tick can take and
 * return blocks.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stddef.h>

struct pool {
	unsigned char *blocks; /**< count * stride bytes            */
	void *free;            /**< singly linked through the block */
	size_t stride;         /**< [bytes] a block, rounded to 16  */
	size_t count;          /**< [blocks] in all                 */
	size_t used;           /**< [blocks] given out              */
	size_t peak;           /**< [blocks] most given out         */
};

/** @return 0, -EINVAL (a zero), -ENOMEM */
int pool_init(struct pool *p, size_t block_bytes, size_t count);

/** @return a block (contents undefined), or NULL when all are out @realtime */
void *pool_get(struct pool *p);

/** Give a block back; NULL is fine. @realtime */
void pool_put(struct pool *p, void *block);

/** Free the blocks; every block must be back (asserted). */
void pool_done(struct pool *p);

#endif /* BASE_POOL_H */
