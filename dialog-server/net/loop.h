/**
 * @file loop.h  One event loop a thread: libuv, libwebsockets and libcurl
 *
 *   any thread --loop_post--> [ mailbox ] --uv_async--> runs on the loop
 *
 * A loop owns its sockets, timers and calls; nothing of it is locked. Work
 * crosses between threads only as messages.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include <stddef.h>
#include <stdint.h>

struct loop;

/** First member of anything that is sent to a loop. The receiver frees. */
struct loop_msg {
	void (*run)(struct loop_msg *m); /**< on the loop's thread */
};

typedef void(loop_fn)(void *arg);

/** @param name  for logs and the thread; copied @return 0, -ENOMEM, -errno */
int loop_new(struct loop **ret, const char *name);

/** Run until loop_stop(). @thread the owner from now on */
void loop_run(struct loop *l);

/** Ask the loop to return from loop_run(). @thread any */
void loop_stop(struct loop *l);

/** @return [us] the monotonic time of this turn of the loop */
int64_t loop_now_us(const struct loop *l);

/** Hand over a message; it stays the sender's when refused.
 *  @return 0, -EAGAIN (mailbox full; counted) @thread any */
int loop_post(struct loop *l, struct loop_msg *m);

/** Call fn every period_us by one absolute timer until the loop is freed.
 *  Late ticks are not made up for: fn sees one call and reads the clock.
 *  @return 0, -errno @thread the loop's */
int loop_tick(struct loop *l, int64_t period_us, loop_fn *fn, void *arg);

/** Run work on a thread of libuv's small pool, then done on this loop: for
 *  what waits for a disk and is asked for by a person.
 *  @return 0, -ENOMEM @thread the loop's */
int loop_work(struct loop *l, loop_fn *work, loop_fn *done, void *arg);

/** @return the name given to loop_new() */
const char *loop_name(const struct loop *l);

/** Everything opened on it must be closed. @return NULL */
struct loop *loop_free(struct loop *l);

/* ---- timers ---------------------------------------------------------- */

struct timer;

/** One-shot timer, unarmed; timer_start() never allocates.
 *  @return 0, -ENOMEM @thread the loop's */
int timer_new(struct timer **ret, struct loop *l, loop_fn *fn, void *arg);

/** Arm or re-arm: fires once, delay_us from now (1 ms grain). @realtime */
void timer_start(struct timer *t, int64_t delay_us);

/** Disarm; an unarmed one is fine. @realtime */
void timer_stop(struct timer *t);

/** @return NULL */
struct timer *timer_free(struct timer *t);

#endif /* NET_LOOP_H */
