/**
 * @file alloc.h  The only door to the heap
 *
 * Debug hook: alloc_fail_after(n) lets the n-th allocation from now fail, so
 * that the OOM mode of the unit tests can walk through every error path.
 * alloc_tick_enter()/leave() mark the media tick of the current thread; a
 * preloaded test library counts heap and lock calls made in between.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include <stddef.h>
#include <stdint.h>

/** @return zeroed memory, or NULL; free with mem_free() @thread any */
void *mem_zalloc(size_t bytes);

/** @return uninitialised memory, or NULL; free with mem_free() @thread any */
void *mem_alloc(size_t bytes);

/** @return grown memory, or NULL and the old block is kept @thread any */
void *mem_realloc(void *p, size_t bytes);

/** @return copy of a string, or NULL (also for NULL); free with mem_free() */
char *mem_strdup(const char *s);

/** @return copy of len bytes plus a NUL, or NULL; free with mem_free() */
char *mem_strndup(const char *s, size_t len);

/**
 * Whole pages of their own, zeroed and touched, for what is large and there
 * for a short while: giving them back leaves no hole in the heap.
 * @return NULL when there are none; free with mem_pages_free()
 * @thread any, not the tick
 */
void *mem_pages(size_t bytes);

/** @param bytes  as given to mem_pages(); NULL is fine @return NULL */
void *mem_pages_free(void *p, size_t bytes);

/** Free; NULL is fine. @return NULL, so that p = mem_free(p) */
void *mem_free(void *p);

/** Abort with a message when p is NULL; for start-up only. @return p */
void *mem_must(void *p, const char *what);

/**
 * Test hook: let the n-th allocation from now fail, and every later one.
 * @param n  counted from 1; 0 switches the hook off
 */
void alloc_fail_after(uint64_t n);

/** Bracket the media tick of this thread; nests. @realtime */
void alloc_tick_enter(void);
void alloc_tick_leave(void);

/** @return nonzero between alloc_tick_enter() and leave(); exported to tests
 */
int alloc_tick_active(void);

#endif /* BASE_ALLOC_H */
