/**
 * @file nlu_acts.c  What an utterance does: answer, ask, refuse, take back
 *
 *   "yes and it's five do you have parking"
 *    [act] [-- answer --][----- query ----]
 *
 * A recognizer prints no punctuation: clauses end where a question or request
 * plainly begins, after "and" or "but" before one, and at typed punctuation.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "dialog/nlu_parts.h"
#include "dialog/nlu_phrases.h"

struct reader {
	const struct words *ws;
	const struct ask *ask;
	int yes_no;     /* a yes or no was asked           */
	unsigned acts;  /* found so far                    */
	unsigned whole; /* of phrases that must stand alone */
	int all_back;   /* nothing but "okay", "i see"     */
	int n_phrases;  /* other than fillers              */
	int content;    /* words that no phrase explains   */
	int content_after_no;
	int question, request, human;
	uint32_t q_from, q_to; /* the query                       */
	uint8_t in_query[WORDS_MAX];
};

/** Would the words answer what was asked? */
static int has_value(const struct reader *r, uint32_t from, uint32_t to)
{
	static const struct {
		enum ask_kind kind;
		const char *type;
	} types[] = {
		{ASK_INTEGER, "integer"},
		{ASK_DIGITS, "digit_sequence"},
		{ASK_DATE, "date"},
		{ASK_DATETIME, "datetime"},
		{ASK_CHOICE, "multiple_choice"},
	};
	static const struct nlu_today some_day = {
		.year = 2026, .month = 1, .day = 1};
	char text[NLU_TEXT_MAX];
	struct nlu_value v;

	if (r->ask == NULL)
		return 0;
	(void)words_text(r->ws, from, to, text, sizeof(text));
	if (r->ask->kind == ASK_NAME)
		return words_find(r->ws, from, "under|name|as") >= 0 &&
		       nlu_value(&v, "text", r->ask, text, NULL) == 0;
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (r->ask->kind == types[i].kind)
			return nlu_value(&v, types[i].type, r->ask, text,
					 &some_day) == 0;
	}
	return 0;
}

static void take_phrase(struct reader *r, unsigned acts, int middle,
			int plain_yes)
{
	if ((acts & ACT_YES_NO) && !r->yes_no)
		acts &= ~(unsigned)(ACT_YES | ACT_NO);
	if ((acts & ACT_NOT_YES_NO) && r->yes_no)
		acts &= ~(unsigned)ACT_BYE;
	if (!(acts & ACT_FILLER)) {
		r->n_phrases++;
		if (!(acts & ACT_BACK))
			r->all_back = 0;
	}
	/* "okay", "right", "great": agreement only where it was asked. */
	if ((acts & ACT_BACK) && !r->yes_no)
		acts &= ~(unsigned)ACT_YES;
	if ((acts & ACT_WHOLE) && !middle) {
		r->whole |= acts;
		return;
	}
	/* "yeah no" is a no, "no yeah that's right" a yes; but "no that's
	 * fine" stays a no. */
	if ((acts & ACT_NO) && !(acts & ACT_YES))
		r->acts &= ~(unsigned)ACT_YES;
	else if ((acts & ACT_YES) && (r->acts & ACT_NO) && r->yes_no) {
		if (plain_yes)
			r->acts &= ~(unsigned)ACT_NO;
		else
			acts &= ~(unsigned)ACT_YES;
	}
	r->acts |= acts;
}

/** Do phrases explain every word from i on? */
static int only_phrases(const struct words *ws, uint32_t i)
{
	while (i < ws->n) {
		unsigned acts = 0;
		uint32_t n = phrase_at(ws, i, &acts);

		if (n == 0 || (acts & (ACT_CONTENT | ACT_CORRECTION)))
			return 0;
		i += n;
	}
	return 1;
}

/** Is a yes said in so many words, not only "fine"? */
static int says_yes(const struct words *ws, uint32_t i, uint32_t n)
{
	for (uint32_t k = i; k < i + n; k++) {
		if (words_in(ws, k,
			     "yes|yeah|yep|yup|right|correct|true|"
			     "exactly"))
			return 1;
	}
	return 0;
}

static int is_and(const struct words *ws, uint32_t i)
{
	return words_in(ws, i, "and|but|also|or|then|so|plus|oh");
}

/** Acts and fillers from word i on. @return where content begins */
static uint32_t read_phrases(struct reader *r, uint32_t i)
{
	while (i < r->ws->n) {
		unsigned acts = 0;
		uint32_t n = phrase_at(r->ws, i, &acts);
		enum opener o;

		if (n == 0 || (acts & ACT_CONTENT))
			break;
		o = opener_at(r->ws, i, 0);
		if (o != OPENER_NONE && o != OPENER_PROPOSAL &&
		    (acts & ACT_WHOLE) && i + n < r->ws->n)
			break;
		/* "i do", "it is", "nothing": content when more follows. */
		if ((acts & ACT_WHOLE) && (acts & (ACT_YES | ACT_NO)) &&
		    i + n < r->ws->n && !r->ws->w[i + n].brk &&
		    !only_phrases(r->ws, i + n))
			break;
		take_phrase(r, acts, 0, says_yes(r->ws, i, n));
		i += n;
	}
	return i;
}

/** Where a query that begins at `from` ends. */
static uint32_t query_end(const struct words *ws, uint32_t from)
{
	uint32_t i;

	for (i = from + 1; i < ws->n; i++) {
		unsigned acts = 0;

		if (ws->w[i].brk)
			return i;
		if (is_and(ws, i) && answer_at(ws, i + 1) &&
		    opener_at(ws, i + 1, 0) != OPENER_WISH)
			return i;
		if (phrase_at(ws, i, &acts) > 0 &&
		    (acts & (ACT_THANKS | ACT_BYE)) && (acts & ACT_ANYWHERE))
			return i;
	}
	return i;
}

static void note_query(struct reader *r, uint32_t from, uint32_t to,
		       int with_value)
{
	if (r->q_to == 0) {
		r->q_from = from;
		r->q_to = to;
	} else if (from <= r->q_to + 1) {
		r->q_to = to;
	}
	for (uint32_t i = from; i < to && !with_value; i++)
		r->in_query[i] = 1;
}

/** "to come on friday", "to be there at nine": a day or a time. */
static int names_time(const struct words *ws, uint32_t from, uint32_t to)
{
	static const struct nlu_today some_day = {
		.year = 2026, .month = 1, .day = 1};
	struct words part;
	struct used used = {{0}};
	struct date_found d;
	struct time_found t;

	words_slice(&part, ws, from, to);
	return (date_find(&part, &used, &some_day, WHEN_FUTURE, &d) == 0 &&
		!d.weak) ||
	       (time_find(&part, &used, 0, 0, &t) == 0 && !t.weak);
}

/** Does a request carry what it is about, as "book a table for five"? */
static int carries(const struct words *ws, uint32_t from, uint32_t to,
		   enum opener o)
{
	return o == OPENER_WISH ||
	       (o == OPENER_REQUEST && names_time(ws, from, to)) ||
	       (o == OPENER_PROPOSAL &&
		words_match(ws, from, "how|what about") > 0) ||
	       words_match(ws, from, "i am|was calling for|about") > 0;
}

/** A clause that begins like a query. @return where it ends */
static uint32_t read_query(struct reader *r, uint32_t from, enum opener o)
{
	uint32_t to = query_end(r->ws, from);
	unsigned acts = 0;
	uint32_t n = phrase_at(r->ws, from, &acts);

	/* "can you say that again", "how are you" look like queries. */
	if (n > 0 &&
	    (acts & (ACT_REPEAT | ACT_GREETING | ACT_DONT_KNOW | ACT_WAIT)) &&
	    (from + n == to || (acts & ACT_ANYWHERE) ||
	     only_phrases(r->ws, from + n))) {
		take_phrase(r, acts, 0, 0);
		return from + n;
	}
	if (asks_for_human(r->ws, from, to)) {
		r->human = 1;
		note_query(r, from, to, 0);
		return to;
	}
	if ((o == OPENER_WISH || o == OPENER_PROPOSAL) &&
	    has_value(r, from, to)) {
		r->content = 1;
		if (r->acts & ACT_NO)
			r->content_after_no = 1;
		return to;
	}
	if (o == OPENER_QUESTION || o == OPENER_PROPOSAL)
		r->question = 1;
	else
		r->request = 1;
	note_query(r, from, to, carries(r->ws, from, to, o));
	return to;
}

/** Does typed text end this clause with a question mark? */
static int question_mark(const struct words *ws, uint32_t to)
{
	const char *s = ws->text + (to > 0 ? ws->w[to - 1].end : 0);

	while (*s == ' ' || *s == '"' || *s == ')')
		s++;
	return *s == '?';
}

/** "you are a robot aren't you" */
static int question_tag(const struct words *ws, uint32_t from, uint32_t to)
{
	return to > from + 4 && words_match(ws, to - 3,
					    "are|is|do|does|can|will|have not "
					    "you|it|they|there|i") == 3;
}

/** Words of an answer, up to where a query or a clause begins.
 *  @return where it ends */
static uint32_t read_answer(struct reader *r, uint32_t from)
{
	static const char wh[] = "what|which|how|where|when|who|why";
	const struct words *ws = r->ws;
	uint32_t i = from;

	while (i < ws->n) {
		unsigned acts = 0;
		uint32_t n;

		if (i > from && ws->w[i].brk)
			break;
		n = phrase_at(ws, i, &acts);
		if (i > from && n > 0 && (acts & ACT_ANYWHERE) &&
		    (acts & (ACT_FILLER | ACT_REPEAT))) {
			take_phrase(r, acts, 1, 0);
			i += n;
			continue;
		}
		if (i > from && opener_at(ws, i, 1) != OPENER_NONE) {
			/* "what time" before "do you" belongs to it. */
			if (i > from + 2 && words_in(ws, i - 2, wh))
				i -= 2;
			else if (i > from + 1 && words_in(ws, i - 1, wh))
				i--;
			break;
		}
		if (i > from && is_and(ws, i) && i + 1 < ws->n &&
		    opener_at(ws, i + 1, 0) != OPENER_NONE &&
		    opener_at(ws, i + 1, 0) != OPENER_PROPOSAL)
			break;
		if (n > 0 && (acts & ACT_ANYWHERE)) {
			take_phrase(r, acts, 1, says_yes(ws, i, n));
			i += n;
			continue;
		}
		r->content = 1;
		if (r->acts & ACT_NO)
			r->content_after_no = 1;
		/* "four no five" */
		if (i > from && i + 1 < ws->n && words_in(ws, i, "no|nope") &&
		    !(n > 1 && (acts & ACT_CONTENT)) &&
		    !words_in(ws, i - 1, "have|has|is|there|are|with|or"))
			r->acts |= ACT_CORRECTION;
		/* "five not four" */
		if (i > from && i + 1 < ws->n && words_in(ws, i, "not") &&
		    !words_in(ws, i - 1,
			      "is|am|are|do|does|did|can|will|was|"
			      "were|would|could|have|has|or|why"))
			r->acts |= ACT_CORRECTION;
		i++;
	}
	if (asks_for_human(ws, from, i)) {
		r->human = 1;
		note_query(r, from, i, 0);
	} else if ((question_mark(ws, i) || question_tag(ws, from, i)) &&
		   i - from >= 3 && !has_value(r, from, i)) {
		r->question = 1;
		note_query(r, from, i, 0);
	}
	return i;
}

/** The words outside of the query, joined. */
static void put_rest(const struct reader *r, char *ret, size_t cap)
{
	const struct words *ws = r->ws;
	struct strbuf b;
	uint32_t i = 0;

	strbuf_over(&b, ret, cap);
	while (i < ws->n) {
		char part[NLU_TEXT_MAX];
		uint32_t from, to;

		while (i < ws->n && r->in_query[i])
			i++;
		from = i;
		while (i < ws->n && !r->in_query[i])
			i++;
		to = i;
		/* The "and" that led over to the query. */
		while (to > from && to < ws->n && is_and(ws, to - 1))
			to--;
		while (from > 0 && from < to && is_and(ws, from))
			from++;
		if (from >= to)
			continue;
		(void)words_text(ws, from, to, part, sizeof(part));
		if (b.len > 0)
			strbuf_addc(&b, ' ');
		strbuf_add(&b, part);
	}
	if (!strbuf_ok(&b))
		text_trim_utf8(ret);
}

static void settle_acts(struct nlu_acts *ret, struct reader *r)
{
	int alone = !r->content && r->q_to == 0;
	unsigned a = r->acts | (alone ? r->whole : 0);

	/* "Would you like one?" "please" */
	if (r->yes_no && alone && r->n_phrases == 0 &&
	    words_find(r->ws, 0, "please") >= 0)
		a |= ACT_YES;
	ret->yes = (a & ACT_YES) != 0;
	ret->no = (a & ACT_NO) != 0;
	ret->repeat = (a & ACT_REPEAT) != 0;
	ret->wait = (a & ACT_WAIT) != 0;
	ret->goodbye = (a & ACT_BYE) != 0;
	ret->dont_know = (a & ACT_DONT_KNOW) != 0;
	ret->thanks = (a & ACT_THANKS) != 0;
	ret->greeting = (a & ACT_GREETING) != 0;
	ret->correction = (a & ACT_CORRECTION) && r->content;
	if (r->content_after_no &&
	    (r->ask == NULL || r->ask->kind != ASK_TEXT))
		ret->correction = 1;
	ret->backchannel =
		alone && r->all_back && r->n_phrases > 0 && !r->yes_no;
	ret->bare = alone;
	ret->hesitation = alone && r->n_phrases == 0 &&
			  (a & ~(unsigned)ACT_ANYWHERE) == ACT_FILLER;
	ret->question = r->question;
	ret->request = r->request;
	ret->human = r->human;
}

void nlu_acts(struct nlu_acts *ret, const char *text, const struct ask *ask)
{
	struct words ws;
	struct reader r;
	uint32_t i = 0;

	words_split(&ws, text);
	memset(&r, 0, sizeof(r));
	memset(ret, 0, sizeof(*ret));
	r.ws = &ws;
	r.ask = ask;
	r.yes_no = ask != NULL && ask->kind == ASK_YES_NO;
	r.all_back = 1;
	while (i < ws.n) {
		uint32_t from = read_phrases(&r, i);
		enum opener o;

		if (from >= ws.n)
			break;
		o = opener_at(&ws, from, 0);
		i = o != OPENER_NONE ? read_query(&r, from, o)
				     : read_answer(&r, from);
		if (i <= from)
			i = from + 1;
	}
	settle_acts(ret, &r);
	if (r.q_to > 0)
		(void)words_text(&ws, r.q_from, r.q_to, ret->query,
				 sizeof(ret->query));
	put_rest(&r, ret->rest, sizeof(ret->rest));
}
