/**
 * @file test_heard.c  Which words were heard, with a carrier in between
 *
 *   playout --200 ms ahead--> [ carrier ] --40 ms--> caller
 *      ▲                          │
 *      └──────── marks, 40 ms ────┘
 *
 * Real speech with the synthesizer's own times of words, cut every 60 ms.
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "media/playout.h"
#include "provider/flite.h"

enum {
	HZ = 8000,
	AHEAD_US = 200000,
	TRIP_US = 40000, /* one way */
	STEP_US = 20000,
	CUT_EVERY_US = 60000,
	MARKS = 64,
};

static const char says[] = "We are open from Tuesday to Sunday, from five in "
			   "the evening until eleven at night.";

static const struct playout_events events = {.first = NULL};

static unsigned words_in(const char *s)
{
	unsigned n = 0;

	for (; *s; s++)
		n += *s != ' ' && (s[1] == ' ' || !s[1]);
	return n;
}

/** The carrier plays on without a gap from its first frame on.
 *  @return words that playout says were heard; *ret_true: that were */
static unsigned cut_at(const struct pcm *pcm, int64_t cut_us,
		       unsigned *ret_true)
{
	struct playout *p;
	struct playout_said said;
	struct {
		uint32_t id;
		int64_t at_us; /* when it is back */
	} mark[MARKS];
	uint32_t n_marks = 0, told = 0, sent = 0;
	unsigned heard = 0;
	int64_t now_us = 0, reached_us;

	ck_assert_int_eq(playout_new(&p, HZ, 1, &events, NULL), 0);
	ck_assert_int_eq(playout_clause(p, 1, 0, says, 1), 0);
	ck_assert_int_eq(playout_audio(p, 1, 0,
				       pcm_ref((struct pcm *)(uintptr_t)pcm),
				       1),
			 0);
	for (; now_us < cut_us; now_us += STEP_US) {
		struct aframe f;

		while (told < n_marks && mark[told].at_us <= now_us) {
			playout_marked(p, mark[told].id, now_us);
			told++;
		}
		while ((int64_t)sent * 1000000 / HZ - now_us <= AHEAD_US &&
		       playout_pull(p, now_us, &f)) {
			const uint32_t id = playout_mark(p);

			sent += f.samples;
			if (!id || n_marks == MARKS)
				continue;
			mark[n_marks].id = id;
			mark[n_marks++].at_us =
				2 * TRIP_US + (int64_t)sent * 1000000 / HZ;
		}
	}
	playout_cut(p, 1, now_us);
	reached_us = now_us - TRIP_US;
	*ret_true = 0;
	for (uint32_t i = 0; i < pcm->n_words; i++)
		*ret_true += pcm->words[i].end_sample * 1000000LL / HZ <=
			     reached_us;
	while (playout_said(p, &said)) {
		heard = words_in(said.text);
		ck_assert_int_eq(strncmp(said.text, says, strlen(said.text)),
				 0);
		mem_free(said.text);
	}
	(void)playout_free(p);
	return heard;
}

START_TEST(tells_the_words_that_were_heard_at_every_cut)
{
	struct pcm *pcm;
	unsigned cuts = 0, exact = 0;

	ck_assert_int_eq(flite_render("slt", HZ, says, &pcm), 0);
	ck_assert_uint_eq(pcm->n_words, words_in(says));
	const int64_t end_us = (int64_t)pcm->samples * 1000000 / HZ;

	for (int64_t at_us = 400000; at_us < end_us; at_us += CUT_EVERY_US) {
		unsigned was;
		const unsigned heard = cut_at(pcm, at_us, &was);

		ck_assert_msg(heard + 1 >= was && heard <= was + 1,
			      "cut at %d ms: %u words, %u were heard",
			      (int)(at_us / 1000), heard, was);
		exact += heard == was;
		cuts++;
	}
	ck_assert_uint_gt(cuts, 50);
	/* the way of the marks hides 40 ms: seldom the end of a word */
	ck_assert_uint_ge(exact * 100, cuts * 80);
	pcm_unref(pcm);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("heard");
	TCase *t = tcase_create("heard");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, tells_the_words_that_were_heard_at_every_cut);
	suite_add_tcase(s, t);

	SRunner *r = srunner_create(s);

	srunner_run_all(r, CK_NORMAL);

	const int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
