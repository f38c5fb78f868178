/**
 * @file recorded.h  A voice made of a person's recorded words
 *
 * Telephone systems come with prompts word by word: numbers, weekdays,
 * months. Joined as one says them they are a caller who is no synthesizer
 * (Debian: asterisk-core-sounds-en-wav, a folder of
 * /usr/share/asterisk/sounds).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BENCH_RECORDED_H
#define BENCH_RECORDED_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/level.h"
#include "audio/pcm.h"
#include "audio/wav.h"
#include "base/alloc.h"

enum {
	RECORDED_SAMPLES = 16000 * 30,
	RECORDED_GAP_MS = 60,    /* at least, between words          */
	RECORDED_COMMA_MS = 200, /* more, at a comma                */
	RECORDED_QUIET = 40,     /* samples below are cut at the ends */
};

/* Words of a list have the files <prefix>0, <prefix>1, ... */
static const struct {
	const char *prefix, *words;
	int from, step;
} recorded_lists[] = {
	{"digits/",
	 "zero one two three four five six seven eight nine ten eleven "
	 "twelve thirteen fourteen fifteen sixteen seventeen eighteen "
	 "nineteen",
	 0, 1},
	{"digits/", "twenty thirty forty fifty sixty seventy eighty ninety",
	 20, 10},
	{"digits/h-",
	 "first second third fourth fifth sixth seventh eighth ninth tenth "
	 "eleventh twelfth thirteenth fourteenth fifteenth sixteenth "
	 "seventeenth eighteenth nineteenth twentieth",
	 1, 1},
	{"digits/day-",
	 "sunday monday tuesday wednesday thursday friday saturday", 0, 1},
	{"digits/mon-",
	 "january february march april may june july august september "
	 "october november december",
	 0, 1},
};

/** @return 0, -ENOENT */
static inline int recorded_path(char *ret, size_t cap, const char *dir,
				const char *word, size_t len)
{
	if (len == 2 && !strncmp(word, "oh", 2)) {
		(void)snprintf(ret, cap, "%s/digits/oh.wav", dir);
		return 0;
	}
	for (size_t k = 0;
	     k < sizeof(recorded_lists) / sizeof(*recorded_lists); k++) {
		const char *w = recorded_lists[k].words;

		for (int i = recorded_lists[k].from; *w;
		     i += recorded_lists[k].step) {
			const size_t n = strcspn(w, " ");

			if (n == len && !strncmp(w, word, len)) {
				(void)snprintf(ret, cap, "%s/%s%d.wav", dir,
					       recorded_lists[k].prefix, i);
				return 0;
			}
			w += n + (w[n] == ' ');
		}
	}
	return -ENOENT;
}

/** Without the silence around it. @return samples, 0 when there is no file */
static inline size_t recorded_word(int16_t *out, size_t cap, const char *path,
				   uint32_t hz)
{
	char why[WAV_WHY_BYTES];
	int16_t *s = NULL;
	size_t n = 0, from = 0;

	if (wav_load(&s, &n, path, hz, why))
		return 0;
	while (from < n && abs(s[from]) < RECORDED_QUIET)
		from++;
	while (n > from && abs(s[n - 1]) < RECORDED_QUIET)
		n--;
	n -= from;
	if (n > cap)
		n = cap;
	memcpy(out, s + from, n * sizeof(*s));
	mem_free(s);
	return n;
}

/**
 * @param dir   folder with digits/ in it
 * @param seed  of the gaps between words
 * @param out   out[RECORDED_SAMPLES]
 * @return samples, 0 when a word has no recording
 */
static inline size_t recorded_render(int16_t *out, const char *dir,
				     uint32_t hz, const char *text,
				     uint64_t seed)
{
	struct level_noise z;
	char path[512];
	size_t n = 0;

	level_noise_init(&z, seed);
	while (*text) {
		const size_t len = strcspn(text, " ,");
		const size_t gap_ms =
			RECORDED_GAP_MS +
			(level_noise_bits(&z) >> 11) % RECORDED_GAP_MS +
			(text[len] == ',' ? RECORDED_COMMA_MS : 0);
		const size_t gap = hz / 1000 * gap_ms;

		if (recorded_path(path, sizeof(path), dir, text, len))
			return 0;

		const size_t got =
			recorded_word(out + n, RECORDED_SAMPLES - n, path, hz);

		if (!got || n + got + gap > RECORDED_SAMPLES)
			return 0;
		n += got;
		memset(out + n, 0, gap * sizeof(*out));
		n += gap;
		text += len;
		text += strspn(text, " ,");
	}
	return n;
}

#endif /* BENCH_RECORDED_H */
