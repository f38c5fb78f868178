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

/**
 * Opens, migrates to the newest schema, starts the thread. Several processes
 * may have one file open: a key made by a command line is known to a running
 * server within a quarter of a second.
 *
 * @param path    file, made 0600; its folder must exist; ":memory:" for tests
 * @param reterr  on failure a sentence for people, borrowed until the next
 *                store_open() of this thread; may be NULL
 * @return 0, -EACCES, -EBADMSG (not our database, damaged, newer schema),
 *         -EAGAIN (locked by another process, no thread), -EIO, -ENOMEM
 */
int store_open(struct store **ret, const char *path, const char **reterr);

/** Finishes the queue, closes; reads not yet delivered are dropped. NULL is
 *  fine. @return NULL */
struct store *store_close(struct store *s);

/** Wait until all that was queued before is on the disk.
 *  @return 0, -EAGAIN (queue full), -EIO (some writes were lost)
 *  @thread main, tests: blocks */
int store_sync(struct store *s);

/** End the calls that a server that was killed has left open.
 *  @return calls ended, or -EAGAIN, -EIO @thread main at start: blocks */
int store_end_lost(struct store *s, const char *reason);

/** @return writes refused because the queue was full @thread any */
uint64_t store_refused(const struct store *s);

/** @return writes that the database did not take (disk full, damaged)
 *  @thread any */
uint64_t store_failed(const struct store *s);

/** @return nonzero from the first failure until rows are taken again, which
 *  the log hears of too @thread any */
int store_in_trouble(const struct store *s);

/*
 * ---- calls ----------------------------------------------------------------
 * All strings are copied; NULL counts as "". Return 0, -EAGAIN (the queue is
 * full: LIMIT_STORE_QUEUE, LIMIT_STORE_QUEUE_BYTES), -ENOMEM. From any thread,
 * without a lock; they allocate, so not on the media tick.
 */

struct store_call {
	const char *id, *external_id, *channel, *address;
	const char *from, *to;
	int64_t started_wall_us;
	const char *recording_path, *journal_path;
};
/** The call has been accepted: its row, to which the others belong. */
int store_call_started(struct store *s, const struct store_call *c);

/** @param fields_json  object: the fields as they stand at the end; NULL:
 *                      what store_field() has collected */
int store_call_ended(struct store *s, const char *id, const char *reason,
		     int64_t ended_wall_us, const char *fields_json);

/** One line of the transcript. @param who  "caller", "agent"
 *  @param at_ms  [ms] from the start of the call */
int store_transcript(struct store *s, const char *id, const char *who,
		     const char *text, int64_t at_ms, int interrupted);

/** The newest value of a key counts. @param value_json  any JSON value; what
 *  is not JSON is kept as a string */
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

/*
 * ---- reads: answer as JSON text, on the asking loop ------------------------
 * A read sees every write queued before it, and answers when they are durable.
 */

/** @param json  taken by the receiver: mem_free(); NULL when err
 *  @param err  0, -ENOENT, -EIO */
typedef void(store_answer_fn)(void *arg, int err, char *json);

/**
 * Newest first:
 * {"calls":[{"id","external_id","channel","address","from","to","started",
 * "ended","reason","duration_ms"}...]}
 *
 * Times are "2026-01-31T09:30:00.000Z"; of a call that goes on, "ended" and
 * "duration_ms" are null and "reason" is "".
 *
 * @param external_id  "" for all @param limit  1..500
 * @return 0 (fn will be called), -EINVAL, -EAGAIN (queue full), -ENOMEM
 */
int store_list_calls(struct store *s, struct loop *home,
		     const char *external_id, int limit, store_answer_fn *fn,
		     void *arg);

/**
 * One call whole: what the list has, and "fields":{key:value},"recording",
 * "journal","transcript":[{"who","text","at_ms","interrupted"}],
 * "events":[{"type","at_ms","detail":{}}],"turns":[{"turn","heard","at_ms",
 * "endpoint_ms","stt_ms","llm_ms","tts_ms","total_ms"}]
 *
 * @return 0 (fn will be called, with -ENOENT when there is no such call),
 *         -EAGAIN (queue full), -ENOMEM
 */
int store_get_call(struct store *s, struct loop *home, const char *id,
		   store_answer_fn *fn, void *arg);

/* ---- API keys ----------------------------------------------------------- */

/** What a name may be, in words. */
#define STORE_KEY_NAME                                                   \
	"1 to 64 letters, digits, spaces and . _ - @, with a letter or " \
	"digit "                                                         \
	"at both ends"

/**
 * Make a key: "dk_" and 40 hexadecimal digits; only its SHA-256 is stored.
 * Waits for the disk.
 *
 * @param name  STORE_KEY_NAME: it is shown in terminals and written in paths
 * @param ret   caller wipes it; cap >= 64
 * @return 0, -EEXIST (name taken, also by a revoked key), -EINVAL, -EMSGSIZE
 *         (LIMIT_STORE_KEYS), -EAGAIN (queue full), -EIO
 * @thread main, or a command line
 */
int store_key_create(struct store *s, const char *name, char *ret, size_t cap);

/** The same, the key as the only line of a new file with mode 0600.
 *  @return also -EACCES; -EEXIST also when the file is there */
int store_key_create_file(struct store *s, const char *name, const char *path);

/** @return 0, -ENOENT, -EAGAIN, -EIO; takes effect at once */
int store_key_revoke(struct store *s, const char *name);

/** @return JSON array of {"name","created","last_used","revoked"}, times as
 *  above or null; mem_free(); NULL when it cannot be read. Waits. */
char *store_key_list(struct store *s);

/** @return the id of the key, the same for ever; 0 when it is not valid.
 *  Memory only, constant time @thread any */
int64_t store_key_check(struct store *s, const char *key);

/** @return nonzero while the key with this id is valid @thread any */
int store_key_holds(struct store *s, int64_t id);

/** @return a number that is another one after keys have changed, here or by
 *  another process @thread any, without a lock */
uint64_t store_key_changes(const struct store *s);

#endif /* STORE_STORE_H */
