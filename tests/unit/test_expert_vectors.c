/**
 * @file test_expert_vectors.c  libexpert: texts found by what they mean
 *
 * Each test of a store runs with the one in memory and with the one in a file.
 *
 * SPDX-License-Identifier: MIT
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "expert.h"
#include "expert/sqlite.h"
#include "unit.h"
#include "unit/tempdir.h"

enum { IN_MEMORY, IN_FILE, STORES };

static const char *path;

static struct expert_vectors *reopen(size_t n)
{
	struct expert_vectors *v = NULL;

	ck_assert_int_eq(expert_vectors_sqlite(&v, path, n), EXPERT_OK);
	return v;
}

static struct expert_vectors *begin(int where, size_t n)
{
	if (where == IN_MEMORY)
		return expert_vectors_memory(n);
	path = tempdir_path("vectors.db");
	return reopen(n);
}

static void end(struct expert_vectors *v)
{
	expert_vectors_free(v);
}

static char found[1024];

static void note(const char *id, const char *text, double similarity,
		 void *arg)
{
	size_t n = strlen(found);

	ck_assert_ptr_eq(arg, found);
	ck_assert(similarity > 0 && similarity <= 1);
	(void)snprintf(found + n, sizeof(found) - n, "%s=%s %.2f;", id, text,
		       similarity);
}

static const char *search(struct expert_vectors *v, const char *text,
			  const float *vector, size_t max)
{
	found[0] = 0;
	ck_assert_int_eq(
		expert_vectors_search(v, text, vector, max, note, found),
		EXPERT_OK);
	return found;
}

START_TEST(the_nearest_come_first)
{
	struct expert_vectors *v = begin(_i, 2);
	const float east[] = {3, 0}, north[] = {0, 0.5f}, west[] = {-1, 0};
	const float between[] = {2, 1};

	ck_assert_str_eq(search(v, NULL, east, 5), "");
	ck_assert_int_eq(expert_vectors_add(v, "n", "north", north), 0);
	ck_assert_int_eq(expert_vectors_add(v, "e", "east", east), 0);
	ck_assert_int_eq(expert_vectors_add(v, "w", "west", west), 0);
	ck_assert_int_eq(expert_vectors_count(v), 3);
	ck_assert_str_eq(search(v, NULL, between, 5),
			 "e=east 0.89;n=north 0.45;");
	ck_assert_str_eq(search(v, NULL, between, 1), "e=east 0.89;");

	ck_assert_int_eq(expert_vectors_add(v, "e", "down", west), 0);
	ck_assert_int_eq(expert_vectors_count(v), 3);
	ck_assert_str_eq(search(v, NULL, between, 5), "n=north 0.45;");
	ck_assert_int_eq(expert_vectors_remove(v, "n"), 0);
	ck_assert_int_eq(expert_vectors_remove(v, "n"), EXPERT_ENOENT);
	ck_assert_str_eq(search(v, NULL, between, 5), "");
	ck_assert_int_eq(expert_vectors_count(v), 2);
	end(v);
}
END_TEST

static const char *const faq[][2] = {
	{"delivery", "Parcels reach you in two days within the country."},
	{"returns", "Send back what you do not like within thirty days."},
	{"hours", "The shop is open from nine to six on weekdays."},
	{"warranty", "Our lamps have a warranty of five years."},
	{"bulbs", "Bulbs for all our lamps are sold in the shop."},
};

static const struct {
	const char *question, *first;
} questions[] = {
	{"When will my parcel reach me?", "delivery="},
	{"I don't like it, can I send it back?", "returns="},
	{"is the shop open on a weekday", "hours="},
	{"how many years of warranty?", "warranty="},
	{"where are bulbs sold", "bulbs="},
};

START_TEST(texts_that_share_words_are_near)
{
	struct expert_vectors *v = begin(_i, 512);

	for (size_t i = 0; i < 5; i++)
		ck_assert_int_eq(
			expert_vectors_add(v, faq[i][0], faq[i][1], NULL), 0);
	for (size_t i = 0; i < 5; i++)
		ck_assert_msg(
			!strncmp(search(v, questions[i].question, NULL, 3),
				 questions[i].first,
				 strlen(questions[i].first)),
			"%s: %s", questions[i].question, found);
	end(v);
}
END_TEST

START_TEST(many_texts_come_and_go)
{
	struct expert_vectors *v = begin(_i, 3);
	char id[16];

	for (int i = 0; i < 500; i++) {
		const float at[] = {1, (float)i, 1};

		(void)snprintf(id, sizeof(id), "t%d", i);
		ck_assert_int_eq(expert_vectors_add(v, id, id, at), 0);
	}
	for (int i = 0; i < 500; i += 2) {
		(void)snprintf(id, sizeof(id), "t%d", i);
		ck_assert_int_eq(expert_vectors_remove(v, id), 0);
	}
	ck_assert_int_eq(expert_vectors_count(v), 250);
	for (int i = 1; i < 20; i += 2) {
		const float at[] = {1, (float)i, 1};

		(void)snprintf(id, sizeof(id), "t%d=t%d 1.00;", i, i);
		ck_assert_str_eq(search(v, NULL, at, 1), id);
	}
	end(v);
}
END_TEST

static int embed_length(const char *text, float *ret, size_t n, void *arg)
{
	ck_assert_uint_eq(n, 2);
	ck_assert_ptr_eq(arg, found);
	ret[0] = (float)strlen(text);
	ret[1] = 1;
	return text[0] == '!' ? EXPERT_ECONNECT : EXPERT_OK;
}

START_TEST(the_programs_own_model_makes_the_vectors)
{
	struct expert_vectors *v = begin(_i, 2);

	ck_assert_int_eq(expert_vectors_embed(v, NULL, NULL), EXPERT_EINVAL);
	ck_assert_int_eq(expert_vectors_embed(v, embed_length, found), 0);
	ck_assert_int_eq(expert_vectors_add(v, "1", "abc", NULL), 0);
	ck_assert_int_eq(expert_vectors_add(v, "2", "", NULL), 0);
	ck_assert_int_eq(expert_vectors_add(v, "3", "!", NULL),
			 EXPERT_ECONNECT);
	ck_assert_str_eq(search(v, "xyz", NULL, 1), "1=abc 1.00;");
	ck_assert_str_eq(search(v, "", NULL, 1), "2= 1.00;");
	end(v);
}
END_TEST

START_TEST(what_makes_no_sense_is_refused)
{
	struct expert_vectors *v = begin(_i, 2);
	const float zero[] = {0, 0}, good[] = {1, 0};
	const float wrong[] = {1, (float)strtod("nan", NULL)};
	char big[65 * 1024 + 1];

	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = 0;
	ck_assert_int_eq(expert_vectors_add(v, "1", "a", zero), EXPERT_EINVAL);
	ck_assert_int_eq(expert_vectors_add(v, "1", "a", wrong),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_vectors_add(v, "", "a", good), EXPERT_EINVAL);
	ck_assert_int_eq(expert_vectors_add(v, NULL, "a", good),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_vectors_add(v, "1", NULL, good),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_vectors_add(NULL, "1", "a", good),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_vectors_add(v, "1", "the of", NULL),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_vectors_add(v, "1", big, good),
			 EXPERT_ETOOBIG);
	ck_assert_int_eq(expert_vectors_add(v, big, "a", good),
			 EXPERT_ETOOBIG);
	ck_assert_int_eq(expert_vectors_search(v, NULL, NULL, 1, note, NULL),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_vectors_search(v, NULL, good, 0, note, NULL),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_vectors_search(v, NULL, good, 257, note, NULL),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_vectors_search(v, NULL, good, 1, NULL, NULL),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_vectors_remove(v, NULL), EXPERT_EINVAL);
	ck_assert_int_eq(expert_vectors_count(v), 0);
	ck_assert_int_eq(expert_vectors_count(NULL), EXPERT_EINVAL);
	ck_assert_ptr_null(expert_vectors_memory(0));
	ck_assert_ptr_null(expert_vectors_memory(4097));
	ck_assert_ptr_null(expert_vectors_new(NULL, NULL, 2));
	expert_vectors_free(NULL);
	end(v);
}
END_TEST

/* ---- files --------------------------------------------------------------
 */

START_TEST(a_file_keeps_what_it_has)
{
	struct expert_vectors *v = begin(IN_FILE, 2), *other = NULL;
	const float east[] = {1, 0};

	ck_assert_int_eq(expert_vectors_add(v, "e", "east", east), 0);
	expert_vectors_free(v);
	v = reopen(2);
	ck_assert_str_eq(search(v, NULL, east, 5), "e=east 1.00;");

	/* Another that has it open at the same time sees what is new. */
	other = reopen(2);
	ck_assert_int_eq(expert_vectors_add(v, "f", "far", east), 0);
	ck_assert_int_eq(expert_vectors_count(other), 2);
	expert_vectors_free(other);

	other = NULL;
	ck_assert_int_eq(expert_vectors_sqlite(&other, path, 3),
			 EXPERT_EINVAL);
	ck_assert_ptr_null(other);
	end(v);
}
END_TEST

START_TEST(what_is_no_store_is_refused)
{
	struct expert_vectors *v = begin(IN_FILE, 2), *other = NULL;
	const char *bad = tempdir_path("bad.db");
	FILE *f = fopen(bad, "w");

	for (int i = 0; i < 1000; i++)
		(void)fputs("This is no database. ", f);
	(void)fclose(f);
	ck_assert_int_eq(expert_vectors_sqlite(&other, bad, 2), EXPERT_ENOENT);
	ck_assert_int_eq(expert_vectors_sqlite(&other, "/nowhere/x.db", 2),
			 EXPERT_ENOENT);
	ck_assert_int_eq(expert_vectors_sqlite(&other, path, 0),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_vectors_sqlite(&other, path, 4097),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_vectors_sqlite(NULL, path, 2), EXPERT_EINVAL);
	ck_assert_ptr_null(other);
	end(v);
}
END_TEST

START_TEST(a_vector_of_another_length_in_a_file_is_passed_over)
{
	struct expert_vectors *v = begin(IN_FILE, 2);
	const float east[] = {1, 0};
	sqlite3 *db;

	ck_assert_int_eq(expert_vectors_add(v, "e", "east", east), 0);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(
		sqlite3_exec(db,
			     "INSERT INTO expert_vectors VALUES "
			     "('x', 'short', x'0000803f'), "
			     "('y', 'not a number', x'0000c07f0000c07f')",
			     NULL, NULL, NULL),
		SQLITE_OK);
	(void)sqlite3_close(db);
	ck_assert_str_eq(search(v, NULL, east, 5), "e=east 1.00;");
	end(v);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("expert_vectors");
	TCase *t = tcase_create("vectors");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, the_nearest_come_first, 0, STORES);
	tcase_add_loop_test(t, texts_that_share_words_are_near, 0, STORES);
	tcase_add_loop_test(t, many_texts_come_and_go, 0, STORES);
	tcase_add_loop_test(t, the_programs_own_model_makes_the_vectors, 0,
			    STORES);
	tcase_add_loop_test(t, what_makes_no_sense_is_refused, 0, STORES);
	tcase_add_test(t, a_file_keeps_what_it_has);
	tcase_add_test(t, what_is_no_store_is_refused);
	tcase_add_test(t, a_vector_of_another_length_in_a_file_is_passed_over);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
