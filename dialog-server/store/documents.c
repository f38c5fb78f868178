/**
 * @file documents.c  Documents, and finding in them what a question is about
 *
 *   text --passages--> passages_KEY (FTS5, one table a key) --BM25--> the best
 *
 * A table a key, because the ranks of a common one would tell of the documents
 * of others: how often a word is there, and how long a search takes.
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "store/internal.h"
#include "store/passages.h"

enum {
	SQL_BYTES = 1024,
	/* A row is numbered by its document and its place in that. */
	PASSAGES_EACH = 4096,
	FOUND_MOST = 50,
};

_Static_assert(LIMIT_DOCUMENT_BYTES / PASSAGE_LEAST_BYTES < PASSAGES_EACH,
	       "every passage has a number");
_Static_assert(PASSAGES_EACH == 4096, "the statements say 4096");

/* ---- statements --------------------------------------------------------- */

/* Where @ is the table of the key. Numbers of op: 0 is the key. */
static const char *in_table(char *sql, const char *format, int64_t key_id)
{
	char table[40];
	size_t n = 0;

	(void)snprintf(table, sizeof(table), "passages_%" PRId64, key_id);
	for (; *format; format++) {
		if (*format != '@') {
			sql[n++] = *format;
		} else {
			memcpy(sql + n, table, strlen(table));
			n += strlen(table);
		}
		assert(n + sizeof(table) < SQL_BYTES);
	}
	sql[n] = '\0';
	return sql;
}

static int run_in(struct store *s, const char *format, const struct op *op,
		  char **ret)
{
	char sql[SQL_BYTES];

	return store_run(s, in_table(sql, format, op->n[0]), op, ret);
}

static int number_of(struct store *s, const char *sql, const struct op *op,
		     int64_t *ret)
{
	char *text = NULL;
	int err = store_run(s, sql, op, &text);

	*ret = 0;
	if (err >= 0 && text)
		(void)text_to_int(text, INT64_MIN, INT64_MAX, ret);
	mem_free(text);
	return err < 0 ? -EIO : 0;
}

static int end(struct store *s, int err)
{
	if (err >= 0)
		err = store_exec(s, "COMMIT");
	if (err < 0 && !sqlite3_get_autocommit(s->db))
		(void)store_exec(s, "ROLLBACK");
	return err == -EMSGSIZE || err == -ENOENT || err >= 0 ? err : -EIO;
}

/* ---- putting ------------------------------------------------------------ */

/* ?1 name, ?9 key, ?10 bytes */
static int has_room(struct store *s, const struct op *op)
{
	int64_t n = 0, bytes = 0;
	int err = number_of(s,
			    "SELECT count(*) FROM documents WHERE key_id = ?9"
			    " AND name != ?1",
			    op, &n);

	if (!err)
		err = number_of(s,
				"SELECT coalesce(sum(bytes), 0) FROM documents"
				" WHERE key_id = ?9 AND name != ?1",
				op, &bytes);
	if (err)
		return err;
	return n < LIMIT_DOCUMENTS && bytes + op->n[1] <= LIMIT_DOCUMENTS_BYTES
		       ? 0
		       : -EMSGSIZE;
}

/* ?10 the document */
static const char forget_sql[] = "DELETE FROM @ WHERE rowid >= ?10 * 4096"
				 " AND rowid < (?10 + 1) * 4096";

/* @return passages, -errno */
static int index_text(struct store *s, int64_t key_id, int64_t document,
		      const char *text)
{
	struct passages p = {.at = text};
	struct strbuf b;
	int n = 0, more;

	strbuf_init(&b, LIMIT_DOCUMENT_BYTES);
	while ((more = passages_next(&p, &b)) > 0) {
		struct op op = {
			.s = {b.s},
			.n = {key_id, document * PASSAGES_EACH + n},
		};

		assert(n < PASSAGES_EACH);
		more = run_in(s, "INSERT INTO @(rowid, text) VALUES(?10, ?1)",
			      &op, NULL);
		if (more < 0)
			break;
		n++;
	}
	strbuf_done(&b);
	return more < 0 ? more : n;
}

static int put_in(struct store *s, const struct op *op)
{
	struct op row = *op;
	int64_t id = 0;
	int err;

	err = run_in(s,
		     "CREATE VIRTUAL TABLE IF NOT EXISTS @ USING fts5(text,"
		     " tokenize = 'porter unicode61 remove_diacritics 2')",
		     op, NULL);
	if (err >= 0)
		err = has_room(s, op);
	if (err < 0)
		return err;
	err = store_run(s,
			"INSERT INTO documents(key_id, name, bytes, passages,"
			" updated_us) VALUES(?9, ?1, ?10, 0, ?11)"
			" ON CONFLICT(key_id, name) DO UPDATE SET"
			" bytes = excluded.bytes,"
			" updated_us = excluded.updated_us",
			op, NULL);
	if (err >= 0)
		err = number_of(s,
				"SELECT id FROM documents WHERE key_id = ?9"
				" AND name = ?1",
				op, &id);
	if (err < 0)
		return err;
	row.n[1] = id;
	err = run_in(s, forget_sql, &row, NULL);
	if (err >= 0)
		err = index_text(s, op->n[0], id, op->s[1]);
	if (err < 0)
		return err;
	row.n[2] = err;
	return store_run(s,
			 "UPDATE documents SET passages = ?11 WHERE id = ?10",
			 &row, NULL);
}

static int put(struct store *s, const struct op *op, char **ret)
{
	int err = store_exec(s, "BEGIN IMMEDIATE");

	if (err < 0)
		return -EIO;
	err = end(s, put_in(s, op));
	if (err < 0)
		return err;
	return store_run(s,
			 "SELECT json_object('key', name, 'bytes', bytes,"
			 " 'passages', passages) FROM documents"
			 " WHERE key_id = ?9 AND name = ?1",
			 op, ret) < 0 ||
			       !*ret
		       ? -EIO
		       : 0;
}

/* ---- taking away, listing ------------------------------------------------
 */

/* The same work whether the name is nobody's or another key's. */
static int take_away(struct store *s, const struct op *op)
{
	struct op row = *op;
	int err = store_exec(s, "BEGIN IMMEDIATE");

	if (err < 0)
		return -EIO;
	err = number_of(
		s, "SELECT id FROM documents WHERE key_id = ?9 AND name = ?1",
		op, &row.n[1]);
	if (!err && !row.n[1])
		err = -ENOENT;
	if (err >= 0)
		err = run_in(s, forget_sql, &row, NULL);
	if (err >= 0)
		err = store_run(s, "DELETE FROM documents WHERE id = ?10",
				&row, NULL);
	err = end(s, err);
	return err < 0 ? err : 0;
}

int documents_forget(struct store *s, const char *key_name)
{
	struct op op = {.s = {key_name}};
	int err = number_of(s, "SELECT rowid FROM api_keys WHERE name = ?1",
			    &op, &op.n[0]);

	if (!err)
		err = store_exec(s, "BEGIN IMMEDIATE");
	if (err < 0)
		return err;
	err = run_in(s, "DROP TABLE IF EXISTS @", &op, NULL);
	if (err >= 0)
		err = store_run(s, "DELETE FROM documents WHERE key_id = ?9",
				&op, NULL);
	return end(s, err);
}

static const char list_sql[] =
	"SELECT json_group_array(json(d)) FROM (SELECT json_object("
	" 'key', name, 'bytes', bytes, 'passages', passages, "
	"'updated', " ISO_TIME(
		"updated_us") ") AS d FROM documents WHERE key_id = ?9"
			      " ORDER BY name)";

/* ---- searching -----------------------------------------------------------
 */

/* ?1 words, ?2 names or NULL; ?9 key, ?10 limit. */
#define AMONG                                                          \
	" rowid / 4096 IN (SELECT id FROM documents WHERE key_id = ?9" \
	"  AND (?2 IS NULL OR name IN (SELECT value FROM json_each(?2))))"
#define FOUND                                                 \
	"json_object('document', (SELECT name FROM documents" \
	" WHERE id = @.rowid / 4096), 'row', rowid, 'text', text)"

static const char best_sql[] =
	"SELECT json_group_array(json(f)) FROM (SELECT " FOUND
	" AS f FROM @ WHERE @ MATCH ?1 AND" AMONG " ORDER BY rank LIMIT ?10)";
static const char fits_sql[] =
	"SELECT 1 FROM @ WHERE @ MATCH ?1 AND rowid = ?10";
static const char whole_sql[] =
	"SELECT json_group_array(json(f)) FROM (SELECT " FOUND
	" AS f FROM @ WHERE" AMONG " ORDER BY rowid)";

/* Any of the words, each as it stands: quoted, it is no operator. */
static void add_words(struct strbuf *b,
		      char words[QUESTION_WORDS_MAX][QUESTION_WORD_BYTES],
		      size_t n)
{
	for (size_t i = 0; i < n; i++)
		strbuf_addf(b, "%s\"%s\"", i ? " OR " : "", words[i]);
}

/* How many of the words does the first passage have? To rank once more for it
 * would take as long as to find it. [%] */
static int first_fits(struct store *s, int64_t key_id, const char *best,
		      char words[QUESTION_WORDS_MAX][QUESTION_WORD_BYTES],
		      size_t n)
{
	char quoted[QUESTION_WORD_BYTES + 3], *text = NULL;
	struct op op = {.s = {best}, .n = {key_id}};
	size_t has = 0;

	if (number_of(s, "SELECT coalesce(json_extract(?1, '$[0].row'), 0)",
		      &op, &op.n[1]))
		return 0;
	for (size_t i = 0; op.n[1] && i < n; i++) {
		text = NULL;
		(void)snprintf(quoted, sizeof(quoted), "\"%s\"", words[i]);
		op.s[0] = quoted;
		if (run_in(s, fits_sql, &op, &text) >= 0 && text)
			has++;
		mem_free(text);
	}
	return n ? (int)(100 * has / n) : 0;
}

static int is_whole(struct store *s, const struct op *op, int *ret)
{
	int64_t bytes = 0;
	int err = number_of(s,
			    "SELECT coalesce(sum(bytes), 0) FROM documents"
			    " WHERE key_id = ?9 AND (?2 IS NULL OR"
			    " name IN (SELECT value FROM json_each(?2)))",
			    op, &bytes);

	*ret = bytes <= op->n[2];
	return err;
}

static int search_in(struct store *s, const struct op *op, int64_t documents,
		     char **ret)
{
	char words[QUESTION_WORDS_MAX][QUESTION_WORD_BYTES];
	size_t n = question_words(op->s[0], words);
	char *best = NULL, *whole = NULL;
	struct op search = *op;
	struct strbuf b;
	int err, all = 0, fits = 0;

	strbuf_init(&b, sizeof(words) * 2);
	add_words(&b, words, n);
	search.s[0] = b.s;
	err = is_whole(s, op, &all);
	if (!err && n)
		err = run_in(s, best_sql, &search, &best);
	if (err >= 0 && all)
		err = run_in(s, whole_sql, op, &whole);
	if (err >= 0 && best)
		fits = first_fits(s, op->n[0], best, words, n);
	strbuf_done(&b);
	strbuf_init(&b, LIMIT_DOCUMENTS_BYTES);
	strbuf_addf(&b,
		    "{\"documents\":%" PRId64 ",\"fits\":%d,\"best\":%s,"
		    "\"whole\":%s}",
		    documents, fits, best ? best : "[]",
		    whole ? whole : "null");
	mem_free(best);
	mem_free(whole);
	*ret = err >= 0 ? strbuf_take(&b) : NULL;
	strbuf_done(&b);
	return *ret ? 0 : -EIO;
}

static int search(struct store *s, const struct op *op, char **ret)
{
	int64_t n = 0;
	int err = number_of(s,
			    "SELECT count(*) FROM documents WHERE key_id = ?9"
			    " AND (?2 IS NULL OR"
			    " name IN (SELECT value FROM json_each(?2)))",
			    op, &n);

	if (err)
		return err;
	/* Without a document there may be no table. */
	if (n)
		return search_in(s, op, n, ret);
	*ret = mem_strdup("{\"documents\":0,\"fits\":0,\"best\":[],"
			  "\"whole\":[]}");
	return *ret ? 0 : -ENOMEM;
}

/* ---- answering ---------------------------------------------------------- */

int documents_run(struct store *s, const struct op *op, char **ret)
{
	switch (op->kind) {
	case OP_DOCUMENT_PUT:
		return put(s, op, ret);
	case OP_DOCUMENT_DELETE:
		return take_away(s, op);
	case OP_LIST_DOCUMENTS:
		return store_run(s, list_sql, op, ret) < 0 ? -EIO : 0;
	default:
		return search(s, op, ret);
	}
}

/* ---- asking ------------------------------------------------------------- */

int store_put_document(struct store *s, struct loop *home, int64_t key_id,
		       const char *name, const char *text, store_answer_fn *fn,
		       void *arg)
{
	const char *strings[] = {name, text};
	size_t len = strlen(text);
	struct op *op;

	if (!*name || !*text)
		return -EINVAL;
	if (strlen(name) > LIMIT_KEY_BYTES || len > LIMIT_DOCUMENT_BYTES)
		return -EMSGSIZE;
	op = op_new(OP_DOCUMENT_PUT, strings, 2);
	if (op) {
		op->n[0] = key_id;
		op->n[1] = (int64_t)len;
		op->n[2] = clock_wall_us();
	}
	return reads_ask(s, op, home, fn, arg);
}

int store_delete_document(struct store *s, struct loop *home, int64_t key_id,
			  const char *name, store_answer_fn *fn, void *arg)
{
	const char *strings[] = {name};
	struct op *op = op_new(OP_DOCUMENT_DELETE, strings, 1);

	if (op)
		op->n[0] = key_id;
	return reads_ask(s, op, home, fn, arg);
}

int store_list_documents(struct store *s, struct loop *home, int64_t key_id,
			 store_answer_fn *fn, void *arg)
{
	struct op *op = op_new(OP_LIST_DOCUMENTS, NULL, 0);

	if (op)
		op->n[0] = key_id;
	return reads_ask(s, op, home, fn, arg);
}

int store_search(struct store *s, struct loop *home,
		 const struct store_search *q, store_answer_fn *fn, void *arg)
{
	const char *strings[] = {q->question, q->names_json};
	struct op *op;

	if (q->limit < 1 || q->limit > FOUND_MOST)
		return -EINVAL;
	op = op_new(OP_SEARCH, strings, 2);
	if (op) {
		op->n[0] = q->key_id;
		op->n[1] = q->limit;
		op->n[2] = q->whole_bytes;
	}
	return reads_ask(s, op, home, fn, arg);
}
