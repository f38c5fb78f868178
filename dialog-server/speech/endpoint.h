/**
 * @file endpoint.h  When did the caller begin, and when have they finished?
 *
 *   vad probability ─┐
 *   partial text  ───┼─▶ endpoint ─▶ began / eager / ended(why)
 *   what was asked ──┘
 *
 * How long a silence ends a turn is worked out anew with every frame:
 *
 *   asked      what the Expert has said of this field, and no more; else
 *              yes/no the shortest; digits wait for those that are missing;
 *              names and free text longer; else the usual
 *   text       a last word that leads on ("and", "my", "um") waits; a text
 *              that has not changed, or ends like a sentence, does not
 *   caller     pauses that this caller has made in mid-turn so far
 *
 * Pure: frames and times in, decisions out.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SPEECH_ENDPOINT_H
#define SPEECH_ENDPOINT_H

#include <stdint.h>

#include "dialog/ask.h"
#include "speech/complete.h"

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

/** What a decision was made of. */
struct endpoint_reason {
	const char *why;      /**< static */
	int64_t silence_us;   /**< [us] so far             */
	int64_t wait_us;      /**< [us] that were due      */
	int64_t longest_us;   /**< [us] pause learned      */
	struct complete said; /**< what the text told      */
};

struct endpoint {
	struct endpoint_config conf;
	struct ask ask; /**< its strings are borrowed            */
	int speaking, eager;
	int64_t began_us;  /**< [us] when the turn began            */
	int64_t voice_us;  /**< [us] when voice was last heard      */
	int64_t voiced_us; /**< [us] of voice in this turn          */
	int64_t run_us;    /**< [us] of the present run             */
	int64_t pause_us;  /**< [us] longest pause so far, learned  */
	int64_t wait_us;   /**< [us] silence now waited for         */
	int64_t text_us;   /**< [us] when the partial last changed; 0: never */
	int64_t text_voiced_us; /**< [us] voice when it did            */
	int64_t ended_us;       /**< [us] when the last turn ended; 0: never */
	int64_t shown_us;       /**< [us] when it last came, also unchanged  */
	struct complete said;   /**< what the partial says of the rest   */
	uint64_t text_sum;      /**< of the partial, to see it change    */
	const char *why;        /**< of the last verdict, static         */
	struct endpoint_reason reason; /**< of the last end, also eager    */
};

/** @param c  copied */
void endpoint_init(struct endpoint *e, const struct endpoint_config *c);

/** What is being asked from now on.
 *  @param ask  its strings and choices are borrowed until the next call */
void endpoint_ask(struct endpoint *e, const struct ask *ask);

/** The recognizer's text so far. */
void endpoint_partial(struct endpoint *e, const char *text, int64_t now_us);

/** One frame. @return what it decides @realtime */
enum endpoint_verdict endpoint_frame(struct endpoint *e, float speech,
				     int64_t now_us);

/** Behind a frame: should the recognizer show at once what it has? Twice in
 *  each silence, so that the words are there when it is to be judged. */
int endpoint_wants_words(const struct endpoint *e, int64_t now_us);

/** The turn was taken over otherwise (keys, cancel). */
void endpoint_reset(struct endpoint *e);

#endif /* SPEECH_ENDPOINT_H */
