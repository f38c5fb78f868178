/**
 * @file talk.c  dialogctl talk: the same agent, typed
 *
 *   terminal --lines--> WS /text?to=ADDRESS --agent's words--> terminal
 *
 * SPDX-License-Identifier: MIT
 */
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "ctl/commands.h"
#include "ctl/listeners.h"
#include "ctl/remote.h"
#include "ctl/typed.h"
#include "ctl/view.h"

struct talk {
	struct remote remote;
	struct typed typed;
};

static int converse(struct talk *t, const char *to)
{
	struct strbuf url;
	int status = CTL_FAILED;

	strbuf_init(&url, REMOTE_FULL_URL_BYTES);
	strbuf_addf(&url, "%s/text?to=", t->remote.ws_url);
	remote_escape(&url, to);
	if (strbuf_ok(&url) && typed_open(&t->typed) == CTL_OK)
		status = typed_converse(&t->typed, url.s);
	else
		(void)fprintf(stderr, "dialogctl: cannot talk to %s\n",
			      t->remote.url);
	strbuf_done(&url);

	return status;
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
	int status = t->typed.status;

	if (!status && !ready)
		status = any_ready(t, to, &ready);
	if (!t->typed.refused &&
	    (status || (ready && (t->typed.spoken || t->typed.leaving))))
		return status;
	listeners_tell(&t->remote, to,
		       t->typed.refused ? "the server refused the call"
					: "no Expert took the call");

	return CTL_FAILED;
}

static int run(int argc, char **argv)
{
	int ready = 0;
	struct talk t = {
		.typed = {.who = "caller", .terminal = isatty(STDIN_FILENO)}};
	struct remote_options remote = {.url = NULL};
	const char *to = "+15555550100";
	const struct option table[] = {
		{"--to", "ADDRESS", OPTION_TEXT, &to, 0, 0,
		 "the agent: number, web:CODE or sip:CODE (+15555550100)"},
		{"--json", NULL, OPTION_FLAG, &t.typed.json, 0, 0,
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

	t.typed.remote = &t.remote;
	view_init(&t.typed.view, t.typed.json ? NULL : stdout);
	status = remote_open(&t.remote, &remote);
	if (status)
		return status;
	status = any_ready(&t, to, &ready);
	if (!status && !ready)
		view_line(&t.typed.view, 0, "warning",
			  "no Expert listens on %s yet", to);
	if (!status)
		status = converse(&t, to);
	if (!status || t.typed.refused)
		status = judge(&t, to, ready);
	typed_close(&t.typed);
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
