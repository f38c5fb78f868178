/**
 * @file test_twilio_moved.c  Callers that are put through, and come back
 *
 * The test is the carrier: it fetches what to dial, tells how that goes, and
 * opens another stream for a caller who comes back.
 *
 * SPDX-License-Identifier: MIT
 */
#include "channel/twilio_line.h"
#include "unit/kit_twilio.h"
#include "unit/unit.h"

static char out[8192];
static struct channel_transfer want;
static int result;

static void transfer(void)
{
	result = kit.ops->transfer(kit.ch, &want);
}

/* @return the call's media socket, still open */
static int begin(const char *to, int may_fail, int may_return)
{
	int fd;

	kit_start();
	fd = kit_call();
	want = (struct channel_transfer){.to = to,
					 .ring_ms = 20000,
					 .may_fail = may_fail,
					 .may_return = may_return};
	return fd;
}

/* The same, until the carrier has ended the stream to dial. */
static void begin_away(int may_fail, int may_return)
{
	int fd = begin("+15557777", may_fail, may_return);

	kit_on_loop(transfer);
	ck_assert_int_eq(result, 0);
	ck_assert_int_eq(peer_close_code(fd), 1000);
	(void)close(fd);
	ck_assert_int_eq(kit_request("POST", "/twilio/after?sid=CA1", "", "",
				     out, sizeof(out)),
			 200);
	ck_assert_msg(strstr(out, "<Dial ") != NULL, "%s", out);
}

static void leg(const char *status)
{
	char body[128];

	(void)snprintf(body, sizeof(body), "CallSid=CA2&CallStatus=%s",
		       status);
	ck_assert_int_eq(kit_request("POST", "/twilio/leg?sid=CA1&t=1", "",
				     body, out, sizeof(out)),
			 204);
}

/* @param of  number of the transfer
 * @return nonzero: the caller is to come, the token in token[33] */
static int dialed(int of, const char *status, const char *call, char *token)
{
	static const char mark[] = "name=\"tok\" value=\"";
	char uri[64], body[256];
	const char *at;

	(void)snprintf(uri, sizeof(uri), "/twilio/dialed?sid=CA1&t=%d", of);
	(void)snprintf(body, sizeof(body),
		       "CallSid=CA1&From=%%2B15550001&To=%%2B15550100&"
		       "DialCallStatus=%s&CallStatus=%s",
		       status, call);
	ck_assert_int_eq(kit_request("POST", uri, "", body, out, sizeof(out)),
			 200);
	at = strstr(out, mark);
	if (!at) {
		ck_assert_msg(strstr(out, "<Hangup/>") != NULL, "%s", out);
		return 0;
	}
	(void)snprintf(token, 33, "%s", at + strlen(mark));
	return 1;
}

/* The caller comes back. @return the new media socket */
static int come(const char *token)
{
	int fd = kit_dial();

	kit_say(fd, "{\"event\":\"connected\",\"protocol\":\"Call\","
		    "\"version\":\"1.0.0\"}");
	kit_say_start(fd, token);
	return fd;
}

START_TEST(the_carrier_is_told_whom_to_dial_and_where_to_say_how_it_goes)
{
	static const char twiml[] =
		"<Response><Dial answerOnBridge=\"true\" timeout=\"20\" "
		"method=\"POST\" action=\"http://test.example/twilio/dialed?"
		"sid=CA1&amp;t=1\"><Number statusCallbackEvent=\"initiated "
		"ringing answered completed\" statusCallbackMethod=\"POST\" "
		"statusCallback=\"http://test.example/twilio/leg?sid=CA1&amp;"
		"t=1\">+15557777</Number></Dial></Response>";

	begin_away(1, 0);
	ck_assert_msg(strstr(out, twiml) != NULL, "%s", out);
	/* Once. */
	ck_assert_int_eq(kit_request("POST", "/twilio/after?sid=CA1", "", "",
				     out, sizeof(out)),
			 200);
	ck_assert_ptr_nonnull(strstr(out, "<Hangup/>"));
	ck_assert_int_eq(kit.closed, 0);
	leg("in-progress");
	KIT_WAIT(kit.closed == 1);
	kit_stop();
}
END_TEST

START_TEST(refuses_what_cannot_be_dialled_and_stays_as_it_was)
{
	int fd = begin("nowhere", 1, 0);

	kit_on_loop(transfer);
	ck_assert_int_eq(result, -EINVAL);
	want.to = "+15557777";
	kit_on_loop(transfer);
	ck_assert_int_eq(result, 0);
	kit_on_loop(transfer);
	ck_assert_int_eq(result, -EBUSY);
	ck_assert_int_eq(peer_close_code(fd), 1000);
	(void)close(fd);
	kit_request("POST", "/twilio/after?sid=CA1", "", "", out, sizeof(out));
	leg("in-progress");
	KIT_WAIT(kit.closed == 1);
	kit_stop();
}
END_TEST

START_TEST(the_call_is_over_once_the_other_side_has_answered)
{
	char token[33];

	begin_away(1, 0);
	leg("initiated");
	leg("ringing");
	leg("in-progress");
	KIT_WAIT(kit.closed == 1);
	ck_assert_str_eq(kit.moved, "ringing answered ");
	ck_assert_int_eq(kit.how, CHANNEL_END_US);
	ck_assert_str_eq(kit.why, "transferred");
	ck_assert(!dialed(1, "completed", "in-progress", token));
	kit_stop();
}
END_TEST

START_TEST(asks_by_rest_and_waits_for_the_stop)
{
	int fd = begin("sip:a@b", 1, 0);

	kit_use_rest();
	kit_on_loop(transfer);
	KIT_WAIT(kit.rest_calls == 1);
	ck_assert_msg(strstr(kit.rest_body,
			     "Twiml=%3CResponse%3E%3CDial%20answerOnBridge%3D"
			     "%22true%22%20timeout%3D%2220%22") ==
			      kit.rest_body,
		      "%s", kit.rest_body);
	ck_assert_ptr_nonnull(
		strstr(kit.rest_body, "%3Esip%3Aa%40b%3C%2FSip"));
	ck_assert_int_eq(kit.closed, 0);
	kit_stop_call(fd);
	ck_assert_int_eq(kit.closed, 0);
	kit.conf.twilio_auth_token[0] = '\0';
	leg("in-progress");
	KIT_WAIT(kit.closed == 1);
	ck_assert_str_eq(kit.moved, "answered ");
	ck_assert_int_eq(kit.how, CHANNEL_END_US);
	kit_stop();
}
END_TEST

START_TEST(goes_behind_the_stream_when_rest_fails)
{
	int fd = begin("+15557777", 1, 0);

	kit_use_rest();
	kit.rest_status = 500;
	kit_on_loop(transfer);
	ck_assert_int_eq(peer_close_code(fd), 1000);
	(void)close(fd);
	kit.conf.twilio_auth_token[0] = '\0';
	ck_assert_int_eq(kit_request("POST", "/twilio/after?sid=CA1", "", "",
				     out, sizeof(out)),
			 200);
	ck_assert_ptr_nonnull(strstr(out, ">+15557777</Number>"));
	leg("in-progress");
	KIT_WAIT(kit.closed == 1);
	kit_stop();
}
END_TEST

START_TEST(a_caller_who_had_hung_up_was_not_put_through)
{
	int fd = begin("+15557777", 1, 0);

	kit_use_rest();
	kit.rest_status = 404;
	/* The stop is under way before REST is asked. */
	kit_say(fd, "{\"event\":\"stop\",\"streamSid\":\"MZ1\",\"stop\":"
		    "{\"accountSid\":\"AC1\",\"callSid\":\"CA1\"}}");
	kit_on_loop(transfer);
	KIT_WAIT(kit.closed == 1);
	ck_assert_int_eq(kit.how, CHANNEL_END_CALLER);
	ck_assert_str_eq(kit.moved, "");
	(void)close(fd);
	kit_stop();
}
END_TEST

static const struct {
	const char *status, *moved;
} failures[] = {
	{"busy", "failed/busy "},          {"no-answer", "failed/no-answer "},
	{"failed", "failed/unreachable "}, {"canceled", "failed/cancelled "},
	{"mislaid", "failed/error "},
};

START_TEST(who_is_not_reached_comes_back_and_is_heard)
{
	static unsigned char sound[160];
	char token[33];
	int fd;

	begin_away(1, 0);
	leg("ringing");
	leg(failures[_i].status);
	ck_assert(dialed(1, failures[_i].status, "in-progress", token));
	/* Not before the caller is there to hear of it. */
	KIT_WAIT(strstr(kit.moved, "ringing") != NULL);
	ck_assert_ptr_null(strstr(kit.moved, "failed"));
	fd = come(token);
	KIT_WAIT(strstr(kit.moved, failures[_i].moved) != NULL);
	ck_assert_int_eq(kit.opened, 1);
	ck_assert_int_eq(kit.closed, 0);
	kit_say_media(fd, sound, sizeof(sound), 0);
	KIT_WAIT(kit.samples == 160);
	kit_say(fd, "{\"event\":\"dtmf\",\"streamSid\":\"MZ1\",\"dtmf\":"
		    "{\"track\":\"inbound_track\",\"digit\":\"7\"}}");
	KIT_WAIT(kit.digits[0] == '7');
	kit_stop_call(fd);
	KIT_WAIT(kit.closed == 1);
	ck_assert_int_eq(kit.how, CHANNEL_END_CALLER);
	kit_stop();
}
END_TEST

static void speak(void)
{
	struct aframe f = {.hz = 8000, .samples = 160};

	ck_assert_int_eq(kit.ops->clear(kit.ch), 0);
	ck_assert_int_eq(kit.ops->send(kit.ch, &f), 0);
	ck_assert_int_eq(kit.ops->mark(kit.ch, 9), 0);
}

static void hang_up(void)
{
	kit.ops->hangup(kit.ch);
	kit.ops->hangup(kit.ch);
}

START_TEST(who_comes_back_hears_us_and_can_be_hung_up_on)
{
	char token[33], text[2048];
	int fd;

	begin_away(1, 1);
	leg("in-progress");
	KIT_WAIT(strcmp(kit.moved, "answered ") == 0);
	ck_assert_int_eq(kit.closed, 0);
	leg("completed");
	ck_assert(dialed(1, "completed", "in-progress", token));
	fd = come(token);
	KIT_WAIT(strcmp(kit.moved, "answered returned ") == 0);
	kit_on_loop(speak);
	for (int i = 0; i < 3; i++) {
		static const char *const events[] = {"clear", "media", "mark"};

		ck_assert_int_eq(peer_next_frame(fd, text, sizeof(text), NULL),
				 FRAME_TEXT);
		ck_assert_msg(strstr(text, events[i]) != NULL, "%s", text);
		ck_assert_ptr_nonnull(strstr(text, "\"MZ1\""));
	}
	kit_on_loop(hang_up);
	ck_assert_int_eq(peer_close_code(fd), 1000);
	(void)close(fd);
	KIT_WAIT(kit.closed == 1);
	ck_assert_int_eq(kit.how, CHANNEL_END_US);
	kit_stop();
}
END_TEST

START_TEST(who_came_back_can_be_put_through_again)
{
	char token[33];
	int fd;

	begin_away(1, 1);
	ck_assert(dialed(1, "busy", "in-progress", token));
	fd = come(token);
	KIT_WAIT(strcmp(kit.moved, "failed/busy ") == 0);
	want.to = "+15558888";
	kit_on_loop(transfer);
	ck_assert_int_eq(result, 0);
	ck_assert_int_eq(peer_close_code(fd), 1000);
	(void)close(fd);
	ck_assert_int_eq(kit_request("POST", "/twilio/after?sid=CA1", "", "",
				     out, sizeof(out)),
			 200);
	ck_assert_ptr_nonnull(strstr(out, ">+15558888</Number>"));
	/* What is told of the first one is old. */
	leg("in-progress");
	ck_assert(!dialed(1, "completed", "in-progress", token));
	ck_assert_str_eq(kit.moved, "failed/busy ");
	ck_assert(dialed(2, "completed", "in-progress", token));
	fd = come(token);
	KIT_WAIT(strcmp(kit.moved, "failed/busy answered returned ") == 0);
	(void)close(fd);
	KIT_WAIT(kit.closed == 1);
	kit_stop();
}
END_TEST

START_TEST(whoever_is_not_to_come_back_is_hung_up_on)
{
	char token[33];

	begin_away(0, 0);
	ck_assert(!dialed(1, "no-answer", "in-progress", token));
	KIT_WAIT(kit.closed == 1);
	ck_assert_str_eq(kit.moved, "failed/no-answer ");
	ck_assert_int_eq(kit.how, CHANNEL_END_US);
	kit_stop();
}
END_TEST

START_TEST(a_caller_who_hangs_up_while_it_rings_is_gone)
{
	char token[33];

	begin_away(1, 1);
	leg("ringing");
	ck_assert(!dialed(1, "no-answer", "completed", token));
	KIT_WAIT(kit.closed == 1);
	ck_assert_str_eq(kit.moved, "ringing ");
	ck_assert_int_eq(kit.how, CHANNEL_END_CALLER);
	kit_stop();
}
END_TEST

START_TEST(a_status_of_the_caller_s_part_ends_it_too)
{
	begin_away(1, 1);
	leg("in-progress");
	KIT_WAIT(strcmp(kit.moved, "answered ") == 0);
	ck_assert_int_eq(kit_request("POST", "/twilio/status", "",
				     "CallSid=CA1&CallStatus=completed", out,
				     sizeof(out)),
			 204);
	KIT_WAIT(kit.closed == 1);
	ck_assert_int_eq(kit.how, CHANNEL_END_US);
	kit_stop();
}
END_TEST

START_TEST(hanging_up_lets_two_talk_on)
{
	char token[33];

	begin_away(1, 1);
	leg("in-progress");
	KIT_WAIT(strcmp(kit.moved, "answered ") == 0);
	kit_use_rest();
	kit_on_loop(hang_up);
	KIT_WAIT(kit.closed == 1);
	ck_assert_int_eq(kit.rest_calls, 0);
	kit.conf.twilio_auth_token[0] = '\0';
	ck_assert(!dialed(1, "completed", "in-progress", token));
	kit_stop();
}
END_TEST

START_TEST(hanging_up_ends_what_rings)
{
	begin_away(1, 1);
	kit_use_rest();
	kit_on_loop(hang_up);
	KIT_WAIT(kit.closed == 1);
	ck_assert_str_eq(kit.rest_body, "Status=completed");
	ck_assert_int_eq(kit.how, CHANNEL_END_US);
	kit_stop();
}
END_TEST

START_TEST(a_caller_who_comes_too_late_is_told_so)
{
	char token[33];
	int fd;

	begin_away(1, 1);
	ck_assert(dialed(1, "busy", "in-progress", token));
	kit_on_loop(hang_up);
	KIT_WAIT(kit.closed == 1);
	fd = come(token);
	ck_assert_int_eq(peer_close_code(fd), 1000);
	(void)close(fd);
	ck_assert_int_eq(kit.opened, 1);
	kit_stop();
}
END_TEST

static void forget(void)
{
	kit.ops->forget(kit.ch);
	pthread_mutex_lock(&kit.lock);
	kit.closed++;
	kit_changed();
}

START_TEST(a_call_that_is_gone_leaves_nothing_behind)
{
	char token[33];

	begin_away(1, 1);
	kit_on_loop(forget);
	ck_assert(!dialed(1, "busy", "in-progress", token));
	kit_stop();
}
END_TEST

START_TEST(so_many_transfers_and_one_more)
{
	static struct line lines[LIMIT_TRANSFERS + 1];
	const struct channel_transfer t = {.to = "+15557777"};

	for (size_t i = 0; i <= LIMIT_TRANSFERS; i++) {
		lines[i].host = &kit.host;
		(void)snprintf(lines[i].call_sid, sizeof(lines[i].call_sid),
			       "CA%zu", i);
		ck_assert_int_eq(away_begin(&lines[i], &t),
				 i < LIMIT_TRANSFERS ? 0 : -EAGAIN);
	}
	/* Again is not one more. */
	ck_assert_int_eq(away_begin(&lines[0], &t), 0);
	away_end(&lines[7]);
	ck_assert_int_eq(away_begin(&lines[LIMIT_TRANSFERS], &t), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("twilio_moved");
	TCase *t = tcase_create("moved");
	SRunner *r;
	int failed;

	tcase_add_test(
		t,
		the_carrier_is_told_whom_to_dial_and_where_to_say_how_it_goes);
	tcase_add_test(t, refuses_what_cannot_be_dialled_and_stays_as_it_was);
	tcase_add_test(t, the_call_is_over_once_the_other_side_has_answered);
	tcase_add_test(t, asks_by_rest_and_waits_for_the_stop);
	tcase_add_test(t, goes_behind_the_stream_when_rest_fails);
	tcase_add_test(t, a_caller_who_had_hung_up_was_not_put_through);
	tcase_add_loop_test(t, who_is_not_reached_comes_back_and_is_heard, 0,
			    sizeof(failures) / sizeof(failures[0]));
	tcase_add_test(t, who_comes_back_hears_us_and_can_be_hung_up_on);
	tcase_add_test(t, who_came_back_can_be_put_through_again);
	tcase_add_test(t, whoever_is_not_to_come_back_is_hung_up_on);
	tcase_add_test(t, a_caller_who_hangs_up_while_it_rings_is_gone);
	tcase_add_test(t, a_status_of_the_caller_s_part_ends_it_too);
	tcase_add_test(t, hanging_up_lets_two_talk_on);
	tcase_add_test(t, hanging_up_ends_what_rings);
	tcase_add_test(t, a_caller_who_comes_too_late_is_told_so);
	tcase_add_test(t, a_call_that_is_gone_leaves_nothing_behind);
	tcase_add_test(t, so_many_transfers_and_one_more);
	tcase_set_timeout(t, 60);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
