/**
 * @file test_slots.c  Ids that outlive the objects they name
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>

#include "base/alloc.h"
#include "base/slots.h"
#include "unit/unit.h"

START_TEST(finds_what_was_put_until_it_is_taken)
{
	int a = 1, b = 2;
	struct slot_id ia, ib;
	struct slots t;

	ck_assert_int_eq(slots_init(&t, 4), 0);
	ck_assert_int_eq(slots_put(&t, &a, &ia), 0);
	ck_assert_int_eq(slots_put(&t, &b, &ib), 0);
	ck_assert_ptr_eq(slots_find(&t, ia), &a);
	ck_assert_ptr_eq(slots_find(&t, ib), &b);
	ck_assert_uint_eq(t.used, 2);

	ck_assert_ptr_eq(slots_take(&t, ia), &a);
	ck_assert_ptr_null(slots_take(&t, ia));
	ck_assert_ptr_null(slots_find(&t, ia));
	ck_assert_uint_eq(t.used, 1);
	slots_done(&t);
}
END_TEST

START_TEST(a_stale_id_does_not_find_the_next_tenant)
{
	int a = 1, b = 2;
	struct slot_id ia, ib;
	struct slots t;

	ck_assert_int_eq(slots_init(&t, 1), 0);
	for (int i = 0; i < 1000; i++) {
		ck_assert_int_eq(slots_put(&t, &a, &ia), 0);
		slots_take(&t, ia);
		ck_assert_int_eq(slots_put(&t, &b, &ib), 0);
		ck_assert_uint_eq(ia.slot, ib.slot);
		ck_assert_ptr_null(slots_find(&t, ia));
		ck_assert_ptr_eq(slots_find(&t, ib), &b);
		slots_take(&t, ib);
	}
	slots_done(&t);
}
END_TEST

START_TEST(holds_its_limit_and_not_one_more)
{
	struct slot_id id, last = {0, 0};
	struct slots t;
	int x;

	ck_assert_int_eq(slots_init(&t, 3), 0);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(slots_put(&t, &x, &last), 0);
	id = last;
	ck_assert_int_eq(slots_put(&t, &x, &id), -EAGAIN);
	ck_assert_uint_eq(id.slot, last.slot);
	slots_take(&t, last);
	ck_assert_int_eq(slots_put(&t, &x, &id), 0);
	slots_done(&t);
}
END_TEST

START_TEST(survives_ids_that_never_were)
{
	static const struct slot_id ids[] = {
		{0, 0}, {0, 1}, {0, 99}, {2, 1}, {UINT32_MAX, UINT32_MAX}};
	struct slots t;

	ck_assert_int_eq(slots_init(&t, 2), 0);
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		ck_assert_ptr_null(slots_find(&t, ids[i]));
		ck_assert_ptr_null(slots_take(&t, ids[i]));
	}
	ck_assert_uint_eq(t.used, 0);
	ck_assert_ptr_null(slots_at(&t, 0));
	ck_assert_ptr_null(slots_at(&t, 2));
	slots_done(&t);
}
END_TEST

START_TEST(walks_by_index)
{
	struct slot_id id;
	struct slots t;
	int v[3], seen = 0;

	ck_assert_int_eq(slots_init(&t, 8), 0);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(slots_put(&t, &v[i], &id), 0);
	for (uint32_t i = 0; i < t.cap; i++)
		seen += slots_at(&t, i) != NULL;
	ck_assert_int_eq(seen, 3);
	slots_done(&t);
}
END_TEST

START_TEST(refuses_bad_sizes)
{
	struct slots t;

	ck_assert_int_eq(slots_init(&t, 0), -EINVAL);
	ck_assert_int_eq(slots_init(&t, UINT32_MAX), -EINVAL);
	alloc_fail_after(1);
	ck_assert_int_eq(slots_init(&t, 8), -ENOMEM);
}
END_TEST

UNIT_MAIN("slots", finds_what_was_put_until_it_is_taken,
	  a_stale_id_does_not_find_the_next_tenant,
	  holds_its_limit_and_not_one_more, survives_ids_that_never_were,
	  walks_by_index, refuses_bad_sizes)
