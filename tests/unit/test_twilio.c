/**
 * @file test_twilio.c  Webhooks of Twilio against a real server
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/strbuf.h"
#include "channel/twilio_sign.h"
#include "channel/twilio_transfer.h"
#include "unit/kit_twilio.h"
#include "unit/unit.h"

static char out[8192];

static const char form[] = "CallSid=CA1&From=%2B15550001&To=%2B15550100";

START_TEST(answers_a_call_with_a_stream_and_a_token)
{
	const char *at;

	kit_start();
	ck_assert_int_eq(kit_request("POST", "/twilio/voice", "", form, out,
				     sizeof(out)),
			 200);
	ck_assert_ptr_nonnull(
		strstr(out, "<Connect><Stream url=\"ws://test.example/"
			    "twilio/media\"><Parameter name=\"tok\" "
			    "value=\""));
	ck_assert_ptr_nonnull(strstr(
		out, "<Parameter name=\"from\" value=\"+15550001\"/>"
		     "<Parameter name=\"to\" value=\"+15550100\"/>"
		     "</Stream></Connect><Redirect method=\"POST\">"
		     "http://test.example/twilio/after?sid=CA1</Redirect>"
		     "</Response>"));
	at = strstr(out, "value=\"") + 7;
	ck_assert_uint_eq(strspn(at, "0123456789abcdef"), 32);

	ck_assert_int_eq(kit_request("GET",
				     "/twilio/voice?CallSid=CA1&From=a%22%3C"
				     "%26b&To=sip:x%40y",
				     "", "", out, sizeof(out)),
			 200);
	ck_assert_ptr_nonnull(strstr(out, "value=\"a&quot;&lt;&amp;b\"/>"));
	ck_assert_ptr_nonnull(strstr(out, "value=\"sip:x@y\"/>"));

	(void)text_copy(kit.conf.public_url, sizeof(kit.conf.public_url),
			"https://bot.example/x/");
	ck_assert_int_eq(kit_request("POST", "/twilio/voice", "", form, out,
				     sizeof(out)),
			 200);
	ck_assert_ptr_nonnull(
		strstr(out, "url=\"wss://bot.example/x/twilio/media\""));
	ck_assert_ptr_nonnull(
		strstr(out, ">https://bot.example/x/twilio/after?sid=CA1<"));
	kit_stop();
}
END_TEST

START_TEST(is_busy_when_nobody_can_take_the_call)
{
	kit_start();
	kit.accept = 0;
	ck_assert_int_eq(kit_request("POST", "/twilio/voice", "", form, out,
				     sizeof(out)),
			 200);
	ck_assert_ptr_nonnull(
		strstr(out, "<Response><Reject reason=\"busy\"/></Response>"));
	ck_assert_int_eq(metric_get(METRIC_CALLS_REFUSED), 1);
	kit_stop();
}
END_TEST

START_TEST(refuses_forms_that_lack_something)
{
	static const char *const bodies[] = {
		"",
		"CallSid=CA1",
		"To=%2B1555",
		"CallSid=&To=%2B1555",
		"CallSid=C%2FA&To=%2B1555",
		"CallSid=CA1&To=",
		"CallSid=CA1&To=%ff%fe",
		"CallSid=CA1&To=%zz",
	};
	char text[512];

	kit_start();
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		ck_assert_msg(kit_request("POST", "/twilio/voice", "",
					  bodies[i], out, sizeof(out)) == 400,
			      "%s", bodies[i]);
	for (size_t n = LIMIT_KEY_BYTES; n <= LIMIT_KEY_BYTES + 1; n++) {
		(void)snprintf(text, sizeof(text), "CallSid=CA1&To=%0*d",
			       (int)n, 0);
		ck_assert_int_eq(kit_request("POST", "/twilio/voice", "", text,
					     out, sizeof(out)),
				 n > LIMIT_KEY_BYTES ? 400 : 200);
	}
	kit_stop();
}
END_TEST

START_TEST(takes_as_many_parameters_as_a_carrier_sends)
{
	enum { PARAMS_MAX = 256 }; /* as twilio.c has it */
	static char text[PARAMS_MAX * 8];

	kit_start();
	for (int n = PARAMS_MAX; n <= PARAMS_MAX + 1; n++) {
		struct strbuf b;

		strbuf_over(&b, text, sizeof(text));
		strbuf_addf(&b, "CallSid=CA1&To=%%2B15555550100");
		for (int i = 2; i < n; i++)
			strbuf_addf(&b, "&p%d=", i);
		ck_assert(strbuf_ok(&b));
		ck_assert_int_eq(kit_request("POST", "/twilio/voice", "", text,
					     out, sizeof(out)),
				 n > PARAMS_MAX ? 400 : 200);
	}
	kit_stop();
}
END_TEST

START_TEST(without_a_token_believes_only_this_machine)
{
	kit_start();
	ck_assert_int_eq(kit_request("POST", "/twilio/voice",
				     "X-Forwarded-For: 203.0.113.9\r\n", form,
				     out, sizeof(out)),
			 403);
	ck_assert_ptr_nonnull(strstr(out, "twilio.auth_token"));
	ck_assert_int_eq(metric_get(METRIC_AUTH_REFUSED), 1);
	kit_stop();
}
END_TEST

static void sign(char *field, size_t cap, const char *url, int with_form)
{
	struct twilio_param p[] = {{"CallSid", "CA1"},
				   {"From", "+15550001"},
				   {"To", "+15550100"}};
	char signature[TWILIO_SIGNATURE_BYTES];

	ck_assert_int_eq(
		twilio_sign(signature, "12345", url, p, with_form ? 3 : 0), 0);
	(void)snprintf(field, cap, "X-Twilio-Signature: %s\r\n", signature);
}

START_TEST(with_a_token_believes_only_signatures)
{
	char field[128];

	kit_start();
	(void)text_copy(kit.conf.twilio_auth_token,
			sizeof(kit.conf.twilio_auth_token), "12345");
	ck_assert_int_eq(kit_request("POST", "/twilio/voice", "", form, out,
				     sizeof(out)),
			 403);
	/* By the Host header. */
	sign(field, sizeof(field), "http://test.example/twilio/voice?a=%20b",
	     1);
	ck_assert_int_eq(kit_request("POST", "/twilio/voice?a=%20b", field,
				     form, out, sizeof(out)),
			 200);
	ck_assert_int_eq(kit_request("POST", "/twilio/voice?a=%20c", field,
				     form, out, sizeof(out)),
			 403);
	/* By the public URL, a default port more or less; GET. */
	(void)text_copy(kit.conf.public_url, sizeof(kit.conf.public_url),
			"https://bot.example");
	ck_assert_int_eq(kit_request("POST", "/twilio/voice?a=%20b", field,
				     form, out, sizeof(out)),
			 403);
	sign(field, sizeof(field),
	     "https://bot.example:443/twilio/voice?CallSid=CA1&To=1", 0);
	ck_assert_int_eq(kit_request("GET", "/twilio/voice?CallSid=CA1&To=1",
				     field, "", out, sizeof(out)),
			 200);
	sign(field, sizeof(field), "https://bot.example/twilio/status", 1);
	ck_assert_int_eq(kit_request("POST", "/twilio/status", field, form,
				     out, sizeof(out)),
			 204);
	ck_assert_int_eq(kit_request("POST", "/twilio/status", "", form, out,
				     sizeof(out)),
			 403);
	ck_assert_int_eq(kit_request("POST", "/twilio/after", "", form, out,
				     sizeof(out)),
			 403);
	ck_assert_int_eq(metric_get(METRIC_AUTH_REFUSED), 5);
	kit_stop();
}
END_TEST

START_TEST(hangs_up_after_a_stream_that_nobody_transferred)
{
	kit_start();
	ck_assert_int_eq(kit_request("POST", "/twilio/after?sid=CA1", "", form,
				     out, sizeof(out)),
			 200);
	ck_assert_ptr_nonnull(strstr(out, "<Response><Hangup/></Response>"));
	ck_assert_int_eq(kit_request("POST", "/twilio/dialed?sid=CA1&t=1", "",
				     form, out, sizeof(out)),
			 200);
	ck_assert_ptr_nonnull(strstr(out, "<Response><Hangup/></Response>"));
	ck_assert_int_eq(kit_request("POST", "/twilio/leg?sid=CA1&t=1", "",
				     form, out, sizeof(out)),
			 204);
	kit_stop();
}
END_TEST

START_TEST(dials_numbers_sip_and_clients_only)
{
	static const struct {
		const char *to, *element, *inside;
	} cases[] = {
		{"+15551234", "Number", "+15551234"},
		{"911", "Number", "911"},
		{"sip:a&b@c", "Sip", "sip:a&b@c"},
		{"client:joe", "Client", "joe"},
		{"", NULL, NULL},
		{"+", NULL, NULL},
		{"12", NULL, NULL},
		{"+123456789012345678901", NULL, NULL},
		{"+1555<Hangup/>", NULL, NULL},
		{"sip:", NULL, NULL},
		{"client:", NULL, NULL},
		{"https://example.com", NULL, NULL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *to = cases[i].to;
		const char *element = twilio_dial_element(&to);

		if (!cases[i].element) {
			ck_assert_msg(!element, "%s", cases[i].to);
			continue;
		}
		ck_assert_str_eq(element, cases[i].element);
		ck_assert_str_eq(to, cases[i].inside);
	}
}
END_TEST

START_TEST(logs_a_status_whatever_it_holds)
{
	kit_start();
	ck_assert_int_eq(kit_request("POST", "/twilio/status", "",
				     "CallSid=CA1&StreamEvent=stream-error&"
				     "StreamError=%0aa%22",
				     out, sizeof(out)),
			 204);
	ck_assert_int_eq(kit_request("POST", "/twilio/status", "", "", out,
				     sizeof(out)),
			 204);
	kit_stop();
}
END_TEST

UNIT_MAIN("twilio", answers_a_call_with_a_stream_and_a_token,
	  is_busy_when_nobody_can_take_the_call,
	  refuses_forms_that_lack_something,
	  takes_as_many_parameters_as_a_carrier_sends,
	  without_a_token_believes_only_this_machine,
	  with_a_token_believes_only_signatures,
	  hangs_up_after_a_stream_that_nobody_transferred,
	  dials_numbers_sip_and_clients_only, logs_a_status_whatever_it_holds)
