/**
 * @file test_passages.c  Documents are cut where a reader would cut them
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "store/passages.h"
#include "unit/unit.h"

/* All passages of a text, with "|" between. */
static const char *cut(const char *text)
{
	static char all[16 * 1024];
	struct passages p = {.at = text};
	struct strbuf b;

	all[0] = '\0';
	strbuf_init(&b, 4096);
	while (passages_next(&p, &b) > 0)
		(void)snprintf(all + strlen(all), sizeof(all) - strlen(all),
			       "%s%s", all[0] ? "|" : "", b.s);
	strbuf_done(&b);
	return all;
}

#define FIFTY "fifty bytes of text that say nothing, to fill it. "

START_TEST(headings_go_with_what_is_below_them)
{
	ck_assert_str_eq(
		cut("# House\n\n## Parking\nThere is parking behind the "
		    "house, and\nit is   free for all of our guests.\n\n"
		    "Opening hours\n\nFrom nine to five."),
		"House\nParking\nThere is parking behind the house, and it is "
		"free for all of our guests.|"
		"Opening hours\nFrom nine to five.");
	ck_assert_str_eq(cut("4.3 Deductibles\nThe amount that you bear.\n\n"
			     "3.5 kg of rice, and more.\nIt is\n1.5 m long"),
			 "4.3 Deductibles\nThe amount that you bear.\n"
			 "3.5 kg of rice, and more. It is 1.5 m long");
}
END_TEST

START_TEST(items_keep_their_lines_and_sentences_are_not_torn)
{
	const char *all;

	ck_assert_str_eq(cut("We have:\n- soup\n- 3.5 kg of rice\n1. tea"),
			 "We have:\n- soup\n- 3.5 kg of rice\n1. tea");
	all = cut(FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY
			  FIFTY FIFTY FIFTY FIFTY FIFTY);
	ck_assert_ptr_nonnull(strstr(all, "to fill it.|fifty bytes"));
	ck_assert_ptr_null(strstr(strchr(all, '|') + 1, "|"));
}
END_TEST

START_TEST(short_paragraphs_stay_together_until_there_is_enough)
{
	ck_assert_str_eq(cut("One sentence.\n\nAnother.\n\n\n\nA third."),
			 "One sentence.\nAnother.\nA third.");
	ck_assert_ptr_nonnull(strstr(cut(FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY
					 "\n\nThe next paragraph."),
				     "fill it.|The next paragraph."));
}
END_TEST

START_TEST(words_without_end_are_cut_between_characters)
{
	char text[3001];
	struct passages p = {.at = text};
	struct strbuf b;
	size_t len = 0;

	for (size_t i = 0; i + 2 < sizeof(text); i += 3)
		memcpy(text + i, "\xe6\x97\xa5", 3);
	text[3000] = '\0';
	strbuf_init(&b, 4096);
	while (passages_next(&p, &b) > 0) {
		ck_assert(text_is_utf8(b.s, b.len));
		ck_assert_uint_le(b.len, PASSAGE_BYTES);
		len += b.len;
	}
	ck_assert_uint_eq(len, 3000);
	strbuf_done(&b);
	ck_assert_str_eq(cut(""), "");
	ck_assert_str_eq(cut(" \n###\n\n \t"), "");
}
END_TEST

START_TEST(questions_are_about_the_words_that_are_not_in_every_question)
{
	static char words[QUESTION_WORDS_MAX][QUESTION_WORD_BYTES];
	char many[500] = "";

	ck_assert_uint_eq(
		question_words("What's the PRICE of \"parking\" (NEAR 5)?",
			       words),
		4);
	ck_assert_str_eq(words[0], "price");
	ck_assert_str_eq(words[1], "parking");
	ck_assert_str_eq(words[2], "near");
	ck_assert_str_eq(words[3], "5");
	/* Nothing else is there: then these. */
	ck_assert_uint_eq(question_words("Who are you?", words), 3);
	ck_assert_str_eq(words[0], "who");
	ck_assert_uint_eq(question_words("?! \n", words), 0);
	for (int i = 0; i < 40; i++)
		(void)snprintf(many + strlen(many), 12, "word%d ", i);
	ck_assert_uint_eq(question_words(many, words), QUESTION_WORDS_MAX);
	memset(many, 'x', sizeof(many) - 1);
	ck_assert_uint_eq(question_words(many, words), 1);
	ck_assert_uint_eq(strlen(words[0]), QUESTION_WORD_BYTES - 1);
}
END_TEST

UNIT_MAIN("passages", headings_go_with_what_is_below_them,
	  items_keep_their_lines_and_sentences_are_not_torn,
	  short_paragraphs_stay_together_until_there_is_enough,
	  words_without_end_are_cut_between_characters,
	  questions_are_about_the_words_that_are_not_in_every_question)
