/**
 * @file words.c  Word lists of turn taking (English)
 *
 * SPDX-License-Identifier: MIT
 */
#include "speech/words.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const char *const leads_on[] = {
	"a",       "about", "an",      "and",   "at",     "because", "but",
	"by",      "er",    "erm",     "for",   "from",   "hmm",     "i",
	"i'd",     "i'll",  "i'm",     "if",    "in",     "is",      "it's",
	"its",     "let",   "like",    "my",    "name's", "number",  "of",
	"on",      "or",    "our",     "so",    "that's", "the",     "their",
	"there's", "these", "they're", "to",    "uh",     "uhm",     "um",
	"umm",     "until", "we",      "we'll", "we're",  "what's",  "when",
	"with",    "your",
};

static const char *const answers[] = {
	"correct", "definitely", "exactly", "nah", "negative",
	"no",      "nope",       "okay",    "ok",  "right",
	"sure",    "yeah",       "yep",     "yes", "yup",
};

static const char *const nods[] = {
	"ah",    "aha",    "alright", "cool", "fine", "good",
	"great", "hm",     "hmm",     "huh",  "mhm",  "mm",
	"mm-hm", "mm-hmm", "mmm",     "nice", "oh",   "ok",
	"okay",  "really", "right",   "sure", "uh",   "uh-huh",
	"uhuh",  "um",     "wow",     "yeah", "yep",  "yup",
};

static const char *const nods2[][2] = {
	{"all", "right"}, {"go", "on"},     {"got", "it"}, {"got", "you"},
	{"i", "see"},     {"of", "course"}, {"oh", "yes"},
};

static const struct {
	const char *word;
	unsigned digits;
} numbers[] = {
	{"zero", 1},     {"oh", 1},       {"o", 1},       {"one", 1},
	{"two", 1},      {"three", 1},    {"four", 1},    {"five", 1},
	{"six", 1},      {"seven", 1},    {"eight", 1},   {"nine", 1},
	{"ten", 2},      {"eleven", 2},   {"twelve", 2},  {"thirteen", 2},
	{"fourteen", 2}, {"fifteen", 2},  {"sixteen", 2}, {"seventeen", 2},
	{"eighteen", 2}, {"nineteen", 2}, {"twenty", 2},  {"thirty", 2},
	{"forty", 2},    {"fifty", 2},    {"sixty", 2},   {"seventy", 2},
	{"eighty", 2},   {"ninety", 2},   {"hundred", 2}, {"thousand", 3},
};

static int listed(const char *const *list, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(list[i], word))
			return 1;
	return 0;
}

static char lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/** Bytes beyond ASCII belong to words: names have accents. */
static int is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       (unsigned char)c >= 0x80;
}

static int is_inside(char c)
{
	return is_letter(lower(c)) || c == '\'' || c == '-';
}

/** @return behind a noise mark such as [breath], <sil> or ++cough++ */
static const char *skip_mark(const char *p)
{
	const char close = *p == '[' ? ']' : *p == '<' ? '>' : '+';
	const char *end = strchr(p + 1 + (close == '+'), close);

	if (!end)
		return p + 1;
	while (*end == close)
		end++;
	return end;
}

int words_next(const char **at, char *word)
{
	const char *p = *at;
	size_t n = 0;

	while (*p && !is_letter(lower(*p)))
		p = *p == '[' || *p == '<' || (p[0] == '+' && p[1] == '+')
			    ? skip_mark(p)
			    : p + 1;
	for (; is_inside(*p); p++)
		if (n < WORDS_WORD_BYTES - 1)
			word[n++] = lower(*p);
	word[n] = '\0';
	*at = p;
	if (!n)
		return 0;
	/* broken off: "I wan-" */
	if (word[n - 1] == '-') {
		word[n - 1] = '\0';
		return '-';
	}
	return *p ? *p : ' ';
}

unsigned words_digits(const char *word)
{
	unsigned n = 0;

	for (const char *p = word; *p; p++)
		n += *p >= '0' && *p <= '9';
	for (size_t i = 0; !n && i < COUNT(numbers); i++)
		if (!strcmp(numbers[i].word, word))
			n = numbers[i].digits;
	return n;
}

int words_is_tens(const char *word)
{
	const size_t len = strlen(word);

	return len > 4 && !strcmp(word + len - 2, "ty") && words_digits(word);
}

int words_leads_on(const char *word)
{
	return listed(leads_on, COUNT(leads_on), word);
}

int words_is_answer(const char *word)
{
	return listed(answers, COUNT(answers), word);
}

int words_is_nod(const char *word)
{
	return listed(nods, COUNT(nods), word);
}

int words_is_nod2(const char *first, const char *second)
{
	for (size_t i = 0; i < COUNT(nods2); i++)
		if (!strcmp(nods2[i][0], first) &&
		    !strcmp(nods2[i][1], second))
			return 1;
	return 0;
}
