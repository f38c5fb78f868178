/**
 * @file session.c  A peer's numbered layer, over one socket after another
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "conf/settings.h"
#include "expert/internal.h"
#include "journal/metrics.h"
#include "proto/xp_link.h"

enum { TICK_US = 500 * 1000 };

static void link_send(void *arg, const char *text, size_t len)
{
	struct session *s = arg;

	if (!s->attached)
		return;
	/* Lost here, the message stays unacknowledged: drop the socket and
	 * let the peer come back for it. */
	if (relay_post(s->g, RELAY_TEXT_DOWN, s->self, s->wire, "", 0, text,
		       len))
		log_warn("expert", "message to a socket not taken, it stays "
				   "queued");
}

static void link_payload(void *arg, const char *text, size_t len)
{
	struct session *s = arg;

	if (!s->dead)
		s->ops->payload(s, text, len);
}

static void link_opened(void *arg, int again)
{
	struct session *s = arg;

	s->opened = 1;
	s->ops->opened(s, again);
}

static void link_closed(void *arg, const char *reason, const char *why)
{
	struct session *s = arg;

	log_debug("expert", "peer closed reason=%s why=\"%s\"", reason,
		  why ? why : "");
	s->dead = 1;
}

static const struct xp_link_events link_handlers = {
	.send = link_send,
	.payload = link_payload,
	.opened = link_opened,
	.closed = link_closed,
};

static int new_link(struct session *s)
{
	s->link = xp_link_free(s->link);
	return xp_link_new(&s->link, XP_LINK_SERVER, &link_handlers, s);
}

static void on_timer(void *arg)
{
	struct session *s = arg;
	int64_t now_us = loop_now_us(s->self.loop);
	int64_t resume_us = s->g->conf->expert_resume_ms * 1000;

	timer_start(s->timer, TICK_US);
	if (s->attached)
		(void)xp_link_tick(s->link, now_us);
	if (s->dead || (!s->attached && s->detached_us &&
			now_us - s->detached_us > resume_us)) {
		s->detached_us = 0;
		s->ops->expired(s);
	}
}

int session_init(struct session *s, struct gateway *g, struct loop *home,
		 const struct session_ops *ops)
{
	int err;

	s->g = g;
	s->ops = ops;
	s->self.loop = home;
	err = new_link(s);
	if (!err)
		err = timer_new(&s->timer, home, on_timer, s);
	if (err)
		return err;
	pthread_mutex_lock(&g->lock);
	err = slots_put(&g->sessions, s, &s->self.id);
	pthread_mutex_unlock(&g->lock);
	if (!err)
		timer_start(s->timer, TICK_US);
	return err;
}

void session_done(struct session *s)
{
	if (s->attached)
		(void)relay_post(s->g, RELAY_CLOSE, s->self, s->wire, "", 1000,
				 "done", 4);
	s->attached = 0;
	if (s->self.id.gen) {
		pthread_mutex_lock(&s->g->lock);
		(void)slots_take(&s->g->sessions, s->self.id);
		pthread_mutex_unlock(&s->g->lock);
	}
	s->timer = timer_free(s->timer);
	s->link = xp_link_free(s->link);
}

/** Same connection: the link resumes. Another one: it starts anew, unless
 *  nobody has been here yet, when what waits in it is for the first. */
static int choose_link(struct session *s, const struct relay *r)
{
	struct xp_frame f;
	int err = xp_frame_decode(&f, r->text, r->len, NULL);

	if (err)
		return err;
	if (s->opened && strcmp(s->connection_id, f.connection_id) != 0)
		err = new_link(s);
	(void)text_copy(s->connection_id, sizeof(s->connection_id),
			f.connection_id);
	xp_frame_done(&f);
	return err;
}

static void input(struct session *s, const struct relay *r)
{
	int err = xp_link_input(s->link, r->text, r->len,
				loop_now_us(s->self.loop));

	if (!err)
		return;
	metric_add(METRIC_EXPERT_BAD_MESSAGES, 1);
	(void)relay_post(s->g, RELAY_CLOSE, s->self, s->wire, "", 1008,
			 "message not understood", 22);
}

static void attach(struct session *s, const struct relay *r)
{
	if (s->attached) {
		xp_link_disconnected(s->link);
		(void)relay_post(s->g, RELAY_CLOSE, s->self, s->wire, "", 1000,
				 "replaced", 8);
	}
	s->wire = r->from;
	s->attached = 1;
	s->detached_us = 0;
	if (choose_link(s, r)) {
		(void)relay_post(s->g, RELAY_CLOSE, s->self, s->wire, "", 1011,
				 "no memory", 9);
		return;
	}
	xp_link_connected(s->link, loop_now_us(s->self.loop));
	input(s, r);
}

static int is_current(const struct session *s, const struct relay *r)
{
	return s->attached && s->wire.loop == r->from.loop &&
	       s->wire.id.slot == r->from.id.slot &&
	       s->wire.id.gen == r->from.id.gen;
}

void session_on_relay(struct session *s, const struct relay *r)
{
	switch (r->kind) {
	case RELAY_ATTACH:
		attach(s, r);
		break;
	case RELAY_TEXT_UP:
		if (is_current(s, r))
			input(s, r);
		break;
	case RELAY_GONE:
		if (!is_current(s, r))
			break;
		s->attached = 0;
		s->detached_us = loop_now_us(s->self.loop);
		xp_link_disconnected(s->link);
		s->ops->detached(s);
		break;
	default:
		s->ops->relayed(s, r);
		break;
	}
}

int session_send(struct session *s, const char *payload)
{
	return xp_link_send(s->link, payload, loop_now_us(s->self.loop));
}

void session_close(struct session *s, const char *reason, const char *why)
{
	(void)xp_link_close(s->link, reason, why);
	s->dead = 1;
}
