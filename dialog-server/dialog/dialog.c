/**
 * @file dialog.c  One event in, actions out
 *
 *   event --> its function in the file named after it --> pump:
 *             soft transfer, task report, think, silence timer
 *
 * SPDX-License-Identifier: MIT
 */
#include "dialog/dialog.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "dialog/engine.h"
#include "dialog/state.h"

enum {
	START_ALONE_US = 4000000,    /* an Expert may still be connecting   */
	START_ATTACHED_US = 1500000, /* its first commands are on the way   */
	START_HOOKS_US = 600000,     /* its start handler may look things up */
};

static const struct dialog_config defaults = {
	.silence_us = 10000000,
	.silence_prompts = 2,
	.hold_us = 900000,
	.hold_again_us = 8000000,
	.answer_us = 30000000,
	.grace_us = 15000000,
	.goodbye_us = 15000000,
	.expert_lost = "continue",
	.fallback_name = "the assistant",
};

struct dialog_action *step_act(struct dialog *d, enum dialog_action_kind kind)
{
	struct dialog_actions *o = d->out;
	struct dialog_action *a = &o->v[o->n];

	/* The last place is never counted: what finds no room lands there. */
	if (o->n < DIALOG_ACTIONS_MAX - 1)
		o->n++;
	else
		d->stats.dropped++;
	*a = (struct dialog_action){.kind = kind};
	return a;
}

void step_arm(struct dialog *d, enum dialog_timer timer, int64_t delay_us)
{
	struct dialog_action *a = step_act(d, DIALOG_ARM);

	a->timer = timer;
	a->delay_us = delay_us;
}

void step_disarm(struct dialog *d, enum dialog_timer timer)
{
	step_act(d, DIALOG_DISARM)->timer = timer;
}

struct xp_event *step_tell(struct dialog *d, enum xp_event_kind kind)
{
	struct xp_event *e = scratch_alloc(&d->keep, sizeof(*e));

	if (!e)
		return &d->nowhere;
	e->kind = kind;
	e->sequence = ++d->sequence;
	step_act(d, DIALOG_EXPERT_EVENT)->event = e;
	return e;
}

const char *step_line(const struct dialog *d, const char *english)
{
	return language_line(language_find(d->language), english);
}

void step_acts(const struct dialog *d, struct nlu_acts *ret, const char *text)
{
	char english[LANGUAGE_HEARD_BYTES];

	nlu_acts(ret,
		 language_heard(language_find(d->language), english, text),
		 &d->ask);
}

void step_note(struct dialog *d, const char *text)
{
	step_act(d, DIALOG_NOTE)->text = text;
}

void step_start_timer(struct dialog *d)
{
	if (d->phase == PHASE_OPENING)
		step_arm(d, DIALOG_TIMER_START,
			 d->hooks_known   ? START_HOOKS_US
			 : d->expert_here ? START_ATTACHED_US
					  : START_ALONE_US);
}

void step_start(struct dialog *d)
{
	if (d->phase != PHASE_OPENING)
		return;
	d->phase = PHASE_TALKING;
	step_disarm(d, DIALOG_TIMER_START);
	think_want(d, BRAIN_CUE_START);
}

static int started(struct dialog *d)
{
	if (d->opened)
		return -EINVAL;
	d->opened = 1;
	d->start_us = d->sound_us = d->now_us;
	if (d->phase != PHASE_NEW)
		return 0;
	d->phase = PHASE_OPENING;
	if (d->script) {
		speak_text(d, SAID_SCRIPT, d->script, 1);
		d->script = keep_free(&d->keep, d->script);
	}
	if (d->task.set || d->n_utts || d->expert_gone)
		step_start(d);
	else
		step_start_timer(d);
	return 0;
}

static int timer_fired(struct dialog *d, enum dialog_timer timer)
{
	switch (timer) {
	case DIALOG_TIMER_SILENCE:
		silence_timer(d);
		return 0;
	case DIALOG_TIMER_HOLD:
	case DIALOG_TIMER_ANSWER:
		query_timer(d, timer);
		return 0;
	case DIALOG_TIMER_GRACE:
		expert_grace_over(d);
		return 0;
	case DIALOG_TIMER_DTMF:
		keys_timer(d);
		return 0;
	case DIALOG_TIMER_GOODBYE:
		end_goodbye_timer(d);
		return 0;
	case DIALOG_TIMER_START:
		step_start(d);
		return 0;
	default:
		return -EINVAL;
	}
}

static int dispatch(struct dialog *d, const struct dialog_event *e)
{
	switch (e->kind) {
	case DIALOG_STARTED:
		return started(d);
	case DIALOG_CALLER_PARTIAL:
		return turn_partial(d, e);
	case DIALOG_CALLER_SPEAKING:
		return turn_speaking(d, e);
	case DIALOG_CALLER_TURN:
		return turn_committed(d, e);
	case DIALOG_CALLER_NODDED:
		return turn_nodded(d, e);
	case DIALOG_BARGE_IN:
		return turn_barge_in(d);
	case DIALOG_NOT_CUT:
		return turn_not_cut(d);
	case DIALOG_DTMF:
		return keys_digit(d, e->digit);
	case DIALOG_PRESSED:
		return keys_pressed(d, e->text);
	case DIALOG_SAID:
		return speak_said(d, e);
	case DIALOG_BRAIN_OUTPUT:
		return think_output(d, e);
	case DIALOG_BRAIN_DONE:
		return think_done(d, e);
	case DIALOG_BRAIN_FAILED:
		return think_failed(d, e->brain_turn);
	case DIALOG_EXPERT_COMMAND:
		return e->command ? expert_command(d, e->command) : -EINVAL;
	case DIALOG_EXPERT_ATTACHED:
		return expert_attached(d, e);
	case DIALOG_EXPERT_LOST:
		return expert_lost(d);
	case DIALOG_EXPERT_NOBODY:
		return expert_nobody(d);
	case DIALOG_TIMER:
		return timer_fired(d, e->timer);
	case DIALOG_TRANSFER_FAILED:
		return transfer_failed(d, e->cause, e->text);
	case DIALOG_TRANSFER_STATUS:
		return transfer_status(d, e->transfer);
	case DIALOG_MACHINE:
		return machine_answered(d);
	case DIALOG_MACHINE_RECORDS:
		return machine_records(d);
	case DIALOG_STOPPING:
		end_stopping(d);
		return 0;
	case DIALOG_CLOSED:
		return end_closed(d, e->text);
	}
	return -EINVAL;
}

/* The call's memory is used up: nothing more can be remembered, so the only
 * honest thing is to end. Uses no memory. What else this step wanted to do is
 * dropped. */
static void out_of_memory(struct dialog *d, int told)
{
	static const struct xp_event ended = {.kind = XP_SESSION_ENDED,
					      .text = "bot-failure"};

	d->out->n = 0;
	step_act(d, DIALOG_STOP_SAYING)->utt = d->utt;
	if (!told)
		step_act(d, DIALOG_EXPERT_EVENT)->event = &ended;

	struct dialog_action *a = step_act(d, DIALOG_HANGUP);

	a->text = "bot-failure";
	a->cause = "the call's memory is used up";
	d->sent_ended = 1;
	d->phase = PHASE_OVER;
}

int dialog_step(struct dialog *d, const struct dialog_event *e, int64_t now_us,
		struct dialog_actions *actions)
{
	actions->n = 0;
	if (d->phase == PHASE_OVER && e->kind != DIALOG_CLOSED)
		return -EINVAL;

	d->out = actions;
	d->now_us = now_us;
	scratch_reset(&d->keep);

	int told = d->sent_ended;
	int was_over = d->phase == PHASE_OVER;
	int err = dispatch(d, e);

	if (err == -EINVAL) {
		d->stats.ignored++;
		actions->n = 0;
	} else if (d->phase != PHASE_OVER) {
		transfer_pump(d);
		task_settle(d);
		think_pump(d);
		silence_pump(d);
	}
	if (d->keep.failed && !was_over) {
		out_of_memory(d, told);
		err = -ENOMEM;
	}
	d->out = NULL;
	return err;
}

static int64_t or_default(int64_t value, int64_t other)
{
	return value > 0 ? value : other;
}

static void configure(struct dialog_config *c, struct keep *k,
		      const struct dialog_config *from)
{
	*c = from ? *from : defaults;
	c->silence_us = or_default(c->silence_us, defaults.silence_us);
	c->hold_us = or_default(c->hold_us, defaults.hold_us);
	c->hold_again_us =
		or_default(c->hold_again_us, defaults.hold_again_us);
	c->answer_us = or_default(c->answer_us, defaults.answer_us);
	c->grace_us = or_default(c->grace_us, defaults.grace_us);
	c->goodbye_us = or_default(c->goodbye_us, defaults.goodbye_us);
	c->expert_lost = keep_str(k, c->expert_lost ? c->expert_lost
						    : defaults.expert_lost);
	c->fallback_name =
		keep_str(k, c->fallback_name ? c->fallback_name
					     : defaults.fallback_name);
}

int dialog_new(struct dialog **ret, struct arena *a,
	       const struct dialog_config *conf, const char *id)
{
	struct dialog *d = arena_alloc(a, sizeof(*d));

	if (!d)
		return -ENOMEM;
	keep_init(&d->keep, a);
	configure(&d->conf, &d->keep, conf);
	d->id = keep_str(&d->keep, id ? id : "call");
	d->memory = arena_alloc(a, ENGINE_MEMORY_BYTES);
	d->ask.field_key = d->ask.description = "";
	d->spare_left = d->conf.spare_first != 0;
	if (d->keep.failed || !d->memory)
		return -ENOMEM;
	*ret = d;
	return 0;
}

const char *dialog_fields_json(struct dialog *d)
{
	return named_object(&d->fields, &d->keep);
}

enum dialog_turn dialog_turn(const struct dialog *d)
{
	if (d->phase != PHASE_TALKING || d->thinking || d->cues ||
	    d->has_heard || speak_busy(d) || query_open_count(d) || d->soft.to)
		return DIALOG_TURN_AGENT;
	return d->expert_due ? DIALOG_TURN_EXPERT : DIALOG_TURN_CALLER;
}

int dialog_ending(const struct dialog *d)
{
	return d->phase == PHASE_OVER || d->ending != ENDING_NONE ||
	       d->transferring;
}

void dialog_stats_get(const struct dialog *d, struct dialog_stats *ret)
{
	*ret = d->stats;
}
