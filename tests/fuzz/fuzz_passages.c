/**
 * @file fuzz_passages.c  Documents and questions: any bytes
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "store/passages.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every letter and digit is in one passage, in order. */
static size_t letters(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += (*s >= '0' && *s <= '9') || (*s >= 'a' && *s <= 'z') ||
		     (*s >= 'A' && *s <= 'Z');
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char words[QUESTION_WORDS_MAX][QUESTION_WORD_BYTES];
	char *s = malloc(size + 1);
	size_t n = 0, count = 0, short_ones = 0;
	struct passages p = {.at = s};
	struct strbuf b;

	if (!s)
		return 0;
	memcpy(s, data, size);
	s[size] = '\0';
	strbuf_init(&b, size + 64);
	while (passages_next(&p, &b) > 0) {
		assert(b.len > 0 && b.len <= 2 * PASSAGE_BYTES);
		assert(p.at >= s && p.at <= s + size);
		/* A text in UTF-8 is cut between characters. */
		assert(!text_is_utf8(s, strlen(s)) ||
		       text_is_utf8(b.s, b.len));
		short_ones += b.len < PASSAGE_LEAST_BYTES;
		n += letters(b.s);
		count++;
	}
	assert(!*p.at && short_ones <= 1);
	assert(count <= strlen(s) / PASSAGE_LEAST_BYTES + 1);
	assert(n == letters(s));
	strbuf_done(&b);
	count = question_words(s, words);
	assert(count <= QUESTION_WORDS_MAX);
	while (count-- > 0)
		assert(words[count][0] &&
		       strlen(words[count]) < QUESTION_WORD_BYTES);
	free(s);
	return 0;
}
