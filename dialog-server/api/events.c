/**
 * @file events.c  The live feed as a WebSocket: WS /v1/events
 *
 *   call --> journal/feed --> this loop --> one text message an event
 *
 * A subscriber that does not read is dropped with 1013 and counted; what it
 * missed is in the store.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "api/api.h"
#include "base/alloc.h"
#include "base/limits.h"
#include "base/text.h"
#include "call/shard.h"
#include "journal/feed.h"
#include "journal/metrics.h"
#include "net/ws.h"

enum { QUEUE_BYTES = 256 * 1024 };

struct watcher {
	struct ws *ws;
	const struct shard *sh;
	struct feed_subscriber *sub;
	char call_id[LIMIT_KEY_BYTES + 1], external_id[LIMIT_KEY_BYTES + 1];
};

int api_events_accept(struct http_req *r, void *arg, void **ret_arg)
{
	const char *call = http_query(r, "call_id");
	const char *external = http_query(r, "external_id");
	struct watcher *w = mem_zalloc(sizeof(*w));

	if (!w)
		return 503;
	w->sh = arg;
	if (text_copy(w->call_id, sizeof(w->call_id), call ? call : "") ||
	    text_copy(w->external_id, sizeof(w->external_id),
		      external ? external : "")) {
		mem_free(w);
		return 400;
	}
	*ret_arg = w;
	return 0;
}

static void on_event(void *arg, const char *json, size_t len)
{
	struct watcher *w = arg;

	if (ws_send_text(w->ws, json, len) != -EAGAIN)
		return;
	metric_add(METRIC_FEED_DROPPED, 1);
	w->sub = feed_unsubscribe(w->sub);
	ws_close(w->ws, 1013, "too slow");
}

static void on_open(struct ws *ws, void *arg)
{
	static const char ready[] = "{\"type\":\"ready\"}";
	struct watcher *w = arg;

	w->ws = ws;
	if (feed_subscribe(&w->sub, w->sh->feed, w->sh->loop, w->call_id,
			   w->external_id, on_event, w))
		ws_close(ws, 1011, "no feed here");
	else
		(void)ws_send_text(ws, ready, sizeof(ready) - 1);
}

static void on_close(struct ws *ws, void *arg, int code, const char *why)
{
	struct watcher *w = arg;

	(void)ws;
	(void)code;
	(void)why;
	feed_unsubscribe(w->sub);
	mem_free(w);
}

/* Nothing is expected from the other side: text or binary closes with 1003. */
const struct ws_handlers api_events_handlers = {
	.on_open = on_open,
	.on_close = on_close,
	.max_queue_bytes = QUEUE_BYTES,
};
