/**
 * @file pool.c  A fixed number of equal blocks: no heap, no search
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/pool.h"

enum { POOL_ALIGN = 16 };

/* The free list goes through the first bytes of each free block. */
static void block_link(struct pool *p, unsigned char *block)
{
	memcpy(block, &p->free, sizeof(p->free));
	p->free = block;
}

int pool_init(struct pool *p, size_t block_bytes, size_t count)
{
	unsigned char *blocks;
	size_t stride;

	if (!block_bytes || !count || block_bytes > SIZE_MAX - POOL_ALIGN)
		return -EINVAL;

	stride = (block_bytes + POOL_ALIGN - 1) & ~(size_t)(POOL_ALIGN - 1);
	if (count > SIZE_MAX / stride)
		return -ENOMEM;

	blocks = mem_alloc(stride * count);
	if (!blocks)
		return -ENOMEM;

	*p = (struct pool){.blocks = blocks, .stride = stride, .count = count};
	for (size_t i = count; i-- > 0;)
		block_link(p, blocks + i * stride);

	return 0;
}

void *pool_get(struct pool *p)
{
	unsigned char *block = p->free;

	if (!block)
		return NULL;

	memcpy(&p->free, block, sizeof(p->free));
	if (++p->used > p->peak)
		p->peak = p->used;

	return block;
}

void pool_put(struct pool *p, void *block)
{
	unsigned char *b = block;

	if (!b)
		return;

	assert(b >= p->blocks && b < p->blocks + p->stride * p->count);
	assert((size_t)(b - p->blocks) % p->stride == 0);
	assert(p->used > 0);

	block_link(p, b);
	--p->used;
}

void pool_done(struct pool *p)
{
	assert(p->used == 0);
	mem_free(p->blocks);
	*p = (struct pool){0};
}
