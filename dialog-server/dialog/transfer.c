/**
 * @file transfer.c  A transfer, from the command until its outcome
 *
 *   waits for a free moment --announced, heard--> tried --ringing--> answered
 *     │                                            │                   │
 *     └─ another command takes its place:          └─ failed: the      └─ the
 *        cancelled                                    agent goes on       end,
 *                                                     or hangs up    or back
 *
 * While it is tried, and after it was answered, nobody is on the line.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "dialog/lines.h"
#include "dialog/state.h"
#include "dialog/wording.h"

enum {
	RING_US = 30000000,     /* when the Expert says nothing else */
	OUTCOME_US = 180000000, /* beyond ringing: a line knows by then */
};

static void tell(struct dialog *d, const struct transfer *t,
		 enum xp_transfer status, const char *cause,
		 const char *detail)
{
	struct xp_event *e;

	if (d->sent_ended)
		return;
	e = step_tell(d, XP_TRANSFER_STATUS);
	e->transfer = status;
	e->id = t->id ? scratch_str(&d->keep, t->id) : NULL;
	e->to = scratch_str(&d->keep, t->to);
	e->reason = cause;
	e->detail = scratch_printf(&d->keep, "%.300s", detail ? detail : "");
}

static void forget(struct dialog *d, struct transfer *t)
{
	keep_free(&d->keep, t->id);
	keep_free(&d->keep, t->to);
	keep_free(&d->keep, t->message);
	*t = (struct transfer){0};
}

static void cancel(struct dialog *d, struct transfer *t)
{
	if (!t->to)
		return;
	tell(d, t, XP_TRANSFER_FAILED, XP_CAUSE_CANCELLED, "");
	forget(d, t);
}

void transfer_cancel_waiting(struct dialog *d)
{
	cancel(d, &d->soft);
}

void transfer_cancel(struct dialog *d)
{
	cancel(d, &d->soft);
	if (transfer_away(d))
		forget(d, &d->moving);
	cancel(d, &d->moving);
	d->transferring = 0;
}

/* What is on its way takes the place of all before. @return 0, -ENOBUFS */
static int take(struct dialog *d, struct transfer *to,
		const struct transfer *from)
{
	struct transfer copy = *from;

	copy.id = keep_str(&d->keep, from->id);
	copy.to = keep_str(&d->keep, from->to);
	copy.message = keep_str(&d->keep, from->message);
	cancel(d, &d->soft);
	cancel(d, &d->moving);
	if (!copy.to)
		return -ENOBUFS;
	*to = copy;
	return 0;
}

void transfer_begin(struct dialog *d, const struct transfer *t,
		    const char *text, uint32_t utt, int interruptible)
{
	/* Strings may be those of the one that waits. */
	const struct transfer now = {
		.id = t->id ? scratch_str(&d->keep, t->id) : NULL,
		.to = scratch_str(&d->keep, t->to),
		.ring_ms = t->ring_ms,
		.on_failure = t->on_failure,
		.on_end = t->on_end,
	};

	if (d->phase == PHASE_OVER || d->transferring)
		return;
	/* The one that waited goes on as this one. */
	if (t == &d->soft)
		forget(d, &d->soft);
	if (take(d, &d->moving, &now))
		return;
	query_escalation_over(d);
	end_decide_transfer(d, text, utt, interruptible);
}

int transfer_command(struct dialog *d, const struct xp_command *c)
{
	const struct transfer t = {
		.id = c->id,
		.to = c->to,
		.message = c->text ? c->text : "",
		.ring_ms = c->ring_ms,
		.on_failure = c->on_failure,
		.on_end = c->on_end,
		.verbatim = !c->soft,
	};

	if (d->transferring) {
		tell(d, &t, XP_TRANSFER_FAILED, XP_CAUSE_ERROR,
		     "another transfer is under way");
		return -EBUSY;
	}
	step_start(d);
	if (c->soft || !d->opened) {
		/* Words for the one before may be on their way. */
		end_undecide_transfer(d);
		query_escalation_over(d);
		return take(d, &d->soft, &t);
	}
	speak_stop(d, 1);
	transfer_begin(d, &t, *t.message ? t.message : NULL, 0, 0);
	return 0;
}

void transfer_pump(struct dialog *d)
{
	const struct transfer *t = &d->soft;
	char text[1024];

	if (!t->to || !d->opened || d->phase == PHASE_OPENING || d->speaking ||
	    d->thinking || d->transferring)
		return;
	if (t->verbatim)
		transfer_begin(d, t,
			       *t->message ? scratch_str(&d->keep, t->message)
					   : NULL,
			       0, 0);
	else if (wording_transfer(text, sizeof(text), t->message) < 0)
		transfer_begin(d, t, step_line(d, LINE_TRANSFER), 0, 1);
	else
		transfer_begin(d, t, text, 0, 1);
}

void transfer_fire(struct dialog *d)
{
	const struct transfer *t = &d->moving;
	const int64_t ring_us = t->ring_ms ? t->ring_ms * 1000 : RING_US;
	struct dialog_action *a;

	tell(d, t, XP_TRANSFER_TRYING, NULL, NULL);
	a = step_act(d, DIALOG_TRANSFER);
	a->text = scratch_str(&d->keep, t->to);
	a->utt = d->end_utt;
	a->ring_us = ring_us;
	a->may_fail = t->on_failure != XP_THEN_HANG_UP;
	a->may_return = t->on_end == XP_THEN_RETURN;
	d->transferring = 1;
	d->transfer_status = XP_TRANSFER_TRYING;
	step_arm(d, DIALOG_TIMER_GOODBYE, ring_us + OUTCOME_US);
}

/* ---- what the line says ------------------------------------------------- */

/* Somebody is on the line again. */
static void back(struct dialog *d, const char *line, const char *note)
{
	d->transferring = 0;
	d->phase = d->opened ? PHASE_TALKING : PHASE_NEW;
	step_disarm(d, DIALOG_TIMER_GOODBYE);
	history_add(d, BRAIN_SYSTEM, note, 0);
	forget(d, &d->moving);
	if (!d->opened)
		return;
	speak_text(d, SAID_LINE, line, 1);
	think_want(d, BRAIN_CUE_TASK);
	if (d->n_new_instructions)
		think_want(d, BRAIN_CUE_INSTRUCTION);
}

int transfer_failed(struct dialog *d, const char *cause, const char *why)
{
	const struct transfer *t = &d->moving;
	const int hang_up = t->on_failure == XP_THEN_HANG_UP;
	const char *text;

	if (!d->transferring || d->transfer_status == XP_TRANSFER_ANSWERED)
		return -EINVAL;
	tell(d, t, XP_TRANSFER_FAILED, cause ? cause : XP_CAUSE_ERROR, why);
	text = scratch_printf(&d->keep, "the transfer to %s failed: %.200s",
			      t->to,
			      why && *why ? why
			      : cause     ? cause
					  : "unknown cause");
	if (!(d->extensions & XP_EXT_TRANSFER))
		step_tell(d, XP_WARNING)->text = text;
	if (!hang_up) {
		back(d, step_line(d, LINE_TRANSFER_FAILED), text);
		return 0;
	}
	forget(d, &d->moving);
	d->transferring = 0;
	d->phase = PHASE_TALKING;
	end_unreached(d);
	return 0;
}

int transfer_status(struct dialog *d, enum xp_transfer status)
{
	const struct transfer *t = &d->moving;
	const int answered = d->transfer_status == XP_TRANSFER_ANSWERED;

	if (!d->transferring)
		return -EINVAL;
	if (status == XP_TRANSFER_RETURNED && answered) {
		tell(d, t, status, NULL, NULL);
		back(d, step_line(d, LINE_TRANSFER_RETURNED),
		     scratch_printf(&d->keep, "the caller is back from %s",
				    t->to));
		return 0;
	}
	/* Each once, and not backwards. */
	if (answered || status <= d->transfer_status ||
	    status > XP_TRANSFER_ANSWERED)
		return -EINVAL;
	d->transfer_status = status;
	tell(d, t, status, NULL, NULL);
	if (status == XP_TRANSFER_ANSWERED)
		step_disarm(d, DIALOG_TIMER_GOODBYE);
	return 0;
}

const char *transfer_closed(struct dialog *d, const char *how)
{
	if (!d->transferring)
		return how;
	if (d->transfer_status != XP_TRANSFER_ANSWERED && how &&
	    strcmp(how, "bot-transfer") != 0)
		return how;
	/* A line that learns nothing of the other side just ends. */
	if (d->transfer_status != XP_TRANSFER_ANSWERED)
		tell(d, &d->moving, XP_TRANSFER_ANSWERED, NULL, NULL);
	d->transfer_status = XP_TRANSFER_ANSWERED;
	return "bot-transfer";
}

int transfer_away(const struct dialog *d)
{
	return d->transferring && d->transfer_status == XP_TRANSFER_ANSWERED;
}

void transfer_show(const struct dialog *d, struct xp_snapshot *s)
{
	const struct transfer *t = d->moving.to ? &d->moving : &d->soft;

	if (!t->to)
		return;
	s->transfer_to = t->to;
	s->transfer_id = t->id;
	s->transfer =
		d->transferring ? d->transfer_status : XP_TRANSFER_WAITING;
}
