/**
 * @file kit_gateway.h  A server with Experts' sockets, and calls that want one
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_UNIT_KIT_GATEWAY_H
#define TESTS_UNIT_KIT_GATEWAY_H

#include "conf/settings.h"
#include "expert/gateway.h"
#include "expert/internal.h"
#include "unit/kit_peer.h"

static struct settings conf;
static struct gateway *gateway;

/* ---- the server's side ---------------------------------------------------
 */

static inline int accept_listen(struct http_req *req, void *arg,
				void **ret_arg)
{
	(void)arg;
	return gateway_accept_listen(gateway, loop, req, ret_arg);
}

static inline int accept_call(struct http_req *req, void *arg, void **ret_arg)
{
	(void)arg;
	return gateway_accept_call(gateway, loop, req, ret_arg);
}

static int good_keys = 1 << 1 | 1 << 2;

static inline int64_t check_key(void *arg, const char *key)
{
	(void)arg;
	return strtoll(key, NULL, 10);
}

static inline int key_holds(void *arg, int64_t id)
{
	(void)arg;
	return good_keys >> id & 1;
}

static const struct route routes[] = {
	{.method = "WS",
	 .path = "/v2/listen-inbound",
	 .auth = AUTH_KEY,
	 .accept = accept_listen,
	 .ws = &gateway_listen_handlers},
	{.method = "WS",
	 .path = "/v2/connect-call/*",
	 .auth = AUTH_KEY,
	 .accept = accept_call,
	 .ws = &gateway_call_handlers},
	{0},
};

/* ---- the call's side -------------------------------------------------------
 */

struct called {
	struct seat *seat;
	int answered, nobody, declined, attached, again, lost, commands;
	uint32_t extensions;
	char note[40]; /* of a hand-over, or "-" */
	enum xp_command_kind kind;
	char why[160];     /* lost it was */
	int64_t again_us;  /* when nobody takes it; 0: never */
	struct peer taker; /* who claimed it, see taken_seat() */
};

static inline void on_answered(void *arg)
{
	((struct called *)arg)->answered++;
}

static inline void on_nobody(void *arg, int declined)
{
	struct called *c = arg;

	c->nobody++;
	c->declined = declined;
	if (c->again_us)
		ck_assert_int_eq(seat_offer(c->seat, c->again_us), 0);
}

static inline void on_attached(void *arg, int again, uint32_t extensions,
			       const char *note)
{
	struct called *c = arg;

	c->attached++;
	c->again += again != 0;
	c->extensions = extensions;
	(void)snprintf(c->note, sizeof(c->note), "%s", note ? note : "-");
}

static inline void on_command(void *arg, const struct xp_command *cmd)
{
	struct called *c = arg;

	c->commands++;
	c->kind = cmd->kind;
}

static inline void on_lost(void *arg, const char *why)
{
	struct called *c = arg;

	c->lost++;
	(void)snprintf(c->why, sizeof(c->why), "%s", why);
}

static const struct seat_events seat_handlers = {
	.answered = on_answered,
	.nobody = on_nobody,
	.attached = on_attached,
	.command = on_command,
	.lost = on_lost,
};

static inline void open_seat(struct called *c, const char *id)
{
	const struct xp_call_info info = {
		.type = XP_CALL_PSTN,
		.from_number = "+15555550199",
		.to_number = "+15555550100",
	};

	ck_assert_int_eq(seat_open(&c->seat, gateway, loop, id, "+15555550100",
				   &info, &seat_handlers, c),
			 0);
}

/* ---- waiting ---------------------------------------------------------------
 */

static const int *watched;
static int wanted;
static int64_t give_up_us;
static struct timer *poll_timer;

static inline void on_poll(void *arg)
{
	(void)arg;
	if (*watched >= wanted || clock_now_us() > give_up_us)
		loop_stop(loop);
	else
		timer_start(poll_timer, 2000);
}

static inline void wait_until(const int *value, int at_least,
			      int64_t deadline_us)
{
	watched = value;
	wanted = at_least;
	give_up_us = clock_now_us() + deadline_us;
	timer_start(poll_timer, 0);
	loop_run(loop);
	ck_assert_int_ge(*value, at_least);
}

/* Let the loop go on for a moment. */
static inline void pass_ms(int ms)
{
	static const int never;

	watched = &never;
	wanted = 1;
	give_up_us = clock_now_us() + ms * 1000;
	timer_start(poll_timer, 0);
	loop_run(loop);
}

static inline void wait_for(const int *value, int at_least)
{
	wait_until(value, at_least, DEADLINE_US);
}

/* For what takes a deadline of the server's. */
static inline void wait_long(const int *value, int at_least)
{
	wait_until(value, at_least, 4 * DEADLINE_US);
}

static inline void setup(void)
{
	const struct server_options o = {
		.address = "127.0.0.1",
		.routes = routes,
		.check_key = check_key,
		.key_holds = key_holds,
		.max_body_bytes = 1024,
		.max_connections = 100,
	};

	conf.expert_offer_ms = 150;
	conf.expert_resume_ms = 300;
	conf.expert_ping_ms = 10000;
	ck_assert_int_eq(loop_new(&loop, "test"), 0);
	ck_assert_int_eq(gateway_new(&gateway, &conf), 0);
	ck_assert_int_eq(server_open(&server, loop, &o), 0);
	ck_assert_int_eq(timer_new(&poll_timer, loop, on_poll, NULL), 0);
}

#define LISTEN "/v2/listen-inbound?phone_number=%2B15555550100"
#define CALL1  "/v2/connect-call/call1"

/* A seat that waits for the call socket of whoever has the key 1. */
static inline void taken_seat(struct called *c, const char *id)
{
	c->taker = (struct peer){.claims = 1, .answers = 1};
	peer_new(&c->taker, "tttttttttttttttttttt", LISTEN);
	wait_for(&c->taker.open, 1);
	open_seat(c, id);
	wait_for(&c->answered, 1);
	c->taker.claims = 0;
}

static inline void taken_done(struct called *c)
{
	seat_close(c->seat);
	peer_done(&c->taker);
}

#endif /* TESTS_UNIT_KIT_GATEWAY_H */
