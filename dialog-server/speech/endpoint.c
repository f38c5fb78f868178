/**
 * @file endpoint.c  When did the caller begin, and when have they finished?
 *
 * SPDX-License-Identifier: MIT
 */
#include "speech/endpoint.h"

#include <string.h>

#include "audio/pcm.h"
#include "base/text.h"
#include "dialog/language.h"
#include "speech/words.h"

#define VOICE_STARTS  0.5f
#define VOICE_GOES_ON 0.4f

enum {
	SHORT_ANSWER_US = 1000000, /* of voice: more is not a bare yes */
	OPEN_TAIL_US = 1500000,    /* least silence after "and" */
	CATCH_UP_US = 40000,       /* text from before that lacks the end */
	SETTLED_US = 300000,       /* no other text came for so long */
	STALE_US = 1500000,        /* ... through so much voice: not the end */
	HUSH_US = 3 * FRAME_US,    /* words are asked for */
	HUSH_AGAIN_US = 8 * FRAME_US, /* a decoder knows its last word late */
	PAUSE_US = 200000,            /* a silence in a turn worth learning */
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
	e->said = (struct complete){.why = "no words"};
	e->text_sum = 0;
	e->text_us = e->shown_us = 0;
}

void endpoint_init(struct endpoint *e, const struct endpoint_config *c)
{
	memset(e, 0, sizeof(*e));
	e->conf = *c;
	e->why = "";
	e->wait_us = c->silence_us;
}

void endpoint_ask(struct endpoint *e, const struct ask *ask)
{
	e->ask = *ask;
}

void endpoint_reset(struct endpoint *e)
{
	e->speaking = e->eager = 0;
	e->run_us = e->voiced_us = 0;
	forget_text(e);
}

/* ---- the text ----------------------------------------------------------- */

void endpoint_partial(struct endpoint *e, const char *text, int64_t now_us)
{
	const uint64_t sum = text_sum(TEXT_SUM, text);
	char english[LANGUAGE_HEARD_BYTES];

	if (!e->speaking)
		return;
	e->shown_us = now_us;
	if (sum == e->text_sum)
		return;
	e->text_sum = sum;
	e->text_us = now_us;
	e->text_voiced_us = e->voiced_us;
	e->said = complete_of(&e->ask,
			      language_heard(e->ask.language, english, text));
}

/** Is there text, and does it cover all that was said? It does when it came
 *  in this silence, and also when nothing came for long enough. */
static int is_settled(const struct endpoint *e, int64_t now_us)
{
	return e->text_us && (e->shown_us > e->voice_us + CATCH_UP_US ||
			      now_us - e->voice_us >= SETTLED_US);
}

/* ---- how long to wait ----------------------------------------------------
 */

/** Nothing is known of the words: the silence that fits the question. */
static int64_t wait_for_ask(const struct endpoint *e, const char **why)
{
	const int64_t usual_us = e->conf.silence_us;
	const struct ask *ask = &e->ask;

	switch (ask->kind) {
	case ASK_YES_NO:
		if (e->voiced_us >= SHORT_ANSWER_US)
			return usual_us;
		*why = "yes or no";
		return usual_us / 2;
	case ASK_DIGITS:
		*why = "digits";
		if (!ask->min_digits)
			return usual_us * 2;
		*why = "digits missing";
		return e->conf.max_silence_us;
	case ASK_INTEGER:
		*why = "number";
		return usual_us * 3 / 4;
	case ASK_NAME:
		*why = "name";
		return usual_us * 3 / 2;
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

/** Some of the answer is there. */
static int64_t wait_for_rest(const struct endpoint *e)
{
	return e->ask.kind == ASK_DIGITS ? e->conf.max_silence_us
					 : e->conf.silence_us * 2;
}

/** Words that may be the end. */
static int64_t wait_for_more(const struct endpoint *e)
{
	const int64_t usual_us = e->conf.silence_us;

	switch (e->ask.kind) {
	case ASK_DIGITS:
		return usual_us * 5 / 3;
	case ASK_TEXT:
		return usual_us * 4 / 3;
	default:
		return usual_us;
	}
}

/** Words that look like the end. People say more of some things. */
static int64_t wait_for_whole(const struct endpoint *e)
{
	const int64_t usual_us = e->conf.silence_us;

	switch (e->ask.kind) {
	case ASK_TEXT:
		return usual_us * 2 / 3;
	case ASK_OPEN:
	case ASK_CHOICE:
		return usual_us * 9 / 20;
	default:
		return usual_us / 3;
	}
}

static int64_t wait_for_words(const struct endpoint *e)
{
	const struct endpoint_config *c = &e->conf;

	switch (e->said.level) {
	case COMPLETE_NONE:
	case COMPLETE_PLAIN:
		return wait_for_more(e);
	case COMPLETE_LEADS:
		if (e->ask.kind == ASK_DIGITS && e->ask.min_digits)
			return c->max_silence_us;
		return max64(OPEN_TAIL_US, 2 * c->silence_us);
	case COMPLETE_PART:
		return wait_for_rest(e);
	case COMPLETE_WHOLE:
		return wait_for_whole(e);
	case COMPLETE_SURE:
		break;
	}
	return c->min_silence_us;
}

/** @return the silence that ends the turn now, and why that long */
static int64_t work_out_wait(const struct endpoint *e, int64_t now_us,
			     const char **why)
{
	const struct endpoint_config *c = &e->conf;
	const int64_t learned_us =
		min64(e->pause_us + e->pause_us / 4 + PAUSE_SLACK_US,
		      2 * c->silence_us);
	const int settled = is_settled(e, now_us);
	int64_t wait_us;

	if (e->ask.end_silence_us) {
		*why = "as the field has it";
		return e->ask.end_silence_us;
	}
	*why = settled ? e->said.why : "silence";
	wait_us = settled ? wait_for_words(e) : wait_for_ask(e, why);
	if (e->pause_us && learned_us > wait_us &&
	    (!settled || e->said.level < COMPLETE_WHOLE)) {
		*why = "pauses of this caller";
		wait_us = learned_us;
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
	e->said = (struct complete){.why = "no words"};
	e->text_us = 0;
}

static void note_reason(struct endpoint *e, int64_t now_us, const char *why)
{
	e->reason = (struct endpoint_reason){
		.why = why,
		.silence_us = now_us - e->voice_us,
		.wait_us = e->wait_us,
		.longest_us = e->pause_us,
		.said = e->said,
	};
}

static enum endpoint_verdict end(struct endpoint *e, int64_t now_us,
				 const char *why)
{
	note_reason(e, now_us, why);
	endpoint_reset(e);
	e->ended_us = now_us;
	e->why = why;
	return ENDPOINT_ENDED;
}

int endpoint_wants_words(const struct endpoint *e, int64_t now_us)
{
	const int64_t silence_us = now_us - e->voice_us;

	return e->speaking &&
	       (silence_us == HUSH_US || silence_us == HUSH_AGAIN_US);
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
	note_reason(e, now_us, why);
	return ENDPOINT_EAGER;
}
