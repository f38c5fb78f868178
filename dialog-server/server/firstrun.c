/**
 * @file firstrun.c  The first API key, in a file of the owner
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/firstrun.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/store.h"

enum { PATH_BYTES = 640 };

int firstrun_key(struct store *store, const char *data_dir)
{
	char path[PATH_BYTES], name[24];
	char *list = store_key_list(store);
	/* Revoked ones open nothing: whoever revoked the last needs a new. */
	int none = list && !strstr(list, "\"revoked\":null");
	int err;

	mem_free(list);
	if (!none)
		return 0;
	(void)snprintf(path, sizeof(path), "%s/default.key", data_dir);
	/* One that lies there is of a database that is gone. */
	(void)unlink(path);
	err = store_key_create_file(store, "default", path);
	/* The name of a revoked key stays taken. */
	for (int i = 2; err == -EEXIST && i < LIMIT_STORE_KEYS; i++) {
		(void)snprintf(name, sizeof(name), "default-%d", i);
		err = store_key_create_file(store, name, path);
	}
	if (err)
		log_error("server",
			  "cannot write the first API key path=%s err=%d",
			  path, err);
	else
		log_info("server", "first API key written path=%s", path);
	return err;
}
