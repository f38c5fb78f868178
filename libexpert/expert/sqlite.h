/**
 * @file sqlite.h  A vector store in a file: libexpert-sqlite
 *
 *   cc program.c $(pkg-config --cflags --libs libexpert-sqlite)
 *
 * Not part of expert.h: a library of its own, so that programs that keep no
 * vectors in files need no SQLite.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LIBEXPERT_SQLITE_H
#define LIBEXPERT_SQLITE_H

#include <stddef.h>

#include "vectors.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Open the store in this file, or make it. Every change is on the disk when
 * its function returns; several processes may use one file.
 *
 * @param ret  untouched on failure; expert_vectors_free()
 * @param n    numbers in a vector, 1 to EXPERT_VECTOR_MAX; those that the file
 *             was made with
 * @return EXPERT_OK, EXPERT_EINVAL (n, or the file has vectors of another
 *         length), EXPERT_ENOENT (it cannot be opened, or is no store),
 *         EXPERT_ENOMEM
 */
EXPERT_API int expert_vectors_sqlite(struct expert_vectors **ret,
				     const char *path, size_t n);

#ifdef __cplusplus
}
#endif

#endif /* LIBEXPERT_SQLITE_H */
