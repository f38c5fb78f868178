/**
 * @file acoustic_prior.c  Classes of clean speech out of the acoustic model
 *
 *   means, variances: 42 phones x 128 Gaussians of static cepstra
 *   sendump: how much each state of a phone uses each of them
 *        --> weighted k-means
 *
 * SPDX-License-Identifier: MIT
 */
#include "provider/acoustic_prior.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

enum {
	CLASSES = 256, /* docs/speech.md: 512 no better, 128 worse */
	ROUNDS = 8,    /* of k-means: the last moves next to nothing */
	STREAMS = 3,   /* cepstra, first and second differences */
	GAUSS_FILE_MAX = 65536,
	LIFTER = 22,
	STATES = 3, /* of a phone */
	SILENCE_WEIGHT = 8,
};

/** Of every Gaussian, phone by phone. */
struct gaussians {
	uint32_t n, books, densities; /**< n = books * densities  */
	float *mean, *var;            /**< [n * ACOUSTIC_CEPS]    */
	float *weight;                /**< [n], mean 1            */
	uint16_t *of;                 /**< [n] class it belongs to */
};

static int skip_head(FILE *f)
{
	char line[256];

	for (int i = 0; i < 64 && fgets(line, sizeof(line), f); i++)
		if (strstr(line, "endhdr"))
			return 0;
	return -EBADMSG;
}

static int read_head(FILE *f, uint32_t *books, uint32_t *densities)
{
	uint32_t h[4], len[STREAMS], total;

	if (fread(h, sizeof(h[0]), 4, f) != 4 || h[0] != 0x11223344 ||
	    h[2] != STREAMS)
		return -EBADMSG;
	if (fread(len, sizeof(len[0]), STREAMS, f) != STREAMS ||
	    fread(&total, sizeof(total), 1, f) != 1)
		return -EBADMSG;
	for (int i = 0; i < STREAMS; i++)
		if (len[i] != ACOUSTIC_CEPS)
			return -EBADMSG;
	if (h[1] == 0 || h[3] == 0 || h[1] > GAUSS_FILE_MAX ||
	    h[3] > GAUSS_FILE_MAX / h[1] ||
	    total != h[1] * h[3] * STREAMS * ACOUSTIC_CEPS)
		return -EBADMSG;
	*books = h[1];
	*densities = h[3];
	return 0;
}

/** The first stream of every code book. @param ret  set; mem_free() */
static int read_table(struct gaussians *g, float **ret, const char *dir,
		      const char *name)
{
	char path[768];
	uint32_t books = 0, densities = 0;
	float *v = NULL;
	FILE *f;
	int err;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "rbe");
	if (!f)
		return -ENOENT;
	err = skip_head(f);
	if (!err)
		err = read_head(f, &books, &densities);
	if (!err && g->n && (g->books != books || g->densities != densities))
		err = -EBADMSG;
	const size_t block = (size_t)densities * ACOUSTIC_CEPS;
	if (!err) {
		v = mem_alloc(books * block * sizeof(float));
		err = v ? 0 : -ENOMEM;
	}
	for (uint32_t i = 0; i < books && !err; i++)
		if (fread(v + i * block, sizeof(float), block, f) != block ||
		    fseek(f, (long)(block * (STREAMS - 1) * sizeof(float)),
			  SEEK_CUR))
			err = -EBADMSG;
	(void)fclose(f);
	if (err) {
		mem_free(v);
		return err;
	}
	g->books = books;
	g->densities = densities;
	g->n = books * densities;
	*ret = v;
	return 0;
}

/** Strings with their length before them, up to an empty one; then the size
 *  of the matrix. */
static int read_dump_head(FILE *f, uint32_t *rows, uint32_t *columns)
{
	char text[1024];
	uint32_t n;

	for (int i = 0; i < 64; i++) {
		if (fread(&n, sizeof(n), 1, f) != 1 || n > sizeof(text))
			return -EBADMSG;
		if (n == 0)
			return fread(rows, sizeof(*rows), 1, f) == 1 &&
					       fread(columns, sizeof(*columns),
						     1, f) == 1
				       ? 0
				       : -EBADMSG;
		if (fread(text, 1, n, f) != n)
			return -EBADMSG;
	}
	return -EBADMSG;
}

/** Weights of the first stream: a row a density, a byte a state; the states
 *  of the phones without context come first, three a phone. */
static int read_weights(struct gaussians *g, const char *dir)
{
	/* A byte is a negative logarithm to the base 1.0001, over 1024. */
	const double step = 1024 * log(1.0001);
	char path[768];
	uint32_t rows = 0, columns = 0;
	uint8_t *row = NULL;
	FILE *f;
	int err;

	(void)snprintf(path, sizeof(path), "%s/sendump", dir);
	f = fopen(path, "rbe");
	if (!f)
		return -ENOENT;
	err = read_dump_head(f, &rows, &columns);
	if (!err && (rows != g->densities || columns < g->books * STATES ||
		     columns > GAUSS_FILE_MAX))
		err = -EBADMSG;
	if (!err) {
		row = mem_alloc(columns);
		g->weight = mem_zalloc(g->n * sizeof(*g->weight));
		err = row && g->weight ? 0 : -ENOMEM;
	}
	for (uint32_t k = 0; k < rows && !err; k++) {
		if (fread(row, 1, columns, f) != columns)
			err = -EBADMSG;
		for (uint32_t i = 0; i < g->books * STATES && !err; i++)
			g->weight[i / STATES * rows + k] +=
				(float)exp(-step * row[i]);
	}
	(void)fclose(f);
	mem_free(row);
	return err;
}

/** Mean loudness of a phone. */
static double book_level(const struct gaussians *g, uint32_t book)
{
	double s = 0, w = 0;

	for (uint32_t k = 0; k < g->densities; k++) {
		const uint32_t i = book * g->densities + k;

		s += (double)g->weight[i] * g->mean[i * ACOUSTIC_CEPS];
		w += (double)g->weight[i];
	}
	return s / (w + 1e-9);
}

/** A call is silent much more often than any one sound is made. */
static void weigh_silence(struct gaussians *g)
{
	uint32_t silence = 0;
	double sum = 0;

	for (uint32_t b = 1; b < g->books; b++)
		if (book_level(g, b) < book_level(g, silence))
			silence = b;
	for (uint32_t k = 0; k < g->densities; k++)
		g->weight[silence * g->densities + k] *= SILENCE_WEIGHT;
	for (uint32_t i = 0; i < g->n; i++)
		sum += (double)g->weight[i];
	for (uint32_t i = 0; i < g->n; i++)
		g->weight[i] *= (float)(g->n / sum);
}

static float distance(const float *a, const float *b, const float *scale)
{
	float d = 0;

	for (int i = 0; i < ACOUSTIC_CEPS; i++)
		d += (a[i] - b[i]) * (a[i] - b[i]) * scale[i];
	return d;
}

/** One over the spread of all means, so that every number counts alike. */
static void scales(const struct gaussians *m, float *scale)
{
	for (int i = 0; i < ACOUSTIC_CEPS; i++) {
		double s = 0, q = 0;

		for (uint32_t g = 0; g < m->n; g++) {
			const double x = m->mean[g * ACOUSTIC_CEPS + i];

			s += x;
			q += x * x;
		}
		s /= m->n;
		q = q / m->n - s * s;
		scale[i] = (float)(1 / (q + 1e-3));
	}
}

static void assign(const struct acoustic_prior *p, struct gaussians *m,
		   const float *scale)
{
	for (uint32_t g = 0; g < m->n; g++) {
		float best = INFINITY;

		for (uint32_t k = 0; k < p->n; k++) {
			const float d = distance(m->mean + g * ACOUSTIC_CEPS,
						 p->g[k].mean, scale);

			if (d < best) {
				best = d;
				m->of[g] = (uint16_t)k;
			}
		}
	}
}

/** Means of the members; an empty class keeps its place. */
static void move(struct acoustic_prior *p, const struct gaussians *m)
{
	for (uint32_t k = 0; k < p->n; k++) {
		double s[ACOUSTIC_CEPS] = {0}, w = 0;

		for (uint32_t g = 0; g < m->n; g++) {
			if (m->of[g] != k)
				continue;
			w += (double)m->weight[g];
			for (int i = 0; i < ACOUSTIC_CEPS; i++)
				s[i] += (double)m->weight[g] *
					m->mean[g * ACOUSTIC_CEPS + i];
		}
		for (int i = 0; i < ACOUSTIC_CEPS && w > 0; i++)
			p->g[k].mean[i] = (float)(s[i] / w);
	}
}

/** Variance within a class: of the members and between them. */
static void spread(struct acoustic_prior *p, const struct gaussians *m)
{
	uint32_t kept = 0;

	for (uint32_t k = 0; k < p->n; k++) {
		double s[ACOUSTIC_CEPS] = {0}, w = 0;

		for (uint32_t g = 0; g < m->n; g++) {
			if (m->of[g] != k)
				continue;
			w += (double)m->weight[g];
			for (int i = 0; i < ACOUSTIC_CEPS; i++) {
				const uint32_t at = g * ACOUSTIC_CEPS + i;
				const double d = m->mean[at] - p->g[k].mean[i];

				s[i] += (double)m->weight[g] *
					(d * d + (double)m->var[at]);
			}
		}
		if (w <= 0)
			continue;
		p->g[kept] = p->g[k];
		for (int i = 0; i < ACOUSTIC_CEPS; i++)
			p->g[kept].var[i] = (float)(s[i] / w);
		p->g[kept++].log_weight = (float)log(w / m->n);
	}
	p->n = kept;
}

static void make_basis(struct acoustic_prior *p)
{
	for (int b = 0; b < MEL_BANDS; b++) {
		for (int i = 0; i < ACOUSTIC_CEPS; i++) {
			const double lifter =
				1 + LIFTER / 2.0 * sin(i * M_PI / LIFTER);
			const double c =
				i ? cos(M_PI * i * (b + 0.5) / MEL_BANDS) *
						sqrt(2.0 / MEL_BANDS)
				  : sqrt(1.0 / MEL_BANDS);

			p->basis[b][i] = (float)(c / lifter);
		}
	}
}

static int read_model(struct gaussians *m, const char *dir)
{
	int err = read_table(m, &m->mean, dir, "means");

	if (!err)
		err = read_table(m, &m->var, dir, "variances");
	if (!err)
		err = read_weights(m, dir);
	if (!err && m->n < CLASSES)
		err = -EBADMSG;
	if (!err) {
		m->of = mem_zalloc(m->n * sizeof(*m->of));
		err = m->of ? 0 : -ENOMEM;
	}
	if (!err)
		weigh_silence(m);
	return err;
}

int acoustic_prior_open(struct acoustic_prior **ret, const char *dir)
{
	struct gaussians m = {0};
	struct acoustic_prior *p = mem_zalloc(sizeof(*p));
	float scale[ACOUSTIC_CEPS];
	int err = p ? read_model(&m, dir) : -ENOMEM;

	if (err)
		goto out;
	p->n = CLASSES;
	for (uint32_t k = 0; k < CLASSES; k++)
		memcpy(p->g[k].mean,
		       m.mean + (k * m.n / CLASSES) * ACOUSTIC_CEPS,
		       sizeof(p->g[k].mean));
	scales(&m, scale);
	for (int i = 0; i < ROUNDS; i++) {
		assign(p, &m, scale);
		move(p, &m);
	}
	assign(p, &m, scale);
	spread(p, &m);
	make_basis(p);
	*ret = p;
	p = NULL;
out:
	mem_free(m.mean);
	mem_free(m.var);
	mem_free(m.weight);
	mem_free(m.of);
	mem_free(p);
	return err;
}

struct acoustic_prior *acoustic_prior_close(struct acoustic_prior *p)
{
	mem_free(p);
	return NULL;
}
