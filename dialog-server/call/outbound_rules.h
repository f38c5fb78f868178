/**
 * @file outbound_rules.h  Who may place calls, from which numbers, how many
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CALL_OUTBOUND_RULES_H
#define CALL_OUTBOUND_RULES_H

#include <stddef.h>
#include <stdint.h>

struct outbound_ask;
struct shard;

/** The number that is called from, of outbound.numbers: the one asked for, or
 *  the first that the key may use.
 *  @return 0, -EACCES (none that this key may use) and *reterr_why */
int outbound_from(const struct shard *sh, const struct outbound_ask *ask,
		  char *ret, size_t cap, const char **reterr_why);

/** One more, now? Counts it when it may.
 *  @return 0, -EAGAIN and *reterr_why @thread any */
int outbound_may(const struct shard *sh, int64_t key, const char **reterr_why);

#endif /* CALL_OUTBOUND_RULES_H */
