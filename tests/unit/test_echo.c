/**
 * @file test_echo.c  Our own voice coming back, and the caller over it
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/codec.h"
#include "speech/bargein.h"
#include "speech/echo.h"
#include "speech/vad.h"
#include "unit/kit_flite.h"
#include "unit/kit_sound.h"

enum { HZ = 8000, FRAME = HZ / 50, CALLER_AT = 6 * HZ, LEARNED_AT = 2 * HZ };

static const char agent_says[] =
	"Thank you for calling Thai Palace. I can put you on the waiting "
	"list for tonight. Could you tell me your name, how many people are "
	"in your party, and a phone number where we can reach you when the "
	"table is ready?";
static const char caller_says[] = "No wait, I have a question about parking.";

/** Both sides of a line. */
struct line {
	int16_t *played, *heard;
	unsigned char *caller; /* by frame: the caller is audible */
	size_t n;
};

static struct kit_speech at_level(int voice, const char *text, float db)
{
	struct kit_speech s = kit_speak(voice, text, HZ);

	level_gain(s.s, s.n, db - level_speech_dbfs(s.s, s.n, HZ));
	return s;
}

/** A loudspeaker in a room: four paths of different length. */
static void add_echo(struct line *l, int delay_ms, float gain_db)
{
	static const size_t path[] = {0, 13, 61, 150};
	static const double part[] = {0.7, 0.4, -0.3, 0.2};
	const size_t delay = (size_t)delay_ms * HZ / 1000;
	const double gain = pow(10, (double)gain_db / 20);

	for (size_t i = 0; i < l->n; i++) {
		for (int k = 0; k < 4; k++) {
			const size_t to = i + delay + path[k];

			if (to < l->n)
				l->heard[to] = level_add(
					l->heard[to],
					(int32_t)lrint(l->played[i] * gain *
						       part[k]));
		}
	}
}

static struct line line_make(int echo_ms, float echo_db, int with_caller)
{
	struct kit_speech a = at_level(0, agent_says, -16);
	struct kit_speech c = at_level(1, caller_says, -22);
	const struct codec_ops *pcmu = codec_find("pcmu");
	struct line l = {.n = (a.n + HZ) / FRAME * FRAME};
	struct level_noise z;
	uint8_t code[FRAME];

	l.played = calloc(l.n, sizeof(*l.played));
	l.heard = calloc(l.n, sizeof(*l.heard));
	l.caller = calloc(l.n / FRAME + 1, 1);
	memcpy(l.played, a.s, a.n * sizeof(*a.s));
	if (echo_ms)
		add_echo(&l, echo_ms, echo_db);
	for (size_t i = 0; with_caller && i + FRAME <= c.n; i += FRAME) {
		int16_t *to = l.heard + CALLER_AT + i;

		l.caller[(CALLER_AT + i) / FRAME] =
			level_dbfs(c.s + i, FRAME) > -40;
		for (size_t k = 0; k < FRAME; k++)
			to[k] = level_add(to[k], c.s[i + k]);
	}
	level_noise_init(&z, 3);
	level_noise_add(&z, l.heard, l.n, -60);
	for (size_t i = 0; i < l.n; i += FRAME) {
		(void)pcmu->encode(NULL, l.heard + i, FRAME, code, FRAME);
		(void)pcmu->decode(NULL, code, FRAME, l.heard + i, FRAME);
	}
	kit_speech_done(&a);
	kit_speech_done(&c);
	return l;
}

static void line_done(struct line *l)
{
	free(l->played);
	free(l->heard);
	free(l->caller);
}

/** What barge-in makes of it, once the echo is learned. */
struct outcome {
	int voiced, taken; /* frames of echo; taken for the caller */
	int caller, kept;  /* frames of the caller; heard as such */
	int pauses, cuts;  /* on echo alone */
	int64_t cut_us;    /* first cut after the caller began; 0: none */
	struct echo e;
};

static struct outcome run(const struct line *l)
{
	static const struct bargein_config conf = {
		.cut_us = 400000,
		.deadline_us = 700000,
		.words = 1,
		.enabled = 1,
	};
	struct outcome o = {0};
	struct bargein b;
	struct vad v;

	vad_init(&v, HZ);
	echo_init(&o.e, HZ);
	bargein_init(&b, &conf);
	for (size_t i = 0; i < l->n; i += FRAME) {
		struct aframe heard = {.hz = HZ, .samples = FRAME};
		struct aframe played = heard;
		const int64_t now_us = (int64_t)(i / FRAME + 1) * FRAME_US;

		memcpy(heard.s, l->heard + i, FRAME * sizeof(heard.s[0]));
		memcpy(played.s, l->played + i, FRAME * sizeof(heard.s[0]));

		const float speech = vad_frame(&v, &heard);
		const float like = echo_frame(&o.e, &played, &heard);
		const int on = speech * (1 - like) >= 0.5f;

		ck_assert(like >= 0 && like <= 1);
		if (i < LEARNED_AT)
			continue;
		if (l->caller[i / FRAME] && speech >= 0.5f) {
			o.caller++;
			o.kept += on;
		} else if (i < CALLER_AT && speech >= 0.5f) {
			o.voiced++;
			o.taken += on;
		}

		const enum bargein_verdict d =
			bargein_frame(&b, speech, like, now_us);

		o.pauses += i < CALLER_AT && d == BARGEIN_PAUSE;
		o.cuts += i < CALLER_AT && d == BARGEIN_CUT;
		if (i >= CALLER_AT && d == BARGEIN_CUT && !o.cut_us)
			o.cut_us = now_us - CALLER_AT * 1000000LL / HZ;
	}
	return o;
}

/* Delay, gain, and how much of it may be taken for the caller [%]: what is
 * hardly louder than the line's noise takes longer to learn. */
static const struct {
	int ms;
	float db;
	int taken;
} echoes[] = {
	{40, -10, 3},   {120, -10, 3},  {250, -10, 3}, {500, -10, 3},
	{40, -20, 3},   {120, -20, 3},  {250, -20, 3}, {500, -20, 3},
	{120, -30, 20}, {250, -30, 20}, {700, -20, 3},
};

START_TEST(does_not_take_its_own_voice_for_the_callers)
{
	struct line l = line_make(echoes[_i].ms, echoes[_i].db, 0);
	const struct outcome o = run(&l);

	/* there is something to be fooled by */
	ck_assert_int_gt(o.voiced, 100);
	ck_assert_int_le(o.taken * 100, o.voiced * echoes[_i].taken);
	ck_assert_int_le(o.cuts, echoes[_i].taken > 3 ? 2 : 0);
	ck_assert_int_le(abs(o.e.lag * 10 - echoes[_i].ms), 20);
	line_done(&l);
}
END_TEST

START_TEST(hears_the_caller_through_the_echo)
{
	struct line l = line_make(echoes[_i].ms, echoes[_i].db, 1);
	const struct outcome o = run(&l);

	ck_assert_int_gt(o.caller, 60);
	ck_assert_int_ge(o.kept * 100, o.caller * 33);
	ck_assert_int_gt(o.cut_us, 0);
	ck_assert_int_lt(o.cut_us, 1500000);
	line_done(&l);
}
END_TEST

START_TEST(leaves_a_line_without_an_echo_alone)
{
	struct line l = line_make(0, 0, 1);
	const struct outcome o = run(&l);

	ck_assert_int_eq(o.voiced, 0);
	ck_assert_int_gt(o.caller, 60);
	ck_assert_int_ge(o.kept * 100, o.caller * 85);
	ck_assert_int_gt(o.cut_us, 0);
	ck_assert_int_lt(o.cut_us, 800000);
	line_done(&l);
}
END_TEST

/** The first second of a call, before the echo is known, as well. */
START_TEST(does_not_interrupt_its_own_greeting)
{
	struct line l = line_make(echoes[_i].ms, echoes[_i].db, 0);
	struct bargein_config conf = {
		.cut_us = 400000, .deadline_us = 700000, .enabled = 1};
	struct bargein b;
	struct echo e;
	struct vad v;
	int held = 0;

	vad_init(&v, HZ);
	echo_init(&e, HZ);
	bargein_init(&b, &conf);
	for (size_t i = 0; i < LEARNED_AT; i += FRAME) {
		struct aframe heard = {.hz = HZ, .samples = FRAME};
		struct aframe played = heard;

		memcpy(heard.s, l.heard + i, FRAME * sizeof(heard.s[0]));
		memcpy(played.s, l.played + i, FRAME * sizeof(heard.s[0]));

		const float speech = vad_frame(&v, &heard);
		const float like = echo_frame(&e, &played, &heard);

		held += bargein_frame(&b, speech, like,
				      (int64_t)(i / FRAME + 1) * FRAME_US) !=
			BARGEIN_NOTHING;
	}
	ck_assert_int_eq(held, 0);
	line_done(&l);
}
END_TEST

START_TEST(knows_of_no_echo_of_what_was_not_played)
{
	struct line l = line_make(120, -10, 0);
	struct echo e;

	echo_init(&e, HZ);
	for (size_t i = 0; i < l.n; i += FRAME) {
		struct aframe heard = {.hz = HZ, .samples = FRAME};

		memcpy(heard.s, l.heard + i, FRAME * sizeof(heard.s[0]));
		ck_assert(echo_frame(&e, NULL, &heard) == 0);
	}
	line_done(&l);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("echo");
	TCase *t = tcase_create("echo");
	const int n = sizeof(echoes) / sizeof(echoes[0]);

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, does_not_take_its_own_voice_for_the_callers, 0,
			    n);
	tcase_add_loop_test(t, hears_the_caller_through_the_echo, 0, n);
	tcase_add_loop_test(t, does_not_interrupt_its_own_greeting, 0, 8);
	tcase_add_test(t, leaves_a_line_without_an_echo_alone);
	tcase_add_test(t, knows_of_no_echo_of_what_was_not_played);
	suite_add_tcase(s, t);

	SRunner *r = srunner_create(s);

	(void)kit_wave(0, agent_says);
	(void)kit_wave(1, caller_says);
	srunner_run_all(r, CK_NORMAL);

	const int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
