/**
 * @file mel.h  Sound to logarithmic mel spectra, frame by frame
 *
 *   samples --10 ms step, 25.6 ms window--> |FFT|^2 --25 bands--> log
 *
 * The same bands whatever the rate: the analysis that the acoustic model was
 * trained with (16 kHz, 130..6800 Hz), of which sound at 8 kHz fills the
 * lower 20. Levels are the same at both rates.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_MEL_H
#define PROVIDER_MEL_H

#include <stddef.h>
#include <stdint.h>

enum {
	MEL_BANDS = 25,
	MEL_HZ = 100,         /* frames a second             */
	MEL_WINDOW_MAX = 410, /* samples, 25.6 ms at 16 kHz  */
	MEL_FFT_MAX = 512,
};

struct mel {
	uint32_t hz;
	float warp;
	uint32_t bands;             /**< usable at this rate       */
	uint32_t window, step, fft; /**< [samples]                 */
	uint32_t have;              /**< [samples] waiting in keep */
	float scale;                /**< power to that of 16 kHz   */
	int16_t keep[MEL_WINDOW_MAX];
	float hamming[MEL_WINDOW_MAX];
	float emphasis[MEL_FFT_MAX / 2 + 1];
	float cosine[MEL_FFT_MAX / 2], sine[MEL_FFT_MAX / 2];
	float weight[MEL_BANDS][MEL_FFT_MAX / 2 + 1];
	uint16_t from[MEL_BANDS], to[MEL_BANDS]; /**< bins of a band */
};

/** @param hz    8000 or 16000
 *  @param warp  factor on the edges of the filters, 0.8..1.3 (voice.h): at
 *               8 kHz, the more the fewer bands
 *  @return 0, -EINVAL */
int mel_init(struct mel *m, uint32_t hz, float warp);

/**
 * Push samples, get the frames that they complete.
 *
 * @param out  out[cap][MEL_BANDS], natural log of power; bands that the rate
 *             cannot have are 0
 * @param used set to the samples taken: fewer than n when out is full
 * @return frames written
 */
size_t mel_run(struct mel *m, const int16_t *s, size_t n, size_t *used,
	       float (*out)[MEL_BANDS], size_t cap);

/** @return [Hz] of the middle of a band, without warp */
float mel_band_hz(unsigned band);

#endif /* PROVIDER_MEL_H */
