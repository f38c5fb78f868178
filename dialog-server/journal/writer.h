/**
 * @file writer.h  The thread that writes journals and recordings
 *
 *   shard --copy--> [ bounded ring a file ] --writer thread--> disk
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef JOURNAL_WRITER_H
#define JOURNAL_WRITER_H

#include <stddef.h>
#include <stdint.h>

struct writer;
struct wfile;

/** @return 0, -ENOMEM, -EAGAIN */
int writer_new(struct writer **ret);

/** Writes out everything, ends the thread. @return NULL */
struct writer *writer_free(struct writer *w);

/** A file fed from one shard. Made (with its folders) by the writer thread.
 *  @param ring_bytes  bound of what waits in memory @return 0, -ENOMEM */
int wfile_open(struct wfile **ret, struct writer *w, const char *path,
	       size_t ring_bytes);

/** Append a whole record or nothing. @return 0, -EAGAIN (dropped; counted)
 *  @realtime */
int wfile_put(struct wfile *f, const void *data, size_t len);

/** When closing: bytes to write at the start of the file (a header that needs
 *  totals), at most 256. */
void wfile_set_header(struct wfile *f, const void *data, size_t len);

/** Write out and close, later, on the writer. @return NULL */
struct wfile *wfile_close(struct wfile *f);

/** Totals since start, for metrics. */
struct writer_stats {
	uint64_t bytes, dropped, failed;
};
void writer_stats(const struct writer *w, struct writer_stats *ret);

#endif /* JOURNAL_WRITER_H */
