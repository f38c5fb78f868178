/**
 * @file test_dialog_keys.c  Keys that the agent presses
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>

#include "unit/dialog_script.h"
#include "unit/unit.h"

#define OPEN "attach", "hooks:", "start"

START_TEST(keys_of_the_agent_are_told_to_who_wants_that)
{
	SIM_RUN(OPEN,
		"command: {\"command_type\":\"registered-hooks\","
		"\"has_on_agent_dtmf\":true}",
		"command: {\"command_type\":\"send-agent-dtmf\",\"digits\":"
		"[\"1\",\"2#\",\"x\"]}",
		"e: send-dtmf||12#",
		"j: \"requested_by\":\"developer\",\"digits\":[\"1\","
		"\"2\",\"#\"]");
	SIM_RUN(OPEN,
		"command: {\"command_type\":\"send-agent-dtmf\",\"digits\":"
		"[\"1\"]}",
		"e: send-dtmf||1", "!e: agent-dtmf");
}
END_TEST

UNIT_MAIN("dialog_keys", keys_of_the_agent_are_told_to_who_wants_that)
