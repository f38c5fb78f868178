/**
 * @file test_resample.c  Rates in and out, by sine
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audio/resample.h"
#include "base/alloc.h"
#include "unit/kit_sound.h"

static const uint32_t rates[] = {8000, 16000, 22050, 24000, 44100, 48000};
enum { N_RATES = sizeof(rates) / sizeof(rates[0]) };

/** Push a second of sine through in ragged pieces. @return samples out */
static size_t run_ragged(struct resample *r, const int16_t *in, size_t n,
			 int16_t *out, size_t cap)
{
	static const size_t pieces[] = {1, 160, 7, 882, 320, 33};
	size_t at = 0, made = 0;

	for (int i = 0; at < n; i++) {
		size_t take = pieces[i % 6];

		take = take < n - at ? take : n - at;

		const int got =
			resample_run(r, in + at, take, out + made, cap - made);

		ck_assert_int_ge(got, 0);
		at += take;
		made += (size_t)got;
	}
	return made;
}

START_TEST(keeps_a_sine_clean_between_all_rates)
{
	const uint32_t from = rates[_i / N_RATES], to = rates[_i % N_RATES];
	int16_t *in = calloc(from, sizeof(*in));
	int16_t *out = calloc(to + 4096, sizeof(*out));
	struct resample *r = NULL;

	kit_sine(in, from, 1000, from, -12);
	ck_assert_int_eq(resample_new(&r, from, to), 0);

	const size_t n = run_ragged(r, in, from, out, to + 4096);

	ck_assert_int_le(abs((int)n - (int)to), 2 + (int)resample_delay(r));
	ck_assert_double_gt(kit_sine_snr_db(out + to / 4, to / 2, 1000, to),
			    50);
	ck_assert_float_eq_tol(level_dbfs(out + to / 4, to / 2), -12, 0.2f);
	ck_assert_uint_le(resample_delay(r) * 1000 / to, 5);
	resample_free(r);
	free(in);
	free(out);
}
END_TEST

START_TEST(gives_the_same_in_one_piece_and_in_many)
{
	struct resample *a = NULL, *b = NULL;
	int16_t in[4800] = {0}, one[1700], many[1700];
	struct level_noise z;

	level_noise_init(&z, 5);
	level_noise_add(&z, in, 4800, -20);
	ck_assert_int_eq(resample_new(&a, 48000, 16000), 0);
	ck_assert_int_eq(resample_new(&b, 48000, 16000), 0);

	const int n = resample_run(a, in, 4800, one, 1700);
	const size_t m = run_ragged(b, in, 4800, many, 1700);

	ck_assert_int_eq(n, (int)m);
	ck_assert_mem_eq(one, many, m * sizeof(*one));
	resample_reset(a);
	ck_assert_int_eq(resample_run(a, in, 4800, one, 1700), n);
	ck_assert_mem_eq(one, many, m * sizeof(*one));
	resample_free(a);
	resample_free(b);
}
END_TEST

START_TEST(takes_the_band_away_that_does_not_fit)
{
	int16_t in[48000] = {0};
	int16_t *out = NULL;
	size_t n = 0;

	kit_sine(in, 48000, 6000, 48000, -6);
	ck_assert_int_eq(resample_all(&out, &n, in, 48000, 48000, 8000), 0);
	ck_assert_uint_eq(n, 8000);
	ck_assert_float_lt(level_dbfs(out + 500, 7000), -60);
	mem_free(out);
}
END_TEST

START_TEST(aligns_a_whole_recording_to_the_sample)
{
	int16_t in[24000] = {0};
	int16_t *out = NULL;
	size_t n = 0, peak = 0;

	/* a smooth bump in the middle */
	for (int i = -60; i <= 60; i++)
		in[12000 + i] = (int16_t)(10000 * (1 + cos(KIT_PI * i / 60)));
	ck_assert_int_eq(resample_all(&out, &n, in, 24000, 24000, 8000), 0);
	ck_assert_uint_eq(n, 8000);
	for (size_t i = 0; i < n; i++)
		peak = out[i] > out[peak] ? i : peak;
	ck_assert_int_le(abs((int)peak - 4000), 1);
	mem_free(out);
	ck_assert_int_eq(resample_all(&out, &n, in, 0, 24000, 8000), 0);
	ck_assert_uint_eq(n, 0);
	mem_free(out);
}
END_TEST

START_TEST(carries_word_marks_over)
{
	struct pcm *p = NULL, *q = NULL;

	ck_assert_int_eq(pcm_new(&p, 16000, 16000, 2), 0);
	p->words[0] = (struct pcm_word){.end_sample = 6000, .end_byte = 5};
	p->words[1] = (struct pcm_word){.end_sample = 16000, .end_byte = 9};
	ck_assert_int_eq(resample_pcm(&q, p, 8000), 0);
	ck_assert_uint_eq(q->samples, 8000);
	ck_assert_uint_eq(q->words[0].end_sample, 3000);
	ck_assert_uint_eq(q->words[1].end_sample, 8000);
	ck_assert_uint_eq(q->words[1].end_byte, 9);
	pcm_unref(q);
	ck_assert_int_eq(resample_pcm(&q, p, 16000), 0);
	ck_assert_ptr_eq(p, q);
	pcm_unref(q);
	pcm_unref(p);
}
END_TEST

START_TEST(refuses_odd_rates_and_small_buffers)
{
	struct resample *r = NULL;
	int16_t in[320] = {0}, out[160];

	ck_assert_int_eq(resample_new(&r, 8000, 11025), -EINVAL);
	ck_assert_int_eq(resample_new(&r, 0, 8000), -EINVAL);
	alloc_fail_after(1);
	ck_assert_int_eq(resample_new(&r, 8000, 16000), -ENOMEM);
	alloc_fail_after(0);
	ck_assert_ptr_null(r);
	ck_assert_int_eq(resample_new(&r, 16000, 8000), 0);
	ck_assert_int_eq(resample_run(r, in, 320, out, 160), -EMSGSIZE);
	ck_assert_int_eq(resample_run(r, NULL, 300, out, 160), 150);
	resample_free(r);
	resample_free(NULL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("resample");
	TCase *t = tcase_create("resample");

	tcase_add_loop_test(t, keeps_a_sine_clean_between_all_rates, 0,
			    N_RATES * N_RATES);
	tcase_add_test(t, gives_the_same_in_one_piece_and_in_many);
	tcase_add_test(t, takes_the_band_away_that_does_not_fit);
	tcase_add_test(t, aligns_a_whole_recording_to_the_sample);
	tcase_add_test(t, carries_word_marks_over);
	tcase_add_test(t, refuses_odd_rates_and_small_buffers);
	suite_add_tcase(s, t);

	SRunner *r = srunner_create(s);

	srunner_run_all(r, CK_NORMAL);

	const int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
