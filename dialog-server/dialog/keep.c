/**
 * @file keep.c  Memory of a dialog: long-lived pieces that are used again
 *
 * SPDX-License-Identifier: MIT
 */
#include "dialog/keep.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

enum {
	KEEP_SMALLEST = 32,   /* [bytes] of the first class          */
	SCRATCH_BLOCK = 1024, /* [bytes] most steps need one or two  */
};

struct keep_block {
	struct keep_block *next; /* while idle                          */
	size_t class;
};

struct scratch_block {
	struct scratch_block *next;
	size_t bytes;
};

_Static_assert(sizeof(struct keep_block) == 16, "payload stays aligned");
_Static_assert(sizeof(struct scratch_block) == 16, "payload stays aligned");

void keep_init(struct keep *k, struct arena *a)
{
	memset(k, 0, sizeof(*k));
	k->arena = a;
}

void *keep_alloc(struct keep *k, size_t bytes)
{
	size_t class = 0;
	size_t size = KEEP_SMALLEST;

	while (size < bytes && class < KEEP_CLASSES) {
		size *= 2;
		class ++;
	}
	if (class == KEEP_CLASSES)
		goto full;

	struct keep_block *b = k->idle[class];

	if (b) {
		k->idle[class] = b->next;
		memset(b + 1, 0, size);
		return b + 1;
	}
	b = arena_alloc(k->arena, sizeof(*b) + size);
	if (!b)
		goto full;
	b->class = class;
	return b + 1;

full:
	k->failed = 1;
	return NULL;
}

char *keep_str(struct keep *k, const char *s)
{
	if (!s)
		return NULL;

	size_t len = strlen(s);
	char *p = keep_alloc(k, len + 1);

	if (p)
		memcpy(p, s, len + 1);
	return p;
}

void *keep_free(struct keep *k, const void *p)
{
	if (p) {
		struct keep_block *b = (struct keep_block *)(uintptr_t)p - 1;

		b->next = k->idle[b->class];
		k->idle[b->class] = b;
	}
	return NULL;
}

/* Move on to a block with room for bytes; blocks are never given back. */
static int scratch_block(struct keep *k, size_t bytes)
{
	struct scratch_block *b = k->current ? k->current->next : k->first;

	if (!b || b->bytes < bytes) {
		size_t size = SCRATCH_BLOCK;

		/* Powers of two, so that slowly growing needs do not leave a
		 * trail of blocks that are each a little too small. */
		while (size < bytes)
			size *= 2;
		b = arena_alloc(k->arena, sizeof(*b) + size);
		if (!b)
			return -1;
		b->bytes = size;
		if (k->current) {
			b->next = k->current->next;
			k->current->next = b;
		} else {
			b->next = k->first;
			k->first = b;
		}
	}
	k->current = b;
	k->used_bytes = 0;
	return 0;
}

void *scratch_alloc(struct keep *k, size_t bytes)
{
	bytes = (bytes + 15) & ~(size_t)15;
	if (!k->current || k->current->bytes - k->used_bytes < bytes) {
		if (scratch_block(k, bytes) < 0) {
			k->failed = 1;
			return NULL;
		}
	}

	char *p = (char *)(k->current + 1) + k->used_bytes;

	k->used_bytes += bytes;
	memset(p, 0, bytes);
	return p;
}

const char *scratch_str(struct keep *k, const char *s)
{
	if (!s)
		return "";

	size_t len = strlen(s);
	char *p = scratch_alloc(k, len + 1);

	if (!p)
		return "";
	memcpy(p, s, len + 1);
	return p;
}

const char *scratch_printf(struct keep *k, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	int len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0)
		return "";

	char *p = scratch_alloc(k, (size_t)len + 1);

	if (!p)
		return "";
	va_start(ap, fmt);
	(void)vsnprintf(p, (size_t)len + 1, fmt, ap);
	va_end(ap);
	return p;
}

void scratch_reset(struct keep *k)
{
	k->current = NULL;
	k->used_bytes = 0;
}
