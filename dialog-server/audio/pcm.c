/**
 * @file pcm.c  Counted references to rendered speech, one block each
 *
 *   [ struct pcm | s[samples] | pad | words[n_words] ]
 *
 * One block, so that dropping the last reference is one free.
 *
 * SPDX-License-Identifier: MIT
 */
#include "audio/pcm.h"

#include <assert.h>
#include <errno.h>

#include "base/alloc.h"

enum {
	SAMPLES_MAX = 48000 * 60 * 10, /* ten minutes at the highest rate */
	WORDS_MAX = 64 * 1024,
};

int pcm_new(struct pcm **ret, uint32_t hz, uint32_t samples, uint32_t n_words)
{
	if (samples > SAMPLES_MAX || n_words > WORDS_MAX)
		return -ENOMEM;

	const size_t align = _Alignof(struct pcm_word);
	size_t at = sizeof(struct pcm) + samples * sizeof(int16_t);
	at = (at + align - 1) / align * align;

	struct pcm *p = mem_zalloc(at + n_words * sizeof(struct pcm_word));
	if (!p)
		return -ENOMEM;

	p->refs = 1;
	p->hz = hz;
	p->samples = samples;
	p->n_words = n_words;
	if (n_words)
		p->words = (struct pcm_word *)(void *)((char *)p + at);
	*ret = p;
	return 0;
}

struct pcm *pcm_ref(struct pcm *p)
{
	const int before = __atomic_fetch_add(&p->refs, 1, __ATOMIC_RELAXED);

	assert(before > 0);
	return p;
}

struct pcm *pcm_unref(struct pcm *p)
{
	if (!p)
		return NULL;

	const int before = __atomic_fetch_sub(&p->refs, 1, __ATOMIC_ACQ_REL);

	assert(before > 0);
	if (before == 1)
		mem_free(p);
	return NULL;
}
