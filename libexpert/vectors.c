/**
 * @file vectors.c  Vector stores: what they have in common, and one in memory
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "priv.h"

enum {
	TEXTS_MAX = 100000,
	TEXT_BYTES_MAX = 64 * 1024,
	OPS_BYTES_MAX = 4096,
};

struct expert_vectors {
	pthread_mutex_t lock;
	struct expert_vector_ops ops;
	void *store;
	size_t n;
	expert_embed_fn *embed;
	void *arg;
};

/* ---- vectors ------------------------------------------------------------ */

/* Close enough for a length, without the mathematics library. */
static double root_of(double x)
{
	double r = x > 1 ? x : 1;

	for (int i = 0; i < 200; i++) {
		double next = (r + x / r) / 2;

		if (next >= r)
			break;
		r = next;
	}
	return r;
}

/* @return EXPERT_OK; EXPERT_EINVAL: it has no direction */
static int make_unit(const float *from, float *to, size_t n)
{
	double sum = 0, length;

	for (size_t i = 0; i < n; i++)
		sum += (double)from[i] * (double)from[i];
	if (!(sum > 0) || sum > 1e300)
		return EXPERT_EINVAL; /* also what is no number */

	length = root_of(sum);
	for (size_t i = 0; i < n; i++)
		to[i] = (float)((double)from[i] / length);
	return EXPERT_OK;
}

int expert_embed_words(const char *text, float *ret, size_t n, void *arg)
{
	uint64_t one;
	int found = 0;

	(void)arg;
	if (!text || !ret || !n || n > EXPERT_VECTOR_MAX)
		return EXPERT_EINVAL;

	memset(ret, 0, n * sizeof(*ret));
	while (docs_next_stem(&text, &one)) {
		/* FNV's low bits are its weak ones. */
		uint64_t mixed =
			(one ^ one >> 32) * UINT64_C(0x9e3779b97f4a7c15);

		ret[(mixed >> 16) % n] += mixed >> 63 ? 1.0f : -1.0f;
		found = 1;
	}
	return found ? EXPERT_OK : EXPERT_EINVAL;
}

/* ---- every store -------------------------------------------------------- */

struct expert_vectors *expert_vectors_new(const struct expert_vector_ops *ops,
					  void *store, size_t n)
{
	struct expert_vectors *v;

	if (!ops || ops->size < sizeof(*ops) || ops->size > OPS_BYTES_MAX ||
	    !ops->put || !ops->remove || !ops->search || !ops->count || !n ||
	    n > EXPERT_VECTOR_MAX)
		return NULL;
	v = calloc(1, sizeof(*v));
	if (!v)
		return NULL;

	(void)pthread_mutex_init(&v->lock, NULL);
	v->ops = *ops;
	v->store = store;
	v->n = n;
	v->embed = expert_embed_words;
	return v;
}

void expert_vectors_free(struct expert_vectors *v)
{
	if (!v)
		return;

	if (v->ops.close)
		v->ops.close(v->store);
	(void)pthread_mutex_destroy(&v->lock);
	free(v);
}

int expert_vectors_embed(struct expert_vectors *v, expert_embed_fn *fn,
			 void *arg)
{
	if (!v || !fn)
		return EXPERT_EINVAL;

	v->embed = fn;
	v->arg = arg;
	return EXPERT_OK;
}

/* The unit vector of what is given. @param ret  free() */
static int vector_of(struct expert_vectors *v, const char *text,
		     const float *vector, float **ret)
{
	float *to = malloc(v->n * sizeof(*to));
	int rc = to ? EXPERT_OK : EXPERT_ENOMEM;

	if (rc == EXPERT_OK && !vector)
		rc = v->embed(text, to, v->n, v->arg);
	if (rc == EXPERT_OK)
		rc = make_unit(vector ? vector : to, to, v->n);
	if (rc < 0)
		free(to);
	else
		*ret = to;
	return rc;
}

int expert_vectors_add(struct expert_vectors *v, const char *id,
		       const char *text, const float *vector)
{
	float *unit;
	int rc;

	if (!v || !id || !id[0] || !text)
		return EXPERT_EINVAL;
	if (strlen(id) > XP_KEY_BYTES_MAX || strlen(text) > TEXT_BYTES_MAX)
		return EXPERT_ETOOBIG;
	rc = vector_of(v, text, vector, &unit);
	if (rc < 0)
		return rc;

	(void)pthread_mutex_lock(&v->lock);
	rc = v->ops.put(v->store, id, text, unit, v->n);
	(void)pthread_mutex_unlock(&v->lock);
	free(unit);
	return rc;
}

int expert_vectors_remove(struct expert_vectors *v, const char *id)
{
	int rc;

	if (!v || !id)
		return EXPERT_EINVAL;

	(void)pthread_mutex_lock(&v->lock);
	rc = v->ops.remove(v->store, id);
	(void)pthread_mutex_unlock(&v->lock);
	return rc;
}

int expert_vectors_search(struct expert_vectors *v, const char *text,
			  const float *vector, size_t max,
			  expert_found_fn *found, void *arg)
{
	float *unit;
	int rc;

	if (!v || (!text && !vector) || !found || !max ||
	    max > EXPERT_VECTORS_FOUND)
		return EXPERT_EINVAL;
	rc = vector_of(v, text, vector, &unit);
	if (rc < 0)
		return rc;

	(void)pthread_mutex_lock(&v->lock);
	rc = v->ops.search(v->store, unit, v->n, max, found, arg);
	(void)pthread_mutex_unlock(&v->lock);
	free(unit);
	return rc;
}

int64_t expert_vectors_count(struct expert_vectors *v)
{
	int64_t n;

	if (!v)
		return EXPERT_EINVAL;

	(void)pthread_mutex_lock(&v->lock);
	n = v->ops.count(v->store);
	(void)pthread_mutex_unlock(&v->lock);
	return n;
}

/* ---- in memory ---------------------------------------------------------- */

struct entry {
	struct entry *chained; /* of the same bucket */
	size_t at;             /* in memory.entries */
	char *id, *text;
	float vector[];
};

struct memory {
	struct entry **entries, **buckets;
	size_t n, cap; /* as many buckets */
};

static size_t bucket_of(const struct memory *m, const char *id)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (; *id; id++)
		h = (h ^ (unsigned char)*id) * UINT64_C(0x100000001b3);
	return (size_t)(h % m->cap);
}

static struct entry **find(struct memory *m, const char *id)
{
	struct entry **at = &m->buckets[bucket_of(m, id)];

	while (*at && strcmp((*at)->id, id) != 0)
		at = &(*at)->chained;
	return at;
}

static int grow(struct memory *m)
{
	size_t cap = m->cap ? m->cap * 2 : 64;
	struct entry **entries, **buckets;

	if (m->n < m->cap)
		return EXPERT_OK;
	entries = realloc(m->entries, cap * sizeof(struct entry *));
	if (!entries)
		return EXPERT_ENOMEM;
	m->entries = entries;
	buckets = calloc(cap, sizeof(struct entry *));
	if (!buckets)
		return EXPERT_ENOMEM;

	free(m->buckets);
	m->buckets = buckets;
	m->cap = cap;
	for (size_t i = 0; i < m->n; i++) {
		struct entry **b = &buckets[bucket_of(m, entries[i]->id)];

		entries[i]->chained = *b;
		*b = entries[i];
	}
	return EXPERT_OK;
}

static void entry_free(struct entry *e)
{
	if (!e)
		return;
	free(e->id);
	free(e->text);
	free(e);
}

static void take_out(struct memory *m, struct entry **at)
{
	struct entry *e = *at, *last = m->entries[m->n - 1];

	*at = e->chained;
	m->entries[e->at] = last;
	last->at = e->at;
	m->n--;
	entry_free(e);
}

static int memory_put(void *store, const char *id, const char *text,
		      const float *vector, size_t n)
{
	struct memory *m = store;
	struct entry *e, **at;
	int rc;

	at = m->cap ? find(m, id) : NULL;
	if (m->n >= TEXTS_MAX && (!at || !*at))
		return EXPERT_ETOOBIG;
	rc = grow(m);
	e = rc == EXPERT_OK ? calloc(1, sizeof(*e) + n * sizeof(float)) : NULL;
	if (e) {
		e->id = strdup(id);
		e->text = strdup(text);
	}
	if (!e || !e->id || !e->text) {
		entry_free(e);
		return EXPERT_ENOMEM;
	}
	memcpy(e->vector, vector, n * sizeof(float));

	at = find(m, id);
	if (*at)
		take_out(m, at);
	at = find(m, id);
	*at = e;
	e->at = m->n;
	m->entries[m->n++] = e;
	return EXPERT_OK;
}

static int memory_remove(void *store, const char *id)
{
	struct memory *m = store;
	struct entry **at = m->cap ? find(m, id) : NULL;

	if (!at || !*at)
		return EXPERT_ENOENT;
	take_out(m, at);
	return EXPERT_OK;
}

static int memory_search(void *store, const float *vector, size_t n,
			 size_t max, expert_found_fn *found, void *arg)
{
	struct memory *m = store;
	const struct entry *best[EXPERT_VECTORS_FOUND];
	double scores[EXPERT_VECTORS_FOUND];
	size_t n_best = 0;

	for (size_t i = 0; i < m->n; i++) {
		const struct entry *e = m->entries[i];
		double sum = 0;
		size_t k;

		for (size_t j = 0; j < n; j++)
			sum += (double)e->vector[j] * (double)vector[j];
		if (sum <= 0 || (n_best == max && sum <= scores[max - 1]))
			continue;
		k = n_best < max ? n_best++ : max - 1;
		for (; k && scores[k - 1] < sum; k--) {
			scores[k] = scores[k - 1];
			best[k] = best[k - 1];
		}
		scores[k] = sum;
		best[k] = e;
	}
	for (size_t i = 0; i < n_best; i++)
		found(best[i]->id, best[i]->text,
		      scores[i] < 1 ? scores[i] : 1, arg);
	return EXPERT_OK;
}

static int64_t memory_count(void *store)
{
	return (int64_t)((struct memory *)store)->n;
}

static void memory_close(void *store)
{
	struct memory *m = store;

	for (size_t i = 0; i < m->n; i++)
		entry_free(m->entries[i]);
	free(m->entries);
	free(m->buckets);
	free(m);
}

static const struct expert_vector_ops memory_ops = {
	.size = sizeof(memory_ops),
	.put = memory_put,
	.remove = memory_remove,
	.search = memory_search,
	.count = memory_count,
	.close = memory_close,
};

struct expert_vectors *expert_vectors_memory(size_t n)
{
	struct memory *m = calloc(1, sizeof(*m));
	struct expert_vectors *v =
		m ? expert_vectors_new(&memory_ops, m, n) : NULL;

	if (!v)
		free(m);
	return v;
}
