/**
 * @file xp_pattern.c  The pattern of a field, and what a value makes of it
 *
 *   "[0-9]{2}(a|b)*" --read--> steps --all ways at once--> matches or not
 *
 * Every step that may be next is kept in one list for each character of the
 * text, so that the time is steps times characters: no pattern makes it go
 * back and try again.
 *
 * SPDX-License-Identifier: MIT
 */
#include "proto/xp_pattern.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "proto/xp.h"

enum {
	SETS_MAX = XP_PATTERN_BYTES_MAX / 3 + 1, /* "[a]" is the shortest */
	READS_MAX = 16384, /* atoms that are read, copies counted         */
	FOREVER = -1,      /* {3,}                                        */
};

enum op { OP_CHAR, OP_ANY, OP_SET, OP_FORK, OP_JUMP, OP_START, OP_END, OP_OK };

struct step {
	uint8_t op;
	uint32_t c;    /* OP_CHAR: character; OP_SET: its number        */
	uint16_t a, b; /* OP_FORK: both ways; OP_JUMP: a                */
};

/** One [...] or \d: what is below 128 as bits, the rest is looked up. */
struct set {
	const char *from, *to; /* in the pattern; what it was made of   */
	uint64_t low[2];
	int inverted;
	uint32_t seen; /* the last character beyond ASCII, and whether it */
	int seen_in;   /* is of the set: each step asks for the same one  */
};

struct program {
	struct step v[XP_PATTERN_STEPS_MAX];
	uint32_t n;
	struct set sets[SETS_MAX];
	uint32_t n_sets;
	uint32_t reads;
	const char *why; /* NULL: fine so far */
};

static void fail(struct program *p, const char *why)
{
	if (!p->why)
		p->why = why;
}

static uint16_t put(struct program *p, enum op op, uint32_t c)
{
	if (p->n == XP_PATTERN_STEPS_MAX) {
		fail(p, "repeats too much");
		return 0;
	}
	p->v[p->n] = (struct step){.op = (uint8_t)op, .c = c};
	return (uint16_t)p->n++;
}

/** The character at s. @return its bytes, 1..4; a bad one counts as a byte */
static size_t decode(const char *s, uint32_t *ret)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t n = u[0] < 0xc2 ? 1 : u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : 4;
	uint32_t c = n == 1 ? u[0] : u[0] & (0x7fU >> n);

	for (size_t i = 1; i < n; i++) {
		if ((u[i] & 0xc0) != 0x80) {
			*ret = u[0];
			return 1;
		}
		c = c << 6 | (u[i] & 0x3fU);
	}
	*ret = c;
	return n;
}

/* ---- sets --------------------------------------------------------------- */

static const struct {
	const char *name, *ranges; /* pairs: from, to */
	char letter;               /* of an escape, or 0 */
} classes[] = {
	{"digit", "09", 'd'},     {"alnum", "09AZaz", 0},
	{"", "09AZaz__", 'w'},    {"space", "\t\r  ", 's'},
	{"alpha", "AZaz", 0},     {"upper", "AZ", 0},
	{"lower", "az", 0},       {"xdigit", "09AFaf", 0},
	{"punct", "!/:@[`{~", 0}, {"blank", "\t\t  ", 0},
};

enum { CLASSES = sizeof(classes) / sizeof(classes[0]) };

static void add(struct set *s, uint32_t from, uint32_t to)
{
	for (uint32_t c = from; c <= to && c < 128; c++)
		s->low[c / 64] |= UINT64_C(1) << c % 64;
}

static void add_class(struct set *s, size_t i, int but)
{
	struct set in = {.low = {0, 0}};

	for (const char *r = classes[i].ranges; *r; r += 2)
		add(&in, (uint32_t)r[0], (uint32_t)r[1]);
	s->low[0] |= but ? ~in.low[0] : in.low[0];
	s->low[1] |= but ? ~in.low[1] : in.low[1];
}

/** @return the class of \d, \W and so on, or -1; *but: all but these */
static int class_of(char letter, int *but)
{
	*but = letter >= 'A' && letter <= 'Z';
	for (size_t i = 0; i < CLASSES; i++) {
		if (classes[i].letter && classes[i].letter == (letter | 0x20))
			return (int)i;
	}
	return -1;
}

/** "[:alpha:]" at s. @return its end, NULL: it is none */
static const char *named_class(struct program *p, struct set *set,
			       const char *s)
{
	const char *end = strstr(s + 2, ":]");

	for (size_t i = 0; end && i < CLASSES; i++) {
		const size_t len = strlen(classes[i].name);

		if (len && len == (size_t)(end - s) - 2 &&
		    !memcmp(s + 2, classes[i].name, len)) {
			add_class(set, i, 0);
			return end + 2;
		}
	}
	fail(p, "has an unknown class in brackets");
	return NULL;
}

/** One character between brackets, maybe escaped. @return its end */
static const char *member(const char *s, uint32_t *ret)
{
	if (*s == '\\' && s[1])
		s++;
	return s + decode(s, ret);
}

/** Walk over what stands between brackets. @param seek  0: fill the set;
 *  else: is this character in it? @return 1 it is */
static int members(struct program *p, struct set *set, uint32_t seek)
{
	const char *s = set->from;
	int but, class;

	while (s < set->to && !p->why) {
		uint32_t from, to;

		if (*s == '[' && strchr(".=", s[1]) && s[1]) {
			fail(p, "has a collating element");
			return 0;
		}
		if (*s == '[' && s[1] == ':') {
			s = named_class(p, set, s);
			if (!s)
				return 0;
			continue;
		}
		class = *s == '\\' ? class_of(s[1], &but) : -1;
		if (class >= 0) {
			/* What is not a digit is any other letter, too. */
			if (seek && but)
				return 1;
			add_class(set, (size_t) class, but);
			s += 2;
			continue;
		}
		s = member(s, &from);
		to = from;
		if (*s == '-' && s + 1 < set->to)
			s = member(s + 1, &to);
		if (to < from)
			fail(p, "has a range that runs backwards");
		if (seek && seek >= from && seek <= to)
			return 1;
		add(set, from, to);
	}
	return 0;
}

static int in_set(struct program *p, struct set *s, uint32_t c)
{
	if (c < 128)
		return (int)(s->low[c / 64] >> c % 64 & 1) != s->inverted;
	if (s->seen != c) {
		s->seen_in = members(p, s, c);
		s->seen = c;
	}
	return s->seen_in != s->inverted;
}

/** Behind the bracket that closes the one at s; NULL: there is none. */
static const char *set_end(const char *s, const char *end)
{
	s++;
	if (s < end && *s == '^')
		s++;
	if (s < end && *s == ']')
		s++;
	for (; s < end && *s != ']'; s++) {
		if (*s == '\\' && s + 1 < end) {
			s++;
		} else if (*s == '[' && s + 1 < end && s[1] == ':') {
			const char *close = strstr(s + 2, ":]");

			if (!close || close >= end)
				return NULL;
			s = close + 1;
		}
	}
	return s < end ? s + 1 : NULL;
}

static void put_set(struct program *p, const char *from, const char *to,
		    int inverted)
{
	uint32_t i = 0;

	/* A repeat reads it again. */
	while (i < p->n_sets && p->sets[i].from != from)
		i++;
	if (i == p->n_sets) {
		if (i == SETS_MAX) {
			fail(p, "has too many sets");
			return;
		}
		p->sets[p->n_sets++] = (struct set){
			.from = from, .to = to, .inverted = inverted};
		(void)members(p, &p->sets[i], 0);
	}
	(void)put(p, OP_SET, i);
}

/* ---- reading ------------------------------------------------------------ */

/** Behind the atom at s, without reading it; NULL: it does not end. */
static const char *atom_end(const char *s, const char *end)
{
	int depth = 0;

	do {
		if (*s == '\\') {
			if (s + 1 >= end)
				return NULL;
			s += 2;
		} else if (*s == '[') {
			s = set_end(s, end);
			if (!s)
				return NULL;
		} else {
			uint32_t c;

			depth += *s == '(';
			depth -= *s == ')';
			s += decode(s, &c);
		}
	} while (depth > 0 && s < end);
	return depth > 0 ? NULL : s;
}

struct repeat {
	int least, most; /* FOREVER */
};

static const char *number(const char *s, const char *end, int *ret)
{
	int n = 0, digits = 0;

	for (; s < end && *s >= '0' && *s <= '9' && digits < 4; s++) {
		n = n * 10 + (*s - '0');
		digits++;
	}
	*ret = digits ? n : FOREVER;
	return s;
}

/** "{2,5}" at s. @return its end */
static const char *braces(struct program *p, const char *s, const char *end,
			  struct repeat *r)
{
	s = number(s + 1, end, &r->least);
	r->most = r->least;
	if (s < end && *s == ',')
		s = number(s + 1, end, &r->most);
	if (s >= end || *s != '}' || r->least == FOREVER ||
	    (r->most != FOREVER && r->most < r->least)) {
		fail(p, "has a bad repeat in braces");
		return end;
	}
	if (r->least > XP_PATTERN_REPEAT_MAX ||
	    r->most > XP_PATTERN_REPEAT_MAX)
		fail(p, "repeats more than 255 times");
	return s + 1;
}

static const char *repeat(struct program *p, const char *s, const char *end,
			  struct repeat *r)
{
	*r = (struct repeat){1, 1};
	if (s >= end || !strchr("*+?{", *s))
		return s;
	if (*s == '{') {
		s = braces(p, s, end, r);
	} else {
		r->least = *s == '+';
		r->most = *s == '?' ? 1 : FOREVER;
		s++;
	}
	if (s < end && strchr("*+?{", *s))
		fail(p, "repeats a repeat");
	return s;
}

static void read_ways(struct program *p, const char *s, const char *end);

static void escaped(struct program *p, const char *s)
{
	int but;

	if (class_of(*s, &but) >= 0) {
		/* The set is the escape itself. */
		put_set(p, s - 1, s + 1, 0);
		return;
	}
	if ((*s >= '0' && *s <= '9') || (*s >= 'a' && *s <= 'z') ||
	    (*s >= 'A' && *s <= 'Z')) {
		fail(p, "has an unknown escape");
		return;
	}

	uint32_t c;

	(void)decode(s, &c);
	(void)put(p, OP_CHAR, c);
}

static void read_atom(struct program *p, const char *s, const char *end)
{
	uint32_t c;

	if (++p->reads > READS_MAX)
		fail(p, "repeats too much");
	if (p->why)
		return;
	switch (*s) {
	case '(':
		if (s[1] == '?')
			fail(p, "has a group of another kind");
		read_ways(p, s + 1, end - 1);
		break;
	case '[':
		c = s[1] == '^';
		put_set(p, s + 1 + c, end - 1, (int)c);
		break;
	case '\\':
		escaped(p, s + 1);
		break;
	case '.':
		(void)put(p, OP_ANY, 0);
		break;
	case '^':
		(void)put(p, OP_START, 0);
		break;
	case '$':
		(void)put(p, OP_END, 0);
		break;
	case ')':
		fail(p, "closes a group that is not open");
		break;
	case '*':
	case '+':
	case '?':
	case '{':
		fail(p, "repeats nothing");
		break;
	default:
		(void)decode(s, &c);
		(void)put(p, OP_CHAR, c);
	}
}

static void read_repeated(struct program *p, const char *s, const char *end,
			  const struct repeat *r)
{
	uint32_t forks = 0;

	for (int i = 0; i < r->least && !p->why; i++)
		read_atom(p, s, end);
	if (r->most == FOREVER) {
		const uint16_t fork = put(p, OP_FORK, 0);

		read_atom(p, s, end);
		p->v[put(p, OP_JUMP, 0)].a = fork;
		p->v[fork].a = (uint16_t)(fork + 1);
		p->v[fork].b = (uint16_t)p->n;
		return;
	}
	/* The ways out are chained until it is known where out is. */
	for (int i = r->least; i < r->most && !p->why; i++) {
		const uint16_t fork = put(p, OP_FORK, 0);

		p->v[fork].a = (uint16_t)(fork + 1);
		p->v[fork].b = (uint16_t)forks;
		forks = fork + 1U;
		read_atom(p, s, end);
	}
	while (forks && !p->why) {
		const uint32_t at = forks - 1;

		forks = p->v[at].b;
		p->v[at].b = (uint16_t)p->n;
	}
}

/** Up to the next '|' of this level. @return it, or end */
static const char *way_end(struct program *p, const char *s, const char *end)
{
	while (s < end && *s != '|') {
		s = atom_end(s, end);
		if (!s) {
			fail(p, "has a group or a bracket that stays open");
			return end;
		}
	}
	return s;
}

static void read_way(struct program *p, const char *s, const char *end)
{
	while (s < end && !p->why) {
		const char *atom = s, *to = atom_end(s, end);
		struct repeat r;

		if (!to) {
			fail(p, "has a group or a bracket that stays open");
			return;
		}
		s = repeat(p, to, end, &r);
		if (!p->why)
			read_repeated(p, atom, to, &r);
	}
}

/** "a|b|c" */
static void read_ways(struct program *p, const char *s, const char *end)
{
	uint32_t jumps = 0;

	for (;;) {
		const char *to = way_end(p, s, end);
		const int last = to >= end;
		const uint16_t fork = last || p->why ? 0 : put(p, OP_FORK, 0);

		read_way(p, s, to);
		if (p->why || last)
			break;

		const uint16_t jump = put(p, OP_JUMP, 0);

		p->v[jump].a = (uint16_t)jumps;
		jumps = jump + 1U;
		p->v[fork].a = (uint16_t)(fork + 1);
		p->v[fork].b = (uint16_t)p->n;
		s = to + 1;
	}
	while (jumps && !p->why) {
		const uint32_t at = jumps - 1;

		jumps = p->v[at].a;
		p->v[at].a = (uint16_t)p->n;
	}
}

static void read_pattern(struct program *p, const char *pattern)
{
	const size_t len = strlen(pattern);

	p->n = p->n_sets = p->reads = 0;
	p->why = NULL;
	if (len > XP_PATTERN_BYTES_MAX)
		fail(p, "is too long");
	else
		read_ways(p, pattern, pattern + len);
	(void)put(p, OP_OK, 0);
}

int xp_pattern_check(const char *pattern, const char **ret_why)
{
	struct program p;

	read_pattern(&p, pattern);
	if (!p.why)
		return 0;
	*ret_why = p.why;
	return -EBADMSG;
}

/* ---- matching ----------------------------------------------------------- */

/** Steps that wait for the next character, each once. */
struct list {
	uint16_t v[XP_PATTERN_STEPS_MAX];
	uint32_t n;
	uint8_t has[XP_PATTERN_STEPS_MAX];
};

/** A step, and whatever follows from it without a character. */
static void enter(struct program *p, struct list *l, uint32_t at, int is_start,
		  int is_end)
{
	uint16_t todo[XP_PATTERN_STEPS_MAX];
	uint32_t n = 0;

	if (l->has[at])
		return;
	l->has[at] = 1;
	todo[n++] = (uint16_t)at;
	while (n) {
		const uint16_t i = todo[--n];
		const struct step *s = &p->v[i];
		uint16_t next[2] = {(uint16_t)(i + 1), 0};
		int ways = 0;

		switch ((enum op)s->op) {
		case OP_FORK:
			next[0] = s->a;
			next[1] = s->b;
			ways = 2;
			break;
		case OP_JUMP:
			next[0] = s->a;
			ways = 1;
			break;
		case OP_START:
			ways = is_start;
			break;
		case OP_END:
			ways = is_end;
			break;
		default:
			l->v[l->n++] = i;
		}
		for (int k = 0; k < ways; k++) {
			if (l->has[next[k]])
				continue;
			l->has[next[k]] = 1;
			todo[n++] = next[k];
		}
	}
}

static int takes(struct program *p, const struct step *s, uint32_t c)
{
	switch ((enum op)s->op) {
	case OP_CHAR:
		return s->c == c;
	case OP_ANY:
		return 1;
	case OP_SET:
		return in_set(p, &p->sets[s->c], c);
	default:
		return 0;
	}
}

int xp_pattern_match(const char *pattern, const char *text)
{
	struct program p;
	struct list lists[2];
	struct list *now = &lists[0], *next = &lists[1];

	read_pattern(&p, pattern);
	if (p.why || strlen(text) > XP_PATTERN_TEXT_MAX)
		return 0;
	memset(now, 0, sizeof(*now));
	enter(&p, now, 0, 1, !*text);
	while (*text && now->n) {
		struct list *was = now;
		uint32_t c;

		text += decode(text, &c);
		memset(next, 0, sizeof(*next));
		for (uint32_t i = 0; i < now->n; i++) {
			if (takes(&p, &p.v[now->v[i]], c))
				enter(&p, next, now->v[i] + 1U, 0, !*text);
		}
		now = next;
		next = was;
	}
	for (uint32_t i = 0; !*text && i < now->n; i++) {
		if (p.v[now->v[i]].op == OP_OK)
			return 1;
	}
	return 0;
}
