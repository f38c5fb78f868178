/**
 * @file talk.c  dialogctl talk: the same agent, typed
 *
 *   terminal --lines--> WS /text?to=ADDRESS --agent's words--> terminal
 *
 * On a terminal a line goes out when it is typed. From a pipe, the next line
 * goes out when the agent has spoken and been quiet for a moment, so that
 * `printf 'hello\nfour\n' | dialogctl talk` is a conversation.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "ctl/commands.h"
#include "ctl/interrupt.h"
#include "ctl/lines.h"
#include "ctl/listeners.h"
#include "ctl/remote.h"
#include "ctl/view.h"
#include "net/loop.h"
#include "net/ws.h"

enum {
	DIAL_US = 5000000,
	QUIET_US = 700000, /* of the agent, before the next line of a pipe */
	END_US = 5000000,  /* for the server to end the conversation */
};

struct talk {
	struct remote remote;
	struct view view;
	struct lines *lines;
	struct ws *ws;
	struct timer *timer;
	int64_t start_us;
	int json, terminal;
	int opened, ended, line_wanted, leaving;
	int refused, spoken; /* by the server, by the agent */
	int status;
	char reason[128];
};

static int64_t at_ms(const struct talk *t)
{
	return (clock_now_us() - t->start_us) / US_PER_MS;
}

/* Takes the message. */
static void send_json(struct talk *t, json_t *m)
{
	char *text = m ? json_dumps(m, JSON_COMPACT) : NULL;

	if (!text || !t->ws || ws_send_text(t->ws, text, strlen(text)) < 0)
		(void)fprintf(stderr, "dialogctl: that was not sent\n");
	free(text);
	json_decref(m);
}

static void hang_up(struct talk *t)
{
	if (t->leaving || !t->ws)
		return;
	t->leaving = 1;
	send_json(t, json_pack("{s:s}", "type", "hangup"));
	timer_start(t->timer, END_US);
}

/* ---- what is typed ---------------------------------------------------------
 */

static void type_line(struct talk *t, const char *text)
{
	if (strcmp(text, "/hangup") == 0) {
		hang_up(t);
		return;
	}
	if (strncmp(text, "/press ", 7) == 0) {
		for (const char *k = text + 7; *k; k++)
			send_json(t, json_pack("{s:s, s:s#}", "type", "dtmf",
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
		view_line(&t->view, at_ms(t), "caller", "%s", text);
	send_json(t, json_pack("{s:s, s:s}", "type", "say", "text", text));
}

static void on_line(void *arg, const char *text)
{
	struct talk *t = arg;

	if (!text) {
		hang_up(t);
		return;
	}
	type_line(t, text);
	t->line_wanted = !t->terminal;
	if (t->terminal)
		lines_next(t->lines);
}

/* The agent has been quiet for a moment, or the end did not come. */
static void on_timer(void *arg)
{
	struct talk *t = arg;

	if (t->leaving || t->ended) {
		if (t->ws)
			ws_close(t->ws, 1000, "");
	} else if (t->line_wanted) {
		t->line_wanted = 0;
		lines_next(t->lines);
	}
}

/* ---- what the server says
 * ----------------------------------------------------- */

static void on_message(struct talk *t, const json_t *m)
{
	const char *type = json_string_value(json_object_get(m, "type"));
	const char *text = json_string_value(json_object_get(m, "text"));
	const char *reason = json_string_value(json_object_get(m, "reason"));

	if (!type)
		return;
	if (strcmp(type, "say") == 0 && text) {
		t->spoken = 1;
		if (!t->json && json_is_true(json_object_get(m, "final")))
			view_line(&t->view, at_ms(t), "agent", "%s", text);
		if (!t->leaving)
			timer_start(t->timer, QUIET_US);
	} else if (strcmp(type, "note") == 0 && text) {
		view_line(&t->view, at_ms(t), "note", "%s", text);
	} else if (strcmp(type, "error") == 0) {
		view_line(&t->view, at_ms(t), "warning", "%s",
			  text ? text
			       : json_string_value(
					 json_object_get(m, "message")));
	} else if (strcmp(type, "ended") == 0) {
		t->ended = 1;
		(void)text_copy(t->reason, sizeof(t->reason),
				reason ? reason : "");
		view_line(&t->view, at_ms(t), "call", "ended: %s", t->reason);
		timer_start(t->timer, 0);
	}
}

static void on_text(struct ws *ws, void *arg, const char *s, size_t len)
{
	struct talk *t = arg;
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

static void on_open(struct ws *ws, void *arg)
{
	struct talk *t = arg;

	(void)ws;
	t->opened = 1;
	t->line_wanted = !t->terminal;
	if (t->terminal) {
		if (!t->json)
			printf("Type what the caller says. /press 123 presses "
			       "keys; Ctrl-D hangs up.\n");
		lines_next(t->lines);
	}
}

static void on_close(struct ws *ws, void *arg, int code, const char *why)
{
	struct talk *t = arg;

	(void)ws;
	t->ws = NULL;
	if (!t->opened) {
		t->refused = why && strncmp(why, "refused", 7) == 0;
		t->status = CTL_FAILED;
		if (!t->refused)
			t->status =
				remote_unreachable(&t->remote, why ? why : "");
	} else if (!t->ended && !t->leaving) {
		(void)fprintf(stderr, "dialogctl: the line broke: %d %s\n",
			      code, why ? why : "");
		t->status = CTL_FAILED;
	}
	loop_stop(t->remote.loop);
}

/* ---- the command
 * ----------------------------------------------------------------- */

static int converse(struct talk *t, const char *to)
{
	static const struct ws_handlers h = {
		.on_open = on_open, .on_text = on_text, .on_close = on_close};
	struct strbuf url;
	int err = -ENOMEM;

	strbuf_init(&url, REMOTE_FULL_URL_BYTES);
	strbuf_addf(&url, "%s/text?to=", t->remote.ws_url);
	remote_escape(&url, to);
	if (strbuf_ok(&url) &&
	    !timer_new(&t->timer, t->remote.loop, on_timer, t) &&
	    !lines_open(&t->lines, t->remote.loop, on_line, t))
		err = ws_dial(&t->ws, t->remote.loop, url.s, t->remote.headers,
			      DIAL_US, &h, t);
	strbuf_done(&url);
	if (err) {
		(void)fprintf(stderr, "dialogctl: cannot talk to %s\n",
			      t->remote.url);
		return CTL_FAILED;
	}

	t->start_us = clock_now_us();
	interrupt_watch(t->remote.loop);
	loop_run(t->remote.loop);
	if (t->ws) {
		hang_up(t);
		loop_run(t->remote.loop);
	}
	interrupt_done();

	return t->status;
}

static int any_ready(struct talk *t, const char *to, int *ret)
{
	json_t *experts = NULL;
	int status = listeners_fetch(&t->remote, &experts);

	*ret = listeners_ready(experts, to) > 0;
	json_decref(experts);

	return status;
}

/* Without an Expert the server only says that nobody is there. */
static int judge(struct talk *t, const char *to, int ready)
{
	int status = t->status;

	if (!status && !ready)
		status = any_ready(t, to, &ready);
	if (!t->refused && (status || (ready && (t->spoken || t->leaving))))
		return status;
	listeners_tell(&t->remote, to,
		       t->refused ? "the server refused the call"
				  : "no Expert took the call");

	return CTL_FAILED;
}

static int run(int argc, char **argv)
{
	int ready = 0;
	struct talk t = {.terminal = isatty(STDIN_FILENO)};
	struct remote_options remote = {.url = NULL};
	const char *to = "+15555550100";
	const struct option table[] = {
		{"--to", "ADDRESS", OPTION_TEXT, &to, 0, 0,
		 "the agent: number, web:CODE or sip:CODE (+15555550100)"},
		{"--json", NULL, OPTION_FLAG, &t.json, 0, 0,
		 "print what the server sends, one JSON object a line"},
		REMOTE_OPTIONS(remote),
		{NULL, NULL, OPTION_FLAG, NULL, 0, 0, NULL}};
	int words = options_take(&talk_command, table, argc, argv);
	int status;

	if (words < 0)
		return options_exit(words);
	if (words > 0)
		return options_usage(&talk_command, "unexpected \"%s\"",
				     argv[0]);

	view_init(&t.view, t.json ? NULL : stdout);
	status = remote_open(&t.remote, &remote);
	if (status)
		return status;
	status = any_ready(&t, to, &ready);
	if (!status && !ready)
		view_line(&t.view, 0, "warning", "no Expert listens on %s yet",
			  to);
	if (!status)
		status = converse(&t, to);
	if (!status || t.refused)
		status = judge(&t, to, ready);
	lines_close(t.lines);
	timer_free(t.timer);
	remote_close(&t.remote);

	return status;
}

const struct command talk_command = {
	.name = "talk",
	.words = "[options]",
	.help = "Talk to an agent in text.",
	.more = "On a terminal a line goes out as it is typed; /press 123 "
		"presses keys, /hangup\nor Ctrl-D hangs up. From a pipe the "
		"next line goes out when the agent has\nspoken.\n\n"
		"  dialogctl talk\n"
		"  printf 'my name is robert\\nfour\\n' | dialogctl talk\n",
	.run = run,
};
