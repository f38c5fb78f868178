/**
 * @file say.c  The Expert's own words, now, and what was heard of them
 *
 *   say --> an utterance of its own --heard, cut, call over--> said, once
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>

#include "base/text.h"
#include "dialog/state.h"

/* An id that was used: it is on its way, or was said.
 * @return 0, -EALREADY, -ENOBUFS */
static int remember(struct dialog *d, const char *id)
{
	const uint64_t sum = text_sum(TEXT_SUM, id);

	if (!d->says)
		d->says = keep_alloc(&d->keep, SAYS_MAX * sizeof(*d->says));
	if (!d->says)
		return -ENOBUFS;
	for (uint32_t i = 0; i < d->n_says && i < SAYS_MAX; i++) {
		if (d->says[i] == sum)
			return -EALREADY;
	}
	d->says[d->n_says++ % SAYS_MAX] = sum;
	return 0;
}

int say_now(struct dialog *d, const struct xp_command *c)
{
	char *id;
	int err;

	if (!d->opened)
		return -EINVAL;
	if (dialog_ending(d))
		return -ESHUTDOWN;
	err = remember(d, c->id);
	if (err)
		return err;
	id = keep_str(&d->keep, c->id);
	if (!id)
		return -ENOBUFS;
	step_start(d);
	if (c->when == XP_WHEN_NOW) {
		think_cancel(d);
		speak_stop(d, 1);
	}
	if (!speak_text(d, SAID_SCRIPT, c->text, c->interruptible)) {
		keep_free(&d->keep, id);
		return -EINVAL;
	}
	d->utts[d->n_utts - 1].say_id = id;
	return 0;
}

void say_heard(struct dialog *d, struct utterance *u, const char *heard,
	       int64_t spoken_us, int interrupted)
{
	struct xp_event *e;

	if (!u->say_id)
		return;
	e = step_tell(d, XP_SAID);
	e->id = scratch_str(&d->keep, u->say_id);
	e->heard_text = scratch_str(&d->keep, heard);
	e->heard_ms = spoken_us / 1000;
	e->interrupted = interrupted;
	u->say_id = keep_free(&d->keep, u->say_id);
}
