/**
 * @file bounds.h  The bounds that an Expert gives a field
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DIALOG_BOUNDS_H
#define DIALOG_BOUNDS_H

#include <stddef.h>

struct nlu_today;
struct xp_item;

/** @param json  a value of the field's type
 *  @return XP_PROBLEM_PATTERN, XP_PROBLEM_RANGE; NULL: it is within them */
const char *bounds_problem(const struct xp_item *field, const char *json);

/**
 * What is wrong, to the caller: "it can be eight at most".
 *
 * @param ret      always written; a sentence without its end
 * @param problem  XP_PROBLEM_...
 * @param today    as of nlu_speak_near()
 */
void bounds_words(char *ret, size_t cap, const struct xp_item *field,
		  const char *problem, const struct nlu_today *today);

#endif /* DIALOG_BOUNDS_H */
