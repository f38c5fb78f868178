/**
 * @file test_xp_link.c  The numbered layer: rules, then a model
 *
 * The model connects a client's and a server's link by a socket that loses,
 * delays, repeats and refuses at random; every payload must come once and in
 * order. A failure prints its seed.
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/xp_link.h"

enum { WIRE_MAX = 4096, TOLD_BYTES = 256 };

#define SECOND INT64_C(1000000)

/* One side: its link, what it put on the wire, what it was told. */
struct side {
	struct xp_link *link;
	char *wire[WIRE_MAX];
	int n_wire;
	int room; /* sends before the socket is full */
	int payloads, opened, reopened, drops, closed, warned;
	int out_of_order;
	char last[TOLD_BYTES];
	char reason[TOLD_BYTES], description[TOLD_BYTES];
};

static void tell(char *ret, const char *s)
{
	(void)snprintf(ret, TOLD_BYTES, "%s", s);
}

static int on_send(void *arg, const char *text, size_t len)
{
	struct side *s = arg;

	if (s->room <= 0)
		return -EAGAIN;
	s->room--;
	ck_assert_int_lt(s->n_wire, WIRE_MAX);
	s->wire[s->n_wire++] = strndup(text, len);
	return 0;
}

static void on_payload(void *arg, const char *text, size_t len)
{
	struct side *s = arg;
	int n = -1;

	ck_assert_uint_eq(strlen(text), len);
	if (!strncmp(text, "{\"n\":", 5))
		n = (int)strtol(text + 5, NULL, 10);
	if (n != s->payloads)
		s->out_of_order++;
	s->payloads++;
	tell(s->last, text);
}

static void on_opened(void *arg, int reopen)
{
	struct side *s = arg;

	s->opened++;
	s->reopened += reopen != 0;
}

static void on_drop(void *arg, const char *why)
{
	struct side *s = arg;

	s->drops++;
	tell(s->description, why);
}

static void on_closed(void *arg, const char *reason, const char *description)
{
	struct side *s = arg;

	s->closed++;
	tell(s->reason, reason);
	tell(s->description, description);
}

static void on_warn(void *arg, const char *what)
{
	struct side *s = arg;

	(void)what;
	s->warned++;
}

static const struct xp_link_events events = {
	.send = on_send,
	.payload = on_payload,
	.opened = on_opened,
	.drop = on_drop,
	.closed = on_closed,
	.warn = on_warn,
};

static struct side *side_new(int server, uint32_t max_unacked)
{
	struct xp_link_options o = {.server = server,
				    .name = server ? NULL : "test",
				    .connection_id = server ? NULL : "c1",
				    .max_unacked = max_unacked};
	struct side *s = calloc(1, sizeof(*s));

	ck_assert_ptr_nonnull(s);
	s->room = 1 << 30;
	ck_assert_int_eq(xp_link_new(&s->link, &o, &events, s), 0);
	return s;
}

static void wire_clear(struct side *s)
{
	while (s->n_wire)
		free(s->wire[--s->n_wire]);
}

static void side_free(struct side *s)
{
	wire_clear(s);
	(void)xp_link_free(s->link);
	free(s);
}

static int send_n(struct side *s, int n)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "{\"n\":%d}", n);
	return xp_link_send(s->link, text, strlen(text));
}

static int input(struct side *s, const char *text, int64_t now_us)
{
	return xp_link_input(s->link, text, strlen(text), now_us);
}

/* Deliver everything both ways until the wire is quiet. */
static void run_wire(struct side *a, struct side *b, int64_t now_us)
{
	struct side *from[] = {a, b}, *to[] = {b, a};

	while (a->n_wire || b->n_wire) {
		for (int i = 0; i < 2; i++) {
			int n = from[i]->n_wire;
			char *batch[WIRE_MAX];

			memcpy(batch, from[i]->wire, sizeof(batch[0]) * n);
			from[i]->n_wire = 0;
			for (int k = 0; k < n; k++) {
				(void)input(to[i], batch[k], now_us);
				free(batch[k]);
			}
		}
	}
}

static void connect_both(struct side *c, struct side *s, int64_t now_us)
{
	wire_clear(c);
	wire_clear(s);
	xp_link_connected(s->link, now_us);
	xp_link_connected(c->link, now_us);
	run_wire(c, s, now_us);
}

static struct side *client, *server;

static void setup(void)
{
	client = side_new(0, 0);
	server = side_new(1, 0);
}

static void teardown(void)
{
	side_free(client);
	side_free(server);
}

/* ---- rules -------------------------------------------------------------- */

START_TEST(opens_and_delivers_both_ways)
{
	connect_both(client, server, 1);
	ck_assert_int_eq(client->opened, 1);
	ck_assert_int_eq(server->opened, 1);
	ck_assert_int_eq(client->reopened + server->reopened, 0);
	ck_assert_str_eq(xp_link_connection_id(server->link), "c1");
	ck_assert_str_eq(xp_link_name(server->link), "test");

	ck_assert_int_eq(send_n(client, 0), 0);
	ck_assert_int_eq(send_n(server, 0), 0);
	run_wire(client, server, 2);
	ck_assert_str_eq(server->last, "{\"n\":0}");
	ck_assert_str_eq(client->last, "{\"n\":0}");
	ck_assert_uint_eq(xp_link_unacked(client->link), 0);
	ck_assert_uint_eq(xp_link_unacked(server->link), 0);
}
END_TEST

START_TEST(sends_what_was_queued_before_it_opened)
{
	ck_assert_int_eq(send_n(client, 0), 0);
	ck_assert_int_eq(send_n(client, 1), 0);
	ck_assert_int_eq(client->n_wire, 0);
	connect_both(client, server, 1);
	ck_assert_int_eq(server->payloads, 2);
}
END_TEST

START_TEST(sends_again_what_was_not_acknowledged)
{
	struct xp_link_stats stats;

	connect_both(client, server, 1);
	ck_assert_int_eq(send_n(client, 0), 0);
	ck_assert_int_eq(send_n(server, 0), 0);
	ck_assert_int_eq(input(server, client->wire[0], 2), 0);
	/* the acknowledgement and the server's message are lost */
	xp_link_disconnected(client->link);
	xp_link_disconnected(server->link);
	ck_assert_int_eq(send_n(client, 1), 0);

	connect_both(client, server, 3);
	ck_assert_int_eq(client->reopened, 1);
	ck_assert_int_eq(server->reopened, 1);
	ck_assert_int_eq(server->payloads, 2);
	ck_assert_int_eq(client->payloads, 1);
	xp_link_stats(server->link, &stats);
	ck_assert_uint_eq(stats.duplicates, 0); /* open told that 1 was seen */
	ck_assert_uint_eq(stats.resent, 1);
	ck_assert_uint_eq(xp_link_unacked(client->link), 0);
}
END_TEST

START_TEST(drops_a_duplicate_but_acknowledges_it)
{
	connect_both(client, server, 1);
	ck_assert_int_eq(send_n(client, 0), 0);
	ck_assert_int_eq(input(server, client->wire[0], 2), 0);
	ck_assert_int_eq(input(server, client->wire[0], 3), 0);
	ck_assert_int_eq(server->payloads, 1);
	ck_assert_int_eq(server->n_wire, 2);
	ck_assert_str_eq(server->wire[1], server->wire[0]);
}
END_TEST

START_TEST(warns_of_a_gap_and_goes_on)
{
	connect_both(client, server, 1);
	ck_assert_int_eq(input(server,
			       "{\"message_type\":\"message\",\"sequence\":3,"
			       "\"payload\":{\"n\":0}}",
			       2),
			 0);
	ck_assert_int_eq(server->warned, 1);
	ck_assert_int_eq(server->payloads, 1);
	ck_assert_str_eq(
		server->wire[0],
		"{\"message_type\":\"ack\",\"last_seen_sequence\":3}");
}
END_TEST

START_TEST(refuses_to_keep_more_than_its_bound)
{
	struct side *s = side_new(0, 3);
	struct xp_link_stats stats;

	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(send_n(s, i), 0);
	ck_assert_int_eq(send_n(s, 3), -EAGAIN);
	xp_link_stats(s->link, &stats);
	ck_assert_uint_eq(stats.refused, 1);
	connect_both(s, server, 1);
	ck_assert_int_eq(send_n(s, 3), 0);
	run_wire(s, server, 2);
	ck_assert_int_eq(server->payloads, 4);
	ck_assert_int_eq(server->out_of_order, 0);
	side_free(s);
}
END_TEST

START_TEST(refuses_a_payload_that_is_too_large_or_no_object)
{
	enum {
		OVERHEAD = sizeof("{\"message_type\":\"message\","
				  "\"sequence\":1,\"payload\":}") -
			   1
	};
	char *text = malloc(XP_MESSAGE_BYTES_MAX + 1);

	memset(text, 'a', XP_MESSAGE_BYTES_MAX);
	memcpy(text, "{\"a\":\"", 6);
	memcpy(text + XP_MESSAGE_BYTES_MAX - OVERHEAD - 2, "\"}", 3);
	ck_assert_int_eq(xp_link_send(client->link, text, strlen(text)), 0);

	text[XP_MESSAGE_BYTES_MAX - OVERHEAD - 2] = 'a';
	memcpy(text + XP_MESSAGE_BYTES_MAX - OVERHEAD - 1, "\"}", 3);
	ck_assert_int_eq(xp_link_send(client->link, text, strlen(text)),
			 -EMSGSIZE);
	free(text);

	ck_assert_int_eq(xp_link_send(client->link, "[1]", 3), -EINVAL);
	ck_assert_int_eq(xp_link_send(client->link, "{\"a\"}", 5), -EINVAL);
	ck_assert_int_eq(xp_link_send(client->link, "", 0), -EINVAL);
	connect_both(client, server, 1);
	ck_assert_int_eq(server->payloads, 1);
}
END_TEST

START_TEST(goes_on_sending_when_the_socket_has_room_again)
{
	connect_both(client, server, 1);
	client->room = 1;
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(send_n(client, i), 0);
	ck_assert_int_eq(client->n_wire, 1);
	client->room = 100;
	xp_link_writable(client->link);
	ck_assert_int_eq(client->n_wire, 3);
	run_wire(client, server, 2);
	ck_assert_int_eq(server->payloads, 3);
	ck_assert_int_eq(server->out_of_order, 0);
}
END_TEST

START_TEST(makes_up_for_an_acknowledgement_that_found_no_room)
{
	connect_both(client, server, 1);
	ck_assert_int_eq(send_n(client, 0), 0);
	server->room = 0;
	run_wire(client, server, 2);
	ck_assert_uint_eq(xp_link_unacked(client->link), 1);
	server->room = 100;
	xp_link_writable(server->link);
	run_wire(client, server, 3);
	ck_assert_uint_eq(xp_link_unacked(client->link), 0);
}
END_TEST

START_TEST(server_says_state_lost_to_a_stranger_that_reopens)
{
	struct side *fresh = side_new(1, 0);

	connect_both(client, server, 1);
	xp_link_disconnected(client->link);
	connect_both(client, fresh, 2);
	ck_assert_int_eq(fresh->closed, 1);
	ck_assert_str_eq(fresh->reason, XP_CLOSE_STATE_LOST);
	ck_assert_int_eq(client->closed, 1);
	ck_assert_str_eq(client->reason, XP_CLOSE_STATE_LOST);
	ck_assert_int_eq(send_n(client, 0), -EPIPE);
	side_free(fresh);
}
END_TEST

START_TEST(client_gives_up_when_the_server_has_forgotten)
{
	connect_both(client, server, 1);
	ck_assert_int_eq(send_n(client, 0), 0);
	run_wire(client, server, 2);
	xp_link_disconnected(client->link);
	xp_link_connected(client->link, 3);
	ck_assert_int_eq(input(client,
			       "{\"message_type\":\"open-ack\","
			       "\"is_reopen\":false,\"last_seen_sequence\":0}",
			       4),
			 -EPROTO);
	ck_assert_int_eq(client->closed, 1);
	ck_assert_str_eq(client->reason, XP_CLOSE_STATE_LOST);
}
END_TEST

START_TEST(server_resumes_when_only_the_open_ack_was_lost)
{
	xp_link_connected(server->link, 1);
	xp_link_connected(client->link, 1);
	ck_assert_int_eq(input(server, client->wire[0], 2), 0);
	ck_assert_int_eq(send_n(server, 0), 0);
	xp_link_disconnected(client->link);
	connect_both(client, server, 3);
	ck_assert_int_eq(server->closed + client->closed, 0);
	ck_assert_int_eq(client->payloads, 1);
}
END_TEST

START_TEST(server_tells_a_peer_what_was_wrong_with_its_frame)
{
	static const struct {
		const char *text;
		int rc;
		const char *told;
	} bad[] = {
		{"hello", -EBADMSG, "\"reason\":\"other\""},
		{"{\"message_type\":\"message\",\"sequence\":1}", -EBADMSG,
		 "payload: must be an object"},
		{"{\"message_type\":\"open-ack\",\"last_seen_sequence\":0}",
		 -EPROTO, "open-ack is not expected now"},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct side *c = side_new(0, 0), *s = side_new(1, 0);

		connect_both(c, s, 1);
		ck_assert_int_eq(input(s, bad[i].text, 2), bad[i].rc);
		ck_assert_int_eq(s->closed, 1);
		ck_assert_int_eq(s->n_wire, 1);
		ck_assert_msg(strstr(s->wire[0], bad[i].told) != NULL,
			      "%s: %s", bad[i].text, s->wire[0]);
		ck_assert_int_eq(input(s, bad[i].text, 3), -EPIPE);
		ck_assert_int_eq(s->closed, 1);
		side_free(c);
		side_free(s);
	}
}
END_TEST

START_TEST(server_wants_open_first)
{
	xp_link_connected(server->link, 1);
	ck_assert_int_eq(input(server,
			       "{\"message_type\":\"message\",\"sequence\":1,"
			       "\"payload\":{}}",
			       2),
			 -EPROTO);
	ck_assert_ptr_nonnull(strstr(server->wire[0], "open must come first"));
	ck_assert_int_eq(server->payloads, 0);
}
END_TEST

START_TEST(server_closes_a_link_that_is_opened_twice)
{
	connect_both(client, server, 1);
	ck_assert_int_eq(
		input(server,
		      "{\"message_type\":\"open\",\"connection_id\":\"c1\","
		      "\"last_seen_sequence\":0}",
		      2),
		-EPROTO);
	ck_assert_int_eq(server->closed, 1);
}
END_TEST

START_TEST(unknown_frames_are_ignored)
{
	connect_both(client, server, 1);
	ck_assert_int_eq(input(server, "{\"message_type\":\"later\"}", 2), 0);
	ck_assert_int_eq(server->warned, 1);
	ck_assert_int_eq(server->closed, 0);
}
END_TEST

START_TEST(an_acknowledgement_of_the_future_is_ignored)
{
	connect_both(client, server, 1);
	ck_assert_int_eq(send_n(client, 0), 0);
	ck_assert_int_eq(
		input(client,
		      "{\"message_type\":\"ack\",\"last_seen_sequence\":7}",
		      2),
		0);
	ck_assert_uint_eq(xp_link_unacked(client->link), 1);
	ck_assert_int_eq(client->warned, 1);
}
END_TEST

START_TEST(pings_after_ten_seconds_and_drops_after_thirty)
{
	struct xp_link_stats stats;
	int64_t t = SECOND;

	connect_both(client, server, t);
	ck_assert_int_eq(xp_link_tick(client->link, t), t + 10 * SECOND);
	ck_assert_int_eq(client->n_wire, 0);
	ck_assert_int_eq(xp_link_tick(client->link, t + 10 * SECOND),
			 t + 20 * SECOND);
	ck_assert_int_eq(client->n_wire, 1);

	run_wire(client, server, t + 10 * SECOND + 5000);
	xp_link_stats(client->link, &stats);
	ck_assert_int_eq(stats.rtt_us, 5000);

	t += 10 * SECOND + 5000; /* heard last */
	(void)xp_link_tick(client->link, t + 10 * SECOND);
	(void)xp_link_tick(client->link, t + 20 * SECOND);
	ck_assert_int_eq(client->n_wire, 2);
	ck_assert_int_eq(client->drops, 0);
	ck_assert_int_eq(xp_link_tick(client->link, t + 30 * SECOND),
			 INT64_MAX);
	ck_assert_int_eq(client->drops, 1);
	ck_assert_int_eq(xp_link_is_open(client->link), 0);
	connect_both(client, server, t + 31 * SECOND);
	ck_assert_int_eq(client->reopened, 1);
}
END_TEST

START_TEST(the_silence_before_a_ping_is_for_the_owner_to_choose)
{
	const struct xp_link_options o = {.server = 1, .ping_us = 2 * SECOND};
	struct xp_link *l;
	int64_t t = SECOND;

	ck_assert_int_eq(xp_link_new(&l, &o, &events, server), 0);
	xp_link_free(server->link);
	server->link = l;
	connect_both(client, server, t);
	ck_assert_int_eq(xp_link_tick(l, t), t + 2 * SECOND);
	ck_assert_int_eq(xp_link_tick(l, t + 2 * SECOND), t + 4 * SECOND);
	ck_assert_int_eq(xp_link_tick(l, t + 4 * SECOND), t + 6 * SECOND);
	ck_assert_int_eq(server->drops, 0);
	ck_assert_int_eq(xp_link_tick(l, t + 6 * SECOND), INT64_MAX);
	ck_assert_int_eq(server->drops, 1);
}
END_TEST

START_TEST(drops_a_socket_whose_handshake_takes_too_long)
{
	xp_link_connected(client->link, 5);
	ck_assert_int_eq(xp_link_tick(client->link, 6), 5 + XP_LINK_OPEN_US);
	(void)xp_link_tick(client->link, 5 + XP_LINK_OPEN_US);
	ck_assert_int_eq(client->drops, 1);
}
END_TEST

START_TEST(client_gives_up_when_it_opens_too_often)
{
	int i;

	for (i = 0; i < 2 * XP_LINK_REOPENS_MAX && !client->closed; i++) {
		connect_both(client, server, 1 + i * SECOND);
		xp_link_disconnected(client->link);
		xp_link_disconnected(server->link);
	}
	ck_assert_int_eq(i, XP_LINK_REOPENS_MAX + 1);
	ck_assert_str_eq(client->reason, XP_CLOSE_SERVER_ERROR);
}
END_TEST

START_TEST(client_may_open_often_over_a_long_time)
{
	for (int i = 0; i < 3 * XP_LINK_REOPENS_MAX; i++) {
		connect_both(client, server, 1 + i * 5 * SECOND);
		xp_link_disconnected(client->link);
		xp_link_disconnected(server->link);
	}
	ck_assert_int_eq(client->closed, 0);
}
END_TEST

START_TEST(close_reaches_the_client_and_ends_both)
{
	connect_both(client, server, 1);
	xp_link_close(server->link, XP_CLOSE_DONE, "call over");
	run_wire(client, server, 2);
	ck_assert_int_eq(server->closed, 0);
	ck_assert_int_eq(client->closed, 1);
	ck_assert_str_eq(client->reason, "done");
	ck_assert_str_eq(client->description, "call over");
	ck_assert_int_ne(xp_link_is_closed(client->link), 0);
	xp_link_connected(client->link, 3);
	ck_assert_int_eq(client->n_wire, 0);
}
END_TEST

START_TEST(client_sends_no_close_frame)
{
	connect_both(client, server, 1);
	xp_link_close(client->link, XP_CLOSE_DONE, "");
	ck_assert_int_eq(client->n_wire, 0);
}
END_TEST

/* ---- model -------------------------------------------------------------- */

static uint64_t seed_state;

static uint32_t dice(uint32_t n)
{
	seed_state = seed_state * UINT64_C(6364136223846793005) +
		     UINT64_C(1442695040888963407);
	return (uint32_t)(seed_state >> 33) % n;
}

static void lose_socket(struct side *c, struct side *s)
{
	wire_clear(c);
	wire_clear(s);
	xp_link_disconnected(c->link);
	xp_link_disconnected(s->link);
}

/* The oldest text arrives; a message or acknowledgement perhaps twice. */
static void deliver_one(struct side *from, struct side *to, int64_t now_us)
{
	char *text;

	if (!from->n_wire)
		return;
	text = from->wire[0];
	from->n_wire--;
	memmove(from->wire, from->wire + 1,
		sizeof(from->wire[0]) * from->n_wire);
	(void)input(to, text, now_us);
	if (!strstr(text, "\"open") && dice(4) == 0)
		(void)input(to, text, now_us);
	free(text);
}

static void model_step(struct side *c, struct side *s, int *sent_c,
		       int *sent_s, int64_t now_us)
{
	switch (dice(16)) {
	case 0:
	case 1:
		*sent_c += send_n(c, *sent_c) == 0;
		break;
	case 2:
	case 3:
		*sent_s += send_n(s, *sent_s) == 0;
		break;
	case 4:
		if (dice(10) == 0)
			lose_socket(c, s);
		break;
	case 5:
		if (!xp_link_is_open(c->link) && !c->n_wire && !s->n_wire) {
			xp_link_connected(s->link, now_us);
			xp_link_connected(c->link, now_us);
		}
		break;
	case 6:
		c->room = s->room = (int)dice(4);
		break;
	case 7:
		c->room = s->room = 1000;
		xp_link_writable(c->link);
		xp_link_writable(s->link);
		break;
	case 8:
		(void)xp_link_tick(c->link, now_us);
		(void)xp_link_tick(s->link, now_us);
		break;
	default:
		if (dice(2))
			deliver_one(c, s, now_us);
		else
			deliver_one(s, c, now_us);
	}
}

static void run_model(uint64_t seed)
{
	struct side *c = side_new(0, 20), *s = side_new(1, 20);
	int sent_c = 0, sent_s = 0;
	int64_t t = SECOND;

	seed_state = seed;
	for (int i = 0; i < 4000; i++) {
		t += dice(4 * SECOND);
		model_step(c, s, &sent_c, &sent_s, t);
		ck_assert_uint_le(xp_link_unacked(c->link), 20);
	}

	c->room = s->room = 1 << 30;
	lose_socket(c, s);
	t += 120 * SECOND;
	connect_both(c, s, t);
	ck_assert_msg(!c->closed && !s->closed, "seed %llu: %s %s",
		      (unsigned long long)seed, c->description,
		      s->description);
	ck_assert_msg(c->out_of_order + s->out_of_order == 0 &&
			      s->payloads == sent_c && c->payloads == sent_s,
		      "seed %llu: %d of %d, %d of %d, %d out of order",
		      (unsigned long long)seed, s->payloads, sent_c,
		      c->payloads, sent_s, c->out_of_order + s->out_of_order);
	ck_assert_uint_eq(xp_link_unacked(c->link), 0);
	ck_assert_uint_eq(xp_link_unacked(s->link), 0);
	ck_assert_int_gt(sent_c, 50);
	ck_assert_int_gt(c->reopened, 1);
	side_free(c);
	side_free(s);
}

START_TEST(every_payload_comes_once_in_order_whatever_the_socket_does)
{
	for (int i = 0; i < 20; i++)
		run_model((uint64_t)_i * 20 + i);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("xp_link");
	TCase *rules = tcase_create("rules");
	TCase *model = tcase_create("model");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(rules, setup, teardown);
	tcase_add_test(rules, opens_and_delivers_both_ways);
	tcase_add_test(rules, sends_what_was_queued_before_it_opened);
	tcase_add_test(rules, sends_again_what_was_not_acknowledged);
	tcase_add_test(rules, drops_a_duplicate_but_acknowledges_it);
	tcase_add_test(rules, warns_of_a_gap_and_goes_on);
	tcase_add_test(rules, refuses_to_keep_more_than_its_bound);
	tcase_add_test(rules,
		       refuses_a_payload_that_is_too_large_or_no_object);
	tcase_add_test(rules, goes_on_sending_when_the_socket_has_room_again);
	tcase_add_test(rules,
		       makes_up_for_an_acknowledgement_that_found_no_room);
	tcase_add_test(rules,
		       server_says_state_lost_to_a_stranger_that_reopens);
	tcase_add_test(rules, client_gives_up_when_the_server_has_forgotten);
	tcase_add_test(rules, server_resumes_when_only_the_open_ack_was_lost);
	tcase_add_test(rules,
		       server_tells_a_peer_what_was_wrong_with_its_frame);
	tcase_add_test(rules, server_wants_open_first);
	tcase_add_test(rules, server_closes_a_link_that_is_opened_twice);
	tcase_add_test(rules, unknown_frames_are_ignored);
	tcase_add_test(rules, an_acknowledgement_of_the_future_is_ignored);
	tcase_add_test(rules, pings_after_ten_seconds_and_drops_after_thirty);
	tcase_add_test(rules,
		       the_silence_before_a_ping_is_for_the_owner_to_choose);
	tcase_add_test(rules, drops_a_socket_whose_handshake_takes_too_long);
	tcase_add_test(rules, client_gives_up_when_it_opens_too_often);
	tcase_add_test(rules, client_may_open_often_over_a_long_time);
	tcase_add_test(rules, close_reaches_the_client_and_ends_both);
	tcase_add_test(rules, client_sends_no_close_frame);
	tcase_add_loop_test(
		model,
		every_payload_comes_once_in_order_whatever_the_socket_does, 0,
		5);
	tcase_set_timeout(model, 60);
	suite_add_tcase(s, rules);
	suite_add_tcase(s, model);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
