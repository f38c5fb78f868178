/**
 * @file beep.h  The beep of an answering machine: one steady tone, then none
 *
 *   frame -> frequency of the strongest sine -> its share of the energy
 *         -> the same for 100 ms to 1.5 s, then gone: a beep
 *
 * Keys have two tones, voices move, ringing goes on for longer. Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef AUDIO_BEEP_H
#define AUDIO_BEEP_H

#include <stddef.h>
#include <stdint.h>

struct beep {
	uint32_t hz;
	float tone_hz;   /**< of the tone that sounds, or sounded last */
	uint32_t tone_n; /**< [frames] that it has sounded             */

	/* inside of beep.c */
	float level_db; /* of its first frame */
	int edge;       /* [frames] that are not all tone, behind it */
	int moved;      /* a tone has become another: a voice, music */
};

/** @param hz  8000 or 16000 */
void beep_init(struct beep *b, uint32_t hz);

/** One frame of 20 ms. @param s  s[n]
 *  @return nonzero when a beep has just ended @realtime */
int beep_frame(struct beep *b, const int16_t *s, size_t n);

#endif /* AUDIO_BEEP_H */
