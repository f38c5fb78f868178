/**
 * @file line.h  What the lines that speak JSON over our own WebSocket share
 *
 *   page, terminal <--JSON--> [ line ] <--channel ops, events--> host
 *
 * First member of the browser's and the text channel's state.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CHANNEL_LINE_H
#define CHANNEL_LINE_H

#include <stddef.h>

#include "channel/codes.h"
#include "media/channel_host.h"

struct http_req;
struct ws;

struct line {
	struct ws *ws; /* NULL before on_open()        */
	struct channel_host *host;
	const struct channel_events *ev; /* NULL: no call is open       */
	void *ev_arg;
	enum channel_end how;      /* as it will be reported       */
	int over;                  /* goodbye was said */
	unsigned bad;              /* messages that made no sense  */
	char code[WEB_CODE_BYTES]; /* "" when by address           */
	char address[WEB_ADDRESS_BYTES];
	char external_id[80];
	/* Of a call that was placed, else "". */
	char placed[CHANNEL_CALL_ID_BYTES], dialled[WEB_ADDRESS_BYTES];
};

/** What a message of the peer may be, beyond those every line knows. */
struct line_message {
	const char *type;
	void (*run)(struct line *l, const void *json);
};

/** Resolve ?code= against web.codes and minted ones.
 *  @return 0, 403 (no such code) */
int line_find_code(struct line *l, const char *code);

/** Take over the "external_id" of the query. @return 0, 400 (too long) */
int line_take_external_id(struct line *l, const struct http_req *r);

/** Offer the line to the host; on failure says "busy" and closes.
 *  @param hz  0: text only */
void line_open(struct line *l, struct ws *ws, const struct channel_ops *ops,
	       unsigned hz);

/** One message; answers what makes no sense with an error, and after several
 *  of them closes with 1008.
 *  @param more  ended by a NULL type */
void line_message(struct line *l, const char *s, size_t len,
		  const struct line_message *more);

/** Tell the peer that its message was refused; counts. */
void line_error(struct line *l, const char *message);

/** Send {"type":..., "text":..., "final":...}. @param who  NULL: left out
 *  @return 0, -EAGAIN, -EPIPE, -ENOMEM */
int line_text(struct line *l, const char *type, const char *who,
	      const char *text, int final);

/** Say why and close with 1000. @param reason  a word: "agent", "caller" */
void line_end(struct line *l, enum channel_end how, const char *reason);

/** The socket has closed: the call's last event. */
void line_closed(struct line *l, int code, const char *why);

#endif /* CHANNEL_LINE_H */
