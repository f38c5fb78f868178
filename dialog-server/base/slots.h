/**
 * @file slots.h  Ids that outlive the objects they name
 *
 * A table of pointers addressed by {slot, generation}: a late timer or result
 * carries the id, and finds NULL when the object is gone and its slot reused.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BASE_SLOTS_H
#define BASE_SLOTS_H

#include <stddef.h>
#include <stdint.h>

struct slot_id {
	uint32_t slot;
	uint32_t gen; /**< 0 is never given out: {0,0} names nothing */
};

struct slot;

struct slots {
	struct slot *v;
	uint32_t cap;  /**< [slots] fixed                 */
	uint32_t used; /**< [slots] occupied              */
	uint32_t free; /**< head of the free list         */
};

/** @return 0, -EINVAL, -ENOMEM */
int slots_init(struct slots *t, uint32_t cap);

/** @return 0, -EAGAIN (table full) */
int slots_put(struct slots *t, void *object, struct slot_id *ret);

/** @return the object, or NULL when the id is stale or never was @realtime */
void *slots_find(const struct slots *t, struct slot_id id);

/** Take out; a stale id is fine. @return the object or NULL */
void *slots_take(struct slots *t, struct slot_id id);

/** @return the object in slot i or NULL; for walking 0..cap-1 */
void *slots_at(const struct slots *t, uint32_t i);

/** Free the table; the objects are their owners'. */
void slots_done(struct slots *t);

#endif /* BASE_SLOTS_H */
