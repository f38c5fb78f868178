/**
 * @file lexicon.h  How words are pronounced, as the recognizer wants it
 *
 *   cmudict file ──┐
 *   extra words ───┼─▶ lexicon ─▶ lines of a dictionary: "five(2):d F AY V"
 *   letter rules ──┘
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_LEXICON_H
#define PROVIDER_LEXICON_H

#include <stdio.h>

struct lexicon;

enum { LEXICON_PHONES_BYTES = 128 };

/** Read a dictionary file. @return 0, -errno of open, -ENOMEM, -EBADMSG */
int lexicon_open(struct lexicon **ret, const char *path);

/** @return nonzero when the file has the word @thread any */
int lexicon_has(const struct lexicon *x, const char *word);

/**
 * One way to say a word; unknown words by the letter rules of the
 * synthesizer, and only one way.
 *
 * @param i  which, from 0
 * @param ret  ret[LEXICON_PHONES_BYTES]
 * @return 0, -ENOENT (no such way)
 * @thread any
 */
int lexicon_phones(const struct lexicon *x, const char *word, unsigned i,
		   char *ret);

/** Write every way to say a word as dictionary lines of the word `alias`.
 *  @return 0, -ENOENT (unpronounceable), -EIO */
int lexicon_write(const struct lexicon *x, const char *word, const char *alias,
		  FILE *f);

/** @return NULL */
struct lexicon *lexicon_close(struct lexicon *x);

#endif /* PROVIDER_LEXICON_H */
