/**
 * @file test_ear.c  The far end's buffer, marks, and voice by ear
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "ctl/ear.h"
#include "unit/unit.h"

static struct ear *e;
static char marks[256];

static void on_mark(void *arg, const char *name)
{
	ck_assert_ptr_eq(arg, marks);
	(void)snprintf(marks + strlen(marks), sizeof(marks) - strlen(marks),
		       "%s ", name);
}

static void begin(void)
{
	marks[0] = '\0';
	ck_assert_int_eq(ear_new(&e, on_mark, marks), 0);
}

static void push(int frames, double amplitude)
{
	int16_t s[EAR_FRAME];

	for (int i = 0; i < EAR_FRAME; i++)
		s[i] = (int16_t)(amplitude * sin(i * 0.5));
	for (int i = 0; i < frames; i++)
		ck_assert_int_eq(ear_push(e, s, EAR_FRAME), 0);
}

static void tick(int n)
{
	while (n-- > 0)
		ear_tick(e, NULL);
}

START_TEST(plays_in_order_and_silence_when_dry)
{
	int16_t s[EAR_FRAME + 40], out[EAR_FRAME];

	begin();
	for (int i = 0; i < EAR_FRAME + 40; i++)
		s[i] = (int16_t)i;
	ck_assert_int_eq(ear_push(e, s, EAR_FRAME + 40), 0);
	ear_tick(e, out);
	ck_assert_mem_eq(out, s, sizeof(out));
	ck_assert_uint_eq(ear_waiting(e), 40);
	ear_tick(e, out);
	ck_assert_int_eq(out[39], EAR_FRAME + 39);
	ck_assert_int_eq(out[40], 0);
	ck_assert_uint_eq(ear_waiting(e), 0);
	ear_tick(e, out);
	ck_assert_int_eq(out[0], 0);
	e = ear_free(e);
}
END_TEST

START_TEST(sends_marks_back_when_their_audio_has_played)
{
	begin();
	ck_assert_int_eq(ear_mark(e, "now"), 0);
	ck_assert_str_eq(marks, "now ");
	push(2, 1000);
	ck_assert_int_eq(ear_mark(e, "a"), 0);
	push(1, 1000);
	ck_assert_int_eq(ear_mark(e, "b"), 0);
	tick(1);
	ck_assert_str_eq(marks, "now ");
	tick(1);
	ck_assert_str_eq(marks, "now a ");
	tick(1);
	ck_assert_str_eq(marks, "now a b ");
	e = ear_free(e);
}
END_TEST

START_TEST(clear_empties_the_queue_and_returns_every_mark)
{
	begin();
	push(10, 1000);
	ck_assert_int_eq(ear_mark(e, "a"), 0);
	push(10, 1000);
	ck_assert_int_eq(ear_mark(e, "b"), 0);
	tick(3);
	ear_clear(e);
	ck_assert_str_eq(marks, "a b ");
	ck_assert_uint_eq(ear_waiting(e), 0);
	push(1, 1000);
	ck_assert_uint_eq(ear_waiting(e), EAR_FRAME);
	e = ear_free(e);
}
END_TEST

START_TEST(hears_a_voice_begin_and_end)
{
	begin();
	push(1, 8000);
	tick(1);
	ck_assert_int_eq(ear_hears_voice(e), 0);
	push(1, 8000);
	tick(1);
	ck_assert_int_ne(ear_hears_voice(e), 0);
	/* dry: 240 ms end it */
	tick(11);
	ck_assert_int_ne(ear_hears_voice(e), 0);
	tick(1);
	ck_assert_int_eq(ear_hears_voice(e), 0);
	ck_assert_uint_eq(ear_voice_frames(e), 2);
	e = ear_free(e);
}
END_TEST

START_TEST(bridges_a_pause_while_more_is_queued)
{
	begin();
	push(5, 8000);
	push(35, 0);
	push(5, 8000);
	tick(40);
	ck_assert_int_ne(ear_hears_voice(e), 0);
	tick(5);
	ck_assert_int_ne(ear_hears_voice(e), 0);
	push(60, 0);
	tick(40);
	ck_assert_int_eq(ear_hears_voice(e), 0);
	e = ear_free(e);
}
END_TEST

START_TEST(does_not_take_faint_noise_for_a_voice)
{
	begin();
	push(50, 80);
	tick(50);
	ck_assert_uint_eq(ear_voice_frames(e), 0);
	e = ear_free(e);
}
END_TEST

START_TEST(holds_its_limits_and_not_one_more)
{
	char name[EAR_MARK_BYTES + 1];
	int16_t s[EAR_FRAME] = {0};

	begin();
	for (int i = 0; i < EAR_QUEUE / EAR_FRAME; i++)
		ck_assert_int_eq(ear_push(e, s, EAR_FRAME), 0);
	ck_assert_int_eq(ear_push(e, s, 1), -EMSGSIZE);
	for (int i = 0; i < EAR_MARKS; i++)
		ck_assert_int_eq(ear_mark(e, "m"), 0);
	ck_assert_int_eq(ear_mark(e, "m"), -EMSGSIZE);
	ear_clear(e);
	memset(name, 'n', sizeof(name));
	name[EAR_MARK_BYTES] = '\0';
	ck_assert_int_eq(ear_mark(e, name), -EMSGSIZE);
	e = ear_free(e);
}
END_TEST

UNIT_MAIN("ear", plays_in_order_and_silence_when_dry,
	  sends_marks_back_when_their_audio_has_played,
	  clear_empties_the_queue_and_returns_every_mark,
	  hears_a_voice_begin_and_end, bridges_a_pause_while_more_is_queued,
	  does_not_take_faint_noise_for_a_voice,
	  holds_its_limits_and_not_one_more)
