/**
 * @file signals.c  SIGINT and SIGTERM while expert_run() runs
 *
 * Several clients may run in threads of their own: the first one in installs
 * the handler, the last one out puts back what was there.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>

#include "priv.h"

enum { RUNNING_MAX = 16 };

static _Atomic(struct expert *) running[RUNNING_MAX];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int n_running;
static struct sigaction old_int, old_term;

static void on_signal(int number)
{
	(void)number;
	for (int i = 0; i < RUNNING_MAX; i++)
		expert_stop(atomic_load(&running[i]));
}

int signals_take(struct expert *e)
{
	struct sigaction sa = {.sa_handler = on_signal,
			       .sa_flags = SA_RESTART};
	int rc = -EAGAIN;

	(void)sigemptyset(&sa.sa_mask);
	(void)pthread_mutex_lock(&lock);
	for (int i = 0; i < RUNNING_MAX && rc < 0; i++) {
		if (atomic_load(&running[i]))
			continue;
		atomic_store(&running[i], e);
		rc = 0;
	}
	if (rc == 0 && n_running++ == 0) {
		(void)sigaction(SIGINT, &sa, &old_int);
		(void)sigaction(SIGTERM, &sa, &old_term);
	}
	(void)pthread_mutex_unlock(&lock);
	return rc;
}

void signals_restore(struct expert *e)
{
	(void)pthread_mutex_lock(&lock);
	for (int i = 0; i < RUNNING_MAX; i++) {
		if (atomic_load(&running[i]) != e)
			continue;
		if (--n_running == 0) {
			(void)sigaction(SIGINT, &old_int, NULL);
			(void)sigaction(SIGTERM, &old_term, NULL);
		}
		atomic_store(&running[i], NULL);
	}
	(void)pthread_mutex_unlock(&lock);
}
