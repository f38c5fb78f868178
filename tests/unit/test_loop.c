/**
 * @file test_loop.c  Loop, messages, timers and the tick
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/limits.h"
#include "net/loop.h"

static struct loop *loop;
static int fired;

static void setup(void)
{
	fired = 0;
	ck_assert_int_eq(loop_new(&loop, "test"), 0);
}

static void teardown(void)
{
	loop = loop_free(loop);
}

static void stop(void *arg)
{
	(void)arg;
	fired++;
	loop_stop(loop);
}

START_TEST(a_timer_fires_once_and_not_early)
{
	struct timer *t = NULL;
	int64_t begin_us = loop_now_us(loop);

	ck_assert_int_eq(timer_new(&t, loop, stop, NULL), 0);
	timer_start(t, 20000);
	loop_run(loop);
	ck_assert_int_ge(loop_now_us(loop) - begin_us, 19000);
	ck_assert_int_eq(fired, 1);
	timer_free(t);
}
END_TEST

static void count(void *arg)
{
	(*(int *)arg)++;
}

START_TEST(a_stopped_or_moved_timer_does_not_fire_as_first_armed)
{
	struct timer *end = NULL, *stopped = NULL, *moved = NULL;
	int stops = 0, moves = 0;

	ck_assert_int_eq(timer_new(&end, loop, stop, NULL), 0);
	ck_assert_int_eq(timer_new(&stopped, loop, count, &stops), 0);
	ck_assert_int_eq(timer_new(&moved, loop, count, &moves), 0);
	timer_start(stopped, 5000);
	timer_stop(stopped);
	timer_start(moved, 5000);
	timer_start(moved, 60 * US_PER_S);
	timer_start(end, 20000);
	loop_run(loop);
	ck_assert_int_eq(stops, 0);
	ck_assert_int_eq(moves, 0);
	timer_free(end);
	timer_free(stopped);
	timer_free(moved);
}
END_TEST

static struct timer *doomed;

static void free_itself(void *arg)
{
	doomed = timer_free(doomed);
	stop(arg);
}

START_TEST(a_timer_may_free_itself)
{
	ck_assert_int_eq(timer_new(&doomed, loop, free_itself, NULL), 0);
	timer_start(doomed, 0);
	loop_run(loop);
	ck_assert_ptr_null(doomed);
}
END_TEST

/* ---- messages -------------------------------------------------------- */

enum { SENDERS = 3, EACH = 2000 };

struct number {
	struct loop_msg m;
	int sender, n;
};

static int next[SENDERS];
static int total;

static void take_number(struct loop_msg *m)
{
	struct number *n = (struct number *)m;

	ck_assert_int_eq(n->n, next[n->sender]);
	next[n->sender]++;
	mem_free(n);
	if (++total == SENDERS * EACH)
		loop_stop(loop);
}

static void *send_numbers(void *arg)
{
	int sender = *(int *)arg;

	for (int i = 0; i < EACH; i++) {
		struct number *n = mem_zalloc(sizeof(*n));

		n->m.run = take_number;
		n->sender = sender;
		n->n = i;
		while (loop_post(loop, &n->m) == -EAGAIN)
			sched_yield();
	}
	return NULL;
}

START_TEST(messages_of_each_thread_arrive_in_its_order)
{
	pthread_t t[SENDERS];
	int id[SENDERS];

	for (int i = 0; i < SENDERS; i++) {
		id[i] = i;
		ck_assert_int_eq(
			pthread_create(&t[i], NULL, send_numbers, &id[i]), 0);
	}
	loop_run(loop);
	for (int i = 0; i < SENDERS; i++)
		pthread_join(t[i], NULL);
	ck_assert_int_eq(total, SENDERS * EACH);
}
END_TEST

static void count_message(struct loop_msg *m)
{
	(void)m;
	fired++;
}

START_TEST(a_full_mailbox_refuses_and_still_delivers_what_it_took)
{
	static struct loop_msg m[LIMIT_LOOP_MAILBOX + 1];

	for (int i = 0; i < LIMIT_LOOP_MAILBOX + 1; i++)
		m[i].run = count_message;
	for (int i = 0; i < LIMIT_LOOP_MAILBOX; i++)
		ck_assert_int_eq(loop_post(loop, &m[i]), 0);
	ck_assert_int_eq(loop_post(loop, &m[LIMIT_LOOP_MAILBOX]), -EAGAIN);
	/* What was taken runs even when the loop never turns again. */
	loop = loop_free(loop);
	ck_assert_int_eq(fired, LIMIT_LOOP_MAILBOX);
}
END_TEST

/* ---- the tick -------------------------------------------------------- */

enum { PERIOD_US = 10000, TICKS = 20 };

static int64_t tick_us[TICKS];
static int ticks;

static void on_tick(void *arg)
{
	(void)arg;
	if (ticks < TICKS)
		tick_us[ticks++] = loop_now_us(loop);
	if (ticks == TICKS)
		loop_stop(loop);
}

START_TEST(the_tick_does_not_drift)
{
	int64_t begin_us = loop_now_us(loop);

	ticks = 0;
	ck_assert_int_eq(loop_tick(loop, PERIOD_US, on_tick, NULL), 0);
	loop_run(loop);
	/* Late by the machine, never early, and lateness does not add up. */
	for (int i = 0; i < TICKS; i++)
		ck_assert_int_ge(tick_us[i],
				 begin_us + (i + 1) * (int64_t)PERIOD_US);
	ck_assert_int_lt(tick_us[TICKS - 1] - begin_us,
			 2 * TICKS * (int64_t)PERIOD_US);
	ck_assert_int_eq(loop_tick(loop, PERIOD_US, on_tick, NULL), -EINVAL);
}
END_TEST

static void dawdle(void *arg)
{
	int64_t until_us = clock_now_us() + 5 * PERIOD_US;

	if (!ticks)
		while (clock_now_us() < until_us)
			;
	on_tick(arg);
}

START_TEST(late_ticks_are_not_made_up_for)
{
	ticks = 0;
	ck_assert_int_eq(loop_tick(loop, PERIOD_US, dawdle, NULL), 0);
	loop_run(loop);
	/* One call for the five that were missed: the span shows it. */
	ck_assert_int_ge(tick_us[TICKS - 1] - tick_us[0],
			 (TICKS - 3) * (int64_t)PERIOD_US);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("loop");
	TCase *t = tcase_create("loop");
	SRunner *r = srunner_create(s);

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_timer_fires_once_and_not_early);
	tcase_add_test(t,
		       a_stopped_or_moved_timer_does_not_fire_as_first_armed);
	tcase_add_test(t, a_timer_may_free_itself);
	tcase_add_test(t, messages_of_each_thread_arrive_in_its_order);
	tcase_add_test(t,
		       a_full_mailbox_refuses_and_still_delivers_what_it_took);
	tcase_add_test(t, the_tick_does_not_drift);
	tcase_add_test(t, late_ticks_are_not_made_up_for);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);

	int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
