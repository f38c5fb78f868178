/**
 * @file outbound.c  Calls that Experts have placed, until somebody answers
 *
 *   RINGING --answered--> the seat goes to the line's loop, which has a call
 *      │ failed, overdue, left by its Expert
 *      └──> outbound-call-failed once, a row in the store, gone
 *
 * One list of all shards under a mutex, because drivers have their news on any
 * loop; what rings is changed on the loop where it was placed, and there only.
 *
 * SPDX-License-Identifier: MIT
 */
#include "call/outbound.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log_limit.h"
#include "base/text.h"
#include "call/internal.h"
#include "call/outbound_rules.h"
#include "channel/phone.h"
#include "channel/twilio_dial.h"
#include "conf/settings.h"
#include "journal/feed.h"
#include "journal/metrics.h"
#include "store/store.h"

enum {
	WHY_BYTES = 160,
	/* Its socket broke: it may come back, the telephone rings on. */
	LOST_US = 5 * 1000 * 1000,
	AGAIN_US = 20 * 1000, /* a mailbox was full */
};

/** In the order in which they are asked whether they reach a number. */
static const struct dialler_ops *const diallers[] = {
	&phone_dialler,
	&twilio_dialler,
};
enum { DIALLERS = sizeof(diallers) / sizeof(diallers[0]) };

/** What the record has of a call, whatever becomes of it. */
struct placed {
	char id[CHANNEL_CALL_ID_BYTES];
	char from[LIMIT_KEY_BYTES + 1], to[LIMIT_KEY_BYTES + 1];
	const char *channel;
	int64_t start_us, start_wall_us;
};

struct ringing {
	struct list link; /* in `all`, under its lock */
	struct shard *sh;
	struct placed p;
	struct seat *seat;
	const char *left; /* why nobody wants it any more */
	struct timer *overdue, *lost;
	const struct dialler_ops *dialler;
	void *dial;
	/* Once it was answered: */
	struct shard *line;
	struct slot_id call;
};

/** From a driver, or from the shard of the line, to the ringing's own. */
struct tiding {
	struct loop_msg msg;
	char id[CHANNEL_CALL_ID_BYTES];
	enum dial_news news;
	char why[WHY_BYTES];
	struct shard *line; /* NULL: not answered */
	struct slot_id call;
};

/** With the seat, to the shard of the line. */
struct bringing {
	struct loop_msg msg;
	struct shard *line;
	struct slot_id call;
	struct placed p;
};

static struct {
	pthread_mutex_t lock;
	struct list list;
} all = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.list = {&all.list, &all.list},
};

/* ---- what it came to -----------------------------------------------------
 */

/** SIP's answers, which people who do telephony know. */
static const struct {
	int code;
	const char *word;
} outcomes[] = {
	[DIAL_RINGING] = {180, "ringing"},
	[DIAL_BUSY] = {486, "busy"},
	[DIAL_NO_ANSWER] = {480, "no-answer"},
	[DIAL_REJECTED] = {603, "rejected"},
	[DIAL_INVALID] = {404, "invalid-number"},
	[DIAL_CANCELED] = {487, "canceled"},
	[DIAL_ERROR] = {500, "error"},
};

void outbound_over(void)
{
	metric_add(METRIC_OUTBOUND_ACTIVE, -1);
}

static void unlist(struct ringing *r)
{
	pthread_mutex_lock(&all.lock);
	list_unlink(&r->link);
	pthread_mutex_unlock(&all.lock);
}

static void ringing_free(struct ringing *r)
{
	unlist(r);
	timer_free(r->overdue);
	timer_free(r->lost);
	mem_free(r);
	outbound_over();
}

/** A call that never was is a line of the record, too. */
static void record(struct shard *sh, const struct placed *p, const char *word,
		   const char *why)
{
	const struct store_call row = {
		.id = p->id,
		.channel = p->channel,
		.address = p->from,
		.from = p->from,
		.to = p->to,
		.started_wall_us = p->start_wall_us,
		.outbound = 1,
	};
	const long long ms =
		(long long)((loop_now_us(sh->loop) - p->start_us) / US_PER_MS);
	char text[256];

	(void)store_call_started(sh->store, &row);
	(void)store_call_ended(sh->store, p->id, word, clock_wall_us(), "{}");
	(void)snprintf(text, sizeof(text),
		       "{\"call_id\":\"%s\",\"external_id\":\"\","
		       "\"at_ms\":%lld,\"type\":\"outbound-failed\","
		       "\"reason\":\"%s\"}",
		       p->id, ms, word);
	feed_publish(sh->feed, p->id, "", text);
	metric_add(METRIC_OUTBOUND_FAILED, 1);
	log_info_limited("outbound",
			 "call failed id=%s reason=%s why=\"%s\" ring_ms=%lld",
			 p->id, word, why, ms);
}

/** The end of what rings, once: dial is dropped, everybody is told. */
static void fail(struct ringing *r, enum dial_news news, const char *why)
{
	const char *word = outcomes[news].word;
	char reason[WHY_BYTES + 32];
	const struct xp_event failed = {
		.kind = XP_OUTBOUND_FAILED,
		.code = outcomes[news].code,
		.text = reason,
	};

	(void)snprintf(reason, sizeof(reason), "%s%s%s", word,
		       why[0] ? ": " : "", why);
	if (r->dial)
		r->dialler->drop(r->dial, 0);
	(void)seat_send(r->seat, &failed);
	r->seat = seat_close(r->seat);
	record(r->sh, &r->p, word, why);
	ringing_free(r);
}

/* ---- answered ------------------------------------------------------------
 */

/** On the line's loop. @param s  NULL: nobody waited for the answer */
static void brought(void *arg, struct seat *s)
{
	static const struct xp_event gone = {
		.kind = XP_OUTBOUND_FAILED,
		.code = 487,
		.text = "canceled: hung up as it was answered",
	};
	struct bringing *b = arg;
	struct call *c = slots_find(&b->line->calls, b->call);

	if (c && s && !c->closing) {
		call_take_seat(c, s);
	} else if (s) {
		(void)seat_send(s, &gone);
		(void)seat_close(s);
		record(b->line, &b->p, outcomes[DIAL_CANCELED].word,
		       "hung up as it was answered");
	} else if (c) {
		call_hangup(c, "bot-failure", "nobody waited for the answer");
	}
	mem_free(b);
}

static void bring_nobody(struct loop_msg *m)
{
	brought(m, NULL);
}

/** @param p  NULL: nobody comes */
static struct bringing *bringing_new(struct shard *line, struct slot_id call,
				     const struct placed *p)
{
	struct bringing *b = mem_alloc(sizeof(*b));

	if (!b)
		return NULL;
	*b = (struct bringing){
		.msg = {.run = bring_nobody}, .line = line, .call = call};
	if (p)
		b->p = *p;
	return b;
}

/** The call with its line is there; the Expert goes to it. */
static void join(struct ringing *r)
{
	struct bringing *b = bringing_new(r->line, r->call, &r->p);
	int err = b ? seat_move(r->seat, r->line->loop, brought, b) : -EAGAIN;

	if (err) {
		mem_free(b);
		timer_start(r->overdue, AGAIN_US);
		return;
	}
	log_info_limited(
		"outbound", "call answered id=%s ring_ms=%lld", r->p.id,
		(long long)((loop_now_us(r->sh->loop) - r->p.start_us) /
			    US_PER_MS));
	ringing_free(r);
}

/* ---- news ----------------------------------------------------------------
 */

/** @return where to send what is for the call, or NULL: it is over */
static struct loop *home_of(const char *id)
{
	struct loop *home = NULL;

	pthread_mutex_lock(&all.lock);
	LIST_FOREACH (it, &all.list) {
		const struct ringing *r = LIST_ENTRY(it, struct ringing, link);

		if (strcmp(r->p.id, id) == 0)
			home = r->sh->loop;
	}
	pthread_mutex_unlock(&all.lock);
	return home;
}

/** On its own loop, where it stays when the lock is given back. */
static struct ringing *find(const char *id)
{
	struct ringing *found = NULL;

	pthread_mutex_lock(&all.lock);
	LIST_FOREACH (it, &all.list) {
		struct ringing *r = LIST_ENTRY(it, struct ringing, link);

		if (strcmp(r->p.id, id) == 0)
			found = r;
	}
	pthread_mutex_unlock(&all.lock);
	return found;
}

static void run_tiding(struct loop_msg *m)
{
	struct tiding *t = (struct tiding *)(void *)m;
	struct ringing *r = find(t->id);
	struct bringing *b;

	if (r && !r->line && t->line) {
		r->line = t->line;
		r->call = t->call;
		timer_stop(r->lost);
		r->dialler->drop(r->dial, 1);
		r->dial = NULL;
		join(r);
	} else if (r && !r->line && t->news != DIAL_RINGING) {
		fail(r, t->news, t->why);
	} else if (t->line) {
		b = bringing_new(t->line, t->call, NULL);
		/* Else the call gives up by itself after a while. */
		if (b && loop_post(t->line->loop, &b->msg))
			mem_free(b);
	}
	mem_free(t);
}

static int post(const char *id, enum dial_news news, const char *why,
		struct shard *line, struct slot_id call)
{
	struct loop *home = home_of(id);
	struct tiding *t;
	int err;

	if (!home)
		return -ENOENT;
	t = mem_alloc(sizeof(*t));
	if (!t)
		return -ENOMEM;
	*t = (struct tiding){
		.msg = {.run = run_tiding},
		.news = news,
		.line = line,
		.call = call,
	};
	(void)text_copy(t->id, sizeof(t->id), id);
	(void)snprintf(t->why, sizeof(t->why), "%s", why);
	err = loop_post(home, &t->msg);
	if (err) {
		metric_add(METRIC_MAILBOX_REFUSED, 1);
		mem_free(t);
	}
	return err;
}

void outbound_dialled(void *arg, const char *call_id, enum dial_news news,
		      const char *why)
{
	(void)arg;
	/* What is lost here is found out by the deadline. */
	(void)post(call_id, news, why, NULL, (struct slot_id){0});
}

int outbound_answered(struct call *c)
{
	/* Until it ends it counts itself, and what rang no longer does. */
	metric_add(METRIC_OUTBOUND_ACTIVE, 1);
	return post(c->id, DIAL_RINGING, "", c->sh, c->slot);
}

/* ---- what its Expert does meanwhile --------------------------------------
 */

static void on_answered(void *arg)
{
	(void)arg;
}

static void on_nobody(void *arg, int declined)
{
	struct ringing *r = arg;

	(void)declined;
	/* From the loop: the seat is not closed inside of its own event. */
	r->left = "its Expert did not come";
	timer_start(r->lost, 0);
}

static void on_attached(void *arg, int again, uint32_t extensions,
			const char *note)
{
	struct ringing *r = arg;

	(void)again;
	(void)extensions;
	(void)note;
	timer_stop(r->lost);
}

static void on_command(void *arg, const struct xp_command *cmd)
{
	(void)arg;
	(void)cmd;
}

static void on_lost(void *arg, const char *why)
{
	struct ringing *r = arg;

	(void)why;
	r->left = "its Expert has left";
	timer_start(r->lost, seat_was_left(r->seat) ? 0 : LOST_US);
}

static const struct seat_events early_events = {
	.answered = on_answered,
	.nobody = on_nobody,
	.attached = on_attached,
	.command = on_command,
	.lost = on_lost,
};

static void on_lost_timer(void *arg)
{
	struct ringing *r = arg;

	fail(r, DIAL_CANCELED, r->left);
}

static void on_overdue(void *arg)
{
	struct ringing *r = arg;

	if (r->line)
		join(r);
	else
		fail(r, DIAL_NO_ANSWER, "");
}

/* ---- placing -------------------------------------------------------------
 */

static int ring(struct ringing *r, int64_t key)
{
	const struct dial_order o = {
		.call_id = r->p.id,
		.from = r->p.from,
		.to = r->p.to,
		.key = key,
		.ring_us = r->sh->conf->outbound_ring_ms * US_PER_MS,
	};
	int err = -ENOENT;

	for (size_t i = 0; i < DIALLERS && err; i++) {
		if (!diallers[i]->reaches(&r->sh->host, &o))
			continue;
		r->dialler = diallers[i];
		r->p.channel = diallers[i]->name;
		err = diallers[i]->dial(&r->dial, &r->sh->host, &o);
		if (err != -ENOENT)
			break;
	}
	if (!err)
		timer_start(r->overdue, o.ring_us + r->dialler->slack_us);
	return err;
}

static void enlist(struct ringing *r)
{
	pthread_mutex_lock(&all.lock);
	list_append(&all.list, &r->link);
	pthread_mutex_unlock(&all.lock);
}

static int ringing_new(struct ringing **ret, struct shard *sh,
		       const struct outbound_ask *ask, const char *from)
{
	struct ringing *r = mem_zalloc(sizeof(*r));
	int err;

	if (!r)
		return -ENOMEM;
	metric_add(METRIC_OUTBOUND_ACTIVE, 1);
	list_init(&r->link);
	r->sh = sh;
	r->p.start_us = loop_now_us(sh->loop);
	r->p.start_wall_us = clock_wall_us();
	call_name(r->p.id);
	(void)text_copy(r->p.from, sizeof(r->p.from), from);
	(void)text_copy(r->p.to, sizeof(r->p.to), ask->to);
	err = timer_new(&r->overdue, sh->loop, on_overdue, r);
	if (!err)
		err = timer_new(&r->lost, sh->loop, on_lost_timer, r);
	if (!err)
		err = seat_open_early(&r->seat, sh->gateway, sh->loop, r->p.id,
				      ask->key, &early_events, r);
	if (err) {
		ringing_free(r);
		return err;
	}
	enlist(r);
	*ret = r;
	return 0;
}

static int refuse(int err, const char **reterr_why, const char *why)
{
	metric_add(METRIC_OUTBOUND_REFUSED, 1);
	if (why)
		*reterr_why = why;
	return err;
}

/** Where there is no way to the number, what would make one. */
static const char no_way[] =
	"this server has no way to call that number: set twilio.account_sid, "
	"twilio.auth_token and listen.public_url to call by Twilio, or let a "
	"person answer at a terminal: dialogctl phone --number NUMBER";

int outbound_place(struct shard *sh, const struct outbound_ask *ask,
		   char *ret_id, const char **reterr_why)
{
	char from[LIMIT_KEY_BYTES + 1];
	struct ringing *r;
	int err;

	*reterr_why = "out of memory";
	if (sh->draining)
		return refuse(-EPIPE, reterr_why, "the server is stopping");
	err = outbound_from(sh, ask, from, sizeof(from), reterr_why);
	if (err)
		return refuse(err, reterr_why, NULL);
	err = outbound_may(sh, ask->key, reterr_why);
	if (err)
		return refuse(err, reterr_why, NULL);
	err = ringing_new(&r, sh, ask, from);
	if (err)
		return refuse(err, reterr_why, NULL);
	err = ring(r, ask->key);
	if (err) {
		r->seat = seat_close(r->seat);
		ringing_free(r);
		return refuse(err, reterr_why,
			      err == -ENOENT   ? no_way
			      : err == -EAGAIN ? "too much is under way"
					       : NULL);
	}
	metric_add(METRIC_OUTBOUND_PLACED, 1);
	log_info_limited("outbound", "call placed id=%s by=%s", r->p.id,
			 r->dialler->name);
	(void)text_copy(ret_id, CHANNEL_CALL_ID_BYTES, r->p.id);
	return 0;
}

/** @return one of this shard that has yet to be answered, or NULL */
static struct ringing *any_of(const struct shard *sh)
{
	struct ringing *found = NULL;

	pthread_mutex_lock(&all.lock);
	LIST_FOREACH (it, &all.list) {
		struct ringing *r = LIST_ENTRY(it, struct ringing, link);

		if (r->sh == sh)
			found = r;
	}
	pthread_mutex_unlock(&all.lock);
	return found;
}

void outbound_stop(struct shard *sh)
{
	struct ringing *r;

	while ((r = any_of(sh)))
		fail(r, DIAL_CANCELED, "the server is stopping");
}

void outbound_end(struct shard *sh)
{
	outbound_stop(sh);
	for (size_t i = 0; i < DIALLERS; i++)
		if (diallers[i]->leave)
			diallers[i]->leave(sh->loop);
}
