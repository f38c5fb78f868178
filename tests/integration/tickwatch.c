/**
 * @file tickwatch.c  Counts heap and lock calls made on the media tick
 *
 *   LD_PRELOAD=tickwatch.so TICKWATCH_OUT=counts.json dialog-server ...
 *
 * The server brackets its tick with alloc_tick_enter() and alloc_tick_leave();
 * alloc_tick_active() tells of the present thread. Every call below that is
 * made while it is nonzero is counted, TICKWATCH_AFTER_MS (0) after the start
 * of the program, and the first eight leave their backtrace. A destructor
 * writes the result.
 *
 * "watched" counts the calls seen outside of the tick too, and "found" says
 * whether the program has a tick at all: a zero without these proves nothing.
 *
 * The heap functions go to the names that glibc keeps for interposers, so that
 * nothing here needs memory before it can give any.
 *
 * SPDX-License-Identifier: MIT
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { OFFENDERS = 8, FRAMES = 16, SKIP_FRAMES = 2 };

enum call {
	CALL_MALLOC,
	CALL_CALLOC,
	CALL_REALLOC,
	CALL_FREE,
	CALL_ALIGNED,
	CALL_MUTEX,
	CALL_RWLOCK,
	CALL_COND,
	CALL_SEM,
	CALL_N,
};

static const char *const names[CALL_N] = {"malloc", "calloc",  "realloc",
					  "free",   "aligned", "mutex",
					  "rwlock", "cond",    "semaphore"};

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t each);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t align, size_t n);
void __libc_free(void *p);

struct offender {
	enum call call;
	int n;
	void *at[FRAMES];
};

/* No dynamic TLS: its first use would allocate. */
static __thread int inside __attribute__((tls_model("initial-exec")));

static int (*tick_active)(void);
static int (*real_mutex_lock)(pthread_mutex_t *m);
static int (*real_rdlock)(pthread_rwlock_t *l);
static int (*real_wrlock)(pthread_rwlock_t *l);
static int (*real_cond_wait)(pthread_cond_t *c, pthread_mutex_t *m);
static int (*real_cond_timedwait)(pthread_cond_t *c, pthread_mutex_t *m,
				  const struct timespec *t);
static int (*real_sem_wait)(sem_t *s);

static uint64_t counts[CALL_N], watched;
static struct offender offenders[OFFENDERS];
static int n_offenders, ready;
static int64_t from_us;

static int64_t now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

/** A name in the next library, of the version that programs are linked to. */
static void find_next(void *ret, const char *name, const char *version)
{
	void *p = version ? dlvsym(RTLD_NEXT, name, version) : NULL;

	if (!p)
		p = dlsym(RTLD_NEXT, name);
	if (!p) {
		(void)fprintf(stderr, "tickwatch: no %s\n", name);
		_exit(127);
	}
	memcpy(ret, &p, sizeof(p));
}

static void resolve(void)
{
	inside++;
	find_next(&real_rdlock, "pthread_rwlock_rdlock", NULL);
	find_next(&real_wrlock, "pthread_rwlock_wrlock", NULL);
	find_next(&real_cond_wait, "pthread_cond_wait", "GLIBC_2.3.2");
	find_next(&real_cond_timedwait, "pthread_cond_timedwait",
		  "GLIBC_2.3.2");
	find_next(&real_sem_wait, "sem_wait", NULL);
	find_next(&real_mutex_lock, "pthread_mutex_lock", NULL);
	inside--;
}

__attribute__((constructor)) static void start(void)
{
	const char *after = getenv("TICKWATCH_AFTER_MS");
	void *p, *frames[2];

	if (!real_mutex_lock)
		resolve();
	inside++;
	/* its first call loads a library */
	(void)backtrace(frames, 2);
	p = dlsym(RTLD_DEFAULT, "alloc_tick_active");
	memcpy(&tick_active, &p, sizeof(p));
	from_us = now_us() + (after ? strtoll(after, NULL, 10) : 0) * 1000;
	inside--;
	__atomic_store_n(&ready, 1, __ATOMIC_RELEASE);
}

/** Never called from a hot loop of the test itself: plain and exact. */
static void note(enum call call)
{
	if (inside || !__atomic_load_n(&ready, __ATOMIC_ACQUIRE))
		return;
	(void)__atomic_fetch_add(&watched, 1, __ATOMIC_RELAXED);
	if (!tick_active || !tick_active() || now_us() < from_us)
		return;

	inside++;
	(void)__atomic_fetch_add(&counts[call], 1, __ATOMIC_RELAXED);

	const int k = __atomic_fetch_add(&n_offenders, 1, __ATOMIC_RELAXED);

	if (k < OFFENDERS) {
		offenders[k].call = call;
		offenders[k].n = backtrace(offenders[k].at, FRAMES);
	}
	inside--;
}

/* ---- what is watched
 * -------------------------------------------------------- */

void *malloc(size_t n)
{
	note(CALL_MALLOC);
	return __libc_malloc(n);
}

void *calloc(size_t n, size_t each)
{
	note(CALL_CALLOC);
	return __libc_calloc(n, each);
}

void *realloc(void *p, size_t n)
{
	note(CALL_REALLOC);
	return __libc_realloc(p, n);
}

void free(void *p)
{
	if (p)
		note(CALL_FREE);
	__libc_free(p);
}

int posix_memalign(void **ret, size_t align, size_t n)
{
	void *p;

	note(CALL_ALIGNED);
	if (align % sizeof(void *) || align & (align - 1) || !align)
		return EINVAL;
	p = __libc_memalign(align, n);
	if (!p)
		return ENOMEM;
	*ret = p;
	return 0;
}

void *aligned_alloc(size_t align, size_t n)
{
	note(CALL_ALIGNED);
	return __libc_memalign(align, n);
}

int pthread_mutex_lock(pthread_mutex_t *m)
{
	if (!real_mutex_lock)
		resolve();
	note(CALL_MUTEX);
	return real_mutex_lock(m);
}

int pthread_rwlock_rdlock(pthread_rwlock_t *l)
{
	if (!real_rdlock)
		resolve();
	note(CALL_RWLOCK);
	return real_rdlock(l);
}

int pthread_rwlock_wrlock(pthread_rwlock_t *l)
{
	if (!real_wrlock)
		resolve();
	note(CALL_RWLOCK);
	return real_wrlock(l);
}

int pthread_cond_wait(pthread_cond_t *c, pthread_mutex_t *m)
{
	if (!real_cond_wait)
		resolve();
	note(CALL_COND);
	return real_cond_wait(c, m);
}

int pthread_cond_timedwait(pthread_cond_t *c, pthread_mutex_t *m,
			   const struct timespec *t)
{
	if (!real_cond_timedwait)
		resolve();
	note(CALL_COND);
	return real_cond_timedwait(c, m, t);
}

int sem_wait(sem_t *s)
{
	if (!real_sem_wait)
		resolve();
	note(CALL_SEM);
	return real_sem_wait(s);
}

/* ---- the result
 * -------------------------------------------------------------- */

static void print_offender(FILE *f, const struct offender *o,
			   const char *comma)
{
	(void)fprintf(f, "%s{\"call\":\"%s\",\"at\":[", comma, names[o->call]);
	for (int i = SKIP_FRAMES; i < o->n; i++) {
		const char *file = "?";
		uintptr_t at = (uintptr_t)o->at[i];
		Dl_info info;

		if (dladdr(o->at[i], &info) && info.dli_fname) {
			file = info.dli_fname;
			at -= (uintptr_t)info.dli_fbase;
		}
		(void)fprintf(f, "%s\"%s+0x%lx\"", i > SKIP_FRAMES ? "," : "",
			      file, (unsigned long)at);
	}
	(void)fputs("]}", f);
}

__attribute__((destructor)) static void finish(void)
{
	const char *path = getenv("TICKWATCH_OUT");
	uint64_t total = 0;
	FILE *f;

	inside++;
	f = path ? fopen(path, "we") : NULL;
	if (!f)
		goto out;
	(void)fprintf(f, "{\"found\":%s,\"watched\":%llu",
		      tick_active ? "true" : "false",
		      (unsigned long long)watched);
	for (int i = 0; i < CALL_N; i++) {
		(void)fprintf(f, ",\"%s\":%llu", names[i],
			      (unsigned long long)counts[i]);
		total += counts[i];
	}
	(void)fprintf(f, ",\"total\":%llu,\"offenders\":[",
		      (unsigned long long)total);
	for (int i = 0; i < n_offenders && i < OFFENDERS; i++)
		print_offender(f, &offenders[i], i ? "," : "");
	(void)fputs("]}\n", f);
	(void)fclose(f);
out:
	inside--;
}
