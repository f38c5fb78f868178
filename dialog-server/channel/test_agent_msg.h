/**
 * @file test_agent_msg.h  What a test session's client may send
 *
 * Pure. SPDX-License-Identifier: MIT
 */
#ifndef CHANNEL_TEST_AGENT_MSG_H
#define CHANNEL_TEST_AGENT_MSG_H

#include <stddef.h>

enum {
	TEST_AGENT_REQUEST_BYTES = 65, /* a request's id with its NUL */
};

enum test_agent_kind {
	TEST_AGENT_UNKNOWN, /**< of a newer client: nothing comes of it */
	TEST_AGENT_SAY,     /**< inject-asr: text                       */
	TEST_AGENT_WAIT,    /**< wait-for-caller-turn: request          */
	TEST_AGENT_PING,
	TEST_AGENT_PONG,
};

struct test_agent_msg {
	enum test_agent_kind kind;
	const char *text; /**< at most LIMIT_TEXT_BYTES       */
	char request[TEST_AGENT_REQUEST_BYTES];
	void *root; /**< owner of text                  */
};

/**
 * @param ret_why  a static text when it is refused
 * @return 0; -EBADMSG (not JSON, a member is missing or not a string),
 *         -EMSGSIZE (a text or an id is too long)
 */
int test_agent_decode(struct test_agent_msg *ret, const char *s, size_t len,
		      const char **ret_why);

/** Free what a decoded message holds. */
void test_agent_done(struct test_agent_msg *m);

#endif /* CHANNEL_TEST_AGENT_MSG_H */
