/**
 * @file fuzz_script.c  Call scripts, and the patterns in them
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdlib.h>

#include "ctl/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct script s;
	char why[SCRIPT_WHY_BYTES] = "";

	script_init(&s);
	if (script_parse(&s, (const char *)data, size, "fuzz", why) < 0) {
		if (!why[0])
			abort();
		return 0;
	}
	for (unsigned i = 0; i < s.n_rules; i++) {
		if (pattern_check(s.rules[i].pattern))
			abort();
		(void)pattern_in(s.rules[i].pattern, s.rules[i].act.text);
	}

	return 0;
}
