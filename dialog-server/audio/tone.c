/**
 * @file tone.c  DTMF: two sines out, eight Goertzel filters in
 *
 * SPDX-License-Identifier: MIT
 */
#include "audio/tone.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define PI 3.14159265358979323846

enum {
	BLOCKS_A_SECOND = 78, /* 12.8 ms: two whole ones in the shortest key */
	RAMP_MS = 2,          /* edges of a key, so that it does not click */
	RELEASE_BLOCKS = 3,
};

static const char keypad[] = "123A456B789C*0#D";
static const double freq_hz[8] = {697, 770, 852, 941, 1209, 1336, 1477, 1633};

static char upper(char c)
{
	return (char)(c >= 'a' && c <= 'd' ? c - 'a' + 'A' : c);
}

int tone_is_key(char key)
{
	return key && strchr(keypad, upper(key)) != NULL;
}

int tone_dtmf_init(struct tone_dtmf *t, const char *keys, uint32_t hz,
		   uint32_t on_ms, uint32_t off_ms)
{
	if (hz < 8000 || hz > 48000 || !on_ms || on_ms > 10000 ||
	    off_ms > 10000)
		return -EINVAL;
	for (const char *k = keys; *k; k++)
		if (!tone_is_key(*k))
			return -EINVAL;

	memset(t, 0, sizeof(*t));
	t->keys = keys;
	t->hz = hz;
	t->on = hz * on_ms / 1000;
	t->off = hz * off_ms / 1000;
	return 0;
}

static double ramp(const struct tone_dtmf *t)
{
	const uint32_t edge = t->hz * RAMP_MS / 1000;
	const uint32_t left = t->on - t->at;

	if (t->at < edge)
		return (double)t->at / edge;
	return left < edge ? (double)left / edge : 1.0;
}

static int16_t key_sample(struct tone_dtmf *t)
{
	const size_t index =
		(size_t)(strchr(keypad, upper(*t->keys)) - keypad);
	const double step = 2 * PI / t->hz;

	if (t->at == 0)
		t->low = t->high = 0;
	/* -10 dBFS and -8 dBFS: the high tone loses more on a line. */
	const double v = ramp(t) * (0.45 * 0.7 * sin(t->low) +
				    0.56 * 0.7 * sin(t->high));

	t->low += step * freq_hz[index / 4];
	t->high += step * freq_hz[4 + index % 4];
	return (int16_t)lrint(v * 32767);
}

size_t tone_dtmf_run(struct tone_dtmf *t, int16_t *out, size_t n)
{
	size_t made = 0;

	for (; made < n && *t->keys; made++) {
		out[made] = t->at < t->on ? key_sample(t) : 0;
		if (++t->at >= t->on + t->off) {
			t->at = 0;
			t->keys++;
		}
	}
	memset(out + made, 0, (n - made) * sizeof(*out));
	return made;
}

int tone_detect_init(struct tone_detect *t, uint32_t hz)
{
	if (hz != 8000 && hz != 16000)
		return -EINVAL;
	memset(t, 0, sizeof(*t));
	t->hz = hz;
	t->block = hz / BLOCKS_A_SECOND;
	for (int i = 0; i < 8; i++)
		t->coef[i] = (float)(2 * cos(2 * PI * freq_hz[i] / hz));
	return 0;
}

static int strongest(const float p[4])
{
	int best = 0;

	for (int i = 1; i < 4; i++)
		if (p[i] > p[best])
			best = i;
	return best;
}

/** @return nonzero when every other tone of the group is 8 dB below */
static int alone(const float p[4], int best)
{
	for (int i = 0; i < 4; i++)
		if (i != best && p[i] * 6.3f > p[best])
			return 0;
	return 1;
}

/** @return the key that sounds through the whole block just gathered, or 0 */
static char block_key(const struct tone_detect *t)
{
	const float n = (float)t->block;
	float p[8];

	for (int i = 0; i < 8; i++)
		p[i] = (t->s1[i] * t->s1[i] + t->s2[i] * t->s2[i] -
			t->coef[i] * t->s1[i] * t->s2[i]) *
		       2.0f / n;

	const int row = strongest(p), column = strongest(p + 4);
	const float low = p[row], high = p[4 + column];

	if (t->energy < n * 100.0f * 100.0f) /* below -50 dBFS */
		return 0;
	if (!alone(p, row) || !alone(p + 4, column))
		return 0;
	/* Q.24: the high tone may be 4 dB louder to 8 dB softer */
	if (high > low * 6.3f || low > high * 6.3f)
		return 0;
	if (low + high < 0.75f * t->energy)
		return 0;
	return keypad[row * 4 + column];
}

/** Two blocks in a row make a key; three without it release it. */
static char decide(struct tone_detect *t, char key)
{
	const int twice = key && key == t->candidate;

	t->candidate = key;
	if (key && key == t->last) {
		t->missing = 0;
		return 0;
	}
	if (twice) {
		t->last = key;
		t->missing = 0;
		return key;
	}
	if (t->last && ++t->missing >= RELEASE_BLOCKS)
		t->last = 0;
	return 0;
}

char tone_detect_run(struct tone_detect *t, const int16_t *s, size_t n)
{
	char found = 0;

	for (size_t k = 0; k < n; k++) {
		const float v = (float)s[k];

		t->energy += v * v;
		for (int i = 0; i < 8; i++) {
			const float s0 = v + t->coef[i] * t->s1[i] - t->s2[i];

			t->s2[i] = t->s1[i];
			t->s1[i] = s0;
		}
		if (++t->have < t->block)
			continue;

		const char key = decide(t, block_key(t));

		found = key ? key : found;
		memset(t->s1, 0, sizeof(t->s1));
		memset(t->s2, 0, sizeof(t->s2));
		t->energy = 0;
		t->have = 0;
	}
	return found;
}
