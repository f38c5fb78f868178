/**
 * @file test_flite.c  Flite's voices: rates, word marks, odd texts
 *
 * SPDX-License-Identifier: MIT
 */
#include "provider/flite.h"

#include <check.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/level.h"
#include "base/limits.h"

START_TEST(every_voice_speaks_at_the_level_of_telephones)
{
	const char *name = flite_voice_at((unsigned)_i);
	struct pcm *p;

	ck_assert_int_eq(
		flite_render(name, 8000, "We have a table for four.", &p), 0);
	ck_assert_uint_eq(p->hz, 8000);
	ck_assert_uint_gt(p->samples, 8000);
	ck_assert_uint_lt(p->samples, 8000 * 4);
	ck_assert(fabsf(level_speech_dbfs(p->s, p->samples, 8000) + 20) < 2);
	pcm_unref(p);
}
END_TEST

START_TEST(words_end_where_their_sound_ends)
{
	static const char text[] =
		"Caf\xc3\xa9 Nova \xe2\x80\x94 \"open\" at 5, call 555-0142!";
	static const char *const ends[] = {"Caf\xc3\xa9", "Nova", "\"open\"",
					   "at",          "5,",   "call",
					   "555-0142!"};
	struct pcm *p;

	ck_assert_int_eq(flite_render("slt", 16000, text, &p), 0);
	ck_assert_uint_eq(p->n_words, sizeof(ends) / sizeof(ends[0]));
	for (uint32_t i = 0; i < p->n_words; i++) {
		const size_t n = strlen(ends[i]);
		const uint32_t e = p->words[i].end_byte;

		ck_assert_uint_ge(e, n);
		ck_assert_int_eq(strncmp(text + e - n, ends[i], n), 0);
		ck_assert_uint_le(p->words[i].end_sample, p->samples);
		if (i)
			ck_assert_uint_gt(p->words[i].end_sample,
					  p->words[i - 1].end_sample);
	}
	ck_assert_uint_eq(p->words[p->n_words - 1].end_byte, strlen(text));
	pcm_unref(p);
}
END_TEST

START_TEST(text_without_words_is_a_pause)
{
	static const char *const texts[] = {
		"", " ", "...", "\xf0\x9f\x98\x80", "\xff\xfe", "\x01\n"};
	struct pcm *p;

	ck_assert_int_eq(flite_render("", 8000, texts[_i], &p), 0);
	ck_assert_uint_gt(p->samples, 0);
	ck_assert_uint_eq(p->n_words, 0);
	pcm_unref(p);
}
END_TEST

START_TEST(refuses_what_it_cannot_say)
{
	char *big = malloc(LIMIT_TEXT_BYTES + 2);
	struct pcm *p = NULL;

	memset(big, 'a', LIMIT_TEXT_BYTES + 1);
	big[LIMIT_TEXT_BYTES + 1] = '\0';
	ck_assert_int_eq(flite_render("bob", 8000, "hi", &p), -EINVAL);
	ck_assert_int_eq(flite_render("slt", 44100, "hi", &p), -EINVAL);
	ck_assert_int_eq(flite_render("slt", 8000, big, &p), -EMSGSIZE);
	ck_assert_ptr_null(p);
	free(big);
}
END_TEST

START_TEST(longest_text_is_said)
{
	char *big = malloc(LIMIT_TEXT_BYTES + 1);
	struct pcm *p;

	for (int i = 0; i < LIMIT_TEXT_BYTES; i++)
		big[i] = i % 4 == 3 ? ' ' : 'o';
	big[LIMIT_TEXT_BYTES] = '\0';
	ck_assert_int_eq(flite_render("kal", 8000, big, &p), 0);
	ck_assert_uint_eq(p->n_words, LIMIT_TEXT_BYTES / 4);
	pcm_unref(p);
	free(big);
}
END_TEST

START_TEST(pronounces_words_it_never_saw)
{
	char s[64];

	ck_assert_int_eq(flite_pronounce(s, sizeof(s), "about"), 0);
	ck_assert_str_eq(s, "AH B AW T");
	ck_assert_int_eq(flite_pronounce(s, sizeof(s), "zorbification"), 0);
	ck_assert_int_eq(strncmp(s, "Z AO R B", 8), 0);
	ck_assert_int_eq(flite_pronounce(s, 4, "about"), -EMSGSIZE);
	ck_assert_str_eq(s, "");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("flite");
	TCase *t = tcase_create("flite");

	tcase_add_loop_test(t, every_voice_speaks_at_the_level_of_telephones,
			    0, 5);
	tcase_add_test(t, words_end_where_their_sound_ends);
	tcase_add_loop_test(t, text_without_words_is_a_pause, 0, 6);
	tcase_add_test(t, refuses_what_it_cannot_say);
	tcase_add_test(t, longest_text_is_said);
	tcase_add_test(t, pronounces_words_it_never_saw);
	tcase_set_timeout(t, 60);
	suite_add_tcase(s, t);
	SRunner *r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	const int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
