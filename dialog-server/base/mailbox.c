/**
 * @file mailbox.c  Bounded queue of pointers from any thread to one thread
 *
 * Each cell carries the number of the turn it is ready for:
 *
 *   seq == pos            free for the producer that takes ticket pos
 *   seq == pos + 1        holds the message of ticket pos
 *   seq == pos + cap      free again, for the next time round
 *
 * @source D. Vyukov, bounded MPMC queue, 2010; here with one consumer
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <errno.h>
#include <stdatomic.h>

#include "base/alloc.h"
#include "base/mailbox.h"

enum { CACHE_LINE = 64, MAILBOX_MAX = 65536 };

struct cell {
	atomic_size_t seq;
	void *msg;
};

struct mailbox {
	struct cell *cells;
	size_t mask;
	char pad0[CACHE_LINE];
	atomic_size_t tail; /**< next ticket of the producers */
	char pad1[CACHE_LINE];
	size_t head; /**< the consumer's alone         */
	char pad2[CACHE_LINE];
	atomic_uint_least64_t refused;
};

int mailbox_new(struct mailbox **ret, size_t cap)
{
	struct mailbox *m;
	size_t n = 2;

	if (cap < 2 || cap > MAILBOX_MAX)
		return -EINVAL;

	while (n < cap)
		n *= 2;

	m = mem_zalloc(sizeof(*m));
	if (!m)
		return -ENOMEM;

	m->cells = mem_zalloc(n * sizeof(*m->cells));
	if (!m->cells) {
		mem_free(m);
		return -ENOMEM;
	}

	for (size_t i = 0; i < n; i++)
		atomic_init(&m->cells[i].seq, i);
	m->mask = n - 1;
	*ret = m;

	return 0;
}

int mailbox_push(struct mailbox *m, void *msg)
{
	size_t pos = atomic_load_explicit(&m->tail, memory_order_relaxed);
	struct cell *c;

	assert(msg);
	for (;;) {
		size_t seq;
		ptrdiff_t diff;

		c = &m->cells[pos & m->mask];
		seq = atomic_load_explicit(&c->seq, memory_order_acquire);
		diff = (ptrdiff_t)(seq - pos);
		if (diff < 0) {
			atomic_fetch_add_explicit(&m->refused, 1,
						  memory_order_relaxed);
			return -EAGAIN;
		}
		if (diff == 0 &&
		    atomic_compare_exchange_weak_explicit(
			    &m->tail, &pos, pos + 1, memory_order_relaxed,
			    memory_order_relaxed))
			break;
		if (diff > 0)
			pos = atomic_load_explicit(&m->tail,
						   memory_order_relaxed);
	}

	c->msg = msg;
	atomic_store_explicit(&c->seq, pos + 1, memory_order_release);

	return 0;
}

void *mailbox_pull(struct mailbox *m)
{
	struct cell *c = &m->cells[m->head & m->mask];
	size_t seq = atomic_load_explicit(&c->seq, memory_order_acquire);
	void *msg;

	if (seq != m->head + 1)
		return NULL;

	msg = c->msg;
	atomic_store_explicit(&c->seq, m->head + m->mask + 1,
			      memory_order_release);
	++m->head;

	return msg;
}

uint64_t mailbox_refused(const struct mailbox *m)
{
	return atomic_load_explicit(&m->refused, memory_order_relaxed);
}

struct mailbox *mailbox_free(struct mailbox *m)
{
	if (m)
		mem_free(m->cells);
	mem_free(m);

	return NULL;
}
