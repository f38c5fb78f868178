/**
 * @file test_documents.c  Documents are found by their key's questions alone
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>

#include "base/limits.h"
#include "unit/store_ask.h"
#include "unit/tempdir.h"
#include "unit/unit.h"

static struct store *s;

static void begin(void)
{
	const char *why = "";

	ck_assert_msg(!store_open(&s, tempdir_path("db"), &why), "%s", why);
	ask_open();
}

static void end(void)
{
	ask_close();
	s = store_close(s);
}

static void put(int64_t key, const char *name, const char *text)
{
	ck_assert_int_eq(ASK(store_put_document, s, key, name, text), 0);
}

static void search(int64_t key, const char *question, const char *names,
		   int64_t whole_bytes)
{
	const struct store_search q = {.key_id = key,
				       .question = question,
				       .names_json = names,
				       .limit = 3,
				       .whole_bytes = whole_bytes};

	ck_assert_int_eq(ASK(store_search, s, &q), 0);
}

START_TEST(the_passage_that_a_question_is_about_is_the_best)
{
	begin();
	put(1, "house",
	    "Parking\n\nThere is parking behind the house. It is free for "
	    "guests.\n\nOpening hours\n\nWe open at nine, on Sundays at ten, "
	    "and close when the last guest has gone.");
	ask_assert("", "{\"key\":\"house\",\"bytes\":158,\"passages\":2}");
	search(1, "Where can I park?", NULL, 0);
	ask_assert("documents", "1");
	ask_assert("best.0.text",
		   "\"Parking\\nThere is parking behind the house. It is free "
		   "for guests.\"");
	ask_assert("best.0.document", "\"house\"");
	ask_assert("fits", "100");
	ask_assert("whole", "null");
	search(1, "sunday opening", NULL, 1000);
	ask_assert("best.0.document", "\"house\"");
	ask_assert("fits", "100");
	ask_assert("whole.0.document", "\"house\"");
	ask_assert("whole.1.text",
		   "\"Opening hours\\nWe open at nine, on Sundays at ten, and "
		   "close when the last guest has gone.\"");
	search(1, "the price of helicopters on sundays", NULL, 0);
	ask_assert("fits", "33");
	search(1, "helicopters", NULL, 0);
	ask_assert("best", "[]");
	ask_assert("fits", "0");
	end();
}
END_TEST

START_TEST(what_looks_like_an_operator_is_a_word)
{
	static const char *const odd[] = {
		"\"",  "* NEAR(a b) OR",           "text:",
		"{",   "^a AND NOT b - c",         "",
		"???", "'; DROP TABLE documents;",
	};

	begin();
	put(1, "d", "a b c");
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++)
		search(1, odd[i], NULL, 100);
	put(1, "names'; --", "it is here");
	search(1, "here", "[\"names'; --\"]", 0);
	ask_assert("best.0.document", "\"names'; --\"");
	end();
}
END_TEST

START_TEST(each_key_has_its_own)
{
	begin();
	put(1, "a", "The secret of the first is blue.");
	put(2, "a", "The secret of the second is red.");
	put(2, "b", "Nothing of interest.");
	search(1, "secret", NULL, 10000);
	ask_assert("documents", "1");
	ck_assert_ptr_null(strstr(answer, "red"));
	ck_assert_ptr_nonnull(strstr(answer, "blue"));
	search(3, "secret", NULL, 10000);
	ask_assert("", "{\"documents\":0,\"fits\":0,\"best\":[],"
		       "\"whole\":[]}");
	ck_assert_int_eq(ASK(store_list_documents, s, 1), 0);
	ask_assert("0.key", "\"a\"");
	ck_assert_ptr_null(strstr(answer, "\"b\""));
	/* Another's is as missing as none. */
	ck_assert_int_eq(ASK(store_delete_document, s, 1, "b"), -ENOENT);
	ck_assert_int_eq(ASK(store_delete_document, s, 1, "c"), -ENOENT);
	ck_assert_int_eq(ASK(store_delete_document, s, 3, "a"), -ENOENT);
	ck_assert_int_eq(ASK(store_delete_document, s, 1, "a"), 0);
	search(2, "secret", NULL, 0);
	ask_assert("documents", "2");
	ck_assert_ptr_nonnull(strstr(answer, "red"));
	end();
}
END_TEST

START_TEST(a_document_takes_the_place_of_its_namesake)
{
	begin();
	put(1, "a", "old words about elephants");
	put(1, "b", "other words");
	put(1, "a", "new words about giraffes");
	search(1, "elephants", NULL, 0);
	ask_assert("best", "[]");
	search(1, "giraffes", NULL, 0);
	ask_assert("best.0.document", "\"a\"");
	search(1, "words", "[\"b\",\"none\"]", 0);
	ask_assert("documents", "1");
	ask_assert("best.0.document", "\"b\"");
	ask_assert("best.0.text", "\"other words\"");
	search(1, "words", "[]", 1000);
	ask_assert("documents", "0");
	ck_assert_int_eq(ASK(store_delete_document, s, 1, "a"), 0);
	search(1, "giraffes", NULL, 0);
	ask_assert("best", "[]");
	end();
	/* It is on the disk. */
	begin();
	search(1, "other", NULL, 0);
	ask_assert("best.0.document", "\"b\"");
	end();
}
END_TEST

START_TEST(refuses_the_document_and_the_byte_too_many)
{
	static char text[LIMIT_DOCUMENT_BYTES + 2];
	char name[LIMIT_KEY_BYTES + 2];
	int most = LIMIT_DOCUMENTS_BYTES / LIMIT_DOCUMENT_BYTES;

	begin();
	memset(text, ' ', sizeof(text));
	text[LIMIT_DOCUMENT_BYTES + 1] = '\0';
	ck_assert_int_eq(ASK(store_put_document, s, 1, "d", text), -EMSGSIZE);
	text[LIMIT_DOCUMENT_BYTES] = '\0';
	memset(name, 'n', sizeof(name));
	name[LIMIT_KEY_BYTES + 1] = '\0';
	ck_assert_int_eq(ASK(store_put_document, s, 1, name, "x"), -EMSGSIZE);
	name[LIMIT_KEY_BYTES] = '\0';
	put(1, name, "x");
	ck_assert_int_eq(ASK(store_put_document, s, 1, "", "x"), -EINVAL);
	ck_assert_int_eq(ASK(store_put_document, s, 1, "x", ""), -EINVAL);
	for (int i = 0; i < most; i++) {
		(void)snprintf(name, sizeof(name), "d%d", i);
		put(2, name, text);
	}
	ck_assert_int_eq(ASK(store_put_document, s, 2, "more", text),
			 -EMSGSIZE);
	/* In the place of one there is room. */
	put(2, "d0", text);
	end();
}
END_TEST

START_TEST(refuses_the_thousand_and_first)
{
	char name[16];

	begin();
	for (int i = 0; i < LIMIT_DOCUMENTS; i++) {
		(void)snprintf(name, sizeof(name), "d%d", i);
		put(1, name, "x");
	}
	ck_assert_int_eq(ASK(store_put_document, s, 1, "more", "x"),
			 -EMSGSIZE);
	put(1, "d7", "y");
	put(2, "more", "x");
	end();
}
END_TEST

static int rows_of(const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *st = NULL;
	int n;

	ck_assert_int_eq(sqlite3_open(tempdir_path("db"), &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &st, NULL),
			 SQLITE_OK);
	ck_assert_int_eq(sqlite3_step(st), SQLITE_ROW);
	n = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return n;
}

START_TEST(what_belongs_to_a_revoked_key_is_deleted)
{
	static const char tables[] =
		"SELECT count(*) FROM sqlite_schema WHERE name GLOB "
		"'passages_*'";
	const struct store_message m = {.from_number = "+15550001",
					.to_number = "+15550002",
					.content = "hi",
					.modality = "sms",
					.direction = "outbound",
					.status = "failed"};
	struct store_message of = m;
	char text[64];
	int64_t one, two;

	begin();
	ck_assert_int_eq(store_key_create(s, "one", text, sizeof(text)), 0);
	one = store_key_check(s, text);
	ck_assert_int_eq(store_key_create(s, "two", text, sizeof(text)), 0);
	two = store_key_check(s, text);
	put(one, "a", "text of one");
	put(two, "a", "text of two");
	of.key_id = one;
	ck_assert_int_eq(ASK(store_add_message, s, &of), 0);
	of.key_id = two;
	ck_assert_int_eq(ASK(store_add_message, s, &of), 0);
	ck_assert_int_gt(rows_of(tables), 0);
	ck_assert_int_eq(store_key_revoke(s, "one"), 0);
	ck_assert_int_eq(rows_of("SELECT count(*) FROM documents"), 1);
	ck_assert_int_eq(rows_of("SELECT count(*) FROM messages"), 1);
	search(two, "text", NULL, 0);
	ask_assert("best.0.text", "\"text of two\"");
	ck_assert_int_eq(store_key_revoke(s, "two"), 0);
	ck_assert_int_eq(rows_of(tables), 0);
	end();
}
END_TEST

UNIT_MAIN("documents", the_passage_that_a_question_is_about_is_the_best,
	  what_looks_like_an_operator_is_a_word, each_key_has_its_own,
	  a_document_takes_the_place_of_its_namesake,
	  refuses_the_document_and_the_byte_too_many,
	  refuses_the_thousand_and_first,
	  what_belongs_to_a_revoked_key_is_deleted)
