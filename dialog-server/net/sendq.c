/**
 * @file sendq.c  Messages that wait to be sent, in one block of memory
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/sendq.h"

#include <errno.h>
#include <libwebsockets.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"

enum { ALIGN = 16 };

struct entry {
	size_t len;
	int type;
	unsigned char pre[LWS_PRE]; /* for lws_write() */
};

/* [bytes] that a message takes, with what stands before it */
static size_t room(size_t len)
{
	size_t n = sizeof(struct entry) + len + 1;

	return (n + ALIGN - 1) / ALIGN * ALIGN;
}

static struct entry *entry_at(const struct sendq *q, size_t at)
{
	return (struct entry *)(void *)(q->s + at);
}

int sendq_init(struct sendq *q, size_t first_bytes, size_t max_bytes)
{
	unsigned char *s = mem_alloc(first_bytes);

	if (!s)
		return -ENOMEM;
	*q = (struct sendq){.s = s, .cap = first_bytes, .max = max_bytes};
	return 0;
}

static int grow(struct sendq *q, size_t need)
{
	size_t cap = q->cap;

	while (cap < need)
		cap *= 2;

	unsigned char *s = mem_realloc(q->s, cap);

	if (!s)
		return -EAGAIN;
	q->s = s;
	q->cap = cap;
	return 0;
}

static int make_room(struct sendq *q, size_t need, int may_grow)
{
	if (q->head + q->used + need <= q->cap)
		return 0;
	if (q->used + need > q->cap) {
		int err = may_grow ? grow(q, q->used + need) : -EAGAIN;

		if (err)
			return err;
	}
	memmove(q->s, q->s + q->head, q->used);
	q->head = 0;
	return 0;
}

int sendq_push(struct sendq *q, int type, const void *s, size_t len,
	       int may_grow)
{
	int err = len > q->max || q->payload > q->max - len
			  ? -EAGAIN
			  : make_room(q, room(len), may_grow);

	if (err)
		return err;

	struct entry *e = entry_at(q, q->head + q->used);

	e->len = len;
	e->type = type;
	if (len)
		memcpy(e + 1, s, len);
	q->used += room(len);
	q->payload += len;
	return 0;
}

void sendq_reserve(struct sendq *q)
{
	if (q->used > q->cap / 2 && q->cap < 2 * q->max)
		(void)grow(q, q->cap * 2); /* not now is fine */
}

unsigned char *sendq_first(struct sendq *q, int *ret_type, size_t *ret_len)
{
	struct entry *e = entry_at(q, q->head);

	if (!q->used)
		return NULL;
	*ret_type = e->type;
	*ret_len = e->len;
	return (unsigned char *)(e + 1);
}

void sendq_pop(struct sendq *q)
{
	size_t len = entry_at(q, q->head)->len;

	q->head += room(len);
	q->used -= room(len);
	q->payload -= len;
	if (!q->used)
		q->head = 0;
}

void sendq_clear(struct sendq *q)
{
	q->head = q->used = q->payload = 0;
}

void sendq_done(struct sendq *q)
{
	q->s = mem_free(q->s);
	sendq_clear(q);
}
