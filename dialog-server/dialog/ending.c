/**
 * @file ending.c  Hang-up and transfer: when the last words were heard
 *
 *   decided --> goodbye said --> heard --> DIALOG_HANGUP, or transfer.c
 *      ▲                          │
 *      │                          └─ the caller is speaking: wait for the turn
 *      └── "oh, one more thing": cancelled, once
 *
 * A ceiling (goodbye_us) ends it whatever happens.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "dialog/lines.h"
#include "dialog/state.h"
#include "dialog/wording.h"

enum { MESSAGE_US = 60 * 1000 * 1000 };

static void over(struct dialog *d, const char *reason)
{
	speak_forget(d);
	transfer_cancel(d);
	if (!d->sent_ended)
		step_tell(d, XP_SESSION_ENDED)->text = reason;
	d->sent_ended = 1;
	d->phase = PHASE_OVER;
}

static void fire(struct dialog *d)
{
	enum ending what = d->ending;

	d->ending = ENDING_NONE;
	d->end_due = 0;
	if (what == ENDING_TRANSFER) {
		transfer_fire(d);
		return;
	}
	step_disarm(d, DIALOG_TIMER_GOODBYE);
	step_disarm(d, DIALOG_TIMER_SILENCE);
	over(d, d->end_reason);

	struct dialog_action *a = step_act(d, DIALOG_HANGUP);

	a->text = d->end_reason;
	a->cause = d->end_cause;
	a->utt = d->end_utt;
}

static int still_to_be_heard(const struct dialog *d)
{
	for (uint32_t i = 0; i < d->n_utts; i++) {
		if (d->utts[i].utt <= d->end_utt)
			return 1;
	}
	return 0;
}

static void fire_when_due(struct dialog *d)
{
	if (d->ending == ENDING_NONE || d->machine == MACHINE_GREETS ||
	    still_to_be_heard(d))
		return;
	if (d->speaking && !d->end_now)
		d->end_due = 1;
	else
		fire(d);
}

static void decide(struct dialog *d, enum ending what, const char *text,
		   uint32_t utt, int interruptible)
{
	/* Before the line is open nobody would hear it. */
	if (!d->opened)
		text = NULL;
	d->phase = PHASE_ENDING;
	d->ending = what;
	d->end_due = 0;
	think_cancel(d);
	d->cues = 0;
	d->keying = 0;
	if (text)
		utt = speak_text(d, SAID_LINE, text, interruptible);
	(void)speak_end(d);
	d->end_utt = utt ? utt : d->utt;
	step_arm(d, DIALOG_TIMER_GOODBYE, d->conf.goodbye_us);
	fire_when_due(d);
}

static void tell_ending(struct dialog *d, enum xp_ending state, enum xp_by by)
{
	struct xp_event *e = step_tell(d, XP_CALL_ENDING);

	e->ending = state;
	e->by = by;
	e->text = d->end_reason;
}

static void end_because(struct dialog *d, const char *text, uint32_t utt,
			const char *reason, const char *cause, enum xp_by by)
{
	if (d->phase == PHASE_ENDING || d->phase == PHASE_OVER)
		return;
	d->end_reason = reason;
	d->end_cause = cause;
	tell_ending(d, XP_ENDING_DECIDED, by);
	decide(d, ENDING_HANGUP, text, utt, 1);
}

void end_hangup(struct dialog *d, const char *text, uint32_t utt,
		const char *reason)
{
	end_because(d, text, utt, reason, NULL, XP_BY_AGENT);
}

void end_failed(struct dialog *d, const char *text, const char *cause)
{
	end_because(d, text, 0, "bot-failure", cause, XP_BY_SERVER);
}

void end_machine(struct dialog *d, int64_t most_us)
{
	d->end_reason = "voicemail";
	d->end_cause = NULL;
	d->end_cancelled = d->end_now = 1;
	d->machine = MACHINE_GREETS;
	transfer_cancel(d);
	tell_ending(d, XP_ENDING_DECIDED, XP_BY_SERVER);
	decide(d, ENDING_HANGUP, NULL, 0, 0);
	step_arm(d, DIALOG_TIMER_GOODBYE, most_us);
}

void end_machine_spoken(struct dialog *d, const char *text)
{
	if (d->machine != MACHINE_GREETS)
		return;
	d->machine = MACHINE_RECORDS;
	decide(d, ENDING_HANGUP, text, 0, 0);
	/* A message may take longer than a goodbye. */
	if (d->ending != ENDING_NONE)
		step_arm(d, DIALOG_TIMER_GOODBYE, MESSAGE_US);
}

void end_stopping(struct dialog *d)
{
	d->end_cancelled = 1; /* no "one more thing" */
	transfer_cancel_waiting(d);
	/* Who is with somebody else stays there, but cannot come back. */
	if (transfer_away(d)) {
		d->end_reason = "bot-transfer";
		d->end_cause = "the server is stopping";
		d->ending = ENDING_HANGUP;
		fire(d);
		return;
	}
	end_because(d, step_line(d, LINE_STOPPING), 0, "bot-hangup",
		    "the server is stopping", XP_BY_SERVER);
}

/* The caller is with somebody else, or on the way: there is nobody to say
 * goodbye to. */
static void end_moving(struct dialog *d)
{
	d->end_reason = transfer_away(d) ? "bot-transfer" : "bot-hangup";
	d->end_cause = NULL;
	tell_ending(d, XP_ENDING_DECIDED, XP_BY_EXPERT);
	d->ending = ENDING_HANGUP;
	d->end_utt = d->utt;
	fire(d);
}

int end_by_expert(struct dialog *d, const struct xp_command *c)
{
	const int now = c->when == XP_WHEN_NOW;

	if (d->transferring) {
		end_moving(d);
		return 0;
	}
	/* It takes the place of a transfer that is yet to be tried. */
	end_undecide_transfer(d);
	if (d->phase == PHASE_OVER || (d->phase == PHASE_ENDING && !now))
		return -ESHUTDOWN;
	if (now) {
		think_cancel(d);
		d->end_now = 1;
		speak_stop(d, 1);
	}
	if (!c->cancellable)
		d->end_cancelled = 1;
	transfer_cancel(d);
	end_because(d, c->text, 0, "bot-hangup", NULL, XP_BY_EXPERT);
	fire_when_due(d);
	return 0;
}

void end_decide_transfer(struct dialog *d, const char *text, uint32_t utt,
			 int interruptible)
{
	decide(d, ENDING_TRANSFER, text, utt, interruptible);
}

void end_undecide_transfer(struct dialog *d)
{
	if (d->ending != ENDING_TRANSFER)
		return;
	d->ending = ENDING_NONE;
	d->end_due = 0;
	d->phase = d->opened ? PHASE_TALKING : PHASE_NEW;
	step_disarm(d, DIALOG_TIMER_GOODBYE);
}

void end_unreached(struct dialog *d)
{
	end_because(d, NULL, 0, "bot-hangup", "its transfer failed",
		    XP_BY_SERVER);
}

void end_cancel(struct dialog *d)
{
	if (d->ending == ENDING_HANGUP)
		tell_ending(d, XP_ENDING_CANCELLED, XP_BY_UNKNOWN);
	d->ending = ENDING_NONE;
	d->end_due = 0;
	d->end_cancelled = 1;
	d->phase = PHASE_TALKING;
	step_disarm(d, DIALOG_TIMER_GOODBYE);
}

void end_heard(struct dialog *d, uint32_t utt)
{
	(void)utt;
	fire_when_due(d);
}

void end_caller_quiet(struct dialog *d)
{
	fire_when_due(d);
}

void end_goodbye_timer(struct dialog *d)
{
	if (d->ending != ENDING_NONE)
		fire(d);
	else if (d->transferring)
		(void)transfer_failed(d, XP_CAUSE_ERROR, "no outcome in time");
}

/* What the line says about its end counts when it is one of ours. */
static const char *reason_of(struct dialog *d, const char *how)
{
	static const char *const known[] = {"user-hangup", "bot-hangup",
					    "bot-failure", "bot-transfer",
					    "voicemail"};

	how = transfer_closed(d, how);
	for (size_t i = 0; how && i < sizeof(known) / sizeof(known[0]); i++) {
		if (!strcmp(how, known[i]))
			return known[i];
	}
	return "user-hangup";
}

int end_closed(struct dialog *d, const char *how)
{
	d->thinking = 0;
	d->ending = ENDING_NONE;
	over(d, reason_of(d, how));
	return 0;
}
