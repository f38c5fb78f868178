/**
 * @file twilio_media.c  The media socket of Twilio
 *
 *   text --scan--> base64 --pcmu--> 20 ms frames --events--> call
 *   call --ops--> pcmu, two frames a message --base64--> text
 *
 * Until a `start` with a valid token has come, nothing is opened. What comes
 * wrong is counted and ends this line with a close code, and touches nothing
 * else. Outgoing messages are made on the stack: they are sent from the tick.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "audio/codec.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/log_limit.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "channel/tickets.h"
#include "channel/twilio.h"
#include "channel/twilio_line.h"
#include "channel/twilio_parse.h"
#include "channel/twilio_transfer.h"
#include "conf/settings.h"
#include "journal/metrics.h"

enum {
	START_US = 5 * 1000 * 1000, /* the carrier sends it at once */
	QUEUE_BYTES = 64 * 1024, /* 4 s of audio: a peer that does not read */
	READY_BYTES = 4608,      /* what is sent ahead, in one tick */
	DECODE_CHARS = 512,      /* base64 taken at a time, 4 to 3 bytes */
	GAP_SAMPLES = 8 * 40,    /* 40 ms: what jitter of clocks explains */
	GAP_SAMPLES_MAX = 8 * 2000, /* 2 s of silence at most for one gap */
	PIPE_US = 5 * 1000 * 1000,  /* to find that a pipe is gone */
	HZ = 8000,
};

/* ---- ends --------------------------------------------------------------- */

void line_report(struct line *l, enum channel_end how, const char *why)
{
	const struct channel_events *ev = l->ev;

	l->ev = NULL;
	if (ev)
		ev->closed(l->ev_arg, how, why);
}

/* The peer broke the protocol: count, say why, end the line. */
static void refuse(struct line *l, int code, const char *why)
{
	metric_add(METRIC_MEDIA_BAD_MESSAGES, 1);
	log_warn_limited("twilio",
			 "media socket closed peer=%s code=%d why=\"%s\"",
			 l->piped ? "" : ws_peer(l->ws), code, why);
	l->state = LINE_ENDED;
	line_report(l, CHANNEL_END_PROTOCOL, why);
	line_shut(l, code, why);
}

static void on_deadline(void *arg)
{
	struct line *l = arg;

	if (l->state == LINE_WAITS) {
		refuse(l, 1008, "no start message in time");
	} else if (l->state == LINE_AWAY) {
		line_late(l);
	} else if (l->piped && !away_has_pipe(l)) {
		line_gone(l, 1006, "the stream was lost");
	} else {
		if (l->moving)
			line_shut(l, 1000, "the call goes elsewhere");
		if (l->piped)
			timer_start(l->deadline, PIPE_US);
	}
}

static struct line *line_free(struct line *l)
{
	if (!l)
		return NULL;
	if (l->state != LINE_PIPE)
		away_end(l);
	twilio_rest_cancel(l->rest);
	timer_free(l->deadline);
	timer_free(l->flush);
	timer_free(l->pipe_timer);
	mem_free(l->pipe_text);
	mem_free(l->base);
	return mem_free(l);
}

void line_done(struct line *l)
{
	l->over = 1;
	timer_stop(l->deadline);
	l->rest = twilio_rest_cancel(l->rest);
	if (!l->socket)
		line_free(l);
}

/* ---- audio in ----------------------------------------------------------- */

static void put_samples(struct line *l, const int16_t *s, size_t n)
{
	struct aframe *f = &l->frame;

	while (n > 0 && l->ev) {
		size_t room = f->samples - l->filled;
		size_t k = n < room ? n : room;

		if (s) {
			memcpy(f->s + l->filled, s, k * sizeof(*s));
			s += k;
		} else {
			memset(f->s + l->filled, 0, k * sizeof(*f->s));
		}
		n -= k;
		l->filled += (uint32_t)k;
		if (l->filled < f->samples)
			return;
		f->at_us = l->start_us + l->samples_in * US_PER_S / HZ;
		l->samples_in += f->samples;
		l->filled = 0;
		metric_add(METRIC_MEDIA_FRAMES_IN, 1);
		l->ev->frame(l->ev_arg, f);
	}
}

/*
 * The carrier's clock says where this piece belongs. Audio that is missing
 * becomes silence; a piece that comes before its place is played where it
 * comes, never dropped. A jump above the bound moves the clock instead.
 */
static void fill_gap(struct line *l, int64_t timestamp_ms)
{
	int64_t here = l->samples_in + l->filled;
	int64_t there = timestamp_ms * (HZ / 1000) + l->clock_offset;

	if (timestamp_ms < 0)
		return;
	if (!l->clock_known || there - here > GAP_SAMPLES_MAX ||
	    here - there > GAP_SAMPLES_MAX) {
		/* What was skipped for good has passed for the caller too. */
		if (l->clock_known && there > here)
			l->start_us += (there - here) * US_PER_S / HZ;
		l->clock_known = 1;
		l->clock_offset += here - there;
		return;
	}
	if (there - here >= GAP_SAMPLES)
		put_samples(l, NULL, (size_t)(there - here));
}

static void on_media(struct line *l, const struct twilio_msg *m)
{
	unsigned char bytes[DECODE_CHARS / 4 * 3];
	int16_t pcm[sizeof(bytes)];
	const char *s = m->payload.s;
	size_t left = m->payload.len;

	if (m->other_track)
		return;
	fill_gap(l, m->timestamp_ms);
	while (left > 0) {
		size_t k = left < DECODE_CHARS ? left : DECODE_CHARS;
		int n = text_base64_decode(bytes, sizeof(bytes), s, k);

		if (n >= 0)
			n = l->codec->decode(NULL, bytes, (size_t)n, pcm,
					     sizeof(pcm) / sizeof(pcm[0]));
		if (n < 0) {
			metric_add(METRIC_MEDIA_BAD_MESSAGES, 1);
			return;
		}
		put_samples(l, pcm, (size_t)n);
		s += k;
		left -= k;
	}
}

/* ---- messages in -------------------------------------------------------- */

static const char *wrong_format(const struct twilio_msg *m)
{
	static const char mulaw[] = "audio/x-mulaw";

	if (m->encoding.len > 0 &&
	    (m->encoding.len != strlen(mulaw) ||
	     memcmp(m->encoding.s, mulaw, m->encoding.len) != 0))
		return "media format is not audio/x-mulaw";
	if (m->sample_rate >= 0 && m->sample_rate != HZ)
		return "sample rate is not 8000";
	if (m->channels >= 0 && m->channels != 1)
		return "not one channel";
	return NULL;
}

/* Is the token good for this call? Only then *ret is set. */
static int take_ticket(const struct twilio_msg *m, struct ticket *ret)
{
	char token[TICKET_TOKEN_CHARS + 1];
	struct ticket t;

	if (m->token.len != TICKET_TOKEN_CHARS)
		return -EACCES;
	memcpy(token, m->token.s, m->token.len);
	token[m->token.len] = '\0';
	if (tickets_take(token, clock_now_us(), &t) < 0)
		return -EACCES;
	/* Only the carrier was told the token: whose call it is, is known. */
	if (t.placed[0] && twilio_is_sid(m->call_sid) &&
	    m->call_sid.len < sizeof(t.call)) {
		memcpy(t.call, m->call_sid.s, m->call_sid.len);
		t.call[m->call_sid.len] = '\0';
	}
	if (strlen(t.call) != m->call_sid.len ||
	    memcmp(t.call, m->call_sid.s, m->call_sid.len) != 0)
		return -EACCES;
	*ret = t;
	return 0;
}

static void open_call(struct line *l, const struct ticket *t)
{
	const struct channel_offer offer = {
		.ops = &twilio_channel_ops,
		.ch = l,
		.hz = HZ,
		.info =
			{
				.type = XP_CALL_PSTN,
				.from_number = t->from,
				.to_number = t->to,
			},
		.address = t->placed[0] ? t->from : t->to,
		.placed = t->placed[0] ? t->placed : NULL,
		.external_id = l->call_sid,
	};
	const struct channel_events *ev = NULL;
	void *ev_arg = NULL;
	int err = l->host->open(l->host->arg, &offer, &ev, &ev_arg);

	if (err < 0) {
		log_warn_limited("twilio", "call not opened call=%s err=%d",
				 l->call_sid, err);
		l->state = LINE_ENDED;
		ws_close(l->ws, 1013, "at capacity");
		return;
	}
	l->ev = ev;
	l->ev_arg = ev_arg;
}

/* The caller has been away: the call is there, maybe on another loop. */
static void serve(struct line *l, const struct twilio_msg *m,
		  const struct ticket *t)
{
	memcpy(l->stream_sid, m->stream_sid.s, m->stream_sid.len);
	l->stream_sid[m->stream_sid.len] = '\0';
	l->state = LINE_PIPE;
	if (away_attach(l, t->call, l->stream_sid) == 0)
		return;
	l->state = LINE_ENDED;
	line_shut(l, 1000, "the call is over");
}

static void on_start(struct line *l, const struct twilio_msg *m)
{
	const char *wrong = wrong_format(m);
	struct ticket t;

	if (take_ticket(m, &t) < 0) {
		metric_add(METRIC_MEDIA_BAD_TOKEN, 1);
		refuse(l, 1008, "no valid token");
		return;
	}
	if (!twilio_is_sid(m->stream_sid))
		wrong = "no streamSid";
	if (wrong) {
		refuse(l, 1008, wrong);
		return;
	}
	timer_stop(l->deadline);
	if (t.returns) {
		serve(l, m, &t);
		return;
	}
	l->state = LINE_OPEN;
	l->start_us = loop_now_us(l->host->loop);
	memcpy(l->stream_sid, m->stream_sid.s, m->stream_sid.len);
	memcpy(l->call_sid, t.call, sizeof(l->call_sid));
	line_make_prefix(l);
	open_call(l, &t);
}

static void on_mark(struct line *l, const struct twilio_msg *m)
{
	uint32_t id;

	if (line_take_mark(l, m->name.s, m->name.len, &id) && l->ev &&
	    l->ev->marked)
		l->ev->marked(l->ev_arg, id);
}

static void on_stop(struct line *l)
{
	line_shut(l, 1000, "stream stopped");
	if (l->moving && !l->by_us) {
		line_leave(l);
		return;
	}
	l->state = LINE_ENDED;
	line_report(l, l->by_us ? CHANNEL_END_US : CHANNEL_END_CALLER,
		    l->by_us ? l->why : "the caller hung up");
}

static int same_stream(const struct line *l, const struct twilio_msg *m)
{
	return m->stream_sid.len == strlen(l->stream_sid) &&
	       memcmp(m->stream_sid.s, l->stream_sid, m->stream_sid.len) == 0;
}

static void on_message(struct line *l, const struct twilio_msg *m)
{
	if (m->event == TWILIO_UNKNOWN || m->event == TWILIO_CONNECTED)
		return;
	if (m->event == TWILIO_START && l->state == LINE_WAITS) {
		on_start(l, m);
		return;
	}
	if (m->event == TWILIO_START || l->state == LINE_WAITS) {
		refuse(l, 1008,
		       m->event == TWILIO_START ? "a second start message"
						: "a message before start");
		return;
	}
	if (!same_stream(l, m)) {
		refuse(l, 1008, "unknown streamSid");
		return;
	}
	switch (m->event) {
	case TWILIO_MEDIA:
		on_media(l, m);
		break;
	case TWILIO_MARK:
		on_mark(l, m);
		break;
	case TWILIO_DTMF:
		if (l->ev && l->ev->dtmf)
			l->ev->dtmf(l->ev_arg, m->digit);
		break;
	default:
		on_stop(l);
	}
}

void line_hear(struct line *l, const char *s, size_t len)
{
	struct twilio_msg m;

	if (l->state == LINE_ENDED || l->state == LINE_AWAY)
		return;
	if (twilio_scan_media(&m, s, len)) {
		on_message(l, &m);
		return;
	}
	if (twilio_parse(&m, s, len) < 0) {
		refuse(l, 1007, "not a message of Media Streams");
		return;
	}
	on_message(l, &m);
	twilio_msg_done(&m);
}

static void on_text(struct ws *ws, void *arg, const char *s, size_t len)
{
	struct line *l = arg;
	int err;

	if (l->over || l->piped)
		return; /* it is an old one */
	if (l->state != LINE_PIPE) {
		line_hear(l, s, len);
		return;
	}
	err = away_up(l, AWAY_TEXT, 0, s, len);
	if (err == -EPIPE)
		ws_close(ws, 1000, "the call is over");
	else if (err < 0)
		metric_add(METRIC_MEDIA_BAD_MESSAGES, 1);
}

static void on_binary(struct ws *ws, void *arg, const void *data, size_t len)
{
	struct line *l = arg;

	(void)data;
	(void)len;
	if (l->state == LINE_PIPE)
		ws_close(ws, 1003, "messages are text");
	else if (l->state != LINE_ENDED && l->state != LINE_AWAY && !l->piped)
		refuse(l, 1003, "messages are text");
}

/* ---- the socket --------------------------------------------------------- */

static void on_open(struct ws *ws, void *arg)
{
	struct line *l = arg;

	l->ws = ws;
	timer_start(l->deadline, START_US);
}

void line_gone(struct line *l, int code, const char *why)
{
	l->piped = 0;
	if (l->moving && l->state == LINE_OPEN && !l->by_us) {
		line_leave(l);
		return;
	}
	if (l->by_us)
		line_report(l, CHANNEL_END_US, l->why);
	else if (code == 1000 || code == 1001 || code == 1005)
		line_report(l, CHANNEL_END_CALLER, "the stream was closed");
	else if (code == 1006)
		line_report(l, CHANNEL_END_BROKEN, why);
	else
		line_report(l, CHANNEL_END_PROTOCOL, why);
	line_done(l);
}

static void on_close(struct ws *ws, void *arg, int code, const char *why)
{
	struct line *l = arg;

	(void)ws;
	l->socket = 0;
	l->ws = NULL;
	if (l->over) {
		line_free(l);
	} else if (l->state == LINE_PIPE) {
		(void)away_up(l, AWAY_CLOSED, code, why, strlen(why));
		away_detach(l);
		line_free(l);
	} else if (l->state != LINE_AWAY && !l->piped) {
		line_gone(l, code, why);
	}
}

int twilio_accept_media(struct http_req *req, const struct channel_host *host,
			void **ret_arg)
{
	char base[TWILIO_BASE_BYTES];
	struct line *l;

	if (!twilio_may_stream(req, host->conf))
		return 403;
	l = mem_zalloc(sizeof(*l));
	if (!l)
		return 503;
	l->host = host;
	l->socket = 1;
	/* Without, a transfer is by the TwiML behind the stream. */
	if (twilio_base(base, sizeof(base), req, host->conf) == 0)
		l->base = mem_strdup(base);
	l->codec = codec_find("pcmu");
	l->frame.hz = HZ;
	l->frame.samples = HZ / 50;
	if (timer_new(&l->deadline, host->loop, on_deadline, l) < 0 ||
	    timer_new(&l->flush, host->loop, line_on_flush, l) < 0) {
		line_free(l);
		return 503;
	}
	*ret_arg = l;
	return 0;
}

const struct ws_handlers twilio_media_handlers = {
	.on_open = on_open,
	.on_text = on_text,
	.on_binary = on_binary,
	.on_close = on_close,
	.max_message_bytes = LIMIT_WS_MEDIA_MESSAGE_BYTES,
	.max_queue_bytes = QUEUE_BYTES,
	.ready_queue_bytes = READY_BYTES,
};
