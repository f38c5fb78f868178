/**
 * @file gateway.c  The Experts' sockets, and messages between loops
 *
 * SPDX-License-Identifier: MIT
 */
#include "expert/gateway.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "conf/settings.h"
#include "expert/internal.h"
#include "journal/metrics.h"
#include "net/server.h"
#include "proto/xp_link.h"

int gateway_new(struct gateway **ret, const struct settings *conf)
{
	struct gateway *g = mem_zalloc(sizeof(*g));
	int err = -ENOMEM;

	if (!g)
		return err;
	g->conf = conf;
	list_init(&g->listeners);
	list_init(&g->turns);
	list_init(&g->seats);
	list_init(&g->waiting);
	pthread_mutex_init(&g->lock, NULL);
	err = slots_init(&g->wires, GATEWAY_WIRES);
	if (!err)
		err = slots_init(&g->sessions, GATEWAY_SESSIONS);
	if (err) {
		gateway_free(g);
		return err;
	}
	*ret = g;
	return 0;
}

struct gateway *gateway_free(struct gateway *g)
{
	if (!g)
		return NULL;
	LIST_FOREACH_SAFE (it, tmp, &g->turns)
		mem_free(LIST_ENTRY(it, struct turn, link));
	slots_done(&g->wires);
	slots_done(&g->sessions);
	pthread_mutex_destroy(&g->lock);
	return mem_free(g);
}

/** Tell who listens and who has a call, as far as they understand it. */
static void tell_draining(struct gateway *g)
{
	for (uint32_t i = 0; i < GATEWAY_SESSIONS; i++) {
		const struct session *s;
		struct place to = {0};

		pthread_mutex_lock(&g->lock);
		s = slots_at(&g->sessions, i);
		if (s)
			to = s->self;
		pthread_mutex_unlock(&g->lock);
		if (to.loop)
			(void)relay_post(g, RELAY_DRAINING, (struct place){0},
					 to, "", g->conf->drain_ms, "", 0);
	}
}

void gateway_drain(struct gateway *g)
{
	pthread_mutex_lock(&g->lock);
	g->draining = 1;
	pthread_mutex_unlock(&g->lock);
	tell_draining(g);
}

/** Of this loop, from index *i on. @return NULL at the end */
static struct session *session_of_loop(struct gateway *g, struct loop *l,
				       uint32_t *i)
{
	struct session *s = NULL;

	pthread_mutex_lock(&g->lock);
	for (; *i < GATEWAY_SESSIONS && !s; ++*i) {
		s = slots_at(&g->sessions, *i);
		if (s && (s->self.loop != l || s->moving))
			s = NULL;
	}
	pthread_mutex_unlock(&g->lock);
	return s;
}

void gateway_leave(struct gateway *g, struct loop *l)
{
	struct session *s;
	uint32_t i = 0;

	while ((s = session_of_loop(g, l, &i)))
		s->ops->leave(s);
}

/* ---- messages between loops --------------------------------------------- */

static void took(struct wire *w, int64_t n)
{
	w->ahead -= n;
	if (w->held && w->ahead <= WIRE_AHEAD / 2) {
		w->held = 0;
		ws_hold(w->ws, 0);
	}
}

/** Who sends faster than its call can do waits by itself, not in the mailbox
 *  that it shares with others. */
static void went_up(struct wire *w)
{
	if (++w->ahead < WIRE_AHEAD || w->held)
		return;
	w->held = 1;
	metric_add(METRIC_EXPERT_PAUSED, 1);
	ws_hold(w->ws, 1);
}

static void to_wire(struct wire *w, const struct relay *r)
{
	if (r->kind == RELAY_CLOSE) {
		ws_close(w->ws, (int)r->code, r->text);
	} else if (r->kind == RELAY_TOOK) {
		took(w, r->code);
	} else if (ws_send_text(w->ws, r->text, r->len) == -EAGAIN) {
		/* A peer that stops reading loses its socket, not its
		 * messages: they are numbered and sent again when it comes
		 * back. */
		metric_add(METRIC_EXPERT_SLOW, 1);
		ws_close(w->ws, 1013, "reading too slowly");
	}
}

/** What it is for has moved to another loop, or is about to arrive here. Goes
 *  behind what is on its way there: one order of things. */
static void forward(struct relay *r, struct loop *to)
{
	static const char busy[] = "busy";

	r->at = to;
	if (loop_post(to, &r->msg) == 0)
		return;
	metric_add(METRIC_MAILBOX_REFUSED, 1);
	/* Without this socket the peer sends it again. */
	if (r->kind == RELAY_TEXT_UP || r->kind == RELAY_ATTACH)
		(void)relay_post(r->g, RELAY_CLOSE, (struct place){0}, r->from,
				 "", 1013, busy, sizeof(busy) - 1);
	mem_free(r);
}

static void run_relay(struct loop_msg *m)
{
	struct relay *r = (struct relay *)(void *)m;
	int down = r->kind == RELAY_TEXT_DOWN || r->kind == RELAY_CLOSE ||
		   r->kind == RELAY_TOOK;
	struct loop *elsewhere = NULL;
	void *object;

	pthread_mutex_lock(&r->g->lock);
	object = slots_find(down ? &r->g->wires : &r->g->sessions, r->to);
	if (object && !down) {
		const struct session *s = object;

		if (s->self.loop != r->at || s->moving)
			elsewhere = s->self.loop;
	}
	pthread_mutex_unlock(&r->g->lock);
	if (elsewhere) {
		forward(r, elsewhere);
		return;
	}
	/* Objects die only on the loop that runs this. */
	if (object && down)
		to_wire(object, r);
	else if (object)
		session_on_relay(object, r);
	else if (r->kind == RELAY_ROOM)
		listener_release(r->g, &r->from, 1); /* its call is over */
	else if (r->kind == RELAY_ATTACH)
		(void)relay_post(r->g, RELAY_CLOSE, (struct place){0}, r->from,
				 "", 1001, "session ended", 13);
	mem_free(r);
}

int relay_post(struct gateway *g, enum relay_kind kind, struct place from,
	       struct place to, const char *call_id, int64_t code,
	       const char *text, size_t len)
{
	struct relay *r = mem_alloc(sizeof(*r) + len + 1);
	int err;

	if (!r)
		return -ENOMEM;
	*r = (struct relay){
		.msg = {.run = run_relay},
		.g = g,
		.kind = kind,
		.from = from,
		.to = to.id,
		.at = to.loop,
		.code = code,
		.len = len,
	};
	(void)text_copy(r->call_id, sizeof(r->call_id), call_id);
	if (len)
		memcpy(r->text, text, len);
	r->text[len] = '\0';
	err = loop_post(to.loop, &r->msg);
	if (err) {
		metric_add(METRIC_MAILBOX_REFUSED, 1);
		mem_free(r);
	}
	return err;
}

/* ---- accepting ------------------------------------------------------------
 */

static void wire_free(struct wire *w)
{
	timer_free(w->timer);
	mem_free(w);
}

/** Who says nothing must not hold a place for ever. */
static void wire_overdue(void *arg)
{
	struct wire *w = arg;

	metric_add(METRIC_EXPERT_BAD_MESSAGES, 1);
	ws_close(w->ws, 1008, "open did not come in time");
}

static int open_wire(struct gateway *g, struct loop *l, int is_listen,
		     const char *address, void **ret_arg)
{
	struct wire *w = mem_zalloc(sizeof(*w));
	int err;

	if (!w)
		return 503;
	w->g = g;
	w->is_listen = is_listen;
	w->self.loop = l;
	if (text_copy(w->address, sizeof(w->address), address)) {
		wire_free(w);
		return 400;
	}
	if (timer_new(&w->timer, l, wire_overdue, w)) {
		wire_free(w);
		return 503;
	}
	pthread_mutex_lock(&g->lock);
	err = g->draining && is_listen ? -EAGAIN
				       : slots_put(&g->wires, w, &w->self.id);
	pthread_mutex_unlock(&g->lock);
	if (err) {
		wire_free(w);
		return 503;
	}
	*ret_arg = w;
	return 0;
}

int gateway_accept_listen(struct gateway *g, struct loop *l,
			  struct http_req *req, void **ret_arg)
{
	static const char *const kinds[][2] = {
		{"phone_number", ""},
		{"webrtc_code", "web:"},
		{"sip_code", "sip:"},
	};
	char address[ADDRESS_BYTES];
	struct strbuf b;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const char *v = http_query(req, kinds[i][0]);

		if (!v || !*v)
			continue;
		strbuf_over(&b, address, sizeof(address));
		strbuf_addf(&b, "%s%s", kinds[i][1], v);
		if (!strbuf_ok(&b))
			return 400;
		return open_wire(g, l, 1, address, ret_arg);
	}
	return 400;
}

int gateway_accept_call(struct gateway *g, struct loop *l,
			struct http_req *req, void **ret_arg)
{
	return open_wire(g, l, 0, http_tail(req), ret_arg);
}

/* ---- wires ----------------------------------------------------------------
 */

static void wire_opened(struct ws *ws, void *arg)
{
	struct wire *w = arg;

	w->ws = ws;
	timer_start(w->timer, XP_LINK_OPEN_US);
}

/** Which session does the first message of a socket ask for? */
static int bind_listen(struct wire *w, const struct xp_frame *f)
{
	struct listener *fresh;
	int err;

	if (f->is_reopen && listener_find(w->g, f->connection_id, w->address,
					  ws_key_id(w->ws), &w->session) == 0)
		return 0;
	err = listener_new(&fresh, w->g, w->self.loop, w->address);
	if (err)
		return err;
	w->session = fresh->session.self;
	return 0;
}

static int bind_wire(struct wire *w, const char *s, size_t len)
{
	struct xp_error why;
	struct xp_frame f;
	int err = xp_frame_decode(&f, s, len, &why);

	if (err) {
		ws_close(w->ws, 1008, why.what);
		return err;
	}
	err = f.kind == XP_OPEN ? 0 : -EPROTO;
	if (err)
		ws_close(w->ws, 1008, "the first message must be open");
	else if (w->is_listen)
		err = bind_listen(w, &f);
	else
		err = seat_find(w->g, w->address, ws_key_id(w->ws),
				&w->session);
	xp_frame_done(&f);
	if (err == -ENOENT) {
		(void)ws_send_text(w->ws, STATE_LOST, sizeof(STATE_LOST) - 1);
		ws_close(w->ws, 1000, STATE_LOST_WHY);
	} else if (err && err != -EPROTO) {
		ws_close(w->ws, 1013, "no room for more sessions");
	}
	return err;
}

static void wire_text(struct ws *ws, void *arg, const char *s, size_t len)
{
	struct wire *w = arg;
	enum relay_kind kind = RELAY_TEXT_UP;
	int64_t key = 0;

	if (!w->bound) {
		if (bind_wire(w, s, len)) {
			metric_add(METRIC_EXPERT_BAD_MESSAGES, 1);
			return;
		}
		w->bound = 1;
		timer_stop(w->timer);
		kind = RELAY_ATTACH;
		key = ws_key_id(ws);
	}
	/* Not taken now: without this socket the peer sends it again. */
	if (relay_post(w->g, kind, w->self, w->session, "", key, s, len))
		ws_close(ws, 1013, "busy");
	else if (kind == RELAY_TEXT_UP)
		went_up(w);
}

static void wire_revoked(struct ws *ws, void *arg)
{
	struct wire *w = arg;

	if (!w->bound ||
	    relay_post(w->g, RELAY_REVOKED, w->self, w->session, "", 0, "", 0))
		ws_close(ws, WS_REVOKED_CODE, WS_REVOKED_WHY);
}

static void wire_closed(struct ws *ws, void *arg, int code, const char *why)
{
	struct wire *w = arg;

	(void)ws;
	log_debug("expert", "socket closed code=%d why=\"%s\"", code, why);
	if (w->bound)
		(void)relay_post(w->g, RELAY_GONE, w->self, w->session, "",
				 code, why, strlen(why));
	pthread_mutex_lock(&w->g->lock);
	(void)slots_take(&w->g->wires, w->self.id);
	pthread_mutex_unlock(&w->g->lock);
	wire_free(w);
}

const struct ws_handlers gateway_listen_handlers = {
	.on_open = wire_opened,
	.on_text = wire_text,
	.on_revoked = wire_revoked,
	.on_close = wire_closed,
	.max_message_bytes = XP_MESSAGE_BYTES_MAX,
};

const struct ws_handlers gateway_call_handlers = {
	.on_open = wire_opened,
	.on_text = wire_text,
	.on_revoked = wire_revoked,
	.on_close = wire_closed,
	.max_message_bytes = XP_MESSAGE_BYTES_MAX,
};
