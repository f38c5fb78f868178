/**
 * @file test_seat.c  An Expert in a call: lost and back, silent, revoked
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "proto/xp_link.h"
#include "unit/kit_gateway.h"

START_TEST(
	events_queued_before_the_socket_reach_the_expert_and_commands_the_call)
{
	const struct xp_event e = {.kind = XP_AGENT_SPEECH, .text = "hello"};
	const struct xp_command cmd = {.kind = XP_READ_SCRIPT, .text = "hi"};
	struct peer p = {0};
	struct called c = {0};
	char *text = xp_command_encode(&cmd);

	taken_seat(&c, "call1");
	ck_assert_int_eq(seat_send(c.seat, &e), 0);
	peer_new(&p, "aaaaaaaaaaaaaaaaaaaa", "/v2/connect-call/call1");
	wait_for(&p.events, 1);
	ck_assert_int_eq(c.attached, 1);
	ck_assert_ptr_nonnull(strstr(p.last, "hello"));
	ck_assert_int_eq(xp_link_send(p.link, text, strlen(text)), 0);
	wait_for(&c.commands, 1);
	ck_assert_int_eq(c.kind, XP_READ_SCRIPT);
	free(text);
	taken_done(&c);
	peer_done(&p);
}
END_TEST

START_TEST(an_expert_that_comes_back_gets_what_it_missed_once)
{
	const struct xp_event e = {.kind = XP_AGENT_SPEECH, .text = "missed"};
	struct peer p = {0};
	struct called c = {0};

	taken_seat(&c, "call1");
	peer_new(&p, "aaaaaaaaaaaaaaaaaaaa", "/v2/connect-call/call1");
	wait_for(&c.attached, 1);
	ws_close(p.ws, 1000, "drop");
	wait_for(&c.lost, 1);
	ck_assert_str_eq(c.why, "socket closed with code 1000: drop");
	ck_assert_int_eq(seat_send(c.seat, &e), 0);
	dial(&p, "/v2/connect-call/call1");
	wait_for(&p.events, 1);
	ck_assert_int_eq(c.attached, 2);
	ck_assert_int_eq(c.again, 1);
	ck_assert_int_eq(p.events, 1);
	taken_done(&c);
	peer_done(&p);
}
END_TEST

/* What a call keeps for an Expert that is away: so much, and who comes back
 * is told how much more there was. */
START_TEST(so_many_events_wait_for_an_expert_and_it_is_told_of_the_rest)
{
	const struct xp_event e = {.kind = XP_AGENT_SPEECH, .text = "x"};
	struct peer p = {0};
	struct called c = {0};

	conf.expert_resume_ms = 60000;
	taken_seat(&c, "call1");
	peer_new(&p, "aaaaaaaaaaaaaaaaaaaa", CALL1);
	wait_for(&c.attached, 1);
	pass_ms(50);
	ws_close(p.ws, 1000, "drop");
	wait_for(&c.lost, 1);
	for (int i = 0; i < XP_LINK_UNACKED_MAX; i++)
		ck_assert_int_eq(seat_send(c.seat, &e), 0);
	ck_assert_int_eq(seat_send(c.seat, &e), -EAGAIN);
	ck_assert_int_eq(seat_send(c.seat, &e), -EAGAIN);
	dial(&p, CALL1);
	wait_for(&p.events, XP_LINK_UNACKED_MAX + 1);
	ck_assert_ptr_nonnull(strstr(p.last, "events dropped: 2,"));
	ck_assert_int_eq(seat_send(c.seat, &e), 0);
	wait_for(&p.events, XP_LINK_UNACKED_MAX + 2);
	ck_assert_ptr_null(strstr(p.last, "dropped"));
	taken_done(&c);
	peer_done(&p);
}
END_TEST

START_TEST(who_takes_over_is_told_of_no_event_that_it_did_not_miss)
{
	const struct xp_event e = {.kind = XP_AGENT_SPEECH, .text = "x"};
	struct peer p = {0}, next = {0};
	struct called c = {0};

	conf.expert_resume_ms = 60000;
	taken_seat(&c, "call1");
	peer_new(&p, "aaaaaaaaaaaaaaaaaaaa", CALL1);
	wait_for(&c.attached, 1);
	ws_close(p.ws, 1000, "drop");
	wait_for(&c.lost, 1);
	while (seat_send(c.seat, &e) == 0)
		;
	peer_new(&next, "bbbbbbbbbbbbbbbbbbbb", CALL1);
	wait_for(&c.attached, 2);
	ck_assert_int_eq(seat_send(c.seat, &e), 0);
	wait_for(&next.events, 1);
	ck_assert_ptr_null(strstr(next.last, "dropped"));
	taken_done(&c);
	peer_done(&p);
	peer_done(&next);
}
END_TEST

START_TEST(a_call_whose_expert_stays_away_is_offered_to_the_next)
{
	struct peer p = {0};
	struct peer next = {.claims = 1, .answers = 1};
	struct called c = {0};

	taken_seat(&c, "call1");
	peer_new(&p, "aaaaaaaaaaaaaaaaaaaa", "/v2/connect-call/call1");
	wait_for(&c.attached, 1);
	peer_new(&next, "bbbbbbbbbbbbbbbbbbbb", LISTEN);
	wait_for(&next.open, 1);
	ws_close(p.ws, 1000, "gone");
	wait_for(&c.lost, 1);
	wait_for(&next.assigned, 1);
	ck_assert_str_eq(next.call_id, "call1");
	taken_done(&c);
	peer_done(&p);
	peer_done(&next);
}
END_TEST

/* Its process was stopped, say, and goes on after the call was passed on. */
START_TEST(who_comes_back_too_late_does_not_get_the_call_of_another)
{
	const struct xp_event e = {.kind = XP_AGENT_SPEECH, .text = "new"};
	struct peer old = {0}, now = {0};
	struct called c = {0};

	taken_seat(&c, "call1");
	peer_new(&old, "aaaaaaaaaaaaaaaaaaaa", CALL1);
	wait_for(&c.attached, 1);
	ws_close(old.ws, 1000, "gone");
	wait_for(&c.lost, 1);
	peer_new(&now, "bbbbbbbbbbbbbbbbbbbb", CALL1);
	wait_for(&c.attached, 2);
	dial(&old, CALL1);
	wait_for(&old.closed, 1);
	ck_assert_str_eq(old.last, XP_CLOSE_STATE_LOST);
	ck_assert_int_eq(seat_send(c.seat, &e), 0);
	wait_for(&now.events, 1);
	/* Nor while the present one is away for a moment. */
	xp_link_free(old.link);
	old = (struct peer){0};
	ws_close(now.ws, 1000, "cut");
	wait_for(&c.lost, 2);
	peer_reopen(&old, "aaaaaaaaaaaaaaaaaaaa", CALL1);
	wait_for(&old.closed, 1);
	ck_assert_str_eq(old.last, XP_CLOSE_STATE_LOST);
	dial(&now, CALL1);
	wait_for(&c.again, 1);
	ck_assert_int_eq(c.lost, 2);
	taken_done(&c);
	peer_done(&old);
	peer_done(&now);
}
END_TEST

START_TEST(a_silent_peer_is_found_out_after_three_pings)
{
	struct peer p = {0};
	struct called c = {0};
	int64_t began_us;

	conf.expert_ping_ms = 300;
	taken_seat(&c, "call1");
	peer_new(&p, "aaaaaaaaaaaaaaaaaaaa", CALL1);
	wait_for(&c.attached, 1);
	p.deaf = 1;
	began_us = clock_now_us();
	wait_for(&c.lost, 1);
	ck_assert_int_ge(clock_now_us() - began_us, 600 * 1000);
	ck_assert_ptr_nonnull(
		strstr(c.why, "the peer is silent, last heard "));
	taken_done(&c);
	peer_done(&p);
}
END_TEST

START_TEST(a_revoked_key_ends_its_sockets_and_its_calls_go_on)
{
	struct peer a = {.claims = 1, .answers = 1}, call = {0};
	struct peer b = {.claims = 1, .answers = 1, .other_key = 1};
	struct called c = {0};

	peer_new(&a, "aaaaaaaaaaaaaaaaaaaa", LISTEN);
	wait_for(&a.open, 1);
	peer_new(&b, "bbbbbbbbbbbbbbbbbbbb", LISTEN);
	wait_for(&b.open, 1);
	open_seat(&c, "call1");
	wait_for(&a.assigned, 1);
	peer_new(&call, "cccccccccccccccccccc", CALL1);
	wait_for(&c.attached, 1);
	ck_assert_uint_eq(server_check_keys(server), 0);
	good_keys = 1 << 2;
	ck_assert_uint_eq(server_check_keys(server), 2);
	ck_assert_uint_eq(server_check_keys(server), 0);
	wait_for(&a.code, WS_REVOKED_CODE);
	wait_for(&call.code, WS_REVOKED_CODE);
	ck_assert_str_eq(a.last, XP_CLOSE_AUTHENTICATION);
	ck_assert_str_eq(call.last, XP_CLOSE_AUTHENTICATION);
	wait_for(&b.assigned, 1);
	ck_assert_str_eq(b.call_id, "call1");
	ck_assert_int_eq(c.lost, 1);
	ck_assert_str_eq(c.why, WS_REVOKED_WHY);
	ck_assert_int_eq(b.closed, 0);
	seat_close(c.seat);
	peer_done(&a);
	peer_done(&b);
	peer_done(&call);
}
END_TEST

START_TEST(commands_from_outside_are_of_the_calls_key)
{
	static const char two[] = "{\"command_type\":\"read-script\","
				  "\"script\":\"hi\"}\0"
				  "{\"command_type\":\"retry-task\","
				  "\"reason\":\"again\"}";
	struct called c = {0};
	struct peer p = {0};

	taken_seat(&c, "call1");
	peer_new(&p, "aaaaaaaaaaaaaaaaaaaa", CALL1);
	wait_for(&c.attached, 1);
	ck_assert_int_eq(
		gateway_commands(gateway, "call1", 2, two, sizeof(two)),
		-ENOENT);
	ck_assert_int_eq(
		gateway_commands(gateway, "call1", 1, two, sizeof(two)), 0);
	wait_for(&c.commands, 2);
	ck_assert_int_eq(c.kind, XP_RETRY_TASK);
	taken_done(&c);
	peer_done(&p);
}
END_TEST

START_TEST(a_call_is_only_for_the_key_that_it_was_given_to)
{
	struct peer early = {0}, thief = {.other_key = 1}, own = {0};
	struct called c = {0};

	open_seat(&c, "call1"); /* not claimed by anybody */
	peer_new(&early, "aaaaaaaaaaaaaaaaaaaa", CALL1);
	wait_for(&early.closed, 1);
	ck_assert_str_eq(early.last, XP_CLOSE_STATE_LOST);
	seat_close(c.seat);
	c = (struct called){0};
	taken_seat(&c, "call2");
	peer_new(&thief, "bbbbbbbbbbbbbbbbbbbb", "/v2/connect-call/call2");
	wait_for(&thief.closed, 1);
	ck_assert_str_eq(thief.last, XP_CLOSE_STATE_LOST);
	ck_assert_int_eq(c.attached, 0);
	peer_new(&own, "cccccccccccccccccccc", "/v2/connect-call/call2");
	wait_for(&c.attached, 1);
	taken_done(&c);
	peer_done(&early);
	peer_done(&thief);
	peer_done(&own);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("seat");
	TCase *t = tcase_create("seat");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, setup, NULL);
	tcase_set_timeout(t, 30);
	tcase_add_test(
		t,
		events_queued_before_the_socket_reach_the_expert_and_commands_the_call);
	tcase_add_test(t, an_expert_that_comes_back_gets_what_it_missed_once);
	tcase_add_test(
		t,
		so_many_events_wait_for_an_expert_and_it_is_told_of_the_rest);
	tcase_add_test(
		t, who_takes_over_is_told_of_no_event_that_it_did_not_miss);
	tcase_add_test(t,
		       a_call_whose_expert_stays_away_is_offered_to_the_next);
	tcase_add_test(
		t, who_comes_back_too_late_does_not_get_the_call_of_another);
	tcase_add_test(t, a_silent_peer_is_found_out_after_three_pings);
	tcase_add_test(t, a_revoked_key_ends_its_sockets_and_its_calls_go_on);
	tcase_add_test(t, commands_from_outside_are_of_the_calls_key);
	tcase_add_test(t, a_call_is_only_for_the_key_that_it_was_given_to);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
