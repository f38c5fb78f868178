/**
 * @file voice.h  What a simulated caller says, as sound of the telephone
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_VOICE_H
#define CTL_VOICE_H

#include <stddef.h>
#include <stdint.h>

#include "ctl/script.h"

enum {
	VOICE_HZ = 8000,
	VOICE_DBFS = -20, /* level of speech; a usual one on the telephone */
};

/** Rendered acts of a script, found by the act. */
struct voices;

/**
 * Render every say and load every wav before the call, so that nothing stalls
 * it.
 *
 * @param why  why[SCRIPT_WHY_BYTES] on failure
 * @return 0, -EINVAL (no such voice), -errno (a WAV file), -ENOMEM
 */
int voices_new(struct voices **ret, const struct script *s, char *why);

/** @return samples s[*ret_n] at VOICE_HZ, borrowed; NULL for other acts */
const int16_t *voices_find(const struct voices *v,
			   const struct script_act *act, size_t *ret_n);

/** @return NULL */
struct voices *voices_free(struct voices *v);

#endif /* CTL_VOICE_H */
