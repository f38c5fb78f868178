/**
 * @file generate.c  One text of the language model: a prompt in, a text out
 *
 *   send --> answer --> fits? --> text
 *     ^        |          └ no --+
 *     └ once: without response_format, after a pause, or with what was wrong
 *
 * SPDX-License-Identifier: MIT
 */
#include "provider/generate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/text.h"
#include "conf/settings.h"
#include "net/http.h"
#include "net/loop.h"
#include "provider/json_schema.h"
#include "provider/llm_openai.h"
#include "provider/provider.h"

enum {
	CONNECT_US = 3 * 1000 * 1000,
	IDLE_US = 30 * 1000 * 1000, /* a model that thinks before it speaks */
	TEXT_BYTES = 1024 * 1024,
	TRIES_MAX = 3,
	SCHEMA_DEPTH = 64,
};

struct generate {
	struct loop *loop;
	const struct settings *conf;
	generate_fn *fn;
	void *arg;
	json_t *request, *schema;
	struct timer *timer; /* to send; then the end of all patience */
	int64_t until_us;
	int tries, waiting;
	/* of the exchange */
	struct http_call *http;
	struct sse *sse;
	int status, is_stream, err;
	struct strbuf body, text;
	struct openai_answer answer;
};

static const struct http_call_handlers handlers;

/* ---- the end ----------------------------------------------------------- */

static void exchange_end(struct generate *g)
{
	g->http = http_call_close(g->http);
	g->sse = sse_free(g->sse);
	strbuf_done(&g->body);
	strbuf_done(&g->text);
	openai_answer_done(&g->answer);
}

struct generate *generate_close(struct generate *g)
{
	if (!g)
		return NULL;
	exchange_end(g);
	timer_free(g->timer);
	json_decref(g->request);
	json_decref(g->schema);
	return mem_free(g);
}

/* The text may be ours: it goes with us, after the call. */
static void finish(struct generate *g, int err, const char *text)
{
	g->fn(g->arg, err, text);
	generate_close(g);
}

/* ---- asking ------------------------------------------------------------ */

static void on_text(void *arg, const char *delta)
{
	struct generate *g = arg;

	strbuf_add(&g->text, delta);
}

static void on_event(void *arg, const char *event, const char *data,
		     size_t len)
{
	struct generate *g = arg;
	int err = openai_answer_add(&g->answer, data, len);

	(void)event;
	/* What is no JSON is of no use and does no harm. */
	if (err < 0 && err != -EBADMSG && !g->err)
		g->err = err;
}

static int exchange_begin(struct generate *g)
{
	exchange_end(g);
	g->status = g->is_stream = g->err = 0;
	strbuf_init(&g->body, OPENAI_ANSWER_BYTES);
	strbuf_init(&g->text, TEXT_BYTES);
	openai_answer_init(&g->answer, on_text, g);
	return sse_new(&g->sse, OPENAI_EVENT_BYTES, on_event, g);
}

static int send_request(struct generate *g)
{
	const struct settings *conf = g->conf;
	char url[SETTING_TEXT_MAX + 32], auth[SETTING_TEXT_MAX + 16];
	const struct ws_header headers[] = {
		{"Content-Type", "application/json"},
		{"Accept", "text/event-stream"},
		{conf->llm_key[0] ? "Authorization" : NULL, auth},
		{NULL, NULL},
	};
	struct http_call_options o = {.method = "POST",
				      .url = url,
				      .headers = headers,
				      .connect_us = CONNECT_US,
				      .idle_us = IDLE_US,
				      .max_bytes = OPENAI_ANSWER_BYTES};
	size_t len = strlen(conf->llm_url);
	struct strbuf body;
	int err = exchange_begin(g);

	if (err < 0)
		return err;
	while (len && conf->llm_url[len - 1] == '/')
		len--;
	(void)snprintf(url, sizeof(url), "%.*s/chat/completions", (int)len,
		       conf->llm_url);
	(void)snprintf(auth, sizeof(auth), "Bearer %s", conf->llm_key);
	strbuf_init(&body, OPENAI_REQUEST_BYTES);
	err = openai_request_text(&body, g->request);
	o.body = body.s;
	o.body_len = body.len;
	if (!err)
		err = http_call_open(&g->http, g->loop, &o, &handlers, g);
	strbuf_done(&body);
	memset(auth, 0, sizeof(auth));
	g->tries++;
	return err;
}

/* ---- once more ---------------------------------------------------------- */

/** @return nonzero when it will be sent again */
static int again(struct generate *g, int64_t in_us)
{
	if (in_us < 0 || g->tries >= TRIES_MAX ||
	    loop_now_us(g->loop) + in_us >= g->until_us)
		return 0;
	g->waiting = 1;
	timer_start(g->timer, in_us);
	return 1;
}

/* Services that know no schemas say 400; they have it in the prompt. */
static int without_format(struct generate *g)
{
	if ((g->status != 400 && g->status != 422) ||
	    json_object_del(g->request, "response_format"))
		return 0;
	return again(g, 0);
}

static void refused(struct generate *g)
{
	const struct http_call *c = g->http;
	char why[OPENAI_WHY_BYTES], after[32] = "";
	const char *s = c ? http_call_header(c, "retry-after") : NULL;
	unsigned char dice = 0;
	int final = 0;
	int err = openai_error(g->status, g->body.s, g->body.len, why,
			       sizeof(why), &final);

	if (s)
		(void)text_copy(after, sizeof(after), s);
	(void)text_random(&dice, sizeof(dice));
	g->http = NULL;
	if (without_format(g) ||
	    again(g, openai_retry_us(g->status, final, NULL, NULL,
				     s ? after : NULL, dice)))
		return;
	finish(g, err, why);
}

/* What is wrong with it goes back to the model. */
static int ask_anew(struct generate *g, const char *why)
{
	json_t *messages = json_object_get(g->request, "messages");
	char text[400];

	(void)snprintf(text, sizeof(text),
		       "This does not fit the schema: %s. Answer again, with "
		       "the JSON value alone.",
		       why);
	return !json_array_append_new(
		       messages, json_pack("{s:s, s:s}", "role", "assistant",
					   "content", g->text.s)) &&
	       !json_array_append_new(messages,
				      json_pack("{s:s, s:s}", "role", "user",
						"content", text)) &&
	       again(g, 0);
}

/* ---- the answer --------------------------------------------------------- */

/* Models like to put JSON into a fence of Markdown. */
static json_t *read_json(const char *s)
{
	size_t len = strlen(s);

	s += strspn(s, " \t\r\n");
	len = strlen(s);
	if (!strncmp(s, "```", 3)) {
		s += strcspn(s, "\n");
		len = strlen(s);
		while (len && strchr("` \t\r\n", s[len - 1]))
			len--;
	}
	return json_loadb(s, len, JSON_DECODE_ANY, NULL);
}

static void give_json(struct generate *g)
{
	char why[200] = "it is no JSON";
	json_t *v = read_json(g->text.s);
	char *s = NULL;
	int err = v ? json_schema_check(g->schema, v, why, sizeof(why))
		    : -EBADMSG;

	if (!err) {
		s = json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY);
		err = s ? 0 : -ENOMEM;
	}
	json_decref(v);
	if (err == -EBADMSG && ask_anew(g, why))
		return;
	if (!err) {
		finish(g, 0, s);
	} else {
		char text[256];

		(void)snprintf(text, sizeof(text),
			       "the model's answer does not fit the schema: "
			       "%s",
			       why);
		finish(g, err, text);
	}
	free(s);
}

static void answered(struct generate *g)
{
	const struct openai_answer *a = &g->answer;

	if (g->is_stream)
		sse_finish(g->sse);
	else
		on_event(g, "", g->body.s, g->body.len);
	if (g->err)
		finish(g, g->err,
		       a->why[0] ? a->why : "the model's answer is broken");
	else if (!strbuf_ok(&g->text))
		finish(g, -EMSGSIZE, "the model's answer is too long");
	else if (!a->finish[0] && !a->done)
		finish(g, -EPIPE, "the model's answer ended in the middle");
	else if (!g->text.len)
		finish(g, -EBADMSG, "the model said nothing");
	else if (g->schema)
		give_json(g);
	else
		finish(g, 0, g->text.s);
}

static void on_status(void *arg, int status, const char *type)
{
	struct generate *g = arg;

	g->status = status;
	g->is_stream =
		status == 200 && !strncmp(type, "text/event-stream", 17);
}

static void on_data(void *arg, const char *data, size_t len)
{
	struct generate *g = arg;

	if (!g->is_stream)
		strbuf_addn(&g->body, data, len);
	else if (sse_feed(g->sse, data, len) < 0 && !g->err)
		g->err = -EMSGSIZE;
}

static void on_done(void *arg, int err, int status, const char *why)
{
	struct generate *g = arg;

	g->status = status;
	if (!err && status != 200) {
		refused(g);
		return;
	}
	g->http = NULL;
	/* Whole but for the end of the stream is whole. */
	if (!err || g->answer.finish[0])
		answered(g);
	else if (g->answer.begun || !again(g, 0))
		finish(g, err, why);
}

static const struct http_call_handlers handlers = {
	.on_status = on_status, .on_data = on_data, .on_done = on_done};

/* Libcurl takes no request while it hands over data: sending waits for a
 * turn of the loop. */
static void on_timer(void *arg)
{
	struct generate *g = arg;
	int64_t left_us = g->until_us - loop_now_us(g->loop);
	int err;

	if (!g->waiting) {
		finish(g, -ETIMEDOUT, "the model did not answer in time");
		return;
	}
	g->waiting = 0;
	timer_start(g->timer, left_us > 0 ? left_us : 0);
	err = send_request(g);
	if (err < 0)
		finish(g, err, "the request could not be sent");
}

/* ---- beginning ---------------------------------------------------------- */

int generate_is_there(const struct provider_env *env)
{
	const struct settings *s = env->conf;

	return !strcmp(s->llm_provider, "openai") && s->llm_url[0] &&
	       s->llm_model[0];
}

static int add_message(json_t *messages, const char *role, const char *text)
{
	return json_array_append_new(
		messages,
		json_pack("{s:s, s:s}", "role", role, "content", text));
}

/* In the prompt too: not every service knows response_format. */
static int add_schema(json_t *request, const json_t *schema)
{
	json_t *messages = json_object_get(request, "messages");
	char *text = json_dumps(schema, JSON_COMPACT);
	struct strbuf b;
	int err = -1;

	strbuf_init(&b, OPENAI_REQUEST_BYTES);
	strbuf_addf(&b,
		    "Answer with one JSON value that fits this JSON Schema, "
		    "and with nothing else: %s",
		    text ? text : "");
	if (text && strbuf_ok(&b))
		err = add_message(messages, "system", b.s);
	strbuf_done(&b);
	free(text);
	if (err)
		return err;
	return json_object_set_new(
		request, "response_format",
		json_pack("{s:s, s:{s:s, s:O, s:b}}", "type", "json_schema",
			  "json_schema", "name", "answer", "schema", schema,
			  "strict", json_schema_is_strict(schema)));
}

static json_t *make_request(const struct settings *conf,
			    const struct generate_request *q)
{
	json_t *messages = json_array();
	json_t *o = json_pack("{s:s, s:b, s:o}", "model", conf->llm_model,
			      "stream", 1, "messages", messages);
	int err = !o;

	if (!err && q->system)
		err = add_message(messages, "system", q->system);
	if (!err && q->schema)
		err = add_schema(o, q->schema);
	if (!err)
		err = add_message(messages, "user", q->prompt);
	if (!err)
		return o;
	json_decref(o);
	return NULL;
}

int generate_open(struct generate **ret, const struct provider_env *env,
		  const struct generate_request *q, generate_fn *fn, void *arg)
{
	struct generate *g;
	char why[200];

	if (!generate_is_there(env))
		return -ENOENT;
	/* One that no value can be held against shows at any. */
	if (q->schema && json_schema_check(q->schema, json_null(), why,
					   sizeof(why)) == -EINVAL)
		return -EINVAL;
	g = mem_zalloc(sizeof(*g));
	if (!g)
		return -ENOMEM;
	g->loop = env->loop;
	g->conf = env->conf;
	g->fn = fn;
	g->arg = arg;
	strbuf_init(&g->body, 0);
	strbuf_init(&g->text, 0);
	g->schema = json_incref((json_t *)q->schema);
	g->request = make_request(g->conf, q);
	if (!g->request || timer_new(&g->timer, g->loop, on_timer, g)) {
		generate_close(g);
		return -ENOMEM;
	}
	g->until_us = loop_now_us(g->loop) + GENERATE_US;
	g->waiting = 1;
	timer_start(g->timer, 0);
	*ret = g;
	return 0;
}
