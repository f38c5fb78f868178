/**
 * @file shard.c  The media tick over all calls of one thread
 *
 *   every 10 ms:  pass 1  media of each call     no heap, no lock
 *                 pass 2  what it led to         turns, words, the dialog
 *
 * SPDX-License-Identifier: MIT
 */
#include "call/shard.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "call/internal.h"
#include "call/outbound.h"
#include "conf/settings.h"
#include "journal/metrics.h"
#include "store/store.h"

enum {
	TICK_US = 10 * 1000,
	STALL_US = 5 * 1000, /* later than this is worth a line */
};

static int open_line(void *arg, const struct channel_offer *o,
		     const struct channel_events **ret_events, void **ret_arg)
{
	return call_open(arg, o, ret_events, ret_arg);
}

static int can_accept(void *arg, const char *address)
{
	const struct shard *sh = arg;

	if (sh->draining ||
	    metric_get(METRIC_CALLS_ACTIVE) >= sh->conf->max_calls)
		return 0;
	return !address || gateway_has_listener(sh->gateway, address) ||
	       strcmp(sh->conf->no_expert, "busy") != 0;
}

static void note_lateness(struct shard *sh, int64_t now_us)
{
	int64_t late_us = now_us - sh->ticked_us - TICK_US;

	if (sh->ticked_us && late_us > STALL_US) {
		metric_add(METRIC_TICKS_LATE, 1);
		log_debug("shard", "tick late shard=%u late_us=%lld",
			  sh->index, (long long)late_us);
	}
	sh->ticked_us = now_us;
}

/** Modules below `journal` only count; here their numbers get names. */
static void tell_refusals(struct shard *sh)
{
	struct server_stats now, was = sh->told;

	if (!sh->server)
		return;
	server_stats(sh->server, &now);
	sh->told = now;
	metric_add(METRIC_CONNECTIONS_REFUSED,
		   (int64_t)(now.refused - was.refused));
	metric_add(METRIC_HTTP_BAD_REQUESTS,
		   (int64_t)(now.bad_requests - was.bad_requests));
	metric_add(METRIC_AUTH_REFUSED,
		   (int64_t)(now.unauthorized - was.unauthorized));
	metric_add(METRIC_WS_BAD_MESSAGES,
		   (int64_t)(now.bad_messages - was.bad_messages));
}

/** A key was revoked, maybe: what it has opened must not outlive it. */
static void check_keys(struct shard *sh)
{
	uint64_t changes = store_key_changes(sh->store);
	unsigned n;

	if (!sh->server || changes == sh->key_changes)
		return;
	sh->key_changes = changes;
	n = server_check_keys(sh->server);
	if (n)
		log_info("shard",
			 "sockets closed, their key was revoked shard=%u n=%u",
			 sh->index, n);
}

static void on_tick(void *arg)
{
	struct shard *sh = arg;
	int64_t now_us = clock_now_us();

	note_lateness(sh, now_us);
	alloc_tick_enter();
	LIST_FOREACH (it, &sh->live)
		call_media(LIST_ENTRY(it, struct call, link), now_us);
	alloc_tick_leave();
	LIST_FOREACH_SAFE (it, tmp, &sh->live)
		call_decide(LIST_ENTRY(it, struct call, link), now_us);
	tell_refusals(sh);
	check_keys(sh);
	histogram_add(HISTOGRAM_TICK_MS, clock_now_us() - now_us);
}

int shard_init(struct shard *sh, unsigned index)
{
	int err;

	sh->index = index;
	sh->ticked_us = 0;
	sh->draining = 0;
	list_init(&sh->live);
	list_init(&sh->texts);
	sh->host = (struct channel_host){
		.loop = sh->loop,
		.conf = sh->conf,
		.open = open_line,
		.can_accept = can_accept,
		.dialled = outbound_dialled,
		.arg = sh,
	};
	sh->actions = mem_zalloc(sizeof(*sh->actions));
	if (!sh->actions)
		return -ENOMEM;
	err = slots_init(&sh->calls, LIMIT_CALLS_PER_SHARD);
	if (err)
		return err;
	return loop_tick(sh->loop, TICK_US, on_tick, sh);
}

void shard_drain(struct shard *sh)
{
	sh->draining = 1;
	/* Whoever answered now would be hung up on. */
	outbound_stop(sh);
}

void shard_goodbye_all(struct shard *sh)
{
	LIST_FOREACH_SAFE (it, tmp, &sh->live)
		call_stopping(LIST_ENTRY(it, struct call, link));
}

void shard_hangup_all(struct shard *sh)
{
	LIST_FOREACH_SAFE (it, tmp, &sh->live)
		call_hangup(LIST_ENTRY(it, struct call, link), "bot-hangup",
			    "the server is stopping");
}

void shard_end_calls(struct shard *sh)
{
	outbound_end(sh);
	LIST_FOREACH_SAFE (it, tmp, &sh->live)
		call_end(LIST_ENTRY(it, struct call, link));
}

void shard_done(struct shard *sh)
{
	slots_done(&sh->calls);
	sh->actions = mem_free(sh->actions);
}
