/**
 * @file nlu_text.c  Free text, and addresses of e-mail said aloud
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "dialog/nlu_parts.h"

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

/** One piece of a spoken address. @return words read, 0 for none */
static uint32_t piece(const struct words *ws, uint32_t i, struct strbuf *b)
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
	char letters[64];
	struct num num;
	uint32_t n;

	for (size_t k = 0; k < sizeof(signs) / sizeof(*signs); k++) {
		n = words_match(ws, i, signs[k].pattern);
		if (n > 0) {
			strbuf_add(b, signs[k].sign);
			return n;
		}
	}
	n = spell_at(ws, i, letters, sizeof(letters));
	if (n > 0 && words_in(ws, i + n, "at|dot") &&
	    words_find(ws, i, "at") >= 0) {
		strbuf_add(b, letters);
		return n;
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

/** "bob dot smith at example dot com". */
static int spoken_email(const struct words *ws, char *ret, size_t cap)
{
	int at = -1, dot;
	uint32_t from = 0, i;
	struct strbuf b;

	for (i = 1; i + 3 < ws->n + 1; i++) {
		if (words_in(ws, i, "at") &&
		    words_find(ws, i + 2, "dot|period|point") >= 0)
			at = (int)i;
	}
	if (at < 1)
		return -ENOENT;
	dot = words_find(ws, (uint32_t)at, "dot|period|point");
	if (dot < 0 || (uint32_t)dot + 1 >= ws->n)
		return -ENOENT;
	for (i = 0; i < (uint32_t)at; i++) {
		if (words_in(ws, i,
			     "is|it|to|email|address|um|uh|yeah|yes|"
			     "sure|me|my|so|well|okay"))
			from = i + 1;
	}
	if (from >= (uint32_t)at)
		return -ENOENT;
	strbuf_over(&b, ret, cap);
	for (i = from; i < ws->n;) {
		if (i == (uint32_t)at) {
			strbuf_addc(&b, '@');
			i++;
			continue;
		}
		if (i > (uint32_t)dot + 1 &&
		    !words_in(ws, i, "dot|period|point"))
			break;
		if (i > (uint32_t)dot && words_in(ws, i, "dot|period|point"))
			dot = (int)i;
		i += piece(ws, i, &b);
	}
	return strbuf_ok(&b) ? 0 : -ENOENT;
}

static int is_email(const struct ask *ask)
{
	return text_has_word(ask->field_key, "email|mail") ||
	       text_has_word(ask->description, "email|mail");
}

int value_text(struct nlu_value *ret, const struct ask *ask,
	       const struct words *ws)
{
	static const char empty_words[] =
		"um|uh|hm|ah|oh|eh|well|so|like|please|okay|anyway|thanks";
	char text[NLU_TEXT_MAX - 8];
	uint32_t from = 0, to = ws->n;

	ret->partial = 0;
	ret->strong = 0;
	if (is_email(ask)) {
		if (typed_email(ws->text, text, sizeof(text)) == 0 ||
		    spoken_email(ws, text, sizeof(text)) == 0) {
			ret->strong = 1;
			goto found;
		}
		return -ENOENT;
	}
	from = words_fillers(ws, 0);
	while (to > from && words_in(ws, to - 1, empty_words))
		to--;
	if (from >= to)
		return -ENOENT;
	(void)words_text(ws, from, to, text, sizeof(text));
	if (text[0] == '\0')
		return -ENOENT;
found:
	/* Escapes may not fit: then less of the text. */
	for (size_t len = strlen(text);
	     json_quote(ret->json, sizeof(ret->json), text) < 0;) {
		len /= 2;
		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
		text[len] = '\0';
	}
	return nlu_speak_near(ret->spoken, sizeof(ret->spoken), "text",
			      ASK_TEXT, ret->json, NULL);
}
