/**
 * @file session.c  A peer's numbered layer, over one socket after another
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/log_limit.h"
#include "base/text.h"
#include "conf/settings.h"
#include "expert/internal.h"
#include "journal/metrics.h"
#include "proto/xp_link.h"

enum { TICK_US = 500 * 1000 };

static int link_send(void *arg, const char *text, size_t len)
{
	struct session *s = arg;

	if (!s->attached)
		return -EPIPE;
	return relay_post(s->g, RELAY_TEXT_DOWN, s->self, s->wire, "", 0, text,
			  len);
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

	s->ops->opened(s, again);
}

static void link_closed(void *arg, const char *reason, const char *why)
{
	struct session *s = arg;

	log_debug("expert", "peer closed reason=%s why=\"%s\"", reason,
		  why ? why : "");
	(void)snprintf(s->farewell, sizeof(s->farewell),
		       "it closed the link: %.40s", reason);
	s->state_lost = strcmp(reason, XP_CLOSE_STATE_LOST) == 0;
	s->dead = 1;
}

static void close_wire(struct session *s, int code, const char *why)
{
	(void)relay_post(s->g, RELAY_CLOSE, s->self, s->wire, "", code, why,
			 strlen(why));
}

static void lose_wire(struct session *s, const char *why)
{
	s->attached = 0;
	s->detached_us = loop_now_us(s->self.loop);
	s->ops->detached(s, s->farewell[0] ? s->farewell : why);
}

static void link_drop(void *arg, const char *why)
{
	struct session *s = arg;

	if (!s->attached)
		return;
	close_wire(s, 1001, why);

	struct xp_link_stats stats;
	char told[128];

	xp_link_stats(s->link, &stats);
	(void)snprintf(
		told, sizeof(told), "%s, last heard %lld s ago", why,
		(long long)((loop_now_us(s->self.loop) - stats.heard_us) /
			    1000000));
	/* A peer that is silent will not answer the close either. */
	lose_wire(s, told);
}

static void link_warn(void *arg, const char *what)
{
	(void)arg;
	log_warn_limited("expert", "odd message what=\"%s\"", what);
}

static const struct xp_link_events link_handlers = {
	.send = link_send,
	.payload = link_payload,
	.opened = link_opened,
	.drop = link_drop,
	.closed = link_closed,
	.warn = link_warn,
};

static int new_link(struct session *s)
{
	const struct xp_link_options options = {
		.server = 1,
		.ping_us = s->g->conf->expert_ping_ms * 1000,
		.extensions = s->extensions,
	};
	struct xp_link *fresh;
	int err = xp_link_new(&fresh, &options, &link_handlers, s);

	if (err)
		return err;
	xp_link_free(s->link);
	s->link = fresh;
	return 0;
}

/** Its wire reads on. What cannot be told now is told later. */
static void tell_took(struct session *s)
{
	if (s->attached && s->took >= WIRE_AHEAD / 2 &&
	    relay_post(s->g, RELAY_TOOK, s->self, s->wire, "", s->took, "",
		       0) == 0)
		s->took = 0;
}

static void on_timer(void *arg)
{
	struct session *s = arg;
	int64_t now_us = loop_now_us(s->self.loop);
	int64_t resume_us = s->g->conf->expert_resume_ms * 1000;

	timer_start(s->timer, TICK_US);
	tell_took(s);
	if (s->attached)
		(void)xp_link_tick(s->link, now_us);
	if (s->dead || (!s->attached && s->detached_us &&
			now_us - s->detached_us > resume_us)) {
		if (s->attached) {
			close_wire(s, 1000, "link closed");
			lose_wire(s, "link closed");
		}
		s->detached_us = 0;
		s->ops->expired(s);
	}
}

void session_pack(struct session *s)
{
	s->timer = timer_free(s->timer);
}

int session_unpack(struct session *s)
{
	int err = timer_new(&s->timer, s->self.loop, on_timer, s);

	if (!err)
		timer_start(s->timer, TICK_US);
	return err;
}

int session_init(struct session *s, struct gateway *g, struct loop *home,
		 const struct session_ops *ops, uint32_t extensions)
{
	int err;

	s->g = g;
	s->ops = ops;
	s->self.loop = home;
	s->extensions = extensions;
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
		close_wire(s, 1000, "done");
	s->attached = 0;
	if (s->self.id.gen) {
		pthread_mutex_lock(&s->g->lock);
		(void)slots_take(&s->g->sessions, s->self.id);
		pthread_mutex_unlock(&s->g->lock);
	}
	s->timer = timer_free(s->timer);
	s->link = xp_link_free(s->link);
}

/** The present peer has given its place away: it is told so, and goes. */
static void give_way(struct session *s)
{
	if (!s->attached)
		return;
	xp_link_close(s->link, XP_CLOSE_DONE, "handed over");
	close_wire(s, 1000, "handed over");
	s->attached = 0;
}

int session_is_of(const struct session *s, int64_t key)
{
	return s->key == key || (key && s->next_key == key);
}

static int may_open(const struct session *s, int64_t key)
{
	return !s->key || session_is_of(s, key);
}

/** Same connection: the link resumes. Another one: it starts anew, unless
 *  nobody has been here yet, when what waits in it is for the first.
 *  @return 0, -EPROTO (it has been passed on, and the link is untouched),
 *          -ENOMEM */
static int choose_link(struct session *s, const struct relay *r)
{
	const char *had = xp_link_connection_id(s->link);
	int over = xp_link_is_closed(s->link), is_other, err;
	struct xp_frame f;

	err = xp_frame_decode(&f, r->text, r->len, NULL);
	if (err)
		return err;
	is_other = had[0] && strcmp(had, f.connection_id) != 0;
	if (is_other && r->code && s->next_key == r->code && !f.is_reopen)
		give_way(s);
	if (is_other && (f.is_reopen || (s->attached && !over))) {
		xp_frame_done(&f);
		return -EPROTO;
	}
	if (over || is_other)
		err = new_link(s);
	pthread_mutex_lock(&s->g->lock);
	(void)text_copy(s->connection_id, sizeof(s->connection_id),
			f.connection_id);
	pthread_mutex_unlock(&s->g->lock);
	xp_frame_done(&f);
	return err;
}

static void input(struct session *s, const struct relay *r)
{
	int err = xp_link_input(s->link, r->text, r->len,
				loop_now_us(s->self.loop));

	if (s->ops->heard)
		s->ops->heard(s);
	if (!err)
		return;
	metric_add(METRIC_EXPERT_BAD_MESSAGES, 1);
	/* Who asks for a link that we do not know has done nothing wrong. */
	if (s->state_lost)
		close_wire(s, 1000, STATE_LOST_WHY);
	else
		close_wire(s, 1008, "message refused");
}

/** Who comes back after another one took its place. */
static void refuse(const struct session *s, const struct relay *r, int err)
{
	const char *why = err == -EPROTO ? STATE_LOST_WHY : "out of memory";

	if (err == -EPROTO)
		(void)relay_post(s->g, RELAY_TEXT_DOWN, s->self, r->from, "",
				 0, STATE_LOST, sizeof(STATE_LOST) - 1);
	(void)relay_post(s->g, RELAY_CLOSE, s->self, r->from, "",
			 err == -EPROTO ? 1000 : 1013, why, strlen(why));
}

static void attach(struct session *s, const struct relay *r)
{
	int err = may_open(s, r->code) ? choose_link(s, r) : -EPROTO;

	if (err) {
		refuse(s, r, err);
		return;
	}
	if (s->attached) {
		xp_link_disconnected(s->link);
		close_wire(s, 1000, "replaced by another socket");
	}
	s->wire = r->from;
	s->took = 0;
	s->attached = 1;
	s->key = r->code;
	s->detached_us = 0;
	s->dead = s->state_lost = s->left = 0;
	s->farewell[0] = '\0';
	xp_link_connected(s->link, loop_now_us(s->self.loop));
	input(s, r);
}

static int is_current(const struct session *s, const struct relay *r)
{
	return s->attached && s->wire.loop == r->from.loop &&
	       s->wire.id.slot == r->from.id.slot &&
	       s->wire.id.gen == r->from.id.gen;
}

/** Over for good: with another key it is another peer. */
static void revoked(struct session *s)
{
	xp_link_close(s->link, XP_CLOSE_AUTHENTICATION, WS_REVOKED_WHY);
	close_wire(s, WS_REVOKED_CODE, WS_REVOKED_WHY);
	s->dead = 1;
	lose_wire(s, WS_REVOKED_WHY);
}

static void gone(struct session *s, const struct relay *r)
{
	char why[160];

	(void)snprintf(why, sizeof(why), "socket closed with code %lld%s%s",
		       (long long)r->code, r->len ? ": " : "", r->text);
	xp_link_disconnected(s->link);
	s->left = r->code == 1000 || r->code == 1001 || r->code == 1005;
	lose_wire(s, why);
}

void session_on_relay(struct session *s, const struct relay *r)
{
	switch (r->kind) {
	case RELAY_ATTACH:
		attach(s, r);
		break;
	case RELAY_TEXT_UP:
		if (is_current(s, r)) {
			s->took++;
			input(s, r);
			tell_took(s);
		}
		break;
	case RELAY_REVOKED:
		if (is_current(s, r))
			revoked(s);
		break;
	case RELAY_GONE:
		if (is_current(s, r))
			gone(s, r);
		break;
	default:
		s->ops->relayed(s, r);
		break;
	}
}

uint32_t session_extensions(const struct session *s)
{
	return xp_link_extensions(s->link);
}

int session_send(struct session *s, const char *payload)
{
	return xp_link_send(s->link, payload, strlen(payload));
}
