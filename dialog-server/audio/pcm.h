/**
 * @file pcm.h  Audio as the daemon knows it: mono, signed 16 bit
 *
 * A call has one rate for its whole life, 8000 or 16000 Hz, and one frame
 * length, 20 ms. Rendered speech is a shared, immutable `struct pcm`: the
 * cache, playout of many calls and the recorder hold references.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef AUDIO_PCM_H
#define AUDIO_PCM_H

#include <stddef.h>
#include <stdint.h>

enum {
	FRAME_MS = 20,
	FRAME_US = 20000,
	FRAME_SAMPLES_MAX = 320, /* 20 ms at 16 kHz */
};

/** 20 ms of one direction of one call. */
struct aframe {
	int64_t at_us;    /**< [us] when its first sample was due */
	uint32_t hz;      /**< 8000 or 16000                      */
	uint32_t samples; /**< hz / 50                            */
	int16_t s[FRAME_SAMPLES_MAX]; /**< s[samples] mono */
};

/** Where a word of the text ends in the sound. */
struct pcm_word {
	uint32_t end_sample; /**< [samples] from the start  */
	uint32_t end_byte;   /**< [bytes] in the spoken text */
};

/** A rendered stretch of speech. Immutable once shared. */
struct pcm {
	int refs; /**< atomic; use pcm_ref/unref  */
	uint32_t hz;
	uint32_t samples;
	uint32_t n_words;       /**< 0: unknown                 */
	struct pcm_word *words; /**< words[n_words], ascending  */
	int16_t s[];            /**< s[samples]                 */
};

/** One reference, zeroed samples, room for n_words. @return 0, -ENOMEM */
int pcm_new(struct pcm **ret, uint32_t hz, uint32_t samples, uint32_t n_words);

/** @return p with one reference more @thread any */
struct pcm *pcm_ref(struct pcm *p);

/** Drop one reference; NULL is fine. @return NULL @thread any */
struct pcm *pcm_unref(struct pcm *p);

#endif /* AUDIO_PCM_H */
