/**
 * @file test_nlu_any.c  Whatever is said: bounded, well-formed, the same twice
 *
 * Random bytes and random sentences of words that the rules know, by a fixed
 * generator, so that a failure repeats.
 *
 * SPDX-License-Identifier: MIT
 */
#include <jansson.h>
#include <string.h>

#include "base/text.h"
#include "dialog/nlu.h"
#include "unit/unit.h"

enum { ROUNDS = UNIT_ROUNDS(6000) };

static const struct nlu_today today = {2026, 11, 21, 10, 0, NULL};

static const char *const choices[] = {"Swedish massage", "deep tissue",
				      "none of these", "yes", "2"};
static const char *const slots[] = {"2026-11-27T15:00", "2026-11-30T09:30",
				    "not a time"};

static const char *const vocabulary[] = {
	"five",
	"no",
	"i said",
	"friday",
	"at",
	"seven",
	"thirty",
	"p m",
	"the",
	"second",
	"one",
	"november",
	"twenty",
	"seventh",
	"double",
	"oh",
	"for",
	"to",
	"my name is",
	"bob",
	"b",
	"as in",
	"boy",
	"smith",
	"people",
	"party of",
	"hundred",
	"thousand",
	"and",
	"not",
	"do you have",
	"parking",
	"can i",
	"speak to",
	"a human",
	"next",
	"week",
	"today",
	"half past",
	"quarter to",
	"12/24",
	"555-0142",
	"7:30pm",
	"what",
	"sorry",
	"yes",
	"bye",
	"wait",
	"swedish",
	"deep",
	"massage",
	"number",
	"me and my wife",
	"million",
	"at example dot com",
	"bob@x.com",
	"27th",
	"1,000",
	"in three days",
	"last",
	"years",
	"a dozen",
	"triple",
	"\xc3\xa9t\xc3\xa9",
	"O\342\200\231Brien",
	"?",
	",",
	"i don't know",
	"99999999999999999999",
	"31",
	"february",
	"year",
	"ago",
};

static const struct {
	const char *type;
	struct ask ask;
} fields[] = {
	{"integer",
	 {.kind = ASK_INTEGER, .field_key = "party_size", .description = ""}},
	{"integer",
	 {.kind = ASK_INTEGER, .field_key = "n", .description = "tickets"}},
	{"digit_sequence",
	 {.kind = ASK_DIGITS,
	  .field_key = "phone",
	  .description = "",
	  .min_digits = 7,
	  .max_digits = 10,
	  .have_digits = 2}},
	{"cvv",
	 {.kind = ASK_DIGITS, .field_key = "cvv", .description = "cvv"}},
	{"date", {.kind = ASK_DATE, .field_key = "d", .description = ""}},
	{"date", {.kind = ASK_DATE, .field_key = "dob", .description = ""}},
	{"datetime",
	 {.kind = ASK_DATETIME, .field_key = "t", .description = ""}},
	{"multiple_choice",
	 {.kind = ASK_CHOICE,
	  .field_key = "c",
	  .description = "",
	  .n_choices = 5,
	  .choices = choices}},
	{"calendar_slot",
	 {.kind = ASK_DATETIME,
	  .field_key = "s",
	  .description = "",
	  .n_choices = 3,
	  .choices = slots}},
	{"calendar_slot",
	 {.kind = ASK_DATETIME, .field_key = "s", .description = ""}},
	{"text", {.kind = ASK_NAME, .field_key = "name", .description = ""}},
	{"text",
	 {.kind = ASK_NAME, .field_key = "last_name", .description = ""}},
	{"text", {.kind = ASK_TEXT, .field_key = "why", .description = ""}},
	{"text", {.kind = ASK_TEXT, .field_key = "email", .description = ""}},
	{"unheard of", {.kind = ASK_OPEN, .field_key = "", .description = ""}},
};

static uint64_t seed;

static uint32_t next(uint32_t below)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(seed >> 33) % below;
}

static void random_bytes(char *ret, size_t cap)
{
	size_t n = next((uint32_t)cap);

	for (size_t i = 0; i < n; i++) {
		do {
			ret[i] = (char)next(256);
		} while (ret[i] == '\0');
	}
	ret[n] = '\0';
}

static void random_words(char *ret, size_t cap)
{
	uint32_t n = 1 + next(next(8) == 0 ? 120 : 9);
	size_t len = 0;

	ret[0] = '\0';
	for (uint32_t i = 0; i < n; i++) {
		const char *w = vocabulary[next(sizeof(vocabulary) /
						sizeof(*vocabulary))];
		size_t add = strlen(w);

		if (len + add + 2 >= cap)
			return;
		if (len > 0)
			ret[len++] = next(12) == 0 ? ',' : ' ';
		memcpy(ret + len, w, add + 1);
		len += add;
	}
}

static int is_one_of(const char *s, const struct ask *ask)
{
	for (uint32_t i = 0; i < ask->n_choices; i++) {
		if (strcmp(s, ask->choices[i]) == 0)
			return 1;
	}
	return 0;
}

static int whole(const json_t *o, const char *name, int min, int max)
{
	const json_t *v = json_object_get(o, name);

	return json_is_integer(v) && json_integer_value(v) >= min &&
	       json_integer_value(v) <= max;
}

/** Is it what the wire says a value of that type is? */
static void check_value(const char *type, const struct ask *ask,
			const struct nlu_value *v, const char *text)
{
	json_t *j = json_loads(v->json, JSON_DECODE_ANY, NULL);
	char spoken[2 * NLU_TEXT_MAX];

	ck_assert_msg(j != NULL, "\"%s\" gave %s", text, v->json);
	ck_assert_msg(strlen(v->spoken) < NLU_TEXT_MAX, "%s", text);
	if (strcmp(type, "integer") == 0)
		ck_assert_msg(json_is_integer(j), "%s", text);
	else if (strcmp(type, "digit_sequence") == 0 ||
		 strcmp(type, "cvv") == 0)
		ck_assert_msg(strspn(json_string_value(j), "0123456789") ==
				      strlen(json_string_value(j)),
			      "%s", text);
	else if (strcmp(type, "date") == 0)
		ck_assert_msg(whole(j, "year", 1, 9999) &&
				      whole(j, "month", 1, 12) &&
				      whole(j, "day", 1, 31),
			      "\"%s\" gave %s", text, v->json);
	else if (strcmp(type, "datetime") == 0)
		ck_assert_msg(v->partial || (whole(j, "year", 1, 9999) &&
					     whole(j, "hour", 0, 23) &&
					     whole(j, "minute", 0, 59)),
			      "\"%s\" gave %s", text, v->json);
	else
		ck_assert_msg(v->partial || json_is_string(j), "%s", text);
	if (ask->n_choices > 0 && !v->partial)
		ck_assert_msg(is_one_of(json_string_value(j), ask), "%s",
			      text);
	/* What was read can be said. */
	ck_assert_msg(nlu_speak(spoken, sizeof(spoken), type, ask->kind,
				v->json) == 0,
		      "\"%s\" gave %s", text, v->json);
	json_decref(j);
}

static void check_acts(const char *text, const struct ask *ask)
{
	struct nlu_acts a, b;

	memset(&a, 0x55, sizeof(a));
	memset(&b, 0xaa, sizeof(b));
	nlu_acts(&a, text, ask);
	nlu_acts(&b, text, ask);
	ck_assert_mem_eq(&a, &b, offsetof(struct nlu_acts, query));
	ck_assert_str_eq(a.query, b.query);
	ck_assert_str_eq(a.rest, b.rest);
	ck_assert(strlen(a.query) < NLU_TEXT_MAX);
	ck_assert(strlen(a.rest) < NLU_TEXT_MAX);
	if (text_is_utf8(text, strlen(text))) {
		ck_assert(text_is_utf8(a.query, strlen(a.query)));
		ck_assert(text_is_utf8(a.rest, strlen(a.rest)));
	}
	ck_assert((a.question || a.request || a.human) ==
		  (a.query[0] != '\0'));
}

static void check_text(const char *text)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		struct nlu_value v, again;

		if (nlu_value(&v, fields[i].type, &fields[i].ask, text,
			      &today) == 0) {
			check_value(fields[i].type, &fields[i].ask, &v, text);
			ck_assert_int_eq(nlu_value(&again, fields[i].type,
						   &fields[i].ask, text,
						   &today),
					 0);
			ck_assert_str_eq(v.json, again.json);
		}
		check_acts(text, &fields[i].ask);
	}
	check_acts(text, NULL);
}

START_TEST(any_bytes_are_bounded_and_well_formed)
{
	static char text[1500];

	seed = 1;
	for (int i = 0; i < ROUNDS / 4; i++) {
		random_bytes(text, i % 2 ? 40 : sizeof(text));
		check_text(text);
	}
}
END_TEST

START_TEST(any_words_are_bounded_and_well_formed)
{
	static char text[1500];

	seed = 2;
	for (int i = 0; i < ROUNDS; i++) {
		random_words(text, sizeof(text));
		check_text(text);
	}
}
END_TEST

START_TEST(any_json_is_said_or_refused)
{
	static const char *const types[] = {
		"text", "integer",       "date",           "datetime",
		"cvv",  "calendar_slot", "digit_sequence", "multiple_choice"};
	static const char *const pieces[] = {"\"",
					     "{",
					     "}",
					     ":",
					     ",",
					     "\"year\"",
					     "2026",
					     "7",
					     "\\u",
					     "\\ud83d\\ude00",
					     "\\",
					     "\"month\"",
					     "\"day\"",
					     "12",
					     "2026-11-27T15:00",
					     "-9223372036854775808",
					     "5550142",
					     "\"hour\"",
					     "99",
					     "\xff"};
	char json[400], out[NLU_TEXT_MAX];

	seed = 3;
	for (int i = 0; i < ROUNDS * 10; i++) {
		size_t len = 0;

		json[0] = '\0';
		for (uint32_t n = next(12); n > 0; n--) {
			const char *p =
				pieces[next(sizeof(pieces) / sizeof(*pieces))];

			memcpy(json + len, p, strlen(p) + 1);
			len += strlen(p);
		}
		for (size_t k = 0; k < sizeof(types) / sizeof(*types); k++) {
			size_t cap = 1 + next(sizeof(out));

			memset(out, 'x', sizeof(out));
			if (nlu_speak(out, cap, types[k], ASK_OPEN, json) == 0)
				ck_assert(strlen(out) < cap);
		}
	}
}
END_TEST

START_TEST(a_text_over_the_limit_is_cut)
{
	static char text[20000];
	static const struct ask why = {
		.kind = ASK_TEXT, .field_key = "why", .description = ""};
	struct nlu_value v;
	struct nlu_acts a;

	for (size_t i = 0; i + 1 < sizeof(text); i++)
		text[i] = i % 6 == 5 ? ' ' : (char)('a' + i % 26);
	nlu_acts(&a, text, NULL);
	ck_assert_uint_gt(strlen(a.rest), 400);
	ck_assert_int_eq(nlu_value(&v, "text", &why, text, &today), 0);
	ck_assert_uint_gt(strlen(v.json), 400);
	ck_assert_uint_lt(strlen(v.json), NLU_TEXT_MAX);
}
END_TEST

UNIT_MAIN("nlu_any", any_bytes_are_bounded_and_well_formed,
	  any_words_are_bounded_and_well_formed, any_json_is_said_or_refused,
	  a_text_over_the_limit_is_cut)
