/**
 * @file seat_early.c  The Expert's place in a call that is being placed
 *
 *   loop of the request                      loop of the line
 *   seat_open_early()  commands are kept
 *        │ answered
 *   seat_move() ── timers off ── message ──▶ timers on, seat_begin()
 *        ▲ what sockets send still comes here, and is sent on (gateway.c)
 *
 * A carrier's media socket lands on any loop, and a call lives on the loop of
 * its line. The Expert's socket stays where it is: like every other, it talks
 * to its seat by messages.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log_limit.h"
#include "expert/internal.h"
#include "journal/metrics.h"

/* An Expert has this long from the answer to open its socket. */
enum { SEAT_COMES_US = 10 * 1000 * 1000 };

int seat_was_left(const struct seat *s)
{
	return s->session.left || s->session.dead;
}

int seat_keep(struct seat *s, const char *text, size_t len)
{
	const size_t had = s->kept.len;

	if (!s->early)
		return 0;
	strbuf_addn(&s->kept, text, len);
	strbuf_addc(&s->kept, '\0');
	if (strbuf_ok(&s->kept))
		return 1;
	metric_add(METRIC_EXPERT_BAD_MESSAGES, 1);
	log_warn_limited("expert",
			 "command lost call=%s why=\"too many before the call "
			 "was answered\"",
			 s->call_id);
	s->kept.len = had;
	s->kept.failed = 0;
	return 1;
}

/* ---- to another loop -----------------------------------------------------
 */

struct move {
	struct loop_msg msg;
	struct seat *seat;
	seat_moved_fn *fn;
	void *arg;
};

static void arrive(struct loop_msg *msg)
{
	struct move *m = (struct move *)(void *)msg;
	struct seat *s = m->seat;
	int err = session_unpack(&s->session);

	if (!err)
		err = seat_timer_new(s);
	pthread_mutex_lock(&s->session.g->lock);
	s->session.moving = 0;
	pthread_mutex_unlock(&s->session.g->lock);
	if (err) {
		seat_free(s);
		s = NULL;
	}
	m->fn(m->arg, s);
	mem_free(m);
}

static void set_home(struct session *s, struct loop *home, int moving)
{
	pthread_mutex_lock(&s->g->lock);
	s->self.loop = home;
	s->moving = moving;
	pthread_mutex_unlock(&s->g->lock);
}

int seat_move(struct seat *s, struct loop *to, seat_moved_fn *fn, void *arg)
{
	struct loop *from = s->session.self.loop;
	const struct seat_events *ev = s->ev;
	struct move *m = mem_alloc(sizeof(*m));
	int err;

	if (!m)
		return -ENOMEM;
	*m = (struct move){
		.msg = {.run = arrive}, .seat = s, .fn = fn, .arg = arg};
	/* Its timers go first: once the message is out, it is not ours. */
	session_pack(&s->session);
	s->timer = timer_free(s->timer);
	s->ev = NULL;
	set_home(&s->session, to, 1);
	err = loop_post(to, &m->msg);
	if (!err)
		return 0;
	set_home(&s->session, from, 0);
	mem_free(m);
	s->ev = ev;
	if (session_unpack(&s->session) || seat_timer_new(s))
		return -ENOMEM;
	return err;
}

void seat_begin(struct seat *s, const struct seat_events *ev, void *arg)
{
	struct strbuf kept = s->kept;
	int here = s->session.attached;

	strbuf_init(&s->kept, 1);
	s->early = 0;
	s->ev = ev;
	s->arg = arg;
	if (s->came)
		ev->attached(arg, 0, session_extensions(&s->session), NULL);
	else
		timer_start(s->timer, SEAT_COMES_US);
	if (s->ev)
		seat_commands(s, kept.s, kept.len);
	strbuf_done(&kept);
	if (s->ev && s->came && !here)
		ev->lost(arg, "its socket was gone when the call was "
			      "answered");
}
