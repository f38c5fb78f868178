/**
 * @file listener.c  Who takes calls of an address: offered, claimed, answered
 *
 *   seat --OFFER--> listener --incoming-call--> Expert
 *        <-CLAIMED-          <--claim-call-----
 *        --ASSIGN->          --assign-call---->
 *        <-ANSWERED-         <--answer-call----   (or DECLINED)
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
	if (again)
		return;
	log_info_limited("expert",
			 "listening address=%s listener=%llu others=%lld",
			 l->address, (unsigned long long)l->serial,
			 (long long)started.other_listeners);
	text = xp_listen_encode(&started);
	if (text)
		(void)session_send(s, text);
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
}

/** Whoever waits for a word of it need not wait for its deadline. */
static void on_detached(struct session *s, const char *why)
{
	struct listener *l = (struct listener *)(void *)s;

	set_ready(l, 0);
	log_info_limited("expert",
			 "listener lost address=%s listener=%llu why=\"%s\"",
			 l->address, (unsigned long long)l->serial, why);
	for (size_t i = 0; i < LISTENER_OFFERS; i++) {
		struct offer *o = &l->offers[i];

		if (!o->call_id[0])
			continue;
		(void)relay_post(s->g, RELAY_DECLINED, s->self, o->seat,
				 o->call_id, -EPIPE, "", 0);
		o->call_id[0] = '\0';
	}
}

/** As far as this peer understands it. */
static void tell(struct session *s, const struct xp_listen *m)
{
	char *text = xp_listen_encode_for(m, session_extensions(s));

	if (text)
		(void)session_send(s, text);
	free(text);
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
