/**
 * @file llm_snapshot.h  What a model driver keeps of a view, and the tools
 *
 *   brain_view --copy--> snapshot --+--> prompt text, notes, tool schemas
 *                                   +--> a tool call becomes a brain_output
 *
 * Shared by the drivers of language models; nothing here knows a service.
 * jansson values live inside one turn.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_LLM_SNAPSHOT_H
#define PROVIDER_LLM_SNAPSHOT_H

#include <jansson.h>

#include "base/limits.h"
#include "base/strbuf.h"
#include "dialog/brain.h"
#include "dialog/nlu.h"

struct arena;

/** One line of the checklist. */
struct llm_item {
	enum xp_item_kind kind;
	enum brain_item_state state; /**< with this turn's calls applied  */
	const char *key, *type, *description, *question;
	int required, searchable;
	uint32_t n_choices;
	const char *const *choices;
	struct xp_item bounds; /**< of the field; its texts are kept, too */
};

/** An action that the Expert offers, and the query it answers. */
struct llm_action {
	const char *query_id, *key, *description;
};

/** What is needed after think() has returned; lives in the turn's arena. */
struct llm_snapshot {
	enum brain_cue cue;
	struct nlu_today today;
	int has_task, task_reported;
	int has_questions, has_actions, has_search;
	int checks_values;
	uint32_t n_items;
	struct llm_item items[LIMIT_TASK_ITEMS];
	uint32_t n_actions;
	struct llm_action actions[XP_ACTIONS_MAX];
	/** Everything the Expert wrote where a number to call may stand: a
	 *  transfer goes nowhere else. */
	const char *expert_text;
};

/** Copy. @return 0, -ENOMEM */
int llm_snapshot_take(struct llm_snapshot *ret, struct arena *a,
		      const struct brain_view *v);

/* ---- prompt ------------------------------------------------------------- */

/** The rules, the persona, the task and what is known. */
void llm_prompt_system(struct strbuf *b, const struct brain_view *v);

/** Why the model is asked just now, as a note in square brackets. */
void llm_prompt_cue(struct strbuf *b, const struct brain_view *v);

/** Words of the caller: what is between square brackets is only ours. */
void llm_prompt_caller(struct strbuf *b, const char *text);

/* ---- tools -------------------------------------------------------------- */

struct llm_tool {
	const char *name, *description;
	/** @return JSON schema of the arguments (new reference), or NULL when
	 *  the tool makes no sense now */
	json_t *(*schema)(const struct llm_snapshot *s);
};

enum { LLM_TOOLS_N = 11, LLM_NAME_MAX = 64 };

/** All tools; ask each for its schema. */
extern const struct llm_tool llm_tools[LLM_TOOLS_N];

/** What became of a tool call. */
enum llm_effect {
	LLM_EFFECT_REFUSED, /**< the model should be told why              */
	LLM_EFFECT_QUIET,   /**< done; nothing will make us speak again    */
	LLM_EFFECT_SPEAKS,  /**< done; more will follow by itself: an
				 answer, a transfer, the end of the call   */
};

struct llm_sink {
	void (*output)(void *arg, const struct brain_output *o);
	void *arg;
};

/**
 * Do a tool call.
 *
 * Values are brought into the form of the field's type; a key that is not in
 * the checklist, a value of another type, a number that the Expert never gave
 * are refused. Nothing that the model writes is taken on trust.
 *
 * @param args    JSON of the arguments; "" counts as {}
 * @param result  for the model: "ok" or what is wrong
 */
enum llm_effect llm_tool_call(struct llm_snapshot *s, const char *name,
			      const char *args, const struct llm_sink *sink,
			      char *result, size_t cap);

/* ---- speech ------------------------------------------------------------- */

enum { LLM_SPEECH_MAX = 2400 }; /* [bytes] of one answer; two minutes */

/** Deltas in, speakable words out. */
struct llm_speech {
	char hold[160]; /**< a word that may go on                 */
	size_t n;
	char closer; /**< skipping up to this, 0: speaking      */
	int hidden;  /**< inside of <think>                     */
	unsigned depth;
	size_t span, skipped, said;
	int spoke; /**< something was given out               */
	int line_start;
	char tail[400]; /**< the end of what was said, for asking  */
	size_t tail_len;
};

/** At the start of an answer: nothing said, outside of all markup. */
void llm_speech_init(struct llm_speech *s);

/**
 * Take out what is not for the ear (markup, code, tags, notes, thoughts) and
 * hand on whole words.
 * @return 0, -EMSGSIZE (said enough: stop the model)
 */
int llm_speech_add(struct llm_speech *s, const char *delta,
		   const struct llm_sink *sink);
void llm_speech_end(struct llm_speech *s, const struct llm_sink *sink);

/** Tell what the words just said ask for, so that the listening side knows
 *  what to expect. */
void llm_ask_guess(const struct llm_snapshot *s, const char *said,
		   const struct llm_sink *sink);

#endif /* PROVIDER_LLM_SNAPSHOT_H */
