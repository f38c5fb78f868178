/**
 * @file test_writer.c  Files written from rings by the writer thread
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/episode.h"
#include "base/log.h"
#include "journal/metrics.h"
#include "journal/writer.h"
#include "unit/tempdir.h"
#include "unit/unit.h"

/* Until the ring takes len bytes again; the writer looks each 20 ms. */
static void wait_for_room(struct wfile *f, size_t len)
{
	int64_t until_us = clock_now_us() + 10 * US_PER_S;

	while (wfile_room(f) < len) {
		ck_assert_int_lt(clock_now_us(), until_us);
		(void)sched_yield();
	}
}

START_TEST(writes_every_byte_in_order_through_a_small_ring)
{
	struct writer *w = NULL;
	struct wfile *f = NULL;
	unsigned char record[300], *got;
	uint32_t n = 0;
	size_t len;

	ck_assert_int_eq(writer_new(&w), 0);
	ck_assert_int_eq(wfile_open(&f, w, tempdir_path("a/b/c.bin"), 4096),
			 0);
	for (int i = 0; i < 400; i++) {
		size_t bytes = 4 * (size_t)(1 + i * 7 % 74);

		for (size_t k = 0; k < bytes; k += 4, n++)
			memcpy(record + k, &n, 4);
		wait_for_room(f, bytes);
		ck_assert_int_eq(wfile_put2(f, record, bytes / 8 * 4,
					    record + bytes / 8 * 4,
					    bytes - bytes / 8 * 4),
				 0);
	}
	ck_assert_ptr_null(wfile_close(f));
	ck_assert_ptr_null(writer_free(w));
	len = tempdir_read("a/b/c.bin", &got);
	ck_assert_uint_eq(len, 4 * (size_t)n);
	for (uint32_t i = 0; i < n; i++)
		ck_assert_mem_eq(got + 4 * (size_t)i, &i, 4);
	free(got);
}
END_TEST

START_TEST(gives_pages_back_without_losing_a_byte)
{
	struct writer *w = NULL;
	struct wfile *f = NULL;
	unsigned char record[4000], *got;

	ck_assert_int_eq(writer_new(&w), 0);
	ck_assert_int_eq(wfile_open(&f, w, tempdir_path("t.bin"), 64 * 1024),
			 0);
	for (int i = 0; i < 60; i++) {
		memset(record, i, sizeof(record));
		if (i % 10 == 0)
			wait_for_room(f, 64 * 1024);
		ck_assert_int_eq(wfile_put(f, record, sizeof(record)), 0);
		wfile_trim(f); /* full, half full or empty */
	}
	ck_assert_ptr_null(wfile_close(f));
	ck_assert_ptr_null(writer_free(w));
	ck_assert_uint_eq(tempdir_read("t.bin", &got), 60 * sizeof(record));
	for (size_t i = 0; i < 60 * sizeof(record); i++)
		ck_assert_uint_eq(got[i], i / sizeof(record));
	free(got);
}
END_TEST

START_TEST(makes_files_that_only_the_owner_can_read)
{
	struct writer *w = NULL;
	struct wfile *f = NULL;
	struct stat st;

	ck_assert_int_eq(writer_new(&w), 0);
	ck_assert_int_eq(wfile_open(&f, w, tempdir_path("x/private"), 4096),
			 0);
	wfile_close(f);
	writer_free(w);
	ck_assert_int_eq(stat(tempdir_path("x/private"), &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0600);
	ck_assert_int_eq(stat(tempdir_path("x"), &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0700);
}
END_TEST

START_TEST(refuses_and_counts_what_does_not_fit)
{
	struct writer *w = NULL;
	struct wfile *f = NULL;
	struct writer_stats st;
	static unsigned char big[4097];

	ck_assert_int_eq(writer_new(&w), 0);
	ck_assert_int_eq(wfile_open(&f, w, tempdir_path("full"), 1), 0);
	ck_assert_int_eq(wfile_put(f, big, 4097), -EAGAIN);
	ck_assert_int_eq(wfile_put(f, big, 4096), 0);
	wfile_close(f);
	writer_stats(w, &st);
	ck_assert_uint_eq(st.dropped, 1);
	writer_free(w);
}
END_TEST

static size_t length_header(unsigned char *out, uint64_t bytes, uint32_t tag)
{
	out[0] = (unsigned char)tag;
	memcpy(out + 1, &bytes, 8);
	return 9;
}

START_TEST(keeps_the_header_true_while_the_file_grows)
{
	struct writer *w = NULL;
	struct wfile *f = NULL;
	unsigned char *got = NULL;
	int64_t until_us = clock_now_us() + 10 * US_PER_S;
	uint64_t said = 0;
	size_t len;

	ck_assert_int_eq(writer_new(&w), 0);
	ck_assert_int_eq(wfile_open(&f, w, tempdir_path("h"), 4096), 0);
	wfile_set_header(f, length_header, 'T');
	ck_assert_int_eq(wfile_put(f, "012345678", 9), 0);
	while (said < 18) {
		ck_assert_int_lt(clock_now_us(), until_us);
		(void)wfile_put(f, "x", 1);
		wait_for_room(f, 4096);
		if (tempdir_read("h", &got) >= 9 && got[0] == 'T')
			memcpy(&said, got + 1, 8);
		free(got);
	}
	wfile_close(f);
	writer_free(w);
	len = tempdir_read("h", &got);
	ck_assert_uint_gt(len, 18);
	memcpy(&said, got + 1, 8);
	ck_assert_uint_eq(len, said);
	ck_assert_int_eq(got[0], 'T');
	free(got);
}
END_TEST

START_TEST(refuses_after_a_file_cannot_be_made)
{
	struct writer *w = NULL;
	struct wfile *f = NULL;
	struct writer_stats st;
	int64_t until_us = clock_now_us() + 10 * US_PER_S;

	ck_assert_int_eq(writer_new(&w), 0);
	ck_assert_int_eq(wfile_open(&f, w, "/dev/null/x", 4096), 0);
	do {
		writer_stats(w, &st);
		ck_assert_int_lt(clock_now_us(), until_us);
	} while (st.failed == 0);
	ck_assert_uint_eq(wfile_room(f), 0);
	ck_assert_int_eq(wfile_put(f, "x", 1), -EAGAIN);
	wfile_close(f);
	writer_free(w);
}
END_TEST

static unsigned lines_of(const char *name, const char *what)
{
	unsigned char *got = NULL;
	size_t len = tempdir_read(name, &got);
	unsigned n = 0;

	for (size_t i = 0; i + strlen(what) <= len; i++)
		n += memcmp(got + i, what, strlen(what)) == 0;
	free(got);
	return n;
}

START_TEST(tells_of_a_full_disk_once_however_many_files_break)
{
	enum { FILES = 7 };
	struct writer *w = NULL;
	struct wfile *f[FILES];
	struct writer_stats st = {0};
	int64_t before = metric_get(METRIC_FILES_FAILED);
	int64_t until_us = clock_now_us() + 10 * US_PER_S;

	ck_assert_int_eq(log_open(tempdir_path("log"), LOG_LEVEL_INFO, 0), 0);
	ck_assert_int_eq(writer_new(&w), 0);
	for (int i = 0; i < FILES; i++) {
		ck_assert_int_eq(wfile_open(&f[i], w, "/dev/full", 4096), 0);
		ck_assert_int_eq(wfile_put(f[i], "x", 1), 0);
	}
	for (; st.failed < FILES; writer_stats(w, &st))
		ck_assert_int_lt(clock_now_us(), until_us);
	ck_assert_int_eq(st.in_trouble, 1);
	ck_assert_int_eq(metric_get(METRIC_FILES_FAILED) - before, FILES);
	for (int i = 0; i < FILES; i++) {
		ck_assert_uint_eq(wfile_room(f[i]), 0);
		wfile_close(f[i]);
	}
	writer_free(w);
	log_close();
	ck_assert_uint_eq(lines_of("log", "No space left"), 1);
	ck_assert_uint_eq(lines_of("log", "\n"), 1);
}
END_TEST

START_TEST(knows_when_a_trouble_begins_and_ends)
{
	struct episode e = {0};
	int64_t now_us = 100;

	ck_assert_int_eq(episode_well(&e, now_us), 0);
	ck_assert_int_eq(episode_fail(&e, 2, now_us), 1);
	ck_assert_int_eq(episode_fail(&e, 3, now_us + 1000), 0);
	ck_assert_int_eq(episode_well(&e, now_us + EPISODE_QUIET_US), 0);
	ck_assert_int_eq(episode_lasts(&e), 1);
	now_us += 1000 + EPISODE_QUIET_US;
	ck_assert_int_eq(episode_well(&e, now_us), 1);
	ck_assert_uint_eq(e.failed, 5);
	ck_assert_int_eq(episode_lasts(&e), 0);
	ck_assert_int_eq(episode_well(&e, now_us), 0);
	ck_assert_int_eq(episode_fail(&e, 1, now_us), 1);
	ck_assert_uint_eq(e.failed, 1);
}
END_TEST

START_TEST(refuses_bad_arguments)
{
	struct writer *w = NULL;
	struct wfile *f = NULL;

	ck_assert_int_eq(writer_new(&w), 0);
	ck_assert_int_eq(wfile_open(&f, w, "", 4096), -EINVAL);
	ck_assert_int_eq(wfile_open(&f, w, NULL, 4096), -EINVAL);
	ck_assert_int_eq(wfile_open(&f, w, tempdir_path("y"), (16 << 20) + 1),
			 -EINVAL);
	ck_assert_ptr_null(f);
	ck_assert_ptr_null(wfile_close(NULL));
	for (uint64_t n = 1; n <= 2; n++) {
		alloc_fail_after(n);
		ck_assert_int_eq(wfile_open(&f, w, tempdir_path("y"), 4096),
				 -ENOMEM);
	}
	alloc_fail_after(0);
	writer_free(w);
	ck_assert_ptr_null(writer_free(NULL));
}
END_TEST

START_TEST(closes_two_hundred_files_fed_in_turn)
{
	enum { FILES = 200, ROUNDS = 50 };
	struct writer *w = NULL;
	struct wfile *f[FILES];
	struct writer_stats st;
	char name[16], line[32];
	unsigned char *got;

	ck_assert_int_eq(writer_new(&w), 0);
	for (int i = 0; i < FILES; i++) {
		(void)snprintf(name, sizeof(name), "n%d", i);
		ck_assert_int_eq(
			wfile_open(&f[i], w, tempdir_path(name), 8192), 0);
	}
	for (int r = 0; r < ROUNDS; r++)
		for (int i = 0; i < FILES; i++) {
			int n = snprintf(line, sizeof(line), "%04d.%04d\n", i,
					 r);

			wait_for_room(f[i], (size_t)n);
			ck_assert_int_eq(wfile_put(f[i], line, (size_t)n), 0);
		}
	for (int i = 0; i < FILES; i++)
		wfile_close(f[i]);
	writer_stats(w, &st);
	ck_assert_uint_eq(st.dropped, 0);
	writer_free(w);
	for (int i = 0; i < FILES; i++) {
		(void)snprintf(name, sizeof(name), "n%d", i);
		ck_assert_uint_eq(tempdir_read(name, &got), ROUNDS * 10);
		for (int r = 0; r < ROUNDS; r++) {
			(void)snprintf(line, sizeof(line), "%04d.%04d\n", i,
				       r);
			ck_assert_mem_eq(got + 10 * (size_t)r, line, 10);
		}
		free(got);
	}
}
END_TEST

UNIT_MAIN("writer", writes_every_byte_in_order_through_a_small_ring,
	  gives_pages_back_without_losing_a_byte,
	  makes_files_that_only_the_owner_can_read,
	  refuses_and_counts_what_does_not_fit,
	  keeps_the_header_true_while_the_file_grows,
	  refuses_after_a_file_cannot_be_made,
	  tells_of_a_full_disk_once_however_many_files_break,
	  knows_when_a_trouble_begins_and_ends, refuses_bad_arguments,
	  closes_two_hundred_files_fed_in_turn)
