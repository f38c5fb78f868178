/**
 * @file kit_sound.h  Sines, noise and measures for tests of sound
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_UNIT_KIT_SOUND_H
#define TESTS_UNIT_KIT_SOUND_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/level.h"

#define KIT_PI 3.14159265358979323846

/** Add a sine of so many dBFS (of its root mean square). */
static inline void kit_sine(int16_t *s, size_t n, double f_hz, double hz,
			    double dbfs)
{
	const double a = 32768.0 * pow(10, dbfs / 20) * sqrt(2);

	for (size_t i = 0; i < n; i++) {
		const double v = a * sin(2 * KIT_PI * f_hz * (double)i / hz);

		s[i] = level_add(s[i], (int32_t)lrint(v));
	}
}

/** @return [dB] of a sine over everything else, of whatever phase and size */
static inline double kit_sine_snr_db(const int16_t *s, size_t n, double f_hz,
				     double hz)
{
	double c = 0, q = 0, residue = 0, signal = 0;

	for (size_t i = 0; i < n; i++) {
		const double w = 2 * KIT_PI * f_hz * (double)i / hz;

		c += s[i] * cos(w) * 2 / (double)n;
		q += s[i] * sin(w) * 2 / (double)n;
	}
	for (size_t i = 0; i < n; i++) {
		const double w = 2 * KIT_PI * f_hz * (double)i / hz;
		const double v = c * cos(w) + q * sin(w);

		signal += v * v;
		residue += (s[i] - v) * (s[i] - v);
	}
	return 10 * log10(signal / (residue + 1e-9));
}

#endif /* TESTS_UNIT_KIT_SOUND_H */
