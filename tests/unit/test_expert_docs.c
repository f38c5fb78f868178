/**
 * @file test_expert_docs.c  libexpert: documents and choices
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "expert.h"
#include "unit.h"

static const char shop[] =
	"# Delivery\n"
	"\n"
	"Parcels leave our house on the day of the order. Within the country "
	"they\nreach you in two days.\n"
	"\n"
	"Returns\n"
	"\n"
	"Send back what you do not like within thirty days. We pay the "
	"postage.\n"
	"  \t\r\n"
	"# Opening hours\n"
	"\n"
	"The shop is open from nine to six on weekdays.\r\n";

static const char lamps[] = "Our lamps have a warranty of five years.\n\n"
			    "Bulbs for all our lamps are sold in the shop.";

static struct expert_docs *make(void)
{
	struct expert_docs *d = expert_docs_new();

	ck_assert_int_eq(expert_docs_add(d, "shop.txt", shop), EXPERT_OK);
	ck_assert_int_eq(expert_docs_add(d, "lamps.txt", lamps), EXPERT_OK);
	ck_assert_uint_eq(expert_docs_count(d), 5);
	return d;
}

static const struct {
	const char *question, *has, *source;
} answers[] = {
	{"How long does the delivery take?", "two days", "shop.txt"},
	{"When will my parcel be delivered?", "two days", "shop.txt"},
	{"Can I return a lamp?", "thirty days", "shop.txt"},
	{"I want to send it back", "thirty days", "shop.txt"},
	{"what are your opening hours", "nine to six", "shop.txt"},
	{"Is there a warranty?", "five years", "lamps.txt"},
	{"Do you have bulbs", "sold in the shop", "lamps.txt"},
	{"BULBS?", "sold in the shop", "lamps.txt"},
};

START_TEST(finds_the_passage_that_answers)
{
	struct expert_docs *d = make();
	const char *text = expert_docs_ask(d, answers[_i].question, 0);

	ck_assert_ptr_nonnull(text);
	ck_assert_msg(strstr(text, answers[_i].has) != NULL, "%s", text);
	ck_assert_str_eq(expert_docs_source(d, answers[_i].question, 0),
			 answers[_i].source);
	ck_assert_ptr_null(strchr(text, '\n'));
	expert_docs_free(d);
}
END_TEST

static const char *const strangers[] = {
	"Do you like music?",
	"what is the time",
	"how long is it",
	"",
	"?!",
	"the of and",
	"it's",
	"is the president ill in the shop by chance",
};

START_TEST(says_nothing_when_nothing_fits)
{
	struct expert_docs *d = make();

	ck_assert_ptr_null(expert_docs_ask(d, strangers[_i], 0));
	ck_assert_ptr_null(expert_docs_source(d, strangers[_i], 0));
	expert_docs_free(d);
}
END_TEST

START_TEST(ranks_what_fits)
{
	struct expert_docs *d = make();

	ck_assert_ptr_nonnull(
		strstr(expert_docs_ask(d, "lamp warranty", 0), "warranty"));
	ck_assert_ptr_nonnull(expert_docs_ask(d, "shop lamps", 0));
	ck_assert_ptr_nonnull(expert_docs_ask(d, "shop lamps", 1));
	ck_assert_str_ne(expert_docs_ask(d, "shop lamps", 0),
			 expert_docs_ask(d, "shop lamps", 1));
	ck_assert_ptr_null(expert_docs_ask(d, "shop lamps", 4));
	ck_assert_ptr_null(expert_docs_ask(d, "shop lamps", 99));
	expert_docs_free(d);
}
END_TEST

START_TEST(equals_have_the_order_of_the_documents)
{
	struct expert_docs *d = expert_docs_new();

	ck_assert_int_eq(expert_docs_add(d, "a", "Same words."), EXPERT_OK);
	ck_assert_int_eq(expert_docs_add(d, "b", "Same words."), EXPERT_OK);
	ck_assert_int_eq(expert_docs_add(d, "c", "Others."), EXPERT_OK);
	ck_assert_str_eq(expert_docs_source(d, "same words", 0), "a");
	ck_assert_str_eq(expert_docs_source(d, "same words", 1), "b");
	ck_assert_ptr_null(expert_docs_source(d, "same words", 2));
	expert_docs_free(d);
}
END_TEST

START_TEST(a_long_paragraph_is_divided_after_sentences)
{
	struct expert_docs *d = expert_docs_new();
	char text[4000] = "";

	for (int i = 0; i < 40; i++)
		(void)snprintf(text + strlen(text),
			       sizeof(text) - strlen(text),
			       "Sentence number%d is about thing%d. ", i, i);
	ck_assert_int_eq(expert_docs_add(d, "long", text), EXPERT_OK);
	ck_assert_uint_ge(expert_docs_count(d), 3);
	for (int i = 0; i < 40; i++) {
		char name[16];
		const char *found;

		(void)snprintf(name, sizeof(name), "thing%d", i);
		found = expert_docs_ask(d, name, 0);
		ck_assert_ptr_nonnull(found);
		ck_assert_uint_le(strlen(found), 600);
		ck_assert_int_eq(strncmp(found, "Sentence", 8), 0);
		ck_assert_ptr_nonnull(strstr(found, name));
	}
	expert_docs_free(d);
}
END_TEST

START_TEST(a_text_without_spaces_is_cut_between_characters)
{
	struct expert_docs *d = expert_docs_new();
	char text[2002];

	for (size_t i = 0; i < 1000; i++)
		memcpy(text + 2 * i, "\xc3\xa9", 2);
	text[2000] = '.';
	text[2001] = 0;
	ck_assert_int_eq(expert_docs_add(d, "e", text + 0), EXPERT_OK);
	ck_assert_uint_eq(expert_docs_count(d), 4);
	expert_docs_free(d);
}
END_TEST

/* Whatever the bytes are, nothing is read or written outside. */
START_TEST(takes_any_bytes)
{
	unsigned int seed = 4711;

	for (int round = 0; round < 300; round++) {
		struct expert_docs *d = expert_docs_new();
		char text[1500];

		for (size_t i = 0; i < sizeof(text) - 1; i++) {
			seed = seed * 1103515245U + 12345U;
			text[i] = "ab .\n\t'#!\xc3\xa9\r?sy"[seed >> 16 & 15];
		}
		text[sizeof(text) - 1] = 0;
		ck_assert_int_eq(expert_docs_add(d, "x", text), EXPERT_OK);
		(void)expert_docs_ask(d, text, 0);
		expert_docs_free(d);
	}
}
END_TEST

START_TEST(reads_files_and_says_which_it_cannot)
{
	struct expert_docs *d = expert_docs_new();
	char path[] = "/tmp/docs.XXXXXX";
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq((int)write(fd, lamps, strlen(lamps)),
			 (int)strlen(lamps));
	(void)close(fd);
	ck_assert_int_eq(expert_docs_add_file(d, path), EXPERT_OK);
	ck_assert_str_eq(expert_docs_source(d, "warranty", 0), path + 5);
	ck_assert_int_eq(expert_docs_add_file(d, "/nowhere/at.all"),
			 EXPERT_ENOENT);
	ck_assert_int_eq(expert_docs_add_file(d, "/tmp"), EXPERT_ENOENT);
	(void)unlink(path);
	expert_docs_free(d);
}
END_TEST

START_TEST(has_a_bound_and_keeps_what_was_there)
{
	struct expert_docs *d = expert_docs_new();
	char *text = malloc(10001 * 11 + 32), *at = text;

	for (int i = 0; i < 10001; i++)
		at += snprintf(at, 32, "w%05d a.\n\n", i);
	ck_assert_int_eq(expert_docs_add(d, "many", text), EXPERT_ETOOBIG);
	ck_assert_uint_eq(expert_docs_count(d), 10000);
	free(text);
	expert_docs_free(d);
}
END_TEST

START_TEST(wrong_arguments_are_refused)
{
	struct expert_docs *d = expert_docs_new();
	static const char *const none[] = {NULL};

	ck_assert_int_eq(expert_docs_add(NULL, "a", "b"), EXPERT_EINVAL);
	ck_assert_int_eq(expert_docs_add(d, NULL, "b"), EXPERT_EINVAL);
	ck_assert_int_eq(expert_docs_add(d, "a", NULL), EXPERT_EINVAL);
	ck_assert_int_eq(expert_docs_add_file(d, NULL), EXPERT_EINVAL);
	ck_assert_int_eq(expert_docs_add_file(NULL, "a"), EXPERT_EINVAL);
	ck_assert_uint_eq(expert_docs_count(NULL), 0);
	ck_assert_ptr_null(expert_docs_ask(NULL, "a", 0));
	ck_assert_ptr_null(expert_docs_ask(d, "a", 0));
	ck_assert_ptr_null(expert_docs_ask(d, NULL, 0));
	ck_assert_int_eq(expert_choose(NULL, none, 0), EXPERT_EINVAL);
	ck_assert_int_eq(expert_choose("a", NULL, 0), EXPERT_EINVAL);
	ck_assert_int_eq(expert_choose("a", none, 0), EXPERT_ENOENT);
	expert_docs_free(NULL);
	expert_docs_free(d);
}
END_TEST

static const char *const desks[] = {
	"sales: buy, order, price, offer",
	"support: something is broken, does not work, needs repair",
	"billing: bill, invoice, payment, refund, charged",
	NULL,
};

static const struct {
	const char *text;
	int first;
} wishes[] = {
	{"I'd like to buy a lamp", 0},
	{"my lamp broke, can you repair it", 1},
	{"it doesn't work any more", 1},
	{"you charged me twice, I want a refund", 2},
	{"a question about my invoices", 2},
	{"sing a song", EXPERT_ENOENT},
};

START_TEST(chooses_what_somebody_means)
{
	ck_assert_int_eq(expert_choose(wishes[_i].text, desks, 0),
			 wishes[_i].first);
}
END_TEST

START_TEST(choices_are_ranked)
{
	const char *both = "a refund of the payment for the repair";

	ck_assert_int_eq(expert_choose(both, desks, 0), 2);
	ck_assert_int_eq(expert_choose(both, desks, 1), 1);
	ck_assert_int_eq(expert_choose(both, desks, 2), EXPERT_ENOENT);
}
END_TEST

#define N(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *s = suite_create("expert_docs");
	TCase *t = tcase_create("expert_docs");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, UNIT_TIMEOUT_S);
	tcase_add_loop_test(t, finds_the_passage_that_answers, 0, N(answers));
	tcase_add_loop_test(t, says_nothing_when_nothing_fits, 0,
			    N(strangers));
	tcase_add_test(t, ranks_what_fits);
	tcase_add_test(t, equals_have_the_order_of_the_documents);
	tcase_add_test(t, a_long_paragraph_is_divided_after_sentences);
	tcase_add_test(t, a_text_without_spaces_is_cut_between_characters);
	tcase_add_test(t, takes_any_bytes);
	tcase_add_test(t, reads_files_and_says_which_it_cannot);
	tcase_add_test(t, has_a_bound_and_keeps_what_was_there);
	tcase_add_test(t, wrong_arguments_are_refused);
	tcase_add_loop_test(t, chooses_what_somebody_means, 0, N(wishes));
	tcase_add_test(t, choices_are_ranked);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
