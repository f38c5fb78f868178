/**
 * @file test_text.c  Base64, UTF-8, hexadecimal, numbers, edit distance
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdint.h>

#include "base/text.h"
#include "unit/unit.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

START_TEST(encodes_and_decodes_base64)
{
	static const struct {
		const char *plain, *coded;
	} cases[] = {/* RFC 4648 10 */
		     {"", ""},
		     {"f", "Zg=="},
		     {"fo", "Zm8="},
		     {"foo", "Zm9v"},
		     {"foob", "Zm9vYg=="},
		     {"fooba", "Zm9vYmE="},
		     {"foobar", "Zm9vYmFy"}};

	for (size_t i = 0; i < N(cases); i++) {
		size_t np = strlen(cases[i].plain),
		       nc = strlen(cases[i].coded);
		char out[16];

		ck_assert_int_eq(
			text_base64_encode(out, nc + 1, cases[i].plain, np),
			(int)nc);
		ck_assert_str_eq(out, cases[i].coded);
		ck_assert_int_eq(
			text_base64_encode(out, nc, cases[i].plain, np),
			-EMSGSIZE);

		ck_assert_int_eq(
			text_base64_decode(out, np, cases[i].coded, nc),
			(int)np);
		ck_assert_mem_eq(out, cases[i].plain, np);
		if (np)
			ck_assert_int_eq(text_base64_decode(out, np - 1,
							    cases[i].coded,
							    nc),
					 -EMSGSIZE);
	}
}
END_TEST

START_TEST(decodes_into_exactly_enough_room)
{
	unsigned char in[160], out[161];
	char coded[217];

	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (unsigned char)(i * 7);
	out[160] = 0x5a;
	ck_assert_int_eq(text_base64_encode(coded, sizeof(coded), in, 160),
			 216);
	ck_assert_int_eq(text_base64_decode(out, 160, coded, 216), 160);
	ck_assert_mem_eq(out, in, 160);
	ck_assert_uint_eq(out[160], 0x5a);
}
END_TEST

START_TEST(refuses_what_is_not_base64)
{
	static const char *const bad[] = {
		"Z",    "Zg",   "Zg=",      "Zg==Zg==",  "====",
		"Z===", "Zm9!", " Zm9v123", "Zm9v\nZm9", "Zm9-",
		"Zh==", "Zm9=", "=m9v",     "Zm=v",      "Zm\xc3v"};
	char out[16];

	for (size_t i = 0; i < N(bad); i++)
		ck_assert_msg(text_base64_decode(out, sizeof(out), bad[i],
						 strlen(bad[i])) == -EBADMSG,
			      "accepted %s", bad[i]);
}
END_TEST

START_TEST(tells_utf8_from_other_bytes)
{
	static const struct {
		const char *s;
		int ok;
	} cases[] = {
		{"", 1},
		{"plain", 1},
		{"caf\xc3\xa9", 1},
		{"\xe2\x82\xac", 1},
		{"\xf0\x9f\x8d\x9c", 1},
		{"\xf4\x8f\xbf\xbf", 1},
		{"\xed\x9f\xbf", 1},
		{"\xee\x80\x80", 1},
		{"\x80", 0},
		{"\xc3", 0},
		{"\xc0\xaf", 0},     /* overlong */
		{"\xc1\xbf", 0},     /* overlong */
		{"\xe0\x9f\xbf", 0}, /* overlong */
		{"\xf0\x8f\xbf\xbf", 0},
		{"\xed\xa0\x80", 0}, /* surrogate */
		{"\xf4\x90\x80\x80", 0},
		{"\xf5\x80\x80\x80", 0},
		{"\xe2\x82", 0},
		{"\xe2\x28\xa1", 0},
		{"a\xff", 0},
	};

	for (size_t i = 0; i < N(cases); i++)
		ck_assert_msg(text_is_utf8(cases[i].s, strlen(cases[i].s)) ==
				      cases[i].ok,
			      "case %zu", i);
	ck_assert_int_ne(text_is_utf8("a\0b", 3), 0);
}
END_TEST

START_TEST(copies_and_says_when_it_cut)
{
	char dst[5];

	ck_assert_int_eq(text_copy(dst, sizeof(dst), "four"), 0);
	ck_assert_str_eq(dst, "four");
	ck_assert_int_eq(text_copy(dst, sizeof(dst), "fives"), -EMSGSIZE);
	ck_assert_str_eq(dst, "five");
	ck_assert_int_eq(text_copy(dst, sizeof(dst), "ab\xe2\x82\xac"),
			 -EMSGSIZE);
	ck_assert_str_eq(dst, "ab");
	ck_assert_int_eq(text_copy(dst, sizeof(dst), "\xe2\x82\xac\xe2"), 0);
	ck_assert_int_eq(text_copy(dst, sizeof(dst), "a\xe2\x82\xac z"),
			 -EMSGSIZE);
	ck_assert_str_eq(dst, "a\xe2\x82\xac");
	ck_assert_int_eq(text_copy(dst, sizeof(dst), "\x80\x80\x80\x80\x80"),
			 -EMSGSIZE);
	ck_assert_str_eq(dst, "\x80\x80\x80\x80");
	ck_assert_int_eq(text_copy(dst, 1, "\xe2\x82\xac"), -EMSGSIZE);
	ck_assert_str_eq(dst, "");
	ck_assert_int_eq(text_copy(dst, 1, ""), 0);
	ck_assert_str_eq(dst, "");
}
END_TEST

START_TEST(lowers_ascii_only)
{
	char s[] = "HeLLo \xc3\x89 [Z]";

	text_lower(s);
	ck_assert_str_eq(s, "hello \xc3\x89 [z]");
}
END_TEST

START_TEST(writes_hexadecimal)
{
	char out[9];

	text_hex(out, sizeof(out), "\x00\x7f\xff\x1b", 4);
	ck_assert_str_eq(out, "007fff1b");
}
END_TEST

START_TEST(makes_identifiers_that_differ)
{
	char a[81], b[81];

	ck_assert_int_eq(text_random_hex(a, sizeof(a), 40), 0);
	ck_assert_int_eq(text_random_hex(b, sizeof(b), 40), 0);
	ck_assert_uint_eq(strlen(a), 80);
	ck_assert_uint_eq(strspn(a, "0123456789abcdef"), 80);
	ck_assert_str_ne(a, b);
	ck_assert_int_eq(text_random_hex(a, 1, 0), 0);
	ck_assert_str_eq(a, "");
}
END_TEST

START_TEST(reads_whole_integers_within_bounds)
{
	static const struct {
		const char *s;
		int64_t min, max, want;
		int err;
	} cases[] = {
		{"0", 0, 10, 0, 0},
		{"10", 0, 10, 10, 0},
		{"11", 0, 10, 0, -EINVAL},
		{"-1", 0, 10, 0, -EINVAL},
		{"-1", -1, 10, -1, 0},
		{"007", 0, 10, 7, 0},
		{"9223372036854775807", 0, INT64_MAX, INT64_MAX, 0},
		{"9223372036854775808", 0, INT64_MAX, 0, -EINVAL},
		{"-9223372036854775808", INT64_MIN, 0, INT64_MIN, 0},
		{"", 0, 10, 0, -EINVAL},
		{" 1", 0, 10, 0, -EINVAL},
		{"+1", 0, 10, 0, -EINVAL},
		{"1 ", 0, 10, 0, -EINVAL},
		{"1x", 0, 10, 0, -EINVAL},
		{"0x1", 0, 10, 0, -EINVAL},
		{"-", -9, 9, 0, -EINVAL},
		{"1.0", 0, 10, 0, -EINVAL},
	};

	for (size_t i = 0; i < N(cases); i++) {
		int64_t v = 77;

		ck_assert_msg(text_to_int(cases[i].s, cases[i].min,
					  cases[i].max, &v) == cases[i].err,
			      "case %zu", i);
		ck_assert_int_eq(v, cases[i].err ? 77 : cases[i].want);
	}
}
END_TEST

START_TEST(tells_texts_apart_by_their_sum)
{
	/* Each row is one list of strings; no two are the same list. */
	static const char *const lists[][3] = {
		{"", NULL, NULL},    {"ab", "c", NULL}, {"a", "bc", NULL},
		{"abc", NULL, NULL}, {"c", "ab", NULL}, {"abc", "", NULL},
	};
	uint64_t sums[N(lists)];

	for (size_t i = 0; i < N(lists); i++) {
		sums[i] = TEXT_SUM;
		for (size_t k = 0; k < 3 && lists[i][k]; k++)
			sums[i] = text_sum(sums[i], lists[i][k]);
		ck_assert(sums[i]);
		for (size_t j = 0; j < i; j++)
			ck_assert(sums[i] != sums[j]);
	}
	ck_assert(text_sum(TEXT_SUM, NULL) == sums[0]);
	ck_assert(text_sum(TEXT_SUM, "abc") == sums[3]);
}
END_TEST

START_TEST(measures_edit_distance)
{
	static const struct {
		const char *a, *b;
		unsigned want;
	} cases[] = {
		{"", "", 0},
		{"abc", "abc", 0},
		{"", "abc", 3},
		{"abc", "", 3},
		{"kitten", "sitting", 3},
		{"silence", "silnece", 1}, /* swapped */
		{"turn.silence_ms", "turn.silense_ms", 1},
		{"flaw", "lawn", 2},
	};
	char longest[257];

	for (size_t i = 0; i < N(cases); i++) {
		ck_assert_uint_eq(text_distance(cases[i].a, cases[i].b),
				  cases[i].want);
		ck_assert_uint_eq(text_distance(cases[i].b, cases[i].a),
				  cases[i].want);
	}

	memset(longest, 'x', 256);
	longest[255] = longest[256] = '\0';
	ck_assert_uint_eq(text_distance(longest, longest), 0);
	ck_assert_uint_eq(text_distance(longest, ""), 255);
	longest[255] = 'x';
	ck_assert_uint_eq(text_distance(longest, longest), 255);
}
END_TEST

UNIT_MAIN("text", encodes_and_decodes_base64, decodes_into_exactly_enough_room,
	  refuses_what_is_not_base64, tells_utf8_from_other_bytes,
	  copies_and_says_when_it_cut, lowers_ascii_only, writes_hexadecimal,
	  makes_identifiers_that_differ, reads_whole_integers_within_bounds,
	  tells_texts_apart_by_their_sum, measures_edit_distance)
