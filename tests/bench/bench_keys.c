/**
 * @file bench_keys.c  Which sounds are taken for a key of the telephone
 *
 *   bench_keys [FILE.wav...]
 *
 * First every key at the corners of what must be one, then what must be none
 * (ITU-T Q.24), then talk: each file is heard whole, and a key in it is a
 * mistake. Sound goes through mu-law as on a line, at 8 kHz.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/codec.h"
#include "audio/level.h"
#include "audio/tone.h"
#include "audio/wav.h"
#include "base/alloc.h"

#define PI 3.14159265358979323846

enum { HZ = 8000, FRAME = HZ / 50, KEYS = 16, ROUNDS = 40, SAMPLES = HZ * 4 };

static const char keypad[] = "123A456B789C*0#D";
static const double rows[4] = {697, 770, 852, 941};
static const double columns[4] = {1209, 1336, 1477, 1633};

struct sound {
	const char *what;
	double on_ms, level_db; /* of both tones together, rms */
	double twist_db;        /* high over low */
	double off_percent, off_hz;
	double snr_db;
};

static const struct sound keys[] = {
	{"usual", 80, -15, 0, 0, 0, 60},
	{"40 ms", 40, -15, 0, 0, 0, 60},
	{"40 ms, 15 dB over noise", 40, -15, 0, 0, 0, 15},
	{"50 ms, 15 dB over noise", 50, -15, 0, 0, 0, 15},
	{"40 ms, -25 dBFS", 40, -25, 0, 0, 0, 60},
	{"40 ms, -25 dBFS, 15 dB over noise", 40, -25, 0, 0, 0, 15},
	{"40 ms, -40 dBFS", 40, -40, 0, 0, 0, 60},
	{"40 ms, -6 dBFS", 40, -6, 0, 0, 0, 60},
	{"40 ms, -3 dBFS, clipped", 40, -3, 0, 0, 0, 60},
	{"40 ms, 0 dBFS, clipped hard", 40, 0, 0, 0, 0, 60},
	{"40 ms, high 4 dB over low", 40, -15, 4, 0, 0, 60},
	{"40 ms, high 8 dB under low", 40, -15, -8, 0, 0, 60},
	{"50 ms, off by +1.5 % and 2 Hz", 50, -15, 0, 1.5, 2, 60},
	{"50 ms, off by -1.5 % and 2 Hz", 50, -15, 0, -1.5, -2, 60},
};

static const struct sound no_keys[] = {
	{"23 ms", 23, -15, 0, 0, 0, 60},
	{"20 ms", 20, -15, 0, 0, 0, 60},
	{"off by +3.5 %", 80, -15, 0, 3.5, 0, 60},
	{"off by -3.5 %", 80, -15, 0, -3.5, 0, 60},
	{"high 12 dB over low", 80, -15, 12, 0, 0, 60},
	{"high 16 dB under low", 80, -15, -16, 0, 0, 60},
};

/** One key somewhere in noise. @return samples */
static size_t make(int16_t *s, const struct sound *k, int key,
		   struct level_noise *z)
{
	const size_t from = 400 + level_noise_bits(z) % 160;
	const size_t on = (size_t)(k->on_ms * HZ / 1000);
	const double a = 32768 * pow(10, k->level_db / 20) * sqrt(2);
	const double ratio = pow(10, k->twist_db / 10);
	const double low = a / sqrt(1 + ratio), high = low * sqrt(ratio);
	const double by = 1 + k->off_percent / 100;
	const double f1 = rows[key / 4] * by + k->off_hz;
	const double f2 = columns[key % 4] * by + k->off_hz;
	const double phase = (double)(level_noise_bits(z) % 628) / 100;

	memset(s, 0, (from + on + 800) * sizeof(*s));
	for (size_t i = 0; i < on; i++) {
		const double t = (double)i / HZ;

		s[from + i] = level_add(
			(int32_t)lrint(low * sin(2 * PI * f1 * t + phase) +
				       high * sin(2 * PI * f2 * t)),
			0);
	}
	level_noise_add(z, s, from + on + 800,
			(float)(k->level_db - k->snr_db));
	return from + on + 800;
}

static void through_line(int16_t *s, size_t n)
{
	const struct codec_ops *c = codec_find("pcmu");
	uint8_t coded[FRAME];

	for (size_t at = 0; at + FRAME <= n; at += FRAME) {
		(void)c->encode(NULL, s + at, FRAME, coded, sizeof(coded));
		(void)c->decode(NULL, coded, FRAME, s + at, FRAME);
	}
}

/** @return keys found; the first in *ret */
static unsigned hear(const int16_t *s, size_t n, char *ret)
{
	struct tone_detect t;
	unsigned found = 0;

	if (tone_detect_init(&t, HZ))
		exit(1);
	for (size_t at = 0; at + FRAME <= n; at += FRAME) {
		const char key = tone_detect_run(&t, s + at, FRAME);

		if (key && !found++)
			*ret = key;
	}
	return found;
}

static void try_sound(const struct sound *k, const char *kind)
{
	static int16_t s[SAMPLES];
	unsigned right = 0, wrong = 0, twice = 0;
	struct level_noise z;

	level_noise_init(&z, 7);
	for (int i = 0; i < KEYS * ROUNDS; i++) {
		const size_t n = make(s, k, i % KEYS, &z);
		char key = 0;

		through_line(s, n);

		const unsigned found = hear(s, n, &key);

		right += found && key == keypad[i % KEYS];
		wrong += found && key != keypad[i % KEYS];
		twice += found > 1;
	}
	printf("{\"bench\":\"keys\",\"%s\":\"%s\",\"of\":%d,\"found\":%u,"
	       "\"wrong\":%u,\"twice\":%u}\n",
	       kind, k->what, KEYS * ROUNDS, right, wrong, twice);
}

static void talk(char **files, int n_files)
{
	char why[WAV_WHY_BYTES], key = 0;
	unsigned found = 0, read = 0;
	double seconds = 0;

	for (int i = 0; i < n_files; i++) {
		int16_t *s;
		size_t n;

		if (wav_load(&s, &n, files[i], HZ, why))
			continue;
		read++;
		seconds += (double)n / HZ;
		through_line(s, n);

		const unsigned here = hear(s, n, &key);

		found += here;
		if (here)
			fprintf(stderr, "%s: %u, the first is %c\n", files[i],
				here, key);
		mem_free(s);
	}
	printf("{\"bench\":\"keys\",\"talk\":%u,\"minutes\":%.1f,"
	       "\"found\":%u}\n",
	       read, seconds / 60, found);
}

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		try_sound(&keys[i], "key");
	for (size_t i = 0; i < sizeof(no_keys) / sizeof(no_keys[0]); i++)
		try_sound(&no_keys[i], "no_key");
	if (argc > 1)
		talk(argv + 1, argc - 1);
	return 0;
}
