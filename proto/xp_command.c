/**
 * @file xp_command.c  Commands of a call, client to server
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "proto/xp_command.h"
#include "proto/xp_task.h"

static const struct kind {
	const char *type;
	enum xp_command_kind kind;
	uint32_t extension;
} kinds[] = {
	{"set-persona", XP_SET_PERSONA, 0},
	{"registered-hooks", XP_REGISTERED_HOOKS, 0},
	{"set-language-mode", XP_SET_LANGUAGE_MODE, 0},
	{"set-variable", XP_SET_VARIABLE, 0},
	{"set-task", XP_SET_TASK, 0},
	{"retry-task", XP_RETRY_TASK, 0},
	{"read-script", XP_READ_SCRIPT, 0},
	{"send-instruction", XP_SEND_INSTRUCTION, 0},
	{"answer-question", XP_ANSWER_QUESTION, 0},
	{"action-suggestion", XP_ACTION_SUGGESTION, 0},
	{"choice-query-result", XP_CHOICE_QUERY_RESULT, 0},
	{"transfer-call", XP_TRANSFER_CALL, 0},
	{"send-caller-text", XP_SEND_CALLER_TEXT, 0},
	{"expert-error", XP_EXPERT_ERROR, 0},
	{"set-agent-dtmf", XP_SET_AGENT_DTMF, 0},
	{"send-agent-dtmf", XP_SEND_AGENT_DTMF, 0},
	{"hang-up", XP_HANG_UP, XP_EXT_HANGUP},
	{"say", XP_SAY, XP_EXT_SAY},
	{"set-state", XP_SET_STATE, XP_EXT_STATE},
	{"action-done", XP_ACTION_DONE, XP_EXT_RESUME},
	{"validate-result", XP_VALIDATE_RESULT, XP_EXT_FIELDS},
	{"hand-over", XP_HAND_OVER, XP_EXT_CAPACITY},
	{"set-recording", XP_SET_RECORDING, XP_EXT_RECORDING},
};

static enum xp_command_kind kind_of(const char *type, uint32_t extensions)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].type, type) &&
		    !(kinds[i].extension & ~extensions))
			return kinds[i].kind;
	return XP_CMD_UNKNOWN;
}

static const struct kind *kind_at(enum xp_command_kind kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].kind == kind)
			return &kinds[i];
	return NULL;
}

const char *xp_command_name(enum xp_command_kind kind)
{
	const struct kind *k = kind_at(kind);

	return k ? k->type : NULL;
}

uint32_t xp_command_extension(enum xp_command_kind kind)
{
	const struct kind *k = kind_at(kind);

	return k ? k->extension : 0;
}

/* ---- decoding ----------------------------------------------------------- */

static void get_persona(struct xp_reader *r, struct xp_command *c)
{
	xp_get_text_or(r, "agent_name", &c->agent_name, XP_TEXT_BYTES_MAX,
		       NULL);
	xp_get_text_or(r, "organization_name", &c->organization,
		       XP_TEXT_BYTES_MAX, NULL);
	xp_get_text_or(r, "agent_purpose", &c->purpose, XP_TEXT_BYTES_MAX,
		       NULL);
	xp_get_text_or(r, "voice", &c->voice, XP_KEY_BYTES_MAX, NULL);
}

static void get_hooks(struct xp_reader *r, struct xp_command *c)
{
	xp_get_flag(r, "has_on_question", &c->has_on_question, 0);
	xp_get_flag(r, "has_on_intent", &c->has_on_intent, 0);
	xp_get_flag(r, "has_on_action_requested", &c->has_on_action, 0);
	xp_get_flag(r, "has_on_escalate", &c->has_on_escalate, 0);
	xp_get_flag(r, "has_on_agent_dtmf", &c->has_on_agent_dtmf, 0);
	xp_get_flag(r, "accept_dtmf_for_numbers", &c->accept_dtmf, 1);
}

static void get_task(struct xp_reader *r, struct xp_command *c,
		     uint32_t extensions)
{
	xp_get_key(r, "task_id", &c->key);
	xp_get_text_or(r, "objective", &c->objective, XP_TEXT_BYTES_MAX, "");
	xp_get_text_or(r, "completion_criteria", &c->criteria,
		       XP_TEXT_BYTES_MAX, NULL);
	xp_get_items(r, c, extensions);
}

/* Before there was a list, one suggestion stood in two members of its own. */
static void get_single_suggestion(struct xp_reader *r, struct xp_command *c)
{
	struct xp_action a = {0}, *copy;

	xp_get_text_or(r, "action_key", &a.key, XP_KEY_BYTES_MAX, NULL);
	xp_get_text_or(r, "action_description", &a.description,
		       XP_TEXT_BYTES_MAX, "");
	if (r->rc || c->n_actions || !a.key || !a.key[0])
		return;

	copy = xp_doc_alloc(r, sizeof(*copy));
	if (copy) {
		*copy = a;
		c->actions = copy;
		c->n_actions = 1;
	}
}

static void get_suggestions(struct xp_reader *r, struct xp_command *c)
{
	uint32_t n = 0;
	const json_t *array;
	struct xp_action *v = NULL;

	xp_get_key(r, "intent_id", &c->id);
	array = xp_get_array(r, "actions", &n, XP_ACTIONS_MAX);
	if (n)
		v = xp_doc_alloc(r, n * sizeof(*v));

	for (uint32_t i = 0; i < n && !r->rc; i++) {
		char path[XP_PATH_BYTES];
		struct xp_reader at =
			xp_reader_at(r, array, "actions", i, path);

		xp_get_key(&at, "key", &v[i].key);
		xp_get_text_or(&at, "description", &v[i].description,
			       XP_TEXT_BYTES_MAX, "");
		r->rc = at.rc;
	}

	c->actions = v;
	c->n_actions = n;
	get_single_suggestion(r, c);
}

static void get_transfer(struct xp_reader *r, struct xp_command *c)
{
	xp_get_text_or(r, "transfer_message", &c->text, XP_TEXT_BYTES_MAX, "");
	xp_get_key(r, "to_number", &c->to);
	xp_get_flag(r, "soft_transfer", &c->soft, 1);
}

static void get_choices(struct xp_reader *r, struct xp_command *c)
{
	xp_get_key(r, "field_key", &c->key);
	xp_get_key(r, "query_id", &c->id);
	xp_get_texts(r, "matched_choices", &c->choices, &c->n_choices,
		     XP_CHOICES_MAX);
	xp_get_texts(r, "other_choices", &c->others, &c->n_others,
		     XP_CHOICES_MAX);
}

static void get_instruction(struct xp_reader *r, struct xp_command *c)
{
	xp_get_text_or(r, "instruction", &c->text, XP_INSTRUCTION_BYTES_MAX,
		       NULL);
	if (!r->rc && !c->text)
		(void)xp_fail(r, -EBADMSG, "instruction", "must be a string");
}

static void get_command(struct xp_reader *r, struct xp_command *c,
			uint32_t extensions)
{
	xp_get_more(r, c, extensions);
	switch (c->kind) {
	case XP_CMD_UNKNOWN:
		break;
	case XP_SET_PERSONA:
		get_persona(r, c);
		break;
	case XP_REGISTERED_HOOKS:
		get_hooks(r, c);
		break;
	case XP_SET_LANGUAGE_MODE:
		xp_get_text(r, "primary", &c->text);
		xp_get_texts(r, "secondary", &c->choices, &c->n_choices,
			     XP_CHOICES_MAX);
		break;
	case XP_SET_VARIABLE:
		xp_get_key(r, "key", &c->key);
		xp_get_json(r, "value", &c->value_json);
		break;
	case XP_SET_TASK:
		get_task(r, c, extensions);
		break;
	case XP_RETRY_TASK:
		xp_get_text_or(r, "reason", &c->text, XP_TEXT_BYTES_MAX, "");
		break;
	case XP_READ_SCRIPT:
		xp_get_text(r, "script", &c->text);
		break;
	case XP_SEND_INSTRUCTION:
		get_instruction(r, c);
		break;
	case XP_ANSWER_QUESTION:
		xp_get_key(r, "question_id", &c->id);
		xp_get_text(r, "answer", &c->text);
		break;
	case XP_ACTION_SUGGESTION:
		get_suggestions(r, c);
		break;
	case XP_CHOICE_QUERY_RESULT:
		get_choices(r, c);
		break;
	case XP_TRANSFER_CALL:
		get_transfer(r, c);
		break;
	case XP_SEND_CALLER_TEXT:
		xp_get_text(r, "text", &c->text);
		break;
	case XP_EXPERT_ERROR:
		xp_get_text(r, "message", &c->text);
		break;
	case XP_SET_AGENT_DTMF:
		xp_get_flag(r, "enabled", &c->enabled, 0);
		break;
	case XP_SEND_AGENT_DTMF:
		xp_get_texts(r, "digits", &c->choices, &c->n_choices,
			     XP_CHOICES_MAX);
		break;
	case XP_HANG_UP:
	case XP_SAY:
	case XP_SET_STATE:
	case XP_ACTION_DONE:
	case XP_VALIDATE_RESULT:
	case XP_HAND_OVER:
	case XP_SET_RECORDING:
		break; /* xp_more.c */
	}
}

int xp_command_decode_for(struct xp_command *ret, const char *s, size_t len,
			  uint32_t extensions, struct xp_error *reterr)
{
	struct xp_command c = {0};
	struct xp_reader r;
	struct xp_doc *doc;
	int rc;

	rc = xp_doc_new(&doc, s, len, XP_DEPTH_MAX, reterr);
	if (rc < 0)
		return rc;

	r = xp_doc_reader(doc, reterr);
	xp_get_key(&r, "command_type", &c.type);
	if (!r.rc) {
		c.kind = kind_of(c.type, extensions);
		get_command(&r, &c, extensions);
	}
	if (r.rc) {
		xp_doc_free(doc);
		return r.rc;
	}

	c.root = doc;
	*ret = c;
	return 0;
}

int xp_command_decode(struct xp_command *ret, const char *s, size_t len,
		      struct xp_error *reterr)
{
	return xp_command_decode_for(ret, s, len, 0, reterr);
}

void xp_command_done(struct xp_command *c)
{
	xp_doc_free(c->root);
	c->root = NULL;
}

/* ---- encoding ----------------------------------------------------------- */

static void put_persona(struct xp_writer *w, const struct xp_command *c)
{
	xp_put_text_or_null(w, "agent_name", c->agent_name);
	xp_put_text_or_null(w, "organization_name", c->organization);
	xp_put_text_or_null(w, "agent_purpose", c->purpose);
	xp_put_text_or_null(w, "voice", c->voice);
}

static void put_hooks(struct xp_writer *w, const struct xp_command *c)
{
	xp_put_flag(w, "has_on_question", c->has_on_question);
	xp_put_flag(w, "has_on_intent", c->has_on_intent);
	xp_put_flag(w, "has_on_action_requested", c->has_on_action);
	xp_put_flag(w, "has_on_escalate", c->has_on_escalate);
	/* Of later clients. */
	if (c->has_on_agent_dtmf)
		xp_put_flag(w, "has_on_agent_dtmf", 1);
	xp_put_flag(w, "accept_dtmf_for_numbers", c->accept_dtmf);
}

static void put_suggestions(struct xp_writer *w, const struct xp_command *c)
{
	const struct xp_action *one = c->n_actions == 1 ? c->actions : NULL;
	json_t *array = c->n_actions && !c->actions ? NULL : json_array();

	xp_put_text(w, "intent_id", c->id);
	xp_put_text_or_null(w, "action_key", one ? one->key : NULL);
	xp_put_text(w, "action_description",
		    one && one->description ? one->description : "");

	for (uint32_t i = 0; i < c->n_actions && array; i++) {
		struct xp_writer a = xp_writer_of("key", c->actions[i].key);

		xp_put_text(&a, "description",
			    c->actions[i].description
				    ? c->actions[i].description
				    : "");
		if (json_array_append_new(array, a.obj) < 0) {
			json_decref(array);
			array = NULL;
		}
	}
	xp_put(w, "actions", array);
}

static void put_choices(struct xp_writer *w, const struct xp_command *c)
{
	xp_put_text(w, "field_key", c->key);
	xp_put_text(w, "query_id", c->id);
	xp_put_texts(w, "matched_choices", c->choices, c->n_choices);
	xp_put_texts(w, "other_choices", c->others, c->n_others);
}

static void put_command(struct xp_writer *w, const struct xp_command *c,
			uint32_t extensions)
{
	xp_put_more(w, c, extensions);
	switch (c->kind) {
	case XP_CMD_UNKNOWN:
		break;
	case XP_SET_VARIABLE:
		xp_put_text(w, "key", c->key);
		xp_put_raw(w, "value", c->value_json,
			   c->value_json ? strlen(c->value_json) : 0);
		break;
	case XP_SET_PERSONA:
		put_persona(w, c);
		break;
	case XP_REGISTERED_HOOKS:
		put_hooks(w, c);
		break;
	case XP_SET_LANGUAGE_MODE:
		xp_put_text(w, "primary", c->text);
		xp_put_texts(w, "secondary", c->choices, c->n_choices);
		break;
	case XP_SET_TASK:
		xp_put_text(w, "task_id", c->key);
		xp_put_text(w, "objective", c->objective ? c->objective : "");
		xp_put_text_or_null(w, "completion_criteria", c->criteria);
		xp_put_items(w, c, extensions);
		break;
	case XP_RETRY_TASK:
		xp_put_text(w, "reason", c->text);
		break;
	case XP_READ_SCRIPT:
		xp_put_text(w, "script", c->text);
		break;
	case XP_SEND_INSTRUCTION:
		xp_put_text(w, "instruction", c->text);
		break;
	case XP_ANSWER_QUESTION:
		xp_put_text(w, "question_id", c->id);
		xp_put_text(w, "answer", c->text);
		break;
	case XP_ACTION_SUGGESTION:
		put_suggestions(w, c);
		break;
	case XP_CHOICE_QUERY_RESULT:
		put_choices(w, c);
		break;
	case XP_TRANSFER_CALL:
		xp_put_text(w, "transfer_message", c->text ? c->text : "");
		xp_put_text(w, "to_number", c->to);
		xp_put_flag(w, "soft_transfer", c->soft);
		break;
	case XP_SEND_CALLER_TEXT:
		xp_put_text(w, "text", c->text);
		break;
	case XP_EXPERT_ERROR:
		xp_put_text(w, "message", c->text);
		break;
	case XP_SET_AGENT_DTMF:
		xp_put_flag(w, "enabled", c->enabled);
		break;
	case XP_SEND_AGENT_DTMF:
		xp_put_texts(w, "digits", c->choices, c->n_choices);
		break;
	case XP_HANG_UP:
	case XP_SAY:
	case XP_SET_STATE:
	case XP_ACTION_DONE:
	case XP_VALIDATE_RESULT:
	case XP_HAND_OVER:
	case XP_SET_RECORDING:
		break; /* xp_more.c */
	}
}

char *xp_command_encode_for(const struct xp_command *c, uint32_t extensions)
{
	const struct kind *k = kind_at(c->kind);
	struct xp_writer w;

	if (!k || k->extension & ~extensions)
		return NULL;

	w = xp_writer_of("command_type", k->type);
	put_command(&w, c, extensions);
	return xp_text(&w);
}

char *xp_command_encode(const struct xp_command *c)
{
	return xp_command_encode_for(c, 0);
}
