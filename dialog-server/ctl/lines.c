/**
 * @file lines.c  Lines of standard input, given to a loop
 *
 * SPDX-License-Identifier: MIT
 */
#include "ctl/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "net/loop.h"

struct lines {
	struct loop_msg msg; /* posted when `line` is filled */
	struct loop *loop;
	lines_fn *fn;
	void *arg;
	pthread_t thread;
	sem_t wanted;
	atomic_int stop, posted;
	int wake[2]; /* a pipe: ends the wait for input */
	int end;
	size_t have; /* [bytes] read and not yet given */
	char buf[LINES_BYTES];
	char line[LINES_BYTES + 1];
};

static void on_line(struct loop_msg *m)
{
	struct lines *s = (struct lines *)(void *)m;

	atomic_store(&s->posted, 0);
	s->fn(s->arg, s->end ? NULL : s->line);
}

/* Move the first line of the buffer to `line`. @return 0 when there is none */
static int take_line(struct lines *s, int all)
{
	char *newline = memchr(s->buf, '\n', s->have);
	size_t len = newline ? (size_t)(newline - s->buf) : s->have;
	size_t used = newline ? len + 1 : len;

	if (!newline && s->have < sizeof(s->buf) && !(all && s->have))
		return 0;

	memcpy(s->line, s->buf, len);
	if (len && s->line[len - 1] == '\r')
		len--;
	s->line[len] = '\0';
	memmove(s->buf, s->buf + used, s->have - used);
	s->have -= used;

	return 1;
}

/* @return 1 for a line, 0 for the end */
static int read_line(struct lines *s)
{
	while (!take_line(s, 0)) {
		struct pollfd fds[2] = {{STDIN_FILENO, POLLIN, 0},
					{s->wake[0], POLLIN, 0}};
		ssize_t n;

		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return 0;
		if (atomic_load(&s->stop))
			return 0;
		if (!(fds[0].revents & (POLLIN | POLLHUP | POLLERR)))
			continue;
		n = read(STDIN_FILENO, s->buf + s->have,
			 sizeof(s->buf) - s->have);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return take_line(s, 1);
		s->have += (size_t)n;
	}

	return 1;
}

static void *reader(void *arg)
{
	struct lines *s = arg;

	while (!s->end) {
		while (sem_wait(&s->wanted) < 0 && errno == EINTR)
			;
		if (atomic_load(&s->stop))
			break;
		s->end = !read_line(s);
		if (atomic_load(&s->stop))
			break;
		atomic_store(&s->posted, 1);
		if (loop_post(s->loop, &s->msg) < 0) {
			atomic_store(&s->posted, 0);
			break;
		}
	}

	return NULL;
}

int lines_open(struct lines **ret, struct loop *l, lines_fn *fn, void *arg)
{
	struct lines *s = mem_zalloc(sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->msg.run = on_line;
	s->loop = l;
	s->fn = fn;
	s->arg = arg;
	if (sem_init(&s->wanted, 0, 0) < 0)
		goto fail;
	if (pipe2(s->wake, O_CLOEXEC) < 0)
		goto fail_sem;
	if (pthread_create(&s->thread, NULL, reader, s))
		goto fail_pipe;
	*ret = s;

	return 0;

fail_pipe:
	(void)close(s->wake[0]);
	(void)close(s->wake[1]);
fail_sem:
	(void)sem_destroy(&s->wanted);
fail:
	mem_free(s);

	return -EAGAIN;
}

void lines_next(struct lines *s)
{
	(void)sem_post(&s->wanted);
}

/* A message that was on its way when the owner closed. */
static void last_run(struct loop_msg *m)
{
	mem_free(m);
}

struct lines *lines_close(struct lines *s)
{
	if (!s)
		return NULL;

	atomic_store(&s->stop, 1);
	(void)sem_post(&s->wanted);
	while (write(s->wake[1], "x", 1) < 0 && errno == EINTR)
		;
	(void)pthread_join(s->thread, NULL);
	(void)close(s->wake[0]);
	(void)close(s->wake[1]);
	(void)sem_destroy(&s->wanted);
	if (atomic_load(&s->posted)) {
		s->msg.run = last_run;
		return NULL;
	}

	return mem_free(s);
}
