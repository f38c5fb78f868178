/**
 * @file filter.c  Filters of the second order, as the detectors use them
 *
 * SPDX-License-Identifier: MIT
 */
#include "speech/filter.h"

#include <math.h>

#define PI 3.14159265358979

void filter_init(struct filter *f, enum filter_kind kind, double cut_hz,
		 double hz, double q)
{
	const double w = 2 * PI * cut_hz / hz;
	const double alpha = sin(w) / (2 * q), c = cos(w);
	const double a0 = 1 + alpha;
	double b0 = 0, b1 = 0, b2 = 0;

	switch (kind) {
	case FILTER_LOW:
		b0 = b2 = (1 - c) / 2;
		b1 = 1 - c;
		break;
	case FILTER_HIGH:
		b0 = b2 = (1 + c) / 2;
		b1 = -1 - c;
		break;
	case FILTER_BAND:
		b0 = alpha;
		b2 = -alpha;
		break;
	}
	f->b0 = (float)(b0 / a0);
	f->b1 = (float)(b1 / a0);
	f->b2 = (float)(b2 / a0);
	f->a1 = (float)(-2 * c / a0);
	f->a2 = (float)((1 - alpha) / a0);
	f->z1 = f->z2 = 0;
}

void filter_rest(struct filter *f)
{
	if (fabsf(f->z1) < 1e-6f)
		f->z1 = 0;
	if (fabsf(f->z2) < 1e-6f)
		f->z2 = 0;
}
