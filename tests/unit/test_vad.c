/**
 * @file test_vad.c  What is speech: real voices against everything else
 *
 * With TEST_VAD_PRINT set, prints the rates that it measures.
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/codec.h"
#include "audio/tone.h"
#include "speech/vad.h"
#include "unit/kit_flite.h"
#include "unit/kit_sound.h"

#define SPEECH 0.5f
#define CLEAN  100.0f

static const char *const texts[] = {
	"I would like a table for five people, please.",
	"Six, seven, three, four, nine, oh, two.",
	"Yes.",
	"My name is Simon Fisher, and I am calling about the parking.",
	"No, I said Friday at half past eight.",
};
enum { N_TEXTS = sizeof(texts) / sizeof(texts[0]) };

/** Counted over many sentences. */
struct rates {
	uint32_t speech, missed; /* frames */
	uint32_t silence, false_on;
	uint32_t longest_miss;
	uint32_t unheard; /* sentences */
	uint32_t onset;   /* frames from first audible to heard */
	uint32_t sentences;
};

static void as_on_the_telephone(int16_t *s, size_t n)
{
	const struct codec_ops *c = codec_find("pcmu");
	uint8_t code[160];

	for (size_t at = 0; at + 160 <= n; at += 160) {
		(void)c->encode(NULL, s + at, 160, code, 160);
		(void)c->decode(NULL, code, 160, s + at, 160);
	}
}

enum { SILENT, SOFT, SPOKEN };

/** Which frames are speech, by the clean recording: within 25 dB of its level
 *  and audible over the noise. What is softer counts neither way. */
static void find_truth(const int16_t *s, size_t frames, uint32_t hz,
		       float level_db, float snr_db, unsigned char *truth)
{
	const float silent_db = level_db - 35;
	const float audible_db = level_db - snr_db + 3;
	const float gate_db = fmaxf(level_db - 25, audible_db);

	for (size_t i = 0; i < frames; i++) {
		const float db = level_dbfs(s + i * hz / 50, hz / 50);

		truth[i] = db > gate_db     ? SPOKEN
			   : db > silent_db ? SOFT
					    : SILENT;
	}
}

static int is_near(const unsigned char *truth, size_t frames, size_t i)
{
	for (size_t k = i > 5 ? i - 5 : 0; k <= i + 2 && k < frames; k++)
		if (truth[k] != SILENT)
			return 1;
	return 0;
}

static void compare(struct rates *r, struct vad *v, const int16_t *s,
		    size_t frames, const unsigned char *truth)
{
	uint32_t miss = 0;
	int first = -1, heard = -1;

	for (size_t i = 0; i < frames; i++) {
		struct aframe f = {.hz = v->hz, .samples = v->hz / 50};

		memcpy(f.s, s + i * f.samples, f.samples * sizeof(*s));

		const int on = vad_frame(v, &f) >= SPEECH;

		if (truth[i] == SPOKEN && first < 0)
			first = (int)i;
		if (on && heard < 0 && first >= 0)
			heard = (int)i;
		if (truth[i] == SPOKEN) {
			r->speech++;
			r->missed += !on;
			miss = on ? 0 : miss + 1;
			r->longest_miss = miss > r->longest_miss
						  ? miss
						  : r->longest_miss;
		} else if (!is_near(truth, frames, i)) {
			r->silence++;
			r->false_on += on;
		}
	}
	r->sentences++;
	if (heard < 0)
		r->unheard++;
	else
		r->onset += (uint32_t)(heard - first);
}

/** What is wrong with a line. */
typedef void fault_fn(int16_t *s, size_t n, uint32_t hz);

static void too_loud(int16_t *s, size_t n, uint32_t hz)
{
	(void)hz;
	level_gain(s, n, 25);
}

static void off_centre(int16_t *s, size_t n, uint32_t hz)
{
	(void)hz;
	for (size_t i = 0; i < n; i++)
		s[i] = level_add(s[i], 3000);
}

static void with_hum(int16_t *s, size_t n, uint32_t hz)
{
	for (int k = 1; k < 8; k += 2)
		kit_sine(s, n, 50 * k, hz, -30 - 2 * k);
}

/** Six people who talk in the same room. */
static void with_babble(int16_t *s, size_t n, uint32_t hz)
{
	for (int k = 0; k < 6; k++) {
		struct kit_speech sp =
			kit_speak(k % KIT_VOICES, texts[k % N_TEXTS], hz);
		size_t at = (size_t)k * hz / 3;

		level_gain(sp.s, sp.n,
			   -43 - level_speech_dbfs(sp.s, sp.n, hz));
		for (size_t i = 0; i < n; i++, at++)
			s[i] = level_add(s[i], sp.s[at % sp.n]);
		kit_speech_done(&sp);
	}
}

/** Four voices say five sentences; each voice is one call. */
static struct rates measure(uint32_t hz, float level_db, float snr_db,
			    fault_fn *fault)
{
	struct rates r = {0};

	for (int voice = 0; voice < KIT_VOICES; voice++) {
		struct level_noise z;
		struct vad v;

		vad_init(&v, hz);
		level_noise_init(&z, (uint64_t)voice + 1);
		for (int t = 0; t < N_TEXTS; t++) {
			struct kit_speech sp = kit_speak(voice, texts[t], hz);
			/* the first sentence begins with the first frame */
			const size_t lead = t ? hz : 0;
			const size_t frames = (lead + sp.n) * 50 / hz + 50;
			const size_t n = frames * hz / 50;
			int16_t *s = calloc(n, sizeof(*s));
			unsigned char *truth = calloc(frames, 1);

			level_gain(sp.s, sp.n,
				   level_db -
					   level_speech_dbfs(sp.s, sp.n, hz));
			memcpy(s + lead, sp.s, sp.n * sizeof(*s));
			find_truth(s, frames, hz, level_db, snr_db, truth);
			if (snr_db < CLEAN)
				level_noise_add(&z, s, n, level_db - snr_db);
			if (fault)
				fault(s, n, hz);
			if (hz == 8000)
				as_on_the_telephone(s, n);
			compare(&r, &v, s, frames, truth);
			free(truth);
			free(s);
			kit_speech_done(&sp);
		}
	}
	return r;
}

/* Worst that is tolerated; what is measured stands in docs/speech.md. */
static const struct {
	uint32_t hz;
	float level_db, snr_db;
	double missed, false_on; /* [%] */
	uint32_t longest_miss;   /* [frames] a VAD that ends turns early */
	fault_fn *fault;
} speech[] = {
	{8000, -20, CLEAN, 4, 3, 8, NULL},
	{8000, -20, 30, 6, 2, 10, NULL},
	{8000, -20, 20, 8, 3, 8, NULL},
	{8000, -20, 15, 8, 4, 8, NULL},
	{8000, -20, 10, 8, 5, 8, NULL},
	{8000, -20, 5, 10, 6, 8, NULL},
	{8000, -3, CLEAN, 4, 15, 8, NULL},
	{8000, -35, CLEAN, 6, 2, 9, NULL},
	{8000, -45, CLEAN, 20, 2, 15, NULL},
	{8000, -45, 20, 10, 2, 9, NULL},
	{16000, -20, CLEAN, 4, 3, 8, NULL},
	{16000, -20, 20, 12, 3, 12, NULL},
	{16000, -20, 10, 10, 5, 9, NULL},
	{16000, -45, 20, 14, 2, 12, NULL},
	{8000, -20, 30, 8, 8, 8, too_loud},
	{8000, -20, 30, 8, 4, 8, off_centre},
	{8000, -20, 30, 8, 4, 10, with_hum},
	{8000, -20, 30, 12, 30, 8, with_babble},
};

START_TEST(hears_real_voices_and_not_the_pauses)
{
	const struct rates r = measure(speech[_i].hz, speech[_i].level_db,
				       speech[_i].snr_db, speech[_i].fault);
	const double missed = 100.0 * r.missed / r.speech;
	const double false_on = 100.0 * r.false_on / r.silence;
	const double onset_ms = 20.0 * r.onset / (r.sentences - r.unheard);

	if (getenv("TEST_VAD_PRINT"))
		printf("| %u | %g | %g | %.1f | %.1f | %u | %.0f |\n",
		       speech[_i].hz, (double)speech[_i].level_db,
		       (double)speech[_i].snr_db, missed, false_on,
		       r.longest_miss * 20, onset_ms);
	ck_assert_uint_eq(r.unheard, 0);
	ck_assert_double_le(missed, speech[_i].missed);
	ck_assert_double_le(false_on, speech[_i].false_on);
	ck_assert_uint_le(r.longest_miss, speech[_i].longest_miss);
	ck_assert_double_le(onset_ms, 60);
}
END_TEST

static void hiss(int16_t *s, size_t n, uint32_t hz, float db)
{
	struct level_noise z;

	(void)hz;
	level_noise_init(&z, 3);
	level_noise_add(&z, s, n, db);
}

static void hiss_that_rises(int16_t *s, size_t n, uint32_t hz, float db)
{
	hiss(s, n / 2, hz, db);
	hiss(s + n / 2, n - n / 2, hz, db + 25);
}

static void hum50(int16_t *s, size_t n, uint32_t hz, float db)
{
	kit_sine(s, n, 50, hz, (double)db);
}

static void hum60_with_harmonics(int16_t *s, size_t n, uint32_t hz, float db)
{
	for (int k = 1; k < 8; k++)
		kit_sine(s, n, 60 * k, hz, (double)db - 3 * k);
}

static void dc(int16_t *s, size_t n, uint32_t hz, float db)
{
	(void)hz;
	for (size_t i = 0; i < n; i++)
		s[i] = (int16_t)(32768 * powf(10, db / 20));
}

static void nothing(int16_t *s, size_t n, uint32_t hz, float db)
{
	(void)s;
	(void)n;
	(void)hz;
	(void)db;
}

static void clicks(int16_t *s, size_t n, uint32_t hz, float db)
{
	const int16_t a = (int16_t)(32767 * powf(10, db / 20));

	for (size_t i = 0; i + 2 < n; i += hz / 3) {
		s[i] = a;
		s[i + 1] = (int16_t)-a;
	}
}

static void keys(int16_t *s, size_t n, uint32_t hz, float db)
{
	struct tone_dtmf t;

	(void)tone_dtmf_init(&t, "123456789*0#ABCD123456789", hz, 120, 80);
	tone_dtmf_run(&t, s, n);
	level_gain(s, n, db);
}

static void held_key(int16_t *s, size_t n, uint32_t hz, float db)
{
	struct tone_dtmf t;

	(void)tone_dtmf_init(&t, "5", hz, 9000, 80);
	tone_dtmf_run(&t, s, n);
	level_gain(s, n, db);
}

static void dial_tone(int16_t *s, size_t n, uint32_t hz, float db)
{
	kit_sine(s, n, 350, hz, (double)db);
	kit_sine(s, n, 440, hz, (double)db);
}

static void ringing(int16_t *s, size_t n, uint32_t hz, float db)
{
	for (size_t at = 0; at + 6 * hz <= n; at += 6 * hz) {
		kit_sine(s + at, 2 * hz, 440, hz, (double)db);
		kit_sine(s + at, 2 * hz, 480, hz, (double)db);
	}
}

static void beep(int16_t *s, size_t n, uint32_t hz, float db)
{
	kit_sine(s + n / 2, hz, 1000, hz, (double)db);
}

static void busy(int16_t *s, size_t n, uint32_t hz, float db)
{
	for (size_t at = 0; at + hz <= n; at += hz)
		kit_sine(s + at, hz * 48 / 100, 425, hz, (double)db);
}

/** What stands in for silence on a line: soft, and nothing but hiss. */
static void comfort_noise(int16_t *s, size_t n, uint32_t hz, float db)
{
	for (size_t at = 0; at + hz <= n; at += 2 * hz)
		hiss(s + at, hz, hz, db);
}

/** All bits set is the zero of mu-law. */
static void mu_law_silence(int16_t *s, size_t n, uint32_t hz, float db)
{
	uint8_t code[160];

	(void)hz;
	(void)db;
	memset(code, 0xFF, sizeof(code));
	for (size_t at = 0; at + 160 <= n; at += 160)
		(void)codec_find("pcmu")->decode(NULL, code, 160, s + at, 160);
}

/** A tune on plucked strings, two voices. */
static void music(int16_t *s, size_t n, uint32_t hz, float db)
{
	static const int steps[] = {0, 4, 7, 12, 9, 7, 4, 2, 5, 9, 7, 5, 4, 0};
	const size_t len = hz / 4;

	for (size_t at = 0, k = 0; at + len <= n; at += len, k++) {
		const double f_hz = 262 * pow(2, steps[k % 14] / 12.0);

		for (size_t i = 0; i < len; i++) {
			const double t = (double)i / hz;
			double v = 0;

			for (int h = 1; h < 5; h++)
				v += sin(2 * KIT_PI * f_hz * h * t) / h +
				     sin(2 * KIT_PI * f_hz / 2 * h * t) / h;
			s[at + i] = level_add(
				s[at + i],
				(int32_t)(32768 * pow(10, (double)db / 20) *
					  exp(-4 * t) * v));
		}
	}
}

/* Ten seconds of what is not speech: false frames tolerated in all, and the
 * longest run of them. Three in a row begin a turn. */
static const struct {
	const char *what;
	void (*make)(int16_t *s, size_t n, uint32_t hz, float db);
	float db;
	uint32_t in_all, longest;
} noises[] = {
	{"digital silence", nothing, 0, 0, 0},
	{"hiss at -50", hiss, -50, 0, 0},
	{"hiss at -25", hiss, -25, 0, 0},
	{"hiss from -50 to -25", hiss_that_rises, -50, 3, 2},
	{"hum of 50 Hz", hum50, -25, 0, 0},
	{"hum of 60 Hz with harmonics", hum60_with_harmonics, -25, 0, 0},
	{"direct current", dc, -16, 0, 0},
	{"clicks", clicks, -3, 0, 0},
	{"keys", keys, 0, 30, 2},
	{"a held key", held_key, 0, 2, 2},
	{"a dial tone", dial_tone, -16, 30, 30},
	{"ringing", ringing, -19, 60, 30},
	{"a beep", beep, -12, 8, 8},
	{"busy", busy, -16, 30, 8},
	{"comfort noise", comfort_noise, -50, 0, 0},
	{"silence in mu-law", mu_law_silence, 0, 0, 0},
	{"music", music, -20, 110, 18},
};

START_TEST(is_not_fooled_by_what_is_not_speech)
{
	const uint32_t hz = _i % 2 ? 16000 : 8000;
	const size_t n = hz * 10;
	int16_t *s = calloc(n, sizeof(*s));
	uint32_t in_all = 0, run = 0, longest = 0;
	struct vad v;

	noises[_i / 2].make(s, n, hz, noises[_i / 2].db);
	if (hz == 8000)
		as_on_the_telephone(s, n);
	vad_init(&v, hz);
	for (size_t at = 0; at < n; at += hz / 50) {
		struct aframe f = {.hz = hz, .samples = hz / 50};

		memcpy(f.s, s + at, hz / 50 * sizeof(*s));

		const int on = vad_frame(&v, &f) >= SPEECH;

		in_all += (uint32_t)on;
		run = on ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	ck_assert_msg(in_all <= noises[_i / 2].in_all &&
			      longest <= noises[_i / 2].longest,
		      "%s at %u Hz: %u false frames, %u in a row",
		      noises[_i / 2].what, hz, in_all, longest);
	free(s);
}
END_TEST

START_TEST(follows_the_noise_up_and_down)
{
	int16_t s[16000];
	struct vad v;

	vad_init(&v, 8000);
	for (int k = 0; k < 3; k++) {
		const float db = k == 1 ? -30 : -55;

		memset(s, 0, sizeof(s));
		hiss(s, 16000, 8000, db);
		for (int at = 0; at < 16000; at += 160) {
			struct aframe f = {.hz = 8000, .samples = 160};

			memcpy(f.s, s + at, sizeof(*s) * 160);
			(void)vad_frame(&v, &f);
		}
		ck_assert_float_eq_tol(v.floor_db, db, 2);
	}
}
END_TEST

START_TEST(hears_speech_that_begins_with_the_first_frame)
{
	const uint32_t hz = _i % 2 ? 16000 : 8000;

	for (int voice = 0; voice < KIT_VOICES; voice++) {
		struct kit_speech sp = kit_speak(voice, texts[_i / 2], hz);
		const float speech_db = level_speech_dbfs(sp.s, sp.n, hz);
		size_t from = 0;
		uint32_t frames = 0;
		struct vad v;

		while (level_dbfs(sp.s + from, hz / 50) < speech_db - 15)
			from += hz / 1000;
		vad_init(&v, hz);
		do {
			struct aframe f = {.hz = hz, .samples = hz / 50};

			memcpy(f.s, sp.s + from, hz / 50 * sizeof(f.s[0]));
			from += hz / 50;
			frames++;
			(void)vad_frame(&v, &f);
		} while (v.probability < SPEECH && frames < 50);
		ck_assert_msg(frames <= 8, "%s heard after %u frames",
			      kit_voice_names[voice], frames);
		kit_speech_done(&sp);
	}
}
END_TEST

START_TEST(stays_a_probability_whatever_it_hears)
{
	struct level_noise z;
	struct vad v;

	level_noise_init(&z, 9);
	vad_init(&v, _i ? 16000 : 8000);
	for (int i = 0; i < 2000; i++) {
		struct aframe f = {.hz = v.hz, .samples = v.hz / 50};

		for (uint32_t k = 0; k < f.samples; k++) {
			const int bits = (int)(level_noise_bits(&z) >> 48);

			/* anything, full scale, silence, by turns */
			if (i / 50 % 3 == 0)
				f.s[k] = (int16_t)(bits - 32768);
			else if (i / 50 % 3 == 1)
				f.s[k] = bits & 1 ? 32767 : -32768;
		}
		(void)vad_frame(&v, &f);
		ck_assert(v.probability >= 0 && v.probability <= 1);
		ck_assert(v.voicing >= 0 && v.voicing <= 1);
		ck_assert(isfinite(v.floor_db) && isfinite(v.level_db));
	}
}
END_TEST

/* Loud tones out of nothing: hardly any past to be like. */
START_TEST(no_pitch_is_more_than_certain)
{
	struct level_noise z;

	level_noise_init(&z, 4);
	for (int k = 0; k < 400; k++) {
		const uint64_t bits = level_noise_bits(&z);
		const double f_hz = 100 + (double)(bits % 700);
		int16_t s[1600] = {0};
		struct vad v;

		kit_sine(s + 160 + bits % 400, 600, f_hz, 8000, -5);
		vad_init(&v, 8000);
		for (int at = 0; at < 1600; at += 160) {
			struct aframe f = {.hz = 8000, .samples = 160};

			memcpy(f.s, s + at, 160 * sizeof(*s));
			(void)vad_frame(&v, &f);
			ck_assert(v.voicing >= 0 && v.voicing <= 1);
			ck_assert(v.probability >= 0 && v.probability <= 1);
		}
	}
}
END_TEST

START_TEST(gives_the_same_answer_twice)
{
	struct kit_speech sp = kit_speak(0, texts[0], 8000);
	struct vad a, b;

	vad_init(&a, 8000);
	vad_init(&b, 8000);
	for (size_t at = 0; at + 160 <= sp.n; at += 160) {
		struct aframe f = {.hz = 8000, .samples = 160};

		memcpy(f.s, sp.s + at, sizeof(f.s[0]) * 160);
		ck_assert(vad_frame(&a, &f) == vad_frame(&b, &f));
		ck_assert(a.probability >= 0 && a.probability <= 1);
	}
	kit_speech_done(&sp);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("vad");
	TCase *t = tcase_create("vad");

	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, hears_real_voices_and_not_the_pauses, 0,
			    sizeof(speech) / sizeof(speech[0]));
	tcase_add_loop_test(t, is_not_fooled_by_what_is_not_speech, 0,
			    2 * sizeof(noises) / sizeof(noises[0]));
	tcase_add_test(t, follows_the_noise_up_and_down);
	tcase_add_loop_test(t, hears_speech_that_begins_with_the_first_frame,
			    0, 2 * N_TEXTS);
	tcase_add_loop_test(t, stays_a_probability_whatever_it_hears, 0, 2);
	tcase_add_test(t, no_pitch_is_more_than_certain);
	tcase_add_test(t, gives_the_same_answer_twice);
	suite_add_tcase(s, t);

	SRunner *r = srunner_create(s);

	for (int i = 0; i < KIT_VOICES * N_TEXTS; i++)
		(void)kit_wave(i / N_TEXTS, texts[i % N_TEXTS]);
	srunner_run_all(r, CK_NORMAL);

	const int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
