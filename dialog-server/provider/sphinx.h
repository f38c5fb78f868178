/**
 * @file sphinx.h  One decoder: cepstra in, weighed hypotheses out
 *
 * A decoder holds a search for every kind of question and is used by one
 * thread at a time. About 45 MB.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_SPHINX_H
#define PROVIDER_SPHINX_H

#include <stddef.h>
#include <stdint.h>

#include "dialog/ask.h"
#include "provider/acoustic.h"
#include "provider/sphinx_models.h"

struct sphinx;

enum {
	SPHINX_ALTERNATIVES = 5,
	SPHINX_TEXT_BYTES = 512,
};

struct sphinx_result {
	uint32_t n; /**< 0: nothing but silence or noise */
	struct {
		char text[SPHINX_TEXT_BYTES];
		int confidence;     /**< 0..100 */
	} alt[SPHINX_ALTERNATIVES]; /**< best first */
};

/** @param m  borrowed for life @return 0, -ENOMEM (or the model is broken) */
int sphinx_new(struct sphinx **ret, const struct sphinx_models *m);

/** Begin an utterance; one that was not finished is forgotten.
 *  @param ask  borrowed until return
 *  @return 0, -EIO (the engine refuses), -ENOMEM */
int sphinx_start(struct sphinx *s, const struct ask *ask);

/** Frames in order. @param whole  nonzero: this is the complete utterance */
void sphinx_feed(struct sphinx *s, const float (*cep)[ACOUSTIC_CEPS], size_t n,
		 int whole);

/** What it looks like so far. @return 0, -ENOENT (nothing yet) */
int sphinx_partial(struct sphinx *s, char *ret, size_t cap);

/** End the utterance. @param ret  NULL: not interested */
void sphinx_finish(struct sphinx *s, struct sphinx_result *ret);

/** @return NULL */
struct sphinx *sphinx_free(struct sphinx *s);

#endif /* PROVIDER_SPHINX_H */
