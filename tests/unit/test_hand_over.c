/**
 * @file test_hand_over.c  A call given to another Expert on purpose
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "proto/xp_link.h"
#include "unit/kit_gateway.h"

#define OTHER "/v2/listen-inbound?phone_number=%2B15555550120"

static struct peer giver, taker, call, next;
static struct called c;

static void tell(struct peer *p, const struct xp_command *cmd)
{
	char *text = xp_command_encode_for(cmd, XP_EXT_ALL);

	ck_assert_int_eq(xp_link_send(p->link, text, strlen(text)), 0);
	free(text);
}

/* One Expert has the call; another one listens at `path`. */
static void begin(const char *path, int other_key)
{
	giver = (struct peer){.claims = 1, .answers = 1};
	taker = (struct peer){.claims = 1,
			      .answers = 1,
			      .other_key = other_key,
			      .extensions = XP_EXT_RESUME};
	call = (struct peer){.extensions = XP_EXT_ALL};
	next = (struct peer){.extensions = XP_EXT_ALL, .other_key = other_key};
	c = (struct called){0};
	peer_new(&giver, "aaaaaaaaaaaaaaaaaaaa", LISTEN);
	wait_for(&giver.open, 1);
	if (path) {
		peer_new(&taker, "bbbbbbbbbbbbbbbbbbbb", path);
		wait_for(&taker.open, 1);
	}
	open_seat(&c, "call1");
	wait_for(&giver.assigned, 1);
	peer_new(&call, "cccccccccccccccccccc", CALL1);
	wait_for(&c.attached, 1);
	ck_assert_str_eq(c.note, "-");
	tell(&call,
	     &(struct xp_command){.kind = XP_READ_SCRIPT, .text = "Hello."});
	wait_for(&c.commands, 1);
}

static void end(void)
{
	seat_close(c.seat);
	peer_done(&giver);
	peer_done(&call);
	if (taker.link)
		peer_done(&taker);
	if (next.link)
		peer_done(&next);
}

static void give(enum xp_address_kind kind, const char *to)
{
	tell(&call, &(struct xp_command){.kind = XP_HAND_OVER,
					 .to_kind = kind,
					 .to = to,
					 .text = "Wants a refund.",
					 .command_id = "7"});
	wait_for(&call.events, 1);
}

static void is_handed_over(void)
{
	wait_for(&taker.assigned, 1);
	ck_assert_ptr_nonnull(strstr(taker.last, "\"taken_over\":true"));
	/* Until the next one is there, the call is its own. */
	ck_assert_int_eq(call.closed, 0);
	tell(&call, &(struct xp_command){.kind = XP_READ_SCRIPT,
					 .text = "One moment."});
	wait_for(&c.commands, 2);
	peer_new(&next, "dddddddddddddddddddd", CALL1);
	wait_for(&c.attached, 2);
	ck_assert_str_eq(c.note, "Wants a refund.");
	wait_for(&call.closed, 1);
	ck_assert_str_eq(call.last, XP_CLOSE_DONE);
	ck_assert_int_eq(c.lost, 0);
	tell(&next, &(struct xp_command){.kind = XP_READ_SCRIPT,
					 .text = "It is me now."});
	wait_for(&c.commands, 3);
}

START_TEST(to_the_next_of_the_same_address)
{
	begin(LISTEN, 0);
	give(XP_ADDRESS_SAME, NULL);
	ck_assert_ptr_nonnull(strstr(call.last, "\"status\":\"done\""));
	is_handed_over();
	ck_assert_int_eq(giver.assigned, 1);
	end();
}
END_TEST

START_TEST(to_another_address_with_another_key)
{
	begin(OTHER, 1);
	give(XP_ADDRESS_PHONE, "+15555550120");
	is_handed_over();
	end();
}
END_TEST

/* They are on two connections. */
START_TEST(the_socket_may_come_before_the_answer)
{
	begin(LISTEN, 1);
	taker.answers = 0;
	give(XP_ADDRESS_SAME, NULL);
	is_handed_over();
	end();
}
END_TEST

START_TEST(nobody_takes_it_and_all_is_as_it_was)
{
	begin(NULL, 0);
	give(XP_ADDRESS_PHONE, "+15555550120");
	wait_for(&call.events, 2);
	ck_assert_ptr_nonnull(strstr(call.last, "\"hand-over-failed\""));
	ck_assert_ptr_nonnull(strstr(call.last, "\"nobody\""));
	tell(&call, &(struct xp_command){.kind = XP_READ_SCRIPT,
					 .text = "Still me."});
	wait_for(&c.commands, 2);
	/* And it may be tried again. */
	give(XP_ADDRESS_SAME, NULL);
	wait_for(&call.events, 4);
	ck_assert_int_eq(c.nobody, 0);
	ck_assert_int_eq(c.lost, 0);
	end();
}
END_TEST

START_TEST(one_at_a_time)
{
	begin(LISTEN, 0);
	taker.claims = 0;
	give(XP_ADDRESS_SAME, NULL);
	tell(&call,
	     &(struct xp_command){.kind = XP_HAND_OVER, .command_id = "8"});
	wait_for(&call.events, 2);
	ck_assert_ptr_nonnull(strstr(call.last, "\"not-now\""));
	wait_for(&call.events, 3);
	ck_assert_ptr_nonnull(strstr(call.last, "\"hand-over-failed\""));
	end();
}
END_TEST

START_TEST(a_stranger_does_not_slip_in)
{
	begin(LISTEN, 1);
	give(XP_ADDRESS_SAME, NULL);
	wait_for(&taker.assigned, 1);
	next.other_key = 0;
	/* The key that the call has opens it, none else but the next one's. */
	peer_reopen(&next, "eeeeeeeeeeeeeeeeeeee", CALL1);
	wait_for(&next.closed, 1);
	ck_assert_str_eq(next.last, XP_CLOSE_STATE_LOST);
	ck_assert_int_eq(call.closed, 0);
	end();
}
END_TEST

START_TEST(who_gives_it_away_may_reconnect_meanwhile)
{
	begin(LISTEN, 0);
	give(XP_ADDRESS_SAME, NULL);
	wait_for(&taker.assigned, 1);
	ws_close(call.ws, 1000, "drop");
	wait_for(&c.lost, 1);
	dial(&call, CALL1);
	wait_for(&c.attached, 2);
	ck_assert_int_eq(c.again, 1);
	peer_new(&next, "dddddddddddddddddddd", CALL1);
	wait_for(&c.attached, 3);
	ck_assert_str_eq(c.note, "Wants a refund.");
	end();
}
END_TEST

START_TEST(who_gives_it_away_dies_meanwhile)
{
	begin(LISTEN, 0);
	give(XP_ADDRESS_SAME, NULL);
	wait_for(&taker.assigned, 1);
	ws_close(call.ws, 1000, "drop");
	wait_for(&c.lost, 1);
	peer_new(&next, "dddddddddddddddddddd", CALL1);
	wait_for(&c.attached, 2);
	ck_assert_str_eq(c.note, "Wants a refund.");
	end();
}
END_TEST

START_TEST(a_call_of_one_key_stays_with_it)
{
	giver = taker = next = (struct peer){0};
	call = (struct peer){.extensions = XP_EXT_ALL};
	c = (struct called){0};
	ck_assert_int_eq(seat_open_for(&c.seat, gateway, loop, "call1", 1,
				       &seat_handlers, &c),
			 0);
	peer_new(&call, "cccccccccccccccccccc", CALL1);
	wait_for(&c.attached, 1);
	give(XP_ADDRESS_SAME, NULL);
	ck_assert_ptr_nonnull(strstr(call.last, "\"not-supported\""));
	seat_close(c.seat);
	peer_done(&call);
}
END_TEST

START_TEST(an_address_that_nobody_can_have_is_refused)
{
	char to[XP_KEY_BYTES_MAX + 1];

	memset(to, '1', sizeof(to) - 1);
	to[sizeof(to) - 1] = '\0';
	begin(NULL, 0);
	give(XP_ADDRESS_WEB, to);
	ck_assert_ptr_nonnull(strstr(call.last, "\"malformed\""));
	ck_assert_ptr_nonnull(strstr(call.last, "no such address"));
	end();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("hand_over");
	TCase *t = tcase_create("hand_over");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, setup, NULL);
	tcase_set_timeout(t, 30);
	tcase_add_test(t, to_the_next_of_the_same_address);
	tcase_add_test(t, to_another_address_with_another_key);
	tcase_add_test(t, the_socket_may_come_before_the_answer);
	tcase_add_test(t, nobody_takes_it_and_all_is_as_it_was);
	tcase_add_test(t, one_at_a_time);
	tcase_add_test(t, a_stranger_does_not_slip_in);
	tcase_add_test(t, who_gives_it_away_may_reconnect_meanwhile);
	tcase_add_test(t, who_gives_it_away_dies_meanwhile);
	tcase_add_test(t, a_call_of_one_key_stays_with_it);
	tcase_add_test(t, an_address_that_nobody_can_have_is_refused);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
