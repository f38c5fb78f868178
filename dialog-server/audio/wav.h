/**
 * @file wav.h  RIFF/WAVE in memory: read what callers bring, write mono
 *
 * Reads PCM 16 bit, mu-law and A-law, plain or WAVE_FORMAT_EXTENSIBLE, mono
 * or stereo (mixed to mono), at 8, 16, 22.05, 24, 44.1 or 48 kHz. Everything
 * else is refused with a sentence that says what was found.
 *
 * @source Microsoft/IBM Multimedia Programming Interface 1.0; mmreg.h
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef AUDIO_WAV_H
#define AUDIO_WAV_H

#include <stddef.h>
#include <stdint.h>

enum {
	WAV_BYTES_MAX = 64 * 1024 * 1024,
	WAV_HEADER_BYTES = 44,
	WAV_WHY_BYTES = 128,
};

/** What a file holds, before its samples are read. */
struct wav_info {
	uint32_t hz;
	uint32_t channels; /**< 1 or 2                             */
	uint32_t format;   /**< 1 PCM, 6 A-law, 7 mu-law           */
	uint32_t samples;  /**< [samples] of one channel           */
	size_t data_at;    /**< [bytes] offset of the first sample */
};

/**
 * Check a file and find its samples.
 * @param why  why[WAV_WHY_BYTES]; on failure a sentence for a person
 * @return 0, -EBADMSG (not WAV, or broken), -ENOTSUP (a kind we do not read),
 *         -EMSGSIZE (longer than WAV_BYTES_MAX)
 */
int wav_parse(struct wav_info *ret, const void *bytes, size_t len, char *why);

/** Samples first..first+n-1 as mono. @return samples written (fewer at the
 *  end) */
size_t wav_samples(const struct wav_info *w, const void *bytes, uint32_t first,
		   int16_t *out, size_t n);

/**
 * Read a file whole, as mono at hz.
 * @param ret  set on success; mem_free() releases
 * @return as wav_parse(), also -errno of open and read, -ENOMEM
 */
int wav_load(int16_t **ret, size_t *ret_n, const char *path, uint32_t hz,
	     char *why);

/** The 44 bytes of a header for 16 bit PCM.
 *  @param samples  [samples] of one channel, cut to what 32 bits can say */
void wav_header(uint8_t out[WAV_HEADER_BYTES], uint32_t hz, uint32_t channels,
		uint64_t samples);

/** Write a whole mono file. @return 0, -errno */
int wav_save(const char *path, const int16_t *s, size_t n, uint32_t hz);

#endif /* AUDIO_WAV_H */
