/**
 * @file replay.c  Runs a fuzz target over files, with any compiler
 *
 *   fuzz_settings tests/fuzz/corpus/settings FILE...
 *
 * Arguments are files, or folders whose files are run. Compiled away when
 * libFuzzer brings its own main() (-DLIBFUZZER).
 *
 * SPDX-License-Identifier: MIT
 */
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#ifdef LIBFUZZER

/* An empty file is not C. */
typedef int replay_unused;

#else

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { INPUT_MAX = 16 * 1024 * 1024 };

static unsigned ran;

static int run_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL;
	struct stat st;
	size_t size;
	int err = -1;

	if (!f || fstat(fileno(f), &st) < 0 || st.st_size > INPUT_MAX) {
		perror(path);
		goto out;
	}
	/* Exactly as large as the input, so that a sanitizer sees the end. */
	size = (size_t)st.st_size;
	data = malloc(size ? size : 1);
	if (!data || fread(data, 1, size, f) != size) {
		perror(path);
		goto out;
	}
	(void)LLVMFuzzerTestOneInput(data, size);
	++ran;
	err = 0;

out:
	free(data);
	if (f)
		(void)fclose(f);

	return err;
}

static int run_path(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *e;
	int err = 0;

	if (!dir)
		return run_file(path);

	while ((e = readdir(dir)) != NULL) {
		char file[4096];

		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(file, sizeof(file), "%s/%s", path, e->d_name);
		if (run_file(file) < 0)
			err = -1;
	}
	(void)closedir(dir);

	return err;
}

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');
	int err = 0;

	for (int i = 1; i < argc; i++)
		if (run_path(argv[i]) < 0)
			err = -1;
	printf("%s: %u inputs\n", name ? name + 1 : argv[0], ran);

	return err < 0 || !ran ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
