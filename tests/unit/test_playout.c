/**
 * @file test_playout.c  What the agent says, and what was heard of it
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>

#include "base/alloc.h"
#include "unit/kit_playout.h"
#include "unit/unit.h"

START_TEST(is_silent_and_idle_when_new)
{
	struct line *l = line_new(0);

	ck_assert_int_eq(pull(l), 0);
	for (int i = 0; i < FRAME; i++)
		UNIT_SAMPLE_EQ(l->f.s[i], 0);
	ck_assert_int_eq(playout_busy(l->p), 0);
	ck_assert_uint_eq(playout_current(l->p), 0);
	pull_ms(l, 980);
	ck_assert_int_eq(l->n, 0);
	line_free(l);
}
END_TEST

START_TEST(plays_clauses_without_a_gap_and_says_what_was_heard)
{
	struct line *l = line_new(0);

	say(l, 1, 0, "Hello there.", 0, 50);
	say(l, 1, 1, "How are you?", 1, 70);
	ck_assert_int_eq(playout_busy(l->p), 1);
	for (int i = 0; i < 6; i++) {
		ck_assert_int_eq(pull(l), 1);
		for (int k = 0; k < FRAME; k++)
			UNIT_SAMPLE_EQ(l->f.s[k], 1000);
		ck_assert_uint_eq(playout_current(l->p), 1);
	}
	ck_assert_int_eq(l->n, 1);
	ck_assert_int_eq(l->log[0].what, 'f');
	ck_assert_int_eq(pull(l), 0);
	ck_assert_int_eq(l->n, 2);
	ck_assert_int_eq(l->log[1].what, 's');
	ck_assert_str_eq(l->log[1].text, "Hello there. How are you?");
	ck_assert_int_eq(l->log[1].interrupted, 0);
	ck_assert_int_eq(l->log[1].spoken_us, MS(120));
	ck_assert_int_eq(playout_busy(l->p), 0);
	ck_assert_uint_eq(playout_current(l->p), 0);
	line_free(l);
}
END_TEST

START_TEST(takes_streamed_pieces_and_counts_a_late_one)
{
	struct line *l = line_new(0);
	struct playout_stats st;

	ck_assert_int_eq(playout_clause(l->p, 1, 0, "one two", 1), 0);
	ck_assert_int_eq(pull(l), 0); /* not begun: waiting, no gap */
	ck_assert_int_eq(playout_audio(l->p, 1, 0, sound(240, 1000), 0), 0);
	ck_assert_int_eq(pull(l), 1);
	ck_assert_int_eq(l->f.s[159], 1000);
	ck_assert_int_eq(pull(l), 1); /* 80 samples, then nothing */
	ck_assert_int_eq(l->f.s[39], 1000);
	ck_assert_int_lt(l->f.s[60], 600);
	ck_assert_int_eq(l->f.s[79], 0);
	ck_assert_int_eq(l->f.s[80], 0);
	ck_assert_int_eq(pull(l), 0);
	ck_assert_int_eq(pull(l), 0);
	ck_assert_uint_eq(playout_current(l->p), 1);
	playout_stats(l->p, &st);
	ck_assert_uint_eq(st.underruns, 1);
	ck_assert_int_eq(playout_audio(l->p, 1, 0, sound(200, 1000), 0), 0);
	ck_assert_int_eq(pull(l), 1);
	ck_assert_int_eq(l->f.s[0], 0); /* comes back softly */
	ck_assert_int_lt(l->f.s[20], 600);
	ck_assert_int_eq(l->f.s[40], 1000);
	ck_assert_int_eq(playout_audio(l->p, 1, 0, NULL, 1), 0);
	pull_ms(l, 60);
	ck_assert_int_eq(l->log[l->n - 1].what, 's');
	ck_assert_str_eq(l->log[l->n - 1].text, "one two");
	ck_assert_int_eq(l->log[l->n - 1].spoken_us, MS(55));
	line_free(l);
}
END_TEST

START_TEST(skips_a_clause_that_cannot_be_rendered)
{
	struct line *l = line_new(0);

	say(l, 1, 0, "First.", 0, 40);
	ck_assert_int_eq(playout_clause(l->p, 1, 1, "Broken.", 0), 0);
	say(l, 1, 2, "Third.", 1, 40);
	playout_fail(l->p, 1, 1);
	pull_ms(l, 120);
	ck_assert_str_eq(l->log[1].text, "First. Third.");
	ck_assert_int_eq(l->log[1].interrupted, 0);

	/* all of it broken: it is told exactly once */
	ck_assert_int_eq(playout_clause(l->p, 2, 0, "Broken.", 1), 0);
	playout_fail(l->p, 2, 0);
	pull_ms(l, 40);
	ck_assert_int_eq(l->n, 3);
	ck_assert_int_eq(l->log[2].what, 's');
	ck_assert_uint_eq(l->log[2].id, 2);
	ck_assert_str_eq(l->log[2].text, "");
	ck_assert_int_eq(l->log[2].spoken_us, 0);
	line_free(l);
}
END_TEST

START_TEST(gives_a_clause_up_whose_audio_never_comes)
{
	struct line *l = line_new(0);
	struct playout_stats st;

	ck_assert_int_eq(playout_clause(l->p, 1, 0, "Lost.", 1), 0);
	pull_ms(l, 9900);
	ck_assert_int_eq(l->n, 0);
	pull_ms(l, 300);
	ck_assert_int_eq(l->n, 1);
	ck_assert_int_eq(l->log[0].what, 's');
	playout_stats(l->p, &st);
	ck_assert_uint_eq(st.starved, 1);
	line_free(l);
}
END_TEST

/** A clause of 500 ms with its three words known. */
static void say_words(struct line *l, uint32_t utt, const char *text)
{
	struct pcm *p = NULL;

	ck_assert_int_eq(pcm_new(&p, HZ, 4000, 3), 0);
	for (uint32_t i = 0; i < 4000; i++)
		p->s[i] = 1000;
	p->words[0] = (struct pcm_word){.end_sample = 800, .end_byte = 3};
	p->words[1] = (struct pcm_word){.end_sample = 1600, .end_byte = 7};
	p->words[2] = (struct pcm_word){.end_sample = 4000, .end_byte = 13};
	ck_assert_int_eq(playout_clause(l->p, utt, 0, text, 1), 0);
	ck_assert_int_eq(playout_audio(l->p, utt, 0, p, 1), 0);
}

/* Frames played before the cut, and what was heard then. */
static const struct {
	int frames;
	const char *known, *unknown;
} cuts[] = {
	{0, "", ""},
	{4, "", ""},
	{5, "one", ""},
	{6, "one", "one"}, /* 120 ms of 500: three of 13 letters */
	{10, "one two", "one"},
	{14, "one two", "one two"},
	{24, "one two", "one two"},
	{25, "one two three", "one two three"},
};

START_TEST(knows_to_the_word_what_was_heard_before_a_cut)
{
	const int known = _i % 2;
	const int k = _i / 2;
	struct line *l = line_new(0);

	if (known)
		say_words(l, 1, "one two three");
	else
		say(l, 1, 0, "one two three", 1, 500);
	pull_ms(l, cuts[k].frames * 20);
	cut(l, 1, l->now_us);
	ck_assert_int_eq(l->log[l->n - 1].what, 's');
	ck_assert_str_eq(l->log[l->n - 1].text,
			 known ? cuts[k].known : cuts[k].unknown);
	ck_assert_int_eq(l->log[l->n - 1].interrupted, cuts[k].frames < 25);
	ck_assert_int_eq(l->log[l->n - 1].spoken_us, MS(cuts[k].frames * 20));
	line_free(l);
}
END_TEST

START_TEST(fades_a_cut_and_never_sounds_after_it)
{
	struct line *l = line_new(0);

	say(l, 1, 0, "one two three", 0, 500);
	say(l, 1, 1, "four five six", 1, 500);
	pull_ms(l, 100);
	cut(l, 1, l->now_us);
	ck_assert_int_eq(pull(l), 1);
	ck_assert_int_gt(l->f.s[0], 900);
	for (int i = 1; i < FADE; i++)
		ck_assert_int_le(l->f.s[i], l->f.s[i - 1]);
	for (int i = FADE; i < FRAME; i++)
		UNIT_SAMPLE_EQ(l->f.s[i], 0);
	for (int i = 0; i < 50; i++)
		ck_assert_int_eq(pull(l), 0);
	ck_assert_int_eq(l->n, 2);
	ck_assert_int_eq(playout_busy(l->p), 0);
	ck_assert_int_eq(playout_audio(l->p, 1, 1, sound(80, 1), 1),
			 -ECANCELED);
	ck_assert_int_eq(playout_clause(l->p, 1, 2, "late", 1), -ECANCELED);
	line_free(l);
}
END_TEST

START_TEST(cuts_up_to_an_utterance_and_no_further)
{
	struct line *l = line_new(0);

	say(l, 1, 0, "one", 1, 500);
	say(l, 2, 0, "two", 1, 500);
	say(l, 3, 0, "three", 1, 100);
	pull_ms(l, 100);
	cut(l, 2, l->now_us);
	ck_assert_int_eq(l->n, 3); /* first(1), said(1), said(2) */
	ck_assert_str_eq(l->log[2].text, "");
	ck_assert_uint_eq(l->log[2].id, 2);
	ck_assert_int_eq(l->log[2].interrupted, 1);
	pull_ms(l, 200);
	ck_assert_int_eq(l->log[3].what, 'f');
	ck_assert_uint_eq(l->log[3].id, 3);
	ck_assert_int_eq(l->log[4].what, 's');
	ck_assert_str_eq(l->log[4].text, "three");
	/* a cut of everything does not reach into the future */
	cut(l, UINT32_MAX, l->now_us);
	say(l, 4, 0, "four", 1, 40);
	pull_ms(l, 80);
	ck_assert_str_eq(l->log[l->n - 1].text, "four");
	line_free(l);
}
END_TEST

START_TEST(pauses_and_goes_on_at_the_sample)
{
	struct line *l = line_new(0);
	struct pcm *p = NULL;

	ck_assert_int_eq(pcm_new(&p, HZ, 1600, 0), 0);
	for (int i = 0; i < 1600; i++)
		p->s[i] = (int16_t)(1000 + i);
	ck_assert_int_eq(playout_clause(l->p, 1, 0, "count", 1), 0);
	ck_assert_int_eq(playout_audio(l->p, 1, 0, p, 1), 0);
	pull_ms(l, 40);
	ck_assert_int_eq(l->f.s[159], 1319);
	playout_pause(l->p);
	ck_assert_int_eq(pull(l), 1); /* 5 ms die away */
	ck_assert_int_gt(l->f.s[0], 1200);
	ck_assert_int_eq(l->f.s[FADE - 1], 0);
	ck_assert_int_eq(l->f.s[FADE], 0);
	for (int i = 0; i < 20; i++)
		ck_assert_int_eq(pull(l), 0);
	ck_assert_uint_eq(playout_current(l->p), 1);
	playout_resume(l->p);
	ck_assert_int_eq(pull(l), 1);
	ck_assert_int_eq(l->f.s[0], 0);
	ck_assert_int_lt(l->f.s[20], 1000);
	ck_assert_int_eq(l->f.s[FADE], 1320 + FADE);
	ck_assert_int_eq(l->f.s[159], 1479);
	pull_ms(l, 200);
	ck_assert_str_eq(l->log[l->n - 1].text, "count");
	ck_assert_int_eq(l->log[l->n - 1].spoken_us, MS(200));
	line_free(l);
}
END_TEST

START_TEST(a_pause_taken_back_before_the_next_frame_is_not_heard)
{
	struct line *l = line_new(0);

	say(l, 1, 0, "one", 1, 100);
	pull_ms(l, 40);
	playout_pause(l->p);
	playout_resume(l->p);
	ck_assert_int_eq(pull(l), 1);
	for (int k = 0; k < FRAME; k++)
		UNIT_SAMPLE_EQ(l->f.s[k], 1000);
	line_free(l);
}
END_TEST

START_TEST(a_cut_ends_a_pause)
{
	struct line *l = line_new(0);

	say(l, 1, 0, "one", 1, 500);
	pull_ms(l, 100);
	playout_pause(l->p);
	pull_ms(l, 40);
	cut(l, 1, l->now_us);
	ck_assert_int_eq(pull(l), 0); /* it was silent already */
	say(l, 2, 0, "two", 1, 40);
	ck_assert_int_eq(pull(l), 1);
	ck_assert_int_eq(l->f.s[0], 1000);
	line_free(l);
}
END_TEST

START_TEST(marks_every_200_ms_and_at_the_end_of_a_clause)
{
	struct line *l = line_new(1);
	int at[16], n = 0;

	say(l, 1, 0, "one", 0, 500);
	say(l, 1, 1, "two", 1, 110);
	for (int i = 0; i < 40; i++) {
		const int before = l->n_marks;

		(void)pull(l);
		if (l->n_marks > before)
			at[n++] = i;
	}
	/* the first frame, 200, 400, 500 (end of one), 610 ms (end of two) */
	ck_assert_int_eq(n, 5);
	ck_assert_int_eq(at[0], 0);
	ck_assert_int_eq(at[1], 9);
	ck_assert_int_eq(at[2], 19);
	ck_assert_int_eq(at[3], 24);
	ck_assert_int_eq(at[4], 30);
	for (int i = 1; i < n; i++)
		ck_assert_uint_gt(l->marks[i], l->marks[i - 1]);
	line_free(l);
}
END_TEST

START_TEST(waits_for_marks_before_it_tells)
{
	struct line *l = line_new(1);

	say(l, 1, 0, "Good bye.", 1, 300);
	pull_ms(l, 600);
	ck_assert_int_eq(l->n, 1); /* first only */
	ck_assert_int_eq(l->n_marks, 3);
	mark_back(l, l->marks[1], l->now_us);
	ck_assert_int_eq(l->n, 1);
	mark_back(l, 999, l->now_us);
	ck_assert_int_eq(l->n, 1);
	mark_back(l, l->marks[2], l->now_us);
	ck_assert_int_eq(l->n, 2);
	ck_assert_int_eq(l->log[1].what, 's');
	ck_assert_int_eq(l->log[1].interrupted, 0);
	ck_assert_int_eq(playout_busy(l->p), 0);
	mark_back(l, l->marks[1], l->now_us);
	pull_ms(l, 2000);
	ck_assert_int_eq(l->n, 2);
	line_free(l);
}
END_TEST

START_TEST(does_not_wait_for_ever_for_a_mark)
{
	struct line *l = line_new(1);
	struct playout_stats st;
	int64_t sent_us;

	say(l, 1, 0, "Good bye.", 1, 300);
	pull_ms(l, 300);
	sent_us = l->now_us;
	pull_ms(l, 1500);
	ck_assert_int_eq(l->n, 2);
	ck_assert_int_eq(l->log[1].what, 's');
	ck_assert_int_ge(l->log[1].at_us, sent_us + MS(1000));
	ck_assert_int_le(l->log[1].at_us, sent_us + MS(1040));
	playout_stats(l->p, &st);
	ck_assert_uint_ge(st.unconfirmed, 1);
	line_free(l);
}
END_TEST

START_TEST(counts_sound_sent_ahead_as_heard_only_when_played)
{
	struct line *l = line_new(1);

	say_words(l, 1, "one two three");
	/* all 500 ms at once, then 120 ms of time pass */
	for (int i = 0; i < 25; i++) {
		(void)playout_pull(l->p, l->now_us, &l->f);
		(void)playout_mark(l->p);
	}
	cut(l, 1, l->now_us + MS(120));
	ck_assert_str_eq(l->log[1].text, "one");
	ck_assert_int_eq(l->log[1].interrupted, 1);
	ck_assert_int_eq(l->log[1].spoken_us, MS(120));
	/* the far side throws the rest away: no tail behind it */
	l->now_us += MS(120);
	ck_assert_int_eq(pull(l), 0);
	line_free(l);
}
END_TEST

/** A tone whose samples count up: it shows from where it goes on. */
static void say_rising(struct line *l, uint32_t utt, uint32_t clause,
		       int16_t from, uint32_t ms, int last)
{
	struct pcm *p = sound(ms * HZ / 1000, 0);

	for (uint32_t i = 0; i < p->samples; i++)
		p->s[i] = (int16_t)(from + (int)i);
	ck_assert_int_eq(playout_clause(l->p, utt, clause, "word word", last),
			 0);
	ck_assert_int_eq(playout_audio(l->p, utt, clause, p, 1), 0);
}

/** So many frames at once, as to a line that buffers. */
static void send_ahead(struct line *l, int n)
{
	for (int i = 0; i < n; i++) {
		ck_assert_int_eq(playout_pull(l->p, l->now_us, &l->f), 1);
		l->marks[l->n_marks] = playout_mark(l->p);
		l->n_marks += l->marks[l->n_marks] != 0;
	}
}

START_TEST(takes_back_what_was_not_played_and_goes_on_there)
{
	struct line *l = line_new(1);

	say_rising(l, 1, 0, 0, 90, 0);
	say_rising(l, 1, 1, 720, 400, 1);
	send_ahead(l, 10);
	mark_back(l, l->marks[0], l->now_us + MS(5));
	l->now_us += MS(55);
	ck_assert_int_eq(playout_knows_far(l->p, l->now_us), 1);
	playout_pause(l->p);
	/* the first frame and, 50 ms later, two more were handed out */
	ck_assert_uint_eq(playout_take_back(l->p, l->now_us), 7);
	ck_assert_uint_eq(playout_take_back(l->p, l->now_us + MS(50)), 0);
	/* its marks all come back: of what was forgotten */
	for (int i = 1; i < l->n_marks; i++)
		mark_back(l, l->marks[i], l->now_us);
	for (int i = 0; i < 30; i++)
		ck_assert_int_eq(pull(l), 0);
	playout_resume(l->p);
	/* exact to the sample, softly */
	ck_assert_int_eq(pull(l), 1);
	ck_assert_int_eq(l->f.s[0], 0);
	UNIT_SAMPLE_EQ(l->f.s[FADE / 2], (480 + FADE / 2) / 2);
	for (int i = FADE; i < FRAME; i++)
		UNIT_SAMPLE_EQ(l->f.s[i], 480 + i);
	/* over the edge of the clauses */
	ck_assert_int_eq(pull(l), 1);
	for (int i = 0; i < FRAME; i++)
		UNIT_SAMPLE_EQ(l->f.s[i], 640 + i);
	pull_ms(l, 400);
	mark_back(l, l->marks[l->n_marks - 1], l->now_us);
	ck_assert_uint_eq(l->log[l->n - 1].id, 1);
	ck_assert_int_eq(l->log[l->n - 1].interrupted, 0);
	ck_assert_str_eq(l->log[l->n - 1].text, "word word word word");
	ck_assert_int_eq(l->log[l->n - 1].spoken_us, MS(490));
	ck_assert_int_eq(l->n, 2); /* one first, one said */
	line_free(l);
}
END_TEST

START_TEST(what_was_taken_back_and_cut_was_not_heard)
{
	struct line *l = line_new(1);

	say_words(l, 1, "one two three");
	send_ahead(l, 20);
	mark_back(l, l->marks[0], l->now_us);
	l->now_us += MS(210);
	playout_pause(l->p);
	ck_assert_uint_gt(playout_take_back(l->p, l->now_us), 0);
	l->now_us += MS(600);
	cut(l, 1, l->now_us);
	ck_assert_int_eq(l->log[1].what, 's');
	ck_assert_str_eq(l->log[1].text, "one two");
	ck_assert_int_eq(l->log[1].spoken_us, MS(220));
	ck_assert_int_eq(playout_busy(l->p), 0);
	ck_assert_int_eq(pull(l), 0);
	line_free(l);
}
END_TEST

START_TEST(takes_back_over_the_edge_of_utterances)
{
	struct line *l = line_new(1);

	say_rising(l, 1, 0, 0, 60, 1);
	say_rising(l, 2, 0, 1000, 300, 1);
	send_ahead(l, 8);
	mark_back(l, l->marks[0], l->now_us);
	l->now_us += MS(10);
	playout_pause(l->p);
	ck_assert_uint_eq(playout_take_back(l->p, l->now_us), 7);
	playout_resume(l->p);
	ck_assert_int_eq(pull(l), 1);
	UNIT_SAMPLE_EQ(l->f.s[FADE], 160 + FADE);
	for (int i = 0; i < 30; i++)
		(void)pull(l);
	for (int i = 0; i < l->n_marks; i++)
		mark_back(l, l->marks[i], l->now_us);
	ck_assert_int_eq(l->n, 4);
	ck_assert_int_eq(l->log[2].interrupted, 0);
	ck_assert_int_eq(l->log[2].spoken_us, MS(60));
	ck_assert_int_eq(l->log[3].interrupted, 0);
	ck_assert_int_eq(l->log[3].spoken_us, MS(300));
	line_free(l);
}
END_TEST

START_TEST(a_mark_corrects_what_time_guessed)
{
	struct line *l = line_new(1);
	uint32_t marks[8], n = 0;

	say_words(l, 1, "one two three");
	for (int i = 0; i < 25; i++) {
		(void)playout_pull(l->p, l->now_us, &l->f);
		marks[n] = playout_mark(l->p);
		n += marks[n] != 0;
	}
	/* the line was slow: 200 ms of sound took 450 ms to be played */
	mark_back(l, marks[1], l->now_us + MS(450));
	cut(l, 1, l->now_us + MS(460));
	ck_assert_str_eq(l->log[1].text, "one two");
	ck_assert_int_eq(l->log[1].spoken_us, MS(210));
	line_free(l);
}
END_TEST

START_TEST(ignores_marks_that_a_clear_sent_back)
{
	struct line *l = line_new(1);

	say(l, 1, 0, "one", 1, 500);
	for (int i = 0; i < 12; i++)
		(void)pull(l);
	cut(l, 1, l->now_us);
	say(l, 2, 0, "two", 1, 400);
	(void)pull(l); /* the tail of one */
	(void)pull(l);
	mark_back(l, l->marks[0], l->now_us);
	ck_assert_uint_eq(playout_heard_at(l->p, l->now_us - MS(20)) -
				  l->p->confirmed,
			  0);
	pull_ms(l, 380);
	ck_assert_int_eq(l->log[l->n - 1].what, 'f');
	line_free(l);
}
END_TEST

START_TEST(closes_an_utterance_when_the_next_begins)
{
	struct line *l = line_new(0);

	/* one is never closed; it was even heard before two comes */
	say(l, 1, 0, "one", 0, 60);
	pull_ms(l, 200);
	ck_assert_int_eq(l->n, 1);
	ck_assert_int_eq(playout_busy(l->p), 1);
	say(l, 2, 0, "two", 0, 60);
	say(l, 3, 0, "three", 1, 60);
	pull_ms(l, 300);
	ck_assert_int_eq(l->n, 6);
	ck_assert_str_eq(l->log[1].text, "one");
	ck_assert_int_eq(l->log[1].interrupted, 0);
	ck_assert_str_eq(l->log[5].text, "three");
	line_free(l);
}
END_TEST

START_TEST(refuses_what_makes_no_sense)
{
	struct line *l = line_new(0);
	struct playout *p = NULL;
	struct pcm *wide = NULL;

	ck_assert_int_eq(playout_new(&p, 44100, 0, &events, NULL), -EINVAL);
	alloc_fail_after(1);
	ck_assert_int_eq(playout_new(&p, HZ, 0, &events, NULL), -ENOMEM);
	alloc_fail_after(0);
	ck_assert_ptr_null(p);
	ck_assert_int_eq(playout_clause(l->p, 0, 0, "x", 1), -EINVAL);
	ck_assert_int_eq(playout_audio(l->p, 5, 0, sound(8, 1), 1), -ENOENT);
	ck_assert_int_eq(playout_clause(l->p, 5, 0, "x", 1), 0);
	ck_assert_int_eq(playout_clause(l->p, 5, 1, "y", 1), -EINVAL);
	ck_assert_int_eq(playout_clause(l->p, 4, 0, "x", 1), -EINVAL);
	ck_assert_int_eq(pcm_new(&wide, 16000, 320, 0), 0);
	ck_assert_int_eq(playout_audio(l->p, 5, 0, wide, 1), -EINVAL);
	ck_assert_int_eq(playout_audio(l->p, 5, 0, sound(8, 1), 1), -ENOENT);
	pull_ms(l, 60);
	ck_assert_int_eq(playout_clause(l->p, 5, 2, "z", 1), -EINVAL);
	playout_fail(l->p, 77, 0);
	playout_free(NULL);
	line_free(l);
}
END_TEST

START_TEST(holds_its_limits_and_one_more_is_refused)
{
	struct line *l = line_new(0);
	struct playout_stats st;

	for (uint32_t i = 0; i < LIMIT_PLAYOUT_ITEMS; i++)
		ck_assert_int_eq(playout_clause(l->p, 1, i, "x", 0), 0);
	ck_assert_int_eq(playout_clause(l->p, 1, 999, "x", 0), -EAGAIN);
	cut(l, 1, l->now_us);
	ck_assert_int_eq(playout_clause(l->p, 2, 0, "x", 1), 0);

	for (int i = 0; i < LIMIT_PLAYOUT_PIECES; i++)
		ck_assert_int_eq(playout_audio(l->p, 2, 0, sound(1, 1), 0), 0);
	ck_assert_int_eq(playout_audio(l->p, 2, 0, sound(1, 1), 0), -ENOSPC);
	playout_stats(l->p, &st);
	ck_assert_uint_eq(st.refused, 1);
	cut(l, 2, l->now_us);

	ck_assert_int_eq(playout_clause(l->p, 3, 0, "x", 1), 0);
	ck_assert_int_eq(
		playout_audio(l->p, 3, 0, sound(LIMIT_PLAYOUT_MS * 8, 1), 0),
		0);
	ck_assert_int_eq(playout_audio(l->p, 3, 0, sound(1, 1), 1), -ENOSPC);
	cut(l, 3, l->now_us);

	char *large = malloc(LIMIT_TEXT_BYTES);

	memset(large, 'x', LIMIT_TEXT_BYTES);
	large[LIMIT_TEXT_BYTES - 1] = '\0';
	ck_assert_int_eq(playout_clause(l->p, 4, 0, large, 0), 0);
	ck_assert_int_eq(playout_clause(l->p, 4, 1, large, 0), 0);
	ck_assert_int_eq(playout_clause(l->p, 4, 2, "", 0), -EAGAIN);
	free(large);
	line_free(l);
}
END_TEST

START_TEST(survives_running_out_of_memory)
{
	struct line *l = line_new(0);
	int refused = 0;

	for (uint32_t n = 1; n < 12; n++) {
		alloc_fail_after(n);

		const int a = playout_clause(l->p, n, 0, "some words", 1);
		struct pcm *p = NULL;
		int b = -ENOMEM;

		if (!a && !pcm_new(&p, HZ, 160, 0))
			b = playout_audio(l->p, n, 0, p, 1);
		playout_fail(l->p, n, 0);
		alloc_fail_after(0);
		refused += a == -ENOMEM || b == -ENOMEM;
		ck_assert(a == 0 || a == -ENOMEM);
		pull_ms(l, 100);
	}
	ck_assert_int_ge(refused, 3);
	ck_assert_int_eq(playout_busy(l->p), 0);
	line_free(l);
}
END_TEST

START_TEST(may_be_cut_while_it_is_told)
{
	struct line *l = line_new(1);

	say(l, 1, 0, "one", 1, 60);
	say(l, 2, 0, "two", 1, 500);
	pull_ms(l, 200);
	l->cut_in_said = 2;
	mark_back(l, l->marks[1], l->now_us);
	/* 1, and because of it 2; then a new one was queued */
	ck_assert_int_eq(l->n, 4);
	ck_assert_uint_eq(l->log[2].id, 1);
	ck_assert_uint_eq(l->log[3].id, 2);
	ck_assert_int_eq(l->log[3].interrupted, 1);
	ck_assert_int_eq(playout_audio(l->p, 3, 0, sound(160, 1000), 1), 0);
	pull_ms(l, 2000);
	ck_assert_str_eq(l->log[l->n - 1].text, "again");
	ck_assert_int_eq(playout_busy(l->p), 0);
	line_free(l);
}
END_TEST

START_TEST(gives_memory_back_when_it_has_told)
{
	struct line *l = line_new(0);

	say(l, 1, 0, "one", 1, 500);
	for (int i = 0; i < 30; i++, l->now_us += FRAME_US)
		(void)playout_pull(l->p, l->now_us, &l->f);
	ck_assert_int_eq(playout_busy(l->p), 0);
	playout_sweep(l->p);
	ck_assert_uint_gt(l->p->held_samples, 0);
	tell(l);
	ck_assert_str_eq(l->log[1].text, "one");
	ck_assert_uint_eq(l->p->held_samples, 0);
	ck_assert_uint_eq(l->p->pieces, 0);
	ck_assert_uint_eq(l->p->text_bytes, 0);
	line_free(l);
}
END_TEST

START_TEST(tells_each_of_several_that_end_at_once)
{
	struct line *l = line_new(1);
	struct playout_said said;
	char text[8];

	for (uint32_t utt = 1; utt <= 40; utt++) {
		(void)snprintf(text, sizeof(text), "u%u", utt);
		say(l, utt, 0, text, 1, 20);
		(void)playout_pull(l->p, l->now_us, &l->f);
		(void)playout_mark(l->p);
		l->now_us += FRAME_US;
	}
	/* one mark confirms them all, on the tick: without memory */
	alloc_fail_after(1);
	playout_marked(l->p, l->p->next_mark - 1, l->now_us);
	alloc_fail_after(0);
	for (uint32_t utt = 1; utt <= 40; utt++) {
		(void)snprintf(text, sizeof(text), "u%u", utt);
		ck_assert_int_eq(playout_said(l->p, &said), 1);
		ck_assert_uint_eq(said.utt, utt);
		ck_assert_str_eq(said.text, text);
		ck_assert_int_eq(said.interrupted, 0);
		ck_assert_int_eq(said.spoken_us, MS(20));
		mem_free(said.text);
	}
	ck_assert_int_eq(playout_said(l->p, &said), 0);
	line_free(l);
}
END_TEST

START_TEST(tells_without_words_when_there_is_no_memory)
{
	struct line *l = line_new(0);
	struct playout_said said;

	say(l, 1, 0, "one", 1, 20);
	(void)playout_pull(l->p, l->now_us, &l->f);
	playout_cut(l->p, 1, l->now_us + MS(20));
	alloc_fail_after(1);
	ck_assert_int_eq(playout_said(l->p, &said), 1);
	alloc_fail_after(0);
	ck_assert_ptr_null(said.text);
	ck_assert_uint_eq(said.utt, 1);
	ck_assert_int_eq(playout_said(l->p, &said), 0);
	line_free(l);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("playout");
	TCase *t = tcase_create("playout");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, is_silent_and_idle_when_new);
	tcase_add_test(t, plays_clauses_without_a_gap_and_says_what_was_heard);
	tcase_add_test(t, takes_streamed_pieces_and_counts_a_late_one);
	tcase_add_test(t, skips_a_clause_that_cannot_be_rendered);
	tcase_add_test(t, gives_a_clause_up_whose_audio_never_comes);
	tcase_add_loop_test(t, knows_to_the_word_what_was_heard_before_a_cut,
			    0, 2 * sizeof(cuts) / sizeof(cuts[0]));
	tcase_add_test(t, fades_a_cut_and_never_sounds_after_it);
	tcase_add_test(t, cuts_up_to_an_utterance_and_no_further);
	tcase_add_test(t, pauses_and_goes_on_at_the_sample);
	tcase_add_test(t,
		       a_pause_taken_back_before_the_next_frame_is_not_heard);
	tcase_add_test(t, a_cut_ends_a_pause);
	tcase_add_test(t, marks_every_200_ms_and_at_the_end_of_a_clause);
	tcase_add_test(t, waits_for_marks_before_it_tells);
	tcase_add_test(t, does_not_wait_for_ever_for_a_mark);
	tcase_add_test(t, counts_sound_sent_ahead_as_heard_only_when_played);
	tcase_add_test(t, takes_back_what_was_not_played_and_goes_on_there);
	tcase_add_test(t, what_was_taken_back_and_cut_was_not_heard);
	tcase_add_test(t, takes_back_over_the_edge_of_utterances);
	tcase_add_test(t, a_mark_corrects_what_time_guessed);
	tcase_add_test(t, ignores_marks_that_a_clear_sent_back);
	tcase_add_test(t, closes_an_utterance_when_the_next_begins);
	tcase_add_test(t, refuses_what_makes_no_sense);
	tcase_add_test(t, holds_its_limits_and_one_more_is_refused);
	tcase_add_test(t, survives_running_out_of_memory);
	tcase_add_test(t, may_be_cut_while_it_is_told);
	tcase_add_test(t, gives_memory_back_when_it_has_told);
	tcase_add_test(t, tells_each_of_several_that_end_at_once);
	tcase_add_test(t, tells_without_words_when_there_is_no_memory);
	suite_add_tcase(s, t);

	SRunner *r = srunner_create(s);

	srunner_run_all(r, CK_NORMAL);

	const int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
