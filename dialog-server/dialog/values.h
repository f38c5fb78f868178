/**
 * @file values.h  Is this text a value of that field?
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DIALOG_VALUES_H
#define DIALOG_VALUES_H

struct xp_item;

/** @param json  JSON text of one value @return nonzero when it fits the type
 *  and, where there are choices, is one of them */
int value_fits(const struct xp_item *field, const char *json);

/** @return nonzero when the JSON string has exactly this text */
int value_is_string(const char *json, const char *text);

#endif /* DIALOG_VALUES_H */
