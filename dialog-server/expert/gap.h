/**
 * @file gap.h  What of a command this server takes and does not do
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef EXPERT_GAP_H
#define EXPERT_GAP_H

#include <stddef.h>

#include "proto/xp.h"

/**
 * A program that asks for what nothing will come of is told, once each time.
 *
 * @param text     the command as it came: some of it the codec does not keep
 * @param builtin  nonzero when the built-in engine does the thinking
 * @return a static sentence, or NULL when all of it is done
 */
const char *gap_of(const struct xp_command *c, const char *text, size_t len,
		   int builtin);

#endif /* EXPERT_GAP_H */
