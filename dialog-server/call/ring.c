/**
 * @file ring.c  Frames waiting for the tick
 *
 *      behind       n
 *   [ . . o o o | x x x . . ]    what was pulled stays until room is needed
 *                 head
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "call/internal.h"

static size_t bytes_of(const struct frame_ring *r)
{
	return sizeof(*r->s) * r->cap * r->samples;
}

static int begin(struct frame_ring *r, int16_t *s, uint32_t cap,
		 uint32_t samples)
{
	if (!s)
		return -ENOMEM;
	*r = (struct frame_ring){.s = s, .cap = cap, .samples = samples};
	return 0;
}

int ring_init(struct frame_ring *r, uint32_t cap, uint32_t samples)
{
	return begin(r, mem_alloc(sizeof(*r->s) * cap * samples), cap,
		     samples);
}

int ring_init_brief(struct frame_ring *r, uint32_t cap, uint32_t samples)
{
	const int err = begin(r, mem_pages(sizeof(*r->s) * cap * samples), cap,
			      samples);

	r->brief = !err;
	return err;
}

void ring_done(struct frame_ring *r)
{
	if (r->brief)
		mem_pages_free(r->s, bytes_of(r));
	else
		mem_free(r->s);
	*r = (struct frame_ring){.s = NULL};
}

int ring_push(struct frame_ring *r, const int16_t *s)
{
	int lost = r->n == r->cap;
	uint32_t at;

	if (lost)
		(void)ring_pull(r);
	if (r->n + r->behind == r->cap)
		r->behind--;
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
	r->behind++;
	return s;
}

const int16_t *ring_behind(struct frame_ring *r, uint32_t most)
{
	uint32_t at;

	if (r->behind > most)
		r->behind = most;
	if (!r->behind)
		return NULL;
	at = (r->head + r->cap - r->behind--) % r->cap;
	return r->s + (size_t)at * r->samples;
}

const int16_t *ring_newest(const struct frame_ring *r, uint32_t n)
{
	uint32_t at;

	if (!n || n > r->n + r->behind)
		return NULL;
	at = (r->head + r->n + r->cap - n) % r->cap;
	return r->s + (size_t)at * r->samples;
}

void ring_forget(struct frame_ring *r)
{
	r->n = r->behind = 0;
}
