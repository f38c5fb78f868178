/**
 * @file store.h  Calls, transcripts, fields and keys in SQLite
 *
 *   any thread --store_*()--> [ bounded queue ] --store thread--> SQLite (WAL)
 *
 * Writes are queued and batched; reads run on the store thread and answer by a
 * message to the asking loop. Nothing is acknowledged before it is durable.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stddef.h>
#include <stdint.h>

struct loop;
struct store;

/** Opens, migrates to the newest schema, starts the thread.
 *  @param path  file, made 0600; ":memory:" for tests
 *  @return 0, -EACCES, -EBADMSG (not a database, newer schema; *reterr says),
 *          -ENOMEM */
int store_open(struct store **ret, const char *path, const char **reterr);

/** Finishes the queue, closes. @return NULL */
struct store *store_close(struct store *s);

/** @return writes refused because the queue was full */
uint64_t store_refused(const struct store *s);

/* ---- calls (all strings copied; -EAGAIN when the queue is full) ---------- */

struct store_call {
	const char *id, *external_id, *channel, *address;
	const char *from, *to;
	int64_t started_wall_us;
	const char *recording_path, *journal_path;
};
int store_call_started(struct store *s, const struct store_call *c);

int store_call_ended(struct store *s, const char *id, const char *reason,
		     int64_t ended_wall_us, const char *fields_json);

/** One line of the transcript. @param who  "caller", "agent"
 *  @param at_ms  [ms] from the start of the call */
int store_transcript(struct store *s, const char *id, const char *who,
		     const char *text, int64_t at_ms, int interrupted);

int store_field(struct store *s, const char *id, const char *key,
		const char *value_json, int64_t at_ms);

/** Anything else worth a line: question, answer, action, expert lost.
 *  @param detail_json  object */
int store_event(struct store *s, const char *id, const char *type,
		const char *detail_json, int64_t at_ms);

/** Latency of one turn by stage [ms], -1 when a stage did not happen. */
struct store_turn {
	uint32_t turn;
	const char *heard;
	int64_t at_ms;
	int32_t endpoint_ms, stt_ms, llm_ms, tts_ms, total_ms;
};
int store_turn(struct store *s, const char *id, const struct store_turn *t);

/* ---- reads: answer as JSON text, on the asking loop ---------------------- */

/** @param json  taken by the receiver: mem_free(); NULL when err
 *  @param err  0, -ENOENT, -EIO */
typedef void(store_answer_fn)(void *arg, int err, char *json);

/** Newest first. @param external_id  "" for all @param limit  1..500 */
int store_list_calls(struct store *s, struct loop *home,
		     const char *external_id, int limit, store_answer_fn *fn,
		     void *arg);

/** Whole: call, transcript, fields, events, turns. */
int store_get_call(struct store *s, struct loop *home, const char *id,
		   store_answer_fn *fn, void *arg);

/* ---- API keys -------------------------------------------------------------- */

/** Make a key: "dk_" and 40 hexadecimal digits; only its SHA-256 is stored.
 *  Waits for the disk. @param ret  caller wipes it; cap >= 64
 *  @return 0, -EEXIST (name taken), -EIO @thread main, or a command line */
int store_key_create(struct store *s, const char *name, char *ret, size_t cap);

/** @return 0, -ENOENT, -EIO; takes effect at once */
int store_key_revoke(struct store *s, const char *name);

/** @return JSON array of {name, created, last_used, revoked}; mem_free() */
char *store_key_list(struct store *s);

/** @return nonzero when the key is valid; memory only, constant time
 *  @thread any */
int store_key_check(struct store *s, const char *key);

#endif /* STORE_STORE_H */
