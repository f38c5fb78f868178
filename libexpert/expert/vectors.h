/**
 * @file vectors.h  Texts that are found by what they mean
 *
 *   text --embed--> vector --> [ store ] --> the texts nearest to it
 *
 * Included by expert.h; programs include that.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LIBEXPERT_VECTORS_H
#define LIBEXPERT_VECTORS_H

#include <stddef.h>
#include <stdint.h>

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Nearness is the cosine of two vectors, computed for every text of a store:
 * exact, and in proportion to their number. A store is in memory, in a file
 * (expert/sqlite.h), or of the program's own. Any thread; one at a time.
 */

struct expert_vectors;

enum {
	EXPERT_VECTOR_MAX = 4096,   /**< numbers in a vector */
	EXPERT_VECTORS_FOUND = 256, /**< most that a search gives */
};

/** One that was found. @param similarity  above 0, to 1
 *  @param arg  as given to expert_vectors_search(). All borrowed until
 *  return; v must not be used in here */
typedef void(expert_found_fn)(const char *id, const char *text,
			      double similarity, void *arg);

/** Make the vector of a text, with the program's own model.
 *  @param ret  [n]
 *  @return EXPERT_OK, or what the caller is to return */
typedef int(expert_embed_fn)(const char *text, float *ret, size_t n,
			     void *arg);

/** A store of the program's own. They return EXPERT_OK or a negative code;
 *  vectors come with length 1. Later versions append members. */
struct expert_vector_ops {
	size_t size; /**< sizeof(struct expert_vector_ops) */
	/** In place of what has this id. */
	int (*put)(void *store, const char *id, const char *text,
		   const float *vector, size_t n);
	/** @return EXPERT_ENOENT: there is none */
	int (*remove)(void *store, const char *id);
	/** The nearest first, max at most. */
	int (*search)(void *store, const float *vector, size_t n, size_t max,
		      expert_found_fn *found, void *arg);
	int64_t (*count)(void *store);
	void (*close)(void *store); /**< may be NULL */
};

/** @param ops    copied
 *  @param store  given to each function; closed by expert_vectors_free()
 *  @param n      numbers in a vector, 1 to EXPERT_VECTOR_MAX
 *  @return NULL: ops or n is wrong, or out of memory; store is not closed */
EXPERT_API struct expert_vectors *
expert_vectors_new(const struct expert_vector_ops *ops, void *store, size_t n);

/** In memory, up to 100000 texts. @return NULL when out of memory, or n is
 *  wrong; expert_vectors_free() */
EXPERT_API struct expert_vectors *expert_vectors_memory(size_t n);

/** NULL is fine. */
EXPERT_API void expert_vectors_free(struct expert_vectors *v);

/** Who makes the vectors of texts; unset: expert_embed_words(). Before the
 *  first text. @param arg  given back to fn */
EXPERT_API int expert_vectors_embed(struct expert_vectors *v,
				    expert_embed_fn *fn, void *arg);

/** @param id      1..128 bytes; a text with it is replaced
 *  @param text    up to 64 KiB
 *  @param vector  [n]; NULL: it is made of the text
 *  @return EXPERT_OK, EXPERT_EINVAL (also: a vector of nothing but 0, or not
 *          of numbers), EXPERT_ETOOBIG (too long, or the store is full),
 *          EXPERT_ENOMEM, what embedding and store return */
EXPERT_API int expert_vectors_add(struct expert_vectors *v, const char *id,
				  const char *text, const float *vector);

/** @return EXPERT_ENOENT: there is none with that id */
EXPERT_API int expert_vectors_remove(struct expert_vectors *v, const char *id);

/** The texts that are nearest, the nearest first.
 *  @param text    NULL when there is a vector
 *  @param vector  [n]; NULL: it is made of the text
 *  @param max     1 to EXPERT_VECTORS_FOUND
 *  @return as expert_vectors_add(); EXPERT_OK also when nothing is near */
EXPERT_API int expert_vectors_search(struct expert_vectors *v,
				     const char *text, const float *vector,
				     size_t max, expert_found_fn *found,
				     void *arg);

/** @return how many texts there are, or a negative code */
EXPERT_API int64_t expert_vectors_count(struct expert_vectors *v);

/**
 * A vector of the words of a text, for programs without a model: texts that
 * share words, in any form, are near. Made for English; 256 numbers or more
 * tell words apart well.
 *
 * @param arg  not used
 * @return EXPERT_OK, EXPERT_EINVAL (n, or no word says anything). Any thread.
 */
EXPERT_API int expert_embed_words(const char *text, float *ret, size_t n,
				  void *arg);

#ifdef __cplusplus
}
#endif

#endif /* LIBEXPERT_VECTORS_H */
