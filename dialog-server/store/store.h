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
	int outbound; /**< we have called, and not been called    */
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

/** Its caller will not be recorded: transcript, what was heard and said in
 *  events, and the paths of its files go; fields, times and reasons stay. */
int store_forget_words(struct store *s, const char *id);

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

/*
 * ---- calls as the published API has them
 * ------------------------------------ "Conversation":
 * {"id","call_id","ts","direction","from_number","to_number",
 * "channel","duration_sec","campaign_id","termination_reason"}; what is not
 * known yet is null.
 */

struct store_page {
	const char *from_number, *to_number; /**< "": any               */
	const char *direction;               /**< "inbound", "": any    */
	int64_t from_us, to_us; /**< started within, ends included     */
	int64_t before_us;      /**< INT64_MAX, or behind this call:   */
	const char *before_id;  /**< "": the first page                */
	int limit;              /**< 1..100                            */
};

/** {"conversations":[...],"next_cursor","has_more"}, newest first;
 *  "next_cursor" is null, or [us] started and id of the last, "us-id".
 *  @return 0 (fn will be called), -EINVAL, -EAGAIN, -ENOMEM */
int store_list_conversations(struct store *s, struct loop *home,
			     const struct store_page *q, store_answer_fn *fn,
			     void *arg);

/** One of them. @return as above; fn may get -ENOENT */
int store_get_conversation(struct store *s, struct loop *home, const char *id,
			   store_answer_fn *fn, void *arg);

/** [{"speaker":"HUMAN"|"AGENT","text","offset_ms"}]; fn may get -ENOENT */
int store_get_transcript(struct store *s, struct loop *home, const char *id,
			 store_answer_fn *fn, void *arg);

/** fn gets the path of the recording, which is no JSON; -ENOENT also when
 *  there is none */
int store_get_recording(struct store *s, struct loop *home, const char *id,
			store_answer_fn *fn, void *arg);

/** Rows and files go for good; fn gets NULL, and -ENOENT, or -EPROTO while
 *  the call goes on */
int store_delete_conversation(struct store *s, struct loop *home,
			      const char *id, store_answer_fn *fn, void *arg);

/** Array of the numbers that a carrier has brought calls for, at most
 *  LIMIT_NUMBERS_LISTED */
int store_list_numbers(struct store *s, struct loop *home, store_answer_fn *fn,
		       void *arg);

/*
 * ---- text messages, each seen by the API key that it belongs to
 * -------------
 */

struct store_message {
	int64_t key_id;
	const char *from_number, *to_number, *content;
	const char *modality;  /**< "sms"                               */
	const char *direction; /**< "outbound"                          */
	const char *status;    /**< "failed"                            */
};
/** Beyond LIMIT_MESSAGES of a key its oldest goes. fn gets
 *  {"id","from_number","to_number","content","received_at","modality",
 *  "direction","status"} */
int store_add_message(struct store *s, struct loop *home,
		      const struct store_message *m, store_answer_fn *fn,
		      void *arg);

struct store_inbox {
	int64_t key_id;
	const char *to_number;
	const char *from_number, *modality; /**< "": any                */
	int64_t from_us;                    /**< included               */
	int limit;                          /**< 1..100                 */
};
/** {"messages":[...],"has_more"}, oldest first @return also -EINVAL */
int store_list_messages(struct store *s, struct loop *home,
			const struct store_inbox *q, store_answer_fn *fn,
			void *arg);

/* ---- documents ------------------------------------------------------------
 */

/* Each is seen by the API key that it belongs to. It is cut into passages,
 * which are found by their words; one index a key, so that nothing of
 * another's can be found, counted or timed. */

/** Put in, or in the place of the one of that name. fn gets {"key","bytes",
 *  "passages"}, or -EMSGSIZE: over LIMIT_DOCUMENTS or LIMIT_DOCUMENTS_BYTES.
 *  @param text  at most LIMIT_DOCUMENT_BYTES
 *  @return 0, -EINVAL (no text, no name), -EMSGSIZE, -EAGAIN, -ENOMEM */
int store_put_document(struct store *s, struct loop *home, int64_t key_id,
		       const char *name, const char *text, store_answer_fn *fn,
		       void *arg);

/** fn gets NULL, or -ENOENT */
int store_delete_document(struct store *s, struct loop *home, int64_t key_id,
			  const char *name, store_answer_fn *fn, void *arg);

/** [{"key","bytes","passages","updated"}] by name */
int store_list_documents(struct store *s, struct loop *home, int64_t key_id,
			 store_answer_fn *fn, void *arg);

struct store_search {
	int64_t key_id;
	const char *question;   /**< words of people                    */
	const char *names_json; /**< array of names; NULL: all          */
	int limit;              /**< passages, 1..50                    */
	/** [bytes] documents that have no more than this in all are given
	 *  whole too */
	int64_t whole_bytes;
};
/** {"best":[{"document","row","text"}], the best first, "fits":0..100 (how
 * many of the question's words the first has [%]),"whole":[...] in order, or
 * null, "documents": how many were searched} */
int store_search(struct store *s, struct loop *home,
		 const struct store_search *q, store_answer_fn *fn, void *arg);

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

/** @return nonzero when the key with this id has this name @thread any */
int store_key_is(struct store *s, int64_t id, const char *name);

/** @return nonzero while the key with this id is valid @thread any */
int store_key_holds(struct store *s, int64_t id);

/** @return a number that is another one after keys have changed, here or by
 *  another process @thread any, without a lock */
uint64_t store_key_changes(const struct store *s);

#endif /* STORE_STORE_H */
