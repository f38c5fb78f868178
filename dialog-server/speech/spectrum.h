/**
 * @file spectrum.h  How strong each part of the telephone band is
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SPEECH_SPECTRUM_H
#define SPEECH_SPECTRUM_H

#include <stdint.h>

#include "audio/pcm.h"

enum {
	SPECTRUM_BANDS = 16,
	SPECTRUM_PAST = 192, /* [samples] of the frame before, at 16 kHz */
};

#define SPECTRUM_LEAST_DB (-93.0f)

struct spectrum {
	int16_t past[SPECTRUM_PAST];
};

/**
 * Bands of 94 to 3840 Hz, narrow below and wide above, over the last 32 ms.
 * The same sound gives the same bands at both rates.
 *
 * @param db  db[SPECTRUM_BANDS] [dBFS] of what is in each band, at least
 *            SPECTRUM_LEAST_DB
 * @param f   8000 or 16000 Hz, the same rate as the frame before
 * @realtime
 */
void spectrum_frame(struct spectrum *s, const struct aframe *f, float *db);

#endif /* SPEECH_SPECTRUM_H */
