/**
 * @file test_alloc.c  The door to the heap and its failing hook
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/alloc.h"
#include "unit/unit.h"

START_TEST(gives_zeroed_memory_also_for_zero_bytes)
{
	static const char zeros[64];
	char *p = mem_zalloc(sizeof(zeros));
	char *none = mem_alloc(0);

	ck_assert_ptr_nonnull(p);
	ck_assert_mem_eq(p, zeros, sizeof(zeros));
	ck_assert_ptr_nonnull(none);
	ck_assert_ptr_null(mem_free(p));
	ck_assert_ptr_null(mem_free(none));
	ck_assert_ptr_null(mem_free(NULL));
}
END_TEST

START_TEST(copies_strings)
{
	char *a = mem_strdup("table"), *b = mem_strndup("table\0x", 7);

	ck_assert_str_eq(a, "table");
	ck_assert_mem_eq(b, "table\0x", 8);
	ck_assert_ptr_null(mem_strdup(NULL));
	ck_assert_ptr_null(mem_strndup(NULL, 3));
	ck_assert_ptr_null(mem_strndup("x", SIZE_MAX));
	mem_free(a);
	mem_free(b);
}
END_TEST

START_TEST(fails_from_the_nth_allocation_on)
{
	void *p[4];

	alloc_fail_after(3);
	p[0] = mem_alloc(1);
	p[1] = mem_zalloc(1);
	ck_assert_ptr_nonnull(p[0]);
	ck_assert_ptr_nonnull(p[1]);
	ck_assert_ptr_null(mem_alloc(1));
	ck_assert_ptr_null(mem_zalloc(1));
	ck_assert_ptr_null(mem_strdup("x"));
	ck_assert_ptr_null(mem_realloc(p[0], 9));

	alloc_fail_after(0);
	p[0] = mem_realloc(p[0], 9);
	ck_assert_ptr_nonnull(p[0]);
	mem_free(p[0]);
	mem_free(p[1]);
}
END_TEST

START_TEST(knows_when_the_tick_is_active)
{
	ck_assert_int_eq(alloc_tick_active(), 0);
	alloc_tick_enter();
	alloc_tick_enter();
	alloc_tick_leave();
	ck_assert_int_ne(alloc_tick_active(), 0);
	alloc_tick_leave();
	ck_assert_int_eq(alloc_tick_active(), 0);
}
END_TEST

UNIT_MAIN("alloc", gives_zeroed_memory_also_for_zero_bytes, copies_strings,
	  fails_from_the_nth_allocation_on, knows_when_the_tick_is_active)
