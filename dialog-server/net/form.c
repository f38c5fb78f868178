/**
 * @file form.c  Names and values of forms and query strings
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "net/server.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Plus signs and %xx, in place. @return 0, -EBADMSG (bad escape, NUL) */
static int decode(char *s)
{
	char *out = s;

	for (; *s; s++) {
		if (*s != '%') {
			*out++ = *s == '+' ? ' ' : *s;
			continue;
		}

		int hi = hex_digit(s[1]);
		int lo = hi < 0 ? -1 : hex_digit(s[2]);

		if (lo < 0 || (hi == 0 && lo == 0))
			return -EBADMSG;
		*out++ = (char)(hi * 16 + lo);
		s += 2;
	}
	*out = '\0';
	return 0;
}

int form_next(char **cursor, char **ret_name, char **ret_value)
{
	char *name = *cursor + strspn(*cursor, "&");
	char *end = name + strcspn(name, "&");
	char *value = end; /* the empty string behind a bare name */

	if (!*name)
		return -ENOENT;
	*cursor = *end ? end + 1 : end;
	*end = '\0';

	char *equals = strchr(name, '=');

	if (equals) {
		*equals = '\0';
		value = equals + 1;
	}
	if (decode(name) || decode(value))
		return -EBADMSG;
	*ret_name = name;
	*ret_value = value;
	return 0;
}
