/**
 * @file level.h  How loud, and how to make it louder or noisier
 *
 * Decibels are relative to a full-scale square wave (dBFS): a full-scale sine
 * is -3.01 dBFS. The noise is seeded: the same seed gives the same samples on
 * every machine.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef AUDIO_LEVEL_H
#define AUDIO_LEVEL_H

#include <stddef.h>
#include <stdint.h>

#define LEVEL_SILENCE_DBFS (-100.0f)

/** @return root mean square in dBFS, LEVEL_SILENCE_DBFS for silence @realtime
 */
float level_dbfs(const int16_t *s, size_t n);

/** Level of the speech alone: the loudest frames, so that pauses in a
 *  recording do not count. @return dBFS */
float level_speech_dbfs(const int16_t *s, size_t n, uint32_t hz);

/** Multiply, saturating. @realtime */
void level_gain(int16_t *s, size_t n, float gain_db);

/** @return the sum, saturated @realtime */
static inline int16_t level_add(int32_t a, int32_t b)
{
	const int32_t sum = a + b;

	return (int16_t)(sum > 32767 ? 32767 : sum < -32768 ? -32768 : sum);
}

/** A seeded source of white noise, gaussian as a sum of twelve: integers only,
 *  so that no mathematics library can change a sample. */
struct level_noise {
	uint64_t state;
};

/** @param seed  any; the same one gives the same noise */
void level_noise_init(struct level_noise *z, uint64_t seed);

/** @return the next 64 random bits @realtime */
uint64_t level_noise_bits(struct level_noise *z);

/** @return gaussian, mean 0, deviation 1 @realtime */
float level_noise_next(struct level_noise *z);

/** Add white noise of that level. @realtime */
void level_noise_add(struct level_noise *z, int16_t *s, size_t n,
		     float noise_dbfs);

/** Add white noise so that speech stands snr_db above it; the level of the
 *  speech is measured with level_speech_dbfs(). */
void level_noise_at_snr(struct level_noise *z, int16_t *s, size_t n,
			uint32_t hz, float snr_db);

#endif /* AUDIO_LEVEL_H */
