/**
 * @file filter.h  Filters of the second order, as the detectors use them
 *
 * @source R. Bristow-Johnson, Cookbook formulae for audio EQ biquads
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SPEECH_FILTER_H
#define SPEECH_FILTER_H

enum filter_kind { FILTER_LOW, FILTER_HIGH, FILTER_BAND };

/** Direct form 2 transposed. */
struct filter {
	float b0, b1, b2, a1, a2;
	float z1, z2;
};

/** @param cut_hz  edge, or middle of a band  @param q  width */
void filter_init(struct filter *f, enum filter_kind kind, double cut_hz,
		 double hz, double q);

/** @return the next sample @realtime */
static inline float filter_run(struct filter *f, float x)
{
	const float y = f->b0 * x + f->z1;

	f->z1 = f->b1 * x - f->a1 * y + f->z2;
	f->z2 = f->b2 * x - f->a2 * y;
	return y;
}

/** Once a frame: what silence leaves behind is too small for the processor's
 *  fast path. @realtime */
void filter_rest(struct filter *f);

#endif /* SPEECH_FILTER_H */
