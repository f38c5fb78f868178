/**
 * @file bench_amd.c  Who has answered: classes told right, and how soon
 *
 *   bench_amd [FOLDER]    with recordings (vm-intro.wav, beep.wav, ...)
 *
 * Greetings of people, machines, screening services, menus and networks, by
 * four voices of Flite and, where there is a folder of them, by the person who
 * spoke Asterisk's prompts; through mu-law, in white noise 25 dB below, after
 * a random wait. Machines beep after theirs. Twice: by sound alone, and with
 * the words that were said, each sentence known 400 ms after its end.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/codec.h"
#include "audio/level.h"
#include "audio/wav.h"
#include "speech/amd.h"
#include "speech/vad.h"
#include "tests/unit/kit_flite.h"
#include "tests/unit/kit_sound.h"

enum {
	HZ = 8000,
	FRAME = HZ / 50,
	SAMPLES = HZ * 45,
	PARTS = 4,
	TEXT_LATE_MS = 400,
	CLASSES = AMD_UNKNOWN + 1,
};

/* Sentences with a pause of so many ms behind; a beep ends a machine's. */
static const struct greeting {
	enum amd_class class;
	struct {
		const char *text;
		int pause_ms;
	} part[PARTS];
} greetings[] = {
	{AMD_HUMAN, {{"Hello?", 0}}},
	{AMD_HUMAN, {{"Yes?", 0}}},
	{AMD_HUMAN, {{"Hi, this is Simon.", 0}}},
	{AMD_HUMAN, {{"Fisher residence, good evening.", 0}}},
	{AMD_HUMAN, {{"Hello?", 1500}, {"Hello, who is this?", 0}}},
	{AMD_HUMAN, {{"Good morning, Acme dental, Julia speaking.", 0}}},
	{AMD_HUMAN, {{"Hello, may I ask who is calling?", 0}}},
	{AMD_HUMAN, {{"Um, hello, yes.", 0}}},
	{AMD_MACHINE,
	 {{"Hi, you've reached Simon Fisher.", 300},
	  {"I can't come to the phone right now.", 300},
	  {"Please leave a message after the beep.", 700}}},
	{AMD_MACHINE,
	 {{"Hi, this is Julia.", 500},
	  {"Leave me a message and I'll call you back. Thanks!", 1200}}},
	{AMD_MACHINE,
	 {{"Your call has been forwarded to an automated voice messaging "
	   "system.",
	   400},
	  {"Five five five, zero one four two, is not available.", 400},
	  {"At the tone, please record your message.", 500}}},
	{AMD_MACHINE,
	 {{"Thank you for calling Acme dental. Our office is closed now.",
	   500},
	  {"Please leave your name and number, and we will get back to you.",
	   900}}},
	{AMD_SCREENING,
	 {{"Hi. If you record your name and reason for calling, I'll see if "
	   "this person is available.",
	   0}}},
	{AMD_SCREENING,
	 {{"The person you are calling is using a screening service, and will "
	   "get a copy of this conversation.",
	   300},
	  {"Go ahead and say your name, and why you're calling.", 0}}},
	{AMD_IVR,
	 {{"Thank you for calling Acme.", 400},
	  {"For sales, press one. For service, press two.", 400},
	  {"To hear this again, press nine.", 0}}},
	{AMD_IVR,
	 {{"Please listen carefully, as our menu options have changed.", 0}}},
	{AMD_UNAVAILABLE,
	 {{"We're sorry. The number you have dialed is not in service.", 300},
	  {"Please check the number, and try your call again.", 0}}},
	{AMD_UNAVAILABLE, {{"Your call cannot be completed as dialed.", 0}}},
};

/* The same of recordings: files, what they say. */
static const struct recorded {
	enum amd_class class;
	const char *file[PARTS], *text[PARTS];
} recordings[] = {
	{AMD_HUMAN, {"hello"}, {"hello"}},
	{AMD_MACHINE,
	 {"vm-theperson", "digits/5", "vm-isunavail", "vm-intro"},
	 {"the person at extension", "five", "is unavailable",
	  "please leave your message after the tone when done hang up or "
	  "press the pound key"}},
	{AMD_MACHINE,
	 {"vm-intro"},
	 {"please leave your message after the tone when done hang up or "
	  "press the pound key"}},
	{AMD_MACHINE,
	 {"vm-nobodyavail", "vm-intro"},
	 {"nobody is available to take your call at the moment",
	  "please leave your message after the tone when done hang up or "
	  "press the pound key"}},
	{AMD_SCREENING,
	 {"priv-recordintro"},
	 {"at the tone please say your name"}},
	{AMD_IVR,
	 {"demo-congrats", "demo-instruct"},
	 {"congratulations you have successfully installed and executed the "
	  "asterisk open source pbx",
	  "for now press one"}},
	{AMD_UNAVAILABLE,
	 {"ss-noservice"},
	 {"the number you have dialed is not in service please check the "
	  "number and try again"}},
};

/** What comes in, and when its words are known. */
struct call {
	int16_t s[SAMPLES];
	size_t n, beep_at; /* 0: none */
	struct {
		const char *text;
		size_t at;
	} words[PARTS];
	int n_words;
	struct level_noise z;
};

struct tally {
	int told[CLASSES][CLASSES];
	int ms[512], n_ms;        /* from the first sound */
	int late_ms[512], n_late; /* from the beep's end to AMD_SPEAK */
	int early;
};

static void add(struct call *c, const int16_t *s, size_t n)
{
	if (n > SAMPLES - c->n)
		n = SAMPLES - c->n;
	memcpy(c->s + c->n, s, n * sizeof(*s));
	c->n += n;
}

static void add_words(struct call *c, const char *text)
{
	c->words[c->n_words].text = text;
	c->words[c->n_words++].at = c->n + HZ / 1000 * TEXT_LATE_MS;
}

static void begin(struct call *c, uint64_t seed)
{
	memset(c, 0, sizeof(*c));
	level_noise_init(&c->z, seed);
	c->n = HZ / 5 + level_noise_bits(&c->z) % HZ;
}

/** The beep, if there is one, then quiet, then the line's noise on all. */
static void finish(struct call *c, enum amd_class class)
{
	static const double tones[] = {440, 800, 1000, 1400};
	uint8_t coded[FRAME];
	const struct codec_ops *mulaw = codec_find("pcmu");

	if (class == AMD_MACHINE) {
		const size_t n = HZ / 5 + level_noise_bits(&c->z) % (HZ / 2);

		kit_sine(c->s + c->n, n, tones[level_noise_bits(&c->z) % 4],
			 HZ, -20);
		c->n += n;
		c->beep_at = c->n;
	}
	c->n = c->n + HZ * 12 < SAMPLES ? c->n + HZ * 12 : SAMPLES;
	level_noise_add(&c->z, c->s, c->n, -50);
	for (size_t at = 0; at + FRAME <= c->n; at += FRAME) {
		(void)mulaw->encode(NULL, c->s + at, FRAME, coded, FRAME);
		(void)mulaw->decode(NULL, coded, FRAME, c->s + at, FRAME);
	}
}

static void run(const struct call *c, size_t began, enum amd_class class,
		int with_words, struct tally *t)
{
	static struct vad v;
	struct amd a;
	int next = 0;

	vad_init(&v, HZ);
	amd_init(&a, &amd_usual, HZ);
	for (size_t at = 0; at + FRAME <= c->n; at += FRAME) {
		struct aframe f = {.hz = HZ, .samples = FRAME};
		enum amd_event e;

		memcpy(f.s, c->s + at, sizeof(*f.s) * FRAME);
		e = amd_frame(&a, &f, vad_frame(&v, &f));
		while (with_words && next < c->n_words &&
		       c->words[next].at <= at)
			if (amd_words(&a, c->words[next++].text))
				e = AMD_DECIDED;
		if (e == AMD_DECIDED && t->n_ms < 512)
			t->ms[t->n_ms++] = (int)((at - began) * 1000 / HZ);
		if (e == AMD_SPEAK && class == AMD_MACHINE) {
			if (at < c->beep_at - FRAME)
				t->early++;
			else if (t->n_late < 512)
				t->late_ms[t->n_late++] =
					(int)((at - c->beep_at) * 1000 / HZ);
		}
	}
	t->told[class][a.class]++;
	if (a.class != class && getenv("VERBOSE"))
		fprintf(stderr, "%s is told as %s (%s), words: %d, \"%s\"\n",
			amd_class_name(class), amd_class_name(a.class), a.why,
			with_words, c->words[0].text);
}

static size_t first_sound(const struct call *c, size_t from)
{
	while (from < c->n && abs(c->s[from]) < 300)
		from++;
	return from;
}

static void both(struct call *c, enum amd_class class, struct tally t[2])
{
	const size_t began = first_sound(c, 0);

	finish(c, class);
	for (int words = 0; words < 2; words++)
		run(c, began, class, words, &t[words]);
}

static void synthesized(struct call *c, struct tally t[2])
{
	for (int voice = 0; voice < KIT_VOICES; voice++) {
		for (size_t g = 0; g < sizeof(greetings) / sizeof(*greetings);
		     g++) {
			begin(c, g * 8 + (size_t)voice);
			for (int k = 0; k < PARTS && greetings[g].part[k].text;
			     k++) {
				struct kit_speech sp = kit_speak(
					voice, greetings[g].part[k].text, HZ);

				add(c, sp.s, sp.n);
				add_words(c, greetings[g].part[k].text);
				c->n += (size_t)greetings[g].part[k].pause_ms *
					HZ / 1000;
				kit_speech_done(&sp);
			}
			both(c, greetings[g].class, t);
		}
	}
}

static void recorded(struct call *c, const char *folder, struct tally t[2])
{
	for (size_t g = 0; g < sizeof(recordings) / sizeof(*recordings); g++) {
		begin(c, g + 1000);
		for (int k = 0; k < PARTS && recordings[g].file[k]; k++) {
			char path[512], why[WAV_WHY_BYTES];
			int16_t *s = NULL;
			size_t n = 0;

			(void)snprintf(path, sizeof(path), "%s/%s.wav", folder,
				       recordings[g].file[k]);
			if (wav_load(&s, &n, path, HZ, why)) {
				fprintf(stderr, "%s: %s\n", path, why);
				exit(1);
			}
			add(c, s, n);
			add_words(c, recordings[g].text[k]);
			mem_free(s);
		}
		both(c, recordings[g].class, t);
	}
}

static int by_value(const void *x, const void *y)
{
	return *(const int *)x - *(const int *)y;
}

static void print(const struct tally *t, const char *what)
{
	int ms[512], late[512];

	memcpy(ms, t->ms, sizeof(ms));
	memcpy(late, t->late_ms, sizeof(late));
	qsort(ms, (size_t)t->n_ms, sizeof(ms[0]), by_value);
	qsort(late, (size_t)t->n_late, sizeof(late[0]), by_value);
	for (int i = AMD_HUMAN; i < AMD_UNKNOWN; i++) {
		printf("{\"bench\":\"amd\",\"by\":\"%s\",\"is\":\"%s\"", what,
		       amd_class_name((enum amd_class)i));
		for (int k = AMD_HUMAN; k < CLASSES; k++)
			printf(",\"%s\":%d", amd_class_name((enum amd_class)k),
			       t->told[i][k]);
		printf("}\n");
	}
	printf("{\"bench\":\"amd\",\"by\":\"%s\",\"decided_ms_p50\":%d,"
	       "\"p95\":%d,\"max\":%d,\"after_beep\":%d,\"before_beep\":%d,"
	       "\"after_beep_ms_p50\":%d,\"after_beep_ms_max\":%d}\n",
	       what, ms[t->n_ms / 2], ms[t->n_ms * 95 / 100], ms[t->n_ms - 1],
	       t->n_late, t->early, t->n_late ? late[t->n_late / 2] : -1,
	       t->n_late ? late[t->n_late - 1] : -1);
}

int main(int argc, char **argv)
{
	static struct call c;
	static struct tally t[2];

	synthesized(&c, t);
	if (argc > 1)
		recorded(&c, argv[1], t);
	print(&t[0], "sound");
	print(&t[1], "sound and words");
	return 0;
}
