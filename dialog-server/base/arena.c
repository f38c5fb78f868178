/**
 * @file arena.c  Memory that is freed all at once, with a hard cap
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"

enum {
	ARENA_ALIGN = 16,
	ARENA_LOOK_BACK = 4, /* chunks that may have room yet */
};

struct arena_chunk {
	struct arena_chunk *next; /**< older                          */
	size_t bytes;             /**< [bytes] after this header      */
	size_t used;              /**< [bytes] given out              */
	size_t pad;               /**< keeps what follows aligned     */
};

_Static_assert(sizeof(struct arena_chunk) % ARENA_ALIGN == 0,
	       "what follows a chunk header must be aligned");

void arena_init(struct arena *a, size_t chunk_bytes, size_t cap_bytes)
{
	assert(chunk_bytes > 0);
	*a = (struct arena){.chunk_bytes = chunk_bytes,
			    .cap_bytes = cap_bytes};
}

/* A chunk with room for `bytes`; smaller than usual where the cap is near. */
static struct arena_chunk *reserve(struct arena *a, size_t bytes)
{
	size_t room = a->cap_bytes - a->used_bytes;
	size_t total = sizeof(struct arena_chunk) + bytes;
	struct arena_chunk *c;

	if (total < bytes || total > room)
		return NULL;

	if (total < a->chunk_bytes)
		total = a->chunk_bytes < room ? a->chunk_bytes : room;

	c = mem_alloc(total);
	if (!c)
		return NULL;

	c->bytes = total - sizeof(*c);
	c->used = 0;
	c->next = a->head;
	a->head = c;
	a->used_bytes += total;

	return c;
}

/* A piece that is as large as a chunk gets one of its own: what follows goes
 * on in the one before. */
static struct arena_chunk *with_room(const struct arena *a, size_t bytes)
{
	struct arena_chunk *c = a->head;

	for (int i = 0; c && i < ARENA_LOOK_BACK; i++, c = c->next)
		if (bytes <= c->bytes - c->used)
			return c;
	return NULL;
}

void *arena_alloc(struct arena *a, size_t bytes)
{
	struct arena_chunk *c;
	unsigned char *p;

	if (bytes > SIZE_MAX - ARENA_ALIGN)
		return NULL;

	bytes = (bytes + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	if (!bytes)
		bytes = ARENA_ALIGN;

	c = with_room(a, bytes);
	if (!c)
		c = reserve(a, bytes);
	if (!c)
		return NULL;

	p = (unsigned char *)(c + 1) + c->used;
	c->used += bytes;
	memset(p, 0, bytes);

	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *arena_strndup(struct arena *a, const char *s, size_t len)
{
	char *copy;

	if (!s || len == SIZE_MAX)
		return NULL;

	copy = arena_alloc(a, len + 1);
	if (copy)
		memcpy(copy, s, len);

	return copy;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return NULL;

	s = arena_alloc(a, (size_t)n + 1);
	if (!s)
		return NULL;

	va_start(ap, fmt);
	(void)vsnprintf(s, (size_t)n + 1, fmt, ap);
	va_end(ap);

	return s;
}

/* Free all chunks from c on, except the last (the first one reserved). */
static struct arena_chunk *free_newer(struct arena_chunk *c)
{
	while (c && c->next) {
		struct arena_chunk *older = c->next;

		mem_free(c);
		c = older;
	}

	return c;
}

void arena_reset(struct arena *a)
{
	a->head = free_newer(a->head);
	a->used_bytes = 0;
	if (a->head) {
		a->head->used = 0;
		a->used_bytes = sizeof(*a->head) + a->head->bytes;
	}
}

void arena_done(struct arena *a)
{
	a->head = mem_free(free_newer(a->head));
	a->used_bytes = 0;
}
