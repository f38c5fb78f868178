/**
 * @file language_hear.c  What was said in another language, in English
 *
 *   "am dritten mai um halb acht"
 *      {d} {month}    -> may 3
 *      um halb {h}    -> at 7:30
 *
 * From left to right the longest phrase of the table is taken; what no phrase
 * has is a number, or stays as it is.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "dialog/language_table.h"
#include "dialog/nlu_parts.h"

enum { SLOTS = 4 };

/** What the slots of a phrase were. */
struct slots {
	unsigned n;
	struct {
		char name[8];
		int64_t value;
	} v[SLOTS];
};

/* ---- matching ---------------------------------------------------------- */

static int is_one_of(const char *s, const char *unit, size_t len)
{
	const size_t n = strlen(s);

	for (size_t i = 0; i <= len;) {
		size_t k = i;

		while (k < len && unit[k] != '|')
			k++;
		if (k - i == n && memcmp(unit + i, s, n) == 0)
			return 1;
		i = k + 1;
	}
	return 0;
}

static int month_at(const struct language *l, const struct language_words *w,
		    uint32_t i, int64_t *ret)
{
	for (int m = 0; m < 12; m++) {
		char names[64];

		(void)language_fold(names, sizeof(names), l->months[m],
				    strlen(l->months[m]));
		if (is_one_of(w->t[i].s, names, strlen(names))) {
			*ret = m + 1;
			return 1;
		}
	}
	return 0;
}

/** The slot {name} at token i. @return tokens, 0: not of its kind */
static uint32_t slot_at(const struct language *l,
			const struct language_words *w, uint32_t i,
			const char *name, int64_t *ret)
{
	static const struct {
		char name[4];
		int min, max, ordinal;
	} kinds[] = {
		{"h", 0, 24, 0}, {"m", 0, 59, 0},      {"d", 1, 31, 1},
		{"k", 1, 12, 1}, {"y", 1900, 2199, 0}, {"n", 0, 999999, 0},
		{"o", 1, 99, 2},
	};
	uint32_t n;
	int ordinal;

	if (i >= w->n)
		return 0;
	if (strcmp(name, "month") == 0)
		return (uint32_t)month_at(l, w, i, ret);
	n = language_number_at(l, w, i, ret, &ordinal);
	for (size_t k = 0; n && k < sizeof(kinds) / sizeof(*kinds); k++) {
		if (strcmp(name, kinds[k].name) != 0)
			continue;
		return *ret < kinds[k].min || *ret > kinds[k].max ||
				       (ordinal && !kinds[k].ordinal) ||
				       (!ordinal && kinds[k].ordinal == 2)
			       ? 0
			       : n;
	}
	return 0;
}

static int slots_add(struct slots *s, const char *unit, size_t len,
		     int64_t value)
{
	if (s->n == SLOTS || len >= sizeof(s->v[0].name))
		return -1;
	memcpy(s->v[s->n].name, unit, len);
	s->v[s->n].name[len] = '\0';
	s->v[s->n++].value = value;
	return 0;
}

/** One word or slot of a phrase. @return tokens, 0: it is not there */
static uint32_t unit_at(const struct language *l,
			const struct language_words *w, uint32_t i,
			const char *unit, size_t len, struct slots *s)
{
	char name[8];
	int64_t value = 0;
	uint32_t n;

	if (unit[0] != '{')
		return i < w->n && is_one_of(w->t[i].s, unit, len);
	len -= 2;
	if (len >= sizeof(name))
		return 0;
	memcpy(name, unit + 1, len);
	name[len] = '\0';
	n = slot_at(l, w, i, name, &value);
	return n && slots_add(s, name, len, value) == 0 ? n : 0;
}

/** @return tokens, 0: the phrase is not there */
static uint32_t phrase_at_token(const struct language *l,
				const struct language_words *w, uint32_t at,
				const char *p, struct slots *s)
{
	uint32_t i = at;

	s->n = 0;
	if (*p == '^' && at > 0)
		return 0;
	p += *p == '^';
	while (*p && *p != '$') {
		const size_t len = strcspn(p, " $");
		const int maybe = len > 1 && p[len - 1] == '?';
		const size_t unit = maybe ? len - 1 : len;
		uint32_t n = 0;

		if (i == at || (i < w->n && !w->t[i].brk))
			n = unit_at(l, w, i, p, unit, s);
		if (!n && !maybe)
			return 0;
		i += n;
		p += len;
		p += *p == ' ';
	}
	return *p == '$' && i < w->n ? 0 : i - at;
}

/* ---- writing ----------------------------------------------------------- */

static const int64_t *slot_value(const struct slots *s, const char *name,
				 size_t len)
{
	for (unsigned i = 0; i < s->n; i++) {
		if (strlen(s->v[i].name) == len &&
		    memcmp(s->v[i].name, name, len) == 0)
			return &s->v[i].value;
	}
	return NULL;
}

/** An hour before on a clock of as many hours as it was told by. */
static int64_t hour_before(int64_t h)
{
	return h == 1 ? 12 : h == 0 ? 23 : h - 1;
}

static void add_number(struct strbuf *b, int64_t n, int ordinal)
{
	char words[64];
	struct strbuf w;

	if (n > 99 && !ordinal) {
		strbuf_addf(b, "%lld", (long long)n);
		return;
	}
	strbuf_over(&w, words, sizeof(words));
	if (ordinal)
		num_say_ordinal(&w, (int)n);
	else
		num_say(&w, n);
	for (char *c = words; *c; c++)
		strbuf_addc(b, *c == '-' ? ' ' : *c);
}

/** {h}, {h-1}, {60-m}, {month}, ... */
static void add_slot(struct strbuf *b, const struct slots *s, const char *name,
		     size_t len)
{
	const int before = len > 2 && memcmp(name + len - 2, "-1", 2) == 0;
	const int left = len > 3 && memcmp(name, "60-", 3) == 0;
	const char *bare = left ? name + 3 : name;
	const size_t n = left ? len - 3 : before ? len - 2 : len;
	const int64_t *v = slot_value(s, bare, n);

	if (!v)
		return;
	if (n == 5)
		strbuf_add(b, cal_months[*v - 1]);
	else if (*bare == 'k')
		strbuf_add(b, cal_months[*v - 1]);
	else if (*bare == 'm')
		strbuf_addf(b, "%02d", (int)(left ? (60 - *v) % 60 : *v));
	else if (*bare == 'h')
		strbuf_addf(b, "%d", (int)(before ? hour_before(*v) : *v));
	else if (*bare == 'n' || *bare == 'o')
		add_number(b, *v, *bare == 'o');
	else
		strbuf_addf(b, "%d", (int)*v);
}

static void add_english(struct strbuf *b, const struct slots *s,
			const char *english)
{
	while (*english) {
		const size_t n = strcspn(english, "{");

		strbuf_addn(b, english, n);
		english += n;
		if (!*english)
			return;
		const size_t len = strcspn(english, "}");

		add_slot(b, s, english + 1, len - 1);
		english += len + (english[len] == '}');
	}
}

/* ---- dates in figures -------------------------------------------------- */

/** "24.12.2026", "3/5": a day comes before its month. @return tokens */
static uint32_t figures_at(const struct language_words *w, uint32_t i,
			   struct strbuf *b)
{
	int v[3] = {0, 0, 0};
	uint32_t n = 0;

	for (; n < 3 && i + n < w->n; n++) {
		const struct language_token *t = &w->t[i + n];
		const size_t len = strlen(t->s);

		if (!t->digits || len > 4)
			break;
		if (n && (t->at != w->t[i + n - 1].end + 1 ||
			  !strchr("./-", w->text[t->at - 1])))
			break;
		for (size_t k = 0; k < len; k++)
			v[n] = v[n] * 10 + (t->s[k] - '0');
	}
	/* "3.5" may be a number: a day and a month end with a dot, or have a
	 * stroke. */
	if (n < 2 || v[0] < 1 || v[0] > 31 || v[1] < 1 || v[1] > 12 ||
	    (n == 2 && w->text[w->t[i + 1].end] != '.' &&
	     w->text[w->t[i].end] != '/'))
		return 0;
	strbuf_addf(b, "%s %d", cal_months[v[1] - 1], v[0]);
	if (n == 3)
		strbuf_addf(b, " %d", v[2] < 100 ? 2000 + v[2] : v[2]);
	return n;
}

/* ---- the whole --------------------------------------------------------- */

/** "anna.berg@example.com" is to stay. */
static int in_address(const struct language_words *w, uint32_t i)
{
	size_t from = w->t[i].at, to = w->t[i].end;

	while (from > 0 && w->text[from - 1] != ' ')
		from--;
	while (w->text[to] && w->text[to] != ' ')
		to++;
	return memchr(w->text + from, '@', to - from) != NULL;
}

static const struct language_pair *best_phrase(const struct language *l,
					       const struct language_words *w,
					       uint32_t i, struct slots *ret,
					       uint32_t *ret_n)
{
	const struct language_pair *best = NULL;

	*ret_n = 0;
	for (unsigned k = 0; k < l->n_phrases; k++) {
		const char *p = l->phrases[k].from;
		struct slots s;
		uint32_t n = phrase_at_token(l, w, i, p, &s);

		if (n > *ret_n) {
			*ret_n = n;
			*ret = s;
			best = &l->phrases[k];
		}
	}
	return best;
}

static uint32_t weekday_at(const struct language *l,
			   const struct language_words *w, uint32_t i,
			   struct strbuf *b)
{
	for (int d = 0; d < 7; d++) {
		char names[64];

		(void)language_fold(names, sizeof(names), l->weekdays[d],
				    strlen(l->weekdays[d]));
		if (is_one_of(w->t[i].s, names, strlen(names))) {
			strbuf_add(b, cal_weekdays[d]);
			return 1;
		}
	}
	return 0;
}

/** What is at token i, in English. @return tokens */
static uint32_t one(const struct language *l, struct language_words *w,
		    uint32_t i, struct strbuf *b)
{
	struct slots s;
	uint32_t n, words;
	int64_t value, next;
	int ordinal;

	if (!in_address(w, i)) {
		n = figures_at(w, i, b);
		if (n)
			return n;
		const struct language_pair *p = best_phrase(l, w, i, &s, &n);

		words = language_number_at(l, w, i, &value, &ordinal);
		/* "Un" is one among numbers, and an article elsewhere. */
		if (words && n == words &&
		    (language_number_at(l, w, i + n, &next, &ordinal) ||
		     (i && w->t[i - 1].is_number)))
			p = NULL;
		if (p && n >= words) {
			add_english(b, &s, p->to);
			return n;
		}
		if (words)
			w->t[i + words - 1].is_number = 1;
		if (words && !w->t[i].digits) {
			add_number(b, value, ordinal && value < 100);
			return words;
		}
		n = weekday_at(l, w, i, b);
		if (n)
			return n;
		if (month_at(l, w, i, &value)) {
			strbuf_add(b, cal_months[value - 1]);
			return 1;
		}
	}
	strbuf_addn(b, w->text + w->t[i].at,
		    (size_t)(w->t[i].end - w->t[i].at));
	return 1;
}

void language_hear(const struct language *l, char *ret, size_t cap,
		   const char *text)
{
	struct language_words w;
	struct strbuf b;
	size_t done = 0;

	strbuf_over(&b, ret, cap);
	language_split(&w, text);
	for (uint32_t i = 0; i < w.n;) {
		strbuf_addn(&b, text + done, w.t[i].at - done);
		i += one(l, &w, i, &b);
		done = w.t[i - 1].end;
	}
	if (w.n < LANGUAGE_TOKENS)
		strbuf_add(&b, text + done);
	text_trim_utf8(ret);
}

const char *language_heard(const struct language *l, char *ret,
			   const char *text)
{
	if (!l)
		return text;
	language_hear(l, ret, LANGUAGE_HEARD_BYTES, text);
	return ret;
}
