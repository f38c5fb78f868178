/**
 * @file tone.h  Keys of the telephone as sound
 *
 * @source ITU-T Q.23 (frequencies), Q.24 (durations)
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef AUDIO_TONE_H
#define AUDIO_TONE_H

#include <stddef.h>
#include <stdint.h>

/** Keys one after the other. */
struct tone_dtmf {
	const char *keys; /**< borrowed until tone_done            */
	uint32_t hz;
	uint32_t on, off; /**< [samples] of tone and of pause      */
	uint32_t at;      /**< [samples] into the present key      */
	double low, high; /**< [rad] phases                        */
};

/**
 * @param keys  of "0123456789*#ABCD" (small letters too), borrowed
 * @return 0, -EINVAL (a key that does not exist, hz below 8000, on_ms 0)
 */
int tone_dtmf_init(struct tone_dtmf *t, const char *keys, uint32_t hz,
		   uint32_t on_ms, uint32_t off_ms);

/** Mix nothing, write n samples; silence after the last key.
 *  @return samples that belong to keys or pauses, 0 at the end @realtime */
size_t tone_dtmf_run(struct tone_dtmf *t, int16_t *out, size_t n);

/** @return nonzero for the 16 keys of a telephone */
int tone_is_key(char key);

/** Listens for keys in the caller's audio (lines without key events). */
struct tone_detect {
	uint32_t hz;
	uint32_t block;     /**< [samples] of one decision            */
	uint32_t have;      /**< [samples] gathered                   */
	float coef[8];      /**< Goertzel coefficients, rows, columns */
	float s1[8], s2[8]; /**< Goertzel states                      */
	float energy;
	char last, candidate; /**< key held, key seen once              */
	uint32_t missing;     /**< [blocks] without the held key        */
};

/** @return 0, -EINVAL (hz is neither 8000 nor 16000) */
int tone_detect_init(struct tone_detect *t, uint32_t hz);

/** @return a key that has just been pressed, or 0 @realtime */
char tone_detect_run(struct tone_detect *t, const int16_t *s, size_t n);

#endif /* AUDIO_TONE_H */
