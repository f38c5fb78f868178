/**
 * @file nlu_words.c  Splitting an utterance and matching patterns on words
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include "dialog/nlu_words.h"

/* Both spellings: recognizers print the apostrophe, people forget it. */
static const struct {
	const char *from;
	const char *to[2];
} contractions[] = {
	{"ain't", {"is", "not"}},         {"aren't", {"are", "not"}},
	{"arent", {"are", "not"}},        {"can't", {"can", "not"}},
	{"cannot", {"can", "not"}},       {"cant", {"can", "not"}},
	{"couldn't", {"could", "not"}},   {"couldnt", {"could", "not"}},
	{"couple's", {"couple", "is"}},   {"didn't", {"did", "not"}},
	{"didnt", {"did", "not"}},        {"doesn't", {"does", "not"}},
	{"doesnt", {"does", "not"}},      {"don't", {"do", "not"}},
	{"dont", {"do", "not"}},          {"dunno", {"not", "know"}},
	{"gimme", {"give", "me"}},        {"gonna", {"going", "to"}},
	{"gotta", {"got", "to"}},         {"hasn't", {"has", "not"}},
	{"haven't", {"have", "not"}},     {"havent", {"have", "not"}},
	{"he's", {"he", "is"}},           {"here's", {"here", "is"}},
	{"how's", {"how", "is"}},         {"i'd", {"i", "would"}},
	{"i'll", {"i", "will"}},          {"i'm", {"i", "am"}},
	{"i've", {"i", "have"}},          {"im", {"i", "am"}},
	{"isn't", {"is", "not"}},         {"isnt", {"is", "not"}},
	{"it'd", {"it", "would"}},        {"it'll", {"it", "will"}},
	{"it's", {"it", "is"}},           {"its", {"it", "is"}},
	{"ive", {"i", "have"}},           {"lemme", {"let", "me"}},
	{"let's", {"let", "us"}},         {"lets", {"let", "us"}},
	{"name's", {"name", "is"}},       {"number's", {"number", "is"}},
	{"party's", {"party", "is"}},     {"she's", {"she", "is"}},
	{"shouldn't", {"should", "not"}}, {"that'd", {"that", "would"}},
	{"that'll", {"that", "will"}},    {"that's", {"that", "is"}},
	{"thats", {"that", "is"}},        {"there'll", {"there", "will"}},
	{"there're", {"there", "are"}},   {"there's", {"there", "is"}},
	{"theres", {"there", "is"}},      {"they're", {"they", "are"}},
	{"wanna", {"want", "to"}},        {"wasn't", {"was", "not"}},
	{"we'd", {"we", "would"}},        {"we'll", {"we", "will"}},
	{"we're", {"we", "are"}},         {"we've", {"we", "have"}},
	{"what're", {"what", "are"}},     {"what's", {"what", "is"}},
	{"whats", {"what", "is"}},        {"when's", {"when", "is"}},
	{"where's", {"where", "is"}},     {"wheres", {"where", "is"}},
	{"who's", {"who", "is"}},         {"won't", {"will", "not"}},
	{"wont", {"will", "not"}},        {"wouldn't", {"would", "not"}},
	{"you'd", {"you", "would"}},      {"you'll", {"you", "will"}},
	{"you're", {"you", "are"}},       {"you've", {"you", "have"}},
};

/* One spelling for what is heard in several. */
static const struct {
	const char *from, *to;
} spellings[] = {
	{"mister", "mr"},
	{"o'clock", "oclock"},
	{"ok", "okay"},
	{"yah", "yeah"},
	{"thx", "thanks"},
	{"pls", "please"},
	{"u", "u"},
	{"ummm", "um"},
	{"umm", "um"},
	{"uhh", "uh"},
	{"uhm", "um"},
	{"erm", "um"},
	{"er", "um"},
	{"hmm", "hm"},
	{"mmm", "hm"},
	{"mm", "hm"},
	{"mhm", "mmhmm"},
	{"uhuh", "uhhuh"},
	{"tmrw", "tomorrow"},
	{"tomorow", "tomorrow"},
	{"tonite", "tonight"},
	{"reapeat", "repeat"},
	{"goodbye", "bye"},
	{"alright", "alright"},
};

static int is_letter(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

static int is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/** Length of an apostrophe at s, ASCII or U+2019; 0 for none. */
static size_t apostrophe(const char *s)
{
	if (*s == '\'')
		return 1;
	return strncmp(s, "\xe2\x80\x99", 3) == 0 ? 3 : 0;
}

static void word_add(struct words *ws, const char *s, size_t len,
		     const struct word *where)
{
	if (ws->n >= WORDS_MAX || ws->used + len + 1 > sizeof(ws->buf))
		return;
	struct word *w = &ws->w[ws->n++];
	char *dst = ws->buf + ws->used;

	*w = *where;
	memcpy(dst, s, len);
	dst[len] = '\0';
	w->s = dst;
	w->digits = 1;
	for (size_t i = 0; i < len; i++) {
		if (!is_digit((unsigned char)dst[i]))
			w->digits = 0;
	}
	ws->used += len + 1;
}

static void word_add_opened(struct words *ws, const char *s,
			    const struct word *where)
{
	for (size_t i = 0; i < sizeof(spellings) / sizeof(*spellings); i++) {
		if (strcmp(s, spellings[i].from) == 0) {
			s = spellings[i].to;
			break;
		}
	}
	for (size_t i = 0; i < sizeof(contractions) / sizeof(*contractions);
	     i++) {
		const char *const *to = contractions[i].to;

		if (strcmp(s, contractions[i].from) != 0)
			continue;
		word_add(ws, to[0], strlen(to[0]), where);
		struct word second = *where;

		second.sep = 0;
		second.brk = 0;
		word_add(ws, to[1], strlen(to[1]), &second);
		return;
	}
	word_add(ws, s, strlen(s), where);
}

/** Letters with apostrophes inside, or digits with an ordinal ending.
 *  @return bytes of text consumed, > 0 */
static size_t word_scan(const char *s, char *ret, size_t cap, int *ret_upper)
{
	size_t i = 0, n = 0;

	*ret_upper = 0;
	if (is_digit((unsigned char)s[0])) {
		while (is_digit((unsigned char)s[i]) && n + 3 < cap)
			ret[n++] = s[i++];
		char a = lower(s[i]), b = a != '\0' ? lower(s[i + 1]) : '\0';
		int ordinal = (a == 's' && b == 't') ||
			      (a == 'n' && b == 'd') ||
			      (a == 'r' && b == 'd') || (a == 't' && b == 'h');

		if (ordinal && !is_letter((unsigned char)s[i + 2])) {
			ret[n++] = a;
			ret[n++] = b;
			i += 2;
		}
		ret[n] = '\0';
		return i;
	}
	while (n + 1 < cap) {
		size_t skip = n > 0 ? apostrophe(s + i) : 0;

		if (skip > 0 && is_letter((unsigned char)s[i + skip])) {
			ret[n++] = '\'';
			i += skip;
		} else if (skip == 0 && is_letter((unsigned char)s[i])) {
			*ret_upper |= s[i] >= 'A' && s[i] <= 'Z';
			ret[n++] = lower(s[i++]);
		} else {
			break;
		}
	}
	/* A very long word goes on as the next one, between characters. */
	while (n > 1 && ((unsigned char)s[i] & 0xc0) == 0x80) {
		n--;
		i--;
	}
	ret[n] = '\0';
	return i;
}

/** What stands between two words: glue and clause ends. */
struct gap {
	char sep;
	uint8_t brk;
	uint8_t space;
};

static void gap_see(struct gap *g, char c, char next)
{
	if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
		g->space = 1;
		return;
	}
	if (c == '?' || c == '!' || c == ';')
		g->brk = 1;
	else if ((c == ',' || c == '.' || c == ':') &&
		 (next == ' ' || next == '\n' || next == '\0'))
		g->brk = 1;
	if (!g->space)
		g->sep = c;
}

void words_split(struct words *ret, const char *text)
{
	struct gap g = {0, 0, 1};
	size_t i = 0;

	ret->n = 0;
	ret->used = 0;
	ret->text = text != NULL ? text : "";
	text = ret->text;
	while (text[i] != '\0' && i < WORDS_TEXT_MAX) {
		unsigned char c = (unsigned char)text[i];
		size_t quote = apostrophe(text + i);
		char word[64];
		int upper;

		if (quote > 0 || !(is_letter(c) || is_digit(c))) {
			size_t len = quote > 0 ? quote : 1;

			if (quote == 0)
				gap_see(&g, text[i], text[i + 1]);
			i += len;
			continue;
		}
		size_t len = word_scan(text + i, word, sizeof(word), &upper);
		struct word w = {.at = (uint16_t)i,
				 .end = (uint16_t)(i + len),
				 .brk = g.brk,
				 .upper = (uint8_t)upper};

		w.sep = g.space ? 0 : g.sep != 0 ? g.sep : '+';
		/* "p. m.", "j. r. smith", "dr. berg": no end of a clause. */
		if (ret->n > 0 && g.brk) {
			const struct word *last = &ret->w[ret->n - 1];

			if (((last->s[1] == '\0' && !last->digits) ||
			     word_in(last->s, "dr|mr|mrs|ms|prof|st")) &&
			    text[last->end] == '.')
				w.brk = 0;
		}
		word_add_opened(ret, word, &w);
		i += len;
		g = (struct gap){0, 0, 0};
	}
}

void words_slice(struct words *ret, const struct words *ws, uint32_t from,
		 uint32_t to)
{
	ret->n = 0;
	ret->used = 0;
	ret->text = ws->text;
	for (uint32_t i = from; i < to && i < ws->n; i++)
		ret->w[ret->n++] = ws->w[i];
}

int word_in(const char *s, const char *set)
{
	while (*set != '\0') {
		const char *a = s;

		while (*a != '\0' && *a == *set) {
			a++;
			set++;
		}
		if (*a == '\0' && (*set == '|' || *set == '\0'))
			return 1;
		while (*set != '\0' && *set++ != '|')
			;
	}
	return 0;
}

int words_in(const struct words *ws, uint32_t i, const char *set)
{
	return i < ws->n && word_in(ws->w[i].s, set);
}

/** One alternative list "a|b|c" ended by space, '?' or NUL against a word.
 *  @return nonzero on a match */
static int unit_matches(const char *s, const char *unit, size_t len)
{
	size_t i = 0;

	if (len == 1 && unit[0] == '*')
		return 1;
	while (i < len) {
		size_t k = 0;

		while (i < len && unit[i] != '|' && s[k] != '\0' &&
		       s[k] == unit[i]) {
			k++;
			i++;
		}
		if (s[k] == '\0' && (i == len || unit[i] == '|'))
			return 1;
		while (i < len && unit[i] != '|')
			i++;
		i++;
	}
	return 0;
}

uint32_t words_match(const struct words *ws, uint32_t at, const char *pattern)
{
	uint32_t i = at;

	while (*pattern != '\0') {
		size_t len = strcspn(pattern, " ");
		int maybe = len > 1 && pattern[len - 1] == '?';
		size_t unit = maybe ? len - 1 : len;

		if (i < ws->n && unit_matches(ws->w[i].s, pattern, unit))
			i++;
		else if (!maybe)
			return 0;
		pattern += len;
		pattern += *pattern == ' ';
	}
	return i - at;
}

uint32_t word_letter(const char *s)
{
	return s[0] >= 'a' && s[0] <= 'z' ? 1U << (s[0] - 'a') : 1U << 26;
}

/** The letters that a match may begin with, one bit each. */
static uint32_t pattern_letters(const char *pattern)
{
	uint32_t bits = 0;

	for (;;) {
		size_t len = strcspn(pattern, " ");
		int maybe = len > 1 && pattern[len - 1] == '?';

		if (*pattern == '*')
			return UINT32_MAX;
		bits |= word_letter(pattern);
		for (size_t i = 0; i < len; i++) {
			if (pattern[i] == '|')
				bits |= word_letter(pattern + i + 1);
		}
		pattern += len;
		if (!maybe || *pattern++ != ' ')
			return bits;
	}
}

int pattern_may_begin(_Atomic uint32_t *memo, const char *pattern,
		      uint32_t letter)
{
	uint32_t bits = atomic_load_explicit(memo, memory_order_relaxed);

	if (bits == 0) {
		bits = pattern_letters(pattern);
		atomic_store_explicit(memo, bits, memory_order_relaxed);
	}
	return (bits & letter) != 0;
}

uint32_t words_match_any(const struct words *ws, uint32_t at,
			 const char *const *patterns)
{
	uint32_t best = 0;

	for (; *patterns != NULL; patterns++) {
		uint32_t n = words_match(ws, at, *patterns);

		if (n > best)
			best = n;
	}
	return best;
}

int words_find(const struct words *ws, uint32_t from, const char *pattern)
{
	for (uint32_t i = from; i < ws->n; i++) {
		if (words_match(ws, i, pattern) > 0)
			return (int)i;
	}
	return -1;
}

uint32_t words_fillers(const struct words *ws, uint32_t at)
{
	uint32_t i = at;

	for (;;) {
		uint32_t n = words_match(ws, i, "let me see");

		if (n == 0)
			n = words_match(ws, i, "you know");
		if (n == 0)
			n = words_match(ws, i,
					"um|uh|hm|ah|oh|eh|well|so|like|"
					"please|okay|anyway|basically|just");
		if (n == 0)
			return i - at;
		i += n;
	}
}

static uint32_t last_correction(const struct words *ws, uint32_t *ret_from)
{
	static const char *const marks[] = {
		"no wait|sorry|actually? it|that? is|should? be?",
		"no wait|sorry|actually? i said|meant|mean",
		"i said|meant|mean",
		"i said|meant|mean it|that? is|was?",
		"actually",
		"actually it|that is",
		"actually make|change|let it|that|us",
		"sorry",
		"sorry it|that is",
		"wait",
		"wait no?",
		"correction",
		"or rather",
		"make it|that",
		"change it|that to",
		"it|that should be",
		"scratch|forget|strike that|it",
		"no|nope",
		NULL,
	};
	uint32_t after = 0;

	for (uint32_t i = 0; i < ws->n; i++) {
		uint32_t n = words_match_any(ws, i, marks);

		if (words_match(ws, i,
				"no|know one|problem|worries|idea|"
				"thanks") > 0)
			continue;
		if (n == 0)
			continue;
		if (i + n < ws->n) {
			after = i + n;
			*ret_from = i;
		}
		i += n - 1;
	}
	return after;
}

uint32_t words_after_correction(const struct words *ws)
{
	uint32_t from;

	return last_correction(ws, &from);
}

int words_taken_back(const struct words *ws, uint32_t *ret_from,
		     uint32_t *ret_to)
{
	uint32_t from = 0, to = last_correction(ws, &from);

	if (to == 0 || from == 0)
		return 0;
	*ret_from = from;
	*ret_to = to;
	return 1;
}

int words_text(const struct words *ws, uint32_t from, uint32_t to, char *ret,
	       size_t cap)
{
	size_t at, end, len;
	int err = 0;

	if (cap == 0)
		return -EMSGSIZE;
	if (to > ws->n)
		to = ws->n;
	if (from >= to) {
		ret[0] = '\0';
		return 0;
	}
	at = ws->w[from].at;
	end = ws->w[to - 1].end;
	len = end > at ? end - at : 0;
	if (len >= cap) {
		len = cap - 1;
		while (len > 0 &&
		       ((unsigned char)ws->text[at + len] & 0xc0) == 0x80)
			len--;
		err = -EMSGSIZE;
	}
	memmove(ret, ws->text + at, len);
	ret[len] = '\0';
	return err;
}

void text_trim_utf8(char *s)
{
	size_t len = strlen(s), at = len;

	while (at > 0 && len - at < 4 &&
	       ((unsigned char)s[at - 1] & 0xc0) == 0x80)
		at--;
	if (at == 0)
		return;
	unsigned char lead = (unsigned char)s[at - 1];
	size_t want = lead >= 0xf0   ? 4
		      : lead >= 0xe0 ? 3
		      : lead >= 0xc0 ? 2
				     : 1;

	if (lead >= 0xc0 && len - (at - 1) < want)
		s[at - 1] = '\0';
}

int text_has_word(const char *text, const char *set)
{
	if (text == NULL)
		return 0;
	while (*text != '\0') {
		char word[32];
		size_t n = 0;

		while (*text != '\0' && !is_letter((unsigned char)*text))
			text++;
		while (is_letter((unsigned char)*text)) {
			if (n + 1 < sizeof(word))
				word[n++] = lower(*text);
			text++;
		}
		word[n] = '\0';
		if (n > 0 && word_in(word, set))
			return 1;
	}
	return 0;
}

/** Length without a plural or a participle ending. */
static size_t stem_len(const char *s)
{
	size_t n = strlen(s);

	if (n > 5 && strcmp(s + n - 3, "ing") == 0)
		return n - 3;
	if (n > 4 && strcmp(s + n - 3, "ies") == 0)
		return n - 3;
	if (n > 4 && strcmp(s + n - 2, "es") == 0)
		return n - 2;
	if (n > 4 && strcmp(s + n - 2, "ed") == 0)
		return n - 2;
	if (n > 3 && s[n - 1] == 's' && s[n - 2] != 's')
		return n - 1;
	if (n > 4 && (s[n - 1] == 'e' || s[n - 1] == 'y'))
		return n - 1;
	return n;
}

int words_same_stem(const char *a, const char *b)
{
	size_t n = stem_len(a), m = stem_len(b);

	return n == m && memcmp(a, b, n) == 0;
}
