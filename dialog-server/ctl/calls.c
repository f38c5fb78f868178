/**
 * @file calls.c  dialogctl calls: what was said in calls, and what came of it
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "ctl/commands.h"
#include "ctl/print.h"
#include "ctl/remote.h"
#include "ctl/view.h"

enum {
	LIST_MAX = 500,
	LIST_DEFAULT = 20,
	SAME_MS = 100, /* what was heard comes before what it led to */
};

struct calls_options {
	struct remote_options remote;
	int64_t limit;
	int json;
};

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

static int list(struct remote *r, const struct calls_options *o)
{
	static const struct column columns[] = {{"ID", "id", 21},
						{"STARTED", "started", 24},
						{"CHANNEL", "channel", 8},
						{"FROM", "from", 14},
						{"ADDRESS", "address", 14},
						{"ENDED BY", "reason", 0},
						{NULL, NULL, 0}};
	json_t *answer = NULL, *calls;
	char path[64];
	int status;

	(void)snprintf(path, sizeof(path), "/v1/calls?limit=%" PRId64,
		       o->limit);
	status = remote_call(r, "GET", path, NULL, &answer);
	if (status)
		return status;
	calls = json_object_get(answer, "calls");
	if (o->json)
		print_json(calls);
	else
		print_table(calls, columns, "no calls yet");
	json_decref(answer);

	return CTL_OK;
}

static void print_facts(const json_t *call)
{
	static const char *const keys[] = {
		"id",     "external_id", "channel", "address",
		"from",   "to",          "started", "ended",
		"reason", "recording",   "journal"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		printf("%-12s ", keys[i]);
		print_value(json_object_get(call, keys[i]), 0);
		printf("\n");
	}
}

static int64_t at_ms_of(const json_t *o)
{
	return json_integer_value(json_object_get(o, "at_ms"));
}

static void print_line(const struct view *v, const json_t *line)
{
	view_line(v, at_ms_of(line), text_of(line, "who"), "%s%s",
		  text_of(line, "text"),
		  json_is_true(json_object_get(line, "interrupted"))
			  ? " -- (interrupted)"
			  : "");
}

/* As the live feed has it: the members of detail beside the type. */
static void print_event(const struct view *v, const json_t *event)
{
	json_t *whole = json_copy(json_object_get(event, "detail"));

	if (!whole)
		whole = json_object();
	(void)json_object_set(whole, "type", json_object_get(event, "type"));
	(void)json_object_set(whole, "at_ms", json_object_get(event, "at_ms"));
	view_event(v, whole);
	json_decref(whole);
}

/* Keys that follow each other are one line. @return how many there are */
static size_t print_keys(const struct view *v, const json_t *events, size_t at,
			 int64_t until_ms)
{
	struct strbuf keys;
	char text[64];
	size_t n;

	strbuf_over(&keys, text, sizeof(text));
	for (n = 0; at + n < json_array_size(events); n++) {
		const json_t *e = json_array_get(events, at + n);

		if (strcmp(text_of(e, "type"), "dtmf") != 0 ||
		    at_ms_of(e) > until_ms)
			break;
		strbuf_add(&keys,
			   text_of(json_object_get(e, "detail"), "text"));
	}
	if (n)
		view_line(v, at_ms_of(json_array_get(events, at)), "caller",
			  "[presses %s]", keys.s);

	return n;
}

/* What was said and what happened, by time. */
static void print_course(const json_t *call)
{
	const json_t *lines = json_object_get(call, "transcript");
	const json_t *events = json_object_get(call, "events");
	size_t i = 0, k = 0, n;
	struct view v;

	view_init(&v, stdout);
	printf("\n");
	while (i < json_array_size(lines) || k < json_array_size(events)) {
		const json_t *line = json_array_get(lines, i);
		const json_t *event = json_array_get(events, k);
		int64_t until_ms = line ? at_ms_of(line) : INT64_MAX;

		if (!event || (line && at_ms_of(event) + SAME_MS > until_ms)) {
			print_line(&v, line);
			i++;
			continue;
		}
		n = print_keys(&v, events, k, until_ms);
		if (!n)
			print_event(&v, event);
		k += n ? n : 1;
	}
}

static void print_fields(const json_t *call)
{
	const char *key;
	json_t *value;

	printf("\nfields\n");
	json_object_foreach (json_object_get(call, "fields"), key, value) {
		printf("  %-20s ", key);
		print_value(value, 0);
		printf("\n");
	}
}

static void print_turns(const json_t *call)
{
	static const struct column columns[] = {
		{"TURN", "turn", 4},   {"ENDPOINT", "endpoint_ms", 8},
		{"STT", "stt_ms", 6},  {"LLM", "llm_ms", 6},
		{"TTS", "tts_ms", 6},  {"TOTAL", "total_ms", 6},
		{"HEARD", "heard", 0}, {NULL, NULL, 0}};

	printf("\nlatency by turn [ms]\n");
	print_table(json_object_get(call, "turns"), columns, "none");
}

static int show(struct remote *r, const struct calls_options *o,
		const char *id)
{
	json_t *call = NULL;
	struct strbuf path;
	int status;

	strbuf_init(&path, 1024);
	strbuf_add(&path, "/v1/calls/");
	remote_escape(&path, id);
	status = remote_call(r, "GET", path.s, NULL, &call);
	strbuf_done(&path);
	if (status)
		return status;
	if (o->json) {
		print_json(call);
	} else {
		print_facts(call);
		print_course(call);
		print_fields(call);
		print_turns(call);
	}
	json_decref(call);

	return CTL_OK;
}

static int run(int argc, char **argv)
{
	struct calls_options o = {.limit = LIST_DEFAULT};
	const struct option table[] = {
		{"--limit", "N", OPTION_INT, &o.limit, 1, LIST_MAX,
		 "list so many (20), newest first"},
		{"--json", NULL, OPTION_FLAG, &o.json, 0, 0,
		 "print JSON instead of text for people"},
		REMOTE_OPTIONS(o.remote),
		{NULL, NULL, OPTION_FLAG, NULL, 0, 0, NULL}};
	int words = options_take(&calls_command, table, argc, argv);
	struct remote r;
	int status;

	if (words < 0)
		return options_exit(words);
	if (!(words == 0 || (words == 1 && strcmp(argv[0], "list") == 0) ||
	      (words == 2 && strcmp(argv[0], "show") == 0)))
		return options_usage(&calls_command,
				     "expected list, or show ID");

	status = remote_open(&r, &o.remote);
	if (status)
		return status;
	status = words == 2 ? show(&r, &o, argv[1]) : list(&r, &o);
	remote_close(&r);

	return status;
}

const struct command calls_command = {
	.name = "calls",
	.words = "[options] [list | show ID]",
	.help = "List calls, or show one: what was said and done, latency.",
	.more = "  dialogctl calls --limit 5\n"
		"  dialogctl calls show cce697dd645803bf61af2\n"
		"  dialogctl calls --json | jq -r '.[0].id'\n",
	.run = run,
};
