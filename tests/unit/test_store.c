/**
 * @file test_store.c  Calls, transcripts and fields are kept and read back
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "net/loop.h"
#include "store/schema.h"
#include "store/store.h"
#include "unit/tempdir.h"
#include "unit/unit.h"

/* ---- helpers ------------------------------------------------------------ */

struct waiting {
	struct loop *loop;
	int err;
	char *json;
};

static void on_answer(void *arg, int err, char *json)
{
	struct waiting *w = arg;

	w->err = err;
	w->json = json;
	loop_stop(w->loop);
}

/* Ask for one call, or for the list when id is NULL. @return JSON or NULL */
static json_t *ask(struct store *s, const char *id, const char *external_id,
		   int limit)
{
	struct waiting w = {.err = 1};
	json_t *root;

	ck_assert_int_eq(loop_new(&w.loop, "test"), 0);
	if (id)
		ck_assert_int_eq(store_get_call(s, w.loop, id, on_answer, &w),
				 0);
	else
		ck_assert_int_eq(store_list_calls(s, w.loop, external_id,
						  limit, on_answer, &w),
				 0);
	loop_run(w.loop);
	loop_free(w.loop);
	ck_assert_int_le(w.err, 0);
	if (w.err < 0) {
		ck_assert_ptr_null(w.json);
		errno = -w.err;
		return NULL;
	}
	root = json_loads(w.json, 0, NULL);
	ck_assert_msg(root != NULL, "not JSON: %s", w.json);
	mem_free(w.json);
	return root;
}

static struct store *open_store(const char *name)
{
	struct store *s = NULL;
	const char *why = "";
	int err = store_open(&s, tempdir_path(name), &why);

	ck_assert_msg(err == 0, "%d %s", err, why);
	return s;
}

static void assert_json(const json_t *root, const char *expected)
{
	json_t *want = json_loads(expected, 0, NULL);
	char *got = json_dumps(root, JSON_COMPACT);

	ck_assert_ptr_nonnull(want);
	ck_assert_msg(json_equal(root, want), "%s", got);
	json_decref(want);
	free(got);
}

static void start_call(struct store *s, const char *id, int64_t started_us)
{
	const struct store_call c = {
		.id = id,
		.external_id = "CA1",
		.channel = "twilio",
		.address = "+15555550100",
		.from = "+15550001",
		.to = "+15555550100",
		.started_wall_us = started_us,
		.recording_path = "/r/c1.wav",
		.journal_path = "/j/c1.journal",
	};

	ck_assert_int_eq(store_call_started(s, &c), 0);
}

/* ---- reading what was written ------------------------------------------- */

START_TEST(gives_a_whole_call_back)
{
	struct store *s = open_store("db");
	const struct store_turn turn = {
		.turn = 1,
		.heard = "four, \"please\"",
		.at_ms = 4000,
		.endpoint_ms = 300,
		.stt_ms = 120,
		.llm_ms = -1,
		.tts_ms = 40,
		.total_ms = 470,
	};
	json_t *root;

	start_call(s, "c1", 1769851800123456);
	ck_assert_int_eq(
		store_transcript(s, "c1", "agent", "How many?", 500, 1), 0);
	ck_assert_int_eq(
		store_transcript(s, "c1", "caller", "four \xc3\xa9", 4000, 0),
		0);
	ck_assert_int_eq(store_field(s, "c1", "party_size", "5", 4100), 0);
	ck_assert_int_eq(store_field(s, "c1", "name", "\"Ann\"", 4200), 0);
	ck_assert_int_eq(store_field(s, "c1", "party_size", "4", 4300), 0);
	ck_assert_int_eq(store_event(s, "c1", "question",
				     "{\"text\":\"parking?\"}", 4400),
			 0);
	ck_assert_int_eq(store_event(s, "c1", "expert_lost", NULL, 4500), 0);
	ck_assert_int_eq(store_turn(s, "c1", &turn), 0);

	root = ask(s, "c1", NULL, 0);
	assert_json(
		root,
		"{\"id\":\"c1\",\"external_id\":\"CA1\","
		"\"channel\":\"twilio\",\"address\":\"+15555550100\","
		"\"from\":\"+15550001\",\"to\":\"+15555550100\","
		"\"started\":\"2026-01-31T09:30:00.123Z\",\"ended\":null,"
		"\"reason\":\"\",\"duration_ms\":null,"
		"\"fields\":{\"name\":\"Ann\",\"party_size\":4},"
		"\"recording\":\"/r/c1.wav\",\"journal\":\"/j/c1.journal\","
		"\"transcript\":[{\"who\":\"agent\",\"text\":\"How many?\","
		"\"at_ms\":500,\"interrupted\":true},{\"who\":\"caller\","
		"\"text\":\"four \xc3\xa9\",\"at_ms\":4000,"
		"\"interrupted\":false}],"
		"\"events\":[{\"type\":\"question\",\"at_ms\":4400,"
		"\"detail\":{\"text\":\"parking?\"}},"
		"{\"type\":\"expert_lost\",\"at_ms\":4500,\"detail\":{}}],"
		"\"turns\":[{\"turn\":1,\"heard\":\"four, \\\"please\\\"\","
		"\"at_ms\":4000,\"endpoint_ms\":300,\"stt_ms\":120,"
		"\"llm_ms\":-1,\"tts_ms\":40,\"total_ms\":470}]}");
	json_decref(root);

	ck_assert_int_eq(store_call_ended(s, "c1", "agent", 1769851809999999,
					  "{\"name\":\"Anne\"}"),
			 0);
	root = ask(s, "c1", NULL, 0);
	assert_json(json_object_get(root, "fields"), "{\"name\":\"Anne\"}");
	ck_assert_str_eq(json_string_value(json_object_get(root, "ended")),
			 "2026-01-31T09:30:09.999Z");
	ck_assert_str_eq(json_string_value(json_object_get(root, "reason")),
			 "agent");
	ck_assert_int_eq(
		json_integer_value(json_object_get(root, "duration_ms")),
		9876);
	json_decref(root);
	ck_assert_uint_eq(store_failed(s), 0);
	ck_assert_ptr_null(store_close(s));
}
END_TEST

START_TEST(says_when_there_is_no_such_call)
{
	struct store *s = open_store("db");

	ck_assert_ptr_null(ask(s, "nobody", NULL, 0));
	ck_assert_int_eq(errno, ENOENT);
	store_close(s);
}
END_TEST

START_TEST(lists_the_newest_first_up_to_the_limit)
{
	struct store *s = open_store("db");
	struct loop *l = NULL;
	json_t *root, *calls;

	for (int i = 0; i < 20; i++) {
		char id[8], external[8];
		struct store_call c = {.id = id,
				       .external_id = external,
				       .started_wall_us = 1000000 * (i % 10)};

		(void)snprintf(id, sizeof(id), "c%d", i);
		(void)snprintf(external, sizeof(external), "x%d", i % 3);
		ck_assert_int_eq(store_call_started(s, &c), 0);
	}
	root = ask(s, NULL, "", 3);
	calls = json_object_get(root, "calls");
	ck_assert_uint_eq(json_array_size(calls), 3);
	assert_json(json_array_get(calls, 0),
		    "{\"id\":\"c19\",\"external_id\":\"x1\",\"channel\":\"\","
		    "\"address\":\"\",\"from\":\"\",\"to\":\"\","
		    "\"started\":\"1970-01-01T00:00:09.000Z\",\"ended\":null,"
		    "\"reason\":\"\",\"duration_ms\":null}");
	ck_assert_str_eq(json_string_value(json_object_get(
				 json_array_get(calls, 1), "id")),
			 "c9");
	json_decref(root);

	root = ask(s, NULL, "x2", 500);
	ck_assert_uint_eq(json_array_size(json_object_get(root, "calls")), 6);
	json_decref(root);
	root = ask(s, NULL, "unknown", 1);
	assert_json(root, "{\"calls\":[]}");
	json_decref(root);

	ck_assert_int_eq(loop_new(&l, "test"), 0);
	ck_assert_int_eq(store_list_calls(s, l, "", 0, on_answer, NULL),
			 -EINVAL);
	ck_assert_int_eq(store_list_calls(s, l, "", 501, on_answer, NULL),
			 -EINVAL);
	loop_free(l);
	store_close(s);
}
END_TEST

START_TEST(keeps_its_json_whole_whatever_it_is_given)
{
	struct store *s = open_store("db");
	json_t *root;

	start_call(s, "c1", 0);
	start_call(s, "c1", 0); /* twice: the second is refused */
	ck_assert_int_eq(store_field(s, "c1", "bad", "{\"a\":", 1), 0);
	ck_assert_int_eq(store_field(s, "c1", "q\"uote", "[1]", 2), 0);
	ck_assert_int_eq(store_field(s, "c1", "none", NULL, 3), 0);
	ck_assert_int_eq(store_event(s, "c1", "x", "not json", 4), 0);
	ck_assert_int_eq(store_transcript(s, "c1", "caller",
					  "a\xff\xfe"
					  "b\n\x01",
					  5, 0),
			 0);
	ck_assert_int_eq(store_call_ended(s, "c1", "x", 1000, "[1]"), 0);
	ck_assert_int_eq(store_call_ended(s, "gone", "x", 1000, NULL), 0);
	root = ask(s, "c1", NULL, 0);
	assert_json(json_object_get(root, "fields"),
		    "{\"bad\":\"{\\\"a\\\":\",\"q\\\"uote\":[1],"
		    "\"none\":null}");
	assert_json(json_object_get(root, "events"),
		    "[{\"type\":\"x\",\"at_ms\":4,\"detail\":\"not json\"}]");
	assert_json(json_object_get(root, "transcript"),
		    "[{\"who\":\"caller\",\"text\":\"a??b\\n\\u0001\","
		    "\"at_ms\":5,\"interrupted\":false}]");
	json_decref(root);
	ck_assert_uint_eq(store_failed(s), 1);
	ck_assert_int_eq(store_sync(s), -EIO);
	ck_assert_int_eq(store_sync(s), 0);
	store_close(s);
}
END_TEST

START_TEST(ends_calls_that_a_killed_server_left_open)
{
	struct store *s = open_store("db");
	json_t *root;

	start_call(s, "c1", 1000000);
	start_call(s, "c2", 2000000);
	ck_assert_int_eq(store_transcript(s, "c1", "agent", "Hi", 700, 0), 0);
	ck_assert_int_eq(store_call_ended(s, "c2", "caller", 3000000, NULL),
			 0);
	ck_assert_int_eq(store_end_lost(s, "server_lost"), 1);
	ck_assert_int_eq(store_end_lost(s, "server_lost"), 0);
	root = ask(s, "c1", NULL, 0);
	ck_assert_str_eq(json_string_value(json_object_get(root, "reason")),
			 "server_lost");
	ck_assert_int_eq(
		json_integer_value(json_object_get(root, "duration_ms")), 700);
	json_decref(root);
	root = ask(s, "c2", NULL, 0);
	ck_assert_str_eq(json_string_value(json_object_get(root, "reason")),
			 "caller");
	json_decref(root);
	store_close(s);
}
END_TEST

/* ---- bounds and failures ------------------------------------------------ */

/* Hold the database so that the store thread cannot commit. */
static sqlite3 *lock_database(const char *name)
{
	sqlite3 *db = NULL;

	ck_assert_int_eq(sqlite3_open(tempdir_path(name), &db), SQLITE_OK);
	(void)sqlite3_busy_timeout(db, 5000);
	ck_assert_int_eq(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL),
			 SQLITE_OK);
	return db;
}

static void unlock_database(sqlite3 *db)
{
	ck_assert_int_eq(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL),
			 SQLITE_OK);
	ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}

START_TEST(refuses_and_counts_when_the_queue_is_full)
{
	struct store *s = open_store("db");
	sqlite3 *db = lock_database("db");
	uint64_t taken = 0, refused = 0;
	json_t *root;

	start_call(s, "c1", 0);
	while (refused < 10) {
		int err = store_transcript(s, "c1", "agent", "x",
					   (int64_t)taken, 0);

		if (err == 0)
			taken++;
		else
			refused++;
		ck_assert_int_eq(err == 0 || err == -EAGAIN, 1);
		ck_assert_uint_le(taken, 2 * LIMIT_STORE_QUEUE);
	}
	ck_assert_uint_ge(taken, LIMIT_STORE_QUEUE);
	ck_assert_uint_eq(store_refused(s), refused);
	unlock_database(db);
	while (store_sync(s) == -EAGAIN)
		;
	root = ask(s, "c1", NULL, 0);
	ck_assert_uint_eq(json_array_size(json_object_get(root, "transcript")),
			  taken);
	json_decref(root);
	ck_assert_uint_eq(store_failed(s), 0);
	store_close(s);
}
END_TEST

START_TEST(bounds_the_bytes_that_wait)
{
	struct store *s = open_store("db");
	sqlite3 *db = lock_database("db");
	static char text[64 * 1024];
	size_t taken = 0;

	memset(text, 'x', sizeof(text) - 1);
	start_call(s, "c1", 0);
	while (store_transcript(s, "c1", "agent", text, 0, 0) == 0)
		taken++;
	ck_assert_uint_ge(taken * sizeof(text),
			  LIMIT_STORE_QUEUE_BYTES - 2 * sizeof(text));
	/* What the thread has pulled already is on top: one batch. */
	ck_assert_uint_le(taken * sizeof(text),
			  LIMIT_STORE_QUEUE_BYTES + 512 * sizeof(text));
	unlock_database(db);
	store_close(s);
}
END_TEST

START_TEST(refuses_files_that_are_not_its_database)
{
	struct store *s = NULL;
	const char *why = "";
	sqlite3 *db = NULL;
	static char junk[8192];

	memset(junk, 'j', sizeof(junk));
	tempdir_write("junk", junk, sizeof(junk));
	ck_assert_int_eq(store_open(&s, tempdir_path("junk"), &why), -EBADMSG);
	ck_assert_ptr_nonnull(strstr(why, "not a database"));

	ck_assert_int_eq(sqlite3_open(tempdir_path("other"), &db), SQLITE_OK);
	ck_assert_int_eq(
		sqlite3_exec(db, "CREATE TABLE calls(x)", NULL, NULL, NULL),
		SQLITE_OK);
	sqlite3_close(db);
	ck_assert_int_eq(store_open(&s, tempdir_path("other"), &why),
			 -EBADMSG);
	ck_assert_ptr_nonnull(strstr(why, "another program"));

	ck_assert_int_eq(store_open(&s, tempdir_path("no/such/folder"), &why),
			 -EACCES);
	ck_assert_int_eq(store_open(&s, "/", NULL), -EACCES);
	ck_assert_ptr_null(s);
}
END_TEST

START_TEST(survives_a_file_with_damaged_pages)
{
	struct store *s = open_store("db");
	unsigned char *b = NULL;
	size_t len;
	int opened = 0;

	start_call(s, "c1", 0);
	for (int i = 0; i < 500; i++)
		ck_assert_int_eq(store_transcript(s, "c1", "agent",
						  "some words to fill pages",
						  i, 0),
				 0);
	store_close(s);
	len = tempdir_read("db", &b);
	for (unsigned seed = 1; seed <= 40; seed++) {
		unsigned char *copy = malloc(len);
		unsigned x = seed;
		struct waiting w = {.err = 1};
		const char *why = "";

		memcpy(copy, b, len);
		/* Past the first page, which holds the schema. */
		for (int i = 0; i < 200; i++) {
			x = x * 1103515245 + 12345;
			copy[4096 + x / 7 % (len - 4096)] ^=
				(unsigned char)(x >> 16 | 1);
		}
		tempdir_write("bad", copy, seed % 4 ? len : len / 2);
		free(copy);
		s = NULL;
		if (store_open(&s, tempdir_path("bad"), &why) < 0) {
			ck_assert_uint_gt(strlen(why), 0);
			continue;
		}
		opened++;
		ck_assert_int_eq(loop_new(&w.loop, "test"), 0);
		ck_assert_int_eq(store_transcript(s, "c1", "x", "y", 1, 0), 0);
		ck_assert_int_eq(
			store_get_call(s, w.loop, "c1", on_answer, &w), 0);
		loop_run(w.loop);
		loop_free(w.loop);
		ck_assert_int_ne(w.err, 1);
		mem_free(w.json);
		store_close(s);
	}
	ck_assert_int_gt(opened, 0);
	free(b);
}
END_TEST

START_TEST(runs_out_of_memory_politely)
{
	struct store *s = open_store("db");

	alloc_fail_after(1);
	ck_assert_int_eq(store_transcript(s, "c1", "a", "b", 0, 0), -ENOMEM);
	ck_assert_int_eq(store_field(s, "c1", "a", "1", 0), -ENOMEM);
	alloc_fail_after(0);
	ck_assert_int_eq(store_sync(s), 0);
	store_close(s);
	for (uint64_t n = 1;; n++) {
		int err;

		s = NULL;
		alloc_fail_after(n);
		err = store_open(&s, tempdir_path("db"), NULL);
		alloc_fail_after(0);
		if (err == 0)
			break;
		ck_assert_int_eq(err, -ENOMEM);
		ck_assert_ptr_null(s);
	}
	store_close(s);
}
END_TEST

/* ---- durability --------------------------------------------------------- */

/* Write, report each number that was acknowledged, until killed. */
static void write_for_ever(int fd)
{
	struct store *s = NULL;

	if (store_open(&s, tempdir_path("db"), NULL) < 0)
		_exit(1);
	for (int i = 0;; i++) {
		char id[16];
		struct store_call c = {.id = id};

		(void)snprintf(id, sizeof(id), "c%d", i);
		if (store_call_started(s, &c) < 0 ||
		    store_transcript(s, id, "agent", "hello", 1, 0) < 0 ||
		    store_sync(s) < 0)
			_exit(2);
		if (write(fd, &i, sizeof(i)) != sizeof(i))
			_exit(3);
	}
}

START_TEST(keeps_everything_acknowledged_when_killed)
{
	int next = 0;

	(void)tempdir_path("db");
	for (int round = 0; round < 5; round++) {
		int fds[2], last = -1, i, status;
		json_t *root;
		char name[16], id[16];
		struct store *s;
		pid_t pid;

		ck_assert_int_eq(pipe(fds), 0);
		pid = fork();
		ck_assert_int_ge(pid, 0);
		if (pid == 0)
			write_for_ever(fds[1]);
		(void)close(fds[1]);
		/* Let some be acknowledged; then whatever is in the pipe. */
		while (last < 20 + round * 7) {
			ck_assert_int_eq(read(fds[0], &i, sizeof(i)),
					 sizeof(i));
			last = i;
		}
		ck_assert_int_eq(kill(pid, SIGKILL), 0);
		while (read(fds[0], &i, sizeof(i)) == sizeof(i))
			last = i;
		(void)close(fds[0]);
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert_int_ne(WIFSIGNALED(status), 0);

		s = open_store("db");
		for (i = 0; i <= last; i++) {
			(void)snprintf(id, sizeof(id), "c%d", i);
			root = ask(s, id, NULL, 0);
			ck_assert_msg(root != NULL, "%s of %d", id, last);
			ck_assert_uint_eq(json_array_size(json_object_get(
						  root, "transcript")),
					  1);
			json_decref(root);
		}
		store_close(s);
		(void)snprintf(name, sizeof(name), "db.%d", next++);
		ck_assert_int_eq(
			rename(tempdir_path("db"), tempdir_path(name)), 0);
		(void)unlink(tempdir_path("db-wal"));
		(void)unlink(tempdir_path("db-shm"));
	}
}
END_TEST

START_TEST(makes_files_that_only_the_owner_can_read)
{
	struct store *s = open_store("db");
	struct stat st;

	ck_assert_int_eq(store_sync(s), 0);
	ck_assert_int_eq(stat(tempdir_path("db"), &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0600);
	ck_assert_int_eq(stat(tempdir_path("db-wal"), &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0600);
	store_close(s);
}
END_TEST

START_TEST(works_in_memory_and_closes_nothing)
{
	struct store *s = NULL;
	json_t *root;

	ck_assert_int_eq(store_open(&s, ":memory:", NULL), 0);
	start_call(s, "c1", 0);
	root = ask(s, NULL, NULL, 10);
	ck_assert_uint_eq(json_array_size(json_object_get(root, "calls")), 1);
	json_decref(root);
	store_close(s);
	ck_assert_ptr_null(store_close(NULL));
}
END_TEST

UNIT_MAIN("store", gives_a_whole_call_back, says_when_there_is_no_such_call,
	  lists_the_newest_first_up_to_the_limit,
	  keeps_its_json_whole_whatever_it_is_given,
	  ends_calls_that_a_killed_server_left_open,
	  refuses_and_counts_when_the_queue_is_full,
	  bounds_the_bytes_that_wait, refuses_files_that_are_not_its_database,
	  survives_a_file_with_damaged_pages, runs_out_of_memory_politely,
	  keeps_everything_acknowledged_when_killed,
	  makes_files_that_only_the_owner_can_read,
	  works_in_memory_and_closes_nothing)
