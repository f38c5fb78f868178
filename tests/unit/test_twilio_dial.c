/**
 * @file test_twilio_dial.c  Calls that are placed by Twilio
 *
 * SPDX-License-Identifier: MIT
 */
#include "channel/twilio_dial.h"

#include "unit/kit_twilio.h"
#include "unit/unit.h"

#define PLACED "c0123456789abcdef0123"

static void *dialled;
static int dial_error;

static void start(void)
{
	kit_start();
	kit_use_rest();
	(void)text_copy(kit.conf.public_url, sizeof(kit.conf.public_url),
			"http://bot.example/");
	kit.rest_status = 201;
	kit.rest_answer = "{\"sid\":\"CA1\",\"status\":\"queued\"}";
}

static void place(void)
{
	static const struct dial_order order = {
		.call_id = PLACED,
		.from = "+15555550100",
		.to = "+15555550123",
		.ring_us = 20 * US_PER_S,
	};

	dial_error = twilio_dialler.dial(&dialled, &kit.host, &order);
}

static void drop_unanswered(void)
{
	twilio_dialler.drop(dialled, 0);
}

static void drop_answered(void)
{
	twilio_dialler.drop(dialled, 1);
}

static void place_and_drop(void)
{
	place();
	drop_unanswered();
}

static void leave(void)
{
	twilio_dialler.leave(kit.loop);
}

static void dial_it(void)
{
	kit_on_loop(place);
	ck_assert_int_eq(dial_error, 0);
	KIT_WAIT(kit.rest_calls == 1);
}

/* The decoded value of a parameter of the order. */
static const char *value_of(const char *name)
{
	static char text[4096], value[4096];
	char *cursor = text, *n, *v;

	(void)text_copy(text, sizeof(text), kit.rest_body);
	value[0] = '\0';
	while (form_next(&cursor, &n, &v) == 0)
		if (strcmp(n, name) == 0)
			(void)text_copy(value, sizeof(value), v);
	return value;
}

START_TEST(orders_what_a_carrier_needs_and_opens_the_line_of_who_answers)
{
	const char *twiml, *at;
	char token[33];
	int fd;

	start();
	dial_it();
	ck_assert_str_eq(kit.rest_path, "/2010-04-01/Accounts/AC1/Calls.json");
	ck_assert_str_eq(kit.rest_auth, "Basic QUMxOjEyMzQ1");
	ck_assert_str_eq(value_of("To"), "+15555550123");
	ck_assert_str_eq(value_of("From"), "+15555550100");
	ck_assert_str_eq(value_of("Timeout"), "20");
	ck_assert_str_eq(value_of("StatusCallback"),
			 "http://bot.example/twilio/status?call=" PLACED);
	twiml = value_of("Twiml");
	ck_assert_ptr_nonnull(
		strstr(twiml, "url=\"ws://bot.example/twilio/media\""));
	at = strstr(twiml, "name=\"tok\" value=\"");
	ck_assert_ptr_nonnull(at);
	(void)snprintf(token, sizeof(token), "%s",
		       at + strlen("name=\"tok\" value=\""));
	fd = kit_dial();
	kit_say_start(fd, token);
	KIT_WAIT(kit.opened == 1);
	ck_assert_str_eq(kit.placed, PLACED);
	ck_assert_str_eq(kit.external_id, "CA1");
	ck_assert_str_eq(kit.address, "+15555550100");
	ck_assert_str_eq(kit.from, "+15555550100");
	ck_assert_str_eq(kit.to, "+15555550123");
	kit_on_loop(drop_answered);
	kit_stop_call(fd);
	KIT_WAIT(kit.closed == 1);
	ck_assert_int_eq(kit.rest_calls, 1);
	kit_stop();
}
END_TEST

START_TEST(hangs_up_what_is_not_wanted_any_more)
{
	start();
	dial_it();
	KIT_WAIT(kit.rest_calls == 1);
	kit_on_loop(drop_unanswered);
	KIT_WAIT(kit.rest_calls == 2);
	ck_assert_str_eq(kit.rest_path,
			 "/2010-04-01/Accounts/AC1/Calls/CA1.json");
	ck_assert_str_eq(kit.rest_body, "Status=completed");
	kit_on_loop(leave);
	kit_stop();
}
END_TEST

START_TEST(one_that_is_dropped_before_its_answer_is_hung_up_after_it)
{
	start();
	kit_on_loop(place_and_drop);
	ck_assert_int_eq(dial_error, 0);
	KIT_WAIT(kit.rest_calls == 2);
	ck_assert_str_eq(kit.rest_body, "Status=completed");
	kit_on_loop(leave);
	kit_stop();
}
END_TEST

static const struct {
	int status;
	const char *answer, *news;
} answers[] = {
	{400, "{\"code\":21211}", PLACED " 4: ;"},
	{400, "{\"code\": 21214}", PLACED " 4: ;"},
	{400, "{\"code\":21210}",
	 PLACED " 6: Twilio answered 400, error 21210;"},
	{503, "gone fishing", PLACED " 6: Twilio answered 503, error 0;"},
	{201, "{}", PLACED " 6: Twilio's answer has no sid;"},
	{201, "{\"sid\":\"../x\"}", PLACED " 6: Twilio's answer has no sid;"},
};

START_TEST(says_why_the_carrier_places_no_call)
{
	start();
	kit.rest_status = answers[_i].status;
	kit.rest_answer = answers[_i].answer;
	dial_it();
	KIT_WAIT(kit.news[0]);
	ck_assert_str_eq(kit.news, answers[_i].news);
	kit_on_loop(drop_unanswered);
	ck_assert_int_eq(kit.rest_calls, 1);
	kit_stop();
}
END_TEST

static const struct {
	const char *status, *sip, *news;
} statuses[] = {
	{"queued", "", ""},
	{"in-progress", "", ""},
	{"nonsense", "", ""},
	{"ringing", "", PLACED " 0: ;"},
	{"busy", "", PLACED " 1: ;"},
	{"no-answer", "", PLACED " 2: ;"},
	{"canceled", "", PLACED " 5: by the carrier;"},
	{"failed", "404", PLACED " 4: ;"},
	{"failed", "486", PLACED " 1: ;"},
	{"failed", "603", PLACED " 3: ;"},
	{"failed", "480", PLACED " 2: ;"},
	{"failed", "503", PLACED " 6: the carrier's call failed, SIP 503;"},
	{"failed", "", PLACED " 6: the carrier's call failed;"},
	{"failed", "4x4", PLACED " 6: the carrier's call failed;"},
};

START_TEST(knows_what_a_status_means)
{
	kit.host.dialled = kit_dialled;
	twilio_dial_status(&kit.host, PLACED, statuses[_i].status,
			   statuses[_i].sip);
	ck_assert_str_eq(kit.news, statuses[_i].news);
}
END_TEST

START_TEST(reaches_nobody_without_account_or_address)
{
	static const struct dial_order order = {.to = "+15555550123"};

	start();
	ck_assert_int_ne(twilio_dialler.reaches(&kit.host, &order), 0);
	kit.conf.public_url[0] = '\0';
	ck_assert_int_eq(twilio_dialler.reaches(&kit.host, &order), 0);
	(void)text_copy(kit.conf.public_url, sizeof(kit.conf.public_url),
			"https://bot.example");
	kit.conf.twilio_auth_token[0] = '\0';
	ck_assert_int_eq(twilio_dialler.reaches(&kit.host, &order), 0);
	kit_stop();
}
END_TEST

#define N(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *s = suite_create("twilio_dial");
	TCase *t = tcase_create("twilio_dial");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, UNIT_TIMEOUT_S);
	tcase_add_test(
		t,
		orders_what_a_carrier_needs_and_opens_the_line_of_who_answers);
	tcase_add_test(t, hangs_up_what_is_not_wanted_any_more);
	tcase_add_test(
		t, one_that_is_dropped_before_its_answer_is_hung_up_after_it);
	tcase_add_loop_test(t, says_why_the_carrier_places_no_call, 0,
			    N(answers));
	tcase_add_loop_test(t, knows_what_a_status_means, 0, N(statuses));
	tcase_add_test(t, reaches_nobody_without_account_or_address);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
