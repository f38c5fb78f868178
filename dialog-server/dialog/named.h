/**
 * @file named.h  JSON values by name: what was collected, what was set
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DIALOG_NAMED_H
#define DIALOG_NAMED_H

#include <stdint.h>

struct keep;

struct value {
	struct value *next;
	const char *key, *json; /* kept */
};

/** In the order of their coming; at most LIMIT_VARIABLES. All zero: none. */
struct named {
	struct value *first;
	uint32_t n;
};

/** @return its JSON until it is put again, or NULL */
const char *named_get(const struct named *v, const char *key);

/** Set a value. The oldest goes when there are too many.
 *  @return the kept JSON, NULL when out of memory */
const char *named_put(struct named *v, struct keep *k, const char *key,
		      const char *json);

/** @return one JSON object until the next step */
const char *named_object(const struct named *v, struct keep *k);

#endif /* DIALOG_NAMED_H */
