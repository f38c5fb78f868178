/**
 * @file far.h  How much of what was sent the far side has played by now
 *
 *   frames sent --> [ far side's buffer ] --one every 20 ms--> caller
 *        ▲                    │
 *        └── take back? ◀─────┘ marks say when a frame was reached
 *
 * Counts whole frames: a carrier hands them out one by one, so where it stops
 * when it is told to forget is the edge of a frame. Between two marks they go
 * out in real time. Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef MEDIA_FAR_H
#define MEDIA_FAR_H

#include <stdint.h>

/** All zero: nothing was sent yet. */
struct far {
	uint32_t sent;   /**< [frames] counts up, wraps around         */
	uint32_t at;     /**< [frames] that had been handed out ...    */
	int64_t at_us;   /**< [us] ... at this time                    */
	int exact;       /**< a mark has told, for this stretch        */
	int64_t trip_us; /**< [us] from here there and back, at least  */

	/* inside of far.c */
	int64_t begun_us; /* [us] when this stretch was begun */
	int knows_trip;
};

/** @return [frames] sent and not handed out, should the far side be told at
 *  now_us to forget them @realtime */
uint32_t far_waiting(const struct far *f, int64_t now_us);

/** Would far_waiting() be sure? Not within 3 ms of the edge of a frame, and
 *  not before the first mark of a stretch of sound. @realtime */
int far_is_sure(const struct far *f, int64_t now_us);

/** A frame goes out now. @realtime */
void far_sent(struct far *f, int64_t now_us);

/** Frame n (counted from 1) has just been handed out, says a mark. */
void far_marked(struct far *f, uint32_t n, int64_t now_us);

/** It was told to forget what waits. */
void far_forget(struct far *f, int64_t now_us);

#endif /* MEDIA_FAR_H */
