/**
 * @file twilio_moved.c  A line whose caller is put through, and comes back
 *
 *   open --transfer--> moving --stream ended--> away --answered--> over
 *    ▲                                           │ │
 *    │                                           │ └─ and may come back
 *    └────── a pipe: another stream ─────────────┴─ failed
 *
 * Whatever the carrier does not tell has a deadline.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log_limit.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "channel/twilio_line.h"
#include "conf/settings.h"
#include "journal/metrics.h"

enum {
	STOP_US = 5 * 1000 * 1000,   /* for the stop after REST            */
	ASK_US = 10 * 1000 * 1000,   /* for the carrier to fetch the TwiML */
	SLACK_US = 20 * 1000 * 1000, /* after it has rung long enough     */
	LEG_US = 15 * 1000 * 1000,   /* from the end of the other side's part
					until the carrier says so          */
	COME_US = 10 * 1000 * 1000,  /* for the stream of one who comes    */
	PIPE_US = 5 * 1000 * 1000,   /* to find that a pipe is gone        */
	AGAIN_US = 10 * 1000,        /* a mailbox was full                 */
	PIPE_BYTES = 16 * 1024,
	TWIML_BYTES_MAX = 4096,
};

static void tell(struct line *l, enum xp_transfer status, const char *cause)
{
	if (l->ev && l->ev->moved)
		l->ev->moved(l->ev_arg, status, cause, NULL);
}

static void end(struct line *l, enum channel_end how, const char *why)
{
	if (l->state == LINE_OPEN)
		line_shut(l, 1000, why);
	line_report(l, how, why);
	line_done(l);
}

/* ---- asked -------------------------------------------------------------- */

/* The TwiML behind the stream does it. */
static void by_twiml(struct line *l)
{
	if (l->state == LINE_OPEN)
		line_shut(l, 1000, "transferred");
}

static void on_asked(void *arg, enum twilio_rest_end how)
{
	struct line *l = arg;

	l->rest = NULL;
	if (how == TWILIO_REST_FAILED) {
		by_twiml(l);
		return;
	}
	if (how == TWILIO_REST_OVER && l->state == LINE_AWAY) {
		end(l, CHANNEL_END_CALLER, "the caller hung up");
		return;
	}
	l->known = how == TWILIO_REST_DONE;
	if (l->state == LINE_AWAY)
		timer_start(l->deadline,
			    l->ring_ms * INT64_C(1000) + SLACK_US);
	else
		timer_start(l->deadline, STOP_US);
}

static int by_rest(struct line *l)
{
	const struct settings *conf = l->host->conf;
	struct strbuf b;
	int err = -EINVAL;

	if (!twilio_has_rest(conf) || !l->base)
		return -ENOSYS;
	strbuf_init(&b, TWIML_BYTES_MAX);
	if (away_twiml(&b, l->base, l->call_sid) == 0 && strbuf_ok(&b))
		err = twilio_rest_open(&l->rest, l->host->loop, conf,
				       l->call_sid, "Twiml", b.s, on_asked, l);
	strbuf_done(&b);
	return err;
}

int line_transfer(void *ch, const struct channel_transfer *t)
{
	struct line *l = ch;
	const char *to = t->to;
	int err;

	if (l->by_us || l->state != LINE_OPEN)
		return -EPIPE;
	if (l->moving)
		return -EBUSY;
	if (!twilio_dial_element(&to))
		return -EINVAL;
	err = away_begin(l, t);
	if (err < 0) {
		log_limited(LOG_LEVEL_ERROR, "twilio",
			    "transfer refused call=%s reason=table_full",
			    l->call_sid);
		return err;
	}
	l->moving = 1;
	l->known = l->answered = l->coming = 0;
	l->failed = NULL;
	l->ring_ms = t->ring_ms;
	l->may_return = t->may_return;
	timer_stop(l->flush);
	line_on_flush(l);
	if (by_rest(l) < 0)
		by_twiml(l);
	return 0;
}

/* ---- away --------------------------------------------------------------- */

void line_leave(struct line *l)
{
	l->state = LINE_AWAY;
	l->piped = 0;
	timer_start(l->deadline,
		    l->known ? l->ring_ms * INT64_C(1000) + SLACK_US : ASK_US);
}

void line_late(struct line *l)
{
	if (l->by_us) {
		end(l, CHANNEL_END_US, l->why);
	} else if (l->coming) {
		if (l->failed)
			tell(l, XP_TRANSFER_FAILED, l->failed);
		end(l, CHANNEL_END_CALLER, "the caller did not come back");
	} else if (l->known || l->answered) {
		/* Who is not there is not told of to the end. */
		end(l, CHANNEL_END_US, "transferred");
	} else {
		end(l, CHANNEL_END_CALLER, "the caller hung up");
	}
}

static void on_let_go(void *arg, enum twilio_rest_end how)
{
	struct line *l = arg;

	(void)how; /* there is nothing else that could be done */
	l->rest = NULL;
	end(l, CHANNEL_END_US, l->why);
}

void line_let_go(struct line *l)
{
	const struct settings *conf = l->host->conf;

	if (l->by_us)
		return;
	l->by_us = 1;
	l->why = "hung up";
	l->rest = twilio_rest_cancel(l->rest);
	if (!l->answered && twilio_has_rest(conf) &&
	    twilio_rest_open(&l->rest, l->host->loop, conf, l->call_sid,
			     "Status", "completed", on_let_go, l) == 0)
		return;
	/* The two talk on; who still rings is hung up on afterwards. */
	timer_start(l->deadline, 0);
}

static void answered(struct line *l)
{
	if (l->answered)
		return;
	l->answered = 1;
	timer_stop(l->deadline);
	tell(l, XP_TRANSFER_ANSWERED, NULL);
	if (!l->may_return)
		end(l, CHANNEL_END_US, "transferred");
}

static void dialed(struct line *l, const struct away_told *n)
{
	if (n->answered && !l->answered) {
		l->answered = 1;
		tell(l, XP_TRANSFER_ANSWERED, NULL);
	}
	l->failed = l->answered ? NULL : n->cause;
	if (n->comes) {
		l->coming = 1;
		timer_start(l->deadline, COME_US);
		return;
	}
	if (l->failed)
		tell(l, XP_TRANSFER_FAILED, l->failed);
	end(l, CHANNEL_END_US, l->failed ? "not put through" : "transferred");
}

static void hung_up(struct line *l, const struct away_told *n)
{
	if (l->answered || n->answered)
		end(l, CHANNEL_END_US, "transferred");
	else
		end(l, CHANNEL_END_CALLER, "the caller hung up");
}

/* ---- back --------------------------------------------------------------- */

static void on_pipe_timer(void *arg)
{
	struct line *l = arg;
	int err = l->pipe_len || l->pipe_forget
			  ? away_down(l, l->pipe_text, l->pipe_len,
				      l->pipe_forget)
			  : 0;

	if (err == -EAGAIN || err == -ENOMEM) {
		timer_start(l->pipe_timer, AGAIN_US);
		return;
	}
	l->pipe_len = 0;
	l->pipe_forget = 0;
}

static int make_pipe(struct line *l)
{
	if (!l->pipe_text)
		l->pipe_text = mem_alloc(PIPE_BYTES);
	if (!l->pipe_text)
		return -ENOMEM;
	if (l->pipe_timer)
		return 0;
	return timer_new(&l->pipe_timer, l->host->loop, on_pipe_timer, l);
}

/* A stream of its own clock. */
static void begin_again(struct line *l, const struct away_told *n)
{
	(void)text_copy(l->stream_sid, sizeof(l->stream_sid), n->text);
	line_make_prefix(l);
	l->state = LINE_OPEN;
	l->moving = l->coming = l->answered = l->known = 0;
	l->piped = 1;
	l->pipe_len = 0;
	l->pipe_forget = 0;
	l->filled = 0;
	l->samples_in = 0;
	l->start_us = loop_now_us(l->host->loop);
	l->clock_known = 0;
	l->clock_offset = 0;
	l->out_len = 0;
	l->sent_us = 0;
	l->epoch++;
	l->n_marks = 0;
}

static void here(struct line *l, const struct away_told *n)
{
	const char *failed = l->failed;

	l->attached = (uint32_t)n->code;
	if (!l->coming || make_pipe(l) < 0) {
		away_close(l, 1011, "no place for the stream");
		return;
	}
	begin_again(l, n);
	timer_start(l->deadline, PIPE_US);
	l->failed = NULL;
	if (failed)
		tell(l, XP_TRANSFER_FAILED, failed);
	else
		tell(l, XP_TRANSFER_RETURNED, NULL);
}

int line_pipe(struct line *l, const char *text, size_t len)
{
	if (l->pipe_len + len + 1 > PIPE_BYTES)
		return -EAGAIN;
	memcpy(l->pipe_text + l->pipe_len, text, len);
	l->pipe_len += len;
	l->pipe_text[l->pipe_len++] = '\0';
	timer_start(l->pipe_timer, 0);
	return 0;
}

/* Of what is away only. */
static void moved_news(struct line *l, const struct away_told *n)
{
	switch (n->what) {
	case AWAY_ASKED:
		l->known = 1;
		if (!l->answered && l->state == LINE_AWAY)
			timer_start(l->deadline,
				    l->ring_ms * INT64_C(1000) + SLACK_US);
		break;
	case AWAY_RINGING:
		tell(l, XP_TRANSFER_RINGING, NULL);
		break;
	case AWAY_ANSWERED:
		answered(l);
		break;
	case AWAY_LEG_OVER:
		timer_start(l->deadline, LEG_US);
		break;
	case AWAY_DIALED:
		dialed(l, n);
		break;
	case AWAY_HUNG_UP:
		hung_up(l, n);
		break;
	default:
		break;
	}
}

void line_news(struct line *l, const struct away_told *n)
{
	if (l->over)
		return;
	switch (n->what) {
	case AWAY_HERE:
		here(l, n);
		break;
	case AWAY_TEXT:
		if (l->piped)
			line_hear(l, n->text, n->len);
		break;
	case AWAY_CLOSED:
		if (l->piped)
			line_gone(l, n->code, n->text);
		break;
	default:
		/* Faster than the end of the stream. */
		if (l->moving && l->state == LINE_OPEN && !l->by_us &&
		    n->what != AWAY_ASKED) {
			line_shut(l, 1000, "transferred");
			line_leave(l);
		}
		if (l->moving && !l->by_us)
			moved_news(l, n);
	}
}

/* ---- the pipe ----------------------------------------------------------- */

void pipe_send(struct line *pipe, const char *texts, size_t len, int forget)
{
	const char *end_of = texts + len;

	if (forget)
		ws_forget_queue(pipe->ws);
	while (texts < end_of) {
		const size_t n = strlen(texts);

		if (ws_send_text(pipe->ws, texts, n) < 0)
			metric_add(METRIC_MEDIA_SEND_DROPPED, 1);
		texts += n + 1;
	}
}

void pipe_close(struct line *pipe, int code, const char *why)
{
	ws_close(pipe->ws, code, why);
}
