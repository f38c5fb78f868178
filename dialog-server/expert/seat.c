/**
 * @file seat.c  The Expert's place in one call
 *
 *   OFFERING --claimed--> ASSIGNED --answered--> ANSWERED --socket--> TAKEN
 *    ^ │ no claim in time     │ declined, late      │ no socket in time  │
 *    │ │ gone                 │ gone                │ gone               │
 *    │ └─────next in turn─────┴─────────────────────┘  seat_offer(), or  │
 *    │       none left: nobody()                       gone for good     │
 *    └───────────────────────────────────────────────────────────────────┘
 *
 * Where nobody() says to offer it again, it waits: until somebody has room,
 * and at most until the time that was said.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log_limit.h"
#include "base/text.h"
#include "conf/settings.h"
#include "expert/internal.h"
#include "journal/metrics.h"
#include "proto/xp_link.h"

#define SEAT_EXTENSIONS                                                  \
	(XP_EXT_RESULTS | XP_EXT_RESUME | XP_EXT_STATE | XP_EXT_HANGUP | \
	 XP_EXT_SAY | XP_EXT_HEARD | XP_EXT_CAPACITY | XP_EXT_TURNS |    \
	 XP_EXT_TRANSFER | XP_EXT_RECORDING | XP_EXT_FIELDS)

enum {
	/* An Expert may look a caller up before it answers. */
	SEAT_ANSWER_US = 10 * 1000 * 1000,
	/* It dials as soon as it has answered; one that died in between must
	 * not keep the caller waiting. */
	SEAT_SOCKET_US = 10 * 1000 * 1000,
	/* Its listen socket is gone: the other one may yet be on its way. */
	SEAT_GONE_US = 250 * 1000, /* at most */
	SEAT_LINGER_US = 2 * 1000 * 1000,
	SEAT_KEPT_BYTES = 1024 * 1024, /* as much as a link may have unread */
};

/** It is offered to this listener now. */
static void offer(struct seat *s, uint64_t serial)
{
	seat_wait_no_more(s);
	s->tried[s->n_tried++] = serial;
	metric_add(METRIC_EXPERT_OFFERS, 1);
	s->state = SEAT_OFFERING;
	timer_start(s->timer, s->session.g->conf->expert_offer_ms * 1000);
	(void)relay_post(s->session.g, RELAY_OFFER, s->session.self,
			 s->listener, s->call_id, 0, s->incoming,
			 strlen(s->incoming));
}

/** None is left to ask. Who says "again" to it waits for room meanwhile. */
static void nobody(struct seat *s)
{
	if (s->hand) {
		hand_over_failed(s);
		return;
	}
	s->offer_again = 0;
	s->ev->nobody(s->arg, s->declined);
	if (!s->offer_again)
		seat_wait_no_more(s);
}

/** @param ask  calls that wait may have the place of the one before */
static void offer_next(struct seat *s, int ask)
{
	const char *address = s->hand ? s->hand->address : s->address;
	struct seat *waits = s->hand || s->reserved ? NULL : s;
	uint64_t serial = 0;

	s->state = SEAT_IDLE;
	s->session.next_key = 0;
	listener_release(s->session.g, &s->listener, ask);
	if (!s->ev)
		return;
	if (s->reserved || s->n_tried == SEAT_TRIED_MAX ||
	    listener_next(s->session.g, address, s->tried, s->n_tried, waits,
			  &s->listener, &serial))
		nobody(s);
	else
		offer(s, serial);
}

/** A place has come free while it waited, and is its own. */
static void take_room(struct seat *s, const struct relay *r)
{
	struct place p = r->from;

	/* It found one by itself, or its Expert is back. */
	if (!s->ev || !s->waiting || s->state != SEAT_IDLE ||
	    strcmp(s->address, r->text) != 0) {
		listener_release(s->session.g, &p, 1);
		return;
	}
	s->listener = p;
	s->n_tried = s->n_declined;
	offer(s, (uint64_t)r->code);
}

/** What nobody decides any more takes no place at the listener. */
static void withdraw(struct seat *s, int tell)
{
	if (s->state != SEAT_IDLE && s->state != SEAT_TAKEN && !s->reserved)
		(void)relay_post(s->session.g, RELAY_WITHDRAW, s->session.self,
				 s->listener, s->call_id, tell, "", 0);
}

static void on_timer(void *arg)
{
	struct seat *s = arg;

	if (s->state == SEAT_TAKEN)
		return;
	if (s->state != SEAT_IDLE)
		log_info_limited("expert",
				 "offer not taken up call=%s state=%d",
				 s->call_id, (int)s->state);
	else
		s->n_tried = s->n_declined;
	withdraw(s, 1);
	offer_next(s, 1);
}

/** The one that has the offer now does not want it, or is not there. */
static void declined(struct seat *s, int64_t why)
{
	metric_add(METRIC_EXPERT_DECLINES, 1);
	if (why == 0) {
		uint64_t serial = s->tried[s->n_tried - 1];

		s->tried[s->n_tried - 1] = s->tried[s->n_declined];
		s->tried[s->n_declined++] = serial;
		s->declined = 1;
	}
	offer_next(s, why == 0);
}

static int is_ours(const struct seat *s, const struct relay *r)
{
	return s->listener.loop == r->from.loop &&
	       s->listener.id.slot == r->from.id.slot &&
	       s->listener.id.gen == r->from.id.gen;
}

/** How long its call socket may take to come, of one that has answered and
 *  whose listen socket is gone, or silent. */
static int64_t comes_us(int64_t why)
{
	if (why < 0)
		return 0;
	return why < SEAT_GONE_US ? why : SEAT_GONE_US;
}

static void on_relayed(struct session *session, const struct relay *r)
{
	const struct xp_event draining = {.kind = XP_SERVER_DRAINING,
					  .deadline_ms = r->code};
	struct seat *s = (struct seat *)(void *)session;

	if (s->ev && r->kind == RELAY_COMMAND)
		seat_commands(s, r->text, r->len);
	if (s->ev && r->kind == RELAY_DRAINING)
		(void)seat_send(s, &draining);
	if (r->kind == RELAY_ROOM)
		take_room(s, r);
	if (!s->ev || r->kind == RELAY_COMMAND || r->kind == RELAY_ROOM ||
	    !is_ours(s, r))
		return;
	if (r->kind == RELAY_CLAIMED && s->state == SEAT_OFFERING) {
		s->state = SEAT_ASSIGNED;
		/* Its socket may be here before its answer. */
		if (s->hand)
			session->next_key = r->code;
		else
			session->key = r->code;
		timer_start(s->timer, SEAT_ANSWER_US);
		(void)relay_post(session->g, RELAY_ASSIGN, session->self,
				 s->listener, s->call_id, s->had_expert,
				 s->assign, strlen(s->assign));
	} else if (r->kind == RELAY_ANSWERED && s->state == SEAT_ASSIGNED) {
		s->state = SEAT_ANSWERED;
		timer_start(s->timer, SEAT_SOCKET_US);
		if (!s->hand)
			s->ev->answered(s->arg);
	} else if (r->kind == RELAY_DECLINED &&
		   (s->state == SEAT_OFFERING || s->state == SEAT_ASSIGNED)) {
		declined(s, r->code);
	} else if (r->kind == RELAY_DECLINED && r->code &&
		   s->state == SEAT_ANSWERED) {
		timer_start(s->timer, comes_us(r->code));
	}
}

/* ---- the call's socket ----------------------------------------------------
 */

/** The next Expert of a hand-over is here. */
static void handed(struct seat *s)
{
	struct hand_over *h = s->hand;

	s->hand = NULL;
	s->session.next_key = 0;
	(void)text_copy(s->address, sizeof(s->address), h->address);
	s->ev->attached(s->arg, 0, session_extensions(&s->session), h->note);
	(void)hand_over_free(h);
}

static void on_opened(struct session *session, int again)
{
	struct seat *s = (struct seat *)(void *)session;

	if (!s->ev)
		return; /* the call is over: `timer` is linger()'s */
	/* Who begins anew is told the state, and misses nothing. */
	if (!again)
		s->dropped = 0;
	/* Another Expert than the one that was here begins anew. */
	if (s->early && !again)
		strbuf_clear(&s->kept);
	s->came |= s->early;
	/* Who gives it away has reconnected, which changes nothing. */
	if (again && s->hand) {
		s->ev->attached(s->arg, 1, session_extensions(session), NULL);
		return;
	}
	/* The one that had it has come back while others were asked. */
	withdraw(s, again);
	seat_wait_no_more(s);
	if (again || !s->listener.loop) {
		listener_release(s->session.g, &s->listener, 1);
	} else {
		listener_settled(s->session.g, &s->listener);
		listener_left(s->session.g, &s->holder);
		s->holder = s->listener;
		s->holder_serial = s->tried[s->n_tried - 1];
		s->listener = (struct place){0};
	}
	s->state = SEAT_TAKEN;
	timer_stop(s->timer);
	if (s->hand)
		handed(s);
	else
		s->ev->attached(s->arg, again, session_extensions(session),
				NULL);
}

static void on_detached(struct session *session, const char *why)
{
	struct seat *s = (struct seat *)(void *)session;

	if (s->ev)
		s->ev->lost(s->arg, why);
}

void seat_free(struct seat *s)
{
	struct gateway *g = s->session.g;

	seat_wait_no_more(s);
	listener_release(g, &s->listener, 1);
	listener_left(g, &s->holder);
	pthread_mutex_lock(&g->lock);
	list_unlink(&s->link);
	pthread_mutex_unlock(&g->lock);
	session_done(&s->session);
	timer_free(s->timer);
	(void)hand_over_free(s->hand);
	free(s->incoming);
	free(s->assign);
	strbuf_done(&s->kept);
	mem_free(s);
}

static void leave(struct session *session)
{
	seat_free((struct seat *)(void *)session);
}

/** From the loop, so that `nobody` never comes before the caller's return. */
static void begin_offers(struct seat *s, int64_t in_us)
{
	s->state = SEAT_IDLE;
	s->declined = 0;
	timer_start(s->timer, in_us);
}

/** The Expert's socket is gone for good; the call is not: next in turn. */
static void on_expired(struct session *session)
{
	struct seat *s = (struct seat *)(void *)session;

	session->dead = 0;
	if (s->ev && s->state == SEAT_TAKEN)
		begin_offers(s, 0);
}

static const struct session_ops seat_ops = {
	.opened = on_opened,
	.payload = seat_payload,
	.heard = seat_heard,
	.detached = on_detached,
	.expired = on_expired,
	.leave = leave,
	.relayed = on_relayed,
};

/* ---- for the call ---------------------------------------------------------
 */

static int write_messages(struct seat *s, const struct xp_call_info *info)
{
	const struct xp_listen incoming = {
		.kind = XP_INCOMING_CALL,
		.call_id = s->call_id,
	};
	struct xp_listen assign = {
		.kind = XP_ASSIGN_CALL,
		.call_id = s->call_id,
		.info = *info,
	};

	callinfo_fit(&assign.info, s->address);
	s->incoming = xp_listen_encode(&incoming);
	s->assign = xp_listen_encode(&assign);
	return s->incoming && s->assign ? 0 : -ENOMEM;
}

int seat_timer_new(struct seat *s)
{
	return timer_new(&s->timer, s->session.self.loop, on_timer, s);
}

static int make_seat(struct seat **ret, struct gateway *g, struct loop *home,
		     const char *call_id, const struct seat_events *ev,
		     void *arg)
{
	struct seat *s = mem_zalloc(sizeof(*s));
	int err;

	if (!s)
		return -ENOMEM;
	list_init(&s->link);
	list_init(&s->wait);
	s->ev = ev;
	s->arg = arg;
	(void)text_copy(s->call_id, sizeof(s->call_id), call_id);
	s->session.key = KEY_NOBODY;
	strbuf_init(&s->kept, SEAT_KEPT_BYTES);
	err = session_init(&s->session, g, home, &seat_ops, SEAT_EXTENSIONS);
	if (!err)
		err = seat_timer_new(s);
	if (err) {
		seat_free(s);
		return err;
	}
	*ret = s;
	return 0;
}

/** From now on its call socket finds it. */
static void publish(struct seat *s)
{
	struct gateway *g = s->session.g;

	pthread_mutex_lock(&g->lock);
	list_append(&g->seats, &s->link);
	pthread_mutex_unlock(&g->lock);
}

int seat_open(struct seat **ret, struct gateway *g, struct loop *home,
	      const char *call_id, const char *address,
	      const struct xp_call_info *info, const struct seat_events *ev,
	      void *arg)
{
	struct seat *s;
	int err = make_seat(&s, g, home, call_id, ev, arg);

	if (err)
		return err;
	(void)text_copy(s->address, sizeof(s->address), address);
	err = write_messages(s, info);
	if (err) {
		seat_free(s);
		return err;
	}
	publish(s);
	begin_offers(s, 0);
	*ret = s;
	return 0;
}

int seat_open_for(struct seat **ret, struct gateway *g, struct loop *home,
		  const char *call_id, int64_t key,
		  const struct seat_events *ev, void *arg)
{
	struct seat *s;
	int err = make_seat(&s, g, home, call_id, ev, arg);

	if (err)
		return err;
	s->reserved = 1;
	s->session.key = key;
	s->state = SEAT_ANSWERED;
	publish(s);
	timer_start(s->timer, SEAT_SOCKET_US);
	*ret = s;
	return 0;
}

int seat_open_early(struct seat **ret, struct gateway *g, struct loop *home,
		    const char *call_id, int64_t key,
		    const struct seat_events *ev, void *arg)
{
	int err = seat_open_for(ret, g, home, call_id, key, ev, arg);

	if (!err)
		(*ret)->early = 1;
	return err;
}

int seat_offer(struct seat *s, int64_t in_us)
{
	if (s->session.attached && !s->session.dead)
		return -EPROTO;
	s->offer_again = 1;
	if (s->state == SEAT_IDLE || s->state == SEAT_TAKEN)
		begin_offers(s, in_us);
	return 0;
}

int seat_find(struct gateway *g, const char *call_id, int64_t key,
	      struct place *ret)
{
	int err = -ENOENT;

	pthread_mutex_lock(&g->lock);
	/* To the end, also when it is found: how long it takes tells nothing.
	 */
	LIST_FOREACH (it, &g->seats) {
		const struct seat *s = LIST_ENTRY(it, struct seat, link);

		if (strcmp(s->call_id, call_id) == 0 &&
		    session_is_of(&s->session, key)) {
			*ret = s->session.self;
			err = 0;
		}
	}
	pthread_mutex_unlock(&g->lock);
	return err;
}

/** Until the Expert has acknowledged the last event, or took too long. */
static void linger(void *arg)
{
	struct seat *s = arg;
	int64_t now_us = loop_now_us(s->session.self.loop);
	/* One that learns that its call came to nothing may not be here yet.
	 */
	int awaited = s->early && !s->session.left;
	int64_t most_us = awaited ? SEAT_SOCKET_US : SEAT_LINGER_US;

	if ((s->session.attached || awaited) &&
	    xp_link_unacked(s->session.link) &&
	    now_us - s->closed_us < most_us) {
		timer_start(s->timer, 50 * 1000);
		return;
	}
	seat_free(s);
}

struct seat *seat_close(struct seat *s)
{
	struct timer *t;

	if (!s)
		return NULL;
	withdraw(s, 1);
	s->state = SEAT_IDLE;
	seat_wait_no_more(s);
	listener_release(s->session.g, &s->listener, 1);
	listener_left(s->session.g, &s->holder);
	s->ev = NULL;
	s->closed_us = loop_now_us(s->session.self.loop);
	if (timer_new(&t, s->session.self.loop, linger, s)) {
		seat_free(s);
		return NULL;
	}
	timer_free(s->timer);
	s->timer = t;
	timer_start(t, 50 * 1000);
	return NULL;
}
