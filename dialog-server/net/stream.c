/**
 * @file stream.c  Bytes over one socket, with or without TLS, never blocking
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "net/loop_priv.h"
#include "net/stream.h"

enum { TLS_RECORD_BYTES = 16 * 1024 };

struct stream {
	struct loop *loop;
	uv_poll_t poll;
	struct loop_job kick;
	stream_io_fn *io;
	void *arg;
	SSL *ssl;
	size_t pinned; /* bytes of an SSL_write that must be repeated */
	int fd;
	int events;           /* polled for now */
	int reading, writing; /* what the owner wants */
	int tls_wants_write;  /* to go on reading */
	int tls_wants_read;   /* to go on writing */
	int broken;           /* SSL_shutdown is no longer allowed */
};

static void run_io(struct stream *s)
{
	struct loop *l = s->loop;
	int64_t begin_us = loop_span_begin();

	s->io(s->arg); /* may free s */
	loop_span_end(l, begin_us, "connection");
}

static void on_poll(uv_poll_t *h, int status, int events)
{
	(void)status; /* the next read or write tells */
	(void)events;
	run_io(h->data);
}

static void on_kick(struct loop_job *j)
{
	run_io(LIST_ENTRY(j, struct stream, kick));
}

static int tls_begin(struct stream *s, SSL_CTX *tls, const char *name)
{
	s->ssl = SSL_new(tls);
	if (!s->ssl || !SSL_set_fd(s->ssl, s->fd))
		return -ENOMEM;
	if (!name) {
		SSL_set_accept_state(s->ssl);
		return 0;
	}
	SSL_set_connect_state(s->ssl);
	/* An address has no name to ask for; it is verified as an address. */
	if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(s->ssl), name) == 1)
		return 0;
	ERR_clear_error();
	if (!SSL_set_tlsext_host_name(s->ssl, name) ||
	    !SSL_set1_host(s->ssl, name))
		return -ENOMEM;
	return 0;
}

int stream_new(struct stream **ret, struct loop *l, int fd,
	       struct ssl_ctx_st *tls, const char *server_name,
	       stream_io_fn *io, void *arg)
{
	struct stream *s = mem_zalloc(sizeof(*s));
	int err = s ? 0 : -ENOMEM;

	if (err)
		goto out;
	s->loop = l;
	s->fd = fd;
	s->io = io;
	s->arg = arg;
	loop_job_init(&s->kick, on_kick);
	if (tls)
		err = tls_begin(s, tls, server_name);
	if (!err)
		err = uv_poll_init(&l->uv, &s->poll, fd);
	if (err)
		goto out;
	s->poll.data = s;
	*ret = s;
	return 0;
out:
	if (s)
		SSL_free(s->ssl);
	mem_free(s);
	(void)close(fd);
	return err;
}

void stream_set_io(struct stream *s, stream_io_fn *io, void *arg)
{
	s->io = io;
	s->arg = arg;
}

static void update_poll(struct stream *s)
{
	int events = 0;

	if (s->reading || s->tls_wants_read)
		events |= UV_READABLE;
	if (s->writing || s->tls_wants_write)
		events |= UV_WRITABLE;
	if (events == s->events)
		return;
	s->events = events;
	if (events)
		(void)uv_poll_start(&s->poll, events, on_poll);
	else
		(void)uv_poll_stop(&s->poll);
}

void stream_want(struct stream *s, int reading, int writing)
{
	s->reading = reading;
	s->writing = writing;
	update_poll(s);
}

/* @return -EAGAIN, 0 (end), -EPIPE, -EPROTO */
static ssize_t tls_failed(struct stream *s, int n, int writing)
{
	int why = SSL_get_error(s->ssl, n);

	if (why == SSL_ERROR_WANT_READ) {
		s->tls_wants_read = writing;
		update_poll(s);
		return -EAGAIN;
	}
	if (why == SSL_ERROR_WANT_WRITE) {
		s->tls_wants_write = 1;
		update_poll(s);
		return -EAGAIN;
	}
	ERR_clear_error();
	if (why == SSL_ERROR_ZERO_RETURN)
		return writing ? -EPIPE : 0;
	s->broken = 1;
	return why == SSL_ERROR_SSL ? -EPROTO : -EPIPE;
}

static ssize_t tls_read(struct stream *s, void *dst, size_t cap)
{
	s->tls_wants_write = 0;
	ERR_clear_error();

	int n = SSL_read(s->ssl, dst, (int)cap);

	if (n <= 0)
		return tls_failed(s, n, 0);
	update_poll(s);
	return n;
}

static ssize_t tls_write(struct stream *s, const void *src, size_t len)
{
	if (len < s->pinned)
		return -EPROTO; /* the owner lost what was sealed */
	if (len > TLS_RECORD_BYTES)
		len = TLS_RECORD_BYTES;
	s->tls_wants_read = 0;
	ERR_clear_error();

	int n = SSL_write(s->ssl, src, (int)len);

	if (n <= 0) {
		ssize_t err = tls_failed(s, n, 1);

		s->pinned = err == -EAGAIN ? len : 0;
		return err;
	}
	s->pinned = 0;
	update_poll(s);
	return n;
}

ssize_t stream_read(struct stream *s, void *dst, size_t cap)
{
	if (s->ssl)
		return tls_read(s, dst, cap);
	for (;;) {
		ssize_t n = recv(s->fd, dst, cap, 0);

		if (n >= 0)
			return n;
		if (errno != EINTR)
			return errno == EAGAIN ? -EAGAIN : -EPIPE;
	}
}

ssize_t stream_write(struct stream *s, const void *src, size_t len)
{
	if (s->ssl)
		return tls_write(s, src, len);
	for (;;) {
		ssize_t n = send(s->fd, src, len, MSG_NOSIGNAL);

		if (n >= 0)
			return n;
		if (errno != EINTR)
			return errno == EAGAIN ? -EAGAIN : -EPIPE;
	}
}

size_t stream_pinned(const struct stream *s)
{
	return s->pinned;
}

void stream_kick(struct stream *s)
{
	loop_later(s->loop, &s->kick);
}

int stream_connected(const struct stream *s)
{
	int err = 0;
	socklen_t len = sizeof(err);

	if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &err, &len))
		return -errno;
	return -err;
}

void stream_shutdown(struct stream *s)
{
	if (s->ssl && !s->broken)
		(void)SSL_shutdown(s->ssl);
	ERR_clear_error();
	(void)shutdown(s->fd, SHUT_WR);
}

int stream_is_tls(const struct stream *s)
{
	return s->ssl ? 1 : 0;
}

static void free_stream(uv_handle_t *h)
{
	struct stream *s = h->data;

	(void)close(s->fd);
	mem_free(s);
}

struct stream *stream_free(struct stream *s)
{
	if (!s)
		return NULL;
	loop_job_cancel(&s->kick);
	if (s->ssl) {
		if (!s->broken && SSL_is_init_finished(s->ssl))
			(void)SSL_shutdown(s->ssl);
		ERR_clear_error();
		SSL_free(s->ssl);
	}
	(void)uv_poll_stop(&s->poll);
	uv_close((uv_handle_t *)&s->poll, free_stream);
	return NULL;
}
