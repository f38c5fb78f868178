/**
 * @file endpoint.c  When did the caller begin, and when have they finished?
 *
 * SPDX-License-Identifier: MIT
 */
#include "speech/endpoint.h"

#include <string.h>

#include "audio/pcm.h"
#include "base/text.h"
#include "speech/words.h"

#define VOICE_STARTS  0.5f
#define VOICE_GOES_ON 0.4f

enum {
	ANSWER_WORDS = 4,          /* "yes that is right" */
	SHORT_ANSWER_US = 1000000, /* of voice: more is not a bare yes */
	OPEN_TAIL_US = 1500000,    /* least silence after "and" */
	STABLE_US = 300000,        /* a partial unchanged so long stands */
	STALE_US = 1500000,        /* ... through so much voice: not the end */
	PAUSE_US = 200000,         /* a silence in a turn worth learning */
	PAUSE_SLACK_US = 100000,
	FALSE_END_US = 600000, /* spoke on so soon after an end: not one */
};

static int64_t min64(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t max64(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void forget_text(struct endpoint *e)
{
	e->tail[0] = '\0';
	e->tail_kind = ENDPOINT_TAIL_NONE;
	e->words = e->digits = 0;
	e->text_sum = 0;
	e->text_us = 0;
}

void endpoint_init(struct endpoint *e, const struct endpoint_config *c)
{
	memset(e, 0, sizeof(*e));
	e->conf = *c;
	e->ask = ASK_OPEN;
	e->why = "";
	e->wait_us = c->silence_us;
}

void endpoint_ask(struct endpoint *e, const struct ask *ask)
{
	e->ask = ask->kind;
	e->min_digits = ask->min_digits;
	e->max_digits = ask->max_digits;
	e->have_digits = ask->have_digits;
	e->fixed_us = ask->end_silence_us;
}

void endpoint_reset(struct endpoint *e)
{
	e->speaking = e->eager = 0;
	e->run_us = e->voiced_us = 0;
	forget_text(e);
}

/* ---- the text ----------------------------------------------------------- */

/** What the last word, and the sign behind it, say about the rest. */
static enum endpoint_tail tail_of(const char *word, int sign, uint32_t words,
				  uint32_t letters)
{
	if (!words)
		return ENDPOINT_TAIL_NONE;
	if (sign == ',' || sign == '-' || words_leads_on(word))
		return ENDPOINT_TAIL_OPEN;
	if (letters >= 2)
		return ENDPOINT_TAIL_SPELLED;
	if (words <= ANSWER_WORDS && words_is_answer(word))
		return ENDPOINT_TAIL_ANSWER;
	if (sign == '.' || sign == '?' || sign == '!')
		return ENDPOINT_TAIL_SENTENCE;
	return ENDPOINT_TAIL_PLAIN;
}

void endpoint_partial(struct endpoint *e, const char *text, int64_t now_us)
{
	char word[WORDS_WORD_BYTES];
	uint32_t words = 0, digits = 0, letters = 0;
	const uint64_t sum = text_sum(TEXT_SUM, text);
	int sign = ' ', next, tens = 0;

	if (!e->speaking || sum == e->text_sum)
		return;
	e->text_sum = sum;
	e->text_us = now_us;
	e->text_voiced_us = e->voiced_us;
	e->tail[0] = '\0';
	while ((next = words_next(&text, word))) {
		const unsigned d = words_digits(word);

		words++;
		/* "twenty five" is two digits, not three */
		digits += tens && d == 1 ? 0 : d;
		tens = words_is_tens(word);
		letters = !word[1] && word[0] >= 'a' ? letters + 1 : 0;
		sign = next;
		memcpy(e->tail, word, strlen(word) + 1);
	}
	e->words = words;
	e->digits = digits;
	e->tail_kind = tail_of(e->tail, sign, words, letters);
}

/* ---- how long to wait ----------------------------------------------------
 */

static int64_t wait_for_digits(const struct endpoint *e, const char **why)
{
	const int64_t usual_us = e->conf.silence_us;
	const uint32_t have = e->have_digits + e->digits;

	if (e->max_digits && have >= e->max_digits) {
		*why = "all digits";
		return (e->conf.min_silence_us + usual_us) / 2;
	}
	if (e->min_digits && have < e->min_digits) {
		if (e->digits || e->tail_kind == ENDPOINT_TAIL_NONE ||
		    e->tail_kind == ENDPOINT_TAIL_OPEN) {
			*why = "digits missing";
			return e->conf.max_silence_us;
		}
		*why = "no digits in it";
		return usual_us * 3 / 2;
	}
	*why = e->min_digits ? "enough digits" : "digits";
	return e->min_digits ? usual_us * 3 / 2 : usual_us * 2;
}

static int64_t wait_for_answer(const struct endpoint *e, const char **why)
{
	const int maybe_short = e->tail_kind == ENDPOINT_TAIL_NONE &&
				e->voiced_us < SHORT_ANSWER_US;

	if (e->tail_kind == ENDPOINT_TAIL_ANSWER || maybe_short) {
		*why = "yes or no";
		return e->conf.min_silence_us;
	}
	return e->conf.silence_us;
}

/** The silence that fits the question. */
static int64_t wait_for_ask(const struct endpoint *e, const char **why)
{
	const int64_t usual_us = e->conf.silence_us;

	switch (e->ask) {
	case ASK_YES_NO:
		return wait_for_answer(e, why);
	case ASK_DIGITS:
		return wait_for_digits(e, why);
	case ASK_INTEGER:
		if (!e->digits && e->tail_kind != ENDPOINT_TAIL_NONE)
			return usual_us;
		*why = "number";
		return (e->conf.min_silence_us + usual_us) / 2;
	case ASK_NAME:
		*why = "name";
		if (e->tail_kind != ENDPOINT_TAIL_SPELLED)
			return usual_us * 3 / 2;
		*why = "spelled name";
		return usual_us * 5 / 2;
	case ASK_DATE:
	case ASK_DATETIME:
		*why = "date";
		return usual_us * 4 / 3;
	case ASK_TEXT:
		*why = "free text";
		return usual_us * 4 / 3;
	case ASK_OPEN:
	case ASK_CHOICE:
		break;
	}
	return usual_us;
}

/** @return nonzero when the answer is complete as it stands */
static int is_certain(const struct endpoint *e)
{
	if (e->ask == ASK_YES_NO)
		return e->tail_kind == ENDPOINT_TAIL_ANSWER;
	return e->ask == ASK_DIGITS && e->max_digits &&
	       e->have_digits + e->digits >= e->max_digits;
}

/** @return the silence that ends the turn now, and why that long */
static int64_t work_out_wait(const struct endpoint *e, int64_t now_us,
			     const char **why)
{
	const struct endpoint_config *c = &e->conf;
	const int64_t learned_us =
		min64(e->pause_us + e->pause_us / 4 + PAUSE_SLACK_US,
		      2 * c->silence_us);
	int64_t wait_us;

	if (e->fixed_us) {
		*why = "as the field has it";
		return e->fixed_us;
	}
	*why = "silence";
	wait_us = wait_for_ask(e, why);
	if (e->tail_kind == ENDPOINT_TAIL_OPEN) {
		const int64_t open_us = max64(OPEN_TAIL_US, 2 * c->silence_us);

		if (open_us > wait_us)
			*why = "trailing word";
		wait_us = max64(wait_us, open_us);
	} else if (e->pause_us && !is_certain(e) && learned_us > wait_us) {
		*why = "pauses of this caller";
		wait_us = learned_us;
	} else if (wait_us < c->max_silence_us && e->text_us) {
		if (e->tail_kind == ENDPOINT_TAIL_SENTENCE) {
			*why = "sentence";
			wait_us = wait_us * 2 / 3;
		} else if (e->tail_kind == ENDPOINT_TAIL_PLAIN &&
			   now_us - e->text_us >= STABLE_US) {
			*why = "text stands";
			wait_us = wait_us * 4 / 5;
		}
	}
	return max64(c->min_silence_us, min64(c->max_silence_us, wait_us));
}

/* ---- the frames -----------------------------------------------------------
 */

static void learn_pause(struct endpoint *e, int64_t pause_us)
{
	if (pause_us < PAUSE_US)
		return;
	pause_us = min64(pause_us, e->conf.max_silence_us);
	if (pause_us > e->pause_us)
		e->pause_us = pause_us;
	else
		e->pause_us += (pause_us - e->pause_us) / 8;
}

static enum endpoint_verdict wait_for_voice(struct endpoint *e, float speech,
					    int64_t now_us)
{
	if (speech < VOICE_STARTS) {
		e->run_us = max64(0, e->run_us - FRAME_US);
		return ENDPOINT_NOTHING;
	}
	if (!e->run_us)
		e->began_us = now_us - FRAME_US;
	e->run_us += FRAME_US;
	if (e->run_us < e->conf.start_us)
		return ENDPOINT_NOTHING;

	/* We answered too early when the caller simply goes on. */
	if (e->ended_us && e->began_us - e->ended_us < FALSE_END_US)
		learn_pause(e, e->began_us - e->voice_us);
	e->speaking = 1;
	e->eager = 0;
	e->voice_us = now_us;
	e->voiced_us = e->run_us;
	e->run_us = 0;
	forget_text(e);
	e->why = "voice";
	return ENDPOINT_BEGAN;
}

/** The recognizer fell behind, or stopped showing words: its last ones say
 *  nothing about how this ends. They count again when they change. */
static void drop_stale_text(struct endpoint *e)
{
	if (!e->text_us || e->voiced_us - e->text_voiced_us < STALE_US)
		return;
	e->tail[0] = '\0';
	e->tail_kind = ENDPOINT_TAIL_NONE;
	e->words = e->digits = 0;
	e->text_us = 0;
}

static enum endpoint_verdict end(struct endpoint *e, int64_t now_us,
				 const char *why)
{
	endpoint_reset(e);
	e->ended_us = now_us;
	e->why = why;
	return ENDPOINT_ENDED;
}

enum endpoint_verdict endpoint_frame(struct endpoint *e, float speech,
				     int64_t now_us)
{
	const char *why;

	if (!e->speaking)
		return wait_for_voice(e, speech, now_us);
	if (now_us - e->began_us >= e->conf.max_turn_us)
		return end(e, now_us, "longest turn");

	if (speech >= VOICE_GOES_ON) {
		learn_pause(e, now_us - e->voice_us - FRAME_US);
		e->voice_us = now_us;
		e->voiced_us += FRAME_US;
		drop_stale_text(e);
		if (!e->eager)
			return ENDPOINT_NOTHING;
		e->eager = 0;
		e->why = "spoke on";
		return ENDPOINT_RESUMED;
	}

	const int64_t silence_us = now_us - e->voice_us;

	e->wait_us = work_out_wait(e, now_us, &why);
	if (silence_us >= e->wait_us)
		return end(e, now_us, why);
	if (e->eager || silence_us < e->conf.min_silence_us * 2 / 3 ||
	    silence_us < e->wait_us / 2)
		return ENDPOINT_NOTHING;
	e->eager = 1;
	e->why = why;
	return ENDPOINT_EAGER;
}
