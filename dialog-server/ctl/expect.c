/**
 * @file expect.c  Does an expectation of a script hold?
 *
 * SPDX-License-Identifier: MIT
 */
#include "ctl/expect.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "ctl/fieldvalue.h"
#include "ctl/pattern.h"

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

__attribute__((format(printf, 2, 3))) static void say(char *dst,
						      const char *fmt, ...)
{
	struct strbuf b;
	va_list ap;

	strbuf_over(&b, dst, EXPECT_TEXT_BYTES);
	va_start(ap, fmt);
	strbuf_vaddf(&b, fmt, ap);
	va_end(ap);
}

static int check_field(const struct script_expect *e, const json_t *result,
		       char *what, char *detail)
{
	const json_t *value =
		json_object_get(json_object_get(result, "fields"), e->key);

	say(what, e->text[0] == '{' ? "field %s is %s" : "field %s is \"%s\"",
	    e->key, e->text);
	if (!value) {
		say(detail, "it was not collected");
		return 0;
	}
	fieldvalue_text(detail, EXPECT_TEXT_BYTES, value);

	return fieldvalue_is(value, e->text);
}

static int check_no_field(const struct script_expect *e, const json_t *result,
			  char *what, char *detail)
{
	const json_t *value =
		json_object_get(json_object_get(result, "fields"), e->key);

	say(what, "field %s is not collected", e->key);
	say(detail, "%s", "");
	if (value)
		fieldvalue_text(detail, EXPECT_TEXT_BYTES, value);

	return !value;
}

/* A line of the transcript that has the pattern, or NULL. */
static const char *find_line(const json_t *record, const char *who,
			     const char *pattern)
{
	const json_t *lines = json_object_get(record, "transcript");

	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);

		if (strcmp(text_of(line, "who"), who) == 0 &&
		    pattern_in(pattern, text_of(line, "text")))
			return text_of(line, "text");
	}

	return NULL;
}

/* All that one side said, for the detail of a failure. */
static void all_lines(const json_t *record, const char *who, char *detail)
{
	const json_t *lines = json_object_get(record, "transcript");
	struct strbuf b;

	strbuf_over(&b, detail, EXPECT_TEXT_BYTES);
	strbuf_add(&b, "it was:");
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);

		if (strcmp(text_of(line, "who"), who) == 0)
			strbuf_addf(&b, " \"%s\"", text_of(line, "text"));
	}
}

static int check_said(const struct script_expect *e, const json_t *record,
		      char *what, char *detail)
{
	const char *who = e->kind == EXPECT_HEARD ? "caller" : "agent";
	int wanted = e->kind != EXPECT_AGENT_NOT_SAID;
	const char *line = find_line(record, who, e->text);

	say(what, "%s \"%s\"",
	    e->kind == EXPECT_HEARD ? "the server hears"
	    : wanted                ? "the agent says"
				    : "the agent never says",
	    e->text);
	if (line)
		say(detail, "\"%s\"", line);
	else
		all_lines(record, who, detail);

	return (line != NULL) == wanted;
}

static int check_latency(const struct script_expect *e, const json_t *result,
			 char *what, char *detail)
{
	const json_t *turns = json_object_get(result, "turns");
	json_int_t worst = -1;

	say(what, "every turn is answered within %lld ms",
	    (long long)e->number);
	for (size_t i = 0; i < json_array_size(turns); i++) {
		const json_t *ms = json_object_get(
			json_object_get(json_array_get(turns, i),
					"latency_ms"),
			"total");

		if (ms && json_integer_value(ms) > worst)
			worst = json_integer_value(ms);
	}
	if (worst < 0) {
		say(detail, "no turn was measured");
		return 0;
	}
	say(detail, "the slowest took %lld ms", (long long)worst);

	return worst <= e->number;
}

static int check_turns(const struct script_expect *e, const json_t *result,
		       char *what, char *detail)
{
	const json_t *turns = json_object_get(result, "turns");
	int64_t heard = 0;

	for (size_t i = 0; i < json_array_size(turns); i++)
		heard += text_of(json_array_get(turns, i), "heard")[0] != '\0';
	say(what, "the caller is heard in %lld turns or more",
	    (long long)e->number);
	say(detail, "in %lld", (long long)heard);

	return heard >= e->number;
}

static int check_interrupted(const struct script_expect *e,
			     const json_t *record, char *what, char *detail)
{
	const json_t *lines = json_object_get(record, "transcript");
	const char *found = NULL;

	for (size_t i = 0; !found && i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);

		if (json_is_true(json_object_get(line, "interrupted")))
			found = text_of(line, "text");
	}
	say(what, "the agent is %sinterrupted", e->number ? "" : "not ");
	if (found)
		say(detail, "after \"%s\"", found);
	else
		say(detail, "it never was");

	return (found != NULL) == (e->number != 0);
}

int expect_was_taken(const json_t *record)
{
	const json_t *events = json_object_get(record, "events");

	for (size_t i = 0; i < json_array_size(events); i++)
		if (strcmp(text_of(json_array_get(events, i), "type"),
			   "expert-attached") == 0)
			return 1;

	return 0;
}

static int check_expert(const struct script_expect *e, const json_t *record,
			char *what, char *detail)
{
	int taken = expect_was_taken(record);

	say(what, "%s Expert takes the call", e->number ? "an" : "no");
	say(detail, "%s did", taken ? "one" : "none");

	return taken == (e->number != 0);
}

static int check_text(const struct script_expect *e, const char *key,
		      const char *words, const json_t *result, char *what,
		      char *detail)
{
	say(what, "%s %s", words, e->text);
	say(detail, "%s", text_of(result, key));

	return strcmp(text_of(result, key), e->text) == 0;
}

int expect_check(const struct script_expect *e, const json_t *result,
		 const json_t *record, char *what, char *detail)
{
	switch (e->kind) {
	case EXPECT_FIELD:
		return check_field(e, result, what, detail);
	case EXPECT_NO_FIELD:
		return check_no_field(e, result, what, detail);
	case EXPECT_AGENT_SAID:
	case EXPECT_AGENT_NOT_SAID:
	case EXPECT_HEARD:
		return check_said(e, record, what, detail);
	case EXPECT_ENDED_BY:
		return check_text(e, "ended_by", "the call is ended by",
				  result, what, detail);
	case EXPECT_TRANSFER_TO:
		return check_text(e, "transfer_to",
				  "the call is transferred to", result, what,
				  detail);
	case EXPECT_MAX_LATENCY:
		return check_latency(e, result, what, detail);
	case EXPECT_MIN_TURNS:
		return check_turns(e, result, what, detail);
	case EXPECT_INTERRUPTED:
		return check_interrupted(e, record, what, detail);
	case EXPECT_EXPERT:
		return check_expert(e, record, what, detail);
	case EXPECT_NONE:
	default:
		say(what, "nothing");
		say(detail, "%s", "");
		return 0;
	}
}
