/**
 * @file nlu_email.c  Addresses of e-mail, typed and said aloud
 *
 *   "anna dot berg at example dot com"       anna.berg@example.com
 *   "a n n a forty two at gmail"             anna42@gmail.com
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "dialog/nlu_parts.h"

static const char dots[] = "dot|period|point";

/* Where people have their mail: told without its end as often as with it. */
static const char providers[] =
	"gmail|yahoo|hotmail|outlook|icloud|aol|protonmail|gmx|googlemail";

/** "bob@example.com" as it was typed. */
static int typed_email(const char *text, char *ret, size_t cap)
{
	const char *at = strchr(text, '@'), *from = at, *to = at;

	if (at == NULL)
		return -ENOENT;
	while (from > text && (unsigned char)from[-1] > ' ' &&
	       strchr(",;<>()\"", from[-1]) == NULL)
		from--;
	while ((unsigned char)*to > ' ' && strchr(",;<>()\"", *to) == NULL)
		to++;
	while (to > at && strchr(".?!", to[-1]) != NULL)
		to--;
	if (from == at || to - at < 4 ||
	    memchr(at, '.', (size_t)(to - at)) == NULL ||
	    (size_t)(to - from) >= cap)
		return -ENOENT;
	memcpy(ret, from, (size_t)(to - from));
	ret[to - from] = '\0';
	text_lower(ret);
	return 0;
}

static int is_number(const struct words *ws, uint32_t i)
{
	struct num num;

	return num_at(ws, i, NUM_NO_SCALE, &num) == 0 && !num.ordinal;
}

/** A sign in words. @return words read, 0 for none */
static uint32_t sign_at(const struct words *ws, uint32_t i, struct strbuf *b)
{
	static const struct {
		const char *pattern, *sign;
	} signs[] = {
		{"dot|period|point", "."},
		{"underscore|underline", "_"},
		{"under score", "_"},
		{"dash|hyphen|minus", "-"},
		{"plus", "+"},
	};

	for (size_t k = 0; k < sizeof(signs) / sizeof(*signs); k++) {
		uint32_t n = words_match(ws, i, signs[k].pattern);

		if (n > 0) {
			strbuf_add(b, signs[k].sign);
			return n;
		}
	}
	return 0;
}

/** What is heard for the ends of addresses. */
static const char *end_heard(const struct words *ws, uint32_t i)
{
	if (words_in(ws, i, "come|calm|comb|kom|con"))
		return "com";
	if (words_in(ws, i, "nets|nett"))
		return "net";
	return NULL;
}

/** One piece of a spoken address. @return words read, > 0 */
static uint32_t piece(const struct words *ws, uint32_t i, struct strbuf *b)
{
	const int last_part = i > 0 && words_in(ws, i - 1, dots);
	char letters[64];
	struct num num;
	uint32_t n = sign_at(ws, i, b);

	if (n > 0)
		return n;
	n = spell_at(ws, i, letters, sizeof(letters));
	if (n > 0 && ((words_in(ws, i + n, "at|dot|underscore|dash") &&
		       words_find(ws, i, "at") >= 0) ||
		      is_number(ws, i + n) || words_in(ws, i + n, dots) ||
		      (last_part && i + n == ws->n))) {
		for (const char *s = letters; *s != '\0'; s++) {
			if (*s != ' ')
				strbuf_addc(b, *s);
		}
		return n;
	}
	if (last_part && end_heard(ws, i) != NULL) {
		strbuf_add(b, end_heard(ws, i));
		return 1;
	}
	if (words_in(ws, i, "oh|o") &&
	    (is_number(ws, i + 1) || (i > 0 && is_number(ws, i - 1)))) {
		strbuf_addc(b, '0');
		return 1;
	}
	if (num_at(ws, i, 0, &num) == 0 && !num.ordinal) {
		if (num.typed)
			strbuf_add(b, ws->w[i].s);
		else
			strbuf_addf(b, "%lld", (long long)num.value);
		return num.words;
	}
	strbuf_add(b, ws->w[i].s);
	return 1;
}

/** Where the name before the "at" begins. */
static uint32_t local_from(const struct words *ws, uint32_t at)
{
	uint32_t from = 0;

	for (uint32_t i = 0; i < at; i++) {
		/* "Hans Maier, h dot maier at ..." */
		if (i > 0 && ws->w[i].brk && ws->w[i - 1].s[1] != '\0' &&
		    !words_in(ws, i, dots) && !words_in(ws, i - 1, dots))
			from = i;
		if (words_in(ws, i,
			     "is|it|to|email|address|um|uh|yeah|yes|sure|me|"
			     "my|so|well|okay|that|would|be|mail|use|reach|"
			     "write|send|at|please|and|spelled|no|i|said|"
			     "actually|sorry") &&
		    /* Not the letter. */
		    !(words_in(ws, i, "i") && i + 1 < at &&
		      ws->w[i + 1].s[1] == '\0'))
			from = i + 1;
	}
	return from;
}

/** The "at" that has a domain behind it. @return its index, -1 */
static int find_at(const struct words *ws)
{
	int at = -1;

	for (uint32_t i = 1; i + 1 < ws->n; i++) {
		const uint32_t sign = words_in(ws, i + 1, "sign|symbol");

		if (!words_in(ws, i, "at"))
			continue;
		if (words_find(ws, i + 2 + sign, dots) >= 0 ||
		    words_in(ws, i + 1 + sign, providers) ||
		    words_match(ws, i + 1, "g mail") > 0)
			at = (int)i;
	}
	return at;
}

/** The domain from word i on. @return 0, -ENOENT */
static int domain(const struct words *ws, uint32_t i, struct strbuf *b)
{
	int dot = words_find(ws, i, dots);

	if (words_match(ws, i, "g mail") > 0) {
		strbuf_add(b, "gmail");
		i += 2;
	}
	if (words_in(ws, i, providers) &&
	    (dot < 0 || (uint32_t)dot != i + 1)) {
		strbuf_addf(b, "%s.com", ws->w[i].s);
		return 0;
	}
	if (dot < 0 || (uint32_t)dot + 1 >= ws->n)
		return -ENOENT;
	while (i < ws->n) {
		if (i > (uint32_t)dot + 1 && !words_in(ws, i, dots) &&
		    !words_in(ws, i - 1, dots))
			break;
		if (i > (uint32_t)dot && words_in(ws, i, dots))
			dot = (int)i;
		i += piece(ws, i, b);
	}
	return 0;
}

/** "bob dot smith at example dot com". */
static int spoken_email(const struct words *ws, char *ret, size_t cap)
{
	const int found = find_at(ws);
	uint32_t at, from, i;
	struct strbuf b;

	if (found < 1)
		return -ENOENT;
	at = (uint32_t)found;
	from = local_from(ws, at);
	if (from >= at)
		return -ENOENT;
	strbuf_over(&b, ret, cap);
	for (i = from; i < at;)
		i += piece(ws, i, &b);
	strbuf_addc(&b, '@');
	i = at + 1 + (uint32_t)words_in(ws, at + 1, "sign|symbol");
	if (domain(ws, i, &b) < 0)
		return -ENOENT;
	return strbuf_ok(&b) ? 0 : -ENOENT;
}

int email_find(const struct words *ws, char *ret, size_t cap)
{
	if (typed_email(ws->text, ret, cap) == 0)
		return 0;
	return spoken_email(ws, ret, cap);
}

int value_email(struct nlu_value *ret, const struct words *ws)
{
	char text[256];

	if (email_find(ws, text, sizeof(text)) < 0 ||
	    json_quote(ret->json, sizeof(ret->json), text) < 0)
		return -ENOENT;
	ret->strong = 1;
	ret->partial = 0;
	return nlu_speak(ret->spoken, sizeof(ret->spoken), "email", ASK_TEXT,
			 ret->json);
}
