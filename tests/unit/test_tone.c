/**
 * @file test_tone.c  Keys as sound and back
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audio/tone.h"
#include "unit/kit_flite.h"
#include "unit/kit_sound.h"

#define ALL_KEYS "123A456B789C*0#D"

/** Feed in frames of 20 ms. @return how many keys were found */
static size_t hear(const int16_t *s, size_t n, uint32_t hz, char *keys,
		   size_t cap)
{
	struct tone_detect t;
	size_t found = 0;

	ck_assert_int_eq(tone_detect_init(&t, hz), 0);
	for (size_t at = 0; at + hz / 50 <= n; at += hz / 50) {
		const char key = tone_detect_run(&t, s + at, hz / 50);

		if (key && found + 1 < cap)
			keys[found++] = key;
	}
	keys[found] = 0;
	return found;
}

START_TEST(has_the_two_frequencies_of_the_key)
{
	struct tone_dtmf t;
	int16_t s[4000];

	ck_assert_int_eq(tone_dtmf_init(&t, "5", 8000, 500, 0), 0);
	ck_assert_uint_eq(tone_dtmf_run(&t, s, 4000), 4000);

	/* take one away: the rest must be the other */
	double c = 0, q = 0;

	for (int i = 0; i < 3200; i++) {
		const double w = 2 * KIT_PI * 770 * i / 8000;

		c += s[400 + i] * cos(w) * 2 / 3200;
		q += s[400 + i] * sin(w) * 2 / 3200;
	}
	for (int i = 0; i < 3200; i++) {
		const double w = 2 * KIT_PI * 770 * i / 8000;

		s[400 + i] = (int16_t)(s[400 + i] - c * cos(w) - q * sin(w));
	}
	ck_assert_double_gt(kit_sine_snr_db(s + 400, 3200, 1336, 8000), 30);
	ck_assert_uint_eq(tone_dtmf_run(&t, s, 100), 0);
	ck_assert_int_eq(s[50], 0);
}
END_TEST

/* rate, tone and pause [ms], noise [dBFS] */
static const struct {
	uint32_t hz, on, off;
	float noise;
} lines[] = {
	{8000, 100, 60, -100}, {16000, 100, 60, -100}, {8000, 50, 50, -100},
	{16000, 50, 50, -100}, {8000, 40, 60, -100},   {8000, 100, 60, -30},
	{16000, 100, 60, -30},
};

START_TEST(hears_every_key_that_was_pressed)
{
	static int16_t s[16000 * 4];
	const uint32_t hz = lines[_i].hz;
	struct level_noise z;
	struct tone_dtmf t;
	char keys[32];

	ck_assert_int_eq(
		tone_dtmf_init(&t, ALL_KEYS, hz, lines[_i].on, lines[_i].off),
		0);
	/* begin out of step with the frames */
	tone_dtmf_run(&t, s + 77, hz * 3);
	level_noise_init(&z, 9);
	level_noise_add(&z, s, hz * 3, lines[_i].noise);
	hear(s, hz * 3, hz, keys, sizeof(keys));
	ck_assert_str_eq(keys, ALL_KEYS);
}
END_TEST

START_TEST(counts_a_held_key_once_and_a_repeated_one_twice)
{
	static int16_t s[8000 * 4];
	struct tone_dtmf t;
	char keys[32];

	ck_assert_int_eq(tone_dtmf_init(&t, "9", 8000, 2000, 100), 0);
	tone_dtmf_run(&t, s, 8000 * 4);
	hear(s, 8000 * 4, 8000, keys, sizeof(keys));
	ck_assert_str_eq(keys, "9");
	ck_assert_int_eq(tone_dtmf_init(&t, "99", 8000, 80, 80), 0);
	tone_dtmf_run(&t, s, 8000 * 4);
	hear(s, 8000 * 4, 8000, keys, sizeof(keys));
	ck_assert_str_eq(keys, "99");
}
END_TEST

START_TEST(hears_no_key_in_speech_or_noise)
{
	static const char *const texts[] = {
		"Please press one or two, or three. Oh no, I do not want to.",
		"The quick brown fox jumps over the lazy dog. We see three "
		"green trees, and nine new moons.",
	};
	char keys[32];

	for (int voice = 0; voice < KIT_VOICES; voice++) {
		for (int k = 0; k < 2; k++) {
			struct kit_speech sp =
				kit_speak(voice, texts[k], 8000);

			hear(sp.s, sp.n, 8000, keys, sizeof(keys));
			ck_assert_str_eq(keys, "");
			kit_speech_done(&sp);
		}
	}

	static int16_t s[8000 * 20];
	struct level_noise z;

	level_noise_init(&z, 4);
	level_noise_add(&z, s, 8000 * 20, -20);
	hear(s, 8000 * 20, 8000, keys, sizeof(keys));
	ck_assert_str_eq(keys, "");
}
END_TEST

/** One key, of two sines of so many dBFS, somewhere in silence. */
static size_t one_key(int16_t *s, double on_ms, const double dbfs[2],
		      double off, size_t from)
{
	const size_t on = (size_t)(on_ms * 8);

	memset(s, 0, sizeof(*s) * 3200);
	kit_sine(s + from, on, 852 * off, 8000, dbfs[0]);
	kit_sine(s + from, on, 1477 * off, 8000, dbfs[1]);
	return 3200;
}

/* ITU-T Q.24: length, low and high tone, both off by, is it a key? */
static const struct {
	double on_ms, dbfs[2], off;
	const char *keys;
} limits[] = {
	{40, {-18, -18}, 1, "9"},     {23, {-18, -18}, 1, ""},
	{40, {-28, -28}, 1, "9"},     {40, {-6, -6}, 1, "9"},
	{40, {-3, -3}, 1, "9"},       {50, {-20, -16}, 1, "9"},
	{50, {-14, -22}, 1, "9"},     {80, {-26, -14}, 1, ""},
	{80, {-10, -26}, 1, ""},      {80, {-18, -18}, 1.015, "9"},
	{80, {-18, -18}, 0.985, "9"}, {80, {-18, -18}, 1.035, ""},
	{80, {-18, -18}, 0.965, ""},  {80, {-18, -100}, 1, ""},
	{80, {-100, -18}, 1, ""},
};

START_TEST(holds_the_limits_of_a_key)
{
	static int16_t s[3200];
	char keys[8];

	for (size_t from = 800; from < 960; from += 7) {
		const size_t n = one_key(s, limits[_i].on_ms, limits[_i].dbfs,
					 limits[_i].off, from);

		hear(s, n, 8000, keys, sizeof(keys));
		ck_assert_msg(!strcmp(keys, limits[_i].keys),
			      "\"%s\" from sample %zu", keys, from);
	}
}
END_TEST

START_TEST(hears_a_short_key_in_noise_of_15_db)
{
	static const double dbfs[2] = {-28, -28};
	static int16_t s[3200];
	struct level_noise z;
	char keys[8];

	level_noise_init(&z, 3);
	for (size_t from = 800; from < 960; from += 3) {
		const size_t n = one_key(s, 40, dbfs, 1, from);

		level_noise_add(&z, s, n, -40);
		hear(s, n, 8000, keys, sizeof(keys));
		ck_assert_str_eq(keys, "9");
	}
}
END_TEST

START_TEST(an_interruption_of_10_ms_is_no_second_key)
{
	static const double dbfs[2] = {-18, -18};
	static int16_t s[3200];
	char keys[8];
	const size_t n = one_key(s, 120, dbfs, 1, 800);

	memset(s + 1200, 0, 80 * sizeof(*s));
	hear(s, n, 8000, keys, sizeof(keys));
	ck_assert_str_eq(keys, "9");
}
END_TEST

START_TEST(refuses_keys_that_no_telephone_has)
{
	struct tone_dtmf t;
	struct tone_detect d;

	ck_assert_int_eq(tone_dtmf_init(&t, "12E", 8000, 80, 80), -EINVAL);
	ck_assert_int_eq(tone_dtmf_init(&t, "1", 4000, 80, 80), -EINVAL);
	ck_assert_int_eq(tone_dtmf_init(&t, "1", 8000, 0, 80), -EINVAL);
	ck_assert_int_eq(tone_dtmf_init(&t, "abcd", 8000, 80, 80), 0);
	ck_assert_int_eq(tone_detect_init(&d, 44100), -EINVAL);
	ck_assert_int_eq(tone_is_key('#'), 1);
	ck_assert_int_eq(tone_is_key(0), 0);
	ck_assert_int_eq(tone_is_key('x'), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tone");
	TCase *t = tcase_create("tone");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, has_the_two_frequencies_of_the_key);
	tcase_add_loop_test(t, hears_every_key_that_was_pressed, 0,
			    sizeof(lines) / sizeof(lines[0]));
	tcase_add_test(t, counts_a_held_key_once_and_a_repeated_one_twice);
	tcase_add_test(t, hears_no_key_in_speech_or_noise);
	tcase_add_loop_test(t, holds_the_limits_of_a_key, 0,
			    sizeof(limits) / sizeof(limits[0]));
	tcase_add_test(t, hears_a_short_key_in_noise_of_15_db);
	tcase_add_test(t, an_interruption_of_10_ms_is_no_second_key);
	tcase_add_test(t, refuses_keys_that_no_telephone_has);
	suite_add_tcase(s, t);

	SRunner *r = srunner_create(s);

	srunner_run_all(r, CK_NORMAL);

	const int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
