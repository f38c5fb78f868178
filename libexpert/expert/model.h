/**
 * @file model.h  The server's language model, asked by the program
 *
 * Included by expert.h; programs include that.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LIBEXPERT_MODEL_H
#define LIBEXPERT_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "base.h"
#include "text.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * These wait for the server, on the thread that calls them: a worker of
 * expert_run_workers() or a thread of the program's own. In a handler under
 * expert_run() all other calls would wait with it. Any thread; e need not
 * run.
 */

/**
 * A text of the server's language model.
 *
 * @param prompt       up to 240 KiB
 * @param json_schema  NULL: free text; else a JSON Schema, and the text is
 *                     JSON that fits it
 * @param timeout_ms   1 to 600000; a server takes 50 s at most
 * @param ret          untouched on failure; free()
 *
 * @return EXPERT_OK, EXPERT_EINVAL (also: the schema), EXPERT_ETOOBIG,
 *         EXPERT_ENOMEM, EXPERT_ENOENT (the server has no language model),
 *         EXPERT_EAGAIN (not in time, or too many at once), EXPERT_EAUTH,
 *         EXPERT_ECONNECT, EXPERT_EPROTO (the model failed)
 */
EXPERT_API int expert_generate(struct expert *e, const char *prompt,
			       const char *json_schema, int64_t timeout_ms,
			       char **ret);

/**
 * What of several things somebody may mean, the likeliest first: by the
 * server's model, or, where there is none or it fails, by words alone as
 * expert_choose() does.
 *
 * @param e          NULL: by words alone
 * @param choices    each described in a few words; ended by NULL. A model is
 *                   asked for up to 128
 * @param ret_index  [max] indexes in choices
 * @param ret_score  [max] 1 to 100 each; by words, shares of all that fits;
 *                   or NULL
 * @param max        at least 1
 *
 * @return how many there are, 0: it means none of them; EXPERT_EINVAL,
 *         EXPERT_ENOMEM, EXPERT_ETOOBIG (more than 10000 choices)
 */
EXPERT_API int expert_rank(struct expert *e, const char *text,
			   const char *const *choices, int64_t timeout_ms,
			   int *ret_index, int *ret_score, size_t max);

/**
 * Answer a question from documents: in the words of the server's model, which
 * is given the passages that fit best, or all where these have no more than
 * 24 KiB; without one, the best passage as it is.
 *
 * @param e    NULL: the best passage
 * @param ret  untouched on failure; free()
 *
 * @return EXPERT_OK, EXPERT_ENOENT (the documents do not say), EXPERT_EINVAL,
 *         EXPERT_ENOMEM
 */
EXPERT_API int expert_docs_answer(const struct expert_docs *d,
				  struct expert *e, const char *question,
				  int64_t timeout_ms, char **ret);

#ifdef __cplusplus
}
#endif

#endif /* LIBEXPERT_MODEL_H */
