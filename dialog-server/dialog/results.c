/**
 * @file results.c  What became of a command, for an Expert that asks
 *
 * Under the extension `results` a command has an id, unique within the call.
 * It is executed once, whoever repeats it, and answered each time.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "dialog/state.h"

struct result {
	uint64_t id; /* its text_sum(); 0: none yet */
	int err;
};

/* Most calls have a handful of commands: it grows to RESULTS_MAX, and is a
 * ring from then on. */
enum { RESULTS_FIRST = 16 };

/* In the words of the protocol. */
static const struct {
	int err;
	enum xp_result result;
	const char *reason, *detail;
} outcomes[] = {
	{0, XP_RESULT_DONE, NULL, ""},
	{-EINVAL, XP_RESULT_REFUSED, XP_REASON_NOT_NOW,
	 "it makes no sense at this time"},
	{-EBUSY, XP_RESULT_REFUSED, XP_REASON_NOT_NOW,
	 "a transfer is under way"},
	{-EPERM, XP_RESULT_REFUSED, XP_REASON_NOT_NOW,
	 "the caller has refused to be recorded"},
	{-EOPNOTSUPP, XP_RESULT_REFUSED, XP_REASON_NOT_SUPPORTED,
	 "the channel cannot do it"},
	{-ENOBUFS, XP_RESULT_REFUSED, XP_REASON_NO_ROOM,
	 "a bound of the server's is reached"},
	{-EALREADY, XP_RESULT_IGNORED, XP_REASON_ALREADY_ANSWERED,
	 "the first answer counts"},
	{-ETIME, XP_RESULT_IGNORED, XP_REASON_TOO_LATE,
	 "what it is for is over"},
	{-ESHUTDOWN, XP_RESULT_IGNORED, XP_REASON_ENDING,
	 "the call is ending"},
};

static const struct result *find(const struct dialog *d, uint64_t id)
{
	for (uint32_t i = 0; i < d->n_results && i < d->results_cap; i++) {
		if (d->results[i].id == id)
			return &d->results[i];
	}
	return NULL;
}

static void tell(struct dialog *d, const char *id, int err)
{
	struct xp_event *e = step_tell(d, XP_COMMAND_RESULT);

	e->id = scratch_str(&d->keep, id);
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
		if (outcomes[i].err != err)
			continue;
		e->result = outcomes[i].result;
		e->reason = outcomes[i].reason;
		e->detail = outcomes[i].detail;
		return;
	}
	e->result = XP_RESULT_REFUSED;
	e->reason = XP_REASON_FAILED;
	e->detail = "";
}

int result_repeats(struct dialog *d, const char *id)
{
	const struct result *r = find(d, text_sum(TEXT_SUM, id));

	if (!r)
		return 0;
	tell(d, id, r->err);
	return 1;
}

/** @return 0, -ENOMEM */
static int grow(struct dialog *d)
{
	const uint32_t cap =
		d->results_cap ? 2 * d->results_cap : RESULTS_FIRST;
	struct result *v = keep_alloc(&d->keep, cap * sizeof(*v));

	if (!v)
		return -ENOMEM;
	if (d->n_results)
		memcpy(v, d->results, d->n_results * sizeof(*v));
	keep_free(&d->keep, d->results);
	d->results = v;
	d->results_cap = cap;
	return 0;
}

void result_is(struct dialog *d, const char *id, int err)
{
	if (d->n_results == d->results_cap && d->results_cap < RESULTS_MAX &&
	    grow(d))
		return;
	d->results[d->n_results++ % d->results_cap] =
		(struct result){.id = text_sum(TEXT_SUM, id), .err = err};
	tell(d, id, err);
}
