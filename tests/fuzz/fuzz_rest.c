/**
 * @file fuzz_rest.c  Bodies and parameters of requests: any bytes
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "api/body.h"
#include "api/params.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_body(const char *s, size_t len)
{
	static const char *const names[] = {"key", "text", "prompt",
					    "question"};
	const char *why = NULL, *v = "";
	json_t *o = api_body_read(s, len, &why);

	assert(o || why);
	for (size_t i = 0; o && i < sizeof(names) / sizeof(*names); i++) {
		int err = api_string(o, names[i], 16, &v);

		assert(err == 0 || err == -ENOENT || err == -EINVAL ||
		       err == -EMSGSIZE);
		assert(strlen(v) <= 16);
	}
	json_decref(o);
}

static void read_params(const char *s)
{
	int64_t begin = -1, end = -1, us;
	const char *id;
	int err = param_time(s, 0, &begin);

	assert(err == 0 || err == -EINVAL);
	assert(err == param_time(s, 1, &end));
	assert(err ? begin == -1 : begin <= end);
	if (!param_cursor(s, &us, &id))
		assert(us >= 0 && id > s && *id);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = malloc(size + 1);

	if (!s)
		return 0;
	memcpy(s, data, size);
	s[size] = '\0';
	read_body(s, size);
	read_params(s);
	free(s);
	return 0;
}
