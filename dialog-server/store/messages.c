/**
 * @file messages.c  Text messages, and what became of them
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "store/internal.h"

enum { PAGE_MOST = 100, ID_RANDOM_BYTES = 12 };

#define MEMBERS                                                        \
	"'id', id, 'from_number', from_number, 'to_number', to_number" \
	", 'content', content, 'received_at', " ISO_TIME(              \
		"at_us") ", 'modality', modality, 'direction'"         \
			 ", direction, 'status', status"

/* ?1.. id, from, to, content, modality, direction, status; ?9 key, ?10 time,
 * ?11 most. */
static const char add_sql[] =
	"INSERT INTO messages(id, from_number, to_number, content, modality,"
	" direction, status, key_id, at_us)"
	" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?9, ?10)";
static const char trim_sql[] =
	"DELETE FROM messages WHERE rowid IN (SELECT rowid FROM messages"
	" WHERE key_id = ?9 ORDER BY at_us DESC, rowid DESC"
	" LIMIT -1 OFFSET ?11)";
static const char get_sql[] =
	"SELECT json_object(" MEMBERS ") FROM messages WHERE id = ?1";

/* ?1.. to, from, modality; ?9 key, ?10 since, ?11 limit */
static const char list_sql[] =
	"WITH page AS (SELECT *, rowid AS r FROM messages"
	"  WHERE key_id = ?9 AND to_number = ?1"
	"   AND (?2 = '' OR from_number = ?2)"
	"   AND (?3 = '' OR modality = ?3) AND at_us >= ?10"
	"  ORDER BY at_us, rowid LIMIT ?11 + 1)"
	"SELECT json_object('messages', json("
	"  (SELECT json_group_array(json(m)) FROM"
	"   (SELECT json_object(" MEMBERS ") AS m FROM page"
	"    ORDER BY at_us, r LIMIT ?11))),"
	" 'has_more', json(iif((SELECT count(*) FROM page) > ?11,"
	"   'true', 'false')))";

static int add(struct store *s, const struct op *op, char **ret)
{
	if (store_run(s, add_sql, op, NULL) < 0 ||
	    store_run(s, trim_sql, op, NULL) < 0 ||
	    store_run(s, get_sql, op, ret) < 0)
		return -EIO;
	return *ret ? 0 : -EIO;
}

int messages_run(struct store *s, const struct op *op, char **ret)
{
	if (op->kind == OP_MESSAGE_ADD)
		return add(s, op, ret);
	if (store_run(s, list_sql, op, ret) < 0)
		return -EIO;
	return *ret ? 0 : -EIO;
}

int messages_forget(struct store *s, const char *key_name)
{
	const struct op op = {.s = {key_name}};

	return store_run(s,
			 "DELETE FROM messages WHERE key_id ="
			 " (SELECT rowid FROM api_keys WHERE name = ?1)",
			 &op, NULL);
}

int store_add_message(struct store *s, struct loop *home,
		      const struct store_message *m, store_answer_fn *fn,
		      void *arg)
{
	char id[2 * ID_RANDOM_BYTES + 1];
	const char *strings[] = {
		id,          m->from_number, m->to_number, m->content,
		m->modality, m->direction,   m->status,
	};
	struct op *op;

	if (text_random_hex(id, sizeof(id), ID_RANDOM_BYTES))
		return -EIO;
	op = op_new(OP_MESSAGE_ADD, strings, 7);
	if (op) {
		op->n[0] = m->key_id;
		op->n[1] = clock_wall_us();
		op->n[2] = LIMIT_MESSAGES;
	}
	return reads_ask(s, op, home, fn, arg);
}

int store_list_messages(struct store *s, struct loop *home,
			const struct store_inbox *q, store_answer_fn *fn,
			void *arg)
{
	const char *strings[] = {q->to_number, q->from_number, q->modality};
	struct op *op;

	if (q->limit < 1 || q->limit > PAGE_MOST)
		return -EINVAL;
	op = op_new(OP_LIST_MESSAGES, strings, 3);
	if (op) {
		op->n[0] = q->key_id;
		op->n[1] = q->from_us;
		op->n[2] = q->limit;
	}
	return reads_ask(s, op, home, fn, arg);
}
