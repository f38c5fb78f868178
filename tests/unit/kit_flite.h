/**
 * @file kit_flite.h  Speech for tests: four voices of Flite at any rate
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_UNIT_KIT_FLITE_H
#define TESTS_UNIT_KIT_FLITE_H

#include <flite/flite.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "audio/resample.h"
#include "base/alloc.h"

cst_voice *register_cmu_us_slt(const char *dir);
cst_voice *register_cmu_us_rms(const char *dir);
cst_voice *register_cmu_us_awb(const char *dir);
cst_voice *register_cmu_us_kal16(const char *dir);

enum { KIT_VOICES = 4, KIT_WAVES = 24 };

static const char *const kit_voice_names[KIT_VOICES] = {"slt", "rms", "awb",
							"kal16"};

struct kit_speech {
	int16_t *s;
	size_t n;
	uint32_t hz;
};

static inline cst_voice *kit_voice(int i)
{
	static cst_voice *voices[KIT_VOICES];

	if (!voices[0]) {
		flite_init();
		voices[0] = register_cmu_us_slt(NULL);
		voices[1] = register_cmu_us_rms(NULL);
		voices[2] = register_cmu_us_awb(NULL);
		voices[3] = register_cmu_us_kal16(NULL);
	}
	return voices[i];
}

/**
 * What Flite makes of a text; kept, since it is slow. Called once in main(),
 * every test's process finds it there. Good until the next call.
 */
static inline const cst_wave *kit_wave(int voice, const char *text)
{
	static struct {
		int voice;
		char *text;
		cst_wave *wave;
	} kept[KIT_WAVES];
	int i = 0;

	while (i < KIT_WAVES && kept[i].wave) {
		if (kept[i].voice == voice && !strcmp(kept[i].text, text))
			return kept[i].wave;
		i++;
	}
	if (i == KIT_WAVES) {
		free(kept[--i].text);
		delete_wave(kept[i].wave);
	}
	kept[i].voice = voice;
	kept[i].text = strdup(text);
	kept[i].wave = flite_text_to_wave(text, kit_voice(voice));
	return kept[i].wave;
}

/** kit_speech_done() releases. */
static inline struct kit_speech kit_speak(int voice, const char *text,
					  uint32_t hz)
{
	const cst_wave *w = kit_wave(voice, text);
	struct kit_speech r = {.hz = hz};

	if (resample_all(&r.s, &r.n, w->samples, (size_t)w->num_samples,
			 (uint32_t)w->sample_rate, hz))
		abort();
	return r;
}

static inline void kit_speech_done(struct kit_speech *p)
{
	p->s = mem_free(p->s);
}

#endif /* TESTS_UNIT_KIT_FLITE_H */
