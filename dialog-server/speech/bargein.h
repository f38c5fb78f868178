/**
 * @file bargein.h  Is the caller interrupting, or only nodding?
 *
 *   candidate frame -> pause playout within one frame -> decide -> cut /
 * resume
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SPEECH_BARGEIN_H
#define SPEECH_BARGEIN_H

#include <stdint.h>

struct bargein_config {
	int64_t cut_us;      /**< [us] of voice that always cuts; 400 ms   */
	int64_t deadline_us; /**< [us] to decide after a pause; 700 ms     */
	uint32_t words;      /**< words that cut at once; 1, backchannel
				  words do not count                       */
	int enabled;
};

enum bargein_verdict {
	BARGEIN_NOTHING,
	BARGEIN_PAUSE,  /**< hold the agent's sound                   */
	BARGEIN_CUT,    /**< a real interruption                      */
	BARGEIN_RESUME, /**< it was nothing: go on at the sample      */
};

struct bargein {
	struct bargein_config conf;
	int paused;
	int64_t since_us; /**< [us] when the candidate began            */
	int64_t voice_us; /**< [us] of voice since                      */
	int64_t quiet_us; /**< [us] of silence since the last voice     */
	uint32_t words;
	int only_backchannel;
};

void bargein_init(struct bargein *b, const struct bargein_config *c);

/** One frame of the caller while the agent speaks (or is paused).
 *  @param speech  vad probability @param echo  0..1 likeness to our own voice
 *  @realtime */
enum bargein_verdict bargein_frame(struct bargein *b, float speech, float echo,
				   int64_t now_us);

/** The recognizer's text of the candidate so far. */
enum bargein_verdict bargein_partial(struct bargein *b, const char *text);

/** The agent is not speaking any more: as new. */
void bargein_reset(struct bargein *b);

#endif /* SPEECH_BARGEIN_H */
