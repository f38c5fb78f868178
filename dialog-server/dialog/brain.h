/**
 * @file brain.h  The interface between the dialog core and whatever thinks
 *
 *   core --brain_view--> [ language model | built-in engine ]
 * --brain_output-->
 *
 * The view is the structured state of the conversation, not a prompt. The
 * output is words to say and calls of a few local tools.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DIALOG_BRAIN_H
#define DIALOG_BRAIN_H

#include <stddef.h>
#include <stdint.h>

#include "dialog/ask.h"
#include "proto/xp.h"

enum brain_item_state {
	BRAIN_ITEM_OPEN,
	BRAIN_ITEM_DONE,
	BRAIN_ITEM_SKIPPED,  /**< not required and declined, or given up */
	BRAIN_ITEM_CHECKING, /**< it has a value, and the Expert is to say
				  whether it is right: neither open nor done
				*/
};

/** One line of the checklist with what is known. */
struct brain_item {
	const struct xp_item *item; /**< field, say or todo           */
	enum brain_item_state state;
	const char *value_json; /**< of a field, or NULL          */
	const char *problem;    /**< why it was reopened, or NULL */
};

enum brain_role { BRAIN_CALLER, BRAIN_AGENT, BRAIN_EXPERT, BRAIN_SYSTEM };

/** One entry of the history: only what was really heard. */
struct brain_line {
	enum brain_role role;
	const char *text;
	int64_t at_us;
	int interrupted; /**< agent: cut off here          */
};

enum brain_query_state {
	BRAIN_QUERY_OPEN,
	BRAIN_QUERY_ANSWERED,
	BRAIN_QUERY_TIMED_OUT, /**< the Expert took too long; a question
				    may still be answered, see is_late  */
	BRAIN_QUERY_GONE,      /**< there is no Expert any more; the same */
};

/** Something the Expert has been asked and may have answered. */
struct brain_query {
	const char *id;
	enum brain_query_state state;
	const char *text;   /**< question, request or search  */
	const char *answer; /**< of a question, or NULL       */
	int is_action;      /**< action request, not question */
	int is_search;      /**< search of choices            */
	uint32_t n_actions; /**< candidates, when answered    */
	const struct xp_action *actions;
	const char *field_key;        /**< of a search, or NULL         */
	uint32_t n_choices, n_others; /**< found; else to be offered    */
	const char *const *choices, *const *others;
	int is_new;  /**< this outcome was not shown before */
	int is_late; /**< the caller was told that there is no answer */
};

/** Why the brain is asked to think now. */
enum brain_cue {
	BRAIN_CUE_START,       /**< open the conversation                    */
	BRAIN_CUE_CALLER,      /**< the caller finished a turn               */
	BRAIN_CUE_SILENCE,     /**< nobody spoke for a while; silence_count  */
	BRAIN_CUE_TASK,        /**< a task was set, replaced or reopened     */
	BRAIN_CUE_ANSWER,      /**< the Expert answered something            */
	BRAIN_CUE_INSTRUCTION, /**< the Expert sent an instruction           */
	BRAIN_CUE_DTMF,        /**< the caller keyed digits (in alt[0])      */
	BRAIN_CUE_HOLD,        /**< a query is open for long: say so         */
	BRAIN_CUE_CHECKED,     /**< the Expert has checked a value: it is open
				    again, or nothing is left to wait for    */
};

/** Everything a brain may look at; borrowed until think() returns. */
struct brain_view {
	enum brain_cue cue;
	const char *agent_name, *organization, *purpose; /**< "" if unset */
	const char *language; /**< "english"                     */
	const char *today;    /**< "2026-11-21", caller's day    */
	int weekday;          /**< 0 = Sunday                    */
	int hour, minute;     /**< the caller's clock            */
	const char *task_id;  /**< "" when there is no task      */
	const char *objective, *completion_criteria;
	uint32_t n_items;
	const struct brain_item *items;
	uint32_t n_lines;
	const struct brain_line *lines; /**< oldest first                  */
	uint32_t n_queries;
	const struct brain_query *queries; /**< open and freshly answered, and
						searches; oldest first */
	uint32_t n_instructions;
	const char *const *instructions; /**< from the Expert, oldest first */
	uint32_t n_new_instructions;     /**< the last so many are new      */
	/** The caller's turn: hypotheses, best first, with confidence 0..100.
	 *  Zero with BRAIN_CUE_CALLER: spoke, but nothing was intelligible. */
	uint32_t n_heard;
	struct {
		const char *text;
		int confidence;
	} heard[5];
	int text_channel; /**< typed: confidence is certain  */
	uint32_t
		silence_count; /**< 1, 2, ... since speech; 0: a short pause */
	int has_questions, has_actions,
		has_escalate; /**< hooks of the Expert */
	int accept_dtmf;      /**< numbers may be keyed          */
	int checks_values;    /**< fields may want to be checked */
	int task_reported;    /**< BRAIN_TASK_DONE was accepted  */
	int expert_present;
	int agent_speaking; /**< words of ours are not yet heard */
	void *memory;       /**< the brain's own, for this call,
				 zeroed at start                */
	size_t memory_bytes;
};

enum brain_output_kind {
	BRAIN_SAY,       /**< text: a delta or a clause to be spoken    */
	BRAIN_ASK,       /**< ask: what the text just said asks for     */
	BRAIN_RECORD,    /**< key, value_json, spoken: a field's value  */
	BRAIN_SKIP,      /**< key: declined or given up                 */
	BRAIN_DONE,      /**< key: a say or todo item is done           */
	BRAIN_QUESTION,  /**< text: only the Expert can answer          */
	BRAIN_ACTION,    /**< text: the caller wants this done          */
	BRAIN_EXECUTE,   /**< key: the chosen action, id: its query     */
	BRAIN_SEARCH,    /**< key: searchable field, text: what for     */
	BRAIN_ESCALATE,  /**< by_agent: 0 the caller asked, 1 gave up   */
	BRAIN_TRANSFER,  /**< text: destination                         */
	BRAIN_HANGUP,    /**< after what was said has been heard        */
	BRAIN_TASK_DONE, /**< all required items are resolved           */
	BRAIN_LANGUAGE,  /**< text: language to switch to               */
};

struct brain_output {
	enum brain_output_kind kind;
	const char *text;
	const char *key;
	const char *value_json;
	const char *id;
	int by_agent;
	const struct ask *ask;
};

#endif /* DIALOG_BRAIN_H */
