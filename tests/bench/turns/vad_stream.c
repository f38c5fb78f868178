/**
 * @file vad_stream.c  Callers under every condition, labels, and our judgement
 *
 * vad_stream FOLDER tune|test [N] writes, for every scene (every Nth) under
 * every condition, a struct head, the samples, a label for each frame (1
 * voice, 0 none) and the probability that our detector gives. vad_roc.py reads
 * it and asks others.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/level.h"
#include "audio/pcm.h"
#include "audio/tone.h"
#include "base/alloc.h"
#include "speech/vad.h"
#include "tests/bench/turns/corpus.h"

enum { HZ = 8000, FRAME = HZ / 50, TAIL_MS = 1500 };

static size_t every = 1;

struct head {
	char what[24]; /* the noise, or what is wrong with the line */
	int32_t snr_db;
	int32_t human;
	int32_t frames;
};

/** What a line does, at 20 dB of white noise. */
enum fault { NONE, SOFT, LOUD, CLIPPED, OFFSET, LOSS, FAULTS };
static const char *const fault_names[FAULTS] = {
	"", "at -45 dBFS", "at -3 dBFS", "clipped", "offset", "5 % lost",
};

static int write_scene(const char *what, int snr_db,
		       const struct corpus_scene *s)
{
	struct head h = {.snr_db = snr_db,
			 .human = s->human,
			 .frames = (int32_t)(s->n / FRAME)};
	unsigned char *label = mem_zalloc(s->n / FRAME);
	float *ours = mem_zalloc(s->n / FRAME * sizeof(*ours));
	int err = label && ours ? 0 : -1;
	struct vad v;

	(void)snprintf(h.what, sizeof(h.what), "%s", what);
	vad_init(&v, HZ);
	for (size_t i = 0; !err && i < s->n / FRAME; i++) {
		struct aframe f = {.hz = HZ, .samples = FRAME};

		memcpy(f.s, s->s + i * FRAME, FRAME * sizeof(f.s[0]));
		label[i] = (unsigned char)corpus_is_voice(s, i);
		ours[i] = vad_frame(&v, &f);
	}
	if (!err) {
		const size_t n = (size_t)h.frames;

		err = fwrite(&h, sizeof(h), 1, stdout) != 1 ||
		      fwrite(s->s, 2, s->n, stdout) != s->n ||
		      fwrite(label, 1, n, stdout) != n ||
		      fwrite(ours, sizeof(*ours), n, stdout) != n;
	}
	mem_free(label);
	mem_free(ours);
	return err;
}

static int with_noise(const struct corpus *c, enum corpus_noise noise,
		      int snr_db)
{
	for (size_t i = 0; i < corpus_n(c); i += every) {
		struct corpus_scene s;
		int err = corpus_scene(&s, c, i, HZ, CORPUS_LEVEL_DRAWN,
				       TAIL_MS);

		if (err)
			return err;
		err = corpus_add_noise(c, &s, noise, (float)snr_db);
		corpus_on_the_line(&s);
		err = err ? err
			  : write_scene(corpus_noise_name(noise), snr_db, &s);
		corpus_scene_done(&s);
		if (err)
			return err;
	}
	return 0;
}

static int with_fault(const struct corpus *c, enum fault fault)
{
	for (size_t i = 0; i < corpus_n(c); i += every) {
		const float level_db = fault == SOFT   ? -45.0f
				       : fault == LOUD ? -3.0f
						       : -20.0f;
		struct corpus_scene s;
		int err = corpus_scene(&s, c, i, HZ, level_db, TAIL_MS);

		if (err)
			return err;
		err = corpus_add_noise(c, &s, CORPUS_WHITE, 20);
		if (fault == CLIPPED)
			level_gain(s.s, s.n, 20);
		for (size_t k = 0; fault == OFFSET && k < s.n; k++)
			s.s[k] = level_add(s.s[k], 3000);
		corpus_on_the_line(&s);
		if (fault == LOSS)
			(void)corpus_lose(s.s, s.n, HZ, 5, s.seed);
		err = err ? err : write_scene(fault_names[fault], 20, &s);
		corpus_scene_done(&s);
		if (err)
			return err;
	}
	return 0;
}

/* ---- no voice at all -----------------------------------------------------
 */

static void tones(struct corpus_scene *s, const char *keys, uint32_t on_ms,
		  uint32_t off_ms)
{
	struct tone_dtmf t;
	size_t at = 0;

	while (at < s->n) {
		(void)tone_dtmf_init(&t, keys, HZ, on_ms, off_ms);
		at += tone_dtmf_run(&t, s->s + at, s->n - at);
	}
}

/** A sum of two tones, on and off, in Europe's and America's way. */
static void signal_tone(struct corpus_scene *s, int first_hz, int second_hz,
			double on_s, double off_s)
{
	static const double pi = 3.14159265358979;

	for (size_t i = 0; i < s->n; i++) {
		const double t = (double)i / HZ;
		const double phase =
			t - (on_s + off_s) * (double)(int)(t / (on_s + off_s));
		const double v = __builtin_sin(2 * pi * first_hz * t) +
				 __builtin_sin(2 * pi * second_hz * t);

		s->s[i] = (int16_t)(phase < on_s ? 2000 * v : 0);
	}
}

static void coughs(struct corpus_scene *s)
{
	for (size_t at = HZ, i = 0; at < s->n; at += HZ * 3, i++)
		(void)corpus_cough(s->s + at, s->n - at, HZ, -20, i + 1);
}

static int without_voice(const struct corpus *c)
{
	static const char *const what[] = {"keys",     "ringing",   "busy",
					   "coughs",   "no white",  "no music",
					   "no hum50", "no babble", "silence"};
	struct corpus_scene *s = mem_zalloc(sizeof(*s));
	int err = s ? 0 : -1;

	if (!s)
		return err;
	s->hz = HZ;
	s->n = (size_t)60 * HZ;
	for (size_t i = 0; !err && i < sizeof(what) / sizeof(what[0]); i++) {
		s->s = mem_zalloc(s->n * sizeof(*s->s));
		if (!s->s)
			break;
		switch (i) {
		case 0:
			tones(s, "123A456B789C*0#D", 100, 80);
			break;
		case 1:
			signal_tone(s, 440, 480, 2, 4);
			break;
		case 2:
			signal_tone(s, 425, 425, 0.48, 0.48);
			break;
		case 3:
			coughs(s);
			break;
		case 4:
			err = corpus_noise(c, s->s, s->n, HZ, CORPUS_WHITE,
					   -30, 1);
			break;
		case 5:
			err = corpus_noise(c, s->s, s->n, HZ, CORPUS_MUSIC,
					   -25, 2);
			break;
		case 6:
			err = corpus_noise(c, s->s, s->n, HZ, CORPUS_HUM50,
					   -30, 3);
			break;
		case 7:
			err = corpus_noise(c, s->s, s->n, HZ, CORPUS_BABBLE,
					   -30, 4);
			break;
		default:
			break;
		}
		corpus_mu_law(s->s, s->n);
		err = err ? err : write_scene(what[i], 0, s);
		s->s = mem_free(s->s);
	}
	mem_free(s);
	return err;
}

int main(int argc, char **argv)
{
	static const int snrs_db[] = {0, 5, 10, 20};
	struct corpus *c;
	int err;

	if (argc == 4)
		every = strtoul(argv[3], NULL, 10);
	if (argc < 3 || !every) {
		fprintf(stderr, "vad_stream FOLDER tune|test [N]\n");
		return 2;
	}
	err = corpus_open(&c, argv[1],
			  strcmp(argv[2], "tune") ? CORPUS_TEST : CORPUS_TUNE);
	if (err) {
		fprintf(stderr, "vad_stream: no corpus in %s\n", argv[1]);
		return 1;
	}
	err = with_noise(c, CORPUS_CLEAN, 99);
	for (int n = CORPUS_WHITE; !err && n < CORPUS_NOISES; n++)
		for (int k = 0; !err && k < 4; k++)
			err = with_noise(c, (enum corpus_noise)n, snrs_db[k]);
	for (int f = SOFT; !err && f < FAULTS; f++)
		err = with_fault(c, (enum fault)f);
	if (!err)
		err = without_voice(c);
	corpus_close(c);
	return err ? 1 : 0;
}
