/**
 * @file stream.h  Bytes over one socket, with or without TLS, never blocking
 *
 *   socket <--uv_poll--> [ stream (OpenSSL) ] --io()--> HTTP or WebSocket
 *
 * The owner is told that something may be possible, and tries: reads until
 * -EAGAIN, writes what it has. TLS may want to write in order to read; the
 * stream polls for what is needed in either case.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef NET_STREAM_H
#define NET_STREAM_H

#include <stddef.h>
#include <sys/types.h>

struct loop;
struct stream;
struct ssl_ctx_st;

typedef void(stream_io_fn)(void *arg);

/**
 * @param fd   connected or connecting, non-blocking; taken, also on failure
 * @param tls  context or NULL; borrowed
 * @param server_name  for a client: name to ask for and to verify; NULL: we
 *                     are the server
 * @return 0, -ENOMEM, -errno
 */
int stream_new(struct stream **ret, struct loop *l, int fd,
	       struct ssl_ctx_st *tls, const char *server_name,
	       stream_io_fn *io, void *arg);

/** Hand over to another owner. */
void stream_set_io(struct stream *s, stream_io_fn *io, void *arg);

/** Say what io() is wanted for. @realtime */
void stream_want(struct stream *s, int reading, int writing);

/** @return bytes, 0 at the end, -EAGAIN, -EPIPE (broken), -EPROTO (TLS) */
ssize_t stream_read(struct stream *s, void *dst, size_t cap);

/** @return bytes taken (> 0), -EAGAIN, -EPIPE, -EPROTO (TLS) */
ssize_t stream_write(struct stream *s, const void *src, size_t len);

/** @return bytes that must be offered again unchanged, after -EAGAIN: TLS has
 *  sealed them */
size_t stream_pinned(const struct stream *s);

/** Have io() called at the end of this turn, for what TLS still holds. */
void stream_kick(struct stream *s);

/** @return 0 when a connecting socket has connected, -errno */
int stream_connected(const struct stream *s);

/** We have said all we had to say; reading goes on. */
void stream_shutdown(struct stream *s);

/** @return nonzero with TLS */
int stream_is_tls(const struct stream *s);

/** Close the socket; TLS says goodbye when it can do so at once.
 *  @return NULL */
struct stream *stream_free(struct stream *s);

#endif /* NET_STREAM_H */
