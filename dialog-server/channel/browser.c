/**
 * @file browser.c  A person at the page that the server itself serves
 *
 *   binary up ----> cut to 20 ms frames --> events.frame
 *   ops.send -----> binary down, played from a ring in the page
 *   ops.mark -----> {"type":"mark"} -- when played --> {"type":"marked"}
 *
 * SPDX-License-Identifier: MIT
 */
#include "channel/browser.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "channel/line.h"
#include "conf/settings.h"
#include "journal/metrics.h"
#include "net/loop.h"
#include "net/ws.h"

enum {
	HZ = 16000,
	FRAME_SAMPLES = HZ / 50,
	AHEAD_MS = 160,     /* what a busy page may be late by */
	READY_BYTES = 5632, /* 170 ms of PCM: sent on the tick */
	MARK_BYTES = 48,
};

struct browser {
	struct line line;    /* first: ops get a struct line */
	struct aframe frame; /* the one that is being filled */
};

/* ---- into the page --------------------------------------------------- */

static int send_frame(void *ch, const struct aframe *f)
{
	struct line *l = ch;
	int err = ws_send_binary(l->ws, f->s, f->samples * sizeof(f->s[0]));

	metric_add(err ? METRIC_MEDIA_SEND_DROPPED : METRIC_MEDIA_FRAMES_OUT,
		   1);
	return err;
}

static int send_mark(void *ch, uint32_t id)
{
	struct line *l = ch;
	char s[MARK_BYTES];
	int n = snprintf(s, sizeof(s), "{\"type\":\"mark\",\"id\":%u}", id);

	return ws_send_text(l->ws, s, (size_t)n);
}

static int send_clear(void *ch)
{
	static const char clear[] = "{\"type\":\"clear\"}";
	struct line *l = ch;

	return ws_send_text(l->ws, clear, sizeof(clear) - 1);
}

static int send_text(void *ch, const char *who, const char *text, int final)
{
	return line_text(ch, "text", who, text, final);
}

static void hang_up(void *ch)
{
	line_end(ch, CHANNEL_END_US, "agent");
}

static const struct channel_ops ops = {
	.name = "browser",
	.has_audio = 1,
	.has_marks = 1,
	.ahead_ms = AHEAD_MS,
	.send = send_frame,
	.mark = send_mark,
	.clear = send_clear,
	.text = send_text,
	.hangup = hang_up,
};

/* ---- out of the page ------------------------------------------------- */

static void on_marked(struct line *l, const void *json)
{
	const json_t *id = json_object_get(json, "id");
	json_int_t n = json_integer_value(id);

	if (!json_is_integer(id) || n < 0 || n > UINT32_MAX)
		line_error(l, "\"id\" must be the number of a mark");
	else if (l->ev && l->ev->marked)
		l->ev->marked(l->ev_arg, (uint32_t)n);
}

static void on_text(struct ws *ws, void *arg, const char *s, size_t len)
{
	static const struct line_message more[] = {{"marked", on_marked},
						   {NULL, NULL}};

	(void)ws;
	line_message(arg, s, len, more);
}

/* Samples of both ends are little endian, as is every machine we build on. */
static void on_binary(struct ws *ws, void *arg, const void *data, size_t len)
{
	struct browser *b = arg;
	struct aframe *f = &b->frame;
	const unsigned char *s = data;

	(void)ws;
	if (len % sizeof(f->s[0])) {
		line_error(&b->line, "audio must be whole 16-bit samples");
		return;
	}
	while (len && b->line.ev) {
		size_t have = f->samples * sizeof(f->s[0]);
		size_t n = FRAME_SAMPLES * sizeof(f->s[0]) - have;

		if (n > len)
			n = len;
		memcpy((unsigned char *)f->s + have, s, n);
		f->samples += (uint32_t)(n / sizeof(f->s[0]));
		s += n;
		len -= n;
		if (f->samples < FRAME_SAMPLES)
			break;
		f->at_us = loop_now_us(b->line.host->loop);
		b->line.ev->frame(b->line.ev_arg, f);
		f->samples = 0;
	}
}

/* ---- life ------------------------------------------------------------ */

/* The host and port of "https://host:port/path". */
static int same_host(const char *url, const char *host)
{
	const char *s = strstr(url, "://");
	size_t n;

	if (!s)
		return 0;
	s += 3;
	n = strcspn(s, "/?#");
	return n == strlen(host) && !strncasecmp(s, host, n);
}

/** Is the Origin of a request, when it has one, the host that it asks?
 *  Only then is a page with its socket ours. */
static int origin_ok(const struct http_req *r, const char *public_url)
{
	const char *origin = http_header(r, "origin");
	const char *host = http_header(r, "host");

	if (!origin)
		return 1; /* not a browser: it has no user to betray */
	if (host && same_host(origin, host))
		return 1;
	return *public_url && !strcasecmp(origin, public_url);
}

int browser_accept(struct http_req *r, struct channel_host *host,
		   void **ret_arg)
{
	struct browser *b;
	int status;

	if (!origin_ok(r, host->conf->public_url)) {
		metric_add(METRIC_AUTH_REFUSED, 1);
		return 403;
	}
	b = mem_zalloc(sizeof(*b));
	if (!b)
		return 503;
	b->line.host = host;
	b->frame.hz = HZ;
	status = line_find_code(&b->line, http_query(r, "code"));
	if (!status)
		status = line_take_external_id(&b->line, r);
	if (!status && !host->can_accept(host->arg, b->line.address))
		status = 503;
	if (status) {
		mem_free(b);
		return status;
	}
	*ret_arg = b;
	return 0;
}

static void on_open(struct ws *ws, void *arg)
{
	static const char ready[] = "{\"type\":\"ready\",\"hz\":16000}";

	(void)ws_send_text(ws, ready, sizeof(ready) - 1);
	line_open(arg, ws, &ops, HZ);
}

static void on_close(struct ws *ws, void *arg, int code, const char *why)
{
	(void)ws;
	line_closed(arg, code, why);
	mem_free(arg);
}

const struct ws_handlers browser_handlers = {
	.on_open = on_open,
	.on_text = on_text,
	.on_binary = on_binary,
	.on_close = on_close,
	.max_message_bytes = LIMIT_WS_MEDIA_MESSAGE_BYTES,
	.ready_queue_bytes = READY_BYTES,
};
