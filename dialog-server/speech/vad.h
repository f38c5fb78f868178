/**
 * @file vad.h  Is this frame speech?
 *
 *   frame -> high-pass -> level over an adaptive floor ─┐
 *              └-> 4 kHz -> is there a pitch? ──────────┼─▶ probability
 *            keys of the telephone ─────────────────────┘
 *
 * Hiss has no pitch, hum does not change, a key is known by its tones: none
 * of the three is speech, however loud. Native at 8 and 16 kHz. Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SPEECH_VAD_H
#define SPEECH_VAD_H

#include <stdint.h>

#include "audio/pcm.h"
#include "audio/tone.h"
#include "speech/filter.h"

enum {
	VAD_PITCH_SAMPLES = 160, /* 40 ms at 4 kHz */
	VAD_MINIMA = 8,          /* windows of the noise floor */
	VAD_LEVELS = 25, /* frames that tell whether sound stands still */
};

struct vad {
	uint32_t hz;
	float floor_db;    /**< [dBFS] noise floor estimate        */
	float level_db;    /**< [dBFS] of the last frame, high-passed */
	float voicing;     /**< 0..1 how much the last frame has a pitch */
	float pitch_hz;    /**< of the last frame; means little below 0.6 of
				voicing */
	float probability; /**< 0..1 smoothed                      */
	uint32_t frames;   /**< [frames] seen                      */
	char key;          /**< of the telephone, pressed in the last frame;
				0: none */

	/* inside of vad.c */
	struct filter high[2], low[2];
	float pitch[VAD_PITCH_SAMPLES]; /* at 4 kHz, newest last */
	float smooth_db;                /* for the minima */
	float minima_db[VAD_MINIMA];
	float levels_db[VAD_LEVELS];
	uint32_t since_voiced; /* [frames] */
	struct tone_detect keys;
};

/** @param hz  8000 or 16000 */
void vad_init(struct vad *v, uint32_t hz);

/** @param f  of the rate given to vad_init()
 *  @return probability of speech 0..1 @realtime under 10 us */
float vad_frame(struct vad *v, const struct aframe *f);

#endif /* SPEECH_VAD_H */
