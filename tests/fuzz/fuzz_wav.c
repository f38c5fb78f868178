/**
 * @file fuzz_wav.c  Any bytes as a WAV file
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "audio/wav.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char why[WAV_WHY_BYTES] = "";
	struct wav_info w;
	int16_t out[700];

	if (wav_parse(&w, data, size, why)) {
		assert(why[0] && strlen(why) < sizeof(why));
		return 0;
	}
	assert(w.data_at <= size);

	uint32_t at = 0;

	for (;;) {
		const size_t n = wav_samples(&w, data, at, out, 700);

		if (!n)
			break;
		at += (uint32_t)n;
	}
	assert(at == w.samples);
	return 0;
}
