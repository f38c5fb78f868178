/**
 * @file ring.c  Frames waiting for the tick, in the call's arena
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "call/internal.h"

int ring_init(struct frame_ring *r, struct arena *a, uint32_t cap,
	      uint32_t samples)
{
	int16_t *s = arena_alloc(a, sizeof(*s) * cap * samples);

	if (!s)
		return -ENOMEM;
	*r = (struct frame_ring){.s = s, .cap = cap, .samples = samples};
	return 0;
}

int ring_push(struct frame_ring *r, const int16_t *s)
{
	int lost = r->n == r->cap;
	uint32_t at;

	if (lost)
		(void)ring_pull(r);
	at = (r->head + r->n) % r->cap;
	memcpy(r->s + (size_t)at * r->samples, s, sizeof(*s) * r->samples);
	r->n++;
	return lost;
}

const int16_t *ring_pull(struct frame_ring *r)
{
	const int16_t *s;

	if (!r->n)
		return NULL;
	s = r->s + (size_t)r->head * r->samples;
	r->head = (r->head + 1) % r->cap;
	r->n--;
	return s;
}
