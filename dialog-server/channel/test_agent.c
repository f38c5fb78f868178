/**
 * @file test_agent.c  A call that a program's own test makes, in text
 *
 * The client asks to be told when it is its turn. What it waits for is over
 * when the agent has nothing to say, nothing to think about and nothing to ask
 * the Expert for, and that has lasted a moment: the Expert, which is told of
 * everything, may set the next task or say goodbye.
 *
 * SPDX-License-Identifier: MIT
 */
#include "channel/test_agent.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "base/log_limit.h"
#include "channel/test_agent_msg.h"
#include "journal/metrics.h"
#include "media/channel_host.h"
#include "net/loop.h"
#include "net/ws.h"

enum {
	WAITS_MAX = 8, /* requests that are not answered yet        */
	BAD_MAX = 5,   /* messages that make no sense, then the end */
	CALLERS_US = 300 * 1000, /* so long it has been the caller's turn */
	/* A task or an action is done: its handler may take its time. */
	EXPERTS_US = 3 * 1000 * 1000,
	/* Of the client; stock ones ping while they wait. */
	SILENT_US = 15 * 60 * 1000 * 1000,
	/* A text, each of its bytes escaped to six, and what is around it. */
	MESSAGE_BYTES = 6 * LIMIT_TEXT_BYTES + 1024,
};

struct test_agent {
	struct ws *ws; /* NULL before on_open()   */
	struct channel_host *host;
	const struct channel_events *ev; /* NULL: no call is open   */
	void *ev_arg;
	enum channel_end how;
	int over;
	unsigned bad;
	int callers; /* it is the caller's turn, and that was so for a while */
	struct timer *turn_timer, *silent_timer;
	unsigned n_waits;
	char waits[WAITS_MAX][TEST_AGENT_REQUEST_BYTES];
};

/* ---- to the client ----------------------------------------------------- */

static int send_json(struct test_agent *t, json_t *o)
{
	char *s = o ? json_dumps(o, JSON_COMPACT) : NULL;
	int err = s ? ws_send_text(t->ws, s, strlen(s)) : -ENOMEM;

	if (err == -EAGAIN)
		metric_add(METRIC_MEDIA_SEND_DROPPED, 1);
	free(s);
	json_decref(o);
	return err;
}

static void end(struct test_agent *t, enum channel_end how, int code,
		const char *why)
{
	if (t->over)
		return;
	t->over = 1;
	t->how = how;
	ws_close(t->ws, code, why);
}

static void answer_waits(struct test_agent *t)
{
	for (unsigned i = 0; i < t->n_waits; i++)
		(void)send_json(t, json_pack("{s:s, s:s}", "message_type",
					     "caller-turn-started",
					     "request_id", t->waits[i]));
	t->n_waits = 0;
}

static void on_turn_timer(void *arg)
{
	struct test_agent *t = arg;

	t->callers = 1;
	answer_waits(t);
}

/* ---- from the call ----------------------------------------------------- */

static int no_audio(void *ch, const struct aframe *f)
{
	(void)ch;
	(void)f;
	return -EPIPE;
}

static int send_text(void *ch, const char *who, const char *text, int final)
{
	if (strcmp(who, "agent") != 0 || !final)
		return 0;
	return send_json(ch, json_pack("{s:s, s:s}", "message_type", "bot-tts",
				       "transcript", text));
}

static void on_turn(void *ch, enum channel_turn whose)
{
	struct test_agent *t = ch;

	if (whose == CHANNEL_TURN_CALLER) {
		if (!t->callers)
			timer_start(t->turn_timer, CALLERS_US);
		return;
	}
	t->callers = 0;
	if (whose == CHANNEL_TURN_EXPERT)
		timer_start(t->turn_timer, EXPERTS_US);
	else
		timer_stop(t->turn_timer);
}

static void hang_up(void *ch)
{
	end(ch, CHANNEL_END_US, 1000, "the call is over");
}

/* A test has nobody to be put through to; where the call would have gone is in
 * its record. */
static int transfer(void *ch, const struct channel_transfer *t)
{
	(void)t;
	end(ch, CHANNEL_END_US, 1000, "the call is put through");
	return 0;
}

static const struct channel_ops ops = {
	.name = "test",
	.send = no_audio,
	.text = send_text,
	.turn = on_turn,
	.transfer = transfer,
	.hangup = hang_up,
};

/* ---- from the client --------------------------------------------------- */

static void say(struct test_agent *t, const char *text)
{
	if (!t->ev || !text[strspn(text, " \t\r\n")])
		return;
	t->callers = 0;
	timer_stop(t->turn_timer);
	t->ev->text(t->ev_arg, text);
}

static void refuse(struct test_agent *t, const char *why)
{
	metric_add(METRIC_MEDIA_BAD_MESSAGES, 1);
	log_warn_limited("test", "message refused why=\"%s\"", why);
	/* Stock clients know no message that could tell them. */
	if (++t->bad >= BAD_MAX)
		end(t, CHANNEL_END_PROTOCOL, 1008, why);
}

static void wait_for_turn(struct test_agent *t, const char *request)
{
	if (t->n_waits == WAITS_MAX) {
		refuse(t, "too many requests wait for a turn");
		return;
	}
	memcpy(t->waits[t->n_waits++], request, TEST_AGENT_REQUEST_BYTES);
	if (t->callers)
		answer_waits(t);
}

static void on_text(struct ws *ws, void *arg, const char *s, size_t len)
{
	struct test_agent *t = arg;
	struct test_agent_msg m;
	const char *why = "";

	(void)ws;
	if (t->over)
		return;
	timer_start(t->silent_timer, SILENT_US);
	if (test_agent_decode(&m, s, len, &why)) {
		refuse(t, why);
		return;
	}
	switch (m.kind) {
	case TEST_AGENT_SAY:
		say(t, m.text);
		break;
	case TEST_AGENT_WAIT:
		wait_for_turn(t, m.request);
		break;
	case TEST_AGENT_PING:
		(void)send_json(t, json_pack("{s:s}", "message_type", "pong"));
		break;
	case TEST_AGENT_PONG:
	case TEST_AGENT_UNKNOWN:
		break;
	}
	test_agent_done(&m);
}

/* ---- life -------------------------------------------------------------- */

static void on_silent(void *arg)
{
	end(arg, CHANNEL_END_CALLER, 1000, "nothing was sent for too long");
}

static struct test_agent *free_session(struct test_agent *t)
{
	timer_free(t->turn_timer);
	timer_free(t->silent_timer);
	return mem_free(t);
}

int test_agent_accept(struct http_req *r, struct channel_host *host,
		      void **ret_arg)
{
	struct test_agent *t;

	(void)r;
	if (!host->can_accept(host->arg, NULL))
		return 503;
	t = mem_zalloc(sizeof(*t));
	if (!t)
		return 503;
	t->host = host;
	t->how = CHANNEL_END_BROKEN;
	if (timer_new(&t->turn_timer, host->loop, on_turn_timer, t) ||
	    timer_new(&t->silent_timer, host->loop, on_silent, t)) {
		(void)free_session(t);
		return 503;
	}
	*ret_arg = t;
	return 0;
}

static void on_open(struct ws *ws, void *arg)
{
	struct test_agent *t = arg;
	char id[CHANNEL_CALL_ID_BYTES];
	const struct channel_offer offer = {
		.ops = &ops,
		.ch = t,
		.info = {.type = XP_CALL_PSTN},
		.address = "test",
		.external_id = "",
		.expert_key = ws_key_id(ws),
		.ret_id = id,
	};

	t->ws = ws;
	if (t->host->open(t->host->arg, &offer, &t->ev, &t->ev_arg)) {
		t->ev = NULL;
		end(t, CHANNEL_END_US, 1013, "at capacity");
		return;
	}
	timer_start(t->silent_timer, SILENT_US);
	(void)send_json(t, json_pack("{s:s, s:s}", "message_type",
				     "session-started", "session_id", id));
}

static void on_close(struct ws *ws, void *arg, int code, const char *why)
{
	struct test_agent *t = arg;
	const struct channel_events *ev = t->ev;

	(void)ws;
	t->ev = NULL;
	t->over = 1;
	/* The end of the test is hanging up. */
	if (t->how == CHANNEL_END_BROKEN && (code == 1000 || code == 1001))
		t->how = CHANNEL_END_CALLER;
	else if (t->how == CHANNEL_END_BROKEN &&
		 (code == 1002 || code == 1003 || code == 1007 ||
		  code == 1009))
		t->how = CHANNEL_END_PROTOCOL;
	if (ev)
		ev->closed(t->ev_arg, t->how, why);
	(void)free_session(t);
}

const struct ws_handlers test_agent_handlers = {
	.on_open = on_open,
	.on_text = on_text,
	.on_close = on_close,
	.max_message_bytes = MESSAGE_BYTES,
};
