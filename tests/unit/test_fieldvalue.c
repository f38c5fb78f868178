/**
 * @file test_fieldvalue.c  What a field holds, as text and by value
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>

#include "ctl/fieldvalue.h"
#include "unit/unit.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static json_t *load(const char *text)
{
	json_t *v = json_loads(text, JSON_DECODE_ANY, NULL);

	ck_assert_msg(v != NULL, "%s", text);

	return v;
}

START_TEST(writes_values_as_people_do)
{
	static const struct {
		const char *json, *want;
	} cases[] = {
		{"\"Robert\"", "Robert"},
		{"4", "4"},
		{"true", "true"},
		{"[\"a\",1]", "[\"a\",1]"},
		{"{\"day\":5,\"year\":2026,\"month\":2}", "2026-02-05"},
		{"{\"day\":5,\"year\":2026,\"month\":2,\"hour\":9,"
		 "\"minute\":5}",
		 "2026-02-05 09:05"},
		{"{\"minute\":5,\"hour\":9}", "09:05"},
		{"{\"month\":2,\"day\":5}", "{\"day\":5,\"month\":2}"},
		{"{\"year\":2026,\"month\":2,\"day\":5,\"hour\":9}",
		 "{\"day\":5,\"hour\":9,\"month\":2,\"year\":2026}"},
		{"{\"year\":2026,\"month\":2,\"day\":5,\"zone\":1}",
		 "{\"day\":5,\"month\":2,\"year\":2026,\"zone\":1}"},
		{"{\"year\":\"2026\",\"month\":2,\"day\":5}",
		 "{\"day\":5,\"month\":2,\"year\":\"2026\"}"},
		{"{}", "{}"},
	};

	for (size_t i = 0; i < N(cases); i++) {
		json_t *v = load(cases[i].json);
		char text[128];

		fieldvalue_text(text, sizeof(text), v);
		ck_assert_str_eq(text, cases[i].want);
		json_decref(v);
	}
}
END_TEST

START_TEST(cuts_a_long_value_and_has_nothing_for_none)
{
	json_t *v = load("\"abcdef\"");
	char text[4] = "x";

	fieldvalue_text(text, sizeof(text), v);
	ck_assert_str_eq(text, "abc");
	fieldvalue_text(text, sizeof(text), NULL);
	ck_assert_str_eq(text, "");
	json_decref(v);
}
END_TEST

START_TEST(compares_by_value_and_text_by_letter)
{
	static const char date[] = "{\"day\":25,\"month\":12,\"year\":2026}";
	static const char when[] = "{\"day\":25,\"month\":12,\"year\":2026,"
				   "\"hour\":18,\"minute\":30}";
	static const struct {
		const char *json, *text;
		int same;
	} cases[] = {
		{"\"4\"", "4", 1},
		{"\"4\"", "\"4\"", 0},
		{"\"Robert\"", "robert", 0},
		{"4", "4", 1},
		{"4", "4.0", 1},
		{"4.5", "4.5", 1},
		{"4", "5", 0},
		{"4", "four", 0},
		{"9007199254740993", "9007199254740992", 0},
		{"true", "true", 1},
		{"true", "1", 0},
		{"null", "null", 1},
		{date, "2026-12-25", 1},
		{date, "2026-12-26", 0},
		{date, "{\"year\":2026, \"month\":12, \"day\":25}", 1},
		{date, "{\"year\":2026.0,\"month\":12,\"day\":25}", 1},
		{date, "{\"year\":2026,\"month\":12}", 0},
		{date, "{\"year\":2026,\"month\":12,\"tag\":25}", 0},
		{date, when, 0},
		{date, "{\"year\":2026", 0},
		{when, "2026-12-25 18:30", 1},
		{when, "2026-12-25T18:30", 1},
		{when, "2026-12-25", 0},
		{"{\"hour\":7,\"minute\":0}", "07:00", 1},
		{"[1,[2,\"x\"]]", "[1, [2.0, \"x\"]]", 1},
		{"[1,2]", "[2,1]", 0},
		{"[1,2]", "[1]", 0},
		{"[]", "{}", 0},
	};

	for (size_t i = 0; i < N(cases); i++) {
		json_t *v = load(cases[i].json);

		ck_assert_msg(fieldvalue_is(v, cases[i].text) == cases[i].same,
			      "%s is %s", cases[i].json, cases[i].text);
		json_decref(v);
	}
}
END_TEST

START_TEST(puts_a_value_together_from_its_members)
{
	char text[64] = "";

	ck_assert_int_eq(fieldvalue_put(text, sizeof(text),
					(const char *const[]){"a", "0"}, 2,
					"1", 1),
			 0);
	ck_assert_int_eq(fieldvalue_put(text, sizeof(text),
					(const char *const[]){"a", "1"}, 2,
					"1", 0),
			 0);
	ck_assert_int_eq(fieldvalue_put(text, sizeof(text),
					(const char *const[]){"b", "c"}, 2,
					"true", 1),
			 0);
	ck_assert_int_eq(fieldvalue_put(text, sizeof(text),
					(const char *const[]){"d"}, 1, "null",
					1),
			 0);
	ck_assert_str_eq(text, "{\"a\":[1,\"1\"],\"b\":{\"c\":true},"
			       "\"d\":\"null\"}");
}
END_TEST

START_TEST(refuses_members_that_cannot_be)
{
	static const struct {
		const char *text, *names[2];
		unsigned n;
		int err;
	} cases[] = {
		{"{\"a\":1}", {"a", "b"}, 2, -EINVAL},
		{"{\"a\":1}", {"a"}, 1, -EINVAL},
		{"[1]", {"x"}, 1, -EINVAL},
		{"[1]", {"2"}, 1, -EINVAL},
		{"{\"a\":\"........................."
		 ".........................\"}",
		 {"b"},
		 1,
		 -EMSGSIZE},
	};

	for (size_t i = 0; i < N(cases); i++) {
		char text[64];

		(void)snprintf(text, sizeof(text), "%s", cases[i].text);
		ck_assert_int_eq(fieldvalue_put(text, sizeof(text),
						cases[i].names, cases[i].n,
						"5", 1),
				 cases[i].err);
	}
}
END_TEST

UNIT_MAIN("fieldvalue", writes_values_as_people_do,
	  cuts_a_long_value_and_has_nothing_for_none,
	  compares_by_value_and_text_by_letter,
	  puts_a_value_together_from_its_members,
	  refuses_members_that_cannot_be)
