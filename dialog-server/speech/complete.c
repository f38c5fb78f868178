/**
 * @file complete.c  Does what has been said so far sound finished?
 *
 * SPDX-License-Identifier: MIT
 */
#include "speech/complete.h"

#include <string.h>

#include "dialog/nlu.h"

enum {
	LAST = 4,         /* words kept from the end              */
	ANSWER_WORDS = 4, /* "yes that is right"                  */
	CLAUSE_WORDS = 4, /* fewer are seldom all there is to say */
	SPELLED_LETTERS = 2,
	/* A field of 7 to 15 digits is a telephone number: seven are one
	 * only where they are said as three and four. */
	PHONE_FEWEST = 7,
	PHONE_MOST = 15,
	PHONE_USUAL = 10,
};

/** The text, taken apart. */
struct parts {
	char last[LAST][WORDS_WORD_BYTES]; /* last[0] is the last word */
	char first[WORDS_WORD_BYTES];
	char spelled[WORDS_WORD_BYTES]; /* letters said one by one, joined */
	uint32_t words, digits, letters, fillers;
	int sign;          /* behind the last word */
	int spelled_known; /* the letters are a word that was said */
};

static void push(struct parts *p, const char *word, int sign)
{
	memmove(p->last[1], p->last[0], sizeof(p->last[0]) * (LAST - 1));
	memcpy(p->last[0], word, strlen(word) + 1);
	if (!p->words)
		memcpy(p->first, word, strlen(word) + 1);
	p->words++;
	p->sign = sign;
}

static void spell(struct parts *p, const char *word)
{
	const size_t n = strlen(p->spelled);

	if (word[1] || word[0] < 'a' || word[0] > 'z') {
		p->letters = 0;
		p->spelled[0] = '\0';
		return;
	}
	p->letters++;
	if (n + 1 < sizeof(p->spelled)) {
		p->spelled[n] = word[0];
		p->spelled[n + 1] = '\0';
	}
}

static void take_apart(struct parts *p, const char *text)
{
	char word[WORDS_WORD_BYTES];
	const char *at = text;
	int sign, tens = 0;

	memset(p, 0, sizeof(*p));
	while ((sign = words_next(&at, word))) {
		const unsigned d = words_digits(word);

		/* "twenty five" is two digits, not three */
		p->digits += tens && d == 1 ? 0 : d;
		tens = words_is_tens(word);
		p->fillers += words_is_filler(word) != 0;
		spell(p, word);
		push(p, word, sign);
	}
	at = text;
	while (p->letters > SPELLED_LETTERS && words_next(&at, word))
		p->spelled_known |= !strcmp(word, p->spelled);
}

/* ---- grammar ----------------------------------------------------------- */

/** Nobody ends with it. */
static int leads_on(const struct parts *p)
{
	const char *w = p->last[0];

	if (p->sign == ',' || p->sign == '-')
		return 1;
	if (p->sign == '.' || p->sign == '?' || p->sign == '!')
		return 0;
	if (words_is_answer(p->first) && p->words > 2 &&
	    p->words <= ANSWER_WORDS && words_are_short(p->last[1], w))
		return 0;
	if (p->words > 1 && words_lead_on2(p->last[1], w))
		return 1;
	if (p->words > 1 && words_end2(p->last[1], w))
		return 0;
	return words_leads_on(w);
}

/** A whole clause, or a sentence that is closed. */
static enum complete_level clause(const struct parts *p, const char **why)
{
	if (p->sign == '.' || p->sign == '?' || p->sign == '!') {
		*why = "sentence";
		return COMPLETE_WHOLE;
	}
	/* "to order", "can you explain": most verbs take more */
	if (p->words > 1 && words_wants_object(p->last[1])) {
		*why = "verb";
		return COMPLETE_PLAIN;
	}
	/* "with two": of what? */
	if (words_digits(p->last[0])) {
		*why = "number";
		return COMPLETE_PLAIN;
	}
	if (p->words - p->fillers >= CLAUSE_WORDS ||
	    words_is_closing(p->last[0])) {
		*why = "clause";
		return COMPLETE_WHOLE;
	}
	*why = "few words";
	return COMPLETE_PLAIN;
}

/* ---- what was asked ---------------------------------------------------- */

static enum complete_level yes_or_no(const struct parts *p, const char **why)
{
	if (p->words <= ANSWER_WORDS + p->fillers &&
	    words_is_answer(p->last[0])) {
		*why = "yes or no";
		return COMPLETE_SURE;
	}
	if (words_is_answer(p->first) &&
	    (p->words <= 2 || (p->words <= ANSWER_WORDS &&
			       words_are_short(p->last[1], p->last[0])))) {
		*why = "yes or no";
		return COMPLETE_WHOLE;
	}
	return clause(p, why);
}

static int is_phone(const struct ask *ask)
{
	return ask->min_digits == PHONE_FEWEST &&
	       ask->max_digits == PHONE_MOST;
}

static enum complete_level digits(const struct ask *ask, const struct parts *p,
				  const char **why)
{
	const uint32_t have = ask->have_digits + p->digits;

	if (ask->max_digits && have >= ask->max_digits) {
		*why = "all digits";
		return COMPLETE_SURE;
	}
	if (!p->digits && !ask->have_digits) {
		*why = "no digits in it";
		return COMPLETE_PLAIN;
	}
	if (is_phone(ask) && have >= PHONE_USUAL) {
		*why = "all digits of a telephone";
		return COMPLETE_WHOLE;
	}
	if (ask->min_digits && have < ask->min_digits) {
		*why = "digits missing";
		return COMPLETE_PART;
	}
	*why = ask->min_digits ? "enough digits" : "digits";
	return COMPLETE_PLAIN;
}

static enum complete_level name(const struct parts *p, const char **why)
{
	const uint32_t said = p->words - p->fillers;

	if (p->letters >= SPELLED_LETTERS) {
		*why = "spelled name";
		return p->spelled_known ? COMPLETE_PLAIN : COMPLETE_PART;
	}
	*why = "name";
	if (said >= 2 && !words_leads_on(p->last[1]) &&
	    strcmp(p->last[0], p->last[1]) != 0)
		return COMPLETE_WHOLE;
	return COMPLETE_PLAIN;
}

/** Is the value there, by those who will read the answer? */
static enum complete_level value(const struct ask *ask, const char *type,
				 const char *text, const struct parts *p,
				 const char **why)
{
	/* Only whether there is a date counts, not which. */
	static const struct nlu_today today = {
		.year = 2026, .month = 1, .day = 5, .hour = 12};
	const struct ask bare = {
		.kind = ask->kind,
		.field_key = "",
		.description = "",
		.n_choices = ask->n_choices,
		.choices = ask->choices,
	};
	struct nlu_value v;

	if (nlu_value(&v, type, &bare, text, &today)) {
		*why = "no answer in it";
		return COMPLETE_PLAIN;
	}
	if (v.partial) {
		*why = "half an answer";
		return COMPLETE_PART;
	}
	*why = "an answer";
	return words_is_tens(p->last[0]) ? COMPLETE_PLAIN : COMPLETE_WHOLE;
}

static enum complete_level by_ask(const struct ask *ask, const char *text,
				  const struct parts *p, const char **why)
{
	switch (ask->kind) {
	case ASK_YES_NO:
		return yes_or_no(p, why);
	case ASK_DIGITS:
		return digits(ask, p, why);
	case ASK_NAME:
		return name(p, why);
	case ASK_INTEGER:
		return value(ask, "integer", text, p, why);
	case ASK_DATE:
		return value(ask, "date", text, p, why);
	case ASK_DATETIME:
		return value(ask, "datetime", text, p, why);
	case ASK_CHOICE:
		if (ask->n_choices)
			return value(ask, "multiple_choice", text, p, why);
		break;
	case ASK_TEXT:
	case ASK_OPEN:
		break;
	}
	return clause(p, why);
}

const char *complete_name(enum complete_level level)
{
	static const char *const names[] = {
		[COMPLETE_NONE] = "none",   [COMPLETE_LEADS] = "leads on",
		[COMPLETE_PART] = "part",   [COMPLETE_PLAIN] = "plain",
		[COMPLETE_WHOLE] = "whole", [COMPLETE_SURE] = "sure",
	};

	return names[level];
}

struct complete complete_of(const struct ask *ask, const char *text)
{
	struct complete r = {.why = "no words"};
	struct parts p;

	take_apart(&p, text);
	if (!p.words)
		return r;
	r.words = p.words;
	r.digits = p.digits;
	memcpy(r.tail, p.last[0], sizeof(r.tail));
	r.level = by_ask(ask, text, &p, &r.why);
	/* A letter of a name is no article. */
	if (r.level < COMPLETE_SURE && p.letters < SPELLED_LETTERS &&
	    leads_on(&p)) {
		r.level = COMPLETE_LEADS;
		r.why = "trailing word";
	}
	return r;
}
