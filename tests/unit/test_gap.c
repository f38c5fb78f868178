/**
 * @file test_gap.c  A program is told what nothing will come of
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "expert/gap.h"
#include "unit/unit.h"

#define PERSONA(more) \
	"{\"command_type\":\"set-persona\",\"agent_name\":\"Nova\"" more "}"
#define LANGUAGE(primary, secondary)                                     \
	"{\"command_type\":\"set-language-mode\",\"primary\":\"" primary \
	"\",\"secondary\":[" secondary "]}"

static const struct {
	const char *command;
	int model; /* another brain than the built-in one */
	const char *told;
} gaps[] = {
	{PERSONA(""), 0, NULL},
	{PERSONA(",\"tts_speed\":null,\"tts_replacements\":null"), 0, NULL},
	{PERSONA(",\"tts_replacements\":{}"), 0, NULL},
	{PERSONA(",\"tts_speed\":\"fast\""), 0, "speech speed is"},
	{PERSONA(",\"tts_replacements\":{\"Thai\":\"tie\"}"), 0,
	 "pronunciations are"},
	{PERSONA(",\"tts_speed\":\"fast\",\"tts_replacements\":{\"a\":\"b\"}"),
	 0, "speech speed and pronunciations"},
	{LANGUAGE("english", ""), 0, NULL},
	{LANGUAGE("english", "\"English\""), 0, NULL},
	{LANGUAGE("german", "\"spanish\""), 0, NULL},
	{LANGUAGE("klingon", ""), 0, "does not know"},
	{LANGUAGE("english", "\"klingon\""), 0, "does not know"},
	{LANGUAGE("klingon", ""), 1, NULL},
	{"{\"command_type\":\"set-agent-dtmf\",\"enabled\":true}", 0,
	 "presses no keys"},
	{"{\"command_type\":\"set-agent-dtmf\",\"enabled\":false}", 0, NULL},
	{"{\"command_type\":\"read-script\",\"script\":\"Hello\"}", 0, NULL},
};

START_TEST(tells_what_of_a_command_is_not_done)
{
	const char *s = gaps[_i].command, *told;
	struct xp_command c;

	ck_assert_int_eq(xp_command_decode(&c, s, strlen(s), NULL), 0);
	told = gap_of(&c, s, strlen(s), !gaps[_i].model);
	if (gaps[_i].told)
		ck_assert_msg(told && strstr(told, gaps[_i].told), "%s: %s", s,
			      told ? told : "nothing");
	else
		ck_assert_msg(!told, "%s: %s", s, told);
	xp_command_done(&c);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("gap");
	TCase *t = tcase_create("gap");
	SRunner *r = srunner_create(s);

	tcase_add_loop_test(t, tells_what_of_a_command_is_not_done, 0,
			    (int)(sizeof(gaps) / sizeof(gaps[0])));
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);

	int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
