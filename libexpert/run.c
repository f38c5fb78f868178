/**
 * @file run.c  The loop: service sockets, pass on commands, drain
 *
 *   any thread --queue + wake pipe--> [ lws_service ] --> handlers
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "priv.h"

/* Sockets a client may have at a time. */
enum { FDS_MAX = CALLS_MAX + 200 };

static const struct lws_protocols protocols[] = {
	{.name = "expert", .callback = sock_callback, .rx_buffer_size = 4096},
	{.name = "expert-call-out",
	 .callback = callout_callback,
	 .rx_buffer_size = 4096},
	{0},
};

static int open_vhosts(struct expert *e)
{
	const char *ca = e->opt.ca_file;

	for (struct server *s = e->servers; s; s = s->next) {
		if (!s->used)
			continue;
		s->vhost = wire_vhost(e->context, s, ca, protocols, 10);
		if (!s->vhost)
			return expert_fail(
				e, EXPERT_ENOMEM,
				"cannot start libwebsockets%s%.100s",
				ca ? "; check the CA file " : "",
				ca ? ca : "");
	}
	return EXPERT_OK;
}

/* Lets expert_wake() end the wait of lws_service(). */
static int open_wake(struct expert *e)
{
	/* It closes what it adopts. */
	lws_sock_file_fd_type wake = {
		.filefd = fcntl(e->wake_fd[0], F_DUPFD_CLOEXEC, 0)};
	struct server *s = e->servers;

	while (!s->used)
		s = s->next;
	if (wake.filefd >= 0 &&
	    lws_adopt_descriptor_vhost(s->vhost, LWS_ADOPT_RAW_FILE_DESC, wake,
				       "expert", NULL))
		return EXPERT_OK;
	return expert_fail(e, EXPERT_ENOMEM, "no descriptor is left");
}

static int open_context(struct expert *e)
{
	int rc, tls = 0;

	for (const struct server *s = e->servers; s; s = s->next)
		tls |= s->used && s->url.tls;
	e->context = wire_context(tls, FDS_MAX);
	if (!e->context)
		return expert_fail(e, EXPERT_ENOMEM,
				   "cannot start libwebsockets");

	rc = open_vhosts(e);
	if (rc == EXPERT_OK)
		rc = open_wake(e);
	if (rc < 0) {
		lws_context_destroy(e->context);
		e->context = NULL;
	}
	return rc;
}

/* ---- the loop ----------------------------------------------------------- */

static void begin_drain(struct expert *e)
{
	e->draining = 1;
	e->drain_by_us = now_us() + e->opt.drain_ms * 1000;
	expert_log(e, EXPERT_LOG_INFO, "draining, calls=%u",
		   (unsigned)e->n_calls);
	capacity_drain(e);
}

/* Whether there is nothing left to do. */
static int is_done(struct expert *e)
{
	int stops = atomic_load(&e->stops), listening = 0;

	if (stops >= STOP_NOW)
		return 1;
	if (stops && !e->draining)
		begin_drain(e);
	if (e->draining && now_us() >= e->drain_by_us)
		return 1;

	for (struct listener *l = e->listeners; l; l = l->next) {
		if (e->draining && !e->calls)
			listener_stop(l);
		listening += l->sock != NULL;
	}
	return !listening && !e->calls && !sock_count(e) &&
	       !callout_waits(e) && !e->test;
}

static void on_drain_end(lws_sorted_usec_list_t *sul)
{
	(void)sul; /* is_done() looks at the clock after every turn */
}

/* What the handlers did since the last turn. */
static void look_at_calls(struct expert *e)
{
	if (e->test)
		test_adopt(e);
	for (struct call *c = e->calls; c; c = c->next) {
		int verdict = atomic_load(&c->verdict);

		if (verdict == VERDICT_ACCEPT || verdict == VERDICT_DECLINE)
			listener_verdict(c->listener, c);
		if (atomic_load(&c->paused))
			call_resume(c);
		call_flush(c);
	}
	callout_flush(e);
	call_reap(e);
	sock_reap(e, 0);
	capacity_count(e);
	capacity_tell(e);
	if (e->exec.mode == EXEC_WORKERS)
		(void)exec_run(e, &e->told, NEWS_MAX);
}

static void serve(struct expert *e)
{
	lws_sorted_usec_list_t drain_sul = {0};
	int draining = 0;

	for (;;) {
		look_at_calls(e);
		if (is_done(e))
			break;
		if (e->draining && !draining)
			lws_sul_schedule(e->context, 0, &drain_sul,
					 on_drain_end,
					 e->opt.drain_ms * 1000 + 1000);
		draining = e->draining;
		if (lws_service(e->context, 0) < 0)
			break;
	}
	lws_sul_schedule(e->context, 0, &drain_sul, NULL,
			 LWS_SET_TIMER_USEC_CANCEL);
}

/* Handlers of what is left may still run: the calls themselves stay. */
static void end_all(struct expert *e)
{
	atomic_store(&e->hurry, 1);
	for (struct listener *l = e->listeners; l; l = l->next)
		listener_stop(l);
	for (struct call *c = e->calls; c; c = c->next)
		call_fail(c, "expert-stopped");
	callout_fail_all(e);
	sock_abandon_all(e);
	lws_context_destroy(e->context);
	e->context = NULL;
	sock_reap(e, 1);
}

int run_io(struct expert *e)
{
	sigset_t old;
	int rc;

	wire_pipe_block(&old);
	e->io_thread = pthread_self();
	rc = open_context(e);
	if (rc < 0) {
		wire_pipe_unblock(&old);
		return rc;
	}

	/* A test's calls are its own; nobody else's come to it. */
	for (struct listener *l = e->test ? NULL : e->listeners; l && rc == 0;
	     l = l->next)
		rc = listener_start(l);
	if (rc < 0)
		(void)expert_fail(e, rc, "%s", expert_strerror(rc));
	else
		serve(e);
	end_all(e);
	wire_pipe_unblock(&old);

	/* Who only calls is through with it. */
	if (rc == 0 && e->listeners && !atomic_load(&e->stops))
		rc = e->failed ? e->failed : EXPERT_ECLOSED;
	return rc;
}

int run_begin(struct expert *e, enum exec_mode mode)
{
	int none = 0, rc;

	if (!atomic_compare_exchange_strong(&e->running, &none, 1))
		return EXPERT_EALREADY;

	rc = e->servers->next ? EXPERT_OK : e->servers->err;
	if (rc == EXPERT_OK && !e->listeners && !callout_waits(e))
		rc = expert_fail(e, EXPERT_EINVAL,
				 "there is no address to listen on");
	/* Calls may be placed there at any time. */
	e->servers->used = 1;
	for (struct server *s = e->servers; s && rc == EXPERT_OK; s = s->next)
		if (s->used && s->err)
			rc = expert_fail(e, s->err, "%s", s->why);
	if (rc < 0) {
		atomic_store(&e->running, 0);
		return rc;
	}

	exec_open(&e->exec, mode, mode == EXEC_DISPATCH ? e->event_fd : -1);
	e->io_thread = pthread_self();
	e->draining = 0;
	e->failed = 0;
	e->error[0] = 0;
	atomic_store(&e->hurry, 0);
	return EXPERT_OK;
}

void run_end(struct expert *e)
{
	call_reap(e);
	exec_close(&e->exec);
	atomic_store(&e->stops, 0);
	atomic_store(&e->running, 0);
}

/* Between run_begin() and run_end(), with the handling of signals. */
static int run_with_signals(struct expert *e)
{
	int rc;

	if (e->opt.signals && signals_take(e) < 0)
		return expert_fail(e, EXPERT_EAGAIN,
				   "too many clients run in this process");

	rc = run_io(e);
	if (e->opt.signals)
		signals_restore(e);
	return rc;
}

int expert_run(struct expert *e)
{
	int rc;

	if (!e)
		return EXPERT_EINVAL;

	rc = run_begin(e, EXEC_INLINE);
	if (rc < 0)
		return rc;

	rc = run_with_signals(e);
	run_end(e);
	return rc;
}

int expert_run_workers(struct expert *e, int n)
{
	int rc;

	if (!e || n < 1 || n > WORKERS_MAX)
		return EXPERT_EINVAL;

	rc = run_begin(e, EXEC_WORKERS);
	if (rc < 0)
		return rc;

	exec_open(&e->told, EXEC_HELD, -1);
	rc = exec_start(e, n);
	if (rc < 0)
		(void)expert_fail(e, rc, "no more threads are to be had");
	else
		rc = run_with_signals(e);
	exec_join(&e->exec);
	(void)exec_run(e, &e->told, NEWS_MAX);
	exec_close(&e->told);
	run_end(e);
	return rc;
}
