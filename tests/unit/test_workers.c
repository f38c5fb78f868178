/**
 * @file test_workers.c  Bounded, in order, urgent first, nothing lost
 *
 * SPDX-License-Identifier: MIT
 */
#include "provider/workers.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>

#include "base/clock.h"
#include "journal/metrics.h"
#include "tests/unit/unit.h"

struct work {
	struct job job; /* first */
	int n;
	sem_t *started, *go; /**< NULL: does not wait */
};

static struct loop *home;
static int order[16], done, dropped, last;

static void run(struct job *j)
{
	struct work *w = (struct work *)(void *)j;

	if (w->started)
		sem_post(w->started);
	if (w->go)
		sem_wait(w->go);
}

static void finished(struct job *j)
{
	order[done++] = ((struct work *)(void *)j)->n;
	if (done == last)
		loop_stop(home);
}

static void drop(struct job *j)
{
	(void)j;
	dropped++;
}

static struct work make(int n)
{
	return (struct work){.job = {.home = home,
				     .run = run,
				     .done = finished,
				     .drop = drop},
			     .n = n};
}

START_TEST(runs_in_order_with_urgent_ones_first)
{
	struct workers *w;
	struct work v[5];
	sem_t started, go;

	sem_init(&started, 0, 0);
	sem_init(&go, 0, 0);
	ck_assert_int_eq(loop_new(&home, "test"), 0);
	ck_assert_int_eq(workers_new(&w, 1, 8), 0);
	ck_assert_uint_eq(workers_threads(w), 1);
	for (int i = 0; i < 5; i++)
		v[i] = make(i);
	v[0].started = &started;
	v[0].go = &go;
	v[3].job.urgent = v[4].job.urgent = 1;
	ck_assert_int_eq(workers_submit(w, &v[0].job), 0);
	sem_wait(&started); /* the only thread is busy now */
	for (int i = 1; i < 5; i++)
		ck_assert_int_eq(workers_submit(w, &v[i].job), 0);
	ck_assert_uint_eq(workers_waiting(w), 4);
	last = 5;
	sem_post(&go);
	loop_run(home);
	const int wanted[] = {0, 3, 4, 1, 2};
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(order[i], wanted[i]);
	workers_free(w);
	loop_free(home);
}
END_TEST

START_TEST(refuses_what_exceeds_its_queue_and_counts_it)
{
	struct workers *w;
	struct work v[4];
	sem_t started, go;

	sem_init(&started, 0, 0);
	sem_init(&go, 0, 0);
	ck_assert_int_eq(loop_new(&home, "test"), 0);
	ck_assert_int_eq(workers_new(&w, 1, 2), 0);
	for (int i = 0; i < 4; i++)
		v[i] = make(i);
	v[0].started = &started;
	v[0].go = &go;
	ck_assert_int_eq(workers_submit(w, &v[0].job), 0);
	sem_wait(&started);
	ck_assert_int_eq(workers_submit(w, &v[1].job), 0);
	ck_assert_int_eq(workers_submit(w, &v[2].job), 0);
	const int64_t before = metric_get(METRIC_WORKER_REFUSED);
	ck_assert_int_eq(workers_submit(w, &v[3].job), -EAGAIN);
	ck_assert_int_eq(metric_get(METRIC_WORKER_REFUSED), before + 1);
	last = 3;
	sem_post(&go);
	loop_run(home);
	workers_free(w);
	loop_free(home);
}
END_TEST

static void *let_go(void *arg)
{
	sem_t *go = arg;

	/* by now workers_free() waits, or will at once see the end */
	sem_post(go);
	return NULL;
}

START_TEST(drops_what_is_queued_when_freed)
{
	struct workers *w;
	struct work v[4];
	sem_t started, go;
	pthread_t t;

	sem_init(&started, 0, 0);
	sem_init(&go, 0, 0);
	ck_assert_int_eq(loop_new(&home, "test"), 0);
	ck_assert_int_eq(workers_new(&w, 1, 8), 0);
	for (int i = 0; i < 4; i++)
		v[i] = make(i);
	v[0].started = &started;
	v[0].go = &go;
	last = 99;
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(workers_submit(w, &v[i].job), 0);
	sem_wait(&started);
	ck_assert_int_eq(pthread_create(&t, NULL, let_go, &go), 0);
	workers_free(w);
	pthread_join(t, NULL);
	loop_free(home);           /* runs what was posted */
	ck_assert_int_ge(done, 1); /* the running one came home */
	ck_assert_int_eq(done + dropped, 4);
}
END_TEST

START_TEST(refuses_nonsense)
{
	struct workers *w = NULL;

	ck_assert_int_eq(workers_new(&w, 0, 8), -EINVAL);
	ck_assert_int_eq(workers_new(&w, 65, 8), -EINVAL);
	ck_assert_int_eq(workers_new(&w, 1, 0), -EINVAL);
	ck_assert_ptr_null(w);
	ck_assert_ptr_null(workers_free(NULL));
}
END_TEST

UNIT_MAIN("workers", runs_in_order_with_urgent_ones_first,
	  refuses_what_exceeds_its_queue_and_counts_it,
	  drops_what_is_queued_when_freed, refuses_nonsense)
