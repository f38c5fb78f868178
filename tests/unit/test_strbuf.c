/**
 * @file test_strbuf.c  Text that grows to a bound
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "unit/unit.h"

START_TEST(is_an_empty_string_from_the_start)
{
	struct strbuf b;

	strbuf_init(&b, 100);
	ck_assert_str_eq(b.s, "");
	ck_assert_int_ne(strbuf_ok(&b), 0);
	strbuf_clear(&b);
	ck_assert_str_eq(b.s, "");
	strbuf_done(&b);
}
END_TEST

START_TEST(holds_its_limit_and_not_one_more)
{
	struct strbuf b;

	strbuf_init(&b, 1000);
	for (int i = 0; i < 999; i++)
		strbuf_addc(&b, 'x');
	ck_assert_int_ne(strbuf_ok(&b), 0);
	ck_assert_uint_eq(b.len, 999);
	strbuf_addc(&b, 'y');
	ck_assert_int_eq(strbuf_ok(&b), 0);
	ck_assert_uint_eq(strlen(b.s), 999);
	ck_assert_uint_le(b.cap, 1000);
	ck_assert_ptr_null(strbuf_take(&b));
	ck_assert_uint_eq(b.len, 0);
	ck_assert_int_ne(strbuf_ok(&b), 0);
	strbuf_done(&b);
}
END_TEST

START_TEST(prints_across_growth)
{
	struct strbuf b;
	char *s;

	strbuf_init(&b, 4096);
	strbuf_add(&b, "head ");
	strbuf_addf(&b, "%0500d|", 7);
	strbuf_add(&b, NULL);
	strbuf_addn(&b, "tailXX", 4);
	ck_assert_int_ne(strbuf_ok(&b), 0);
	ck_assert_uint_eq(b.len, 5 + 501 + 4);
	s = strbuf_take(&b);
	ck_assert_str_eq(s + 505, "|tail");
	ck_assert_str_eq(b.s, "");
	mem_free(s);

	s = strbuf_take(&b);
	ck_assert_str_eq(s, "");
	mem_free(s);
}
END_TEST

START_TEST(cuts_in_memory_of_the_caller)
{
	struct strbuf b;
	char memory[8];

	strbuf_over(&b, memory, sizeof(memory));
	strbuf_addf(&b, "%d%d", 123, 4567);
	ck_assert_int_ne(strbuf_ok(&b), 0);
	strbuf_addc(&b, '!');
	ck_assert_int_eq(strbuf_ok(&b), 0);
	ck_assert_str_eq(b.s, "1234567");

	strbuf_clear(&b);
	ck_assert_int_ne(strbuf_ok(&b), 0);
	strbuf_addf(&b, "%s", "longer than eight");
	ck_assert_str_eq(b.s, "longer ");
	ck_assert_int_eq(strbuf_ok(&b), 0);
	ck_assert_ptr_null(strbuf_take(&b));

	strbuf_over(&b, memory, 0);
	strbuf_addc(&b, 'x');
	strbuf_addf(&b, "%d", 1);
	ck_assert_str_eq(b.s, "");
	ck_assert_int_eq(strbuf_ok(&b), 0);
}
END_TEST

START_TEST(fails_softly_without_memory)
{
	struct strbuf b;

	strbuf_init(&b, 1000);
	alloc_fail_after(1);
	strbuf_add(&b, "text");
	strbuf_addf(&b, "%d", 5);
	alloc_fail_after(0);
	ck_assert_int_eq(strbuf_ok(&b), 0);
	ck_assert_str_eq(b.s, "");
	strbuf_done(&b);

	strbuf_init(&b, 0);
	strbuf_addc(&b, 'x');
	ck_assert_int_eq(strbuf_ok(&b), 0);
	strbuf_done(&b);
}
END_TEST

UNIT_MAIN("strbuf", is_an_empty_string_from_the_start,
	  holds_its_limit_and_not_one_more, prints_across_growth,
	  cuts_in_memory_of_the_caller, fails_softly_without_memory)
