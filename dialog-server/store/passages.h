/**
 * @file passages.h  Cuts documents into passages, and questions into words
 *
 * A passage is what is found and what may be spoken: whole sentences, a few of
 * them, together with the heading above. Pure; private to store/ and its
 * tests.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef STORE_PASSAGES_H
#define STORE_PASSAGES_H

#include <stddef.h>

struct strbuf;

enum {
	/* [bytes] Longer ones would be tiresome to hear, shorter ones tear
	 * apart what belongs together. */
	PASSAGE_BYTES = 700,
	PASSAGE_PARAGRAPH_BYTES = 250, /* enough for one paragraph alone */
	PASSAGE_LEAST_BYTES = 64, /* but the last; bounds how many there are */
	QUESTION_WORDS_MAX = 24,
	QUESTION_WORD_BYTES = 64, /* with its NUL; longer ones are cut */
};

/** Where the next passage begins. */
struct passages {
	const char *at; /* borrowed text, ends with NUL */
};

/**
 * The next passage, in one line a paragraph, runs of white space made one.
 *
 * @param ret  cleared first @return 1, 0 at the end, -ENOMEM
 */
int passages_next(struct passages *p, struct strbuf *ret);

/**
 * The words of a question that say what it is about, in lower case: the others
 * only when there are no such.
 *
 * @return how many
 */
size_t question_words(const char *question,
		      char ret[QUESTION_WORDS_MAX][QUESTION_WORD_BYTES]);

#endif /* STORE_PASSAGES_H */
