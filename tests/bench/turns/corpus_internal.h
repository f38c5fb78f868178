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
	/* at 8 and 16 kHz, read once asked for */
	struct noise_file noise[2][CORPUS_NOISES];
};

#endif /* BENCH_TURNS_CORPUS_INTERNAL_H */
