/**
 * @file phrase.h  Looking for words, without regard to case
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DIALOG_PHRASE_H
#define DIALOG_PHRASE_H

#include <stddef.h>

/** snprintf() that may cut: a line that is too long is still a line. */
void phrase_put(char *ret, size_t cap, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** @return what follows head at the start of s, or NULL */
const char *phrase_after(const char *s, const char *head);

/** @return where part begins in s, or NULL; part may begin or end with a
 *  space, which stands for "not inside a word" too */
const char *phrase_in(const char *s, const char *part);

#endif /* DIALOG_PHRASE_H */
