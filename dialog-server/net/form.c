/**
 * @file form.c  Names and values of forms and query strings
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "net/head.h"
#include "net/server.h"

static int decode(char *s)
{
	for (char *p = s; *p; p++)
		if (*p == '+')
			*p = ' ';
	return percent_decode(s);
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
