/**
 * @file test_journal.c  Journals are read as they were written, or refused
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "journal/journal.h"
#include "journal/writer.h"
#include "unit/tempdir.h"
#include "unit/unit.h"

static const char header[] = "{\"call_id\":\"c1\",\"hz\":8000}";

/* A journal of three records and an end. @return its bytes, free() */
static unsigned char *sample(const char *name, size_t *ret_len)
{
	struct writer *w = NULL;
	struct journal *j = NULL;
	int16_t pcm[160];
	unsigned char *bytes = NULL;

	for (int i = 0; i < 160; i++)
		pcm[i] = (int16_t)(i * 100);
	ck_assert_int_eq(writer_new(&w), 0);
	ck_assert_int_eq(journal_open(&j, w, tempdir_path(name), header, 1000),
			 0);
	journal_put(j, JOURNAL_AUDIO_IN, 21000, pcm, sizeof(pcm));
	journal_putf(j, JOURNAL_DTMF, 41000, "{\"digit\":\"%c\"}", '5');
	journal_put(j, JOURNAL_TIMER, 41500, NULL, 0);
	ck_assert_uint_eq(journal_dropped(j), 0);
	ck_assert_ptr_null(journal_close(j, 61000));
	writer_free(w);
	*ret_len = tempdir_read(name, &bytes);
	return bytes;
}

START_TEST(reads_back_what_was_written)
{
	struct journal_reader *r = NULL;
	struct journal_record rec;
	size_t len;

	free(sample("j", &len));
	ck_assert_int_eq(journal_reader_open(&r, tempdir_path("j")), 0);
	ck_assert_str_eq(journal_reader_header(r), header);
	ck_assert_int_eq(journal_reader_next(r, &rec), 0);
	ck_assert_int_eq(rec.type, JOURNAL_AUDIO_IN);
	ck_assert_int_eq(rec.at_us, 20000);
	ck_assert_uint_eq(rec.len, 320);
	for (int i = 0; i < 160; i++) {
		int16_t v;

		memcpy(&v, (const char *)rec.payload + 2 * i, 2);
		ck_assert_int_eq(v, i * 100);
	}
	ck_assert_int_eq(journal_reader_next(r, &rec), 0);
	ck_assert_int_eq(rec.type, JOURNAL_DTMF);
	ck_assert_str_eq(rec.payload, "{\"digit\":\"5\"}");
	ck_assert_int_eq(journal_reader_next(r, &rec), 0);
	ck_assert_int_eq(rec.type, JOURNAL_TIMER);
	ck_assert_uint_eq(rec.len, 0);
	ck_assert_int_eq(journal_reader_complete(r), 0);
	ck_assert_int_eq(journal_reader_next(r, &rec), 0);
	ck_assert_int_eq(rec.type, JOURNAL_END);
	ck_assert_int_eq(rec.at_us, 60000);
	ck_assert_str_eq(rec.payload, "{\"records\":3,\"dropped\":0}");
	ck_assert_int_ne(journal_reader_complete(r), 0);
	ck_assert_int_eq(journal_reader_next(r, &rec), -ENOENT);
	ck_assert_int_eq(journal_reader_next(r, &rec), -ENOENT);
	ck_assert_ptr_null(journal_reader_close(r));
}
END_TEST

/* @return records read before the end; *ret_err says how it ended */
static int count(const char *name, int *ret_err)
{
	struct journal_reader *r = NULL;
	struct journal_record rec;
	int n = 0;

	*ret_err = journal_reader_open(&r, tempdir_path(name));
	if (*ret_err < 0)
		return -1;
	while ((*ret_err = journal_reader_next(r, &rec)) == 0)
		n++;
	journal_reader_close(r);
	return n;
}

START_TEST(reads_a_torn_journal_up_to_its_last_whole_record)
{
	size_t len, line, ends[5];
	unsigned char *b = sample("j", &len);
	int err, whole = 0;

	line = (size_t)((unsigned char *)memchr(b, '\n', len) - b) + 1;
	ends[0] = line;
	for (int i = 0; i < 4; i++) {
		uint32_t n;

		memcpy(&n, b + ends[i], 4);
		ends[i + 1] = ends[i] + 4 + n;
	}
	ck_assert_uint_eq(ends[4], len);
	for (size_t cut = 0; cut <= len; cut++) {
		tempdir_write("torn", b, cut);
		if (cut < line) {
			ck_assert_int_eq(count("torn", &err), -1);
			ck_assert_int_eq(err, -EBADMSG);
			continue;
		}
		while (whole < 4 && ends[whole + 1] <= cut)
			whole++;
		ck_assert_int_eq(count("torn", &err), whole);
		ck_assert_int_eq(err, cut == ends[whole] ? -ENOENT : -EBADMSG);
	}
	free(b);
}
END_TEST

START_TEST(refuses_damaged_lengths_and_types)
{
	size_t len, line;
	unsigned char *b = sample("j", &len);
	static const unsigned char huge[] = {0xff, 0xff, 0xff, 0xff};
	static const unsigned char tiny[] = {8, 0, 0, 0};
	/* 9 + LIMIT_JOURNAL_RECORD_BYTES + 1 */
	static const unsigned char over[] = {10, 0, 4, 0};
	const unsigned char *lengths[] = {huge, tiny, over};
	unsigned char type;
	int err;

	line = (size_t)((unsigned char *)memchr(b, '\n', len) - b) + 1;
	for (int i = 0; i < 3; i++) {
		unsigned char keep[4];

		memcpy(keep, b + line, 4);
		memcpy(b + line, lengths[i], 4);
		tempdir_write("bad", b, len);
		ck_assert_int_eq(count("bad", &err), 0);
		ck_assert_int_eq(err, -EBADMSG);
		memcpy(b + line, keep, 4);
	}
	type = b[line + 4];
	for (int t = 0; t < 256; t++) {
		b[line + 4] = (unsigned char)t;
		tempdir_write("bad", b, len);
		ck_assert_int_eq(count("bad", &err),
				 t >= 1 && t <= JOURNAL_END ? 4 : 0);
	}
	b[line + 4] = type;
	free(b);
}
END_TEST

START_TEST(refuses_what_is_not_a_journal)
{
	static const char *const files[] = {
		"",
		"\n",
		"{}\n",
		"RIFF....WAVE\n",
		"{\"journal\":1,\"call\":}\n",
		"{\"journal\":1,\"call\":[]}\n",
		"{\"journal\":2,\"call\":{}}\n",
		"{\"journal\":1,\"call\":{}",
	};
	struct journal_reader *r = NULL;
	int err;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		tempdir_write("no", files[i], strlen(files[i]));
		ck_assert_int_eq(count("no", &err), -1);
		ck_assert_int_eq(err, -EBADMSG);
	}
	ck_assert_int_eq(journal_reader_open(&r, tempdir_path("absent")),
			 -ENOENT);
	ck_assert_ptr_null(r);
	ck_assert_ptr_null(journal_reader_close(NULL));
}
END_TEST

START_TEST(takes_a_record_at_the_limit_and_drops_one_above)
{
	struct writer *w = NULL;
	struct journal *j = NULL;
	struct journal_reader *r = NULL;
	struct journal_record rec;
	char *big = calloc(1, LIMIT_JOURNAL_RECORD_BYTES + 1);
	char text[2049];

	memset(text, 'x', sizeof(text) - 1);
	text[2048] = '\0';
	ck_assert_int_eq(writer_new(&w), 0);
	ck_assert_int_eq(journal_open(&j, w, tempdir_path("j"), header, 0), 0);
	journal_put(j, JOURNAL_BRAIN, 0, big, LIMIT_JOURNAL_RECORD_BYTES);
	journal_put(j, JOURNAL_BRAIN, 0, big, LIMIT_JOURNAL_RECORD_BYTES + 1);
	ck_assert_uint_eq(journal_dropped(j), 1);
	journal_putf(j, JOURNAL_BRAIN, 0, "%s", text + 1);
	journal_putf(j, JOURNAL_BRAIN, 0, "%s", text);
	ck_assert_uint_eq(journal_dropped(j), 2);
	journal_close(j, 0);
	writer_free(w);

	ck_assert_int_eq(journal_reader_open(&r, tempdir_path("j")), 0);
	ck_assert_int_eq(journal_reader_next(r, &rec), 0);
	ck_assert_uint_eq(rec.len, LIMIT_JOURNAL_RECORD_BYTES);
	ck_assert_int_eq(journal_reader_next(r, &rec), 0);
	ck_assert_uint_eq(rec.len, 2047);
	ck_assert_int_eq(journal_reader_next(r, &rec), 0);
	ck_assert_str_eq(rec.payload, "{\"records\":2,\"dropped\":2}");
	ck_assert_int_eq(journal_reader_complete(r), 0);
	journal_reader_close(r);
	free(big);
}
END_TEST

START_TEST(keeps_room_for_the_end_when_the_ring_is_full)
{
	struct writer *w = NULL;
	struct journal *j = NULL;
	static char chunk[64 * 1024];
	int err, n;

	ck_assert_int_eq(writer_new(&w), 0);
	ck_assert_int_eq(journal_open(&j, w, tempdir_path("j"), header, 0), 0);
	/* Far faster than the disk is looked after each 20 ms. */
	for (int i = 0; i < 64; i++)
		journal_put(j, JOURNAL_BRAIN, i, chunk, sizeof(chunk));
	for (int i = 0; i < 4096; i++)
		journal_put(j, JOURNAL_TIMER, i, chunk, 37);
	ck_assert_uint_gt(journal_dropped(j), 0);
	journal_close(j, 0);
	writer_free(w);
	n = count("j", &err);
	ck_assert_int_gt(n, 1);
	ck_assert_int_eq(err, -ENOENT);
}
END_TEST

START_TEST(refuses_headers_that_are_not_one_line)
{
	struct writer *w = NULL;
	struct journal *j = NULL;
	static char big[LIMIT_JOURNAL_HEADER_BYTES + 2];
	int err;

	ck_assert_int_eq(writer_new(&w), 0);
	ck_assert_int_eq(journal_open(&j, w, tempdir_path("a"), "{\n}", 0),
			 -EINVAL);
	ck_assert_int_eq(journal_open(&j, w, tempdir_path("a"), "", 0),
			 -EINVAL);
	memset(big, ' ', sizeof(big));
	big[0] = '{';
	big[LIMIT_JOURNAL_HEADER_BYTES] = '}';
	big[LIMIT_JOURNAL_HEADER_BYTES + 1] = '\0';
	ck_assert_int_eq(journal_open(&j, w, tempdir_path("a"), big, 0),
			 -EMSGSIZE);
	ck_assert_ptr_null(j);
	big[LIMIT_JOURNAL_HEADER_BYTES - 1] = '}';
	big[LIMIT_JOURNAL_HEADER_BYTES] = '\0';
	ck_assert_int_eq(journal_open(&j, w, tempdir_path("b"), big, 0), 0);
	ck_assert_ptr_null(journal_close(j, 0));
	ck_assert_ptr_null(journal_close(NULL, 0));
	writer_free(w);
	ck_assert_int_eq(count("b", &err), 1);
}
END_TEST

START_TEST(does_nothing_when_it_is_switched_off)
{
	journal_put(NULL, JOURNAL_AUDIO_IN, 0, "x", 1);
	journal_putf(NULL, JOURNAL_DTMF, 0, "{\"digit\":\"%c\"}", '1');
	ck_assert_uint_eq(journal_dropped(NULL), 0);
	ck_assert_ptr_null(journal_close(NULL, 0));
}
END_TEST

START_TEST(names_every_type)
{
	for (int t = JOURNAL_AUDIO_IN; t <= JOURNAL_END; t++)
		ck_assert_str_ne(journal_type_name((enum journal_type)t),
				 "unknown");
	ck_assert_str_eq(journal_type_name((enum journal_type)0), "unknown");
	ck_assert_str_eq(journal_type_name((enum journal_type)255), "unknown");
}
END_TEST

UNIT_MAIN("journal", reads_back_what_was_written,
	  reads_a_torn_journal_up_to_its_last_whole_record,
	  refuses_damaged_lengths_and_types, refuses_what_is_not_a_journal,
	  takes_a_record_at_the_limit_and_drops_one_above,
	  keeps_room_for_the_end_when_the_ring_is_full,
	  refuses_headers_that_are_not_one_line,
	  does_nothing_when_it_is_switched_off, names_every_type)
