/**
 * @file sock.c  A numbered link on sockets that come and go
 *
 *   sock_send --> xp_link --> tx queue --> conn (one WebSocket) --> server
 *   events    <-- xp_link <-- rx buffer <--'
 *
 * A lost connection is tried again after a growing, jittered delay; a refused
 * key is not. All on the thread of expert_run().
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "priv.h"

/* A link gives its peer up after so many times the silence before a ping. */
enum { SILENCES = 3 };

/* One connection. It may outlive its place in the sock while it closes. */
struct conn {
	struct sock *s; /* NULL: abandoned */
	struct lws *wsi;
	char *rx;
	size_t rx_len;
	int in_call; /* lws_client_connect_via_info runs */
	int destroyed, established;
};

struct out {
	struct out *next;
	size_t len;
	unsigned char data[]; /* LWS_PRE bytes, then the text */
};

/* @source the published client: three quick tries, two medium, then slow */
static const struct {
	int tries;
	int64_t delay_us, jitter_us;
} backoff[] = {
	{3, 1 * SECOND_US, SECOND_US / 2},
	{5, 5 * SECOND_US, 2 * SECOND_US},
	{0, 10 * SECOND_US, 5 * SECOND_US},
};

static void sock_connect(struct sock *s);

/* ---- the queue to the socket -------------------------------------------- */

static void tx_clear(struct sock *s)
{
	while (s->tx_head) {
		struct out *o = s->tx_head;

		s->tx_head = o->next;
		free(o);
	}
	s->tx_tail = NULL;
	s->tx_bytes = 0;
}

static int on_link_send(void *arg, const char *text, size_t len)
{
	struct sock *s = arg;
	struct out *o;

	if (!s->conn || !s->conn->established)
		return -EPIPE;
	if (s->tx_bytes + len > TX_BYTES_MAX)
		return -EAGAIN;

	o = malloc(sizeof(*o) + LWS_PRE + len);
	if (!o)
		return -ENOMEM;
	o->next = NULL;
	o->len = len;
	memcpy(o->data + LWS_PRE, text, len);
	if (s->tx_tail)
		s->tx_tail->next = o;
	else
		s->tx_head = o;
	s->tx_tail = o;
	s->tx_bytes += len;
	(void)lws_callback_on_writable(s->conn->wsi);
	return 0;
}

/* One message a turn, as libwebsockets wants it. @return nonzero: close */
static int write_one(struct sock *s, struct lws *wsi)
{
	struct out *o = s->tx_head;

	if (o) {
		int n = lws_write(wsi, o->data + LWS_PRE, o->len,
				  LWS_WRITE_TEXT);

		if (n < 0)
			return -1;
		s->tx_head = o->next;
		if (!s->tx_head)
			s->tx_tail = NULL;
		s->tx_bytes -= o->len;
		free(o);
		xp_link_writable(s->link);
	}

	if (s->tx_head) {
		(void)lws_callback_on_writable(wsi);
	} else if (s->finishing) {
		lws_close_reason(wsi, LWS_CLOSE_STATUS_NORMAL, NULL, 0);
		return -1;
	}
	return 0;
}

/* ---- time --------------------------------------------------------------- */

static void schedule(struct sock *s, lws_sorted_usec_list_t *sul, sul_cb_t fn,
		     int64_t us)
{
	lws_sul_schedule(s->e->context, 0, sul, fn, us);
}

static void on_tick(lws_sorted_usec_list_t *sul)
{
	struct sock *s =
		(void *)((char *)sul - offsetof(struct sock, tick_sul));
	int64_t now = now_us(), due;

	if (s->dead)
		return;
	if (s->paused) {
		/* Who does not listen cannot say that the peer is silent. */
		schedule(s, &s->tick_sul, on_tick, SECOND_US);
		return;
	}

	due = xp_link_tick(s->link, now);
	if (!s->dead && s->conn && due != INT64_MAX)
		schedule(s, &s->tick_sul, on_tick,
			 due > now ? due - now : SECOND_US);
}

static void on_retry(lws_sorted_usec_list_t *sul)
{
	struct sock *s =
		(void *)((char *)sul - offsetof(struct sock, retry_sul));

	if (!s->dead && !s->conn)
		sock_connect(s);
}

/* ---- the end of a connection or of everything --------------------------- */

/* Let go of the connection: it closes by itself and tells nobody. */
static void abandon(struct sock *s)
{
	struct conn *c = s->conn;

	s->conn = NULL;
	s->paused = 0;
	tx_clear(s);
	if (!c)
		return;

	c->s = NULL;
	if (c->wsi)
		lws_set_timeout(c->wsi, PENDING_TIMEOUT_USER_OK,
				LWS_TO_KILL_ASYNC);
}

static void die(struct sock *s)
{
	s->dead = 1;
	abandon(s);
	lws_sul_schedule(s->e->context, 0, &s->retry_sul, NULL,
			 LWS_SET_TIMER_USEC_CANCEL);
	lws_sul_schedule(s->e->context, 0, &s->tick_sul, NULL,
			 LWS_SET_TIMER_USEC_CANCEL);
}

static void give_up(struct sock *s, int err, const char *reason,
		    const char *why)
{
	if (s->dead)
		return;

	die(s);
	s->ev->failed(s->arg, err, reason, why);
}

static int64_t next_delay_us(struct sock *s)
{
	size_t i = 0;
	int64_t spread;

	while (backoff[i].tries && s->attempts > backoff[i].tries)
		i++;
	spread = 2 * backoff[i].jitter_us;
	return backoff[i].delay_us - backoff[i].jitter_us +
	       expert_random(s->e, (uint32_t)spread + 1);
}

/* The connection is gone or did not come about. */
static void retry(struct sock *s, const char *why)
{
	char text[ERROR_BYTES];

	if (s->dead)
		return;
	if (s->finishing) {
		die(s);
		return;
	}

	s->attempts++;
	if (s->e->opt.retries >= 0 && s->attempts > s->e->opt.retries) {
		(void)snprintf(text, sizeof(text), "%.100s at %.80s (%s %d)",
			       why, s->server->text, "attempts:", s->attempts);
		give_up(s, EXPERT_ECONNECT, NULL, text);
		return;
	}

	s->ev->lost(s->arg, why);
	if (!s->dead)
		schedule(s, &s->retry_sul, on_retry, next_delay_us(s));
}

static void lost(struct sock *s, const char *why)
{
	abandon(s);
	xp_link_disconnected(s->link);
	retry(s, why);
}

/* The server answered, but not with a WebSocket. */
static void refused(struct sock *s, int status)
{
	char text[ERROR_BYTES];

	(void)snprintf(text, sizeof(text), "the server answered %d", status);
	if (status == 401 || status == 403) {
		(void)snprintf(text, sizeof(text),
			       "the server refused the API key (%d)%s", status,
			       s->server->key ? "" : ": none is set");
		give_up(s, EXPERT_EAUTH, NULL, text);
	} else if (status == 404 || status == 410) {
		give_up(s, EXPERT_EPROTO, NULL, text);
	} else {
		lost(s, text);
	}
}

/* ---- events of the link ------------------------------------------------- */

static void on_link_payload(void *arg, const char *text, size_t len)
{
	struct sock *s = arg;

	if (!s->dead && !s->finishing)
		s->ev->payload(s->arg, text, len);
}

static void on_link_opened(void *arg, int reopen)
{
	struct sock *s = arg;

	s->attempts = 0;
	schedule(s, &s->tick_sul, on_tick,
		 s->e->opt.keepalive_ms * 1000 / SILENCES);
	if (!s->dead && !s->finishing)
		s->ev->opened(s->arg, reopen);
}

static void on_link_drop(void *arg, const char *why)
{
	lost(arg, why);
}

static void on_link_closed(void *arg, const char *reason,
			   const char *description)
{
	struct sock *s = arg;
	char text[ERROR_BYTES];
	int err = strcmp(reason, XP_CLOSE_AUTHENTICATION) ? EXPERT_ECLOSED
							  : EXPERT_EAUTH;

	if (s->dead || s->finishing) {
		s->finishing = 1;
		return;
	}

	(void)snprintf(text, sizeof(text), "the server closed: %.40s%s%.150s",
		       reason, description[0] ? ", " : "", description);
	s->ev->failed(s->arg, err, reason, text);
}

static void on_link_warn(void *arg, const char *what)
{
	struct sock *s = arg;

	expert_log(s->e, EXPERT_LOG_WARN, "%s: %s", s->name, what);
}

static const struct xp_link_events link_events = {
	.send = on_link_send,
	.payload = on_link_payload,
	.opened = on_link_opened,
	.drop = on_link_drop,
	.closed = on_link_closed,
	.warn = on_link_warn,
};

/* ---- what libwebsockets reports ----------------------------------------- */

static int receive(struct conn *c, struct lws *wsi, const char *in, size_t len)
{
	struct sock *s = c->s;
	char *grown;

	if (lws_frame_is_binary(wsi) ||
	    c->rx_len + len > XP_MESSAGE_BYTES_MAX) {
		lost(s, "the server sent what is no message");
		return -1;
	}

	grown = realloc(c->rx, c->rx_len + len + 1);
	if (!grown) {
		lost(s, "out of memory");
		return -1;
	}
	c->rx = grown;
	memcpy(c->rx + c->rx_len, in, len);
	c->rx_len += len;
	if (lws_remaining_packet_payload(wsi) || !lws_is_final_fragment(wsi))
		return 0;

	len = c->rx_len;
	c->rx_len = 0;
	(void)xp_link_input(s->link, c->rx, len, now_us());
	return c->s ? 0 : -1;
}

static void on_established(struct sock *s)
{
	s->conn->established = 1;
	xp_link_connected(s->link, now_us());
	if (!s->dead && s->conn)
		schedule(s, &s->tick_sul, on_tick, XP_LINK_OPEN_US);
}

static void on_error(struct conn *c, struct lws *wsi, const char *in,
		     size_t len)
{
	struct sock *s = c->s;
	int status = (int)lws_http_client_http_response(wsi);
	const char *proxy = s->server->proxy.name;
	char text[200];

	if (status >= 200) {
		refused(s, status);
		return;
	}

	(void)snprintf(text, sizeof(text), "cannot connect%s%s%s%.*s",
		       proxy[0] ? " through the proxy " : "", proxy,
		       len ? ": " : "", (int)(len < 80 ? len : 80),
		       in ? in : "");
	if (strstr(text, "SSL")) {
		expert_log(s->e, EXPERT_LOG_DEBUG, "%s", text);
		(void)snprintf(text, sizeof(text),
			       "cannot connect: no TLS there, or its "
			       "certificate is not trusted");
	}
	lost(s, text);
}

static void on_destroy(struct conn *c)
{
	if (c->s && c->s->conn == c)
		lost(c->s, "the connection was lost");
	c->destroyed = 1;
	c->wsi = NULL;
	if (c->in_call)
		return;
	free(c->rx);
	free(c);
}

int sock_callback(struct lws *wsi, enum lws_callback_reasons reason,
		  void *user, void *in, size_t len)
{
	struct conn *c = wsi ? lws_get_opaque_user_data(wsi) : NULL;
	struct sock *s = c ? c->s : NULL;
	char drain[64];

	(void)user;
	if (reason == LWS_CALLBACK_RAW_RX_FILE) {
		(void)!read(lws_get_socket_fd(wsi), drain, sizeof(drain));
		return 0;
	}
	if (!c)
		return 0;
	if (reason == LWS_CALLBACK_WSI_DESTROY) {
		on_destroy(c);
		return 0;
	}
	if (!s)
		return reason == LWS_CALLBACK_CLIENT_WRITEABLE ||
				       reason == LWS_CALLBACK_CLIENT_RECEIVE
			       ? -1
			       : 0;

	switch (reason) {
	case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
		return wire_headers(s->server, wsi, in, len);
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		on_error(c, wsi, in, len);
		return 0;
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		c->wsi = wsi;
		on_established(s);
		return c->s ? 0 : -1;
	case LWS_CALLBACK_CLIENT_RECEIVE:
		return receive(c, wsi, in, len);
	case LWS_CALLBACK_CLIENT_WRITEABLE:
		return write_one(s, wsi);
	case LWS_CALLBACK_CLIENT_CLOSED:
		lost(s, "the connection was closed");
		return 0;
	default:
		return 0;
	}
}

/* ---- connecting --------------------------------------------------------- */

static void sock_connect(struct sock *s)
{
	const struct url *u = &s->server->url;
	struct lws_client_connect_info info = {
		.context = s->e->context,
		.vhost = s->server->vhost,
		.address = u->host,
		.port = u->port,
		.path = s->path,
		.host = u->authority,
		.ssl_connection = u->tls ? LCCSCF_USE_SSL : 0,
		.alpn = "http/1.1",
		.local_protocol_name = "expert",
	};
	struct conn *c = calloc(1, sizeof(*c));

	if (!c) {
		retry(s, "out of memory");
		return;
	}

	c->s = s;
	c->in_call = 1;
	s->conn = c;
	info.pwsi = &c->wsi;
	info.opaque_user_data = c;
	if (!lws_client_connect_via_info(&info)) {
		c->wsi = NULL;
		c->destroyed = 1;
	}
	c->in_call = 0;
	if (!c->destroyed)
		return;

	if (c->s && c->s->conn == c)
		lost(c->s, "cannot connect");
	free(c->rx);
	free(c);
}

/* 20 hex digits, the same for all connections of a link. */
static int link_make(struct sock *s)
{
	struct xp_link_options o = {.name = s->name,
				    .ping_us = s->e->opt.keepalive_ms * 1000 /
					       SILENCES,
				    .extensions = s->ev->extensions};
	char id[21];

	for (int i = 0; i < 20; i++)
		id[i] = "0123456789abcdef"[expert_random(s->e, 16)];
	id[20] = 0;
	o.connection_id = id;
	return xp_link_new(&s->link, &o, &link_events, s);
}

/* As much of it as a link's name may have, in whole characters. */
static char *name_copy(const char *name)
{
	size_t n = strnlen(name, XP_KEY_BYTES_MAX + 1);

	if (n > XP_KEY_BYTES_MAX) {
		n = XP_KEY_BYTES_MAX;
		while (n && ((unsigned char)name[n] & 0xc0) == 0x80)
			n--;
	}
	return strndup(name, n);
}

int sock_open(struct sock **ret, struct expert *e, struct server *server,
	      const char *path, const char *name, const struct sock_events *ev,
	      void *arg)
{
	size_t n = strlen(server->url.prefix) + strlen(path) + 1;
	struct sock *s = calloc(1, sizeof(*s));

	if (!s)
		return EXPERT_ENOMEM;

	s->e = e;
	s->server = server;
	s->ev = ev;
	s->arg = arg;
	s->path = malloc(n);
	s->name = name_copy(name);
	if (!s->path || !s->name || link_make(s) < 0) {
		free(s->path);
		free(s->name);
		free(s);
		return EXPERT_ENOMEM;
	}
	(void)snprintf(s->path, n, "%s%s", server->url.prefix, path);

	s->next = e->socks;
	e->socks = s;
	*ret = s;
	/* Not from in here: its events must find *ret in place. */
	schedule(s, &s->retry_sul, on_retry, 1);
	return 0;
}

uint32_t sock_extensions(const struct sock *s)
{
	return xp_link_extensions(s->link);
}

int sock_send(struct sock *s, const char *payload, size_t len)
{
	return xp_link_send(s->link, payload, len);
}

void sock_restart(struct sock *s, const char *why)
{
	struct xp_link *old = s->link;

	abandon(s);
	if (link_make(s) < 0) {
		s->link = old;
		give_up(s, EXPERT_ENOMEM, NULL, "out of memory");
		return;
	}

	/* We may be inside one of the old link's events. */
	xp_link_close(old, XP_CLOSE_OTHER, "");
	(void)xp_link_free(s->old_link);
	s->old_link = old;
	retry(s, why);
}

void sock_pause(struct sock *s, int on)
{
	if (!s || s->dead || s->paused == on || !s->conn ||
	    !s->conn->established)
		return;

	s->paused = on;
	(void)lws_rx_flow_control(s->conn->wsi, !on);
}

void sock_finish(struct sock *s)
{
	if (!s || s->dead || s->finishing)
		return;

	s->finishing = 1;
	if (!s->conn || !s->conn->established) {
		die(s);
		return;
	}
	(void)lws_callback_on_writable(s->conn->wsi);
	lws_set_timeout(s->conn->wsi, PENDING_TIMEOUT_USER_OK, 2);
}

void sock_abandon_all(struct expert *e)
{
	for (struct sock *s = e->socks; s; s = s->next)
		if (!s->dead)
			die(s);
}

int sock_count(const struct expert *e)
{
	int n = 0;

	for (const struct sock *s = e->socks; s; s = s->next)
		n += !s->dead;
	return n;
}

void sock_reap(struct expert *e, int all)
{
	struct sock **at = &e->socks;

	while (*at) {
		struct sock *s = *at;

		s->old_link = xp_link_free(s->old_link);
		if (!s->dead && !all) {
			at = &s->next;
			continue;
		}
		*at = s->next;
		if (s->conn)
			s->conn->s = NULL;
		tx_clear(s);
		(void)xp_link_free(s->link);
		free(s->path);
		free(s->name);
		free(s);
	}
}
