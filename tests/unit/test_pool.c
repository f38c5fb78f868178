/**
 * @file test_pool.c  A fixed number of equal blocks
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <signal.h>
#include <stdint.h>

#include "base/alloc.h"
#include "base/pool.h"
#include "unit/unit.h"

START_TEST(gives_every_block_once_and_no_more)
{
	unsigned char *blocks[8];
	struct pool p;

	ck_assert_int_eq(pool_init(&p, 50, 8), 0);
	for (size_t i = 0; i < 8; i++) {
		blocks[i] = pool_get(&p);
		ck_assert_ptr_nonnull(blocks[i]);
		ck_assert_uint_eq((uintptr_t)blocks[i] % 16, 0);
		memset(blocks[i], (int)i, 50);
	}
	ck_assert_ptr_null(pool_get(&p));
	for (size_t i = 0; i < 8; i++)
		for (size_t k = 0; k < 50; k++)
			ck_assert_uint_eq(blocks[i][k], i);

	pool_put(&p, blocks[3]);
	pool_put(&p, NULL);
	ck_assert_ptr_eq(pool_get(&p), blocks[3]);
	for (size_t i = 0; i < 8; i++)
		pool_put(&p, blocks[i]);
	ck_assert_uint_eq(p.used, 0);
	ck_assert_uint_eq(p.peak, 8);
	pool_done(&p);
}
END_TEST

START_TEST(refuses_zero_and_absurd_sizes)
{
	struct pool p = {.count = 7};

	ck_assert_int_eq(pool_init(&p, 0, 8), -EINVAL);
	ck_assert_int_eq(pool_init(&p, 8, 0), -EINVAL);
	ck_assert_int_eq(pool_init(&p, SIZE_MAX, 1), -EINVAL);
	ck_assert_int_eq(pool_init(&p, SIZE_MAX / 2, 16), -ENOMEM);
	alloc_fail_after(1);
	ck_assert_int_eq(pool_init(&p, 16, 16), -ENOMEM);
	ck_assert_uint_eq(p.count, 7);
}
END_TEST

START_TEST(aborts_on_a_block_of_somebody_else)
{
	struct pool p;
	char other[16];

	ck_assert_int_eq(pool_init(&p, 16, 2), 0);
	ck_assert_ptr_nonnull(pool_get(&p));
	pool_put(&p, other);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pool");
	TCase *tc = tcase_create("pool");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, gives_every_block_once_and_no_more);
	tcase_add_test(tc, refuses_zero_and_absurd_sizes);
	tcase_add_test_raise_signal(tc, aborts_on_a_block_of_somebody_else,
				    SIGABRT);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);

	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
