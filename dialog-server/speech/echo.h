/**
 * @file echo.h  Is the caller's sound our own voice coming back?
 *
 *   played frame -> levels of four bands -> history of a second
 *                                              │ delayed, attenuated
 *   heard frame  -> levels of four bands ──────┴─▶ explained by it? 0..1
 *
 * The server knows exactly what it played. From how both sides rise and fall
 * together it learns by how much the line delays and attenuates an echo; a
 * frame that is no louder than that echo is ours, one that is louder has the
 * caller in it. Nothing is taken away from the sound: this only tells barge-in
 * what to make of it. A line without an echo costs nothing but the filters.
 *
 * For the first 1.6 s of ours in a call nobody knows whether the line has an
 * echo: all that is heard then beside our voice is taken for it.
 *
 * Pure. One a call; its delay is learned once and kept.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SPEECH_ECHO_H
#define SPEECH_ECHO_H

#include <stdint.h>

#include "audio/pcm.h"

enum {
	ECHO_BANDS = 4,
	ECHO_PER_FRAME = 2, /* levels a frame: 10 ms each */
	ECHO_LAGS = 80,     /* 800 ms there and back */
	ECHO_WINDOW = 40,   /* 400 ms are compared */
	ECHO_HISTORY = 128, /* more than lags and window together */
	ECHO_LEARN = 10,    /* [frames] whose gains weigh alike */
	ECHO_TRY = 80,      /* [frames] in which a line shows its echo */
};

/** Band filters, side by side. */
struct echo_bands {
	float b0[ECHO_BANDS], a1[ECHO_BANDS], a2[ECHO_BANDS];
	float z1[ECHO_BANDS], z2[ECHO_BANDS];
};

struct echo {
	uint32_t hz;
	uint32_t n;      /**< levels written so far, on both sides    */
	int lag;         /**< [10 ms] of the echo                     */
	float certainty; /**< 0..1 that there is an echo of that lag  */
	float gain_db;   /**< [dB] of the echo over what was played   */
	float likeness;  /**< 0..1 of the last frame                  */

	/* inside of echo.c */
	struct echo_bands played_bands, heard_bands;
	/* [dB / 100]: small, as each call has them */
	int16_t played[ECHO_HISTORY][ECHO_BANDS];
	int16_t heard[ECHO_HISTORY][ECHO_BANDS];
	float score[ECHO_LAGS];
	float band_gain_db[ECHO_BANDS];
	uint32_t sounding; /* levels since something was played */
	uint32_t learned;  /* [frames] that told the gain, up to ECHO_LEARN */
	uint32_t tried;    /* [frames] of ours so far, up to ECHO_TRY */
};

/** @param hz  8000 or 16000 */
void echo_init(struct echo *e, uint32_t hz);

/**
 * One period of both sides, every 20 ms.
 *
 * @param played  what went to the line in this period; NULL: silence
 * @param heard   what the caller's side sent
 * @return 0..1 how much of the heard frame is our own voice @realtime
 */
float echo_frame(struct echo *e, const struct aframe *played,
		 const struct aframe *heard);

#endif /* SPEECH_ECHO_H */
