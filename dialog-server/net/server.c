/**
 * @file server.c  The listener of one loop and what it has let in
 *
 * SPDX-License-Identifier: MIT
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "base/log_limit.h"
#include "net/cert.h"
#include "net/server_priv.h"

enum {
	BACKLOG = 1024,
	ACCEPTS_PER_TURN = 64,
	RETRY_US = 100 * 1000, /* after running out of descriptors */
};

/* Listeners of this process by port. SO_REUSEPORT lets our loops share one,
 * but it would also let a second server of the same user share it silently:
 * the first of ours on a port makes sure that it is free. */
static atomic_uchar ours[65536];

/* ---- the listening socket -------------------------------------------- */

struct address {
	struct sockaddr_storage sa;
	socklen_t len;
};

static int parse_address(struct address *ret, const char *text, int port)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)&ret->sa;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&ret->sa;

	memset(ret, 0, sizeof(*ret));
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)port);
		ret->len = sizeof(*v4);
		return 0;
	}
	if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)port);
		ret->len = sizeof(*v6);
		return 0;
	}
	return -EINVAL;
}

static int bind_socket(const struct address *a, int share)
{
	int fd = socket(a->sa.ss_family,
			SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int on = 1, off = 0;

	if (fd < 0)
		return -errno;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (share)
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on,
				 sizeof(on));
	if (a->sa.ss_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off,
				 sizeof(off));
	if (bind(fd, (const struct sockaddr *)&a->sa, a->len)) {
		int err = -errno;

		(void)close(fd);
		return err;
	}
	return fd;
}

static int port_of(int fd)
{
	struct sockaddr_storage sa;
	socklen_t len = sizeof(sa);

	memset(&sa, 0, sizeof(sa));
	if (getsockname(fd, (struct sockaddr *)&sa, &len))
		return -errno;
	return ntohs(sa.ss_family == AF_INET6
			     ? ((struct sockaddr_in6 *)&sa)->sin6_port
			     : ((struct sockaddr_in *)&sa)->sin_port);
}

static int listen_socket(const char *text, int port)
{
	struct address a;
	int fd, err = parse_address(&a, text, port);

	if (err)
		return err;
	if (port && !atomic_load(&ours[port])) {
		fd = bind_socket(&a, 0);
		if (fd < 0)
			return fd;
		(void)close(fd);
	}
	fd = bind_socket(&a, 1);
	if (fd >= 0 && listen(fd, BACKLOG)) {
		err = -errno;
		(void)close(fd);
		return err;
	}
	return fd;
}

/* ---- accepting ------------------------------------------------------- */

static void peer_text(char *dst, size_t cap, const struct sockaddr_storage *sa)
{
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)sa;
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)sa;

	*dst = '\0';
	if (sa->ss_family == AF_INET)
		(void)inet_ntop(AF_INET, &v4->sin_addr, dst, (socklen_t)cap);
	else if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr))
		(void)inet_ntop(AF_INET, v6->sin6_addr.s6_addr + 12, dst,
				(socklen_t)cap);
	else
		(void)inet_ntop(AF_INET6, &v6->sin6_addr, dst, (socklen_t)cap);
}

static void on_connection(uv_poll_t *h, int status, int events);

static void admit(struct server *s, int fd, const struct sockaddr_storage *sa)
{
	static const char full[] = "HTTP/1.1 503 Service Unavailable\r\n"
				   "Content-Length: 0\r\n"
				   "Connection: close\r\n\r\n";
	char peer[WS_PEER_BYTES];
	int on = 1;

	if (s->stats.connections >= s->o.max_connections) {
		s->stats.refused++;
		if (!s->o.tls_cert)
			(void)send(fd, full, sizeof(full) - 1, MSG_NOSIGNAL);
		(void)close(fd);
		return;
	}
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	peer_text(peer, sizeof(peer), sa);
	conn_open(s, fd, peer);
}

static void on_connection(uv_poll_t *h, int status, int events)
{
	struct server *s = h->data;

	(void)status;
	(void)events;
	for (int i = 0; i < ACCEPTS_PER_TURN && s->listener; i++) {
		struct sockaddr_storage sa;
		socklen_t len = sizeof(sa);
		int fd;

		memset(&sa, 0, sizeof(sa));
		fd = accept4(s->fd, (struct sockaddr *)&sa, &len,
			     SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0) {
			admit(s, fd, &sa);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
		    errno == ENOMEM) {
			log_warn_limited("server",
					 "cannot accept, pausing error=%d",
					 errno);
			(void)uv_poll_stop(s->listener);
			timer_start(s->retry, RETRY_US);
		}
		return;
	}
}

static void on_retry(void *arg)
{
	struct server *s = arg;

	if (s->listener)
		(void)uv_poll_start(s->listener, UV_READABLE, on_connection);
}

/* ---- life ------------------------------------------------------------ */

static int start_listening(struct server *s)
{
	int fd = listen_socket(s->o.address, s->o.port);

	if (fd < 0)
		return fd;
	s->fd = fd;
	s->port = port_of(fd);
	s->listener = mem_zalloc(sizeof(*s->listener));

	int err = !s->listener ? -ENOMEM
			       : uv_poll_init(&s->loop->uv, s->listener, fd);

	if (err) {
		s->listener = mem_free(s->listener);
		(void)close(fd);
		return err;
	}
	s->listener->data = s;
	atomic_fetch_add(&ours[s->port], 1);
	return uv_poll_start(s->listener, UV_READABLE, on_connection);
}

int server_open(struct server **ret, struct loop *l,
		const struct server_options *o)
{
	struct server *s;
	int err = 0;

	if (!o->address || !o->routes || o->port < 0 || o->port > 65535 ||
	    !o->tls_cert != !o->tls_key)
		return -EINVAL;
	s = mem_zalloc(sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->loop = l;
	s->o = *o;
	if (!s->o.max_connections)
		s->o.max_connections = SIZE_MAX;
	if (!s->o.max_body_bytes)
		s->o.max_body_bytes = LIMIT_HTTP_BODY_BYTES;
	list_init(&s->conns);
	list_init(&s->sockets);
	list_init(&s->requests);
	err = timer_new(&s->retry, l, on_retry, s);
	if (!err)
		err = lws_server_vhost(&s->vhost, l, o->tls_cert, o->tls_key,
				       &s->cert);
	if (!err)
		err = start_listening(s);
	if (err) {
		timer_free(s->retry);
		mem_free(s);
		return err;
	}
	*ret = s;
	return 0;
}

int server_port(const struct server *s)
{
	return s->port;
}

static void free_listener(uv_handle_t *h)
{
	mem_free(h);
}

void server_pause(struct server *s)
{
	if (!s->listener)
		return;
	timer_stop(s->retry);
	(void)uv_poll_stop(s->listener);
	uv_close((uv_handle_t *)s->listener, free_listener);
	/* At once, so that the kernel gives new connections to others. */
	(void)close(s->fd);
	s->listener = NULL;
	atomic_fetch_sub(&ours[s->port], 1);
}

void server_use_cert(struct server *s, struct ssl_ctx_st *cert)
{
	cert_unref(s->cert);
	s->cert = cert_ref(cert);
}

unsigned server_check_keys(struct server *s)
{
	unsigned n = 0;

	LIST_FOREACH_SAFE (it, tmp, &s->sockets) {
		struct ws *ws = LIST_ENTRY(it, struct ws, node);

		if (!ws->key_id || !s->o.key_holds ||
		    s->o.key_holds(s->o.arg, ws->key_id))
			continue;
		ws->key_id = 0; /* once is enough */
		n++;
		if (ws->state == WS_WAITING)
			ws_finish_now(ws, WS_REVOKED_WHY);
		else if (ws->state == WS_OPEN && ws->h->on_revoked)
			ws->h->on_revoked(ws, ws->arg);
		else
			ws_close(ws, WS_REVOKED_CODE, WS_REVOKED_WHY);
	}
	return n;
}

struct server *server_close(struct server *s)
{
	if (!s)
		return NULL;
	server_pause(s);
	while (!list_empty(&s->sockets))
		ws_finish_now(LIST_ENTRY(s->sockets.next, struct ws, node),
			      "server is stopping");
	while (!list_empty(&s->conns))
		conn_cut(LIST_ENTRY(s->conns.next, struct conn, node));
	LIST_FOREACH_SAFE (it, tmp, &s->requests) {
		LIST_ENTRY(it, struct http_req, node)->server = NULL;
		list_unlink(it);
	}
	timer_free(s->retry);
	s->cert = cert_unref(s->cert);
	return mem_free(s);
}

void server_stats(const struct server *s, struct server_stats *ret)
{
	*ret = s->stats;
}
