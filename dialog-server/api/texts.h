/**
 * @file texts.h  Requests that wait for a text of the language model
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef API_TEXTS_H
#define API_TEXTS_H

#include "net/server.h"
#include "provider/generate.h"

struct shard;

/**
 * Answers r and frees ctx.
 *
 * @param err   as generate_fn has it; -ECANCELED: the server stops
 * @param text  borrowed: the text, or why there is none
 */
typedef void(api_text_fn)(struct http_req *r, void *ctx, int err,
			  const char *text);

/**
 * Ask the model; r may wait as long as that takes.
 *
 * @param ctx  handed to fn; stays the caller's on failure
 * @return 0 (fn will be called), -EAGAIN (LIMIT_GENERATIONS wait already), or
 *         as generate_open() @thread the shard's
 */
int api_text(struct http_req *r, struct shard *sh,
	     const struct generate_request *q, api_text_fn *fn, void *ctx);

#endif /* API_TEXTS_H */
