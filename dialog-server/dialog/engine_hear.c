/**
 * @file engine_hear.c  The caller's turn
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "dialog/engine_state.h"
#include "dialog/phrase.h"
#include "dialog/wording.h"

static int is_blank(const char *s)
{
	return !s[strspn(s, " ")];
}

static void ask_now(const struct engine *e, struct ask *ret)
{
	const struct xp_item *f = engine_field(e, e->m->key);

	*ret = (struct ask){.field_key = "", .description = ""};
	if (e->m->waiting == WAIT_FIELD && f)
		engine_ask_of(e, ret, f);
	else if (e->m->waiting == WAIT_CHECK || e->m->waiting == WAIT_ACTION)
		ret->kind = ASK_YES_NO;
}

static int work_left(const struct engine *e)
{
	for (uint32_t i = 0; i < e->v->n_items; i++) {
		if (e->state[i] == BRAIN_ITEM_OPEN &&
		    e->v->items[i].item->kind == XP_ITEM_FIELD &&
		    e->v->items[i].item->required)
			return 1;
	}
	return 0;
}

static void goodbye(struct engine *e)
{
	struct engine_memory *m = e->m;

	if (work_left(e) && !m->goodbyes) {
		m->goodbyes = 1;
		engine_ask_again(e, "Before you go,");
		return;
	}
	/* A task without a list is over when the caller is. */
	if (!e->v->n_items && *e->v->task_id && !e->v->task_reported) {
		engine_emit(e, BRAIN_TASK_DONE, NULL, NULL);
		m->said_done = 1;
	}
	engine_goodbye(e);
}

/* The caller has no answer, or none to give. */
static void decline(struct engine *e)
{
	int item = engine_item(e, e->m->key);

	if (e->m->waiting != WAIT_FIELD || item < 0) {
		engine_lost(e, "That's all right.");
		return;
	}
	if (engine_leave(e, item))
		return;
	if (!e->v->items[item].item->required) {
		engine_say(e, "No problem.");
		engine_skip(e, item);
		engine_next(e);
		return;
	}
	e->refused = 1;
	engine_lost(e, "I'm afraid I need that to go on.");
}

static int is_optional(const struct engine *e)
{
	const struct xp_item *f = engine_field(e, e->m->key);

	return e->m->waiting == WAIT_FIELD && f && !f->required &&
	       !f->n_choices;
}

/* "How many children?" "No." is none. */
static int wants_count(const struct engine *e)
{
	const struct xp_item *f = engine_field(e, e->m->key);

	return e->m->waiting == WAIT_FIELD && f &&
	       !strcmp(f->field_type, "integer") &&
	       nlu_may_be_none(f->key, f->description ? f->description : "");
}

/* "I'd like to put my name down" when that is what we are here for. */
static int is_our_business(const struct engine *e)
{
	return wording_related(e->acts.query, e->v->objective) ||
	       wording_related(e->acts.query, e->v->purpose);
}

static void request(struct engine *e, int taken)
{
	if (taken || (e->m->waiting != WAIT_OPEN &&
		      e->m->waiting != WAIT_ELSE && is_our_business(e))) {
		if (!taken)
			engine_say(e, "Sure.");
		if (taken || e->m->waiting == WAIT_NOTHING ||
		    e->m->waiting == WAIT_ELSE)
			engine_next(e);
		else
			engine_ask_again(e, "");
		return;
	}
	engine_request(e, e->acts.query);
}

static const char *greeting_for(const char *text)
{
	return phrase_in(text, "how are you") || phrase_in(text, "how's it") ||
			       phrase_in(text, "how is it")
		       ? "I'm well, thank you."
		       : "Hello.";
}

/* "Help!": with what? */
static int wants_any_help(const char *text)
{
	static const char *const words[] = {"help",
					    "help me",
					    "i need help",
					    "i need some help",
					    "can you help me",
					    "could you help me",
					    "please help",
					    "please help me",
					    "i need your help",
					    "can i get some help"};
	size_t n = strlen(text);

	while (n && strchr(" .!?", text[n - 1]))
		n--;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i]) == n && !strncasecmp(words[i], text, n))
			return 1;
	}
	return 0;
}

int engine_is_open(const struct engine *e)
{
	return e->m->waiting == WAIT_OPEN || e->m->waiting == WAIT_ELSE ||
	       e->m->waiting == WAIT_NOTHING;
}

/* Words that are no value and no act, outside of any field. */
static void open_words(struct engine *e)
{
	const struct nlu_acts *a = &e->acts;
	struct engine_memory *m = e->m;
	const char *text = e->v->heard[0].text;

	if (m->waiting == WAIT_TODO) {
		int item = engine_item(e, m->todo_key);

		engine_say(e, "Thank you.");
		m->waiting = WAIT_NOTHING;
		if (item >= 0)
			engine_item_done(e, item);
		engine_next(e);
	} else if (m->waiting == WAIT_EXPERT || m->waiting == WAIT_SEARCH ||
		   m->waiting == WAIT_CHECKED) {
		engine_say(e, "One moment, please.");
	} else if (a->no && m->waiting == WAIT_ELSE) {
		goodbye(e);
	} else if (a->thanks) {
		engine_say(e, "You're welcome.");
	} else if (a->yes && m->waiting == WAIT_ELSE) {
		engine_ask_open(e, WAIT_OPEN, "What can I do for you?");
	} else if (a->no && m->said_done && m->waiting == WAIT_NOTHING) {
		engine_ask_open(e, WAIT_ELSE,
				"Is there anything else I can help you with?");
	} else if (a->backchannel || a->yes || a->no) {
		if (m->waiting == WAIT_OPEN)
			engine_ask_again(e, "");
	} else if (a->greeting && a->bare) {
		engine_open_again(e, greeting_for(text));
	} else if (e->v->has_actions || e->v->has_questions) {
		m->lost_open = 0;
		engine_request(e, text);
	} else {
		engine_lost(e, "I'm sorry, I can't help you with that.");
	}
}

/* A cough is easily heard as a "no". */
static int was_heard_well(const struct engine *e)
{
	return e->v->text_channel || e->v->heard[0].confidence >= ENGINE_SURE;
}

static void lost_answer(struct engine *e)
{
	if (!was_heard_well(e) || !engine_off_list(e))
		engine_lost(e, "Sorry, I didn't catch that.");
}

static void answer_missing(struct engine *e)
{
	const struct nlu_acts *a = &e->acts;

	if (a->wait) {
		engine_say(e, "Of course, take your time.");
	} else if (a->hesitation) {
		engine_ask_again(e, "Take your time.");
	} else if (e->m->taken_over && e->m->waiting == WAIT_NOTHING &&
		   work_left(e)) {
		/* A yes, say, to what another has asked: on with the list. */
		engine_say(e, "All right.");
		engine_next(e);
	} else if (a->dont_know ||
		   (a->no && is_optional(e) && is_blank(a->rest)) ||
		   (e->m->waiting == WAIT_FIELD && was_heard_well(e) &&
		    engine_is_plain_no(e->v->heard[0].text))) {
		decline(e);
	} else if (e->m->waiting != WAIT_FIELD &&
		   e->m->waiting != WAIT_CHECK) {
		open_words(e);
	} else if (a->backchannel && !a->yes && !a->no) {
		/* "okay": thinking; the silence timer will ask again. */
		return;
	} else if (a->greeting && strlen(e->v->heard[0].text) < 16) {
		engine_ask_again(e, greeting_for(e->v->heard[0].text));
	} else {
		const struct xp_item *f = engine_field(e, e->m->key);

		if (f && f->searchable && e->m->waiting == WAIT_FIELD)
			engine_search(e, engine_item(e, e->m->key),
				      e->v->heard[0].text);
		else
			lost_answer(e);
	}
}

int engine_is_plain_no(const char *text)
{
	static const char *const words[] = {
		"no",  "nope",   "none", "nothing", "thanks", "thank", "you",
		"not", "really", "nah",  "sir",     "ma'am",  "n/a"};
	int n = 0;

	for (text += strspn(text, " ,.!"); *text; n++) {
		size_t len = strcspn(text, " ,.!");
		size_t i = 0;

		while (i < sizeof(words) / sizeof(words[0]) &&
		       (strlen(words[i]) != len ||
			strncasecmp(words[i], text, len) != 0))
			i++;
		if (i == sizeof(words) / sizeof(words[0]))
			return 0;
		text += len;
		text += strspn(text, " ,.!");
	}
	return n > 0;
}

static int says_one_of(const char *text, const char *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (phrase_in(text, v[i]))
			return 1;
	}
	return 0;
}

#define SAYS(text, v) says_one_of((text), (v), sizeof(v) / sizeof((v)[0]))

/* "What can you do?" With what there is to choose from as the next question,
 * that is answer enough. */
static void what_we_do(struct engine *e)
{
	char line[NLU_TEXT_MAX];

	e->m->open_asked = 1;
	if (wording_objective(line, sizeof(line), e->v->objective,
			      e->v->organization) == 0 ||
	    wording_objective(line, sizeof(line), e->v->purpose,
			      e->v->organization) == 0)
		engine_say(e, "%s", line);
	else if (engine_options(e, line, sizeof(line)) < 0 || work_left(e))
		engine_say(e, "Tell me what you need, and I'll see what I can "
			      "do.");
}

/* What we know about ourselves needs no Expert. */
static int about_us(struct engine *e)
{
	static const char *const robot[] = {
		"are you a robot",
		"are you a bot",
		"are you a machine",
		"are you a computer",
		"are you human",
		"are you a human",
		"are you a real person",
		"are you real",
		"is this a robot",
		"is this a machine",
		"is this a recording",
		"am i talking to a robot",
		"am i talking to a machine",
		"am i speaking to a",
	};
	static const char *const who[] = {
		"who is this",       "who's this",       "who are you",
		"what is your name", "what's your name", "who am i talking to",
		"who am i speaking"};
	static const char *const able[] = {
		"what can you do",    "what can you help",
		"what do you do",     "how can you help",
		"what can i ask",     "what can i say",
		"what can i do here", "what are you for",
		"what do you offer",  "what is this for",
		"what's this for",    "what is this about",
		"what's this about",  "why are you calling"};
	const char *text = e->v->heard[0].text;
	const char *name = e->v->agent_name;
	const char *org = e->v->organization;
	int is_robot = SAYS(text, robot), is_able = SAYS(text, able);

	if (!is_robot && !is_able && !SAYS(text, who))
		return 0;
	if (is_able)
		what_we_do(e);
	else if (is_robot)
		engine_say(e, "I'm an automated assistant.");
	else
		engine_say(e, "This is %s%s%s, an automated assistant.",
			   engine_line(e, *name ? name : "the assistant"),
			   engine_line(e, *org ? " from " : ""), org);
	if (e->m->waiting == WAIT_OPEN || e->m->waiting == WAIT_NOTHING)
		engine_open_again(e, "");
	else
		engine_return(e);
	return 1;
}

static int wants_out(const char *text)
{
	static const char *const words[] = {"never mind", "nevermind",
					    "forget it", "forget about it"};

	return SAYS(text, words);
}

/* "Can I give you my number first? It's ...", "do you have anything on
 * friday?": what it asks was just taken. */
static int is_dealt_with(const struct engine *e)
{
	const struct nlu_acts *a = &e->acts;
	const struct xp_item *f = engine_field(e, e->m->key);

	if (phrase_in(a->query, "can i give you") ||
	    phrase_in(a->query, "can i tell you") ||
	    phrase_in(a->query, "may i give you"))
		return 1;
	return e->m->waiting == WAIT_FIELD && f && is_blank(a->rest) &&
	       !strcmp(f->field_type, "calendar_slot");
}

/* "Is there anything ...?" "Yes." is not what it is; "not that I know of" is
 * nothing. @return 1 dealt with */
static int any_or_none(struct engine *e)
{
	const struct nlu_acts *a = &e->acts;
	const char *q = e->m->question;
	const struct xp_item *f = engine_field(e, e->m->key);
	const int item = engine_item(e, e->m->key);

	if (e->m->waiting != WAIT_FIELD || !f || !a->bare ||
	    strcmp(f->field_type, "text") != 0 ||
	    engine_kind(e, item) != ASK_TEXT ||
	    (!phrase_after(q, "is there any") &&
	     !phrase_after(q, "do you have any")))
		return 0;
	if (a->no && !a->yes && !f->required) {
		decline(e);
		return 1;
	}
	if (!a->yes || a->no)
		return 0;
	engine_say(e, "Please go ahead.");
	return 1;
}

/* "When are you free?", asked back by who was asked when it would suit. */
static int asks_what_is_free(const struct engine *e)
{
	static const char *const words[] = {
		"you free",  "is free",      "'s free",
		"available", "availability", "you have",
		"openings",  "earliest",     "next appointment"};
	const struct xp_item *f = engine_field(e, e->m->key);

	return e->m->waiting == WAIT_FIELD && f && f->searchable &&
	       !strcmp(f->field_type, "calendar_slot") &&
	       (phrase_in(e->acts.query, "when") ||
		phrase_in(e->acts.query, "what")) &&
	       SAYS(e->acts.query, words);
}

/* Seven digits are a telephone number to who says them. */
static int lacks_area_code(const struct engine *e)
{
	const struct xp_item *f = engine_field(e, e->m->key);

	return f && !strcmp(f->field_type, "phone") && strlen(e->m->part) == 7;
}

static void values_and_rest(struct engine *e)
{
	struct nlu_acts *a = &e->acts;

	if (any_or_none(e))
		return;

	if (engine_is_plain_no(e->v->heard[0].text)) {
		if (wants_count(e)) {
			e->words = "none";
		} else if (is_optional(e)) {
			decline(e);
			return;
		}
	}

	int n = engine_take(e);

	e->words = NULL;
	if (a->question && (n || e->check_item >= 0 || e->search_item >= 0) &&
	    is_dealt_with(e))
		a->question = 0;

	if (e->wrong_item >= 0 && !a->human && !a->question) {
		engine_wrong(e);
		return;
	}
	if (e->check_item >= 0 && !a->human && !a->question) {
		engine_check(e, e->check_item, &e->check);
		return;
	}
	if (a->human) {
		engine_person(e);
	} else if (a->question && *a->query && asks_what_is_free(e)) {
		engine_search(e, engine_item(e, e->m->key), a->query);
	} else if (a->question && *a->query) {
		engine_question(e);
	} else if (a->request && *a->query && e->search_item < 0) {
		request(e, n);
	} else if (a->goodbye) {
		goodbye(e);
	} else if (e->search_item >= 0) {
		engine_search(e, e->search_item, e->v->heard[0].text);
	} else if (n && *e->m->part) {
		engine_say(
			e, "%s",
			engine_line(e, lacks_area_code(e)
					       ? "And the area code, please?"
					       : "Go on, please."));
	} else if (n) {
		engine_next(e);
	} else {
		answer_missing(e);
	}
}

/* A noise or a mumble. It may not be the caller's fault, so only every other
 * one counts as an attempt. */
static void nothing_heard(struct engine *e)
{
	if (++e->m->empties % 2 == 0 || e->m->waiting == WAIT_NOTHING ||
	    e->m->waiting == WAIT_EXPERT || e->m->waiting == WAIT_SEARCH ||
	    e->m->waiting == WAIT_CHECKED)
		engine_lost(e, "Sorry, I didn't catch that.");
	else
		engine_ask_again(e, "Sorry, I didn't catch that.");
}

static unsigned count_words(const char *s)
{
	unsigned n = 0;

	for (s += strspn(s, " "); *s; s += strspn(s, " ")) {
		n++;
		s += strcspn(s, " ");
	}
	return n;
}

/* Asked for yes or no, and heard a word or two that are neither: one of the
 * other hypotheses may be the answer. A number may be a correction. */
static void find_yes_no(struct engine *e, const struct ask *ask)
{
	struct nlu_acts *a = &e->acts;
	int item = engine_item(e, e->m->key);
	struct nlu_acts other;
	struct nlu_value v;

	if (a->yes || a->no || a->question || a->request || a->repeat ||
	    a->human || a->goodbye || a->wait ||
	    count_words(e->v->heard[0].text) > 2)
		return;
	if (item >= 0 && e->v->items[item].item->kind == XP_ITEM_FIELD &&
	    strcmp(e->v->items[item].item->field_type, "text") != 0 &&
	    engine_read_one(e, item, 0, &v) == 0)
		return;
	for (uint32_t i = 1; i < e->v->n_heard; i++) {
		nlu_acts(&other, e->v->heard[i].text, ask);
		if ((other.yes && !other.no &&
		     count_words(e->v->heard[i].text) <= 3) ||
		    engine_is_plain_no(e->v->heard[i].text)) {
			*a = other;
			return;
		}
	}
}

/* "What are the choices?", of a field that has some. */
static int asks_for_choices(const struct engine *e)
{
	static const char *const words[] = {
		"what are the choices", "what are my choices",
		"what are the options", "what are my options",
		"what choices",         "what options"};
	const struct xp_item *f = engine_field(e, e->m->key);

	return e->m->waiting == WAIT_FIELD && f && f->n_choices &&
	       SAYS(e->v->heard[0].text, words);
}

void engine_hear(struct engine *e)
{
	struct nlu_acts *a = &e->acts;
	struct ask ask;

	if (!e->v->n_heard) {
		nothing_heard(e);
		return;
	}
	e->m->empties = 0;
	e->m->helped = 1;
	ask_now(e, &ask);
	nlu_acts(a, e->v->heard[0].text, &ask);
	if (ask.kind == ASK_YES_NO && !e->v->text_channel)
		find_yes_no(e, &ask);
	if (e->m->waiting == WAIT_CHECK && engine_check_hear(e))
		return;
	if ((e->m->waiting == WAIT_ACTION || e->m->waiting == WAIT_WHICH) &&
	    engine_action_hear(e))
		return;
	if ((a->repeat && !a->question && !a->request) ||
	    asks_for_choices(e) ||
	    phrase_in(e->v->heard[0].text, "did you say")) {
		engine_ask_again(e, "");
		return;
	}
	if (about_us(e))
		return;
	if (wants_any_help(e->v->heard[0].text) && engine_is_open(e)) {
		e->m->open_asked = 1;
		engine_open_again(e, "Of course.");
		return;
	}
	if (wants_out(e->v->heard[0].text) && !a->request && !a->question) {
		goodbye(e);
		return;
	}
	values_and_rest(e);
}

void engine_hear_first(struct engine *e)
{
	struct nlu_acts *a = &e->acts;
	struct ask ask;

	ask_now(e, &ask);
	nlu_acts(a, e->v->heard[0].text, &ask);
	if (a->human || ((a->question || a->request) && *a->query)) {
		values_and_rest(e);
		return;
	}
	(void)engine_take(e);
	if (e->wrong_item >= 0)
		engine_wrong(e);
	else if (e->check_item >= 0)
		engine_check(e, e->check_item, &e->check);
	else
		engine_next(e);
}

/* ---- keys -------------------------------------------------------------- */

void engine_keys(struct engine *e)
{
	int item = engine_item(e, e->m->key);
	struct nlu_value v;

	if (item < 0 || !e->v->n_heard) {
		engine_return(e);
		return;
	}
	(void)text_copy(e->acts.rest, sizeof(e->acts.rest),
			e->v->heard[0].text);
	if (engine_read(e, item, 1, &v) < 0 || v.partial) {
		e->m->waiting = WAIT_FIELD;
		engine_lost(e, "Sorry, that number does not fit.");
		return;
	}
	if (engine_refuses(e, item, &v)) {
		engine_wrong(e);
		return;
	}
	/* Keys are not misheard: said back, but not asked back. */
	e->m->checked[item] = 1;
	e->m->waiting = WAIT_NOTHING;
	e->m->part[0] = '\0';
	engine_record(e, item, &v);
	if (e->v->items[item].item->sensitive)
		engine_say(e, "Thank you.");
	else
		engine_say(e, "Thank you, I have %s.", v.spoken);
	engine_next(e);
}
