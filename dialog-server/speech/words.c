/**
 * @file words.c  Word lists of turn taking (English)
 *
 * SPDX-License-Identifier: MIT
 */
#include "speech/words.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const char *const leads_on[] = {
	"a",        "about",     "across",  "actually", "after",   "against",
	"along",    "am",        "among",   "an",       "and",     "any",
	"are",      "around",    "as",      "at",       "because", "been",
	"before",   "behind",    "being",   "below",    "beside",  "between",
	"but",      "by",        "called",  "can",      "can't",   "could",
	"couldn't", "did",       "didn't",  "do",       "does",    "doesn't",
	"don't",    "during",    "each",    "either",   "er",      "erm",
	"every",    "except",    "for",     "from",     "has",     "hasn't",
	"have",     "haven't",   "having",  "he",       "he's",    "her",
	"his",      "hmm",       "how",     "how's",    "i",       "i'd",
	"i'll",     "i'm",       "i've",    "if",       "in",      "inside",
	"instead",  "into",      "is",      "isn't",    "it's",    "its",
	"just",     "least",     "let",     "let's",    "like",    "looking",
	"may",      "maybe",     "might",   "must",     "my",      "name's",
	"near",     "need",      "needs",   "next",     "nor",     "not",
	"number",   "of",        "on",      "onto",     "or",      "our",
	"per",      "quite",     "said",    "same",     "say",     "saying",
	"says",     "shall",     "she",     "she's",    "should",  "since",
	"so",       "some",      "such",    "than",     "that's",  "the",
	"their",    "then",      "there's", "these",    "they",    "they'll",
	"they're",  "they've",   "those",   "though",   "through", "til",
	"till",     "to",        "toward",  "towards",  "uh",      "uhm",
	"um",       "umm",       "under",   "unless",   "until",   "upon",
	"very",     "via",       "wait",    "want",     "wanted",  "wanting",
	"wants",    "was",       "wasn't",  "we",       "we'd",    "we'll",
	"we're",    "we've",     "well",    "were",     "weren't", "what",
	"what's",   "when",      "when's",  "where",    "where's", "whether",
	"which",    "while",     "who",     "who's",    "whose",   "why",
	"will",     "wish",      "with",    "within",   "without", "won't",
	"wonder",   "wondering", "would",   "wouldn't", "you'd",   "you'll",
	"you're",   "you've",    "your",
};

static const char *const fillers[] = {
	"ah", "eh", "er",  "erm", "hm",  "hmm",
	"mm", "uh", "uhm", "um",  "umm", "well",
};

/* What follows is a verb without its object yet: "to order", "can explain". */
static const char *const before_verbs[] = {"to"};

static const char *const closings[] = {
	"bye",
	"goodbye",
	"please",
	"thanks",
};

/* Two words that lead on though the second alone does not. */
static const char *const leads_on2[][2] = {
	{"at", "the"},   {"for", "the"},  {"help", "me"},   {"let", "me"},
	{"let", "us"},   {"show", "me"},  {"so", "that"},   {"speak", "to"},
	{"talk", "to"},  {"tell", "me"},  {"thing", "is"},  {"to", "know"},
	{"can", "you"},  {"can", "it"},   {"could", "you"}, {"could", "it"},
	{"did", "you"},  {"do", "you"},   {"have", "you"},  {"if", "you"},
	{"if", "it"},    {"is", "it"},    {"that", "you"},  {"when", "it"},
	{"when", "you"}, {"will", "you"}, {"would", "you"}, {"are", "you"},
	{"was", "it"},   {"would", "it"}, {"will", "it"},
};

/* Two words that end though the second alone leads on. */
static const char *const ends2[][2] = {
	{"come", "in"}, {"hold", "on"},    {"if", "so"},    {"think", "so"},
	{"hope", "so"}, {"go", "on"},      {"why", "not"},  {"of", "course"},
	{"no", "need"}, {"the", "number"}, {"guess", "so"}, {"right", "on"},
};

/* The same, behind a yes or a no: "yes i am", "no we don't". */
static const char *const short_who[] = {
	"he", "i", "it", "she", "that", "there", "they", "we", "you",
};
static const char *const short_does[] = {
	"am",   "are",   "can",   "can't",    "could", "did",    "didn't",
	"do",   "does",  "don't", "doesn't",  "has",   "have",   "haven't",
	"is",   "isn't", "not",   "should",   "was",   "wasn't", "were",
	"will", "won't", "would", "wouldn't",
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

/* With these people stop somebody who speaks. */
static const char *const stops[] = {
	"but",      "cancel", "excuse", "goodbye",  "hello", "help",
	"hey",      "hold",   "listen", "moment",   "no",    "nope",
	"operator", "pardon", "please", "question", "quiet", "second",
	"sorry",    "stop",   "wait",   "what",     "wrong",
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

int words_is_filler(const char *word)
{
	return listed(fillers, COUNT(fillers), word);
}

int words_is_closing(const char *word)
{
	return listed(closings, COUNT(closings), word);
}

int words_wants_object(const char *before)
{
	return listed(before_verbs, COUNT(before_verbs), before);
}

static int listed2(const char *const (*list)[2], size_t n, const char *first,
		   const char *second)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(list[i][0], first) && !strcmp(list[i][1], second))
			return 1;
	return 0;
}

int words_lead_on2(const char *first, const char *second)
{
	return listed2(leads_on2, COUNT(leads_on2), first, second);
}

int words_end2(const char *first, const char *second)
{
	return listed2(ends2, COUNT(ends2), first, second);
}

int words_are_short(const char *first, const char *second)
{
	return listed(short_does, COUNT(short_does), second) &&
	       (listed(short_who, COUNT(short_who), first) ||
		listed(short_does, COUNT(short_does), first));
}

int words_is_answer(const char *word)
{
	return listed(answers, COUNT(answers), word);
}

int words_stops(const char *word)
{
	return listed(stops, COUNT(stops), word);
}

int words_is_nod(const char *word)
{
	return listed(nods, COUNT(nods), word);
}

int words_is_nod2(const char *first, const char *second)
{
	return listed2(nods2, COUNT(nods2), first, second);
}
