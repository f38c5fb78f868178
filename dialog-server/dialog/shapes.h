/**
 * @file shapes.h  What values of the further field types look like
 *
 *   phone "+15555550100"    email "ann@example.com"    duration 5400
 *   name {text, given, family}    address {text, street, city, ...}
 *   currency {amount, currency}   multi_select ["a", "b"]
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DIALOG_SHAPES_H
#define DIALOG_SHAPES_H

#include <stddef.h>
#include <stdint.h>

struct xp_item;

/** @param json  JSON text of one value
 *  @return 1 it has the shape, 0 it has not, -ENOENT: of another type */
int shape_fits(const struct xp_item *field, const char *json);

/** An amount of money in hundredths. @param json  of currency
 *  @return 0, -EBADMSG */
int shape_cents(const char *json, int64_t *ret);

/** How many are chosen. @param json  of multi_select
 *  @return that many, -EBADMSG */
int shape_count(const char *json);

#endif /* DIALOG_SHAPES_H */
