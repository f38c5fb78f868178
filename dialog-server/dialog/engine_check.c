/**
 * @file engine_check.c  Asking back: was that heard right?
 *
 *   "I have 5 5 5, 0 1 4 2. Is that right?"
 *      yes            --> record
 *      no             --> ask again
 *      no, <value>    --> the new one, asked back in turn
 *      anything else  --> dealt with, then the check again
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/text.h"
#include "dialog/engine_state.h"
#include "dialog/phrase.h"

/* The last two digits of five or more; fewer would give the secret away.
 * @return NULL: there are fewer */
static const char *tail(const char *spoken)
{
	const char *at = spoken + strlen(spoken), *ret = NULL;

	for (int words = 1; at > spoken; at--) {
		if (at[-1] != ' ')
			continue;
		if (words == 2)
			ret = at;
		words++;
		if (words == 5)
			return ret;
	}
	return NULL;
}

static void question(struct engine *e, const struct xp_item *f,
		     enum ask_kind kind)
{
	struct engine_memory *m = e->m;

	/* An address is as hard to hear as a number. */
	const int spelled =
		kind == ASK_DIGITS || !strcmp(f->field_type, "email");

	if (f->sensitive) {
		const char *end =
			kind == ASK_DIGITS ? tail(m->pending_spoken) : NULL;

		if (end)
			phrase_put(m->question, sizeof(m->question),
				   engine_line(e, "I have a number ending in "
						  "%s. Is that "
						  "right?"),
				   end);
		else
			phrase_put(m->question, sizeof(m->question),
				   engine_line(e, "Did I get that right?"));
		return;
	}
	phrase_put(m->question, sizeof(m->question),
		   engine_line(e, spelled ? "I have %s. Is that right?"
					  : "Did you say %s?"),
		   m->pending_spoken);
}

void engine_check_put(struct engine *e, int item, const struct nlu_value *v)
{
	const struct xp_item *f = e->v->items[item].item;
	struct engine_memory *m = e->m;

	(void)text_copy(m->pending_json, sizeof(m->pending_json), v->json);
	(void)text_copy(m->pending_spoken, sizeof(m->pending_spoken),
			v->spoken);
	m->unsure = 0;
	m->part[0] = '\0';
	question(e, f, engine_kind_of(e, f));
	(void)text_copy(m->key, sizeof(m->key), f->key);
	m->waiting = WAIT_CHECK;
}

static int is_known(const struct engine_memory *m, const char *json)
{
	for (int i = 0; i < m->n_guesses; i++) {
		if (strcmp(m->guess_json[i], json) == 0)
			return 1;
	}
	return strcmp(m->pending_json, json) == 0;
}

/* What the caller's words may have been instead: the recognizer is often
 * wrong in its first choice and right in its second. */
static void keep_guesses(struct engine *e, int item)
{
	struct engine_memory *m = e->m;
	struct nlu_value v;

	m->n_guesses = 0;
	if (e->v->text_channel)
		return;
	for (uint32_t i = 0; i < e->v->n_heard; i++) {
		if (m->n_guesses == ENGINE_GUESSES)
			return;
		if (engine_read_one(e, item, i, &v) || v.partial ||
		    is_known(m, v.json) || strlen(v.json) >= ENGINE_GUESS ||
		    strlen(v.spoken) >= ENGINE_GUESS)
			continue;
		(void)text_copy(m->guess_json[m->n_guesses], ENGINE_GUESS,
				v.json);
		(void)text_copy(m->guess_spoken[m->n_guesses], ENGINE_GUESS,
				v.spoken);
		m->n_guesses++;
	}
}

/* After a no: the next reading of the same words. @return 0 when none left */
static int offer_guess(struct engine *e, int item)
{
	struct engine_memory *m = e->m;
	struct nlu_value v = {0};

	if (!m->n_guesses)
		return 0;
	(void)text_copy(v.json, sizeof(v.json), m->guess_json[0]);
	(void)text_copy(v.spoken, sizeof(v.spoken), m->guess_spoken[0]);
	m->n_guesses--;
	memmove(m->guess_json[0], m->guess_json[1],
		sizeof(m->guess_json) - sizeof(m->guess_json[0]));
	memmove(m->guess_spoken[0], m->guess_spoken[1],
		sizeof(m->guess_spoken) - sizeof(m->guess_spoken[0]));
	engine_say(e, "Sorry.");
	engine_check_put(e, item, &v);
	engine_ask_yes_no(e, WAIT_CHECK, e->v->items[item].item->key);
	return 1;
}

void engine_check(struct engine *e, int item, const struct nlu_value *v)
{
	engine_check_put(e, item, v);
	keep_guesses(e, item);
	engine_ask_yes_no(e, WAIT_CHECK, e->v->items[item].item->key);
}

static void confirmed(struct engine *e, int item)
{
	struct nlu_value v = {.strong = 1};

	(void)text_copy(v.json, sizeof(v.json), e->m->pending_json);
	(void)text_copy(v.spoken, sizeof(v.spoken), e->m->pending_spoken);
	e->m->checked[item] = 1;
	e->m->waiting = WAIT_NOTHING;
	engine_record(e, item, &v);
}

static int says_more(const struct nlu_acts *a)
{
	return (a->question || a->request) && *a->query;
}

static int is_digits(const struct engine *e, int item)
{
	const struct xp_item *f = e->v->items[item].item;

	return engine_kind_of(e, f) == ASK_DIGITS;
}

/* "No, the last digit is three": put it where it belongs. */
static int splice(struct engine *e, int item, struct nlu_value *v)
{
	const char *text = e->v->heard[0].text;
	const struct xp_item *f = e->v->items[item].item;
	const int is_phone = !strcmp(f->field_type, "phone");
	char digits[NLU_TEXT_MAX];
	char part[NLU_TEXT_MAX];
	struct ask ask;
	size_t n = 0, k = 0, first;

	for (const char *s = e->m->pending_json; *s; s++) {
		if (*s >= '0' && *s <= '9')
			digits[n++] = *s;
	}
	for (const char *s = v->json; *s; s++) {
		if (*s >= '0' && *s <= '9')
			part[k++] = *s;
	}
	if (!k || k >= n)
		return 0;
	/* Nobody says the country code of North America for the first digit.
	 */
	first = is_phone && n == 11 && digits[0] == '1' && k < 11;
	if (phrase_in(text, "last") || phrase_in(text, "end"))
		memcpy(digits + n - k, part, k);
	else if (phrase_in(text, "first") || phrase_in(text, "beginning"))
		memcpy(digits + first, part, k < n - first ? k : n - first);
	else
		return 0;
	digits[n] = '\0';
	engine_ask_of(e, &ask, f);
	return nlu_value(v, is_phone ? "phone" : "digit_sequence", &ask,
			 digits, &e->today) == 0;
}

int engine_check_hear(struct engine *e)
{
	const struct nlu_acts *a = &e->acts;
	int item = engine_item(e, e->m->key);
	struct nlu_value v;

	if (item < 0) {
		e->m->waiting = WAIT_NOTHING;
		return 0;
	}

	/* A bare no brings no value, whatever else it sounded like. */
	int bare_no = a->no && engine_is_plain_no(a->rest);
	int sure = (*a->rest || a->correction) && !bare_no
			   ? engine_read(e, item, 1, &v)
			   : -1;

	if (sure >= 0 && v.partial)
		(void)engine_complete(e, item, &v, e->m->pending_json);

	int same = sure >= 0 && !strcmp(v.json, e->m->pending_json);

	if ((a->yes && !a->no) || (same && !a->no)) {
		confirmed(e, item);
		/* "Yes, and a table for five." The value is still in the view
		 * as open, but not in e->state. */
		if (!same)
			(void)engine_take(e);
		if (!e->said)
			e->lead = "Thank you.";
		if (says_more(a) || a->human || a->goodbye)
			return 0;
		if (e->wrong_item >= 0)
			engine_wrong(e);
		else if (e->check_item >= 0)
			engine_check(e, e->check_item, &e->check);
		else
			engine_next(e);
		return 1;
	}
	if (sure >= 0 && v.partial && is_digits(e, item) &&
	    splice(e, item, &v))
		v.partial = 0;
	if (sure >= 0 && !v.partial && !same && engine_refuses(e, item, &v)) {
		engine_wrong(e);
		return 1;
	}
	if (sure >= 0 && !v.partial && !same) {
		engine_say(e, "Sorry.");
		engine_check(e, item, &v);
		return 1;
	}
	if (bare_no && offer_guess(e, item))
		return 1;
	/* "No, I said six" of what was asked before. */
	if (a->no && a->correction && !bare_no && engine_correct(e, item)) {
		if (e->check_item >= 0)
			engine_check(e, e->check_item, &e->check);
		else if (e->wrong_item >= 0)
			engine_wrong(e);
		else
			engine_ask_again(e, "");
		return 1;
	}
	if (a->no) {
		/* Not its fault that it was heard wrong, but it counts. */
		e->m->waiting = WAIT_FIELD;
		engine_lost(e, "Sorry about that.");
		return 1;
	}
	if (a->repeat || a->wait || a->hesitation || a->human || a->goodbye ||
	    says_more(a))
		return 0;
	engine_lost(e, "Sorry, I didn't catch that.");
	return 1;
}
