/**
 * @file print.c  Answers of the server as tables for people
 *
 * SPDX-License-Identifier: MIT
 */
#include "ctl/print.h"

#include <ctype.h>
#include <stdio.h>

#include "ctl/fieldvalue.h"

enum { VALUE_BYTES = 8192 };

/* Bytes that begin a character are columns; the others are not. */
static void put(const char *s, int width)
{
	int columns = 0;

	for (; *s && (!width || columns < width); s++) {
		unsigned char c = (unsigned char)*s;

		(void)fputc(iscntrl(c) ? ' ' : c, stdout);
		columns += (c & 0xc0) != 0x80;
	}
	while ((*(const unsigned char *)s & 0xc0) == 0x80)
		(void)fputc(*s++, stdout);
	for (; columns < width; columns++)
		(void)fputc(' ', stdout);
}

void print_value(const json_t *value, int width)
{
	char text[VALUE_BYTES];

	fieldvalue_text(text, sizeof(text), value);
	put(!value || json_is_null(value) ? "-" : text, width);
}

void print_table(const json_t *rows, const struct column *columns,
		 const char *none)
{
	if (!json_array_size(rows)) {
		printf("%s\n", none);
		return;
	}
	for (const struct column *c = columns; c->title; c++) {
		put(c->title, c->width);
		printf("%s", c[1].title ? "  " : "\n");
	}
	for (size_t i = 0; i < json_array_size(rows); i++)
		for (const struct column *c = columns; c->title; c++) {
			print_value(json_object_get(json_array_get(rows, i),
						    c->key),
				    c->width);
			printf("%s", c[1].title ? "  " : "\n");
		}
}

void print_json(const json_t *value)
{
	(void)json_dumpf(value, stdout,
			 JSON_INDENT(2) | JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
	(void)fputc('\n', stdout);
}
