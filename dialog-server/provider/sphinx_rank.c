/**
 * @file sphinx_rank.c  What a finished decoder heard, and how sure that is
 *
 *   best path --words' posteriors--\
 *                                    +--> chance that it is right
 *   n best paths --share of mass---/
 *
 * The engine's own scores are no probabilities: a path that is right scores
 * 100 nats above one that is wrong as easily as the other way round. What two
 * of its figures say together was fitted (logistic regression) to 1,296
 * utterances of tests/bench/bench_stt.c. On 648 others, 92 % of them right:
 * of those given 96 or more, half of all, 98 % were.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "provider/sphinx_rank.h"

enum { PATHS_LOOKED_AT = 100 };

/* Score at which a path weighs 1/e of the best one, as the n best list has
 * it: in units of 1024 natural logarithms. */
#define SCORE_SCALE 0.1

#define CHANCE_BASE 1.733
#define CHANCE_POSTERIOR                                   \
	0.058 /* a natural logarithm of the words' product \
	       */
#define CHANCE_SHARE  4.281
#define POSTERIOR_MIN 1e-4

void sphinx_text(char *ret, size_t cap, const char *hyp)
{
	struct strbuf b;

	strbuf_over(&b, ret, cap);
	while (hyp && *hyp) {
		const size_t len = strcspn(hyp, " ");
		const size_t word = strcspn(hyp, " :(");

		if (len && hyp[0] != '<' && hyp[0] != '[') {
			if (b.len)
				strbuf_addc(&b, ' ');
			if (word == 4 && !strncmp(hyp + 1, ".m.", 3))
				strbuf_addf(&b, "%c m", hyp[0]);
			else
				strbuf_addn(&b, hyp, word);
		}
		hyp += len;
		hyp += strspn(hyp, " ");
	}
}

/** Readings of the lattice; the same words by other paths add to one. */
struct ranking {
	uint32_t n;
	double best; /**< score of the best of the n best paths */
	char text[SPHINX_ALTERNATIVES][SPHINX_TEXT_BYTES];
	double mass[SPHINX_ALTERNATIVES];
	double all;
};

static void add_path(struct ranking *r, const char *hyp, double mass)
{
	char text[SPHINX_TEXT_BYTES];
	uint32_t i = 0;

	sphinx_text(text, sizeof(text), hyp);
	r->all += mass;
	if (!text[0])
		return;
	while (i < r->n && strcmp(r->text[i], text) != 0)
		i++;
	if (i == SPHINX_ALTERNATIVES)
		return;
	if (i == r->n) {
		(void)text_copy(r->text[i], sizeof(r->text[i]), text);
		r->mass[i] = 0;
		r->n++;
	}
	r->mass[i] += mass;
}

/** The best path weighs silence; the n best ones do not, so that their own
 *  first is often wrong. They only say what else it may have been. */
static void add_paths(struct ranking *r, ps_decoder_t *ps)
{
	logmath_t *lmath = ps_get_logmath(ps);
	int32 score = 0;
	const char *hyp = ps_get_hyp(ps, &score);
	ps_nbest_t *nb = hyp ? ps_nbest(ps) : NULL;

	*r = (struct ranking){0};
	if (hyp)
		add_path(r, hyp, 0);
	for (int i = 0; nb && i < PATHS_LOOKED_AT; i++) {
		const char *other = ps_nbest_hyp(nb, &score);
		const double nats = logmath_log_to_ln(lmath, score);

		if (other && i == 0)
			r->best = nats;
		if (other)
			add_path(r, other,
				 exp((nats - r->best) / SCORE_SCALE));
		nb = ps_nbest_next(nb);
	}
	if (nb)
		ps_nbest_free(nb);
}

/** Natural logarithm of the product of the words' posteriors. */
static double words_posterior(ps_decoder_t *ps)
{
	logmath_t *lmath = ps_get_logmath(ps);
	double sum = 0;

	for (ps_seg_t *g = ps_seg_iter(ps); g; g = ps_seg_next(g)) {
		const char *word = ps_seg_word(g);
		int32 acoustic, lm, backoff;
		const int32 p = ps_seg_prob(g, &acoustic, &lm, &backoff);

		if (word[0] != '<' && word[0] != '[')
			sum += log(logmath_exp(lmath, p) + POSTERIOR_MIN);
	}
	return sum;
}

void sphinx_rank(ps_decoder_t *ps, struct sphinx_result *ret)
{
	struct ranking r;

	add_paths(&r, ps);
	ret->n = r.n;
	if (!r.n)
		return;

	const double share = r.all > 0 ? r.mass[0] / r.all : 1;
	const double chance =
		1 / (1 + exp(-(CHANCE_BASE +
			       CHANCE_POSTERIOR * words_posterior(ps) +
			       CHANCE_SHARE * share)));
	const double others = r.all - r.mass[0];

	for (uint32_t i = 0; i < r.n; i++) {
		double c = i == 0 ? chance : 0;

		if (i > 0 && others > 0)
			c = (1 - chance) * r.mass[i] / others;
		(void)text_copy(ret->alt[i].text, sizeof(ret->alt[i].text),
				r.text[i]);
		ret->alt[i].confidence = (int)(100 * c);
	}
}
