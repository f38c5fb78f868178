/**
 * @file complete.h  Does what has been said so far sound finished?
 *
 *   partial text, what was asked --> level, why
 *
 * Grammar for what nobody ends with ("can i", "a table for", "let me"), the
 * readers of dialog/nlu.h for whether the answer that was asked for is there.
 * English, as words.c is. Pure; tens of microseconds a partial.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SPEECH_COMPLETE_H
#define SPEECH_COMPLETE_H

#include <stdint.h>

#include "dialog/ask.h"
#include "speech/words.h"

enum complete_level {
	COMPLETE_NONE,  /**< no words                            */
	COMPLETE_LEADS, /**< leads on: "and", "my", "um"         */
	COMPLETE_PART,  /**< some of the answer is there         */
	COMPLETE_PLAIN, /**< may be the end                      */
	COMPLETE_WHOLE, /**< looks like the end                  */
	COMPLETE_SURE,  /**< the answer, and nothing else        */
};

struct complete {
	enum complete_level level;
	const char *why; /**< static, for the journal */
	uint32_t words;
	uint32_t digits;             /**< "twenty five" is two */
	char tail[WORDS_WORD_BYTES]; /**< last word */
};

/** @return the level in a word, static: "leads on" */
const char *complete_name(enum complete_level level);

/** @param ask  kind, digits and choices are read @param text  lower case
 * words, with or without signs */
struct complete complete_of(const struct ask *ask, const char *text);

#endif /* SPEECH_COMPLETE_H */
