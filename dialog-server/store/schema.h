/**
 * @file schema.h  The tables of the database, by numbered steps
 *
 * Private to store/ and its tests.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include <stddef.h>

struct sqlite3;

/** The newest version that this program knows. A released step is never
 *  edited: changes are new steps. */
enum { SCHEMA_VERSION = 4 };

/**
 * Bring a database from whatever version it has to `target`, all steps in one
 * transaction.
 *
 * @param target  1..SCHEMA_VERSION
 * @param why     why[cap]; on failure a sentence for people
 * @return 0, -EBADMSG (newer than SCHEMA_VERSION, another program's
 *         database, damaged), -EACCES, -EAGAIN (locked by another process),
 *         -ENOMEM, -EIO
 */
int schema_migrate(struct sqlite3 *db, int target, char *why, size_t cap);

/** Turn a result code of SQLite into one of ours. @return 0 or -errno */
int schema_errno(int sqlite_result);

#endif /* STORE_SCHEMA_H */
