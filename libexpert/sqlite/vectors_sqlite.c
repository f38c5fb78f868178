/**
 * @file vectors_sqlite.c  A vector store in a file of SQLite's
 *
 * Vectors are numbers of 32 bits, little-endian, so that a file may move to
 * another machine. A search reads all of them, and then the texts of those
 * that are nearest.
 *
 * SPDX-License-Identifier: MIT
 */
#include <endian.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "expert/sqlite.h"

enum { BUSY_MS = 5000 };

struct file {
	sqlite3 *db;
	sqlite3_stmt *put, *remove, *scan, *text, *count;
};

static const char schema[] =
	"CREATE TABLE IF NOT EXISTS expert_store (numbers INTEGER NOT NULL);"
	"CREATE TABLE IF NOT EXISTS expert_vectors ("
	"id TEXT PRIMARY KEY NOT NULL, text TEXT NOT NULL, "
	"vector BLOB NOT NULL);";

static int error_of(int rc)
{
	switch (rc) {
	case SQLITE_OK:
	case SQLITE_DONE:
	case SQLITE_ROW:
		return EXPERT_OK;
	case SQLITE_NOMEM:
		return EXPERT_ENOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return EXPERT_EAGAIN;
	case SQLITE_FULL:
	case SQLITE_TOOBIG:
		return EXPERT_ETOOBIG;
	default:
		return EXPERT_ENOENT;
	}
}

static void to_bytes(const float *from, uint32_t *to, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		memcpy(&to[i], &from[i], sizeof(to[i]));
		to[i] = htole32(to[i]);
	}
}

static float from_bytes(const unsigned char *at)
{
	uint32_t bits;
	float x;

	memcpy(&bits, at, sizeof(bits));
	bits = le32toh(bits);
	memcpy(&x, &bits, sizeof(x));
	return x;
}

/* ---- what a store does -------------------------------------------------- */

static int file_put(void *store, const char *id, const char *text,
		    const float *vector, size_t n)
{
	uint32_t *bytes = malloc(n * sizeof(*bytes));
	struct file *f = store;
	int rc;

	if (!bytes)
		return EXPERT_ENOMEM;
	to_bytes(vector, bytes, n);
	(void)sqlite3_bind_text(f->put, 1, id, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(f->put, 2, text, -1, SQLITE_STATIC);
	(void)sqlite3_bind_blob(f->put, 3, bytes, (int)(n * sizeof(*bytes)),
				SQLITE_STATIC);
	rc = sqlite3_step(f->put);
	(void)sqlite3_reset(f->put);
	(void)sqlite3_clear_bindings(f->put);
	free(bytes);
	return error_of(rc);
}

static int file_remove(void *store, const char *id)
{
	struct file *f = store;
	int rc;

	(void)sqlite3_bind_text(f->remove, 1, id, -1, SQLITE_STATIC);
	rc = error_of(sqlite3_step(f->remove));
	(void)sqlite3_reset(f->remove);
	(void)sqlite3_clear_bindings(f->remove);
	if (rc == EXPERT_OK && !sqlite3_changes(f->db))
		rc = EXPERT_ENOENT;
	return rc;
}

struct near {
	sqlite3_int64 row;
	double score;
};

/* @return how many of all there are in best, or a negative code */
static int scan(struct file *f, const float *vector, size_t n, size_t max,
		struct near *best)
{
	size_t n_best = 0;
	int rc;

	while ((rc = sqlite3_step(f->scan)) == SQLITE_ROW) {
		const unsigned char *bytes = sqlite3_column_blob(f->scan, 1);
		double sum = 0;
		size_t k;

		if ((size_t)sqlite3_column_bytes(f->scan, 1) !=
		    n * sizeof(float))
			continue; /* not ours */
		for (size_t j = 0; j < n; j++)
			sum += (double)from_bytes(bytes + j * sizeof(float)) *
			       (double)vector[j];
		if (!(sum > 0) ||
		    (n_best == max && sum <= best[max - 1].score))
			continue;
		k = n_best < max ? n_best++ : max - 1;
		for (; k && best[k - 1].score < sum; k--)
			best[k] = best[k - 1];
		best[k] = (struct near){
			.row = sqlite3_column_int64(f->scan, 0), .score = sum};
	}
	(void)sqlite3_reset(f->scan);
	return rc == SQLITE_DONE ? (int)n_best : error_of(rc);
}

static int file_search(void *store, const float *vector, size_t n, size_t max,
		       expert_found_fn *found, void *arg)
{
	struct near best[EXPERT_VECTORS_FOUND];
	struct file *f = store;
	int n_best = scan(f, vector, n, max, best);

	for (int i = 0; i < n_best; i++) {
		double score = best[i].score < 1 ? best[i].score : 1;

		(void)sqlite3_bind_int64(f->text, 1, best[i].row);
		/* Another process may have taken it out meanwhile. */
		if (sqlite3_step(f->text) == SQLITE_ROW)
			found((const char *)sqlite3_column_text(f->text, 0),
			      (const char *)sqlite3_column_text(f->text, 1),
			      score, arg);
		(void)sqlite3_reset(f->text);
	}
	return n_best < 0 ? n_best : EXPERT_OK;
}

static int64_t file_count(void *store)
{
	struct file *f = store;
	int rc = sqlite3_step(f->count);
	int64_t n = rc == SQLITE_ROW ? sqlite3_column_int64(f->count, 0)
				     : error_of(rc);

	(void)sqlite3_reset(f->count);
	return n;
}

static void file_close(void *store)
{
	struct file *f = store;

	(void)sqlite3_finalize(f->put);
	(void)sqlite3_finalize(f->remove);
	(void)sqlite3_finalize(f->scan);
	(void)sqlite3_finalize(f->text);
	(void)sqlite3_finalize(f->count);
	(void)sqlite3_close(f->db);
	free(f);
}

static const struct expert_vector_ops ops = {
	.size = sizeof(ops),
	.put = file_put,
	.remove = file_remove,
	.search = file_search,
	.count = file_count,
	.close = file_close,
};

/* ---- opening ------------------------------------------------------------ */

/* The first to come says how long vectors are. */
static int check_numbers(struct file *f, size_t n)
{
	static const char first[] =
		"INSERT INTO expert_store SELECT ? "
		"WHERE NOT EXISTS (SELECT 1 FROM expert_store)";
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(f->db, first, -1, &s, NULL);

	if (rc == SQLITE_OK) {
		(void)sqlite3_bind_int64(s, 1, (sqlite3_int64)n);
		rc = sqlite3_step(s);
	}
	(void)sqlite3_finalize(s);
	if (error_of(rc) < 0)
		return error_of(rc);

	s = NULL;
	rc = sqlite3_prepare_v2(f->db, "SELECT numbers FROM expert_store", -1,
				&s, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(s);
	rc = rc != SQLITE_ROW                                 ? EXPERT_ENOENT
	     : sqlite3_column_int64(s, 0) == (sqlite3_int64)n ? EXPERT_OK
							      : EXPERT_EINVAL;
	(void)sqlite3_finalize(s);
	return rc;
}

static int prepare(struct file *f)
{
	const struct {
		sqlite3_stmt **to;
		const char *sql;
	} all[] = {
		{&f->put, "INSERT INTO expert_vectors (id, text, vector) "
			  "VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
			  "text = excluded.text, vector = excluded.vector"},
		{&f->remove, "DELETE FROM expert_vectors WHERE id = ?"},
		{&f->scan, "SELECT rowid, vector FROM expert_vectors"},
		{&f->text, "SELECT id, text FROM expert_vectors "
			   "WHERE rowid = ?"},
		{&f->count, "SELECT count(*) FROM expert_vectors"},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		int rc = sqlite3_prepare_v2(f->db, all[i].sql, -1, all[i].to,
					    NULL);

		if (rc != SQLITE_OK)
			return error_of(rc);
	}
	return EXPERT_OK;
}

static int open_file(struct file *f, const char *path, size_t n)
{
	int rc = sqlite3_open_v2(path, &f->db,
				 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
					 SQLITE_OPEN_FULLMUTEX,
				 NULL);

	if (rc != SQLITE_OK)
		return error_of(rc);
	(void)sqlite3_busy_timeout(f->db, BUSY_MS);
	rc = sqlite3_exec(f->db, schema, NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		return error_of(rc);
	rc = check_numbers(f, n);
	return rc == EXPERT_OK ? prepare(f) : rc;
}

int expert_vectors_sqlite(struct expert_vectors **ret, const char *path,
			  size_t n)
{
	struct expert_vectors *v = NULL;
	struct file *f;
	int rc;

	if (!ret || !path || !path[0] || !n || n > EXPERT_VECTOR_MAX)
		return EXPERT_EINVAL;
	f = calloc(1, sizeof(*f));
	if (!f)
		return EXPERT_ENOMEM;

	rc = open_file(f, path, n);
	if (rc == EXPERT_OK) {
		v = expert_vectors_new(&ops, f, n);
		rc = v ? EXPERT_OK : EXPERT_ENOMEM;
	}
	if (rc < 0)
		file_close(f);
	else
		*ret = v;
	return rc;
}
