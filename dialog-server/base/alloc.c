/**
 * @file alloc.c  The only door to the heap
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/alloc.h"

/* 0: off; n > 1: n - 1 more allocations succeed; 1: all fail. */
static atomic_uint_least64_t fail_in;

static _Thread_local int tick_depth;

static int refused(void)
{
	uint_least64_t left =
		atomic_load_explicit(&fail_in, memory_order_relaxed);

	while (left > 1)
		if (atomic_compare_exchange_weak(&fail_in, &left, left - 1))
			return 0;

	return left == 1;
}

void *mem_zalloc(size_t bytes)
{
	return refused() ? NULL : calloc(1, bytes ? bytes : 1);
}

void *mem_alloc(size_t bytes)
{
	return refused() ? NULL : malloc(bytes ? bytes : 1);
}

void *mem_realloc(void *p, size_t bytes)
{
	return refused() ? NULL : realloc(p, bytes ? bytes : 1);
}

void *mem_pages(size_t bytes)
{
	void *p;

	if (refused())
		return NULL;
	p = mmap(NULL, bytes ? bytes : 1, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	return p == MAP_FAILED ? NULL : p;
}

void *mem_pages_free(void *p, size_t bytes)
{
	if (p)
		(void)munmap(p, bytes ? bytes : 1);
	return NULL;
}

char *mem_strdup(const char *s)
{
	return s ? mem_strndup(s, strlen(s)) : NULL;
}

char *mem_strndup(const char *s, size_t len)
{
	char *copy;

	if (!s || len == SIZE_MAX)
		return NULL;

	copy = mem_alloc(len + 1);
	if (!copy)
		return NULL;

	memcpy(copy, s, len);
	copy[len] = '\0';

	return copy;
}

void *mem_free(void *p)
{
	free(p);

	return NULL;
}

void *mem_must(void *p, const char *what)
{
	if (!p) {
		(void)fprintf(stderr, "out of memory at start: %s\n", what);
		abort();
	}

	return p;
}

void alloc_fail_after(uint64_t n)
{
	atomic_store(&fail_in, n);
}

void alloc_tick_enter(void)
{
	++tick_depth;
}

void alloc_tick_leave(void)
{
	--tick_depth;
}

int alloc_tick_active(void)
{
	return tick_depth > 0;
}
