/**
 * @file tone_detect.c  Keys of the telephone heard as sound
 *
 *   samples -> 8 Goertzel filters -> half windows -> windows -> key, steady?
 *
 * @source ITU-T Q.24: what must be taken for a key and what must not
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "audio/tone.h"

#define PI 3.14159265358979323846

#define LEVEL_MIN 100.0f /* rms: -50 dBFS */
#define HIGH_OVER 5.0f   /* Q.24: high 4 dB over low, and a little */
#define LOW_OVER  14.0f  /* ... 8 dB under it */
#define ALONE     6.3f   /* others of the group 8 dB below */
#define SHARE     0.70f  /* of the window's energy, in two tones */
#define STEADY    2.5f   /* most that a tone's power may change: 4 dB */

/* Off by 1.5 % and 2 Hz is a key, off by 3.5 % is none. */
#define OFF_SHARE 0.024f
#define OFF_HZ    3.0f

enum {
	HALVES_A_SECOND = 157, /* 6.4 ms: five whole ones in 40 ms */
	PRESSED_WINDOWS = 4,   /* in a row: three fit into 23 ms */
	RELEASED_WINDOWS = 5,  /* 10 ms of interruption are none */
};

static const char keypad[] = "123A456B789C*0#D";
static const float freq_hz[TONE_FREQS] = {697,  770,  852,  941,
					  1209, 1336, 1477, 1633};

int tone_detect_init(struct tone_detect *t, uint32_t hz)
{
	if (hz != 8000 && hz != 16000)
		return -EINVAL;
	memset(t, 0, sizeof(*t));
	t->hz = hz;
	t->half = hz / HALVES_A_SECOND;
	for (int i = 0; i < TONE_FREQS; i++) {
		const double w = 2 * PI * (double)freq_hz[i] / hz;

		t->coef[i] = (float)(2 * cos(w));
		t->turn_re[i] = (float)cos(w * t->half);
		t->turn_im[i] = (float)sin(w * t->half);
	}
	return 0;
}

/** The half window just gathered, its phases as of its end. */
static void sums(const struct tone_detect *t, struct tone_sums *ret)
{
	for (int i = 0; i < TONE_FREQS; i++) {
		const float c = t->coef[i] / 2;

		ret->re[i] = t->s1[i] - c * t->s2[i];
		ret->im[i] = sqrtf(1 - c * c) * t->s2[i];
	}
	ret->energy = t->energy;
}

/** Both halves, the earlier one turned to the end of the later. */
static void join(const struct tone_detect *t, const struct tone_sums *a,
		 const struct tone_sums *b, struct tone_sums *ret)
{
	for (int i = 0; i < TONE_FREQS; i++) {
		const float re = t->turn_re[i], im = t->turn_im[i];

		ret->re[i] = a->re[i] * re - a->im[i] * im + b->re[i];
		ret->im[i] = a->re[i] * im + a->im[i] * re + b->im[i];
	}
	ret->energy = a->energy + b->energy;
}

static int strongest(const float *p)
{
	int best = 0;

	for (int i = 1; i < TONE_ROWS; i++)
		if (p[i] > p[best])
			best = i;
	return best;
}

static int is_alone(const float *p, int best)
{
	for (int i = 0; i < TONE_ROWS; i++)
		if (i != best && p[i] * ALONE > p[best])
			return 0;
	return 1;
}

/** @param at  set to its row and to its column, as indices of a frequency
 *  @param power  of both  @return the key of the window, or 0 */
static char window_key(const struct tone_detect *t, const struct tone_sums *w,
		       int at[2], float power[2])
{
	const float n = (float)(2 * t->half);
	float p[TONE_FREQS];

	if (w->energy < n * LEVEL_MIN * LEVEL_MIN)
		return 0;
	for (int i = 0; i < TONE_FREQS; i++)
		p[i] = (w->re[i] * w->re[i] + w->im[i] * w->im[i]) * 2 / n;
	at[0] = strongest(p);
	at[1] = TONE_ROWS + strongest(p + TONE_ROWS);
	power[0] = p[at[0]];
	power[1] = p[at[1]];
	if (power[1] > power[0] * HIGH_OVER || power[0] > power[1] * LOW_OVER)
		return 0;
	if (power[0] + power[1] < SHARE * w->energy)
		return 0;
	if (!is_alone(p, at[0]) || !is_alone(p + TONE_ROWS, at[1] - TONE_ROWS))
		return 0;
	return keypad[at[0] * TONE_ROWS + at[1] - TONE_ROWS];
}

/** Has the tone gone on from two windows ago, at its own frequency? By so
 *  much as its phase is ahead, it is off. */
static int is_steady(const struct tone_detect *t, const struct tone_sums *w,
		     int at, int k, float power)
{
	const float past = t->past[1].power[k];
	const float a_re = t->past[1].re[k], a_im = t->past[1].im[k];
	const float re = t->turn_re[at], im = t->turn_im[at];
	/* by a whole window */
	const float re2 = re * re - im * im, im2 = 2 * re * im;
	const float b_re = a_re * re2 - a_im * im2;
	const float b_im = a_re * im2 + a_im * re2;
	const float ahead = atan2f(w->im[at] * b_re - w->re[at] * b_im,
				   w->re[at] * b_re + w->im[at] * b_im);
	const float off_hz =
		ahead * (float)t->hz / (float)(2 * PI * 2 * (double)t->half);

	return power < past * STEADY && past < power * STEADY &&
	       fabsf(off_hz) < freq_hz[at] * OFF_SHARE + OFF_HZ;
}

static void remember(struct tone_detect *t, const struct tone_sums *w,
		     const int at[2], const float power[2])
{
	t->past[1] = t->past[0];
	for (int k = 0; k < 2; k++) {
		t->past[0].re[k] = w->re[at[k]];
		t->past[0].im[k] = w->im[at[k]];
		t->past[0].power[k] = power[k];
	}
}

/** @return the key, when this window makes it pressed */
static char press(struct tone_detect *t, char key)
{
	if (t->last && key != t->last && ++t->missing >= RELEASED_WINDOWS)
		t->last = 0;
	if (key && key == t->last)
		t->missing = 0;
	if (!key || key == t->last || t->windows < PRESSED_WINDOWS)
		return 0;
	t->last = key;
	t->missing = 0;
	return key;
}

static char window(struct tone_detect *t, const struct tone_sums *w)
{
	float power[2];
	int at[2];
	char key = window_key(t, w, at, power);

	if (key && key == t->candidate && t->windows >= 2 &&
	    !(is_steady(t, w, at[0], 0, power[0]) &&
	      is_steady(t, w, at[1], 1, power[1])))
		key = 0;
	t->windows = !key ? 0 : key == t->candidate ? t->windows + 1 : 1;
	t->candidate = key;
	if (key)
		remember(t, w, at, power);
	return press(t, key);
}

static char half_window(struct tone_detect *t)
{
	struct tone_sums now, both;

	sums(t, &now);
	join(t, &t->before, &now, &both);
	t->before = now;
	memset(t->s1, 0, sizeof(t->s1));
	memset(t->s2, 0, sizeof(t->s2));
	t->energy = 0;
	t->have = 0;
	return window(t, &both);
}

char tone_detect_run(struct tone_detect *t, const int16_t *s, size_t n)
{
	char found = 0;

	for (size_t k = 0; k < n; k++) {
		const float v = (float)s[k];

		t->energy += v * v;
		for (int i = 0; i < TONE_FREQS; i++) {
			const float s0 = v + t->coef[i] * t->s1[i] - t->s2[i];

			t->s2[i] = t->s1[i];
			t->s1[i] = s0;
		}
		if (++t->have < t->half)
			continue;

		const char key = half_window(t);

		found = key ? key : found;
	}
	return found;
}
