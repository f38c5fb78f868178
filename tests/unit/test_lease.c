/**
 * @file test_lease.c  Who gets a decoder, and who has to give one up
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <pthread.h>

#include "base/clock.h"
#include "journal/metrics.h"
#include "provider/engines.h"
#include "provider/sphinx_lease.h"
#include "tests/unit/unit.h"

static struct sphinx_models *models;
static struct acoustic_prior *prior;

static void open_pool(unsigned n)
{
	char hmm[SPHINX_PATH_BYTES + 16];
	const char *why = "";

	ck_assert_msg(!sphinx_models_open(&models, "", &why), "%s", why);
	(void)snprintf(hmm, sizeof(hmm), "%s/en-us", models->dir);
	ck_assert_int_eq(acoustic_prior_open(&prior, hmm), 0);
	ck_assert_int_eq(leases_open(n, models, prior), 0);
	ck_assert_uint_eq(leases_count(), n);
}

static void close_pool(void)
{
	leases_close();
	acoustic_prior_close(prior);
	sphinx_models_close(models);
}

START_TEST(takes_from_the_caller_who_has_spoken_longest)
{
	struct lease *first, *second, *third;

	open_pool(2);
	const int64_t revoked = metric_get(METRIC_STT_LEASES_REVOKED);
	ck_assert_int_eq(lease_take(&second, 2, 0, 0), 0);
	ck_assert_int_eq(lease_take(&first, 1, 0, 0), 0);
	lease_hold(second, 2);
	lease_hold(first, 1);
	ck_assert_int_eq(lease_take(&third, 3, 1, 0), 0);
	ck_assert_ptr_eq(third, first);
	ck_assert_int_eq(lease_resume(first, 1), -ENOENT);
	ck_assert_int_eq(lease_resume(second, 2), 0);
	ck_assert_int_eq(metric_get(METRIC_STT_LEASES_REVOKED), revoked + 1);
	close_pool();
}
END_TEST

START_TEST(takes_nothing_from_a_turn_that_is_finished)
{
	struct lease *a, *b, *c = NULL;

	open_pool(2);
	ck_assert_int_eq(lease_take(&a, 1, 1, 0), 0); /* at work */
	ck_assert_int_eq(lease_take(&b, 2, 0, 0), 0);
	lease_hold(b, 2);
	lease_keep(2); /* its caller has stopped */
	ck_assert_int_eq(lease_take(&c, 3, 1, 60 * US_PER_S), -EAGAIN);
	ck_assert_ptr_null(c);
	ck_assert_int_eq(lease_resume(b, 2), 0);
	lease_release(b, 2);
	ck_assert_int_eq(lease_take(&c, 3, 1, 0), 0);
	ck_assert_ptr_eq(c, b);
	close_pool();
}
END_TEST

START_TEST(one_who_still_speaks_waits_for_a_fair_share)
{
	struct lease *a, *b;

	open_pool(1);
	ck_assert_int_eq(lease_take(&a, 1, 0, 0), 0);
	lease_hold(a, 1);
	ck_assert_int_eq(lease_take(&b, 2, 0, 2 * US_PER_S), -EAGAIN);
	ck_assert_int_eq(lease_take(&b, 2, 0, 3 * US_PER_S), 0);
	lease_hold(b, 2);
	/* The newcomer's share begins when it came. */
	ck_assert_int_eq(lease_take(&a, 3, 0, 4 * US_PER_S), -EAGAIN);
	close_pool();
}
END_TEST

START_TEST(who_lost_it_gives_nothing_back)
{
	struct lease *a, *b;

	open_pool(1);
	ck_assert_int_eq(lease_take(&a, 1, 0, 0), 0);
	lease_hold(a, 1);
	ck_assert_int_eq(lease_take(&b, 2, 1, 0), 0);
	lease_keep(1);
	lease_release(a, 1);
	ck_assert_int_eq(lease_take(&a, 3, 1, 0), -EAGAIN);
	lease_release(b, 2);
	ck_assert_int_eq(lease_take(&a, 3, 1, 0), 0);
	close_pool();
}
END_TEST

/* ---- two threads ------------------------------------------------------- */

enum { ROUNDS = 20000 };

static size_t *at_work; /* not atomic: who holds a lease is alone with it */

static void *turns(void *arg)
{
	uint64_t turn = *(const uint64_t *)arg;
	struct lease *l;

	for (int i = 0; i < ROUNDS; i++, turn += 2) {
		while (lease_take(&l, turn, i & 1, 0))
			;
		(*at_work)++;
		lease_hold(l, turn);
		if (i & 1)
			lease_keep(turn);
		if (!lease_resume(l, turn)) {
			(*at_work)++;
			lease_release(l, turn);
		}
	}
	return NULL;
}

START_TEST(two_workers_never_have_the_same)
{
	uint64_t from[2] = {1, 2};
	pthread_t t[2];
	size_t counted = 0;

	open_pool(1);
	at_work = &counted;
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(pthread_create(&t[i], NULL, turns, &from[i]),
				 0);
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(pthread_join(t[i], NULL), 0);
	ck_assert_uint_ge(counted, 2 * ROUNDS);
	close_pool();
}
END_TEST

UNIT_MAIN("lease", takes_from_the_caller_who_has_spoken_longest,
	  takes_nothing_from_a_turn_that_is_finished,
	  one_who_still_speaks_waits_for_a_fair_share,
	  who_lost_it_gives_nothing_back, two_workers_never_have_the_same)
