/**
 * @file conversations.c  Calls as the published API shows them
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/internal.h"

enum { PAGE_MOST = 100 };

#define MEMBERS                                                            \
	"'id', id, 'call_id', id, 'ts', " ISO_TIME(                        \
		"started_us") ", 'direction', direction,"                  \
			      " 'from_number', nullif(from_number, ''),"   \
			      " 'to_number', nullif(to_number, ''),"       \
			      " 'channel', channel, 'duration_sec',"       \
			      " (ended_us - started_us) / 1000000,"        \
			      " 'campaign_id', NULL, 'termination_reason'" \
			      ", nullif(reason, '')"

/* ?1..?4 from, to, direction, id to be behind; ?9.. from_us, to_us, before_us,
 * limit. The one row too many tells that there is more. */
static const char list_sql[] =
	"WITH page AS (SELECT * FROM calls"
	"  WHERE (?1 = '' OR from_number = ?1)"
	"   AND (?2 = '' OR to_number = ?2)"
	"   AND (?3 = '' OR direction = ?3)"
	"   AND started_us BETWEEN ?9 AND ?10"
	"   AND (started_us < ?11 OR (started_us = ?11 AND id < ?4))"
	"  ORDER BY started_us DESC, id DESC LIMIT ?12 + 1),"
	" numbered AS (SELECT *, row_number() OVER"
	"  (ORDER BY started_us DESC, id DESC) AS n FROM page)"
	"SELECT json_object('conversations', json("
	"  (SELECT json_group_array(json(c)) FROM"
	"   (SELECT json_object(" MEMBERS ") AS c FROM numbered"
	"    WHERE n <= ?12 ORDER BY n))),"
	" 'next_cursor', (SELECT started_us || '-' || id FROM numbered"
	"   WHERE n = ?12 AND (SELECT max(n) FROM numbered) > ?12),"
	" 'has_more', json(iif((SELECT max(n) FROM numbered) > ?12,"
	"   'true', 'false')))";

static const char get_sql[] =
	"SELECT json_object(" MEMBERS ") FROM calls WHERE id = ?1";

static const char transcript_sql[] =
	"SELECT (SELECT json_group_array(json_object('speaker',"
	"  iif(who = 'caller', 'HUMAN', 'AGENT'), 'text', text,"
	"  'offset_ms', at_ms)) FROM (SELECT * FROM transcript"
	"  WHERE call_id = ?1 ORDER BY rowid)) FROM calls WHERE id = ?1";

static const char recording_sql[] =
	"SELECT recording FROM calls WHERE id = ?1 AND recording != ''";

/* From one number to the next by the index, however many calls each has. */
static const char numbers_sql[] =
	"WITH RECURSIVE found(number) AS ("
	" SELECT min(to_number) FROM calls WHERE channel = 'twilio'"
	"  AND direction = 'inbound'"
	" UNION ALL SELECT (SELECT to_number FROM calls"
	"  WHERE channel = 'twilio' AND direction = 'inbound'"
	"   AND to_number > number ORDER BY to_number LIMIT 1) FROM found"
	"  WHERE number IS NOT NULL LIMIT ?9)"
	"SELECT json_group_array(number) FROM found"
	" WHERE number IS NOT NULL AND number != ''";

/* ---- deleting, on the store thread -------------------------------------- */

static void unlink_file(const char *path)
{
	if (path && *path && unlink(path) < 0 && errno != ENOENT)
		log_warn("store",
			 "file of a deleted call stays path=%s "
			 "error=\"%m\"",
			 path);
}

static int delete_rows(struct store *s, const struct op *op)
{
	static const char *const sql[] = {
		"DELETE FROM transcript WHERE call_id = ?1",
		"DELETE FROM fields WHERE call_id = ?1",
		"DELETE FROM events WHERE call_id = ?1",
		"DELETE FROM turns WHERE call_id = ?1",
		"DELETE FROM calls WHERE id = ?1",
	};
	int err = store_exec(s, "BEGIN IMMEDIATE");

	for (size_t i = 0; i < sizeof(sql) / sizeof(*sql) && err >= 0; i++)
		err = store_run(s, sql[i], op, NULL);
	if (err >= 0)
		err = store_exec(s, "COMMIT");
	if (err < 0 && !sqlite3_get_autocommit(s->db))
		(void)store_exec(s, "ROLLBACK");
	return err < 0 ? -EIO : 0;
}

static int delete_call(struct store *s, const struct op *op)
{
	char *over = NULL, *recording = NULL, *journal = NULL;
	int err = -EIO;

	if (store_run(s,
		      "SELECT ended_us IS NOT NULL FROM calls WHERE id = ?1",
		      op, &over) < 0 ||
	    store_run(s, "SELECT recording FROM calls WHERE id = ?1", op,
		      &recording) < 0 ||
	    store_run(s, "SELECT journal FROM calls WHERE id = ?1", op,
		      &journal) < 0)
		goto out;
	err = !over ? -ENOENT : *over != '1' ? -EPROTO : 0;
	if (!err)
		err = delete_rows(s, op);
	if (!err) {
		unlink_file(recording);
		unlink_file(journal);
	}
out:
	mem_free(over);
	mem_free(recording);
	mem_free(journal);
	return err;
}

/* ---- answering ---------------------------------------------------------- */

int conversations_run(struct store *s, const struct op *op, char **ret)
{
	static const char *const sql[] = {
		[OP_LIST_CONVERSATIONS] = list_sql,
		[OP_GET_CONVERSATION] = get_sql,
		[OP_GET_TRANSCRIPT] = transcript_sql,
		[OP_GET_RECORDING] = recording_sql,
		[OP_LIST_NUMBERS] = numbers_sql,
	};

	if (op->kind == OP_DELETE_CONVERSATION)
		return delete_call(s, op);
	if (store_run(s, sql[op->kind], op, ret) < 0)
		return -EIO;
	return *ret ? 0 : -ENOENT;
}

/* ---- asking ------------------------------------------------------------- */

int store_list_conversations(struct store *s, struct loop *home,
			     const struct store_page *q, store_answer_fn *fn,
			     void *arg)
{
	const char *strings[] = {q->from_number, q->to_number, q->direction,
				 q->before_id};
	struct op *op;

	if (q->limit < 1 || q->limit > PAGE_MOST)
		return -EINVAL;
	op = op_new(OP_LIST_CONVERSATIONS, strings, 4);
	if (op) {
		op->n[0] = q->from_us;
		op->n[1] = q->to_us;
		op->n[2] = q->before_us;
		op->n[3] = q->limit;
	}
	return reads_ask(s, op, home, fn, arg);
}

static int ask_of(struct store *s, enum op_kind kind, struct loop *home,
		  const char *id, store_answer_fn *fn, void *arg)
{
	const char *strings[] = {id};

	return reads_ask(s, op_new(kind, strings, 1), home, fn, arg);
}

int store_get_conversation(struct store *s, struct loop *home, const char *id,
			   store_answer_fn *fn, void *arg)
{
	return ask_of(s, OP_GET_CONVERSATION, home, id, fn, arg);
}

int store_get_transcript(struct store *s, struct loop *home, const char *id,
			 store_answer_fn *fn, void *arg)
{
	return ask_of(s, OP_GET_TRANSCRIPT, home, id, fn, arg);
}

int store_get_recording(struct store *s, struct loop *home, const char *id,
			store_answer_fn *fn, void *arg)
{
	return ask_of(s, OP_GET_RECORDING, home, id, fn, arg);
}

int store_delete_conversation(struct store *s, struct loop *home,
			      const char *id, store_answer_fn *fn, void *arg)
{
	return ask_of(s, OP_DELETE_CONVERSATION, home, id, fn, arg);
}

int store_list_numbers(struct store *s, struct loop *home, store_answer_fn *fn,
		       void *arg)
{
	struct op *op = op_new(OP_LIST_NUMBERS, NULL, 0);

	if (op)
		op->n[0] = LIMIT_NUMBERS_LISTED;
	return reads_ask(s, op, home, fn, arg);
}
