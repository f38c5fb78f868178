/**
 * @file txq.c  Frames that wait to be sent, in one block of memory
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "net/frame.h"
#include "net/txq.h"

/* A close frame must find a place behind a full queue. */
enum { CONTROL_RESERVE_BYTES = 2 * (FRAME_CONTROL_MAX + FRAME_HEAD_MAX) };

int txq_init(struct txq *q, size_t first_bytes, size_t max_bytes)
{
	unsigned char *s = mem_alloc(first_bytes);

	if (!s)
		return -ENOMEM;
	*q = (struct txq){.s = s, .cap = first_bytes, .max = max_bytes};
	return 0;
}

static int grow(struct txq *q, size_t need)
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

static int make_room(struct txq *q, size_t need, size_t max, int may_grow)
{
	if (q->len + need > max)
		return -EAGAIN;
	if (q->head + q->len + need <= q->cap)
		return 0;
	if (q->len + need > q->cap) {
		int err = may_grow ? grow(q, q->len + need) : -EAGAIN;

		if (err)
			return err;
	}
	memmove(q->s, q->s + q->head, q->len);
	q->head = 0;
	return 0;
}

int txq_push_raw(struct txq *q, const void *s, size_t len)
{
	int err = q->len ? -EAGAIN : make_room(q, len, q->max, 1);

	if (err)
		return err;
	memcpy(q->s + q->head, s, len);
	q->len = q->begun = len;
	return 0;
}

int txq_push(struct txq *q, const struct frame *f, const void *payload,
	     int may_grow)
{
	unsigned char head[FRAME_HEAD_MAX];
	size_t n = frame_write(head, f);
	size_t len = (size_t)f->len;
	size_t max = q->max;

	if (f->opcode & 8)
		max += CONTROL_RESERVE_BYTES;
	if (len > max)
		return -EAGAIN;

	int err = make_room(q, n + len, max, may_grow);

	if (err)
		return err;

	unsigned char *to = q->s + q->head + q->len;

	memcpy(to, head, n);
	if (len)
		memcpy(to + n, payload, len);
	if (f->masked)
		frame_mask(to + n, len, f->mask, 0);
	q->len += n + len;
	return 0;
}

void txq_reserve(struct txq *q)
{
	if (q->len > q->cap / 2 && q->cap < q->max)
		(void)grow(q, q->cap * 2); /* not now is fine */
}

const unsigned char *txq_peek(const struct txq *q, size_t *ret_len)
{
	*ret_len = q->len;
	return q->s + q->head;
}

/* The frame that starts at offset `at` of what is queued. */
static size_t frame_bytes(const struct txq *q, size_t at)
{
	struct frame f;
	int n = frame_read(&f, q->s + q->head + at, q->len - at);

	return n > 0 ? (size_t)n + (size_t)f.len : q->len - at;
}

void txq_consume(struct txq *q, size_t n)
{
	while (n) {
		if (!q->begun)
			q->begun = frame_bytes(q, 0);

		size_t m = n < q->begun ? n : q->begun;

		q->begun -= m;
		q->head += m;
		q->len -= m;
		n -= m;
	}
	if (!q->len)
		q->head = 0;
}

void txq_forget(struct txq *q, size_t pinned)
{
	size_t keep = q->begun;

	while (keep < pinned)
		keep += frame_bytes(q, keep);
	q->begun = keep;
	q->len = keep;
}

void txq_done(struct txq *q)
{
	q->s = mem_free(q->s);
	q->len = q->cap = 0;
}
