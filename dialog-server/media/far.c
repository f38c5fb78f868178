/**
 * @file far.c  How much of what was sent the far side has played by now
 *
 * A mark comes back when the frame before it is handed out, and takes half of
 * a trip to us. What we say takes the other half to get there: told to forget
 * now, the far side stops where it stands a whole trip later than the marks
 * show. The trip is learned from the first mark of each stretch: its frame was
 * handed out within 20 ms of its arrival.
 *
 * SPDX-License-Identifier: MIT
 */
#include "media/far.h"

#include "audio/pcm.h"

enum { UNSURE_US = 3000 };

static int64_t since_us(const struct far *f, int64_t now_us)
{
	const int64_t us = now_us + f->trip_us - f->at_us;

	return us > 0 ? us : 0;
}

uint32_t far_waiting(const struct far *f, int64_t now_us)
{
	const uint32_t left = f->sent - f->at;
	const int64_t played = since_us(f, now_us) / FRAME_US;

	return played < left ? left - (uint32_t)played : 0;
}

int far_is_sure(const struct far *f, int64_t now_us)
{
	const int64_t into_us = since_us(f, now_us) % FRAME_US;

	return !far_waiting(f, now_us) || (f->exact && into_us >= UNSURE_US &&
					   into_us <= FRAME_US - UNSURE_US);
}

void far_sent(struct far *f, int64_t now_us)
{
	if (!far_waiting(f, now_us)) {
		f->at = f->sent;
		/* as its first mark will show it */
		f->at_us = now_us + f->trip_us;
		f->begun_us = now_us;
		f->exact = 0;
	}
	f->sent++;
}

/** The shortest that was seen: what is more was a wait somewhere. */
static void learn_trip(struct far *f, int64_t now_us)
{
	const int64_t least_us = now_us - f->begun_us - FRAME_US;

	if (f->knows_trip && least_us >= f->trip_us)
		return;
	f->knows_trip = 1;
	f->trip_us = least_us > 0 ? least_us : 0;
}

void far_marked(struct far *f, uint32_t n, int64_t now_us)
{
	/* of what has been forgotten, or not sent */
	if (f->sent - n > f->sent - f->at)
		return;
	if (!f->exact && n == f->at + 1)
		learn_trip(f, now_us);
	f->at = n;
	f->at_us = now_us;
	f->exact = 1;
}

void far_forget(struct far *f, int64_t now_us)
{
	f->at = f->sent;
	f->at_us = now_us;
}
