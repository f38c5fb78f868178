/**
 * @file nlu_text.c  Free text
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "dialog/nlu_parts.h"

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
