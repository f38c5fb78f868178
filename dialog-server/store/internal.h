/**
 * @file internal.h  What the files of store/ share
 *
 *   store.c   open, close, queue, thread
 *   writes.c  queued writes: packing, and applying them in transactions
 *   reads.c   JSON of calls, delivery to the asking loop
 *   conversations.c  the same calls as the published API shows them
 *   messages.c       text messages
 *   documents.c      documents and their full-text index
 *   keys.c    API keys: table in memory, rows on the disk
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef STORE_INTERNAL_H
#define STORE_INTERNAL_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "base/episode.h"
#include "base/list.h"
#include "base/mailbox.h"
#include "net/loop.h"
#include "store/store.h"

/* SQL: an instant as text, "2026-01-31T09:30:00.000Z". */
#define ISO_TIME(us)                                                      \
	"strftime('%Y-%m-%dT%H:%M:%S', " us " / 1000000, 'unixepoch') ||" \
	" printf('.%03dZ', " us " / 1000 % 1000)"

enum op_kind {
	OP_CALL_STARTED,
	OP_CALL_ENDED,
	OP_TRANSCRIPT,
	OP_FIELD,
	OP_EVENT,
	OP_TURN,
	OP_FORGET_LINES, /* of a call whose caller will not be recorded */
	OP_FORGET_TURNS,
	OP_FORGET_EVENTS,
	OP_FORGET_FILES,
	OP_WRITES,                 /* the kinds above are batched writes */
	OP_LIST_CALLS = OP_WRITES, /* answered on the asking loop: */
	OP_GET_CALL,
	OP_LIST_CONVERSATIONS,
	OP_GET_CONVERSATION,
	OP_GET_TRANSCRIPT,
	OP_GET_RECORDING,
	OP_DELETE_CONVERSATION,
	OP_LIST_NUMBERS,
	OP_MESSAGE_ADD,
	OP_LIST_MESSAGES,
	OP_DOCUMENT_PUT,
	OP_DOCUMENT_DELETE,
	OP_LIST_DOCUMENTS,
	OP_SEARCH,
	OP_ASYNC, /* from here on somebody waits */
	OP_SYNC = OP_ASYNC,
	OP_END_LOST,
	OP_KEY_CREATE,
	OP_KEY_REVOKE,
	OP_KEY_LIST,
};

enum { OP_STRINGS = 8, OP_NUMBERS = 7, KEY_HASH_BYTES = 32 };

/** Where a blocked caller waits for its answer; on its stack. */
struct waiter {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	int done, result;
	char *text;
};

/** One message to the store thread, which frees it; a read travels on to the
 *  asking loop as its own answer, so that answering cannot fail. */
struct op {
	struct loop_msg msg; /* first: the loop gives it back */
	struct list node;    /* of store->undelivered */
	enum op_kind kind;
	uint32_t bytes;            /* of the whole block */
	const char *s[OP_STRINGS]; /* into the same block, or NULL */
	int64_t n[OP_NUMBERS];
	struct loop *home; /* reads */
	store_answer_fn *fn;
	void *arg;
	int err; /* and their answer */
	char *json;
	struct waiter *waiter; /* OP_ASYNC.. */
};

/** One API key in memory. */
struct key {
	int64_t id; /* rowid: rows are never deleted */
	char *name;
	unsigned char hash[KEY_HASH_BYTES];
	int revoked;
	_Atomic int64_t used_us; /* [us] wall clock; 0: not since loading */
};

struct store {
	sqlite3 *db; /* the thread's own once it runs */
	pthread_t thread;
	struct mailbox *queue;
	_Atomic uint64_t queued_bytes, refused, failed;
	_Atomic int sleeping, stop;
	int wake_fd;
	uint64_t failed_reported; /* by the last store_sync() */
	struct episode trouble;   /* the thread's to change */
	sqlite3_stmt *writes[OP_WRITES];
	int to_empty; /* the log of writes has words that are forgotten */
	struct list undelivered; /* answers that their loop did not take */
	int64_t data_version;    /* of the database, as last seen */
	int64_t keys_saved_us;   /* when last uses were written */

	_Atomic uint64_t key_changes; /* loads of the table so far */
	pthread_rwlock_t keys_lock;
	struct key *keys;
	size_t n_keys;
};

/** Take a message, or refuse it. @param op  taken, also on failure; NULL is
 *  -ENOMEM @return 0, -EAGAIN, -ENOMEM */
int store_push(struct store *s, struct op *op);

/** Push and wait for the answer. @param ret_text  may be NULL
 *  @return the answer's result, or -EAGAIN, -ENOMEM */
int store_ask(struct store *s, struct op *op, char **ret_text);

/** @param strings  strings[n], copied; broken UTF-8 is repaired
 *  @return NULL when out of memory; op_free() */
struct op *op_new(enum op_kind kind, const char *const *strings, size_t n);
struct op *op_free(struct op *op);

/* ---- on the store thread ------------------------------------------------ */

/** Apply writes in one transaction. @param ops  ops[n], stay the caller's */
void writes_apply(struct store *s, struct op *const *ops, size_t n);
void writes_done(struct store *s);
int writes_end_lost(struct store *s, const struct op *op);

/** Run a read and send it home. @param op  taken */
void reads_run(struct store *s, struct op *op);
/** Push an op whose answer comes as a message. @param op  taken
 *  @return 0, -EAGAIN, -ENOMEM @thread any */
int reads_ask(struct store *s, struct op *op, struct loop *home,
	      store_answer_fn *fn, void *arg);
/** Try again to deliver. @return nonzero while some wait */
int reads_deliver(struct store *s);
void reads_drop(struct store *s);

/*
 * What answers OP_LIST_CONVERSATIONS .. OP_SEARCH.
 *
 * @param ret  JSON, mem_free(), or NULL where there is nothing to say
 * @return 0, -ENOENT, -EIO, or what the public function names
 */
int conversations_run(struct store *s, const struct op *op, char **ret);
int messages_run(struct store *s, const struct op *op, char **ret);
int documents_run(struct store *s, const struct op *op, char **ret);

/** All that belongs to the key of this name goes. @return 0, -errno */
int messages_forget(struct store *s, const char *key_name);
int documents_forget(struct store *s, const char *key_name);

/** (Re)load the table in memory. @return 0, -errno */
int keys_load(struct store *s);
void keys_done(struct store *s);
/** Write down when keys were last used, at most once a minute. */
void keys_save_used(struct store *s, int now);
int keys_create(struct store *s, const struct op *op);
int keys_revoke(struct store *s, const struct op *op);
int keys_list(struct store *s, const struct op *op, char **ret);

/* ---- SQL helpers (store.c) ---------------------------------------------- */

/** Something did not work: told once while it lasts. @thread store */
void store_trouble(struct store *s, const char *what, const char *why);

/** @return 0, -errno */
int store_exec(struct store *s, const char *sql);

/** Bind the strings of op as ?1..?8 and its numbers as ?9..?15, as far as the
 *  statement has them; an absent string is NULL. @return result of SQLite */
int store_bind(sqlite3_stmt *st, const struct op *op);

/**
 * Run one statement with the values of op.
 *
 * @param ret_text  first column of the first row, mem_free(), NULL when there
 *                  is no row; may be NULL
 * @return rows changed, -errno
 */
int store_run(struct store *s, const char *sql, const struct op *op,
	      char **ret_text);

#endif /* STORE_INTERNAL_H */
