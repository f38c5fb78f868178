/**
 * @file keep.h  Memory of a dialog: long-lived pieces that are used again
 *
 *   call arena --blocks by size class--> keep_alloc() --keep_free()--> list
 *                                        scratch: until the next step
 *
 * An arena frees nothing before the call ends, but a call may last an hour.
 * What comes back is kept by size class and given out again, so that a dialog
 * costs what it holds at most at one moment, not the sum over time.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DIALOG_KEEP_H
#define DIALOG_KEEP_H

#include <stdarg.h>
#include <stddef.h>

struct arena;
struct keep_block;
struct scratch_block;

enum { KEEP_CLASSES = 16 };

struct keep {
	struct arena *arena;
	struct keep_block *idle[KEEP_CLASSES];
	struct scratch_block *first, *current;
	size_t used_bytes; /**< [bytes] of current              */
	int failed;        /**< the arena was full once         */
};

/** @param a  borrowed as long as k is used: all memory comes from it */
void keep_init(struct keep *k, struct arena *a);

/** @return zeroed memory until keep_free(), or NULL (failed is set) */
void *keep_alloc(struct keep *k, size_t bytes);

/** @return copy until keep_free(); NULL for NULL or when full */
char *keep_str(struct keep *k, const char *s);

/** Give back; NULL is fine. @return NULL */
void *keep_free(struct keep *k, const void *p);

/** @return zeroed memory until scratch_reset(), or NULL (failed is set) */
void *scratch_alloc(struct keep *k, size_t bytes);

/** @return copy until scratch_reset(); "" for NULL; never NULL */
const char *scratch_str(struct keep *k, const char *s);

/** @return text until scratch_reset(); never NULL, "" when full */
const char *scratch_printf(struct keep *k, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** What scratch_*() gave is void; its memory is used again. */
void scratch_reset(struct keep *k);

#endif /* DIALOG_KEEP_H */
