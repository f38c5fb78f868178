/**
 * @file test_feed.c  Events of calls reach subscribers on every loop
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "journal/feed.h"
#include "net/loop.h"

static struct feed *feed;
static struct loop *loop, *other;

static void setup(void)
{
	ck_assert_int_eq(feed_new(&feed), 0);
	ck_assert_int_eq(loop_new(&loop, "one"), 0);
	ck_assert_int_eq(loop_new(&other, "two"), 0);
	ck_assert_int_eq(feed_attach(feed, loop), 0);
	ck_assert_int_eq(feed_attach(feed, other), 0);
}

static void teardown(void)
{
	loop_free(loop);
	loop_free(other);
	feed_free(feed);
}

static char heard[256];
static struct feed_subscriber *sub;

static void hear(void *arg, const char *json, size_t len)
{
	ck_assert_uint_eq(strlen(json), len);
	ck_assert_uint_lt(strlen(heard) + len + 2, sizeof(heard));
	strncat(heard, json, len);
	if (arg)
		loop_stop(arg);
}

static void hear_last(void *arg, const char *json, size_t len)
{
	hear(arg, json, len);
	sub = feed_unsubscribe(sub);
}

START_TEST(a_subscriber_hears_only_what_it_asked_for)
{
	static const struct {
		const char *call, *external, *want;
	} v[] = {
		{NULL, NULL, "123"}, {"", "", "123"},    {"c1", NULL, "13"},
		{NULL, "CA7", "12"}, {"c1", "CA7", "1"}, {"c9", NULL, ""},
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct feed_subscriber *s = NULL, *end = NULL;

		heard[0] = '\0';
		ck_assert_int_eq(feed_subscribe(&s, feed, loop, v[i].call,
						v[i].external, hear, NULL),
				 0);
		feed_publish(feed, "c1", "CA7", "1");
		feed_publish(feed, "c2", "CA7", "2");
		feed_publish(feed, "c1", NULL, "3");
		ck_assert_int_eq(feed_subscribe(&end, feed, loop, "end", NULL,
						hear, loop),
				 0);
		feed_publish(feed, "end", NULL, "");
		loop_run(loop);
		ck_assert_str_eq(heard, v[i].want);
		feed_unsubscribe(s);
		feed_unsubscribe(end);
	}
}
END_TEST

static void *publish_two(void *arg)
{
	(void)arg;
	feed_publish(feed, "c1", NULL, "x");
	feed_publish(feed, "c1", NULL, "y");
	return NULL;
}

START_TEST(an_event_of_another_thread_arrives_and_one_may_leave_inside)
{
	struct feed_subscriber *second = NULL;
	pthread_t t;

	heard[0] = '\0';
	ck_assert_int_eq(
		feed_subscribe(&sub, feed, loop, NULL, NULL, hear_last, NULL),
		0);
	ck_assert_int_eq(
		feed_subscribe(&second, feed, loop, NULL, NULL, hear, loop),
		0);
	ck_assert_int_eq(pthread_create(&t, NULL, publish_two, NULL), 0);
	while (strlen(heard) < 3)
		loop_run(loop);
	pthread_join(t, NULL);
	ck_assert_str_eq(heard, "xxy");
	ck_assert_ptr_null(sub);
	feed_unsubscribe(second);
}
END_TEST

START_TEST(a_loop_that_does_not_turn_loses_events_and_they_are_counted)
{
	struct feed_subscriber *s = NULL;

	/* Nobody listens: nothing to lose. */
	for (int i = 0; i < LIMIT_LOOP_MAILBOX + 5; i++)
		feed_publish(feed, "c1", NULL, "{}");
	ck_assert_uint_eq(feed_dropped(feed), 0);
	ck_assert_int_eq(
		feed_subscribe(&s, feed, other, "c9", NULL, hear, NULL), 0);
	for (int i = 0; i < LIMIT_LOOP_MAILBOX + 5; i++)
		feed_publish(feed, "c1", NULL, "{}");
	ck_assert_uint_eq(feed_dropped(feed), 5);
}
END_TEST

START_TEST(refuses_a_loop_it_does_not_know_and_endless_filters)
{
	struct feed_subscriber *s = NULL;
	struct loop *third = NULL;
	char id[LIMIT_KEY_BYTES + 2];

	ck_assert_int_eq(loop_new(&third, "three"), 0);
	ck_assert_int_eq(
		feed_subscribe(&s, feed, third, NULL, NULL, hear, NULL),
		-EINVAL);
	loop_free(third);
	memset(id, 'x', sizeof(id));
	id[LIMIT_KEY_BYTES + 1] = '\0';
	ck_assert_int_eq(feed_subscribe(&s, feed, loop, id, NULL, hear, NULL),
			 -EINVAL);
	ck_assert_int_eq(
		feed_subscribe(&s, feed, loop, id + 1, NULL, hear, NULL), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("feed");
	TCase *t = tcase_create("feed");
	SRunner *r = srunner_create(s);

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_subscriber_hears_only_what_it_asked_for);
	tcase_add_test(
		t,
		an_event_of_another_thread_arrives_and_one_may_leave_inside);
	tcase_add_test(
		t,
		a_loop_that_does_not_turn_loses_events_and_they_are_counted);
	tcase_add_test(t, refuses_a_loop_it_does_not_know_and_endless_filters);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);

	int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
