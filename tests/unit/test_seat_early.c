/**
 * @file test_seat_early.c  An Expert in a call that is yet to be answered
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "proto/xp_link.h"
#include "unit/kit_gateway.h"
#include "unit/unit.h"

enum { SCRIPTS = 300 };

/* What the scripts said, in the order in which they came, on any loop. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int heard[2 * SCRIPTS], n_heard, n_attached, n_lost;

static void hears(void *arg, const struct xp_command *cmd)
{
	(void)arg;
	pthread_mutex_lock(&lock);
	if (cmd->kind == XP_READ_SCRIPT && n_heard < 2 * SCRIPTS)
		heard[n_heard++] = (int)strtol(cmd->text, NULL, 10);
	pthread_mutex_unlock(&lock);
}

static void joins(void *arg, int again, uint32_t extensions, const char *note)
{
	(void)arg;
	(void)again;
	(void)extensions;
	(void)note;
	pthread_mutex_lock(&lock);
	n_attached++;
	pthread_mutex_unlock(&lock);
}

static void leaves(void *arg, const char *why)
{
	(void)arg;
	(void)why;
	pthread_mutex_lock(&lock);
	n_lost++;
	pthread_mutex_unlock(&lock);
}

static const struct seat_events call_events = {
	.answered = on_answered,
	.nobody = on_nobody,
	.attached = joins,
	.command = hears,
	.lost = leaves,
};

static int count(const int *n)
{
	int now;

	pthread_mutex_lock(&lock);
	now = *n;
	pthread_mutex_unlock(&lock);
	return now;
}

static void wait_count(const int *n, int at_least)
{
	const int64_t until_us = clock_now_us() + DEADLINE_US;

	while (count(n) < at_least && clock_now_us() < until_us)
		pass_ms(5);
	ck_assert_int_eq(count(n), at_least);
}

static void open_early(struct called *c, const char *id)
{
	ck_assert_int_eq(seat_open_early(&c->seat, gateway, loop, id, 1,
					 &seat_handlers, c),
			 0);
}

static void say(struct peer *p, int i)
{
	char number[16], *text;
	const struct xp_command cmd = {.kind = XP_READ_SCRIPT, .text = number};

	(void)snprintf(number, sizeof(number), "%d", i);
	text = xp_command_encode(&cmd);
	ck_assert_int_eq(xp_link_send(p->link, text, strlen(text)), 0);
	free(text);
}

START_TEST(keeps_commands_until_the_answer_and_their_order)
{
	struct peer p = {0};
	struct called c = {0};

	open_early(&c, "call1");
	peer_new(&p, "aaaaaaaaaaaaaaaaaaaa", CALL1);
	wait_for(&c.attached, 1);
	for (int i = 0; i < 3; i++)
		say(&p, i);
	while (xp_link_unacked(p.link))
		pass_ms(5);
	ck_assert_int_eq(c.commands, 0);
	seat_begin(c.seat, &call_events, &c);
	ck_assert_int_eq(n_attached, 1);
	ck_assert_int_eq(n_heard, 3);
	say(&p, 3);
	wait_count(&n_heard, 4);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(heard[i], i);
	seat_close(c.seat);
	peer_done(&p);
}
END_TEST

START_TEST(an_expert_that_comes_after_the_answer_is_there_too)
{
	struct peer p = {0};
	struct called c = {0};

	open_early(&c, "call1");
	seat_begin(c.seat, &call_events, &c);
	ck_assert_int_eq(n_attached, 0);
	peer_new(&p, "aaaaaaaaaaaaaaaaaaaa", CALL1);
	wait_count(&n_attached, 1);
	say(&p, 7);
	wait_count(&n_heard, 1);
	seat_close(c.seat);
	peer_done(&p);
}
END_TEST

START_TEST(one_whose_socket_is_gone_at_the_answer_is_lost)
{
	struct peer p = {0};
	struct called c = {0};

	open_early(&c, "call1");
	peer_new(&p, "aaaaaaaaaaaaaaaaaaaa", CALL1);
	wait_for(&c.attached, 1);
	say(&p, 1);
	while (xp_link_unacked(p.link))
		pass_ms(5);
	ws_close(p.ws, 1000, "");
	wait_for(&c.lost, 1);
	ck_assert_int_ne(seat_was_left(c.seat), 0);
	seat_begin(c.seat, &call_events, &c);
	ck_assert_int_eq(n_attached, 1);
	ck_assert_int_eq(n_heard, 1);
	ck_assert_int_eq(n_lost, 1);
	seat_close(c.seat);
	peer_done(&p);
}
END_TEST

START_TEST(another_expert_of_the_key_begins_anew)
{
	struct peer first = {0}, second = {0};
	struct called c = {0};

	open_early(&c, "call1");
	peer_new(&first, "aaaaaaaaaaaaaaaaaaaa", CALL1);
	wait_for(&c.attached, 1);
	say(&first, 1);
	while (xp_link_unacked(first.link))
		pass_ms(5);
	ws_close(first.ws, 1000, "");
	wait_for(&c.lost, 1);
	peer_new(&second, "bbbbbbbbbbbbbbbbbbbb", CALL1);
	wait_for(&c.attached, 2);
	ck_assert_int_eq(seat_was_left(c.seat), 0);
	say(&second, 2);
	while (xp_link_unacked(second.link))
		pass_ms(5);
	seat_begin(c.seat, &call_events, &c);
	ck_assert_int_eq(n_heard, 1);
	ck_assert_int_eq(heard[0], 2);
	seat_close(c.seat);
	peer_done(&first);
	peer_done(&second);
}
END_TEST

START_TEST(another_key_does_not_get_in)
{
	struct peer p = {.other_key = 1};
	struct called c = {0};

	open_early(&c, "call1");
	peer_new(&p, "aaaaaaaaaaaaaaaaaaaa", CALL1);
	wait_for(&p.closed, 1);
	ck_assert_str_eq(p.last, XP_CLOSE_STATE_LOST);
	ck_assert_int_eq(c.attached, 0);
	seat_close(c.seat);
	peer_done(&p);
}
END_TEST

START_TEST(the_failure_waits_for_an_expert_that_is_late)
{
	const struct xp_event busy = {
		.kind = XP_OUTBOUND_FAILED, .code = 486, .text = "busy"};
	struct peer p = {0};
	struct called c = {0};

	open_early(&c, "call1");
	ck_assert_int_eq(seat_send(c.seat, &busy), 0);
	seat_close(c.seat);
	pass_ms(200);
	peer_new(&p, "aaaaaaaaaaaaaaaaaaaa", CALL1);
	wait_for(&p.events, 1);
	ck_assert_ptr_nonnull(strstr(p.last, "486"));
	wait_for(&p.code, 1000);
	peer_done(&p);
}
END_TEST

/* ---- to another loop ------------------------------------------------------
 */

static struct loop *other;
static struct seat *moved;
static int n_moved;

static void *serve_other(void *arg)
{
	(void)arg;
	loop_run(other);
	gateway_leave(gateway, other);
	return NULL;
}

static void on_moved(void *arg, struct seat *s)
{
	const struct xp_event connected = {.kind = XP_OUTBOUND_CONNECTED};

	ck_assert_ptr_nonnull(s);
	moved = s;
	(void)seat_send(s, &connected);
	seat_begin(s, &call_events, arg);
	pthread_mutex_lock(&lock);
	n_moved++;
	pthread_mutex_unlock(&lock);
}

START_TEST(moves_to_another_loop_and_loses_nothing)
{
	struct peer p = {0};
	struct called c = {0};
	pthread_t thread;

	ck_assert_int_eq(loop_new(&other, "other"), 0);
	ck_assert_int_eq(pthread_create(&thread, NULL, serve_other, NULL), 0);
	open_early(&c, "call1");
	peer_new(&p, "aaaaaaaaaaaaaaaaaaaa", CALL1);
	wait_for(&c.attached, 1);
	for (int i = 0; i < SCRIPTS; i++) {
		say(&p, i);
		if (i == SCRIPTS / 3)
			pass_ms(1);
		if (i == SCRIPTS / 2)
			ck_assert_int_eq(
				seat_move(c.seat, other, on_moved, &c), 0);
	}
	wait_count(&n_heard, SCRIPTS);
	for (int i = 0; i < SCRIPTS; i++)
		ck_assert_int_eq(heard[i], i);
	ck_assert_int_eq(count(&n_moved), 1);
	ck_assert_int_eq(count(&n_attached), 1);
	wait_for(&p.events, 1);
	ck_assert_ptr_nonnull(strstr(p.last, "outbound-call-connected"));
	/* Its socket breaks, and finds the way to where it is now. */
	ws_close(p.ws, 1001, "");
	wait_count(&n_lost, 1);
	wait_for(&p.code, 1001);
	dial(&p, CALL1);
	wait_count(&n_attached, 2);
	say(&p, SCRIPTS);
	wait_count(&n_heard, SCRIPTS + 1);
	loop_stop(other);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	peer_done(&p);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("seat_early");
	TCase *t = tcase_create("seat_early");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, UNIT_TIMEOUT_S);
	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_test(t, keeps_commands_until_the_answer_and_their_order);
	tcase_add_test(t, an_expert_that_comes_after_the_answer_is_there_too);
	tcase_add_test(t, one_whose_socket_is_gone_at_the_answer_is_lost);
	tcase_add_test(t, another_expert_of_the_key_begins_anew);
	tcase_add_test(t, another_key_does_not_get_in);
	tcase_add_test(t, the_failure_waits_for_an_expert_that_is_late);
	tcase_add_test(t, moves_to_another_loop_and_loses_nothing);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
