/**
 * @file episode.c  A trouble that lasts: told when it begins and when it ends
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/episode.h"

int episode_fail(struct episode *e, uint64_t n, int64_t now_us)
{
	int begins = !atomic_load(&e->lasts);

	if (begins)
		e->failed = 0;
	e->failed += n;
	e->last_us = now_us;
	atomic_store(&e->lasts, 1);
	return begins;
}

int episode_well(struct episode *e, int64_t now_us)
{
	if (!atomic_load(&e->lasts) || now_us - e->last_us < EPISODE_QUIET_US)
		return 0;
	atomic_store(&e->lasts, 0);
	return 1;
}

int episode_lasts(const struct episode *e)
{
	return atomic_load(&e->lasts);
}
