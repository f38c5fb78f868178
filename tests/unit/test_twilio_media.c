/**
 * @file test_twilio_media.c  The media socket of Twilio, good peers and bad
 *
 * SPDX-License-Identifier: MIT
 */
#include "unit/kit_twilio.h"
#include "unit/unit.h"

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
	kit_stop_call(fd);
	KIT_WAIT(kit.closed == 1);
	ck_assert_int_eq(kit.how, CHANNEL_END_CALLER);
	kit_stop();
}
END_TEST

/* @return the status of an upgrade with these header fields */
static int try_upgrade(const char *fields)
{
	char text[1024], body[512];
	int fd = peer_connect(kit.port), status;

	(void)snprintf(text, sizeof(text),
		       "GET /twilio/media HTTP/1.1\r\nHost: test\r\n"
		       "Upgrade: websocket\r\nConnection: Upgrade\r\n"
		       "Sec-WebSocket-Version: 13\r\n"
		       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
		       "%s\r\n",
		       fields);
	peer_say(fd, text);
	peer_take(fd, body, strlen("HTTP/1.1 101"));
	status = (int)strtol(body + strlen("HTTP/1.1 "), NULL, 10);
	(void)close(fd);
	return status;
}

/* Made apart from this code, auth token "12345". */
static const struct {
	const char *fields;
	int status;
} upgrades[] = {
	/* over wss://bot.example/twilio/media */
	{"X-Twilio-Signature: WJC7rLLVg0rX2vWEIqICP/26jXE=\r\n", 101},
	/* the same with :443 */
	{"X-Twilio-Signature: IiaBCLi+7p7oQzJffcLEKxXVKso=\r\n", 101},
	/* over https://bot.example/twilio/media */
	{"X-Twilio-Signature: Phfuaa8KmuPuf26+N3h/4wKmrWk=\r\n", 403},
	{"X-Twilio-Signature: AJC7rLLVg0rX2vWEIqICP/26jXE=\r\n", 403},
	{"X-Twilio-Signature: \r\n", 403},
	{"X-Twilio-Signature: AAAA\r\n", 403},
	{"", 101},
};

START_TEST(refuses_an_upgrade_that_is_signed_wrongly)
{
	int64_t refused = metric_get(METRIC_MEDIA_BAD_SIGNATURE);

	(void)text_copy(kit.conf.public_url, sizeof(kit.conf.public_url),
			"https://bot.example/");
	kit_start();
	/* Without an auth token nobody can tell. */
	ck_assert_int_eq(try_upgrade("X-Twilio-Signature: AAAA\r\n"), 101);
	(void)text_copy(kit.conf.twilio_auth_token,
			sizeof(kit.conf.twilio_auth_token), "12345");
	for (size_t i = 0; i < sizeof(upgrades) / sizeof(*upgrades); i++) {
		ck_assert_int_eq(try_upgrade(upgrades[i].fields),
				 upgrades[i].status);
		refused += upgrades[i].status == 403;
	}
	ck_assert_int_eq(metric_get(METRIC_MEDIA_BAD_SIGNATURE), refused);
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
	kit_stop_call(good);
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

	kit_make_mulaw();
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
	kit_say_media(good, kit_mulaw, 160, 0);
	KIT_WAIT(kit.samples == 160);
	kit_stop_call(good);
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

	kit_make_mulaw();
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
	kit_say_media(fd, kit_mulaw, 160, -1);
	KIT_WAIT(kit.samples == 160);
	ck_assert_uint_eq(kit.n_marks, 0);
	ck_assert_int_eq(metric_get(METRIC_MEDIA_BAD_MESSAGES), 1);
	kit_stop_call(fd);
	kit_stop();
}
END_TEST

START_TEST(takes_a_message_at_the_limit_and_closes_above)
{
	static char big[LIMIT_WS_MEDIA_MESSAGE_BYTES + 2];
	static const char head[] = "{\"event\":\"x\",\"pad\":\"";
	int fd;

	kit_make_mulaw();
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
			(void)close(fd);
			KIT_WAIT(kit.closed == 2);
		} else {
			kit_say_media(fd, kit_mulaw, 160, 0);
			KIT_WAIT(kit.samples == 160);
			kit_stop_call(fd);
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
	kit_stop_call(fd);
	kit_stop();
}
END_TEST

START_TEST(survives_sockets_that_die_at_any_moment)
{
	char token[33];
	int fd, before;

	kit_make_mulaw();
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
			kit_say_media(fd, kit_mulaw, 160 * 10, 0);
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
	kit_stop_call(fd);
	KIT_WAIT(kit.closed == kit.opened);
	kit_wait_descriptors(before);
	kit_stop();
}
END_TEST

/* ---- audio in ----------------------------------------------------------- */

START_TEST(makes_even_frames_of_pieces_of_any_size)
{
	static const size_t sizes[] = {1, 159, 160, 161, 320, 7, 393, 2399};
	size_t at = 0;
	int fd;

	kit_make_mulaw();
	kit_start();
	fd = kit_call();
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		kit_say_media(fd, kit_mulaw + at, sizes[i],
			      i % 2 ? -1 : (int64_t)(at / 8));
		at += sizes[i];
	}
	ck_assert_uint_eq(at, 3600);
	KIT_WAIT(kit.samples == 3520);
	for (size_t i = 0; i < 3520; i++)
		ck_assert_int_eq(kit.pcm[i], kit_sound_of(i));
	kit_stop_call(fd);
	ck_assert_int_eq(metric_get(METRIC_MEDIA_FRAMES_IN), 22);
	kit_stop();
}
END_TEST

START_TEST(fills_gaps_of_the_wire_with_silence)
{
	int fd;

	kit_make_mulaw();
	kit_start();
	fd = kit_call();
	kit_say_media(fd, kit_mulaw, 160, 1000); /* the clock begins here */
	kit_say_media(fd, kit_mulaw, 160, 1020);
	kit_say_media(fd, kit_mulaw, 160, 1140); /* 100 ms are missing */
	kit_say_media(fd, kit_mulaw, 160, 1160);
	kit_say_media(fd, kit_mulaw, 160,
		      1150); /* early: played as it comes */
	KIT_WAIT(kit.samples == 5 * 160 + 800);
	for (size_t i = 0; i < kit.samples; i++) {
		size_t frame = i / 160;
		int silent = frame >= 2 && frame < 7;

		ck_assert_int_eq(kit.pcm[i],
				 silent ? 0 : kit_sound_of(i % 160));
	}
	/* At the bound, and above it: then the clock is set anew. */
	kit_say_media(fd, kit_mulaw, 160, 1200 + 2000);
	KIT_WAIT(kit.samples == 6 * 160 + 800 + 16000);
	kit_say_media(fd, kit_mulaw, 160, 3220 + 2021);
	KIT_WAIT(kit.samples == 7 * 160 + 800 + 16000);
	kit_say_media(fd, kit_mulaw, 160, 7); /* back to the start */
	kit_say_media(fd, kit_mulaw, 160, 27);
	KIT_WAIT(kit.samples == 9 * 160 + 800 + 16000);
	kit_stop_call(fd);
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
	kit_stop_call(fd);
	kit_stop();
}
END_TEST

START_TEST(costs_nothing_that_stays)
{
	int fds[20], before;

	kit_make_mulaw();
	kit_start();
	before = open_descriptors();
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 20; i++) {
			fds[i] = kit_call();
			kit_say_media(fds[i], kit_mulaw, 160, 0);
		}
		for (int i = 0; i < 20; i++)
			kit_stop_call(fds[i]);
		KIT_WAIT(kit.closed == kit.opened);
		kit_wait_descriptors(before);
	}
	kit_stop();
}
END_TEST

UNIT_MAIN("twilio_media", opens_a_call_with_what_the_webhook_learnt,
	  refuses_an_upgrade_that_is_signed_wrongly,
	  opens_nothing_without_a_fresh_token, closes_when_start_does_not_come,
	  closes_when_the_call_cannot_be_taken,
	  ends_only_the_line_that_breaks_the_protocol,
	  refuses_formats_that_are_not_the_carriers,
	  ignores_what_it_does_not_know,
	  takes_a_message_at_the_limit_and_closes_above,
	  takes_messages_in_fragments, survives_sockets_that_die_at_any_moment,
	  makes_even_frames_of_pieces_of_any_size,
	  fills_gaps_of_the_wire_with_silence, tells_every_key,
	  costs_nothing_that_stays)
