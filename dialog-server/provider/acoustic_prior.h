/**
 * @file acoustic_prior.h  Private to acoustic*.c: classes of clean speech
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_ACOUSTIC_PRIOR_H
#define PROVIDER_ACOUSTIC_PRIOR_H

#include "provider/acoustic.h"

/** A Gaussian of cepstra, relative to the mean of a turn. */
struct acoustic_gauss {
	float mean[ACOUSTIC_CEPS];
	float var[ACOUSTIC_CEPS];
	float log_weight;
};

struct acoustic_prior {
	uint32_t n;
	struct acoustic_gauss g[ACOUSTIC_GAUSS_MAX];
	/** Cepstra to log spectrum, undoing the lifter. */
	float basis[MEL_BANDS][ACOUSTIC_CEPS];
};

#endif /* PROVIDER_ACOUSTIC_PRIOR_H */
