/**
 * @file test_script.c  Call scripts as written by people
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "ctl/script.h"
#include "unit/unit.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static struct script s;
static char why[SCRIPT_WHY_BYTES];

static int parse(const char *yaml)
{
	script_init(&s);
	why[0] = '\0';

	return script_parse(&s, yaml, strlen(yaml), "s.yaml", why);
}

START_TEST(reads_a_whole_script)
{
	int err = parse("to: \"+15550100\"\n"
			"from: \"+15550111\"\n"
			"voice: awb\n"
			"noise_db: 20\n"
			"seed: 7\n"
			"max_s: 30\n"
			"reply_ms: 300\n"
			"patience_ms: 5000\n"
			"steps:\n"
			"  - say: hello there\n"
			"  - wait_ms: 100\n"
			"  - press: \"12#\"\n"
			"    when: at_once\n"
			"  - wav: a.wav\n"
			"    when: {into_agent_ms: 800}\n"
			"  - silence_ms: 9000\n"
			"    when: {after_text: \"how many\"}\n"
			"  - hangup: true\n"
			"    when: after_agent\n"
			"rules:\n"
			"  - when: what name | your name\n"
			"    say: robert\n"
			"    times: 2\n"
			"  - {when: bye, hangup: true}\n"
			"expect:\n"
			"  - field: {caller_name: Robert}\n"
			"  - no_field: email\n"
			"  - agent_said: thank*\n"
			"  - agent_not_said: sorry\n"
			"  - heard: robert\n"
			"  - ended_by: bot-hangup\n"
			"  - transfer_to: \"+1999\"\n"
			"  - max_latency_ms: 2500\n"
			"  - min_turns: 3\n"
			"  - interrupted: true\n");

	ck_assert_msg(err == 0, "%s", why);
	ck_assert_str_eq(s.to, "+15550100");
	ck_assert_str_eq(s.from, "+15550111");
	ck_assert_str_eq(s.voice, "awb");
	ck_assert_int_eq(s.has_noise, 1);
	ck_assert_int_eq(s.noise_db, 20);
	ck_assert_int_eq(s.seed, 7);
	ck_assert_int_eq(s.max_ms, 30000);
	ck_assert_int_eq(s.reply_ms, 300);
	ck_assert_int_eq(s.patience_ms, 5000);
	ck_assert_uint_eq(s.n_steps, 6);
	ck_assert_int_eq(s.steps[0].act.kind, ACT_SAY);
	ck_assert_int_eq(s.steps[0].when, WHEN_AFTER_AGENT);
	ck_assert_str_eq(s.steps[0].act.text, "hello there");
	ck_assert_int_eq(s.steps[1].act.ms, 100);
	ck_assert_int_eq(s.steps[2].act.kind, ACT_PRESS);
	ck_assert_int_eq(s.steps[2].when, WHEN_AT_ONCE);
	ck_assert_int_eq(s.steps[3].when, WHEN_INTO_AGENT);
	ck_assert_int_eq(s.steps[3].into_ms, 800);
	ck_assert_str_eq(s.steps[3].act.text, "a.wav");
	ck_assert_int_eq(s.steps[4].when, WHEN_AFTER_TEXT);
	ck_assert_str_eq(s.steps[4].pattern, "how many");
	ck_assert_int_eq(s.steps[5].act.kind, ACT_HANGUP);
	ck_assert_uint_eq(s.n_rules, 2);
	ck_assert_uint_eq(s.rules[0].times, 2);
	ck_assert_uint_eq(s.rules[1].times, 0);
	ck_assert_uint_eq(s.n_expects, 10);
	ck_assert_int_eq(s.expects[0].kind, EXPECT_FIELD);
	ck_assert_str_eq(s.expects[0].key, "caller_name");
	ck_assert_str_eq(s.expects[0].text, "Robert");
	ck_assert_uint_eq(s.expects[0].line, 26);
	ck_assert_int_eq(s.expects[7].number, 2500);
	ck_assert_int_eq(s.expects[9].number, 1);
}
END_TEST

START_TEST(says_what_is_wrong_and_in_which_line)
{
	static const struct {
		const char *yaml, *want;
	} cases[] = {
		{"two: x\n", "s.yaml:1: two: a script has to, from,"},
		{"noise_db: loud\n", "s.yaml:1: noise_db: \"loud\" is not a "
				     "whole number from -20 to 60"},
		{"max_s: 0\n", "s.yaml:1: max_s: \"0\" is not a whole"},
		{"steps: hello\n", "s.yaml:1: steps is a list"},
		{"steps:\n- hello\n", "s.yaml:2: steps is a list"},
		{"steps:\n- shout: x\n", "s.yaml:2: steps.0.shout: a step has "
					 "one of say"},
		{"steps:\n- say: x\n  press: '1'\n",
		 "s.yaml:3: steps.0.press: one thing at a time"},
		{"steps:\n- say: ''\n", "s.yaml:2: steps.0.say is empty"},
		{"steps:\n- press: '1x'\n",
		 "s.yaml:2: steps.0.press: a telephone has no key \"x\""},
		{"steps:\n- hangup: maybe\n",
		 "s.yaml:2: steps.0.hangup: only \"true\""},
		{"steps:\n- say: x\n  when: later\n",
		 "s.yaml:3: steps.0.when: expected after_agent"},
		{"steps:\n- say: x\n  when: {after_text: '*'}\n",
		 "s.yaml:3: steps.0.when.after_text: the pattern \"*\" has no "
		 "words"},
		{"steps:\n- when: at_once\n",
		 "s.yaml:2: step 1 (from 1) does nothing"},
		{"rules:\n- say: x\n", "s.yaml:2: rule 1 (from 1) needs when"},
		{"rules:\n- when: x\n", "s.yaml:2: rule 1 (from 1) needs"},
		{"rules:\n- when: x\n  wait_ms: 5\n",
		 "s.yaml:3: rules.0.wait_ms: a rule has when"},
		{"rules:\n- when: x\n  times: 0\n",
		 "s.yaml:3: rules.0.times: \"0\""},
		{"expect:\n- joy: 1\n",
		 "s.yaml:2: expect.0.joy: an expectation is one of"},
		{"expect:\n- field: x\n",
		 "s.yaml:2: expect.0.field: expected {key: value}"},
		{"expect:\n- field: {d: {0: 1, x: 1}}\n",
		 "s.yaml:2: expect.0.field.d.x: no such member can be"},
		{"expect:\n- ended_by: boredom\n",
		 "s.yaml:2: expect.0.ended_by: \"boredom\" is not one of"},
		{"expect:\n- interrupted: 1\n",
		 "s.yaml:2: expect.0.interrupted: expected true or false"},
		{"steps: [\n", "s.yaml:2: "},
	};

	for (size_t i = 0; i < N(cases); i++) {
		ck_assert_msg(parse(cases[i].yaml) != 0, "case %zu", i);
		ck_assert_msg(strncmp(why, cases[i].want,
				      strlen(cases[i].want)) == 0,
			      "case %zu: %s", i, why);
	}
}
END_TEST

/* A list of n items. */
static int parse_list(const char *name, const char *item, int n)
{
	struct strbuf b;
	int err;

	strbuf_init(&b, 65536);
	strbuf_addf(&b, "%s:\n", name);
	for (int i = 0; i < n; i++)
		strbuf_addf(&b, "- %s\n", item);
	ck_assert(strbuf_ok(&b));
	err = parse(b.s);
	strbuf_done(&b);

	return err;
}

START_TEST(takes_its_limits_and_not_one_more)
{
	static const struct {
		const char *name, *item;
		int max;
	} cases[] = {{"steps", "say: x", SCRIPT_STEPS_MAX},
		     {"rules", "{when: x, say: y}", SCRIPT_RULES_MAX},
		     {"expect", "heard: x", SCRIPT_EXPECTS_MAX}};
	char yaml[SCRIPT_TEXT_MAX + 32] = "steps:\n- say: ";

	for (size_t i = 0; i < N(cases); i++) {
		ck_assert_int_eq(
			parse_list(cases[i].name, cases[i].item, cases[i].max),
			0);
		ck_assert_int_ne(parse_list(cases[i].name, cases[i].item,
					    cases[i].max + 1),
				 0);
		ck_assert_ptr_nonnull(strstr(why, "more than"));
	}

	memset(yaml + strlen(yaml), 'x', SCRIPT_TEXT_MAX - 1);
	ck_assert_int_eq(parse(yaml), 0);
	yaml[strlen(yaml)] = 'x';
	ck_assert_int_ne(parse(yaml), 0);
	ck_assert_ptr_nonnull(strstr(why, "longer than"));
}
END_TEST

START_TEST(takes_the_folder_of_the_script_for_its_recordings)
{
	char path[] = "/tmp/test_script.XXXXXX";
	const char text[] = "steps:\n- wav: sub/a.wav\n- wav: /b.wav\n";
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (int)strlen(text));
	(void)close(fd);
	script_init(&s);
	ck_assert_int_eq(script_load(&s, path, why), 0);
	ck_assert_str_eq(s.steps[0].act.text, "/tmp/sub/a.wav");
	ck_assert_str_eq(s.steps[1].act.text, "/b.wav");
	(void)unlink(path);
	ck_assert_int_eq(script_load(&s, path, why), -ENOENT);
	ck_assert_ptr_nonnull(strstr(why, path));
}
END_TEST

UNIT_MAIN("script", reads_a_whole_script, says_what_is_wrong_and_in_which_line,
	  takes_its_limits_and_not_one_more,
	  takes_the_folder_of_the_script_for_its_recordings)
