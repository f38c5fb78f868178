/**
 * @file fuzz_test_agent.c  Messages of a test session's client: any bytes
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/limits.h"
#include "channel/test_agent_msg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct test_agent_msg m = {.kind = TEST_AGENT_UNKNOWN};
	const char *why = NULL;
	int err = test_agent_decode(&m, (const char *)data, size, &why);

	assert(err == 0 || err == -EBADMSG || err == -EMSGSIZE);
	if (err) {
		assert(why && *why && !m.root);
		return 0;
	}
	assert(m.kind != TEST_AGENT_SAY || strlen(m.text) <= LIMIT_TEXT_BYTES);
	assert(memchr(m.request, '\0', sizeof(m.request)));
	test_agent_done(&m);
	assert(!m.root);
	return 0;
}
