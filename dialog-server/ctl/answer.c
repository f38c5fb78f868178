/**
 * @file answer.c  dialogctl phone: a telephone that waits to be called
 *
 *   Expert --create-outbound--> server --ringing--> WS /phone?number=NUMBER
 *   terminal --answer, lines--> server --agent's words--> terminal
 *
 * SPDX-License-Identifier: MIT
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "ctl/commands.h"
#include "ctl/interrupt.h"
#include "ctl/lines.h"
#include "ctl/remote.h"
#include "ctl/typed.h"
#include "ctl/view.h"

struct answer {
	struct typed typed; /* first */
	struct remote remote;
	const char *number;
	const char *decline; /* NULL, "busy", "reject", "ignore" */
	int64_t calls;       /* 0: for ever */
	int64_t done;        /* taken, declined, missed */
	int ringing;
};

static int is_over(const struct answer *a)
{
	return a->calls && a->done >= a->calls;
}

/* One call is dealt with and the line is still open. */
static void count(struct answer *a)
{
	a->ringing = 0;
	a->done++;
	if (is_over(a))
		typed_hangup(&a->typed);
}

static void answer(struct answer *a)
{
	a->ringing = 0;
	typed_send(&a->typed, json_pack("{s:s}", "type", "answer"));
	typed_begin(&a->typed);
}

static void decline(struct answer *a, const char *reason)
{
	typed_send(&a->typed, json_pack("{s:s, s:s}", "type", "reject",
					"reason", reason));
	count(a);
}

static void on_ringing(struct answer *a, const json_t *m)
{
	const char *from = json_string_value(json_object_get(m, "from"));

	a->ringing = 1;
	view_line(&a->typed.view, typed_ms(&a->typed), "call", "%s calls",
		  from ? from : "somebody");
	if (!a->decline && a->typed.terminal) {
		if (!a->typed.json)
			printf("Enter answers; /busy and /reject do not.\n");
		lines_next(a->typed.lines);
	} else if (!a->decline) {
		answer(a);
	} else if (strcmp(a->decline, "ignore") != 0) {
		decline(a, a->decline);
	}
}

static void on_line(struct typed *t, const char *text)
{
	struct answer *a = (struct answer *)(void *)t;

	if (!a->ringing)
		return;
	if (strcmp(text, "/busy") == 0)
		decline(a, "busy");
	else if (strcmp(text, "/reject") == 0)
		decline(a, "reject");
	else
		answer(a);
}

static int on_message(struct typed *t, const char *type, const json_t *m)
{
	struct answer *a = (struct answer *)(void *)t;

	if (strcmp(type, "ringing") == 0) {
		on_ringing(a, m);
	} else if (strcmp(type, "cancelled") == 0) {
		view_line(&t->view, typed_ms(t), "call", "it rings no more");
		count(a);
	} else {
		return 0;
	}
	return 1;
}

static void on_open(struct typed *t)
{
	struct answer *a = (struct answer *)(void *)t;

	if (!t->json)
		printf("%s waits for calls. Ctrl-C ends it.\n", a->number);
	(void)fflush(stdout);
}

static int wait_for_calls(struct answer *a, const char *url)
{
	int status = typed_open(&a->typed);

	while (status == CTL_OK && !is_over(a)) {
		status = typed_converse(&a->typed, url);
		if (a->typed.refused) {
			(void)fprintf(stderr,
				      "dialogctl: the server has no place for "
				      "a telephone at %s: is it a number, and "
				      "does none wait there yet?\n",
				      a->number);
			status = CTL_FAILED;
		}
		if (a->typed.talking)
			a->done++;
		if (interrupt_came())
			break;
	}
	typed_close(&a->typed);

	return status;
}

static int known_way(const char *decline)
{
	return !decline || strcmp(decline, "busy") == 0 ||
	       strcmp(decline, "reject") == 0 ||
	       strcmp(decline, "ignore") == 0;
}

static int run(int argc, char **argv)
{
	struct answer a = {.typed = {.who = "callee",
				     .terminal = isatty(STDIN_FILENO),
				     .on_open = on_open,
				     .on_message = on_message,
				     .on_line = on_line},
			   .number = "+15555550123",
			   .calls = 1};
	struct remote_options remote = {.url = NULL};
	const struct option table[] = {
		{"--number", "NUMBER", OPTION_TEXT, &a.number, 0, 0,
		 "the telephone's own number (+15555550123)"},
		{"--calls", "N", OPTION_INT, &a.calls, 0, 1000000,
		 "end after so many calls; 0: never (1)"},
		{"--decline", "HOW", OPTION_TEXT, &a.decline, 0, 0,
		 "take no call: busy, reject, or ignore (let it ring)"},
		{"--json", NULL, OPTION_FLAG, &a.typed.json, 0, 0,
		 "print what the server sends, one JSON object a line"},
		REMOTE_OPTIONS(remote),
		{NULL, NULL, OPTION_FLAG, NULL, 0, 0, NULL}};
	int words = options_take(&phone_command, table, argc, argv);
	struct strbuf url;
	int status;

	if (words < 0)
		return options_exit(words);
	if (words > 0)
		return options_usage(&phone_command, "unexpected \"%s\"",
				     argv[0]);
	if (!known_way(a.decline))
		return options_usage(&phone_command,
				     "--decline is busy, reject or ignore");

	a.typed.remote = &a.remote;
	view_init(&a.typed.view, a.typed.json ? NULL : stdout);
	status = remote_open(&a.remote, &remote);
	if (status)
		return status;
	strbuf_init(&url, REMOTE_FULL_URL_BYTES);
	strbuf_addf(&url, "%s/phone?number=", a.remote.ws_url);
	remote_escape(&url, a.number);
	status = strbuf_ok(&url) ? wait_for_calls(&a, url.s) : CTL_FAILED;
	strbuf_done(&url);
	remote_close(&a.remote);

	return status;
}

const struct command phone_command = {
	.name = "phone",
	.words = "[options]",
	.help = "Be called by agents, and answer in text.",
	.more = "A telephone for calls that Experts place "
		"(create-outbound, expert_call_out(3))\nwhere there is no "
		"carrier. It is reached by Experts with the same API key.\n"
		"On a terminal Enter answers, then a line is said as it is "
		"typed; from a pipe\nthe call is answered at once, and the "
		"next line goes out when the agent has\nspoken.\n\n"
		"  dialogctl phone --number +15555550123\n"
		"  printf 'yes\\nfour\\n' | dialogctl phone\n"
		"  dialogctl phone --decline busy --calls 0\n\n"
		"exit status: 0 the calls came and ended, 1 the line broke or "
		"was refused,\n2 wrong words, 3 no server, not trusted, or "
		"it refused the key\n",
	.run = run,
};
