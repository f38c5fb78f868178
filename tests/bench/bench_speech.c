/**
 * @file bench_speech.c  What hearing costs: microseconds a frame of 20 ms
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/level.h"
#include "base/clock.h"
#include "speech/bargein.h"
#include "speech/echo.h"
#include "speech/endpoint.h"
#include "speech/vad.h"

enum { FRAMES = 500, ROUNDS = 21 };

static struct aframe sound[FRAMES];

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/** Noise in bursts: pitch search and floor both work. */
static void make_sound(uint32_t hz)
{
	struct level_noise z;

	level_noise_init(&z, 1);
	for (int i = 0; i < FRAMES; i++) {
		struct aframe *f = &sound[i];

		memset(f, 0, sizeof(*f));
		f->hz = hz;
		f->samples = hz / 50;
		level_noise_add(&z, f->s, f->samples,
				i / 25 % 2 ? -20.0f : -50.0f);
	}
}

static void report(const char *what, uint32_t hz, double *us)
{
	qsort(us, ROUNDS, sizeof(us[0]), by_value);
	printf("{\"bench\":\"speech\",\"what\":\"%s\",\"hz\":%u,"
	       "\"us_per_frame_p50\":%.3f,\"us_per_frame_best\":%.3f}\n",
	       what, hz, us[ROUNDS / 2], us[0]);
}

static float bench_vad(uint32_t hz, int quiet)
{
	static struct vad v;
	double us[ROUNDS];
	float sum = 0;

	make_sound(hz);
	for (int i = 0; quiet && i < FRAMES; i++)
		memset(sound[i].s, 0, sizeof(sound[i].s));
	vad_init(&v, hz);
	for (int r = 0; r < ROUNDS; r++) {
		const int64_t from = clock_now_us();

		for (int i = 0; i < FRAMES; i++)
			sum += vad_frame(&v, &sound[i]);
		us[r] = (double)(clock_now_us() - from) / FRAMES;
	}
	report(quiet ? "vad_digital_silence" : "vad", hz, us);
	return sum;
}

/** The dear case: both sides sound all the time. */
static float bench_echo(uint32_t hz)
{
	static struct echo e;
	double us[ROUNDS];
	float sum = 0;

	make_sound(hz);
	echo_init(&e, hz);
	for (int r = 0; r < ROUNDS; r++) {
		const int64_t from = clock_now_us();

		for (int i = 0; i < FRAMES; i++)
			sum += echo_frame(&e, &sound[i],
					  &sound[(i + 7) % FRAMES]);
		us[r] = (double)(clock_now_us() - from) / FRAMES;
	}
	report("echo", hz, us);
	return sum;
}

static int bench_turn(void)
{
	static const struct endpoint_config ec = {
		.start_us = 60000,
		.min_silence_us = 300000,
		.silence_us = 600000,
		.max_silence_us = 2500000,
		.max_turn_us = 30000000,
	};
	static const struct bargein_config bc = {
		.cut_us = 400000,
		.deadline_us = 700000,
		.words = 1,
		.enabled = 1,
	};
	struct endpoint e;
	struct bargein b;
	double us[ROUNDS];
	int64_t now_us = 0;
	int sum = 0;

	endpoint_init(&e, &ec);
	bargein_init(&b, &bc);
	for (int r = 0; r < ROUNDS; r++) {
		const int64_t from = clock_now_us();

		for (int i = 0; i < FRAMES * 20; i++) {
			const float p = i / 50 % 2 ? 0.9f : 0.0f;

			now_us += FRAME_US;
			sum += (int)endpoint_frame(&e, p, now_us);
			sum += (int)bargein_frame(&b, p, 0, now_us);
		}
		us[r] = (double)(clock_now_us() - from) / (FRAMES * 20);
	}
	report("endpoint_and_bargein", 8000, us);
	return sum;
}

int main(void)
{
	float sum = 0;

	sum += bench_vad(8000, 0);
	sum += bench_vad(16000, 0);
	sum += bench_vad(8000, 1);
	sum += bench_echo(8000);
	sum += bench_echo(16000);
	sum += (float)bench_turn();
	return sum < 0;
}
