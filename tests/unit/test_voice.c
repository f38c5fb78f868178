/**
 * @file test_voice.c  The filters follow the speaker's pitch
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <math.h>
#include <string.h>

#include "audio/level.h"
#include "provider/mel.h"
#include "provider/voice.h"
#include "unit/kit_flite.h"
#include "unit/unit.h"

enum { SLT, RMS, AWB, KAL16 };

static const char says[] = "I would like a table for four people, please.";

static struct voice heard(int who, uint32_t hz, float snr_db)
{
	struct kit_speech s = kit_speak(who, says, hz);
	struct level_noise z;
	struct voice v = {0};

	level_noise_init(&z, 7);
	if (snr_db > 0)
		level_noise_at_snr(&z, s.s, s.n, hz, snr_db);
	voice_hear(&v, s.s, s.n, hz);
	kit_speech_done(&s);
	return v;
}

START_TEST(a_woman_has_a_shorter_tract_than_a_man)
{
	static const uint32_t rates[] = {8000, 16000};
	static const float snr_db[] = {0, 20};

	for (size_t r = 0; r < 2; r++) {
		for (size_t k = 0; k < 2; k++) {
			struct voice v = heard(SLT, rates[r], snr_db[k]);

			ck_assert_float_ge(voice_pitch_hz(&v), 150);
			ck_assert_float_le(voice_pitch_hz(&v), 220);
			ck_assert_float_gt(voice_warp(&v), 1.1f);
			for (int man = RMS; man <= KAL16; man++) {
				v = heard(man, rates[r], snr_db[k]);
				ck_assert_float_ge(voice_pitch_hz(&v), 75);
				ck_assert_float_le(voice_pitch_hz(&v), 140);
				ck_assert_float_eq(voice_warp(&v), 1);
			}
		}
	}
}
END_TEST

START_TEST(nothing_is_known_of_silence_and_of_hiss)
{
	int16_t sound[16000] = {0};
	struct level_noise z;
	struct voice v = {0};

	voice_hear(&v, sound, 16000, 8000);
	ck_assert_float_eq(voice_warp(&v), 1);
	level_noise_init(&z, 3);
	level_noise_add(&z, sound, 16000, -20);
	voice_hear(&v, sound, 16000, 8000);
	ck_assert_float_eq(voice_pitch_hz(&v), 0);
	ck_assert_float_eq(voice_warp(&v), 1);
}
END_TEST

START_TEST(an_odd_rest_of_a_frame_is_left_out)
{
	const int16_t sound[7] = {1, 2, 3};
	struct voice v = {0};

	voice_hear(&v, sound, 7, 8000);
	ck_assert_uint_eq(v.frames, 0);
}
END_TEST

/** Band of a tone, by the level. */
static unsigned loudest(float warp, float hz)
{
	static struct mel m;
	float out[8][MEL_BANDS];
	int16_t s[800];
	unsigned best = 0;
	size_t used;

	for (int i = 0; i < 800; i++)
		s[i] = (int16_t)(8000 *
				 sinf(6.2831853f * hz * (float)i / 8000));
	ck_assert_int_eq(mel_init(&m, 8000, warp), 0);
	ck_assert_uint_gt(mel_run(&m, s, 800, &used, out, 8), 0);
	for (unsigned b = 1; b < m.bands; b++)
		if (out[3][b] > out[3][best])
			best = b;
	return best;
}

START_TEST(warped_filters_find_the_same_band_higher)
{
	static struct mel m;

	for (unsigned b = 4; b < 18; b += 3) {
		const float hz = mel_band_hz(b);

		ck_assert_uint_eq(loudest(1, hz), b);
		ck_assert_uint_eq(loudest(1.15f, 1.15f * hz), b);
	}
	ck_assert_int_eq(mel_init(&m, 8000, 1), 0);
	ck_assert_uint_eq(m.bands, 20);
	ck_assert_int_eq(mel_init(&m, 8000, 1.2f), 0);
	ck_assert_uint_lt(m.bands, 20);
	ck_assert_int_eq(mel_init(&m, 16000, 1.2f), 0);
	ck_assert_uint_eq(m.bands, MEL_BANDS);
	ck_assert_int_lt(mel_init(&m, 8000, 2), 0);
	ck_assert_int_lt(mel_init(&m, 8000, NAN), 0);
}
END_TEST

UNIT_MAIN("voice", a_woman_has_a_shorter_tract_than_a_man,
	  nothing_is_known_of_silence_and_of_hiss,
	  an_odd_rest_of_a_frame_is_left_out,
	  warped_filters_find_the_same_band_higher)
