/**
 * @file ws_in.c  What a WebSocket peer sends: frames to messages
 *
 *   bytes --> frame header --> payload --> control: answered here
 *                                     \--> data: joined, checked, delivered
 *
 * A message that arrives in one piece is delivered from where it was read.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "net/ws_priv.h"

/* Between messages no more than this is kept of a connection's buffer. */
enum { KEEP_BYTES = 16 * 1024, MSG_FIRST_BYTES = 1024 };

static int is_control(const struct frame *f)
{
	return f->opcode & 8;
}

/* ---- delivering ------------------------------------------------------ */

/* s[len] is writable: it gets the NUL that handlers are promised. */
static void deliver(struct ws *ws, unsigned char *s, size_t len)
{
	unsigned char kept = s[len];

	s[len] = '\0';
	if (ws->msg_opcode == FRAME_BINARY)
		ws->h->on_binary(ws, ws->arg, s, len);
	else if (!text_is_utf8((const char *)s, len))
		ws_fail(ws, 1007, "text is not UTF-8");
	else
		ws->h->on_text(ws, ws->arg, (const char *)s, len);
	s[len] = kept;
}

static int keep(struct ws *ws, const unsigned char *s, size_t len)
{
	size_t need = ws->msg_len + len + 1;

	if (need > ws->msg_cap) {
		size_t cap = ws->msg_cap ? ws->msg_cap : MSG_FIRST_BYTES;

		while (cap < need)
			cap *= 2;

		unsigned char *msg = mem_realloc(ws->msg, cap);

		if (!msg)
			return -ENOMEM;
		ws->msg = msg;
		ws->msg_cap = cap;
	}
	memcpy(ws->msg + ws->msg_len, s, len);
	ws->msg_len += len;
	return 0;
}

static void message_done(struct ws *ws)
{
	ws->msg_opcode = 0;
	ws->msg_len = 0;
	if (ws->msg_cap > KEEP_BYTES) {
		ws->msg = mem_free(ws->msg);
		ws->msg_cap = 0;
	}
}

static void on_data(struct ws *ws, unsigned char *s, size_t len)
{
	int last = ws->frame.fin && ws->frame_at == ws->frame.len;

	if (ws->state != WS_OPEN)
		return; /* we said goodbye: nobody listens any more */
	if (last && !ws->msg_len) {
		deliver(ws, s, len);
	} else if (keep(ws, s, len)) {
		ws_fail(ws, 1011, "out of memory");
		return;
	} else if (last) {
		deliver(ws, ws->msg, ws->msg_len);
	}
	if (last)
		message_done(ws);
}

/* ---- control frames -------------------------------------------------- */

static void on_close_frame(struct ws *ws, const unsigned char *s, size_t len)
{
	int code = len >= 2 ? s[0] << 8 | s[1] : 1005;
	char why[FRAME_CONTROL_MAX] = "";

	if (len > 2)
		memcpy(why, s + 2, len - 2);
	ws->peer_closed = 1;
	if (ws->state != WS_OPEN) {
		loop_later(ws->loop, &ws->job); /* the answer to ours */
		return;
	}
	if (len == 1 || (len >= 2 && !frame_close_code_ok((unsigned)code)))
		ws_fail(ws, 1002, "bad close code");
	else if (len > 2 && !text_is_utf8(why, len - 2))
		ws_fail(ws, 1007, "close reason is not UTF-8");
	else
		ws_answer_close(ws, code, why);
}

static void on_control(struct ws *ws)
{
	size_t len = (size_t)ws->frame.len;

	switch (ws->frame.opcode) {
	case FRAME_CLOSE:
		on_close_frame(ws, ws->control, len);
		break;
	case FRAME_PING:
		/* A full queue drops it: who does not read needs no answer. */
		if (ws->state == WS_OPEN)
			(void)ws_push(ws, FRAME_PONG, ws->control, len);
		break;
	default:
		break; /* a pong: that it was heard is all it says */
	}
}

/* ---- frames ---------------------------------------------------------- */

static void check_data_frame(struct ws *ws)
{
	const struct frame *f = &ws->frame;

	if (f->opcode == FRAME_CONTINUED && !ws->msg_opcode)
		ws_fail(ws, 1002, "continuation of nothing");
	else if (f->opcode != FRAME_CONTINUED && ws->msg_opcode)
		ws_fail(ws, 1002, "new message inside another");
	else if (f->opcode == FRAME_TEXT && !ws->h->on_text)
		ws_fail(ws, 1003, "text is not accepted here");
	else if (f->opcode == FRAME_BINARY && !ws->h->on_binary)
		ws_fail(ws, 1003, "binary is not accepted here");
	else if (f->len > ws->msg_max - ws->msg_len)
		ws_fail(ws, 1009, "message is too big");
	else if (f->opcode != FRAME_CONTINUED)
		ws->msg_opcode = f->opcode;
}

/* @return bytes taken of s[len]; the frame is open when in_frame is set */
static size_t take_head(struct ws *ws, const unsigned char *s, size_t len)
{
	size_t before = ws->head_len;
	size_t n = FRAME_HEAD_MAX - before;

	if (n > len)
		n = len;
	memcpy(ws->head + before, s, n);

	int head = frame_read(&ws->frame, ws->head, before + n);

	if (head == 0) {
		ws->head_len = before + n;
		return n;
	}
	ws->head_len = 0;
	if (head < 0) {
		ws_fail(ws, 1002, "bad frame");
		return n;
	}
	ws->in_frame = 1;
	ws->frame_at = 0;
	if (ws->frame.masked == (ws->client ? 1 : 0))
		ws_fail(ws, 1002,
			ws->client ? "masked frame from a server"
				   : "frame without a mask");
	else if (!is_control(&ws->frame) && ws->state == WS_OPEN)
		check_data_frame(ws);
	return (size_t)head - before;
}

static size_t take_payload(struct ws *ws, unsigned char *s, size_t len)
{
	uint64_t left = ws->frame.len - ws->frame_at;
	size_t n = left < len ? (size_t)left : len;

	if (ws->frame.masked)
		frame_mask(s, n, ws->frame.mask, ws->frame_at);
	if (is_control(&ws->frame))
		memcpy(ws->control + ws->frame_at, s, n);
	ws->frame_at += n;

	int done = ws->frame_at == ws->frame.len;

	if (done)
		ws->in_frame = 0;
	if (!is_control(&ws->frame))
		on_data(ws, s, n);
	else if (done)
		on_control(ws);
	return n;
}

void ws_feed(struct ws *ws, unsigned char *s, size_t len)
{
	/* An empty payload must be taken too, when nothing is left of s. */
	while (ws->state != WS_DEAD && !ws->deaf &&
	       (len || (ws->in_frame && ws->frame_at == ws->frame.len))) {
		size_t n = ws->in_frame ? take_payload(ws, s, len)
					: take_head(ws, s, len);

		s += n;
		len -= n;
	}
}
