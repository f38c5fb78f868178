/**
 * @file wording_field.c  What a field's description is about
 *
 *   description --> a question in quotes, if there is one
 *               --> the sentence that asks ("Ask ...", "If so, ask ...")
 *               --> addressed to the caller --> question or noun
 *
 * The rules come from reading some seven hundred descriptions of published
 * example programs: most are orders to the agent, not names of things.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dialog/wording_field.h"

#include <ctype.h>
#include <string.h>

#include "dialog/phrase.h"
#include "dialog/wording.h"
#include "proto/xp.h"

enum {
	SENTENCE_MAX = 260, /* [bytes] longer is not read out      */
	NOUN_MAX = 120,
	TAIL_MAX = 48, /* after a dash                        */
};

/* ---- sentences --------------------------------------------------------- */

/* 'Is there anything else?' between quotes. */
static int quoted_question(char *ret, size_t cap, const char *s)
{
	for (; *s; s++) {
		if (*s != '\'' && *s != '"')
			continue;

		const char *end = s + 1;

		while (*end && !(*end == '?' && end[1] == *s))
			end++;
		if (!*end)
			return 0;
		/* An apostrophe opens nothing. */
		if (end - s > SENTENCE_MAX || !isupper((unsigned char)s[1]))
			continue;
		phrase_put(ret, cap, "%.*s?", (int)(end - s - 1), s + 1);
		return 1;
	}
	return 0;
}

/* The next sentence, without parentheses. @return its end mark, 0: none */
static char sentence(const char **at, char *ret, size_t cap)
{
	const char *s = *at;
	size_t n = 0;
	int depth = 0;
	char mark = '.';

	s += strspn(s, " \n\t");
	if (!*s)
		return 0;
	for (; *s; s++) {
		if (*s == '(')
			depth++;
		if (!depth &&
		    (*s == '\n' || *s == ';' ||
		     (strchr(".?!", *s) && (!s[1] || strchr(" \n", s[1])))))
			break;
		if (!depth && n + 1 < cap &&
		    !(*s == ' ' && (!n || ret[n - 1] == ' ')))
			ret[n++] = *s;
		if (*s == ')' && depth)
			depth--;
	}
	if (*s)
		mark = *s++;
	while (n && strchr(" ,:-", ret[n - 1]))
		n--;
	ret[n] = '\0';
	*at = s;
	return mark;
}

/* ---- the part that asks ------------------------------------------------ */

static const char *after_any(const char *s, const char *const *heads, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *rest = phrase_after(s, heads[i]);

		if (rest)
			return rest;
	}
	return NULL;
}

#define AFTER(s, v) after_any((s), (v), sizeof(v) / sizeof((v)[0]))

/* "Ask the caller for their name" -> "for their name"; NULL: asks nothing */
static const char *after_ask(const char *s)
{
	static const char *const verbs[] = {
		"ask ",        "ask: ",           "briefly ask ",
		"please ask ", "then ask ",       "also ask ",
		"next, ask ",  "collect ",        "obtain ",
		"get ",        "find out ",       "record ",
		"gather ",     "capture ",        "determine ",
		"identify ",   "please provide ", "provide ",
	};
	static const char *const whom[] = {
		"the caller ",   "the customer ",  "the patient ",
		"the guest ",    "the client ",    "the user ",
		"the contact ",  "the member ",    "the resident ",
		"the tenant ",   "the applicant ", "the employee ",
		"the traveler ", "the student ",   "them ",
		"callers ",      "the person ",
	};
	const char *rest = AFTER(s, verbs);

	if (!rest) {
		/* "If they say yes, ask when they are free" */
		if (!phrase_after(s, "if ") && !phrase_after(s, "when ") &&
		    !phrase_after(s, "based ") && !phrase_after(s, "for "))
			return NULL;
		rest = phrase_in(s, ", ask ");
		if (!rest)
			return NULL;
		rest += strlen(", ask ");
	}
	for (const char *who = AFTER(rest, whom); who; who = AFTER(rest, whom))
		rest = who;

	const char *brief = phrase_after(rest, "briefly ");

	return brief ? brief : rest;
}

/* An order of another kind: not what is to be said. */
static int is_order(const char *s)
{
	static const char *const asides[] = {"if possible", "if known",
					     "if needed",   "if so",
					     "if not",      "if relevant"};

	/* "If the caller has been here before" is what is to be found out. */
	if (phrase_after(s, "if ") && !strchr(s, ','))
		return AFTER(s, asides) != NULL;

	static const char *const verbs[] = {
		"based on ", "inform ",    "listen ",      "find ",
		"read back", "note ",      "explain ",     "present ",
		"tell ",     "let ",       "use ",         "do not ",
		"remind ",   "if ",        "after ",       "once ",
		"map ",      "only ",      "share ",       "offer ",
		"confirm ",  "verify ",    "acknowledge ", "assess ",
		"thank ",    "summarize ", "store ",       "the agent ",
	};

	return AFTER(s, verbs) != NULL;
}

static void key_words(char *ret, size_t cap, const char *key)
{
	static const char *const whose[] = {"caller ", "customer ", "contact ",
					    "user ",   "guest ",    "patient ",
					    "client ", "visitor "};
	size_t n = 0;

	for (; *key && n + 1 < cap; key++)
		ret[n++] = strchr("_-.", *key) ? ' ' : *key;
	ret[n] = '\0';

	const char *rest = AFTER(ret, whose);

	if (rest)
		memmove(ret, rest, strlen(rest) + 1);
}

/* "..., so we can look it up", "— anything will do" */
static void cut_tail(char *s)
{
	static const char *const tails[] = {
		", so we can",   " so we can",     ", so I can",
		" so I can",     ", such as",      " such as",
		", for example", " as it appears", " and capture",
		" and present",  " and note",      " and record",
		" and select",
	};
	char *dash = strstr(s, " \xe2\x80\x94 ");

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		const char *at = phrase_in(s, tails[i]);

		if (at)
			s[at - s] = '\0';
	}
	if (dash && dash < s + strlen(s) && strlen(dash) > TAIL_MAX)
		*dash = '\0';
}

/* ---- questions --------------------------------------------------------- */

struct turn {
	const char *from, *to;
};

static int replace_head(char *s, size_t cap, const struct turn *v, size_t n)
{
	char copy[WORDING_FIELD_MAX];

	for (size_t i = 0; i < n; i++) {
		const char *rest = phrase_after(s, v[i].from);

		if (!rest)
			continue;
		phrase_put(copy, sizeof(copy), "%s%s", v[i].to, rest);
		phrase_put(s, cap, "%s", copy);
		return 1;
	}
	return 0;
}

#define HEAD(s, cap, v) replace_head((s), (cap), (v), sizeof(v) / sizeof(*(v)))

/* Addressing "does the guest have" leaves "does you have". */
static void mend_verb(char *s, size_t cap)
{
	static const struct turn verbs[] = {
		{"does you ", "Do you "},   {"has you ", "Have you "},
		{"is you ", "Are you "},    {"was you ", "Were you "},
		{"does your", "Does your"},
	};

	(void)HEAD(s, cap, verbs);
}

/* "whether you have parking" -> "do you have parking" */
static int yes_no(char *s, size_t cap)
{
	static const struct turn verbs[] = {
		{"you have been ", "Have you been "},
		{"you have received ", "Have you received "},
		{"you have experienced ", "Have you experienced "},
		{"you have had ", "Have you had "},
		{"you have any ", "Do you have any "},
		{"you have a ", "Do you have a "},
		{"you have your ", "Do you have your "},
		{"you currently have ", "Do you currently have "},
		{"you are ", "Are you "},
		{"you're ", "Are you "},
		{"you were ", "Were you "},
		{"you've ", "Have you "},
		{"you would ", "Would you "},
		{"you'd ", "Would you "},
		{"you will ", "Will you "},
		{"you can ", "Can you "},
		{"you need ", "Do you need "},
		{"you want ", "Do you want "},
		{"you plan ", "Do you plan "},
		{"you prefer ", "Do you prefer "},
		{"you still ", "Do you still "},
		{"you intend ", "Do you intend "},
		{"you know ", "Do you know "},
		{"you understand ", "Do you understand "},
		{"you received ", "Did you receive "},
		{"there is ", "Is there "},
		{"there's ", "Is there "},
		{"there are ", "Are there "},
		{"there was ", "Was there "},
		{"there were ", "Were there "},
	};
	char rest[WORDING_FIELD_MAX];
	const char *clause = phrase_after(s, "whether ");

	if (!clause)
		clause = phrase_after(s, "if ");
	if (!clause)
		return 0;
	phrase_put(rest, sizeof(rest), "%s", clause);
	if (HEAD(rest, sizeof(rest), verbs)) {
		const char *other = phrase_in(rest, " or if you ");

		if (other)
			phrase_put(s, cap, "%.*s or do you %s?",
				   (int)(other - rest), rest,
				   other + strlen(" or if you "));
		else
			phrase_put(s, cap, "%s?", rest);
	} else if (wording_inverted(rest, sizeof(rest))) {
		phrase_put(s, cap, "%s?", rest);
	} else {
		char copy[WORDING_FIELD_MAX];

		phrase_put(copy, sizeof(copy), "Could you tell me whether %s?",
			   rest);
		phrase_put(s, cap, "%s", copy);
	}
	return 1;
}

static int is_inverted(const char *s)
{
	static const char *const marks[] = {
		" are you",    " do you",   " would you", " is your",
		" have you",   " did you",  " can you",   " were you",
		" will you",   " is the ",  " are your",  " was your",
		" works best", " can we",   " may we",    " should we",
		" is it",      " should I",
	};
	static const char *const seconds[] = {
		"is ",  "are ",  "was ", "were ", "would ", "do ",
		"did ", "does ", "can ", "will ", "best ",  "should ",
	};
	const char *second = strchr(s, ' ');

	if (!phrase_in(s, "you"))
		return phrase_after(s, "how many ") != NULL ||
		       phrase_after(s, "how much ") != NULL ||
		       (second && AFTER(second + 1, seconds) != NULL);
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (phrase_in(s, marks[i]))
			return 1;
	}
	return second && AFTER(second + 1, seconds) != NULL;
}

static int wh_clause(char *s, size_t cap)
{
	static const char *const heads[] = {"what ",  "which ", "when ",
					    "where ", "who ",   "why ",
					    "how ",   "what's "};
	char copy[WORDING_FIELD_MAX];

	if (!AFTER(s, heads))
		return 0;
	if (phrase_after(s, "who is calling")) {
		phrase_put(s, cap, "May I ask who is calling?");
		return 1;
	}
	if (phrase_after(s, "when you were born")) {
		phrase_put(s, cap, "When were you born?");
		return 1;
	}
	if (wording_how_many(copy, sizeof(copy), s)) {
		phrase_put(s, cap, "%s?", copy);
		return 1;
	}
	phrase_put(copy, sizeof(copy),
		   is_inverted(s) ? "%s?" : "Could you tell me %s?", s);
	phrase_put(s, cap, "%s", copy);
	return 1;
}

static int other_clause(char *s, size_t cap)
{
	static const struct turn heads[] = {
		{"to ", "Could you "},
		{"anything", "Is there anything"},
		{"anyone", "Is there anyone"},
		{"anybody", "Is there anybody"},
		{"something", "Could you tell me something"},
		{"describe ", "Could you describe "},
		{"explain ", "Could you explain "},
		{"tell us ", "Could you tell me "},
		{"tell me ", "Could you tell me "},
		{"list ", "Could you list "},
		{"name the ", "Could you name the "},
		{"choose ", "Could you choose "},
		{"select ", "Could you select "},
		{"pick a ", "Could you pick a "},
		{"specify ", "Could you specify "},
		{"spell ", "Could you spell "},
		{"state ", "Could you state "},
		{"about ", "Could you tell me about "},
		{"that ", "Can you confirm that "},
	};
	static const char *const direct[] = {
		"do you ",   "are you ", "would you ", "can you ",
		"have you ", "did you ", "will you ",  "were you ",
		"is there ", "is your ", "are there ", "was your ",
		"was the ",
	};
	char copy[WORDING_FIELD_MAX];

	if (!HEAD(s, cap, heads) && !AFTER(s, direct))
		return 0;
	phrase_put(copy, sizeof(copy), "%s?", s);
	phrase_put(s, cap, "%s", copy);
	return 1;
}

/* ---- all of it --------------------------------------------------------- */

static void add_mark(char *s, size_t cap)
{
	size_t n = strlen(s);

	if (n + 1 < cap) {
		s[n] = '?';
		s[n + 1] = '\0';
	}
}

/* Choose the words and say whether they were asked as a clause. */
static char choose(char *ret, size_t cap, const char *description)
{
	char one[SENTENCE_MAX + 1];
	const char *at = description;
	char mark, first = 0;

	*ret = '\0';
	while ((mark = sentence(&at, one, sizeof(one))) != 0) {
		const char *needed = phrase_after(one, "if applicable, ");

		if (needed)
			memmove(one, needed, strlen(needed) + 1);

		const char *asked = after_ask(one);

		if (asked) {
			const char *noun = phrase_after(asked, "for ");

			phrase_put(ret, cap, "%s", noun ? noun : asked);
			return mark;
		}
		if (!first && (mark == '?' || !is_order(one))) {
			phrase_put(ret, cap, "%s", one);
			first = mark;
		}
	}
	return first;
}

/* "Customer name": the one on the line. */
static void drop_person(char *words)
{
	static const char *const whose[] = {"caller ",  "customer ", "guest ",
					    "patient ", "client ",   "user ",
					    "member ",  "contact "};
	static const char *const what[] = {
		"name",      "full name",     "first name", "phone",
		"last name", "email",         "age",        "address",
		"birth",     "date of birth", "number"};
	const char *rest = AFTER(words, whose);

	if (rest && !phrase_after(words, "contact number") &&
	    AFTER(rest, what) != NULL)
		memmove(words, rest, strlen(rest) + 1);
}

/* "The name of the caller" has become "the name": theirs. */
static void own(char *s, size_t cap, const char *words)
{
	const char *rest = phrase_after(s, "the ");
	char copy[WORDING_FIELD_MAX];

	if (!rest || strchr(rest, ' ') || !phrase_in(words, " of the "))
		return;
	phrase_put(copy, sizeof(copy), "your %s", rest);
	phrase_put(s, cap, "%s", copy);
}

enum wording_shape wording_field(char *ret, size_t cap,
				 const struct xp_item *f)
{
	const char *d = f->description ? f->description : "";
	char words[SENTENCE_MAX + 1];
	char mark;

	if (quoted_question(ret, cap, d))
		return WORDING_IS_QUESTION;
	mark = choose(words, sizeof(words), d);
	cut_tail(words);
	if (!*words)
		key_words(words, sizeof(words), f->key ? f->key : "");
	drop_person(words);
	wording_address(ret, cap, words, 0);
	own(ret, cap, words);
	mend_verb(ret, cap);
	if (mark == '?') {
		add_mark(ret, cap);
		wording_capital(ret);
		return WORDING_IS_QUESTION;
	}
	wording_small(ret);
	if (yes_no(ret, cap) || wh_clause(ret, cap) ||
	    other_clause(ret, cap)) {
		wording_capital(ret);
		return WORDING_IS_QUESTION;
	}
	if (strlen(ret) > NOUN_MAX) {
		key_words(words, sizeof(words), f->key ? f->key : "");
		phrase_put(ret, cap, "%s", words);
	}
	return WORDING_IS_NOUN;
}

static int is_determined(const char *s)
{
	static const char *const det[] = {
		"your ", "the ",  "a ",     "an ",   "any ",
		"all ",  "my ",   "our ",   "some ", "this ",
		"that ", "each ", "which ", "no ",   "its ",
	};

	return AFTER(s, det) != NULL;
}

void wording_thing(char *ret, size_t cap, const struct xp_item *f)
{
	char d[WORDING_FIELD_MAX];

	if (wording_field(d, sizeof(d), f) == WORDING_IS_QUESTION) {
		char words[SENTENCE_MAX + 1];

		key_words(words, sizeof(words), f->key ? f->key : "");
		phrase_put(ret, cap, "your %s", words);
		return;
	}
	if (is_determined(d)) {
		phrase_put(ret, cap, "%s", d);
		return;
	}

	/* "name for the list" is the list's; "date of birth" the caller's */
	int of = (phrase_in(d, " for ") || phrase_in(d, " of ")) &&
		 !phrase_in(d, " of birth");

	phrase_put(ret, cap, "%s %s", of ? "the" : "your", d);
}
