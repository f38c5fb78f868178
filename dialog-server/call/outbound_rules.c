/**
 * @file outbound_rules.c  Who may place calls, from which numbers, how many
 *
 * SPDX-License-Identifier: MIT
 */
#include "call/outbound_rules.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "call/outbound.h"
#include "call/shard.h"
#include "conf/settings.h"
#include "journal/metrics.h"
#include "net/loop.h"
#include "store/store.h"

/* ---- numbers -------------------------------------------------------------
 */

/** "+15555550100" or "+15555550100=shop", of s[len]. @return nonzero when the
 *  key may call from it, and the number at ret */
static int usable(const struct shard *sh, int64_t key, const char *s,
		  size_t len, char *ret, size_t cap)
{
	const char *is = memchr(s, '=', len);
	size_t n = is ? (size_t)(is - s) : len;
	char name[LIMIT_KEY_NAME_BYTES + 1];

	if (n >= cap)
		return 0;
	if (is) {
		size_t n_name = len - n - 1;

		if (n_name >= sizeof(name))
			return 0;
		memcpy(name, is + 1, n_name);
		name[n_name] = '\0';
		if (!store_key_is(sh->store, key, name))
			return 0;
	}
	memcpy(ret, s, n);
	ret[n] = '\0';
	return 1;
}

int outbound_from(const struct shard *sh, const struct outbound_ask *ask,
		  char *ret, size_t cap, const char **reterr_why)
{
	const char *want = ask->from ? ask->from : "";
	const char *s = sh->conf->outbound_numbers;

	while (*s) {
		const size_t len = strcspn(s, ",");

		if (usable(sh, ask->key, s, len, ret, cap) &&
		    (!*want || strcmp(ret, want) == 0))
			return 0;
		s += len + (s[len] == ',');
	}
	*reterr_why = *want ? "from_number is none of those that this key may "
			      "call from: see outbound.numbers"
			    : "there is no number that this key may call "
			      "from: see outbound.numbers";
	return -EACCES;
}

/* ---- how many ------------------------------------------------------------
 */

/** What a key has left of its minute; the one that was used longest ago makes
 *  room for another. */
struct allowance {
	int64_t key, seen_us;
	double left;
};

static struct {
	pthread_mutex_t lock;
	struct allowance v[LIMIT_STORE_KEYS];
} minutes = {.lock = PTHREAD_MUTEX_INITIALIZER};

static struct allowance *find(int64_t key)
{
	struct allowance *oldest = &minutes.v[0];

	for (size_t i = 0; i < LIMIT_STORE_KEYS; i++) {
		struct allowance *a = &minutes.v[i];

		if (a->key == key)
			return a;
		if (a->seen_us < oldest->seen_us)
			oldest = a;
	}
	*oldest = (struct allowance){.key = key};
	return oldest;
}

static int within_minute(int64_t key, int64_t now_us, int64_t most)
{
	struct allowance *a;
	int may;

	pthread_mutex_lock(&minutes.lock);
	a = find(key);
	a->left += a->seen_us ? (double)(now_us - a->seen_us) * (double)most /
					(60.0 * US_PER_S)
			      : (double)most;
	if (a->left > (double)most)
		a->left = (double)most;
	a->seen_us = now_us;
	may = a->left >= 1;
	if (may)
		a->left -= 1;
	pthread_mutex_unlock(&minutes.lock);
	return may;
}

int outbound_may(const struct shard *sh, int64_t key, const char **reterr_why)
{
	const struct settings *s = sh->conf;

	if (metric_get(METRIC_OUTBOUND_ACTIVE) >= s->outbound_max_calls ||
	    metric_get(METRIC_CALLS_ACTIVE) >= s->max_calls) {
		*reterr_why = "too many placed calls are under way: see "
			      "outbound.max_calls";
		return -EAGAIN;
	}
	if (!within_minute(key, loop_now_us(sh->loop),
			   s->outbound_per_minute)) {
		*reterr_why = "too many calls within a minute: see "
			      "outbound.per_minute";
		return -EAGAIN;
	}
	return 0;
}
