/**
 * @file callinfo.h  What an Expert is told of a call before it answers
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef EXPERT_CALLINFO_H
#define EXPERT_CALLINFO_H

#include "proto/xp.h"

/** @return nonzero when it is a telephone number as E.164 writes them */
int callinfo_is_e164(const char *s);

/**
 * Make it what every client of the protocol can decode.
 *
 * A call of `address` that came as a telephone call and is none becomes one by
 * web code or by SIP; a caller without a number has none. Strings stay
 * borrowed, also from `address`.
 */
void callinfo_fit(struct xp_call_info *info, const char *address);

#endif /* EXPERT_CALLINFO_H */
