/**
 * @file check_faults.c  What an Expert does when something goes wrong
 *
 * We are the server. The sentences are those of proto/PROTOCOL.md.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "ctl/check.h"

enum { BURST = 500, OVERSIZED_BYTES = XP_MESSAGE_BYTES_MAX + 4096 };

static int is_settled(const struct check_peer *p)
{
	return check_peer_is_open(p) && xp_link_unacked(p->link) == 0;
}

static int unknown(struct check *c)
{
	static const char *const frames[] = {
		"{\"message_type\":\"weather\",\"sky\":[1,2,{}]}",
		("{\"message_type\":\"ping\",\"ping_timestamp\":7,"
		 "\"colour\":\"blue\"}"),
	};
	static const char *const events[] = {
		"{\"event_type\":\"weather\",\"sequence\":null,\"sky\":[1]}",
		("{\"event_type\":\"caller-speech\",\"sequence\":null,"
		 "\"utterance\":\"hello\",\"utterance_id\":\"u1\","
		 "\"colour\":{\"deep\":[\"blue\"]}}"),
		("{\"event_type\":\"dtmf\",\"sequence\":null,\"digit\":\"1\","
		 "\"recent_digits\":\"1\",\"pressure\":3}"),
	};
	struct check_call *call;
	struct check_peer *listener;

	if (check_take(c, NULL, &call) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++)
		check_peer_raw(call->peer, frames[i]);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		check_peer_tell_text(call->peer, events[i]);
	EXPECT(c, CHECK_PROMPT_US, is_settled(call->peer),
	       "events of unknown type or with unknown members were expected "
	       "to be acknowledged, they were not");
	listener = check_listener(c);
	if (!listener)
		return check_fail(c, "the listen socket was expected to stay");
	check_peer_tell_text(listener, "{\"message_type\":\"weather\"}");
	EXPECT(c, CHECK_PROMPT_US, is_settled(listener),
	       "a message of unknown type was expected to be acknowledged on "
	       "the listen socket, it was not");
	if (check_lives(c, listener, "on the listen socket after it"))
		return -1;

	return check_lives(c, call->peer, "after what it does not know");
}

/* What it says first is lost, with the socket. */
static int resend(struct check *c)
{
	const struct check_call like = {.deaf = 1};
	struct check_call *call;
	struct check_peer *p;

	if (check_take(c, &like, &call) < 0)
		return -1;
	p = call->peer;
	EXPECT(c, CHECK_PROMPT_US, json_array_size(p->lost),
	       "a command at the beginning of a call was expected, none came");
	p->deaf = 0;
	check_peer_cut(p, 1011, "cut by the test");
	EXPECT(c, CHECK_REDIAL_US, p->opens > 1,
	       "another socket of the same link was expected, none came");
	EXPECT(c, CHECK_PROMPT_US, check_peer_made_up(p),
	       "what was not acknowledged was expected again, with the same "
	       "numbers; of %zu messages that were lost not all came",
	       json_array_size(p->lost));

	return check_lives(c, p, "after the link was opened again");
}

/* What we say while there is no socket comes with the next one. */
static int reopen(struct check *c)
{
	const struct xp_event e = {
		.kind = XP_CALLER_SPEECH, .text = "hello", .id = "u1"};
	struct check_call *call;
	struct check_peer *p;

	if (check_take(c, NULL, &call) < 0)
		return -1;
	p = call->peer;
	for (int times = 2; times <= 3; times++) {
		check_peer_cut(p, 1011, "cut by the test");
		for (int i = 0; i < 5; i++)
			check_event(call, &e);
		EXPECT(c, CHECK_REDIAL_US, p->opens >= times,
		       "another socket of the same link was expected, none "
		       "came");
		EXPECT(c, CHECK_PROMPT_US, is_settled(p),
		       "events of the time without a socket were expected to "
		       "be acknowledged, they were not");
	}

	return check_lives(c, p, "after the link was opened again");
}

static int listen_reopen(struct check *c)
{
	struct check_peer *p = check_listener(c);
	struct check_call *call;

	if (!p)
		return check_fail(c, "an Expert that listens was expected");
	check_peer_cut(p, 1011, "cut by the test");
	EXPECT(c, CHECK_REDIAL_US, check_listener(c),
	       "another listen socket was expected, none came");

	return check_take(c, NULL, &call);
}

/* Somebody else answers at our address. */
static int certificate(struct check *c)
{
	struct check_peer *p = check_listener(c);
	struct check_call *call;
	int opens;

	if (!c->tls_cert) {
		(void)text_copy(c->note, sizeof(c->note), "not over TLS");
		return 0;
	}
	if (!p || check_stage_cert(c, 0))
		return check_fail(c, "an Expert that listens was expected");
	opens = p->opens;
	check_peer_cut(p, 1011, "cut by the test");
	if (check_pause(c, 2 * CHECK_QUIET_US) || check_stage_cert(c, 1))
		return -1;
	if (p->opens > opens || check_listener(c))
		return check_fail(c, "no socket was expected with a server "
				     "whose certificate nobody signed, one "
				     "came");
	EXPECT(c, CHECK_REDIAL_US, check_listener(c),
	       "another listen socket was expected when the certificate was "
	       "right again, none came");

	return check_take(c, NULL, &call);
}

/* The server was restarted: it knows nothing of the link. */
static int restart(struct check *c)
{
	struct check_peer *p = check_listener(c);
	struct check_call *call;

	if (!p)
		return check_fail(c, "an Expert that listens was expected");
	p->forgotten = 1;
	check_peer_cut(p, 1011, "cut by the test");
	EXPECT(c, CHECK_REDIAL_US, check_listener(c),
	       "a new link with a new connection_id was expected after "
	       "state-lost for listening, none came");

	return check_take(c, NULL, &call);
}

static int state_lost(struct check *c)
{
	struct check_call *call, *next;
	struct check_peer *p;
	int opens;

	if (check_take(c, NULL, &call) < 0)
		return -1;
	p = call->peer;
	p->forgotten = 1;
	check_peer_cut(p, 1011, "cut by the test");
	EXPECT(c, CHECK_REDIAL_US, p->late_opens,
	       "another socket of the call was expected, none came");
	opens = p->late_opens;
	if (check_pause(c, CHECK_QUIET_US))
		return -1;
	if (p->late_opens != opens)
		return check_fail(c, "the call was expected to be given up "
				     "after state-lost, it was opened again");

	return check_take(c, NULL, &next);
}

/* Another Expert has the call: it is told so in the middle of it. */
static int taken_away(struct check *c)
{
	struct check_call *call, *next;
	struct check_peer *p;

	if (check_take(c, NULL, &call) < 0)
		return -1;
	p = call->peer;
	xp_link_close(p->link, XP_CLOSE_STATE_LOST, "another has the call");
	p->over = 1;
	check_peer_cut(p, 1000, "");
	if (check_pause(c, CHECK_QUIET_US))
		return -1;
	if (p->late_opens)
		return check_fail(c, "the call was expected to be given up "
				     "after state-lost, it was opened again");

	return check_take(c, NULL, &next);
}

/* The server lets nobody listen for a while; calls go on. */
static int drain(struct check *c)
{
	struct check_call *call, *next;
	struct check_peer *p;

	if (check_take(c, NULL, &call) < 0)
		return -1;
	c->listen_status = 503;
	c->refused = 0;
	p = check_listener(c);
	if (p)
		check_peer_cut(p, 1001, "draining");
	EXPECT(c, CHECK_REDIAL_US, c->refused,
	       "another listen socket was expected to be tried, none was");
	if (check_lives(c, call->peer,
			"on a call while nobody may listen any more") ||
	    check_end(c, call) < 0)
		return -1;
	c->listen_status = 0;

	return check_take(c, NULL, &next);
}

static int refused(struct check *c)
{
	static const char *const words[] = {
		"action_items[3].key must be a string",
		"unknown command: weather"};
	struct check_call *call;

	if (check_take(c, NULL, &call) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const struct xp_event e = {.kind = XP_WARNING,
					   .text = words[i]};

		check_event(call, &e);
	}
	EXPECT(c, CHECK_PROMPT_US, is_settled(call->peer),
	       "a warning was expected to be acknowledged, it was not");
	if (check_lives(c, call->peer, "after a warning"))
		return -1;

	return check_end(c, call);
}

static int burst(struct check *c)
{
	struct check_call *call;
	char text[64], id[16];

	if (check_take(c, NULL, &call) < 0)
		return -1;
	for (int i = 0; i < BURST; i++) {
		const struct xp_event e = {
			.kind = XP_CALLER_SPEECH, .text = text, .id = id};

		(void)snprintf(text, sizeof(text), "this is sentence %d", i);
		(void)snprintf(id, sizeof(id), "u%d", i);
		check_event(call, &e);
	}
	EXPECT(c, CHECK_REDIAL_US, is_settled(call->peer),
	       "%d events at once were expected to be acknowledged, %u were "
	       "not",
	       BURST, xp_link_unacked(call->peer->link));

	return check_lives(c, call->peer, "after many events");
}

static int slow(struct check *c)
{
	const struct xp_event e = {
		.kind = XP_CALLER_SPEECH, .text = "hello", .id = "u1"};
	struct check_call *call;
	struct check_peer *p;

	if (check_take(c, NULL, &call) < 0)
		return -1;
	p = call->peer;
	p->holding = 1;
	for (int i = 0; i < 20; i++)
		check_event(call, &e);
	if (check_pause(c, 2 * CHECK_QUIET_US))
		return -1;
	if (!p->ws)
		return check_fail(c,
				  "a peer that reads nothing for 5 s was "
				  "expected to be borne, the Expert closed "
				  "its socket with %d",
				  p->close_code);
	check_peer_release(p);
	EXPECT(c, CHECK_PROMPT_US, is_settled(p),
	       "all was expected to be acknowledged in the end, it was not");

	return check_lives(c, p, "after a while in which nothing was read");
}

/* One message over the limit, to the Expert: it closes or ignores it. */
static int oversized(struct check *c)
{
	struct check_call *call, *next;
	char *text = mem_must(mem_alloc(OVERSIZED_BYTES + 1), "message");

	memset(text, ' ', OVERSIZED_BYTES);
	text[OVERSIZED_BYTES] = '\0';
	memcpy(text, "{\"message_type\":\"weather\"}",
	       strlen("{\"message_type\":\"weather\"}"));
	if (check_take(c, NULL, &call) < 0) {
		mem_free(text);
		return -1;
	}
	check_peer_raw(call->peer, text);
	mem_free(text);
	if (check_pause(c, CHECK_QUIET_US))
		return -1;
	if (!call->peer->ws && call->peer->opens == 1)
		(void)snprintf(c->note, sizeof(c->note), "it closed with %d",
			       call->peer->close_code);
	/* It may give the call up, and need not do so at once. */
	call->peer->over = 1;
	check_peer_cut(call->peer, 1000, "");

	return check_take(c, NULL, &next);
}

/* Its own message was over the limit: the server has closed with 1009. */
static int too_large(struct check *c)
{
	struct check_call *call, *next;

	if (check_take(c, NULL, &call) < 0)
		return -1;
	check_peer_cut(call->peer, 1009, "message too large");
	if (check_pause(c, CHECK_QUIET_US))
		return -1;
	(void)text_copy(c->note, sizeof(c->note),
			call->peer->opens > 1 ? "it reopened the call"
					      : "it gave the call up");
	call->peer->over = 1;
	check_peer_cut(call->peer, 1000, "");

	return check_take(c, NULL, &next);
}

const struct check_scenario check_fault_scenarios[] = {
	{"unknown", "unknown frames, events and members are ignored", unknown},
	{"reopen", "a lost call socket is replaced, events come with it",
	 reopen},
	{"resend", "commands that were lost with a socket come again", resend},
	{"listen-reopen", "a lost listen socket is replaced", listen_reopen},
	{"certificate", "a server that nobody vouches for is not dialled",
	 certificate},
	{"restart", "a server that was restarted knows no link", restart},
	{"state-lost", "a call that nobody knows any more is given up",
	 state_lost},
	{"taken-away", "a call that another Expert has is given up",
	 taken_away},
	{"drain", "nobody may listen for a while, calls go on", drain},
	{"refused", "a command was refused: a warning comes", refused},
	{"burst", "many events at once", burst},
	{"slow", "the server reads nothing for 5 s", slow},
	{"oversized", "a message over the limit comes", oversized},
	{"too-large", "a call socket is closed with 1009", too_large},
	{NULL, NULL, NULL},
};
