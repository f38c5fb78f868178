/**
 * @file ws.c  A WebSocket connection: messages, closing, staying alive
 *
 *   ws_send --> [ sendq ] --writable--> lws_write
 *   RECEIVE --> joined, checked --> on_text, on_binary
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "base/text.h"
#include "net/loop.h"
#include "net/ws_priv.h"

enum {
	QUEUE_FIRST_BYTES = 512,
	WRITES_AT_ONCE = 32, /* then others have their turn    */
	MSG_FIRST_BYTES = 512,
	MSG_KEEP_BYTES = 16 * 1024, /* memory kept between messages   */
	PING_US = 20 * 1000 * 1000,
	CLOSE_US = 5 * 1000 * 1000,  /* for the goodbye of both sides  */
	STALL_US = 30 * 1000 * 1000, /* a queue that does not move     */
};

/* ---- life ------------------------------------------------------------ */

static void ws_free(struct ws *ws)
{
	if (!ws)
		return;
	list_unlink(&ws->node);
	if (ws->live)
		(*ws->live)--;
	ws_dial_drop(ws);
	peer_cut(&ws->peer);
	timer_free(ws->timer);
	sendq_done(&ws->out);
	mem_free(ws->msg);
	mem_free(ws);
}

void ws_unmake(struct ws *ws)
{
	ws_free(ws);
}

void ws_finish(struct ws *ws, int code, const char *why)
{
	/* Who was promised on_close() has it after on_open(). */
	if (ws->state == WS_WAITING && !ws->client && ws->h->on_open)
		ws->h->on_open(ws, ws->arg);
	ws->state = WS_OVER;
	if (ws->h->on_close)
		ws->h->on_close(ws, ws->arg, code, why);
	ws_free(ws);
}

/* Between "text" and "pong" lws has a name for this that it keeps to itself.
 * Its own way, lws_close_reason() and a return of -1, never sends the frame:
 * on libuv this version closes a second time right behind (a self-test left
 * in Debian's build), and the second time is not polite. */
enum { WRITE_CLOSE = 4 };

static int write_close(struct ws *ws, int code, const char *why)
{
	unsigned char s[LWS_PRE + 2 + WS_WHY_BYTES] = "";
	size_t n = strlen(why);

	s[LWS_PRE] = (unsigned char)(code >> 8);
	s[LWS_PRE + 1] = (unsigned char)code;
	memcpy(s + LWS_PRE + 2, why, n);
	return lws_write(ws->peer.wsi, s + LWS_PRE, n + 2,
			 (enum lws_write_protocol)WRITE_CLOSE);
}

void ws_finish_now(struct ws *ws, const char *why)
{
	if (ws->state == WS_OPEN)
		(void)write_close(ws, 1001, why);
	ws_finish(ws, ws->client && ws->state == WS_WAITING ? 0 : 1001, why);
}

/* ---- sending
 * ---------------------------------------------------------------- */

static int push(struct ws *ws, int type, const void *s, size_t len)
{
	if (!ws->out.used)
		ws->moved_us = loop_now_us(ws->peer.loop);

	int err = sendq_push(&ws->out, type, s, len, !alloc_tick_active());

	if (!err)
		lws_callback_on_writable(ws->peer.wsi);
	return err;
}

static int send_data(struct ws *ws, int type, const void *s, size_t len)
{
	if (ws->state != WS_OPEN)
		return -EPIPE;

	int err = push(ws, type, s, len);

	if (!err)
		ws->drain_due = 1;
	return err;
}

int ws_send_text(struct ws *ws, const char *s, size_t len)
{
	return send_data(ws, LWS_WRITE_TEXT, s, len);
}

int ws_send_binary(struct ws *ws, const void *data, size_t len)
{
	return send_data(ws, LWS_WRITE_BINARY, data, len);
}

void ws_hold(struct ws *ws, int hold)
{
	if (ws->held == hold || ws->state != WS_OPEN)
		return;
	ws->held = hold;
	ws->heard_us = loop_now_us(ws->peer.loop);
	lws_rx_flow_control(ws->peer.wsi, !hold);
}

void ws_forget_queue(struct ws *ws)
{
	if (ws->state == WS_OPEN)
		sendq_clear(&ws->out);
}

int64_t ws_key_id(const struct ws *ws)
{
	return ws->key_id;
}

size_t ws_queued_bytes(const struct ws *ws)
{
	return ws->out.payload;
}

/* @return 0, -1: the connection is broken */
static int write_queue(struct ws *ws, struct lws *wsi)
{
	unsigned char *s;
	size_t len;
	int type;

	for (int i = 0; i < WRITES_AT_ONCE; i++) {
		s = sendq_first(&ws->out, &type, &len);
		if (!s)
			break;
		if (lws_write(wsi, s, len, (enum lws_write_protocol)type) < 0)
			return -1;
		sendq_pop(&ws->out);
		ws->moved_us = loop_now_us(ws->peer.loop);
		/* lws holds what the kernel did not take: no more for now. */
		if (lws_partial_buffered(wsi))
			break;
	}
	sendq_reserve(&ws->out);
	return 0;
}

static void drained(struct ws *ws)
{
	if (!ws->drain_due || ws->state != WS_OPEN)
		return;
	ws->drain_due = 0;
	if (ws->h->on_drained)
		ws->h->on_drained(ws, ws->arg);
}

/* @return as lws wants it: -1 closes, with the reason that was given */
static int on_writable(struct ws *ws, struct lws *wsi)
{
	if (write_queue(ws, wsi))
		return -1;
	if (ws->out.used || lws_partial_buffered(wsi)) {
		lws_callback_on_writable(wsi);
		return 0;
	}
	if (ws->state == WS_CLOSING && !ws->said_close) {
		ws->said_close = 1;
		return write_close(ws, ws->close_code, ws->close_why) < 0 ? -1
									  : 0;
	}
	drained(ws);
	return 0;
}

/* ---- closing
 * ------------------------------------------------------------------ */

void ws_close(struct ws *ws, int code, const char *why)
{
	if (ws->state == WS_WAITING && ws->client) {
		/* Not inside of the caller: on_close() follows, later. */
		timer_start(ws->timer, 0);
		return;
	}
	if (ws->state != WS_OPEN)
		return;
	ws_hold(ws, 0); /* for its goodbye */
	ws->close_code = code;
	(void)text_copy(ws->close_why, sizeof(ws->close_why), why ? why : "");
	if (!text_is_utf8(ws->close_why, strlen(ws->close_why)))
		ws->close_why[0] = '\0';
	ws->state = WS_CLOSING;
	timer_start(ws->timer, CLOSE_US);
	lws_callback_on_writable(ws->peer.wsi);
}

static void fail(struct ws *ws, int code, const char *why)
{
	if (ws->bad_messages)
		(*ws->bad_messages)++;
	ws_close(ws, code, why);
}

/* What the peer says last: a code and a reason, or nothing.
 * @return 0: lws says the same and closes; -1: it was the answer to ours */
static int on_peer_close(struct ws *ws, const unsigned char *s, size_t len)
{
	size_t n = len > 2 ? len - 2 : 0;

	if (ws->said_close)
		return -1;
	if (ws->state == WS_CLOSING)
		return 0; /* both at once: ours will not be sent */
	ws->close_code = len >= 2 ? s[0] << 8 | s[1] : len ? 1002 : 1005;
	if (n >= sizeof(ws->close_why))
		n = sizeof(ws->close_why) - 1;
	if (n)
		memcpy(ws->close_why, s + 2, n);
	ws->close_why[n] = '\0';
	if (!text_is_utf8(ws->close_why, n))
		ws->close_why[0] = '\0';
	ws->state = WS_CLOSING;
	ws->said_close = 1;
	timer_start(ws->timer, CLOSE_US);
	return 0;
}

/* ---- receiving
 * ------------------------------------------------------------------ */

/* s[len] is writable: it gets the NUL that handlers are promised. */
static void deliver(struct ws *ws, unsigned char *s, size_t len)
{
	unsigned char kept = s[len];

	s[len] = '\0';
	if (ws->msg_binary)
		ws->h->on_binary(ws, ws->arg, s, len);
	else if (!text_is_utf8((const char *)s, len))
		fail(ws, 1007, "text is not UTF-8");
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
	if (len)
		memcpy(ws->msg + ws->msg_len, s, len);
	ws->msg_len += len;
	return 0;
}

static void message_done(struct ws *ws)
{
	ws->msg_begun = 0;
	ws->msg_len = 0;
	/* Media comes all the time and keeps its room. */
	if (!ws->h->ready_queue_bytes || ws->msg_cap > MSG_KEEP_BYTES) {
		ws->msg = mem_free(ws->msg);
		ws->msg_cap = 0;
	}
}

static int acceptable(struct ws *ws, struct lws *wsi, size_t len)
{
	if (!ws->msg_begun) {
		ws->msg_begun = 1;
		ws->msg_binary = lws_frame_is_binary(wsi);
	}
	if (ws->msg_binary && !ws->h->on_binary)
		fail(ws, 1003, "binary is not accepted here");
	else if (!ws->msg_binary && !ws->h->on_text)
		fail(ws, 1003, "text is not accepted here");
	else if (len + lws_remaining_packet_payload(wsi) >
		 ws->msg_max - ws->msg_len)
		fail(ws, 1009, "message is too big");
	return ws->state == WS_OPEN;
}

/* A piece of a frame: at most LWS_RX_BYTES, or up to its end. */
static void on_piece(struct ws *ws, struct lws *wsi, unsigned char *s,
		     size_t len)
{
	unsigned char none[1] = "";

	ws->heard_us = loop_now_us(ws->peer.loop);
	ws->pinged = 0;
	if (ws->state != WS_OPEN || !acceptable(ws, wsi, len))
		return; /* we said goodbye: nobody listens any more */
	if (!lws_is_final_fragment(wsi)) {
		if (keep(ws, s, len))
			fail(ws, 1011, "out of memory");
		return;
	}
	if (!ws->msg_len)
		deliver(ws, len ? s : none, len);
	else if (keep(ws, s, len))
		fail(ws, 1011, "out of memory");
	else
		deliver(ws, ws->msg, ws->msg_len);
	message_done(ws);
}

/* ---- staying alive
 * ---------------------------------------------------------------- */

static void stay_alive(struct ws *ws)
{
	int64_t now_us = loop_now_us(ws->peer.loop);
	int64_t silent_us = ws->held ? 0 : now_us - ws->heard_us;

	if (ws->out.used && now_us - ws->moved_us >= STALL_US) {
		ws_finish(ws, 1006, "peer does not read");
		return;
	}
	if (ws->pinged && silent_us >= ws->ping_us + ws->ping_us / 2) {
		ws_finish(ws, 1006, "peer does not answer");
		return;
	}
	if (!ws->pinged && silent_us >= ws->ping_us) {
		(void)push(ws, LWS_WRITE_PING, "ping", 4);
		ws->pinged = 1;
	}
	timer_start(ws->timer, ws->ping_us / 4);
}

static void on_timer(void *arg)
{
	struct ws *ws = arg;

	if (ws->state == WS_WAITING)
		ws_dial_overdue(ws);
	else if (ws->state == WS_CLOSING)
		ws_finish(ws, ws->close_code, ws->close_why);
	else if (ws->state == WS_OPEN)
		stay_alive(ws);
}

/* ---- events
 * ------------------------------------------------------------------------ */

static void on_established(struct ws *ws, struct lws *wsi)
{
	ws->peer.wsi = wsi;
	ws->state = WS_OPEN;
	ws->heard_us = loop_now_us(ws->peer.loop);
	ws_dial_drop(ws);
	timer_start(ws->timer, ws->ping_us / 4);
	if (ws->h->on_open)
		ws->h->on_open(ws, ws->arg);
}

static void on_gone(struct ws *ws)
{
	ws->peer.wsi = NULL;
	if (ws->state == WS_CLOSING)
		ws_finish(ws, ws->close_code, ws->close_why);
	else
		ws_finish(ws, 1006, "connection lost");
}

int ws_on_event(struct peer *p, struct lws *wsi, enum lws_callback_reasons why,
		void *in, size_t len)
{
	struct ws *ws = (struct ws *)p;

	switch (why) {
	case LWS_CALLBACK_ESTABLISHED:
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		on_established(ws, wsi);
		break;
	case LWS_CALLBACK_RECEIVE:
	case LWS_CALLBACK_CLIENT_RECEIVE:
		on_piece(ws, wsi, in, len);
		break;
	case LWS_CALLBACK_RECEIVE_PONG:
	case LWS_CALLBACK_CLIENT_RECEIVE_PONG:
		ws->heard_us = loop_now_us(p->loop);
		ws->pinged = 0;
		break;
	case LWS_CALLBACK_SERVER_WRITEABLE:
	case LWS_CALLBACK_CLIENT_WRITEABLE:
		return on_writable(ws, wsi);
	case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
		return on_peer_close(ws, in, len);
	case LWS_CALLBACK_CLOSED:
	case LWS_CALLBACK_CLIENT_CLOSED:
	case LWS_CALLBACK_WSI_DESTROY:
		lws_set_opaque_user_data(wsi, NULL);
		on_gone(ws);
		break;
	default:
		break;
	}
	return 0;
}

/* ---- making ---------------------------------------------------------- */

int ws_make(struct ws **ret, struct loop *l, const struct ws_handlers *h,
	    int client)
{
	struct ws *ws = mem_zalloc(sizeof(*ws));
	size_t max = h->max_queue_bytes ? h->max_queue_bytes
					: LIMIT_WS_SEND_QUEUE_BYTES;
	int err;

	if (!ws)
		return -ENOMEM;
	list_init(&ws->node);
	ws->peer.loop = l;
	ws->peer.on = ws_on_event;
	ws->h = h;
	ws->client = client;
	ws->ping_us = h->ping_us ? h->ping_us : PING_US;
	ws->msg_max = h->max_message_bytes ? h->max_message_bytes
					   : LIMIT_WS_CONTROL_MESSAGE_BYTES;
	err = timer_new(&ws->timer, l, on_timer, ws);
	if (!err)
		err = sendq_init(&ws->out,
				 h->ready_queue_bytes ? h->ready_queue_bytes
						      : QUEUE_FIRST_BYTES,
				 max);
	if (err) {
		ws_free(ws);
		return err;
	}
	*ret = ws;
	return 0;
}

void *ws_arg(const struct ws *ws)
{
	return ws->arg;
}

const char *ws_peer(const struct ws *ws)
{
	return ws->peer_text;
}
