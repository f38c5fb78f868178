/**
 * @file workers.h  A bounded pool of threads for engines that compute
 *
 *   loop --submit--> [ bounded queue ] --run() on a worker--> loop: done()
 *
 * At the end of the process: close what submits, workers_free(), let each
 * loop run once more (done() of the last jobs), free the loops.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_WORKERS_H
#define PROVIDER_WORKERS_H

#include <stddef.h>

#include "net/loop.h"

struct workers;

/** A piece of work; embed it as the first member. The submitter owns it
 *  again when done() is called. */
struct job {
	struct loop_msg msg;         /**< used to post back            */
	struct loop *home;           /**< where done() runs            */
	void (*run)(struct job *j);  /**< on a worker; may block shortly */
	void (*done)(struct job *j); /**< on home                      */
	/** NULL, or instead of done() for a job still queued (or whose home
	 *  takes no more messages) at workers_free(); on that thread. */
	void (*drop)(struct job *j);
	int urgent;       /**< before all that is not       */
	struct job *next; /**< of the queue                 */
};

/** @param threads  1..64 @param cap  most jobs waiting
 *  @return 0, -EINVAL, -ENOMEM, -EAGAIN */
int workers_new(struct workers **ret, unsigned threads, size_t cap);

/** @return 0, -EAGAIN (queue full; counted) @thread any */
int workers_submit(struct workers *w, struct job *j);

/** @return jobs waiting now @thread any */
size_t workers_waiting(struct workers *w);

/** @return threads @thread any */
unsigned workers_threads(const struct workers *w);

/** Waits for running jobs; queued ones are dropped. @return NULL */
struct workers *workers_free(struct workers *w);

#endif /* PROVIDER_WORKERS_H */
