/**
 * @file think.c  When the brain is asked, what it sees, what it may do
 *
 *   wanted cues --one at a time--> view --DIALOG_THINK--> outputs --> done
 *
 * No thought before a script was heard, none while the caller speaks, none
 * after the end was decided. Outputs of an old thought are dropped by number.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "dialog/engine.h"
#include "dialog/lines.h"
#include "dialog/nlu_parts.h"
#include "dialog/state.h"

/* The model is asked again after 1, 2, 4, at most 8 thoughts. */
enum { SPARE_DOUBLINGS = 4 };

void think_want(struct dialog *d, enum brain_cue cue)
{
	if (d->phase != PHASE_ENDING && d->phase != PHASE_OVER)
		d->cues |= 1u << cue;
}

/* ---- the view ---------------------------------------------------------- */

static void view_clock(struct dialog *d)
{
	int64_t s = (d->conf.wall_us + d->now_us - d->start_us) / 1000000 +
		    d->conf.utc_offset_s;
	int64_t days = s >= 0 ? s / 86400 : -((86399 - s) / 86400);
	int left = (int)(s - days * 86400);
	int year, month, day;

	cal_from_days(days, &year, &month, &day);
	d->view.today =
		scratch_printf(&d->keep, "%04d-%02d-%02d", year, month, day);
	d->view.weekday = (int)(((days + 4) % 7 + 7) % 7);
	d->view.hour = left / 3600;
	d->view.minute = left / 60 % 60;
}

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

static void view_build(struct dialog *d, enum brain_cue cue)
{
	struct brain_view *v = &d->view;
	int here = !d->expert_gone;

	*v = (struct brain_view){.cue = cue};
	v->agent_name = d->agent_name    ? d->agent_name
			: d->expert_ever ? ""
					 : d->conf.fallback_name;
	v->organization = or_empty(d->organization);
	v->purpose = or_empty(d->purpose);
	v->language = d->language ? d->language : "english";
	view_clock(d);
	v->task_id = or_empty(d->task.id);
	v->objective = or_empty(d->task.objective);
	v->completion_criteria = or_empty(d->task.criteria);
	v->n_items = d->task.n_items;
	v->items = d->task.items;
	v->task_reported = d->task.reported || d->task.wants_done;
	v->lines = history_view(d);
	v->n_lines = v->lines ? d->n_lines : 0;
	v->n_instructions = d->n_instructions;
	v->instructions = d->instructions;
	v->n_new_instructions = d->n_new_instructions;
	v->text_channel = d->conf.text_channel;
	v->silence_count = d->silence_count;
	v->has_questions = d->has_questions && here;
	v->has_actions = d->has_actions && here;
	v->has_escalate = d->has_escalate && here;
	v->accept_dtmf = d->accept_dtmf;
	v->checks_values = doubt_can(d);
	v->expert_present = d->expert_ever && here;
	v->agent_speaking = speak_busy(d);
	v->memory = d->memory;
	v->memory_bytes = ENGINE_MEMORY_BYTES;
	query_view(d);
}

static void view_heard(struct dialog *d)
{
	d->view.n_heard = d->n_heard;
	for (uint32_t i = 0; i < d->n_heard; i++) {
		d->view.heard[i].text = d->heard[i].text;
		d->view.heard[i].confidence = d->heard[i].confidence;
	}
	d->has_heard = 0;
}

/* ---- one thought at a time --------------------------------------------- */

static int has_unseen(const struct dialog *d)
{
	for (uint32_t i = 0; i < d->n_places; i++) {
		const struct query *q = &d->queries[i];

		if (q->used && q->q.state != BRAIN_QUERY_OPEN && !q->shown)
			return 1;
	}
	return 0;
}

/* Take back what an earlier thought has dealt with meanwhile. */
static void tidy_cues(struct dialog *d)
{
	if (!d->n_new_instructions)
		d->cues &= ~(1u << BRAIN_CUE_INSTRUCTION);
	if (!has_unseen(d))
		d->cues &= ~(1u << BRAIN_CUE_ANSWER);
	if (speak_busy(d))
		d->cues &= ~(1u << BRAIN_CUE_SILENCE | 1u << BRAIN_CUE_HOLD);
	if (!query_open_count(d))
		d->cues &= ~(1u << BRAIN_CUE_HOLD);
}

static int pick(const struct dialog *d)
{
	static const enum brain_cue order[] = {
		BRAIN_CUE_CALLER,  BRAIN_CUE_DTMF,   BRAIN_CUE_TASK,
		BRAIN_CUE_CHECKED, BRAIN_CUE_ANSWER, BRAIN_CUE_INSTRUCTION,
		BRAIN_CUE_SILENCE, BRAIN_CUE_HOLD,
	};

	if (!d->thought)
		return d->cues ? BRAIN_CUE_START : -1;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (d->cues & 1u << order[i])
			return (int)order[i];
	}
	return -1;
}

static const char *last_said(const struct dialog *d)
{
	for (uint32_t i = d->view.n_lines; i > 0; i--) {
		if (d->view.lines[i - 1].role == BRAIN_AGENT)
			return d->view.lines[i - 1].text;
	}
	return NULL;
}

void think_pump(struct dialog *d)
{
	if (d->phase != PHASE_TALKING || d->thinking || d->speaking ||
	    d->keying || speak_script_waits(d))
		return;
	tidy_cues(d);

	int cue = pick(d);

	if (cue < 0)
		return;
	d->cues &= ~(1u << cue);
	if (cue == BRAIN_CUE_START)
		d->cues = 0;
	d->thinking = d->thought = 1;
	d->think_us = d->now_us;
	d->brain_turn++;
	d->n_outputs = 0;
	d->thought_utt = 0;
	d->brain_ends = d->brain_escalates = 0;
	d->brain_transfer = keep_free(&d->keep, d->brain_transfer);
	view_build(d, (enum brain_cue)cue);
	if (cue == BRAIN_CUE_CALLER || cue == BRAIN_CUE_DTMF ||
	    (cue == BRAIN_CUE_START && d->has_heard))
		view_heard(d);
	d->n_shown = d->n_new_instructions;

	d->spare = d->conf.has_spare && d->spare_left > 0;
	d->said_last = '\0';
	if (d->spare && d->model_spoke) {
		engine_take_over(d->memory, &d->ask, last_said(d));
		d->model_spoke = 0;
	}

	struct dialog_action *a = step_act(d, DIALOG_THINK);

	a->brain_turn = d->brain_turn;
	a->view = &d->view;
	a->spare = d->spare;
}

/* Nothing has come of it: what it was about is still to be done. */
static void undo(struct dialog *d)
{
	if (d->view.cue == BRAIN_CUE_START)
		d->thought = 0;
	if (d->view.n_heard)
		d->has_heard = 1;
}

void think_cancel(struct dialog *d)
{
	if (!d->thinking)
		return;

	enum brain_cue cue = d->view.cue;

	d->thinking = 0;
	step_act(d, DIALOG_CANCEL_THINK)->brain_turn = d->brain_turn;
	if (d->open_utt)
		(void)speak_end(d);
	if (d->n_outputs)
		return;
	undo(d);
	if (cue != BRAIN_CUE_SILENCE && cue != BRAIN_CUE_HOLD)
		think_want(d, cue);
}

/* ---- outputs ----------------------------------------------------------- */

const struct xp_listening *think_listening(struct dialog *d)
{
	const struct brain_item *item =
		*d->ask.field_key ? task_item(d, d->ask.field_key) : NULL;

	/* A value that is only to be confirmed is still asked for. */
	if (!item || item->item->kind != XP_ITEM_FIELD ||
	    item->state != BRAIN_ITEM_OPEN)
		return NULL;
	return &item->item->listening;
}

void think_listen(struct dialog *d)
{
	static const enum ask_barge_in barge_ins[] = {
		[XP_BARGE_IN_DEFAULT] = ASK_BARGE_IN_USUAL,
		[XP_BARGE_IN_ANY] = ASK_BARGE_IN_ANY,
		[XP_BARGE_IN_WORDS] = ASK_BARGE_IN_WORDS,
		[XP_BARGE_IN_OFF] = ASK_BARGE_IN_OFF,
	};
	const struct xp_listening *l = think_listening(d);

	d->ask.language = language_find(d->language);
	d->ask.end_silence_us = l ? l->end_silence_ms * 1000 : 0;
	d->ask.barge_in = l ? barge_ins[l->barge_in] : ASK_BARGE_IN_USUAL;
	step_act(d, DIALOG_LISTEN)->ask = &d->ask;
}

void think_listen_as_usual(struct dialog *d, const char *key)
{
	if (!strcmp(d->ask.field_key, key) &&
	    (d->ask.end_silence_us || d->ask.barge_in != ASK_BARGE_IN_USUAL))
		think_listen(d);
}

static size_t bytes_of(const char *s)
{
	return (s ? strlen(s) : 0) + 1;
}

static const char *copy_to(char **at, const char *s)
{
	size_t len = bytes_of(s) - 1;
	char *to = *at;

	if (len)
		memcpy(to, s, len);
	to[len] = '\0';
	*at += len + 1;
	return to;
}

static void listen_for(struct dialog *d, const struct ask *ask)
{
	uint32_t n = ask->n_choices < ASK_CHOICES_MAX ? ask->n_choices
						      : ASK_CHOICES_MAX;
	size_t bytes = n * sizeof(char *) + bytes_of(ask->field_key) +
		       bytes_of(ask->description);

	for (uint32_t i = 0; i < n; i++)
		bytes += bytes_of(ask->choices[i]);

	const char **choices = keep_alloc(&d->keep, bytes);

	if (!choices)
		return;

	char *at = (char *)(choices + n);
	struct ask copy = *ask;

	copy.field_key = copy_to(&at, ask->field_key);
	copy.description = copy_to(&at, ask->description);
	for (uint32_t i = 0; i < n; i++)
		choices[i] = copy_to(&at, ask->choices[i]);
	copy.n_choices = n;
	copy.choices = choices;
	keep_free(&d->keep, d->ask_block);
	d->ask_block = choices;
	d->ask = copy;
	think_listen(d);
}

static int transfer_wanted(struct dialog *d, const char *to)
{
	if (!to || !*to)
		return -EINVAL;
	keep_free(&d->keep, d->brain_transfer);
	d->brain_transfer = keep_str(&d->keep, to);
	return 0;
}

static int ask_expert(struct dialog *d, enum query_kind kind, const char *key,
		      const char *text)
{
	if (!text || !*text || (kind == QUERY_SEARCH && !key))
		return -EINVAL;
	query_ask(d, kind, kind == QUERY_SEARCH ? key : NULL,
		  scratch_printf(&d->keep, "%.*s", LIMIT_TEXT_BYTES, text));
	return 0;
}

static void say(struct dialog *d, const char *text)
{
	for (const char *s = text; *s; s++) {
		if (*s != ' ' && *s != '\n')
			d->said_last = *s;
	}
	d->model_spoke = !d->spare;
	speak_delta(d, text);
}

static int obey(struct dialog *d, const struct brain_output *o)
{
	switch (o->kind) {
	case BRAIN_SAY:
		if (o->text)
			say(d, o->text);
		if (d->open_utt)
			d->thought_utt = d->utt;
		return 0;
	case BRAIN_ASK:
		if (!o->ask)
			return -EINVAL;
		listen_for(d, o->ask);
		return 0;
	case BRAIN_RECORD:
		return task_record(d, o->key, o->value_json);
	case BRAIN_SKIP:
		return task_skip(d, o->key);
	case BRAIN_DONE:
		return speak_then_done(d, o->key);
	case BRAIN_QUESTION:
		return ask_expert(d, QUERY_QUESTION, NULL, o->text);
	case BRAIN_ACTION:
		return ask_expert(d, QUERY_ACTION, NULL, o->text);
	case BRAIN_SEARCH:
		return ask_expert(d, QUERY_SEARCH, o->key, o->text);
	case BRAIN_EXECUTE:
		return query_execute(d, o->id, o->key);
	case BRAIN_ESCALATE:
		d->brain_escalates = o->by_agent ? 2 : 1;
		return 0;
	case BRAIN_TRANSFER:
		return transfer_wanted(d, o->text);
	case BRAIN_HANGUP:
		d->brain_ends = 1;
		return 0;
	case BRAIN_TASK_DONE:
		return task_done(d);
	case BRAIN_LANGUAGE:
		step_note(d, scratch_printf(&d->keep, "language %.40s",
					    o->text ? o->text : ""));
		return 0;
	}
	return -EINVAL;
}

int think_output(struct dialog *d, const struct dialog_event *e)
{
	if (!d->thinking || e->brain_turn != d->brain_turn || !e->output) {
		d->stats.late++;
		return 0;
	}
	d->n_outputs++;
	if (obey(d, e->output) < 0) {
		d->stats.refused++;
		step_note(d, scratch_printf(&d->keep,
					    "an output of the brain makes no "
					    "sense: kind %d, key %.80s",
					    (int)e->output->kind,
					    e->output->key ? e->output->key
							   : ""));
	}
	return 0;
}

static void thought_through(struct dialog *d)
{
	query_seen(d);
	d->n_new_instructions -= d->n_shown < d->n_new_instructions
					 ? d->n_shown
					 : d->n_new_instructions;
	d->thinking = 0;
}

int think_done(struct dialog *d, const struct dialog_event *e)
{
	if (!d->thinking || e->brain_turn != d->brain_turn) {
		d->stats.late++;
		return 0;
	}

	(void)speak_end(d);
	thought_through(d);
	d->brain_failures = 0;
	if (!d->spare)
		d->model_failures = 0;
	else if (d->spare_left > 0)
		d->spare_left--;
	if (d->brain_escalates) {
		int by_agent = d->brain_escalates == 2;

		d->brain_escalates = 0;
		query_escalate(d, by_agent);
	}
	if (d->brain_transfer)
		transfer_begin(d, &(struct transfer){.to = d->brain_transfer},
			       d->thought_utt ? NULL
					      : step_line(d, LINE_TRANSFER),
			       d->thought_utt, 1);
	else if (d->brain_ends)
		end_hangup(d,
			   d->thought_utt ? NULL : step_line(d, LINE_GOODBYE),
			   d->thought_utt, "bot-hangup");
	return 0;
}

/* The model has failed in the middle of its words, or between a tool and its
 * words: what it did stands, and the engine asks what is to be asked next,
 * unless that is done or an answer of the Expert will lead on. */
static void go_on(struct dialog *d)
{
	if (d->said_last != '?' && !query_open_count(d))
		think_want(d, BRAIN_CUE_TASK);
}

/* The engine stands in: for this thought, and after each further failure for
 * twice as many, before the model is asked again. */
static void stand_in(struct dialog *d)
{
	enum brain_cue cue = d->view.cue;

	if (d->model_failures < SPARE_DOUBLINGS)
		d->model_failures++;
	d->spare_left = 1u << (d->model_failures - 1);
	if (d->n_outputs && (cue != BRAIN_CUE_START || d->thought_utt)) {
		thought_through(d);
		go_on(d);
		return;
	}
	d->thinking = 0;
	undo(d);
	think_want(d, cue);
}

int think_failed(struct dialog *d, uint32_t brain_turn)
{
	if (!d->thinking || brain_turn != d->brain_turn) {
		d->stats.late++;
		return 0;
	}

	uint32_t said = d->thought_utt;

	(void)speak_end(d);
	d->brain_escalates = d->brain_ends = 0;
	if (d->conf.has_spare && !d->spare) {
		stand_in(d);
		return 0;
	}
	thought_through(d);
	if (++d->brain_failures >= BRAIN_FAILURES_MAX)
		end_failed(d, step_line(d, LINE_BRAIN_BROKEN),
			   "the language model failed again and again");
	else if (!said)
		speak_text(d, SAID_LINE, step_line(d, LINE_BRAIN_FAILED), 1);
	return 0;
}
