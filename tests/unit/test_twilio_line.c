/**
 * @file test_twilio_line.c  What a call asks of a line of Twilio
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/alloc.h"
#include "unit/kit_twilio.h"
#include "unit/unit.h"

/* ---- audio out ---------------------------------------------------------- */

static int n_frames, results[200];

static void send_frames(void)
{
	struct aframe f = {.hz = 8000, .samples = 160};

	for (int i = 0; i < n_frames; i++) {
		for (int k = 0; k < 160; k++)
			f.s[k] = kit_sound_of((size_t)(i * 160 + k) % 8000);
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

	kit_make_mulaw();
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
		ck_assert_int_eq(v, kit_sound_of(i));
	}
	ck_assert_int_eq(metric_get(METRIC_MEDIA_FRAMES_OUT), 10);
	kit_stop_call(fd);
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

	kit_make_mulaw();
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
	kit_stop_call(fd);
	kit_stop();
}
END_TEST

/* As on the media tick, where every allocation would fail. */
static void speak_on_the_tick(void)
{
	alloc_tick_enter();
	alloc_fail_after(1);
	send_frames();
	results[190] = kit.ops->mark(kit.ch, 1);
	results[191] = kit.ops->clear(kit.ch);
	results[192] = kit.ops->mark(kit.ch, 2);
	alloc_fail_after(0);
	alloc_tick_leave();
}

START_TEST(needs_no_heap_on_the_tick)
{
	char text[4096];
	int fd;

	kit_make_mulaw();
	kit_start();
	fd = kit_call();
	n_frames = 10;
	for (int round = 0; round < 20; round++) {
		kit_on_loop(speak_on_the_tick);
		do { /* the queue holds what one tick sends */
			next_text(fd, text, sizeof(text));
		} while (!strstr(text, "\"clear\""));
		for (int i = 0; i < 10; i++)
			ck_assert_int_eq(results[i], 0);
		for (int i = 190; i < 193 && round < 16; i++)
			ck_assert_int_eq(results[i], 0);
	}
	kit_stop_call(fd);
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
	kit_stop_call(fd);
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

	kit_make_mulaw();
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
	kit_stop_call(fd);
	kit_stop();
}
END_TEST

START_TEST(drops_and_counts_when_the_peer_does_not_read)
{
	int fd, refused = 0, small = 4096;

	kit_make_mulaw();
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
	kit_say_media(fd, kit_mulaw, 160, 0);
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

UNIT_MAIN("twilio_line", sends_the_first_frame_at_once_and_then_pairs,
	  marks_come_back_in_their_order,
	  waits_for_its_limit_of_marks_and_refuses_one_more,
	  needs_no_heap_on_the_tick,
	  clear_forgets_what_is_queued_and_asks_for_the_marks,
	  drops_and_counts_when_the_peer_does_not_read,
	  hanging_up_closes_the_stream,
	  hanging_up_asks_the_carrier_when_it_can,
	  cancels_rest_when_the_socket_dies_first)
