/**
 * @file corpus_voice.c  Where a clean recording has a voice
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <stdlib.h>

#include "audio/level.h"
#include "tests/bench/turns/corpus.h"

enum {
	STEP_MS = 5,    /* the labels' grid, before edges are found */
	WINDOW_MS = 10, /* power is taken over */
	CLOSE_MS = 60,
	SHORTEST_MS = 20,
};

#define VOICE_BELOW_DB 30.0f

static double power(const int16_t *s, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)s[i] * s[i];
	return n ? sum / (double)n : 0;
}

/** Narrow a span to the samples that are really there. */
static void to_the_sample(struct corpus_span *p, const int16_t *s,
			  double threshold)
{
	const double least = sqrt(threshold) / 2;

	while (p->from < p->to && abs(s[p->from]) < least)
		p->from++;
	while (p->to > p->from && abs(s[p->to - 1]) < least)
		p->to--;
}

uint32_t corpus_voice(struct corpus_span *ret, uint32_t cap, const int16_t *s,
		      size_t n, uint32_t hz)
{
	const size_t step = hz * STEP_MS / 1000,
		     window = hz * WINDOW_MS / 1000;
	const float level_db = level_speech_dbfs(s, n, hz) - VOICE_BELOW_DB;
	const double threshold =
		pow(10, (double)level_db / 10) * 32768.0 * 32768.0;
	uint32_t found = 0, kept = 0;

	for (size_t at = 0; at + window <= n; at += step) {
		if (power(s + at, window) <= threshold)
			continue;
		const uint32_t from = (uint32_t)at;
		const uint32_t to = (uint32_t)(at + window);

		if (found && from < ret[found - 1].to + hz * CLOSE_MS / 1000)
			ret[found - 1].to = to;
		else if (found < cap)
			ret[found++] = (struct corpus_span){from, to};
	}
	for (uint32_t i = 0; i < found; i++) {
		struct corpus_span p = ret[i];

		to_the_sample(&p, s, threshold);
		if (p.to - p.from >= hz * SHORTEST_MS / 1000)
			ret[kept++] = p;
	}
	return kept;
}

int corpus_is_voice(const struct corpus_scene *s, size_t frame)
{
	const uint32_t len = s->hz / 50;
	const uint32_t from = (uint32_t)frame * len, to = from + len;
	uint32_t voiced = 0;

	for (uint32_t i = 0; i < s->n_spans; i++) {
		const struct corpus_span *p = &s->spans[i];
		const uint32_t a = p->from > from ? p->from : from;
		const uint32_t b = p->to < to ? p->to : to;

		voiced += b > a ? b - a : 0;
	}
	return voiced * 2 >= len;
}
