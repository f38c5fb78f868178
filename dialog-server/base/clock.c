/**
 * @file clock.c  The two clocks
 *
 * SPDX-License-Identifier: MIT
 */
#include <time.h>

#include "base/clock.h"

static int64_t read_us(clockid_t which)
{
	struct timespec t;

	/* Cannot fail for the two clocks that Linux always has. */
	(void)clock_gettime(which, &t);

	return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

int64_t clock_now_us(void)
{
	return read_us(CLOCK_MONOTONIC);
}

int64_t clock_wall_us(void)
{
	return read_us(CLOCK_REALTIME);
}
