/**
 * @file script.h  A call script: what a simulated caller does and expects
 *
 * Steps come one after the other; rules wait for something that the agent
 * says; expectations are checked when the call is over. docs/call-scripts.md
 * describes the file.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_SCRIPT_H
#define CTL_SCRIPT_H

#include <stddef.h>
#include <stdint.h>

#include "ctl/pattern.h"

enum {
	SCRIPT_STEPS_MAX = 64,
	SCRIPT_RULES_MAX = 64,
	SCRIPT_EXPECTS_MAX = 64,
	SCRIPT_TEXT_MAX = 512, /* [bytes] of a text, path or value */
	SCRIPT_KEY_MAX = 128,  /* [bytes] of a key, number, voice  */
	SCRIPT_WHY_BYTES = 512,
};

enum act_kind {
	ACT_NONE,
	ACT_SAY,   /**< text: to be synthesized                   */
	ACT_WAV,   /**< text: path                                */
	ACT_PRESS, /**< text: keys                                */
	ACT_HANGUP,
	ACT_WAIT,    /**< ms                                        */
	ACT_SILENCE, /**< ms, from when the agent has stopped       */
};

struct script_act {
	enum act_kind kind;
	char text[SCRIPT_TEXT_MAX];
	int64_t ms;
	unsigned line;
};

enum step_when {
	WHEN_AFTER_AGENT, /**< the agent has spoken and stopped     */
	WHEN_INTO_AGENT,  /**< into_ms after it began to speak      */
	WHEN_AFTER_TEXT,  /**< it has said `pattern` and stopped    */
	WHEN_AT_ONCE,
};

struct script_step {
	struct script_act act;
	enum step_when when;
	int64_t into_ms;
	char pattern[PATTERN_BYTES];
};

struct script_rule {
	char pattern[PATTERN_BYTES];
	struct script_act act;
	unsigned times; /**< 0: without limit               */
};

enum expect_kind {
	EXPECT_NONE,
	EXPECT_FIELD,      /**< key has the value text, fieldvalue.h  */
	EXPECT_NO_FIELD,   /**< key was not collected            */
	EXPECT_AGENT_SAID, /**< text: pattern                    */
	EXPECT_AGENT_NOT_SAID,
	EXPECT_HEARD,       /**< text: pattern                    */
	EXPECT_ENDED_BY,    /**< text: a reason                   */
	EXPECT_TRANSFER_TO, /**< text: a number                   */
	EXPECT_MAX_LATENCY, /**< number [ms], of every turn       */
	EXPECT_MIN_TURNS,   /**< number                           */
	EXPECT_INTERRUPTED, /**< number: 0 or 1                   */
	EXPECT_EXPERT,      /**< number: 0 or 1: one has the call */
};

struct script_expect {
	enum expect_kind kind;
	char key[SCRIPT_KEY_MAX];
	char text[SCRIPT_TEXT_MAX];
	int64_t number;
	unsigned line;
	long item; /**< of the list in the file, from 0 */
};

struct script {
	char to[SCRIPT_KEY_MAX], from[SCRIPT_KEY_MAX], voice[SCRIPT_KEY_MAX];
	int has_noise;
	int64_t noise_db; /**< [dB] of speech above the line's noise  */
	int64_t seed;
	int64_t max_ms;      /**< [ms] the caller hangs up after         */
	int64_t reply_ms;    /**< [ms] of quiet before the caller speaks */
	int64_t patience_ms; /**< [ms] of quiet, nothing left to do      */
	char dialled[SCRIPT_KEY_MAX]; /**< what becomes of a transfer, as in
					  phone.h                        */
	unsigned n_steps, n_rules, n_expects;
	struct script_step steps[SCRIPT_STEPS_MAX];
	struct script_rule rules[SCRIPT_RULES_MAX];
	struct script_expect expects[SCRIPT_EXPECTS_MAX];
};

/** An empty script with its defaults. Large: on the heap. */
void script_init(struct script *s);

/**
 * @param s    as after script_init(); undefined on failure
 * @param why  why[SCRIPT_WHY_BYTES]: "name:line: what is wrong"
 * @return 0, -EINVAL, -EBADMSG (not YAML), -EMSGSIZE (over a limit), -ENOMEM
 */
int script_parse(struct script *s, const char *text, size_t len,
		 const char *name, char *why);

/** The same from a file; paths of WAV files count from its folder.
 *  @return also -errno of open and read */
int script_load(struct script *s, const char *path, char *why);

/** @return nonzero for a reason that a call can end by */
int script_is_reason(const char *reason);

#endif /* CTL_SCRIPT_H */
