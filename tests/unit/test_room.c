/**
 * @file test_room.c  Calls that wait for an Expert, and Experts that are
 * silent
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "journal/metrics.h"
#include "proto/xp_link.h"
#include "unit/kit_gateway.h"

/* What asks by itself comes too late for any of these tests. */
#define LATE_US (60 * DEADLINE_US)

#define OTHER "/v2/listen-inbound?phone_number=%2B15555550101"

static void say_status(struct peer *p, int64_t max_calls, int draining)
{
	const struct xp_listen m = {
		.kind = XP_LISTENER_STATUS,
		.max_calls = max_calls,
		.draining = draining,
	};
	char *text = xp_listen_encode_for(&m, XP_EXT_CAPACITY);

	ck_assert_int_eq(xp_link_send(p->link, text, strlen(text)), 0);
	free(text);
}

static void listens(struct peer *p, const char *id, const char *path)
{
	*p = (struct peer){
		.claims = 1, .answers = 1, .extensions = XP_EXT_CAPACITY};
	peer_new(p, id, path);
	wait_for(&p->open, 1);
}

/* A call that found nobody. */
static void waits(struct called *c, const char *id)
{
	*c = (struct called){.again_us = LATE_US};
	open_seat(c, id);
	wait_for(&c->nobody, 1);
}

START_TEST(a_call_that_waits_is_offered_to_whoever_comes_at_once)
{
	struct peer p, other;
	struct called c;
	int64_t had = metric_get(METRIC_EXPERT_ROOM);

	waits(&c, "call1");
	listens(&other, "bbbbbbbbbbbbbbbbbbbb", OTHER);
	listens(&p, "aaaaaaaaaaaaaaaaaaaa", LISTEN);
	wait_for(&c.answered, 1);
	ck_assert_int_eq(p.assigned, 1);
	ck_assert_int_eq(other.offers, 0);
	ck_assert_int_eq(metric_get(METRIC_EXPERT_ROOM) - had, 1);
	seat_close(c.seat);
	peer_done(&p);
	peer_done(&other);
}
END_TEST

/* As many as there is room for, the first one first, and no other is woken. */
START_TEST(calls_that_wait_are_taken_in_their_order_as_room_comes)
{
	struct called c[4];
	struct peer p;
	char id[8];

	listens(&p, "aaaaaaaaaaaaaaaaaaaa", LISTEN);
	say_status(&p, 0, 0);
	pass_ms(50);
	for (int i = 0; i < 4; i++) {
		(void)snprintf(id, sizeof(id), "call%d", i);
		waits(&c[i], id);
	}
	say_status(&p, 2, 0);
	wait_for(&c[0].answered, 1);
	wait_for(&c[1].answered, 1);
	pass_ms(50);
	ck_assert_int_eq(p.offers, 2);
	for (int i = 0; i < 4; i++) {
		ck_assert_int_eq(c[i].nobody, 1);
		ck_assert_int_eq(c[i].answered, i < 2);
	}
	/* A place that a call leaves is the next one's. */
	seat_close(c[1].seat);
	wait_for(&c[2].answered, 1);
	ck_assert_int_eq(p.offers, 3);
	ck_assert_int_eq(c[3].answered, 0);
	seat_close(c[0].seat);
	wait_for(&c[3].answered, 1);
	seat_close(c[2].seat);
	seat_close(c[3].seat);
	peer_done(&p);
}
END_TEST

START_TEST(one_that_drains_no_more_has_the_calls_that_wait)
{
	struct called c;
	struct peer p;

	listens(&p, "aaaaaaaaaaaaaaaaaaaa", LISTEN);
	say_status(&p, -1, 1);
	pass_ms(50);
	waits(&c, "call1");
	ck_assert_int_eq(p.offers, 0);
	say_status(&p, -1, 0);
	wait_for(&c.answered, 1);
	seat_close(c.seat);
	peer_done(&p);
}
END_TEST

START_TEST(who_declined_it_is_not_asked_again_and_the_next_call_is)
{
	struct called c[2];
	struct peer p;

	listens(&p, "aaaaaaaaaaaaaaaaaaaa", LISTEN);
	p.answers = 0;
	p.declines = 1;
	waits(&c[0], "call0");
	ck_assert_int_eq(c[0].declined, 1);
	p.answers = 1;
	p.declines = 0;
	say_status(&p, 0, 0);
	pass_ms(50);
	waits(&c[1], "call1");
	say_status(&p, 1, 0);
	wait_for(&c[1].answered, 1);
	ck_assert_int_eq(c[0].answered, 0);
	ck_assert_int_eq(p.offers, 2);
	seat_close(c[0].seat);
	seat_close(c[1].seat);
	peer_done(&p);
}
END_TEST

/* A refusal that comes at once must not wake who was refused, and so on. */
START_TEST(a_listener_that_takes_no_message_wakes_nobody)
{
	struct listener *l;
	struct called c[2];
	struct peer p;
	int64_t offers;

	listens(&p, "aaaaaaaaaaaaaaaaaaaa", LISTEN);
	p.deaf = 1;
	l = LIST_ENTRY(gateway->listeners.next, struct listener, link);
	/* It acknowledges nothing, and no more can be kept for it. */
	while (session_send(&l->session, "{}") == 0)
		;
	offers = metric_get(METRIC_EXPERT_OFFERS);
	waits(&c[0], "call0");
	waits(&c[1], "call1");
	pass_ms(200);
	/* One each, and those of a slow machine that looked once more. */
	ck_assert_int_le(metric_get(METRIC_EXPERT_OFFERS) - offers, 4);
	seat_close(c[0].seat);
	seat_close(c[1].seat);
	peer_done(&p);
}
END_TEST

START_TEST(a_call_whose_expert_is_back_gives_its_place_away)
{
	struct peer p = {0}, next;
	struct called c = {.again_us = LATE_US}, d;

	taken_seat(&c, "call1");
	peer_new(&p, "cccccccccccccccccccc", CALL1);
	wait_for(&c.attached, 1);
	say_status(&c.taker, 0, 0);
	ws_close(p.ws, 1000, "cut");
	wait_for(&c.lost, 1);
	ck_assert_int_eq(seat_offer(c.seat, 0), 0);
	wait_for(&c.nobody, 1);
	dial(&p, CALL1);
	wait_for(&c.again, 1);
	/* It waits no more: the place is that of who does. */
	waits(&d, "call2");
	listens(&next, "bbbbbbbbbbbbbbbbbbbb", LISTEN);
	say_status(&next, 1, 0);
	wait_for(&d.answered, 1);
	pass_ms(50);
	ck_assert_int_eq(next.offers, 1);
	seat_close(d.seat);
	taken_done(&c);
	peer_done(&p);
	peer_done(&next);
}
END_TEST

/* ---- silence ------------------------------------------------------------ */

START_TEST(a_call_does_not_wait_for_who_is_not_heard_of)
{
	struct peer frozen, well;
	struct called c[4] = {0};
	int64_t began_us;
	char id[8];

	conf.expert_offer_ms = 60000;
	listens(&frozen, "aaaaaaaaaaaaaaaaaaaa", LISTEN);
	listens(&well, "bbbbbbbbbbbbbbbbbbbb", LISTEN);
	frozen.deaf = 1;
	began_us = clock_now_us();
	open_seat(&c[0], "call0");
	wait_for(&c[0].answered, 1);
	ck_assert_int_lt(clock_now_us() - began_us, DEADLINE_US);
	ck_assert_int_eq(well.assigned, 1);
	/* It is known by now: the next ones do not even ask. */
	for (int i = 1; i < 3; i++) {
		(void)snprintf(id, sizeof(id), "call%d", i);
		open_seat(&c[i], id);
		wait_for(&c[i].answered, 1);
	}
	ck_assert_int_eq(well.assigned, 3);
	/* A word of it, and it is in turn again. */
	frozen.deaf = 0;
	say_status(&frozen, -1, 0);
	pass_ms(50);
	open_seat(&c[3], "call3");
	wait_for(&c[3].answered, 1);
	ck_assert_int_eq(well.assigned, 3);
	for (int i = 0; i < 4; i++)
		seat_close(c[i].seat);
	peer_done(&frozen);
	peer_done(&well);
}
END_TEST

START_TEST(one_that_is_heard_may_think_it_over)
{
	struct peer slow, other;
	struct called c = {0};

	conf.expert_offer_ms = 60000;
	listens(&slow, "aaaaaaaaaaaaaaaaaaaa", LISTEN);
	listens(&other, "bbbbbbbbbbbbbbbbbbbb", LISTEN);
	slow.claims = 0;
	open_seat(&c, "call1");
	wait_for(&slow.offers, 1);
	pass_ms(1500);
	/* Under a sanitizer this loop itself is silent for too long. */
	if (other.offers && getenv("SLOW") && strcmp(getenv("SLOW"), "1")) {
		seat_close(c.seat);
		peer_done(&slow);
		peer_done(&other);
		return;
	}
	ck_assert_int_eq(other.offers, 0);
	reply(&slow, XP_CLAIM_CALL, "call1");
	wait_for(&c.answered, 1);
	ck_assert_int_eq(slow.assigned, 1);
	seat_close(c.seat);
	peer_done(&slow);
	peer_done(&other);
}
END_TEST

START_TEST(who_is_alone_is_waited_for_however_silent)
{
	struct peer p, next;
	struct called c = {0};

	conf.expert_offer_ms = 60000;
	listens(&p, "aaaaaaaaaaaaaaaaaaaa", LISTEN);
	p.deaf = 1;
	open_seat(&c, "call1");
	pass_ms(1000);
	ck_assert_int_eq(c.nobody, 0);
	/* Until there is somebody else. */
	listens(&next, "bbbbbbbbbbbbbbbbbbbb", LISTEN);
	wait_for(&c.answered, 1);
	ck_assert_int_eq(next.assigned, 1);
	seat_close(c.seat);
	peer_done(&p);
	peer_done(&next);
}
END_TEST

/* ---- turns -------------------------------------------------------------- */

static uint64_t offered_to(const char *address)
{
	struct place p;
	uint64_t serial;

	ck_assert_int_eq(
		listener_next(gateway, address, NULL, 0, NULL, &p, &serial),
		0);
	listener_release(gateway, &p, 0);
	return serial;
}

/* An offer at each of so many other addresses. */
static void others(struct listener *l, int n)
{
	for (int i = 0; i < n; i++) {
		(void)snprintf(l->address, sizeof(l->address), "a%d", i);
		(void)offered_to(l->address);
	}
}

START_TEST(turns_are_kept_of_so_many_addresses_and_no_more)
{
	struct listener *one, *two, *other;
	uint64_t serial;

	ck_assert_int_eq(listener_new(&one, gateway, loop, "here"), 0);
	ck_assert_int_eq(listener_new(&two, gateway, loop, "here"), 0);
	ck_assert_int_eq(listener_new(&other, gateway, loop, ""), 0);
	one->ready = two->ready = other->ready = 1;
	serial = offered_to("here");
	others(other, GATEWAY_TURNS - 1);
	ck_assert_int_eq(gateway->n_turns, GATEWAY_TURNS);
	ck_assert_uint_eq(offered_to("here"), serial + 1);
	ck_assert_uint_eq(offered_to("here"), serial);
	/* One address more: the one that had no offer for longest goes. */
	others(other, GATEWAY_TURNS);
	ck_assert_int_eq(gateway->n_turns, GATEWAY_TURNS);
	ck_assert_uint_eq(offered_to("here"), serial);
	gateway_leave(gateway, loop);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("room");
	TCase *t = tcase_create("all");

	tcase_add_checked_fixture(t, setup, NULL);
	tcase_set_timeout(t, 30);
	tcase_add_test(t,
		       a_call_that_waits_is_offered_to_whoever_comes_at_once);
	tcase_add_test(t,
		       calls_that_wait_are_taken_in_their_order_as_room_comes);
	tcase_add_test(t, one_that_drains_no_more_has_the_calls_that_wait);
	tcase_add_test(
		t, who_declined_it_is_not_asked_again_and_the_next_call_is);
	tcase_add_test(t, a_listener_that_takes_no_message_wakes_nobody);
	tcase_add_test(t, a_call_whose_expert_is_back_gives_its_place_away);
	tcase_add_test(t, a_call_does_not_wait_for_who_is_not_heard_of);
	tcase_add_test(t, one_that_is_heard_may_think_it_over);
	tcase_add_test(t, who_is_alone_is_waited_for_however_silent);
	tcase_add_test(t, turns_are_kept_of_so_many_addresses_and_no_more);
	suite_add_tcase(s, t);
	return s;
}

int main(void)
{
	SRunner *r = srunner_create(suite());
	int failed;

	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
