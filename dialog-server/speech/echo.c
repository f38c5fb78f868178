/**
 * @file echo.c  Is the caller's sound our own voice coming back?
 *
 * SPDX-License-Identifier: MIT
 */
#include "speech/echo.h"

#include <math.h>
#include <string.h>

#include "speech/filter.h"

#define QUIET_DB      (-60.0f) /* levels below it tell nothing */
#define MOVES_DB2     4.0f     /* least variance of a side that tells */
#define CERTAIN       0.5f     /* long-term likeness that is an echo */
#define FAINT_DB      (-24.0f) /* under ours: an echo, known or not */
#define ALIKE         0.6f     /* of 400 ms: the gain may be learned */
#define LEARN         0.1f
#define GAIN_START_DB (-20.0f)
#define REVERB_DB     2.0f  /* a room forgets so much in 10 ms */
#define EXPLAINED_DB  4.0f  /* over the expected echo: still echo */
#define CALLER_DB     10.0f /* over it: the caller for certain */

enum {
	POINTS = ECHO_WINDOW * ECHO_BANDS,
	LAG_STRIDE = 4,  /* a quarter of the lags a frame: cheap enough */
	REVERB = 10,     /* [10 ms] that a room sounds on */
	FAINT_LAGS = 40, /* [10 ms] */
	SLACK = 1,       /* [10 ms] to either side of the lag */
};

/* Middles of the bands on a telephone, about an octave each. */
static const double bands_hz[ECHO_BANDS] = {450, 900, 1600, 2700};

static int16_t *at(int16_t history[ECHO_HISTORY][ECHO_BANDS], uint32_t i)
{
	return history[i % ECHO_HISTORY];
}

static int16_t from_db(float db)
{
	return (int16_t)lrintf(db * 100.0f);
}

static float to_db(int16_t level)
{
	return (float)level * 0.01f;
}

void echo_init(struct echo *e, uint32_t hz)
{
	memset(e, 0, sizeof(*e));
	e->hz = hz;
	for (int b = 0; b < ECHO_BANDS; b++) {
		struct filter f;

		/* a band's b1 is 0 and its b2 is -b0 */
		filter_init(&f, FILTER_BAND, bands_hz[b], hz, 1.2);
		e->played_bands.b0[b] = f.b0;
		e->played_bands.a1[b] = f.a1;
		e->played_bands.a2[b] = f.a2;
		e->band_gain_db[b] = GAIN_START_DB;
	}
	e->heard_bands = e->played_bands;
	e->gain_db = GAIN_START_DB;
	for (uint32_t i = 0; i < ECHO_HISTORY; i++) {
		for (int b = 0; b < ECHO_BANDS; b++) {
			e->played[i][b] = from_db(QUIET_DB);
			e->heard[i][b] = from_db(QUIET_DB);
		}
	}
	e->sounding = ECHO_HISTORY;
}

/** Levels of the bands of 10 ms of sound. The bands are side by side in the
 *  inner loop, so that the processor runs all four at once. */
static void measure(struct echo_bands *f, const int16_t *s, uint32_t n,
		    int16_t *level)
{
	float z1[ECHO_BANDS], z2[ECHO_BANDS], sum[ECHO_BANDS] = {0};

	memcpy(z1, f->z1, sizeof(z1));
	memcpy(z2, f->z2, sizeof(z2));
	for (uint32_t i = 0; s && i < n; i++) {
		const float x = (float)s[i];

		for (int b = 0; b < ECHO_BANDS; b++) {
			const float y = f->b0[b] * x + z1[b];

			z1[b] = z2[b] - f->a1[b] * y;
			z2[b] = -f->b0[b] * x - f->a2[b] * y;
			sum[b] += y * y;
		}
	}
	for (int b = 0; b < ECHO_BANDS; b++) {
		const float power = sum[b] / ((float)n * 32768.0f * 32768.0f);

		/* what silence leaves behind would slow the processor */
		f->z1[b] = fabsf(z1[b]) < 1e-6f ? 0 : z1[b];
		f->z2[b] = fabsf(z2[b]) < 1e-6f ? 0 : z2[b];
		level[b] = from_db(power > 1e-6f ? 10.0f * log10f(power)
						 : QUIET_DB);
	}
}

/** What both sides have done in the last 400 ms, less its mean. */
static float centre(int16_t history[ECHO_HISTORY][ECHO_BANDS], uint32_t from,
		    float out[ECHO_WINDOW * ECHO_BANDS])
{
	float mean[ECHO_BANDS] = {0}, power = 0;

	for (uint32_t i = 0; i < ECHO_WINDOW; i++)
		for (int b = 0; b < ECHO_BANDS; b++)
			mean[b] +=
				to_db(at(history, from + i)[b]) / ECHO_WINDOW;
	for (uint32_t i = 0; i < ECHO_WINDOW; i++) {
		for (int b = 0; b < ECHO_BANDS; b++) {
			const float v =
				to_db(at(history, from + i)[b]) - mean[b];

			out[i * ECHO_BANDS + (uint32_t)b] = v;
			power += v * v;
		}
	}
	return power;
}

/** @return -1..1 how alike both sides have been, one delayed by lag */
static float compare(struct echo *e, const float heard[POINTS], float power,
		     uint32_t lag)
{
	float played[POINTS], cross = 0;
	const float p = centre(e->played, e->n - ECHO_WINDOW - lag, played);

	if (p < POINTS * MOVES_DB2 || power < POINTS * MOVES_DB2)
		return 0;
	for (int i = 0; i < POINTS; i++)
		cross += heard[i] * played[i];
	return cross / sqrtf(p * power);
}

/** Which delay has explained what was heard best, over time?
 *  @return likeness of the last 400 ms at that delay */
static float learn_lag(struct echo *e)
{
	const uint32_t frame = e->n / ECHO_PER_FRAME;
	float heard[POINTS];
	const float power = centre(e->heard, e->n - ECHO_WINDOW, heard);
	int best = e->lag;

	/* a side that does not move tells nothing */
	if (power < POINTS * MOVES_DB2)
		return 0;
	for (uint32_t i = frame % LAG_STRIDE; i < ECHO_LAGS; i += LAG_STRIDE)
		e->score[i] +=
			LEARN * (compare(e, heard, power, i) - e->score[i]);
	for (int i = 0; i < ECHO_LAGS; i++)
		if (e->score[i] > e->score[best])
			best = i;
	e->lag = best;
	e->certainty = fmaxf(0, e->score[best]);
	return compare(e, heard, power, (uint32_t)best);
}

/** @return [dB] what of the playing can be in the level i of the heard side,
 *          but for the gain of the line */
static float expected_db(struct echo *e, uint32_t i, int band)
{
	float most = QUIET_DB;

	for (int k = -SLACK; k <= REVERB; k++) {
		const uint32_t then = i - (uint32_t)(e->lag + k);
		const float db =
			to_db(at(e->played, then)[band]) -
			REVERB_DB * (float)(k > SLACK ? k - SLACK : 0);

		most = fmaxf(most, db);
	}
	return most;
}

/** The line's gain, band by band, from where only the echo can be. */
static void learn_gain(struct echo *e)
{
	float sum = 0, rate;

	e->learned += e->learned < ECHO_LEARN;
	/* at first the mean of all: what it began with is only a guess */
	rate = 1.0f / (float)(e->learned + 1);
	for (int b = 0; b < ECHO_BANDS; b++) {
		for (uint32_t i = e->n - ECHO_PER_FRAME; i < e->n; i++) {
			const float heard = to_db(at(e->heard, i)[b]);
			const float played = expected_db(e, i, b);

			if (played > QUIET_DB + 20 && heard > QUIET_DB)
				e->band_gain_db[b] +=
					rate *
					(heard - played - e->band_gain_db[b]);
		}
		sum += e->band_gain_db[b];
	}
	e->gain_db = sum / ECHO_BANDS;
}

/** @return 0..1 how much of the last frame the echo explains, by power */
static float explain(struct echo *e)
{
	float explained = 0, all = 1e-12f;

	for (uint32_t i = e->n - ECHO_PER_FRAME; i < e->n; i++) {
		for (int b = 0; b < ECHO_BANDS; b++) {
			const float db = to_db(at(e->heard, i)[b]);
			const float over_db =
				db - expected_db(e, i, b) - e->band_gain_db[b];
			const float part = (CALLER_DB - over_db) /
					   (CALLER_DB - EXPLAINED_DB);
			const float power = powf(10.0f, db / 10);

			all += power;
			explained += power * fmaxf(0, fminf(1, part));
		}
	}
	return explained / all;
}

/** Far quieter than what we have just played: no caller speaks like that,
 *  but a good line returns so much of us, too little to be known by. */
static int is_faint(struct echo *e)
{
	float ours = 0, heard = 0;

	for (int b = 0; b < ECHO_BANDS; b++) {
		float most = QUIET_DB;

		for (uint32_t k = 1; k <= FAINT_LAGS; k++)
			most = fmaxf(most, to_db(at(e->played, e->n - k)[b]));
		ours += powf(10.0f, most / 10);
		for (uint32_t k = 1; k <= ECHO_PER_FRAME; k++)
			heard += powf(10.0f,
				      to_db(at(e->heard, e->n - k)[b]) / 10) /
				 ECHO_PER_FRAME;
	}
	return 10.0f * log10f(heard / ours) < FAINT_DB;
}

float echo_frame(struct echo *e, const struct aframe *played,
		 const struct aframe *heard)
{
	const uint32_t n = heard->samples / ECHO_PER_FRAME;
	float alike;

	if (!e->n)
		e->n = ECHO_HISTORY;
	for (uint32_t k = 0; k < ECHO_PER_FRAME; k++, e->n++) {
		measure(&e->played_bands, played ? played->s + k * n : NULL, n,
			at(e->played, e->n));
		measure(&e->heard_bands, heard->s + k * n, n,
			at(e->heard, e->n));
		e->sounding = played ? 0 : e->sounding + 1;
	}
	e->likeness = 0;
	/* nothing can come back any more */
	if (e->sounding > ECHO_LAGS + REVERB)
		return 0;
	alike = learn_lag(e);
	if (played && e->tried < ECHO_TRY)
		e->tried++;
	if (e->certainty < CERTAIN) {
		e->likeness = e->tried < ECHO_TRY || is_faint(e) ? 1 : 0;
		return e->likeness;
	}
	if (alike > ALIKE)
		learn_gain(e);
	e->likeness = e->learned < ECHO_LEARN && e->tried < ECHO_TRY
			      ? 1
			      : explain(e);
	return e->likeness;
}
