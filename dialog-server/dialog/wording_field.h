/**
 * @file wording_field.h  What a field's description is about
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DIALOG_WORDING_FIELD_H
#define DIALOG_WORDING_FIELD_H

#include <stddef.h>

struct xp_item;

enum { WORDING_FIELD_MAX = 320 };

enum wording_shape {
	WORDING_IS_NOUN,     /**< "number of people", "your name"   */
	WORDING_IS_QUESTION, /**< "Would you like a receipt?"       */
};

/** A description ("Ask the caller why they are calling. Keep it brief.") as a
 *  noun or a whole question, addressed to the caller. */
enum wording_shape wording_field(char *ret, size_t cap,
				 const struct xp_item *field);

/** "parking is needed" to "Is parking needed", in place. @return 1 done, 0
 *  that is not known how to: untouched */
int wording_inverted(char *s, size_t cap);

/** "how many nights you will stay" to "How many nights will you stay".
 *  @return 1 done, 0 not */
int wording_how_many(char *ret, size_t cap, const char *s);

#endif /* DIALOG_WORDING_FIELD_H */
