/**
 * @file print.h  Answers of the server as tables for people
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_PRINT_H
#define CTL_PRINT_H

#include <jansson.h>

/** A column: a member of each row. A title of NULL ends the table. */
struct column {
	const char *title;
	const char *key;
	int width; /**< columns on the screen, 0: as it comes (last) */
};

/** Print an array of objects. @param none  printed when it is empty */
void print_table(const json_t *rows, const struct column *columns,
		 const char *none);

/** Print JSON as it is, indented. */
void print_json(const json_t *value);

/** Print a value as a person writes it, without control characters. */
void print_value(const json_t *value, int width);

#endif /* CTL_PRINT_H */
