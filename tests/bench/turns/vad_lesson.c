/**
 * @file vad_lesson.c  What the detector sees of callers on every kind of line
 *
 * vad_lesson FOLDER ROUNDS SEED tune|test writes, for each scene of the set,
 * ROUNDS times under conditions drawn at random: the number of frames
 * (int32), then VAD_INPUTS floats a frame, then a label (a byte) a frame.
 * vad_train.py fits the weights on "tune".
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/level.h"
#include "audio/pcm.h"
#include "audio/tone.h"
#include "base/alloc.h"
#include "speech/filter.h"
#include "speech/vad.h"
#include "tests/bench/turns/corpus.h"

static const double pi = 3.14159265358979;

/** @return low..high */
static double draw(struct level_noise *z, double low, double high)
{
	return low +
	       (high - low) * (double)(level_noise_bits(z) % 100003) / 100003;
}

static int chance(struct level_noise *z, double p)
{
	return draw(z, 0, 1) < p;
}

/** Hiss of any colour that may come and go: engines, rain, rooms. */
static void add_shaped(struct level_noise *z, int16_t *s, size_t n,
		       uint32_t hz, double level_db)
{
	float *mix = mem_zalloc(n * sizeof(*mix));
	const double beat_hz = draw(z, 0.2, 12), depth = draw(z, 0, 1);
	const int moves = chance(z, 0.5);
	struct filter f[3];
	double sum = 0;

	if (!mix)
		return;
	filter_init(&f[0], FILTER_BAND, draw(z, 80, 3500), hz,
		    draw(z, 0.1, 4));
	filter_init(&f[1], FILTER_LOW, draw(z, 200, 3900), hz, 0.7);
	filter_init(&f[2], FILTER_HIGH, draw(z, 40, 1500), hz, 0.7);
	for (size_t i = 0; i < n; i++) {
		const float w = level_noise_next(z);
		float v = w * 0.3f + filter_run(&f[0], w);

		v = filter_run(&f[1], v);
		v = filter_run(&f[2], v);
		if (moves)
			v *= (float)(1 - depth * (0.5 +
						  0.5 * sin(2 * pi * beat_hz *
							    (double)i / hz)));
		mix[i] = v;
		sum += (double)(v * v);
	}

	const double gain =
		32768 * pow(10, level_db / 20) / sqrt(sum / (double)n + 1e-12);

	for (size_t i = 0; i < n; i++)
		s[i] = level_add(s[i], (int32_t)(gain * (double)mix[i]));
	mem_free(mix);
}

/** Rings, beeps, alarms: one to three sines with a cadence. */
static void add_tones(struct level_noise *z, int16_t *s, size_t n, uint32_t hz,
		      double level_db)
{
	const int count = 1 + (int)(level_noise_bits(z) % 3);
	const double on_s = draw(z, 0.05, 2), off_s = draw(z, 0, 3);
	const double amp = 32768 * pow(10, level_db / 20) * 1.4 / count;
	double at_hz[3];

	for (int k = 0; k < count; k++)
		at_hz[k] = draw(z, 200, 2200);
	for (size_t i = 0; i < n; i++) {
		const double t = (double)i / hz;
		double v = 0;

		if (fmod(t, on_s + off_s) > on_s)
			continue;
		for (int k = 0; k < count; k++)
			v += sin(2 * pi * at_hz[k] * t);
		s[i] = level_add(s[i], (int32_t)(amp * v));
	}
}

static void add_keys(struct level_noise *z, int16_t *s, size_t n, uint32_t hz,
		     double level_db)
{
	static const char keypad[] = "123A456B789C*0#D";
	const float gain = (float)pow(10, (level_db + 8) / 20);
	struct tone_dtmf t;
	char keys[9] = {0};
	int16_t frame[160];

	for (int i = 0; i < 8; i++)
		keys[i] = keypad[level_noise_bits(z) % 16];
	(void)tone_dtmf_init(&t, keys, hz, (uint32_t)draw(z, 50, 300),
			     (uint32_t)draw(z, 40, 400));
	for (size_t at = 0; at + 160 <= n && *t.keys; at += 160) {
		(void)tone_dtmf_run(&t, frame, 160);
		for (int i = 0; i < 160; i++)
			s[at + i] = level_add(
				s[at + i], (int32_t)(gain * (float)frame[i]));
	}
}

static void add_clicks(struct level_noise *z, int16_t *s, size_t n,
		       uint32_t hz, double level_db)
{
	const double amp = 32768 * pow(10, (level_db + 15) / 20);
	size_t at = 0;

	while ((at += (size_t)draw(z, hz * 0.02, hz)) + 60 < n) {
		const int len = 1 + (int)(level_noise_bits(z) % 50);

		for (int i = 0; i < len; i++)
			s[at + i] = level_add(
				s[at + i],
				(int32_t)(amp * (double)level_noise_next(z) *
					  exp(-3.0 * i / len)));
	}
}

/** Notes of one to three instruments, plucked or held. */
static void add_tune(struct level_noise *z, int16_t *s, size_t n, uint32_t hz,
		     double level_db)
{
	const int voices = 1 + (int)(level_noise_bits(z) % 3);
	const double amp = 32768 * pow(10, level_db / 20) / voices;

	for (int k = 0; k < voices; k++) {
		const double lowest_hz = draw(z, 80, 500);
		const double beat_s = draw(z, 0.12, 0.7);
		const double fade = draw(z, 0.5, 10);
		const int overtones = 1 + (int)(level_noise_bits(z) % 6);
		const size_t len = (size_t)(beat_s * hz);

		for (size_t at = 0; at < n; at += len) {
			const double up = (double)(level_noise_bits(z) % 20);
			const double f_hz = lowest_hz * pow(2, up / 12);

			if (chance(z, 0.15))
				continue;
			for (size_t i = 0; i < len && at + i < n; i++) {
				const double t = (double)i / hz;
				double v = 0;

				for (int h = 1; h <= overtones; h++)
					v += sin(2 * pi * f_hz * h * t) / h;
				v *= exp(-fade * t) * fmin(1, t * 100);
				s[at + i] = level_add(s[at + i],
						      (int32_t)(amp * v));
			}
		}
	}
}

/** Something that is not speech, somewhere. */
static void add_event(struct level_noise *z, struct corpus_scene *s,
		      double level_db)
{
	const size_t from = (size_t)draw(z, 0, (double)s->n * 0.8);
	int16_t *at = s->s + from;
	const size_t n = s->n - from;

	switch (level_noise_bits(z) % 5) {
	case 0:
		add_keys(z, at, n, s->hz, level_db);
		break;
	case 1:
		add_tones(z, at, n, s->hz, level_db);
		break;
	case 2:
		add_tune(z, at, n, s->hz, level_db);
		break;
	case 3:
		add_clicks(z, at, n, s->hz, level_db);
		break;
	default:
		(void)corpus_cough(at, n, s->hz, (float)level_db,
				   level_noise_bits(z));
		break;
	}
}

/** From end to end, or from some moment on: a door opens, a fan starts. */
static int add_noise(struct level_noise *z, const struct corpus *c,
		     struct corpus_scene *s)
{
	const size_t from =
		chance(z, 0.35) ? (size_t)draw(z, 0, 0.8 * (double)s->n) : 0;
	int16_t *at = s->s + from;
	const size_t n = s->n - from;
	/* where nobody speaks it may be as loud as it likes */
	const double snr_db = draw(z, s->n_spans ? -3 : -10, 30);
	const double level_db = (double)s->level_dbfs - snr_db;
	const uint64_t which = level_noise_bits(z) % 16;

	if (which >= 14)
		return 0; /* clean */
	if (which >= 12) {
		add_tune(z, at, n, s->hz, level_db);
		return 0;
	}
	if (which >= 9) {
		add_shaped(z, at, n, s->hz, level_db);
		return 0;
	}

	static const enum corpus_noise noises[] = {
		CORPUS_WHITE,  CORPUS_PINK,  CORPUS_BROWN,
		CORPUS_HUM50,  CORPUS_HUM60, CORPUS_BABBLE,
		CORPUS_BABBLE, CORPUS_MUSIC, CORPUS_MUSIC,
	};
	/* as loud as the caller, babble is no noise but another caller */
	return corpus_noise(c, at, n, s->hz, noises[which],
			    noises[which] == CORPUS_BABBLE && snr_db < 3
				    ? s->level_dbfs - 3
				    : (float)level_db,
			    level_noise_bits(z));
}

static void spoil(struct level_noise *z, struct corpus_scene *s)
{
	if (chance(z, 0.5)) { /* an old line */
		struct filter f[2];

		filter_init(&f[0], FILTER_HIGH, draw(z, 150, 350), s->hz, 0.7);
		filter_init(&f[1], FILTER_LOW, draw(z, 2600, 3700), s->hz,
			    0.7);
		for (size_t i = 0; i < s->n; i++)
			s->s[i] = level_add(
				0, (int32_t)filter_run(
					   &f[1],
					   filter_run(&f[0], (float)s->s[i])));
	}
	if (chance(z, 0.08))
		level_gain(s->s, s->n, (float)draw(z, 5, 25));
	if (chance(z, 0.08)) {
		const int32_t dc = (int32_t)draw(z, -4000, 4000);

		for (size_t i = 0; i < s->n; i++)
			s->s[i] = level_add(s->s[i], dc);
	}
	if (chance(z, 0.85))
		corpus_mu_law(s->s, s->n);
	if (chance(z, 0.12))
		(void)corpus_lose(s->s, s->n, s->hz, (float)draw(z, 0.5, 8),
				  level_noise_bits(z));
}

static int write_lesson(const struct corpus_scene *s)
{
	const size_t step = s->hz / 50;
	const int32_t frames = (int32_t)(s->n / step);
	unsigned char *label = mem_zalloc((size_t)frames);
	struct vad v;
	int err = !label || fwrite(&frames, sizeof(frames), 1, stdout) != 1;

	vad_init(&v, s->hz);
	for (int32_t i = 0; !err && i < frames; i++) {
		struct aframe f = {.hz = s->hz, .samples = s->hz / 50};
		float x[VAD_INPUTS];

		memcpy(f.s, s->s + (size_t)i * step, step * sizeof(f.s[0]));
		vad_inputs(&v, &f, x);
		label[i] = (unsigned char)corpus_is_voice(s, (size_t)i);
		err = fwrite(x, sizeof(x), 1, stdout) != 1;
	}
	err = err || fwrite(label, (size_t)frames, 1, stdout) != 1;
	mem_free(label);
	return err;
}

/** Most callers do not speak with the first frame. */
static int speak_later(struct level_noise *z, struct corpus_scene *s)
{
	const uint32_t lead = (uint32_t)draw(z, 0, 2) * s->hz +
			      s->hz / 50 * (uint32_t)draw(z, 1, 50);
	int16_t *later = mem_zalloc((lead + s->n) * sizeof(*later));

	if (!later)
		return -1;
	memcpy(later + lead, s->s, s->n * sizeof(*later));
	mem_free(s->s);
	s->s = later;
	s->n += lead;
	for (uint32_t i = 0; i < s->n_spans; i++) {
		s->spans[i].from += lead;
		s->spans[i].to += lead;
	}
	return 0;
}

static int lesson(struct level_noise *z, const struct corpus *c, size_t i)
{
	const uint32_t hz = chance(z, 0.2) ? 16000 : 8000;
	struct corpus_scene s;
	int err = corpus_scene(&s, c, i, hz, (float)draw(z, -45, -3),
			       (uint32_t)draw(z, 300, 3000));

	if (err)
		return err;
	if (chance(z, 0.6))
		err = speak_later(z, &s);
	if (chance(z, 0.15)) { /* nobody there */
		memset(s.s, 0, s.n * sizeof(s.s[0]));
		s.n_spans = 0;
		if (chance(z, 0.6))
			add_event(z, &s, (double)s.level_dbfs);
	}
	err = err || add_noise(z, c, &s);
	if (!err && chance(z, 0.15))
		err = add_noise(z, c, &s);
	if (chance(z, 0.2))
		add_event(z, &s, (double)s.level_dbfs - draw(z, -5, 20));
	spoil(z, &s);
	err = err || write_lesson(&s);
	corpus_scene_done(&s);
	return err;
}

int main(int argc, char **argv)
{
	struct level_noise z;
	struct corpus *c;
	int err;

	if (argc != 5) {
		fprintf(stderr, "vad_lesson FOLDER ROUNDS SEED tune|test\n");
		return 2;
	}
	err = corpus_open(&c, argv[1],
			  strcmp(argv[4], "test") ? CORPUS_TUNE : CORPUS_TEST);
	if (err) {
		fprintf(stderr, "vad_lesson: no corpus in %s\n", argv[1]);
		return 1;
	}
	level_noise_init(&z, strtoull(argv[3], NULL, 10));
	for (long r = strtol(argv[2], NULL, 10); !err && r > 0; r--)
		for (size_t i = 0; !err && i < corpus_n(c); i++)
			err = lesson(&z, c, i);
	corpus_close(c);
	return err ? 1 : 0;
}
