/**
 * @file state.h  The inside of a dialog; only for the files of this folder
 *
 *   dialog.c   step table, pump        task.c      checklist and values
 *   turns.c    the caller's speech     history.c   what was really heard
 *   keys.c     keyed digits            queries.c   questions and actions
 *   speak.c    utterances, clauses     expert.c    commands, attach, lost
 *   think.c    view and outputs        ending.c    hang-up, transfer, closed
 *   silence.c  quiet and watchdogs     named.c     values by name
 *   resume.c   for the next Expert     takeover.c  one that does not know it
 *   results.c  what became of it       say.c       the Expert's own words
 *   retry.c    what a complaint means   transfer.c putting the caller through
 *   recording.c whether it is recorded
 *   doubt.c    values to be checked
 *
 * Running out of memory is remembered in keep.failed and reported once, at
 * the end of the step; helpers then simply do nothing.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DIALOG_STATE_H
#define DIALOG_STATE_H

#include "base/limits.h"
#include "dialog/dialog.h"
#include "dialog/keep.h"
#include "dialog/language.h"
#include "dialog/named.h"
#include "dialog/nlu.h"

enum {
	LINES_MAX = 96,              /* history shown to a brain            */
	LINES_BYTES_MAX = 24 * 1024, /* the whole transcript is in the store */
	INSTRUCTIONS_MAX = 24,
	INSTRUCTIONS_BYTES_MAX = 16 * 1024,
	UTTERANCES_MAX = 16,     /* said but not yet reported as heard  */
	UTTERANCE_DONES_MAX = 8, /* items that are done once it is heard */
	QUERIES_MAX = 2 * LIMIT_OPEN_QUESTIONS, /* open and just answered   */
	DONES_WITHOUT_CALLER_MAX = 8, /* tasks done with no word in between */
	DONE_SUMS_MAX = 8,            /* tasks that are known to be done    */
	EXECUTIONS_MAX = 8,           /* actions told and not reported done */
	RESULTS_MAX = 256,            /* command ids that are remembered    */
	SAYS_MAX = 32,                /* ids of `say` that are remembered   */
	BRAIN_FAILURES_MAX = 3,       /* in a row, then the call ends        */
};

enum phase {
	PHASE_NEW,     /* no audio yet                        */
	PHASE_OPENING, /* audio flows, first words wait       */
	PHASE_TALKING,
	PHASE_ENDING, /* hang-up or transfer decided         */
	PHASE_OVER,   /* nothing may follow                  */
};

enum purpose {
	SAID_BY_BRAIN,
	SAID_SCRIPT, /* verbatim, before any thought        */
	SAID_LINE,   /* a fixed line of the core            */
};

/** One stretch of our speech, from its first clause until it was heard. */
struct utterance {
	uint32_t utt;
	enum purpose purpose;
	int interruptible;
	int cut;      /* asked to stop                       */
	int given;    /* a clause of it has left */
	size_t bytes; /* given to be said so far             */
	uint32_t n_done;
	const char *done[UTTERANCE_DONES_MAX]; /* kept keys               */
	const char *say_id; /* kept: of the Expert's `say`, or NULL       */
	const char *whole;  /* kept: as it was to be said, or NULL        */
};

struct kept_line {
	struct kept_line *next;
	struct brain_line line; /* text kept                           */
};

struct query {
	struct brain_query q; /* strings kept                        */
	int used;
	int executed;    /* an action of it was executed        */
	int shown;       /* its outcome was in a finished view  */
	uint32_t viewed; /* brain turn that first shows it      */
	int64_t asked_us;
	uint32_t order;
	void *block; /* kept: actions or choices            */
};

struct task {
	int set;        /* there is one                        */
	int reported;   /* task-done was sent                  */
	int heeded;     /* and the Expert went on from there   */
	int wants_done; /* as soon as spoken items were heard  */
	void *block;    /* kept: strings and items             */
	const char *id, *objective, *criteria;
	uint32_t n_items;
	struct xp_item *xp;
	struct brain_item *items;
	const char **problems; /* kept, one an item                   */
	uint8_t *refused;      /* a say was cut this often            */
	uint32_t dones;        /* reported since the caller spoke     */
	uint64_t sum;          /* of what makes it this task          */
};

enum machine {
	MACHINE_NONE,
	MACHINE_GREETS, /* we wait for its beep */
	MACHINE_RECORDS,
};

enum ending { ENDING_NONE, ENDING_HANGUP, ENDING_TRANSFER };

/** Where the caller is to go; strings kept. */
struct transfer {
	const char *to; /* NULL: nowhere */
	const char *id; /* the Expert's, or NULL */
	const char *message;
	int64_t ring_ms; /* 0: the usual time */
	enum xp_then on_failure, on_end;
	int verbatim; /* hard, but the line is not open yet */
};

struct dialog {
	struct keep keep;
	struct dialog_config conf;
	const char *id;
	enum phase phase;
	int opened;                 /* audio may flow */
	struct dialog_actions *out; /* of the present step                 */
	struct dialog_stats stats;
	int64_t now_us, start_us;
	int sent_ended;          /* bot-session-ended                   */
	struct xp_event nowhere; /* filled when there is no memory      */

	/* persona and hooks */
	const char *agent_name, *organization, *purpose, *voice, *language;
	int has_questions, has_actions, has_escalate, accept_dtmf,
		has_agent_dtmf;
	int expert_here, expert_ever, hooks_known;
	int steered;         /* one has done more than to say who it is */
	int expert_offered;  /* lost, grace is over: for the next one */
	int expert_gone;     /* and nobody took it                    */
	int64_t takeover_us; /* when another one took it, 0          */
	const char *script;  /* kept: read-script before audio      */
	int escalated;       /* waiting for the Expert to act       */
	int expert_due;      /* something is done, nothing came of it yet */
	int64_t escalated_us;

	struct task task;
	uint64_t done_sums[DONE_SUMS_MAX]; /* the last ones, in a ring */
	uint32_t n_done_sums;
	struct named fields, variables; /* collected; set by the Expert */
	struct doubt *doubts;    /* kept: [LIMIT_TASK_ITEMS], or NULL       */
	uint32_t n_doubts;       /* of these, open                          */
	uint32_t doubt_count;    /* made so far                             */
	uint64_t doubt_answered; /* of the last 64, a bit each           */

	/* for the Expert that has the call next: resume.c */
	uint32_t extensions;     /* XP_EXT_* of the one that has it now  */
	int64_t sequence;        /* of the last event told               */
	const char *saved_state; /* kept: JSON, or NULL                  */
	struct execution {
		const char *id, *key; /* kept                        */
	} executions[EXECUTIONS_MAX];
	uint32_t n_executions;
	struct result *results; /* kept: of commands that had an id     */
	uint32_t n_results, results_cap;
	uint64_t *says; /* kept: text_sum() of SAYS_MAX ids, in a ring  */
	uint32_t n_says;

	int recording_paused;
	enum xp_consent consent; /* of the caller, to be recorded */

	/* history */
	struct kept_line *line_first, *line_last; /* oldest, newest */
	uint32_t n_lines;
	size_t line_bytes;

	const char *instructions[INSTRUCTIONS_MAX];
	uint32_t n_instructions, n_new_instructions;
	size_t instruction_bytes;

	struct query *queries; /* queries[n_places], once one was asked  */
	uint32_t n_places, query_count;
	int64_t hold_us; /* when the next holding line is due, 0 */

	/* our speech */
	struct utterance utts[UTTERANCES_MAX];
	uint32_t n_utts; /* in order of saying                  */
	uint32_t utt;    /* the last number given out           */
	char *clause;    /* kept: not yet given out             */
	size_t clause_len;
	int open_utt; /* the brain is adding to the last one */

	/* the caller's speech */
	uint32_t turn;          /* last committed                      */
	uint32_t speaking_turn; /* being spoken, 0: none               */
	int64_t speaking_us;    /* when that began                     */
	int speaking;
	uint32_t not_cut_turn; /* the last that left our words alone */
	const char *partial;   /* kept: last one sent                 */
	uint32_t n_heard;
	struct {
		const char *text;
		int confidence;
	} heard[5];    /* kept until the next turn            */
	int has_heard; /* no thought has used it              */

	/* keys */
	char recent[LIMIT_DTMF_BUFFER + 1];
	uint32_t n_recent;
	char keyed[LIMIT_DTMF_BUFFER + 1];
	uint32_t n_keyed;
	int keying; /* an entry is under way               */

	/* thinking */
	uint32_t cues;         /* 1 << enum brain_cue, wanted         */
	int thinking, thought; /* now; ever                           */
	uint32_t brain_turn;
	int64_t think_us;
	uint32_t brain_failures; /* in a row, of thoughts nobody took over */
	int spare;               /* the engine thinks in place of a model */
	uint32_t spare_left;     /* thoughts until the model is asked again */
	uint32_t model_failures; /* in a row                            */
	int model_spoke;         /* since the engine thought last       */
	char said_last;          /* of the present thought's words      */
	uint32_t n_shown;        /* instructions in the present view    */
	uint32_t n_outputs;      /* of the present thought              */
	uint32_t thought_utt;    /* last utterance of it, 0: none       */
	struct brain_view view;
	void *memory;
	struct ask ask; /* strings in ask_block                */
	void *ask_block;

	/* silence and watchdogs */
	int64_t sound_us; /* when somebody was last heard */
	int quiet;        /* enum quiet of silence.c             */
	uint32_t quiet_mark;
	uint32_t silence_count;
	int paused; /* the brain took the word after a short pause */

	/* ending */
	enum ending ending;
	uint32_t end_utt;  /* fires when this was heard           */
	int end_due;       /* heard, but the caller speaks        */
	int end_cancelled; /* once is enough                      */
	int end_now;       /* whoever speaks                      */
	enum machine machine;
	const char *end_reason; /* static                              */
	const char *end_cause;  /* static, or NULL                     */
	int transferring;       /* DIALOG_TRANSFER was given           */
	enum xp_transfer transfer_status; /* since then */
	struct transfer moving;     /* decided, or tried                   */
	struct transfer soft;       /* waits for a free moment             */
	int brain_ends;             /* hang up after the present thought   */
	int brain_escalates;        /* 1 for the caller, 2 the brain gave up */
	const char *brain_transfer; /* kept: after the present thought     */
};

/* dialog.c */

/** @return a zeroed action to fill; a dummy when there is no room */
struct dialog_action *step_act(struct dialog *d, enum dialog_action_kind kind);
void step_arm(struct dialog *d, enum dialog_timer timer, int64_t delay_us);
void step_disarm(struct dialog *d, enum dialog_timer timer);
/** Send to the Expert; strings must live until the next step. */
struct xp_event *step_tell(struct dialog *d, enum xp_event_kind kind);
void step_note(struct dialog *d, const char *text);
/** A line of the core's own as the caller hears it. */
const char *step_line(const struct dialog *d, const char *english)
	__attribute__((format_arg(2)));
/** As nlu_acts(), of what was said in the call's language. */
void step_acts(const struct dialog *d, struct nlu_acts *ret, const char *text);

/* history.c */
void history_add(struct dialog *d, enum brain_role role, const char *text,
		 int interrupted);
const struct brain_line *history_view(struct dialog *d);
void instruction_add(struct dialog *d, const char *text);

/* resume.c */
/** Another link of an Expert begins. @param note  of the one that has handed
 *  the call over; NULL: it did not */
void resume_begin(struct dialog *d, int is_first, const char *note);
/** Tell the Expert to do what it suggested. @param id  of the execution */
void resume_execute(struct dialog *d, const char *id, const char *key);
/** @return 0, -EALREADY (no such execution is open) */
int resume_action_done(struct dialog *d, const char *id);
/** Keep the Expert's own notes; JSON null: none. @return 0 */
int resume_save(struct dialog *d, const char *json);

/* say.c */
/** @return 0, -EINVAL (the line is not open), -ESHUTDOWN (the call ends),
 *          -EALREADY (an id that was used), -ENOBUFS */
int say_now(struct dialog *d, const struct xp_command *c);
/** An utterance is over: says so, if it was a `say`. */
void say_heard(struct dialog *d, struct utterance *u, const char *heard,
	       int64_t spoken_us, int interrupted);

/* results.c */
/** @return 1 when the command was seen before; its result is told again */
int result_repeats(struct dialog *d, const char *id);
/** Remember and tell. @param err  0, or why not, as expert_command() */
void result_is(struct dialog *d, const char *id, int err);

/* takeover.c */
/** Another Expert has the call from now on. */
void takeover_begin(struct dialog *d);
/** Another Expert has just come, and starts the call as if it were new. */
int takeover_is(const struct dialog *d);
/** Was this said, or instructed, before it came? 0 for one that was told of
 *  the state, and means what it says. */
int takeover_knows_script(const struct dialog *d, const char *text);
int takeover_knows_instruction(const struct dialog *d, const char *text);
/** @return sum of what makes it this task: its id, items and their words */
uint64_t takeover_task_sum(const struct xp_command *c);
/** The present task was reported. */
void takeover_note_done(struct dialog *d);
/** One of the last DONE_SUMS_MAX that were? */
int takeover_was_done(const struct dialog *d, uint64_t sum);

/* task.c */
/** @return 1 when it needs no thought: it goes on, or is done; else 0 */
int task_set(struct dialog *d, const struct xp_command *c);
void task_retry(struct dialog *d, const char *reason);
struct brain_item *task_item(struct dialog *d, const char *key);
/** @return 0, -EINVAL (no such field, not a value of its type) */
int task_record(struct dialog *d, const char *key, const char *json);
int task_skip(struct dialog *d, const char *key);
int task_item_done(struct dialog *d, const char *key);
/** Report the task once everything is resolved. @return 0, -EINVAL */
int task_done(struct dialog *d);
void task_settle(struct dialog *d);

/** The item has its value from now on. */
void task_accept(struct dialog *d, struct brain_item *item, const char *json);
/** It is to be asked again. @param reason  what is wrong, for the caller */
void task_reopen(struct dialog *d, struct brain_item *item,
		 const char *reason);
/** Is there an item that only the caller or the agent can do? */
int task_has_open(const struct dialog *d);

/* doubt.c */
/** Can somebody say whether a value is right? */
int doubt_can(const struct dialog *d);
/** Ask the Expert about a value; an older one of the same key is void. */
void doubt_begin(struct dialog *d, struct brain_item *item, const char *json);
/** @return the value of the key that is being checked, or NULL */
const char *doubt_value(const struct dialog *d, const char *key);
/** What was asked about the key is void. */
void doubt_void(struct dialog *d, const char *key);
/** The same of all keys that no item of the task waits for. */
void doubt_tidy(struct dialog *d);
/** @return 0, -EINVAL (never asked, or no value of the field), -EALREADY,
 *          -ETIME (void, or taken meanwhile) */
int doubt_result(struct dialog *d, const struct xp_command *r);
/** Ask another Expert again; without one that can say, all are taken. */
void doubt_again(struct dialog *d);
void doubt_take_all(struct dialog *d);
/** Is nothing left to do but to wait for it? */
int doubt_blocks(const struct dialog *d);
/** @return when the oldest was asked; INT64_MAX: none is open */
int64_t doubt_first_us(const struct dialog *d);
void doubt_overdue(struct dialog *d);
/** Tell how a value was taken. @param problem  NULL, or XP_PROBLEM_... */
void doubt_tell(struct dialog *d, const char *key, const char *json,
		const char *problem);

/* retry.c */
/** Which fields does the reason of a retry-task mean? At least one, if there
 *  is any. @param ret  ret[n_items]: nonzero for those */
void retry_fields(const struct task *t, const char *reason, uint8_t *ret);

/* queries.c */
enum query_kind { QUERY_QUESTION, QUERY_ACTION, QUERY_SEARCH };
void query_ask(struct dialog *d, enum query_kind kind, const char *key,
	       const char *text);
int query_answer(struct dialog *d, const struct xp_command *c);
int query_execute(struct dialog *d, const char *id, const char *key);
void query_escalate(struct dialog *d, int by_agent);
void query_escalation_over(struct dialog *d);
/** The Expert cannot get anybody: say so, if it was to. */
void query_escalation_failed(struct dialog *d);
void query_timer(struct dialog *d, enum dialog_timer timer);
/** Arm the timers for what is open. */
void query_arm(struct dialog *d);
void query_all_gone(struct dialog *d);
void query_ask_again(struct dialog *d);
void query_fail_searches(struct dialog *d);
void query_seen(struct dialog *d);
uint32_t query_open_count(const struct dialog *d);
void query_view(struct dialog *d);
/** What is open, into a snapshot. */
void query_list(struct dialog *d, struct xp_snapshot *s);
/** Was this value (a JSON string) found by a search for the field? */
int query_offered(const struct dialog *d, const char *key, const char *json);

/* speak.c */
/** Say one whole text. @return number of the utterance, 0 for nothing */
uint32_t speak_text(struct dialog *d, enum purpose purpose, const char *text,
		    int interruptible);
void speak_delta(struct dialog *d, const char *text);
/** No more of the brain's utterance comes. @return its number, 0: none */
uint32_t speak_end(struct dialog *d);
/** Cut everything that may be interrupted (or all). */
void speak_stop(struct dialog *d, int all);
int speak_said(struct dialog *d, const struct dialog_event *e);
int speak_busy(const struct dialog *d);
/** Is something being said that was not interrupted? */
int speak_uncut(const struct dialog *d);
int speak_script_waits(const struct dialog *d);
void speak_forget(struct dialog *d);
/** Mark an item done when the utterance under way has been heard. */
int speak_then_done(struct dialog *d, const char *key);

/* think.c */
void think_want(struct dialog *d, enum brain_cue cue);
void think_pump(struct dialog *d);
void think_cancel(struct dialog *d);
int think_output(struct dialog *d, const struct dialog_event *e);
int think_done(struct dialog *d, const struct dialog_event *e);
int think_failed(struct dialog *d, uint32_t brain_turn);
/** @return how the Expert wants the present question to be listened to, or
 *  NULL */
const struct xp_listening *think_listening(struct dialog *d);
void think_listen(struct dialog *d);
/** The field has its value: the usual way again, if it had one of its own. */
void think_listen_as_usual(struct dialog *d, const char *key);

/* turns.c */
int turn_partial(struct dialog *d, const struct dialog_event *e);
int turn_speaking(struct dialog *d, const struct dialog_event *e);
int turn_committed(struct dialog *d, const struct dialog_event *e);
int turn_nodded(struct dialog *d, const struct dialog_event *e);
int turn_barge_in(struct dialog *d);
int turn_not_cut(struct dialog *d);
/** Words for the brain that come from elsewhere (keys). */
void turn_put_heard(struct dialog *d, const char *text, int confidence);

/* keys.c */
int keys_digit(struct dialog *d, char digit);
void keys_timer(struct dialog *d);
/** The agent's. @return 0, -EINVAL (none) */
int keys_pressed(struct dialog *d, const char *digits);

/* expert.c */
int expert_command(struct dialog *d, const struct xp_command *c);
int expert_attached(struct dialog *d, const struct dialog_event *e);
int expert_lost(struct dialog *d);
int expert_nobody(struct dialog *d);
void expert_grace_over(struct dialog *d);

/* ending.c */
/** Say goodbye with text (or after utt when text is NULL), then hang up. */
void end_hangup(struct dialog *d, const char *text, uint32_t utt,
		const char *reason);
/** The same as a failure of ours. @param cause  static, for the record */
void end_failed(struct dialog *d, const char *text, const char *cause);
/** A machine has answered: not a word, until it records.
 *  @param most_us  [us] by then it is over anyway */
void end_machine(struct dialog *d, int64_t most_us);
/** Say this to it (or nothing), then hang up. */
void end_machine_spoken(struct dialog *d, const char *text);

/* machine.c */
int machine_answered(struct dialog *d);
int machine_records(struct dialog *d);

/** The server ends: nobody may talk it out of that. */
void end_stopping(struct dialog *d);
/** transfer.c has put it in `moving`. */
void end_decide_transfer(struct dialog *d, const char *text, uint32_t utt,
			 int interruptible);
void end_undecide_transfer(struct dialog *d);
/** Its transfer has failed, and the Expert wants no more then. */
void end_unreached(struct dialog *d);
/** The Expert hangs up. @return 0, -ESHUTDOWN (it is being done) */
int end_by_expert(struct dialog *d, const struct xp_command *c);
void end_cancel(struct dialog *d);
void end_heard(struct dialog *d, uint32_t utt);
void end_caller_quiet(struct dialog *d);
void end_goodbye_timer(struct dialog *d);
int end_closed(struct dialog *d, const char *how);

/* recording.c */
/** @return 0, -EPERM (the caller has refused) */
int recording_set(struct dialog *d, const struct xp_command *c);
/** How it is now. */
void recording_tell(struct dialog *d);

/* transfer.c */
/** The Expert's. @return 0, -EBUSY (one is being tried), -ENOBUFS */
int transfer_command(struct dialog *d, const struct xp_command *c);
/** Announce it with text (or after utt when text is NULL), then do it.
 *  @param t  copied */
void transfer_begin(struct dialog *d, const struct transfer *t,
		    const char *text, uint32_t utt, int interruptible);
/** Begin the one that waits, when nobody is in the middle of something. */
void transfer_pump(struct dialog *d);
/** It was announced: the line is to do it. */
void transfer_fire(struct dialog *d);
/** Something else is to be done than the one that waits, or than any. */
void transfer_cancel_waiting(struct dialog *d);
void transfer_cancel(struct dialog *d);
/** @param cause  XP_CAUSE_..., NULL: not known @return 0, -EINVAL */
int transfer_failed(struct dialog *d, const char *cause, const char *why);
/** Ringing, answered, returned. @return 0, -EINVAL (not now) */
int transfer_status(struct dialog *d, enum xp_transfer status);
/** The line is closed. @return how the call has ended then */
const char *transfer_closed(struct dialog *d, const char *how);
/** @return nonzero while the caller talks with somebody else */
int transfer_away(const struct dialog *d);
/** Into a snapshot. */
void transfer_show(const struct dialog *d, struct xp_snapshot *s);

/* silence.c */
void silence_pump(struct dialog *d);
void silence_timer(struct dialog *d);
void silence_broken(struct dialog *d);

/* dialog.c: the first words wait until there is something to say */
void step_start(struct dialog *d);
void step_start_timer(struct dialog *d);

#endif /* DIALOG_STATE_H */
