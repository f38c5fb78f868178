/**
 * @file engine.h  The built-in brain: follows persona, task and checklist
 *
 *   view --rules--> words to say, what they ask for, values, questions, ...
 *
 * Needs no model and no network. Pure: what it remembers of a call is in
 * view->memory; the same views give the same outputs.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DIALOG_ENGINE_H
#define DIALOG_ENGINE_H

#include "dialog/brain.h"

/** What view->memory must have room for. */
enum { ENGINE_MEMORY_BYTES = 2880 };

/**
 * Think once.
 *
 * @param v    borrowed; v->memory of ENGINE_MEMORY_BYTES, zeroed at the start
 *             of the call, is changed
 * @param out  called for each output in order; strings borrowed until it
 *             returns; must not step the dialog that the view belongs to
 */
void engine_think(const struct brain_view *v,
		  void (*out)(void *arg, const struct brain_output *o),
		  void *arg);

/**
 * Somebody else has spoken for the agent since the engine thought last: forget
 * what its own words waited for, wait for what theirs do.
 *
 * @param memory  as in view->memory
 * @param ask     what they ask for
 * @param said    their words, or NULL; copied
 */
void engine_take_over(void *memory, const struct ask *ask, const char *said);

#endif /* DIALOG_ENGINE_H */
