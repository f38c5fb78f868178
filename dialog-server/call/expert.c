/**
 * @file expert.c  What a call hears from the Expert's place in it
 *
 *   Experts --> [ seat ] --answered, attached, command--> the dialog
 *                   └─────lost, nobody──────────────────> the policy
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/log_limit.h"
#include "call/internal.h"
#include "conf/settings.h"
#include "journal/metrics.h"
#include "proto/xp.h"

enum { OFFER_AGAIN_US = 1000 * 1000 }; /* when nobody takes a call */

/** From here on the agent may speak; the core waits a little for a task. */
static void start(struct call *c)
{
	const struct dialog_event e = {.kind = DIALOG_STARTED};

	if (c->started || c->closing)
		return;
	c->started = 1;
	talk_event(c, &e);
}

/** A call whose Expert is lost: said once, tried until one takes it. Not at
 * the first try: where Experts come and go, the next one is as good as there.
 */
static void nobody_now(struct call *c)
{
	const struct dialog_event e = {.kind = DIALOG_EXPERT_NOBODY};

	(void)seat_offer(c->seat, OFFER_AGAIN_US);
	if (!c->offered || call_ms(c) - c->offered_ms < OFFER_AGAIN_US / 1000)
		return;
	c->offered = 0;
	record_event(c, "no-expert", NULL, NULL);
	talk_event(c, &e);
}

/** Nobody takes the call: what now is the operator's choice. */
static void on_nobody(void *arg, int declined)
{
	struct call *c = arg;
	const struct dialog_event e = {.kind = DIALOG_EXPERT_NOBODY};
	const char *policy = c->sh->conf->no_expert;

	if (c->closing)
		return;
	if (c->seen_expert) {
		nobody_now(c);
		return;
	}
	if (c->reserved) {
		call_hangup(c, "bot-failure", "its Expert did not come");
		return;
	}
	if (declined) {
		record_event(c, "declined", NULL, NULL);
		call_hangup(c, "declined", NULL);
		return;
	}
	if (strcmp(policy, "busy") == 0) {
		call_hangup(c, "bot-failure", "no Expert takes the call");
		return;
	}
	if (strcmp(policy, "wait") == 0 &&
	    call_ms(c) < c->sh->conf->no_expert_wait_ms &&
	    seat_offer(c->seat, OFFER_AGAIN_US) == 0)
		return;
	record_event(c, "no-expert", NULL, NULL);
	start(c);
	talk_event(c, &e);
}

static void on_answered(void *arg)
{
	start(arg);
}

static void on_attached(void *arg, int again, uint32_t extensions,
			const char *note)
{
	struct call *c = arg;
	const struct dialog_event e = {
		.kind = DIALOG_EXPERT_ATTACHED,
		.resumed = again,
		.extensions = extensions,
		.text = note,
	};

	c->seen_expert = 1;
	c->offered = 0;
	record_event(c, "expert-attached", NULL,
		     note    ? "handed over"
		     : again ? "again"
			     : NULL);
	if (c->closing)
		return;
	talk_event(c, &e);
	start(c);
}

void call_offer(struct call *c)
{
	if (c->closing || !c->seat || seat_offer(c->seat, 0))
		return;
	c->offered = 1;
	c->offered_ms = call_ms(c);
	record_event(c, "expert-offered", NULL, NULL);
}

static void on_lost(void *arg, const char *why)
{
	struct call *c = arg;
	const struct dialog_event e = {.kind = DIALOG_EXPERT_LOST};

	/* It leaves a call that is over: that is no loss. */
	if (c->closing)
		return;
	metric_add(METRIC_EXPERT_LOST, 1);
	log_limited_to(LOG_LIMIT_CALLS, LOG_LEVEL_INFO, c->tag,
		       "expert lost id=%s why=\"%s\"", c->id, why);
	record_event(c, "expert-lost", NULL, why);
	talk_event(c, &e);
}

/** Answers and suggestions are worth a line in the record. */
static void note_command(struct call *c, const struct xp_command *cmd)
{
	switch (cmd->kind) {
	case XP_ANSWER_QUESTION:
		record_event(c, "answer", cmd->id, cmd->text);
		break;
	case XP_ACTION_SUGGESTION:
		record_event(c, "action-suggestion", cmd->id,
			     cmd->n_actions ? cmd->actions[0].key : NULL);
		break;
	case XP_SET_TASK:
	case XP_RETRY_TASK:
	case XP_READ_SCRIPT:
	case XP_SEND_INSTRUCTION:
	case XP_EXPERT_ERROR:
		record_event(c, cmd->type, cmd->key, cmd->text);
		break;
	case XP_TRANSFER_CALL:
		record_event(c, cmd->type, NULL, cmd->to);
		break;
	default:
		break;
	}
}

static void on_command(void *arg, const struct xp_command *cmd)
{
	struct call *c = arg;
	const struct dialog_event e = {
		.kind = DIALOG_EXPERT_COMMAND,
		.command = cmd,
	};

	if (c->closing)
		return;
	record_command(c, cmd);
	note_command(c, cmd);
	talk_event(c, &e);
}

const struct seat_events call_seat_events = {
	.answered = on_answered,
	.nobody = on_nobody,
	.attached = on_attached,
	.command = on_command,
	.lost = on_lost,
};
