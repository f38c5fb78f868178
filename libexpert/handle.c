/**
 * @file handle.c  Names for objects that may be gone
 *
 * Users keep calls and questions and use them late, from other threads. What
 * they hold is no pointer but a slot and a generation: a stale one is noticed
 * instead of followed. One table and one lock for the process, since a handle
 * alone must lead to its object.
 *
 *   handle = generation << 20 | slot + 1 << 4      (never NULL)
 *
 * SPDX-License-Identifier: MIT
 */
#include <pthread.h>
#include <stdlib.h>

#include "priv.h"

enum { SLOTS_MAX = 65535, SLOT_BITS = 16, LOW_BITS = 4 };

struct slot {
	void *obj;
	enum handle_kind kind;
	uintptr_t generation;
	uint32_t next_free;
};

static struct {
	pthread_mutex_t lock;
	struct slot *slots;
	uint32_t n, cap, free; /* free: slot + 1, 0 for none */
} table = {.lock = PTHREAD_MUTEX_INITIALIZER};

static const uintptr_t generations = UINTPTR_MAX >> (SLOT_BITS + LOW_BITS);

void handle_lock_only(void)
{
	(void)pthread_mutex_lock(&table.lock);
}

void handle_unlock(void)
{
	(void)pthread_mutex_unlock(&table.lock);
}

/* A slot that is in no list. Lock held. @return slot + 1, or 0 */
static uint32_t slot_take(void)
{
	uint32_t cap = table.cap ? table.cap * 2 : 64;
	uint32_t s = table.free;
	struct slot *grown;

	if (s) {
		table.free = table.slots[s - 1].next_free;
		return s;
	}
	if (table.n == table.cap) {
		if (table.n >= SLOTS_MAX)
			return 0;
		cap = cap > SLOTS_MAX ? SLOTS_MAX : cap;
		grown = realloc(table.slots, cap * sizeof(*grown));
		if (!grown)
			return 0;
		table.slots = grown;
		table.cap = cap;
	}
	table.slots[table.n] = (struct slot){0};
	return ++table.n;
}

void *handle_new(enum handle_kind kind, void *obj)
{
	uintptr_t handle = 0;
	uint32_t s;

	handle_lock_only();
	s = slot_take();
	if (s) {
		struct slot *slot = &table.slots[s - 1];

		slot->obj = obj;
		slot->kind = kind;
		slot->generation = (slot->generation + 1) & generations;
		handle = slot->generation << (SLOT_BITS + LOW_BITS) |
			 (uintptr_t)s << LOW_BITS;
	}
	handle_unlock();
	/* It is never followed, only looked up. */
	return (void *)handle; /* NOLINT(performance-no-int-to-ptr) */
}

/* Lock held. */
static struct slot *slot_of(const void *handle)
{
	uintptr_t h = (uintptr_t)handle;
	uintptr_t s = h >> LOW_BITS & ((1U << SLOT_BITS) - 1);
	struct slot *slot;

	if (!s || s > table.n)
		return NULL;

	slot = &table.slots[s - 1];
	return slot->obj && slot->generation == h >> (SLOT_BITS + LOW_BITS)
		       ? slot
		       : NULL;
}

void *handle_lock(const void *handle, enum handle_kind kind)
{
	struct slot *slot;

	handle_lock_only();
	slot = slot_of(handle);
	if (slot && slot->kind == kind)
		return slot->obj;

	handle_unlock();
	return NULL;
}

void *handle_peek(const void *handle, enum handle_kind kind)
{
	void *obj = handle_lock(handle, kind);

	if (obj)
		handle_unlock();
	return obj;
}

void handle_free(void *handle)
{
	struct slot *slot;

	handle_lock_only();
	slot = slot_of(handle);
	if (slot) {
		slot->obj = NULL;
		slot->next_free = table.free;
		table.free = (uint32_t)(slot - table.slots) + 1;
	}
	handle_unlock();
}
