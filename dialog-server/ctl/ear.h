/**
 * @file ear.h  The far end's buffer, and what is heard when it plays
 *
 *   media, mark, clear --> [ queue, 20 ms at a time ] --> voice on, voice off
 *
 * As a carrier does: audio plays in the order of its arrival, a mark comes
 * back when all before it has been played, clear empties the queue and sends
 * every mark back. Pure; time is the number of 20 ms frames.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_EAR_H
#define CTL_EAR_H

#include <stddef.h>
#include <stdint.h>

#include "ctl/flow.h"

enum {
	EAR_HZ = 8000,
	EAR_FRAME = 160,          /* [samples] 20 ms                  */
	EAR_QUEUE = 120 * EAR_HZ, /* [samples] most that may wait     */
	EAR_MARKS = 512,
	EAR_MARK_BYTES = 128,
};

struct ear;

/** A mark comes back. @param name  borrowed */
typedef void(ear_mark_fn)(void *arg, const char *name);

/** @return 0, -ENOMEM */
int ear_new(struct ear **ret, ear_mark_fn *fn, void *arg);

/** Queue audio. @return 0, -EMSGSIZE (more than EAR_QUEUE; not taken) */
int ear_push(struct ear *e, const int16_t *s, size_t n);

/** @return 0, -EMSGSIZE (name too long, too many; not taken) */
int ear_mark(struct ear *e, const char *name);

/** What is queued will not be heard; its marks are due now. */
void ear_clear(struct ear *e);

/** Play 20 ms: silence when the queue has no more.
 *  @param out  out[EAR_FRAME] what was played, or NULL */
void ear_tick(struct ear *e, int16_t *out);

/** @return nonzero while a voice is heard; short pauses inside of speech
 *  count as speech, longer ones when audio is still queued */
int ear_hears_voice(const struct ear *e);

/** @return [samples] that wait */
size_t ear_waiting(const struct ear *e);

/** @return [frames] with voice so far */
uint64_t ear_voice_frames(const struct ear *e);

/** @param ret  how what was heard flowed */
void ear_flow(const struct ear *e, struct flow_stats *ret);

/** @return NULL */
struct ear *ear_free(struct ear *e);

#endif /* CTL_EAR_H */
