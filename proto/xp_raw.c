/**
 * @file xp_raw.c  Finding a value's own text inside a parsed message
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "proto/xp_json.h"

/* The end of a value that begins at i: a comma or bracket of its own level.
 * The text has been parsed before, so it is well formed. */
static size_t value_end(const char *s, size_t len, size_t i)
{
	int depth = 0, quoted = 0;

	for (; i < len; i++) {
		if (quoted) {
			if (s[i] == '\\')
				i++;
			else if (s[i] == '"')
				quoted = 0;
		} else if (s[i] == '"') {
			quoted = 1;
		} else if (s[i] == '{' || s[i] == '[') {
			depth++;
		} else if (s[i] == '}' || s[i] == ']' || s[i] == ',') {
			if (!depth)
				break;
			depth -= s[i] != ',';
		}
	}

	return i;
}

static size_t skip_space(const char *s, size_t len, size_t i)
{
	while (i < len && strchr(" \t\r\n", s[i]))
		i++;
	return i;
}

const char *xp_raw_member(const char *s, size_t len, const char *key,
			  size_t *ret_len)
{
	size_t key_len = strlen(key);
	size_t i = skip_space(s, len, 0) + 1;

	while (i < len) {
		size_t name, end, last;
		int same;

		name = skip_space(s, len, i) + 1;
		for (end = name; end < len && s[end] != '"'; end++)
			end += s[end] == '\\';
		same = end - name == key_len &&
		       !memcmp(s + name, key, key_len);

		i = skip_space(s, len, end + 1); /* the colon */
		i = skip_space(s, len, i + 1);
		end = value_end(s, len, i);
		if (same) {
			last = end;
			while (last > i && strchr(" \t\r\n", s[last - 1]))
				last--;
			*ret_len = last - i;
			return s + i;
		}
		i = end + 1;
	}

	return NULL;
}
