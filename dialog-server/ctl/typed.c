/**
 * @file typed.c  A call that is typed: lines out, the agent's words in
 *
 * SPDX-License-Identifier: MIT
 */
#include "ctl/typed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "ctl/commands.h"
#include "ctl/interrupt.h"
#include "ctl/lines.h"
#include "net/loop.h"
#include "net/ws.h"

enum {
	DIAL_US = 5000000,
	QUIET_US = 700000, /* of the agent, before the next line of a pipe */
	END_US = 5000000,  /* for the server to end the conversation */
};

int64_t typed_ms(const struct typed *t)
{
	return (clock_now_us() - t->start_us) / US_PER_MS;
}

/* Takes the message. */
void typed_send(struct typed *t, json_t *m)
{
	char *text = m ? json_dumps(m, JSON_COMPACT) : NULL;

	if (!text || !t->ws || ws_send_text(t->ws, text, strlen(text)) < 0)
		(void)fprintf(stderr, "dialogctl: that was not sent\n");
	free(text);
	json_decref(m);
}

void typed_hangup(struct typed *t)
{
	if (t->leaving || !t->ws)
		return;
	t->leaving = 1;
	typed_send(t, json_pack("{s:s}", "type", "hangup"));
	timer_start(t->timer, END_US);
}

/* ---- what is typed ---------------------------------------------------------
 */

static void type_line(struct typed *t, const char *text)
{
	if (strcmp(text, "/hangup") == 0) {
		typed_hangup(t);
		return;
	}
	if (strncmp(text, "/press ", 7) == 0) {
		for (const char *k = text + 7; *k; k++)
			typed_send(t, json_pack("{s:s, s:s#}", "type", "dtmf",
						"digit", k, (size_t)1));
		return;
	}
	if (!text[0])
		return;
	if (!text_is_utf8(text, strlen(text))) {
		(void)fprintf(stderr, "dialogctl: that is not UTF-8\n");
		return;
	}
	if (!t->terminal)
		view_line(&t->view, typed_ms(t), t->who, "%s", text);
	typed_send(t, json_pack("{s:s, s:s}", "type", "say", "text", text));
}

static void on_line(void *arg, const char *text)
{
	struct typed *t = arg;

	if (!text) {
		t->no_more = 1;
		if (t->talking)
			typed_hangup(t);
		return;
	}
	if (t->talking)
		type_line(t, text);
	else if (t->on_line)
		t->on_line(t, text);
	t->line_wanted = !t->terminal;
	if (t->terminal)
		lines_next(t->lines);
}

/* The agent has been quiet for a moment, or the end did not come. */
static void on_timer(void *arg)
{
	struct typed *t = arg;

	if (t->leaving || t->ended) {
		if (t->ws)
			ws_close(t->ws, 1000, "");
	} else if (t->no_more) {
		typed_hangup(t);
	} else if (t->line_wanted) {
		t->line_wanted = 0;
		lines_next(t->lines);
	}
}

/* ---- what the server says
 * ----------------------------------------------------- */

static void on_message(struct typed *t, const json_t *m)
{
	const char *type = json_string_value(json_object_get(m, "type"));
	const char *text = json_string_value(json_object_get(m, "text"));
	const char *reason = json_string_value(json_object_get(m, "reason"));

	if (!type || (t->on_message && t->on_message(t, type, m)))
		return;
	if (strcmp(type, "say") == 0 && text) {
		t->spoken = 1;
		if (!t->json && json_is_true(json_object_get(m, "final")))
			view_line(&t->view, typed_ms(t), "agent", "%s", text);
		if (!t->leaving)
			timer_start(t->timer, QUIET_US);
	} else if (strcmp(type, "note") == 0 && text) {
		view_line(&t->view, typed_ms(t), "note", "%s", text);
	} else if (strcmp(type, "error") == 0) {
		view_line(&t->view, typed_ms(t), "warning", "%s",
			  text ? text
			       : json_string_value(
					 json_object_get(m, "message")));
	} else if (strcmp(type, "ended") == 0) {
		t->ended = 1;
		(void)text_copy(t->reason, sizeof(t->reason),
				reason ? reason : "");
		view_line(&t->view, typed_ms(t), "call", "ended: %s",
			  t->reason);
		timer_start(t->timer, 0);
	}
}

static void on_text(struct ws *ws, void *arg, const char *s, size_t len)
{
	struct typed *t = arg;
	json_t *m = json_loadb(s, len, 0, NULL);

	(void)ws;
	if (t->json && m) {
		(void)json_dumpf(m, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
		(void)fputc('\n', stdout);
		(void)fflush(stdout);
	}
	on_message(t, m);
	json_decref(m);
}

void typed_begin(struct typed *t)
{
	t->talking = 1;
	t->start_us = clock_now_us();
	t->line_wanted = !t->terminal;
	if (!t->terminal)
		return;
	if (!t->json)
		printf("Type what the %s says. /press 123 presses keys; "
		       "Ctrl-D hangs up.\n",
		       t->who);
	lines_next(t->lines);
}

static void on_open(struct ws *ws, void *arg)
{
	struct typed *t = arg;

	(void)ws;
	t->opened = 1;
	if (t->on_open)
		t->on_open(t);
	else
		typed_begin(t);
}

static void on_close(struct ws *ws, void *arg, int code, const char *why)
{
	struct typed *t = arg;

	(void)ws;
	t->ws = NULL;
	if (!t->opened) {
		t->refused = why && strncmp(why, "refused", 7) == 0;
		t->status = CTL_FAILED;
		if (!t->refused)
			t->status =
				remote_unreachable(t->remote, why ? why : "");
	} else if (!t->ended && !t->leaving) {
		(void)fprintf(stderr, "dialogctl: the line broke: %d %s\n",
			      code, why ? why : "");
		t->status = CTL_FAILED;
	}
	loop_stop(t->remote->loop);
}

/* ---- the line ---------------------------------------------------------- */

int typed_open(struct typed *t)
{
	if (timer_new(&t->timer, t->remote->loop, on_timer, t) ||
	    lines_open(&t->lines, t->remote->loop, on_line, t))
		return CTL_FAILED;

	return CTL_OK;
}

void typed_close(struct typed *t)
{
	t->lines = lines_close(t->lines);
	t->timer = timer_free(t->timer);
}

int typed_converse(struct typed *t, const char *url)
{
	static const struct ws_handlers h = {
		.on_open = on_open, .on_text = on_text, .on_close = on_close};

	t->opened = t->ended = t->leaving = t->talking = 0;
	t->refused = t->spoken = t->status = 0;
	if (ws_dial(&t->ws, t->remote->loop, url, t->remote->headers, DIAL_US,
		    &h, t)) {
		(void)fprintf(stderr, "dialogctl: cannot talk to %s\n",
			      t->remote->url);
		return CTL_FAILED;
	}

	t->start_us = clock_now_us();
	interrupt_watch(t->remote->loop);
	loop_run(t->remote->loop);
	if (t->ws) {
		typed_hangup(t);
		loop_run(t->remote->loop);
	}
	interrupt_done();

	return t->status;
}
