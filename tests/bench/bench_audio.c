/**
 * @file bench_audio.c  Microseconds that a frame of 20 ms costs
 *
 * Each line: median and best of rounds of at least 20 ms.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/codec.h"
#include "audio/level.h"
#include "audio/resample.h"
#include "audio/tone.h"
#include "base/clock.h"

enum { ROUNDS = 11, ROUND_US = 20000 };

struct job {
	void (*run)(struct job *j);
	const struct codec_ops *c;
	void *e, *d;
	struct resample *r;
	struct tone_detect tone;
	uint32_t hz;
	size_t packet_bytes;
	int16_t in[960], out[960];
	uint8_t packet[1500];
};

static void run_encode(struct job *j)
{
	const int n = j->c->encode(j->e, j->in, j->hz / 50, j->packet,
				   sizeof(j->packet));

	j->packet_bytes = (size_t)n;
}

static void run_decode(struct job *j)
{
	(void)j->c->decode(j->d, j->packet, j->packet_bytes, j->out, 960);
}

static void run_resample(struct job *j)
{
	(void)resample_run(j->r, j->in, j->hz / 50, j->out, 960);
}

static void run_tone(struct job *j)
{
	(void)tone_detect_run(&j->tone, j->in, j->hz / 50);
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void measure(struct job *j, const char *what)
{
	double us[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		const int64_t from = clock_now_us();
		int64_t took;
		uint64_t n = 0;

		do {
			for (int k = 0; k < 50; k++)
				j->run(j);
			n += 50;
			took = clock_now_us() - from;
		} while (took < ROUND_US);
		us[i] = (double)took / (double)n;
	}
	qsort(us, ROUNDS, sizeof(us[0]), by_value);
	printf("{\"bench\":\"audio\",\"what\":\"%s\",\"hz\":%u,"
	       "\"us_per_frame_p50\":%.3f,\"us_per_frame_best\":%.3f}\n",
	       what, j->hz, us[ROUNDS / 2], us[0]);
}

static void fill(struct job *j, uint32_t hz)
{
	struct level_noise z;

	memset(j, 0, sizeof(*j));
	j->hz = hz;
	level_noise_init(&z, 1);
	level_noise_add(&z, j->in, hz / 50, -20);
}

static void bench_codec(struct job *j, const char *name, uint32_t hz)
{
	char what[32];

	fill(j, hz);
	j->c = codec_find(name);
	if (j->c->enc_init) {
		j->e = calloc(1, j->c->enc_size);
		j->d = calloc(1, j->c->dec_size);
		if (!j->e || !j->d || j->c->enc_init(j->e, hz) ||
		    j->c->dec_init(j->d, hz))
			exit(1);
	}
	(void)snprintf(what, sizeof(what), "%s_encode", name);
	j->run = run_encode;
	measure(j, what);
	(void)snprintf(what, sizeof(what), "%s_decode", name);
	j->run = run_decode;
	measure(j, what);
	free(j->e);
	free(j->d);
}

static void bench_resample(struct job *j, uint32_t from, uint32_t to)
{
	char what[32];

	fill(j, from);
	if (resample_new(&j->r, from, to))
		exit(1);
	(void)snprintf(what, sizeof(what), "resample_to_%u", to);
	j->run = run_resample;
	measure(j, what);
	resample_free(j->r);
}

int main(void)
{
	static struct job j;

	bench_codec(&j, "pcmu", 8000);
	bench_codec(&j, "pcma", 8000);
	bench_codec(&j, "l16", 16000);
	bench_codec(&j, "opus", 8000);
	bench_codec(&j, "opus", 16000);
	bench_resample(&j, 8000, 16000);
	bench_resample(&j, 16000, 8000);
	bench_resample(&j, 48000, 16000);
	fill(&j, 8000);
	if (tone_detect_init(&j.tone, 8000))
		return 1;
	j.run = run_tone;
	measure(&j, "dtmf_detect");
	return 0;
}
