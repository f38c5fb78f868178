/**
 * @file llm_openai.c  OpenAI-compatible chat completions as a brain
 *
 *   think --request--> HTTP --chunks--> words at once, tool calls at the end
 *                        |                    |
 *                        |     calls and no word: results back, next round
 *                        +-- refused before a word: one quick retry
 *
 * One exchange at a time; a new think() replaces the old. What belongs to a
 * thought lives in its struct turn, which outlives it only until the callback
 * under way has returned: every event may cancel, think anew or close.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "conf/settings.h"
#include "provider/llm_drivers.h"
#include "provider/llm_openai_turn.h"

enum {
	CONNECT_US = 3 * 1000 * 1000,
	CHUNK_BYTES = 8 * 1024,
};

/* ---- the life of a turn ------------------------------------------------- */

static void exchange_end(struct turn *t)
{
	t->http = http_call_close(t->http);
	t->sse = sse_free(t->sse);
	strbuf_done(&t->body);
	openai_answer_done(&t->answer);
}

static void turn_free(struct turn *t)
{
	exchange_end(t);
	timer_free(t->timer);
	json_decref(t->request);
	arena_done(&t->arena);
	mem_free(t);
}

/** No more events from it. Freed now, or when its callback returns. */
void turn_kill(struct turn *t)
{
	t->dead = 1;
	if (t->s->turn == t)
		t->s->turn = NULL;
	if (t->depth == 0)
		turn_free(t);
}

void turn_enter(struct turn *t)
{
	t->depth++;
}

void turn_leave(struct turn *t)
{
	if (--t->depth == 0 && t->dead)
		turn_free(t);
}

void turn_wait(struct turn *t, enum wait wait, int64_t delay_us)
{
	t->wait = wait;
	timer_start(t->timer, delay_us);
}

/* ---- asking ------------------------------------------------------------- */

static void url_of(const struct settings *conf, char *ret, size_t cap)
{
	size_t len = strlen(conf->llm_url);

	while (len > 0 && conf->llm_url[len - 1] == '/')
		len--;
	(void)snprintf(ret, cap, "%.*s/chat/completions", (int)len,
		       conf->llm_url);
}

static int exchange_begin(struct turn *t)
{
	exchange_end(t);
	t->status = t->is_stream = t->err = 0;
	strbuf_init(&t->body, OPENAI_BODY_BYTES);
	openai_answer_init(&t->answer, turn_on_text, t);
	llm_speech_init(&t->speech);
	return sse_new(&t->sse, OPENAI_EVENT_BYTES, turn_on_event, t);
}

/** Send the request as it stands; again for a retry or the next round. */
int turn_send(struct turn *t)
{
	const struct settings *conf = t->s->conf;
	char url[SETTING_TEXT_MAX + 32], auth[SETTING_TEXT_MAX + 16];
	const struct ws_header headers[] = {
		{"Content-Type", "application/json"},
		{"Accept", "text/event-stream"},
		{conf->llm_key[0] != '\0' ? "Authorization" : NULL, auth},
		{NULL, NULL},
	};
	int64_t now_us = loop_now_us(t->s->loop);
	struct http_call_options o = {.method = "POST",
				      .url = url,
				      .headers = headers,
				      .connect_us = CONNECT_US,
				      .max_bytes = OPENAI_ANSWER_BYTES};
	struct strbuf body;
	int err = exchange_begin(t);

	if (err < 0)
		return err;
	if (t->wait != WAIT_RETRY) {
		t->rounds++;
		t->first_us = now_us + conf->llm_first_token_ms * US_PER_MS;
	}
	url_of(conf, url, sizeof(url));
	(void)snprintf(auth, sizeof(auth), "Bearer %s", conf->llm_key);
	strbuf_init(&body, OPENAI_REQUEST_BYTES);
	err = openai_request_text(&body, t->request);
	o.body = body.s;
	o.body_len = body.len;
	if (err == 0)
		err = http_call_open(&t->http, t->s->loop, &o,
				     &turn_http_handlers, t);
	strbuf_done(&body);
	memset(auth, 0, sizeof(auth));
	if (err == 0)
		turn_wait(t, WAIT_FIRST,
			  t->first_us > now_us ? t->first_us - now_us : 1000);
	return err;
}

static int turn_new(struct turn **ret, struct session *s, uint32_t no,
		    const struct brain_view *v)
{
	struct turn *t = mem_zalloc(sizeof(*t));
	int err;

	if (t == NULL)
		return -ENOMEM;
	t->s = s;
	t->no = no;
	t->begin_us = loop_now_us(s->loop);
	arena_init(&t->arena, CHUNK_BYTES, LIMIT_TURN_ARENA_BYTES);
	strbuf_init(&t->body, OPENAI_BODY_BYTES);
	err = timer_new(&t->timer, s->loop, turn_on_timer, t);
	if (err == 0)
		err = llm_snapshot_take(&t->snap, &t->arena, v);
	if (err == 0) {
		t->request = openai_request(s->conf->llm_model, v, &t->snap);
		err = t->request != NULL ? 0 : -ENOMEM;
	}
	/* libcurl takes no request while it hands over data. */
	if (err == 0 && s->reading > 0)
		turn_wait(t, WAIT_SEND, 0);
	else if (err == 0)
		err = turn_send(t);
	if (err < 0) {
		turn_free(t);
		return err;
	}
	*ret = t;
	return 0;
}

static int openai_open(void *state, const struct provider_env *env,
		       const struct llm_events *ev, void *arg)
{
	struct session *s = state;

	*s = (struct session){
		.loop = env->loop, .conf = env->conf, .ev = ev, .arg = arg};
	return 0;
}

static int openai_think(void *state, uint32_t turn, const struct brain_view *v)
{
	struct session *s = state;

	if (s->turn != NULL)
		turn_kill(s->turn);
	return turn_new(&s->turn, s, turn, v);
}

static void openai_cancel(void *state, uint32_t turn)
{
	struct session *s = state;

	if (s->turn != NULL && s->turn->no == turn)
		turn_kill(s->turn);
}

static void openai_close(void *state)
{
	struct session *s = state;

	if (s->turn != NULL)
		turn_kill(s->turn);
}

const struct llm_ops llm_openai = {
	.name = "openai",
	.session_size = sizeof(struct session),
	.open = openai_open,
	.think = openai_think,
	.cancel = openai_cancel,
	.close = openai_close,
};
