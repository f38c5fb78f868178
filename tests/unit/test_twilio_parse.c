/**
 * @file test_twilio_parse.c  Messages of Media Streams
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "channel/twilio_parse.h"
#include "unit/unit.h"

static int is(struct twilio_text t, const char *s)
{
	return t.len == strlen(s) && memcmp(t.s, s, t.len) == 0;
}

static int parse(struct twilio_msg *m, const char *s)
{
	return twilio_parse(m, s, strlen(s));
}

static int scan(struct twilio_msg *m, const char *s)
{
	return twilio_scan_media(m, s, strlen(s));
}

START_TEST(scans_what_the_carrier_sends_and_parses_it_to_the_same)
{
	static const struct {
		const char *text;
		int64_t timestamp_ms;
		int other_track;
	} cases[] = {
		{"{\"event\":\"media\",\"sequenceNumber\":\"3\",\"streamSid\":"
		 "\"MZ1\",\"media\":{\"track\":\"inbound\",\"chunk\":\"1\","
		 "\"timestamp\":\"5\",\"payload\":\"//8=\"}}",
		 5, 0},
		{"{\"event\":\"media\",\"sequenceNumber\":3,\"streamSid\":"
		 "\"MZ1\",\"media\":{\"chunk\":1,\"timestamp\":20,"
		 "\"payload\":\"//8=\"}}",
		 20, 0},
		{" { \"media\" : {\n\"payload\":\"//8=\" ,\"track\":"
		 "\"outbound\"}\t,\"streamSid\":\"MZ1\",\r\"event\""
		 ":\"media\" } ",
		 -1, 1},
		{"{\"event\":\"media\",\"streamSid\":\"MZ1\",\"new\":\"x\","
		 "\"media\":{\"payload\":\"//8=\",\"timestamp\":\"soon\","
		 "\"extra\":0}}",
		 -1, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct twilio_msg m[2] = {{0}};

		ck_assert_msg(scan(&m[0], cases[i].text) == 1, "%zu", i);
		ck_assert_int_eq(parse(&m[1], cases[i].text), 0);
		for (int k = 0; k < 2; k++) {
			ck_assert_int_eq(m[k].event, TWILIO_MEDIA);
			ck_assert_int_ne(is(m[k].stream_sid, "MZ1"), 0);
			ck_assert_int_ne(is(m[k].payload, "//8="), 0);
			ck_assert_int_eq(m[k].timestamp_ms,
					 cases[i].timestamp_ms);
			ck_assert_int_eq(m[k].other_track,
					 cases[i].other_track);
		}
		twilio_msg_done(&m[1]);
	}
}
END_TEST

START_TEST(leaves_unusual_forms_to_the_parser)
{
	static const char *const texts[] = {
		"{\"event\":\"media\",\"media\":{\"payload\":\"\\/\"}}",
		"{\"event\":\"media\",\"media\":{\"payload\":\"/\"},"
		"\"extra\":{}}",
		"{\"event\":\"media\",\"media\":{\"payload\":\"/\"},"
		"\"extra\":null}",
		"{\"event\":\"media\",\"media\":{\"payload\":\"/\","
		"\"timestamp\":1.5}}",
		"{\"event\":\"media\",\"media\":{\"payload\":\"/\","
		"\"timestamp\":-4}}",
		"{\"event\":\"media\",\"media\":{\"payload\":\"x\"},"
		"\"media\":{\"payload\":\"/\"}}",
		"{\"event\":\"media\",\"media\":{\"payload\":\"/\"},"
		"\"name\":\"\xc3\xa9\"}",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct twilio_msg m = {.timestamp_ms = 77};

		ck_assert_msg(scan(&m, texts[i]) == 0, "%zu", i);
		ck_assert_int_eq(m.timestamp_ms, 77);
		ck_assert_msg(parse(&m, texts[i]) == 0, "%zu", i);
		ck_assert_int_eq(m.event, TWILIO_MEDIA);
		ck_assert_int_ne(is(m.payload, "/"), 0);
		ck_assert_int_eq(m.timestamp_ms, -1);
		twilio_msg_done(&m);
	}
}
END_TEST

START_TEST(scans_no_text_that_is_cut_or_spoiled)
{
	static const char text[] =
		"{\"event\":\"media\",\"sequenceNumber\":\"3\",\"streamSid\":"
		"\"MZ1\",\"media\":{\"track\":\"inbound\",\"chunk\":12,"
		"\"timestamp\":\"5\",\"payload\":\"//8=\"}}";
	struct twilio_msg m, n;

	for (size_t cut = 0; cut < sizeof(text) - 1; cut++)
		ck_assert_int_eq(twilio_scan_media(&m, text, cut), 0);
	/* Whatever one byte does, the scanner takes no more than the parser.
	 */
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		for (int c = 0; c < 256; c++) {
			char copy[sizeof(text)];

			memcpy(copy, text, sizeof(text));
			copy[i] = (char)c;
			if (!twilio_scan_media(&m, copy, sizeof(text) - 1))
				continue;
			ck_assert_msg(
				twilio_parse(&n, copy, sizeof(text) - 1) == 0,
				"%s", copy);
			ck_assert_int_eq(n.event, TWILIO_MEDIA);
			ck_assert_int_eq(n.timestamp_ms, m.timestamp_ms);
			twilio_msg_done(&n);
		}
}
END_TEST

START_TEST(parses_start_with_numbers_as_text_or_numbers)
{
	static const char *const texts[] = {
		"{\"event\":\"start\",\"sequenceNumber\":\"1\",\"streamSid\":"
		"\"MZ1\",\"start\":{\"accountSid\":\"AC1\",\"streamSid\":"
		"\"MZ1\",\"callSid\":\"CA1\",\"tracks\":[\"inbound\"],"
		"\"mediaFormat\":{\"encoding\":\"audio/x-mulaw\","
		"\"sampleRate\":8000,\"channels\":1},"
		"\"customParameters\":{\"tok\":\"t\",\"from\":\"+1\"}}}",
		"{\"event\":\"start\",\"start\":{\"streamSid\":\"MZ1\","
		"\"accountSid\":\"AC1\",\"callSid\":\"CA1\",\"mediaFormat\":{"
		"\"encoding\":\"audio/x-mulaw\",\"sampleRate\":\"8000\","
		"\"channels\":\"1\"},\"customParameters\":{\"tok\":\"t\"}}}",
	};

	for (size_t i = 0; i < 2; i++) {
		struct twilio_msg m;

		ck_assert_int_eq(parse(&m, texts[i]), 0);
		ck_assert_int_eq(m.event, TWILIO_START);
		ck_assert_int_ne(is(m.stream_sid, "MZ1"), 0);
		ck_assert_int_ne(is(m.call_sid, "CA1"), 0);
		ck_assert_int_ne(is(m.account_sid, "AC1"), 0);
		ck_assert_int_ne(is(m.token, "t"), 0);
		ck_assert_int_ne(is(m.encoding, "audio/x-mulaw"), 0);
		ck_assert_int_eq(m.sample_rate, 8000);
		ck_assert_int_eq(m.channels, 1);
		twilio_msg_done(&m);
	}
}
END_TEST

START_TEST(parses_the_other_messages)
{
	struct twilio_msg m;

	ck_assert_int_eq(parse(&m, "{\"event\":\"connected\",\"protocol\":"
				   "\"Call\",\"version\":\"1.0.0\"}"),
			 0);
	ck_assert_int_eq(m.event, TWILIO_CONNECTED);
	twilio_msg_done(&m);
	ck_assert_int_eq(parse(&m, "{\"event\":\"dtmf\",\"streamSid\":\"MZ1\","
				   "\"dtmf\":{\"track\":\"inbound_track\","
				   "\"digit\":\"#\"}}"),
			 0);
	ck_assert_int_eq(m.event, TWILIO_DTMF);
	ck_assert_int_eq(m.digit, '#');
	twilio_msg_done(&m);
	ck_assert_int_eq(parse(&m, "{\"event\":\"mark\",\"streamSid\":\"MZ1\","
				   "\"mark\":{\"name\":\"e7:12400\"}}"),
			 0);
	ck_assert_int_eq(m.event, TWILIO_MARK);
	ck_assert_int_ne(is(m.name, "e7:12400"), 0);
	twilio_msg_done(&m);
	ck_assert_int_eq(parse(&m, "{\"event\":\"stop\",\"stop\":{}}"), 0);
	ck_assert_int_eq(m.event, TWILIO_STOP);
	twilio_msg_done(&m);
	ck_assert_int_eq(parse(&m, "{\"event\":\"tomorrow\",\"x\":[1]}"), 0);
	ck_assert_int_eq(m.event, TWILIO_UNKNOWN);
	twilio_msg_done(&m);
}
END_TEST

START_TEST(refuses_what_is_no_message)
{
	static const char *const texts[] = {
		"",
		"{",
		"[]",
		"\"event\"",
		"{}",
		"{\"event\":7}",
		"{\"event\":\"\"}",
		"{\"event\":\"media\"}",
		"{\"event\":\"media\",\"media\":[]}",
		"{\"event\":\"media\",\"media\":{\"payload\":7}}",
		"{\"event\":\"start\"}",
		"{\"event\":\"start\",\"start\":\"now\"}",
		"{\"event\":\"dtmf\",\"dtmf\":{\"digit\":\"E\"}}",
		"{\"event\":\"dtmf\",\"dtmf\":{\"digit\":\"12\"}}",
		"{\"event\":\"dtmf\",\"dtmf\":{\"digit\":1}}",
		"{\"event\":\"mark\",\"mark\":{}}",
		"{\"event\":\"stop\"} trailing",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct twilio_msg m = {.timestamp_ms = 77};

		ck_assert_int_eq(scan(&m, texts[i]), 0);
		ck_assert_msg(parse(&m, texts[i]) == -EBADMSG, "%s", texts[i]);
		ck_assert_int_eq(m.timestamp_ms, 77);
	}
}
END_TEST

START_TEST(knows_a_sid)
{
	char long_sid[66];

	memset(long_sid, 'a', sizeof(long_sid));
	ck_assert_int_ne(twilio_is_sid((struct twilio_text){"MZ_09-z", 7}), 0);
	ck_assert_int_eq(twilio_is_sid((struct twilio_text){"", 0}), 0);
	ck_assert_int_eq(twilio_is_sid((struct twilio_text){"a\"b", 3}), 0);
	ck_assert_int_eq(twilio_is_sid((struct twilio_text){"a/b", 3}), 0);
	ck_assert_int_ne(twilio_is_sid((struct twilio_text){long_sid, 64}), 0);
	ck_assert_int_eq(twilio_is_sid((struct twilio_text){long_sid, 65}), 0);
}
END_TEST

UNIT_MAIN("twilio_parse",
	  scans_what_the_carrier_sends_and_parses_it_to_the_same,
	  leaves_unusual_forms_to_the_parser,
	  scans_no_text_that_is_cut_or_spoiled,
	  parses_start_with_numbers_as_text_or_numbers,
	  parses_the_other_messages, refuses_what_is_no_message, knows_a_sid)
