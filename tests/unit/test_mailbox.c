/**
 * @file test_mailbox.c  Many producers, one consumer
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>

#include "base/alloc.h"
#include "base/mailbox.h"
#include "unit/unit.h"

START_TEST(gives_messages_in_order)
{
	struct mailbox *m = NULL;
	int v[100];

	ck_assert_int_eq(mailbox_new(&m, 128), 0);
	ck_assert_ptr_null(mailbox_pull(m));
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 100; i++)
			ck_assert_int_eq(mailbox_push(m, &v[i]), 0);
		for (int i = 0; i < 100; i++)
			ck_assert_ptr_eq(mailbox_pull(m), &v[i]);
		ck_assert_ptr_null(mailbox_pull(m));
	}
	ck_assert_ptr_null(mailbox_free(m));
}
END_TEST

START_TEST(holds_its_limit_and_refuses_one_more)
{
	static const struct {
		size_t cap, holds;
	} cases[] = {{2, 2}, {3, 4}, {64, 64}, {65536, 65536}};

	for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
		struct mailbox *m = NULL;
		int x;

		ck_assert_int_eq(mailbox_new(&m, cases[c].cap), 0);
		for (size_t i = 0; i < cases[c].holds; i++)
			ck_assert_int_eq(mailbox_push(m, &x), 0);
		ck_assert_int_eq(mailbox_push(m, &x), -EAGAIN);
		ck_assert_uint_eq(mailbox_refused(m), 1);
		ck_assert_ptr_eq(mailbox_pull(m), &x);
		ck_assert_int_eq(mailbox_push(m, &x), 0);
		mailbox_free(m);
	}
}
END_TEST

START_TEST(refuses_bad_sizes)
{
	struct mailbox *m = NULL;

	ck_assert_int_eq(mailbox_new(&m, 0), -EINVAL);
	ck_assert_int_eq(mailbox_new(&m, 1), -EINVAL);
	ck_assert_int_eq(mailbox_new(&m, 65537), -EINVAL);
	for (uint64_t n = 1; n <= 2; n++) {
		alloc_fail_after(n);
		ck_assert_int_eq(mailbox_new(&m, 8), -ENOMEM);
	}
	ck_assert_ptr_null(m);
	ck_assert_ptr_null(mailbox_free(NULL));
}
END_TEST

enum { PRODUCERS = 4, EACH = 20000 };

struct producer {
	struct mailbox *m;
	uint64_t refused;
	struct note {
		int who, n;
	} notes[EACH];
};

static void *produce(void *arg)
{
	struct producer *p = arg;

	for (int i = 0; i < EACH; i++)
		while (mailbox_push(p->m, &p->notes[i]) == -EAGAIN) {
			++p->refused;
			(void)sched_yield();
		}

	return NULL;
}

START_TEST(loses_and_reorders_nothing_between_threads)
{
	static struct producer producers[PRODUCERS];
	int next[PRODUCERS] = {0};
	pthread_t threads[PRODUCERS];
	struct mailbox *m = NULL;
	uint64_t refused = 0;

	ck_assert_int_eq(mailbox_new(&m, 64), 0);
	for (int t = 0; t < PRODUCERS; t++) {
		producers[t].m = m;
		for (int i = 0; i < EACH; i++)
			producers[t].notes[i] = (struct note){t, i};
		ck_assert_int_eq(pthread_create(&threads[t], NULL, produce,
						&producers[t]),
				 0);
	}

	for (int got = 0; got < PRODUCERS * EACH;) {
		const struct note *note = mailbox_pull(m);

		if (!note) {
			(void)sched_yield();
			continue;
		}
		ck_assert_int_eq(note->n, next[note->who]);
		++next[note->who];
		++got;
	}

	for (int t = 0; t < PRODUCERS; t++) {
		ck_assert_int_eq(pthread_join(threads[t], NULL), 0);
		refused += producers[t].refused;
	}
	ck_assert_ptr_null(mailbox_pull(m));
	ck_assert_uint_eq(mailbox_refused(m), refused);
	mailbox_free(m);
}
END_TEST

UNIT_MAIN("mailbox", gives_messages_in_order,
	  holds_its_limit_and_refuses_one_more, refuses_bad_sizes,
	  loses_and_reorders_nothing_between_threads)
