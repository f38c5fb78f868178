/**
 * @file phone.c  A telephone at a terminal: waits to be called, then is typed
 *
 *   WAITS --ring--> RINGS --answer--> TALKS --> closed
 *     ^               │ cancelled
 *     └───────────────┘ rejected: stays, for the next call
 *
 * Whoever places a call may be on another loop: a telephone is found by its
 * number in a table of the process, and told by messages that name it by a
 * number of its own.
 *
 * SPDX-License-Identifier: MIT
 */
#include "channel/phone.h"

#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "base/list.h"
#include "base/log_limit.h"
#include "base/text.h"
#include "channel/line.h"
#include "journal/metrics.h"
#include "net/loop.h"
#include "net/ws.h"

enum {
	/* As of the typed line: one text, each byte escaped to six. */
	MESSAGE_BYTES = 8 * LIMIT_TEXT_BYTES,
	DIGITS_MAX = 15, /* E.164 */
};

enum phone_state { PHONE_WAITS, PHONE_RINGS, PHONE_TALKS };

struct phone {
	struct line line; /* first: ops get a struct line */
	struct list link; /* in `all`, under its lock */
	struct loop *loop;
	uint64_t serial;
	int64_t key;
	enum phone_state state;
	char number[WEB_ADDRESS_BYTES];
};

static struct {
	pthread_mutex_t lock;
	struct list list;
	uint64_t serials;
	unsigned n;
} all = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.list = {&all.list, &all.list},
};

/* ---- the table -----------------------------------------------------------
 */

/* Lock held. */
static struct phone *at_number(const char *number, int64_t key)
{
	LIST_FOREACH (it, &all.list) {
		struct phone *p = LIST_ENTRY(it, struct phone, link);

		if (p->key == key && strcmp(p->number, number) == 0)
			return p;
	}
	return NULL;
}

/** @return 0, -EEXIST, -EAGAIN (too many) */
static int enlist(struct phone *p)
{
	int err = 0;

	pthread_mutex_lock(&all.lock);
	if (all.n >= LIMIT_PHONES)
		err = -EAGAIN;
	else if (at_number(p->number, p->key))
		err = -EEXIST;
	if (!err) {
		p->serial = ++all.serials;
		all.n++;
		list_append(&all.list, &p->link);
	}
	pthread_mutex_unlock(&all.lock);
	return err;
}

static void unlist(struct phone *p)
{
	pthread_mutex_lock(&all.lock);
	if (!list_empty(&p->link)) {
		list_unlink(&p->link);
		all.n--;
	}
	pthread_mutex_unlock(&all.lock);
}

/** On its own loop, where it stays when the lock is given back. */
static struct phone *find(uint64_t serial)
{
	struct phone *found = NULL;

	pthread_mutex_lock(&all.lock);
	LIST_FOREACH (it, &all.list) {
		struct phone *p = LIST_ENTRY(it, struct phone, link);

		if (p->serial == serial)
			found = p;
	}
	pthread_mutex_unlock(&all.lock);
	return found;
}

/* ---- to the terminal -----------------------------------------------------
 */

static int send_json(struct phone *p, json_t *o)
{
	char *s = o ? json_dumps(o, JSON_COMPACT) : NULL;
	int err = -ENOMEM;

	if (s && p->line.ws)
		err = ws_send_text(p->line.ws, s, strlen(s));
	free(s);
	json_decref(o);
	return err;
}

static void tell_news(struct phone *p, enum dial_news news, const char *why)
{
	const struct channel_host *host = p->line.host;

	host->dialled(host->arg, p->line.placed, news, why);
}

static void stop_ringing(struct phone *p)
{
	p->state = PHONE_WAITS;
	p->line.placed[0] = '\0';
}

/* ---- from who places the call --------------------------------------------
 */

struct order {
	struct loop_msg msg;
	const struct channel_host *host; /* of who placed it */
	uint64_t serial;
	char call_id[CHANNEL_CALL_ID_BYTES];
	char from[WEB_ADDRESS_BYTES];
};

static void run_ring(struct loop_msg *m)
{
	struct order *o = (struct order *)(void *)m;
	const struct channel_host *host = o->host;
	struct phone *p = find(o->serial);

	if (!p) {
		host->dialled(host->arg, o->call_id, DIAL_NO_ANSWER,
			      "the telephone was put away");
	} else if (p->state != PHONE_WAITS || !p->line.ws) {
		host->dialled(host->arg, o->call_id, DIAL_BUSY, "");
	} else {
		p->state = PHONE_RINGS;
		(void)text_copy(p->line.placed, sizeof(p->line.placed),
				o->call_id);
		(void)text_copy(p->line.address, sizeof(p->line.address),
				o->from);
		(void)send_json(p,
				json_pack("{s:s, s:s, s:s, s:s}", "type",
					  "ringing", "call_id", o->call_id,
					  "from", o->from, "to", p->number));
		tell_news(p, DIAL_RINGING, "");
	}
	mem_free(o);
}

static void run_cancel(struct loop_msg *m)
{
	struct order *o = (struct order *)(void *)m;
	struct phone *p = find(o->serial);

	if (p && p->state == PHONE_RINGS &&
	    strcmp(p->line.placed, o->call_id) == 0) {
		stop_ringing(p);
		(void)send_json(p, json_pack("{s:s}", "type", "cancelled"));
	}
	mem_free(o);
}

static int reaches(const struct channel_host *host, const struct dial_order *o)
{
	int does;

	(void)host;
	pthread_mutex_lock(&all.lock);
	does = at_number(o->to, o->key) != NULL;
	pthread_mutex_unlock(&all.lock);
	return does;
}

/** What drop() needs. */
struct dial {
	struct loop *loop;
	struct order *cancel; /* made beforehand: it must not fail */
};

static struct order *order_new(const struct channel_host *host,
			       const struct dial_order *from,
			       void (*run)(struct loop_msg *m))
{
	struct order *o = mem_zalloc(sizeof(*o));

	if (!o)
		return NULL;
	o->msg.run = run;
	o->host = host;
	(void)text_copy(o->call_id, sizeof(o->call_id), from->call_id);
	(void)text_copy(o->from, sizeof(o->from), from->from);
	return o;
}

static int dial(void **ret, const struct channel_host *host,
		const struct dial_order *o)
{
	struct order *ring = order_new(host, o, run_ring);
	struct order *cancel = order_new(host, o, run_cancel);
	struct dial *d = mem_zalloc(sizeof(*d));
	struct phone *p;
	int err = -ENOMEM;

	if (ring && cancel && d) {
		pthread_mutex_lock(&all.lock);
		p = at_number(o->to, o->key);
		err = p ? 0 : -ENOENT;
		if (p) {
			d->loop = p->loop;
			ring->serial = cancel->serial = p->serial;
		}
		pthread_mutex_unlock(&all.lock);
	}
	if (!err)
		err = loop_post(d->loop, &ring->msg);
	if (err) {
		mem_free(ring);
		mem_free(cancel);
		mem_free(d);
		return err;
	}
	d->cancel = cancel;
	*ret = d;
	return 0;
}

static void drop(void *dialled, int answered)
{
	struct dial *d = dialled;

	/* A full mailbox: it rings on until it is answered, to nobody. */
	if (answered || loop_post(d->loop, &d->cancel->msg))
		mem_free(d->cancel);
	mem_free(d);
}

const struct dialler_ops phone_dialler = {
	.name = "phone",
	.reaches = reaches,
	.dial = dial,
	.drop = drop,
};

/* ---- the call ------------------------------------------------------------
 */

static int no_audio(void *ch, const struct aframe *f)
{
	(void)ch;
	(void)f;
	return -EPIPE;
}

static int send_text(void *ch, const char *who, const char *text, int final)
{
	const char *type = strcmp(who, "agent") ? who : "say";

	return line_text(ch, type, NULL, text, final);
}

static void hang_up(void *ch)
{
	line_end(ch, CHANNEL_END_US, "agent");
}

static const struct channel_ops ops = {
	.name = "phone",
	.send = no_audio,
	.text = send_text,
	.hangup = hang_up,
};

/* ---- from the terminal ---------------------------------------------------
 */

static void on_answer(struct line *l, const void *json)
{
	struct phone *p = (struct phone *)(void *)l;

	(void)json;
	if (p->state != PHONE_RINGS) {
		line_error(l, "nobody calls");
		return;
	}
	p->state = PHONE_TALKS;
	line_open(l, l->ws, &ops, 0);
}

static void on_reject(struct line *l, const void *json)
{
	struct phone *p = (struct phone *)(void *)l;
	const char *reason =
		json_string_value(json_object_get(json, "reason"));
	int busy = reason && strcmp(reason, "busy") == 0;

	if (p->state != PHONE_RINGS) {
		line_error(l, "nobody calls");
		return;
	}
	tell_news(p, busy ? DIAL_BUSY : DIAL_REJECTED, "");
	stop_ringing(p);
}

static void on_text(struct ws *ws, void *arg, const char *s, size_t len)
{
	static const struct line_message more[] = {
		{"answer", on_answer}, {"reject", on_reject}, {NULL, NULL}};

	(void)ws;
	line_message(arg, s, len, more);
}

/* ---- life ----------------------------------------------------------------
 */

/** "+15555550123", as callers dial it. */
static int is_number(const char *s)
{
	size_t n = s && *s == '+' ? strspn(s + 1, "0123456789") : 0;

	return n >= 2 && n <= DIGITS_MAX && !s[1 + n] && s[1] != '0';
}

int phone_accept(struct http_req *r, struct channel_host *host, void **ret_arg)
{
	const char *number = http_query(r, "number");
	struct phone *p;
	int err;

	if (!is_number(number))
		return 400;
	p = mem_zalloc(sizeof(*p));
	if (!p)
		return 503;
	list_init(&p->link);
	p->line.host = host;
	p->loop = host->loop;
	p->key = http_key_id(r);
	(void)text_copy(p->number, sizeof(p->number), number);
	(void)text_copy(p->line.dialled, sizeof(p->line.dialled), number);
	err = enlist(p);
	if (err) {
		mem_free(p);
		return err == -EEXIST ? 409 : 503;
	}
	*ret_arg = p;
	return 0;
}

static void on_open(struct ws *ws, void *arg)
{
	static const char ready[] = "{\"type\":\"ready\"}";
	struct phone *p = arg;

	p->line.ws = ws;
	p->line.how = CHANNEL_END_BROKEN;
	(void)ws_send_text(ws, ready, sizeof(ready) - 1);
}

static void on_close(struct ws *ws, void *arg, int code, const char *why)
{
	struct phone *p = arg;

	(void)ws;
	unlist(p);
	if (p->state == PHONE_RINGS)
		tell_news(p, DIAL_REJECTED, "the telephone was put away");
	line_closed(&p->line, code, why);
	mem_free(p);
}

const struct ws_handlers phone_handlers = {
	.on_open = on_open,
	.on_text = on_text,
	.on_close = on_close,
	.max_message_bytes = MESSAGE_BYTES,
};
