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

/** For server_options.check_key: asks the store, counts refusals. */
int routes_check_key(void *arg, const char *key);

#endif /* API_ROUTES_H */
