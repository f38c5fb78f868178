/**
 * @file fieldvalue.c  What a field holds: as text, and compared by value
 *
 * SPDX-License-Identifier: MIT
 */
#include "ctl/fieldvalue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"

enum { ISO_BYTES = 32, CALENDAR_NAMES = 5 };

/* ---- dates and times ------------------------------------------------------
 */

/* @return -1 when it is not there, or no number that a calendar has */
static int part(const json_t *o, const char *name)
{
	const json_t *v = json_object_get(o, name);
	json_int_t n = json_is_integer(v) ? json_integer_value(v) : -1;

	return n >= 0 && n <= 9999 ? (int)n : -1;
}

/* @return 1 when the value is a date, a time of day, or both */
static int iso_text(char dst[ISO_BYTES], const json_t *o)
{
	static const char *const names[CALENDAR_NAMES] = {
		"year", "month", "day", "hour", "minute"};
	int n[CALENDAR_NAMES], has_date, has_time;
	struct strbuf b;

	for (int i = 0; i < CALENDAR_NAMES; i++)
		n[i] = part(o, names[i]);
	has_date = n[0] >= 0 && n[1] >= 0 && n[2] >= 0;
	has_time = n[3] >= 0 && n[4] >= 0;
	if ((!has_date && !has_time) ||
	    json_object_size(o) !=
		    (size_t)(3 * (has_date != 0) + 2 * (has_time != 0)))
		return 0;

	strbuf_over(&b, dst, ISO_BYTES);
	if (has_date)
		strbuf_addf(&b, "%04d-%02d-%02d", n[0], n[1], n[2]);
	if (has_time)
		strbuf_addf(&b, "%s%02d:%02d", has_date ? " " : "", n[3],
			    n[4]);

	return strbuf_ok(&b);
}

static int is_iso(const json_t *value, const char *text)
{
	char iso[ISO_BYTES], *gap;

	if (!iso_text(iso, value))
		return 0;
	if (strcmp(iso, text) == 0)
		return 1;
	gap = strchr(iso, ' ');
	if (gap)
		*gap = 'T';

	return gap && strcmp(iso, text) == 0;
}

void fieldvalue_text(char *dst, size_t cap, const json_t *value)
{
	char iso[ISO_BYTES];
	struct strbuf b;
	char *text;

	strbuf_over(&b, dst, cap);
	strbuf_add(&b, "");
	if (json_is_string(value)) {
		strbuf_add(&b, json_string_value(value));
	} else if (iso_text(iso, value)) {
		strbuf_add(&b, iso);
	} else if (value) {
		text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT |
						 JSON_SORT_KEYS);
		strbuf_add(&b, text ? text : "");
		free(text);
	}
}

/* ---- the same value --------------------------------------------------------
 */

static int same(const json_t *a, const json_t *b)
{
	const char *key;
	json_t *v;

	if (json_is_number(a) && json_is_number(b))
		return json_is_integer(a) && json_is_integer(b)
			       ? json_equal(a, b)
			       : !(json_number_value(a) <
				   json_number_value(b)) &&
					 !(json_number_value(a) >
					   json_number_value(b));
	if (json_is_object(a) && json_is_object(b)) {
		if (json_object_size(a) != json_object_size(b))
			return 0;
		json_object_foreach ((json_t *)(uintptr_t)a, key, v)
			if (!same(v, json_object_get(b, key)))
				return 0;
		return 1;
	}
	if (json_is_array(a) && json_is_array(b)) {
		if (json_array_size(a) != json_array_size(b))
			return 0;
		for (size_t i = 0; i < json_array_size(a); i++)
			if (!same(json_array_get(a, i), json_array_get(b, i)))
				return 0;
		return 1;
	}

	return json_equal(a, b);
}

int fieldvalue_is(const json_t *value, const char *text)
{
	json_t *wanted;
	int is;

	if (json_is_string(value))
		return strcmp(json_string_value(value), text) == 0;
	if (is_iso(value, text))
		return 1;
	wanted = json_loads(text, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES,
			    NULL);
	is = wanted && same(value, wanted);
	json_decref(wanted);

	return is;
}

/* ---- written bit by bit
 * ------------------------------------------------------ */

static json_t *scalar(const char *value, int plain)
{
	json_t *v = plain ? json_loads(value, JSON_DECODE_ANY, NULL) : NULL;

	if (json_is_number(v) || json_is_boolean(v))
		return v;
	json_decref(v);

	return json_string(value);
}

/* The member of this name, made when there is none; borrowed. Takes made. */
static json_t *member(json_t *in, const char *name, json_t *made)
{
	int64_t index;
	json_t *v;

	if (!made)
		return NULL;
	if (!json_is_array(in)) {
		v = json_object_get(in, name);
		if (!v && json_object_set(in, name, made) == 0)
			v = made;
	} else if (text_to_int(name, 0, (int64_t)json_array_size(in),
			       &index)) {
		v = NULL;
	} else {
		v = json_array_get(in, (size_t)index);
		if (!v && json_array_append(in, made) == 0)
			v = made;
	}
	json_decref(made);

	return v;
}

static json_t *container(const char *first_name)
{
	return strcmp(first_name, "0") == 0 ? json_array() : json_object();
}

int fieldvalue_put(char *text, size_t cap, const char *const *names,
		   unsigned n, const char *value, int plain)
{
	json_t *top = text[0] ? json_loads(text, JSON_DECODE_ANY, NULL)
			      : container(names[0]);
	json_t *at = top, *made = scalar(value, plain);
	char *all = NULL;
	int err = -EINVAL;

	for (unsigned i = 0; at && i < n; i++)
		at = i + 1 < n ? member(at, names[i], container(names[i + 1]))
			       : member(at, names[i], json_incref(made));
	/* A member that was there already is another value. */
	if (!at || at != made)
		goto out;
	all = json_dumps(top, JSON_ENCODE_ANY | JSON_COMPACT);
	err = !all ? -ENOMEM : text_copy(text, cap, all) ? -EMSGSIZE : 0;

out:
	free(all);
	json_decref(made);
	json_decref(top);

	return err;
}
