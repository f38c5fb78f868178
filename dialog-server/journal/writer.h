/**
 * @file writer.h  The thread that writes journals and recordings
 *
 *   shard --copy--> [ bounded ring a file ] --writer thread--> disk
 *
 * The shard never waits, locks or makes a system call to append: the writer
 * looks at every open file each 20 ms. A ring is address space, not memory: it
 * begins again at its start whenever the writer has caught up, so a file that
 * is written in time touches a page or two, whatever its bound.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef JOURNAL_WRITER_H
#define JOURNAL_WRITER_H

#include <stddef.h>
#include <stdint.h>

struct writer;
struct wfile;

enum { WFILE_HEADER_BYTES_MAX = 256 };

/** @return 0, -ENOMEM, -EAGAIN (no thread) */
int writer_new(struct writer **ret);

/** Writes out everything, ends the thread; every file must have been given to
 *  wfile_close(). NULL is fine. @return NULL */
struct writer *writer_free(struct writer *w);

/**
 * A file fed from one shard. Made (mode 0600, with its folders) by the writer
 * thread, later; what is there already is replaced. A file that cannot be made
 * or written is counted once, and refuses everything from then on; what it has
 * by then stays, with a true header. The log hears of it when files begin to
 * break and when one is written again.
 *
 * @param path        copied
 * @param ring_bytes  bound of what waits in memory, 4096..16 MiB, rounded up
 *                    to a power of two
 * @return 0, -EINVAL, -ENOMEM
 * @thread the shard that feeds it
 */
int wfile_open(struct wfile **ret, struct writer *w, const char *path,
	       size_t ring_bytes);

/** Append a whole record or nothing. @return 0, -EAGAIN (dropped; counted)
 *  @realtime */
int wfile_put(struct wfile *f, const void *data, size_t len);

/** The same for a record in two pieces, which stay together. @realtime */
int wfile_put2(struct wfile *f, const void *head, size_t head_len,
	       const void *body, size_t body_len);

/** Give back what a burst has needed of the ring, once all is written: all but
 *  a page. Not for the tick: may call the kernel. */
void wfile_trim(struct wfile *f);

/** @return [bytes] that wfile_put() would take now @realtime */
size_t wfile_room(const struct wfile *f);

/**
 * The first bytes of a file whose header carries totals. Runs on the writer
 * thread: must be pure.
 *
 * @param out    out[WFILE_HEADER_BYTES_MAX]
 * @param bytes  [bytes] in the file now
 * @param tag    as given to wfile_set_header()
 * @return bytes of out to write over the start of the file; 0: none
 */
typedef size_t(wfile_header_fn)(unsigned char *out, uint64_t bytes,
				uint32_t tag);

/** Keep the header true: rewritten each second, so that a file can be read
 *  while it grows and after a crash, and when closing. Call it before the
 *  first put, and put a header of that size first. */
void wfile_set_header(struct wfile *f, wfile_header_fn *fn, uint32_t tag);

/** Write out and close, later, on the writer. NULL is fine. @return NULL */
struct wfile *wfile_close(struct wfile *f);

/** The same, and the file goes, with all that was in it. @return NULL */
struct wfile *wfile_discard(struct wfile *f);

/** Totals since start, for metrics. */
struct writer_stats {
	uint64_t bytes;   /**< written                                 */
	uint64_t dropped; /**< records refused: ring full, file broken */
	uint64_t failed;  /**< files that could not be made or written */
	uint32_t open;    /**< files open now                          */
	int in_trouble;   /**< files break, and none was written since */
};
void writer_stats(const struct writer *w, struct writer_stats *ret);

#endif /* JOURNAL_WRITER_H */
