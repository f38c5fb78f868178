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

enum { LIST_MAX = 500, LIST_DEFAULT = 20 };

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

static void print_transcript(const json_t *call)
{
	const json_t *lines = json_object_get(call, "transcript");
	struct view v;

	view_init(&v, stdout);
	printf("\n");
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);

		view_line(&v,
			  json_integer_value(json_object_get(line, "at_ms")),
			  text_of(line, "who"), "%s%s", text_of(line, "text"),
			  json_is_true(json_object_get(line, "interrupted"))
				  ? " -- (interrupted)"
				  : "");
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
		print_transcript(call);
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
		return options_usage(&calls_command, "list, or show ID");

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
	.help = "List calls, or show one: transcript, fields, latency.",
	.more = "  dialogctl calls --limit 5\n"
		"  dialogctl calls show cce697dd645803bf61af2\n"
		"  dialogctl calls --json | jq -r '.[0].id'\n",
	.run = run,
};
