/**
 * @file test_words.c  The little of language that turn taking needs
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "speech/words.h"

START_TEST(takes_a_text_apart)
{
	const char *text =
		"  I'm, uh-huh. [breath] <sil> ++cough++ JOS\xc3\xa9 "
		"24 wan- - end";
	static const struct {
		const char *word;
		int sign;
	} want[] = {
		{"i'm", ','}, {"uh-huh", '.'}, {"jos\xc3\xa9", ' '},
		{"24", ' '},  {"wan", '-'},    {"end", ' '},
	};
	char word[WORDS_WORD_BYTES];

	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		ck_assert_int_eq(words_next(&text, word), want[i].sign);
		ck_assert_str_eq(word, want[i].word);
	}
	ck_assert_int_eq(words_next(&text, word), 0);
	ck_assert_int_eq(words_next(&text, word), 0);
}
END_TEST

START_TEST(survives_odd_texts)
{
	static const char *const odd[] = {
		"", "[", "<", "++", "+", "[[[", "--", "'", "<<>>", "++a",
	};
	char word[WORDS_WORD_BYTES];
	char large[200];

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		const char *at = odd[i];
		int n = 0;

		while (words_next(&at, word))
			n++;
		ck_assert_int_le(n, 1);
	}
	memset(large, 'x', sizeof(large));
	large[sizeof(large) - 1] = '\0';

	const char *at = large;

	ck_assert_int_ne(words_next(&at, word), 0);
	ck_assert_uint_eq(strlen(word), WORDS_WORD_BYTES - 1);
	ck_assert_int_eq(words_next(&at, word), 0);
}
END_TEST

START_TEST(counts_the_digits_of_a_word)
{
	ck_assert_uint_eq(words_digits("seven"), 1);
	ck_assert_uint_eq(words_digits("oh"), 1);
	ck_assert_uint_eq(words_digits("fifteen"), 2);
	ck_assert_uint_eq(words_digits("1984"), 4);
	ck_assert_uint_eq(words_digits("555-0100"), 7);
	ck_assert_uint_eq(words_digits("house"), 0);
	ck_assert_int_ne(words_is_tens("ninety"), 0);
	ck_assert_int_eq(words_is_tens("party"), 0);
	ck_assert_int_eq(words_is_tens("ty"), 0);
}
END_TEST

START_TEST(knows_its_lists)
{
	ck_assert_int_ne(words_leads_on("and"), 0);
	ck_assert_int_ne(words_leads_on("my"), 0);
	ck_assert_int_eq(words_leads_on("please"), 0);
	ck_assert_int_ne(words_is_nod("uh-huh"), 0);
	ck_assert_int_eq(words_is_nod("stop"), 0);
	ck_assert_int_eq(words_is_nod("no"), 0);
	ck_assert_int_ne(words_is_nod2("i", "see"), 0);
	ck_assert_int_eq(words_is_nod2("i", "want"), 0);
	ck_assert_int_ne(words_is_answer("yes"), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("words");
	TCase *t = tcase_create("words");

	tcase_add_test(t, takes_a_text_apart);
	tcase_add_test(t, survives_odd_texts);
	tcase_add_test(t, counts_the_digits_of_a_word);
	tcase_add_test(t, knows_its_lists);
	suite_add_tcase(s, t);

	SRunner *r = srunner_create(s);

	srunner_run_all(r, CK_NORMAL);

	const int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
