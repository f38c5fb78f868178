/**
 * @file test_recorder.c  Recordings hold both sides to the sample
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audio/wav.h"
#include "base/clock.h"
#include "base/limits.h"
#include "journal/writer.h"
#include "media/recorder.h"
#include "unit/tempdir.h"
#include "unit/unit.h"

/* A sample that says which side, period and place it is from. */
static int16_t sample_of(int side, uint32_t period, uint32_t i)
{
	return (int16_t)((side ? -1 : 1) *
			 (int)(1 + (period * 331 + i * 7) % 32000));
}

static const struct aframe *frame_of(struct aframe *f, int side, uint32_t hz,
				     uint32_t period)
{
	*f = (struct aframe){.hz = hz, .samples = hz / 50};
	for (uint32_t i = 0; i < f->samples; i++)
		f->s[i] = sample_of(side, period, i);
	return f;
}

static int16_t sample_at(const unsigned char *p)
{
	return (int16_t)(uint16_t)(p[0] | p[1] << 8);
}

/* Which sides of a period are silent. */
static int caller_silent(uint32_t period)
{
	return period % 7 == 3 || period == 0;
}

static int agent_silent(uint32_t period)
{
	return period % 5 == 2 || period > 90;
}

START_TEST(holds_every_sample_of_both_sides_in_its_place)
{
	enum { PERIODS = 100 };
	static const uint32_t rates[] = {8000, 16000};

	for (size_t k = 0; k < 2; k++) {
		uint32_t hz = rates[k], n = hz / 50;
		struct writer *w = NULL;
		struct recorder *r = NULL;
		struct wav_info info;
		struct aframe a, b;
		unsigned char *wav = NULL;
		char why[WAV_WHY_BYTES];
		size_t len;

		ck_assert_int_eq(writer_new(&w), 0);
		ck_assert_int_eq(
			recorder_open(&r, w, tempdir_path("r.wav"), hz), 0);
		for (uint32_t p = 0; p < PERIODS; p++)
			recorder_put(r,
				     caller_silent(p) ? NULL
						      : frame_of(&a, 0, hz, p),
				     agent_silent(p) ? NULL
						     : frame_of(&b, 1, hz, p));
		ck_assert_uint_eq(recorder_dropped(r), 0);
		ck_assert_ptr_null(recorder_close(r));
		writer_free(w);

		len = tempdir_read("r.wav", &wav);
		ck_assert_int_eq(wav_parse(&info, wav, len, why), 0);
		ck_assert_uint_eq(info.hz, hz);
		ck_assert_uint_eq(info.channels, 2);
		ck_assert_uint_eq(info.format, 1);
		ck_assert_uint_eq(info.samples, PERIODS * n);
		ck_assert_uint_eq(len, info.data_at + (size_t)4 * PERIODS * n);
		for (uint32_t i = 0; i < PERIODS * n; i++) {
			const unsigned char *s =
				wav + info.data_at + (size_t)4 * i;
			uint32_t p = i / n;

			ck_assert_int_eq(
				sample_at(s),
				caller_silent(p) ? 0 : sample_of(0, p, i % n));
			ck_assert_int_eq(
				sample_at(s + 2),
				agent_silent(p) ? 0 : sample_of(1, p, i % n));
		}
		free(wav);
	}
}
END_TEST

START_TEST(can_be_read_while_it_grows)
{
	struct writer *w = NULL;
	struct recorder *r = NULL;
	struct wav_info info = {0};
	struct aframe a;
	int64_t until_us = clock_now_us() + 10 * US_PER_S;
	char why[WAV_WHY_BYTES];
	unsigned char *wav;
	uint32_t period = 0;

	ck_assert_int_eq(writer_new(&w), 0);
	ck_assert_int_eq(recorder_open(&r, w, tempdir_path("g.wav"), 8000), 0);
	while (info.samples < 1600) {
		size_t len;
		struct writer_stats st;

		ck_assert_int_lt(clock_now_us(), until_us);
		recorder_put(r, frame_of(&a, 0, 8000, period++), NULL);
		do {
			(void)sched_yield();
			writer_stats(w, &st);
		} while (st.bytes < 44 + 640 * (uint64_t)period);
		len = tempdir_read("g.wav", &wav);
		ck_assert_msg(wav_parse(&info, wav, len, why) == 0, "%s", why);
		free(wav);
	}
	recorder_close(r);
	writer_free(w);
}
END_TEST

START_TEST(fills_what_was_dropped_with_silence_of_its_length)
{
	enum { FIRST = LIMIT_RECORDER_RING_BYTES / 640 + 50 };
	struct writer *w = NULL;
	struct recorder *r = NULL;
	struct aframe a, b;
	struct wav_info info;
	struct writer_stats st;
	unsigned char *wav = NULL;
	char why[WAV_WHY_BYTES];
	uint32_t periods = 0, silent = 0;
	uint64_t dropped;
	size_t len;

	ck_assert_int_eq(writer_new(&w), 0);
	ck_assert_int_eq(recorder_open(&r, w, tempdir_path("d.wav"), 8000), 0);
	/* More than the ring holds, faster than it is looked after. */
	do {
		recorder_put(r, frame_of(&a, 0, 8000, periods),
			     frame_of(&b, 1, 8000, periods));
		periods++;
	} while (recorder_dropped(r) < 20);
	ck_assert_uint_gt(periods, FIRST - 50);
	/* Then at a pace that the writer keeps up with, until sound is
	 * recorded again and the ring holds everything. */
	do {
		dropped = recorder_dropped(r);
		do {
			(void)sched_yield();
			writer_stats(w, &st);
		} while (st.bytes < 44 + 640 * (uint64_t)(periods - dropped));
		for (int i = 0; i < 4; i++) {
			recorder_put(r, frame_of(&a, 0, 8000, periods),
				     frame_of(&b, 1, 8000, periods));
			periods++;
		}
	} while (recorder_dropped(r) != dropped);
	dropped = recorder_dropped(r);
	recorder_close(r);
	writer_free(w);

	len = tempdir_read("d.wav", &wav);
	ck_assert_msg(wav_parse(&info, wav, len, why) == 0, "%s", why);
	ck_assert_uint_eq(info.samples, periods * 160);
	for (uint32_t p = 0; p < periods; p++) {
		const unsigned char *s = wav + info.data_at + (size_t)640 * p;
		int quiet = sample_at(s) == 0;

		silent += (uint32_t)quiet;
		for (uint32_t i = 0; i < 160; i++) {
			ck_assert_int_eq(sample_at(s + 4 * (size_t)i),
					 quiet ? 0 : sample_of(0, p, i));
			ck_assert_int_eq(sample_at(s + 4 * (size_t)i + 2),
					 quiet ? 0 : sample_of(1, p, i));
		}
	}
	ck_assert_uint_eq(silent, dropped);
	free(wav);
}
END_TEST

START_TEST(takes_frames_of_another_rate_for_silence)
{
	struct writer *w = NULL;
	struct recorder *r = NULL;
	struct aframe a;
	unsigned char *wav = NULL;

	ck_assert_int_eq(writer_new(&w), 0);
	ck_assert_int_eq(recorder_open(&r, w, tempdir_path("x.wav"), 44100),
			 -EINVAL);
	ck_assert_ptr_null(r);
	ck_assert_int_eq(recorder_open(&r, w, tempdir_path("x.wav"), 8000), 0);
	recorder_put(r, frame_of(&a, 0, 16000, 1), frame_of(&a, 0, 16000, 1));
	recorder_close(r);
	ck_assert_ptr_null(recorder_close(NULL));
	writer_free(w);
	ck_assert_uint_eq(tempdir_read("x.wav", &wav), 44 + 640);
	for (size_t i = 44; i < 44 + 640; i++)
		ck_assert_int_eq(wav[i], 0);
	free(wav);
}
END_TEST

START_TEST(what_is_not_wanted_is_gone_with_its_file)
{
	struct writer *w = NULL;
	struct recorder *r = NULL;
	struct aframe f;

	ck_assert_int_eq(writer_new(&w), 0);
	ck_assert_int_eq(recorder_open(&r, w, tempdir_path("gone.wav"), 8000),
			 0);
	for (uint32_t p = 0; p < 50; p++)
		recorder_put(r, frame_of(&f, 0, 8000, p), NULL);
	ck_assert_ptr_null(recorder_discard(r));
	ck_assert_ptr_null(recorder_discard(NULL));
	writer_free(w);
	ck_assert_int_lt(access(tempdir_path("gone.wav"), F_OK), 0);
}
END_TEST

UNIT_MAIN("recorder", holds_every_sample_of_both_sides_in_its_place,
	  can_be_read_while_it_grows,
	  fills_what_was_dropped_with_silence_of_its_length,
	  takes_frames_of_another_rate_for_silence,
	  what_is_not_wanted_is_gone_with_its_file)
