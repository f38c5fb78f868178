/**
 * @file test_sendq.c  What waits to be sent: order, bounds, no growth
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "net/sendq.h"
#include "unit/unit.h"

enum { FIRST = 1024, MOST = 8 * 1024 };

static struct sendq q;

static void push_number(int n, size_t len, int may_grow, int want)
{
	char s[MOST + 1];

	memset(s, 'x', sizeof(s));
	(void)snprintf(s, sizeof(s), "%d", n);
	ck_assert_int_eq(sendq_push(&q, n % 3, s, len, may_grow), want);
}

static void pop_number(int n, size_t len)
{
	int type;
	size_t got;
	const unsigned char *s = sendq_first(&q, &type, &got);
	char want[16];

	ck_assert_ptr_nonnull(s);
	ck_assert_uint_eq(got, len);
	ck_assert_int_eq(type, n % 3);
	(void)snprintf(want, sizeof(want), "%d", n);
	ck_assert_int_eq(strncmp((const char *)s, want, strlen(want)), 0);
	sendq_pop(&q);
}

START_TEST(gives_out_what_was_put_in_in_order)
{
	int type, in = 0, out = 0;
	size_t len;

	ck_assert_int_eq(sendq_init(&q, FIRST, MOST), 0);
	/* Long enough to go round its block many times. */
	for (int i = 0; i < 2000; i++) {
		for (int j = i * 7 % 5; j >= 0; j--, in++)
			push_number(in, 10 + (size_t)in % 200, 1, 0);
		while (in - out > i * 3 % 20) {
			pop_number(out, 10 + (size_t)out % 200);
			out++;
		}
	}
	for (; out < in; out++)
		pop_number(out, 10 + (size_t)out % 200);
	ck_assert_ptr_null(sendq_first(&q, &type, &len));
	ck_assert_uint_eq(q.payload, 0);
	sendq_done(&q);
}
END_TEST

START_TEST(takes_its_limit_and_not_one_byte_more)
{
	ck_assert_int_eq(sendq_init(&q, FIRST, MOST), 0);
	push_number(1, MOST, 1, 0);
	push_number(2, 1, 1, -EAGAIN);
	push_number(2, 0, 1, 0); /* an empty message has no bytes */
	pop_number(1, MOST);
	sendq_clear(&q);
	push_number(3, MOST + 1, 1, -EAGAIN);
	for (int i = 0; i < 8; i++)
		push_number(i, MOST / 8, 1, 0);
	push_number(8, 1, 1, -EAGAIN);
	sendq_done(&q);
}
END_TEST

START_TEST(without_leave_to_grow_it_takes_only_what_fits)
{
	size_t cap;
	int n = 0;

	ck_assert_int_eq(sendq_init(&q, FIRST, MOST), 0);
	cap = q.cap;
	/* The heap would fail: it is not asked. */
	alloc_fail_after(1);
	while (q.used + 200 < cap)
		push_number(n++, 100, 0, 0);
	push_number(n, 900, 0, -EAGAIN);
	ck_assert_uint_eq(q.cap, cap);
	ck_assert_int_gt(n, 3);
	/* Room in front is used by moving, not by growing. */
	for (int i = 0; i < n; i++) {
		pop_number(i, 100);
		push_number(n + i, 100, 0, 0);
	}
	/* With leave, and no memory: refused, nothing lost. */
	push_number(0, 2000, 1, -EAGAIN);
	alloc_fail_after(0);
	for (int i = 0; i < n; i++)
		pop_number(n + i, 100);
	sendq_done(&q);
}
END_TEST

START_TEST(makes_room_ahead_of_need)
{
	size_t cap;

	ck_assert_int_eq(sendq_init(&q, FIRST, MOST), 0);
	push_number(0, 10, 1, 0);
	sendq_reserve(&q);
	ck_assert_uint_eq(q.cap, FIRST);
	push_number(1, 600, 1, 0);
	sendq_reserve(&q);
	ck_assert_uint_eq(q.cap, 2 * FIRST);
	for (int i = 0; i < 20; i++) {
		cap = q.cap;
		push_number(i, 300, 0, 0); /* never needs to grow */
		ck_assert_uint_eq(q.cap, cap);
		sendq_reserve(&q);
	}
	sendq_done(&q);
}
END_TEST

UNIT_MAIN("sendq", gives_out_what_was_put_in_in_order,
	  takes_its_limit_and_not_one_byte_more,
	  without_leave_to_grow_it_takes_only_what_fits,
	  makes_room_ahead_of_need)
