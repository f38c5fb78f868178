/**
 * @file check_expert.c  The same the other way round: we are the Expert
 *
 *   Expert that we play --listen, call--> server <--/text-- caller
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "ctl/check.h"
#include "net/loop.h"
#include "net/ws.h"

enum { LINES_MAX = 64, CALL_ID_BYTES = 128, OVERSIZED_BYTES = 300 * 1024 };

/* What no agent says by itself. */
#define SCRIPT "The word of the day is marmalade."

/* A socket that we dialled; what is said on it belongs to its peer. */
struct line {
	struct check *check;
	struct check_peer *peer; /* NULL: nobody speaks the numbered layer */
	struct ws *ws;
	int opened, code;
	char why[CHECK_TEXT_BYTES];
	char reason[64]; /* of a close frame */
	int caller;      /* it is the caller's */
};

/* Of one scenario: freed when it is over. */
static struct line *lines[LINES_MAX];
static unsigned n_lines;

/* ---- sockets -------------------------------------------------------------
 */

static void on_open(struct ws *ws, void *arg)
{
	struct line *l = arg;

	(void)ws;
	l->opened = 1;
	if (l->peer) {
		l->peer->ws = ws;
		xp_link_connected(l->peer->link, clock_now_us());
	}
}

static void on_text(struct ws *ws, void *arg, const char *text, size_t len)
{
	struct line *l = arg;
	struct xp_frame f;

	(void)ws;
	if (l->peer) {
		if (l->peer->ws == ws)
			check_peer_input(l->peer, text, len);
	} else if (!l->caller && xp_frame_decode(&f, text, len, NULL) == 0) {
		if (f.kind == XP_CLOSE)
			(void)text_copy(l->reason, sizeof(l->reason),
					f.reason);
		xp_frame_done(&f);
	}
	loop_stop(l->check->loop);
}

static void on_close(struct ws *ws, void *arg, int code, const char *why)
{
	struct line *l = arg;

	l->ws = NULL;
	l->code = code ? code : -1;
	(void)text_copy(l->why, sizeof(l->why), why ? why : "");
	if (l->peer && l->peer->ws == ws)
		check_peer_gone(l->peer, code, why);
	loop_stop(l->check->loop);
}

static const struct ws_handlers handlers = {
	.on_open = on_open,
	.on_text = on_text,
	.on_close = on_close,
	.max_queue_bytes = 2 * OVERSIZED_BYTES,
};

/* Dial and wait until it is open or refused. @return NULL: c->why is set */
static struct line *dial(struct check *c, const char *path, const char *key,
			 struct check_peer *p)
{
	char url[REMOTE_FULL_URL_BYTES], bearer[REMOTE_KEY_BYTES + 16];
	struct ws_header headers[2] = {{"Authorization", bearer}};
	struct line *l;

	if (n_lines == LINES_MAX) {
		(void)check_fail(c, "fewer sockets were expected");
		return NULL;
	}
	l = mem_must(mem_zalloc(sizeof(*l)), "socket");
	lines[n_lines++] = l;
	l->check = c;
	l->peer = p;
	l->caller = strncmp(path, "/text", 5) == 0;
	(void)snprintf(url, sizeof(url), "%s%s", c->url, path);
	(void)snprintf(bearer, sizeof(bearer), "Bearer %s", key);
	if (ws_dial(&l->ws, c->loop, url, headers, CHECK_ANSWER_US, &handlers,
		    l) < 0) {
		(void)check_fail(c, "\"%s\" cannot be dialled", url);
		return NULL;
	}
	check_begin(c, 2 * CHECK_ANSWER_US);
	while (!l->opened && !l->code && check_turn(c))
		;

	return l;
}

static void end_lines(struct check *c)
{
	for (unsigned i = 0; i < n_lines; i++)
		if (lines[i]->ws)
			ws_close(lines[i]->ws, 1000, "");
	for (unsigned i = 0; i < n_lines; i++) {
		c->until_us = clock_now_us() + CHECK_PROMPT_US;
		while (lines[i]->ws && clock_now_us() < c->until_us)
			loop_run(c->loop);
	}
	for (unsigned i = 0; i < n_lines; i++) {
		if (lines[i]->peer)
			lines[i]->peer->over = 1;
		if (!lines[i]->ws)
			mem_free(lines[i]);
	}
	n_lines = 0;
}

void check_expert_clear(struct check *c)
{
	end_lines(c);
}

static void listen_path(const struct check *c, char *ret, size_t cap)
{
	const char *a = c->address;
	const char *name = strncmp(a, "web:", 4) == 0   ? "webrtc_code"
			   : strncmp(a, "sip:", 4) == 0 ? "sip_code"
							: "phone_number";
	struct strbuf b;

	strbuf_init(&b, cap);
	strbuf_addf(&b, "/v2/listen-inbound?%s=", name);
	remote_escape(&b, name[0] == 'p' ? a : a + 4);
	(void)text_copy(ret, cap, b.s);
	strbuf_done(&b);
}

/* ---- a link, opened ------------------------------------------------------
 */

/* @return its peer, open; NULL with c->why set */
static struct check_peer *open_link(struct check *c, const char *path)
{
	char id[24];
	struct check_peer *p;
	struct line *l;

	(void)text_random_hex(id, sizeof(id), 10);
	p = check_peer_new(c, 0, id, 0);
	l = p ? dial(c, path, c->key, p) : NULL;
	if (!l)
		return NULL;
	if (!l->opened) {
		(void)check_fail(c,
				 "a WebSocket was expected at %s, what "
				 "came: %s",
				 path, l->why);
		return NULL;
	}
	check_begin(c, CHECK_PROMPT_US);
	while (!p->opens && !p->over && check_turn(c))
		;
	if (p->opens)
		return p;
	(void)check_fail(c,
			 "open-ack was expected after open, it did not "
			 "come: %s",
			 p->reason[0]      ? p->reason
			 : p->close_why[0] ? p->close_why
					   : "nothing came");

	return NULL;
}

static struct check_peer *open_listen(struct check *c)
{
	char path[REMOTE_URL_BYTES];
	const json_t *started;
	struct check_peer *p;
	size_t at = 0;

	listen_path(c, path, sizeof(path));
	p = open_link(c, path);
	if (!p)
		return NULL;
	check_begin(c, CHECK_PROMPT_US);
	while (!(started = check_peer_find(p, "listen-started", &at)) &&
	       check_turn(c))
		;
	if (started)
		return p;
	(void)check_fail(c, "listen-started was expected after open-ack, it "
			    "did not come");

	return NULL;
}

/* Claim, answer, open. @return the call's peer, NULL: c->why is set */
static struct check_peer *answer(struct check *c, struct check_peer *listener,
				 const char *id)
{
	char text[CALL_ID_BYTES + 64];
	const json_t *assigned;
	size_t at = 0;

	(void)snprintf(text, sizeof(text),
		       "{\"message_type\":\"claim-call\",\"call_id\":\"%s\"}",
		       id);
	check_peer_tell_text(listener, text);
	check_begin(c, CHECK_PROMPT_US);
	while (!(assigned = check_peer_find(listener, "assign-call", &at)) &&
	       check_turn(c))
		;
	if (!json_is_object(json_object_get(assigned, "call_info"))) {
		(void)check_fail(c, "assign-call with call_info was expected "
				    "after claim-call, it did not come");
		return NULL;
	}
	(void)snprintf(text, sizeof(text),
		       "{\"message_type\":\"answer-call\",\"call_id\":\"%s\"}",
		       id);
	check_peer_tell_text(listener, text);
	(void)snprintf(text, sizeof(text), "/v2/connect-call/%s", id);

	return open_link(c, text);
}

/* Place a call in text and answer it. @return its peer, NULL: c->why is set */
static struct check_peer *open_call(struct check *c, struct line **ret_caller)
{
	struct check_peer *p = open_listen(c);
	char path[REMOTE_URL_BYTES], id[CALL_ID_BYTES];
	const json_t *offer = NULL;
	struct line *caller;
	struct strbuf b;
	size_t at = 0;

	if (!p)
		return NULL;
	strbuf_init(&b, sizeof(path));
	strbuf_add(&b, "/text?to=");
	remote_escape(&b, c->address);
	(void)text_copy(path, sizeof(path), b.s);
	strbuf_done(&b);
	caller = dial(c, path, c->key, NULL);
	if (!caller)
		return NULL;
	if (!caller->opened)
		(void)fprintf(stderr, "Place a call to %s now.\n", c->address);
	check_begin(c, caller->opened ? CHECK_ANSWER_US : CHECK_REPLY_US);
	while (!(offer = check_peer_find(p, "incoming-call", &at)) &&
	       check_turn(c))
		;
	if (!offer ||
	    text_copy(id, sizeof(id),
		      json_string_value(json_object_get(offer, "call_id"))) <
		    0) {
		(void)check_fail(c, "incoming-call was expected, it did not "
				    "come");
		return NULL;
	}
	p = answer(c, p, id);
	if (!p)
		return NULL;
	(void)text_copy(p->id, sizeof(p->id), id);
	check_peer_tell_text(p, "{\"command_type\":\"registered-hooks\"}");
	check_peer_tell_text(p, "{\"command_type\":\"read-script\","
				"\"script\":\"" SCRIPT "\"}");
	*ret_caller = caller;

	return p;
}

/* ---- scenarios -----------------------------------------------------------
 */

static int refuses(struct check *c, const char *path, const char *key,
		   int status)
{
	struct line *l = dial(c, path, key, NULL);
	char want[32];

	if (!l)
		return -1;
	(void)snprintf(want, sizeof(want), "status %d", status);
	if (l->opened || !strstr(l->why, want))
		return check_fail(c,
				  "HTTP %d before the upgrade was expected "
				  "of %s, what came: %s",
				  status, path,
				  l->opened ? "a WebSocket" : l->why);

	return 0;
}

static int keys(struct check *c)
{
	char path[REMOTE_URL_BYTES];

	listen_path(c, path, sizeof(path));

	return refuses(c, path, "wrong", 401) ||
	       refuses(c, "/v2/connect-call/x", "wrong", 401);
}

static int no_address(struct check *c)
{
	return refuses(c, "/v2/listen-inbound", c->key, 400);
}

static int listens(struct check *c)
{
	struct check_peer *p = open_listen(c);

	if (!p)
		return -1;
	if (p->agreed)
		return check_fail(c, "no extension was expected that nobody "
				     "asked for");
	check_peer_raw(p, "{\"message_type\":\"weather\",\"sky\":[1]}");

	return check_lives(c, p, "after a frame of unknown type");
}

/* Say it first on a new socket: how is it closed, with which reason? */
static int closes(struct check *c, const char *path, const char *text,
		  size_t len, int code, const char *reason)
{
	struct line *l = dial(c, path, c->key, NULL);

	if (!l)
		return -1;
	if (l->opened)
		(void)ws_send_text(l->ws, text, len);
	EXPECT(c, CHECK_PROMPT_US, l->code,
	       "close %d was expected, the socket stayed open", code);
	if (l->code != code)
		return check_fail(c, "close %d was expected, not %d (%s)",
				  code, l->code, l->why);
	if (reason && strcmp(l->reason, reason) != 0)
		return check_fail(c,
				  "a close frame with \"%s\" was expected, "
				  "not with \"%s\"",
				  reason, l->reason);

	return 0;
}

static int malformed(struct check *c)
{
	static const char ping[] = "{\"message_type\":\"ping\"}";
	char path[REMOTE_URL_BYTES];

	listen_path(c, path, sizeof(path));

	return closes(c, path, ping, strlen(ping), 1008, NULL) ||
	       closes(c, path, "{", 1, 1008, NULL);
}

static int oversized(struct check *c)
{
	char path[REMOTE_URL_BYTES];
	char *text = mem_must(mem_alloc(OVERSIZED_BYTES), "message");
	int err;

	listen_path(c, path, sizeof(path));
	memset(text, ' ', OVERSIZED_BYTES);
	err = closes(c, path, text, OVERSIZED_BYTES, 1009, NULL);
	mem_free(text);

	return err;
}

static int state_lost(struct check *c)
{
	static const char anew[] =
		"{\"message_type\":\"open\",\"connection_id\":\"check-a\","
		"\"is_reopen\":false,\"last_seen_sequence\":0}";
	static const char again[] =
		"{\"message_type\":\"open\",\"connection_id\":\"check-b\","
		"\"is_reopen\":true,\"last_seen_sequence\":3}";
	char path[REMOTE_URL_BYTES];

	listen_path(c, path, sizeof(path));

	return closes(c, "/v2/connect-call/no-such-call", anew, strlen(anew),
		      1000, XP_CLOSE_STATE_LOST) ||
	       closes(c, path, again, strlen(again), 1000,
		      XP_CLOSE_STATE_LOST);
}

static int reopens(struct check *c, struct check_peer *p, const char *path)
{
	int opens = p->opens;

	check_peer_cut(p, 1001, "cut by the test");
	if (!dial(c, path, c->key, p))
		return -1;
	EXPECT(c, CHECK_PROMPT_US, p->opens > opens || p->over,
	       "open-ack was expected for a link that is reopened");

	return p->over ? check_fail(c, "a link that is reopened was expected "
				       "to be known")
		       : 0;
}

static int listen_reopen(struct check *c)
{
	struct check_peer *p = open_listen(c);
	char path[REMOTE_URL_BYTES];

	listen_path(c, path, sizeof(path));
	if (!p || reopens(c, p, path))
		return -1;

	return check_lives(c, p, "after the listen socket was lost");
}

static int call(struct check *c)
{
	struct line *caller;
	struct check_peer *p = open_call(c, &caller);
	size_t at = 0;

	if (!p)
		return -1;
	EXPECT(c, CHECK_REPLY_US, check_peer_find(p, "agent-speech", &at),
	       "agent-speech was expected after read-script, it did not come");

	return check_lives(c, p, "on a call");
}

static int refused(struct check *c)
{
	struct line *caller;
	struct check_peer *p = open_call(c, &caller);
	size_t at = 0;

	if (!p)
		return -1;
	check_peer_tell_text(p, "{\"command_type\":\"weather\"}");
	EXPECT(c, CHECK_PROMPT_US, check_peer_find(p, "warning", &at),
	       "a warning was expected for an unknown command, none came");
	check_peer_tell_text(p, "{\"command_type\":\"read-script\","
				"\"script\":7}");
	EXPECT(c, CHECK_PROMPT_US, check_peer_find(p, "warning", &at),
	       "a warning was expected for a malformed command, none came");

	return check_lives(c, p, "after commands that were refused");
}

static int duplicates(struct check *c)
{
	struct line *caller;
	struct check_peer *p = open_call(c, &caller);
	const json_t *speech;
	unsigned acks;
	size_t at = 0, said = 0;

	if (!p)
		return -1;
	EXPECT(c, CHECK_PROMPT_US, xp_link_unacked(p->link) == 0,
	       "an acknowledgement of a command was expected, none came");
	acks = p->frames[XP_ACK];
	check_peer_raw(p, p->last_message);
	EXPECT(c, CHECK_PROMPT_US, p->frames[XP_ACK] > acks,
	       "another acknowledgement of a message that came twice was "
	       "expected, none came");
	if (check_pause(c, 2 * CHECK_QUIET_US))
		return -1;
	while ((speech = check_peer_find(p, "agent-speech", &at))) {
		const char *words = json_string_value(
			json_object_get(speech, "utterance"));

		said += words && strstr(words, "marmalade") ? 1 : 0;
	}

	return said == 1 ? 0
			 : check_fail(c,
				      "a script that came twice was "
				      "expected to be said once, it was "
				      "said %zu times",
				      said);
}

/* Events that are lost with the socket come again; so does our command. */
static int resend(struct check *c)
{
	struct line *caller;
	struct check_peer *p = open_call(c, &caller);
	char path[CALL_ID_BYTES + 32];

	if (!p)
		return -1;
	p->deaf = 1;
	EXPECT(c, CHECK_REPLY_US, json_array_size(p->lost),
	       "an event was expected, none came");
	p->deaf = 0;
	(void)snprintf(path, sizeof(path), "/v2/connect-call/%s", p->id);
	if (reopens(c, p, path))
		return -1;
	EXPECT(c, CHECK_PROMPT_US, check_peer_made_up(p),
	       "what was not acknowledged was expected again, as it was");

	return check_lives(c, p, "after the link was opened again");
}

static int ends(struct check *c)
{
	static const char hangup[] = "{\"type\":\"hangup\"}";
	struct line *caller;
	struct check_peer *p = open_call(c, &caller);
	size_t at = 0;

	if (!p)
		return -1;
	if (caller->ws)
		(void)ws_send_text(caller->ws, hangup, strlen(hangup));
	EXPECT(c, CHECK_REPLY_US, check_peer_find(p, "bot-session-ended", &at),
	       "bot-session-ended was expected when the caller hangs up, it "
	       "did not come");
	EXPECT(c, CHECK_PROMPT_US, !p->ws,
	       "the socket was expected to be closed after the last event");

	return p->close_code == 1000
		       ? 0
		       : check_fail(c,
				    "close 1000 was expected after the last "
				    "event, not %d",
				    p->close_code);
}

const struct check_scenario check_expert_scenarios[] = {
	{"key", "a wrong key is refused before the upgrade", keys},
	{"no-address", "listening without an address is refused", no_address},
	{"listen", "open-ack, listen-started, a pong; the unknown is ignored",
	 listens},
	{"malformed", "a first frame that is not open is closed with 1008",
	 malformed},
	{"oversized", "a message over the limit is closed with 1009",
	 oversized},
	{"state-lost", "a link or call that nobody knows", state_lost},
	{"listen-reopen", "a listen link outlives its socket", listen_reopen},
	{"call", "a call is offered, assigned, opened; the agent speaks",
	 call},
	{"refused", "commands that are wrong are answered by a warning",
	 refused},
	{"duplicates", "a command that comes twice is taken once", duplicates},
	{"resend", "events that were lost with a socket come again", resend},
	{"end", "the caller hangs up: last event, then close 1000", ends},
	{NULL, NULL, NULL},
};
