/**
 * @file engine_language.c  The built-in brain in another language than English
 *
 *   heard --> in English --> the engine as ever --> lines and values in the
 *   caller's language
 *
 * Free text, and what goes to the Expert, stays as it was said.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/text.h"
#include "dialog/engine_state.h"
#include "dialog/nlu_parts.h"

const char *engine_line(const struct engine *e, const char *english)
{
	return language_line(e->today.language, english);
}

const struct brain_view *engine_translate(struct engine_translated *t,
					  const struct brain_view *v,
					  const struct language *l)
{
	if (!l)
		return v;
	t->view = *v;
	for (uint32_t i = 0; i < v->n_heard; i++) {
		language_hear(l, t->text[i], sizeof(t->text[i]),
			      v->heard[i].text);
		t->view.heard[i].text = t->text[i];
	}
	return &t->view;
}

const char *engine_as_said(const struct engine *e, const char *english)
{
	return e->today.language && e->raw->n_heard ? e->raw->heard[0].text
						    : english;
}

enum ask_kind engine_kind_of(const struct engine *e, const struct xp_item *f)
{
	const char *d = f->description ? f->description : "";
	const struct language *l = e->today.language;
	char key[NLU_TEXT_MAX], description[NLU_TEXT_MAX];

	if (!l)
		return nlu_ask_kind(f->field_type, f->key, d);
	language_hear(l, key, sizeof(key), f->key);
	language_hear(l, description, sizeof(description), d);
	return nlu_ask_kind(f->field_type, key, description);
}

void engine_digit_bounds(const struct engine *e, const struct xp_item *f,
			 uint32_t *ret_min, uint32_t *ret_max)
{
	const char *d = f->description ? f->description : "";
	char description[NLU_TEXT_MAX];

	if (e->today.language) {
		language_hear(e->today.language, description,
			      sizeof(description), d);
		d = description;
	}
	nlu_digit_bounds(f->field_type, f->key, d, ret_min, ret_max);
}

int engine_read_as_said(const struct engine *e, const char *type,
			const struct ask *ask, uint32_t i,
			struct nlu_value *ret)
{
	const int text = ask->kind == ASK_TEXT || ask->kind == ASK_OPEN;

	if (!e->today.language || e->words ||
	    (!text && ask->kind != ASK_CHOICE))
		return -1;
	/* "Alles außer Salat": which words refuse is known in English. */
	if (ask->kind == ASK_CHOICE &&
	    text_has_word(e->v->heard[i].text, "not|no|except|without|but"))
		return -1;
	/* "Keine Ahnung" is no text. */
	if (text && (e->acts.bare || e->acts.hesitation))
		return -1;
	return nlu_value(ret, type, ask, e->raw->heard[i].text, &e->today);
}
