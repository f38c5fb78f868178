/**
 * @file listen.c  Offers of calls on a listening address
 *
 *   incoming-call --> claim-call --> assign-call --> on_call_received
 *                                     --> answer-call | decline-call
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "priv.h"

enum { HANDLERS_BYTES_MAX = 4096 };

static void report(struct listener *l, int state, const char *text)
{
	expert_news(l->e, state, l->address, text);
}

static void reply(struct listener *l, enum xp_listen_kind kind,
		  const char *call_id)
{
	struct xp_listen m = {.kind = kind, .call_id = call_id};
	char *text = xp_listen_encode(&m);
	int rc = -1;

	if (text && l->sock)
		rc = sock_send(l->sock, text, strlen(text));
	free(text);
	if (rc < 0)
		expert_log(l->e, EXPERT_LOG_ERROR,
			   "cannot reply to the offer of call %s", call_id);
}

static void on_assigned(struct listener *l, struct xp_listen *m)
{
	struct call *c = call_find(l->e, m->call_id);
	struct xp_listen *offer;

	/* Offered to us again: the call's own socket sorts out the rest. */
	if (c) {
		if (atomic_load(&c->verdict) == VERDICT_DONE)
			reply(l, XP_ANSWER_CALL, c->id);
		xp_listen_done(m);
		return;
	}

	/* What cannot be served is declined: the server asks the next. */
	offer = capacity_has_room(l) ? malloc(sizeof(*offer)) : NULL;
	if (!offer) {
		reply(l, XP_DECLINE_CALL, m->call_id);
		xp_listen_done(m);
		return;
	}

	*offer = *m;
	c = call_new(l, offer);
	if (!c) {
		reply(l, XP_DECLINE_CALL, offer->call_id);
		xp_listen_done(offer);
		free(offer);
	} else {
		call_ask(c);
	}
}

void listener_verdict(struct listener *l, struct call *c)
{
	int verdict = atomic_exchange(&c->verdict, VERDICT_DONE);

	if (atomic_load(&c->held) && verdict == VERDICT_ACCEPT) {
		call_start(c);
		return;
	}
	if (c->withdrawn) {
		call_drop(c);
		return;
	}
	if (c->e->draining)
		verdict = VERDICT_DECLINE;
	/* A listener that stopped meanwhile has given the offer back. */
	if (l->sock && verdict == VERDICT_ACCEPT) {
		reply(l, XP_ANSWER_CALL, c->id);
		call_start(c);
		return;
	}
	if (l->sock)
		reply(l, XP_DECLINE_CALL, c->id);
	call_drop(c);
}

static void on_payload(void *arg, const char *text, size_t len)
{
	struct listener *l = arg;
	struct xp_error err;
	struct xp_listen m;

	if (xp_listen_decode_for(&m, text, len, sock_extensions(l->sock),
				 &err) < 0) {
		expert_log(l->e, EXPERT_LOG_WARN, "message ignored: %s %s",
			   err.where, err.what);
		return;
	}

	switch (m.kind) {
	case XP_LISTEN_STARTED:
		expert_log(l->e, EXPERT_LOG_INFO,
			   "listening on %s, other listeners=%lld", l->address,
			   (long long)m.other_listeners);
		break;
	case XP_INCOMING_CALL:
		reply(l,
		      capacity_has_room(l) ? XP_CLAIM_CALL : XP_DECLINE_CALL,
		      m.call_id);
		break;
	case XP_ASSIGN_CALL:
		on_assigned(l, &m);
		return;
	case XP_LISTEN_DRAINING:
	case XP_WITHDRAW_CALL:
		capacity_on_message(l, &m);
		break;
	case XP_CLAIM_CALL:
	case XP_ANSWER_CALL:
	case XP_DECLINE_CALL:
	default: /* unknown, or of an extension */
		expert_log(l->e, EXPERT_LOG_DEBUG, "message %s ignored",
			   m.type);
		break;
	}
	xp_listen_done(&m);
}

static void on_opened(void *arg, int reopen)
{
	struct listener *l = arg;

	expert_log(l->e, EXPERT_LOG_INFO, "connected for %s%s", l->address,
		   reopen ? ", again" : "");
	if (!reopen)
		capacity_forget(l);
	report(l, EXPERT_CONNECTED, "");
}

static void on_lost(void *arg, const char *why)
{
	struct listener *l = arg;

	expert_log(l->e, EXPERT_LOG_WARN, "%s: %s, retrying", l->address, why);
	report(l, EXPERT_RETRYING, why);
}

static void on_failed(void *arg, int err, const char *reason, const char *why)
{
	struct listener *l = arg;

	/* A server that was restarted: offers have no past worth keeping. */
	if (reason && !strcmp(reason, XP_CLOSE_STATE_LOST)) {
		sock_restart(l->sock, why);
		return;
	}

	sock_finish(l->sock);
	l->sock = NULL;
	l->e->failed = expert_fail(l->e, err, "%s: %s", l->address, why);
	report(l, EXPERT_CLOSED, why);
}

static const struct sock_events events = {
	.extensions = XP_EXT_RESUME | XP_EXT_CAPACITY,
	.payload = on_payload,
	.opened = on_opened,
	.lost = on_lost,
	.failed = on_failed,
};

int listener_new(struct listener **ret, struct expert *e,
		 const struct expert_handlers *handlers, void *arg)
{
	struct listener *l;

	if (!handlers || handlers->size < sizeof(handlers->size) ||
	    handlers->size > HANDLERS_BYTES_MAX)
		return EXPERT_EINVAL;

	l = calloc(1, sizeof(*l));
	if (!l)
		return EXPERT_ENOMEM;
	l->e = e;
	atomic_store(&l->max_calls, -1);
	capacity_forget(l);
	l->server = e->servers;
	l->arg = arg;
	/* An older program's table is shorter: the rest is NULL. */
	memcpy(&l->handlers, handlers,
	       handlers->size < sizeof(l->handlers) ? handlers->size
						    : sizeof(l->handlers));
	*ret = l;
	return EXPERT_OK;
}

int listener_start(struct listener *l)
{
	char name[XP_KEY_BYTES_MAX + 16];

	(void)snprintf(name, sizeof(name), "listen-%s", l->address);
	return sock_open(&l->sock, l->e, l->server, l->path, name, &events, l);
}

void listener_stop(struct listener *l)
{
	if (!l->sock)
		return;

	sock_finish(l->sock);
	l->sock = NULL;
	report(l, EXPERT_CLOSED, "stopped");
}

void listener_free(struct listener *l)
{
	if (!l)
		return;

	free(l->address);
	free(l->path);
	free(l);
}
