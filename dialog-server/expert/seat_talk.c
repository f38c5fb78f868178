/**
 * @file seat_talk.c  What is said over a call's socket
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log_limit.h"
#include "conf/settings.h"
#include "expert/gap.h"
#include "expert/internal.h"
#include "journal/metrics.h"
#include "proto/xp_link.h"

/** @return 0 when it knows, or there is nothing to know; as session_send() */
static int tell_dropped(struct seat *s)
{
	char told[80];
	struct xp_event e = {.kind = XP_WARNING, .text = told};
	char *text;
	int err;

	if (!s->dropped)
		return 0;
	(void)snprintf(told, sizeof(told),
		       "events dropped: %u, too many were not acknowledged",
		       (unsigned)s->dropped);
	text = xp_event_encode(&e);
	if (!text)
		return -ENOMEM;
	err = session_send(&s->session, text);
	free(text);
	if (!err)
		s->dropped = 0;
	return err;
}

void seat_heard(struct session *session)
{
	struct seat *s = (struct seat *)(void *)session;

	/* Its acknowledgements make room. */
	if (s->ev)
		(void)tell_dropped(s);
}

int seat_send(struct seat *s, const struct xp_event *e)
{
	const uint32_t agreed = session_extensions(&s->session);
	struct xp_event out = *e;
	char *text;
	int err;

	if (xp_event_extension(e->kind) & ~agreed)
		return 0;
	if (!(agreed & XP_EXT_RESUME))
		out.sequence = 0;
	text = xp_event_encode_for(&out, agreed);
	if (!text)
		return -ENOMEM;
	/* First what is missing before it. */
	err = tell_dropped(s);
	if (!err)
		err = session_send(&s->session, text);
	free(text);
	if (err == -EAGAIN)
		s->dropped++;
	return err;
}

/** To whoever sent it: as the result of the command where it has an id. */
static void refuse_command(struct seat *s, const char *text, size_t len,
			   const char *reason, const char *why)
{
	char id[XP_KEY_BYTES_MAX + 1];
	struct xp_event e = {.kind = XP_WARNING, .text = why};

	if (session_extensions(&s->session) & XP_EXT_RESULTS &&
	    xp_command_id_of(id, text, len) == 0)
		e = (struct xp_event){
			.kind = XP_COMMAND_RESULT,
			.id = id,
			.result = XP_RESULT_REFUSED,
			.reason = reason,
			.detail = why,
		};
	(void)seat_send(s, &e);
}

static void bad_command(struct seat *s, const char *text, size_t len, int err,
			const struct xp_error *why)
{
	char told[sizeof(why->where) + sizeof(why->what) + 40];

	(void)snprintf(told, sizeof(told), "command refused: %s%s%s",
		       why->where, why->where[0] ? " " : "", why->what);
	metric_add(METRIC_EXPERT_BAD_MESSAGES, 1);
	log_warn_limited("expert",
			 "command refused call=%s where=%s what=\"%s\"",
			 s->call_id, why->where, why->what);
	refuse_command(s, text, len,
		       err == -EMSGSIZE ? XP_REASON_TOO_LARGE
					: XP_REASON_MALFORMED,
		       told);
}

/** Of a newer protocol, or of what was not agreed: its program learns that
 *  nothing will come of it. */
static void unknown_command(struct seat *s, const char *text, size_t len,
			    const char *type)
{
	char told[XP_KEY_BYTES_MAX + 60];

	(void)snprintf(told, sizeof(told),
		       "command ignored: this server does not know %s", type);
	log_warn_limited("expert",
			 "unknown command ignored call=%s type=%.40s",
			 s->call_id, type);
	refuse_command(s, text, len, XP_REASON_UNKNOWN_COMMAND, told);
}

/** Not the conversation's business. */
static void hand_over(struct seat *s, const struct xp_command *c)
{
	struct xp_event result = {
		.kind = XP_COMMAND_RESULT,
		.id = c->command_id,
		.result = XP_RESULT_REFUSED,
	};

	switch (hand_over_begin(s, c)) {
	case 0:
		result.result = XP_RESULT_DONE;
		result.detail = "";
		break;
	case -EPROTO:
		result.reason = XP_REASON_NOT_NOW;
		result.detail = "a hand-over is under way";
		break;
	case -EACCES:
		result.reason = XP_REASON_NOT_SUPPORTED;
		result.detail = "the call is of one API key alone";
		break;
	case -EMSGSIZE:
		result.reason = XP_REASON_MALFORMED;
		result.detail = "no such address";
		break;
	default:
		result.reason = XP_REASON_NO_ROOM;
		result.detail = "out of memory";
	}
	if (c->command_id)
		(void)seat_send(s, &result);
}

static void run_command(struct seat *s, const struct xp_command *c,
			const char *text, size_t len)
{
	if (c->kind == XP_HAND_OVER) {
		hand_over(s, c);
		return;
	}

	const char *llm = s->session.g->conf->llm_provider;
	const char *told = gap_of(c, text, len, strcmp(llm, "builtin") == 0);
	struct xp_event e = {.kind = XP_WARNING, .text = told};

	/* Who only said who it is has not begun the call. */
	if (c->kind != XP_SET_PERSONA && c->kind != XP_REGISTERED_HOOKS)
		s->had_expert = 1;
	s->ev->command(s->arg, c);
	if (told && s->ev)
		(void)seat_send(s, &e);
}

void seat_payload(struct session *session, const char *text, size_t len)
{
	struct seat *s = (struct seat *)(void *)session;
	struct xp_command c;
	struct xp_error why;
	int err;

	if (!s->ev || seat_keep(s, text, len))
		return;
	err = xp_command_decode_for(&c, text, len, session_extensions(session),
				    &why);
	if (err) {
		bad_command(s, text, len, err, &why);
		return;
	}
	if (c.kind != XP_CMD_UNKNOWN)
		run_command(s, &c, text, len);
	else
		unknown_command(s, text, len, c.type);
	xp_command_done(&c);
}

void seat_commands(struct seat *s, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const size_t n = strlen(text);

		seat_payload(&s->session, text, n);
		text += n + 1;
	}
}

int gateway_commands(struct gateway *g, const char *call_id, int64_t key,
		     const char *text, size_t len)
{
	struct place to;
	int err = seat_find(g, call_id, key, &to);

	if (err)
		return err;
	return relay_post(g, RELAY_COMMAND, (struct place){0}, to, call_id, 0,
			  text, len);
}
