/**
 * @file journal.c  Writes the journal of a call
 *
 *   u32 length | u8 type | i64 time [us] | payload        (little endian)
 *
 * SPDX-License-Identifier: MIT
 */
#include "journal/journal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "journal/format.h"
#include "journal/metrics.h"
#include "journal/writer.h"

enum {
	PRINTF_BYTES_MAX = 2048,
	END_BYTES_MAX = 96, /* of a whole JOURNAL_END record */
};

struct journal {
	struct wfile *file;
	int64_t start_us;
	uint64_t records, dropped;
};

static const char *const type_names[] = {
	[JOURNAL_AUDIO_IN] = "audio_in", [JOURNAL_TEXT_IN] = "text_in",
	[JOURNAL_DTMF] = "dtmf",         [JOURNAL_MARK] = "mark",
	[JOURNAL_STT] = "stt",           [JOURNAL_TTS] = "tts",
	[JOURNAL_BRAIN] = "brain",       [JOURNAL_EXPERT_IN] = "expert_in",
	[JOURNAL_TIMER] = "timer",       [JOURNAL_DECISION] = "decision",
	[JOURNAL_CONFIG] = "config",     [JOURNAL_END] = "end",
};

const char *journal_type_name(enum journal_type type)
{
	if (type < JOURNAL_AUDIO_IN || type > JOURNAL_END)
		return "unknown";
	return type_names[type];
}

int journal_open(struct journal **ret, struct writer *w, const char *path,
		 const char *header_json, int64_t start_us)
{
	struct journal *j;
	size_t len = strlen(header_json);
	int err;

	if (header_json[0] != '{' || strpbrk(header_json, "\r\n"))
		return -EINVAL;
	if (len > LIMIT_JOURNAL_HEADER_BYTES)
		return -EMSGSIZE;
	j = mem_zalloc(sizeof(*j));
	if (!j)
		return -ENOMEM;
	err = wfile_open(&j->file, w, path, LIMIT_JOURNAL_RING_BYTES);
	if (err < 0) {
		mem_free(j);
		return err;
	}
	j->start_us = start_us;
	/* An empty ring is larger than any header: these find room. */
	(void)wfile_put2(j->file, JOURNAL_PREFIX, strlen(JOURNAL_PREFIX),
			 header_json, len);
	(void)wfile_put(j->file, JOURNAL_SUFFIX, strlen(JOURNAL_SUFFIX));
	*ret = j;
	return 0;
}

static void drop(struct journal *j)
{
	j->dropped++;
	metric_add(METRIC_JOURNAL_DROPPED, 1);
}

static void put_u(unsigned char *p, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		p[i] = (unsigned char)(v >> 8 * i);
}

static int put_record(struct journal *j, enum journal_type type,
		      int64_t now_us, const void *payload, size_t len)
{
	unsigned char head[JOURNAL_HEAD_BYTES];

	put_u(head, JOURNAL_HEAD_BYTES - 4 + len, 4);
	head[4] = (unsigned char)type;
	put_u(head + 5, (uint64_t)(now_us - j->start_us), 8);
	return wfile_put2(j->file, head, sizeof(head), payload, len);
}

void journal_put(struct journal *j, enum journal_type type, int64_t now_us,
		 const void *payload, size_t len)
{
	if (!j)
		return;
	if (len > LIMIT_JOURNAL_RECORD_BYTES ||
	    wfile_room(j->file) < JOURNAL_HEAD_BYTES + len + END_BYTES_MAX ||
	    put_record(j, type, now_us, payload, len) < 0)
		drop(j);
	else
		j->records++;
}

void journal_putf(struct journal *j, enum journal_type type, int64_t now_us,
		  const char *fmt, ...)
{
	char text[PRINTF_BYTES_MAX];
	va_list ap;
	int n;

	if (!j)
		return;
	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(text))
		drop(j);
	else
		journal_put(j, type, now_us, text, (size_t)n);
}

uint64_t journal_dropped(const struct journal *j)
{
	return j ? j->dropped : 0;
}

void journal_trim(struct journal *j)
{
	if (j)
		wfile_trim(j->file);
}

struct journal *journal_discard(struct journal *j)
{
	if (!j)
		return NULL;
	j->file = wfile_discard(j->file);
	return mem_free(j);
}

struct journal *journal_close(struct journal *j, int64_t now_us)
{
	char text[END_BYTES_MAX - JOURNAL_HEAD_BYTES];
	int n;

	if (!j)
		return NULL;
	n = snprintf(text, sizeof(text), "{\"records\":%llu,\"dropped\":%llu}",
		     (unsigned long long)j->records,
		     (unsigned long long)j->dropped);
	(void)put_record(j, JOURNAL_END, now_us, text, (size_t)n);
	j->file = wfile_close(j->file);
	return mem_free(j);
}
