/**
 * @file fuzz_pattern.c  Patterns of an Expert on values of a caller
 *
 * The first line is the pattern, the rest the value. One that was refused
 * matches nothing.
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dialog/bounds.h"
#include "proto/xp.h"
#include "proto/xp_pattern.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xp_item field = {
		.key = "code", .field_type = "text", .description = "Code"};
	const char *why = "";
	char *pattern = malloc(size + 1), *text, words[200];
	int bad, matches;

	if (pattern == NULL)
		return 0;
	memcpy(pattern, data, size);
	pattern[size] = '\0';
	text = strchr(pattern, '\n');
	if (text != NULL)
		*text++ = '\0';
	else
		text = pattern + strlen(pattern);
	bad = xp_pattern_check(pattern, &why);
	matches = xp_pattern_match(pattern, text);
	assert(!bad || (!matches && *why != '\0'));
	field.pattern = pattern;
	bounds_words(words, sizeof(words), &field, XP_PROBLEM_PATTERN, NULL);
	(void)bounds_problem(&field, text);
	free(pattern);
	return 0;
}
