/**
 * @file moves.c  Putting a caller through, and keeping words out of a
 * recording
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "priv.h"

/* ---- transfer ----------------------------------------------------------- */

static int plain_transfer(struct expert_call *call,
			  const struct expert_transfer_how *t)
{
	return t->now ? expert_transfer_now(call, t->to, t->text)
		      : expert_transfer(call, t->to, t->text);
}

int expert_transfer_with(struct expert_call *call,
			 const struct expert_transfer_how *how)
{
	static const char usual[] = "I'm putting you through now.";
	struct expert_transfer_how t = {.size = 0};
	struct xp_command cmd = {.kind = XP_TRANSFER_CALL};

	if (!how || how->size < sizeof(how->size))
		return EXPERT_EINVAL;
	memcpy(&t, how, how->size < sizeof(t) ? how->size : sizeof(t));
	if (!t.to || !t.to[0] || (t.id && !t.id[0]) ||
	    (t.ring_ms &&
	     (t.ring_ms < XP_RING_MS_MIN || t.ring_ms > XP_RING_MS_MAX)))
		return EXPERT_EINVAL;
	if (!expert_call_can(call, "transfer"))
		return plain_transfer(call, &t);

	cmd.to = t.to;
	cmd.text = t.text ? t.text : t.now ? "" : usual;
	cmd.soft = !t.now;
	cmd.id = t.id;
	cmd.ring_ms = t.ring_ms;
	cmd.on_failure = t.hang_up ? XP_THEN_HANG_UP : XP_THEN_DEFAULT;
	cmd.on_end = t.come_back ? XP_THEN_RETURN : XP_THEN_DEFAULT;
	return call_send(call, &cmd);
}

/* ---- recording ---------------------------------------------------------- */

static int set_recording(struct expert_call *call, enum xp_recording state,
			 enum xp_consent consent)
{
	const struct xp_command cmd = {.kind = XP_SET_RECORDING,
				       .recording = state,
				       .consent = consent};

	if (!expert_call_can(call, "recording"))
		return call ? EXPERT_EPROTO : EXPERT_EINVAL;
	return call_send(call, &cmd);
}

int expert_recording_pause(struct expert_call *call)
{
	return set_recording(call, XP_RECORDING_PAUSED, XP_CONSENT_UNKNOWN);
}

int expert_recording_resume(struct expert_call *call)
{
	return set_recording(call, XP_RECORDING_ON, XP_CONSENT_UNKNOWN);
}

int expert_recording_consent(struct expert_call *call, int given)
{
	return set_recording(call, XP_RECORDING_UNCHANGED,
			     given ? XP_CONSENT_GIVEN : XP_CONSENT_REFUSED);
}

/* ---- events ------------------------------------------------------------- */

static void on_transfer(struct call *c, const struct xp_event *e)
{
	static const char *const words[] = {
		[XP_TRANSFER_TRYING] = "trying",
		[XP_TRANSFER_RINGING] = "ringing",
		[XP_TRANSFER_ANSWERED] = "answered",
		[XP_TRANSFER_FAILED] = "failed",
		[XP_TRANSFER_RETURNED] = "returned",
	};
	const struct expert_handlers *h = call_handlers(c);

	if (h->on_transfer_status)
		h->on_transfer_status(c->handle, words[e->transfer],
				      e->id ? e->id : "",
				      e->reason ? e->reason : "", call_arg(c));
}

static void on_recording(struct call *c, const struct xp_event *e)
{
	static const char *const states[] = {
		[XP_RECORDING_ON] = "on",
		[XP_RECORDING_PAUSED] = "paused",
		[XP_RECORDING_OFF] = "off",
	};
	static const char *const consents[] = {
		[XP_CONSENT_UNKNOWN] = "unknown",
		[XP_CONSENT_GIVEN] = "given",
		[XP_CONSENT_REFUSED] = "refused",
	};
	const struct expert_handlers *h = call_handlers(c);

	if (h->on_recording)
		h->on_recording(c->handle, states[e->recording],
				consents[e->consent], call_arg(c));
}

int moves_event(struct call *c, const struct xp_event *e)
{
	if (e->kind == XP_TRANSFER_STATUS)
		on_transfer(c, e);
	else if (e->kind == XP_RECORDING_STATE)
		on_recording(c, e);
	else
		return 0;
	return 1;
}
