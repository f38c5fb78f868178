/**
 * @file acoustic_prior.c  Classes of clean speech out of the acoustic model
 *
 *   means, variances --static cepstra of 42 x 128 Gaussians--> k-means
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
};

/** A parameter file: text head, byte order mark, then numbers. */
struct table {
	uint32_t n; /**< Gaussians            */
	float *v;   /**< v[n * ACOUSTIC_CEPS]      */
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

/** The first stream of every code book. */
static int read_table(struct table *t, const char *dir, const char *name)
{
	char path[768];
	uint32_t books = 0, densities = 0;
	FILE *f;
	int err;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "rbe");
	if (!f)
		return -ENOENT;
	err = skip_head(f);
	if (!err)
		err = read_head(f, &books, &densities);
	const size_t block = (size_t)densities * ACOUSTIC_CEPS;
	if (!err) {
		t->n = books * densities;
		t->v = mem_alloc(books * block * sizeof(float));
		err = t->v ? 0 : -ENOMEM;
	}
	for (uint32_t i = 0; i < books && !err; i++)
		if (fread(t->v + i * block, sizeof(float), block, f) !=
			    block ||
		    fseek(f, (long)(block * (STREAMS - 1) * sizeof(float)),
			  SEEK_CUR))
			err = -EBADMSG;
	(void)fclose(f);
	return err;
}

static float distance(const float *a, const float *b, const float *scale)
{
	float d = 0;

	for (int i = 0; i < ACOUSTIC_CEPS; i++)
		d += (a[i] - b[i]) * (a[i] - b[i]) * scale[i];
	return d;
}

/** One over the spread of all means, so that every number counts alike. */
static void scales(const struct table *m, float *scale)
{
	for (int i = 0; i < ACOUSTIC_CEPS; i++) {
		double s = 0, q = 0;

		for (uint32_t g = 0; g < m->n; g++) {
			s += m->v[g * ACOUSTIC_CEPS + i];
			q += (double)m->v[g * ACOUSTIC_CEPS + i] *
			     m->v[g * ACOUSTIC_CEPS + i];
		}
		s /= m->n;
		q = q / m->n - s * s;
		scale[i] = (float)(1 / (q + 1e-3));
	}
}

static void assign(const struct acoustic_prior *p, const struct table *m,
		   const float *scale, uint16_t *of)
{
	for (uint32_t g = 0; g < m->n; g++) {
		float best = INFINITY;

		for (uint32_t k = 0; k < p->n; k++) {
			const float d = distance(m->v + g * ACOUSTIC_CEPS,
						 p->g[k].mean, scale);

			if (d < best) {
				best = d;
				of[g] = (uint16_t)k;
			}
		}
	}
}

/** Means of the members; an empty class keeps its place. */
static void move(struct acoustic_prior *p, const struct table *m,
		 const uint16_t *of)
{
	for (uint32_t k = 0; k < p->n; k++) {
		double s[ACOUSTIC_CEPS] = {0};
		uint32_t n = 0;

		for (uint32_t g = 0; g < m->n; g++) {
			if (of[g] != k)
				continue;
			n++;
			for (int i = 0; i < ACOUSTIC_CEPS; i++)
				s[i] += m->v[g * ACOUSTIC_CEPS + i];
		}
		for (int i = 0; i < ACOUSTIC_CEPS && n; i++)
			p->g[k].mean[i] = (float)(s[i] / n);
	}
}

/** Variance within a class: of the members and between them. */
static void spread(struct acoustic_prior *p, const struct table *m,
		   const struct table *v, const uint16_t *of)
{
	uint32_t kept = 0;

	for (uint32_t k = 0; k < p->n; k++) {
		double s[ACOUSTIC_CEPS] = {0};
		uint32_t n = 0;

		for (uint32_t g = 0; g < m->n; g++) {
			if (of[g] != k)
				continue;
			n++;
			for (int i = 0; i < ACOUSTIC_CEPS; i++) {
				const uint32_t at = g * ACOUSTIC_CEPS + i;
				const float d = m->v[at] - p->g[k].mean[i];

				s[i] += (double)d * d + v->v[at];
			}
		}
		if (n == 0)
			continue;
		p->g[kept] = p->g[k];
		for (int i = 0; i < ACOUSTIC_CEPS; i++)
			p->g[kept].var[i] = (float)(s[i] / n);
		p->g[kept++].log_weight = logf((float)n / (float)m->n);
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

int acoustic_prior_open(struct acoustic_prior **ret, const char *dir)
{
	struct table m = {0}, v = {0};
	struct acoustic_prior *p = mem_zalloc(sizeof(*p));
	uint16_t *of = NULL;
	float scale[ACOUSTIC_CEPS];
	int err = p ? 0 : -ENOMEM;

	if (!err)
		err = read_table(&m, dir, "means");
	if (!err)
		err = read_table(&v, dir, "variances");
	if (!err && (m.n != v.n || m.n < CLASSES))
		err = -EBADMSG;
	if (!err) {
		of = mem_zalloc(m.n * sizeof(*of));
		err = of ? 0 : -ENOMEM;
	}
	if (err)
		goto out;
	p->n = CLASSES;
	for (uint32_t k = 0; k < CLASSES; k++)
		memcpy(p->g[k].mean, m.v + (k * m.n / CLASSES) * ACOUSTIC_CEPS,
		       sizeof(p->g[k].mean));
	scales(&m, scale);
	for (int i = 0; i < ROUNDS; i++) {
		assign(p, &m, scale, of);
		move(p, &m, of);
	}
	assign(p, &m, scale, of);
	spread(p, &m, &v, of);
	make_basis(p);
	*ret = p;
	p = NULL;
out:
	mem_free(of);
	mem_free(m.v);
	mem_free(v.v);
	mem_free(p);
	return err;
}

struct acoustic_prior *acoustic_prior_close(struct acoustic_prior *p)
{
	mem_free(p);
	return NULL;
}
