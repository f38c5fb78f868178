/**
 * @file tickets.h  Single-use tokens that open a media socket
 *
 *   voice webhook --issue--> [ table of the process ] --take--> media socket
 *
 * A carrier fetches the webhook on one connection and opens the media socket
 * on another, which may be on another shard: the table is shared, under a
 * lock, and is touched twice a call, never on the tick. What the webhook
 * learnt (from a signed request) travels in the ticket, so that nothing said
 * by the media socket has to be believed.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CHANNEL_TICKETS_H
#define CHANNEL_TICKETS_H

#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"

enum { TICKET_TOKEN_CHARS = 32 };

struct ticket {
	char call[LIMIT_KEY_BYTES + 1]; /**< the carrier's id of the call  */
	char from[LIMIT_KEY_BYTES + 1];
	char to[LIMIT_KEY_BYTES + 1];
	/** Our id, of a call that we placed, else ""; `call` is then "", for
	 *  the carrier names it only afterwards. */
	char placed[24];
	int returns; /**< the caller was put through, and comes back */
};

/**
 * @param t      copied
 * @param token  token[TICKET_TOKEN_CHARS + 1], set on success
 * @param life_us  [us] from now until it expires
 * @return 0, -EAGAIN (LIMIT_CARRIER_TOKENS wait to be used), -EIO (no
 *         randomness)
 * @thread any
 */
int tickets_issue(const struct ticket *t, int64_t now_us, int64_t life_us,
		  char *token);

/**
 * Use up a token.
 *
 * @param token  need not be one
 * @return 0, -ENOENT (never was, used, expired)
 * @thread any
 */
int tickets_take(const char *token, int64_t now_us, struct ticket *ret);

/** Counters since start. @thread any */
struct tickets_stats {
	uint64_t issued, used;
	uint64_t expired; /**< never used in their life            */
	uint64_t refused; /**< of tokens: wrong, used or expired   */
	uint32_t waiting; /**< issued and neither used nor expired */
};
void tickets_stats(struct tickets_stats *ret);

#endif /* CHANNEL_TICKETS_H */
