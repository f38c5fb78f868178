/**
 * @file generate.h  One text of the language model: a prompt in, a text out
 *
 *   prompt [+ schema] --> chat completion --> text, checked against the schema
 *
 * For what programs ask besides calls, by HTTP. The built-in engine holds
 * conversations and writes no texts: without a service there is none.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_GENERATE_H
#define PROVIDER_GENERATE_H

#include <jansson.h>
#include <stdint.h>

struct generate;
struct provider_env;

enum { GENERATE_US = 50 * 1000 * 1000 }; /* all tries together */

struct generate_request {
	const char *system;   /**< what the model is to be, or NULL     */
	const char *prompt;   /**< borrowed until generate_open() returns */
	const json_t *schema; /**< what the text must fit as JSON, or NULL;
				   counted */
};

/**
 * Last call, once.
 *
 * @param err   0, -ETIMEDOUT, -EHOSTUNREACH, -EACCES (its key), -EAGAIN (its
 *              limits), -EBADMSG (no text, or one that does not fit), ...
 * @param text  borrowed: the text, or why there is none, for people
 */
typedef void(generate_fn)(void *arg, int err, const char *text);

/** Is there a service to ask? Else what to set is in GENERATE_NONE. */
int generate_is_there(const struct provider_env *env);
#define GENERATE_NONE                                                \
	"no language model is configured: set llm.provider=openai, " \
	"llm.url and llm.model"

/**
 * Begin; never calls back before returning.
 *
 * @return 0, -ENOENT (GENERATE_NONE), -EINVAL (the schema is none that can be
 *         used), -ENOMEM @thread the loop's
 */
int generate_open(struct generate **ret, const struct provider_env *env,
		  const struct generate_request *q, generate_fn *fn,
		  void *arg);

/** Cancel: no callback. NULL is fine; not needed after the callback.
 *  @return NULL */
struct generate *generate_close(struct generate *g);

#endif /* PROVIDER_GENERATE_H */
