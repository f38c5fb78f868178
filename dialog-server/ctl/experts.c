/**
 * @file experts.c  dialogctl experts: who listens where
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "ctl/commands.h"
#include "ctl/interrupt.h"
#include "ctl/listeners.h"
#include "ctl/print.h"
#include "ctl/remote.h"
#include "net/loop.h"

enum { POLL_US = 100000 };

struct experts_options {
	struct remote_options remote;
	const char *address;
	int64_t wait_s;
	int json;
};

static void stop(void *arg)
{
	loop_stop(arg);
}

/* The listeners, those of the wanted address when one is named. */
static int fetch(struct remote *r, const struct experts_options *o,
		 json_t **ret)
{
	json_t *chosen = json_array(), *all = NULL;
	int status = listeners_fetch(r, &all);

	if (status) {
		json_decref(chosen);
		return status;
	}
	for (size_t i = 0; i < json_array_size(all); i++) {
		json_t *one = json_array_get(all, i);
		const char *address =
			json_string_value(json_object_get(one, "address"));

		if (!o->address ||
		    (address && strcmp(address, o->address) == 0))
			(void)json_array_append(chosen, one);
	}
	json_decref(all);
	*ret = chosen;

	return CTL_OK;
}

/* Ask until somebody listens or the time is over. */
static int wait_for_one(struct remote *r, const struct experts_options *o,
			json_t **ret)
{
	int64_t deadline_us = clock_now_us() + o->wait_s * US_PER_S;
	struct timer *timer = NULL;
	int status = CTL_FAILED;

	if (timer_new(&timer, r->loop, stop, r->loop))
		return CTL_FAILED;
	interrupt_watch(r->loop);
	for (;;) {
		status = fetch(r, o, ret);
		if (status || json_array_size(*ret) || interrupt_came() ||
		    clock_now_us() >= deadline_us)
			break;
		json_decref(*ret);
		timer_start(timer, POLL_US);
		loop_run(r->loop);
	}
	interrupt_done();
	timer_free(timer);

	return status;
}

static int print(const struct experts_options *o, const json_t *experts)
{
	static const struct column columns[] = {{"ADDRESS", "address", 24},
						{"LISTENER", "listener", 8},
						{"READY", "ready", 6},
						{"TAKEN", "calls", 0},
						{NULL, NULL, 0}};

	if (o->json)
		print_json(experts);
	else if (o->address && !json_array_size(experts))
		printf("no Expert listens on %s\n", o->address);
	else
		print_table(experts, columns, "no Expert listens");

	return (o->wait_s || o->address) && !json_array_size(experts)
		       ? CTL_FAILED
		       : CTL_OK;
}

static int run(int argc, char **argv)
{
	struct experts_options o = {.wait_s = 0};
	const struct option table[] = {
		{"--address", "ADDRESS", OPTION_TEXT, &o.address, 0, 0,
		 "only of this address; exit status 1 when none listens"},
		{"--wait", "SECONDS", OPTION_INT, &o.wait_s, 0, 3600,
		 "wait until one listens; exit status 1 when none does"},
		{"--json", NULL, OPTION_FLAG, &o.json, 0, 0,
		 "print JSON instead of text for people"},
		REMOTE_OPTIONS(o.remote),
		{NULL, NULL, OPTION_FLAG, NULL, 0, 0, NULL}};
	int words = options_take(&experts_command, table, argc, argv);
	json_t *experts = NULL;
	struct remote r;
	int status;

	if (words < 0)
		return options_exit(words);
	if (words > 0)
		return options_usage(&experts_command, "unexpected \"%s\"",
				     argv[0]);

	status = remote_open(&r, &o.remote);
	if (status)
		return status;
	status = wait_for_one(&r, &o, &experts);
	if (!status)
		status = print(&o, experts);
	json_decref(experts);
	remote_close(&r);

	return status;
}

const struct command experts_command = {
	.name = "experts",
	.words = "[options]",
	.help = "Which Experts listen, on which address.",
	.more = "  dialogctl experts --address +15555550100 --wait 20 && "
		"dialogctl talk\n",
	.run = run,
};
