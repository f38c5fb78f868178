/**
 * @file mel.c  Sound to logarithmic mel spectra, frame by frame
 *
 * @source the model's own feat.params: 25 filters, 130..6800 Hz, edges
 *         rounded to points of a 512-point transform, unit area; Hamming
 *         window; pre-emphasis 0.97, applied here as its power response so
 *         that it means the same at both rates
 *
 * SPDX-License-Identifier: MIT
 */
#include "provider/mel.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define LOWER_HZ    130.0
#define UPPER_HZ    6800.0
#define BIN_HZ      31.25
#define PREEMPHASIS 0.97
/* Telephone filters end near 3700 Hz; a band's middle may lie little higher,
 * or it would be edge only. */
#define USABLE 0.9575
#define FLOOR  100.0f /* power: below the noise of 16 bits itself */

static double to_mel(double hz)
{
	return 2595 * log10(1 + hz / 700);
}

/** Edge i of 0..MEL_BANDS+1, on a point of the transform. */
static double edge_hz(unsigned i)
{
	const double low = to_mel(LOWER_HZ), high = to_mel(UPPER_HZ);
	const double at = low + i * (high - low) / (MEL_BANDS + 1);

	return floor(700 * (pow(10, at / 2595) - 1) / BIN_HZ + 0.5) * BIN_HZ;
}

float mel_band_hz(unsigned band)
{
	return (float)edge_hz(band + 1);
}

static void make_filter(struct mel *m, unsigned b)
{
	const double warp = (double)m->warp;
	const double low = edge_hz(b) * warp, mid = edge_hz(b + 1) * warp,
		     high = edge_hz(b + 2) * warp;
	const uint32_t bins = m->fft / 2 + 1;
	double sum = 0;

	m->from[b] = (uint16_t)(low / BIN_HZ);
	m->to[b] = m->from[b];
	for (uint32_t k = m->from[b]; k < bins && k * BIN_HZ <= high; k++) {
		const double hz = k * BIN_HZ;
		const double up = (hz - low) / (mid - low);
		const double down = (high - hz) / (high - mid);

		const double at = up < down ? up : down;

		m->weight[b][k] = at > 0 ? (float)at : 0;
		m->to[b] = (uint16_t)(k + 1);
		sum += (double)m->weight[b][k];
	}
	for (uint32_t k = m->from[b]; k < m->to[b]; k++)
		m->weight[b][k] /= (float)(BIN_HZ * sum);
}

int mel_init(struct mel *m, uint32_t hz, float warp)
{
	if ((hz != 8000 && hz != 16000) || !(warp >= 0.8f && warp <= 1.3f))
		return -EINVAL;
	*m = (struct mel){.hz = hz,
			  .warp = warp,
			  .bands = MEL_BANDS,
			  .window = hz == 8000 ? 205 : 410,
			  .step = hz / MEL_HZ,
			  .fft = hz == 8000 ? 256 : 512,
			  .scale = hz == 8000 ? 4 : 1};
	for (uint32_t i = 0; i < m->window; i++)
		m->hamming[i] = (float)(0.54 - 0.46 * cos(2 * M_PI * i /
							  (m->window - 1)));
	for (uint32_t k = 0; k <= m->fft / 2; k++)
		m->emphasis[k] =
			(float)(1 + PREEMPHASIS * PREEMPHASIS -
				2 * PREEMPHASIS *
					cos(2 * M_PI * k * BIN_HZ / 16000));
	for (uint32_t k = 0; k < m->fft / 2; k++) {
		m->cosine[k] = (float)cos(2 * M_PI * k / m->fft);
		m->sine[k] = (float)-sin(2 * M_PI * k / m->fft);
	}
	while (m->bands > 1 &&
	       edge_hz(m->bands) * (double)warp > USABLE * hz / 2)
		m->bands--;
	for (unsigned b = 0; b < m->bands; b++)
		make_filter(m, b);
	return 0;
}

/** In place, radix 2, length m->fft. */
static void transform(const struct mel *m, float *re, float *im)
{
	const uint32_t n = m->fft;

	for (uint32_t i = 1, j = 0; i < n; i++) {
		uint32_t bit = n >> 1;

		for (; j & bit; bit >>= 1)
			j ^= bit;
		j ^= bit;
		if (i < j) {
			const float t = re[i];

			re[i] = re[j];
			re[j] = t;
		}
	}
	for (uint32_t len = 2; len <= n; len <<= 1) {
		const uint32_t half = len / 2, stride = n / len;

		for (uint32_t i = 0; i < n; i += len) {
			for (uint32_t k = 0; k < half; k++) {
				const float c = m->cosine[k * stride];
				const float s = m->sine[k * stride];
				const uint32_t p = i + k, q = p + half;
				const float tr = re[q] * c - im[q] * s;
				const float ti = re[q] * s + im[q] * c;

				re[q] = re[p] - tr;
				im[q] = im[p] - ti;
				re[p] += tr;
				im[p] += ti;
			}
		}
	}
}

static void analyse(const struct mel *m, float out[MEL_BANDS])
{
	float re[MEL_FFT_MAX] = {0}, im[MEL_FFT_MAX] = {0};

	for (uint32_t i = 0; i < m->window; i++)
		re[i] = (float)m->keep[i] * m->hamming[i];
	transform(m, re, im);
	for (uint32_t k = 0; k <= m->fft / 2; k++)
		re[k] = (re[k] * re[k] + im[k] * im[k]) * m->emphasis[k];
	for (unsigned b = 0; b < MEL_BANDS; b++) {
		float power = 0;

		for (uint32_t k = m->from[b]; k < m->to[b]; k++)
			power += re[k] * m->weight[b][k];
		out[b] = b < m->bands ? logf(power * m->scale + FLOOR) : 0;
	}
}

size_t mel_run(struct mel *m, const int16_t *s, size_t n, size_t *used,
	       float (*out)[MEL_BANDS], size_t cap)
{
	size_t frames = 0, at = 0;

	while (frames < cap) {
		const size_t need = m->window - m->have;
		const size_t take = n - at < need ? n - at : need;

		memcpy(m->keep + m->have, s + at, take * sizeof(*s));
		m->have += (uint32_t)take;
		at += take;
		if (m->have < m->window)
			break;
		analyse(m, out[frames++]);
		m->have = m->window - m->step;
		memmove(m->keep, m->keep + m->step,
			m->have * sizeof(m->keep[0]));
	}
	*used = at;
	return frames;
}
