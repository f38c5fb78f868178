/**
 * @file tone.h  Keys of the telephone as sound
 *
 * @source ITU-T Q.23 (frequencies), Q.24 (durations)
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef AUDIO_TONE_H
#define AUDIO_TONE_H

#include <stddef.h>
#include <stdint.h>

/** Keys one after the other. */
struct tone_dtmf {
	const char *keys; /**< borrowed until tone_done            */
	uint32_t hz;
	uint32_t on, off; /**< [samples] of tone and of pause      */
	uint32_t at;      /**< [samples] into the present key      */
	double low, high; /**< [rad] phases                        */
};

/**
 * @param keys  of "0123456789*#ABCD" (small letters too), borrowed
 * @return 0, -EINVAL (a key that does not exist, hz below 8000, on_ms 0)
 */
int tone_dtmf_init(struct tone_dtmf *t, const char *keys, uint32_t hz,
		   uint32_t on_ms, uint32_t off_ms);

/** Mix nothing, write n samples; silence after the last key.
 *  @return samples that belong to keys or pauses, 0 at the end @realtime */
size_t tone_dtmf_run(struct tone_dtmf *t, int16_t *out, size_t n);

/** @return nonzero for the 16 keys of a telephone */
int tone_is_key(char key);

enum { TONE_ROWS = 4, TONE_FREQS = 8 }; /* rows, then columns */

/** Sums over a half window, one a frequency: real and imaginary part. */
struct tone_sums {
	float re[TONE_FREQS], im[TONE_FREQS];
	float energy;
};

/**
 * Listens for keys in the caller's audio (lines without key events).
 *
 * A window of 12.8 ms, moved by half of it, is a key when it holds the tones
 * of one and nearly nothing else; a key has been pressed when windows in a row
 * are the same one and both tones are steady, at the frequency of the key. So
 * 40 ms always do and 23 ms never (Q.24), and a voice that happens to pass
 * over the right frequencies does not stay there.
 */
struct tone_detect {
	uint32_t hz;
	char last; /**< key held now, or 0                    */

	/* inside of tone_detect.c */
	uint32_t half, have;    /* [samples] of half a window */
	float coef[TONE_FREQS]; /* of the Goertzel filters */
	float s1[TONE_FREQS], s2[TONE_FREQS];
	float turn_re[TONE_FREQS], turn_im[TONE_FREQS]; /* by half a window */
	float energy;
	struct tone_sums before; /* the half window before */
	struct {
		float re[2], im[2]; /* of row and column */
		float power[2];
	} past[2]; /* windows before, newest first */
	char candidate;
	uint32_t windows; /* with the candidate, in a row */
	uint32_t missing; /* windows without the held key */
};

/** @return 0, -EINVAL (hz is neither 8000 nor 16000) */
int tone_detect_init(struct tone_detect *t, uint32_t hz);

/** @return a key that has just been pressed, or 0 @realtime */
char tone_detect_run(struct tone_detect *t, const int16_t *s, size_t n);

#endif /* AUDIO_TONE_H */
