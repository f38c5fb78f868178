/**
 * @file xp_pattern.h  The pattern of a field, and what a value makes of it
 *
 * POSIX extended regular expressions, and \d \w \s, on characters of UTF-8.
 * A pattern comes from outside and a value from a caller, so both ends are
 * bounded: what a pattern becomes has at most XP_PATTERN_STEPS_MAX steps
 * (nested repeats are refused beyond that), and a value is matched in that
 * many steps a character, whatever the pattern is. No heap.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROTO_XP_PATTERN_H
#define PROTO_XP_PATTERN_H

enum {
	XP_PATTERN_STEPS_MAX = 1024,
	XP_PATTERN_REPEAT_MAX = 255, /**< of {m,n} */
	XP_PATTERN_TEXT_MAX = 512,   /**< [bytes] of a value; longer: none
					  matches */
};

/**
 * @param ret_why  what is wrong, for people; static. Untouched when it is fine
 * @return 0, -EBADMSG (no such expression, or too much of one)
 */
int xp_pattern_check(const char *pattern, const char **ret_why);

/** Does the whole text match? @return 1, 0 (also: no good pattern) */
int xp_pattern_match(const char *pattern, const char *text);

#endif /* PROTO_XP_PATTERN_H */
