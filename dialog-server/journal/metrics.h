/**
 * @file metrics.h  Counters, gauges and histograms; Prometheus text
 *
 * A counter is one relaxed atomic add from any thread. Histograms have fixed
 * buckets [ms] for the latency ledger.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef JOURNAL_METRICS_H
#define JOURNAL_METRICS_H

#include <stdint.h>

struct strbuf;

/** One line a metric in metrics.c: name, type, help. */
enum metric {
	METRIC_CALLS_TOTAL,
	METRIC_CALLS_ACTIVE,
	METRIC_CALLS_REFUSED,
	METRIC_CALL_ENDED_CALLER,
	METRIC_CALL_ENDED_AGENT,
	METRIC_CALL_ENDED_TRANSFER,
	METRIC_CALL_ENDED_FAILURE,
	METRIC_TURNS_TOTAL,
	METRIC_BARGE_INS,
	METRIC_FALSE_BARGE_INS,
	METRIC_MEDIA_BAD_MESSAGES,
	METRIC_MEDIA_BAD_TOKEN,
	METRIC_MEDIA_BAD_SIGNATURE,
	METRIC_MEDIA_FRAMES_IN,
	METRIC_MEDIA_FRAMES_OUT,
	METRIC_MEDIA_SEND_DROPPED,
	METRIC_EXPERTS_LISTENING,
	METRIC_EXPERT_OFFERS,
	METRIC_EXPERT_DECLINES,
	METRIC_EXPERT_LOST,
	METRIC_EXPERT_BAD_MESSAGES,
	METRIC_EXPERT_EVENTS_DROPPED,
	METRIC_EXPERT_QUESTIONS,
	METRIC_EXPERT_QUESTION_TIMEOUTS,
	METRIC_STT_TURNS,
	METRIC_STT_EMPTY,
	METRIC_STT_LAGGED,
	METRIC_STT_FAILED,
	METRIC_TTS_CLAUSES,
	METRIC_TTS_CACHE_HITS,
	METRIC_TTS_FAILED,
	METRIC_LLM_TURNS,
	METRIC_LLM_FAILED,
	METRIC_LLM_FALLBACKS,
	METRIC_WORKER_REFUSED,
	METRIC_MAILBOX_REFUSED,
	METRIC_TICKS_LATE,
	METRIC_AUTH_REFUSED,
	METRIC_CONNECTIONS_REFUSED,
	METRIC_HTTP_BAD_REQUESTS,
	METRIC_WS_BAD_MESSAGES,
	METRIC_FEED_DROPPED,
	METRIC_FILES_FAILED,
	METRIC_JOURNAL_DROPPED,
	METRIC_RECORDING_DROPPED,
	METRIC_STORE_FAILED,
	METRIC_STORE_REFUSED,
	METRIC_LOG_DROPPED,
	METRIC_N,
};

enum histogram {
	HISTOGRAM_ENDPOINT_MS,
	HISTOGRAM_STT_MS,
	HISTOGRAM_LLM_MS,
	HISTOGRAM_TTS_MS,
	HISTOGRAM_TURN_MS,
	HISTOGRAM_TICK_MS,
	HISTOGRAM_N,
};

/** @param delta  negative only for gauges @thread any @realtime */
void metric_add(enum metric m, int64_t delta);

/** @return its value; of METRIC_LOG_DROPPED what the log says @thread any */
int64_t metric_get(enum metric m);

/** @param us  [us] @thread any @realtime */
void histogram_add(enum histogram h, int64_t us);

/** Append everything in Prometheus text format 0.0.4. @thread any */
void metrics_render(struct strbuf *b);

#endif /* JOURNAL_METRICS_H */
