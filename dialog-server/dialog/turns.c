/**
 * @file turns.c  The caller's speech: partial, committed, interrupting
 *
 *   partial --> caller-speech         same utterance_id, replaces the text
 *   barge-in --> cut, cancel thought
 *   not cut --> a noise: our words go on
 *   committed --> caller-speech, history, then: think
 *                 while we talk: "uh-huh" is only a nod
 *                 while we end: goodbye confirms, more cancels once
 *   nodded --> the turn is over, and nothing changes
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "dialog/nlu.h"
#include "dialog/state.h"

static int is_blank(const char *s)
{
	return !s || !s[strspn(s, " \t\r\n")];
}

static int64_t call_ms(const struct dialog *d, int64_t us)
{
	return us > d->start_us ? (us - d->start_us) / 1000 : 0;
}

static void tell_speech(struct dialog *d, const struct dialog_event *from,
			const char *text, int final)
{
	struct xp_event *e = step_tell(d, XP_CALLER_SPEECH);

	e->id = scratch_printf(&d->keep, "u%u", from->turn);
	e->text = scratch_printf(&d->keep, "%.*s", LIMIT_TEXT_BYTES, text);
	e->final = final;
	e->start_ms = call_ms(d, d->speaking_us);
	if (!final)
		return;
	e->end_ms =
		call_ms(d, from->stopped_us ? from->stopped_us : d->now_us);
	if (!d->conf.text_channel)
		e->confidence = from->heard[0].confidence;
}

static int begin(struct dialog *d, uint32_t turn)
{
	if (!d->opened || turn <= d->turn)
		return -EINVAL;
	if (turn != d->speaking_turn)
		d->speaking_us = d->now_us;
	d->speaking_turn = turn;
	/* A sound while we speak may be a nod, of which no more is heard; an
	 * interruption says so. */
	if (!speak_uncut(d))
		d->speaking = 1;
	silence_broken(d);
	return 0;
}

int turn_speaking(struct dialog *d, const struct dialog_event *e)
{
	return begin(d, e->turn);
}

int turn_partial(struct dialog *d, const struct dialog_event *e)
{
	const char *text = e->n_heard ? e->heard[0].text : e->text;
	int err = begin(d, e->turn);

	if (err < 0 || is_blank(text))
		return err;
	if (d->partial && !strcmp(d->partial, text))
		return 0;
	keep_free(&d->keep, d->partial);
	d->partial = keep_str(&d->keep, text);
	tell_speech(d, e, text, 0);
	return 0;
}

/* ---- into our words ----------------------------------------------------- */

static void tell_barge_in(struct dialog *d, int64_t at_us,
			  enum xp_outcome outcome)
{
	struct xp_event *e = step_tell(d, XP_BARGE_IN);

	e->at_ms = call_ms(d, at_us);
	e->outcome = outcome;
}

/* Once a turn: a sound is nothing, and then the turn that it began a nod.
 * @param turn  0: it began none */
static void tell_not_cut(struct dialog *d, uint32_t turn)
{
	if (turn && turn == d->not_cut_turn)
		return;
	d->not_cut_turn = turn;
	tell_barge_in(d, turn ? d->speaking_us : d->now_us,
		      XP_OUTCOME_RESUMED);
}

static void cut(struct dialog *d, int64_t at_us)
{
	int was = speak_uncut(d);

	speak_stop(d, 0);
	if (was && !speak_uncut(d))
		tell_barge_in(d, at_us, XP_OUTCOME_CUT);
}

int turn_not_cut(struct dialog *d)
{
	if (!d->opened || !speak_uncut(d))
		return -EINVAL;
	tell_not_cut(d, d->speaking_turn > d->turn ? d->speaking_turn : 0);
	return 0;
}

int turn_barge_in(struct dialog *d)
{
	if (!d->opened)
		return -EINVAL;
	cut(d, d->speaking_turn > d->turn ? d->speaking_us : d->now_us);
	d->speaking = d->speaking_turn > d->turn;
	if (d->phase == PHASE_TALKING)
		think_cancel(d);
	return 0;
}

/* ---- what was heard, waiting for a thought ----------------------------- */

static void drop_heard(struct dialog *d)
{
	for (uint32_t i = 0; i < d->n_heard; i++)
		d->heard[i].text = keep_free(&d->keep, d->heard[i].text);
	d->n_heard = 0;
}

void turn_put_heard(struct dialog *d, const char *text, int confidence)
{
	drop_heard(d);
	d->heard[0].text = keep_str(&d->keep, text);
	d->heard[0].confidence = confidence;
	d->n_heard = d->heard[0].text ? 1 : 0;
	d->has_heard = 1;
}

/* A turn that no thought has used yet and this one are one answer. */
static void merge_heard(struct dialog *d, const struct dialog_event *e)
{
	if (!e->n_heard)
		return;

	int sure = d->heard[0].confidence < e->heard[0].confidence
			   ? d->heard[0].confidence
			   : e->heard[0].confidence;

	turn_put_heard(d,
		       scratch_printf(&d->keep, "%s %.*s", d->heard[0].text,
				      LIMIT_TEXT_BYTES, e->heard[0].text),
		       sure);
}

static void put_turn(struct dialog *d, const struct dialog_event *e)
{
	uint32_t n = e->n_heard < 5 ? e->n_heard : 5;

	if (d->has_heard && d->n_heard) {
		merge_heard(d, e);
		return;
	}
	drop_heard(d);
	for (uint32_t i = 0; i < n; i++) {
		const char *text = scratch_printf(
			&d->keep, "%.*s", LIMIT_TEXT_BYTES, e->heard[i].text);

		if (is_blank(text))
			continue;
		d->heard[d->n_heard].text = keep_str(&d->keep, text);
		d->heard[d->n_heard].confidence = e->heard[i].confidence;
		if (d->heard[d->n_heard].text)
			d->n_heard++;
	}
	d->has_heard = 1;
}

/* ---- committed --------------------------------------------------------- */

/* Does this say more than goodbye, thanks or "okay"? */
static int is_more(const struct nlu_acts *a)
{
	if (a->question || a->request || a->human || a->correction || a->wait)
		return 1;
	if (a->goodbye || a->thanks || a->backchannel)
		return 0;
	return !is_blank(a->rest) && !a->yes;
}

static int while_ending(struct dialog *d, const struct nlu_acts *a)
{
	if (d->ending == ENDING_HANGUP && !d->end_cancelled && a &&
	    is_more(a)) {
		end_cancel(d);
		return 0;
	}
	end_caller_quiet(d);
	return 1;
}

static void remember(struct dialog *d, const struct dialog_event *e)
{
	const char *text = scratch_printf(&d->keep, "%.*s", LIMIT_TEXT_BYTES,
					  e->heard[0].text);

	tell_speech(d, e, text, 1);
	history_add(d, BRAIN_CALLER, text, 0);
	d->task.dones = 0;
	d->silence_count = 0;
	d->paused = 0;
}

/* The turn is over, whatever it was. @return 0, -EINVAL (not after the last)
 */
static int close_turn(struct dialog *d, uint32_t turn)
{
	int err = begin(d, turn);

	if (err < 0)
		return err;
	d->turn = turn;
	d->speaking = 0;
	d->partial = keep_free(&d->keep, d->partial);
	return 0;
}

int turn_nodded(struct dialog *d, const struct dialog_event *e)
{
	int err = close_turn(d, e->turn);

	if (err < 0)
		return err;
	if (e->n_heard && !is_blank(e->heard[0].text))
		remember(d, e);
	if (d->phase == PHASE_ENDING)
		end_caller_quiet(d);
	if (speak_uncut(d))
		tell_not_cut(d, e->turn);
	step_note(d, "a nod while the agent speaks");
	return 0;
}

/* The agent's turn begins. */
static void tell_turn_ended(struct dialog *d, const struct dialog_event *from,
			    int words)
{
	struct xp_event *e = step_tell(d, XP_CALLER_TURN_ENDED);

	if (words)
		e->id = scratch_printf(&d->keep, "u%u", from->turn);
	e->start_ms = call_ms(d, d->speaking_us);
	e->end_ms =
		call_ms(d, from->stopped_us ? from->stopped_us : d->now_us);
}

int turn_committed(struct dialog *d, const struct dialog_event *e)
{
	int err = close_turn(d, e->turn);

	if (err < 0)
		return err;

	int words = e->n_heard && !is_blank(e->heard[0].text);
	struct nlu_acts acts;

	d->expert_due = 0;
	if (words) {
		step_acts(d, &acts, e->heard[0].text);
		remember(d, e);
	}
	if (d->phase == PHASE_ENDING) {
		if (d->transferring || while_ending(d, words ? &acts : NULL))
			return 0;
	} else if (speak_uncut(d) &&
		   (!words || (acts.backchannel && !acts.yes))) {
		tell_not_cut(d, e->turn);
		step_note(d, "a nod while the agent speaks");
		return 0;
	}
	/* A script is heard out unless the caller cuts it by interrupting. */
	if (!speak_script_waits(d))
		cut(d, d->speaking_us);
	tell_turn_ended(d, e, words);
	think_cancel(d);
	put_turn(d, e);
	think_want(d, BRAIN_CUE_CALLER);
	return 0;
}
