/**
 * @file dialog.h  The conversation: events in, actions out; pure
 *
 *   caller text, turns, keys, silence ─┐                ┌─▶ say, stop saying
 *   brain outputs ─────────────────────┼─▶ dialog_step ─┼─▶ think, cancel
 *   Expert commands ───────────────────┤                ├─▶ Expert events
 *   speech heard, timers ──────────────┘                └─▶ timers, transfer,
 *                                                           hang up, record
 *
 * No clock, no I/O, no heap in steady state: memory is the call's arena.
 * The same events give the same actions, bit for bit.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DIALOG_DIALOG_H
#define DIALOG_DIALOG_H

#include <stddef.h>
#include <stdint.h>

#include "dialog/ask.h"
#include "dialog/brain.h"
#include "proto/xp.h"

struct arena;
struct dialog;

/** Times and texts that an operator may set. */
struct dialog_config {
	int64_t silence_us;       /**< [us] quiet before a prompt, from the end
				       of playout; default 10 s            */
	uint32_t silence_prompts; /**< prompts before a polite end; 2      */
	int64_t hold_us;          /**< [us] an open query before a holding
				       line; default 900 ms                */
	int64_t hold_again_us;    /**< [us] between holding lines; 8 s     */
	int64_t answer_us;        /**< [us] the Expert has for a query; 30 s */
	int64_t grace_us;         /**< [us] without Expert before the call is
				       offered to the next; 15 s           */
	int64_t goodbye_us;       /**< [us] ceiling for a goodbye; 15 s    */
	const char *expert_lost;  /**< policy: "continue", "hangup",
				       or "transfer:+1555..."              */
	const char *fallback_name; /**< persona without an Expert           */
	int64_t wall_us;           /**< [us] UTC at call start              */
	int32_t utc_offset_s;      /**< [s] the caller's zone               */
	int text_channel;          /**< typed conversation                  */
	int records;               /**< the server keeps sound, or words of a
					typed one                           */
	int has_spare;   /**< the built-in engine stands in when the brain
			      fails                                       */
	int spare_first; /**< it has the first thought: the brain is known
			      to fail                                   */
};

enum dialog_event_kind {
	DIALOG_STARTED, /**< the channel is open, audio may flow       */
	DIALOG_CALLER_PARTIAL,  /**< heard[0]: text so far; turn  */
	DIALOG_CALLER_SPEAKING, /**< speech began; turn */
	DIALOG_CALLER_TURN,   /**< n_heard hypotheses; turn: committed       */
	DIALOG_CALLER_NODDED, /**< turn: it is over, and was only a sound or
				  an "uh-huh" beside our speech: heard[0],
				  if any                                   */
	DIALOG_BARGE_IN,      /**< agent was cut; heard text of utt follows
				   in DIALOG_SAID                           */
	DIALOG_NOT_CUT,       /**< our words were held for a sound that was
				   nothing, and go on                       */
	DIALOG_DTMF,          /**< digit                                     */
	DIALOG_PRESSED,       /**< text: keys that DIALOG_SEND_DTMF wanted are
				   being pressed                            */
	DIALOG_SAID,          /**< utt, text: what was really heard,
				   interrupted, spoken_us                   */
	DIALOG_BRAIN_OUTPUT,  /**< output; brain_turn                        */
	DIALOG_BRAIN_DONE,    /**< brain_turn                                */
	DIALOG_BRAIN_FAILED,  /**< brain_turn                                */
	DIALOG_EXPERT_COMMAND,  /**< command  */
	DIALOG_EXPERT_ATTACHED, /**< an Expert has the call; resumed: nonzero
				     when it is the one that had it before
				     and still has what it was sent;
				     extensions; text: note of the one that
				     has handed it over, or NULL */
	DIALOG_EXPERT_LOST, /**< its socket is gone; grace begins           */
	DIALOG_EXPERT_NOBODY, /**< no Expert takes the call: at its beginning,
				   or after DIALOG_EXPERT_OFFER. One may
				   still come later                         */
	DIALOG_TIMER,         /**< timer                                     */
	DIALOG_TRANSFER_FAILED, /**< cause, text: why; the caller is here */
	DIALOG_TRANSFER_STATUS, /**< transfer: ringing, answered, or
				     returned: the caller is here again   */
	DIALOG_MACHINE, /**< a machine has answered a call that was placed */
	DIALOG_MACHINE_RECORDS, /**< it has beeped                        */
	DIALOG_STOPPING,        /**< the server ends: say goodbye, hang up  */
	DIALOG_CLOSED, /**< the line is closed, by whomever; always the
			    last event; text: how, or NULL           */
};

enum dialog_timer {
	DIALOG_TIMER_SILENCE,
	DIALOG_TIMER_HOLD,
	DIALOG_TIMER_ANSWER,
	DIALOG_TIMER_GRACE,
	DIALOG_TIMER_DTMF, /**< pause after keyed digits            */
	DIALOG_TIMER_GOODBYE,
	DIALOG_TIMER_START, /**< first words wait for a task so long */
	DIALOG_TIMER_N,
};

struct dialog_event {
	enum dialog_event_kind kind;
	uint32_t turn, utt, brain_turn;
	uint32_t n_heard;
	struct {
		const char *text;
		int confidence;
	} heard[5];
	const char *text;
	const char *cause; /**< static: XP_CAUSE_..., or NULL */
	enum xp_transfer transfer;
	int interrupted;
	int resumed;
	uint32_t extensions; /**< XP_EXT_* */
	int64_t spoken_us;
	int64_t stopped_us; /**< CALLER_TURN: last voiced sample; 0: now */
	char digit;
	enum dialog_timer timer;
	const struct brain_output *output;
	const struct xp_command *command;
};

enum dialog_action_kind {
	DIALOG_SAY, /**< text: one clause of utterance utt; interruptible;
			 last: nonzero with the final clause          */
	DIALOG_STOP_SAYING,  /**< forget utterances up to utt */
	DIALOG_THINK,        /**< brain_turn; view: valid until the next step;
				  spare: the built-in engine thinks, not the model  */
	DIALOG_CANCEL_THINK, /**< brain_turn */
	DIALOG_LISTEN, /**< ask: recognizer hints and turn profile        */
	DIALOG_EXPERT_EVENT, /**< event: send to the Expert (queued if absent)
			      */
	DIALOG_EXPERT_OFFER, /**< grace is over: offer the call to the next */
	DIALOG_ARM,       /**< timer, delay_us; re-arms                      */
	DIALOG_DISARM,    /**< timer                                         */
	DIALOG_TRANSFER,  /**< text: destination; ring_us, may_fail,
			       may_return. Comes when utt has been heard: do
			       it now                                       */
	DIALOG_HANGUP,    /**< text: termination reason; cause: for our own
			       record, or NULL. Comes when utt has been
			       heard: do it now                             */
	DIALOG_SEND_DTMF, /**< text: digits                                  */
	DIALOG_CALLER_TEXT, /**< text: to the caller's chat panel */
	DIALOG_FIELD,     /**< key, value_json: for store and display        */
	DIALOG_VOICE,     /**< text: voice wanted by the persona             */
	DIALOG_RECORDING, /**< paused: keep nothing of what is said; refused:
			       nor of what was                              */
	DIALOG_NOTE,      /**< text: for journal and display, no effect      */
};

struct dialog_action {
	enum dialog_action_kind kind;
	uint32_t utt, brain_turn;
	const char *text;
	const char *key, *value_json;
	const char *cause; /**< static */
	int interruptible, last, spare;
	int64_t ring_us; /**< [us] to let it ring */
	int may_fail;    /**< who cannot be put through comes back */
	int may_return;  /**< so does who was, when the other one hangs up */
	int paused, refused; /**< DIALOG_RECORDING */
	enum dialog_timer timer;
	int64_t delay_us;
	const struct ask *ask;
	const struct brain_view *view;
	const struct xp_event *event;
};

enum { DIALOG_ACTIONS_MAX = 128 }; /* 64 items may be done in one step */

/** Filled by dialog_step(); strings borrowed until the next step. */
struct dialog_actions {
	uint32_t n;
	struct dialog_action v[DIALOG_ACTIONS_MAX];
};

/**
 * @param a   the call's arena; everything lives there
 * @param id  call id, copied; seeds the ids of questions
 * @return 0, -ENOMEM
 */
int dialog_new(struct dialog **ret, struct arena *a,
	       const struct dialog_config *conf, const char *id);

/**
 * One event.
 *
 * Speech: clauses of one utterance come in order and the last one is marked;
 * DIALOG_SAID answers each utterance exactly once, also one that was cut or
 * could not be rendered (with empty text). Nothing is said, asked or recorded
 * after DIALOG_HANGUP or after DIALOG_CLOSED.
 *
 * The event bot-session-ended is sent once: with DIALOG_HANGUP, or when the
 * line closes (bot-transfer when a transfer was under way).
 *
 * @param actions  set anew; do them in order
 * @return 0, -ENOMEM (arena full: the actions end the call with bot-failure),
 *         -EINVAL (an event that makes no sense now; ignored, counted)
 * @thread shard
 */
int dialog_step(struct dialog *d, const struct dialog_event *e, int64_t now_us,
		struct dialog_actions *actions);

/** @return JSON object of all values collected so far; borrowed until the
 *  next step */
const char *dialog_fields_json(struct dialog *d);

/** @return nonzero when hang-up or transfer has been decided */
int dialog_ending(const struct dialog *d);

/** What the conversation waits for. */
enum dialog_turn {
	DIALOG_TURN_AGENT,  /**< it thinks, speaks, or has asked the Expert */
	DIALOG_TURN_EXPERT, /**< a task or an action is done; the Expert may
				 say what comes next                        */
	DIALOG_TURN_CALLER,
};
enum dialog_turn dialog_turn(const struct dialog *d);

/** Counters since dialog_new(). */
struct dialog_stats {
	uint32_t ignored; /**< [events] that made no sense when they came */
	uint32_t late;    /**< [events] answers and results come too late */
	uint32_t refused; /**< [outputs] of a brain that were not obeyed  */
	uint32_t dropped; /**< [actions] that found no room; none so far  */
	uint32_t overdue; /**< [questions] the Expert let pass            */
};

/** @param ret  always written */
void dialog_stats_get(const struct dialog *d, struct dialog_stats *ret);

#endif /* DIALOG_DIALOG_H */
