/**
 * @file test_tts_cache.c  The phrase cache keeps its bound and its promises
 *
 * SPDX-License-Identifier: MIT
 */
#include "provider/tts_cache.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static struct pcm *pcm(uint32_t samples)
{
	struct pcm *p;

	ck_assert_int_eq(pcm_new(&p, 8000, samples, 1), 0);
	return p;
}

START_TEST(gives_back_the_same_sound)
{
	struct tts_cache *c;
	struct pcm *p = pcm(100);

	ck_assert_int_eq(tts_cache_new(&c, 100000), 0);
	tts_cache_put(c, "slt", 8000, "hello", p);
	struct pcm *hit = tts_cache_get(c, "slt", 8000, "hello");
	ck_assert_ptr_eq(hit, p);
	ck_assert_int_eq(p->refs, 3);
	ck_assert_ptr_null(tts_cache_get(c, "rms", 8000, "hello"));
	ck_assert_ptr_null(tts_cache_get(c, "slt", 16000, "hello"));
	ck_assert_ptr_null(tts_cache_get(c, "slt", 8000, "hello "));
	pcm_unref(hit);
	tts_cache_free(c);
	ck_assert_int_eq(p->refs, 1);
	pcm_unref(p);
}
END_TEST

START_TEST(never_exceeds_its_bytes_and_forgets_the_longest_unused)
{
	struct tts_cache *c;
	struct pcm *p;
	char text[16];

	ck_assert_int_eq(tts_cache_new(&c, 32000), 0);
	for (int i = 0; i < 200; i++) {
		snprintf(text, sizeof(text), "phrase %d", i);
		p = pcm(1000);
		tts_cache_put(c, "slt", 8000, text, p);
		pcm_unref(p);
		ck_assert_uint_le(tts_cache_bytes(c), 32000);
		p = tts_cache_get(c, "slt", 8000, "phrase 0");
		ck_assert_ptr_nonnull(p); /* used all the time */
		pcm_unref(p);
	}
	ck_assert_ptr_null(tts_cache_get(c, "slt", 8000, "phrase 100"));
	p = tts_cache_get(c, "slt", 8000, "phrase 199");
	ck_assert_ptr_nonnull(p);
	pcm_unref(p);
	tts_cache_free(c);
}
END_TEST

START_TEST(leaves_alone_what_would_fill_it)
{
	struct tts_cache *c;
	struct pcm *p = pcm(8000);

	ck_assert_int_eq(tts_cache_new(&c, 32000), 0);
	tts_cache_put(c, "slt", 8000, "long", p);
	ck_assert_ptr_null(tts_cache_get(c, "slt", 8000, "long"));
	ck_assert_uint_eq(tts_cache_bytes(c), 0);
	tts_cache_free(c);
	ck_assert_int_eq(tts_cache_new(&c, 0), 0);
	tts_cache_put(c, "slt", 8000, "long", p);
	ck_assert_uint_eq(tts_cache_bytes(c), 0);
	tts_cache_free(c);
	pcm_unref(p);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tts_cache");
	TCase *t = tcase_create("tts_cache");

	tcase_add_test(t, gives_back_the_same_sound);
	tcase_add_test(t,
		       never_exceeds_its_bytes_and_forgets_the_longest_unused);
	tcase_add_test(t, leaves_alone_what_would_fill_it);
	suite_add_tcase(s, t);
	SRunner *r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	const int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
