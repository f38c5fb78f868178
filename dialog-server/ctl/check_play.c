/**
 * @file check_play.c  What scenarios are made of: offer, take, end, wait
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ctl/check.h"
#include "ctl/interrupt.h"
#include "net/loop.h"
#include "net/ws.h"

enum { OFFERS_MOST = 5 };

/* ---- what scenarios are made of ------------------------------------------
 */

struct check_peer *check_listener(const struct check *c)
{
	for (unsigned i = c->n_peers; i-- > 0;) {
		struct check_peer *p = c->peers[i];

		if (!p->is_call && !p->elsewhere && !p->over &&
		    check_peer_is_open(p))
			return p;
	}

	return NULL;
}

struct check_call *check_offer(struct check *c)
{
	struct check_call *call;
	struct check_peer *p;

	check_begin(c, CHECK_REDIAL_US);
	while (!check_listener(c) && check_turn(c))
		;
	p = check_listener(c);
	if (!p || c->n_calls == CHECK_CALLS_MAX) {
		(void)check_fail(c, "an Expert that listens was expected, "
				    "nobody did");
		return NULL;
	}
	call = &c->calls[c->n_calls++];
	(void)snprintf(call->id, sizeof(call->id), "check-%s-%u", c->prefix,
		       c->n_calls);
	call->offered = 1;
	check_listen_tell(p, XP_INCOMING_CALL, call->id);

	return call;
}

int check_follow(struct check *c, struct check_call *call)
{
	EXPECT(c, CHECK_CLAIM_US, call->claimed || call->declined,
	       "claim-call or decline-call was expected within 2 s of "
	       "incoming-call, neither came");
	if (call->declined)
		return 1;
	EXPECT(c, CHECK_ANSWER_US, call->answered || call->declined,
	       "answer-call or decline-call was expected within 10 s of "
	       "assign-call, neither came");
	if (call->declined)
		return 1;
	EXPECT(c, CHECK_ANSWER_US, call->peer && call->peer->opens,
	       "the socket of the call was expected within 10 s of "
	       "answer-call, with open as its first frame; none came");

	return 0;
}

int check_take(struct check *c, const struct check_call *like,
	       struct check_call **ret)
{
	for (int i = 0; i < OFFERS_MOST; i++) {
		struct check_call *call = check_offer(c);
		int err;

		if (!call)
			return -EPROTO;
		if (like) {
			call->deaf = like->deaf;
			call->extensions = like->extensions;
		}
		err = check_follow(c, call);
		if (err < 0)
			return err;
		if (!err) {
			*ret = call;
			return 0;
		}
	}

	return check_fail(c,
			  "that one of %d calls is taken was expected, all "
			  "were declined",
			  OFFERS_MOST);
}

void check_event(struct check_call *call, const struct xp_event *e)
{
	check_peer_tell(
		call->peer,
		xp_event_encode_for(e, xp_link_extensions(call->peer->link)));
}

int check_end(struct check *c, struct check_call *call)
{
	const struct xp_event e = {.kind = XP_SESSION_ENDED,
				   .text = "user-hangup"};
	struct check_peer *p = call->peer;
	struct ws *had = p->ws;

	check_event(call, &e);
	/* The link is over with it: who has it may close the socket at once,
	 * and so take its own acknowledgement away. */
	EXPECT(c, CHECK_REDIAL_US,
	       xp_link_unacked(p->link) == 0 || p->over ||
		       (had && p->ws != had),
	       "an acknowledgement of bot-session-ended was expected on a "
	       "link that was opened %d times, it did not come",
	       p->opens);
	p->over = 1;
	check_peer_cut(p, 1000, "");

	return 0;
}

int check_lives(struct check *c, struct check_peer *p, const char *after)
{
	static int64_t last = 1000;
	int64_t ping_ms = ++last;

	check_peer_ping(p, ping_ms);
	EXPECT(c, CHECK_PROMPT_US, p->pong_ms == ping_ms,
	       "a pong with the time of its ping was expected %s, %s", after,
	       p->ws                ? "none came"
	       : p->close_code == 0 ? "the socket was gone"
				    : "the Expert closed the socket");

	return 0;
}

void check_stage_clear(struct check *c)
{
	c->listen_status = 0;
	for (unsigned i = 0; i < c->n_calls; i++) {
		struct check_call *call = &c->calls[i];
		struct check_peer *p = call->peer;

		call->never_assign = 0;
		if (!p || p->over)
			continue;
		check_peer_release(p);
		p->deaf = 0;
		if (!p->ws || check_end(c, call) < 0) {
			p->over = 1;
			check_peer_cut(p, 1000, "");
		}
	}
}

/* ---- waiting -------------------------------------------------------------
 */

int check_fail(struct check *c, const char *fmt, ...)
{
	va_list ap;

	if (!c->why[0]) {
		va_start(ap, fmt);
		(void)vsnprintf(c->why, sizeof(c->why), fmt, ap);
		va_end(ap);
	}

	return -EPROTO;
}

void check_fault(struct check *c, const char *fmt, ...)
{
	va_list ap;

	if (!c->fault[0]) {
		va_start(ap, fmt);
		(void)vsnprintf(c->fault, sizeof(c->fault), fmt, ap);
		va_end(ap);
	}
}

void check_begin(struct check *c, int64_t us)
{
	c->until_us = clock_now_us() + us * c->slow;
}

int check_turn(struct check *c)
{
	int64_t now_us = clock_now_us();

	if (c->fault[0] || interrupt_came() || now_us >= c->until_us)
		return 0;
	check_child_poll(c);
	if (c->child_gone) {
		check_fault(c,
			    "an Expert that runs was expected, it ended "
			    "with status %d",
			    c->child_status);
		return 0;
	}
	for (unsigned i = 0; i < c->n_peers; i++)
		if (c->peers[i]->ws && !c->peers[i]->holding)
			(void)xp_link_tick(c->peers[i]->link, now_us);
	loop_run(c->loop);

	return 1;
}

int check_pause(struct check *c, int64_t us)
{
	c->until_us = clock_now_us() + us;
	while (check_turn(c))
		;

	return c->fault[0] ? -EPROTO : 0;
}
