/**
 * @file oracle.c  The server's event stream of one call
 *
 * SPDX-License-Identifier: MIT
 */
#include "ctl/oracle.h"

#include <errno.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "ctl/remote.h"
#include "net/ws.h"

enum { OPEN_US = 5000000 };

struct oracle {
	const struct oracle_events *ev;
	void *arg;
	struct ws *ws;
	int closing;
};

static void on_open(struct ws *ws, void *arg)
{
	struct oracle *o = arg;

	(void)ws;
	o->ev->ready(o->arg);
}

static void on_text(struct ws *ws, void *arg, const char *s, size_t len)
{
	struct oracle *o = arg;
	json_t *event = json_loadb(s, len, 0, NULL);

	(void)ws;
	if (json_is_object(event))
		o->ev->event(o->arg, event);
	json_decref(event);
}

static void on_close(struct ws *ws, void *arg, int code, const char *why)
{
	struct oracle *o = arg;
	char text[200];

	(void)ws;
	(void)snprintf(text, sizeof(text), "%s%s%d",
		       why && why[0] ? why : "closed", code ? " " : "", code);
	o->ev->closed(o->arg, o->closing ? NULL : text);
	mem_free(o);
}

int oracle_open(struct oracle **ret, struct remote *r, const char *external_id,
		const struct oracle_events *ev, void *arg)
{
	static const struct ws_handlers h = {
		.on_open = on_open, .on_text = on_text, .on_close = on_close};
	struct oracle *o = mem_zalloc(sizeof(*o));
	struct strbuf url;
	int err = -ENOMEM;

	if (!o)
		return -ENOMEM;
	o->ev = ev;
	o->arg = arg;
	strbuf_init(&url, REMOTE_FULL_URL_BYTES);
	strbuf_addf(&url, "%s/v1/events?external_id=", r->ws_url);
	remote_escape(&url, external_id);
	if (strbuf_ok(&url))
		err = ws_dial(&o->ws, r->loop, url.s, r->headers, OPEN_US, &h,
			      o);
	strbuf_done(&url);
	if (err)
		mem_free(o);
	else
		*ret = o;

	return err;
}

void oracle_close(struct oracle *o)
{
	if (o->closing)
		return;
	o->closing = 1;
	ws_close(o->ws, 1000, "");
}
