/**
 * @file bench_question.c  What an answered question costs over a bare echo
 *
 *   caller --line--> dialog-server --agent-question--> Expert
 *   caller <--say---               <--answer-question-    |  all in here, on
 *   caller --line--> echo server (libwebsockets alone)    |  one loop
 *   caller <--line--                                      |
 *
 *   bench_question [CALLS [QUESTIONS [MOST_ADDED_US]]]
 *
 * CALLS text calls stay open meanwhile; every 50th of them asks, in turn. An
 * echo and a question are measured by turns, so that whatever else the machine
 * does falls on both. Between them is a pause of 0 to 3 ms, so that they fall
 * anywhere between two ticks of the server. One JSON line; status 1 when the
 * 99th percentiles are more than MOST_ADDED_US apart.
 *
 * SPDX-License-Identifier: MIT
 */
#include <libwebsockets.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/loop.h"
#include "net/ws.h"
#include "proto/xp.h"
#include "proto/xp_link.h"

enum {
	CALLS = 1000,
	QUESTIONS = 2000,
	CALLS_MOST = 4000,
	AT_ONCE = 16, /* calls that are being opened    */
	ASKING = 50,  /* each so manieth call asks      */
	DIAL_US = 20 * 1000 * 1000,
	TICK_US = 1000 * 1000,
	SETTLE_US = 1000 * 1000,
	STUCK_US = 30 * 1000 * 1000,
};

/** A call: its caller, and its Expert. */
struct call {
	struct ws *caller, *expert;
	struct xp_link *link;
	char id[64];
	int index;
};

static struct loop *loop;
static struct call calls[CALLS_MOST];
static struct ws *listener, *echo;
static struct xp_link *listen_link;
static struct timer *next_timer, *tick_timer;
static char server_url[64], echo_url[64];
static char key[128];
static int n_calls = CALLS, n_questions = QUESTIONS;
static int64_t most_added_us = -1;
static int n_dialled, n_assigned, n_open;
/* What is under way; samples of echoes and of questions. */
static int n_asked, is_question;
static char line[128], reply[64], awaited[96];
static int64_t sent_us, moved_us;
static int64_t *echo_us, *question_us;
static int status = EXIT_FAILURE;
static pid_t echo_pid, server_pid;
static char folder[] = "/tmp/bench-question-XXXXXX";

static void give_up(const char *what)
{
	(void)fprintf(stderr, "bench_question: %s\n", what);
	loop_stop(loop);
}

/* ---- the bare echo ------------------------------------------------------ */

enum { ECHO_BYTES = 1024 };

struct echo {
	unsigned char s[LWS_PRE + ECHO_BYTES];
	size_t len;
};

static int echo_event(struct lws *wsi, enum lws_callback_reasons why,
		      void *user, void *in, size_t len)
{
	struct echo *e = user;

	if (why == LWS_CALLBACK_RECEIVE && len <= ECHO_BYTES) {
		memcpy(e->s + LWS_PRE, in, len);
		e->len = len;
		(void)lws_callback_on_writable(wsi);
	} else if (why == LWS_CALLBACK_SERVER_WRITEABLE && e->len) {
		(void)lws_write(wsi, e->s + LWS_PRE, e->len, LWS_WRITE_TEXT);
		e->len = 0;
	}
	return 0;
}

/** A process like the server's: libwebsockets on libuv, with nothing else. */
static void run_echo(int out)
{
	static const struct lws_protocols protocols[] = {
		{"echo", echo_event, sizeof(struct echo), ECHO_BYTES, 0, NULL,
		 0},
		{NULL, NULL, 0, 0, 0, NULL, 0},
	};
	struct lws_context_creation_info info = {
		.protocols = protocols,
		.iface = "lo",
		.options = LWS_SERVER_OPTION_LIBUV,
		.gid = -1,
		.uid = -1,
	};
	struct lws_context *ctx;
	int port;

	lws_set_log_level(0, NULL);
	ctx = lws_create_context(&info);
	if (!ctx)
		exit(1);
	port = lws_get_vhost_listen_port(
		lws_get_vhost_by_name(ctx, "default"));
	if (write(out, &port, sizeof(port)) != sizeof(port))
		exit(1);
	for (;;)
		(void)lws_service(ctx, 0);
}

static int start_echo(void)
{
	int pipes[2], port = 0;

	if (pipe(pipes))
		return -1;
	echo_pid = fork();
	if (echo_pid == 0) {
		(void)close(pipes[0]);
		run_echo(pipes[1]);
	}
	(void)close(pipes[1]);
	if (read(pipes[0], &port, sizeof(port)) != sizeof(port))
		port = 0;
	(void)close(pipes[0]);
	(void)snprintf(echo_url, sizeof(echo_url), "ws://127.0.0.1:%d/", port);
	return port > 0 ? 0 : -1;
}

/* ---- the server -------------------------------------------------------- */

static void run_server(const char *self, int out)
{
	const char *slash = strrchr(self, '/');
	char path[512], data[64], log[64];

	(void)snprintf(path, sizeof(path), "%.*s/../bin/dialog-server",
		       slash ? (int)(slash - self) : 1, slash ? self : ".");
	(void)snprintf(data, sizeof(data), "server.data_dir=%s", folder);
	(void)snprintf(log, sizeof(log), "log.file=%s/log", folder);
	(void)dup2(out, STDOUT_FILENO);
	(void)execl(path, path, "--set", "listen.port=0", "--set", data,
		    "--set", log, "--set", "server.max_calls=10000", "--set",
		    "listen.max_connections=20000", "--set",
		    "dialog.silence_ms=300000", "--set", "server.drain_ms=0",
		    (char *)NULL);
	perror(path);
	_exit(1);
}

/** Its first line says where it listens and where its key is. */
static int start_server(const char *self)
{
	char said[512] = "", file[256];
	int pipes[2], port = 0, ok;
	const char *at;
	FILE *f;

	if (!mkdtemp(folder) || pipe(pipes))
		return -1;
	server_pid = fork();
	if (server_pid == 0)
		run_server(self, pipes[1]);
	(void)close(pipes[1]);
	f = fdopen(pipes[0], "r");
	if (!f || !fgets(said, sizeof(said), f))
		return -1;
	at = strstr(said, "127.0.0.1:");
	if (at)
		port = (int)strtol(at + 10, NULL, 10);
	(void)snprintf(file, sizeof(file), "%s/default.key", folder);
	f = fopen(file, "re");
	ok = f && fgets(key, sizeof(key), f);
	if (f)
		(void)fclose(f);
	key[strcspn(key, "\r\n")] = '\0';
	(void)snprintf(server_url, sizeof(server_url), "ws://127.0.0.1:%d",
		       port);
	return ok && port > 0 ? 0 : -1;
}

static void stop(pid_t pid)
{
	if (pid > 0) {
		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
	}
}

static void remove_folder(void)
{
	const pid_t pid = fork();

	if (pid == 0) {
		(void)execlp("rm", "rm", "-rf", folder, (char *)NULL);
		_exit(1);
	}
	(void)waitpid(pid, NULL, 0);
}

static struct ws *dial(const char *base, const char *path,
		       const struct ws_handlers *h, void *arg)
{
	char url[256], auth[160];
	const struct ws_header headers[] = {{"Authorization", auth},
					    {NULL, NULL}};
	struct ws *ws = NULL;

	(void)snprintf(url, sizeof(url), "%s%s", base, path);
	(void)snprintf(auth, sizeof(auth), "Bearer %s", key);
	if (ws_dial(&ws, loop, url, headers, DIAL_US, h, arg))
		give_up("cannot dial");
	return ws;
}

static void on_close(struct ws *ws, void *arg, int code, const char *why)
{
	(void)ws;
	(void)arg;
	if (status) {
		(void)fprintf(stderr, "closed %d %s\n", code, why);
		give_up("a socket was closed");
	}
}

/* ---- measuring ---------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void report(void)
{
	const int p50 = n_questions / 2, p99 = n_questions * 99 / 100;
	int64_t added_us;

	qsort(echo_us, (size_t)n_questions, sizeof(*echo_us), by_value);
	qsort(question_us, (size_t)n_questions, sizeof(*echo_us), by_value);
	added_us = question_us[p99] - echo_us[p99];
	(void)printf("{\"bench\":\"question\",\"calls\":%d,\"questions\":%d,"
		     "\"echo_us\":{\"p50\":%lld,\"p99\":%lld},"
		     "\"question_us\":{\"p50\":%lld,\"p99\":%lld},"
		     "\"added_us\":{\"p50\":%lld,\"p99\":%lld}}\n",
		     n_calls, n_questions, (long long)echo_us[p50],
		     (long long)echo_us[p99], (long long)question_us[p50],
		     (long long)question_us[p99],
		     (long long)(question_us[p50] - echo_us[p50]),
		     (long long)added_us);
	status = most_added_us >= 0 && added_us > most_added_us;
	loop_stop(loop);
}

static void send_next(void *arg)
{
	const int asking = (n_calls + ASKING - 1) / ASKING;
	struct ws *to =
		is_question ? calls[n_asked % asking * ASKING].caller : echo;

	(void)arg;
	(void)snprintf(line, sizeof(line),
		       "{\"type\":\"text\",\"text\":\"Do you have parking "
		       "lot number %d?\"}",
		       n_asked);
	(void)snprintf(reply, sizeof(reply), "Lot %d is free.", n_asked);
	(void)snprintf(awaited, sizeof(awaited), "\"text\":\"%s\"", reply);
	sent_us = clock_now_us();
	if (ws_send_text(to, line, strlen(line)))
		give_up("cannot send");
}

static void took(int64_t *samples)
{
	static uint32_t seed = 1;

	moved_us = clock_now_us();
	samples[n_asked] = moved_us - sent_us;
	n_asked += is_question;
	is_question = !is_question;
	if (n_asked == n_questions) {
		report();
		return;
	}
	seed = seed * 1664525 + 1013904223;
	timer_start(next_timer, (seed >> 16) % 4 * 1000);
}

static void echoed(struct ws *ws, void *arg, const char *s, size_t len)
{
	(void)ws;
	(void)arg;
	if (strlen(line) == len && !memcmp(s, line, len))
		took(echo_us);
}

static const struct ws_handlers echo_handlers = {.on_text = echoed,
						 .on_close = on_close};

static void settled(void *arg)
{
	(void)arg;
	timer_free(next_timer);
	if (timer_new(&next_timer, loop, send_next, NULL))
		exit(1);
	timer_start(next_timer, 0);
}

/* ---- callers --------------------------------------------------------------
 */

static void heard(struct ws *ws, void *arg, const char *s, size_t len)
{
	(void)ws;
	(void)arg;
	if (is_question && memmem(s, len, awaited, strlen(awaited)))
		took(question_us);
}

static const struct ws_handlers caller_handlers = {.on_text = heard,
						   .on_close = on_close};

static void call_more(void)
{
	while (n_dialled < n_calls && n_dialled < n_open + AT_ONCE) {
		struct call *c = &calls[n_dialled++];

		c->caller = dial(server_url, "/text?to=%2B15555550100",
				 &caller_handlers, NULL);
	}
}

/* ---- the Expert ----------------------------------------------------------
 */

static int send_frame(struct ws *ws, const char *s, size_t len)
{
	return ws ? ws_send_text(ws, s, len) : -1;
}

static void send_command(struct xp_link *l, const struct xp_command *c)
{
	char *text = xp_command_encode(c);

	if (!text || xp_link_send(l, text, strlen(text)))
		give_up("cannot send a command");
	free(text);
}

static int call_send(void *arg, const char *s, size_t len)
{
	return send_frame(((struct call *)arg)->expert, s, len);
}

static void call_payload(void *arg, const char *s, size_t len)
{
	struct call *c = arg;
	struct xp_event e;

	if (xp_event_decode(&e, s, len, NULL))
		return;
	if (e.kind == XP_AGENT_QUESTION) {
		const struct xp_command answer = {
			.kind = XP_ANSWER_QUESTION,
			.id = e.id,
			.text = reply,
		};

		send_command(c->link, &answer);
	}
	xp_event_done(&e);
}

static void call_opened(void *arg, int again)
{
	const struct xp_command hooks = {.kind = XP_REGISTERED_HOOKS,
					 .has_on_question = 1};
	struct call *c = arg;

	(void)again;
	send_command(c->link, &hooks);
	moved_us = clock_now_us();
	if (++n_open < n_calls)
		call_more();
	else
		timer_start(next_timer, SETTLE_US);
}

static void dropped(void *arg, const char *why)
{
	(void)arg;
	give_up(why);
}

static void link_closed(void *arg, const char *reason, const char *why)
{
	(void)arg;
	(void)why;
	give_up(reason);
}

static const struct xp_link_events call_events = {
	.send = call_send,
	.payload = call_payload,
	.opened = call_opened,
	.drop = dropped,
	.closed = link_closed,
};

static void expert_open(struct ws *ws, void *arg)
{
	struct call *c = arg;

	(void)ws;
	xp_link_connected(c->link, clock_now_us());
}

static void expert_text(struct ws *ws, void *arg, const char *s, size_t len)
{
	struct call *c = arg;

	(void)ws;
	(void)xp_link_input(c->link, s, len, clock_now_us());
}

static const struct ws_handlers expert_handlers = {
	.on_open = expert_open, .on_text = expert_text, .on_close = on_close};

static void assigned(const char *id)
{
	struct call *c = &calls[n_assigned++];
	const struct xp_link_options o = {.name = "bench",
					  .connection_id = c->id};
	char path[128];

	(void)snprintf(c->id, sizeof(c->id), "%s", id);
	(void)snprintf(path, sizeof(path), "/v2/connect-call/%s", id);
	if (xp_link_new(&c->link, &o, &call_events, c))
		exit(1);
	c->expert = dial(server_url, path, &expert_handlers, c);
}

static int listen_send(void *arg, const char *s, size_t len)
{
	(void)arg;
	return send_frame(listener, s, len);
}

static void tell(enum xp_listen_kind kind, const char *id)
{
	const struct xp_listen m = {.kind = kind, .call_id = id};
	char *text = xp_listen_encode(&m);

	if (!text || xp_link_send(listen_link, text, strlen(text)))
		give_up("cannot send");
	free(text);
}

static void listen_payload(void *arg, const char *s, size_t len)
{
	struct xp_listen m;

	(void)arg;
	if (xp_listen_decode(&m, s, len, NULL))
		return;
	if (m.kind == XP_INCOMING_CALL) {
		tell(XP_CLAIM_CALL, m.call_id);
	} else if (m.kind == XP_ASSIGN_CALL && n_assigned < n_calls) {
		tell(XP_ANSWER_CALL, m.call_id);
		assigned(m.call_id);
	} else if (m.kind == XP_LISTEN_STARTED) {
		call_more();
	}
	xp_listen_done(&m);
}

static void listen_opened(void *arg, int again)
{
	(void)arg;
	(void)again;
}

static const struct xp_link_events listen_events = {
	.send = listen_send,
	.payload = listen_payload,
	.opened = listen_opened,
	.drop = dropped,
	.closed = link_closed,
};

static void listen_open(struct ws *ws, void *arg)
{
	(void)ws;
	(void)arg;
	xp_link_connected(listen_link, clock_now_us());
}

static void listen_text(struct ws *ws, void *arg, const char *s, size_t len)
{
	(void)ws;
	(void)arg;
	(void)xp_link_input(listen_link, s, len, clock_now_us());
}

static const struct ws_handlers listen_handlers = {
	.on_open = listen_open, .on_text = listen_text, .on_close = on_close};

/** Pings of the links, and an end when nothing moves. */
static void on_tick(void *arg)
{
	const int64_t now_us = clock_now_us();

	(void)arg;
	(void)xp_link_tick(listen_link, now_us);
	for (int i = 0; i < n_assigned; i++)
		(void)xp_link_tick(calls[i].link, now_us);
	timer_start(tick_timer, TICK_US);
	if (now_us - moved_us > STUCK_US) {
		(void)fprintf(stderr, "%d calls open, %d questions answered\n",
			      n_open, n_asked);
		give_up("nothing moves any more");
	}
}

static void run(void)
{
	const struct xp_link_options o = {.name = "bench",
					  .connection_id = "bench-listener"};

	if (loop_new(&loop, "bench") ||
	    timer_new(&next_timer, loop, settled, NULL) ||
	    timer_new(&tick_timer, loop, on_tick, NULL) ||
	    xp_link_new(&listen_link, &o, &listen_events, NULL))
		return;
	moved_us = clock_now_us();
	timer_start(tick_timer, TICK_US);
	listener = dial(server_url,
			"/v2/listen-inbound?phone_number=%2B15555550100",
			&listen_handlers, NULL);
	echo = dial(echo_url, "", &echo_handlers, NULL);
	loop_run(loop);
}

static int number(const char *s, int least, int most, int *ret)
{
	char *end;
	const long n = strtol(s, &end, 10);

	if (*end || n < least || n > most)
		return -1;
	*ret = (int)n;
	return 0;
}

int main(int argc, char **argv)
{
	int added = -1;

	if (argc > 4 ||
	    (argc > 1 && number(argv[1], 1, CALLS_MOST, &n_calls)) ||
	    (argc > 2 && number(argv[2], 1, 1000000, &n_questions)) ||
	    (argc > 3 && number(argv[3], 0, 1000000, &added))) {
		(void)fprintf(
			stderr,
			"usage: %s [CALLS [QUESTIONS [MOST_ADDED_US]]]\n",
			argv[0]);
		return 2;
	}
	most_added_us = added;
	echo_us = calloc((size_t)n_questions, sizeof(*echo_us));
	question_us = calloc((size_t)n_questions, sizeof(*question_us));
	if (echo_us && question_us && !start_echo() && !start_server(argv[0]))
		run();
	stop(echo_pid);
	stop(server_pid);
	remove_folder();
	free(echo_us);
	free(question_us);
	return status;
}
