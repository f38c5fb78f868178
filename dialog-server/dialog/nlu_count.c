/**
 * @file nlu_count.c  How many: the integer that an answer means
 *
 *   "just me" 1 · "me and my wife" 2 · "party of four" 4 · "four no five" 5
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/strbuf.h"
#include "dialog/nlu_parts.h"

/* How sure a candidate is; the highest wins. */
enum { RANK_NONE, RANK_LONE_HOMOPHONE, RANK_BARE, RANK_MARKED, RANK_STRONG };

static const char about_people[] =
	"party|people|person|persons|guest|guests|group|attendees|attendee|"
	"seats|adults|diners|headcount|covers|travelers|travellers|"
	"passengers|pax|table|visitors|participants|us|friends";

static const char people_words[] =
	"people|person|persons|guests|guest|adults|adult|seats|seat|diners|"
	"friends|folks|heads|covers|passengers|travelers|travellers|"
	"attendees|visitors|participants|pax|guys|ppl";

static const char relatives[] =
	"wife|husband|partner|girlfriend|boyfriend|friend|mother|father|mom|"
	"mum|dad|son|daughter|brother|sister|boss|colleague|date|fiance|"
	"fiancee|spouse|kid|child|baby|cousin|aunt|uncle|grandmother|"
	"grandfather|grandma|grandpa|buddy|neighbor|neighbour|roommate|"
	"coworker|niece|nephew|guest";

static const char relatives_plural[] =
	"parents|kids|children|friends|sons|daughters|brothers|sisters|"
	"colleagues|cousins|babies|guests|adults|others|buddies|coworkers|"
	"people|grandparents|guys|toddlers|teenagers|boys|girls|more|others";

int nlu_may_be_none(const char *key, const char *description)
{
	static const char counted[] =
		"children|kids|pets|dogs|cats|bags|towels|beds|cars|vehicles|"
		"toddlers|infants|babies|dependents|extras|items|copies|"
		"allergies|stairs|seniors|wheelchairs|chairs|highchairs";
	static const char counts[] =
		"many|number|count|quantity|amount|extra|additional|total";
	static const char people[] = "party|group|table|headcount|size";
	/* "Phone number", "room number" are no counts. */
	int is_count = text_has_word(description, "many") ||
		       (text_has_word(description, counts) &&
			text_has_word(description, "of|many|extra|additional|"
						   "count|quantity"));

	if (text_has_word(description, people) || text_has_word(key, people))
		return 0;
	return is_count || text_has_word(description, counted) ||
	       text_has_word(key, counted) || text_has_word(key, "count");
}

/** Does a word after the number name what the field counts? */
static int names_field(const struct ask *ask, const struct words *ws,
		       uint32_t i)
{
	struct words d;

	if (i >= ws->n || strlen(ws->w[i].s) < 3 ||
	    words_in(ws, i, "and|the|for|please|with|but|number|many"))
		return 0;
	words_split(&d, ask->description != NULL ? ask->description : "");
	for (uint32_t k = 0; k < d.n; k++) {
		if (words_same_stem(d.w[k].s, ws->w[i].s))
			return 1;
	}
	words_split(&d, ask->field_key != NULL ? ask->field_key : "");
	for (uint32_t k = 0; k < d.n; k++) {
		if (words_same_stem(d.w[k].s, ws->w[i].s))
			return 1;
	}
	return 0;
}

static const char little_ones[] =
	"children|child|kids|kid|babies|baby|toddlers|toddler|infants|minors";

/** Is word i what the field counts, in its own or in other words? */
static int is_counted(const struct ask *ask, const struct words *ws,
		      uint32_t i)
{
	return names_field(ask, ws, i) ||
	       (words_in(ws, i, little_ones) &&
		(text_has_word(ask->description, little_ones) ||
		 text_has_word(ask->field_key, little_ones)));
}

/** "none", "no children", "i don't have any".
 *  @return RANK_NONE: not said; else how plainly */
static int says_none(const struct ask *ask, const struct words *ws,
		     uint32_t from)
{
	uint32_t at = from + words_fillers(ws, from);

	if (words_match(ws, at, "none of your|my") > 0)
		return RANK_NONE;
	if (words_match(ws, at, "none|nobody|nothing") > 0 ||
	    words_match(ws, at, "no|not one|body|any") > 0)
		return RANK_BARE;
	if (!nlu_may_be_none(ask->field_key, ask->description))
		return RANK_NONE;
	/* The "no" of "no children" looks like one that takes back. */
	for (uint32_t i = from > 0 ? from - 1 : 0; i < ws->n; i++) {
		if (words_in(ws, i, "none|nobody|zero"))
			return RANK_BARE;
		if (words_in(ws, i, "no|any|without|not") &&
		    is_counted(ask, ws, i + 1))
			return words_in(ws, i, "no|without") ? RANK_STRONG
							     : RANK_BARE;
		if (words_match(ws, i, "not have|got any|one") > 0 ||
		    words_match(ws, i, "have|has|got not any|one?") > 0 ||
		    (words_match(ws, i, "not have|got") > 0 &&
		     is_counted(ask, ws, i + 2)))
			return RANK_BARE;
		if (words_match(ws, i, "just|only adults|grownups|us") > 0 &&
		    text_has_word(ask->description, little_ones))
			return RANK_BARE;
	}
	return RANK_NONE;
}

/** "me and my wife and two kids": a head count. @return it, 0 for none */
static int64_t head_count(const struct words *ws, uint32_t from)
{
	int64_t n = 0;
	int me = 0, others = 0;

	for (uint32_t i = from; i < ws->n; i++) {
		struct num num;
		uint32_t k;

		if (words_in(ws, i, "me|myself|i") &&
		    (words_match(ws, i, "me|myself|i and|plus|with|my") > 0 ||
		     (i > 0 && words_in(ws, i - 1, "and|plus|with")))) {
			n += me ? 0 : 1;
			me = 1;
			continue;
		}
		/* "me plus two" */
		if (me && num_at(ws, i, 0, &num) == 0 && i > from &&
		    words_in(ws, i - 1, "plus|and") &&
		    i + num.words + words_fillers(ws, i + num.words) ==
			    ws->n) {
			n += num.value;
			others = 1;
			break;
		}
		k = words_match(ws, i, "my parents|grandparents");
		if (k > 0) {
			n += 2;
			others = 1;
			i += k - 1;
			continue;
		}
		if (words_in(ws, i, relatives) &&
		    !(i > 0 && num_at(ws, i - 1, 0, &num) == 0)) {
			n++;
			others = 1;
			continue;
		}
		if (num_at(ws, i, 0, &num) == 0 &&
		    (words_in(ws, i + num.words, relatives_plural) ||
		     words_in(ws, i + num.words, relatives) ||
		     words_match(ws, i + num.words,
				 "other|more|of my people|friends|guests?") >
			     0)) {
			n += num.value;
			others = 1;
			i += num.words;
		}
	}
	return others && me ? n : 0;
}

/** Fixed phrases. @return the count, or 0 */
static int64_t alone_or_pair(const struct words *ws, uint32_t from)
{
	static const struct {
		const char *pattern;
		int64_t value;
	} table[] = {
		{"just|only me|myself|one", 1},
		{"just the one of? me?", 1},
		{"by myself", 1},
		{"on my own", 1},
		{"it is me|myself", 1},
		{"the two of us", 2},
		{"both of us", 2},
		{"us two", 2},
		{"just|only the two", 2},
		{"table for one", 1},
		{"me alone", 1},
		{"i am alone", 1},
		{"alone", 1},
		{"myself", 1},
	};

	for (uint32_t i = from; i < ws->n; i++) {
		for (size_t k = 0; k < sizeof(table) / sizeof(*table); k++) {
			uint32_t n = words_match(ws, i, table[k].pattern);

			if (n > 0 &&
			    !words_in(ws, i + n, "and|plus|with|hundred|for"))
				return table[k].value;
		}
	}
	if (words_match(ws, from, "me") > 0 && from + 1 == ws->n)
		return 1;
	return 0;
}

/** Is the number at i something else: a time, a day, a place in order? */
static int is_other(const struct ask *ask, const struct words *ws, uint32_t i,
		    const struct num *num)
{
	uint32_t next = i + num->words;

	if (num->ordinal)
		return 1;
	if (words_match(ws, next, "am|pm|oclock|o'clock|percent") > 0 ||
	    words_match(ws, next, "o|oh clock") > 0 ||
	    words_match(ws, next, "a|p m") > 0)
		return 1;
	if (next < ws->n && (ws->w[next].sep == ':' || ws->w[next].sep == '/'))
		return 1;
	if (i > 0 && (ws->w[i].sep == ':' || ws->w[i].sep == '/'))
		return 1;
	/* "one moment please" */
	if (words_in(ws, i, "one") &&
	    words_in(ws, next, "moment|second|sec|minute") &&
	    !text_has_word(ask->description, "minutes|seconds"))
		return 1;
	/* "the second one", "i don't have one" */
	if (i > 0 && words_in(ws, i, "one") &&
	    words_in(ws, i - 1,
		     "the|this|that|first|second|third|fourth|last|next|"
		     "other|which|no|have|got|another|new|each|every"))
		return 1;
	if (i > 0 && words_in(ws, i - 1, "at|not|isn't"))
		return 1;
	if (i > 0 && words_match(ws, i - 1, "past|until|till|before|after"))
		return 1;
	/* "three days from now" is a day, also for who asks how many days. */
	if (words_match(ws, next, "day|days|week|weeks from|ago|after") > 0 &&
	    (words_in(ws, next + 1, "ago") ||
	     words_in(ws, next + 2, "now|today|tomorrow")))
		return 1;
	return words_in(ws, next, "minutes|minute|hours|hour|days|weeks") &&
	       !names_field(ask, ws, next);
}

/** A homophone that ends a phrase of number: "make it for", "for for". */
static int ends_marked(const struct words *ws, uint32_t i, uint32_t next)
{
	if (i == 0 || next + words_fillers(ws, next) < ws->n)
		return 0;
	if (words_in(ws, i - 1, "it|that"))
		return i > 1 && words_in(ws, i - 2, "make");
	return words_in(ws, i - 1,
			"for|be|is|said|meant|mean|maybe|about|need");
}

static int rank_of(const struct ask *ask, const struct words *ws, uint32_t i,
		   const struct num *num, int people)
{
	static const char *const before[] = {
		"party|group|table|total|family|reservation of|for",
		"party|group|table|size is|of?",
		"we are",
		"there|it will|would|is|are be?",
		"there are|is|will|would",
		"we will|would be",
		"us",
		NULL,
	};
	static const char *const weak_before[] = {
		"for",
		"make it|that",
		"it is",
		"about|around|roughly|maybe",
		"of",
		"we need|have|want",
		"i need|have|want|said|meant",
		NULL,
	};
	uint32_t next = i + num->words;
	int marked = 0, counted = 0;

	for (uint32_t back = 1; back <= 4 && back <= i; back++) {
		if (words_match_any(ws, i - back, before) == back)
			counted = 1;
		if (words_match_any(ws, i - back, weak_before) == back)
			marked = 1;
	}
	if (words_in(ws, next, people_words) ||
	    words_match(ws, next, "of us|you") > 0 ||
	    words_match(ws, next, "other|more people|guests|of") > 0 ||
	    words_match(ws, next, "top") > 0)
		counted = 1;
	/* "In three days" is rather a day; it counts for who was asked. */
	const int is_ahead = i > 0 && words_in(ws, i - 1, "in") &&
			     words_in(ws, next, "day|days|week|weeks");

	if (!num->homophone && !is_ahead &&
	    (is_counted(ask, ws, next) ||
	     (i > 0 && names_field(ask, ws, i - 1)) ||
	     (words_match(ws, next, "years|year old") > 0 &&
	      (text_has_word(ask->field_key, "age|old") ||
	       text_has_word(ask->description, "age|old")))))
		return RANK_STRONG;
	if (counted && people)
		return RANK_STRONG;
	if (num->homophone) {
		uint32_t f = words_fillers(ws, 0);
		int lone = i == f && next + words_fillers(ws, next) == ws->n;

		if (counted && !lone)
			return RANK_MARKED;
		return lone || ends_marked(ws, i, next) ? RANK_LONE_HOMOPHONE
							: RANK_NONE;
	}
	return marked || counted ? RANK_MARKED : RANK_BARE;
}

/** "four adults and two children": the sum. @return words more, or 0 */
static uint32_t add_more(const struct words *ws, uint32_t next, int64_t *sum)
{
	static const char firsts[] = "people|guests|of";
	static const char kinds[] =
		"adults|adult|kids|children|child|kid|babies|baby|toddlers|"
		"toddler|seniors|infants|infant|grownups|teenagers";
	uint32_t n = 0;

	/* "five people and a baby", "six plus a baby", not "five and a half"
	 */
	if (!words_in(ws, next, kinds) &&
	    !(words_in(ws, next, firsts) || words_in(ws, next, "plus")))
		return 0;
	if (words_match(ws, next, "of us") > 0)
		next++;
	if (words_in(ws, next, "plus"))
		next--;
	for (;;) {
		struct num more;
		uint32_t k = next + n + 1;
		uint32_t one;

		if (words_in(ws, k, "and|plus"))
			k++;
		one = words_match(ws, k, "a|one");
		if (one > 0)
			more = (struct num){.value = 1, .words = 1};
		else if (num_at(ws, k, 0, &more) < 0)
			return n;
		if (!words_in(ws, k + more.words, kinds))
			return n;
		*sum += more.value;
		n = k + more.words - next;
	}
}

/** Digits in groups, as of a telephone number: "555 oh one four two".
 *  @return words, or 0 */
static uint32_t phone_number(const struct words *ws, uint32_t i)
{
	enum { PHONE_DIGITS = 7 };
	uint32_t n = 0;
	size_t digits = 0;

	for (; i + n < ws->n; n++) {
		if (n > 0 && ws->w[i + n].brk)
			break;
		if (ws->w[i + n].digits)
			digits += strlen(ws->w[i + n].s);
		else if (num_digit(ws->w[i + n].s,
				   n > 0 ? NUM_HOMOPHONES : 0) >= 0)
			digits++;
		else
			break;
	}
	return digits >= PHONE_DIGITS ? n : 0;
}

static uint32_t digits_in_a_row(const struct words *ws, uint32_t i)
{
	uint32_t n = 0;

	while (i + n < ws->n &&
	       num_digit(ws->w[i + n].s, n > 0 ? NUM_HOMOPHONES : 0) >= 0)
		n++;
	return n;
}

struct best {
	int64_t value;
	int rank;
};

static void scan(const struct ask *ask, const struct words *ws, uint32_t from,
		 int people, int last_wins, struct best *best)
{
	static const char kinds[] =
		"children|child|kids|kid|adults|adult|seniors|babies|infants|"
		"toddlers|pets|dogs";
	const int one_kind = text_has_word(ask->description, kinds) ||
			     text_has_word(ask->field_key, kinds);

	for (uint32_t i = from; i < ws->n; i++) {
		struct num num;
		int64_t sum;
		int rank;

		if (num_at(ws, i, NUM_HOMOPHONES, &num) < 0)
			continue;
		if (words_match(ws, i, "one of") > 0 &&
		    !words_match(ws, i, "one of us")) {
			i++;
			continue;
		}
		if (is_other(ask, ws, i, &num)) {
			i += num.words - 1;
			continue;
		}
		rank = rank_of(ask, ws, i, &num, people);
		sum = num.value;
		/* A telephone number is no head count. */
		uint32_t run = people ? digits_in_a_row(ws, i) : 0;

		uint32_t phone = people ? phone_number(ws, i) : 0;

		if (phone > 0) {
			i += phone - 1;
			continue;
		}
		if (run >= 4) {
			i += run - 1;
			continue;
		}
		if (people && words_in(ws, i + num.words, "couples|pairs"))
			sum *= 2;
		uint32_t more =
			one_kind ? 0 : add_more(ws, i + num.words, &sum);

		if (i > 0 && words_in(ws, i - 1, "minus|negative"))
			sum = -sum;
		if (rank > best->rank ||
		    (rank == best->rank && rank > RANK_NONE && last_wins))
			*best = (struct best){sum, rank};
		i += num.words - 1 + more;
	}
}

/** A run of three or more lone digits is a number read digit by digit. */
static int digit_run(const struct words *ws, uint32_t from, int64_t *ret)
{
	int64_t v = 0;
	uint32_t n = 0;

	for (uint32_t i = from; i < ws->n; i++) {
		int d = num_digit(ws->w[i].s, n > 0 ? NUM_HOMOPHONES : 0);

		if (d >= 0 && n < 18) {
			v = v * 10 + d;
			n++;
		} else if (n > 0) {
			break;
		}
	}
	if (n < 3)
		return -ENOENT;
	*ret = v;
	return 0;
}

int value_integer(struct nlu_value *ret, const struct ask *ask,
		  const struct words *ws)
{
	int people = text_has_word(ask->description, about_people) ||
		     text_has_word(ask->field_key, about_people);
	uint32_t after = words_after_correction(ws);
	struct best best = {0, RANK_NONE};
	struct strbuf b;
	int64_t span;

	if (duration_count(ask, ws, &span) == 0) {
		best = (struct best){span, RANK_MARKED};
		goto found;
	}
	scan(ask, ws, after, people, 1, &best);
	if (best.rank < RANK_BARE && after > 0)
		scan(ask, ws, 0, people, 0, &best);
	if (people) {
		int64_t n = head_count(ws, after);

		if (n == 0 && best.rank <= RANK_LONE_HOMOPHONE)
			n = alone_or_pair(ws, after);
		if (n > 0)
			best = (struct best){n, RANK_STRONG};
	} else if (best.rank <= RANK_MARKED) {
		int64_t run;

		if (digit_run(ws, after, &run) == 0)
			best = (struct best){run, RANK_BARE};
	}
	/* "just the one" */
	if (best.rank == RANK_NONE &&
	    words_match(ws, words_fillers(ws, after), "the|only one") > 0 &&
	    words_fillers(ws, after) + 2 == ws->n)
		best = (struct best){1, RANK_BARE};
	const int none = best.rank < RANK_STRONG ? says_none(ask, ws, after)
						 : RANK_NONE;

	if (none > best.rank &&
	    (none == RANK_STRONG || best.rank == RANK_NONE))
		best = (struct best){0, none};
	if (best.rank == RANK_NONE)
		return -ENOENT;
found:
	ret->strong = best.rank == RANK_STRONG;
	ret->partial = 0;
	strbuf_over(&b, ret->json, sizeof(ret->json));
	strbuf_addf(&b, "%lld", (long long)best.value);
	strbuf_over(&b, ret->spoken, sizeof(ret->spoken));
	num_say(&b, best.value);
	return 0;
}
