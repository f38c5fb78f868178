/**
 * @file test_conversations.c  Calls as the published API has them; messages
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "unit/store_ask.h"
#include "unit/tempdir.h"
#include "unit/unit.h"

static struct store *s;

static void begin(void)
{
	const char *why = "";

	ck_assert_msg(!store_open(&s, tempdir_path("db"), &why), "%s", why);
	ask_open();
}

static void end(void)
{
	ask_close();
	s = store_close(s);
}

static void call(const char *id, const char *channel, const char *from,
		 const char *to, int64_t started_s)
{
	const struct store_call c = {.id = id,
				     .external_id = "",
				     .channel = channel,
				     .address = to,
				     .from = from,
				     .to = to,
				     .started_wall_us = started_s * US_PER_S,
				     .recording_path = tempdir_path("wav"),
				     .journal_path = tempdir_path("journal")};

	ck_assert_int_eq(store_call_started(s, &c), 0);
}

static const struct store_page all = {.from_number = "",
				      .to_number = "",
				      .direction = "",
				      .to_us = INT64_MAX,
				      .before_us = INT64_MAX,
				      .before_id = "",
				      .limit = 100};

/* The ids of a page, in a row. */
static const char *ids(const struct store_page *q)
{
	static char text[200];
	json_t *list, *one;
	size_t i;

	ck_assert_int_eq(ASK(store_list_conversations, s, q), 0);
	list = ask_at("conversations");
	text[0] = '\0';
	json_array_foreach (list, i, one)
		(void)snprintf(text + strlen(text),
			       sizeof(text) - strlen(text), "%s",
			       json_string_value(json_object_get(one, "id")));
	json_decref(list);
	return text;
}

START_TEST(a_call_is_shown_while_it_lasts_and_after)
{
	begin();
	call("c1", "twilio", "+15550001", "+15550100", 1769851800);
	ck_assert_int_eq(ASK(store_get_conversation, s, "c1"), 0);
	ask_assert("", "{\"id\":\"c1\",\"call_id\":\"c1\",\"ts\":"
		       "\"2026-01-31T09:30:00.000Z\",\"direction\":"
		       "\"inbound\",\"from_number\":\"+15550001\","
		       "\"to_number\":\"+15550100\",\"channel\":\"twilio\","
		       "\"duration_sec\":null,\"campaign_id\":null,"
		       "\"termination_reason\":null}");
	ck_assert_int_eq(ASK(store_delete_conversation, s, "c1"), -EPROTO);
	ck_assert_int_eq(store_transcript(s, "c1", "agent", "Hello", 10, 0),
			 0);
	ck_assert_int_eq(store_transcript(s, "c1", "caller", "Hi", 900, 0), 0);
	ck_assert_int_eq(store_call_ended(s, "c1", "user-hangup",
					  1769851861 * US_PER_S, "{}"),
			 0);
	ck_assert_int_eq(ASK(store_get_conversation, s, "c1"), 0);
	ask_assert("duration_sec", "61");
	ask_assert("termination_reason", "\"user-hangup\"");
	ck_assert_int_eq(ASK(store_get_transcript, s, "c1"), 0);
	ask_assert("", "[{\"speaker\":\"AGENT\",\"text\":\"Hello\","
		       "\"offset_ms\":10},{\"speaker\":\"HUMAN\",\"text\":"
		       "\"Hi\",\"offset_ms\":900}]");
	ck_assert_int_eq(ASK(store_get_transcript, s, "c2"), -ENOENT);
	ck_assert_int_eq(ASK(store_get_conversation, s, "c2"), -ENOENT);
	end();
}
END_TEST

START_TEST(pages_follow_one_another_also_at_the_same_instant)
{
	struct store_page q = all;
	json_t *cursor;
	char id[16];

	begin();
	for (int i = 0; i < 5; i++) {
		(void)snprintf(id, sizeof(id), "%c", 'a' + i);
		call(id, "text", "", "+1", i == 4 ? 20 : 10);
	}
	ck_assert_str_eq(ids(&q), "edcba");
	ask_assert("has_more", "false");
	ask_assert("next_cursor", "null");
	q.limit = 2;
	ck_assert_str_eq(ids(&q), "ed");
	ask_assert("has_more", "true");
	ask_assert("next_cursor", "\"10000000-d\"");
	cursor = ask_at("next_cursor");
	q.before_us = 10000000;
	q.before_id = strchr(json_string_value(cursor), '-') + 1;
	ck_assert_str_eq(ids(&q), "cb");
	q.before_id = "b";
	ck_assert_str_eq(ids(&q), "a");
	ask_assert("has_more", "false");
	q.before_id = "a";
	ck_assert_str_eq(ids(&q), "");
	ask_assert("next_cursor", "null");
	q.limit = 0;
	ck_assert_int_eq(ASK(store_list_conversations, s, &q), -EINVAL);
	q.limit = 101;
	ck_assert_int_eq(ASK(store_list_conversations, s, &q), -EINVAL);
	json_decref(cursor);
	end();
}
END_TEST

START_TEST(a_page_is_of_what_was_asked_for)
{
	struct store_page q = all;

	begin();
	call("a", "twilio", "+15550001", "+15550100", 10);
	call("b", "twilio", "+15550002", "+15550100", 20);
	call("c", "text", "+15550001", "+15550101", 30);
	q.from_number = "+15550001";
	ck_assert_str_eq(ids(&q), "ca");
	q.to_number = "+15550100";
	ck_assert_str_eq(ids(&q), "a");
	q = all;
	q.from_us = 20 * US_PER_S;
	ck_assert_str_eq(ids(&q), "cb");
	q.to_us = 20 * US_PER_S;
	ck_assert_str_eq(ids(&q), "b");
	q = all;
	q.direction = "outbound";
	ck_assert_str_eq(ids(&q), "");
	q.direction = "inbound";
	ck_assert_str_eq(ids(&q), "cba");
	end();
}
END_TEST

START_TEST(a_deleted_call_leaves_neither_rows_nor_files)
{
	begin();
	tempdir_write("wav", "RIFF", 4);
	tempdir_write("journal", "x", 1);
	call("c1", "text", "", "+1", 10);
	ck_assert_int_eq(store_transcript(s, "c1", "agent", "Hi", 1, 0), 0);
	ck_assert_int_eq(store_call_ended(s, "c1", "x", 20, NULL), 0);
	ck_assert_int_eq(ASK(store_get_recording, s, "c1"), 0);
	ck_assert_str_eq(answer, tempdir_path("wav"));
	ck_assert_int_eq(ASK(store_delete_conversation, s, "c1"), 0);
	ck_assert_int_eq(access(tempdir_path("wav"), F_OK), -1);
	ck_assert_int_eq(access(tempdir_path("journal"), F_OK), -1);
	ck_assert_int_eq(ASK(store_get_call, s, "c1"), -ENOENT);
	ck_assert_int_eq(ASK(store_get_recording, s, "c1"), -ENOENT);
	ck_assert_int_eq(ASK(store_delete_conversation, s, "c1"), -ENOENT);
	ck_assert_int_eq(store_in_trouble(s), 0);
	/* Nothing is left for a call that gets the id again. */
	call("c1", "text", "", "+1", 10);
	ck_assert_int_eq(ASK(store_get_transcript, s, "c1"), 0);
	ck_assert_str_eq(answer, "[]");
	end();
}
END_TEST

START_TEST(a_call_without_a_recording_says_so)
{
	const struct store_call c = {.id = "c1",
				     .external_id = "",
				     .channel = "text",
				     .address = "",
				     .from = "",
				     .to = "",
				     .recording_path = "",
				     .journal_path = ""};

	begin();
	ck_assert_int_eq(store_call_started(s, &c), 0);
	ck_assert_int_eq(ASK(store_get_recording, s, "c1"), -ENOENT);
	ck_assert_int_eq(store_call_ended(s, "c1", "x", 20, NULL), 0);
	ck_assert_int_eq(ASK(store_delete_conversation, s, "c1"), 0);
	ck_assert_int_eq(store_in_trouble(s), 0);
	end();
}
END_TEST

START_TEST(numbers_are_those_that_a_carrier_brought_calls_for)
{
	char id[16];

	begin();
	ck_assert_int_eq(ASK(store_list_numbers, s), 0);
	ck_assert_str_eq(answer, "[]");
	for (int i = 0; i < 30; i++) {
		(void)snprintf(id, sizeof(id), "c%d", i);
		call(id, "twilio", "", i % 2 ? "+15550102" : "+15550101", i);
	}
	call("t", "text", "", "+15550103", 1);
	call("none", "twilio", "", "", 1);
	ck_assert_int_eq(ASK(store_list_numbers, s), 0);
	ck_assert_str_eq(answer, "[\"+15550101\",\"+15550102\"]");
	end();
}
END_TEST

/* ---- messages ----------------------------------------------------------- */

static void message(int64_t key, const char *from, const char *to,
		    const char *content)
{
	const struct store_message m = {.key_id = key,
					.from_number = from,
					.to_number = to,
					.content = content,
					.modality = "sms",
					.direction = "outbound",
					.status = "failed"};

	ck_assert_int_eq(ASK(store_add_message, s, &m), 0);
}

START_TEST(messages_are_listed_oldest_first_for_their_key)
{
	struct store_inbox q = {.key_id = 1,
				.to_number = "+2",
				.from_number = "",
				.modality = "",
				.limit = 2};

	begin();
	message(1, "+1", "+2", "one");
	ask_assert("status", "\"failed\"");
	ask_assert("direction", "\"outbound\"");
	message(1, "+3", "+2", "two");
	message(1, "+1", "+2", "three");
	message(1, "+1", "+4", "elsewhere");
	message(2, "+1", "+2", "another's");
	ck_assert_int_eq(ASK(store_list_messages, s, &q), 0);
	ask_assert("messages.0.content", "\"one\"");
	ask_assert("messages.1.content", "\"two\"");
	ask_assert("has_more", "true");
	q.from_number = "+1";
	ck_assert_int_eq(ASK(store_list_messages, s, &q), 0);
	ask_assert("messages.1.content", "\"three\"");
	ask_assert("has_more", "false");
	ck_assert_ptr_null(strstr(answer, "another"));
	q.from_us = clock_wall_us() + 3600 * US_PER_S;
	ck_assert_int_eq(ASK(store_list_messages, s, &q), 0);
	ask_assert("messages", "[]");
	q.limit = 101;
	ck_assert_int_eq(ASK(store_list_messages, s, &q), -EINVAL);
	end();
}
END_TEST

/* Beside the store: each message through it is a transaction of its own. */
static void sql(const char *text)
{
	sqlite3 *db;
	char *why = NULL;

	ck_assert_int_eq(sqlite3_open(tempdir_path("db"), &db), SQLITE_OK);
	ck_assert_msg(!sqlite3_exec(db, text, NULL, NULL, &why), "%s", why);
	(void)sqlite3_close(db);
}

START_TEST(a_key_has_ten_thousand_messages_and_its_oldest_goes)
{
	struct store_inbox q = {.key_id = 1,
				.to_number = "+2",
				.from_number = "",
				.modality = "",
				.limit = 1};
	char fill[400];

	begin();
	message(2, "+1", "+2", "another's");
	(void)snprintf(fill, sizeof(fill),
		       "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
		       " SELECT i + 1 FROM n WHERE i < %d)"
		       " INSERT INTO messages SELECT 'id' || i, 1, '+1',"
		       " '+2', 'm' || i, 'sms', 'outbound', 'failed', i"
		       " FROM n",
		       LIMIT_MESSAGES - 1);
	sql(fill);
	message(1, "+1", "+9", "at the limit");
	ck_assert_int_eq(ASK(store_list_messages, s, &q), 0);
	ask_assert("messages.0.content", "\"m1\"");
	message(1, "+1", "+9", "one more");
	ck_assert_int_eq(ASK(store_list_messages, s, &q), 0);
	ask_assert("messages.0.content", "\"m2\"");
	q.key_id = 2;
	ck_assert_int_eq(ASK(store_list_messages, s, &q), 0);
	ask_assert("messages.0.content", "\"another's\"");
	end();
}
END_TEST

START_TEST(who_will_not_be_recorded_leaves_no_words)
{
	const struct store_turn t = {.turn = 1, .heard = "my secret"};

	begin();
	call("c1", "twilio", "+15550001", "+15550100", 1769851800);
	call("c2", "twilio", "+15550001", "+15550100", 1769851801);
	for (int i = 0; i < 2; i++) {
		const char *id = i ? "c2" : "c1";

		store_transcript(s, id, "caller", "my secret", 10, 0);
		store_event(s, id, "question", "{\"text\":\"my secret\"}", 20);
		store_field(s, id, "party", "4", 30);
		store_turn(s, id, &t);
	}
	ck_assert_int_eq(store_forget_words(s, "c1"), 0);
	ck_assert_int_eq(ASK(store_get_call, s, "c1"), 0);
	ck_assert_msg(!strstr(answer, "secret"), "%s", answer);
	ask_assert("transcript", "[]");
	ask_assert("fields", "{\"party\":4}");
	ask_assert("recording", "\"\"");
	ask_assert("journal", "\"\"");
	ck_assert_int_eq(ASK(store_get_recording, s, "c1"), -ENOENT);
	/* Nobody else's. */
	ck_assert_int_eq(ASK(store_get_transcript, s, "c2"), 0);
	ck_assert_ptr_nonnull(strstr(answer, "secret"));
	end();
}
END_TEST

UNIT_MAIN("conversations", a_call_is_shown_while_it_lasts_and_after,
	  pages_follow_one_another_also_at_the_same_instant,
	  a_page_is_of_what_was_asked_for,
	  a_deleted_call_leaves_neither_rows_nor_files,
	  a_call_without_a_recording_says_so,
	  numbers_are_those_that_a_carrier_brought_calls_for,
	  messages_are_listed_oldest_first_for_their_key,
	  a_key_has_ten_thousand_messages_and_its_oldest_goes,
	  who_will_not_be_recorded_leaves_no_words)
