/**
 * @file llm_openai_turn.h  One thought of the chat-completions driver
 *
 * A turn outlives its session's interest in it only until the callback under
 * way has returned: every event may cancel, think anew or close.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_LLM_OPENAI_TURN_H
#define PROVIDER_LLM_OPENAI_TURN_H

#include "base/arena.h"
#include "net/http.h"
#include "net/loop.h"
#include "provider/llm_openai.h"
#include "provider/provider.h"

struct session {
	struct loop *loop;
	const struct settings *conf;
	const struct llm_events *ev;
	void *arg;
	struct turn *turn; /* under way, or NULL             */
	int reading;       /* libcurl is handing over data   */
};

enum wait {
	WAIT_SEND,  /* until libcurl is left                       */
	WAIT_FIRST, /* for the first word                          */
	WAIT_MORE,  /* for the next                                */
	WAIT_RETRY, /* to ask once more                            */
	WAIT_END,   /* for the end of the body behind the last word */
};

struct turn {
	struct session *s;
	uint32_t no;
	int depth; /* callbacks under way            */
	int dead;  /* nothing more may be given out  */
	struct arena arena;
	struct llm_snapshot snap;
	json_t *request;
	enum wait wait;
	struct timer *timer;
	int64_t begin_us, first_us; /* [us] deadline of the first word */
	int rounds, retries;
	int spoke; /* in any round                   */
	/* of the exchange */
	struct http_call *http;
	struct sse *sse;
	int status, is_stream;
	int err; /* found while reading, 0         */
	struct strbuf body;
	struct openai_answer answer;
	struct llm_speech speech;
};

/** No more events from it. Freed now, or when its callback returns. */
void turn_kill(struct turn *t);

/** Bracket a callback. */
void turn_enter(struct turn *t);
void turn_leave(struct turn *t);

/** turn_on_timer() is due after delay_us and sees what was waited for. */
void turn_wait(struct turn *t, enum wait wait, int64_t delay_us);

/** Send the request as it stands; again for a retry or the next round.
 *  @return 0, -ENOMEM, -EMSGSIZE, -EINVAL */
int turn_send(struct turn *t);

/* What arrives; arg is the turn. */
extern const struct http_call_handlers turn_http_handlers;
void turn_on_text(void *arg, const char *delta);
void turn_on_event(void *arg, const char *event, const char *data, size_t len);
void turn_on_timer(void *arg);

#endif /* PROVIDER_LLM_OPENAI_TURN_H */
