/**
 * @file fuzz_gateway.c  Any frames from an Expert: its listener, and its call
 *
 *   lines --> [ listener ] <--> [ seat of one call ] --> events of the call
 *
 * The first byte of a line says what happens: 'L' a frame to the listener,
 * 'S' one to the call; 'l', 's' a payload to them, numbered as is due; 'o',
 * 'p' their socket opens with every extension, 'O', 'P' with none; '-', '_' it
 * is gone; 'r', 'R' its key is revoked; 'e' an event for the Expert; 'n' the
 * call is offered again; 'd' the server drains; 'c' commands that came by
 * HTTP; 'x' the call is over.
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "conf/settings.h"
#include "expert/gateway.h"
#include "expert/internal.h"
#include "net/loop.h"
#include "proto/xp_link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ADDRESS "+15555550100"

static struct settings conf = {
	.llm_provider = "builtin",
	.expert_offer_ms = 60000,
	.expert_resume_ms = 60000,
	.expert_ping_ms = 60000,
	.drain_ms = 1000,
};
static struct loop *loop;
static struct gateway *gateway;

/* One side of an Expert: its socket, and what it has said on it. */
struct end {
	struct place place;
	int attached;
	uint32_t n_sockets;
	int64_t sequence;
};

static struct end listener, call;
static struct seat *seat;
static int attached, by_http;

/* ---- the call ----------------------------------------------------------- */

static void on_answered(void *arg)
{
	(void)arg;
}

static void on_nobody(void *arg, int declined)
{
	(void)arg;
	(void)declined;
}

static void on_attached(void *arg, int again, uint32_t extensions,
			const char *note)
{
	(void)arg;
	assert(!again || attached);
	assert(!(extensions & ~XP_EXT_ALL));
	assert(!note || strlen(note) <= XP_MESSAGE_BYTES_MAX);
	attached++;
}

static void on_command(void *arg, const struct xp_command *c)
{
	(void)arg;
	assert((attached || by_http) && c->kind != XP_CMD_UNKNOWN);
}

static void on_lost(void *arg, const char *why)
{
	(void)arg;
	assert(why && *why);
}

static const struct seat_events events = {
	.answered = on_answered,
	.nobody = on_nobody,
	.attached = on_attached,
	.command = on_command,
	.lost = on_lost,
};

/* ---- the loop ----------------------------------------------------------- */

static void run_stop(struct loop_msg *m)
{
	(void)m;
	loop_stop(loop);
}

/* What is on its way between seat and listener arrives. */
static void settle(void)
{
	struct loop_msg stop = {.run = run_stop};

	for (int i = 0; i < 3; i++) {
		if (loop_post(loop, &stop) < 0)
			abort();
		loop_run(loop);
	}
}

static void begin(void)
{
	if (loop)
		return;
	log_set_level(LOG_LEVEL_ERROR);
	if (loop_new(&loop, "fuzz") || gateway_new(&gateway, &conf))
		abort();
}

/* ---- what an Expert does -------------------------------------------------
 */

static void relay(struct end *e, enum relay_kind kind, const char *text,
		  size_t len)
{
	struct session *s = slots_find(&gateway->sessions, e->place.id);
	struct relay *r;

	if (!s)
		return;
	r = calloc(1, sizeof(*r) + len + 1);
	if (!r)
		return;
	r->g = gateway;
	r->kind = kind;
	r->from.loop = loop;
	/* No such socket: what is sent down to it is thrown away. */
	r->from.id = (struct slot_id){GATEWAY_WIRES - 1, e->n_sockets};
	r->code = kind == RELAY_ATTACH ? 1 : 1006;
	r->len = len;
	memcpy(r->text, text, len);
	session_on_relay(s, r);
	free(r);
}

static void frame(struct end *e, const char *text, size_t len)
{
	struct xp_frame f;

	if (e->attached) {
		relay(e, RELAY_TEXT_UP, text, len);
		return;
	}
	/* A socket is bound to its session by an open. */
	if (xp_frame_decode(&f, text, len, NULL))
		return;
	if (f.kind == XP_OPEN) {
		e->attached = 1;
		e->n_sockets++;
		relay(e, RELAY_ATTACH, text, len);
	}
	xp_frame_done(&f);
}

static void open_with(struct end *e, uint32_t extensions)
{
	struct xp_frame f = {
		.kind = XP_OPEN,
		.name = "fuzz",
		.connection_id = e == &call ? "call" : "listen",
		.is_reopen = e->n_sockets > 0,
		.extensions = extensions,
	};
	char *text = xp_frame_encode(&f);

	e->attached = 0;
	if (text)
		frame(e, text, strlen(text));
	free(text);
}

static void payload(struct end *e, const char *text, size_t len)
{
	struct xp_frame f = {
		.kind = XP_MESSAGE,
		.sequence = e->sequence + 1,
		.payload = text,
		.payload_len = len,
	};
	char *whole = len ? xp_frame_encode(&f) : NULL;

	if (!whole)
		return;
	e->sequence++;
	frame(e, whole, strlen(whole));
	free(whole);
}

static void gone(struct end *e, enum relay_kind kind)
{
	if (e->attached)
		relay(e, kind, "gone", 4);
	e->attached = 0;
}

static void event(const char *text, size_t len)
{
	struct xp_event e;

	if (!seat || xp_event_decode_for(&e, text, len, XP_EXT_ALL, NULL))
		return;
	if (e.kind != XP_EV_UNKNOWN)
		(void)seat_send(seat, &e);
	xp_event_done(&e);
}

static void commands(const char *text, size_t len)
{
	char *copy = calloc(1, len + 1);

	by_http = 1;
	if (copy && len) {
		memcpy(copy, text, len);
		(void)gateway_commands(gateway, "call1", 1, copy, len + 1);
	}
	free(copy);
}

static void one_line(const char *s, size_t len)
{
	const char *rest = s + 1;
	size_t n = len - 1;

	switch (s[0]) {
	case 'L':
	case 'S':
		frame(s[0] == 'S' ? &call : &listener, rest, n);
		break;
	case 'l':
	case 's':
		payload(s[0] == 's' ? &call : &listener, rest, n);
		break;
	case 'o':
	case 'O':
		open_with(&listener, s[0] == 'o' ? XP_EXT_ALL : 0);
		break;
	case 'p':
	case 'P':
		open_with(&call, s[0] == 'p' ? XP_EXT_ALL : 0);
		break;
	case '-':
	case '_':
		gone(s[0] == '_' ? &call : &listener, RELAY_GONE);
		break;
	case 'r':
	case 'R':
		gone(s[0] == 'R' ? &call : &listener, RELAY_REVOKED);
		break;
	case 'e':
		event(rest, n);
		break;
	case 'c':
		commands(rest, n);
		break;
	case 'n':
		if (seat)
			(void)seat_offer(seat, 0);
		break;
	case 'd':
		relay(&listener, RELAY_DRAINING, "", 0);
		relay(&call, RELAY_DRAINING, "", 0);
		break;
	case 'x':
		seat = seat_close(seat);
		break;
	default:
		break;
	}
	settle();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct xp_call_info info = {
		.type = XP_CALL_PSTN,
		.from_number = "+15555550199",
		.to_number = ADDRESS,
	};
	const char *at = (const char *)data, *end = at + size;
	struct listener *l;

	begin();
	attached = by_http = 0;
	listener = call = (struct end){0};
	if (listener_new(&l, gateway, loop, ADDRESS) ||
	    seat_open(&seat, gateway, loop, "call1", ADDRESS, &info, &events,
		      NULL))
		abort();
	listener.place = l->session.self;
	call.place = seat->session.self;

	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		stop = stop ? stop : end;
		if (stop > at)
			one_line(at, (size_t)(stop - at));
		at = stop + 1;
	}
	seat = seat_close(seat);
	gateway_leave(gateway, loop);
	settle();
	return 0;
}
