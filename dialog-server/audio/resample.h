/**
 * @file resample.h  One rate to another, one object a stream for life
 *
 * State runs through from chunk to chunk: a resampler that is made anew for
 * each chunk clicks at every edge.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef AUDIO_RESAMPLE_H
#define AUDIO_RESAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "audio/pcm.h"

struct resample;

/**
 * @param ret     set on success; resample_free() releases
 * @param in_hz   8000, 16000, 22050, 24000, 32000, 44100 or 48000
 * @param out_hz  one of the same
 * @return 0, -EINVAL, -ENOMEM
 */
int resample_new(struct resample **ret, uint32_t in_hz, uint32_t out_hz);

/**
 * Push samples in, pull what is ready out. Equal rates are copied.
 *
 * @param in   in[n]; NULL feeds n samples of silence, which drains the filter
 * @param out  out[cap]; cap at least resample_bound(r, n), else what does not
 *             fit is refused whole
 * @return samples written, -EMSGSIZE (cap too small; nothing consumed)
 * @realtime
 */
int resample_run(struct resample *r, const int16_t *in, size_t n, int16_t *out,
		 size_t cap);

/** @return most samples that n samples in can give out @realtime */
size_t resample_bound(const struct resample *r, size_t n);

/** @return [samples at out_hz] by which the output lags @realtime */
uint32_t resample_delay(const struct resample *r);

/** As new: for a new, unrelated stream. @realtime */
void resample_reset(struct resample *r);

/** @return NULL */
struct resample *resample_free(struct resample *r);

/**
 * A whole recording at once, trimmed of the filter's delay.
 * @param ret  set on success; mem_free() releases
 * @return 0, -EINVAL, -ENOMEM
 */
int resample_all(int16_t **ret, size_t *ret_n, const int16_t *in, size_t n,
		 uint32_t in_hz, uint32_t out_hz);

/** A rendered stretch at another rate, word marks carried over.
 *  @param ret  one reference (of src itself when the rate is the same)
 *  @return 0, -EINVAL, -ENOMEM */
int resample_pcm(struct pcm **ret, struct pcm *src, uint32_t hz);

#endif /* AUDIO_RESAMPLE_H */
