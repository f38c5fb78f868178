/**
 * @file flite.h  Flite's voices: text in, one stretch of sound out
 *
 *   text --plain ASCII--> flite --trim, level--> resample --> struct pcm
 *
 * Synchronous; about 10 ms of computing a second of sound. A voice is used
 * by one thread at a time (its features are reference-counted without
 * atomics), different voices run in parallel.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_FLITE_H
#define PROVIDER_FLITE_H

#include <stdint.h>

#include "audio/pcm.h"

/** @return the canonical name of a voice ("" gives the default, "slt"), or
 *  NULL when there is none; borrowed for ever @thread any */
const char *flite_voice_name(const char *name);

/** @return name of the i-th voice, or NULL past the last; for lists */
const char *flite_voice_at(unsigned i);

/**
 * Say a text. Words of the result end where their sound ends; end_byte counts
 * in the given text.
 *
 * @param voice  slt, rms, awb, kal16, kal; "" is slt
 * @param hz     8000 or 16000
 * @param text   UTF-8; up to LIMIT_TEXT_BYTES
 * @param ret    set on success: one reference, of the caller
 * @return 0, -EINVAL (no such voice, rate), -EMSGSIZE (text), -ENOMEM, -EIO
 *         (the synthesizer gave nothing)
 * @thread any; blocks while it computes
 */
int flite_render(const char *voice, uint32_t hz, const char *text,
		 struct pcm **ret);

/**
 * Pronunciation of a word by the synthesizer's lexicon and letter-to-sound
 * rules, in the phones of the recognizer ("B AO B"), without stress.
 *
 * @return 0, -EMSGSIZE, -ENOENT (nothing pronounceable)
 * @thread any; takes a lock
 */
int flite_pronounce(char *ret, size_t cap, const char *word);

#endif /* PROVIDER_FLITE_H */
