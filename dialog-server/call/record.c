/**
 * @file record.c  What remains of a call: journal, recording, store, live feed
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "call/internal.h"
#include "conf/settings.h"
#include "journal/feed.h"
#include "journal/journal.h"
#include "journal/metrics.h"
#include "store/store.h"

int64_t call_ms(const struct call *c)
{
	return (loop_now_us(c->sh->loop) - c->start_us) / 1000;
}

/** Publish {"call_id","external_id","at_ms","type", ...}; o is taken. */
static void publish(struct call *c, const char *type, json_t *o)
{
	char *text;

	if (!o)
		return;
	(void)json_object_set_new(o, "call_id", json_string(c->id));
	(void)json_object_set_new(o, "external_id",
				  json_string(c->external_id));
	(void)json_object_set_new(o, "at_ms", json_integer(call_ms(c)));
	(void)json_object_set_new(o, "type", json_string(type));
	text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	if (text)
		feed_publish(c->sh->feed, c->id, c->external_id, text);
	free(text);
}

static void open_files(struct call *c, char *recording, char *journal,
		       size_t cap)
{
	const struct settings *s = c->sh->conf;
	char header[512];
	struct strbuf b;

	recording[0] = journal[0] = '\0';
	if (s->journal_enabled) {
		(void)snprintf(journal, cap, "%s/calls/%s.journal",
			       s->data_dir, c->id);
		strbuf_over(&b, header, sizeof(header));
		strbuf_addf(&b,
			    "{\"call_id\":\"%s\",\"hz\":%u,\"channel\":\"%s\","
			    "\"started_us\":%" PRId64 "}",
			    c->id, c->hz, c->line->name, c->start_wall_us);
		if (journal_open(&c->journal, c->sh->writer, journal, b.s,
				 c->start_us))
			journal[0] = '\0';
	}
	if (!s->recording_enabled || !c->hz)
		return;
	(void)snprintf(recording, cap, "%s/calls/%s.wav", s->data_dir, c->id);
	if (recorder_open(&c->recorder, c->sh->writer, recording, c->hz))
		recording[0] = '\0';
}

/** What decided about turns, for a replay. */
static void record_config(struct call *c)
{
	const struct settings *s = c->sh->conf;

	record_input(
		c, JOURNAL_CONFIG,
		json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:s,s:s,s:s}",
			  "turn.start_ms", (json_int_t)s->turn_start_ms,
			  "turn.min_silence_ms",
			  (json_int_t)s->turn_min_silence_ms,
			  "turn.silence_ms", (json_int_t)s->turn_silence_ms,
			  "turn.max_silence_ms",
			  (json_int_t)s->turn_max_silence_ms, "turn.max_ms",
			  (json_int_t)s->turn_max_ms, "bargein.cut_ms",
			  (json_int_t)s->bargein_cut_ms, "bargein.deadline_ms",
			  (json_int_t)s->bargein_deadline_ms, "bargein.words",
			  (json_int_t)s->bargein_words, "stt.provider",
			  s->stt_provider, "tts.provider", s->tts_provider,
			  "llm.provider", s->llm_provider));
}

void record_open(struct call *c, const struct xp_call_info *info)
{
	char recording[SETTING_TEXT_MAX + 64], journal[SETTING_TEXT_MAX + 64];
	struct store_call row = {
		.id = c->id,
		.external_id = c->external_id,
		.channel = c->line->name,
		.address = c->address,
		.from = info->from_number ? info->from_number : "",
		.to = info->to_number ? info->to_number : c->address,
		.started_wall_us = c->start_wall_us,
		.recording_path = recording,
		.journal_path = journal,
		.outbound = c->placed,
	};

	c->recorded = 1;
	open_files(c, recording, journal, sizeof(recording));
	record_config(c);
	publish(c, "call-started",
		json_pack("{s:s,s:s,s:s,s:s,s:s}", "channel", row.channel,
			  "address", c->address, "from", row.from, "to",
			  row.to, "direction",
			  c->placed ? "outbound" : "inbound"));
	/* A call whose row is lost is still a call; the store counts. */
	(void)store_call_started(c->sh->store, &row);
}

static void count_ending(const char *reason)
{
	if (strcmp(reason, "user-hangup") == 0)
		metric_add(METRIC_CALL_ENDED_CALLER, 1);
	else if (strcmp(reason, "bot-transfer") == 0)
		metric_add(METRIC_CALL_ENDED_TRANSFER, 1);
	else if (strcmp(reason, "bot-failure") == 0)
		metric_add(METRIC_CALL_ENDED_FAILURE, 1);
	else
		metric_add(METRIC_CALL_ENDED_AGENT, 1);
}

void record_close(struct call *c)
{
	const char *fields = c->dialog ? dialog_fields_json(c->dialog) : NULL;
	int64_t took_us = loop_now_us(c->sh->loop) - c->start_us;

	if (!c->recorded)
		return;
	count_ending(c->end_reason);
	/* Again: what was on its way when it was refused. */
	if (c->refused)
		(void)store_forget_words(c->sh->store, c->id);
	(void)store_call_ended(c->sh->store, c->id, c->end_reason,
			       c->start_wall_us + took_us,
			       fields ? fields : "{}");
	publish(c, "call-ended",
		json_pack("{s:s,s:s*,s:I}", "reason", c->end_reason, "cause",
			  c->end_cause[0] ? c->end_cause : NULL, "duration_ms",
			  (json_int_t)(took_us / 1000)));
	c->recorder = recorder_close(c->recorder);
	c->journal = journal_close(c->journal, loop_now_us(c->sh->loop));
}

void record_trim(struct call *c)
{
	journal_trim(c->journal);
	recorder_trim(c->recorder);
}

void show_text(struct call *c, const char *who, const char *text, int final)
{
	if (c->line_open && c->line->text)
		(void)c->line->text(c->ch, who, text, final);
}

/* ---- what is not kept ----------------------------------------------------
 */

int record_keeps(const struct call *c)
{
	return !c->paused && !c->refused;
}

/** What is being said belongs to the stretch that ends now. */
static int keeps_line(const struct call *c, int caller)
{
	return record_keeps(c) &&
	       (caller ? c->turn >= c->kept_turn : c->said_utt >= c->kept_utt);
}

static int keeps_turn(const struct call *c)
{
	return record_keeps(c) && c->turn >= c->kept_turn;
}

void record_set(struct call *c, int paused, int refused)
{
	if (c->paused && !paused) {
		c->kept_turn = c->turn + 1;
		c->kept_utt = c->say_utt + 1;
	}
	c->paused = paused;
	if (refused && !c->refused) {
		c->refused = 1;
		c->recorder = recorder_discard(c->recorder);
		c->journal = journal_discard(c->journal);
		c->ledger.heard[0] = '\0';
		(void)store_forget_words(c->sh->store, c->id);
	}
	record_event(c,
		     refused  ? "recording-refused"
		     : paused ? "recording-paused"
			      : "recording-on",
		     NULL, NULL);
}

enum { EVENTS, LINES };

/** An Expert can set off rows as fast as it sends; the queue to the database
 *  is of all calls. */
static int may_write(struct call *c, int kind)
{
	const int64_t each_us = US_PER_S / LIMIT_CALL_ROWS_PER_S;
	const int64_t now_us = loop_now_us(c->sh->loop);

	if (c->rows_us[kind] < now_us)
		c->rows_us[kind] = now_us;
	if (c->rows_us[kind] - now_us >= LIMIT_CALL_ROWS * each_us) {
		metric_add(METRIC_RECORD_LIMITED, 1);
		return 0;
	}
	c->rows_us[kind] += each_us;
	return 1;
}

void record_line(struct call *c, const char *who, const char *text,
		 int interrupted)
{
	int caller = strcmp(who, "caller") == 0;

	if (caller && c->hz)
		show_text(c, "caller", text, 1);
	if (!keeps_line(c, caller) || !may_write(c, LINES))
		return;
	(void)store_transcript(c->sh->store, c->id, who, text, call_ms(c),
			       interrupted);
	publish(c, caller ? "caller-speech" : "agent-speech",
		json_pack("{s:s,s:b,s:b}", "text", text, "final", 1,
			  "interrupted", interrupted));
}

void record_partial(struct call *c, const char *text)
{
	if (keeps_turn(c))
		publish(c, "caller-speech",
			json_pack("{s:s,s:b}", "text", text, "final", 0));
	show_text(c, "caller", text, 0);
}

void record_field(struct call *c, const char *key, const char *value_json)
{
	json_t *v = json_loads(value_json, JSON_DECODE_ANY, NULL);

	(void)store_field(c->sh->store, c->id, key, value_json, call_ms(c));
	publish(c, "field",
		json_pack("{s:s,s:o}", "key", key, "value",
			  v ? v : json_null()));
}

void record_event(struct call *c, const char *type, const char *id,
		  const char *text)
{
	json_t *o = may_write(c, EVENTS) ? json_object() : NULL;
	char *detail;

	if (!o)
		return;
	if (id)
		(void)json_object_set_new(o, "id", json_string(id));
	if (text && record_keeps(c))
		(void)json_object_set_new(o, "text", json_string(text));
	detail = json_dumps(o, JSON_COMPACT);
	if (detail) {
		int64_t now_us = loop_now_us(c->sh->loop);

		(void)store_event(c->sh->store, c->id, type, detail,
				  call_ms(c));
		journal_putf(c->journal, JOURNAL_DECISION, now_us,
			     "{\"event\":\"%s\",\"detail\":%s}", type, detail);
	}
	free(detail);
	publish(c, type, o);
}

void record_input(struct call *c, int type, json_t *o)
{
	/* Marks and settings are nobody's words. */
	const int keeps =
		type == JOURNAL_MARK || type == JOURNAL_CONFIG ||
		(type == JOURNAL_STT ? keeps_turn(c) : record_keeps(c));
	char *text = o && keeps ? json_dumps(o, JSON_COMPACT) : NULL;

	if (text)
		journal_put(c->journal, (enum journal_type)type,
			    loop_now_us(c->sh->loop), text, strlen(text));
	free(text);
	json_decref(o);
}

void record_command(struct call *c, const struct xp_command *cmd)
{
	char *text = record_keeps(c) ? xp_command_encode_for(cmd, XP_EXT_ALL)
				     : NULL;

	if (text)
		journal_put(c->journal, JOURNAL_EXPERT_IN,
			    loop_now_us(c->sh->loop), text, strlen(text));
	free(text);
}

void record_stt(struct call *c, const struct stt_result *r)
{
	json_t *alternatives = json_array();
	json_t *o;

	for (uint32_t i = 0; alternatives && i < r->n; i++)
		(void)json_array_append_new(
			alternatives,
			json_pack("{s:s,s:i}", "text", r->alt[i].text,
				  "confidence", r->alt[i].confidence));
	o = json_pack("{s:I,s:I,s:o}", "turn", (json_int_t)r->turn,
		      "compute_ms", (json_int_t)(r->compute_us / 1000),
		      "alternatives", alternatives);
	record_input(c, JOURNAL_STT, o);
	(void)text_copy(c->ledger.heard, sizeof(c->ledger.heard),
			r->n ? r->alt[0].text : "");
}

/** [ms] between two marks, -1 when one is missing */
static int32_t between(int64_t from_us, int64_t to_us)
{
	return from_us && to_us && to_us >= from_us
		       ? (int32_t)((to_us - from_us) / 1000)
		       : -1;
}

void record_turn(struct call *c)
{
	const struct ledger *l = &c->ledger;
	const struct store_turn t = {
		.turn = l->turn,
		.heard = keeps_turn(c) ? l->heard : "",
		.at_ms = (l->stopped_us - c->start_us) / 1000,
		.endpoint_ms = between(l->stopped_us, l->endpoint_us),
		.stt_ms = between(l->endpoint_us, l->stt_us),
		.llm_ms = between(l->stt_us, l->llm_us),
		.tts_ms = between(l->llm_us, l->out_us),
		.total_ms = between(l->stopped_us, l->out_us),
	};

	(void)store_turn(c->sh->store, c->id, &t);
	publish(c, "turn",
		json_pack("{s:i,s:s,s:i,s:i,s:i,s:i,s:i}", "turn", (int)t.turn,
			  "heard", t.heard, "endpoint_ms", t.endpoint_ms,
			  "stt_ms", t.stt_ms, "llm_ms", t.llm_ms, "tts_ms",
			  t.tts_ms, "total_ms", t.total_ms));
	if (c->hz) {
		histogram_add(HISTOGRAM_ENDPOINT_MS, t.endpoint_ms * 1000LL);
		histogram_add(HISTOGRAM_STT_MS, t.stt_ms * 1000LL);
		histogram_add(HISTOGRAM_LLM_MS, t.llm_ms * 1000LL);
		histogram_add(HISTOGRAM_TTS_MS, t.tts_ms * 1000LL);
		histogram_add(HISTOGRAM_TURN_MS, t.total_ms * 1000LL);
	}
	c->ledger.turn = 0;
}
