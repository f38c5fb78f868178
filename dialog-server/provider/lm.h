/**
 * @file lm.h  A small language model from templates of sentences
 *
 *   "i'd like to (cancel|change) my (order|appointment)"
 *   "it's for $number [people]"
 *        --lm_add--> trigram counts --lm_write--> ARPA text
 *
 * A template is words, (a|b c|d) for alternatives, [x] for what may be left
 * out, and $name for a class: one place in the sentence where any word of a
 * list may stand. All readings of a template share its weight; of one with
 * very many an even sample is counted. Classes stay
 * classes in the model; who loads it gives the list.
 *
 * Probabilities are interpolated (Witten-Bell), written in back-off form.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_LM_H
#define PROVIDER_LM_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct lm;

enum {
	LM_WORD_BYTES = 48,     /* longest word, with the NUL     */
	LM_SENTENCE_WORDS = 40, /* words in one reading           */
	LM_NODES = 512,         /* words and brackets a template  */
	LM_READINGS = 2048,     /* of a template that are counted */
	LM_WORDS = 32768,       /* different words of a model     */
	LM_NGRAMS = 1 << 20,    /* different n-grams of a model   */
};

/** @return 0, -ENOMEM */
int lm_new(struct lm **ret);

/**
 * Count a template.
 *
 * @param weight  > 0: how often it is heard, in any unit
 * @return 0, -EBADMSG (brackets do not match, a word is too long), -EMSGSIZE
 *         (more than a limit above; nothing was counted), -ENOMEM (the model
 *         is of no use any more)
 */
int lm_add(struct lm *lm, const char *text, double weight);

/** @return the i-th word that occurred ("$x" for a class), or NULL */
const char *lm_word(const struct lm *lm, uint32_t i);

/** Write the model as ARPA text. @return 0, -EIO, -ENOMEM */
int lm_write(const struct lm *lm, FILE *f);

/** @return natural log of the probability of the last word after the others,
 *  as written; -INFINITY for an unknown word. For tests. */
double lm_logprob(const struct lm *lm, const char *const *words, size_t n);

/** @return NULL */
struct lm *lm_free(struct lm *lm);

#endif /* PROVIDER_LM_H */
