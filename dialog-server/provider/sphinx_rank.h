/**
 * @file sphinx_rank.h  What a finished decoder heard, and how sure that is
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_SPHINX_RANK_H
#define PROVIDER_SPHINX_RANK_H

#include <pocketsphinx.h>
#include <stddef.h>

#include "provider/sphinx.h"

/** Words as people read them: without marks of class or of pronunciation,
 *  without fillers.
 *  @param hyp  the engine's text; NULL: nothing
 *  @param cap  bytes at `ret`; what does not fit is left out */
void sphinx_text(char *ret, size_t cap, const char *hyp);

/** Hypotheses of an utterance that has ended, best first, with the chance in
 *  percent that each means what was said.
 *  @param ps  borrowed until return; its own thread */
void sphinx_rank(ps_decoder_t *ps, struct sphinx_result *ret);

#endif /* PROVIDER_SPHINX_RANK_H */
