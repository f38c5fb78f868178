/**
 * @file hand_over.c  A call given to another Expert on purpose
 *
 *   hand-over --> offered in turn, the Expert that has it keeps it
 *                   │ answered, and the new call socket opens: the old link
 *                   │ is closed as done, the new one begins
 *                   └ nobody: hand-over-failed, all is as it was
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "expert/internal.h"
#include "proto/xp_link.h"

static int write_address(const struct seat *s, const struct xp_command *c,
			 char ret[ADDRESS_BYTES])
{
	static const char *const prefix[] = {
		[XP_ADDRESS_PHONE] = "",
		[XP_ADDRESS_WEB] = "web:",
		[XP_ADDRESS_SIP] = "sip:",
	};
	struct strbuf b;

	if (c->to_kind == XP_ADDRESS_SAME)
		return text_copy(ret, ADDRESS_BYTES, s->address);
	strbuf_over(&b, ret, ADDRESS_BYTES);
	strbuf_addf(&b, "%s%s", prefix[c->to_kind], c->to);
	return strbuf_ok(&b) ? 0 : -EMSGSIZE;
}

int hand_over_begin(struct seat *s, const struct xp_command *c)
{
	struct hand_over *h;
	int err;

	if (s->reserved)
		return -EACCES;
	if (s->hand || s->state != SEAT_TAKEN)
		return -EPROTO;
	h = mem_zalloc(sizeof(*h));
	if (!h)
		return -ENOMEM;
	h->note = mem_strdup(c->text ? c->text : "");
	err = h->note ? write_address(s, c, h->address) : -ENOMEM;
	if (err) {
		(void)hand_over_free(h);
		return err;
	}
	s->hand = h;
	s->n_tried = s->n_declined = 0;
	/* To the next one means: not to this one. */
	if (strcmp(h->address, s->address) == 0) {
		s->tried[0] = s->holder_serial;
		s->n_tried = s->n_declined = 1;
	}
	s->state = SEAT_IDLE;
	timer_start(s->timer, 0);
	return 0;
}

void hand_over_failed(struct seat *s)
{
	const struct xp_event e = {
		.kind = XP_HAND_OVER_FAILED,
		.reason = XP_CAUSE_NOBODY,
		.detail = s->declined ? "everybody declined"
				      : "nobody there has room for it",
	};

	s->session.next_key = 0;
	s->hand = hand_over_free(s->hand);
	if (s->session.attached) {
		s->state = SEAT_TAKEN;
		(void)seat_send(s, &e);
		return;
	}
	/* And who had it is gone meanwhile: as any call whose Expert is. */
	s->n_tried = s->n_declined = 0;
	s->declined = 0;
	timer_start(s->timer, 0);
}

struct hand_over *hand_over_free(struct hand_over *h)
{
	if (h)
		mem_free(h->note);
	return mem_free(h);
}
