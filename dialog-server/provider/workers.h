/**
 * @file workers.h  A bounded pool of threads for engines that compute
 *
 *   loop --submit--> [ bounded queue ] --run() on a worker--> loop: done()
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
	struct loop_msg msg;            /**< used to post back            */
	struct loop *home;              /**< where done() runs            */
	void (*run)(struct job *j);     /**< on a worker; may block shortly */
	void (*done)(struct job *j);    /**< on home                      */
	struct job *next;               /**< of the queue                 */
};

/** @param threads  1..64 @param cap  most jobs waiting
 *  @return 0, -EINVAL, -ENOMEM, -EAGAIN */
int workers_new(struct workers **ret, unsigned threads, size_t cap);

/** @return 0, -EAGAIN (queue full; counted) @thread any */
int workers_submit(struct workers *w, struct job *j);

/** Waits for running jobs; queued ones are dropped. @return NULL */
struct workers *workers_free(struct workers *w);

#endif /* PROVIDER_WORKERS_H */
