/**
 * @file words.h  The little of language that turn taking needs (English)
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

/** @return nonzero for a bare yes or no */
int words_is_answer(const char *word);

/** @return nonzero when a listener nods with it: "uh-huh", "okay", "right" */
int words_is_nod(const char *word);

/** The same for two words together: "i see", "got it". */
int words_is_nod2(const char *first, const char *second);

#endif /* SPEECH_WORDS_H */
