/**
 * @file expert.c  The Expert: its commands, its coming and going
 *
 * A stock SDK attaches, sends persona and hooks, then what its start handler
 * wants. When it is lost, the conversation goes on:
 *
 *   here --lost--> grace --over--> offered --nobody--> policy
 *     ^---- attached ----'------------'------------------'
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "dialog/lines.h"
#include "dialog/state.h"

static void replace(struct dialog *d, const char **to, const char *from)
{
	if (!from)
		return;

	char *copy = keep_str(&d->keep, from);

	if (!copy)
		return;
	keep_free(&d->keep, *to);
	*to = copy;
}

static void persona(struct dialog *d, const struct xp_command *c)
{
	replace(d, &d->agent_name, c->agent_name);
	replace(d, &d->organization, c->organization);
	replace(d, &d->purpose, c->purpose);
	replace(d, &d->voice, c->voice);
	if (c->voice && *c->voice)
		step_act(d, DIALOG_VOICE)->text =
			scratch_str(&d->keep, c->voice);
}

static void hooks(struct dialog *d, const struct xp_command *c)
{
	d->has_questions = c->has_on_question;
	d->has_actions = c->has_on_action || c->has_on_intent;
	d->has_escalate = c->has_on_escalate;
	d->accept_dtmf = c->accept_dtmf;
	d->has_agent_dtmf = c->has_on_agent_dtmf;
	d->hooks_known = 1;
	step_start_timer(d);
}

static void new_task(struct dialog *d, const struct xp_command *c)
{
	const int goes_on = task_set(d, c);

	query_escalation_over(d);
	step_start(d);
	if (!goes_on)
		think_want(d, BRAIN_CUE_TASK);
}

static void script(struct dialog *d, const char *text)
{
	if (takeover_knows_script(d, text))
		return;
	if (!d->opened) {
		const char *all = d->script ? scratch_printf(&d->keep, "%s %s",
							     d->script, text)
					    : text;

		replace(d, &d->script, all);
		return;
	}
	query_escalation_over(d);
	speak_text(d, SAID_SCRIPT, text, 1);
	step_start(d);
}

static void instruction(struct dialog *d, const char *text)
{
	if (takeover_knows_instruction(d, text))
		return;
	instruction_add(d, text);
	query_escalation_over(d);
	think_want(d, BRAIN_CUE_INSTRUCTION);
}

static void problem(struct dialog *d, const char *text)
{
	const char *line = scratch_printf(
		&d->keep, "A handler of the Expert failed: %.500s", text);

	step_note(d, line);
	history_add(d, BRAIN_SYSTEM, line, 0);
	query_fail_searches(d);
	query_escalation_failed(d);
	/* What was to come after the task will not come. */
	if (d->task.reported)
		instruction(d, "Apologize: something went wrong on our side.");
}

static void keys(struct dialog *d, const struct xp_command *c)
{
	char *digits = scratch_alloc(&d->keep, LIMIT_DTMF_BUFFER + 1);
	uint32_t n = 0;

	for (uint32_t i = 0; digits && i < c->n_choices; i++) {
		for (const char *s = c->choices[i];
		     *s && n < LIMIT_DTMF_BUFFER; s++) {
			if (strchr("0123456789*#ABCD", *s))
				digits[n++] = *s;
		}
	}
	if (n)
		step_act(d, DIALOG_SEND_DTMF)->text = digits;
}

/* Commands that make the agent speak or ask; not while the call ends. */
static int steer(struct dialog *d, const struct xp_command *c)
{
	const char *text = c->text ? c->text : "";

	d->expert_due = 0;
	d->task.heeded = 1;
	switch (c->kind) {
	case XP_SET_TASK:
		new_task(d, c);
		return 0;
	case XP_RETRY_TASK:
		if (!d->task.set)
			return -EINVAL;
		task_retry(d, text);
		think_want(d, BRAIN_CUE_TASK);
		return 0;
	case XP_READ_SCRIPT:
		if (d->phase == PHASE_ENDING)
			return -ESHUTDOWN;
		if (*text)
			script(d, text);
		return 0;
	case XP_SEND_INSTRUCTION:
		if (*text)
			instruction(d, text);
		return 0;
	case XP_TRANSFER_CALL:
		if (!c->to || !*c->to)
			return -EINVAL;
		return transfer_command(d, c);
	case XP_EXPERT_ERROR:
		problem(d, text);
		return 0;
	case XP_SAY:
		return say_now(d, c);
	case XP_HANG_UP:
		return end_by_expert(d, c);
	default:
		return -EINVAL;
	}
}

static int obey(struct dialog *d, const struct xp_command *c)
{
	switch (c->kind) {
	case XP_SET_PERSONA:
		persona(d, c);
		return 0;
	case XP_REGISTERED_HOOKS:
		hooks(d, c);
		return 0;
	case XP_SET_LANGUAGE_MODE:
		replace(d, &d->language, c->text);
		return 0;
	case XP_SET_VARIABLE:
		(void)named_put(&d->variables, &d->keep, c->key,
				c->value_json);
		return 0;
	case XP_SET_STATE:
		return resume_save(d, c->value_json);
	case XP_ACTION_DONE:
		return resume_action_done(d, c->id);
	case XP_SET_RECORDING:
		return recording_set(d, c);
	case XP_SET_AGENT_DTMF:
		step_note(d, "the Expert set who may press keys");
		return 0;
	case XP_ANSWER_QUESTION:
	case XP_ACTION_SUGGESTION:
	case XP_CHOICE_QUERY_RESULT:
		return query_answer(d, c);
	case XP_VALIDATE_RESULT:
		return doubt_result(d, c);
	case XP_SEND_CALLER_TEXT:
		step_act(d, DIALOG_CALLER_TEXT)->text =
			scratch_str(&d->keep, c->text);
		return 0;
	case XP_SEND_AGENT_DTMF:
		keys(d, c);
		return 0;
	default:
		return steer(d, c);
	}
}

int expert_command(struct dialog *d, const struct xp_command *c)
{
	int err;

	/* Who only said who it is has not begun the call. */
	if (c->kind != XP_SET_PERSONA && c->kind != XP_REGISTERED_HOOKS)
		d->steered = 1;
	if (c->command_id && result_repeats(d, c->command_id))
		return 0;
	err = obey(d, c);
	if (c->command_id) {
		result_is(d, c->command_id, err);
		return 0;
	}
	return err == -EINVAL ? err : 0;
}

int expert_attached(struct dialog *d, const struct dialog_event *e)
{
	int is_first = !d->expert_ever;

	d->extensions = e->extensions;
	d->expert_here = d->expert_ever = 1;
	d->expert_gone = d->expert_offered = 0;
	step_disarm(d, DIALOG_TIMER_GRACE);
	if (!e->resumed)
		resume_begin(d, is_first, e->text);
	if (!e->resumed && d->extensions & XP_EXT_RECORDING)
		recording_tell(d);
	if (!e->resumed && d->steered)
		takeover_begin(d);
	step_start_timer(d);
	return 0;
}

int expert_lost(struct dialog *d)
{
	if (!d->expert_here)
		return -EINVAL;
	d->expert_here = 0;
	step_arm(d, DIALOG_TIMER_GRACE, d->conf.grace_us);
	return 0;
}

void expert_grace_over(struct dialog *d)
{
	if (d->expert_here)
		return;
	/* Nothing to take over, unless the caller comes back. */
	if (dialog_ending(d) && !transfer_away(d)) {
		step_arm(d, DIALOG_TIMER_GRACE, d->conf.grace_us);
		return;
	}
	d->expert_offered = 1;
	(void)step_act(d, DIALOG_EXPERT_OFFER);
}

static void lost_policy(struct dialog *d)
{
	static const char to[] = "transfer:";
	const char *policy = d->conf.expert_lost;

	if (!strcmp(policy, "hangup")) {
		end_failed(d, step_line(d, LINE_EXPERT_LOST),
			   "its Expert was lost and no other took the call");
	} else if (!strncmp(policy, to, sizeof(to) - 1) &&
		   policy[sizeof(to) - 1]) {
		if (d->phase != PHASE_ENDING)
			transfer_begin(d,
				       &(struct transfer){
					       .to = policy + sizeof(to) - 1},
				       step_line(d, LINE_EXPERT_LOST_TRANSFER),
				       0, 1);
	}
	query_all_gone(d);
}

int expert_nobody(struct dialog *d)
{
	if (d->expert_here || d->expert_gone ||
	    (d->expert_ever && !d->expert_offered))
		return -EINVAL;
	d->expert_gone = 1;
	if (d->expert_ever)
		lost_policy(d);
	else
		step_start(d);
	return 0;
}
