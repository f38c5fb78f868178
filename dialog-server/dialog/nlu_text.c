/**
 * @file nlu_text.c  Free text
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/strbuf.h"
#include "dialog/nlu_parts.h"

/** A piece of a code. @return words read, 0 for none */
static uint32_t code_at(const struct words *ws, uint32_t i, struct strbuf *b)
{
	const char *s = ws->w[i].s;
	char letters[64];
	struct num num;
	uint32_t n = spell_at(ws, i, letters, sizeof(letters));

	for (const char *c = letters; n > 0 && *c != '\0'; c++) {
		if (*c >= 'a' && *c <= 'z')
			strbuf_addc(b, (char)(*c - 32));
	}
	if (n > 0)
		return n;
	if (words_in(ws, i, "dash|hyphen|minus")) {
		strbuf_addc(b, '-');
		return 1;
	}
	if (words_in(ws, i, "slash")) {
		strbuf_addc(b, '/');
		return 1;
	}
	if (ws->w[i].digits) {
		strbuf_add(b, s);
		return 1;
	}
	if (num_at(ws, i, NUM_NO_SCALE, &num) == 0 && !num.ordinal) {
		strbuf_addf(b, "%lld", (long long)num.value);
		return num.words;
	}
	/* "oh", "for", "to" behind a digit */
	if (b->len > 0 && num_digit(s, NUM_HOMOPHONES) >= 0) {
		strbuf_addf(b, "%d", num_digit(s, NUM_HOMOPHONES));
		return 1;
	}
	if (s[0] >= 'a' && s[0] <= 'z' && s[1] == '\0') {
		strbuf_addc(b, (char)(s[0] - 32));
		return 1;
	}
	return 0;
}

int nlu_code(char *ret, size_t cap, const char *text)
{
	struct words ws;
	struct strbuf b;

	words_split(&ws, text);
	strbuf_over(&b, ret, cap);
	for (uint32_t i = 0; i < ws.n;) {
		/* The "i" of "i think" and the "a" of "a code". */
		const int article = b.len == 0 && words_in(&ws, i, "i|a") &&
				    i + 1 < ws.n && ws.w[i + 1].s[1] != '\0' &&
				    !ws.w[i + 1].digits;
		uint32_t n = article ? 0 : code_at(&ws, i, &b);

		if (n == 0 && b.len > 0)
			break;
		i += n > 0 ? n : 1;
	}
	return b.len > 0 && strbuf_ok(&b) ? 0 : -ENOENT;
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
		if (email_find(ws, text, sizeof(text)) == 0) {
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
