/**
 * @file test_level.c  Decibels and seeded noise
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "unit/kit_sound.h"

START_TEST(measures_a_sine_and_silence)
{
	int16_t s[8000] = {0};

	ck_assert_float_eq(level_dbfs(s, 8000), LEVEL_SILENCE_DBFS);
	ck_assert_float_eq(level_dbfs(s, 0), LEVEL_SILENCE_DBFS);
	kit_sine(s, 8000, 440, 8000, -20);
	ck_assert_float_eq_tol(level_dbfs(s, 8000), -20, 0.05f);
}
END_TEST

START_TEST(does_not_count_the_pauses_of_speech)
{
	int16_t s[16000] = {0};

	kit_sine(s + 4000, 4000, 440, 8000, -20);
	ck_assert_float_eq_tol(level_dbfs(s, 16000), -26, 0.1f);
	ck_assert_float_eq_tol(level_speech_dbfs(s, 16000, 8000), -20, 0.2f);
}
END_TEST

START_TEST(saturates_instead_of_wrapping)
{
	int16_t s[3] = {20000, -20000, 10};

	level_gain(s, 3, 20);
	ck_assert_int_eq(s[0], 32767);
	ck_assert_int_eq(s[1], -32768);
	ck_assert_int_eq(s[2], 100);
	ck_assert_int_eq(level_add(30000, 30000), 32767);
	ck_assert_int_eq(level_add(-30000, -30000), -32768);
}
END_TEST

START_TEST(makes_the_same_noise_from_the_same_seed)
{
	struct level_noise a, b, c;
	uint64_t same = 0;

	level_noise_init(&a, 7);
	level_noise_init(&b, 7);
	level_noise_init(&c, 8);
	for (int i = 0; i < 1000; i++) {
		const uint64_t v = level_noise_bits(&a);

		ck_assert_uint_eq(v, level_noise_bits(&b));
		same += v == level_noise_bits(&c);
	}
	ck_assert_uint_eq(same, 0);
	/* the first word of splitmix64 from seed 0, as published */
	level_noise_init(&a, 0);
	ck_assert_uint_eq(level_noise_bits(&a), 0xe220a8397b1dcdafu);
}
END_TEST

START_TEST(is_gaussian_white_and_centred)
{
	enum { N = 200000 };
	struct level_noise z;
	double sum = 0, sq = 0, quad = 0, lag = 0, last = 0;

	level_noise_init(&z, 1);
	for (int i = 0; i < N; i++) {
		const double v = level_noise_next(&z);

		sum += v;
		sq += v * v;
		quad += v * v * v * v;
		lag += v * last;
		last = v;
	}
	ck_assert_double_eq_tol(sum / N, 0, 0.01);
	ck_assert_double_eq_tol(sq / N, 1, 0.01);
	ck_assert_double_eq_tol(quad / N, 2.9, 0.08); /* 3 - 6/(5*12) */
	ck_assert_double_eq_tol(lag / N, 0, 0.01);
}
END_TEST

START_TEST(stands_below_speech_by_what_was_asked)
{
	int16_t s[16000] = {0};
	struct level_noise z;

	kit_sine(s + 8000, 8000, 440, 8000, -20);
	level_noise_init(&z, 3);
	level_noise_at_snr(&z, s, 16000, 8000, 15);
	ck_assert_float_eq_tol(level_dbfs(s, 8000), -35, 0.3f);

	int16_t quiet[800] = {0};

	level_noise_at_snr(&z, quiet, 800, 8000, 15);
	ck_assert_float_eq(level_dbfs(quiet, 800), LEVEL_SILENCE_DBFS);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("level");
	TCase *t = tcase_create("level");

	tcase_add_test(t, measures_a_sine_and_silence);
	tcase_add_test(t, does_not_count_the_pauses_of_speech);
	tcase_add_test(t, saturates_instead_of_wrapping);
	tcase_add_test(t, makes_the_same_noise_from_the_same_seed);
	tcase_add_test(t, is_gaussian_white_and_centred);
	tcase_add_test(t, stands_below_speech_by_what_was_asked);
	suite_add_tcase(s, t);

	SRunner *r = srunner_create(s);

	srunner_run_all(r, CK_NORMAL);

	const int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
