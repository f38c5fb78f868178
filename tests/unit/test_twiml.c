/**
 * @file test_twiml.c  What a carrier is told to do with a call
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>

#include "ctl/twiml.h"
#include "unit/unit.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define XML  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static struct twiml w;

static int parse(const char *xml)
{
	return twiml_parse(&w, xml, strlen(xml));
}

START_TEST(reads_a_stream_with_its_parameters)
{
	ck_assert_int_eq(
		parse(XML "<Response>\n <Connect action=\"https://a/after\">"
			  "<Stream name='n' url = \"wss://b/m?x=1&amp;y=2\">"
			  "<Parameter name=\"tok\" value=\"a&lt;&quot;b\"/>"
			  "<Parameter value='+1555' name='from' />"
			  "</Stream></Connect>"
			  "<Redirect>https://a/other</Redirect></Response>"),
		0);
	ck_assert_str_eq(w.stream_url, "wss://b/m?x=1&y=2");
	ck_assert_str_eq(w.after_url, "https://a/after");
	ck_assert_uint_eq(w.n_params, 2);
	ck_assert_str_eq(w.params[0].name, "tok");
	ck_assert_str_eq(w.params[0].value, "a<\"b");
	ck_assert_str_eq(w.params[1].name, "from");
	ck_assert_str_eq(w.params[1].value, "+1555");
	ck_assert_int_eq(w.rejected, 0);
}
END_TEST

START_TEST(reads_the_other_verbs)
{
	ck_assert_int_eq(parse("<Response><Reject reason=\"busy\"/>"
			       "</Response>"),
			 0);
	ck_assert_int_ne(w.rejected, 0);
	ck_assert_int_eq(parse("<Response><Hangup/></Response>"), 0);
	ck_assert_int_ne(w.hung_up, 0);
	ck_assert_int_eq(parse("<Response><Dial>\n +15550100 </Dial>"
			       "</Response>"),
			 0);
	ck_assert_str_eq(w.dial, "+15550100");
	ck_assert_int_eq(parse("<Response><Dial callerId=\"+1\"><Number>"
			       "+15550101</Number></Dial></Response>"),
			 0);
	ck_assert_str_eq(w.dial, "+15550101");
	ck_assert_int_eq(parse("<Response><Redirect method=\"POST\">"
			       "http://a/b?c=d&amp;e</Redirect></Response>"),
			 0);
	ck_assert_str_eq(w.after_url, "http://a/b?c=d&e");
}
END_TEST

START_TEST(refuses_what_is_not_twiml)
{
	static const char *const bad[] = {
		"",
		"hello",
		"{\"error\":1}",
		"<html></html>",
		"<Response",
		"<Response><Stream></Response>",
		"<Response><Stream url=x></Response>",
		"<Response><Stream url=\"x></Response>",
		"<Response><Stream url=\"&bogus;\"/></Response>",
		"<Response><Parameter name=\"x\"/></Response>",
		"<Response><Dial>+1555",
	};

	for (size_t i = 0; i < N(bad); i++)
		ck_assert_msg(parse(bad[i]) == -EBADMSG, "accepted %s",
			      bad[i]);
}
END_TEST

START_TEST(takes_its_limits_and_not_one_more)
{
	char xml[8192] = "<Response><Stream url=\"";
	size_t at;

	memset(xml + strlen(xml), 'u', TWIML_TEXT_MAX - 1);
	at = strlen(xml);
	memcpy(xml + at, "\"/></Response>", 15);
	ck_assert_int_eq(parse(xml), 0);
	memcpy(xml + at, "u\"/></Response>", 16);
	ck_assert_int_ne(parse(xml), 0);

	(void)snprintf(xml, sizeof(xml), "<Response>");
	for (int i = 0; i <= TWIML_PARAMS_MAX; i++) {
		at = strlen(xml);
		ck_assert_int_eq(parse(xml), 0);
		(void)snprintf(xml + at, sizeof(xml) - at,
			       "<Parameter name=\"a\" value=\"b\"/>");
	}
	ck_assert_int_eq(parse(xml), -EMSGSIZE);
}
END_TEST

UNIT_MAIN("twiml", reads_a_stream_with_its_parameters, reads_the_other_verbs,
	  refuses_what_is_not_twiml, takes_its_limits_and_not_one_more)
