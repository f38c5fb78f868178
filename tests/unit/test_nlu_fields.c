/**
 * @file test_nlu_fields.c  The further types of fields, row by row
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "dialog/nlu.h"
#include "dialog/values.h"
#include "proto/xp.h"
#include "unit/unit.h"

static const struct nlu_today today = {
	.year = 2026, .month = 11, .day = 21, .hour = 10};

struct row {
	const char *text;
	const char *json;   /* NULL: nothing is found; "?": only a part */
	const char *spoken; /* NULL: any                                */
};

static void check_rows(const char *type, const struct ask *ask,
		       const struct row *rows, size_t n)
{
	const struct xp_item item = {.field_type = type,
				     .n_choices = ask->n_choices,
				     .choices = ask->choices};

	for (size_t i = 0; i < n; i++) {
		const struct row *r = &rows[i];
		struct nlu_value v;
		int err = nlu_value(&v, type, ask, r->text, &today);
		char out[NLU_TEXT_MAX];

		if (r->json == NULL) {
			ck_assert_msg(err < 0, "\"%s\" gave %s, not nothing",
				      r->text, err < 0 ? "" : v.json);
			continue;
		}
		ck_assert_msg(err == 0, "\"%s\" gave nothing, not %s", r->text,
			      r->json);
		if (strcmp(r->json, "?") == 0) {
			ck_assert_msg(v.partial, "\"%s\" gave %s", r->text,
				      v.json);
			continue;
		}
		ck_assert_msg(strcmp(v.json, r->json) == 0,
			      "\"%s\" gave %s, not %s", r->text, v.json,
			      r->json);
		ck_assert_msg(!v.partial, "\"%s\" is partial", r->text);
		ck_assert_msg(value_fits(&item, v.json), "%s is no %s", v.json,
			      type);
		ck_assert_msg(!r->spoken || strcmp(v.spoken, r->spoken) == 0,
			      "\"%s\" is said \"%s\", not \"%s\"", r->text,
			      v.spoken, r->spoken);
		ck_assert_int_eq(
			nlu_speak(out, sizeof(out), type, ask->kind, v.json),
			0);
		ck_assert_str_eq(out, v.spoken);
	}
}

#define CHECK_ROWS(type, ask, rows) \
	check_rows(type, ask, rows, sizeof(rows) / sizeof(*(rows)))

START_TEST(telephone_numbers_are_e164)
{
	static const struct ask ask = {.kind = ASK_DIGITS,
				       .field_key = "phone",
				       .description = "Phone number"};
	static const struct row rows[] = {
		{"five five five five five five oh one four two",
		 "\"+15555550142\"",
		 "five five five, five five five, "
		 "zero one four two"},
		{"it's 555 555 0142", "\"+15555550142\"", NULL},
		{"(555) 555-0142", "\"+15555550142\"", NULL},
		{"1-555-555-0142", "\"+15555550142\"", NULL},
		{"one five five five five five five oh one four two",
		 "\"+15555550142\"", NULL},
		{"my number is area code five five five then five five five "
		 "zero one four two",
		 "\"+15555550142\"", NULL},
		{"triple five triple five oh one four two", "\"+15555550142\"",
		 NULL},
		{"+44 20 7946 0958", "\"+442079460958\"",
		 "plus four four two zero, seven nine four six, zero nine "
		 "five eight"},
		{"plus four four two zero seven nine four six zero nine five "
		 "eight",
		 "\"+442079460958\"", NULL},
		{"011 44 20 7946 0958", "\"+442079460958\"", NULL},
		{"+49 30 901820", "\"+4930901820\"", NULL},
		{"five five five oh one four two", "?", NULL},
		{"555-0142", "?", NULL},
		{"020 7946 0958", NULL, NULL},
		{"my name is robert", NULL, NULL},
		{"i don't have one", NULL, NULL},
		{"what do you need it for", NULL, NULL},
	};

	CHECK_ROWS("phone", &ask, rows);
}
END_TEST

START_TEST(addresses_of_email_are_spoken_spelled_or_typed)
{
	static const struct ask ask = {.kind = ASK_TEXT,
				       .field_key = "email",
				       .description = "Email address"};
	static const struct row rows[] = {
		{"anna dot berg at example dot com",
		 "\"anna.berg@example.com\"",
		 "anna dot berg at example dot com"},
		{"it's anna.berg@example.com.", "\"anna.berg@example.com\"",
		 NULL},
		{"Anna.Berg@Example.com", "\"anna.berg@example.com\"", NULL},
		{"my email is a n n a at example dot com thanks",
		 "\"anna@example.com\"", NULL},
		{"a n n a dot b e r g at example dot com",
		 "\"anna.berg@example.com\"", NULL},
		{"sure it's bob underscore smith forty two at example dot co "
		 "dot uk",
		 "\"bob_smith42@example.co.uk\"", NULL},
		{"bob four two at example dot org", "\"bob42@example.org\"",
		 NULL},
		{"bob oh seven at example dot net", "\"bob07@example.net\"",
		 NULL},
		{"anna berg at gmail dot com", "\"annaberg@gmail.com\"", NULL},
		{"annaberg at gmail", "\"annaberg@gmail.com\"", NULL},
		{"you can reach me at anna at example dot com",
		 "\"anna@example.com\"", NULL},
		{"anna at example dot come", "\"anna@example.com\"", NULL},
		{"anna dash maria at my company dot com",
		 "\"anna-maria@mycompany.com\"", NULL},
		{"anna at sign example dot com", "\"anna@example.com\"", NULL},
		{"the address is j smith nineteen eighty four at yahoo dot "
		 "com",
		 "\"jsmith1984@yahoo.com\"", NULL},
		{"i don't have an email", NULL, NULL},
		{"anna berg", NULL, NULL},
		{"at example dot com", NULL, NULL},
		{"we meet at seven", NULL, NULL},
		{"a@b", NULL, NULL},
		{"bob@@example.com", NULL, NULL},
		{"bob..smith@example.com", NULL, NULL},
	};

	CHECK_ROWS("email", &ask, rows);
}
END_TEST

#define PERSON(text, given, family) \
	"{\"text\":\"" text "\",\"given\":" given ",\"family\":" family "}"

START_TEST(names_have_their_parts)
{
	static const struct ask ask = {.kind = ASK_NAME,
				       .field_key = "name",
				       .description = "Full name"};
	static const struct ask last = {.kind = ASK_NAME,
					.field_key = "name",
					.description = "Last name"};
	static const struct row rows[] = {
		{"robert smith",
		 PERSON("Robert Smith", "\"Robert\"", "\"Smith\""),
		 "Robert Smith"},
		{"my name is anna maria berg",
		 PERSON("Anna Maria Berg", "\"Anna\"", "\"Maria Berg\""),
		 NULL},
		{"it's robert", PERSON("Robert", "\"Robert\"", "null"), NULL},
		{"Jean-Luc Picard",
		 PERSON("Jean-Luc Picard", "\"Jean-Luc\"", "\"Picard\""),
		 NULL},
		{"what do you mean", NULL, NULL},
	};
	static const struct row lasts[] = {
		{"smith", PERSON("Smith", "null", "\"Smith\""), NULL},
	};

	CHECK_ROWS("name", &ask, rows);
	CHECK_ROWS("name", &last, lasts);
}
END_TEST

#define USD(amount)  "{\"amount\":\"" amount "\",\"currency\":\"USD\"}"
#define CASH(amount) "{\"amount\":\"" amount "\",\"currency\":null}"

START_TEST(amounts_of_money_are_exact)
{
	static const struct ask ask = {.kind = ASK_INTEGER,
				       .field_key = "budget",
				       .description = "Budget"};
	static const struct row rows[] = {
		{"twelve dollars and fifty cents", USD("12.50"),
		 "twelve dollars and fifty cents"},
		{"twelve dollars fifty", USD("12.50"), NULL},
		{"a dollar fifty", USD("1.50"), "one dollar and fifty cents"},
		{"$12.50", USD("12.50"), NULL},
		{"$ 1,200", USD("1200.00"), NULL},
		{"1,200.50 dollars", USD("1200.50"), NULL},
		{"five hundred bucks", USD("500.00"), "five hundred dollars"},
		{"about five hundred dollars i guess", USD("500.00"), NULL},
		{"fifty cents", CASH("0.50"), NULL},
		{"twelve fifty", CASH("12.50"), NULL},
		{"nineteen ninety nine", CASH("19.99"), NULL},
		{"twelve oh five", CASH("12.05"), NULL},
		{"five hundred", CASH("500.00"), "five hundred"},
		{"two grand", CASH("2000.00"), NULL},
		{"5k", CASH("5000.00"), NULL},
		{"one point five million dollars", USD("1500000.00"), NULL},
		{"a hundred and twenty euros",
		 "{\"amount\":\"120.00\",\"currency\":\"EUR\"}",
		 "one hundred twenty euros"},
		{"\xe2\x82\xac"
		 "50",
		 "{\"amount\":\"50.00\",\"currency\":\"EUR\"}", NULL},
		{"\xc2\xa3"
		 "9.99",
		 "{\"amount\":\"9.99\",\"currency\":\"GBP\"}",
		 "nine pounds and ninety-nine pence"},
		{"forty canadian dollars",
		 "{\"amount\":\"40.00\",\"currency\":\"CAD\"}", NULL},
		{"two and a half thousand dollars", USD("2500.00"), NULL},
		{"ten no twenty dollars", USD("20.00"), NULL},
		{"twelve point five dollars", USD("12.50"), NULL},
		{"nothing", CASH("0.00"), NULL},
		{"for five people", NULL, NULL},
		{"tomorrow at seven pm", NULL, NULL},
		{"i am not sure", NULL, NULL},
	};

	CHECK_ROWS("currency", &ask, rows);
}
END_TEST

START_TEST(durations_are_seconds)
{
	static const struct ask ask = {.kind = ASK_INTEGER,
				       .field_key = "stay",
				       .description = "Length of stay"};
	static const struct ask minutes = {.kind = ASK_INTEGER,
					   .field_key = "length",
					   .description =
						   "Duration in minutes"};
	static const struct row rows[] = {
		{"an hour and a half", "5400", "one hour and thirty minutes"},
		{"one and a half hours", "5400", NULL},
		{"two and a half hours", "9000", NULL},
		{"1.5 hours", "5400", NULL},
		{"ninety minutes", "5400", NULL},
		{"half an hour", "1800", "thirty minutes"},
		{"a quarter of an hour", "900", NULL},
		{"three quarters of an hour", "2700", NULL},
		{"one hour twenty", "4800", NULL},
		{"1 hour and 20 minutes", "4800", NULL},
		{"1h30", "5400", NULL},
		{"45 min", "2700", NULL},
		{"a couple of hours", "7200", NULL},
		{"three days", "259200", "three days"},
		{"for a week", "604800", "one week"},
		{"two weeks please", "1209600", NULL},
		{"ten days", "864000", "ten days"},
		{"a month", "2592000", NULL},
		{"two years", "63072000", NULL},
		{"one day and two hours", "93600", "one day and two hours"},
		{"two or three hours", "10800", NULL},
		{"all day", "86400", NULL},
		{"two nights", "172800", NULL},
		{"thirty seconds", "30", NULL},
		{"two hours, no, three hours", "10800", NULL},
		{"twenty", NULL, NULL},
		{"not long", NULL, NULL},
		{"five people", NULL, NULL},
	};
	static const struct row bare[] = {
		{"twenty", "1200", NULL},
		{"about forty five", "2700", NULL},
		{"two hours", "7200", NULL},
	};

	CHECK_ROWS("duration", &ask, rows);
	CHECK_ROWS("duration", &minutes, bare);
}
END_TEST

START_TEST(several_choices_are_taken_from_one_sentence)
{
	static const char *const toppings[] = {"Cheese", "Ham", "Mushrooms",
					       "Onions"};
	static const char *const wines[] = {"Red wine", "White wine"};
	static const struct ask ask = {.kind = ASK_CHOICE,
				       .field_key = "toppings",
				       .description = "Toppings",
				       .n_choices = 4,
				       .choices = toppings};
	static const struct ask wine = {.kind = ASK_CHOICE,
					.field_key = "wine",
					.description = "Wines",
					.n_choices = 2,
					.choices = wines};
	static const struct row rows[] = {
		{"cheese and ham", "[\"Cheese\",\"Ham\"]", "Cheese and Ham"},
		{"ham cheese and mushrooms please",
		 "[\"Cheese\",\"Ham\",\"Mushrooms\"]",
		 "Cheese, Ham and Mushrooms"},
		{"just onions", "[\"Onions\"]", NULL},
		{"a mushroom", "[\"Mushrooms\"]", NULL},
		{"all of them",
		 "[\"Cheese\",\"Ham\",\"Mushrooms\","
		 "\"Onions\"]",
		 NULL},
		{"everything except onions",
		 "[\"Cheese\",\"Ham\",\"Mushrooms\"]", NULL},
		{"everything but not the ham",
		 "[\"Cheese\",\"Mushrooms\",\"Onions\"]", NULL},
		{"cheese and mushrooms but no onions",
		 "[\"Cheese\",\"Mushrooms\"]", NULL},
		{"none of them", "[]", "none of them"},
		{"no thank you", "[]", NULL},
		{"nothing", "[]", NULL},
		{"i don't want any", "[]", NULL},
		{"the first two", "[\"Cheese\",\"Ham\"]", NULL},
		{"the first and the last", "[\"Cheese\",\"Onions\"]", NULL},
		{"cheese actually ham and onions", "[\"Ham\",\"Onions\"]",
		 NULL},
		{"pineapple", NULL, NULL},
		{"how much is that", NULL, NULL},
	};
	static const struct row both[] = {
		{"both", "[\"Red wine\",\"White wine\"]", NULL},
		{"both please", "[\"Red wine\",\"White wine\"]", NULL},
		{"red and white", "[\"Red wine\",\"White wine\"]", NULL},
		{"the white wine", "[\"White wine\"]", NULL},
		{"neither", "[]", NULL},
	};

	CHECK_ROWS("multi_select", &ask, rows);
	CHECK_ROWS("multi_select", &wine, both);
}
END_TEST

#define PLACE(text, street, city, region, postal, country)            \
	"{\"text\":\"" text "\",\"street\":" street ",\"city\":" city \
	",\"region\":" region ",\"postal_code\":" postal              \
	",\"country\":" country "}"

START_TEST(addresses_are_told_apart_where_they_are_plain)
{
	static const struct ask ask = {.kind = ASK_TEXT,
				       .field_key = "address",
				       .description = "Home address"};
	static const struct row rows[] = {
		{"fourteen main street springfield illinois six two seven oh "
		 "four",
		 PLACE("14 Main Street, Springfield, Illinois 62704",
		       "\"14 Main Street\"", "\"Springfield\"", "\"Illinois\"",
		       "\"62704\"", "null"),
		 "14 Main Street, Springfield, Illinois 62704"},
		{"14 Main Street, Springfield, IL 62704",
		 PLACE("14 Main Street, Springfield, IL 62704",
		       "\"14 Main Street\"", "\"Springfield\"", "\"IL\"",
		       "\"62704\"", "null"),
		 NULL},
		{"my address is one twenty three oak avenue apartment four b "
		 "portland oregon",
		 PLACE("123 Oak Avenue Apartment 4B, Portland, Oregon",
		       "\"123 Oak Avenue Apartment 4B\"", "\"Portland\"",
		       "\"Oregon\"", "null", "null"),
		 NULL},
		{"i live at 20 west fifth street in new york new york one "
		 "zero zero one one",
		 PLACE("20 West Fifth Street, New York, New York 10011",
		       "\"20 West Fifth Street\"", "\"New York\"",
		       "\"New York\"", "\"10011\"", "null"),
		 NULL},
		{"it's 7 elm road",
		 PLACE("7 Elm Road", "\"7 Elm Road\"", "null", "null", "null",
		       "null"),
		 NULL},
		{"the old mill by the lake",
		 PLACE("the old mill by the lake", "null", "null", "null",
		       "null", "null"),
		 NULL},
		{"yes", NULL, NULL},
		{"um sure", NULL, NULL},
	};

	CHECK_ROWS("address", &ask, rows);
}
END_TEST

START_TEST(values_of_another_shape_are_no_values)
{
	static const struct {
		const char *type, *json;
		int fits;
	} t[] = {
		{"phone", "\"+15555550100\"", 1},
		{"phone", "\"15555550100\"", 0},
		{"phone", "\"+05555550100\"", 0},
		{"phone", "\"+1234567890123456\"", 0},
		{"phone", "15555550100", 0},
		{"email", "\"a@b.co\"", 1},
		{"email", "\"a b@c.de\"", 0},
		{"email", "\"a@b@c.de\"", 0},
		{"email", "\"a@b\"", 0},
		{"name", "{\"text\":\"A\"}", 1},
		{"name", "{ \"text\" : \"A\" , \"given\" : null }", 1},
		{"name", "{\"given\":\"A\"}", 0},
		{"name", "{\"text\":\"\"}", 0},
		{"name", "{\"text\":\"A\",\"age\":\"4\"}", 0},
		{"name", "{\"text\":\"A\",\"given\":{}}", 0},
		{"name", "\"A\"", 0},
		{"name", "{\"text\":\"A\"", 0},
		{"name", "{\"text\":\"A\"}x", 0},
		{"currency", "{\"amount\":\"12.50\",\"currency\":\"USD\"}", 1},
		{"currency", "{\"amount\":\"12\",\"currency\":null}", 1},
		{"currency", "{\"amount\":12,\"currency\":null}", 0},
		{"currency", "{\"amount\":\"12.5\"}", 0},
		{"currency", "{\"amount\":\"1\",\"currency\":\"usd\"}", 0},
		{"currency", "{\"amount\":\"1\",\"more\":\"x\"}", 0},
		{"duration", "5400", 1},
		{"duration", "-1", 0},
		{"duration", "1.5", 0},
		{"duration", "\"1\"", 0},
		{"multi_select", "[\"a\",\"b\"]", 1},
		{"multi_select", "[ ]", 1},
		{"multi_select", "[\"b\"]", 1},
		{"multi_select", "[\"a\",\"a\"]", 0},
		{"multi_select", "[\"c\"]", 0},
		{"multi_select", "[\"a\"", 0},
		{"multi_select", "[\"a\",]", 0},
		{"multi_select", "\"a\"", 0},
	};
	static const char *const choices[] = {"a", "b"};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		const struct xp_item item = {.field_type = t[i].type,
					     .n_choices = 2,
					     .choices = choices};

		ck_assert_msg((value_fits(&item, t[i].json) != 0) == t[i].fits,
			      "%s %s", t[i].type, t[i].json);
	}
}
END_TEST

UNIT_MAIN("nlu_fields", telephone_numbers_are_e164,
	  addresses_of_email_are_spoken_spelled_or_typed,
	  names_have_their_parts, amounts_of_money_are_exact,
	  durations_are_seconds, several_choices_are_taken_from_one_sentence,
	  addresses_are_told_apart_where_they_are_plain,
	  values_of_another_shape_are_no_values)
