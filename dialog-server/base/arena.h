/**
 * @file arena.h  Memory that is freed all at once, with a hard cap
 *
 *   call arena: from accept to end      turn arena: reset each turn
 *
 * Grows by chunks up to its cap; a full arena returns NULL, which ends that
 * call with a reason and never the server.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *head; /**< newest chunk, NULL when empty    */
	size_t chunk_bytes;       /**< [bytes] smallest chunk           */
	size_t cap_bytes;         /**< [bytes] most that may be reserved */
	size_t used_bytes;        /**< [bytes] reserved in chunks so far */
};

/** @param chunk_bytes  > 0; nothing is reserved before the first alloc */
void arena_init(struct arena *a, size_t chunk_bytes, size_t cap_bytes);

/** @return zeroed memory aligned to 16, borrowed until reset; NULL when full
 */
void *arena_alloc(struct arena *a, size_t bytes);

/** @return copy in the arena (NULL for NULL or when full) */
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t len);
char *arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** As new; keeps one chunk so that a reset arena rarely meets the heap. */
void arena_reset(struct arena *a);

/** Free everything; the struct may be initialised again. */
void arena_done(struct arena *a);

#endif /* BASE_ARENA_H */
