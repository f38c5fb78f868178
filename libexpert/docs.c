/**
 * @file docs.c  Finds the passage of some documents that answers a question
 *
 *   text --> passages --> stems      question --> stems --> ranked passages
 *
 * By words alone, with nothing to install and nobody to ask: the weight of a
 * word is how rare it is, its place in a long passage counts less.
 * @source Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25
 * and Beyond, 2009
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "priv.h"

enum {
	PASSAGES_MAX = 10000,
	PASSAGE_BYTES = 600, /* longer ones are cut after a sentence */
	HEADING_BYTES = 80,
	WORD_BYTES = 32, /* of a longer word the rest does not count */
	ASKED_MAX = 64,  /* words of a question */
	FILE_BYTES_MAX = 4 * 1024 * 1024,
};

/* What the words of a question that a passage has must weigh of all. */
static const double fits = 0.3;

struct passage {
	char *text, *source;
	uint64_t *stems;
	size_t n_stems;
};

struct expert_docs {
	struct passage *passages;
	size_t n, cap, n_stems;
};

/* ---- words ----------------------------------------------------------------
 */

/* They say nothing about the subject. */
static const char *const empty_words[] = {
	"a",     "about",  "also", "am",     "an",     "and",   "any",
	"are",   "aren",   "as",   "at",     "be",     "by",    "can",
	"could", "couldn", "did",  "didn",   "do",     "does",  "doesn",
	"don",   "for",    "from", "get",    "got",    "had",   "has",
	"have",  "hello",  "hi",   "how",    "i",      "if",    "in",
	"is",    "isn",    "it",   "its",    "know",   "like",  "long",
	"many",  "may",    "me",   "more",   "much",   "my",    "of",
	"on",    "or",     "our",  "please", "should", "so",    "some",
	"take",  "tell",   "than", "that",   "the",    "their", "them",
	"then",  "there",  "they", "thing",  "this",   "to",    "up",
	"us",    "want",   "was",  "wasn",   "we",     "what",  "when",
	"where", "which",  "who",  "why",    "will",   "with",  "won",
	"would", "you",    "your",
};

static int is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       (unsigned char)c >= 0x80;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int is_empty_word(const char *word)
{
	size_t from = 0;
	size_t to = sizeof(empty_words) / sizeof(empty_words[0]);

	while (from < to) {
		size_t mid = (from + to) / 2;
		int order = strcmp(word, empty_words[mid]);

		if (!order)
			return 1;
		if (order < 0)
			to = mid;
		else
			from = mid + 1;
	}
	return 0;
}

static int ends_with(const char *word, size_t n, const char *end)
{
	size_t len = strlen(end);

	return n >= len + 3 && !memcmp(word + n - len, end, len);
}

/* Forms of a word meet: delivery, deliveries, delivered; ship, shipping.
 * @return [bytes] that stay */
static size_t stem(const char *word, size_t n)
{
	if (ends_with(word, n, "ies"))
		return n - 3;
	if (ends_with(word, n, "s") && word[n - 2] != 's')
		n--;
	if (ends_with(word, n, "ing"))
		n -= 3;
	else if (ends_with(word, n, "ed"))
		n -= 2;
	if (ends_with(word, n, "e") || ends_with(word, n, "y"))
		n--;
	if (n > 3 && word[n - 1] == word[n - 2] && word[n - 1] != 's' &&
	    word[n - 1] != 'l')
		n--;
	return n;
}

/* FNV-1a: two words of one language do not meet by chance. */
static uint64_t hash(const char *s, size_t n)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * UINT64_C(0x100000001b3);
	return h;
}

int docs_next_stem(const char **text, uint64_t *ret)
{
	char word[WORD_BYTES + 1];

	for (;;) {
		size_t n = 0;

		while (**text && !is_letter(lower(**text)))
			(*text)++;
		if (!**text)
			return 0;
		for (; is_letter(lower(**text)); (*text)++)
			if (n < WORD_BYTES)
				word[n++] = lower(**text);
		word[n] = 0;
		/* "it's", "don't": what follows the stroke is no word. */
		if (**text == '\'')
			while (**text == '\'' || is_letter(lower(**text)))
				(*text)++;
		if (is_empty_word(word))
			continue;
		*ret = hash(word, stem(word, n));
		return 1;
	}
}

/* ---- passages -------------------------------------------------------------
 */

struct expert_docs *expert_docs_new(void)
{
	return calloc(1, sizeof(struct expert_docs));
}

static void passage_done(struct passage *p)
{
	free(p->text);
	free(p->source);
	free(p->stems);
}

void expert_docs_free(struct expert_docs *d)
{
	if (!d)
		return;

	for (size_t i = 0; i < d->n; i++)
		passage_done(&d->passages[i]);
	free(d->passages);
	free(d);
}

static void index_words(struct passage *p, const char *text, size_t max)
{
	uint64_t one;

	while (p->n_stems < max && docs_next_stem(&text, &one))
		p->stems[p->n_stems++] = one;
}

static int make_room(struct expert_docs *d)
{
	size_t cap = d->cap ? d->cap * 2 : 16;
	struct passage *grown;

	if (d->n >= PASSAGES_MAX)
		return EXPERT_ETOOBIG;
	if (d->n < d->cap)
		return EXPERT_OK;

	grown = realloc(d->passages, cap * sizeof(*grown));
	if (!grown)
		return EXPERT_ENOMEM;
	d->passages = grown;
	d->cap = cap;
	return EXPERT_OK;
}

/* The heading is found, but not said. */
static int add_passage(struct expert_docs *d, const char *source,
		       const char *heading, const char *text, size_t len)
{
	/* Every second byte begins a word at most. */
	size_t max = (len + strlen(heading)) / 2 + 2;
	struct passage p = {.text = strndup(text, len),
			    .source = strdup(source),
			    .stems = malloc(max * sizeof(*p.stems))};
	int rc = make_room(d);

	if (rc == EXPERT_OK && (!p.text || !p.source || !p.stems))
		rc = EXPERT_ENOMEM;
	if (rc < 0) {
		passage_done(&p);
		return rc;
	}

	for (char *c = p.text; *c; c++)
		if (*c == '\n' || *c == '\r' || *c == '\t')
			*c = ' ';
	index_words(&p, heading, max);
	index_words(&p, p.text, max);
	d->passages[d->n++] = p;
	d->n_stems += p.n_stems;
	return EXPERT_OK;
}

/* Where to cut a long paragraph: after the last sentence that fits, else after
 * a word, else anywhere but inside a character. */
static size_t cut(const char *text, size_t len)
{
	size_t space = 0;

	if (len <= PASSAGE_BYTES)
		return len;

	for (size_t i = PASSAGE_BYTES; i > 1; i--) {
		if (text[i] != ' ' && text[i] != '\n')
			continue;
		if (strchr(".!?", text[i - 1]))
			return i;
		space = space ? space : i;
	}
	if (space)
		return space;
	len = PASSAGE_BYTES;
	while (len > 1 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	return len;
}

/* One short line that is no sentence, or that is marked as one. */
static int is_heading(const char *text, size_t len)
{
	return len < HEADING_BYTES && !memchr(text, '\n', len) &&
	       (text[0] == '#' || !strchr(".!?", text[len - 1]));
}

/* To the empty line. @return the length without white space at the end */
static size_t paragraph(const char *text, const char **ret_next)
{
	const char *end = text;
	size_t len;

	while (*end &&
	       !(end[0] == '\n' && end[1 + strspn(end + 1, " \t\r")] == '\n'))
		end++;
	*ret_next = end;
	len = (size_t)(end - text);
	while (len && strchr(" \t\r\n", text[len - 1]))
		len--;
	return len;
}

int expert_docs_add(struct expert_docs *d, const char *source,
		    const char *text)
{
	char heading[HEADING_BYTES] = "";
	int rc = EXPERT_OK;

	if (!d || !source || !text)
		return EXPERT_EINVAL;

	while (rc == EXPERT_OK && *(text += strspn(text, " \t\r\n"))) {
		const char *next;
		size_t len = paragraph(text, &next);

		if (is_heading(text, len)) {
			(void)snprintf(heading, sizeof(heading), "%.*s",
				       (int)len, text);
			len = 0;
		}
		while (rc == EXPERT_OK && len) {
			size_t n = cut(text, len);

			rc = add_passage(d, source, heading, text, n);
			n += strspn(text + n, " \t\r\n");
			text += n;
			len = n < len ? len - n : 0;
		}
		text = next;
	}
	return rc;
}

int expert_docs_add_file(struct expert_docs *d, const char *path)
{
	FILE *f = d && path ? fopen(path, "re") : NULL;
	char *text = f ? malloc(FILE_BYTES_MAX + 1) : NULL;
	const char *name;
	int rc = EXPERT_OK;
	size_t n = 0;

	if (!f)
		return d && path ? EXPERT_ENOENT : EXPERT_EINVAL;
	if (text)
		n = fread(text, 1, FILE_BYTES_MAX + 1, f);
	if (!text)
		rc = EXPERT_ENOMEM;
	else if (ferror(f))
		rc = EXPERT_ENOENT;
	else if (n > FILE_BYTES_MAX)
		rc = EXPERT_ETOOBIG;
	(void)fclose(f);

	if (rc == EXPERT_OK) {
		text[n] = 0;
		name = strrchr(path, '/');
		rc = expert_docs_add(d, name ? name + 1 : path, text);
	}
	free(text);
	return rc;
}

size_t expert_docs_count(const struct expert_docs *d)
{
	return d ? d->n : 0;
}

/* ---- asking ---------------------------------------------------------------
 */

/* Close enough to rank by, without the mathematics library. */
static double log2_of(double x)
{
	double whole = 0;

	for (; x >= 2; x /= 2)
		whole++;
	return whole + x - 1;
}

static size_t count_in(const struct passage *p, uint64_t one)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_stems; i++)
		n += p->stems[i] == one;
	return n;
}

struct asked {
	size_t n;
	uint64_t stems[ASKED_MAX];
	double weights[ASKED_MAX], weight; /* how rare; of all together */
};

static void weigh(const struct expert_docs *d, const char *question,
		  struct asked *ret)
{
	uint64_t one;

	ret->n = 0;
	ret->weight = 0;
	while (ret->n < ASKED_MAX && docs_next_stem(&question, &one)) {
		size_t has = 0;

		for (size_t i = 0; i < d->n; i++)
			has += count_in(&d->passages[i], one) != 0;
		/* One that nobody has is as rare as it gets. */
		has = has ? has : 1;
		ret->stems[ret->n] = one;
		ret->weights[ret->n] =
			log2_of(1 + ((double)(d->n - has) + 0.5) /
					    ((double)has + 0.5)) +
			0.1;
		ret->weight += ret->weights[ret->n++];
	}
}

/* @return 0: it does not fit */
static double score(const struct expert_docs *d, const struct passage *p,
		    const struct asked *q, double least)
{
	const double k = 1.2, b = 0.75; /* @source BM25's usual ones */
	double usual = (double)d->n_stems / (double)d->n;
	double sum = 0, found = 0;

	for (size_t i = 0; i < q->n; i++) {
		double n = (double)count_in(p, q->stems[i]);

		if (n == 0)
			continue;
		found += q->weights[i];
		sum += q->weights[i] * n * (k + 1) /
		       (n + k * (1 - b + b * (double)p->n_stems / usual));
	}
	return found >= least * q->weight ? sum : 0;
}

/* The one that comes after `above` in the order of scores; among equals the
 * order is that of the documents. @return NULL: there is none */
static const struct passage *best_below(const struct expert_docs *d,
					const double *scores, double *above,
					size_t *at)
{
	const struct passage *best = NULL;
	double best_score = 0;
	size_t best_at = 0;

	for (size_t i = 0; i < d->n; i++) {
		int is_next =
			scores[i] < *above || (scores[i] == *above && i > *at);

		if (scores[i] <= best_score || !is_next)
			continue;
		best = &d->passages[i];
		best_score = scores[i];
		best_at = i;
	}
	*above = best_score;
	*at = best_at;
	return best;
}

static const struct passage *find_above(const struct expert_docs *d,
					const char *question, size_t rank,
					double least)
{
	double *scores, above = 1e300;
	const struct passage *p = NULL;
	size_t at = 0;
	struct asked q;

	if (!d || !question || !d->n || rank >= d->n)
		return NULL;
	scores = malloc(d->n * sizeof(*scores));
	if (!scores)
		return NULL;

	weigh(d, question, &q);
	for (size_t i = 0; i < d->n; i++)
		scores[i] = q.n ? score(d, &d->passages[i], &q, least) : 0;
	for (size_t i = 0; i <= rank; i++) {
		p = best_below(d, scores, &above, &at);
		if (!p)
			break;
	}
	free(scores);
	return p;
}

static const struct passage *find(const struct expert_docs *d,
				  const char *question, size_t rank)
{
	return find_above(d, question, rank, fits);
}

size_t docs_bytes(const struct expert_docs *d)
{
	size_t sum = 0;

	for (size_t i = 0; i < d->n; i++)
		sum += strlen(d->passages[i].text);
	return sum;
}

const char *docs_passage(const struct expert_docs *d, const char *question,
			 size_t rank, const char **ret_source)
{
	const struct passage *p = rank < d->n ? &d->passages[rank] : NULL;

	if (question)
		p = find_above(d, question, rank, 0);
	*ret_source = p ? p->source : NULL;
	return p ? p->text : NULL;
}

const char *expert_docs_ask(const struct expert_docs *d, const char *question,
			    size_t rank)
{
	const struct passage *p = find(d, question, rank);

	return p ? p->text : NULL;
}

const char *expert_docs_source(const struct expert_docs *d,
			       const char *question, size_t rank)
{
	const struct passage *p = find(d, question, rank);

	return p ? p->source : NULL;
}

/* ---- choices --------------------------------------------------------------
 */

/* @return EXPERT_OK, EXPERT_ENOMEM, EXPERT_ETOOBIG; ret is freed by the
 * caller in any case */
static int index_choices(const char *const *choices, struct expert_docs **ret)
{
	int rc = EXPERT_OK;

	*ret = expert_docs_new();
	if (!*ret)
		return EXPERT_ENOMEM;
	for (size_t i = 0; choices[i] && rc == EXPERT_OK; i++)
		rc = add_passage(*ret, "", "", choices[i], strlen(choices[i]));
	return rc;
}

int expert_choose(const char *text, const char *const *choices, size_t rank)
{
	struct expert_docs *d;
	const struct passage *p;
	int rc;

	if (!text || !choices)
		return EXPERT_EINVAL;

	rc = index_choices(choices, &d);
	if (rc == EXPERT_OK) {
		p = find(d, text, rank);
		rc = p ? (int)(p - d->passages) : EXPERT_ENOENT;
	}
	expert_docs_free(d);
	return rc;
}

int docs_rank(const char *text, const char *const *choices, int *ret_index,
	      int *ret_score, size_t max)
{
	struct expert_docs *d;
	struct asked q;
	double all = 0;
	int rc = index_choices(choices, &d), n = 0;

	if (rc < 0) {
		expert_docs_free(d);
		return rc;
	}
	weigh(d, text, &q);
	for (size_t i = 0; i < d->n && q.n; i++)
		all += score(d, &d->passages[i], &q, fits);
	while ((size_t)n < max) {
		const struct passage *p = find(d, text, (size_t)n);

		if (!p)
			break;
		ret_index[n] = (int)(p - d->passages);
		if (ret_score)
			ret_score[n] =
				(int)(1 + 99 * score(d, p, &q, fits) / all);
		n++;
	}
	expert_docs_free(d);
	return n;
}
