/**
 * @file test_gateway.c  Who is offered a call: real sockets on a loop
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "proto/xp_link.h"
#include "unit/kit_gateway.h"

START_TEST(two_listeners_get_calls_strictly_in_turn)
{
	struct peer a = {.claims = 1, .answers = 1};
	struct peer b = {.claims = 1, .answers = 1};
	struct called calls[4] = {0};

	peer_new(&a, "aaaaaaaaaaaaaaaaaaaa", LISTEN);
	wait_for(&a.open, 1);
	peer_new(&b, "bbbbbbbbbbbbbbbbbbbb", LISTEN);
	wait_for(&b.open, 1);
	for (int i = 0; i < 4; i++) {
		char id[16];

		(void)snprintf(id, sizeof(id), "call%d", i);
		open_seat(&calls[i], id);
		wait_for(&calls[i].answered, 1);
		ck_assert_int_eq(a.assigned, (i + 2) / 2);
		ck_assert_int_eq(b.assigned, (i + 1) / 2);
	}
	for (int i = 0; i < 4; i++)
		seat_close(calls[i].seat);
	peer_done(&a);
	peer_done(&b);
}
END_TEST

START_TEST(a_listener_that_does_not_claim_or_declines_is_skipped)
{
	struct peer mute = {0};
	struct peer no = {.claims = 1, .declines = 1};
	struct peer yes = {.claims = 1, .answers = 1};
	struct called c = {0};

	peer_new(&mute, "aaaaaaaaaaaaaaaaaaaa", LISTEN);
	wait_for(&mute.open, 1);
	peer_new(&no, "bbbbbbbbbbbbbbbbbbbb", LISTEN);
	wait_for(&no.open, 1);
	peer_new(&yes, "cccccccccccccccccccc", LISTEN);
	wait_for(&yes.open, 1);
	open_seat(&c, "call1");
	wait_for(&c.answered, 1);
	ck_assert_int_eq(mute.offers, 1);
	ck_assert_int_eq(no.assigned, 1);
	ck_assert_int_eq(yes.assigned, 1);
	ck_assert_int_eq(c.nobody, 0);
	seat_close(c.seat);
	peer_done(&mute);
	peer_done(&no);
	peer_done(&yes);
}
END_TEST

START_TEST(a_listener_has_so_many_offers_to_decide_and_no_more)
{
	static struct called c[LISTENER_OFFERS + 1], again;
	struct peer mute = {0};
	char id[32];

	conf.expert_offer_ms = 30000;
	peer_new(&mute, "aaaaaaaaaaaaaaaaaaaa", LISTEN);
	wait_for(&mute.open, 1);
	for (int i = 0; i <= LISTENER_OFFERS; i++) {
		(void)snprintf(id, sizeof(id), "call%d", i);
		open_seat(&c[i], id);
	}
	wait_for(&c[LISTENER_OFFERS].nobody, 1);
	ck_assert_int_eq(c[LISTENER_OFFERS].declined, 0);
	wait_for(&mute.offers, LISTENER_OFFERS);
	ck_assert_int_eq(mute.offers, LISTENER_OFFERS);
	/* A caller who has gone makes room. */
	seat_close(c[7].seat);
	open_seat(&again, "again");
	wait_for(&mute.offers, LISTENER_OFFERS + 1);
	for (int i = 0; i <= LISTENER_OFFERS; i++)
		if (i != 7) {
			ck_assert_int_eq(c[i].nobody, i == LISTENER_OFFERS);
			seat_close(c[i].seat);
		}
	seat_close(again.seat);
	peer_done(&mute);
}
END_TEST

START_TEST(an_address_has_so_many_bytes_and_no_more)
{
	const int fits = ADDRESS_BYTES - 1 - (int)strlen("sip:");
	struct peer p = {0}, refused = {.code = -1};
	char path[256];

	(void)snprintf(path, sizeof(path), "/v2/listen-inbound?sip_code=%0*d",
		       fits, 0);
	peer_new(&p, "aaaaaaaaaaaaaaaaaaaa", path);
	wait_for(&p.open, 1);
	(void)snprintf(path, sizeof(path), "/v2/listen-inbound?sip_code=%0*d",
		       fits + 1, 0);
	peer_new(&refused, "bbbbbbbbbbbbbbbbbbbb", path);
	wait_for(&refused.code, 0);
	ck_assert_int_eq(refused.open, 0);
	peer_done(&p);
	peer_done(&refused);
}
END_TEST

START_TEST(a_listener_that_says_what_nobody_knows_still_gets_calls)
{
	static const char *const odd[] = {
		"{\"message_type\":\"weather\"}",
		"{\"message_type\":\"weather\",\"call_id\":7}",
		"{\"message_type\":\"listen-started\",\"other_listeners\":0}",
		"{\"message_type\":\"incoming-call\",\"call_id\":\"x\"}",
		"{\"message_type\":\"claim-call\",\"call_id\":\"never\"}",
		"{\"message_type\":\"claim-call\"}",
	};
	struct peer p = {.claims = 1, .answers = 1};
	struct called c = {0};

	peer_new(&p, "aaaaaaaaaaaaaaaaaaaa", LISTEN);
	wait_for(&p.open, 1);
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		ck_assert_int_eq(xp_link_send(p.link, odd[i], strlen(odd[i])),
				 0);
	open_seat(&c, "call1");
	wait_for(&c.answered, 1);
	seat_close(c.seat);
	peer_done(&p);
}
END_TEST

START_TEST(nobody_is_told_apart_from_everybody_declined)
{
	struct peer no = {.claims = 1, .declines = 1};
	struct called none = {0}, all = {0};

	open_seat(&none, "call1");
	wait_for(&none.nobody, 1);
	ck_assert_int_eq(none.declined, 0);
	peer_new(&no, "aaaaaaaaaaaaaaaaaaaa", LISTEN);
	wait_for(&no.open, 1);
	open_seat(&all, "call2");
	wait_for(&all.nobody, 1);
	ck_assert_int_eq(all.declined, 1);
	seat_close(none.seat);
	seat_close(all.seat);
	peer_done(&no);
}
END_TEST

START_TEST(an_expert_that_answers_and_never_dials_is_passed_over)
{
	struct peer mute = {.claims = 1, .answers = 1};
	struct peer next = {.claims = 1, .answers = 1};
	struct called c = {0};

	peer_new(&mute, "aaaaaaaaaaaaaaaaaaaa", LISTEN);
	wait_for(&mute.open, 1);
	peer_new(&next, "bbbbbbbbbbbbbbbbbbbb", LISTEN);
	wait_for(&next.open, 1);
	open_seat(&c, "call1");
	wait_for(&mute.assigned, 1);
	wait_long(&next.assigned, 1);
	wait_for(&c.answered, 2);
	seat_close(c.seat);
	peer_done(&mute);
	peer_done(&next);
}
END_TEST

/* One whose listen socket closes while it has the call in hand; sooner than
 * any deadline of an offer is the next one asked. */
static void goes_with_the_call(struct peer *gone, const int *in_hand)
{
	struct peer next = {.claims = 1, .answers = 1};
	struct called c = {0};

	conf.expert_offer_ms = 60000;
	peer_new(gone, "aaaaaaaaaaaaaaaaaaaa", LISTEN);
	wait_for(&gone->open, 1);
	peer_new(&next, "bbbbbbbbbbbbbbbbbbbb", LISTEN);
	wait_for(&next.open, 1);
	open_seat(&c, "call1");
	wait_for(in_hand, 1);
	ws_close(gone->ws, 1000, "");
	wait_for(&next.assigned, 1);
	seat_close(c.seat);
	peer_done(gone);
	peer_done(&next);
}

START_TEST(who_goes_with_an_offer_is_passed_over)
{
	struct peer gone = {0};

	goes_with_the_call(&gone, &gone.offers);
}
END_TEST

START_TEST(who_goes_with_a_claim_is_passed_over)
{
	struct peer gone = {.claims = 1};

	goes_with_the_call(&gone, &gone.assigned);
}
END_TEST

START_TEST(who_answers_and_goes_is_passed_over)
{
	struct peer gone = {.claims = 1, .answers = 1};

	goes_with_the_call(&gone, &gone.assigned);
}
END_TEST

START_TEST(who_declined_a_call_is_not_asked_for_it_again)
{
	struct peer no = {.claims = 1, .declines = 1};
	struct peer slow = {0};
	struct called c = {0};

	peer_new(&slow, "aaaaaaaaaaaaaaaaaaaa", LISTEN);
	wait_for(&slow.open, 1);
	peer_new(&no, "bbbbbbbbbbbbbbbbbbbb", LISTEN);
	wait_for(&no.open, 1);
	open_seat(&c, "call1");
	wait_for(&c.nobody, 1);
	slow.claims = slow.answers = 1;
	ck_assert_int_eq(seat_offer(c.seat, 1000), 0);
	wait_for(&c.answered, 1);
	ck_assert_int_eq(slow.offers, 2);
	ck_assert_int_eq(no.offers, 1);
	ck_assert_int_eq(no.assigned, 1);
	seat_close(c.seat);
	peer_done(&no);
	peer_done(&slow);
}
END_TEST

START_TEST(a_reserved_call_is_offered_to_nobody_and_is_its_keys_alone)
{
	struct peer listener = {.claims = 1, .answers = 1};
	struct peer thief = {.other_key = 1}, own = {0};
	struct called c = {0};

	peer_new(&listener, "aaaaaaaaaaaaaaaaaaaa", LISTEN);
	wait_for(&listener.open, 1);
	ck_assert_int_eq(seat_open_for(&c.seat, gateway, loop, "call1", 1,
				       &seat_handlers, &c),
			 0);
	peer_new(&thief, "bbbbbbbbbbbbbbbbbbbb", CALL1);
	wait_for(&thief.closed, 1);
	ck_assert_str_eq(thief.last, XP_CLOSE_STATE_LOST);
	peer_new(&own, "cccccccccccccccccccc", CALL1);
	wait_for(&c.attached, 1);
	/* Its Expert goes for good: to nobody else even then. */
	ws_close(own.ws, 1000, "gone");
	wait_for(&c.lost, 1);
	ck_assert_int_eq(seat_offer(c.seat, 0), 0);
	wait_for(&c.nobody, 1);
	ck_assert_int_eq(listener.assigned, 0);
	seat_close(c.seat);
	peer_done(&own);
	peer_done(&thief);
	peer_done(&listener);
}
END_TEST

/* What the published protocol has, and what was agreed. */
START_TEST(an_expert_is_told_no_more_than_it_understands)
{
	struct peer listen = {.claims = 1, .answers = 1}, plain = {0};
	struct peer more = {.extensions = XP_EXT_RESUME | XP_EXT_STATE};
	const struct xp_event saved = {.kind = XP_SAVED_STATE,
				       .value_json = "7"};
	const struct xp_event done = {
		.kind = XP_TASK_DONE, .id = "t", .sequence = 12};
	struct called c = {0};

	peer_new(&listen, "aaaaaaaaaaaaaaaaaaaa", LISTEN);
	wait_for(&listen.open, 1);
	open_seat(&c, "call1");
	wait_for(&listen.assigned, 1);
	ck_assert_ptr_null(strstr(listen.last, "taken_over"));
	peer_new(&plain, "bbbbbbbbbbbbbbbbbbbb", CALL1);
	wait_for(&c.attached, 1);
	ck_assert_uint_eq(c.extensions, 0);
	ck_assert_int_eq(seat_send(c.seat, &saved), 0);
	ck_assert_int_eq(seat_send(c.seat, &done), 0);
	wait_for(&plain.events, 1);
	ck_assert_ptr_nonnull(strstr(plain.last, "\"sequence\":null"));
	ws_close(plain.ws, 1000, "");
	wait_for(&c.lost, 1);

	peer_new(&more, "cccccccccccccccccccc", CALL1);
	wait_for(&c.attached, 2);
	ck_assert_uint_eq(c.extensions, XP_EXT_RESUME | XP_EXT_STATE);
	ck_assert_int_eq(seat_send(c.seat, &saved), 0);
	wait_for(&more.events, 1);
	ck_assert_ptr_nonnull(strstr(more.last, "saved-state"));
	ck_assert_int_eq(seat_send(c.seat, &done), 0);
	wait_for(&more.events, 2);
	ck_assert_ptr_nonnull(strstr(more.last, "\"sequence\":12"));
	seat_close(c.seat);
	peer_done(&listen);
	peer_done(&plain);
	peer_done(&more);
}
END_TEST

START_TEST(an_offer_says_whether_the_call_had_an_expert)
{
	static const char script[] = "{\"command_type\":\"read-script\","
				     "\"script\":\"Hello.\"}";
	struct peer listen = {
		.claims = 1, .answers = 1, .extensions = XP_EXT_RESUME};
	struct peer first = {0};
	struct called c = {0};

	peer_new(&listen, "aaaaaaaaaaaaaaaaaaaa", LISTEN);
	wait_for(&listen.open, 1);
	open_seat(&c, "call1");
	wait_for(&listen.assigned, 1);
	ck_assert_ptr_nonnull(strstr(listen.last, "\"taken_over\":false"));
	peer_new(&first, "bbbbbbbbbbbbbbbbbbbb", CALL1);
	wait_for(&c.attached, 1);
	(void)xp_link_send(first.link, script, sizeof(script) - 1);
	wait_for(&c.commands, 1);
	ws_close(first.ws, 1000, "");
	wait_for(&c.lost, 1);
	ck_assert_int_eq(seat_offer(c.seat, 0), 0);
	wait_for(&listen.assigned, 2);
	ck_assert_ptr_nonnull(strstr(listen.last, "\"taken_over\":true"));
	seat_close(c.seat);
	peer_done(&listen);
	peer_done(&first);
}
END_TEST

START_TEST(a_command_that_cannot_be_read_has_a_result_by_its_id)
{
	static const char bad[] = "{\"command_type\":\"say\",\"text\":7,"
				  "\"command_id\":\"x1\"}";
	static const char odd[] = "{\"command_type\":\"teleport\","
				  "\"command_id\":\"x2\"}";
	static const char lacking[] = "{\"command_type\":\"read-script\","
				      "\"command_id\":\"x3\"}";
	struct peer p = {.extensions = XP_EXT_RESULTS | XP_EXT_STATE};
	struct called c = {0};

	taken_seat(&c, "call1");
	peer_new(&p, "aaaaaaaaaaaaaaaaaaaa", CALL1);
	wait_for(&c.attached, 1);
	(void)xp_link_send(p.link, odd, sizeof(odd) - 1);
	wait_for(&p.events, 1);
	ck_assert_ptr_nonnull(strstr(p.last, "\"command_id\":\"x2\""));
	ck_assert_ptr_nonnull(strstr(p.last, "\"unknown-command\""));
	/* Of an extension that was not agreed: as unknown. */
	(void)xp_link_send(p.link, bad, sizeof(bad) - 1);
	wait_for(&p.events, 2);
	ck_assert_ptr_nonnull(strstr(p.last, "\"unknown-command\""));
	(void)xp_link_send(p.link, lacking, sizeof(lacking) - 1);
	wait_for(&p.events, 3);
	ck_assert_ptr_nonnull(strstr(p.last, "\"malformed\""));
	ck_assert_int_eq(c.commands, 0);
	taken_done(&c);
	peer_done(&p);
}
END_TEST

/* ---- how much a listener takes ------------------------------------------ */

static void say_status(struct peer *p, int64_t max_calls, int draining)
{
	const struct xp_listen m = {
		.kind = XP_LISTENER_STATUS,
		.max_calls = max_calls,
		.draining = draining,
		.labels_json = "{\"region\":\"eu\"}",
	};
	char *text = xp_listen_encode_for(&m, XP_EXT_CAPACITY);

	ck_assert_int_eq(xp_link_send(p->link, text, strlen(text)), 0);
	free(text);
	/* Whatever it says now is heard after that. */
	pass_ms(50);
}

static struct peer *limited(struct peer *p, const char *id, int64_t max_calls)
{
	*p = (struct peer){
		.claims = 1, .answers = 1, .extensions = XP_EXT_CAPACITY};
	peer_new(p, id, LISTEN);
	wait_for(&p->open, 1);
	say_status(p, max_calls, 0);
	return p;
}

START_TEST(a_listener_gets_as_many_calls_as_it_takes)
{
	struct called calls[4] = {0};
	struct peer one, rest;

	limited(&one, "aaaaaaaaaaaaaaaaaaaa", 1);
	limited(&rest, "bbbbbbbbbbbbbbbbbbbb", -1);
	open_seat(&calls[0], "call0");
	open_seat(&calls[1], "call1");
	open_seat(&calls[2], "call2");
	for (int i = 0; i < 3; i++)
		wait_for(&calls[i].answered, 1);
	ck_assert_int_eq(one.assigned, 1);
	ck_assert_int_eq(rest.assigned, 2);
	/* Its call is over: it has room again. */
	seat_close(calls[0].seat);
	open_seat(&calls[3], "call3");
	wait_for(&calls[3].answered, 1);
	ck_assert_int_eq(one.assigned, 2);
	for (int i = 1; i < 4; i++)
		seat_close(calls[i].seat);
	peer_done(&one);
	peer_done(&rest);
}
END_TEST

START_TEST(nobody_with_room_is_nobody)
{
	struct called calls[2] = {0};
	struct peer one;

	limited(&one, "aaaaaaaaaaaaaaaaaaaa", 1);
	open_seat(&calls[0], "call0");
	wait_for(&calls[0].answered, 1);
	open_seat(&calls[1], "call1");
	wait_for(&calls[1].nobody, 1);
	ck_assert_int_eq(calls[1].declined, 0);
	say_status(&one, 2, 0);
	ck_assert_int_eq(seat_offer(calls[1].seat, 0), 0);
	wait_for(&calls[1].answered, 1);
	seat_close(calls[0].seat);
	seat_close(calls[1].seat);
	peer_done(&one);
}
END_TEST

START_TEST(a_draining_listener_gets_no_more_and_may_take_again)
{
	struct called calls[2] = {0};
	struct peer one, rest;
	char *list;

	limited(&one, "aaaaaaaaaaaaaaaaaaaa", -1);
	limited(&rest, "bbbbbbbbbbbbbbbbbbbb", -1);
	say_status(&one, -1, 1);
	list = gateway_list(gateway);
	ck_assert_ptr_nonnull(strstr(list, "\"draining\":true"));
	ck_assert_ptr_nonnull(strstr(list, "{\"region\":\"eu\"}"));
	mem_free(list);
	for (int i = 0; i < 2; i++) {
		open_seat(&calls[i], i ? "call1" : "call0");
		wait_for(&calls[i].answered, 1);
		seat_close(calls[i].seat);
	}
	ck_assert_int_eq(one.assigned, 0);
	ck_assert_int_eq(rest.assigned, 2);
	say_status(&rest, 0, 0);
	ck_assert(gateway_has_listener(gateway, "+15555550100"));
	say_status(&rest, -1, 1);
	ck_assert(!gateway_has_listener(gateway, "+15555550100"));
	say_status(&one, -1, 0);
	ck_assert(gateway_has_listener(gateway, "+15555550100"));
	calls[0] = (struct called){0};
	open_seat(&calls[0], "call2");
	wait_for(&calls[0].answered, 1);
	ck_assert_int_eq(one.assigned, 1);
	seat_close(calls[0].seat);
	peer_done(&one);
	peer_done(&rest);
}
END_TEST

START_TEST(an_offer_that_is_over_is_said_to_be)
{
	struct peer mute = {.extensions = XP_EXT_CAPACITY};
	struct called c = {0};

	peer_new(&mute, "aaaaaaaaaaaaaaaaaaaa", LISTEN);
	wait_for(&mute.open, 1);
	open_seat(&c, "call1");
	wait_for(&mute.offers, 1);
	wait_for(&c.nobody, 1);
	pass_ms(50);
	ck_assert_ptr_nonnull(strstr(mute.last, "withdraw-call"));
	seat_close(c.seat);
	peer_done(&mute);
}
END_TEST

START_TEST(a_server_that_drains_says_so_to_who_understands)
{
	struct peer plain = {0}, more;

	conf.drain_ms = 4321;
	peer_new(&plain, "aaaaaaaaaaaaaaaaaaaa", LISTEN);
	wait_for(&plain.open, 1);
	limited(&more, "bbbbbbbbbbbbbbbbbbbb", -1);
	gateway_drain(gateway);
	pass_ms(50);
	ck_assert_ptr_nonnull(strstr(more.last, "\"server-draining\""));
	ck_assert_ptr_nonnull(strstr(more.last, "4321"));
	ck_assert_ptr_null(strstr(plain.last, "server-draining"));
	peer_done(&plain);
	peer_done(&more);
}
END_TEST

START_TEST(an_expert_that_comes_after_the_end_keeps_no_seat)
{
	struct place where;
	struct peer late = {0};
	struct called c = {0};
	int known = 1;

	taken_seat(&c, "call1");
	peer_new(&late, "aaaaaaaaaaaaaaaaaaaa", CALL1);
	c.seat = seat_close(c.seat);
	for (int i = 0; i < 400 && known; i++) {
		pass_ms(10);
		known = !seat_find(gateway, "call1", 1, &where);
	}
	ck_assert_int_eq(known, 0);
	peer_done(&c.taker);
	peer_done(&late);
}
END_TEST

START_TEST(a_listener_that_never_decides_is_asked_on)
{
	enum { CALLS = 80 };
	struct peer deaf = {0};
	struct called c[CALLS] = {0};
	char id[16];

	conf.expert_offer_ms = 20;
	peer_new(&deaf, "aaaaaaaaaaaaaaaaaaaa", LISTEN);
	wait_for(&deaf.open, 1);
	for (int i = 0; i < CALLS; i++) {
		(void)snprintf(id, sizeof(id), "call%d", i);
		open_seat(&c[i], id);
		wait_for(&deaf.offers, i + 1);
		wait_for(&c[i].nobody, 1);
		seat_close(c[i].seat);
	}
	deaf.claims = deaf.answers = 1;
	open_seat(&c[0], "last");
	wait_for(&c[0].answered, 1);
	seat_close(c[0].seat);
	peer_done(&deaf);
}
END_TEST

START_TEST(a_socket_for_an_unknown_call_is_told_that_its_state_is_lost)
{
	struct peer p = {0};

	peer_new(&p, "aaaaaaaaaaaaaaaaaaaa", "/v2/connect-call/never");
	wait_for(&p.closed, 1);
	ck_assert_str_eq(p.last, XP_CLOSE_STATE_LOST);
	peer_done(&p);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("gateway");
	TCase *t = tcase_create("gateway");

	tcase_add_checked_fixture(t, setup, NULL);
	tcase_set_timeout(t, 30);
	tcase_add_test(t, two_listeners_get_calls_strictly_in_turn);
	tcase_add_test(t,
		       a_listener_that_does_not_claim_or_declines_is_skipped);
	tcase_add_test(t, a_listener_has_so_many_offers_to_decide_and_no_more);
	tcase_add_test(t, an_address_has_so_many_bytes_and_no_more);
	tcase_add_test(
		t, a_listener_that_says_what_nobody_knows_still_gets_calls);
	tcase_add_test(t, nobody_is_told_apart_from_everybody_declined);
	tcase_add_test(t,
		       an_expert_that_answers_and_never_dials_is_passed_over);
	tcase_add_test(t, who_goes_with_an_offer_is_passed_over);
	tcase_add_test(t, who_goes_with_a_claim_is_passed_over);
	tcase_add_test(t, who_answers_and_goes_is_passed_over);
	tcase_add_test(t, who_declined_a_call_is_not_asked_for_it_again);
	tcase_add_test(
		t, a_reserved_call_is_offered_to_nobody_and_is_its_keys_alone);
	tcase_add_test(t, an_expert_is_told_no_more_than_it_understands);
	tcase_add_test(t, an_offer_says_whether_the_call_had_an_expert);
	tcase_add_test(t,
		       a_command_that_cannot_be_read_has_a_result_by_its_id);
	tcase_add_test(t, a_listener_gets_as_many_calls_as_it_takes);
	tcase_add_test(t, nobody_with_room_is_nobody);
	tcase_add_test(t, a_draining_listener_gets_no_more_and_may_take_again);
	tcase_add_test(t, an_offer_that_is_over_is_said_to_be);
	tcase_add_test(t, a_server_that_drains_says_so_to_who_understands);
	tcase_add_test(t, an_expert_that_comes_after_the_end_keeps_no_seat);
	tcase_add_test(t, a_listener_that_never_decides_is_asked_on);
	tcase_add_test(
		t,
		a_socket_for_an_unknown_call_is_told_that_its_state_is_lost);
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
