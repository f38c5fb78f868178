/**
 * @file store.c  The store thread: its queue, its database, its day
 *
 *   push --> [ mailbox ] --pull--> writes: one transaction a batch
 *                                  reads, questions: after the commit
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "journal/metrics.h"
#include "store/internal.h"
#include "store/schema.h"

enum {
	BATCH_MAX = 512, /* writes a transaction; reads wait behind it */
	WORK_MAX = 64,   /* batches and reads before looking around */
	IDLE_MS = 200,   /* a key made by another process is seen */
	UNDELIVERED_MS = 10,
	LOCK_WAIT_MS = 5000, /* for another process's transaction */
};

static _Thread_local char open_error[256];

/* ---- SQL ---------------------------------------------------------------- */

void store_trouble(struct store *s, const char *what, const char *why)
{
	if (episode_fail(&s->trouble, 0, clock_now_us()))
		log_error("store",
			  "%s failed error=\"%s\": calls go on, their rows "
			  "are lost until the database can be written",
			  what, why);
}

int store_exec(struct store *s, const char *sql)
{
	return schema_errno(sqlite3_exec(s->db, sql, NULL, NULL, NULL));
}

int store_bind(sqlite3_stmt *st, const struct op *op)
{
	int last = sqlite3_bind_parameter_count(st), rc = SQLITE_OK;

	for (int i = 0; i < OP_STRINGS && i < last && rc == SQLITE_OK; i++)
		rc = sqlite3_bind_text(st, i + 1, op->s[i], -1, SQLITE_STATIC);
	for (int i = 0;
	     i < OP_NUMBERS && OP_STRINGS + i < last && rc == SQLITE_OK; i++)
		rc = sqlite3_bind_int64(st, OP_STRINGS + i + 1, op->n[i]);
	return rc;
}

int store_run(struct store *s, const char *sql, const struct op *op,
	      char **ret_text)
{
	sqlite3_stmt *st = NULL;
	char *text = NULL;
	int rc = sqlite3_prepare_v2(s->db, sql, -1, &st, NULL);
	int err = 0;

	if (rc == SQLITE_OK)
		rc = store_bind(st, op);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	if (rc == SQLITE_ROW && ret_text) {
		text = mem_strdup((const char *)sqlite3_column_text(st, 0));
		if (!text)
			err = -ENOMEM;
	}
	(void)sqlite3_finalize(st);
	if (err == 0)
		err = schema_errno(rc);
	if (err < 0) {
		store_trouble(s, "statement",
			      err == -ENOMEM ? "out of memory"
					     : sqlite3_errstr(rc));
		mem_free(text);
		return err;
	}
	if (ret_text)
		*ret_text = text;
	return sqlite3_changes(s->db);
}

/* ---- messages ----------------------------------------------------------- */

struct op *op_new(enum op_kind kind, const char *const *strings, size_t n)
{
	size_t bytes = sizeof(struct op);
	struct op *op;
	char *p;

	for (size_t i = 0; i < n; i++)
		bytes += strings[i] ? strlen(strings[i]) + 1 : 0;
	if (bytes > LIMIT_STORE_QUEUE_BYTES)
		return NULL;
	op = mem_zalloc(bytes);
	if (!op)
		return NULL;
	op->kind = kind;
	op->bytes = (uint32_t)bytes;
	p = (char *)(op + 1);
	for (size_t i = 0; i < n; i++) {
		size_t len = strings[i] ? strlen(strings[i]) : 0;

		if (!strings[i])
			continue;
		memcpy(p, strings[i], len + 1);
		if (!text_is_utf8(p, len))
			for (size_t k = 0; k < len; k++)
				if ((unsigned char)p[k] >= 0x80)
					p[k] = '?';
		op->s[i] = p;
		p += len + 1;
	}
	return op;
}

struct op *op_free(struct op *op)
{
	return mem_free(op);
}

int store_push(struct store *s, struct op *op)
{
	uint64_t one = 1;
	uint32_t bytes;
	int err = 0;

	if (!op) {
		metric_add(METRIC_STORE_REFUSED, 1);
		return -ENOMEM;
	}
	bytes = op->bytes;
	if (atomic_fetch_add(&s->queued_bytes, bytes) + bytes >
	    LIMIT_STORE_QUEUE_BYTES)
		err = -EAGAIN;
	else
		err = mailbox_push(s->queue, op);
	if (err < 0) {
		atomic_fetch_sub(&s->queued_bytes, bytes);
		atomic_fetch_add(&s->refused, 1);
		metric_add(METRIC_STORE_REFUSED, 1);
		op_free(op);
		return err;
	}
	/* One system call a sleep, not one a message. */
	if (atomic_exchange(&s->sleeping, 0))
		(void)!write(s->wake_fd, &one, sizeof(one));
	return 0;
}

int store_ask(struct store *s, struct op *op, char **ret_text)
{
	struct waiter w = {.lock = PTHREAD_MUTEX_INITIALIZER,
			   .wake = PTHREAD_COND_INITIALIZER};
	int err;

	if (op)
		op->waiter = &w;
	err = store_push(s, op);
	if (err < 0)
		return err;
	pthread_mutex_lock(&w.lock);
	while (!w.done)
		pthread_cond_wait(&w.wake, &w.lock);
	pthread_mutex_unlock(&w.lock);
	if (ret_text)
		*ret_text = w.text;
	else
		mem_free(w.text);
	return w.result;
}

static void answer(struct waiter *w, int result, char *text)
{
	pthread_mutex_lock(&w->lock);
	w->result = result;
	w->text = text;
	w->done = 1;
	/* Under the lock: the waiter lives on the asker's stack. */
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
}

/* ---- the thread --------------------------------------------------------- */

static int synced(struct store *s)
{
	uint64_t failed = atomic_load(&s->failed);
	int err = failed == s->failed_reported ? 0 : -EIO;

	s->failed_reported = failed;
	return err;
}

/* @param op  taken */
static void serve(struct store *s, struct op *op)
{
	char *text = NULL;
	int result = 0;

	switch (op->kind) {
	case OP_SYNC:
		result = synced(s);
		break;
	case OP_END_LOST:
		result = writes_end_lost(s, op);
		break;
	case OP_KEY_CREATE:
		result = keys_create(s, op);
		break;
	case OP_KEY_REVOKE:
		result = keys_revoke(s, op);
		break;
	case OP_KEY_LIST:
		result = keys_list(s, op, &text);
		break;
	default:
		reads_run(s, op);
		return;
	}
	answer(op->waiter, result, text);
	op_free(op);
}

static struct op *pull(struct store *s)
{
	struct op *op = mailbox_pull(s->queue);

	if (op)
		atomic_fetch_sub(&s->queued_bytes, op->bytes);
	return op;
}

static void commit(struct store *s, struct op **batch, size_t *n)
{
	if (*n > 0)
		writes_apply(s, batch, *n);
	while (*n > 0)
		op_free(batch[--*n]);
}

/* What waits: writes in batches, each read after the commit of what was queued
 * before it. @return nonzero when there may be more */
static int work(struct store *s)
{
	struct op *batch[BATCH_MAX], *op;
	size_t n = 0;

	for (int left = WORK_MAX; left > 0;) {
		op = pull(s);
		if (op && op->kind < OP_WRITES) {
			batch[n++] = op;
			if (n < BATCH_MAX)
				continue;
			op = NULL;
		} else if (!op) {
			commit(s, batch, &n);
			return 0;
		}
		commit(s, batch, &n);
		if (op)
			serve(s, op);
		left--;
	}
	return 1;
}

static int64_t data_version(struct store *s)
{
	static const struct op none;
	char *text = NULL;
	int64_t v = 0;

	if (store_run(s, "PRAGMA data_version", &none, &text) >= 0 && text)
		(void)text_to_int(text, 0, INT64_MAX, &v);
	mem_free(text);
	return v;
}

/* Has another process changed the file? Then keys may have changed. */
static void look_around(struct store *s)
{
	int64_t v = data_version(s);

	if (v == s->data_version)
		return;
	s->data_version = v;
	keys_save_used(s, 1);
	if (keys_load(s) < 0)
		log_error("store", "keys could not be read again, "
				   "keeping those in memory");
}

static void sleep_until_work(struct store *s, int busy)
{
	struct pollfd p = {.fd = s->wake_fd, .events = POLLIN};
	uint64_t n;

	(void)poll(&p, 1, busy ? UNDELIVERED_MS : IDLE_MS);
	atomic_store(&s->sleeping, 0);
	(void)!read(s->wake_fd, &n, sizeof(n));
}

static void *run(void *arg)
{
	struct store *s = arg;
	int stop = 0, more = 0;

	while (!stop || more) {
		stop = atomic_load(&s->stop);
		/* First the flag, then the queue: whoever pushes after the
		 * queue was seen empty finds the flag set. */
		atomic_store(&s->sleeping, 1);
		more = work(s);
		look_around(s);
		keys_save_used(s, stop);
		if (!stop && !more)
			sleep_until_work(s, reads_deliver(s));
	}
	return NULL;
}

/* ---- open, close -------------------------------------------------------- */

static int make_private(const char *path)
{
	int fd;

	if (strcmp(path, ":memory:") == 0)
		return 0;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == ENOMEM ? -ENOMEM : -EACCES;
	/* A file of another owner keeps its mode, and may still serve. */
	(void)!fchmod(fd, 0600);
	(void)close(fd);
	return 0;
}

static int open_database(struct store *s, const char *path, char *why,
			 size_t cap)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
			  SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
	int err = make_private(path);

	if (err < 0) {
		(void)snprintf(why, cap, "cannot be opened or made: %m");
		return err;
	}
	err = schema_errno(sqlite3_open_v2(path, &s->db, flags, NULL));
	if (err == 0) {
		(void)sqlite3_busy_timeout(s->db, LOCK_WAIT_MS);
		/* FULL: what was committed survives a loss of power too. */
		err = store_exec(s, "PRAGMA trusted_schema=OFF;"
				    "PRAGMA cell_size_check=ON;"
				    "PRAGMA secure_delete=ON;"
				    "PRAGMA journal_mode=WAL;"
				    "PRAGMA synchronous=FULL;");
	}
	if (err < 0) {
		(void)snprintf(why, cap, "cannot be opened: %s",
			       s->db ? sqlite3_errmsg(s->db)
				     : "out of memory");
		return err;
	}
	return schema_migrate(s->db, SCHEMA_VERSION, why, cap);
}

static struct store *destroy(struct store *s)
{
	reads_drop(s);
	writes_done(s);
	keys_done(s);
	(void)sqlite3_close(s->db);
	if (s->wake_fd >= 0)
		(void)close(s->wake_fd);
	mailbox_free(s->queue);
	pthread_rwlock_destroy(&s->keys_lock);
	return mem_free(s);
}

static int start(struct store *s)
{
	int err = keys_load(s);

	if (err < 0)
		return err;
	s->data_version = data_version(s);
	s->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->wake_fd < 0)
		return -EAGAIN;
	err = mailbox_new(&s->queue, LIMIT_STORE_QUEUE);
	if (err < 0)
		return err;
	if (pthread_create(&s->thread, NULL, run, s) != 0)
		return -EAGAIN;
	(void)pthread_setname_np(s->thread, "store");
	return 0;
}

int store_open(struct store **ret, const char *path, const char **reterr)
{
	char why[160] = "out of memory or threads";
	struct store *s = mem_zalloc(sizeof(*s));
	int err;

	if (reterr)
		*reterr = "out of memory";
	if (!s)
		return -ENOMEM;
	s->wake_fd = -1;
	list_init(&s->undelivered);
	pthread_rwlock_init(&s->keys_lock, NULL);
	err = open_database(s, path, why, sizeof(why));
	if (err == 0)
		err = start(s);
	if (err < 0) {
		(void)snprintf(open_error, sizeof(open_error), "%s: %s", path,
			       why);
		if (reterr)
			*reterr = open_error;
		destroy(s);
		return err;
	}
	*ret = s;
	return 0;
}

struct store *store_close(struct store *s)
{
	uint64_t one = 1;

	if (!s)
		return NULL;
	atomic_store(&s->stop, 1);
	(void)!write(s->wake_fd, &one, sizeof(one));
	pthread_join(s->thread, NULL);
	return destroy(s);
}

int store_sync(struct store *s)
{
	return store_ask(s, op_new(OP_SYNC, NULL, 0), NULL);
}

int store_end_lost(struct store *s, const char *reason)
{
	const char *strings[] = {reason};

	return store_ask(s, op_new(OP_END_LOST, strings, 1), NULL);
}

uint64_t store_refused(const struct store *s)
{
	return atomic_load(&s->refused);
}

int store_in_trouble(const struct store *s)
{
	return episode_lasts(&s->trouble);
}

uint64_t store_failed(const struct store *s)
{
	return atomic_load(&s->failed);
}
