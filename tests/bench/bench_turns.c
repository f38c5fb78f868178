/**
 * @file bench_turns.c  How soon turn taking acts, on real voices
 *
 * Four voices of Flite say seven sentences over a telephone line (mu-law) with
 * white noise. Times are from the first or last frame that is audible (within
 * 25 dB of the speech and above the noise) to the decision. No text is given:
 * this is what sound alone decides.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/codec.h"
#include "audio/level.h"
#include "speech/bargein.h"
#include "speech/endpoint.h"
#include "speech/vad.h"
#include "tests/unit/kit_flite.h"

enum { HZ = 8000, FRAME = HZ / 50, LEAD = HZ, TRAIL = 3 * HZ, SAMPLES = 64 };

#define LEVEL_DB (-20.0f)

static const char *const texts[] = {
	"I would like a table for five people, please.",
	"Six, seven, three, four, nine, oh, two.",
	"Yes.",
	"My name is Simon Fisher, and I am calling about the parking.",
	"No, I said Friday at half past eight.",
	"Hello.",
	"Stop.",
};
enum { N_TEXTS = sizeof(texts) / sizeof(texts[0]) };

static const struct endpoint_config endpoint_conf = {
	.start_us = 60000,
	.min_silence_us = 300000,
	.silence_us = 600000,
	.max_silence_us = 2500000,
	.max_turn_us = 30000000,
};
static const struct bargein_config bargein_conf = {
	.cut_us = 400000,
	.deadline_us = 700000,
	.words = 1,
	.enabled = 1,
};

struct tally {
	int ms[SAMPLES];
	int n;
};

struct result {
	struct tally began, paused, cut, ended;
	int split, unheard; /* sentences cut in two, or not heard at all */
	int resumed;        /* taken for noise, though long enough */
};

static void add(struct tally *t, int frames)
{
	if (t->n < SAMPLES)
		t->ms[t->n++] = frames * FRAME_MS;
}

static int by_value(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void print_tally(const char *name, struct tally *t)
{
	qsort(t->ms, (size_t)t->n, sizeof(t->ms[0]), by_value);
	if (t->n)
		printf(",\"%s_ms\":{\"p50\":%d,\"max\":%d}", name,
		       t->ms[t->n / 2], t->ms[t->n - 1]);
}

/** A sentence on the line, with silence around it. */
static int16_t *make(int voice, const char *text, float snr_db, uint64_t seed,
		     size_t *ret_n, int *ret_first, int *ret_last)
{
	struct kit_speech sp = kit_speak(voice, text, HZ);
	const size_t n = (LEAD + sp.n + TRAIL) / FRAME * FRAME;
	int16_t *s = calloc(n, sizeof(*s));
	const struct codec_ops *c = codec_find("pcmu");
	const float noise_db = LEVEL_DB - snr_db;
	const float gate_db =
		noise_db + 3 > LEVEL_DB - 25 ? noise_db + 3 : LEVEL_DB - 25;
	struct level_noise z;
	uint8_t code[FRAME];

	if (!s)
		exit(1);
	level_gain(sp.s, sp.n, LEVEL_DB - level_speech_dbfs(sp.s, sp.n, HZ));
	memcpy(s + LEAD, sp.s, sp.n * sizeof(*s));
	kit_speech_done(&sp);
	*ret_first = -1;
	for (size_t at = 0; at < n; at += FRAME) {
		if (level_dbfs(s + at, FRAME) <= gate_db)
			continue;
		*ret_last = (int)(at / FRAME);
		if (*ret_first < 0)
			*ret_first = *ret_last;
	}
	level_noise_init(&z, seed);
	level_noise_add(&z, s, n, noise_db);
	for (size_t at = 0; at < n; at += FRAME) {
		(void)c->encode(NULL, s + at, FRAME, code, FRAME);
		(void)c->decode(NULL, code, FRAME, s + at, FRAME);
	}
	*ret_n = n;
	return s;
}

static void listen(struct result *r, const int16_t *s, size_t n, int first,
		   int last, enum ask_kind kind)
{
	const struct ask ask = {.kind = kind};
	int began = 0, ended = 0, paused = 0, decided = 0;
	struct endpoint e;
	struct bargein b;
	struct vad v;

	vad_init(&v, HZ);
	endpoint_init(&e, &endpoint_conf);
	endpoint_ask(&e, &ask);
	bargein_init(&b, &bargein_conf);
	for (size_t at = 0; at < n; at += FRAME) {
		struct aframe f = {.hz = HZ, .samples = FRAME};
		const int now = (int)(at / FRAME) + 1;
		enum bargein_verdict bv = BARGEIN_NOTHING;

		memcpy(f.s, s + at, sizeof(f.s[0]) * FRAME);

		const float p = vad_frame(&v, &f);
		const enum endpoint_verdict ev =
			endpoint_frame(&e, p, now * (int64_t)FRAME_US);

		if (ev == ENDPOINT_BEGAN && !began++)
			add(&r->began, now - first);
		if (ev == ENDPOINT_ENDED && ++ended && now > last)
			add(&r->ended, now - 1 - last);
		if (!decided)
			bv = bargein_frame(&b, p, 0, now * (int64_t)FRAME_US);
		if (bv == BARGEIN_PAUSE && !paused++)
			add(&r->paused, now - first);
		if (bv == BARGEIN_CUT)
			add(&r->cut, now - first);
		r->resumed += bv == BARGEIN_RESUME;
		decided |= bv == BARGEIN_CUT || bv == BARGEIN_RESUME;
	}
	r->unheard += !began;
	r->split += ended > 1;
}

static void bench(float snr_db, enum ask_kind kind, const char *asked)
{
	struct result r = {0};

	for (int voice = 0; voice < KIT_VOICES; voice++) {
		for (int t = 0; t < N_TEXTS; t++) {
			const uint64_t seed = (uint64_t)(voice * N_TEXTS + t);
			int first = 0, last = 0;
			size_t n;
			int16_t *s = make(voice, texts[t], snr_db, seed, &n,
					  &first, &last);

			listen(&r, s, n, first, last, kind);
			free(s);
		}
	}
	printf("{\"bench\":\"turns\",\"asked\":\"%s\",\"snr_db\":%g,"
	       "\"sentences\":%d,\"unheard\":%d,\"split\":%d,"
	       "\"not_cut\":%d",
	       asked, (double)snr_db, KIT_VOICES * N_TEXTS, r.unheard, r.split,
	       r.resumed);
	print_tally("began", &r.began);
	print_tally("paused", &r.paused);
	print_tally("cut", &r.cut);
	print_tally("ended", &r.ended);
	printf("}\n");
}

int main(void)
{
	static const float snrs[] = {60, 20, 10};

	for (int k = 0; k < 3; k++) {
		bench(snrs[k], ASK_OPEN, "open");
		bench(snrs[k], ASK_YES_NO, "yes_no");
	}
	return 0;
}
