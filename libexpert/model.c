/**
 * @file model.c  The server's language model, and what it is asked for
 *
 *   expert_rank() --------+--> expert_generate() --> POST /v1/llm/generate
 *   expert_docs_answer() -+--> by words alone, when there is none
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "priv.h"

enum {
	PROMPT_BYTES_MAX = 240 * 1024, /* the server's */
	TIMEOUT_MS_MAX = 600000,
	ASKED_MAX = 128,         /* choices that a model is asked for */
	WHOLE_BYTES = 24 * 1024, /* documents that are given whole */
	PASSAGES = 12,
};

/* ---- a text ------------------------------------------------------------- */

/* What an answer of the server that is not 200 means. */
static int error_of(int status)
{
	switch (status) {
	case 400:
		return EXPERT_EINVAL;
	case 401:
	case 403:
		return EXPERT_EAUTH;
	case 413:
		return EXPERT_ETOOBIG;
	case 429:
	case 503:
	case 504:
		return EXPERT_EAGAIN;
	case 501:
		return EXPERT_ENOENT;
	default:
		return EXPERT_EPROTO;
	}
}

static int text_of(const char *answer, char **ret)
{
	json_t *o = json_loads(answer, 0, NULL);
	const char *text = json_string_value(json_object_get(o, "text"));
	char *copy = text ? strdup(text) : NULL;
	int rc = copy ? EXPERT_OK : text ? EXPERT_ENOMEM : EXPERT_EPROTO;

	json_decref(o);
	if (rc == EXPERT_OK)
		*ret = copy;
	return rc;
}

/* @return NULL: not UTF-8, or no schema; out of memory */
static char *body_of(const char *prompt, const char *json_schema)
{
	json_t *schema = json_schema ? json_loads(json_schema, 0, NULL) : NULL;
	json_t *o = json_pack("{s:s}", "prompt", prompt);
	char *body = NULL;

	if (json_schema && !json_is_object(schema)) {
		json_decref(o);
		o = NULL;
	}
	if (o && schema)
		(void)json_object_set(o, "json_schema", schema);
	if (o)
		body = json_dumps(o, JSON_COMPACT);
	json_decref(schema);
	json_decref(o);
	return body;
}

int expert_generate(struct expert *e, const char *prompt,
		    const char *json_schema, int64_t timeout_ms, char **ret)
{
	const struct server *s;
	char *body, *answer;
	int status, rc;

	if (!e || !prompt || !prompt[0] || !ret || timeout_ms < 1 ||
	    timeout_ms > TIMEOUT_MS_MAX)
		return EXPERT_EINVAL;
	if (strlen(prompt) > PROMPT_BYTES_MAX)
		return EXPERT_ETOOBIG;
	/* The server of the options. */
	for (s = e->servers; s->next; s = s->next)
		;
	if (s->err)
		return s->err;
	body = body_of(prompt, json_schema);
	if (!body)
		return EXPERT_EINVAL;

	rc = http_post(s, e->opt.ca_file, "/v1/llm/generate", body, timeout_ms,
		       &status, &answer);
	free(body);
	if (rc < 0)
		return rc;
	rc = status == 200 ? text_of(answer, ret) : error_of(status);
	free(answer);
	return rc;
}

/* A text that fits the schema, as JSON; NULL: it is to be done without. */
static json_t *ask(struct expert *e, const char *prompt, const char *schema,
		   int64_t timeout_ms)
{
	char *text = NULL;
	json_t *o;

	if (!e || expert_generate(e, prompt, schema, timeout_ms, &text) < 0)
		return NULL;
	o = json_loads(text, 0, NULL);
	free(text);
	return o;
}

/* ---- what somebody means ------------------------------------------------ */

static const char ranking_schema[] =
	"{\"type\":\"object\",\"additionalProperties\":false,"
	"\"required\":[\"ranking\"],\"properties\":{\"ranking\":{"
	"\"type\":\"array\",\"items\":{\"type\":\"object\","
	"\"additionalProperties\":false,\"required\":[\"choice\",\"score\"],"
	"\"properties\":{\"choice\":{\"type\":\"integer\"},"
	"\"score\":{\"type\":\"integer\"}}}}}}";

static char *ranking_prompt(const char *text, const char *const *choices)
{
	char *prompt = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&prompt, &len);

	if (!f)
		return NULL;
	(void)fprintf(f,
		      "Somebody on the telephone said:\n%s\n\n"
		      "Which of these does that mean? Name those that it may "
		      "mean by their numbers, the likeliest first, each with "
		      "a score from 1 (hardly) to 100 (surely). Leave out "
		      "what it does not mean; if it means none of them, the "
		      "ranking is empty.\n\n",
		      text);
	for (size_t i = 0; choices[i]; i++)
		(void)fprintf(f, "%zu: %s\n", i, choices[i]);
	if (fclose(f) != 0) {
		free(prompt);
		prompt = NULL;
	}
	return prompt;
}

/* Each choice once, the highest score first. @return how many */
static int sort_in(const json_t *ranking, size_t n_choices, int *ret_index,
		   int *ret_score, size_t max)
{
	int scores[ASKED_MAX] = {0}, n = 0;
	const json_t *one;
	size_t i;

	json_array_foreach (ranking, i, one) {
		json_int_t at =
			json_integer_value(json_object_get(one, "choice"));
		json_int_t score =
			json_integer_value(json_object_get(one, "score"));

		if (at >= 0 && (size_t)at < n_choices && !scores[at])
			scores[at] = score < 0     ? 0
				     : score > 100 ? 100
						   : (int)score;
	}
	while ((size_t)n < max) {
		int best = 0;

		for (int k = 1; (size_t)k < n_choices; k++)
			if (scores[k] > scores[best])
				best = k;
		if (!scores[best])
			break;
		ret_index[n] = best;
		if (ret_score)
			ret_score[n] = scores[best];
		scores[best] = 0;
		n++;
	}
	return n;
}

int expert_rank(struct expert *e, const char *text, const char *const *choices,
		int64_t timeout_ms, int *ret_index, int *ret_score, size_t max)
{
	size_t n = 0;
	char *prompt;
	json_t *o = NULL;
	int found;

	if (!text || !choices || !choices[0] || !ret_index || !max ||
	    (e && (timeout_ms < 1 || timeout_ms > TIMEOUT_MS_MAX)))
		return EXPERT_EINVAL;
	while (choices[n])
		n++;
	if (e && n <= ASKED_MAX) {
		prompt = ranking_prompt(text, choices);
		o = prompt ? ask(e, prompt, ranking_schema, timeout_ms) : NULL;
		free(prompt);
	}
	if (!o)
		return docs_rank(text, choices, ret_index, ret_score, max);
	found = sort_in(json_object_get(o, "ranking"), n, ret_index, ret_score,
			max);
	json_decref(o);
	return found;
}

/* ---- answers from documents --------------------------------------------- */

static const char answer_schema[] =
	"{\"type\":\"object\",\"additionalProperties\":false,"
	"\"required\":[\"known\",\"answer\"],\"properties\":{"
	"\"known\":{\"type\":\"boolean\"},\"answer\":{\"type\":\"string\"}}}";

static char *answer_prompt(const struct expert_docs *d, const char *question)
{
	const int is_whole = docs_bytes(d) <= WHOLE_BYTES;
	size_t n = is_whole ? expert_docs_count(d) : PASSAGES, len = 0;
	char *prompt = NULL;
	FILE *f = open_memstream(&prompt, &len);

	if (!f)
		return NULL;
	(void)fputs("Answer a caller's question from these excerpts of "
		    "documents and from nothing else. When they do not say "
		    "it, known is false. The answer is brief, in plain "
		    "sentences that can be spoken, without another question "
		    "or an offer.\n\n",
		    f);
	for (size_t i = 0; i < n; i++) {
		const char *source, *text;

		text = docs_passage(d, is_whole ? NULL : question, i, &source);
		if (!text)
			break;
		(void)fprintf(f, "[%s] %s\n\n", source, text);
	}
	(void)fprintf(f, "The question: %s\n", question);
	if (fclose(f) != 0) {
		free(prompt);
		prompt = NULL;
	}
	return prompt;
}

int expert_docs_answer(const struct expert_docs *d, struct expert *e,
		       const char *question, int64_t timeout_ms, char **ret)
{
	const char *text;
	char *prompt, *copy;
	json_t *o = NULL;

	if (!d || !question || !question[0] || !ret ||
	    (e && (timeout_ms < 1 || timeout_ms > TIMEOUT_MS_MAX)))
		return EXPERT_EINVAL;
	if (!expert_docs_count(d))
		return EXPERT_ENOENT;
	if (e) {
		prompt = answer_prompt(d, question);
		o = prompt ? ask(e, prompt, answer_schema, timeout_ms) : NULL;
		free(prompt);
	}
	text = o ? json_string_value(json_object_get(o, "answer"))
		 : expert_docs_ask(d, question, 0);
	if (o && !json_is_true(json_object_get(o, "known")))
		text = NULL;
	copy = text ? strdup(text) : NULL;
	json_decref(o);
	if (!copy)
		return text ? EXPERT_ENOMEM : EXPERT_ENOENT;

	*ret = copy;
	return EXPERT_OK;
}
