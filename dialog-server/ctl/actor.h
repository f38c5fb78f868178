/**
 * @file actor.h  The mind of a simulated caller: when to do what
 *
 *   agent's voice on and off, its words, own speech over --> [ actor ]
 *   actor_next() --> what to do now
 *
 * It hears by sound only that the agent speaks; the words come from the
 * server's event stream, which serves as the oracle of the test: the caller
 * has no recognizer of its own. Pure; time is an argument.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_ACTOR_H
#define CTL_ACTOR_H

#include <stddef.h>
#include <stdint.h>

#include "ctl/script.h"

enum { ACTOR_HEARD_BYTES = 4096 };

struct actor {
	const struct script *script; /**< borrowed                          */
	unsigned step;               /**< next step                         */
	unsigned fired[SCRIPT_RULES_MAX];
	uint64_t random; /**< state of the seeded generator     */
	int agent_speaking;
	unsigned agent_turns; /**< stretches of speech since our act */
	int64_t agent_began_us;
	int64_t quiet_us;      /**< since when nobody speaks          */
	int64_t ready_us;      /**< since when the step is next       */
	int64_t wait_until_us; /**< of a wait, 0: none                */
	int64_t reply_us;      /**< this reply's pause                */
	int busy;              /**< speaking or pressing              */
	int hung_up;
	char heard[ACTOR_HEARD_BYTES]; /**< agent's words since our act      */
};

/** @param seed  varies the pauses before replies by a third */
void actor_init(struct actor *a, const struct script *script, uint64_t seed,
		int64_t now_us);

/** The agent's voice began or stopped, by ear. */
void actor_on_voice(struct actor *a, int speaking, int64_t now_us);

/** Words of the agent, from the oracle. */
void actor_on_words(struct actor *a, const char *text);

/** What actor_next() asked for has been said or pressed. */
void actor_on_done(struct actor *a, int64_t now_us);

/** Ask often. @return what to do now, borrowed from the script, or NULL; then
 *  tell actor_on_done(). Hanging up needs no answer. */
const struct script_act *actor_next(struct actor *a, int64_t now_us);

/** @return nonzero when steps or rules of the script are still to come */
int actor_has_more(const struct actor *a);

#endif /* CTL_ACTOR_H */
