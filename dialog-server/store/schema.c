/**
 * @file schema.c  The tables of the database, by numbered steps
 *
 * Times are [us] since 1970 UTC where the name ends in _us, [ms] since the
 * start of the call where it ends in _ms.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/schema.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>

#include "base/clock.h"

/* Says whose file it is: "DIAL". */
enum { APPLICATION_ID = 0x4449414c };

static const char *const steps[SCHEMA_VERSION] = {
	/* 1: calls and what was said in them */
	"PRAGMA application_id=0x4449414c;"
	"CREATE TABLE calls("
	" id TEXT PRIMARY KEY NOT NULL,"
	" external_id TEXT NOT NULL DEFAULT '',"
	" channel TEXT NOT NULL DEFAULT '',"
	" address TEXT NOT NULL DEFAULT '',"
	" from_number TEXT NOT NULL DEFAULT '',"
	" to_number TEXT NOT NULL DEFAULT '',"
	" started_us INTEGER NOT NULL,"
	" ended_us INTEGER,"
	" reason TEXT NOT NULL DEFAULT '',"
	" fields TEXT,"
	" recording TEXT NOT NULL DEFAULT '',"
	" journal TEXT NOT NULL DEFAULT '');"
	"CREATE INDEX calls_started ON calls(started_us);"
	"CREATE TABLE transcript("
	" call_id TEXT NOT NULL,"
	" who TEXT NOT NULL,"
	" text TEXT NOT NULL,"
	" at_ms INTEGER NOT NULL,"
	" interrupted INTEGER NOT NULL DEFAULT 0);"
	"CREATE INDEX transcript_call ON transcript(call_id);"
	"CREATE TABLE fields("
	" call_id TEXT NOT NULL,"
	" key TEXT NOT NULL,"
	" value TEXT NOT NULL,"
	" at_ms INTEGER NOT NULL,"
	" PRIMARY KEY(call_id, key));"
	"CREATE TABLE events("
	" call_id TEXT NOT NULL,"
	" type TEXT NOT NULL,"
	" detail TEXT NOT NULL,"
	" at_ms INTEGER NOT NULL);"
	"CREATE INDEX events_call ON events(call_id);",

	/* 2: latency of turns; calls are found by the carrier's id */
	"CREATE TABLE turns("
	" call_id TEXT NOT NULL,"
	" turn INTEGER NOT NULL,"
	" heard TEXT NOT NULL DEFAULT '',"
	" at_ms INTEGER NOT NULL,"
	" endpoint_ms INTEGER NOT NULL,"
	" stt_ms INTEGER NOT NULL,"
	" llm_ms INTEGER NOT NULL,"
	" tts_ms INTEGER NOT NULL,"
	" total_ms INTEGER NOT NULL,"
	" PRIMARY KEY(call_id, turn));"
	"CREATE INDEX calls_external ON calls(external_id);",

	/* 3: API keys, of which only the hash is kept */
	"CREATE TABLE api_keys("
	" name TEXT PRIMARY KEY NOT NULL,"
	" sha256 TEXT NOT NULL UNIQUE,"
	" created_us INTEGER NOT NULL,"
	" last_used_us INTEGER NOT NULL DEFAULT 0,"
	" revoked_us INTEGER NOT NULL DEFAULT 0);",

	/* 4: who called whom is asked for; text messages; documents, whose
	 * passages are in a table of their key's own, see documents.c */
	"ALTER TABLE calls ADD COLUMN direction TEXT NOT NULL"
	" DEFAULT 'inbound';"
	"CREATE INDEX calls_from ON calls(from_number, started_us);"
	"CREATE INDEX calls_to ON calls(to_number, started_us);"
	"CREATE INDEX calls_numbers ON calls(channel, to_number);"
	"CREATE TABLE messages("
	" id TEXT PRIMARY KEY NOT NULL,"
	" key_id INTEGER NOT NULL,"
	" from_number TEXT NOT NULL,"
	" to_number TEXT NOT NULL,"
	" content TEXT NOT NULL,"
	" modality TEXT NOT NULL,"
	" direction TEXT NOT NULL,"
	" status TEXT NOT NULL,"
	" at_us INTEGER NOT NULL);"
	"CREATE INDEX messages_to ON messages(key_id, to_number, at_us);"
	"CREATE INDEX messages_at ON messages(key_id, at_us);"
	"CREATE TABLE documents("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" key_id INTEGER NOT NULL,"
	" name TEXT NOT NULL,"
	" bytes INTEGER NOT NULL,"
	" passages INTEGER NOT NULL,"
	" updated_us INTEGER NOT NULL,"
	" UNIQUE(key_id, name));",
};

int schema_errno(int sqlite_result)
{
	switch (sqlite_result & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return -EBADMSG;
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EAGAIN;
	default:
		return -EIO;
	}
}

static int exec(sqlite3 *db, const char *sql)
{
	return schema_errno(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

/* The one number that a query gives. @return 0 or -errno */
static int query_int(sqlite3 *db, const char *sql, int64_t *ret)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		*ret = sqlite3_column_int64(st, 0);
	(void)sqlite3_finalize(st);
	return schema_errno(rc);
}

/* @return the version in *ret: 0 for an empty file; or -errno */
static int read_version(sqlite3 *db, int64_t *ret, char *why, size_t cap)
{
	int64_t tables = 0, ours = 0, version = 0;
	int err;

	err = query_int(db, "SELECT count(*) FROM sqlite_schema", &tables);
	if (err < 0)
		goto out;
	if (tables > 0) {
		err = query_int(db, "PRAGMA application_id", &ours);
		if (err < 0)
			goto out;
		if (ours != APPLICATION_ID) {
			(void)snprintf(why, cap,
				       "is the database of another program");
			return -EBADMSG;
		}
		err = query_int(
			db,
			"SELECT coalesce(max(version), 0) FROM schema_version",
			&version);
	}
out:
	if (err < 0) {
		(void)snprintf(why, cap, "cannot be read: %s",
			       sqlite3_errmsg(db));
		return err;
	}
	if (version < 0) {
		(void)snprintf(why, cap, "is damaged: it has no version");
		return -EBADMSG;
	}
	*ret = version;
	return 0;
}

static int apply(sqlite3 *db, int step)
{
	char sql[128];
	int err;

	assert(step >= 1 && step <= SCHEMA_VERSION);
	err = exec(db, steps[step - 1]);

	if (err < 0)
		return err;
	(void)snprintf(sql, sizeof(sql),
		       "INSERT INTO schema_version VALUES(%d, %" PRId64 ")",
		       step, clock_wall_us());
	return exec(db, sql);
}

int schema_migrate(struct sqlite3 *db, int target, char *why, size_t cap)
{
	int64_t version = 0;
	int err = exec(db, "BEGIN IMMEDIATE");

	if (err < 0) {
		(void)snprintf(why, cap, "cannot be written: %s",
			       sqlite3_errmsg(db));
		return err;
	}
	err = read_version(db, &version, why, cap);
	if (err < 0)
		goto out;
	if (version > SCHEMA_VERSION) {
		(void)snprintf(why, cap,
			       "has schema version %" PRId64
			       ", this program knows up to %d: it was used "
			       "by a newer dialog-server",
			       version, SCHEMA_VERSION);
		err = -EBADMSG;
		goto out;
	}
	err = exec(db, "CREATE TABLE IF NOT EXISTS schema_version("
		       "version INTEGER PRIMARY KEY, "
		       "applied_us INTEGER NOT NULL)");
	for (int step = (int)version + 1; err == 0 && step <= target; step++)
		err = apply(db, step);
	if (err == 0)
		err = exec(db, "COMMIT");
	if (err < 0)
		(void)snprintf(why, cap, "migration failed: %s",
			       sqlite3_errmsg(db));
out:
	if (err < 0)
		(void)exec(db, "ROLLBACK");
	return err;
}
