/**
 * @file recorder.h  Stereo WAV of a call: caller left, agent right
 *
 * Both sides are placed by the sample clock of the tick, so they stay in step
 * to the sample. The shard only copies frames into a bounded ring; the writer
 * thread writes. A full ring drops and counts, and the gap is filled with
 * silence so that time stays true.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef MEDIA_RECORDER_H
#define MEDIA_RECORDER_H

#include <stdint.h>

#include "audio/pcm.h"

struct recorder;
struct writer;

/** @return 0, -ENOMEM, -errno of the file (made by the writer, late) */
int recorder_open(struct recorder **ret, struct writer *w, const char *path,
		  uint32_t hz);

/** One 20 ms period: either side may be NULL for silence. @realtime */
void recorder_put(struct recorder *r, const struct aframe *caller,
		  const struct aframe *agent);

/** Finish the header and the file, later, on the writer. @return NULL */
struct recorder *recorder_close(struct recorder *r);

#endif /* MEDIA_RECORDER_H */
