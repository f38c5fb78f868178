/**
 * @file check.c  dialogctl expert-check: is this an Expert, is this a server?
 *
 * One line a scenario, and an exit status.
 *
 * SPDX-License-Identifier: MIT
 */
#include "ctl/check.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "ctl/commands.h"
#include "ctl/interrupt.h"
#include "ctl/print.h"
#include "net/loop.h"

enum {
	TICK_US = 10000,
	SLOW_MAX = 60,
	COMMAND_WORDS_MAX = 64,
	KEY_BYTES = 16
};

struct check_options {
	const char *listen, *only, *tls_cert, *tls_key;
	struct remote_options remote; /* its url: play an Expert there */
	int64_t slow, wait_s;
	int json, list;
	const struct check_scenario *const *tables; /* ended by NULL */
};

static const struct check_scenario *const as_server[] = {
	check_server_scenarios, check_asked_scenarios, check_fault_scenarios,
	NULL};
static const struct check_scenario *const as_expert[] = {
	check_expert_scenarios, NULL};

/* ---- one scenario after another ------------------------------------------
 */

static int is_wanted(const struct check_options *o,
		     const struct check_scenario *s)
{
	return !o->only || strcmp(o->only, s->name) == 0;
}

static void list(const struct check_options *o)
{
	for (size_t t = 0; o->tables[t]; t++)
		for (const struct check_scenario *s = o->tables[t]; s->name;
		     s++)
			printf("%-15s %s\n", s->name, s->what);
}

static int is_known(const struct check_options *o)
{
	for (size_t t = 0; o->tables[t]; t++)
		for (const struct check_scenario *s = o->tables[t]; s->name;
		     s++)
			if (strcmp(o->only, s->name) == 0)
				return 1;

	return 0;
}

static void fault_to_why(struct check *c)
{
	/* What it may never do tells more than what it then did not do. */
	if (c->fault[0])
		(void)text_copy(c->why, sizeof(c->why), c->fault);
	c->fault[0] = '\0';
}

static void report(const struct check *c, const struct check_options *o,
		   const struct check_scenario *s, int64_t took_us,
		   json_t *results)
{
	int ok = !c->why[0];

	(void)json_array_append_new(
		results,
		json_pack("{s:s, s:b, s:s, s:s, s:I}", "name", s->name, "ok",
			  ok, "why", c->why, "note", c->note, "took_ms",
			  (json_int_t)(took_us / US_PER_MS)));
	if (o->json)
		return;
	if (!ok)
		printf("FAILED %s: %s\n", s->name, c->why);
	else if (c->note[0])
		printf("ok %s (%s)\n", s->name, c->note);
	else
		printf("ok %s\n", s->name);
	(void)fflush(stdout);
}

/* @return nonzero when it holds */
static int run_one(struct check *c, const struct check_options *o,
		   const struct check_scenario *s, json_t *results)
{
	int64_t began_us = clock_now_us();

	c->why[0] = c->note[0] = '\0';
	if (s->run(c) < 0)
		(void)check_fail(c, "it fails");
	fault_to_why(c);
	if (c->server)
		check_stage_clear(c);
	else
		check_expert_clear(c);
	fault_to_why(c);
	if (interrupt_came())
		(void)check_fail(c, "it was interrupted");
	report(c, o, s, clock_now_us() - began_us, results);

	return !c->why[0];
}

/** @param first_only  nobody came: the first tells that, the others would wait
 *  as long and tell the same */
static int run_all(struct check *c, const struct check_options *o,
		   int first_only)
{
	json_t *results = json_array();
	unsigned held = 0, failed = 0;

	for (size_t t = 0; o->tables[t]; t++)
		for (const struct check_scenario *s = o->tables[t]; s->name;
		     s++) {
			if (!is_wanted(o, s) || interrupt_came() ||
			    (first_only && failed))
				continue;
			if (run_one(c, o, s, results))
				held++;
			else
				failed++;
		}
	if (o->json)
		print_json(results);
	else
		printf("%u held, %u failed\n", held, failed);
	json_decref(results);

	return failed || !held || interrupt_came() ? CTL_FAILED : CTL_OK;
}

/* ---- as a server ---------------------------------------------------------
 */

static void tell_where(const struct check *c, int64_t wait_s)
{
	const char *s = c->tls_cert ? "s" : "";

	(void)fprintf(stderr,
		      "Start the Expert within %lld s, listening on %s, "
		      "with:\n"
		      "  EXPERT_URL=ws%s://%s EXPERT_API_KEY=%s\n"
		      "or, for a published SDK:\n"
		      "  GUAVA_BASE_URL=http%s://%s/ GUAVA_API_KEY=%s\n",
		      (long long)wait_s, c->address, s, c->url, c->key, s,
		      c->url, c->key);
}

/** @return nonzero when it has come */
static int wait_for_expert(struct check *c, int64_t wait_s)
{
	c->until_us = clock_now_us() + wait_s * US_PER_S;
	while (!check_listener(c) && check_turn(c))
		;
	return check_listener(c) != NULL;
}

static int play_server(struct check *c, const struct check_options *o,
		       char *const *command)
{
	char why[128];
	int err, status = check_stage_open(c, o->listen);

	if (status)
		return status;
	if (!c->key[0])
		(void)text_random_hex(c->key, sizeof(c->key), KEY_BYTES);
	if (command[0]) {
		err = check_child_start(c, command);
		if (err) {
			(void)fprintf(stderr, "dialogctl: cannot run %s: %s\n",
				      command[0],
				      strerror_r(-err, why, sizeof(why)));
			check_stage_close(c);
			return CTL_USAGE;
		}
	} else {
		tell_where(c, o->wait_s);
	}
	status = run_all(c, o, !wait_for_expert(c, o->wait_s));
	check_child_stop(c);
	check_stage_close(c);

	return status;
}

/* ---- the command ---------------------------------------------------------
 */

static void stop(void *arg)
{
	loop_stop(arg);
}

/* Waiting looks at what it waits for at each tick. */
static int prepare(struct check *c)
{
	if (c->loop && loop_tick(c->loop, TICK_US, stop, c->loop) == 0)
		return CTL_OK;
	(void)fprintf(stderr, "dialogctl: cannot make a loop\n");

	return CTL_FAILED;
}

static int be_server(struct check *c, const struct check_options *o,
		     char *const *command)
{
	int status;

	(void)loop_new(&c->loop, "check");
	status = prepare(c);
	if (!status) {
		interrupt_watch(c->loop);
		status = play_server(c, o, command);
		interrupt_done();
	}
	c->loop = loop_free(c->loop);

	return status;
}

static int be_expert(struct check *c, const struct check_options *o)
{
	struct remote r;
	int status = remote_open(&r, &o->remote);

	if (status)
		return status;
	c->loop = r.loop;
	(void)text_copy(c->url, sizeof(c->url), r.ws_url);
	(void)text_copy(c->key, sizeof(c->key), r.key);
	status = prepare(c);
	if (!status) {
		interrupt_watch(c->loop);
		status = run_all(c, o, 0);
		interrupt_done();
	}
	remote_close(&r);

	return status;
}

static int run(int argc, char **argv)
{
	struct check_options o = {
		.slow = 1, .wait_s = 60, .tables = as_server};
	char *command[COMMAND_WORDS_MAX + 1] = {NULL};
	const struct option table[] = {
		{"--list", NULL, OPTION_FLAG, &o.list, 0, 0,
		 "print the scenarios, and end"},
		{"--only", "NAME", OPTION_TEXT, &o.only, 0, 0,
		 "this scenario alone"},
		{"--json", NULL, OPTION_FLAG, &o.json, 0, 0,
		 "print JSON instead of text for people"},
		{"--listen", "HOST:PORT", OPTION_TEXT, &o.listen, 0, 0,
		 "where the Expert dials (127.0.0.1, any free port)"},
		{"--tls-cert", "FILE", OPTION_TEXT, &o.tls_cert, 0, 0,
		 "listen with TLS: certificate and chain, PEM"},
		{"--tls-key", "FILE", OPTION_TEXT, &o.tls_key, 0, 0,
		 "and its key"},
		{"--wait", "SECONDS", OPTION_INT, &o.wait_s, 1, 3600,
		 "for the Expert to come (60)"},
		{"--slow", "TIMES", OPTION_INT, &o.slow, 1, SLOW_MAX,
		 "allow so many times the time that the protocol gives"},
		{"--server", "URL", OPTION_TEXT, &o.remote.url, 0, 0,
		 "play an Expert against this server instead"},
		{"--key", "KEY", OPTION_TEXT, &o.remote.key, 0, 0,
		 "to be shown (made up, or as for every command)"},
		{"--key-file", "FILE", OPTION_TEXT, &o.remote.key_file, 0, 0,
		 "file with the key, for --server"},
		{"--ca-file", "FILE", OPTION_TEXT, &o.remote.ca_file, 0, 0,
		 "trust these authorities, too, for --server"},
		{NULL, NULL, OPTION_FLAG, NULL, 0, 0, NULL}};
	int words = options_take(&expert_check_command, table, argc, argv);
	struct check *c;
	int status;

	if (words < 0)
		return options_exit(words);
	if (o.remote.url)
		o.tables = as_expert;
	if (o.list) {
		list(&o);
		return CTL_OK;
	}
	if (words < 1 && !o.remote.url)
		return options_usage(&expert_check_command,
				     "which ADDRESS does the Expert listen "
				     "on?");
	if (!o.tls_cert != !o.tls_key)
		return options_usage(&expert_check_command,
				     "--tls-cert and --tls-key want each "
				     "other");
	if (words - 1 > COMMAND_WORDS_MAX)
		return options_usage(&expert_check_command,
				     "the command has too many words");
	if (o.only && !is_known(&o))
		return options_usage(&expert_check_command,
				     "there is no scenario \"%s\": --list has "
				     "them",
				     o.only);
	for (int i = 1; i < words; i++)
		command[i - 1] = argv[i];

	c = mem_must(mem_zalloc(sizeof(*c)), "check");
	c->address = words ? argv[0] : "+15555550100";
	c->slow = o.slow;
	c->tls_cert = o.tls_cert;
	c->tls_key = o.tls_key;
	if (o.remote.url)
		status = be_expert(c, &o);
	else if (o.remote.key &&
		 text_copy(c->key, sizeof(c->key), o.remote.key) < 0)
		status = options_usage(&expert_check_command,
				       "the key is too long");
	else
		status = be_server(c, &o, command);
	for (unsigned i = 0; i < c->n_peers; i++)
		check_peer_free(c->peers[i]);
	mem_free(c);

	return status;
}

const struct command expert_check_command = {
	.name = "expert-check",
	.words = "[options] [ADDRESS] [-- COMMAND ...]",
	.help = "Hold an Expert against the protocol, scenario by scenario.",
	.more = "Plays a server against any Expert, in any language: it must "
		"listen on ADDRESS\n(number, web:CODE or sip:CODE). Its "
		"command is run with EXPERT_URL, EXPERT_API_KEY,\n"
		"EXPERT_NUMBER, GUAVA_BASE_URL and GUAVA_API_KEY set; "
		"without one they are printed.\nThe exit status is 0 when "
		"every scenario holds.\n\n"
		"  dialogctl expert-check +15555550100 -- "
		"build/examples/waitlist\n"
		"  dialogctl expert-check --listen 0.0.0.0:8800 "
		"web:front-desk\n"
		"  dialogctl expert-check --server http://127.0.0.1:8800\n\n"
		"With --server it plays an Expert against a server, and "
		"places the calls itself, in text.\n",
	.run = run,
};
