/**
 * @file test_schema.c  Every older database becomes a new one, none newer
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "store/schema.h"
#include "store/store.h"
#include "unit/tempdir.h"
#include "unit/unit.h"

static char why[256];

static sqlite3 *open_database(const char *name)
{
	sqlite3 *db = NULL;

	ck_assert_int_eq(sqlite3_open(tempdir_path(name), &db), SQLITE_OK);
	return db;
}

static void run(sqlite3 *db, const char *sql)
{
	char *error = NULL;

	(void)sqlite3_exec(db, sql, NULL, NULL, &error);
	ck_assert_msg(error == NULL, "%s: %s", sql, error);
}

static int number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st = NULL;
	int v;

	ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &st, NULL),
			 SQLITE_OK);
	ck_assert_int_eq(sqlite3_step(st), SQLITE_ROW);
	v = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return v;
}

/* The text of every CREATE, to compare two databases. */
static void schema_text(sqlite3 *db, char *out, size_t cap)
{
	sqlite3_stmt *st = NULL;

	out[0] = '\0';
	ck_assert_int_eq(sqlite3_prepare_v2(db,
					    "SELECT coalesce(sql, name) FROM "
					    "sqlite_schema ORDER BY name",
					    -1, &st, NULL),
			 SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW)
		(void)snprintf(out + strlen(out), cap - strlen(out), "%s;\n",
			       (const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
}

START_TEST(brings_every_older_version_to_the_newest_and_keeps_its_rows)
{
	static char fresh[16384], text[16384];
	sqlite3 *db = open_database("fresh");

	ck_assert_int_eq(schema_migrate(db, SCHEMA_VERSION, why, sizeof(why)),
			 0);
	schema_text(db, fresh, sizeof(fresh));
	sqlite3_close(db);

	for (int v = 1; v <= SCHEMA_VERSION; v++) {
		struct store *s = NULL;
		char name[16];

		(void)snprintf(name, sizeof(name), "v%d", v);
		db = open_database(name);
		ck_assert_int_eq(schema_migrate(db, v, why, sizeof(why)), 0);
		ck_assert_int_eq(
			number(db, "SELECT max(version) FROM schema_version"),
			v);
		run(db, "INSERT INTO calls(id, started_us) VALUES('c1', 7)");
		run(db,
		    "INSERT INTO transcript VALUES('c1','agent','Hi',1,0)");
		run(db, "INSERT INTO fields VALUES('c1','k','1',1)");
		run(db, "INSERT INTO events VALUES('c1','t','{}',1)");
		if (v >= 2)
			run(db, "INSERT INTO turns VALUES('c1',1,'x',"
				"1,2,3,4,5,6)");
		if (v >= 3)
			run(db, "INSERT INTO api_keys VALUES('k','00',1,2,0)");
		sqlite3_close(db);

		ck_assert_int_eq(store_open(&s, tempdir_path(name), NULL), 0);
		store_close(s);

		db = open_database(name);
		ck_assert_int_eq(
			number(db, "SELECT max(version) FROM schema_version"),
			SCHEMA_VERSION);
		ck_assert_int_eq(
			number(db, "SELECT count(*) FROM schema_version"),
			SCHEMA_VERSION);
		ck_assert_int_eq(number(db, "SELECT started_us FROM calls"),
				 7);
		ck_assert_int_eq(number(db, "SELECT count(*) FROM fields"), 1);
		ck_assert_int_eq(number(db, "SELECT count(*) FROM turns"),
				 v >= 2);
		schema_text(db, text, sizeof(text));
		ck_assert_str_eq(text, fresh);
		sqlite3_close(db);
	}
}
END_TEST

START_TEST(refuses_a_database_of_a_newer_program_untouched)
{
	struct store *s = NULL;
	const char *sentence = "";
	sqlite3 *db = open_database("db");
	char sql[128];

	ck_assert_int_eq(schema_migrate(db, SCHEMA_VERSION, why, sizeof(why)),
			 0);
	(void)snprintf(sql, sizeof(sql),
		       "INSERT INTO schema_version VALUES(%d, 0)",
		       SCHEMA_VERSION + 1);
	run(db, sql);
	sqlite3_close(db);

	ck_assert_int_eq(store_open(&s, tempdir_path("db"), &sentence),
			 -EBADMSG);
	ck_assert_ptr_nonnull(strstr(sentence, "newer dialog-server"));
	ck_assert_ptr_null(s);
	db = open_database("db");
	ck_assert_int_eq(number(db, "SELECT max(version) FROM schema_version"),
			 SCHEMA_VERSION + 1);
	sqlite3_close(db);
}
END_TEST

START_TEST(refuses_a_version_that_never_was)
{
	struct store *s = NULL;
	sqlite3 *db = open_database("db");

	ck_assert_int_eq(schema_migrate(db, SCHEMA_VERSION, why, sizeof(why)),
			 0);
	run(db, "DELETE FROM schema_version");
	run(db, "INSERT INTO schema_version VALUES(-7, 0)");
	sqlite3_close(db);
	ck_assert_int_eq(store_open(&s, tempdir_path("db"), NULL), -EBADMSG);
}
END_TEST

START_TEST(undoes_a_migration_that_fails_halfway)
{
	sqlite3 *db = open_database("db");

	ck_assert_int_eq(schema_migrate(db, 1, why, sizeof(why)), 0);
	run(db, "CREATE TABLE api_keys(clash)"); /* step 3 will trip */
	ck_assert_int_lt(schema_migrate(db, SCHEMA_VERSION, why, sizeof(why)),
			 0);
	ck_assert_uint_gt(strlen(why), 0);
	ck_assert_int_eq(number(db, "SELECT max(version) FROM schema_version"),
			 1);
	ck_assert_int_eq(number(db, "SELECT count(*) FROM sqlite_schema "
				    "WHERE name = 'turns'"),
			 0);
	run(db, "DROP TABLE api_keys");
	ck_assert_int_eq(schema_migrate(db, SCHEMA_VERSION, why, sizeof(why)),
			 0);
	sqlite3_close(db);
}
END_TEST

START_TEST(does_nothing_the_second_time)
{
	sqlite3 *db = open_database("db");

	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(
			schema_migrate(db, SCHEMA_VERSION, why, sizeof(why)),
			0);
	ck_assert_int_eq(number(db, "SELECT count(*) FROM schema_version"),
			 SCHEMA_VERSION);
	sqlite3_close(db);
}
END_TEST

UNIT_MAIN("schema",
	  brings_every_older_version_to_the_newest_and_keeps_its_rows,
	  refuses_a_database_of_a_newer_program_untouched,
	  refuses_a_version_that_never_was,
	  undoes_a_migration_that_fails_halfway, does_nothing_the_second_time)
