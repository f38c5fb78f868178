/**
 * @file fieldvalue.h  What a field holds: as text, and compared by value
 *
 *   {"day":25,"month":12,"year":2026}  <->  2026-12-25
 *   {..., "hour":18,"minute":30}       <->  2026-12-25 18:30
 *
 * Pure. The order of members never counts, 4 and 4.0 are the same number.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_FIELDVALUE_H
#define CTL_FIELDVALUE_H

#include <jansson.h>
#include <stddef.h>

/** A value as a person writes it: text as it is, dates and times as above,
 *  else JSON in one line. Cut where dst ends. @param value  may be NULL */
void fieldvalue_text(char *dst, size_t cap, const json_t *value);

/** Is it what a person wrote: text exactly, a date in ISO form (with a space
 *  or "T" before the time), or JSON? @return nonzero when it is */
int fieldvalue_is(const json_t *value, const char *text);

/**
 * Set one member of a value that is written bit by bit: {} when text is "",
 * an array where a name is the next number from 0.
 *
 * @param text   JSON, written anew
 * @param names  from the outermost, n >= 1
 * @param plain  nonzero: without quotes; numbers and true, false are such
 * @return 0, -EMSGSIZE, -EINVAL (a member that cannot be), -ENOMEM
 */
int fieldvalue_put(char *text, size_t cap, const char *const *names,
		   unsigned n, const char *value, int plain);

#endif /* CTL_FIELDVALUE_H */
