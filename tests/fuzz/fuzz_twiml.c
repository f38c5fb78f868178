/**
 * @file fuzz_twiml.c  TwiML as the simulated carrier reads it
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/twiml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct twiml w;

	if (twiml_parse(&w, (const char *)data, size) < 0)
		return 0;
	if (w.n_params > TWIML_PARAMS_MAX ||
	    strlen(w.stream_url) >= TWIML_TEXT_MAX ||
	    strlen(w.dial) >= TWIML_TEXT_MAX)
		abort();

	return 0;
}
