/**
 * @file test_far.c  Where the far side stands, against one that plays
 *
 * SPDX-License-Identifier: MIT
 */
#include "audio/level.h"
#include "audio/pcm.h"
#include "media/far.h"
#include "unit/unit.h"

enum { MS = 1000, MARKS = 64 };

/** A carrier: hands out a frame every 20 ms of its own clock, from its queue;
 *  what it is sent and what it tells takes half a trip each. */
struct carrier {
	struct far far;
	int64_t now_us, half_us, phase_us;
	/* frames by when they are there */
	int64_t there_us[4096];
	uint32_t sent, played;
	struct {
		uint32_t frame;
		int64_t back_us;
	} marks[MARKS];
	int n_marks;
};

/** Up to now_us: play, and bring back the marks of every tenth frame. */
static void run_to(struct carrier *c, int64_t to_us)
{
	for (; c->now_us < to_us; c->now_us += MS / 2) {
		if ((c->now_us + c->phase_us) % FRAME_US == 0 &&
		    c->played < c->sent &&
		    c->there_us[c->played] <= c->now_us) {
			c->played++;
			if (c->played % 10 == 1 && c->n_marks < MARKS) {
				c->marks[c->n_marks].frame = c->played;
				c->marks[c->n_marks++].back_us =
					c->now_us + c->half_us;
			}
		}
		for (int i = 0; i < c->n_marks; i++)
			if (c->marks[i].back_us == c->now_us)
				far_marked(&c->far, c->marks[i].frame,
					   c->now_us);
	}
}

static void send_frames(struct carrier *c, int n)
{
	while (n-- > 0) {
		far_sent(&c->far, c->now_us);
		c->there_us[c->sent++] = c->now_us + c->half_us;
	}
}

START_TEST(knows_where_the_far_side_stops)
{
	struct level_noise z;
	int sure = 0;

	level_noise_init(&z, 5);
	for (int round = 0; round < 400; round++) {
		struct carrier c = {.now_us = 1000 * MS};
		const int64_t stop_us =
			c.now_us + 100 * MS +
			(int64_t)(level_noise_bits(&z) % 500) * MS / 2;

		c.half_us = (round % 4) * 10 * MS;
		c.phase_us = (int64_t)(level_noise_bits(&z) % 40) * MS / 2;
		send_frames(&c, 11);
		for (int64_t t = c.now_us + FRAME_US; t < stop_us;
		     t += FRAME_US) {
			run_to(&c, t);
			send_frames(&c, 1);
		}
		run_to(&c, stop_us);

		const uint32_t waiting = far_waiting(&c.far, c.now_us);
		const int is_sure = far_is_sure(&c.far, c.now_us);
		const uint32_t sent = c.sent;

		/* "forget" is on its way while it plays on */
		run_to(&c, c.now_us + c.half_us);
		sure += is_sure;
		/* from afar, the time it takes is known to 20 ms */
		if (is_sure && !c.half_us)
			ck_assert_uint_eq(sent - c.played, waiting);
		else
			ck_assert_int_le(
				abs((int)(sent - c.played) - (int)waiting), 1);
	}
	ck_assert_int_gt(sure, 150);
}
END_TEST

START_TEST(learns_how_far_away_it_is)
{
	struct level_noise z;

	level_noise_init(&z, 8);
	for (int round = 0; round < 100; round++) {
		struct carrier c = {.now_us = 1000 * MS};

		c.half_us = (round % 5) * 15 * MS;
		c.phase_us = (int64_t)(level_noise_bits(&z) % 40) * MS / 2;
		for (int i = 0; i < 6; i++) {
			send_frames(&c, 11);
			run_to(&c,
			       c.now_us + 400 * MS +
				       (int64_t)(level_noise_bits(&z) % 40) *
					       MS / 2);
			c.n_marks = 0;
			/* the next mark is of the next first frame */
			c.played = c.sent = 0;
			c.far.at = c.far.sent = 0;
		}
		ck_assert_int_le(c.far.trip_us, 2 * c.half_us);
		ck_assert_int_ge(c.far.trip_us, 2 * c.half_us - FRAME_US);
	}
}
END_TEST

START_TEST(knows_nothing_before_the_first_mark)
{
	struct far f = {.sent = 0};

	far_sent(&f, 0);
	far_sent(&f, 0);
	ck_assert_uint_eq(far_waiting(&f, 10 * MS), 2);
	ck_assert_uint_eq(far_waiting(&f, 30 * MS), 1);
	ck_assert_int_eq(far_is_sure(&f, 30 * MS), 0);
	far_marked(&f, 1, 18 * MS);
	ck_assert_int_eq(far_is_sure(&f, 30 * MS), 1);
	ck_assert_int_eq(far_is_sure(&f, 37 * MS), 0);
	ck_assert_uint_eq(far_waiting(&f, 37 * MS), 1);
	ck_assert_uint_eq(far_waiting(&f, 39 * MS), 0);
	ck_assert_int_eq(far_is_sure(&f, 39 * MS), 1);
	/* the next one begins a stretch of its own */
	far_sent(&f, 100 * MS);
	ck_assert_uint_eq(far_waiting(&f, 110 * MS), 1);
}
END_TEST

START_TEST(ignores_marks_of_what_was_forgotten)
{
	struct far f = {.sent = UINT32_MAX - 1}; /* wraps around on the way */

	f.at = f.sent;
	for (int i = 0; i < 5; i++)
		far_sent(&f, 0);
	far_forget(&f, 10 * MS);
	ck_assert_uint_eq(far_waiting(&f, 10 * MS), 0);
	far_marked(&f, 1, 12 * MS);
	ck_assert_uint_eq(far_waiting(&f, 10 * MS), 0);
	far_sent(&f, 20 * MS);
	far_marked(&f, 9, 22 * MS);
	ck_assert_uint_eq(far_waiting(&f, 25 * MS), 1);
}
END_TEST

UNIT_MAIN("far", knows_where_the_far_side_stops, learns_how_far_away_it_is,
	  knows_nothing_before_the_first_mark,
	  ignores_marks_of_what_was_forgotten)
