/**
 * @file test_callinfo.c  A number is told as a number only when it is one
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "expert/callinfo.h"
#include "unit/unit.h"

START_TEST(knows_a_telephone_number)
{
	static const struct {
		const char *s;
		int is;
	} t[] = {
		{"+15555550100", 1},
		{"+49301234567", 1},
		{"+12", 1},
		{"+123456789012345", 1},
		{"+1234567890123456", 0},
		{"+1", 0},
		{"+0155555501", 0},
		{"15555550100", 0},
		{"+1555555010a", 0},
		{"+1 555 555 0100", 0},
		{"+", 0},
		{"", 0},
		{NULL, 0},
		{"anonymous", 0},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		ck_assert_msg(callinfo_is_e164(t[i].s) == t[i].is, "%s",
			      t[i].s ? t[i].s : "NULL");
}
END_TEST

static int same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

START_TEST(tells_every_call_so_that_clients_can_decode_it)
{
	static const char nobody[] =
		"\"Anonymous\" <sip:anonymous@anonymous.invalid>";
	static const struct {
		const char *address, *from, *to;
		struct xp_call_info want;
	} t[] = {
		{"+15555550100",
		 "+15555550123",
		 "+15555550100",
		 {.from_number = "+15555550123", .to_number = "+15555550100"}},
		{"+15555550100",
		 "anonymous",
		 "+15555550100",
		 {.to_number = "+15555550100", .caller_id = "anonymous"}},
		{"+15555550100",
		 "",
		 "+15555550100",
		 {.to_number = "+15555550100"}},
		{"+15555550100",
		 NULL,
		 "+15555550100",
		 {.to_number = "+15555550100"}},
		{"web:demo",
		 NULL,
		 "web:demo",
		 {.type = XP_CALL_WEBRTC, .webrtc_code = "demo"}},
		{"sip:sip-12",
		 NULL,
		 "sip:sip-12",
		 {.type = XP_CALL_SIP,
		  .from_aor = nobody,
		  .sip_code = "sip-12"}},
		{"5550100",
		 "5550123",
		 "5550100",
		 {.type = XP_CALL_SIP,
		  .from_aor = "5550123",
		  .sip_code = "5550100"}},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		const struct xp_call_info *w = &t[i].want;
		struct xp_call_info is = {
			.from_number = t[i].from,
			.to_number = t[i].to,
		};

		callinfo_fit(&is, t[i].address);
		ck_assert_int_eq(is.type, w->type);
		ck_assert(same(is.from_number, w->from_number));
		ck_assert(same(is.to_number, w->to_number));
		ck_assert(same(is.caller_id, w->caller_id));
		ck_assert(same(is.webrtc_code, w->webrtc_code));
		ck_assert(same(is.from_aor, w->from_aor));
		ck_assert(same(is.sip_code, w->sip_code));
	}
}
END_TEST

START_TEST(leaves_other_calls_as_they_are)
{
	struct xp_call_info web = {
		.type = XP_CALL_WEBRTC,
		.webrtc_code = "demo",
	};

	callinfo_fit(&web, "+15555550100");
	ck_assert_int_eq(web.type, XP_CALL_WEBRTC);
	ck_assert_str_eq(web.webrtc_code, "demo");
}
END_TEST

UNIT_MAIN("callinfo", knows_a_telephone_number,
	  tells_every_call_so_that_clients_can_decode_it,
	  leaves_other_calls_as_they_are)
