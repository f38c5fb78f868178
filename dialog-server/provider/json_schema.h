/**
 * @file json_schema.h  Does a JSON value fit a schema? (2020-12, the core)
 *
 * What a model is asked to give is checked before somebody relies on it. Known
 * are type, enum, const, properties, required, additionalProperties, items,
 * anyOf, oneOf, allOf, the bounds of numbers, texts and arrays, and $ref
 * within the schema. Other keywords are notes, as the standard has it for
 * those that are not known.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_JSON_SCHEMA_H
#define PROVIDER_JSON_SCHEMA_H

#include <jansson.h>
#include <stddef.h>

/**
 * @param why  why[cap]: on -EBADMSG what does not fit, "/matches/0 is none of
 *             the values allowed"
 * @return 0, -EBADMSG (does not fit), -EINVAL (no schema that can be used:
 *         $ref to nothing, too deep, more work than is reasonable)
 */
int json_schema_check(const json_t *schema, const json_t *v, char *why,
		      size_t cap);

/** May it be asked for in strict mode, which some services offer: each object
 *  closed and each of its members required? @return nonzero then */
int json_schema_is_strict(const json_t *schema);

#endif /* PROVIDER_JSON_SCHEMA_H */
