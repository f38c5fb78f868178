/**
 * @file acoustic.h  What the speaker's mouth did, given a bad line and noise
 *
 *   log mel spectra --noise, channel--> expected clean cepstra
 *
 * The acoustic model knows wide-band speech without noise. A telephone gives
 * the lower 20 of its 25 bands with noise on them. The Gaussians of the model
 * are a dictionary of what clean speech looks like; for each of them we
 * compute how it would look through this line with this noise, how likely
 * what came is under it, and what it says about the clean sound. The
 * expectation over all is what the decoder gets: bands that the line lacks,
 * or that noise covers, follow from the others.
 *
 * @source vector Taylor series compensation (Moreno, 1996), with the bands
 *         above the line's as the limit of endless noise
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_ACOUSTIC_H
#define PROVIDER_ACOUSTIC_H

#include <stddef.h>
#include <stdint.h>

#include "provider/mel.h"

enum {
	ACOUSTIC_CEPS = 13,       /* numbers a frame that the decoder wants */
	ACOUSTIC_GAUSS_MAX = 512, /* classes of sounds                      */
};

/** What clean speech looks like: read once, shared, constant. */
struct acoustic_prior;

/** Work space of one decoder. */
struct acoustic;

/** A line and its noise, learned in a turn and kept for the next ones. */
struct acoustic_line {
	float speech[MEL_BANDS]; /**< mean log spectrum of clean speech  */
	float noise[MEL_BANDS];  /**< mean log spectrum of the noise     */
	float spread[MEL_BANDS]; /**< variance of the noise's log        */
	uint32_t frames;         /**< of speech behind it; 0: nothing yet */
};

/** @param dir  holds `means` and `variances` of the model
 *  @return 0, -ENOENT, -EBADMSG, -ENOMEM */
int acoustic_prior_open(struct acoustic_prior **ret, const char *dir);
struct acoustic_prior *acoustic_prior_close(struct acoustic_prior *p);

/** @param bands  usable ones of a mel frame @return 0, -ENOMEM */
int acoustic_new(struct acoustic **ret, const struct acoustic_prior *p);
struct acoustic *acoustic_free(struct acoustic *e);

/**
 * A whole turn: learn line and noise, then clean every frame.
 *
 * @param mel    mel[n][MEL_BANDS], changed: silence is evened out
 * @param bands  how many of them the rate fills
 * @param line   in: from turns before; out: with this turn
 * @param out    out[n][ACOUSTIC_CEPS]; silence before and after is left out
 * @return frames written; 0 when there is no speech
 */
size_t acoustic_turn(struct acoustic *e, float (*mel)[MEL_BANDS], size_t n,
		     uint32_t bands, struct acoustic_line *line,
		     float (*out)[ACOUSTIC_CEPS]);

/**
 * While a turn runs: prepare from what is known so far, then clean frame by
 * frame. Less exact than acoustic_turn(), which sees the end.
 */
void acoustic_live_prepare(struct acoustic *e, const float (*mel)[MEL_BANDS],
			   size_t n, uint32_t bands,
			   const struct acoustic_line *line);
void acoustic_live_frame(struct acoustic *e, const float mel[MEL_BANDS],
			 float out[ACOUSTIC_CEPS]);

#endif /* PROVIDER_ACOUSTIC_H */
