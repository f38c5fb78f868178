/**
 * @file vad.c  What is known of a frame, and what the network makes of it
 *
 *   level    over a floor that follows the minimum of the smoothed level over
 *            the last 1.6 s (minimum statistics), and at once what has stood
 *            still for half a second: hiss, hum and tones do, speech does not
 *   pitch    how like itself the low band is one period earlier
 *   bands    sixteen: their shape, and how far each stands over its own floor
 *   change   of the bands, of the level
 *   keys     of the telephone, by their tones
 *
 * Nothing of it depends on how loud the call is as a whole.
 *
 * @source R. Martin, Noise power spectral density estimation based on optimal
 *         smoothing and minimum statistics, 2001 (the idea, in one band)
 *
 * SPDX-License-Identifier: MIT
 */
#include "speech/vad.h"

#include <math.h>
#include <string.h>

#include "audio/level.h"

#define HIGH_PASS_HZ      130.0 /* above hum, below speech on a telephone */
#define LOW_PASS_HZ       1000.0
#define PITCH_RATE_HZ     4000
#define FLOOR_MIN_DB      (-66.0f) /* digital silence is no measure of noise */
#define FLOOR_MAX_DB      (-12.0f)
#define FLOOR_NEW_DB      (-60.0f) /* before anything is known */
#define STILL_DB          3.5f     /* range of a level that stands still */
#define STILL_VOICED_DB   2.5f     /* the same, for what has a pitch */
#define TONE_DB           0.5f     /* range of the level of one pure tone */
#define RISE_DB           0.5f /* [dB a frame] of the floor without speech */
#define RISE_SPOKEN_DB    0.02f
#define BAND_FLOOR_NEW_DB (-63.0f)
#define BAND_RISE_NEW_DB  0.5f  /* [dB a frame] of a band's floor at first */
#define BAND_RISE_DB      0.06f /* 3 dB a second */
#define PEAK_FALL_DB      0.02f /* [dB a frame] 1 dB a second */
#define SMOOTH            0.65f /* of the probability: one frame is enough */
#define CLEARLY           1.15f /* better, to be another pitch */
#define VOICED            0.55f /* likeness to itself one period ago */
#define VOICED_OVER_DB    3.0f  /* over the floor, with a pitch */

enum {
	LAG_MIN = PITCH_RATE_HZ / 400, /* pitch of a child */
	LAG_MAX = PITCH_RATE_HZ / 70,  /* pitch of a bass */
	WINDOW = VAD_PITCH_SAMPLES - LAG_MAX - 1,
	MINIMUM_FRAMES = 10, /* a window of the floor */
	NEW_FRAMES = 25,     /* what is there at first is mostly noise */
	TONE_FRAMES = 6,     /* a tone is known after so many */
	HANG_FRAMES = 10,    /* a pitch vouches for so many more */
};

void vad_init(struct vad *v, uint32_t hz)
{
	/* Butterworth of the fourth order, as two of the second. */
	static const double q[2] = {0.5412, 1.3066};

	memset(v, 0, sizeof(*v));
	v->hz = hz;
	for (int i = 0; i < 2; i++) {
		filter_init(&v->high[i], FILTER_HIGH, HIGH_PASS_HZ, hz, q[i]);
		filter_init(&v->low[i], FILTER_LOW, LOW_PASS_HZ, hz, q[i]);
	}
	v->floor_db = FLOOR_NEW_DB;
	v->smooth_db = FLOOR_NEW_DB;
	v->level_db = LEVEL_SILENCE_DBFS;
	for (int i = 0; i < VAD_MINIMA; i++)
		v->minima_db[i] = FLOOR_NEW_DB;
	for (int b = 0; b < SPECTRUM_BANDS; b++)
		v->band_floor_db[b] = BAND_FLOOR_NEW_DB;
	v->since_voiced = HANG_FRAMES;
	v->peak_db = FLOOR_NEW_DB;
	(void)tone_detect_init(&v->keys, hz);
}

/** Filter the frame; its level, and its low band at 4 kHz. */
static void listen(struct vad *v, const struct aframe *f)
{
	const uint32_t step = v->hz / PITCH_RATE_HZ;
	const uint32_t n = f->samples / step;
	int16_t *pitch = v->pitch;
	float sum = 0;
	uint32_t phase = 0;

	memmove(pitch, pitch + n, (VAD_PITCH_SAMPLES - n) * sizeof(*pitch));
	pitch += VAD_PITCH_SAMPLES - n;
	for (uint32_t i = 0; i < f->samples; i++) {
		const float h = filter_run(
			&v->high[1], filter_run(&v->high[0], (float)f->s[i]));
		const float l =
			filter_run(&v->low[1], filter_run(&v->low[0], h));

		sum += h * h;
		if (++phase == step) {
			phase = 0;
			*pitch++ = (int16_t)lrintf(
				fmaxf(-32768, fminf(32767, l)));
		}
	}
	for (int i = 0; i < 2; i++) {
		filter_rest(&v->high[i]);
		filter_rest(&v->low[i]);
	}

	const float power = sum / (float)f->samples / (32768.0f * 32768.0f);

	v->level_db =
		power > 1e-10f ? 10.0f * log10f(power) : LEVEL_SILENCE_DBFS;
}

/** @return sum of a[WINDOW] b[WINDOW]: four sums, none waits for another */
static float product(const int16_t *a, const int16_t *b)
{
	float sum[4] = {0};
	int i = 0;

	for (; i + 4 <= WINDOW; i += 4)
		for (int k = 0; k < 4; k++)
			sum[k] += (float)(a[i + k] * b[i + k]);
	for (; i < WINDOW; i++)
		sum[0] += (float)(a[i] * b[i]);
	return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/** @param pitch_hz  set to what the likeness is best at
 *  @return how alike the last 25 ms and those one pitch period before are */
static float voicing(const struct vad *v, float *pitch_hz)
{
	const int16_t *now = v->pitch + VAD_PITCH_SAMPLES - WINDOW;
	const float energy = product(now, now);
	float past = product(now - LAG_MIN + 1, now - LAG_MIN + 1);
	float best = 0, first = 0;

	if (energy < (float)WINDOW * 4.0f) /* -84 dBFS: nothing there */
		return 0;
	for (int lag = LAG_MIN; lag <= LAG_MAX; lag++) {
		const int16_t *then = now - lag;
		const float cross = product(now, then);

		/* the window of energy slides along with the lag */
		past += (float)(then[0] * then[0] -
				then[WINDOW] * then[WINDOW]);
		/* What was hardly there is like nothing, least of all once
		 * rounding has had its share of it. */
		if (cross <= 0 || past < energy * 1e-4f)
			continue;

		const float like = cross * cross / (energy * past);

		if (like > best)
			best = like;
		/* What repeats after one period does so after two, too. */
		if (like > first * CLEARLY) {
			first = like;
			*pitch_hz = (float)PITCH_RATE_HZ / (float)lag;
		}
	}
	return fminf(1, sqrtf(best));
}

/** @return [dB] between the loudest and the softest of the last n frames */
static float range_db(const struct vad *v, uint32_t n)
{
	float low = 0, high = LEVEL_SILENCE_DBFS;

	if (v->frames < n)
		return -LEVEL_SILENCE_DBFS;
	for (uint32_t i = 0; i < n; i++) {
		const uint32_t at = (v->frames + VAD_LEVELS - i) % VAD_LEVELS;

		low = fminf(low, v->levels_db[at]);
		high = fmaxf(high, v->levels_db[at]);
	}
	return high - low;
}

/** Dial, busy and ringing tones: a pitch, and a level like no voice holds. */
static int is_tone(const struct vad *v)
{
	return v->voicing > 0.8f && range_db(v, TONE_FRAMES) < TONE_DB;
}

static float lowest(const struct vad *v)
{
	float low = v->minima_db[0];

	for (int i = 1; i < VAD_MINIMA; i++)
		low = fminf(low, v->minima_db[i]);
	return low;
}

static void follow_floor(struct vad *v)
{
	const uint32_t window = v->frames / MINIMUM_FRAMES % VAD_MINIMA;
	/* a loud voice that is clipped hardly moves either */
	const float still_db =
		v->since_voiced < VAD_LEVELS ? STILL_VOICED_DB : STILL_DB;

	v->levels_db[v->frames % VAD_LEVELS] = v->level_db;
	v->smooth_db += 0.4f * (v->level_db - v->smooth_db);
	if (v->frames % MINIMUM_FRAMES == 0)
		v->minima_db[window] = v->smooth_db;
	v->minima_db[window] = fminf(v->minima_db[window], v->smooth_db);

	if (range_db(v, VAD_LEVELS) < still_db) {
		/* known for certain: what was before counts no more */
		v->floor_db = v->smooth_db;
		for (int i = 0; i < VAD_MINIMA; i++)
			v->minima_db[i] = v->smooth_db;
	} else {
		/* a minimum lies below the mean that it stands for */
		const float target = lowest(v) + 1.5f;
		const float rise = v->since_voiced < HANG_FRAMES
					   ? RISE_SPOKEN_DB
					   : RISE_DB;

		if (target > v->floor_db)
			v->floor_db += fminf(rise, target - v->floor_db);
		else
			v->floor_db += 0.3f * (target - v->floor_db);
	}
	v->floor_db = fmaxf(FLOOR_MIN_DB, fminf(FLOOR_MAX_DB, v->floor_db));
}

/** The floor of each band falls at once and rises slowly. */
static void follow_bands(struct vad *v, const float *db)
{
	const float rise =
		v->frames < NEW_FRAMES ? BAND_RISE_NEW_DB : BAND_RISE_DB;

	for (int b = 0; b < SPECTRUM_BANDS; b++) {
		float *floor = &v->band_floor_db[b];

		if (db[b] < *floor)
			*floor += 0.3f * (db[b] - *floor);
		else
			*floor += fminf(rise, db[b] - *floor);
	}
}

/** What the bands say: their shape, how far each stands over its floor, and
 *  how much of it is new. @return [dB] of change */
static float weigh_bands(struct vad *v, const float *db, float *x)
{
	float mean_db = 0, change_db = 0;

	for (int b = 0; b < SPECTRUM_BANDS; b++) {
		mean_db += db[b] / SPECTRUM_BANDS;
		change_db += fabsf(db[b] - v->bands_db[b]) / SPECTRUM_BANDS;
	}
	for (int b = 0; b < SPECTRUM_BANDS; b++) {
		const float over_db = db[b] - v->band_floor_db[b];

		x[b] = (db[b] - mean_db) / 10;
		x[SPECTRUM_BANDS + b] = fmaxf(0, fminf(40, over_db)) / 10;
	}
	memcpy(v->bands_db, db, sizeof(v->bands_db));
	return change_db;
}

void vad_inputs(struct vad *v, const struct aframe *f, float *x)
{
	float db[SPECTRUM_BANDS], change_db;

	v->key = tone_detect_run(&v->keys, f->s, f->samples);
	listen(v, f);
	v->voicing = voicing(v, &v->pitch_hz);
	spectrum_frame(&v->spectrum, f, db);
	follow_floor(v);
	follow_bands(v, db);
	v->peak_db = fmaxf(v->level_db, v->peak_db - PEAK_FALL_DB);
	change_db = weigh_bands(v, db, x);
	x += 2 * SPECTRUM_BANDS;
	x[0] = 2 * v->voicing;
	x[1] = fmaxf(v->level_db - v->peak_db, -40) / 20;
	x[2] = fminf(change_db, 20) / 10;
	x[3] = v->voicing > VOICED ? log2f(v->pitch_hz / 150) : 0;
	x[4] = fminf(range_db(v, TONE_FRAMES), 20) / 10;
	x[5] = fminf(range_db(v, VAD_LEVELS), 40) / 20;
	x[6] = v->keys.last ? 1 : 0;
	x[7] = fminf((float)v->frames / 50, 1); /* how much it has heard */
	if (v->voicing > VOICED && v->level_db > v->floor_db + VOICED_OVER_DB)
		v->since_voiced = 0;
	else
		v->since_voiced++;
	v->frames++;
}

float vad_frame(struct vad *v, const struct aframe *f)
{
	float x[VAD_INPUTS], now;

	vad_inputs(v, f, x);
	now = vad_net_run(&v->net, x);
	if (v->keys.last || is_tone(v))
		now = 0;
	v->probability += SMOOTH * (now - v->probability);
	return v->probability;
}
