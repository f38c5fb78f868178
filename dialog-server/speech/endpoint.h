/**
 * @file endpoint.h  When did the caller begin, and when have they finished?
 *
 *   vad probability ─┐
 *   partial text  ───┼─▶ endpoint ─▶ began / eager / ended(why)
 *   what was asked ──┘
 *
 * Pure: frames and times in, decisions out.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SPEECH_ENDPOINT_H
#define SPEECH_ENDPOINT_H

#include <stdint.h>

#include "dialog/ask.h"

/** Bounds set by the operator. */
struct endpoint_config {
	int64_t start_us;       /**< [us] of speech before "began"; 60 ms   */
	int64_t min_silence_us; /**< [us] shortest end of turn; 300 ms      */
	int64_t silence_us;     /**< [us] usual; 600 ms                     */
	int64_t max_silence_us; /**< [us] longest; 2500 ms                  */
	int64_t max_turn_us;    /**< [us] a turn is cut after; 30 s         */
};

enum endpoint_verdict {
	ENDPOINT_NOTHING,
	ENDPOINT_BEGAN,   /**< speech started start_us ago         */
	ENDPOINT_RESUMED, /**< spoke on after an eager end         */
	ENDPOINT_EAGER,   /**< probably finished: prepare          */
	ENDPOINT_ENDED,   /**< finished: answer                    */
};

struct endpoint {
	struct endpoint_config conf;
	enum ask_kind ask;
	uint32_t min_digits, max_digits, have_digits;
	int speaking, eager;
	int64_t began_us;  /**< [us] when the turn began            */
	int64_t voice_us;  /**< [us] when voice was last heard      */
	int64_t voiced_us; /**< [us] of voice in this turn          */
	int64_t run_us;    /**< [us] of the present run             */
	int64_t pause_us;  /**< [us] longest pause so far, learned  */
	int64_t wait_us;   /**< [us] silence now waited for         */
	int64_t text_us;   /**< [us] when the partial last changed  */
	char tail[32];     /**< last word of the partial            */
	uint32_t digits;   /**< in the partial                      */
	const char *why;   /**< of the last verdict, static         */
};

void endpoint_init(struct endpoint *e, const struct endpoint_config *c);

/** What is being asked from now on. */
void endpoint_ask(struct endpoint *e, const struct ask *ask);

/** The recognizer's text so far. */
void endpoint_partial(struct endpoint *e, const char *text, int64_t now_us);

/** One frame. @return what it decides @realtime */
enum endpoint_verdict endpoint_frame(struct endpoint *e, float speech,
				     int64_t now_us);

/** The turn was taken over otherwise (keys, cancel). */
void endpoint_reset(struct endpoint *e);

#endif /* SPEECH_ENDPOINT_H */
