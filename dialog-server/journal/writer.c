/**
 * @file writer.c  The thread that writes journals and recordings
 *
 *   wfile_put --> ring [ tail ... head ) --> write(2)
 *
 * A ring's two positions share one atomic word, so that the shard can begin
 * again at 0 in one step when the ring is empty: nobody else changes the word
 * of an empty ring.
 *
 * SPDX-License-Identifier: MIT
 */
#include "journal/writer.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/episode.h"
#include "base/list.h"
#include "base/log.h"
#include "base/log_limit.h"
#include "journal/metrics.h"

enum {
	WRITER_POLL_US = 20000, /* one audio frame: small against any ring */
	HEADER_EACH_US = 1000000,
	RING_BYTES_MIN = 4096,
	RING_BYTES_MAX = 16 * 1024 * 1024,
};

struct wfile {
	struct list node; /* of writer->fresh, then writer->files */
	struct writer *writer;
	char *path;
	unsigned char *ring; /* ring[mask + 1], mapped */
	uint32_t mask;
	uint32_t touched; /* [bytes] of the ring ever written, the shard's */
	_Atomic uint64_t state; /* head in the upper, tail in the lower half */
	_Atomic int closing;    /* the shard has let go */
	_Atomic int broken;     /* puts are refused */
	_Atomic int unwanted;   /* the file goes, too */
	int fd;                 /* -1: not made yet, or broken */
	uint64_t bytes;         /* in the file */
	uint64_t header_bytes;  /* of them, when the header was written last */
	int64_t header_us;      /* [us] and when that was */
	uint32_t tag;           /* for header */
	_Atomic(wfile_header_fn *) header;
};

struct writer {
	pthread_t thread;
	pthread_mutex_t lock; /* fresh, stop */
	pthread_cond_t wake;
	struct list fresh; /* opened, not yet seen by the thread */
	struct list files; /* the thread's own */
	int stop;
	_Atomic uint64_t bytes, dropped, failed;
	_Atomic uint32_t open;
	struct episode trouble;
};

static uint32_t state_head(uint64_t state)
{
	return (uint32_t)(state >> 32);
}

static uint32_t state_tail(uint64_t state)
{
	return (uint32_t)state;
}

static uint64_t state_of(uint32_t head, uint32_t tail)
{
	return (uint64_t)head << 32 | tail;
}

/* ---- the writer thread -------------------------------------------------- */

/* One line when a trouble begins, not one a file: a full disk breaks every
 * file of every call. */
static void mark_broken(struct wfile *f, const char *what, int err)
{
	struct writer *w = f->writer;
	char why[64];

	if (atomic_exchange_explicit(&f->broken, 1, memory_order_relaxed))
		return;
	atomic_fetch_add_explicit(&w->failed, 1, memory_order_relaxed);
	metric_add(METRIC_FILES_FAILED, 1);
	if (episode_fail(&w->trouble, 1, clock_now_us()))
		log_error("writer",
			  "%s failed path=%s error=\"%s\": calls go on, their "
			  "journals and recordings are lost until "
			  "server.data_dir can be written",
			  what, f->path, strerror_r(err, why, sizeof(why)));
}

static void tell_well(struct writer *w)
{
	if (episode_well(&w->trouble, clock_now_us()))
		log_warn("writer", "files are written again incomplete=%llu",
			 (unsigned long long)w->trouble.failed);
}

/* The folders above path; those that exist are fine. */
static int make_folders(char *path)
{
	for (char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
		int failed;

		*p = '\0';
		failed = mkdir(path, 0700) < 0 && errno != EEXIST;
		*p = '/';
		if (failed)
			return -errno;
	}
	return 0;
}

static void make_file(struct wfile *f)
{
	int err = make_folders(f->path);

	if (err < 0) {
		mark_broken(f, "making folders", -err);
		return;
	}
	f->fd = open(f->path,
		     O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
		     0600);
	if (f->fd < 0)
		mark_broken(f, "making the file", errno);
}

/* @param ret_written  bytes, also on failure @return 0, -errno */
static int write_all(int fd, const unsigned char *data, uint32_t len,
		     uint32_t *ret_written)
{
	*ret_written = 0;
	while (*ret_written < len) {
		ssize_t n = write(fd, data + *ret_written, len - *ret_written);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		*ret_written += (uint32_t)n;
	}
	return 0;
}

static void count_written(struct wfile *f, uint32_t n)
{
	f->bytes += n;
	atomic_fetch_add_explicit(&f->writer->bytes, n, memory_order_relaxed);
}

/* Let the header say what is in the file by now. */
static void write_header(struct wfile *f)
{
	wfile_header_fn *fn =
		atomic_load_explicit(&f->header, memory_order_acquire);
	unsigned char out[WFILE_HEADER_BYTES_MAX];
	ssize_t n;
	size_t len;

	if (!fn || f->fd < 0 || f->bytes == f->header_bytes)
		return;
	len = fn(out, f->bytes, f->tag);
	n = pwrite(f->fd, out, len, 0);
	if (n != (ssize_t)len)
		mark_broken(f, "writing the header", n < 0 ? errno : ENOSPC);
	f->header_bytes = f->bytes;
}

/* What got in before stays, with a header that says so. */
static void end_broken(struct wfile *f)
{
	write_header(f);
	(void)close(f->fd);
	f->fd = -1;
}

static void put_out(struct wfile *f, const unsigned char *data, uint32_t len)
{
	uint32_t written;
	int err = write_all(f->fd, data, len, &written);

	count_written(f, written);
	if (err < 0) {
		mark_broken(f, "writing", -err);
		end_broken(f);
	} else {
		tell_well(f->writer);
	}
}

/* Write out what is in the ring now; a broken file just forgets it. */
static void drain(struct wfile *f)
{
	uint64_t state = atomic_load_explicit(&f->state, memory_order_acquire);
	uint32_t tail = state_tail(state), head = state_head(state);
	uint32_t todo = head - tail;

	while (todo > 0) {
		uint32_t from = tail & f->mask;
		uint32_t n =
			f->mask + 1 - from < todo ? f->mask + 1 - from : todo;

		if (f->fd >= 0)
			put_out(f, f->ring + from, n);
		tail += n;
		todo -= n;
	}
	/* The head may have moved on meanwhile: change the tail alone. */
	while (!atomic_compare_exchange_weak_explicit(
		&f->state, &state, state_of(state_head(state), tail),
		memory_order_release, memory_order_relaxed))
		;
}

static void finish(struct wfile *f)
{
	struct writer *w = f->writer;

	write_header(f);
	if (f->fd >= 0 && close(f->fd) < 0) {
		f->fd = -1;
		mark_broken(f, "closing", errno);
	}
	if (atomic_load_explicit(&f->unwanted, memory_order_relaxed) &&
	    unlink(f->path) < 0 && errno != ENOENT)
		log_limited(LOG_LEVEL_ERROR, "writer",
			    "file not deleted path=\"%s\" errno=%d", f->path,
			    errno);
	list_unlink(&f->node);
	(void)munmap(f->ring, (size_t)f->mask + 1);
	mem_free(f->path);
	mem_free(f);
	atomic_fetch_sub_explicit(&w->open, 1, memory_order_relaxed);
}

static void serve(struct writer *w)
{
	int64_t now_us = clock_now_us();

	LIST_FOREACH_SAFE (it, next, &w->files) {
		struct wfile *f = LIST_ENTRY(it, struct wfile, node);
		/* Read before draining: what was put before closing counts. */
		int closing = atomic_load_explicit(&f->closing,
						   memory_order_acquire);

		drain(f);
		if (closing) {
			finish(f);
		} else if (now_us - f->header_us >= HEADER_EACH_US) {
			f->header_us = now_us;
			write_header(f);
		}
	}
}

/* Wait for a new file, the next look, or the end. @return the stop flag */
static int wait_for_work(struct writer *w)
{
	int64_t until_us = clock_now_us() + WRITER_POLL_US;
	struct timespec until = {
		.tv_sec = until_us / US_PER_S,
		.tv_nsec = until_us % US_PER_S * 1000,
	};
	int stop;

	pthread_mutex_lock(&w->lock);
	while (!w->stop && list_empty(&w->fresh)) {
		if (list_empty(&w->files))
			pthread_cond_wait(&w->wake, &w->lock);
		else if (pthread_cond_timedwait(&w->wake, &w->lock, &until) ==
			 ETIMEDOUT)
			break;
	}
	stop = w->stop;
	pthread_mutex_unlock(&w->lock);
	return stop;
}

static void take_fresh(struct writer *w)
{
	for (;;) {
		struct wfile *f = NULL;

		pthread_mutex_lock(&w->lock);
		if (!list_empty(&w->fresh)) {
			f = LIST_ENTRY(w->fresh.next, struct wfile, node);
			list_unlink(&f->node);
		}
		pthread_mutex_unlock(&w->lock);
		if (!f)
			return;
		list_append(&w->files, &f->node);
		make_file(f);
	}
}

static void *run(void *arg)
{
	struct writer *w = arg;

	while (!wait_for_work(w)) {
		take_fresh(w);
		serve(w);
	}
	take_fresh(w);
	serve(w);
	/* All were closed, so the pass above has freed them. */
	assert(list_empty(&w->files));
	return NULL;
}

/* ---- the writer --------------------------------------------------------- */

int writer_new(struct writer **ret)
{
	struct writer *w = mem_zalloc(sizeof(*w));
	pthread_condattr_t attr;

	if (!w)
		return -ENOMEM;
	list_init(&w->fresh);
	list_init(&w->files);
	pthread_mutex_init(&w->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&w->wake, &attr);
	pthread_condattr_destroy(&attr);
	if (pthread_create(&w->thread, NULL, run, w) != 0) {
		pthread_cond_destroy(&w->wake);
		pthread_mutex_destroy(&w->lock);
		mem_free(w);
		return -EAGAIN;
	}
	(void)pthread_setname_np(w->thread, "writer");
	*ret = w;
	return 0;
}

struct writer *writer_free(struct writer *w)
{
	if (!w)
		return NULL;
	pthread_mutex_lock(&w->lock);
	w->stop = 1;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	pthread_cond_destroy(&w->wake);
	pthread_mutex_destroy(&w->lock);
	return mem_free(w);
}

void writer_stats(const struct writer *w, struct writer_stats *ret)
{
	*ret = (struct writer_stats){
		.bytes = atomic_load_explicit(&w->bytes, memory_order_relaxed),
		.dropped = atomic_load_explicit(&w->dropped,
						memory_order_relaxed),
		.failed =
			atomic_load_explicit(&w->failed, memory_order_relaxed),
		.open = atomic_load_explicit(&w->open, memory_order_relaxed),
		.in_trouble = episode_lasts(&w->trouble),
	};
}

/* ---- a file, from its shard --------------------------------------------- */

int wfile_open(struct wfile **ret, struct writer *w, const char *path,
	       size_t ring_bytes)
{
	struct wfile *f;
	size_t size = RING_BYTES_MIN;

	if (!path || !path[0] || ring_bytes > RING_BYTES_MAX)
		return -EINVAL;
	while (size < ring_bytes)
		size *= 2;
	f = mem_zalloc(sizeof(*f));
	if (!f)
		return -ENOMEM;
	f->path = mem_strdup(path);
	/* Not the heap: pages never touched cost nothing, and all go back to
	 * the system at once. */
	f->ring = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (!f->path || f->ring == MAP_FAILED) {
		if (f->ring != MAP_FAILED)
			(void)munmap(f->ring, size);
		mem_free(f->path);
		mem_free(f);
		return -ENOMEM;
	}
	f->writer = w;
	f->mask = (uint32_t)size - 1;
	f->fd = -1;
	atomic_fetch_add_explicit(&w->open, 1, memory_order_relaxed);
	pthread_mutex_lock(&w->lock);
	list_append(&w->fresh, &f->node);
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
	*ret = f;
	return 0;
}

static void ring_copy(struct wfile *f, uint32_t at, const void *data,
		      size_t len)
{
	size_t from = at & f->mask, end = (size_t)f->mask + 1 - from;
	size_t first = len < end ? len : end;

	if (from + first > f->touched)
		f->touched = (uint32_t)(from + first);
	if (first > 0)
		memcpy(f->ring + from, data, first);
	if (len > first)
		memcpy(f->ring, (const char *)data + first, len - first);
}

size_t wfile_room(const struct wfile *f)
{
	uint64_t state = atomic_load_explicit(&f->state, memory_order_acquire);

	if (atomic_load_explicit(&f->broken, memory_order_relaxed))
		return 0;
	return (size_t)f->mask + 1 -
	       (uint32_t)(state_head(state) - state_tail(state));
}

int wfile_put2(struct wfile *f, const void *head, size_t head_len,
	       const void *body, size_t body_len)
{
	uint64_t state = atomic_load_explicit(&f->state, memory_order_acquire);
	size_t room = wfile_room(f), len = head_len + body_len;

	if (len < head_len || len > room) {
		atomic_fetch_add_explicit(&f->writer->dropped, 1,
					  memory_order_relaxed);
		return -EAGAIN;
	}
	if (state_head(state) == state_tail(state)) {
		ring_copy(f, 0, head, head_len);
		ring_copy(f, (uint32_t)head_len, body, body_len);
		atomic_store_explicit(&f->state, state_of((uint32_t)len, 0),
				      memory_order_release);
		return 0;
	}
	ring_copy(f, state_head(state), head, head_len);
	ring_copy(f, state_head(state) + (uint32_t)head_len, body, body_len);
	/* The tail may have moved on meanwhile: change the head alone. */
	while (!atomic_compare_exchange_weak_explicit(
		&f->state, &state,
		state_of(state_head(state) + (uint32_t)len, state_tail(state)),
		memory_order_release, memory_order_acquire))
		;
	return 0;
}

void wfile_trim(struct wfile *f)
{
	uint64_t state;

	if (f->touched <= RING_BYTES_MIN)
		return;
	/* Nobody but us changes the word of an empty ring, and the next put
	 * begins again at 0. */
	state = atomic_load_explicit(&f->state, memory_order_acquire);
	if (state_head(state) != state_tail(state))
		return;
	(void)madvise(f->ring + RING_BYTES_MIN, f->touched - RING_BYTES_MIN,
		      MADV_DONTNEED);
	f->touched = RING_BYTES_MIN;
}

int wfile_put(struct wfile *f, const void *data, size_t len)
{
	return wfile_put2(f, data, len, NULL, 0);
}

void wfile_set_header(struct wfile *f, wfile_header_fn *fn, uint32_t tag)
{
	f->tag = tag;
	atomic_store_explicit(&f->header, fn, memory_order_release);
}

struct wfile *wfile_discard(struct wfile *f)
{
	if (f)
		atomic_store_explicit(&f->unwanted, 1, memory_order_relaxed);
	return wfile_close(f);
}

struct wfile *wfile_close(struct wfile *f)
{
	if (f)
		atomic_store_explicit(&f->closing, 1, memory_order_release);
	return NULL;
}
