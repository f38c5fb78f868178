/**
 * @file engine_half.c  A day without a time, a time without a day
 *
 *   "tomorrow"  kept: "Okay, Sunday, ... At what time?"
 *   "at nine"   put to what is kept: the value
 *   "tuesday"   several slots: "On Tuesday, ... I have nine a m or two p m."
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "dialog/engine_state.h"
#include "dialog/phrase.h"
#include "dialog/wording.h"

static int has_year(const struct xp_item *f)
{
	return !strcmp(f->field_type, "date");
}

static int is_slot(const struct xp_item *f)
{
	return !strcmp(f->field_type, "calendar_slot");
}

static int has_halves(const struct xp_item *f)
{
	return !strcmp(f->field_type, "datetime") || is_slot(f);
}

int engine_half_kept(const struct engine *e, int item)
{
	return item >= 0 && e->m->half_item == item + 1;
}

void engine_half_drop(struct engine *e)
{
	e->m->half_item = 0;
	memset(&e->m->half, 0, sizeof(e->m->half));
}

static void keep(struct engine *e, int item, const struct nlu_half *h,
		 int sure)
{
	e->m->half = *h;
	e->m->half_sure = (uint8_t)sure;
	e->m->half_item = (uint8_t)(item + 1);
}

/* What is kept of the item with what v has over it. @return 0, -EBADMSG */
static int joined(const struct engine *e, int item, struct nlu_half *ret,
		  const struct nlu_value *v)
{
	struct nlu_half newer;

	memset(ret, 0, sizeof(*ret));
	if (engine_half_kept(e, item))
		*ret = e->m->half;
	if (nlu_half_read(&newer, v->json) < 0)
		return -EBADMSG;
	nlu_half_put(ret, &newer);
	return 0;
}

int engine_complete(const struct engine *e, int item, struct nlu_value *v,
		    const char *known)
{
	const struct xp_item *f = e->v->items[item].item;
	struct nlu_half h, newer;
	struct ask ask;

	if (!v->partial || !known)
		return -ENOENT;
	if (strcmp(f->field_type, "calendar_slot") != 0)
		return nlu_complete(v, f->field_type, known, &e->today);
	engine_ask_of(e, &ask, f);
	if (nlu_half_read(&h, known) || nlu_half_read(&newer, v->json))
		return -ENOENT;
	nlu_half_put(&h, &newer);
	return nlu_half_value(v, f->field_type, &ask, &h, &e->today) ? -ENOENT
								     : 0;
}

enum half_result engine_half_take(struct engine *e, int item,
				  struct nlu_value *v, int *sure)
{
	const struct xp_item *f = e->v->items[item].item;
	char spoken[NLU_TEXT_MAX];
	struct nlu_half h;
	struct ask ask;
	int err;

	if (!has_halves(f) && !has_year(f))
		return HALF_NONE;
	if (engine_is_unsearched(e, item))
		return is_slot(f) ? HALF_SEARCH : HALF_NONE;
	if (!v->partial) {
		if (engine_half_kept(e, item))
			engine_half_drop(e);
		return HALF_WHOLE;
	}
	if (joined(e, item, &h, v) < 0)
		return HALF_NONE;
	if (engine_half_kept(e, item) && e->m->half_sure < *sure)
		*sure = e->m->half_sure;
	if (has_year(f)) {
		keep(e, item, &h, *sure);
		e->m->attempts[item] = 0;
		engine_say(e, "Okay.");
		return HALF_KEPT;
	}
	engine_ask_of(e, &ask, f);
	err = nlu_half_value(v, f->field_type, &ask, &h, &e->today);
	if (err == 0) {
		engine_half_drop(e);
		return HALF_WHOLE;
	}
	if (nlu_half_speak(spoken, sizeof(spoken), &h, &e->today) < 0)
		return HALF_NONE;
	e->m->attempts[item] = 0;
	if (err == -ENOENT) {
		engine_half_drop(e);
		/* What was found before is not all that there is. */
		if (f->searchable)
			return HALF_SEARCH;
		engine_say(e, "I'm sorry, %s is not available.", spoken);
		return HALF_KEPT;
	}
	keep(e, item, &h, *sure);
	/* The slots that are left are told with their day. */
	if (!ask.n_choices) {
		engine_say(e, "Okay, %s.", spoken);
		e->half_said = 1;
	}
	return HALF_KEPT;
}

void engine_half_note(struct engine *e, int item, const struct nlu_value *v,
		      int sure)
{
	struct nlu_half h;

	if (!v->partial || !v->strong || e->m->half_item ||
	    !has_halves(e->v->items[item].item) ||
	    nlu_half_read(&h, v->json) < 0)
		return;
	keep(e, item, &h, sure);
}

/* ---- reading ----------------------------------------------------------- */

int engine_half_read(const struct engine *e, int item, const struct ask *ask,
		     const char *text, struct nlu_value *ret)
{
	const struct xp_item *f = e->v->items[item].item;
	const char *left[ASK_CHOICES_MAX];
	struct ask fewer = *ask;

	if (!engine_half_kept(e, item))
		return -ENOENT;
	if (has_year(f))
		return nlu_half_year(ret, ask, &e->m->half, text, &e->today);
	if (!ask->n_choices)
		return -ENOENT;
	/* "The later one", "two": of those that are left. */
	fewer.n_choices = nlu_half_slots(left, ask, &e->m->half);
	fewer.choices = left;
	return nlu_value(ret, f->field_type, &fewer, text, &e->today);
}

/* ---- the question for the rest ----------------------------------------- */

static void ask_slots(const struct engine *e, char *ret, size_t cap,
		      const struct xp_item *f, const struct nlu_half *h)
{
	enum { SHOWN = 5 };
	const char *left[ASK_CHOICES_MAX];
	const char *names[SHOWN];
	char times[SHOWN][96], day[NLU_TEXT_MAX], list[600];
	struct nlu_half day_only = *h;
	struct ask ask;
	uint32_t n;

	engine_ask_of(e, &ask, f);
	n = nlu_half_slots(left, &ask, h);
	for (uint32_t i = 0; i < n && i < SHOWN; i++) {
		struct nlu_half one;
		char json[96];

		names[i] = left[i];
		phrase_put(json, sizeof(json), "\"%s\"", left[i]);
		if (nlu_half_read(&one, json) < 0)
			continue;
		one.has_day = !h->has_day;
		if (nlu_half_speak(times[i], sizeof(times[i]), &one,
				   &e->today) == 0)
			names[i] = times[i];
	}
	wording_list(list, sizeof(list), names, n, SHOWN, e->today.language);
	day_only.has_time = day_only.part = 0;
	if (h->has_day &&
	    nlu_half_speak(day, sizeof(day), &day_only, &e->today) == 0)
		phrase_put(
			ret, cap,
			engine_line(
				e,
				"On %s I have %s. Which one would you like?"),
			day, list);
	else
		phrase_put(
			ret, cap,
			engine_line(e, "I have %s. Which one would you like?"),
			list);
}

void engine_half_question(const struct engine *e, int item, char *ret,
			  size_t cap)
{
	const struct xp_item *f = e->v->items[item].item;
	const struct nlu_half *h = &e->m->half;
	const unsigned attempt = e->m->attempts[item];
	char day[NLU_TEXT_MAX];

	if (has_year(f)) {
		phrase_put(
			ret, cap, engine_line(e, "And in what year?%s"),
			engine_line(
				e,
				attempt ? " For example, nineteen eighty-four."
					: ""));
		return;
	}
	if (!strcmp(f->field_type, "calendar_slot")) {
		struct ask ask;

		engine_ask_of(e, &ask, f);
		if (ask.n_choices) {
			ask_slots(e, ret, cap, f, h);
			return;
		}
	}
	if (!h->has_day && !h->has_time)
		phrase_put(ret, cap,
			   engine_line(e, "On what day, and at what time?"));
	else if (!h->has_day)
		phrase_put(ret, cap, engine_line(e, "On what day?%s"),
			   engine_line(e, attempt ? " Please say the day, for "
						    "example, next "
						    "Friday."
						  : ""));
	else if (!attempt && e->half_said)
		phrase_put(ret, cap, engine_line(e, "At what time?"));
	else if (nlu_half_speak(day, sizeof(day), h, &e->today) == 0)
		phrase_put(
			ret, cap, engine_line(e, "At what time on %s?%s"), day,
			engine_line(
				e,
				attempt ? " Please say the time, for example, "
					  "half past three."
					: ""));
}
