/**
 * @file test_pattern.c  Words that a call script waits for
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>

#include "ctl/pattern.h"
#include "unit/unit.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

START_TEST(finds_words_in_what_was_said)
{
	static const struct {
		const char *pattern, *text;
		int in;
	} cases[] = {
		{"how many", "So how many people will it be?", 1},
		{"how many", "HOW, many!", 1},
		{"how many", "how very many", 0},
		{"how * many", "how very very many", 1},
		{"how * many", "how many", 1},
		{"how * many", "many how", 0},
		{"many", "manyfold", 0},
		{"many*", "manyfold", 1},
		{"many*", "many", 1},
		{"many*", "man", 0},
		{"people|guests", "how many guests", 1},
		{"people|guests", "how many dogs", 0},
		{"how many people|guests please", "how many guests please", 1},
		{"peop*|guest*", "for how many persons or guests", 1},
		{"party size | how many", "and how many?", 1},
		{"party size | how many", "what party size?", 1},
		{"party size | how many", "party many", 0},
		{"a * b * c", "x a y b z a b d c", 1},
		{"a * b c", "a b x b c", 1},
		{"a * b c", "a b x b d", 0},
		{"* b", "a b", 1},
		{"don't", "no, don't!", 1},
		{"don't", "dont", 0},
		{"dogs", "the 'dogs'", 1},
		{"555 0142", "5-5-5: 555-0142", 1},
		{"caf\xc3\xa9", "the CAF\xc3\xa9, please", 1},
		{"", "anything", 0},
		{"x", "", 0},
	};

	for (size_t i = 0; i < N(cases); i++)
		ck_assert_msg(pattern_in(cases[i].pattern, cases[i].text) ==
				      cases[i].in,
			      "\"%s\" in \"%s\"", cases[i].pattern,
			      cases[i].text);
}
END_TEST

START_TEST(says_what_is_wrong_with_a_pattern)
{
	static const struct {
		const char *pattern, *wrong;
	} cases[] = {
		{"fine", NULL},
		{"a|b* c", NULL},
		{"", "has no words"},
		{"  ", "has no words"},
		{"*", "has no words"},
		{"a |", "has no words"},
		{"| a", "has no words before a |"},
		{"* | a", "has no words before a |"},
		{"a|", "has an empty alternative"},
		{"|a", "has an empty alternative"},
		{"a||b", "has an empty alternative"},
		{"a*b", "has a * inside of a word"},
	};

	for (size_t i = 0; i < N(cases); i++) {
		const char *wrong = pattern_check(cases[i].pattern);

		if (cases[i].wrong)
			ck_assert_str_eq(wrong, cases[i].wrong);
		else
			ck_assert_ptr_null(wrong);
	}
}
END_TEST

START_TEST(takes_its_limits_and_not_one_more)
{
	char words[PATTERN_WORDS * 2 + 2] = "", bytes[PATTERN_BYTES + 1];

	for (int i = 0; i < PATTERN_WORDS; i++)
		memcpy(words + 2 * i, "a ", 2);
	ck_assert_ptr_null(pattern_check(words));
	ck_assert_int_eq(pattern_in(words, "a a"), 0);
	ck_assert_int_ne(pattern_in(words, words), 0);
	words[2 * PATTERN_WORDS] = 'a';
	ck_assert_str_eq(pattern_check(words), "has too many words");
	ck_assert_int_eq(pattern_in(words, words), 0);

	memset(bytes, 'x', sizeof(bytes));
	bytes[PATTERN_BYTES] = '\0';
	ck_assert_str_eq(pattern_check(bytes), "is too long");
	bytes[PATTERN_BYTES - 1] = '\0';
	ck_assert_ptr_null(pattern_check(bytes));
}
END_TEST

UNIT_MAIN("pattern", finds_words_in_what_was_said,
	  says_what_is_wrong_with_a_pattern, takes_its_limits_and_not_one_more)
