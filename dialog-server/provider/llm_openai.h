/**
 * @file llm_openai.h  Between the files of the chat-completions driver
 *
 *   llm_openai_render.c  view --> request        (what we ask)
 *   llm_openai_stream.c  chunks --> words, calls (what is answered)
 *   llm_openai_error.c   status, body --> errno, may it be tried again?
 *   llm_openai_turn.c    one thought: what arrives, retry, follow-ups
 *   llm_openai.c         sessions, sending
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_LLM_OPENAI_H
#define PROVIDER_LLM_OPENAI_H

#include <jansson.h>

#include "base/strbuf.h"
#include "provider/llm_snapshot.h"

enum {
	OPENAI_REQUEST_BYTES = 1024 * 1024,
	OPENAI_EVENT_BYTES = 1024 * 1024,      /* one chunk             */
	OPENAI_ANSWER_BYTES = 8 * 1024 * 1024, /* one answer            */
	OPENAI_BODY_BYTES = 64 * 1024,         /* one that is no stream */
	OPENAI_CALLS_MAX = 16,                 /* tools in one answer   */
	OPENAI_ARGS_BYTES = 16 * 1024,
	OPENAI_ID_BYTES = 128,
	OPENAI_WHY_BYTES = 256,
};

/* ---- asking ------------------------------------------------------------- */

/** The whole request. @return new reference, NULL when out of memory */
json_t *openai_request(const char *model, const struct brain_view *v,
		       const struct llm_snapshot *s);

/** As text. @return 0, -EMSGSIZE, -ENOMEM */
int openai_request_text(struct strbuf *b, const json_t *request);

/* ---- the answer --------------------------------------------------------- */

struct openai_call {
	int64_t index; /* the service's, -1: none          */
	char id[OPENAI_ID_BYTES];
	char name[LLM_NAME_MAX];
	struct strbuf args; /* fragments joined                 */
	char result[200];
};

struct openai_answer {
	/** Words, as they come. */
	void (*on_text)(void *arg, const char *delta);
	void *arg;
	uint32_t n_calls;
	struct openai_call calls[OPENAI_CALLS_MAX];
	char finish[24]; /* finish_reason, "" before         */
	int done;        /* [DONE] came                      */
	int begun;       /* words or a call came             */
	int64_t prompt_tokens, completion_tokens;
	char why[OPENAI_WHY_BYTES]; /* of a failure                     */
};

/** An answer of which nothing has come. openai_answer_done() releases.
 *  @param on_text  words as they come; delta borrowed until it returns */
void openai_answer_init(struct openai_answer *a,
			void (*on_text)(void *arg, const char *delta),
			void *arg);
void openai_answer_done(struct openai_answer *a);

/**
 * One event of the stream, or a whole completion (which some services send
 * although a stream was asked for).
 *
 * @return 0, -EBADMSG (not JSON: skipped by the caller), -EPROTO (an error
 *         object; why is set), -EMSGSIZE, -ENOMEM
 */
int openai_answer_add(struct openai_answer *a, const char *data, size_t len);

/** Put the answer and the results of its calls behind the messages, for the
 *  next round. @return 0, -ENOMEM */
int openai_request_follow(json_t *request, const struct openai_answer *a);

/* ---- failures ----------------------------------------------------------- */

/** What the body of an answer that is not 200 says.
 *  @param why  "401 invalid_api_key: ..." @return negative errno */
int openai_error(int status, const char *body, size_t len, char *why,
		 size_t cap, int *ret_final);

/**
 * How long to wait before the one quick retry.
 *
 * @param status  of the answer; 0: none came
 * @param final   the body says that trying again is of no use
 * @param should  header x-should-retry, or NULL; after_ms: retry-after-ms;
 *                after: retry-after in seconds
 * @param dice    0..255, spreads the callers
 * @return [us], or -1: do not
 */
int64_t openai_retry_us(int status, int final, const char *should,
			const char *after_ms, const char *after,
			unsigned dice);

#endif /* PROVIDER_LLM_OPENAI_H */
