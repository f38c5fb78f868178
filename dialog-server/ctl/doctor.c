/**
 * @file doctor.c  dialogctl doctor: is everything there for a call?
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>

#include "ctl/commands.h"
#include "ctl/listeners.h"
#include "ctl/print.h"
#include "ctl/remote.h"
#include "provider/flite.h"

struct checks {
	json_t *list;
	int json, failed;
};

static void note(struct checks *c, int ok, const char *what,
		 const char *advice)
{
	if (!ok)
		c->failed = 1;
	(void)json_array_append_new(
		c->list, json_pack("{s:s, s:b, s:s}", "what", what, "ok", ok,
				   "advice", ok ? "" : advice));
	if (!c->json)
		printf("%s  %s%s%s\n", ok ? "ok  " : "FAIL", what,
		       ok ? "" : ": ", ok ? "" : advice);
}

static int voice_works(void)
{
	struct pcm *pcm = NULL;
	int ok = flite_render("", 8000, "hello", &pcm) == 0;

	pcm_unref(pcm);

	return ok;
}

static void check_server(struct checks *c, struct remote *r)
{
	json_t *calls = NULL, *experts = NULL;
	int status = remote_call(r, "GET", "/v1/calls?limit=1", NULL, &calls);

	note(c, status == 0, "the server answers and knows the key",
	     "see the message above");
	if (!status)
		status = listeners_fetch(r, &experts);
	if (!status)
		note(c, listeners_ready(experts, NULL) > 0,
		     "an Expert listens",
		     "start one, for example the waitlist of examples/; on "
		     "another machine it needs EXPERT_URL and EXPERT_API_KEY");
	json_decref(calls);
	json_decref(experts);
}

static int run(int argc, char **argv)
{
	struct remote_options remote = {.url = NULL};
	struct checks c = {.list = json_array()};
	const struct option table[] = {
		{"--json", NULL, OPTION_FLAG, &c.json, 0, 0,
		 "print JSON instead of text for people"},
		REMOTE_OPTIONS(remote),
		{NULL, NULL, OPTION_FLAG, NULL, 0, 0, NULL}};
	int words = options_take(&doctor_command, table, argc, argv);
	struct remote r;
	int status;

	if (words < 0) {
		json_decref(c.list);
		return options_exit(words);
	}

	if (words > 0) {
		json_decref(c.list);
		return options_usage(&doctor_command, "unexpected \"%s\"",
				     argv[0]);
	}
	note(&c, voice_works(), "the built-in voice speaks",
	     "install Flite: make deps");
	status = remote_open(&r, &remote);
	if (!status) {
		check_server(&c, &r);
		remote_close(&r);
	}
	if (c.json)
		print_json(c.list);
	json_decref(c.list);

	return status ? status : c.failed ? CTL_FAILED : CTL_OK;
}

const struct command doctor_command = {
	.name = "doctor",
	.words = "[options]",
	.help = "Check what a call needs: voice, server, key, Expert.",
	.run = run,
};
