/**
 * @file fuzz_journal.c  Any bytes as a journal file
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/limits.h"
#include "journal/journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct journal_reader *r = NULL;
	struct journal_record rec;
	char path[32];
	int fd = memfd_create("journal", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (journal_reader_open(&r, path) == 0) {
		if (strlen(journal_reader_header(r)) >
		    LIMIT_JOURNAL_HEADER_BYTES)
			abort();
		while (journal_reader_next(r, &rec) == 0)
			if (rec.len > LIMIT_JOURNAL_RECORD_BYTES ||
			    ((const char *)rec.payload)[rec.len] != '\0')
				abort();
	}
	journal_reader_close(r);
	(void)close(fd);
	return 0;
}
