/**
 * @file test_tickets.c  Tokens are good once, for a while
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "channel/tickets.h"
#include "unit/unit.h"

static const struct ticket ann = {
	.call = "CA1", .from = "+15550001", .to = "+15550100"};

START_TEST(gives_back_what_was_issued_once)
{
	char token[TICKET_TOKEN_CHARS + 1];
	struct ticket t;

	ck_assert_int_eq(tickets_issue(&ann, 1000, 500, token), 0);
	ck_assert_uint_eq(strlen(token), TICKET_TOKEN_CHARS);
	ck_assert_uint_eq(strspn(token, "0123456789abcdef"),
			  TICKET_TOKEN_CHARS);
	ck_assert_int_eq(tickets_take(token, 1499, &t), 0);
	ck_assert_str_eq(t.call, "CA1");
	ck_assert_str_eq(t.from, "+15550001");
	ck_assert_str_eq(t.to, "+15550100");
	ck_assert_int_eq(tickets_take(token, 1499, &t), -ENOENT);
}
END_TEST

START_TEST(refuses_expired_and_wrong_tokens)
{
	char token[TICKET_TOKEN_CHARS + 1], bad[TICKET_TOKEN_CHARS + 2];
	struct tickets_stats st;
	struct ticket t = {.call = "untouched"};
	uint64_t refused = 0;

	ck_assert_int_eq(tickets_issue(&ann, 1000, 500, token), 0);
	for (size_t i = 0; i < TICKET_TOKEN_CHARS; i++, refused++) {
		memcpy(bad, token, sizeof(token));
		bad[i] = bad[i] == 'f' ? '0' : 'f';
		ck_assert_int_eq(tickets_take(bad, 1000, &t), -ENOENT);
		memcpy(bad, token, i);
		bad[i] = '\0';
		ck_assert_int_eq(tickets_take(bad, 1000, &t), -ENOENT);
		refused++;
	}
	memcpy(bad, token, TICKET_TOKEN_CHARS);
	memcpy(bad + TICKET_TOKEN_CHARS, "0", 2);
	ck_assert_int_eq(tickets_take(bad, 1000, &t), -ENOENT);
	ck_assert_int_eq(
		tickets_take("ffffzzzzzzzzzzzzzzzzzzzzzzzzzzzz", 1000, &t),
		-ENOENT);
	ck_assert_int_eq(tickets_take(token, 1500, &t), -ENOENT);
	ck_assert_str_eq(t.call, "untouched");
	tickets_stats(&st);
	ck_assert_uint_eq(st.refused, refused + 3);
	ck_assert_uint_eq(st.expired, 1);
	ck_assert_uint_eq(st.waiting, 0);
}
END_TEST

START_TEST(holds_its_limit_and_takes_expired_places_again)
{
	char token[TICKET_TOKEN_CHARS + 1], first[TICKET_TOKEN_CHARS + 1];
	struct tickets_stats st;
	struct ticket t;

	ck_assert_int_eq(tickets_issue(&ann, 0, 1000, first), 0);
	for (int i = 1; i < LIMIT_CARRIER_TOKENS; i++)
		ck_assert_int_eq(tickets_issue(&ann, i, 10000, token), 0);
	ck_assert_int_eq(tickets_issue(&ann, 999, 1, token), -EAGAIN);
	ck_assert_int_eq(tickets_issue(&ann, 1000, 1, token), 0);
	ck_assert_int_eq(tickets_take(first, 999, &t), -ENOENT);
	tickets_stats(&st);
	ck_assert_uint_eq(st.waiting, LIMIT_CARRIER_TOKENS);
	ck_assert_int_eq(tickets_take(token, 1000, &t), 0);
	ck_assert_int_eq(tickets_issue(&ann, 1000, 1, token), 0);
	ck_assert_int_eq(tickets_issue(&ann, 1000, 1, token), -EAGAIN);
}
END_TEST

enum { TOKENS = 500 };
static char shared[TOKENS][TICKET_TOKEN_CHARS + 1];
static atomic_int taken;

static void *take_all(void *arg)
{
	struct ticket t;

	(void)arg;
	for (int i = 0; i < TOKENS; i++)
		if (tickets_take(shared[i], 1, &t) == 0)
			atomic_fetch_add(&taken, 1);
	return NULL;
}

START_TEST(lets_only_one_thread_have_a_token)
{
	pthread_t threads[4];

	for (int i = 0; i < TOKENS; i++)
		ck_assert_int_eq(tickets_issue(&ann, 0, 1000, shared[i]), 0);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(
			pthread_create(&threads[i], NULL, take_all, NULL), 0);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
	ck_assert_int_eq(taken, TOKENS);
}
END_TEST

UNIT_MAIN("tickets", gives_back_what_was_issued_once,
	  refuses_expired_and_wrong_tokens,
	  holds_its_limit_and_takes_expired_places_again,
	  lets_only_one_thread_have_a_token)
