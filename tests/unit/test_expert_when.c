/**
 * @file test_expert_when.c  libexpert: what people say about days and hours
 *
 * The day is Saturday, 2026-11-21.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "expert.h"
#include "unit.h"

static const struct {
	const char *text, *first, *last;
} ranges[] = {
	{"today", "2026-11-21", "2026-11-21"},
	{"Tomorrow, please.", "2026-11-22", "2026-11-22"},
	{"the day after tomorrow", "2026-11-23", "2026-11-23"},
	{"next Monday", "2026-11-23", "2026-11-23"},
	{"this Friday", "2026-11-27", "2026-11-27"},
	{"next week", "2026-11-23", "2026-11-29"},
	{"this week", "2026-11-21", "2026-11-22"},
	{"the week after next", "2026-11-30", "2026-12-06"},
	{"in three days", "2026-11-24", "2026-11-24"},
	{"in 2 weeks", "2026-12-05", "2026-12-11"},
	{"on November 24", "2026-11-24", "2026-11-24"},
	{"the 24th of november", "2026-11-24", "2026-11-24"},
	{"24 Nov", "2026-11-24", "2026-11-24"},
	{"November 20", "2027-11-20", "2027-11-20"},
	{"january 3rd", "2027-01-03", "2027-01-03"},
	{"in December", "2026-12-01", "2026-12-31"},
	{"in february", "2027-02-01", "2027-02-28"},
	{"the 24th", "2026-11-24", "2026-11-24"},
	{"the 5th", "2026-12-05", "2026-12-05"},
	{"the 31st", "2026-12-31", "2026-12-31"},
	{"2028-02-29", "2028-02-29", "2028-02-29"},
	{"2027-02-29", "", ""},
	{"between the 24th and the 26th", "2026-11-24", "2026-11-26"},
	{"from November 24 to November 30", "2026-11-24", "2026-11-30"},
	{"after the 24th", "2026-11-25", ""},
	{"before November 24", "", "2026-11-23"},
	{"by Friday", "2026-11-21", "2026-11-27"},
	{"after Monday", "2026-11-24", ""},
	{"from tomorrow", "2026-11-22", ""},
	{"mondays", "", ""},
	{"in the morning", "", ""},
	{"may I come in march along", "2027-03-01", "2027-03-31"},
	{"may I come", "", ""},
	{"four people, my name is June Miller", "", ""},
};

START_TEST(finds_the_days)
{
	struct expert_when *w = expert_when_new(ranges[_i].text, "2026-11-21");

	ck_assert_ptr_nonnull(w);
	ck_assert_msg(!strcmp(expert_when_first(w), ranges[_i].first) &&
			      !strcmp(expert_when_last(w), ranges[_i].last),
		      "%s: %s to %s", ranges[_i].text, expert_when_first(w),
		      expert_when_last(w));
	expert_when_free(w);
}
END_TEST

/* What suits, and what does not, of a few dates. */
static const struct {
	const char *text;
	const char *yes[4], *no[4];
} filters[] = {
	{"Monday in the afternoon",
	 {"2026-11-23T14:00", "2026-11-30T15:30", "2026-11-23"},
	 {"2026-11-23T09:00", "2026-11-24T14:00", "2026-11-23T18:00"}},
	{"Tuesday or Thursday in the morning",
	 {"2026-11-24T09:00", "2026-11-26T11:59"},
	 {"2026-11-25T09:00", "2026-11-24T12:00"}},
	{"Monday to Wednesday",
	 {"2026-11-23", "2026-11-24", "2026-11-25"},
	 {"2026-11-26", "2026-11-22"}},
	{"friday through monday",
	 {"2026-11-27", "2026-11-28", "2026-11-30"},
	 {"2026-11-26", "2026-12-01"}},
	{"next week, but not Monday",
	 {"2026-11-24T10:00", "2026-11-29"},
	 {"2026-11-23T10:00", "2026-12-01"}},
	{"tomorrow after three",
	 {"2026-11-22T15:00", "2026-11-22T17:00"},
	 {"2026-11-22T14:59", "2026-11-23T15:00"}},
	{"after 3 on friday",
	 {"2026-11-27T15:00"},
	 {"2026-11-27T14:00", "2026-11-26T16:00"}},
	{"between 2 and 4",
	 {"2026-11-22T14:00", "2026-11-22T16:00"},
	 {"2026-11-22T13:59", "2026-11-22T16:01"}},
	{"from nine to eleven thirty am",
	 {"2026-11-22T09:00", "2026-11-22T11:00"},
	 {"2026-11-22T08:59", "2026-11-22T12:00"}},
	{"at 10:30",
	 {"2026-11-22T10:30"},
	 {"2026-11-22T10:00", "2026-11-22T10:31"}},
	{"3 p.m.", {"2026-11-22T15:00"}, {"2026-11-22T03:00"}},
	{"3pm or so", {"2026-11-22T15:00"}, {"2026-11-22T03:00"}},
	{"12 am", {"2026-11-22T00:00"}, {"2026-11-22T12:00"}},
	{"at 7 in the morning", {"2026-11-22T07:00"}, {"2026-11-22T19:00"}},
	{"tonight at eight", {"2026-11-21T20:00"}, {"2026-11-21T08:00"}},
	{"around noon", {"2026-11-22T12:00"}, {"2026-11-22T09:00"}},
	{"after noon", {"2026-11-22T16:00"}, {"2026-11-22T11:00"}},
	{"not before noon on Tuesday",
	 {"2026-11-24T12:00", "2026-11-24T14:00"},
	 {"2026-11-24T09:00", "2026-11-25T14:00"}},
	{"not after noon", {"2026-11-24T09:00"}, {"2026-11-24T14:00"}},
	{"not before three", {"2026-11-24T15:00"}, {"2026-11-24T14:00"}},
	{"not after three pm", {"2026-11-24T14:00"}, {"2026-11-24T16:00"}},
	{"Tuesday, but not in the morning",
	 {"2026-11-24T14:00"},
	 {"2026-11-24T09:00", "2026-11-25T14:00"}},
	{"not until three pm", {"2026-11-24T15:00"}, {"2026-11-24T14:00"}},
	{"not mornings", {"2026-11-24T14:00"}, {"2026-11-24T09:00"}},
	{"no, after three pm", {"2026-11-24T16:00"}, {"2026-11-24T14:00"}},
	{"no, mornings", {"2026-11-24T09:00"}, {"2026-11-24T14:00"}},
	{"not in the afternoon", {"2026-11-24T09:00"}, {"2026-11-24T14:00"}},
	{"before 11", {"2026-11-22T10:59"}, {"2026-11-22T11:00"}},
	{"around 10 o'clock",
	 {"2026-11-22T09:00", "2026-11-22T11:00"},
	 {"2026-11-22T11:01", "2026-11-22T08:59"}},
	{"in the morning or in the evening, at the weekend",
	 {"2026-11-22T09:00", "2026-11-28T19:00"},
	 {"2026-11-23T09:00"}},
	{"weekdays", {"2026-11-23", "2026-11-27"}, {"2026-11-28"}},
	{"not on a day that is named, just not friday",
	 {"2026-11-26"},
	 {"2026-11-27"}},
	{"four people please", {"2026-11-26T04:00"}, {NULL}},
	{"", {"1999-01-01T00:00"}, {"no date", "2026-13-01", "2026-11-2"}},
};

START_TEST(filters_dates)
{
	struct expert_when *w =
		expert_when_new(filters[_i].text, "2026-11-21");

	for (int i = 0; i < 4 && filters[_i].yes[i]; i++)
		ck_assert_msg(expert_when_has(w, filters[_i].yes[i]),
			      "%s: %s does not suit", filters[_i].text,
			      filters[_i].yes[i]);
	for (int i = 0; i < 4 && filters[_i].no[i]; i++)
		ck_assert_msg(!expert_when_has(w, filters[_i].no[i]),
			      "%s: %s suits", filters[_i].text,
			      filters[_i].no[i]);
	expert_when_free(w);
}
END_TEST

START_TEST(says_when_nothing_was_said)
{
	struct expert_when *w = expert_when_new("four people please", NULL);

	ck_assert_int_ne(expert_when_is_any(w), 0);
	expert_when_free(w);
	w = expert_when_new("on Monday", NULL);
	ck_assert_int_eq(expert_when_is_any(w), 0);
	expert_when_free(w);
	w = expert_when_new("in the morning", NULL);
	ck_assert_int_eq(expert_when_is_any(w), 0);
	expert_when_free(w);
}
END_TEST

/* Every day of some years is its own "today", and the next day's tomorrow. */
START_TEST(knows_the_calendar)
{
	static const int days[] = {31, 28, 31, 30, 31, 30,
				   31, 31, 30, 31, 30, 31};
	char before[11] = "2023-12-31";

	for (int year = 2024; year < 2029; year++) {
		for (int m = 0; m < 12; m++) {
			int n = days[m] + (m == 1 && year % 4 == 0);

			for (int day = 1; day <= n; day++) {
				struct expert_when *w =
					expert_when_new("tomorrow", before);

				(void)snprintf(before, sizeof(before),
					       "%04u-%02u-%02u",
					       (unsigned int)year % 10000,
					       (unsigned int)m % 12 + 1,
					       (unsigned int)day % 32);
				ck_assert_str_eq(expert_when_first(w), before);
				expert_when_free(w);
			}
		}
	}
}
END_TEST

START_TEST(takes_any_words)
{
	static const char *const words[] = {
		"after ", "before ", "the ",
		"24th ",  "monday ", "at ",
		"3 ",     "9999 ",   "12:99 ",
		"next ",  "week ",   "to ",
		"and ",   "between", "november ",
		"0 ",     "31 ",     "p m ",
		"in ",    "days ",   "99999999999999 ",
		":: ",    "from ",   "not "};
	unsigned int seed = 815;

	for (int round = 0; round < 5000; round++) {
		struct expert_when *w;
		char text[1000] = "";

		for (int i = 0; i < round % 71; i++) {
			seed = seed * 1103515245U + 12345U;
			(void)strncat(text, words[(seed >> 16) % 24], 20);
			if (strlen(text) > 960)
				break;
		}
		w = expert_when_new(text, "2026-11-21");
		ck_assert_ptr_nonnull(w);
		/* Who has said nothing about time is suited by any. */
		ck_assert(!expert_when_is_any(w) ||
			  expert_when_has(w, "2026-11-24T15:00"));
		expert_when_free(w);
	}
}
END_TEST

START_TEST(wrong_arguments_are_refused)
{
	struct expert_when *w = expert_when_new("today", "2026-11-21");

	ck_assert_ptr_null(expert_when_new(NULL, NULL));
	ck_assert_ptr_null(expert_when_new("today", "yesterday"));
	ck_assert_int_eq(expert_when_has(NULL, "2026-11-21"), 0);
	ck_assert_int_eq(expert_when_has(w, NULL), 0);
	ck_assert_int_eq(expert_when_is_any(NULL), 0);
	ck_assert_str_eq(expert_when_first(NULL), "");
	ck_assert_str_eq(expert_when_last(NULL), "");
	expert_when_free(NULL);
	expert_when_free(w);
}
END_TEST

#define N(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *s = suite_create("expert_when");
	TCase *t = tcase_create("expert_when");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, UNIT_TIMEOUT_S);
	tcase_add_loop_test(t, finds_the_days, 0, N(ranges));
	tcase_add_loop_test(t, filters_dates, 0, N(filters));
	tcase_add_test(t, says_when_nothing_was_said);
	tcase_add_test(t, knows_the_calendar);
	tcase_add_test(t, takes_any_words);
	tcase_add_test(t, wrong_arguments_are_refused);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
