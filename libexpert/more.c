/**
 * @file more.c  What a server may understand beyond the published protocol
 *
 * Agreed for each call when its socket opens; section 9 of proto/PROTOCOL.md.
 *
 * SPDX-License-Identifier: MIT
 */
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "priv.h"

int expert_call_can(struct expert_call *call, const char *extension)
{
	struct call *c = handle_lock(call, HANDLE_CALL);
	uint32_t one = extension ? xp_extension_named(extension) : 0;
	int can = c && one && atomic_load(&c->extensions) & one;

	if (c)
		handle_unlock();
	return can;
}

/* ---- commands ----------------------------------------------------------- */

int expert_say(struct expert_call *call, const char *id, const char *text,
	       int how)
{
	struct xp_command cmd = {
		.kind = XP_SAY,
		.id = id,
		.text = text,
		.when = how & EXPERT_SAY_NOW ? XP_WHEN_NOW : XP_WHEN_HEARD,
		.interruptible = !(how & EXPERT_SAY_WHOLE),
	};

	if (!text || !text[0] || !id || !id[0] ||
	    how & ~(EXPERT_SAY_NOW | EXPERT_SAY_WHOLE))
		return EXPERT_EINVAL;
	if (!expert_call_can(call, "say"))
		return expert_read_script(call, text);
	return call_send(call, &cmd);
}

int expert_hangup_with(struct expert_call *call, const char *text)
{
	const struct xp_command cmd = {.kind = XP_HANG_UP, .text = text};

	if (!expert_call_can(call, "hangup"))
		return expert_hangup(call, text);
	return call_send(call, &cmd);
}

int expert_hangup_now(struct expert_call *call)
{
	const struct xp_command cmd = {.kind = XP_HANG_UP,
				       .when = XP_WHEN_NOW};

	if (!expert_call_can(call, "hangup"))
		return expert_hangup(call, NULL);
	return call_send(call, &cmd);
}

int expert_hand_over(struct expert_call *call, const char *to,
		     const char *note)
{
	struct xp_command cmd = {.kind = XP_HAND_OVER,
				 .to_kind = XP_ADDRESS_SAME,
				 .text = note ? note : ""};

	if (to && !strncmp(to, "web:", 4))
		cmd.to_kind = XP_ADDRESS_WEB;
	else if (to && !strncmp(to, "sip:", 4))
		cmd.to_kind = XP_ADDRESS_SIP;
	else if (to)
		cmd.to_kind = XP_ADDRESS_PHONE;
	cmd.to = !to || cmd.to_kind == XP_ADDRESS_PHONE ? to : to + 4;
	if (to && !cmd.to[0])
		return EXPERT_EINVAL;
	if (!expert_call_can(call, "capacity"))
		return EXPERT_EPROTO;
	return call_send(call, &cmd);
}

int expert_save(struct expert_call *call, const char *json)
{
	const struct xp_command cmd = {.kind = XP_SET_STATE,
				       .value_json = json};
	char *copy = json ? xp_command_encode_for(&cmd, XP_EXT_STATE) : NULL;
	struct call *c;
	int rc;

	if (!copy)
		return EXPERT_EINVAL;
	free(copy);
	c = handle_lock(call, HANDLE_CALL);
	if (!c)
		return call ? EXPERT_EGONE : EXPERT_EINVAL;

	copy = strdup(json);
	rc = copy ? EXPERT_OK : EXPERT_ENOMEM;
	if (rc == EXPERT_OK && atomic_load(&c->extensions) & XP_EXT_STATE)
		rc = call_command(c, &cmd);
	if (rc == EXPERT_OK) {
		free(c->saved);
		c->saved = copy;
		copy = NULL;
	}
	free(copy);
	handle_unlock();
	return rc;
}

const char *expert_saved(struct expert_call *call)
{
	struct call *c = handle_lock(call, HANDLE_CALL);
	const char *saved = c ? c->saved : NULL;

	if (c)
		handle_unlock();
	return saved;
}

/* ---- actions ------------------------------------------------------------ */

void more_action(struct call *c, const struct xp_event *e)
{
	const struct expert_handlers *h = call_handlers(c);

	if (!h->on_action) {
		expert_log(c->e, EXPERT_LOG_WARN,
			   "call %s: no handler for action %s", c->id, e->key);
		return;
	}
	c->action_id = e->id;
	c->action_again = e->again;
	c->action_later = 0;
	h->on_action(c->handle, e->key, call_arg(c));
	c->action_id = NULL;
	if (e->id && !c->action_later)
		(void)expert_action_done(c->handle, e->id);
}

const char *expert_action_id(struct expert_call *call)
{
	struct call *c = handle_lock(call, HANDLE_CALL);
	const char *id = c && c->action_id ? c->action_id : "";

	if (c)
		handle_unlock();
	return id;
}

int expert_action_again(struct expert_call *call)
{
	struct call *c = handle_lock(call, HANDLE_CALL);
	int again = c && c->action_id && c->action_again;

	if (c)
		handle_unlock();
	return again;
}

int expert_action_later(struct expert_call *call)
{
	struct call *c = handle_lock(call, HANDLE_CALL);
	int rc = c && c->action_id ? EXPERT_OK : EXPERT_EINVAL;

	if (c) {
		c->action_later = 1;
		handle_unlock();
	}
	return rc;
}

int expert_action_done(struct expert_call *call, const char *id)
{
	const struct xp_command cmd = {.kind = XP_ACTION_DONE, .id = id};

	if (!id || !id[0])
		return EXPERT_EINVAL;
	if (!expert_call_can(call, "resume"))
		return EXPERT_OK;
	return call_send(call, &cmd);
}

/* ---- a call that had an Expert ------------------------------------------ */

static void take_values(struct call *c, struct value **to, const char *json)
{
	json_t *all = json_loads(json ? json : "{}", 0, NULL), *one;
	const char *key;

	json_object_foreach (all, key, one) {
		char *text = json_dumps(one, JSON_COMPACT | JSON_ENCODE_ANY);

		if (!text || value_set(to, key, text) != EXPERT_OK)
			expert_log(c->e, EXPERT_LOG_ERROR,
				   "call %s: no room for %s", c->id, key);
		free(text);
	}
	json_decref(all);
}

/* The fields of its task, for on_validate. Lock held. */
static void take_task(struct call *c, const struct xp_snapshot *s)
{
	if (!s->task_id || c->task)
		return;
	c->task = strdup(s->task_id);
	for (uint32_t i = 0; c->task && i < s->n_items; i++) {
		if (s->items[i].kind != XP_ITEM_FIELD)
			continue;
		c->task_keys[c->n_task_keys] = strdup(s->items[i].key);
		if (c->task_keys[c->n_task_keys])
			c->n_task_keys++;
	}
}

void more_snapshot(struct call *c, const struct xp_event *e)
{
	const struct expert_handlers *h = call_handlers(c);
	const struct expert_takeover t = {.snapshot = e->snapshot};
	const struct xp_snapshot *s = e->snapshot;

	if (s->cause == XP_CAUSE_START)
		return;
	handle_lock_only();
	take_values(c, &c->fields, s->fields_json);
	take_values(c, &c->variables, s->variables_json);
	if (h->on_takeover)
		take_task(c, s);
	if (s->state_json && strcmp(s->state_json, "null") != 0) {
		free(c->saved);
		c->saved = strdup(s->state_json);
	}
	handle_unlock();
	if (h->on_takeover)
		h->on_takeover(c->handle, &t, call_arg(c));
}

const char *expert_takeover_cause(const struct expert_takeover *t)
{
	return t && t->snapshot->cause == XP_CAUSE_HAND_OVER ? "hand-over"
							     : "lost";
}

const char *expert_takeover_note(const struct expert_takeover *t)
{
	return t && t->snapshot->note ? t->snapshot->note : "";
}

const char *expert_takeover_task(const struct expert_takeover *t)
{
	return t && t->snapshot->task_id ? t->snapshot->task_id : "";
}

int64_t expert_takeover_elapsed_ms(const struct expert_takeover *t)
{
	return t ? t->snapshot->elapsed_ms : 0;
}

int expert_takeover_line(const struct expert_takeover *t, int i,
			 const char **who, const char **text)
{
	static const char *const roles[] = {"caller", "agent", "system"};

	if (!t || i < 0 || (uint32_t)i >= t->snapshot->n_lines)
		return 0;
	if (who)
		*who = roles[t->snapshot->lines[i].role];
	if (text)
		*text = t->snapshot->lines[i].text;
	return 1;
}

/* ---- the other events --------------------------------------------------- */

/* A command's id carries its name: "9f31c0de-12:retry-task". */
static void on_result(struct call *c, const struct xp_event *e)
{
	const struct expert_handlers *h = call_handlers(c);
	const char *name = strchr(e->id, ':');
	const char *why = e->reason ? e->reason : "";

	if (e->result == XP_RESULT_DONE)
		return;
	name = name ? name + 1 : e->id;
	expert_log(c->e,
		   e->result == XP_RESULT_REFUSED ? EXPERT_LOG_WARN
						  : EXPERT_LOG_DEBUG,
		   "call %s: %s has no effect: %s %s", c->id, name, why,
		   e->detail);
	if (h->on_refused)
		h->on_refused(c->handle, name, why, call_arg(c));
}

static int small(int64_t n)
{
	return n < INT_MAX ? (int)n : INT_MAX;
}

int more_event(struct call *c, const struct xp_event *e)
{
	const struct expert_handlers *h = call_handlers(c);

	switch (e->kind) {
	case XP_CALL_SNAPSHOT:
		more_snapshot(c, e);
		return 1;
	case XP_COMMAND_RESULT:
		on_result(c, e);
		return 1;
	case XP_FIELD_COLLECTED:
		fields_collected(c, e);
		return 1;
	case XP_SAVED_STATE:
		handle_lock_only();
		free(c->saved);
		c->saved = strdup(e->value_json);
		handle_unlock();
		return 1;
	case XP_SAID:
		if (h->on_said)
			h->on_said(c->handle, e->id, e->heard_text,
				   e->interrupted, call_arg(c));
		return 1;
	case XP_HAND_OVER_FAILED:
		if (h->on_refused)
			h->on_refused(c->handle, "hand-over", e->reason,
				      call_arg(c));
		return 1;
	case XP_CALLER_TURN_ENDED:
		if (h->on_turn_ended)
			h->on_turn_ended(c->handle, e->id ? e->id : "",
					 e->start_ms, e->end_ms, call_arg(c));
		return 1;
	case XP_CALLER_SILENT:
		if (h->on_caller_silent)
			h->on_caller_silent(c->handle, e->silence_ms,
					    small(e->prompts), call_arg(c));
		return 1;
	case XP_BARGE_IN:
		if (h->on_barge_in)
			h->on_barge_in(c->handle, e->at_ms,
				       e->outcome == XP_OUTCOME_CUT,
				       call_arg(c));
		return 1;
	case XP_SERVER_DRAINING:
		expert_log(c->e, EXPERT_LOG_INFO,
			   "call %s: the server drains, deadline_ms=%lld",
			   c->id, (long long)e->deadline_ms);
		if (h->on_server_draining)
			h->on_server_draining(c->handle, e->deadline_ms,
					      call_arg(c));
		return 1;
	case XP_CALL_ENDING:
		if (h->on_call_ending)
			h->on_call_ending(c->handle,
					  e->ending == XP_ENDING_DECIDED,
					  call_arg(c));
		return 1;
	default:
		return moves_event(c, e);
	}
}
