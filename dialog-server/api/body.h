/**
 * @file body.h  JSON bodies of requests, and answers made of JSON
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef API_BODY_H
#define API_BODY_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "net/server.h"

/**
 * What to do with a body that is a JSON object.
 *
 * @param body  borrowed until return
 * @thread  the loop's
 */
typedef void(api_body_fn)(struct http_req *r, void *arg, const json_t *body);

/**
 * Read the body and go on with it, or refuse: 415 when it is declared to be
 * something else, 400 when it is no JSON object.
 *
 * A large one is read on a worker thread: sound is due every 10 ms.
 *
 * @param arg  of the route: the shard
 */
void api_body(struct http_req *r, void *arg, api_body_fn *fn);

/** Read it. @return new reference, or NULL with the sentence that says why
 *  not in *ret_why */
json_t *api_body_read(const char *s, size_t len, const char **ret_why);

/**
 * A string member.
 *
 * @param max  [bytes] that it may have
 * @param ret  borrowed from o, "" when it is absent or null; untouched on
 *             failure
 * @return 0, -ENOENT (absent, null), -EINVAL (no string, or with a NUL in
 *         it), -EMSGSIZE
 */
int api_string(const json_t *o, const char *name, size_t max,
	       const char **ret);

/** Answer with o, which is taken; 500 when it is NULL. */
void api_reply(struct http_req *r, int status, json_t *o);

/** What the store answered, as the body of a 200; json is taken.
 *  @param missing  what a 404 says */
void api_reply_text(struct http_req *r, int err, char *json,
		    const char *missing);

/** The store did not take the question. */
void api_not_now(struct http_req *r, int err);

#endif /* API_BODY_H */
