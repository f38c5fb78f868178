/**
 * @file test_pcm.c  Counted references to rendered speech
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "audio/pcm.h"
#include "base/alloc.h"

START_TEST(is_silent_when_new)
{
	struct pcm *p = NULL;

	ck_assert_int_eq(pcm_new(&p, 16000, 321, 3), 0);
	ck_assert_uint_eq(p->hz, 16000);
	ck_assert_uint_eq(p->samples, 321);
	for (uint32_t i = 0; i < p->samples; i++)
		ck_assert_int_eq(p->s[i], 0);
	for (uint32_t i = 0; i < p->n_words; i++)
		p->words[i] = (struct pcm_word){.end_sample = i};
	ck_assert_ptr_null(pcm_unref(p));
}
END_TEST

START_TEST(has_no_words_when_they_are_unknown)
{
	struct pcm *p = NULL;

	ck_assert_int_eq(pcm_new(&p, 8000, 0, 0), 0);
	ck_assert_ptr_null(p->words);
	pcm_unref(p);
	pcm_unref(NULL);
}
END_TEST

START_TEST(refuses_what_cannot_be_and_leaves_the_output)
{
	struct pcm *p = NULL;

	ck_assert_int_eq(pcm_new(&p, 8000, UINT32_MAX, 0), -ENOMEM);
	ck_assert_int_eq(pcm_new(&p, 8000, 1, UINT32_MAX), -ENOMEM);
	alloc_fail_after(1);
	ck_assert_int_eq(pcm_new(&p, 8000, 160, 0), -ENOMEM);
	alloc_fail_after(0);
	ck_assert_ptr_null(p);
}
END_TEST

static void *take_and_drop(void *arg)
{
	for (int i = 0; i < 20000; i++)
		pcm_unref(pcm_ref(arg));
	pcm_unref(arg);
	return NULL;
}

START_TEST(is_shared_between_threads)
{
	struct pcm *p = NULL;
	pthread_t t[4];

	ck_assert_int_eq(pcm_new(&p, 8000, 160, 0), 0);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(
			pthread_create(&t[i], NULL, take_and_drop, pcm_ref(p)),
			0);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	ck_assert_int_eq(p->refs, 1);
	pcm_unref(p);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("pcm");
	TCase *t = tcase_create("pcm");

	tcase_add_test(t, is_silent_when_new);
	tcase_add_test(t, has_no_words_when_they_are_unknown);
	tcase_add_test(t, refuses_what_cannot_be_and_leaves_the_output);
	tcase_add_test(t, is_shared_between_threads);
	suite_add_tcase(s, t);

	SRunner *r = srunner_create(s);

	srunner_run_all(r, CK_NORMAL);

	const int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
