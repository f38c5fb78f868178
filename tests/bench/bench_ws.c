/**
 * @file bench_ws.c  What a WebSocket message costs the loop
 *
 *   clients on one loop --media-sized messages--> server on another, echoing
 *
 * JSON lines: connections, CPU time of the server's thread for one message in
 * and one out [us], and messages a second.
 *
 * SPDX-License-Identifier: MIT
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "net/loop.h"
#include "net/server.h"

enum {
	MOST = 500,
	MESSAGE_BYTES = 340, /* a carrier's 20 ms of mu-law */
	PERIOD_US = 20000,
	RUN_US = 2 * 1000 * 1000,
};

static struct loop *server_loop, *client_loop;
static struct server *server;
static struct ws *clients[MOST];
static char message[MESSAGE_BYTES];
static int open_clients, closed_clients, wanted;
static uint64_t echoed;
static int64_t begin_us, cpu_begin_us, cpu_us, took_us;

/* ---- the server ------------------------------------------------------- */

static int64_t thread_cpu_us(void)
{
	struct rusage r;

	(void)getrusage(RUSAGE_THREAD, &r);
	return (r.ru_utime.tv_sec + r.ru_stime.tv_sec) * US_PER_S +
	       r.ru_utime.tv_usec + r.ru_stime.tv_usec;
}

static void echo(struct ws *ws, void *arg, const char *s, size_t len)
{
	(void)arg;
	(void)ws_send_text(ws, s, len);
}

static const struct ws_handlers server_handlers = {.on_text = echo};

static const struct route routes[] = {
	{"WS", "/", AUTH_PUBLIC, NULL, NULL, &server_handlers},
	{NULL, NULL, AUTH_PUBLIC, NULL, NULL, NULL},
};

static void *serve(void *arg)
{
	(void)arg;
	loop_run(server_loop);
	server_close(server);
	loop_free(server_loop);
	return NULL;
}

static void read_cpu(struct loop_msg *m)
{
	(void)m;
	if (!cpu_begin_us)
		cpu_begin_us = thread_cpu_us();
	else
		cpu_us = thread_cpu_us() - cpu_begin_us;
}

/* ---- the clients -------------------------------------------------------- */

static struct loop_msg ask_cpu = {read_cpu};

static void on_open(struct ws *ws, void *arg)
{
	(void)ws;
	(void)arg;
	if (++open_clients != wanted)
		return;
	begin_us = clock_now_us();
	(void)loop_post(server_loop, &ask_cpu);
}

static void on_text(struct ws *ws, void *arg, const char *s, size_t len)
{
	(void)ws;
	(void)arg;
	(void)s;
	(void)len;
	echoed++;
}

static void on_close(struct ws *ws, void *arg, int code, const char *why)
{
	(void)ws;
	(void)arg;
	if (code != 1000)
		fprintf(stderr, "closed %d %s\n", code, why);
	if (++closed_clients == wanted)
		loop_stop(client_loop);
}

static const struct ws_handlers client_handlers = {
	.on_open = on_open, .on_text = on_text, .on_close = on_close};

static void on_tick(void *arg)
{
	int64_t now_us = clock_now_us();

	(void)arg;
	if (open_clients < wanted || took_us)
		return;
	if (now_us - begin_us < RUN_US) {
		for (int i = 0; i < wanted; i++)
			(void)ws_send_text(clients[i], message,
					   sizeof(message));
		return;
	}
	took_us = now_us - begin_us;
	(void)loop_post(server_loop, &ask_cpu);
	for (int i = 0; i < wanted; i++)
		ws_close(clients[i], 1000, "");
}

static int run(int n)
{
	struct server_options o = {.address = "127.0.0.1", .routes = routes};
	pthread_t t;
	char url[64];

	wanted = n;
	open_clients = closed_clients = 0;
	echoed = 0;
	cpu_begin_us = cpu_us = took_us = 0;
	if (loop_new(&server_loop, "server") ||
	    server_open(&server, server_loop, &o) ||
	    loop_new(&client_loop, "client") ||
	    loop_tick(client_loop, PERIOD_US, on_tick, NULL))
		return 1;
	(void)snprintf(url, sizeof(url), "ws://127.0.0.1:%d/",
		       server_port(server));
	if (pthread_create(&t, NULL, serve, NULL))
		return 1;
	for (int i = 0; i < n; i++)
		if (ws_dial(&clients[i], client_loop, url, NULL, 10 * US_PER_S,
			    &client_handlers, NULL))
			return 1;
	loop_run(client_loop);
	loop_free(client_loop);
	loop_stop(server_loop);
	pthread_join(t, NULL);
	printf("{\"bench\":\"ws\",\"connections\":%d,\"us_per_pair\":%.2f,"
	       "\"pairs_per_s\":%.0f}\n",
	       n, echoed ? (double)cpu_us / (double)echoed : 0.0,
	       (double)echoed * US_PER_S / (double)took_us);
	return 0;
}

int main(void)
{
	memset(message, 'x', sizeof(message));
	return run(1) || run(100) || run(MOST) ? EXIT_FAILURE : EXIT_SUCCESS;
}
