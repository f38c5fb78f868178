/**
 * @file corpus_internal.h  What the files of the corpus share
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BENCH_TURNS_CORPUS_INTERNAL_H
#define BENCH_TURNS_CORPUS_INTERNAL_H

#include "tests/bench/turns/corpus.h"

struct noise_file {
	int16_t *s;
	size_t n;
	uint32_t hz;
};

struct corpus {
	char folder[512];
	enum corpus_set set;
	char **lines; /* scenes of the set */
	size_t n;
	struct noise_file noise[CORPUS_NOISES]; /* read once asked for */
};

#endif /* BENCH_TURNS_CORPUS_INTERNAL_H */
