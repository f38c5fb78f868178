/**
 * @file test_log.c  The ring, the writer thread and what reaches the file
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/log_limit.h"
#include "unit/unit.h"

static char path[64];

static void fresh_path(void)
{
	int fd;

	(void)snprintf(path, sizeof(path), "/tmp/test_log.XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	(void)close(fd);
}

/* The whole file; the caller frees. */
static char *slurp(const char *name)
{
	FILE *f = fopen(name, "r");
	char *s = calloc(1, 4 << 20);

	ck_assert_ptr_nonnull(f);
	ck_assert_ptr_nonnull(s);
	ck_assert_uint_lt(fread(s, 1, (4 << 20) - 1, f), (4 << 20) - 1);
	(void)fclose(f);

	return s;
}

static size_t lines_with(const char *s, const char *what)
{
	size_t n = 0;

	while ((s = strstr(s, what)) != NULL) {
		++n;
		s += strlen(what);
	}

	return n;
}

START_TEST(writes_lines_of_its_level_and_above)
{
	char *s;

	fresh_path();
	ck_assert_int_eq(log_open(path, LOG_LEVEL_INFO, 0), 0);
	log_debug("call/1", "hidden");
	log_info("call/1", "opened rate=%d", 8000);
	log_error("call/2", "failed why=%s", "bad\nnews");
	log_set_level(LOG_LEVEL_DEBUG);
	log_debug("call/1", "shown");
	log_close();

	s = slurp(path);
	ck_assert_uint_eq(lines_with(s, "\n"), 3);
	ck_assert_ptr_nonnull(strstr(s, "Z info  call/1 opened rate=8000\n"));
	ck_assert_ptr_nonnull(
		strstr(s, "Z error call/2 failed why=bad\\nnews\n"));
	ck_assert_ptr_nonnull(strstr(s, "Z debug call/1 shown\n"));
	free(s);
	(void)unlink(path);
}
END_TEST

START_TEST(writes_json_that_parses)
{
	json_t *root;
	char *s;

	fresh_path();
	ck_assert_int_eq(log_open(path, LOG_LEVEL_INFO, 1), 0);
	log_warn("a\"b", "quote \" back \\ tab \t bytes \xff end");
	log_close();

	s = slurp(path);
	root = json_loads(s, 0, NULL);
	ck_assert_ptr_nonnull(root);
	ck_assert_str_eq(json_string_value(json_object_get(root, "level")),
			 "warn");
	ck_assert_str_eq(json_string_value(json_object_get(root, "tag")),
			 "a\"b");
	ck_assert_str_eq(json_string_value(json_object_get(root, "message")),
			 "quote \" back \\ tab \t bytes ? end");
	json_decref(root);
	free(s);
	(void)unlink(path);
}
END_TEST

START_TEST(cuts_a_long_line_and_says_so)
{
	char text[3000], *s;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	fresh_path();
	ck_assert_int_eq(log_open(path, LOG_LEVEL_INFO, 0), 0);
	log_info("t", "%s", text);
	log_close();

	s = slurp(path);
	ck_assert_uint_lt(strlen(s), 600);
	ck_assert_ptr_nonnull(strstr(s, "xxx...\n"));
	free(s);
	(void)unlink(path);
}
END_TEST

START_TEST(tells_a_repeated_line_once_with_its_count)
{
	char *s;

	fresh_path();
	ck_assert_int_eq(log_open(path, LOG_LEVEL_INFO, 0), 0);
	for (int i = 0; i < 50; i++)
		log_info("net", "peer sent rubbish");
	log_info("net", "something else");
	log_close();

	s = slurp(path);
	ck_assert_uint_eq(lines_with(s, "peer sent rubbish\n"), 1);
	ck_assert_uint_eq(lines_with(s, "rubbish repeated=49\n"), 1);
	ck_assert_uint_eq(lines_with(s, "something else\n"), 1);
	free(s);
	(void)unlink(path);
}
END_TEST

enum { THREADS = 4, EACH = 5000 };

static void *chatter(void *arg)
{
	const int *who = arg;

	for (int i = 0; i < EACH; i++)
		log_info("t", "line who=%d n=%d", *who, i);

	return NULL;
}

START_TEST(loses_nothing_uncounted_between_threads)
{
	static int who[THREADS];
	pthread_t t[THREADS];
	uint64_t dropped;
	char *s;

	fresh_path();
	ck_assert_int_eq(log_open(path, LOG_LEVEL_INFO, 0), 0);
	for (int i = 0; i < THREADS; i++) {
		who[i] = i;
		ck_assert_int_eq(pthread_create(&t[i], NULL, chatter, &who[i]),
				 0);
	}
	for (int i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_join(t[i], NULL), 0);
	dropped = log_dropped();
	log_close();

	s = slurp(path);
	ck_assert_uint_eq(lines_with(s, "line who="),
			  THREADS * EACH - dropped);
	ck_assert_int_eq(strstr(s, "lines dropped count=") != NULL,
			 dropped > 0);
	free(s);
	(void)unlink(path);
}
END_TEST

/* What a peer does 5000 times from one place. */
static void knock(int n)
{
	log_warn_limited("twilio/7", "webhook refused path=%s n=%d", "/x", n);
}

static void *knock_on(void *arg)
{
	(void)arg;
	for (int i = 0; i < EACH; i++)
		knock(i);
	return NULL;
}

START_TEST(writes_ten_lines_of_a_flood_and_how_many_more)
{
	pthread_t t[THREADS];
	char *s, expected[120];

	fresh_path();
	ck_assert_int_eq(log_open(path, LOG_LEVEL_INFO, 0), 0);
	for (int i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&t[i], NULL, knock_on, NULL),
				 0);
	for (int i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_join(t[i], NULL), 0);
	log_warn("other", "still heard");
	ck_assert_uint_eq(log_dropped(), 0);
	log_close();

	s = slurp(path);
	(void)snprintf(expected, sizeof(expected),
		       "warn  twilio webhook refused: and %d more like this\n",
		       THREADS * EACH - LOG_LIMIT_LINES);
	ck_assert_uint_eq(lines_with(s, "refused path=/x"), LOG_LIMIT_LINES);
	ck_assert_uint_eq(lines_with(s, expected), 1);
	ck_assert_uint_eq(lines_with(s, "still heard"), 1);
	free(s);
	(void)unlink(path);
}
END_TEST

START_TEST(lets_a_site_speak_again_in_the_next_minute)
{
	const int64_t minute_us = LOG_LIMIT_WINDOW_S * US_PER_S;
	static struct log_site site;

	for (int64_t now_us = 1; now_us < 5 * minute_us; now_us += minute_us) {
		for (int i = 0; i < LOG_LIMIT_LINES; i++)
			ck_assert_int_eq(log_site_pass(&site, now_us), 1);
		ck_assert_int_eq(log_site_pass(&site, now_us + minute_us - 1),
				 now_us == 1 ? -1 : 0);
	}
	ck_assert_uint_eq(atomic_load(&site.missed), 5);
}
END_TEST

START_TEST(lets_a_site_speak_more_that_may)
{
	static struct log_site site = {.most = LOG_LIMIT_CALLS};

	for (int i = 0; i < LOG_LIMIT_CALLS; i++)
		ck_assert_int_eq(log_site_pass(&site, 1), 1);
	ck_assert_int_eq(log_site_pass(&site, 1), -1);
}
END_TEST

static unsigned told;

static void count_told(enum log_level level, const char *tag, const char *text)
{
	ck_assert_int_eq((int)level, LOG_LEVEL_INFO);
	ck_assert_str_eq(tag, "t");
	ck_assert_str_eq(text, "odd thing: and 2 more like this");
	told++;
}

START_TEST(tells_what_was_held_back_once_a_minute)
{
	const int64_t minute_us = LOG_LIMIT_WINDOW_S * US_PER_S;
	static struct log_site site;

	for (int i = 0; i < LOG_LIMIT_LINES + 2; i++)
		(void)log_site_enter(&site, LOG_LEVEL_INFO, "t",
				     "odd thing what=%d");
	ck_assert_int_eq(log_sites_pending(), 1);
	log_sites_tell(1000, 0, count_told);
	log_sites_tell(1000 + minute_us - 1, 0, count_told);
	ck_assert_uint_eq(told, 0);
	log_sites_tell(1000 + minute_us, 0, count_told);
	log_sites_tell(1000 + 3 * minute_us, 0, count_told);
	ck_assert_uint_eq(told, 1);
	ck_assert_int_eq(log_sites_pending(), 0);
}
END_TEST

START_TEST(counts_lines_that_the_disk_refuses_and_goes_on)
{
	int64_t deadline_us = clock_now_us() + 10 * US_PER_S;
	char real[80], *s;

	fresh_path();
	(void)snprintf(real, sizeof(real), "%s.real", path);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(symlink("/dev/full", path), 0);
	ck_assert_int_eq(log_open(path, LOG_LEVEL_INFO, 0), 0);
	for (int i = 0; i < 40; i++)
		log_info("t", "number %d of many", i);
	while (log_dropped() < 40)
		ck_assert_int_lt(clock_now_us(), deadline_us);
	ck_assert_uint_eq(log_dropped(), 40);

	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(symlink(real, path), 0);
	log_reopen();
	while (access(real, F_OK) < 0)
		ck_assert_int_lt(clock_now_us(), deadline_us);
	log_info("t", "room again");
	log_close();

	s = slurp(real);
	ck_assert_uint_eq(lines_with(s, "number "), 0);
	ck_assert_uint_eq(lines_with(s, "lines dropped count=40\n"), 1);
	ck_assert_uint_eq(lines_with(s, "room again\n"), 1);
	free(s);
	(void)unlink(path);
	(void)unlink(real);
}
END_TEST

START_TEST(goes_on_in_a_new_file_after_reopen)
{
	char moved[80], *s;
	int64_t deadline_us = clock_now_us() + 10 * US_PER_S;

	fresh_path();
	(void)snprintf(moved, sizeof(moved), "%s.1", path);
	ck_assert_int_eq(log_open(path, LOG_LEVEL_INFO, 0), 0);
	log_info("t", "before");
	ck_assert_int_eq(rename(path, moved), 0);
	log_reopen();
	while (access(path, F_OK) < 0)
		ck_assert_int_lt(clock_now_us(), deadline_us);
	log_info("t", "after");
	log_close();

	s = slurp(path);
	ck_assert_ptr_nonnull(strstr(s, "after\n"));
	free(s);
	s = slurp(moved);
	ck_assert_ptr_null(strstr(s, "after\n"));
	free(s);
	(void)unlink(path);
	(void)unlink(moved);
}
END_TEST

START_TEST(says_why_it_cannot_open)
{
	ck_assert_int_eq(log_open("/nonexistent/x.log", LOG_LEVEL_INFO, 0),
			 -ENOENT);
	log_close();
	fresh_path();
	ck_assert_int_eq(log_open(path, LOG_LEVEL_INFO, 0), 0);
	ck_assert_int_eq(log_open(path, LOG_LEVEL_INFO, 0), -EPROTO);
	log_close();
	(void)unlink(path);
}
END_TEST

START_TEST(clocks_go_forward)
{
	int64_t a = clock_now_us(), wall = clock_wall_us();

	ck_assert_int_ge(clock_now_us(), a);
	ck_assert_int_gt(wall, 1700000000 * US_PER_S);
}
END_TEST

UNIT_MAIN("log", writes_lines_of_its_level_and_above, writes_json_that_parses,
	  cuts_a_long_line_and_says_so,
	  tells_a_repeated_line_once_with_its_count,
	  loses_nothing_uncounted_between_threads,
	  writes_ten_lines_of_a_flood_and_how_many_more,
	  lets_a_site_speak_again_in_the_next_minute,
	  lets_a_site_speak_more_that_may,
	  tells_what_was_held_back_once_a_minute,
	  counts_lines_that_the_disk_refuses_and_goes_on,
	  goes_on_in_a_new_file_after_reopen, says_why_it_cannot_open,
	  clocks_go_forward)
