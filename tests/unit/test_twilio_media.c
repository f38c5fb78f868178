/**
 * @file test_twilio_media.c  The media socket of Twilio, good peers and bad
 *
 * SPDX-License-Identifier: MIT
 */
#include <sched.h>

#include "audio/codec.h"
#include "channel/twilio_transfer.h"
#include "unit/kit_twilio.h"
#include "unit/unit.h"

static unsigned char mulaw[8000];

/* Bytes that tell their place, and how they sound. */
static void make_mulaw(void)
{
	for (size_t i = 0; i < sizeof(mulaw); i++)
		mulaw[i] = (unsigned char)(i * 31 % 255);
}

static int16_t sound_of(size_t i)
{
	int16_t v;

	ck_assert_int_eq(codec_find("pcmu")->decode(NULL, &mulaw[i], 1, &v, 1),
			 1);
	return v;
}

static void stop_and_close(int fd)
{
	kit_say(fd, "{\"event\":\"stop\",\"streamSid\":\"MZ1\",\"stop\":"
		    "{\"accountSid\":\"AC1\",\"callSid\":\"CA1\"}}");
	ck_assert_int_eq(peer_close_code(fd), 1000);
	(void)close(fd);
}

/* The server closes its side a moment after it has told the call. */
static void wait_for_descriptors(int n)
{
	int64_t until_us = clock_now_us() + KIT_WAIT_S * US_PER_S;

	while (open_descriptors() > n) {
		ck_assert_int_lt(clock_now_us(), until_us);
		(void)sched_yield();
	}
}

/* ---- opening ------------------------------------------------------------ */

START_TEST(opens_a_call_with_what_the_webhook_learnt)
{
	int fd;

	kit_start();
	fd = kit_call();
	ck_assert_str_eq(kit.address, "+15550100");
	ck_assert_str_eq(kit.external_id, "CA1");
	ck_assert_str_eq(kit.from, "+15550001");
	ck_assert_str_eq(kit.to, "+15550100");
	stop_and_close(fd);
	KIT_WAIT(kit.closed == 1);
	ck_assert_int_eq(kit.how, CHANNEL_END_CALLER);
	kit_stop();
}
END_TEST

START_TEST(opens_nothing_without_a_fresh_token)
{
	char token[33], other[33];
	int fd, good;

	kit_start();
	kit_ring(token);
	good = kit_dial();
	kit_say_start(good, token);
	KIT_WAIT(kit.opened == 1);

	fd = kit_dial(); /* used */
	kit_say_start(fd, token);
	ck_assert_int_eq(peer_close_code(fd), 1008);
	(void)close(fd);
	fd = kit_dial(); /* wrong */
	kit_say_start(fd, "00000000000000000000000000000000");
	ck_assert_int_eq(peer_close_code(fd), 1008);
	(void)close(fd);
	fd = kit_dial(); /* none */
	kit_say_start(fd, "");
	ck_assert_int_eq(peer_close_code(fd), 1008);
	(void)close(fd);
	kit_ring(other); /* another call's */
	fd = kit_dial();
	kit_say(fd, "{\"event\":\"start\",\"streamSid\":\"MZ1\",\"start\":{"
		    "\"callSid\":\"CA2\",\"customParameters\":{}}}");
	ck_assert_int_eq(peer_close_code(fd), 1008);
	(void)close(fd);
	kit.conf.twilio_token_ms = 0; /* expired */
	kit_ring(other);
	fd = kit_dial();
	kit_say_start(fd, other);
	ck_assert_int_eq(peer_close_code(fd), 1008);
	(void)close(fd);

	ck_assert_int_eq(kit.opened, 1);
	ck_assert_int_eq(metric_get(METRIC_MEDIA_BAD_TOKEN), 5);
	stop_and_close(good);
	kit_stop();
}
END_TEST

START_TEST(closes_when_start_does_not_come)
{
	int fd;

	kit_start();
	fd = kit_dial();
	kit_say(fd, "{\"event\":\"connected\"}");
	ck_assert_int_eq(peer_close_code(fd), 1008);
	(void)close(fd);
	ck_assert_int_eq(metric_get(METRIC_MEDIA_BAD_MESSAGES), 1);
	ck_assert_int_eq(kit.opened, 0);
	kit_stop();
}
END_TEST

START_TEST(closes_when_the_call_cannot_be_taken)
{
	char token[33];
	int fd;

	kit_start();
	kit.open_error = -EAGAIN;
	kit_ring(token);
	fd = kit_dial();
	kit_say_start(fd, token);
	ck_assert_int_eq(peer_close_code(fd), 1013);
	(void)close(fd);
	ck_assert_int_eq(kit.closed, 0);
	kit_stop();
}
END_TEST

/* ---- bad peers ---------------------------------------------------------- */

START_TEST(ends_only_the_line_that_breaks_the_protocol)
{
	static const struct {
		int before_start;
		int binary;
		const char *text;
		int code;
	} cases[] = {
		{1, 0,
		 "{\"event\":\"media\",\"streamSid\":\"MZ1\",\"media\":"
		 "{\"payload\":\"/w==\"}}",
		 1008},
		{1, 0, "{\"event\":\"stop\",\"streamSid\":\"MZ1\"}", 1008},
		{1, 0, "{\"event\":\"start\"}", 1007},
		{1, 0, "{\"event\":", 1007},
		{1, 1, "\x01\x02", 1003},
		{0, 0, "not json", 1007},
		{0, 0, "[1,2]", 1007},
		{0, 0, "{\"event\":\"media\",\"streamSid\":\"MZ1\"}", 1007},
		{0, 0,
		 "{\"event\":\"media\",\"streamSid\":\"MZ2\",\"media\":"
		 "{\"payload\":\"/w==\"}}",
		 1008},
		{0, 0,
		 "{\"event\":\"media\",\"media\":{\"payload\":"
		 "\"/w==\"}}",
		 1008},
		{0, 0, "{\"event\":\"stop\",\"streamSid\":\"MZ\"}", 1008},
		{0, 0,
		 "{\"event\":\"start\",\"streamSid\":\"MZ1\",\"start\":"
		 "{\"callSid\":\"CA1\",\"customParameters\":{\"tok\":"
		 "\"00000000000000000000000000000000\"}}}",
		 1008},
		{0, 1, "binary", 1003},
	};
	int n = sizeof(cases) / sizeof(cases[0]), good, fd;
	int64_t bad;

	make_mulaw();
	kit_start();
	good = kit_call();
	for (int i = 0; i < n; i++) {
		int opened = kit.opened;

		fd = cases[i].before_start ? kit_dial() : kit_call();
		peer_frame(fd, cases[i].binary ? 2 : 1, 1, cases[i].text,
			   strlen(cases[i].text));
		ck_assert_msg(peer_close_code(fd) == cases[i].code, "%d", i);
		(void)close(fd);
		if (cases[i].before_start) {
			ck_assert_int_eq(kit.opened, opened);
			continue;
		}
		KIT_WAIT(kit.closed == opened);
		ck_assert_int_eq(kit.how, CHANNEL_END_PROTOCOL);
	}
	bad = metric_get(METRIC_MEDIA_BAD_MESSAGES);
	ck_assert_int_eq(bad, n);
	/* The first call did not notice. */
	kit_say_media(good, mulaw, 160, 0);
	KIT_WAIT(kit.samples == 160);
	stop_and_close(good);
	kit_stop();
}
END_TEST

START_TEST(refuses_formats_that_are_not_the_carriers)
{
	static const char *const formats[] = {
		"{\"encoding\":\"audio/x-alaw\"}",
		"{\"encoding\":\"audio/x-mulaw\",\"sampleRate\":16000}",
		"{\"encoding\":\"audio/x-mulaw\",\"channels\":2}",
	};
	char token[33], text[512];
	int fd;

	kit_start();
	for (int i = 0; i < 3; i++) {
		kit_ring(token);
		fd = kit_dial();
		(void)snprintf(text, sizeof(text),
			       "{\"event\":\"start\",\"streamSid\":\"MZ1\","
			       "\"start\":{\"callSid\":\"CA1\","
			       "\"mediaFormat\":%s,\"customParameters\":{"
			       "\"tok\":\"%s\"}}}",
			       formats[i], token);
		kit_say(fd, text);
		ck_assert_int_eq(peer_close_code(fd), 1008);
		(void)close(fd);
	}
	ck_assert_int_eq(kit.opened, 0);
	kit_stop();
}
END_TEST

START_TEST(ignores_what_it_does_not_know)
{
	int fd;

	make_mulaw();
	kit_start();
	fd = kit_call();
	kit_say(fd, "{\"event\":\"weather\",\"streamSid\":\"MZ1\"}");
	kit_say(fd, "{\"event\":\"connected\",\"new\":{\"a\":[null]}}");
	kit_say(fd, "{\"event\":\"mark\",\"streamSid\":\"MZ1\",\"mark\":"
		    "{\"name\":\"of somebody else\"}}");
	kit_say(fd, "{\"event\":\"mark\",\"streamSid\":\"MZ1\",\"mark\":"
		    "{\"name\":\"e0:99\"}}");
	kit_say(fd, "{\"event\":\"media\",\"streamSid\":\"MZ1\",\"media\":"
		    "{\"track\":\"outbound\",\"payload\":\"/w==\"}}");
	kit_say(fd, "{\"event\":\"media\",\"streamSid\":\"MZ1\",\"media\":"
		    "{\"payload\":\"!!!!\"}}");
	kit_say_media(fd, mulaw, 160, -1);
	KIT_WAIT(kit.samples == 160);
	ck_assert_uint_eq(kit.n_marks, 0);
	ck_assert_int_eq(metric_get(METRIC_MEDIA_BAD_MESSAGES), 1);
	stop_and_close(fd);
	kit_stop();
}
END_TEST

START_TEST(takes_a_message_at_the_limit_and_closes_above)
{
	static char big[LIMIT_WS_MEDIA_MESSAGE_BYTES + 2];
	static const char head[] = "{\"event\":\"x\",\"pad\":\"";
	int fd;

	make_mulaw();
	kit_start();
	for (size_t n = LIMIT_WS_MEDIA_MESSAGE_BYTES;
	     n <= LIMIT_WS_MEDIA_MESSAGE_BYTES + 1; n++) {
		fd = kit_call();
		memset(big, 'x', n);
		memcpy(big, head, sizeof(head) - 1);
		memcpy(big + n - 2, "\"}", 2);
		peer_frame(fd, 1, 1, big, n);
		if (n > LIMIT_WS_MEDIA_MESSAGE_BYTES) {
			ck_assert_int_eq(peer_close_code(fd), 1009);
			KIT_WAIT(kit.closed == 2);
			(void)close(fd);
		} else {
			kit_say_media(fd, mulaw, 160, 0);
			KIT_WAIT(kit.samples == 160);
			stop_and_close(fd);
		}
	}
	kit_stop();
}
END_TEST

START_TEST(takes_messages_in_fragments)
{
	static const char text[] = "{\"event\":\"dtmf\",\"streamSid\":\"MZ1\","
				   "\"dtmf\":{\"digit\":\"7\"}}";
	int fd;

	kit_start();
	fd = kit_call();
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		peer_frame(fd, i ? 0 : 1, i == sizeof(text) - 2, text + i, 1);
	KIT_WAIT(strcmp(kit.digits, "7") == 0);
	stop_and_close(fd);
	kit_stop();
}
END_TEST

START_TEST(survives_sockets_that_die_at_any_moment)
{
	char token[33];
	int fd, before;

	make_mulaw();
	kit_start();
	before = open_descriptors();
	for (int i = 0; i < 40; i++) {
		if (i % 4 == 0) {
			fd = kit_dial();
		} else if (i % 4 == 1) {
			kit_ring(token);
			fd = kit_dial();
			kit_say_start(fd, token);
		} else {
			fd = kit_call();
			kit_say_media(fd, mulaw, 160 * 10, 0);
		}
		if (i % 4 == 3) {
			/* Half a frame, and a reset instead of an end. */
			struct linger now = {1, 0};

			peer_send(fd, "\x81\xfe\x01", 3);
			(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &now,
					 sizeof(now));
		}
		(void)close(fd);
	}
	fd = kit_call();
	stop_and_close(fd);
	KIT_WAIT(kit.closed == kit.opened);
	wait_for_descriptors(before);
	kit_stop();
}
END_TEST

/* ---- audio in ----------------------------------------------------------- */

START_TEST(makes_even_frames_of_pieces_of_any_size)
{
	static const size_t sizes[] = {1, 159, 160, 161, 320, 7, 393, 2399};
	size_t at = 0;
	int fd;

	make_mulaw();
	kit_start();
	fd = kit_call();
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		kit_say_media(fd, mulaw + at, sizes[i],
			      i % 2 ? -1 : (int64_t)(at / 8));
		at += sizes[i];
	}
	ck_assert_uint_eq(at, 3600);
	KIT_WAIT(kit.samples == 3520);
	for (size_t i = 0; i < 3520; i++)
		ck_assert_int_eq(kit.pcm[i], sound_of(i));
	stop_and_close(fd);
	ck_assert_int_eq(metric_get(METRIC_MEDIA_FRAMES_IN), 22);
	kit_stop();
}
END_TEST

START_TEST(fills_gaps_of_the_wire_with_silence)
{
	int fd;

	make_mulaw();
	kit_start();
	fd = kit_call();
	kit_say_media(fd, mulaw, 160, 1000); /* the clock begins here */
	kit_say_media(fd, mulaw, 160, 1020);
	kit_say_media(fd, mulaw, 160, 1140); /* 100 ms are missing */
	kit_say_media(fd, mulaw, 160, 1160);
	kit_say_media(fd, mulaw, 160, 1150); /* early: played as it comes */
	KIT_WAIT(kit.samples == 5 * 160 + 800);
	for (size_t i = 0; i < kit.samples; i++) {
		size_t frame = i / 160;
		int silent = frame >= 2 && frame < 7;

		ck_assert_int_eq(kit.pcm[i], silent ? 0 : sound_of(i % 160));
	}
	/* At the bound, and above it: then the clock is set anew. */
	kit_say_media(fd, mulaw, 160, 1200 + 2000);
	KIT_WAIT(kit.samples == 6 * 160 + 800 + 16000);
	kit_say_media(fd, mulaw, 160, 3220 + 2021);
	KIT_WAIT(kit.samples == 7 * 160 + 800 + 16000);
	kit_say_media(fd, mulaw, 160, 7); /* back to the start */
	kit_say_media(fd, mulaw, 160, 27);
	KIT_WAIT(kit.samples == 9 * 160 + 800 + 16000);
	stop_and_close(fd);
	kit_stop();
}
END_TEST

START_TEST(tells_every_key)
{
	int fd;

	kit_start();
	fd = kit_call();
	for (const char *k = "0123456789ABCD*#"; *k; k++) {
		char text[128];

		(void)snprintf(text, sizeof(text),
			       "{\"event\":\"dtmf\",\"sequenceNumber\":5,"
			       "\"streamSid\":\"MZ1\",\"dtmf\":{\"track\":"
			       "\"inbound_track\",\"digit\":\"%c\"}}",
			       *k);
		kit_say(fd, text);
	}
	KIT_WAIT(strcmp(kit.digits, "0123456789ABCD*#") == 0);
	stop_and_close(fd);
	kit_stop();
}
END_TEST

/* ---- audio out ---------------------------------------------------------- */

static int n_frames, results[200];

static void send_frames(void)
{
	struct aframe f = {.hz = 8000, .samples = 160};

	for (int i = 0; i < n_frames; i++) {
		for (int k = 0; k < 160; k++)
			f.s[k] = sound_of((size_t)(i * 160 + k) % 8000);
		results[i % 200] = kit.ops->send(kit.ch, &f);
	}
}

static void next_text(int fd, char *text, size_t cap)
{
	ck_assert_int_eq(peer_next_frame(fd, text, cap, NULL), FRAME_TEXT);
}

/* @return bytes of the payload */
static size_t payload_of(const char *text, unsigned char *bytes, size_t cap)
{
	static const char head[] = "{\"event\":\"media\",\"streamSid\":"
				   "\"MZ1\",\"media\":{\"payload\":\"";
	const char *at = text + sizeof(head) - 1, *end;
	int n;

	ck_assert_msg(strncmp(text, head, sizeof(head) - 1) == 0, "%s", text);
	end = strchr(at, '"');
	ck_assert_str_eq(end, "\"}}");
	n = text_base64_decode(bytes, cap, at, (size_t)(end - at));
	ck_assert_int_ge(n, 0);
	return (size_t)n;
}

START_TEST(sends_the_first_frame_at_once_and_then_pairs)
{
	unsigned char bytes[1600];
	size_t at = 0, sizes[6], n = 0;
	char text[2048];
	int fd;

	make_mulaw();
	kit_start();
	fd = kit_call();
	n_frames = 10;
	kit_on_loop(send_frames);
	while (at < 1600) {
		next_text(fd, text, sizeof(text));
		ck_assert_uint_lt(n, 6);
		sizes[n] = payload_of(text, bytes + at, sizeof(bytes) - at);
		at += sizes[n++];
	}
	ck_assert_uint_eq(n, 6);
	ck_assert_uint_eq(sizes[0], 160);
	for (size_t i = 1; i < 5; i++)
		ck_assert_uint_eq(sizes[i], 320);
	ck_assert_uint_eq(sizes[5], 160); /* by the timer */
	for (size_t i = 0; i < 1600; i++) {
		int16_t v;

		(void)codec_find("pcmu")->decode(NULL, bytes + i, 1, &v, 1);
		ck_assert_int_eq(v, sound_of(i));
	}
	ck_assert_int_eq(metric_get(METRIC_MEDIA_FRAMES_OUT), 10);
	stop_and_close(fd);
	kit_stop();
}
END_TEST

static void send_frames_and_mark(void)
{
	send_frames();
	results[0] = kit.ops->mark(kit.ch, 41);
	results[1] = kit.ops->mark(kit.ch, 42);
}

START_TEST(marks_come_back_in_their_order)
{
	unsigned char bytes[400];
	char text[2048];
	int fd;

	make_mulaw();
	kit_start();
	fd = kit_call();
	n_frames = 2;
	kit_on_loop(send_frames_and_mark);
	ck_assert_int_eq(results[0], 0);
	next_text(fd, text, sizeof(text));
	ck_assert_uint_eq(payload_of(text, bytes, sizeof(bytes)), 160);
	next_text(fd, text, sizeof(text)); /* the mark waits for no second */
	ck_assert_uint_eq(payload_of(text, bytes, sizeof(bytes)), 160);
	next_text(fd, text, sizeof(text));
	ck_assert_str_eq(text, "{\"event\":\"mark\",\"streamSid\":\"MZ1\","
			       "\"mark\":{\"name\":\"e0:41\"}}");
	next_text(fd, text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "\"e0:42\""));
	for (int round = 0; round < 2; round++) /* the second: stale */
		for (int id = 41; id <= 42; id++) {
			(void)snprintf(text, sizeof(text),
				       "{\"event\":\"mark\","
				       "\"sequenceNumber\":\"9\","
				       "\"streamSid\":\"MZ1\","
				       "\"mark\":{\"name\":\"e0:%d\"}}",
				       id);
			kit_say(fd, text);
		}
	kit_say(fd, "{\"event\":\"dtmf\",\"streamSid\":\"MZ1\","
		    "\"dtmf\":{\"digit\":\"1\"}}");
	KIT_WAIT(kit.digits[0]);
	ck_assert_uint_eq(kit.n_marks, 2);
	ck_assert_uint_eq(kit.marks[0], 41);
	ck_assert_uint_eq(kit.marks[1], 42);
	stop_and_close(fd);
	kit_stop();
}
END_TEST

static void mark_too_often(void)
{
	for (uint32_t i = 0; i < 33; i++)
		results[i] = kit.ops->mark(kit.ch, i + 1);
}

START_TEST(waits_for_its_limit_of_marks_and_refuses_one_more)
{
	int fd;

	kit_start();
	fd = kit_call();
	kit_on_loop(mark_too_often);
	for (int i = 0; i < 32; i++)
		ck_assert_int_eq(results[i], 0);
	ck_assert_int_eq(results[32], -EAGAIN);
	stop_and_close(fd);
	kit_stop();
}
END_TEST

static void speak_and_clear(void)
{
	send_frames_and_mark();
	ck_assert_int_eq(kit.ops->clear(kit.ch), 0);
}

START_TEST(clear_forgets_what_is_queued_and_asks_for_the_marks)
{
	char text[2048];
	int fd;

	make_mulaw();
	kit_start();
	fd = kit_call();
	n_frames = 50;
	/* All in one turn of the loop: nothing has gone out yet. */
	kit_on_loop(speak_and_clear);
	next_text(fd, text, sizeof(text));
	ck_assert_str_eq(text, "{\"event\":\"clear\",\"streamSid\":\"MZ1\"}");
	next_text(fd, text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "\"e1:41\""));
	next_text(fd, text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "\"e1:42\""));
	kit_say(fd, "{\"event\":\"mark\",\"streamSid\":\"MZ1\",\"mark\":"
		    "{\"name\":\"e1:41\"}}");
	KIT_WAIT(kit.n_marks == 1 && kit.marks[0] == 41);
	/* Speech goes on after it, beginning with a single frame. */
	n_frames = 1;
	kit_on_loop(send_frames);
	next_text(fd, text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "\"media\""));
	stop_and_close(fd);
	kit_stop();
}
END_TEST

START_TEST(drops_and_counts_when_the_peer_does_not_read)
{
	int fd, refused = 0, small = 4096;

	make_mulaw();
	kit_start();
	fd = kit_call();
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	n_frames = 200;
	for (int i = 0; i < 400 && !refused; i++) {
		kit_on_loop(send_frames);
		for (int k = 0; k < 200; k++)
			refused |= results[k] == -EAGAIN;
	}
	ck_assert_int_ne(refused, 0);
	ck_assert_int_gt(metric_get(METRIC_MEDIA_SEND_DROPPED), 0);
	/* It is still listened to. */
	kit_say_media(fd, mulaw, 160, 0);
	KIT_WAIT(kit.samples == 160);
	(void)close(fd);
	KIT_WAIT(kit.closed == 1);
	kit_stop();
}
END_TEST

/* ---- ends --------------------------------------------------------------- */

static void hang_up(void)
{
	kit.ops->hangup(kit.ch);
	kit.ops->hangup(kit.ch);
}

START_TEST(hanging_up_closes_the_stream)
{
	int fd;

	kit_start();
	fd = kit_call();
	kit_on_loop(hang_up);
	ck_assert_int_eq(peer_close_code(fd), 1000);
	peer_frame(fd, FRAME_CLOSE, 1, "\x03\xe8", 2);
	KIT_WAIT(kit.closed == 1);
	ck_assert_int_eq(kit.how, CHANNEL_END_US);
	(void)close(fd);
	kit_stop();
}
END_TEST

START_TEST(hanging_up_asks_the_carrier_when_it_can)
{
	int fd;

	kit_start();
	fd = kit_call();
	kit_use_rest();
	kit_on_loop(hang_up);
	ck_assert_int_eq(peer_close_code(fd), 1000);
	KIT_WAIT(kit.rest_calls == 1);
	ck_assert_str_eq(kit.rest_body, "Status=completed");
	ck_assert_str_eq(kit.rest_auth, "Basic QUMxOjEyMzQ1");
	(void)close(fd);
	KIT_WAIT(kit.closed == 1);
	ck_assert_int_eq(kit.how, CHANNEL_END_US);
	kit_stop();
}
END_TEST

static const char *transfer_to;

static void transfer(void)
{
	results[0] = kit.ops->transfer(kit.ch, transfer_to);
	results[1] = kit.ops->transfer(kit.ch, transfer_to);
}

START_TEST(transfers_by_the_twiml_behind_the_stream)
{
	char body[1024];
	int fd;

	kit_start();
	fd = kit_call();
	transfer_to = "nowhere";
	kit_on_loop(transfer);
	ck_assert_int_eq(results[0], -EINVAL);
	ck_assert_int_eq(results[1], -EINVAL);
	transfer_to = "+15557777";
	kit_on_loop(transfer);
	ck_assert_int_eq(results[0], 0);
	ck_assert_int_eq(results[1], -EPIPE);
	ck_assert_int_eq(peer_close_code(fd), 1000);
	(void)close(fd);
	KIT_WAIT(kit.closed == 1);
	ck_assert_int_eq(kit.how, CHANNEL_END_US);
	ck_assert_str_eq(kit.why, "transferred");
	ck_assert_int_eq(kit_request("POST", "/twilio/after?sid=CA1", "", "",
				     body, sizeof(body)),
			 200);
	ck_assert_ptr_nonnull(strstr(body, "<Number>+15557777</Number>"));
	kit_stop();
}
END_TEST

START_TEST(transfers_by_rest_and_waits_for_the_stop)
{
	int fd;

	kit_start();
	fd = kit_call();
	kit_use_rest();
	transfer_to = "+15557777";
	kit_on_loop(transfer);
	KIT_WAIT(kit.rest_calls == 1);
	ck_assert_str_eq(kit.rest_body,
			 "Twiml=%3CResponse%3E%3CDial%20answerOnBridge%3D%22"
			 "true%22%3E%3CNumber%3E%2B15557777%3C%2FNumber%3E"
			 "%3C%2FDial%3E%3C%2FResponse%3E");
	ck_assert_int_eq(kit.closed, 0);
	stop_and_close(fd);
	KIT_WAIT(kit.closed == 1);
	ck_assert_int_eq(kit.how, CHANNEL_END_US);
	ck_assert_str_eq(kit.why, "transferred");
	kit_stop();
}
END_TEST

START_TEST(transfers_behind_the_stream_when_rest_fails)
{
	char to[TWILIO_TO_BYTES];
	int fd;

	kit_start();
	kit.rest_status = 500;
	fd = kit_call();
	kit_use_rest();
	transfer_to = "+15557777";
	kit_on_loop(transfer);
	ck_assert_int_eq(peer_close_code(fd), 1000);
	(void)close(fd);
	KIT_WAIT(kit.closed == 1);
	ck_assert_int_eq(twilio_recall("CA1", clock_now_us(), to), 0);
	ck_assert_str_eq(to, "+15557777");
	kit_stop();
}
END_TEST

START_TEST(cancels_rest_when_the_socket_dies_first)
{
	int fd;

	kit_start();
	fd = kit_call();
	kit_use_rest();
	/* A port that nobody answers on. */
	(void)text_copy(kit.conf.twilio_api_url,
			sizeof(kit.conf.twilio_api_url), "http://192.0.2.1:9");
	kit_on_loop(hang_up);
	(void)close(fd);
	KIT_WAIT(kit.closed == 1);
	ck_assert_int_eq(kit.how, CHANNEL_END_US);
	kit_stop();
}
END_TEST

START_TEST(costs_nothing_that_stays)
{
	int fds[20], before;

	make_mulaw();
	kit_start();
	before = open_descriptors();
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 20; i++) {
			fds[i] = kit_call();
			kit_say_media(fds[i], mulaw, 160, 0);
		}
		for (int i = 0; i < 20; i++)
			stop_and_close(fds[i]);
		KIT_WAIT(kit.closed == kit.opened);
		wait_for_descriptors(before);
	}
	kit_stop();
}
END_TEST

UNIT_MAIN("twilio_media", opens_a_call_with_what_the_webhook_learnt,
	  opens_nothing_without_a_fresh_token, closes_when_start_does_not_come,
	  closes_when_the_call_cannot_be_taken,
	  ends_only_the_line_that_breaks_the_protocol,
	  refuses_formats_that_are_not_the_carriers,
	  ignores_what_it_does_not_know,
	  takes_a_message_at_the_limit_and_closes_above,
	  takes_messages_in_fragments, survives_sockets_that_die_at_any_moment,
	  makes_even_frames_of_pieces_of_any_size,
	  fills_gaps_of_the_wire_with_silence, tells_every_key,
	  sends_the_first_frame_at_once_and_then_pairs,
	  marks_come_back_in_their_order,
	  waits_for_its_limit_of_marks_and_refuses_one_more,
	  clear_forgets_what_is_queued_and_asks_for_the_marks,
	  drops_and_counts_when_the_peer_does_not_read,
	  hanging_up_closes_the_stream,
	  hanging_up_asks_the_carrier_when_it_can,
	  transfers_by_the_twiml_behind_the_stream,
	  transfers_by_rest_and_waits_for_the_stop,
	  transfers_behind_the_stream_when_rest_fails,
	  cancels_rest_when_the_socket_dies_first, costs_nothing_that_stays)
