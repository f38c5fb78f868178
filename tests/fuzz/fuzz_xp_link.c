/**
 * @file fuzz_xp_link.c  Any frames in any order into the numbered layer
 *
 * The first byte chooses the side and what it knows; each line after it is a
 * frame, or one of our own doings: "+" a new socket, "-" the socket is lost,
 * "s" send, "t" time goes on by 11 s, "f" the socket is full, "e" it has room
 * again.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/xp_link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct side {
	struct xp_link *link;
	int full, closed, opened;
	uint32_t known, agreed;
};

static int on_send(void *arg, const char *text, size_t len)
{
	const struct side *s = arg;
	struct xp_frame f;

	if (s->full)
		return -1;
	/* What we say must be what we would understand. */
	if (xp_frame_decode(&f, text, len, NULL) < 0 ||
	    f.kind == XP_FRAME_UNKNOWN)
		abort();
	xp_frame_done(&f);
	return 0;
}

static void on_payload(void *arg, const char *text, size_t len)
{
	const struct side *s = arg;

	if (strlen(text) != len || text[0] != '{' || s->closed)
		abort();
	/* As a program does: say something from inside. */
	(void)xp_link_send(s->link, "{}", 2);
}

/* What is agreed is among what we know, and stays. */
static void on_opened(void *arg, int reopen)
{
	struct side *s = arg;
	uint32_t agreed = xp_link_extensions(s->link);

	(void)reopen;
	if (agreed & ~s->known || (s->opened && agreed != s->agreed))
		abort();
	s->opened = 1;
	s->agreed = agreed;
	on_payload(arg, "{}", 2);
}

static void on_drop(void *arg, const char *why)
{
	(void)arg;
	(void)why;
}

static void on_closed(void *arg, const char *reason, const char *description)
{
	struct side *s = arg;

	if (s->closed++ || !reason || !description)
		abort();
}

static const struct xp_link_events events = {
	.send = on_send,
	.payload = on_payload,
	.opened = on_opened,
	.drop = on_drop,
	.closed = on_closed,
};

static void one_line(struct side *s, const char *text, size_t len,
		     int64_t *now_us)
{
	switch (len == 1 ? text[0] : 0) {
	case '+':
		xp_link_connected(s->link, *now_us);
		break;
	case '-':
		xp_link_disconnected(s->link);
		break;
	case 's':
		(void)xp_link_send(s->link, "{\"a\":1}", 7);
		break;
	case 't':
		*now_us += INT64_C(11000000);
		(void)xp_link_tick(s->link, *now_us);
		break;
	case 'f':
	case 'e':
		s->full = text[0] == 'f';
		xp_link_writable(s->link);
		break;
	default:
		(void)xp_link_input(s->link, text, len, *now_us);
		break;
	}
	if (xp_link_unacked(s->link) > 8)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct side s = {0};
	struct xp_link_options o = {
		.name = "fuzz", .connection_id = "c1", .max_unacked = 8};
	const char *at = (const char *)data + 1;
	const char *end = (const char *)data + size;
	int64_t now_us = 1;

	if (!size)
		return 0;
	o.server = data[0] & 1;
	o.extensions = s.known = data[0] & 2   ? XP_EXT_SAY | XP_EXT_TURNS
				 : data[0] & 4 ? XP_EXT_ALL
					       : 0;
	if (xp_link_new(&s.link, &o, &events, &s) < 0)
		return 0;

	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		stop = stop ? stop : end;
		one_line(&s, at, (size_t)(stop - at), &now_us);
		at = stop + 1;
	}
	(void)xp_link_free(s.link);
	return 0;
}
