/**
 * @file pattern.h  Does what was said contain these words?
 *
 *   how many|large people        words one after the other, anywhere
 *   party * people               any words in between
 *   reserv*                      any ending
 *   how many | party size        either of two phrases
 *
 * Case and punctuation do not count. Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_PATTERN_H
#define CTL_PATTERN_H

enum { PATTERN_BYTES = 256, PATTERN_WORDS = 64 };

/** @return nonzero when text contains the pattern; an empty or too long
 *  pattern is in no text */
int pattern_in(const char *pattern, const char *text);

/** @return NULL when the pattern is sound, or what is wrong with it */
const char *pattern_check(const char *pattern);

#endif /* CTL_PATTERN_H */
