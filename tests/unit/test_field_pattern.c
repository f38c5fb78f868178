/**
 * @file test_field_pattern.c  Patterns that an Expert gives a field
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "proto/xp.h"
#include "proto/xp_pattern.h"
#include "unit/unit.h"

START_TEST(matches_the_whole_value_or_nothing)
{
	static const struct {
		const char *pattern, *text;
		int matches;
	} t[] = {
		{"", "", 1},
		{"", "a", 0},
		{"abc", "abc", 1},
		{"abc", "abcd", 0},
		{"abc", "xabc", 0},
		{"a|bc|d", "bc", 1},
		{"a|bc|d", "abc", 0},
		{"(a|b)(c|d)", "bd", 1},
		{"[0-9]{4}", "4711", 1},
		{"[0-9]{4}", "471", 0},
		{"[0-9]{4}", "47111", 0},
		{"[0-9]{4,}", "47111", 1},
		{"[0-9]{2,3}", "471", 1},
		{"[0-9]{2,3}", "4711", 0},
		{"\\d{4}", "4711", 1},
		{"\\d{4}", "471x", 0},
		{"[A-Z]{2}-?[0-9]+", "AB-12", 1},
		{"[A-Z]{2}-?[0-9]+", "AB12", 1},
		{"[A-Z]{2}-?[0-9]+", "Ab12", 0},
		{"^[a-z]+$", "hello", 1},
		{"a^b", "ab", 0},
		{"(^a|b)c$", "ac", 1},
		{"[^0-9]+", "abc", 1},
		{"[^0-9]+", "ab3", 0},
		{"[]x]+", "]x", 1},
		{"[a-]+", "a-", 1},
		{"[[:alpha:]_]+", "a_B", 1},
		{"[[:digit:]]+", "12", 1},
		{"[\\w.-]+@[\\w-]+\\.[a-z]{2,}", "ann.b@ex-1.com", 1},
		{"\\S+ \\S+", "ann lee", 1},
		{"\\.\\*\\[", ".*[", 1},
		{"(a*)*", "aaaa", 1},
		{"(a*)*b", "aaaa", 0},
		{"(a|a)*", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 1},
		{"()*", "", 1},
		{"(|a)+b", "aab", 1},
		{".", "\xc3\xa4", 1},
		{"[\xc3\xa0-\xc3\xbf]+", "\xc3\xa4\xc3\xb6", 1},
		{"[^\xc3\xa4]", "\xc3\xb6", 1},
		{"[^\xc3\xa4]", "\xc3\xa4", 0},
		{"[^a]", "\xc3\xa4", 1},
		{"\\D", "\xc3\xa4", 1},
		{"[a}]{1}", "}", 1},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		const char *why = "fine";

		ck_assert_msg(xp_pattern_check(t[i].pattern, &why) == 0,
			      "%s: %s", t[i].pattern, why);
		ck_assert_msg(xp_pattern_match(t[i].pattern, t[i].text) ==
				      t[i].matches,
			      "%s on %s", t[i].pattern, t[i].text);
	}
}
END_TEST

START_TEST(refuses_what_it_cannot_do_and_says_why)
{
	static const struct {
		const char *pattern, *why;
	} t[] = {
		{"(", "stays open"},
		{"(a", "stays open"},
		{"[a", "stays open"},
		{"a\\", "stays open"},
		{"a)", "not open"},
		{"*a", "repeats nothing"},
		{"(|*)", "repeats nothing"},
		{"a**", "repeats a repeat"},
		{"a{2}{3}", "repeats a repeat"},
		{"a{,3}", "bad repeat"},
		{"a{3,2}", "bad repeat"},
		{"a{3", "bad repeat"},
		{"a{256}", "255"},
		{"[z-a]", "backwards"},
		{"[[:nothing:]]", "unknown class"},
		{"[[.a.]]", "collating"},
		{"(a)\\1", "unknown escape"},
		{"\\bword", "unknown escape"},
		{"(?:a)", "another kind"},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		const char *why = "nothing";

		ck_assert_msg(xp_pattern_check(t[i].pattern, &why) == -EBADMSG,
			      "%s", t[i].pattern);
		ck_assert_msg(strstr(why, t[i].why) != NULL, "%s: %s",
			      t[i].pattern, why);
		ck_assert_int_eq(xp_pattern_match(t[i].pattern, "a"), 0);
	}
}
END_TEST

/* A library that makes tables of them takes gigabytes for the first of these
 * and years for the last. */
START_TEST(nested_repeats_cost_nothing)
{
	static const char *const refused[] = {
		"(a{1,255}){1,255}",
		"((a{1,255}){1,255}){1,255}",
		"((((){255}){255}){255}){255}",
		"(((a?){32}){32}){32}",
		"([0-9]{1,200}){1,200}",
	};
	char text[XP_PATTERN_TEXT_MAX + 2];
	const char *why = "fine";

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		ck_assert_int_eq(xp_pattern_check(refused[i], &why), -EBADMSG);
		ck_assert_str_eq(why, "repeats too much");
	}
	memset(text, 'a', sizeof(text) - 1);
	text[XP_PATTERN_TEXT_MAX] = '\0';
	ck_assert_int_eq(xp_pattern_match("(a*)*(a*)*(a|a|a)*", text), 1);
	ck_assert_int_eq(xp_pattern_match("(a*)*(a*)*(a|a|a)*b", text), 0);
	ck_assert_int_eq(xp_pattern_match("(a?){255}a{255}aa", text), 1);
	/* Sets are asked of each character once, whichever step asks. */
	ck_assert_int_eq(xp_pattern_match("([\303\251\303\240]{1,4}x?)+",
					  "\303\251\303\240\303\251"
					  "x\303\240"),
			 1);
	ck_assert_int_eq(xp_pattern_match("[^\303\251]+[\303\251]",
					  "\303\240\303\240\303\251"),
			 1);
	ck_assert_int_eq(xp_pattern_match("[^\303\251]+", "\303\240\303\251"),
			 0);
	text[XP_PATTERN_TEXT_MAX] = 'a';
	text[XP_PATTERN_TEXT_MAX + 1] = '\0';
	ck_assert_int_eq(xp_pattern_match("a*", text), 0);
}
END_TEST

START_TEST(a_pattern_of_the_greatest_length_fits)
{
	char pattern[XP_PATTERN_BYTES_MAX + 2];
	const char *why = "fine";

	memset(pattern, 'x', sizeof(pattern));
	pattern[XP_PATTERN_BYTES_MAX] = '\0';
	ck_assert_int_eq(xp_pattern_check(pattern, &why), 0);
	ck_assert_int_eq(xp_pattern_match(pattern, pattern), 1);
	pattern[XP_PATTERN_BYTES_MAX] = 'x';
	pattern[XP_PATTERN_BYTES_MAX + 1] = '\0';
	ck_assert_int_eq(xp_pattern_check(pattern, &why), -EBADMSG);
}
END_TEST

/* What both can do, both see the same way. */
START_TEST(agrees_with_the_system_where_that_is_safe)
{
	static const char *const atoms[] = {"a",     "[ab]",  "(a|b)", ".",
					    "(ab)?", "b+",    "a{2}",  "[^a]",
					    "(a*b)", "b{0,2}"};
	static const char letters[] = "abc";
	enum { N = sizeof(atoms) / sizeof(atoms[0]) };

	for (size_t i = 0; i < N * N; i++) {
		char pattern[64], whole[80];
		regex_t re;

		(void)snprintf(pattern, sizeof(pattern), "%s%s", atoms[i / N],
			       atoms[i % N]);
		(void)snprintf(whole, sizeof(whole), "^(%s)$", pattern);
		ck_assert_int_eq(regcomp(&re, whole, REG_EXTENDED | REG_NOSUB),
				 0);
		for (int k = 0; k < 81; k++) {
			char text[5] = "";

			for (int c = k, n = 0; c; c /= 3)
				text[n++] = letters[c % 3];
			ck_assert_msg(xp_pattern_match(pattern, text) ==
					      !regexec(&re, text, 0, NULL, 0),
				      "%s on %s", pattern, text);
		}
		regfree(&re);
	}
}
END_TEST

UNIT_MAIN("field_pattern", matches_the_whole_value_or_nothing,
	  refuses_what_it_cannot_do_and_says_why, nested_repeats_cost_nothing,
	  a_pattern_of_the_greatest_length_fits,
	  agrees_with_the_system_where_that_is_safe)
