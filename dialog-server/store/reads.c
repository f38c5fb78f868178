/**
 * @file reads.c  JSON of calls, made by the database, sent to the asker's loop
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>

#include "base/alloc.h"
#include "store/internal.h"

#define CALL_MEMBERS                                                  \
	"'id', id, 'external_id', external_id, 'channel', channel,"   \
	" 'address', address, 'from', from_number, 'to', to_number,"  \
	" 'started', " ISO_TIME("started_us") ", 'ended', " ISO_TIME( \
		"ended_us") ", 'reason', reason,"                     \
			    " 'duration_ms', (ended_us - started_us) / 1000"

/* The sub-selects fix the order in which rows are gathered. */
static const char list_sql[] =
	"SELECT json_object('calls', json_group_array(json(call))) FROM ("
	" SELECT json_object(" CALL_MEMBERS ") AS call FROM calls"
	" WHERE ?1 = '' OR external_id = ?1"
	" ORDER BY started_us DESC, rowid DESC LIMIT ?9)";

static const char get_sql[] =
	"SELECT json_object(" CALL_MEMBERS ","
	" 'fields', json(coalesce(fields,"
	"  (SELECT json_group_object(key, json(value)) FROM"
	"   (SELECT key, value FROM fields WHERE call_id = ?1"
	"    ORDER BY at_ms, rowid)))),"
	" 'recording', recording, 'journal', journal,"
	" 'transcript', json((SELECT json_group_array(json_object("
	"   'who', who, 'text', text, 'at_ms', at_ms, 'interrupted',"
	"   json(iif(interrupted, 'true', 'false')))) FROM"
	"  (SELECT * FROM transcript WHERE call_id = ?1 ORDER BY rowid))),"
	" 'events', json((SELECT json_group_array(json_object("
	"   'type', type, 'at_ms', at_ms, 'detail', json(detail))) FROM"
	"  (SELECT * FROM events WHERE call_id = ?1 ORDER BY rowid))),"
	" 'turns', json((SELECT json_group_array(json_object("
	"   'turn', turn, 'heard', heard, 'at_ms', at_ms,"
	"   'endpoint_ms', endpoint_ms, 'stt_ms', stt_ms,"
	"   'llm_ms', llm_ms, 'tts_ms', tts_ms, 'total_ms', total_ms)) FROM"
	"  (SELECT * FROM turns WHERE call_id = ?1 ORDER BY turn))))"
	" FROM calls WHERE id = ?1";

static void on_home(struct loop_msg *m)
{
	struct op *op = (struct op *)(void *)m;

	op->fn(op->arg, op->err, op->json);
	op_free(op);
}

static int calls_run(struct store *s, const struct op *op, char **ret)
{
	const char *sql = op->kind == OP_LIST_CALLS ? list_sql : get_sql;

	if (store_run(s, sql, op, ret) < 0)
		return -EIO;
	return *ret ? 0 : -ENOENT;
}

void reads_run(struct store *s, struct op *op)
{
	if (op->kind <= OP_GET_CALL)
		op->err = calls_run(s, op, &op->json);
	else if (op->kind <= OP_LIST_NUMBERS)
		op->err = conversations_run(s, op, &op->json);
	else if (op->kind <= OP_LIST_MESSAGES)
		op->err = messages_run(s, op, &op->json);
	else
		op->err = documents_run(s, op, &op->json);
	op->msg.run = on_home;
	list_append(&s->undelivered, &op->node);
	(void)reads_deliver(s);
}

int reads_deliver(struct store *s)
{
	while (!list_empty(&s->undelivered)) {
		struct list *first = s->undelivered.next;
		struct op *op = LIST_ENTRY(first, struct op, node);

		/* Once posted it is the loop's: out of the list before. */
		list_unlink(first);
		if (loop_post(op->home, &op->msg) < 0) {
			list_append(s->undelivered.next, first);
			return 1;
		}
	}
	return 0;
}

void reads_drop(struct store *s)
{
	LIST_FOREACH_SAFE (it, next, &s->undelivered) {
		struct op *op = LIST_ENTRY(it, struct op, node);

		list_unlink(it);
		mem_free(op->json);
		op_free(op);
	}
}

int reads_ask(struct store *s, struct op *op, struct loop *home,
	      store_answer_fn *fn, void *arg)
{
	if (op) {
		op->home = home;
		op->fn = fn;
		op->arg = arg;
	}
	return store_push(s, op);
}

int store_list_calls(struct store *s, struct loop *home,
		     const char *external_id, int limit, store_answer_fn *fn,
		     void *arg)
{
	const char *strings[] = {external_id ? external_id : ""};
	struct op *op;

	if (limit < 1 || limit > 500)
		return -EINVAL;
	op = op_new(OP_LIST_CALLS, strings, 1);
	if (op)
		op->n[0] = limit;
	return reads_ask(s, op, home, fn, arg);
}

int store_get_call(struct store *s, struct loop *home, const char *id,
		   store_answer_fn *fn, void *arg)
{
	const char *strings[] = {id};

	return reads_ask(s, op_new(OP_GET_CALL, strings, 1), home, fn, arg);
}
