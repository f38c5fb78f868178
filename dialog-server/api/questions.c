/**
 * @file questions.c  Questions to documents
 *
 *   question --> store_search --> the best passages --+--> the model's answer
 *                                                     └--> the best, as it is
 *
 * The second without a language model, and when it fails: an Expert that was
 * asked has a caller waiting.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "api/body.h"
#include "api/texts.h"
#include "base/alloc.h"
#include "base/limits.h"
#include "base/strbuf.h"
#include "call/shard.h"
#include "journal/metrics.h"
#include "store/store.h"

enum {
	PASSAGES = 12,           /* about 8 KiB */
	WHOLE_BYTES = 24 * 1024, /* documents of which nothing is left out */
	PROMPT_BYTES = 256 * 1024,
	FITS_LEAST = 50, /* [%] of the words; with less it is about another
			    thing that has a word in common */
};

static const char default_system[] =
	"You answer questions of callers on a telephone. Use the excerpts of "
	"documents that you are given and nothing else. When they do not say "
	"it, say that you do not know. Answer briefly, in plain sentences "
	"that can be spoken, and add no question or offer.";

struct question {
	struct http_req *req;
	struct shard *sh;
	char *text, *system;
	json_t *found; /* what the store gave */
};

static void question_free(struct question *q)
{
	json_decref(q->found);
	mem_free(q->system);
	mem_free(q->text);
	mem_free(q);
}

/* ---- answering --------------------------------------------------------- */

/** The passage as it is. @param why  what the warning says */
static void give_passage(struct question *q, const char *why)
{
	const json_t *best =
		json_array_get(json_object_get(q->found, "best"), 0);
	json_int_t fits =
		json_integer_value(json_object_get(q->found, "fits"));
	const char *answer = "The documents do not say.";

	if (best && fits >= FITS_LEAST)
		answer = json_string_value(json_object_get(best, "text"));
	api_reply(q->req, 200,
		  json_pack("{s:s, s:s}", "answer", answer, "warning", why));
}

static void on_text(struct http_req *r, void *ctx, int err, const char *text)
{
	struct question *q = ctx;

	if (!err)
		api_reply(r, 200,
			  json_pack("{s:s, s:n}", "answer", text, "warning"));
	else if (err == -ECANCELED)
		http_error(r, 503, text);
	else
		give_passage(q, "the language model did not answer: this is "
				"the passage that fits best, word for word");
	question_free(q);
}

static void add_excerpts(struct strbuf *b, const json_t *list)
{
	const json_t *it;
	size_t i;

	json_array_foreach (list, i, it) {
		const char *name =
			json_string_value(json_object_get(it, "document"));
		const char *text =
			json_string_value(json_object_get(it, "text"));

		strbuf_addf(b, "[%s]\n%s\n\n", name ? name : "",
			    text ? text : "");
	}
}

/** @return as api_text() */
static int ask_model(struct question *q)
{
	const json_t *list = json_object_get(q->found, "whole");
	struct generate_request g = {.system = q->system};
	struct strbuf b;
	int err = -EMSGSIZE;

	if (!g.system)
		g.system = default_system;
	if (!json_is_array(list))
		list = json_object_get(q->found, "best");
	strbuf_init(&b, PROMPT_BYTES);
	strbuf_add(&b, "Excerpts:\n\n");
	add_excerpts(&b, list);
	strbuf_addf(&b, "Question: %s", q->text);
	g.prompt = b.s;
	if (strbuf_ok(&b))
		err = api_text(q->req, q->sh, &g, on_text, q);
	strbuf_done(&b);
	return err;
}

static void on_found(void *arg, int err, char *json)
{
	struct question *q = arg;

	q->sh->n_document_work--;
	q->found = json ? json_loads(json, 0, NULL) : NULL;
	mem_free(json);
	if (err || !q->found) {
		http_error(q->req, 500, "the store could not be read");
		question_free(q);
		return;
	}
	if (!json_integer_value(json_object_get(q->found, "documents"))) {
		give_passage(q, "there are no such documents");
		question_free(q);
		return;
	}
	err = ask_model(q);
	if (!err)
		return;
	give_passage(q, err == -ENOENT
				? "no language model is configured: this is "
				  "the passage that fits best, word for word"
				: "the language model cannot be asked now: "
				  "this is the passage that fits best, word "
				  "for word");
	question_free(q);
}

/* ---- asking ------------------------------------------------------------ */

/* An array of strings. @return JSON, free(); NULL when it is none */
static char *names_of(const json_t *keys)
{
	const json_t *v;
	size_t i;

	if (!json_is_array(keys) || json_array_size(keys) > LIMIT_DOCUMENTS)
		return NULL;
	json_array_foreach (keys, i, v)
		if (!json_is_string(v))
			return NULL;
	return json_dumps(keys, JSON_COMPACT);
}

static void search(struct question *q, const char *names)
{
	struct store_search s = {
		.key_id = http_key_id(q->req),
		.question = q->text,
		.names_json = names,
		.limit = PASSAGES,
	};
	int err;

	if (generate_is_there(&q->sh->env))
		s.whole_bytes = WHOLE_BYTES;
	if (api_document_work(q->req, q->sh)) {
		question_free(q);
		return;
	}
	metric_add(METRIC_DOCUMENT_QUESTIONS, 1);
	err = store_search(q->sh->store, q->sh->loop, &s, on_found, q);
	if (err) {
		q->sh->n_document_work--;
		api_not_now(q->req, err);
		question_free(q);
	}
}

static void ask(struct http_req *r, void *arg, const json_t *body)
{
	const json_t *keys = json_object_get(body, "document_keys");
	const char *text = "", *system = "";
	char *names = NULL;
	struct question *q;
	int err = api_string(body, "question", LIMIT_TEXT_BYTES, &text);

	if (err || !text[strspn(text, " \t\r\n")]) {
		http_error(r, 400,
			   "\"question\" must be a string with text, "
			   "of 8 KiB at most");
		return;
	}
	err = api_string(body, "instructions", LIMIT_TEXT_BYTES, &system);
	if (err && err != -ENOENT) {
		http_error(r, 400,
			   "\"instructions\" must be a string of 8 "
			   "KiB at most");
		return;
	}
	if (keys && !json_is_null(keys)) {
		names = names_of(keys);
		if (!names) {
			http_error(r, 400,
				   "\"document_keys\" must be an "
				   "array of 1000 strings at most");
			return;
		}
	}
	q = mem_zalloc(sizeof(*q));
	if (q) {
		*q = (struct question){.req = r, .sh = arg};
		q->text = mem_strdup(text);
		q->system = *system ? mem_strdup(system) : NULL;
	}
	if (q && q->text) {
		search(q, names);
	} else {
		if (q)
			question_free(q);
		http_error(r, 503, NULL);
	}
	free(names);
}

void api_documents_ask(struct http_req *r, void *arg)
{
	api_body(r, arg, ask);
}
