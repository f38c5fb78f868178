/**
 * @file writes.c  Queued writes: packed by any thread, applied in batches
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <poll.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/log_limit.h"
#include "journal/metrics.h"
#include "store/internal.h"
#include "store/schema.h"

enum { COMMIT_TRIES = 3, COMMIT_RETRY_MS = 100 };

/* What is not JSON becomes a string: the reader's JSON stays whole. */
#define JSON_OF(x)                                      \
	"CASE WHEN json_valid(" x ") THEN json(" x ") " \
	"ELSE json_quote(" x ") END"

/* ?1..?8 are strings, ?9.. numbers. */
static const char *const write_sql[OP_WRITES] = {
	[OP_CALL_STARTED] =
		"INSERT INTO calls(id, external_id, channel, address,"
		" from_number, to_number, recording, journal, started_us,"
		" direction) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
		" iif(?10, 'outbound', 'inbound'))",
	[OP_CALL_ENDED] =
		"UPDATE calls SET reason = ?2, ended_us = ?9,"
		" fields = CASE WHEN json_valid(?3) THEN"
		" CASE json_type(?3) WHEN 'object' THEN json(?3) END END"
		" WHERE id = ?1",
	[OP_TRANSCRIPT] = "INSERT INTO transcript(call_id, who, text, at_ms,"
			  " interrupted) VALUES(?1, ?2, ?3, ?9, ?10)",
	[OP_FIELD] = "INSERT INTO fields(call_id, key, value, at_ms)"
		     " VALUES(?1, ?2, " JSON_OF(
			     "?3") ", ?9)"
				   " ON CONFLICT(call_id, key) DO UPDATE SET"
				   " value = excluded.value, at_ms = "
				   "excluded.at_ms",
	[OP_EVENT] = "INSERT INTO events(call_id, type, detail, at_ms)"
		     " VALUES(?1, ?2, " JSON_OF("?3") ", ?9)",
	[OP_TURN] = "INSERT OR REPLACE INTO turns(call_id, heard, turn, at_ms,"
		    " endpoint_ms, stt_ms, llm_ms, tts_ms, total_ms)"
		    " VALUES(?1, ?2, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
	[OP_FORGET_LINES] = "DELETE FROM transcript WHERE call_id = ?1",
	[OP_FORGET_TURNS] = "UPDATE turns SET heard = '' WHERE call_id = ?1",
	[OP_FORGET_EVENTS] = "UPDATE events SET detail = '{}'"
			     " WHERE call_id = ?1",
	[OP_FORGET_FILES] = "UPDATE calls SET recording = '', journal = ''"
			    " WHERE id = ?1",
};

/* ---- packing ------------------------------------------------------------ */

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

int store_call_started(struct store *s, const struct store_call *c)
{
	const char *strings[] = {
		or_empty(c->id),
		or_empty(c->external_id),
		or_empty(c->channel),
		or_empty(c->address),
		or_empty(c->from),
		or_empty(c->to),
		or_empty(c->recording_path),
		or_empty(c->journal_path),
	};
	struct op *op = op_new(OP_CALL_STARTED, strings, 8);

	if (op) {
		op->n[0] = c->started_wall_us;
		op->n[1] = c->outbound != 0;
	}
	return store_push(s, op);
}

int store_call_ended(struct store *s, const char *id, const char *reason,
		     int64_t ended_wall_us, const char *fields_json)
{
	const char *strings[] = {or_empty(id), or_empty(reason), fields_json};
	struct op *op = op_new(OP_CALL_ENDED, strings, 3);

	if (op)
		op->n[0] = ended_wall_us;
	return store_push(s, op);
}

int store_transcript(struct store *s, const char *id, const char *who,
		     const char *text, int64_t at_ms, int interrupted)
{
	const char *strings[] = {or_empty(id), or_empty(who), or_empty(text)};
	struct op *op = op_new(OP_TRANSCRIPT, strings, 3);

	if (op) {
		op->n[0] = at_ms;
		op->n[1] = interrupted != 0;
	}
	return store_push(s, op);
}

int store_field(struct store *s, const char *id, const char *key,
		const char *value_json, int64_t at_ms)
{
	const char *strings[] = {or_empty(id), or_empty(key),
				 value_json ? value_json : "null"};
	struct op *op = op_new(OP_FIELD, strings, 3);

	if (op)
		op->n[0] = at_ms;
	return store_push(s, op);
}

int store_event(struct store *s, const char *id, const char *type,
		const char *detail_json, int64_t at_ms)
{
	const char *strings[] = {or_empty(id), or_empty(type),
				 detail_json ? detail_json : "{}"};
	struct op *op = op_new(OP_EVENT, strings, 3);

	if (op)
		op->n[0] = at_ms;
	return store_push(s, op);
}

int store_turn(struct store *s, const char *id, const struct store_turn *t)
{
	const char *strings[] = {or_empty(id), or_empty(t->heard)};
	struct op *op = op_new(OP_TURN, strings, 2);

	if (op) {
		op->n[0] = t->turn;
		op->n[1] = t->at_ms;
		op->n[2] = t->endpoint_ms;
		op->n[3] = t->stt_ms;
		op->n[4] = t->llm_ms;
		op->n[5] = t->tts_ms;
		op->n[6] = t->total_ms;
	}
	return store_push(s, op);
}

int store_forget_words(struct store *s, const char *id)
{
	const char *strings[] = {or_empty(id)};
	int err = 0;

	for (int kind = OP_FORGET_LINES; kind <= OP_FORGET_FILES; kind++) {
		int rc = store_push(s, op_new((enum op_kind)kind, strings, 1));

		err = err ? err : rc;
	}
	return err;
}

/* ---- applying, on the store thread -------------------------------------- */

static int apply(struct store *s, const struct op *op)
{
	sqlite3_stmt **st = &s->writes[op->kind];
	int rc = SQLITE_OK;

	if (!*st)
		rc = sqlite3_prepare_v2(s->db, write_sql[op->kind], -1, st,
					NULL);
	if (rc == SQLITE_OK)
		rc = store_bind(*st, op);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(*st);
	(void)sqlite3_reset(*st);
	return rc;
}

/* A write that the tables refuse is its own fault; the rest goes on. */
static int is_own_fault(int rc)
{
	rc &= 0xff;
	return rc == SQLITE_CONSTRAINT || rc == SQLITE_TOOBIG ||
	       rc == SQLITE_MISMATCH || rc == SQLITE_ERROR;
}

/* @param ret_refused  writes that the tables refuse @return 0, -errno */
static int try_batch(struct store *s, struct op *const *ops, size_t n,
		     uint64_t *ret_refused)
{
	uint64_t refused = 0;
	int err = store_exec(s, "BEGIN IMMEDIATE");

	for (size_t i = 0; i < n && err == 0; i++) {
		int rc = apply(s, ops[i]);

		if (rc == SQLITE_DONE)
			continue;
		if (is_own_fault(rc))
			refused++;
		else
			err = schema_errno(rc);
	}
	if (err == 0)
		err = store_exec(s, "COMMIT");
	if (err == 0) {
		*ret_refused = refused;
		return 0;
	}
	store_trouble(s, "transaction", sqlite3_errmsg(s->db));
	if (!sqlite3_get_autocommit(s->db))
		(void)store_exec(s, "ROLLBACK");
	return err;
}

/** What was forgotten is still in the log of writes, until that is emptied.
 *  Somebody who reads the database meanwhile is in the way: the next batch
 *  tries again. */
static void empty_log(struct store *s, struct op *const *ops, size_t n)
{
	for (size_t i = 0; i < n; i++)
		s->to_empty |= ops[i]->kind == OP_FORGET_FILES;
	if (s->to_empty)
		s->to_empty = sqlite3_wal_checkpoint_v2(
				      s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE,
				      NULL, NULL) != SQLITE_OK;
}

void writes_apply(struct store *s, struct op *const *ops, size_t n)
{
	/* While it lasts, once is enough: reads wait behind. */
	int tries = store_in_trouble(s) ? 1 : COMMIT_TRIES;
	uint64_t refused = 0;
	int err = -EIO;

	for (int i = 0; i < tries && err < 0 && err != -EBADMSG; i++) {
		if (i > 0)
			(void)poll(NULL, 0, COMMIT_RETRY_MS);
		err = try_batch(s, ops, n, &refused);
	}
	if (err == 0)
		empty_log(s, ops, n);
	if (err < 0) {
		refused = n;
		(void)episode_fail(&s->trouble, n, clock_now_us());
	} else if (refused > 0) {
		log_warn_limited("store", "tables refused rows n=%llu",
				 (unsigned long long)refused);
	}
	if (err == 0 && episode_well(&s->trouble, clock_now_us()))
		log_warn("store", "the database takes rows again lost=%llu",
			 (unsigned long long)s->trouble.failed);
	metric_add(METRIC_STORE_FAILED, (int64_t)refused);
	atomic_fetch_add(&s->failed, refused);
}

void writes_done(struct store *s)
{
	for (int i = 0; i < OP_WRITES; i++) {
		(void)sqlite3_finalize(s->writes[i]);
		s->writes[i] = NULL;
	}
}

int writes_end_lost(struct store *s, const struct op *op)
{
	struct op values = *op;

	values.n[0] = clock_wall_us();
	/* It ended when it was last heard of, as far as that is known. */
	return store_run(s,
			 "UPDATE calls SET reason = ?1, ended_us ="
			 " min(?9, started_us + 1000 * max("
			 "  coalesce((SELECT max(at_ms) FROM transcript"
			 "   WHERE call_id = id), 0),"
			 "  coalesce((SELECT max(at_ms) FROM events"
			 "   WHERE call_id = id), 0)))"
			 " WHERE ended_us IS NULL",
			 &values, NULL);
}
