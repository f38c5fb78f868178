/**
 * @file corpus_noise.c  What else is heard, and what the line does to it
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "audio/codec.h"
#include "audio/level.h"
#include "audio/wav.h"
#include "base/alloc.h"
#include "speech/filter.h"
#include "tests/bench/turns/corpus_internal.h"

enum { BABBLERS = 6, BABBLE_S = 90, BABBLE_SEED = 606 };

static const char *const noise_names[CORPUS_NOISES] = {
	"clean", "white", "pink", "brown", "hum50", "hum60", "babble", "music",
};

const char *corpus_noise_name(enum corpus_noise kind)
{
	return noise_names[kind];
}

static int load_noise(struct corpus *c, enum corpus_noise kind, uint32_t hz)
{
	struct noise_file *f = &c->noise[hz == 16000][kind];
	char path[700], why[WAV_WHY_BYTES];
	const char *const which = kind != CORPUS_MUSIC    ? ""
				  : c->set == CORPUS_TUNE ? "_tune"
							  : "_test";
	int16_t *s;
	size_t n;
	int err;

	if (f->s)
		return 0;
	(void)snprintf(path, sizeof(path), "%s/noise/%s%s.wav", c->folder,
		       noise_names[kind], which);
	err = wav_load(&s, &n, path, hz, why);
	if (err) {
		fprintf(stderr, "corpus: %s: %s\n", path, why);
		return err;
	}
	mem_free(f->s);
	*f = (struct noise_file){s, n, hz};
	return 0;
}

/** Voices that begin at random, over and over: what a full room sounds like.
 */
static int mix_voices(const struct corpus *c, float *mix, size_t n,
		      uint32_t hz, struct level_noise *z)
{
	size_t at = 0;

	while (at < n) {
		struct corpus_scene s;
		const size_t i = level_noise_bits(z) % c->n;
		const int err = corpus_scene(&s, c, i, hz, -20, 100);

		if (err)
			return err;
		/* the first one is in mid-sentence already */
		for (size_t j = at ? s.from : (s.from + s.to) / 2;
		     j < s.to && at < n; j++)
			mix[at++] += (float)s.s[j];
		corpus_scene_done(&s);
	}
	return 0;
}

static int make_babble(struct corpus *c, uint32_t hz)
{
	struct noise_file *f = &c->noise[hz == 16000][CORPUS_BABBLE];
	const size_t n = (size_t)hz * BABBLE_S;
	float *mix;
	int16_t *s;
	struct level_noise z;
	int err = 0;

	if (f->s)
		return 0;
	mix = mem_zalloc(n * sizeof(*mix));
	s = mem_zalloc(n * sizeof(*s));
	if (!mix || !s)
		err = -ENOMEM;
	level_noise_init(&z, BABBLE_SEED + (uint64_t)c->set);
	for (int k = 0; !err && k < BABBLERS; k++)
		err = mix_voices(c, mix, n, hz, &z);
	if (!err) {
		for (size_t i = 0; i < n; i++)
			s[i] = level_add((int32_t)lrintf(mix[i] / 2), 0);
		mem_free(f->s);
		*f = (struct noise_file){s, n, hz};
		s = NULL;
	}
	mem_free(s);
	mem_free(mix);
	return err;
}

/** Music and babble are of the set; of the others each set has one half. */
static void stretch_of(const struct corpus *c, enum corpus_noise kind,
		       float *mix, size_t n, uint32_t hz, uint64_t seed)
{
	const struct noise_file *f = &c->noise[hz == 16000][kind];
	const int own = kind == CORPUS_MUSIC || kind == CORPUS_BABBLE;
	const size_t part = own ? f->n : f->n / 2;
	const size_t first = own || c->set == CORPUS_TUNE ? 0 : part;
	struct level_noise z;

	level_noise_init(&z, seed);

	const size_t from = level_noise_bits(&z) % part;

	for (size_t i = 0; i < n; i++)
		mix[i] = (float)f->s[first + (from + i) % part];
}

int corpus_noise(const struct corpus *c, int16_t *s, size_t n, uint32_t hz,
		 enum corpus_noise kind, float level_dbfs, uint64_t seed)
{
	struct corpus *cache;
	float *mix;
	double sum = 0;
	int err;

	if (kind == CORPUS_CLEAN)
		return 0;
	mix = mem_zalloc(n * sizeof(*mix));
	if (!mix)
		return -ENOMEM;
	/* a cache: the caller sees no change */
	cache = (struct corpus *)(uintptr_t)c;
	err = kind == CORPUS_BABBLE ? make_babble(cache, hz)
				    : load_noise(cache, kind, hz);
	if (!err)
		stretch_of(c, kind, mix, n, hz, seed);
	for (size_t i = 0; i < n; i++)
		sum += (double)mix[i] * (double)mix[i];
	if (!err && sum > 0) {
		const float gain = (float)(32768 * pow(10, level_dbfs / 20.0) /
					   sqrt(sum / (double)n));

		for (size_t i = 0; i < n; i++)
			s[i] = level_add(s[i], (int32_t)lrintf(mix[i] * gain));
	}
	mem_free(mix);
	return err;
}

int corpus_add_noise(const struct corpus *c, struct corpus_scene *s,
		     enum corpus_noise kind, float snr_db)
{
	return corpus_noise(c, s->s, s->n, s->hz, kind, s->level_dbfs - snr_db,
			    s->seed * 31 + (uint64_t)kind);
}

/* ---- the line ----------------------------------------------------------- */

void corpus_mu_law(int16_t *s, size_t n)
{
	const struct codec_ops *const c = codec_find("pcmu");
	uint8_t code[160];

	for (size_t at = 0; at < n; at += sizeof(code)) {
		const size_t k = n - at < sizeof(code) ? n - at : sizeof(code);

		(void)c->encode(NULL, s + at, k, code, sizeof(code));
		(void)c->decode(NULL, code, k, s + at, k);
	}
}

void corpus_on_the_line(struct corpus_scene *s)
{
	if (s->hz == 8000)
		corpus_mu_law(s->s, s->n);
}

uint32_t corpus_lose(int16_t *s, size_t n, uint32_t hz, float percent,
		     uint64_t seed)
{
	const size_t frame = hz / 50;
	struct level_noise z;
	uint32_t lost = 0, run = 0;

	level_noise_init(&z, seed);
	for (size_t at = 0; at + frame <= n; at += frame) {
		/* two on average, so half as many begin */
		if (!run &&
		    (float)(level_noise_bits(&z) % 10000) < percent * 100 / 2)
			run = 1 + (uint32_t)(level_noise_bits(&z) % 3);
		if (!run)
			continue;
		memset(s + at, 0, frame * sizeof(*s));
		run--;
		lost++;
	}
	return lost;
}

size_t corpus_cough(int16_t *s, size_t n, uint32_t hz, float level_dbfs,
		    uint64_t seed)
{
	struct level_noise z;
	struct filter f;

	level_noise_init(&z, seed);

	const double open_hz = 500 + (double)(level_noise_bits(&z) % 700);
	const double first_s =
		0.08 + (double)(level_noise_bits(&z) % 60) / 1000;
	const double second_s = first_s + 0.02;
	const size_t len = (size_t)((second_s + 0.18) * hz);
	/* a burst decays, so its peak lies over its mean */
	const double peak = 32768 * pow(10, (level_dbfs + 9) / 20.0);

	filter_init(&f, FILTER_BAND, open_hz, hz, 0.8);
	for (size_t i = 0; i < len && i < n; i++) {
		const double t = (double)i / hz;
		const double since = t < second_s ? t : t - second_s;
		const double rise = since < 0.005 ? since / 0.005 : 1;
		const double gain =
			t < second_s ? rise * exp(-since / (first_s / 3))
				     : 0.6 * rise * exp(-since / 0.05);
		const float v = filter_run(&f, level_noise_next(&z));

		s[i] = level_add(s[i],
				 (int32_t)lrint(peak * gain * (double)v));
	}
	return len < n ? len : n;
}
