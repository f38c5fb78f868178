/**
 * @file listener.c  Who takes calls of an address: offered, claimed, answered
 *
 *   seat --OFFER--> listener --incoming-call--> Expert
 *        <-CLAIMED-          <--claim-call-----
 *        --ASSIGN->          --assign-call---->
 *        <-ANSWERED-         <--answer-call----   (or DECLINED)
 *
 * While a call waits for its word it is asked for signs of life. One that
 * gives none in its usual time is silent: it keeps its place, and others are
 * asked before it until it is heard again.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log_limit.h"
#include "base/text.h"
#include "expert/internal.h"
#include "journal/metrics.h"
#include "proto/xp_link.h"

enum {
	PROBE_US = 100 * 1000, /* between signs of life that are asked for */
	/* How long one may take that is not known yet; and whoever it is. A
	 * machine under load has pauses of 200 ms, and turns are to be kept.
	 */
	PATIENCE_US = 400 * 1000,
	PATIENCE_MIN_US = 300 * 1000,
	PATIENCE_MAX_US = 1000 * 1000,
};

static void set_ready(struct listener *l, int ready)
{
	pthread_mutex_lock(&l->session.g->lock);
	if (l->ready != ready)
		metric_add(METRIC_EXPERTS_LISTENING, ready ? 1 : -1);
	l->ready = ready;
	pthread_mutex_unlock(&l->session.g->lock);
}

static int64_t others(struct gateway *g, const struct listener *self)
{
	int64_t n = 0;

	pthread_mutex_lock(&g->lock);
	LIST_FOREACH (it, &g->listeners) {
		const struct listener *l =
			LIST_ENTRY(it, struct listener, link);

		n += l != self && l->ready &&
		     strcmp(l->address, self->address) == 0;
	}
	pthread_mutex_unlock(&g->lock);
	return n;
}

static void on_opened(struct session *s, int again)
{
	struct listener *l = (struct listener *)(void *)s;
	const struct xp_listen started = {
		.kind = XP_LISTEN_STARTED,
		.other_listeners = others(s->g, l),
	};
	char *text;

	set_ready(l, 1);
	listener_has_room(s->g, l->address);
	if (again)
		return;
	log_info_limited("expert",
			 "listening address=%s listener=%llu others=%lld",
			 l->address, (unsigned long long)l->serial,
			 (long long)started.other_listeners);
	text = xp_listen_encode(&started);
	/* Its acknowledgement tells how far away it is. */
	if (text && session_send(s, text) == 0)
		l->asked_us = loop_now_us(s->self.loop);
	free(text);
}

static void leave(struct session *s)
{
	struct listener *l = (struct listener *)(void *)s;

	set_ready(l, 0);
	pthread_mutex_lock(&s->g->lock);
	list_unlink(&l->link);
	pthread_mutex_unlock(&s->g->lock);
	session_done(s);
	timer_free(l->probe);
	mem_free(l->labels);
	mem_free(l);
}

static void on_expired(struct session *s)
{
	struct listener *l = (struct listener *)(void *)s;

	log_info_limited("expert", "listener gone address=%s listener=%llu",
			 l->address, (unsigned long long)l->serial);
	leave(s);
}

/* ---- signs of life --------------------------------------------------------
 */

/** As far as this peer understands it. */
static void tell(struct session *s, const struct xp_listen *m)
{
	char *text = xp_listen_encode_for(m, session_extensions(s));

	if (text)
		(void)session_send(s, text);
	free(text);
}

/** Calls that it has yet to decide on go to others. */
static void give_back(struct listener *l, int64_t why)
{
	for (size_t i = 0; i < LISTENER_OFFERS; i++) {
		const struct xp_listen over = {
			.kind = XP_WITHDRAW_CALL,
			.call_id = l->offers[i].call_id,
		};
		struct offer *o = &l->offers[i];

		if (!o->call_id[0])
			continue;
		(void)relay_post(l->session.g, RELAY_DECLINED, l->session.self,
				 o->seat, o->call_id, why, "", 0);
		if (why == -ETIMEDOUT)
			tell(&l->session, &over);
		o->call_id[0] = '\0';
	}
}

static int has_offers(const struct listener *l)
{
	for (size_t i = 0; i < LISTENER_OFFERS; i++) {
		if (l->offers[i].call_id[0])
			return 1;
	}
	return 0;
}

/** A few times what it has taken so far. */
static int64_t patience_us(const struct listener *l)
{
	const int64_t us = 4 * l->answer_us;

	if (!us)
		return PATIENCE_US;
	return us < PATIENCE_MIN_US   ? PATIENCE_MIN_US
	       : us > PATIENCE_MAX_US ? PATIENCE_MAX_US
				      : us;
}

/** What was just sent is answered, if only by an acknowledgement. */
static void probe(struct listener *l)
{
	if (l->asked_us && l->probing)
		return;
	if (!l->asked_us)
		l->asked_us = loop_now_us(l->session.self.loop);
	l->probing = 1;
	timer_start(l->probe, patience_us(l));
}

static void set_silent(struct listener *l, int silent)
{
	struct gateway *g = l->session.g;

	pthread_mutex_lock(&g->lock);
	l->silent = silent;
	pthread_mutex_unlock(&g->lock);
}

static void on_silence(struct listener *l)
{
	if (!l->silent) {
		metric_add(METRIC_EXPERT_SILENT, 1);
		log_info_limited("expert",
				 "listener silent address=%s listener=%llu",
				 l->address, (unsigned long long)l->serial);
		set_silent(l, 1);
	}
	/* Where there is nobody else, it is worth waiting for. */
	if (listener_others(l->session.g, l))
		give_back(l, -ETIMEDOUT);
}

static void on_probe(void *arg)
{
	struct listener *l = arg;
	int64_t again_us = PROBE_US;

	l->probing = has_offers(l);
	if (!l->probing) {
		l->asked_us = 0;
		return;
	}
	if (!l->asked_us) {
		l->overdue = 0;
		l->asked_us = loop_now_us(l->session.self.loop);
		xp_link_ping(l->session.link, l->asked_us);
		again_us = patience_us(l);
	} else if (!l->overdue++) {
		/* A loop that is late itself has yet to read what came. */
		again_us = 0;
	} else {
		on_silence(l);
	}
	timer_start(l->probe, again_us);
}

static void on_heard(struct session *s)
{
	struct listener *l = (struct listener *)(void *)s;
	int64_t took_us;

	if (l->asked_us) {
		took_us = loop_now_us(s->self.loop) - l->asked_us;
		l->answer_us = l->answer_us ? (3 * l->answer_us + took_us) / 4
					    : took_us + 1;
		l->asked_us = 0;
		l->overdue = 0;
		if (l->probing)
			timer_start(l->probe, PROBE_US);
	}
	if (l->silent) {
		set_silent(l, 0);
		listener_has_room(s->g, l->address);
	}
}

/* ---- offers ---------------------------------------------------------------
 */

static struct offer *find_offer(struct listener *l, const char *call_id)
{
	for (size_t i = 0; i < LISTENER_OFFERS; i++) {
		if (strcmp(l->offers[i].call_id, call_id) == 0)
			return &l->offers[i];
	}
	return NULL;
}

static void take_offer(struct listener *l, const struct relay *r)
{
	struct offer *o = find_offer(l, r->call_id);

	if (!o)
		o = find_offer(l, "");
	/* Full of undecided offers, or on its way out: as good as a decline.
	 */
	if (!o || !l->session.attached || session_send(&l->session, r->text)) {
		(void)relay_post(r->g, RELAY_DECLINED, l->session.self,
				 r->from, r->call_id, -EAGAIN, "", 0);
		return;
	}
	(void)text_copy(o->call_id, sizeof(o->call_id), r->call_id);
	o->seat = r->from;
	probe(l);
}

/** Whoever waits for a word of it need not wait for its deadline. */
static void on_detached(struct session *s, const char *why)
{
	struct listener *l = (struct listener *)(void *)s;

	set_ready(l, 0);
	l->asked_us = 0;
	l->probing = l->overdue = 0;
	timer_stop(l->probe);
	log_info_limited("expert",
			 "listener lost address=%s listener=%llu why=\"%s\"",
			 l->address, (unsigned long long)l->serial, why);
	give_back(l, patience_us(l));
}

static void assign(struct listener *l, const struct relay *r)
{
	struct session *s = &l->session;
	struct xp_listen m;

	if (xp_listen_decode(&m, r->text, r->len, NULL))
		return;
	pthread_mutex_lock(&s->g->lock);
	l->taken++;
	pthread_mutex_unlock(&s->g->lock);
	m.taken_over = (int)r->code;
	tell(s, &m);
	probe(l);
	xp_listen_done(&m);
}

static void withdrawn(struct listener *l, const struct relay *r)
{
	const struct xp_listen told = {.kind = XP_WITHDRAW_CALL,
				       .call_id = r->call_id};
	struct offer *o = find_offer(l, r->call_id);

	if (!o)
		return;
	o->call_id[0] = '\0';
	if (r->code)
		tell(&l->session, &told);
}

static void on_relayed(struct session *s, const struct relay *r)
{
	const struct xp_listen draining = {.kind = XP_LISTEN_DRAINING,
					   .deadline_ms = r->code};
	struct listener *l = (struct listener *)(void *)s;

	switch (r->kind) {
	case RELAY_OFFER:
		take_offer(l, r);
		break;
	case RELAY_WITHDRAW:
		withdrawn(l, r);
		break;
	case RELAY_ASSIGN:
		assign(l, r);
		break;
	case RELAY_DRAINING:
		tell(s, &draining);
		break;
	default:
		break;
	}
}

static void decide(struct listener *l, const struct xp_listen *m)
{
	struct session *s = &l->session;
	struct offer *o;
	enum relay_kind kind;

	switch (m->kind) {
	case XP_CLAIM_CALL:
		kind = RELAY_CLAIMED;
		break;
	case XP_ANSWER_CALL:
		kind = RELAY_ANSWERED;
		break;
	case XP_DECLINE_CALL:
		kind = RELAY_DECLINED;
		break;
	default:
		/* Of another version, or not for us to get: has no call. */
		log_warn_limited("expert", "listen message ignored type=%.40s",
				 m->type);
		return;
	}
	o = find_offer(l, m->call_id);
	if (!o)
		return;
	(void)relay_post(s->g, kind, s->self, o->seat, o->call_id,
			 kind == RELAY_CLAIMED ? s->key : 0, "", 0);
	/* An answer is kept in mind until the call's socket is there. */
	if (kind == RELAY_DECLINED)
		o->call_id[0] = '\0';
}

/** What it says last holds, also after it has reopened. */
static void take_status(struct listener *l, const struct xp_listen *m)
{
	char *labels = mem_strdup(m->labels_json), *old = NULL;

	pthread_mutex_lock(&l->session.g->lock);
	l->max_calls = m->max_calls;
	l->draining = m->draining;
	if (labels) {
		old = l->labels;
		l->labels = labels;
	}
	pthread_mutex_unlock(&l->session.g->lock);
	mem_free(old);
	listener_has_room(l->session.g, l->address);
}

static void on_payload(struct session *s, const char *text, size_t len)
{
	struct listener *l = (struct listener *)(void *)s;
	struct xp_error why;
	struct xp_listen m;

	if (xp_listen_decode_for(&m, text, len, session_extensions(s), &why)) {
		metric_add(METRIC_EXPERT_BAD_MESSAGES, 1);
		log_warn_limited("expert",
				 "listen message refused where=%s what=\"%s\"",
				 why.where, why.what);
		return;
	}
	if (m.kind == XP_LISTENER_STATUS)
		take_status(l, &m);
	else
		decide(l, &m);
	xp_listen_done(&m);
}

static const struct session_ops listener_ops = {
	.opened = on_opened,
	.payload = on_payload,
	.heard = on_heard,
	.detached = on_detached,
	.expired = on_expired,
	.leave = leave,
	.relayed = on_relayed,
};

int listener_new(struct listener **ret, struct gateway *g, struct loop *home,
		 const char *address)
{
	struct listener *l = mem_zalloc(sizeof(*l));
	int err;

	if (!l)
		return -ENOMEM;
	list_init(&l->link);
	l->max_calls = -1;
	(void)text_copy(l->address, sizeof(l->address), address);
	err = session_init(&l->session, g, home, &listener_ops,
			   XP_EXT_RESUME | XP_EXT_CAPACITY);
	if (!err)
		err = timer_new(&l->probe, home, on_probe, l);
	if (err) {
		session_done(&l->session);
		mem_free(l);
		return err;
	}
	/* Its socket may be gone before it is here. */
	l->session.detached_us = loop_now_us(home);
	pthread_mutex_lock(&g->lock);
	l->serial = ++g->serials;
	list_append(&g->listeners, &l->link);
	pthread_mutex_unlock(&g->lock);
	*ret = l;
	return 0;
}
