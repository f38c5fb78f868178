/**
 * @file test_arena.c  Memory that is freed all at once, with a hard cap
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "unit/unit.h"

enum { HEADER = 32 }; /* of a chunk, counted in the cap */

START_TEST(gives_zeroed_aligned_memory)
{
	static const unsigned char zeros[200];
	struct arena a;

	arena_init(&a, 256, 4096);
	ck_assert_uint_eq(a.used_bytes, 0);
	for (int round = 0; round < 3; round++) {
		for (size_t n = 0; n < sizeof(zeros); n += 13) {
			unsigned char *p = arena_alloc(&a, n);

			ck_assert_ptr_nonnull(p);
			ck_assert_uint_eq((uintptr_t)p % 16, 0);
			ck_assert_mem_eq(p, zeros, n);
			memset(p, 0xa5, n);
		}
		arena_reset(&a);
	}
	arena_done(&a);
}
END_TEST

START_TEST(refuses_what_is_above_the_cap)
{
	struct arena a;

	arena_init(&a, 256, 1024);
	ck_assert_ptr_null(arena_alloc(&a, 1024 - HEADER + 1));
	ck_assert_uint_eq(a.used_bytes, 0);
	ck_assert_ptr_nonnull(arena_alloc(&a, 1024 - HEADER));
	ck_assert_uint_eq(a.used_bytes, 1024);
	ck_assert_ptr_null(arena_alloc(&a, 1));
	ck_assert_ptr_null(arena_alloc(&a, SIZE_MAX));
	ck_assert_ptr_null(arena_alloc(&a, SIZE_MAX - 20));
	arena_done(&a);
}
END_TEST

START_TEST(never_reserves_more_than_the_cap)
{
	struct arena a;
	size_t n = 0;

	arena_init(&a, 256, 1000);
	while (arena_alloc(&a, 16))
		n++;
	ck_assert_uint_le(a.used_bytes, 1000);
	ck_assert_uint_ge(n, (1000 - 4 * HEADER) / 16 - 1);
	arena_done(&a);
}
END_TEST

START_TEST(keeps_one_chunk_over_a_reset)
{
	struct arena a;

	arena_init(&a, 256, 8192);
	for (int i = 0; i < 20; i++)
		ck_assert_ptr_nonnull(arena_alloc(&a, 100));
	ck_assert_uint_gt(a.used_bytes, 2000);
	arena_reset(&a);
	ck_assert_uint_eq(a.used_bytes, 256);

	alloc_fail_after(1);
	ck_assert_ptr_nonnull(arena_alloc(&a, 100));
	ck_assert_ptr_null(arena_alloc(&a, 500));
	alloc_fail_after(0);
	arena_done(&a);
	ck_assert_uint_eq(a.used_bytes, 0);
}
END_TEST

START_TEST(goes_on_in_a_chunk_behind_a_large_piece)
{
	struct arena a;

	arena_init(&a, 256, 8192);
	ck_assert_ptr_nonnull(arena_alloc(&a, 32));
	ck_assert_ptr_nonnull(arena_alloc(&a, 1000));
	ck_assert_uint_eq(a.used_bytes, 256 + 1008 + HEADER);
	/* as much as was left of the first */
	ck_assert_ptr_nonnull(arena_alloc(&a, 256 - HEADER - 32));
	ck_assert_uint_eq(a.used_bytes, 256 + 1008 + HEADER);
	ck_assert_ptr_nonnull(arena_alloc(&a, 16));
	ck_assert_uint_eq(a.used_bytes, 2 * 256 + 1008 + HEADER);
	arena_done(&a);
}
END_TEST

START_TEST(copies_and_prints)
{
	struct arena a;

	arena_init(&a, 64, 256);
	ck_assert_str_eq(arena_strdup(&a, "noodles"), "noodles");
	ck_assert_str_eq(arena_strndup(&a, "noodles", 3), "noo");
	ck_assert_str_eq(arena_printf(&a, "%s-%d", "party", 4), "party-4");
	ck_assert_ptr_null(arena_strdup(&a, NULL));
	ck_assert_ptr_null(arena_strndup(&a, "x", SIZE_MAX));
	ck_assert_ptr_null(arena_printf(&a, "%300d", 1));
	arena_done(&a);
}
END_TEST

UNIT_MAIN("arena", gives_zeroed_aligned_memory, refuses_what_is_above_the_cap,
	  never_reserves_more_than_the_cap, keeps_one_chunk_over_a_reset,
	  goes_on_in_a_chunk_behind_a_large_piece, copies_and_prints)
