/**
 * @file talk.c  Drives the dialog core: one event in, its actions out
 *
 *   uplink, Expert, timers --talk_event--> [ queue ] --dialog_step--> actions
 *                                             ▲                         │
 *                                             └── what they set off ────┘
 *
 * An action may set off an event at once (a cut tells what was heard): such an
 * event waits until the actions of the present step are done.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/log_limit.h"
#include "base/text.h"
#include "call/internal.h"
#include "conf/settings.h"
#include "journal/journal.h"
#include "journal/metrics.h"

static void on_output(void *arg, uint32_t turn, const struct brain_output *o);
static void on_thought(void *arg, uint32_t turn);
static void on_failed(void *arg, uint32_t turn, int err, const char *why);

static const struct llm_events llm_handlers = {
	.output = on_output,
	.done = on_thought,
	.failed = on_failed,
};

/* A service that is down, or hangs, is so for all calls: their callers are
 * greeted without waiting for it. The first turn of each asks it again. */
enum { MODEL_IS_DOWN = 3 };
static _Atomic uint32_t model_failures; /* in a row, of all calls */

/* ---- the brain ---------------------------------------------------------- */

static int open_brain(struct call *c, const char *name,
		      const struct llm_ops **ret, void **ret_s)
{
	const struct llm_ops *ops = llm_find(name);
	void *s;
	int err;

	if (!ops)
		return -ENOENT;
	s = arena_alloc(&c->arena, ops->session_size);
	if (!s)
		return -ENOMEM;
	err = ops->open(s, &c->sh->env, &llm_handlers, c);
	if (err)
		return err;
	*ret = ops;
	*ret_s = s;
	return 0;
}

static void think(struct call *c, const struct dialog_action *a)
{
	int err;

	metric_add(METRIC_LLM_TURNS, 1);
	if (a->spare) {
		metric_add(METRIC_LLM_FALLBACKS, 1);
		c->spare_turn = a->brain_turn;
		err = c->spare->think(c->spare_s, a->brain_turn, a->view);
	} else {
		err = c->llm->think(c->llm_s, a->brain_turn, a->view);
	}
	if (err)
		on_failed(c, a->brain_turn, err, "refused");
}

/** Whoever it is that thinks. */
static void cancel(struct call *c, uint32_t brain_turn)
{
	c->llm->cancel(c->llm_s, brain_turn);
	if (c->spare)
		c->spare->cancel(c->spare_s, brain_turn);
}

static void on_output(void *arg, uint32_t turn, const struct brain_output *o)
{
	struct call *c = arg;
	const struct dialog_event e = {
		.kind = DIALOG_BRAIN_OUTPUT,
		.brain_turn = turn,
		.output = o,
	};

	if (c->closing)
		return;
	if (c->ledger.turn && !c->ledger.llm_us)
		c->ledger.llm_us = loop_now_us(c->sh->loop);
	journal_putf(c->journal, JOURNAL_BRAIN, loop_now_us(c->sh->loop),
		     "{\"turn\":%u,\"kind\":%d}", turn, (int)o->kind);
	talk_event(c, &e);
}

static void on_thought(void *arg, uint32_t turn)
{
	struct call *c = arg;
	const struct dialog_event e = {
		.kind = DIALOG_BRAIN_DONE,
		.brain_turn = turn,
	};

	if (turn != c->spare_turn)
		atomic_store(&model_failures, 0);

	if (!c->closing)
		talk_event(c, &e);
}

static void on_failed(void *arg, uint32_t turn, int err, const char *why)
{
	struct call *c = arg;
	const struct dialog_event e = {
		.kind = DIALOG_BRAIN_FAILED,
		.brain_turn = turn,
	};

	metric_add(METRIC_LLM_FAILED, 1);
	if (turn != c->spare_turn)
		atomic_fetch_add(&model_failures, 1);
	log_warn_limited(c->tag, "language model failed err=%d why=\"%s\"",
			 err, why);
	if (c->closing)
		return;
	record_event(c, "llm-failed", NULL, why);
	talk_event(c, &e);
}

/* ---- opening ---------------------------------------------------------- */

static void on_timer(void *arg)
{
	struct call_timer *t = arg;
	const struct dialog_event e = {
		.kind = DIALOG_TIMER,
		.timer = t->which,
	};

	journal_putf(t->call->journal, JOURNAL_TIMER,
		     loop_now_us(t->call->sh->loop), "{\"timer\":%d}",
		     (int)t->which);
	talk_event(t->call, &e);
}

/** Those that end a call are there from its beginning; the others come with
 *  their first use, and most calls never need them all. */
static int timer_ready(struct call *c, enum dialog_timer which)
{
	struct call_timer *t = &c->timers[which];

	if (t->timer)
		return 0;
	t->call = c;
	t->which = which;
	return timer_new(&t->timer, c->sh->loop, on_timer, t);
}

static void arm(struct call *c, enum dialog_timer which, int64_t delay_us)
{
	if (timer_ready(c, which) == 0)
		timer_start(c->timers[which].timer, delay_us);
	else
		log_warn(c->tag, "no memory for a timer of the dialog");
}

int talk_open(struct call *c)
{
	const struct settings *s = c->sh->conf;
	const struct dialog_config conf = {
		.silence_us = s->silence_ms * 1000,
		.silence_prompts = (uint32_t)s->silence_prompts,
		.hold_us = s->hold_ms * 1000,
		.hold_again_us = s->hold_again_ms * 1000,
		.answer_us = s->answer_ms * 1000,
		.grace_us = s->grace_ms * 1000,
		.goodbye_us = s->goodbye_ms * 1000,
		.expert_lost = s->expert_lost,
		.fallback_name = s->fallback_name,
		.wall_us = c->start_wall_us,
		.utc_offset_s = (int32_t)(s->utc_offset_minutes * 60),
		.text_channel = c->hz == 0,
		.records = s->recording_enabled != 0,
		.has_spare = strcmp(s->llm_provider, "builtin") != 0,
		.spare_first = atomic_load(&model_failures) >= MODEL_IS_DOWN,
	};
	int err = timer_ready(c, DIALOG_TIMER_SILENCE);

	if (!err)
		err = timer_ready(c, DIALOG_TIMER_GRACE);
	if (!err)
		err = timer_ready(c, DIALOG_TIMER_GOODBYE);
	if (!err)
		err = open_brain(c, s->llm_provider, &c->llm, &c->llm_s);
	if (!err && strcmp(s->llm_provider, "builtin") != 0)
		err = open_brain(c, "builtin", &c->spare, &c->spare_s);
	if (err)
		return err;
	return dialog_new(&c->dialog, &c->arena, &conf, c->id);
}

void talk_close(struct call *c)
{
	struct dialog_stats stats = {0};

	if (c->dialog)
		dialog_stats_get(c->dialog, &stats);
	metric_add(METRIC_EXPERT_QUESTION_TIMEOUTS, stats.overdue);
	for (uint32_t i = 0; i < DIALOG_TIMER_N; i++)
		c->timers[i].timer = timer_free(c->timers[i].timer);
	if (c->llm)
		c->llm->close(c->llm_s);
	if (c->spare)
		c->spare->close(c->spare_s);
	c->llm = c->spare = NULL;
}

/* ---- actions ------------------------------------------------------------ */

/** The two ends of it have words of their own in the record. */
static void note_transfer(struct call *c, const struct xp_event *e)
{
	static const char *const types[] = {
		[XP_TRANSFER_TRYING] = "transfer",
		[XP_TRANSFER_RINGING] = "transfer-ringing",
		[XP_TRANSFER_ANSWERED] = "transfer-answered",
		[XP_TRANSFER_FAILED] = "transfer-failed",
		[XP_TRANSFER_RETURNED] = "transfer-returned",
	};

	record_event(c, types[e->transfer], e->reason, e->to);
}

/** Questions and requests are worth a line in the record. */
static void note_expert_event(struct call *c, const struct xp_event *e)
{
	switch (e->kind) {
	case XP_AGENT_QUESTION:
		metric_add(METRIC_EXPERT_QUESTIONS, 1);
		record_event(c, "question", e->id, e->text);
		break;
	case XP_ACTION_REQUEST:
		record_event(c, "action-request", e->id, e->text);
		break;
	case XP_EXECUTE_ACTION:
		record_event(c, "execute-action", NULL, e->key);
		break;
	case XP_ESCALATE:
		record_event(c, "escalate", NULL, e->text);
		break;
	case XP_TASK_DONE:
		record_event(c, "task-done", e->id, NULL);
		break;
	case XP_TRANSFER_STATUS:
		note_transfer(c, e);
		break;
	default:
		break;
	}
}

static void to_expert(struct call *c, const struct xp_event *e)
{
	int err;

	note_expert_event(c, e);
	if (!c->seat)
		return;
	err = seat_send(c->seat, e);
	if (!err)
		return;
	metric_add(METRIC_EXPERT_EVENTS_DROPPED, 1);
	log_warn_limited(c->tag, "event for the expert dropped err=%d", err);
}

static void transfer(struct call *c, const struct dialog_action *a)
{
	if (c->closing)
		return;
	c->ring_ms = (uint32_t)(a->ring_us / 1000);
	c->may_fail = a->may_fail;
	c->may_return = a->may_return;
	/* Cut, it would be somebody else's number. */
	if (text_copy(c->transfer_to, sizeof(c->transfer_to), a->text))
		c->transfer_to[0] = '\0';
	downlink_then(c, CALL_DUE_TRANSFER);
}

static void hang_up(struct call *c, const struct dialog_action *a)
{
	if (c->closing)
		return;
	call_because(c, a->text, a->cause);
	downlink_then(c, CALL_DUE_HANGUP);
}

static void press_keys(struct call *c, const char *digits)
{
	static const struct xp_event cannot = {
		.kind = XP_WARNING,
		.text = "send-agent-dtmf: no keys can be pressed on this line",
	};
	static const struct xp_event busy = {
		.kind = XP_WARNING,
		.text = "send-agent-dtmf: keys are being pressed already",
	};
	const struct dialog_event pressed = {
		.kind = DIALOG_PRESSED,
		.text = digits,
	};
	int err = -ENOSYS;

	if (c->line_open && !c->closing)
		err = c->line->dtmf ? c->line->dtmf(c->ch, digits)
				    : downlink_press(c, digits);
	if (err) {
		to_expert(c, err == -EAGAIN ? &busy : &cannot);
		return;
	}
	record_event(c, "agent-dtmf", NULL, digits);
	talk_event(c, &pressed);
}

static void do_action(struct call *c, const struct dialog_action *a)
{
	switch (a->kind) {
	case DIALOG_SAY:
		downlink_say(c, a);
		break;
	case DIALOG_STOP_SAYING:
		downlink_cut(c, a->utt);
		break;
	case DIALOG_THINK:
		think(c, a);
		break;
	case DIALOG_CANCEL_THINK:
		cancel(c, a->brain_turn);
		break;
	case DIALOG_LISTEN:
		uplink_ask(c, a->ask);
		break;
	case DIALOG_EXPERT_EVENT:
		to_expert(c, a->event);
		break;
	case DIALOG_EXPERT_OFFER:
		call_offer(c);
		break;
	case DIALOG_ARM:
		arm(c, a->timer, a->delay_us);
		break;
	case DIALOG_DISARM:
		if (c->timers[a->timer].timer)
			timer_stop(c->timers[a->timer].timer);
		break;
	case DIALOG_TRANSFER:
		transfer(c, a);
		break;
	case DIALOG_HANGUP:
		hang_up(c, a);
		break;
	case DIALOG_SEND_DTMF:
		press_keys(c, a->text);
		break;
	case DIALOG_CALLER_TEXT:
		show_text(c, "note", a->text, 1);
		break;
	case DIALOG_FIELD:
		record_field(c, a->key, a->value_json);
		break;
	case DIALOG_VOICE:
		downlink_voice(c, a->text);
		break;
	case DIALOG_RECORDING:
		record_set(c, a->paused, a->refused);
		break;
	case DIALOG_NOTE:
		record_event(c, "note", NULL, a->text);
		break;
	}
}

/* ---- events ------------------------------------------------------------- */

static void step(struct call *c, const struct dialog_event *e)
{
	struct dialog_actions *actions = c->sh->actions;
	int err = dialog_step(c->dialog, e, loop_now_us(c->sh->loop), actions);

	if (err == -ENOMEM) {
		log_limited(LOG_LEVEL_ERROR, c->tag,
			    "out of memory for the call id=%s", c->id);
	} else if (err) {
		log_debug(c->tag, "event ignored kind=%d err=%d", (int)e->kind,
			  err);
		return;
	}
	for (uint32_t i = 0; i < actions->n; i++)
		do_action(c, &actions->v[i]);
}

/** Keep an event for after the present step. */
static void queue(struct call *c, const struct dialog_event *e)
{
	struct queued *q = NULL;

	if (c->events_n < CALL_EVENTS && !e->output && !e->command)
		q = arena_alloc(&c->events_arena, sizeof(*q));
	if (!q) {
		log_limited(LOG_LEVEL_ERROR, c->tag,
			    "event lost: queue full kind=%d", (int)e->kind);
		return;
	}
	q->e = *e;
	q->e.text = arena_strdup(&c->events_arena, e->text);
	for (uint32_t i = 0; i < e->n_heard; i++)
		q->e.heard[i].text =
			arena_strdup(&c->events_arena, e->heard[i].text);
	if (c->events_n++)
		c->events_last->next = q;
	else
		c->events = q;
	c->events_last = q;
}

/** To a line whose far side cannot hear that the agent has finished. */
static void tell_turn(struct call *c)
{
	static const enum channel_turn turns[] = {
		[DIALOG_TURN_AGENT] = CHANNEL_TURN_AGENT,
		[DIALOG_TURN_EXPERT] = CHANNEL_TURN_EXPERT,
		[DIALOG_TURN_CALLER] = CHANNEL_TURN_CALLER,
	};

	if (c->line->turn && c->line_open && !c->closing)
		c->line->turn(c->ch, turns[dialog_turn(c->dialog)]);
}

void talk_event(struct call *c, const struct dialog_event *e)
{
	if (!c->dialog)
		return;
	if (c->stepping) {
		queue(c, e);
		return;
	}
	c->stepping = 1;
	step(c, e);
	while (c->events_n) {
		const struct queued *q = c->events;

		c->events = q->next;
		c->events_n--;
		step(c, &q->e);
	}
	c->stepping = 0;
	tell_turn(c);
	arena_reset(&c->events_arena);
}
