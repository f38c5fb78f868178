/**
 * @file reader.c  Reads the journal of a call, however it ends
 *
 * A file may be torn (the server was killed) or damaged: every length is
 * checked before it is believed, and the first bad record ends the journal.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "journal/format.h"
#include "journal/journal.h"

struct journal_reader {
	FILE *file;
	char *line;             /* the first line, its header terminated */
	const char *header;     /* inside line */
	unsigned char *payload; /* payload[cap] */
	size_t cap;
	int err; /* sticky: the journal is over */
	int complete;
};

/* PREFIX header SUFFIX, of which the newline is not in line any more. */
static int split_header(struct journal_reader *r, size_t len)
{
	const size_t prefix = strlen(JOURNAL_PREFIX);
	const size_t suffix = strlen(JOURNAL_SUFFIX) - 1;

	if (len < prefix + suffix + 2 ||
	    memcmp(r->line, JOURNAL_PREFIX, prefix) != 0 ||
	    memcmp(r->line + len - suffix, JOURNAL_SUFFIX, suffix) != 0 ||
	    strlen(r->line) != len || r->line[prefix] != '{')
		return -EBADMSG;
	r->line[len - suffix] = '\0';
	r->header = r->line + prefix;
	return 0;
}

static int read_header(struct journal_reader *r)
{
	const size_t cap = LIMIT_JOURNAL_HEADER_BYTES +
			   sizeof(JOURNAL_PREFIX JOURNAL_SUFFIX);
	size_t len = 0;

	r->line = mem_alloc(cap);
	if (!r->line)
		return -ENOMEM;
	for (;;) {
		int c = getc(r->file);

		if (c == EOF || len + 1 >= cap)
			return -EBADMSG;
		if (c == '\n')
			break;
		r->line[len++] = (char)c;
	}
	r->line[len] = '\0';
	return split_header(r, len);
}

int journal_reader_open(struct journal_reader **ret, const char *path)
{
	struct journal_reader *r = mem_zalloc(sizeof(*r));
	int err = 0;

	if (!r)
		return -ENOMEM;
	r->file = fopen(path, "rbe");
	if (!r->file)
		err = errno == ENOENT || errno == EACCES ? -errno : -EBADMSG;
	else
		err = read_header(r);
	if (err < 0) {
		journal_reader_close(r);
		return err;
	}
	*ret = r;
	return 0;
}

const char *journal_reader_header(const struct journal_reader *r)
{
	return r->header;
}

static uint64_t get_u(const unsigned char *p, unsigned bytes)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < bytes; i++)
		v |= (uint64_t)p[i] << 8 * i;
	return v;
}

static int make_room(struct journal_reader *r, size_t len)
{
	unsigned char *p;

	if (len < r->cap)
		return 0;
	p = mem_realloc(r->payload, len + 1);
	if (!p)
		return -ENOMEM;
	r->payload = p;
	r->cap = len + 1;
	return 0;
}

static int read_record(struct journal_reader *r, struct journal_record *ret)
{
	unsigned char head[JOURNAL_HEAD_BYTES];
	size_t n = fread(head, 1, sizeof(head), r->file);
	uint64_t length, type;
	int err;

	if (n == 0 && feof(r->file))
		return -ENOENT;
	if (n < sizeof(head))
		return -EBADMSG;
	length = get_u(head, 4);
	type = head[4];
	if (length < JOURNAL_LENGTH_MIN ||
	    length - JOURNAL_LENGTH_MIN > LIMIT_JOURNAL_RECORD_BYTES ||
	    type < JOURNAL_AUDIO_IN || type > JOURNAL_END)
		return -EBADMSG;
	length -= JOURNAL_LENGTH_MIN;
	err = make_room(r, (size_t)length);
	if (err < 0)
		return err;
	if (fread(r->payload, 1, (size_t)length, r->file) != length)
		return -EBADMSG;
	r->payload[length] = '\0';
	*ret = (struct journal_record){
		.type = (enum journal_type)type,
		.at_us = (int64_t)get_u(head + 5, 8),
		.payload = r->payload,
		.len = (size_t)length,
	};
	return 0;
}

int journal_reader_next(struct journal_reader *r, struct journal_record *ret)
{
	struct journal_record record = {0};

	if (r->err == 0)
		r->err = read_record(r, &record);
	if (r->err < 0)
		return r->err;
	if (record.type == JOURNAL_END)
		r->complete = strstr(record.payload, "\"dropped\":0}") != NULL;
	*ret = record;
	return 0;
}

int journal_reader_complete(const struct journal_reader *r)
{
	return r->complete;
}

struct journal_reader *journal_reader_close(struct journal_reader *r)
{
	if (!r)
		return NULL;
	if (r->file)
		(void)fclose(r->file);
	mem_free(r->line);
	mem_free(r->payload);
	return mem_free(r);
}
