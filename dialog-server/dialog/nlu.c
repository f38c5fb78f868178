/**
 * @file nlu.c  Values in words: which reader a field's type wants
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "dialog/nlu_parts.h"
#include "dialog/shapes.h"
#include "proto/xp.h"

static const char phone_words[] =
	"phone|telephone|cellphone|mobile|callback|phonenumber";

static const char person_words[] =
	"name|firstname|lastname|surname|fullname|caller";

/* "company name", "name of the product": not a person. */
static const char thing_words[] =
	"company|business|product|street|pet|dog|cat|restaurant|event|"
	"project|file|city|brand|model|medication|drug|item|username|"
	"organization|organisation|employer|insurance|account|school|"
	"hotel|building|service|plan|title|job|show|song|book|movie|"
	"website|domain|vehicle|car|team|department";

enum ask_kind nlu_ask_kind(const char *type, const char *key,
			   const char *description)
{
	static const struct {
		const char *types;
		enum ask_kind kind;
	} table[] = {
		{"integer|currency|duration", ASK_INTEGER},
		{"date", ASK_DATE},
		{"datetime|calendar_slot", ASK_DATETIME},
		{"multiple_choice|multi_select", ASK_CHOICE},
		{"digit_sequence|cvv|credit_card_number|phone", ASK_DIGITS},
		{"name", ASK_NAME},
		{"email|address", ASK_TEXT},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		if (type != NULL && word_in(type, table[i].types))
			return table[i].kind;
	}
	if (text_has_word(key, "email|mail|address|notes|reason") ||
	    text_has_word(description, "email|mail|address"))
		return ASK_TEXT;
	if (text_has_word(key, phone_words) ||
	    text_has_word(description, phone_words))
		return ASK_DIGITS;
	if (text_has_word(key, thing_words))
		return ASK_TEXT;
	if (text_has_word(key, person_words))
		return ASK_NAME;
	if (text_has_word(description, thing_words))
		return ASK_TEXT;
	if (text_has_word(description, "name|surname"))
		return ASK_NAME;
	return ASK_TEXT;
}

/** A field of type text may want a name or a telephone number. */
static int value_of_text(struct nlu_value *ret, const struct ask *ask,
			 const struct words *ws)
{
	if (ask->kind == ASK_NAME)
		return value_name(ret, ask, ws);
	if (ask->kind == ASK_DIGITS)
		return value_digits(ret, ask, ws, 1);
	return value_text(ret, ask, ws);
}

/** @return 0, -ENOENT (nothing in the words), -EINVAL: another type */
static int value_of_more(struct nlu_value *ret, const char *type,
			 const struct ask *ask, const struct words *ws)
{
	if (strcmp(type, "phone") == 0)
		return value_phone(ret, ask, ws);
	if (strcmp(type, "email") == 0)
		return value_email(ret, ws);
	if (strcmp(type, "name") == 0)
		return value_person(ret, ask, ws);
	if (strcmp(type, "currency") == 0)
		return value_money(ret, ws);
	if (strcmp(type, "duration") == 0)
		return value_duration(ret, ask, ws);
	if (strcmp(type, "multi_select") == 0)
		return value_selection(ret, ask, ws);
	if (strcmp(type, "address") == 0)
		return value_address(ret, ws);
	return -EINVAL;
}

static int value_by_type(struct nlu_value *ret, const char *type,
			 const struct ask *ask, const struct words *ws,
			 const struct nlu_today *today)
{
	const struct xp_item field = {.field_type = type,
				      .n_choices = ask->n_choices,
				      .choices = ask->choices};
	const int more = value_of_more(ret, type, ask, ws);

	/* "bob@@example.com" is as little an address as nothing is. */
	if (more == 0 && !ret->partial && !shape_fits(&field, ret->json))
		return -ENOENT;
	if (more != -EINVAL)
		return more;
	if (strcmp(type, "integer") == 0)
		return value_integer(ret, ask, ws);
	if (word_in(type, "digit_sequence|cvv|credit_card_number"))
		return value_digits(ret, ask, ws, 0);
	if (strcmp(type, "multiple_choice") == 0)
		return value_choice(ret, ask, ws);
	if (strcmp(type, "text") == 0)
		return value_of_text(ret, ask, ws);
	if (today == NULL)
		return -ENOENT;
	if (strcmp(type, "date") == 0)
		return value_date(ret, ask, ws, today);
	if (strcmp(type, "datetime") == 0)
		return value_datetime(ret, ask, ws, today);
	if (strcmp(type, "calendar_slot") == 0)
		return value_slot(ret, ask, ws, today);
	return value_of_text(ret, ask, ws);
}

/**
 * "Four, no, five people on friday at two, sorry, at three": each correction
 * is of what stands before it. What the words behind the last one say nothing
 * of is looked for in those before.
 */
static int value_taken_back(struct nlu_value *ret, const char *type,
			    const struct ask *ask, const struct words *ws,
			    const struct nlu_today *today)
{
	enum { TIMES = 4, LONG = 60 }; /* corrections, words */
	struct words head = *ws, tail;
	uint32_t from, to;

	/* Digits know best which of them are taken back; of free text none
	 * is; a story is no list of values. */
	if (ask->kind == ASK_DIGITS || ask->kind == ASK_TEXT ||
	    ask->kind == ASK_OPEN || ws->n > LONG ||
	    word_in(type, "digit_sequence|cvv|credit_card_number|phone|email|"
			  "address|multi_select"))
		return value_by_type(ret, type, ask, ws, today);
	for (int i = 0; i < TIMES && words_taken_back(&head, &from, &to);
	     i++) {
		words_slice(&tail, &head, to, head.n);
		if (value_by_type(ret, type, ask, &tail, today) == 0)
			break;
		head.n = from;
	}
	struct nlu_value before;

	if (head.n == ws->n ||
	    value_by_type(&before, type, ask, &head, today) < 0)
		return value_by_type(ret, type, ask, ws, today);
	/* "Two adults, no kids" takes nothing back. */
	if (before.strong || value_by_type(ret, type, ask, ws, today) < 0 ||
	    !ret->strong)
		*ret = before;
	return 0;
}

int nlu_value(struct nlu_value *ret, const char *type, const struct ask *ask,
	      const char *text, const struct nlu_today *today)
{
	static const struct ask nothing = {.kind = ASK_OPEN};
	struct nlu_value v;
	struct words ws;
	int err;

	if (type == NULL || text == NULL)
		return -ENOENT;
	if (ask == NULL)
		ask = &nothing;
	words_split(&ws, text);
	if (ws.n == 0)
		return -ENOENT;
	v.strong = v.partial = 0;
	err = value_taken_back(&v, type, ask, &ws, today);
	if (err < 0)
		return -ENOENT;
	if (today != NULL && today->language != NULL)
		(void)language_speak(today->language, v.spoken,
				     sizeof(v.spoken), type, ask->kind, v.json,
				     today);
	*ret = v;
	return 0;
}
