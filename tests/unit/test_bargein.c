/**
 * @file test_bargein.c  Interrupting or nodding, by tables
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "audio/level.h"
#include "audio/pcm.h"
#include "dialog/language.h"
#include "speech/bargein.h"

#define MS(x) ((int64_t)(x)*1000)

static const struct bargein_config conf = {
	.cut_us = MS(600),
	.deadline_us = MS(1200),
	.words = 1,
	.enabled = 1,
};

/** What happens: voice or silence for so long, or text. */
struct step {
	int voice_ms, quiet_ms;
	const char *text;
	float echo;
};

/* How often something is held, and the verdict, as the field has it. */
static const struct {
	enum ask_barge_in asked;
	int enabled;
	uint32_t words;
	struct step steps[6];
	int paused;
	enum bargein_verdict verdict;
} asked[] = {
	{ASK_BARGE_IN_USUAL, 1, 1, {{.voice_ms = 1000}}, 1, BARGEIN_CUT},
	{ASK_BARGE_IN_USUAL, 0, 1, {{.voice_ms = 1000}}, 0, BARGEIN_NOTHING},
	{ASK_BARGE_IN_ANY, 0, 0, {{.voice_ms = 1000}}, 1, BARGEIN_CUT},
	{ASK_BARGE_IN_WORDS, 1, 1, {{.voice_ms = 3000}}, 0, BARGEIN_NOTHING},
	{ASK_BARGE_IN_WORDS,
	 0,
	 0,
	 {{.voice_ms = 200}, {.text = "uh-huh"}, {.voice_ms = 200}},
	 0,
	 BARGEIN_NOTHING},
	{ASK_BARGE_IN_WORDS,
	 0,
	 0,
	 {{.voice_ms = 200}, {.text = "wait"}},
	 0,
	 BARGEIN_CUT},
	{ASK_BARGE_IN_OFF,
	 1,
	 1,
	 {{.voice_ms = 3000}, {.text = "wait"}},
	 0,
	 BARGEIN_NOTHING},
};

/* The verdict that ends each story, when [ms] and why. */
static const struct {
	struct step steps[6];
	enum bargein_verdict verdict;
	int at_ms;
	const char *why;
} stories[] = {
	/* long enough, without any text */
	{{{.voice_ms = 1000}}, BARGEIN_CUT, 600, "voice long enough"},
	/* a word decides before that */
	{{{.voice_ms = 200}, {.text = "wait"}}, BARGEIN_CUT, 200, "words"},
	{{{.voice_ms = 200}, {.text = "okay but"}}, BARGEIN_CUT, 200, "words"},
	{{{.voice_ms = 200}, {.text = "no"}}, BARGEIN_CUT, 200, "words"},
	/* others only with voice enough, or when they are final */
	{{{.voice_ms = 480}, {.text = "i see you"}},
	 BARGEIN_CUT,
	 480,
	 "words"},
	{{{.voice_ms = 200}, {.text = "emily"}, {.quiet_ms = 2000}},
	 BARGEIN_RESUME,
	 1200,
	 "too little voice, deadline"},
	/* "oh, okay", misheard at first */
	{{{.voice_ms = 300},
	  {.text = "no okay"},
	  {.text = "oh okay"},
	  {.quiet_ms = 1000}},
	 BARGEIN_RESUME,
	 540,
	 "nod"},
	/* half-heard: says nothing */
	{{{.voice_ms = 200}, {.text = "the"}, {.quiet_ms = 1000}},
	 BARGEIN_RESUME,
	 640,
	 "no words in it"},
	/* nods */
	{{{.voice_ms = 200}, {.text = "uh-huh"}, {.quiet_ms = 1000}},
	 BARGEIN_RESUME,
	 440,
	 "nod"},
	{{{.voice_ms = 300}, {.text = "Okay, yeah."}, {.quiet_ms = 1000}},
	 BARGEIN_RESUME,
	 540,
	 "nod"},
	{{{.voice_ms = 200}, {.text = "i see"}, {.quiet_ms = 1000}},
	 BARGEIN_RESUME,
	 440,
	 "nod"},
	{{{.voice_ms = 300}, {.text = "right"}, {.voice_ms = 1000}},
	 BARGEIN_CUT,
	 1200,
	 "long voice after a nod"},
	{{{.voice_ms = 300},
	  {.text = "right"},
	  {.quiet_ms = 200},
	  {.voice_ms = 400},
	  {.quiet_ms = 200},
	  {.voice_ms = 400}},
	 BARGEIN_RESUME,
	 1200,
	 "nod, deadline"},
	/* a click */
	{{{.voice_ms = 60}, {.quiet_ms = 1000}},
	 BARGEIN_RESUME,
	 300,
	 "too short"},
	/* something in between: its words would be there by now */
	{{{.voice_ms = 260}, {.quiet_ms = 1000}},
	 BARGEIN_RESUME,
	 700,
	 "no words in it"},
	/* now and then: half a cut by the deadline */
	{{{.voice_ms = 200},
	  {.quiet_ms = 400},
	  {.voice_ms = 200},
	  {.quiet_ms = 1000}},
	 BARGEIN_CUT,
	 1200,
	 "deadline"},
	{{{.voice_ms = 140},
	  {.quiet_ms = 400},
	  {.voice_ms = 40},
	  {.quiet_ms = 400},
	  {.voice_ms = 40},
	  {.quiet_ms = 1000}},
	 BARGEIN_RESUME,
	 1200,
	 "too little voice, deadline"},
	/* noises that a recognizer marks are no words */
	{{{.voice_ms = 140}, {.text = "[noise] <sil>"}, {.quiet_ms = 1000}},
	 BARGEIN_RESUME,
	 580,
	 "no words in it"},
	/* our own voice comes back */
	{{{.voice_ms = 3000, .echo = 0.9f}}, BARGEIN_NOTHING, 0, ""},
};

static void play(struct bargein *b, const struct step *s, int *paused,
		 enum bargein_verdict *last, int64_t *now_us, int64_t *at_us)
{
	const int voice = s->voice_ms > 0;

	if (s->text) {
		enum bargein_verdict v = bargein_partial(b, s->text);

		/* a first guess is not believed */
		ck_assert_int_eq(v, BARGEIN_NOTHING);
		v = bargein_partial(b, s->text);

		if (v != BARGEIN_NOTHING) {
			*last = v;
			*at_us = *now_us;
		}
		return;
	}
	for (int t = 0; t < s->voice_ms + s->quiet_ms; t += 20) {
		*now_us += FRAME_US;

		const enum bargein_verdict v = bargein_frame(
			b, voice ? 0.9f : 0.1f, s->echo, *now_us);

		if (v == BARGEIN_PAUSE) {
			*paused += 1;
			continue;
		}
		if (v == BARGEIN_NOTHING)
			continue;
		*last = v;
		*at_us = *now_us;
		return;
	}
}

START_TEST(interrupts_as_the_field_has_it)
{
	const struct bargein_config c = {
		.cut_us = MS(400),
		.deadline_us = MS(700),
		.words = asked[_i].words,
		.enabled = asked[_i].enabled,
	};
	const struct ask ask = {.barge_in = asked[_i].asked};
	enum bargein_verdict last = BARGEIN_NOTHING;
	int64_t now_us = 0, at_us = 0;
	struct bargein b;
	int paused = 0;

	bargein_init(&b, &c);
	ck_assert_int_eq(bargein_ask(&b, &ask), BARGEIN_NOTHING);
	bargein_reset(&b); /* forgets a sound, not what is asked */
	for (int k = 0; k < 6 && last == BARGEIN_NOTHING; k++)
		play(&b, &asked[_i].steps[k], &paused, &last, &now_us, &at_us);
	ck_assert_int_eq(last, asked[_i].verdict);
	ck_assert_int_eq(paused, asked[_i].paused);
}
END_TEST

START_TEST(lets_go_of_what_is_not_to_be_held_any_more)
{
	static const struct ask off = {.barge_in = ASK_BARGE_IN_OFF};
	static const struct ask any = {.barge_in = ASK_BARGE_IN_ANY};
	struct bargein b;

	bargein_init(&b, &conf);
	ck_assert_int_eq(bargein_frame(&b, 0.9f, 0, FRAME_US), BARGEIN_PAUSE);
	ck_assert_int_eq(bargein_ask(&b, &any), BARGEIN_NOTHING);
	ck_assert_int_eq(bargein_ask(&b, &off), BARGEIN_RESUME);
	ck_assert_int_eq(bargein_ask(&b, &off), BARGEIN_NOTHING);
}
END_TEST

START_TEST(decides_each_story)
{
	enum bargein_verdict last = BARGEIN_NOTHING;
	int64_t now_us = 0, at_us = 0;
	struct bargein b;
	int paused = 0;

	bargein_init(&b, &conf);
	for (int k = 0; k < 6 && last == BARGEIN_NOTHING; k++)
		play(&b, &stories[_i].steps[k], &paused, &last, &now_us,
		     &at_us);
	ck_assert_int_eq(last, stories[_i].verdict);
	ck_assert_int_eq(at_us, MS(stories[_i].at_ms));
	ck_assert_str_eq(b.why, stories[_i].why);
	ck_assert_int_eq(paused, last != BARGEIN_NOTHING);
	ck_assert_int_eq(b.paused, 0);
}
END_TEST

START_TEST(a_nod_in_another_language_cuts_nothing)
{
	const struct ask ask = {.language = language_find("italian")};
	struct bargein b;

	bargein_init(&b, &conf);
	(void)bargein_ask(&b, &ask);
	ck_assert_int_eq(bargein_final(&b, "d'accordo", 100), BARGEIN_NOTHING);
	ck_assert_int_eq(bargein_final(&b, "vorrei un tavolo", 100),
			 BARGEIN_CUT);
}
END_TEST

START_TEST(pauses_with_the_first_frame)
{
	struct bargein b;

	bargein_init(&b, &conf);
	ck_assert_int_eq(bargein_frame(&b, 0.1f, 0, MS(20)), BARGEIN_NOTHING);
	ck_assert_int_eq(bargein_frame(&b, 0.6f, 0, MS(40)), BARGEIN_PAUSE);
}
END_TEST

START_TEST(asks_for_more_after_a_false_alarm)
{
	struct bargein b;
	int64_t now_us = 0;

	bargein_init(&b, &conf);
	now_us += FRAME_US;
	ck_assert_int_eq(bargein_frame(&b, 1, 0, now_us), BARGEIN_PAUSE);
	for (int i = 0; i < 12; i++)
		ck_assert_int_eq(bargein_frame(&b, 0, 0, now_us += FRAME_US),
				 i == 11 ? BARGEIN_RESUME : BARGEIN_NOTHING);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(bargein_frame(&b, 1, 0, now_us += FRAME_US),
				 i == 3 ? BARGEIN_PAUSE : BARGEIN_NOTHING);
}
END_TEST

START_TEST(does_not_take_its_own_words_for_the_callers)
{
	struct bargein b;

	bargein_init(&b, &conf);
	for (int i = 1; i < 20; i++)
		(void)bargein_frame(&b, 0.9f, 0.8f, i * FRAME_US);
	ck_assert_int_eq(bargein_final(&b, "how many people", 99),
			 BARGEIN_NOTHING);
	bargein_reset(&b);
	ck_assert_int_eq(bargein_final(&b, "how many people", 99),
			 BARGEIN_CUT);
}
END_TEST

START_TEST(does_nothing_when_switched_off_and_keeps_its_settings)
{
	struct bargein_config off = conf;
	struct bargein b;

	off.enabled = 0;
	bargein_init(&b, &off);
	for (int i = 1; i < 100; i++)
		ck_assert_int_eq(bargein_frame(&b, 1, 0, i * FRAME_US),
				 BARGEIN_NOTHING);
	ck_assert_int_eq(bargein_partial(&b, "stop"), BARGEIN_NOTHING);
	bargein_reset(&b);
	ck_assert_int_eq(b.conf.cut_us, conf.cut_us);
}
END_TEST

START_TEST(words_can_be_kept_from_cutting)
{
	struct bargein_config c = conf;
	struct bargein b;

	c.words = 3;
	bargein_init(&b, &c);
	(void)bargein_frame(&b, 1, 0, FRAME_US);
	ck_assert_int_eq(bargein_partial(&b, "wait okay please"),
			 BARGEIN_NOTHING);
	ck_assert_int_eq(bargein_partial(&b, "wait okay please stop"),
			 BARGEIN_NOTHING);
	ck_assert_int_eq(bargein_partial(&b, "wait okay please stop"),
			 BARGEIN_CUT);
	c.words = 0;
	bargein_init(&b, &c);
	ck_assert_int_eq(bargein_partial(&b, "wait a moment please"),
			 BARGEIN_NOTHING);
}
END_TEST

START_TEST(believes_final_words_by_their_chance)
{
	struct bargein b;

	bargein_init(&b, &conf);
	(void)bargein_frame(&b, 1, 0, FRAME_US);
	ck_assert_int_eq(bargein_final(&b, "agent", 59), BARGEIN_NOTHING);
	ck_assert_int_eq(bargein_final(&b, "all right", 99), BARGEIN_NOTHING);
	ck_assert_int_eq(bargein_final(&b, "the", 99), BARGEIN_NOTHING);
	ck_assert_int_eq(bargein_final(&b, "agent", 60), BARGEIN_CUT);
	ck_assert_int_eq(bargein_final(&b, "wait", 10), BARGEIN_CUT);
}
END_TEST

START_TEST(always_decides_by_the_deadline)
{
	struct level_noise z;
	struct bargein b;
	int64_t now_us = 0, since_us = 0;
	int paused = 0;

	bargein_init(&b, &conf);
	level_noise_init(&z, 2);
	for (int i = 0; i < 200000; i++) {
		const uint64_t r = level_noise_bits(&z);

		now_us += FRAME_US;
		switch (bargein_frame(&b, (float)(r & 255) / 255.0f, 0,
				      now_us)) {
		case BARGEIN_NOTHING:
			break;
		case BARGEIN_PAUSE:
			ck_assert(!paused);
			paused = 1;
			since_us = now_us;
			break;
		case BARGEIN_CUT:
		case BARGEIN_RESUME:
			ck_assert(paused);
			paused = 0;
			break;
		}
		ck_assert(!paused || now_us - since_us <= conf.deadline_us);
		if (r % 64 == 1 && paused &&
		    bargein_partial(&b, r & 512 ? "yeah" : "mhm right"))
			paused = 0;
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("bargein");
	TCase *t = tcase_create("bargein");

	tcase_add_loop_test(t, decides_each_story, 0,
			    sizeof(stories) / sizeof(stories[0]));
	tcase_add_loop_test(t, interrupts_as_the_field_has_it, 0,
			    (int)(sizeof(asked) / sizeof(asked[0])));
	tcase_add_test(t, lets_go_of_what_is_not_to_be_held_any_more);
	tcase_add_test(t, a_nod_in_another_language_cuts_nothing);
	tcase_add_test(t, pauses_with_the_first_frame);
	tcase_add_test(t, asks_for_more_after_a_false_alarm);
	tcase_add_test(t, does_not_take_its_own_words_for_the_callers);
	tcase_add_test(t,
		       does_nothing_when_switched_off_and_keeps_its_settings);
	tcase_add_test(t, words_can_be_kept_from_cutting);
	tcase_add_test(t, believes_final_words_by_their_chance);
	tcase_add_test(t, always_decides_by_the_deadline);
	suite_add_tcase(s, t);

	SRunner *r = srunner_create(s);

	srunner_run_all(r, CK_NORMAL);

	const int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
