/**
 * @file texts.c  The language model, asked by HTTP
 *
 *   request --> text (in shard.texts) --> generate --> fn answers
 *
 * SPDX-License-Identifier: MIT
 */
#include "api/texts.h"

#include <errno.h>

#include "api/api.h"
#include "api/body.h"
#include "base/alloc.h"
#include "base/limits.h"
#include "call/shard.h"
#include "journal/metrics.h"

/* The model has until then to be late itself, and say so. */
enum { WAIT_US = GENERATE_US + 5 * 1000 * 1000 };

struct text {
	struct list link; /* in shard.texts */
	struct shard *sh;
	struct http_req *req;
	struct generate *generate;
	api_text_fn *fn;
	void *ctx;
};

/* ---- waiting ---------------------------------------------------------- */

static void text_end(struct text *t, int err, const char *text)
{
	list_unlink(&t->link);
	t->sh->n_texts--;
	if (err)
		metric_add(METRIC_GENERATIONS_FAILED, 1);
	t->fn(t->req, t->ctx, err, text);
	mem_free(t);
}

static void on_text(void *arg, int err, const char *text)
{
	text_end(arg, err, text);
}

int api_text(struct http_req *r, struct shard *sh,
	     const struct generate_request *q, api_text_fn *fn, void *ctx)
{
	struct text *t;
	int err;

	if (sh->n_texts >= LIMIT_GENERATIONS)
		return -EAGAIN;
	t = mem_zalloc(sizeof(*t));
	if (!t)
		return -ENOMEM;
	*t = (struct text){.sh = sh, .req = r, .fn = fn, .ctx = ctx};
	err = generate_open(&t->generate, &sh->env, q, on_text, t);
	if (err) {
		mem_free(t);
		return err;
	}
	list_append(&sh->texts, &t->link);
	sh->n_texts++;
	metric_add(METRIC_GENERATIONS, 1);
	http_wait(r, WAIT_US);
	return 0;
}

void api_end(struct shard *sh)
{
	LIST_FOREACH_SAFE (it, next, &sh->texts) {
		struct text *t = LIST_ENTRY(it, struct text, link);

		generate_close(t->generate);
		text_end(t, -ECANCELED, "the server stops");
	}
}

/* ---- POST /v1/llm/generate --------------------------------------------- */

/** What api_text(), or what it was told, means in HTTP. */
static void failed(struct http_req *r, int err, const char *why)
{
	switch (err) {
	case -ENOENT:
		http_error(r, 501, why ? why : GENERATE_NONE);
		break;
	case -EINVAL:
		http_error(r, 400, why ? why : "json_schema cannot be used");
		break;
	case -EAGAIN:
		http_error(r, why ? 503 : 429,
			   why ? why : "too many texts at once, try again");
		break;
	case -ETIMEDOUT:
		http_error(r, 504, why);
		break;
	case -ECANCELED:
	case -ENOMEM:
		http_error(r, 503, why);
		break;
	default:
		http_error(r, 502, why);
	}
}

static void answer(struct http_req *r, void *ctx, int err, const char *text)
{
	(void)ctx;
	/* The service's 404 is not that there is none. */
	if (err)
		failed(r, err == -ENOENT ? -EPROTO : err, text);
	else
		api_reply(r, 200, json_pack("{s:s}", "text", text));
}

static void generate(struct http_req *r, void *arg, const json_t *body)
{
	const json_t *schema = json_object_get(body, "json_schema");
	struct generate_request q = {.schema = schema};
	int err = api_string(body, "prompt", LIMIT_PROMPT_BYTES, &q.prompt);

	if (json_is_null(schema))
		q.schema = NULL;
	if (err == -EMSGSIZE) {
		http_error(r, 413, "\"prompt\" has more than 240 KiB");
	} else if (err || !*q.prompt) {
		http_error(r, 400, "\"prompt\" must be a string with text");
	} else if (q.schema && !json_is_object(q.schema)) {
		http_error(r, 400, "\"json_schema\" must be an object");
	} else {
		err = api_text(r, arg, &q, answer, NULL);
		if (err)
			failed(r, err, NULL);
	}
}

void api_generate(struct http_req *r, void *arg)
{
	api_body(r, arg, generate);
}
