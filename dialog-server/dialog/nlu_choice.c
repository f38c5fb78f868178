/**
 * @file nlu_choice.c  Which of several choices an answer means
 *
 * A word of a choice counts the more, the fewer choices have it: of "deep
 * tissue massage" and "swedish massage", "massage" decides nothing.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "dialog/nlu_parts.h"

enum {
	CHOICE_WORDS = 12, /* of one choice that are looked at     */
	SCORE_SURE = 50,   /* of 100: more than half was said      */
	SCORE_HINT = 30,   /* a word that no other choice has      */
	SCORE_MARGIN = 10, /* ahead of the second best             */
	ALIKE = 68,        /* sound_like() of a misheard word      */
};

static const char small_words[] =
	"a|an|the|of|for|in|on|to|and|or|my|is|with|at|i|it|your|please|want|"
	"would|like|am|one|that|this|be|do|me|we";

/* Words that mean the same as the name of a choice, mostly. */
static const char *const synonyms[] = {
	"yes|yeah|yep|correct|true|sure|yup|affirmative|right",
	"no|nope|nah|false|negative",
	"none|neither|nothing",
	"pickup|takeout|takeaway|collect|carryout|collection|togo",
	"delivery|deliver|delivered|ship|shipping|shipped",
	"card|credit|debit|visa|mastercard|amex",
	"cash|bills|coins",
	"doctor|physician|dr",
	"car|auto|automobile|vehicle",
	"truck|lorry|pickup",
	"phone|call|telephone|mobile|cell|cellphone",
	"text|sms|message",
	"small|little|tiny",
	"large|big|huge",
	"medium|regular|normal|standard|middle",
	"urgent|emergency|asap|immediately|now",
	"appointment|booking|reservation|book|schedule",
	"cancel|cancellation|cancelling|canceling",
	"change|reschedule|move|modify|update",
	"buy|purchase|order|ordering",
	"bill|billing|invoice|charge|charged|payment|pay|refund",
	"technical|tech|broken|support|error|bug|crash",
	"sales|buying|purchase|pricing|quote",
	"existing|returning|current|already|before|again",
	"new|never|first",
	"house|home|residential|residence",
	"business|commercial|company|work|office|corporate",
	"inside|indoor|indoors",
	"outside|outdoor|outdoors|patio|terrace|garden",
	"morning|am|breakfast",
	"afternoon|lunch",
	"evening|dinner|night|tonight",
	"one|single",
	"two|double|twin",
	"excellent|great|amazing|fantastic|wonderful|awesome",
	"poor|bad|terrible|awful|horrible",
	"monthly|month",
	"yearly|annual|annually|year",
	"weekly|week",
	"email|mail",
	"red|crimson",
	"kid|child|children|kids",
	"rent|renting|lease|leasing|rental",
	"checking|cheque|check",
	"unsure|undecided|maybe|perhaps",
	"any|anytime|whatever|whichever|either|preference",
	NULL,
};

/** The rows of synonyms that a word stands in, one bit each. */
static uint64_t meanings(const char *word)
{
	static _Atomic uint32_t memo[sizeof(synonyms) / sizeof(*synonyms)];
	uint32_t letter = word_letter(word);
	uint64_t bits = 0;

	for (size_t i = 0; synonyms[i] != NULL; i++) {
		if (pattern_may_begin(&memo[i], synonyms[i], letter) &&
		    word_in(word, synonyms[i]))
			bits |= (uint64_t)1 << i;
	}
	return bits;
}

_Static_assert(sizeof(synonyms) / sizeof(*synonyms) <= 65, "a bit a row");

/** One choice as content words. */
struct option {
	char buf[160];
	const char *w[CHOICE_WORDS];
	int64_t number[CHOICE_WORDS]; /* or -1 */
	uint32_t n;
	char squashed[160]; /* all words without spaces */
};

static void option_split(struct option *o, const char *choice)
{
	struct words ws;
	struct strbuf b, sq;

	words_split(&ws, choice);
	strbuf_over(&b, o->buf, sizeof(o->buf));
	strbuf_over(&sq, o->squashed, sizeof(o->squashed));
	o->n = 0;
	for (uint32_t i = 0; i < ws.n; i++)
		strbuf_add(&sq, ws.w[i].s);
	for (int pass = 0; pass < 2 && o->n == 0; pass++) {
		for (uint32_t i = 0; i < ws.n && o->n < CHOICE_WORDS; i++) {
			size_t len = strlen(ws.w[i].s);
			struct num num;

			if (pass == 0 && words_in(&ws, i, small_words))
				continue;
			if (b.len + len + 1 >= sizeof(o->buf))
				break;
			o->w[o->n] = o->buf + b.len;
			memcpy(o->buf + b.len, ws.w[i].s, len + 1);
			b.len += len + 1;
			o->number[o->n] =
				num_at(&ws, i, 0, &num) == 0 ? num.value : -1;
			o->n++;
		}
	}
}

/** Words that were refused: "not the red one", "anything but delivery". */
static void refuse(const struct words *ws, uint8_t *refused)
{
	memset(refused, 0, WORDS_MAX);
	for (uint32_t i = 0; i < ws->n; i++) {
		uint32_t n = words_match(ws, i, "not|except|without|never");
		int but = words_in(ws, i, "except|without");
		uint32_t end;

		if (n == 0)
			n = words_match(ws, i, "instead of");
		if (n == 0) {
			n = words_match(ws, i,
					"anything|everything|all|any but");
			but = n > 0;
		}
		if (n == 0)
			continue;
		for (end = i + n; end < ws->n && end < i + n + 4; end++) {
			if (words_in(ws, end,
				     "but|i|just|rather|because|"
				     "it") ||
			    (words_in(ws, end, "and") && !but) ||
			    ws->w[end].brk)
				break;
			refused[end] = 1;
		}
	}
}

/** What was said, with what is looked up for each word only once. */
struct said {
	const struct words *ws;
	uint8_t refused[WORDS_MAX];
	uint8_t small[WORDS_MAX];
	uint64_t meanings[WORDS_MAX];
};

/** How well a word of a choice was said, 0..100. */
static int word_score(const struct option *o, uint32_t k, const struct said *t)
{
	const char *c = o->w[k];
	uint64_t means = meanings(c);
	size_t len = strlen(c);
	int best = 0;

	for (uint32_t i = 0; i < t->ws->n; i++) {
		const char *u = t->ws->w[i].s;
		struct num num;
		int s = 0;

		if (t->refused[i])
			continue;
		if (strcmp(u, c) == 0 || words_same_stem(u, c))
			return 100;
		if (o->number[k] >= 0) {
			if (num_at(t->ws, i, 0, &num) == 0 &&
			    num.value == o->number[k])
				return 100;
			continue;
		}
		if (t->small[i])
			continue;
		if (means & t->meanings[i])
			s = 75;
		else if (len > 3 && strlen(u) > 2)
			s = sound_like(u, c);
		if (s >= ALIKE && s > best)
			best = s;
	}
	return best > 90 ? 90 : best;
}

/** Is the whole choice among the words, in order? @return its letters or 0 */
static size_t said_whole(const struct option *o, const struct words *ws)
{
	size_t want = strlen(o->squashed);

	for (uint32_t i = 0; i < ws->n && want > 0; i++) {
		size_t have = 0;

		for (uint32_t k = i; k < ws->n && have < want; k++) {
			size_t len = strlen(ws->w[k].s);

			/* "pick it up" */
			if (have > 0 && words_in(ws, k, "it|that|them"))
				continue;
			if (len > want - have ||
			    memcmp(o->squashed + have, ws->w[k].s, len) != 0)
				break;
			have += len;
		}
		if (have == want)
			return want;
	}
	return 0;
}

/** The words of all choices as numbers, to count how many share one. */
struct menu {
	uint32_t n;
	uint64_t hash[ASK_CHOICES_MAX][CHOICE_WORDS];
};

static void menu_read(struct menu *m, const struct ask *ask)
{
	m->n = ask->n_choices < ASK_CHOICES_MAX ? ask->n_choices
						: ASK_CHOICES_MAX;
	memset(m->hash, 0, m->n * sizeof(m->hash[0]));
	for (uint32_t i = 0; i < m->n; i++) {
		struct option o;

		option_split(&o, ask->choices[i]);
		for (uint32_t k = 0; k < o.n; k++)
			m->hash[i][k] = text_sum(TEXT_SUM, o.w[k]);
	}
}

/** In how many choices a word stands. */
static int sharers(const char *word, const struct menu *m)
{
	uint64_t h = text_sum(TEXT_SUM, word);
	int c = 0;

	for (uint32_t i = 0; i < m->n; i++) {
		for (uint32_t k = 0; k < CHOICE_WORDS && m->hash[i][k] != 0;
		     k++) {
			if (m->hash[i][k] == h) {
				c++;
				break;
			}
		}
	}
	return c > 0 ? c : 1;
}

struct ranking {
	int best, second; /* scores */
	uint32_t at;      /* index of the best */
	size_t whole;     /* letters of the longest that was said */
	int whole_ties;
	uint32_t whole_at;
};

static int choice_score(const struct option *o, const struct menu *m,
			const struct said *t)
{
	int sum = 0, total = 0, hint = 0;

	for (uint32_t k = 0; k < o->n; k++) {
		int weight = 120 / sharers(o->w[k], m);
		int s;

		if (weight < 12)
			weight = 12;
		s = word_score(o, k, t);
		sum += weight * s;
		total += weight;
		hint |= weight == 120 && s >= 75;
	}
	if (total == 0)
		return 0;
	sum /= total;
	return sum >= SCORE_SURE || (hint && sum >= SCORE_HINT) ? sum : 0;
}

static void said_read(struct said *t, const struct words *ws)
{
	t->ws = ws;
	refuse(ws, t->refused);
	for (uint32_t i = 0; i < ws->n; i++) {
		t->small[i] = (uint8_t)words_in(ws, i, small_words);
		t->meanings[i] = meanings(ws->w[i].s);
	}
}

/** "not the red one": is the choice's first word refused? */
static int is_refused(const struct option *o, const struct said *t)
{
	for (uint32_t k = 0; k < t->ws->n && o->n > 0; k++) {
		if (t->refused[k] && strcmp(t->ws->w[k].s, o->w[0]) == 0)
			return 1;
	}
	return 0;
}

static void rank(struct ranking *r, const struct ask *ask,
		 const struct menu *m, const struct words *ws)
{
	struct said t;

	*r = (struct ranking){0};
	said_read(&t, ws);
	for (uint32_t i = 0; i < m->n; i++) {
		struct option o;
		size_t whole;
		int s;

		option_split(&o, ask->choices[i]);
		whole = said_whole(&o, ws);
		if (whole > 0 && is_refused(&o, &t))
			whole = 0;
		if (whole > r->whole) {
			r->whole = whole;
			r->whole_at = i;
			r->whole_ties = 0;
		} else if (whole > 0 && whole == r->whole) {
			r->whole_ties++;
		}
		s = choice_score(&o, m, &t);
		if (s > r->best) {
			r->second = r->best;
			r->best = s;
			r->at = i;
		} else if (s > r->second) {
			r->second = s;
		}
	}
}

/** "yeah", "nope" where the choices are a yes and a no. */
static int yes_no_choice(const struct ask *ask, uint32_t n,
			 const struct words *ws, uint32_t *ret)
{
	static const char yes[] = "yes|yeah|yep|yup|sure|correct|right|true|"
				  "absolutely|definitely|certainly";
	static const char no[] = "no|nope|nah|not|false|never|know";
	int want_no;

	uint32_t f = words_fillers(ws, 0);

	if (words_match(ws, f, "i|we am|are|do not sure|certain|know") > 0 ||
	    words_match(ws, f, "not sure|certain") > 0) {
		for (uint32_t i = 0; i < n; i++) {
			if (text_has_word(ask->choices[i],
					  "unsure|unknown|undecided|sure|"
					  "know")) {
				*ret = i;
				return 0;
			}
		}
		return -ENOENT;
	}
	if (words_in(ws, f, yes) ||
	    words_match(ws, f, "i|we do|am|have") > 0 ||
	    words_match(ws, f, "of course") > 0)
		want_no = words_match(ws, f, "i|we do|am|have not") > 0;
	else if (words_in(ws, f, no))
		want_no = 1;
	else
		return -ENOENT;
	for (uint32_t i = 0; i < n; i++) {
		struct words c;

		words_split(&c, ask->choices[i]);
		if (words_in(&c, 0, want_no ? "no|false" : "yes|true")) {
			*ret = i;
			return 0;
		}
	}
	return -ENOENT;
}

static int find(const struct ask *ask, const struct menu *m,
		const struct words *ws, uint32_t *ret, int *ret_strong)
{
	struct ranking r;
	int order;

	*ret_strong = 0;
	rank(&r, ask, m, ws);
	if (r.whole > 0 && r.whole_ties == 0) {
		*ret = r.whole_at;
		*ret_strong = r.whole >= 4;
		return 0;
	}
	if (r.whole_ties == 0 && r.best > 0 &&
	    r.best >= r.second + SCORE_MARGIN) {
		*ret = r.at;
		return 0;
	}
	if (yes_no_choice(ask, m->n, ws, ret) == 0)
		return 0;
	if (order_find(ws, &order) == 0 && order <= (int)m->n) {
		*ret = order < 0 ? m->n - 1 : (uint32_t)order - 1;
		return 0;
	}
	return -ENOENT;
}

/** "Either small or medium": two of them, and no choice. */
static int leaves_open(const struct ask *ask, const struct words *ws)
{
	int or = words_find(ws, 0, "or"), before = 0, behind = 0;

	if (or < 1)
		return 0;
	for (uint32_t i = 0; i < ask->n_choices; i++) {
		struct words name;

		words_split(&name, ask->choices[i]);
		/* A choice may have an "or" of its own. */
		if (words_find(&name, 0, "or") >= 0)
			return 0;
		if (name.n != 1)
			continue;
		int at = words_find(ws, 0, name.w[0].s);

		before |= at >= 0 && at < or ;
		behind |= at > or ;
	}
	return before && behind;
}

int value_choice(struct nlu_value *ret, const struct ask *ask,
		 const struct words *ws)
{
	uint32_t from = words_after_correction(ws);
	struct words part;
	struct menu m;
	uint32_t i;
	int strong;

	if (ask->n_choices == 0 || ask->choices == NULL)
		return -ENOENT;
	menu_read(&m, ask);
	words_slice(&part, ws, from, ws->n);
	if (leaves_open(ask, &part))
		return -ENOENT;
	if (find(ask, &m, &part, &i, &strong) < 0 &&
	    (from == 0 || find(ask, &m, ws, &i, &strong) < 0))
		return -ENOENT;
	if (json_quote(ret->json, sizeof(ret->json), ask->choices[i]) < 0)
		return -ENOENT;
	(void)text_copy(ret->spoken, sizeof(ret->spoken), ask->choices[i]);
	ret->strong = strong;
	ret->partial = 0;
	return 0;
}

/* ---- several ------------------------------------------------------------ */

/** "No onions": the words up to the next clause. */
static void refuse_no(struct said *t)
{
	enum { FAR = 3 };
	const struct words *ws = t->ws;

	for (uint32_t i = 0; i < ws->n; i++) {
		if (!words_in(ws, i, "no|skip|hold"))
			continue;
		for (uint32_t k = i + 1; k < ws->n && k <= i + FAR; k++) {
			if (ws->w[k].brk || words_in(ws, k, "but|and|just"))
				break;
			t->refused[k] = 1;
		}
	}
}

/** "wine" is no choice of its own where "red wine" was said. */
static int is_part(const struct ask *ask, uint32_t i, const uint8_t *taken)
{
	struct option o, other;

	option_split(&o, ask->choices[i]);
	for (uint32_t k = 0; k < ask->n_choices && k < ASK_CHOICES_MAX; k++) {
		if (k == i || taken[k] != 1)
			continue;
		option_split(&other, ask->choices[k]);
		if (strlen(other.squashed) > strlen(o.squashed) &&
		    strstr(other.squashed, o.squashed) != NULL)
			return 1;
	}
	return 0;
}

void choices_said(const struct ask *ask, const struct words *ws,
		  uint8_t *taken)
{
	struct menu m;
	struct said t;

	menu_read(&m, ask);
	said_read(&t, ws);
	refuse_no(&t);
	for (uint32_t i = 0; i < m.n; i++) {
		struct option o;

		option_split(&o, ask->choices[i]);
		if (is_refused(&o, &t))
			taken[i] = 2;
		else
			taken[i] = said_whole(&o, ws) > 0 ||
				   choice_score(&o, &m, &t) >= SCORE_SURE;
	}
	for (uint32_t i = 0; i < m.n; i++) {
		if (taken[i] == 1 && is_part(ask, i, taken))
			taken[i] = 0;
	}
}
