/**
 * @file strand.c  Queues of jobs that call the user's handlers, one at a time
 *
 *   sockets --strand_post--> [ strand of a call ] --+
 *   sockets --strand_post--> [ strand of a call ] --+--> ready list
 *                                                          |
 *                    expert_run(): at once, no queue       |
 *                    expert_run_workers(): n threads <-----+
 *                    expert_dispatch(): its caller   <-----'
 *
 * Jobs of a strand run in order, never two at a time; strands run beside each
 * other. After each job a strand goes to the end of the ready list, so one
 * with many jobs delays nobody.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "priv.h"

void job_free(struct job *j)
{
	if (!j || !j->heap)
		return;

	free(j->text);
	free(j);
}

struct job *job_new(int kind, const char *text, size_t len)
{
	struct job *j = calloc(1, sizeof(*j));

	if (!j)
		return NULL;

	j->kind = kind;
	j->heap = 1;
	j->len = len;
	j->text = malloc(len + 1);
	if (!j->text) {
		free(j);
		return NULL;
	}
	memcpy(j->text, text, len);
	j->text[len] = 0;
	return j;
}

/* ---- life --------------------------------------------------------------- */

void exec_open(struct exec *x, enum exec_mode mode, int fd)
{
	*x = (struct exec){.mode = mode, .fd = fd};
	(void)pthread_mutex_init(&x->lock, NULL);
	(void)pthread_cond_init(&x->wake, NULL);
}

void exec_close(struct exec *x)
{
	(void)pthread_cond_destroy(&x->wake);
	(void)pthread_mutex_destroy(&x->lock);
	*x = (struct exec){.fd = -1};
}

void exec_signal(struct exec *x)
{
	static const uint64_t one = 1;

	if (x->fd >= 0)
		(void)!write(x->fd, &one, sizeof(one));
}

/* ---- queues ------------------------------------------------------------- */

/* Lock held. */
static void make_ready(struct exec *x, struct strand *s)
{
	s->is_ready = 1;
	s->next = NULL;
	if (x->tail)
		x->tail->next = s;
	else
		x->head = s;
	x->tail = s;
	(void)pthread_cond_signal(&x->wake);
	exec_signal(x);
}

void strand_post(struct exec *x, struct strand *s, struct job *j)
{
	if (x->mode == EXEC_INLINE) {
		(void)s->run(s->arg, j);
		job_free(j);
		return;
	}

	j->next = NULL;
	(void)pthread_mutex_lock(&x->lock);
	if (s->job_tail)
		s->job_tail->next = j;
	else
		s->job_head = j;
	s->job_tail = j;
	s->n++;
	s->bytes += j->len;
	if (!s->is_ready && !s->is_running)
		make_ready(x, s);
	(void)pthread_mutex_unlock(&x->lock);
}

void strand_load(struct exec *x, struct strand *s, uint32_t *ret_n,
		 size_t *ret_bytes)
{
	if (x->mode == EXEC_INLINE) {
		*ret_n = 0;
		*ret_bytes = 0;
		return;
	}
	(void)pthread_mutex_lock(&x->lock);
	*ret_n = s->n + (uint32_t)s->is_running;
	*ret_bytes = s->bytes;
	(void)pthread_mutex_unlock(&x->lock);
}

/* The first ready strand's next job, or NULL. Lock held. */
static struct job *take(struct exec *x, struct strand **ret)
{
	struct strand *s = x->head;
	struct job *j;

	if (!s)
		return NULL;

	x->head = s->next;
	if (!x->head)
		x->tail = NULL;
	j = s->job_head;
	s->job_head = j->next;
	if (!s->job_head)
		s->job_tail = NULL;
	s->n--;
	s->bytes -= j->len;
	s->is_ready = 0;
	s->is_running = 1;
	*ret = s;
	return j;
}

/* Lock held before and after, not while the job runs. The strand may be freed
 * as soon as it is not running any more. */
static void run_one(struct expert *e, struct exec *x, struct strand *s,
		    struct job *j)
{
	int wake;

	(void)pthread_mutex_unlock(&x->lock);
	wake = s->run(s->arg, j);
	job_free(j);
	(void)pthread_mutex_lock(&x->lock);
	s->is_running = 0;
	if (s->job_head)
		make_ready(x, s);
	if (wake)
		expert_wake(e);
}

/* ---- who runs them ------------------------------------------------------ */

static void *worker(void *arg)
{
	struct expert *e = arg;
	struct exec *x = &e->exec;

	(void)pthread_mutex_lock(&x->lock);
	for (;;) {
		struct strand *s;
		struct job *j = take(x, &s);

		if (j) {
			run_one(e, x, s, j);
			continue;
		}
		if (x->stopping)
			break;
		(void)pthread_cond_wait(&x->wake, &x->lock);
	}
	(void)pthread_mutex_unlock(&x->lock);
	return NULL;
}

void exec_join(struct exec *x)
{
	(void)pthread_mutex_lock(&x->lock);
	x->stopping = 1;
	(void)pthread_cond_broadcast(&x->wake);
	(void)pthread_mutex_unlock(&x->lock);
	while (x->n_threads)
		(void)pthread_join(x->threads[--x->n_threads], NULL);
}

int exec_start(struct expert *e, int n)
{
	struct exec *x = &e->exec;

	for (; x->n_threads < n; x->n_threads++) {
		if (!pthread_create(&x->threads[x->n_threads], NULL, worker,
				    e))
			continue;
		exec_join(x);
		return EXPERT_ENOMEM;
	}
	return EXPERT_OK;
}

int exec_run(struct expert *e, struct exec *x, int max)
{
	uint64_t count;
	int more;

	if (x->fd >= 0)
		(void)!read(x->fd, &count, sizeof(count));
	(void)pthread_mutex_lock(&x->lock);
	for (; max > 0; max--) {
		struct strand *s;
		struct job *j = take(x, &s);

		if (!j)
			break;
		run_one(e, x, s, j);
	}
	more = x->head != NULL;
	(void)pthread_mutex_unlock(&x->lock);
	if (more)
		exec_signal(x);
	return more;
}
