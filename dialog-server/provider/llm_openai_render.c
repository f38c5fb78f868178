/**
 * @file llm_openai_render.c  A view as a request for chat completions
 *
 * One system message, then user and assistant in turn, beginning and ending
 * with user: what the chat templates of the smaller servers insist on.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "provider/llm_openai.h"

/** Builds messages; neighbours of one role become one message. */
struct writer {
	json_t *messages;
	const char *role; /* of what is in text, NULL: nothing */
	struct strbuf text;
	int err;
};

static void flush(struct writer *w)
{
	json_t *m;

	if (w->role == NULL)
		return;
	/* JSON has no place for what is not UTF-8. */
	if (!text_is_utf8(w->text.s, w->text.len)) {
		for (size_t i = 0; i < w->text.len; i++) {
			if ((unsigned char)w->text.s[i] >= 0x80)
				w->text.s[i] = '?';
		}
	}
	m = json_pack("{s:s, s:s}", "role", w->role, "content", w->text.s);
	if (m == NULL || json_array_append_new(w->messages, m) < 0)
		w->err = -ENOMEM;
	strbuf_clear(&w->text);
	w->role = NULL;
}

/** Begin or go on with a message of that role. */
static struct strbuf *message(struct writer *w, const char *role)
{
	if (w->role != NULL && strcmp(w->role, role) == 0) {
		strbuf_addc(&w->text, '\n');
		return &w->text;
	}
	flush(w);
	w->role = role;
	return &w->text;
}

static void add_line(struct writer *w, const struct brain_line *l)
{
	struct strbuf *b;

	switch (l->role) {
	case BRAIN_CALLER:
		llm_prompt_caller(message(w, "user"), l->text);
		break;
	case BRAIN_AGENT:
		strbuf_add(message(w, "assistant"), l->text);
		if (l->interrupted)
			strbuf_add(message(w, "user"),
				   "[The caller interrupted you there and "
				   "heard no more than that.]");
		break;
	case BRAIN_EXPERT:
	case BRAIN_SYSTEM:
		b = message(w, "user");
		strbuf_add(b, "[Note: ");
		llm_prompt_caller(b, l->text);
		strbuf_addc(b, ']');
		break;
	}
}

static json_t *messages_of(const struct brain_view *v)
{
	struct writer w = {.messages = json_array()};
	struct strbuf cue;

	if (w.messages == NULL)
		return NULL;
	strbuf_init(&w.text, OPENAI_REQUEST_BYTES);
	strbuf_init(&cue, OPENAI_REQUEST_BYTES / 4);
	llm_prompt_system(message(&w, "system"), v);
	if (v->n_lines > 0 && v->lines[0].role == BRAIN_AGENT)
		strbuf_add(message(&w, "user"), "[The call is open.]");
	for (uint32_t i = 0; i < v->n_lines; i++)
		add_line(&w, &v->lines[i]);
	llm_prompt_cue(&cue, v);
	if (cue.len > 0)
		strbuf_add(message(&w, "user"), cue.s);
	else if (w.role == NULL || strcmp(w.role, "user") != 0)
		strbuf_add(message(&w, "user"), "[Go on.]");
	flush(&w);
	if (!strbuf_ok(&w.text) || !strbuf_ok(&cue))
		w.err = -EMSGSIZE;
	strbuf_done(&w.text);
	strbuf_done(&cue);
	if (w.err < 0)
		return json_decref(w.messages), NULL;
	return w.messages;
}

static json_t *tools_of(const struct llm_snapshot *s)
{
	json_t *tools = json_array();

	for (size_t i = 0; i < LLM_TOOLS_N; i++) {
		json_t *schema = llm_tools[i].schema(s), *t;

		if (schema == NULL)
			continue;
		t = json_pack("{s:s, s:{s:s, s:s, s:o}}", "type", "function",
			      "function", "name", llm_tools[i].name,
			      "description", llm_tools[i].description,
			      "parameters", schema);
		if (json_array_append_new(tools, t) < 0)
			return json_decref(tools), NULL;
	}
	return tools;
}

json_t *openai_request(const char *model, const struct brain_view *v,
		       const struct llm_snapshot *s)
{
	json_t *messages = messages_of(v), *tools = tools_of(s), *root;

	if (messages == NULL || tools == NULL) {
		json_decref(messages);
		json_decref(tools);
		return NULL;
	}
	root = json_pack("{s:s, s:b, s:{s:b}, s:o}", "model", model, "stream",
			 1, "stream_options", "include_usage", 1, "messages",
			 messages);
	/* An empty list of tools is an error to some. */
	if (root == NULL || json_array_size(tools) == 0)
		json_decref(tools);
	else if (json_object_set_new(root, "tools", tools) < 0)
		return json_decref(root), NULL;
	return root;
}

static int put(const char *s, size_t len, void *arg)
{
	strbuf_addn(arg, s, len);
	return 0;
}

int openai_request_text(struct strbuf *b, const json_t *request)
{
	if (json_dump_callback(request, put, b, JSON_COMPACT) < 0)
		return -ENOMEM;
	return strbuf_ok(b) ? 0 : -EMSGSIZE;
}

int openai_request_follow(json_t *request, const struct openai_answer *a)
{
	json_t *messages = json_object_get(request, "messages");
	json_t *calls = json_array(), *m;

	for (uint32_t i = 0; i < a->n_calls; i++) {
		const struct openai_call *c = &a->calls[i];
		json_t *call = json_pack("{s:s, s:s, s:{s:s, s:s}}", "id",
					 c->id, "type", "function", "function",
					 "name", c->name, "arguments",
					 c->args.len > 0 ? c->args.s : "{}");

		if (json_array_append_new(calls, call) < 0)
			return json_decref(calls), -ENOMEM;
	}
	m = json_pack("{s:s, s:n, s:o}", "role", "assistant", "content",
		      "tool_calls", calls);
	if (m == NULL || json_array_append_new(messages, m) < 0)
		return -ENOMEM;
	for (uint32_t i = 0; i < a->n_calls; i++) {
		m = json_pack("{s:s, s:s, s:s}", "role", "tool",
			      "tool_call_id", a->calls[i].id, "content",
			      a->calls[i].result);
		if (m == NULL || json_array_append_new(messages, m) < 0)
			return -ENOMEM;
	}
	return 0;
}
