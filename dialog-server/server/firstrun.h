/**
 * @file firstrun.h  A server that nobody configured still has a key
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SERVER_FIRSTRUN_H
#define SERVER_FIRSTRUN_H

struct store;

/**
 * When there is no key at all, make one named "default" and write it to
 * DATA_DIR/default.key, readable by the owner only.
 *
 * @return 0, -EACCES (the file), -EIO @thread main
 */
int firstrun_key(struct store *store, const char *data_dir);

#endif /* SERVER_FIRSTRUN_H */
