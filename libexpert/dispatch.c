/**
 * @file dispatch.c  Handlers from a loop of the program's own
 *
 *   sockets <--> I/O thread --strands--> [ expert_fd ] --> program's loop
 *                                              '--> expert_dispatch: handlers
 *
 * SPDX-License-Identifier: MIT
 */
#include <signal.h>
#include <sys/eventfd.h>

#include "priv.h"

/* Handlers of one expert_dispatch(): the loop has other work, too. */
enum { DISPATCH_MAX = 64 };

static void *io_thread(void *arg)
{
	struct expert *e = arg;

	atomic_store(&e->io_rc, run_io(e));
	atomic_store(&e->io_done, 1);
	exec_signal(&e->exec);
	return NULL;
}

/* Signals are for the program's own threads. */
static int start_thread(struct expert *e)
{
	sigset_t all, old;
	int rc;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_BLOCK, &all, &old);
	rc = pthread_create(&e->thread, NULL, io_thread, e);
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	return rc ? EXPERT_ENOMEM : EXPERT_OK;
}

/* The descriptor stays for the life of the client: a loop may look at it
 * once more after the end. */
static int make_fd(struct expert *e)
{
	if (e->event_fd < 0)
		e->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return e->event_fd < 0 ? EXPERT_ENOMEM : EXPERT_OK;
}

int expert_start(struct expert *e)
{
	int rc;

	if (!e)
		return EXPERT_EINVAL;
	if (atomic_load(&e->running))
		return EXPERT_EALREADY;
	if (make_fd(e) < 0)
		return expert_fail(e, EXPERT_ENOMEM, "no descriptor is left");

	rc = run_begin(e, EXEC_DISPATCH);
	if (rc < 0)
		return rc;

	atomic_store(&e->io_done, 0);
	rc = start_thread(e);
	if (rc < 0) {
		run_end(e);
		return expert_fail(e, rc, "no more threads are to be had");
	}

	atomic_store(&e->started, 1);
	return EXPERT_OK;
}

int expert_fd(const struct expert *e)
{
	return e && e->event_fd >= 0 ? e->event_fd : EXPERT_EINVAL;
}

/* Everything is told. @return as expert_run() */
static int finish(struct expert *e)
{
	(void)pthread_join(e->thread, NULL);
	/* What was posted between the last look and the thread's end. */
	while (exec_run(e, &e->exec, DISPATCH_MAX))
		;
	atomic_store(&e->started, 0);
	run_end(e);
	return atomic_load(&e->io_rc);
}

int expert_dispatch(struct expert *e)
{
	int none = 0, rc = EXPERT_RUNNING;

	if (!e || !atomic_load(&e->started))
		return EXPERT_EINVAL;
	if (!atomic_compare_exchange_strong(&e->dispatching, &none, 1))
		return EXPERT_EALREADY;

	if (!exec_run(e, &e->exec, DISPATCH_MAX) && atomic_load(&e->io_done))
		rc = finish(e);
	atomic_store(&e->dispatching, 0);
	return rc;
}

int expert_end(struct expert *e)
{
	int none = 0;

	if (!atomic_load(&e->started))
		return atomic_load(&e->running) ? EXPERT_EALREADY : EXPERT_OK;
	if (!atomic_compare_exchange_strong(&e->dispatching, &none, 1))
		return EXPERT_EALREADY;

	atomic_store(&e->stops, STOP_NOW);
	expert_wake(e);
	(void)finish(e);
	atomic_store(&e->dispatching, 0);
	return EXPERT_OK;
}
