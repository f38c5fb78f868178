/**
 * @file wording_address.c  From "the caller" to "you", and other word work
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/strbuf.h"
#include "dialog/phrase.h"
#include "dialog/wording.h"

void phrase_put(char *ret, size_t cap, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(ret, cap, fmt, ap);
	va_end(ap);
}

const char *phrase_after(const char *s, const char *head)
{
	size_t len = strlen(head);

	return strncasecmp(s, head, len) == 0 ? s + len : NULL;
}

const char *phrase_in(const char *s, const char *part)
{
	size_t len = strlen(part);
	int lower = tolower((unsigned char)*part);
	int upper = toupper((unsigned char)*part);

	for (; *s; s++) {
		if ((*s == lower || *s == upper) && !strncasecmp(s, part, len))
			return s;
	}
	return NULL;
}

struct swap {
	const char *from, *to;
};

static const struct swap to_you[] = {
	{"they are", "you are"},    {"they're", "you're"},
	{"they've", "you've"},      {"they'll", "you'll"},
	{"they'd", "you'd"},        {"they", "you"},
	{"themselves", "yourself"}, {"them", "you"},
	{"theirs", "yours"},        {"their", "your"},
	{"callers", "you"},         {"customers", "you"},
};

/* Whoever is on the line. */
static const char *const persons[] = {
	"caller",     "customer",     "patient",        "guest",
	"client",     "contact",      "user",           "person",
	"member",     "applicant",    "recipient",      "resident",
	"respondent", "traveler",     "claimant",       "student",
	"cardholder", "policyholder", "tenant",         "employee",
	"donor",      "driver",       "account holder", "shipper",
	"alumnus",    "passenger",    "buyer",          "subscriber",
	"visitor",    "attendee",     "homeowner",      "borrower",
	"candidate",  "participant",  "policy holder",  "shopper",
	"prospect",   "respondant",
};

static const struct swap to_me[] = {
	{"you were", "I was"},  {"you are", "I am"}, {"you're", "I'm"},
	{"you've", "I've"},     {"you'll", "I'll"},  {"you'd", "I'd"},
	{"yourself", "myself"}, {"yours", "mine"},   {"your", "my"},
	{"you", "I"},
};

static const struct swap *find_swap(const struct swap *v, size_t n,
				    const char *s)
{
	for (size_t i = 0; i < n; i++) {
		const char *rest = phrase_after(s, v[i].from);

		if (rest && !isalnum((unsigned char)*rest) && *rest != '\'')
			return &v[i];
	}
	return NULL;
}

/* Word at the start of s, in lower case. @return its length */
static size_t word_of(char *ret, size_t cap, const char *s)
{
	size_t n = 0;

	while (isalpha((unsigned char)s[n]) && n + 1 < cap) {
		ret[n] = (char)tolower((unsigned char)s[n]);
		n++;
	}
	ret[n] = '\0';
	return n;
}

/* "the caller wants" is "you want". @return length of the verb read */
static size_t second_person(struct strbuf *b, const char *s)
{
	static const struct swap irregular[] = {{"is", "are"},
						{"has", "have"},
						{"was", "were"},
						{"does", "do"}};
	static const char *const others[] = {
		"always",  "perhaps", "this",   "as",    "plus", "across",
		"besides", "yes",     "unless", "whose", "less", "is"};
	char w[32];
	size_t n = word_of(w, sizeof(w), s);

	for (size_t i = 0; i < sizeof(irregular) / sizeof(*irregular); i++) {
		if (!strcmp(w, irregular[i].from)) {
			strbuf_add(b, irregular[i].to);
			return n;
		}
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		if (!strcmp(w, others[i]))
			return 0;
	}
	if (n < 4 || w[n - 1] != 's' || strchr("su", w[n - 2]))
		return 0;
	if (!strcmp(&w[n - 3], "ies"))
		strbuf_addf(b, "%.*sy", (int)(n - 3), w);
	else if (!strcmp(&w[n - 3], "hes") || !strcmp(&w[n - 3], "xes") ||
		 !strcmp(&w[n - 3], "oes") || !strcmp(&w[n - 4], "sses"))
		strbuf_addf(b, "%.*s", (int)(n - 2), w);
	else
		strbuf_addf(b, "%.*s", (int)(n - 1), w);
	return n;
}

/* "the caller's name", "the caller has": what is read of it, 0: nothing */
static size_t person(struct strbuf *b, const char *s)
{
	const char *rest = phrase_after(s, "the ");
	size_t the = rest ? 4 : 0;

	for (size_t i = 0; i < sizeof(persons) / sizeof(*persons); i++) {
		size_t n = the + strlen(persons[i]);

		if (!phrase_after(s + the, persons[i]))
			continue;
		if (s[n] == '\'' && s[n + 1] == 's') {
			strbuf_add(b, "your");
			return n + 2;
		}
		if (!the || isalpha((unsigned char)s[n])) {
			/* "the callers", "customers' names" */
			if (!the || s[n] != 's' ||
			    isalpha((unsigned char)s[n + 1]))
				continue;
			n++;
		}
		/* "the contact name", "the student ID" is no person. */
		strbuf_add(b, "you");
		if (s[n] != ' ')
			return n;
		strbuf_addc(b, ' ');
		n++;
		for (;;) {
			char w[16];
			size_t skip = word_of(w, sizeof(w), s + n);

			if (strcmp(w, "currently") && strcmp(w, "still") &&
			    strcmp(w, "also") && strcmp(w, "already"))
				break;
			strbuf_addf(b, "%s ", w);
			n += skip + (s[n + skip] == ' ');
		}
		return n + second_person(b, s + n);
	}
	return 0;
}

/* "date of birth of the patient" is "date of birth": who else's? Never "of
 * you". @return length of " of the patient" at s, 0: not so */
static size_t of_the_person(const struct strbuf *b, const char *s)
{
	static const char *const heads[] = {"name",    "birth", "number",
					    "address", "email", "age"};
	const char *who = phrase_after(s, " of ");
	char you[64];
	struct strbuf t;
	size_t n;

	if (!who)
		return 0;
	strbuf_over(&t, you, sizeof(you));
	n = person(&t, who);
	if (!n || strcmp(you, "you") != 0)
		return 0;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		const size_t len = strlen(heads[i]);

		if (b->len >= len &&
		    !strncasecmp(b->s + b->len - len, heads[i], len))
			return (size_t)(who - s) + n;
	}
	return 0;
}

void wording_address(char *ret, size_t cap, const char *text, int agent)
{
	struct strbuf b;
	int word_start = 1;

	strbuf_over(&b, ret, cap);
	while (*text) {
		const struct swap *w = NULL;
		size_t n = of_the_person(&b, text);

		if (!n && word_start) {
			n = person(&b, text);
			if (!n)
				w = find_swap(to_you,
					      sizeof(to_you) / sizeof(*to_you),
					      text);
			if (!n && !w && agent)
				w = find_swap(to_me,
					      sizeof(to_me) / sizeof(*to_me),
					      text);
		}
		if (w) {
			strbuf_add(&b, w->to);
			n = strlen(w->from);
		}
		if (n) {
			text += n;
			word_start = 0;
			continue;
		}
		word_start = !isalnum((unsigned char)*text) && *text != '\'';
		strbuf_addc(&b, *text++);
	}
}

/* ---- related ----------------------------------------------------------- */

static int is_small(const char *w, size_t n)
{
	static const char *const small[] = {
		"the",  "and",   "for",    "you",   "your",   "with",
		"what", "can",   "would",  "like",  "want",   "have",
		"has",  "that",  "this",   "from",  "please", "need",
		"will", "could", "caller", "about", "get",    "are",
		"how",  "does",  "they",   "their", "them",   "into",
		"out",  "wants", "number", "name",
	};

	if (n < 3)
		return 1;
	for (size_t i = 0; i < sizeof(small) / sizeof(small[0]); i++) {
		if (strlen(small[i]) == n && !strncasecmp(small[i], w, n))
			return 1;
	}
	return 0;
}

static size_t word_len(const char *s)
{
	size_t n = 0;

	while (isalnum((unsigned char)s[n]))
		n++;
	return n;
}

/* "transfer" and "transferred" are the same here */
int wording_same_word(const char *a, size_t n, const char *b, size_t m)
{
	size_t shorter = n < m ? n : m;

	if (shorter < 4)
		return n == m && !strncasecmp(a, b, n);

	size_t stem = shorter > 6 ? shorter - 2 : shorter;

	return !strncasecmp(a, b, stem);
}

int wording_is_deed(const char *text)
{
	static const char *const verbs[] = {
		"get",     "talk",   "buy",      "speak",   "pay",
		"cancel",  "book",   "change",   "check",   "make",
		"connect", "report", "schedule", "track",   "return",
		"dispute", "ask",    "order",    "update",  "open",
		"close",   "find",   "send",     "request", "reschedule",
		"refill",  "renew",  "start",    "stop",    "see",
		"leave",   "add",    "remove",   "upgrade", "downgrade",
		"file",    "reset",  "transfer",
	};
	char w[16];

	(void)word_of(w, sizeof(w), text);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (!strcmp(w, verbs[i]))
			return 1;
	}
	return 0;
}

int wording_related(const char *a, const char *b)
{
	while (*a) {
		size_t n = word_len(a);

		for (const char *s = b; n && !is_small(a, n) && *s;) {
			size_t m = word_len(s);

			if (m && !is_small(s, m) &&
			    wording_same_word(a, n, s, m))
				return 1;
			s += m ? m : 1;
		}
		a += n ? n : 1;
	}
	return 0;
}
