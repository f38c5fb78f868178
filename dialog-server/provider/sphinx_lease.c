/**
 * @file sphinx_lease.c  The decoders of the process, leased to turns
 *
 * SPDX-License-Identifier: MIT
 */
#include "provider/sphinx_lease.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/log_limit.h"
#include "journal/metrics.h"

enum {
	/* Words are shown early to every caller in turn. */
	SHARE_US = 3 * 1000 * 1000,
};

/* Low bits of a state; the turn's number stands above them. */
enum how { WORKING = 1, HELD = 2, KEPT = 3, HOW_BITS = 2 };

static struct {
	struct lease **lease;
	unsigned n;
} pool;

static uint64_t state_of(uint64_t turn, enum how how)
{
	return turn << HOW_BITS | (uint64_t)how;
}

static int change(struct lease *l, uint64_t from, uint64_t to)
{
	return __atomic_compare_exchange_n(&l->state, &from, to, 0,
					   __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

static void taken(struct lease **ret, struct lease *l, int64_t now_us)
{
	__atomic_store_n(&l->since_us, now_us, __ATOMIC_RELAXED);
	*ret = l;
}

/** @return the state of the longest turn that holds one, 0: nobody does */
static uint64_t longest(struct lease **ret, int ended, int64_t now_us)
{
	uint64_t best = 0;

	for (unsigned i = 0; i < pool.n; i++) {
		struct lease *l = pool.lease[i];
		const uint64_t s =
			__atomic_load_n(&l->state, __ATOMIC_RELAXED);

		if ((s & ((1U << HOW_BITS) - 1)) != HELD || (best && s > best))
			continue;
		if (!ended &&
		    now_us - __atomic_load_n(&l->since_us, __ATOMIC_RELAXED) <
			    SHARE_US)
			continue;
		best = s;
		*ret = l;
	}
	return best;
}

int lease_take(struct lease **ret, uint64_t turn, int ended, int64_t now_us)
{
	const uint64_t mine = state_of(turn, WORKING);
	struct lease *l = NULL;
	uint64_t from;

	for (unsigned i = 0; i < pool.n; i++) {
		if (change(pool.lease[i], 0, mine)) {
			taken(ret, pool.lease[i], now_us);
			return 0;
		}
	}
	while ((from = longest(&l, ended, now_us))) {
		if (!change(l, from, mine))
			continue; /* it went back to work, or was faster */
		metric_add(METRIC_STT_LEASES_REVOKED, 1);
		log_limited(LOG_LEVEL_INFO, "stt",
			    "a caller who speaks on lends the decoder to "
			    "another; stt.decoders makes more decoders=%u",
			    pool.n);
		taken(ret, l, now_us);
		return 0;
	}
	return -EAGAIN;
}

int lease_resume(struct lease *l, uint64_t turn)
{
	const uint64_t mine = state_of(turn, WORKING);

	return change(l, state_of(turn, HELD), mine) ||
			       change(l, state_of(turn, KEPT), mine)
		       ? 0
		       : -ENOENT;
}

void lease_hold(struct lease *l, uint64_t turn)
{
	__atomic_store_n(&l->state, state_of(turn, HELD), __ATOMIC_SEQ_CST);
}

void lease_keep(uint64_t turn)
{
	for (unsigned i = 0; i < pool.n; i++)
		if (change(pool.lease[i], state_of(turn, HELD),
			   state_of(turn, KEPT)))
			return;
}

void lease_release(struct lease *l, uint64_t turn)
{
	(void)(change(l, state_of(turn, WORKING), 0) ||
	       change(l, state_of(turn, HELD), 0) ||
	       change(l, state_of(turn, KEPT), 0));
}

/* ---- the process ------------------------------------------------------- */

static int lease_new(struct lease **ret, const struct sphinx_models *m,
		     const struct acoustic_prior *p)
{
	struct lease *l = mem_zalloc(sizeof(*l));
	int err = l ? sphinx_new(&l->sphinx, m) : -ENOMEM;

	if (!err)
		err = acoustic_new(&l->acoustic, p);
	if (err) {
		if (l)
			sphinx_free(l->sphinx);
		mem_free(l);
		return err;
	}
	*ret = l;
	return 0;
}

int leases_open(unsigned n, const struct sphinx_models *m,
		const struct acoustic_prior *p)
{
	int err = 0;

	pool.lease = mem_zalloc(n * sizeof(struct lease *));
	if (!pool.lease)
		return -ENOMEM;
	for (; pool.n < n && !err; pool.n += !err)
		err = lease_new(&pool.lease[pool.n], m, p);
	return err;
}

void leases_close(void)
{
	for (unsigned i = 0; i < pool.n; i++) {
		sphinx_free(pool.lease[i]->sphinx);
		acoustic_free(pool.lease[i]->acoustic);
		mem_free(pool.lease[i]);
	}
	mem_free(pool.lease);
	pool.lease = NULL;
	pool.n = 0;
}

unsigned leases_count(void)
{
	return pool.n;
}
