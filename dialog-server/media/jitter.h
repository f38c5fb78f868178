/**
 * @file jitter.h  Ragged packets in, even 20 ms frames out
 *
 *   channel --put any number of samples--> [ jitter ] --get every 20 ms-->
 * call
 *
 * Takes odd sizes and bursts. Held audio is bounded: beyond the cap the oldest
 * is thrown away. What lies unused for a second (a burst after a stall) is
 * given back frame by frame where it is quiet, so that delay does not stay. A
 * frame that is not there in time is filled with silence, faded at both edges.
 *
 * For lines of packets (RTP). Twilio's and the browser's sockets bring whole
 * frames in order and need none: the call's own queue (call/uplink.c) gives
 * back what a burst leaves.
 *
 * With timestamps (jitter_put_at) a hole in the stream becomes silence of the
 * same length and what comes twice or late is thrown away.
 *
 * Owned by one shard. Reads no clock. Allocates only in jitter_new().
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef MEDIA_JITTER_H
#define MEDIA_JITTER_H

#include <stddef.h>
#include <stdint.h>

#include "audio/pcm.h"

struct jitter;

/** Counters since jitter_new(). */
struct jitter_stats {
	uint64_t frames;    /**< [frames] given out with audio          */
	uint64_t silent;    /**< [frames] given out as silence          */
	uint64_t underruns; /**< times that audio ran dry in mid-stream */
	uint64_t dropped_samples; /**< [samples] thrown away, buffer full */
	uint64_t late_samples; /**< [samples] thrown away, late or twice   */
	uint64_t gap_samples;  /**< [samples] of silence put into holes    */
	uint64_t trimmed_samples; /**< [samples] of quiet left out, surplus */
	uint32_t held_samples; /**< [samples] held now                     */
};

/**
 * @param ret     set on success; jitter_free() releases
 * @param hz      8000 or 16000
 * @param cap_ms  most audio held, 40..2000 [ms]
 * @return 0, -EINVAL, -ENOMEM
 */
int jitter_new(struct jitter **ret, uint32_t hz, uint32_t cap_ms);

/**
 * Start giving out only when this much is held, and again after running dry.
 * @param ms  0 (the default): as soon as one whole frame is there
 */
void jitter_prefill(struct jitter *j, uint32_t ms);

/** Samples that follow those put before.
 *  @return 0, -ENOSPC (the oldest were thrown away) @realtime */
int jitter_put(struct jitter *j, const int16_t *s, size_t n);

/**
 * Samples with their place in the stream.
 * @param at  [samples] from the start of the stream, any origin; a step back
 *            or ahead by more than 10 s begins a new stream
 * @return 0, -ENOSPC, -EALREADY (all of it was late) @realtime
 */
int jitter_put_at(struct jitter *j, uint64_t at, const int16_t *s, size_t n);

/**
 * The next 20 ms.
 * @param f  hz, samples and s are always written; at_us is left alone
 * @return 1 (audio), 0 (silence in *f) @realtime
 */
int jitter_get(struct jitter *j, struct aframe *f);

/** @return [samples] held */
uint32_t jitter_held(const struct jitter *j);

/** @param ret  always written */
void jitter_stats(const struct jitter *j, struct jitter_stats *ret);

/** Forget what is held; counters stay. @realtime */
void jitter_reset(struct jitter *j);

/** @return NULL */
struct jitter *jitter_free(struct jitter *j);

#endif /* MEDIA_JITTER_H */
