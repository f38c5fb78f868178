/**
 * @file test_ring.c  Frames of a call that wait, and those just pulled
 *
 * SPDX-License-Identifier: MIT
 */
#include "call/internal.h"
#include "unit/unit.h"

static void push(struct frame_ring *r, int16_t value, int lost)
{
	const int16_t frame[2] = {value, (int16_t)-value};

	ck_assert_int_eq(ring_push(r, frame), lost);
}

static void is_frame(const int16_t *s, int16_t value)
{
	ck_assert_ptr_nonnull(s);
	ck_assert_int_eq(s[0], value);
	ck_assert_int_eq(s[1], -value);
}

START_TEST(gives_frames_in_order_and_loses_the_oldest)
{
	struct frame_ring r;

	ck_assert_int_eq(ring_init(&r, 4, 2), 0);
	ck_assert_ptr_null(ring_pull(&r));
	for (int16_t i = 1; i <= 6; i++)
		push(&r, i, i > 4);
	for (int16_t i = 3; i <= 6; i++)
		is_frame(ring_pull(&r), i);
	ck_assert_ptr_null(ring_pull(&r));
	ring_done(&r);
}
END_TEST

START_TEST(looks_back_at_what_was_pulled_and_is_still_there)
{
	struct frame_ring r;

	ck_assert_int_eq(ring_init(&r, 6, 2), 0);
	ck_assert_ptr_null(ring_behind(&r, 9));
	for (int16_t i = 1; i <= 5; i++) {
		push(&r, i, 0);
		is_frame(ring_pull(&r), i);
	}
	/* two wait: of the five that were pulled four are left */
	push(&r, 6, 0);
	push(&r, 7, 0);
	is_frame(ring_behind(&r, 3), 3);
	is_frame(ring_behind(&r, 3), 4);
	is_frame(ring_behind(&r, 3), 5);
	ck_assert_ptr_null(ring_behind(&r, 3));
	is_frame(ring_pull(&r), 6);
	is_frame(ring_behind(&r, 3), 6);
	is_frame(ring_pull(&r), 7);
	ck_assert_ptr_null(ring_pull(&r));
	ring_done(&r);
}
END_TEST

START_TEST(waiting_frames_push_out_those_behind)
{
	struct frame_ring r;

	ck_assert_int_eq(ring_init(&r, 3, 2), 0);
	for (int16_t i = 1; i <= 3; i++) {
		push(&r, i, 0);
		(void)ring_pull(&r);
	}
	for (int16_t i = 4; i <= 6; i++)
		push(&r, i, 0);
	ck_assert_ptr_null(ring_behind(&r, 3));
	is_frame(ring_pull(&r), 4);
	is_frame(ring_behind(&r, 3), 4);
	ring_done(&r);
}
END_TEST

UNIT_MAIN("ring", gives_frames_in_order_and_loses_the_oldest,
	  looks_back_at_what_was_pulled_and_is_still_there,
	  waiting_frames_push_out_those_behind)
