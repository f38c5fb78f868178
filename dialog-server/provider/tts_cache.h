/**
 * @file tts_cache.h  Rendered phrases, kept for all calls
 *
 * Keyed by voice, rate and text; bounded in bytes, the longest unused goes
 * first. Shared by shards and workers under one mutex: asked per clause,
 * never on the media tick.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_TTS_CACHE_H
#define PROVIDER_TTS_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "audio/pcm.h"

struct tts_cache;

/** @param max_bytes  0: keeps nothing @return 0, -ENOMEM */
int tts_cache_new(struct tts_cache **ret, size_t max_bytes);

/** @return one reference of the caller, or NULL @thread any */
struct pcm *tts_cache_get(struct tts_cache *c, const char *voice, uint32_t hz,
			  const char *text);

/** Keep a phrase; takes its own reference. A phrase larger than an eighth of
 *  the cache, or one that is there already, is left alone. @thread any */
void tts_cache_put(struct tts_cache *c, const char *voice, uint32_t hz,
		   const char *text, struct pcm *p);

/** @return [bytes] held now @thread any */
size_t tts_cache_bytes(struct tts_cache *c);

/** @return NULL */
struct tts_cache *tts_cache_free(struct tts_cache *c);

#endif /* PROVIDER_TTS_CACHE_H */
