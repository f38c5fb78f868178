/**
 * @file test_options.c  The words behind a subcommand
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdint.h>

#include "ctl/options.h"
#include "unit/unit.h"

enum { WORDS_MAX = 16 };

static int flag;
static const char *text;
static int64_t number;

static int no_run(int argc, char **argv)
{
	(void)argc;
	(void)argv;

	return 0;
}

static char *words[WORDS_MAX];

/* The words are copied, for they are reordered. */
static int take(const char *const *argv)
{
	static const struct command command = {.name = "test",
					       .words = "[options]",
					       .help = "A test.",
					       .run = no_run};
	static const struct option table[] = {
		{"--flag", NULL, OPTION_FLAG, &flag, 0, 0, "a flag"},
		{"--text", "T", OPTION_TEXT, &text, 0, 0, "a text"},
		{"--number", "N", OPTION_INT, &number, 1, 9, "a number"},
		{NULL, NULL, OPTION_FLAG, NULL, 0, 0, NULL}};
	int argc = 0;

	flag = 0;
	text = NULL;
	number = 0;
	while (argv[argc]) {
		words[argc] = (char *)(uintptr_t)argv[argc];
		argc++;
	}

	return options_take(&command, table, argc, words);
}

#define TAKE(...) take((const char *const[]){__VA_ARGS__, NULL})

START_TEST(takes_options_and_leaves_words)
{
	ck_assert_int_eq(TAKE("one", "--flag", "--text", "T", "two",
			      "--number=7", "--", "--flag", "-"),
			 4);
	ck_assert_int_eq(flag, 1);
	ck_assert_str_eq(text, "T");
	ck_assert_int_eq(number, 7);
	ck_assert_str_eq(words[0], "one");
	ck_assert_str_eq(words[1], "two");
	ck_assert_str_eq(words[2], "--flag");
	ck_assert_str_eq(words[3], "-");
}
END_TEST

START_TEST(refuses_wrong_words)
{
	ck_assert_int_eq(TAKE("--flagg"), -EINVAL);
	ck_assert_int_eq(TAKE("--entirely-other"), -EINVAL);
	ck_assert_int_eq(TAKE("--text"), -EINVAL);
	ck_assert_int_eq(TAKE("--text", ""), -EINVAL);
	ck_assert_int_eq(TAKE("--text="), -EINVAL);
	ck_assert_int_eq(TAKE("--number", "x"), -EINVAL);
	ck_assert_int_eq(TAKE("--number", "0"), -EINVAL);
	ck_assert_int_eq(TAKE("--number", "10"), -EINVAL);
	ck_assert_int_eq(TAKE("--flag=1"), -EINVAL);
	ck_assert_int_eq(TAKE("-x"), -EINVAL);
}
END_TEST

START_TEST(helps_instead)
{
	ck_assert_int_eq(TAKE("one", "--help", "--bogus"), -ECANCELED);
	ck_assert_int_eq(options_exit(-ECANCELED), CTL_OK);
	ck_assert_int_eq(options_exit(-EINVAL), CTL_USAGE);
}
END_TEST

UNIT_MAIN("options", takes_options_and_leaves_words, refuses_wrong_words,
	  helps_instead)
