/**
 * @file voice.c  How long the speaker's vocal tract is, known by the pitch
 *
 * SPDX-License-Identifier: MIT
 */
#include "provider/voice.h"

#include <math.h>
#include <string.h>

#include "speech/vad.h"

#define LOWEST_HZ   70.0f
#define BINS_OCTAVE 8.0f
#define CERTAIN     0.75f /* voicing at which the pitch is right */
#define OVER_DB     10.0f /* over the floor */

enum { FRAMES_MIN = 10 };

void voice_hear(struct voice *v, const int16_t *s, size_t n, uint32_t hz)
{
	struct aframe f = {.hz = hz, .samples = hz / 50};
	struct vad vad;

	vad_init(&vad, hz);
	for (; n >= f.samples; n -= f.samples, s += f.samples) {
		memcpy(f.s, s, f.samples * sizeof(*s));
		(void)vad_frame(&vad, &f);
		if (vad.voicing < CERTAIN ||
		    vad.level_db < vad.floor_db + OVER_DB)
			continue;

		const float at = log2f(vad.pitch_hz / LOWEST_HZ) * BINS_OCTAVE;

		if (at < 0 || at >= VOICE_BINS)
			continue;
		v->seen[(int)at]++;
		v->frames++;
	}
}

float voice_pitch_hz(const struct voice *v)
{
	uint32_t below = 0;

	if (v->frames < FRAMES_MIN)
		return 0;
	for (int i = 0; i < VOICE_BINS; i++) {
		below += v->seen[i];
		if (below > v->frames / 2)
			return LOWEST_HZ *
			       exp2f(((float)i + 0.5f) / BINS_OCTAVE);
	}
	return 0;
}

float voice_warp(const struct voice *v)
{
	static const struct {
		float above_hz, warp;
	} steps[] = {{280, 1.20f}, {165, 1.15f}, {145, 1.08f}};
	const float hz = voice_pitch_hz(v);

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (hz >= steps[i].above_hz)
			return steps[i].warp;
	return 1;
}
