/**
 * @file keypress.h  One key, though the line tells of it twice
 *
 *   carrier's event ─┐
 *                    ├─▶ a key was pressed, once
 *   heard as sound ──┘
 *
 * A carrier tells of a key and may let its sound through as well; either may
 * come first, and either may be missing. Each press heard one way is taken
 * together with one press of the same key heard the other way within a short
 * time. Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SPEECH_KEYPRESS_H
#define SPEECH_KEYPRESS_H

#include <stdint.h>

enum { KEYPRESS_WAITING = 8 };

enum keypress_way { KEYPRESS_EVENT, KEYPRESS_SOUND };

/** All zero: as new. */
struct keypress {
	struct {
		char key;
		enum keypress_way way;
		int64_t at_us;
	} waiting[KEYPRESS_WAITING]; /* for the other way, oldest first */
	uint32_t n;
};

/** @return nonzero: a key was pressed; 0: that press is known already
 *  @realtime */
int keypress_heard(struct keypress *k, char key, enum keypress_way way,
		   int64_t now_us);

#endif /* SPEECH_KEYPRESS_H */
