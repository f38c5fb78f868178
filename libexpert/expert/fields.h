/**
 * @file fields.h  Values of several parts, and values that you check
 *
 * Included by expert.h; programs include that.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LIBEXPERT_FIELDS_H
#define LIBEXPERT_FIELDS_H

#include <stddef.h>
#include <stdint.h>

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- parts of values; from handlers --------------------------------------
 */

/** @param part  of a name "text", "given", "family"; of an address "text",
 *               "street", "city", "region", "postal_code", "country"; of an
 *               amount "amount" ("12.50"), "currency" ("USD")
 *  @return it, or "": not said, or no such part */
EXPERT_API const char *expert_field_part(struct expert_call *call,
					 const char *key, const char *part);

/** @return an amount of money in hundredths: 1250 for twelve fifty; else
 *          fallback. Any thread. */
EXPERT_API int64_t expert_field_cents(struct expert_call *call,
				      const char *key, int64_t fallback);

/** @return the i-th of several choices that were taken, from 0; NULL: there
 *          are no more */
EXPERT_API const char *expert_field_choice(struct expert_call *call,
					   const char *key, size_t i);

/** @return nonzero when this one is among them. Any thread. */
EXPERT_API int expert_field_has(struct expert_call *call, const char *key,
				const char *choice);

/* ---- values that you check ------------------------------------------------
 *
 * Of a field with .validate, where the server knows "fields": on_validate is
 * called as soon as the caller has given a value, with that value for
 * expert_field_text() and its like until it returns. NULL: it is right;
 * anything else is said to the caller, who is asked again. on_field comes
 * when it counts. It is called again before the task is done.
 */

/** From on_validate: which question this is; "" when the value counts already
 *  and the task is about to be done. */
EXPERT_API const char *expert_validation_id(struct expert_call *call);

/** From on_validate: what it returns does not count, the answer comes later,
 *  by expert_validated(); after 30 s the value is taken. @return EXPERT_OK,
 *  EXPERT_EINVAL (the value counts already, or not in on_validate) */
EXPERT_API int expert_validate_later(struct expert_call *call);

/** @param id       what expert_validation_id() gave
 *  @param problem  NULL: it is right; else what is wrong, to be said to the
 *                  caller
 *  @return as all commands. An answer that comes too late: on_refused. Any
 *          thread. */
EXPERT_API int expert_validated(struct expert_call *call, const char *id,
				const char *problem);

/** It is right, but is to be this. @param json  a value of the field's type,
 *  "\"A-4711\"". Any thread. */
EXPERT_API int expert_validated_as(struct expert_call *call, const char *id,
				   const char *json);

#ifdef __cplusplus
}
#endif

#endif /* LIBEXPERT_FIELDS_H */
