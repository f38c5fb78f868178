/**
 * @file ws.c  A WebSocket connection: sending, closing, staying alive
 *
 *   ws_send --> [ txq ] --end of turn--> stream        stream --> ws_in.c
 *
 * What is sent during one turn of the loop goes out with one write at its
 * end, outside of the media tick.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "net/stream.h"
#include "net/ws_priv.h"

enum {
	QUEUE_FIRST_BYTES = 8 * 1024, /* 200 ms of 16 kHz PCM, or 20
					 carrier messages, and some */
	READS_PER_TURN = 16,          /* then others have their turn */
	PING_US = 20 * 1000 * 1000,
	CLOSE_US = 5 * 1000 * 1000,  /* for the peer's close frame */
	LINGER_US = 1000 * 1000,     /* for the end of what makes no sense;
					closing at once would reset the
					connection and lose our close frame */
	STALL_US = 30 * 1000 * 1000, /* a queue that does not move */
};

/* ---- life ------------------------------------------------------------ */

static void ws_free(struct ws *ws)
{
	if (!ws)
		return;
	list_unlink(&ws->node);
	if (ws->live)
		(*ws->live)--;
	loop_job_cancel(&ws->job);
	ws_dial_drop(ws);
	stream_free(ws->stream);
	timer_free(ws->timer);
	txq_done(&ws->out);
	mem_free(ws->msg);
	mem_free(ws);
}

static void finish(struct ws *ws)
{
	if (ws->h->on_close)
		ws->h->on_close(ws, ws->arg, ws->close_code, ws->close_why);
	ws_free(ws);
}

void ws_end(struct ws *ws, int code, const char *why)
{
	if (ws->state == WS_DEAD)
		return;
	ws->state = WS_DEAD;
	ws->close_code = code;
	if (why != ws->close_why)
		(void)text_copy(ws->close_why, sizeof(ws->close_why), why);
	ws->stream = stream_free(ws->stream);
	timer_stop(ws->timer);
	loop_later(ws->loop, &ws->job);
}

void ws_end_now(struct ws *ws, const char *why)
{
	size_t len;

	if (ws->state == WS_OPEN) {
		ws_close(ws, 1001, why);

		const unsigned char *s = txq_peek(&ws->out, &len);

		if (len && ws->stream)
			(void)stream_write(ws->stream, s, len);
	}
	ws_end(ws, ws->state == WS_DIALLING ? 0 : 1001, why);
	finish(ws);
}

/* ---- sending --------------------------------------------------------- */

static void want(struct ws *ws)
{
	stream_want(ws->stream, 1, ws->out.len > 0);
}

static void drained(struct ws *ws)
{
	if (ws->state == WS_CLOSING && ws->peer_closed) {
		ws_end(ws, ws->close_code, ws->close_why);
		return;
	}
	if (!ws->drain_due || ws->state != WS_OPEN)
		return;
	ws->drain_due = 0;
	if (ws->h->on_drained)
		ws->h->on_drained(ws, ws->arg);
}

static void flush(struct ws *ws)
{
	while (ws->out.len) {
		size_t len;
		const unsigned char *s = txq_peek(&ws->out, &len);
		ssize_t n = stream_write(ws->stream, s, len);

		if (n == -EAGAIN)
			break;
		if (n < 0) {
			ws_end(ws, 1006, "connection lost");
			return;
		}
		txq_consume(&ws->out, (size_t)n);
		ws->moved_us = loop_now_us(ws->loop);
	}
	txq_reserve(&ws->out);
	want(ws);
	if (!ws->out.len)
		drained(ws);
}

static void on_job(struct loop_job *j)
{
	struct ws *ws = LIST_ENTRY(j, struct ws, job);

	if (ws->state == WS_DEAD)
		finish(ws);
	else if (ws->state != WS_DIALLING)
		flush(ws);
}

int ws_push(struct ws *ws, int opcode, const void *data, size_t len)
{
	struct frame f = {.len = len,
			  .fin = 1,
			  .masked = ws->client ? 1 : 0,
			  .opcode = (unsigned char)opcode};

	if (f.masked && text_random(f.mask, sizeof(f.mask)))
		return -EAGAIN;
	if (!ws->out.len)
		ws->moved_us = loop_now_us(ws->loop);

	int err = txq_push(&ws->out, &f, data, !alloc_tick_active());

	if (!err)
		loop_later(ws->loop, &ws->job);
	return err;
}

static int send_data(struct ws *ws, int opcode, const void *data, size_t len)
{
	if (ws->state != WS_OPEN)
		return -EPIPE;

	int err = ws_push(ws, opcode, data, len);

	if (!err)
		ws->drain_due = 1;
	return err;
}

int ws_send_text(struct ws *ws, const char *s, size_t len)
{
	return send_data(ws, FRAME_TEXT, s, len);
}

int ws_send_binary(struct ws *ws, const void *data, size_t len)
{
	return send_data(ws, FRAME_BINARY, data, len);
}

void ws_forget_queue(struct ws *ws)
{
	if (ws->state == WS_OPEN)
		txq_forget(&ws->out, stream_pinned(ws->stream));
}

size_t ws_queued_bytes(const struct ws *ws)
{
	return ws->out.len;
}

/* ---- closing --------------------------------------------------------- */

static void start_closing(struct ws *ws, int code, const char *why, int mute)
{
	unsigned char s[FRAME_CONTROL_MAX];
	size_t len = 0;

	ws->close_code = code;
	(void)text_copy(ws->close_why, sizeof(ws->close_why), why);
	if (!mute) {
		size_t n = strlen(ws->close_why);

		if (!text_is_utf8(ws->close_why, n))
			n = 0; /* cut inside a character */
		s[0] = (unsigned char)(code >> 8);
		s[1] = (unsigned char)code;
		memcpy(s + 2, ws->close_why, n);
		len = n + 2;
	}
	if (ws_push(ws, FRAME_CLOSE, s, len)) {
		ws_end(ws, code, ws->close_why);
		return;
	}
	ws->state = WS_CLOSING;
	timer_start(ws->timer, ws->deaf ? LINGER_US : CLOSE_US);
}

void ws_close(struct ws *ws, int code, const char *why)
{
	if (ws->state == WS_DIALLING)
		ws_end(ws, 0, "cancelled");
	else if (ws->state == WS_OPEN)
		start_closing(ws, code, why ? why : "", 0);
}

void ws_fail(struct ws *ws, int code, const char *why)
{
	if (ws->bad_messages)
		(*ws->bad_messages)++;
	if (code == 1002)
		ws->deaf = 1;
	if (ws->state == WS_OPEN)
		start_closing(ws, code, why, 0);
}

/* The peer said goodbye first: the same code back, and that is all. */
void ws_answer_close(struct ws *ws, int code, const char *why)
{
	start_closing(ws, code, why, code == 1005);
}

/* ---- events ---------------------------------------------------------- */

static void on_io(void *arg)
{
	struct ws *ws = arg;
	unsigned char *s = ws->loop->scratch;

	for (int i = 0; ws->state != WS_DEAD; i++) {
		if (i == READS_PER_TURN) {
			stream_kick(ws->stream);
			break;
		}

		ssize_t n = stream_read(ws->stream, s, LOOP_SCRATCH_BYTES);

		if (n == -EAGAIN)
			break;
		if (n <= 0) {
			int said = ws->state == WS_CLOSING;

			ws_end(ws, said ? ws->close_code : 1006,
			       said ? ws->close_why : "connection lost");
			break;
		}
		ws->heard_us = loop_now_us(ws->loop);
		ws->pinged = 0;
		ws_feed(ws, s, (size_t)n);
	}
	if (ws->state != WS_DEAD && ws->out.len)
		flush(ws);
}

static void stay_alive(struct ws *ws)
{
	int64_t now_us = loop_now_us(ws->loop);

	if (ws->out.len && now_us - ws->moved_us >= STALL_US) {
		ws_end(ws, 1006, "peer does not read");
		return;
	}
	if (now_us - ws->heard_us >= ws->ping_us + ws->ping_us / 2 &&
	    ws->pinged) {
		ws_end(ws, 1006, "peer does not answer");
		return;
	}
	if (now_us - ws->heard_us >= ws->ping_us && !ws->pinged) {
		(void)ws_push(ws, FRAME_PING, "ping", 4);
		ws->pinged = 1;
	}
	timer_start(ws->timer, ws->ping_us / 4);
}

static void on_timer(void *arg)
{
	struct ws *ws = arg;

	if (ws->state == WS_DIALLING)
		ws_end(ws, 0, "timed out");
	else if (ws->state == WS_CLOSING)
		ws_end(ws, ws->close_code, ws->close_why);
	else if (ws->state == WS_OPEN)
		stay_alive(ws);
}

/* ---- making ---------------------------------------------------------- */

int ws_make(struct ws **ret, struct loop *l, const struct ws_handlers *h,
	    int client)
{
	struct ws *ws = mem_zalloc(sizeof(*ws));
	int err;

	if (!ws)
		return -ENOMEM;
	list_init(&ws->node);
	loop_job_init(&ws->job, on_job);
	ws->loop = l;
	ws->h = h;
	ws->client = client;
	ws->ping_us = h->ping_us ? h->ping_us : PING_US;
	ws->msg_max = h->max_message_bytes ? h->max_message_bytes
					   : LIMIT_WS_CONTROL_MESSAGE_BYTES;
	err = timer_new(&ws->timer, l, on_timer, ws);
	if (!err)
		err = txq_init(&ws->out, QUEUE_FIRST_BYTES,
			       h->max_queue_bytes ? h->max_queue_bytes
						  : LIMIT_WS_SEND_QUEUE_BYTES);
	if (err) {
		ws_free(ws);
		return err;
	}
	*ret = ws;
	return 0;
}

void ws_unmake(struct ws *ws)
{
	ws_free(ws);
}

void ws_begin(struct ws *ws, struct stream *stream, const char *hello,
	      size_t early)
{
	ws->stream = stream;
	ws->state = WS_OPEN;
	ws->heard_us = loop_now_us(ws->loop);
	stream_set_io(stream, on_io, ws);
	if (hello)
		(void)txq_push_raw(&ws->out, hello, strlen(hello));
	want(ws);
	loop_later(ws->loop, &ws->job);
	timer_start(ws->timer, ws->ping_us / 4);
	if (ws->h->on_open)
		ws->h->on_open(ws, ws->arg);
	ws_feed(ws, ws->loop->scratch, early);
	/* TLS may have read more than it gave out. */
	if (ws->state != WS_DEAD && stream_is_tls(stream))
		stream_kick(stream);
}

void *ws_arg(const struct ws *ws)
{
	return ws->arg;
}

void ws_set_arg(struct ws *ws, void *arg)
{
	ws->arg = arg;
}

const char *ws_peer(const struct ws *ws)
{
	return ws->peer;
}

int ws_refused_status(const struct ws *ws)
{
	return ws->refused_status;
}
