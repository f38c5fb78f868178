/**
 * @file test_metrics.c  Counters, histograms and their Prometheus text
 *
 * SPDX-License-Identifier: MIT
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "journal/metrics.h"
#include "unit/unit.h"

static struct strbuf text;

static const char *render(void)
{
	strbuf_init(&text, 1 << 20);
	metrics_render(&text);
	ck_assert_int_ne(strbuf_ok(&text), 0);
	return text.s;
}

START_TEST(counts_and_renders)
{
	metric_add(METRIC_CALLS_TOTAL, 3);
	metric_add(METRIC_CALLS_ACTIVE, 3);
	metric_add(METRIC_CALLS_ACTIVE, -1);
	metric_add(METRIC_CALL_ENDED_AGENT, 2);
	metric_add(METRIC_N, 1);
	metric_add((enum metric) - 1, 1);
	ck_assert_int_eq(metric_get(METRIC_CALLS_ACTIVE), 2);
	ck_assert_int_eq(metric_get(METRIC_N), 0);
	(void)render();
	ck_assert_ptr_nonnull(strstr(text.s, "\ndialog_calls_total 3\n"));
	ck_assert_ptr_nonnull(strstr(text.s,
				     "# TYPE dialog_calls_active gauge\n"
				     "dialog_calls_active 2\n"));
	ck_assert_ptr_nonnull(strstr(
		text.s, "\ndialog_calls_ended_total{by=\"agent\"} 2\n"));
	strbuf_done(&text);
}
END_TEST

START_TEST(puts_values_into_cumulative_buckets)
{
	static const int64_t us[] = {-5,     0,      5000,    5001,
				     199999, 200000, 5000001, 60000000};

	for (size_t i = 0; i < sizeof(us) / sizeof(us[0]); i++)
		histogram_add(HISTOGRAM_TURN_MS, us[i]);
	histogram_add(HISTOGRAM_N, 1);
	(void)render();
	ck_assert_ptr_nonnull(strstr(
		text.s, "dialog_turn_milliseconds_bucket{le=\"5\"} 3\n"));
	ck_assert_ptr_nonnull(strstr(
		text.s, "dialog_turn_milliseconds_bucket{le=\"10\"} 4\n"));
	ck_assert_ptr_nonnull(strstr(
		text.s, "dialog_turn_milliseconds_bucket{le=\"200\"} 6\n"));
	ck_assert_ptr_nonnull(strstr(
		text.s, "dialog_turn_milliseconds_bucket{le=\"5000\"} 6\n"));
	ck_assert_ptr_nonnull(strstr(
		text.s, "dialog_turn_milliseconds_bucket{le=\"+Inf\"} 8\n"));
	ck_assert_ptr_nonnull(
		strstr(text.s, "dialog_turn_milliseconds_sum 65410.001\n"));
	ck_assert_ptr_nonnull(
		strstr(text.s, "dialog_turn_milliseconds_count 8\n"));
	strbuf_done(&text);
}
END_TEST

/* Each line is a comment or "name[{labels}] value", and each name has its
 * HELP and TYPE once, before it. */
START_TEST(renders_what_a_scraper_accepts)
{
	char known[128] = "";
	char *save = NULL, *copy = strdup(render());

	for (char *line = strtok_r(copy, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		char name[128], rest[256];

		if (strncmp(line, "# HELP ", 7) == 0) {
			(void)snprintf(name, sizeof(name), "%.*s",
				       (int)strcspn(line + 7, " "), line + 7);
			ck_assert_str_ne(name, known);
			(void)snprintf(known, sizeof(known), "%s", name);
			ck_assert_uint_gt(strlen(line), strlen(name) + 8);
			ck_assert_ptr_null(strstr(line, "(null)"));
		} else if (strncmp(line, "# TYPE ", 7) == 0) {
			ck_assert_int_eq(
				strncmp(line + 7, known, strlen(known)), 0);
		} else {
			char *space = strrchr(line, ' ');

			ck_assert_int_eq(strncmp(line, known, strlen(known)),
					 0);
			ck_assert_ptr_nonnull(space);
			(void)snprintf(rest, sizeof(rest), "%s", space + 1);
			ck_assert_uint_eq(strspn(rest, "0123456789.-"),
					  strlen(rest));
		}
	}
	free(copy);
	strbuf_done(&text);
}
END_TEST

static void *add_many(void *arg)
{
	(void)arg;
	for (int i = 0; i < 100000; i++) {
		metric_add(METRIC_MEDIA_FRAMES_IN, 1);
		histogram_add(HISTOGRAM_TICK_MS, 100);
	}
	return NULL;
}

START_TEST(loses_nothing_between_threads)
{
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(
			pthread_create(&threads[i], NULL, add_many, NULL), 0);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
	ck_assert_int_eq(metric_get(METRIC_MEDIA_FRAMES_IN), 400000);
	(void)render();
	ck_assert_ptr_nonnull(
		strstr(text.s, "dialog_tick_milliseconds_count 400000\n"));
	ck_assert_ptr_nonnull(strstr(
		text.s, "dialog_tick_milliseconds_bucket{le=\"0.1\"} 400000"));
	strbuf_done(&text);
}
END_TEST

UNIT_MAIN("metrics", counts_and_renders, puts_values_into_cumulative_buckets,
	  renders_what_a_scraper_accepts, loses_nothing_between_threads)
