/**
 * @file fuzz_form.c  Forms and query strings: any bytes
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = malloc(size + 1);
	char *cursor = s, *name, *value;
	int err = 0;

	if (!s)
		return 0;
	memcpy(s, data, size);
	s[size] = '\0';
	while (!err) {
		const char *before = cursor;

		err = form_next(&cursor, &name, &value);
		assert(err == 0 || err == -ENOENT || err == -EBADMSG);
		assert(cursor >= s && cursor <= s + size);
		if (!err) {
			/* It moves on, and stays inside of the text. */
			assert(cursor > before);
			assert(name >= s && name + strlen(name) <= s + size);
			assert(value >= s &&
			       value + strlen(value) <= s + size);
		}
	}
	free(s);
	return 0;
}
