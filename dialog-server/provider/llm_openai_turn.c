/**
 * @file llm_openai_turn.c  What arrives for a thought, and what follows
 *
 *   chunks --> words at once --> at the end: calls, then done
 *                                            or results back, next round
 *   refused before a word --> one quick retry, or failed
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "conf/settings.h"
#include "provider/llm_openai_turn.h"

enum {
	ROUNDS_MAX = 3, /* one and two follow-ups */
	RETRIES_MAX = 1,
	AFTER_DONE_US = 250 * 1000, /* from [DONE] to the end of the body */
};

static void turn_fail(struct turn *t, int err, const char *why)
{
	struct session *s = t->s;
	uint32_t no = t->no;

	if (t->dead)
		return;
	log_debug("llm/openai", "turn failed err=%d why=\"%s\"", err, why);
	turn_kill(t);
	s->ev->failed(s->arg, no, err, why);
}

static void turn_done(struct turn *t)
{
	struct session *s = t->s;
	uint32_t no = t->no;

	log_debug("llm/openai",
		  "turn done ms=%lld rounds=%d prompt_tokens=%lld "
		  "completion_tokens=%lld",
		  (long long)((loop_now_us(s->loop) - t->begin_us) / 1000),
		  t->rounds, (long long)t->answer.prompt_tokens,
		  (long long)t->answer.completion_tokens);
	turn_kill(t);
	s->ev->done(s->arg, no);
}

static void give_output(void *arg, const struct brain_output *o)
{
	struct turn *t = arg;

	if (!t->dead)
		t->s->ev->output(t->s->arg, t->no, o);
}

/* ---- what arrives ------------------------------------------------------- */

void turn_on_text(void *arg, const char *delta)
{
	struct turn *t = arg;
	const struct llm_sink sink = {give_output, t};

	if (t->err == 0 && llm_speech_add(&t->speech, delta, &sink) < 0)
		t->err = -EMSGSIZE;
}

void turn_on_event(void *arg, const char *event, const char *data, size_t len)
{
	const struct llm_sink sink = {give_output, arg};
	struct turn *t = arg;
	int err;

	(void)event;
	if (t->dead || t->err < 0)
		return;
	err = openai_answer_add(&t->answer, data, len);
	/* What is no JSON is of no use and does no harm. */
	if (err < 0 && err != -EBADMSG)
		t->err = err;
	if (t->answer.finish[0] != '\0')
		llm_speech_end(&t->speech, &sink);
}

/** Words and nothing but words must be stopped somewhere: that is an answer,
 *  not a failure. */
static int said_enough(const struct turn *t)
{
	return t->err == -EMSGSIZE && t->speech.said > LLM_SPEECH_MAX;
}

static void on_status(void *arg, int status, const char *type)
{
	struct turn *t = arg;

	t->status = status;
	t->is_stream =
		status == 200 && strncmp(type, "text/event-stream", 17) == 0;
}

static void answer_end(struct turn *t);

static void on_data(void *arg, const char *data, size_t len)
{
	struct turn *t = arg;

	if (t->dead)
		return;
	turn_enter(t);
	t->s->reading++;
	if (!t->is_stream) {
		strbuf_addn(&t->body, data, len);
	} else if (sse_feed(t->sse, data, len) < 0 && t->err == 0) {
		t->err = -EMSGSIZE;
	}
	t->s->reading--;
	if (t->dead)
		goto out;
	if (t->err < 0) {
		/* Outside of libcurl: what follows may ask anew. */
		t->http = http_call_close(t->http);
		turn_wait(t, WAIT_END, 0);
	} else if (t->answer.done) {
		turn_wait(t, WAIT_END, AFTER_DONE_US);
	} else if (t->answer.begun) {
		turn_wait(t, WAIT_MORE, t->s->conf->llm_idle_ms * US_PER_MS);
	}
out:
	turn_leave(t);
}

/** Nothing came of the request: once more, soon, or fail. */
static void refused(struct turn *t, int err, int final, const char *why)
{
	const struct http_call *c = t->http;
	const char *should = NULL, *after_ms = NULL, *after = NULL;
	char should_copy[16] = "", ms_copy[32] = "";
	unsigned char dice = 0;
	int64_t us;

	if (c != NULL && t->status > 0) {
		/* Each look-up may overwrite what the last one gave. */
		should = http_call_header(c, "x-should-retry");
		if (should != NULL &&
		    text_copy(should_copy, sizeof(should_copy), should) == 0)
			should = should_copy;
		after_ms = http_call_header(c, "retry-after-ms");
		if (after_ms != NULL &&
		    text_copy(ms_copy, sizeof(ms_copy), after_ms) == 0)
			after_ms = ms_copy;
		after = http_call_header(c, "retry-after");
	}
	(void)text_random(&dice, sizeof(dice));
	/* A connection that broke before the first word is no answer. */
	us = openai_retry_us(t->status == 200 ? 0 : t->status, final, should,
			     after_ms, after, dice);
	if (us < 0 || t->answer.begun || t->retries >= RETRIES_MAX ||
	    loop_now_us(t->s->loop) + us >= t->first_us) {
		turn_fail(t, err, why);
		return;
	}
	t->retries++;
	log_debug("llm/openai", "retrying in %lld ms why=\"%s\"",
		  (long long)(us / US_PER_MS), why);
	turn_wait(t, WAIT_RETRY, us);
}

static void on_done(void *arg, int err, int status, const char *why)
{
	struct turn *t = arg;
	char text[OPENAI_WHY_BYTES];
	int final = 0;

	if (t->dead)
		return;
	turn_enter(t);
	t->status = status;
	if (err == 0 && status == 200) {
		if (t->is_stream)
			sse_finish(t->sse);
		else
			turn_on_event(t, "", t->body.s, t->body.len);
		t->http = NULL;
		if (!t->dead)
			answer_end(t);
	} else if (t->answer.begun && t->answer.finish[0] != '\0') {
		/* Whole but for the end of the stream. */
		t->http = NULL;
		answer_end(t);
	} else {
		if (err == 0)
			err = openai_error(status, t->body.s, t->body.len,
					   text, sizeof(text), &final);
		else
			(void)snprintf(text, sizeof(text), "%s", why);
		refused(t, err, final, text);
		t->http = NULL;
	}
	turn_leave(t);
}

/* ---- the end of an answer ----------------------------------------------- */

/** Do the calls. @return nonzero when the caller would hear nothing of it */
static int do_calls(struct turn *t)
{
	const struct llm_sink sink = {give_output, t};
	int silent = 1;

	for (uint32_t i = 0; i < t->answer.n_calls && !t->dead; i++) {
		struct openai_call *c = &t->answer.calls[i];
		enum llm_effect e =
			llm_tool_call(&t->snap, c->name, c->args.s, &sink,
				      c->result, sizeof(c->result));

		if (e == LLM_EFFECT_SPEAKS)
			silent = 0;
		log_debug("llm/openai", "tool %s: %s", c->name, c->result);
	}
	return silent;
}

/** Tools without a word: give the results back and let it speak. */
static void next_round(struct turn *t)
{
	int err;

	if (t->rounds >= ROUNDS_MAX) {
		turn_fail(t, -EPROTO,
			  "the model calls tools but never speaks");
		return;
	}
	err = openai_request_follow(t->request, &t->answer);
	if (err == 0)
		err = turn_send(t);
	if (err < 0)
		turn_fail(t, err, "the follow-up could not be sent");
}

static int must_speak(enum brain_cue cue)
{
	return cue == BRAIN_CUE_START || cue == BRAIN_CUE_CALLER ||
	       cue == BRAIN_CUE_DTMF || cue == BRAIN_CUE_SILENCE;
}

static void answer_end(struct turn *t)
{
	const struct llm_sink sink = {give_output, t};
	struct openai_answer *a = &t->answer;
	int silent = 0;

	timer_stop(t->timer);
	if (t->err < 0 && !said_enough(t)) {
		turn_fail(t, t->err,
			  a->why[0] != '\0' ? a->why : "the answer is broken");
		return;
	}
	if (a->finish[0] == '\0' && !a->done && !said_enough(t)) {
		turn_fail(t, a->begun ? -EPIPE : -EBADMSG,
			  "the answer ended in the middle");
		return;
	}
	llm_speech_end(&t->speech, &sink);
	t->spoke |= t->speech.spoke;
	/* Cut off by us or by the service: a call may be half a call. */
	if (!said_enough(t) && strcmp(a->finish, "length") != 0)
		silent = do_calls(t);
	if (t->dead)
		return;
	if (!t->spoke && a->n_calls > 0 && silent) {
		next_round(t);
		return;
	}
	if (!t->spoke && a->n_calls == 0 && must_speak(t->snap.cue)) {
		turn_fail(t, -EBADMSG, "the model said nothing");
		return;
	}
	if (t->speech.spoke)
		llm_ask_guess(&t->snap, t->speech.tail, &sink);
	if (!t->dead)
		turn_done(t);
}

void turn_on_timer(void *arg)
{
	struct turn *t = arg;
	int err;

	turn_enter(t);
	switch (t->wait) {
	case WAIT_FIRST:
		turn_fail(t, -ETIMEDOUT, "no word came in time");
		break;
	case WAIT_MORE:
		turn_fail(t, -ETIMEDOUT, "the answer stopped in the middle");
		break;
	case WAIT_SEND:
	case WAIT_RETRY:
		err = turn_send(t);
		if (err < 0)
			turn_fail(t, err, "the request could not be sent");
		break;
	case WAIT_END:
		t->http = http_call_close(t->http);
		answer_end(t);
		break;
	}
	turn_leave(t);
}

const struct http_call_handlers turn_http_handlers = {
	.on_status = on_status, .on_data = on_data, .on_done = on_done};
