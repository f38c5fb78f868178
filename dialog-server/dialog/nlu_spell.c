/**
 * @file nlu_spell.c  Names spelled letter by letter
 *
 *   "b o b" · "s m i double l" · "b as in boy" · "bravo oscar bravo"
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "dialog/nlu_parts.h"

/* Names of letters as a recognizer writes them. Some are common words. */
static const struct {
	const char *words;
	char letter;
} sounds[] = {
	{"ay|eh|hey", 'a'},    {"bee|be", 'b'},
	{"cee|see|sea", 'c'},  {"dee|the", 'd'},
	{"ee", 'e'},           {"ef|eff|if", 'f'},
	{"gee", 'g'},          {"aitch|age|each", 'h'},
	{"eye|aye", 'i'},      {"jay", 'j'},
	{"kay|okay", 'k'},     {"el|ell|elle", 'l'},
	{"em|am|him", 'm'},    {"en|an|and", 'n'},
	{"oh|owe", 'o'},       {"pee|pea", 'p'},
	{"cue|queue", 'q'},    {"are|ar|our", 'r'},
	{"ess|es|as", 's'},    {"tea|tee|to", 't'},
	{"you|yew", 'u'},      {"vee|we", 'v'},
	{"ex|eggs|acts", 'x'}, {"why|wye", 'y'},
	{"zee|zed", 'z'},
};

static const char *const alphabet[26] = {
	"alpha|alfa|adam|apple",
	"bravo|boy|baker",
	"charlie|cat",
	"delta|dog",
	"echo|edward|easy",
	"foxtrot|fox",
	"golf",
	"hotel|henry",
	"india|ida",
	"juliet|juliett",
	"kilo",
	"lima|lincoln",
	"mike|mary",
	"november|nancy",
	"oscar|ocean",
	"papa",
	"quebec|queen",
	"romeo|roger",
	"sierra|sugar",
	"tango",
	"uniform|union",
	"victor",
	"whiskey|whisky",
	"xray",
	"yankee|yellow",
	"zulu|zebra",
};

enum letter_kind { LETTER_NONE, LETTER_STRICT, LETTER_NAMED, LETTER_SOUND };

static enum letter_kind letter_of(const char *s, char *ret)
{
	if (s[0] >= 'a' && s[0] <= 'z' && s[1] == '\0') {
		*ret = s[0];
		return LETTER_STRICT;
	}
	for (int i = 0; i < 26; i++) {
		if (word_in(s, alphabet[i])) {
			*ret = (char)('a' + i);
			return LETTER_NAMED;
		}
	}
	for (size_t i = 0; i < sizeof(sounds) / sizeof(*sounds); i++) {
		if (word_in(s, sounds[i].words)) {
			*ret = sounds[i].letter;
			return LETTER_SOUND;
		}
	}
	return LETTER_NONE;
}

/** One letter at word `at`, with "as in boy" behind it.
 *  @return words consumed, 0 for none */
static uint32_t one_letter(const struct words *ws, uint32_t at, char *ret,
			   enum letter_kind *ret_kind)
{
	uint32_t n = words_match(ws, at, "double you|u"), as;

	if (n > 0) {
		*ret = 'w';
		*ret_kind = LETTER_STRICT;
	} else {
		*ret_kind = letter_of(ws->w[at].s, ret);
		if (*ret_kind == LETTER_NONE)
			return 0;
		n = 1;
	}
	as = words_match(ws, at + n, "as in|is *");
	if (as == 0)
		as = words_match(ws, at + n, "like in? *");
	if (as == 0 && *ret_kind == LETTER_STRICT) {
		as = words_match(ws, at + n, "for *");
		if (as > 0 && ws->w[at + n + 1].s[0] != *ret)
			as = 0;
	}
	if (as > 0) {
		/* The word tells the letter better than its bare name. */
		char first = ws->w[at + n + as - 1].s[0];

		if (first >= 'a' && first <= 'z')
			*ret = first;
		*ret_kind = LETTER_STRICT;
	}
	return n + as;
}

uint32_t spell_at(const struct words *ws, uint32_t at, char *ret, size_t cap)
{
	uint32_t i = at, end = at;
	size_t n = 0;
	int strict = 0, named = 0, sound = 0;

	while (i < ws->n && n + 4 < cap) {
		enum letter_kind kind;
		int times = 1;
		char c = 0;
		uint32_t k, used = 0;

		if (n > 0 &&
		    words_in(ws, i, "dash|hyphen|capital|then|um|uh")) {
			i++;
			continue;
		}
		if (n > 0 && ret[n - 1] != ' ' && words_in(ws, i, "space")) {
			ret[n++] = ' ';
			i++;
			continue;
		}
		if (words_match(ws, i, "double|triple *") > 0 &&
		    words_match(ws, i, "double you|u") == 0) {
			times = words_in(ws, i, "triple") ? 3 : 2;
			used = 1;
		}
		k = i + used < ws->n ? one_letter(ws, i + used, &c, &kind) : 0;
		if (k == 0)
			break;
		strict += kind == LETTER_STRICT;
		named += kind == LETTER_NAMED;
		sound += kind == LETTER_SOUND;
		for (int t = 0; t < times; t++)
			ret[n++] = c;
		if (used)
			strict++;
		i += used + k;
		end = i;
	}
	while (n > 0 && ret[n - 1] == ' ')
		n--;
	ret[n < cap ? n : cap - 1] = '\0';
	/* Two letters before a word are initials: "j r smith". */
	if (n < 2 || (n == 2 && end < ws->n))
		return 0;
	/* "tuesday at two p m" */
	if (n == 2 && words_match(ws, at, "a|p m") == 2)
		return 0;
	if (strict >= 2 || (named >= 3 && sound == 0) ||
	    (strict >= 1 && named + sound >= 2 && end == ws->n))
		return end - at;
	/* Nothing but names of letters to the end: "are oh bee". */
	if (n >= 3 && end == ws->n && sound + named + strict >= 3 &&
	    at == words_fillers(ws, 0))
		return end - at;
	return 0;
}
