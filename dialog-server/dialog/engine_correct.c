/**
 * @file engine_correct.c  What the caller takes back of what is known
 *
 *   "no, I said five", "sorry, five"   the field that was recorded last, or
 *                                      the only one that the words fit
 *   "change the name to Ann"           the field that is named
 *   "we are five people"               what can mean nothing else
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "dialog/engine_state.h"
#include "dialog/phrase.h"
#include "dialog/wording.h"

/* How much a reading says by its mere type. */
static int weight(enum ask_kind kind)
{
	switch (kind) {
	case ASK_OPEN:
	case ASK_TEXT:
		return 0;
	case ASK_NAME:
		return 1;
	default:
		return 2;
	}
}

static int differs(const struct engine *e, int item, const struct nlu_value *v)
{
	const char *old = engine_value(e, item);

	return !old || strcmp(old, v->json) != 0;
}

static int is_known(const struct engine *e, uint32_t i)
{
	return engine_is_known(e, (int)i);
}

/* Does the caller name the field: "change the name to Ann"? */
static int is_named(const struct engine *e, int item)
{
	static const char *const nouns[] = {"name",  "number", "date",
					    "time",  "people", "party",
					    "phone", "email",  "address"};
	const struct xp_item *f = e->v->items[item].item;
	const char *text = e->v->heard[0].text;
	const char *d = f->description ? f->description : "";

	if (wording_related(text, d))
		return 1;
	for (size_t i = 0; i < sizeof(nouns) / sizeof(nouns[0]); i++) {
		if (phrase_in(text, nouns[i]) &&
		    (phrase_in(d, nouns[i]) || phrase_in(f->key, nouns[i])))
			return 1;
	}
	return 0;
}

/* "change the name to Ann": what comes after it. */
static const char *new_words(const char *text)
{
	static const char *const joints[] = {
		" to ",   " is ",  " should be ", " into ",
		" it's ", " its ", " that's "};
	const char *found = NULL;

	for (size_t i = 0; i < sizeof(joints) / sizeof(joints[0]); i++) {
		for (const char *at = phrase_in(text, joints[i]); at;
		     at = phrase_in(at, joints[i])) {
			at += strlen(joints[i]);
			if (!found || at > found)
				found = at;
		}
	}
	return found;
}

static int correct(struct engine *e, int item, const struct nlu_value *v,
		   int confidence)
{
	if (!differs(e, item, v))
		return 0;
	e->m->checked[item] = 0;
	engine_accept(e, item, v, confidence);
	return 1;
}

/* What is not said again stays as it is known. */
static int read_known(struct engine *e, int item, int weak,
		      struct nlu_value *v)
{
	const int sure = engine_read(e, item, weak, v);

	if (sure >= 0 && v->partial)
		(void)engine_complete(e, item, v, engine_value(e, item));
	return sure;
}

/* The known field whose words or marks say that it is meant. */
static int correct_named(struct engine *e)
{
	struct nlu_value v;

	for (uint32_t i = 0; i < e->v->n_items; i++) {
		if (!is_known(e, i))
			continue;

		int named = is_named(e, (int)i);

		e->words = named ? new_words(e->v->heard[0].text) : NULL;

		int sure = read_known(e, (int)i, named, &v);

		e->words = NULL;
		if (sure >= 0 && !v.partial && (v.strong || named) &&
		    correct(e, (int)i, &v, sure))
			return 1;
	}
	return 0;
}

/* "No, Hanna": the one name that is known. */
static int correct_name(struct engine *e)
{
	struct nlu_value v;
	int found = -1;

	for (uint32_t i = 0; i < e->v->n_items; i++) {
		if (is_known(e, i) && engine_kind(e, (int)i) == ASK_NAME)
			found = found < 0 ? (int)i : -2;
	}
	if (found < 0)
		return 0;

	int sure = engine_read(e, found, 1, &v);

	return sure >= 0 && correct(e, found, &v, sure);
}

/* Is a name that is known in the words? */
static int tells_name(const struct engine *e)
{
	char name[NLU_TEXT_MAX];

	for (uint32_t i = 0; i < e->v->n_items; i++) {
		const char *known = engine_value(e, (int)i);

		if (!is_known(e, i) || engine_kind(e, (int)i) != ASK_NAME ||
		    !known ||
		    nlu_speak(name, sizeof(name),
			      e->v->items[i].item->field_type, ASK_NAME,
			      known) < 0)
			continue;
		if (phrase_in(e->v->heard[0].text, name))
			return 1;
	}
	return 0;
}

/* Would an open field take the words, too? */
static int fits_another(struct engine *e, int item)
{
	struct nlu_value v;

	for (uint32_t i = 0; i < e->v->n_items; i++) {
		if ((int)i != item && e->state[i] == BRAIN_ITEM_OPEN &&
		    e->v->items[i].item->kind == XP_ITEM_FIELD &&
		    engine_kind(e, (int)i) == engine_kind(e, item) &&
		    engine_read(e, (int)i, 1, &v) >= 0)
			return 1;
	}
	return 0;
}

/* "No, 14 Main Street": what is said instead. */
static const char *without_no(const char *text)
{
	static const char *const leads[] = {
		"no, ",   "no ",     "sorry, ", "actually, ", "actually ",
		"wait, ", "i mean ", "i said ", "it's ",      "it is "};

	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
		const char *rest = phrase_after(text, leads[i]);

		if (rest && *rest)
			text = rest;
	}
	return text;
}

/* The one recorded last; else the only one that the words fit. */
static int correct_unnamed(struct engine *e, int asked)
{
	struct nlu_value v;
	int last = engine_item(e, e->m->last_key);
	int found = -1;

	for (uint32_t i = 0; i < e->v->n_items; i++) {
		if (!is_known(e, i) || weight(engine_kind(e, (int)i)) < 2 ||
		    read_known(e, (int)i, 1, &v) < 0 || v.partial)
			continue;
		if ((int)i == last) {
			found = last;
			break;
		}
		found = found < 0 ? (int)i : -2;
	}
	if (found < 0 && last >= 0 && is_known(e, (uint32_t)last) &&
	    (e->acts.correction || weight(engine_kind(e, last)) > 0))
		found = last;
	/* "It's Anna with one n" says nothing of how many. */
	if (found < 0 || (engine_kind(e, found) == ASK_INTEGER &&
			  engine_read(e, found, 0, &v) < 0 && tells_name(e)))
		return asked >= 0 && engine_read(e, asked, 1, &v) < 0 &&
		       correct_name(e);
	/* Rather the answer to what was just asked? */
	if (asked >= 0 && engine_half_kept(e, asked) &&
	    engine_read(e, asked, 1, &v) >= 0)
		return 0;
	if (asked >= 0 &&
	    weight(engine_kind(e, asked)) >= weight(engine_kind(e, found)) &&
	    engine_read(e, asked, 1, &v) >= 0 && !v.partial)
		return 0;

	if (weight(engine_kind(e, found)) == 0)
		e->words = without_no(e->v->heard[0].text);

	int sure = read_known(e, found, 1, &v);

	e->words = NULL;
	return sure >= 0 && !v.partial && correct(e, found, &v, sure);
}

/* "Actually, Thursday at nine" of a slot that was found: what was found before
 * is not all that there is. */
static int correct_searched(struct engine *e, int asked)
{
	struct nlu_value v;

	if (asked >= 0 && engine_read(e, asked, 1, &v) >= 0)
		return 0;
	for (uint32_t i = 0; i < e->v->n_items; i++) {
		const struct xp_item *f = e->v->items[i].item;

		if (!is_known(e, i) || !f->searchable ||
		    strcmp(f->field_type, "calendar_slot") != 0 ||
		    engine_read(e, (int)i, 1, &v) < 0 || !v.partial ||
		    !v.strong)
			continue;
		e->search_item = (int)i;
		return 1;
	}
	return 0;
}

/* "We are five people" when four were known and a number is asked. */
static int corrects_plainly(struct engine *e, int asked)
{
	struct nlu_value v;
	const int answered =
		asked >= 0 && engine_read(e, asked, 1, &v) >= 0 && !v.partial;

	if (e->acts.question || e->acts.request ||
	    (asked >= 0 && weight(engine_kind(e, asked)) == 0))
		return 0;
	for (uint32_t i = 0; i < e->v->n_items; i++) {
		if (!is_known(e, i) || weight(engine_kind(e, (int)i)) < 1 ||
		    (asked >= 0 && engine_kind(e, asked) == ASK_NAME))
			continue;

		int sure = engine_read(e, (int)i, 0, &v);

		if (sure < 0 || v.partial || !differs(e, (int)i, &v) ||
		    fits_another(e, (int)i) ||
		    (answered && !is_named(e, (int)i)))
			continue;
		return correct(e, (int)i, &v, sure);
	}
	return 0;
}

/* "No, I said five", "actually, change the name to Ann". */
static int take_correction(struct engine *e, int asked)
{
	return correct_named(e) || correct_unnamed(e, asked);
}

/* Words that take something back only if what follows is no answer to what
 * was just asked: "sorry, five". */
static int seems_to_take_back(struct engine *e, int asked)
{
	static const char *const marks[] = {
		"sorry",     "wait",      "oops",       "whoops",
		"hold on",   "hang on",   "my mistake", "my bad",
		"not ",      " wrong",    "let's say",  "make it ",
		"make that", "i thought", "rather",     "mistake"};
	enum { SHORT = 60 }; /* [bytes] longer is a story */
	const char *text = e->v->heard[0].text;
	struct nlu_value v;

	if (asked < 0 || e->acts.dont_know ||
	    weight(engine_kind(e, asked)) == 0 || strlen(text) > SHORT ||
	    *e->m->part || (engine_read(e, asked, 1, &v) >= 0 && !v.partial))
		return 0;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (phrase_in(text, marks[i]))
			return 1;
	}
	return 0;
}

static int wants_change(const struct nlu_acts *a)
{
	static const char *const verbs[] = {"change ", "correct ", "update ",
					    "fix "};

	if (a->correction)
		return 1;
	for (size_t i = 0; a->request && i < sizeof(verbs) / sizeof(*verbs);
	     i++) {
		if (phrase_in(a->query, verbs[i]))
			return 1;
	}
	return 0;
}

/* "It's Jon", "J O N": of the name that was just recorded, when what is asked
 * now is no name. */
static int tells_name_again(struct engine *e, int asked)
{
	static const char *const leads[] = {"it's ", "it is ", "its ",
					    "that's ", "spelled "};
	const char *text = e->v->heard[0].text;
	int last = engine_item(e, e->m->last_key), letters = 0, led = 0;
	struct nlu_value v;

	if (asked < 0 || last < 0 || !is_known(e, (uint32_t)last) ||
	    engine_kind(e, last) != ASK_NAME ||
	    weight(engine_kind(e, asked)) < 2 || e->acts.question ||
	    engine_read(e, asked, 1, &v) >= 0)
		return 0;
	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++)
		led |= phrase_after(text, leads[i]) != NULL;
	for (const char *s = text; *s; s++)
		letters += s[0] != ' ' && (s == text || s[-1] == ' ') &&
			   (!s[1] || s[1] == ' ');
	return (led || letters >= 2) && correct_name(e);
}

int engine_correct(struct engine *e, int asked)
{
	const int takes_back =
		wants_change(&e->acts) || seems_to_take_back(e, asked);

	if (takes_back && take_correction(e, asked))
		return 1;
	if (takes_back && correct_searched(e, asked))
		return 0;
	return corrects_plainly(e, asked) || tells_name_again(e, asked);
}
