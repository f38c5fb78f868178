/**
 * @file flow.h  Does what is heard flow? Gaps in words, clicks where it breaks
 *
 *   frames as the far end plays them --> [ flow ] --> gaps, clicks
 *
 * Sound breaks where the far end's queue runs dry, where more comes after
 * that, and where it is told to forget the queue. At each such place the jump
 * from one sample to the next is measured. A gap is a queue that runs dry
 * between two sounds although nothing was to be forgotten. Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_FLOW_H
#define CTL_FLOW_H

#include <stddef.h>
#include <stdint.h>

enum { FLOW_EDGE = 80 }; /* [samples] 10 ms that tell whether there is sound */

/** Counted since the start of the call. */
struct flow_stats {
	uint64_t breaks; /**< places where sound began, ran dry, was cut */
	uint64_t clicks; /**< of them, with a jump over -30 dBFS         */
	uint64_t gaps;   /**< over 20 ms, torn into sound                */
	uint32_t longest_gap_ms;
	uint32_t largest_jump; /**< at a break, 0..65535                 */
};

/** All zero: as new. */
struct flow {
	struct flow_stats stats;
	int16_t edge[FLOW_EDGE]; /* played last, newest last */
	uint64_t dry;            /* [samples] of silence since */
	int begun, playing, forgot, loud_before;
};

/** What is heard now. @param s  s[n] of the queue @param silent  [samples] of
 *  silence after it: the queue is dry */
void flow_play(struct flow *f, const int16_t *s, size_t n, size_t silent);

/** The queue was to be forgotten. @param waiting  [samples] that were */
void flow_forget(struct flow *f, size_t waiting);

#endif /* CTL_FLOW_H */
