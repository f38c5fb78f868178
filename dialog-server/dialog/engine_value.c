/**
 * @file engine_value.c  Values in the caller's words: one, several, corrected
 *
 * The field that was asked takes what merely has its type. Any other field
 * takes only what is marked as its value ("party of five", "my name is ..."),
 * so that one word is not taken for two things.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "dialog/bounds.h"
#include "dialog/engine_state.h"
#include "dialog/nlu_words.h"
#include "dialog/phrase.h"
#include "dialog/wording.h"

enum {
	LONG_NUMBER = 15, /* digits, E.164 */
	LOCAL_NUMBER = 7, /* of North America */
	AREA_CODE = 3,
};

static const char *wire_type(const struct xp_item *f)
{
	if (!strcmp(f->field_type, "cvv") ||
	    !strcmp(f->field_type, "credit_card_number"))
		return "digit_sequence";
	return f->field_type;
}

/* Words of hypothesis i in which values may be. */
static const char *words_of(const struct engine *e, uint32_t i)
{
	if (i == 0 && e->words)
		return e->words;
	if (i == 0 && *e->acts.rest)
		return e->acts.rest;
	return e->v->heard[i].text;
}

/** Letter by letter, as a code is told. */
static void spell_out(char *ret, size_t cap, const char *code)
{
	size_t n = 0;

	for (; *code && n + 3 < cap; code++) {
		if (n)
			ret[n++] = ' ';
		ret[n++] = *code;
	}
	ret[n] = '\0';
}

/** A code as it was said, without its dashes, or with one before its digits.
 *  @param ret  as large as code and half of it again */
static void written(char *ret, const char *code, int how)
{
	size_t n = 0;

	for (const char *s = code; *s; s++) {
		if (*s == '-' && how > 0)
			continue;
		if (how == 2 && n && isdigit((unsigned char)*s) &&
		    isalpha((unsigned char)ret[n - 1]))
			ret[n++] = '-';
		ret[n++] = *s;
	}
	ret[n] = '\0';
}

/* "A b one two" where the pattern wants "AB-12": the way of writing it that
 * fits, if there is one. */
static void fit_pattern(const struct xp_item *f, const char *words,
			struct nlu_value *v)
{
	char code[NLU_TEXT_MAX / 4], other[NLU_TEXT_MAX / 2];
	char json[NLU_TEXT_MAX];

	if (!f->pattern || strcmp(f->field_type, "text") != 0 ||
	    !bounds_problem(f, v->json) ||
	    nlu_code(code, sizeof(code), words) < 0)
		return;
	for (int way = 0; way < 6; way++) {
		written(other, code, way / 2);
		if (way % 2)
			text_lower(other);
		if (json_quote(json, sizeof(json), other) < 0 ||
		    bounds_problem(f, json))
			continue;
		(void)text_copy(v->json, sizeof(v->json), json);
		spell_out(v->spoken, sizeof(v->spoken), other);
		return;
	}
}

/** @return 0, -ENOENT */
static int read_words(const struct engine *e, const struct xp_item *f,
		      const struct ask *ask, uint32_t i, struct nlu_value *ret)
{
	if (engine_read_as_said(e, wire_type(f), ask, i, ret) == 0)
		return 0;
	return nlu_value(ret, wire_type(f), ask, words_of(e, i), &e->today);
}

int engine_is_unsearched(const struct engine *e, int item)
{
	const struct xp_item *f = e->v->items[item].item;
	struct ask ask;

	engine_ask_of(e, &ask, f);
	return f->searchable && !ask.n_choices;
}

int engine_read_one(struct engine *e, int item, uint32_t i,
		    struct nlu_value *ret)
{
	const struct xp_item *f = e->v->items[item].item;
	struct ask ask;

	engine_ask_of(e, &ask, f);
	return read_words(e, f, &ask, i, ret);
}

int engine_read(struct engine *e, int item, int weak, struct nlu_value *ret)
{
	const struct xp_item *f = e->v->items[item].item;
	struct nlu_value v;
	struct ask ask;
	int partial = -ENOENT;

	engine_ask_of(e, &ask, f);
	/* The usual bound helps the recognizer; a number from abroad may be
	 * longer. */
	if (ask.max_digits && ask.min_digits != ask.max_digits &&
	    ask.max_digits < LONG_NUMBER)
		ask.max_digits = LONG_NUMBER;
	/* A question that fills the whole turn is no text and no name. */
	if (e->acts.question && !e->words &&
	    !e->acts.rest[strspn(e->acts.rest, " ")] &&
	    (ask.kind == ASK_TEXT || ask.kind == ASK_NAME ||
	     ask.kind == ASK_OPEN))
		return -ENOENT;
	/* A question was heard well enough not to look for answers in what
	 * else it may have been. */
	const uint32_t n = e->acts.question && !e->words ? 1 : e->v->n_heard;

	for (uint32_t i = 0; i < n; i++) {
		int sure =
			e->v->text_channel ? 100 : e->v->heard[i].confidence;

		if (engine_half_read(e, item, &ask, words_of(e, i), &v) < 0 &&
		    read_words(e, f, &ask, i, &v) < 0)
			continue;
		fit_pattern(f, words_of(e, i), &v);
		if (!weak && !v.strong)
			continue;
		/* A second guess is worth asking back. */
		if (i && sure >= ENGINE_SURE)
			sure = ENGINE_SURE - 1;
		if (!v.partial && !bounds_problem(f, v.json)) {
			*ret = v;
			return sure;
		}
		/* Half of it, or out of bounds: if nothing else was heard. */
		if (partial < 0) {
			*ret = v;
			partial = sure;
		}
	}
	return partial;
}

enum ask_kind engine_kind(const struct engine *e, int item)
{
	const struct xp_item *f = e->v->items[item].item;

	return engine_kind_of(e, f);
}

/* ---- taking one -------------------------------------------------------- */

/* "Thanks, Maria" only when Maria is the one on the line. */
static int is_callers(const struct xp_item *f)
{
	static const char *const others[] = {
		"doctor",    "physician", "emergency", "company", "employer",
		"child",     "pet",       "spouse",    "partner", "referr",
		"contact's", "manager",   "provider",  "friend",  "relative",
		"recipient", "guest's",
	};
	const char *d = f->description ? f->description : "";

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (phrase_in(d, others[i]) || phrase_in(f->key, others[i]))
			return 0;
	}
	return 1;
}

static void acknowledge(struct engine *e, const struct xp_item *f,
			enum ask_kind kind, const struct nlu_value *v)
{
	static const char *const okay[] = {"Okay", "All right", "Got it"};
	const char *word = engine_line(e, okay[e->m->flavour++ % 3]);

	if (kind == ASK_NAME && is_callers(f))
		engine_say(e, "Thanks, %s.", v->spoken);
	else if (kind == ASK_TEXT || kind == ASK_OPEN || f->sensitive ||
		 !strcmp(v->json, "\"yes\"") || !strcmp(v->json, "\"no\""))
		engine_say(e, "%s.", word);
	else
		engine_say(e, "%s, %s.", word, v->spoken);
}

int engine_refuses(struct engine *e, int item, const struct nlu_value *v)
{
	const struct xp_item *f = e->v->items[item].item;
	const char *problem = bounds_problem(f, v->json);
	struct brain_output o = {
		.kind = BRAIN_RECORD, .key = f->key, .value_json = v->json};

	if (!problem)
		return 0;
	/* The core tells the Expert, and takes it no more than we do. */
	e->out(e->arg, &o);
	if (e->wrong_item < 0) {
		e->wrong_item = item;
		e->problem = problem;
		e->wrong = *v;
	}
	return 1;
}

void engine_wrong(struct engine *e)
{
	const int item = e->wrong_item;
	const struct xp_item *f = e->v->items[item].item;
	char words[NLU_TEXT_MAX], lead[NLU_TEXT_MAX + 32];
	char was[NLU_TEXT_MAX];

	e->wrong_item = -1;
	bounds_words(words, sizeof(words), f, e->problem, &e->today);
	/* What would be right is said in English only. */
	if (e->today.language)
		(void)text_copy(lead, sizeof(lead),
				engine_line(e, "I'm sorry, that is not "
					       "right."));
	else
		phrase_put(lead, sizeof(lead), "I'm sorry, %s.", words);
	if (e->state[item] == BRAIN_ITEM_OPEN) {
		(void)text_copy(e->m->key, sizeof(e->m->key), f->key);
		e->m->waiting = WAIT_FIELD;
		engine_lost(e, lead);
		return;
	}
	/* What was right before stays. */
	engine_say(e, "%s", lead);
	if (!f->sensitive && engine_value(e, item) &&
	    nlu_speak_near(was, sizeof(was), f->field_type,
			   engine_kind(e, item), engine_value(e, item),
			   &e->today) == 0)
		engine_say(e, "I'll leave it at %s.", was);
	engine_return(e);
}

void engine_accept(struct engine *e, int item, const struct nlu_value *v,
		   int confidence)
{
	const struct xp_item *f = e->v->items[item].item;
	enum ask_kind kind = engine_kind_of(e, f);

	if (engine_refuses(e, item, v))
		return;
	/* What is heard letter by letter is read back like a number. */
	const int is_email =
		!strcmp(f->field_type, "email") && !e->v->text_channel;

	if (kind == ASK_DIGITS || is_email || confidence < ENGINE_SURE) {
		/* One at a time; a second is asked for when its turn comes. */
		if (e->check_item < 0) {
			e->check_item = item;
			e->check = *v;
		}
		return;
	}
	engine_record(e, item, v);
	acknowledge(e, f, kind, v);
}

/* ---- digits in pieces -------------------------------------------------- */

/* The area code was asked for behind the number that it stands before. */
static void put_first(char *digits, size_t n, size_t last)
{
	char moved[LIMIT_DTMF_BUFFER];

	memcpy(moved, digits + n - last, last);
	memmove(digits + last, digits, n - last);
	memcpy(digits, moved, last);
}

/* A number that comes in two breaths: what is there so far waits for more. */
static int take_part(struct engine *e, int item, struct nlu_value *v,
		     int confidence)
{
	struct engine_memory *m = e->m;
	const struct xp_item *f = e->v->items[item].item;
	char all[2 * LIMIT_DTMF_BUFFER];
	struct ask ask;
	size_t n = strlen(m->part);

	/* The whole number, in place of what it lacked. */
	if (n && !v->partial && !strcmp(f->field_type, "phone")) {
		m->part[0] = '\0';
		engine_accept(e, item, v, confidence);
		return 1;
	}
	memcpy(all, m->part, n);
	for (const char *s = v->json; *s && n + 1 < sizeof(all); s++) {
		if (*s >= '0' && *s <= '9')
			all[n++] = *s;
	}
	all[n] = '\0';
	if (!strcmp(f->field_type, "phone") &&
	    strlen(m->part) == LOCAL_NUMBER && n == LOCAL_NUMBER + AREA_CODE)
		put_first(all, n, AREA_CODE);
	engine_ask_of(e, &ask, f);
	if (*m->part &&
	    nlu_value(v, wire_type(f), &ask, all, &e->today) == 0 &&
	    !v->partial) {
		m->part[0] = '\0';
		engine_accept(e, item, v, confidence);
		return 1;
	}
	if (n == strlen(m->part) || n >= sizeof(m->part))
		return 0;
	(void)text_copy(m->part, sizeof(m->part), all);
	return 1;
}

/* What another field has claimed is not a weak match for the one asked; a
 * name, or a number beside "large" or "Anna", is its own. */
static int is_claimed(const struct engine *e, int asked, int numbers)
{
	const enum ask_kind kind = engine_kind(e, asked);

	return kind != ASK_NAME && (kind != ASK_INTEGER || numbers);
}

static int has_numbers(enum ask_kind kind)
{
	return kind == ASK_INTEGER || kind == ASK_DIGITS || kind == ASK_DATE ||
	       kind == ASK_DATETIME;
}

static int is_time(enum ask_kind kind)
{
	return kind == ASK_DATE || kind == ASK_DATETIME;
}

/* One day is said for one of several fields: the one that was asked, else the
 * one whose words are near ("arriving on friday"), else the first. */
static int belongs_elsewhere(const struct engine *e, int item, int asked)
{
	const char *text = e->v->heard[0].text;
	const char *d = e->v->items[item].item->description;

	if (d && wording_related(text, d))
		return 0;
	if (asked >= 0 && is_time(engine_kind(e, asked)))
		return 1;
	for (uint32_t i = 0; i < e->v->n_items; i++) {
		const struct xp_item *f = e->v->items[i].item;

		if ((int)i == item || f->kind != XP_ITEM_FIELD ||
		    !is_time(engine_kind(e, (int)i)) ||
		    (e->v->items[i].state == BRAIN_ITEM_DONE && !e->fresh[i]))
			continue;
		if ((int)i < item ||
		    (f->description && wording_related(text, f->description)))
			return 1;
	}
	return 0;
}

/* "Four, I guess" said once more is no digit of a telephone number. */
static int repeats_known(const struct engine *e, const struct nlu_value *v)
{
	static const char *const words[] = {"guess",  "think", "people",
					    "yes",    "yeah",  "right",
					    "i said", "of us"};
	int last = engine_item(e, e->m->last_key);
	const char *known = last >= 0 ? engine_value(e, last) : NULL;
	const size_t n = known ? strlen(known) : 0;

	if (*e->m->part || !n || engine_kind(e, last) != ASK_INTEGER ||
	    strlen(v->json) != n + 2 || strncmp(v->json + 1, known, n) != 0)
		return 0;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (phrase_in(e->v->heard[0].text, words[i]))
			return 1;
	}
	return 0;
}

/* Free or not: a day and a time that nobody has offered are only a wish. */
static int is_slot(const struct engine *e, int item)
{
	return !strcmp(e->v->items[item].item->field_type, "calendar_slot");
}

/* ---- all of them ------------------------------------------------------- */

int engine_take(struct engine *e)
{
	struct nlu_value v;
	int asked =
		e->m->waiting == WAIT_FIELD ? engine_item(e, e->m->key) : -1;
	int n = 0;

	int numbers = 0;
	const int corrected = engine_correct(e, asked);

	n += corrected;
	for (uint32_t i = 0; i < e->v->n_items; i++) {
		if ((int)i == asked || e->state[i] != BRAIN_ITEM_OPEN ||
		    e->v->items[i].item->kind != XP_ITEM_FIELD)
			continue;

		const int wish =
			is_slot(e, (int)i) && engine_is_unsearched(e, (int)i);
		int sure = engine_read(e, (int)i, wish, &v);

		if (sure >= 0 && is_time(engine_kind(e, (int)i)) &&
		    belongs_elsewhere(e, (int)i, asked))
			continue;
		if (wish && sure >= 0 && (!v.partial || v.strong))
			e->search_item = (int)i;
		if (wish)
			continue;
		if (sure >= 0 && !v.partial) {
			engine_accept(e, (int)i, &v, sure);
			n++;
			numbers += has_numbers(engine_kind(e, (int)i));
		} else if (sure >= 0) {
			engine_half_note(e, (int)i, &v, sure);
		}
	}
	if (asked < 0 || e->state[asked] != BRAIN_ITEM_OPEN)
		return n;

	/* "555", then "no, 556 0142": from the beginning. */
	if (e->acts.correction && !n)
		e->m->part[0] = '\0';

	int sure = engine_read(e, asked, 1, &v);

	if (sure < 0 ||
	    (n && !v.strong && (corrected || is_claimed(e, asked, numbers))))
		return n;
	switch (engine_half_take(e, asked, &v, &sure)) {
	case HALF_KEPT:
		return n + 1;
	case HALF_SEARCH:
		e->search_item = asked;
		return n;
	case HALF_WHOLE:
		v.partial = 0;
		break;
	case HALF_NONE:
		break;
	}
	if (!v.partial && !*e->m->part) {
		engine_accept(e, asked, &v, sure);
		return n + 1;
	}
	if (engine_kind(e, asked) == ASK_DIGITS && repeats_known(e, &v)) {
		e->lead = "Okay.";
		return n + 1;
	}
	if (engine_kind(e, asked) == ASK_DIGITS)
		return n + take_part(e, asked, &v, sure);
	return n;
}
