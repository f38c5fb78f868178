/**
 * @file test_endpoint.c  When a turn begins and ends, by tables
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "audio/pcm.h"
#include "dialog/language.h"
#include "speech/endpoint.h"
#include "speech/vad.h"
#include "unit/kit_flite.h"
#include "unit/kit_sound.h"

#define MS(x) ((int64_t)(x)*1000)

static const struct endpoint_config conf = {
	.start_us = MS(60),
	.min_silence_us = MS(180),
	.silence_us = MS(600),
	.max_silence_us = MS(2500),
	.max_turn_us = MS(30000),
};

/** A caller in front of the endpointer. */
struct line {
	struct endpoint e;
	int64_t now_us;
	int began, resumed, eager, ended;
	int64_t eager_us, ended_us; /* of silence */
	const char *why;
};

static void line_init(struct line *l, const struct ask *ask)
{
	memset(l, 0, sizeof(*l));
	endpoint_init(&l->e, &conf);
	if (ask)
		endpoint_ask(&l->e, ask);
}

/** Speak or be silent for so long; stops early when the turn ends. */
static void run(struct line *l, float speech, int64_t us)
{
	for (int64_t t = 0; t < us; t += FRAME_US) {
		l->now_us += FRAME_US;

		const int64_t voice_us = l->e.voice_us;

		switch (endpoint_frame(&l->e, speech, l->now_us)) {
		case ENDPOINT_NOTHING:
			break;
		case ENDPOINT_BEGAN:
			l->began++;
			break;
		case ENDPOINT_RESUMED:
			l->resumed++;
			break;
		case ENDPOINT_EAGER:
			l->eager++;
			l->eager_us = l->now_us - voice_us;
			break;
		case ENDPOINT_ENDED:
			l->ended++;
			l->ended_us = l->now_us - voice_us;
			l->why = l->e.why;
			return;
		}
	}
}

static void say(struct line *l, int ms)
{
	run(l, 0.9f, MS(ms));
}

static void hush(struct line *l, int ms)
{
	run(l, 0.05f, MS(ms));
}

static const char *const departments[] = {"sales", "support"};

/* What was asked and what the recognizer has: silence that ends the turn. */
static const struct {
	struct ask ask;
	const char *text;

	int ends_ms;
	const char *why;
} waits[] = {
	{{.kind = ASK_OPEN}, NULL, 600, "silence"},
	{{.kind = ASK_OPEN}, "i want a table", 270, "clause"},
	{{.kind = ASK_OPEN}, "hello", 600, "few words"},
	{{.kind = ASK_OPEN}, "we are coming with two", 600, "number"},
	{{.kind = ASK_OPEN}, "i would like to order", 600, "verb"},
	{{.kind = ASK_OPEN}, "i want a table for", 1500, "trailing word"},
	{{.kind = ASK_OPEN}, "could you tell me", 1500, "trailing word"},
	{{.kind = ASK_OPEN}, "my name is", 1500, "trailing word"},
	{{.kind = ASK_OPEN}, "well um", 1500, "trailing word"},
	{{.kind = ASK_OPEN}, "first this,", 1500, "trailing word"},
	{{.kind = ASK_OPEN}, "How much is that?", 270, "sentence"},
	{{.kind = ASK_YES_NO}, NULL, 300, "yes or no"},
	{{.kind = ASK_YES_NO}, "yes", 180, "yes or no"},
	{{.kind = ASK_YES_NO}, "oh no", 180, "yes or no"},
	{{.kind = ASK_YES_NO}, "um yes", 180, "yes or no"},
	{{.kind = ASK_YES_NO}, "yes that's right", 180, "yes or no"},
	{{.kind = ASK_YES_NO}, "yes i am", 200, "yes or no"},
	{{.kind = ASK_YES_NO}, "yes and", 1500, "trailing word"},
	{{.kind = ASK_YES_NO}, "i think we are four", 600, "number"},
	{{.kind = ASK_INTEGER}, "five", 200, "an answer"},
	{{.kind = ASK_INTEGER}, "twenty", 600, "an answer"},
	{{.kind = ASK_INTEGER}, NULL, 450, "number"},
	{{.kind = ASK_INTEGER}, "the whole family", 600, "no answer in it"},
	{{.kind = ASK_DIGITS, .min_digits = 7, .max_digits = 7},
	 "five five five",
	 2500,
	 "digits missing"},
	{{.kind = ASK_DIGITS, .min_digits = 7, .max_digits = 7},
	 NULL,
	 2500,
	 "digits missing"},
	{{.kind = ASK_DIGITS, .min_digits = 7, .max_digits = 7},
	 "five five five oh one nine nine",
	 180,
	 "all digits"},
	{{.kind = ASK_DIGITS, .min_digits = 7, .max_digits = 7},
	 "555 0199",
	 180,
	 "all digits"},
	{{.kind = ASK_DIGITS,
	  .min_digits = 7,
	  .max_digits = 7,
	  .have_digits = 4},
	 "one nine nine",
	 180,
	 "all digits"},
	{{.kind = ASK_DIGITS, .min_digits = 7, .max_digits = 7},
	 "my number is",
	 2500,
	 "trailing word"},
	{{.kind = ASK_DIGITS, .min_digits = 7, .max_digits = 7},
	 "i have none",
	 1000,
	 "no digits in it"},
	{{.kind = ASK_DIGITS, .min_digits = 7, .max_digits = 15},
	 "two one two five five five oh",
	 1000,
	 "enough digits"},
	{{.kind = ASK_DIGITS, .min_digits = 7, .max_digits = 15},
	 "two one two five five five oh one nine nine",
	 200,
	 "all digits of a telephone"},
	{{.kind = ASK_DIGITS, .min_digits = 4, .max_digits = 8},
	 "one two three four",
	 1000,
	 "enough digits"},
	{{.kind = ASK_DIGITS}, "one two", 1000, "digits"},
	{{.kind = ASK_NAME}, "simon fisher", 200, "name"},
	{{.kind = ASK_NAME}, "simon", 600, "name"},
	{{.kind = ASK_NAME}, "it's fisher", 600, "name"},
	{{.kind = ASK_NAME}, "fisher f i s", 1200, "spelled name"},
	{{.kind = ASK_NAME}, "fisher f i s h e r", 600, "spelled name"},
	{{.kind = ASK_DATE}, "friday", 200, "an answer"},
	{{.kind = ASK_DATE}, "let me see", 600, "no answer in it"},
	{{.kind = ASK_DATETIME}, "friday at", 1500, "trailing word"},
	{{.kind = ASK_DATETIME}, "friday", 1200, "half an answer"},
	{{.kind = ASK_DATETIME}, "friday at seven", 200, "an answer"},
	{{.kind = ASK_TEXT}, NULL, 800, "free text"},
	{{.kind = ASK_TEXT}, "a birthday party", 800, "few words"},
	{{.kind = ASK_TEXT}, "a table near the window", 400, "clause"},
	{{.kind = ASK_CHOICE, .n_choices = 2, .choices = departments},
	 "sales",
	 270,
	 "an answer"},
	{{.kind = ASK_CHOICE, .n_choices = 2, .choices = departments},
	 "who is that for again",
	 600,
	 "no answer in it"},
	/* what the Expert has said of the field holds, whatever is heard */
	{{.kind = ASK_DIGITS, .end_silence_us = MS(1800)},
	 "i have none",
	 1800,
	 "as the field has it"},
	{{.kind = ASK_YES_NO, .end_silence_us = MS(400)},
	 "yes and",
	 400,
	 "as the field has it"},
	{{.kind = ASK_NAME, .end_silence_us = MS(5000)},
	 NULL,
	 5000,
	 "as the field has it"},
};

START_TEST(waits_as_long_as_question_and_text_ask_for)
{
	struct line l;

	line_init(&l, &waits[_i].ask);
	hush(&l, 500);
	say(&l, 400);
	hush(&l, 60);
	if (waits[_i].text)
		endpoint_partial(&l.e, waits[_i].text, l.now_us);
	hush(&l, 5000);
	ck_assert_int_eq(l.began, 1);
	ck_assert_int_eq(l.ended, 1);
	/* frames are 20 ms */
	ck_assert_int_ge(l.ended_us, MS(waits[_i].ends_ms));
	ck_assert_int_lt(l.ended_us, MS(waits[_i].ends_ms + 20));
	ck_assert_str_eq(l.why, waits[_i].why);
	ck_assert_int_eq(l.eager, 1);
	ck_assert_int_lt(l.eager_us, l.ended_us);
	ck_assert_int_ge(l.eager_us, l.ended_us / 2 - MS(20));
}
END_TEST

START_TEST(does_not_count_twenty_five_as_three_digits)
{
	const struct ask ask = {
		.kind = ASK_DIGITS, .min_digits = 5, .max_digits = 5};
	struct line l;

	line_init(&l, &ask);
	say(&l, 400);
	endpoint_partial(&l.e, "twenty five thirteen", l.now_us);
	ck_assert_uint_eq(l.e.said.digits, 4);
	endpoint_partial(&l.e, "fifty fifty", l.now_us);
	ck_assert_uint_eq(l.e.said.digits, 4);
}
END_TEST

START_TEST(begins_after_sixty_milliseconds_and_says_when)
{
	struct line l;

	line_init(&l, NULL);
	hush(&l, 200);
	say(&l, 40);
	hush(&l, 200);
	ck_assert_int_eq(l.began, 0);
	say(&l, 60);
	ck_assert_int_eq(l.began, 1);
	ck_assert_int_eq(l.e.began_us, MS(440));
	ck_assert_int_eq(l.now_us - l.e.began_us, MS(60));
}
END_TEST

START_TEST(takes_an_eager_end_back_when_the_caller_speaks_on)
{
	struct line l;

	line_init(&l, NULL);
	say(&l, 400);
	hush(&l, 400);
	ck_assert_int_eq(l.eager, 1);
	say(&l, 200);
	ck_assert_int_eq(l.resumed, 1);
	ck_assert_int_eq(l.ended, 0);
	hush(&l, 1000);
	ck_assert_int_eq(l.eager, 2);
	ck_assert_int_eq(l.ended, 1);
}
END_TEST

START_TEST(learns_the_pauses_of_a_slow_caller)
{
	struct line l;

	line_init(&l, NULL);
	say(&l, 400);
	hush(&l, 560);
	say(&l, 400);
	hush(&l, 3000);
	ck_assert_int_eq(l.ended, 1);
	ck_assert_int_ge(l.ended_us, MS(780));
	ck_assert_int_le(l.ended_us, MS(820));
	ck_assert_str_eq(l.why, "pauses of this caller");

	/* a yes stays quick, and quick talk is learned back */
	const struct ask ask = {.kind = ASK_YES_NO};

	endpoint_ask(&l.e, &ask);
	say(&l, 200);
	endpoint_partial(&l.e, "yes", l.now_us);
	hush(&l, 3000);
	ck_assert_int_le(l.ended_us, MS(320));
	endpoint_ask(&l.e, &(struct ask){.kind = ASK_OPEN});
	for (int i = 0; i < 30; i++) {
		say(&l, 300);
		hush(&l, 220);
	}
	hush(&l, 3000);
	ck_assert_int_le(l.ended_us, MS(600));
}
END_TEST

START_TEST(learns_from_having_answered_too_early)
{
	struct line l;

	line_init(&l, NULL);
	say(&l, 400);
	hush(&l, 3000);
	ck_assert_int_le(l.ended_us, MS(600));
	hush(&l, 200);
	say(&l, 400);
	hush(&l, 3000);
	ck_assert_int_eq(l.ended, 2);
	ck_assert_int_ge(l.ended_us, MS(900));
}
END_TEST

START_TEST(cuts_the_longest_turn)
{
	struct line l;

	line_init(&l, NULL);
	say(&l, 40000);
	ck_assert_int_eq(l.ended, 1);
	ck_assert_str_eq(l.why, "longest turn");
	ck_assert_int_eq(l.now_us, MS(30000));
}
END_TEST

START_TEST(forgets_a_turn_taken_over_by_keys)
{
	struct line l;

	line_init(&l, NULL);
	say(&l, 400);
	endpoint_reset(&l.e);
	hush(&l, 3000);
	ck_assert_int_eq(l.ended, 0);
	say(&l, 100);
	ck_assert_int_eq(l.began, 2);
}
END_TEST

START_TEST(lets_late_text_of_an_old_turn_pass)
{
	struct line l;

	line_init(&l, NULL);
	endpoint_partial(&l.e, "and", 0);
	say(&l, 400);
	hush(&l, 3000);
	ck_assert_int_eq(l.ended_us, MS(600));
	endpoint_partial(&l.e, "and then", l.now_us);
	hush(&l, 1000);
	say(&l, 400);
	ck_assert_int_eq(l.e.said.level, COMPLETE_NONE);
}
END_TEST

START_TEST(words_of_another_language_are_weighed_as_well)
{
	const struct ask ask = {.kind = ASK_OPEN,
				.field_key = "",
				.description = "",
				.language = language_find("german")};
	struct line l;

	line_init(&l, NULL);
	endpoint_ask(&l.e, &ask);
	say(&l, 800);
	endpoint_partial(&l.e, "ich h\303\244tte gern einen Tisch und",
			 l.now_us);
	ck_assert_int_eq(l.e.said.level, COMPLETE_LEADS);
	endpoint_partial(&l.e, "vielen Dank, das war alles", l.now_us);
	ck_assert_int_ne(l.e.said.level, COMPLETE_LEADS);
}
END_TEST

START_TEST(does_not_go_by_words_that_much_was_said_after)
{
	struct line l;

	line_init(&l, NULL);
	say(&l, 400);
	endpoint_partial(&l.e, "i want a table for", l.now_us);
	say(&l, 1400);
	ck_assert_int_eq(l.e.said.level, COMPLETE_LEADS);
	say(&l, 400); /* and no word of it is shown */
	endpoint_partial(&l.e, "i want a table for", l.now_us);
	hush(&l, 3000);
	ck_assert_int_eq(l.ended_us, MS(600));
	ck_assert_str_eq(l.why, "silence");
}
END_TEST

START_TEST(keeps_its_verdicts_in_order_whatever_comes)
{
	struct level_noise z;
	struct endpoint e;
	int64_t now_us = 0;
	int speaking = 0, eager = 0;

	endpoint_init(&e, &conf);
	level_noise_init(&z, 11);
	for (int i = 0; i < 200000; i++) {
		const uint64_t r = level_noise_bits(&z);
		static float speech;

		if (r % 20 == 0)
			speech = (float)(r >> 8 & 255) / 255.0f;
		now_us += FRAME_US;
		switch (endpoint_frame(&e, speech, now_us)) {
		case ENDPOINT_NOTHING:
			break;
		case ENDPOINT_BEGAN:
			ck_assert(!speaking);
			speaking = 1;
			eager = 0;
			break;
		case ENDPOINT_RESUMED:
			ck_assert(speaking && eager);
			eager = 0;
			break;
		case ENDPOINT_EAGER:
			ck_assert(speaking && !eager);
			eager = 1;
			break;
		case ENDPOINT_ENDED:
			ck_assert(speaking);
			speaking = 0;
			ck_assert_str_ne(e.why, "");
			break;
		}
		ck_assert(!speaking ||
			  now_us - e.began_us <= conf.max_turn_us);
		if (r % 50 == 1)
			endpoint_partial(&e, r & 256 ? "and" : "one two",
					 now_us);
	}
}
END_TEST

/** Real speech: turns out as many turns as there were, and not one more. */
START_TEST(finds_the_turns_of_real_speech)
{
	static const char *const texts[] = {
		"I would like a table for five people, please.", "Yes.",
		"My name is Simon Fisher.", "Six seven three four nine."};
	const float snr_db = _i % 2 ? 15 : 100;
	const int voice = _i / 2;
	struct level_noise z;
	struct vad v;
	struct line l;

	line_init(&l, NULL);
	vad_init(&v, 8000);
	level_noise_init(&z, (uint64_t)_i);
	for (int t = 0; t < 4; t++) {
		struct kit_speech sp = kit_speak(voice, texts[t], 8000);
		const size_t n = (sp.n + 8000 * 2) / 160 * 160;
		int16_t *s = calloc(n + 160, sizeof(*s));

		memcpy(s, sp.s, sp.n * sizeof(*s));
		if (snr_db < 100)
			level_noise_add(&z, s, n,
					level_speech_dbfs(sp.s, sp.n, 8000) -
						snr_db);
		l.ended = l.began = 0;
		for (size_t at = 0; at < n; at += 160) {
			struct aframe f = {.hz = 8000, .samples = 160};

			memcpy(f.s, s + at, sizeof(*s) * 160);
			run(&l, vad_frame(&v, &f), FRAME_US);
		}
		ck_assert_msg(l.began == 1 && l.ended == 1,
			      "%s \"%s\" at %g dB: %d began, %d ended",
			      kit_voice_names[voice], texts[t], (double)snr_db,
			      l.began, l.ended);
		free(s);
		kit_speech_done(&sp);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("endpoint");
	TCase *t = tcase_create("endpoint");

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, waits_as_long_as_question_and_text_ask_for, 0,
			    sizeof(waits) / sizeof(waits[0]));
	tcase_add_test(t, does_not_count_twenty_five_as_three_digits);
	tcase_add_test(t, begins_after_sixty_milliseconds_and_says_when);
	tcase_add_test(t, takes_an_eager_end_back_when_the_caller_speaks_on);
	tcase_add_test(t, learns_the_pauses_of_a_slow_caller);
	tcase_add_test(t, learns_from_having_answered_too_early);
	tcase_add_test(t, cuts_the_longest_turn);
	tcase_add_test(t, forgets_a_turn_taken_over_by_keys);
	tcase_add_test(t, lets_late_text_of_an_old_turn_pass);
	tcase_add_test(t, words_of_another_language_are_weighed_as_well);
	tcase_add_test(t, does_not_go_by_words_that_much_was_said_after);
	tcase_add_test(t, keeps_its_verdicts_in_order_whatever_comes);
	tcase_add_loop_test(t, finds_the_turns_of_real_speech, 0,
			    2 * KIT_VOICES);
	suite_add_tcase(s, t);

	SRunner *r = srunner_create(s);

	srunner_run_all(r, CK_NORMAL);

	const int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
