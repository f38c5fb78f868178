/**
 * @file sphinx_models.h  What all decoders of the process are made from
 *
 *   phrases, names --lm--> one language model a kind of question
 *   lexicon + their words --> one dictionary
 *
 * Kept as text in anonymous files, because that is how the engine reads
 * them; every decoder loads its own copy.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_SPHINX_MODELS_H
#define PROVIDER_SPHINX_MODELS_H

#include <stddef.h>
#include <stdint.h>

#include "dialog/ask.h"
#include "provider/lexicon.h"

enum {
	SPHINX_KINDS = ASK_TEXT + 1,
	SPHINX_PATH_BYTES = 640,
};

struct sphinx_models {
	struct lexicon *lexicon;
	char dir[SPHINX_PATH_BYTES]; /**< of the acoustic model     */
	int dict_fd;                 /**< every word of every model */
	int lm_fd[SPHINX_KINDS];     /**< by enum ask_kind          */
};

/**
 * @param dir  holds en-us/ and cmudict-en-us.dict; "" for Debian's
 * @param ret_why  set on failure: what is missing, for a person; static
 * @return 0, -ENOENT, -ENOMEM, -EIO
 */
int sphinx_models_open(struct sphinx_models **ret, const char *dir,
		       const char **ret_why);

/** A class word stands in models and dictionary as "five:d". */
void sphinx_class_word(char *ret, size_t cap, const char *class_name,
		       const char *word, size_t len);

/**
 * Dictionary and model for a question with these choices.
 * @param choices  as spoken or written ("Take-away", "Pad Thai"); borrowed
 * @return 0, -ENOENT (not a word in them), -ENOMEM, -EIO @thread any
 */
int sphinx_models_choices(const struct sphinx_models *m,
			  const char *const *choices, uint32_t n,
			  int *ret_dict_fd, int *ret_lm_fd);
void sphinx_models_choices_close(int dict_fd, int lm_fd);

/** @return NULL */
struct sphinx_models *sphinx_models_close(struct sphinx_models *m);

#endif /* PROVIDER_SPHINX_MODELS_H */
