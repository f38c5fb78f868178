/**
 * @file vad_net.c  Weighs what is known of a frame: speech or not?
 *
 * SPDX-License-Identifier: MIT
 */
#include "speech/vad_net.h"

#include <math.h>
#include <string.h>

enum { ROW = 3 * VAD_HIDDEN };

/** sum[ROW] += w[n][ROW] x[n], rows apart: four columns at a time. */
static void add(float *restrict sum, const float (*restrict w)[ROW],
		const float *restrict x, int n)
{
	for (int i = 0; i < n; i++) {
		const float v = x[i];

		for (int k = 0; k < ROW; k++)
			sum[k] += w[i][k] * v;
	}
}

static float squash(float x)
{
	return 1.0f / (1.0f + expf(-x));
}

float vad_net_run(struct vad_net *n, const float *x)
{
	const struct vad_weights *w = &vad_weights;
	float now[ROW], past[ROW];
	float sum = w->out_bias;

	memcpy(now, w->in_bias, sizeof(now));
	memcpy(past, w->past_bias, sizeof(past));
	add(now, w->in, x, VAD_INPUTS);
	add(past, w->past, n->h, VAD_HIDDEN);
	for (int i = 0; i < VAD_HIDDEN; i++) {
		const int r = VAD_HIDDEN + i, c = 2 * VAD_HIDDEN + i;
		const float keep = squash(now[i] + past[i]);
		const float reset = squash(now[r] + past[r]);
		/* the hyperbolic tangent */
		const float fresh =
			2 * squash(2 * (now[c] + reset * past[c])) - 1;

		n->h[i] = fresh + keep * (n->h[i] - fresh);
		sum += w->out[i] * n->h[i];
	}
	return squash(sum);
}
