/**
 * @file recorder.h  Stereo WAV of a call: caller left, agent right
 *
 *   tick --frame pair--> [ ring of writer.h ] --> file
 *
 * Both sides are placed by the sample clock of the tick, so they stay in step
 * to the sample. The shard only copies frames into a bounded ring; the writer
 * thread writes. A full ring drops and counts, and the gap is filled with
 * silence so that time stays true. The file can be played while it grows.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef MEDIA_RECORDER_H
#define MEDIA_RECORDER_H

#include <stdint.h>

#include "audio/pcm.h"

struct recorder;
struct writer;

/**
 * @param path  copied; the file is made by the writer, later: one that cannot
 *              be made is logged there and the call goes on
 * @param hz    8000 or 16000
 * @return 0, -EINVAL, -ENOMEM
 */
int recorder_open(struct recorder **ret, struct writer *w, const char *path,
		  uint32_t hz);

/** One 20 ms period: either side may be NULL for silence; a frame of another
 *  rate counts as silence. @realtime */
void recorder_put(struct recorder *r, const struct aframe *caller,
		  const struct aframe *agent);

/** Give the memory of a burst back; not for the tick. NULL is fine. */
void recorder_trim(struct recorder *r);

/** @return periods that were replaced by silence, or will be */
uint64_t recorder_dropped(const struct recorder *r);

/** Finish the file, later, on the writer. NULL is fine. @return NULL */
struct recorder *recorder_close(struct recorder *r);

/** The same, and the file is deleted. NULL is fine. @return NULL */
struct recorder *recorder_discard(struct recorder *r);

#endif /* MEDIA_RECORDER_H */
