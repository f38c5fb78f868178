/**
 * @file silence.c  One timer that watches whatever the call waits for
 *
 *   nobody speaks      --> prompt, prompt, polite end
 *   agent speaks       --> lost reports of what was heard
 *   caller speaks      --> a turn that never ends
 *   brain thinks       --> an answer that never comes
 *
 * The timer is armed anew when what is waited for changes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dialog/lines.h"
#include "dialog/state.h"

enum quiet { QUIET_OFF, QUIET_SILENT, QUIET_AGENT, QUIET_CALLER, QUIET_BRAIN };

enum {
	TYPING = 3,                 /* times: fingers are slower than speech */
	AGENT_US_PER_BYTE = 120000, /* slow speech is 10 characters a second */
	AGENT_SLACK_US = 20000000,
	CALLER_US = 60000000,   /* twice the longest turn              */
	BRAIN_US = 30000000,    /* drivers give up well before         */
	TASK_DONE_US = 4000000, /* the Expert should act within        */
	NO_TASK_US = 1500000,   /* greeted, and no task yet            */
};

static enum quiet waits_for(const struct dialog *d)
{
	if (d->phase != PHASE_TALKING || d->keying)
		return QUIET_OFF;
	if (d->speaking)
		return QUIET_CALLER;
	if (d->thinking)
		return QUIET_BRAIN;
	if (speak_busy(d))
		return QUIET_AGENT;
	return query_open_count(d) ? QUIET_OFF : QUIET_SILENT;
}

/* A pause after which the brain takes the word, once: it is no silence of the
 * caller's. @return [us], 0: none is due */
static int64_t short_us(const struct dialog *d)
{
	if (d->paused || d->silence_count)
		return 0;
	if (d->task.reported)
		return TASK_DONE_US;
	return !d->task.set && !d->turn ? NO_TASK_US : 0;
}

static int64_t how_long(struct dialog *d, enum quiet q)
{
	int64_t us = AGENT_SLACK_US;

	switch (q) {
	case QUIET_CALLER:
		return CALLER_US;
	case QUIET_BRAIN:
		return BRAIN_US;
	case QUIET_AGENT:
		for (uint32_t i = 0; i < d->n_utts; i++)
			us += (int64_t)d->utts[i].bytes * AGENT_US_PER_BYTE;
		return us;
	default:
		break;
	}
	if (think_listening(d) && think_listening(d)->patience_ms)
		return think_listening(d)->patience_ms * 1000;
	if (short_us(d) && short_us(d) < d->conf.silence_us)
		return short_us(d);
	return d->conf.text_channel ? TYPING * d->conf.silence_us
				    : d->conf.silence_us;
}

static uint32_t mark_of(const struct dialog *d, enum quiet q)
{
	switch (q) {
	case QUIET_CALLER:
		return d->speaking_turn;
	case QUIET_BRAIN:
		return d->brain_turn;
	case QUIET_AGENT:
		return d->utt;
	default:
		return 2 * d->silence_count + (uint32_t)d->paused;
	}
}

void silence_pump(struct dialog *d)
{
	enum quiet q = waits_for(d);
	uint32_t mark = mark_of(d, q);

	if ((int)q == d->quiet && (mark == d->quiet_mark || q == QUIET_OFF))
		return;
	d->quiet = q;
	d->quiet_mark = mark;
	if (q == QUIET_OFF)
		step_disarm(d, DIALOG_TIMER_SILENCE);
	else
		step_arm(d, DIALOG_TIMER_SILENCE, how_long(d, q));
}

void silence_broken(struct dialog *d)
{
	d->sound_us = d->now_us;
	/* Whatever the timer was for, it starts over. */
	if (d->quiet == QUIET_SILENT)
		d->quiet = QUIET_OFF;
}

static void tell_silence(struct dialog *d)
{
	struct xp_event *e = step_tell(d, XP_CALLER_SILENT);

	e->silence_ms = (d->now_us - d->sound_us) / 1000;
	e->prompts = d->silence_count;
}

static void nobody_speaks(struct dialog *d)
{
	if (short_us(d) && short_us(d) < d->conf.silence_us) {
		d->paused = 1;
		think_want(d, BRAIN_CUE_SILENCE);
		return;
	}
	tell_silence(d);
	d->silence_count++;
	if (d->silence_count > d->conf.silence_prompts)
		end_hangup(d, step_line(d, LINE_SILENCE_END), 0, "bot-hangup");
	else
		think_want(d, BRAIN_CUE_SILENCE);
}

void silence_timer(struct dialog *d)
{
	enum quiet was = (enum quiet)d->quiet;

	/* A timer that fired although what it watched is over. */
	if (was != waits_for(d))
		return;
	d->quiet = QUIET_OFF;
	switch (was) {
	case QUIET_SILENT:
		nobody_speaks(d);
		break;
	case QUIET_AGENT:
		step_note(d, "speech was never reported as heard");
		speak_forget(d);
		break;
	case QUIET_CALLER:
		step_note(d, "the caller's turn never ended");
		d->speaking = 0;
		break;
	case QUIET_BRAIN:
		step_act(d, DIALOG_CANCEL_THINK)->brain_turn = d->brain_turn;
		(void)think_failed(d, d->brain_turn);
		break;
	case QUIET_OFF:
		break;
	}
}
