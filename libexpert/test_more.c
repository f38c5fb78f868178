/**
 * @file test_more.c  Tests of what servers can beyond the published protocol
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "test_priv.h"

int expert_test_extension(struct expert_test *t, const char *name)
{
	uint32_t one = name ? xp_extension_named(name) & call_extensions
			    : call_extensions;

	if (!t || !one)
		return EXPERT_EINVAL;
	if (t->is_live)
		return EXPERT_OK; /* it speaks what it speaks */
	if (test_is_going_on(t))
		return EXPERT_EALREADY;

	t->extensions |= one;
	return EXPERT_OK;
}

int expert_test_said(struct expert_test *t, const char *id, const char *heard,
		     int interrupted)
{
	const struct xp_event e = {.kind = XP_SAID,
				   .id = id,
				   .heard_text = heard,
				   .interrupted = interrupted != 0};

	if (!t || !id || !heard)
		return EXPERT_EINVAL;
	return t->is_live ? live_said(t, id) : test_give(t, &e);
}

/* The id of the last such command; "" without. */
static const char *command_id(struct expert_test *t, const char *type)
{
	const char *id = expert_test_sent(t, type, "command_id");

	return id ? id : "";
}

int expert_test_refuse(struct expert_test *t, const char *type,
		       const char *reason)
{
	char id[XP_KEY_BYTES_MAX + 1];
	const struct xp_event e = {.kind = XP_COMMAND_RESULT,
				   .id = id,
				   .result = XP_RESULT_REFUSED,
				   .reason = reason,
				   .detail = ""};

	if (!t || !type || !reason)
		return EXPERT_EINVAL;
	if (t->is_live)
		return EXPERT_EPROTO;
	(void)snprintf(id, sizeof(id), "%s", command_id(t, type));
	return id[0] ? test_give(t, &e) : EXPERT_ENOENT;
}

int expert_test_transfer(struct expert_test *t, const char *status,
			 const char *cause)
{
	static const char *const words[] = {"trying", "ringing", "answered",
					    "failed", "returned"};
	struct xp_event e = {
		.kind = XP_TRANSFER_STATUS, .reason = cause, .detail = ""};
	size_t n = 0;

	if (!t || !status)
		return EXPERT_EINVAL;
	while (n < sizeof(words) / sizeof(words[0]) &&
	       strcmp(words[n], status) != 0)
		n++;
	if (n == sizeof(words) / sizeof(words[0]) ||
	    !cause != (n != XP_TRANSFER_FAILED))
		return EXPERT_EINVAL;
	if (t->is_live)
		return EXPERT_EPROTO;
	test_collect(t);
	if (!t->transfer_to[0])
		return EXPERT_ENOENT;
	e.transfer = (enum xp_transfer)n;
	e.id = t->transfer_id[0] ? t->transfer_id : NULL;
	e.to = t->transfer_to;
	return test_give(t, &e);
}

/* A snapshot with all that it must have. @return NULL: not an object */
static char *whole_snapshot(const char *json)
{
	json_t *given = json_loads(json ? json : "{}", 0, NULL);
	json_t *all = json_pack(
		"{s:s, s:n, s:s, s:s, s:i, s:i, s:{}, s:{}, "
		"s:n, s:[], s:[], s:[], s:[], s:[], s:n, s:[]}",
		"event_type", "call-snapshot", "sequence", "cause", "lost",
		"note", "", "last_sequence", 0, "elapsed_ms", 0, "variables",
		"fields", "task", "transcript", "questions", "requests",
		"queries", "executions", "state", "truncated");
	char *text = NULL;

	if (json_is_object(given) && json_object_update(all, given) == 0)
		text = json_dumps(all, JSON_COMPACT);
	json_decref(given);
	json_decref(all);
	return text;
}

struct expert_call *expert_test_takeover(struct expert_test *t,
					 const char *from,
					 const char *snapshot)
{
	struct expert_call *call = NULL;
	struct xp_event e;
	char *text;

	if (!t || t->is_live || test_is_going_on(t))
		return NULL;
	t->extensions |= XP_EXT_RESUME;
	text = whole_snapshot(snapshot);
	if (text && xp_event_decode_for(&e, text, strlen(text), t->extensions,
					NULL) == 0) {
		xp_event_done(&e);
		call = test_begin_call(t, from, 1);
		if (call)
			call_receive(t->call, text, strlen(text));
	}
	free(text);
	return call;
}
