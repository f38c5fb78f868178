/**
 * @file recording.c  Whether the call is recorded, as the Expert says
 *
 *   on <--> paused       refused: off, for good
 *
 * What is said meanwhile is kept by nobody else either: the call sees to that.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>

#include "dialog/state.h"

void recording_tell(struct dialog *d)
{
	struct xp_event *e = step_tell(d, XP_RECORDING_STATE);

	e->consent = d->consent;
	if (!d->conf.records || d->consent == XP_CONSENT_REFUSED)
		e->recording = XP_RECORDING_OFF;
	else if (d->recording_paused)
		e->recording = XP_RECORDING_PAUSED;
	else
		e->recording = XP_RECORDING_ON;
}

int recording_set(struct dialog *d, const struct xp_command *c)
{
	const int paused = d->recording_paused;
	const enum xp_consent consent = d->consent;

	/* It is not taken back. */
	if (consent == XP_CONSENT_REFUSED &&
	    (c->recording == XP_RECORDING_ON ||
	     c->consent == XP_CONSENT_GIVEN))
		return -EPERM;
	if (c->recording != XP_RECORDING_UNCHANGED)
		d->recording_paused = c->recording == XP_RECORDING_PAUSED;
	if (c->consent != XP_CONSENT_UNKNOWN)
		d->consent = c->consent;
	if (paused == d->recording_paused && consent == d->consent)
		return 0;

	struct dialog_action *a = step_act(d, DIALOG_RECORDING);

	a->paused = d->recording_paused;
	a->refused = d->consent == XP_CONSENT_REFUSED;
	recording_tell(d);
	return 0;
}
