/**
 * @file wording.c  Questions, nouns and lists in English
 *
 *   description --tidy--> "number of people" --shape--> "How many people?"
 *
 * SPDX-License-Identifier: MIT
 */
#include "dialog/wording.h"

#include "dialog/language.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/strbuf.h"
#include "dialog/phrase.h"
#include "dialog/wording_field.h"
#include "proto/xp.h"

void wording_capital(char *s)
{
	*s = (char)toupper((unsigned char)*s);
}

void wording_small(char *s)
{
	if (*s && !isupper((unsigned char)s[1]) &&
	    !(s[0] == 'I' && strchr(" '", s[1])))
		*s = (char)tolower((unsigned char)*s);
}

/* ---- questions --------------------------------------------------------- */

static int is_plural(const char *s)
{
	size_t n = strcspn(s, ",");
	static const char *const joints[] = {" of ", " in ", " for ", " per "};

	for (size_t i = 0; i < sizeof(joints) / sizeof(joints[0]); i++) {
		const char *at = phrase_in(s, joints[i]);

		if (at && (size_t)(at - s) < n)
			n = (size_t)(at - s);
	}
	return n > 3 && s[n - 1] == 's' && !strchr("su", s[n - 2]) &&
	       !phrase_after(s, "status");
}

static void ask_name(char *ret, size_t cap, const char *d, const char *thing)
{
	const char *of = phrase_in(d, " for ");

	if (!of) {
		phrase_put(ret, cap, "May I have %s, please?", thing);
		return;
	}
	of += strlen(" for ");
	if (phrase_in(of, "list"))
		phrase_put(ret, cap, "What name should I put on %s?", of);
	else if (phrase_in(of, "reservation") || phrase_in(of, "booking") ||
		 phrase_in(of, "order") || phrase_in(of, "appointment"))
		phrase_put(ret, cap, "What name should I put %s under?", of);
	else
		phrase_put(ret, cap, "What name should I use for %s?", of);
}

/* "people coming": how many people are coming? */
static void count_things(char *ret, size_t cap, const char *things)
{
	const char *next = strchr(things, ' ');
	size_t n = next ? strcspn(next + 1, " ") : 0;

	if (n > 4 && !strncmp(next + 1 + n - 3, "ing", 3))
		phrase_put(ret, cap, "How many %.*s are%s?",
			   (int)(next - things), things, next);
	else
		phrase_put(ret, cap, "How many %s?", things);
}

static void ask_count(char *ret, size_t cap, const char *d, const char *thing)
{
	static const char *const heads[] = {
		"number of ", "the number of ",   "quantity of ",
		"amount of ", "total number of ", "count of "};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		const char *rest = phrase_after(d, heads[i]);

		if (!rest)
			continue;
		if (!strcmp(rest, "people") || !strcmp(rest, "guests") ||
		    !strcmp(rest, "persons"))
			phrase_put(ret, cap, "How many people will it be?");
		else
			count_things(ret, cap, rest);
		return;
	}
	if (phrase_in(d, "party size") || phrase_in(d, "group size") ||
	    phrase_in(d, "size of your party"))
		phrase_put(ret, cap, "How many people are in your party?");
	else if (!strcmp(thing, "your age"))
		phrase_put(ret, cap, "How old are you?");
	else if (phrase_in(d, "quantity"))
		phrase_put(ret, cap, "How many would you like?");
	else if (phrase_after(d, "total ") || phrase_after(d, "amount "))
		phrase_put(ret, cap, "What is the %s?", d);
	else if (phrase_after(d, "years of ") || phrase_after(d, "months of "))
		phrase_put(ret, cap, "How many %s do you have?", d);
	else if (is_plural(d) && !phrase_after(d, "your ") &&
		 !phrase_after(d, "the "))
		phrase_put(ret, cap, "How many %s?", d);
	else if (phrase_after(d, "children") || phrase_after(d, "people"))
		phrase_put(ret, cap, "How many %s?", d);
	else
		phrase_put(ret, cap, "What is %s?", thing);
}

static const char *bare_noun(const char *thing)
{
	const char *rest = phrase_after(thing, "the ");

	return rest ? rest : thing;
}

static void ask_digits(char *ret, size_t cap, const char *thing)
{
	static const char *const phone[] = {
		"your phone number",      "your telephone number",
		"the phone number",       "your callback number",
		"your contact number",    "your phone",
		"a phone number",         "your call back number",
		"your best phone number",
	};

	const char *why = phrase_after(thing, "your phone number to ");

	/* "Phone number to text when the table is ready" */
	if (why) {
		phrase_put(ret, cap, "What is the best phone number to %s?",
			   why);
		return;
	}
	for (size_t i = 0; i < sizeof(phone) / sizeof(phone[0]); i++) {
		if (!strcasecmp(thing, phone[i])) {
			phrase_put(ret, cap,
				   "What is the best phone number to "
				   "reach you?");
			return;
		}
	}
	if (phrase_after(thing, "your number to "))
		phrase_put(ret, cap, "What is the best %s?",
			   phrase_after(thing, "your "));
	else if (is_plural(thing) || phrase_in(thing, " digits of "))
		phrase_put(ret, cap, "What are the %s?", bare_noun(thing));
	else
		phrase_put(ret, cap, "What is %s?", thing);
}

static void ask_when(char *ret, size_t cap, const char *d, const char *thing,
		     const char *what)
{
	const char *of = phrase_in(d, " for ");
	const char *time = phrase_after(d, "time of ");

	if (of)
		phrase_put(ret, cap, "What %s would you like%s?", what, of);
	else if (time && !strcmp(what, "day and time"))
		phrase_put(ret, cap, "What is the day and time of %s?", time);
	else if (phrase_in(d, "slot"))
		phrase_put(ret, cap, "What %s would suit you?", what);
	else if (phrase_in(d, "birth") || phrase_after(d, "your ") ||
		 phrase_after(d, "the "))
		phrase_put(ret, cap, "What is %s?", thing);
	else if (phrase_in(d, "appointment") || phrase_in(d, "reservation") ||
		 phrase_in(d, "visit") || phrase_in(d, "booking"))
		phrase_put(ret, cap, "What %s would you like?", what);
	else if (phrase_in(d, "preferred") || phrase_in(d, "desired") ||
		 !strcmp(d, "date") || !strcmp(d, "time") ||
		 phrase_in(d, "date and time"))
		phrase_put(ret, cap, "What %s would suit you?", what);
	else
		phrase_put(ret, cap, "What is %s?", thing);
}

/* What a caller may have none of. */
static int is_remark(const char *d)
{
	static const char *const heads[] = {
		"additional ",     "other ",         "further ",
		"extra ",          "comments",       "notes",
		"questions",       "concerns",       "remarks",
		"feedback",        "allergies",      "dietary ",
		"known allergies", "food allergies", "existing conditions"};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		if (phrase_after(d, heads[i]))
			return is_plural(d) || phrase_in(d, "feedback") ||
			       phrase_in(d, "information");
	}
	return 0;
}

static void ask_text(char *ret, size_t cap, const char *d, const char *thing)
{
	static const char *const kinds[] = {"kind of ", "type of ", "sort of ",
					    "the kind of ", "the type of "};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const char *what = phrase_after(d, kinds[i]);

		if (!what)
			continue;
		phrase_put(ret, cap, "What kind of %s?", what);
		return;
	}
	if (phrase_after(d, "brief ") || phrase_after(d, "a brief ") ||
	    phrase_after(d, "short ") || phrase_after(d, "a short "))
		phrase_put(ret, cap, "Could you give me %s?", thing);
	else if (phrase_after(d, "any "))
		phrase_put(ret, cap, "Do you have %s?", d);
	else if ((phrase_after(d, "special ") && is_plural(d)) || is_remark(d))
		phrase_put(ret, cap, "Do you have any %s?", d);
	else if (!strcmp(d, "details"))
		phrase_put(ret, cap, "Could you give me the details?");
	else if (phrase_after(d, "a good ") || phrase_after(d, "the best "))
		phrase_put(ret, cap, "What is %s?", d);
	else if (is_plural(thing))
		phrase_put(ret, cap, "What are %s?", thing);
	else if (phrase_after(thing, "your ") || phrase_after(thing, "the "))
		phrase_put(ret, cap, "What is %s?", thing);
	else
		phrase_put(ret, cap,
			   phrase_after(thing, "a ") ? "Could you give me %s?"
						     : "Could you tell me %s?",
			   thing);
}

int wording_is_yes_no(const struct xp_item *f)
{
	return f->n_choices == 2 && ((!strcasecmp(f->choices[0], "yes") &&
				      !strcasecmp(f->choices[1], "no")) ||
				     (!strcasecmp(f->choices[0], "no") &&
				      !strcasecmp(f->choices[1], "yes")));
}

/* A noun with yes and no for an answer. */
static void ask_yes_no(char *ret, size_t cap, const char *d)
{
	static const char *const kinds_of_you[] = {
		"new ", "existing ", "returning ", "first-time ", "current "};
	static const char *const owned[] = {"insurance", "health insurance",
					    "allergies", "pets",
					    "children",  "a ",
					    "an ",       "any "};

	for (size_t i = 0; i < sizeof(kinds_of_you) / sizeof(*kinds_of_you);
	     i++) {
		if (!phrase_after(d, kinds_of_you[i]))
			continue;
		phrase_put(ret, cap, "Are you %s %s?",
			   strchr("aeiou", *d) ? "an" : "a", d);
		return;
	}
	for (size_t i = 0; i < sizeof(owned) / sizeof(*owned); i++) {
		if (!phrase_after(d, owned[i]))
			continue;
		phrase_put(ret, cap, "Do you have %s?", d);
		return;
	}
	phrase_put(ret, cap, "%s, yes or no?", d);
	wording_capital(ret);
}

/* How people ask for what only a type tells. @return 1 asked, 0 not */
static int ask_typed(char *ret, size_t cap, const struct xp_item *f,
		     const char *d, const char *thing)
{
	const char *type = f->field_type ? f->field_type : "text";

	if (!strcmp(type, "multi_select") && is_plural(d) &&
	    !phrase_after(d, "your ") && !phrase_after(d, "the ")) {
		phrase_put(ret, cap, "Which %s would you like?", d);
		return 1;
	}
	if (!strcmp(type, "currency") || !strcmp(type, "duration")) {
		phrase_put(ret, cap,
			   is_plural(d) ? "What are %s?" : "What is %s?",
			   thing);
		return 1;
	}
	return 0;
}

static void ask_made_up(char *ret, size_t cap, const struct xp_item *f,
			enum ask_kind kind)
{
	char d[WORDING_FIELD_MAX], thing[WORDING_FIELD_MAX];

	if (wording_field(d, sizeof(d), f) == WORDING_IS_QUESTION) {
		phrase_put(ret, cap, "%s", d);
		return;
	}
	wording_thing(thing, sizeof(thing), f);
	if (wording_is_yes_no(f)) {
		ask_yes_no(ret, cap, d);
		return;
	}
	if (ask_typed(ret, cap, f, d, thing))
		return;
	switch (kind) {
	case ASK_NAME:
		ask_name(ret, cap, d, thing);
		break;
	case ASK_INTEGER:
		ask_count(ret, cap, d, thing);
		break;
	case ASK_DIGITS:
		ask_digits(ret, cap, thing);
		break;
	case ASK_DATE:
		ask_when(ret, cap, d, thing, "date");
		break;
	case ASK_DATETIME:
		ask_when(ret, cap, d, thing, "day and time");
		break;
	default:
		ask_text(ret, cap, d, thing);
		break;
	}
}

void wording_list(char *ret, size_t cap, const char *const *v, unsigned n,
		  unsigned most, const struct language *language)
{
	size_t len;

	if (n > most)
		n = most;
	if (n == 2) {
		phrase_put(ret, cap, language_line(language, "%s or %s"), v[0],
			   v[1]);
		return;
	}
	phrase_put(ret, cap, "%s", n ? v[0] : "");
	for (unsigned i = 1; i + 1 < n; i++) {
		len = strlen(ret);
		phrase_put(ret + len, cap - len, ", %s", v[i]);
	}
	len = strlen(ret);
	if (n > 2)
		phrase_put(ret + len, cap - len,
			   language_line(language, ", or %s"), v[n - 1]);
}

static void add_choices(char *s, size_t cap, const struct xp_item *f,
			unsigned attempt)
{
	enum { SHOWN = 5 };
	char list[512];
	size_t len = strlen(s);

	if (!f->n_choices ||
	    (wording_is_yes_no(f) && (!attempt || strstr(s, "yes or no"))))
		return;
	wording_list(list, sizeof(list), f->choices, f->n_choices, SHOWN,
		     NULL);
	if (f->n_choices > SHOWN)
		phrase_put(s + len, cap - len, " For example: %s.", list);
	else if (f->field_type && !strcmp(f->field_type, "multi_select"))
		phrase_put(s + len, cap - len,
			   " You can choose one or more of %s.", list);
	else
		phrase_put(s + len, cap - len, " You can say %s.", list);
}

/* The same of the types that only an extension has; NULL: another type. */
static const char *help_typed(const struct xp_item *f, int keys)
{
	const char *type = f->field_type ? f->field_type : "text";

	if (!strcmp(type, "phone"))
		return keys ? "Please say it digit by digit with the area "
			      "code, or key it in."
			    : "Please say it digit by digit, with the area "
			      "code.";
	if (!strcmp(type, "email"))
		return "Please spell it, for example, a n n at example dot "
		       "com.";
	if (!strcmp(type, "address"))
		return "Please say the number and the street, then the city "
		       "and the state.";
	if (!strcmp(type, "currency"))
		return "Please say just the amount, for example, fifty "
		       "dollars.";
	if (!strcmp(type, "duration"))
		return "Please say how long, for example, two hours.";
	if (!strcmp(type, "multi_select"))
		return "You can say several, or none of them.";
	return NULL;
}

/* How to answer, when the question alone did not do. */
static const char *help(enum ask_kind kind, int keys)
{
	switch (kind) {
	case ASK_NAME:
		return "Please say just the name, slowly.";
	case ASK_INTEGER:
		return keys ? "Please say just the number, or key it in."
			    : "Please say just the number.";
	case ASK_DIGITS:
		return keys ? "Please say it digit by digit, or key it in."
			    : "Please say it digit by digit.";
	case ASK_DATE:
		return "Please say the month and the day, for example, May "
		       "third.";
	case ASK_DATETIME:
		return "Please say the day and the time, for example, Friday "
		       "at three.";
	case ASK_YES_NO:
		return "Please say yes or no.";
	case ASK_CHOICE:
		return "";
	default:
		return "Please say it in a few words.";
	}
}

static int wants_yes_no(const char *question)
{
	static const char *const heads[] = {"Do ",  "Does ", "Did ",   "Is ",
					    "Are ", "Was ",  "Were ",  "Have ",
					    "Has ", "Will ", "Would ", "Can "};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		if (phrase_after(question, heads[i]))
			return !strstr(question, " or ");
	}
	return 0;
}

void wording_question(char *ret, size_t cap, const struct xp_item *f,
		      enum ask_kind kind, unsigned attempt, int keys)
{
	const char *own = f->question ? f->question : "";

	if (*own)
		phrase_put(ret, cap, "%s", own);
	else
		ask_made_up(ret, cap, f, kind);
	if (!*own || attempt)
		add_choices(ret, cap, f, attempt);
	if (attempt) {
		size_t len = strlen(ret);
		const char *typed = help_typed(f, keys);
		const char *how = typed ? typed : help(kind, keys);

		if (kind == ASK_DATE &&
		    (phrase_in(ret, "birth") || phrase_in(ret, "born")))
			how = "Please say the month, the day, and the year.";
		if (wants_yes_no(ret) &&
		    (kind == ASK_TEXT || kind == ASK_OPEN))
			how = "Please say yes or no, or a few words.";
		phrase_put(ret + len, cap - len, "%s%s", *how ? " " : "", how);
	}
}

int wording_options(char *ret, size_t cap, const char *objective)
{
	enum { LIST_MAX = 200 };
	const char *list = phrase_in(objective, ": ");
	char you[2 * LIST_MAX];
	char part[LIST_MAX];
	size_t n;

	if (!list)
		return -ENOENT;
	list += 2;
	n = strcspn(list, ".;:?!\n");
	if (n == 0 || n >= sizeof(part))
		return -ENOENT;
	phrase_put(part, sizeof(part), "%.*s", (int)n, list);
	if (!phrase_in(part, " or "))
		return -ENOENT;
	wording_address(you, sizeof(you), part, 0);
	wording_small(you);
	phrase_put(ret, cap,
		   phrase_after(you, "to ") ? "Do you want %s?" : "Is it %s?",
		   you);
	return 0;
}
