/**
 * @file words.h  The little of language that turn taking needs; see
 * dialog/language.h
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SPEECH_WORDS_H
#define SPEECH_WORDS_H

#include <stddef.h>

enum { WORDS_WORD_BYTES = 32 };

/**
 * Next word of a text: lower case, letters, digits, ' and - only. What
 * recognizers put in brackets for noises is passed over.
 *
 * @param at    where to go on; moved behind the word
 * @param word  word[WORDS_WORD_BYTES], cut when longer
 * @return 0 at the end, else the sign behind the word ('.', ',', ' ', ...)
 */
int words_next(const char **at, char *word);

/** @return digits that the word stands for: "7" 1, "1984" 4, "oh" 1,
 *          "fifteen" 2, "twenty" 2, no number 0 */
unsigned words_digits(const char *word);

/** @return nonzero for "twenty" to "ninety", which a unit may follow */
int words_is_tens(const char *word);

/** @return nonzero when nobody ends a turn with it: "and", "my", "um" */
int words_leads_on(const char *word);

/** The same for two words together: "let me", "do you". */
int words_lead_on2(const char *first, const char *second);

/** @return nonzero when two words end a turn though the second alone leads
 *          on: "i am", "hold on" */
int words_end2(const char *first, const char *second);

/** @return nonzero for what may stand behind a yes or no and end it: "i am",
 *          "is not" */
int words_are_short(const char *first, const char *second);

/** @return nonzero for "um" and its like, which add nothing */
int words_is_filler(const char *word);

/** @return nonzero for what closes a request: "please", "thanks" */
int words_is_closing(const char *word);

/** @return nonzero when the one word behind it is a verb that mostly takes
 *          more: "to order" */
int words_wants_object(const char *before);

/** @return nonzero for a bare yes or no */
int words_is_answer(const char *word);

/** @return nonzero when a listener nods with it: "uh-huh", "okay", "right" */
int words_is_nod(const char *word);

/** @return nonzero when people stop somebody with it: "wait", "no" */
int words_stops(const char *word);

/** Nods of two words together: "i see", "got it". */
int words_is_nod2(const char *first, const char *second);

#endif /* SPEECH_WORDS_H */
