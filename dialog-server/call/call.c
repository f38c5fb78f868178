/**
 * @file call.c  The life of one call: opened, the line, ended
 *
 *   channel driver --call_open--> [ call ] --seat_open--> Experts in turn
 *                                    │
 *        an Expert answered, has attached and said what to do, or nobody did
 *                                    ▼
 *                        DIALOG_STARTED: the agent speaks
 *                                    │
 *        line closed, or the dialog hung up or transferred
 *                                    ▼
 *                    record, seat, providers, arena: gone
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/log_limit.h"
#include "base/text.h"
#include "call/internal.h"
#include "conf/settings.h"
#include "journal/journal.h"
#include "journal/metrics.h"

enum {
	/* Seldom against the tick, and an odd number of ticks: in every other
	 * one a frame has just been recorded, which the writer has yet to
	 * take. */
	TRIM_US = 990 * 1000,
	/* A placed call's Expert is brought by a message or two. */
	SEAT_US = 5 * 1000 * 1000,
};

static void on_close_timer(void *arg);

/** The longest that any call may take. */
static void on_limit(void *arg)
{
	struct call *c = arg;

	if (!c->seat) {
		call_hangup(c, "bot-failure", "its Expert was not brought");
		return;
	}

	record_event(c, "call-limit", NULL, "longest call reached");
	call_hangup(c, "bot-hangup", "longest call reached");
}

/* ---- the line --------------------------------------------------------- */

static void on_frame(void *arg, const struct aframe *f)
{
	uplink_frame(arg, f);
}

/** A typed line is a turn that was understood for certain. */
static void on_text(void *arg, const char *text)
{
	struct call *c = arg;
	struct dialog_event e = {
		.kind = DIALOG_CALLER_TURN,
		.n_heard = 1,
	};

	if (c->closing || !text[0])
		return;
	if (c->hz && c->listening)
		c->stt->cancel(c->stt_s, c->turn);
	c->listening = 0;
	if (c->hz) {
		endpoint_reset(&c->endpoint);
		downlink_cut(c, UINT32_MAX);
	}
	e.turn = ++c->turn;
	c->ledger = (struct ledger){.turn = c->turn};
	c->ledger.stopped_us = c->ledger.endpoint_us = c->ledger.stt_us =
		loop_now_us(c->sh->loop);
	(void)text_copy(c->ledger.heard, sizeof(c->ledger.heard), text);
	record_input(c, JOURNAL_TEXT_IN, json_pack("{s:s}", "text", text));
	metric_add(METRIC_TURNS_TOTAL, 1);
	record_line(c, "caller", text, 0);
	e.heard[0].text = text;
	e.heard[0].confidence = 100;
	talk_event(c, &e);
}

void call_key(struct call *c, char digit, enum keypress_way way)
{
	const char text[] = {digit, '\0'};
	const struct dialog_event e = {.kind = DIALOG_DTMF, .digit = digit};

	if (c->closing ||
	    !keypress_heard(&c->keys, digit, way, loop_now_us(c->sh->loop)))
		return;
	record_input(c, JOURNAL_DTMF,
		     json_pack("{s:s, s:s*}", "digit", text, "heard",
			       way == KEYPRESS_SOUND ? "sound" : NULL));
	record_event(c, "dtmf", NULL, text);
	talk_event(c, &e);
}

static void on_dtmf(void *arg, char digit)
{
	call_key(arg, digit, KEYPRESS_EVENT);
}

static void on_marked(void *arg, uint32_t id)
{
	struct call *c = arg;

	if (!c->playout || c->closing)
		return;
	record_input(c, JOURNAL_MARK,
		     json_pack("{s:I}", "id", (json_int_t)id));
	playout_marked(c->playout, id, loop_now_us(c->sh->loop));
	downlink_decide(c, loop_now_us(c->sh->loop));
}

static void on_moved(void *arg, enum xp_transfer status, const char *cause,
		     const char *detail)
{
	struct call *c = arg;
	const struct dialog_event e = {
		.kind = status == XP_TRANSFER_FAILED ? DIALOG_TRANSFER_FAILED
						     : DIALOG_TRANSFER_STATUS,
		.transfer = status,
		.cause = cause,
		.text = detail,
	};

	if (c->closing)
		return;
	c->put_through = status == XP_TRANSFER_ANSWERED;
	if (status == XP_TRANSFER_FAILED || status == XP_TRANSFER_RETURNED)
		c->transfer_to[0] = '\0';
	talk_event(c, &e);
}

static void on_closed(void *arg, enum channel_end how, const char *why)
{
	struct call *c = arg;
	struct dialog_event e = {.kind = DIALOG_CLOSED};

	c->line_open = 0;
	if (c->closing)
		return;
	c->closing = 1;
	if (c->transfer_to[0] && !c->end_reason[0] &&
	    (c->put_through || how == CHANNEL_END_US))
		call_because(c, "bot-transfer", NULL);
	else if (!c->end_reason[0] || how == CHANNEL_END_CALLER)
		call_because(c,
			     how == CHANNEL_END_US ? "bot-hangup"
						   : "user-hangup",
			     how == CHANNEL_END_CALLER ? NULL : why);
	if (how == CHANNEL_END_BROKEN || how == CHANNEL_END_PROTOCOL)
		record_event(c, "line-broken", NULL, why);
	if (c->end_cause[0])
		record_event(c, "end-cause", NULL, c->end_cause);
	if (c->hz)
		downlink_cut(c, UINT32_MAX);
	e.text = c->end_reason;
	talk_event(c, &e);
	timer_start(c->close_timer, 0);
}

static const struct channel_events line_handlers = {
	.frame = on_frame,
	.text = on_text,
	.dtmf = on_dtmf,
	.marked = on_marked,
	.moved = on_moved,
	.closed = on_closed,
};

/* ---- end ---------------------------------------------------------------- */

void call_because(struct call *c, const char *reason, const char *cause)
{
	(void)text_copy(c->end_reason, sizeof(c->end_reason), reason);
	(void)text_copy(c->end_cause, sizeof(c->end_cause),
			cause ? cause : "");
}

void call_stopping(struct call *c)
{
	const struct dialog_event e = {.kind = DIALOG_STOPPING};

	if (!c->closing)
		talk_event(c, &e);
}

void call_hangup(struct call *c, const char *reason, const char *cause)
{
	if (c->closing || !c->line_open)
		return;
	call_because(c, reason, cause);
	c->pending.due |= CALL_DUE_HANGUP;
	timer_start(c->close_timer, 0);
}

/** Callers can cause this line and the one that opened the call, but others
 *  lean on them for the id: the limit is high. */
static void say_ended(const struct call *c)
{
	log_limited_to(LOG_LIMIT_CALLS, LOG_LEVEL_INFO, c->tag,
		       "call ended id=%s reason=%s cause=\"%s\" "
		       "duration_ms=%lld live=%u",
		       c->id, c->end_reason, c->end_cause,
		       (long long)call_ms(c), c->sh->calls.used - 1);
}

static void call_free(struct call *c)
{
	struct shard *sh = c->sh;

	if (c->slot.gen) {
		(void)slots_take(&sh->calls, c->slot);
		list_unlink(&c->link);
	}
	record_close(c);
	c->seat = seat_close(c->seat);
	uplink_close(c);
	downlink_close(c);
	talk_close(c);
	timer_free(c->limit_timer);
	timer_free(c->close_timer);
	if (c->placed)
		outbound_over();
	arena_done(&c->events_arena);
	arena_done(&c->ask_arena);
	arena_done(&c->arena);
	mem_free(c);
}

/** Asked for from inside of a handler; carried out from the loop. */
static void on_close_timer(void *arg)
{
	struct call *c = arg;

	if (!c->closing) {
		downlink_decide(c, loop_now_us(c->sh->loop));
		return;
	}
	say_ended(c);
	metric_add(METRIC_CALLS_ACTIVE, -1);
	call_free(c);
}

void call_end(struct call *c)
{
	if (!c->closing) {
		if (c->line->forget)
			c->line->forget(c->ch);
		on_closed(c, CHANNEL_END_US, "server is stopping");
	}
	on_close_timer(c);
}

/* ---- opening ---------------------------------------------------------- */

void call_name(char *id)
{
	id[0] = 'c';
	(void)text_random_hex(id + 1, CHANNEL_CALL_ID_BYTES - 1, 10);
}

static void name_call(struct call *c, const struct channel_offer *o)
{
	static _Atomic uint32_t ordinal;

	if (o->placed)
		(void)text_copy(c->id, sizeof(c->id), o->placed);
	else
		call_name(c->id);
	(void)snprintf(c->tag, sizeof(c->tag), "call/%u", ++ordinal);
	(void)text_copy(c->external_id, sizeof(c->external_id),
			o->external_id ? o->external_id : "");
	(void)text_copy(c->address, sizeof(c->address), o->address);
	if (!o->placed)
		return;
	(void)text_copy(c->from, sizeof(c->from), o->info.from_number);
	(void)text_copy(c->to, sizeof(c->to), o->info.to_number);
}

static int take_seat(struct call *c, const struct channel_offer *o)
{
	struct gateway *g = c->sh->gateway;

	if (o->placed)
		return outbound_answered(c);
	c->reserved = o->expert_key != 0;
	if (c->reserved)
		return seat_open_for(&c->seat, g, c->sh->loop, c->id,
				     o->expert_key, &call_seat_events, c);
	return seat_open(&c->seat, g, c->sh->loop, c->id, c->address, &o->info,
			 &call_seat_events, c);
}

static int build(struct call *c, const struct channel_offer *o)
{
	int err = timer_new(&c->limit_timer, c->sh->loop, on_limit, c);

	if (!err)
		err = timer_new(&c->close_timer, c->sh->loop, on_close_timer,
				c);
	if (!err)
		err = talk_open(c);
	if (!err)
		err = uplink_open(c);
	if (!err)
		err = downlink_open(c);
	if (!err)
		err = slots_put(&c->sh->calls, c, &c->slot);
	if (!err)
		list_append(&c->sh->live, &c->link);
	if (!err && o->placed)
		err = uplink_meets(c);
	/* One that was placed is recorded once somebody speaks for it. */
	if (!err && !o->placed)
		record_open(c, &o->info);
	if (!err)
		err = take_seat(c, o);
	return err;
}

int call_open(struct shard *sh, const struct channel_offer *offer,
	      const struct channel_events **ret_events, void **ret_arg)
{
	struct call *c;
	int err;

	/* One that was placed was counted, and let through, then. */
	if (!offer->placed &&
	    (sh->draining ||
	     metric_get(METRIC_CALLS_ACTIVE) >= sh->conf->max_calls)) {
		metric_add(METRIC_CALLS_REFUSED, 1);
		return -EAGAIN;
	}
	c = mem_zalloc(sizeof(*c));
	if (!c)
		return -ENOMEM;
	c->sh = sh;
	c->line = offer->ops;
	c->ch = offer->ch;
	c->hz = offer->hz;
	c->line_open = 1;
	c->placed = c->reserved = offer->placed != NULL;
	arena_init(&c->arena, 1024, LIMIT_CALL_ARENA_BYTES);
	arena_init(&c->events_arena, 256, LIMIT_TURN_ARENA_BYTES);
	arena_init(&c->ask_arena, 256, LIMIT_TURN_ARENA_BYTES);
	c->ask = (struct ask){.field_key = "", .description = ""};
	list_init(&c->link);
	c->start_us = c->due_us = c->media_us = loop_now_us(sh->loop);
	c->start_wall_us = clock_wall_us();
	name_call(c, offer);
	err = build(c, offer);
	if (err) {
		log_limited(LOG_LEVEL_ERROR, c->tag, "call refused err=%d",
			    err);
		metric_add(METRIC_CALLS_REFUSED, 1);
		(void)text_copy(c->end_reason, sizeof(c->end_reason),
				"bot-failure");
		call_free(c);
		return err;
	}
	timer_start(c->limit_timer,
		    c->placed ? SEAT_US : LIMIT_CALL_MS * 1000LL);
	metric_add(METRIC_CALLS_TOTAL, 1);
	metric_add(METRIC_CALLS_ACTIVE, 1);
	log_limited_to(LOG_LIMIT_CALLS, LOG_LEVEL_INFO, c->tag,
		       "call opened id=%s channel=%s hz=%u live=%u", c->id,
		       c->line->name, c->hz, sh->calls.used);
	if (offer->ret_id)
		(void)text_copy(offer->ret_id, CHANNEL_CALL_ID_BYTES, c->id);
	*ret_events = &line_handlers;
	*ret_arg = c;
	return 0;
}

void call_take_seat(struct call *c, struct seat *s)
{
	const struct xp_event connected = {.kind = XP_OUTBOUND_CONNECTED};

	const struct xp_call_info info = {
		.type = XP_CALL_PSTN,
		.from_number = c->from,
		.to_number = c->to,
	};

	c->seat = s;
	timer_start(c->limit_timer, LIMIT_CALL_MS * 1000LL);
	record_open(c, &info);
	record_event(c, "outbound-connected", NULL, NULL);
	(void)seat_send(s, &connected);
	seat_begin(s, &call_seat_events, c);
}

/* ---- the tick -------------------------------------------------------------
 */

void call_media(struct call *c, int64_t now_us)
{
	struct aframe caller, agent;
	int keeps;

	if (!c->hz || c->closing)
		return;
	/* A stall is not made up for: that would be a burst on the line. */
	if (now_us - c->due_us > 10 * FRAME_US)
		c->due_us = now_us;
	while (c->due_us <= now_us && !c->closing) {
		int said = downlink_period(c, now_us, &agent);
		int heard = uplink_period(c, said ? &agent : NULL, &caller);

		c->due_us += FRAME_US;
		/* Paused, it goes on in silence: its time stays true. */
		keeps = record_keeps(c);
		if (c->recorder)
			recorder_put(c->recorder,
				     heard && keeps ? &caller : NULL,
				     said && keeps ? &agent : NULL);
	}
}

void call_decide(struct call *c, int64_t now_us)
{
	if (c->closing)
		return;
	uplink_decide(c, now_us);
	if (!c->closing)
		downlink_decide(c, now_us);
	if (now_us - c->trimmed_us < TRIM_US)
		return;
	c->trimmed_us = now_us;
	record_trim(c);
}
