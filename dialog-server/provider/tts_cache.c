/**
 * @file tts_cache.c  Rendered phrases, kept for all calls
 *
 * SPDX-License-Identifier: MIT
 */
#include "provider/tts_cache.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "base/alloc.h"
#include "base/list.h"
#include "base/text.h"

enum { BUCKETS = 1024 };

struct entry {
	struct list used;   /**< in cache.used, longest unused first */
	struct entry *next; /**< of the bucket */
	uint64_t hash;
	uint32_t hz;
	size_t bytes;
	struct pcm *pcm;
	const char *voice; /**< inside text[], after the text */
	char text[];
};

struct tts_cache {
	pthread_mutex_t lock;
	size_t bytes, max_bytes;
	struct list used;
	struct entry *bucket[BUCKETS];
};

int tts_cache_new(struct tts_cache **ret, size_t max_bytes)
{
	struct tts_cache *c = mem_zalloc(sizeof(*c));

	if (!c)
		return -ENOMEM;
	pthread_mutex_init(&c->lock, NULL);
	list_init(&c->used);
	c->max_bytes = max_bytes;
	*ret = c;
	return 0;
}

static uint64_t hash_of(const char *voice, uint32_t hz, const char *text)
{
	return text_sum(text_sum(TEXT_SUM + hz, voice), text);
}

static struct entry *find(struct tts_cache *c, uint64_t hash,
			  const char *voice, uint32_t hz, const char *text)
{
	for (struct entry *e = c->bucket[hash % BUCKETS]; e; e = e->next)
		if (e->hash == hash && e->hz == hz && !strcmp(e->text, text) &&
		    !strcmp(e->voice, voice))
			return e;
	return NULL;
}

static void evict(struct tts_cache *c, struct entry *e)
{
	struct entry **at = &c->bucket[e->hash % BUCKETS];

	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
	list_unlink(&e->used);
	c->bytes -= e->bytes;
	pcm_unref(e->pcm);
	mem_free(e);
}

struct pcm *tts_cache_get(struct tts_cache *c, const char *voice, uint32_t hz,
			  const char *text)
{
	const uint64_t hash = hash_of(voice, hz, text);
	struct pcm *p = NULL;

	pthread_mutex_lock(&c->lock);
	struct entry *e = find(c, hash, voice, hz, text);
	if (e) {
		list_unlink(&e->used);
		list_append(&c->used, &e->used);
		p = pcm_ref(e->pcm);
	}
	pthread_mutex_unlock(&c->lock);
	return p;
}

static struct entry *entry_new(const char *voice, uint32_t hz,
			       const char *text, struct pcm *p)
{
	const size_t text_len = strlen(text) + 1,
		     voice_len = strlen(voice) + 1;
	struct entry *e = mem_zalloc(sizeof(*e) + text_len + voice_len);

	if (!e)
		return NULL;
	memcpy(e->text, text, text_len);
	memcpy(e->text + text_len, voice, voice_len);
	e->voice = e->text + text_len;
	e->hz = hz;
	e->hash = hash_of(voice, hz, text);
	e->pcm = pcm_ref(p);
	e->bytes = sizeof(*e) + text_len + voice_len + sizeof(*p) +
		   p->samples * sizeof(p->s[0]) +
		   p->n_words * sizeof(p->words[0]);
	list_init(&e->used);
	return e;
}

void tts_cache_put(struct tts_cache *c, const char *voice, uint32_t hz,
		   const char *text, struct pcm *p)
{
	struct entry *e = entry_new(voice, hz, text, p);

	if (!e)
		return; /* a cache may forget */
	pthread_mutex_lock(&c->lock);
	if (e->bytes <= c->max_bytes / 8 &&
	    !find(c, e->hash, voice, hz, text)) {
		while (c->bytes + e->bytes > c->max_bytes)
			evict(c, LIST_ENTRY(c->used.next, struct entry, used));
		e->next = c->bucket[e->hash % BUCKETS];
		c->bucket[e->hash % BUCKETS] = e;
		list_append(&c->used, &e->used);
		c->bytes += e->bytes;
		e = NULL;
	}
	pthread_mutex_unlock(&c->lock);
	if (e) {
		pcm_unref(e->pcm);
		mem_free(e);
	}
}

size_t tts_cache_bytes(struct tts_cache *c)
{
	pthread_mutex_lock(&c->lock);
	const size_t n = c->bytes;
	pthread_mutex_unlock(&c->lock);
	return n;
}

struct tts_cache *tts_cache_free(struct tts_cache *c)
{
	if (!c)
		return NULL;
	LIST_FOREACH_SAFE (it, tmp, &c->used)
		evict(c, LIST_ENTRY(it, struct entry, used));
	pthread_mutex_destroy(&c->lock);
	mem_free(c);
	return NULL;
}
