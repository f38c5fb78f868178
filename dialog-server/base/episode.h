/**
 * @file episode.h  A trouble that lasts: told when it begins and when it ends
 *
 *   failed failed failed failed ... well ... well
 *   └ "begins"                              └ "ended, n failed", QUIET_US
 *                                              after the last failure
 *
 * One thread fails and recovers; any thread may ask whether it lasts.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BASE_EPISODE_H
#define BASE_EPISODE_H

#include <stdatomic.h>
#include <stdint.h>

/** A disk that is nearly full takes one write and refuses the next: that is
 *  one trouble, not many. */
enum { EPISODE_QUIET_US = 2000000 };

/** Zeroed: all is well. */
struct episode {
	_Atomic int lasts;
	uint64_t failed; /**< since the last one began   */
	int64_t last_us; /**< [us] of the last failure   */
};

/** n things failed. @return nonzero: it begins now, tell */
int episode_fail(struct episode *e, uint64_t n, int64_t now_us);

/** Something succeeded. @return nonzero: the episode ends now, tell how many
 *  failed */
int episode_well(struct episode *e, int64_t now_us);

/** @thread any */
int episode_lasts(const struct episode *e);

#endif /* BASE_EPISODE_H */
