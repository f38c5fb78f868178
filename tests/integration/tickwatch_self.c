/**
 * @file tickwatch_self.c  Plants what tickwatch must find
 *
 * With an argument plants nothing. Each kind is done once outside of the tick
 * and once inside of it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

int alloc_tick_active(void);

static _Thread_local int in_tick;

__attribute__((visibility("default"))) int alloc_tick_active(void)
{
	return in_tick;
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static sem_t semaphore;

static void offend(void)
{
	void *volatile a = malloc(10);
	void *volatile b = calloc(2, 10);
	void *c = NULL;

	a = realloc(a, 100);
	free(a);
	free(b);
	free(NULL);
	if (!posix_memalign(&c, 64, 100))
		free(c);
	(void)pthread_mutex_lock(&mutex);
	(void)pthread_mutex_unlock(&mutex);
	(void)pthread_rwlock_rdlock(&rwlock);
	(void)pthread_rwlock_unlock(&rwlock);
	(void)sem_post(&semaphore);
	(void)sem_wait(&semaphore);
}

static void *elsewhere(void *arg)
{
	offend();
	return arg;
}

int main(int argc, char **argv)
{
	pthread_t t;

	(void)argv;
	(void)sem_init(&semaphore, 0, 0);
	offend();
	if (argc > 1)
		return 0;
	in_tick = 1;
	offend();
	in_tick = 0;
	/* another thread is not in the tick of this one */
	if (pthread_create(&t, NULL, elsewhere, NULL))
		return 1;
	in_tick = 1;
	in_tick = 0;
	return pthread_join(t, NULL);
}
