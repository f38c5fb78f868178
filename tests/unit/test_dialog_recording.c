/**
 * @file test_dialog_recording.c  Whether the call is recorded
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>

#include "unit/dialog_script.h"
#include "unit/unit.h"

#define SET(members)                                                        \
	"command: "                                                         \
	"{\"command_type\":\"set-recording\",\"command_id\":\"1\"," members \
	"}"
#define STATE(state, consent)                                            \
	"j: \"event_type\":\"recording-state\",\"state\":\"" state "\"," \
	"\"consent\":\"" consent "\""

START_TEST(each_link_begins_with_how_it_is)
{
	SIM_RUN("conf: records", "attach: recording", STATE("on", "unknown"),
		"hooks:", "start", "lost", "attach: recording, resume",
		STATE("on", "unknown"), "resume", "!j: recording-state");
	SIM_RUN("conf: records", "attach: resume", "!j: recording-state");
	SIM_RUN("attach: recording", STATE("off", "unknown"));
}
END_TEST

START_TEST(each_change_is_told_once)
{
	SIM_RUN("conf: records", "attach: recording, results",
		"hooks:", "start", SET("\"state\":\"paused\""),
		STATE("paused", "unknown"), "e: recording|paused",
		"j: \"status\":\"done\"",
		"command: {\"command_type\":\"set-recording\",\"state\":"
		"\"paused\",\"consent\":null}",
		"!j: recording-state", "!e: recording|",
		"command: {\"command_type\":\"set-recording\",\"state\":null,"
		"\"consent\":\"given\"}",
		STATE("paused", "given"),
		"command: {\"command_type\":\"set-recording\",\"state\":"
		"\"on\"}",
		STATE("on", "given"), "e: recording|on");
}
END_TEST

START_TEST(a_refusal_is_for_good)
{
	SIM_RUN("conf: records", "attach: recording, results",
		"hooks:", "start", SET("\"consent\":\"refused\""),
		STATE("off", "refused"), "e: recording|refused",
		"command: {\"command_type\":\"set-recording\",\"command_id\":"
		"\"2\",\"state\":\"on\"}",
		"!j: recording-state", "!e: recording|",
		"j: \"status\":\"refused\",\"reason\":\"not-now\"",
		"command: {\"command_type\":\"set-recording\",\"command_id\":"
		"\"3\",\"consent\":\"given\"}",
		"!j: recording-state",
		"j: \"status\":\"refused\",\"reason\":\"not-now\"", "lost",
		"attach: recording", STATE("off", "refused"));
}
END_TEST

UNIT_MAIN("dialog_recording", each_link_begins_with_how_it_is,
	  each_change_is_told_once, a_refusal_is_for_good)
