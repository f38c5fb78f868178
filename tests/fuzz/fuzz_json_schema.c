/**
 * @file fuzz_json_schema.c  Any schema against any value: an end, and an
 * answer
 *
 * The input is a schema, a NUL, and a value.
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <errno.h>
#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "provider/json_schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size ? memchr(data, '\0', size) : NULL;
	size_t n = nul ? (size_t)(nul - data) : size;
	json_t *schema =
		json_loadb((const char *)data, n, JSON_DECODE_ANY, NULL);
	json_t *v = nul ? json_loadb((const char *)nul + 1, size - n - 1,
				     JSON_DECODE_ANY, NULL)
			: json_null();
	char why[100] = "";
	int err;

	if (schema && v) {
		err = json_schema_check(schema, v, why, sizeof(why));
		assert(err == 0 || err == -EBADMSG || err == -EINVAL);
		assert(!err || why[0]);
		(void)json_schema_is_strict(schema);
	}
	json_decref(schema);
	json_decref(v);
	return 0;
}
