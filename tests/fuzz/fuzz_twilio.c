/**
 * @file fuzz_twilio.c  Any text as a message of Media Streams
 *
 * What the scanner takes, the parser must take with the same result.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "channel/twilio_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition)
{
	if (!condition)
		abort();
}

static int same(struct twilio_text a, struct twilio_text b)
{
	return a.len == b.len && memcmp(a.s, b.s, a.len) == 0;
}

static void check_terminated(struct twilio_text t)
{
	must(t.s != NULL);
	must(memchr(t.s, '\0', t.len) == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct twilio_msg scanned, parsed;
	int taken = twilio_scan_media(&scanned, (const char *)data, size);
	int err = twilio_parse(&parsed, (const char *)data, size);

	if (taken) {
		must(err == 0);
		must(parsed.event == TWILIO_MEDIA);
		must(same(parsed.payload, scanned.payload));
		must(same(parsed.stream_sid, scanned.stream_sid));
		must(parsed.timestamp_ms == scanned.timestamp_ms);
		must(parsed.other_track == scanned.other_track);
	}
	if (err < 0)
		return 0;
	check_terminated(parsed.stream_sid);
	check_terminated(parsed.payload);
	check_terminated(parsed.name);
	check_terminated(parsed.call_sid);
	check_terminated(parsed.account_sid);
	check_terminated(parsed.token);
	check_terminated(parsed.encoding);
	(void)twilio_is_sid(parsed.stream_sid);
	must(parsed.timestamp_ms >= -1);
	twilio_msg_done(&parsed);
	return 0;
}
