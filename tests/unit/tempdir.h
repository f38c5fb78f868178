/**
 * @file tempdir.h  A folder of its own for each test that writes files
 *
 * Made at first use, removed when the test's process exits.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef UNIT_TEMPDIR_H
#define UNIT_TEMPDIR_H

#include <check.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char tempdir_folder[64];
static pid_t tempdir_owner;

static inline int tempdir_remove_one(const char *path, const struct stat *st,
				     int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static inline void tempdir_remove(void)
{
	if (getpid() == tempdir_owner)
		(void)nftw(tempdir_folder, tempdir_remove_one, 16,
			   FTW_DEPTH | FTW_PHYS);
}

/** @return the path of a file in the folder; good for the next 3 calls */
static inline const char *tempdir_path(const char *name)
{
	static char paths[4][192];
	static unsigned turn;
	char *path = paths[turn++ % 4];

	if (!tempdir_owner) {
		(void)snprintf(tempdir_folder, sizeof(tempdir_folder),
			       "/tmp/dialog-unit.XXXXXX");
		ck_assert_ptr_nonnull(mkdtemp(tempdir_folder));
		tempdir_owner = getpid();
		(void)atexit(tempdir_remove);
	}
	(void)snprintf(path, sizeof(paths[0]), "%s/%s", tempdir_folder, name);
	return path;
}

/** Read a whole file. @return its length; *ret is freed with free() */
static inline size_t tempdir_read(const char *name, unsigned char **ret)
{
	FILE *f = fopen(tempdir_path(name), "rb");
	struct stat st;
	unsigned char *p;

	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(fstat(fileno(f), &st), 0);
	p = malloc((size_t)st.st_size + 1);
	ck_assert_ptr_nonnull(p);
	ck_assert_uint_eq(fread(p, 1, (size_t)st.st_size, f),
			  (size_t)st.st_size);
	(void)fclose(f);
	*ret = p;
	return (size_t)st.st_size;
}

/** Replace a file. */
static inline void tempdir_write(const char *name, const void *data,
				 size_t len)
{
	FILE *f = fopen(tempdir_path(name), "wb");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(data, 1, len, f), len);
	ck_assert_int_eq(fclose(f), 0);
}

#endif /* UNIT_TEMPDIR_H */
