/**
 * @file outbound.h  Calls that Experts have placed, until somebody answers
 *
 *   POST create-outbound --outbound_place()--> [ ringing ] --dial()--> driver
 *        Expert's socket ==> early seat ──┘        │ failed: told, recorded
 *                                                  │ answered
 *                         the call, on the loop of its line
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CALL_OUTBOUND_H
#define CALL_OUTBOUND_H

#include <stdint.h>

#include "media/dialler.h"

struct shard;

struct outbound_ask {
	const char *from; /**< NULL or "": the first of the key's own */
	const char *to;   /**< as in E.164                        */
	int64_t key;      /**< id of the API key that asks        */
};

/**
 * Place a call; its Expert opens its socket by the id.
 *
 * @param ret_id      ret_id[CHANNEL_CALL_ID_BYTES], set on success
 * @param reterr_why  on failure a sentence for who asked
 * @return 0, -EACCES (`from` is not for this key), -ENOENT (no way leads to
 *         `to`), -EAGAIN (too many at once or within a minute), -EPIPE (the
 *         server drains), -ENOMEM
 * @thread shard
 */
int outbound_place(struct shard *sh, const struct outbound_ask *ask,
		   char *ret_id, const char **reterr_why);

/** Of channel_host: what a driver says of a call. @thread any loop's */
void outbound_dialled(void *arg, const char *call_id, enum dial_news news,
		      const char *why);

/** Give up what rings. @thread shard */
void outbound_stop(struct shard *sh);

/** The same, and nobody is told any more: the loop ends. @thread shard */
void outbound_end(struct shard *sh);

#endif /* CALL_OUTBOUND_H */
