/**
 * @file twilio_line.c  What a call asks of a line of Twilio
 *
 * Two frames a message: half of the cost of a call is sending (a message of
 * 20 ms costs the kernel as much as one of 40), and the carrier buffers. The
 * first frame of a stretch of speech goes out at once, so nothing is later
 * than before.
 *
 * SPDX-License-Identifier: MIT
 */
#include "channel/twilio_line.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "audio/codec.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/log_limit.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "channel/twilio.h"
#include "conf/settings.h"
#include "journal/metrics.h"

enum {
	BASE64_CHARS = (LINE_GATHER_FRAMES * LINE_FRAME_BYTES + 2) / 3 * 4,
	STRETCH_US = 60 * 1000, /* silence of three frames ends a stretch */
	FLUSH_US = 30 * 1000,   /* the second frame is due after 20 */
	AHEAD_MS = 200,
};

static const char media_suffix[] = "\"}}";

void line_make_prefix(struct line *l)
{
	l->prefix_len = (size_t)snprintf(l->prefix, sizeof(l->prefix),
					 "{\"event\":\"media\","
					 "\"streamSid\":\"%s\","
					 "\"media\":{\"payload\":\"",
					 l->stream_sid);
}

int line_say(struct line *l, const char *text, size_t len)
{
	return l->piped ? line_pipe(l, text, len)
			: ws_send_text(l->ws, text, len);
}

void line_shut(struct line *l, int code, const char *why)
{
	if (l->piped)
		away_close(l, code, why);
	else
		ws_close(l->ws, code, why);
}

static int is_open(const struct line *l)
{
	return l->state == LINE_OPEN && !l->by_us && !l->moving;
}

/* ---- audio and marks, on the tick --------------------------------------- */

static int send_gathered(struct line *l)
{
	char text[LINE_PREFIX_BYTES + BASE64_CHARS + sizeof(media_suffix)];
	size_t frames = l->out_len / LINE_FRAME_BYTES;
	char *p = text + l->prefix_len;
	int n, err;

	if (l->out_len == 0)
		return 0;
	memcpy(text, l->prefix, l->prefix_len);
	n = text_base64_encode(p, BASE64_CHARS + 1, l->out, l->out_len);
	l->out_len = 0;
	if (n < 0)
		return n;
	p += n;
	memcpy(p, media_suffix, sizeof(media_suffix) - 1);
	p += sizeof(media_suffix) - 1;
	err = line_say(l, text, (size_t)(p - text));
	metric_add(err < 0 ? METRIC_MEDIA_SEND_DROPPED
			   : METRIC_MEDIA_FRAMES_OUT,
		   (int64_t)frames);
	return err;
}

void line_on_flush(void *arg)
{
	(void)send_gathered(arg);
}

static int op_send(void *ch, const struct aframe *f)
{
	struct line *l = ch;
	int64_t now_us = loop_now_us(l->host->loop);
	int first = l->sent_us == 0 || now_us - l->sent_us > STRETCH_US;
	int n;

	if (!is_open(l))
		return -EPIPE;
	if (f->samples != LINE_FRAME_BYTES)
		return -EINVAL;
	n = l->codec->encode(NULL, f->s, f->samples, l->out + l->out_len,
			     LINE_FRAME_BYTES);
	if (n < 0)
		return n;
	l->out_len += (size_t)n;
	l->sent_us = now_us;
	if (first || l->out_len == sizeof(l->out)) {
		timer_stop(l->flush);
		return send_gathered(l);
	}
	timer_start(l->flush, FLUSH_US);
	return 0;
}

static int send_mark(struct line *l, uint32_t id)
{
	char text[LINE_PREFIX_BYTES + 64];
	int n = snprintf(text, sizeof(text),
			 "{\"event\":\"mark\",\"streamSid\":\"%s\","
			 "\"mark\":{\"name\":\"e%u:%u\"}}",
			 l->stream_sid, l->epoch, id);

	return line_say(l, text, (size_t)n);
}

static int op_mark(void *ch, uint32_t id)
{
	struct line *l = ch;
	int err;

	if (!is_open(l))
		return -EPIPE;
	if (l->n_marks == LINE_MARKS)
		return -EAGAIN;
	timer_stop(l->flush);
	(void)send_gathered(l);
	err = send_mark(l, id);
	if (err == 0)
		l->marks[l->n_marks++] = id;
	return err;
}

/* "e<epoch>:<id>" @return 0, -EBADMSG */
static int parse_mark(const char *s, size_t len, uint32_t *ret)
{
	char name[24];
	const char *colon;
	int64_t id;

	if (len == 0 || len >= sizeof(name) || s[0] != 'e')
		return -EBADMSG;
	memcpy(name, s, len);
	name[len] = '\0';
	colon = strchr(name, ':');
	if (!colon || text_to_int(colon + 1, 0, UINT32_MAX, &id) < 0)
		return -EBADMSG;
	*ret = (uint32_t)id;
	return 0;
}

int line_take_mark(struct line *l, const char *name, size_t len, uint32_t *ret)
{
	uint32_t id;

	if (parse_mark(name, len, &id) < 0)
		return 0;
	for (uint32_t i = 0; i < l->n_marks; i++) {
		if (l->marks[i] != id)
			continue;
		l->n_marks--;
		memmove(l->marks + i, l->marks + i + 1,
			(l->n_marks - i) * sizeof(l->marks[0]));
		*ret = id;
		return 1;
	}
	return 0;
}

static void forget_queue(struct line *l)
{
	if (!l->piped) {
		ws_forget_queue(l->ws);
		return;
	}
	l->pipe_len = 0;
	l->pipe_forget = 1;
}

static int op_clear(void *ch)
{
	struct line *l = ch;
	int unsent = l->piped || ws_queued_bytes(l->ws) > 0;
	char text[LINE_PREFIX_BYTES];
	int n, err;

	if (!is_open(l))
		return -EPIPE;
	l->out_len = 0;
	l->sent_us = 0;
	timer_stop(l->flush);
	forget_queue(l);
	n = snprintf(text, sizeof(text),
		     "{\"event\":\"clear\",\"streamSid\":\"%s\"}",
		     l->stream_sid);
	err = line_say(l, text, (size_t)n);
	l->epoch++;
	/* The carrier returns the marks that it has. Those that went with our
	 * own queue it never saw: asked for again, they come back at once. */
	for (uint32_t i = 0; unsent && i < l->n_marks; i++)
		(void)send_mark(l, l->marks[i]);
	return err;
}

/* ---- ends --------------------------------------------------------------- */

static void close_stream(struct line *l)
{
	line_shut(l, 1000, l->why);
}

static void on_hung_up(void *arg, enum twilio_rest_end how)
{
	struct line *l = arg;

	(void)how; /* closing the stream leads to <Hangup/> all the same */
	l->rest = NULL;
	close_stream(l);
}

static void op_hangup(void *ch)
{
	struct line *l = ch;
	const struct settings *conf = l->host->conf;

	if (l->moving && (l->state == LINE_OPEN || l->state == LINE_AWAY)) {
		line_let_go(l);
		return;
	}
	if (l->by_us || l->state != LINE_OPEN)
		return;
	timer_stop(l->flush);
	(void)send_gathered(l);
	l->by_us = 1;
	l->why = "hung up";
	if (!twilio_has_rest(conf) ||
	    twilio_rest_open(&l->rest, l->host->loop, conf, l->call_sid,
			     "Status", "completed", on_hung_up, l) < 0)
		close_stream(l);
}

static void op_forget(void *ch)
{
	struct line *l = ch;

	l->ev = NULL;
	line_done(l);
}

const struct channel_ops twilio_channel_ops = {
	.name = "twilio",
	.has_audio = 1,
	.has_marks = 1,
	.keys_in_band = 1, /* its streams have no message for keys */
	.ahead_ms = AHEAD_MS,
	.send = op_send,
	.mark = op_mark,
	.clear = op_clear,
	.transfer = line_transfer,
	.forget = op_forget,
	.hangup = op_hangup,
};
