/**
 * @file test_nlu_values.c  Values in words, row by row
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "dialog/nlu.h"
#include "unit/unit.h"

/* Saturday, 21 November 2026, ten in the morning. */
static const struct nlu_today today = {2026, 11, 21, 10, 0, NULL};

struct row {
	const char *text;
	const char *json; /* NULL: nothing is found               */
	char mark;        /* 's' strong, 'w' weak, 'p' partial, 0 any */
};

static void check_rows(const char *type, const struct ask *ask,
		       const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct row *r = &rows[i];
		struct nlu_value v;
		int err = nlu_value(&v, type, ask, r->text, &today);

		if (r->json == NULL) {
			ck_assert_msg(err < 0, "\"%s\" gave %s, not nothing",
				      r->text, err < 0 ? "" : v.json);
			continue;
		}
		ck_assert_msg(err == 0, "\"%s\" gave nothing, not %s", r->text,
			      r->json);
		ck_assert_msg(strcmp(v.json, r->json) == 0,
			      "\"%s\" gave %s, not %s", r->text, v.json,
			      r->json);
		if (r->mark == 's')
			ck_assert_msg(v.strong, "\"%s\" is not strong",
				      r->text);
		if (r->mark == 'w')
			ck_assert_msg(!v.strong, "\"%s\" is strong", r->text);
		ck_assert_msg((r->mark == 'p') == (v.partial != 0),
			      "\"%s\" partial %d", r->text, v.partial);
		ck_assert_msg(v.spoken[0] != '\0', "\"%s\" is silent",
			      r->text);
	}
}

#define CHECK_ROWS(type, ask, rows) \
	check_rows(type, ask, rows, sizeof(rows) / sizeof(*(rows)))

static const struct ask party = {.kind = ASK_INTEGER,
				 .field_key = "party_size",
				 .description = "Number of people"};

START_TEST(counts_people)
{
	static const struct row rows[] = {
		{"five people", "5", 's'},
		{"5 people", "5", 's'},
		{"it's for five people", "5", 's'},
		{"party of four", "4", 's'},
		{"a party of for", "4", 0},
		{"party of 12", "12", 's'},
		{"there will be six of us", "6", 's'},
		{"there are six of us", "6", 's'},
		{"we are seven", "7", 's'},
		{"we're three", "3", 's'},
		{"four", "4", 'w'},
		{"for", "4", 'w'},
		{"um for", "4", 'w'},
		{"to", "2", 'w'},
		{"ate", "8", 'w'},
		{"won", "1", 'w'},
		{"too people", "2", 0},
		{"to people", "2", 0},
		{"free people", "3", 0},
		{"just me", "1", 's'},
		{"only me", "1", 's'},
		{"just myself", "1", 's'},
		{"it's just me", "1", 's'},
		{"me and my wife", "2", 's'},
		{"me and my husband", "2", 's'},
		{"my wife and i", "2", 's'},
		{"me my wife and two kids", "4", 's'},
		{"me and my wife and two kids", "4", 's'},
		{"me and three friends", "4", 's'},
		{"me and two others", "3", 's'},
		{"the two of us", "2", 's'},
		{"a couple", "2", 0},
		{"a dozen", "12", 0},
		{"half a dozen", "6", 0},
		{"two adults and three children", "5", 's'},
		{"two adults and a baby", "3", 's'},
		{"twenty five people", "25", 's'},
		{"a hundred people", "100", 's'},
		{"one hundred and twenty guests", "120", 's'},
		{"twenty-one", "21", 0},
		{"no i said five", "5", 0},
		{"four no five", "5", 0},
		{"four i mean five", "5", 0},
		{"no five", "5", 0},
		{"not four five", "5", 0},
		{"actually make it six", "6", 0},
		{"sorry make that seven people", "7", 's'},
		{"five at seven pm", "5", 0},
		{"at seven", NULL, 0},
		{"hello there", NULL, 0},
		{"can you put me down for five", "5", 0},
		{"table for two please", "2", 's'},
		{"we'd like a table for eight", "8", 's'},
		{"three please", "3", 0},
		{"i think four or so", "4", 0},
		{"about ten", "10", 0},
		{"ten people", "10", 's'},
		{"bob smith party of four", "4", 's'},
		{"yes five", "5", 0},
		{"there's five of us", "5", 's'},
		{"", NULL, 0},
	};

	CHECK_ROWS("integer", &party, rows);
}
END_TEST

START_TEST(a_day_is_no_number_of_days)
{
	static const struct ask days = {.kind = ASK_INTEGER,
					.field_key = "days",
					.description = "Number of days"};
	static const struct row rows[] = {
		{"three days", "3", 's'},
		{"three days from monday", "3", 's'},
		{"three days from now", NULL, 0},
		{"in three days", "3", 'w'},
		{"two weeks from today", NULL, 0},
		{"four days ago", NULL, 0},
	};

	CHECK_ROWS("integer", &days, rows);
}
END_TEST

START_TEST(reads_other_numbers)
{
	static const struct ask tickets = {.kind = ASK_INTEGER,
					   .field_key = "tickets",
					   .description = "How many tickets"};
	static const struct row rows[] = {
		{"two tickets", "2", 's'},
		{"one thousand two hundred", "1200", 0},
		{"1,200", "1200", 0},
		{"two thousand and five", "2005", 0},
		{"nineteen", "19", 0},
		{"zero", "0", 0},
		{"none", "0", 0},
		{"minus five", "-5", 0},
		{"one two three four", "1234", 0},
		{"a million", "1000000", 0},
		{"three hundred thousand", "300000", 0},
		{"ninety nine", "99", 0},
		{"the second one", NULL, 0},
	};

	CHECK_ROWS("integer", &tickets, rows);
}
END_TEST

static const struct ask phone = {.kind = ASK_DIGITS,
				 .field_key = "phone_number",
				 .description = "Phone number",
				 .min_digits = 7,
				 .max_digits = 10};

START_TEST(reads_phone_numbers)
{
	static const struct row rows[] = {
		{"five five five oh one four two", "\"5550142\"", 's'},
		{"555-0142", "\"5550142\"", 's'},
		{"555 0142", "\"5550142\"", 's'},
		{"it's five five five zero one four two", "\"5550142\"", 's'},
		{"my number is five five five o one for two", "\"5550142\"",
		 's'},
		{"five five five oh won four to", "\"5550142\"", 0},
		{"five fifty five oh one forty two", "\"5550142\"", 0},
		{"triple five oh one four two", "\"5550142\"", 0},
		{"double five five zero one four two", "\"5550142\"", 0},
		{"four one five five five five oh one four two",
		 "\"4155550142\"", 's'},
		{"area code four one five then five five five oh one four two",
		 "\"4155550142\"", 0},
		{"(415) 555-0142", "\"4155550142\"", 's'},
		{"+1 415 555 0142", "\"4155550142\"", 's'},
		{"one eight hundred five five five oh one four two",
		 "\"8005550142\"", 0},
		{"eight hundred five five five twelve twelve",
		 "\"8005551212\"", 0},
		{"five five five um oh one four two", "\"5550142\"", 0},
		{"five five six no five five five oh one four two",
		 "\"5550142\"", 0},
		{"five five five oh one four three no two", "\"5550142\"", 0},
		{"five five five oh one four three sorry four two",
		 "\"5550142\"", 0},
		{"five five five", "\"555\"", 'p'},
		{"five five five oh one", "\"55501\"", 'p'},
		{"no it's five five five oh one four two", "\"5550142\"", 0},
		{"i don't have one", NULL, 0},
		{"hello", NULL, 0},
		{"sure five five five oh one four two thanks", "\"5550142\"",
		 0},
		{"you can reach me at five five five oh one four two",
		 "\"5550142\"", 's'},
		{"five five five oh ate four to", "\"5550842\"", 0},
		{"zero oh five five five one four two", "\"0555142\"", 0},
		{"bob, party of five, 555 123 4567", "\"5551234567\"", 's'},
		{"bob party of five five five five one two three four",
		 "\"5551234\"", 's'},
		{"a party of six and my number is 5550142", "\"5550142\"",
		 's'},
	};

	CHECK_ROWS("digit_sequence", &phone, rows);
	struct ask text = phone;

	text.kind = ASK_DIGITS;
	CHECK_ROWS("text", &text, rows);
}
END_TEST

START_TEST(reads_codes)
{
	static const struct ask pin = {.kind = ASK_DIGITS,
				       .field_key = "pin",
				       .description = "",
				       .min_digits = 4,
				       .max_digits = 4};
	static const struct row rows[] = {
		{"one two three four", "\"1234\"", 0},
		{"twelve thirty four", "\"1234\"", 0},
		{"nineteen eighty four", "\"1984\"", 0},
		{"triple zero one", "\"0001\"", 0},
		{"double oh double seven", "\"0077\"", 0},
		{"twenty twenty six", "\"2026\"", 0},
		{"two thousand twenty six", "\"2026\"", 0},
		{"nineteen hundred", "\"1900\"", 0},
		{"one two", "\"12\"", 'p'},
		{"one two three four five", NULL, 0},
		{"4 2 4 2", "\"4242\"", 0},
		{"for two for two", "\"4242\"", 0},
		{"one two three five no four", "\"1234\"", 0},
	};

	CHECK_ROWS("digit_sequence", &pin, rows);
}
END_TEST

static const struct ask date = {
	.kind = ASK_DATE, .field_key = "day", .description = "Day of visit"};

START_TEST(reads_dates)
{
	static const struct row rows[] = {
		{"november twenty seventh",
		 "{\"year\":2026,\"month\":11,\"day\":27}", 's'},
		{"the twenty seventh of november",
		 "{\"year\":2026,\"month\":11,\"day\":27}", 's'},
		{"november 27", "{\"year\":2026,\"month\":11,\"day\":27}",
		 's'},
		{"12/24", "{\"year\":2026,\"month\":12,\"day\":24}", 's'},
		{"12/24/2027", "{\"year\":2027,\"month\":12,\"day\":24}", 's'},
		{"2026-11-27", "{\"year\":2026,\"month\":11,\"day\":27}", 's'},
		{"today", "{\"year\":2026,\"month\":11,\"day\":21}", 's'},
		{"tomorrow", "{\"year\":2026,\"month\":11,\"day\":22}", 's'},
		{"the day after tomorrow",
		 "{\"year\":2026,\"month\":11,\"day\":23}", 's'},
		{"friday", "{\"year\":2026,\"month\":11,\"day\":27}", 's'},
		{"on friday", "{\"year\":2026,\"month\":11,\"day\":27}", 's'},
		{"next friday", "{\"year\":2026,\"month\":11,\"day\":27}",
		 's'},
		{"saturday", "{\"year\":2026,\"month\":11,\"day\":28}", 's'},
		{"this saturday", "{\"year\":2026,\"month\":11,\"day\":21}",
		 's'},
		{"a week from friday",
		 "{\"year\":2026,\"month\":12,\"day\":4}", 's'},
		{"in three days", "{\"year\":2026,\"month\":11,\"day\":24}",
		 's'},
		{"in two weeks", "{\"year\":2026,\"month\":12,\"day\":5}",
		 's'},
		{"a week from today",
		 "{\"year\":2026,\"month\":11,\"day\":28}", 's'},
		{"the fifth", "{\"year\":2026,\"month\":12,\"day\":5}", 0},
		{"on the twenty third",
		 "{\"year\":2026,\"month\":11,\"day\":23}", 's'},
		{"friday the twenty seventh",
		 "{\"year\":2026,\"month\":11,\"day\":27}", 's'},
		{"christmas", "{\"year\":2026,\"month\":12,\"day\":25}", 's'},
		{"christmas eve", "{\"year\":2026,\"month\":12,\"day\":24}",
		 's'},
		{"new year's eve", "{\"year\":2026,\"month\":12,\"day\":31}",
		 's'},
		{"thanksgiving", "{\"year\":2026,\"month\":11,\"day\":26}",
		 's'},
		{"march third", "{\"year\":2027,\"month\":3,\"day\":3}", 's'},
		{"march third twenty twenty eight",
		 "{\"year\":2028,\"month\":3,\"day\":3}", 's'},
		{"february twenty ninth",
		 "{\"year\":2028,\"month\":2,\"day\":29}", 's'},
		{"february thirtieth", NULL, 0},
		{"no i said friday", "{\"year\":2026,\"month\":11,\"day\":27}",
		 0},
		{"thursday no friday",
		 "{\"year\":2026,\"month\":11,\"day\":27}", 0},
		{"five people", NULL, 0},
		{"may first", "{\"year\":2027,\"month\":5,\"day\":1}", 's'},
		{"twelve twenty four",
		 "{\"year\":2026,\"month\":12,\"day\":24}", 'w'},
	};

	CHECK_ROWS("date", &date, rows);
}
END_TEST

START_TEST(reads_birthdays)
{
	static const struct ask birth = {.kind = ASK_DATE,
					 .field_key = "dob",
					 .description = "Date of birth"};
	static const struct row rows[] = {
		{"march third nineteen eighty four",
		 "{\"year\":1984,\"month\":3,\"day\":3}", 's'},
		{"the third of march eighty four",
		 "{\"year\":1984,\"month\":3,\"day\":3}", 's'},
		{"3/3/84", "{\"year\":1984,\"month\":3,\"day\":3}", 's'},
		{"ten fifteen nineteen eighty four",
		 "{\"year\":1984,\"month\":10,\"day\":15}", 's'},
		{"oh three oh three nineteen ninety",
		 "{\"year\":1990,\"month\":3,\"day\":3}", 's'},
		{"december fifth two thousand and four",
		 "{\"year\":2004,\"month\":12,\"day\":5}", 's'},
		{"may first two thousand",
		 "{\"year\":2000,\"month\":5,\"day\":1}", 's'},
		{"june tenth nineteen oh five",
		 "{\"year\":1905,\"month\":6,\"day\":10}", 's'},
		{"december fifth", "{\"year\":2025,\"month\":12,\"day\":5}",
		 'p'},
		{"tomorrow", NULL, 0},
	};

	CHECK_ROWS("date", &birth, rows);
}
END_TEST

START_TEST(reads_dates_with_times)
{
	static const struct ask when = {.kind = ASK_DATETIME,
					.field_key = "when",
					.description = "Time of reservation"};
	static const struct row rows[] = {
		{"friday at seven",
		 "{\"year\":2026,\"month\":11,\"day\":27,\"hour\":19,"
		 "\"minute\":0}",
		 's'},
		{"tomorrow at seven thirty pm",
		 "{\"year\":2026,\"month\":11,\"day\":22,\"hour\":19,"
		 "\"minute\":30}",
		 's'},
		{"november twenty seventh at half past six in the evening",
		 "{\"year\":2026,\"month\":11,\"day\":27,\"hour\":18,"
		 "\"minute\":30}",
		 's'},
		{"tomorrow morning at nine",
		 "{\"year\":2026,\"month\":11,\"day\":22,\"hour\":9,"
		 "\"minute\":0}",
		 's'},
		{"tonight at eight",
		 "{\"year\":2026,\"month\":11,\"day\":21,\"hour\":20,"
		 "\"minute\":0}",
		 's'},
		{"tomorrow at a quarter to eight",
		 "{\"year\":2026,\"month\":11,\"day\":22,\"hour\":19,"
		 "\"minute\":45}",
		 's'},
		{"monday at noon",
		 "{\"year\":2026,\"month\":11,\"day\":23,\"hour\":12,"
		 "\"minute\":0}",
		 's'},
		{"12/24 7pm",
		 "{\"year\":2026,\"month\":12,\"day\":24,\"hour\":19,"
		 "\"minute\":0}",
		 's'},
		{"12/24 at 19:30",
		 "{\"year\":2026,\"month\":12,\"day\":24,\"hour\":19,"
		 "\"minute\":30}",
		 's'},
		{"seven p m tomorrow",
		 "{\"year\":2026,\"month\":11,\"day\":22,\"hour\":19,"
		 "\"minute\":0}",
		 's'},
		{"friday seven thirty",
		 "{\"year\":2026,\"month\":11,\"day\":27,\"hour\":19,"
		 "\"minute\":30}",
		 's'},
		{"december fifth at ten a m",
		 "{\"year\":2026,\"month\":12,\"day\":5,\"hour\":10,"
		 "\"minute\":0}",
		 's'},
		{"friday", "{\"year\":2026,\"month\":11,\"day\":27}", 'p'},
		{"7pm", "{\"hour\":19,\"minute\":0}", 'p'},
		{"at seven", "{\"hour\":19,\"minute\":0}", 'p'},
		{"at eight o'clock", "{\"hour\":20,\"minute\":0}", 'p'},
		{"hello", NULL, 0},
	};

	CHECK_ROWS("datetime", &when, rows);
}
END_TEST

START_TEST(finds_the_slot_that_is_meant)
{
	static const char *const choices[] = {
		"2026-11-27T15:00", "2026-11-27T16:30", "2026-11-30T09:00",
		"2026-12-01T15:00"};
	static const struct ask slot = {.kind = ASK_DATETIME,
					.field_key = "slot",
					.description = "Appointment",
					.n_choices = 4,
					.choices = choices};
	static const struct row rows[] = {
		{"friday at three", "\"2026-11-27T15:00\"", 0},
		{"friday at four thirty", "\"2026-11-27T16:30\"", 0},
		{"monday", "\"2026-11-30T09:00\"", 0},
		{"the monday one", "\"2026-11-30T09:00\"", 0},
		{"tuesday please", "\"2026-12-01T15:00\"", 0},
		{"the second one", "\"2026-11-27T16:30\"", 0},
		{"the last one", "\"2026-12-01T15:00\"", 0},
		{"nine", "\"2026-11-30T09:00\"", 0},
		{"at nine in the morning", "\"2026-11-30T09:00\"", 0},
		{"the morning one", "\"2026-11-30T09:00\"", 0},
		{"december first", "\"2026-12-01T15:00\"", 0},
		{"the earliest", "\"2026-11-27T15:00\"", 0},
		{"the later one on friday", "\"2026-11-27T16:30\"", 0},
		{"three on friday", "\"2026-11-27T15:00\"", 0},
		{"three", "{\"hour\":15,\"minute\":0}", 'p'},
		{"friday", "{\"year\":2026,\"month\":11,\"day\":27}", 'p'},
		{"in the afternoon", "{\"part\":2}", 'p'},
		{"friday at five",
		 "{\"year\":2026,\"month\":11,\"day\":27,\"hour\":17,"
		 "\"minute\":0}",
		 'p'},
		{"wednesday at three",
		 "{\"year\":2026,\"month\":11,\"day\":25,\"hour\":15,"
		 "\"minute\":0}",
		 'p'},
		{"none of those", NULL, 0},
	};

	CHECK_ROWS("calendar_slot", &slot, rows);
}
END_TEST

START_TEST(finds_the_choice_that_is_meant)
{
	static const char *const choices[] = {
		"Swedish massage", "Deep tissue massage", "Hot stone massage"};
	static const struct ask ask = {.kind = ASK_CHOICE,
				       .field_key = "service",
				       .description = "Kind of massage",
				       .n_choices = 3,
				       .choices = choices};
	static const struct row rows[] = {
		{"swedish", "\"Swedish massage\"", 0},
		{"the swedish massage please", "\"Swedish massage\"", 's'},
		{"deep tissue", "\"Deep tissue massage\"", 0},
		{"deep issue", "\"Deep tissue massage\"", 0},
		{"the deep one", "\"Deep tissue massage\"", 0},
		{"hot stones", "\"Hot stone massage\"", 0},
		{"the first one", "\"Swedish massage\"", 0},
		{"number two", "\"Deep tissue massage\"", 0},
		{"the last one", "\"Hot stone massage\"", 0},
		{"option three", "\"Hot stone massage\"", 0},
		{"swedish no hot stone", "\"Hot stone massage\"", 0},
		{"not the swedish one the hot stone", "\"Hot stone massage\"",
		 0},
		{"massage", NULL, 0},
		{"i don't know", NULL, 0},
		{"yes", NULL, 0},
	};

	CHECK_ROWS("multiple_choice", &ask, rows);
}
END_TEST

START_TEST(finds_choices_by_synonym)
{
	static const char *const choices[] = {"pickup", "delivery"};
	static const struct ask ask = {.kind = ASK_CHOICE,
				       .field_key = "mode",
				       .description = "",
				       .n_choices = 2,
				       .choices = choices};
	static const struct row rows[] = {
		{"pick up", "\"pickup\"", 0},
		{"i'll pick it up", "\"pickup\"", 0},
		{"takeout", "\"pickup\"", 0},
		{"delivery please", "\"delivery\"", 0},
		{"can you deliver it", "\"delivery\"", 0},
		{"delivered", "\"delivery\"", 0},
		{"the former", "\"pickup\"", 0},
		{"the latter", "\"delivery\"", 0},
	};

	CHECK_ROWS("multiple_choice", &ask, rows);
	static const char *const yesno[] = {"yes", "no", "unsure"};
	static const struct ask yn = {.kind = ASK_CHOICE,
				      .field_key = "allergic",
				      .description = "",
				      .n_choices = 3,
				      .choices = yesno};
	static const struct row more[] = {
		{"yeah", "\"yes\"", 0},
		{"nope", "\"no\"", 0},
		{"yes i do", "\"yes\"", 0},
		{"i do not", "\"no\"", 0},
		{"i am not sure", "\"unsure\"", 0},
	};

	CHECK_ROWS("multiple_choice", &yn, more);
}
END_TEST

static const struct ask name = {.kind = ASK_NAME,
				.field_key = "caller_name",
				.description = "Name for the list"};

START_TEST(reads_names)
{
	static const struct row rows[] = {
		{"bob", "\"Bob\"", 'w'},
		{"robert smith", "\"Robert Smith\"", 'w'},
		{"Bob Smith", "\"Bob Smith\"", 'w'},
		{"my name is robert smith", "\"Robert Smith\"", 's'},
		{"i am mary jones born on may fourth nineteen eighty two",
		 "\"Mary Jones\"", 0},
		{"um yeah it's robert smith", "\"Robert Smith\"", 'w'},
		{"this is bob", "\"Bob\"", 0},
		{"it's bob", "\"Bob\"", 0},
		{"call me bob", "\"Bob\"", 's'},
		{"the name is smith", "\"Smith\"", 's'},
		{"under smith", "\"Smith\"", 'w'},
		{"put it under smith please", "\"Smith\"", 'w'},
		{"for smith", "\"Smith\"", 'w'},
		{"bob b o b", "\"Bob\"", 0},
		{"b o b", "\"Bob\"", 0},
		{"b as in boy o b as in boy", "\"Bob\"", 0},
		{"smith s m y t h", "\"Smyth\"", 0},
		{"robert smith that's s m y t h", "\"Robert Smyth\"", 0},
		{"my name is bill b i double l", "\"Bill\"", 0},
		{"bravo oscar bravo", "\"Bob\"", 0},
		{"my name is bob and there will be four of us", "\"Bob\"",
		 's'},
		{"bob party of four", "\"Bob\"", 0},
		{"hi my name is maria del carmen", "\"Maria del Carmen\"",
		 's'},
		{"o'brien", "\"O'Brien\"", 0},
		{"Anne-Marie", "\"Anne-Marie\"", 0},
		{"mcdonald", "\"McDonald\"", 0},
		{"bob speaking", "\"Bob\"", 's'},
		{"no it's rob", "\"Rob\"", 0},
		{"no i said rob", "\"Rob\"", 0},
		{"i'm bob", "\"Bob\"", 0},
		{"yes", NULL, 0},
		{"sorry", NULL, 0},
		{"what", NULL, 0},
		{"four", NULL, 0},
		{"for four", NULL, 0},
		{"i'm calling about my order", NULL, 0},
		{"i don't know", NULL, 0},
		{"can you repeat that", NULL, 0},
		{"what time do you close", NULL, 0},
		{"it's ready", NULL, 0},
		{"okay", NULL, 0},
		{"five five five", NULL, 0},
	};

	CHECK_ROWS("text", &name, rows);
}
END_TEST

START_TEST(reads_free_text)
{
	static const struct ask reason = {.kind = ASK_TEXT,
					  .field_key = "reason",
					  .description = "Reason of the call"};
	static const struct row rows[] = {
		{"um my car broke down", "\"my car broke down\"", 0},
		{"  well I have a toothache. ", "\"I have a toothache\"", 0},
		{"um", NULL, 0},
	};
	static const struct ask email = {
		.kind = ASK_TEXT, .field_key = "email", .description = ""};
	static const struct row mails[] = {
		{"bob at example dot com", "\"bob@example.com\"", 's'},
		{"it's bob dot smith at example dot co dot uk",
		 "\"bob.smith@example.co.uk\"", 's'},
		{"Bob@Example.com", "\"bob@example.com\"", 's'},
		{"my email is b o b at example dot com thanks",
		 "\"bob@example.com\"", 's'},
		{"i don't have one", NULL, 0},
	};

	CHECK_ROWS("text", &reason, rows);
	CHECK_ROWS("text", &email, mails);
}
END_TEST

UNIT_MAIN("nlu_values", counts_people, a_day_is_no_number_of_days,
	  reads_other_numbers, reads_phone_numbers, reads_codes, reads_dates,
	  reads_birthdays, reads_dates_with_times,
	  finds_the_slot_that_is_meant, finds_the_choice_that_is_meant,
	  finds_choices_by_synonym, reads_names, reads_free_text)
