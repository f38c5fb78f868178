/**
 * @file loop.c  One event loop a thread, on libuv
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/log_limit.h"
#include "base/mailbox.h"
#include "base/text.h"
#include "net/loop_priv.h"
#include "net/lws_priv.h"

enum {
	STALL_US = 5000, /* a quarter of a 20 ms frame          */
	STALL_LOG_EVERY_US = 1000000,
	OVERDUE_MS = 30000,
};

struct loop_ticker {
	uv_poll_t poll;
	struct loop *loop;
	loop_fn *fn;
	void *arg;
	int fd;
};

struct timer {
	uv_timer_t uv;
	struct loop *loop;
	loop_fn *fn;
	void *arg;
};

/* ---- jobs ------------------------------------------------------------ */

void loop_job_init(struct loop_job *j, void (*run)(struct loop_job *j))
{
	list_init(&j->node);
	j->run = run;
}

void loop_later(struct loop *l, struct loop_job *j)
{
	if (list_empty(&j->node))
		list_append(&l->jobs, &j->node);
}

void loop_job_cancel(struct loop_job *j)
{
	list_unlink(&j->node);
}

int64_t loop_span_begin(void)
{
	return clock_now_us();
}

void loop_span_end(struct loop *l, int64_t begin_us, const char *what)
{
	int64_t now_us = clock_now_us();

	if (now_us - begin_us <= STALL_US ||
	    now_us - l->stall_logged_us < STALL_LOG_EVERY_US)
		return;
	l->stall_logged_us = now_us;
	log_warn_limited(l->name, "loop stalled in=%s us=%lld", what,
			 (long long)(now_us - begin_us));
}

static void on_again(uv_idle_t *h)
{
	(void)h;
}

/* Jobs that are queued while these run wait for the next turn, so that a job
 * which always comes back cannot starve the sockets. */
static void run_jobs(struct loop *l)
{
	struct list now;

	if (list_empty(&l->jobs))
		return;

	int64_t begin_us = loop_span_begin();

	now = l->jobs;
	now.next->prev = &now;
	now.prev->next = &now;
	list_init(&l->jobs);
	while (!list_empty(&now)) {
		struct loop_job *j =
			LIST_ENTRY(now.next, struct loop_job, node);

		list_unlink(&j->node);
		j->run(j);
	}
	loop_span_end(l, begin_us, "jobs");
}

static void on_before(uv_prepare_t *h)
{
	struct loop *l = h->data;

	run_jobs(l);
	if (list_empty(&l->jobs))
		uv_idle_stop(&l->again);
	else
		uv_idle_start(&l->again, on_again);
}

static void on_after(uv_check_t *h)
{
	run_jobs(h->data);
}

/* ---- messages -------------------------------------------------------- */

static void drain_mailbox(struct loop *l)
{
	for (int i = 0; i < LIMIT_LOOP_MAILBOX; i++) {
		struct loop_msg *m = mailbox_pull(l->box);

		if (!m)
			return;

		int64_t begin_us = loop_span_begin();

		m->run(m);
		loop_span_end(l, begin_us, "message");
	}
	uv_async_send(&l->wake);
}

static void on_wake(uv_async_t *h)
{
	struct loop *l = h->data;

	drain_mailbox(l);
	if (atomic_load(&l->stop))
		uv_stop(&l->uv);
}

int loop_post(struct loop *l, struct loop_msg *m)
{
	int err = mailbox_push(l->box, m);

	if (!err)
		uv_async_send(&l->wake);
	return err;
}

/* ---- the loop -------------------------------------------------------- */

/* A peer that has gone is an error code to us, never a signal: TLS writes
 * through OpenSSL, which has no MSG_NOSIGNAL. */
static void ignore_sigpipe(void)
{
	struct sigaction sa = {.sa_handler = SIG_IGN};

	(void)sigaction(SIGPIPE, &sa, NULL);
}

int loop_new(struct loop **ret, const char *name)
{
	struct loop *l = mem_zalloc(sizeof(*l));

	if (!l)
		return -ENOMEM;
	ignore_sigpipe();
	list_init(&l->jobs);
	(void)text_copy(l->name, sizeof(l->name), name);

	int err = mailbox_new(&l->box, LIMIT_LOOP_MAILBOX);

	if (!err)
		err = uv_loop_init(&l->uv);
	if (err) {
		mailbox_free(l->box);
		mem_free(l);
		return err;
	}
	/* These cannot fail for want of anything but descriptors. */
	err = uv_async_init(&l->uv, &l->wake, on_wake);
	if (err) {
		(void)uv_loop_close(&l->uv);
		mailbox_free(l->box);
		mem_free(l);
		return err;
	}
	(void)uv_prepare_init(&l->uv, &l->before);
	(void)uv_check_init(&l->uv, &l->after);
	(void)uv_idle_init(&l->uv, &l->again);
	l->wake.data = l->before.data = l->after.data = l;
	(void)uv_prepare_start(&l->before, on_before);
	(void)uv_check_start(&l->after, on_after);
	*ret = l;
	return 0;
}

void loop_run(struct loop *l)
{
	while (!atomic_load(&l->stop))
		uv_run(&l->uv, UV_RUN_DEFAULT);
	atomic_store(&l->stop, 0);
}

void loop_stop(struct loop *l)
{
	atomic_store(&l->stop, 1);
	uv_async_send(&l->wake);
}

int64_t loop_now_us(const struct loop *l)
{
	(void)l;
	return clock_now_us();
}

const char *loop_name(const struct loop *l)
{
	return l->name;
}

static void free_ticker(uv_handle_t *h)
{
	struct loop_ticker *t = h->data;

	(void)close(t->fd);
	mem_free(t);
}

/* Whatever still stands after this long was forgotten by its owner. */
static void on_overdue(uv_timer_t *h)
{
	struct loop *l = h->data;

	log_error(l->name, "loop cannot end: something is still open");
	uv_stop(&l->uv);
}

/* Closing is asynchronous, and a job may close more. */
static void turn_until_empty(struct loop *l)
{
	uv_timer_t guard;

	(void)uv_timer_init(&l->uv, &guard);
	guard.data = l;
	(void)uv_timer_start(&guard, on_overdue, OVERDUE_MS, 0);
	uv_unref((uv_handle_t *)&guard);
	do {
		while (!list_empty(&l->jobs))
			run_jobs(l);
		(void)uv_run(&l->uv, UV_RUN_DEFAULT);
	} while (!list_empty(&l->jobs));
	uv_close((uv_handle_t *)&guard, NULL);
	(void)uv_run(&l->uv, UV_RUN_NOWAIT);
}

struct loop *loop_free(struct loop *l)
{
	if (!l)
		return NULL;
	drain_mailbox(l);
	while (!list_empty(&l->jobs))
		run_jobs(l);
	http_client_free(l->http);
	if (l->ticker)
		uv_close((uv_handle_t *)&l->ticker->poll, free_ticker);
	lws_close_loop(l);
	uv_close((uv_handle_t *)&l->wake, NULL);
	uv_close((uv_handle_t *)&l->before, NULL);
	uv_close((uv_handle_t *)&l->after, NULL);
	uv_close((uv_handle_t *)&l->again, NULL);
	turn_until_empty(l);
	lws_free_loop(l);
	if (uv_loop_close(&l->uv))
		log_error(l->name, "loop freed with something still open");
	mailbox_free(l->box);
	return mem_free(l);
}

/* ---- the tick -------------------------------------------------------- */

static void on_tick(uv_poll_t *h, int status, int events)
{
	struct loop_ticker *t = h->data;
	uint64_t times;

	(void)status;
	(void)events;
	if (read(t->fd, &times, sizeof(times)) != (ssize_t)sizeof(times))
		return;

	int64_t begin_us = loop_span_begin();

	t->fn(t->arg);
	loop_span_end(t->loop, begin_us, "tick");
}

int loop_tick(struct loop *l, int64_t period_us, loop_fn *fn, void *arg)
{
	struct itimerspec when = {
		.it_interval = {period_us / US_PER_S,
				(long)(period_us % US_PER_S) * 1000},
	};
	int64_t first_us = clock_now_us() + period_us;
	struct loop_ticker *t;
	int err;

	if (period_us <= 0 || l->ticker)
		return -EINVAL;
	t = mem_zalloc(sizeof(*t));
	if (!t)
		return -ENOMEM;
	when.it_value.tv_sec = first_us / US_PER_S;
	when.it_value.tv_nsec = (long)(first_us % US_PER_S) * 1000;
	t->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (t->fd < 0 ||
	    timerfd_settime(t->fd, TFD_TIMER_ABSTIME, &when, NULL)) {
		err = -errno;
		goto fail;
	}
	err = uv_poll_init(&l->uv, &t->poll, t->fd);
	if (err)
		goto fail;
	t->poll.data = t;
	t->loop = l;
	t->fn = fn;
	t->arg = arg;
	l->ticker = t;
	return uv_poll_start(&t->poll, UV_READABLE, on_tick);
fail:
	if (t->fd >= 0)
		(void)close(t->fd);
	mem_free(t);
	return err;
}

/* ---- work ------------------------------------------------------------ */

struct work {
	uv_work_t uv;
	struct loop *loop;
	loop_fn *work, *done;
	void *arg;
};

static void on_work(uv_work_t *w)
{
	struct work *k = w->data;

	k->work(k->arg);
}

static void on_worked(uv_work_t *w, int status)
{
	struct work *k = w->data;
	int64_t begin_us = loop_span_begin();

	(void)status;
	k->done(k->arg);
	loop_span_end(k->loop, begin_us, "work done");
	mem_free(k);
}

int loop_work(struct loop *l, loop_fn *work, loop_fn *done, void *arg)
{
	struct work *k = mem_zalloc(sizeof(*k));

	if (!k)
		return -ENOMEM;
	*k = (struct work){.loop = l, .work = work, .done = done, .arg = arg};
	k->uv.data = k;
	/* Fails only for want of a function. */
	return uv_queue_work(&l->uv, &k->uv, on_work, on_worked);
}

/* ---- timers ---------------------------------------------------------- */

int timer_new(struct timer **ret, struct loop *l, loop_fn *fn, void *arg)
{
	struct timer *t = mem_zalloc(sizeof(*t));

	if (!t)
		return -ENOMEM;
	(void)uv_timer_init(&l->uv, &t->uv);
	t->uv.data = t;
	t->loop = l;
	t->fn = fn;
	t->arg = arg;
	*ret = t;
	return 0;
}

static void on_timer(uv_timer_t *h)
{
	struct timer *t = h->data;
	struct loop *l = t->loop;
	int64_t begin_us = loop_span_begin();

	t->fn(t->arg); /* may free t */
	loop_span_end(l, begin_us, "timer");
}

void timer_start(struct timer *t, int64_t delay_us)
{
	int64_t delay_ms = (delay_us + US_PER_MS - 1) / US_PER_MS;

	/* The loop's idea of now is as old as the turn. */
	uv_update_time(&t->loop->uv);
	(void)uv_timer_start(&t->uv, on_timer,
			     delay_ms > 0 ? (uint64_t)delay_ms : 0, 0);
}

void timer_stop(struct timer *t)
{
	(void)uv_timer_stop(&t->uv);
}

static void free_timer(uv_handle_t *h)
{
	mem_free(h->data);
}

struct timer *timer_free(struct timer *t)
{
	if (t)
		uv_close((uv_handle_t *)&t->uv, free_timer);
	return NULL;
}
