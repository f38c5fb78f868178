/**
 * @file fuzz_expert.c  Any frames from a server: libexpert's listener and
 * calls
 *
 *   lines --> [ xp_link ] --> [ listener, calls ] --> handlers --> commands
 *
 * The real library over sockets that are not there. The first byte of a line
 * says what happens: 'L' a frame on the listen socket, 'C' one on the newest
 * call's; 'l', 'c' a payload on them, numbered as is due; 'o', 'p' they open
 * with every extension, 'O', 'P' with none; '-', '_' they are lost; 'x', 'X'
 * they are given up; 'f' the listen socket is full, 'e' it has room again.
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libexpert/priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SOCKS_MAX = 64 };

static struct expert *expert;
static int64_t sequences[SOCKS_MAX]; /* what the server has sent, by socket */
static unsigned n_socks;
static int full;

/* ---- sockets that are not there (in place of sock.c) ---------------------
 */

/* Its number is kept in place of its count of attempts. */
static int on_send(void *arg, const char *text, size_t len)
{
	const struct sock *s = arg;
	struct xp_frame f;

	if (!s->conn || full)
		return -1;
	/* What we say is what a server understands. */
	if (xp_frame_decode(&f, text, len, NULL) < 0 ||
	    f.kind == XP_FRAME_UNKNOWN)
		abort();
	xp_frame_done(&f);
	return 0;
}

static void on_payload(void *arg, const char *text, size_t len)
{
	struct sock *s = arg;

	if (!s->dead && !s->finishing)
		s->ev->payload(s->arg, text, len);
}

static void on_opened(void *arg, int reopen)
{
	struct sock *s = arg;

	if (!s->dead && !s->finishing)
		s->ev->opened(s->arg, reopen);
}

static void lose(struct sock *s, const char *why)
{
	if (s->dead || !s->conn)
		return;
	s->conn = NULL;
	xp_link_disconnected(s->link);
	s->ev->lost(s->arg, why);
}

static void on_drop(void *arg, const char *why)
{
	lose(arg, why);
}

static void on_closed(void *arg, const char *reason, const char *description)
{
	struct sock *s = arg;

	if (!s->dead && !s->finishing)
		s->ev->failed(s->arg, EXPERT_ECLOSED, reason, description);
}

static const struct xp_link_events link_events = {
	.send = on_send,
	.payload = on_payload,
	.opened = on_opened,
	.drop = on_drop,
	.closed = on_closed,
};

static int link_make(struct sock *s)
{
	const struct xp_link_options o = {
		.name = s->name,
		.connection_id = "fuzz",
		.extensions = s->ev->extensions,
	};

	return xp_link_new(&s->link, &o, &link_events, s);
}

int sock_open(struct sock **ret, struct expert *e, struct server *server,
	      const char *path, const char *name, const struct sock_events *ev,
	      void *arg)
{
	struct sock *s = n_socks < SOCKS_MAX ? calloc(1, sizeof(*s)) : NULL;

	if (!s)
		return EXPERT_ENOMEM;
	s->e = e;
	s->server = server;
	s->ev = ev;
	s->arg = arg;
	s->path = strdup(path);
	s->name = strdup("fuzz"); /* cut by the real one */
	(void)name;
	if (!s->path || !s->name || link_make(s) < 0)
		abort();
	s->attempts = (int)n_socks++;
	s->next = e->socks;
	e->socks = s;
	*ret = s;
	return 0;
}

int sock_send(struct sock *s, const char *payload, size_t len)
{
	return xp_link_send(s->link, payload, len);
}

uint32_t sock_extensions(const struct sock *s)
{
	return xp_link_extensions(s->link);
}

void sock_restart(struct sock *s, const char *why)
{
	xp_link_close(s->link, XP_CLOSE_OTHER, "");
	(void)xp_link_free(s->old_link);
	s->old_link = s->link;
	s->conn = NULL;
	sequences[s->attempts] = 0;
	if (link_make(s) < 0)
		abort();
	s->ev->lost(s->arg, why);
}

void sock_pause(struct sock *s, int on)
{
	if (s)
		s->paused = on;
}

void sock_finish(struct sock *s)
{
	if (s)
		s->finishing = s->dead = 1;
}

void sock_abandon_all(struct expert *e)
{
	for (struct sock *s = e->socks; s; s = s->next)
		s->dead = 1;
}

int sock_count(const struct expert *e)
{
	int n = 0;

	for (const struct sock *s = e->socks; s; s = s->next)
		n += !s->dead;
	return n;
}

void sock_reap(struct expert *e, int all)
{
	struct sock **at = &e->socks;

	while (*at) {
		struct sock *s = *at;

		s->old_link = xp_link_free(s->old_link);
		if (!s->dead && !all) {
			at = &s->next;
			continue;
		}
		*at = s->next;
		(void)xp_link_free(s->link);
		free(s->path);
		free(s->name);
		free(s);
	}
}

int sock_callback(struct lws *wsi, enum lws_callback_reasons reason,
		  void *user, void *in, size_t len)
{
	(void)wsi;
	(void)reason;
	(void)user;
	(void)in;
	(void)len;
	return 0;
}

/* ---- an Expert that uses what it is given --------------------------------
 */

static size_t read_it(const char *s)
{
	assert(s);
	return strlen(s);
}

static int on_received(struct expert_call *call, void *arg)
{
	(void)arg;
	(void)read_it(expert_call_id(call));
	(void)read_it(expert_call_from(call));
	(void)read_it(expert_call_to(call));
	(void)read_it(expert_call_name(call));
	(void)expert_call_header(call, "X-Tenant");
	(void)expert_set_variable(call, "a", "\"b\"");
	return strchr(expert_call_id(call), '!') ? EXPERT_DECLINE
						 : EXPERT_ACCEPT;
}

static void on_start(struct expert_call *call, void *arg)
{
	struct expert_task *task = expert_task_new("t");

	(void)arg;
	expert_task_objective(task, "Take the order.");
	expert_task_field(task, EXPERT_FIELD(.key = "name"));
	(void)expert_set_task(call, task);
}

static void on_takeover(struct expert_call *call,
			const struct expert_takeover *t, void *arg)
{
	const char *who, *text;

	(void)arg;
	(void)read_it(expert_takeover_cause(t));
	(void)read_it(expert_takeover_task(t));
	(void)read_it(expert_takeover_note(t));
	(void)expert_takeover_elapsed_ms(t);
	for (int i = 0; expert_takeover_line(t, i, &who, &text); i++)
		(void)(read_it(text) + read_it(who));
	(void)expert_saved(call);
	(void)expert_variable(call, "a");
	(void)expert_field_text(call, "name");
}

static void on_speech(struct expert_call *call, const struct expert_speech *s,
		      void *arg)
{
	(void)arg;
	(void)read_it(expert_speech_text(s));
	(void)read_it(expert_speech_id(s));
	(void)read_it(expert_speech_heard(s));
	(void)expert_save(call, "{\"n\":1}");
}

static void on_question(struct expert_call *call, struct expert_question *q,
			void *arg)
{
	(void)call;
	(void)arg;
	if (strchr(expert_question_text(q), '?'))
		(void)expert_answer(q, expert_question_text(q));
	else
		(void)expert_answer_later(q);
}

static void on_request(struct expert_call *call, struct expert_request *r,
		       void *arg)
{
	(void)call;
	(void)arg;
	(void)expert_suggest(r, "a", expert_request_text(r));
	(void)expert_suggest(r, "b", "");
}

static void on_search(struct expert_call *call, struct expert_search *s,
		      void *arg)
{
	(void)call;
	(void)arg;
	(void)expert_search_match(s, expert_search_text(s));
	(void)expert_search_other(s, expert_search_field(s));
}

static void on_action(struct expert_call *call, const char *key, void *arg)
{
	(void)arg;
	(void)read_it(key);
	(void)read_it(expert_action_id(call));
	if (!expert_action_again(call))
		(void)expert_action_later(call);
	(void)expert_action_done(call, expert_action_id(call));
}

static void on_field(struct expert_call *call, const char *key, void *arg)
{
	(void)arg;
	assert(expert_has_field(call, key));
	(void)read_it(expert_field_text(call, key));
	(void)read_it(expert_field_json(call, key));
	(void)expert_field_integer(call, key, 0);
	free(expert_field_dup(call, key));
}

static const char *on_validate(struct expert_call *call, const char *task,
			       const char *key, void *arg)
{
	(void)task;
	(void)arg;
	return strlen(expert_field_text(call, key)) % 2 ? "That is odd: ö."
							: NULL;
}

static void on_complete(struct expert_call *call, const char *task, void *arg)
{
	(void)arg;
	(void)read_it(task);
	(void)expert_hangup(call, "Thank the caller.");
}

static void on_key(struct expert_call *call, const char *digit,
		   const char *recent, void *arg)
{
	(void)call;
	(void)arg;
	(void)(read_it(digit) + read_it(recent));
}

static void on_text(struct expert_call *call, const char *text, void *arg)
{
	(void)call;
	(void)arg;
	(void)read_it(text);
}

static void on_end(struct expert_call *call, const struct expert_end *end,
		   void *arg)
{
	(void)arg;
	(void)read_it(expert_end_reason(end));
	assert(expert_say(call, "s1", "too late", 0) < 0);
}

static void on_said(struct expert_call *call, const char *id,
		    const char *heard, int interrupted, void *arg)
{
	(void)interrupted;
	on_key(call, id, heard, arg);
}

static void on_refused(struct expert_call *call, const char *command,
		       const char *reason, void *arg)
{
	on_key(call, command, reason, arg);
}

static const struct expert_handlers handlers = {
	.size = sizeof(handlers),
	.on_call_received = on_received,
	.on_call_start = on_start,
	.on_caller_speech = on_speech,
	.on_agent_speech = on_speech,
	.on_question = on_question,
	.on_action_request = on_request,
	.on_action = on_action,
	.on_field = on_field,
	.on_validate = on_validate,
	.on_task_complete = on_complete,
	.on_search_query = on_search,
	.on_dtmf = on_key,
	.on_escalate = on_text,
	.on_session_end = on_end,
	.on_error = on_text,
	.on_warning = on_text,
	.on_takeover = on_takeover,
	.on_said = on_said,
	.on_refused = on_refused,
};

/* ---- what the server does ------------------------------------------------
 */

static struct sock *sock_of_call(void)
{
	for (struct call *c = expert->calls; c; c = c->next)
		if (c->sock && !c->sock->dead)
			return c->sock;
	return NULL;
}

static void frame(struct sock *s, const char *text, size_t len)
{
	if (s && !s->dead && s->conn)
		(void)xp_link_input(s->link, text, len, now_us());
}

static void payload(struct sock *s, const char *text, size_t len)
{
	struct xp_frame f = {
		.kind = XP_MESSAGE, .payload = text, .payload_len = len};
	char *whole;

	if (!s || !len)
		return;
	f.sequence = sequences[s->attempts] + 1;
	whole = xp_frame_encode(&f);
	if (!whole)
		return;
	if (xp_link_is_open(s->link))
		sequences[s->attempts]++;
	frame(s, whole, strlen(whole));
	free(whole);
}

static void connected(struct sock *s, uint32_t extensions)
{
	struct xp_frame f = {.kind = XP_OPEN_ACK, .extensions = extensions};
	char *text;

	if (!s || s->dead)
		return;
	lose(s, "another one");
	/* Never looked into: only whether there is one. */
	s->conn = (struct conn *)(void *)s;
	xp_link_connected(s->link, now_us());
	f.is_reopen = sequences[s->attempts] > 0;
	text = xp_frame_encode(&f);
	if (text)
		frame(s, text, strlen(text));
	free(text);
}

static void give_up(struct sock *s)
{
	if (!s || s->dead)
		return;
	s->dead = 1;
	s->ev->failed(s->arg, EXPERT_ECONNECT, NULL, "given up");
}

/* As after every turn of the library's loop. */
static void look_at_calls(void)
{
	for (struct call *c = expert->calls; c; c = c->next) {
		int verdict = atomic_load(&c->verdict);

		if (verdict == VERDICT_ACCEPT || verdict == VERDICT_DECLINE)
			listener_verdict(c->listener, c);
		call_flush(c);
	}
	call_reap(expert);
	sock_reap(expert, 0);
}

static void one_line(char what, const char *s, size_t len)
{
	struct sock *l = expert->listeners->sock, *c = sock_of_call();

	switch (what) {
	case 'L':
	case 'C':
		frame(what == 'L' ? l : c, s, len);
		break;
	case 'l':
	case 'c':
		payload(what == 'l' ? l : c, s, len);
		break;
	case 'o':
	case 'O':
		connected(l, what == 'o' ? XP_EXT_ALL : 0);
		break;
	case 'p':
	case 'P':
		connected(c, what == 'p' ? XP_EXT_ALL : 0);
		break;
	case '-':
	case '_':
		if (what == '-' ? l : c)
			lose(what == '-' ? l : c, "lost");
		break;
	case 'x':
	case 'X':
		give_up(what == 'x' ? l : c);
		break;
	case 'f':
	case 'e':
		full = what == 'f';
		if (l && !full)
			xp_link_writable(l->link);
		break;
	default:
		break;
	}
	look_at_calls();
}

static void begin(void)
{
	struct expert_options *o = expert_options_new();

	if (!o || expert_options_url(o, "ws://127.0.0.1") < 0 ||
	    expert_options_api_key(o, "fuzz") < 0)
		abort();
	expert = expert_new(o);
	expert_options_free(o);
	if (!expert ||
	    expert_listen_phone(expert, "+15555550100", &handlers, NULL) < 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data, *end = at + size;

	if (!expert)
		begin();
	n_socks = 0;
	full = 0;
	memset(sequences, 0, sizeof(sequences));
	if (listener_start(expert->listeners) < 0)
		abort();

	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		stop = stop ? stop : end;
		if (stop > at)
			one_line(at[0], at + 1, (size_t)(stop - at) - 1);
		at = stop + 1;
	}
	listener_stop(expert->listeners);
	for (struct call *c = expert->calls; c; c = c->next)
		call_fail(c, "over");
	look_at_calls();
	sock_reap(expert, 1);
	assert(!expert->calls && !expert->n_calls);
	return 0;
}
