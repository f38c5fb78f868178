/**
 * @file kit_loop.h  A loop, workers and settings for tests of providers
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef UNIT_KIT_LOOP_H
#define UNIT_KIT_LOOP_H

#include <check.h>

#include "base/clock.h"
#include "conf/settings.h"
#include "net/loop.h"
#include "provider/provider.h"
#include "provider/workers.h"

struct kit {
	struct settings conf;
	struct provider_env env;
	struct timer *deadline;
	int timed_out;
};

static inline void kit_late(void *arg)
{
	struct kit *k = arg;

	k->timed_out = 1;
	loop_stop(k->env.loop);
}

/** Loop and deadline; providers too when sets is not NULL. */
static inline void kit_open(struct kit *k, const char *const *sets, size_t n)
{
	struct settings_error e;
	const char *why = "";

	*k = (struct kit){0};
	ck_assert_int_eq(settings_load(&k->conf, NULL, sets, n, &e), 0);
	ck_assert_int_eq(loop_new(&k->env.loop, "test"), 0);
	ck_assert_int_eq(timer_new(&k->deadline, k->env.loop, kit_late, k), 0);
	k->env.conf = &k->conf;
	ck_assert_msg(!providers_open(&k->conf, &k->env.workers, &why), "%s",
		      why);
}

/** Run until somebody stops the loop; fails when nobody does. */
static inline void kit_run(struct kit *k)
{
	timer_start(k->deadline, 30 * US_PER_S);
	loop_run(k->env.loop);
	timer_stop(k->deadline);
	ck_assert_msg(!k->timed_out, "nothing came within 30 s");
}

static inline void kit_close(struct kit *k)
{
	providers_close(k->env.workers);
	timer_free(k->deadline);
	loop_free(k->env.loop);
}

#endif /* UNIT_KIT_LOOP_H */
