/**
 * @file test_agent.h  A call that a program's own test makes, in text
 *
 *   client == WS v1/test-agent ==> [ line ]  inject-asr, wait-for-caller-turn
 *          <== session-started{session_id}   bot-tts, caller-turn-started
 *          == WS v2/connect-call/{session_id} ==> the Expert's place in it
 *
 * Client and Expert are one program: the call is offered to nobody, and only
 * the API key that opened the session may take its place.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CHANNEL_TEST_AGENT_H
#define CHANNEL_TEST_AGENT_H

#include "net/server.h"

struct channel_host;

/** Before the upgrade; the route has checked the API key.
 *  @return 0, 503 (full) */
int test_agent_accept(struct http_req *r, struct channel_host *host,
		      void **ret_arg);

extern const struct ws_handlers test_agent_handlers;

#endif /* CHANNEL_TEST_AGENT_H */
