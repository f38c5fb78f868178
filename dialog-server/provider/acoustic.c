/**
 * @file acoustic.c  What the speaker's mouth did, given a bad line and noise
 *
 *   learn noise ─▶ guess the line ─▶ [ prepare ─▶ clean all ─▶ better line ]
 *                                      twice
 *
 * prepare: for each class of clean sounds, what it would look like here
 * (mean, covariance as inverse Cholesky factor) and the gain that leads from
 * a surprise in the spectrum back to cepstra. Clean: posterior over classes,
 * mean of what they say.
 *
 * SPDX-License-Identifier: MIT
 */
#include "provider/acoustic.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "provider/acoustic_prior.h"

enum {
	ROUNDS = 2,
	PAD_FRAMES = 20, /* of silence kept around speech */
};

/* Log spectra hold detail that 13 cepstra do not: variance per band. */
#define DETAIL 0.1f
/* The mean of a log lies below the log of a mean. */
#define NOISE_OFFSET 0.1f
#define NOISE_PART   0.2f /* share of frames taken for noise            */
#define SPEECH_GATE  0.3f /* of the way from quiet to loud              */
/* A turn of two seconds weighs a quarter against a call that is known. */
#define MEMORY_FRAMES 500
#define CARPET_BELOW  4.0f /* 17 dB: what the model's silence lies below */
#define FAR_BELOW     8.0f /* log odds at which a class does not count   */

/** A class as it looks through the line. */
struct view {
	float expect[MEL_BANDS];
	float root[MEL_BANDS][MEL_BANDS]; /**< inverse factor, by column */
	float gain[ACOUSTIC_CEPS][MEL_BANDS];
	float weight;
};

struct acoustic {
	const struct acoustic_prior *prior;
	uint32_t bands;
	float carpet[MEL_BANDS]; /**< of a live turn */
	struct view view[ACOUSTIC_GAUSS_MAX];
	float odds[ACOUSTIC_GAUSS_MAX];
};

int acoustic_new(struct acoustic **ret, const struct acoustic_prior *p)
{
	struct acoustic *e = mem_zalloc(sizeof(*e));

	if (!e)
		return -ENOMEM;
	e->prior = p;
	*ret = e;
	return 0;
}

struct acoustic *acoustic_free(struct acoustic *e)
{
	mem_free(e);
	return NULL;
}

/* ---- prepare ----------------------------------------------------------- */

/** a = L L', then a = inverse of L; lower triangle. @return sum of the logs
 *  of L's diagonal */
static double invert_root(double a[MEL_BANDS][MEL_BANDS], uint32_t n)
{
	double logs = 0;

	for (uint32_t i = 0; i < n; i++) {
		for (uint32_t j = 0; j <= i; j++) {
			double s = a[i][j];

			for (uint32_t k = 0; k < j; k++)
				s -= a[i][k] * a[j][k];
			a[i][j] = i == j ? sqrt(s > 1e-9 ? s : 1e-9)
					 : s / a[j][j];
		}
		logs += log(a[i][i]);
	}
	for (uint32_t i = 0; i < n; i++) {
		for (uint32_t j = 0; j < i; j++) {
			double s = 0;

			for (uint32_t k = j; k < i; k++)
				s -= a[i][k] * a[k][j];
			a[i][j] = s / a[i][i];
		}
		a[i][i] = 1 / a[i][i];
	}
	return logs;
}

/** Speech and noise powers add; how much of a change in the speech shows. */
static void mix(const struct acoustic_prior *p, const struct acoustic_gauss *g,
		const struct acoustic_line *line, uint32_t n, float *expect,
		float *shows)
{
	for (uint32_t b = 0; b < n; b++) {
		float x = line->speech[b];

		for (int i = 0; i < ACOUSTIC_CEPS; i++)
			x += p->basis[b][i] * g->mean[i];

		const float above = x - line->noise[b];

		expect[b] =
			above > 20 ? x : line->noise[b] + log1pf(expf(above));
		shows[b] = 1 / (1 + expf(-above));
	}
}

static void prepare_class(struct view *v, const struct acoustic_prior *p,
			  const struct acoustic_gauss *g,
			  const struct acoustic_line *line, uint32_t n)
{
	double a[MEL_BANDS][MEL_BANDS], cross[MEL_BANDS][ACOUSTIC_CEPS];
	float shows[MEL_BANDS];

	mix(p, g, line, n, v->expect, shows);
	for (uint32_t b = 0; b < n; b++)
		for (int i = 0; i < ACOUSTIC_CEPS; i++)
			cross[b][i] =
				(double)shows[b] * p->basis[b][i] * g->var[i];
	for (uint32_t i = 0; i < n; i++) {
		const float hides = 1 - shows[i];

		for (uint32_t j = 0; j <= i; j++) {
			double s = 0;

			for (int k = 0; k < ACOUSTIC_CEPS; k++)
				s += cross[i][k] * p->basis[j][k];
			a[i][j] = s * shows[j];
		}
		a[i][i] += DETAIL + hides * hides * line->spread[i];
	}
	v->weight = g->log_weight - (float)invert_root(a, n);
	for (uint32_t j = 0; j < n; j++)
		for (uint32_t i = 0; i < n; i++)
			v->root[j][i] = i >= j ? (float)a[i][j] : 0;
	for (int c = 0; c < ACOUSTIC_CEPS; c++) {
		double t[MEL_BANDS];

		for (uint32_t i = 0; i < n; i++) {
			t[i] = 0;
			for (uint32_t j = 0; j <= i; j++)
				t[i] += a[i][j] * cross[j][c];
		}
		for (uint32_t j = 0; j < n; j++) {
			double s = 0;

			for (uint32_t i = j; i < n; i++)
				s += a[i][j] * t[i];
			v->gain[c][j] = (float)s;
		}
	}
}

static void prepare(struct acoustic *e, const struct acoustic_line *line)
{
	for (uint32_t k = 0; k < e->prior->n; k++)
		prepare_class(&e->view[k], e->prior, &e->prior->g[k], line,
			      e->bands);
}

/* ---- clean ------------------------------------------------------------- */

static float surprise(const struct view *v, const float *mel, uint32_t n,
		      float *off)
{
	float z[MEL_BANDS] = {0}, q = 0;

	for (uint32_t b = 0; b < n; b++)
		off[b] = mel[b] - v->expect[b];
	for (uint32_t j = 0; j < n; j++)
		for (uint32_t i = j & ~3u; i < n; i++)
			z[i] += v->root[j][i] * off[j];
	for (uint32_t i = 0; i < n; i++)
		q += z[i] * z[i];
	return q;
}

static void clean(struct acoustic *e, const float *mel, float *out)
{
	const struct acoustic_prior *p = e->prior;
	float off[MEL_BANDS], best = -INFINITY, sum = 0;
	float said[ACOUSTIC_CEPS] = {0};

	for (uint32_t k = 0; k < p->n; k++) {
		const struct view *v = &e->view[k];

		e->odds[k] =
			v->weight - 0.5f * surprise(v, mel, e->bands, off);
		if (e->odds[k] > best)
			best = e->odds[k];
	}
	for (uint32_t k = 0; k < p->n; k++) {
		const struct view *v = &e->view[k];

		if (e->odds[k] < best - FAR_BELOW)
			continue;

		const float w = expf(e->odds[k] - best);

		sum += w;
		for (uint32_t b = 0; b < e->bands; b++)
			off[b] = mel[b] - v->expect[b];
		for (int c = 0; c < ACOUSTIC_CEPS; c++) {
			float s = p->g[k].mean[c];

			for (uint32_t b = 0; b < e->bands; b++)
				s += v->gain[c][b] * off[b];
			said[c] += w * s;
		}
	}
	for (int c = 0; c < ACOUSTIC_CEPS; c++)
		out[c] = said[c] / sum;
}

/* ---- line and noise ---------------------------------------------------- */

/** Mean of a frame's bands. */
static float loudness(const float *mel, uint32_t bands)
{
	float s = 0;

	for (uint32_t b = 0; b < bands; b++)
		s += mel[b];
	return s / (float)bands;
}

static int compare_floats(const void *a, const void *b)
{
	const float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

/** Loudness at some parts of the sorted frames. */
struct levels {
	float quiet, noise, loud;
};

enum { SORTED_MAX = 4096 };

static void levels_of(struct levels *ret, const float (*mel)[MEL_BANDS],
		      size_t n, uint32_t bands)
{
	float sorted[SORTED_MAX];
	const size_t step = n / SORTED_MAX + 1;
	size_t k = 0;

	for (size_t t = 0; t < n; t += step)
		sorted[k++] = loudness(mel[t], bands);
	qsort(sorted, k, sizeof(sorted[0]), compare_floats);
	ret->quiet = sorted[k / 10];
	ret->noise = sorted[(size_t)((float)k * NOISE_PART)];
	ret->loud = sorted[k - 1 - k / 20];
}

static void learn_noise(struct acoustic_line *line,
			const float (*mel)[MEL_BANDS], size_t n,
			uint32_t bands, float upto)
{
	float sum[MEL_BANDS] = {0}, square[MEL_BANDS] = {0};
	float frames = 0;

	for (size_t t = 0; t < n; t++) {
		if (loudness(mel[t], bands) > upto)
			continue;
		frames++;
		for (uint32_t b = 0; b < bands; b++) {
			sum[b] += mel[t][b];
			square[b] += mel[t][b] * mel[t][b];
		}
	}
	for (uint32_t b = 0; b < bands; b++) {
		const float mean = sum[b] / frames;
		const float var = square[b] / frames - mean * mean;

		line->noise[b] = mean + NOISE_OFFSET;
		line->spread[b] = var > 0.01f ? var : 0.01f;
	}
}

/** First guess: what is left when the noise's power is taken away. */
static void guess_line(float *ret, const struct acoustic_line *line,
		       const float (*mel)[MEL_BANDS], size_t from, size_t to,
		       uint32_t bands)
{
	for (uint32_t b = 0; b < bands; b++) {
		const float noise = expf(line->noise[b]);
		float s = 0;

		for (size_t t = from; t < to; t++) {
			const float all = expf(mel[t][b]);
			const float rest = all - noise;

			s += logf(rest > 0.1f * all ? rest : 0.1f * all);
		}
		ret[b] = s / (float)(to - from);
	}
}

/** Where speech begins and ends, with some silence. @return frames */
static size_t find_speech(const struct levels *l,
			  const float (*mel)[MEL_BANDS], size_t n,
			  uint32_t bands, size_t *ret_from)
{
	const float gate = l->quiet + (l->loud - l->quiet) * SPEECH_GATE;
	size_t from = n, to = 0;

	for (size_t t = 0; t < n; t++) {
		if (loudness(mel[t], bands) < gate)
			continue;
		if (from == n)
			from = t;
		to = t + 1;
	}
	if (from >= to)
		return 0;
	from = from > PAD_FRAMES ? from - PAD_FRAMES : 0;
	to = to + PAD_FRAMES < n ? to + PAD_FRAMES : n;
	*ret_from = from;
	return to - from;
}

/** Sound that is quieter than any silence the model knows confuses it:
 *  digital zero, gaps between packets. Put a carpet under it. */
static void lay_carpet(float (*mel)[MEL_BANDS], size_t n, uint32_t bands,
		       const float *speech)
{
	for (size_t t = 0; t < n; t++) {
		for (uint32_t b = 0; b < bands; b++) {
			const float carpet = speech[b] - CARPET_BELOW;
			const float above = mel[t][b] - carpet;

			if (above < 20)
				mel[t][b] = carpet + log1pf(expf(above));
		}
	}
}

/** What the turn says about the line, and what turns before said.
 *  @param off  mean of the cleaned frames: what `now` misses
 *  @param keep  weight of `before`, 0..1 */
static void better_line(const struct acoustic_prior *p, float *now,
			const float *off, const float *before, float keep,
			uint32_t bands)
{
	for (uint32_t b = 0; b < bands; b++) {
		float x = now[b];

		for (int c = 0; c < ACOUSTIC_CEPS; c++)
			x += p->basis[b][c] * off[c];
		now[b] = x + keep * (before[b] - x);
	}
}

size_t acoustic_turn(struct acoustic *e, float (*mel)[MEL_BANDS], size_t n,
		     uint32_t bands, struct acoustic_line *line,
		     float (*out)[ACOUSTIC_CEPS])
{
	const struct acoustic_line before = *line;
	struct levels l;
	size_t from = 0, frames;

	if (n == 0)
		return 0;
	e->bands = bands;
	levels_of(&l, mel, n, bands);
	frames = find_speech(&l, mel, n, bands, &from);
	if (frames == 0)
		return 0;
	learn_noise(line, mel, n, bands, l.noise);
	guess_line(line->speech, line, mel, from, from + frames, bands);
	lay_carpet(mel, n, bands, line->speech);
	levels_of(&l, mel, n, bands);
	learn_noise(line, mel, n, bands, l.noise);

	const float known =
		(float)(before.frames < MEMORY_FRAMES ? before.frames
						      : MEMORY_FRAMES);
	const float keep = known / (known + (float)frames);

	for (int round = 0;; round++) {
		float mean[ACOUSTIC_CEPS] = {0};

		prepare(e, line);
		for (size_t t = 0; t < frames; t++) {
			clean(e, mel[from + t], out[t]);
			for (int c = 0; c < ACOUSTIC_CEPS; c++)
				mean[c] += out[t][c] / (float)frames;
		}
		for (size_t t = 0; round == ROUNDS && t < frames; t++)
			for (int c = 0; c < ACOUSTIC_CEPS; c++)
				out[t][c] -= (1 - keep) * mean[c];
		if (round == ROUNDS)
			break;
		better_line(e->prior, line->speech, mean, before.speech, keep,
			    bands);
	}
	line->frames += (uint32_t)frames;
	return frames;
}

void acoustic_live_prepare(struct acoustic *e, const float (*mel)[MEL_BANDS],
			   size_t n, uint32_t bands,
			   const struct acoustic_line *line)
{
	struct acoustic_line now = *line;
	struct levels l;
	size_t from = 0, frames = 0;

	e->bands = bands;
	if (n) {
		levels_of(&l, mel, n, bands);
		learn_noise(&now, mel, n, bands, l.noise);
		frames = find_speech(&l, mel, n, bands, &from);
	}
	if (!line->frames && frames)
		guess_line(now.speech, &now, mel, from, from + frames, bands);
	for (uint32_t b = 0; b < bands; b++) {
		e->carpet[b] = now.speech[b] - CARPET_BELOW;
		if (now.noise[b] < e->carpet[b])
			now.noise[b] = e->carpet[b];
	}
	prepare(e, &now);
}

void acoustic_live_frame(struct acoustic *e, const float mel[MEL_BANDS],
			 float out[ACOUSTIC_CEPS])
{
	float laid[MEL_BANDS];

	for (uint32_t b = 0; b < e->bands; b++) {
		const float above = mel[b] - e->carpet[b];

		laid[b] = above > 20 ? mel[b]
				     : e->carpet[b] + log1pf(expf(above));
	}
	clean(e, laid, out);
}
