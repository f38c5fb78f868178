/**
 * @file nlu_person.c  A name with its parts
 *
 *   "robert smith"  {"text":"Robert Smith","given":"Robert","family":"Smith"}
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "dialog/nlu_parts.h"

static int is_title(const char *s, size_t len)
{
	char word[16];

	if (len >= sizeof(word))
		return 0;
	memcpy(word, s, len);
	word[len] = '\0';
	text_lower(word);
	if (len > 0 && word[len - 1] == '.')
		word[len - 1] = '\0';
	return word_in(word, "mr|mrs|ms|miss|dr|doctor|professor|prof|sir");
}

static void put_text(struct strbuf *b, const char *name, const char *s,
		     size_t len)
{
	char text[NLU_TEXT_MAX], quoted[NLU_TEXT_MAX];

	strbuf_addf(b, ",\"%s\":", name);
	if (len == 0 || len >= sizeof(text)) {
		strbuf_add(b, "null");
		return;
	}
	memcpy(text, s, len);
	text[len] = '\0';
	if (json_quote(quoted, sizeof(quoted), text) == 0)
		strbuf_add(b, quoted);
	else
		strbuf_add(b, "null");
}

int value_person(struct nlu_value *ret, const struct ask *ask,
		 const struct words *ws)
{
	const int family_only =
		text_has_word(ask->description, "last|family|surname") &&
		!text_has_word(ask->description, "first|given|full");
	char name[NLU_TEXT_MAX];
	const char *from = name, *space;
	struct strbuf b;
	int titled;

	if (value_name(ret, ask, ws) < 0 ||
	    json_unquote(name, sizeof(name), ret->json) < 0)
		return -ENOENT;
	titled = is_title(from, strcspn(from, " ")) && strchr(from, ' ');
	if (titled)
		from = strchr(from, ' ') + 1;
	space = strchr(from, ' ');

	char text[NLU_TEXT_MAX];

	(void)text_copy(text, sizeof(text), ret->json);
	strbuf_over(&b, ret->json, sizeof(ret->json));
	strbuf_addf(&b, "{\"text\":%s", text);
	if (space != NULL) {
		put_text(&b, "given", from, (size_t)(space - from));
		put_text(&b, "family", space + 1, strlen(space + 1));
	} else {
		const int is_family = titled || family_only;

		put_text(&b, "given", from, is_family ? 0 : strlen(from));
		put_text(&b, "family", from, is_family ? strlen(from) : 0);
	}
	strbuf_addc(&b, '}');
	return strbuf_ok(&b) ? 0 : -ENOENT;
}
