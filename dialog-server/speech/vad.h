/**
 * @file vad.h  Is this frame speech?
 *
 * Energy over an adaptive noise floor with a few cheap features, native at 8
 * and 16 kHz. Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SPEECH_VAD_H
#define SPEECH_VAD_H

#include <stdint.h>

#include "audio/pcm.h"

struct vad {
	uint32_t hz;
	float floor_db;    /**< [dBFS] noise floor estimate        */
	float level_db;    /**< [dBFS] of the last frame           */
	float probability; /**< 0..1 smoothed                      */
	uint32_t frames;   /**< [frames] seen                      */
	float memory[16];  /**< filters and minima, see vad.c      */
};

void vad_init(struct vad *v, uint32_t hz);

/** @return probability of speech 0..1 @realtime under 10 us */
float vad_frame(struct vad *v, const struct aframe *f);

#endif /* SPEECH_VAD_H */
