/**
 * @file commands.c  What an Expert tells the server about a call
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "priv.h"

int call_send(struct expert_call *call, const struct xp_command *cmd)
{
	struct call *c = handle_lock(call, HANDLE_CALL);
	int rc;

	if (!c)
		return call ? EXPERT_EGONE : EXPERT_EINVAL;

	rc = call_command(c, cmd);
	handle_unlock();
	return rc;
}

static int send_text(struct expert_call *call, enum xp_command_kind kind,
		     const char *text)
{
	const struct xp_command cmd = {.kind = kind, .text = text};

	return text ? call_send(call, &cmd) : EXPERT_EINVAL;
}

/* ---- tasks -------------------------------------------------------------- */

/* Remember which fields the task has, for on_validate. Lock held. */
static int remember_task(struct call *c, const struct expert_task *task)
{
	char *keys[XP_ITEMS_MAX], *id = strdup(task->id);
	uint32_t n = 0;
	int failed = !id;

	for (uint32_t i = 0; i < task->n_items; i++) {
		if (task->items[i].kind != XP_ITEM_FIELD)
			continue;
		keys[n] = strdup(task->items[i].key);
		failed |= !keys[n++];
	}
	if (failed) {
		while (n)
			free(keys[--n]);
		free(id);
		return EXPERT_ENOMEM;
	}

	for (uint32_t i = 0; i < c->n_task_keys; i++)
		free(c->task_keys[i]);
	free(c->task);
	c->task = id;
	memcpy(c->task_keys, keys, n * sizeof(keys[0]));
	c->n_task_keys = n;
	return EXPERT_OK;
}

int expert_set_task(struct expert_call *call, struct expert_task *task)
{
	struct xp_command cmd = {.kind = XP_SET_TASK};
	struct call *c = NULL;
	int rc = task ? task->err : EXPERT_EINVAL;

	if (rc == EXPERT_OK && !task->objective && !task->n_items)
		rc = EXPERT_EINVAL;
	if (rc == EXPERT_OK) {
		c = handle_lock(call, HANDLE_CALL);
		rc = c ? EXPERT_OK : call ? EXPERT_EGONE : EXPERT_EINVAL;
	}
	if (c) {
		cmd.key = task->id;
		cmd.objective = task->objective;
		cmd.criteria = task->criteria;
		cmd.items = task->items;
		cmd.n_items = task->n_items;
		rc = call_command(c, &cmd);
		if (rc == EXPERT_OK)
			rc = remember_task(c, task);
		handle_unlock();
	}
	expert_task_free(task);
	return rc;
}

int expert_retry_task(struct expert_call *call, const char *reason)
{
	return send_text(call, XP_RETRY_TASK, reason ? reason : "");
}

/* ---- words for the agent ------------------------------------------------ */

int expert_instruct(struct expert_call *call, const char *text)
{
	return text && text[0] ? send_text(call, XP_SEND_INSTRUCTION, text)
			       : EXPERT_EINVAL;
}

int expert_add_info(struct expert_call *call, const char *label,
		    const char *info)
{
	char *text;
	int rc;

	if (!label || !label[0] || !info)
		return EXPERT_EINVAL;
	if (asprintf(&text, "Here is information about %s:\n%s", label, info) <
	    0)
		return EXPERT_ENOMEM;

	rc = send_text(call, XP_SEND_INSTRUCTION, text);
	free(text);
	return rc;
}

int expert_read_script(struct expert_call *call, const char *text)
{
	return text && text[0] ? send_text(call, XP_READ_SCRIPT, text)
			       : EXPERT_EINVAL;
}

int expert_caller_text(struct expert_call *call, const char *text)
{
	return text && text[0] ? send_text(call, XP_SEND_CALLER_TEXT, text)
			       : EXPERT_EINVAL;
}

int expert_report_error(struct expert_call *call, const char *text)
{
	return text && text[0] ? send_text(call, XP_EXPERT_ERROR, text)
			       : EXPERT_EINVAL;
}

/* ---- the agent ---------------------------------------------------------- */

int expert_set_persona(struct expert_call *call, const char *name,
		       const char *organization, const char *purpose,
		       const char *voice)
{
	const struct xp_command cmd = {
		.kind = XP_SET_PERSONA,
		.agent_name = name,
		.organization = organization,
		.purpose = purpose,
		.voice = voice,
	};

	return call_send(call, &cmd);
}

int expert_set_language(struct expert_call *call, const char *primary,
			const char *const *secondary)
{
	struct xp_command cmd = {.kind = XP_SET_LANGUAGE_MODE,
				 .text = primary,
				 .choices = secondary};

	if (!primary || !primary[0])
		return EXPERT_EINVAL;
	while (secondary && secondary[cmd.n_choices])
		if (++cmd.n_choices > XP_CHOICES_MAX)
			return EXPERT_ETOOBIG;

	return call_send(call, &cmd);
}

/* ---- the line ----------------------------------------------------------- */

int expert_transfer(struct expert_call *call, const char *to,
		    const char *instructions)
{
	const struct xp_command cmd = {
		.kind = XP_TRANSFER_CALL,
		.to = to,
		.soft = 1,
		.text = instructions ? instructions
				     : "I'm putting you through now.",
	};

	return to && to[0] ? call_send(call, &cmd) : EXPERT_EINVAL;
}

int expert_transfer_now(struct expert_call *call, const char *to,
			const char *script)
{
	const struct xp_command cmd = {
		.kind = XP_TRANSFER_CALL,
		.to = to,
		.text = script ? script : "",
	};

	return to && to[0] ? call_send(call, &cmd) : EXPERT_EINVAL;
}

/* The protocol knows no hang-up: the agent is told to end the call. */
int expert_hangup(struct expert_call *call, const char *instructions)
{
	char *text;
	int rc;

	if (!instructions || !instructions[0])
		return send_text(call, XP_SEND_INSTRUCTION,
				 "Say goodbye and hang up.");
	if (asprintf(&text,
		     "End the conversation. Final instructions: %s\n"
		     "Then say goodbye and hang up.",
		     instructions) < 0)
		return EXPERT_ENOMEM;

	rc = send_text(call, XP_SEND_INSTRUCTION, text);
	free(text);
	return rc;
}

int expert_agent_dtmf(struct expert_call *call, int enabled)
{
	const struct xp_command cmd = {.kind = XP_SET_AGENT_DTMF,
				       .enabled = enabled != 0};

	return call_send(call, &cmd);
}

int expert_send_dtmf(struct expert_call *call, const char *digits)
{
	static const char keys[] = "0123456789*#ABCD";
	char text[XP_CHOICES_MAX][2];
	const char *list[XP_CHOICES_MAX];
	struct xp_command cmd = {.kind = XP_SEND_AGENT_DTMF, .choices = list};

	if (!digits || !digits[0] || digits[strspn(digits, keys)])
		return EXPERT_EINVAL;

	for (; digits[cmd.n_choices]; cmd.n_choices++) {
		uint32_t i = cmd.n_choices;

		if (i == XP_CHOICES_MAX)
			return EXPERT_ETOOBIG;
		text[i][0] = digits[i];
		text[i][1] = 0;
		list[i] = text[i];
	}
	return call_send(call, &cmd);
}

/* ---- variables ---------------------------------------------------------- */

int expert_set_variable(struct expert_call *call, const char *key,
			const char *json)
{
	const struct xp_command cmd = {
		.kind = XP_SET_VARIABLE, .key = key, .value_json = json};
	struct call *c;
	int rc;

	if (!key || !key[0] || !json)
		return EXPERT_EINVAL;

	c = handle_lock(call, HANDLE_CALL);
	if (!c)
		return call ? EXPERT_EGONE : EXPERT_EINVAL;
	rc = call_command(c, &cmd);
	if (rc == EXPERT_OK)
		rc = value_set(&c->variables, key, json);
	handle_unlock();
	return rc;
}
