/**
 * @file named.c  JSON values by name
 *
 * SPDX-License-Identifier: MIT
 */
#include "dialog/named.h"

#include <stddef.h>
#include <string.h>

#include "base/limits.h"
#include "dialog/keep.h"

static struct value *find(const struct named *v, const char *key)
{
	for (struct value *at = v->first; at; at = at->next) {
		if (!strcmp(at->key, key))
			return at;
	}
	return NULL;
}

const char *named_get(const struct named *v, const char *key)
{
	const struct value *at = find(v, key);

	return at ? at->json : NULL;
}

static void drop_oldest(struct named *v, struct keep *k)
{
	struct value *old = v->first;

	v->first = old->next;
	keep_free(k, old->key);
	keep_free(k, old->json);
	keep_free(k, old);
	v->n--;
}

static struct value *add(struct named *v, struct keep *k, const char *key)
{
	struct value *fresh = keep_alloc(k, sizeof(*fresh));
	struct value **end = &v->first;

	if (!fresh)
		return NULL;
	fresh->key = keep_str(k, key);
	if (!fresh->key)
		return keep_free(k, fresh);
	while (*end)
		end = &(*end)->next;
	*end = fresh;
	v->n++;
	return fresh;
}

const char *named_put(struct named *v, struct keep *k, const char *key,
		      const char *json)
{
	char *copy = keep_str(k, json);
	struct value *at = find(v, key);

	if (copy && !at) {
		/* Its task is long past, and the Expert was told of it. */
		if (v->n == LIMIT_VARIABLES)
			drop_oldest(v, k);
		at = add(v, k, key);
	}
	if (!copy || !at)
		return keep_free(k, copy);
	keep_free(k, at->json);
	at->json = copy;
	return copy;
}

/* A key as a JSON string: quotes, backslashes and control characters. */
static char *put_key(char *to, const char *s)
{
	static const char hex[] = "0123456789abcdef";

	*to++ = '"';
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c < 0x20) {
			memcpy(to, "\\u00", 4);
			to += 4;
			*to++ = hex[c >> 4];
			*to++ = hex[c & 15];
			continue;
		}
		if (c == '"' || c == '\\')
			*to++ = '\\';
		*to++ = (char)c;
	}
	*to++ = '"';
	return to;
}

const char *named_object(const struct named *v, struct keep *k)
{
	size_t size = 3;
	char *s, *to;

	for (const struct value *at = v->first; at; at = at->next)
		size += 6 * strlen(at->key) + strlen(at->json) + 4;
	s = scratch_alloc(k, size);
	if (!s)
		return "{}";
	to = s;
	*to++ = '{';
	for (const struct value *at = v->first; at; at = at->next) {
		size_t len = strlen(at->json);

		if (at != v->first)
			*to++ = ',';
		to = put_key(to, at->key);
		*to++ = ':';
		memcpy(to, at->json, len);
		to += len;
	}
	*to++ = '}';
	*to = '\0';
	return s;
}
