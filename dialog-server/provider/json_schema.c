/**
 * @file json_schema.c  Does a JSON value fit a schema? (2020-12, the core)
 *
 * SPDX-License-Identifier: MIT
 */
#include "provider/json_schema.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
	DEPTH_MAX = 64,
	STEPS_MAX = 50000, /* references can multiply */
	PATH_BYTES = 160,
};

struct check {
	const json_t *root;
	char *why;
	size_t cap;
	char path[PATH_BYTES]; /* of the value */
	unsigned depth, steps;
};

static int walk(struct check *c, const json_t *schema, const json_t *v);

/* ---- saying what is wrong --------------------------------------------- */

static int misfit(struct check *c, const char *what)
{
	(void)snprintf(c->why, c->cap, "%s %s",
		       c->path[0] ? c->path : "the value", what);
	return -EBADMSG;
}

static int unusable(struct check *c, const char *what)
{
	(void)snprintf(c->why, c->cap, "the schema %s", what);
	return -EINVAL;
}

/* Walk a part of the value under its own path. */
static int walk_at(struct check *c, const char *step, const json_t *schema,
		   const json_t *v)
{
	size_t len = strlen(c->path);
	int err;

	(void)snprintf(c->path + len, sizeof(c->path) - len, "/%s", step);
	err = walk(c, schema, v);
	c->path[len] = '\0';
	return err;
}

/* ---- keywords ---------------------------------------------------------- */

static int is_type(const char *name, const json_t *v)
{
	if (!strcmp(name, "object"))
		return json_is_object(v);
	if (!strcmp(name, "array"))
		return json_is_array(v);
	if (!strcmp(name, "string"))
		return json_is_string(v);
	if (!strcmp(name, "number"))
		return json_is_number(v);
	if (!strcmp(name, "integer"))
		return json_is_integer(v) ||
		       (json_is_real(v) && json_real_value(v) > -1e15 &&
			json_real_value(v) < 1e15 &&
			json_real_value(v) ==
				(double)(json_int_t)json_real_value(v));
	if (!strcmp(name, "boolean"))
		return json_is_boolean(v);
	return !strcmp(name, "null") && json_is_null(v);
}

static int check_type(struct check *c, const json_t *type, const json_t *v)
{
	const json_t *one;
	char what[64];
	size_t i;

	if (json_is_string(type) && is_type(json_string_value(type), v))
		return 0;
	json_array_foreach (type, i, one)
		if (json_is_string(one) && is_type(json_string_value(one), v))
			return 0;
	(void)snprintf(what, sizeof(what), "must be of type %.30s",
		       json_is_string(type) ? json_string_value(type)
					    : "as listed");
	return misfit(c, what);
}

static int check_enum(struct check *c, const json_t *list, const json_t *v)
{
	const json_t *one;
	size_t i;

	json_array_foreach (list, i, one)
		if (json_equal(one, v))
			return 0;
	return misfit(c, "is none of the values allowed");
}

static int check_bounds(struct check *c, const json_t *schema, const json_t *v)
{
	static const struct {
		const char *name;
		char of;   /* n: number, s: text, a: array */
		char side; /* < least, > most, and what is just outside: ( ) */
	} bounds[] = {
		{"minimum", 'n', '<'},          {"maximum", 'n', '>'},
		{"exclusiveMinimum", 'n', '('}, {"exclusiveMaximum", 'n', ')'},
		{"minLength", 's', '<'},        {"maxLength", 's', '>'},
		{"minItems", 'a', '<'},         {"maxItems", 'a', '>'},
	};
	char of = json_is_number(v)   ? 'n'
		  : json_is_string(v) ? 's'
		  : json_is_array(v)  ? 'a'
				      : 0;
	double is = 0;

	if (of == 'n')
		is = json_number_value(v);
	if (of == 'a')
		is = (double)json_array_size(v);
	for (const char *p = of == 's' ? json_string_value(v) : ""; *p; p++)
		is += ((unsigned char)*p & 0xc0) != 0x80;
	for (size_t i = 0; i < sizeof(bounds) / sizeof(*bounds); i++) {
		const json_t *b = json_object_get(schema, bounds[i].name);
		double at = json_number_value(b);
		char side = bounds[i].side;

		if (bounds[i].of != of || !json_is_number(b))
			continue;
		if ((side == '<' && is < at) || (side == '>' && is > at) ||
		    (side == '(' && is <= at) || (side == ')' && is >= at))
			return misfit(c, "is out of bounds");
	}
	return 0;
}

static int check_members(struct check *c, const json_t *schema,
			 const json_t *v)
{
	const json_t *known = json_object_get(schema, "properties");
	const json_t *other = json_object_get(schema, "additionalProperties");
	const json_t *required = json_object_get(schema, "required"), *name;
	const char *key;
	json_t *value;
	size_t i;
	int err = 0;

	json_array_foreach (required, i, name) {
		char what[96];

		if (!json_is_string(name) ||
		    json_object_get(v, json_string_value(name)))
			continue;
		(void)snprintf(what, sizeof(what), "lacks \"%.60s\"",
			       json_string_value(name));
		return misfit(c, what);
	}
	json_object_foreach ((json_t *)v, key, value) {
		const json_t *schema_of = json_object_get(known, key);

		if (!schema_of)
			schema_of = other;
		if (schema_of && !err)
			err = walk_at(c, key, schema_of, value);
	}
	return err;
}

static int check_items(struct check *c, const json_t *schema, const json_t *v)
{
	const json_t *of = json_object_get(schema, "items"), *one;
	size_t i;
	int err = 0;

	json_array_foreach (v, i, one) {
		char step[24];

		(void)snprintf(step, sizeof(step), "%zu", i);
		if (of && !err)
			err = walk_at(c, step, of, one);
	}
	return err;
}

/* anyOf, oneOf: fits at least one, exactly one; allOf: every. */
static int check_several(struct check *c, const json_t *schema,
			 const json_t *v)
{
	static const char *const names[] = {"anyOf", "oneOf", "allOf"};

	for (size_t k = 0; k < 3; k++) {
		const json_t *list = json_object_get(schema, names[k]), *one;
		size_t i, fits = 0;
		int err = 0;

		if (!json_is_array(list))
			continue;
		json_array_foreach (list, i, one) {
			err = walk(c, one, v);
			if (err == -EINVAL || (err && k == 2))
				return err;
			fits += !err;
		}
		if (k < 2 && !fits)
			return misfit(c, "fits none of the alternatives");
		if (k == 1 && fits > 1)
			return misfit(c, "fits more than one alternative");
	}
	return 0;
}

/* "#/$defs/Name", "#": within the schema. @return NULL when there is none */
static const json_t *refer(const json_t *root, const char *ref)
{
	const json_t *at = root;

	if (*ref != '#')
		return NULL;
	for (ref++; *ref == '/' && at;) {
		char step[128];
		size_t n = 0;

		for (ref++; *ref && *ref != '/' && n + 1 < sizeof(step);
		     ref++) {
			char ch = *ref;

			if (ch == '~' && (ref[1] == '0' || ref[1] == '1'))
				ch = *++ref == '0' ? '~' : '/';
			step[n++] = ch;
		}
		step[n] = '\0';
		at = json_object_get(at, step);
	}
	return *ref ? NULL : at;
}

/* ---- walking ----------------------------------------------------------- */

static int check_object(struct check *c, const json_t *schema, const json_t *v)
{
	const char *ref = json_string_value(json_object_get(schema, "$ref"));
	const json_t *part;
	int err = 0;

	if (ref) {
		part = refer(c->root, ref);
		err = part ? walk(c, part, v)
			   : unusable(c, "has a $ref to nothing");
	}
	part = json_object_get(schema, "type");
	if (!err && part)
		err = check_type(c, part, v);
	part = json_object_get(schema, "enum");
	if (!err && json_is_array(part))
		err = check_enum(c, part, v);
	part = json_object_get(schema, "const");
	if (!err && part && !json_equal(part, v))
		err = misfit(c, "is not the value required");
	if (!err)
		err = check_bounds(c, schema, v);
	if (!err && json_is_object(v))
		err = check_members(c, schema, v);
	if (!err && json_is_array(v))
		err = check_items(c, schema, v);
	return err ? err : check_several(c, schema, v);
}

static int walk(struct check *c, const json_t *schema, const json_t *v)
{
	int err;

	if (++c->steps > STEPS_MAX || c->depth >= DEPTH_MAX)
		return unusable(c, "is too deep or too much work");
	if (json_is_boolean(schema))
		return json_is_true(schema) ? 0
					    : misfit(c, "must not be there");
	if (!json_is_object(schema))
		return unusable(c, "must be an object");
	c->depth++;
	err = check_object(c, schema, v);
	c->depth--;
	return err;
}

int json_schema_check(const json_t *schema, const json_t *v, char *why,
		      size_t cap)
{
	struct check c = {.root = schema, .why = why, .cap = cap};

	return walk(&c, schema, v);
}

/* ---- strict ------------------------------------------------------------ */

static int is_closed(const json_t *schema)
{
	const json_t *members = json_object_get(schema, "properties");
	const json_t *required = json_object_get(schema, "required");

	return json_is_object(members) &&
	       json_is_false(
		       json_object_get(schema, "additionalProperties")) &&
	       json_object_size(members) == json_array_size(required);
}

static int is_strict(const json_t *schema, unsigned depth)
{
	const char *type = json_string_value(json_object_get(schema, "type"));
	const char *key;
	json_t *v;
	size_t i;
	int ok = depth < DEPTH_MAX;

	if (type && !strcmp(type, "object"))
		ok = ok && is_closed(schema);
	if (json_is_object(schema)) {
		json_object_foreach ((json_t *)schema, key, v)
			ok = ok && is_strict(v, depth + 1);
	} else {
		json_array_foreach (schema, i, v)
			ok = ok && is_strict(v, depth + 1);
	}
	return ok;
}

int json_schema_is_strict(const json_t *schema)
{
	const char *type = json_string_value(json_object_get(schema, "type"));

	return type && !strcmp(type, "object") && is_strict(schema, 0);
}
