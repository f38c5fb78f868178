/**
 * @file firstrun.c  The first API key, in a file of the owner
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/firstrun.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "store/store.h"

enum { PATH_BYTES = 640, KEY_BYTES = 64 };

static int write_key(const char *path, const char *key)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t len = strlen(key);
	int err;

	if (fd < 0)
		return -EACCES;
	err = write(fd, key, len) == (ssize_t)len && write(fd, "\n", 1) == 1
		      ? 0
		      : -EIO;
	if (fsync(fd))
		err = -EIO;
	(void)close(fd);
	return err;
}

int firstrun_key(struct store *store, const char *data_dir)
{
	char path[PATH_BYTES], key[KEY_BYTES];
	char *list = store_key_list(store);
	int none = list && strcmp(list, "[]") == 0;
	int err;

	mem_free(list);
	if (!none)
		return 0;
	(void)snprintf(path, sizeof(path), "%s/default.key", data_dir);
	err = store_key_create(store, "default", key, sizeof(key));
	if (!err)
		err = write_key(path, key);
	explicit_bzero(key, sizeof(key));
	if (err)
		log_error("server",
			  "cannot write the first API key path=%s err=%d",
			  path, err);
	else
		log_info("server", "first API key written path=%s", path);
	return err;
}
