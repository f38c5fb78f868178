/**
 * @file engine_state.h  The inside of the built-in brain
 *
 *   engine.c        cue --> what to do; greeting; next item of the checklist
 *   engine_ask.c    questions, re-asking, giving up
 *   engine_hear.c   the caller's turn
 *   engine_value.c  values: several in one sentence, corrections
 *   engine_correct.c  what is taken back
 *   engine_half.c   a day without a time, a time without a day
 *   engine_check.c  "I have 5 5 5, 0 1 4 2. Is that right?"
 *   engine_query.c  answers of the Expert, actions, choices found
 *   engine_order.c  instructions and todo items
 *   engine_language.c  all of it in another language
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DIALOG_ENGINE_STATE_H
#define DIALOG_ENGINE_STATE_H

#include "base/limits.h"
#include "dialog/brain.h"
#include "dialog/nlu.h"

enum {
	ENGINE_KEY = LIMIT_KEY_BYTES + 1,
	ENGINE_LINE = 512,   /* a question to repeat                */
	ENGINE_ATTEMPTS = 3, /* then it gives up politely           */
	ENGINE_SURE = 96,    /* chance of being right; below: ask back */
	ENGINE_GUESSES = 2,  /* other readings that are worth a try */
	ENGINE_GUESS = 96,   /* [bytes] of one                      */
};

/** What the last words of the agent wait for. */
enum waiting {
	WAIT_NOTHING,
	WAIT_FIELD,   /* key                                 */
	WAIT_CHECK,   /* yes or no to pending of key         */
	WAIT_ACTION,  /* yes or no to an action              */
	WAIT_WHICH,   /* which of several actions            */
	WAIT_SEARCH,  /* the Expert looks for choices of key */
	WAIT_OPEN,    /* "how can I help you?"               */
	WAIT_ELSE,    /* "anything else?"                    */
	WAIT_TODO,    /* the answer to a todo's question     */
	WAIT_EXPERT,  /* a person was called                 */
	WAIT_CHECKED, /* the Expert checks what was said, and nothing else
			 is left                            */
};

struct engine_memory {
	uint8_t greeted;
	uint8_t waiting;    /* enum waiting                        */
	uint8_t unsure;     /* WAIT_CHECK: asked so often          */
	uint8_t empties;    /* turns with no intelligible word */
	uint8_t closing;    /* told to hang up, but the caller had more */
	uint8_t helped;     /* the caller has said something */
	uint8_t goodbyes;   /* the caller wanted to go             */
	uint8_t holds;      /* holding lines in a row              */
	uint8_t said_done;  /* "that's everything I need"          */
	uint8_t lost_open;  /* turns at WAIT_OPEN not understood   */
	uint8_t open_asked; /* WAIT_OPEN: what to choose from is told next */
	uint8_t flavour;    /* turns the wording                   */
	uint8_t taken_over; /* the words waited for were not ours */
	uint8_t called;     /* for a person, since something was understood */
	uint8_t again_item; /* done, but asked again: its item + 1, 0: none */
	uint8_t half_item;  /* of half: its item + 1, 0: nothing is kept */
	uint8_t half_sure;  /* how well it was heard, 0..100      */
	uint8_t attempts[LIMIT_TASK_ITEMS];
	uint8_t checked[LIMIT_TASK_ITEMS]; /* read back and confirmed     */
	uint64_t task_sum; /* tells one task from the next        */
	uint64_t told; /* of which items the problem was said, a bit each */
	char key[ENGINE_KEY];
	char last_key[ENGINE_KEY]; /* recorded last, for "no, I said..."  */
	char todo_key[ENGINE_KEY];
	char query_id[ENGINE_KEY];
	char action_key[ENGINE_KEY];
	char part[LIMIT_DTMF_BUFFER]; /* digits heard so far                */
	struct nlu_half half;         /* day or time heard so far           */
	char pending_json[NLU_TEXT_MAX];
	char pending_spoken[NLU_TEXT_MAX];
	char question[ENGINE_LINE]; /* to be repeated                      */
	/* Other readings of what is asked back, to be offered after a no. */
	uint8_t n_guesses;
	char guess_json[ENGINE_GUESSES][ENGINE_GUESS];
	char guess_spoken[ENGINE_GUESSES][ENGINE_GUESS];
};

/** One thought. */
struct engine {
	const struct brain_view *v;
	const struct brain_view *raw; /* heard[] as it was said */
	struct engine_memory *m;
	void (*out)(void *arg, const struct brain_output *o);
	void *arg;
	struct nlu_today today;
	struct nlu_acts acts; /* of heard[0]                         */
	const char *words;    /* instead of heard[0], or NULL */
	const char *lead;     /* before the next question, or NULL */
	int said;             /* something, in this thought          */
	int refused;          /* not misunderstood: won't say        */
	int half_said;        /* half a value was just said back     */
	/* What this thought has recorded; the view is from before it. */
	int check_item;      /* to be asked back, -1: none         */
	int search_item;     /* to be looked for, -1: none         */
	int wrong_item;      /* heard, but out of bounds, -1: none */
	const char *problem; /* XP_PROBLEM_... of it           */
	struct nlu_value wrong;
	struct nlu_value check;
	uint8_t state[LIMIT_TASK_ITEMS];
	const char *fresh[LIMIT_TASK_ITEMS]; /* json, in store           */
	char store[4 * NLU_TEXT_MAX];
	size_t store_used;
};

/* ---- outputs, engine.c ------------------------------------------------- */

/** A line of ours, in the caller's language. */
void engine_say(struct engine *e, const char *english, ...)
	__attribute__((format(printf, 2, 3)));
void engine_emit(struct engine *e, enum brain_output_kind kind,
		 const char *key, const char *text);
void engine_hangup(struct engine *e);
/** "Goodbye." with thanks, then hang up. */
void engine_goodbye(struct engine *e);

/* ---- engine_language.c ------------------------------------------------- */

enum { ENGINE_HEARD = 5 };

/** A view with what was heard in English. */
struct engine_translated {
	struct brain_view view;
	char text[ENGINE_HEARD][LANGUAGE_HEARD_BYTES];
};

/** @return v itself when l is NULL */
const struct brain_view *engine_translate(struct engine_translated *t,
					  const struct brain_view *v,
					  const struct language *l);
/** A line of ours as the caller hears it. */
const char *engine_line(const struct engine *e, const char *english)
	__attribute__((format_arg(2)));
/** What the Expert is asked: the caller's own words where english is a
 *  translation of them. */
const char *engine_as_said(const struct engine *e, const char *english);
/** The kind of a field; its description may be in the caller's language. */
enum ask_kind engine_kind_of(const struct engine *e, const struct xp_item *f);
/** As nlu_digit_bounds(), likewise. */
void engine_digit_bounds(const struct engine *e, const struct xp_item *f,
			 uint32_t *ret_min, uint32_t *ret_max);
/** Free text and choices are read from what was said, in its own language.
 *  @return 0; negative: to be read in English */
int engine_read_as_said(const struct engine *e, const char *type,
			const struct ask *ask, uint32_t i,
			struct nlu_value *ret);

/* ---- the checklist ----------------------------------------------------- */

/** @return index of the item, or -1 */
int engine_item(const struct engine *e, const char *key);
const struct xp_item *engine_field(const struct engine *e, const char *key);
/** Value of a field, also one recorded in this thought; NULL: none. */
const char *engine_value(const struct engine *e, int item);
void engine_record(struct engine *e, int item, const struct nlu_value *v);
void engine_skip(struct engine *e, int item);
void engine_item_done(struct engine *e, int item);
/** Has it a value, maybe one that is being checked? */
int engine_is_known(const struct engine *e, int item);

/** Ask field by field: say items, todos, the next open field, the end. */
void engine_next(struct engine *e);
/** Say the goodbye that was put off. @return 1 when there was one */
int engine_close(struct engine *e);

/** As engine_next(), but only return to what was being asked. */
void engine_return(struct engine *e);

/* ---- engine_ask.c ------------------------------------------------------ */

/** Recognizer hints for a field. */
void engine_ask_of(const struct engine *e, struct ask *ret,
		   const struct xp_item *f);
/** Choices as they are said: slots in words. @param names  names[n] filled,
 *  strings in store or borrowed */
enum { ENGINE_SPOKEN = 6 };
struct engine_spoken {
	const char *names[ASK_CHOICES_MAX];
	char store[ENGINE_SPOKEN][96];
};
void engine_spoken(const struct engine *e, struct engine_spoken *ret,
		   const char *type, const char *const *choices, uint32_t n);
void engine_ask_field(struct engine *e, int item, const char *lead);
void engine_ask_open(struct engine *e, enum waiting waiting,
		     const char *question);
void engine_ask_yes_no(struct engine *e, enum waiting waiting,
		       const char *key);
/** What the task lets the caller choose from, as a question.
 *  @return 0, -ENOENT */
int engine_options(const struct engine *e, char *ret, size_t cap);
/** "How can I help you?", with what there is to choose from when that was
 *  asked before. */
void engine_open_again(struct engine *e, const char *lead);
/** The last question again, after lead. */
void engine_ask_again(struct engine *e, const char *lead);
/** The caller keeps what was said before. @return 1 so it is, 0: the item is
 *  not asked again */
int engine_leave(struct engine *e, int item);
/** Something that is not on a list, of a field with choices.
 *  @return 1 said so, 0: it may be */
int engine_off_list(struct engine *e);
/** What was said did not answer: other words, help, then give up. */
void engine_lost(struct engine *e, const char *lead);

/* ---- engine_hear.c ----------------------------------------------------- */

void engine_hear(struct engine *e);
/** The caller spoke before we did. */
void engine_hear_first(struct engine *e);
void engine_keys(struct engine *e);
/** Is nothing asked but what the caller wants? */
int engine_is_open(const struct engine *e);
/** "no thanks", but not "no peanuts", which may well be the answer. */
int engine_is_plain_no(const char *text);

/* ---- engine_value.c ---------------------------------------------------- */

/** Take all values from the caller's words. @return how many were found */
int engine_take(struct engine *e);
/** Best reading of the words for a field. @param weak  also unmarked ones
 *  @return confidence 0..100, -ENOENT */
int engine_read(struct engine *e, int item, int weak, struct nlu_value *ret);
enum ask_kind engine_kind(const struct engine *e, int item);
/** Record, or ask back first. */
void engine_accept(struct engine *e, int item, const struct nlu_value *v,
		   int confidence);
/** Must the Expert be asked for the choices of a field first? */
int engine_is_unsearched(const struct engine *e, int item);
/** Is it out of the field's bounds? It is then kept as wrong_item.
 *  @return 1, 0 */
int engine_refuses(struct engine *e, int item, const struct nlu_value *v);
/** Say what is wrong with wrong_item, and ask again. */
void engine_wrong(struct engine *e);
/** Reading of hypothesis i alone. @return 0, -ENOENT */
int engine_read_one(struct engine *e, int item, uint32_t i,
		    struct nlu_value *ret);

/* ---- engine_correct.c -------------------------------------------------- */

/** Change what is known if the words do. @param asked  the field that was
 *  asked, -1: none @return 1 changed, 0 not */
int engine_correct(struct engine *e, int asked);

/* ---- engine_half.c ----------------------------------------------------- */

enum half_result {
	HALF_NONE,   /* no field or words of that kind           */
	HALF_WHOLE,  /* v is the value now                       */
	HALF_KEPT,   /* the rest is to be asked; said so         */
	HALF_SEARCH, /* the Expert is to look for it            */
};

/** A reading of the field that was asked, also a whole one. @param sure  of
 *  v, lowered to that of the half that was kept */
enum half_result engine_half_take(struct engine *e, int item,
				  struct nlu_value *v, int *sure);
/** Half a value of a field that was not asked: kept if it is plain. */
void engine_half_note(struct engine *e, int item, const struct nlu_value *v,
		      int sure);
/** As nlu_value(), in the light of the half that is kept.
 *  @return 0, -ENOENT: also when none is */
int engine_half_read(const struct engine *e, int item, const struct ask *ask,
		     const char *text, struct nlu_value *ret);
/** Is half a value of this item kept? */
int engine_half_kept(const struct engine *e, int item);
void engine_half_drop(struct engine *e);
/** The question for the other half. */
void engine_half_question(const struct engine *e, int item, char *ret,
			  size_t cap);
/** What a partial v lacks, from the value that is known.
 *  @return 0, -ENOENT: v as it was */
int engine_complete(const struct engine *e, int item, struct nlu_value *v,
		    const char *known);

/* ---- engine_check.c ---------------------------------------------------- */

/** Keep the value and its question, to be asked later. */
void engine_check_put(struct engine *e, int item, const struct nlu_value *v);
void engine_check(struct engine *e, int item, const struct nlu_value *v);
/** The caller's turn while a check waits. @return 1 dealt with, 0 not */
int engine_check_hear(struct engine *e);

/* ---- engine_query.c ---------------------------------------------------- */

void engine_answers(struct engine *e);
void engine_hold(struct engine *e);
void engine_question(struct engine *e);
void engine_request(struct engine *e, const char *text);
int engine_action_hear(struct engine *e);
void engine_person(struct engine *e);
void engine_search(struct engine *e, int item, const char *text);

/* ---- engine_order.c ---------------------------------------------------- */

/** New instructions. @return 1 when the call ends by them */
int engine_orders(struct engine *e);
/** Is there a new instruction to hang up? */
int engine_tells_hangup(const struct engine *e);
void engine_todo(struct engine *e, int item);

#endif /* DIALOG_ENGINE_STATE_H */
