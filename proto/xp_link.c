/**
 * @file xp_link.c  The numbered layer: sending, receiving, reopening
 *
 *   kept: [ seq 4 ] [ seq 5 ] [ seq 6 ] [ seq 7 ]
 *           ^ oldest not acknowledged     ^ unsent: next for this socket
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/xp_link.h"

/* A peer is gone after so many times the silence before a ping. */
enum { SILENCES = 3 };

enum state { DOWN, OPENING, OPEN, CLOSED };

#define MINUTE_US INT64_C(60000000)

struct kept {
	struct kept *next;
	int64_t sequence;
	int was_sent;
	size_t len;
	char *text; /* the whole frame */
};

struct xp_link {
	const struct xp_link_events *ev;
	void *arg;
	int server;
	char *name, *id;
	uint32_t known, agreed; /* extensions */
	enum state state;
	int was_open;

	struct kept *head, *tail;
	struct kept *unsent; /* first not on this socket yet */
	uint32_t n_kept, max_kept;
	size_t kept_bytes, max_kept_bytes;
	int64_t last_sequence; /* ours */
	int64_t acked;         /* ours that the peer has */
	int64_t seen;          /* the peer's that we have */
	int ack_due;

	int64_t ping_us;    /* of silence before a ping */
	int64_t open_by_us; /* handshake deadline */
	int64_t pinged_us;  /* 0: none is out */
	int64_t opens_us[XP_LINK_REOPENS_MAX];
	struct xp_link_stats stats;
};

static void warn(struct xp_link *l, const char *what)
{
	if (l->ev->warn)
		l->ev->warn(l->arg, what);
}

static int send_frame(struct xp_link *l, const struct xp_frame *f)
{
	char *text = xp_frame_encode(f);
	int rc;

	if (!text)
		return -ENOMEM;

	rc = l->ev->send(l->arg, text, strlen(text));
	free(text);
	return rc;
}

static void drop(struct xp_link *l, const char *why)
{
	xp_link_disconnected(l);
	l->ev->drop(l->arg, why);
}

/* Tell the peer why, then the owner. A client has no close frame to send. */
static void fault(struct xp_link *l, const char *reason,
		  const char *description)
{
	xp_link_close(l, reason, description);
	l->ev->closed(l->arg, reason, description);
}

/* ---- what is kept until acknowledged ------------------------------------ */

static void forget_up_to(struct xp_link *l, int64_t sequence)
{
	while (l->head && l->head->sequence <= sequence) {
		struct kept *k = l->head;

		if (l->unsent == k)
			l->unsent = k->next;
		l->head = k->next;
		l->n_kept--;
		l->kept_bytes -= k->len;
		free(k->text);
		free(k);
	}
	if (!l->head)
		l->tail = NULL;
	if (sequence > l->acked)
		l->acked = sequence;
}

static void send_ack(struct xp_link *l)
{
	struct xp_frame ack = {.kind = XP_ACK, .last_seen = l->seen};

	l->ack_due = send_frame(l, &ack) < 0;
}

static void pump(struct xp_link *l)
{
	if (l->state == OPEN && l->ack_due)
		send_ack(l);

	while (l->state == OPEN && l->unsent) {
		struct kept *k = l->unsent;

		if (l->ev->send(l->arg, k->text, k->len) < 0)
			return;
		l->unsent = k->next;
		if (k->was_sent)
			l->stats.resent++;
		else
			l->stats.sent++;
		k->was_sent = 1;
	}
}

int xp_link_send(struct xp_link *l, const char *payload, size_t len)
{
	struct xp_frame f = {.kind = XP_MESSAGE,
			     .sequence = l->last_sequence + 1,
			     .payload = payload,
			     .payload_len = len};
	struct kept *k;

	if (l->state == CLOSED)
		return -EPIPE;
	if (!len || payload[0] != '{')
		return -EINVAL;
	if (len > XP_MESSAGE_BYTES_MAX)
		return -EMSGSIZE;
	if (l->n_kept >= l->max_kept || l->kept_bytes >= l->max_kept_bytes) {
		l->stats.refused++;
		return -EAGAIN;
	}

	k = calloc(1, sizeof(*k));
	if (!k)
		return -ENOMEM;
	k->text = xp_frame_encode(&f);
	k->len = k->text ? strlen(k->text) : 0;
	if (!k->text || k->len > XP_MESSAGE_BYTES_MAX) {
		int rc = k->text ? -EMSGSIZE : -EINVAL;

		free(k->text);
		free(k);
		return rc;
	}

	k->sequence = ++l->last_sequence;
	if (l->tail)
		l->tail->next = k;
	else
		l->head = k;
	l->tail = k;
	if (!l->unsent)
		l->unsent = k;
	l->n_kept++;
	l->kept_bytes += k->len;
	pump(l);
	return 0;
}

void xp_link_writable(struct xp_link *l)
{
	pump(l);
}

/* ---- opening ------------------------------------------------------------ */

void xp_link_connected(struct xp_link *l, int64_t now_us)
{
	struct xp_frame open = {.kind = XP_OPEN,
				.name = l->name,
				.connection_id = l->id,
				.is_reopen = l->was_open,
				.last_seen = l->seen,
				.extensions = l->known};

	if (l->state == CLOSED)
		return;

	l->state = OPENING;
	l->ack_due = 0;
	l->pinged_us = 0;
	l->open_by_us = now_us + XP_LINK_OPEN_US;
	if (!l->server && send_frame(l, &open) < 0)
		drop(l, "cannot send open");
}

void xp_link_disconnected(struct xp_link *l)
{
	if (l->state != CLOSED)
		l->state = DOWN;
}

/* A peer that opens over and over makes no progress; the oldest of the last
 * XP_LINK_REOPENS_MAX opens tells how fast it does. */
static int opens_too_often(struct xp_link *l, int64_t now_us)
{
	size_t at = l->stats.opens % XP_LINK_REOPENS_MAX;
	int64_t oldest_us = l->opens_us[at];

	l->opens_us[at] = now_us;
	return l->stats.opens >= XP_LINK_REOPENS_MAX &&
	       now_us - oldest_us < MINUTE_US;
}

static void now_open(struct xp_link *l, int64_t peer_seen, int64_t now_us)
{
	int reopen = l->was_open;

	if (!l->server && opens_too_often(l, now_us)) {
		fault(l, XP_CLOSE_SERVER_ERROR, "reopened too often");
		return;
	}

	forget_up_to(l, peer_seen);
	l->unsent = l->head;
	l->state = OPEN;
	l->was_open = 1;
	l->stats.opens++;
	pump(l);
	if (l->state == OPEN)
		l->ev->opened(l->arg, reopen);
}

/* Whether what the peer says that it has seen fits what we have kept. */
static int can_resume(const struct xp_link *l, int64_t peer_seen)
{
	return peer_seen >= l->acked && peer_seen <= l->last_sequence;
}

static int on_open(struct xp_link *l, const struct xp_frame *f, int64_t now_us)
{
	/* What was agreed when it was first opened stays for its life. */
	uint32_t agreed = l->was_open ? l->agreed : f->extensions & l->known;
	struct xp_frame ack = {.kind = XP_OPEN_ACK,
			       .is_reopen = l->was_open,
			       .last_seen = l->seen,
			       .extensions = agreed};
	char *name, *id;

	if (!l->server || l->state != OPENING) {
		fault(l, XP_CLOSE_OTHER, "open is not expected now");
		return -EPROTO;
	}
	if ((f->is_reopen && !l->was_open) || !can_resume(l, f->last_seen) ||
	    (l->was_open && strcmp(l->id, f->connection_id) != 0)) {
		fault(l, XP_CLOSE_STATE_LOST, "nothing is known of this link");
		return -EPROTO;
	}

	name = strdup(f->name);
	id = strdup(f->connection_id);
	if (!name || !id || send_frame(l, &ack) < 0) {
		free(name);
		free(id);
		drop(l, "cannot send open-ack");
		return -ENOMEM;
	}

	free(l->name);
	free(l->id);
	l->name = name;
	l->id = id;
	l->agreed = agreed;
	now_open(l, f->last_seen, now_us);
	return 0;
}

static int on_open_ack(struct xp_link *l, const struct xp_frame *f,
		       int64_t now_us)
{
	if (l->server || l->state != OPENING) {
		fault(l, XP_CLOSE_OTHER, "open-ack is not expected now");
		return -EPROTO;
	}
	if (!can_resume(l, f->last_seen) || (!f->is_reopen && l->seen)) {
		fault(l, XP_CLOSE_STATE_LOST, "the server has forgotten");
		return -EPROTO;
	}

	if (!l->was_open)
		l->agreed = f->extensions & l->known;
	now_open(l, f->last_seen, now_us);
	return 0;
}

/* ---- receiving ---------------------------------------------------------- */

static int on_message(struct xp_link *l, const struct xp_frame *f)
{
	if (l->state != OPEN) {
		/* Not acknowledged, so it comes again after the handshake. */
		if (l->server) {
			fault(l, XP_CLOSE_OTHER, "open must come first");
			return -EPROTO;
		}
		warn(l, "message before open-ack ignored");
		return 0;
	}

	if (f->sequence <= l->seen) {
		l->stats.duplicates++;
		send_ack(l);
		return 0;
	}
	if (f->sequence > l->seen + 1) {
		l->stats.gaps += (uint64_t)(f->sequence - l->seen - 1);
		warn(l, "gap in the numbers of the peer's messages");
	}

	l->seen = f->sequence;
	l->stats.received++;
	l->ev->payload(l->arg, f->payload, f->payload_len);
	if (l->state == OPEN)
		send_ack(l);
	return 0;
}

static void on_ack(struct xp_link *l, const struct xp_frame *f)
{
	if (f->last_seen > l->last_sequence)
		warn(l, "acknowledged what was never sent");
	else
		forget_up_to(l, f->last_seen);
}

static void on_pong(struct xp_link *l, int64_t now_us)
{
	if (l->pinged_us)
		l->stats.rtt_us = now_us - l->pinged_us;
	l->pinged_us = 0;
}

static int on_frame(struct xp_link *l, const struct xp_frame *f,
		    int64_t now_us)
{
	struct xp_frame pong = {.kind = XP_PONG,
				.ping_ms = f->ping_ms,
				.pong_ms = now_us / 1000};

	switch (f->kind) {
	case XP_FRAME_UNKNOWN:
		warn(l, "frame of unknown type ignored");
		return 0;
	case XP_OPEN:
		return on_open(l, f, now_us);
	case XP_OPEN_ACK:
		return on_open_ack(l, f, now_us);
	case XP_MESSAGE:
		return on_message(l, f);
	case XP_ACK:
		on_ack(l, f);
		return 0;
	case XP_PING:
		/* One that finds no room is lost; the peer asks again. */
		(void)send_frame(l, &pong);
		return 0;
	case XP_PONG:
		on_pong(l, now_us);
		return 0;
	case XP_CLOSE:
		l->state = CLOSED;
		l->ev->closed(l->arg, f->reason, f->description);
		return 0;
	}

	return 0;
}

static void refuse(struct xp_link *l, const struct xp_error *err)
{
	char text[sizeof(err->where) + sizeof(err->what) + 4];

	(void)snprintf(text, sizeof(text), "%s%s%s", err->where,
		       err->where[0] ? ": " : "", err->what);
	fault(l, XP_CLOSE_OTHER, text);
}

int xp_link_input(struct xp_link *l, const char *text, size_t len,
		  int64_t now_us)
{
	struct xp_error err = {0};
	struct xp_frame f;
	int rc;

	if (l->state == CLOSED || l->state == DOWN)
		return -EPIPE;

	l->stats.heard_us = now_us;
	rc = xp_frame_decode(&f, text, len, &err);
	if (rc == -ENOMEM) {
		drop(l, "out of memory");
		return rc;
	}
	if (rc < 0) {
		refuse(l, &err);
		return rc;
	}

	rc = on_frame(l, &f, now_us);
	xp_frame_done(&f);
	return rc;
}

/* ---- time --------------------------------------------------------------- */

void xp_link_ping(struct xp_link *l, int64_t now_us)
{
	struct xp_frame ping = {.kind = XP_PING, .ping_ms = now_us / 1000};

	if (l->state != OPEN)
		return;
	l->pinged_us = now_us;
	(void)send_frame(l, &ping);
}

static int64_t tick_open(struct xp_link *l, int64_t now_us)
{
	int64_t heard_us = l->stats.heard_us;
	int64_t dead_us = heard_us + SILENCES * l->ping_us;
	int64_t due_us;

	if (now_us >= dead_us) {
		drop(l, "the peer is silent");
		return INT64_MAX;
	}

	due_us = (l->pinged_us > heard_us ? l->pinged_us : heard_us) +
		 l->ping_us;
	if (now_us >= due_us) {
		xp_link_ping(l, now_us);
		due_us = now_us + l->ping_us;
	}

	return due_us < dead_us ? due_us : dead_us;
}

int64_t xp_link_tick(struct xp_link *l, int64_t now_us)
{
	switch (l->state) {
	case DOWN:
	case CLOSED:
		return INT64_MAX;
	case OPENING:
		if (now_us < l->open_by_us)
			return l->open_by_us;
		drop(l, "the handshake took too long");
		return INT64_MAX;
	case OPEN:
		pump(l);
		return tick_open(l, now_us);
	}

	return INT64_MAX;
}

/* ---- life --------------------------------------------------------------- */

int xp_link_new(struct xp_link **ret, const struct xp_link_options *o,
		const struct xp_link_events *ev, void *arg)
{
	struct xp_link *l;

	if (!o->server && (!o->connection_id || !o->connection_id[0]))
		return -EINVAL;

	l = calloc(1, sizeof(*l));
	if (!l)
		return -ENOMEM;

	l->ev = ev;
	l->arg = arg;
	l->server = o->server;
	l->known = o->extensions & XP_EXT_ALL;
	l->max_kept = o->max_unacked ? o->max_unacked : XP_LINK_UNACKED_MAX;
	l->max_kept_bytes = o->max_unacked_bytes ? o->max_unacked_bytes
						 : XP_LINK_UNACKED_BYTES_MAX;
	l->ping_us = o->ping_us > 0 ? o->ping_us : XP_LINK_PING_US;
	l->name = strdup(o->name ? o->name : "");
	l->id = strdup(o->connection_id ? o->connection_id : "");
	if (!l->name || !l->id) {
		(void)xp_link_free(l);
		return -ENOMEM;
	}

	*ret = l;
	return 0;
}

struct xp_link *xp_link_free(struct xp_link *l)
{
	if (!l)
		return NULL;

	forget_up_to(l, INT64_MAX);
	free(l->name);
	free(l->id);
	free(l);
	return NULL;
}

void xp_link_close(struct xp_link *l, const char *reason,
		   const char *description)
{
	struct xp_frame f = {.kind = XP_CLOSE,
			     .reason = reason,
			     .description = description};

	if (l->server && (l->state == OPEN || l->state == OPENING))
		(void)send_frame(l, &f);
	l->state = CLOSED;
}

uint32_t xp_link_unacked(const struct xp_link *l)
{
	return l->n_kept;
}

int xp_link_is_open(const struct xp_link *l)
{
	return l->state == OPEN;
}

int xp_link_is_closed(const struct xp_link *l)
{
	return l->state == CLOSED;
}

const char *xp_link_connection_id(const struct xp_link *l)
{
	return l->id;
}

const char *xp_link_name(const struct xp_link *l)
{
	return l->name;
}

uint32_t xp_link_extensions(const struct xp_link *l)
{
	return l->agreed;
}

void xp_link_stats(const struct xp_link *l, struct xp_link_stats *ret)
{
	*ret = l->stats;
}
