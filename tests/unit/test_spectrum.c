/**
 * @file test_spectrum.c  The bands of a frame: right place, right level
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "audio/level.h"
#include "speech/spectrum.h"
#include "unit/kit_sound.h"

/** The bands of a sound that lasts: those of its third frame. */
static void bands_of(float *db, const int16_t *s, uint32_t hz)
{
	struct spectrum sp;

	memset(&sp, 0, sizeof(sp));
	for (int i = 0; i < 3; i++) {
		struct aframe f = {.hz = hz, .samples = hz / 50};

		memcpy(f.s, s + (size_t)i * f.samples, f.samples * sizeof(*s));
		spectrum_frame(&sp, &f, db);
	}
}

static int loudest(const float *db)
{
	int best = 0;

	for (int b = 1; b < SPECTRUM_BANDS; b++)
		if (db[b] > db[best])
			best = b;
	return best;
}

/* Where a sine lies: bins of 31.25 Hz in the middle of a band. */
static const struct {
	double f_hz;
	int band;
} sines[] = {
	{203.125, 1}, {359.375, 3}, {671.875, 6},
	{1000, 8},    {2062.5, 12}, {3500, 15},
};

START_TEST(puts_a_sine_in_its_band_at_its_level)
{
	const uint32_t hz = _i % 2 ? 16000 : 8000;
	const double f_hz = sines[_i / 2].f_hz;
	int16_t s[960] = {0};
	float db[SPECTRUM_BANDS];

	kit_sine(s, 960, f_hz, hz, -20);
	bands_of(db, s, hz);
	ck_assert_int_eq(loudest(db), sines[_i / 2].band);
	ck_assert_float_eq_tol(db[sines[_i / 2].band], -20, 1);
	for (int b = 0; b < SPECTRUM_BANDS; b++)
		if (abs(b - sines[_i / 2].band) > 1)
			ck_assert_float_le(db[b], -55);
}
END_TEST

START_TEST(hears_the_same_at_both_rates)
{
	int16_t low[480] = {0}, high[960] = {0};
	float a[SPECTRUM_BANDS], b[SPECTRUM_BANDS];

	for (int k = 1; k < 20; k++) {
		kit_sine(low, 480, 180 * k, 8000, -30);
		kit_sine(high, 960, 180 * k, 16000, -30);
	}
	bands_of(a, low, 8000);
	bands_of(b, high, 16000);
	for (int i = 0; i < SPECTRUM_BANDS; i++)
		ck_assert_float_eq_tol(a[i], b[i], 0.5f);
}
END_TEST

START_TEST(does_not_hear_direct_current_or_what_lies_above)
{
	int16_t s[960];
	float db[SPECTRUM_BANDS];

	for (int i = 0; i < 960; i++)
		s[i] = 8000;
	bands_of(db, s, 16000);
	ck_assert_float_le(db[loudest(db)], -60);
	memset(s, 0, sizeof(s));
	kit_sine(s, 960, 5000, 16000, -10);
	bands_of(db, s, 16000);
	ck_assert_float_le(db[loudest(db)], -60);
}
END_TEST

START_TEST(silence_is_the_least_there_is)
{
	int16_t s[960] = {0};
	float db[SPECTRUM_BANDS];

	bands_of(db, s, _i ? 16000 : 8000);
	for (int b = 0; b < SPECTRUM_BANDS; b++)
		ck_assert_float_eq(db[b], SPECTRUM_LEAST_DB);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("spectrum");
	TCase *t = tcase_create("spectrum");

	tcase_add_loop_test(t, puts_a_sine_in_its_band_at_its_level, 0,
			    2 * sizeof(sines) / sizeof(sines[0]));
	tcase_add_test(t, hears_the_same_at_both_rates);
	tcase_add_test(t, does_not_hear_direct_current_or_what_lies_above);
	tcase_add_loop_test(t, silence_is_the_least_there_is, 0, 2);
	suite_add_tcase(s, t);

	SRunner *r = srunner_create(s);

	srunner_run_all(r, CK_NORMAL);

	const int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
