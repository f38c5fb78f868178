/**
 * @file metrics.c  Counters, gauges and histograms; Prometheus text
 *
 * SPDX-License-Identifier: MIT
 */
#include "journal/metrics.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include "base/log.h"
#include "base/strbuf.h"

enum { BUCKETS_MAX = 16 };

struct metric_info {
	const char *name;   /* metrics of one name stand together */
	const char *labels; /* "" or "a=\"b\"" */
	const char *type;
	const char *help;
};

#define COUNTER(name, help)               \
	{                                 \
		name, "", "counter", help \
	}
#define LABELLED(name, labels, help)          \
	{                                     \
		name, labels, "counter", help \
	}
#define GAUGE(name, help)               \
	{                               \
		name, "", "gauge", help \
	}

static const struct metric_info infos[METRIC_N] = {
	[METRIC_CALLS_TOTAL] = COUNTER("dialog_calls_total", "Calls opened."),
	[METRIC_CALLS_ACTIVE] = GAUGE("dialog_calls_active", "Calls now."),
	[METRIC_CALLS_REFUSED] =
		COUNTER("dialog_calls_refused_total",
			"Calls refused: at capacity, draining, nobody there."),
	[METRIC_OUTBOUND_PLACED] =
		COUNTER("dialog_outbound_placed_total",
			"Calls that Experts have had placed."),
	[METRIC_OUTBOUND_FAILED] =
		COUNTER("dialog_outbound_failed_total",
			"Placed calls that nobody answered, for any reason."),
	[METRIC_OUTBOUND_REFUSED] =
		COUNTER("dialog_outbound_refused_total",
			"Calls that were not placed: a limit, no number, no "
			"way to dial."),
	[METRIC_OUTBOUND_ACTIVE] =
		GAUGE("dialog_outbound_active",
		      "Placed calls now, ringing or answered."),
	[METRIC_CALL_ENDED_CALLER] =
		LABELLED("dialog_calls_ended_total", "by=\"caller\"",
			 "Calls ended, by who or what ended them."),
	[METRIC_CALL_ENDED_AGENT] =
		LABELLED("dialog_calls_ended_total", "by=\"agent\"", NULL),
	[METRIC_CALL_ENDED_TRANSFER] =
		LABELLED("dialog_calls_ended_total", "by=\"transfer\"", NULL),
	[METRIC_CALL_ENDED_FAILURE] =
		LABELLED("dialog_calls_ended_total", "by=\"failure\"", NULL),
	[METRIC_TURNS_TOTAL] =
		COUNTER("dialog_turns_total", "Turns of callers."),
	[METRIC_BARGE_INS] = COUNTER("dialog_barge_ins_total",
				     "Times the agent was interrupted."),
	[METRIC_FALSE_BARGE_INS] =
		COUNTER("dialog_false_barge_ins_total",
			"Pauses for sound that was no interruption."),
	[METRIC_MEDIA_BAD_MESSAGES] =
		COUNTER("dialog_media_bad_messages_total",
			"Messages on media sockets that were refused."),
	[METRIC_MEDIA_BAD_TOKEN] =
		COUNTER("dialog_media_bad_tokens_total",
			"Media sockets without a valid single-use token."),
	[METRIC_MEDIA_BAD_SIGNATURE] =
		COUNTER("dialog_media_bad_signatures_total",
			"Media sockets refused for a wrong signature."),
	[METRIC_MEDIA_FRAMES_IN] = COUNTER("dialog_media_frames_in_total",
					   "Frames of 20 ms from callers."),
	[METRIC_MEDIA_FRAMES_OUT] = COUNTER("dialog_media_frames_out_total",
					    "Frames of 20 ms to callers."),
	[METRIC_MEDIA_SEND_DROPPED] =
		COUNTER("dialog_media_send_dropped_total",
			"Frames to callers dropped: peer does not read."),
	[METRIC_EXPERTS_LISTENING] =
		GAUGE("dialog_experts_listening", "Listen sockets now."),
	[METRIC_EXPERT_OFFERS] = COUNTER("dialog_expert_offers_total",
					 "Calls offered to listeners."),
	[METRIC_EXPERT_DECLINES] =
		COUNTER("dialog_expert_declines_total",
			"Offers declined or not claimed in time."),
	[METRIC_EXPERT_ROOM] = COUNTER(
		"dialog_expert_room_total",
		"Calls that waited and were offered when there was room."),
	[METRIC_EXPERT_SILENT] =
		COUNTER("dialog_expert_silent_total",
			"Listeners not heard of in time while a call waited."),
	[METRIC_EXPERT_LOST] =
		COUNTER("dialog_expert_lost_total",
			"Call sockets of Experts lost during a call."),
	[METRIC_EXPERT_BAD_MESSAGES] =
		COUNTER("dialog_expert_bad_messages_total",
			"Messages of Experts that were refused."),
	[METRIC_EXPERT_EVENTS_DROPPED] = COUNTER(
		"dialog_expert_events_dropped_total",
		"Events that an Expert lost: it acknowledges nothing."),
	[METRIC_EXPERT_PAUSED] = COUNTER(
		"dialog_expert_paused_total",
		"Times that an Expert's socket was left unread: it sends "
		"faster than its messages are carried out."),
	[METRIC_EXPERT_SLOW] =
		COUNTER("dialog_expert_slow_total",
			"Sockets of Experts closed: they read too slowly."),
	[METRIC_EXPERT_QUESTIONS] = COUNTER("dialog_expert_questions_total",
					    "Questions put to Experts."),
	[METRIC_EXPERT_QUESTION_TIMEOUTS] = COUNTER(
		"dialog_expert_question_timeouts_total",
		"Questions not answered in time; added when a call ends."),
	[METRIC_STT_TURNS] =
		COUNTER("dialog_stt_turns_total", "Turns recognized."),
	[METRIC_STT_EMPTY] = COUNTER("dialog_stt_empty_total",
				     "Turns in which no words were found."),
	[METRIC_STT_LAGGED] =
		COUNTER("dialog_stt_lagged_total",
			"Turns whose recognition fell behind the audio."),
	[METRIC_STT_FAILED] = COUNTER("dialog_stt_failed_total",
				      "Failures of speech recognizers."),
	[METRIC_STT_LEASES_REVOKED] =
		COUNTER("dialog_stt_leases_revoked_total",
			"Decoders taken from callers who spoke on, for turns "
			"that waited for one."),
	[METRIC_TTS_CLAUSES] =
		COUNTER("dialog_tts_clauses_total", "Clauses to be spoken."),
	[METRIC_TTS_CACHE_HITS] = COUNTER("dialog_tts_cache_hits_total",
					  "Clauses found in the cache."),
	[METRIC_TTS_FAILED] = COUNTER("dialog_tts_failed_total",
				      "Failures of speech synthesizers."),
	[METRIC_LLM_TURNS] = COUNTER("dialog_llm_turns_total",
				     "Requests to language models."),
	[METRIC_LLM_FAILED] = COUNTER("dialog_llm_failed_total",
				      "Failures of language models."),
	[METRIC_LLM_FALLBACKS] =
		COUNTER("dialog_llm_fallbacks_total",
			"Thoughts of the built-in engine in place of a "
			"language model that fails."),
	[METRIC_WORKER_REFUSED] =
		COUNTER("dialog_worker_refused_total",
			"Jobs refused because the workers' queue was full."),
	[METRIC_MAILBOX_REFUSED] =
		COUNTER("dialog_mailbox_refused_total",
			"Messages between threads refused by a full mailbox."),
	[METRIC_TICKS_LATE] = COUNTER("dialog_ticks_late_total",
				      "Media ticks that ran above 5 ms late."),
	[METRIC_AUTH_REFUSED] = COUNTER("dialog_auth_refused_total",
					"Requests without valid credentials."),
	[METRIC_CONNECTIONS_REFUSED] =
		COUNTER("dialog_connections_refused_total",
			"Connections refused: too many, or no memory."),
	[METRIC_HTTP_BAD_REQUESTS] =
		COUNTER("dialog_http_bad_requests_total",
			"HTTP requests that are malformed or too long."),
	[METRIC_WS_BAD_MESSAGES] = COUNTER(
		"dialog_websocket_bad_messages_total",
		"WebSocket messages too long, not UTF-8 or of a wrong kind."),
	[METRIC_FEED_DROPPED] =
		COUNTER("dialog_feed_dropped_total",
			"Live events lost and subscribers dropped as slow."),
	[METRIC_FILES_FAILED] =
		COUNTER("dialog_files_failed_total",
			"Journals and recordings that could not be made or "
			"written to their end."),
	[METRIC_JOURNAL_DROPPED] =
		COUNTER("dialog_journal_dropped_total",
			"Records that are missing from journals."),
	[METRIC_RECORDING_DROPPED] =
		COUNTER("dialog_recording_dropped_total",
			"Periods of 20 ms that are missing from recordings."),
	[METRIC_STORE_FAILED] =
		COUNTER("dialog_store_failed_total",
			"Rows that the database did not take."),
	[METRIC_STORE_REFUSED] =
		COUNTER("dialog_store_refused_total",
			"Rows and questions refused: the queue is full."),
	[METRIC_RECORD_LIMITED] =
		COUNTER("dialog_record_limited_total",
			"Events and lines that are missing in the records of "
			"calls: too many in one call."),
	[METRIC_TELEMETRY_DROPPED] =
		COUNTER("dialog_telemetry_dropped_total",
			"Uploads of usage data by clients, all thrown away."),
	[METRIC_GENERATIONS] =
		COUNTER("dialog_generations_total",
			"Texts asked of the language model by HTTP."),
	[METRIC_GENERATIONS_FAILED] =
		COUNTER("dialog_generations_failed_total",
			"Such texts that did not come."),
	[METRIC_DOCUMENT_QUESTIONS] =
		COUNTER("dialog_document_questions_total",
			"Questions asked of documents."),
	[METRIC_SMS_FAILED] =
		COUNTER("dialog_sms_failed_total",
			"Text messages that no carrier has taken."),
	[METRIC_LOG_DROPPED] =
		COUNTER("dialog_log_dropped_total",
			"Log lines lost: too many at once, or the file could "
			"not be written."),
};

/* A turn is felt from 200 ms on and lost at 3 s; the tick is 10 ms long. */
static const int64_t stage_us[] = {
	5000,   10000,  20000,   50000,   100000,  200000,  300000,  400000,
	500000, 700000, 1000000, 1500000, 2000000, 3000000, 5000000,
};
static const int64_t tick_us[] = {
	50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000,
};

struct histogram_info {
	const char *name, *help;
	const int64_t *upper_us; /* upper_us[buckets], ascending */
	unsigned buckets;
};

#define STAGE(name, help)                                                  \
	{                                                                  \
		name, help, stage_us, sizeof(stage_us) / sizeof(*stage_us) \
	}

static const struct histogram_info histogram_infos[HISTOGRAM_N] = {
	[HISTOGRAM_ENDPOINT_MS] =
		STAGE("dialog_endpoint_milliseconds",
		      "From the end of speech to the decision that the turn "
		      "has ended."),
	[HISTOGRAM_STT_MS] = STAGE("dialog_stt_milliseconds",
				   "From that decision to the final text."),
	[HISTOGRAM_LLM_MS] = STAGE("dialog_llm_milliseconds",
				   "From the text to the first clause."),
	[HISTOGRAM_TTS_MS] = STAGE("dialog_tts_milliseconds",
				   "From the first clause to its sound."),
	[HISTOGRAM_TURN_MS] = STAGE("dialog_turn_milliseconds",
				    "From the end of the caller's speech to "
				    "the first sound of the agent."),
	[HISTOGRAM_TICK_MS] = {"dialog_tick_milliseconds",
			       "Length of a media tick.", tick_us,
			       sizeof(tick_us) / sizeof(*tick_us)},
};

static _Atomic int64_t values[METRIC_N];
static struct {
	_Atomic uint64_t in[BUCKETS_MAX]; /* the last used one is +Inf */
	_Atomic int64_t sum_us;
} histograms[HISTOGRAM_N];

void metric_add(enum metric m, int64_t delta)
{
	if ((unsigned)m < METRIC_N)
		atomic_fetch_add_explicit(&values[m], delta,
					  memory_order_relaxed);
}

int64_t metric_get(enum metric m)
{
	if ((unsigned)m >= METRIC_N)
		return 0;
	if (m == METRIC_LOG_DROPPED)
		return (int64_t)log_dropped();
	return atomic_load_explicit(&values[m], memory_order_relaxed);
}

void histogram_add(enum histogram h, int64_t us)
{
	const struct histogram_info *info;
	unsigned i = 0;

	if ((unsigned)h >= HISTOGRAM_N)
		return;
	info = &histogram_infos[h];
	if (us < 0)
		us = 0;
	while (i < info->buckets && us > info->upper_us[i])
		i++;
	atomic_fetch_add_explicit(&histograms[h].in[i], 1,
				  memory_order_relaxed);
	atomic_fetch_add_explicit(&histograms[h].sum_us, us,
				  memory_order_relaxed);
}

static void render_metric(struct strbuf *b, unsigned m)
{
	const struct metric_info *info = &infos[m];
	int64_t value = metric_get((enum metric)m);

	if (m == 0 || strcmp(info->name, infos[m - 1].name) != 0)
		strbuf_addf(b, "# HELP %s %s\n# TYPE %s %s\n", info->name,
			    info->help, info->name, info->type);
	if (info->labels[0])
		strbuf_addf(b, "%s{%s} %" PRId64 "\n", info->name,
			    info->labels, value);
	else
		strbuf_addf(b, "%s %" PRId64 "\n", info->name, value);
}

static void render_histogram(struct strbuf *b, unsigned h)
{
	const struct histogram_info *info = &histogram_infos[h];
	uint64_t sum = 0;

	strbuf_addf(b, "# HELP %s %s\n# TYPE %s histogram\n", info->name,
		    info->help, info->name);
	for (unsigned i = 0; i <= info->buckets; i++) {
		sum += atomic_load_explicit(&histograms[h].in[i],
					    memory_order_relaxed);
		if (i < info->buckets)
			strbuf_addf(b, "%s_bucket{le=\"%g\"} %" PRIu64 "\n",
				    info->name,
				    (double)info->upper_us[i] / 1000, sum);
		else
			strbuf_addf(b, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n",
				    info->name, sum);
	}
	strbuf_addf(b, "%s_sum %.3f\n%s_count %" PRIu64 "\n", info->name,
		    (double)atomic_load_explicit(&histograms[h].sum_us,
						 memory_order_relaxed) /
			    1000,
		    info->name, sum);
}

void metrics_render(struct strbuf *b)
{
	for (unsigned m = 0; m < METRIC_N; m++)
		render_metric(b, m);
	for (unsigned h = 0; h < HISTOGRAM_N; h++)
		render_histogram(b, h);
}
