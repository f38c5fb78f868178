/**
 * @file beep.c  One steady tone, then none
 *
 * The frequency of a sine in white noise follows from its autocorrelation at
 * one and two samples (Pisarenko); how much of the frame it is, from the
 * energy at that frequency.
 *
 * @source V. F. Pisarenko, The retrieval of harmonics from a covariance
 *         function, 1973
 *
 * SPDX-License-Identifier: MIT
 */
#include "audio/beep.h"

#include <math.h>
#include <string.h>

#include "audio/level.h"

#define PI           3.14159265358979323846F
#define TONE_MIN_HZ  380.0F
#define TONE_MAX_HZ  2050.0F
#define LEVEL_MIN_DB (-42.0F)
#define SHARE        0.75F  /* 10 dB of noise still leave 0.9 */
#define SAME         0.015F /* of its frequency, and 12 Hz */
#define SAME_HZ      12.0F
#define SAME_DB      4.0F
#define QUIET_DB     8.0F /* below it, when it is over */

enum {
	FRAMES_MIN = 4,  /* whole ones of 100 ms, wherever it begins */
	FRAMES_MAX = 76, /* 1.5 s */
	EDGE_FRAMES = 2,
};

void beep_init(struct beep *b, uint32_t hz)
{
	memset(b, 0, sizeof(*b));
	b->hz = hz;
}

/** @return cosine of the angle a sample of the strongest sine */
static float cosine(const int16_t *s, size_t n)
{
	float r1 = 0, r2 = 0;

	for (size_t i = 0; i + 2 < n; i++) {
		r1 += (float)s[i] * (float)s[i + 1];
		r2 += (float)s[i] * (float)s[i + 2];
	}
	if (fabsf(r1) < 1.0F)
		return 0;
	return (r2 + sqrtf(r2 * r2 + 8 * r1 * r1)) / (4 * r1);
}

/** @return 0..1 of the energy that is the sine */
static float share_of(const int16_t *s, size_t n, float c)
{
	float s1 = 0, s2 = 0, energy = 0;

	for (size_t i = 0; i < n; i++) {
		const float v = (float)s[i];
		const float s0 = v + 2 * c * s1 - s2;

		s2 = s1;
		s1 = s0;
		energy += v * v;
	}
	return (s1 * s1 + s2 * s2 - 2 * c * s1 * s2) * 2 /
	       ((float)n * energy + 1);
}

/** @return [Hz] of the one tone that the frame is, 0: it is not */
static float tone_of(const struct beep *b, const int16_t *s, size_t n)
{
	const float c = cosine(s, n);
	float f;

	if (fabsf(c) > 1)
		return 0;
	f = acosf(c) * (float)b->hz / (2 * PI);
	if (f < TONE_MIN_HZ || f > TONE_MAX_HZ || share_of(s, n, c) < SHARE)
		return 0;
	return f;
}

static int is_same(const struct beep *b, float f, float level_db)
{
	return fabsf(f - b->tone_hz) < b->tone_hz * SAME + SAME_HZ &&
	       fabsf(level_db - b->level_db) < SAME_DB;
}

static void begin(struct beep *b, float f, float level_db)
{
	b->tone_hz = f;
	b->level_db = level_db;
	b->tone_n = 1;
	b->edge = 0;
}

static void go_on(struct beep *b, float f)
{
	b->tone_n++;
	b->tone_hz += (f - b->tone_hz) / (float)b->tone_n; /* their mean */
	b->edge = 0;
}

/** A frame that is not as those before. @return nonzero: that was a beep */
static int end(struct beep *b, float f, float level_db)
{
	const int quiet = level_db < b->level_db - QUIET_DB;
	const uint32_t n = b->tone_n;
	const int beep =
		quiet && !b->moved && n >= FRAMES_MIN && n <= FRAMES_MAX;

	/* One frame is half tone, half silence; noise may spoil another. */
	if (!quiet && b->edge < EDGE_FRAMES) {
		b->edge++;
		return 0;
	}
	/* What is loud for longer was no beep but part of something. */
	b->moved = !quiet && (b->moved || n >= FRAMES_MIN);
	b->tone_n = 0;
	if (f > 0 && !quiet)
		begin(b, f, level_db);
	return beep;
}

int beep_frame(struct beep *b, const int16_t *s, size_t n)
{
	const float level_db = level_dbfs(s, n);
	const float f = level_db > LEVEL_MIN_DB ? tone_of(b, s, n) : 0;

	if (f > 0 && b->tone_n && is_same(b, f, level_db)) {
		go_on(b, f);
		return 0;
	}
	if (b->tone_n >= FRAMES_MIN || (b->tone_n && f <= 0))
		return end(b, f, level_db);
	if (f > 0)
		begin(b, f, level_db);
	else
		b->moved = b->moved && level_db > LEVEL_MIN_DB;
	return 0;
}
