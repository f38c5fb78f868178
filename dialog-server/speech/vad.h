/**
 * @file vad.h  Is this frame speech?
 *
 *   frame -> high-pass -> level over an adaptive floor ─┐
 *    │         └-> 4 kHz -> is there a pitch? ───────────┤
 *    ├-> sixteen bands, each over a floor of its own ────┼─▶ vad_net ─▶ 0..1
 *    └-> keys of the telephone ──────────────────────────┘
 *
 * What a frame looks like, and how that has changed, is weighed by a small
 * network that remembers. Native at 8 and 16 kHz. Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SPEECH_VAD_H
#define SPEECH_VAD_H

#include <stdint.h>

#include "audio/pcm.h"
#include "audio/tone.h"
#include "speech/filter.h"
#include "speech/spectrum.h"
#include "speech/vad_net.h"

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
	int16_t pitch[VAD_PITCH_SAMPLES]; /* at 4 kHz, newest last */
	float smooth_db;                  /* for the minima */
	float minima_db[VAD_MINIMA];
	float levels_db[VAD_LEVELS];
	uint32_t since_voiced; /* [frames] */
	struct tone_detect keys;
	struct spectrum spectrum;
	float band_floor_db[SPECTRUM_BANDS];
	float bands_db[SPECTRUM_BANDS]; /* of the last frame */
	float peak_db;                  /* loudest lately */
	struct vad_net net;
};

/** @param hz  8000 or 16000 */
void vad_init(struct vad *v, uint32_t hz);

/** @param f  of the rate given to vad_init()
 *  @return probability of speech 0..1 @realtime under 10 us */
float vad_frame(struct vad *v, const struct aframe *f);

/** What vad_frame() weighs; its weights are fitted on it. Called in place of
 *  vad_frame(), not beside it.
 *  @param x  x[VAD_INPUTS], each of the order of one @realtime */
void vad_inputs(struct vad *v, const struct aframe *f, float *x);

#endif /* SPEECH_VAD_H */
