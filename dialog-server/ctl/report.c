/**
 * @file report.c  What came of a call, as JSON
 *
 * SPDX-License-Identifier: MIT
 */
#include "ctl/report.h"

#include <string.h>

#include "base/clock.h"

#include "ctl/expect.h"

/* The carrier's clock and the server's begin within this of each other. */
enum { CLOCK_SLACK_MS = 400 };

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

/* ---- turns -----------------------------------------------------------------
 */

static void append(json_t *turn, const char *key, const char *text)
{
	const char *old = text_of(turn, key);

	(void)json_object_set_new(turn, key,
				  old[0] ? json_sprintf("%s %s", old, text)
					 : json_string(text));
}

static json_t *turn_new(json_t *turns)
{
	json_t *turn = json_pack("{s:s, s:s, s:s, s:{}}", "said", "", "heard",
				 "", "agent", "", "latency_ms");

	(void)json_array_append_new(turns, turn);

	return turn;
}

/* What the caller began to say before at_ms belongs to this turn. */
static void add_said(json_t *turn, const struct report_call *c, unsigned *next,
		     int64_t at_ms)
{
	json_t *latency = json_object_get(turn, "latency_ms");

	for (; *next < c->n_said; ++*next) {
		const struct report_said *said = &c->said[*next];

		if (said->at_ms > at_ms)
			return;
		append(turn, "said", said->text);
		if (said->reply_ms >= 0)
			(void)json_object_set_new(
				latency, "by_ear",
				json_integer(said->reply_ms));
	}
}

/* The server's own ledger: turns in order, each with what it heard. */
static void add_latency(json_t *turn, const json_t *ledger, size_t *next)
{
	static const char *const stages[][2] = {{"endpoint_ms", "endpoint"},
						{"stt_ms", "stt"},
						{"llm_ms", "llm"},
						{"tts_ms", "tts"},
						{"total_ms", "total"}};
	json_t *latency = json_object_get(turn, "latency_ms");
	const char *heard = text_of(turn, "heard");

	for (size_t i = *next; i < json_array_size(ledger); i++) {
		const json_t *row = json_array_get(ledger, i);

		if (!text_of(row, "heard")[0] ||
		    !strstr(heard, text_of(row, "heard")))
			continue;
		for (size_t k = 0; k < 5; k++) {
			json_t *ms = json_object_get(row, stages[k][0]);

			if (json_is_integer(ms) && json_integer_value(ms) >= 0)
				(void)json_object_set(latency, stages[k][1],
						      ms);
		}
		*next = i + 1;
		return;
	}
}

/* A turn is what the caller said up to where the agent has answered. */
static json_t *make_turns(const struct report_call *c, const json_t *record)
{
	const json_t *lines = json_object_get(record, "transcript");
	const json_t *ledger = json_object_get(record, "turns");
	json_t *turns = json_array(), *turn = NULL;
	size_t next_row = 0;
	unsigned next_said = 0;

	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);
		int caller = strcmp(text_of(line, "who"), "caller") == 0;
		int64_t at_ms =
			json_integer_value(json_object_get(line, "at_ms"));

		if (!turn || (caller && text_of(turn, "agent")[0])) {
			if (turn)
				add_latency(turn, ledger, &next_row);
			turn = turn_new(turns);
		}
		if (caller)
			add_said(turn, c, &next_said, at_ms + CLOCK_SLACK_MS);
		append(turn, caller ? "heard" : "agent",
		       text_of(line, "text"));
	}
	if (turn)
		add_latency(turn, ledger, &next_row);
	if (next_said < c->n_said)
		add_said(turn_new(turns), c, &next_said, INT64_MAX);

	return turns;
}

/* ---- the rest
 * ---------------------------------------------------------------- */

static const char *ended_by(const struct report_call *c, const json_t *record)
{
	const char *reason = text_of(record, "reason");

	if (script_is_reason(reason))
		return reason;

	switch (c->end) {
	case PHONE_END_CALLER:
		return "user-hangup";
	case PHONE_END_AGENT:
		return "bot-hangup";
	case PHONE_END_TRANSFER:
		return "bot-transfer";
	case PHONE_END_DECLINED:
		return "declined";
	case PHONE_END_NONE:
	case PHONE_END_FAILED:
	default:
		return "bot-failure";
	}
}

const char *report_not_taken(const struct report_call *c, const json_t *record)
{
	if (c->end == PHONE_END_DECLINED)
		return "the server refused the call";
	if (strcmp(text_of(record, "reason"), "declined") == 0)
		return "the Expert declined the call";
	if (!json_object_get(record, "events") || expect_was_taken(record))
		return NULL;

	return "no Expert took the call";
}

static int expects_nobody(const struct script *s)
{
	for (unsigned i = 0; i < s->n_expects; i++) {
		const struct script_expect *e = &s->expects[i];

		if ((e->kind == EXPECT_EXPERT && !e->number) ||
		    (e->kind == EXPECT_ENDED_BY &&
		     strcmp(e->text, "declined") == 0))
			return 1;
	}

	return 0;
}

static void add_expectation(json_t *result, int ok, const char *what,
			    const char *detail)
{
	if (!ok)
		(void)json_object_set_new(result, "ok", json_false());
	(void)json_array_append_new(json_object_get(result, "expectations"),
				    json_pack("{s:s, s:b, s:s}", "what", what,
					      "ok", ok, "detail", detail));
}

static int was_answered(const struct report_call *c)
{
	for (unsigned i = 0; i < c->n_said; i++)
		if (c->said[i].reply_ms >= 0)
			return 1;

	return 0;
}

static void add_expectations(json_t *result, const struct script *s,
			     const json_t *record)
{
	for (unsigned i = 0; i < s->n_expects; i++) {
		char what[EXPECT_TEXT_BYTES], detail[EXPECT_TEXT_BYTES];
		int ok = expect_check(&s->expects[i], result, record, what,
				      detail);

		add_expectation(result, ok, what, detail);
	}
}

static json_int_t first_sound_ms(const struct phone_stats *s)
{
	return s->first_sound_us < 0 ? -1 : s->first_sound_us / US_PER_MS;
}

json_t *report_make(const struct report_call *c, const struct script *s,
		    const json_t *record)
{
	const json_t *fields = json_object_get(record, "fields");
	json_t *result, *turns = make_turns(c, record);
	const char *nobody =
		expects_nobody(s) ? NULL : report_not_taken(c, record);
	const char *problem = c->end == PHONE_END_FAILED ? c->detail
			      : nobody                   ? nobody
							 : "";

	result = json_pack(
		"{s:b, s:s, s:s, s:s, s:I, s:o, s:s, s:s, s:s, s:s, "
		"s:{s:I, s:I, s:I, s:I, s:I, s:I, s:s}, "
		"s:{s:I, s:I, s:I, s:I, s:I, s:I}, s:o, s:[]}",
		"ok", c->end != PHONE_END_FAILED, "call_id",
		text_of(record, "id"), "external_id", c->external_id,
		"ended_by", ended_by(c, record), "duration_ms",
		(json_int_t)c->duration_ms, "fields",
		json_is_object(fields) ? json_deep_copy(fields)
				       : json_object(),
		"transfer_to", c->end == PHONE_END_TRANSFER ? c->detail : "",
		"recording", text_of(record, "recording"), "journal",
		text_of(record, "journal"), "problem", problem, "carrier",
		"frames_out", (json_int_t)c->stats.frames_out, "messages_in",
		(json_int_t)c->stats.frames_in, "marks",
		(json_int_t)c->stats.marks, "clears",
		(json_int_t)c->stats.clears, "late_frames",
		(json_int_t)c->stats.late, "warnings",
		(json_int_t)c->stats.bad, "warning", c->stats.bad_first,
		"sound", "first_ms", first_sound_ms(&c->stats), "breaks",
		(json_int_t)c->stats.flow.breaks, "clicks",
		(json_int_t)c->stats.flow.clicks, "largest_jump",
		(json_int_t)c->stats.flow.largest_jump, "gaps",
		(json_int_t)c->stats.flow.gaps, "longest_gap_ms",
		(json_int_t)c->stats.flow.longest_gap_ms, "turns", turns,
		"expectations");
	if (!result)
		return NULL;

	add_expectations(result, s, record);
	if (nobody)
		add_expectation(result, 0, "an Expert takes the call", nobody);
	else if (c->wants_reply && !was_answered(c))
		add_expectation(result, 0, "what the caller says is answered",
				c->n_said ? "it was not"
					  : "the caller had no chance to "
					    "speak: the agent did not");
	if (c->timed_out)
		add_expectation(result, 0, "the call ends by itself",
				"the caller hung up after max_s");
	if (c->stats.bad)
		add_expectation(result, 0, "a carrier has nothing to warn of",
				c->stats.bad_first);

	return result;
}
