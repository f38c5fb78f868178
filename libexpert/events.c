/**
 * @file events.c  From an event of the server to a handler
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "priv.h"

enum { REASON_BYTES = 2048 };

static void on_speech(struct call *c, const struct xp_event *e)
{
	const struct expert_handlers *h = call_handlers(c);
	const struct expert_speech speech = {
		.text = e->text,
		.id = e->id ? e->id : "",
		.interrupted = e->interrupted,
		.heard = e->heard_text ? e->heard_text : e->text,
		.heard_ms = e->heard_ms,
		.final = e->final,
		.start_ms = e->start_ms,
		.end_ms = e->end_ms,
		.confidence = e->confidence,
	};

	if (e->kind == XP_CALLER_SPEECH && h->on_caller_speech)
		h->on_caller_speech(c->handle, &speech, call_arg(c));
	if (e->kind == XP_AGENT_SPEECH && h->on_agent_speech)
		h->on_agent_speech(c->handle, &speech, call_arg(c));
}

static void on_question(struct call *c, const struct xp_event *e)
{
	const struct expert_handlers *h = call_handlers(c);
	struct ticket *t = ticket_new(c, HANDLE_QUESTION, e);
	void *handle = t ? t->handle : NULL;

	if (!t) {
		ticket_refuse(c, HANDLE_QUESTION, e);
		return;
	}
	if (h->on_question)
		h->on_question(c->handle, handle, call_arg(c));
	ticket_settle(c, handle, HANDLE_QUESTION);
}

static void on_request(struct call *c, const struct xp_event *e)
{
	const struct expert_handlers *h = call_handlers(c);
	struct ticket *t = ticket_new(c, HANDLE_REQUEST, e);
	void *handle = t ? t->handle : NULL;

	if (!t) {
		ticket_refuse(c, HANDLE_REQUEST, e);
		return;
	}
	if (h->on_action_request)
		h->on_action_request(c->handle, handle, call_arg(c));
	ticket_settle(c, handle, HANDLE_REQUEST);
}

static void on_search(struct call *c, const struct xp_event *e)
{
	const struct expert_handlers *h = call_handlers(c);
	struct ticket *t = ticket_new(c, HANDLE_SEARCH, e);
	void *handle = t ? t->handle : NULL;

	if (!t) {
		ticket_refuse(c, HANDLE_SEARCH, e);
		return;
	}
	if (h->on_search_query)
		h->on_search_query(c->handle, handle, call_arg(c));
	ticket_settle(c, handle, HANDLE_SEARCH);
}

static void on_item_done(struct call *c, const struct xp_event *e)
{
	const struct expert_handlers *h = call_handlers(c);
	int is_field = 0, rc;

	/* Says and todos are reported too; only fields have a value. Of a task
	 * that somebody else set, everything may be a field. */
	handle_lock_only();
	for (uint32_t i = 0; i < c->n_task_keys; i++)
		is_field |= !strcmp(c->task_keys[i], e->key);
	is_field |= strcmp(e->value_json, "null") != 0;
	rc = is_field ? value_set(&c->fields, e->key, e->value_json) : 0;
	handle_unlock();

	if (rc < 0)
		expert_log(c->e, EXPERT_LOG_ERROR, "call %s: field %s: %s",
			   c->id, e->key, expert_strerror(rc));
	else if (is_field && h->on_field)
		h->on_field(c->handle, e->key, call_arg(c));
}

/* @return [bytes] of s[len] without a character that is cut at its end */
static size_t whole_characters(const char *s, size_t len)
{
	size_t at = len, follow = 0, wanted;

	while (at && ((unsigned char)s[at - 1] & 0xc0) == 0x80) {
		at--;
		follow++;
	}
	if (!at)
		return len;
	wanted = (unsigned char)s[at - 1] < 0xc0   ? 0
		 : (unsigned char)s[at - 1] < 0xe0 ? 1
		 : (unsigned char)s[at - 1] < 0xf0 ? 2
						   : 3;
	return follow < wanted ? at - 1 : len;
}

/* One more thing that is wrong; what finds no room is cut. */
static void add_reason(char reason[REASON_BYTES], const char *what)
{
	size_t len = strlen(reason);

	if (snprintf(reason + len, REASON_BYTES - len, "%s%s", len ? " " : "",
		     what) >= (int)(REASON_BYTES - len))
		reason[whole_characters(reason, REASON_BYTES - 1)] = 0;
}

/* Ask on_validate about every field of this task that has a value.
 * @return how many are wrong; what they are goes to reason */
static int validate(struct call *c, const char *task,
		    char reason[REASON_BYTES])
{
	const struct expert_handlers *h = call_handlers(c);
	char *keys[XP_ITEMS_MAX];
	uint32_t n = 0;
	int wrong = 0;

	/* The handler may set another task, so work on copies. */
	handle_lock_only();
	if (c->task && !strcmp(c->task, task))
		for (uint32_t i = 0; i < c->n_task_keys; i++)
			keys[n++] = strdup(c->task_keys[i]);
	handle_unlock();

	for (uint32_t i = 0; i < n; i++) {
		const char *what = NULL;

		if (keys[i] && expert_has_field(c->handle, keys[i]))
			what = h->on_validate(c->handle, task, keys[i],
					      call_arg(c));
		free(keys[i]);
		if (!what)
			continue;
		wrong++;
		add_reason(reason, what);
	}
	return wrong;
}

static void on_task_done(struct call *c, const struct xp_event *e)
{
	const struct expert_handlers *h = call_handlers(c);
	char reason[REASON_BYTES] = "";

	if (h->on_validate && validate(c, e->id, reason)) {
		expert_log(c->e, EXPERT_LOG_INFO, "call %s: task %s goes on",
			   c->id, e->id);
		(void)expert_retry_task(c->handle, reason);
		return;
	}
	if (h->on_task_complete)
		h->on_task_complete(c->handle, e->id, call_arg(c));
	else
		expert_log(c->e, EXPERT_LOG_WARN,
			   "call %s: task %s is complete, nobody goes on",
			   c->id, e->id);
}

static void on_complaint(struct call *c, const struct xp_event *e)
{
	const struct expert_handlers *h = call_handlers(c);

	expert_log(c->e,
		   e->kind == XP_ERROR ? EXPERT_LOG_ERROR : EXPERT_LOG_WARN,
		   "call %s: the server says: %s", c->id, e->text);
	if (e->kind == XP_ERROR && h->on_error)
		h->on_error(c->handle, e->text, call_arg(c));
	if (e->kind == XP_WARNING && h->on_warning)
		h->on_warning(c->handle, e->text, call_arg(c));
}

void call_event(struct call *c, const struct xp_event *e)
{
	const struct expert_handlers *h = call_handlers(c);

	switch (e->kind) {
	case XP_CALLER_SPEECH:
	case XP_AGENT_SPEECH:
		on_speech(c, e);
		break;
	case XP_AGENT_QUESTION:
		on_question(c, e);
		break;
	case XP_ACTION_REQUEST:
		on_request(c, e);
		break;
	case XP_CHOICE_QUERY:
		on_search(c, e);
		break;
	case XP_EXECUTE_ACTION:
		more_action(c, e);
		break;
	case XP_ACTION_ITEM_DONE:
		on_item_done(c, e);
		break;
	case XP_TASK_DONE:
		on_task_done(c, e);
		break;
	case XP_ESCALATE:
		if (h->on_escalate)
			h->on_escalate(c->handle, e->text, call_arg(c));
		break;
	case XP_DTMF:
		if (h->on_dtmf)
			h->on_dtmf(c->handle, e->text, e->recent, call_arg(c));
		break;
	case XP_SESSION_ENDED:
		call_end(c, e->text, e->dnc);
		break;
	case XP_OUTBOUND_FAILED:
		if (h->on_outbound_failed)
			h->on_outbound_failed(c->handle, (int)e->code, e->text,
					      call_arg(c));
		c->started = 0; /* that was the last handler */
		call_end(c, e->text, 0);
		break;
	case XP_OUTBOUND_CONNECTED:
		if (h->on_outbound_connected)
			h->on_outbound_connected(c->handle, call_arg(c));
		break;
	case XP_ERROR:
	case XP_WARNING:
		on_complaint(c, e);
		break;
	default:
		if (more_event(c, e))
			break;
		expert_log(c->e, EXPERT_LOG_DEBUG, "call %s: event %s ignored",
			   c->id, e->type);
		break;
	}
}

/* ---- accessors ---------------------------------------------------------- */

const char *expert_speech_text(const struct expert_speech *s)
{
	return s ? s->text : "";
}

const char *expert_speech_id(const struct expert_speech *s)
{
	return s ? s->id : "";
}

const char *expert_speech_heard(const struct expert_speech *s)
{
	return s ? s->heard : "";
}

int64_t expert_speech_heard_ms(const struct expert_speech *s)
{
	return s ? s->heard_ms : 0;
}

int expert_speech_final(const struct expert_speech *s)
{
	return s ? s->final : 0;
}

int64_t expert_speech_start_ms(const struct expert_speech *s)
{
	return s ? s->start_ms : 0;
}

int64_t expert_speech_end_ms(const struct expert_speech *s)
{
	return s ? s->end_ms : 0;
}

int expert_speech_confidence(const struct expert_speech *s)
{
	return s ? (int)s->confidence : 0;
}

int expert_speech_interrupted(const struct expert_speech *s)
{
	return s ? s->interrupted : 0;
}

const char *expert_end_reason(const struct expert_end *end)
{
	return end ? end->reason : "";
}

int expert_end_dnc(const struct expert_end *end)
{
	return end ? end->dnc : 0;
}
