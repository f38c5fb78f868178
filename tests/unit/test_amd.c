/**
 * @file test_amd.c  Who has answered, by length, words and beep
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "audio/tone.h"
#include "speech/amd.h"
#include "unit/kit_sound.h"
#include "unit/unit.h"

enum { HZ = 8000, N = 160 };

static struct amd a;
static int64_t decided_ms, speak_ms, now_ms;

static void begin(void)
{
	amd_init(&a, &amd_usual, HZ);
	decided_ms = speak_ms = -1;
	now_ms = 0;
}

static void note(enum amd_event e)
{
	if (e == AMD_DECIDED) {
		ck_assert_int_eq(decided_ms, -1);
		decided_ms = now_ms;
	} else if (e == AMD_SPEAK) {
		ck_assert_int_eq(speak_ms, -1);
		speak_ms = now_ms;
	}
}

/** So long of a voice (or of nothing). */
static void hear(int ms, float speech)
{
	struct aframe f = {.hz = HZ, .samples = N};
	struct level_noise z;

	level_noise_init(&z, 1);
	level_noise_add(&z, f.s, N, speech > 0.5F ? -20 : -60);
	for (int t = 0; t < ms; t += 20) {
		now_ms += 20;
		note(amd_frame(&a, &f, speech));
	}
}

static void hear_tone(int ms, double tone_hz)
{
	static int16_t s[HZ * 4];

	memset(s, 0, sizeof(s));
	kit_sine(s, (size_t)ms * 8, tone_hz, HZ, -18);
	for (size_t at = 0; at < (size_t)(ms + 100) * 8; at += N) {
		struct aframe f = {.hz = HZ, .samples = N};

		memcpy(f.s, s + at, sizeof(*s) * N);
		now_ms += 20;
		note(amd_frame(&a, &f, 0));
	}
}

/* Voice and silence in turn [ms], until 0; who it was, decided by. */
static const struct {
	int ms[10];
	enum amd_class class;
	int64_t by_ms;
} greetings[] = {
	/* "Hello?" */
	{{300, 500, 20000}, AMD_HUMAN, 1320},
	{{20, 1100, 20000}, AMD_HUMAN, 1640},
	/* clicks on the line are no greeting */
	{{400, 40, 300, 600, 20000}, AMD_HUMAN, 1860},
	/* "Hi, this is Simon." */
	{{500, 1800, 20000}, AMD_HUMAN, 3320},
	/* the same, but it goes on: a machine */
	{{500, 1800, 700, 3000, 20000}, AMD_MACHINE, 7520},
	{{300, 6000, 20000}, AMD_MACHINE, 7820},
	{{300, 2600, 600, 4000, 20000}, AMD_MACHINE, 9020},
	/* music, or a person who tells a story */
	{{300, 40000}, AMD_MACHINE, 20000},
	{{30000}, AMD_UNKNOWN, 10000},
};

START_TEST(tells_people_from_machines_by_their_greeting)
{
	for (size_t i = 0; i < sizeof(greetings) / sizeof(greetings[0]); i++) {
		begin();
		for (int k = 0; k < 10 && greetings[i].ms[k]; k++)
			hear(greetings[i].ms[k], k % 2 ? 0.9F : 0.0F);
		ck_assert_msg(a.class == greetings[i].class, "%zu: %s, %s", i,
			      amd_class_name(a.class), a.why);
		ck_assert_int_ge(decided_ms, 0);
		ck_assert_int_le(decided_ms, greetings[i].by_ms);
	}
}
END_TEST

static const struct {
	const char *text;
	enum amd_class class;
} texts[] = {
	{"hi you've reached simon please leave a message", AMD_MACHINE},
	{"leave me a short message and i will", AMD_MACHINE},
	{"record at the tone", AMD_MACHINE},
	{"your call has been forwarded to an automated voice messaging system",
	 AMD_MACHINE},
	{"for sales press one", AMD_IVR},
	{"please press number one to", AMD_IVR},
	{"hi if you record your name and reason for calling i'll see",
	 AMD_SCREENING},
	{"go ahead and say your name and why you're calling", AMD_SCREENING},
	{"i'll see if this person is available", AMD_SCREENING},
	{"the number you have dialed is not in service", AMD_UNAVAILABLE},
	{"your call cannot be completed as dialed", AMD_UNAVAILABLE},
	{"hello this is simon", AMD_UNDECIDED},
	{"may i ask who is calling", AMD_UNDECIDED},
	{"i was about to leave the house", AMD_UNDECIDED},
	{"i left my message on the table", AMD_UNDECIDED},
	{"", AMD_UNDECIDED},
};

START_TEST(knows_what_machines_say)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		begin();
		note(amd_words(&a, texts[i].text));
		ck_assert_msg(a.class == texts[i].class, "%s: %s",
			      texts[i].text, amd_class_name(a.class));
		ck_assert_int_eq(decided_ms >= 0,
				 texts[i].class != AMD_UNDECIDED);
	}
}
END_TEST

START_TEST(who_asks_who_is_calling_may_be_a_person)
{
	begin();
	hear(300, 0);
	hear(1100, 0.9F);
	note(amd_words(&a, "may i ask who is calling"));
	hear(3000, 0);
	ck_assert_int_eq(a.class, AMD_HUMAN);
	begin();
	hear(4000, 0.9F);
	note(amd_words(&a, "the person you have called wants to know who is "
			   "calling"));
	hear(3000, 0);
	ck_assert_int_eq(a.class, AMD_SCREENING);
}
END_TEST

START_TEST(an_office_greets_at_length_with_words_of_people)
{
	begin();
	hear(300, 0);
	hear(3200, 0.9F);
	note(amd_words(&a, "good morning acme dental julia speaking"));
	hear(3000, 0);
	ck_assert_int_eq(a.class, AMD_HUMAN);
	/* so many words are read from something */
	begin();
	hear(3200, 0.9F);
	note(amd_words(&a, "welcome to acme dental where your smile is what "
			   "we care for most"));
	hear(3000, 0);
	ck_assert_int_eq(a.class, AMD_MACHINE);
}
END_TEST

START_TEST(speaks_after_the_beep)
{
	begin();
	hear(300, 0);
	hear(4000, 0.9F);
	note(amd_words(&a, "please leave a message after the tone"));
	ck_assert_int_eq(a.class, AMD_MACHINE);
	hear(1000, 0);
	hear(1500, 0.9F);
	hear(600, 0);
	ck_assert_int_eq(speak_ms, -1);
	hear_tone(400, 1000);
	ck_assert_int_gt(speak_ms, 0);
	ck_assert_int_le(now_ms - speak_ms, 80);
	/* once */
	hear_tone(400, 1000);
	hear(9000, 0);
}
END_TEST

START_TEST(a_beep_alone_is_a_machine)
{
	begin();
	hear(300, 0);
	hear(2000, 0.9F);
	hear(200, 0);
	hear_tone(500, 440);
	ck_assert_int_eq(a.class, AMD_MACHINE);
	ck_assert_str_eq(a.why, "a beep");
	ck_assert_int_gt(speak_ms, 0);
}
END_TEST

START_TEST(a_machine_without_a_beep_is_spoken_to_in_the_end)
{
	begin();
	hear(7000, 0.9F);
	hear(1600, 0);
	ck_assert_int_eq(a.class, AMD_MACHINE);
	ck_assert_int_eq(speak_ms, -1);
	hear(2600, 0);
	ck_assert_int_gt(speak_ms, 0);
}
END_TEST

START_TEST(never_speaks_after_the_beep_of_a_person)
{
	begin();
	hear(600, 0.9F);
	hear(1000, 0);
	ck_assert_int_eq(a.class, AMD_HUMAN);
	hear_tone(500, 1000);
	hear(9000, 0);
	ck_assert_int_eq(speak_ms, -1);
	ck_assert_int_eq(a.class, AMD_HUMAN);
}
END_TEST

/* ---- the beep alone ------------------------------------------------------
 */

static int beeps_in(const int16_t *s, size_t n)
{
	struct beep b;
	int found = 0;

	beep_init(&b, HZ);
	for (size_t at = 0; at + N <= n; at += N)
		found += beep_frame(&b, s + at, N);
	return found;
}

static int16_t line[HZ * 6];

START_TEST(hears_beeps_of_all_sizes)
{
	static const double hz[] = {400, 425, 440, 700, 1000, 1400, 2000};
	static const int ms[] = {120, 200, 500, 1000, 1450};
	static const double level[] = {-38, -20, -6};
	struct level_noise z;

	level_noise_init(&z, 2);
	for (int i = 0; i < 7 * 5 * 3; i++) {
		const double db = level[i / 35];

		memset(line, 0, sizeof(line));
		kit_sine(line + 1600 + i * 7, (size_t)ms[i / 7 % 5] * 8,
			 hz[i % 7], HZ, db);
		level_noise_add(&z, line, sizeof(line) / 2, (float)db - 15);
		ck_assert_msg(beeps_in(line, sizeof(line) / 2) == 1,
			      "%g Hz, %d ms, %g dB", hz[i % 7], ms[i / 7 % 5],
			      db);
	}
}
END_TEST

START_TEST(takes_no_other_sound_for_a_beep)
{
	struct tone_dtmf keys;
	struct level_noise z;

	/* keys, long tones, short ones, ringing of two tones, noise */
	ck_assert_int_eq(tone_dtmf_init(&keys, "123456", HZ, 300, 200), 0);
	tone_dtmf_run(&keys, line, HZ * 3);
	ck_assert_int_eq(beeps_in(line, HZ * 4), 0);
	memset(line, 0, sizeof(line));
	kit_sine(line, HZ * 2, 425, HZ, -20);
	ck_assert_int_eq(beeps_in(line, HZ * 3), 0);
	memset(line, 0, sizeof(line));
	kit_sine(line + 800, 500, 1000, HZ, -20);
	ck_assert_int_eq(beeps_in(line, HZ * 3), 0);
	memset(line, 0, sizeof(line));
	kit_sine(line, HZ, 440, HZ, -20);
	kit_sine(line, HZ, 480, HZ, -20);
	ck_assert_int_eq(beeps_in(line, HZ * 3), 0);
	memset(line, 0, sizeof(line));
	level_noise_init(&z, 6);
	level_noise_add(&z, line, HZ * 6, -20);
	ck_assert_int_eq(beeps_in(line, HZ * 6), 0);
	/* a tone that glides is a whistle */
	for (int i = 0; i < HZ * 2; i++)
		line[i] = (int16_t)(8000 * sin(2 * KIT_PI * i *
					       (600 + i * 0.02) / HZ));
	memset(line + HZ * 2, 0, HZ * 2);
	ck_assert_int_eq(beeps_in(line, HZ * 4), 0);
}
END_TEST

UNIT_MAIN("amd", tells_people_from_machines_by_their_greeting,
	  knows_what_machines_say, who_asks_who_is_calling_may_be_a_person,
	  an_office_greets_at_length_with_words_of_people,
	  speaks_after_the_beep, a_beep_alone_is_a_machine,
	  a_machine_without_a_beep_is_spoken_to_in_the_end,
	  never_speaks_after_the_beep_of_a_person, hears_beeps_of_all_sizes,
	  takes_no_other_sound_for_a_beep)
