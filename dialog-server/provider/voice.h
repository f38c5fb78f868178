/**
 * @file voice.h  How long the speaker's vocal tract is, known by the pitch
 *
 * Women and children have shorter ones than men: their formants lie higher,
 * and a telephone cuts off more of what tells their sounds apart. The filters
 * of the front end are moved by as much (mel.h).
 *
 * @source vocal tract length normalization (Lee and Rose, 1998); the length
 *         from the pitch rather than from likelihoods, which at 20 dB of
 *         noise chose wrongly for two voices of five
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_VOICE_H
#define PROVIDER_VOICE_H

#include <stddef.h>
#include <stdint.h>

enum { VOICE_BINS = 20 };

/** Pitches heard so far; all zero: nothing heard. */
struct voice {
	uint32_t seen[VOICE_BINS]; /**< frames, by eighths of an octave */
	uint32_t frames;
};

/** Add what was said. @param s  samples at hz, 8000 or 16000 */
void voice_hear(struct voice *v, const int16_t *s, size_t n, uint32_t hz);

/** @return [Hz] median, 0 when too little was heard */
float voice_pitch_hz(const struct voice *v);

/** @return factor on the edges of the filters; 1 when nothing is known */
float voice_warp(const struct voice *v);

#endif /* PROVIDER_VOICE_H */
