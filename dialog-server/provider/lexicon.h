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

/** Read a dictionary file. @return 0, -errno of open, -ENOMEM, -EBADMSG */
int lexicon_open(struct lexicon **ret, const char *path);

/** Write every way to say a word as dictionary lines of the word `alias`; a
 *  word that the file lacks goes by the letter rules of the synthesizer.
 *  @return 0, -ENOENT (unpronounceable), -EIO @thread any */
int lexicon_write(const struct lexicon *x, const char *word, const char *alias,
		  FILE *f);

/** @return NULL */
struct lexicon *lexicon_close(struct lexicon *x);

#endif /* PROVIDER_LEXICON_H */
