/**
 * @file level.c  Levels, gain and seeded noise
 *
 * @source splitmix64 by Sebastiano Vigna (public domain)
 *
 * SPDX-License-Identifier: MIT
 */
#include "audio/level.h"

#include <math.h>

#define FULL_SCALE 32768.0f

enum { SPEECH_WINDOW_MS = 20 };

static float db_of_power(double mean_square)
{
	if (mean_square <= 0)
		return LEVEL_SILENCE_DBFS;

	const double full = (double)FULL_SCALE * (double)FULL_SCALE;
	const float db = 10.0f * log10f((float)(mean_square / full));

	return db < LEVEL_SILENCE_DBFS ? LEVEL_SILENCE_DBFS : db;
}

static double mean_square(const int16_t *s, size_t n)
{
	int64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (int32_t)s[i] * s[i];
	return n ? (double)sum / (double)n : 0;
}

float level_dbfs(const int16_t *s, size_t n)
{
	return db_of_power(mean_square(s, n));
}

float level_speech_dbfs(const int16_t *s, size_t n, uint32_t hz)
{
	const size_t window = hz * SPEECH_WINDOW_MS / 1000;
	double peak = 0;

	if (!window || n < window)
		return level_dbfs(s, n);
	for (size_t at = 0; at + window <= n; at += window) {
		const double p = mean_square(s + at, window);

		peak = p > peak ? p : peak;
	}

	/* Speech = windows within 25 dB of the loudest one. */
	const double gate = peak / 316.0;
	double sum = 0;
	size_t used = 0;

	for (size_t at = 0; at + window <= n; at += window) {
		const double p = mean_square(s + at, window);

		if (p > gate) {
			sum += p;
			used++;
		}
	}
	return db_of_power(used ? sum / (double)used : 0);
}

void level_gain(int16_t *s, size_t n, float gain_db)
{
	const float g = powf(10.0f, gain_db / 20.0f);

	for (size_t i = 0; i < n; i++) {
		const float v = (float)s[i] * g;

		if (v >= 32767.0f)
			s[i] = 32767;
		else if (v <= -32768.0f)
			s[i] = -32768;
		else
			s[i] = (int16_t)lrintf(v);
	}
}

void level_noise_init(struct level_noise *z, uint64_t seed)
{
	z->state = seed;
}

uint64_t level_noise_bits(struct level_noise *z)
{
	z->state += 0x9e3779b97f4a7c15u;

	uint64_t v = z->state;

	v = (v ^ (v >> 30)) * 0xbf58476d1ce4e5b9u;
	v = (v ^ (v >> 27)) * 0x94d049bb133111ebu;
	return v ^ (v >> 31);
}

float level_noise_next(struct level_noise *z)
{
	int32_t sum = 0;

	/* Twelve uniform values have a variance of one together. */
	for (int i = 0; i < 3; i++) {
		uint64_t bits = level_noise_bits(z);

		for (int k = 0; k < 4; k++, bits >>= 16)
			sum += (int32_t)(bits & 0xffff);
	}
	return (float)(sum - 6 * 65535) / 65536.0f;
}

void level_noise_add(struct level_noise *z, int16_t *s, size_t n,
		     float noise_dbfs)
{
	const float rms = FULL_SCALE * powf(10.0f, noise_dbfs / 20.0f);

	for (size_t i = 0; i < n; i++) {
		const float v = rms * level_noise_next(z);

		s[i] = level_add(s[i], (int32_t)lrintf(v));
	}
}

void level_noise_at_snr(struct level_noise *z, int16_t *s, size_t n,
			uint32_t hz, float snr_db)
{
	const float speech = level_speech_dbfs(s, n, hz);

	if (speech > LEVEL_SILENCE_DBFS)
		level_noise_add(z, s, n, speech - snr_db);
}
