/**
 * @file workers.c  A bounded pool of threads for engines that compute
 *
 * Two queues under one mutex, each first in first out: what somebody waits
 * for in silence goes before what only keeps up. Jobs take milliseconds, so
 * the lock is never contended for long. Nothing on the media tick submits.
 *
 * SPDX-License-Identifier: MIT
 */
#include "provider/workers.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/log_limit.h"
#include "journal/metrics.h"

enum {
	WORKERS_MAX = 64,
	/* A full mailbox of a loop: its owner is busy; look again soon. */
	POST_RETRY_NS = 2000000,
	POST_RETRIES = 5000, /* 10 s, then the loop is taken for dead */
};

struct queue {
	struct job *first, *last;
};

struct workers {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct queue queue[2]; /**< urgent, other */
	size_t waiting, cap;
	int stop;
	unsigned threads;
	pthread_t thread[];
};

static void deliver(struct loop_msg *m)
{
	struct job *j = (struct job *)(void *)m; /* msg is first */

	j->done(j);
}

static int stopping(struct workers *w)
{
	pthread_mutex_lock(&w->lock);
	const int stop = w->stop;
	pthread_mutex_unlock(&w->lock);
	return stop;
}

static void send_home(struct workers *w, struct job *j)
{
	const struct timespec pause = {.tv_nsec = POST_RETRY_NS};

	j->msg.run = deliver;
	for (int i = 0; i < POST_RETRIES; i++) {
		if (!loop_post(j->home, &j->msg))
			return;
		if (stopping(w))
			break;
		nanosleep(&pause, NULL);
	}
	log_limited(LOG_LEVEL_ERROR, "workers",
		    "result lost, loop takes no messages loop=%s",
		    loop_name(j->home));
	if (j->drop)
		j->drop(j);
}

static void put(struct queue *q, struct job *j)
{
	j->next = NULL;
	if (q->last)
		q->last->next = j;
	else
		q->first = j;
	q->last = j;
}

static struct job *take(struct queue *q)
{
	struct job *j = q->first;

	if (j) {
		q->first = j->next;
		if (!q->first)
			q->last = NULL;
	}
	return j;
}

/** Wait for one. @return NULL at the end */
static struct job *next_job(struct workers *w)
{
	struct job *j = NULL;

	pthread_mutex_lock(&w->lock);
	while (!w->stop && !w->waiting)
		pthread_cond_wait(&w->wake, &w->lock);
	if (!w->stop) {
		j = take(&w->queue[0]);
		if (!j)
			j = take(&w->queue[1]);
		w->waiting--;
	}
	pthread_mutex_unlock(&w->lock);
	return j;
}

static void *worker_main(void *arg)
{
	struct workers *w = arg;

	for (;;) {
		struct job *j = next_job(w);

		if (!j)
			return NULL;
		j->run(j);
		send_home(w, j);
	}
}

int workers_new(struct workers **ret, unsigned threads, size_t cap)
{
	if (threads < 1 || threads > WORKERS_MAX || cap < 1)
		return -EINVAL;

	struct workers *w =
		mem_zalloc(sizeof(*w) + threads * sizeof(w->thread[0]));
	if (!w)
		return -ENOMEM;
	w->cap = cap;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->wake, NULL);
	for (unsigned i = 0; i < threads; i++) {
		char name[16];

		if (pthread_create(&w->thread[i], NULL, worker_main, w)) {
			workers_free(w);
			return -EAGAIN;
		}
		w->threads++;
		(void)snprintf(name, sizeof(name), "worker%u", i);
		(void)pthread_setname_np(w->thread[i], name);
	}
	*ret = w;
	return 0;
}

int workers_submit(struct workers *w, struct job *j)
{
	int err = 0;

	pthread_mutex_lock(&w->lock);
	if (w->stop || w->waiting >= w->cap) {
		err = -EAGAIN;
	} else {
		put(&w->queue[j->urgent ? 0 : 1], j);
		w->waiting++;
		pthread_cond_signal(&w->wake);
	}
	pthread_mutex_unlock(&w->lock);
	if (err)
		metric_add(METRIC_WORKER_REFUSED, 1);
	return err;
}

size_t workers_waiting(struct workers *w)
{
	pthread_mutex_lock(&w->lock);
	const size_t n = w->waiting;
	pthread_mutex_unlock(&w->lock);
	return n;
}

unsigned workers_threads(const struct workers *w)
{
	return w->threads;
}

struct workers *workers_free(struct workers *w)
{
	if (!w)
		return NULL;

	pthread_mutex_lock(&w->lock);
	w->stop = 1;
	pthread_cond_broadcast(&w->wake);
	pthread_mutex_unlock(&w->lock);
	for (unsigned i = 0; i < w->threads; i++)
		pthread_join(w->thread[i], NULL);

	for (int i = 0; i < 2; i++)
		for (struct job *j; (j = take(&w->queue[i]));)
			if (j->drop)
				j->drop(j);
	pthread_cond_destroy(&w->wake);
	pthread_mutex_destroy(&w->lock);
	mem_free(w);
	return NULL;
}
