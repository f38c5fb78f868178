/**
 * @file passages.c  Cuts documents into passages, and questions into words
 *
 *   paragraphs --> pieces (sentences, items of lists) --> passages
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/passages.h"

#include <errno.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"

enum {
	HEADING_BYTES = 80, /* a longer line is no heading */
	PIECE_BYTES = 600,  /* a longer sentence is cut    */
};

static int is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

/* ---- paragraphs ------------------------------------------------------ */

/* @return the start of the next line, or the end of the text */
static const char *next_line(const char *s)
{
	s += strcspn(s, "\n");
	return s + (*s == '\n');
}

static int is_blank_line(const char *s)
{
	size_t n = strspn(s, " \t\r\f");

	return s[n] == '\n' || !s[n];
}

/* Lines that are not joined to the one before: items, rows, headings. */
static int begins_anew(const char *s)
{
	size_t digits;

	s += strspn(s, " \t");
	if (strchr("-*#|>", *s) && *s)
		return 1;
	if (!strncmp(s, "\xe2\x80\xa2", 3)) /* a bullet */
		return 1;
	digits = strspn(s, "0123456789");
	return digits && digits < 4 && strchr(".)", s[digits]) && s[digits] &&
	       is_space(s[digits + 1]);
}

/* "4.3 Deductibles", alone in its line. */
static int is_numbered_heading(const char *s)
{
	size_t levels = 0, len = strcspn(s, "\r\n"), n;

	if (!len || len > HEADING_BYTES || strchr(".!?;:,", s[len - 1]))
		return 0;
	while ((n = strspn(s, "0123456789")) > 0) {
		levels++;
		s += n;
		if (*s != '.')
			break;
		s++;
	}
	return levels > 1 && (*s == ' ' || *s == '\t');
}

/* Such headings, and those of Markdown, need no blank line to be one. */
static const char *paragraph_end(const char *s)
{
	int heading = *s == '#' || is_numbered_heading(s);

	do
		s = next_line(s);
	while (*s && *s != '#' && !heading && !is_blank_line(s));
	return s;
}

/* One short line that is no sentence, or one marked as such. */
static int is_heading(const char *s, const char *end)
{
	const char *line = next_line(s);

	if (*s == '#')
		return 1;
	while (end > s && is_space(end[-1]))
		end--;
	return line >= end && end - s <= HEADING_BYTES &&
	       !strchr(".!?;,", end[-1]);
}

/* ---- pieces ---------------------------------------------------------- */

/* Not inside of a character. */
static const char *cut_before(const char *s, const char *limit)
{
	const char *p = limit;

	while (p > s && !is_space(*p))
		p--;
	if (p > s)
		return p;
	for (p = limit; p > s && ((unsigned char)*p & 0xc0) == 0x80; p--)
		;
	return p > s ? p : limit;
}

/* A sentence, or an item: up to end at most. */
static const char *piece_end(const char *s, const char *end)
{
	const char *p = s;

	for (; p < end && p - s < PIECE_BYTES; p++) {
		if (*p == '\n' && p + 1 < end && begins_anew(p + 1))
			return p + 1;
		if (strchr(".!?", *p) && p + 1 < end && is_space(p[1]))
			return p + 1;
	}
	return p < end ? cut_before(s, p) : end;
}

static const char *skip_marks(const char *s, const char *end)
{
	while (s < end && (is_space(*s) || *s == '#'))
		s++;
	return s;
}

static void add_piece(struct strbuf *b, const char *s, const char *end,
		      int new_line)
{
	int gap = b->len > 0;

	for (s = skip_marks(s, end); s < end; s++) {
		if (is_space(*s)) {
			gap = 1;
			continue;
		}
		if (gap && b->len > 0)
			strbuf_addc(b, new_line ? '\n' : ' ');
		gap = new_line = 0;
		strbuf_addc(b, *s);
	}
}

/* ---- passages -------------------------------------------------------- */

static int is_enough(const struct strbuf *b, size_t more, int heading_next,
		     int has_body)
{
	if (b->len < PASSAGE_LEAST_BYTES)
		return 0;
	if (heading_next)
		return has_body;
	return b->len + more > PASSAGE_BYTES;
}

int passages_next(struct passages *p, struct strbuf *ret)
{
	int has_body = 0;

	strbuf_clear(ret);
	for (;;) {
		while (is_space(*p->at))
			p->at++;
		if (!*p->at)
			break;

		const char *end = paragraph_end(p->at);
		int heading = is_heading(p->at, end), first = 1;

		if (is_enough(ret, 0, heading, has_body) ||
		    (has_body && ret->len >= PASSAGE_PARAGRAPH_BYTES))
			break;
		while (p->at < end) {
			const char *to = piece_end(p->at, end);

			if (is_enough(ret, (size_t)(to - p->at), 0, 0))
				goto out;
			add_piece(ret, p->at, to, first || begins_anew(p->at));
			first = 0;
			p->at = to;
		}
		has_body |= !heading;
	}
out:
	if (!strbuf_ok(ret))
		return -ENOMEM;
	return ret->len > 0;
}

/* ---- questions ------------------------------------------------------- */

/* What questions are made of, whatever they are about. */
static const char *const common[] = {
	"a",    "about", "am",    "an",    "and",    "any",  "are",   "as",
	"at",   "be",    "been",  "but",   "by",     "can",  "could", "d",
	"did",  "do",    "does",  "doing", "for",    "from", "had",   "has",
	"have", "how",   "i",     "if",    "in",     "is",   "it",    "its",
	"ll",   "m",     "may",   "me",    "my",     "need", "no",    "not",
	"of",   "on",    "or",    "our",   "please", "re",   "s",     "should",
	"so",   "some",  "t",     "tell",  "than",   "that", "the",   "their",
	"them", "then",  "there", "these", "they",   "this", "to",    "us",
	"ve",   "was",   "we",    "were",  "what",   "when", "where", "which",
	"who",  "why",   "will",  "with",  "would",  "you",  "your",
};

static int is_common(const char *word)
{
	for (size_t i = 0; i < sizeof(common) / sizeof(*common); i++)
		if (!strcmp(common[i], word))
			return 1;
	return 0;
}

/* Letters and digits of ASCII, and all that is beyond it. */
static int is_letter(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static size_t words_of(const char *s, int all,
		       char ret[QUESTION_WORDS_MAX][QUESTION_WORD_BYTES])
{
	size_t n = 0;

	while (*s && n < QUESTION_WORDS_MAX) {
		char word[QUESTION_WORD_BYTES];
		const char *begin = s;
		size_t i = 0;

		while (is_letter(*s))
			s++;
		if (s == begin) {
			s++;
			continue;
		}
		while (begin + i < s && i + 1 < sizeof(word)) {
			word[i] = begin[i];
			i++;
		}
		word[i] = '\0';
		text_lower(word);
		if (all || !is_common(word))
			memcpy(ret[n++], word, sizeof(word));
	}
	return n;
}

size_t question_words(const char *question,
		      char ret[QUESTION_WORDS_MAX][QUESTION_WORD_BYTES])
{
	size_t n = words_of(question, 0, ret);

	return n ? n : words_of(question, 1, ret);
}
