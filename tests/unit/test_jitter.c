/**
 * @file test_jitter.c  Ragged packets in, even frames out
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "media/jitter.h"
#include "unit/kit_sound.h"

static struct jitter *make(uint32_t cap_ms)
{
	struct jitter *j = NULL;

	ck_assert_int_eq(jitter_new(&j, 8000, cap_ms), 0);
	return j;
}

/** Samples first, first + 1, ... so that order is visible. */
static void put_count(struct jitter *j, int first, size_t n)
{
	int16_t s[4096];

	for (size_t i = 0; i < n; i++)
		s[i] = (int16_t)(first + (int)i);
	(void)jitter_put(j, s, n);
}

static int put_at(struct jitter *j, uint64_t at, int16_t value, size_t n)
{
	int16_t s[4096];

	for (size_t i = 0; i < n; i++)
		s[i] = value;
	return jitter_put_at(j, at, s, n);
}

START_TEST(refuses_odd_settings)
{
	struct jitter *j = NULL;

	ck_assert_int_eq(jitter_new(&j, 44100, 100), -EINVAL);
	ck_assert_int_eq(jitter_new(&j, 8000, 39), -EINVAL);
	ck_assert_int_eq(jitter_new(&j, 8000, 2001), -EINVAL);
	alloc_fail_after(1);
	ck_assert_int_eq(jitter_new(&j, 8000, 100), -ENOMEM);
	alloc_fail_after(0);
	ck_assert_ptr_null(j);
	jitter_free(NULL);
}
END_TEST

START_TEST(gives_every_sample_once_and_in_order)
{
	static const size_t sizes[] = {128, 7, 300, 128, 1, 160, 236};
	struct jitter *j = make(200);
	struct aframe f;
	int next = 0, put = 0;

	for (int i = 0; i < 70; i++) {
		const size_t n = sizes[i % 7];

		put_count(j, put, n);
		put += (int)n;
		while (jitter_held(j) >= 160) {
			ck_assert_int_eq(jitter_get(j, &f), 1);
			ck_assert_uint_eq(f.samples, 160);
			ck_assert_uint_eq(f.hz, 8000);
			for (int k = 0; k < 160; k++)
				ck_assert_int_eq(f.s[k], next++);
		}
	}
	ck_assert_int_eq(next + (int)jitter_held(j), put);
	jitter_free(j);
}
END_TEST

START_TEST(waits_for_the_rest_of_a_frame_and_flushes_an_end)
{
	struct jitter *j = make(200);
	struct aframe f;

	put_count(j, 1000, 100);
	ck_assert_int_eq(jitter_get(j, &f), 0);
	put_count(j, 1100, 100);
	ck_assert_int_eq(jitter_get(j, &f), 1);
	ck_assert_int_eq(f.s[159], 1159);
	/* something came: more may follow; then nothing: that was the end */
	put_count(j, 1200, 10);
	ck_assert_int_eq(jitter_get(j, &f), 0);
	ck_assert_int_eq(jitter_get(j, &f), 1);
	ck_assert_int_eq(f.s[45], 1205);
	ck_assert_int_lt(f.s[55], 1209);
	ck_assert_int_eq(f.s[100], 0);
	ck_assert_uint_eq(jitter_held(j), 0);
	ck_assert_int_eq(jitter_get(j, &f), 0);
	jitter_free(j);
}
END_TEST

START_TEST(throws_the_oldest_away_when_full)
{
	struct jitter *j = make(40); /* 320 samples */
	struct jitter_stats st;
	struct aframe f;
	int16_t s[1000];

	for (int i = 0; i < 1000; i++)
		s[i] = (int16_t)i;
	ck_assert_int_eq(jitter_put(j, s, 320), 0);
	ck_assert_int_eq(jitter_put(j, s + 320, 10), -ENOSPC);
	ck_assert_int_eq(jitter_get(j, &f), 1);
	ck_assert_int_eq(f.s[0], 10);
	ck_assert_int_eq(jitter_put(j, s, 1000), -ENOSPC);
	ck_assert_uint_eq(jitter_held(j), 320);
	ck_assert_int_eq(jitter_get(j, &f), 1);
	ck_assert_int_eq(f.s[0], 680);
	jitter_stats(j, &st);
	ck_assert_uint_eq(st.dropped_samples, 10 + 680 + 160);
	jitter_free(j);
}
END_TEST

START_TEST(fades_at_both_edges_of_a_gap)
{
	struct jitter *j = make(200);
	struct jitter_stats st;
	struct aframe f;

	put_at(j, 0, 10000, 160);
	ck_assert_int_eq(jitter_get(j, &f), 1);
	ck_assert_int_eq(f.s[0], 10000); /* the first sound as it is */
	ck_assert_int_eq(jitter_get(j, &f), 0);
	ck_assert_int_gt(f.s[0], 9000);
	for (int i = 1; i < 40; i++)
		ck_assert_int_lt(f.s[i], f.s[i - 1]);
	ck_assert_int_eq(f.s[40], 0);
	ck_assert_int_eq(jitter_get(j, &f), 0);
	ck_assert_int_eq(f.s[0], 0);
	put_at(j, 160, 10000, 160);
	ck_assert_int_eq(jitter_get(j, &f), 1);
	ck_assert_int_eq(f.s[0], 0);
	ck_assert_int_gt(f.s[39], 9000);
	ck_assert_int_eq(f.s[40], 10000);
	jitter_stats(j, &st);
	ck_assert_uint_eq(st.underruns, 1);
	ck_assert_uint_eq(st.silent, 2);
	ck_assert_uint_eq(st.frames, 2);
	jitter_free(j);
}
END_TEST

START_TEST(puts_silence_into_a_hole_and_drops_what_comes_twice)
{
	struct jitter *j = make(400);
	struct jitter_stats st;
	struct aframe f;

	ck_assert_int_eq(put_at(j, 8000, 1, 160), 0);
	ck_assert_int_eq(put_at(j, 8000, 2, 160), -EALREADY);
	ck_assert_int_eq(put_at(j, 8080, 3, 160), 0); /* half is new */
	ck_assert_int_eq(put_at(j, 8400, 4, 160), 0); /* hole of 160 */
	jitter_stats(j, &st);
	ck_assert_uint_eq(st.late_samples, 160 + 80);
	ck_assert_uint_eq(st.gap_samples, 160);
	ck_assert_uint_eq(st.held_samples, 560);
	ck_assert_int_eq(jitter_get(j, &f), 1);
	ck_assert_int_eq(f.s[159], 1);
	ck_assert_int_eq(jitter_get(j, &f), 1);
	ck_assert_int_eq(f.s[79], 3);
	ck_assert_int_eq(f.s[80], 0);
	jitter_free(j);
}
END_TEST

START_TEST(does_not_pay_twice_for_a_hole_that_was_heard_as_silence)
{
	struct jitter *j = make(400);
	struct jitter_stats st;
	struct aframe f;

	put_at(j, 0, 5, 160);
	ck_assert_int_eq(jitter_get(j, &f), 1);
	ck_assert_int_eq(jitter_get(j, &f), 0);
	ck_assert_int_eq(jitter_get(j, &f), 0);
	put_at(j, 160 * 3, 5, 160); /* two frames were lost, two were silent */
	jitter_stats(j, &st);
	ck_assert_uint_eq(st.gap_samples, 0);
	ck_assert_uint_eq(st.held_samples, 160);
	jitter_free(j);
}
END_TEST

START_TEST(takes_a_great_jump_as_a_new_stream)
{
	struct jitter *j = make(400);
	struct jitter_stats st;

	put_at(j, 0, 5, 160);
	ck_assert_int_eq(put_at(j, UINT64_MAX - 5, 5, 160), 0);
	ck_assert_int_eq(put_at(j, 7777777, 5, 160), 0);
	ck_assert_int_eq(put_at(j, 160, 5, 160), 0);
	jitter_stats(j, &st);
	ck_assert_uint_eq(st.gap_samples, 0);
	ck_assert_uint_eq(st.held_samples, 640);
	jitter_free(j);
}
END_TEST

START_TEST(gives_delay_back_after_a_burst_where_it_is_quiet)
{
	struct jitter *j = make(1000);
	struct jitter_stats st;
	struct aframe f;
	uint64_t at = 0;

	for (int i = 0; i < 21; i++, at += 160)
		put_at(j, at, 3000, 160);
	/* loud: nothing may be lost */
	for (int i = 0; i < 100; i++, at += 160) {
		ck_assert_int_eq(jitter_get(j, &f), 1);
		put_at(j, at, 3000, 160);
	}
	ck_assert_uint_eq(jitter_held(j), 21 * 160);
	/* quiet: it comes down to what the line needs */
	for (int i = 0; i < 200; i++, at += 160) {
		ck_assert_int_eq(jitter_get(j, &f), 1);
		put_at(j, at, 0, 160);
	}
	ck_assert_uint_le(jitter_held(j), 2 * 160);
	jitter_stats(j, &st);
	ck_assert_uint_ge(st.trimmed_samples, 19 * 160);
	ck_assert_uint_eq(st.underruns, 0);
	jitter_free(j);
}
END_TEST

START_TEST(holds_back_until_prefilled)
{
	struct jitter *j = make(200);
	struct aframe f;

	jitter_prefill(j, 40);
	put_count(j, 1, 160);
	ck_assert_int_eq(jitter_get(j, &f), 0);
	put_count(j, 161, 160);
	ck_assert_int_eq(jitter_get(j, &f), 0);
	put_count(j, 321, 160);
	ck_assert_int_eq(jitter_get(j, &f), 1);
	ck_assert_int_eq(jitter_get(j, &f), 1);
	jitter_reset(j);
	ck_assert_uint_eq(jitter_held(j), 0);
	ck_assert_int_eq(jitter_get(j, &f), 0);
	jitter_free(j);
}
END_TEST

START_TEST(stays_within_its_bounds_whatever_comes)
{
	struct jitter *j = make(60);
	struct level_noise z;
	uint64_t in = 0, out = 0;
	struct jitter_stats st;
	struct aframe f;

	level_noise_init(&z, 42);
	for (int i = 0; i < 20000; i++) {
		const uint64_t r = level_noise_bits(&z);

		if (r % 3) {
			const size_t n = (r >> 8) % 700;

			put_count(j, 1, n);
			in += n;
		} else {
			(void)jitter_get(j, &f);
		}
		ck_assert_uint_le(jitter_held(j), 480);
	}
	jitter_stats(j, &st);
	out = st.frames * 160;
	/* a flushed end makes a frame of less than 160 */
	ck_assert_uint_le(in, out + st.held_samples + st.dropped_samples +
				      st.trimmed_samples);
	jitter_free(j);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("jitter");
	TCase *t = tcase_create("jitter");

	tcase_add_test(t, refuses_odd_settings);
	tcase_add_test(t, gives_every_sample_once_and_in_order);
	tcase_add_test(t, waits_for_the_rest_of_a_frame_and_flushes_an_end);
	tcase_add_test(t, throws_the_oldest_away_when_full);
	tcase_add_test(t, fades_at_both_edges_of_a_gap);
	tcase_add_test(t, puts_silence_into_a_hole_and_drops_what_comes_twice);
	tcase_add_test(
		t, does_not_pay_twice_for_a_hole_that_was_heard_as_silence);
	tcase_add_test(t, takes_a_great_jump_as_a_new_stream);
	tcase_add_test(t, gives_delay_back_after_a_burst_where_it_is_quiet);
	tcase_add_test(t, holds_back_until_prefilled);
	tcase_add_test(t, stays_within_its_bounds_whatever_comes);
	suite_add_tcase(s, t);

	SRunner *r = srunner_create(s);

	srunner_run_all(r, CK_NORMAL);

	const int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
