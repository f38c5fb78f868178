/**
 * @file vad.c  Energy over a floor, and a pitch to go with it
 *
 * The floor follows the minimum of the smoothed level over the last 1.6 s
 * (minimum statistics), and at once what has stood still for half a second:
 * hiss, hum and tones do, speech never does.
 *
 * A frame that begins speech must have a pitch. Within 200 ms of a frame that
 * had one, level alone is enough, which keeps the consonants.
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

#define HIGH_PASS_HZ    130.0 /* above hum, below speech on a telephone */
#define LOW_PASS_HZ     1000.0
#define PITCH_RATE_HZ   4000
#define FLOOR_MIN_DB    (-66.0f) /* digital silence is no measure of noise */
#define FLOOR_MAX_DB    (-12.0f)
#define FLOOR_NEW_DB    (-60.0f) /* before anything is known */
#define STILL_DB        3.5f     /* range of a level that stands still */
#define STILL_VOICED_DB 2.5f     /* the same, for what has a pitch */
#define TONE_DB         0.5f     /* range of the level of one pure tone */
#define RISE_DB         0.5f     /* [dB a frame] of the floor without speech */
#define RISE_SPOKEN_DB  0.02f
#define CLEARLY         1.15f /* better, to be another pitch */
#define VOICED          0.55f /* likeness to itself one period ago */
#define VOICED_OVER_DB  3.0f  /* over the floor, with a pitch */
#define LEVEL_OVER_DB   6.0f  /* over the floor, without one */

enum {
	LAG_MIN = PITCH_RATE_HZ / 400, /* pitch of a child */
	LAG_MAX = PITCH_RATE_HZ / 70,  /* pitch of a bass */
	WINDOW = VAD_PITCH_SAMPLES - LAG_MAX - 1,
	MINIMUM_FRAMES = 10, /* a window of the floor */
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
	v->since_voiced = HANG_FRAMES;
	(void)tone_detect_init(&v->keys, hz);
}

/** Filter the frame; its level, and its low band at 4 kHz. */
static void listen(struct vad *v, const struct aframe *f)
{
	const uint32_t step = v->hz / PITCH_RATE_HZ;
	const uint32_t n = f->samples / step;
	float *pitch = v->pitch;
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
			*pitch++ = l;
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

/** @param pitch_hz  set to what the likeness is best at
 *  @return how alike the last 25 ms and those one pitch period before are */
static float voicing(const struct vad *v, float *pitch_hz)
{
	const float *now = v->pitch + VAD_PITCH_SAMPLES - WINDOW;
	float energy = 0, past = 0, best = 0, first = 0;

	for (int i = 0; i < WINDOW; i++) {
		energy += now[i] * now[i];
		past += now[i - LAG_MIN + 1] * now[i - LAG_MIN + 1];
	}
	if (energy < (float)WINDOW * 4.0f) /* -84 dBFS: nothing there */
		return 0;
	for (int lag = LAG_MIN; lag <= LAG_MAX; lag++) {
		const float *then = now - lag;
		float cross = 0;

		for (int i = 0; i < WINDOW; i++)
			cross += now[i] * then[i];
		/* the window of energy slides along with the lag */
		past += then[0] * then[0] - then[WINDOW] * then[WINDOW];
		if (cross <= 0)
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
	return sqrtf(best);
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

/** @return 0..1 for this frame alone */
static float judge(struct vad *v)
{
	const float over_db = v->level_db - v->floor_db;
	const int voiced = v->voicing > VOICED && over_db > VOICED_OVER_DB;

	if (v->keys.last || is_tone(v)) {
		v->since_voiced = HANG_FRAMES;
		return 0;
	}
	v->since_voiced = voiced ? 0 : v->since_voiced + 1;
	if (voiced)
		return fminf(1, 0.75f + (over_db - VOICED_OVER_DB) / 24);
	if (over_db < LEVEL_OVER_DB)
		return 0;
	if (v->since_voiced < HANG_FRAMES)
		return 0.8f;
	return fminf(0.4f, over_db / 60);
}

float vad_frame(struct vad *v, const struct aframe *f)
{
	float now;

	v->key = tone_detect_run(&v->keys, f->s, f->samples);
	listen(v, f);
	v->voicing = voicing(v, &v->pitch_hz);
	follow_floor(v);
	now = judge(v);
	v->probability +=
		(now > v->probability ? 0.7f : 0.5f) * (now - v->probability);
	v->frames++;
	return v->probability;
}
