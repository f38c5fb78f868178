/**
 * @file tone.c  DTMF as sound: two sines a key
 *
 * SPDX-License-Identifier: MIT
 */
#include "audio/tone.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define PI 3.14159265358979323846

enum {
	RAMP_MS = 2, /* edges of a key, so that it does not click */
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
