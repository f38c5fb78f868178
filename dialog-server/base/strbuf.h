/**
 * @file strbuf.h  Text that grows to a bound, always NUL-terminated
 *
 * Overflow is remembered, not returned from each call: build, then ask
 * strbuf_ok() once.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include <stdarg.h>
#include <stddef.h>

struct strbuf {
	char *s;    /**< text, never NULL after init             */
	size_t len; /**< [bytes] without the NUL                 */
	size_t cap; /**< [bytes] reserved, with the NUL          */
	size_t max; /**< [bytes] most that may be reserved       */
	int heap;   /**< s came from the heap                    */
	int failed; /**< something did not fit or no memory left */
};

/** On the heap, grows to max_bytes; strbuf_done() frees. */
void strbuf_init(struct strbuf *b, size_t max_bytes);

/** In memory of the caller, never grows; nothing to free. @realtime */
void strbuf_over(struct strbuf *b, char *memory, size_t bytes);

/** Append a copy. What does not fit is cut; strbuf_ok() tells. */
void strbuf_add(struct strbuf *b, const char *s);
void strbuf_addn(struct strbuf *b, const char *s, size_t len);
void strbuf_addf(struct strbuf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void strbuf_vaddf(struct strbuf *b, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));
void strbuf_addc(struct strbuf *b, char c);

/** Empty again; memory kept, failure forgotten. */
void strbuf_clear(struct strbuf *b);

/** @return nonzero when everything so far fitted */
int strbuf_ok(const struct strbuf *b);

/** @return the text; caller frees with mem_free(); the buffer is empty again.
 *  NULL when something did not fit. Only for heap buffers. */
char *strbuf_take(struct strbuf *b);

/** Free the text; the buffer is not to be used again. */
void strbuf_done(struct strbuf *b);

#endif /* BASE_STRBUF_H */
