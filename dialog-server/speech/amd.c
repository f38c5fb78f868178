/**
 * @file amd.c  Who has answered: by words, by a beep, by how they greet
 *
 * SPDX-License-Identifier: MIT
 */
#include "speech/amd.h"

#include <string.h>

#include "speech/words.h"

#define VOICE 0.5F

enum {
	BLIP_US = 60000,     /* shorter is a click of the line */
	HELLO_US = 1200000,  /* "Hello?": nobody goes on after that */
	WORDS_HUMAN_MAX = 7, /* that a person greets with, "who is it" too */
	WORDS_OFFICE_MAX = 10,
	OFFICE_US = 4000000,
	TEXT_WORDS = 48, /* the last of them are looked at */
};

const struct amd_config amd_usual = {
	.greeting_us = 2500000,
	.pause_us = 500000,
	.machine_pause_us = 1500000,
	.silence_us = 10000000,
	.deadline_us = 20000000,
	.beep_us = 4000000,
};

/*
 * What each says. '*' stands for up to three words in between. `sure` decides
 * at once; the others lean, and the end of the greeting decides.
 */
static const struct phrase {
	const char *text;
	enum amd_class class;
	int sure;
} phrases[] = {
	{"not in service", AMD_UNAVAILABLE, 1},
	{"been disconnected", AMD_UNAVAILABLE, 1},
	{"no longer in service", AMD_UNAVAILABLE, 1},
	{"as dialed", AMD_UNAVAILABLE, 1},
	{"check the number", AMD_UNAVAILABLE, 1},
	{"state your name", AMD_SCREENING, 1},
	{"say your name", AMD_SCREENING, 1},
	{"record your name", AMD_SCREENING, 1},
	{"reason for * calling", AMD_SCREENING, 1},
	{"reason for your call", AMD_SCREENING, 1},
	{"screening service", AMD_SCREENING, 1},
	{"screening this call", AMD_SCREENING, 1},
	{"if * person is available", AMD_SCREENING, 1},
	{"why you're calling", AMD_SCREENING, 1},
	{"who is calling", AMD_SCREENING, 0},
	{"who's calling", AMD_SCREENING, 0},
	{"leave * message", AMD_MACHINE, 1},
	{"leave your name", AMD_MACHINE, 1},
	{"record your message", AMD_MACHINE, 1},
	{"after the tone", AMD_MACHINE, 1},
	{"after the beep", AMD_MACHINE, 1},
	{"at the tone", AMD_MACHINE, 1},
	{"at the beep", AMD_MACHINE, 1},
	{"voicemail", AMD_MACHINE, 1},
	{"voice mail", AMD_MACHINE, 1},
	{"mailbox", AMD_MACHINE, 1},
	{"voice messaging", AMD_MACHINE, 1},
	{"answering machine", AMD_MACHINE, 1},
	{"get back to you", AMD_MACHINE, 1},
	{"return your call", AMD_MACHINE, 1},
	{"to the phone right now", AMD_MACHINE, 1},
	{"can't take your call", AMD_MACHINE, 1},
	{"cannot take your call", AMD_MACHINE, 1},
	{"unable to take * call", AMD_MACHINE, 1},
	{"you have reached", AMD_MACHINE, 0},
	{"you've reached", AMD_MACHINE, 0},
	{"not available", AMD_MACHINE, 0},
	{"unavailable", AMD_MACHINE, 0},
	{"main menu", AMD_IVR, 1},
	{"menu options", AMD_IVR, 1},
	{"following options", AMD_IVR, 1},
	{"press * one", AMD_IVR, 1},
	{"press 1", AMD_IVR, 1},
	{"press two", AMD_IVR, 1},
	{"press 2", AMD_IVR, 1},
	{"press three", AMD_IVR, 1},
	{"press zero", AMD_IVR, 0},
	{"your party's extension", AMD_IVR, 1},
	{"may be recorded", AMD_IVR, 0},
	{"may be monitored", AMD_IVR, 0},
};

void amd_init(struct amd *a, const struct amd_config *c, uint32_t hz)
{
	memset(a, 0, sizeof(*a));
	a->conf = *c;
	a->why = "";
	beep_init(&a->beep, hz);
}

static enum amd_event decide(struct amd *a, enum amd_class class,
			     const char *why)
{
	if (a->class != AMD_UNDECIDED)
		return AMD_NOTHING;
	a->class = class;
	a->why = why;
	return AMD_DECIDED;
}

static enum amd_event speak_now(struct amd *a)
{
	if (a->speak || a->class != AMD_MACHINE)
		return AMD_NOTHING;
	a->speak = 1;
	return AMD_SPEAK;
}

/* ---- words ---------------------------------------------------------------
 */

/** @return where the phrase matches at word i: words behind it, 0: nowhere */
static int matches(char words[][WORDS_WORD_BYTES], int n, int i,
		   const char *phrase)
{
	char word[WORDS_WORD_BYTES];
	int gap = 0;

	while (*phrase == ' ')
		phrase++;
	if (!*phrase)
		return 1;
	if (*phrase == '*') {
		gap = 3;
		phrase++;
	}
	if (!words_next(&phrase, word))
		return 1;
	for (int skip = 0; skip <= gap && i + skip < n; skip++)
		if (!strcmp(words[i + skip], word) &&
		    matches(words, n, i + skip + 1, phrase))
			return 1;
	return 0;
}

static int has_phrase(char words[][WORDS_WORD_BYTES], int n,
		      const char *phrase)
{
	for (int i = 0; i < n; i++)
		if (matches(words, n, i, phrase))
			return 1;
	return 0;
}

static int split(const char *text, char words[TEXT_WORDS][WORDS_WORD_BYTES])
{
	char word[WORDS_WORD_BYTES];
	int n = 0;

	while (words_next(&text, word)) {
		if (n == TEXT_WORDS) {
			memmove(words[0], words[1],
				sizeof(words[0]) * (TEXT_WORDS - 1));
			n--;
		}
		memcpy(words[n++], word, sizeof(word));
	}
	return n;
}

enum amd_event amd_words(struct amd *a, const char *text)
{
	char words[TEXT_WORDS][WORDS_WORD_BYTES];
	const int n = split(text, words);

	if (a->class != AMD_UNDECIDED)
		return AMD_NOTHING;
	a->words = n > a->words ? n : a->words;
	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++) {
		const struct phrase *p = &phrases[i];

		if (!has_phrase(words, n, p->text))
			continue;
		if (p->sure)
			return decide(a, p->class, p->text);
		if (a->hint == AMD_UNDECIDED)
			a->hint = p->class;
	}
	return AMD_NOTHING;
}

/* ---- lengths ---------------------------------------------------------------
 */

/** Stretches of speech; pauses shorter than `pause_us` are inside of one. */
static void measure(struct amd *a, float speech)
{
	const int64_t pause_us = a->conf.pause_us;

	a->heard_us += FRAME_US;
	a->run_us = speech >= VOICE ? a->run_us + FRAME_US : 0;
	if (a->run_us > BLIP_US) {
		/* its beginning was a run, too */
		const int64_t more_us =
			a->run_us == BLIP_US + FRAME_US ? a->run_us : FRAME_US;

		a->stretch_us += more_us;
		if (a->stretch_us > more_us && a->quiet_us < pause_us)
			a->stretch_us += a->quiet_us;
		a->voice_us += more_us;
		a->quiet_us = 0;
		if (!a->pauses)
			a->first_us = a->stretch_us;
		return;
	}
	a->quiet_us += FRAME_US;
	if (a->stretch_us && a->quiet_us >= pause_us) {
		a->pauses++;
		a->stretch_us = 0;
	}
}

/** They have greeted and wait: by how long it took. */
static enum amd_event weigh(struct amd *a)
{
	const struct amd_config *c = &a->conf;
	const int brief = a->first_us <= c->greeting_us;

	if (!a->voice_us)
		return a->heard_us >= c->silence_us
			       ? decide(a, AMD_UNKNOWN, "nothing was said")
			       : AMD_NOTHING;
	/* "May I ask who is calling?" */
	if (a->hint == AMD_SCREENING && a->words > WORDS_HUMAN_MAX &&
	    a->quiet_us >= c->machine_pause_us)
		return decide(a, AMD_SCREENING, "asks who is calling");
	if (a->pauses && a->first_us <= HELLO_US &&
	    a->voice_us <= c->greeting_us && a->hint != AMD_MACHINE)
		return decide(a, AMD_HUMAN, "a short greeting");
	/* "Hi, this is Simon." may go on with "Please leave a message." */
	if (a->quiet_us >= 2 * c->pause_us && brief &&
	    a->voice_us <= c->greeting_us && a->hint != AMD_MACHINE &&
	    a->hint != AMD_IVR)
		return decide(a, AMD_HUMAN, "greets and waits");
	/* "Good morning, Acme dental, Julia speaking." */
	if (a->words && a->words <= WORDS_OFFICE_MAX &&
	    a->hint == AMD_UNDECIDED && a->quiet_us >= 2 * c->pause_us &&
	    a->voice_us <= OFFICE_US)
		return decide(a, AMD_HUMAN, "few words, none of a machine");
	if (a->quiet_us >= c->machine_pause_us)
		return decide(a, a->hint == AMD_IVR ? AMD_IVR : AMD_MACHINE,
			      "a long greeting");
	if (a->heard_us >= c->deadline_us)
		return decide(a,
			      a->hint != AMD_UNDECIDED ? a->hint : AMD_MACHINE,
			      "still speaks at the deadline");
	return AMD_NOTHING;
}

enum amd_event amd_frame(struct amd *a, const struct aframe *f, float speech)
{
	const int beep = beep_frame(&a->beep, f->s, f->samples);

	/* A steady tone is no speech, whatever it sounds like. */
	measure(a, a->beep.tone_n > 2 ? 0 : speech);
	a->beeps += (uint32_t)beep;
	if (a->class == AMD_MACHINE) {
		/* Some machines have no beep: they only wait. */
		return a->beeps || a->quiet_us >= a->conf.beep_us
			       ? speak_now(a)
			       : AMD_NOTHING;
	}
	if (a->class != AMD_UNDECIDED)
		return AMD_NOTHING;
	if (beep && a->voice_us)
		return decide(a, AMD_MACHINE, "a beep");
	return weigh(a);
}

const char *amd_class_name(enum amd_class c)
{
	static const char *const names[] = {
		[AMD_UNDECIDED] = "undecided",
		[AMD_HUMAN] = "human",
		[AMD_MACHINE] = "machine",
		[AMD_SCREENING] = "screening",
		[AMD_IVR] = "ivr",
		[AMD_UNAVAILABLE] = "unavailable",
		[AMD_UNKNOWN] = "unknown",
	};

	return names[c];
}
