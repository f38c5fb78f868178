/**
 * @file typed.h  A call that is typed: lines out, the agent's words in
 *
 *   terminal --lines--> [ typed ] ==WebSocket== the server
 *
 * On a terminal a line goes out when it is typed. From a pipe, the next line
 * goes out when the agent has spoken and been quiet for a moment, so that
 * `printf 'hello\nfour\n' | dialogctl talk` is a conversation.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_TYPED_H
#define CTL_TYPED_H

#include <jansson.h>
#include <stdint.h>

#include "ctl/remote.h"
#include "ctl/view.h"

struct lines;
struct timer;
struct typed;
struct ws;

struct typed {
	/* Filled in by who uses it: */
	struct remote *remote;
	struct view view;
	const char *who; /**< who types: "caller"                    */
	int json, terminal;
	/** The socket is open; NULL: typed_begin() at once. */
	void (*on_open)(struct typed *t);
	/** @return nonzero when the message was dealt with; NULL: none is */
	int (*on_message)(struct typed *t, const char *type, const json_t *m);
	/** A line that comes before typed_begin(); NULL: it is lost. */
	void (*on_line)(struct typed *t, const char *text);

	struct lines *lines;
	struct ws *ws;
	struct timer *timer;
	int64_t start_us;
	int opened, talking, ended, line_wanted, leaving, no_more;
	int refused, spoken; /**< by the server, by the agent        */
	int status;
	char reason[128];
};

/** Lines and timer. @return CTL_OK, CTL_FAILED */
int typed_open(struct typed *t);
void typed_close(struct typed *t);

/** Dial, talk until the end. @return what to exit with */
int typed_converse(struct typed *t, const char *url);

/** From now on lines are what is said. */
void typed_begin(struct typed *t);

/** @param m  taken */
void typed_send(struct typed *t, json_t *m);
void typed_hangup(struct typed *t);

/** [ms] since the call began. */
int64_t typed_ms(const struct typed *t);

#endif /* CTL_TYPED_H */
