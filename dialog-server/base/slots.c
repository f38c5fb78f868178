/**
 * @file slots.c  Ids that outlive the objects they name
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <errno.h>

#include "base/alloc.h"
#include "base/slots.h"

struct slot {
	void *object;  /**< NULL: free                          */
	uint32_t gen;  /**< of the object in it, or of the next */
	uint32_t next; /**< free list; cap ends it              */
};

int slots_init(struct slots *t, uint32_t cap)
{
	struct slot *v;

	if (!cap || cap == UINT32_MAX)
		return -EINVAL;

	v = mem_zalloc(cap * sizeof(*v));
	if (!v)
		return -ENOMEM;

	for (uint32_t i = 0; i < cap; i++) {
		v[i].gen = 1;
		v[i].next = i + 1;
	}
	*t = (struct slots){.v = v, .cap = cap};

	return 0;
}

int slots_put(struct slots *t, void *object, struct slot_id *ret)
{
	struct slot *s;
	uint32_t i = t->free;

	assert(object);
	if (i >= t->cap)
		return -EAGAIN;

	s = &t->v[i];
	s->object = object;
	t->free = s->next;
	++t->used;
	*ret = (struct slot_id){.slot = i, .gen = s->gen};

	return 0;
}

void *slots_find(const struct slots *t, struct slot_id id)
{
	if (id.slot >= t->cap || t->v[id.slot].gen != id.gen)
		return NULL;

	return t->v[id.slot].object;
}

void *slots_take(struct slots *t, struct slot_id id)
{
	void *object = slots_find(t, id);
	struct slot *s;

	if (!object)
		return NULL;

	s = &t->v[id.slot];
	s->object = NULL;
	if (++s->gen == 0)
		s->gen = 1;
	s->next = t->free;
	t->free = id.slot;
	--t->used;

	return object;
}

void *slots_at(const struct slots *t, uint32_t i)
{
	return i < t->cap ? t->v[i].object : NULL;
}

void slots_done(struct slots *t)
{
	mem_free(t->v);
	*t = (struct slots){0};
}
