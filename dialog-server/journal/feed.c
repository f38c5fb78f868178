/**
 * @file feed.c  What happens in calls, live, to whoever listens on any loop
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "base/list.h"
#include "base/text.h"
#include "journal/feed.h"
#include "journal/metrics.h"
#include "net/loop.h"

enum { FILTER_BYTES = LIMIT_KEY_BYTES + 1 };

struct feed_subscriber {
	struct list node;
	struct feed_loop *at;
	char call_id[FILTER_BYTES], external_id[FILTER_BYTES];
	feed_fn *fn;
	void *arg;
	int gone; /* freed when the walk that met it ends */
};

struct feed_loop {
	struct loop *loop;
	atomic_int subscribers; /* read by publishers of other threads */
	struct list list;       /* of this loop's thread alone */
	int walking;
};

struct feed {
	struct feed_loop at[FEED_LOOPS_MAX];
	atomic_int n;
	atomic_uint_fast64_t dropped;
};

struct feed_msg {
	struct loop_msg m;
	struct feed_loop *at;
	const char *call_id, *external_id, *json; /* in text[] */
	size_t len;
	char text[];
};

int feed_new(struct feed **ret)
{
	struct feed *f = mem_zalloc(sizeof(*f));

	if (!f)
		return -ENOMEM;
	for (int i = 0; i < FEED_LOOPS_MAX; i++)
		list_init(&f->at[i].list);
	*ret = f;
	return 0;
}

int feed_attach(struct feed *f, struct loop *l)
{
	int n = atomic_load(&f->n);

	if (n == FEED_LOOPS_MAX)
		return -EAGAIN;
	f->at[n].loop = l;
	atomic_store(&f->n, n + 1);
	return 0;
}

int feed_subscribe(struct feed_subscriber **ret, struct feed *f,
		   struct loop *l, const char *call_id,
		   const char *external_id, feed_fn *fn, void *arg)
{
	struct feed_subscriber *s;
	int n = atomic_load(&f->n);
	int i = 0;

	while (i < n && f->at[i].loop != l)
		i++;
	if (i == n)
		return -EINVAL;
	s = mem_zalloc(sizeof(*s));
	if (!s)
		return -ENOMEM;
	if (text_copy(s->call_id, FILTER_BYTES, call_id ? call_id : "") ||
	    text_copy(s->external_id, FILTER_BYTES,
		      external_id ? external_id : "")) {
		mem_free(s);
		return -EINVAL;
	}
	s->at = &f->at[i];
	s->fn = fn;
	s->arg = arg;
	list_append(&s->at->list, &s->node);
	atomic_fetch_add(&s->at->subscribers, 1);
	*ret = s;
	return 0;
}

static void subscriber_free(struct feed_subscriber *s)
{
	list_unlink(&s->node);
	mem_free(s);
}

struct feed_subscriber *feed_unsubscribe(struct feed_subscriber *s)
{
	if (!s || s->gone)
		return NULL;
	atomic_fetch_sub(&s->at->subscribers, 1);
	s->gone = 1;
	if (!s->at->walking)
		subscriber_free(s);
	return NULL;
}

static int wants(const struct feed_subscriber *s, const struct feed_msg *m)
{
	return !s->gone && (!*s->call_id || !strcmp(s->call_id, m->call_id)) &&
	       (!*s->external_id || !strcmp(s->external_id, m->external_id));
}

static void deliver(struct loop_msg *msg)
{
	struct feed_msg *m = (struct feed_msg *)msg;
	struct list *head = &m->at->list;

	/* A handler may take itself or others off the list. */
	m->at->walking = 1;
	LIST_FOREACH (it, head) {
		struct feed_subscriber *s =
			LIST_ENTRY(it, struct feed_subscriber, node);

		if (wants(s, m))
			s->fn(s->arg, m->json, m->len);
	}
	m->at->walking = 0;
	LIST_FOREACH_SAFE (it, tmp, head) {
		struct feed_subscriber *s =
			LIST_ENTRY(it, struct feed_subscriber, node);

		if (s->gone)
			subscriber_free(s);
	}
	mem_free(m);
}

static struct feed_msg *make(struct feed_loop *at, const char *call_id,
			     const char *external_id, const char *json)
{
	size_t a = strlen(call_id) + 1, b = strlen(external_id) + 1;
	size_t c = strlen(json) + 1;
	struct feed_msg *m = mem_alloc(sizeof(*m) + a + b + c);

	if (!m)
		return NULL;
	m->m.run = deliver;
	m->at = at;
	m->call_id = memcpy(m->text, call_id, a);
	m->external_id = memcpy(m->text + a, external_id, b);
	m->json = memcpy(m->text + a + b, json, c);
	m->len = c - 1;
	return m;
}

void feed_publish(struct feed *f, const char *call_id, const char *external_id,
		  const char *json)
{
	int n = atomic_load(&f->n);

	for (int i = 0; i < n; i++) {
		struct feed_loop *at = &f->at[i];

		if (!atomic_load(&at->subscribers))
			continue;

		struct feed_msg *m = make(
			at, call_id, external_id ? external_id : "", json);

		if (m && !loop_post(at->loop, &m->m))
			continue;
		mem_free(m);
		atomic_fetch_add(&f->dropped, 1);
		metric_add(METRIC_FEED_DROPPED, 1);
	}
}

uint64_t feed_dropped(const struct feed *f)
{
	return atomic_load(&f->dropped);
}

struct feed *feed_free(struct feed *f)
{
	if (!f)
		return NULL;
	for (int i = 0; i < FEED_LOOPS_MAX; i++)
		LIST_FOREACH_SAFE (it, tmp, &f->at[i].list)
			subscriber_free(
				LIST_ENTRY(it, struct feed_subscriber, node));
	return mem_free(f);
}
