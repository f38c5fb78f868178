/**
 * @file check_calls.c  What an Expert under test says, taken down and judged
 *
 *   listen socket --> claimed, answered, declined
 *   call socket   --> hooks, task; one answer to each thing that was asked
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ctl/check.h"

struct check_call *check_call_of(struct check *c, const char *id)
{
	for (unsigned i = 0; i < c->n_calls; i++)
		if (strcmp(c->calls[i].id, id) == 0)
			return &c->calls[i];

	return NULL;
}

void check_listen_tell(struct check_peer *p, enum xp_listen_kind kind,
		       const char *call_id)
{
	const char *address = p->check->address;
	struct xp_listen m = {.kind = kind, .call_id = call_id};

	if (strncmp(address, "web:", 4) == 0) {
		m.info.type = XP_CALL_WEBRTC;
		m.info.webrtc_code = address + 4;
	} else if (strncmp(address, "sip:", 4) == 0) {
		m.info.type = XP_CALL_SIP;
		m.info.sip_code = address + 4;
		m.info.from_aor = "sip:caller@example.org";
		m.info.sip_headers_json = "{}";
	} else {
		m.info.type = XP_CALL_PSTN;
		m.info.to_number = address;
		m.info.from_number = "+15555550199";
		m.info.caller_id = "Ada";
	}
	check_peer_tell(p,
			xp_listen_encode_for(&m, xp_link_extensions(p->link)));
}

void check_listen_message(struct check_peer *p, const char *text, size_t len)
{
	struct check *c = p->check;
	struct check_call *call;
	struct xp_error why;
	struct xp_listen m;

	if (xp_listen_decode_for(&m, text, len, xp_link_extensions(p->link),
				 &why) < 0) {
		check_fault(c,
			    "a message of section 3 was expected, in what "
			    "came %s %s: %.160s",
			    why.where, why.what, text);
		return;
	}
	call = m.call_id ? check_call_of(c, m.call_id) : NULL;
	if (m.kind == XP_LISTEN_UNKNOWN)
		check_fault(c,
			    "a message that exists and is agreed was "
			    "expected, not \"%s\"",
			    m.type);
	else if (m.call_id && (!call || !call->offered))
		check_fault(c,
			    "%s of a call that was offered was expected, "
			    "not of \"%s\"",
			    m.type, m.call_id);
	else if (m.kind == XP_CLAIM_CALL && !call->claimed++ &&
		 !call->never_assign) {
		check_listen_tell(p, XP_ASSIGN_CALL, call->id);
		call->assigned = 1;
	} else if (m.kind == XP_DECLINE_CALL) {
		call->declined = 1;
	} else if (m.kind == XP_ANSWER_CALL && !call->assigned) {
		check_fault(c, "answer-call was expected after assign-call, "
			       "not before");
	} else if (m.kind == XP_ANSWER_CALL) {
		call->answered++;
	}
	xp_listen_done(&m);
}

/* What was asked has ids of its kind: "q-1", "q-2", ... of a call. */
static const struct {
	const char *prefix, *what;
	enum xp_command_kind answer;
} asks[CHECK_ASKS] = {
	[CHECK_QUESTION] = {"q-", "question", XP_ANSWER_QUESTION},
	[CHECK_REQUEST] = {"i-", "request", XP_ACTION_SUGGESTION},
	[CHECK_SEARCH] = {"s-", "search", XP_CHOICE_QUERY_RESULT},
	[CHECK_VALIDATION] = {"v-", "value to check", XP_VALIDATE_RESULT},
	[CHECK_EXECUTION] = {"x-", "execution", XP_ACTION_DONE},
};

const char *check_ask_id(struct check_call *call, enum check_ask kind,
			 char ret[CHECK_ASK_ID_BYTES])
{
	(void)snprintf(ret, CHECK_ASK_ID_BYTES, "%s%u", asks[kind].prefix,
		       ++call->asked[kind]);

	return ret;
}

static void check_answer(struct check *c, struct check_call *call,
			 enum check_ask kind, const char *id)
{
	const char *prefix = asks[kind].prefix, *what = asks[kind].what;
	int64_t n = 0;

	if (!id || strncmp(id, prefix, strlen(prefix)) != 0 ||
	    text_to_int(id + strlen(prefix), 1, call->asked[kind], &n) < 0)
		check_fault(c,
			    "an answer to a %s that was asked was expected, "
			    "not to \"%s\"",
			    what, id ? id : "");
	else if (++call->answers[kind] > call->asked[kind] + call->told_again)
		check_fault(c,
			    "one answer a %s was expected, the second to %s "
			    "came",
			    what, id);
}

static void note_task(struct check_call *call, const struct xp_command *m)
{
	(void)text_copy(call->task, sizeof(call->task), m->key ? m->key : "");
	call->search[0] = call->validated[0] = '\0';
	for (uint32_t i = 0; i < m->n_items; i++) {
		const struct xp_item *item = &m->items[i];

		if (item->kind != XP_ITEM_FIELD)
			continue;
		if (item->searchable && !call->search[0])
			(void)text_copy(call->search, sizeof(call->search),
					item->key);
		if (item->validate && !call->validated[0])
			(void)text_copy(call->validated,
					sizeof(call->validated), item->key);
	}
}

static void note_command(struct check *c, struct check_call *call,
			 const struct xp_command *m)
{
	for (int i = 0; i < CHECK_ASKS; i++)
		if (m->kind == asks[i].answer)
			check_answer(c, call, (enum check_ask)i, m->id);
	if (m->kind == XP_ACTION_SUGGESTION && m->n_actions)
		(void)text_copy(call->action, sizeof(call->action),
				m->actions[0].key);
	if (m->kind == XP_SET_TASK)
		note_task(call, m);
	if (m->kind == XP_REGISTERED_HOOKS) {
		call->hooks++;
		call->has_question = m->has_on_question;
		call->has_action = m->has_on_action || m->has_on_intent;
	}
}

void check_call_message(struct check_peer *p, const char *text, size_t len)
{
	struct check *c = p->check;
	struct check_call *call = check_call_of(c, p->id);
	struct xp_error why;
	struct xp_command m;

	if (!call)
		return;
	if (xp_command_decode_for(&m, text, len, xp_link_extensions(p->link),
				  &why) < 0) {
		check_fault(c,
			    "a command of section 4 was expected, in what "
			    "came %s %s: %.160s",
			    why.where, why.what, text);
		return;
	}
	if (m.kind == XP_CMD_UNKNOWN)
		check_fault(c,
			    "a command that exists and is agreed was "
			    "expected, not \"%s\"",
			    m.type);
	note_command(c, call, &m);
	xp_command_done(&m);
}
