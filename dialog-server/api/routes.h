/**
 * @file routes.h  Every path that the server knows, in one table
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef API_ROUTES_H
#define API_ROUTES_H

#include "net/server.h"

/** For server_options.routes; `arg` of the server is the struct shard.
 *  @return the table, ended by a NULL method */
const struct route *routes_table(void);

/** For server_options.check_key: asks the store. */
int64_t routes_check_key(void *arg, const char *key);
/** For server_options.key_holds. */
int routes_key_holds(void *arg, int64_t id);

#endif /* API_ROUTES_H */
