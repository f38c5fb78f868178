/**
 * @file bargein.h  Is the caller interrupting, or only nodding?
 *
 *   candidate frame -> pause playout within one frame -> decide -> cut /
 * resume
 *
 * Decided by the first of: words that are no nods, when the recognizer has
 * shown them twice and, but for "stop" and its like, with three quarters of
 * the voice that always cuts; voice long enough; silence after a sound too
 * short to be speech, or after a nod; the deadline. Sound that is like our own
 * voice counts the less, the more alike it is.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SPEECH_BARGEIN_H
#define SPEECH_BARGEIN_H

#include <stdint.h>

#include "dialog/ask.h"

struct bargein_config {
	int64_t cut_us;      /**< [us] of voice that always cuts; 700 ms   */
	int64_t deadline_us; /**< [us] to decide after a pause; 1200 ms    */
	uint32_t words;      /**< words that cut when shown twice; 1,
				  nods do not count; 0: words never cut    */
	int enabled;
	int words_only; /**< voice alone neither holds nor cuts       */
};

enum bargein_verdict {
	BARGEIN_NOTHING,
	BARGEIN_PAUSE,  /**< hold the agent's sound                   */
	BARGEIN_CUT,    /**< a real interruption                      */
	BARGEIN_RESUME, /**< it was nothing: go on at the sample      */
};

struct bargein {
	struct bargein_config usual;     /**< the operator's            */
	struct bargein_config conf;      /**< of what is being asked    */
	const struct language *language; /**< of the words; NULL: English */
	int paused;
	int64_t since_us;  /**< [us] when the candidate began            */
	int64_t voice_us;  /**< [us] of voice since                      */
	int64_t quiet_us;  /**< [us] of silence since the last voice     */
	uint32_t words;    /**< that are no nods                         */
	uint64_t text_sum; /**< of the last text, to see it come again  */
	int only_backchannel;
	float echo;      /**< 0..1 of the voice so far, smoothed       */
	int64_t wary_us; /**< [us] a false alarm just was: until when more
			      than one frame is asked for              */
	int64_t run_us;  /**< [us] of voice in a row                   */
	const char *why; /**< of the last verdict, static              */
};

/** @param c  copied */
void bargein_init(struct bargein *b, const struct bargein_config *c);

/** What is being asked from now on, and how that may be interrupted.
 *  @return BARGEIN_RESUME when a sound was being judged that is not to hold
 *          our words any more, else BARGEIN_NOTHING */
enum bargein_verdict bargein_ask(struct bargein *b, const struct ask *ask);

/** One frame of the caller while the agent speaks (or is paused).
 *  @param speech  vad probability @param echo  0..1 likeness to our own voice
 *  @realtime */
enum bargein_verdict bargein_frame(struct bargein *b, float speech, float echo,
				   int64_t now_us);

/** The recognizer's text of the candidate so far; first guesses are often
 *  wrong, so it has to come twice. Cuts also when nothing was paused: then
 *  the words came to light before the voice did. */
enum bargein_verdict bargein_partial(struct bargein *b, const char *text);

/** The same when it is final. @param confidence  0..100 */
enum bargein_verdict bargein_final(struct bargein *b, const char *text,
				   int confidence);

/** The agent is not speaking any more: as new. */
void bargein_reset(struct bargein *b);

#endif /* SPEECH_BARGEIN_H */
