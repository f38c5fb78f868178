/**
 * @file test_xp_ext.c  Extensions: what is agreed, and what is not
 *
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/xp.h"
#include "proto/xp_link.h"

static void check_text(char *text, const char *want)
{
	ck_assert_ptr_nonnull(text);
	ck_assert_str_eq(text, want);
	free(text);
}

static json_t *parsed(char *text)
{
	json_t *ret = text ? json_loads(text, 0, NULL) : NULL;

	ck_assert_msg(ret != NULL, "no message");
	free(text);
	return ret;
}

/* ---- names -------------------------------------------------------------- */

START_TEST(every_extension_has_a_name_of_its_own)
{
	for (uint32_t one = 1; one < XP_EXT_ALL; one <<= 1) {
		ck_assert_ptr_nonnull(xp_extension_name(one));
		ck_assert_uint_eq(xp_extension_named(xp_extension_name(one)),
				  one);
	}
	ck_assert_ptr_null(xp_extension_name(0));
	ck_assert_ptr_null(xp_extension_name(XP_EXT_ALL));
	ck_assert_ptr_null(xp_extension_name(XP_EXT_ALL + 1));
	ck_assert_uint_eq(xp_extension_named("teleport"), 0);
	ck_assert_uint_eq(xp_extension_named(""), 0);
}
END_TEST

START_TEST(an_open_carries_names_and_skips_unknown_ones)
{
	static const char s[] =
		"{\"message_type\":\"open\",\"connection_id\":\"c\","
		"\"last_seen_sequence\":0,"
		"\"extensions\":[\"say\",\"teleport\",\"results\",\"\"]}";
	struct xp_frame f;

	ck_assert_int_eq(xp_frame_decode(&f, s, strlen(s), NULL), 0);
	ck_assert_uint_eq(f.extensions, XP_EXT_SAY | XP_EXT_RESULTS);
	check_text(xp_frame_encode(&f),
		   "{\"message_type\":\"open\",\"name\":\"\","
		   "\"connection_id\":\"c\",\"is_reopen\":false,"
		   "\"extensions\":[\"results\",\"say\"],"
		   "\"last_seen_sequence\":0}");
	xp_frame_done(&f);
}
END_TEST

START_TEST(an_open_without_extensions_is_the_published_one)
{
	const struct xp_frame f = {.kind = XP_OPEN_ACK, .last_seen = 3};

	check_text(xp_frame_encode(&f),
		   "{\"message_type\":\"open-ack\",\"is_reopen\":false,"
		   "\"last_seen_sequence\":3}");
}
END_TEST

/* ---- agreeing ----------------------------------------------------------- */

struct end {
	struct xp_link *link;
	char out[4][512]; /* what it wants to send */
	int n;
};

static int end_send(void *arg, const char *text, size_t len)
{
	struct end *e = arg;

	ck_assert_int_lt(e->n, 4);
	ck_assert_uint_lt(len, sizeof(e->out[0]));
	(void)snprintf(e->out[e->n++], sizeof(e->out[0]), "%s", text);
	return 0;
}

static void end_payload(void *arg, const char *text, size_t len)
{
	(void)arg;
	(void)text;
	(void)len;
}

static void end_opened(void *arg, int reopen)
{
	(void)arg;
	(void)reopen;
}

static void end_drop(void *arg, const char *why)
{
	(void)arg;
	(void)why;
}

static void end_closed(void *arg, const char *reason, const char *description)
{
	(void)arg;
	ck_abort_msg("closed: %s %s", reason, description);
}

static const struct xp_link_events end_events = {
	.send = end_send,
	.payload = end_payload,
	.opened = end_opened,
	.drop = end_drop,
	.closed = end_closed,
};

static void end_of(struct end *e, int server, uint32_t extensions)
{
	const struct xp_link_options o = {.server = server,
					  .connection_id = "c",
					  .extensions = extensions};

	*e = (struct end){0};
	ck_assert_int_eq(xp_link_new(&e->link, &o, &end_events, e), 0);
}

static void deliver(struct end *from, struct end *to)
{
	for (int i = 0; i < from->n; i++)
		ck_assert_int_eq(xp_link_input(to->link, from->out[i],
					       strlen(from->out[i]), 1),
				 0);
	from->n = 0;
}

static void handshake(struct end *client, struct end *server, int ack_lost)
{
	xp_link_connected(server->link, 1);
	xp_link_connected(client->link, 1);
	deliver(client, server);
	if (ack_lost)
		server->n = 0;
	deliver(server, client);
}

static void hang(struct end *client, struct end *server)
{
	xp_link_disconnected(client->link);
	xp_link_disconnected(server->link);
	client->n = server->n = 0;
}

START_TEST(both_sides_agree_on_what_both_know)
{
	static const struct {
		uint32_t client, server, agreed;
	} cases[] = {
		{0, 0, 0},
		{0, XP_EXT_ALL, 0},
		{XP_EXT_ALL, 0, 0},
		{XP_EXT_ALL, XP_EXT_ALL, XP_EXT_ALL},
		{XP_EXT_SAY | XP_EXT_HEARD, XP_EXT_HEARD | XP_EXT_STATE,
		 XP_EXT_HEARD},
	};
	struct end c, s;

	end_of(&c, 0, cases[_i].client);
	end_of(&s, 1, cases[_i].server);
	ck_assert_uint_eq(xp_link_extensions(s.link), 0);
	handshake(&c, &s, 0);
	ck_assert(xp_link_is_open(c.link));
	ck_assert_uint_eq(xp_link_extensions(c.link), cases[_i].agreed);
	ck_assert_uint_eq(xp_link_extensions(s.link), cases[_i].agreed);
	(void)xp_link_free(c.link);
	(void)xp_link_free(s.link);
}
END_TEST

START_TEST(the_answer_to_a_client_that_asks_for_nothing_names_nothing)
{
	struct end c, s;

	end_of(&c, 0, 0);
	end_of(&s, 1, XP_EXT_ALL);
	xp_link_connected(s.link, 1);
	xp_link_connected(c.link, 1);
	ck_assert_ptr_null(strstr(c.out[0], "extensions"));
	deliver(&c, &s);
	ck_assert_ptr_null(strstr(s.out[0], "extensions"));
	(void)xp_link_free(c.link);
	(void)xp_link_free(s.link);
}
END_TEST

START_TEST(what_was_agreed_stays_when_the_link_reopens)
{
	static const char other[] =
		"{\"message_type\":\"open\",\"connection_id\":\"c\","
		"\"is_reopen\":true,\"last_seen_sequence\":0,"
		"\"extensions\":[\"say\",\"state\",\"turns\"]}";
	struct end c, s;

	end_of(&c, 0, XP_EXT_SAY | XP_EXT_HEARD);
	end_of(&s, 1, XP_EXT_ALL);
	handshake(&c, &s, 0);
	hang(&c, &s);
	xp_link_connected(s.link, 2);
	ck_assert_int_eq(xp_link_input(s.link, other, strlen(other), 2), 0);
	ck_assert_ptr_nonnull(
		strstr(s.out[0], "\"extensions\":[\"say\",\"heard\"]"));
	ck_assert_uint_eq(xp_link_extensions(s.link),
			  XP_EXT_SAY | XP_EXT_HEARD);
	(void)xp_link_free(c.link);
	(void)xp_link_free(s.link);
}
END_TEST

START_TEST(a_client_learns_what_was_agreed_though_the_answer_was_lost)
{
	struct end c, s;

	end_of(&c, 0, XP_EXT_SAY);
	end_of(&s, 1, XP_EXT_ALL);
	handshake(&c, &s, 1);
	ck_assert_uint_eq(xp_link_extensions(c.link), 0);
	ck_assert_uint_eq(xp_link_extensions(s.link), XP_EXT_SAY);
	hang(&c, &s);
	handshake(&c, &s, 0);
	ck_assert_uint_eq(xp_link_extensions(c.link), XP_EXT_SAY);
	(void)xp_link_free(c.link);
	(void)xp_link_free(s.link);
}
END_TEST

START_TEST(a_server_cannot_talk_a_client_into_what_it_does_not_know)
{
	static const char ack[] =
		"{\"message_type\":\"open-ack\",\"is_reopen\":false,"
		"\"last_seen_sequence\":0,"
		"\"extensions\":[\"say\",\"state\"]}";
	struct end c;

	end_of(&c, 0, XP_EXT_SAY);
	xp_link_connected(c.link, 1);
	ck_assert_int_eq(xp_link_input(c.link, ack, strlen(ack), 1), 0);
	ck_assert_uint_eq(xp_link_extensions(c.link), XP_EXT_SAY);
	(void)xp_link_free(c.link);
}
END_TEST

/* ---- what is not agreed does not exist ---------------------------------- */

/* One of each message that an extension adds. */
static const struct {
	uint32_t extension;
	const char *text;
} commands[] = {
	{XP_EXT_HANGUP, "{\"command_type\":\"hang-up\"}"},
	{XP_EXT_SAY, "{\"command_type\":\"say\",\"say_id\":\"1\","
		     "\"text\":\"hi\"}"},
	{XP_EXT_STATE, "{\"command_type\":\"set-state\",\"state\":[1]}"},
	{XP_EXT_RESUME, "{\"command_type\":\"action-done\","
			"\"execution_id\":\"x\"}"},
	{XP_EXT_FIELDS, "{\"command_type\":\"validate-result\","
			"\"validation_id\":\"v\",\"valid\":true}"},
	{XP_EXT_CAPACITY, "{\"command_type\":\"hand-over\"}"},
	{XP_EXT_RECORDING, "{\"command_type\":\"set-recording\"}"},
};

static const struct {
	uint32_t extension;
	struct xp_event e;
} events[] = {
	{XP_EXT_RESULTS, {.kind = XP_COMMAND_RESULT, .id = "7"}},
	{XP_EXT_HANGUP, {.kind = XP_CALL_ENDING, .by = XP_BY_AGENT}},
	{XP_EXT_SAY, {.kind = XP_SAID, .id = "1", .heard_text = "hi"}},
	{XP_EXT_RESUME,
	 {.kind = XP_CALL_SNAPSHOT, .snapshot = &(struct xp_snapshot){0}}},
	{XP_EXT_STATE, {.kind = XP_SAVED_STATE, .value_json = "{}"}},
	{XP_EXT_TRANSFER, {.kind = XP_TRANSFER_STATUS}},
	{XP_EXT_TURNS, {.kind = XP_CALLER_TURN_ENDED}},
	{XP_EXT_TURNS, {.kind = XP_CALLER_SILENT}},
	{XP_EXT_TURNS, {.kind = XP_BARGE_IN}},
	{XP_EXT_TURNS, {.kind = XP_LANGUAGE_CHANGED, .text = "french"}},
	{XP_EXT_FIELDS,
	 {.kind = XP_FIELD_COLLECTED, .key = "k", .value_json = "1"}},
	{XP_EXT_CAPACITY, {.kind = XP_HAND_OVER_FAILED, .reason = "nobody"}},
	{XP_EXT_CAPACITY, {.kind = XP_SERVER_DRAINING}},
	{XP_EXT_RECORDING,
	 {.kind = XP_RECORDING_STATE, .recording = XP_RECORDING_ON}},
};

enum {
	N_COMMANDS = sizeof(commands) / sizeof(commands[0]),
	N_EVENTS = sizeof(events) / sizeof(events[0]),
};

START_TEST(a_command_of_an_extension_needs_it_agreed)
{
	const char *s = commands[_i].text;
	uint32_t one = commands[_i].extension;
	struct xp_command c;

	ck_assert_int_eq(xp_command_decode(&c, s, strlen(s), NULL), 0);
	ck_assert_int_eq(c.kind, XP_CMD_UNKNOWN);
	xp_command_done(&c);
	ck_assert_int_eq(xp_command_decode_for(&c, s, strlen(s),
					       XP_EXT_ALL & ~one, NULL),
			 0);
	ck_assert_int_eq(c.kind, XP_CMD_UNKNOWN);
	xp_command_done(&c);

	ck_assert_int_eq(xp_command_decode_for(&c, s, strlen(s), one, NULL),
			 0);
	ck_assert_int_ne(c.kind, XP_CMD_UNKNOWN);
	ck_assert_uint_eq(xp_command_extension(c.kind), one);
	ck_assert_ptr_null(xp_command_encode(&c));
	ck_assert_ptr_null(xp_command_encode_for(&c, XP_EXT_ALL & ~one));
	json_decref(parsed(xp_command_encode_for(&c, one)));
	xp_command_done(&c);
}
END_TEST

START_TEST(an_event_of_an_extension_needs_it_agreed)
{
	uint32_t one = events[_i].extension;
	struct xp_event e;
	char *text;

	ck_assert_uint_eq(xp_event_extension(events[_i].e.kind), one);
	ck_assert_ptr_null(xp_event_encode(&events[_i].e));
	ck_assert_ptr_null(
		xp_event_encode_for(&events[_i].e, XP_EXT_ALL & ~one));
	text = xp_event_encode_for(&events[_i].e, one);
	ck_assert_ptr_nonnull(text);

	ck_assert_int_eq(xp_event_decode(&e, text, strlen(text), NULL), 0);
	ck_assert_int_eq(e.kind, XP_EV_UNKNOWN);
	xp_event_done(&e);
	ck_assert_int_eq(
		xp_event_decode_for(&e, text, strlen(text), one, NULL), 0);
	ck_assert_int_eq(e.kind, events[_i].e.kind);
	check_text(xp_event_encode_for(&e, one), text);
	xp_event_done(&e);
	free(text);
}
END_TEST

START_TEST(listen_messages_of_capacity_need_it_agreed)
{
	static const enum xp_listen_kind kinds[] = {
		XP_LISTENER_STATUS, XP_LISTEN_DRAINING, XP_WITHDRAW_CALL};

	for (size_t i = 0; i < 3; i++) {
		struct xp_listen l = {.kind = kinds[i], .call_id = "c"}, back;
		char *text = xp_listen_encode_for(&l, XP_EXT_CAPACITY);

		ck_assert_ptr_nonnull(text);
		ck_assert_ptr_null(xp_listen_encode(&l));
		ck_assert_uint_eq(xp_listen_extension(kinds[i]),
				  XP_EXT_CAPACITY);
		ck_assert_int_eq(
			xp_listen_decode(&back, text, strlen(text), NULL), 0);
		ck_assert_int_eq(back.kind, XP_LISTEN_UNKNOWN);
		xp_listen_done(&back);
		ck_assert_int_eq(xp_listen_decode_for(&back, text,
						      strlen(text),
						      XP_EXT_CAPACITY, NULL),
				 0);
		ck_assert_int_eq(back.kind, kinds[i]);
		xp_listen_done(&back);
		free(text);
	}
}
END_TEST

START_TEST(members_of_what_is_not_agreed_are_neither_sent_nor_read)
{
	const struct xp_event said = {.kind = XP_AGENT_SPEECH,
				      .text = "nine to five",
				      .heard_text = "nine",
				      .heard_ms = 400,
				      .interrupted = 1};
	static const char bad[] =
		"{\"event_type\":\"agent-speech\",\"utterance\":\"a\","
		"\"heard_ms\":\"long\"}";
	struct xp_event e;

	check_text(xp_event_encode(&said),
		   "{\"sequence\":null,\"event_type\":\"agent-speech\","
		   "\"utterance\":\"nine to five\",\"interrupted\":true}");
	check_text(xp_event_encode_for(&said, XP_EXT_HEARD),
		   "{\"sequence\":null,\"event_type\":\"agent-speech\","
		   "\"utterance\":\"nine to five\",\"interrupted\":true,"
		   "\"heard_text\":\"nine\",\"heard_ms\":400}");
	ck_assert_int_eq(xp_event_decode(&e, bad, strlen(bad), NULL), 0);
	xp_event_done(&e);
	ck_assert_int_eq(
		xp_event_decode_for(&e, bad, strlen(bad), XP_EXT_HEARD, NULL),
		-EBADMSG);
}
END_TEST

START_TEST(an_offer_says_that_it_was_taken_over_only_when_agreed)
{
	const struct xp_listen l = {.kind = XP_ASSIGN_CALL,
				    .call_id = "c",
				    .info = {.type = XP_CALL_WEBRTC},
				    .taken_over = 1};
	json_t *plain = parsed(xp_listen_encode(&l));
	json_t *more = parsed(xp_listen_encode_for(&l, XP_EXT_RESUME));

	ck_assert_ptr_null(json_object_get(plain, "taken_over"));
	ck_assert(json_is_true(json_object_get(more, "taken_over")));
	json_decref(plain);
	json_decref(more);
}
END_TEST

START_TEST(new_field_types_become_text_for_who_does_not_know_them)
{
	const struct xp_item items[] = {
		{.kind = XP_ITEM_FIELD,
		 .key = "p",
		 .field_type = "phone",
		 .pattern = "^[+]1",
		 .has_minimum = 1,
		 .listening = {.keypad = XP_YES}},
		{.kind = XP_ITEM_FIELD, .key = "i", .field_type = "integer"},
	};
	const struct xp_command task = {
		.kind = XP_SET_TASK, .key = "t", .n_items = 2, .items = items};
	json_t *plain = parsed(xp_command_encode(&task)), *p, *i;
	json_t *more = parsed(
		xp_command_encode_for(&task, XP_EXT_FIELDS | XP_EXT_TURNS));

	p = json_array_get(json_object_get(plain, "action_items"), 0);
	i = json_array_get(json_object_get(plain, "action_items"), 1);
	ck_assert_str_eq(json_string_value(json_object_get(p, "field_type")),
			 "text");
	ck_assert_str_eq(json_string_value(json_object_get(i, "field_type")),
			 "integer");
	ck_assert_ptr_null(json_object_get(p, "pattern"));
	ck_assert_ptr_null(json_object_get(p, "minimum"));
	ck_assert_ptr_null(json_object_get(p, "listening"));

	p = json_array_get(json_object_get(more, "action_items"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(p, "field_type")),
			 "phone");
	ck_assert_str_eq(json_string_value(json_object_get(p, "pattern")),
			 "^[+]1");
	ck_assert_int_eq(json_integer_value(json_object_get(p, "minimum")), 0);
	ck_assert(json_is_true(
		json_object_get(json_object_get(p, "listening"), "keypad")));
	json_decref(plain);
	json_decref(more);
}
END_TEST

/* ---- command ids -------------------------------------------------------- */

START_TEST(finds_the_id_of_a_command_that_cannot_be_read)
{
	static const char s[] = "{\"command_type\":\"read-script\","
				"\"script\":7,\"command_id\":\"c9\"}";
	char id[XP_KEY_BYTES_MAX + 1] = "as it was";
	struct xp_command c;

	ck_assert_int_eq(
		xp_command_decode_for(&c, s, strlen(s), XP_EXT_RESULTS, NULL),
		-EBADMSG);
	ck_assert_int_eq(xp_command_id_of(id, s, strlen(s)), 0);
	ck_assert_str_eq(id, "c9");
}
END_TEST

START_TEST(finds_no_id_where_none_can_be_read)
{
	static const char *const none[] = {
		"{\"command_type\":\"say\"}", "{\"command_id\":7}",
		"{\"command_id\":\"\"}",      "{\"command_id\":\"a\"",
		"[\"command_id\"]",           ""};
	char id[XP_KEY_BYTES_MAX + 1] = "as it was";

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		ck_assert_int_eq(
			xp_command_id_of(id, none[i], strlen(none[i])),
			-ENOENT);
	ck_assert_str_eq(id, "as it was");
}
END_TEST

START_TEST(the_longest_id_fits_and_one_byte_more_does_not)
{
	char id[XP_KEY_BYTES_MAX + 1], s[XP_KEY_BYTES_MAX + 64];

	for (int more = 0; more < 2; more++) {
		(void)snprintf(s, sizeof(s), "{\"command_id\":\"%0*d\"}",
			       XP_KEY_BYTES_MAX + more, 7);
		ck_assert_int_eq(xp_command_id_of(id, s, strlen(s)),
				 more ? -ENOENT : 0);
	}
}
END_TEST

/* ---- texts and snapshots ------------------------------------------------ */

START_TEST(a_text_that_is_too_long_is_cut_between_characters)
{
	char text[XP_TEXT_BYTES_MAX + 4] = {0};
	struct xp_event e = {.kind = XP_AGENT_SPEECH, .text = text}, back;
	char *out;

	/* The last character that fits in part is two bytes long. */
	memset(text, 'a', XP_TEXT_BYTES_MAX - 1);
	memcpy(text + XP_TEXT_BYTES_MAX - 1, "\xc3\xa9x", 3);
	out = xp_event_encode(&e);
	ck_assert_ptr_nonnull(out);
	ck_assert_int_eq(xp_event_decode(&back, out, strlen(out), NULL), 0);
	ck_assert_uint_eq(strlen(back.text), XP_TEXT_BYTES_MAX - 1);
	xp_event_done(&back);
	free(out);
}
END_TEST

static char *long_json(const char *head, size_t bytes, const char *tail)
{
	char *s = malloc(strlen(head) + bytes + strlen(tail) + 1);

	ck_assert_ptr_nonnull(s);
	(void)snprintf(s, strlen(head) + bytes + strlen(tail) + 1, "%s%*s%s",
		       head, (int)bytes, "", tail);
	return s;
}

START_TEST(a_snapshot_that_is_too_large_is_cut_and_says_so)
{
	enum { HALF = XP_MESSAGE_BYTES_MAX / 2 };
	char *big = long_json("{\"a\":\"", HALF, "\"}");
	char *bigger = long_json("{\"a\":\"", 2 * HALF, "\"}");
	const struct xp_snapshot_line line = {.text = "hello", .at_ms = 5};
	struct xp_snapshot s = {.n_lines = 1,
				.lines = &line,
				.variables_json = big,
				.fields_json = "{\"k\":1}",
				.state_json = "0.1"};
	const struct xp_event e = {.kind = XP_CALL_SNAPSHOT, .snapshot = &s};
	struct xp_event back;
	static const struct {
		int variables, fields;
		uint32_t cut;
	} cases[] = {
		{0, 0, 0},
		{1, 0, XP_CUT_TRANSCRIPT | XP_CUT_VARIABLES},
		{1, 1, XP_CUT_TRANSCRIPT | XP_CUT_VARIABLES | XP_CUT_FIELDS},
	};

	for (size_t i = 0; i < 3; i++) {
		char *text;

		s.variables_json = cases[i].variables ? bigger : big;
		s.fields_json = cases[i].fields ? bigger : "{\"k\":1}";
		text = xp_event_encode_for(&e, XP_EXT_RESUME);
		ck_assert_ptr_nonnull(text);
		ck_assert_uint_lt(strlen(text), XP_MESSAGE_BYTES_MAX);
		ck_assert_int_eq(xp_event_decode_for(&back, text, strlen(text),
						     XP_EXT_RESUME, NULL),
				 0);
		ck_assert_uint_eq(back.snapshot->truncated, cases[i].cut);
		ck_assert_uint_eq(back.snapshot->n_lines, !cases[i].cut);
		ck_assert_str_eq(back.snapshot->state_json, "0.1");
		xp_event_done(&back);
		free(text);
	}
	free(big);
	free(bigger);
}
END_TEST

START_TEST(a_snapshot_keeps_the_end_of_a_long_transcript)
{
	enum { N = XP_LINES_MAX + 10 };
	struct xp_snapshot_line lines[N];
	struct xp_snapshot s = {.n_lines = N, .lines = lines};
	const struct xp_event e = {.kind = XP_CALL_SNAPSHOT, .snapshot = &s};
	char text[XP_TEXT_BYTES_MAX + 1] = {0};

	for (int i = 0; i < N; i++)
		lines[i] = (struct xp_snapshot_line){
			.role = XP_ROLE_AGENT, .text = "hi", .at_ms = i};
	for (int turn = 0; turn < 2; turn++) {
		json_t *o = parsed(xp_event_encode_for(&e, XP_EXT_RESUME));
		json_t *t = json_object_get(o, "transcript");
		json_t *last = json_array_get(t, json_array_size(t) - 1);

		ck_assert_uint_eq(json_array_size(t), turn ? 4 : XP_LINES_MAX);
		ck_assert_int_eq(
			json_integer_value(json_object_get(last, "at_ms")),
			N - 1);
		json_decref(o);

		/* 32 KiB are four of the longest. */
		memset(text, 'a', XP_TEXT_BYTES_MAX);
		for (int i = 0; i < N; i++)
			lines[i].text = text;
	}
}
END_TEST

START_TEST(a_snapshot_names_the_place_of_an_error)
{
	static const char s[] =
		"{\"event_type\":\"call-snapshot\",\"cause\":\"lost\","
		"\"last_sequence\":1,\"elapsed_ms\":2,\"variables\":{},"
		"\"fields\":{},\"task\":{\"task_id\":\"t\",\"items\":["
		"{\"key\":\"a\",\"item_type\":\"say\",\"status\":\"done\"},"
		"{\"key\":\"b\",\"item_type\":\"say\",\"status\":\"gone\"}]},"
		"\"state\":null}";
	struct xp_event e;
	struct xp_error err;

	ck_assert_int_eq(
		xp_event_decode_for(&e, s, strlen(s), XP_EXT_RESUME, &err),
		-EBADMSG);
	ck_assert_str_eq(err.where, "task.items[1].status");
	ck_assert_str_eq(err.what, "is not one of its words");
}
END_TEST

START_TEST(an_execution_has_its_id_only_where_resume_is_agreed)
{
	const struct xp_event e = {.kind = XP_EXECUTE_ACTION,
				   .key = "refund",
				   .id = "c1-q2",
				   .again = 1};
	struct xp_event back;
	char *s = xp_event_encode_for(&e, XP_EXT_RESUME);

	ck_assert_int_eq(
		xp_event_decode_for(&back, s, strlen(s), XP_EXT_RESUME, NULL),
		0);
	ck_assert_str_eq(back.id, "c1-q2");
	ck_assert_int_eq(back.again, 1);
	xp_event_done(&back);
	free(s);
	s = xp_event_encode(&e);
	ck_assert_ptr_null(strstr(s, "execution_id"));
	ck_assert_ptr_null(strstr(s, "again"));
	free(s);
}
END_TEST

START_TEST(does_not_encode_an_extension_that_lacks_a_needed_member)
{
	const struct xp_command lacking[] = {
		{.kind = XP_SAY, .text = "a"},
		{.kind = XP_SAY, .id = "a"},
		{.kind = XP_SET_STATE},
		{.kind = XP_ACTION_DONE},
		{.kind = XP_VALIDATE_RESULT, .valid = 1},
		{.kind = XP_HAND_OVER, .to_kind = XP_ADDRESS_PHONE},
		{.kind = XP_HANG_UP, .when = (enum xp_when)7},
	};
	const struct xp_event lacking_too[] = {
		{.kind = XP_COMMAND_RESULT},
		{.kind = XP_COMMAND_RESULT,
		 .id = "a",
		 .result = (enum xp_result)9},
		{.kind = XP_CALL_SNAPSHOT},
		{.kind = XP_SAVED_STATE, .value_json = "{"},
		{.kind = XP_RECORDING_STATE},
	};

	for (size_t i = 0; i < sizeof(lacking) / sizeof(lacking[0]); i++)
		ck_assert_ptr_null(
			xp_command_encode_for(&lacking[i], XP_EXT_ALL));
	for (size_t i = 0; i < sizeof(lacking_too) / sizeof(lacking_too[0]);
	     i++)
		ck_assert_ptr_null(
			xp_event_encode_for(&lacking_too[i], XP_EXT_ALL));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("xp_ext");
	TCase *t = tcase_create("extensions");
	SRunner *r;
	int failed;

	tcase_add_test(t, every_extension_has_a_name_of_its_own);
	tcase_add_test(t, an_open_carries_names_and_skips_unknown_ones);
	tcase_add_test(t, an_open_without_extensions_is_the_published_one);
	tcase_add_loop_test(t, both_sides_agree_on_what_both_know, 0, 5);
	tcase_add_test(
		t, the_answer_to_a_client_that_asks_for_nothing_names_nothing);
	tcase_add_test(t, what_was_agreed_stays_when_the_link_reopens);
	tcase_add_test(
		t, a_client_learns_what_was_agreed_though_the_answer_was_lost);
	tcase_add_test(
		t, a_server_cannot_talk_a_client_into_what_it_does_not_know);
	tcase_add_loop_test(t, a_command_of_an_extension_needs_it_agreed, 0,
			    N_COMMANDS);
	tcase_add_loop_test(t, an_event_of_an_extension_needs_it_agreed, 0,
			    N_EVENTS);
	tcase_add_test(t, listen_messages_of_capacity_need_it_agreed);
	tcase_add_test(
		t, members_of_what_is_not_agreed_are_neither_sent_nor_read);
	tcase_add_test(t,
		       an_offer_says_that_it_was_taken_over_only_when_agreed);
	tcase_add_test(t,
		       new_field_types_become_text_for_who_does_not_know_them);
	tcase_add_test(t, finds_the_id_of_a_command_that_cannot_be_read);
	tcase_add_test(t, finds_no_id_where_none_can_be_read);
	tcase_add_test(t, the_longest_id_fits_and_one_byte_more_does_not);
	tcase_add_test(t, a_text_that_is_too_long_is_cut_between_characters);
	tcase_add_test(t, a_snapshot_that_is_too_large_is_cut_and_says_so);
	tcase_add_test(t, a_snapshot_keeps_the_end_of_a_long_transcript);
	tcase_add_test(t, a_snapshot_names_the_place_of_an_error);
	tcase_add_test(t, an_execution_has_its_id_only_where_resume_is_agreed);
	tcase_add_test(
		t, does_not_encode_an_extension_that_lacks_a_needed_member);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
