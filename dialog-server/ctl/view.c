/**
 * @file view.c  A call as it happens, for a person at a terminal
 *
 * SPDX-License-Identifier: MIT
 */
#include "ctl/view.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "ctl/fieldvalue.h"
#include "ctl/remote.h"

enum { WHO_COLUMNS = 9, VALUE_BYTES = 2048 };

struct style {
	const char *who, *code;
};

static const struct style styles[] = {
	{"agent", "36"},  /* cyan */
	{"caller", "33"}, /* yellow */
	{"heard", "33"},   {"question", "35"}, {"answer", "35"},
	{"request", "35"}, {"action", "35"},   {"field", "32"},
	{"expert", "34"},  {"call", "1"},      {"transfer", "1"},
	{"lost", "31"},    {"warning", "31"},
};

void view_init(struct view *v, FILE *out)
{
	v->out = out;
	v->colour = out && isatty(fileno(out)) && !remote_env("NO_COLOR");
}

static void colour(const struct view *v, const char *code)
{
	if (v->colour)
		(void)fprintf(v->out, "\033[%sm", code);
}

static const char *style_of(const char *who)
{
	for (size_t i = 0; i < sizeof(styles) / sizeof(styles[0]); i++)
		if (strcmp(styles[i].who, who) == 0)
			return styles[i].code;

	return "0";
}

/* What others sent may not move the cursor or change the colours. */
static void put_clean(FILE *out, const char *s)
{
	for (; *s; s++)
		(void)fputc(iscntrl((unsigned char)*s) ? ' ' : *s, out);
}

void view_line(const struct view *v, int64_t at_ms, const char *who,
	       const char *fmt, ...)
{
	char text[4096];
	va_list ap;

	if (!v->out)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);

	if (at_ms < 0)
		at_ms = 0;
	colour(v, "2");
	(void)fprintf(v->out, "%2" PRId64 ":%02" PRId64 ".%" PRId64 "  ",
		      at_ms / 60000, at_ms / 1000 % 60, at_ms / 100 % 10);
	colour(v, "0");
	colour(v, style_of(who));
	(void)fprintf(v->out, "%-*s ", WHO_COLUMNS, who);
	put_clean(v->out, text);
	colour(v, "0");
	(void)fputc('\n', v->out);
	(void)fflush(v->out);
}

/* ---- events --------------------------------------------------------------
 */

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

static void field_event(const struct view *v, int64_t at_ms,
			const json_t *event)
{
	char value[VALUE_BYTES];

	fieldvalue_text(value, sizeof(value), json_object_get(event, "value"));
	view_line(v, at_ms, "field", "%s = %s", text_of(event, "key"), value);
}

/* An event that has no line of its own: its type, and its text or id. */
static void other_event(const struct view *v, int64_t at_ms, const char *type,
			const json_t *event)
{
	const char *text = text_of(event, "text");

	if (!text[0])
		text = text_of(event, "id");
	view_line(v, at_ms, "expert", "%s%s%s", type, text[0] ? ": " : "",
		  text);
}

static int speech_event(const struct view *v, int64_t at_ms, const char *type,
			const json_t *event)
{
	const char *text = text_of(event, "text");

	if (strcmp(type, "caller-speech") == 0) {
		if (json_is_true(json_object_get(event, "final")))
			view_line(v, at_ms, "heard", "\"%s\"", text);
		return 1;
	}
	if (strcmp(type, "agent-speech") == 0) {
		view_line(v, at_ms, "agent", "%s%s", text,
			  json_is_true(json_object_get(event, "interrupted"))
				  ? " -- (interrupted)"
				  : "");
		return 1;
	}
	if (strcmp(type, "question") == 0) {
		view_line(v, at_ms, "question", "to the Expert: %s", text);
		return 1;
	}
	if (strcmp(type, "answer") == 0) {
		view_line(v, at_ms, "answer", "of the Expert: %s", text);
		return 1;
	}

	return 0;
}

/* What becomes of the call and of its Expert. */
static int state_event(const struct view *v, int64_t at_ms, const char *type,
		       const json_t *event)
{
	static const struct {
		const char *type, *who, *text;
	} lines[] = {
		{"expert-attached", "expert", "has the call"},
		{"expert-lost", "lost", "the Expert is gone from the call"},
		{"expert-offered", "expert", "the call is offered to others"},
		{"no-expert", "lost", "no Expert takes the call"},
		{"declined", "expert", "declines the call"},
		{"line-broken", "lost", "the caller's line broke"},
		{"stt-failed", "warning", "the recognizer failed"},
		{"llm-failed", "warning", "the language model failed"},
		{"transfer-failed", "warning", "the transfer failed"},
		{"end-cause", "call", "ends because"},
	};
	const char *text = text_of(event, "text");

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (strcmp(type, lines[i].type) == 0) {
			view_line(v, at_ms, lines[i].who, "%s%s%s",
				  lines[i].text, text[0] ? ": " : "", text);
			return 1;
		}

	return 0;
}

void view_event(const struct view *v, const json_t *event)
{
	static const char *const quiet[] = {"turn", "call-started", "ready",
					    "dtmf"};
	const char *type = text_of(event, "type");
	int64_t at_ms = json_integer_value(json_object_get(event, "at_ms"));

	if (!v->out)
		return;
	for (size_t i = 0; i < sizeof(quiet) / sizeof(quiet[0]); i++)
		if (strcmp(type, quiet[i]) == 0)
			return;
	if (speech_event(v, at_ms, type, event))
		return;
	if (strcmp(type, "field") == 0)
		field_event(v, at_ms, event);
	else if (strcmp(type, "call-ended") == 0)
		view_line(v, at_ms, "call", "ended: %s",
			  text_of(event, "reason"));
	else if (strcmp(type, "transfer") == 0)
		view_line(v, at_ms, "transfer", "to %s",
			  text_of(event, "text"));
	else if (!state_event(v, at_ms, type, event))
		other_event(v, at_ms, type, event);
}

/* ---- summary ---------------------------------------------------------------
 */

static void heading(const struct view *v, const char *text)
{
	(void)fputc('\n', v->out);
	colour(v, "1");
	(void)fputs(text, v->out);
	colour(v, "0");
	(void)fputc('\n', v->out);
}

static void fields(const struct view *v, const json_t *result)
{
	json_t *all = json_object_get(result, "fields"), *value;
	const char *key;

	heading(v, "Fields");
	if (!json_object_size(all))
		(void)fputs("  none\n", v->out);
	json_object_foreach (all, key, value) {
		char text[VALUE_BYTES];

		fieldvalue_text(text, sizeof(text), value);
		(void)fprintf(v->out, "  %-20s ", key);
		put_clean(v->out, text);
		(void)fputc('\n', v->out);
	}
}

static void latency_cell(const struct view *v, const json_t *latency,
			 const char *key)
{
	const json_t *ms = json_object_get(latency, key);

	if (ms)
		(void)fprintf(v->out, " %8" JSON_INTEGER_FORMAT,
			      json_integer_value(ms));
	else
		(void)fprintf(v->out, " %8s", "-");
}

static void latencies(const struct view *v, const json_t *result)
{
	static const char *const stages[] = {"endpoint", "stt",   "llm",
					     "tts",      "total", "by_ear"};
	json_t *turns = json_object_get(result, "turns"), *turn;
	size_t i, shown = 0;

	json_array_foreach (turns, i, turn) {
		json_t *latency = json_object_get(turn, "latency_ms");

		if (!json_object_size(latency))
			continue;
		if (!shown++) {
			heading(v, "Latency by turn [ms], from the end of the "
				   "caller's speech");
			(void)fputs("   ", v->out);
			for (size_t k = 0; k < 6; k++)
				(void)fprintf(v->out, " %8s", stages[k]);
			(void)fputs("  heard\n", v->out);
		}
		(void)fprintf(v->out, "%3zu", shown);
		for (size_t k = 0; k < 6; k++)
			latency_cell(v, latency, stages[k]);
		(void)fputs("  ", v->out);
		put_clean(v->out, text_of(turn, "heard"));
		(void)fputc('\n', v->out);
	}
}

static void expectations(const struct view *v, const json_t *result)
{
	json_t *all = json_object_get(result, "expectations"), *e;
	size_t i;

	if (!json_array_size(all))
		return;
	heading(v, "Expectations");
	json_array_foreach (all, i, e) {
		int ok = json_is_true(json_object_get(e, "ok"));

		colour(v, ok ? "32" : "31");
		(void)fprintf(v->out, "  %s", ok ? "held  " : "FAILED");
		colour(v, "0");
		(void)fputs("  ", v->out);
		put_clean(v->out, text_of(e, "what"));
		if (!ok) {
			(void)fputs(": ", v->out);
			put_clean(v->out, text_of(e, "detail"));
		}
		(void)fputc('\n', v->out);
	}
}

static void path_line(const struct view *v, const json_t *result,
		      const char *key, const char *title)
{
	const char *path = text_of(result, key);

	if (path[0])
		(void)fprintf(v->out, "  %-20s %s\n", title, path);
}

void view_summary(const struct view *v, const json_t *result)
{
	const char *to = text_of(result, "transfer_to");

	if (!v->out)
		return;
	fields(v, result);
	latencies(v, result);
	heading(v, "Call");
	(void)fprintf(v->out, "  %-20s %s%s%s\n", "ended by",
		      text_of(result, "ended_by"), to[0] ? " to " : "", to);
	(void)fprintf(v->out, "  %-20s %.1f s\n", "duration",
		      (double)json_integer_value(
			      json_object_get(result, "duration_ms")) /
			      1000);
	path_line(v, result, "call_id", "id");
	path_line(v, result, "recording", "recording");
	path_line(v, result, "journal", "journal");
	path_line(v, result, "problem", "problem");
	expectations(v, result);
	(void)fflush(v->out);
}
