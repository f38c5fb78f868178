/**
 * @file head.c  The head of an HTTP/1.1 message: start line and fields
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "net/head.h"

size_t head_end(const char *s, size_t len)
{
	const char *p = s;
	size_t left = len;

	for (;;) {
		const char *nl = memchr(p, '\n', left);

		if (!nl)
			return 0;
		left -= (size_t)(nl + 1 - p);
		p = nl + 1;
		if (left >= 1 && p[0] == '\n')
			return (size_t)(p - s) + 1;
		if (left >= 2 && p[0] == '\r' && p[1] == '\n')
			return (size_t)(p - s) + 2;
	}
}

/* A character of a token, RFC 9110 5.6.2. */
static int is_token_char(unsigned char c)
{
	if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z'))
		return 1;
	return c && strchr("!#$%&'*+-.^_`|~", c) != NULL;
}

static int is_token(const char *s)
{
	if (!*s)
		return 0;
	for (; *s; s++)
		if (!is_token_char((unsigned char)*s))
			return 0;
	return 1;
}

/* Cut the next line off; the line end may be LF alone (RFC 9112 2.2).
 * @return the line, NULL when it has control characters in it */
static char *cut_line(char **cursor, const char *end)
{
	char *line = *cursor;
	char *nl = memchr(line, '\n', (size_t)(end - line));

	if (!nl)
		return NULL;
	*cursor = nl + 1;
	if (nl > line && nl[-1] == '\r')
		nl--;
	*nl = '\0';
	for (char *p = line; p < nl; p++)
		if (((unsigned char)*p < ' ' && *p != '\t') || *p == 127)
			return NULL;
	return line;
}

static int cut_field(struct head *h, char *line)
{
	char *colon = strchr(line, ':');

	if (!colon)
		return -EBADMSG;
	*colon = '\0';
	if (!is_token(line))
		return -EBADMSG;
	if (h->n == HEAD_FIELDS_MAX)
		return -EMSGSIZE;
	for (char *p = line; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + 'a' - 'A');

	char *value = colon + 1 + strspn(colon + 1, " \t");
	char *end = value + strlen(value);

	while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	*end = '\0';
	if ((!strcmp(line, "host") || !strcmp(line, "content-length")) &&
	    head_get(h, line))
		return -EBADMSG;
	h->field[h->n++] = (struct head_field){.name = line, .value = value};
	return 0;
}

static int parse(struct head *h, char *s, size_t len)
{
	const char *end = s + len;
	char *cursor = s;
	char *line = cut_line(&cursor, end);
	int err = 0;

	h->n = 0;
	if (!line)
		return -EBADMSG;
	/* Three parts; the third of an answer may have spaces or be gone. */
	h->part[0] = line;
	for (int i = 1; i < 3; i++) {
		char *space = strchr(h->part[i - 1], ' ');

		h->part[i] = space ? space + 1 : "";
		if (space)
			*space = '\0';
		else if (i == 1)
			return -EBADMSG;
	}
	while (!err && cursor < end) {
		line = cut_line(&cursor, end);
		if (!line)
			return -EBADMSG;
		if (!*line)
			break;
		err = cut_field(h, line);
	}
	return err;
}

int head_parse_request(struct head *ret, char *s, size_t len)
{
	int err = parse(ret, s, len);

	if (err)
		return err;
	if (!is_token(ret->part[0]) || !*ret->part[1] ||
	    (strcmp(ret->part[2], "HTTP/1.1") &&
	     strcmp(ret->part[2], "HTTP/1.0")))
		return -EBADMSG;
	return 0;
}

int head_parse_answer(struct head *ret, char *s, size_t len)
{
	int err = parse(ret, s, len);

	if (err)
		return err;
	if (strncmp(ret->part[0], "HTTP/1.", 7) || strlen(ret->part[1]) != 3 ||
	    strspn(ret->part[1], "0123456789") != 3)
		return -EBADMSG;
	return 0;
}

const char *head_get(const struct head *h, const char *name)
{
	for (size_t i = 0; i < h->n; i++)
		if (!strcmp(h->field[i].name, name))
			return h->field[i].value;
	return NULL;
}

static int list_has(const char *list, const char *token)
{
	size_t want = strlen(token);

	while (*list) {
		list += strspn(list, " \t,");

		size_t n = strcspn(list, ",");
		size_t bare = n;

		while (bare &&
		       (list[bare - 1] == ' ' || list[bare - 1] == '\t'))
			bare--;
		if (bare == want && !strncasecmp(list, token, want))
			return 1;
		list += n;
	}
	return 0;
}

int head_has_token(const struct head *h, const char *name, const char *token)
{
	for (size_t i = 0; i < h->n; i++)
		if (!strcmp(h->field[i].name, name) &&
		    list_has(h->field[i].value, token))
			return 1;
	return 0;
}

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

int percent_decode(char *s)
{
	char *out = s;

	for (; *s; s++) {
		if (*s != '%') {
			*out++ = *s;
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
