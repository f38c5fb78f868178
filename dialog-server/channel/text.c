/**
 * @file text.c  A line without sound: typed words, the same dialog
 *
 * SPDX-License-Identifier: MIT
 */
#include "channel/text.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "base/text.h"
#include "channel/line.h"
#include "net/ws.h"

/* Two limits of text, each escaped to six bytes a character, would be more
 * than anybody types; one is what fits. */
enum { MESSAGE_BYTES = 8 * LIMIT_TEXT_BYTES };

static int send_text(void *ch, const char *who, const char *text, int final)
{
	const char *type = strcmp(who, "agent") ? who : "say";

	return line_text(ch, type, NULL, text, final);
}

static int no_audio(void *ch, const struct aframe *f)
{
	(void)ch;
	(void)f;
	return -EPIPE;
}

static void hang_up(void *ch)
{
	line_end(ch, CHANNEL_END_US, "agent");
}

static const struct channel_ops ops = {
	.name = "text",
	.send = no_audio,
	.text = send_text,
	.hangup = hang_up,
};

int text_accept(struct http_req *r, struct channel_host *host, void **ret_arg)
{
	const char *to = http_query(r, "to"), *code = http_query(r, "code");
	struct line *l;
	int status = 0;

	if (!to == !code)
		return 400;
	l = mem_zalloc(sizeof(*l));
	if (!l)
		return 503;
	l->host = host;
	if (code)
		status = line_find_code(l, code);
	else if (!*to || text_copy(l->address, sizeof(l->address), to))
		status = 400;
	if (!status)
		status = line_take_external_id(l, r);
	if (!status && !host->can_accept(host->arg, l->address))
		status = 503;
	if (status) {
		mem_free(l);
		return status;
	}
	*ret_arg = l;
	return 0;
}

static void on_open(struct ws *ws, void *arg)
{
	line_open(arg, ws, &ops, 0);
}

static void on_text(struct ws *ws, void *arg, const char *s, size_t len)
{
	(void)ws;
	line_message(arg, s, len, NULL);
}

static void on_close(struct ws *ws, void *arg, int code, const char *why)
{
	(void)ws;
	line_closed(arg, code, why);
	mem_free(arg);
}

const struct ws_handlers text_handlers = {
	.on_open = on_open,
	.on_text = on_text,
	.on_close = on_close,
	.max_message_bytes = MESSAGE_BYTES,
};
