/**
 * @file wording_instruct.c  What an instruction to the agent asks it to say
 *
 *   text --sentences--> "thank the caller" --> "Thank you."
 *                       "let her know X"   --> "X."
 *                       "ask whether X"    --> a question
 *                       "hang up"          --> end
 *                       "be polite"        --> nothing (not for the ear)
 *
 * Rules, not understanding: what no rule knows is left unsaid, because to read
 * an instruction out loud is worse than to miss a nicety.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/strbuf.h"
#include "dialog/phrase.h"
#include "dialog/wording.h"

enum { PART_MAX = 512 };

/* ---- parts ------------------------------------------------------------- */

static int ends_sentence(const char *s)
{
	if (*s == '\n')
		return 1;
	return strchr(".!?;", *s) &&
	       (!s[1] || s[1] == ' ' || s[1] == '\n' || s[1] == '"');
}

/* "St. Raphael", "Dr. Lee" */
static int is_abbreviation(const char *start, const char *dot)
{
	static const char *const list[] = {"st",  "dr",  "mr", "mrs",
					   "ms",  "no",  "vs", "e.g",
					   "i.e", "a.m", "p.m"};
	const char *w = dot;

	while (w > start && w[-1] != ' ')
		w--;
	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		size_t n = strlen(list[i]);

		if ((size_t)(dot - w) == n && !strncasecmp(w, list[i], n))
			return 1;
	}
	return 0;
}

/* Next sentence of *at without its end mark; keeps "?" apart in *mark. */
static int next_sentence(const char **at, char *ret, size_t cap, char *mark)
{
	const char *s = *at;
	size_t n = 0;

	while (*s && (isspace((unsigned char)*s) || strchr("-\"", *s)))
		s++;
	if (!*s)
		return 0;
	const char *start = s;

	while (*s && (!ends_sentence(s) || is_abbreviation(start, s))) {
		if (n + 1 < cap)
			ret[n++] = *s;
		s++;
	}
	*mark = *s == '?' || *s == '!' ? *s : '.';
	*at = *s ? s + 1 : s;
	while (n && strchr(" \"", ret[n - 1]))
		n--;
	ret[n] = '\0';
	return 1;
}

static const char *skip_lead(const char *s)
{
	static const char *const lead[] = {
		"please ",       "then ",        "and ",        "also ",
		"finally, ",     "finally ",     "first, ",     "first ",
		"next, ",        "next ",        "now ",        "now, ",
		"briefly ",      "politely ",    "kindly ",     "warmly ",
		"naturally ",    "simply ",      "just ",       "be sure to ",
		"make sure to ", "remember to ", "you should ", "immediately ",
	};

	for (size_t i = 0; i < sizeof(lead) / sizeof(lead[0]);) {
		const char *rest = phrase_after(s, lead[i]);

		if (rest) {
			s = rest;
			i = 0;
		} else {
			i++;
		}
	}
	return s;
}

static void add_sentence(char *to, size_t cap, const char *s, char mark)
{
	size_t len = strlen(to);

	size_t n = strlen(s);

	while (*s == ' ') {
		s++;
		n--;
	}
	while (n && strchr(" ,:-", s[n - 1]))
		n--;
	if (!n || len + n + 3 > cap)
		return;
	phrase_put(to + len, cap - len, "%s%.*s%c", len ? " " : "", (int)n, s,
		   mark);
	wording_capital(to + len + (len ? 1 : 0));
}

/* ---- rules ------------------------------------------------------------- */

static int is_hangup(const char *s)
{
	static const char *const words[] = {
		"hang up",
		"hangup",
		"end the call",
		"end the conversation",
		"end this call",
		"end this conversation",
		"ending the conversation",
		"ending the call",
		"terminate the call",
		"disconnect the call",
		"say goodbye",
		"say good bye",
		"close the call",
		"conclude the call",
		"finish the call",
		"conclude the conversation",
	};

	if (phrase_in(s, "not hang up") || phrase_in(s, "n't hang up") ||
	    phrase_in(s, "not end the") || phrase_in(s, "n't end the") ||
	    phrase_in(s, "before you hang up"))
		return 0;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (phrase_in(s, words[i]))
			return 1;
	}
	return 0;
}

/* After "the caller", "them", "Ann": what is said to them. */
static const char *after_listener(const char *s)
{
	static const char *const who[] = {
		"the caller ",  "the customer ", "the patient ",
		"the guest ",   "the client ",   "the user ",
		"the contact ", "the person ",   "them ",
		"him ",         "her ",          "callers ",
		"caller ",      "customer ",     "to the caller ",
		"to them ",
	};

	for (size_t i = 0; i < sizeof(who) / sizeof(who[0]); i++) {
		const char *rest = phrase_after(s, who[i]);

		if (rest)
			return rest;
	}
	return s;
}

static int refers_to_caller(const char *s)
{
	return phrase_in(s, "caller") || phrase_in(s, "customer") ||
	       phrase_in(s, " them") || phrase_in(s, "their") ||
	       phrase_in(s, "they") || phrase_in(s, "patient") ||
	       phrase_in(s, "guest");
}

/* "you couldn't find it" is about the agent, "your table" hardly. */
static int speaks_of_agent(const char *s)
{
	static const char *const words[] = {"you ", "you'", " you ", " you'"};

	if (refers_to_caller(s))
		return 1;
	return !phrase_after(s, "your ") &&
	       (phrase_after(s, words[0]) || phrase_after(s, words[1]) ||
		phrase_in(s, words[2]) || phrase_in(s, words[3]));
}

/* "the status of their order": the fact itself is not in the text. */
static int is_fact(const char *s)
{
	static const char *const verbs[] = {
		" is",     " are",  " was",  " were",  " will",  " has",
		" have",   " had",  " can",  " could", " may",   " must",
		" should", " need", "'s",    "'re",    "'ve",    "'ll",
		"n't",     " do",   " does", " did",   " would", " takes",
	};

	if (!phrase_in(s, " of ") && !phrase_in(s, " following"))
		return 1;
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (phrase_in(s, verbs[i]))
			return 1;
	}
	return 0;
}

static void say_content(struct wording_plan *p, const char *s, char mark,
			int agent)
{
	char you[PART_MAX * 2];
	size_t n;

	static const char *const theirs[] = {"her ", "his "};
	char copy[PART_MAX * 2];

	s += strspn(s, " :,\"'");
	/* "let Maria know her table is ready" */
	for (size_t i = 0; i < 2; i++) {
		const char *rest = phrase_after(s, theirs[i]);

		if (!rest)
			continue;
		phrase_put(copy, sizeof(copy), "your %s", rest);
		s = copy;
		break;
	}
	wording_address(you, sizeof(you), s, agent);
	/* "that X and that Y" was one sentence with "tell them" before it. */
	for (char *that = strstr(you, " and that "); that;
	     that = strstr(that, " and that "))
		memmove(that + 5, that + 10, strlen(that + 10) + 1);
	n = strlen(you);
	while (n && strchr("\" ", you[n - 1]))
		you[--n] = '\0';
	add_sentence(p->say, sizeof(p->say), you, mark);
}

static void say_with(struct wording_plan *p, const char *head, const char *s)
{
	char you[PART_MAX * 2];
	char line[PART_MAX * 2 + 32];

	wording_address(you, sizeof(you), s, 0);
	phrase_put(line, sizeof(line), "%s%s", head, you);
	add_sentence(p->say, sizeof(p->say), line, '.');
}

/* After "the caller", "them", "to Ann": what is said to them. */
static const char *after_name(const char *s)
{
	const char *rest = after_listener(s);
	const char *to = phrase_after(rest, "to ");

	/* "confirm to Ann that" */
	if (to && isupper((unsigned char)*to)) {
		const char *space = strchr(to, ' ');

		return space ? space + 1 : rest;
	}
	return rest;
}

/* "remind them to bring it", "ask them to call", "suggest they check" */
static int rule_urge(struct wording_plan *p, const char *s)
{
	static const char *const verbs[] = {
		"ask ",  "advise ",   "encourage ", "tell ",   "invite ",
		"urge ", "instruct ", "direct ",    "prompt ", "recommend "};
	static const char *const hints[] = {
		"suggest ", "recommend ", "suggest that ", "recommend that "};
	const char *rest = phrase_after(s, "remind ");

	if (rest) {
		rest = after_name(rest);
		if (phrase_after(rest, "to ") || phrase_after(rest, "of ")) {
			say_with(p,
				 phrase_after(rest, "to ") ? "Please remember "
							   : "Please remember",
				 rest + (phrase_after(rest, "of ") ? 2 : 0));
			return 1;
		}
		return 0;
	}
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		rest = phrase_after(s, verbs[i]);
		rest = rest ? phrase_after(after_name(rest), "to ") : NULL;
		if (rest && !phrase_after(s, "recommend to ")) {
			say_with(p, "Please ", rest);
			return 1;
		}
	}
	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
		rest = phrase_after(s, hints[i]);
		if (!rest)
			continue;

		const char *they = phrase_after(rest, "they ");

		rest = they ? they : after_listener(rest);
		say_with(p, "You may want to ", rest);
		return 1;
	}
	return 0;
}

static int rule_tell(struct wording_plan *p, const char *s, char mark)
{
	static const char *const verbs[] = {
		"tell ",      "inform ",   "notify ",  "advise ",   "remind ",
		"assure ",    "say ",      "mention ", "announce ", "state ",
		"explain ",   "let ",      "confirm ", "reassure ", "clarify ",
		"emphasize ", "read out ", "add ",     "note ",
	};
	const char *rest = NULL;

	for (size_t i = 0; !rest && i < sizeof(verbs) / sizeof(verbs[0]); i++)
		rest = phrase_after(s, verbs[i]);
	if (!rest)
		return 0;
	if (phrase_after(s, "let ")) {
		rest = phrase_in(rest, " know ");
		if (!rest)
			return 0;
		rest += strlen(" know ");
	} else {
		rest = after_name(rest);
	}

	const char *that = phrase_after(rest, "that ");

	if (that) {
		rest = that;
	} else if (phrase_after(rest, "about ") ||
		   phrase_after(rest, "how ") || phrase_after(rest, "what ") ||
		   phrase_after(rest, "why ") || phrase_after(rest, "to ")) {
		return 1; /* the facts are not in the text */
	} else if (!strchr(":\"'", *rest) && phrase_after(s, "tell ")) {
		/* "tell Ann that X", "tell Ann: X" */
		const char *later = phrase_in(rest, " that ");
		const char *colon = strchr(rest, ':');

		if (later && later - rest < 24)
			rest = later + strlen(" that ");
		else if (colon && colon - rest < 24)
			rest = colon;
	}
	if ((phrase_after(s, "confirm ") && !that) || !is_fact(rest))
		return 1;
	/* Quoted words are the Expert's own. */
	say_content(p, rest, mark,
		    !strchr(":\"'", *rest) && speaks_of_agent(rest));
	return 1;
}

static int rule_thank(struct wording_plan *p, const char *s)
{
	const char *rest = phrase_after(s, "thank ");
	char you[PART_MAX * 2];
	char line[PART_MAX * 2 + 16];

	if (!rest)
		return 0;

	const char *what = phrase_in(rest, " for ");

	if (phrase_after(rest, "you")) {
		add_sentence(p->say, sizeof(p->say), s, '.');
		return 1;
	}
	if (!what) {
		add_sentence(p->say, sizeof(p->say), "Thank you", '.');
		return 1;
	}
	wording_address(you, sizeof(you), what, 0);
	phrase_put(line, sizeof(line), "Thank you%s", you);
	add_sentence(p->say, sizeof(p->say), line, '.');
	return 1;
}

static int rule_apologize(struct wording_plan *p, const char *s)
{
	const char *rest = phrase_after(s, "apologize");
	char you[PART_MAX * 2];
	char line[PART_MAX * 2 + 16];

	if (!rest)
		rest = phrase_after(s, "apologise");
	if (!rest)
		return 0;
	if (*rest == ':') {
		phrase_put(line, sizeof(line), "I'm sorry,%s", rest + 1);
		add_sentence(p->say, sizeof(p->say), line, '.');
		return 1;
	}

	const char *why = phrase_in(rest, " for ");

	if (why && !phrase_in(why, " not being able")) {
		wording_address(you, sizeof(you), why, 0);
		phrase_put(line, sizeof(line), "I'm sorry%s", you);
	} else {
		phrase_put(line, sizeof(line), "I'm sorry about that");
	}
	add_sentence(p->say, sizeof(p->say), line, '.');
	return 1;
}

static int rule_wish(struct wording_plan *p, const char *s)
{
	const char *rest = phrase_after(s, "wish ");
	char line[PART_MAX];

	if (!rest)
		return 0;
	rest = after_listener(rest);
	if (phrase_after(rest, "well") || phrase_in(rest, "all the best"))
		phrase_put(line, sizeof(line), "All the best");
	else if (phrase_after(rest, "a ") || phrase_after(rest, "an "))
		phrase_put(line, sizeof(line), "Have %s", rest);
	else
		return 1;
	add_sentence(p->say, sizeof(p->say), line, '.');
	return 1;
}

static int rule_ask(struct wording_plan *p, const char *s)
{
	const char *rest = phrase_after(s, "ask ");
	char you[PART_MAX * 2];

	if (!rest)
		return 0;
	rest = after_listener(rest);
	wording_address(you, sizeof(you), rest, refers_to_caller(rest));

	const char *what = phrase_after(you, "for ");

	if (what)
		phrase_put(p->ask, sizeof(p->ask), "Could you tell me %s?",
			   what);
	else if ((what = phrase_after(you, "if ")) != NULL)
		phrase_put(p->ask, sizeof(p->ask), "May I ask whether %s?",
			   what);
	else
		phrase_put(p->ask, sizeof(p->ask), "May I ask %s?", you);
	return 1;
}

/* A statement that can be said as it stands, in the last words of a call. */
static int is_statement(const char *s)
{
	static const char *const heads[] = {
		"we ", "we'",   "our ",   "your ", "their ", "they ", "they'",
		"it ", "it's ", "there ", "i ",    "i'",     "you'",
	};
	static const char *const orders[] = {
		"be ",         "keep ",       "provide ",      "offer ",
		"read ",       "share ",      "use ",          "do ",
		"don't ",      "if ",         "once ",         "when ",
		"leave ",      "deliver ",    "express ",      "translate ",
		"close ",      "make ",       "ensure ",       "avoid ",
		"speak ",      "stay ",       "remain ",       "continue ",
		"answer ",     "help ",       "address ",      "empathize ",
		"respond ",    "only ",       "never ",        "always ",
		"try ",        "give ",       "include ",      "summarize ",
		"greet ",      "wait ",       "transfer ",     "should ",
		"act ",        "sound ",      "note",          "important",
		"tone",        "the caller ", "the customer ", "the patient ",
		"the user ",   "you are ",    "you must ",     "you can ",
		"you should ", "your task ",  "your goal ",    "acknowledge ",
		"follow ",     "start ",      "begin ",        "collect ",
		"explain ",    "for ",
	};
	static const char *const verbs[] = {
		" will ",      " is ",   " are ",   " has been ",
		" have been ", " was ",  " were ",  " can ",
		" takes ",     " take ", " opens ", " closes ",
	};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		if (phrase_after(s, heads[i]))
			return !phrase_after(s, "your task ") &&
			       !phrase_after(s, "your goal ");
	}
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		if (phrase_after(s, orders[i]))
			return 0;
	}
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (phrase_in(s, verbs[i]))
			return 1;
	}
	return 0;
}

/* ---- one sentence ------------------------------------------------------ */

static void one_part(struct wording_plan *p, const char *s, char mark,
		     int statements)
{
	s = skip_lead(s);
	if (!*s)
		return;

	/* Whether it is so is not known here. */
	if (phrase_after(s, "if ") || phrase_after(s, "should ") ||
	    phrase_after(s, "unless "))
		return;

	const char *colon = phrase_in(s, "instructions: ");

	if (colon) {
		one_part(p, colon + strlen("instructions: "), mark,
			 statements);
		return;
	}
	if (rule_thank(p, s) || rule_apologize(p, s) || rule_wish(p, s) ||
	    (!is_hangup(s) &&
	     (rule_urge(p, s) || rule_tell(p, s, mark) || rule_ask(p, s)))) {
		p->verbs++;
	} else if (is_hangup(s)) {
		p->hangup = 1;
		p->verbs++;
	} else if (statements && is_statement(s)) {
		say_content(p, s, mark, refers_to_caller(s));
		p->verbs++;
	}
}

/* Where a second order begins inside a sentence: "thank them and hang up". */
static char *second_order(char *s)
{
	static const char *const joints[] = {", then ", " and then ", ", and ",
					     " and ",   ", or ",      " or ",
					     ", "};
	static const char *const verbs[] = {
		"thank ",   "tell ",         "let ",      "say ",
		"ask ",     "hang ",         "end ",      "wish ",
		"inform ",  "apologi",       "remind ",   "transfer",
		"notify ",  "naturally end", "politely ", "close ",
		"provide ", "offer ",        "keep ",     "encourage ",
		"suggest ", "advise ",       "apologise", "confirm ",
		"assure ",  "reassure ",     "invite ",
	};

	for (char *at = s; *at; at++) {
		if (*at != ' ' && *at != ',')
			continue;
		for (size_t j = 0; j < sizeof(joints) / sizeof(*joints); j++) {
			const char *rest = phrase_after(at, joints[j]);

			for (size_t v = 0;
			     rest && v < sizeof(verbs) / sizeof(*verbs); v++) {
				if (!phrase_after(rest, verbs[v]))
					continue;
				*at = '\0';
				return s + (rest - s);
			}
		}
	}
	return NULL;
}

/* "Responding to action execution KEY: TEXT" is how clients hand on what came
 * of an action that the caller waits for. @return TEXT, or NULL */
static const char *result_of(const char *text)
{
	const char *key =
		phrase_after(text, "responding to action execution ");
	const char *colon = key ? strstr(key, ": ") : NULL;

	return colon ? colon + 2 : NULL;
}

/* Not an order that some rule knows: words of the Expert, unless they are for
 * a program. */
static void say_result(struct wording_plan *p, const char *text)
{
	enum { RESULT_MAX = 400 };

	if (strlen(text) <= RESULT_MAX && !strpbrk(text, "{}[]<>"))
		add_sentence(p->say, sizeof(p->say), text,
			     strchr(".!?", text[strlen(text) - 1]) ? ' '
								   : '.');
}

/* What to do if a machine answers; who listens now is a person. */
static int is_for_machine(const char *text)
{
	return phrase_after(text, "if ") &&
	       (phrase_in(text, "voicemail") ||
		phrase_in(text, "answering machine"));
}

void wording_instruction(struct wording_plan *ret, const char *text)
{
	const char *result = result_of(text);
	char sentence[PART_MAX];
	char mark;
	/* Statements are only for the ear when they are last words or the
	 * outcome of an action; otherwise they are things to know ("the doctor
	 * is out today"). */
	int statements = result || is_hangup(text);
	int conditional = 0;

	memset(ret, 0, sizeof(*ret));
	if (is_for_machine(text))
		return;
	if (result)
		text = result;
	while (next_sentence(&text, sentence, sizeof(sentence), &mark)) {
		char *part = sentence;

		/* "If they refuse, say so. Then hang up." is one condition. */
		conditional = phrase_after(skip_lead(sentence), "if ") ||
			      (conditional && phrase_after(sentence, "then "));
		if (conditional)
			continue;

		while (part) {
			char *next = second_order(part);

			one_part(ret, part, mark, statements);
			part = next;
		}
	}
	if (result && *result && !ret->verbs)
		say_result(ret, result);
}

int wording_transfer(char *ret, size_t cap, const char *message)
{
	struct wording_plan p;
	const char *own = message ? message : "";

	/* Already in the agent's own words. */
	if (phrase_after(own, "i'") || phrase_after(own, "i will ") ||
	    phrase_after(own, "let me ") || phrase_after(own, "we'") ||
	    phrase_after(own, "thank you") ||
	    phrase_after(own, "one moment") ||
	    phrase_after(own, "please hold")) {
		phrase_put(ret, cap, "%s", own);
		return 0;
	}
	wording_instruction(&p, own);
	if (!*p.say)
		return -ENOENT;
	phrase_put(ret, cap, "%s%s", p.say,
		   phrase_in(p.say, "transfer") || phrase_in(p.say, "connect")
			   ? ""
			   : " I'll put you through now.");
	return 0;
}

int wording_objective(char *ret, size_t cap, const char *text,
		      const char *organization)
{
	static const char *const verbs[] = {
		"add ",     "help ",   "assist ",  "book ",     "schedule ",
		"arrange ", "make ",   "take ",    "register ", "sign ",
		"enroll ",  "update ", "change ",  "cancel ",   "reschedule ",
		"check ",   "answer ", "process ", "set up ",   "place ",
		"provide ", "give ",   "find ",    "reserve ",  "put ",
		"order ",   "refill ", "route ",   "connect ",  "direct ",
	};
	enum { OBJECTIVE_MAX = 120 };
	char sentence[PART_MAX], you[PART_MAX * 2];
	const char *s = text;
	char mark;
	size_t i = 0;

	if (!next_sentence(&s, sentence, sizeof(sentence), &mark) ||
	    strlen(sentence) > OBJECTIVE_MAX)
		return -ENOENT;
	s = skip_lead(sentence);
	if (phrase_after(s, "find out "))
		return -ENOENT;
	while (i < sizeof(verbs) / sizeof(*verbs) &&
	       !phrase_after(s, verbs[i]))
		i++;
	if (i == sizeof(verbs) / sizeof(*verbs))
		return -ENOENT;
	wording_address(you, sizeof(you), s, 0);
	*you = (char)tolower((unsigned char)*you);

	/* "... of Thai Palace" was just said in the greeting. */
	const char *org = *organization ? phrase_in(you, organization) : NULL;

	if (org && !org[strlen(organization)]) {
		size_t n = (size_t)(org - you);

		for (size_t k = 0; k < 2; k++) {
			while (n && you[n - 1] == ' ')
				n--;
			if (n > 3 && (!strncasecmp(&you[n - 3], " of", 3) ||
				      !strncasecmp(&you[n - 3], " at", 3)))
				n -= 3;
			else if (n > 4 && !strncasecmp(&you[n - 4], " for", 4))
				n -= 4;
		}
		if (n)
			you[n] = '\0';
	}
	phrase_put(ret, cap, "I can %s.", you);
	return 0;
}
