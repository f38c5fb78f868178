/**
 * @file lm.c  A small language model from templates of sentences
 *
 *   template --parse--> nodes --each reading--> words --count--> n-grams
 *
 * SPDX-License-Identifier: MIT
 */
#include "provider/lm.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/alloc.h"

enum {
	ORDER = 3,
	ID_BITS = 16,
	BEGIN = 1, /* <s>; ids count from 1 so that 0 means "no word" */
	END = 2,   /* </s> */
	SLOTS_FIRST = 1 << 12,
};

#define READINGS_HUGE (1ULL << 31) /* times itself, fits 64 bits */

/** A counted n-gram; as a history it also sums what followed it. */
struct gram {
	uint64_t key;   /**< ids, last word lowest; 0: free slot    */
	double count;   /**< weight of its occurrences              */
	double total;   /**< weight of everything that followed it  */
	uint32_t kinds; /**< different words that followed it       */
};

struct lm {
	uint32_t n_words;
	char (*word)[LM_WORD_BYTES]; /**< word[id], id 1..n_words */
	uint32_t *ids;               /**< hash of words, LM_WORDS * 2 */
	struct gram *gram;           /**< open addressing             */
	size_t slots, used;
	struct gram root; /**< the empty history           */
};

/* ---- tables ------------------------------------------------------------ */

static uint64_t mix(uint64_t x)
{
	x ^= x >> 31;
	x *= 0x9e3779b97f4a7c15ULL;
	return x ^ x >> 29;
}

static struct gram *gram_slot(struct gram *v, size_t slots, uint64_t key)
{
	size_t i = mix(key) & (slots - 1);

	while (v[i].key && v[i].key != key)
		i = (i + 1) & (slots - 1);
	return &v[i];
}

static const struct gram *gram_find(const struct lm *lm, uint64_t key)
{
	if (!key)
		return &lm->root;

	const struct gram *g = gram_slot(lm->gram, lm->slots, key);

	return g->key ? g : NULL;
}

static int grow(struct lm *lm)
{
	const size_t slots = lm->slots * 2;
	struct gram *v = mem_zalloc(slots * sizeof(*v));

	if (!v)
		return -ENOMEM;
	for (size_t i = 0; i < lm->slots; i++)
		if (lm->gram[i].key)
			*gram_slot(v, slots, lm->gram[i].key) = lm->gram[i];
	mem_free(lm->gram);
	lm->gram = v;
	lm->slots = slots;
	return 0;
}

/** Find or make. @return NULL when there is no memory */
static struct gram *gram_get(struct lm *lm, uint64_t key)
{
	if (!key)
		return &lm->root;
	if (lm->used * 2 >= lm->slots && grow(lm))
		return NULL;

	struct gram *g = gram_slot(lm->gram, lm->slots, key);

	if (!g->key) {
		g->key = key;
		lm->used++;
	}
	return g;
}

static uint32_t *id_slot(const struct lm *lm, const char *s, size_t len)
{
	uint64_t h = 0;

	for (size_t i = 0; i < len; i++)
		h = mix(h ^ (unsigned char)s[i]) + i;

	size_t i = h & (LM_WORDS * 2 - 1);

	while (lm->ids[i] && (strncmp(lm->word[lm->ids[i]], s, len) != 0 ||
			      lm->word[lm->ids[i]][len]))
		i = (i + 1) & (LM_WORDS * 2 - 1);
	return &lm->ids[i];
}

/** @return its id, or -EMSGSIZE (too many), -EBADMSG (too long) */
static int word_id(struct lm *lm, const char *s, size_t len)
{
	if (len == 0 || len >= LM_WORD_BYTES)
		return -EBADMSG;

	uint32_t *slot = id_slot(lm, s, len);

	if (!*slot) {
		if (lm->n_words + 1 >= LM_WORDS)
			return -EMSGSIZE;
		*slot = ++lm->n_words;
		memcpy(lm->word[*slot], s, len);
		lm->word[*slot][len] = '\0';
	}
	return (int)*slot;
}

int lm_new(struct lm **ret)
{
	struct lm *lm = mem_zalloc(sizeof(*lm));

	if (!lm)
		return -ENOMEM;
	lm->slots = SLOTS_FIRST;
	lm->gram = mem_zalloc(lm->slots * sizeof(*lm->gram));
	lm->word = mem_zalloc((LM_WORDS + 1) * sizeof(*lm->word));
	lm->ids = mem_zalloc(LM_WORDS * 2 * sizeof(*lm->ids));
	if (!lm->gram || !lm->word || !lm->ids) {
		lm_free(lm);
		return -ENOMEM;
	}
	(void)word_id(lm, "<s>", 3);
	(void)word_id(lm, "</s>", 4);
	*ret = lm;
	return 0;
}

struct lm *lm_free(struct lm *lm)
{
	if (!lm)
		return NULL;
	mem_free(lm->gram);
	mem_free(lm->word);
	mem_free(lm->ids);
	mem_free(lm);
	return NULL;
}

const char *lm_word(const struct lm *lm, uint32_t i)
{
	return i < lm->n_words ? lm->word[i + 1] : NULL;
}

/* ---- templates --------------------------------------------------------- */

enum node_kind { NODE_WORD, NODE_SEQ, NODE_ALT };

/** Children are a list by index; 0 ends it (node 0 is the whole). */
struct node {
	enum node_kind kind;
	uint32_t word;        /**< id, of NODE_WORD */
	uint32_t first, last; /**< children         */
	uint32_t next;        /**< sibling          */
	uint64_t readings;
};

struct parser {
	struct lm *lm;
	const char *at;
	uint32_t n;
	struct node v[LM_NODES];
};

static int node_new(struct parser *p, enum node_kind kind, uint32_t parent)
{
	if (p->n >= LM_NODES)
		return -EMSGSIZE;

	const uint32_t i = p->n++;

	p->v[i] = (struct node){.kind = kind};
	if (i) {
		struct node *up = &p->v[parent];

		if (up->last)
			p->v[up->last].next = i;
		else
			up->first = i;
		up->last = i;
	}
	return (int)i;
}

static int parse_seq(struct parser *p, uint32_t parent, int depth);

/** After '(' or '['. */
static int parse_alt(struct parser *p, uint32_t parent, char close, int depth)
{
	const int alt = node_new(p, NODE_ALT, parent);
	int err = alt;

	if (close == ']' && alt >= 0)
		err = node_new(p, NODE_SEQ, (uint32_t)alt); /* nothing */
	while (err >= 0) {
		err = parse_seq(p, (uint32_t)alt, depth + 1);
		if (err || *p->at != '|')
			break;
		p->at++;
	}
	if (err < 0)
		return err;
	if (*p->at != close)
		return -EBADMSG;
	p->at++;
	return 0;
}

static int parse_word(struct parser *p, uint32_t parent)
{
	const size_t len = strcspn(p->at, " ()[]|");
	const int id = word_id(p->lm, p->at, len);
	const int i = id < 0 ? id : node_new(p, NODE_WORD, parent);

	if (i < 0)
		return i;
	p->v[i].word = (uint32_t)id;
	p->at += len;
	return 0;
}

/** Up to the end, a bar or a closing bracket. */
static int parse_seq(struct parser *p, uint32_t parent, int depth)
{
	const int seq = node_new(p, NODE_SEQ, parent);
	int err = seq < 0 ? seq : 0;

	if (depth > 8)
		return -EMSGSIZE;
	while (!err && *p->at && !strchr("|)]", *p->at)) {
		const char c = *p->at;

		if (c == ' ') {
			p->at++;
		} else if (c == '(' || c == '[') {
			p->at++;
			err = parse_alt(p, (uint32_t)seq, c == '(' ? ')' : ']',
					depth);
		} else {
			err = parse_word(p, (uint32_t)seq);
		}
	}
	return err;
}

/** Readings of each node, saturating. Children stand after their parent, so
 *  one pass from the back suffices. */
static void count_readings(struct parser *p)
{
	for (uint32_t i = p->n; i-- > 0;) {
		struct node *d = &p->v[i];

		d->readings = d->kind == NODE_ALT ? 0 : 1;
		for (uint32_t c = d->first; c; c = p->v[c].next) {
			if (d->kind == NODE_ALT)
				d->readings += p->v[c].readings;
			else
				d->readings *= p->v[c].readings;
			if (d->readings > READINGS_HUGE)
				d->readings = READINGS_HUGE;
		}
	}
}

/** Write the words of reading r. @return words so far, or -EMSGSIZE */
static int emit(const struct parser *p, uint32_t i, uint64_t r, uint32_t *out,
		int n)
{
	const struct node *d = &p->v[i];

	if (d->kind == NODE_WORD) {
		if (n >= LM_SENTENCE_WORDS)
			return -EMSGSIZE;
		out[n] = d->word;
		return n + 1;
	}
	for (uint32_t c = d->first; c && n >= 0; c = p->v[c].next) {
		const uint64_t of = p->v[c].readings;

		if (d->kind == NODE_SEQ) {
			n = emit(p, c, r % of, out, n);
			r /= of;
		} else if (r < of) {
			return emit(p, c, r, out, n);
		} else {
			r -= of;
		}
	}
	return n;
}

/* ---- counting ---------------------------------------------------------- */

static uint64_t key_of(const uint32_t *w, int n)
{
	uint64_t k = 0;

	for (int i = 0; i < n; i++)
		k = k << ID_BITS | w[i];
	return k;
}

/** Count w[n-1] after the words before it. */
static int count_gram(struct lm *lm, const uint32_t *w, int n, double weight)
{
	struct gram *g = gram_get(lm, key_of(w, n));

	if (!g)
		return -ENOMEM;
	const int fresh = g->count == 0;
	g->count += weight;

	struct gram *h = gram_get(lm, key_of(w, n - 1));
	if (!h)
		return -ENOMEM;
	h->total += weight;
	h->kinds += fresh;
	return 0;
}

static int count_sentence(struct lm *lm, const uint32_t *words, int n,
			  double weight)
{
	uint32_t w[LM_SENTENCE_WORDS + 2];
	int err = 0;

	if (n == 0)
		return 0;
	w[0] = BEGIN;
	memcpy(w + 1, words, (size_t)n * sizeof(w[0]));
	w[n + 1] = END;
	for (int i = 1; i < n + 2 && !err; i++)
		for (int k = 1; k <= ORDER && k <= i + 1 && !err; k++)
			err = count_gram(lm, w + i + 1 - k, k, weight);
	return err;
}

/** The i-th of n readings that are looked at: all of them, or an even spread
 *  by the golden ratio. */
static uint64_t pick(uint64_t all, uint64_t n, uint64_t i)
{
	const double golden = 0.61803398874989485;
	const double at = (double)i * golden;

	return n == all ? i : (uint64_t)((at - floor(at)) * (double)all);
}

/** @param really  0: only see whether every reading is good, so that a
 *  refused template leaves no counts */
static int count_all(const struct parser *p, double weight, int really)
{
	const uint64_t all = p->v[0].readings;
	const uint64_t n = all < LM_READINGS ? all : LM_READINGS;
	uint32_t words[LM_SENTENCE_WORDS];
	int err = 0;

	for (uint64_t i = 0; i < n && !err; i++) {
		const int len = emit(p, 0, pick(all, n, i), words, 0);

		err = len < 0 ? len : 0;
		if (!err && really)
			err = count_sentence(p->lm, words, len,
					     weight / (double)n);
	}
	return err;
}

int lm_add(struct lm *lm, const char *text, double weight)
{
	struct parser *p = mem_alloc(sizeof(*p));
	int err;

	if (!p)
		return -ENOMEM;
	p->lm = lm;
	p->at = text;
	p->n = 0;
	err = parse_seq(p, 0, 0);
	if (!err && *p->at)
		err = -EBADMSG;
	if (!err)
		count_readings(p);
	if (!err && lm->used > LM_NGRAMS)
		err = -EMSGSIZE;
	if (!err)
		err = count_all(p, weight, 0);
	if (!err)
		err = count_all(p, weight, 1);
	mem_free(p);
	return err;
}

/* ---- probabilities ----------------------------------------------------- */

/** How much a history keeps for its lower order. Weights are not counts: a
 *  sentence that is said once counts as one. */
static double keep(const struct gram *h)
{
	return h->kinds / (h->total + h->kinds);
}

/** Of the last of w[n], n >= 1, interpolated down to even odds. */
static double probability(const struct lm *lm, const uint32_t *w, int n)
{
	const double lower = n > 1 ? probability(lm, w + 1, n - 1)
				   : 1.0 / (lm->n_words - 1); /* not <s> */
	const struct gram *h = gram_find(lm, key_of(w, n - 1));

	if (!h || h->kinds == 0)
		return lower;

	const struct gram *g = gram_find(lm, key_of(w, n));
	const double k = keep(h);

	return (1 - k) * (g ? g->count / h->total : 0) + k * lower;
}

double lm_logprob(const struct lm *lm, const char *const *words, size_t n)
{
	uint32_t w[ORDER] = {0};
	const size_t from = n > ORDER ? n - ORDER : 0;

	if (n == 0)
		return -INFINITY;
	for (size_t i = from; i < n; i++) {
		w[i - from] = *id_slot(lm, words[i], strlen(words[i]));
		if (!w[i - from])
			return -INFINITY;
	}
	return log(probability(lm, w, (int)(n - from)));
}

static int ids_of(uint64_t key, uint32_t *w)
{
	int n = 0;

	for (int i = ORDER - 1; i >= 0; i--) {
		const uint32_t id = (uint32_t)(key >> (ID_BITS * i)) &
				    ((1u << ID_BITS) - 1);
		if (id)
			w[n++] = id;
	}
	return n;
}

static int write_gram(const struct lm *lm, const uint32_t *w, int n, FILE *f)
{
	const struct gram *h = gram_find(lm, key_of(w, n));
	/* <s> is never predicted: its own odds are nil by convention. */
	const double p =
		n == 1 && w[0] == BEGIN ? -99 : log10(probability(lm, w, n));

	if (fprintf(f, "%.4f", p) < 0)
		return -EIO;
	for (int i = 0; i < n; i++)
		if (fprintf(f, "%c%s", i ? ' ' : '\t', lm->word[w[i]]) < 0)
			return -EIO;
	if (n < ORDER &&
	    fprintf(f, "\t%.4f", h && h->kinds ? log10(keep(h)) : 0.0) < 0)
		return -EIO;
	return putc('\n', f) < 0 ? -EIO : 0;
}

static uint32_t gram_count(const struct lm *lm, int order)
{
	uint32_t w[ORDER], n = 0;

	if (order == 1)
		return lm->n_words;
	for (size_t i = 0; i < lm->slots; i++)
		if (lm->gram[i].key && lm->gram[i].count > 0 &&
		    ids_of(lm->gram[i].key, w) == order)
			n++;
	return n;
}

int lm_write(const struct lm *lm, FILE *f)
{
	uint32_t w[ORDER];
	int err = 0;

	if (fputs("\\data\\\n", f) < 0)
		return -EIO;
	for (int k = 1; k <= ORDER; k++)
		if (fprintf(f, "ngram %d=%u\n", k, gram_count(lm, k)) < 0)
			return -EIO;
	for (int k = 1; k <= ORDER && !err; k++) {
		if (fprintf(f, "\n\\%d-grams:\n", k) < 0)
			return -EIO;
		for (uint32_t id = 1; k == 1 && id <= lm->n_words && !err;
		     id++)
			err = write_gram(lm, &id, 1, f);
		for (size_t i = 0; k > 1 && i < lm->slots && !err; i++)
			if (lm->gram[i].key && lm->gram[i].count > 0 &&
			    ids_of(lm->gram[i].key, w) == k)
				err = write_gram(lm, w, k, f);
	}
	if (!err && (fputs("\n\\end\\\n", f) < 0 || fflush(f)))
		err = -EIO;
	return err;
}
