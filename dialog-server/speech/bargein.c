/**
 * @file bargein.c  Is the caller interrupting, or only nodding?
 *
 * SPDX-License-Identifier: MIT
 */
#include "speech/bargein.h"

#include <string.h>

#include "audio/pcm.h"
#include "base/text.h"
#include "dialog/language.h"
#include "speech/words.h"

#define VOICE        0.5f
#define ECHO_IS_OURS 0.6f /* above it words are our own */

enum {
	BLIP_US = 120000,     /* shorter is a click or a cough */
	SETTLE_US = 240000,   /* of silence until a sound is over */
	WORDLESS_US = 440000, /* ... until its words would be there, if any */
	WARY_US = 1000000,    /* after a false alarm */
	SURE_ENOUGH = 60,     /* [percent] for words that are final */
	WARY_RUN_US = 80000,
};

void bargein_init(struct bargein *b, const struct bargein_config *c)
{
	memset(b, 0, sizeof(*b));
	b->usual = b->conf = *c;
	b->why = "";
}

void bargein_reset(struct bargein *b)
{
	const struct bargein_config usual = b->usual, conf = b->conf;

	bargein_init(b, &usual);
	b->conf = conf;
}

enum bargein_verdict bargein_ask(struct bargein *b, const struct ask *ask)
{
	const int was_paused = b->paused;

	b->language = ask->language;
	b->conf = b->usual;
	switch (ask->barge_in) {
	case ASK_BARGE_IN_USUAL:
		break;
	case ASK_BARGE_IN_ANY:
		b->conf.enabled = 1;
		b->conf.words_only = 0;
		break;
	case ASK_BARGE_IN_WORDS:
		b->conf.enabled = b->conf.words_only = 1;
		if (!b->conf.words)
			b->conf.words = 1;
		break;
	case ASK_BARGE_IN_OFF:
		b->conf.enabled = 0;
		break;
	}
	if (!was_paused || (b->conf.enabled && !b->conf.words_only))
		return BARGEIN_NOTHING;
	bargein_reset(b);
	b->why = "asked otherwise";
	return BARGEIN_RESUME;
}

static void forget_candidate(struct bargein *b)
{
	b->paused = 0;
	b->voice_us = b->quiet_us = b->run_us = 0;
	b->words = 0;
	b->text_sum = 0;
	b->only_backchannel = 0;
	b->echo = 0;
}

static enum bargein_verdict cut(struct bargein *b, const char *why)
{
	forget_candidate(b);
	b->why = why;
	return BARGEIN_CUT;
}

static enum bargein_verdict resume(struct bargein *b, int64_t now_us,
				   const char *why)
{
	forget_candidate(b);
	b->wary_us = now_us + WARY_US;
	b->why = why;
	return BARGEIN_RESUME;
}

/** Not paused: does this frame begin a candidate? */
static enum bargein_verdict listen(struct bargein *b, int voice,
				   int64_t now_us)
{
	b->run_us = voice ? b->run_us + FRAME_US : 0;
	if (!voice)
		return BARGEIN_NOTHING;
	if (now_us < b->wary_us && b->run_us < WARY_RUN_US)
		return BARGEIN_NOTHING;
	b->paused = 1;
	b->since_us = now_us - b->run_us;
	b->voice_us = b->run_us;
	b->quiet_us = 0;
	b->why = "voice";
	return BARGEIN_PAUSE;
}

/** Paused: what was it? */
static enum bargein_verdict decide(struct bargein *b, int64_t now_us)
{
	const int64_t cut_us = b->conf.cut_us;

	if (b->only_backchannel) {
		if (b->quiet_us >= SETTLE_US)
			return resume(b, now_us, "nod");
		if (b->voice_us >= 2 * cut_us)
			return cut(b, "long voice after a nod");
	} else {
		if (b->voice_us >= cut_us)
			return cut(b, "voice long enough");
		if (b->quiet_us >= SETTLE_US && b->voice_us < BLIP_US)
			return resume(b, now_us, "too short");
		/* words that are not sure wait for the final result */
		if (b->quiet_us >= WORDLESS_US && !b->words)
			return resume(b, now_us, "no words in it");
	}
	if (now_us - b->since_us < b->conf.deadline_us)
		return BARGEIN_NOTHING;
	if (b->only_backchannel)
		return resume(b, now_us, "nod, deadline");
	/* Half the voice that always cuts, still going on. */
	if (b->voice_us >= cut_us / 2 && b->quiet_us < WORDLESS_US)
		return cut(b, "deadline");
	return resume(b, now_us, "too little voice, deadline");
}

enum bargein_verdict bargein_frame(struct bargein *b, float speech, float echo,
				   int64_t now_us)
{
	const int voice = speech * (1.0f - echo) >= VOICE;

	if (!b->conf.enabled)
		return BARGEIN_NOTHING;
	if (speech >= VOICE)
		b->echo += 0.3f * (echo - b->echo);
	if (b->conf.words_only)
		return BARGEIN_NOTHING;
	if (!b->paused)
		return listen(b, voice, now_us);
	if (voice) {
		b->voice_us += FRAME_US;
		b->quiet_us = 0;
	} else {
		b->quiet_us += FRAME_US;
	}
	return decide(b, now_us);
}

/** What is in a text: nods, words that say something, and those with which
 *  people stop somebody. "the" and "um" alone say nothing: a recognizer that
 *  has heard half a sound guesses such. */
struct tally {
	uint32_t nods, words, stops;
	int ends_in_nod;
};

static void count_word(struct tally *t, const char *word)
{
	if (words_stops(word))
		t->stops++;
	t->words += words_stops(word) || !words_leads_on(word);
}

static struct tally count(const char *text)
{
	char word[2][WORDS_WORD_BYTES];
	struct tally t = {0};
	int k = 0, pending = 0;

	for (; words_next(&text, word[k]); k = !k) {
		if (pending && words_is_nod2(word[!k], word[k])) {
			pending = 0;
			t.nods++;
			t.ends_in_nod = 1;
			continue;
		}
		if (pending)
			count_word(&t, word[!k]);
		pending = !words_is_nod(word[k]);
		t.nods += !pending;
		t.ends_in_nod = !pending;
	}
	if (pending)
		count_word(&t, word[!k]);
	return t;
}

static struct tally count_in(const struct language *l, const char *text)
{
	char english[LANGUAGE_HEARD_BYTES];

	return count(language_heard(l, english, text));
}

/** Do words that may still change say that it is an interruption? */
static int is_enough(const struct bargein *b, const struct tally *t)
{
	if (!b->conf.words || t->words < b->conf.words)
		return 0;
	/* "oh, okay" sounds like "no, okay" at first */
	return b->conf.words_only || (t->stops && !t->ends_in_nod) ||
	       b->voice_us >= b->conf.cut_us * 3 / 4;
}

enum bargein_verdict bargein_partial(struct bargein *b, const char *text)
{
	const uint64_t sum = text_sum(TEXT_SUM, text);
	const int again = sum == b->text_sum;
	const struct tally t = count_in(b->language, text);

	if (!b->conf.enabled)
		return BARGEIN_NOTHING;
	if (b->echo > ECHO_IS_OURS)
		return BARGEIN_NOTHING;
	b->text_sum = sum;
	b->words = t.words;
	b->only_backchannel = !t.words && t.nods;
	if (again && is_enough(b, &t))
		return cut(b, "words");
	return BARGEIN_NOTHING;
}

enum bargein_verdict bargein_final(struct bargein *b, const char *text,
				   int confidence)
{
	const struct tally t = count_in(b->language, text);

	if (!b->conf.enabled || b->echo > ECHO_IS_OURS)
		return BARGEIN_NOTHING;
	if (!b->conf.words || t.words < b->conf.words)
		return BARGEIN_NOTHING;
	if (!t.stops && confidence < SURE_ENOUGH)
		return BARGEIN_NOTHING;
	return cut(b, "words");
}
