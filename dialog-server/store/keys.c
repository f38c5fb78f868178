/**
 * @file keys.c  API keys: hashes in memory, rows on the disk
 *
 * A check is one hash and one comparison with every key, whatever it finds;
 * the disk is not touched.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "store/internal.h"
#include "store/schema.h"

enum {
	RANDOM_BYTES = 20,
	KEY_TEXT_BYTES = 3 + 2 * RANDOM_BYTES + 1, /* "dk_", hex, NUL */
	HASH_TEXT_BYTES = 2 * KEY_HASH_BYTES + 1,
	SAVE_EACH_US = 60000000,
};

static int hash_of(const char *key, size_t len, unsigned char *hash)
{
	return EVP_Digest(key, len, hash, NULL, EVP_sha256(), NULL) == 1
		       ? 0
		       : -EIO;
}

/* ---- the table in memory ------------------------------------------------ */

static void free_keys(struct key *keys, size_t n)
{
	for (size_t i = 0; i < n; i++)
		mem_free(keys[i].name);
	mem_free(keys);
}

static int unhex(unsigned char *out, const char *hex)
{
	static const char digits[] = "0123456789abcdef";

	if (!hex || strlen(hex) != (size_t)2 * KEY_HASH_BYTES)
		return -EBADMSG;
	for (size_t i = 0; i < KEY_HASH_BYTES; i++) {
		const char *a = strchr(digits, hex[2 * i]);
		const char *b = strchr(digits, hex[2 * i + 1]);

		if (!a || !b)
			return -EBADMSG;
		out[i] = (unsigned char)((a - digits) << 4 | (b - digits));
	}
	return 0;
}

/* Read up to LIMIT_STORE_KEYS rows into keys[]. @return rows, -errno */
static int read_keys(struct store *s, struct key *keys)
{
	sqlite3_stmt *st = NULL;
	int n = 0, err = 0;
	int rc = sqlite3_prepare_v2(
		s->db, "SELECT name, sha256, revoked_us, rowid FROM api_keys",
		-1, &st, NULL);

	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		const char *name;

		rc = sqlite3_step(st);
		if (rc != SQLITE_ROW || n == LIMIT_STORE_KEYS)
			break;
		name = (const char *)sqlite3_column_text(st, 0);
		if (unhex(keys[n].hash,
			  (const char *)sqlite3_column_text(st, 1)) < 0)
			continue; /* no key has such a hash */
		keys[n].name = mem_strdup(name);
		if (!keys[n].name) {
			err = -ENOMEM;
			break;
		}
		keys[n].revoked = sqlite3_column_int64(st, 2) != 0;
		keys[n].id = sqlite3_column_int64(st, 3);
		n++;
	}
	(void)sqlite3_finalize(st);
	if (err == 0)
		err = schema_errno(rc);
	if (err < 0) {
		for (int i = 0; i < n; i++)
			keys[i].name = mem_free(keys[i].name);
		return err;
	}
	return n;
}

int keys_load(struct store *s)
{
	struct key *keys = mem_zalloc(LIMIT_STORE_KEYS * sizeof(*keys));
	struct key *old;
	size_t n_old;
	int n;

	if (!keys)
		return -ENOMEM;
	n = read_keys(s, keys);
	if (n < 0) {
		mem_free(keys);
		return n;
	}
	pthread_rwlock_wrlock(&s->keys_lock);
	old = s->keys;
	n_old = s->n_keys;
	s->keys = keys;
	s->n_keys = (size_t)n;
	pthread_rwlock_unlock(&s->keys_lock);
	atomic_fetch_add(&s->key_changes, 1);
	free_keys(old, n_old);
	return 0;
}

void keys_done(struct store *s)
{
	free_keys(s->keys, s->n_keys);
	s->keys = NULL;
	s->n_keys = 0;
}

int64_t store_key_check(struct store *s, const char *key)
{
	unsigned char hash[KEY_HASH_BYTES];
	struct key *found = NULL;
	size_t len = strnlen(key, (size_t)2 * KEY_TEXT_BYTES);
	int64_t id = 0;

	if (hash_of(key, len, hash) < 0)
		return 0;
	pthread_rwlock_rdlock(&s->keys_lock);
	for (size_t i = 0; i < s->n_keys; i++)
		if (CRYPTO_memcmp(s->keys[i].hash, hash, sizeof(hash)) == 0 &&
		    !s->keys[i].revoked)
			found = &s->keys[i];
	if (found) {
		atomic_store(&found->used_us, clock_wall_us());
		id = found->id;
	}
	pthread_rwlock_unlock(&s->keys_lock);
	return id;
}

int store_key_holds(struct store *s, int64_t id)
{
	int holds = 0;

	pthread_rwlock_rdlock(&s->keys_lock);
	for (size_t i = 0; i < s->n_keys; i++)
		holds |= s->keys[i].id == id && !s->keys[i].revoked;
	pthread_rwlock_unlock(&s->keys_lock);
	return holds;
}

int store_key_is(struct store *s, int64_t id, const char *name)
{
	int is = 0;

	pthread_rwlock_rdlock(&s->keys_lock);
	for (size_t i = 0; i < s->n_keys; i++)
		is |= s->keys[i].id == id && !strcmp(s->keys[i].name, name);
	pthread_rwlock_unlock(&s->keys_lock);
	return is;
}

uint64_t store_key_changes(const struct store *s)
{
	return atomic_load(&s->key_changes);
}

void keys_save_used(struct store *s, int now)
{
	int64_t now_us = clock_now_us();

	if (!now && now_us - s->keys_saved_us < SAVE_EACH_US)
		return;
	s->keys_saved_us = now_us;
	/* Only this thread replaces the table: reading it needs no lock. */
	for (size_t i = 0; i < s->n_keys; i++) {
		struct op op = {
			.s = {s->keys[i].name},
			.n = {atomic_exchange(&s->keys[i].used_us, 0)},
		};

		if (op.n[0] != 0)
			(void)store_run(s,
					"UPDATE api_keys SET last_used_us ="
					" max(last_used_us, ?9)"
					" WHERE name = ?1",
					&op, NULL);
	}
}

/* ---- questions, on the store thread ------------------------------------- */

int keys_create(struct store *s, const struct op *op)
{
	char *found = NULL;
	struct op values = *op;
	int err = store_run(s, "SELECT 1 FROM api_keys WHERE name = ?1", op,
			    &found);

	mem_free(found);
	if (err < 0)
		return -EIO;
	if (found)
		return -EEXIST;
	if (s->n_keys >= LIMIT_STORE_KEYS)
		return -EMSGSIZE;
	values.n[0] = clock_wall_us();
	err = store_run(s,
			"INSERT INTO api_keys(name, sha256, created_us)"
			" VALUES(?1, ?2, ?9)",
			&values, NULL);
	if (err < 0)
		return -EIO;
	keys_save_used(s, 1);
	return keys_load(s) < 0 ? -EIO : 0;
}

int keys_revoke(struct store *s, const struct op *op)
{
	struct op values = *op;
	int n;

	values.n[0] = clock_wall_us();
	n = store_run(s,
		      "UPDATE api_keys SET revoked_us = ?9"
		      " WHERE name = ?1 AND revoked_us = 0",
		      &values, NULL);
	if (n < 0)
		return -EIO;
	if (n == 0)
		return -ENOENT;
	/* Nobody can ask for it any more. */
	if (messages_forget(s, op->s[0]) < 0 ||
	    documents_forget(s, op->s[0]) < 0)
		log_error("store", "what belonged to a revoked key could not "
				   "be deleted");
	keys_save_used(s, 1);
	return keys_load(s) < 0 ? -EIO : 0;
}

/* 0 stands for never. */
static const char list_sql[] =
	"SELECT json_group_array(json(k)) FROM (SELECT json_object("
	" 'name', name,"
	" 'created', strftime('%Y-%m-%dT%H:%M:%S', created_us / 1000000,"
	"  'unixepoch') || printf('.%03dZ', created_us / 1000 % 1000),"
	" 'last_used', iif(last_used_us, strftime('%Y-%m-%dT%H:%M:%S',"
	"  last_used_us / 1000000, 'unixepoch') ||"
	"  printf('.%03dZ', last_used_us / 1000 % 1000), NULL),"
	" 'revoked', iif(revoked_us, strftime('%Y-%m-%dT%H:%M:%S',"
	"  revoked_us / 1000000, 'unixepoch') ||"
	"  printf('.%03dZ', revoked_us / 1000 % 1000), NULL)"
	") AS k FROM api_keys ORDER BY created_us, rowid)";

int keys_list(struct store *s, const struct op *op, char **ret)
{
	keys_save_used(s, 1);
	return store_run(s, list_sql, op, ret) < 0 ? -EIO : 0;
}

/* ---- the asking side ---------------------------------------------------- */

_Static_assert(LIMIT_KEY_NAME_BYTES == 64, "STORE_KEY_NAME says 64");

static int is_name(const char *s)
{
	static const char ends[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	static const char others[] = " ._-@";
	size_t n = s ? strnlen(s, LIMIT_KEY_NAME_BYTES + 1) : 0;

	if (!n || n > LIMIT_KEY_NAME_BYTES || !strchr(ends, s[0]) ||
	    !strchr(ends, s[n - 1]))
		return 0;
	for (size_t i = 0; i < n; i++) {
		if (!strchr(ends, s[i]) && !strchr(others, s[i]))
			return 0;
	}
	return 1;
}

int store_key_create(struct store *s, const char *name, char *ret, size_t cap)
{
	char text[KEY_TEXT_BYTES] = "dk_", hex[HASH_TEXT_BYTES];
	const char *strings[] = {name, hex};
	unsigned char hash[KEY_HASH_BYTES];
	int err;

	if (!is_name(name) || cap < sizeof(text))
		return -EINVAL;
	err = text_random_hex(text + 3, sizeof(text) - 3, RANDOM_BYTES);
	if (err == 0)
		err = hash_of(text, strlen(text), hash);
	if (err < 0)
		return err;
	text_hex(hex, sizeof(hex), hash, sizeof(hash));
	err = store_ask(s, op_new(OP_KEY_CREATE, strings, 2), NULL);
	if (err == 0)
		(void)text_copy(ret, cap, text);
	OPENSSL_cleanse(text, sizeof(text));
	return err;
}

static int write_line(int fd, const char *line)
{
	size_t len = strlen(line);

	if (write(fd, line, len) != (ssize_t)len || write(fd, "\n", 1) != 1 ||
	    fsync(fd) < 0)
		return -EIO;
	return 0;
}

int store_key_create_file(struct store *s, const char *name, const char *path)
{
	char text[64] = "";
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int err;

	if (fd < 0)
		return errno == EEXIST ? -EEXIST : -EACCES;
	err = store_key_create(s, name, text, sizeof(text));
	if (err == 0)
		err = write_line(fd, text);
	OPENSSL_cleanse(text, sizeof(text));
	if (close(fd) < 0 && err == 0)
		err = -EIO;
	if (err < 0)
		(void)unlink(path);
	return err;
}

int store_key_revoke(struct store *s, const char *name)
{
	const char *strings[] = {name};

	return store_ask(s, op_new(OP_KEY_REVOKE, strings, 1), NULL);
}

char *store_key_list(struct store *s)
{
	char *text = NULL;

	if (store_ask(s, op_new(OP_KEY_LIST, NULL, 0), &text) < 0)
		return NULL;
	return text;
}
