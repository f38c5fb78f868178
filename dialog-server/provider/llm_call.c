/**
 * @file llm_call.c  A model's tool call becomes an output, or is refused
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "dialog/bounds.h"
#include "provider/llm_snapshot.h"

struct call {
	struct llm_snapshot *s;
	const json_t *args;
	const struct llm_sink *sink;
	char *result;
	size_t cap;
};

static enum llm_effect refuse(struct call *c, const char *why)
{
	(void)snprintf(c->result, c->cap, "refused: %s", why);
	return LLM_EFFECT_REFUSED;
}

static void emit(struct call *c, const struct brain_output *o)
{
	c->sink->output(c->sink->arg, o);
}

/** A string argument; NULL when it is missing, empty or too long. */
static const char *text_of(const struct call *c, const char *name)
{
	const char *s = json_string_value(json_object_get(c->args, name));

	return s != NULL && s[0] != '\0' && strlen(s) <= LIMIT_TEXT_BYTES
		       ? s
		       : NULL;
}

static struct llm_item *item_of(const struct call *c)
{
	const char *key = text_of(c, "key");

	for (uint32_t i = 0; key != NULL && i < c->s->n_items; i++) {
		if (strcmp(c->s->items[i].key, key) == 0)
			return &c->s->items[i];
	}
	return NULL;
}

/* ---- values ------------------------------------------------------------- */

static int whole(const json_t *o, const char *name, int *ret)
{
	const json_t *v = json_object_get(o, name);

	if (!json_is_integer(v) || json_integer_value(v) < 0 ||
	    json_integer_value(v) > 9999)
		return -ENOENT;
	*ret = (int)json_integer_value(v);
	return 0;
}

/** Whatever JSON a model wrote for a value, as words. */
static int value_words(const json_t *v, char *ret, size_t cap)
{
	int y, m, d, hour, minute, n;

	if (json_is_string(v))
		return text_copy(ret, cap, json_string_value(v));
	if (json_is_integer(v)) {
		n = snprintf(ret, cap, "%lld",
			     (long long)json_integer_value(v));
	} else if (json_is_real(v)) {
		n = snprintf(ret, cap, "%.0f", json_real_value(v));
	} else if (json_is_boolean(v)) {
		n = snprintf(ret, cap, "%s", json_is_true(v) ? "yes" : "no");
	} else if (json_is_array(v) && json_array_size(v) == 1) {
		return value_words(json_array_get(v, 0), ret, cap);
	} else if (whole(v, "year", &y) == 0 && whole(v, "month", &m) == 0 &&
		   whole(v, "day", &d) == 0) {
		n = snprintf(ret, cap, "%04d-%02d-%02d", y, m, d);
		if (whole(v, "hour", &hour) == 0 &&
		    whole(v, "minute", &minute) == 0)
			n = snprintf(ret, cap, "%04d-%02d-%02dT%02d:%02d", y,
				     m, d, hour, minute);
	} else {
		return -EBADMSG;
	}
	return n > 0 && (size_t)n < cap ? 0 : -EMSGSIZE;
}

static int json_text(const char *s, char *ret, size_t cap)
{
	json_t *j = json_string(s);
	char *out = j != NULL ? json_dumps(j, JSON_ENCODE_ANY) : NULL;
	int err = out == NULL ? -ENOMEM : text_copy(ret, cap, out);

	free(out);
	json_decref(j);
	return err;
}

/** Only digits and what is written between them: "+1 (415) 555-0142". */
static int plain_digits(const char *s, char *ret, size_t cap)
{
	size_t n = 0;

	for (; *s != '\0'; s++) {
		if (*s >= '0' && *s <= '9') {
			if (n + 1 >= cap)
				return -EMSGSIZE;
			ret[n++] = *s;
		} else if (strchr(" +-.()/", *s) == NULL) {
			return -ENOENT;
		}
	}
	ret[n] = '\0';
	return n > 0 ? 0 : -ENOENT;
}

static const char *exact_choice(const struct llm_item *it, const char *words)
{
	for (uint32_t i = 0; i < it->n_choices; i++) {
		if (strcasecmp(it->choices[i], words) == 0)
			return it->choices[i];
	}
	return NULL;
}

/** Free text is the model's to word; the rest is read as a caller's words
 *  are, so that both brains agree on what a value looks like. */
static int value_json(const struct llm_snapshot *s, const struct llm_item *it,
		      const char *words, char *ret, size_t cap)
{
	struct ask ask = {
		.kind = nlu_ask_kind(it->type, it->key, it->description),
		.field_key = it->key,
		.description = it->description,
		.n_choices = it->n_choices,
		.choices = it->choices,
	};
	const char *choice = exact_choice(it, words);
	char digits[80];
	struct nlu_value v;

	if (choice != NULL && strcmp(it->type, "multi_select") != 0)
		return json_text(choice, ret, cap);
	if (ask.kind == ASK_DIGITS && strcmp(it->type, "phone") != 0 &&
	    plain_digits(words, digits, sizeof(digits)) == 0)
		return json_text(digits, ret, cap);
	if (strcmp(it->type, "text") == 0 && ask.kind != ASK_DIGITS)
		return json_text(words, ret, cap);
	/* Choices that a search found: the core knows them. */
	if (it->searchable && it->n_choices == 0)
		return json_text(words, ret, cap);
	if (nlu_value(&v, it->type, &ask, words, &s->today) < 0 || v.partial) {
		if (strcmp(it->type, "text") == 0)
			return json_text(words, ret, cap);
		return -EBADMSG;
	}
	return text_copy(ret, cap, v.json);
}

/** Outside of its bounds: told to the core, too, which tells the Expert. */
static enum llm_effect out_of_bounds(struct call *c, const struct llm_item *it,
				     const struct brain_output *o,
				     const char *problem)
{
	char words[NLU_TEXT_MAX];

	bounds_words(words, sizeof(words), &it->bounds, problem, &c->s->today);
	emit(c, o);
	(void)snprintf(c->result, c->cap,
		       "refused: %s; tell the caller so and ask again", words);
	return LLM_EFFECT_REFUSED;
}

static enum llm_effect do_record(struct call *c)
{
	struct llm_item *it = item_of(c);
	char words[LIMIT_TEXT_BYTES / 4], json[LIMIT_TEXT_BYTES];
	struct brain_output o = {.kind = BRAIN_RECORD};
	const char *problem;

	if (it == NULL || it->kind != XP_ITEM_FIELD)
		return refuse(c, "no field has that key");
	if (value_words(json_object_get(c->args, "value"), words,
			sizeof(words)) < 0 ||
	    words[strspn(words, " ")] == '\0')
		return refuse(c, "the value is missing or too long");
	if (value_json(c->s, it, words, json, sizeof(json)) < 0) {
		(void)snprintf(c->result, c->cap,
			       "refused: this is not a whole value of type "
			       "%s; ask the caller",
			       it->type);
		return LLM_EFFECT_REFUSED;
	}
	o.key = it->key;
	o.value_json = json;
	problem = bounds_problem(&it->bounds, json);
	if (problem != NULL)
		return out_of_bounds(c, it, &o, problem);
	it->state = it->bounds.validate && c->s->checks_values
			    ? BRAIN_ITEM_CHECKING
			    : BRAIN_ITEM_DONE;
	emit(c, &o);
	return LLM_EFFECT_QUIET;
}

/* ---- the other tools ---------------------------------------------------- */

static enum llm_effect do_skip(struct call *c)
{
	struct llm_item *it = item_of(c);
	struct brain_output o = {.kind = BRAIN_SKIP};

	if (it == NULL || it->kind != XP_ITEM_FIELD)
		return refuse(c, "no field has that key");
	if (it->state == BRAIN_ITEM_DONE || it->state == BRAIN_ITEM_CHECKING)
		return refuse(c, "it has a value");
	it->state = BRAIN_ITEM_SKIPPED;
	o.key = it->key;
	emit(c, &o);
	return LLM_EFFECT_QUIET;
}

static enum llm_effect do_done(struct call *c)
{
	struct llm_item *it = item_of(c);
	struct brain_output o = {.kind = BRAIN_DONE};

	if (it == NULL || it->kind == XP_ITEM_FIELD)
		return refuse(c, "no say or todo item has that key");
	it->state = BRAIN_ITEM_DONE;
	o.key = it->key;
	emit(c, &o);
	return LLM_EFFECT_QUIET;
}

static enum llm_effect do_question(struct call *c)
{
	struct brain_output o = {.kind = BRAIN_QUESTION,
				 .text = text_of(c, "question")};

	if (!c->s->has_questions)
		return refuse(c, "nobody takes questions on this call");
	if (o.text == NULL)
		return refuse(c, "the question is missing");
	emit(c, &o);
	return LLM_EFFECT_SPEAKS;
}

static enum llm_effect do_request(struct call *c)
{
	struct brain_output o = {.kind = BRAIN_ACTION,
				 .text = text_of(c, "summary")};

	if (!c->s->has_actions)
		return refuse(c, "nothing can be requested on this call");
	if (o.text == NULL)
		return refuse(c, "the summary is missing");
	emit(c, &o);
	return LLM_EFFECT_SPEAKS;
}

static enum llm_effect do_execute(struct call *c)
{
	const char *key = text_of(c, "key");

	for (uint32_t i = 0; key != NULL && i < c->s->n_actions; i++) {
		const struct llm_action *a = &c->s->actions[i];
		struct brain_output o = {.kind = BRAIN_EXECUTE,
					 .key = a->key,
					 .id = a->query_id};

		if (strcmp(a->key, key) != 0)
			continue;
		emit(c, &o);
		return LLM_EFFECT_QUIET;
	}
	return refuse(c, "no such action is offered");
}

static enum llm_effect do_search(struct call *c)
{
	struct llm_item *it = item_of(c);
	struct brain_output o = {.kind = BRAIN_SEARCH,
				 .text = text_of(c, "query")};

	if (it == NULL || !it->searchable)
		return refuse(c, "no searchable field has that key");
	if (o.text == NULL)
		return refuse(c, "the query is missing");
	o.key = it->key;
	emit(c, &o);
	return LLM_EFFECT_SPEAKS;
}

static enum llm_effect do_escalate(struct call *c)
{
	const char *by = text_of(c, "asked_by");
	struct brain_output o = {.kind = BRAIN_ESCALATE,
				 .by_agent =
					 by != NULL && strcmp(by, "you") == 0};

	emit(c, &o);
	return LLM_EFFECT_SPEAKS;
}

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int is_joint(char c)
{
	return c != '\0' && strchr(" -.()+", c) != NULL;
}

/** Do a number's digits stand in a text, whole, with whatever between? */
static int has_digits(const char *text, const char *digits)
{
	int inside = 0; /* of a number that began before */

	for (; *text != '\0'; text++) {
		const char *t = text, *d = digits;

		if (!is_digit(*text)) {
			inside = inside && is_joint(*text);
			continue;
		}
		while (!inside && *t != '\0' && *d != '\0') {
			if (*t == *d)
				d++;
			else if (!is_joint(*t))
				break;
			t++;
		}
		while (is_joint(*t))
			t++;
		if (*d == '\0' && !is_digit(*t))
			return 1;
		inside = 1;
	}
	return 0;
}

/** A destination is only ever one that the Expert wrote: what a caller says
 *  must not make us dial. */
static enum llm_effect do_transfer(struct call *c)
{
	struct brain_output o = {.kind = BRAIN_TRANSFER,
				 .text = text_of(c, "to")};
	char digits[40];
	int known = 0;

	if (o.text == NULL || strlen(o.text) < 3)
		return refuse(c, "the number is missing");
	if (plain_digits(o.text, digits, sizeof(digits)) == 0)
		known = strlen(digits) >= 3 &&
			has_digits(c->s->expert_text, digits);
	else
		known = strstr(c->s->expert_text, o.text) != NULL;
	if (!known)
		return refuse(c, "the business gave no such number");
	emit(c, &o);
	return LLM_EFFECT_SPEAKS;
}

static enum llm_effect do_hangup(struct call *c)
{
	struct brain_output o = {.kind = BRAIN_HANGUP};

	emit(c, &o);
	return LLM_EFFECT_SPEAKS;
}

static enum llm_effect do_task_done(struct call *c)
{
	struct brain_output o = {.kind = BRAIN_TASK_DONE};

	for (uint32_t i = 0; i < c->s->n_items; i++) {
		const struct llm_item *it = &c->s->items[i];

		if (it->state != BRAIN_ITEM_OPEN ||
		    (it->kind == XP_ITEM_FIELD && !it->required))
			continue;
		(void)snprintf(c->result, c->cap,
			       "refused: item %.100s is still open", it->key);
		return LLM_EFFECT_REFUSED;
	}
	if (!c->s->has_task)
		return refuse(c, "there is no task");
	emit(c, &o);
	return LLM_EFFECT_SPEAKS;
}

enum llm_effect llm_tool_call(struct llm_snapshot *s, const char *name,
			      const char *args, const struct llm_sink *sink,
			      char *result, size_t cap)
{
	static const struct {
		const char *name;
		enum llm_effect (*run)(struct call *c);
	} table[] = {
		{"record_field", do_record},    {"skip_field", do_skip},
		{"mark_done", do_done},         {"ask_expert", do_question},
		{"request_action", do_request}, {"execute_action", do_execute},
		{"search_choices", do_search},  {"escalate", do_escalate},
		{"transfer", do_transfer},      {"hang_up", do_hangup},
		{"task_done", do_task_done},
	};
	struct call c = {.s = s, .sink = sink, .result = result, .cap = cap};
	enum llm_effect effect;
	json_t *root;

	_Static_assert(sizeof(table) / sizeof(*table) == LLM_TOOLS_N,
		       "every tool has its function");
	(void)text_copy(result, cap, "ok");
	root = json_loads(args[strspn(args, " \n")] != '\0' ? args : "{}",
			  JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(root)) {
		json_decref(root);
		return refuse(&c, "the arguments are not a JSON object");
	}
	c.args = root;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		if (strcmp(table[i].name, name) != 0)
			continue;
		effect = table[i].run(&c);
		json_decref(root);
		return effect;
	}
	json_decref(root);
	return refuse(&c, "there is no such tool");
}
