/**
 * @file corpus.h  Callers with labels to the sample
 *
 *   corpus.py: clips, noises, scenes.tsv ─▶ corpus_open()
 *   corpus_scene() ─▶ what one caller says, clean, and where its voice is
 *   corpus_add_noise(), corpus_on_the_line() ─▶ what reaches us of it
 *
 * Scenes of the set "tune" are for fitting parameters, those of "test" for
 * figures. No voice, text or stretch of noise is in both. The same folder and
 * index give the same samples.
 *
 *	struct corpus *c;
 *	struct corpus_scene s;
 *
 *	if (corpus_open(&c, "build/turns", CORPUS_TEST))
 *		return 1;
 *	for (size_t i = 0; i < corpus_n(c); i++) {
 *		if (corpus_scene(&s, c, i, 8000, -20, 2000))
 *			return 1;
 *		corpus_add_noise(c, &s, CORPUS_BABBLE, 10);
 *		corpus_on_the_line(&s);
 *		...
 *		corpus_scene_done(&s);
 *	}
 *	corpus_close(c);
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BENCH_TURNS_CORPUS_H
#define BENCH_TURNS_CORPUS_H

#include <stddef.h>
#include <stdint.h>

#include "dialog/ask.h"

enum {
	CORPUS_SPANS = 160,
	CORPUS_WORDS = 96,
	CORPUS_PARTS = 48,
};

enum corpus_set { CORPUS_TUNE, CORPUS_TEST };

enum corpus_noise {
	CORPUS_CLEAN, /**< digital silence between the words */
	CORPUS_WHITE,
	CORPUS_PINK,
	CORPUS_BROWN,
	CORPUS_HUM50,
	CORPUS_HUM60,
	CORPUS_BABBLE, /**< six other voices of the set */
	CORPUS_MUSIC,  /**< on hold                     */
	CORPUS_NOISES,
};

/** [samples] from, up to and without to */
struct corpus_span {
	uint32_t from, to;
};

struct corpus_word {
	char text[24];
	uint32_t from, to; /**< [samples] */
};

/** A turn of one caller. */
struct corpus_scene {
	size_t index;
	char kind[16];     /**< as in texts.txt                         */
	enum ask_kind ask; /**< what was asked, if that is the answer   */
	int backchannel;   /**< a nod: not meant to take the turn       */
	char voice[48];
	int human;
	uint64_t seed;
	char text[512]; /**< "" when nobody wrote down what is said  */

	uint32_t hz;
	size_t n;
	int16_t *s; /**< s[n], whole frames of 20 ms; the scene's own   */
	float level_dbfs; /**< of the speech                         */

	/* Where the clean recording has a voice: corpus_voice(). */
	uint32_t n_spans;
	struct corpus_span spans[CORPUS_SPANS];
	/* What lies between; gaps of 100 ms and more, none before or after. */
	uint32_t n_pauses;
	struct corpus_span pauses[CORPUS_SPANS];
	uint32_t from, to; /**< [samples] first of all voice, end of all */

	uint32_t n_words; /**< 0: not known */
	struct corpus_word words[CORPUS_WORDS];
	int words_exact; /**< as the synthesizer or the recording has them;
			      else shared out by their letters over the clip */
};

struct corpus;

/** @param folder  made by corpus.py @return 0, -errno; corpus_close() */
int corpus_open(struct corpus **ret, const char *folder, enum corpus_set set);

/** @return NULL */
struct corpus *corpus_close(struct corpus *c);

/** @return scenes in the set */
size_t corpus_n(const struct corpus *c);

/**
 * One caller, alone on a perfect line.
 * @param level_dbfs  of the speech; CORPUS_LEVEL_DRAWN: the scene's own, -40
 *                    to -12
 * @param tail_ms     of silence behind the last word
 * @return 0, -errno; corpus_scene_done() releases
 */
int corpus_scene(struct corpus_scene *ret, const struct corpus *c,
		 size_t index, uint32_t hz, float level_dbfs,
		 uint32_t tail_ms);
#define CORPUS_LEVEL_DRAWN 1.0f

void corpus_scene_done(struct corpus_scene *s);

/** Noise from end to end, its mean power snr_db below that of the speech.
 *  @return 0, -errno */
int corpus_add_noise(const struct corpus *c, struct corpus_scene *s,
		     enum corpus_noise kind, float snr_db);

/** The noise alone at a level, any length. @return 0, -errno */
int corpus_noise(const struct corpus *c, int16_t *s, size_t n, uint32_t hz,
		 enum corpus_noise kind, float level_dbfs, uint64_t seed);

/** "white" ... @return static */
const char *corpus_noise_name(enum corpus_noise kind);

/** Mu-law and back. */
void corpus_mu_law(int16_t *s, size_t n);

/** The scene through mu-law, when it is at 8 kHz. */
void corpus_on_the_line(struct corpus_scene *s);

/** Frames of 20 ms lost in bursts of one to three: silence in their place.
 *  @return how many */
uint32_t corpus_lose(int16_t *s, size_t n, uint32_t hz, float percent,
		     uint64_t seed);

/** A cough: two bursts of shaped noise, about 300 ms, added at s.
 *  @return [samples] it takes, at most n */
size_t corpus_cough(int16_t *s, size_t n, uint32_t hz, float level_dbfs,
		    uint64_t seed);

/**
 * Where a clean recording has a voice: within 30 dB of its speech (power over
 * 10 ms), gaps under 60 ms closed (stop consonants), runs under 20 ms dropped;
 * the edges are the first and the last sample over half the amplitude of that
 * threshold.
 * @return spans written, at most cap
 */
uint32_t corpus_voice(struct corpus_span *ret, uint32_t cap, const int16_t *s,
		      size_t n, uint32_t hz);

/** Label of a frame: at least half of it is voice. @param frame of 20 ms
 *  @return 0 or 1 */
int corpus_is_voice(const struct corpus_scene *s, size_t frame);

#endif /* BENCH_TURNS_CORPUS_H */
