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

	for (; *s; s++) {
		if (!strncasecmp(s, part, len))
			return s;
	}
	return NULL;
}

struct swap {
	const char *from, *to;
};

/* Longest first, so that "the caller's" is not taken for "the caller". */
static const struct swap to_you[] = {
	{"the callers'", "your"},
	{"the caller's", "your"},
	{"the customer's", "your"},
	{"the guest's", "your"},
	{"the patient's", "your"},
	{"the client's", "your"},
	{"the contact's", "your"},
	{"the user's", "your"},
	{"the person's", "your"},
	{"caller's", "your"},
	{"customer's", "your"},
	{"guest's", "your"},
	{"patient's", "your"},
	{"client's", "your"},
	{"user's", "your"},
	{"the caller is", "you are"},
	{"the customer is", "you are"},
	{"the patient is", "you are"},
	{"the caller has", "you have"},
	{"the customer has", "you have"},
	{"the patient has", "you have"},
	{"the caller was", "you were"},
	{"the caller wants", "you want"},
	{"the caller needs", "you need"},
	{"the caller would", "you would"},
	{"the callers", "you"},
	{"the caller", "you"},
	{"the customers", "you"},
	{"the customer", "you"},
	{"the guests", "you"},
	{"the guest", "you"},
	{"the patients", "you"},
	{"the patient", "you"},
	{"the clients", "you"},
	{"the client", "you"},
	{"the contact", "you"},
	{"the user", "you"},
	{"the person", "you"},
	{"callers", "you"},
	{"customers", "you"},
	{"they are", "you are"},
	{"they're", "you're"},
	{"they've", "you've"},
	{"they'll", "you'll"},
	{"they'd", "you'd"},
	{"they", "you"},
	{"themselves", "yourself"},
	{"them", "you"},
	{"theirs", "yours"},
	{"their", "your"},
};

static const struct swap to_me[] = {
	{"you are", "I am"}, {"you're", "I'm"}, {"you've", "I've"},
	{"you'll", "I'll"},  {"you'd", "I'd"},  {"yourself", "myself"},
	{"yours", "mine"},   {"your", "my"},    {"you", "I"},
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

void wording_address(char *ret, size_t cap, const char *text, int agent)
{
	struct strbuf b;
	int word_start = 1;

	strbuf_over(&b, ret, cap);
	while (*text) {
		const struct swap *w = NULL;

		if (word_start) {
			w = find_swap(to_you, sizeof(to_you) / sizeof(*to_you),
				      text);
			if (!w && agent)
				w = find_swap(to_me,
					      sizeof(to_me) / sizeof(*to_me),
					      text);
		}
		if (w) {
			strbuf_add(&b, w->to);
			text += strlen(w->from);
			word_start = 0;
			continue;
		}
		word_start = !isalnum((unsigned char)*text) && *text != '\'';
		strbuf_addc(&b, *text++);
	}
}

/* ---- related
 * ----------------------------------------------------------------- */

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
static int same_stem(const char *a, size_t n, const char *b, size_t m)
{
	size_t shorter = n < m ? n : m;

	if (shorter < 4)
		return n == m && !strncasecmp(a, b, n);

	size_t stem = shorter > 6 ? shorter - 2 : shorter;

	return !strncasecmp(a, b, stem);
}

int wording_related(const char *a, const char *b)
{
	while (*a) {
		size_t n = word_len(a);

		for (const char *s = b; n && !is_small(a, n) && *s;) {
			size_t m = word_len(s);

			if (m && !is_small(s, m) && same_stem(a, n, s, m))
				return 1;
			s += m ? m : 1;
		}
		a += n ? n : 1;
	}
	return 0;
}
