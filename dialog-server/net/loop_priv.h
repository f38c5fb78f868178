/**
 * @file loop_priv.h  What the files of net share about a loop
 *
 *   timers -> prepare: jobs -> wait for I/O -> callbacks -> check: jobs
 *
 * A job runs once at the end of the current turn, outside of every callback:
 * there queues are flushed and dead objects freed.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef NET_LOOP_PRIV_H
#define NET_LOOP_PRIV_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "base/list.h"
#include "net/loop.h"

struct http_client;
struct lws_context;
struct lws_vhost;
struct mailbox;

/** Embedded in what has something to do at the end of a turn. */
struct loop_job {
	struct list node;
	void (*run)(struct loop_job *j);
};

struct loop {
	uv_loop_t uv;
	uv_async_t wake;
	uv_prepare_t before;
	uv_check_t after;
	uv_idle_t again; /* keeps turning while jobs are left */
	struct list jobs;
	struct mailbox *box;
	atomic_int stop;
	struct loop_ticker *ticker;
	struct http_client *http; /* made by the first http_call_open() */
	struct lws_context *lws;  /* made when first needed, lws.c */
	struct lws_vhost *client, *tls_client;
	int64_t stall_logged_us;
	char name[16];
};

/** Not queued. @param run  gets the job, on the loop */
void loop_job_init(struct loop_job *j, void (*run)(struct loop_job *j));

/** Run at the end of this turn; queued once however often asked. @realtime */
void loop_later(struct loop *l, struct loop_job *j);

/** Forget a queued job; one that is not queued is fine. */
void loop_job_cancel(struct loop_job *j);

/** Bracket what runs from the loop: a long one is logged with its name. */
int64_t loop_span_begin(void);
void loop_span_end(struct loop *l, int64_t begin_us, const char *what);

/** Free the HTTP client of a loop (http.c). */
void http_client_free(struct http_client *c);

#endif /* NET_LOOP_PRIV_H */
